//! The evidence of one picture: excerpts of several files, cut to the width, as one source that the renderer can read.
//!
//! In: places in the order in which they are to be drawn; out: excerpts, labels at offsets of our own, and the frames
//! they will make. Excerpts hold their own text, so that reading a label never walks a file. Knows nothing of findings.

use std::collections::BTreeMap;

use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use textwrap::{Options, WordSeparator, WordSplitter};

use crate::base::{FileId, SourceMap, Span};

use super::cut::{Cut, Range};
use super::frames::Frame;
use super::marks::{Mark, Place, heads, separate, widen};
use super::visible::{columns, shown_columns, visible};

/// An excerpt begins at the entry's first line, or goes on to the next label, if it is at most that many lines away.
const REACH: usize = 6;
/// A label is wrapped at that many columns even where fewer are left.
const LEAST_LABEL: usize = 14;
/// A label gets that many columns, if it needs them, where words must be cut anyway,
const WANTED_LABEL: usize = 48;
/// and that many by cutting words that would fit.
const NEEDED_LABEL: usize = 24;

/// A line that must be cut and has more labels than one for so many columns is shown several times.
const LABEL_ROOM: usize = 30;

/// So many labels may stand under a line that needs no cutting.
const MANY: usize = 12;
/// Columns that line numbers, border and margin take.
const GUTTER: usize = 10;

/// How wide the picture is, and what stands for words left out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    /// Columns of the picture.
    pub(super) width: usize,
    /// `…`, or `...` in ASCII.
    pub(super) ellipsis: &'static str,
}

/// The excerpts of one picture, one byte apart in one made-up text.
#[derive(Debug, Default)]
pub(super) struct Exhibits {
    list: Vec<Excerpt>,
    labels: Vec<LabeledSpan>,
}

#[derive(Debug)]
struct Excerpt {
    /// Offset of its first byte.
    base: usize,
    file: FileId,
    path: String,
    /// Its first and last line, from 0.
    lines: (usize, usize),
    text: String,
    /// Offset of each label in `text`, and the line and the column, from 0, where it stands in the file.
    origins: Vec<(usize, usize, usize)>,
    /// The origin that the header shows.
    shown: (usize, usize),
}

/// Lines of a file that are shown together, and what is labelled in them.
struct Group<'a> {
    file: FileId,
    lines: (usize, usize),
    entry: Option<Span>,
    marks: Vec<Mark<'a>>,
}

impl Exhibits {
    /// Excerpts for the places, in their order; places in lines that are shown already become labels there.
    pub(super) fn new(sources: &SourceMap, places: &[Place], room: Room) -> Self {
        let groups = groups(sources, places, room.width);
        let digits = groups.iter().map(|group| (group.lines.1 + 1).to_string().len()).max().unwrap_or(1);
        let room = Room { width: room.width.saturating_sub(digits + 4).max(20), ..room };
        let mut exhibits = Self::default();
        let mut base = 0;
        for group in &groups {
            let excerpt = exhibits.excerpt(sources, group, base, room);
            base += excerpt.text.len() + 1;
            exhibits.list.push(excerpt);
        }
        exhibits
    }

    /// The labels, sorted by offset.
    pub(super) fn labels(&self) -> &[LabeledSpan] {
        &self.labels
    }

    /// The frames that will be drawn, in order.
    pub(super) fn frames(&self) -> Vec<Frame> {
        let mut before = None;
        let frame = |excerpt: &Excerpt| {
            let (line, column) = excerpt.shown;
            Frame {
                header: format!("{}:{}:{}", excerpt.path, line + 1, column + 1),
                gutter: (excerpt.lines.1 + 1).to_string().len() + 2,
                continues: before.replace(excerpt.file) == Some(excerpt.file),
            }
        };
        self.list.iter().map(frame).collect()
    }

