//! Binds a variable by several atoms at once: the cells that all their rows with the known columns have in common.
//!
//! The rows of the atom with the fewest are tried, and the others leap to them (Veldhuizen, Leapfrog Triejoin, 2014).
//! Part of a running plan; which atoms are read so was chosen before.

use crate::base::Cell;

use crate::datalog::evaluation::execute::{Machine, Sink};
use crate::datalog::evaluation::limits::Stop;
use crate::datalog::planning::leap::Leap;
use crate::datalog::planning::plan::Op;
use crate::datalog::storage::watch::ROWS_PER_LOOK;

/// What leaps use again and again.
#[derive(Default)]
pub(super) struct Spare {
    /// Lists of cells, one for each leap that is being gone through.
    lists: Vec<Vec<Cell>>,
    /// For each batch of each atom, the rows that are left to look at.
    spans: Vec<(usize, usize)>,
}

impl<S: Sink> Machine<'_, S> {
    /// Goes on with each cell that all atoms have; tells whether a binding was emitted.
    pub(super) fn leap(&mut self, leap: &Leap, rest: &[Op]) -> Result<bool, Stop> {
        let mut cells = self.spare.lists.pop().unwrap_or_default();
        let tried = self.common(leap, &mut cells);
        let mut done = Ok(false);
        if self.budget.visit(tried) {
            done = self.budget.look(self.pool).map(|()| false);
        }
        if done.is_ok() && !cells.is_empty() {
            done = self.each_cell(leap, &cells, rest);
        }
        cells.clear();
        self.spare.lists.push(cells);
        done
    }

    fn each_cell(&mut self, leap: &Leap, cells: &[Cell], rest: &[Op]) -> Result<bool, Stop> {
        if rest.is_empty()
            && !leap.exists
            && !leap.once
            && let Some(done) = self.emit(&[(0, leap.register)], cells.chunks_exact(1))
        {
            return done.map(|()| true);
        }
        let mut hit = false;
        for &cell in cells {
            self.registers[leap.register] = cell;
            if self.step(rest)? {
                hit = true;
                if leap.once {
                    return Ok(true);
                }
            }
            if leap.exists {
                return Ok(hit);
            }
        }
        Ok(hit)
    }

    /// Collects the cells that all atoms have, in their order; gives the number of those that were tried. Where it
    /// takes long and the run is to end, cells may be missing, and the number is one that makes the budget look.
    fn common(&mut self, leap: &Leap, cells: &mut Vec<Cell>) -> usize {
        let mut spans = std::mem::take(&mut self.spare.spans);
        spans.clear();
        let (mut fewest, mut smallest, mut ended) = (usize::MAX, 0, false);
        for (index, arm) in leap.arms.iter().enumerate() {
            self.fill(&arm.key);
            let first = spans.len();
            for batch in 0..self.views[arm.source].len() {
                spans.push(self.range(arm.source, batch, &arm.key));
            }
            let rows = spans[first..].iter().map(|(start, end)| end - start).sum();
            if rows < fewest {
                (fewest, smallest) = (rows, index);
            }
        }
        if fewest > 0 {
            let mut first = 0;
            for (index, arm) in leap.arms.iter().enumerate() {
                let views = &self.views[arm.source];
                if index == smallest {
                    for (view, &(start, end)) in views.iter().zip(&spans[first..]) {
                        for from in (start..end).step_by(ROWS_PER_LOOK) {
                            let to = end.min(from + ROWS_PER_LOOK);
                            cells.extend(view.rows(from, to).map(|row| row[arm.column]));
                            ended = ended || to < end && self.budget.watch().has_ended();
                        }
                    }
                    if views.len() > 1 {
                        cells.sort_unstable();
                    }
                }
                first += views.len();
            }
            first = 0;
            for (index, arm) in leap.arms.iter().enumerate() {
                let views = &self.views[arm.source];
                let spans = &mut spans[first..first + views.len()];
                if index != smallest {
                    let mut there = |cell: Cell| {
                        views.iter().zip(spans.iter_mut()).any(|(view, span)| view.leap(arm.column, cell, span))
                    };
                    if cells.len() <= ROWS_PER_LOOK {
                        cells.retain(|&cell| there(cell));
                    } else {
                        let mut looked = 0;
                        cells.retain(|&cell| {
                            looked += 1;
                            ended = ended || looked % ROWS_PER_LOOK == 0 && self.budget.watch().has_ended();
                            !ended && there(cell)
                        });
                    }
                }
                first += views.len();
            }
        }
        self.spare.spans = spans;
        fewest
    }
}
