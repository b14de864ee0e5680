//! The rows of a relation in another order, some of them or all, without what is not wanted of them.

use crate::base::Cell;

use crate::datalog::storage::radix::{DEALT, FEW, Rows, in_order};
use crate::datalog::storage::rows::{ForWidth, dispatch};
use crate::datalog::storage::sort::{NARROW, Prefix, Spread, distinct, finish, sort_rows};
use crate::datalog::storage::view::View;
use crate::datalog::storage::watch::{Ended, ROWS_PER_LOOK, Watch};

/// The rows of a view that have some cells, with only some of their columns, in `stride` cells each: sorted and
/// distinct.
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

impl<const W: usize> Rows<W> for SortColumns<'_> {
    fn each(&self, mut f: impl FnMut([Cell; W])) -> Result<(), Ended> {
        for start in (0..self.view.len()).step_by(ROWS_PER_LOOK) {
            self.watch.look()?;
            for row in self.view.rows(start, (start + ROWS_PER_LOOK).min(self.view.len())) {
                if self.constants.iter().all(|&(column, cell)| row[column] == cell) {
                    let mut cells = [0; W];
                    for (cell, &column) in cells.iter_mut().zip(self.columns) {
                        *cell = row[column];
                    }
                    f(cells);
                }
            }
        }
        Ok(())
    }
}

impl SortColumns<'_> {
    /// Copies the rows and sorts the copies; there is room for so many to begin with.
    fn by_moving<const W: usize>(&self, count: usize) -> Result<Vec<Cell>, Ended> {
        let mut cells = Vec::with_capacity(count * W);
        self.each(|row: [Cell; W]| cells.extend_from_slice(&row))?;
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
        self.each(|row| {
            spread.add(&row);
            count += 1;
        })?;
        if count <= FEW {
            return self.by_moving::<W>(count);
        }
        let keys = self.columns.len();
        let prefix = Prefix::of(count, keys, DEALT, &spread);
        let mut cells = in_order::<W>(&self, prefix.bits, |row| prefix.of_row(row), self.watch)?;
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
