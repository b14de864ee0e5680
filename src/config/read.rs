//! The values of a configuration in YAML, by the table of its keys.
//!
//! What is wrong is reported with its place and left out; everything else is read all the same.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::yaml::{Decoder, EventSource, Start, Stop, Text};

use super::keys::{Field, Kind, LEVEL};
use super::levels::LevelSetting;
use super::values::{self, Entry, Fault, Value, alternatives, example, form, keys_help};

/// The most patterns of paths of one configuration, and the most maps in one of its lists.
const MOST: usize = 1000;

/// Reads values and reports what is wrong with them.
pub(super) struct Reader<'r, 't, S> {
    decoder: &'r mut Decoder<'t, S>,
    /// Values stand in the file, so they have places.
    in_file: bool,
    patterns: usize,
}

impl<'r, 't, S: EventSource<'t>> Reader<'r, 't, S> {
    pub(super) fn new(decoder: &'r mut Decoder<'t, S>, in_file: bool) -> Self {
        Self { decoder, in_file, patterns: 0 }
    }

    /// The entries of the map that was started; what is wrong is reported and left out.
    pub(super) fn map(&mut self, fields: &'static [Field], within: &str) -> Result<Vec<Entry>, Stop> {
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let mut entries = Vec::new();
        while let Some(key) = self.decoder.key()? {
            let name = key.text.get(self.decoder.text()).to_owned();
            let start = self.decoder.value()?;
            let (from, to) = (key.text.start, key.text.end);
            if seen.contains(&name) {
                let message = format!("`{name}` is written twice");
                self.decoder.report("duplicate-key", message, from, to, "remove one of the two");
                self.decoder.skip(&start)?;
                continue;
            }
            if let Some(field) = fields.iter().find(|field| field.name == name) {
                let at = self.in_file.then_some(from);
                if let Some(value) = self.value(field, &start, from..to)? {
                    entries.push(Entry { field, at, value });
                }
            } else {
                let place = if within.is_empty() { String::new() } else { format!(" in `{within}`") };
                let message = format!("unknown key `{name}`{place}");
                self.decoder.report("unknown-key", message, from, to, &keys_help(&name, fields));
                self.decoder.skip(&start)?;
            }
            seen.insert(name);
        }
        Ok(entries)
    }

    /// The value of a key; `key` is where that stands.
    pub(super) fn value(
        &mut self,
        field: &'static Field,
        start: &Start,
        key: Range<u32>,
    ) -> Result<Option<Value>, Stop> {
        let name = field.name;
        match (field.kind, start) {
            (_, Start::Refused(_)) => Ok(None),
            (Kind::Map(_), Start::Scalar(text)) if text.end == text.start => Ok(Some(Value::Map(Vec::new()))),
            (Kind::Maps(_), Start::Scalar(text)) if text.end == text.start => Ok(Some(Value::Maps(Vec::new()))),
            (Kind::Levels, Start::Scalar(text)) if text.end == text.start => Ok(Some(Value::Levels(Vec::new()))),
            (Kind::Map(fields), Start::Map(_)) => Ok(Some(Value::Map(self.map(fields, name)?))),
            (Kind::Maps(fields), Start::List(_)) => self.maps(fields, name).map(Some),
            (Kind::Levels, Start::Map(_)) => self.levels().map(|levels| Some(Value::Levels(levels))),
            (Kind::Patterns, Start::List(_)) => self.patterns(name, &key),
            (Kind::Word(_) | Kind::Day | Kind::Path | Kind::Link | Kind::Patterns, Start::Scalar(text)) => {
                let written = text.get(self.decoder.text()).to_owned();
                let place = if written.is_empty() { key } else { text.start..text.end };
                if matches!(field.kind, Kind::Patterns) && !self.counts(&place) {
                    return Ok(None);
                }
                let value = values::scalar(field, &written, self.in_file.then(|| place.clone()));
                Ok(self.right(value, place))
            }
            (_, start) => {
                self.wrong_type(field, start)?;
                Ok(None)
            }
        }
    }

    /// A list of patterns.
    fn patterns(&mut self, name: &str, key: &Range<u32>) -> Result<Option<Value>, Stop> {
        let mut written = Vec::new();
        let before = self.decoder.problems.errors();
        while let Some(item) = self.decoder.item()? {
            match &item {
                Start::Scalar(text) if text.end > text.start => {
                    let pattern = text.get(self.decoder.text()).to_owned();
                    let place = text.start..text.end;
                    if self.counts(&place) && self.right(values::pattern(name, &pattern), place.clone()).is_some() {
                        written.push((pattern, self.in_file.then_some(place)));
                    }
                }
                Start::Refused(_) => {}
                Start::Scalar(Text { start: at, .. }) | Start::List(at) | Start::Map(at) => {
                    let at = *at;
                    self.decoder.skip(&item)?;
                    let message = format!("each pattern of `{name}` must be text");
                    self.report("wrong-type", message, at..at + 1, "write a path or a pattern of paths");
                }
            }
        }
        if self.decoder.problems.errors() > before {
            return Ok(None);
        }
        Ok(self.right(values::together(written), key.clone()))
    }

    /// Whether there may be one more pattern.
    fn counts(&mut self, place: &Range<u32>) -> bool {
        self.patterns += 1;
        if self.patterns == MOST + 1 {
            let message = format!("this configuration has more than {MOST} patterns of paths");
            self.report("too-large", message, place.clone(), "write fewer patterns that match more");
        }
        self.patterns <= MOST
    }

    /// The map from rules and groups to levels that was started. Whether there are such rules is not known here.
    fn levels(&mut self) -> Result<Vec<LevelSetting>, Stop> {
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let mut found = Vec::new();
        while let Some(key) = self.decoder.key()? {
            let name = key.text.get(self.decoder.text()).to_owned();
            let start = self.decoder.value()?;
            let place = key.text.start..key.text.end;
            if seen.contains(&name) {
                self.report("duplicate-key", format!("`{name}` is written twice"), place, "remove one of the two");
                self.decoder.skip(&start)?;
                continue;
            }
            found.extend(self.level(&name, &start, place)?);
            seen.insert(name);
        }
        Ok(found)
    }

    fn level(&mut self, name: &str, start: &Start, key: Range<u32>) -> Result<Option<LevelSetting>, Stop> {
        let level = match start {
            Start::Scalar(text) => {
                let written = text.get(self.decoder.text()).to_owned();
                let place = if written.is_empty() { key.clone() } else { text.start..text.end };
                self.right(values::level(name, &written), place)
            }
            Start::Refused(_) => None,
            Start::List(at) | Start::Map(at) => {
                let at = *at;
                self.decoder.skip(start)?;
                let help = format!("write {}", alternatives(LEVEL.all));
                self.report("wrong-type", format!("the level of `{name}` must be a word"), at..at + 1, &help);
                None
            }
        };
        let in_file = self.in_file;
        Ok(level.map(|level| LevelSetting { name: name.to_owned(), level, place: in_file.then_some(key) }))
    }

    fn maps(&mut self, fields: &'static [Field], name: &str) -> Result<Value, Stop> {
        let mut found = Vec::new();
        let mut count = 0;
        while let Some(item) = self.decoder.item()? {
            count += 1;
            let at = match &item {
                Start::Scalar(Text { start: at, .. }) | Start::List(at) | Start::Map(at) | Start::Refused(at) => *at,
            };
            if count > MOST {
                self.decoder.skip(&item)?;
                if count == MOST + 1 {
                    let message = format!("`{name}` has more than {MOST} entries");
                    self.report("too-large", message, at..at + 1, "write fewer entries that match more");
                }
            } else if let Start::Map(_) = item {
                let before = self.decoder.problems.errors();
                let entries = self.map(fields, name)?;
                let has = |field: &&Field| entries.iter().any(|entry| entry.field.name == field.name);
                let missing = fields.iter().find(|field| field.required && !has(field));
                if let Some(missing) = missing.filter(|_| self.decoder.problems.errors() == before) {
                    let message = format!("an entry of `{name}` has no `{}`", missing.name);
                    let help = format!("add `{}: …`, which is {}", missing.name, form(missing));
                    self.report("missing-key", message, at..at + 1, &help);
                }
                found.push(entries);
            } else {
                self.decoder.skip(&item)?;
                let all: Vec<&str> = fields.iter().map(|field| field.name).collect();
                let message = format!("each entry of `{name}` must be a map");
                let help = format!("write `- {{ {}: … }}`", all.join(": …, "));
                self.report("wrong-type", message, at..at + 1, &help);
            }
        }
        Ok(Value::Maps(found))
    }

    fn wrong_type(&mut self, field: &Field, start: &Start) -> Result<(), Stop> {
        let (at, end, found) = match start {
            Start::Scalar(text) => (text.start, text.end, "a text"),
            Start::List(at) => (*at, at + 1, "a list"),
            Start::Map(at) => (*at, at + 1, "a map"),
            Start::Refused(_) => return Ok(()),
        };
        self.decoder.skip(start)?;
        let message = format!("`{}` must be {}, found {found}", field.name, form(field));
        self.report("wrong-type", message, at..end, &format!("write {}", example(field)));
        Ok(())
    }

    /// The value, or nothing where it is not right, which is reported.
    fn right<T>(&mut self, value: Result<T, Fault>, place: Range<u32>) -> Option<T> {
        value.map_err(|fault| self.report(fault.code, fault.message, place, &fault.help)).ok()
    }

    fn report(&mut self, code: &'static str, message: String, place: Range<u32>, help: &str) {
        self.decoder.report(code, message, place.start, place.end.max(place.start), help);
    }
}
