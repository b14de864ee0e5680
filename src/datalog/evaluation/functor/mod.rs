//! Values of expressions and outcomes of comparisons: cells go in, cells come out.
//!
//! Knows how a primitive type reads a cell; knows nothing of rows or plans. What a functor can not compute is a
//! [`Fault`], which ends the run: nothing wraps around and nothing is guessed.

mod fault;
mod float;
mod pattern;
mod text;
mod whole;

use crate::base::{Cell, Pool, Primitive, is_in_place};

use crate::datalog::evaluation::limits::{Budget, Stop};
use crate::datalog::syntax::ast::{Functor, Operator};

pub(in crate::datalog) use fault::fault;
pub use fault::{Fault, FaultKind};
pub(in crate::datalog) use float::finite;
pub(in crate::datalog) use pattern::Patterns;
pub use pattern::pattern_problem;

/// Where a value comes from while a rule runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::datalog) enum Slot {
    /// What was bound.
    Register(usize),
    /// A constant of the rule.
    Constant(Cell),
}

impl Slot {
    #[inline]
    pub(in crate::datalog) fn value(self, registers: &[Cell]) -> Cell {
        match self {
            Self::Register(register) => registers[register],
            Self::Constant(cell) => cell,
        }
    }
}

/// A term whose variables are registers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::datalog) enum Expression {
    /// A plain value.
    Slot(Slot),
    /// A function of others.
    Apply(Functor, Primitive, Vec<Expression>),
}

/// How many arguments are evaluated without asking for memory.
const FEW: usize = 4;

impl Expression {
    /// The value; only a functor can fail.
    #[inline]
    pub(in crate::datalog) fn value(
        &self,
        registers: &[Cell],
        pool: &mut Pool,
        budget: &mut Budget,
    ) -> Result<Cell, Stop> {
        match self {
            Self::Slot(slot) => Ok(slot.value(registers)),
            Self::Apply(functor, primitive, arguments) => {
                Self::apply(*functor, *primitive, arguments, registers, pool, budget)
            }
        }
    }

    fn apply(
        functor: Functor,
        primitive: Primitive,
        arguments: &[Self],
        registers: &[Cell],
        pool: &mut Pool,
        budget: &mut Budget,
    ) -> Result<Cell, Stop> {
        let mut few = [0; FEW];
        let mut many = Vec::new();
        let cells = if arguments.len() <= FEW {
            &mut few[..arguments.len()]
        } else {
            many.resize(arguments.len(), 0);
            &mut many[..]
        };
        for (cell, argument) in cells.iter_mut().zip(arguments) {
            *cell = argument.value(registers, pool, budget)?;
        }
        let mut notes = Notes::default();
        let value = apply(functor, primitive, cells, pool, &mut notes).map_err(Stop::Fault);
        budget.notes.add(notes);
        let value = value?;
        budget.visit_text(text::bytes(functor, primitive, cells, value, pool), pool)?;
        Ok(value)
    }

    /// Calls `f` for every register that the value depends on.
    pub(in crate::datalog) fn registers(&self, f: &mut impl FnMut(usize)) {
        match self {
            Self::Slot(Slot::Register(register)) => f(*register),
            Self::Slot(Slot::Constant(_)) => {}
            Self::Apply(_, _, arguments) => arguments.iter().for_each(|argument| argument.registers(f)),
        }
    }
}

/// What is worth a word to the author of a rule but does not end the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::datalog) struct Notes {
    /// Some `substr` began outside its text.
    pub(in crate::datalog) outside: bool,
}

impl Notes {
    /// Both.
    pub(in crate::datalog) fn add(&mut self, other: Self) {
        self.outside |= other.outside;
    }
}

