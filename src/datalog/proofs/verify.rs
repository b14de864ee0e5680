//! Checks proofs without plans: every node is substituted into its rule, and relations are looked into.
//!
//! Shares nothing with the executor but the rows; a proof that fails here is a bug.

use std::collections::BTreeSet;

use crate::base::{Cell, Pool, Primitive};

use crate::datalog::evaluation::functor::{self, Notes, Patterns, holds};
use crate::datalog::program::{Atom, Literal, Rule, Strata, Term};
use crate::datalog::proofs::recount::Recount;
use crate::datalog::proofs::values::Series;
use crate::datalog::storage::fixpoint::{Fact, Proof};
use crate::datalog::storage::store::Fixpoint;
use crate::datalog::storage::watch::Watch;
use crate::datalog::syntax::ast::Operator;

/// The most rows looked at to count one group again.
const MAX_RECOUNTED: u64 = 2_000_000;
/// The same for all groups of one proof.
const MAX_ALL_RECOUNTED: u64 = 50_000_000;

/// Cells of variables, by number.
pub(in crate::datalog) type Binding = Vec<Option<Cell>>;

/// Whether a proof proves its fact: every derivation is an instance of its rule, given facts are given, absent
/// rows are absent, groups have their values. Parts that are cut off are taken as they are, and so are groups that are
/// too large to be counted again.
///
/// The pool takes wide numbers that a rule computes.
#[must_use]
pub fn verify(strata: &Strata, fixpoint: &Fixpoint, pool: &mut Pool, proof: &Proof) -> bool {
    verify_within(strata, fixpoint, pool, proof, &Watch::default())
}

/// The same; once the watch has ended, groups are taken as they are.
pub(in crate::datalog) fn verify_within(
    strata: &Strata,
    fixpoint: &Fixpoint,
    pool: &mut Pool,
    proof: &Proof,
    watch: &Watch,
) -> bool {
    Checker { strata, fixpoint, pool, done: BTreeSet::new(), visits: MAX_ALL_RECOUNTED, watch }.node(proof)
}

struct Checker<'a> {
    strata: &'a Strata,
    fixpoint: &'a Fixpoint,
    pool: &'a mut Pool,
    /// Derivations that are right, by their places in memory: of one fact there may be several.
    done: BTreeSet<*const Proof>,
    /// How many rows may still be looked at to count groups again.
    visits: u64,
    watch: &'a Watch,
}

impl Checker<'_> {
    fn node(&mut self, proof: &Proof) -> bool {
        match proof {
            Proof::Given { fact, span } => self.fixpoint.is_given(*fact) && self.fixpoint.span(*fact) == *span,
            Proof::Cut { fact } => (fact.row as usize) < self.fixpoint.len(fact.relation),
            Proof::Absent { relation, pattern } => !self.fixpoint.matches(*relation, pattern),
            Proof::Value { .. } => true,
            Proof::Group { facts, total, .. } => {
                facts.iter().all(|fact| (fact.row as usize) < self.fixpoint.len(fact.relation))
                    && (*total > 0 || facts.is_empty())
            }
            Proof::Derived { fact, rule, premises } => {
                if !self.done.insert(std::ptr::from_ref(proof)) {
                    return true;
                }
                let rule = self.strata.program().rule(*rule);
                let row = self.fixpoint.row(*fact);
                rule.head == fact.relation
                    && self.instance(rule, row, &premises.iter().map(AsRef::as_ref).collect::<Vec<_>>())
                    && premises.iter().all(|premise| self.node(premise))
            }
        }
    }

    /// Whether one binding makes the head the row, the atoms the premises, and every comparison true.
    fn instance(&mut self, rule: &Rule, row: &[Cell], premises: &[&Proof]) -> bool {
        let mut binding = vec![None; rule.variables.len()];
        let stated = |literal: &&Literal| !matches!(literal, Literal::Compare { .. });
        if rule.body.iter().filter(stated).count() != premises.len() {
            return false;
        }
        let mut equations = Vec::new();
        let mut matches = unify(&rule.terms, row, &mut binding, &mut equations);
        let mut checks: Vec<(&Literal, Option<&Proof>)> = Vec::new();
        let mut premises = premises.iter();
        for literal in &rule.body {
            let premise = if stated(&literal) { premises.next().copied() } else { None };
            if let (Literal::Atom(atom), Some(premise)) = (literal, premise) {
                matches &= head(premise).is_some_and(|fact| {
                    fact.relation == atom.relation
                        && unify(&atom.terms, self.fixpoint.row(fact), &mut binding, &mut equations)
                });
            } else {
                checks.push((literal, premise));
            }
        }
        while matches && !checks.is_empty() {
            let before = checks.len();
            checks.retain(|(literal, premise)| match self.check(literal, *premise, &mut binding) {
                Some(holds) => {
                    matches &= holds;
                    false
                }
                None => true,
            });
            matches &= checks.len() < before;
        }
        matches && equations.iter().all(|(term, cell)| value(term, &binding, self.pool) == Some(*cell))
    }

    /// Whether a condition other than an atom holds; `None` while it has an unbound variable.
    fn check(&mut self, literal: &Literal, premise: Option<&Proof>, binding: &mut Binding) -> Option<bool> {
        match (literal, premise) {
            (Literal::Compare { left, operator, right, primitive }, None) => {
                compare(left, *operator, right, *primitive, binding, self.pool)
            }
            (Literal::Not(atom), Some(Proof::Absent { relation, pattern })) => {
                Some(*relation == atom.relation && substitute(atom, binding, self.pool)? == *pattern)
            }
            (
                Literal::Aggregate { result, function, primitive, outer, .. },
                Some(Proof::Group { value, total, .. }),
            ) => {
                if outer.iter().any(|&variable| binding[usize::from(variable)].is_none()) {
                    return None;
                }
                let visits = self.visits.min(MAX_RECOUNTED);
                let mut recount = Recount { fixpoint: self.fixpoint, pool: self.pool, visits, watch: self.watch };
                let recounted = recount.aggregate(literal, binding);
                self.visits -= visits - recount.visits;
                if let Some((count, found)) = recounted
                    && (count != *total || found != Some(*value))
                {
                    return Some(false);
                }
                let value = Term::Constant(*value);
                compare(result, Operator::Equal, &value, function.result(*primitive), binding, self.pool)
            }
            (Literal::Range { result, primitive, arguments }, Some(Proof::Value { value: cell })) => {
                let arguments: Option<Vec<Cell>> =
                    arguments.iter().map(|term| value(term, binding, self.pool)).collect();
                let series = Series::new(*primitive, &arguments?, self.pool);
                if !series.is_some_and(|series| series.has(*primitive, *cell, self.pool)) {
                    return Some(false);
                }
                compare(result, Operator::Equal, &Term::Constant(*cell), *primitive, binding, self.pool)
            }
            (
                Literal::Atom(_)
                | Literal::Compare { .. }
                | Literal::Not(_)
                | Literal::Aggregate { .. }
                | Literal::Range { .. },
                Some(_) | None,
            ) => Some(false),
        }
    }
}

