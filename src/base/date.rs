//! Days, and the day intervals that EDTF dates (ISO 8601-2, level 0 and 1) stand for.
//!
//! In go texts such as `2015-12~`, out come intervals of whole days between 0001-01-01 and 9999-12-31.
//! The only file that knows the calendar crate; it knows nothing of claims.

use std::fmt;

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

/// Today by the clock of the system, in universal time.
#[must_use]
pub fn clock() -> Day {
    let seconds = jiff::Timestamp::now().as_second();
    i32::try_from(seconds.div_euclid(86_400)).unwrap_or(LAST_DAY).clamp(FIRST_DAY, LAST_DAY)
}

/// The ISO 8601 form of a day, such as `2015-11-15`.
#[must_use]
pub fn iso(day: Day) -> String {
    let day = day.clamp(FIRST_DAY, LAST_DAY);
    let date = jiff::civil::date(1970, 1, 1).saturating_add(jiff::Span::new().days(day));
    format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
}

/// Why a text is no date; displays as a sentence such as `2015-13 has no month 13`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateError(String);

impl DateError {
    /// `why` about a text of the user, which may be long and may hold anything.
    fn of(text: &str, why: &str) -> Self {
        let short: String = text.chars().take(40).collect();
        let dots = if short.len() < text.len() { "…" } else { "" };
        Self(format!("`{}{dots}` {why}", short.escape_debug()))
    }
}

impl fmt::Display for DateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for DateError {}

/// The days of a date or an interval of EDTF level 0 or 1; an uncertain date is one unit of its precision wider at both ends.
///
/// # Errors
///
/// If the text is of another form, names a day that does not exist, or ends before it starts.
pub fn parse_edtf(text: &str) -> Result<DayRange, DateError> {
    let Some((first, last)) = text.split_once('/') else { return Ok(point(text)?.widened()) };
    let open = |end: &str| end.is_empty() || end == "..";
    if open(first) && open(last) {
        return Err(DateError::of(text, "has no date on either side"));
    }
    let start = if open(first) { FIRST_DAY } else { point(first)?.widened().first };
    let end = if open(last) { LAST_DAY } else { point(last)?.widened().last };
    if end < start {
        return Err(DateError::of(text, "ends before it starts"));
    }
    Ok(DayRange { first: start, last: end })
}

/// The day of `YYYY-MM-DD`, and of nothing else.
#[must_use]
pub fn parse_day(text: &str) -> Option<Day> {
    let bytes = text.as_bytes();
    let digits = bytes.len() == 10 && bytes.iter().enumerate().all(|(i, b)| i == 4 || i == 7 || b.is_ascii_digit());
    point(text).ok().filter(|_| digits).map(|p| p.days.first)
}

/// The days of a date as it may stand in a proposition: a single date with at least a month and no time of day.
///
/// # Errors
///
/// If the text is no such date.
pub fn parse_month_or_day(text: &str) -> Result<DayRange, DateError> {
    let point = point(text)?;
    if point.timed {
        return Err(DateError::of(text, "has a time of day"));
    }
    if !text.contains('-') {
        return Err(DateError::of(text, "has no month"));
    }
    Ok(point.widened())
}

/// The days of an office: from the first day of `from` up to the day before the first day of `to`; `~`, `?` and `%` do not
/// widen, and a missing end is open.
///
/// # Errors
///
/// If one of them is no single date, or `to` does not come after `from`.
pub fn parse_term(from: Option<&str>, to: Option<&str>) -> Result<DayRange, DateError> {
    let first = from.map_or(Ok(FIRST_DAY), |text| point(text).map(|p| p.days.first))?;
    let last = to.map_or(Ok(LAST_DAY), |text| point(text).map(|p| p.days.first - 1))?;
    if last < first {
        let to = to.unwrap_or_default();
        return Err(DateError::of(to, "comes no later than the start of the office"));
    }
    Ok(DayRange { first, last })
}

/// What a date is precise to, and so how far it widens.
#[derive(Clone, Copy)]
enum Precision {
    Day,
    Months(i32),
}

/// One date, before widening.
struct Point {
    days: DayRange,
    precision: Precision,
    uncertain: bool,
    timed: bool,
}

impl Point {
    fn widened(&self) -> DayRange {
        if !self.uncertain {
            return self.days;
        }
        let (first, last) = match self.precision {
            Precision::Day => (self.days.first - 1, self.days.last + 1),
            Precision::Months(n) => (shift(self.days.first, -n), shift(self.days.last + 1, n) - 1),
        };
        DayRange { first: first.max(FIRST_DAY), last: last.min(LAST_DAY) }
    }
}

/// Months since the year 0, January.
fn month_number(year: i32, month: i32) -> i32 {
    year * 12 + month - 1
}

