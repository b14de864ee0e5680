//! Collects the rows that rules give to one relation in one round, without letting repeated ones pile up.
//!
//! Cells go in, sorted distinct rows come out; this file knows nothing of rules.

use crate::base::Cell;

use crate::datalog::storage::frozen::Frozen;
use crate::datalog::storage::merge::{both, merge_rows};
use crate::datalog::storage::sort::sort_rows;
use crate::datalog::storage::statistics::combinations;
use crate::datalog::storage::view::View;
use crate::datalog::storage::watch::{Ended, ROWS_PER_LOOK, Watch};

/// Places of the emission cache; a place holds or names the last row with that hash.
const CACHE: usize = 1 << 14;
/// How many cells are collected before the cache is worth its room.
const SMALL: usize = 1 << 12;
/// How many cells are collected before repeated rows are looked for.
const COMPACT: usize = 1 << 20;
/// After how many rows the cache of wide rows must have been of use.
const TRIAL: u32 = 1 << 12;
/// A place of the cache of wide rows that names no row.
const EMPTY: u32 = u32::MAX;
/// A multiplier that spreads cells: 2^64 divided by the golden ratio.
const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;

/// Rows of one relation.
pub(in crate::datalog) struct Output {
    cells: Vec<Cell>,
    arity: usize,
    stride: usize,
    ranked: bool,
    /// The last rows of up to two cells; what was collected in earlier rounds is known all the same.
    pairs: Vec<[Cell; 2]>,
    /// Where the last wide rows begin, and some bits of their hashes: most rows that differ are told apart by these.
    places: Vec<(u32, u32)>,
    /// How many wide rows were looked up there, and how many of them were repeated ones.
    lookups: (u32, u32),
    limit: usize,
    /// Many of the rows that came were repeated ones.
    repetitive: bool,
}

impl Output {
    /// Rows of `arity` columns in `stride` cells; with `ranked` the last cell is the rank.
    pub(in crate::datalog) fn new(arity: usize, stride: usize, ranked: bool) -> Self {
        let (pairs, places) = (Vec::new(), Vec::new());
        let (lookups, limit) = ((0, 0), COMPACT);
        Self { cells: Vec::new(), arity, stride, ranked, pairs, places, lookups, limit, repetitive: false }
    }

    /// Adds a row of `arity` cells.
    pub(in crate::datalog) fn push(&mut self, row: &[Cell], rank: u32) {
        match *row {
            [cell] => self.push_pairs(std::iter::once([0, cell]), rank),
            [first, second] => self.push_pairs(std::iter::once([first, second]), rank),
            _ => self.push_wide(row.iter().copied(), rank),
        }
    }

    /// Adds the given rows of the relation with rank 0. They are distinct, so that no cache has to look for repeated ones.
    pub(in crate::datalog) fn give(&mut self, view: View<'_>) {
        for row in view.rows(0, view.len()) {
            let start = self.begin();
            self.cells.extend_from_slice(&row[..self.arity]);
            self.cells.resize(start + self.stride, 0);
        }
    }

    /// An empty one for the same relation.
    pub(in crate::datalog) fn fresh(&self) -> Self {
        Self::new(self.arity, self.stride, self.ranked)
    }

    /// Adds what another output for the same relation has collected; `renamed` gives the cell that stands for a cell
    /// of a column from now on.
    ///
    /// # Errors
    ///
    /// The watch ended it.
    pub(in crate::datalog) fn append(
        &mut self,
        other: &Self,
        renamed: impl Fn(usize, Cell) -> Cell,
        watch: &Watch,
    ) -> Result<(), Ended> {
        let mut cells = Vec::with_capacity(self.arity);
        for rows in other.cells.chunks(ROWS_PER_LOOK * self.stride) {
            watch.look()?;
            for row in rows.chunks_exact(self.stride) {
                cells.clear();
                cells.extend(row[..self.arity].iter().enumerate().map(|(column, &cell)| renamed(column, cell)));
                self.push(&cells, row[self.stride - 1]);
                if self.is_full() {
                    self.compact(watch)?;
                }
            }
        }
        Ok(())
    }

    /// Adds rows of two columns, or of one behind a cell that is not looked at.
    pub(in crate::datalog) fn push_pairs(&mut self, pairs: impl Iterator<Item = [Cell; 2]>, rank: u32) {
        match (self.arity, self.ranked) {
            (1, false) => self.collect(pairs, |[_, cell]| [cell]),
            (1, true) => self.collect(pairs, |[_, cell]| [cell, rank]),
            (_, false) => self.collect(pairs, |pair| pair),
            (_, true) => self.collect(pairs, |[first, second]| [first, second, rank]),
        }
    }

