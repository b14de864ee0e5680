//! Texts of files, and places in them: byte spans inside, lines and columns only for people.

use std::num::NonZeroU32;
use std::sync::Arc;

/// Names one file of a [`SourceMap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

/// A half-open byte range of one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
}

impl Span {
    /// The bytes `start..end` of `file`.
    #[must_use]
    pub fn new(file: FileId, start: u32, end: u32) -> Self {
        Self { file, start, end }
    }

    /// The smallest span over both; both must lie in one file, or `self` is returned.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        if self.file != other.file {
            return self;
        }
        Self { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Length in bytes.
    #[must_use]
    pub fn len(self) -> u32 {
        self.end.saturating_sub(self.start)
    }

    /// Whether no byte lies inside.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.end <= self.start
    }
}

/// A value and where it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spanned<T> {
    /// What was written.
    pub value: T,
    /// Where.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// `value`, written at `span`.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }

    /// The same place with another value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned { value: f(self.value), span: self.span }
    }
}

/// A place as editors show it: one-based, the column counts Unicode scalar values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: NonZeroU32,
    /// Column in Unicode scalar values, from 1.
    pub column: NonZeroU32,
    /// Byte offset in the file, from 0.
    pub byte: u32,
}

/// One file: its path relative to where the command runs, with `/`, and its text.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// The path that reports print.
    pub path: Arc<str>,
    /// The whole text.
    pub text: Arc<str>,
    line_starts: Vec<u32>,
}

impl SourceFile {
    /// Zero-based index of the line that holds the byte.
    #[must_use]
    pub fn line_index(&self, byte: u32) -> usize {
        self.line_starts.partition_point(|&start| start <= byte).saturating_sub(1)
    }

    /// Number of lines; an empty file has one.
    #[must_use]
    pub fn line_count(&self) -> usize {
        self.line_starts.len()
    }

    /// Byte range of a line (zero-based) without its line break; an index past the end gives the last line.
    #[must_use]
    pub fn line_range(&self, index: usize) -> (u32, u32) {
        let index = index.min(self.line_starts.len() - 1);
        let start = self.line_starts[index];
        let end = self.line_starts.get(index + 1).copied().unwrap_or(length(&self.text));
        let line = self.text[start as usize..end as usize].trim_end_matches(['\n', '\r']);
        (start, start + length(line))
    }

    /// The place of a byte offset; an offset past the end is the end, one inside a character its start.
    ///
    /// # Panics
    ///
    /// Never: the file is shorter than 4 GiB, as [`SourceMap::add`] checks.
    #[must_use]
    pub fn position(&self, byte: u32) -> Position {
        let mut byte = byte.min(length(&self.text)) as usize;
        while !self.text.is_char_boundary(byte) {
            byte -= 1;
        }
        let at = u32::try_from(byte).expect("a file is shorter than 4 GiB");
        let line = self.line_index(at);
        let column = self.text[self.line_starts[line] as usize..byte].chars().count();
        let one_based = |n: usize| {
            NonZeroU32::new(u32::try_from(n + 1).expect("a file is shorter than 4 GiB")).expect("one more than a count")
        };
        Position { line: one_based(line), column: one_based(column), byte: at }
    }
}

fn length(text: &str) -> u32 {
    u32::try_from(text.len()).expect("a file is shorter than 4 GiB")
}

/// All texts of a run. Files are only added, so a [`FileId`] stays valid.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

impl SourceMap {
    /// A map without files.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file and names it.
    ///
    /// # Panics
    ///
    /// If the text has 4 GiB or more; readers refuse files far below that.
    pub fn add(&mut self, path: &str, text: &str) -> FileId {
        let _ = length(text);
        let starts =
            std::iter::once(0).chain(text.bytes().enumerate().filter(|&(_, b)| b == b'\n').map(|(i, _)| i + 1));
        let line_starts = starts.map(|i| u32::try_from(i).expect("checked above")).collect();
        let id = FileId(u32::try_from(self.files.len()).expect("fewer than 2^32 files"));
        self.files.push(SourceFile { path: path.into(), text: text.into(), line_starts });
        id
    }

    /// The file of that name.
    #[must_use]
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// All files with their names, in the order they were added.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        (0..).map(FileId).zip(&self.files)
    }

    /// The text under a span, clipped to the file and to whole characters.
    #[must_use]
    pub fn text(&self, span: Span) -> &str {
        let text = &self.file(span.file).text;
        let clip = |byte: u32| {
            let mut at = (byte as usize).min(text.len());
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let (start, end) = (clip(span.start), clip(span.end));
        &text[start..end.max(start)]
    }

    /// First and last place of a span; the last is exclusive.
    #[must_use]
    pub fn range(&self, span: Span) -> (Position, Position) {
        let file = self.file(span.file);
        (file.position(span.start), file.position(span.end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_survive_crlf() {
        let mut map = SourceMap::new();
        let id = map.add("a.yaml", "büro: 1\r\nx: 2\n");
        let file = map.file(id);
        assert_eq!(file.position(5).column.get(), 5);
        assert_eq!(file.line_range(0), (0, 8));
        assert_eq!(file.position(10).line.get(), 2);
        assert_eq!(file.position(99).line.get(), 3);
        assert_eq!(map.text(Span::new(id, 10, 14)), "x: 2");
        assert_eq!(map.text(Span::new(id, 2, 4)), "ür");
    }
}
