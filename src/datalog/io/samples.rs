//! Small programs and rows as text, for the tests of this folder.

use crate::base::{Cell, Pool, SourceMap};

use crate::datalog::analysis::check::check;
use crate::datalog::program::{Program, Relation};
use crate::datalog::syntax::parser::parse;

/// A program that has no faults.
pub(super) fn program(text: &str, pool: &mut Pool) -> Program {
    let mut sources = SourceMap::new();
    let file = sources.add("a.dl", text);
    let parsed = parse(&sources, file);
    assert!(parsed.diagnostics.is_empty(), "{text}: {:?}", parsed.diagnostics);
    let checked = check(&parsed.value, pool);
    checked.value.unwrap_or_else(|| panic!("{text}: {:?}", checked.diagnostics))
}

/// The values of a row with `|` between them.
pub(super) fn shown(relation: &Relation, row: &[Cell], pool: &Pool) -> String {
    let cells = relation.columns.iter().zip(row);
    cells.map(|(column, &cell)| pool.shown(cell, column.primitive)).collect::<Vec<_>>().join("|")
}