/// The fact that a proof proves.
pub(in crate::datalog) fn head(proof: &Proof) -> Option<Fact> {
    match proof {
        Proof::Given { fact, .. } | Proof::Derived { fact, .. } | Proof::Cut { fact } => Some(*fact),
        Proof::Absent { .. } | Proof::Group { .. } | Proof::Value { .. } => None,
    }
}

/// Matches terms with a row; what a functor must be equal to goes to `equations`.
pub(in crate::datalog) fn unify<'a>(
    terms: &'a [Term],
    row: &[Cell],
    binding: &mut Binding,
    equations: &mut Vec<(&'a Term, Cell)>,
) -> bool {
    terms.len() == row.len()
        && terms.iter().zip(row).all(|(term, &cell)| match term {
            Term::Wildcard => true,
            Term::Constant(constant) => *constant == cell,
            Term::Variable(variable) => *binding[usize::from(*variable)].get_or_insert(cell) == cell,
            Term::Functor(..) => {
                equations.push((term, cell));
                true
            }
        })
}

/// The pattern of an atom; `None` if a variable has no value.
pub(in crate::datalog) fn substitute(atom: &Atom, binding: &Binding, pool: &mut Pool) -> Option<Vec<Option<Cell>>> {
    let cell = |term: &Term| match term {
        Term::Wildcard => Some(None),
        Term::Variable(_) | Term::Constant(_) | Term::Functor(..) => value(term, binding, pool).map(Some),
    };
    atom.terms.iter().map(cell).collect()
}

/// Whether a comparison holds, after binding the variable of an equation; `None` if a value is missing.
pub(in crate::datalog) fn compare(
    left: &Term,
    operator: Operator,
    right: &Term,
    primitive: Primitive,
    binding: &mut Binding,
    pool: &mut Pool,
) -> Option<bool> {
    let (left, right) = match (value(left, binding, pool), value(right, binding, pool), left, right, operator) {
        (Some(a), Some(b), ..) => (a, b),
        (None, Some(cell), Term::Variable(variable), _, Operator::Equal)
        | (Some(cell), None, _, Term::Variable(variable), Operator::Equal) => {
            binding[usize::from(*variable)] = Some(cell);
            return Some(true);
        }
        _ => return None,
    };
    holds(operator, primitive, left, right, pool, &mut Patterns::default()).ok()
}

/// The value of a term; `None` for wildcards, unbound variables and functors without a value.
pub(in crate::datalog) fn value(term: &Term, binding: &Binding, pool: &mut Pool) -> Option<Cell> {
    match term {
        Term::Wildcard => None,
        Term::Constant(cell) => Some(*cell),
        Term::Variable(variable) => binding[usize::from(*variable)],
        Term::Functor(functor, primitive, arguments) => {
            let cells: Option<Vec<Cell>> = arguments.iter().map(|argument| value(argument, binding, pool)).collect();
            functor::apply(*functor, *primitive, &cells?, pool, &mut Notes::default()).ok()
        }
    }
}
