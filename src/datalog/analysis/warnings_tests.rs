//! What is warned about, and what is not.

use crate::base::{Diagnostic, Pool};
use crate::datalog::syntax::parser_tests::{read, shown};
use crate::datalog::{Surroundings, check, warnings};

/// Every `.input` gives rows; relations with an annotation are read from outside.
fn found(text: &str) -> Vec<String> {
    let (sources, program, mut problems) = read(text);
    problems.extend(check(&program, &mut Pool::new()).diagnostics);
    let reads = |declaration: &crate::datalog::syntax::ast::Declaration| !declaration.annotations.is_empty();
    let around = Surroundings { asks_about: &|_| true, reads: &reads, gives: &|_| true };
    let found: Vec<Diagnostic> = warnings(&program, &problems, around);
    shown(&sources, &found)
}

const BASE: &str =
    ".decl e(a: symbol, b: symbol)\n.input e\n.decl n(x: number)\n.input n\n.decl out(a: symbol)\n.output out\n";

#[test]
fn variables_that_occur_once() {
    let check = |text: &str, expect: &[&str]| assert_eq!(found(&format!("{BASE}{text}")), expect);
    let nothing = "nothing else uses its value";
    check("out(X) :- e(X, Y), n(_).", &[&format!("singleton-variable [Y] {nothing}")]);
    check("out(X) :- e(X, _Y), n(_).", &[]);
    check("out(X) :- e(X, X), n(Y), n(Y), e(X, _).", &[]);
    check("out(Name) :- e(Name, Nmae), n(_).", &["singleton-variable [Nmae] did you mean `Name`?"]);
    check("out(X) :- e(X, _), n(N), M = N + 1.", &[&format!("singleton-variable [M] {nothing}")]);
    check("out(X) :- e(X, _), 1 < count : { n(N) }.", &[&format!("singleton-variable [N] {nothing}")]);
    check("out(X) :- e(X, _), 1 < count : { n(N), N > 2 }, 1 = count : { n(N), N > 3 }.", &[]);
    check("out(X) :- e(X, _), !n(M).", &[]);
    check("out(Y) :- e(X, Z), n(_).", &[]);
    // The sentence of a clause uses a value too.
    check("/// {X} has {Y}\nout(X) :- e(X, Y), n(_).", &[]);
    check("/// {X} has {Y.a}\nout(X) :- e(X, Y), n(_).", &[]);
    check("/// {X} has Y} and {Yes}\nout(X) :- e(X, Y), n(_).", &[&format!("singleton-variable [Y] {nothing}")]);
}

#[test]
fn a_relation_that_nothing_reads() {
    let base = ".decl e(a: symbol)\n.input e\n";
    let check = |text: &str, expect: &[&str]| assert_eq!(found(&format!("{base}{text}")), expect);
    check(
        ".decl a(x: symbol)\na(X) :- e(X).\n.decl b(x: symbol)",
        &["unused-relation [a] nothing reads it", "unused-relation [b] nothing reads it"],
    );
    check(".decl a(x: symbol)\na(X) :- e(X).\n.printsize a", &[]);
    check("@[asked] .decl a(x: symbol)\na(X) :- e(X).", &[]);
    check(".decl a(x: symbol)\na(X) :- e(X).\na(X) :- a(X).", &["unused-relation [a] only its own clauses read it"]);
    check(
        ".decl a(x: symbol)\n.decl b(x: symbol)\na(X) :- e(X).\na(X) :- b(X).\nb(X) :- a(X).",
        &["unused-relation [a] only its own clauses read it"],
    );
    // What only an unused relation reads is found when that one is gone.
    check(
        ".decl a(x: symbol)\n.decl b(x: symbol)\na(X) :- e(X).\nb(X) :- a(X).",
        &["unused-relation [b] nothing reads it"],
    );
    check(
        ".decl a(x: symbol)\n.decl b(x: number)\n.output b\na(X) :- e(X).\nb(N) :- N = count : { e(X), !a(X) }.",
        &[],
    );
    check(".decl a(x: symbol)\na(X) :- e(X), missing(X).", &[]);
}

#[test]
fn a_relation_without_rows() {
    let check = |text: &str, expect: &[&str]| assert_eq!(found(text), expect);
    let base = ".decl e(a: symbol)\n.decl out(a: symbol)\n.output out\n";
    check(&format!("{base}out(X) :- e(X)."), &["empty-relation [e] no clause gives it a row", "  [e] read here"]);
    check(&format!("{base}out(X) :- e(X).\n.input e"), &[]);
    check(&format!("{base}out(X) :- e(X).\ne(\"a\")."), &[]);
    check(".decl out(a: symbol)\n.output out", &["empty-relation [out] no clause gives it a row"]);
}
