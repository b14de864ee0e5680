//! From complete bindings of a rule to rows of its head.
//!
//! Registers and rows of the last operation go in, cells go to an [`Output`].

use crate::base::{Cell, Pool};

use crate::datalog::evaluation::execute::{Run, Sink};
use crate::datalog::evaluation::functor::{Expression, Slot};
use crate::datalog::evaluation::limits::{Budget, Stop};
use crate::datalog::evaluation::output::Output;

/// How many rows are emitted between two looks at limits.
const BLOCK: usize = 4096;

/// Evaluates the head of a rule and adds its row.
pub(in crate::datalog) struct Emission<'a> {
    head: &'a [Expression],
    rank: u32,
    output: &'a mut Output,
    shape: Shape,
    /// Rows that the budget has not been told of.
    untold: usize,
}

/// How the last operation gives the cells of the head; an expression is a value that is the same for all its rows.
enum Shape {
    Unknown,
    /// Cells have to be computed, or there are none.
    OneByOne,
    Single(usize),
    Second(Slot, usize),
    First(usize, Slot),
    Both(usize, usize),
    Wide(Vec<Part>),
}

/// Where a cell of a wide head comes from.
#[derive(Clone, Copy)]
enum Part {
    /// It is the same for all rows.
    Fixed(Slot),
    /// A place of the row.
    Place(usize),
}

impl Shape {
    fn of(head: &[Expression], binds: &[(usize, usize)]) -> Self {
        let part = |expression: &Expression| match expression {
            Expression::Slot(Slot::Register(register)) => {
                let bound = binds.iter().find(|(_, bound)| bound == register);
                Some(bound.map_or(Part::Fixed(Slot::Register(*register)), |&(place, _)| Part::Place(place)))
            }
            Expression::Slot(slot) => Some(Part::Fixed(*slot)),
            Expression::Apply(..) => None,
        };
        let Some(parts) = head.iter().map(part).collect::<Option<Vec<Part>>>() else { return Self::OneByOne };
        match parts[..] {
            [Part::Place(place)] => Self::Single(place),
            [Part::Fixed(first), Part::Place(second)] => Self::Second(first, second),
            [Part::Place(first), Part::Fixed(second)] => Self::First(first, second),
            [Part::Place(first), Part::Place(second)] => Self::Both(first, second),
            [] | [_] | [_, _] => Self::OneByOne,
            _ => Self::Wide(parts),
        }
    }
}

impl<'a> Emission<'a> {
    /// Adds to an output; `rank` is the rank of all rows.
    pub(in crate::datalog) fn new(head: &'a [Expression], rank: u32, output: &'a mut Output) -> Self {
        Self { head, rank, output, shape: Shape::Unknown, untold: 0 }
    }

    #[inline]
    fn compact(&mut self, budget: &Budget) -> Result<(), Stop> {
        if self.output.is_full() {
            self.output.compact(budget.watch())?;
            if budget.bytes(self.output.bytes()).is_err() {
                // Up to half of the rows may still be repeated ones, which nothing keeps in the end.
                self.output.squeeze(budget.watch())?;
                budget.bytes(self.output.bytes()).map_err(Stop::Limit)?;
            }
        }
        Ok(())
    }

    /// Tells the budget what was done.
    #[cold]
    fn tell(&mut self, pool: &Pool, budget: &mut Budget) -> Result<(), Stop> {
        let rows = std::mem::take(&mut self.untold);
        budget.derive(rows)?;
        if budget.visit(rows) {
            budget.look(pool)?;
        }
        self.compact(budget)
    }

    /// Adds one row for each given one.
    #[inline]
    fn block<'r>(&mut self, rows: impl Iterator<Item = &'r [Cell]>, registers: &[Cell]) {
        match self.shape {
            Shape::Single(place) => self.output.push_pairs(rows.map(|row| [0, row[place]]), self.rank),
            Shape::Second(first, place) => {
                let first = first.value(registers);
                self.output.push_pairs(rows.map(|row| [first, row[place]]), self.rank);
            }
            Shape::First(place, second) => {
                let second = second.value(registers);
                self.output.push_pairs(rows.map(|row| [row[place], second]), self.rank);
            }
            Shape::Both(first, second) => {
                self.output.push_pairs(rows.map(|row| [row[first], row[second]]), self.rank);
            }
            Shape::Wide(ref parts) => {
                for row in rows {
                    let cell = |part: &Part| match part {
                        Part::Fixed(slot) => slot.value(registers),
                        Part::Place(place) => row[*place],
                    };
                    self.output.push_wide(parts.iter().map(cell), self.rank);
                }
            }
            Shape::Unknown | Shape::OneByOne => {}
        }
    }
}

impl Sink for Emission<'_> {
    fn emit(&mut self, registers: &[Cell], pool: &mut Pool, budget: &mut Budget) -> Result<(), Stop> {
        budget.derive(1)?;
        let mut value = |expression: &Expression| match expression {
            Expression::Slot(slot) => Ok(slot.value(registers)),
            Expression::Apply(..) => expression.value(registers, pool, budget),
        };
        match self.head {
            [only] => self.output.push(&[value(only)?], self.rank),
            [first, second] => self.output.push(&[value(first)?, value(second)?], self.rank),
            head => {
                let start = self.output.begin();
                for expression in head {
                    self.output.cell(value(expression)?);
                }
                self.output.end(start, self.rank);
            }
        }
        self.compact(budget)
    }

    #[inline]
    fn emit_rows(
        &mut self,
        binds: &[(usize, usize)],
        mut rows: Run<'_>,
        registers: &[Cell],
        pool: &Pool,
        budget: &mut Budget,
    ) -> Option<Result<(), Stop>> {
        match self.shape {
            Shape::Unknown => {
                self.shape = Shape::of(self.head, binds);
                return self.emit_rows(binds, rows, registers, pool, budget);
            }
            Shape::OneByOne => return None,
            Shape::Single(_) | Shape::Second(..) | Shape::First(..) | Shape::Both(..) | Shape::Wide(_) => {}
        }
        while rows.len() > BLOCK {
            self.untold += BLOCK;
            self.block(rows.by_ref().take(BLOCK), registers);
            if let Err(stop) = self.tell(pool, budget) {
                return Some(Err(stop));
            }
        }
        self.untold += rows.len();
        self.block(rows, registers);
        let full = self.untold >= BLOCK || self.output.is_full();
        Some(if full { self.tell(pool, budget) } else { Ok(()) })
    }

    fn finish(&mut self, budget: &mut Budget) -> Result<(), Stop> {
        budget.derive(std::mem::take(&mut self.untold))
    }
}
