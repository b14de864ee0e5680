//! Heights of proofs, found the slow way, against the proofs that are given as shortest; and all first steps.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

use crate::base::Primitive::Number;
use crate::base::{Cell, Pool};

use super::naive::{Rows, naive, uses};
use super::random::Random;
use super::{Builder, Dice, atom, var};
use crate::datalog::program::{Literal, RelationId, Strata, Term};
use crate::datalog::syntax::ast::{Aggregate, Functor};
use crate::datalog::{Database, Fact, Fixpoint, Proof, Prover, Settings, evaluate, verify, why_not};

/// A height that no proof has.
const NEVER: u32 = u32::MAX;

/// Every fact of a program, and every use of a rule by which it follows from others.
struct World {
    facts: Vec<Fact>,
    given: Vec<bool>,
    /// What follows, and from what.
    uses: Vec<(usize, Vec<usize>)>,
}

impl World {
    fn new(strata: &Strata, rows: &Rows, fixpoint: &Fixpoint, pool: &mut Pool) -> Self {
        let mut numbers: BTreeMap<(RelationId, &[Cell]), usize> = BTreeMap::new();
        let mut world = Self { facts: Vec::new(), given: Vec::new(), uses: Vec::new() };
        for (id, _) in strata.program().relations() {
            for row in &rows[id.0 as usize] {
                let fact = fixpoint.find(id, row).unwrap();
                numbers.insert((id, row), world.facts.len());
                world.facts.push(fact);
                world.given.push(fixpoint.is_given(fact));
            }
        }
        for (head, row, premises) in uses(strata, rows, pool) {
            let premises = premises.iter().map(|(relation, row)| numbers[&(*relation, &row[..])]);
            world.uses.push((numbers[&(head, &row[..])], premises.collect()));
        }
        world
    }

    /// The least height of every fact, where one of them may not be used.
    fn heights(&self, avoided: Option<usize>) -> Vec<u32> {
        let start = |fact: usize| if self.given[fact] && avoided != Some(fact) { 0 } else { NEVER };
        let mut heights: Vec<u32> = (0..self.facts.len()).map(start).collect();
        loop {
            let mut changed = false;
            for (head, premises) in &self.uses {
                let highest = premises.iter().map(|&premise| heights[premise]).max().unwrap_or(0);
                if avoided != Some(*head) && highest != NEVER && highest + 1 < heights[*head] {
                    heights[*head] = highest + 1;
                    changed = true;
                }
            }
            if !changed {
                return heights;
            }
        }
    }
}

/// The height of a proof and of all its parts; each fact is proved in one way only and never by itself.
fn height(proof: &Arc<Proof>, heights: &mut BTreeMap<Fact, u32>, above: &mut BTreeSet<Fact>) -> u32 {
    match &**proof {
        Proof::Derived { fact, premises, .. } => {
            assert!(above.insert(*fact), "{fact:?} stands below itself");
            let own = 1 + premises.iter().map(|premise| height(premise, heights, above)).max().unwrap_or(0);
            above.remove(fact);
            assert_eq!(*heights.entry(*fact).or_insert(own), own);
            own
        }
        Proof::Cut { fact } => panic!("{fact:?} is cut"),
        Proof::Given { .. } | Proof::Absent { .. } | Proof::Group { .. } | Proof::Value { .. } => 0,
    }
}

/// What the random programs were good for.
#[derive(Debug, Default)]
struct Harvest {
    programs: usize,
    facts: usize,
    tall: usize,
    steps: usize,
    several: usize,
    circular: usize,
}

