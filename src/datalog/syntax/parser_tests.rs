//! Whole programs: round trips, what the parser reports, damaged input. Also the helpers of [`super::check_tests`].

use crate::base::{Diagnostic, Level, Pool, SourceMap};

use crate::datalog::{Strata, ast, check, parse, stratify};

/// Uses every part of the language.
const EVERYTHING: &str = r#"
.once
.include "prelude.dl"
/// A name.
///
/// Of two paragraphs.
.type Name <: symbol
.type Person <: Name
.type Day <: number
/// Who was where.
@[lint(group = "tension", level = "advice", tier = 1, mark = "7 a")] @[reference = "a \"b\" \\ \n\t"]
@[message = "{who}", help = "go"]
.decl at(@[key] @[primary = "here"] who: Person, /// dropped
    place: Name, @[level, sample] day: Day)
.input at(IO=file, delimiter = "\t", columns = "2:1:0")
.decl near(a: Name, b: Name) inline
.decl p()
.decl q(x: Person, n: number)
.output q, p(headers = true, IO = stdout)
.printsize q
near("x", "y"). near(X, X) :- at(_, X, _).
/// by two
/// steps
near(X, Y) :- at(W, X, N), at(W, Y, M), N - 1 <= M, M <= N + 1 - (2 - 3), X != Y.
p().
q(X, N) :- at(X, P, D), !at(X, P, D + 1), N = count : { at(X, _, E), E < D, !q2(E) }, N >= -3, near(P, _).
.decl q2(n: Day)
q2(min(D, E, -9223372036854775808)) :- at(_, _, D), at(_, _, E), max(D, E) > 0, "a" < "b", p().
q2(0) :- 2 <= count : at(_, _, _), (1 + 2) = 3.
.type Either = Name | Day2
.type Day2 = symbol
.decl m, f(x: float, u: unsigned, e: Either) no_inline
m(X, U, E), f(X, U, as(E, Either)) :-
    at(E, _, D), (X = 1.5; D < 3, X = to_float(D); !(D = 4, p()), X = mean to_float(M) : { at(_, _, M) }), U = 0xffu,
    !!match("a.*", E), !contains("b", cat(E, "c", "d")), true, D != range(1, 10, 2) ^ 2 % 3 * -D - bnot D bshl 1.
f(-2.5, 127.0.0.1, substr("abc", strlen("a"), 2)) :- p(), 1 < max sum X : { q(_, X), !(q2(X); X = 0) } : { p() } land 1.
"#;

pub(in crate::datalog) fn read(text: &str) -> (SourceMap, ast::Program, Vec<Diagnostic>) {
    let mut sources = SourceMap::new();
    let file = sources.add("a.dl", text);
    let parsed = parse(&sources, file);
    (sources, parsed.value, parsed.diagnostics)
}

/// Parses, checks and stratifies; the later phases run only if the earlier ones found no error.
pub(in crate::datalog) fn run(text: &str) -> (SourceMap, Vec<Diagnostic>, Option<Strata>) {
    let (sources, program, mut diagnostics) = read(text);
    if diagnostics.iter().any(|d| d.level == Level::Error) {
        return (sources, diagnostics, None);
    }
    let checked = check(&program, &mut Pool::new());
    diagnostics.extend(checked.diagnostics);
    let strata =
        checked.value.map(stratify).and_then(|result| result.map_err(|circles| diagnostics.extend(circles)).ok());
    (sources, diagnostics, strata)
}

/// One line per label: `code [text under the span] label`; the primary one first.
pub(in crate::datalog) fn shown(sources: &SourceMap, diagnostics: &[Diagnostic]) -> Vec<String> {
    let mut shown = Vec::new();
    for d in diagnostics {
        assert!(!d.message.contains('\n') && !d.message.is_empty());
        shown.push(format!("{} [{}] {}", d.code, sources.text(d.primary.span), d.primary.text));
        shown.extend(d.secondary.iter().map(|l| format!("  [{}] {}", sources.text(l.span), l.text)));
    }
    shown
}

