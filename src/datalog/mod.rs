//! A Datalog with the core of Soufflé's syntax and meaning. Knows nothing of what its relations stand for.

pub mod ast;
mod fixpoint;
mod program;

pub use fixpoint::{Database, Fact, Proof};
pub use program::{Atom, Column, Literal, Program, Relation, RelationId, Rule, RuleId, Strata, Stratum, Term};