    /// Cuts the lines of a group and adds its labels.
    fn excerpt(&mut self, sources: &SourceMap, group: &Group<'_>, base: usize, room: Room) -> Excerpt {
        let file = sources.file(group.file);
        let (mut text, mut origins, mut shown) = (String::new(), Vec::new(), None::<(bool, usize, usize)>);
        for index in group.lines.0..=group.lines.1 {
            if index > group.lines.0 {
                text.push('\n');
            }
            let (start, end) = file.line_range(index);
            let line = &file.text[start as usize..end as usize];
            let mut marks: Vec<_> = group.marks.iter().filter(|mark| mark.line == index).cloned().collect();
            separate(line, &mut marks);
            let entries = marks.iter().map(|mark| mark.entry).chain([group.entry]).flatten();
            let heads = heads(line, start as usize, entries);
            let spans: Vec<Range> = marks.iter().map(|mark| mark.range).collect();
            let need = marks.last().map_or(0, |mark| mark.texts.iter().map(|text| columns(text)).max().unwrap_or(0));
            let middle =
                [WANTED_LABEL, NEEDED_LABEL, LEAST_LABEL].map(|most| room.width.saturating_sub(4 + need.min(most)));
            let middle = middle.into();
            let budget = room.width - 1;
            let cut = Cut { line, heads: &heads, spans: &spans, budget, middle, ellipsis: room.ellipsis };
            let mut strip = cut.strip();
            widen(&strip.text, &mut marks, &mut strip.spans);
            for (mark, &(from, to)) in marks.iter().zip(&strip.spans) {
                let offset = text.len() + from;
                let ends = usize::midpoint(columns(&strip.text[..from]), columns(&strip.text[..to]));
                let label = wrapped(&mark.texts, room.width.saturating_sub(ends + 4));
                let span = SourceSpan::new((base + offset).into(), to - from);
                self.labels.push(if mark.primary {
                    LabeledSpan::new_primary_with_span(label, span)
                } else {
                    LabeledSpan::new_with_span(label, span)
                });
                origins.push((offset, index, mark.column));
                if shown.is_none_or(|(primary, ..)| mark.primary && !primary) {
                    shown = Some((mark.primary, index, mark.column));
                }
            }
            text.push_str(&strip.text);
            if strip.spans.iter().any(|&(from, to)| from == to && from == strip.text.len()) {
                text.push(' '); // an empty span behind the end is drawn only if there is something to point at
            }
        }
        let shown = shown.map_or((group.lines.0, 0), |(_, line, column)| (line, column));
        Excerpt { base, file: group.file, path: visible(&file.path), lines: group.lines, text, origins, shown }
    }
}

impl SourceCode for Exhibits {
    /// The whole excerpt, or the labelled text alone if no context is asked for; never text of two excerpts.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        _after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let at = self.list.partition_point(|excerpt| excerpt.base <= span.offset());
        let excerpt = at.checked_sub(1).map(|at| &self.list[at]).ok_or(MietteError::OutOfBounds)?;
        let start = span.offset() - excerpt.base;
        let whole = excerpt.text.as_bytes();
        let bytes = whole.get(start..start.saturating_add(span.len())).ok_or(MietteError::OutOfBounds)?;
        let (bytes, shown, line, column) = if before == 0 {
            // The header asks where the label is: the answer is its place in the file.
            let origin = excerpt.origins.iter().find(|origin| origin.0 == start);
            let (line, column) = origin.map_or((excerpt.lines.0, 0), |&(_, line, column)| (line, column));
            (bytes, *span, line, column)
        } else {
            (whole, SourceSpan::new(excerpt.base.into(), whole.len()), excerpt.lines.0, 0)
        };
        Ok(Box::new(MietteSpanContents::new_named(excerpt.path.clone(), bytes, shown, line, column, 1)))
    }
}

