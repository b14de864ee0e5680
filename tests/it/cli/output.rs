//! Headings, counts, limits, ASCII, and readers that go away.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::Stdio;

use super::super::common::command;
use super::*;

/// What the command prints in the package's folder.
fn printed(arguments: &[&str]) -> String {
    let output = gainsay("", arguments);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    stdout(&output)
}

#[test]
fn findings_stand_under_headings() {
    let headings = |by: &str| {
        let short = printed(&["check", "facts", "-f", "short", "--group-by", by]);
        let without = printed(&["check", "facts", "-f", "short"]);
        let (headings, mut lines): (Vec<&str>, Vec<&str>) = short.lines().partition(|line| line.starts_with("== "));
        let mut all: Vec<&str> = without.lines().collect();
        lines.sort_unstable();
        all.sort_unstable();
        assert_eq!(lines, all, "every finding stands once under {by}");
        headings.join("\n").replace("== ", "")
    };
    let counted = headings("file");
    assert!(counted.starts_with("facts/bloomberg-2015.yaml: ") && counted.lines().count() == 2, "{counted}");
    assert!(headings("rule").contains("tension / promise-vs-doubt: 3 findings"));
    assert!(headings("speaker").lines().any(|line| line == "Vladimir Putin: 6 findings"), "{}", headings("speaker"));
    assert_eq!(headings("none"), "");
    let human = printed(&["check", "facts", "--group-by", "speaker", "--only", "promise-vs-doubt"]);
    assert!(human.starts_with("━━ Vladimir Putin: 3 findings\n\ntension / promise-vs-doubt"), "{human}");
    let json = |by: &str| printed(&["check", "facts", "-f", "json", "--group-by", by]);
    assert_eq!(json("speaker"), json("none"));
}

