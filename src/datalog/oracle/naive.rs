//! The naive evaluator: nested loops over sets of rows until nothing changes. Shares no code with plans and tables.

use std::collections::BTreeSet;

use crate::base::{Cell, Pool};

use super::values::{aggregate, compare, range, substitute, value};
use crate::datalog::Database;
use crate::datalog::program::{Literal, RelationId, Strata, Term};
use crate::datalog::proofs::verify::{Binding, unify};
use crate::datalog::syntax::ast::Operator;

/// A row that an atom of a rule matches.
pub(super) type Premise = (RelationId, Vec<Cell>);

/// The rows of every relation.
pub(super) type Rows = Vec<BTreeSet<Vec<Cell>>>;

/// Evaluates strata the slow way. A binding under which something has no value, such as a quotient by zero, counts
/// as none: the engine ends such a run, or it found before that the binding fails elsewhere.
pub(super) fn naive(strata: &Strata, database: &Database, pool: &mut Pool) -> Rows {
    let program = strata.program();
    let mut rows: Rows = vec![BTreeSet::new(); program.relations.len()];
    for (id, given) in &database.relations {
        let arity = program.relation(*id).columns.len();
        for index in 0..given.count {
            rows[id.0 as usize].insert(given.cells[index * arity..(index + 1) * arity].to_vec());
        }
    }
    for stratum in strata.order() {
        loop {
            let mut changed = false;
            for &id in &stratum.rules {
                let rule = program.rule(id);
                for (binding, _) in solve(&rule.body, vec![None; rule.variables.len()], &rows, pool) {
                    let row: Option<Vec<Cell>> = rule.terms.iter().map(|term| value(term, &binding, pool)).collect();
                    changed |= row.is_some_and(|row| rows[rule.head.0 as usize].insert(row));
                }
            }
            if !changed {
                break;
            }
        }
    }
    rows
}

/// Every use of every rule on these rows: what follows, and the rows that the atoms match.
pub(super) fn uses(strata: &Strata, rows: &Rows, pool: &mut Pool) -> Vec<(RelationId, Vec<Cell>, Vec<Premise>)> {
    let mut uses = Vec::new();
    for (_, rule) in strata.program().rules() {
        let relations = || {
            rule.body.iter().filter_map(|literal| match literal {
                Literal::Atom(atom) => Some(atom.relation),
                Literal::Not(_) | Literal::Compare { .. } | Literal::Aggregate { .. } | Literal::Range { .. } => None,
            })
        };
        for (binding, matched) in solve(&rule.body, vec![None; rule.variables.len()], rows, pool) {
            let row: Option<Vec<Cell>> = rule.terms.iter().map(|term| value(term, &binding, pool)).collect();
            uses.extend(row.map(|row| (rule.head, row, relations().zip(matched).collect())));
        }
    }
    uses
}

/// All bindings of a body, each with the rows that its atoms matched.
fn solve(body: &[Literal], start: Binding, rows: &Rows, pool: &mut Pool) -> BTreeSet<(Binding, Vec<Vec<Cell>>)> {
    let mut partial = vec![(start, Vec::new(), Vec::new())];
    for literal in body {
        if let Literal::Atom(atom) = literal {
            let mut next = Vec::new();
            for (binding, matched, equations) in partial {
                for row in &rows[atom.relation.0 as usize] {
                    let (mut binding, mut equations): (Binding, Vec<(&Term, Cell)>) =
                        (binding.clone(), Vec::clone(&equations));
                    if unify(&atom.terms, row, &mut binding, &mut equations) {
                        let matched: Vec<Vec<Cell>> = Vec::clone(&matched);
                        next.push((binding, [matched, vec![row.clone()]].concat(), equations));
                    }
                }
            }
            partial = next;
        }
    }
    let mut solutions = BTreeSet::new();
    for (binding, matched, equations) in partial {
        let left = body.iter().filter(|literal| !matches!(literal, Literal::Atom(_))).collect();
        for binding in conditions(left, binding, rows, pool) {
            if equations.iter().all(|(term, cell)| value(term, &binding, pool) == Some(*cell)) {
                solutions.insert((binding, Vec::clone(&matched)));
            }
        }
    }
    solutions
}

/// All bindings that make conditions hold, which are looked at whenever their variables are known.
fn conditions(mut left: Vec<&Literal>, mut binding: Binding, rows: &Rows, pool: &mut Pool) -> Vec<Binding> {
    while !left.is_empty() {
        let before = left.len();
        let mut holds = true;
        left.retain(|literal| match decide(literal, &mut binding, rows, pool) {
            Some(decided) => {
                holds &= decided;
                false
            }
            None => true,
        });
        if !holds {
            return Vec::new();
        }
        if left.len() == before {
            let Some((at, variable, cells)) = open_range(&left, &binding, pool) else { return Vec::new() };
            left.remove(at);
            let each = cells.into_iter().flat_map(|cell| {
                let mut binding = binding.clone();
                binding[usize::from(variable)] = Some(cell);
                conditions(left.clone(), binding, rows, pool)
            });
            return each.collect();
        }
    }
    vec![binding]
}

/// The first range that gives a variable its values: the place of the literal, the variable and the values.
pub(super) fn open_range(left: &[&Literal], binding: &Binding, pool: &mut Pool) -> Option<(usize, u16, Vec<Cell>)> {
    left.iter().enumerate().find_map(|(at, literal)| match values(literal, binding, pool)? {
        (Term::Variable(variable), cells) => Some((at, *variable, cells)),
        // What a functor gives is for the check of its value, if it has one.
        (Term::Functor(..) | Term::Constant(_) | Term::Wildcard, _) => None,
    })
}

/// The values of a range whose arguments are known.
fn values<'a>(literal: &'a Literal, binding: &Binding, pool: &mut Pool) -> Option<(&'a Term, Vec<Cell>)> {
    let Literal::Range { result, primitive, arguments } = literal else { return None };
    let cells: Option<Vec<Cell>> = arguments.iter().map(|argument| value(argument, binding, pool)).collect();
    Some((result, range(&cells?, *primitive, pool)))
}

pub(super) fn decide(literal: &Literal, binding: &mut Binding, rows: &Rows, pool: &mut Pool) -> Option<bool> {
    match literal {
        Literal::Atom(_) => Some(true),
        Literal::Not(atom) => {
            let pattern = substitute(atom, binding, pool)?;
            let matches = |row: &Vec<Cell>| pattern.iter().zip(row).all(|(p, cell)| p.is_none_or(|p| p == *cell));
            Some(!rows[atom.relation.0 as usize].iter().any(matches))
        }
        Literal::Compare { left, operator, right, primitive } => {
            compare((left, *operator, right), *primitive, binding, pool)
        }
        Literal::Range { result, .. } => {
            let known = value(result, binding, pool)?;
            Some(values(literal, binding, pool)?.1.contains(&known))
        }
        Literal::Aggregate { result, function, primitive, target, body, outer } => {
            let mut start = vec![None; binding.len()];
            for &variable in outer {
                start[usize::from(variable)] = Some(binding[usize::from(variable)]?);
            }
            let group = solve(body, start, rows, pool);
            let target = |(binding, _): &(Binding, _)| match target {
                None => Some(0),
                Some(target) => value(target, binding, pool),
            };
            let cells: Vec<Cell> = group.iter().filter_map(target).collect();
            let Some(found) = aggregate(*function, *primitive, &cells, pool) else { return Some(false) };
            let primitive = function.result(*primitive);
            compare((result, Operator::Equal, &Term::Constant(found)), primitive, binding, pool)
        }
    }
}
