//! Sorting flat rows and dropping repeated ones: by digits where rows are many, by comparison where they are few.
//!
//! Radix sort with the least significant digit first (Knuth, The Art of Computer Programming 3, 5.2.5): stable, so
//! that of equal rows the one collected first stays; few sorted runs of wide rows are merged. Rows go in as cells side by side and stay so.

use crate::base::Cell;

use crate::datalog::storage::radix::{DEALT, DIGIT, FEW, Rows, WIDE_DIGIT, in_order, radix};
use crate::datalog::storage::rows::{ForWidth, dispatch};
use crate::datalog::storage::watch::{Ended, ROWS_PER_LOOK, Watch};

/// How many cells are worth a set of bits.
const FEW_BITS: usize = 8;
/// Up to how many ascending runs are merged rather than sorted anew.
const FEW_RUNS: usize = 8;
/// Up to how many rows are merged in one go, without a look at the clock.
const MERGED: usize = 1 << 20;
/// Rows of more cells are not moved for every digit but for the first one only, and then to their places.
pub(super) const NARROW: usize = 4;

/// Sorts flat rows and drops repeated ones; with `ranked` the last cell tells equal rows apart in the order
/// only, and the smallest stays. Equal rows must be given in the order of their last cells then.
///
/// # Errors
///
/// The watch ended it; there may be any rows then.
pub(in crate::datalog) fn sort_rows(
    cells: &mut Vec<Cell>,
    stride: usize,
    ranked: bool,
    watch: &Watch,
) -> Result<(), Ended> {
    dispatch(stride, SortRows { cells, ranked, watch })
}

struct SortRows<'a> {
    cells: &'a mut Vec<Cell>,
    ranked: bool,
    watch: &'a Watch,
}

impl ForWidth for SortRows<'_> {
    type Output = Result<(), Ended>;

    fn run<const W: usize>(self) -> Self::Output {
        let keys = if self.ranked { W - 1 } else { W };
        let (rows, _) = self.cells.as_chunks_mut::<W>();
        if rows.is_empty() {
            return Ok(());
        }
        if !rows.is_sorted() {
            if rows.len() <= FEW || u32::try_from(rows.len()).is_err() {
                compare(rows);
            } else if W > NARROW && rows.len() <= MERGED && has_few_runs(rows) {
                merge_runs(rows);
            } else {
                let spread = Spread::of(rows);
                if keys == 2 && (2..W).all(|place| spread.least[place] == spread.most[place]) {
                    return by_first::<W>(self.cells, &spread, self.watch);
                }
                by_digits::<W>(self.cells, keys, &spread, self.watch)?;
            }
        }
        distinct::<W>(self.cells, keys);
        Ok(())
    }
}

/// Whether rows consist of few ascending runs.
fn has_few_runs<const W: usize>(rows: &[[Cell; W]]) -> bool {
    rows.windows(2).filter(|pair| pair[0] > pair[1]).take(FEW_RUNS).count() < FEW_RUNS
}

/// Sorts what several rules gave, each of them in order.
#[expect(clippy::stable_sort_primitive, reason = "the stable sort of the library finds such runs and merges them")]
fn merge_runs<const W: usize>(rows: &mut [[Cell; W]]) {
    rows.sort();
}

/// The least and the largest cell of each column.
pub(super) struct Spread<const W: usize> {
    least: [Cell; W],
    most: [Cell; W],
}

impl<const W: usize> Spread<W> {
    /// That of no rows.
    pub(super) fn new() -> Self {
        Self { least: [Cell::MAX; W], most: [0; W] }
    }

    fn of(rows: &[[Cell; W]]) -> Self {
        let mut spread = Self::new();
        for row in rows {
            spread.add(row);
        }
        spread
    }

    #[inline]
    pub(super) fn add(&mut self, row: &[Cell; W]) {
        for (column, &cell) in row.iter().enumerate() {
            self.least[column] = self.least[column].min(cell);
            self.most[column] = self.most[column].max(cell);
        }
    }

    /// The bits that tell the cells of a column apart.
    fn width(&self, column: usize) -> u32 {
        Cell::BITS - (self.most[column] - self.least[column]).leading_zeros()
    }
}

