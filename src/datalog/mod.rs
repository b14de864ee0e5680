//! A Datalog with the core of Soufflé's syntax and meaning. Knows nothing of what its relations stand for.

pub mod ast;
mod ast_print;
mod body;
mod check;
#[cfg(test)]
mod check_tests;
mod clauses;
mod cursor;
mod evaluate;
mod execute;
mod fixpoint;
mod foreign;
mod functor;
mod graph;
mod inline;
mod instance;
mod lexer;
mod limits;
mod load;
mod lower;
mod names;
#[cfg(test)]
mod oracle;
mod order;
mod output;
mod parser;
#[cfg(test)]
mod parser_tests;
mod plan;
#[cfg(test)]
mod print_tests;
mod problems;
mod program;
mod prove;
mod ranges;
mod scene;
mod signature;
mod store;
mod stratify;
mod table;
mod types;
mod typing;
mod variables;
mod verify;
mod view;
mod warnings;
#[cfg(test)]
mod warnings_tests;

pub use check::check;
pub use evaluate::evaluate;
pub use fixpoint::{Database, Fact, Proof};
pub use instance::binding;
pub use limits::{EvaluationError, LimitKind, Limits};
pub use load::{Loaded, Origin, RuleFile, RuleFiles, load};
pub use parser::parse;
pub use problems::shown;
pub use program::{Atom, Column, Literal, Program, Relation, RelationId, Rule, RuleId, Strata, Stratum, Term};
pub use prove::{Prover, prove};
pub use store::Fixpoint;
pub use stratify::stratify;
pub use verify::verify;
pub use warnings::{Surroundings, warnings};
