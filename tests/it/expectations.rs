//! What an expert reader expects of two data sets, the articles of `facts/` and the airport of `tests/datasets/ber`: each
//! expected finding is reported at its level, every trap stays silent, and nothing else is said.

use std::collections::BTreeSet;

use gainsay::base::fs::Disk;
use gainsay::config::Config;
use gainsay::engine::{self, Outcome};
use gainsay::findings::Finding;
use serde::Deserialize;

use super::common::{TODAY, package, text};

#[derive(Deserialize)]
struct Expected {
    counts: Counts,
    findings: Vec<ExpectedFinding>,
    traps: Vec<Trap>,
    /// Defensible, not required.
    optional: Vec<ExpectedFinding>,
}

#[derive(Deserialize)]
struct Counts {
    claims: usize,
    contradictions: usize,
}

#[derive(Deserialize)]
struct ExpectedFinding {
    id: String,
    rule: String,
    claims: Vec<String>,
    level: String,
}

impl ExpectedFinding {
    fn is(&self, finding: &Finding) -> bool {
        *finding.rule == *self.rule && names_all(finding, &self.claims)
    }
}

#[derive(Deserialize)]
struct Trap {
    id: String,
    not: Not,
    claims: Vec<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Not {
    Any(String),
    Of(Vec<String>),
}

impl Not {
    fn forbids(&self, finding: &Finding) -> bool {
        match self {
            Self::Any(word) => word == "any",
            Self::Of(names) => names.iter().any(|name| name == finding.group.name() || *name == *finding.rule),
        }
    }
}

fn names_all(finding: &Finding, claims: &[String]) -> bool {
    claims.iter().all(|claim| finding.claims.contains(claim))
}

/// Compares what is reported on the data set of a folder with what a reader expects.
fn compare(folder: &str, expectations: &str) {
    let expected: Expected = serde_yaml::from_str(&text(expectations)).expect("the file is right");
    let config = Config::for_folder(package().join(folder), TODAY);
    let outcome = engine::run(&Disk, &config, engine::builtin_rules()).expect("the run ends");
    assert!(!outcome.stopped && outcome.diagnostics.is_empty(), "{:?}", outcome.diagnostics);
    assert_eq!(outcome.claims, expected.counts.claims);
    let contradictions = outcome.findings.iter().filter(|finding| finding.group.name() == "contradiction").count();
    assert_eq!(contradictions, expected.counts.contradictions, "contradictions");
    let mut wrong = missed(&expected, &outcome);
    let known =
        |finding: &&Finding| expected.findings.iter().chain(&expected.optional).any(|wanted| wanted.is(finding));
    let surprises = outcome.findings.iter().filter(|finding| !known(finding));
    wrong.extend(surprises.map(|finding| format!("not expected: {} {:?}", finding.rule, finding.claims)));
    for trap in &expected.traps {
        let hits =
            outcome.findings.iter().filter(|finding| trap.not.forbids(finding) && names_all(finding, &trap.claims));
        // The summary of a source lists claims that have nothing to do with each other.
        let hits = hits.filter(|finding| *finding.rule != *"unquoted-motives");
        wrong.extend(hits.map(|finding| format!("{}: {} names {:?}", trap.id, finding.rule, trap.claims)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The expected findings that are not reported, not once, or not at their level.
fn missed(expected: &Expected, outcome: &Outcome) -> Vec<String> {
    let rules: BTreeSet<&str> = outcome.lints.iter().map(|lint| &*lint.name).collect();
    let mut missed = Vec::new();
    for wanted in &expected.findings {
        assert!(rules.contains(&*wanted.rule), "{}: there is no rule `{}`", wanted.id, wanted.rule);
        let found: Vec<_> = outcome.findings.iter().filter(|finding| wanted.is(finding)).collect();
        let what = format!("{} {} {:?}", wanted.id, wanted.rule, wanted.claims);
        match &found[..] {
            [found] if found.level.name() == wanted.level => {}
            [found] => missed.push(format!("{what}: {} in place of {}", found.level.name(), wanted.level)),
            found => missed.push(format!("{what}: reported {} times", found.len())),
        }
    }
    missed
}

#[test]
fn the_findings_on_the_two_articles_are_those_that_a_reader_expects() {
    compare("facts", "tests/datasets/facts.expected.yaml");
}

#[test]
fn the_findings_on_the_airport_are_those_that_a_reader_expects() {
    compare("tests/datasets/ber", "tests/datasets/ber.expected.yaml");
}
