//! Answers a body that is not in any file: `gainsay query`.
//!
//! A data set that loaded and a text go in, rows come out. The body is checked as a clause of the program whose head has
//! no columns; once the types of its variables are known, they become the columns, and the clause is evaluated as any other.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::base::{Cell, Day, Diagnostic, Pool, SourceMap, Span, Symbol, near};
use crate::datalog::{self, EvaluationError, Fixpoint, RelationId, Settings, Strata};

pub use crate::datalog::{Value, Variable};

use crate::facts::Dataset;
use crate::relations;

use super::Loaded;
use super::question;
use super::rules::prepare;
use super::stopped::stopped;

/// What reports call the text of a query.
const PATH: &str = "query";
/// The type of columns that hold ids of claims.
const CLAIM: &str = "Claim";
/// How many rows an answer has where nobody says.
pub const MOST_ROWS: usize = 1_000_000;

/// The answer to a query, or what is wrong with it.
#[derive(Debug)]
pub struct Answer {
    /// All texts: those of the data set, and that of the query.
    pub sources: SourceMap,
    /// Problems of the query or of the evaluation; without an answer there are some.
    pub diagnostics: Vec<Diagnostic>,
    /// The variables of the query, in the order in which they first occur.
    pub columns: Vec<Variable>,
    /// The rows, sorted.
    pub rows: Vec<AnswerRow>,
    /// There are more rows than were asked for.
    pub more: bool,
    /// Somebody ended the search, so there is no answer.
    pub cancelled: bool,
    /// Constants that no row has where they stand, and variables without a column.
    pub notes: Vec<Note>,
}

/// A row of an answer.
#[derive(Clone, Debug)]
pub struct AnswerRow {
    /// One value for each column.
    pub values: Vec<Value>,
    /// The claims that the row names: the column, the id, and where the claim says what it says.
    pub claims: Vec<(usize, Arc<str>, Span)>,
}

/// What else should be known of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What is the matter.
    pub message: String,
    /// What was probably meant.
    pub help: Option<String>,
}

impl Loaded {
    /// Answers a query over the data set, which must not be broken, with at most so many rows.
    #[must_use]
    pub fn query(self, today: Day, text: &str, most: usize) -> Answer {
        let Self { mut sources, mut program, vocabulary, dataset, mut pool, running, .. } = self;
        program.add(vocabulary);
        let asked = question::ask(&mut program, &mut sources, PATH, text);
        let mut answer = Answer {
            sources,
            diagnostics: Vec::new(),
            columns: Vec::new(),
            rows: Vec::new(),
            more: false,
            cancelled: false,
            notes: Vec::new(),
        };
        let question = match asked {
            Ok(question) => question,
            Err(diagnostics) => return Answer { diagnostics, ..answer },
        };
        let checked = prepare(&program, &mut pool, &mut answer.diagnostics);
        question.advise(&mut answer.diagnostics, "correct the name: `gainsay list relations` lists them");
        let Some(checked) = checked else { return answer };
        let Some(head) = question.relation(&checked) else { return answer };
        answer.columns = datalog::variables_of(checked.program(), head, &question.variables);
        question.widen(&mut program, &answer.columns);
        let Some(strata) = prepare(&program, &mut pool, &mut answer.diagnostics) else { return answer };
        let database = relations::lower(&dataset, today, strata.program(), &mut pool);
        let settings = Settings { ranks: false, ..running.settings(database.rows()) };
        match datalog::evaluate(&strata, database, &mut pool, &settings) {
            Err(EvaluationError::Cancelled { .. }) => answer.cancelled = true,
            Err(error) => answer.diagnostics.push(stopped(&error)),
            Ok(fixpoint) => {
                let world = World { strata: &strata, fixpoint: &fixpoint, dataset: &dataset, pool: &pool, head };
                world.answer(&mut answer, most);
                answer.notes.extend(question.partial.iter().map(|name| Note {
                    message: format!("`{name}` has no column, because some alternative gives it no value"),
                    help: Some("name it in each alternative, or ask about each for itself".to_owned()),
                }));
            }
        }
        answer
    }
}

/// What a query was evaluated over.
struct World<'a> {
    strata: &'a Strata,
    fixpoint: &'a Fixpoint,
    dataset: &'a Dataset,
    pool: &'a Pool,
    /// What stands for the query.
    head: RelationId,
}

impl World<'_> {
    fn answer(&self, answer: &mut Answer, most: usize) {
        let first = datalog::first_rows(self.strata.program(), self.fixpoint, self.pool, self.head, most);
        answer.rows = first.rows.iter().map(|row| self.row(row, &answer.columns)).collect();
        answer.more = first.more;
        answer.notes = self.notes();
    }

    fn row(&self, row: &[Cell], columns: &[Variable]) -> AnswerRow {
        let value = |(&cell, column): (&Cell, &Variable)| Value::new(self.pool, cell, column.primitive);
        let claims = row.iter().zip(columns).enumerate().filter(|(_, (_, column))| column.is(CLAIM));
        let claims = claims.filter_map(|(place, (&cell, _))| {
            let claim = self.dataset.claim(Symbol::from_cell(cell))?;
            Some((place, Arc::from(self.pool.text(claim.id)), claim.says.span))
        });
        AnswerRow { values: row.iter().zip(columns).map(value).collect(), claims: claims.collect() }
    }

    /// Texts in columns of atoms that no row has there: most likely they are misspelt.
    fn notes(&self) -> Vec<Note> {
        let mut seen = BTreeSet::new();
        let mut notes = Vec::new();
        for (relation, column, cell) in datalog::texts(self.strata, self.head) {
            let others = self.fixpoint.cells(relation, column);
            if !seen.insert((relation, column, cell)) || others.contains(&cell) {
                continue;
            }
            let declared = self.strata.program().relation(relation);
            let text = self.pool.cell_text(cell);
            let message =
                format!("no row of `{}` has `{text}` in its column `{}`", declared.name, declared.columns[column].name);
            let help = near::did_you_mean_any(text, others.iter().map(|&cell| self.pool.cell_text(cell)));
            notes.push(Note { message, help });
        }
        notes
    }
}
