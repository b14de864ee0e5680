//! Random programs on several threads: rows, ranks and new values are those of one thread, and so is an error.

use std::num::NonZeroUsize;

use crate::base::{Cell, Pool};

use super::random::Random;
use super::{Builder, atom, var};
use crate::base::Primitive::Number;
use crate::datalog::program::{Literal, Term};
use crate::datalog::syntax::ast::Functor;
use crate::datalog::{Database, EvaluationError, Limits, Settings, Strata, evaluate};

fn threads(number: usize) -> Settings {
    Settings { threads: NonZeroUsize::new(number).unwrap(), ..Settings::default() }
}

/// Every row of every relation with its rank, and how many numbers the pool has in the end.
type Outcome = (Vec<Vec<(Vec<Cell>, Option<u32>)>>, usize);

fn outcome(
    strata: &Strata,
    database: Database,
    mut pool: Pool,
    settings: &Settings,
) -> Result<Outcome, EvaluationError> {
    let fixpoint = evaluate(strata, database, &mut pool, settings)?;
    let rows = |id| fixpoint.facts(id).map(|fact| (fixpoint.row(fact).to_vec(), fixpoint.rank(fact))).collect();
    Ok((strata.program().relations().map(|(id, _)| rows(id)).collect(), pool.wide_numbers()))
}

#[test]
fn random_programs_give_the_same_for_every_number_of_threads() {
    let mut rows = 0;
    for seed in 0..300 {
        let mut pool = Pool::new();
        let (strata, database) = Random::program(seed, &mut pool);
        let one = outcome(&strata, database.clone(), pool.clone(), &threads(1)).unwrap();
        rows += one.0.iter().map(Vec::len).sum::<usize>();
        for number in [2, 5] {
            let several = outcome(&strata, database.clone(), pool.clone(), &threads(number)).unwrap();
            assert_eq!(several, one, "seed {seed}, {number} threads");
        }
    }
    assert!(rows > 5_000, "too poor: {rows}");
}

/// `sum(X + Y, X) :- n(X), n(Y).` over numbers of which most sums are new to the pool.
fn sums(largest: i64) -> (Strata, Database, Pool) {
    let (mut builder, mut pool, mut database) = (Builder::new(), Pool::new(), Database::new());
    let n = builder.relation("n", &[Number]);
    let sum = builder.relation("sum", &[Number, Number]);
    let add = Term::Functor(Functor::Add, Number, vec![var(0), var(1)]);
    let body = vec![Literal::Atom(atom(n, &[var(0)])), Literal::Atom(atom(n, &[var(1)]))];
    builder.rule(atom(sum, &[add, var(0)]), body, 2);
    builder.stratum(&[n], false);
    builder.stratum(&[sum], false);
    for step in 0..40 {
        database.push(n, &[pool.number(largest - step * step * 977)], None);
    }
    (builder.strata(), database, pool)
}

#[test]
fn new_values_get_the_cells_that_one_thread_gives_them() {
    let (strata, database, pool) = sums(1 << 40);
    let one = outcome(&strata, database.clone(), pool.clone(), &threads(1)).unwrap();
    assert!(one.0[1].len() == 1600 && one.1 > 600, "{} new numbers", one.1);
    for number in 2..9 {
        assert_eq!(outcome(&strata, database.clone(), pool.clone(), &threads(number)).unwrap(), one);
    }
}

#[test]
fn errors_are_those_of_one_thread() {
    let same = |largest, limits: Limits| {
        let (strata, database, pool) = sums(largest);
        let with = |number| {
            let settings = Settings { limits: limits.clone(), ..threads(number) };
            outcome(&strata, database.clone(), pool.clone(), &settings).map(|_| ())
        };
        let one = with(1);
        assert!(one.is_err() && (2..9).all(|number| with(number) == one), "{one:?}");
    };
    same(i64::MAX - 500_000, Limits::default());
    same(1 << 40, Limits { derivations: 1599, ..Limits::default() });
    same(1 << 40, Limits { numbers: 100, ..Limits::default() });
    same(1 << 40, Limits { rows: 1500, ..Limits::default() });
}
