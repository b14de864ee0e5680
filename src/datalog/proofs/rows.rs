//! Looks rows up for proofs: by whichever columns are known, in whichever order of columns is at hand.
//!
//! A pattern goes in, a run of rows comes out. A missing order of columns is built only once the rows that were
//! looked at for want of it outweigh its cost, so that one proof costs little and many cost little each.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::Cell;

use crate::datalog::program::RelationId;
use crate::datalog::proofs::bounds::{Bounds, Meter};
use crate::datalog::storage::fixpoint::Fact;
use crate::datalog::storage::frozen::Frozen;
use crate::datalog::storage::layout::Layout;
use crate::datalog::storage::store::{Fixpoint, row_number};
use crate::datalog::storage::watch::{Ended, Watch};

/// How many candidates are few enough never to wish for another order.
const FEW: usize = 16;
/// An order is built when so many times its relation's rows were looked at for want of it.
const PATIENCE: u64 = 2;

/// The rows of a fixpoint, and the orders of columns that proofs use.
pub(in crate::datalog) struct Rows<'a> {
    pub(in crate::datalog) fixpoint: &'a Fixpoint,
    pub(in crate::datalog) meter: Meter,
    orders: BTreeMap<RelationId, Vec<Order>>,
    /// Rows looked at because no order begins with these columns.
    regret: BTreeMap<(RelationId, Vec<bool>), u64>,
}

/// All rows of a relation with column `columns[i]` at place `i`.
#[derive(Clone)]
struct Order {
    columns: Arc<[usize]>,
    rows: Arc<Frozen>,
}

/// A run of rows that holds all that match a pattern.
pub(in crate::datalog) struct Run {
    relation: RelationId,
    order: Order,
    pub(in crate::datalog) start: usize,
    pub(in crate::datalog) end: usize,
    /// How many columns of the pattern the run does not take into account.
    unused: usize,
}

impl<'a> Rows<'a> {
    pub(in crate::datalog) fn new(fixpoint: &'a Fixpoint, bounds: Bounds) -> Self {
        Self { fixpoint, meter: Meter::new(bounds, fixpoint), orders: BTreeMap::new(), regret: BTreeMap::new() }
    }

    /// The shortest run for a pattern in the orders there are; `None` stands for anything.
    pub(in crate::datalog) fn run(&mut self, relation: RelationId, pattern: &[Option<Cell>]) -> Run {
        let fixpoint = self.fixpoint;
        let orders = self.orders.entry(relation).or_insert_with(|| {
            let arity = fixpoint.arity(relation);
            let whole = |layout: &Layout| layout.constants.is_empty() && layout.columns.len() == arity;
            let known = fixpoint.orders(relation).into_iter().filter(whole);
            // These are there already.
            let order = |layout: Layout| Order::new(fixpoint, relation, layout.columns, &Watch::default());
            known.map(|layout| order(layout).expect("nothing ends this watch")).collect()
        });
        let given = pattern.iter().flatten().count();
        let begins = |order: &Order| order.columns.iter().take_while(|&&column| pattern[column].is_some()).count();
        let mut best = (0, 0);
        for (index, order) in orders.iter().enumerate() {
            let prefix = begins(order);
            if prefix > best.1 {
                best = (index, prefix);
            }
        }
        let (index, prefix) = best;
        let order = orders[index].clone();
        let key: Vec<Cell> = order.columns[..prefix].iter().filter_map(|&column| pattern[column]).collect();
        let (start, end) = order.rows.view().range(&key, &mut 0);
        Run { relation, order, start, end, unused: given - prefix }
    }

    /// Takes note that a run had so many rows for want of an order; tells whether one was built because of it, so that
    /// another run would be shorter.
    pub(in crate::datalog) fn regret(&mut self, run: &Run, pattern: &[Option<Cell>], looked_at: usize) -> bool {
        if run.unused == 0 || looked_at <= FEW {
            return false;
        }
        let bound: Vec<bool> = pattern.iter().map(Option::is_some).collect();
        let length = self.fixpoint.len(run.relation) as u64;
        let regret = self.regret.entry((run.relation, bound)).or_default();
        *regret += looked_at as u64;
        if *regret < PATIENCE * length {
            return false;
        }
        let columns = || 0..pattern.len();
        let first = columns().filter(|&column| pattern[column].is_some());
        let columns: Vec<usize> = first.chain(columns().filter(|&column| pattern[column].is_none())).collect();
        // Where there is no time for it, there is none for what it would serve.
        let Ok(order) = Order::new(self.fixpoint, run.relation, columns, self.meter.watch()) else { return false };
        self.orders.entry(run.relation).or_default().push(order);
        self.meter.built(self.fixpoint);
        true
    }
}

impl Order {
    fn new(fixpoint: &Fixpoint, relation: RelationId, columns: Vec<usize>, watch: &Watch) -> Result<Self, Ended> {
        let layout = Layout { constants: Vec::new(), columns };
        let rows = fixpoint.order(relation, &layout, watch)?;
        Ok(Self { rows, columns: layout.columns.into() })
    }
}

impl Run {
    pub(in crate::datalog) fn len(&self) -> usize {
        self.end - self.start
    }

    /// The cells of a row by column.
    pub(in crate::datalog) fn row(&self, index: usize, cells: &mut Vec<Cell>) {
        let row = self.order.rows.view().row(index);
        cells.clear();
        cells.resize(self.order.columns.len(), 0);
        for (&column, &cell) in self.order.columns.iter().zip(row) {
            cells[column] = cell;
        }
    }

    /// Whether a row of the run matches the whole pattern.
    pub(in crate::datalog) fn matches(&self, index: usize, pattern: &[Option<Cell>]) -> bool {
        self.unused == 0 || {
            let row = self.order.rows.view().row(index);
            let columns = self.order.columns.iter().zip(row);
            columns.into_iter().all(|(&column, cell)| pattern[column].is_none_or(|wanted| wanted == *cell))
        }
    }

    /// The fact whose cells these are; `index` is where the run has them.
    pub(in crate::datalog) fn fact(&self, fixpoint: &Fixpoint, index: usize, cells: &[Cell]) -> Option<Fact> {
        if self.order.columns.iter().copied().eq(0..self.order.columns.len()) {
            return Some(Fact { relation: self.relation, row: row_number(index) });
        }
        fixpoint.find(self.relation, cells)
    }
}
