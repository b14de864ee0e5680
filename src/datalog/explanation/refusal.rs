//! `gainsay.why-not/1`: why a row is not there, as a document.

use serde::Serialize;

use crate::base::{Cell, Pool, Primitive};

use crate::datalog::explanation::words::{ConditionOut, Context, RowOut, RuleOut, Value, VariableOut, Words};
use crate::datalog::proofs::near::Near;
use crate::datalog::proofs::why_not::{Attempt, Obstacle, WhyNot};

/// Why no row matches a pattern.
#[derive(Clone, Debug, Serialize)]
pub struct WhyNotDocument<'a> {
    /// The pattern as an atom.
    pub text: String,
    /// What was asked for; null stands for anything.
    pub pattern: RowOut<'a>,
    /// Rows that are there and match, at most ten; if there are any, nothing else is said.
    pub present: Vec<String>,
    /// There are other rows that match.
    pub more: bool,
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
    /// Its conditions, in the order written.
    pub conditions: Vec<TriedOut<'a>>,
    /// What the variables stand for under one binding for which so many conditions hold: the one that is the nearest to
    /// going on. Texts, values and the obstacle are of this one.
    pub variables: Vec<VariableOut<'a>>,
    /// Under how many different bindings so many conditions hold, at most 200.
    pub bindings: usize,
    /// There may be others.
    pub more: bool,
    /// How many misses behind these bindings were compared to find the nearest, at most 200.
    pub compared: usize,
    /// What fails first.
    pub obstacle: ObstacleOut,
    /// All rows were looked at; else more conditions may hold together.
    pub complete: bool,
}

/// A condition, and what became of it.
#[derive(Clone, Debug, Serialize)]
pub struct TriedOut<'a> {
    /// The condition.
    #[serde(flatten)]
    pub condition: ConditionOut<'a>,
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
    /// What the head gives, or the aggregate has: of `head` and `aggregate`; null where there is no value.
    pub has: Option<Value>,
    /// What it should be: of `head`, `aggregate` and `range`.
    pub wanted: Option<Value>,
    /// The value on the left: of `compare`.
    pub left: Option<Value>,
    /// The value on the right: of `compare`.
    pub right: Option<Value>,
    /// The row that comes nearest: of `atom`.
    pub near: Option<NearOut>,
    /// The row that matches what must not match: of `present`.
    pub blocker: Option<String>,
    /// An atom of which it can be asked in turn why it is not there: of `atom`.
    pub ask: Option<String>,
}

impl<'a> WhyNotDocument<'a> {
    /// The answer as a document.
    #[must_use]
    pub fn new(context: Context<'a>, pool: &Pool, answer: &WhyNot) -> Self {
        let words = Words { context, pool };
        let cells = || answer.pattern.iter().copied();
        Self {
            text: words.atom(answer.relation, cells()),
            pattern: words.row(answer.relation, cells()),
            present: answer.present.iter().map(|&fact| words.fact_text(fact)).collect(),
            more: answer.more,
            near: answer.near.map(|near| NearOut::new(words, near, &answer.pattern)),
            rules: answer.attempts.iter().map(|attempt| AttemptOut::new(words, answer, attempt)).collect(),
        }
    }
}

impl NearOut {
    fn new(words: Words<'_, '_>, near: Near, pattern: &[Option<Cell>]) -> Self {
        Self { text: words.fact_text(near.fact), agrees: near.agrees, of: pattern.iter().flatten().count() }
    }

    /// `edge(6, 7)` comes nearest, in 1 of 2 columns
    pub(in crate::datalog) fn sentence(&self) -> String {
        let columns = if self.of == 1 { "column" } else { "columns" };
        format!("`{}` comes nearest, in {} of {} {columns}", self.text, self.agrees, self.of)
    }
}

impl<'a> AttemptOut<'a> {
    fn new(words: Words<'a, '_>, answer: &WhyNot, attempt: &Attempt) -> Self {
        let rule = words.context.strata.program().rule(attempt.rule);
        let obstacle = ObstacleOut::new(words, answer, attempt);
        let conditions = words.conditions(rule, &attempt.binding).into_iter().enumerate();
        let conditions = conditions.map(|(place, condition)| TriedOut {
            condition,
            holds: match (obstacle.condition == Some(place), place < attempt.matched) {
                (true, _) => Some(false),
                (false, true) => Some(true),
                (false, false) => None,
            },
        });
        Self {
            rule: words.context.rule(attempt.rule),
            matched: attempt.matched,
            conditions: conditions.collect(),
            variables: words.variables(rule, &attempt.binding),
            bindings: attempt.bindings,
            more: attempt.more,
            compared: attempt.compared,
            obstacle,
            complete: attempt.complete,
        }
    }
}

