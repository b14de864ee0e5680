//! Storage: sorted rows of cells, frozen in one batch or growing round by round in a datafrog variable.
//!
//! Rows go in as flat cells and come out as [`View`]s. Only this file knows datafrog, its traps and the
//! trick of the rank; it knows nothing of rules.

use std::cell::Ref;
use std::cmp::Ordering;

use datafrog::{Iteration, Relation, Variable};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use crate::base::Cell;

use crate::datalog::storage::layout::Layout;
use crate::datalog::storage::view::View;

/// The most cells that a stored row can have, one of them for the rank.
const WIDEST: usize = 65;

/// How many cells a row of `columns` columns takes in storage, or `None` if it is too wide.
///
/// A row without columns takes one cell, so that rows can be counted by length.
pub(in crate::datalog) fn stride(columns: usize) -> Option<usize> {
    match columns {
        0 => Some(1),
        1..=8 => Some(columns),
        9..=10 => Some(10),
        11..=12 => Some(12),
        13..=16 => Some(16),
        17..=20 => Some(20),
        21..=33 => Some(33),
        34..=WIDEST => Some(WIDEST),
        _ => None,
    }
}

/// Rows that do not change any more: one sorted batch, and the rank of each row if the relation is recursive.
#[derive(Clone, Debug, Default)]
pub(in crate::datalog) struct Frozen {
    cells: Vec<Cell>,
    stride: usize,
    ranks: Vec<u32>,
}

impl Frozen {
    /// Sorts rows of `stride` cells and drops repeated ones.
    pub(in crate::datalog) fn from_rows(mut cells: Vec<Cell>, stride: usize) -> Self {
        sort_rows(&mut cells, stride, false);
        Self { cells, stride, ranks: Vec::new() }
    }

    /// Takes sorted, distinct rows of `stride` cells.
    pub(in crate::datalog) fn from_sorted(cells: Vec<Cell>, stride: usize) -> Self {
        Self { cells, stride, ranks: Vec::new() }
    }

    /// Takes sorted, distinct rows of `ranked` cells, of which the last is the rank, as rows of `stride` cells.
    pub(in crate::datalog) fn from_ranked(cells: &[Cell], ranked: usize, stride: usize) -> Self {
        let rows = cells.chunks_exact(ranked);
        let mut frozen = Self { cells: Vec::new(), stride, ranks: Vec::with_capacity(rows.len()) };
        frozen.cells.reserve(rows.len() * stride);
        for row in rows {
            frozen.cells.extend(row[..ranked - 1].iter().take(stride));
            frozen.cells.resize((frozen.ranks.len() + 1) * stride, 0);
            frozen.ranks.push(row[ranked - 1]);
        }
        frozen
    }

    /// The rows that a layout wants, with its columns only.
    pub(in crate::datalog) fn laid_out(&self, layout: &Layout) -> Self {
        let (view, width) = (self.view(), stride(layout.columns.len()).unwrap_or(1));
        if layout.constants.is_empty() {
            return Self::from_rows(permute(view, &layout.columns, width), width);
        }
        let mut cells = Vec::new();
        for row in (0..view.len()).map(|index| view.row(index)) {
            if layout.constants.iter().all(|&(column, cell)| row[column] == cell) {
                let start = cells.len();
                cells.extend(layout.columns.iter().map(|&column| row[column]));
                cells.resize(start + width, 0);
            }
        }
        cells.shrink_to_fit();
        Self::from_rows(cells, width)
    }

    pub(in crate::datalog) fn view(&self) -> View<'_> {
        View::new(&self.cells, self.stride.max(1))
    }

    /// The rank of a row of a recursive relation.
    pub(in crate::datalog) fn rank(&self, row: usize) -> Option<u32> {
        self.ranks.get(row).copied()
    }
}

