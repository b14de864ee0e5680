//! `gainsay.why-not/1`: why a row is not there, as a document.

use serde::Serialize;

use crate::base::Cell;

use crate::datalog::explanation::words::{RowOut, RuleOut, Value, VariableOut, Words};
use crate::datalog::proofs::near::Near;
use crate::datalog::proofs::why_not::{Attempt, Obstacle, WhyNot};

/// Why no row matches a pattern.
#[derive(Clone, Debug, Serialize)]
pub struct WhyNotDocument<'a> {
    /// `gainsay.why-not/1`.
    pub schema: &'static str,
    /// The pattern as an atom.
    pub text: String,
    /// What was asked for; null stands for anything.
    pub pattern: RowOut<'a>,
    /// Rows that are there and match, at most ten; if there are any, nothing else is said.
    pub present: Vec<String>,
    /// The row that comes nearest.
    pub near: Option<NearOut>,
    /// How far each rule comes.
    pub rules: Vec<AttemptOut<'a>>,
}

/// A row that comes near to what is looked for.
#[derive(Clone, Debug, Serialize)]
pub struct NearOut {
    /// The row.
    pub text: String,
    /// In how many columns it agrees.
    pub agrees: usize,
    /// How many columns are given.
    pub of: usize,
}

/// How far one rule comes.
#[derive(Clone, Debug, Serialize)]
pub struct AttemptOut<'a> {
    /// The rule.
    pub rule: RuleOut<'a>,
    /// How many of its conditions, from the first on, hold together.
    pub matched: usize,
    /// Its conditions, in the order written, with values for the variables that have one.
    pub conditions: Vec<ConditionOut>,
    /// What the variables stand for under one binding for which so many conditions hold.
    pub variables: Vec<VariableOut<'a>>,
    /// What fails first.
    pub obstacle: ObstacleOut,
    /// All rows were looked at; else more conditions may hold together.
    pub complete: bool,
}

/// A condition.
#[derive(Clone, Debug, Serialize)]
pub struct ConditionOut {
    /// As it is written.
    pub text: String,
    /// Whether it is among those that hold together, or the one that fails; null for those that were not looked at.
    pub holds: Option<bool>,
}

/// What fails, and by how much.
#[derive(Clone, Debug, Serialize)]
pub struct ObstacleOut {
    /// `head`, `atom`, `present`, `compare`, `aggregate`, `range` or `unknown`.
    pub kind: &'static str,
    /// The place of the condition, if it is one.
    pub condition: Option<usize>,
    /// What is the matter, in a sentence.
    pub message: String,
    /// What the condition has: the sides of a comparison, the value of an aggregate, the value of a head.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Value>,
    /// The row that comes nearest, or that is in the way.
    pub near: Option<NearOut>,
    /// An atom of which it can be asked in turn why it is not there.
    pub ask: Option<String>,
}

impl<'a> WhyNotDocument<'a> {
    /// The answer as a document.
    #[must_use]
    pub fn new(words: Words<'a>, answer: &WhyNot) -> Self {
        let cells = || answer.pattern.iter().copied();
        Self {
            schema: "gainsay.why-not/1",
            text: words.pattern_text(answer.relation, cells()),
            pattern: words.row(answer.relation, cells()),
            present: answer.present.iter().map(|&fact| words.fact_text(fact)).collect(),
            near: answer.near.map(|near| NearOut::new(words, near, &answer.pattern)),
            rules: answer.attempts.iter().map(|attempt| AttemptOut::new(words, answer, attempt)).collect(),
        }
    }
}

impl NearOut {
    fn new(words: Words<'_>, near: Near, pattern: &[Option<Cell>]) -> Self {
        Self { text: words.fact_text(near.fact), agrees: near.agrees, of: pattern.iter().flatten().count() }
    }

    /// `edge(6, 7)` comes nearest, in 1 of 2 columns
    pub(in crate::datalog) fn sentence(&self) -> String {
        let columns = if self.of == 1 { "column" } else { "columns" };
        format!("`{}` comes nearest, in {} of {} {columns}", self.text, self.agrees, self.of)
    }
}

