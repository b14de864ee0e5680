//! A Datalog with the core of Soufflé's syntax and meaning. Knows nothing of what its relations stand for.

pub mod ast;
mod ast_print;
mod clauses;
mod fixpoint;
mod foreign;
mod lexer;
mod load;
mod names;
mod parser;
mod program;

pub use fixpoint::{Database, Fact, Proof};
pub use load::load;
pub use parser::parse;
pub use program::{Atom, Column, Literal, Program, Relation, RelationId, Rule, RuleId, Strata, Stratum, Term};
