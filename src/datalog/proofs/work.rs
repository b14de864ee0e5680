//! What all searches for one answer share: the rows, the pool, and how much may still be looked at.

use crate::base::{Cell, Pool};

use crate::datalog::program::RelationId;
use crate::datalog::proofs::rows::Rows;
use crate::datalog::storage::fixpoint::Fact;

/// What all searches for one answer share.
pub(in crate::datalog) struct Work<'a, 'p> {
    pub(in crate::datalog) rows: &'p mut Rows<'a>,
    pub(in crate::datalog) pool: &'p mut Pool,
    /// How many rows may still be looked at.
    pub(in crate::datalog) visits: u64,
}

/// The search looked at too many rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::datalog) struct GivenUp;

impl Work<'_, '_> {
    /// Counts rows that are looked at.
    pub(in crate::datalog) fn visit(&mut self, rows: u64) -> Result<(), GivenUp> {
        let left = self.visits.checked_sub(rows);
        self.visits = left.unwrap_or(0);
        left.ok_or(GivenUp)?;
        self.rows.meter.visit(rows, self.pool)
    }

    /// The first rows that match a pattern.
    pub(in crate::datalog) fn matching(
        &mut self,
        relation: RelationId,
        pattern: &[Option<Cell>],
        most: usize,
    ) -> Result<Vec<Fact>, GivenUp> {
        let mut run = self.rows.run(relation, pattern);
        if self.rows.regret(&run, pattern, run.len()) {
            run = self.rows.run(relation, pattern);
        }
        let (mut cells, mut found) = (Vec::new(), Vec::new());
        for index in run.start..run.end {
            self.visit(1)?;
            if run.matches(index, pattern) {
                run.row(index, &mut cells);
                found.extend(run.fact(self.rows.fixpoint, index, &cells));
                if found.len() >= most {
                    break;
                }
            }
        }
        Ok(found)
    }
}