pub(in crate::datalog) fn wrong(text: &str, expect: &[&str]) {
    let (sources, diagnostics, _) = run(text);
    assert_eq!(shown(&sources, &diagnostics), expect, "{diagnostics:#?}");
}

pub(in crate::datalog) fn right(text: &str) -> Strata {
    let (_, diagnostics, strata) = run(text);
    assert_eq!(diagnostics, []);
    strata.expect("no diagnostics")
}

/// A program's `Debug` text without the places.
pub(in crate::datalog) fn bare(program: &ast::Program) -> String {
    let text = format!("{program:?}");
    let mut parts = text.split("Span { file: FileId(");
    let mut bare = parts.next().unwrap().to_owned();
    for part in parts {
        bare.push_str(part.split_once(" }").unwrap().1);
    }
    bare
}

#[test]
fn a_print_reads_back() {
    let (_, program, diagnostics) = read(EVERYTHING);
    assert_eq!(diagnostics, []);
    let (_, again, diagnostics) = read(&program.to_string());
    assert_eq!(diagnostics, []);
    assert_eq!(bare(&program), bare(&again));
    assert_eq!(program.to_string(), again.to_string());
}

#[test]
fn the_parts_of_a_program_are_found() {
    let (sources, program, _) = read(EVERYTHING);
    assert_eq!(program.types[0].docs, "A name.\n\nOf two paragraphs.");
    let at = &program.declarations[0];
    assert_eq!((at.docs.as_str(), at.annotations.len()), ("Who was where.", 4));
    assert_eq!(sources.text(at.annotations[0].arguments[3].1.span), "7 a");
    assert_eq!(sources.text(at.annotations[2].span), r#"message = "{who}""#);
    assert_eq!(sources.text(at.columns[0].annotations[1].span), r#"@[primary = "here"]"#);
    assert_eq!(sources.text(at.columns[0].annotations[1].text.as_ref().unwrap().span), "here");
    assert_eq!(program.clauses[2].docs, "by two\nsteps");
    assert_eq!(sources.text(program.clauses[1].span), "near(X, X) :- at(_, X, _).");
    assert_eq!(program.directives.len(), 4);
    let text = sources.text(at.span);
    assert!(text.starts_with(".decl at(") && text.ends_with("day: Day)"));
}

#[test]
fn everything_checks_apart_from_the_missing_file() {
    let strata = right(EVERYTHING);
    let names: Vec<&str> = strata.program().relations().map(|(_, r)| &*r.name).collect();
    assert_eq!(names, ["at", "p", "q", "q2", "m", "f"]);
    assert!(strata.order().iter().all(|stratum| !stratum.recursive && stratum.relations.len() == 1));
}

#[test]
fn syntax() {
    let r = ".decl r(x: symbol)\n";
    let wrong = |text: &str, expect: &[&str]| wrong(&format!("{r}{text}"), expect);
    wrong("r(\"a\"", &[r#"syntax ["a"] `,` or `)` should follow"#]);
    wrong("r(X) :- r(X)\nr(X) :- r(X).", &["syntax [)] `,`, `;` or `.` should follow"]);
    wrong(
        "r(X) :- , r(X). r(\"a\")r(\"b\").",
        &["syntax [,] expected a variable, a text in quotes or a number", "syntax [r] expected `.` or `:-`"],
    );
    wrong("r(X) :- X.", &["syntax [.] expected a comparison, such as `=`"]);
    wrong("r(f(X)) :- r(X).", &["syntax [f(X)] an atom cannot be an argument"]);
    wrong("r(18446744073709551616).", &["syntax [18446744073709551616] too large"]);
    wrong("r(-9223372036854775809).", &["syntax [-9223372036854775809] too large"]);
    wrong("r(X) :- r(X), strlen(X, X) = 1.", &["syntax [strlen(X, X)] one argument"]);
    wrong("r(X) :- r(X), range(1) = 1.", &["syntax [range(1)] two or three arguments"]);
    wrong("r(X) :- r(X), cat() = X.", &["syntax [cat()] at least one argument"]);
    wrong("r(X) :- r(X), min(X) = X.", &["syntax [min(X)] at least two arguments"]);
    wrong("r(X) :- r(X), substr(X, 1) = X.", &["syntax [substr(X, 1)] 3 arguments"]);
    wrong("r(X) :- r(X), match(\"a\", X) = 1.", &["syntax [=] expected `,`, `;` or `.`"]);
    wrong("r(X) :- r(X), 1 = match(\"a\", X).", &["syntax [match(\"a\", X)] stands where a value is needed"]);
    wrong("r(X) :- r(X), 1 = count(X).", &["syntax [count(X)] `:` is missing"]);
    wrong("r(X) :- r(X), count = 1.", &["syntax [count] cannot name a variable"]);
    wrong("r(X) :- r(X), sum : { r(X) } = 1.", &["syntax [:] expected what is added or compared, such as `X`"]);
    wrong("r(X), r(\"a\").", &["syntax [.] expected `:-`"]);
    wrong("r(X) :- (r(X), r(X).", &["syntax [.] expected `,`, `;` or `)`"]);
    wrong("r(X) :- r(X); .", &["syntax [.] expected a variable, a text in quotes or a number"]);
    wrong(".plan 0: (1, 2)", &["ignored-hint [.plan 0: (1, 2)] has no effect"]);
    wrong(".plan 0: 1", &["syntax [1] expected `(`"]);
    wrong(
        ".decl s(x symbol)\n.decl t(x: symbol",
        &["syntax [symbol] expected `:`", "syntax [symbol] `,` or `)` should follow"],
    );
    wrong(".decl count(x: symbol)", &["syntax [count] cannot be declared"]);
    wrong("1", &["syntax [1] neither of them"]);
    wrong("@[x y] .decl s()", &["syntax [y] expected `,` or `]`"]);
    let deep = format!("r(X) :- r(X), 1 < {}1{}.", "(".repeat(70), ")".repeat(70));
    wrong(&deep, &["syntax [(] too deep"]);
    wrong(&format!("r(X) :- r(X), 1 < {}1.", "1 + ".repeat(70)), &["syntax [+] too deep"]);
    wrong(&format!("r(X) :- r(X), 1 < {}1.", "1 ^ ".repeat(70)), &["syntax [1] too deep"]);
    wrong(&format!("r(X) :- r(X), 1 < {}X.", "- ".repeat(70)), &["syntax [-] too deep"]);
    wrong(&format!("r(X) :- {}r(X).", "!".repeat(70)), &["syntax [!] too deep"]);
    wrong(&format!("r(X) :- {}r(X){}.", "(".repeat(70), ")".repeat(70)), &["syntax [(] too deep"]);
    let counts = format!("{}r(X){}", "1 = count : { ".repeat(70), " }".repeat(70));
    wrong(&format!("r(X) :- {counts}."), &["syntax [1] too deep"]);
}

#[test]
fn constructs_that_are_not_supported() {
    let r = ".decl r(x: number)\n";
    let refused = |text: &str, what: &str, advice: &str| {
        wrong(&format!("{r}{text}"), &[&format!("not-supported [{what}] {advice}")]);
    };
    refused("r([1, 2]) :- r(3).", "[1, 2]", "use one column per part");
    refused(".type P = [a: number, b: number]\n", "[a: number, b: number]", "use one column per part");
    refused(".type P = A { x: number }\n", "A { x: number }", "use one relation per branch");
    refused("r($A(1)).", "$A(1)", "use one relation per branch");
    refused("r($).", "$", "leave it out: the result would depend on the order of evaluation");
    refused(
        ".comp C {\n.decl s(x: number)\n}\n",
        ".comp C {\n.decl s(x: number)\n}",
        "write the relations out, or `.include` a file",
    );
    refused(".decl s(x: number) eqrel", "eqrel", "write the rules of the closure, or name a representative");
    refused("r(X) <= r(Y) :- X < Y.", "<= r(Y)", "keep the best row with `max` in a second relation");
    refused(
        ".functor f(x: number): number\nr(1).",
        ".functor f(x: number): number",
        "write a relation instead: rules may come from untrusted people",
    );
    refused("r(@f(1)).", "@f(1)", "write a relation instead: rules may come from untrusted people");
    refused("r(X) :- a.b(X).", "a.b(X)", "components have no names here: write the relation's own name");
    refused("r(X) :- X = autoinc().", "autoinc()", "leave it out: the result would depend on the order of evaluation");
    refused(".decl d = debug_delta(r)\nr(1).", "debug_delta(r)", "use `gainsay datalog --profile`");
    refused(".limitsize r(n=3)\nr(1).", ".limitsize r(n=3)", "leave it out, and use the limits of the command");
    refused(".decl s(x: number) choice-domain x", "choice-domain x", "pick one row with `min`");
    let alternatives = "give the alternatives a relation of their own";
    refused("r(N) :- N = count : { r(1); r(2) }.", "count : { r(1); r(2) }", alternatives);
}

#[test]
fn hints_are_noted_and_not_kept() {
    let text = ".pragma \"a\" \"b\"\n.decl r(x: number) btree no_inline magic inline brie\n.plan 1: (2, 1), 2: ()";
    let (sources, program, diagnostics) = read(text);
    let effect = |what: &str| format!("ignored-hint [{what}] has no effect");
    let expect = [".pragma \"a\" \"b\"", "btree", "magic", "brie", ".plan 1: (2, 1), 2: ()"].map(effect);
    assert_eq!(shown(&sources, &diagnostics), expect);
    assert!(diagnostics.iter().all(|d| d.level == Level::Advice));
    assert_eq!(program.to_string(), ".decl r(x: number) inline\n");
}

#[test]
fn operators_bind_as_in_souffle() {
    let check = |text: &str, expect: &str| {
        let (_, program, diagnostics) = read(&format!("r({text})."));
        assert_eq!(diagnostics, []);
        assert_eq!(full(&program.clauses[0].heads[0].terms[0].value), expect);
        // Its print has no parentheses that it can do without.
        assert_eq!(program.to_string(), format!("r({text}).\n"));
    };
    check("1 - 2 - 3", "((1 - 2) - 3)");
    check("1 - (2 - 3)", "(1 - (2 - 3))");
    check("2 ^ 3 ^ 4", "(2 ^ (3 ^ 4))");
    check("(2 ^ 3) ^ 4", "((2 ^ 3) ^ 4)");
    check("-X ^ 2", "(- (X ^ 2))");
    check("(-X) ^ 2", "((- X) ^ 2)");
    check("-2 ^ X", "(- (2 ^ X))");
    check("(-2) ^ X", "(-2 ^ X)");
    check("X ^ -2 * -3", "((X ^ -2) * -3)");
    check("-X * -Y + bnot Z", "(((- X) * (- Y)) + (bnot Z))");
    check("-(-X) - -(-1)", "((- (- X)) - (- -1))");
    check(
        "a lor b lxor c land d bor e bxor f band g bshl 1 + 2 * 3",
        "(a lor (b lxor (c land (d bor (e bxor (f band (g bshl (1 + (2 * 3)))))))))",
    );
    check(
        "1 * 2 + 3 bshr 4 band 5 bxor 6 bor 7 land 8 lxor 9 lor 10",
        "(((((((((1 * 2) + 3) bshr 4) band 5) bxor 6) bor 7) land 8) lxor 9) lor 10)",
    );
    check("(a lor b) land c", "((a lor b) land c)");
    check("a bshl b bshr c bshru d", "(((a bshl b) bshr c) bshru d)");
    check("a * b / c % d", "(((a * b) / c) % d)");
    check("lnot a land lnot (b + c)", "((lnot a) land (lnot (b + c)))");
    check("min(a, b + c, d) + 1.0 - 2u", "((min(a, (b + c), d) + 1.0) - 2u)");
    check("sum X + 1 : { r(X) } + 2", "(sum + 2)");
    check("min (a + b) * c : { r(X) }", "min");
}

/// A term with parentheses around each operation.
fn full(term: &ast::Term) -> String {
    let ast::Term::Functor(functor, terms) = term else {
        let ast::Term::Aggregate { function, .. } = term else { return term.to_string() };
        return function.to_string();
    };
    let inner: Vec<String> = terms.iter().map(|term| full(&term.value)).collect();
    match (inner.as_slice(), functor.name().starts_with('m')) {
        (_, true) => format!("{functor}({})", inner.join(", ")),
        ([one], false) => format!("({functor} {one})"),
        (_, false) => format!("({})", inner.join(&format!(" {functor} "))),
    }
}

#[test]
fn parameters_belong_to_all_names_before_them() {
    let (_, program, diagnostics) = read(".output a, b(IO=stdout, headers=true), c, d()\n");
    assert_eq!(diagnostics, []);
    let expect =
        ".output a(IO = stdout, headers = true)\n.output b(IO = stdout, headers = true)\n.output c\n.output d\n";
    assert_eq!(program.to_string(), expect);
}

#[test]
fn dangling_comments_and_annotations() {
    wrong(
        "/// a\n.once\n.decl r() // c\n/// b\n/// b2",
        &[
            "dangling-doc [/// a] no declaration and no clause follows",
            "dangling-doc [/// b\n/// b2] no declaration and no clause follows",
        ],
    );
    wrong(
        ".decl r()\nr() /// b\n.\n@[a] @[b]\nr().\n@[c]",
        &[
            "dangling-doc [/// b] no declaration and no clause follows",
            "dangling-doc [@[a] @[b]] has no effect here",
            "dangling-doc [@[c]] has no effect here",
        ],
    );
}

#[test]
fn damaged_programs_do_no_harm() {
    let pieces = [
        "",
        "(",
        ")",
        "[",
        "{",
        "}",
        "\"",
        "\\",
        ".",
        ",",
        ":-",
        "!",
        "=",
        "/*",
        "///",
        "@[",
        "count : {",
        "min(",
        "-",
        "99999999999",
        "_",
        "X",
        ".decl ",
        ".comp c {",
        ".include",
        ";",
        "$",
        "ü",
        "\n",
        "inline ",
        "near(",
        "0x",
        "1.5",
        "<:",
        "!",
        "!(",
        "; ",
        "sum X : {",
        "range(1,",
        " ^ ",
        "as(",
        "2u",
        "| ",
        "true",
    ];
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap() % below
    };
    let mut complete = 0;
    for _ in 0..600 {
        let mut text = EVERYTHING.to_owned();
        for _ in 0..=random(3) {
            let mut start = random(text.len());
            let mut end = (start + random(6)).min(text.len());
            while !text.is_char_boundary(start) {
                start -= 1;
            }
            while !text.is_char_boundary(end) {
                end += 1;
            }
            text.replace_range(start..end, pieces[random(pieces.len())]);
        }
        let (sources, mut program, mut diagnostics) = read(&text);
        program.broken.clear();
        // What can still be read of it prints, and reads back without a problem.
        let (_, again, problems) = read(&program.to_string());
        assert_eq!((bare(&again), problems), (bare(&program), Vec::new()), "{text}");
        let checked = check(&program, &mut Pool::new());
        diagnostics.extend(checked.diagnostics);
        complete += usize::from(checked.value.map(stratify).is_some_and(|result| result.is_ok()));
        for d in &diagnostics {
            assert!(d.primary.span.end as usize <= text.len() && d.primary.span.start <= d.primary.span.end);
            let _ = sources.range(d.primary.span);
        }
    }
    assert!((20..580).contains(&complete), "the damage is too small or too large: {complete}");
}
