//! What is said of rows that are not there, against the naive evaluator: the beginning that is reported holds, and no
//! longer one does.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Cell, Pool, Primitive};

use super::Dice;
use super::naive::{Rows, decide, naive, open_range};
use super::random::Random;
use crate::datalog::program::{Literal, Strata};
use crate::datalog::program::{Rule, Term};
use crate::datalog::proofs::verify::{Binding, substitute, unify, value};
use crate::datalog::{Attempt, Obstacle, Settings, evaluate, why_not};

/// Whether the first literals of a rule hold together for some row of the pattern, as far as they can be decided.
fn begins(rule: &Rule, length: usize, pattern: &[Option<Cell>], rows: &Rows, pool: &mut Pool) -> bool {
    let mut start: Binding = vec![None; rule.variables.len()];
    let mut wanted: Vec<(&Term, Cell)> = Vec::new();
    for (term, cell) in rule.terms.iter().zip(pattern).filter_map(|(term, cell)| Some((term, (*cell)?))) {
        // What a head computes counts behind its body.
        if matches!(term, Term::Functor(..)) && value(term, &vec![None; rule.variables.len()], pool).is_none() {
            continue;
        }
        if !unify(std::slice::from_ref(term), &[cell], &mut start, &mut wanted) {
            return false;
        }
    }
    let mut partial = vec![(start, wanted)];
    for literal in &rule.body[..length] {
        let Literal::Atom(atom) = literal else { continue };
        let mut next = Vec::new();
        for (binding, equations) in partial {
            for row in &rows[atom.relation.0 as usize] {
                let (mut binding, mut equations) = (binding.clone(), equations.clone());
                if unify(&atom.terms, row, &mut binding, &mut equations) {
                    next.push((binding, equations));
                }
            }
        }
        partial = next;
    }
    partial.into_iter().any(|(binding, equations)| {
        let is_other = |literal: &&Literal| !matches!(literal, Literal::Atom(_));
        let left: Vec<&Literal> = rule.body[..length].iter().filter(is_other).collect();
        hold(left, binding, &equations, rows, pool)
    })
}

/// Whether conditions hold together for some values of their ranges, as far as they can be decided.
fn hold(
    mut left: Vec<&Literal>,
    mut binding: Binding,
    equations: &[(&Term, Cell)],
    rows: &Rows,
    pool: &mut Pool,
) -> bool {
    let mut before = usize::MAX;
    let mut holds = true;
    while left.len() < before {
        before = left.len();
        left.retain(|literal| match decide(literal, &mut binding, rows, pool) {
            Some(decided) => {
                holds &= decided;
                false
            }
            None => true,
        });
    }
    if let Some((at, variable, cells)) = open_range(&left, &binding, pool) {
        left.remove(at);
        return holds
            && cells.into_iter().any(|cell| {
                let mut binding = binding.clone();
                binding[usize::from(variable)] = Some(cell);
                hold(left.clone(), binding, equations, rows, pool)
            });
    }
    holds && equations.iter().all(|(term, cell)| value(term, &binding, pool).is_none_or(|value| value == *cell))
}

/// What the random programs were good for.
#[derive(Default)]
struct Harvest {
    attempts: usize,
    partial: usize,
    atoms: usize,
    negations: usize,
    comparisons: usize,
    aggregates: usize,
    heads: usize,
    computed: usize,
}

