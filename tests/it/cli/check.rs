//! `gainsay check`: exit codes, broken input, accepted findings.

use super::*;

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
    let friends = "{ rule: ally-interests-diverge, with: two-allies, why: friends may differ }";
    let run = |name: &str, allow: &str, arguments: &[&str]| {
        let text = whole.replace("    sure: may\n", &format!("    sure: may\n    allow: [{friends}, {{ {allow} }}]\n"));
        let folder = Folder::new(&format!("allow-{name}"), &[("claims.yaml", &text)]);
        let gate = ["check", "claims.yaml", "--fail-on", "advice", "--today", "2026-11-21"];
        folder.run(&[&gate[..], arguments].concat())
    };
    let entry = "rule: promise-vs-doubt, with: no-backstab, why: he speaks of Syria only";
    let (code, out, _) = run("entry", entry, &[]);
    assert_eq!((code, out.starts_with("no findings (2 allowed)\n")), (Some(0), true), "{out}");
    let (_, json, _) = run("json", entry, &["--format", "json"]);
    assert!(json.contains("\"status\": \"allowed\"") && json.contains("\"allowed\": 2"), "{json}");
    assert!(json.contains("\"warning\": 0"), "{json}");
    let until = |day: &str| run("until", &format!("{entry}, until: {day}"), &[]).0;
    assert_eq!((until("2026-11-21"), until("2026-11-20")), (Some(0), Some(1)));
    let (code, _, _) = run("other-rule", "rule: evasion, why: another matter", &[]);
    assert_eq!(code, Some(1));
    let (code, out, _) = run("unknown", "rule: promise-vs-dout, why: a slip", &[]);
    assert_eq!((code, out.contains("did you mean `promise-vs-doubt`?")), (Some(2), true), "{out}");
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
fn an_empty_data_set_cannot_be_checked() {
    let folder = Folder::new("empty", &[("notes.txt", "nothing")]);
    let (code, _, err) = folder.run(&["check", "."]);
    assert_eq!(code, Some(2));
    assert!(err.contains("no fact files"), "{err}");
}
