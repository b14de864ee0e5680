//! Identity of findings and hashes of their evidence, free of places, levels and days.

use std::fmt;

/// The first eight bytes of a BLAKE3 hash; printed as 16 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fingerprint(u64);

impl Fingerprint {
    /// The hash of parts, separated by a control character. Where a part contains that one, or the one that stands for it
    /// then, it is written in another way, so that no two lists of parts look alike.
    #[must_use]
    pub fn of_parts<'a>(parts: impl IntoIterator<Item = &'a str>, separator: u8) -> Self {
        let mut hasher = blake3::Hasher::new();
        for (index, part) in parts.into_iter().enumerate() {
            if index > 0 {
                hasher.update(&[separator]);
            }
            if part.bytes().any(|byte| byte == separator || byte == ESCAPE) {
                hasher.update(escaped(part, separator).as_bytes());
            } else {
                hasher.update(part.as_bytes());
            }
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

/// What the separator and itself are written with inside a part.
const ESCAPE: u8 = 1;

/// The part without the separator.
fn escaped(part: &str, separator: u8) -> String {
    let (separator, escape) = (char::from(separator), char::from(ESCAPE));
    part.replace(escape, &format!("{escape}1")).replace(separator, &format!("{escape}0"))
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn texts_with_the_separator_do_not_run_into_each_other() {
        let lists: [&[&str]; 7] = [
            &["a\0b", "c"],
            &["a", "b\0c"],
            &["a", "b", "c"],
            &["a\u{1}0b", "c"],
            &["a\u{1}", "b"],
            &["a\0", "b"],
            &["a\u{1}1", "b"],
        ];
        let hashes: BTreeSet<Fingerprint> =
            lists.iter().map(|list| Fingerprint::of_parts(list.iter().copied(), 0)).collect();
        assert_eq!(hashes.len(), lists.len());
    }

    /// Names of rules and values of keys as data sets have them: few words in many combinations, so that lists are near to
    /// each other.
    #[test]
    fn a_million_different_findings_have_different_fingerprints() {
        let mut state: u64 = 7;
        let mut roll = |sides: u64| {
            // SplitMix64 of Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (OOPSLA 2014).
            state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            (mixed ^ (mixed >> 31)) % sides
        };
        let mut identities: BTreeSet<Vec<String>> = BTreeSet::new();
        while identities.len() < 1_000_000 {
            let parts = 2 + roll(3);
            let part = |roll: &mut dyn FnMut(u64) -> u64| match roll(3) {
                0 => format!("source-{}/claim-{}", roll(20), roll(400)),
                1 => format!("{}{}", ["a", "ab", "-", ""][usize::try_from(roll(4)).unwrap()], roll(1000)),
                _ => roll(2000).to_string(),
            };
            identities.insert((0..parts).map(|_| part(&mut roll)).collect());
        }
        let prints: BTreeSet<Fingerprint> =
            identities.iter().map(|parts| Fingerprint::of_parts(parts.iter().map(String::as_str), 0)).collect();
        assert_eq!(prints.len(), identities.len());
    }

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
