//! Whether conditions hold under a binding, and by how much they fail: what [`super::attempt`] asks of one condition.

use crate::base::{Cell, Pool, Primitive};

use crate::datalog::program::{Atom, Literal, Term};
use crate::datalog::proofs::values::Series;
use crate::datalog::proofs::verify::{Binding, compare, substitute, unify, value};
use crate::datalog::proofs::walk::{aggregate, first_match};
use crate::datalog::proofs::why_not::Obstacle;
use crate::datalog::proofs::work::{GivenUp, Work};
use crate::datalog::syntax::ast::Operator;

/// Whether a condition other than an atom holds, after binding the variable of an equation; nothing while it cannot
/// be decided.
pub(in crate::datalog) fn holds(
    work: &mut Work<'_, '_>,
    literal: &Literal,
    known: &mut Binding,
) -> Result<Option<bool>, GivenUp> {
    Ok(match literal {
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
            let Some(found) = aggregate(literal, known, work)? else { return Ok(None) };
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
pub(in crate::datalog) fn condition(
    work: &mut Work<'_, '_>,
    (literal, condition): (usize, &Literal),
    binding: &Binding,
) -> Result<(i64, Obstacle), GivenUp> {
    match condition {
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
            let value_of = aggregate(condition, binding, work)?.flatten();
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

/// Whether all variables of a term have values.
pub(in crate::datalog) fn is_bound(term: &Term, binding: &Binding) -> bool {
    match term {
        Term::Wildcard => false,
        Term::Constant(_) => true,
        Term::Variable(variable) => binding[usize::from(*variable)].is_some(),
        Term::Functor(_, _, arguments) => arguments.iter().all(|argument| is_bound(argument, binding)),
    }
}

/// The binding under which an atom matches a row.
pub(in crate::datalog) fn unified(atom: &Atom, row: &[Cell], binding: &Binding) -> Option<Binding> {
    let mut binding = binding.clone();
    let mut equations = Vec::new();
    unify(&atom.terms, row, &mut binding, &mut equations).then_some(binding)
}

/// How far apart two numbers are; of other values only that they differ.
pub(in crate::datalog) fn distance(
    left: Option<Cell>,
    operator: Operator,
    right: Option<Cell>,
    primitive: Primitive,
    pool: &Pool,
) -> i64 {
    match (left, right, primitive) {
        (Some(left), Some(right), Primitive::Number) if operator != Operator::NotEqual => {
            let apart = pool.decode(left).abs_diff(pool.decode(right));
            i64::try_from(apart).unwrap_or(i64::MAX).min(i64::MAX - 1)
        }
        _ => 1,
    }
}
