//! One step of a proof as an instance of its rule: which cell each variable stands for.
//!
//! Goes in: a derived node of a proof. Comes out: the cells by variable number. Looks at rows and no plans, as [`super::verify`]
//! does, because an executor keeps only what it still needs.

use crate::base::{Cell, Pool};

use crate::datalog::program::{Literal, Strata, Term};
use crate::datalog::proofs::verify::{Binding, compare, head, unify};
use crate::datalog::storage::fixpoint::Proof;
use crate::datalog::storage::store::Fixpoint;

/// The cells of the variables of the rule that a derived fact comes from, by number; `None` for a variable that stands only
/// in a count, and for all of a proof that is no derivation.
///
/// The pool takes wide numbers that a rule computes.
#[must_use]
pub fn binding(strata: &Strata, fixpoint: &Fixpoint, pool: &mut Pool, proof: &Proof) -> Option<Vec<Option<Cell>>> {
    let Proof::Derived { fact, rule, premises } = proof else { return None };
    let rule = strata.program().rule(*rule);
    let mut binding: Binding = vec![None; rule.variables.len()];
    let mut equations = Vec::new();
    let mut fits = unify(&rule.terms, fixpoint.row(*fact), &mut binding, &mut equations);
    let mut comparisons = Vec::new();
    let mut premises = premises.iter();
    for literal in &rule.body {
        if let Literal::Compare { left, operator, right, primitive } = literal {
            comparisons.push((left, *operator, right, *primitive));
            continue;
        }
        let premise = premises.next()?;
        match (literal, &**premise) {
            (Literal::Atom(atom), premise) => {
                fits &= unify(&atom.terms, fixpoint.row(head(premise)?), &mut binding, &mut equations);
            }
            (Literal::Aggregate { result: Term::Variable(result), .. }, Proof::Group { value, .. })
            | (Literal::Range { result: Term::Variable(result), .. }, Proof::Value { value }) => {
                binding[usize::from(*result)] = Some(*value);
            }
            _ => {}
        }
    }
    // An equation may need what another one binds.
    let mut open = usize::MAX;
    while fits && comparisons.len() < open {
        open = comparisons.len();
        comparisons.retain(|&(left, operator, right, primitive)| {
            compare(left, operator, right, primitive, &mut binding, pool).is_none()
        });
    }
    fits.then_some(binding)
}
