//! The engine gives what the naive evaluator gives, with right proofs.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use crate::base::{Cell, Pool};

use super::naive::{Rows, naive};
use super::random::Random;
use crate::datalog::program::{Literal, Strata};
use crate::datalog::syntax::ast::Aggregate;
use crate::datalog::{Database, EvaluationError, Proof, Prover, Settings, evaluate, verify};

/// What the random programs were good for.
#[derive(Default)]
struct Harvest {
    rows: usize,
    filled: usize,
    /// Rows that took three rounds or more.
    deep: usize,
    absent: usize,
    groups: usize,
}

fn check_random(seed: u64, harvest: &mut Harvest) {
    let mut pool = Pool::new();
    let (strata, database) = Random::program(seed, &mut pool);
    let expect = naive(&strata, &database, &mut pool);
    check_plain(seed, &strata, database.clone(), &mut pool, &expect);
    let fixpoint = evaluate(&strata, database, &mut pool, &Settings::default()).unwrap();
    for (id, relation) in strata.program().relations() {
        let found: Vec<Vec<Cell>> = fixpoint.facts(id).map(|fact| fixpoint.row(fact).to_vec()).collect();
        let wanted: Vec<Vec<Cell>> = expect[id.0 as usize].iter().cloned().collect();
        let rules = || strata.program().rules().filter(|(_, rule)| rule.head == id).map(|(_, rule)| &rule.body);
        assert_eq!(found, wanted, "seed {seed}, `{}`: {:#?}", relation.name, rules().collect::<Vec<_>>());
        let mut prover = Prover::new(&strata, &fixpoint);
        for fact in fixpoint.facts(id) {
            let proof = prover.prove(&mut pool, fact);
            assert!(verify(&strata, &fixpoint, &mut pool, &proof), "seed {seed}, `{}`", relation.name);
            match &*proof {
                Proof::Derived { premises, .. } => {
                    let has = |wanted: fn(&Proof) -> bool| usize::from(premises.iter().any(|premise| wanted(premise)));
                    harvest.absent += has(|premise| matches!(premise, Proof::Absent { .. }));
                    harvest.groups += has(|premise| matches!(premise, Proof::Group { total: 1.., .. }));
                    assert_eq!(has(|premise| matches!(premise, Proof::Cut { .. })), 0, "seed {seed}");
                }
                Proof::Given { span, .. } => assert_eq!(*span, fixpoint.span(fact)),
                Proof::Absent { .. } | Proof::Group { .. } | Proof::Value { .. } | Proof::Cut { .. } => {
                    panic!("seed {seed}: {proof:?}")
                }
            }
            harvest.deep += usize::from(fixpoint.rank(fact).is_some_and(|rank| rank >> 8 > 2));
        }
        if !relation.name.starts_with('e') {
            harvest.rows += found.len();
            harvest.filled += usize::from(!found.is_empty());
        }
    }
}

/// Without ranks the same rows come out.
fn check_plain(seed: u64, strata: &Strata, database: Database, pool: &mut Pool, expect: &Rows) {
    let settings = Settings { ranks: false, ..Settings::default() };
    let fixpoint = evaluate(strata, database, pool, &settings).unwrap();
    for (id, relation) in strata.program().relations() {
        let found: Vec<Vec<Cell>> = fixpoint.facts(id).map(|fact| fixpoint.row(fact).to_vec()).collect();
        let wanted: Vec<Vec<Cell>> = expect[id.0 as usize].iter().cloned().collect();
        assert_eq!(found, wanted, "seed {seed}, `{}` without ranks", relation.name);
        assert!(fixpoint.facts(id).all(|fact| fixpoint.rank(fact).is_none()));
    }
}

#[test]
fn random_programs_give_the_rows_of_the_naive_evaluator() {
    let mut harvest = Harvest::default();
    (0..1500).for_each(|seed| check_random(seed, &mut harvest));
    let Harvest { rows, filled, deep, absent, groups } = harvest;
    let counts = format!("{rows} rows in {filled} relations, {deep} deep, {absent} absent, {groups} groups");
    assert!(rows > 10_000 && filled > 3_000 && deep > 500 && absent > 600 && groups > 100, "too poor: {counts}");
}

/// What rules of the whole language gave rows.
#[derive(Default, Debug)]
struct Used {
    programs: usize,
    failed: usize,
    rows: usize,
    functors: BTreeMap<String, usize>,
}

/// Counts the functors, comparisons and aggregates of a literal.
fn note(literal: &Literal, used: &mut Used) {
    let mut see = |name: String| *used.functors.entry(name).or_default() += 1;
    match literal {
        Literal::Atom(_) | Literal::Not(_) => {}
        Literal::Compare { operator, primitive, .. } => see(format!("{operator} {primitive:?}")),
        Literal::Range { primitive, .. } => see(format!("range {primitive:?}")),
        Literal::Aggregate { function, primitive, body, .. } => {
            see(if *function == Aggregate::Count { "count".to_owned() } else { format!("{function} {primitive:?}") });
            if body.iter().any(|inner| matches!(inner, Literal::Aggregate { .. })) {
                see("nested".to_owned());
            }
            for inner in body {
                note(inner, used);
            }
        }
    }
}

