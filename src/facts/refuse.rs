//! What is said of keys and values that do not fit the field table.
//!
//! In go the key or value as read, out come diagnostics; the value is passed, so that the next key is read as usual.

use crate::base::{Diagnostic, Family, Span, near};
use crate::yaml::{EventSource, Start, Stop};

use super::decode::Shaped;
use super::form;
use super::record::{Entry, Value};
use super::schema::{Field, field};

impl<'a, S: EventSource<'a>> Shaped<'_, 'a, S> {
    pub(super) fn wrong_type(&mut self, key: &str, wanted: &str, start: &Start) -> Result<Value, Stop> {
        self.wrong_type_of(&format!("`{key}`"), wanted, start)
    }

    pub(super) fn wrong_item(&mut self, key: &str, wanted: &str, start: &Start) -> Result<Value, Stop> {
        self.wrong_type_of(&format!("an item of `{key}`"), wanted, start)
    }

    pub(super) fn wrong_type_of(&mut self, what: &str, wanted: &str, start: &Start) -> Result<Value, Stop> {
        let (found, from) = match start {
            Start::Refused(_) => return Ok(Value::Bad),
            Start::Scalar(text) if text.get(self.decoder.text()).is_empty() => ("nothing", text.start),
            Start::Scalar(text) => ("text", text.start),
            Start::List(at) => ("a list", *at),
            Start::Map(at) => ("a map", *at),
        };
        self.decoder.skip(start)?;
        let end = if let Start::Scalar(text) = start { text.end } else { self.decoder.last_end() };
        let message = format!("{what} must be {wanted}, found {found}");
        self.decoder.report("wrong-type", message, from, end.max(from), help_for(wanted, found));
        Ok(Value::Bad)
    }

    pub(super) fn twice(&mut self, message: &str, place: (u32, u32), first: (u32, u32)) {
        let at = |(start, end): (u32, u32)| Span::new(self.decoder.file(), start, end);
        let diagnostic = Diagnostic::error(Family::Fact, "duplicate-key", message, at(place))
            .with_place(at(first), "the first is here")
            .with_help("rename or remove one of them");
        self.decoder.problems.push(diagnostic);
    }

    /// `key:value` without a space, or `key value` without a colon, which YAML takes for one key.
    pub(super) fn unspaced(
        &mut self,
        name: &str,
        (start, end): (u32, u32),
        fields: &'static [Field],
    ) -> Option<&'static Field> {
        let (key, value) = name.split_once([':', ' '])?;
        let field = field(fields, key)?;
        let value = value.trim_start();
        let message = if name[key.len()..].starts_with(':') {
            format!("a space is missing behind `{key}:`")
        } else {
            format!("a `:` is missing behind `{key}`")
        };
        self.decoder.report("yaml-syntax", message, start, end, &format!("write `{key}: {}`", form::shown(value)));
        Some(field)
    }

    /// Whether a key is what stands behind a comma between qualifiers, which ends a value in brackets. The first is reported,
    /// and the value before it is refused, so that nobody is told what follows from it.
    pub(super) fn is_split_off(&mut self, name: &str, start: u32, entries: &mut [Entry]) -> bool {
        let Some(Entry { value, .. }) = entries.last_mut().filter(|entry| entry.field.key == "says") else {
            return false;
        };
        let text = match value {
            _ if !name.contains('=') => return false,
            Value::Bad => return true,
            Value::Text(text) => text.clone(),
            Value::List(_) | Value::Record(_) | Value::Named(_) => return false,
        };
        let file = self.decoder.text();
        let Some((_, open)) = text.get(file).rsplit_once('(').filter(|(_, open)| !open.contains(')')) else {
            return false;
        };
        let between = file.get(text.end as usize..start as usize).and_then(|between| between.find(','));
        let Some(comma) = between.and_then(|at| u32::try_from(at).ok()).map(|at| text.end + at) else { return false };
        let help = format!("write `({} {}`", form::shown(open), form::shown(name));
        let message = "qualifiers are separated by spaces, not by `,`";
        *value = Value::Bad;
        self.decoder.report("bad-qualifier", message, comma, comma + 1, &help);
        true
    }

    /// A key of an entry that stands beside the entry `name`, which is empty.
    pub(super) fn beside(&mut self, key: &str, (start, end): (u32, u32), name: &str) {
        let (key, name) = (form::shown(key), form::shown(name));
        let help = format!("indent it, and what else belongs to `{name}`, deeper than `{name}:`");
        self.decoder.report("wrong-type", format!("`{key}` stands beside `{name}`, not below it"), start, end, &help);
    }

    /// `below` is the section without entries that the key follows.
    pub(super) fn unknown_key(
        &mut self,
        name: &str,
        (start, end): (u32, u32),
        fields: &'static [Field],
        noun: &str,
        below: Option<&str>,
    ) {
        let keys = || fields.iter().map(|field| field.key);
        let full = self.decoder.problems.is_full(self.decoder.file());
        let limit = name.chars().count().div_ceil(3).min(2);
        let help = match (near::nearest_within(name, keys().filter(|_| !full), limit), below) {
            (Some(key), _) => format!("did you mean `{key}`?"),
            (None, Some(section)) => format!("indent it, so that it stands below `{section}:`"),
            (None, None) => format!("one of {}", keys().collect::<Vec<_>>().join(", ")),
        };
        let message = format!("unknown key `{}` in this {noun}", form::shown(name));
        self.decoder.report("unknown-key", message, start, end, &help);
    }

    pub(super) fn missing(&mut self, fields: &[&Field], (start, end): (u32, u32), noun: &str) {
        let keys: Vec<String> = fields.iter().map(|field| format!("`{}`", field.key)).collect();
        let help = match fields {
            [field] if field.key == "at" => "add `at:` with the paragraph number".to_owned(),
            [field] => format!("add `{}:`, {}", field.key, field.doc),
            _ => format!("add {}", keys.join(" and ")),
        };
        self.decoder.report("missing-key", format!("this {noun} has no {}", keys.join(" and no ")), start, end, &help);
    }
}

/// How a value of the wrong type is made one of the type that is wanted.
fn help_for(wanted: &str, found: &str) -> &'static str {
    match (wanted, found) {
        ("text" | "a claim id", _) => "write one text, without brackets",
        ("a list of texts" | "a list of kinds", _) => "write a text, or several as `[one, two]`",
        ("a list of maps", _) => "write `- { key: value }`, one in a line",
        ("a map", "a list") => "give each item a name and write `name: value` instead of `- value`",
        ("a map", _) => "write `key: value` lines below it, indented deeper, or `{ key: value }`",
        _ => "write `[low, high]`, such as `[550, 800]`",
    }
}
