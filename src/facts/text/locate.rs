//! What a locator points to in a text.

/// An `at`, as far as a text can be looked at with it. The forms are those that the field accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::facts) enum Locator {
    /// The first and the last paragraph, from 1.
    Paragraphs(usize, usize),
    /// The first and the last line, from 1, blank ones counted.
    Lines(usize, usize),
    /// A page, a time or a fragment: somewhere in the text.
    Anywhere,
}

impl Locator {
    /// Reads a locator that has one of its forms; any other text points somewhere.
    pub(in crate::facts) fn parse(at: &str) -> Self {
        let range = |text: &str| {
            let (from, to) = text.split_once('-').unwrap_or((text, text));
            Some((from.parse().ok()?, to.parse().ok()?))
        };
        if let Some(lines) = at.strip_prefix('L') {
            return range(lines).map_or(Self::Anywhere, |(from, to)| Self::Lines(from, to));
        }
        if !at.starts_with(|c: char| c.is_ascii_digit()) || at.contains(':') {
            return Self::Anywhere;
        }
        // The number of a sentence is for people.
        let paragraphs = at.split_once('.').map_or(at, |parts| parts.0);
        range(paragraphs).map_or(Self::Anywhere, |(from, to)| Self::Paragraphs(from, to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locators_point_to_paragraphs_lines_or_anywhere() {
        let check = |at: &str, expect| assert_eq!(Locator::parse(at), expect, "{at}");
        check("18", Locator::Paragraphs(18, 18));
        check("18-20", Locator::Paragraphs(18, 20));
        check("18.2", Locator::Paragraphs(18, 18));
        check("L34", Locator::Lines(34, 34));
        check("L34-36", Locator::Lines(34, 36));
        for at in ["p12", "p12-13", "00:12:31", "#section", "#18"] {
            check(at, Locator::Anywhere);
        }
    }
}
