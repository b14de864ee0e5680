//! Texts in columns that line up on a screen.

use super::visible::{columns, visible};

/// Columns between two cells.
const GAP: usize = 2;

/// A header and rows of as many cells.
#[derive(Clone, Debug)]
pub struct Table {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
    right: Vec<usize>,
    paths: Vec<usize>,
}

impl Table {
    /// A table without rows.
    #[must_use]
    pub fn new(header: &[&str]) -> Self {
        let header = header.iter().map(|&name| name.to_owned()).collect();
        Self { header, rows: Vec::new(), right: Vec::new(), paths: Vec::new() }
    }

    /// The same with a column of numbers, which end at its right side; a column that is not there does not matter.
    #[must_use]
    pub fn right(mut self, column: usize) -> Self {
        self.right.push(column);
        self
    }

    /// The same with a column of paths, which lose their beginning where they are cut.
    #[must_use]
    pub fn path(mut self, column: usize) -> Self {
        self.paths.push(column);
        self
    }

    /// Adds a row; its texts may come from files, and are made visible here.
    pub fn push(&mut self, row: impl IntoIterator<Item = String>) {
        let mut row: Vec<String> = row.into_iter().map(|cell| visible(&cell)).collect();
        row.resize(self.header.len(), String::new());
        self.rows.push(row);
    }

    /// The header and the rows, each in a line; nothing where there are no rows.
    ///
    /// With a width, the widest columns are cut so that no line is wider, as far as each keeps a few columns;
    /// `ellipsis` marks what was cut.
    #[must_use]
    pub fn lines(&self, width: Option<usize>, ellipsis: &str) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        let all = || std::iter::once(&self.header).chain(&self.rows);
        let widest = |column: usize| all().map(|row| columns(&row[column])).max().unwrap_or(0);
        let mut widths: Vec<usize> = (0..self.header.len()).map(widest).collect();
        if let Some(width) = width {
            let most = most(&widths, width);
            for column in &mut widths {
                *column = (*column).min(most);
            }
        }
        let mut text = String::new();
        for row in all() {
            let start = text.len();
            for (column, cell) in row.iter().enumerate() {
                let cell = cut(cell, widths[column], ellipsis, self.paths.contains(&column));
                let padding = " ".repeat(widths[column] - columns(&cell));
                let gap = if column == 0 { "" } else { "  " };
                let (before, after) = if self.right.contains(&column) { (&*padding, "") } else { ("", &*padding) };
                text.extend([gap, before, &cell, after]);
            }
            text.truncate(start + text[start..].trim_end_matches(' ').len());
            text.push('\n');
        }
        text
    }
}

/// The most columns that each cell may have so that a line has at most `width`: narrow cells stay whole.
fn most(widths: &[usize], width: usize) -> usize {
    let room = width.saturating_sub(GAP * widths.len().saturating_sub(1));
    let mut sorted = widths.to_vec();
    sorted.sort_unstable();
    let (mut left, mut cells) = (room, sorted.len());
    for column in sorted {
        if column * cells > left {
            return (left / cells).max(4);
        }
        left -= column;
        cells -= 1;
    }
    usize::MAX
}

/// The text in at most so many columns: its end, or else its beginning.
fn cut(text: &str, width: usize, ellipsis: &str, end: bool) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let mut room = width.saturating_sub(columns(ellipsis));
    let mut fits = |c: &char| {
        let wide = columns(c.encode_utf8(&mut [0; 4]));
        let fits = wide <= room;
        room = room.saturating_sub(wide);
        fits
    };
    if end {
        let kept: Vec<char> = text.chars().rev().take_while(&mut fits).collect();
        return ellipsis.chars().chain(kept.into_iter().rev()).collect();
    }
    let kept: String = text.chars().take_while(&mut fits).collect();
    format!("{}{ellipsis}", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rows: &[&[&str]], width: Option<usize>, expect: &[&str]) {
        let header: Vec<&str> = ["a", "b", "c"].into_iter().take(rows.first().map_or(3, |row| row.len())).collect();
        let mut table = Table::new(&header).right(1);
        for row in rows {
            table.push(row.iter().map(|&cell| cell.to_owned()));
        }
        assert_eq!(table.lines(width, "…").lines().collect::<Vec<_>>(), expect);
    }

    #[test]
    fn wide_and_combining_characters_take_the_columns_that_a_screen_gives_them() {
        check(
            &[&["日本", "1", "x"], &["e\u{301}", "22", "y"]],
            None,
            &["a      b  c", "日本   1  x", "e\u{301}     22  y"],
        );
    }

    #[test]
    fn the_widest_columns_are_cut_and_the_others_stay_whole() {
        let row: &[&str] = &["abc", "1", "a sentence that goes on"];
        check(&[row], Some(40), &["a    b  c", "abc  1  a sentence that goes on"]);
        check(&[row], Some(20), &["a    b  c", "abc  1  a sentence…"]);
        check(&[&["日本日本日本", "1", "x"]], Some(13), &["a        b  c", "日本日…  1  x"]);
        check(&[], Some(20), &[]);
        let mut table = Table::new(&["x", "place"]).path(1);
        table.push(["some words", "facts/deep/file.yaml:12"].map(str::to_owned));
        assert_eq!(table.lines(Some(24), "…"), "x           place\nsome words  …ile.yaml:12\n");
    }

    #[test]
    fn text_from_files_stays_in_its_cell() {
        check(&[&["a\nb", "\u{1b}[m", ""]], None, &["a               b  c", "a\\u{a}b  \\u{1b}[m"]);
    }
}
