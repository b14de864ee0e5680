//! `--format`: several formats in one run, files that are written whole or not at all, and what a job of GitHub Actions gets.

#![expect(clippy::disallowed_methods, reason = "the tests look at what was written")]

use std::fs;
use std::process::Output;

use super::super::common::command;
use super::*;

const PAIR: &str = "claims.yaml";

fn pair(name: &str) -> Folder {
    Folder::new(name, &[(PAIR, &text("tests/inputs/readme/claims.yaml"))])
}

/// The names of what is in a folder, hidden files too.
fn names(folder: &Folder) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(&folder.0).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

const CHECK: [&str; 4] = ["check", PAIR, "--today", "2026-11-21"];

fn run(folder: &Folder, arguments: &[&str]) -> (Option<i32>, String, String) {
    folder.run(&[&CHECK[..], arguments].concat())
}

#[test]
fn formats_go_to_files_beside_the_text() {
    let folder = pair("outputs");
    let all = ["short", "json", "jsonl", "sarif", "github", "gitlab", "junit", "checkstyle", "rdjson", "markdown"];
    let options: Vec<String> = all.iter().map(|format| format!("-f{format}=out.{format}")).collect();
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let (code, out, err) = run(&folder, &options);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert_eq!(out, run(&folder, &[]).1, "the pictures go to standard output");
    for format in all {
        let written = fs::read_to_string(folder.0.join(format!("out.{format}"))).unwrap();
        let (_, printed, _) = run(&folder, &["-f", format]);
        assert_eq!(written, printed, "{format}");
        let (_, dashed, _) = run(&folder, &["-f", &format!("{format}=-")]);
        assert_eq!(dashed, printed, "{format}");
    }
    assert_eq!(names(&folder).len(), 1 + all.len(), "no draft is left: {:?}", names(&folder));
    let (code, short, _) = run(&folder, &["-f", "short", "-f", "json=out.json", "--fail-on", "advice"]);
    assert_eq!((code, short.lines().count()), (Some(1), 3));
}

#[test]
fn the_format_never_changes_the_exit_code() {
    let folder = pair("outputs-codes");
    fs::write(folder.0.join("broken.yaml"), "claims: [").unwrap();
    let all = ["human", "jsonl", "sarif", "github", "gitlab", "junit", "checkstyle", "rdjson", "markdown"];
    for format in all {
        assert_eq!(run(&folder, &["-f", format, "--fail-on", "warning"]).0, Some(1), "{format}");
        assert_eq!(run(&folder, &["-f", format]).0, Some(0), "{format}");
        let (code, out, _) = folder.run(&["check", "broken.yaml", "-f", format, "-f", "json=broken.json"]);
        assert_eq!(code, Some(2), "{format}");
        assert!(out.contains("yaml-syntax"), "{format}: {out}");
    }
}

#[test]
fn what_cannot_be_written_is_said_before_any_rule_runs() {
    let folder = pair("outputs-refused");
    fs::create_dir(folder.0.join("folder")).unwrap();
    let check = |arguments: &[&str], expect: &str| {
        // Limits would stop the rules at once, if they ran.
        let (code, out, err) = run(&folder, &[arguments, &["--max-rows", "1"]].concat());
        assert_eq!((code, out.as_str(), err.trim_end()), (Some(2), "", expect), "{arguments:?}");
    };
    let another = |format: &str| format!("name another file as `--format {format}=FILE`");
    check(&["-f", "json=folder"], &format!("error: `folder` is a folder\nhelp: {}", another("json")));
    check(&["-f", "json=folder/"], &format!("error: `folder/` is a folder\nhelp: {}", another("json")));
    check(&["-f", "json=none/"], &format!("error: `none/` is no name of a file\nhelp: {}", another("json")));
    check(&["-f", "sarif="], &format!("error: `` is no name of a file\nhelp: {}", another("sarif")));
    let missing = format!("error: there is no folder `none` for `none/x`\nhelp: make it, or {}", another("junit"));
    check(&["-f", "junit=none/x"], &missing);
    let twice = "error: `folder/../a.json` would be written twice\nhelp: give each `--format` a file of its own";
    check(&["-f", "json=a.json", "-f", "jsonl=folder/../a.json"], twice);
    let printed = "error: only one format can go to standard output\n\
                   help: write the other one to a file, as in `--format short=FILE`";
    check(&["-f", "json", "-f", "short"], printed);
    let counted = "error: `--statistics` cannot be written as `sarif`\nhelp: write them as `human`, `short` or `json`";
    check(&["-f", "sarif=a.sarif", "--statistics"], counted);
    check(&["-f", "sarfi=a"], "error: `sarfi` is no value of `--format`\nhelp: did you mean `sarif`?");
    assert_eq!(names(&folder), [PAIR, "folder"]);
}

