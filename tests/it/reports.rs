//! Whole reports, as snapshots: the project's data set, the pair of the README, broken fact files.

use gainsay::base::fs::Memory;
use gainsay::base::{Diagnostic, SourceMap};
use gainsay::config::Config;
use gainsay::engine;
use gainsay::lints::builtin;
use gainsay::report::{Counts, Json, Report, Reporter, Short, Terminal, WHOLE, visible};

use super::common::{OTHER_SNAPSHOTS, TODAY, files, gainsay, package, snapshot, stdout, text};

pub(super) fn human() -> Terminal {
    Terminal { width: 100, unicode: true, color: false }
}

pub(super) fn draw(reporter: &dyn Reporter, sources: &SourceMap, diagnostics: &[Diagnostic]) -> String {
    let report = Report {
        findings: &[],
        culpability: &[],
        diagnostics,
        sources,
        dataset: Counts::default(),
        today: TODAY,
        stopped: true,
        gate: None,
        exit: 2,
        strict: 0,
        compared: None,
        view: &WHOLE,
    };
    let mut out = Vec::new();
    reporter.write(&report, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn the_projects_own_data_set() {
    for (format, name) in [("human", "facts-human"), ("short", "facts-short"), ("json", "facts-json")] {
        let output = gainsay("", &["check", "facts", "--format", format, "--width", "100"]);
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        snapshot("reports", name, &stdout(&output));
    }
}

#[test]
fn the_report_is_the_same_bytes_in_twenty_runs() {
    for format in ["human", "json"] {
        let first = gainsay("", &["check", "facts", "--format", format]).stdout;
        for _ in 1..20 {
            assert!(gainsay("", &["check", "facts", "--format", format]).stdout == first);
        }
    }
}

#[test]
fn the_pair_that_the_readme_opens_with() {
    let output = gainsay("tests/inputs/readme", &["check", "claims.yaml", "--today", "2026-11-21"]);
    assert_eq!(output.status.code(), Some(0));
    let drawn = stdout(&output);
    snapshot("reports", "readme-pair", &drawn);
    let readme = text("README.md");
    assert!(readme.contains(&text("tests/inputs/readme/claims.yaml")), "README.md shows claims.yaml as it is");
    shows_parts_of(&readme, "3 claims", &drawn);
}

/// The block that holds `word` is made of parts of the output; what is left out is marked by `…`.
fn shows_parts_of(readme: &str, word: &str, drawn: &str) {
    let mut blocks = readme.split("```text\n").skip(1).filter_map(|rest| rest.split("\n```").next());
    let shown = blocks.find(|block| block.lines().any(|line| line.starts_with(word)));
    let shown = shown.expect("the README shows the end of the report");
    for part in shown.split("\n…\n") {
        assert!(drawn.contains(part.trim_end()), "README.md shows what the command does not print:\n{part}");
    }
}

#[test]
fn the_readme_shows_real_output_of_the_data_set() {
    let drawn = stdout(&gainsay("", &["check", "facts"]));
    shows_parts_of(&text("README.md"), "139 claims", &drawn);
}

#[test]
fn broken_fact_files_are_drawn() {
    for path in files("tests/inputs/facts") {
        let outcome = super::common::check(&[(&path, &text(&format!("tests/inputs/facts/{path}")))]);
        let name = path.strip_suffix(".yaml").expect("fact files end in .yaml");
        snapshot("inputs", &format!("facts-{name}"), &draw(&human(), &outcome.sources, &outcome.diagnostics));
    }
}

#[test]
fn a_rule_that_cannot_be_evaluated_is_drawn_at_its_place() {
    let rule = ".include \"rules/prelude.dl\"\n.decl n(x: number)\nn(9223372036854775806).\nn(x + 1) :- n(x).\n";
    let read = |path: &str| if path == "over.dl" { Some(rule) } else { builtin::text(path) };
    let rules = engine::load_rules(&["over.dl".to_owned()], &|path| read(path).map(str::to_owned));
    let mut files = Memory::new();
    files.add("claims.yaml", text("tests/inputs/readme/claims.yaml"));
    let outcome = engine::run(&files, &Config::for_folder(".".into(), TODAY), rules).expect("the file is read");
    assert!(outcome.stopped);
    let drawn = draw(&human(), &outcome.sources, &outcome.diagnostics);
    assert!(drawn.contains("rule-error / overflow") && drawn.contains("[over.dl:4:1]"), "{drawn}");
}

#[test]
fn no_format_lets_control_characters_through() {
    let facts = "source: { id: s, author: bloomberg, published: 2015-12 }\nclaims:\n  a: { at: 1, says: \"rusia\\e]8;;x\\e\\\\ \\u202e supports iran\" }\n";
    let named = [("evil\u{1b}[31m\u{202e}.yaml", facts)];
    let outcome = super::common::check(&named);
    for reporter in [&human() as &dyn Reporter, &Short, &Json] {
        let drawn = draw(reporter, &outcome.sources, &outcome.diagnostics);
        assert!(!drawn.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{drawn:?}");
    }
    assert_eq!(visible("a\u{1b}b"), "a\\u{1b}b");
}

/// Runs one snapshot test of this binary against another folder of snapshots.
fn passes_against(folder: &std::path::Path) -> bool {
    let exe = std::env::current_exe().unwrap();
    let test = "it::reports::the_pair_that_the_readme_opens_with";
    let output = std::process::Command::new(exe)
        .args(["--exact", test])
        .env(OTHER_SNAPSHOTS, folder)
        .env("INSTA_UPDATE", "no")
        .env_remove("INSTA_SNAPSHOT_REFERENCES_FILE")
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).contains("running 1 test"));
    output.status.success()
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the test copies a snapshot")]
fn the_tests_fail_when_a_snapshot_changes() {
    let kept = std::fs::read_to_string(package().join("snapshots/reports/readme-pair.snap")).unwrap();
    let folder = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("changed-snapshots");
    std::fs::create_dir_all(folder.join("reports")).unwrap();
    let copy = folder.join("reports/readme-pair.snap");
    std::fs::write(&copy, &kept).unwrap();
    assert!(passes_against(&folder), "an exact copy passes");
    std::fs::write(&copy, kept.replacen("warning", "advice", 1).replacen('1', "2", 1)).unwrap();
    assert!(!passes_against(&folder), "a changed copy fails");
}

#[test]
fn all_formats_show_the_same_findings() {
    let shown = |format: &str| stdout(&gainsay("", &["check", "facts", "--format", format]));
    let json: serde_json::Value = serde_json::from_str(&shown("json")).unwrap();
    let (human, short) = (shown("human"), shown("short"));
    let findings = json["findings"].as_array().unwrap();
    assert_eq!(findings.len(), short.lines().count() - 1, "one line each, and the closing one");
    for (finding, line) in findings.iter().zip(short.lines()) {
        let (rule, group) = (finding["rule"].as_str().unwrap(), finding["group"].as_str().unwrap());
        let fingerprint = &finding["fingerprint"].as_str().unwrap()[..8];
        assert!(human.contains(&format!("{group} / {rule}  {fingerprint}\n")), "{rule} {fingerprint} is not drawn");
        let start = &finding["locations"][0]["range"]["start"];
        let place =
            format!("{}:{}:{}: ", finding["locations"][0]["path"].as_str().unwrap(), start["line"], start["column"]);
        assert!(line.starts_with(&place) && line.contains(fingerprint), "{line}");
        assert!(human.contains(finding["message"].as_str().unwrap().split(' ').next().unwrap()));
    }
}
