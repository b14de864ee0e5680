//! What a number in `at` counts: lines that are not blank, or blocks between blank lines.

use super::normal::is_blank;

/// The largest text of a source that is read, in bytes.
pub const MOST_BYTES: usize = 16 << 20;

/// The bytes of a stored text as a text.
///
/// # Errors
///
/// What is wrong with them, to stand behind the name of the file: `is not UTF-8: byte 0xE9 in line 3`.
pub fn decode(bytes: &[u8]) -> Result<&str, String> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err("is UTF-16, not UTF-8".to_owned());
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let line = bytes[..at].split(|&byte| byte == b'\n').count();
        format!("is not UTF-8: byte 0x{:02X} in line {line}", bytes.get(at).copied().unwrap_or_default())
    })?;
    if text.contains('\0') { Err("is no text: it has a byte 0x00".to_owned()) } else { Ok(text) }
}

/// What counts as a paragraph of a text: `paragraphs` of a source header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Counting {
    /// Each line that is not blank.
    #[default]
    Lines,
    /// Lines without a blank one between them.
    Blocks,
}

impl Counting {
    /// What the word of a fact file means.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Lines, Self::Blocks].into_iter().find(|counting| counting.word() == word)
    }

    /// The word for it in fact files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Lines => "lines",
            Self::Blocks => "blocks",
        }
    }
}

/// One paragraph of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paragraph<'t> {
    /// Its lines, without their breaks; none is blank.
    pub lines: Vec<&'t str>,
}

/// The paragraphs of a text, of which the first is number 1.
#[must_use]
pub fn paragraphs(text: &str, counting: Counting) -> Vec<Paragraph<'_>> {
    let mut found: Vec<Paragraph<'_>> = Vec::new();
    let mut behind_blank = true;
    for line in text.lines() {
        let blank = is_blank(line);
        match found.last_mut() {
            _ if blank => {}
            Some(last) if counting == Counting::Blocks && !behind_blank => last.lines.push(line),
            _ => found.push(Paragraph { lines: vec![line] }),
        }
        behind_blank = blank;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_are_lines_or_blocks() {
        let text = "\u{feff}\r\nTitle\r\none\r\n \t\r\ntwo\n\u{200b}\n\n three \nfour";
        let check = |counting, expect: &[&[&str]]| {
            let found: Vec<Vec<&str>> = paragraphs(text, counting).into_iter().map(|found| found.lines).collect();
            assert_eq!(found, expect);
        };
        check(Counting::Lines, &[&["Title"], &["one"], &["two"], &[" three "], &["four"]]);
        check(Counting::Blocks, &[&["Title", "one"], &["two"], &[" three ", "four"]]);
        assert_eq!(paragraphs("\n \n", Counting::Blocks), []);
        assert_eq!(Counting::from_word("blocks"), Some(Counting::Blocks));
        assert_eq!(Counting::from_word("words"), None);
    }
}