fn check_program(seed: u64, strata: &Strata, database: &Database, mut pool: Pool, harvest: &mut Harvest) {
    let fixpoint = evaluate(strata, database.clone(), &mut pool, &Settings::default()).unwrap();
    let rows = naive(strata, database, &mut pool);
    harvest.programs += 1;
    let world = World::new(strata, &rows, &fixpoint, &mut pool);
    let lowest = world.heights(None);
    let mut prover = Prover::new(strata, &fixpoint);
    let by_fact: BTreeMap<Fact, u32> = world.facts.iter().copied().zip(lowest.iter().copied()).collect();
    for (number, &fact) in world.facts.iter().enumerate() {
        let found = prover.explain(&mut pool, fact);
        assert!(found.shortest && !found.cut, "seed {seed}, {fact:?}");
        assert!(verify(strata, &fixpoint, &mut pool, &found.proof), "seed {seed}, {fact:?}");
        let mut heights = BTreeMap::new();
        let own = height(&found.proof, &mut heights, &mut BTreeSet::new());
        assert_eq!((own, found.height), (lowest[number], lowest[number]), "seed {seed}, {fact:?}");
        assert!(heights.iter().all(|(fact, height)| by_fact[fact] == *height), "seed {seed}, {fact:?}");
        harvest.facts += 1;
        harvest.tall += usize::from(own > 3);
        check_first_steps(seed, (strata, &fixpoint), &world, number, &mut prover, (&mut pool, harvest));
    }
}

fn check_first_steps(
    seed: u64,
    (strata, fixpoint): (&Strata, &Fixpoint),
    world: &World,
    number: usize,
    prover: &mut Prover<'_>,
    (pool, harvest): (&mut Pool, &mut Harvest),
) {
    let fact = world.facts[number];
    let own: Vec<&Vec<usize>> = world.uses.iter().filter(|(head, _)| *head == number).map(|(_, used)| used).collect();
    let around = world.heights(Some(number));
    let above = |used: &&Vec<usize>| used.iter().map(|&premise| around[premise]).max().unwrap_or(0);
    let mut wanted: Vec<u32> =
        own.iter().map(above).filter(|&height| height != NEVER).map(|height| height + 1).collect();
    harvest.circular += own.len() - wanted.len();
    if world.given[number] {
        wanted.push(0);
    }
    let all = prover.explain_all(pool, fact, usize::MAX);
    assert!(!all.more);
    let mut found = Vec::new();
    for explanation in &all.proofs {
        assert!(explanation.shortest && verify(strata, fixpoint, pool, &explanation.proof), "seed {seed}, {fact:?}");
        let own = height(&explanation.proof, &mut BTreeMap::new(), &mut BTreeSet::new());
        assert_eq!(own, explanation.height);
        found.push(own);
    }
    wanted.sort_unstable();
    found.sort_unstable();
    assert_eq!(found, wanted, "seed {seed}, {fact:?}");
    harvest.steps += found.len();
    harvest.several += usize::from(found.len() > 1);
    let some = prover.explain_all(pool, fact, 1);
    assert_eq!((some.proofs.len(), some.more), (1, found.len() > 1));
}

/// Checks so many programs of numbers and symbols, and half as many in the whole language, of those that have no fault.
fn check_programs(count: usize) -> Harvest {
    let mut harvest = Harvest::default();
    for seed in 0..count as u64 {
        let mut pool = Pool::new();
        let (strata, database) = Random::program(seed, &mut pool);
        check_program(seed, &strata, &database, pool, &mut harvest);
    }
    for seed in 0.. {
        if harvest.programs >= count + count / 2 {
            break;
        }
        let mut pool = Pool::new();
        let (strata, database) = Random::whole(seed, &mut pool);
        if evaluate(&strata, database.clone(), &mut pool, &Settings::default()).is_ok() {
            check_program(seed, &strata, &database, pool, &mut harvest);
        }
    }
    let Harvest { facts, tall, several, circular, .. } = harvest;
    let rich = facts > 20 * count && tall * 20 > count && several > 2 * count && circular > count;
    assert!(rich, "too poor: {harvest:?}");
    harvest
}

#[test]
fn proofs_are_as_short_as_any_and_first_steps_are_all_there() {
    check_programs(200);
}

