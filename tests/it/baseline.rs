//! Findings that the baseline of a data set holds.

use std::path::PathBuf;

use gainsay::base::fs::{Disk, FileSystem, Memory};
use gainsay::config::{BASELINE_NAME, Config};
use gainsay::engine::{self, Outcome};
use gainsay::findings::{BaselineLine, Finding, Status, baseline_text};

use super::common::TODAY;

const WORDS: &str = "entities: { x: { kind: state }, y: { kind: state }, paper: { kind: outlet } }\n";
const CLAIMS: &str = "source: { id: s, author: paper, published: 2015-12 }\nclaims:\n  \
    yes: { at: 1, says: x supports y }\n  no: { at: 2, says: x not supports y }\n  \
    later: { at: 3, says: x attacks y, mode: prediction }\n";

fn memory(claims: &str, baseline: Option<&str>) -> Memory {
    let mut memory = Memory::new();
    memory.add("words.yaml", WORDS);
    memory.add("claims.yaml", claims);
    if let Some(text) = baseline {
        memory.add(BASELINE_NAME, text);
    }
    memory
}

fn run(files: &dyn FileSystem, config: &Config, off: Option<&str>) -> Outcome {
    let mut loaded = engine::load(files, config, engine::builtin_rules()).expect("the data set is read");
    for lint in loaded.lints.iter_mut().filter(|lint| Some(&*lint.name) == off) {
        lint.set_level(None);
    }
    let mut outcome = loaded.check(config.today);
    engine::mark_baselined(files, config, &mut outcome);
    outcome
}

fn check(claims: &str, baseline: Option<&str>) -> Outcome {
    run(&memory(claims, baseline), &Config::for_folder(".".into(), TODAY), None)
}

fn statuses(outcome: &Outcome) -> Vec<(&str, Status)> {
    outcome.findings.iter().map(|finding| (&*finding.rule, finding.status)).collect()
}

fn whole(findings: &[Finding]) -> String {
    baseline_text(findings.iter().map(BaselineLine::of))
}

#[test]
fn what_the_baseline_holds_is_accepted_as_long_as_its_claims_say_the_same() {
    let before = check(CLAIMS, None);
    assert!(before.findings.len() > 1 && before.findings.iter().all(|finding| finding.status == Status::Open));
    let baseline = whole(&before.findings);
    let after = check(CLAIMS, Some(&baseline));
    assert!(after.findings.iter().all(|finding| finding.status == Status::Baselined), "{:?}", statuses(&after));
    assert!(after.diagnostics.is_empty(), "{:?}", after.diagnostics);
    // Moved, its claim under another name where that is no key, and reformatted it is the same.
    let moved = CLAIMS.replace("at: 2, says: x not supports y", "says: 'x not supports y', at: 20");
    let after = check(&moved, Some(&baseline));
    assert!(after.findings.iter().all(|finding| finding.status == Status::Baselined), "{:?}", statuses(&after));
    // Reworded it is back, and its line is not stale; the others stay.
    let reworded = CLAIMS.replace("mode: prediction", "mode: prediction, sure: likely");
    let after = check(&reworded, Some(&baseline));
    let of_later = |finding: &Finding| finding.claims.iter().any(|claim| claim == "s/later");
    assert!(after.findings.iter().any(of_later) && !after.findings.iter().all(of_later));
    for finding in &after.findings {
        let expect = if of_later(finding) { Status::Open } else { Status::Baselined };
        assert_eq!(finding.status, expect, "{}", finding.rule);
    }
    assert!(after.diagnostics.is_empty(), "{:?}", after.diagnostics);
}

