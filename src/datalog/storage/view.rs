//! Sorted rows, borrowed: looking one up by number and a run of them by its first cells.

use std::cmp::Ordering;

use crate::base::{Cell, is_in_place};

use crate::datalog::storage::rows::pair;

/// Where the rows of each first cell begin: the offsets of compressed sparse rows.
#[derive(Clone, Debug)]
pub(in crate::datalog) struct Directory {
    least: Cell,
    /// One per cell from the least to the largest, and the number of rows.
    starts: Vec<u32>,
}

impl Directory {
    /// Nothing if the first cells are so far apart that it would take more room than the rows.
    pub(in crate::datalog) fn of(view: View<'_>) -> Option<Self> {
        let least = *view.cells.first()?;
        let count = (view.row(view.len() - 1)[0] - least) as usize + 1;
        if count > view.len() * 2 + 1024 || u32::try_from(view.len()).is_err() {
            return None;
        }
        let mut starts = Vec::with_capacity(count + 1);
        for (index, row) in (0_u32..).zip(view.rows(0, view.len())) {
            let place = (row[0] - least) as usize;
            if place >= starts.len() {
                starts.resize(place + 1, index);
            }
        }
        starts.push(u32::try_from(view.len()).unwrap_or(u32::MAX));
        Some(Self { least, starts })
    }

    #[inline]
    fn range(&self, cell: Cell) -> (usize, usize) {
        let place = cell.wrapping_sub(self.least) as usize;
        match self.starts.get(place..) {
            Some([start, end, ..]) => (*start as usize, *end as usize),
            Some(_) | None => (0, 0),
        }
    }
}

/// Sorted, distinct rows of one table; what lies behind the columns is padding or the rank.
#[derive(Clone, Copy)]
pub(in crate::datalog) struct View<'a> {
    cells: &'a [Cell],
    stride: usize,
    directory: Option<&'a Directory>,
}

impl<'a> View<'a> {
    /// Rows of `stride` cells, at least one.
    pub(in crate::datalog) fn new(cells: &'a [Cell], stride: usize) -> Self {
        Self { cells, stride, directory: None }
    }

    /// The same rows with a directory of them.
    pub(in crate::datalog) fn with(self, directory: Option<&'a Directory>) -> Self {
        Self { directory, ..self }
    }

    /// How many rows there are.
    pub(in crate::datalog) fn len(self) -> usize {
        self.cells.len() / self.stride
    }

    /// One row with its padding.
    #[inline]
    pub(in crate::datalog) fn row(self, index: usize) -> &'a [Cell] {
        &self.cells[index * self.stride..(index + 1) * self.stride]
    }

    /// Some rows next to each other.
    pub(in crate::datalog) fn part(self, start: usize, end: usize) -> Self {
        Self::new(&self.cells[start * self.stride..end * self.stride], self.stride)
    }

    /// A run of rows.
    #[inline]
    pub(in crate::datalog) fn rows(self, start: usize, end: usize) -> std::slice::ChunksExact<'a, Cell> {
        self.cells[start * self.stride..end * self.stride].chunks_exact(self.stride)
    }

    /// The rows that begin with `key`, as a range of row numbers. `hint` is where the last search ended:
    /// keys that come in order make the search a merge.
    #[inline]
    pub(in crate::datalog) fn range(self, key: &[Cell], hint: &mut usize) -> (usize, usize) {
        match (self.directory, key) {
            (_, []) => (0, self.len()),
            (Some(directory), [cell]) => directory.range(*cell),
            (Some(directory), [cell, rest @ ..]) => {
                let (start, end) = directory.range(*cell);
                self.within(start, end, rest, hint)
            }
            (None, _) => self.by_search(key, hint),
        }
    }

    /// The rows of a range with the same first cell that go on with `key`.
    fn within(self, start: usize, end: usize, key: &[Cell], hint: &mut usize) -> (usize, usize) {
        let part = View::new(&self.cells[start * self.stride..end * self.stride], self.stride);
        let mut inner = (*hint).clamp(start, end) - start;
        let (low, high) = match *key {
            [cell] => part.search(&mut inner, |index| part.cells[index * part.stride + 1].cmp(&cell)),
            [first, second] => part.search(&mut inner, |index| {
                let row = &part.cells[index * part.stride + 1..];
                pair(row[0], row[1]).cmp(&pair(first, second))
            }),
            _ => part.search(&mut inner, |index| part.row(index)[1..=key.len()].cmp(key)),
        };
        *hint = start + inner;
        (start + low, start + high)
    }

    fn by_search(self, key: &[Cell], hint: &mut usize) -> (usize, usize) {
        // Keys of one or two cells are most of them, and comparing slices costs several times as much.
        match *key {
            [cell] => self.search(hint, |index| self.cells[index * self.stride].cmp(&cell)),
            [first, second] => self.search(hint, |index| {
                let row = &self.cells[index * self.stride..];
                pair(row[0], row[1]).cmp(&pair(first, second))
            }),
            _ => self.search(hint, |index| self.row(index)[..key.len()].cmp(key)),
        }
    }

    /// Of rows that agree in the cells before `place`, those whose number there may lie between two others.
    ///
    /// Numbers in place are sorted by their values and stand before wide ones, whose cells say nothing of theirs: a
    /// bound that is wide, and an upper one where some cell is, leaves the rows as they are.
    pub(in crate::datalog) fn between(
        self,
        (start, end): (usize, usize),
        place: usize,
        (low, high): (Option<Cell>, Option<Cell>),
    ) -> (usize, usize) {
        let cell = |index: usize| self.cells[index * self.stride + place];
        let (mut from, mut to) = (start, end);
        if let Some(low) = low.filter(|&low| is_in_place(low)) {
            from = bisect(from, to, |index| cell(index) < low);
        }
        if let Some(high) = high.filter(|&high| is_in_place(high) && from < to && is_in_place(cell(to - 1))) {
            to = bisect(from, to, |index| cell(index) <= high);
        }
        (from, to)
    }

    /// Whether one of the rows of `span` has `cell` in a column in which they ascend; those before it are taken out.
    #[inline]
    pub(in crate::datalog) fn leap(self, column: usize, cell: Cell, span: &mut (usize, usize)) -> bool {
        let (mut low, end) = *span;
        let before = |index: usize| self.cells[index * self.stride + column] < cell;
        let mut step = 1;
        while low + step <= end && before(low + step - 1) {
            low += step;
            step *= 2;
        }
        span.0 = bisect(low, (low + step - 1).min(end), before);
        span.0 < end && self.cells[span.0 * self.stride + column] == cell
    }

    /// `order` compares a row with what is looked for.
    fn search(self, hint: &mut usize, order: impl Fn(usize) -> Ordering) -> (usize, usize) {
        let start = self.lower(*hint, |index| order(index).is_lt());
        *hint = start;
        (start, self.gallop(start, |index| order(index).is_eq()))
    }

    fn lower(self, hint: usize, smaller: impl Fn(usize) -> bool) -> usize {
        if hint < self.len() && smaller(hint) {
            return self.gallop(hint + 1, smaller);
        }
        let (mut low, mut high) = (0, hint.min(self.len()));
        // The rows just before the hint are the likely ones when the same key comes twice.
        let mut step = 1;
        while step < high {
            if smaller(high - step) {
                low = high - step + 1;
                break;
            }
            high -= step;
            step *= 2;
        }
        bisect(low, high, smaller)
    }

    /// The first row from `from` on that does not satisfy `before`, which holds on a prefix of these rows.
    fn gallop(self, from: usize, before: impl Fn(usize) -> bool) -> usize {
        let (mut low, mut step) = (from, 1);
        while low + step <= self.len() && before(low + step - 1) {
            low += step;
            step *= 2;
        }
        bisect(low, (low + step - 1).min(self.len()), before)
    }
}