/// The same with many programs: `cargo test --release --lib -- --ignored --nocapture as_short_as_any_of_many`.
#[test]
#[ignore = "takes minutes in a debug build"]
fn proofs_are_as_short_as_any_of_many_programs() {
    let harvest = check_programs(1_000);
    assert!(std::io::Write::write_all(&mut std::io::stderr(), format!("{harvest:?}\n").as_bytes()).is_ok());
}

/// Without ranks a row of a recursive relation may have no proof that is found in time; a proof that is given is right.
#[test]
fn without_ranks_proofs_are_found_by_search_or_left_out() {
    let (mut shown, mut left_out) = (0, 0);
    for seed in 0..100 {
        let mut pool = Pool::new();
        let (strata, database) = Random::program(seed, &mut pool);
        let rows = naive(&strata, &database, &mut pool);
        let settings = Settings { ranks: false, ..Settings::default() };
        let fixpoint = evaluate(&strata, database, &mut pool, &settings).unwrap();
        let world = World::new(&strata, &rows, &fixpoint, &mut pool);
        let lowest = world.heights(None);
        let mut prover = Prover::new(&strata, &fixpoint);
        for (&fact, &height) in world.facts.iter().zip(&lowest) {
            let found = prover.explain(&mut pool, fact);
            assert!(verify(&strata, &fixpoint, &mut pool, &found.proof), "seed {seed}, {fact:?}");
            assert!(!found.shortest || found.height == height, "seed {seed}, {fact:?}");
            assert!(found.shortest || found.cut, "seed {seed}, {fact:?}: neither the shortest nor left out");
            if found.cut { left_out += 1 } else { shown += 1 }
        }
    }
    assert!(shown > 1_000 && left_out * 20 < shown, "{shown} proved, {left_out} left out");
}

/// Closures of a closure, with shortcuts that cost a proof elsewhere: rounds tell little of heights.
fn tower(seed: u64, pool: &mut Pool) -> (Strata, Database) {
    let mut dice = Dice(seed);
    let mut builder = Builder::new();
    let [edge, jump, up, link, path] =
        ["edge", "jump", "up", "link", "path"].map(|name| builder.relation(name, &[Number, Number]));
    let step = |relation, from, to| Literal::Atom(atom(relation, &[var(from), var(to)]));
    let head = |relation, to| atom(relation, &[var(0), var(to)]);
    builder.rule(head(up, 1), vec![step(edge, 0, 1)], 2);
    builder.rule(head(up, 2), vec![step(up, 0, 1), step(edge, 1, 2)], 3);
    builder.rule(head(link, 1), vec![step(up, 0, 1), step(up, 1, 0)], 2);
    builder.rule(head(link, 1), vec![step(jump, 0, 1)], 2);
    builder.rule(head(path, 1), vec![step(link, 0, 1)], 2);
    builder.rule(head(path, 2), vec![step(path, 0, 1), step(path, 1, 2)], 3);
    builder.rule(head(path, 2), vec![step(path, 0, 1), step(edge, 1, 2)], 3);
    for (relations, recursive) in [(&[edge, jump][..], false), (&[up], true), (&[link], false), (&[path], true)] {
        builder.stratum(relations, recursive);
    }
    let mut database = Database::new();
    for (relation, count) in [(edge, 9), (jump, 2), (path, dice.roll(3))] {
        for _ in 0..count {
            let row = [0; 2].map(|_| pool.number(i64::try_from(dice.roll(7)).unwrap()));
            database.push(relation, &row, None);
        }
    }
    (builder.strata(), database)
}

#[test]
fn rounds_do_not_mislead_where_lower_strata_have_proofs_of_their_own() {
    let mut harvest = Harvest::default();
    for seed in 0..60 {
        let mut pool = Pool::new();
        let (strata, database) = tower(seed, &mut pool);
        check_program(seed, &strata, &database, pool, &mut harvest);
    }
    assert!(harvest.tall > 500 && harvest.circular > 1_000, "too poor: {harvest:?}");
}

