//! How a broken entry would be right: one small edit is tried, and the corrected line is shown where the entry then parses.
//!
//! In go a text, the bytes of an entry and an edit, out comes the corrected line or nothing. Long entries are not tried, so
//! that a broken file takes no more than a few extra looks at a few lines.

use super::scan::{begins_value, close_of, line_at, line_start};
use super::strict::Strict;
use super::{Event, EventSource as _};

/// Bytes of an entry that is tried.
const MAX_TRIED: usize = 4096;
/// Characters of a corrected line that are shown on both sides of the edit.
const SHOWN: usize = 40;

/// Bytes of a text and what is written in their place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) with: String,
}

impl Edit {
    pub(super) fn insert(at: usize, with: &str) -> Self {
        Self { from: at, to: at, with: with.to_owned() }
    }

    pub(super) fn replace(from: usize, to: usize, with: impl Into<String>) -> Self {
        Self { from, to, with: with.into() }
    }
}

/// A text, and the bytes of the entry in it that is broken.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'t> {
    pub(super) text: &'t str,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Entry<'_> {
    /// "write `…`" with the line as the first of these edits makes it, if the entry parses then.
    pub(super) fn corrected(self, edits: impl IntoIterator<Item = Edit>) -> Option<String> {
        edits.into_iter().find_map(|edit| self.with(&edit)).map(|line| format!("write `{line}`"))
    }

    fn with(self, edit: &Edit) -> Option<String> {
        let Self { text, start, end } = self;
        if end - start > MAX_TRIED || edit.from < start || edit.to > end || edit.from > edit.to {
            return None;
        }
        let (before, after) = (text.get(start..edit.from)?, text.get(edit.to..end)?);
        let mended = format!("{before}{}{after}", edit.with);
        if !is_one_entry(&mended) {
            return None;
        }
        let at = before.len();
        let from = line_start(&mended, at);
        Some(window(line_at(&mended, from).trim_end(), at - from, edit.with.len()))
    }
}

/// The text is YAML, and a map with one key or a list with one item.
fn is_one_entry(text: &str) -> bool {
    let mut events = Strict::new(text);
    let mut depth = 0;
    let mut inside = 0;
    loop {
        match events.next() {
            Err(_) | Ok(Event::Anchor | Event::Tag | Event::Alias) => return false,
            Ok(Event::End) => return (1..=2).contains(&inside),
            Ok(Event::MappingStart | Event::SequenceStart) => {
                inside += usize::from(depth == 1);
                depth += 1;
            }
            Ok(Event::MappingEnd | Event::SequenceEnd) => depth -= 1,
            Ok(Event::Scalar(_)) => inside += usize::from(depth == 1),
            Ok(Event::DocumentStart | Event::DocumentEnd) => {}
        }
    }
}

/// The line without its indentation; of a long one what lies around `length` bytes from `at`.
fn window(line: &str, at: usize, length: usize) -> String {
    let blank = line.len() - line.trim_start().len();
    let cut = |text: &str| text.chars().any(char::is_control);
    let (from, to) = (at.min(line.len()), (at + length).min(line.len()));
    let back = line[..from].char_indices().rev().nth(SHOWN).map_or(0, |(at, _)| at);
    let ahead = line[to..].char_indices().nth(SHOWN).map_or(line.len(), |(at, _)| to + at);
    let start = if back <= blank { blank } else { back + line[back..from].find(' ').map_or(0, |n| n + 1) };
    let end = if ahead == line.len() { ahead } else { to + line[to..ahead].rfind(' ').unwrap_or(ahead - to) };
    let (head, tail) = (if start > blank { "… " } else { "" }, if end < line.len() { " …" } else { "" });
    let part = &line[start.min(end)..end];
    let part = if cut(part) { part.escape_debug().to_string() } else { part.to_owned() };
    format!("{head}{part}{tail}")
}

/// Where the plain value that begins at `at` ends: in brackets at the next `,` or bracket, else at the end of the line.
pub(super) fn value_end(text: &str, at: usize, in_brackets: bool) -> usize {
    let line = line_at(text, at);
    let line = line.find(" #").map_or(line, |comment| &line[..comment]);
    let value = match line.find([',', ']', '}']) {
        Some(end) if in_brackets => &line[..end],
        _ => line,
    };
    at + value.trim_end().len()
}

/// The value in quotes.
pub(super) fn quoted(value: &str) -> String {
    if value.contains(['"', '\\']) { format!("'{}'", value.replace('\'', "''")) } else { format!("\"{value}\"") }
}

/// The last quote before `at` in its line that begins a value.
pub(super) fn opening_quote(text: &str, at: usize) -> Option<usize> {
    let start = line_start(text, at);
    let bytes = text.as_bytes();
    let mut here = start;
    let mut found = None;
    while here < at {
        if matches!(bytes[here], b'"' | b'\'') && begins_value(bytes, here) {
            found = Some(here);
            here += close_of(line_at(text, here)).unwrap_or(0);
        }
        here += 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, edit: Edit, expect: Option<&str>) {
        let entry = Entry { text, start: 0, end: text.len() };
        assert_eq!(entry.corrected([edit]).as_deref(), expect);
    }

    #[test]
    fn an_edit_is_shown_where_the_entry_parses_with_it() {
        check("  a: { at: 1 says: x }\n", Edit::insert(12, ","), Some("write `a: { at: 1, says: x }`"));
        check("  a: { at: 1 says: x }\n", Edit::insert(3, ","), None);
        check("  a: { at: 1\n", Edit::insert(12, " }"), Some("write `a: { at: 1 }`"));
        check("  a: &x 1\n", Edit::insert(8, "2"), None);
        check(&format!("a: {}\n", "x".repeat(5000)), Edit::insert(3, "y"), None);
    }

    #[test]
    fn long_lines_are_cut_at_words() {
        let line = format!(
            "a: {{ at: 1, gloss: {} says: x, quote: {} }}\n",
            "wörd ".repeat(20).trim_end(),
            "wörd ".repeat(20)
        );
        let at = line.find(" says").unwrap();
        let shown = "… wörd wörd wörd wörd wörd wörd wörd wörd, says: x, quote: wörd wörd wörd wörd …";
        check(&line, Edit::insert(at, ","), Some(&format!("write `{shown}`")));
    }
}
