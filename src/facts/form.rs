//! What a scalar must look like, whatever the vocabulary says: identifiers, closed lists, dates, locators, ids.
//!
//! In go the shape of a field and a text, out comes nothing or what is wrong with it. Knows no file and no place.

use crate::base::{date, near};

use super::schema::{Field, Shape};

/// Names in one `a+b`.
pub const MAX_NAMES: usize = 100;
/// Bytes of an identifier.
pub const MAX_IDENTIFIER: usize = 80;
/// Words that are never identifiers.
pub const RESERVED: [&str; 6] = ["not", "self", "none", "always", "soon", "eventually"];

/// What is wrong with a text; `from..to` are bytes of it, `0..0` is all of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) help: String,
    pub(super) from: usize,
    pub(super) to: usize,
}

impl Wrong {
    pub(super) fn new(code: &'static str, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { code, message: message.into(), help: help.into(), from: 0, to: 0 }
    }

    pub(super) fn at(self, from: usize, to: usize) -> Self {
        Self { from, to, ..self }
    }
}

/// The text has the form of an identifier and is not reserved.
pub(super) fn is_identifier(text: &str) -> bool {
    text.len() <= MAX_IDENTIFIER
        && text.as_bytes().first().is_some_and(u8::is_ascii_lowercase)
        && text
            .split('-')
            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()))
        && !RESERVED.contains(&text)
}

/// The text as it would be as an identifier; `None` where nothing is left of it.
#[must_use]
pub fn as_identifier(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let parts: Vec<&str> = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()).collect();
    Some(parts.join("-")).filter(|found| is_identifier(found))
}

/// Text of a user for a message: shortened and without control characters.
pub(super) fn shown(text: &str) -> String {
    let short: String = text.chars().take(60).collect();
    let dots = if short.len() < text.len() { "…" } else { "" };
    format!("{}{dots}", short.escape_debug().to_string().replace("\\\"", "\"").replace("\\'", "'"))
}

pub(super) fn identifier(text: &str) -> Result<(), Wrong> {
    if is_identifier(text) {
        return Ok(());
    }
    if RESERVED.contains(&text) {
        return Err(Wrong::new("bad-identifier", format!("`{text}` is a reserved word"), "choose another name"));
    }
    if text.len() > MAX_IDENTIFIER {
        let message = format!("this identifier has {} bytes, the limit is {MAX_IDENTIFIER}", text.len());
        return Err(Wrong::new("bad-identifier", message, "shorten it"));
    }
    let help = match as_identifier(text) {
        Some(found) => format!("write `{found}`"),
        None => "use lower-case letters, digits and single hyphens, with a letter first".to_owned(),
    };
    Err(Wrong::new("bad-identifier", format!("`{}` is no identifier", shown(text)), help))
}

/// `%`, or a letter and letters, digits, `/` and `-`.
pub(super) fn is_unit(text: &str) -> bool {
    text == "%"
        || text.chars().next().is_some_and(char::is_alphabetic)
            && text.chars().all(|c| c.is_alphabetic() || c.is_ascii_digit() || matches!(c, '/' | '-'))
}

pub(super) fn unit(text: &str) -> Result<(), Wrong> {
    if is_unit(text) {
        return Ok(());
    }
    let help = "use `%`, or letters, digits, `/` and `-` with a letter first";
    Err(Wrong::new("bad-identifier", format!("`{}` is no unit", shown(text)), help))
}

