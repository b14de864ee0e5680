//! Texts of which only some places are known: what is not known is blank, so that lines and columns stay right.

use std::collections::BTreeMap;

use crate::base::{FileId, SourceMap, Span};

/// As many characters are kept of one line.
const MOST_COLUMNS: usize = 1 << 20;
/// As many characters and lines are kept in all.
const MOST_CHARACTERS: usize = 32 << 20;

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

/// Where the known lines of files are.
#[derive(Debug)]
pub(super) struct Places {
    files: BTreeMap<String, (FileId, BTreeMap<usize, Offsets>)>,
}

/// The bytes at which the characters of a line begin, and its end.
type Offsets = Vec<u32>;

impl Sheets {
    /// Writes a text at its place; `None` if no file has that place.
    pub(super) fn write(&mut self, spot: Spot<'_>) -> Option<()> {
        let first = spot.line.checked_sub(1)?;
        let mut column = spot.column.checked_sub(1)?;
        let lines = self.files.entry(spot.path.to_owned()).or_default();
        for (number, text) in spot.text.split('\n').enumerate() {
            let line = first.checked_add(number).filter(|&line| line < MOST_CHARACTERS)?;
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
            let mut known = BTreeMap::new();
            let mut next = 0;
            for (line, characters) in lines {
                text.extend(std::iter::repeat_n('\n', line - next));
                let mut offsets = Offsets::with_capacity(characters.len() + 1);
                for c in characters {
                    offsets.push(at(&text));
                    text.push(c);
                }
                offsets.push(at(&text));
                text.push('\n');
                known.insert(line, offsets);
                next = line + 1;
            }
            let file = sources.add(&path, &text);
            places.files.insert(path, (file, known));
        }
        (sources, places)
    }
}

impl Places {
    /// Where a spot that was written is.
    pub(super) fn span(&self, spot: &Spot<'_>) -> Option<Span> {
        let (file, known) = self.files.get(spot.path)?;
        let offsets = known.get(&spot.line.checked_sub(1)?)?;
        let start = *offsets.get(spot.column.checked_sub(1)?)?;
        let length = u32::try_from(spot.text.len()).ok()?;
        Some(Span::new(*file, start, start.checked_add(length)?))
    }
}

/// The end of a text, which is shorter than [`MOST_CHARACTERS`] characters.
fn at(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}
