//! Quantities such as `44days`, `5e9USD`, `60..80%`: exact decimals, compared without rounding.
//!
//! In goes a text, out comes a quantity or why it is none. Knows no vocabulary: whether the unit exists is asked elsewhere.

use std::cmp::Ordering;

use super::form::{Wrong, is_unit, shown};

/// The largest exponent of ten, in either direction.
const MAX_EXPONENT: i64 = 9999;
/// The most digits that count, zeros at either end apart; the work of a product grows with the square of them.
const MAX_DIGITS: usize = 100;

/// An exact decimal: `0.digits` times ten to the power of `point`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decimal {
    negative: bool,
    /// Without zeros at either end; empty for zero.
    digits: String,
    point: i64,
}

impl Decimal {
    /// The number at the start of `text`, and the rest of the text; `None` if there is none, or if
    /// its exponent is too large or its digits are too many.
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
        let number = Self::normal(negative, &all, i64::try_from(whole.len()).ok()? + exponent);
        if number.digits.len() > MAX_DIGITS { None } else { Some((number, rest)) }
    }

    /// The number that `text` is as a whole.
    #[must_use]
    pub fn exact(text: &str) -> Option<Self> {
        Self::parse(text).filter(|(_, rest)| rest.is_empty()).map(|(number, _)| number)
    }

    /// So many thousandths of a percent, as a part of the whole: 100,000 are 1.
    #[must_use]
    pub(crate) fn thousandths_of_percent(count: i64) -> Self {
        let all = count.unsigned_abs().to_string();
        let point = i64::try_from(all.len()).unwrap_or(i64::MAX) - 5;
        Self::normal(count < 0, &all, point)
    }

    /// `0.all` times ten to the power of `point`, without zeros at either end.
    fn normal(negative: bool, all: &str, point: i64) -> Self {
        let significant = all.trim_start_matches('0');
        let zeros = i64::try_from(all.len() - significant.len()).unwrap_or(i64::MAX);
        let digits = significant.trim_end_matches('0').to_owned();
        let zero = digits.is_empty();
        Self { negative: negative && !zero, digits, point: if zero { 0 } else { point - zeros } }
    }

    /// Below zero.
    #[must_use]
    pub(crate) fn is_negative(&self) -> bool {
        self.negative
    }

    /// The exact product.
    #[must_use]
    pub(crate) fn times(&self, other: &Self) -> Self {
        let (a, b) = (self.digits.as_bytes(), other.digits.as_bytes());
        // From the last digit on; each place takes a digit and what was carried, so 81 and 9 and 9 at most.
        let mut product = vec![0_u8; a.len() + b.len()];
        for (i, x) in a.iter().rev().enumerate() {
            let mut carry = 0;
            for (j, y) in b.iter().rev().enumerate() {
                let sum = product[i + j] + (x - b'0') * (y - b'0') + carry;
                product[i + j] = sum % 10;
                carry = sum / 10;
            }
            product[i + b.len()] += carry;
        }
        let all: String = product.iter().rev().map(|digit| char::from(b'0' + digit)).collect();
        Self::normal(self.negative != other.negative, &all, self.point + other.point)
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

impl<'t> Quantity<'t> {
    /// The quantity that `text` is as a whole.
    #[must_use]
    pub fn read(text: &'t str) -> Option<Self> {
        parse(text).ok()
    }
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
        assert!(Decimal::exact(&"7".repeat(100)).is_some());
        assert_eq!(Decimal::exact(&"7".repeat(101)), None);
        assert_eq!(Decimal::exact(&format!("7{}", "0".repeat(200))), Decimal::exact("7e200"));
        assert_eq!(Decimal::exact("1e99999999999999999999"), None);
    }

    #[test]
    fn products_are_exact() {
        for (a, b, product) in [
            ("0", "-3", "0"),
            ("99", "99", "9801"),
            ("-0.5", "5e9", "-2.5e9"),
            ("123456789", "987654321", "121932631112635269"),
            ("1.05", "44", "46.2"),
        ] {
            assert_eq!(decimal(a).times(&decimal(b)), decimal(product), "{a} {b}");
            assert_eq!(decimal(b).times(&decimal(a)), decimal(product), "{b} {a}");
        }
        let nines = "9".repeat(100);
        let square = format!("{}8{}1", "9".repeat(99), "0".repeat(99));
        let exact = decimal(&nines).times(&decimal(&nines));
        assert_eq!((exact.digits, exact.point), (square, 200));
        assert_eq!(Decimal::thousandths_of_percent(100_000), decimal("1"));
        assert_eq!(Decimal::thousandths_of_percent(97_500), decimal("0.975"));
        assert_eq!(Decimal::thousandths_of_percent(0), decimal("0"));
        assert!(decimal("-2").is_negative() && !decimal("0").is_negative());
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
