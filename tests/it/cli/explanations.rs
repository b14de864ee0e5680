//! `gainsay datalog --explain` and `--why-not`.

use serde_json::Value;

use super::*;

const PROGRAM: &str = ".decl edge(a: number, b: number)
.input edge
.decl closed(a: number)
closed(4).
.decl path(a: number, b: number)
.output path
path(a, b) :- edge(a, b), !closed(b).
path(a, c) :- path(a, b), edge(b, c), !closed(c).
.decl degree(a: number, n: number)
degree(a, n) :- edge(a, _), n = count : { edge(a, _) }.
.decl busiest(a: number)
.output busiest
busiest(a) :- degree(a, n), n = max m : { degree(_, m) }, n > 1.
.decl near(a: number, b: number)
.output near
near(a, b) :- path(a, b), d = range(1, 3), b = a + d.
";
const EDGES: &str = "1\t2\n2\t3\n3\t4\n3\t5\n5\t1\n1\t3\n2\t5\n";

fn folder(name: &str) -> Folder {
    Folder::new(name, &[("p.dl", PROGRAM), ("edge.facts", EDGES)])
}

/// What explaining prints, which is not what running prints.
fn explain(folder: &Folder, arguments: &[&str]) -> String {
    let (code, out, err) = folder.run(&[&["datalog", "p.dl"], arguments].concat());
    assert_eq!((code, err.as_str()), (Some(0), ""), "{out}");
    assert!(!folder.0.join("path.csv").exists());
    out
}

#[test]
fn proofs_are_trees_with_places() {
    let folder = folder("explain-trees");
    let mut shown = String::new();
    for arguments in [
        &["--explain", "path(1, 5)"][..],
        &["--explain", "path(1, 5)", "--proofs", "all"],
        &["--explain", "path(1, 5)", "--proofs", "1", "--ascii"],
        &["--explain", "busiest(_)"],
        &["--explain", "near(1, _)"],
        &["--explain", "edge(1, 2)", "--explain", "closed(4)"],
    ] {
        shown.extend(["$ ", &arguments.join(" "), "\n", &explain(&folder, arguments), "\n"]);
    }
    snapshot("proofs", "trees", &shown);
}

#[test]
fn the_readme_shows_explanations() {
    let readme = text("README.md");
    for (option, atom) in [("--explain", r#"reach("aber", "eddy")"#), ("--why-not", r#"reach("brae", "corr")"#)] {
        let output = gainsay("tests/inputs/readme/roads", &["datalog", "roads.dl", option, atom]);
        assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));
        let out = stdout(&output);
        assert!(readme.contains(&format!("{option} '{atom}'`")), "README.md asks about {atom}");
        assert!(readme.contains(&format!("```text\n{out}```\n")), "README.md shows the answer:\n{out}");
    }
}

/// Clauses that stand for several rules, inline relations, texts that need quotes, groups that are cut.
const FORMS: &str = r#".decl edge(a: number, b: number)
.input edge(filename="edges.csv", rfc4180=true, headers=true)
.decl hop(a: number, b: number) inline
hop(a, b) :- edge(a, b), a != b.
hop(a, b) :- edge(b, a), a > b.
.decl far(a: number, b: number)
.decl start(a: number)
.output far
.output start
/// Everything that two hops reach.
far(a, c), start(a) :-
    hop(a, b), hop(b, c), !edge(a, c)
    ; edge(a, _), !(edge(a, 6), a < 5), c = 9.
.decl named(a: number, name: symbol, weight: float, size: unsigned)
.output named
named(a, cat("n\"", to_string(a)), to_float(a) / 2, 18446744073709551615) :- start(a).
.decl total(n: number)
.output total
total(n) :- n = sum b : { edge(_, b) }.
total(count : { named(_, _, _, _) } + 100).
.decl none()
.output none
none() :- !start(77), total(_).
"#;

#[test]
fn proofs_speak_the_words_of_the_program() {
    let edges = "a,b\r\n1,2\r\n2,3\r\n\"3\",4\r\n4,1\r\n1,2\r\n4,6\r\n6,6\r\n5,6\r\n";
    let folder = Folder::new("explain-forms", &[("p.dl", FORMS), ("edges.csv", edges)]);
    let mut shown = String::new();
    for arguments in [
        &["--explain", "far(1, 3)", "--explain", "start(1)", "--proofs", "2"][..],
        &["--explain", "far(6, 9)", "--why-not", "far(1, 2)"],
        &["--explain", "named(1, _, _, _)", "--why-not", "named(1, \"n\\\"2\", _, _)"],
        &["--explain", "total(_)"],
        &["--explain", "none()", "--why-not", "none()"],
    ] {
        shown.extend(["$ ", &arguments.join(" "), "\n", &explain(&folder, arguments), "\n"]);
    }
    snapshot("proofs", "forms", &shown);
}

#[test]
fn a_row_that_is_not_there_has_its_reasons() {
    let folder = folder("explain-why-not");
    let mut shown = String::new();
    for atom in ["path(1, 4)", "path(6, _)", "busiest(2)", "near(1, 5)", "closed(_)", "edge(2, 2)", "degree(1, 3)"] {
        shown.extend(["$ --why-not ", atom, "\n", &explain(&folder, &["--why-not", atom]), "\n"]);
    }
    snapshot("proofs", "why-not", &shown);
    let absent = explain(&folder, &["--explain", "path(1, 4)"]);
    assert_eq!(absent, explain(&folder, &["--why-not", "path(1, 4)"]));
}

