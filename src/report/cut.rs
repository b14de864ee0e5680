//! Cuts a source line to a width: which byte ranges of it stay, and how the rest is marked.
//!
//! Kept first are heads (an entry's key) and labelled spans, then whole words around the spans while there is room.
//! Only the neighbourhood of what is kept is looked at, so that a line of a megabyte costs no more than a short one.

use unicode_width::UnicodeWidthChar;

use super::visible::{columns, show, shown_columns};

/// A half-open byte range of the line.
pub(super) type Range = (usize, usize);

/// A span that must be shortened keeps that many columns even where fewer are left.
const LEAST_SPAN: usize = 8;

/// What is to be cut, and what must stay.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cut<'a> {
    /// The line without its line break.
    pub(super) line: &'a str,
    /// Ranges that come first, such as the entry's key.
    pub(super) heads: &'a [Range],
    /// The labelled spans, sorted, without overlaps.
    pub(super) spans: &'a [Range],
    /// Display columns that the result may fill.
    pub(super) budget: usize,
    /// The column at which the middle of the last span should stand at most, so that its label has room; a line that
    /// fits is cut only if it stands further than the second column, and spans are shortened only if further than the third.
    pub(super) middle: (usize, usize, usize),
    /// What stands for words left out.
    pub(super) ellipsis: &'static str,
}

/// A cut line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Strip {
    /// What is shown.
    pub(super) text: String,
    /// The labelled spans as byte ranges of `text`.
    pub(super) spans: Vec<Range>,
}

