//! Why a row is not there: how far each rule of its relation comes, and the first condition that fails.
//!
//! A pattern of cells goes in, a [`WhyNot`] comes out. Of each rule the longest beginning of its body, as written, is
//! found that holds for some binding; a condition whose variables only later literals bind is looked at when these do.
//! How the beginning is searched is left to [`super::walk`], so that bound columns lead to few rows.

use crate::base::{Cell, Pool, Primitive};

use crate::datalog::program::{Atom, Literal, RelationId, Rule, RuleId, Strata, Term};
use crate::datalog::proofs::near::{Near, nearest, present};
use crate::datalog::proofs::rows::Rows;
use crate::datalog::proofs::values::Series;
use crate::datalog::proofs::verify::{Binding, compare, substitute, unify, value};
use crate::datalog::proofs::walk::{Sink, Undecided, Walk, aggregate, first_match};
use crate::datalog::proofs::work::{GivenUp, Work};
use crate::datalog::storage::fixpoint::Fact;
use crate::datalog::storage::store::Fixpoint;
use crate::datalog::syntax::ast::Operator;

/// The most rows looked at for one rule.
const VISITS: u64 = 500_000;
/// How many bindings of the longest beginning are compared to find the nearest miss.
const MOST_COMPARED: usize = 200;
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
    /// What variables stand for in one binding under which they do.
    pub binding: Vec<Option<Cell>>,
    /// What the atoms among them match.
    pub facts: Vec<Option<Fact>>,
    /// What fails first under that binding.
    pub obstacle: Obstacle,
    /// Every row was looked at; else more literals may hold together than was found.
    pub complete: bool,
}

/// A condition that fails, and by how much.
#[derive(Clone, Debug)]
pub enum Obstacle {
    /// The head gives something else in a column.
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
    assert_eq!(pattern.len(), fixpoint.arity(relation), "one cell per column");
    let mut rows = Rows::new(fixpoint);
    let mut work = Work { rows: &mut rows, pool, visits: VISITS };
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
            work.visits = VISITS;
            let asking = Asking { strata, rule };
            answer.attempts.push(asking.attempt(&mut work, id, pattern));
        }
    }
    answer
}

/// One rule that is asked about.
struct Asking<'a> {
    strata: &'a Strata,
    rule: &'a Rule,
}

/// A binding, and what the atoms match under it.
type Found = (Binding, Vec<Option<Fact>>);

/// The bindings of a beginning.
struct Bindings {
    found: Vec<Found>,
    most: usize,
}

impl Sink for Bindings {
    fn take(&mut self, instance: &Walk<'_>) -> bool {
        self.found.push((instance.binding.clone(), instance.facts.clone()));
        self.found.len() < self.most
    }
}