/// The scalar of a field has the form that the field's shape asks for.
pub(super) fn check(field: &Field, text: &str) -> Result<(), Wrong> {
    match field.shape {
        Shape::Identifiers if text.contains('+') => identifier(text).map_err(|wrong| {
            let parts: Vec<String> = text.split('+').filter_map(as_identifier).collect();
            Wrong { help: format!("write `[{}]`", shown(&parts.join(", "))), ..wrong }
        }),
        Shape::Identifier | Shape::Identifiers | Shape::Names | Shape::NamesOrNone => identifier(text),
        Shape::Word(words) => word(field.key, words, text),
        Shape::Flag if matches!(text, "true" | "false") => Ok(()),
        Shape::Flag => {
            let message = format!("`{}` must be `true` or `false`, found `{}`", field.key, shown(text));
            Err(Wrong::new("unknown-value", message, "write `true`, or remove the key"))
        }
        Shape::Date => dated(text),
        Shape::Period if text == "always" => Ok(()),
        Shape::Period => dated(text).map_err(|wrong| also(wrong, "or `always`")),
        Shape::Horizon if matches!(text, "soon" | "eventually") => Ok(()),
        Shape::Horizon => dated(text).map_err(|wrong| also(wrong, "or `soon`, `eventually`")),
        Shape::TermDate => date::parse_term(Some(text), None).map(drop).map_err(|e| bad_date(&e)),
        Shape::Locator if is_locator(text) => Ok(()),
        Shape::Locator => {
            let message = format!("`{}` is no locator", shown(text));
            Err(Wrong::new("bad-at", message, "write `3`, `18-20`, `18.2`, `L34`, `p12`, `00:12:31` or `\"#section\"`"))
        }
        Shape::Duration => days(text).map(drop),
        Shape::Percent => percent(text).map(drop),
        Shape::Ids | Shape::IdGroups => reference(text),
        Shape::Arrows => arrow(text).map(drop),
        Shape::Text
        | Shape::Texts
        | Shape::Form(_)
        | Shape::Forms(_)
        | Shape::Record(_)
        | Shape::Records(_)
        | Shape::Entries(_)
        | Shape::Units(_)
        | Shape::Lists
        | Shape::Pairs
        | Shape::Classes
        | Shape::Scales => Ok(()),
    }
}

fn word(key: &str, words: &[&str], text: &str) -> Result<(), Wrong> {
    if words.contains(&text) {
        return Ok(());
    }
    let help =
        near::did_you_mean(text, words.iter().copied()).unwrap_or_else(|| format!("one of {}", words.join(", ")));
    let noun = if key == "is" { "outcome" } else { key };
    Err(Wrong::new("unknown-value", format!("unknown {noun} `{}`", shown(text)), help))
}

fn bad_date(error: &date::DateError) -> Wrong {
    Wrong::new("bad-date", error.to_string(), "write a date such as `2015`, `2015-11`, `2015-11-15` or `2013/2015`")
}

fn also(wrong: Wrong, more: &str) -> Wrong {
    Wrong { help: format!("{}, {more}", wrong.help), ..wrong }
}

fn dated(text: &str) -> Result<(), Wrong> {
    date::parse_edtf(text).map(drop).map_err(|error| bad_date(&error))
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.len() <= 9 && text.bytes().all(|b| b.is_ascii_digit())
}

fn ordered(from: &str, to: &str) -> bool {
    let number = |part: &str| part.parse::<u64>().unwrap_or_default();
    digits(from) && digits(to) && number(from) > 0 && number(from) <= number(to)
}

fn is_locator(text: &str) -> bool {
    let range = |text: &str| text.split_once('-').map_or_else(|| ordered(text, text), |(from, to)| ordered(from, to));
    if let Some(lines) = text.strip_prefix('L') {
        return range(lines);
    }
    if let Some(page) = text.strip_prefix('p') {
        return range(page);
    }
    if let Some(fragment) = text.strip_prefix('#') {
        return !fragment.is_empty() && !fragment.contains(char::is_whitespace);
    }
    if text.contains(':') {
        let parts: Vec<&str> = text.split(':').collect();
        let two = |part: &&str| part.len() == 2 && digits(part) && part.parse::<u8>().is_ok_and(|n| n < 60);
        return parts.len() == 3 && digits(parts[0]) && parts[0].len() <= 3 && parts[1..].iter().all(two);
    }
    match text.split_once('.') {
        Some((paragraph, sentence)) => ordered(paragraph, paragraph) && ordered(sentence, sentence),
        None => range(text),
    }
}

/// The days of `180d`, `6m`, `2y`, `3w`.
pub(super) fn days(text: &str) -> Result<i64, Wrong> {
    let wrong = |message: String| Wrong::new("bad-duration", message, "write `180d`, `6m` or `2y`");
    if digits(text) {
        return Err(wrong(format!("`{text}` has no unit")));
    }
    let none = || wrong(format!("`{}` is no duration", shown(text)));
    let (at, letter) = text.char_indices().next_back().ok_or_else(none)?;
    let number = text.get(..at).filter(|number| digits(number)).ok_or_else(none)?;
    let unit = match letter {
        'd' => 1,
        'w' => 7,
        'm' => 30,
        'y' => 365,
        _ => return Err(none()),
    };
    let count: i64 = number.parse().map_err(|_| none())?;
    let total = count * unit;
    if total > 4_000_000 { Err(wrong(format!("`{text}` is longer than the calendar"))) } else { Ok(total) }
}

