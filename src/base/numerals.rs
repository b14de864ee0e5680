//! Numbers as text and back. Nothing here depends on a locale.

/// The number that a text is: decimal digits after an optional sign, and nothing else.
#[must_use]
pub fn read_number(text: &str) -> Option<i64> {
    text.parse().ok()
}

/// The unsigned number that a text is: decimal digits, and nothing else.
#[must_use]
pub fn read_unsigned(text: &str) -> Option<u64> {
    if text.starts_with('+') { None } else { text.parse().ok() }
}

/// The float that a text is, rounded to the nearest: decimal digits with an optional sign, point and exponent. Words
/// such as `inf` and numbers that are too large are none.
#[must_use]
pub fn read_float(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E'));
    text.parse().ok().filter(|value: &f64| plain && value.is_finite())
}

/// A float as the shortest digits that read back as the same float: `0.1`, `3`, `1e300`.
///
/// Without an exponent from 1e-5 to below 1e17, as C's `%.17g` writes. Soufflé writes 17 digits to files and 6 behind
/// the point in `to_string`, so it gives the same text where a float needs no more digits than that.
#[must_use]
pub fn write_float(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 || (1e-5..1e17).contains(&size) { format!("{value}") } else { format!("{value:e}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_written_short_and_read_back() {
        let check = |value: f64, expect: &str| {
            assert_eq!(write_float(value), expect);
            assert_eq!(read_float(expect).map(f64::to_bits), Some(value.to_bits()), "{expect}");
        };
        check(0.0, "0");
        check(3.0, "3");
        check(-0.5, "-0.5");
        check(0.1, "0.1");
        check(1.0 / 3.0, "0.3333333333333333");
        check(1e16, "10000000000000000");
        check(1e17, "1e17");
        check(1.5e300, "1.5e300");
        check(0.000_01, "0.00001");
        check(0.000_009, "9e-6");
        check(f64::MIN_POSITIVE, "2.2250738585072014e-308");
        check(5e-324, "5e-324");
        check(f64::MAX, "1.7976931348623157e308");
    }

    #[test]
    fn what_is_no_number_is_not_read() {
        for text in ["", "-", "1 ", " 1", "0x1", "1.", "9223372036854775808", "1e3", "one", "٣"] {
            assert_eq!(read_number(text), None, "{text}");
        }
        assert_eq!((read_number("-9223372036854775808"), read_number("+7")), (Some(i64::MIN), Some(7)));
        for text in ["", "-1", "+1", "18446744073709551616", "1u", "1.5"] {
            assert_eq!(read_unsigned(text), None, "{text}");
        }
        assert_eq!(read_unsigned("18446744073709551615"), Some(u64::MAX));
        for text in ["", "inf", "NaN", "-infinity", "1e999", "1,5", "0x1p3", " 1", "e5", "."] {
            assert_eq!(read_float(text), None, "{text}");
        }
        assert_eq!((read_float("1e3"), read_float("-.5"), read_float("2.")), (Some(1000.0), Some(-0.5), Some(2.0)));
    }
}
