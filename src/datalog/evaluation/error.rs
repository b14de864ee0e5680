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
    #[error("the {} `{relation}` reach the limit of {}{}", stage.what(), limit.amount(*bound), stage.when(""))]
    LimitReached {
        /// Which.
        limit: LimitKind,
        /// What it allows.
        bound: u64,
        /// The relation whose rule was running, or that has the most rows of the stratum.
        relation: Arc<str>,
        /// The rule or fact, or the last one of a relation that is too large; the declaration of a relation without any.
        rule: Span,
        /// What was going on.
        stage: Stage,
        /// A row of the relation, as far as it has one.
        sample: Option<String>,
        /// The rows that were looked up again and again, if there are many.
        hot: Option<String>,
    },
    /// [`Settings::cancel`](super::settings::Settings::cancel) was set.
    #[error("cancelled in the {} `{relation}`{}", stage.what(), stage.when(","))]
    Cancelled {
        /// The relation whose rule was running.
        relation: Arc<str>,
        /// The rule or fact; the declaration of a relation whose given rows were sorted.
        rule: Span,
        /// What was going on.
        stage: Stage,
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

/// What an evaluation was at when it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Rows that a relation is given: no rule had run.
    Given,
    /// Facts in the text of the program, which compute and join nothing.
    Facts,
    /// Rules, in this round of their stratum, from 1.
    Round(u32),
}

impl Stage {
    fn what(self) -> &'static str {
        match self {
            Self::Given => "given rows of",
            Self::Facts => "facts of",
            Self::Round(_) => "rules of",
        }
    }

    /// When it was, behind a comma or what else stands before it; of facts that is no news.
    fn when(self, before: &str) -> String {
        match self {
            Self::Given => format!("{before} before a rule has run"),
            Self::Facts => String::new(),
            Self::Round(round) => format!("{before} in round {round}"),
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Given => "stopped at its rows",
            Self::Facts => "stopped at this fact",
            Self::Round(_) => "stopped in this rule",
        }
    }

    /// What to do about a limit that is reached.
    fn help(self) -> &'static str {
        match self {
            Self::Given | Self::Facts => "raise the limit",
            Self::Round(_) => "bound what the rule computes with a comparison, or join its atoms on more variables",
        }
    }
}

impl EvaluationError {
    /// The error of given rows that are sorted while no rule runs.
    pub(in crate::datalog) fn of_rows(ended: Ended, relation: &Relation, budget: &Budget) -> Self {
        let (name, declared) = (Arc::clone(&relation.name), relation.declared_at);
        match ended {
            Ended::Cancelled => Self::Cancelled { relation: name, rule: declared, stage: Stage::Given },
            Ended::Deadline => Self::LimitReached {
                limit: LimitKind::Time,
                bound: budget.bound(LimitKind::Time),
                relation: name,
                rule: declared,
                stage: Stage::Given,
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
            Self::LimitReached { stage, sample, hot, .. } => {
                // A fact is its own example.
                let sample = sample.as_ref().filter(|_| matches!(stage, Stage::Round(_)));
                let rows = sample.map(|row| format!(", which gave for example `{row}`")).unwrap_or_default();
                let hot = hot.as_ref().map(|hot| format!("; {hot}")).unwrap_or_default();
                ("limit-reached", format!("{}{rows}{hot}", stage.label()), stage.help())
            }
            Self::Cancelled { stage, .. } => ("cancelled", stage.label().to_owned(), "run it again"),
            Self::NoValue { fault, .. } => (fault.kind.code(), "computed by this rule".to_owned(), fault.kind.help()),
            Self::TooManyColumns { .. } => {
                ("too-many-columns", "too wide".to_owned(), "split the relation into several")
            }
            Self::TooManyConditions { .. } => (
                "too-many-conditions",
                "too large once inline relations are replaced".to_owned(),
                "declare some of its relations without `inline`, or move some conditions to a relation of their own",
            ),
            Self::Unbound { .. } => {
                ("unbound-variable", "in this rule".to_owned(), "use the variable in a positive atom of the body")
            }
        };
        Diagnostic::error(Family::Rule, code, self.to_string(), self.span()).with_label(label).with_help(help)
    }
}
