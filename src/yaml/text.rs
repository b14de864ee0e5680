//! A scalar and its place: offsets inside its value are mapped to bytes of the file through quotes, escapes and folded lines.

use super::Style;

/// A trimmed scalar. It borrows nothing: the text of the file is given back to it when it is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Offset of the first byte of the value, inside the quotes.
    pub start: u32,
    /// Offset behind the last byte of the value, inside the quotes.
    pub end: u32,
    style: Style,
    /// The value, where it differs from the bytes `start..end`.
    cooked: Option<Box<str>>,
}

impl Text {
    /// The scalar whose event covers `start..end` of `file` and whose value is `value`.
    #[must_use]
    pub fn new(file: &str, (start, end): (u32, u32), style: Style, value: &str) -> Self {
        let quotes = u32::from(matches!(style, Style::Single | Style::Double) && end >= start + 2);
        let (start, end) = (start + quotes, end - quotes);
        let raw = file.get(start as usize..end as usize).unwrap_or_default();
        let front = offset(raw.len() - raw.trim_start().len());
        let back = offset(raw.len() - raw.trim_end().len());
        let (start, end) = if front + back > end - start { (start, start) } else { (start + front, end - back) };
        let value = value.trim();
        let cooked = (raw.trim() != value).then(|| value.into());
        Self { start, end, style, cooked }
    }

    /// The value, given the text of the file it was read from.
    #[must_use]
    pub fn get<'a>(&'a self, file: &'a str) -> &'a str {
        match &self.cooked {
            Some(value) => value,
            None => file.get(self.start as usize..self.end as usize).unwrap_or_default(),
        }
    }

    /// Where the byte `at` of the value stands in the file.
    #[must_use]
    pub fn place(&self, file: &str, at: usize) -> u32 {
        match &self.cooked {
            None => (self.start + offset(at)).min(self.end),
            Some(value) => {
                let raw = file.get(self.start as usize..self.end as usize).unwrap_or_default();
                self.start + offset(aligned(raw, value, at, self.style))
            }
        }
    }

    /// The part of the value from byte `from` to byte `to`, with its own place.
    #[must_use]
    pub fn part(&self, file: &str, from: usize, to: usize) -> Self {
        let cooked = self.cooked.as_ref().and_then(|value| value.get(from..to)).map(Into::into);
        Self { start: self.place(file, from), end: self.place(file, to), style: self.style, cooked }
    }
}

fn offset(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// The offset in `raw` of the character that became byte `at` of `value`.
fn aligned(raw: &str, value: &str, at: usize, style: Style) -> usize {
    let mut place = 0;
    let mut passed = 0;
    for c in value.chars() {
        let rest = &raw[place..];
        let (skip, length) = step(rest, c, style);
        if passed >= at {
            return place + skip;
        }
        passed += c.len_utf8();
        place = (place + skip + length).min(raw.len());
    }
    raw.len().min(place)
}

/// How many bytes of `rest` come before the character `c` of the value, and how many stand for it.
fn step(rest: &str, c: char, style: Style) -> (usize, usize) {
    if c.is_whitespace() {
        // One run of white space in the file stands for one space of the value; further ones take nothing.
        let run = rest.len() - rest.trim_start().len();
        return if run > 0 { (0, run) } else { escape(rest, style).map_or((0, 0), |n| (0, n)) };
    }
    let mut skip = rest.len() - rest.trim_start().len();
    // A line that ends in `\` joins the next one.
    while style == Style::Double && rest[skip..].starts_with("\\\n") {
        skip += 2;
        skip += rest[skip..].len() - rest[skip..].trim_start().len();
    }
    let here = &rest[skip..];
    match escape(here, style) {
        Some(length) => (skip, length),
        None => (skip, here.chars().next().map_or(0, char::len_utf8)),
    }
}

/// Length of the escape sequence at the start of `rest`.
fn escape(rest: &str, style: Style) -> Option<usize> {
    let length = match (style, rest.as_bytes()) {
        (Style::Single, [b'\'', b'\'', ..]) | (Style::Double, [b'\\', _]) => 2,
        (Style::Double, [b'\\', kind, ..]) => match kind {
            b'x' => 4,
            b'u' => 6,
            b'U' => 10,
            _ => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
        },
        _ => return None,
    };
    rest.is_char_boundary(length).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each word of the value lies at the same word of the file.
    fn check(raw: &str, style: Style, value: &str, words: &[(&str, &str)]) {
        let text = Text::new(raw, (0, offset(raw.len())), style, value);
        assert_eq!(text.get(raw), value.trim());
        for &(word, expect) in words {
            let at = text.get(raw).find(word).unwrap();
            let part = text.part(raw, at, at + word.len());
            assert_eq!(&raw[part.start as usize..part.end as usize], expect, "{word} in {raw}");
            assert_eq!(part.get(raw), word);
        }
    }

    #[test]
    fn words_are_found_through_quotes_escapes_and_folds() {
        check("russia wants peace", Style::Plain, "russia wants peace", &[("wants", "wants"), ("peace", "peace")]);
        check("'it''s here'", Style::Single, "it's here", &[("it's", "it''s"), ("here", "here")]);
        check(
            r#""a \"b\" c\u00e9 d""#,
            Style::Double,
            "a \"b\" cé d",
            &[("\"b\"", r#"\"b\""#), ("cé", r"c\u00e9"), ("d", "d")],
        );
        check("one\n   two\n\n  three", Style::Plain, "one two\nthree", &[("two", "two"), ("three", "three")]);
        check("\"one \\\n   two x\"", Style::Double, "one two x", &[("two", "two"), ("x", "x")]);
        check("one\n    two\n", Style::Block, "one\ntwo\n", &[("one", "one"), ("two", "two")]);
        check("\"  padded \"", Style::Double, "  padded ", &[("padded", "padded")]);
    }

    #[test]
    fn a_damaged_pair_gives_some_place_and_no_panic() {
        let text = Text::new("\"\\\"", (0, 3), Style::Double, "ünrelated text");
        for at in 0..20 {
            assert!(text.place("\"\\\"", at) <= 3);
        }
    }
}