#[test]
fn a_file_of_the_data_set_is_not_replaced() {
    let folder = pair("outputs-inputs");
    let before = fs::read_to_string(folder.0.join(PAIR)).unwrap();
    let (code, out, err) = run(&folder, &["-f", "json=other.json", "-f", "sarif=claims.yaml"]);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(err.contains("is a file of the data set\nhelp: name another file as `--format sarif=FILE`"), "{err}");
    assert_eq!(fs::read_to_string(folder.0.join(PAIR)).unwrap(), before);
    assert_eq!(names(&folder), [PAIR], "nothing else is written either");
}

#[cfg(unix)]
#[test]
fn links_are_followed_and_devices_are_left_alone() {
    use std::os::unix::fs::symlink;
    let folder = pair("outputs-links");
    fs::write(folder.0.join("real.json"), "old").unwrap();
    symlink("real.json", folder.0.join("link.json")).unwrap();
    symlink("nowhere/at/all", folder.0.join("lost.json")).unwrap();
    assert_eq!(run(&folder, &["-f", "json=link.json"]).0, Some(0));
    assert!(folder.0.join("link.json").is_symlink());
    assert!(fs::read_to_string(folder.0.join("real.json")).unwrap().starts_with('{'));
    for (target, said) in [("lost.json", "lost.json"), ("/dev/null", "/dev/null")] {
        let (code, _, err) = run(&folder, &["-f", &format!("json={target}")]);
        assert_eq!(code, Some(2));
        assert!(err.starts_with(&format!("error: `{said}` is something else than a file\n")), "{err}");
    }
}

/// Runs the command as a step of a job whose summary is that file.
fn in_actions(folder: &Folder, summary: &str, arguments: &[&str]) -> Output {
    let arguments = [&CHECK[..], arguments].concat();
    let mut command = command(folder.0.to_str().unwrap(), &arguments);
    command.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", folder.0.join(summary)).output().unwrap()
}

#[test]
fn a_job_of_github_gets_annotations_and_a_summary() {
    let folder = pair("outputs-actions");
    let alone = run(&folder, &["-f", "short"]).1;
    let commands = run(&folder, &["-f", "github"]).1;
    let page = run(&folder, &["-f", "markdown"]).1;
    assert_eq!(commands.lines().count(), 2);
    fs::write(folder.0.join("summary"), "# before\n").unwrap();
    for (format, text) in [("short", alone), ("human", run(&folder, &[]).1)] {
        let done = in_actions(&folder, "summary", &["-f", format]);
        assert_eq!(done.status.code(), Some(0), "{format}");
        assert_eq!(stdout(&done), text + &commands, "{format}");
        let summary = fs::read_to_string(folder.0.join("summary")).unwrap();
        assert_eq!(summary, format!("# before\n{page}"), "{format}");
        fs::write(folder.0.join("summary"), "# before\n").unwrap();
    }
    for arguments in [&["-f", "json"][..], &["-f", "short", "--no-ci"], &["--statistics"], &["-f", "github"]] {
        let done = in_actions(&folder, "summary", arguments);
        assert_eq!(stdout(&done), run(&folder, arguments).1, "{arguments:?}");
        assert_eq!(fs::read_to_string(folder.0.join("summary")).unwrap(), "# before\n", "{arguments:?}");
    }
    let done = in_actions(&folder, "summary", &["-f", "short", "-f", "github=commands", "-f", "markdown=summary"]);
    assert_eq!(stdout(&done), run(&folder, &["-f", "short"]).1, "what is asked for is not written again");
    assert_eq!(fs::read_to_string(folder.0.join("summary")).unwrap(), page);
}

#[test]
fn a_summary_has_an_end_and_does_not_matter_to_the_exit_code() {
    let folder = pair("outputs-summary");
    fs::write(folder.0.join("summary"), "x".repeat(899_000)).unwrap();
    in_actions(&folder, "summary", &["-f", "short"]);
    let summary = fs::read_to_string(folder.0.join("summary")).unwrap();
    assert!(
        summary.ends_with("\nThe text would be too long: 2 more entries are left out here.\n"),
        "{}",
        &summary[899_000..]
    );
    assert!(summary.len() < 900_000);
    let done = in_actions(&folder, "none/summary", &["-f", "short"]);
    assert_eq!(done.status.code(), Some(0));
    let said = String::from_utf8(done.stderr).unwrap();
    assert!(said.starts_with("warning: the job summary cannot be written: "), "{said}");
}
