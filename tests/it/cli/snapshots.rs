//! `gainsay snapshot`: the report against the one that was reviewed.

#![expect(clippy::disallowed_methods, reason = "the tests look at what was written")]

use std::io::Write as _;
use std::process::Stdio;

use super::*;
use crate::it::common::command;

const FACTS: &str = "\
source: { id: s, author: paper, published: 2015-12 }
claims:
  help: { at: 1, says: russia supports iran }
  no-help: { at: 2, says: russia not supports iran }
  later: { at: 3, says: russia attacks iran, mode: prediction }
";

fn folder(name: &str) -> Folder {
    let config = "today: 2016-06-01\n";
    Folder::new(name, &[("data/gainsay.yaml", config), ("data/words.yaml", WORDS), ("data/claims.yaml", FACTS)])
}

fn read(folder: &Folder, path: &str) -> String {
    std::fs::read_to_string(folder.0.join(path)).unwrap()
}

fn says(folder: &Folder, arguments: &[&str]) -> (Option<i32>, String) {
    let (code, out, err) = folder.run(arguments);
    (code, out + &err)
}

/// Runs `gainsay snapshot --review data` with answers.
fn review(folder: &Folder, answers: &str) -> (Option<i32>, String) {
    let mut command = command(folder.0.to_str().unwrap(), &["snapshot", "--review", "data"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(answers.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    (output.status.code(), stdout(&output))
}

/// The data set with one finding less, one more, and one that says something else.
fn edit(folder: &Folder) {
    let facts = read(folder, "data/claims.yaml");
    let facts = facts.replace("  no-help: { at: 2, says: russia not supports iran }\n", "");
    let facts = facts.replace("mode: prediction", "mode: prediction, sure: likely");
    let more = "  next: { at: 4, says: iran attacks russia, mode: prediction, quote: \"\u{202e}```## x\" }\n";
    std::fs::write(folder.0.join("data/claims.yaml"), facts + more).unwrap();
}

#[test]
fn a_snapshot_is_written_compared_and_taken_over() {
    let folder = folder("snapshot");
    let (code, said) = says(&folder, &["snapshot", "data"]);
    assert_eq!(code, Some(1));
    assert!(said.starts_with("there is no snapshot in data/snapshots yet; `gainsay snapshot --update`"), "{said}");
    assert_eq!(says(&folder, &["snapshot", "data", "--update"]).0, Some(0));
    let (page, list) = (read(&folder, "data/snapshots/report.md"), read(&folder, "data/snapshots/report.json"));
    snapshot("cli", "snapshot-page", &page);
    snapshot("cli", "snapshot-list", &list.replace(env!("CARGO_PKG_VERSION"), "VERSION"));
    for text in [&page, &list] {
        assert!(!text.contains('\r') && !text.contains(folder.0.to_str().unwrap()), "{text}");
        assert!(text.lines().all(|line| line.trim_end() == line), "{text}");
    }
    // From inside the data set the report is the same, and so it is for another program version and another checkout.
    let inside = gainsay(folder.0.join("data").to_str().unwrap(), &["snapshot"]);
    assert_eq!((inside.status.code(), stdout(&inside).as_str()), (Some(0), "the report is the one in snapshots\n"));
    let other = list.replace(env!("CARGO_PKG_VERSION"), "0.0.1").replace('\n', "\r\n");
    std::fs::write(folder.0.join("data/snapshots/report.json"), other).unwrap();
    std::fs::write(folder.0.join("data/snapshots/report.md"), page.replace('\n', "\r\n")).unwrap();
    assert_eq!(says(&folder, &["snapshot", "data"]).0, Some(0));
    edit(&folder);
    let (code, said) = says(&folder, &["snapshot", "data"]);
    assert_eq!(code, Some(1));
    snapshot("cli", "snapshot-differs", &said);
    let (code, said) = says(&folder, &["snapshot", "data", "--update"]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(says(&folder, &["snapshot", "data"]), (Some(0), "the report is the one in data/snapshots\n".to_owned()));
    // What comes from claims stands inside of fences.
    let page = read(&folder, "data/snapshots/report.md");
    assert!(!page.contains('\u{202e}') && page.contains("````text\n"), "{page}");
}

#[test]
fn differences_are_accepted_one_by_one() {
    let folder = folder("snapshot-review");
    assert_eq!(says(&folder, &["snapshot", "data", "--update"]).0, Some(0));
    let before = read(&folder, "data/snapshots/report.md");
    edit(&folder);
    // Nothing is accepted where there is no answer.
    let (code, said) = review(&folder, "");
    assert_eq!((code, read(&folder, "data/snapshots/report.md")), (Some(1), before.clone()), "{said}");
    let number = said.split("1 of ").nth(1).and_then(|rest| rest.split(':').next()).unwrap().parse::<usize>().unwrap();
    assert!(number > 2, "{said}");
    assert!(said.ends_with(&format!("0 accepted, 0 rejected, {number} left\n")), "{said}");
    let (code, said) = review(&folder, "what?\na\nr\ns\nq\n");
    assert_eq!(code, Some(1));
    assert!(said.contains(&format!("1 accepted, 1 rejected, {} left\n", number - 2)), "{said}");
    snapshot("cli", "snapshot-review", &said);
    assert_ne!(read(&folder, "data/snapshots/report.md"), before);
    let (_, said) = review(&folder, "q\n");
    assert!(said.starts_with(&format!("1 of {}:", number - 1)), "{said}");
    // With all accepted it is what an update writes.
    let (code, said) = review(&folder, &"accept\n".repeat(number - 1));
    assert_eq!(code, Some(0), "{said}");
    let reviewed = read(&folder, "data/snapshots/report.md") + &read(&folder, "data/snapshots/report.json");
    std::fs::remove_dir_all(folder.0.join("data/snapshots")).unwrap();
    assert_eq!(says(&folder, &["snapshot", "data", "--update"]).0, Some(0));
    assert_eq!(reviewed, read(&folder, "data/snapshots/report.md") + &read(&folder, "data/snapshots/report.json"));
}

#[test]
fn a_snapshot_needs_a_fixed_day() {
    let folder = folder("snapshot-day");
    std::fs::write(folder.0.join("data/gainsay.yaml"), "{}\n").unwrap();
    for arguments in [&["snapshot", "data"][..], &["snapshot", "data", "--update"], &["snapshot", "data", "--review"]] {
        let (code, said) = says(&folder, arguments);
        assert_eq!(code, Some(2), "{said}");
        assert!(
            said.starts_with("error: a snapshot needs a fixed day") && said.contains("help: write `today: 20"),
            "{said}"
        );
    }
    assert!(!folder.0.join("data/snapshots").exists());
    assert_eq!(says(&folder, &["snapshot", "data", "--update", "--today", "2016-06-01"]).0, Some(0));
    assert_eq!(says(&folder, &["snapshot", "data", "--today", "2016-06-01"]).0, Some(0));
}

#[test]
fn a_snapshot_that_was_changed_by_hand_is_not_equal() {
    let folder = folder("snapshot-by-hand");
    assert_eq!(says(&folder, &["snapshot", "data", "--update"]).0, Some(0));
    let (page, list) = (read(&folder, "data/snapshots/report.md"), read(&folder, "data/snapshots/report.json"));
    let with = |name: &str, text: &str| {
        std::fs::write(folder.0.join("data/snapshots").join(name), text).unwrap();
        let said = says(&folder, &["snapshot", "data"]);
        std::fs::write(folder.0.join("data/snapshots/report.md"), &page).unwrap();
        std::fs::write(folder.0.join("data/snapshots/report.json"), &list).unwrap();
        assert_eq!(said.0, Some(1), "{}", said.1);
        assert!(said.1.contains("`gainsay snapshot --update` writes it"), "{}", said.1);
        said.1
    };
    assert!(with("report.md", &(page.clone() + "More.\n")).contains("was changed by hand"));
    assert!(with("report.md", "").contains("does not hold together"));
    assert!(with("report.md", &page.replace("russia", "prussia")).contains("does not hold together"));
    assert!(with("report.json", "<<<<<<< HEAD\n").contains("cannot be read"));
    assert!(with("report.json", &list.replace("snapshot/1", "snapshot/9")).contains("is of the form"));
}
