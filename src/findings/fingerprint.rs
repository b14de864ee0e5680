//! Identity of findings and hashes of their evidence, free of places, levels and days.

use std::fmt;

/// The first eight bytes of a BLAKE3 hash; printed as 16 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fingerprint(u64);

impl Fingerprint {
    /// The hash of parts, separated by a byte that none of them contains.
    #[must_use]
    pub fn of_parts<'a>(parts: impl IntoIterator<Item = &'a str>, separator: u8) -> Self {
        let mut hasher = blake3::Hasher::new();
        for (index, part) in parts.into_iter().enumerate() {
            if index > 0 {
                hasher.update(&[separator]);
            }
            hasher.update(part.as_bytes());
        }
        let hash = hasher.finalize();
        let mut first = [0; 8];
        first.copy_from_slice(&hash.as_bytes()[..8]);
        Self(u64::from_be_bytes(first))
    }

    /// The fingerprint that is written so: 16 hexadecimal digits, the letters small.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        let is_written = text.len() == 16 && text.bytes().all(is_digit);
        if is_written { u64::from_str_radix(text, 16).ok().map(Self) } else { None }
    }

    /// How many digits people are shown, where no two begin alike.
    pub const SHOWN_DIGITS: usize = 8;

    /// The first digits, at most 16.
    #[must_use]
    pub fn prefix(self, digits: usize) -> String {
        self.to_string().chars().take(digits).collect()
    }

    /// With how many digits both begin alike.
    fn common_digits(self, other: Self) -> usize {
        ((self.0 ^ other.0).leading_zeros() / 4) as usize
    }

    /// For each fingerprint the number of digits that tell it from all others, at least [`Self::SHOWN_DIGITS`].
    #[must_use]
    pub fn shown_digits(all: &[Self]) -> Vec<usize> {
        let mut order: Vec<usize> = (0..all.len()).collect();
        order.sort_by_key(|&index| all[index]);
        let mut digits = vec![Self::SHOWN_DIGITS; all.len()];
        for pair in order.windows(2) {
            let needed = (all[pair[0]].common_digits(all[pair[1]]) + 1).min(16);
            for &index in pair {
                digits[index] = digits[index].max(needed);
            }
        }
        digits
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_into_each_other() {
        let one = Fingerprint::of_parts(["ab", "c"], 0);
        let two = Fingerprint::of_parts(["a", "bc"], 0);
        assert_ne!(one, two);
        assert_eq!(one.to_string().len(), 16);
        let alike = [0x1234_5678_9000_0000, 0x1234_5678_9a00_0000, 0xf000_0000_0000_0000].map(Fingerprint);
        assert_eq!(Fingerprint::shown_digits(&alike), [10, 10, 8]);
        assert_ne!(alike[0].prefix(10), alike[1].prefix(10));
        assert!(one.to_string().starts_with(&one.prefix(8)));
        assert_eq!(Fingerprint::parse(&one.to_string()), Some(one));
        assert_eq!(Fingerprint::parse(&one.prefix(15)), None);
    }
}
