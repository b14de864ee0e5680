//! The rows of a relation in another order, some of them or all: sorted without moving what is not wanted.

use crate::base::Cell;

use crate::datalog::storage::radix::{FEW, in_order};
use crate::datalog::storage::rows::{ForWidth, dispatch};
use crate::datalog::storage::sort::{NARROW, Prefix, Spread, distinct, finish, sort_rows};
use crate::datalog::storage::view::View;
use crate::datalog::storage::watch::{Ended, ROWS_PER_LOOK, Watch};

/// The rows of a view that have some cells, with only some of their columns, in `stride` cells each: sorted and
/// distinct. What is sorted are numbers of rows; the rows themselves are copied once.
///
/// # Errors
///
/// The watch ended it.
pub(in crate::datalog) fn sorted_columns(
    view: View<'_>,
    constants: &[(usize, Cell)],
    columns: &[usize],
    stride: usize,
    watch: &Watch,
) -> Result<Vec<Cell>, Ended> {
    dispatch(stride, SortColumns { view, constants, columns, watch })
}

struct SortColumns<'a> {
    view: View<'a>,
    constants: &'a [(usize, Cell)],
    columns: &'a [usize],
    watch: &'a Watch,
}

impl SortColumns<'_> {
    fn row<const W: usize>(&self, index: usize) -> [Cell; W] {
        let row = self.view.row(index);
        let mut cells = [0; W];
        for (cell, &column) in cells.iter_mut().zip(self.columns) {
            *cell = row[column];
        }
        cells
    }

    /// Calls `f` for each row that has the cells.
    fn each(&self, mut f: impl FnMut(usize)) -> Result<(), Ended> {
        for start in (0..self.view.len()).step_by(ROWS_PER_LOOK) {
            self.watch.look()?;
            for index in start..(start + ROWS_PER_LOOK).min(self.view.len()) {
                let row = self.view.row(index);
                if self.constants.iter().all(|&(column, cell)| row[column] == cell) {
                    f(index);
                }
            }
        }
        Ok(())
    }

    /// Copies the rows, about so many, and sorts the copies.
    fn by_moving<const W: usize>(&self, count: usize) -> Result<Vec<Cell>, Ended> {
        let mut cells = Vec::with_capacity(count * W);
        self.each(|index| cells.extend_from_slice(&self.row::<W>(index)))?;
        sort_rows(&mut cells, W, false, self.watch)?;
        Ok(cells)
    }
}

impl ForWidth for SortColumns<'_> {
    type Output = Result<Vec<Cell>, Ended>;

    fn run<const W: usize>(self) -> Self::Output {
        // What is sorted by moving rows needs no spread.
        if W <= NARROW || u32::try_from(self.view.len()).is_err() {
            return self.by_moving::<W>(0);
        }
        let (mut spread, mut count) = (Spread::<W>::new(), 0);
        self.each(|index| {
            spread.add(&self.row(index));
            count += 1;
        })?;
        if count <= FEW {
            return self.by_moving::<W>(count);
        }
        let keys = self.columns.len();
        let prefix = Prefix::of(count, keys, u32::BITS, &spread);
        let mut entries = Vec::with_capacity(count);
        self.each(|index| entries.push(prefix.of_row(&self.row(index)) << 32 | index as u64))?;
        let mut cells = in_order::<W>(entries, prefix.bits, |index| self.row(index), self.watch)?;
        finish::<W>(&mut cells, prefix.columns, keys, self.watch)?;
        distinct::<W>(&mut cells, keys);
        Ok(cells)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::datalog::oracle::Dice;

    /// Some rows of six columns, and what is wanted of them.
    fn check(rows: usize, values: [usize; 6], constants: &[(usize, Cell)], columns: &[usize]) {
        let mut dice = Dice(7);
        let lists: Vec<Vec<Cell>> = (0..rows)
            .map(|_| values.iter().map(|&values| u32::try_from(dice.roll(values)).unwrap()).collect())
            .collect();
        let cells = lists.concat();
        let found = sorted_columns(View::new(&cells, 6), constants, columns, columns.len(), &Watch::default()).unwrap();
        let wanted = lists.iter().filter(|row| constants.iter().all(|&(column, cell)| row[column] == cell));
        let mut expect: Vec<Vec<Cell>> =
            wanted.map(|row| columns.iter().map(|&column| row[column]).collect()).collect();
        expect.sort();
        expect.dedup();
        assert!(found == expect.concat(), "{rows} rows, {values:?}, {constants:?}, {columns:?}");
    }

    #[test]
    fn columns_are_those_of_a_sort_by_comparison() {
        for rows in [0, 1, 40, FEW, 4_000] {
            for values in [[3, 4, 2, 9, 5, 2], [1 << 20, 2, 1 << 20, 1 << 18, 7, 30_000]] {
                check(rows, values, &[], &[5, 4, 3, 2, 1, 0]);
                check(rows, values, &[], &[1, 3, 0, 5, 4]);
                check(rows, values, &[(1, 1)], &[5, 4, 3, 2, 0]);
                check(rows, values, &[(1, 1), (4, 2)], &[5, 3, 2, 0]);
                check(rows, values, &[(1, 99)], &[5, 4, 3, 2, 0]);
            }
        }
    }
}
