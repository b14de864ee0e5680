//! What the rules say about the two articles, and what they must not say.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use gainsay::findings::{Finding, ProofKind, ProofTree};
use serde::Deserialize;

use super::common::{check, check_facts, text};

#[derive(Deserialize)]
struct Expected {
    counts: Counts,
    findings: Vec<ExpectedFinding>,
    traps: Vec<Trap>,
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

fn expected() -> Expected {
    serde_yaml::from_str(&text("tests/inputs/expected.yaml")).expect("the file is right")
}

fn names_all(finding: &Finding, claims: &[String]) -> bool {
    claims.iter().all(|claim| finding.claims.contains(claim))
}

#[test]
fn every_expected_finding_of_the_rules_there_are_is_reported_with_all_its_claims() {
    let outcome = check_facts();
    let rules: BTreeSet<&str> = outcome.lints.iter().map(|lint| &*lint.name).collect();
    let mut looked_at = 0;
    for wanted in expected().findings.iter().filter(|wanted| rules.contains(wanted.rule.as_str())) {
        looked_at += 1;
        let found = outcome.findings.iter().find(|f| *f.rule == *wanted.rule && names_all(f, &wanted.claims));
        let found =
            found.unwrap_or_else(|| panic!("{}: {} with {:?} is missing", wanted.id, wanted.rule, wanted.claims));
        assert_eq!(found.level.name(), wanted.level, "the level of {}", wanted.id);
    }
    assert!(looked_at >= 9, "only {looked_at} expected findings belong to the rules there are");
}

#[test]
fn no_finding_on_the_articles_is_a_surprise() {
    let outcome = check_facts();
    let expected = expected();
    for finding in &outcome.findings {
        let known = expected.findings.iter().any(|e| *e.rule == *finding.rule && names_all(finding, &e.claims));
        assert!(known, "not expected: {} {:?}", finding.rule, finding.claims);
    }
}

#[test]
fn no_trap_is_hit_and_nothing_is_called_a_contradiction() {
    let outcome = check_facts();
    let expected = expected();
    assert!(!outcome.stopped && outcome.diagnostics.is_empty(), "{:?}", outcome.diagnostics);
    assert_eq!(outcome.claims, expected.counts.claims);
    for trap in &expected.traps {
        for finding in outcome.findings.iter().filter(|finding| names_all(finding, &trap.claims)) {
            let forbidden = match &trap.not {
                Not::Any(word) => word == "any",
                Not::Of(groups) => groups.iter().any(|name| name == finding.group.name() || *name == *finding.rule),
            };
            assert!(!forbidden, "{}: {} names {:?}", trap.id, finding.rule, trap.claims);
        }
    }
    let contradictions = outcome.findings.iter().filter(|finding| finding.group.name() == "contradiction").count();
    assert_eq!(contradictions, expected.counts.contradictions);
}

/// The given facts of a proof that no place of the finding stands for.
fn without_place(tree: &ProofTree, out: &mut Vec<String>) {
    if tree.kind == ProofKind::Given && tree.location.is_none() {
        out.push(tree.fact.clone());
    }
    for premise in &tree.premises {
        without_place(premise, out);
    }
}

#[test]
fn every_finding_can_be_traced_to_the_claims_and_vocabulary_lines_it_rests_on() {
    let outcome = check_facts();
    assert!(!outcome.findings.is_empty());
    for finding in &outcome.findings {
        let mut lost = Vec::new();
        without_place(&finding.proof, &mut lost);
        assert!(lost.is_empty(), "{}: {lost:?}", finding.rule);
        for claim in &finding.claims {
            let place = finding.locations.iter().find(|location| location.claim.as_ref() == Some(claim));
            assert!(place.is_some(), "{} shows no place of {claim}", finding.rule);
        }
        for location in &finding.locations {
            assert!(!outcome.sources.text(location.span).is_empty(), "{}: an empty place", finding.rule);
        }
    }
}

#[test]
fn claims_that_all_clash_with_each_other_are_counted_and_not_described() {
    let words = "entities:\n  paper: { kind: outlet }\n  russia: { kind: state }\n  iran: { kind: state }\n";
    let mut claims = format!("{words}---\nsource: {{ id: s, author: paper, published: 2015-12 }}\nclaims:\n");
    for number in 0..460 {
        let not = if number % 2 == 0 { "" } else { "not " };
        writeln!(claims, "  c{number}: {{ at: 1, says: russia {not}supports iran }}").unwrap();
    }
    let outcome = check(&[("claims.yaml", &claims)]);
    assert!(outcome.stopped && outcome.findings.is_empty());
    let [problem] = &outcome.diagnostics[..] else { panic!("{:?}", outcome.diagnostics) };
    assert_eq!(problem.code, "too-many-findings");
    assert_eq!(problem.primary.text, "105800 of them");
}
