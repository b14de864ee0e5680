//! What is said to settle a finding does: the rules are run again without the claims, over all sets of few claims.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::lints::Group;

use super::test_world::{TestWorld, load_text};
use super::*;

/// Rule and key of a finding, as texts.
type Key = (String, Vec<String>);

/// A small data set under the rules of contradiction and tension.
struct World {
    run: TestWorld,
    /// The findings without some claims, as far as they were asked for.
    known: BTreeMap<Vec<String>, BTreeSet<Key>>,
}

impl World {
    fn new(rules: Rules, text: &str) -> Self {
        let mut loaded = load_text(text, rules);
        assert!(loaded.diagnostics.is_empty(), "{:?}\n{text}", loaded.diagnostics);
        for lint in &mut loaded.lints {
            lint.level = lint.level.filter(|_| matches!(lint.group, Group::Contradiction | Group::Tension));
        }
        Self { run: TestWorld::of(loaded), known: BTreeMap::new() }
    }

    /// Whether the rules report the finding when no row names one of the claims.
    fn stays_without(&mut self, finding: &Finding, claims: &[String]) -> bool {
        let key = (finding.rule.to_string(), finding.key.iter().map(|(_, value)| value.clone()).collect());
        if !self.known.contains_key(claims) {
            let found = self.without(claims);
            self.known.insert(claims.to_vec(), found);
        }
        self.known[claims].contains(&key)
    }

    fn without(&mut self, claims: &[String]) -> BTreeSet<Key> {
        let TestWorld { lints, pool, strata, database: given, .. } = &mut self.run;
        let gone: Vec<_> = claims.iter().map(|id| pool.intern(id).cell()).collect();
        let mut database = Database::new();
        for (id, relation) in strata.program().relations() {
            for row in given.given(id, relation.columns.len()) {
                let mut named = relation.columns.iter().zip(row).filter(|(column, _)| column.is("Claim"));
                if !named.any(|(_, cell)| gone.contains(cell)) {
                    database.push(id, row, None);
                }
            }
        }
        let fixpoint = datalog::evaluate(strata, database, pool, &Settings::default()).expect("few rows");
        let mut keys = BTreeSet::new();
        for lint in lints.iter().filter(|lint| lint.level.is_some()) {
            let relation = strata.program().find(&lint.relation).expect("declared");
            for fact in fixpoint.facts(relation) {
                let columns = lint.columns.iter().zip(&strata.program().relation(relation).columns);
                let cells = columns.zip(fixpoint.row(fact)).filter(|((column, _), _)| column.key);
                let key = cells.map(|((_, declared), &cell)| pool.shown(cell, declared.primitive).into_owned());
                keys.insert((lint.name.to_string(), key.collect()));
            }
        }
        keys
    }
}

struct Dice(u64);

impl Dice {
    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        from[usize::try_from(self.0 >> 33).unwrap_or(0) % from.len()]
    }
}

const WORDS: &str = "
entities:
  x: { kind: state }
  y: { kind: state }
  paper: { kind: outlet }
  ann: { kind: person, roles: [{ as: minister, of: y, from: 2010, to: 2019 }] }
  bob: { kind: person, speaks-for: x }
roles: { minister: {} }
topics: { t: {} }
situations:
  war: { opposite: peace }
  peace: {}
---
source: { id: s, author: paper, published: 2015-12 }
claims:
";

/// A few claims that have to do with each other, with random speakers, days and certainties.
fn claims(seed: u64) -> String {
    let mut dice = Dice(seed);
    let mut text = WORDS.to_owned();
    let contents: [&[&str]; 10] = [
        &["x allied-with y"],
        &["x allied-with y", "y allied-with x"],
        &["x not betrays x.allies"],
        &["x not betrays x.allies", "x not betrays y"],
        &["x not shares-interest y (topic=t)"],
        &["x not shares-interest y (topic=t)", "x betrays y"],
        &["x wants war"],
        &["y wants peace", "x wants war"],
        &["y wants war", "y wants peace"],
        &["x not wants war", "y wants peace"],
    ];
    for (slug, contents) in contents.into_iter().enumerate() {
        let says = dice.pick(contents);
        let mode = match says {
            promise if promise.starts_with("x not betrays") => "commitment",
            wish if wish.contains("wants") => dice.pick(&["fact", "noncommittal"]),
            _ => "fact",
        };
        let who = dice.pick(&["ann", "bob", "paper"]);
        let said = dice.pick(&["2015-03", "2015-11", "2015-11", "2015-11"]);
        let rest = dice.pick(&["", "", "", "", ", sure: may", ", rank: deprecated"]);
        let _ = writeln!(text, "  c{slug}: {{ at: 1, who: {who}, says: {says}, mode: {mode}, said: {said}{rest} }}");
    }
    text
}

/// What was looked at.
#[derive(Debug, Default)]
struct Seen {
    alone: usize,
    together: usize,
    none: usize,
    /// Sets that settle a finding and are not named, or not the first.
    missed: usize,
    rules: BTreeSet<String>,
}

fn check(world: &mut World, seen: &mut Seen) {
    let mut all: Vec<String> = world.run.dataset.claims.iter().map(|c| world.run.pool.text(c.id).to_owned()).collect();
    all.sort();
    for finding in std::mem::take(&mut world.run.findings) {
        seen.rules.insert(finding.rule.to_string());
        for set in &finding.repairs {
            assert!(!world.stays_without(&finding, set), "{} {:?} stays without {set:?}", finding.rule, finding.key);
        }
        let alone: Vec<Vec<String>> = all.iter().map(|claim| vec![claim.clone()]).collect();
        let alone: Vec<_> = alone.into_iter().filter(|set| !world.stays_without(&finding, set)).collect();
        let size = finding.repairs.first().map_or(0, Vec::len);
        match size {
            1 => seen.alone += 1,
            0 => seen.none += 1,
            _ => seen.together += 1,
        }
        if !alone.is_empty() || size == 1 {
            seen.missed += usize::from(alone != finding.repairs);
            continue;
        }
        let pairs = all.iter().enumerate().flat_map(|(i, a)| all[i + 1..].iter().map(|b| vec![a.clone(), b.clone()]));
        let first = pairs.into_iter().find(|set| !world.stays_without(&finding, set));
        seen.missed += usize::from(size != 3 && first.as_ref() != finding.repairs.first());
        assert!(size != 3 || first.is_none(), "{} {:?}: {first:?}", finding.rule, finding.key);
    }
}

fn check_random(seeds: std::ops::RangeInclusive<u64>) -> Seen {
    let (rules, mut seen) = (builtin_rules(), Seen::default());
    for seed in seeds {
        check(&mut World::new(rules.clone(), &claims(seed)), &mut seen);
    }
    seen
}

#[test]
fn without_the_claims_that_are_named_findings_are_gone() {
    let seen = check_random(1..=2);
    assert!(seen.alone > 2 && seen.rules.len() > 1, "{seen:?}");
    assert_eq!(seen.missed, 0, "{seen:?}");
}

#[test]
#[ignore = "takes minutes; run it after a change to what is without some rows"]
fn without_the_claims_that_are_named_many_findings_are_gone() {
    let seen = check_random(3..=40);
    // Random claims seldom exclude each other in two ways at once, so sets of several are few.
    assert!(seen.alone > 50 && seen.together > 2 && seen.rules.len() > 5, "{seen:?}");
    // What cannot be told is rare.
    assert!(seen.missed * 20 < seen.alone + seen.together, "{seen:?}");
}