/// Copies the rows of a view with column `columns[i]` at place `i`; the result is not sorted.
pub(in crate::datalog) fn permute(view: View<'_>, columns: &[usize], stride: usize) -> Vec<Cell> {
    let mut cells = Vec::with_capacity(view.len() * stride);
    for index in 0..view.len() {
        let row = view.row(index);
        cells.extend(columns.iter().map(|&column| row[column]));
        cells.resize((index + 1) * stride, 0);
    }
    cells
}

/// Which rows of a growing table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::datalog) enum Version {
    /// New in this round.
    Recent,
    /// Known before.
    Stable,
    /// Both.
    All,
}

/// One relation in one column order, while its stratum is evaluated.
pub(in crate::datalog) trait Table {
    /// Adds sorted, distinct rows. Call it once per round: datafrog merges what was inserted piece by piece.
    fn insert(&mut self, rows: &[Cell]);
    /// Makes the inserted rows recent and the recent ones stable; tells whether any row is new.
    fn advance(&mut self) -> bool;
    /// Borrows the rows; no `insert` or `advance` may happen meanwhile.
    fn read(&self) -> Box<dyn Reading + '_>;
    /// Merges all batches of a table that has come to rest. The last cell of a ranked row becomes its rank.
    fn freeze(self: Box<Self>, stride: usize) -> Frozen;
}

/// Borrowed rows of a growing table.
pub(in crate::datalog) trait Reading {
    /// The sorted batches of a version.
    fn views(&self, version: Version) -> Vec<View<'_>>;
}

/// The table of a recursive relation in its own order. If it is `ranked`, the last cell is the rank: of equal
/// rows it keeps the one that came first.
pub(in crate::datalog) fn primary(stride: usize, ranked: bool) -> Box<dyn Table> {
    if ranked { dispatch(stride, MakePrimary) } else { dispatch(stride, MakePlain) }
}

/// A table in another order. It is fed with the recent rows of the primary table, so nothing comes twice.
pub(in crate::datalog) fn secondary(stride: usize) -> Box<dyn Table> {
    dispatch(stride, MakeSecondary)
}

/// Sorts flat rows and drops repeated ones; with `ranked` the last cell tells equal rows apart in the order
/// only, and the smallest stays.
pub(in crate::datalog) fn sort_rows(cells: &mut Vec<Cell>, stride: usize, ranked: bool) {
    dispatch(stride, SortRows { cells, ranked });
}

/// What is done for one width; a function that is generic over a number cannot be passed along.
pub(super) trait ForWidth {
    type Output;
    fn run<const W: usize>(self) -> Self::Output;
}

pub(super) fn dispatch<F: ForWidth>(stride: usize, work: F) -> F::Output {
    match stride {
        0 | 1 => work.run::<1>(),
        2 => work.run::<2>(),
        3 => work.run::<3>(),
        4 => work.run::<4>(),
        5 => work.run::<5>(),
        6 => work.run::<6>(),
        7 => work.run::<7>(),
        8 => work.run::<8>(),
        10 => work.run::<10>(),
        12 => work.run::<12>(),
        16 => work.run::<16>(),
        20 => work.run::<20>(),
        33 => work.run::<33>(),
        WIDEST => work.run::<WIDEST>(),
        other => unreachable!("`stride` gives no width of {other} cells"),
    }
}

struct MakePrimary;

impl ForWidth for MakePrimary {
    type Output = Box<dyn Table>;

    fn run<const W: usize>(self) -> Box<dyn Table> {
        let mut iteration = Iteration::new();
        let variable = iteration.variable::<Ranked<W>>("primary");
        Box::new(Batches { iteration, variable })
    }
}

struct MakePlain;

impl ForWidth for MakePlain {
    type Output = Box<dyn Table>;

    fn run<const W: usize>(self) -> Box<dyn Table> {
        let mut iteration = Iteration::new();
        let variable = iteration.variable::<[Cell; W]>("plain");
        Box::new(Batches { iteration, variable })
    }
}

struct MakeSecondary;

impl ForWidth for MakeSecondary {
    type Output = Box<dyn Table>;