impl Asking<'_> {
    fn attempt(&self, work: &mut Work<'_, '_>, id: RuleId, pattern: &[Option<Cell>]) -> Attempt {
        let none = vec![None; self.rule.variables.len()];
        let mut attempt = Attempt {
            rule: id,
            matched: 0,
            binding: none.clone(),
            facts: vec![None; self.rule.body.len()],
            obstacle: Obstacle::Unknown,
            complete: true,
        };
        if let Some(obstacle) = self.head(work, pattern, &none) {
            return Attempt { obstacle, ..attempt };
        }
        let mut bindings = vec![(none, Vec::new())];
        for length in 0..=self.rule.body.len() {
            match self.bindings(work, length, pattern, 1) {
                Ok(found) if found.is_empty() => break,
                Ok(found) => {
                    attempt.matched = length;
                    bindings = found;
                }
                Err(GivenUp) => {
                    attempt.complete = false;
                    break;
                }
            }
        }
        if attempt.complete && attempt.matched < self.rule.body.len() {
            // The first one will do where there are too many rows to see the others.
            bindings = self.bindings(work, attempt.matched, pattern, MOST_COMPARED).unwrap_or(bindings);
        }
        let mut best: Option<(i64, Obstacle, usize)> = None;
        for (index, (binding, _)) in bindings.iter().enumerate().filter(|_| attempt.complete) {
            let Ok((score, obstacle)) = self.obstacle(work, attempt.matched, binding, pattern) else { break };
            if best.as_ref().is_none_or(|(most, ..)| *most < score) {
                best = Some((score, obstacle, index));
            }
        }
        let (obstacle, index) = best.map_or((Obstacle::Unknown, 0), |(_, obstacle, index)| (obstacle, index));
        attempt.obstacle = obstacle;
        if let Some((binding, facts)) = bindings.into_iter().nth(index) {
            attempt.binding = binding;
            for (place, fact) in attempt.facts.iter_mut().zip(facts) {
                *place = fact;
            }
        }
        attempt
    }

    /// Bindings under which the first literals hold, as far as they can be decided.
    fn bindings(
        &self,
        work: &mut Work<'_, '_>,
        length: usize,
        pattern: &[Option<Cell>],
        most: usize,
    ) -> Result<Vec<Found>, GivenUp> {
        let start = vec![None; self.rule.variables.len()];
        let mut walk = Walk::new(&self.rule.body[..length], start, Undecided::Waits);
        let mut sink = Bindings { found: Vec::new(), most };
        if walk.demand(&self.rule.terms, pattern) {
            walk.run(work, &mut sink)?;
        }
        Ok(sink.found)
    }

    /// The first column in which the head gives something else under a binding.
    fn head(&self, work: &mut Work<'_, '_>, pattern: &[Option<Cell>], binding: &Binding) -> Option<Obstacle> {
        let mut binding = binding.clone();
        // What is computed may need a variable of a later column.
        for binds in [true, false] {
            for (column, (term, wanted)) in self.rule.terms.iter().zip(pattern).enumerate() {
                let Some(wanted) = *wanted else { continue };
                let has = value(term, &binding, work.pool);
                if has.is_some_and(|has| has != wanted) {
                    return Some(Obstacle::Head { column, has, wanted });
                }
                if let Term::Variable(variable) = term
                    && binds
                {
                    binding[usize::from(*variable)] = Some(wanted);
                }
            }
        }
        None
    }

    /// What fails behind a beginning of that length, and how near it is to holding.
    fn obstacle(
        &self,
        work: &mut Work<'_, '_>,
        length: usize,
        binding: &Binding,
        pattern: &[Option<Cell>],
    ) -> Result<(i64, Obstacle), GivenUp> {
        let Some(literal) = self.rule.body.get(length) else {
            // All literals were looked at, so that some value cannot be computed.
            return Ok((0, self.waiting(work, length, binding, pattern)?.unwrap_or(Obstacle::Unknown)));
        };
        let Literal::Atom(atom) = literal else { return self.condition(work, length, binding) };
        let wanted: Vec<Option<Cell>> = atom.terms.iter().map(|term| value(term, binding, work.pool)).collect();
        let found = first_match(atom, &wanted, work)?;
        if let Some(fact) = found
            && let Some(extended) = unified(atom, work.rows.fixpoint.row(fact), binding)
            && let Some(obstacle) = self.waiting(work, length, &extended, pattern)?
        {
            return Ok((i64::from(u32::MAX), obstacle));
        }
        let near = match found {
            Some(fact) => Some(Near { fact, agrees: wanted.iter().flatten().count() }),
            None => nearest(work, atom.relation, &wanted),
        };
        let derived =
            self.strata.program().rules().any(|(_, rule)| rule.head == atom.relation && !rule.body.is_empty());
        let score = near.map_or(-1, |near| i64::try_from(near.agrees).unwrap_or(0));
        let (relation, pattern) = (atom.relation, wanted);
        Ok((score, Obstacle::Atom { literal: length, relation, pattern, near, derived }))
    }

    /// What had to wait for the variables of a binding, and fails now.
    fn waiting(
        &self,
        work: &mut Work<'_, '_>,
        length: usize,
        binding: &Binding,
        pattern: &[Option<Cell>],
    ) -> Result<Option<Obstacle>, GivenUp> {
        let mut known = binding.clone();
        loop {
            if let Some(obstacle) = self.head(work, pattern, &known) {
                return Ok(Some(obstacle));
            }
            let before = known.clone();
            for literal in 0..length {
                if self.holds(work, literal, &mut known)? == Some(false) {
                    return self.condition(work, literal, &known).map(|(_, obstacle)| Some(obstacle));
                }
            }
            if known == before {
                return Ok(None);
            }
        }
    }

    /// Whether a condition other than an atom holds, after binding the variable of an equation; nothing while it cannot
    /// be decided.
    fn holds(&self, work: &mut Work<'_, '_>, literal: usize, known: &mut Binding) -> Result<Option<bool>, GivenUp> {
        Ok(match &self.rule.body[literal] {
            Literal::Atom(_) => None,
            Literal::Compare { left, operator, right, primitive } => {
                let has_all = [left, right].into_iter().all(|term| is_bound(term, known));
                compare(left, *operator, right, *primitive, known, work.pool).or(has_all.then_some(false))
            }
            Literal::Not(atom) => match substitute(atom, known, work.pool) {
                Some(pattern) => Some(first_match(atom, &pattern, work)?.is_none()),
                None => None,
            },
            Literal::Aggregate { result, .. } => {
                let Some(found) = aggregate(&self.rule.body[literal], known, work)? else { return Ok(None) };
                if let (Some(cell), Term::Variable(variable)) = (found, result) {
                    known[usize::from(*variable)].get_or_insert(cell);
                }
                Some(found.is_some() && found == value(result, known, work.pool))
            }
            Literal::Range { result, primitive, arguments } => {
                let cells: Option<Vec<Cell>> = arguments.iter().map(|term| value(term, known, work.pool)).collect();
                let cell = value(result, known, work.pool);
                cell.zip(cells).map(|(cell, cells)| {
                    let series = Series::new(*primitive, &cells, work.pool);
                    series.is_some_and(|series| series.has(*primitive, cell, work.pool))
                })
            }
        })
    }

    /// A condition other than an atom that fails.
    fn condition(
        &self,
        work: &mut Work<'_, '_>,
        literal: usize,
        binding: &Binding,
    ) -> Result<(i64, Obstacle), GivenUp> {
        match &self.rule.body[literal] {
            Literal::Atom(_) => Ok((0, Obstacle::Unknown)),
            Literal::Not(atom) => {
                let pattern = substitute(atom, binding, work.pool).unwrap_or_else(|| vec![None; atom.terms.len()]);
                let fact = first_match(atom, &pattern, work)?;
                Ok((0, fact.map_or(Obstacle::Unknown, |fact| Obstacle::Present { literal, fact })))
            }
            Literal::Compare { left, right, primitive, operator } => {
                let (left, right) = (value(left, binding, work.pool), value(right, binding, work.pool));
                let apart = distance(left, *operator, right, *primitive, work.pool);
                Ok((-apart, Obstacle::Compare { literal, left, right, primitive: *primitive }))
            }
            Literal::Aggregate { result, function, primitive, .. } => {
                let value_of = aggregate(&self.rule.body[literal], binding, work)?.flatten();
                let wanted = value(result, binding, work.pool);
                let primitive = function.result(*primitive);
                let apart = distance(value_of, Operator::Equal, wanted, primitive, work.pool);
                Ok((-apart, Obstacle::Aggregate { literal, value: value_of, wanted, primitive }))
            }
            Literal::Range { result, primitive, .. } => {
                let wanted = value(result, binding, work.pool);
                Ok((0, Obstacle::Range { literal, wanted, primitive: *primitive }))
            }
        }
    }
}

/// Whether all variables of a term have values.
fn is_bound(term: &Term, binding: &Binding) -> bool {
    match term {
        Term::Wildcard => false,
        Term::Constant(_) => true,
        Term::Variable(variable) => binding[usize::from(*variable)].is_some(),
        Term::Functor(_, _, arguments) => arguments.iter().all(|argument| is_bound(argument, binding)),
    }
}

/// The binding under which an atom matches a row.
fn unified(atom: &Atom, row: &[Cell], binding: &Binding) -> Option<Binding> {
    let mut binding = binding.clone();
    let mut equations = Vec::new();
    unify(&atom.terms, row, &mut binding, &mut equations).then_some(binding)
}

/// How far apart two numbers are; of other values only that they differ.
fn distance(left: Option<Cell>, operator: Operator, right: Option<Cell>, primitive: Primitive, pool: &Pool) -> i64 {
    match (left, right, primitive) {
        (Some(left), Some(right), Primitive::Number) if operator != Operator::NotEqual => {
            let apart = pool.decode(left).abs_diff(pool.decode(right));
            i64::try_from(apart).unwrap_or(i64::MAX).min(i64::MAX - 1)
        }
        _ => 1,
    }
}
