//! The command: exit codes, roots, gates, and what it says when it cannot check.

use std::path::PathBuf;

use super::common::{gainsay, snapshot, stdout, text};

/// A folder for one test below cargo's own temporary folder.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&root);
        for (path, text) in files {
            let path = root.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        Self(root)
    }

    fn run(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        let output = gainsay(self.0.to_str().unwrap(), arguments);
        (output.status.code(), stdout(&output), String::from_utf8(output.stderr).unwrap())
    }
}

const WORDS: &str = "entities:\n  russia: { kind: state }\n  iran: { kind: state }\n  paper: { kind: outlet }\n";

fn claims(lines: &str) -> String {
    format!("source: {{ id: s, author: paper, published: 2015-12 }}\nclaims:\n{lines}")
}

#[test]
fn an_undeclared_name_is_an_error_finding_and_the_other_rules_run() {
    let facts = claims(
        "  a: { at: 1, says: rusia supports iran }\n  b: { at: 2, says: iran supports russia, mode: prediction }\n",
    );
    let folder = Folder::new("undeclared", &[("words.yaml", WORDS), ("claims.yaml", &facts)]);
    let (code, out, _) = folder.run(&["check", ".", "--today", "2026-11-21"]);
    assert_eq!(code, Some(1));
    assert!(out.contains("unknown name `rusia`") && out.contains("did you mean `russia`?"), "{out}");
    assert!(out.contains("prediction / unsupported-prediction"), "{out}");
    snapshot("cli", "undeclared-name", &out);
}

#[test]
fn five_different_mistakes_give_five_diagnostics_and_no_rule_runs() {
    let facts = text("tests/inputs/facts/five-mistakes.yaml");
    let folder = Folder::new("mistakes", &[("claims.yaml", &facts)]);
    let (code, out, _) = folder.run(&["check", ".", "--today", "2026-11-21", "--format", "short"]);
    assert_eq!(code, Some(2));
    assert_eq!(out.lines().filter(|line| line.starts_with("claims.yaml:")).count(), 5, "{out}");
    snapshot("cli", "five-mistakes-short", &out);
}

#[test]
fn the_gate_decides_the_exit_code_and_the_format_does_not() {
    for format in ["human", "short", "json"] {
        for (gate, code) in [("error", 0), ("warning", 1), ("advice", 1), ("never", 0)] {
            let output = gainsay("", &["check", "facts", "--fail-on", gate, "--format", format]);
            assert_eq!(output.status.code(), Some(code), "{gate} {format}");
        }
    }
}

#[test]
fn both_speakers_of_the_readme_pair_work_and_without_the_ally_nothing_is_reported() {
    let whole = text("tests/inputs/readme/claims.yaml");
    assert_eq!(whole.matches("who: jafari").count(), 1);
    for who in ["irgc", "jafari"] {
        let text = whole.replace("who: jafari", &format!("who: {who}"));
        let folder = Folder::new(&format!("pair-{who}"), &[("claims.yaml", &text)]);
        let (code, out, err) = folder.run(&["check", "claims.yaml", "--format", "short"]);
        assert_eq!(code, Some(0), "{err}");
        assert!(out.contains("warning[promise-vs-doubt]"), "{who}: {out}");
        assert!(out.contains("no-backstab") && out.contains("two-allies") && out.contains("jafari-doubt"), "{out}");
    }
    let ally = whole.lines().find(|line| line.starts_with("  two-allies:")).expect("the ally has a line of its own");
    let without = whole.replace(ally, "");
    let folder = Folder::new("pair-without", &[("claims.yaml", &without)]);
    let (code, out, _) = folder.run(&["check", "claims.yaml"]);
    assert_eq!(code, Some(0));
    assert!(out.starts_with("no findings"), "{out}");
}

#[test]
fn an_allowed_finding_is_counted_and_does_not_gate() {
    let whole = text("tests/inputs/readme/claims.yaml");
    let run = |name: &str, allow: &str, arguments: &[&str]| {
        let text = whole.replace("    sure: may\n", &format!("    sure: may\n    allow: [{{ {allow} }}]\n"));
        let folder = Folder::new(&format!("allow-{name}"), &[("claims.yaml", &text)]);
        let gate = ["check", "claims.yaml", "--fail-on", "advice", "--today", "2026-11-21"];
        folder.run(&[&gate[..], arguments].concat())
    };
    let entry = "rule: promise-vs-doubt, with: no-backstab, why: he speaks of Syria only";
    let (code, out, _) = run("entry", entry, &[]);
    assert_eq!((code, out.starts_with("no findings (1 allowed)\n")), (Some(0), true), "{out}");
    let (_, json, _) = run("json", entry, &["--format", "json"]);
    assert!(json.contains("\"status\": \"allowed\"") && json.contains("\"allowed\": 1"), "{json}");
    assert!(json.contains("\"warning\": 0"), "{json}");
    let until = |day: &str| run("until", &format!("{entry}, until: {day}"), &[]).0;
    assert_eq!((until("2026-11-21"), until("2026-11-20")), (Some(0), Some(1)));
    let (code, _, _) = run("other-rule", "rule: evasion, why: another matter", &[]);
    assert_eq!(code, Some(1));
    let (code, out, _) = run("unknown", "rule: promise-vs-dout, why: a slip", &[]);
    assert_eq!((code, out.contains("did you mean `promise-vs-doubt`?")), (Some(2), true), "{out}");
}

