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

    /// The first eight digits, as pictures show it.
    #[must_use]
    pub fn short(self) -> String {
        format!("{:08x}", self.0 >> 32)
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
        assert!(one.to_string().starts_with(&one.short()));
    }
}
