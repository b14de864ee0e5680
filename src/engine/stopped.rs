//! What is said of rules that were stopped: where, and with which option a limit is raised that has one.

use crate::base::{Diagnostic, Family, Span};
use crate::datalog::{EvaluationError, LimitKind, Overrun};

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

/// Why rows that were asked about at that place are not explained.
pub(super) fn overrun_at(overrun: Overrun, span: Span) -> Box<Diagnostic> {
    let (code, help) = match overrun {
        Overrun::Limit(limit, _) => {
            let raise =
                option(limit).map_or_else(String::new, |option| format!(", or raise the limit with `{option}`"));
            ("limit-reached", format!("ask about one row, with a value for each column{raise}"))
        }
        Overrun::Cancelled => ("cancelled", "run it again".to_owned()),
    };
    let problem = Diagnostic::error(Family::Rule, code, overrun.to_string(), span);
    Box::new(problem.with_label("asked for here").with_help(help))
}

/// The option that raises a limit.
fn option(limit: LimitKind) -> Option<&'static str> {
    match limit {
        LimitKind::Rows => Some("--max-rows"),
        LimitKind::Bytes => Some("--max-memory"),
        LimitKind::Time => Some("--max-seconds"),
        LimitKind::Rounds
        | LimitKind::AllRows
        | LimitKind::Derivations
        | LimitKind::Numbers
        | LimitKind::Texts
        | LimitKind::TextBytes => None,
    }
}
