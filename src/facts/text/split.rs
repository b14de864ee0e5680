//! What a number in `at` counts: lines that are not blank, or blocks between blank lines.

use super::normal::is_blank;

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