/// The first day of a month by its number, cut to the calendar; the month after the last one begins after the last day.
fn month_start(number: i32) -> Day {
    let (year, month) = (number.div_euclid(12), number.rem_euclid(12) + 1);
    if year < 1 {
        return FIRST_DAY;
    }
    if year > 9999 {
        return LAST_DAY + 1;
    }
    // 400 years have 146 097 days; the year is counted from March, so that the leap day comes last.
    let (y, m) = if month <= 2 { (year - 1, month + 9) } else { (year, month - 3) };
    let (era, of_era) = (y.div_euclid(400), y.rem_euclid(400));
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + (153 * m + 2) / 5 - 719_468
}

/// `first` is the first day of a month; moves it by months.
fn shift(first: Day, months: i32) -> Day {
    let first = first.clamp(FIRST_DAY, LAST_DAY + 1);
    if first > LAST_DAY {
        return month_start(month_number(10_000, 1) + months);
    }
    let date = jiff::civil::date(1970, 1, 1).saturating_add(jiff::Span::new().days(first));
    month_start(month_number(i32::from(date.year()), i32::from(date.month())) + months)
}

fn months(first: i32, count: i32) -> DayRange {
    DayRange { first: month_start(first).max(FIRST_DAY), last: (month_start(first + count) - 1).min(LAST_DAY) }
}

fn point(text: &str) -> Result<Point, DateError> {
    let fail = |why: &str| Err(DateError::of(text, why));
    let (body, uncertain) = match text.strip_suffix(['~', '?', '%']) {
        Some(body) => (body, true),
        None => (text, false),
    };
    if text.starts_with('-') || text.starts_with('Y') {
        return fail("is outside the years 0001 to 9999");
    }
    if let Some((day, time)) = body.split_once('T') {
        if uncertain || !is_time(time) || day.len() != 10 {
            return fail("is no date with a time of day");
        }
        return Ok(Point { timed: true, ..calendar(text, day)? });
    }
    Ok(Point { uncertain, ..calendar(text, body)? })
}

fn calendar(text: &str, body: &str) -> Result<Point, DateError> {
    let fail = |why: String| Err(DateError::of(text, &why));
    let mut parts = body.split('-');
    let year_text = parts.next().unwrap_or_default();
    let (month, day, more) = (parts.next(), parts.next(), parts.next());
    let known = year_text.trim_end_matches('X');
    let digits = |part: &str, n: usize| part.len() == n && part.bytes().all(|b| b.is_ascii_digit());
    if more.is_some() || year_text.len() != 4 || !digits(known, known.len()) || known.len() < 2 {
        return fail("is no date such as 2015, 2015-11 or 2015-11-15".into());
    }
    let plain = |days, precision| Ok(Point { days, precision, uncertain: false, timed: false });
    let number = |part: &str| part.parse::<i32>().unwrap_or_default();
    if known.len() < 4 {
        if month.is_some() {
            return fail("has a month in an unknown year".into());
        }
        let span = if known.len() == 3 { 10 } else { 100 };
        let first = number(known) * span;
        return plain(months(month_number(first, 1), span * 12), Precision::Months(12));
    }
    let year = number(known);
    if year == 0 {
        return fail("is outside the years 0001 to 9999".into());
    }
    let whole_year = months(month_number(year, 1), 12);
    let (month, day) = match (month, day) {
        (None | Some("XX"), None) | (Some("XX"), Some("XX")) => return plain(whole_year, Precision::Months(12)),
        (Some(month), day) if digits(month, 2) => (number(month), day),
        _ => return fail("is no date such as 2015, 2015-11 or 2015-11-15".into()),
    };
    if (21..=24).contains(&month) && day.is_none() {
        return plain(months(month_number(year, 3 + 3 * (month - 21)), 3), Precision::Months(3));
    }
    if !(1..=12).contains(&month) {
        return fail(format!("has no month {month:02}"));
    }
    let whole_month = months(month_number(year, month), 1);
    match day {
        None => plain(whole_month, Precision::Months(1)),
        Some("XX") => plain(whole_month, Precision::Months(12)),
        Some(day) if digits(day, 2) => {
            let days = whole_month.last - whole_month.first + 1;
            if !(1..=days).contains(&number(day)) {
                return fail(format!("has no day {day}"));
            }
            let day = whole_month.first + number(day) - 1;
            plain(DayRange { first: day, last: day }, Precision::Day)
        }
        Some(_) => fail("is no date such as 2015, 2015-11 or 2015-11-15".into()),
    }
}

