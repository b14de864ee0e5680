//! Quantities such as `44days`, `5e9USD`, `60..80%`: exact decimals, compared without rounding.
//!
//! In goes a text, out comes a quantity or why it is none. Knows no vocabulary: whether the unit exists is asked elsewhere.

use std::cmp::Ordering;

use super::form::{Wrong, is_unit, shown};

/// The largest exponent of ten, in either direction.
const MAX_EXPONENT: i64 = 9999;

/// An exact decimal: `0.digits` times ten to the power of `point`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decimal {
    negative: bool,
    /// Without zeros at either end; empty for zero.
    digits: String,
    point: i64,
}

impl Decimal {
    /// The number at the start of `text`, and the rest of the text; `None` if there is none or its exponent is too large.
    fn parse(text: &str) -> Option<(Self, &str)> {
        let (negative, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, rest) = digits(rest);
        if whole.is_empty() {
            return None;
        }
        let (part, rest) = match rest.strip_prefix('.').map(digits) {
            Some((part, after)) if !part.is_empty() => (part, after),
            _ => ("", rest),
        };
        let (exponent, rest) = match rest.strip_prefix('e') {
            Some(after) => {
                let (minus, number) = after.strip_prefix('-').map_or((false, after), |number| (true, number));
                match digits(number) {
                    ("", _) => (0, rest),
                    (number, after) => {
                        let value = number.parse::<i64>().ok().filter(|&n| n <= MAX_EXPONENT)?;
                        (if minus { -value } else { value }, after)
                    }
                }
            }
            None => (0, rest),
        };
        let all = format!("{whole}{part}");
        let significant = all.trim_start_matches('0');
        let point = i64::try_from(whole.len()).ok()? - i64::try_from(all.len() - significant.len()).ok()? + exponent;
        let digits = significant.trim_end_matches('0').to_owned();
        let zero = digits.is_empty();
        Some((Self { negative: negative && !zero, digits, point: if zero { 0 } else { point } }, rest))
    }

    /// The number that `text` is as a whole.
    #[must_use]
    pub fn exact(text: &str) -> Option<Self> {
        Self::parse(text).filter(|(_, rest)| rest.is_empty()).map(|(number, _)| number)
    }

    /// Greater than zero.
    #[must_use]
    pub fn is_positive(&self) -> bool {
        !self.negative && !self.digits.is_empty()
    }

    fn size(&self, other: &Self) -> Ordering {
        match (self.digits.is_empty(), other.digits.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => self.point.cmp(&other.point).then_with(|| self.digits.cmp(&other.digits)),
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => self.size(other),
            (true, true) => other.size(self),
        }
    }
}

/// The digits at the start of a text, and the rest.
fn digits(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()))
}

/// A number or a range of numbers, with a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quantity<'t> {
    /// The lower bound.
    pub low: Decimal,
    /// The upper bound; not below `low`.
    pub high: Decimal,
    /// The unit as written, empty for none.
    pub unit: &'t str,
}

/// The quantity that a text is.
pub(super) fn parse(text: &str) -> Result<Quantity<'_>, Wrong> {
    let none = || {
        let help = "write a number with its unit, such as `44days`, `5e9USD` or `60..80%`";
        Wrong::new("bad-quantity", format!("`{}` is no quantity", shown(text)), help)
    };
    let (low, rest) = Decimal::parse(text).ok_or_else(none)?;
    let (high, unit) = match rest.strip_prefix("..") {
        Some(rest) => Decimal::parse(rest).ok_or_else(none)?,
        None => (low.clone(), rest),
    };
    if !unit.is_empty() && !is_unit(unit) {
        return Err(none());
    }
    if high < low {
        let message = format!("the range `{}` runs backwards", shown(text));
        return Err(Wrong::new("bad-quantity", message, "write the smaller number first"));
    }
    Ok(Quantity { low, high, unit })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::exact(text).unwrap()
    }

    #[test]
    fn decimals_compare_exactly() {
        let ordered = [
            "-1e3",
            "-1",
            "-0.5",
            "0",
            "1e-9999",
            "0.1",
            "0.10000000000000000000001",
            "1",
            "9.99",
            "10",
            "5e9",
            "1e10",
        ];
        for (i, a) in ordered.iter().enumerate() {
            for (j, b) in ordered.iter().enumerate() {
                assert_eq!(decimal(a).cmp(&decimal(b)), i.cmp(&j), "{a} {b}");
            }
        }
        for (a, b) in [("1", "1.0"), ("100", "1e2"), ("0", "-0.00"), ("0.5", "5e-1"), ("007", "7")] {
            assert_eq!(decimal(a), decimal(b));
        }
        assert_eq!(Decimal::exact("1e10000"), None);
        assert_eq!(Decimal::exact("1e99999999999999999999"), None);
    }

    #[test]
    fn quantities_end_where_the_unit_begins() {
        let unit = |text| parse(text).map(|q| q.unit);
        assert_eq!(unit("44days"), Ok("days"));
        assert_eq!(unit("5e9USD"), Ok("USD"));
        assert_eq!(unit("5eur"), Ok("eur"));
        assert_eq!(unit("60..80%"), Ok("%"));
        assert_eq!(unit("250000"), Ok(""));
        assert_eq!(unit("-3.5km/h"), Ok("km/h"));
        for text in ["", "-", "x", "80..60", "1..", "5 days", "1.", "1_000", "0x1F%%", "1e5+3", "2015~"] {
            assert!(parse(text).is_err(), "{text}");
        }
        assert_eq!(parse("80..60%").unwrap_err().message, "the range `80..60%` runs backwards");
    }
}
