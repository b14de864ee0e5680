//! A Datalog with the core of Soufflé's syntax and meaning. Knows nothing of what its relations stand for.
//!
//! Text becomes a syntax tree (`syntax`), a checked [`Program`] and its strata (`analysis`), plans (`planning`) and
//! rows (`evaluation` on `storage`); `proofs` tells why a row is there or not, and `explanation` puts it into words.

mod analysis;
mod evaluation;
mod explanation;
mod io;
#[cfg(test)]
mod oracle;
mod planning;
mod program;
mod proofs;
mod storage;
mod syntax;

pub use analysis::check::check;
pub use analysis::cone::keep_needed;
pub use analysis::flat::{partial_variables, variables};
pub use analysis::invention::inventions;
pub use analysis::stratify::stratify;
pub use analysis::warnings::{Surroundings, warnings};
pub use evaluation::error::{EvaluationError, Stage};
pub use evaluation::evaluate::evaluate;
pub use evaluation::functor::{Fault, FaultKind, pattern_problem};
pub use evaluation::limits::{LimitKind, Limits};
pub use evaluation::profile::{Profile, RuleProfile, StratumProfile};
pub use evaluation::settings::Settings;
pub use explanation::proof::{NodeOut, PremiseOut, ProofDocument, ProofOut, Scope, proof_document, proofs_document};
pub use explanation::refusal::{AttemptOut, NearOut, ObstacleOut, TriedOut, WhyNotDocument};
pub use explanation::tree::{proof_text, why_not_text};
pub use explanation::words::{ColumnOut, ConditionOut, Context, RowOut, RuleOut, Value, VariableOut};
pub use io::read::{MOST_FAULTS, RowFault, RowFaultKind, Rows, read_rows};
pub use io::write::Output;
pub use planning::show::ShownPlan;
pub use program::{
    Atom, Column, Directive, Literal, Medium, Program, Relation, RelationId, Rule, RuleId, Strata, Stratum, Term, Verb,
};
pub use proofs::ask::{First, NoPattern, Pattern, Variable, first_rows, pattern, texts, variables_of};
pub use proofs::bounds::{Bounds, Overrun};
pub use proofs::instance::binding;
pub use proofs::near::Near;
pub use proofs::prove::{Explanation, Explanations, Prover, prove};
pub use proofs::verify::verify;
pub use proofs::why_not::{Attempt, MOST_COMPARED, MOST_PRESENT, Obstacle, WhyNot, why_not};
pub use proofs::without::{Change, Without};
pub use storage::fixpoint::{Database, Fact, Proof};
pub use storage::store::Fixpoint;
pub use syntax::ast;
pub use syntax::foreign::is_reserved;
pub use syntax::load::{Loaded, Origin, RuleFile, RuleFiles, load};
pub use syntax::parser::{parse, parse_body};
pub use syntax::problems::shown;
