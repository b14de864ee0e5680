//! An evaluation can be ended at every look at the clock, in whatever work it is, and tells where it was.

use std::collections::BTreeSet;

use crate::base::{Pool, SourceMap};

use crate::datalog::storage::watch::tests::ended_by;
use crate::datalog::{self, Database, EvaluationError, Settings, Strata, evaluate};

const PROGRAM: &str = r#"
.decl e(x: number, y: number)
.decl p(x: number, y: number)
p(X, Y) :- e(X, Y), X < 40.
p(X, Z) :- p(X, Y), p(Y, Z).
.decl back(x: number, y: number)
back(Y, X) :- e(X, Y), !p(X, Y).
.decl met(x: number)
met(X) :- e(X, Y), back(_, Y), back(Y, _).
.decl three(x: number, y: number, z: number)
three(X, Y, Z) :- p(X, Y), p(Y, Z), p(Z, X), X < 3.
.decl wide(a: number, b: number, c: number, d: number, e: number)
wide(Y, X, X + Y, X, Y) :- p(X, Y).
.decl total(f: float)
total(F) :- F = sum to_float(X * 3 % 7) : { p(X, _) }.
.decl word(w: symbol)
word(cat(to_string(Y), "a")) :- e(X, Y), match("[0-9]*", to_string(X)).
"#;

/// A cycle of 40 nodes, and many more edges.
fn database(strata: &Strata, pool: &mut Pool) -> Database {
    let e = strata.program().find("e").unwrap();
    let mut database = Database::new();
    for x in (0..900).rev() {
        let row = [x, if x < 40 { (x + 1) % 40 } else { x * 7 % 900 }].map(|value| pool.number(value));
        database.push(e, &row, None);
    }
    database
}

#[test]
fn whatever_is_done_can_be_ended_and_tells_where() {
    let mut sources = SourceMap::new();
    let file = sources.add("stops.dl", PROGRAM);
    let parsed = datalog::parse(&sources, file);
    let mut start = Pool::new();
    let strata = datalog::stratify(datalog::check(&parsed.value, &mut start).value.unwrap()).unwrap();
    let (mut stopped, mut look) = (BTreeSet::new(), 0);
    loop {
        let mut pool = start.clone();
        let database = database(&strata, &mut pool);
        let result = ended_by(look, || evaluate(&strata, database, &mut pool, &Settings::default()));
        match result {
            Ok(_) => break,
            Err(error @ EvaluationError::Cancelled { .. }) => {
                let span = error.span();
                let place = &PROGRAM[span.start as usize..span.end as usize];
                stopped.insert((error.to_string(), place.to_owned()));
            }
            Err(error) => panic!("look {look}: {error}"),
        }
        look += 1 + look / 20;
    }
    assert!(look > 100, "only {look} looks");
    let said: Vec<&str> = stopped.iter().map(|(message, _)| message.as_str()).collect();
    assert!(said.contains(&"cancelled in the given rows of `e`, before a rule has run"), "{said:?}");
    for relation in ["p", "back", "three", "wide", "total", "word"] {
        let rules = format!("cancelled in the rules of `{relation}`, in round 1");
        let of_relation = |(message, place): &(String, String)| {
            *message == rules && place.starts_with(&format!("{relation}(")) && place.contains(":-")
        };
        assert!(stopped.iter().any(of_relation), "{relation}: {stopped:?}");
    }
    assert!(said.iter().any(|message| message.starts_with("cancelled in the rules of `p`, in round 3")), "{said:?}");
}
