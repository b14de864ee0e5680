//! Merging two sorted lists of rows into one without repeated rows, on as many threads as help.

use std::cmp::Ordering;
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::base::Cell;

use crate::datalog::storage::rows::{ForWidth, dispatch};
use crate::datalog::storage::watch::{Ended, ROWS_PER_LOOK, Watch};

/// Cells that make a second thread worth its start.
const LONG: usize = 1 << 16;

/// Merges sorted lists of distinct rows of `stride` cells. With `ranked` the last cell is no part of a row's identity,
/// and of equal rows the one with the smaller stays.
///
/// # Errors
///
/// The watch ended it.
pub(in crate::datalog) fn merge_rows(
    left: &[Cell],
    right: &[Cell],
    stride: usize,
    ranked: bool,
    watch: &Watch,
) -> Result<Vec<Cell>, Ended> {
    dispatch(stride, Merge { left, right, ranked, watch })
}

struct Merge<'a> {
    left: &'a [Cell],
    right: &'a [Cell],
    ranked: bool,
    watch: &'a Watch,
}

impl ForWidth for Merge<'_> {
    type Output = Result<Vec<Cell>, Ended>;

    fn run<const W: usize>(self) -> Self::Output {
        let keys = if self.ranked { W - 1 } else { W };
        let (left, right) = (self.left.as_chunks::<W>().0, self.right.as_chunks::<W>().0);
        if left.len().min(right.len()) * W < LONG {
            return merge(left, right, keys, self.watch);
        }
        // Rows that are equal but for their ranks must not be parted.
        let middle = left.len() / 2;
        let pivot = &left[middle][..keys];
        let place = right.partition_point(|row| row[..keys] < *pivot);
        let (low, high) = both(
            || merge(&left[..middle], &right[..place], keys, self.watch),
            || merge(&left[middle..], &right[place..], keys, self.watch),
        );
        let mut merged = low?;
        merged.extend(high?);
        Ok(merged)
    }
}

/// Does two things at once, or one after the other if the system has no thread to spare.
pub(in crate::datalog) fn both<A, B: Send>(here: impl FnOnce() -> A, there: impl FnOnce() -> B + Send) -> (A, B) {
    let there = Mutex::new(Some(there));
    let run = || there.lock().unwrap_or_else(PoisonError::into_inner).take().map(|there| there());
    thread::scope(|scope| {
        let spawned = thread::Builder::new().spawn_scoped(scope, run);
        let here = here();
        let there = match spawned {
            Ok(handle) => handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            Err(_) => run(),
        };
        (here, there.expect("it was run once"))
    })
}

fn merge<const W: usize>(
    left: &[[Cell; W]],
    right: &[[Cell; W]],
    keys: usize,
    watch: &Watch,
) -> Result<Vec<Cell>, Ended> {
    let mut merged = Vec::with_capacity((left.len() + right.len()) * W);
    let (mut left, mut right) = (left, right);
    'rows: loop {
        watch.look()?;
        for _ in 0..ROWS_PER_LOOK {
            let ([first, left_rest @ ..], [second, right_rest @ ..]) = (left, right) else { break 'rows };
            match first[..keys].cmp(&second[..keys]) {
                Ordering::Less => {
                    merged.extend_from_slice(first);
                    left = left_rest;
                }
                Ordering::Greater => {
                    merged.extend_from_slice(second);
                    right = right_rest;
                }
                Ordering::Equal => {
                    merged.extend_from_slice(first.min(second));
                    (left, right) = (left_rest, right_rest);
                }
            }
        }
    }
    merged.extend_from_slice(left.as_flattened());
    merged.extend_from_slice(right.as_flattened());
    Ok(merged)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(left: &[[Cell; 3]], right: &[[Cell; 3]], ranked: bool) {
        let merged = merge_rows(left.as_flattened(), right.as_flattened(), 3, ranked, &Watch::default()).unwrap();
        let mut expect = [left, right].concat();
        expect.sort_unstable();
        expect.dedup_by_key(|row| (row[0], row[1], if ranked { 0 } else { row[2] }));
        assert!(merged == expect.as_flattened(), "{} and {} rows, ranked: {ranked}", left.len(), right.len());
    }

    #[test]
    fn merged_rows_are_sorted_and_distinct() {
        let rows = |count: u32, step: u32, rank: u32| (0..count).map(move |i| [i * step / 7, i * step % 7, rank]);
        for (a, b) in [(0, 0), (0, 9), (9, 0), (50, 70), (40_000, 30_000), (40_000, 300)] {
            for (first, second) in [(5, 9), (9, 5), (4, 4)] {
                let (left, right): (Vec<_>, Vec<_>) = (rows(a, 2, first).collect(), rows(b, 3, second).collect());
                check(&left, &right, false);
                check(&left, &right, true);
            }
        }
    }

    #[test]
    fn a_watch_that_has_ended_ends_merging_here_and_in_the_other_thread() {
        let ended = Watch::new(None, std::sync::Arc::new(true.into()));
        let long: Vec<Cell> = (0..2 * Cell::try_from(LONG).unwrap()).collect();
        for rows in [&long[..], &long[..3]] {
            assert_eq!(merge_rows(rows, &long, 1, false, &ended), Err(Ended::Cancelled));
        }
    }
}