    fn run<const W: usize>(self) -> Box<dyn Table> {
        let mut iteration = Iteration::new();
        let variable = iteration.variable_indistinct::<[Cell; W]>("secondary");
        Box::new(Batches { iteration, variable })
    }
}

struct SortRows<'a> {
    cells: &'a mut Vec<Cell>,
    ranked: bool,
}

impl ForWidth for SortRows<'_> {
    type Output = ();

    fn run<const W: usize>(self) {
        let (rows, _) = self.cells.as_chunks_mut::<W>();
        if rows.is_empty() {
            return;
        }
        if !rows.is_sorted() {
            sort::<W>(self.cells);
        }
        let (rows, _) = self.cells.as_chunks_mut::<W>();
        let key = if self.ranked { W - 1 } else { W };
        let mut last = 0;
        for index in 1..rows.len() {
            if rows[index].iter().zip(&rows[last]).take(key).any(|(a, b)| a != b) {
                last += 1;
                rows[last] = rows[index];
            }
        }
        self.cells.truncate((last + 1) * W);
    }
}

/// Sorts flat rows; narrow ones as single numbers, which is faster than cell by cell.
fn sort<const W: usize>(cells: &mut [Cell]) {
    match W {
        2 => as_rows::<2>(cells).sort_unstable_by_key(|row| u64::from(row[0]) << 32 | u64::from(row[1])),
        3 => as_rows::<3>(cells).sort_unstable_by_key(number),
        4 => as_rows::<4>(cells).sort_unstable_by_key(number),
        _ => as_rows::<W>(cells).sort_unstable(),
    }
}

fn as_rows<const W: usize>(cells: &mut [Cell]) -> &mut [[Cell; W]] {
    cells.as_chunks_mut().0
}

/// The cells of a narrow row side by side.
fn number<const W: usize>(row: &[Cell; W]) -> u128 {
    row.iter().fold(0, |all, &cell| all << 32 | u128::from(cell))
}

/// A row type of datafrog.
trait Row: Copy + Ord + 'static {
    const WIDTH: usize;
    /// Whether the last cell is a rank.
    const RANKED: bool;
    fn flat(rows: &[Self]) -> &[Cell];
    fn rows(cells: &[Cell]) -> Vec<Self>;
}

impl<const W: usize> Row for [Cell; W] {
    const WIDTH: usize = W;
    const RANKED: bool = false;

    fn flat(rows: &[Self]) -> &[Cell] {
        rows.as_flattened()
    }

    fn rows(cells: &[Cell]) -> Vec<Self> {
        cells.as_chunks::<W>().0.to_vec()
    }
}

/// `W` cells of which the last is the rank; order and equality ignore it, so datafrog keeps the row that it
/// saw first and drops later derivations of it.
#[derive(Clone, Copy, Debug, IntoBytes, FromBytes, Immutable, KnownLayout)]
#[repr(transparent)]
struct Ranked<const W: usize>([Cell; W]);

impl<const W: usize> Ord for Ranked<W> {
    fn cmp(&self, other: &Self) -> Ordering {
        // The widths are known when this is compiled, and two cells compare faster as one number.
        match (W, self.0.as_slice(), other.0.as_slice()) {
            (3, [a, b, _], [c, d, _]) => {
                (u64::from(*a) << 32 | u64::from(*b)).cmp(&(u64::from(*c) << 32 | u64::from(*d)))
            }
            _ => self.0[..W - 1].cmp(&other.0[..W - 1]),
        }
    }
}

impl<const W: usize> PartialOrd for Ranked<W> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<const W: usize> PartialEq for Ranked<W> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<const W: usize> Eq for Ranked<W> {}

impl<const W: usize> Row for Ranked<W> {
    const WIDTH: usize = W;
    const RANKED: bool = true;

    fn flat(rows: &[Self]) -> &[Cell] {
        <[Cell]>::ref_from_bytes(rows.as_bytes()).expect("rows are whole cells")
    }

