//! `gainsay schema`, `completions`, `man` and `--version`.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::common::{command, gainsay, snapshot, stdout};

#[test]
fn schemas() {
    for of in ["facts", "config", "report"] {
        let output = gainsay(".", &["schema", of]);
        assert_eq!(output.status.code(), Some(0));
        snapshot("cli", &format!("schema-{of}"), &stdout(&output));
    }
    let output = gainsay(".", &["schema", "fact"]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("did you mean `facts`?"), "{said}");
}

/// JSON reports of data sets that are right and that are not.
#[test]
fn every_json_report_is_right_by_its_schema() {
    let schema: Value = serde_json::from_slice(&gainsay(".", &["schema", "report"]).stdout).unwrap();
    let validator = jsonschema::draft7::new(&schema).unwrap();
    let mut kinds = BTreeSet::new();
    let mut check = |name: &str, text: &str| {
        let report: Value = serde_json::from_str(text).unwrap();
        let faults: Vec<_> = validator.iter_errors(&report).map(|e| format!("{e} at {}", e.instance_path())).collect();
        assert!(faults.is_empty(), "{name}: {faults:#?}");
        kinds.insert(report["schema"].as_str().unwrap().to_owned());
    };
    let inputs = ["bad-date.yaml", "broad-allow.yaml", "duplicate-source", "stale-allow.yaml", "yaml-syntax-tab.yaml"];
    let inputs = inputs.map(|name| format!("tests/inputs/diagnostics/{name}"));
    for set in ["facts", "tests/datasets/ber"].into_iter().chain(inputs.iter().map(String::as_str)) {
        for more in [&[][..], &["--statistics"], &["-A", "tension"]] {
            let arguments = [&["check", set, "--format", "json", "--today", "2026-11-21"], more].concat();
            check(set, &stdout(&gainsay(".", &arguments)));
        }
    }
    let all: Vec<&str> = kinds.iter().map(String::as_str).collect();
    assert_eq!(all, ["gainsay.report/1", "gainsay.statistics/1"]);
}

/// The commands that `--help` lists.
fn commands() -> Vec<String> {
    let help = stdout(&gainsay(".", &["--help"]));
    let list = help.split("Commands:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).unwrap();
    let words = list.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    words.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

/// The long options that a `--help` lists.
fn options(help: &str) -> Vec<String> {
    let words = help.lines().map(str::trim_start).filter(|line| line.starts_with('-'));
    let long = words.filter_map(|line| line.split([' ', ',', '=', '[']).find(|word| word.starts_with("--")));
    long.map(str::to_owned).collect()
}

#[test]
fn shells_learn_every_command_and_its_options() {
    let options = options(&stdout(&gainsay(".", &["check", "--help"])));
    assert!(options.len() > 20, "{options:?}");
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let output = gainsay(".", &["completions", shell]);
        let script = stdout(&output);
        for command in commands() {
            assert!(script.contains(&command), "{shell} does not know {command}");
        }
        for option in &options {
            // Fish writes `-l name`.
            let name = if shell == "fish" { &option[2..] } else { option.as_str() };
            assert!(script.contains(name), "{shell} does not know {option}");
        }
        assert_eq!(output.stdout, gainsay(".", &["completions", shell]).stdout);
    }
}

#[cfg(unix)]
#[test]
fn bash_reads_what_is_written_for_it() {
    use std::io::Write as _;
    use std::process::{Command, Stdio};

    let script = gainsay(".", &["completions", "bash"]).stdout;
    let Ok(mut bash) = Command::new("bash").arg("-n").stdin(Stdio::piped()).spawn() else {
        // There is no bash here.
        return;
    };
    bash.stdin.take().unwrap().write_all(&script).unwrap();
    assert!(bash.wait().unwrap().success());
}

#[test]
fn each_command_has_a_page_of_the_manual_with_all_its_options() {
    let whole = stdout(&gainsay(".", &["man"]));
    assert!(whole.contains(".TH gainsay 1"), "{}", &whole[..200]);
    for name in commands().iter().filter(|name| *name != "help") {
        assert!(whole.contains(&format!("gainsay\\-{name}(1)")), "the manual does not name {name}");
        let page = stdout(&gainsay(".", &["man", name])).replace("\\-", "-");
        assert!(page.contains(&format!(".TH gainsay-{name} 1")), "{name}: {}", &page[..200]);
        for option in options(&stdout(&gainsay(".", &[name, "--help"]))) {
            assert!(page.contains(&option), "the page of {name} lacks {option}");
        }
    }
    let output = gainsay(".", &["man", "chek"]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("there is no command `chek`") && said.contains("did you mean `check`?"), "{said}");
}

#[test]
fn the_version_may_name_the_commit() {
    let told = stdout(&gainsay(".", &["--version"]));
    let rest = told.strip_prefix(concat!("gainsay ", env!("CARGO_PKG_VERSION"))).unwrap().trim_end();
    let commit = rest.strip_prefix(" (").and_then(|rest| rest.strip_suffix(')'));
    let is_commit = commit.is_some_and(|commit| commit.chars().all(|c| c.is_ascii_alphanumeric()));
    assert!(rest.is_empty() || is_commit, "{told}");
    let json = command(".", &["check", "facts", "--format", "json", "--statistics"]).output().unwrap();
    let version = concat!("\"version\": \"", env!("CARGO_PKG_VERSION"), "\"");
    assert!(stdout(&json).contains(version));
}
