//! Random numbers that repeat, for tests.

/// Numbers that repeat for one seed (splitmix64).
pub(in crate::datalog) struct Dice(pub(in crate::datalog) u64);

impl Dice {
    pub(in crate::datalog) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % sides as u64).unwrap()
    }

    pub(in crate::datalog) fn one_in(&mut self, sides: usize) -> bool {
        self.roll(sides) == 0
    }

    pub(in crate::datalog) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.roll(from.len())]
    }
}