/// Thousandths of a percent of `10%`.
pub(super) fn percent(text: &str) -> Result<i64, Wrong> {
    let wrong = || Wrong::new("bad-quantity", format!("`{}` is no percentage", shown(text)), "write `10%` or `2.5%`");
    let number = text.strip_suffix('%').ok_or_else(wrong)?;
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    if !digits(whole) || number.ends_with('.') || !(part.is_empty() || digits(part) && part.len() <= 3) {
        return Err(wrong());
    }
    let part: i64 = format!("{part:0<3}").parse().map_err(|_| wrong())?;
    let whole: i64 = whole.parse().map_err(|_| wrong())?;
    if whole > 100 { Err(wrong()) } else { Ok(whole * 1000 + part) }
}

/// `slug` or `source/slug`.
pub(super) fn reference(text: &str) -> Result<(), Wrong> {
    let fits = match text.split_once('/') {
        Some((source, slug)) => is_identifier(source) && is_identifier(slug),
        None => is_identifier(text),
    };
    if fits {
        return Ok(());
    }
    let dash = text.strip_prefix('-').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase()));
    let help = if dash { "put a space behind `-`" } else { "write `slug` or `source/slug`" };
    let message = if text.is_empty() {
        "a claim id is missing here".to_owned()
    } else {
        format!("`{}` is no claim id", shown(text))
    };
    Err(Wrong::new("bad-reference", message, help))
}

/// Bytes of a text.
pub(super) type Range = (usize, usize);

/// Where x and y stand in `x<-y`.
pub(super) fn arrow(text: &str) -> Result<(Range, Range), Wrong> {
    let Some((left, right)) = text.split_once("<-") else {
        return Err(Wrong::new(
            "bad-reference",
            format!("`{}` has no `<-`", shown(text)),
            "write `conclusion<-premise`",
        ));
    };
    let trimmed = |part: &str, at: usize| {
        let from = at + part.len() - part.trim_start().len();
        (from, from + part.trim().len())
    };
    let (x, y) = (trimmed(left, 0), trimmed(right, left.len() + 2));
    reference(left.trim()).map_err(|wrong| wrong.at(x.0, x.1))?;
    reference(right.trim()).map_err(|wrong| wrong.at(y.0, y.1))?;
    Ok((x, y))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers() {
        for text in ["a", "iran", "saudi-arabia", "x1-2y"] {
            assert!(is_identifier(text), "{text}");
        }
        for text in ["", "1a", "a--b", "-a", "a-", "Iran", "a_b", "self", "soon", "é", &"a".repeat(81)] {
            assert!(!is_identifier(text), "{text}");
        }
        assert_eq!(as_identifier("Saudi Arabia"), Some("saudi-arabia".into()));
        assert_eq!(as_identifier("§§"), None);
    }

    #[test]
    fn locators() {
        for text in ["18", "18-20", "18.2", "L34", "L34-36", "p12", "00:12:31", "#section"] {
            assert!(is_locator(text), "{text}");
        }
        for text in ["", "para 3", "0", "20-18", "18.", "L", "pp", "12:31", "00:99:00", "#", "# x", "-1", "1-2-3", "１"]
        {
            assert!(!is_locator(text), "{text}");
        }
    }

    #[test]
    fn durations_and_percentages() {
        assert_eq!(days("180d"), Ok(180));
        assert_eq!(days("6m"), Ok(180));
        assert_eq!(days("2y"), Ok(730));
        assert_eq!(days("1w"), Ok(7));
        assert_eq!(days("6").unwrap_err().message, "`6` has no unit");
        for text in ["", "d", "1.5y", "-1d", "1é", "999999999y"] {
            assert!(days(text).is_err(), "{text}");
        }
        assert_eq!(percent("10%"), Ok(10_000));
        assert_eq!(percent("2.5%"), Ok(2_500));
        for text in ["10", "%", "-1%", "1.%", "1.2345%", "101%"] {
            assert!(percent(text).is_err(), "{text}");
        }
    }

    #[test]
    fn references() {
        assert!(reference("a").is_ok() && reference("a/b-c").is_ok());
        assert!(reference("a/b/c").is_err() && reference("A").is_err() && reference("a b").is_err());
        assert_eq!(arrow("x <- y"), Ok(((0, 1), (5, 6))));
        assert!(arrow("x->y").is_err() && arrow("<-y").is_err());
    }
}
