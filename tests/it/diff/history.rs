//! A history of edits: what `gainsay diff` says of each, held against a comparison of two whole checks.

use std::collections::BTreeMap;

use serde_json::Value;

use super::repository::Repository;
use crate::it::common::{snapshot, text};

/// What is done under one heading of the history.
struct Edit {
    name: String,
    /// Operation, what it is done to, and the block behind it.
    operations: Vec<(String, String, String)>,
}

fn edits(text: &str) -> Vec<Edit> {
    let edit = |section: &str| {
        let (name, body) = section.split_once('\n').unwrap();
        let mut operations: Vec<(String, String, String)> = Vec::new();
        let mut in_block = false;
        for line in body.lines() {
            if line == "```" {
                in_block = !in_block;
            } else if in_block {
                let block = &mut operations.last_mut().unwrap().2;
                block.push_str(line);
                block.push('\n');
            } else if let Some(operation) = line.strip_prefix("- ") {
                let (operation, what) = operation.split_once(' ').unwrap();
                operations.push((operation.to_owned(), what.to_owned(), String::new()));
            }
        }
        Edit { name: name.to_owned(), operations }
    };
    text.split("\n## ").skip(1).map(edit).collect()
}

/// Does what an operation says, and gives the range that it names.
fn perform(repository: &Repository, (operation, what, block): &(String, String, String)) -> Option<String> {
    match operation.as_str() {
        "write" => repository.write(what, &block.replace("@overdue", &overdue(repository, block))),
        "replace" => {
            let (from, to) = block.split_once("=====\n").unwrap();
            let end = |text: &str| text.strip_suffix('\n').unwrap_or(text).to_owned();
            repository.replace(what, &end(from), &end(to));
        }
        "move" => {
            let (from, to) = what.split_once(' ').unwrap();
            repository.git(&["mv", from, to]);
        }
        "delete" => drop(repository.git(&["rm", "--quiet", "--force", what])),
        "branch" => drop(repository.git(&["branch", what])),
        "checkout" => drop(repository.git(&["checkout", "--quiet", what])),
        "merge" => drop(repository.git(&["merge", "--quiet", "--no-edit", what])),
        "diff" => return Some(what.clone()),
        other => panic!("there is no operation {other}"),
    }
    None
}

/// The line of a baseline for the overdue forecast, as the report has it, where a text asks for it.
fn overdue(repository: &Repository, block: &str) -> String {
    if !block.contains("@overdue") {
        return String::new();
    }
    let report = check(repository).unwrap();
    let found = report["findings"].as_array().unwrap().iter().find(|finding| finding["rule"] == "overdue").unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let claims: Vec<String> = found["claims"].as_array().unwrap().iter().map(text).collect();
    format!("{} overdue {} {}", text(&found["fingerprint"]), claims.join("+"), text(&found["evidence"]))
}

/// The whole report on the working tree; nothing where it could not be checked.
fn check(repository: &Repository) -> Option<Value> {
    let output = repository.gainsay("", &["check", "--format", "json"]);
    (output.status.code() != Some(2)).then(|| serde_json::from_slice(&output.stdout).unwrap())
}

/// The commits that a range compares.
fn ends(repository: &Repository, range: &str) -> (String, String) {
    if let Some((base, head)) = range.split_once("...") {
        return (repository.git(&["merge-base", base, head]), repository.git(&["rev-parse", head]));
    }
    let (base, head) = range.split_once("..").unwrap();
    (repository.git(&["rev-parse", base]), repository.git(&["rev-parse", head]))
}

fn findings(report: &Value) -> &Vec<Value> {
    report["findings"].as_array().unwrap()
}

