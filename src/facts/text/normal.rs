//! What typesetting does to a text is undone, so that a quote is found whatever quotation marks and line breaks it has.

use unicode_normalization::UnicodeNormalization as _;

/// Appends a text as it is compared: characters that nobody sees dropped, Unicode NFC, one form of all quotation marks and
/// apostrophes, of dashes and of dots, ligatures as their letters, one space for each run of white space and none at its
/// ends. Case counts.
///
/// Single and double marks are the same: which of the two stand inside the other differs from one house to the next.
pub(super) fn normalize_into(text: &str, out: &mut String) {
    let start = out.len();
    let mut space = false;
    let mut add = |c: char| {
        if c.is_whitespace() {
            space = true;
            return;
        }
        if std::mem::take(&mut space) && out.len() > start {
            out.push(' ');
        }
        match plain(c) {
            Plain::Same => out.push(c),
            Plain::As(text) => out.push_str(text),
        }
    };
    if text.is_ascii() {
        text.chars().for_each(&mut add);
    } else {
        // Dropped first: they would keep a letter and its accent apart.
        text.chars().filter(|&c| !is_dropped(c)).nfc().for_each(&mut add);
    }
}

/// Whether nothing is left of a line.
pub(super) fn is_blank(line: &str) -> bool {
    line.chars().all(|c| c.is_whitespace() || is_dropped(c))
}

/// Soft hyphen, zero-width space, word joiner, byte order mark.
fn is_dropped(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}')
}

enum Plain {
    Same,
    As(&'static str),
}

fn plain(c: char) -> Plain {
    match c {
        '"' | '‘' | '’' | '‚' | '‛' | '′' | '‹' | '›' | '“' | '”' | '„' | '‟' | '«' | '»' | '″' => {
            Plain::As("'")
        }
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '\u{2212}' => Plain::As("-"),
        '…' => Plain::As("..."),
        '\u{fb00}' => Plain::As("ff"),
        '\u{fb01}' => Plain::As("fi"),
        '\u{fb02}' => Plain::As("fl"),
        '\u{fb03}' => Plain::As("ffi"),
        '\u{fb04}' => Plain::As("ffl"),
        '\u{fb05}' | '\u{fb06}' => Plain::As("st"),
        _ => Plain::Same,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typesetting_is_undone_and_nothing_else() {
        let check = |text: &str, expect: &str| {
            let mut out = "before|".to_owned();
            normalize_into(text, &mut out);
            assert_eq!(out.strip_prefix("before|"), Some(expect), "{text:?}");
            assert_eq!(is_blank(text), expect.is_empty(), "{text:?}");
        };
        check("“Russia doesn’t”\u{a0}stab\u{2009}\r\n its", "'Russia doesn't' stab its");
        check("„a“ «b» ‚c‛ ′d″ ‹e› \"f\" 'g'", "'a' 'b' 'c' 'd' 'e' 'f' 'g'");
        check("“he said ‘no’”", "'he said 'no''");
        check("‘he said “no”’", "'he said 'no''");
        check("1‐2‑3‒4–5—6―7\u{2212}8", "1-2-3-4-5-6-7-8");
        check(
            "o\u{fb00}er \u{fb01}x \u{fb02}y o\u{fb03}ce ba\u{fb04}e \u{fb05}ill la\u{fb06}",
            "offer fix fly office baffle still last",
        );
        check("well… no", "well... no");
        check("co\u{ad}oper\u{200b}ate\u{feff} a\u{2060}b", "cooperate ab");
        check("bu\u{308}ro e\u{200b}\u{301}", "b\u{fc}ro \u{e9}");
        check("Case Counts İ", "Case Counts İ");
        check(" \t\u{3000}\u{200b}", "");
        check("a\u{200c}b", "a\u{200c}b");
        check("", "");
    }
}
