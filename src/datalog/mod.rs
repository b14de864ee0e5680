//! A Datalog with the core of Soufflé's syntax and meaning. Knows nothing of what its relations stand for.

pub mod ast;
mod ast_print;
mod check;
mod clauses;
mod fixpoint;
mod foreign;
#[cfg(test)]
mod front_end_tests;
mod graph;
mod inline;
mod lexer;
mod load;
mod lower;
mod names;
mod parser;
mod program;
mod ranges;
mod stratify;
mod types;
mod typing;
mod variables;

pub use check::check;
pub use fixpoint::{Database, Fact, Proof};
pub use load::load;
pub use parser::parse;
pub use program::{Atom, Column, Literal, Program, Relation, RelationId, Rule, RuleId, Strata, Stratum, Term};
pub use stratify::stratify;