/// Sorts pairs, whatever stands behind them being the same in all rows: by their first cells, unless they come so,
/// and the second cells of each first one in a set of bits. Drops repeated ones.
fn by_first<const W: usize>(cells: &mut Vec<Cell>, spread: &Spread<W>, watch: &Watch) -> Result<(), Ended> {
    let (rows, _) = cells.as_chunks_mut::<W>();
    if !rows.is_sorted_by_key(|row| row[0]) {
        let mut other = vec![0; rows.len() * W];
        let (room, _) = other.as_chunks_mut::<W>();
        let least = spread.least[0];
        if radix(rows, room, spread.width(0), WIDE_DIGIT, |row| u64::from(row[0] - least), watch)? {
            *cells = other;
        }
    }
    let (rows, _) = cells.as_chunks_mut::<W>();
    let (mut bits, mut kept, mut start, mut looked) = (Vec::new(), 0, 0, 0);
    while let Some(&pattern) = rows.get(start) {
        let (mut end, mut low, mut high) = (start, pattern[1], pattern[1]);
        while let Some(row) = rows.get(end).filter(|row| row[0] == pattern[0]) {
            (low, high) = (low.min(row[1]), high.max(row[1]));
            end += 1;
        }
        let words = (high - low) as usize / 64 + 1;
        if end - start >= FEW_BITS && words <= (end - start) * 4 {
            if bits.len() < words {
                bits.resize(words, 0_u64);
            }
            for row in &rows[start..end] {
                let place = (row[1] - low) as usize;
                bits[place / 64] |= 1 << (place % 64);
            }
            for (word, base) in bits[..words].iter_mut().zip((low..=high).step_by(64)) {
                let mut left = std::mem::take(word);
                while left != 0 {
                    rows[kept] = pattern;
                    rows[kept][1] = base + left.trailing_zeros();
                    kept += 1;
                    left &= left - 1;
                }
            }
        } else {
            rows[start..end].sort_unstable_by_key(|row| row[1]);
            for index in start..end {
                if index == start || rows[index][1] != rows[kept - 1][1] {
                    rows[kept] = rows[index];
                    kept += 1;
                }
            }
        }
        start = end;
        if start - looked >= ROWS_PER_LOOK {
            watch.look()?;
            looked = start;
        }
    }
    cells.truncate(kept * W);
    Ok(())
}

/// Drops rows whose first `keys` cells are those of the row before.
pub(super) fn distinct<const W: usize>(cells: &mut Vec<Cell>, keys: usize) {
    let (rows, _) = cells.as_chunks_mut::<W>();
    let mut last = 0;
    for index in 1..rows.len() {
        let row = rows[index];
        let differs = (0..W).any(|place| place < keys && row[place] != rows[last][place]);
        if differs {
            last += 1;
            rows[last] = row;
        }
    }
    cells.truncate((last + 1) * W);
}

/// Sorts by comparing; narrow rows as single numbers, which is faster than cell by cell.
fn compare<const W: usize>(rows: &mut [[Cell; W]]) {
    match W {
        2 => rows.sort_unstable_by_key(|row| u64::from(row[0]) << 32 | u64::from(row[1])),
        3 | 4 => rows.sort_unstable_by_key(|row| row.iter().fold(0, |all, &cell| all << 32 | u128::from(cell))),
        _ => rows.sort_unstable(),
    }
}

/// The first columns of rows as one number: the cells without what all of a column share, side by side.
pub(super) struct Prefix<const W: usize> {
    least: [Cell; W],
    shift: [u32; W],
    mask: [u64; W],
    /// How many columns there are in it.
    pub(super) columns: usize,
    pub(super) bits: u32,
}

