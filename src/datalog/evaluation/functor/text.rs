//! Functors that read or make texts, and conversions between types.

#![expect(clippy::wildcard_enum_match_arm, reason = "each match is about some functors only")]

use crate::base::numerals::{read_float, read_number, read_unsigned};
use crate::base::{Cell, Pool, Primitive};

use super::{Fault, FaultKind, Notes, fault};
use crate::datalog::syntax::ast::Functor;

/// The value of such a functor.
pub(super) fn apply(
    functor: Functor,
    primitive: Primitive,
    cells: &[Cell],
    pool: &mut Pool,
    notes: &mut Notes,
) -> Result<Cell, Box<Fault>> {
    let first = cells.first().copied().unwrap_or(0);
    let value = match functor {
        Functor::Cat => Ok(cat(cells, pool)),
        Functor::StringLength => {
            let length = pool.cell_text(first).len();
            Ok(pool.number(i64::try_from(length).unwrap_or(i64::MAX)))
        }
        Functor::Substring => {
            let numbers = [1, 2].map(|index| cells.get(index).map_or(0, |&cell| pool.decode(cell)));
            substring(first, numbers, pool, notes)
        }
        Functor::Ordinal => Ok(pool.number(first.into())),
        Functor::ToString => {
            let text = pool.shown(first, primitive).into_owned();
            Ok(pool.intern(&text).cell())
        }
        Functor::ToNumber => to_number(first, primitive, pool).map(|value| pool.number(value)),
        Functor::ToUnsigned => to_unsigned(first, primitive, pool).map(|value| pool.unsigned(value)),
        Functor::ToFloat => to_float(first, primitive, pool).map(|value| pool.float(value)),
        _ => Err(FaultKind::NotANumber),
    };
    value.map_err(|kind| Box::new(fault(kind, functor, primitive, cells, pool)))
}

/// How many bytes of texts were looked at or made for a value.
pub(super) fn bytes(functor: Functor, primitive: Primitive, cells: &[Cell], value: Cell, pool: &Pool) -> usize {
    let length = |&cell: &Cell| pool.cell_text(cell).len();
    match functor {
        Functor::Cat | Functor::Substring => length(&value),
        Functor::ToNumber | Functor::ToUnsigned | Functor::ToFloat | Functor::Min | Functor::Max
            if primitive == Primitive::Symbol =>
        {
            cells.iter().map(length).sum()
        }
        _ => 0,
    }
}

fn cat(cells: &[Cell], pool: &mut Pool) -> Cell {
    let length = cells.iter().map(|&cell| pool.cell_text(cell).len()).sum();
    let mut text = String::with_capacity(length);
    for &cell in cells {
        text.push_str(pool.cell_text(cell));
    }
    pool.intern(&text).cell()
}

/// The bytes from `start` on, at most `length`; all of them if that is negative, none if `start` lies outside.
fn substring(cell: Cell, [start, length]: [i64; 2], pool: &mut Pool, notes: &mut Notes) -> Result<Cell, FaultKind> {
    let text = pool.cell_text(cell);
    let Some(start) = usize::try_from(start).ok().filter(|&start| start <= text.len()) else {
        notes.outside = true;
        return Ok(pool.intern("").cell());
    };
    let rest = text.len() - start;
    let length = usize::try_from(length).map_or(rest, |length| length.min(rest));
    let part = text.get(start..start + length).ok_or(FaultKind::Character)?.to_owned();
    Ok(pool.intern(&part).cell())
}

fn to_number(cell: Cell, primitive: Primitive, pool: &Pool) -> Result<i64, FaultKind> {
    match primitive {
        Primitive::Symbol => read_number(pool.cell_text(cell)).ok_or(FaultKind::Numeral),
        Primitive::Number => Ok(pool.decode(cell)),
        Primitive::Unsigned => i64::try_from(pool.decode_unsigned(cell)).map_err(|_| FaultKind::Overflow),
        Primitive::Float => {
            i64::try_from(whole(pool.decode_float(cell)).ok_or(FaultKind::Overflow)?).map_err(|_| FaultKind::Overflow)
        }
    }
}

fn to_unsigned(cell: Cell, primitive: Primitive, pool: &Pool) -> Result<u64, FaultKind> {
    match primitive {
        Primitive::Symbol => read_unsigned(pool.cell_text(cell)).ok_or(FaultKind::Numeral),
        Primitive::Number => u64::try_from(pool.decode(cell)).map_err(|_| FaultKind::Overflow),
        Primitive::Unsigned => Ok(pool.decode_unsigned(cell)),
        Primitive::Float => {
            u64::try_from(whole(pool.decode_float(cell)).ok_or(FaultKind::Overflow)?).map_err(|_| FaultKind::Overflow)
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a conversion to float rounds to the nearest")]
fn to_float(cell: Cell, primitive: Primitive, pool: &Pool) -> Result<f64, FaultKind> {
    match primitive {
        Primitive::Symbol => read_float(pool.cell_text(cell)).ok_or(FaultKind::Numeral),
        Primitive::Number => Ok(pool.decode(cell) as f64),
        Primitive::Unsigned => Ok(pool.decode_unsigned(cell) as f64),
        Primitive::Float => Ok(pool.decode_float(cell)),
    }
}

/// A float cut towards zero, if that fits into 65 bits.
#[expect(clippy::cast_possible_truncation, reason = "the size is looked at")]
fn whole(value: f64) -> Option<i128> {
    (value.abs() < 2.0_f64.powi(65)).then_some(value as i128)
}