impl<'a> AttemptOut<'a> {
    fn new(words: Words<'a>, answer: &WhyNot, attempt: &Attempt) -> Self {
        let rule = words.program.rule(attempt.rule);
        let obstacle = ObstacleOut::new(words, answer, attempt);
        let conditions = rule.body.iter().enumerate().map(|(place, literal)| ConditionOut {
            text: words.literal(rule, literal, &attempt.binding),
            holds: match (obstacle.condition == Some(place), place < attempt.matched) {
                (true, _) => Some(false),
                (false, true) => Some(true),
                (false, false) => None,
            },
        });
        Self {
            rule: words.rule(attempt.rule),
            matched: attempt.matched,
            conditions: conditions.collect(),
            variables: VariableOut::of(words, rule, &attempt.binding),
            obstacle,
            complete: attempt.complete,
        }
    }
}

impl ObstacleOut {
    fn new(words: Words<'_>, answer: &WhyNot, attempt: &Attempt) -> Self {
        let plain =
            |kind, condition, message| Self { kind, condition, message, values: Vec::new(), near: None, ask: None };
        let value = |cell: Option<Cell>, primitive| match cell {
            Some(cell) => words.value_text(cell, primitive),
            None => "nothing".to_owned(),
        };
        let values = |cells: &[Option<Cell>], primitive| {
            cells.iter().flatten().map(|&cell| Value::new(words.pool, cell, primitive)).collect()
        };
        match &attempt.obstacle {
            Obstacle::Head { column, has, wanted } => {
                let declared = &words.program.relation(answer.relation).columns[*column];
                let primitive = declared.primitive;
                let (has_text, wanted_text) = (value(*has, primitive), value(Some(*wanted), primitive));
                let message = format!("the rule gives {has_text} for `{}`, not {wanted_text}", declared.name);
                Self { values: values(&[*has, Some(*wanted)], primitive), ..plain("head", None, message) }
            }
            Obstacle::Atom { literal, relation, pattern, near, derived } => {
                let near = near.map(|near| NearOut::new(words, near, pattern));
                let name = &words.program.relation(*relation).name;
                let nearest = near.as_ref().map(|near| format!("; {}", near.sentence())).unwrap_or_default();
                let message = if words.fixpoint.is_empty(*relation) {
                    format!("`{name}` has no rows")
                } else {
                    format!("no row of `{name}` matches{nearest}")
                };
                let ask = derived.then(|| words.pattern_text(*relation, pattern.iter().copied()));
                Self { near, ask, ..plain("atom", Some(*literal), message) }
            }
            Obstacle::Present { literal, fact } => {
                let text = words.fact_text(*fact);
                let near = NearOut { text: text.clone(), agrees: 0, of: 0 };
                Self { near: Some(near), ..plain("present", Some(*literal), format!("`{text}` is there")) }
            }
            Obstacle::Compare { literal, left, right, primitive } => {
                let (left_text, right_text) = (value(*left, *primitive), value(*right, *primitive));
                let message = if left.is_some() && right.is_some() {
                    format!("the sides are {left_text} and {right_text}")
                } else {
                    "a side has no value".to_owned()
                };
                Self { values: values(&[*left, *right], *primitive), ..plain("compare", Some(*literal), message) }
            }
            Obstacle::Aggregate { literal, value: has, wanted, primitive } => {
                let (has_text, wanted_text) = (value(*has, *primitive), value(*wanted, *primitive));
                let message = match (has, wanted) {
                    (None, _) => "the group is empty, so there is no value".to_owned(),
                    (Some(_), None) => format!("the value is {has_text}"),
                    (Some(_), Some(_)) => format!("the value is {has_text}, not {wanted_text}"),
                };
                Self { values: values(&[*has, *wanted], *primitive), ..plain("aggregate", Some(*literal), message) }
            }
            Obstacle::Range { literal, wanted, primitive } => {
                let none = || "it has no values".to_owned();
                let one = |cell| format!("{} is none of its values", value(Some(cell), *primitive));
                let message = wanted.map_or_else(none, one);
                Self { values: values(&[*wanted], *primitive), ..plain("range", Some(*literal), message) }
            }
            Obstacle::Unknown => plain("unknown", None, "the search was given up: too many rows fit so far".to_owned()),
        }
    }
}