    #[inline]
    fn collect<const N: usize>(
        &mut self,
        pairs: impl Iterator<Item = [Cell; 2]>,
        row_of: impl Fn([Cell; 2]) -> [Cell; N],
    ) {
        if self.pairs.is_empty() {
            if self.cells.len() < SMALL {
                pairs.for_each(|pair| self.cells.extend_from_slice(&row_of(pair)));
                return;
            }
            // No place has the pair of zeros, but the one that it belongs to, which gets another.
            self.pairs.resize(CACHE, [0, 0]);
            self.pairs[place_of([0, 0])] = [0, 1];
        }
        let cache: &mut [[Cell; 2]; CACHE] = self.pairs.as_mut_slice().try_into().expect("just made so large");
        for pair in pairs {
            let known = &mut cache[place_of(pair)];
            if *known != pair {
                *known = pair;
                self.cells.extend_from_slice(&row_of(pair));
            }
        }
    }

    /// Adds what another output for the same relation has collected; both are sorted then.
    ///
    /// # Errors
    ///
    /// The watch ended it.
    pub(in crate::datalog) fn join(&mut self, mut other: Self, watch: &Watch) -> Result<(), Ended> {
        if other.cells.is_empty() {
            return Ok(());
        }
        let (left, right) = both(|| self.take(watch), || other.take(watch));
        let (left, right) = (left?, right?);
        self.cells = if left.is_empty() { right } else { merge_rows(&left, &right, self.stride, self.ranked, watch)? };
        Ok(())
    }

    /// Adds a row of any number of cells.
    pub(in crate::datalog) fn push_wide(&mut self, row: impl Iterator<Item = Cell>, rank: u32) {
        let start = self.begin();
        self.cells.extend(row);
        self.end(start, rank);
    }

    /// Begins a row of which the cells come one by one; a row that is not ended must be the last one.
    pub(in crate::datalog) fn begin(&self) -> usize {
        self.cells.len()
    }

    /// Adds a cell to the row that was begun.
    pub(in crate::datalog) fn cell(&mut self, cell: Cell) {
        self.cells.push(cell);
    }

    /// Ends the row that was begun at `start`.
    pub(in crate::datalog) fn end(&mut self, start: usize, rank: u32) {
        self.cells.resize(start + self.stride, 0);
        if self.ranked {
            self.cells[start + self.stride - 1] = rank;
        }
        if start < SMALL || self.is_idle() {
            return;
        }
        self.lookups.0 += 1;
        if self.places.is_empty() {
            self.places.resize(CACHE, (EMPTY, 0));
        }
        let row = &self.cells[start..start + self.arity];
        let (place, tag) = hash(row);
        let known = &mut self.places[place];
        let last = known.0 as usize;
        if known.0 != EMPTY && known.1 == tag && self.cells[last..last + self.arity] == *row {
            self.cells.truncate(start);
            self.lookups.1 += 1;
        } else {
            *known = (u32::try_from(start).unwrap_or(EMPTY), tag);
        }
    }

    /// Whether the cache of wide rows has found so few that it costs more than it saves.
    #[inline]
    fn is_idle(&self) -> bool {
        let (all, repeated) = self.lookups;
        all >= TRIAL && repeated < TRIAL / 16
    }

    /// The row that was added last, without its rank.
    pub(in crate::datalog) fn last(&self) -> Option<&[Cell]> {
        let start = self.cells.len().checked_sub(self.stride)?;
        Some(&self.cells[start..start + self.arity])
    }

    /// Bytes in use.
    pub(in crate::datalog) fn bytes(&self) -> usize {
        self.cells.len() * size_of::<Cell>()
    }

    /// Whether it is time for [`Output::compact`].
    #[inline]
    pub(in crate::datalog) fn is_full(&self) -> bool {
        self.cells.len() >= self.limit
    }

    /// Drops repeated rows if there are many; if few are, waits longer the next time.
    ///
    /// # Errors
    ///
    /// The watch ended it.
    pub(in crate::datalog) fn compact(&mut self, watch: &Watch) -> Result<(), Ended> {
        let before = self.cells.len();
        self.lookups = (0, 0);
        if !self.repetitive && self.are_mostly_new(watch)? {
            self.limit = before * 2;
            return Ok(());
        }
        sort_rows(&mut self.cells, self.stride, self.ranked, watch)?;
        self.repetitive = self.cells.len() <= before / 2;
        if !self.repetitive {
            self.limit = before * 2;
        }
        self.places.fill((EMPTY, 0));
        Ok(())
    }

