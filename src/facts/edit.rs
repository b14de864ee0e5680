//! An `allow` entry is put into the text of a fact file, and nothing else of the text changes.
//!
//! In goes a text that loads and the place of a claim's key, out come the bytes to insert. Whatever style the claim is
//! written in is kept; whether the edit does what it is for is seen by reading the new text.

use std::fmt::Write as _;
use std::ops::Range;

use crate::yaml::{Node, NodeKind, Style, value_of_key};

/// An entry of `allow` to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowEntry {
    /// The rule whose finding is accepted.
    pub rule: String,
    /// The other claims of the finding, as the file names them.
    pub with: Vec<String>,
    /// The reason.
    pub why: String,
    /// The last day, as a date.
    pub until: Option<String>,
}

/// What an edit inserts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Bytes of the old text before which texts are inserted, in order.
    pub insertions: Vec<(usize, String)>,
    /// Where the entry stands in the new text.
    pub entry: Range<usize>,
}

impl AllowEntry {
    /// The entry as it is written: a map in braces on one line.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!("{{ rule: {}", self.rule);
        let names: Vec<String> = self.with.iter().map(|id| plain(id)).collect();
        match &names[..] {
            [] => {}
            [one] => text.extend([", with: ", one]),
            all => text.extend([", with: [", &all.join(", "), "]"]),
        }
        text.extend([", why: ", &quoted(&self.why)]);
        if let Some(until) = &self.until {
            text.extend([", until: ", &plain(until)]);
        }
        text + " }"
    }
}

/// A word without quotes where every reader of YAML takes it for a text.
fn plain(text: &str) -> String {
    const OTHER_VALUES: [&str; 9] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];
    let is_word = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'/';
    let is_plain = text.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric) && text.bytes().all(is_word);
    if is_plain && !OTHER_VALUES.contains(&text) { text.to_owned() } else { quoted(text) }
}

/// A text in double quotes.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}') => {
                write!(out, "\\u{:04x}", u32::from(c)).expect("a string takes all");
            }
            c => out.push(c),
        }
    }
    out + "\""
}

/// The edit that adds an entry to the claim whose key holds the byte `claim`; `None` where its style is not known.
#[must_use]
pub fn insert_allow(text: &str, claim: usize, entry: &AllowEntry) -> Option<Edit> {
    let value = value_of_key(text, claim)?;
    let NodeKind::Map { is_flow, entries } = &value.kind else { return None };
    let mut editor = Editor { text, insertions: Vec::new() };
    let written = entry.text();
    let is_allow = |(key, _): &&(Node, Node)| text[key.place.clone()].trim_matches(['"', '\'']) == "allow";
    match entries.iter().find(is_allow) {
        Some((key, value)) => editor.add(key, value, *is_flow, &written)?,
        None if *is_flow => {
            let items: Vec<Range<usize>> =
                entries.iter().map(|(key, value)| key.place.start..value.place.end).collect();
            editor.append(&value.place, &items, &format!("allow: [{written}]"));
        }
        None => {
            let (key, last) = entries.last()?;
            let indent = editor.indent(entries.first()?.0.place.start)?;
            let lines = [format!("{indent}allow:"), format!("{indent}  - {written}")];
            if editor.keeps_blank_lines(key, last) {
                editor.lines_before(key.place.start, &lines);
            } else {
                editor.lines_after(last.place.end, &lines);
            }
        }
    }
    editor.finish(&written)
}

/// The text with an edit made.
#[must_use]
pub fn edited(text: &str, edit: &Edit) -> String {
    let mut new = String::with_capacity(text.len() + 200);
    let mut from = 0;
    for (at, insert) in &edit.insertions {
        new.push_str(&text[from..*at]);
        new.push_str(insert);
        from = *at;
    }
    new + &text[from..]
}

struct Editor<'t> {
    text: &'t str,
    insertions: Vec<(usize, String)>,
}

