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

/// The most bits of the digit by which rows are dealt out before each share of them is sorted.
const SHARES: u32 = 8;
/// The most bits of a key by which rows are dealt out and sorted.
pub(super) const DEALT: u32 = SHARES + u32::BITS;
/// From how many rows on a share is sorted by digits, and its rows change places without a second copy.
const LARGE: usize = if cfg!(test) { 64 } else { 1 << 13 };

/// Rows that can be gone through several times.
pub(super) trait Rows<const W: usize> {
    /// Hands over each row, always in the same order.
    ///
    /// # Errors
    ///
    /// The watch ended it.
    fn each(&self, f: impl FnMut([Cell; W])) -> Result<(), Ended>;
}

/// Rows in the order of their keys, which have at most [`DEALT`] bits; those of one key as they came.
///
/// There are fewer than 2^32 rows. They are dealt out by the first digit of their keys and each share is sorted by
/// itself, so that rows change places within a part of memory that the processor has at hand: the first step of a sort
/// by the most significant digit
/// (Knuth, The Art of Computer Programming 3, 5.2.5; "Engineering Radix Sort", 1993).
///
/// # Errors
///
/// The watch ended it.
pub(super) fn in_order<const W: usize>(
    rows: &impl Rows<W>,
    bits: u32,
    key: impl Fn(&[Cell; W]) -> u64,
    watch: &Watch,
) -> Result<Vec<Cell>, Ended> {
    let below = bits.saturating_sub(SHARES).min(u32::BITS);
    let share = |key: u64| usize::try_from(key >> below).unwrap_or(0);
    let mut ends = vec![0_usize; 1 << (bits - below)];
    rows.each(|row| ends[share(key(&row))] += 1)?;
    let mut count = 0;
    for end in &mut ends {
        count += std::mem::replace(end, count);
    }
    let mut cells = vec![0; count * W];
    let mut entries = vec![0_u64; count];
    let (dealt, _) = cells.as_chunks_mut::<W>();
    rows.each(|row| {
        let key = key(&row);
        let place = &mut ends[share(key)];
        dealt[*place] = row;
        // The digits that are left, and which of the rows it is.
        entries[*place] = (key & ((1 << below) - 1)) << 32 | *place as u64;
        *place += 1;
    })?;
    let (mut start, mut room, mut other) = (0, Vec::new(), Vec::new());
    for end in ends {
        watch.look()?;
        let (share, entries) = (&mut dealt[start..end], &mut entries[start..end]);
        sort_entries(entries, &mut other, below, watch)?;
        if share.len() < LARGE {
            room.clear();
            room.extend_from_slice(share);
            for (row, entry) in share.iter_mut().zip(entries) {
                *row = room[number(*entry) - start];
            }
        } else {
            arrange(share, entries, start, watch)?;
        }
        start = end;
    }
    Ok(cells)
}

/// Which row an entry is about.
fn number(entry: u64) -> usize {
    usize::try_from(entry & u64::from(u32::MAX)).unwrap_or(0)
}

/// Brings each row to the place of the entry that names it, the first row having the number `start`: along the cycles
/// of the permutation, so that there is never a second copy of many rows (Knuth, The Art of Computer Programming 1,
/// 1.3.3). The entries name nothing afterwards.
fn arrange<const W: usize>(
    rows: &mut [[Cell; W]],
    entries: &mut [u64],
    start: usize,
    watch: &Watch,
) -> Result<(), Ended> {
    let mut moved = 0_usize;
    for first in 0..rows.len() {
        let (row, mut place) = (rows[first], first);
        loop {
            moved += 1;
            if moved.is_multiple_of(ROWS_PER_LOOK) {
                watch.look()?;
            }
            let from = number(std::mem::replace(&mut entries[place], (start + place) as u64)) - start;
            if from == first {
                rows[place] = row;
                break;
            }
            rows[place] = rows[from];
            place = from;
        }
    }
    Ok(())
}

/// Sorts keys of so many bits, each with a number below it that grows from one to the next.
fn sort_entries(entries: &mut [u64], other: &mut Vec<u64>, bits: u32, watch: &Watch) -> Result<(), Ended> {
    if entries.len() < LARGE {
        entries.sort_unstable();
        return Ok(());
    }
    other.resize(entries.len().max(other.len()), 0);
    let other = &mut other[..entries.len()];
    if radix(entries, other, bits, DIGIT, |entry| entry >> 32, watch)? {
        entries.copy_from_slice(other);
    }
    Ok(())
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
