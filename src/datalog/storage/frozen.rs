//! Rows that do not change any more: one sorted batch, and where the rows of each first cell begin.
//!
//! Flat rows go in, views come out. Knows nothing of rules or rounds.

use std::sync::OnceLock;

use crate::base::Cell;

use crate::datalog::storage::arrange::sorted_columns;
use crate::datalog::storage::layout::Layout;
use crate::datalog::storage::rows::stride;
use crate::datalog::storage::sort::{NARROW, sort_rows};
use crate::datalog::storage::view::{Directory, View};
use crate::datalog::storage::watch::{Ended, Watch};

/// Rows that do not change any more: one sorted batch.
#[derive(Clone, Debug, Default)]
pub(in crate::datalog) struct Frozen {
    cells: Vec<Cell>,
    stride: usize,
    /// The last cell of each row is its rank.
    ranked: bool,
    /// Built when rows are first looked up by their first cell; nothing where these cells are too far apart.
    directory: OnceLock<Option<Directory>>,
}

impl Frozen {
    /// Sorts rows of `stride` cells and drops repeated ones.
    ///
    /// # Errors
    ///
    /// The watch ended it.
    pub(in crate::datalog) fn from_rows(mut cells: Vec<Cell>, stride: usize, watch: &Watch) -> Result<Self, Ended> {
        sort_rows(&mut cells, stride, false, watch)?;
        Ok(Self::from_sorted(cells, stride, false))
    }

    /// Takes sorted, distinct rows of `stride` cells, the last of them the rank if they are `ranked`.
    pub(in crate::datalog) fn from_sorted(mut cells: Vec<Cell>, stride: usize, ranked: bool) -> Self {
        if cells.len() < cells.capacity() / 2 {
            cells.shrink_to_fit();
        }
        Self { cells, stride, ranked, directory: OnceLock::new() }
    }

    /// The rows that a layout wants, with its columns only and without ranks.
    ///
    /// # Errors
    ///
    /// The watch ended it.
    pub(in crate::datalog) fn laid_out(&self, layout: &Layout, watch: &Watch) -> Result<Self, Ended> {
        let (view, width) = (self.view(), stride(layout.columns.len()).unwrap_or(1));
        if width <= NARROW && layout.constants.is_empty() {
            return Self::from_rows(permute(view, &layout.columns, width), width, watch);
        }
        let cells = sorted_columns(view, &layout.constants, &layout.columns, width, watch)?;
        Ok(Self::from_sorted(cells, width, false))
    }

    /// Bytes in use.
    pub(in crate::datalog) fn bytes(&self) -> usize {
        self.cells.capacity() * size_of::<Cell>()
    }

    pub(in crate::datalog) fn view(&self) -> View<'_> {
        let directory = self.directory.get().and_then(Option::as_ref);
        View::new(&self.cells, self.stride.max(1)).with(directory)
    }

    /// Makes looking up rows by their first cell fast from now on.
    pub(in crate::datalog) fn index(&self) {
        self.directory.get_or_init(|| Directory::of(View::new(&self.cells, self.stride.max(1))));
    }

    /// The rank of a row of a recursive relation.
    pub(in crate::datalog) fn rank(&self, row: usize) -> Option<u32> {
        if !self.ranked {
            return None;
        }
        self.cells.get((row + 1) * self.stride - 1).copied()
    }
}

/// Copies the rows of a view with column `columns[i]` at place `i`; the result is not sorted.
pub(in crate::datalog) fn permute(view: View<'_>, columns: &[usize], stride: usize) -> Vec<Cell> {
    let mut cells = Vec::with_capacity(view.len() * stride);
    if let ([first, second], 2) = (columns, stride) {
        view.rows(0, view.len()).for_each(|row| cells.extend_from_slice(&[row[*first], row[*second]]));
        return cells;
    }
    for (index, row) in view.rows(0, view.len()).enumerate() {
        cells.extend(columns.iter().map(|&column| row[column]));
        cells.resize((index + 1) * stride, 0);
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_without_columns_are_counted() {
        assert_eq!(Frozen::from_rows(vec![0, 0], 1, &Watch::default()).unwrap().view().len(), 1);
    }

    #[test]
    fn other_orders_of_ranked_rows_have_no_ranks() {
        let rows = Frozen::from_sorted(vec![1, 5, 90, 2, 4, 91], 3, true);
        assert_eq!((rows.rank(0), rows.rank(1), rows.rank(2)), (Some(90), Some(91), None));
        let layout = Layout { columns: vec![1, 0], constants: vec![] };
        let other = rows.laid_out(&layout, &Watch::default()).unwrap();
        assert_eq!((other.view().row(0), other.view().row(1), other.rank(0)), (&[4, 2][..], &[5, 1][..], None));
    }
}
