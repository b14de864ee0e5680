//! Why an evaluation ended without a result, and how that is told.

use std::sync::Arc;

use crate::base::{Diagnostic, Family, Span};

use crate::datalog::evaluation::functor::Fault;
use crate::datalog::evaluation::limits::{Budget, LimitKind};
use crate::datalog::program::Relation;
use crate::datalog::storage::watch::Ended;

/// Why an evaluation ended without a result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EvaluationError {
    /// A limit was reached.
    #[error("the {} `{relation}` reach the limit of {} {}", rules_or_rows(*round), limit.amount(*bound), when(*round))]
    LimitReached {
        /// Which.
        limit: LimitKind,
        /// What it allows.
        bound: u64,
        /// The relation whose rule was running, or that has the most rows of the stratum.
        relation: Arc<str>,
        /// The rule, or the last one of a relation that is too large; the declaration of a relation without rules.
        rule: Span,
        /// The round of the stratum, from 1; 0 where it is given rows that are too many, or that are sorted.
        round: u32,
        /// A row of the relation, as far as it has one.
        sample: Option<String>,
        /// The rows that were looked up again and again, if there are many.
        hot: Option<String>,
    },
    /// [`Settings::cancel`](super::settings::Settings::cancel) was set.
    #[error("cancelled in the {} `{relation}`, {}", rules_or_rows(*round), when(*round))]
    Cancelled {
        /// The relation whose rule was running.
        relation: Arc<str>,
        /// The rule.
        rule: Span,
        /// The round of the stratum, from 1; 0 while given rows are sorted.
        round: u32,
    },
    /// A functor or an aggregate has no value.
    #[error("{fault}")]
    NoValue {
        /// What was to be computed, and why it can not be.
        fault: Fault,
        /// The rule that computes it.
        rule: Span,
    },
    /// A relation has more columns than a row can have.
    #[error("`{relation}` has {columns} columns, and at most 64 are possible")]
    TooManyColumns {
        /// The relation.
        relation: Arc<str>,
        /// How many columns it has.
        columns: usize,
        /// Its declaration.
        declared_at: Span,
    },
    /// A rule has more conditions than can be planned.
    #[error("a rule of `{relation}` has {conditions} conditions, and at most {} are possible", MAX_CONDITIONS)]
    TooManyConditions {
        /// The relation of its head.
        relation: Arc<str>,
        /// How many conditions it has.
        conditions: usize,
        /// The rule.
        rule: Span,
    },
    /// A variable of a rule is bound by nothing; a checked program has no such rule.
    #[error("a rule of `{relation}` has a variable that nothing binds")]
    Unbound {
        /// The relation of its head.
        relation: Arc<str>,
        /// The rule.
        rule: Span,
    },
}

/// The most conditions of one rule: planning looks at each pair of them for each recursive one.
pub(in crate::datalog) const MAX_CONDITIONS: usize = 256;

fn rules_or_rows(round: u32) -> &'static str {
    if round == 0 { "given rows of" } else { "rules of" }
}

fn when(round: u32) -> String {
    if round == 0 { "before a rule has run".to_owned() } else { format!("in round {round}") }
}

impl EvaluationError {
    /// The error of given rows that are sorted while no rule runs.
    pub(in crate::datalog) fn of_rows(ended: Ended, relation: &Relation, budget: &Budget) -> Self {
        let (name, declared) = (Arc::clone(&relation.name), relation.declared_at);
        match ended {
            Ended::Cancelled => Self::Cancelled { relation: name, rule: declared, round: 0 },
            Ended::Deadline => Self::LimitReached {
                limit: LimitKind::Time,
                bound: budget.bound(LimitKind::Time),
                relation: name,
                rule: declared,
                round: 0,
                sample: None,
                hot: None,
            },
        }
    }

    /// The rule or declaration to point at.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Self::LimitReached { rule, .. }
            | Self::Cancelled { rule, .. }
            | Self::NoValue { rule, .. }
            | Self::TooManyConditions { rule, .. }
            | Self::Unbound { rule, .. } => *rule,
            Self::TooManyColumns { declared_at, .. } => *declared_at,
        }
    }

    /// The error as a problem of the rule file, with a way out.
    #[must_use]
    pub fn diagnostic(&self) -> Diagnostic {
        let (code, label, help) = match self {
            Self::LimitReached { round: 0, .. } => ("limit-reached", "", "raise the limit"),
            Self::LimitReached { .. } => (
                "limit-reached",
                "",
                "bound what the rule computes with a comparison, or join its atoms on more variables",
            ),
            Self::Cancelled { round: 0, .. } => ("cancelled", "stopped at its rows", "run it again"),
            Self::Cancelled { .. } => ("cancelled", "stopped in this rule", "run it again"),
            Self::NoValue { fault, .. } => (fault.kind.code(), "computed by this rule", fault.kind.help()),
            Self::TooManyColumns { .. } => ("too-many-columns", "too wide", "split the relation into several"),
            Self::TooManyConditions { .. } => (
                "too-many-conditions",
                "too large once inline relations are replaced",
                "declare some of its relations without `inline`, or move some conditions to a relation of their own",
            ),
            Self::Unbound { .. } => {
                ("unbound-variable", "in this rule", "use the variable in a positive atom of the body")
            }
        };
        let label = if let Self::LimitReached { round: 0, .. } = self {
            "stopped at its rows".to_owned()
        } else if let Self::LimitReached { sample, hot, .. } = self {
            let rows = sample.as_ref().map(|row| format!(", which gave for example `{row}`")).unwrap_or_default();
            let hot = hot.as_ref().map(|hot| format!("; {hot}")).unwrap_or_default();
            format!("stopped in this rule{rows}{hot}")
        } else {
            label.to_owned()
        };
        Diagnostic::error(Family::Rule, code, self.to_string(), self.span()).with_label(label).with_help(help)
    }
}
