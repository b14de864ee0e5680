//! Which claims carry the most quarrels: where to look first.
//!
//! Each finding of contradiction and tension that nobody has accepted is shared out among its claims in equal parts: the
//! MI-Shapley value of Hunter and Konieczny, "Shapley Inconsistency Values" (KR 2006), with findings in place of minimal
//! inconsistent sets.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::lints::Group;

use super::finding::{Finding, Status};

/// How much of the quarrels a claim carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Culpability {
    /// The claim's id (`source/slug`).
    pub claim: String,
    /// What people are shown in its place: the slug, where no other claim of the data set has it.
    pub short: String,
    /// In how many findings it stands that are shared out.
    pub findings: usize,
    /// The sum of its shares.
    pub share: Share,
}

/// A sum of shares. The share in a finding of more than 64 claims is cut behind the 26th decimal; all others are exact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share(u128);

impl Share {
    /// The least common multiple of 1 to 64, which is what one stands for.
    const ONE: u128 = 1_182_266_884_102_822_267_511_361_600;

    /// One part of so many.
    fn part_of(claims: usize) -> Self {
        Self(Self::ONE / (claims as u128).max(1))
    }

    /// Numerator and denominator, without common divisors.
    #[must_use]
    pub fn fraction(self) -> (u128, u128) {
        let divisor = divisor(self.0, Self::ONE);
        (self.0 / divisor, Self::ONE / divisor)
    }

    /// With two decimals, rounded as [`Share::hundredths`] is.
    #[must_use]
    pub fn decimal(self) -> f64 {
        self.to_string().parse().unwrap_or(f64::MAX)
    }

    /// In hundredths, rounded to the nearest, up from the middle.
    #[must_use]
    pub fn hundredths(self) -> u64 {
        // Even a million findings are far from the ends of these types.
        let rounded = (self.0.saturating_mul(200) / Self::ONE).saturating_add(1) / 2;
        u64::try_from(rounded).unwrap_or(u64::MAX)
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hundredths = self.hundredths();
        write!(f, "{}.{:02}", hundredths / 100, hundredths % 100)
    }
}

/// The greatest common divisor of two numbers, of which the second is not 0.
fn divisor(mut a: u128, mut b: u128) -> u128 {
    while a != 0 {
        (a, b) = (b % a, a);
    }
    b
}

/// The claims that stand in open findings of contradiction and tension with two or more claims; the one that carries most
/// comes first, and those that carry the same are put in order by their ids. `short` tells what
/// people are shown in place of an id.
#[must_use]
pub fn culpability(findings: &[Finding], short: &dyn Fn(&str) -> String) -> Vec<Culpability> {
    let mut carried: BTreeMap<&str, (usize, Share)> = BTreeMap::new();
    for finding in findings {
        let counts = matches!(finding.group, Group::Contradiction | Group::Tension) && finding.status == Status::Open;
        let claims: BTreeSet<&str> = finding.claims.iter().map(String::as_str).collect();
        if !counts || claims.len() < 2 {
            continue;
        }
        let part = Share::part_of(claims.len());
        for claim in claims {
            let (number, share) = carried.entry(claim).or_default();
            *number += 1;
            share.0 = share.0.saturating_add(part.0);
        }
    }
    let one = |(claim, (findings, share)): (&str, (usize, Share))| Culpability {
        claim: claim.to_owned(),
        short: short(claim),
        findings,
        share,
    };
    let mut all: Vec<Culpability> = carried.into_iter().map(one).collect();
    all.sort_by(|a, b| (Reverse(a.share), &a.claim).cmp(&(Reverse(b.share), &b.claim)));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_can_be_shared_by_any_number_of_claims() {
        for claims in 1..=64 {
            assert_eq!(Share::part_of(claims).0 * claims as u128, Share::ONE, "{claims}");
            assert_eq!(Share::part_of(claims).fraction(), (1, claims as u128));
        }
        // The first number that is no power of a smaller prime, and sums of its parts.
        assert_eq!(Share::part_of(67).to_string(), "0.01");
        assert!(Share::part_of(67) < Share::part_of(66));
        let million = Share(Share::part_of(2).0 * 1_000_000);
        assert_eq!((million.to_string().as_str(), million.fraction()), ("500000.00", (500_000, 1)));
    }

    #[test]
    fn sums_are_exact_and_rounded_once() {
        let check = |parts: &[usize], fraction: (u128, u128), shown: &str| {
            let share = Share(parts.iter().map(|&claims| Share::part_of(claims).0).sum());
            assert_eq!((share.fraction(), share.to_string().as_str()), (fraction, shown), "{parts:?}");
        };
        check(&[], (0, 1), "0.00");
        check(&[3, 3, 3], (1, 1), "1.00");
        check(&[2, 2, 2, 4], (7, 4), "1.75");
        check(&[2, 3], (5, 6), "0.83");
        check(&[8], (1, 8), "0.13");
        check(&[3], (1, 3), "0.33");
        check(&[6], (1, 6), "0.17");
        check(&[200], (1, 200), "0.01");
    }
}