/// What has become of each finding, by its fingerprint, from two whole reports: each is held against each.
fn brute_force(base: &Value, head: &Value) -> BTreeMap<String, String> {
    let mut states = BTreeMap::new();
    let print = |finding: &Value| finding["fingerprint"].as_str().unwrap().to_owned();
    let known =
        |report: &Value, finding: &Value| findings(report).iter().any(|f| f["fingerprint"] == finding["fingerprint"]);
    let mut left: Vec<&Value> = findings(base).iter().filter(|finding| !known(head, finding)).collect();
    for after in findings(head) {
        let same = findings(base).iter().find(|before| before["fingerprint"] == after["fingerprint"]);
        let alike = |before: &&Value| before["rule"] == after["rule"] && before["evidence"] == after["evidence"];
        let state = match same {
            Some(before) => state(before, after),
            None => match left.iter().position(alike) {
                Some(at) => {
                    left.remove(at);
                    "renamed".to_owned()
                }
                None => "new".to_owned(),
            },
        };
        // What is accepted is told as such, whatever else the edit does to it.
        let state = if after["status"] == "open" { state } else { after["status"].as_str().unwrap().to_owned() };
        states.insert(print(after), state);
    }
    states.extend(left.into_iter().map(|finding| (print(finding), "fixed".to_owned())));
    states
}

fn state(before: &Value, after: &Value) -> String {
    let lines = |finding: &Value| {
        let lines: Vec<String> = finding["evidence_of"].as_object().unwrap().values().map(Value::to_string).collect();
        lines
    };
    let without = |all: Vec<String>, part: &[String]| {
        let mut rest = all;
        part.iter().all(|line| rest.iter().position(|other| other == line).map(|at| rest.remove(at)).is_some())
    };
    let level = |finding: &Value| ["advice", "warning", "error"].iter().position(|level| finding["level"] == *level);
    let is_open = |finding: &Value| finding["status"] == "open";
    let (old, new) = (lines(before), lines(after));
    let state = if old.len() < new.len() && without(new.clone(), &old) {
        "grown"
    } else if old.len() > new.len() && without(old.clone(), &new) {
        "shrunk"
    } else if !(old.len() == new.len() && without(new, &old)) {
        "reworded"
    } else if level(before) < level(after) {
        "raised"
    } else if !is_open(before) && is_open(after) {
        "reopened"
    } else if level(before) > level(after) {
        "lowered"
    } else if is_open(before) && !is_open(after) {
        "accepted"
    } else {
        "unchanged"
    };
    state.to_owned()
}

#[test]
fn each_edit_of_a_history_is_told_as_two_whole_checks_have_it() {
    let repository = Repository::new("history");
    let mut told = String::new();
    let mut reports: BTreeMap<String, Option<Value>> = BTreeMap::new();
    let mut compared = 0;
    let edits = edits(&text("tests/inputs/history/history.md"));
    for (number, edit) in edits.iter().enumerate() {
        let ranges: Vec<String> = edit.operations.iter().filter_map(|done| perform(&repository, done)).collect();
        repository.commit(&edit.name);
        reports.insert(repository.git(&["rev-parse", "HEAD"]), check(&repository));
        if number == 0 {
            continue;
        }
        let range = ranges.first().map_or("HEAD~1..HEAD", String::as_str);
        let said = repository.said("", &["diff", range, "--format", "short"]);
        told.extend(["## ", &edit.name, "\n\n", &said, "\n"]);
        let (base, head) = ends(&repository, range);
        let (Some(base), Some(head)) = (&reports[&base], &reports[&head]) else { continue };
        let output = repository.gainsay("", &["diff", range, "--format", "json"]);
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let entry = |finding: &Value| {
            (finding["fingerprint"].as_str().unwrap().to_owned(), finding["status"].as_str().unwrap().to_owned())
        };
        let states: BTreeMap<String, String> = findings(&report).iter().map(entry).collect();
        assert_eq!(states, brute_force(base, head), "{}", edit.name);
        compared += 1;
    }
    assert!(edits.len() > 25 && compared > 25, "{compared} edits are compared");
    snapshot("diff", "history", &told);
}