impl Editor<'_> {
    fn insert(&mut self, at: usize, text: impl Into<String>) {
        self.insertions.push((at, text.into()));
    }

    /// Adds to an `allow` that is there.
    fn add(&mut self, key: &Node, value: &Node, in_flow: bool, entry: &str) -> Option<()> {
        match &value.kind {
            NodeKind::Scalar(_) if value.place.is_empty() && in_flow => {
                self.insert(value.place.end, format!(" [{entry}]"));
            }
            NodeKind::Scalar(_) if value.place.is_empty() => {
                let indent = self.indent(key.place.start)?;
                self.lines_after(value.place.end, &[format!("{indent}  - {entry}")]);
            }
            NodeKind::Scalar(_) => return None,
            NodeKind::List { is_flow: true, items } => {
                let items: Vec<Range<usize>> = items.iter().map(|item| item.place.clone()).collect();
                self.append(&value.place, &items, entry);
            }
            NodeKind::List { is_flow: false, items } => {
                let first = items.first()?.place.start;
                let before = self.text[self.line_start(first)..first].trim_end().strip_suffix('-')?;
                let line = before.trim().is_empty().then(|| format!("{before}- {entry}"))?;
                self.lines_after(items.last()?.place.end, &[line]);
            }
            NodeKind::Map { is_flow: true, .. } => {
                self.insert(value.place.start, "[");
                self.insert(value.place.end, format!(", {entry}]"));
            }
            NodeKind::Map { is_flow: false, .. } => {
                let indent = self.indent(value.place.start)?;
                self.insert(value.place.start, "- ");
                for at in self.further_lines(&value.place) {
                    self.insert(at, "  ");
                }
                self.lines_after(value.place.end, &[format!("{indent}- {entry}")]);
            }
        }
        Some(())
    }

    /// Adds an item to a list or a map in brackets.
    fn append(&mut self, place: &Range<usize>, items: &[Range<usize>], new: &str) {
        let Some(last) = items.last() else {
            self.insert(place.start + 1, new);
            return;
        };
        let comma = self.comma(last.end..place.end - 1);
        let after = comma.map_or(last.end, |at| at + 1);
        // A colon and a comma side by side are a part of a word for some readers.
        let is_empty = self.text[..last.end].ends_with(':');
        let (before, behind) = match comma {
            Some(_) => ("", ","),
            None => (if is_empty { " ," } else { "," }, ""),
        };
        let opening = self.line_start(place.start);
        let Some(indent) = self.indent(last.start).filter(|_| self.line_start(last.start) > opening) else {
            self.insert(after, format!("{before} {new}{behind}"));
            return;
        };
        let end = self.line_end(after);
        let rest = self.text[after..end].trim_start();
        let break_ = self.line_break(after);
        if end < place.end && (rest.is_empty() || rest.starts_with('#')) {
            self.insert(after, before);
            self.insert(end, format!("{break_}{indent}{new}{behind}"));
        } else {
            self.insert(after, format!("{before}{break_}{indent}{new}{behind}"));
        }
    }

    /// The first comma between the items of a list and its end that is not in a comment.
    fn comma(&self, between: Range<usize>) -> Option<usize> {
        let mut is_comment = false;
        self.text[between.clone()].char_indices().find_map(|(at, c)| {
            is_comment = c == '#' || (is_comment && c != '\n');
            (c == ',' && !is_comment).then_some(between.start + at)
        })
    }

    /// Puts lines behind the line that holds the end of a value.
    fn lines_after(&mut self, end: usize, lines: &[String]) {
        let break_ = self.line_break(end);
        let text: String = lines.iter().flat_map(|line| [break_, line]).collect();
        self.insert(self.line_end(end), text);
    }

    /// Puts lines before the line that holds a byte.
    fn lines_before(&mut self, at: usize, lines: &[String]) {
        let break_ = self.line_break(at);
        let text: String = lines.iter().flat_map(|line| [line, break_]).collect();
        self.insert(self.line_start(at), text);
    }

    /// A block whose blank lines at its end belong to it: its header, behind the key, has a `+`.
    fn keeps_blank_lines(&self, key: &Node, value: &Node) -> bool {
        let header = self.text.get(key.place.end..value.place.start).unwrap_or_default();
        value.kind == NodeKind::Scalar(Style::Block) && header.split('#').next().is_some_and(|h| h.contains('+'))
    }

    fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |at| at + 1)
    }

    /// Where the line that holds a byte ends, without its break.
    fn line_end(&self, at: usize) -> usize {
        let end = self.text[at..].find('\n').map_or(self.text.len(), |line| at + line);
        end - usize::from(end > at && self.text[..end].ends_with('\r'))
    }

    /// How the lines around a byte end.
    fn line_break(&self, at: usize) -> &'static str {
        let line_feed = self.text[at..].find('\n').map(|line| at + line).or_else(|| self.text[..at].rfind('\n'));
        if line_feed.is_some_and(|line| self.text[..line].ends_with('\r')) { "\r\n" } else { "\n" }
    }

    /// The white space before a byte, if nothing else stands before it in its line.
    fn indent(&self, at: usize) -> Option<String> {
        let before = &self.text[self.line_start(at)..at];
        before.trim().is_empty().then(|| before.to_owned())
    }

    /// Where the lines begin that hold some bytes, without the first and without blank ones.
    fn further_lines(&self, place: &Range<usize>) -> Vec<usize> {
        let breaks = self.text[place.clone()].match_indices('\n').map(|(at, _)| place.start + at + 1);
        breaks.filter(|&at| !self.text[at..self.line_end(at)].trim().is_empty()).collect()
    }

    fn finish(mut self, entry: &str) -> Option<Edit> {
        self.insertions.retain(|(_, text)| !text.is_empty());
        let mut shift = 0;
        for (at, text) in &self.insertions {
            if let Some(found) = text.find(entry) {
                let start = at + shift + found;
                return Some(Edit { entry: start..start + entry.len(), insertions: self.insertions });
            }
            shift += text.len();
        }
        None
    }
}
