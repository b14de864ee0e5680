//! Rules as plans: a list of operations over registers, run as one nested loop with nothing stored in between.
//!
//! The operations and what they read, as a planner writes them and a machine runs them. Nothing is planned or run here.

use crate::base::{Cell, Primitive};

use crate::datalog::evaluation::aggregate::{Aggregation, Memos};
use crate::datalog::evaluation::functor::{Expression, Slot};
use crate::datalog::evaluation::range::Generator;
use crate::datalog::planning::between::Between;
use crate::datalog::planning::fuse::{Fetch, Test};
use crate::datalog::planning::layout::Search;
use crate::datalog::planning::leap::Leap;
use crate::datalog::program::RelationId;
use crate::datalog::storage::layout::Layout;
use crate::datalog::storage::table::Version;
use crate::datalog::syntax::ast::{Aggregate, Operator};

/// One step of a plan.
#[derive(Debug)]
pub(in crate::datalog) enum Op {
    /// For each matching row.
    Probe(Probe),
    /// Go on if no row has the key.
    Absent { source: usize, key: Key },
    /// Go on if the comparison holds.
    Filter { left: Expression, operator: Operator, right: Expression, primitive: Primitive },
    /// Bind a register.
    Let { register: usize, value: Expression },
    /// Bind a register to a function of all bindings of a body.
    Aggregate(Box<Aggregation>),
    /// For each cell that several atoms have in common.
    Leap(Leap),
    /// For each value of a range.
    Range(Box<Generator>),
    /// The end of a count's body.
    Tally,
    /// The end of another aggregate's body.
    Gather { function: Aggregate, primitive: Primitive, target: Expression },
}

/// The first columns of the rows looked for.
#[derive(Debug)]
pub(in crate::datalog) struct Key {
    pub(in crate::datalog) slots: Vec<Slot>,
    /// Where its cells are kept while the plan runs.
    pub(in crate::datalog) at: usize,
}

/// Looks up rows. What is known of a row is used in this sequence: the key finds it; if there are such rows, the fetches
/// bind what the rows before them have; the range, the checks and the tests leave rows out; one that is left is bound
/// and kept.
#[derive(Debug)]
pub(in crate::datalog) struct Probe {
    /// Index into [`Plan::sources`].
    pub(in crate::datalog) source: usize,
    pub(in crate::datalog) key: Key,
    /// Column and what it must be equal to.
    pub(in crate::datalog) checks: Vec<(usize, Wanted)>,
    /// Column and the register that takes it.
    pub(in crate::datalog) binds: Vec<(usize, usize)>,
    /// What else a row must pass; moved here from filters when the plan is settled.
    pub(in crate::datalog) tests: Vec<Test>,
    /// Where a row that passes is kept for the fetches of the next probe.
    pub(in crate::datalog) keeps: Option<usize>,
    /// What is bound from kept rows as soon as there are rows with the key.
    pub(in crate::datalog) fetches: Vec<Fetch>,
    /// What the cell behind the key lies between; the comparisons that say so are filters all the same.
    pub(in crate::datalog) range: Option<Between>,
    /// The first matching row is as good as any.
    pub(in crate::datalog) exists: bool,
    /// Nothing from here on changes the emitted row: stop after it.
    pub(in crate::datalog) once: bool,
}

impl Probe {
    /// Whether every row with the key counts, and counts by itself.
    pub(in crate::datalog) fn is_plain(&self) -> bool {
        self.has_no_conditions() && !self.exists && !self.once
    }

    /// Whether every row with the key counts.
    pub(in crate::datalog) fn has_no_conditions(&self) -> bool {
        self.checks.is_empty() && self.tests.is_empty()
    }
}

/// What a column must be equal to.
#[derive(Clone, Copy, Debug)]
pub(in crate::datalog) enum Wanted {
    Slot(Slot),
    /// Another column of the same row.
    Column(usize),
}

impl Wanted {
    #[inline]
    pub(in crate::datalog) fn value(self, row: &[Cell], registers: &[Cell]) -> Cell {
        match self {
            Self::Slot(slot) => slot.value(registers),
            Self::Column(column) => row[column],
        }
    }
}

/// The rows that an operation reads.
#[derive(Debug)]
pub(in crate::datalog) struct Source {
    pub(in crate::datalog) relation: RelationId,
    pub(in crate::datalog) layout: Layout,
    /// Which rows, if the relation still grows.
    pub(in crate::datalog) version: Option<Version>,
    /// The rule gives nothing if the source has no rows.
    pub(in crate::datalog) required: bool,
    /// What the operation knows and wants of its rows.
    pub(in crate::datalog) search: Search,
}

/// A rule that can be run.
#[derive(Debug)]
pub(in crate::datalog) struct Plan {
    pub(in crate::datalog) ops: Vec<Op>,
    pub(in crate::datalog) sources: Vec<Source>,
    /// The row to emit.
    pub(in crate::datalog) head: Vec<Expression>,
    pub(in crate::datalog) registers: usize,
    /// How many cells all keys need together.
    pub(in crate::datalog) keys: usize,
    /// How many rows are kept for later fetches.
    pub(in crate::datalog) kept: usize,
    /// What its aggregates gave when it was run before.
    pub(in crate::datalog) memos: Memos,
}

impl Plan {
    /// A plan of these operations.
    pub(in crate::datalog) fn new(ops: Vec<Op>, sources: Vec<Source>, head: Vec<Expression>, registers: usize) -> Self {
        Self { ops, sources, head, registers, keys: 0, kept: 0, memos: Memos::default() }
    }
}

/// Compares a row with the checks of a probe.
#[inline]
pub(in crate::datalog) fn passes(checks: &[(usize, Wanted)], row: &[Cell], registers: &[Cell]) -> bool {
    checks.iter().all(|&(place, wanted)| row[place] == wanted.value(row, registers))
}
