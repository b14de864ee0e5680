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
        &["--explain", "edge(1, 2)"],
        &["--explain", "closed(4)"],
    ] {
        shown.extend(["$ ", &arguments.join(" "), "\n", &explain(&folder, arguments), "\n"]);
    }
    snapshot("proofs", "trees", &shown);
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
fn explanations_can_be_read_by_programs() {
    let folder = folder("explain-json");
    let json = |arguments: &[&str]| -> Value {
        serde_json::from_str(&explain(&folder, &[arguments, &["--format", "json"]].concat())).unwrap()
    };
    let proof = json(&["--explain", "busiest(1)"]);
    snapshot("proofs", "proof-json", &serde_json::to_string_pretty(&proof).unwrap());
    assert_eq!((&proof["schema"], &proof["proofs"][0]["height"]), (&Value::from("gainsay.proof/1"), &Value::from(2)));
    let nodes = proof["nodes"].as_array().unwrap();
    for node in nodes {
        for premise in node["premises"].as_array().into_iter().flatten() {
            assert!(premise.as_u64().unwrap() < nodes.len() as u64);
        }
    }
    let refusal = json(&["--why-not", "path(1, 4)"]);
    snapshot("proofs", "why-not-json", &serde_json::to_string_pretty(&refusal).unwrap());
    assert_eq!(refusal["schema"], "gainsay.why-not/1");
}

#[test]
fn what_is_no_atom_cannot_be_explained() {
    let folder = folder("explain-mistakes");
    let (code, out, err) =
        folder.run(&["datalog", "p.dl", "--explain", "pth(1, 2)", "--why-not", "edge(1, 2), edge(2, 3)"]);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    snapshot("proofs", "mistakes", &err);
    let (code, _, err) = folder.run(&["datalog", "p.dl", "--explain", "edge(1, 2), edge(2, 3)"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("this is not one atom"), "{err}");
    let (code, _, err) = folder.run(&["datalog", "p.dl", "--proofs", "all"]);
    assert_eq!(code, Some(2), "{err}");
}
