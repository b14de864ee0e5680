//! Days, and the day intervals that EDTF dates stand for. The only file that knows the calendar crate.

/// Days since 1970-01-01 in the proleptic Gregorian calendar.
pub type Day = i32;

/// 0001-01-01, which an open or unknown beginning stands for.
pub const FIRST_DAY: Day = -719_162;
/// 9999-12-31, which an open or unknown end stands for.
pub const LAST_DAY: Day = 2_932_896;

/// An interval of days, both ends included; `first <= last`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DayRange {
    /// The first day.
    pub first: Day,
    /// The last day.
    pub last: Day,
}

impl DayRange {
    /// All days of the calendar, as `always` means.
    pub const ALWAYS: Self = Self { first: FIRST_DAY, last: LAST_DAY };
}

/// The ISO 8601 form of a day, such as `2015-11-15`.
#[must_use]
pub fn iso(day: Day) -> String {
    let day = day.clamp(FIRST_DAY, LAST_DAY);
    let date = jiff::civil::date(1970, 1, 1).saturating_add(jiff::Span::new().days(day));
    format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
}
