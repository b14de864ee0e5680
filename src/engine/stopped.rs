//! What is said of rules that were stopped: where, and with which option a limit is raised that has one.

use crate::base::Diagnostic;
use crate::datalog::{EvaluationError, LimitKind};

/// The error as a problem of the rule file.
pub(super) fn stopped(error: &EvaluationError) -> Diagnostic {
    let problem = error.diagnostic();
    let EvaluationError::LimitReached { limit, .. } = error else { return problem };
    let option = match limit {
        LimitKind::Rows => "--max-rows",
        LimitKind::Bytes => "--max-memory",
        LimitKind::Time => "--max-seconds",
        LimitKind::Rounds
        | LimitKind::AllRows
        | LimitKind::Derivations
        | LimitKind::Numbers
        | LimitKind::Texts
        | LimitKind::TextBytes => return problem,
    };
    let help = match &problem.help {
        Some(help) if help != "raise the limit" => format!("{help}; or raise the limit with `{option}`"),
        _ => format!("raise the limit with `{option}`"),
    };
    problem.with_help(help)
}
