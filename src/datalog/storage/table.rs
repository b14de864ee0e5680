//! Growing relations: rows that come round by round, in a datafrog variable.
//!
//! Flat rows go in at the end of a round and come out as views. Only this file knows datafrog and its traps; it
//! knows nothing of rules.

use std::cell::Ref;

use datafrog::{Iteration, Relation, Variable};

use crate::base::Cell;

use crate::datalog::storage::frozen::Frozen;
use crate::datalog::storage::rows::{ForWidth, Row, Stored, dispatch};
use crate::datalog::storage::view::View;

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
    fn freeze(self: Box<Self>) -> Frozen;
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

struct MakePrimary;

impl ForWidth for MakePrimary {
    type Output = Box<dyn Table>;

    fn run<const W: usize>(self) -> Box<dyn Table> {
        let mut iteration = Iteration::new();
        let variable = iteration.variable::<Stored<W, true>>("primary");
        Box::new(Batches { iteration, variable })
    }
}

struct MakePlain;

impl ForWidth for MakePlain {
    type Output = Box<dyn Table>;

    fn run<const W: usize>(self) -> Box<dyn Table> {
        let mut iteration = Iteration::new();
        let variable = iteration.variable::<Stored<W, false>>("plain");
        Box::new(Batches { iteration, variable })
    }
}

struct MakeSecondary;

impl ForWidth for MakeSecondary {
    type Output = Box<dyn Table>;

    fn run<const W: usize>(self) -> Box<dyn Table> {
        let mut iteration = Iteration::new();
        let variable = iteration.variable_indistinct::<Stored<W, false>>("secondary");
        Box::new(Batches { iteration, variable })
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

    fn freeze(self: Box<Self>) -> Frozen {
        Frozen::from_sorted(R::into_flat(self.variable.complete().elements), R::WIDTH, R::RANKED)
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
    use crate::datalog::storage::sort::sort_rows;
    use crate::datalog::storage::watch::Watch;

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
        sort_rows(&mut rows, 3, true, &Watch::default()).unwrap();
        table.insert(&rows);
        assert!(table.advance());
        table.insert(&[1, 2, 1, 3, 3, 8]);
        assert!(table.advance());
        assert_eq!(table.read().views(Version::Recent).len(), 1);
        assert!(!table.advance());
        let frozen = table.freeze();
        let rows: Vec<_> = (0..frozen.view().len()).map(|i| (frozen.view().row(i), frozen.rank(i))).collect();
        assert_eq!(rows, [(&[0, 9, 6][..], Some(6)), (&[1, 2, 5][..], Some(5)), (&[3, 3, 8][..], Some(8))]);
    }
}