impl<const W: usize> Prefix<W> {
    /// As many columns as are needed to tell most rows apart, but no more than `room` bits.
    pub(super) fn of(rows: usize, keys: usize, room: u32, spread: &Spread<W>) -> Self {
        let width = |column: usize| spread.width(column);
        let enough = rows.ilog2() + 1;
        let all: u32 = (0..keys).map(width).sum();
        let (mut columns, mut bits) = (0, 0);
        while columns < keys && bits + width(columns) <= room {
            // One or two digits more are cheaper than looking for rows that are not told apart yet.
            if bits >= enough && all > bits.next_multiple_of(DIGIT) + DIGIT {
                break;
            }
            bits += width(columns);
            columns += 1;
        }
        let (mut shift, mut mask, mut below) = ([0; W], [0; W], bits);
        for column in 0..columns {
            below -= width(column);
            (shift[column], mask[column]) = (below, u64::MAX);
        }
        Self { least: spread.least, shift, mask, columns, bits }
    }

    #[inline]
    pub(super) fn of_row(&self, row: &[Cell; W]) -> u64 {
        let mut key = 0;
        let layout = self.least.iter().zip(&self.shift).zip(&self.mask);
        for (cell, ((least, shift), mask)) in row.iter().zip(layout) {
            key |= (u64::from(cell.wrapping_sub(*least)) << (shift & 63)) & mask;
        }
        key
    }
}

/// Rows that lie side by side.
struct Collected<'a, const W: usize> {
    rows: &'a [[Cell; W]],
    watch: &'a Watch,
}

impl<const W: usize> Rows<W> for Collected<'_, W> {
    fn each(&self, mut f: impl FnMut([Cell; W])) -> Result<(), Ended> {
        for rows in self.rows.chunks(ROWS_PER_LOOK) {
            self.watch.look()?;
            for row in rows {
                f(*row);
            }
        }
        Ok(())
    }
}

/// Sorts by the prefix, and then by comparison what has the same.
fn by_digits<const W: usize>(
    cells: &mut Vec<Cell>,
    keys: usize,
    spread: &Spread<W>,
    watch: &Watch,
) -> Result<(), Ended> {
    let (rows, _) = cells.as_chunks_mut::<W>();
    let columns = if W <= NARROW {
        let prefix = Prefix::of(rows.len(), keys, u64::BITS, spread);
        let mut other = vec![0; rows.len() * W];
        let (room, _) = other.as_chunks_mut::<W>();
        if radix(rows, room, prefix.bits, DIGIT, |row| prefix.of_row(row), watch)? {
            *cells = other;
        }
        prefix.columns
    } else {
        let prefix = Prefix::of(rows.len(), keys, DEALT, spread);
        let sorted = in_order(&Collected { rows, watch }, prefix.bits, |row| prefix.of_row(row), watch)?;
        *cells = sorted;
        prefix.columns
    };
    finish::<W>(cells, columns, keys, watch)
}

