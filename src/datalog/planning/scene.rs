//! What a planner may know of relations: sizes, versions, column orders; and where a plan's rows are.
//!
//! The complete relations of a fixpoint go in, together with which ones still grow. Nothing is chosen here.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::datalog::planning::chains::{Columns, Lookup, select};
use crate::datalog::planning::layout::{Draft, Layout, Search};
use crate::datalog::planning::order::Sizes;
use crate::datalog::planning::plan::{Plan, Source, World};
use crate::datalog::program::RelationId;
use crate::datalog::storage::store::Fixpoint;
use crate::datalog::storage::table::{Frozen, Reading, Version};
use crate::datalog::storage::view::View;

/// Where the rows of a source are.
pub(in crate::datalog) enum Origin {
    Frozen(Arc<Frozen>),
    Growing { head: usize, order: usize, version: Version },
}

impl Origin {
    /// The sorted batches; `readers` has one entry per growing relation and order.
    pub(in crate::datalog) fn views<'a>(&'a self, readers: &'a [Vec<Box<dyn Reading + 'a>>]) -> Vec<View<'a>> {
        match self {
            Self::Frozen(rows) => vec![rows.view()],
            Self::Growing { head, order, version } => readers[*head][*order].views(*version),
        }
    }
}

/// What the planner may ask while one stratum is prepared.
pub(in crate::datalog) struct Scene<'a> {
    fixpoint: &'a Fixpoint,
    slots: &'a [Option<usize>],
    /// The literal that reads recent rows.
    pub(in crate::datalog) delta: Option<usize>,
    /// Orders that exist or will, for each relation its own first.
    known: BTreeMap<RelationId, Vec<Vec<usize>>>,
    /// Rows of a growing relation.
    guess: u64,
}

impl<'a> Scene<'a> {
    /// `slots` tells for each relation whether it grows and which one of the growing ones it is; `guess` is how
    /// many rows such a relation may get.
    pub(in crate::datalog) fn new(fixpoint: &'a Fixpoint, slots: &'a [Option<usize>], guess: u64) -> Self {
        Self { fixpoint, slots, delta: None, known: BTreeMap::new(), guess }
    }

    /// The orders that plans asked for, for each relation its own first.
    pub(in crate::datalog) fn into_orders(self) -> BTreeMap<RelationId, Vec<Vec<usize>>> {
        self.known
    }

    /// Chooses the orders for what the drafts look up. Those that exist are free.
    pub(in crate::datalog) fn select<'d>(&mut self, drafts: impl IntoIterator<Item = &'d Draft>) {
        let mut lookups: BTreeMap<RelationId, BTreeSet<Lookup>> = BTreeMap::new();
        for source in drafts.into_iter().flat_map(Draft::sources) {
            let lookups = lookups.entry(source.relation).or_default();
            if source.search.repeated && source.version != Some(Version::Recent) {
                lookups.insert(source.search.lookup());
            }
        }
        for (relation, lookups) in lookups {
            let arity = self.fixpoint.arity(relation);
            let known = self.known.entry(relation).or_insert_with(|| match self.slots[relation.0 as usize] {
                Some(_) => vec![(0..arity).collect()],
                None => self.fixpoint.orders(relation),
            });
            let all: Columns = (0..arity).collect();
            let new = select(all, known, &lookups, &BTreeSet::new());
            known.extend(new);
        }
    }

    /// A draft with the orders that were chosen.
    pub(in crate::datalog) fn settle(&self, draft: Draft) -> Plan {
        draft.settle(|source| self.layout(source))
    }

    fn layout(&self, source: &Source) -> Layout {
        let own = || (0..self.fixpoint.arity(source.relation)).collect();
        // The recent rows come in the relation's own order; they are few, and all of them are looked at once.
        let known = self.known.get(&source.relation).filter(|_| source.version != Some(Version::Recent));
        let columns = known.and_then(|known| best(known, &source.search).cloned()).unwrap_or_else(own);
        Layout { columns }
    }

    /// Finds or builds the rows that a plan reads.
    pub(in crate::datalog) fn origins(&self, plan: &Plan) -> Vec<Origin> {
        let origin = |source: &Source| match (self.slots[source.relation.0 as usize], source.version) {
            (Some(head), Some(version)) => {
                let orders = self.known.get(&source.relation);
                let order = orders.and_then(|orders| orders.iter().position(|order| *order == source.columns));
                Origin::Growing { head, order: order.unwrap_or(0), version }
            }
            (Some(_) | None, _) => Origin::Frozen(self.fixpoint.order(source.relation, &source.columns)),
        };
        plan.sources.iter().map(origin).collect()
    }
}

/// The order that begins with the most bound columns, the first of several.
fn best<'a>(orders: &'a [Vec<usize>], search: &Search) -> Option<&'a Vec<usize>> {
    let prefix = |order: &Vec<usize>| order.iter().take_while(|&&column| search.bound.contains(column)).count();
    orders.iter().rev().max_by_key(|order| prefix(order))
}

impl Sizes for Scene<'_> {
    fn rows(&self, relation: RelationId) -> u64 {
        if self.slots[relation.0 as usize].is_some() { self.guess } else { self.fixpoint.len(relation) as u64 }
    }

    fn distinct(&self, relation: RelationId, column: usize) -> u64 {
        if self.slots[relation.0 as usize].is_some() {
            self.guess.isqrt()
        } else {
            self.fixpoint.distinct(relation).get(column).copied().unwrap_or(1)
        }
    }
}

impl World for Scene<'_> {
    fn version(&self, relation: RelationId, literal: usize) -> Option<Version> {
        self.slots[relation.0 as usize]?;
        let delta = self.delta?;
        Some(match literal.cmp(&delta) {
            Ordering::Less => Version::All,
            Ordering::Equal => Version::Recent,
            Ordering::Greater => Version::Stable,
        })
    }
}
