//! Sizes of complete relations, for planning: counted once per question and kept.
//!
//! Rows go in, counts come out. They steer plans and never results.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::base::Cell;

use crate::datalog::storage::view::View;

/// What has been counted of one relation.
#[derive(Debug, Default)]
pub(in crate::datalog) struct Statistics {
    distinct: Mutex<BTreeMap<Vec<usize>, u64>>,
    matching: Mutex<BTreeMap<Vec<(usize, Cell)>, u64>>,
}

impl Statistics {
    /// About how many different combinations of cells some columns have.
    pub(in crate::datalog) fn distinct(&self, view: View<'_>, columns: &[usize]) -> u64 {
        match columns {
            [] => u64::from(view.len() > 0),
            _ => remembered(&self.distinct, columns, |columns| distinct(view, columns)),
        }
    }

    /// How many rows have these cells in these columns.
    pub(in crate::datalog) fn matching(&self, view: View<'_>, cells: &[(usize, Cell)]) -> u64 {
        let has = |row: &[Cell]| cells.iter().all(|&(column, cell)| row[column] == cell);
        match cells {
            [] => view.len() as u64,
            _ => remembered(&self.matching, cells, |_| {
                (0..view.len()).filter(|&index| has(view.row(index))).count() as u64
            }),
        }
    }
}

fn remembered<T: Clone + Ord>(known: &Mutex<BTreeMap<Vec<T>, u64>>, key: &[T], count: impl Fn(&[T]) -> u64) -> u64 {
    // A poisoned lock means that counting panicked: the map itself is whole.
    let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
    *known.entry(key.to_vec()).or_insert_with(|| count(key))
}

/// The filled places of a table of hashes: linear counting (Whang, Vander-Zanden and Taylor 1990) without its correction.
fn distinct(view: View<'_>, columns: &[usize]) -> u64 {
    let bits = (view.len() * 4).next_power_of_two().clamp(64, 1 << 23);
    let shift = 64 - bits.trailing_zeros();
    let mut places = vec![0_u64; bits / 64];
    for index in 0..view.len() {
        let row = view.row(index);
        let mix = |hash: u64, &column: &usize| (hash ^ u64::from(row[column])).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let hash = columns.iter().fold(0_u64, |hash, column| mix(hash.rotate_left(23), column));
        let place = usize::try_from(hash >> shift).unwrap_or(0);
        places[place / 64] |= 1 << (place % 64);
    }
    places.iter().map(|word| u64::from(word.count_ones())).sum()
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
}
