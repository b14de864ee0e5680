//! `gainsay datalog --explain` and `--why-not`.

use std::collections::{BTreeMap, BTreeSet};

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

/// What a head computes, and conditions that wait for a later atom.
const HEADS: &str = ".decl n(a: number)
.output n
n(1).
n(3).
n(7).
.decl m(a: number, b: number)
.output m
m(a, a + 1) :- n(a).
.decl twice(a: number)
.output twice
twice(a * 2) :- n(a), a < 7.
.decl below(a: number)
.output below
below(a) :- a < b, n(a), b = a - 1.
.decl low(a: number)
.output low
low(1) :- a < 1, n(a).
.decl same(a: number, b: number)
.output same
same(a, a) :- n(a).
same(3, 4 + 5) :- n(_).
.decl far(a: number)
.output far
far(a) :- d > 5, n(a), d = range(a, 4).
";

#[test]
fn what_a_head_computes_counts_behind_its_body() {
    let folder = Folder::new("explain-heads", &[("p.dl", HEADS)]);
    let mut shown = String::new();
    for atom in
        ["m(1, 5)", "m(_, 5)", "m(4, 5)", "twice(5)", "below(3)", "low(_)", "same(1, 3)", "same(3, 4)", "far(1)"]
    {
        shown.extend(["$ --why-not ", atom, "\n", &explain(&folder, &["--why-not", atom]), "\n"]);
    }
    snapshot("proofs", "why-not-heads", &shown);
    let json = explain(&folder, &["--why-not", "m(1, 5)", "-f", "json"]);
    let answer: Value = serde_json::from_str(&json).unwrap();
    let rule = &answer["rules"][0];
    assert_eq!((&rule["matched"], &rule["bindings"], &rule["more"]), (&1.into(), &1.into(), &false.into()));
    let obstacle = &rule["obstacle"];
    assert_eq!((&obstacle["kind"], &obstacle["has"], &obstacle["wanted"]), (&"head".into(), &2.into(), &5.into()));
}

#[test]
fn bindings_are_counted_up_to_a_limit() {
    let rows: Vec<String> = (0..500).map(|n| format!("{n}\n")).collect();
    let program = ".decl n(a: number)\n.input n\n.decl m(b: number)\n.output m\nm(a * 2) :- n(a), a < 200.\n\
                   .decl k(b: number)\n.output k\nk(a * 2) :- n(a), a < 201.\n";
    let folder = Folder::new("explain-bindings", &[("p.dl", program), ("n.facts", &rows.concat())]);
    for (atom, conditions) in
        [("m(101)", "under 200 bindings, for example:"), ("k(101)", "under 200 bindings or more, for example:")]
    {
        let out = explain(&folder, &["--why-not", atom]);
        assert!(
            out.contains(&format!(
                "rule p.dl:{}: 2 of 2 conditions hold {conditions}\n",
                if atom < "l" { 8 } else { 5 }
            )),
            "{out}"
        );
        assert!(out.ends_with("  the rule gives 100 for `b`, not 101\n"), "{out}");
        let json: Value = serde_json::from_str(&explain(&folder, &["--why-not", atom, "-f", "json"])).unwrap();
        assert_eq!((&json["rules"][0]["bindings"], &json["rules"][0]["more"]), (&200.into(), &(atom < "l").into()));
    }
}

/// The keys of each part of the documents, by its key above it; of nodes and obstacles by their kinds, and of obstacles
/// those alone that have a value.
type Keys = BTreeMap<String, BTreeSet<String>>;

fn gather(name: &str, value: &Value, keys: &mut Keys) {
    for element in value.as_array().into_iter().flatten() {
        gather(name, element, keys);
    }
    let Some(parts) = value.as_object() else { return };
    let own = || parts.keys().map(String::to_owned);
    match (name, value["kind"].as_str()) {
        ("nodes", Some(kind)) => keys.entry(format!("node {kind}")).or_default().extend(own()),
        (_, Some(kind)) => {
            let has_value = own().filter(|key| !parts[key].is_null() && key != "condition");
            keys.entry(format!("{name} {kind}")).or_default().extend(has_value);
            keys.entry(name.to_owned()).or_default().extend(own());
        }
        (_, None) => keys.entry(name.to_owned()).or_default().extend(own()),
    }
    for (name, part) in parts {
        gather(name, part, keys);
    }
}

/// The same as the README tells it.
fn documented() -> Keys {
    let words = |cell: &str| -> Vec<String> { cell.split('`').skip(1).step_by(2).map(str::to_owned).collect() };
    let (mut keys, mut table) = (Keys::new(), "");
    for line in text("README.md").lines() {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").collect();
        table = match (cells[0].trim(), table) {
            ("part", _) => "part",
            ("`kind` of node", _) => "node",
            ("`kind` of obstacle", _) => "obstacle",
            (_, table) if line.starts_with('|') => table,
            _ => "",
        };
        let kind: &[&str] = match table {
            "part" => &[],
            "node" => &["kind", "text"],
            "obstacle" => &["kind", "message"],
            _ => continue,
        };
        // In a comment behind a key names are no keys.
        let told = cells.last().unwrap().replace("(its place in `nodes`)", "").replace("(its `///` comment)", "");
        for part in words(cells[0]).into_iter().filter(|part| part != "kind") {
            let name = if table == "part" { part } else { format!("{table} {part}") };
            keys.insert(name, kind.iter().map(|key| (*key).to_owned()).chain(words(&told)).collect());
        }
    }
    keys
}

#[test]
fn the_readme_tells_all_kinds_and_keys_of_the_documents() {
    let more = ".decl up(n: number)
up(0).
/// One more.
up(n + 1) :- up(n), n < 800.
.decl never(a: number)
never(a) :- up(a), up(b), 0 > a + b.
.decl next(a: number, b: number)
next(a, a + 1) :- edge(a, _).
.decl odd(a: number)
odd(a) :- edge(a, _), a = range(7, 9).
";
    let folder = Folder::new("explain-kinds", &[("p.dl", &format!("{PROGRAM}{more}")), ("edge.facts", EDGES)]);
    let mut keys = Keys::new();
    let present = ["busiest(1)", "near(1, 2)", "up(800)", "path(1, 5)", "closed(4)"];
    let absent = ["path(1, 4)", "near(1, 5)", "degree(1, 3)", "next(1, 5)", "odd(1)", "never(_)", "busiest(9)"];
    let asked = present.map(|atom| ["--explain", atom]).concat();
    let asked = [asked, absent.map(|atom| ["--why-not", atom]).concat(), vec!["-f", "json"]].concat();
    let (code, out, err) = folder.run(&[&["datalog", "p.dl"], &asked[..]].concat());
    assert_eq!(code, Some(0), "{err}");
    for line in out.lines() {
        let document: Value = serde_json::from_str(line).unwrap();
        for (name, part) in document.as_object().unwrap() {
            gather(name, part, &mut keys);
        }
    }
    for common in ["tool", "range", "start", "end"] {
        assert!(keys.remove(common).is_some());
    }
    assert_eq!(keys, documented());
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