fn check_attempt(
    (strata, rows): (&Strata, &Rows),
    pattern: &[Option<Cell>],
    attempt: &Attempt,
    (pool, harvest): (&mut Pool, &mut Harvest),
) {
    let rule = strata.program().rule(attempt.rule);
    assert!(attempt.complete);
    let length = attempt.matched;
    let mut holds = |length: usize| begins(rule, length, pattern, rows, pool);
    if !holds(0) {
        assert!(matches!(attempt.obstacle, Obstacle::Head { .. }), "{attempt:?}");
        harvest.heads += 1;
        return;
    }
    assert!(holds(length), "{length} literals of {rule:#?} do not hold: {attempt:?}");
    assert!(length == rule.body.len() || !holds(length + 1), "{} literals of {rule:#?} hold", length + 1);
    harvest.attempts += 1;
    harvest.partial += usize::from(length > 0);
    let row_count = |relation: crate::datalog::RelationId, pattern: &[Option<Cell>]| {
        let fits = |row: &&Vec<Cell>| pattern.iter().zip(*row).all(|(wanted, cell)| wanted.is_none_or(|w| w == *cell));
        rows[relation.0 as usize].iter().filter(fits).count()
    };
    match &attempt.obstacle {
        Obstacle::Atom { literal, relation, pattern, .. } => {
            assert_eq!(*literal, length);
            let Literal::Atom(atom) = &rule.body[length] else { panic!("{attempt:?}") };
            assert_eq!(atom.relation, *relation);
            let repeats = atom.terms.iter().enumerate().any(|(i, term)| atom.terms[..i].contains(term));
            let computes = atom.terms.iter().any(|term| matches!(term, Term::Functor(..)));
            assert!(repeats || computes || row_count(*relation, pattern) == 0, "{attempt:?} of {rule:#?}");
            harvest.atoms += 1;
        }
        Obstacle::Present { literal, .. } => {
            let Literal::Not(atom) = &rule.body[*literal] else { panic!("{attempt:?}") };
            if let Some(pattern) = substitute(atom, &attempt.binding, pool) {
                assert!(row_count(atom.relation, &pattern) > 0, "{attempt:?}");
            }
            harvest.negations += 1;
        }
        Obstacle::Compare { literal, .. } => {
            assert!(matches!(rule.body[*literal], Literal::Compare { .. }));
            harvest.comparisons += 1;
        }
        Obstacle::Aggregate { value, wanted, .. } => {
            assert!(value.is_none() || value != wanted, "{attempt:?}");
            harvest.aggregates += 1;
        }
        Obstacle::Head { column, has, wanted } => {
            assert_eq!(length, rule.body.len(), "{attempt:?}");
            assert!(has.is_some() && *has != Some(*wanted), "{attempt:?}");
            assert_eq!(*has, value(&rule.terms[*column], &attempt.binding, pool), "{attempt:?}");
            harvest.computed += 1;
        }
        Obstacle::Range { .. } => {}
        Obstacle::Unknown => panic!("{attempt:?} of {rule:#?}"),
    }
}

fn check_random(seed: u64, harvest: &mut Harvest) {
    let mut pool = Pool::new();
    let (strata, database) = Random::program(seed, &mut pool);
    let rows = naive(&strata, &database, &mut pool);
    let fixpoint = evaluate(&strata, database, &mut pool, &Settings::default()).unwrap();
    let mut dice = Dice(seed ^ 0x5EED);
    let mut known: BTreeMap<Primitive, BTreeSet<Cell>> = BTreeMap::new();
    for (id, relation) in strata.program().relations() {
        for row in &rows[id.0 as usize] {
            for (column, &cell) in relation.columns.iter().zip(row) {
                known.entry(column.primitive).or_default().insert(cell);
            }
        }
    }
    let known: BTreeMap<Primitive, Vec<Cell>> =
        known.into_iter().map(|(primitive, cells)| (primitive, cells.into_iter().collect())).collect();
    for (id, relation) in strata.program().relations() {
        for _ in 0..2 {
            let pattern: Vec<Option<Cell>> = relation
                .columns
                .iter()
                .map(|column| {
                    let cell = *dice.pick(known.get(&column.primitive)?);
                    (!dice.one_in(4)).then_some(cell)
                })
                .collect();
            let answer = why_not(&strata, &fixpoint, &mut pool, id, &pattern);
            let fits = |row: &Vec<Cell>| pattern.iter().zip(row).all(|(w, cell)| w.is_none_or(|w| w == *cell));
            assert_eq!(rows[id.0 as usize].iter().any(fits), !answer.present.is_empty(), "seed {seed}");
            for attempt in &answer.attempts {
                check_attempt((&strata, &rows), &pattern, attempt, (&mut pool, harvest));
            }
        }
    }
}

#[test]
fn what_is_said_of_absent_rows_is_what_the_naive_evaluator_finds() {
    let mut harvest = Harvest::default();
    (0..700).for_each(|seed| check_random(seed, &mut harvest));
    let Harvest { attempts, partial, atoms, negations, comparisons, aggregates, heads, computed } = harvest;
    let counts = format!(
        "{attempts} attempts, {partial} partial, {atoms} atoms, {negations} negations, {comparisons} comparisons, \
         {aggregates} aggregates, {heads} heads, {computed} computed"
    );
    let rich = attempts > 4_000 && partial > 1_000 && atoms > 1_000 && negations > 30 && comparisons > 200;
    assert!(rich && aggregates > 20 && heads > 50 && computed > 20, "too poor: {counts}");
}
