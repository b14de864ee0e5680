//! What texts of fact files look like, as regular expressions.
//!
//! They hold for whatever the reader accepts, and for as little else as such an expression can tell: that a day exists in its
//! month, that a range does not run backwards and that a name is declared is left to `gainsay check`. They use nothing beyond
//! what ECMA 262 of 2018 and the crate `fancy-regex` share, and begin and end with what they match, without anchors.

use crate::facts::{MAX_IDENTIFIER, MAX_NAMES, RESERVED};

/// The expression for a whole text.
pub(super) fn whole(pattern: &str) -> String {
    format!("^(?:{pattern})$")
}

/// Lower-case words with hyphens between, that are not reserved.
pub(super) fn identifier() -> String {
    let reserved = RESERVED.join("|");
    let end = "(?![a-z0-9-])";
    format!("(?!(?:{reserved}){end})(?=[a-z0-9-]{{1,{MAX_IDENTIFIER}}}{end})[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
}

/// `a+b`.
pub(super) fn names() -> String {
    let name = identifier();
    format!("(?!(?:[^+]*\\+){{{MAX_NAMES}}}){name}(?:\\+{name})*")
}

/// `slug` or `source/slug`.
pub(super) fn id() -> String {
    let name = identifier();
    format!("{name}(?:/{name})?")
}

/// `x<-y`.
pub(super) fn arrow() -> String {
    let id = id();
    format!("\\s*{id}\\s*<-\\s*{id}\\s*")
}

/// `%`, or a letter and letters, digits, `/` and `-`; which characters beyond ASCII are letters is not told.
pub(super) const UNIT: &str = r"%|[^\x00-@\[-`{-\x7f][^\x00-,.:-@\[-`{-\x7f]*";

/// `predicate` or `not predicate`.
pub(super) fn denied() -> String {
    format!("(?:not\\s+)?{}", identifier())
}

/// A day or a month, that there is in a year.
const MONTH: &str = "(?:0[1-9]|1[0-2])";
const DAY: &str =
    "(?:02-(?:0[1-9]|[12][0-9])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01]))";
const YEAR: &str = "(?!0000)[0-9]{4}";

/// One date without a time of day, and whether it must have a month.
fn date(with_month: bool) -> String {
    let months = format!("{YEAR}-(?:{DAY}|{MONTH}-XX|XX-XX|{MONTH}|2[1-4]|XX)");
    let all = if with_month { months } else { format!("{months}|{YEAR}|[0-9]{{3}}X|[0-9]{{2}}XX") };
    format!("(?:{all})[~?%]?")
}

/// One date, which may have a time of day.
pub(super) fn point() -> String {
    let hour = "(?:[01][0-9]|2[0-3])";
    let minute = "[0-5][0-9]";
    let clock = format!("{hour}:{minute}(?::(?:[0-5][0-9]|60))?");
    let zone = format!("(?:Z|[+-]{hour}(?::{minute})?)?");
    format!("(?:{}|{YEAR}-(?:{DAY}|{MONTH}-XX|XX-XX)T{clock}{zone})", date(false))
}

/// A date or an interval, which may be open at one end.
pub(super) fn interval() -> String {
    let point = point();
    format!("{point}(?:/(?:{point}|\\.\\.)?)?|(?:\\.\\.)?/{point}")
}

/// A place in a source.
pub(super) fn locator() -> String {
    let number = "(?=[0-9]{1,9}(?![0-9]))0*[1-9][0-9]*";
    let range = format!("{number}(?:-{number})?");
    format!("[Lp]?{range}|{number}\\.{number}|#\\S+|[0-9]{{1,3}}:[0-5][0-9]:[0-5][0-9]")
}

/// `180d`, `6m`, `2y`, `3w`.
pub(super) const DURATION: &str = "[0-9]{1,9}[dwmy]";

/// `10%`, `2.5%`.
pub(super) const PERCENT: &str = r"0{0,6}(?:100|[0-9]{1,2})(?:\.[0-9]{1,3})?%";

/// A number.
const DECIMAL: &str = r"-?[0-9]+(?:\.[0-9]+)?(?:e-?[0-9]+)?";

/// A number above zero.
pub(super) fn factor() -> String {
    r"(?=[0.]*[1-9])[0-9]+(?:\.[0-9]+)?(?:e-?[0-9]+)?".to_owned()
}

/// A word of some scale, or a percentage with at most one decimal, or a range of percentages.
pub(super) fn likelihood() -> String {
    let number = r"(?:100|0?[0-9]{1,2})(?:\.[0-9])?";
    format!("(?:{number}\\.\\.)?{number}%|(?![\\s\\S]*%$)[\\s\\S]+")
}

/// What may stand behind a predicate, or behind `key=`.
fn object(own: &str) -> String {
    let name = identifier();
    let quantity = format!("{DECIMAL}(?:\\.\\.{DECIMAL})?(?:{UNIT})?");
    format!("(?:{own}{name}(?:\\.{name})?|\"[^\"\\t\\n\\r]*\"|{}|{quantity})", date(true))
}

/// `(key=value key=value)`.
fn pairs(value: &str) -> String {
    let pair = format!("{}={value}", identifier());
    format!("\\(\\s*{pair}(?:\\s+{pair})*\\s*\\)")
}

/// Not too many names follow that are joined by `+`.
fn few(end: &str) -> String {
    format!("(?!(?:[^+\\s\"{end}]*\\+){{{MAX_NAMES}}})")
}

/// What a claim says.
pub(super) fn proposition() -> String {
    let name = identifier();
    let own = "self(?![a-z0-9-])|";
    let subject = format!("(?:{own}{name}|\"[^\"\\t\\n\\r]*\")");
    let object_term = object(own);
    let value = object("");
    let pairs = pairs(&format!("{}{value}(?:\\+{value})*", few(")")));
    let few = few("");
    let subjects = format!("{few}{subject}(?:\\+{subject})*");
    let objects = format!("{few}{object_term}(?:\\+{object_term})*");
    format!("\\s*{subjects}(?:\\s+not)?\\s+{name}(?:\\s+{objects})?(?:\\s+{pairs})?\\s*")
}

/// A proposition with `not`, as far as it is one at all.
pub(super) const DENIAL: &str = "\\s*(?:\"[^\"]*\"|[^\\s\"])+\\s+not\\s[\\s\\S]*";

/// A single capital letter, where a name may stand.
const VARIABLE: &str = "[A-Z](?![A-Za-z0-9.-])|";

/// `subject [not] predicate`, with a variable or one name for the subject.
fn head() -> String {
    let name = identifier();
    format!("\\s*(?:{VARIABLE}{name}|\"[^\"\\t\\n\\r]*\")(?:\\s+not)?\\s+{name}")
}

/// An atom of a pattern: single capital letters are variables.
pub(super) fn atom() -> String {
    let value = object(VARIABLE);
    format!("{}(?:\\s+{value})?(?:\\s+{})?\\s*", head(), pairs(&value))
}

/// An atom without qualifiers.
pub(super) fn doubt() -> String {
    format!("{}(?:\\s+{})?\\s*", head(), object(VARIABLE))
}

/// An atom with an object and without qualifiers.
pub(super) fn promise() -> String {
    format!("{}\\s+{}\\s*", head(), object(VARIABLE))
}

/// One atom follows from another.
pub(super) fn rule() -> String {
    let atom = doubt();
    format!("{atom}[-=]>{atom}")
}

/// An atom with the owner X and the member Y.
pub(super) fn class() -> String {
    let name = identifier();
    format!("\\s*(?:X\\s+{name}\\s+Y|Y\\s+{name}\\s+X)\\s*")
}