#[test]
fn lines_without_a_finding_are_stale_unless_their_rule_is_off() {
    let before = check(CLAIMS, None);
    let quarrel = before.findings.iter().find(|finding| finding.claims.len() > 1).expect("there is a quarrel");
    let baseline = whole(&before.findings);
    let rule = quarrel.rule.to_string();
    let settled = CLAIMS.replace("  no: { at: 2, says: x not supports y }\n", "");
    let after = check(&settled, Some(&baseline));
    let stale = |outcome: &Outcome| -> Vec<String> {
        outcome.diagnostics.iter().map(|problem| outcome.sources.text(problem.primary.span).to_owned()).collect()
    };
    assert!(after.diagnostics.iter().all(|problem| problem.code == "stale-baseline"), "{:?}", after.diagnostics);
    assert!(stale(&after).contains(&BaselineLine::of(quarrel).text()), "{:?}", stale(&after));
    let config = Config::for_folder(".".into(), TODAY);
    let off = run(&memory(&settled, Some(&baseline)), &config, Some(&rule));
    assert!(!stale(&off).iter().any(|line| line.contains(&format!(" {rule} "))), "{:?}", stale(&off));
}

#[test]
fn an_allow_entry_wins_over_the_baseline() {
    let before = check(CLAIMS, None);
    let quarrel = before.findings.iter().find(|finding| finding.claims.len() > 1).expect("there is a quarrel");
    let entry = format!("x supports y, allow: [{{ rule: {}, with: no, why: known }}]", quarrel.rule);
    let after = check(&CLAIMS.replacen("x supports y", &entry, 1), Some(&whole(&before.findings)));
    let status = |of: &Finding| after.findings.iter().find(|f| f.fingerprint == of.fingerprint).map(|f| f.status);
    assert_eq!(status(quarrel), Some(Status::Allowed));
    assert!(after.diagnostics.is_empty(), "{:?}", after.diagnostics);
}

#[test]
fn a_baseline_that_cannot_be_read_stops_the_run() {
    let codes = |outcome: &Outcome| outcome.diagnostics.iter().map(|problem| problem.code).collect::<Vec<_>>();
    let outcome = check(CLAIMS, Some("<<<<<<< HEAD\n"));
    assert_eq!((codes(&outcome), outcome.stopped, outcome.findings.len()), (vec!["bad-baseline"], true, 0));
    let mut files = memory(CLAIMS, None);
    files.add(BASELINE_NAME, b"- \xff\n".as_slice());
    let outcome = run(&files, &Config::for_folder(".".into(), TODAY), None);
    assert_eq!((codes(&outcome), outcome.stopped), (vec!["bad-baseline"], true));
    // What is broken already is reported with it.
    let outcome = check("source: { id: s }\n", Some("x\n"));
    assert_eq!((codes(&outcome), outcome.stopped), (vec!["missing-key", "bad-baseline"], true));
}

#[cfg(unix)]
#[test]
fn a_baseline_may_be_a_link_inside_the_data_set_only() {
    let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("linked-baseline");
    let _ = std::fs::remove_dir_all(&root);
    std::fs::create_dir_all(root.join("facts/old")).unwrap();
    std::fs::write(root.join("facts/words.yaml"), WORDS).unwrap();
    std::fs::write(root.join("facts/claims.yaml"), CLAIMS).unwrap();
    let config = Config::for_folder(root.join("facts"), TODAY);
    let baseline = whole(&run(&Disk, &config, None).findings);
    std::fs::write(root.join("secret.yaml"), &baseline).unwrap();
    std::fs::write(root.join("facts/old/gainsay.baseline.yaml"), &baseline).unwrap();
    let linked = |target: &str| {
        let _ = std::fs::remove_file(root.join("facts").join(BASELINE_NAME));
        std::os::unix::fs::symlink(target, root.join("facts").join(BASELINE_NAME)).unwrap();
        let outcome = run(&Disk, &config, None);
        let codes: Vec<_> = outcome.diagnostics.iter().map(|problem| problem.code).collect();
        (codes, outcome.findings.iter().filter(|finding| finding.status == Status::Baselined).count())
    };
    assert_eq!(linked("../secret.yaml"), (vec!["bad-baseline"], 0));
    assert_eq!(linked("old/gainsay.baseline.yaml"), (vec![], baseline.lines().count() - 1));
    assert_eq!(linked("nowhere.yaml"), (vec![], 0));
}
