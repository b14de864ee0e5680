//! A relation while its stratum is evaluated: what rules gave it in this round, and its rows in every order.
//!
//! Output goes in at the end of a round and becomes recent rows at the start of the next; nothing is planned or run.

use crate::base::Cell;

use crate::datalog::evaluation::output::Output;
use crate::datalog::program::RelationId;
use crate::datalog::storage::frozen::{Frozen, permute};
use crate::datalog::storage::rows::stride;
use crate::datalog::storage::sort::sort_rows;
use crate::datalog::storage::table::{Reading, Table, Version, primary, secondary};
use crate::datalog::storage::watch::{Ended, Watch};

/// A relation of the running stratum.
pub(in crate::datalog) struct Head {
    pub(in crate::datalog) relation: RelationId,
    pub(in crate::datalog) output: Output,
    /// Its own order and the others that rules look it up by; none in a stratum without recursion.
    pub(in crate::datalog) tables: Vec<Box<dyn Table>>,
    orders: Vec<Vec<usize>>,
    /// Rows in all rounds so far, those of this round excepted.
    pub(in crate::datalog) rows: usize,
    /// Rows that are new in this round.
    pub(in crate::datalog) recent: usize,
}

impl Head {
    /// A relation without rows. `orders` are the orders that rules look it up by, its own first; rows carry ranks if
    /// `ranked`.
    pub(in crate::datalog) fn new(
        relation: RelationId,
        arity: usize,
        orders: Option<Vec<Vec<usize>>>,
        (recursive, ranked): (bool, bool),
    ) -> Self {
        let plain = stride(arity).unwrap_or(1);
        let width = if ranked { stride(arity + 1).unwrap_or(1) } else { plain };
        let orders = orders.unwrap_or_else(|| vec![(0..arity).collect()]);
        let make = |index: usize| if index == 0 { primary(width, ranked) } else { secondary(plain) };
        let tables = if recursive { (0..orders.len()).map(make).collect() } else { Vec::new() };
        Self { relation, output: Output::new(arity, width, ranked), tables, orders, rows: 0, recent: 0 }
    }

    /// Takes what rules add to in this round.
    pub(in crate::datalog) fn take_output(&mut self) -> Output {
        std::mem::replace(&mut self.output, Output::new(0, 1, false))
    }

    /// Its rows in every order.
    pub(in crate::datalog) fn readers(&self) -> Vec<Box<dyn Reading + '_>> {
        self.tables.iter().map(|table| table.read()).collect()
    }

    /// Adds sorted, distinct rows with their ranks, once in a round.
    pub(in crate::datalog) fn insert(&mut self, rows: &[Cell]) {
        if let Some(table) = self.tables.first_mut() {
            table.insert(rows);
        }
    }

    /// Makes inserted rows recent in every order; tells whether there are any.
    ///
    /// # Errors
    ///
    /// The watch ended it.
    pub(in crate::datalog) fn advance(&mut self, width: usize, watch: &Watch) -> Result<bool, Ended> {
        let Some((first, others)) = self.tables.split_first_mut() else { return Ok(false) };
        watch.look()?;
        let changed = first.advance();
        self.recent = 0;
        if changed {
            let reader = first.read();
            for view in reader.views(Version::Recent) {
                self.recent += view.len();
                for (table, columns) in others.iter_mut().zip(&self.orders[1..]) {
                    let mut rows = permute(view, columns, width);
                    sort_rows(&mut rows, width, false, watch)?;
                    table.insert(&rows);
                }
            }
        }
        for table in others {
            watch.look()?;
            table.advance();
        }
        self.rows += self.recent;
        Ok(changed)
    }

    /// Estimated bytes of all orders; merging holds what it merges and the result at the same time.
    pub(in crate::datalog) fn bytes(&self) -> usize {
        self.rows * (self.orders[0].len() + 1) * 4 * self.tables.len() * 2
    }

    /// The rows once nothing new comes.
    ///
    /// # Errors
    ///
    /// The watch ended it.
    pub(in crate::datalog) fn into_rows(mut self, watch: &Watch) -> Result<Frozen, Ended> {
        watch.look()?;
        match self.tables.into_iter().next() {
            Some(table) => Ok(table.freeze()),
            None => self.output.freeze(watch),
        }
    }
}
