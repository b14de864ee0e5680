//! Arithmetic on floats as in IEEE 754, except that what is infinite or no number is a fault.

#![expect(clippy::wildcard_enum_match_arm, reason = "each match is about some functors only")]

use crate::base::{Cell, Pool};

use super::FaultKind;
use crate::datalog::syntax::ast::Functor;

/// The value of an arithmetic functor; of one argument only the first is looked at.
pub(super) fn apply(functor: Functor, (left, right): (Cell, Cell), pool: &mut Pool) -> Result<Cell, FaultKind> {
    let left = pool.decode_float(left);
    let right = if functor == Functor::Negate { 0.0 } else { pool.decode_float(right) };
    let value = compute(functor, left, right)?;
    Ok(pool.float(finite(value)?))
}

#[expect(clippy::float_arithmetic, reason = "this is what the functors of floats are")]
fn compute(functor: Functor, left: f64, right: f64) -> Result<f64, FaultKind> {
    match functor {
        Functor::Negate => Ok(-left),
        Functor::Add => Ok(left + right),
        Functor::Subtract => Ok(left - right),
        Functor::Multiply => Ok(left * right),
        Functor::Divide | Functor::Remainder if right == 0.0 => Err(FaultKind::Division),
        Functor::Divide => Ok(left / right),
        Functor::Remainder => Ok(left % right),
        Functor::Power if left == 0.0 && right < 0.0 => Err(FaultKind::Division),
        Functor::Power => Ok(left.powf(right)),
        _ => Err(FaultKind::NotANumber),
    }
}

/// A value that can stand in a row.
pub(in crate::datalog) fn finite(value: f64) -> Result<f64, FaultKind> {
    if value.is_nan() {
        Err(FaultKind::NotANumber)
    } else if value.is_infinite() {
        Err(FaultKind::Overflow)
    } else {
        Ok(value)
    }
}
