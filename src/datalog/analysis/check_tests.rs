//! What checking, inlining and stratifying report and make of programs.

use crate::datalog::syntax::parser_tests::{right, run, wrong};
use crate::datalog::{Literal, Program, Term};

/// The rules of a checked program as text, with numbered variables.
fn rules(program: &Program) -> Vec<String> {
    let name = |id| program.relation(id).name.to_string();
    let term = |term: &Term| match term {
        Term::Variable(n) => format!("v{n}"),
        Term::Wildcard => "_".to_owned(),
        Term::Constant(cell) => format!("c{cell}"),
        Term::Functor(functor, _, arguments) => format!("{functor}/{}", arguments.len()),
    };
    let terms = |all: &[Term]| all.iter().map(term).collect::<Vec<_>>().join(",");
    let literal = |literal: &Literal| match literal {
        Literal::Atom(atom) => format!("{}({})", name(atom.relation), terms(&atom.terms)),
        Literal::Not(atom) => format!("!{}({})", name(atom.relation), terms(&atom.terms)),
        Literal::Compare { left, operator, right, .. } => format!("{}{operator}{}", term(left), term(right)),
        Literal::Aggregate { result, body, outer, .. } => format!("{}=#{}{outer:?}", term(result), body.len()),
        Literal::Range { result, arguments, .. } => format!("{}=range({})", term(result), terms(arguments)),
    };
    let rule = |rule: &crate::datalog::Rule| {
        let body: Vec<String> = rule.body.iter().map(literal).collect();
        format!("{}({}) :- {}", name(rule.head), terms(&rule.terms), body.join(" "))
    };
    program.rules().map(|(_, r)| rule(r)).collect()
}

#[test]
fn names_and_arities() {
    wrong(
        ".decl promise(x: symbol)\n.decl r(x: symbol)\nr(X) :- promsie(X), nothing(X).\nr(X) :- promsie(X).",
        &[
            "unknown-relation [promsie] did you mean `promise`?",
            "  [promise] declared here",
            "  [promsie] also used here",
            "unknown-relation [nothing] not declared",
        ],
    );
    wrong(".decl r()\n.output s", &["unknown-relation [s] did you mean `r`?", "  [r] declared here"]);
    wrong(
        ".decl r(x: symbol)\n.decl r(y: symbol)",
        &["duplicate-relation [r] declared again", "  [r] first declared here"],
    );
    wrong(".decl r(x: symbol, x: number)", &["duplicate-column [x] declared again", "  [x] first declared here"]);
    wrong(
        ".decl r(x: symbol)\nr(\"a\", \"b\").",
        &["wrong-arity [r(\"a\", \"b\")] 2 arguments", "  [r] declared with 1 column"],
    );
    wrong(".outptu r\n.decl r()", &["unknown-directive [.outptu] did you mean `.output`?"]);
    let wide: Vec<String> = (0..40).map(|i| format!("c{i}: symbol")).collect();
    wrong(&format!(".decl r({})", wide.join(", ")), &["too-many-columns [r] 40 columns"]);
    let long = vec!["r()"; 300].join(", ");
    wrong(&format!(".decl r()\nr() :- {long}."), &["clause-too-large [r()] too large"]);
}

#[test]
fn declared_types() {
    wrong(
        ".type Name <: symbol\n.decl r(x: Nmae, y: thing)",
        &["unknown-type [Nmae] did you mean `Name`?", "unknown-type [thing] not declared"],
    );
    wrong(
        ".type A <: B\n.type B <: A\n.type C <: A\n.decl r(x: A)",
        &["recursive-type [.type A <: B] `A` is below `B`", "  [.type B <: A] `B` is below `A`"],
    );
    wrong(
        ".type A <: symbol\n.type A <: number\n.type symbol <: number",
        &[
            "duplicate-type [A] declared again",
            "  [A] first declared here",
            "duplicate-type [symbol] a type of the language",
        ],
    );
    right(".type B <: A\n.type A <: symbol\n.decl r(x: B)\n.decl s(x: A)\ns(X) :- r(X).");
}

