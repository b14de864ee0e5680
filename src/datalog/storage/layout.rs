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
}