/// The value of a functor for arguments of a type, as many as the functor takes.
pub(in crate::datalog) fn apply(
    functor: Functor,
    primitive: Primitive,
    cells: &[Cell],
    pool: &mut Pool,
    notes: &mut Notes,
) -> Result<Cell, Box<Fault>> {
    match functor {
        Functor::Min => Ok(extreme(cells, |left, right| pool.compare(left, right, primitive).is_le())),
        Functor::Max => Ok(extreme(cells, |left, right| pool.compare(left, right, primitive).is_ge())),
        Functor::Cat
        | Functor::StringLength
        | Functor::Substring
        | Functor::Ordinal
        | Functor::ToNumber
        | Functor::ToString
        | Functor::ToUnsigned
        | Functor::ToFloat => text::apply(functor, primitive, cells, pool, notes),
        Functor::Add
        | Functor::Subtract
        | Functor::Multiply
        | Functor::Divide
        | Functor::Remainder
        | Functor::Power
        | Functor::Negate
        | Functor::BitAnd
        | Functor::BitOr
        | Functor::BitXor
        | Functor::BitNot
        | Functor::ShiftLeft
        | Functor::ShiftRight
        | Functor::ShiftRightUnsigned
        | Functor::LogicalAnd
        | Functor::LogicalOr
        | Functor::LogicalXor
        | Functor::LogicalNot => {
            let arguments = (cells.first().copied().unwrap_or(0), cells.get(1).copied().unwrap_or(0));
            let value = match primitive {
                Primitive::Float => float::apply(functor, arguments, pool),
                Primitive::Number | Primitive::Unsigned => whole::apply(functor, primitive, arguments, pool),
                Primitive::Symbol => Err(FaultKind::NotANumber),
            };
            value.map_err(|kind| Box::new(fault(kind, functor, primitive, cells, pool)))
        }
    }
}

/// The first of the cells that is `better` than, or as good as, all that follow.
fn extreme(cells: &[Cell], better: impl Fn(Cell, Cell) -> bool) -> Cell {
    cells.iter().copied().reduce(|best, cell| if better(best, cell) { best } else { cell }).unwrap_or(0)
}

/// How many bytes of texts a comparison may look at.
#[inline]
pub(in crate::datalog) fn compared(
    operator: Operator,
    primitive: Primitive,
    left: Cell,
    right: Cell,
    pool: &Pool,
) -> usize {
    match operator {
        Operator::Equal | Operator::NotEqual => 0,
        Operator::Match | Operator::NotMatch | Operator::Contains | Operator::NotContains => {
            pool.cell_text(right).len()
        }
        Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual => {
            if primitive != Primitive::Symbol || left == right {
                return 0;
            }
            pool.cell_text(left).len().min(pool.cell_text(right).len())
        }
    }
}

/// Whether a comparison holds. Equal values have equal cells, so only an order looks at the pool.
#[inline]
pub(in crate::datalog) fn holds(
    operator: Operator,
    primitive: Primitive,
    left: Cell,
    right: Cell,
    pool: &Pool,
    patterns: &mut Patterns,
) -> Result<bool, Stop> {
    Ok(match operator {
        Operator::Equal
        | Operator::NotEqual
        | Operator::Less
        | Operator::LessOrEqual
        | Operator::Greater
        | Operator::GreaterOrEqual => holds_in_order(operator, primitive, left, right, pool),
        Operator::Match => patterns.matches(left, right, pool).map_err(Stop::Fault)?,
        Operator::NotMatch => !patterns.matches(left, right, pool).map_err(Stop::Fault)?,
        Operator::Contains => pool.cell_text(right).contains(pool.cell_text(left)),
        Operator::NotContains => !pool.cell_text(right).contains(pool.cell_text(left)),
    })
}

/// Whether a comparison by order or equality holds; nothing else is asked of it.
#[inline]
pub(in crate::datalog) fn holds_in_order(
    operator: Operator,
    primitive: Primitive,
    left: Cell,
    right: Cell,
    pool: &Pool,
) -> bool {
    // Whole numbers that fit into their cells are sorted as these are.
    let plain = matches!(primitive, Primitive::Number | Primitive::Unsigned) && is_in_place(left | right);
    let order = || if plain { left.cmp(&right) } else { pool.compare(left, right, primitive) };
    match operator {
        Operator::Equal => left == right,
        Operator::NotEqual => left != right,
        Operator::Less => left != right && order().is_lt(),
        Operator::LessOrEqual => left == right || order().is_le(),
        Operator::Greater => left != right && order().is_gt(),
        Operator::GreaterOrEqual => left == right || order().is_ge(),
        Operator::Match | Operator::NotMatch | Operator::Contains | Operator::NotContains => false,
    }
}

#[cfg(test)]
mod tests;
