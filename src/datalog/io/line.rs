//! The usual line of a file: as many values as there are columns, without quotes, with one byte between two of them.
//!
//! A line goes in, cells come out, or nothing where the line is not such a one; who reads it then has more patience.

use crate::base::numerals::{read_float, read_number, read_unsigned};
use crate::base::{Cell, Pool, Primitive};

/// The column of a relation that a column of a file is read into, and what is in it.
pub(super) type Target = Option<(usize, Primitive)>;

/// Reads the line that begins at a byte into the cells of a row, and gives the byte where the next line begins. Nothing
/// if the line has more or fewer values than there are targets, or one that is not of its type: some cells may have
/// changed then.
pub(super) fn usual(
    text: &str,
    line: usize,
    delimiter: u8,
    targets: &[Target],
    pool: &mut Pool,
    row: &mut [Cell],
) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = line;
    for (index, target) in targets.iter().enumerate() {
        let rest = &bytes[at..];
        let length = rest.iter().position(|&byte| byte == delimiter || byte == b'\n').unwrap_or(rest.len());
        let mut end = at + length;
        let next = (end + 1).min(bytes.len());
        let last = bytes.get(end).is_none_or(|&byte| byte == b'\n');
        if last != (index + 1 == targets.len()) {
            return None;
        }
        if last && end > at && bytes[end - 1] == b'\r' {
            end -= 1;
        }
        if let Some((column, primitive)) = *target {
            row[column] = cell(&text[at..end], primitive, pool)?;
        }
        at = next;
    }
    Some(at)
}

/// The cell of a value as it is written, if it is of that type.
#[inline]
pub(super) fn cell(text: &str, primitive: Primitive, pool: &mut Pool) -> Option<Cell> {
    match primitive {
        Primitive::Symbol => Some(pool.intern(text).cell()),
        Primitive::Number => number(text).map(|value| pool.number(value)),
        Primitive::Unsigned => unsigned(text).map(|value| pool.unsigned(value)),
        Primitive::Float => read_float(text).map(|value| pool.float(value)),
    }
}

/// A number; short ones, which most are, without a detour.
fn number(text: &str) -> Option<i64> {
    if text.len() > 9 || text.is_empty() {
        return read_number(text);
    }
    let mut value = 0;
    for byte in text.bytes() {
        if !byte.is_ascii_digit() {
            return read_number(text);
        }
        value = value * 10 + i64::from(byte - b'0');
    }
    Some(value)
}

/// An unsigned number, also with base 2 or 16.
fn unsigned(text: &str) -> Option<u64> {
    let digits = |rest: &str| rest.bytes().all(|byte| byte.is_ascii_hexdigit());
    match text.get(..2) {
        Some("0b") => u64::from_str_radix(&text[2..], 2).ok().filter(|_| digits(&text[2..])),
        Some("0x") => u64::from_str_radix(&text[2..], 16).ok().filter(|_| digits(&text[2..])),
        _ => read_unsigned(text),
    }
}
