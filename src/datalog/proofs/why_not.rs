//! Why a row is not there: how far each rule of its relation comes, and the first condition that fails.
//!
//! A pattern of cells goes in, a [`WhyNot`] comes out. Of each rule the longest beginning of its body, as written, is
//! found that holds for some binding; a condition whose variables only later literals bind is looked at when these do,
//! and what the head computes when the whole body holds.
//! How the beginning is searched is left to [`super::walk`], so that bound columns lead to few rows.

use crate::base::{Cell, Pool, Primitive};

use crate::datalog::program::{RelationId, RuleId, Strata};
use crate::datalog::proofs::attempt::Asking;
use crate::datalog::proofs::bounds::Bounds;
use crate::datalog::proofs::near::{Near, nearest, present};
use crate::datalog::proofs::rows::Rows;
use crate::datalog::proofs::work::Work;
use crate::datalog::storage::fixpoint::Fact;
use crate::datalog::storage::store::Fixpoint;

/// How many bindings of the longest beginning of a rule are counted, and how many misses behind them are compared to find
/// the nearest one.
pub const MOST_COMPARED: usize = 200;
/// How many rows are told of that do match.
pub const MOST_PRESENT: usize = 10;

/// What keeps rows of a pattern from being there.
#[derive(Clone, Debug)]
pub struct WhyNot {
    /// The relation.
    pub relation: RelationId,
    /// What was asked for; `None` stands for anything.
    pub pattern: Vec<Option<Cell>>,
    /// Rows that are there and match, at most ten; if there are any, nothing else is said.
    pub present: Vec<Fact>,
    /// There are other rows that match.
    pub more: bool,
    /// The row of the relation that agrees with the pattern in the most columns.
    pub near: Option<Near>,
    /// One for each rule with a body, in their order.
    pub attempts: Vec<Attempt>,
}

/// How far one rule comes.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// The rule.
    pub rule: RuleId,
    /// How many literals of the body, from the first on, hold together.
    pub matched: usize,
    /// What variables stand for in one binding under which they do: the one that is the nearest to going on.
    pub binding: Vec<Option<Cell>>,
    /// What the atoms among them match.
    pub facts: Vec<Option<Fact>>,
    /// Under how many different bindings they do, at most [`MOST_COMPARED`].
    pub bindings: usize,
    /// There may be others.
    pub more: bool,
    /// How many misses this is the nearest of, at most [`MOST_COMPARED`]: behind one binding there is one for each way to go
    /// on in which a condition fails that had to wait, and else one alone.
    pub compared: usize,
    /// What fails first under that binding.
    pub obstacle: Obstacle,
    /// Every row was looked at; else more literals may hold together than was found.
    pub complete: bool,
}

/// A condition that fails, and by how much.
#[derive(Clone, Debug)]
pub enum Obstacle {
    /// The head gives something else in a column: by what it is before the body is looked at, or under a binding under
    /// which the whole body holds.
    Head {
        /// The column.
        column: usize,
        /// What the head gives.
        has: Option<Cell>,
        /// What was asked for.
        wanted: Cell,
    },
    /// No row matches an atom.
    Atom {
        /// The place of the atom in the body.
        literal: usize,
        /// Its relation.
        relation: RelationId,
        /// What was looked for.
        pattern: Vec<Option<Cell>>,
        /// The row that agrees in the most columns.
        near: Option<Near>,
        /// Rules give rows of the relation, so that it can be asked why this one is not there.
        derived: bool,
    },
    /// A row matches a negated atom.
    Present {
        /// The place of the literal.
        literal: usize,
        /// The row.
        fact: Fact,
    },
    /// A comparison does not hold.
    Compare {
        /// The place of the literal.
        literal: usize,
        /// The value on the left; none if it cannot be computed.
        left: Option<Cell>,
        /// The value on the right.
        right: Option<Cell>,
        /// How they are read.
        primitive: Primitive,
    },
    /// An aggregate has another value, or none.
    Aggregate {
        /// The place of the literal.
        literal: usize,
        /// What it has.
        value: Option<Cell>,
        /// What the rule wants.
        wanted: Option<Cell>,
        /// How they are read.
        primitive: Primitive,
    },
    /// A range does not have a value.
    Range {
        /// The place of the literal.
        literal: usize,
        /// What the rule wants.
        wanted: Option<Cell>,
        /// How it is read.
        primitive: Primitive,
    },
    /// The search was given up before the next condition was looked at.
    Unknown,
}

/// Why no row of a relation matches a pattern; `None` stands for anything.
///
/// # Panics
///
/// If the pattern has another number of columns than the relation.
#[must_use]
pub fn why_not(
    strata: &Strata,
    fixpoint: &Fixpoint,
    pool: &mut Pool,
    relation: RelationId,
    pattern: &[Option<Cell>],
) -> WhyNot {
    why_not_within(strata, &mut Rows::new(fixpoint, Bounds::default()), pool, relation, pattern)
}

/// The same with rows that keep what they learn; it leaves off where a bound of theirs is met.
pub(in crate::datalog) fn why_not_within(
    strata: &Strata,
    rows: &mut Rows<'_>,
    pool: &mut Pool,
    relation: RelationId,
    pattern: &[Option<Cell>],
) -> WhyNot {
    let fixpoint = rows.fixpoint;
    assert_eq!(pattern.len(), fixpoint.arity(relation), "one cell per column");
    let mut work = Work { rows, pool, visits: 0 };
    let mut present = present(fixpoint, relation, pattern, MOST_PRESENT + 1);
    let more = present.len() > MOST_PRESENT;
    present.truncate(MOST_PRESENT);
    let mut answer = WhyNot { relation, pattern: pattern.to_vec(), present, more, near: None, attempts: Vec::new() };
    if !answer.present.is_empty() {
        return answer;
    }
    answer.near = nearest(&mut work, relation, pattern);
    for (id, rule) in strata.program().rules() {
        if rule.head == relation && !rule.body.is_empty() {
            let asking = Asking { strata, rule, pattern };
            answer.attempts.push(asking.attempt(&mut work, id));
        }
    }
    answer
}
