//! What goes into an evaluation and what comes out: rows, the places they came from, proofs.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::{Cell, Span};

use crate::datalog::program::{RelationId, RuleId};

/// The rows given by the data set (EDB), each with the place it came from.
#[derive(Clone, Debug, Default)]
pub struct Database {
    pub(in crate::datalog) relations: BTreeMap<RelationId, Given>,
}

/// The given rows of one relation.
#[derive(Clone, Debug, Default)]
pub(in crate::datalog) struct Given {
    /// Flat rows.
    pub(in crate::datalog) cells: Vec<Cell>,
    /// One place per row; empty where no row has one.
    pub(in crate::datalog) spans: Vec<Option<Span>>,
    /// How many rows there are.
    pub(in crate::datalog) count: usize,
}

impl Database {
    /// A database without rows.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a row of as many cells as the relation has columns. Rows may repeat and come in any order;
    /// of equal rows the one added first gives the place.
    pub fn push(&mut self, relation: RelationId, row: &[Cell], span: Option<Span>) {
        let given = self.relations.entry(relation).or_default();
        given.cells.extend_from_slice(row);
        if span.is_some() || !given.spans.is_empty() {
            given.spans.resize(given.count, None);
            given.spans.push(span);
        }
        given.count += 1;
    }

    /// Adds `count` rows at once, as [`Database::push`] does one by one; `cells` holds them row by row, and `spans` a place
    /// for each of them, or is empty.
    pub fn fill(&mut self, relation: RelationId, (cells, count): (Vec<Cell>, usize), spans: Vec<Option<Span>>) {
        let given = self.relations.entry(relation).or_default();
        if given.count == 0 {
            (given.cells, given.spans) = (cells, spans);
        } else {
            given.cells.extend_from_slice(&cells);
            if !(given.spans.is_empty() && spans.is_empty()) {
                given.spans.resize(given.count, None);
                given.spans.extend(spans);
                given.spans.resize(given.count + count, None);
            }
        }
        given.count += count;
    }

    /// The rows of a relation of so many columns, in the order they were added.
    pub fn given(&self, relation: RelationId, columns: usize) -> impl Iterator<Item = &[Cell]> {
        let (cells, rows) = self.relations.get(&relation).map_or((&[][..], 0), |given| (&given.cells, given.count));
        (0..rows).map(move |row| &cells[row * columns..(row + 1) * columns])
    }

    /// How many rows were added, repeated ones included.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.relations.values().map(|given| given.count as u64).sum()
    }
}

/// One row of a relation after the evaluation; `row` counts in the relation's sorted order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fact {
    /// The relation.
    pub relation: RelationId,
    /// The number of the row.
    pub row: u32,
}

/// Why a fact holds.
#[derive(Clone, Debug)]
pub enum Proof {
    /// It was given.
    Given {
        /// The fact.
        fact: Fact,
        /// Where.
        span: Option<Span>,
    },
    /// A rule gives it; a fact of the program's text has no premises.
    Derived {
        /// The fact.
        fact: Fact,
        /// The rule.
        rule: RuleId,
        /// One per atom, negated atom, aggregate and range of the rule's body, in the order written.
        premises: Vec<Arc<Proof>>,
    },
    /// No row of the relation matches; `None` stands for anything.
    Absent {
        /// The relation.
        relation: RelationId,
        /// What was looked for.
        pattern: Vec<Option<Cell>>,
    },
    /// What an aggregate ranges over.
    Group {
        /// Its value.
        value: Cell,
        /// Facts that the body matches, at most [`Proof::GROUP_LIMIT`] of them and without their own proofs: for `min`
        /// and `max` those that give the value.
        facts: Vec<Fact>,
        /// How many other facts there are.
        more: u64,
        /// How many bindings the body has.
        total: u64,
    },
    /// One of the values of a range.
    Value {
        /// Which.
        value: Cell,
    },
    /// The proof is too large; this part is left out.
    Cut {
        /// The fact.
        fact: Fact,
    },
}

impl Proof {
    /// How many facts of a group a proof keeps.
    pub const GROUP_LIMIT: usize = 100;
}