const TYPED: &str = ".type Top <: symbol\n.type A <: Top\n.type B <: Top\n.type Day <: number
.decl top(x: Top)\n.decl a(x: A)\n.decl b(x: B)\n.decl day(n: Day)\n.decl num(n: number)\n.decl sym(x: symbol)\n";

#[test]
fn types_that_clash() {
    let wrong = |text: &str, expect: &[&str]| wrong(&format!("{TYPED}{text}"), expect);
    wrong("sym(X) :- a(X), b(X).", &["type-clash [X] `B` here", "  [X] `A` here"]);
    wrong("b(X) :- a(X).", &["type-clash [X] `B` here", "  [X] `A` here"]);
    wrong("a(X) :- top(X).", &["type-clash [X] `A` here", "  [X] any `Top` here"]);
    wrong("a(X) :- top(X), !a(X).", &["type-clash [X] `A` here", "  [X] any `Top` here"]);
    wrong("sym(X) :- num(X).", &["type-clash [X] a text here", "  [X] a number here"]);
    wrong("sym(1).", &["type-clash [1] a number", "  [symbol] declared as a text here"]);
    wrong("num(X) :- num(X), X = \"a\".", &["type-clash [\"a\"] a text", "  [X] a number"]);
    wrong("num(X + \"a\") :- num(X).", &["type-clash [\"a\"] a text"]);
    wrong("num(X) :- num(X), sym(Y), X < Y.", &["type-clash [Y] a number here", "  [Y] a text here"]);
    wrong("num(X) :- num(X), sym(Y), max(X, Y) = X.", &["type-clash [Y] a number here", "  [Y] a text here"]);
    wrong("sym(N) :- N = count : sym(_).", &["type-clash [N] a text here", "  [N] a number here"]);
}

#[test]
fn types_that_agree() {
    let right = |text: &str| right(&format!("{TYPED}{text}"));
    right("a(X) :- top(X), a(X).");
    right("top(X) :- a(X). sym(X) :- b(X), sym(X), !top(X).");
    right("a(X) :- b(Y), X = Y. sym(X) :- a(X), b(Y), X != Y.");
    right("day(N) :- num(M), N = M + 1. day(min(N, M)) :- day(N), num(M). day(N) :- N = count : a(_).");
    right("a(\"x\"). a(X) :- X = \"x\". day(-1).");
    right("day(N) :- sym(X), N = count : { sym(Y), Y < X }, M = count : { num(Y), Y > 0 }, M < N.");
}

#[test]
fn variables_without_a_value() {
    let wrong = |text: &str, expect: &[&str]| {
        wrong(&format!(".decl r(x: symbol)\n.decl n(x: number, y: number)\n{text}"), expect);
    };
    let unbound = ["unbound-variable [Y] has no value"];
    wrong("r(Y) :- r(X).", &unbound);
    wrong("r(Y).", &unbound);
    wrong("r(X) :- r(X), !n(Y, _).", &unbound);
    wrong("r(X) :- r(X), !n(_, Y + 1).", &unbound);
    wrong("r(X) :- r(X), X < Y.", &unbound);
    wrong("r(X) :- r(X), Y = Z, Z = Y.", &["unbound-variable [Y] has no value", "unbound-variable [Z] has no value"]);
    wrong("n(Y, Y) :- n(Y + 1, 3).", &unbound);
    wrong("n(Y, Y) :- Y = Y + 1.", &unbound);
    wrong("r(X) :- r(X), 1 = count : { r(Y) }, Y = Y.", &unbound);
    wrong(
        "n(N, Y) :- N = count : { n(Y, N) }.",
        &["unbound-variable [N] has no value", "unbound-variable [Y] has no value"],
    );
    wrong("r(X) :- r(X), 1 < count : { r(Z), Y < Z }.", &unbound);
    wrong("r(_).", &["unbound-variable [_] has no value"]);
    wrong("r(X) :- r(X), X != _.", &["unbound-variable [_] has no value"]);
    wrong("r(X) :- r(X), !n(1 + _, 2).", &["unbound-variable [_] has no value"]);
}