#[test]
fn a_rule_is_counted_in_place_of_its_findings() {
    let table = printed(&["check", "facts", "--statistics"]);
    snapshot("cli", "statistics", &table);
    let short = printed(&["check", "facts", "--statistics", "-f", "short"]);
    let rows = |text: &str| text.lines().take_while(|line| !line.contains(" findings:") && !line.is_empty()).count();
    assert_eq!(rows(&table), rows(&short));
    let json = printed(&["check", "facts", "--statistics", "-f", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["schema"], "gainsay.statistics/1");
    let counts = json["statistics"].as_array().unwrap();
    assert_eq!(counts.len(), rows(&table) - 1);
    let count = |key: &str| counts.iter().map(|row| row[key].as_u64().unwrap()).sum::<u64>();
    let report: serde_json::Value = serde_json::from_str(&printed(&["check", "facts", "-f", "json"])).unwrap();
    assert_eq!(count("findings"), report["findings"].as_array().unwrap().len() as u64);
    assert_eq!(count("allowed"), 0);
    assert_eq!((&json["summary"], &json["dataset"]), (&report["summary"], &report["dataset"]));
    let none = printed(&["check", "facts", "--statistics", "--only", "vocabulary"]);
    assert!(none.starts_with("no findings pass the filters; "), "{none}");
}

#[test]
fn pictures_beyond_the_limit_are_counted() {
    let drawn = |arguments: &[&str]| {
        let out = printed(&[&["check", "facts"], arguments].concat());
        (out.lines().filter(|line| line.trim_start().starts_with("╭─[")).count(), out)
    };
    let (all, whole) = drawn(&[]);
    let (two, out) = drawn(&["--max-shown", "2"]);
    assert!(two == 2 && all > 2);
    assert!(out.contains(&format!("\n… {} more findings; `--max-shown 0` shows all\n", all - 2)), "{out}");
    let last = |text: &str| text.lines().rev().take(2).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(last(&out), last(&whole), "counts and exit code are over all");
    let (one, out) = drawn(&["--max-shown", &(all - 1).to_string(), "--group-by", "file"]);
    assert!(one == all - 1 && out.contains("… 1 more finding; "), "{out}");
    assert_eq!(drawn(&["--max-shown", "0"]).1, whole);
    let short = printed(&["check", "facts", "-f", "short", "--max-shown", "1"]);
    assert_eq!((short.lines().count(), short.contains("\n... ")), (3, true), "{short}");
    let json = |most: &str| printed(&["check", "facts", "-f", "json", "--max-shown", most]);
    assert_eq!(json("1"), json("0"));
}

#[test]
fn problems_beyond_the_limit_are_counted_too() {
    let facts = text("tests/inputs/facts/five-mistakes.yaml");
    let folder = Folder::new("most-problems", &[("claims.yaml", &facts)]);
    for (format, sign) in [("human", "…"), ("short", "...")] {
        let (code, out, _) = folder.run(&["check", ".", "--max-shown", "2", "-f", format]);
        assert_eq!(code, Some(2));
        assert!(out.contains(&format!("{sign} 3 more problems; `--max-shown 0` shows all\n")), "{out}");
        assert!(out.contains("5 problems in 1 file"), "{out}");
    }
}

#[test]
fn the_locale_and_the_flag_decide_on_ascii() {
    let drawn = |variables: &[(&str, &str)], arguments: &[&str]| {
        let arguments = [&["check", "claims.yaml", "--today", "2026-11-21", "--group-by", "rule"], arguments].concat();
        let mut command = command("tests/inputs/readme", &arguments);
        stdout(&command.envs(variables.iter().copied()).output().unwrap())
    };
    let ascii = drawn(&[], &["--ascii"]);
    assert!(ascii.is_ascii() && ascii.contains("== tension / promise-vs-doubt: 1 finding\n"), "{ascii}");
    snapshot("cli", "ascii", &ascii);
    let unicode = drawn(&[], &[]);
    assert!(unicode.contains("━━ tension") && unicode.contains("╰─"), "{unicode}");
    for locale in ["C", "de_DE.ISO-8859-1"] {
        assert_eq!(drawn(&[("LANG", locale)], &[]), ascii, "{locale}");
        assert_eq!(drawn(&[("LANG", "C.UTF-8"), ("LC_CTYPE", locale)], &[]), ascii, "{locale}");
    }
    assert_eq!(drawn(&[("LC_ALL", ""), ("LC_CTYPE", "C.UTF-8"), ("LANG", "C")], &[]), unicode);
    assert_eq!(drawn(&[("LC_ALL", "en_GB.utf8"), ("LC_CTYPE", "C")], &[]), unicode);
}

#[test]
fn narrow_and_wide_drawings_keep_their_width() {
    for width in ["40", "240"] {
        let out = printed(&["check", "facts", "--width", width, "--statistics"]);
        let widest = out.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(widest <= width.parse().unwrap(), "{widest}: {out}");
    }
}

/// What a command ends with whose reader goes away after the first line, or at once.
fn ends_quietly(arguments: &[&str], reads_a_line: bool) {
    let mut child = command("", arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut reader = BufReader::with_capacity(64, child.stdout.take().unwrap());
    if reads_a_line {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        assert!(!line.is_empty());
    }
    drop(reader);
    let mut message = String::new();
    child.stderr.take().unwrap().read_to_string(&mut message).unwrap();
    let code = child.wait().unwrap().code();
    assert_eq!((code, message.as_str()), (Some(0), ""), "{arguments:?}");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    for reads_a_line in [true, false] {
        // A report of more than 64 KiB does not fit into the pipe, so that its writer is told.
        assert!(printed(&["check", "facts", "-f", "json"]).len() > 1 << 16);
        ends_quietly(&["check", "facts", "-f", "json"], reads_a_line);
        ends_quietly(&["check", "facts"], reads_a_line);
        ends_quietly(&["list", "claims", "-f", "json"], reads_a_line);
        ends_quietly(&["list", "rules"], reads_a_line);
        ends_quietly(&["explain", "promise-vs-doubt"], reads_a_line);
        ends_quietly(&["--help"], reads_a_line);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    for arguments in [&["check", "facts"][..], &["list", "rules"], &["explain", "evasion"], &["--help"], &["--version"]]
    {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = command("", arguments).stdout(full).output().unwrap();
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(message.starts_with("error: standard output cannot be written: No space left on device"), "{message}");
    }
}

#[test]
fn reports_are_the_same_for_every_number_of_threads() {
    for format in ["human", "short", "json"] {
        let with = |jobs| printed(&["check", "facts", "-f", format, "-j", jobs]);
        let one = with("1");
        assert!(["2", "8"].into_iter().all(|jobs| with(jobs) == one), "{format}");
    }
}
