//! Values of expressions and outcomes of comparisons: cells go in, cells come out.
//!
//! Knows how a primitive type reads a cell; knows nothing of rows or plans.

use std::cmp::Ordering;

use crate::base::{Cell, Pool, Primitive};

use crate::datalog::evaluation::limits::Stop;
use crate::datalog::syntax::ast::{Functor, Operator};

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

impl Expression {
    /// The value; only arithmetic can fail.
    pub(in crate::datalog) fn value(&self, registers: &[Cell], pool: &mut Pool) -> Result<Cell, Stop> {
        match self {
            Self::Slot(slot) => Ok(slot.value(registers)),
            Self::Apply(functor, primitive, arguments) => {
                let mut result: Option<Cell> = None;
                for argument in arguments {
                    let right = argument.value(registers, pool)?;
                    result = Some(match result {
                        None => right,
                        Some(left) => apply(*functor, *primitive, left, right, pool)?,
                    });
                }
                Ok(result.unwrap_or(0))
            }
        }
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

#[expect(clippy::wildcard_enum_match_arm, reason = "the parser makes no others yet")]
fn apply(functor: Functor, primitive: Primitive, left: Cell, right: Cell, pool: &mut Pool) -> Result<Cell, Stop> {
    let pick = |wanted: Ordering, pool: &Pool| {
        if order(primitive, left, right, pool) == wanted { left } else { right }
    };
    match functor {
        Functor::Min => Ok(pick(Ordering::Less, pool)),
        Functor::Max => Ok(pick(Ordering::Greater, pool)),
        Functor::Add => number(pool, left, "+", right, i64::checked_add),
        Functor::Subtract => number(pool, left, "-", right, i64::checked_sub),
        _ => Err(Stop::Overflow { left: 0, operator: "", right: 0 }),
    }
}

fn number(
    pool: &mut Pool,
    left: Cell,
    operator: &'static str,
    right: Cell,
    f: impl Fn(i64, i64) -> Option<i64>,
) -> Result<Cell, Stop> {
    let (left, right) = (pool.decode(left), pool.decode(right));
    match f(left, right) {
        Some(value) => Ok(pool.number(value)),
        None => Err(Stop::Overflow { left, operator, right }),
    }
}

fn order(primitive: Primitive, left: Cell, right: Cell, pool: &Pool) -> Ordering {
    if left == right {
        return Ordering::Equal;
    }
    pool.compare(left, right, primitive)
}

/// Whether a comparison holds. Equal values have equal cells, so only an order looks at the pool.
pub(in crate::datalog) fn holds(
    operator: Operator,
    primitive: Primitive,
    left: Cell,
    right: Cell,
    pool: &Pool,
) -> bool {
    match operator {
        Operator::Equal => left == right,
        Operator::NotEqual => left != right,
        Operator::Less => order(primitive, left, right, pool).is_lt(),
        Operator::LessOrEqual => order(primitive, left, right, pool).is_le(),
        Operator::Greater => order(primitive, left, right, pool).is_gt(),
        Operator::GreaterOrEqual => order(primitive, left, right, pool).is_ge(),
        Operator::Contains => pool.cell_text(right).contains(pool.cell_text(left)),
        Operator::NotContains => !pool.cell_text(right).contains(pool.cell_text(left)),
        Operator::Match | Operator::NotMatch => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(functor: Functor, values: &[i64], expect: Result<i64, Stop>) {
        let mut pool = Pool::new();
        let arguments =
            values.iter().map(|&value| Expression::Slot(Slot::Constant(pool.number(value)))).collect::<Vec<_>>();
        let value = Expression::Apply(functor, Primitive::Number, arguments).value(&[], &mut pool);
        assert_eq!(value.map(|cell| pool.decode(cell)), expect, "{functor:?} {values:?}");
    }

    #[test]
    fn arithmetic_is_that_of_64_bits_and_says_when_it_overflows() {
        check(Functor::Add, &[2, -5], Ok(-3));
        check(Functor::Subtract, &[i64::MIN + 1, 1], Ok(i64::MIN));
        check(Functor::Min, &[7, -1 << 40, 3], Ok(-1 << 40));
        check(Functor::Max, &[7, 1 << 40, 3], Ok(1 << 40));
        check(Functor::Add, &[i64::MAX, 1], Err(Stop::Overflow { left: i64::MAX, operator: "+", right: 1 }));
        check(Functor::Subtract, &[i64::MIN, 1], Err(Stop::Overflow { left: i64::MIN, operator: "-", right: 1 }));
    }

    #[test]
    fn texts_compare_by_their_bytes_whenever_they_were_interned() {
        let mut pool = Pool::new();
        let (b, a) = (pool.intern("b").cell(), pool.intern("a").cell());
        assert!(holds(Operator::Less, Primitive::Symbol, a, b, &pool));
        assert!(holds(Operator::GreaterOrEqual, Primitive::Symbol, b, a, &pool));
        assert!(!holds(Operator::Less, Primitive::Symbol, a, a, &pool));
        let both = [a, b].map(|cell| Expression::Slot(Slot::Constant(cell))).to_vec();
        assert_eq!(Expression::Apply(Functor::Max, Primitive::Symbol, both).value(&[], &mut pool), Ok(b));
    }
}