#[test]
fn more_rows_than_are_explained_are_told_of() {
    let folder = folder("explain-many");
    for (atom, rows, more) in [("path(_, _)", 10, true), ("path(1, _)", 4, false)] {
        let (code, out, err) = folder.run(&["datalog", "p.dl", "--explain", atom, "-f", "json"]);
        assert_eq!((code, out.lines().count()), (Some(0), rows), "{atom}");
        assert_eq!(err.contains("note: more rows match"), more, "{atom}: {err}");
        let absent = explain(&folder, &["--why-not", atom]);
        assert_eq!(absent.ends_with(", and more\n"), more, "{absent}");
    }
}

#[test]
fn a_column_that_no_order_begins_with_hides_no_row() {
    let rows: Vec<String> = (0..30_000).map(|n| format!("{}\t{n}\n", n / 2)).collect();
    let program = ".decl r(a: number, b: number)\n.input r\n.output r\n";
    let folder = Folder::new("explain-large", &[("p.dl", program), ("r.facts", &rows.concat())]);
    let (code, out, _) = folder.run(&["datalog", "p.dl", "--explain", "r(_, 29999)"]);
    assert_eq!((code, out.as_str()), (Some(0), "r(14999, 29999)   given, r.facts:30000\n"));
}

#[test]
fn explanations_can_be_read_by_programs() {
    let folder = folder("explain-json");
    let json = |arguments: &[&str]| -> Vec<Value> {
        let out = explain(&folder, &[arguments, &["--format", "json"]].concat());
        out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let proofs = json(&["--explain", "busiest(1)", "--explain", "path(1, _)", "--proofs", "1"]);
    let atoms: Vec<&str> = proofs.iter().map(|proof| proof["text"].as_str().unwrap()).collect();
    assert_eq!(atoms, ["busiest(1)", "path(1, 1)", "path(1, 2)", "path(1, 3)", "path(1, 5)"]);
    let scopes: Vec<&str> = proofs.iter().map(|proof| proof["scope"].as_str().unwrap()).collect();
    assert_eq!(scopes, ["all", "all", "some", "some", "some"]);
    for proof in &proofs {
        let nodes = proof["nodes"].as_array().unwrap();
        for (number, node) in nodes.iter().enumerate() {
            for premise in node["premises"].as_array().into_iter().flatten() {
                let below = premise["node"].as_u64();
                assert!(below.is_none_or(|below| below > number as u64 && below < nodes.len() as u64), "{proof}");
            }
        }
    }
    let shortest = &json(&["--explain", "busiest(1)"])[0];
    snapshot("proofs", "proof-json", &serde_json::to_string_pretty(shortest).unwrap());
    assert_eq!(
        (&shortest["schema"], &shortest["scope"], &shortest["proofs"][0]["height"]),
        (&Value::from("gainsay.proof/1"), &Value::from("shortest"), &Value::from(2))
    );
    let refusal = &json(&["--why-not", "path(1, 4)"])[0];
    snapshot("proofs", "why-not-json", &serde_json::to_string_pretty(refusal).unwrap());
    assert_eq!(refusal["schema"], "gainsay.why-not/1");
}

#[test]
fn what_is_no_atom_cannot_be_explained() {
    let program =
        format!("{PROGRAM}.decl hop(a: number) inline\nhop(a) :- edge(a, _).\npath(a, a) :- hop(a), a > 7.\n");
    let folder = Folder::new("explain-mistakes", &[("p.dl", &program), ("edge.facts", EDGES)]);
    let mut shown = String::new();
    for questions in [
        &[
            "pth(1, 2)",
            "edge(1, 2), edge(2, 3)",
            "!edge(1, 2)",
            "edge(x, x)",
            "",
            "path(1",
            "path(1, \"b\")",
            "path(1)",
        ][..],
        &[
            "hop(1)",
            "path(1 / 0, 2)",
            "path(9223372036854775807 + 1, 2)",
            "path(x, x + 1)",
            "path(range(1, 3), 2)",
            "path(1, count : { edge(_, _) })",
            "path(as(x, number), x)",
        ],
    ] {
        let asked: Vec<&str> = questions.iter().flat_map(|question| ["--explain", question]).collect();
        let (code, out, err) = folder.run(&[&["datalog", "p.dl"], &asked[..]].concat());
        assert_eq!((code, out.as_str()), (Some(2), ""));
        shown.extend([&asked.join(" "), "\n\n", &err, "\n"]);
    }
    snapshot("proofs", "mistakes", &shown);
    for (arguments, message) in [
        (&["--proofs", "all"][..], "error: `--proofs` does nothing without `--explain`\n"),
        (&["--why-not", "edge(1, 2)", "--proofs", "all"], "error: `--proofs` does nothing without `--explain`\n"),
        (&["-f", "json"], "error: `--format` does nothing without `--explain` or `--why-not`\n"),
        (&["--explain", "edge(1, 2)", "--proofs", "0"], "error: `0` is no value of `--proofs`\n"),
        (&["--explain", "edge(1, 2)", "--profile"], "error: `--explain` cannot be used with `--profile`\n"),
    ] {
        let (code, out, err) = folder.run(&[&["datalog", "p.dl"], arguments].concat());
        assert_eq!((code, out.as_str()), (Some(2), ""));
        assert!(err.starts_with(message), "{err}");
    }
}
