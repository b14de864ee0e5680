//! `gainsay datalog --show plan`, and the same rows on any number of threads where there are enough of them to share.

use std::io;
use std::path::Path;

use super::super::common::snapshot;
use super::Folder;
use super::datalog::generate;

const CLAIMS: &str = include_str!("../../../benches/claims.dl");

const TRIANGLES: &str = ".decl edge(a: number, b: number)
.input edge
.decl triangle(a: number, b: number, c: number)
triangle(A, B, C) :- edge(A, B), edge(B, C), edge(A, C), A < B, B < C.
.printsize triangle
";

const SAME_GENERATION: &str = ".decl parent(child: number, parent: number)
.input parent
.decl sg(x: number, y: number)
sg(X, Y) :- parent(X, P), parent(Y, P).
sg(X, Y) :- parent(X, P), sg(P, Q), parent(Y, Q).
.printsize sg
";

const SQUARES: &str = ".decl edge(a: number, b: number)
.input edge
.decl path(a: number, b: number)
path(A, B) :- edge(A, B).
path(A, C) :- path(A, B), path(B, C).
.output path
.decl far(a: number, n: number)
far(A, B * 1000000007) :- path(A, B), B > A + 100, !edge(A, B).
.output far
";

/// Periods that a day lies in: comparisons of columns that nothing binds.
const PERIODS: &str = ".decl day(name: symbol, at: number)
.input day
.decl period(from: number, to: number)
.input period
.decl covered(day: symbol, from: number)
covered(D, F) :- day(D, T), period(F, U), F <= T, T <= U.
.decl near(a: symbol, b: symbol)
near(A, B) :- day(A, T), day(B, U), U >= T, U <= T, A != B.
.decl reached(at: number)
reached(T) :- day(\"d0\", T).
reached(U) :- reached(T), period(T, _), day(_, U), U > T, U < 40.
.printsize covered
.printsize near
.printsize reached
";

/// Two large relations that are joined by two columns of which neither is the first.
const LARGE: &str = ".decl asked(id: number, topic: number, place: number)
asked(I, I * 7919 % 5003, I % 97) :- I = range(0, 20000).
.decl answered(id: number, topic: number, place: number)
answered(I, I * 6007 % 5003, I % 89) :- I = range(0, 20000).
.decl met(a: number, b: number)
met(A, B) :- asked(A, T, P), answered(B, T, P).
.printsize met
";

fn folder(name: &str, program: &str, facts: impl FnOnce(&Path) -> io::Result<()>) -> Folder {
    let folder = Folder::new(name, &[("p.dl", program)]);
    facts(&folder.0.join("facts")).unwrap();
    folder
}

fn check(name: &str, program: &str, facts: impl FnOnce(&Path) -> io::Result<()>) {
    let folder = folder(&format!("plan-{name}"), program, facts);
    let (code, out, err) = folder.run(&["datalog", "p.dl", "-F", "facts", "-D", "out", "--show", "plan"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(!folder.0.join("out").exists(), "nothing is written");
    snapshot("plans", name, &out);
}

#[test]
fn plans_are_shown_in_the_words_of_the_program() {
    check("claims", CLAIMS, |facts| generate::claims(5_000).write(facts));
    check("triangles", TRIANGLES, |facts| generate::write_pairs(facts, "edge", &generate::graph(300, 3_000, 1)));
    check("same-generation", SAME_GENERATION, |facts| {
        generate::write_pairs(facts, "parent", &generate::layers(6, 20, 2, 1))
    });
    // Both sides in one order, so that each search goes on where the last one ended.
    check("large", LARGE, |_| Ok(()));
    check("periods", PERIODS, |facts| {
        let day = |number: u32| (generate::Name('d', number), number * 7 % 1_000);
        let days: Vec<_> = (0..500).map(|number| (day(number).0.to_string(), day(number).1.to_string())).collect();
        generate::write_pairs(facts, "day", &days)?;
        let periods: Vec<_> = (0..400).map(|number| (number * 13 % 900, number * 13 % 900 + number % 30)).collect();
        generate::write_pairs(facts, "period", &periods)
    });
}

#[test]
fn rows_are_the_same_for_every_number_of_threads() {
    let squares =
        folder("threads-squares", SQUARES, |facts| generate::write_pairs(facts, "edge", &generate::graph(250, 700, 3)));
    let claims = folder("threads-claims", CLAIMS, |facts| generate::claims(4_000).write(facts));
    for folder in [squares, claims] {
        let with = |jobs| folder.run(&["datalog", "p.dl", "-F", "facts", "-D", "-", "-j", jobs]);
        let (code, one, err) = with("1");
        assert_eq!((code, err.as_str()), (Some(0), ""));
        assert!(one.lines().count() > 10, "{one}");
        for jobs in ["2", "8"] {
            assert!(with(jobs) == (Some(0), one.clone(), String::new()), "-j {jobs}");
        }
    }
}
