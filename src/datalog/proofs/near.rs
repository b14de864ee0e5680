//! The rows that match a pattern, and the one that comes nearest to it.

use crate::base::Cell;

use crate::datalog::program::RelationId;
use crate::datalog::proofs::work::Work;
use crate::datalog::storage::fixpoint::Fact;
use crate::datalog::storage::store::{Fixpoint, row_number};

/// How many rows are compared with a pattern.
const MOST_ROWS: usize = 20_000;

/// A row, and how well it fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Near {
    /// The row.
    pub fact: Fact,
    /// In how many of the columns that the pattern gives it agrees.
    pub agrees: usize,
}

/// The row that agrees with a pattern in the most columns, the first of several; none if no row agrees in any. Of a large
/// relation the rows that begin like the pattern are looked at first, and not all of the others.
pub(in crate::datalog) fn nearest(
    work: &mut Work<'_, '_>,
    relation: RelationId,
    pattern: &[Option<Cell>],
) -> Option<Near> {
    let fixpoint = work.rows.fixpoint;
    let mut best: Option<Near> = None;
    let view = fixpoint.rows(relation);
    let prefix: Vec<Cell> = pattern.iter().map_while(|cell| *cell).collect();
    for length in (0..=prefix.len()).rev() {
        let (start, end) = view.range(&prefix[..length], &mut 0);
        for index in start..end.min(start + MOST_ROWS) {
            let row = view.row(index).iter();
            let agrees = pattern.iter().zip(row).filter(|(wanted, cell)| **wanted == Some(**cell)).count();
            if agrees > best.map_or(0, |best| best.agrees) {
                best = Some(Near { fact: Fact { relation, row: row_number(index) }, agrees });
            }
        }
        // Rows that begin with fewer of the columns can agree in more of the others, in a small relation only.
        if best.is_some() && end - start > MOST_ROWS {
            break;
        }
    }
    best
}

/// The first rows that match a pattern. However many there are, all are looked at rather than to call one absent.
pub(in crate::datalog) fn present(
    fixpoint: &Fixpoint,
    relation: RelationId,
    pattern: &[Option<Cell>],
    most: usize,
) -> Vec<Fact> {
    let view = fixpoint.rows(relation);
    let prefix: Vec<Cell> = pattern.iter().map_while(|cell| *cell).collect();
    let (start, end) = view.range(&prefix, &mut 0);
    let matches = |index: &usize| {
        let row = view.row(*index).iter();
        pattern.iter().zip(row).all(|(wanted, cell)| wanted.is_none_or(|wanted| wanted == *cell))
    };
    (start..end).filter(matches).take(most).map(|index| Fact { relation, row: row_number(index) }).collect()
}
