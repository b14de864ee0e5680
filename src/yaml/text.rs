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

    /// Where the bytes of the value stand in the file. Takes time in proportion to the text: many bytes of one text are
    /// looked up in one table.
    #[must_use]
    pub fn places(&self, file: &str) -> Places {
        let aligned = self.cooked.as_ref().map(|value| {
            let raw = file.get(self.start as usize..self.end as usize).unwrap_or_default();
            aligned(raw, value, self.style)
        });
        Places { start: self.start, end: self.end, aligned }
    }

    /// The part of the value from byte `from` to byte `to`, with its own place; `places` are those of this text.
    #[must_use]
    pub fn part(&self, places: &Places, from: usize, to: usize) -> Self {
        let cooked = self.cooked.as_ref().and_then(|value| value.get(from..to)).map(Into::into);
        Self { start: places.at(from), end: places.at(to), style: self.style, cooked }
    }
}

/// Where the bytes of one [`Text`] stand in its file.
#[derive(Clone, Debug)]
pub struct Places {
    start: u32,
    end: u32,
    /// For each byte of the value, and for its end, an offset from `start`; none where the value is what is written.
    aligned: Option<Vec<u32>>,
}

impl Places {
    /// Where the byte `at` of the value stands; one past its end is the end.
    #[must_use]
    pub fn at(&self, at: usize) -> u32 {
        let shift = match &self.aligned {
            None => offset(at),
            Some(table) => table.get(at).or(table.last()).copied().unwrap_or_default(),
        };
        self.start.saturating_add(shift).min(self.end)
    }
}

fn offset(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// For each byte of `value` the offset in `raw` of the character it came from, and the offset of the end.
fn aligned(raw: &str, value: &str, style: Style) -> Vec<u32> {
    let mut table = Vec::with_capacity(value.len() + 1);
    let mut place = 0;
    for c in value.chars() {
        let (skip, length) = step(&raw[place..], c, style);
        table.extend(std::iter::repeat_n(offset(place + skip), c.len_utf8()));
        place = (place + skip + length).min(raw.len());
    }
    table.push(offset(place));
    table
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
            let part = text.part(&text.places(raw), at, at + word.len());
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
        let places = text.places("\"\\\"");
        for at in 0..20 {
            assert!(places.at(at) <= 3);
        }
    }
}
