//! Makes text from files safe to print: what a terminal or a CI log would act on is written as an escape.
//!
//! Every id, path, quote and message passes here before it reaches a line of a report; knows nothing of the formats.

use unicode_width::UnicodeWidthChar;

/// Of more marks on one letter than that, only the last are drawn as such: a column cannot hold a megabyte.
const MARKS: usize = 8;

/// The text with control characters, bidirectional controls and the openings of workflow commands escaped as `\u{…}`.
///
/// A tab becomes one space. The result is one line and changes no state of a terminal; GitHub (`::error`, `##[error]`),
/// Azure (`##vso[`) and `TeamCity` (`##teamcity[`) find no command in it.
#[must_use]
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        show(&mut out, c, &text[at + c.len_utf8()..]);
    }
    out
}

/// Appends one character as [`visible`] shows it; `rest` is what follows it.
pub(super) fn show(out: &mut String, c: char, rest: &str) {
    if c == '\t' {
        out.push(' ');
    } else if must_escape(c, rest) {
        out.extend(c.escape_unicode());
    } else {
        out.push(c);
    }
}

/// Display columns of one character as [`show`] writes it.
pub(super) fn shown_columns(c: char, rest: &str) -> usize {
    if c == '\t' {
        1
    } else if must_escape(c, rest) {
        c.escape_unicode().len()
    } else {
        c.width().unwrap_or(0)
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

fn must_escape(c: char, rest: &str) -> bool {
    match c {
        '#' => opens_bracket_command(rest),
        // `::name` counts at the start of a line only, but wrapping may put it there.
        ':' => rest.strip_prefix(':').is_some_and(|name| name.starts_with(|c: char| c.is_ascii_alphabetic())),
        c => is_hidden(c) || (is_mark(c) && rest.chars().take_while(|&c| is_mark(c)).take(MARKS).count() == MARKS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: &str, expect: &str) {
        assert_eq!(visible(input), expect);
        let together: usize = input.char_indices().map(|(at, c)| shown_columns(c, &input[at + c.len_utf8()..])).sum();
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
    fn workflow_commands_lose_their_opening() {
        check("::error::x", "\\u{3a}:error\\u{3a}:x");
        check("a ##[add-mask]b", "a \\u{23}#[add-mask]b");
        check("##vso[task.setvariable]", "\\u{23}#vso[task.setvariable]");
        check("## heading: [x] 12:30", "## heading: [x] 12:30");
    }
}
