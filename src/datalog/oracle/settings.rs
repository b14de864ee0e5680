//! Random programs with a profile and with rows freed: what is kept is the same, and the counts of the profile add up.

use std::collections::BTreeSet;

use std::fmt::Write as _;
use std::sync::atomic::Ordering;

use crate::base::{Cell, Pool, SourceMap};

use super::random::Random;
use crate::datalog::{self, Database, Fixpoint, RelationId, Settings, evaluate};

fn rows(fixpoint: &Fixpoint, relation: RelationId) -> Vec<Vec<Cell>> {
    fixpoint.facts(relation).map(|fact| fixpoint.row(fact).to_vec()).collect()
}

#[test]
fn kept_relations_have_their_rows_and_the_others_their_size() {
    let mut freed = 0;
    for seed in 0..300 {
        let mut pool = Pool::new();
        let (strata, database) = Random::whole(seed, &mut pool);
        let whole = evaluate(&strata, database.clone(), &mut pool.clone(), &Settings::default());
        let relations: Vec<RelationId> = strata.program().relations().map(|(id, _)| id).collect();
        let keep: BTreeSet<RelationId> = relations.iter().copied().skip(1).step_by(2).collect();
        let settings = Settings { keep: Some(keep.clone()), ranks: false, ..Settings::default() };
        let part = evaluate(&strata, database, &mut pool, &settings);
        assert_eq!(whole.is_ok(), part.is_ok(), "seed {seed}");
        let (Ok(whole), Ok(part)) = (whole, part) else { continue };
        for relation in relations {
            assert_eq!(part.len(relation), whole.len(relation), "seed {seed}");
            let all = rows(&whole, relation);
            if keep.contains(&relation) {
                assert_eq!(rows(&part, relation), all, "seed {seed}");
            } else {
                assert_eq!(part.facts(relation).count(), 0, "seed {seed}");
                freed += all.len();
            }
        }
    }
    assert!(freed > 1_000, "too poor: {freed}");
}

#[test]
fn what_rules_keep_adds_up_to_the_rows_that_are_not_given() {
    let mut counted = 0;
    for seed in 0..300 {
        let mut pool = Pool::new();
        let (strata, database) = Random::whole(seed, &mut pool);
        let settings = Settings { profile: true, ..Settings::default() };
        let plain = evaluate(&strata, database.clone(), &mut pool.clone(), &Settings::default());
        let Ok(fixpoint) = evaluate(&strata, database, &mut pool, &settings) else {
            assert!(plain.is_err(), "seed {seed}");
            continue;
        };
        let plain = plain.unwrap();
        for stratum in &fixpoint.profile().unwrap().strata {
            let mut derived = 0;
            for &relation in &stratum.relations {
                assert_eq!(rows(&fixpoint, relation), rows(&plain, relation), "seed {seed}");
                derived += fixpoint.facts(relation).filter(|&fact| !fixpoint.is_given(fact)).count() as u64;
            }
            assert_eq!(stratum.rules.iter().filter_map(|rule| rule.kept).sum::<u64>(), derived, "seed {seed}");
            for rule in &stratum.rules {
                assert!(rule.kept.is_some_and(|kept| kept <= rule.derived), "seed {seed}: {rule:?}");
            }
            counted += derived;
        }
    }
    assert!(counted > 1_000, "too poor: {counted}");
}

/// How many orders the rules of a text build over a chain of `e`, and how many of them are given back before the last
/// stratum that reads `e`.
fn check_orders(rules: &str, expect: (usize, usize)) {
    let (mut sources, mut pool) = (SourceMap::new(), Pool::new());
    let file = sources.add("a.dl", &format!(".decl e(x: number, y: number) .input e {rules}"));
    let parsed = datalog::parse(&sources, file);
    let program = datalog::check(&parsed.value, &mut pool).value.expect("a right program");
    let strata = datalog::stratify(program).expect("stratified");
    let edges = strata.program().find("e").expect("a relation");
    let mut database = Database::new();
    for node in 0..2_000 {
        let row = [pool.number(node / 2), pool.number(node)];
        database.push(edges, &row, None);
    }
    let fixpoint = evaluate(&strata, database, &mut pool, &Settings::default()).expect("within the limits");
    assert_eq!((fixpoint.orders_built.load(Ordering::Relaxed), fixpoint.orders_dropped), expect, "{rules}");
}

#[test]
fn orders_that_are_read_again_stay_and_others_are_given_back() {
    let mut steps = ".decl s0(x: number) s0(1).".to_owned();
    for step in 1..20 {
        let before = step - 1;
        write!(steps, " .decl s{step}(x: number) s{step}(x) :- e(x, y), s{before}(y).").expect("a string");
    }
    check_orders(&steps, (1, 0));
    let forward = ".decl a(x: number) a(1). .decl b(x: number) b(x) :- a(y), e(x, y).
        .decl c(x: number) c(y) :- b(x), e(x, y).";
    check_orders(forward, (1, 1));
    check_orders(".decl a(x: number) a(1). .decl b(x: number) b(x) :- a(y), e(x, y).", (1, 0));
}
