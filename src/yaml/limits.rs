//! How much of a fact file is read: sizes, depths, counts, and characters that may not stand in it.
//!
//! In goes a text, out come its forbidden characters; the numbers are checked where they are counted.

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
pub(super) fn forbidden(text: &str) -> impl Iterator<Item = (usize, char)> + '_ {
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
