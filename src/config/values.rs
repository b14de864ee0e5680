//! Checked values of a configuration, wherever they are written, and how the keys describe theirs.

use std::ops::Range;

use crate::base::{Day, Level, date, fs, near};

use super::keys::{Field, Kind, LEVEL, Words};
use super::levels::LevelSetting;
use super::patterns::{self, Patterns};

/// What stands behind a key.
#[derive(Debug)]
pub(super) enum Value {
    Word(&'static str),
    Day(Day),
    Patterns(Patterns),
    Text(String),
    Levels(Vec<LevelSetting>),
    Map(Vec<Entry>),
    Maps(Vec<Vec<Entry>>),
}

/// A key with a value that is right.
#[derive(Debug)]
pub(super) struct Entry {
    pub field: &'static Field,
    /// Where the key begins; nowhere if it stands in an argument.
    pub at: Option<u32>,
    pub value: Value,
}

/// Why a value is not right.
#[derive(Debug)]
pub(super) struct Fault {
    pub code: &'static str,
    pub message: String,
    pub help: String,
}

impl Fault {
    fn new(code: &'static str, message: String, help: impl Into<String>) -> Self {
        Self { code, message, help: help.into() }
    }
}

/// The value of a key that takes a text; `place` is where it stands in the file.
pub(super) fn scalar(field: &'static Field, written: &str, place: Option<Range<u32>>) -> Result<Value, Fault> {
    if written.is_empty() {
        let help = format!("write {}, or remove the key", form(field));
        return Err(Fault::new("wrong-type", format!("`{}` has no value", field.name), help));
    }
    match field.kind {
        Kind::Word(words) => word(words, written).map(Value::Word),
        Kind::Day => date::parse_day(written)
            .map(Value::Day)
            .ok_or_else(|| Fault::new("bad-date", format!("`{written}` is no day"), "write it as YYYY-MM-DD")),
        Kind::Path => path(written).map(Value::Text),
        Kind::Link => link(written).map(Value::Text),
        Kind::Patterns => {
            pattern(field.name, written)?;
            together(vec![(written.to_owned(), place)])
        }
        Kind::Levels | Kind::Map(_) | Kind::Maps(_) => {
            let message = format!("`{}` must be {}, found a text", field.name, form(field));
            Err(Fault::new("wrong-type", message, format!("write {}", example(field))))
        }
    }
}

fn word(words: &'static Words, written: &str) -> Result<&'static str, Fault> {
    let found = words.all.iter().find(|word| **word == written).copied();
    found.ok_or_else(|| {
        let help = near::did_you_mean(written, words.all.iter().copied()).filter(|_| words.all.len() > 1);
        let help = help.unwrap_or_else(|| format!("write {}", alternatives(words.all)));
        let message = match words.what {
            "edition" => format!("there is no edition `{written}`"),
            what => format!("`{written}` is no {what}"),
        };
        Fault::new(words.code, message, help)
    })
}

/// The level of a rule or a group by its word; the inner `None` is off.
pub(super) fn level(name: &str, written: &str) -> Result<Option<Level>, Fault> {
    if written.is_empty() {
        let help = format!("write {}", alternatives(LEVEL.all));
        return Err(Fault::new("wrong-type", format!("`{name}` has no level"), help));
    }
    word(&LEVEL, written).map(Level::from_name)
}

fn path(written: &str) -> Result<String, Fault> {
    let trimmed = written.trim_start_matches("./").trim_end_matches('/');
    if fs::stays_inside(trimmed) && trimmed.split('/').all(|part| part != ".") {
        return Ok(trimmed.to_owned());
    }
    let message = format!("`{written}` is no path inside the data set");
    Err(Fault::new("bad-path", message, "write a path relative to the data set's root, without `..` and with `/`"))
}

fn link(written: &str) -> Result<String, Fault> {
    let is_web = written.starts_with("https://") || written.starts_with("http://");
    let is_clean = !written.contains(|c: char| c.is_whitespace() || c.is_control() || "<>\"`".contains(c));
    if is_web && is_clean && written.contains("{name}") {
        return Ok(written.to_owned());
    }
    let message = format!("`{written}` is no web address with `{{name}}` in it");
    Err(Fault::new("bad-link", message, "write it like `https://example.org/rules/{name}`"))
}

/// Whether a text is a pattern of paths inside the root, as a value of the key.
pub(super) fn pattern(key: &str, written: &str) -> Result<(), Fault> {
    if !patterns::stays_inside(written) {
        let message = format!("`{written}` leads out of the data set");
        let help = "write a pattern of paths relative to the data set's root, without `..`";
        return Err(Fault::new("bad-path", message, help));
    }
    patterns::fault(written).map_or(Ok(()), |why| {
        let message = format!("`{written}` is no pattern of paths: {why}");
        let extension = if key == "rules" { "dl" } else { "yaml" };
        Err(Fault::new("bad-pattern", message, format!("write it like `**/*.{extension}`")))
    })
}

/// Patterns that are each right, with their places in the file.
pub(super) fn together(written: Vec<(String, Option<Range<u32>>)>) -> Result<Value, Fault> {
    Patterns::new(written).map(Value::Patterns).map_err(|why| {
        let message = format!("these patterns of paths are too much: {why}");
        Fault::new("bad-pattern", message, "write fewer or simpler patterns")
    })
}

/// What the value of a key is, in words.
pub(super) fn form(field: &Field) -> String {
    match field.kind {
        Kind::Word(words) => alternatives(words.all),
        Kind::Day => "a day as YYYY-MM-DD".to_owned(),
        Kind::Patterns => "a pattern of paths or a list of them".to_owned(),
        Kind::Path => "a path inside the data set".to_owned(),
        Kind::Link => "a web address".to_owned(),
        Kind::Levels => "a map from rules and groups to levels".to_owned(),
        Kind::Map(_) => "a map".to_owned(),
        Kind::Maps(_) => "a list of maps".to_owned(),
    }
}

/// How the value of a key is written.
pub(super) fn example(field: &Field) -> String {
    let name = field.name;
    match field.kind {
        Kind::Word(words) => alternatives(words.all),
        Kind::Day => format!("`{name}: YYYY-MM-DD`"),
        Kind::Patterns => format!("`{name}: [\"**/*.yaml\"]`"),
        Kind::Path => format!("a path, such as `{name}: folder/name`"),
        Kind::Link => format!("`{name}: \"https://example.org/rules/{{name}}\"`"),
        Kind::Levels => format!("`{name}: {{ tension: warning }}`"),
        Kind::Map(fields) => format!("`{name}: {{ {}: … }}`", fields[0].name),
        Kind::Maps(fields) => format!("`{name}: [{{ {}: … }}]`", fields[0].name),
    }
}

/// "`a`, `b` or `c`".
pub(super) fn alternatives(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match &quoted[..] {
        [] => String::new(),
        [one] => one.clone(),
        [all @ .., last] => format!("{} or {last}", all.join(", ")),
    }
}

/// What key was meant, or which there are.
pub(super) fn keys_help(name: &str, fields: &[Field]) -> String {
    let names = || fields.iter().map(|field| field.name);
    near::did_you_mean(name, names()).unwrap_or_else(|| {
        let all: Vec<String> = names().map(|name| format!("`{name}`")).collect();
        format!("the keys are {}", all.join(", "))
    })
}
