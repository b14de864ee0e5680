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
    /// How many characters begin before every [`STRIDE`]th byte, so that a column of a long line is not counted from its start.
    characters: Vec<u32>,
}

/// Bytes between two counts of characters.
const STRIDE: usize = 1024;

/// How many characters begin before every [`STRIDE`]th byte.
fn count_characters(text: &str) -> Vec<u32> {
    let mut count = 0;
    let chunks = text.as_bytes().chunks(STRIDE).map(|chunk| {
        let before = count;
        count += characters_in(chunk);
        before
    });
    chunks.collect()
}

/// How many characters begin in these bytes of a text.
fn characters_in(bytes: &[u8]) -> u32 {
    let begins = bytes.iter().filter(|&&b| b & 0xC0 != 0x80).count();
    u32::try_from(begins).unwrap_or(u32::MAX)
}

impl SourceFile {
    /// How many characters begin before a byte.
    fn characters_before(&self, byte: usize) -> u32 {
        let chunk = (byte / STRIDE).min(self.characters.len().saturating_sub(1));
        let before = self.characters.get(chunk).copied().unwrap_or_default();
        before + characters_in(&self.text.as_bytes()[chunk * STRIDE..byte])
    }

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
        let column = self.characters_before(byte) - self.characters_before(self.line_starts[line] as usize);
        let one_based = |n: u32| NonZeroU32::MIN.saturating_add(n);
        let line = u32::try_from(line).expect("a file is shorter than 4 GiB");
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
        let characters = count_characters(text);
        self.files.push(SourceFile { path: path.into(), text: text.into(), line_starts, characters });
        id
    }

    /// The same files with the same names, whose paths are those that `path` gives for them.
    #[must_use]
    pub fn with_paths(&self, path: impl Fn(&str) -> String) -> Self {
        let renamed = |file: &SourceFile| SourceFile { path: path(&file.path).into(), ..file.clone() };
        Self { files: self.files.iter().map(renamed).collect() }
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
    fn columns_of_a_long_line_are_counted_between_marks() {
        let text = format!("x\n{}", "aé€😀".repeat(1000));
        let mut map = SourceMap::new();
        let id = map.add("a.yaml", &text);
        for (at, _) in text.char_indices().step_by(7) {
            let line = if at < 2 { 0 } else { 2 };
            let column = text[line..at].chars().count() + 1;
            assert_eq!(map.file(id).position(u32::try_from(at).unwrap()).column.get() as usize, column, "{at}");
        }
        assert_eq!(map.file(id).position(u32::MAX).column.get(), 4001);
        let empty = map.add("b.yaml", "");
        assert_eq!(map.file(empty).position(5).column.get(), 1);
    }

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
