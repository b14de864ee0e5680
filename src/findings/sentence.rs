//! Templates filled in for the rows of one quarrel.

use std::collections::BTreeSet;

use crate::base::{Cell, Symbol};
use crate::datalog::Fact;
use crate::lints::{ColumnKind, Lint, Piece, Template};

use super::words::{Words, join_some};

/// A template over several rows: where they differ, distinct values are listed in order.
pub(super) fn sentence(template: &Template, lint: &Lint, rows: &[Fact], words: Words<'_>) -> String {
    template.render(&|piece| {
        let mut values: BTreeSet<String> =
            rows.iter().map(|&row| piece_value(piece, lint, words.fixpoint.row(row), words)).collect();
        if values.len() > 1 {
            values.remove("-"); // some row has a value
        }
        join_some(&values.into_iter().collect::<Vec<_>>())
    })
}

/// The value of one reference of a template in one row.
fn piece_value(piece: &Piece, lint: &Lint, row: &[Cell], words: Words<'_>) -> String {
    match piece {
        Piece::Text(text) => text.clone(),
        Piece::Column(index) => words.value(row[*index], lint.columns[*index].kind),
        Piece::Field(index, field) if lint.columns[*index].kind == ColumnKind::Claim => {
            words.field(Symbol::from_cell(row[*index]), *field)
        }
        Piece::Field(..) => "-".to_owned(),
    }
}
