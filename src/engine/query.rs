//! Answers a body that is not in any file: `gainsay query`.
//!
//! A data set that loaded and a text go in, rows come out. The body is checked as a clause of the program whose head has
//! no columns; its bindings are then enumerated over the evaluated rows, so that nothing but the answer is stored.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::base::{Cell, Day, Diagnostic, Family, Pool, SourceMap, Span, Symbol, near};
use crate::datalog::{self, Fixpoint, RelationId, Solution, Strata};

pub use crate::datalog::{Value, Variable};

use crate::facts::Dataset;
use crate::relations;

use super::Loaded;
use super::question::{self, Question};
use super::rules::prepare;

/// What reports call the text of a query.
const PATH: &str = "query";
/// The type of columns that hold ids of claims.
const CLAIM: &str = "Claim";

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
    /// Constants that no row has where they stand.
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

/// A constant of the query that occurs nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What is the matter.
    pub message: String,
    /// What was probably meant.
    pub help: Option<String>,
}

impl Loaded {
    /// Answers a query over the data set, which must not be broken; at most so many rows, or all.
    #[must_use]
    pub fn query(self, today: Day, text: &str, limit: Option<usize>) -> Answer {
        let Self { mut sources, mut program, dataset, mut pool, running, .. } = self;
        program.clauses.extend(relations::clauses(&dataset, &pool));
        let asked = question::ask(&mut program, &mut sources, PATH, text);
        let mut answer = Answer {
            sources,
            diagnostics: Vec::new(),
            columns: Vec::new(),
            rows: Vec::new(),
            more: false,
            notes: Vec::new(),
        };
        let question = match asked {
            Ok(question) => question,
            Err(diagnostics) => return Answer { diagnostics, ..answer },
        };
        let Some(strata) = prepare(&program, &mut pool, &mut answer.diagnostics) else { return answer };
        let Some(head) = question.relation(&strata) else { return answer };
        let database = relations::lower(&dataset, today, strata.program(), &mut pool);
        let settings = running.settings(database.rows());
        match datalog::evaluate(&strata, database, &mut pool, &settings) {
            Err(error) => answer.diagnostics.push(error.diagnostic()),
            Ok(fixpoint) => {
                let world = World { strata: &strata, fixpoint: &fixpoint, dataset: &dataset, head };
                world.answer(&mut answer, &mut pool, &question, limit);
            }
        }
        answer
    }
}

struct World<'a> {
    strata: &'a Strata,
    fixpoint: &'a Fixpoint,
    dataset: &'a Dataset,
    /// What stands for the query.
    head: RelationId,
}

impl World<'_> {
    fn answer(&self, answer: &mut Answer, pool: &mut Pool, question: &Question, limit: Option<usize>) {
        let found = datalog::solutions(self.strata, self.fixpoint, pool, self.head, &question.variables);
        let Some(found) = found else {
            let message = "the query looks at too many rows";
            let problem = Diagnostic::error(Family::Rule, "limit-reached", message, question.span);
            answer
                .diagnostics
                .push(problem.with_label("given up").with_help("join its atoms on more variables, or add constants"));
            return;
        };
        answer.columns = found.variables;
        answer.notes = self.notes(pool);
        let most = limit.unwrap_or(usize::MAX);
        answer.more = found.rows.len() > most;
        for row in found.rows.iter().take(most) {
            answer.rows.push(self.row(row, &answer.columns, pool));
        }
    }

    fn row(&self, row: &Solution, columns: &[Variable], pool: &Pool) -> AnswerRow {
        let value = |(&cell, column): (&Cell, &Variable)| Value::new(pool, cell, column.primitive);
        let claims = row.iter().zip(columns).enumerate().filter(|(_, (_, column))| column.is(CLAIM));
        let claims = claims.filter_map(|(place, (&cell, _))| {
            let claim = self.dataset.claim(Symbol::from_cell(cell))?;
            Some((place, Arc::from(pool.text(claim.id)), claim.says.span))
        });
        AnswerRow { values: row.iter().zip(columns).map(value).collect(), claims: claims.collect() }
    }

    /// Texts in columns of atoms that no row has there: most likely they are misspelt.
    fn notes(&self, pool: &Pool) -> Vec<Note> {
        let mut seen = BTreeSet::new();
        let mut notes = Vec::new();
        for (relation, column, cell) in datalog::constants(self.strata, self.head) {
            let others = self.fixpoint.cells(relation, column);
            if !seen.insert((relation, column, cell)) || others.contains(&cell) {
                continue;
            }
            let declared = self.strata.program().relation(relation);
            let text = pool.cell_text(cell);
            let message =
                format!("no row of `{}` has `{text}` in its column `{}`", declared.name, declared.columns[column].name);
            let help = near::did_you_mean_any(text, others.iter().map(|&cell| pool.cell_text(cell)));
            notes.push(Note { message, help });
        }
        notes
    }
}
