//! Reports that were saved, compared where there is no git.

use super::kinds::{contradiction, source};
use super::repository::Repository;

/// A data set with a contradiction, and the report on its state before there was one.
fn saved(name: &str) -> Repository {
    let repository = Repository::new(name);
    contradiction(&repository, "facts");
    repository.git(&["checkout", "--quiet", "HEAD~1"]);
    assert!(repository.said("", &["check", "--format", "json=before.json"]).ends_with("exit 0\n"));
    repository.git(&["checkout", "--quiet", "main"]);
    repository.said("", &["check", "--format", "json=after.json"]);
    repository
}

#[test]
fn a_saved_report_is_compared_with_the_data_set_or_with_another_report() {
    let repository = saved("reports");
    let check = |arguments: &[&str], expect: &str, code: &str| {
        let said = repository.said("", &[&["diff", "--format", "short", "--from-report"], arguments].concat());
        assert!(said.contains(expect) && said.ends_with(&format!("exit {code}\n")), "{arguments:?}: {said}");
    };
    check(&["before.json"], "findings: 1 new;", "1");
    check(&["after.json"], "findings: 1 unchanged;", "0");
    check(&["before.json", "--to-report", "after.json"], "findings: 1 new;", "1");
    check(&["after.json", "--to-report", "before.json"], "findings: 1 fixed;", "0");
    // What is not in a path that is named is neither new nor gone.
    check(&["after.json", "facts/words.yaml"], "no findings", "0");
    check(&["before.json", "facts/b.yaml"], "findings: 1 new;", "1");
    check(&["before.json", "--only", "direct-contradiction"], "findings: 1 new;", "1");
    check(&["before.json", "--only", "direct-contradictoin"], "there is no rule", "2");
    check(&["before.json", "--to-report", "after.json", "--only", "direct-contradictoin"], "there is no rule", "2");
    check(&["before.json", "--to-report", "after.json", "facts"], "no path can be named", "2");
    check(&["before.json", "--gate-rules"], "cannot be used", "2");
    check(&["nothing.json"], "cannot be compared", "2");
    check(&["facts/words.yaml"], "it is no JSON report", "2");
    repository.write("facts/gainsay.yaml", "today: 2026-03-01\ngate: { diff: never }\n");
    check(&["before.json"], "`diff` never fails on findings", "0");
}

#[test]
fn a_rule_that_no_state_knows_is_refused() {
    let repository = saved("only");
    let said = repository.said("", &["diff", "HEAD~1", "--only", "direct-contradictoin"]);
    assert!(said.contains("did you mean `direct-contradiction`?") && said.ends_with("exit 2\n"), "{said}");
}

#[test]
fn line_ends_of_a_working_tree_are_no_edit() {
    let repository = saved("returns");
    for path in ["facts/a.yaml", "facts/b.yaml", "facts/words.yaml", "facts/gainsay.yaml"] {
        let text = repository.read(path).replace('\n', "\r\n");
        repository.write(path, &text);
    }
    let said = repository.said("", &["diff", "HEAD", "--format", "short"]);
    assert!(said.contains("no fact file differs") && said.contains("1 unchanged"), "{said}");
}

#[test]
fn places_that_a_hostile_report_names_take_neither_time_nor_memory() {
    let repository = saved("hostile");
    let report = |places: &[(String, usize, usize)]| {
        let place = |(path, line, column): &(String, usize, usize)| {
            format!(
                r#"{{"role":"primary","claim":null,"path":"{path}","text":"x",
                "range":{{"start":{{"line":{line},"column":{column}}}}}}}"#
            )
        };
        let places: Vec<String> = places.iter().map(place).collect();
        format!(
            r#"{{"schema":"gainsay.report/1","today":"2026-03-01","dataset":{{"files":1,"claims":1,"sources":1,"rules":1}},
            "findings":[{{"rule":"r","group":"tension","level":"warning","status":"open","fingerprint":"0123456789abcdef",
            "evidence":"0123456789abcdef","evidence_of":{{}},"message":"m","help":null,"key":{{}},"claims":[],
            "locations":[{}],"proof":{{"kind":"given","fact":"f"}}}}],"diagnostics":[]}}"#,
            places.join(",")
        )
    };
    let wide: Vec<_> = (0..4000).map(|_| ("a.yaml".to_owned(), 1, 1_000_000)).collect();
    let long: Vec<_> = (0..8).map(|file| (format!("{file}.yaml"), 16_000_000, 1)).collect();
    repository.write("wide.json", &report(&wide));
    repository.write("long.json", &report(&long));
    let compare = |file: &str| repository.said("", &["diff", "--from-report", "before.json", "--to-report", file]);
    let said = compare("wide.json");
    assert!(said.contains("findings: 1 new"), "{}", &said[..said.len().min(500)]);
    let said = compare("long.json");
    assert!(said.contains("places that no file has"), "{}", &said[..said.len().min(500)]);
}

#[test]
fn a_name_that_is_no_text_does_not_end_the_search_for_a_cause() {
    use std::os::unix::ffi::OsStrExt as _;
    let repository = saved("no-text");
    let name = std::ffi::OsStr::from_bytes(b"c\xff.yaml");
    let text = source("c", "mayor", "bridge safe");
    if std::fs::write(repository.path("facts").join(name), text).is_err() {
        return; // The file system takes texts only.
    }
    repository.commit("a name");
    repository.replace("facts/words.yaml", "doc: can be used", "doc: can be crossed");
    repository.write("facts/b.yaml", &source("b", "engineer", "bridge safe"));
    let said = repository.said("", &["diff", "HEAD", "--format", "short"]);
    assert!(said.contains("fixed") && said.ends_with("exit 0\n"), "{said}");
}