    /// Drops all repeated rows, because there is no room for them. The next look is due when an eighth more has come, so that
    /// what is sorted stays in proportion to what comes.
    ///
    /// # Errors
    ///
    /// The watch ended it.
    pub(in crate::datalog) fn squeeze(&mut self, watch: &Watch) -> Result<(), Ended> {
        sort_rows(&mut self.cells, self.stride, self.ranked, watch)?;
        self.limit = (self.cells.len() + self.cells.len() / 8).max(COMPACT);
        self.places.fill((EMPTY, 0));
        Ok(())
    }

    /// Whether more than half of the rows differ from all others, as far as counting their hashes tells.
    fn are_mostly_new(&self, watch: &Watch) -> Result<bool, Ended> {
        let view = View::new(&self.cells, self.stride);
        let columns: Vec<usize> = (0..self.arity).collect();
        Ok(combinations(view, &columns, watch)? > view.len() as u64 / 2)
    }

    /// The rows, sorted and distinct, with their ranks if they have some.
    ///
    /// # Errors
    ///
    /// The watch ended it.
    pub(in crate::datalog) fn freeze(&mut self, watch: &Watch) -> Result<Frozen, Ended> {
        let cells = self.take(watch)?;
        Ok(Frozen::from_sorted(cells, self.stride, self.ranked))
    }

    /// The rows, sorted and distinct; what is collected afterwards is a new round.
    ///
    /// # Errors
    ///
    /// The watch ended it.
    pub(in crate::datalog) fn take(&mut self, watch: &Watch) -> Result<Vec<Cell>, Ended> {
        self.places.clear();
        self.lookups = (0, 0);
        self.limit = COMPACT;
        let mut cells = std::mem::take(&mut self.cells);
        sort_rows(&mut cells, self.stride, self.ranked, watch)?;
        Ok(cells)
    }
}

/// The place of a row in the cache, and other bits of its hash.
fn hash(row: &[Cell]) -> (usize, u32) {
    let mixed = row.iter().fold(0_u64, |hash, &cell| (hash.rotate_left(5) ^ u64::from(cell)).wrapping_mul(SPREAD));
    let tag = (mixed >> 16) & u64::from(u32::MAX);
    (usize::try_from(mixed >> (64 - CACHE.trailing_zeros())).unwrap_or(0), u32::try_from(tag).unwrap_or(0))
}

/// Rows with the same first cell lie side by side, as their second cells do: they come one after the other.
#[inline]
fn place_of([first, second]: [Cell; 2]) -> usize {
    let spread = u64::from(first).wrapping_mul(SPREAD) >> 32;
    usize::try_from(spread + u64::from(second)).unwrap_or(0) % CACHE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_rows_do_not_pile_up() {
        let (mut output, watch) = (Output::new(2, 3, true), Watch::default());
        for i in 0..600_000_u32 {
            output.push(&[i % 5_000, i % 7], i / 1000);
            if output.is_full() {
                output.compact(&watch).unwrap();
            }
            assert!(output.bytes() <= 4 * COMPACT);
        }
        let rows = output.take(&watch).unwrap();
        assert_eq!(rows.len(), 3 * 35_000);
        assert_eq!(rows[..3], [0, 0, 0]);
        assert_eq!(output.take(&watch), Ok(vec![]));
    }

    /// Collects rows in which each cell takes few values, and compares with a set.
    fn check(arity: usize, ranked: bool, values: u32) {
        let stride = (arity + usize::from(ranked)).max(1);
        let mut output = Output::new(arity, stride, ranked);
        let mut expect = std::collections::BTreeMap::new();
        for i in 0..40_000_u32 {
            let row: Vec<Cell> =
                (0..arity).map(|place| (i.wrapping_mul(0x9E37_79B9) >> (place * 5)) % values).collect();
            output.push(&row, i / 100);
            expect.entry(row).or_insert(i / 100);
        }
        let rank = |(mut row, rank): (Vec<Cell>, u32)| {
            row.extend(ranked.then_some(rank));
            row
        };
        let expect: Vec<Cell> = expect.into_iter().flat_map(rank).collect();
        assert!(
            output.take(&Watch::default()).unwrap() == expect,
            "{arity} columns, ranked: {ranked}, {values} values"
        );
    }

    #[test]
    fn the_cache_drops_nothing_that_is_new() {
        for values in [1, 2, 300, u32::MAX] {
            for (arity, ranked) in [(1, false), (1, true), (2, false), (2, true), (3, false), (3, true), (6, true)] {
                check(arity, ranked, values);
            }
        }
    }
}
