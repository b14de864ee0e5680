//! Makes text from files safe to print: what a terminal or a CI log would act on is written as an escape.
//!
//! Every id, path, quote and message passes here before it reaches a line of a report; knows nothing of the formats.

use unicode_width::UnicodeWidthChar;

/// Of more marks on one letter than that, only the last are drawn as such: a column cannot hold a megabyte.
const MARKS: usize = 8;

/// The text with control characters, bidirectional controls, characters that nobody sees and the openings of workflow
/// commands escaped as `\u{…}`.
///
/// A tab becomes one space. The result is one line and changes no state of a terminal; GitHub (`::error`, `##[error]`),
/// Azure (`##vso[`) and `TeamCity` (`##teamcity[`) find no command in it. Emoji are drawn so that terminals agree on their
/// width: without what joins several to one or picks a style, and with skin tones escaped.
#[must_use]
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        show(&mut out, text, at, c);
    }
    out
}

/// How a character is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    AsIs,
    Space,
    Escaped,
    /// Not at all: what it does to its neighbours would change their width.
    Left,
}

/// Appends the character at a byte of a text as [`visible`] shows it.
pub(super) fn show(out: &mut String, text: &str, at: usize, c: char) {
    match shown(text, at, c) {
        Shown::AsIs => out.push(c),
        Shown::Space => out.push(' '),
        Shown::Escaped => out.extend(c.escape_unicode()),
        Shown::Left => {}
    }
}

/// Display columns of the character at a byte of a text as [`show`] writes it.
pub(super) fn shown_columns(text: &str, at: usize, c: char) -> usize {
    match shown(text, at, c) {
        Shown::AsIs => c.width().unwrap_or(0),
        Shown::Space => 1,
        Shown::Escaped => c.escape_unicode().len(),
        Shown::Left => 0,
    }
}

/// Display columns of a text that is already visible.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(0)).sum()
}

/// Whether a terminal might act on the character, or a reader not see what it does.
pub(super) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
                | '\u{2028}' | '\u{2029}'
        )
}

/// Whether `#` and `rest` open a command that a CI system finds anywhere in a line: `##[`, `##vso[`.
pub(super) fn opens_bracket_command(rest: &str) -> bool {
    let Some(word) = rest.strip_prefix('#') else { return false };
    let name = word.bytes().take(24).take_while(u8::is_ascii_alphanumeric).count();
    word.as_bytes().get(name) == Some(&b'[')
}

/// Whether the character takes no column of its own.
fn is_mark(c: char) -> bool {
    c.width() == Some(0)
}

/// Whether nothing is drawn for the character, so that two names may look alike.
fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'
            | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' | '\u{3164}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

/// Whether the character may be part of an emoji: a symbol, and no letter.
fn is_symbol(c: char) -> bool {
    (c >= '\u{203c}' || matches!(c, '\u{a9}' | '\u{ae}')) && !c.is_alphabetic() && !is_hidden(c)
}

/// Whether the script of the letter writes with joiners: Arabic, Indic, Mongolian and their neighbours.
fn joins(c: char) -> bool {
    matches!(c, '\u{600}'..='\u{109f}' | '\u{1780}'..='\u{18af}' | '\u{1a00}'..='\u{1cff}' | '\u{a800}'..='\u{abff}')
}

fn shown(text: &str, at: usize, c: char) -> Shown {
    if c.is_ascii_alphanumeric() {
        return Shown::AsIs;
    }
    let rest = &text[at + c.len_utf8()..];
    let before = || text[..at].chars().next_back();
    let escaped_if = |escaped: bool| if escaped { Shown::Escaped } else { Shown::AsIs };
    match c {
        '\t' => Shown::Space,
        '#' => escaped_if(opens_bracket_command(rest)),
        // `::name` counts at the start of a line only, but wrapping may put it there.
        ':' => {
            escaped_if(rest.strip_prefix(':').is_some_and(|name| name.starts_with(|c: char| c.is_ascii_alphabetic())))
        }
        '\u{200c}' | '\u{200d}' => match (before(), rest.chars().next()) {
            (Some(left), Some(right)) if joins(left) && joins(right) => Shown::AsIs,
            (Some(left), Some(right)) if c == '\u{200d}' && is_symbol(left) && is_symbol(right) => Shown::Left,
            _ => Shown::Escaped,
        },
        '\u{fe0e}' | '\u{fe0f}' => {
            let is_keycap = |c: char| rest.starts_with('\u{20e3}') && (c.is_ascii_digit() || matches!(c, '#' | '*'));
            if before().is_some_and(|c| is_symbol(c) || is_keycap(c)) { Shown::Left } else { Shown::Escaped }
        }
        '\u{1f3fb}'..='\u{1f3ff}' => escaped_if(before().is_some_and(is_symbol)),
        c => {
            let piles_up = || rest.chars().take_while(|&c| is_mark(c)).take(MARKS).count() == MARKS;
            escaped_if(is_hidden(c) || is_unseen(c) || (is_mark(c) && piles_up()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: &str, expect: &str) {
        assert_eq!(visible(input), expect);
        let together: usize = input.char_indices().map(|(at, c)| shown_columns(input, at, c)).sum();
        assert_eq!(together, columns(expect));
    }

    #[test]
    fn what_a_terminal_acts_on_is_escaped() {
        check("a\tb büro 日本 👍", "a b büro 日本 👍");
        check("\u{1b}[31m\u{7}\u{9b}2J", "\\u{1b}[31m\\u{7}\\u{9b}2J");
        check("\u{1b}]8;;http://x\u{1b}\\", "\\u{1b}]8;;http://x\\u{1b}\\");
        check("a\u{202e}b\u{2066}\u{feff}\u{2028}c\r\n", "a\\u{202e}b\\u{2066}\\u{feff}\\u{2028}c\\u{d}\\u{a}");
    }

    #[test]
    fn marks_do_not_pile_up() {
        let piled = format!("e{}x", "\u{301}".repeat(11));
        check(&piled, &format!("e{}{}x", "\\u{301}".repeat(3), "\u{301}".repeat(8)));
    }

    #[test]
    fn what_nobody_sees_is_escaped_unless_a_script_needs_it() {
        check("ir\u{200b}an i\u{ad}ran \u{2060}x\u{e0041}", "ir\\u{200b}an i\\u{ad}ran \\u{2060}x\\u{e0041}");
        check("می\u{200c}خواهم क्\u{200d}ष", "می\u{200c}خواهم क्\u{200d}ष");
        check("iran\u{200d}x \u{200c}", "iran\\u{200d}x \\u{200c}");
        check("iran\u{fe0f}", "iran\\u{fe0f}");
    }

    #[test]
    fn emoji_have_the_width_of_their_parts() {
        check("👩\u{200d}🔧 ❤\u{fe0f}\u{200d}🔥 1\u{fe0f}\u{20e3} 🇮🇷", "👩🔧 ❤🔥 1\u{20e3} 🇮🇷");
        check("👍🏽 🏽", "👍\\u{1f3fd} 🏽");
    }

    #[test]
    fn workflow_commands_lose_their_opening() {
        check("::error::x", "\\u{3a}:error\\u{3a}:x");
        check("a ##[add-mask]b", "a \\u{23}#[add-mask]b");
        check("##vso[task.setvariable]", "\\u{23}#vso[task.setvariable]");
        check("## heading: [x] 12:30", "## heading: [x] 12:30");
    }
}
