//! Sizes of complete relations, for planning: counted once per question and kept; of large ones a sample is looked at.
//!
//! Rows go in, counts come out. They steer plans and never results.

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::base::Cell;

use crate::datalog::storage::view::View;
use crate::datalog::storage::watch::{Ended, ROWS_PER_LOOK, Watch};

/// Of more rows than this only so many are looked at.
const SAMPLED: usize = 1 << 12;
/// How many rows of a sample are enough to tell from.
const ENOUGH: usize = 64;

/// What has been counted of one relation.
#[derive(Debug, Default)]
pub(in crate::datalog) struct Statistics {
    distinct: Mutex<BTreeMap<Vec<usize>, u64>>,
    matching: Mutex<BTreeMap<Vec<(usize, Cell)>, u64>>,
    /// The numbers of the rows that are looked at, if there are more than [`SAMPLED`].
    sample: OnceLock<Vec<usize>>,
}

impl Statistics {
    /// About how many different combinations of cells some columns have.
    pub(in crate::datalog) fn distinct(&self, view: View<'_>, columns: &[usize]) -> u64 {
        match columns {
            [] => u64::from(view.len() > 0),
            _ => remembered(&self.distinct, columns, |columns| match view.len() {
                // So few are counted at once.
                0..=SAMPLED => combinations(view, columns, &Watch::default()).unwrap_or(0),
                rows => estimated(view, self.sample(rows), columns),
            }),
        }
    }

    /// How many rows have these cells in these columns, of many rows about how many. Nothing only where there are none.
    pub(in crate::datalog) fn matching(&self, view: View<'_>, cells: &[(usize, Cell)]) -> u64 {
        let has = |row: &[Cell]| cells.iter().all(|&(column, cell)| row[column] == cell);
        match cells {
            [] => view.len() as u64,
            _ => remembered(&self.matching, cells, |_| {
                if view.len() > SAMPLED {
                    let sample = self.sample(view.len());
                    let found = sample.iter().filter(|&&row| has(view.row(row))).count();
                    if found >= ENOUGH {
                        return scaled(found, view.len(), sample.len());
                    }
                }
                view.rows(0, view.len()).filter(|row| has(row)).count() as u64
            }),
        }
    }

    fn sample(&self, rows: usize) -> &[usize] {
        self.sample.get_or_init(|| sample(rows))
    }
}

fn remembered<T: Clone + Ord>(known: &Mutex<BTreeMap<Vec<T>, u64>>, key: &[T], count: impl Fn(&[T]) -> u64) -> u64 {
    // A poisoned lock means that counting panicked: the map itself is whole.
    let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
    *known.entry(key.to_vec()).or_insert_with(|| count(key))
}

/// Which rows are looked at of more than [`SAMPLED`]: each with the same probability, told by their number alone. Rows
/// that lie side by side agree in their first cells, so that taking one of each few would show each of these cells once.
fn sample(rows: usize) -> Vec<usize> {
    let drawn = (1..=SAMPLED as u64).map(|draw| usize::try_from(spread(draw) % rows as u64).unwrap_or(0));
    let mut sample: Vec<usize> = drawn.collect();
    sample.sort_unstable();
    sample.dedup();
    sample
}

/// A number of the whole that a number of so many looked at stands for.
fn scaled(found: usize, rows: usize, looked_at: usize) -> u64 {
    (found as u128 * rows as u128 / looked_at as u128).try_into().unwrap_or(u64::MAX)
}

/// Mixes the bits of a number (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014).
fn spread(number: u64) -> u64 {
    let mut mixed = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ mixed >> 31
}

fn hash(row: &[Cell], columns: &[usize]) -> u64 {
    let mix = |hash: u64, &column: &usize| (hash ^ u64::from(row[column])).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    columns.iter().fold(0_u64, |hash, column| mix(hash.rotate_left(23), column))
}

