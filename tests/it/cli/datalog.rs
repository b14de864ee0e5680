//! `gainsay datalog`: files in, files and standard output out, as Soufflé does it.

#![expect(clippy::disallowed_methods, reason = "the tests read what the command writes")]

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use super::super::common::command;
use super::*;

#[path = "../../../benches/by_hand/claims.rs"]
mod by_hand;
#[path = "../../../benches/generate.rs"]
pub(super) mod generate;

const CLOSURE: &str = ".decl edge(a: symbol, b: symbol)
.input edge
.decl path(a: symbol, b: symbol)
.output path
path(A, B) :- edge(A, B).
path(A, C) :- path(A, B), edge(B, C).
.decl length(a: symbol, n: number)
.printsize length
length(A, N) :- edge(A, _), N = count : { path(A, _) }.
";

const EDGES: &str = "b\tc\na\tb\nc\td\n";

/// Runs a program over facts and compares what it prints, or what it writes to `out`.
fn check(name: &str, files: &[(&str, &str)], arguments: &[&str], expect: &str) -> Folder {
    let folder = Folder::new(name, files);
    let (code, out, err) = folder.run(&[&["datalog", "p.dl"], arguments].concat());
    assert_eq!((code, out.as_str(), err.as_str()), (Some(0), expect, ""), "{arguments:?}");
    folder
}

/// What is wrong, as it is drawn; the code is 2 and nothing is written.
fn refused(name: &str, files: &[(&str, &str)], arguments: &[&str]) -> String {
    let folder = Folder::new(name, files);
    let (code, out, err) = folder.run(&[&["datalog", "p.dl", "-D", "out"], arguments].concat());
    assert_eq!((code, out.as_str()), (Some(2), ""), "{err}");
    assert!(!folder.0.join("out").exists(), "nothing is written");
    err
}

#[test]
fn rows_are_read_and_written_in_folders() {
    let files = [("p.dl", CLOSURE), ("facts/edge.facts", EDGES)];
    let folder = check("datalog-files", &files, &["-F", "facts", "-D", "out/here"], "length\t3\n");
    let written = fs::read_to_string(folder.0.join("out/here/path.csv")).unwrap();
    assert_eq!(written, "a\tb\na\tc\na\td\nb\tc\nb\td\nc\td\n");
    let names: Vec<_> =
        fs::read_dir(folder.0.join("out/here")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["path.csv"], "no draft stays behind");
    // The order of rows is that of their values and not that of the facts; what was there is replaced.
    fs::write(folder.0.join("facts/edge.facts"), "c\td\nb\tc\na\tb\n").unwrap();
    fs::write(folder.0.join("out/here/path.csv"), "old").unwrap();
    folder.run(&["datalog", "p.dl", "-F", "facts", "-D", "out/here"]);
    assert_eq!(fs::read_to_string(folder.0.join("out/here/path.csv")).unwrap(), written);
}

#[test]
fn rows_are_printed_between_lines() {
    let printed = "---------------\npath\na\tb\n===============\na\tb\na\tc\na\td\nb\tc\nb\td\nc\td\n===============\nlength\t3\n";
    check("datalog-print", &[("p.dl", CLOSURE), ("edge.facts", EDGES)], &["-D", "-"], printed);
    let program =
        ".decl r(a: number) .input r .output r(IO=stdout)\n.decl yes() .output yes(IO=stdout)\nyes() :- r(_).";
    let printed = "---------------\nr\n===============\n2\n10\n===============\n---------------\nyes\n===============\n()\n===============\n";
    check("datalog-stdout", &[("p.dl", program), ("r.facts", "10\n2\n10\n")], &[], printed);
}

