//! What is stored of a relation for looking its rows up: which rows, which columns, in which order.

use crate::base::Cell;

/// Rows of a relation as they are stored for reading: all of them or some, with all columns or some, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::datalog) struct Layout {
    /// Only the rows with these cells.
    pub(in crate::datalog) constants: Vec<(usize, Cell)>,
    /// Place `i` of a row holds column `columns[i]`.
    pub(in crate::datalog) columns: Vec<usize>,
}

impl Layout {
    /// All rows, as the relation itself has them.
    pub(in crate::datalog) fn own(arity: usize) -> Self {
        Self { constants: Vec::new(), columns: (0..arity).collect() }
    }

    /// Whether it is [`Layout::own`].
    pub(in crate::datalog) fn is_own(&self, arity: usize) -> bool {
        self.constants.is_empty() && self.columns.iter().copied().eq(0..arity)
    }

    /// The cells of the relation's row that a stored row stands for; those of columns that are not stored are 0.
    pub(in crate::datalog) fn restore(&self, row: &[Cell], arity: usize) -> Vec<Cell> {
        let mut cells = vec![0; arity];
        for (column, cell) in
            self.columns.iter().copied().zip(row.iter().copied()).chain(self.constants.iter().copied())
        {
            cells[column] = cell;
        }
        cells
    }
}