impl Cut<'_> {
    /// The line as it is shown.
    pub(super) fn strip(&self) -> Strip {
        let kept = self.kept();
        let (mut text, mut starts) = (String::new(), Vec::with_capacity(kept.len()));
        let mut at = 0;
        for &(start, end) in &kept {
            text.push_str(&self.mark(at, start));
            starts.push(text.len());
            self.show(&mut text, start, end);
            at = end;
        }
        text.push_str(&self.mark(at, self.line.len()));
        let place = |byte: usize, range: usize| {
            let mut before = String::new();
            self.show(&mut before, kept[range].0, byte.clamp(kept[range].0, kept[range].1));
            starts[range] + before.len()
        };
        let spans = self.spans.iter().map(|&(start, end)| {
            let first = kept.iter().rposition(|range| range.0 <= start).unwrap_or(0);
            let last = kept.iter().position(|range| range.1 >= end).unwrap_or(kept.len() - 1);
            let shown = place(start, first);
            (shown, if start == end { shown } else { place(end, last).max(shown) })
        });
        let spans = spans.collect();
        Strip { text, spans }
    }

    /// The ranges that stay, sorted; at least one, without overlaps.
    fn kept(&self) -> Vec<Range> {
        let whole = vec![(0, self.line.len())];
        if !self.wider(0, self.line.len(), self.budget) && self.last_middle(&whole) <= self.middle.1 {
            return whole;
        }
        let mut kept = self.least();
        while let Some(more) = self.grown(&kept) {
            kept = more;
        }
        kept
    }

    /// What stays at least: heads and spans, as much of them as fits and leaves room for the last label; without the heads if
    /// there is no room for both.
    fn least(&self) -> Vec<Range> {
        let most = self.budget / 2 / self.heads.len().max(1);
        let heads: Vec<Range> = self.heads.iter().map(|&(start, end)| (start, self.words(start, end, most))).collect();
        let marks = columns(self.ellipsis) + 2;
        for heads in [&heads[..], &[]] {
            let widths: usize = heads.iter().map(|&(start, end)| self.columns(start, end) + marks).sum();
            let all = self.share(self.budget.saturating_sub(widths + marks * self.spans.len()));
            // Marks inside spans cost room as well, so that the first share may be too large.
            let widest = self.spans.iter().map(|&(start, end)| self.columns_upto(start, end, self.budget)).max();
            let first = all.min(widest.unwrap_or(0)).max(LEAST_SPAN);
            let less = |&share: &usize| (share > LEAST_SPAN).then(|| (share * 4 / 5).max(LEAST_SPAN));
            let shares = std::iter::successors(Some(first), less);
            for share in shares.filter(|&share| heads.is_empty() || share > 2 * LEAST_SPAN || share == first) {
                let mut kept = heads.to_vec();
                for &span in self.spans {
                    self.shorten(span, share, &mut kept);
                }
                if kept.is_empty() {
                    kept.push((0, 0));
                }
                let kept = self.joined(kept);
                let fits = self.total(&kept) <= self.budget && self.last_middle(&kept) <= self.middle.2;
                if fits || (heads.is_empty() && share == LEAST_SPAN) {
                    return kept;
                }
            }
        }
        vec![(0, 0)]
    }

    /// The columns that one span may fill, so that all fit into `room`: narrow ones leave their rest to the wide ones.
    fn share(&self, room: usize) -> usize {
        let mut widths: Vec<usize> =
            self.spans.iter().map(|&(start, end)| self.columns_upto(start, end, room)).collect();
        widths.sort_unstable();
        let (mut room, mut left) = (room, widths.len());
        for width in widths {
            if width > room / left {
                return (room / left).max(LEAST_SPAN);
            }
            (room, left) = (room - width, left - 1);
        }
        self.budget
    }

    /// One more word on each side of each span, where there is room; `None` if there is none anywhere.
    fn grown(&self, kept: &[Range]) -> Option<Vec<Range>> {
        let mut now = kept.to_vec();
        let mut changed = false;
        let last = kept.last().map_or(0, |range| range.1);
        let fallback = [(last, last)];
        let anchors = if self.spans.is_empty() { &fallback[..] } else { self.spans };
        for &(start, end) in anchors {
            let (Some(first), Some(last)) =
                (now.iter().rfind(|range| range.0 <= start), now.iter().find(|range| range.1 >= end))
            else {
                continue;
            };
            let wider =
                [self.word_before(first.0).map(|to| (to, first.0)), self.word_after(last.1).map(|to| (last.1, to))];
            for more in wider.into_iter().flatten() {
                let mut candidate = now.clone();
                candidate.push(more);
                let candidate = self.joined(candidate);
                if candidate != now && self.total(&candidate) <= self.budget && self.keeps_middle(&candidate, &now) {
                    now = candidate;
                    changed = true;
                }
            }
        }
        changed.then_some(now)
    }

    fn keeps_middle(&self, candidate: &[Range], now: &[Range]) -> bool {
        let middle = self.last_middle(candidate);
        middle <= self.middle.0 || middle <= self.last_middle(now)
    }

    /// Sorted, and joined where they touch or where the mark would be as wide as what it stands for.
    fn joined(&self, mut ranges: Vec<Range>) -> Vec<Range> {
        ranges.sort_unstable();
        let mut out: Vec<Range> = Vec::with_capacity(ranges.len());
        for (start, end) in ranges {
            let from = out.last().map_or(0, |range| range.1);
            let near = start <= from || !self.wider(from, start, columns(&self.mark(from, start)));
            match out.last_mut() {
                Some(range) if near => range.1 = range.1.max(end),
                Some(_) => out.push((start, end)),
                None => out.push((if near { 0 } else { start }, end)),
            }
        }
        let length = self.line.len();
        if let Some(range) = out.last_mut()
            && !self.wider(range.1, length, columns(&self.mark(range.1, length)))
        {
            range.1 = length;
        }
        out
    }

    /// What stands in the place of `from..to`.
    fn mark(&self, from: usize, to: usize) -> String {
        let hidden = &self.line[from..to];
        let ends = to == self.line.len();
        if hidden.is_empty() || (ends && hidden.trim_start().is_empty()) {
            return String::new();
        }
        let left = if from > 0 && hidden.starts_with(char::is_whitespace) { " " } else { "" };
        let right = if !ends && hidden.ends_with(char::is_whitespace) { " " } else { "" };
        format!("{left}{}{right}", self.ellipsis)
    }

    /// A span as one range, or as its first and last words if it is wider than `most`.
    fn shorten(&self, (start, end): Range, most: usize, out: &mut Vec<Range>) {
        if !self.wider(start, end, most) {
            out.push((start, end));
            return;
        }
        let first = self.words(start, end, most / 2);
        let mut used = 0;
        let (mut last, mut at_word) = (end, None);
        for (at, c) in self.line[first..end].char_indices().rev() {
            let width = shown_columns(self.line, first + at, c);
            used += width;
            if used > most / 2 {
                break;
            }
            if width == 0 {
                continue; // a mark stays with its letter
            }
            last = first + at;
            if self.is_break(last) {
                at_word = Some(last);
            }
        }
        out.push((start, first));
        out.push((at_word.unwrap_or(last), end));
    }

    /// The end of the whole words of `start..end` that fit into `most` columns, or of the characters if no word fits.
    fn words(&self, start: usize, end: usize, most: usize) -> usize {
        let mut used = 0;
        let mut at_word = None;
        for (at, c) in self.line[start..end].char_indices() {
            let at = start + at;
            if at > start && (c.is_whitespace() || self.is_break(at)) {
                at_word = Some(at);
            }
            used += shown_columns(self.line, at, c);
            if used > most {
                return at_word.unwrap_or(at);
            }
        }
        end
    }

    /// The end of the word that follows `at`; `None` at the end of the line and before a word wider than the budget.
    fn word_after(&self, at: usize) -> Option<usize> {
        let mut used = 0;
        let mut inside = false;
        for (offset, c) in self.line[at..].char_indices() {
            let here = at + offset;
            if inside && (c.is_whitespace() || self.is_break(here)) {
                return Some(here);
            }
            inside |= !c.is_whitespace();
            used += shown_columns(self.line, here, c);
            if used > self.budget {
                return None;
            }
        }
        (at < self.line.len()).then_some(self.line.len())
    }

    /// The start of the word that ends before `at`, in the same way.
    fn word_before(&self, at: usize) -> Option<usize> {
        let mut used = 0;
        let mut inside = false;
        for (here, c) in self.line[..at].char_indices().rev() {
            if inside && c.is_whitespace() {
                return Some(here + c.len_utf8());
            }
            inside |= !c.is_whitespace();
            used += shown_columns(self.line, here, c);
            if used > self.budget {
                return None;
            }
            if inside && self.is_break(here) {
                return Some(here);
            }
        }
        (at > 0).then_some(0)
    }

    /// Whether a word may begin here: behind a space, behind the `+` of a list, and at a wide character, whose scripts write
    /// no spaces.
    fn is_break(&self, at: usize) -> bool {
        let before = self.line[..at].chars().next_back();
        let here = self.line[at..].chars().next();
        before.is_some_and(|c| c.is_whitespace() || c == '+') || here.is_some_and(|c| c.width() == Some(2))
    }

    /// Columns of the whole result.
    fn total(&self, ranges: &[Range]) -> usize {
        let end = ranges.last().map_or(0, |range| range.1);
        self.column(ranges, end) + columns(&self.mark(end, self.line.len()))
    }

    /// Columns before a byte that is kept.
    fn column(&self, ranges: &[Range], byte: usize) -> usize {
        let (mut sum, mut at) = (0, 0);
        for &(start, end) in ranges {
            if at > 0 && byte <= at {
                break;
            }
            sum += columns(&self.mark(at, start)) + self.columns(start, end.min(byte.max(start)));
            at = end;
        }
        sum
    }

    fn last_middle(&self, ranges: &[Range]) -> usize {
        self.spans
            .last()
            .map_or(0, |&(start, end)| usize::midpoint(self.column(ranges, start), self.column(ranges, end)))
    }

    fn columns(&self, start: usize, end: usize) -> usize {
        let chars = self.line[start..end].char_indices();
        chars.map(|(at, c)| shown_columns(self.line, start + at, c)).sum()
    }

    /// Whether `start..end` fills more than `most` columns.
    fn wider(&self, start: usize, end: usize, most: usize) -> bool {
        self.columns_upto(start, end, most) > most
    }

    /// The columns of `start..end`; stops looking as soon as they are more than `most`.
    fn columns_upto(&self, start: usize, end: usize, most: usize) -> usize {
        let mut used = 0;
        for (at, c) in self.line[start..end].char_indices() {
            used += shown_columns(self.line, start + at, c);
            if used > most {
                break;
            }
        }
        used
    }

    fn show(&self, out: &mut String, start: usize, end: usize) {
        for (at, c) in self.line[start..end].char_indices() {
            show(out, self.line, start + at, c);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "  no-backstab: { at: 18, who: putin, for: russia, says: russia not betrays allies, mode: commitment, \
                        said: 2015-11~, quote: \"we will not stab our partners in the back\" }";

    /// Cuts the line around the words to be labelled and shows them in brackets.
    fn check(line: &str, words: &[&str], budget: usize, middle: usize, expect: &str) {
        let at = |word: &&str| line.find(word).map(|start| (start, start + word.len())).unwrap();
        let spans: Vec<Range> = words.iter().map(at).collect();
        let heads: Vec<Range> = line.find('{').map(|at| (0, at + 1)).into_iter().collect();
        let cut = Cut { line, heads: &heads, spans: &spans, budget, middle: (middle, middle, middle), ellipsis: "…" };
        let strip = cut.strip();
        assert!(columns(&strip.text) <= budget, "{} columns: {}", columns(&strip.text), strip.text);
        let mut shown = strip.text;
        for &(start, end) in strip.spans.iter().rev() {
            shown.insert(end, '>');
            shown.insert(start, '<');
        }
        assert_eq!(shown, expect);
    }

    #[test]
    fn key_and_labels_stay_and_words_around_them() {
        check(LINE, &["putin"], 200, 90, &LINE.replace("putin", "<putin>"));
        check(
            LINE,
            &["russia not betrays allies", "commitment"],
            80,
            70,
            "  no-backstab: { … says: <russia not betrays allies>, mode: <commitment>, said: …",
        );
        check(LINE, &["partners"], 40, 40, "  no-backstab: { … our <partners> in the …");
        check(LINE, &[], 40, 40, "  no-backstab: { at: 18, who: putin, …");
    }

    #[test]
    fn a_long_span_keeps_its_start_and_end() {
        let quote = "\"we will not stab our partners in the back\"";
        check(LINE, &[quote], 50, 50, "  no-backstab: { … <\"we will not … in the back\"> }");
        check(
            "x: { says: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa }",
            &["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"],
            30,
            30,
            "x: { … <aaaaaaaaaa…aaaaaaaaaa> }",
        );
    }

    #[test]
    fn a_label_far_right_gets_room() {
        let line = "  a: { at: 18, who: putin, for: russia, says: russia supports syria, by: 2030 }";
        check(line, &["2030"], 90, 40, "  a: { … russia supports syria, by: <2030> }");
    }

    #[test]
    fn wide_and_hidden_characters_count_as_they_are_drawn() {
        let line = "x: { 日本語の文は空白がないので どこでも切れる says: a b, quote: 日本語の文は空白がない }";
        check(line, &["a b"], 30, 30, "x: { …れる says: <a b>, quote: …");
        check(
            "x: { \u{202e}\u{202e}\u{202e}\u{202e} says: a b \u{1b}[2J }",
            &["a b"],
            40,
            40,
            "x: { … says: <a b> \\u{1b}[2J }",
        );
    }
}
