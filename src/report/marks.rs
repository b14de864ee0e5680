//! Where labels stand within one line: spans on whole characters, without overlaps, and the words that must stay.
//!
//! In: places of files; out: marks and ranges of a line. Knows nothing of widths and of the renderer.

use crate::base::{SourceMap, Span};

use super::cut::Range;

/// A place to be shown.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// What is underlined.
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

/// A place of an entry that goes over more lines than that, and any other, is underlined in its first line only.
const MOST_LINES: usize = 6;

impl<'a> Mark<'a> {
    /// The place within its lines, on whole characters: one mark for each line in which it holds words. Its text stands
    /// under the last one.
    pub(super) fn all(sources: &SourceMap, place: &'a Place) -> Vec<Self> {
        let file = sources.file(place.span.file);
        let start = file.position(place.span.start).byte;
        let end = file.position(place.span.end.max(start)).byte;
        let (line, last) = (file.line_index(start), file.line_index(end));
        let mut marks = vec![Self::on_line(sources, place, line)];
        if place.entry.is_some() && (line + 1..line + MOST_LINES).contains(&last) {
            let further = (line + 1..=last).map(|line| Self::on_line(sources, place, line));
            marks.extend(further.filter(|mark| mark.range.0 < mark.range.1));
        }
        if !place.label.is_empty()
            && let Some(mark) = marks.last_mut()
        {
            mark.texts.push(&place.label);
        }
        marks
    }

    /// What the place has of a line: all of it for the first one, else its words.
    fn on_line(sources: &SourceMap, place: &Place, line: usize) -> Self {
        let file = sources.file(place.span.file);
        let (first, last) = file.line_range(line);
        let mut start = file.position(place.span.start).byte.clamp(first, last);
        let mut end = file.position(place.span.end.clamp(start, last)).byte.max(start);
        if line > file.line_index(place.span.start) {
            let text = &file.text[start as usize..end as usize];
            let margin = text.len() - text.trim_start().len();
            start += u32::try_from(margin).expect("a part of a file");
            end = end.max(start);
        }
        let position = file.position(start);
        Self {
            line,
            range: ((start - first) as usize, (end - first) as usize),
            column: position.column.get() as usize - 1,
            entry: place.entry,
            texts: Vec::new(),
            primary: place.primary && file.line_index(file.position(place.span.start).byte) == line,
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

/// Widens spans over right-to-left text to all of it, up to the nearest word of the other direction, and joins marks that
/// then overlap; `spans` are those of `marks` in the text as it is drawn.
///
/// A terminal may draw such a run from right to left, and it is not known whether it does. The run begins and ends at the
/// same columns in both ways, so that only an underline under all of it is never under the wrong words.
pub(super) fn widen(text: &str, marks: &mut Vec<Mark<'_>>, spans: &mut Vec<Range>) {
    let runs = runs_to_the_left(text);
    if runs.is_empty() {
        return;
    }
    for span in &mut *spans {
        let touched = runs.iter().filter(|run| span.0 < run.1 && run.0 < span.1);
        *span = touched.fold(*span, |all, run| (all.0.min(run.0), all.1.max(run.1)));
    }
    let (mut kept, mut wide): (Vec<Mark<'_>>, Vec<Range>) = (Vec::new(), Vec::new());
    for (mut mark, span) in marks.drain(..).zip(spans.drain(..)) {
        match (kept.last_mut(), wide.last_mut()) {
            (Some(known), Some(range)) if span.0 < range.1 => {
                known.texts.append(&mut mark.texts);
                known.primary |= mark.primary;
                range.1 = range.1.max(span.1);
            }
            _ => {
                kept.push(mark);
                wide.push(span);
            }
        }
    }
    (*marks, *spans) = (kept, wide);
}

/// Runs of right-to-left letters, with the digits, spaces and signs between them and the digits behind them.
fn runs_to_the_left(text: &str) -> Vec<Range> {
    let mut runs: Vec<Range> = Vec::new();
    let mut open = false;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        match runs.last_mut().filter(|_| open) {
            Some(run) if is_to_the_left(c) || c.is_numeric() => run.1 = end,
            None if is_to_the_left(c) => runs.push((at, end)),
            Some(_) | None => {}
        }
        open = is_to_the_left(c) || (open && !c.is_alphabetic());
    }
    runs
}

/// Whether the character belongs to a script that is written from right to left.
fn is_to_the_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}' | '\u{10800}'..='\u{10fff}'
        | '\u{1e800}'..='\u{1efff}')
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Widens spans over words and shows them in brackets.
    fn check(text: &str, words: &[&str], expect: &str) {
        let at = |word: &&str| text.find(word).map(|start| (start, start + word.len())).unwrap();
        let mut spans: Vec<Range> = words.iter().map(at).collect();
        let mark = |&range: &Range| Mark { line: 0, range, column: 0, entry: None, texts: vec!["t"], primary: false };
        let mut marks: Vec<Mark<'_>> = spans.iter().map(mark).collect();
        widen(text, &mut marks, &mut spans);
        assert_eq!(marks.iter().map(|mark| mark.texts.len()).sum::<usize>(), words.len());
        let mut shown = text.to_owned();
        for &(start, end) in spans.iter().rev() {
            shown.insert(end, '>');
            shown.insert(start, '<');
        }
        assert_eq!(shown, expect);
    }

    #[test]
    fn underlines_cover_whole_runs_of_right_to_left_text() {
        check("a: iran says x", &["iran", "x"], "a: <iran> says <x>");
        check("a: איראן רוצה x שלום", &["רוצה"], "a: <איראן רוצה> x שלום");
        check("a: عام 2015, b", &["عام"], "a: <عام 2015>, b");
        check("a: 2015 عام, b", &["عام", "b"], "a: 2015 <عام>, <b>");
        check("a: x איראן רוצה, y", &["x", "איראן", "רוצה"], "a: <x> <איראן רוצה>, y");
        check("a: x איראן", &["a: x"], "<a: x> איראן");
    }
}
