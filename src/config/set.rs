//! `--set KEY=VALUE`: one setting as an argument, with the checks of the file.

use crate::base::SourceMap;
use crate::yaml::{self, Problems};

use super::keys::{Field, KEYS, Kind};
use super::levels::LevelSetting;
use super::read::Reader;
use super::values::{self, Entry, Fault, Value, keys_help};
use super::{Config, KNOWN, Told};

/// What is wrong with an argument of `--set`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetError {
    /// What was expected and found.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl From<Fault> for SetError {
    fn from(Fault { message, help, .. }: Fault) -> Self {
        Self { message, help }
    }
}

/// What a key of an argument names.
enum Named<'a> {
    Field(&'static Field),
    /// The level of a rule or a group.
    Level(&'a str),
}

impl Config {
    /// Takes a setting such as `gate.check=warning`, `levels.tension=error` or `facts=[a.yaml, b.yaml]`. A value that is a
    /// list or a map is written as in YAML, every other as it is.
    ///
    /// # Errors
    ///
    /// An argument that is no such setting, or whose value is wrong.
    pub fn set(&mut self, argument: &str) -> Result<(), SetError> {
        let Some((key, value)) = argument.split_once('=') else {
            let message = format!("`{argument}` sets nothing");
            return Err(SetError { message, help: "write `key=value`, such as `gate.check=warning`".to_owned() });
        };
        let (key, value) = (key.trim(), value.trim());
        let field = match named(key)? {
            Named::Level(name) => {
                let level = values::level(name, value)?;
                self.set_levels.push(LevelSetting { name: name.to_owned(), level, place: None });
                return Ok(());
            }
            Named::Field(field) => field,
        };
        let is_yaml = match field.kind {
            Kind::Word(_) | Kind::Day | Kind::Path | Kind::Link => false,
            Kind::Patterns => value.starts_with('['),
            Kind::Levels | Kind::Map(_) | Kind::Maps(_) => true,
        };
        let value = if is_yaml { in_yaml(field, value)? } else { values::scalar(field, value, None)? };
        self.take(Entry { field, at: None, value }, key, Told::Set);
        Ok(())
    }
}

/// What a key with dots between its parts names.
fn named(key: &str) -> Result<Named<'_>, SetError> {
    let (first, rest) = key.split_once('.').map_or((key, None), |(first, rest)| (first, Some(rest)));
    let find = |name: &str, fields: &'static [Field], within: &str| {
        fields.iter().find(|field| field.name == name).ok_or_else(|| {
            let place = if within.is_empty() { String::new() } else { format!(" in `{within}`") };
            SetError { message: format!("unknown key `{name}`{place}"), help: keys_help(name, fields) }
        })
    };
    let field = find(first, KEYS, "")?;
    match (rest, field.kind) {
        (None, _) => Ok(Named::Field(field)),
        (Some(rest), Kind::Map(fields)) => find(rest, fields, first).map(Named::Field),
        (Some(""), Kind::Levels) => {
            let help = "write `levels.NAME=LEVEL` with a rule or a group as NAME".to_owned();
            Err(SetError { message: format!("`{key}` names no rule"), help })
        }
        (Some(rest), Kind::Levels) => Ok(Named::Level(rest)),
        (Some(_), _) => {
            let help = format!("write `{first}={}`", if matches!(field.kind, Kind::Maps(_)) { "[…]" } else { "…" });
            Err(SetError { message: format!("`{first}` has no keys that can be set alone"), help })
        }
    }
}

/// A list or a map as in YAML.
fn in_yaml(field: &'static Field, text: &str) -> Result<Value, SetError> {
    let mut sources = SourceMap::new();
    let mut problems = Problems::new();
    let file = sources.add("", text);
    let (found, _) = yaml::read(file, text, &mut problems, KNOWN, |decoder, root, _| {
        Reader::new(decoder, false).value(field, &root, 0..0)
    });
    if let Some(problem) = problems.finish().into_iter().next() {
        let help = problem.help.unwrap_or_else(|| format!("write {}", values::example(field)));
        return Err(SetError { message: problem.message, help });
    }
    let mut found = found.into_iter().flatten();
    if let (Some(value), None) = (found.next(), found.next()) {
        return Ok(value);
    }
    let message = format!("`{}` must be {}", field.name, values::form(field));
    Err(SetError { message, help: format!("write {}", values::example(field)) })
}
