//! Sorting by digits, the least significant one first (Knuth, The Art of Computer Programming 3, 5.2.5).
//!
//! Items and their keys go in, the same items in the order of their keys come out, those of one key as they came.

use crate::base::Cell;

use crate::datalog::storage::watch::{Ended, ROWS_PER_LOOK, Watch};

/// Up to how many items comparing them is the faster way.
pub(super) const FEW: usize = 512;
/// The most bits of one digit.
pub(super) const DIGIT: u32 = 11;
/// The same where a row is moved for one digit only or two.
pub(super) const WIDE_DIGIT: u32 = 14;

/// Rows of `W` cells in the order of entries, which hold a key of so many bits in their upper halves and the number of
/// a row in the lower ones: each row is copied once. Rows of one key come as their entries do.
///
/// # Errors
///
/// The watch ended it.
pub(super) fn in_order<const W: usize>(
    mut entries: Vec<u64>,
    bits: u32,
    row: impl Fn(usize) -> [Cell; W],
    watch: &Watch,
) -> Result<Vec<Cell>, Ended> {
    let mut other = vec![0; entries.len()];
    if radix(&mut entries, &mut other, bits, DIGIT, |entry| entry >> 32, watch)? {
        std::mem::swap(&mut entries, &mut other);
    }
    drop(other);
    let mut cells = Vec::with_capacity(entries.len() * W);
    for entries in entries.chunks(ROWS_PER_LOOK) {
        watch.look()?;
        for entry in entries {
            let number = usize::try_from(entry & u64::from(u32::MAX)).unwrap_or(0);
            cells.extend_from_slice(&row(number));
        }
    }
    Ok(cells)
}

/// Sorts numbers, and keeps repeated ones.
///
/// # Errors
///
/// The watch ended it; there may be any numbers then.
pub(in crate::datalog) fn sort_numbers(numbers: &mut Vec<u64>, watch: &Watch) -> Result<(), Ended> {
    if numbers.len() <= FEW {
        numbers.sort_unstable();
        return Ok(());
    }
    let mut other = vec![0; numbers.len()];
    if radix(numbers, &mut other, u64::BITS, DIGIT, |&number| number, watch)? {
        *numbers = other;
    }
    Ok(())
}

/// Sorts by a key of so many bits in digits of at most `most`; tells whether the result is in `other`. Equal keys keep their order.
pub(super) fn radix<T: Copy>(
    items: &mut [T],
    other: &mut [T],
    bits: u32,
    most: u32,
    key: impl Fn(&T) -> u64,
    watch: &Watch,
) -> Result<bool, Ended> {
    let passes = bits.div_ceil(most);
    let digit = if passes == 0 { 0 } else { bits.div_ceil(passes) };
    let buckets = 1_usize << digit;
    let place = |item: &T, pass: u32| usize::try_from(key(item) >> (pass * digit)).unwrap_or(0) & (buckets - 1);
    let mut counts = vec![0_usize; buckets * passes as usize];
    for items in items.chunks(ROWS_PER_LOOK) {
        watch.look()?;
        for item in items {
            for (pass, counts) in (0..passes).zip(counts.chunks_exact_mut(buckets)) {
                counts[place(item, pass)] += 1;
            }
        }
    }
    let (mut from, mut to) = (items, other);
    for (pass, starts) in (0..passes).zip(counts.chunks_exact_mut(buckets)) {
        let mut start = 0;
        for count in starts.iter_mut() {
            start += std::mem::replace(count, start);
        }
        for items in from.chunks(ROWS_PER_LOOK) {
            watch.look()?;
            for item in items {
                let next = &mut starts[place(item, pass)];
                to[*next] = *item;
                *next += 1;
            }
        }
        std::mem::swap(&mut from, &mut to);
    }
    Ok(passes % 2 == 1)
}