/// How many combinations of cells a sample lets expect in all rows: with `d` of them in a share `q` of the rows, `s`
/// of these in one row only, and `n` rows looked at, `d / (1 - (1 - q) s / n)` (the estimator Duj1 of Haas, Naughton,
/// Seshadri and Stokes, "Sampling-Based Estimation of the Number of Distinct Values of an Attribute", VLDB 1995).
fn estimated(view: View<'_>, sample: &[usize], columns: &[usize]) -> u64 {
    let mut hashes: Vec<u64> = sample.iter().map(|&row| hash(view.row(row), columns)).collect();
    hashes.sort_unstable();
    let (mut found, mut singles) = (0_u128, 0_u128);
    for same in hashes.chunk_by(|a, b| a == b) {
        found += 1;
        singles += u128::from(same.len() == 1);
    }
    let (rows, looked_at) = (view.len() as u128, hashes.len().max(1) as u128);
    // Numerator and denominator of the formula times `looked_at * rows`.
    let whole = looked_at * rows;
    let left = whole - rows.saturating_sub(looked_at) * singles;
    (found * whole / left.max(1)).min(rows).try_into().unwrap_or(u64::MAX)
}

/// How many combinations of cells some columns have: the filled places of a table of hashes, linear counting (Whang,
/// Vander-Zanden and Taylor 1990) without its correction.
///
/// # Errors
///
/// The watch ended it.
pub(in crate::datalog) fn combinations(view: View<'_>, columns: &[usize], watch: &Watch) -> Result<u64, Ended> {
    let bits = (view.len() * 4).next_power_of_two().clamp(64, 1 << 26);
    let shift = 64 - bits.trailing_zeros();
    let mut places = vec![0_u64; bits / 64];
    for start in (0..view.len()).step_by(ROWS_PER_LOOK) {
        watch.look()?;
        for row in view.rows(start, (start + ROWS_PER_LOOK).min(view.len())) {
            let place = usize::try_from(hash(row, columns) >> shift).unwrap_or(0);
            places[place / 64] |= 1 << (place % 64);
        }
    }
    Ok(places.iter().map(|word| u64::from(word.count_ones())).sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cells: &[Cell], columns: &[usize], expect: std::ops::RangeInclusive<u64>) {
        let found = Statistics::default().distinct(View::new(cells, 3), columns);
        assert!(expect.contains(&found), "{columns:?}: {found} is not in {expect:?}");
    }

    #[test]
    fn combinations_of_cells_are_counted_nearly() {
        let cells: Vec<Cell> = (0..10_000_u32).flat_map(|i| [i, i % 10 + (1 << 30), i % 100]).collect();
        check(&cells, &[], 1..=1);
        check(&cells, &[0], 8_000..=10_000);
        check(&cells, &[1], 9..=10);
        check(&cells, &[2], 90..=100);
        check(&cells, &[1, 2], 90..=100);
        check(&cells, &[0, 1, 2], 8_000..=10_000);
        check(&[], &[], 0..=0);
        check(&[], &[1], 0..=0);
    }

    #[test]
    fn matching_rows_are_counted() {
        let cells: Vec<Cell> = (0..1_000_u32).flat_map(|i| [i, i % 10, i % 100]).collect();
        let statistics = Statistics::default();
        let count = |cells_wanted: &[(usize, Cell)]| statistics.matching(View::new(&cells, 3), cells_wanted);
        assert_eq!(
            [count(&[]), count(&[(1, 3)]), count(&[(1, 3), (2, 13)]), count(&[(1, 3), (2, 14)])],
            [1_000, 100, 10, 0]
        );
    }

    #[test]
    fn samples_of_many_rows_tell_nearly_how_many_combinations_there_are() {
        let rows = 400_000_u32;
        let cells: Vec<Cell> =
            (0..rows).flat_map(|i| [i / 2, i % 50, u32::try_from(spread(u64::from(i)) % 90_000).unwrap()]).collect();
        check(&cells, &[0, 1], 390_000..=400_000);
        check(&cells, &[0], 150_000..=400_000);
        check(&cells, &[1], 50..=50);
        check(&cells, &[2], 60_000..=130_000);
        let statistics = Statistics::default();
        let count = |wanted: &[(usize, Cell)]| statistics.matching(View::new(&cells, 3), wanted);
        assert!((7_000..9_000).contains(&count(&[(1, 7)])), "a fiftieth: {}", count(&[(1, 7)]));
        assert_eq!((count(&[(0, 7)]), count(&[(0, 7), (1, 3)])), (2, 0), "what a sample misses is counted");
    }
}