/// Places gathered into runs of lines, in the order of the first place of each.
fn groups<'a>(sources: &SourceMap, places: &'a [Place], width: usize) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    let mut shown: BTreeMap<(FileId, usize), usize> = BTreeMap::new();
    for place in places {
        let mut marks = Mark::all(sources, place);
        let file = place.span.file;
        let line = marks[0].line;
        let most = if is_wider(sources, file, line, width.saturating_sub(GUTTER)) { width / LABEL_ROOM } else { MANY };
        let has_room = |at: usize| groups[at].marks.iter().filter(|mark| mark.line == line).count() < most.max(1);
        let at = match shown.get(&(file, line)) {
            Some(&at) if has_room(at) => at,
            Some(_) => {
                groups.push(Group { file, lines: (line, line), entry: place.entry, marks: Vec::new() });
                groups.len() - 1
            }
            None => begun(&mut groups, &shown, sources, (place, line)),
        };
        let further = marks.split_off(1);
        let end = further.last().map_or(line, |mark| mark.line);
        // The further lines of a place are shown if no other excerpt shows them.
        let taken = |line: usize| shown.get(&(file, line)).is_some_and(|&other| other != at);
        if (line + 1..=end).any(taken) {
            marks[0].texts.extend(further.into_iter().flat_map(|mark| mark.texts));
        } else {
            groups[at].lines.1 = groups[at].lines.1.max(end);
            marks.extend(further);
        }
        groups[at].marks.append(&mut marks);
        let (first, last) = groups[at].lines;
        shown.extend((first..=last).map(|line| ((file, line), at)));
    }
    groups
}

/// Whether a line fills more than so many columns.
fn is_wider(sources: &SourceMap, file: FileId, line: usize, most: usize) -> bool {
    let (start, end) = sources.file(file).line_range(line);
    let text = &sources.file(file).text[start as usize..end as usize];
    let widths = text.char_indices().map(|(at, c)| shown_columns(text, at, c));
    widths
        .scan(0, |sum, width| (*sum <= most).then(|| *sum += width).map(|()| *sum))
        .last()
        .is_some_and(|sum| sum > most)
}

/// The group in which a line that is not shown yet is to be shown: the last one if the line follows it, else a new one.
fn begun<'a>(
    groups: &mut Vec<Group<'a>>,
    shown: &BTreeMap<(FileId, usize), usize>,
    sources: &SourceMap,
    (place, line): (&'a Place, usize),
) -> usize {
    let file = place.span.file;
    let last = groups.last_mut().filter(|group| group.file == file);
    let mut first = match &last {
        Some(group) if group.reaches(place.entry, line) => group.lines.1 + 1,
        _ => place.entry.map_or(line, |entry| sources.file(file).line_index(entry.start)),
    };
    if !(line.saturating_sub(REACH)..line).contains(&first) {
        first = line;
    }
    if let Some((&(_, taken), _)) = shown.range((file, first)..(file, line)).next_back() {
        first = taken + 1;
    }
    match last {
        Some(group) if group.lines.1 + 1 == first => group.lines.1 = line,
        _ => groups.push(Group { file, lines: (first, line), entry: place.entry, marks: Vec::new() }),
    }
    groups.len() - 1
}

impl Group<'_> {
    /// Whether a line of the same entry follows so closely that the lines between are shown.
    fn reaches(&self, entry: Option<Span>, line: usize) -> bool {
        let same = entry.is_some_and(|entry| self.entry.is_some_and(|own| own.start == entry.start));
        same && (self.lines.1 + 1..=self.lines.1 + REACH).contains(&line)
    }
}