fn note_terms(text: &str, used: &mut Used) {
    for (at, _) in text.match_indices("Functor(") {
        let name = text[at + 8..].split([',', '(']).next().unwrap_or_default().trim().to_owned();
        *used.functors.entry(name).or_default() += 1;
    }
}

fn check_whole(seed: u64, used: &mut Used) {
    let mut pool = Pool::new();
    let (strata, database) = Random::whole(seed, &mut pool);
    if seed.is_multiple_of(4) {
        check_threads(seed, &strata, &database, &pool);
    }
    let expect = naive(&strata, &database, &mut pool);
    used.programs += 1;
    let fixpoint = match evaluate(&strata, database, &mut pool, &Settings::default()) {
        Ok(fixpoint) => fixpoint,
        Err(EvaluationError::NoValue { .. }) => {
            used.failed += 1;
            return;
        }
        Err(error) => panic!("seed {seed}: {error}"),
    };
    for (id, relation) in strata.program().relations() {
        let found: Vec<Vec<Cell>> = fixpoint.facts(id).map(|fact| fixpoint.row(fact).to_vec()).collect();
        let wanted: Vec<Vec<Cell>> = expect[id.0 as usize].iter().cloned().collect();
        let rules = || strata.program().rules().filter(|(_, rule)| rule.head == id).map(|(_, rule)| rule);
        assert_eq!(found, wanted, "seed {seed}, `{}`: {:#?}", relation.name, rules().collect::<Vec<_>>());
        for rule in rules().filter(|_| !found.is_empty()) {
            rule.body.iter().for_each(|literal| note(literal, used));
            note_terms(&format!("{:?} {:?}", rule.terms, rule.body), used);
        }
        used.rows += found.len();
    }
}

/// More of the same: `cargo test --release --lib many_random -- --ignored`.
#[test]
#[ignore = "takes minutes"]
fn many_random_programs() {
    let (mut harvest, mut used) = (Harvest::default(), Used::default());
    (10_000..60_000).for_each(|seed| check_random(seed, &mut harvest));
    (10_000..110_000).for_each(|seed| check_whole(seed, &mut used));
}

/// Several threads give the rows, the new values and the errors of one.
fn check_threads(seed: u64, strata: &Strata, database: &Database, pool: &Pool) {
    let run = |threads: usize| {
        let (mut pool, threads) = (pool.clone(), NonZeroUsize::new(threads).unwrap());
        let settings = Settings { threads, ..Settings::default() };
        let fixpoint = evaluate(strata, database.clone(), &mut pool, &settings)?;
        let rows = |id| fixpoint.facts(id).map(|fact| fixpoint.row(fact).to_vec()).collect::<Vec<_>>();
        let rows: Vec<_> = strata.program().relations().map(|(id, _)| rows(id)).collect();
        Ok::<_, EvaluationError>((rows, pool.texts(), pool.text_bytes(), pool.wide_numbers()))
    };
    assert_eq!(run(3), run(1), "seed {seed}");
}

#[test]
fn random_programs_in_the_whole_language_give_the_rows_of_the_naive_evaluator() {
    let mut used = Used::default();
    (0..1500).for_each(|seed| check_whole(seed, &mut used));
    let wanted = [
        "Add",
        "Subtract",
        "Multiply",
        "Divide",
        "Remainder",
        "Power",
        "Negate",
        "BitAnd",
        "BitOr",
        "BitXor",
        "BitNot",
        "ShiftLeft",
        "ShiftRight",
        "ShiftRightUnsigned",
        "LogicalAnd",
        "LogicalOr",
        "LogicalXor",
        "LogicalNot",
        "Min",
        "Max",
        "Cat",
        "StringLength",
        "Substring",
        "ToNumber",
        "ToString",
        "ToUnsigned",
        "ToFloat",
        "match Symbol",
        "!match Symbol",
        "contains Symbol",
        "!contains Symbol",
        "< Float",
        "< Unsigned",
        "< Symbol",
        "range Number",
        "range Unsigned",
        "range Float",
        "count",
        "sum Number",
        "sum Unsigned",
        "sum Float",
        "min Number",
        "min Symbol",
        "max Unsigned",
        "max Float",
        "mean Number",
        "mean Float",
        "nested",
    ];
    for name in wanted {
        assert!(used.functors.get(name).is_some_and(|&times| times >= 5), "too little of {name}: {used:?}");
    }
    assert!(used.rows > 15_000 && used.failed * 4 < used.programs, "too poor: {used:?}");
}
