//! What checking, inlining and stratifying report and make of programs.

use crate::datalog::syntax::parser_tests::{right, run, wrong};
use crate::datalog::{Literal, Program, Term};

/// A condition as text.
fn literal(it: &Literal, atom: &dyn Fn(&crate::datalog::Atom) -> String, term: &dyn Fn(&Term) -> String) -> String {
    match it {
        Literal::Atom(it) => atom(it),
        Literal::Not(it) => format!("!{}", atom(it)),
        Literal::Compare { left, operator, right, .. } => format!("{}{operator}{}", term(left), term(right)),
        Literal::Aggregate { result, function, target, body, outer, .. } => {
            let target = target.as_ref().map_or(String::new(), |target| format!(" {}", term(target)));
            let body: Vec<String> = body.iter().map(|inner| literal(inner, atom, term)).collect();
            format!("{}={function}{target} of {}{outer:?}", term(result), body.join(" "))
        }
        Literal::Range { result, arguments, .. } => {
            format!("{}=range({})", term(result), arguments.iter().map(term).collect::<Vec<_>>().join(","))
        }
    }
}

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
    let atom = |atom: &crate::datalog::Atom| format!("{}({})", name(atom.relation), terms(&atom.terms));
    let rule = |rule: &crate::datalog::Rule| {
        let body: Vec<String> = rule.body.iter().map(|it| literal(it, &atom, &term)).collect();
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
fn numbers_of_several_kinds() {
    let base = ".decl n(x: number)\n.decl u(x: unsigned)\n.decl f(x: float)\n.decl s(x: symbol)\n";
    let wrong = |text: &str, expect: &[&str]| wrong(&format!("{base}{text}"), expect);
    wrong("n(1u).", &["type-clash [1u] an unsigned number", "  [number] declared as a number here"]);
    wrong("n(1.0).", &["type-clash [1.0] a float", "  [number] declared as a number here"]);
    wrong("u(1.0).", &["type-clash [1.0] a float", "  [unsigned] declared as an unsigned number here"]);
    wrong("u(-1).", &["type-clash [-1] the values are 0 to 2^64 - 1"]);
    wrong("u(-1u).", &["type-clash [-1u] an unsigned number here"]);
    wrong("n(9223372036854775808).", &["type-clash [9223372036854775808] the values are -2^63 to 2^63 - 1"]);
    wrong("n(X) :- n(X), u(X).", &["type-clash [X] an unsigned number here", "  [X] a number here"]);
    wrong("n(X) :- n(X), f(Y), X < Y.", &["type-clash [Y] a number here", "  [Y] a float here"]);
    wrong("f(X % 2) :- f(X).", &["type-clash [X % 2] a float here"]);
    wrong("f(bnot X) :- f(X).", &["type-clash [bnot X] a float here"]);
    wrong("s(X - \"a\") :- s(X).", &["type-clash [X - \"a\"] a number", "  [symbol] declared as a text here"]);
    wrong("n(strlen(X)) :- n(X).", &["type-clash [X] a text here", "  [X] a number here"]);
    wrong(
        "n(substr(\"a\", 0, 1)).",
        &["type-clash [substr(\"a\", 0, 1)] a text", "  [number] declared as a number here"],
    );
    wrong("s(substr(\"a\", 0u, 1)).", &["type-clash [0u] an unsigned number"]);
    wrong("s(X) :- s(X), match(1, X).", &["type-clash [1] a number"]);
    wrong("n(1) :- 1.5 = mean Y : { n(Y) }.", &["type-clash [Y] a float here", "  [Y] a number here"]);
    wrong("s(X) :- X = max Y : { s(Y) }.", &["type-clash [max Y : { s(Y) }] a text here"]);
    wrong("s(X) :- X = range(1, 2).", &["type-clash [range(1, 2)] a text here"]);
    wrong("s(to_string(to_number(-5 + 18446744073709551615))).", &["type-clash [-5] the values are 0 to 2^64 - 1"]);
    wrong("s(cat(X, 1)) :- s(X).", &["type-clash [1] a number"]);
    wrong("n(as(X, number)) :- f(X).", &["type-clash [X] a number here", "  [X] a float here"]);
    wrong("n(as(1.5, numbr)).", &["unknown-type [numbr] did you mean `number`?"]);
    right(&format!(
        "{base}.decl g(x: float)\n.decl w(x: unsigned)\nn(1). u(1). f(1). f(-1). u(18446744073709551615). n(0xff). n(-1).
f(0.5). u(2u). u(0b11u). s(\"a\" + \"b\"). s(min(\"a\", \"b\")). n(to_number(1.5) + to_number(2u)). u(to_unsigned(\"1\")).
f(X) :- X = 1. u(X) :- X = Y, Y = 2 + Z, Z = range(0, 3). g(mean X : {{ f(X) }}). w(sum X * 2 : {{ u(X) }}).
s(to_string(to_float(to_unsigned(1)))).
s(to_string(1)) :- 18446744073709551615 = X, X > 3, to_string(X) != \"\". f(max(1, 2.5, X)) :- f(X), X ^ 2 < 3.
n(N) :- N = count : {{ f(X), X < 3 }}, N land 1 = lnot 0. s(X) :- s(X), contains(\"a\", X), !match(\".\", X)."
    ));
}

/// Neither a deep term nor a wide one costs more than its length.
#[test]
fn large_terms_are_typed_in_one_go() {
    let base = ".decl n(x: number)\n.decl s(x: symbol)\n";
    let deep = vec!["1"; 60].join(" + ");
    let nested = (0..25).fold("n(X)".to_owned(), |inner, _| format!("{deep} < count : {{ {inner} }}"));
    right(&format!("{base}s(\"a\") :- n(X), {nested}, {deep} < X, X < {deep}."));
    let wide = vec!["X"; 20_000].join(", ");
    right(&format!("{base}n(X) :- n(X), {}.", vec![format!("1 < min({wide})"); 10].join(", ")));
    let texts = vec!["to_string(1)"; 20_000].join(", ");
    right(&format!("{base}s(cat({texts}))."));
}

#[test]
fn unions_and_other_names() {
    let base = ".type A <: symbol\n.type B <: symbol\n.type C <: B\n.type AB = A | B\n.type BC = C | AB\n.type Also = B
.type D <: AB\n.type U <: unsigned\n.decl a(x: A)\n.decl b(x: B)\n.decl c(x: C)\n.decl ab(x: AB)\n.decl also(x: Also)
.decl d(x: D)\n.decl sym(x: symbol)\n";
    let right = |text: &str| right(&format!("{base}{text}"));
    right("ab(X) :- a(X). ab(X) :- c(X). ab(X) :- d(X). sym(X) :- ab(X). also(X) :- b(X). b(X) :- also(X).");
    right("a(X) :- ab(X), a(X). c(X) :- ab(X), c(X). sym(X) :- ab(X), sym(X).");
    right("a(as(X, A)) :- b(X). c(Y) :- b(X), Y = as(X, C). ab(as(\"x\", AB)).");
    let wrong = |text: &str, expect: &[&str]| wrong(&format!("{base}{text}"), expect);
    wrong("a(X) :- ab(X).", &["type-clash [X] `A` here", "  [X] any `AB` here"]);
    wrong("d(X) :- ab(X).", &["type-clash [X] `D` here", "  [X] any `AB` here"]);
    wrong("sym(X) :- d(X), a(X).", &["type-clash [X] `A` here", "  [X] `D` here"]);
    wrong("a(as(X, C)) :- b(X).", &["type-clash [as(X, C)] `C` here", "  [A] declared as `A` here"]);
    wrong("a(Y) :- b(X), Y = as(X, C).", &["type-clash [Y] `A` here", "  [as(X, C)] `C` here"]);
    wrong(".type M = A | number", &["mixed-union [number] numbers here", "  [A] texts here"]);
    wrong(".type M = A | Nmae", &["unknown-type [Nmae] not declared"]);
    wrong(
        ".type M = A | N\n.type N = M",
        &["recursive-type [.type M = A | N] `M` is made of `N`", "  [.type N = M] `N` is made of `M`"],
    );
    let members: Vec<String> = (0..70).map(|n| format!("M{n}")).collect();
    let types: Vec<String> = members.iter().map(|member| format!(".type {member} <: symbol\n")).collect();
    wrong(
        &format!("{}.type M = {}\n.decl m(x: M)", types.concat(), members.join(" | ")),
        &["mixed-union [M] too many"],
    );
}

#[test]
fn columns_know_the_types_above_them() {
    let strata = right(
        ".type Top <: symbol\n.type A <: Top\n.type B <: Top\n.type AB = A | B\n.type D <: AB\n.type Also = D
.decl r(top: Top, a: A, ab: AB, d: D, also: Also, n: number)",
    );
    let relation = strata.program().relation(strata.program().find("r").unwrap());
    let above: Vec<String> = relation.columns.iter().map(|column| column.supertypes.join(" ")).collect();
    assert_eq!(above, ["symbol", "Top symbol", "Top symbol", "AB Top symbol", "D AB Top symbol", ""]);
    assert!(relation.columns[4].is("Top") && !relation.columns[4].is("A"));
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
            "o(v0,v1) :- r(v2) v0=count of r(v3) v3!=v2[2] v1=count of n(v4,v5)[]",
            "o(v0,v0) :- v1=count of r(v2) n(v3,v4)[] c1073741826<v1 v0=count of r(v5)[] v6=count of r(v7)[] \
             v8=count of n(c1073741825,v9)[] v6=v8",
        ]
    );
}

#[test]
fn heads_and_alternatives_are_rules_of_their_own() {
    let base = ".decl e(x: number, y: number)\n.decl a(x: number)\n.decl b(x: number, y: number)\n";
    let check = |text: &str, expect: &[&str]| assert_eq!(rules(right(&format!("{base}{text}")).program()), expect);
    check(
        "a(X), b(X, Y) :- e(X, Y), (e(X, X); !e(Y, X)).",
        &[
            "a(v0) :- e(v0,v1) e(v0,v0)",
            "a(v0) :- e(v0,v1) !e(v1,v0)",
            "b(v0,v1) :- e(v0,v1) e(v0,v0)",
            "b(v0,v1) :- e(v0,v1) !e(v1,v0)",
        ],
    );
    check(
        "a(X) :- e(X, _), false. a(X) :- e(X, _), !false. a(1) :- true.",
        &["a(v0) :- e(v0,_)", "a(c1073741825) :- "],
    );
    check(
        "a(X) :- e(X, Y), !(X = Y; e(Y, X), e(Y, Y)).",
        &["a(v0) :- e(v0,v1) v0!=v1 !e(v1,v0)", "a(v0) :- e(v0,v1) v0!=v1 !e(v1,v1)"],
    );
    // Each alternative has types of its own.
    let strata =
        ".type A <: symbol\n.type B <: symbol\n.decl p(x: A)\n.decl q(x: B)\n.decl r(x: symbol)\nr(X) :- p(X); q(X).";
    assert_eq!(right(strata).program().rules().count(), 2);
}

#[test]
fn alternatives_that_do_not_bind() {
    let base = ".decl e(x: number, y: number)\n.decl a(x: number)\n";
    let wrong = |text: &str, expect: &[&str]| wrong(&format!("{base}{text}"), expect);
    wrong(
        "a(X) :- e(Y, Y), (a(X); a(Y)).",
        &["unbound-variable [X] has no value", "  [a(Y)] in the alternative with this condition"],
    );
    // As in Soufflé: the negation of two atoms is a choice of two negated atoms, neither of which binds.
    wrong(
        "a(X) :- a(X), !(e(X, Y), a(Y)).",
        &[
            "unbound-variable [Y] has no value",
            "  [e(X, Y)] in the alternative with this condition",
            "unbound-variable [Y] has no value",
            "  [a(Y)] in the alternative with this condition",
        ],
    );
    let many = ["(a(X); a(Y))"; 9].join(", ");
    wrong(&format!("a(X) :- e(X, Y), {many}."), &["too-many-alternatives [a(X)] too many heads or alternatives"]);
    let eight = ["(a(X); a(Y))"; 8].join(", ");
    let clause = format!("a(X) :- e(X, Y), {eight}.\n");
    let (_, diagnostics, _) = run(&format!("{base}{}", clause.repeat(100)));
    assert!(diagnostics.iter().all(|d| d.code == "too-many-alternatives"));
    assert!((1..100).contains(&diagnostics.len()), "{}", diagnostics.len());
}

#[test]
fn aggregates_and_ranges_get_variables_of_their_own() {
    let base = ".decl e(x: number, y: number)\n.decl a(x: number)\n.decl o(x: number)\n";
    let check = |text: &str, expect: &[&str]| assert_eq!(rules(right(&format!("{base}{text}")).program()), expect);
    check("a(S) :- S = sum X + Y : { e(X, Y) }.", &["a(v0) :- v0=sum +/2 of e(v1,v2)[]"]);
    check("a(X) :- a(X), X = 1 + max Y : { e(X, Y) }.", &["a(v0) :- a(v0) v2=max v1 of e(v0,v1)[0] v0=+/2"]);
    check(
        "a(count : { e(_, 1) }) :- a(range(0, 3)).",
        &["a(v0) :- v2=range(c1073741824,c1073741827) a(v2) v0=count of e(v1,c1073741825)[]"],
    );
    // The target's variable is the aggregate's own.
    check("a(X) :- a(X), X < sum X : { e(X, _) }.", &["a(v0) :- a(v0) v2=sum v1 of e(v1,v3)[] v0<v2"]);
    check(
        "o(X) :- a(X), 1 < min Y : { e(X, Y), Y > count : { e(X, Y) }, Z = count : { a(W), W < Y, W < X }, Z > 0 }.",
        &[
            "o(v0) :- a(v0) v4=min v1 of e(v0,v1) v5=count of e(v0,v1)[0, 1] v1>v5 v2=count of a(v3) v3<v1 v3<v0[0, 1] v2>c1073741824[0] c1073741825<v4",
        ],
    );
    check(
        "a(1) :- 0 = count : { e(_, _), false }, 1 = count : { true }.",
        &[
            "a(c1073741825) :- c1073741824=count of e(v0,v1) c1073741824!=c1073741824[] c1073741825=count of c1073741824=c1073741824[]",
        ],
    );
    check("a(to_number(to_number(X))) :- a(X), X != as(1, number).", &["a(v0) :- a(v0) v0!=c1073741825"]);
    let wrong = |text: &str, expect: &[&str]| wrong(&format!("{base}{text}"), expect);
    wrong("a(S) :- S = sum X : { e(Y, Y) }.", &["unbound-variable [X] has no value"]);
    wrong("a(S) :- S = sum _ : { e(Y, Y) }.", &["unbound-variable [_] has no value"]);
    wrong("a(X) :- X = range(0, Y).", &["unbound-variable [Y] has no value"]);
    wrong("a(ord(\"a\")).", &["internal-number [ord(\"a\")] differs from run to run"]);
}

#[test]
fn inline_relations_with_alternatives_and_aggregates() {
    let base = ".decl e(x: number, y: number)\n.decl out(x: number)\n.decl i(x: number) inline\n";
    let check = |text: &str, expect: &[&str]| assert_eq!(rules(right(&format!("{base}{text}")).program()), expect);
    check(
        "i(X) :- e(X, 1); e(1, X).\nout(Y) :- i(Y).",
        &["out(v0) :- e(v0,c1073741825)", "out(v0) :- e(c1073741825,v0)"],
    );
    check(
        "i(sum Y : { e(X, Y) }) :- e(X, _).\nout(Y) :- i(Y), Y < 3. out(1) :- i(5).",
        &[
            "out(v0) :- e(v1,_) v0=sum v2 of e(v1,v2)[1] v0<c1073741827",
            "out(c1073741825) :- e(v0,_) c1073741829=sum v1 of e(v0,v1)[0]",
        ],
    );
    wrong(
        &format!("{base}i(X) :- e(X, X).\nout(X) :- e(X, _), !(i(X), X > 3)."),
        &["negated-inline [i(X)] negated here", "  [i] declared `inline` here"],
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
        &["out(c0) :- r(c1,v0) v0=count of r(c1,v1)[] !r(c1,c1073741827)"],
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
    wrong(
        "r(X) :- r(X), 1 = count : i(_).",
        &["counted-inline [i(_)] aggregated here", "  [i] declared `inline` here"],
    );
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
