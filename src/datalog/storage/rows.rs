//! Rows of a fixed number of cells: the widths that there are, and rows as datafrog orders them.
//!
//! Cells go in and come out flat, without copies. Only this folder knows the trick of the rank.

use std::cmp::Ordering;

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use crate::base::Cell;

/// The most cells that a stored row can have, one of them for the rank.
const WIDEST: usize = 65;

/// How many cells a row of `columns` columns takes in storage, or `None` if it is too wide.
///
/// A row without columns takes one cell, so that rows can be counted by length.
pub(in crate::datalog) fn stride(columns: usize) -> Option<usize> {
    match columns {
        0 => Some(1),
        1..=12 => Some(columns),
        13..=16 => Some(16),
        17..=20 => Some(20),
        21..=33 => Some(33),
        34..=WIDEST => Some(WIDEST),
        _ => None,
    }
}

/// What is done for one width; a function that is generic over a number cannot be passed along.
pub(super) trait ForWidth {
    type Output;
    fn run<const W: usize>(self) -> Self::Output;
}

pub(super) fn dispatch<F: ForWidth>(stride: usize, work: F) -> F::Output {
    match stride {
        0 | 1 => work.run::<1>(),
        2 => work.run::<2>(),
        3 => work.run::<3>(),
        4 => work.run::<4>(),
        5 => work.run::<5>(),
        6 => work.run::<6>(),
        7 => work.run::<7>(),
        8 => work.run::<8>(),
        9 => work.run::<9>(),
        10 => work.run::<10>(),
        11 => work.run::<11>(),
        12 => work.run::<12>(),
        16 => work.run::<16>(),
        20 => work.run::<20>(),
        33 => work.run::<33>(),
        WIDEST => work.run::<WIDEST>(),
        other => unreachable!("`stride` gives no width of {other} cells"),
    }
}

/// A row type of datafrog.
pub(super) trait Row: Copy + Ord + 'static {
    const WIDTH: usize;
    /// Whether the last cell is a rank.
    const RANKED: bool;
    fn flat(rows: &[Self]) -> &[Cell];
    fn rows(cells: &[Cell]) -> Vec<Self>;
    fn into_flat(rows: Vec<Self>) -> Vec<Cell>;
}

/// `W` cells; with `RANKED` the last is the rank, and order and equality ignore it, so that datafrog keeps the row
/// that it saw first and drops later derivations of it.
#[derive(Clone, Copy, Debug, IntoBytes, FromBytes, Immutable, KnownLayout)]
#[repr(transparent)]
pub(super) struct Stored<const W: usize, const RANKED: bool>([Cell; W]);

impl<const W: usize, const RANKED: bool> Stored<W, RANKED> {
    const KEYS: usize = if RANKED { W - 1 } else { W };
}

impl<const W: usize, const RANKED: bool> Ord for Stored<W, RANKED> {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        // The widths are known when this is compiled, and two cells compare faster as one number.
        let (a, b) = (&self.0, &other.0);
        match Self::KEYS {
            0 => Ordering::Equal,
            1 => a[0].cmp(&b[0]),
            2 => pair(a[0], a[1]).cmp(&pair(b[0], b[1])),
            3 => (pair(a[0], a[1]), a[2]).cmp(&(pair(b[0], b[1]), b[2])),
            4 => (pair(a[0], a[1]), pair(a[2], a[3])).cmp(&(pair(b[0], b[1]), pair(b[2], b[3]))),
            keys => pair(a[0], a[1]).cmp(&pair(b[0], b[1])).then_with(|| a[2..keys].cmp(&b[2..keys])),
        }
    }
}

/// Two cells as one number of the same order.
#[inline]
pub(super) fn pair(first: Cell, second: Cell) -> u64 {
    u64::from(first) << 32 | u64::from(second)
}

impl<const W: usize, const RANKED: bool> PartialOrd for Stored<W, RANKED> {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<const W: usize, const RANKED: bool> PartialEq for Stored<W, RANKED> {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<const W: usize, const RANKED: bool> Eq for Stored<W, RANKED> {}

impl<const W: usize, const RANKED: bool> Row for Stored<W, RANKED> {
    const WIDTH: usize = W;
    const RANKED: bool = RANKED;

    fn flat(rows: &[Self]) -> &[Cell] {
        <[Cell]>::ref_from_bytes(rows.as_bytes()).expect("rows are whole cells")
    }

    fn rows(cells: &[Cell]) -> Vec<Self> {
        cells.as_chunks::<W>().0.iter().copied().map(Stored).collect()
    }

    fn into_flat(rows: Vec<Self>) -> Vec<Cell> {
        // The standard library collects into the same memory here.
        rows.into_iter().map(|Stored(row)| row).collect::<Vec<[Cell; W]>>().into_flattened()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Order<'a>(&'a [Cell], &'a [Cell]);

    impl ForWidth for Order<'_> {
        type Output = [Ordering; 2];

        fn run<const W: usize>(self) -> Self::Output {
            let plain = |cells| Stored::<W, false>::rows(cells)[0];
            let ranked = |cells| if W > 1 { Stored::<W, true>::rows(cells)[0].0 } else { plain(cells).0 };
            let ignoring =
                if W > 1 { Stored::<W, true>(ranked(self.0)).cmp(&Stored(ranked(self.1))) } else { Ordering::Equal };
            [plain(self.0).cmp(&plain(self.1)), ignoring]
        }
    }

    #[test]
    fn rows_of_every_width_compare_cell_by_cell() {
        for columns in 0..=WIDEST {
            let width = stride(columns).unwrap();
            for place in 0..width {
                let mut small = vec![7; width];
                let mut large = small.clone();
                small[place] = 1;
                large[place] = 1 << 31;
                small[place + 1..].fill(9);
                let by_key = if place + 1 == width { Ordering::Equal } else { Ordering::Less };
                assert_eq!(
                    dispatch(width, Order(&small, &large)),
                    [Ordering::Less, by_key],
                    "{width} cells, at {place}"
                );
            }
        }
        assert_eq!(stride(WIDEST + 1), None);
    }
}