#[test]
fn parameters_are_those_of_souffle() {
    let program = ".decl r(a: number, b: symbol)
.input r(filename=\"in/table.txt\", delimiter=\"|\", columns=\"2:0\", headers=true)
.output r(filename=\"r.txt\", rfc4180=true, headers=true)
.output r(IO=stdout, attributeNames=\"x y\", delimiter=\"; \", headers=true)";
    let files = [("p.dl", program), ("f/in/table.txt", "b|c|a\nx \"y\"|-|2\nz,|-|1\n")];
    let printed = "---------------\nr\nx y\n===============\n1; z,\n2; x \"y\"\n===============\n";
    let folder = check("datalog-parameters", &files, &["-F", "f", "-D", "out"], printed);
    assert_eq!(fs::read_to_string(folder.0.join("out/r.txt")).unwrap(), "a,b\n1,\"z,\"\n2,\"x \"\"y\"\"\"\n");
}

#[test]
fn rows_come_from_standard_input() {
    let program = ".decl r(a: number) .input r(IO=stdin) .output r";
    let run = |rows: &str| {
        let folder = Folder::new("datalog-stdin", &[("p.dl", program)]);
        let mut child = command(folder.0.to_str().unwrap(), &["datalog", "p.dl", "-D", "-"]);
        let mut child = child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(rows.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        (output.status.code(), stdout(&output), String::from_utf8(output.stderr).unwrap())
    };
    let printed = "---------------\nr\na\n===============\n1\n2\n===============\n";
    assert_eq!(run("2\n1\n"), (Some(0), printed.to_owned(), String::new()));
    let (code, out, err) = run("2\nx\n");
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(err.contains("column `a` of `r` takes a number, found `x`") && err.contains("standard input:2:1"), "{err}");
}

#[test]
fn rows_that_are_wrong_are_drawn() {
    let program =
        ".decl a(x: number, y: symbol) .input a\n.decl b(x: symbol) .input b\n.decl c(x: symbol) .input c(rfc4180=true)
.output a .output b .output c";
    let files = [
        ("p.dl", program),
        ("a.facts", "1\tone\ntwo\t2\n3\n4\tfour\tIV\n99999999999999999999\tmany\n\tnothing\n"),
        ("b.facts", "one\ttwo\nthree\n"),
        ("c.facts", "\"one\"\n\"two\" three\n\"four\n"),
    ];
    snapshot("cli", "datalog-rows", &refused("datalog-rows", &files, &[]));
    let many = "x\n".repeat(1000);
    let err = refused("datalog-many", &[("p.dl", ".decl r(a: number) .input r .output r"), ("r.facts", &many)], &[]);
    assert_eq!(err.matches("fact-error / bad-value").count(), 100);
    assert!(
        err.contains("fact-error / too-many-faults") && err.ends_with("101 errors: nothing was computed or written\n")
    );
    let folder = Folder::new("datalog-bytes", &[("p.dl", ".decl r(a: symbol) .input r .output r")]);
    fs::write(folder.0.join("r.facts"), b"caf\xc3\xa9\ncaf\xe9\n").unwrap();
    let (code, _, err) = folder.run(&["datalog", "p.dl"]);
    assert!(code == Some(2) && err.contains("byte 0xE9 is not UTF-8") && err.contains("r.facts:2:4"), "{err}");
}

#[test]
fn files_that_are_not_there_or_lead_out_are_drawn() {
    let program = ".decl a(x: number) .input a\n.decl b(x: number) .input b(filename=\"../b.facts\")
.decl c(x: number) .input c(filename=\"/etc/passwd\")
.output a(filename=\"../a.csv\")\n.output a .output b(filename=\"a.csv\")
.decl d(x: number) .input d(IO=stdin) .decl e(x: number) .input e(IO=stdin)
.output c .output d .output e";
    snapshot("cli", "datalog-files", &refused("datalog-missing", &[("p.dl", program)], &["-F", "none"]));
}

#[cfg(unix)]
#[test]
fn links_that_lead_out_are_not_followed() {
    let program = ".decl r(x: symbol) .input r .output r";
    let folder = Folder::new("datalog-links", &[("p.dl", program), ("secret.txt", "x\n"), ("in/q.facts", "x\n")]);
    let link = |target: &str, name: &str| std::os::unix::fs::symlink(target, folder.0.join(name)).unwrap();
    link("../secret.txt", "in/r.facts");
    let (code, out, err) = folder.run(&["datalog", "p.dl", "-F", "in", "-D", "-"]);
    assert!(code == Some(2) && out.is_empty() && err.contains("it is a link that leads out of its folder"), "{err}");
    assert!(err.contains("help: put the file itself into the folder, or name with `-F` one that holds it"), "{err}");
    // A link in the place of an output is replaced; what it leads to stays as it is.
    fs::remove_file(folder.0.join("in/r.facts")).unwrap();
    link("q.facts", "in/r.facts");
    fs::create_dir(folder.0.join("out")).unwrap();
    link("../secret.txt", "out/r.csv");
    link("../secret.txt", "out/.r.csv.waiting");
    let (code, _, err) = folder.run(&["datalog", "p.dl", "-F", "in", "-D", "out"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert_eq!(fs::read_to_string(folder.0.join("secret.txt")).unwrap(), "x\n");
    assert_eq!(fs::read_to_string(folder.0.join("out/r.csv")).unwrap(), "x\n");
    assert!(fs::symlink_metadata(folder.0.join("out/r.csv")).unwrap().is_file());
}

/// The rules would run for days: what is wrong with the folder of the rows is told before.
const ENDLESS: &str =
    ".decl a(x: number)\na(0).\na(X + 1) :- a(X), X < 1000000000000.\n.decl b(x: number)\nb(X) :- a(X).\n";

#[test]
fn what_cannot_be_written_is_told_before_the_run() {
    let program = format!("{ENDLESS}.output a\n.output b\n.output b(filename=\"sub/b.txt\")\n");
    let files = [("p.dl", program.as_str()), ("out/a.csv", "old"), ("out/b.csv/x", ""), ("file", "mine")];
    let folder = Folder::new("datalog-unwritable", &files);
    let mut drawn = String::new();
    let places: &[&str] = if cfg!(target_os = "linux") { &["/proc/none"] } else { &[] };
    for place in ["out", "file", "file/below"].iter().chain(places) {
        let (code, out, err) = folder.run(&["datalog", "p.dl", "-D", place]);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{err}");
        assert!(
            err.contains("rule-error / not-writable") && err.ends_with("nothing was computed or written\n"),
            "{err}"
        );
        if !place.starts_with('/') {
            drawn.extend(["-D ", place, "\n\n", &err, "\n"]);
        }
    }
    snapshot("cli", "datalog-not-writable", &drawn);
    assert_eq!(fs::read_to_string(folder.0.join("out/a.csv")).unwrap(), "old");
    let names = |path: &str| fs::read_dir(folder.0.join(path)).unwrap().count();
    assert_eq!((names("."), names("out"), names("out/b.csv")), (3, 2, 1), "nothing else stays behind");
}

#[cfg(unix)]
#[test]
fn a_folder_that_is_read_only_is_told_of_before_the_run() {
    use std::os::unix::fs::PermissionsExt as _;
    let program = format!("{ENDLESS}.output a\n");
    let folder = Folder::new("datalog-read-only", &[("p.dl", &program), ("out/x", "")]);
    let mode = |mode| fs::set_permissions(folder.0.join("out"), fs::Permissions::from_mode(mode)).unwrap();
    mode(0o555);
    // The superuser writes where nobody may.
    if fs::write(folder.0.join("out/probe"), "").is_err() {
        for place in ["out", "out/new"] {
            let (code, _, err) = folder.run(&["datalog", "p.dl", "-D", place]);
            assert!(
                code == Some(2) && err.contains(&format!("`{place}` cannot be written"))
                    || err.contains("`out/a.csv` cannot be written"),
                "{err}"
            );
        }
    }
    mode(0o755);
}

#[test]
fn programs_that_are_wrong_are_drawn_and_includes_stay_inside() {
    let program = ".include \"more/types.dl\"\n.include \"../other.dl\"\n.decl r(a: Name, b: number)\nr(X, Y) :- s(X).";
    let files = [("p.dl", program), ("more/types.dl", ".type Name <: symbol\n"), ("r.facts", "")];
    snapshot("cli", "datalog-program", &refused("datalog-program", &files, &[]));
    let folder = Folder::new(
        "datalog-elsewhere",
        &[("a/p.dl", ".include \"../q.dl\"\n.output r"), ("q.dl", ".decl r(a: number) r(1).")],
    );
    let (code, out, _) = folder.run(&["datalog", "a/p.dl", "-D", "-"]);
    assert_eq!((code, out.lines().count()), (Some(0), 6), "the working folder holds both");
    let inner = Folder(folder.0.join("a"));
    fs::create_dir(inner.0.join("b")).unwrap();
    let (code, _, err) = Folder(inner.0.join("b")).run(&["datalog", "../p.dl", "-D", "-"]);
    assert!(code == Some(2) && err.contains("include-outside"), "{err}");
    let folder = Folder::new("datalog-no-include", &[("p.dl", ".include \"missing.dl\"\n")]);
    let (code, _, err) = folder.run(&["datalog", "p.dl"]);
    assert!(code == Some(2) && err.contains("help: write a path relative to this file\n"), "{err}");
    let (code, _, err) = folder.run(&["datalog", "nothing.dl"]);
    assert_eq!((code, err.as_str()), (Some(2), "error: `nothing.dl` is no file\nhelp: name a `.dl` file\n"));
}

#[test]
fn limits_stop_a_program_and_nothing_is_written() {
    let program = ".decl n(x: number)\n.output n\nn(0).\nn(X + 1) :- n(X), X < 1000000.";
    let err = refused("datalog-limit", &[("p.dl", program)], &["--max-rows", "1000"]);
    assert!(
        err.contains("the limit of 1000 rows in one relation") && err.ends_with("1 error: nothing was written\n"),
        "{err}"
    );
}

#[test]
fn strata_are_shown_without_a_run() {
    let folder = Folder::new("datalog-strata", &[("p.dl", CLOSURE)]);
    let (code, out, err) = folder.run(&["datalog", "p.dl", "-F", "none", "--show", "strata"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    snapshot("cli", "datalog-strata", &out);
}

#[test]
fn a_profile_counts_what_rules_derive_and_keep() {
    let folder = Folder::new("datalog-profile", &[("p.dl", CLOSURE), ("edge.facts", "a\tb\nb\tc\nc\ta\nc\tb\n")]);
    for jobs in ["1", "2"] {
        let (code, out, err) = folder.run(&["datalog", "p.dl", "--profile", "-j", jobs]);
        assert_eq!((code, out.as_str()), (Some(0), "length\t3\n"));
        // Times differ from run to run, and the order with them.
        let mut lines: Vec<&str> =
            err.lines().filter_map(|line| line.trim_start().split_once(' ')).map(|found| found.1).collect();
        lines.sort_unstable();
        snapshot("cli", "datalog-profile", &lines.join("\n"));
    }
}

#[test]
fn values_that_do_not_read_back_are_warned_of() {
    let program = ".decl r(x: symbol) r(\"a\\tb\"). r(\"c\").\n.output r";
    let folder = Folder::new("datalog-torn", &[("p.dl", program)]);
    let (code, _, err) = folder.run(&["datalog", "p.dl"]);
    assert_eq!(code, Some(0));
    assert_eq!(
        err,
        "warning: 1 value of `r` does not read back as it is: a delimiter or a line break begins in it\nhelp: write `.output r(rfc4180=true)`, which puts texts in quotes, or another delimiter where it is numbers\n"
    );
}

#[test]
fn the_program_about_claims_gives_what_the_one_written_by_hand_gives() {
    let expected = [688, 27_549, 503, 1_274, 715, 234, 8_083, 1_633, 35_327, 544, 4_994];
    for (claims, known) in [(700, None), (10_000, Some(expected))] {
        let folder = Folder::new(&format!("datalog-claims-{claims}"), &[("claims.dl", &text("benches/claims.dl"))]);
        generate::claims(claims).write(&folder.0).unwrap();
        let counts = by_hand::run(Path::new(&folder.0)).unwrap();
        assert!(known.is_none_or(|known| known == counts.map(|(_, rows)| rows)), "{counts:?}");
        let lines: Vec<String> = counts.iter().map(|(relation, rows)| format!("{relation}\t{rows}\n")).collect();
        let (code, out, err) = folder.run(&["datalog", "claims.dl"]);
        assert_eq!((code, out, err.as_str()), (Some(0), lines.concat(), ""));
    }
}
