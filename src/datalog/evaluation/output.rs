//! Collects the rows that rules give to one relation in one round, without letting repeated ones pile up.
//!
//! Expressions and registers go in, sorted distinct rows come out.

use crate::base::{Cell, Pool};

use crate::datalog::evaluation::execute::Sink;
use crate::datalog::evaluation::functor::Expression;
use crate::datalog::evaluation::limits::{Budget, Stop};
use crate::datalog::storage::merge::{both, merge_rows};
use crate::datalog::storage::table::{Frozen, sort_rows};

/// Places of the emission cache; a place names the last row with that hash.
const CACHE: usize = 1 << 14;
/// How many cells are collected before the cache is worth clearing.
const SMALL: usize = 1 << 12;
/// How many cells are collected before repeated rows are looked for.
const COMPACT: usize = 1 << 20;
/// A place of the cache that names no row.
const EMPTY: u32 = u32::MAX;

/// Rows of one relation.
pub(in crate::datalog) struct Output {
    cells: Vec<Cell>,
    arity: usize,
    stride: usize,
    ranked: bool,
    cache: Vec<u32>,
    limit: usize,
}

impl Output {
    /// Rows of `arity` columns in `stride` cells; with `ranked` the last cell is the rank.
    pub(in crate::datalog) fn new(arity: usize, stride: usize, ranked: bool) -> Self {
        Self { cells: Vec::new(), arity, stride, ranked, cache: Vec::new(), limit: COMPACT }
    }

    /// Adds a row of `arity` cells.
    pub(in crate::datalog) fn push(&mut self, row: &[Cell], rank: u32) {
        let start = self.cells.len();
        self.cells.extend_from_slice(row);
        self.close(start, rank);
    }

    /// An empty one for the same relation.
    pub(in crate::datalog) fn fresh(&self) -> Self {
        Self::new(self.arity, self.stride, self.ranked)
    }

    /// Adds what another output for the same relation has collected; `renamed` gives the cell that stands for a cell
    /// of a column from now on.
    pub(in crate::datalog) fn append(&mut self, other: &Self, renamed: impl Fn(usize, Cell) -> Cell) {
        for row in other.cells.chunks_exact(self.stride) {
            let start = self.cells.len();
            self.cells.extend(row[..self.arity].iter().enumerate().map(|(column, &cell)| renamed(column, cell)));
            self.close(start, row[self.stride - 1]);
            if self.is_full() {
                self.compact();
            }
        }
    }

    /// Adds what another output for the same relation has collected; both are sorted then.
    pub(in crate::datalog) fn join(&mut self, mut other: Self) {
        if other.cells.is_empty() {
            return;
        }
        let (left, right) = both(|| self.take(), || other.take());
        self.cells = if left.is_empty() { right } else { merge_rows(&left, &right, self.stride, self.ranked) };
    }

    fn close(&mut self, start: usize, rank: u32) {
        self.cells.resize(start + self.stride, 0);
        if self.ranked {
            self.cells[start + self.stride - 1] = rank;
        }
        if start < SMALL {
            return;
        }
        if self.cache.is_empty() {
            self.cache.resize(CACHE, EMPTY);
        }
        let row = &self.cells[start..start + self.arity];
        let place = &mut self.cache[hash(row)];
        let last = *place as usize;
        if *place != EMPTY && self.cells[last..].iter().zip(row).all(|(known, cell)| known == cell) {
            self.cells.truncate(start);
        } else {
            *place = u32::try_from(start).unwrap_or(EMPTY);
        }
    }

    /// Bytes in use.
    pub(in crate::datalog) fn bytes(&self) -> usize {
        self.cells.len() * size_of::<Cell>()
    }

    /// Whether it is time for [`Output::compact`].
    #[inline]
    fn is_full(&self) -> bool {
        self.cells.len() >= self.limit
    }

    /// Drops repeated rows; if few were, waits longer the next time.
    fn compact(&mut self) {
        let before = self.cells.len();
        sort_rows(&mut self.cells, self.stride, self.ranked);
        if self.cells.len() > before / 2 {
            self.limit = before * 2;
        }
        self.cache.fill(EMPTY);
    }

    /// The rows, sorted and distinct, in rows of `width` cells, with their ranks if they have some.
    pub(in crate::datalog) fn freeze(&mut self, width: usize) -> Frozen {
        let cells = self.take();
        if self.ranked { Frozen::from_ranked(&cells, self.stride, width) } else { Frozen::from_sorted(cells, width) }
    }

    /// The rows, sorted and distinct; what is collected afterwards is a new round.
    pub(in crate::datalog) fn take(&mut self) -> Vec<Cell> {
        self.cache.clear();
        self.limit = COMPACT;
        let mut cells = std::mem::take(&mut self.cells);
        sort_rows(&mut cells, self.stride, self.ranked);
        cells
    }
}

fn hash(row: &[Cell]) -> usize {
    let mixed = row
        .iter()
        .fold(0_u64, |hash, &cell| (hash.rotate_left(5) ^ u64::from(cell)).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    usize::try_from(mixed >> (64 - CACHE.trailing_zeros())).unwrap_or(0)
}

/// Evaluates the head of a rule and adds its row.
pub(in crate::datalog) struct Emission<'a> {
    pub(in crate::datalog) head: &'a [Expression],
    pub(in crate::datalog) rank: u32,
    pub(in crate::datalog) output: &'a mut Output,
}

impl Sink for Emission<'_> {
    fn emit(&mut self, registers: &[Cell], pool: &mut Pool, budget: &mut Budget) -> Result<(), Stop> {
        budget.derive()?;
        let start = self.output.cells.len();
        for expression in self.head {
            let cell = match expression {
                Expression::Slot(slot) => slot.value(registers),
                Expression::Apply(..) => expression.value(registers, pool, budget)?,
            };
            self.output.cells.push(cell);
        }
        self.output.close(start, self.rank);
        if self.output.is_full() {
            self.output.compact();
            budget.bytes(self.output.bytes()).map_err(Stop::Limit)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_rows_do_not_pile_up() {
        let mut output = Output::new(2, 3, true);
        let budget = Budget::start(&crate::datalog::evaluation::limits::Limits::default(), 0);
        for i in 0..600_000_u32 {
            output.push(&[i % 5_000, i % 7], i / 1000);
            if output.is_full() {
                output.compact();
                assert!(budget.bytes(output.bytes()).is_ok());
            }
            assert!(output.bytes() <= 4 * COMPACT);
        }
        let rows = output.take();
        assert_eq!(rows.len(), 3 * 35_000);
        assert_eq!(rows[..3], [0, 0, 0]);
        assert!(output.take().is_empty());
    }
}
