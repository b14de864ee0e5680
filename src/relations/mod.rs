//! The data set as Datalog: its fields become the rows that rules read, its inference rules, classes and patterns become
//! clauses.
//!
//! In goes a [`Dataset`], out come a [`Database`] and clauses. What the relations mean is written beside their
//! declarations in the prelude; which rules read them is not known here.

mod claims;
mod clauses;
mod measures;
mod names;
mod patterns;
mod rows;
mod sources;
mod vocabulary;

use crate::base::{Day, Pool};
use crate::datalog::{Database, Program};
use crate::facts::Dataset;

pub use clauses::program;
use rows::Rows;
#[cfg(test)]
pub(crate) use tests::random_claims;

/// The rows of every relation that the data set gives, each with the place it was written at.
///
/// Relations are found in `program` by name; one that the program does not declare, or declares with another number of
/// columns, gets no rows.
#[must_use]
pub fn lower(dataset: &Dataset, today: Day, program: &Program, pool: &mut Pool) -> Database {
    let mut rows = Rows::new(program, pool);
    for source in &dataset.sources {
        sources::source(source, &mut rows);
    }
    for claim in &dataset.claims {
        claims::claim(claim, dataset, &mut rows);
    }
    for misplaced in &dataset.misplaced {
        claims::misplaced(misplaced, &dataset.claims[misplaced.claim], &mut rows);
    }
    measures::measures(dataset, &mut rows);
    names::names(dataset, &mut rows);
    vocabulary::vocabulary(&dataset.vocabulary, &mut rows);
    rows.put("today", [today.into()], None);
    rows.finish()
}

#[cfg(test)]
mod tests;
