//! What is said of a world without some given rows, held against that world.

use std::collections::BTreeSet;

use crate::base::{Cell, Pool};
use crate::datalog::oracle::naive::naive;
use crate::datalog::oracle::random::Random;
use crate::datalog::oracle::{Builder, Dice, atom, closure, var};
use crate::datalog::program::Literal;
use crate::datalog::{Bounds, Change, Database, Fact, Fixpoint, RelationId, Settings, Strata, Without, evaluate};

/// What was compared.
#[derive(Debug, Default, PartialEq, Eq)]
struct Seen {
    lost: usize,
    stayed: usize,
    gained: usize,
    unsure: usize,
    same: usize,
}

/// The database without some facts.
fn smaller(database: &Database, fixpoint: &Fixpoint, strata: &Strata, gone: &[Fact]) -> Database {
    let mut smaller = Database::new();
    let gone: BTreeSet<(RelationId, &[Cell])> = gone.iter().map(|&fact| (fact.relation, fixpoint.row(fact))).collect();
    for (relation, declared) in strata.program().relations() {
        for row in database.given(relation, declared.columns.len()).filter(|row| !gone.contains(&(relation, row))) {
            smaller.push(relation, row, None);
        }
    }
    smaller
}

/// Compares a change with the world without the rows.
fn check(strata: &Strata, fixpoint: &Fixpoint, change: &Change, world: &[BTreeSet<Vec<Cell>>], seen: &mut Seen) {
    for (relation, declared) in strata.program().relations() {
        let Some(gained) = change.gained(relation) else {
            seen.unsure += 1;
            continue;
        };
        let gained: BTreeSet<&[Cell]> = gained.collect();
        let now = &world[relation.0 as usize];
        seen.gained += gained.iter().filter(|&&row| now.contains(row)).count();
        for fact in fixpoint.facts(relation) {
            let row = fixpoint.row(fact);
            let is_there = now.contains(row);
            if change.is_lost(fact) {
                assert!(!is_there || gained.contains(row), "`{}` keeps {row:?}", declared.name);
                seen.lost += 1;
            } else {
                assert!(is_there, "`{}` has no {row:?} any more", declared.name);
                let stays = change.premises(fact);
                seen.stayed += usize::from(stays.is_some());
                seen.same += usize::from(stays.is_none());
                assert!(stays.is_none_or(|premises| premises.iter().all(|&premise| !change.is_lost(premise))));
            }
        }
        for row in now {
            let is_known = gained.contains(&**row) || fixpoint.find(relation, row).is_some();
            assert!(is_known, "`{}` has {row:?} all of a sudden", declared.name);
        }
    }
}

#[test]
fn random_programs_without_some_rows() {
    let mut seen = Seen::default();
    for seed in 0..300 {
        let mut pool = Pool::new();
        let (strata, database) = Random::program(seed, &mut pool);
        let Ok(fixpoint) = evaluate(&strata, database.clone(), &mut pool, &Settings::default()) else { continue };
        let given: Vec<Fact> = strata
            .program()
            .relations()
            .flat_map(|(relation, _)| fixpoint.facts(relation))
            .filter(|&fact| fixpoint.is_given(fact))
            .collect();
        if given.is_empty() {
            continue;
        }
        let about: Vec<RelationId> = strata.program().relations().map(|(relation, _)| relation).collect();
        let mut without = Without::new((&strata, &fixpoint), &about, Bounds::default(), u64::MAX);
        let mut dice = Dice(seed);
        for number in [1, 1, 1, 2, 5] {
            let gone: Vec<Fact> = (0..number).map(|_| *dice.pick(&given)).collect();
            let change = without.change(&mut pool, &gone).expect("few rows");
            let world = naive(&strata, &smaller(&database, &fixpoint, &strata, &gone), &mut pool);
            check(&strata, &fixpoint, &change, &world, &mut seen);
        }
    }
    assert!(seen.lost > 1000 && seen.stayed > 500 && seen.gained > 0 && seen.same > 10_000, "{seen:?}");
    assert!(seen.unsure * 4 < seen.same, "{seen:?}");
}

#[test]
fn what_can_be_told_and_what_cannot() {
    // Two ways from 1 to 3: one may go, and the path stays; not so the other path.
    let (strata, edge, path) = closure(true);
    let (mut pool, mut database) = (Pool::new(), Database::new());
    let mut row = |from, to| [pool.number(from), pool.number(to)];
    let rows = [(1, 2), (2, 3), (1, 3), (3, 4)].map(|(from, to)| row(from, to));
    let [first, direct] = [row(1, 2), row(1, 3)];
    for row in &rows {
        database.push(edge, row, None);
    }
    let fixpoint = evaluate(&strata, database, &mut pool, &Settings::default()).unwrap();
    let mut without = Without::new((&strata, &fixpoint), &[path], Bounds::default(), u64::MAX);
    let gone = fixpoint.find(edge, &first).unwrap();
    let change = without.change(&mut pool, &[gone]).unwrap();
    let lost = |row: &[Cell]| change.is_lost(fixpoint.find(path, row).unwrap());
    assert_eq!((lost(&first), lost(&direct)), (true, false));
    assert!(change.gained(path).is_some_and(|mut rows| rows.next().is_none()));
}

#[test]
fn rows_that_nothing_blocks_any_more() {
    // `p(x) :- e(x), !f(x).` and `q(x) :- p(x).`: what `p` gains is told, what `q` does is not.
    let number = [crate::base::Primitive::Number];
    let mut builder = Builder::new();
    let [e, f, p, q, other] = ["e", "f", "p", "q", "other"].map(|name| builder.relation(name, &number));
    let one = |relation| atom(relation, &[var(0)]);
    builder.rule(one(p), vec![Literal::Atom(one(e)), Literal::Not(one(f))], 1);
    builder.rule(one(q), vec![Literal::Atom(one(p))], 1);
    builder.rule(one(other), vec![Literal::Atom(one(e))], 1);
    for relation in [e, f, p, q, other] {
        builder.stratum(&[relation], false);
    }
    let strata = builder.strata();
    let (mut pool, mut database) = (Pool::new(), Database::new());
    let [one, two] = [1, 2].map(|value| pool.number(value));
    for (relation, row) in [(e, one), (e, two), (f, one)] {
        database.push(relation, &[row], None);
    }
    let fixpoint = evaluate(&strata, database, &mut pool, &Settings::default()).unwrap();
    let mut without = Without::new((&strata, &fixpoint), &[q, other], Bounds::default(), u64::MAX);
    let blocker = fixpoint.find(f, &[one]).unwrap();
    let change = without.change(&mut pool, &[blocker]).unwrap();
    let gained = |relation| change.gained(relation).map(|rows| rows.map(<[Cell]>::to_vec).collect::<Vec<_>>());
    assert_eq!((gained(p), gained(q), gained(other)), (Some(vec![vec![one]]), None, Some(vec![])));
}