#[test]
fn the_root_is_found_from_anywhere_and_paths_only_filter() {
    let facts = claims("  a: { at: 1, says: rusia supports iran }\n");
    let other = facts.replace("id: s", "id: t").replace("rusia", "irann");
    let folder = Folder::new(
        "roots",
        &[
            ("facts/gainsay.yaml", "today: 2026-11-21\n"),
            ("facts/words.yaml", WORDS),
            ("facts/deep/one.yaml", &facts),
            ("facts/two.yaml", &other),
        ],
    );
    let (_, all, _) = folder.run(&["--format", "short"]);
    assert!(all.contains("facts/deep/one.yaml:") && all.contains("facts/two.yaml:"), "{all}");
    let (_, one, _) = folder.run(&["check", "facts/deep", "--format", "short"]);
    assert!(one.contains("facts/deep/one.yaml:") && !one.contains("two.yaml:"), "{one}");
    assert!(one.contains("today = 2026-11-21"), "{one}");
    let (code, _, err) = folder.run(&["check", "facts/gainsay.yaml"]);
    assert_eq!((code, err.contains("no fact file of the data set in gainsay.yaml")), (Some(2), true), "{err}");
    let (_, out, err) = folder.run(&["--format", "short", "--timings"]);
    assert_eq!((out, err.ends_with(" ms\n")), (all, true), "{err}");
    let (code, _, err) = folder.run(&["chek"]);
    assert_eq!((code, err.contains("did you mean the command `check`?")), (Some(2), true), "{err}");
}

#[test]
fn a_folder_means_the_same_findings_from_wherever_it_is_named() {
    let facts = claims("  a: { at: 1, says: rusia supports iran }\n");
    let other = facts.replace("id: s", "id: t").replace("rusia", "irann");
    let files =
        [("gainsay.yaml", "today: 2026-11-21\n"), ("words.yaml", WORDS), ("in/one.yaml", &facts), ("two.yaml", &other)];
    let root = Folder::new("named", &files.map(|(path, text)| (path, text)));
    let inner = Folder(root.0.join("in"));
    let whole = root.0.to_str().unwrap();
    let sum = |folder: &Folder, arguments: &[&str]| {
        let (code, out, err) = folder.run(&[arguments, &["--format", "short"]].concat());
        assert_eq!(code, Some(1), "{arguments:?}: {out}{err}");
        out.lines().last().unwrap().split(':').next().unwrap().to_owned()
    };
    for (folder, arguments) in [
        (&root, vec![]),
        (&root, vec!["."]),
        (&root, vec!["..", "."]),
        (&root, vec![whole]),
        (&inner, vec![".."]),
        (&inner, vec![]),
    ] {
        assert_eq!(sum(folder, &arguments), "2 findings", "{arguments:?}");
    }
    for (folder, arguments) in
        [(&root, vec!["in"]), (&inner, vec!["."]), (&inner, vec!["one.yaml"]), (&inner, vec!["../in"])]
    {
        assert_eq!(sum(folder, &arguments), "1 finding", "{arguments:?}");
    }
}

#[test]
fn a_broken_configuration_is_drawn_and_ends_with_two() {
    let folder = Folder::new("config", &[("gainsay.yaml", "today: soon\nfakts: [a.yaml]\n"), ("words.yaml", WORDS)]);
    let (code, out, _) = folder.run(&[]);
    assert_eq!(code, Some(2));
    assert!(out.contains("did you mean `facts`?") && out.contains("gainsay.yaml:1:8"), "{out}");
    snapshot("cli", "broken-configuration", &out);
}

#[test]
fn usage_errors_end_with_two_and_help_does_not() {
    let folder = Folder::new("usage", &[("words.yaml", WORDS)]);
    for arguments in
        [&["--format", "pdf"][..], &["check", "--today", "yesterday", "."], &["explain", "no-such-rule"], &["list"]]
    {
        let (code, _, err) = folder.run(arguments);
        assert_eq!(code, Some(2), "{arguments:?}: {err}");
        assert!(!err.is_empty());
    }
    assert_eq!(folder.run(&["--help"]).0, Some(0));
    let (code, _, err) = folder.run(&["explain", "promise-vs-dout"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("did you mean `promise-vs-doubt`?"), "{err}");
}

#[test]
fn an_empty_data_set_cannot_be_checked() {
    let folder = Folder::new("empty", &[("notes.txt", "nothing")]);
    let (code, _, err) = folder.run(&["check", "."]);
    assert_eq!(code, Some(2));
    assert!(err.contains("no fact files"), "{err}");
}

#[test]
fn the_rules_are_listed_explained_and_tested() {
    let list = stdout(&gainsay("", &["list", "rules"]));
    assert!(list.lines().count() >= 15);
    snapshot("cli", "list-rules", &list);
    let page = stdout(&gainsay("", &["explain", "promise-vs-doubt"]));
    assert_eq!(page, text("rules/tension/promise-vs-doubt.md"));
    let output = gainsay("", &["test"]);
    let tested = stdout(&output);
    assert!(output.status.success() && tested.ends_with(" passed, 0 failed\n"), "{tested}");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    use std::process::{Command, Stdio};
    let mut child = Command::new(env!("CARGO_BIN_EXE_gainsay"))
        .args(["check", "facts"])
        .current_dir(super::common::package())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty());
}