#[test]
fn variables_with_a_value() {
    let text = ".decl r(x: symbol)\n.decl n(x: number, y: number)\n.decl o(x: number, y: number)
o(A, D) :- C = B + 1, D = C, n(A, _), B = max(A, 2), !n(D + 1, _).
o(N, M) :- r(X), N = count : { r(Y), Y != X }, M = count : { n(Y, _) }.
o(N, N) :- 2 < count : { r(_), n(_, _) }, N = count : r(_), count : r(_) = count : { n(1, _) }.";
    let strata = right(text);
    assert_eq!(
        rules(strata.program()),
        [
            "o(v0,v1) :- v2=+/2 v1=v2 n(v0,_) v3=max/2 !n(+/2,_)",
            "o(v0,v1) :- r(v2) v0=#2[2] v1=#1[]",
            "o(v0,v0) :- v1=#2[] c1073741826<v1 v0=#1[] v6=#1[] v8=#1[] v6=v8",
        ]
    );
}

#[test]
fn inline_relations_are_replaced() {
    let base = ".decl r(x: symbol, n: number)\n.decl out(x: symbol)\n.decl one(a: symbol, b: symbol) inline
.decl two(a: symbol) inline\n.decl none(a: symbol) inline\n";
    let check = |text: &str, expect: &[&str]| {
        let strata = right(&format!("{base}{text}"));
        assert_eq!(rules(strata.program()), expect);
        assert!(strata.program().find("one").is_none());
    };
    let one = "one(X, Y) :- r(X, N), r(Y, M), N < M.\n";
    check(
        &format!("{one}out(Y) :- one(Y, X), one(X, _)."),
        &["out(v0) :- r(v0,v2) r(v1,v3) v2<v3 r(v1,v4) r(v5,v6) v4<v6"],
    );
    check(
        &format!("{one}two(X) :- one(X, X). two(\"b\").\nout(Z) :- r(Z, _), two(Z)."),
        &["out(v0) :- r(v0,_) r(v0,v1) r(v0,v2) v1<v2", "out(v0) :- r(v0,_) v0=c0"],
    );
    check(
        "one(X, X) :- r(X, _).\none(\"a\", \"b\").\nout(Y) :- r(Y, _), one(Y, Z), r(Z, _). out(X) :- r(X, _), one(\"b\", \"b\").",
        &[
            "out(v0) :- r(v0,_) v1=v0 r(v0,_) r(v1,_)",
            "out(v0) :- r(v0,_) v0=c0 v1=c1 r(v1,_)",
            "out(v0) :- r(v0,_) r(c1,_)",
        ],
    );
    check(
        "two(X) :- r(X, N), N = count : { r(X, _) }, !r(X, 3).\nout(\"q\") :- two(\"a\").",
        &["out(c0) :- r(c1,v0) v0=#1[] !r(c1,c1073741827)"],
    );
    check("out(X) :- r(X, _), none(X).", &[]);
    let functors = ".decl f(n: number, m: number) inline\nf(N, M + 1) :- r(_, N), r(_, M).\n.decl g(n: number)\n";
    check(
        &format!("{functors}g(K) :- f(K + 1, _), g(K). g(K) :- f(1, K)."),
        &["g(v0) :- +/2=v1 r(_,v1) r(_,v2) g(v0)", "g(v0) :- v0=+/2 r(_,c1073741825) r(_,v1)"],
    );
}