/// `10:00`, `10:00:00`, with or without `Z`, `+01` or `-01:30`.
fn is_time(text: &str) -> bool {
    let (clock, zone) = match text.find(['Z', '+', '-']) {
        Some(at) => text.split_at(at),
        None => (text, ""),
    };
    let field = |part: &str, limit: u8| {
        part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit()) && part.parse::<u8>().is_ok_and(|n| n < limit)
    };
    let clock_fits = match clock.split(':').collect::<Vec<_>>()[..] {
        [h, m] => field(h, 24) && field(m, 60),
        [h, m, s] => field(h, 24) && field(m, 60) && field(s, 61),
        _ => false,
    };
    let zone_fits = matches!(zone, "" | "Z")
        || zone.strip_prefix(['+', '-']).is_some_and(|offset| match offset.split_once(':') {
            Some((h, m)) => field(h, 24) && field(m, 60),
            None => field(offset, 24),
        });
    clock_fits && zone_fits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        let found = match parse_edtf(text) {
            Ok(days) => format!("{} {}", iso(days.first), iso(days.last)),
            Err(error) => error.to_string(),
        };
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn every_written_form_of_level_0_and_1() {
        check("2015", "2015-01-01 2015-12-31");
        check("2015-11", "2015-11-01 2015-11-30");
        check("2015-11-15", "2015-11-15 2015-11-15");
        check("2015-11-15T10:00:00Z", "2015-11-15 2015-11-15");
        check("2015-11-15T23:59:60-05:30", "2015-11-15 2015-11-15");
        check("201X", "2010-01-01 2019-12-31");
        check("20XX", "2000-01-01 2099-12-31");
        check("2015-XX", "2015-01-01 2015-12-31");
        check("2015-11-XX", "2015-11-01 2015-11-30");
        check("2015-XX-XX", "2015-01-01 2015-12-31");
        check("2015-21", "2015-03-01 2015-05-31");
        check("2015-22", "2015-06-01 2015-08-31");
        check("2015-23", "2015-09-01 2015-11-30");
        check("2015-24", "2015-12-01 2016-02-29");
        check("2016-02-29", "2016-02-29 2016-02-29");
    }

    #[test]
    fn uncertain_dates_widen_by_one_unit_of_their_precision() {
        check("2015-12~", "2015-11-01 2016-01-31");
        check("2015?", "2014-01-01 2016-12-31");
        check("2015-11-15%", "2015-11-14 2015-11-16");
        check("2015-24~", "2015-09-01 2016-05-31");
        check("201X~", "2009-01-01 2020-12-31");
        check("2015-11-XX~", "2014-11-01 2016-11-30");
        check("0001~", "0001-01-01 0002-12-31");
        check("9999-12-31~", "9999-12-30 9999-12-31");
        check("9999-24", "9999-12-01 9999-12-31");
        check("9999~", "9998-01-01 9999-12-31");
    }

    #[test]
    fn intervals_may_be_open_at_one_end() {
        check("2013/2015", "2013-01-01 2015-12-31");
        check("2020/..", "2020-01-01 9999-12-31");
        check("2020/", "2020-01-01 9999-12-31");
        check("../1922", "0001-01-01 1922-12-31");
        check("/1922", "0001-01-01 1922-12-31");
        check("2018~/2021", "2017-01-01 2021-12-31");
        check("2016/2015", "`2016/2015` ends before it starts");
        check("../..", "`../..` has no date on either side");
        check("2013/2014/2015", "`2014/2015` is no date such as 2015, 2015-11 or 2015-11-15");
    }

    #[test]
    fn what_does_not_exist_is_named() {
        check("2015-13", "`2015-13` has no month 13");
        check("2015-02-29", "`2015-02-29` has no day 29");
        check("2015-04-00", "`2015-04-00` has no day 00");
        check("0000", "`0000` is outside the years 0001 to 9999");
        check("-0044", "`-0044` is outside the years 0001 to 9999");
        check("Y20000", "`Y20000` is outside the years 0001 to 9999");
        check("201X-05", "`201X-05` has a month in an unknown year");
        for text in [
            "",
            "15-11-2015",
            "2015-1",
            "2015-11-5",
            "2015-XX-05",
            "2XXX",
            "2015/11/15",
            "2015~-11",
            "Nov 2015",
            "２０１５",
        ] {
            assert!(parse_edtf(text).is_err(), "{text}");
        }
        check("2015-11-15T25:00", "`2015-11-15T25:00` is no date with a time of day");
        check("2015-11T10:00", "`2015-11T10:00` is no date with a time of day");
    }

    #[test]
    fn days_terms_and_dates_of_propositions() {
        assert_eq!(parse_day("1970-01-02"), Some(1));
        assert_eq!(parse_day("1970-01"), None);
        assert_eq!(parse_day("2015-11-1~"), None);
        let term = parse_term(Some("2013-08"), Some("2021-08~")).unwrap();
        assert_eq!((iso(term.first), iso(term.last)), ("2013-08-01".into(), "2021-07-31".into()));
        assert_eq!(parse_term(None, None), Ok(DayRange::ALWAYS));
        assert!(parse_term(Some("2015"), Some("2015")).is_err());
        assert!(parse_month_or_day("2015").is_err());
        assert!(parse_month_or_day("2015-11-15T10:00Z").is_err());
        assert!(parse_month_or_day("2015-11/2016").is_err());
        assert_eq!(iso(parse_month_or_day("2023-XX").unwrap().last), "2023-12-31");
    }

    #[test]
    fn every_day_of_the_calendar_comes_back() {
        for day in (FIRST_DAY..=LAST_DAY).step_by(997).chain([FIRST_DAY, LAST_DAY]) {
            assert_eq!(parse_day(&iso(day)), Some(day));
        }
    }
}
