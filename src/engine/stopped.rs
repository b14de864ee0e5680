//! What is said of rules that were stopped: where, and with which option a limit is raised that has one.

use crate::base::{Diagnostic, Family, Span};
use crate::datalog::{EvaluationError, LimitKind, Overrun};

const MAX_MEMORY: &str = "--max-memory";
const MAX_SECONDS: &str = "--max-seconds";

/// The error as a problem of the rule file.
pub(super) fn stopped(error: &EvaluationError) -> Diagnostic {
    let problem = error.diagnostic();
    let EvaluationError::LimitReached { limit, .. } = error else { return problem };
    let Some(option) = option(*limit) else { return problem };
    let help = match &problem.help {
        Some(help) if help != "raise the limit" => format!("{help}; or raise the limit with `{option}`"),
        _ => format!("raise the limit with `{option}`"),
    };
    problem.with_help(help)
}

/// Why rows that were asked about at that place are not explained; `is_open` tells whether the question leaves out the
/// values of some columns.
pub(super) fn overrun_at(overrun: Overrun, span: Span, is_open: bool) -> Box<Diagnostic> {
    let fewer = if is_open { "ask about one row, with a value for each column, or " } else { "" };
    overrun_of(overrun, span, "asked for here", fewer)
}

/// Why findings of the rule that is declared at that place are not described.
pub(super) fn overrun_while_described(overrun: Overrun, span: Span) -> Box<Diagnostic> {
    overrun_of(overrun, span, "by its findings", "")
}

fn overrun_of(overrun: Overrun, span: Span, label: &str, fewer: &str) -> Box<Diagnostic> {
    let raise = |option: &str| ("limit-reached", format!("{fewer}raise the limit with `{option}`"));
    let (code, help) = match overrun {
        Overrun::Time(_) => raise(MAX_SECONDS),
        Overrun::Memory(_) => raise(MAX_MEMORY),
        Overrun::Cancelled => ("cancelled", "run it again".to_owned()),
    };
    let problem = Diagnostic::error(Family::Rule, code, overrun.to_string(), span);
    Box::new(problem.with_label(label).with_help(help))
}

/// The option that raises a limit.
fn option(limit: LimitKind) -> Option<&'static str> {
    match limit {
        LimitKind::Rows => Some("--max-rows"),
        LimitKind::Bytes => Some(MAX_MEMORY),
        LimitKind::Time => Some(MAX_SECONDS),
        LimitKind::Rounds
        | LimitKind::AllRows
        | LimitKind::Derivations
        | LimitKind::Numbers
        | LimitKind::Texts
        | LimitKind::TextBytes => None,
    }
}