/// The texts of one label, wrapped; `None` if there is nothing to say.
fn wrapped(texts: &[&str], room: usize) -> Option<String> {
    let options = Options::new(room.max(LEAST_LABEL))
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation);
    let lines: Vec<_> = texts.iter().flat_map(|text| textwrap::wrap(text, &options)).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    /// Draws the excerpts as plain lines: header, lines, and each label's text after `=`.
    fn check(text: &str, words: &[(&str, &str)], expect: &str) {
        let mut sources = SourceMap::new();
        let file = sources.add("a.yaml", text);
        let span = |word: &str| {
            let start = text.find(word).unwrap();
            Span::new(file, u32::try_from(start).unwrap(), u32::try_from(start + word.len()).unwrap())
        };
        let place = |&(entry, word): &(&str, &str)| Place {
            span: span(word),
            entry: Some(span(entry)),
            label: String::new(),
            primary: false,
        };
        let places: Vec<_> = words.iter().map(place).collect();
        let exhibits = Exhibits::new(&sources, &places, Room { width: 60, ellipsis: "…" });
        let mut out = String::new();
        for (excerpt, frame) in exhibits.list.iter().zip(exhibits.frames()) {
            let more = if frame.continues { "+" } else { "" };
            let _ = writeln!(out, "[{}]{more}\n{}", frame.header, excerpt.text);
        }
        for label in exhibits.labels() {
            let at = exhibits.read_span(label.inner(), 0, 0).unwrap();
            let text = std::str::from_utf8(at.data()).unwrap();
            let _ = writeln!(out, "{}:{}={text}", at.line() + 1, at.column() + 1);
        }
        assert_eq!(out, expect);
    }

    #[test]
    fn one_line_has_one_excerpt_and_neighbours_touch() {
        check(
            "a: { says: x1 y1 }\nb: { says: x2 }\n\nc: { says: x3 }\n",
            &[("a:", "x1"), ("c:", "x3"), ("a:", "y1"), ("b:", "x2")],
            "[a.yaml:1:12]\na: { says: x1 y1 }\n[a.yaml:4:12]+\nc: { says: x3 }\n[a.yaml:2:12]+\nb: { says: x2 }\n\
             1:12=x1\n1:15=y1\n4:12=x3\n2:12=x2\n",
        );
        check(
            "a: { says: x1 }\nb: { says: x2 }\n",
            &[("a:", "x1"), ("b:", "x2")],
            "[a.yaml:1:12]\na: { says: x1 }\nb: { says: x2 }\n1:12=x1\n2:12=x2\n",
        );
    }

    #[test]
    fn a_block_begins_at_its_key_if_that_is_near() {
        let far = "a:\n  1: 1\n  2: 2\n  3: 3\n  4: 4\n  5: 5\n  says: x\n";
        check(far, &[("a:", "x")], &format!("[a.yaml:7:9]\n{}\n7:9=x\n", far.trim_end()));
        let further = far.replace("  5: 5\n", "  5: 5\n  6: 6\n");
        check(&further, &[("a:", "x")], "[a.yaml:8:9]\n  says: x\n8:9=x\n");
        check(
            &further,
            &[("a:", "2: 2"), ("a:", "x")],
            &format!("[a.yaml:3:3]\n{}\n3:3=2: 2\n8:9=x\n", further.trim_end()),
        );
    }

    #[test]
    fn spans_never_overlap_and_columns_are_characters() {
        check(
            "büro: { who: 日本, says: xx yyy zz }\n",
            &[("büro", "xx yyy zz"), ("büro", "yyy"), ("büro", "zz"), ("büro", "日本"), ("büro", "日本")],
            "[a.yaml:1:14]\nbüro: { who: 日本, says: xx yyy zz }\n1:14=日本\n1:24=xx\n1:27=yyy\n1:31=zz\n",
        );
    }

    #[test]
    fn places_at_the_end_of_a_text_and_in_empty_ones() {
        check("", &[("", "")], "[a.yaml:1:1]\n \n1:1=\n");
        check("a: \"x\n y\" }", &[("a:", "\"x\n y\"")], "[a.yaml:1:4]\na: \"x\n y\" }\n1:4=\"x\n2:2=y\"\n");
    }

    #[test]
    fn a_span_over_two_excerpts_is_refused() {
        let mut sources = SourceMap::new();
        let place = |file| Place { span: Span::new(file, 0, 1), entry: None, label: "l".to_owned(), primary: false };
        let places = [place(sources.add("a", "x")), place(sources.add("b", "y"))];
        let exhibits = Exhibits::new(&sources, &places, Room { width: 60, ellipsis: "…" });
        assert!(exhibits.read_span(&(0, 1).into(), 1, 1).is_ok());
        assert!(exhibits.read_span(&(0, 3).into(), 1, 1).is_err());
        assert!(exhibits.read_span(&(9, 1).into(), 1, 1).is_err());
    }
}
