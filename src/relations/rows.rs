//! Writing rows: values in, cells of the named relation out.

use crate::base::{Cell, Pool, Span, Symbol};
use crate::datalog::{Database, Program};

/// What stands in one column of a row.
#[derive(Clone, Copy, Debug)]
pub(super) enum Value {
    /// A name or text of the data set.
    Name(Symbol),
    /// A word that the code knows, such as a sign.
    Word(&'static str),
    /// A number or a day.
    Number(i64),
}

impl From<Symbol> for Value {
    fn from(name: Symbol) -> Self {
        Self::Name(name)
    }
}

impl From<&'static str> for Value {
    fn from(word: &'static str) -> Self {
        Self::Word(word)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<i32> for Value {
    fn from(day: i32) -> Self {
        Self::Number(i64::from(day))
    }
}

/// The rows written so far, and what is needed to write more.
pub(super) struct Rows<'a> {
    program: &'a Program,
    /// Where names and numbers become cells.
    pub(super) pool: &'a mut Pool,
    database: Database,
}

impl<'a> Rows<'a> {
    pub(super) fn new(program: &'a Program, pool: &'a mut Pool) -> Self {
        Self { program, pool, database: Database::new() }
    }

    /// Adds a row to the relation of that name, if the program has it with as many columns.
    pub(super) fn put<const N: usize>(&mut self, relation: &str, row: [Value; N], span: impl Into<Option<Span>>) {
        let Some(id) = self.program.find(relation) else { return };
        if self.program.relation(id).columns.len() != N {
            return;
        }
        let cells = row.map(|value| self.cell(value));
        self.database.push(id, &cells, span.into());
    }

    fn cell(&mut self, value: Value) -> Cell {
        match value {
            Value::Name(name) => name.cell(),
            Value::Word(word) => self.pool.intern(word).cell(),
            Value::Number(number) => self.pool.number(number),
        }
    }

    pub(super) fn finish(self) -> Database {
        self.database
    }
}