#[test]
fn inline_relations_that_cannot_be_replaced() {
    let base = ".decl r(x: symbol)\n.decl i(x: symbol) inline\n.decl j(x: symbol) inline\n";
    let wrong = |text: &str, expect: &[&str]| wrong(&format!("{base}{text}"), expect);
    wrong(
        "i(X) :- r(X), j(X).\nj(X) :- i(X).",
        &["recursive-inline [j(X)] `i` reads `j`", "  [i(X)] `j` reads `i`", "  [i] declared `inline` here"],
    );
    wrong("r(X) :- r(X), !i(X).", &["negated-inline [i(X)] negated here", "  [i] declared `inline` here"]);
    wrong("r(X) :- r(X), 1 = count : i(_).", &["counted-inline [i(_)] counted here", "  [i] declared `inline` here"]);
    wrong(".output i", &["inline-directive [i] has no rows of its own", "  [i] declared `inline` here"]);
    let facts: Vec<String> = (0..30).map(|n| format!("i(\"{n}\").\n")).collect();
    let facts = facts.concat();
    wrong(
        &format!("{facts}r(X) :- i(X), i(Y), i(Z), i(W), X < Y, Z < W."),
        &["inline-too-large [i(Z)] replaced by its clauses here", "  [i] declared `inline` here"],
    );
    let chain: Vec<String> = (0..40)
        .map(|n| format!(".decl d{n}(x: symbol) inline\nd{n}(X) :- d{0}(X). d{n}(X) :- d{0}(X), r(X).\n", n + 1))
        .collect();
    let (_, diagnostics, _) =
        run(&format!("{base}{}.decl d40(x: symbol) inline\nd40(X) :- r(X).\nr(X) :- d0(X).", chain.concat()));
    assert_eq!(diagnostics.iter().map(|d| d.code).collect::<Vec<_>>(), ["inline-too-large"]);
}

#[test]
fn negation_in_a_cycle() {
    let base = ".decl e(x: symbol)\n.decl a(x: symbol)\n.decl b(x: symbol)\n.decl c(n: number)\n";
    wrong(
        &format!("{base}a(X) :- e(X), !b(X).\nb(X) :- e(X), a(X)."),
        &["negation-in-cycle [b(X)] `a` needs all of `b`", "  [a(X)] `b` reads `a`"],
    );
    wrong(&format!("{base}a(X) :- e(X), !a(X)."), &["negation-in-cycle [a(X)] `a` needs all of `a`"]);
    wrong(
        &format!("{base}c(N) :- N = count : {{ a(X), c(_) }}."),
        &["negation-in-cycle [N = count : { a(X), c(_) }] `c` needs all of `c`"],
    );
    let inline = ".decl i(x: symbol) inline\ni(X) :- e(X), !b(X).\n";
    wrong(
        &format!("{base}{inline}a(X) :- i(X).\nb(X) :- a(X)."),
        &["negation-in-cycle [b(X)] `a` needs all of `b`", "  [a(X)] `b` reads `a`"],
    );
    let (_, diagnostics, _) = run(&format!("{base}a(X) :- e(X), !b(X).\nb(X) :- e(X), a(X)."));
    assert_eq!(diagnostics[0].message, "a relation depends on its own negation: `a, not b, a`");
}

#[test]
fn strata_come_in_order() {
    let strata = right(
        ".decl top(x: symbol)\n.decl path(x: symbol, y: symbol)\n.decl even(x: symbol)\n.decl odd(x: symbol)
.decl edge(x: symbol, y: symbol)\n.decl lone(x: symbol)
top(X) :- path(X, _), !odd(X). path(X, Y) :- edge(X, Y). path(X, Z) :- path(X, Y), edge(Y, Z).
even(\"0\"). even(Y) :- odd(X), edge(X, Y). odd(Y) :- even(X), edge(X, Y).",
    );
    let name = |id: &crate::datalog::RelationId| strata.program().relation(*id).name.to_string();
    let order: Vec<(String, usize, bool)> = strata
        .order()
        .iter()
        .map(|s| (s.relations.iter().map(name).collect::<Vec<_>>().join(" "), s.rules.len(), s.recursive))
        .collect();
    let expect = [("edge", 0, false), ("path", 2, true), ("even odd", 3, true), ("top", 1, false), ("lone", 0, false)];
    assert_eq!(order, expect.map(|(names, rules, recursive)| (names.to_owned(), rules, recursive)));
}