    fn rows(cells: &[Cell]) -> Vec<Self> {
        cells.as_chunks::<W>().0.iter().copied().map(Ranked).collect()
    }
}

/// A variable with an iteration of its own, so that `changed` steps this table alone.
struct Batches<R: Row> {
    iteration: Iteration,
    variable: Variable<R>,
}

impl<R: Row> Table for Batches<R> {
    fn insert(&mut self, rows: &[Cell]) {
        self.variable.insert(Relation { elements: R::rows(rows) });
    }

    fn advance(&mut self) -> bool {
        self.iteration.changed()
    }

    fn read(&self) -> Box<dyn Reading + '_> {
        Box::new(Borrowed { stable: self.variable.stable.borrow(), recent: self.variable.recent.borrow() })
    }

    fn freeze(self: Box<Self>, stride: usize) -> Frozen {
        let rows = self.variable.complete().elements;
        if !R::RANKED {
            return Frozen::from_sorted(R::flat(&rows).to_vec(), stride);
        }
        let mut frozen =
            Frozen { cells: Vec::with_capacity(rows.len() * stride), stride, ranks: Vec::with_capacity(rows.len()) };
        for row in R::flat(&rows).chunks_exact(R::WIDTH) {
            frozen.cells.extend(row[..R::WIDTH - 1].iter().take(stride));
            frozen.cells.resize((frozen.ranks.len() + 1) * stride, 0);
            frozen.ranks.push(row[R::WIDTH - 1]);
        }
        frozen
    }
}

struct Borrowed<'a, R: Row> {
    stable: Ref<'a, Vec<Relation<R>>>,
    recent: Ref<'a, Relation<R>>,
}

impl<R: Row> Reading for Borrowed<'_, R> {
    fn views(&self, version: Version) -> Vec<View<'_>> {
        let (stable, recent) = match version {
            Version::Recent => (false, true),
            Version::Stable => (true, false),
            Version::All => (true, true),
        };
        let mut views = Vec::new();
        if stable {
            views.extend(self.stable.iter().map(|batch| View::new(R::flat(batch), R::WIDTH)));
        }
        if recent && !self.recent.is_empty() {
            views.push(View::new(R::flat(&self.recent), R::WIDTH));
        }
        views
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "shows why it is banned")]
    fn from_antijoin_of_relations_loses_every_row() {
        let left: Relation<(u32, u32)> = vec![(1, 10), (2, 20)].into();
        let right: Relation<u32> = vec![2].into();
        let kept = Relation::from_antijoin(&left, &right, |&key, &value| (key, value));
        assert!(kept.is_empty(), "`(1, 10)` is kept now: the ban can be lifted");
    }

    #[test]
    fn the_first_rank_of_a_row_stays() {
        let mut table = primary(3, true);
        let mut rows = vec![1, 2, 7, 1, 2, 5, 0, 9, 6];
        sort_rows(&mut rows, 3, true);
        table.insert(&rows);
        assert!(table.advance());
        table.insert(&[1, 2, 1, 3, 3, 8]);
        assert!(table.advance());
        assert_eq!(table.read().views(Version::Recent).len(), 1);
        assert!(!table.advance());
        let frozen = table.freeze(2);
        let rows: Vec<_> = (0..frozen.view().len()).map(|i| (frozen.view().row(i), frozen.rank(i))).collect();
        assert_eq!(rows, [(&[0, 9][..], Some(6)), (&[1, 2][..], Some(5)), (&[3, 3][..], Some(8))]);
    }

    #[test]
    fn every_width_has_a_place() {
        for columns in 0..=WIDEST {
            let width = stride(columns).unwrap();
            let mut cells = vec![2; width];
            cells.extend(vec![1; width]);
            cells.extend(vec![2; width]);
            assert_eq!(Frozen::from_rows(cells, width).view().len(), 2, "{columns} columns");
        }
        assert_eq!(stride(WIDEST + 1), None);
    }
}