impl ObstacleOut {
    fn plain(kind: &'static str, condition: Option<usize>, message: String) -> Self {
        let (has, wanted, left, right) = (None, None, None, None);
        Self { kind, condition, message, has, wanted, left, right, near: None, blocker: None, ask: None }
    }

    fn new(words: Words<'_, '_>, answer: &WhyNot, attempt: &Attempt) -> Self {
        let program = words.context.strata.program();
        match &attempt.obstacle {
            Obstacle::Head { column, has, wanted } => {
                let declared = &program.relation(answer.relation).columns[*column];
                let two = Two { words, cells: [*has, Some(*wanted)], primitive: declared.primitive };
                let [has_text, wanted_text] = two.texts();
                let message = format!("the rule gives {has_text} for `{}`, not {wanted_text}", declared.name);
                let [has, wanted] = two.values();
                Self { has, wanted, ..Self::plain("head", None, message) }
            }
            Obstacle::Atom { literal, relation, pattern, near, derived } => {
                let near = near.map(|near| NearOut::new(words, near, pattern));
                let name = &program.relation(*relation).name;
                let nearest = near.as_ref().map(|near| format!("; {}", near.sentence())).unwrap_or_default();
                let message = if words.context.fixpoint.is_empty(*relation) {
                    format!("`{name}` has no rows")
                } else {
                    format!("no row of `{name}` matches{nearest}")
                };
                // Not what was asked just now.
                let is_other = (*relation, pattern) != (answer.relation, &answer.pattern);
                let ask = (*derived && is_other).then(|| words.atom(*relation, pattern.iter().copied()));
                Self { near, ask, ..Self::plain("atom", Some(*literal), message) }
            }
            Obstacle::Present { literal, fact } => {
                let text = words.fact_text(*fact);
                let message = format!("`{text}` is there");
                Self { blocker: Some(text), ..Self::plain("present", Some(*literal), message) }
            }
            Obstacle::Compare { .. } | Obstacle::Aggregate { .. } | Obstacle::Range { .. } | Obstacle::Unknown => {
                Self::of_values(words, attempt)
            }
        }
    }

    /// A condition that compares values, or none at all.
    fn of_values(words: Words<'_, '_>, attempt: &Attempt) -> Self {
        let plain = Self::plain;
        match attempt.obstacle {
            Obstacle::Compare { literal, left, right, primitive } => {
                let two = Two { words, cells: [left, right], primitive };
                let [left_text, right_text] = two.texts();
                let message = if left.is_some() && right.is_some() {
                    format!("the sides are {left_text} and {right_text}")
                } else {
                    "a side has no value".to_owned()
                };
                let [left, right] = two.values();
                Self { left, right, ..plain("compare", Some(literal), message) }
            }
            Obstacle::Aggregate { literal, value: has, wanted, primitive } => {
                let two = Two { words, cells: [has, wanted], primitive };
                let [has_text, wanted_text] = two.texts();
                let message = match (has, wanted) {
                    (None, _) => "the group is empty, so there is no value".to_owned(),
                    (Some(_), None) => format!("the value is {has_text}"),
                    (Some(_), Some(_)) => format!("the value is {has_text}, not {wanted_text}"),
                };
                let [has, wanted] = two.values();
                Self { has, wanted, ..plain("aggregate", Some(literal), message) }
            }
            Obstacle::Range { literal, wanted, primitive } => {
                let two = Two { words, cells: [wanted, None], primitive };
                let [text, _] = two.texts();
                let message = match wanted {
                    Some(_) => format!("{text} is none of its values"),
                    None => "it has no values".to_owned(),
                };
                let [wanted, _] = two.values();
                Self { wanted, ..plain("range", Some(literal), message) }
            }
            Obstacle::Unknown | Obstacle::Head { .. } | Obstacle::Atom { .. } | Obstacle::Present { .. } => {
                let message = if attempt.complete {
                    "no single condition fails: their values do not go together"
                } else {
                    "the search was given up: too many rows fit so far"
                };
                plain("unknown", None, message.to_owned())
            }
        }
    }
}

/// Two values of one type that differ, as far as there are any.
struct Two<'a, 'p> {
    words: Words<'a, 'p>,
    cells: [Option<Cell>; 2],
    primitive: Primitive,
}

impl Two<'_, '_> {
    fn texts(&self) -> [String; 2] {
        self.cells.map(|cell| match cell {
            Some(cell) => self.words.value_text(cell, self.primitive),
            None => "nothing".to_owned(),
        })
    }

    fn values(&self) -> [Option<Value>; 2] {
        self.cells.map(|cell| cell.map(|cell| Value::new(self.words.pool, cell, self.primitive)))
    }
}
