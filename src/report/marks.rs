//! Where labels stand within one line: spans on whole characters, without overlaps, and the words that must stay.
//!
//! In: places of files; out: marks and ranges of a line. Knows nothing of widths and of the renderer.

use crate::base::{SourceMap, Span};

use super::cut::Range;

/// A place to be shown.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// What is underlined; the first line of it, if it has several.
    pub(super) span: Span,
    /// The entry in which it stands.
    pub(super) entry: Option<Span>,
    /// What is written under it; one visible line, may be empty.
    pub(super) label: String,
    /// Whether a frame's header names this place rather than its first one.
    pub(super) primary: bool,
}

/// A place within one line.
#[derive(Clone)]
pub(super) struct Mark<'a> {
    /// The line, from 0.
    pub(super) line: usize,
    /// Byte range within the line.
    pub(super) range: Range,
    /// Column of its start in the file, from 0.
    pub(super) column: usize,
    /// The entry in which it stands.
    pub(super) entry: Option<Span>,
    /// What is written under it, a paragraph each.
    pub(super) texts: Vec<&'a str>,
    /// Whether the header names it.
    pub(super) primary: bool,
}

impl<'a> Mark<'a> {
    /// The place within its first line, on whole characters.
    pub(super) fn new(sources: &SourceMap, place: &'a Place) -> Self {
        let file = sources.file(place.span.file);
        let position = file.position(place.span.start);
        let line = file.line_index(position.byte);
        let (first, last) = file.line_range(line);
        let start = position.byte.clamp(first, last);
        let end = file.position(place.span.end.clamp(start, last)).byte.max(start);
        Self {
            line,
            range: ((start - first) as usize, (end - first) as usize),
            column: position.column.get() as usize - 1,
            entry: place.entry,
            texts: if place.label.is_empty() { Vec::new() } else { vec![&place.label] },
            primary: place.primary,
        }
    }
}

/// Sorts the marks of one line and lets none overlap, because underlines cannot.
///
/// Inner marks keep their ranges; an outer one gets the longest part that is left of it, or joins an inner one.
pub(super) fn separate(line: &str, marks: &mut Vec<Mark<'_>>) {
    let mut waiting = std::mem::take(marks);
    waiting.sort_by_key(|mark| (mark.range.1 - mark.range.0, mark.range));
    for mut mark in waiting {
        if let Some(range) = free(line, mark.range, marks) {
            mark.range = range;
            marks.push(mark);
        } else if let Some(inner) = marks.iter_mut().find(|inner| mark.range.0 <= inner.range.0) {
            inner.texts.append(&mut mark.texts);
            inner.primary |= mark.primary;
        }
    }
    marks.sort_by_key(|mark| mark.range);
}

/// The longest part of a range that no mark takes; `None` if there is none.
fn free(line: &str, (start, end): Range, marks: &[Mark<'_>]) -> Option<Range> {
    // An empty mark is drawn one character wide.
    let width = |at: usize| line[at..].chars().next().map_or(0, char::len_utf8);
    let taken = marks.iter().map(|mark| (mark.range.0, mark.range.1.max(mark.range.0 + width(mark.range.0))));
    let mut taken: Vec<Range> =
        taken.filter(|range| range.0 < end.max(start + 1) && start < range.1.max(range.0 + 1)).collect();
    if taken.is_empty() {
        return Some((start, end));
    }
    taken.sort_unstable();
    taken.push((end, end));
    let mut at = start;
    let mut best: Option<Range> = None;
    for (from, to) in taken {
        if at < from {
            let part = &line[at..from];
            let first = at + part.len() - part.trim_start().len();
            let last = first + part.trim().len();
            if last > first && best.is_none_or(|best| best.1 - best.0 < last - first) {
                best = Some((first, last));
            }
        }
        at = at.max(to);
    }
    best
}

/// What is kept first: each entry's key up to its brace where it stands in this line, else the first word of the line.
pub(super) fn heads(line: &str, line_start: usize, entries: impl Iterator<Item = Span>) -> Vec<Range> {
    let indent = line.len() - line.trim_start().len();
    let mut heads: Vec<Range> = entries
        .filter_map(|entry| (entry.start as usize).checked_sub(line_start))
        .filter(|&at| at < line.len() && line.is_char_boundary(at))
        .map(|at| (if at <= indent { 0 } else { at }, key_end(line, at)))
        .collect();
    if heads.is_empty() {
        let word = line[indent..].find(char::is_whitespace).unwrap_or(0);
        let is_key = line[..indent + word].ends_with(':');
        heads.push((0, if is_key { key_end(line, indent) } else { indent + word }));
    }
    heads.sort_unstable();
    heads.dedup();
    heads
}

/// The end of `key: {` or `key:` that begins at `at`.
fn key_end(line: &str, at: usize) -> usize {
    let Some(colon) = line[at..].find(':') else { return at };
    let end = at + colon + 1;
    let rest = line[end..].trim_start();
    if rest.starts_with('{') { line.len() - rest.len() + 1 } else { end }
}