fn bisect(mut low: usize, mut high: usize, before: impl Fn(usize) -> bool) -> usize {
    while low < high {
        let middle = low.midpoint(high);
        if before(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_between_bounds_are_found_and_wide_ones_left_in() {
        let wide = |index: Cell| index | 1 << 31;
        let check = |cells: &[Cell], low: Option<Cell>, high: Option<Cell>, expect: (usize, usize)| {
            let rows: Vec<Cell> = cells.iter().flat_map(|&cell| [7, cell]).collect();
            assert_eq!(View::new(&rows, 2).between((1, cells.len()), 1, (low, high)), expect, "{low:?} to {high:?}");
        };
        let plain = [0, 3, 3, 5, 9];
        check(&plain, None, None, (1, 5));
        check(&plain, Some(4), None, (3, 5));
        check(&plain, None, Some(3), (1, 3));
        check(&plain, Some(3), Some(5), (1, 4));
        check(&plain, Some(6), Some(4), (4, 4));
        check(&plain, Some(10), Some(12), (5, 5));
        check(&plain, Some(wide(0)), Some(wide(1)), (1, 5));
        let mixed = [0, 3, 5, wide(0), wide(1)];
        check(&mixed, Some(4), None, (2, 5));
        check(&mixed, Some(4), Some(4), (2, 5));
    }

    #[test]
    fn ranges_are_those_of_a_linear_search_from_any_hint() {
        let view = View::new(&[2, 3, 2, 4, 2, 7, 5, 1, 9, 9], 2);
        let directory = Directory::of(view).unwrap();
        let indexed = view.with(Some(&directory));
        assert_eq!(view.len(), 5);
        let keys = (0..11).flat_map(|a| [vec![a], vec![a, 3], vec![a, 7]]).chain([vec![]]);
        for key in keys {
            for hint in 0..8 {
                let expect: Vec<usize> = (0..view.len()).filter(|&i| view.row(i)[..key.len()] == key).collect();
                let (start, end) = view.range(&key, &mut hint.clone());
                assert_eq!((start..end).collect::<Vec<_>>(), expect, "key {key:?}, hint {hint}");
                let (start, end) = indexed.range(&key, &mut hint.clone());
                assert_eq!((start..end).collect::<Vec<_>>(), expect, "key {key:?}, hint {hint}, with a directory");
            }
        }
    }

    #[test]
    fn leaps_find_what_is_there_and_leave_the_rest() {
        let cells: Vec<Cell> = (0..40_u32).flat_map(|i| [7, i * i]).collect();
        let view = View::new(&cells, 2);
        for step in [1, 3, 50, 400] {
            let mut span = (5, 35);
            for cell in (0..1600).step_by(step) {
                let expect = (5..35).any(|i| i * i == cell);
                assert_eq!(view.leap(1, cell, &mut span), expect, "{cell} in steps of {step}");
                assert!((span.0..35).all(|i| view.row(i)[1] >= cell));
            }
        }
    }
}