/// Sorts what agrees in the columns that rows are sorted by already.
pub(super) fn finish<const W: usize>(
    cells: &mut [Cell],
    columns: usize,
    keys: usize,
    watch: &Watch,
) -> Result<(), Ended> {
    if columns < keys {
        let (rows, _) = cells.as_chunks_mut::<W>();
        let mut compared = 0;
        // Comparing slices of a length that is not known here would be a call for each row.
        let agree = |a: &[Cell; W], b: &[Cell; W]| (0..W).all(|place| place >= columns || a[place] == b[place]);
        for run in rows.chunk_by_mut(agree).filter(|run| run.len() > 1) {
            compare(run);
            compared += run.len();
            if compared >= ROWS_PER_LOOK {
                watch.look()?;
                compared = 0;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::datalog::storage::radix::sort_numbers;

    /// A few numbers that look random.
    fn noise(seed: u32) -> impl Iterator<Item = u32> {
        (0_u32..).map(move |i| {
            let mixed = (i ^ seed.wrapping_mul(0x85EB_CA6B)).wrapping_mul(0x9E37_79B9);
            (mixed ^ mixed >> 15).wrapping_mul(0x2C1B_3C6D) >> 3
        })
    }

    /// Sorts rows whose column `i` has cells from `columns[i].0` on, `columns[i].1` of them.
    fn check(rows: usize, columns: &[(u32, u32)], ranked: bool) {
        let mut noise = noise(u32::try_from(rows).unwrap());
        let mut lists = Vec::new();
        for index in 0..rows {
            let mut row: Vec<Cell> =
                columns.iter().map(|(least, count)| least + noise.next().unwrap() % count).collect();
            if ranked {
                row.push(u32::try_from(index).unwrap());
            }
            lists.push(row);
        }
        let mut cells = lists.concat();
        let width = columns.len() + usize::from(ranked);
        sort_rows(&mut cells, width, ranked, &Watch::default()).unwrap();
        lists.sort();
        lists.dedup_by(|later, first| later[..columns.len()] == first[..columns.len()]);
        assert!(cells == lists.concat(), "{rows} rows of {columns:?}, ranked: {ranked}");
    }

    #[test]
    fn digits_and_comparison_give_the_same_order() {
        let small = (1 << 30, 40);
        let (middle, large, whole) = ((7, 3000), (1 << 20, 1 << 21), (0, u32::MAX));
        for rows in [0, 1, 2, FEW, FEW + 1, 5_000] {
            for ranked in [false, true] {
                check(rows, &[small], ranked);
                check(rows, &[whole], ranked);
                for first in [small, middle, large, whole] {
                    for second in [small, middle, large, whole] {
                        check(rows, &[first, second], ranked);
                        check(rows, &[first, second, small], ranked);
                        check(rows, &[first, second, small, whole], ranked);
                        check(rows, &[first, small, small, second, small, small, middle], ranked);
                    }
                }
            }
        }
    }

    #[test]
    fn rows_of_which_most_begin_alike_sort() {
        for (columns, outliers) in [(5, 1), (8, 3), (12, 700)] {
            let mut noise = noise(3);
            let mut cells: Vec<Cell> = (0..columns * 4_000).map(|_| noise.next().unwrap() % 60).collect();
            for row in cells.chunks_exact_mut(columns).take(outliers) {
                row[0] = u32::MAX - row[1];
            }
            let mut rows: Vec<Vec<Cell>> = cells.chunks_exact(columns).map(<[Cell]>::to_vec).collect();
            rows.sort();
            rows.dedup();
            sort_rows(&mut cells, columns, false, &Watch::default()).unwrap();
            assert!(cells == rows.concat(), "{columns} columns, {outliers} outliers");
        }
    }

    #[test]
    fn cells_at_both_ends_of_their_range_sort() {
        let mut cells: Vec<Cell> =
            (0..2_000).flat_map(|i| [if i % 2 == 0 { u32::MAX - i } else { i }, u32::MAX - i]).collect();
        let mut rows: Vec<[Cell; 2]> = cells.as_chunks().0.to_vec();
        rows.sort_unstable();
        sort_rows(&mut cells, 2, false, &Watch::default()).unwrap();
        assert_eq!(cells, rows.as_flattened());
    }

    #[test]
    fn numbers_sort_and_stay_as_many() {
        for count in [0, 1, FEW, FEW + 1, 3_000] {
            let mut low = noise(1);
            let mut numbers: Vec<u64> =
                noise(2).take(count).map(|high| u64::from(high % 50) << 58 | u64::from(low.next().unwrap())).collect();
            let mut expect = numbers.clone();
            expect.sort_unstable();
            sort_numbers(&mut numbers, &Watch::default()).unwrap();
            assert_eq!(numbers, expect);
        }
    }

    #[test]
    fn a_watch_that_has_ended_ends_every_way_of_sorting() {
        let ended = Watch::new(None, std::sync::Arc::new(true.into()));
        let sort = |columns: usize, watch: &Watch| {
            let mut noise = noise(7);
            let mut cells: Vec<Cell> = noise.by_ref().take(columns * (FEW + 1)).collect();
            sort_rows(&mut cells, columns, false, watch)
        };
        for columns in [1, 2, 3, NARROW, NARROW + 1] {
            assert_eq!(sort(columns, &Watch::default()), Ok(()));
            assert_eq!(sort(columns, &ended), Err(Ended::Cancelled), "{columns} columns");
        }
        let mut grouped: Vec<Cell> = (0..Cell::try_from(FEW * 4).unwrap()).flat_map(|i| [i / 2, (i + 1) % 2]).collect();
        assert_eq!(sort_rows(&mut grouped, 2, false, &ended), Err(Ended::Cancelled));
    }
}
