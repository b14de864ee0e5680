//! How much of a fact file is read: sizes, depths, counts, and characters that may not stand in it.
//!
//! In goes a text, out comes it without forbidden characters; the numbers are checked where they are counted.

use std::borrow::Cow;

use crate::base::{Diagnostic, Family, FileId, Span};

use super::problems::Problems;
use super::scan::offset;

/// Nested collections.
pub const MAX_DEPTH: usize = 16;
/// Bytes of a scalar.
pub const MAX_SCALAR: usize = 64 << 10;
/// Bytes of a key.
pub const MAX_KEY: usize = 128;
/// Entries of one map or list.
pub const MAX_ENTRIES: usize = 1_000_000;
/// Documents of a file.
pub const MAX_DOCUMENTS: usize = 10_000;
/// Diagnostics of a file; the rest is counted.
pub const MAX_DIAGNOSTICS: usize = 100;
/// How often a file is read again without a broken entry.
pub(super) const MAX_PASSES: usize = 20;

/// Offset and character of everything that YAML does not allow in a text: control characters and carriage returns on their own.
fn forbidden(text: &str) -> impl Iterator<Item = (usize, char)> + '_ {
    // Only bytes below 0x20, 0x7F and the lead bytes of U+0080 to U+009F and U+FFFE can be forbidden: most texts have none.
    let suspicious = |b: u8| (b < 0x20 && !matches!(b, b'\n' | b'\t')) || matches!(b, 0x7f | 0xc2 | 0xef);
    let quick = text.bytes().any(suspicious);
    text.char_indices().take(if quick { usize::MAX } else { 0 }).filter(|&(at, c)| match c {
        '\n' | '\t' | '\u{85}' => false,
        '\r' => text.as_bytes().get(at + 1) != Some(&b'\n'),
        '\u{FEFF}' => at > 0,
        '\u{FFFE}' | '\u{FFFF}' => true,
        c => c.is_control(),
    })
}

/// The text with forbidden characters replaced by spaces, each reported.
pub fn clean<'t>(file: FileId, text: &'t str, problems: &mut Problems) -> Cow<'t, str> {
    let mut clean = String::new();
    let mut copied = 0;
    for (at, c) in forbidden(text) {
        let span = Span::new(file, offset(at), offset(at + c.len_utf8()));
        let (message, help) = match c {
            '\r' => ("a carriage return stands on its own".to_owned(), "end the line with a line feed".to_owned()),
            '\u{FEFF}' => ("a byte order mark stands inside the text".to_owned(), "remove it".to_owned()),
            c => {
                let code = u32::from(c);
                (
                    format!("control character U+{code:04X} at byte {at}"),
                    format!("remove it, or write `\\u{code:04x}` in double quotes"),
                )
            }
        };
        problems.push(Diagnostic::error(Family::Fact, "yaml-syntax", message, span).with_help(help));
        clean.push_str(&text[copied..at]);
        // A carriage return was meant to end its line.
        clean.extend(std::iter::repeat_n(if c == '\r' { '\n' } else { ' ' }, c.len_utf8()));
        copied = at + c.len_utf8();
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    clean.push_str(&text[copied..]);
    Cow::Owned(clean)
}
