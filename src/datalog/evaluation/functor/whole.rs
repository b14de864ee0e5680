//! Arithmetic on whole numbers of 64 bits, with a sign or without: exact, or a fault.

#![expect(clippy::wildcard_enum_match_arm, reason = "each match is about some functors only")]

use crate::base::{Cell, Pool, Primitive};

use super::FaultKind;
use crate::datalog::syntax::ast::Functor;

/// The value of an arithmetic functor; of one argument only the first is looked at.
pub(super) fn apply(
    functor: Functor,
    primitive: Primitive,
    (left, right): (Cell, Cell),
    pool: &mut Pool,
) -> Result<Cell, FaultKind> {
    if primitive == Primitive::Unsigned {
        let (left, right) = (pool.decode_unsigned(left), pool.decode_unsigned(right));
        let value = match bits(functor, left, right, |value, by| value >> by) {
            Some(value) => value?,
            None => u64::try_from(exact(functor, left.into(), right.into())?).map_err(|_| FaultKind::Overflow)?,
        };
        return Ok(pool.unsigned(value));
    }
    let (left, right) = (pool.decode(left), pool.decode(right));
    let signed = |value: u64, by: u32| (value.cast_signed() >> by).cast_unsigned();
    let value = match bits(functor, left.cast_unsigned(), right.cast_unsigned(), signed) {
        Some(value) => value?.cast_signed(),
        None => i64::try_from(exact(functor, left.into(), right.into())?).map_err(|_| FaultKind::Overflow)?,
    };
    Ok(pool.number(value))
}

/// What looks at bits, or at whether a number is 0; nothing for the other functors. What `right` shifts in depends on its type.
fn bits(
    functor: Functor,
    left: u64,
    right: u64,
    shift_right: impl Fn(u64, u32) -> u64,
) -> Option<Result<u64, FaultKind>> {
    let by = || u32::try_from(right).ok().filter(|&by| by < u64::BITS).ok_or(FaultKind::Shift);
    Some(Ok(match functor {
        Functor::BitAnd => left & right,
        Functor::BitOr => left | right,
        Functor::BitXor => left ^ right,
        Functor::BitNot => !left,
        Functor::ShiftLeft => return Some(by().map(|by| left << by)),
        Functor::ShiftRight => return Some(by().map(|by| shift_right(left, by))),
        Functor::ShiftRightUnsigned => return Some(by().map(|by| left >> by)),
        Functor::LogicalAnd => (left != 0 && right != 0).into(),
        Functor::LogicalOr => (left != 0 || right != 0).into(),
        Functor::LogicalXor => ((left != 0) != (right != 0)).into(),
        Functor::LogicalNot => (left == 0).into(),
        _ => return None,
    }))
}

/// The value in 128 bits, which hold every sum, difference and quotient of 64.
fn exact(functor: Functor, left: i128, right: i128) -> Result<i128, FaultKind> {
    match functor {
        Functor::Add => Ok(left + right),
        Functor::Subtract => Ok(left - right),
        Functor::Multiply => left.checked_mul(right).ok_or(FaultKind::Overflow),
        Functor::Divide => left.checked_div(right).ok_or(FaultKind::Division),
        Functor::Remainder => left.checked_rem(right).ok_or(FaultKind::Division),
        Functor::Power => power(left, right),
        Functor::Negate => Ok(-left),
        _ => Err(FaultKind::NotANumber),
    }
}

fn power(base: i128, exponent: i128) -> Result<i128, FaultKind> {
    if exponent < 0 {
        return Err(FaultKind::Exponent);
    }
    // Whatever fits has a small exponent, except for powers of 0, 1 and -1: there only the parity counts.
    let small = if exponent > 128 && base.abs() <= 1 { 128 + exponent % 2 } else { exponent };
    u32::try_from(small).ok().and_then(|small| base.checked_pow(small)).ok_or(FaultKind::Overflow)
}
