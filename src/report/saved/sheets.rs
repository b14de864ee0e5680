//! Texts of which only some places are known: what is not known is blank, so that lines and columns stay right.

use std::collections::BTreeMap;

use crate::base::{FileId, SourceMap, Span};

/// More lines than that no file has that is read.
const MOST_LINES: usize = 16 << 20;
/// As many characters are kept of one line.
const MOST_COLUMNS: usize = 1 << 20;
/// As many characters are kept in all.
const MOST_CHARACTERS: usize = 128 << 20;

/// A text at a place: line and column from 1, in characters.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot<'r> {
    pub(super) path: &'r str,
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) text: &'r str,
}

/// Files as they fill up.
#[derive(Debug, Default)]
pub(super) struct Sheets {
    /// By path and line, from 0.
    files: BTreeMap<String, BTreeMap<usize, Vec<char>>>,
    characters: usize,
}

/// Where the lines of files begin.
#[derive(Debug)]
pub(super) struct Places {
    /// By path the file, its text, and the first byte of each line.
    files: BTreeMap<String, (FileId, String, Vec<usize>)>,
}

impl Sheets {
    /// Writes a text at its place; `None` if no file has that place.
    pub(super) fn write(&mut self, spot: Spot<'_>) -> Option<()> {
        let first = spot.line.checked_sub(1)?;
        let mut column = spot.column.checked_sub(1)?;
        let lines = self.files.entry(spot.path.to_owned()).or_default();
        for (number, text) in spot.text.split('\n').enumerate() {
            let line = first.checked_add(number).filter(|&line| line < MOST_LINES)?;
            let end = column.checked_add(text.chars().count()).filter(|&end| end <= MOST_COLUMNS)?;
            let length = lines.keys().next_back().map_or(0, |last| last + 1);
            self.characters += (line + 1).saturating_sub(length);
            let known = lines.entry(line).or_default();
            if known.len() < end {
                self.characters += end - known.len();
                known.resize(end, ' ');
            }
            for (at, c) in text.chars().enumerate() {
                known[column + at] = c;
            }
            column = 0;
        }
        (self.characters <= MOST_CHARACTERS).then_some(())
    }

    /// The texts, and where spots are in them.
    pub(super) fn finish(self) -> (SourceMap, Places) {
        let mut sources = SourceMap::new();
        let mut places = Places { files: BTreeMap::new() };
        for (path, lines) in self.files {
            let mut text = String::new();
            let mut starts = Vec::new();
            let last = lines.keys().next_back().map_or(0, |last| last + 1);
            for line in 0..last {
                starts.push(text.len());
                text.extend(lines.get(&line).into_iter().flatten());
                text.push('\n');
            }
            let file = sources.add(&path, &text);
            places.files.insert(path, (file, text, starts));
        }
        (sources, places)
    }
}

impl Places {
    /// Where a spot that was written is.
    pub(super) fn span(&self, spot: &Spot<'_>) -> Option<Span> {
        let (file, text, starts) = self.files.get(spot.path)?;
        let start = *starts.get(spot.line.checked_sub(1)?)?;
        let rest = &text[start..];
        let at = start + rest.char_indices().nth(spot.column.checked_sub(1)?).map_or(rest.len(), |(at, _)| at);
        let end = at + spot.text.len();
        Some(Span::new(*file, u32::try_from(at).ok()?, u32::try_from(end.min(text.len())).ok()?))
    }
}