/// What proofs cost beside the run that they explain. With `FIGURES=1` it fails and tells them:
/// `cargo test --release --lib -- --ignored one_proof`.
#[test]
#[ignore = "a measurement, for a release build"]
fn one_proof_costs_a_thousandth_of_its_run() {
    let (strata, edge, path) = super::closure(true);
    let (mut pool, mut database, mut dice) = (Pool::new(), Database::new(), Dice(1));
    let nodes = 1_000;
    for _ in 0..4_000 {
        let row = [0; 2].map(|_| pool.number(i64::try_from(dice.roll(nodes)).unwrap()));
        database.push(edge, &row, None);
    }
    let started = Instant::now();
    let fixpoint = evaluate(&strata, database, &mut pool, &Settings::default()).unwrap();
    let run = started.elapsed();
    let mut prover = Prover::new(&strata, &fixpoint);
    let facts: Vec<Fact> = fixpoint.facts(path).step_by(1 + fixpoint.len(path) / 1_000).collect();
    let started = Instant::now();
    prover.explain(&mut pool, facts[0]);
    let first = started.elapsed();
    let started = Instant::now();
    let tallest = facts.iter().map(|&fact| prover.explain(&mut pool, fact).height).max().unwrap();
    let each = started.elapsed() / u32::try_from(facts.len()).unwrap();
    let started = Instant::now();
    let some: Vec<usize> =
        facts.iter().take(50).map(|&fact| prover.explain_all(&mut pool, fact, usize::MAX).proofs.len()).collect();
    let steps = started.elapsed() / 50;
    let started = Instant::now();
    let absent = [Some(pool.number(-1)), Some(pool.number(5))];
    assert!(why_not(&strata, &fixpoint, &mut pool, path, &absent).present.is_empty());
    let refusal = started.elapsed();
    let figures = format!(
        "{} rows in {run:?}; first proof {first:?}, each of {} {each:?} (tallest {tallest}); all first steps {steps:?} \
         (at most {:?}); why not {refusal:?}",
        fixpoint.len(path),
        facts.len(),
        some.iter().max()
    );
    assert!(each * 1_000 <= run && std::env::var_os("FIGURES").is_none(), "{figures}");
}

/// What a functor would have to be equal to proves nothing where the functor has no value. A head without columns has
/// all its rows after the first one, so that a run does not come to the overflow.
#[test]
fn a_use_in_which_a_functor_has_no_value_is_no_first_step() {
    let check = |condition: fn(RelationId, Term, &mut Pool) -> Literal| {
        let (mut builder, mut pool, mut database) = (Builder::new(), Pool::new(), Database::new());
        let (e, hit) = (builder.relation("e", &[Number]), builder.relation("hit", &[]));
        let square = Term::Functor(Functor::Multiply, Number, vec![var(0), var(0)]);
        let body = vec![Literal::Atom(atom(e, &[var(0)])), condition(e, square, &mut pool)];
        builder.rule(atom(hit, &[]), body, 1);
        builder.stratum(&[e], false);
        builder.stratum(&[hit], false);
        for number in [2, 3, 4, 1 << 40] {
            let cell = pool.number(number);
            database.push(e, &[cell], None);
        }
        let mut harvest = Harvest::default();
        check_program(0, &builder.strata(), &database, pool, &mut harvest);
        assert_eq!((harvest.facts, harvest.steps), (5, 5));
    };
    check(|e, square, _| Literal::Atom(atom(e, &[square])));
    check(|e, square, _| Literal::Aggregate {
        result: square,
        function: Aggregate::Count,
        primitive: Number,
        target: None,
        body: vec![Literal::Atom(atom(e, &[Term::Wildcard]))],
        outer: Vec::new(),
    });
    check(|_, square, pool| Literal::Range {
        result: square,
        primitive: Number,
        arguments: [0, 5].map(|number| Term::Constant(pool.number(number))).to_vec(),
    });
}
