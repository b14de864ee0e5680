//! Decodes one document by the field table: keys are known, values have their shape, required keys are there.
//!
//! In go events, out come records of texts with their places; whatever is wrong with the form is reported here, and what is
//! wrong with the meaning later. Has no code per field.

use std::collections::BTreeMap;

use crate::yaml::{Blank, Decoder, EventSource, Key, MAX_ENTRIES, Start, Stop, Text};

use super::form;
use super::record::{Entry, Named, Record, Value, noun};
use super::schema::{Field, Shape, field};

/// One document.
pub(super) struct Shaped<'d, 'a, S> {
    pub(super) decoder: &'d mut Decoder<'a, S>,
    /// Entries lost to syntax errors: nobody is told that their keys are missing.
    pub(super) lost: &'d [Blank],
}

impl<'a, S: EventSource<'a>> Shaped<'_, 'a, S> {
    /// The map with known keys that was started at `start`; `owner` is the place of what it describes, and `noun` its name.
    pub(super) fn record(
        &mut self,
        fields: &'static [Field],
        start: u32,
        owner: Option<(u32, u32)>,
        noun: &str,
    ) -> Result<Record, Stop> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut seen: Vec<(&'static str, (u32, u32))> = Vec::new();
        // Keys that were read together with their value.
        let mut glued: Vec<&'static str> = Vec::new();
        // The key before, where it has no value.
        let mut bare: Option<&'static str> = None;
        while let Some(key) = self.decoder.key()? {
            let name = key.text.get(self.decoder.text()).to_owned();
            let place = (key.text.start, key.text.end);
            let Some(field) = field(fields, &name) else {
                if let Some(field) = self.unspaced(&name, place, fields) {
                    glued.push(field.key);
                } else if !self.is_split_off(&name, place.0, &mut entries) {
                    let below = bare.filter(|_| noun == "document");
                    self.unknown_key(&name, place, fields, noun, below);
                }
                let value = self.decoder.value()?;
                self.decoder.skip(&value)?;
                continue;
            };
            if let Some(&(_, first)) = seen.iter().find(|(key, _)| *key == field.key) {
                self.twice(&format!("`{}` stands twice in this {noun}", form::shown(&name)), place, first);
                let value = self.decoder.value()?;
                self.decoder.skip(&value)?;
                continue;
            }
            seen.push((field.key, place));
            let start = self.decoder.value()?;
            let from = begin(&start);
            bare = None;
            if let Some(value) = self.value(field, start, place)? {
                let end = match &value {
                    Value::Text(text) => text.end,
                    Value::List(items) if !matches!(from, Begin::Collection(_)) => {
                        items.iter().filter_map(end_of).max().unwrap_or(place.1)
                    }
                    Value::Bad | Value::List(_) | Value::Record(_) | Value::Named(_) => self.decoder.last_end(),
                };
                let (Begin::Scalar(from) | Begin::Collection(from)) = from;
                entries.push(Entry { field, key: place, place: (from, end.max(from)), value });
            } else {
                bare = Some(field.key);
            }
        }
        let end = self.decoder.last_end().max(start);
        let missing: Vec<&Field> =
            fields.iter().filter(|f| f.required).filter(|f| self.is_missing(f, noun, &entries, &glued)).collect();
        if !missing.is_empty() {
            self.missing(&missing, owner.unwrap_or((start, end)), noun);
        }
        Ok(Record { entries, place: (start, end) })
    }

    fn is_missing(&self, field: &Field, noun: &str, entries: &[Entry], glued: &[&str]) -> bool {
        // Keys are lost on their own in a header only; of a claim all is lost.
        let is_lost = || noun == "source" && self.lost.iter().any(|blank| blank.key.as_deref() == Some(field.key));
        entries.iter().all(|entry| entry.field.key != field.key) && !glued.contains(&field.key) && !is_lost()
    }

    /// The value of a field; `None` for an empty one.
    fn value(&mut self, field: &'static Field, start: Start, owner: (u32, u32)) -> Result<Option<Value>, Stop> {
        let key = field.key;
        let shape = field.shape;
        match (shape, start) {
            (_, Start::Refused(_)) => Ok(Some(Value::Bad)),
            (_, Start::Scalar(text)) if text.get(self.decoder.text()).is_empty() => Ok(None),
            (Shape::Record(fields), Start::Map(at)) => {
                self.record(fields, at, Some(owner), noun(key)).map(Value::Record).map(Some)
            }
            (Shape::Records(fields), Start::Map(at)) => {
                let record = self.record(fields, at, Some(owner), noun(key))?;
                Ok(Some(Value::List(vec![Value::Record(record)])))
            }
            (shape, Start::Map(at)) if is_map(shape) => self.named(key, shape, at).map(Value::Named).map(Some),
            (shape, Start::List(at)) if is_list(shape) => self.items(field, at).map(Value::List).map(Some),
            (shape, Start::Scalar(text))
                if !is_map(shape) && !matches!(shape, Shape::Record(_) | Shape::Records(_)) =>
            {
                Ok(Some(self.scalar(field, &text)))
            }
            (_, start) => self.wrong_type(key, wanted(shape), &start).map(Some),
        }
    }

    fn scalar(&mut self, field: &'static Field, text: &Text) -> Value {
        let file = self.decoder.text();
        let value = text.get(file);
        let listed = is_list(field.shape);
        let alone = field.shape == Shape::NamesOrNone && value == "none";
        let joined = matches!(field.shape, Shape::Names | Shape::NamesOrNone);
        let count = if joined { value.split('+').count() } else { 1 };
        if count > form::MAX_NAMES {
            let message = format!("{count} names are joined here, the limit is {}", form::MAX_NAMES);
            self.decoder.report("too-large", message, text.start, text.end, "split the claim");
            return Value::Bad;
        }
        let mut parts = Vec::new();
        if count > 1 {
            let places = text.places(file);
            let mut from = 0;
            for part in value.split('+') {
                parts.push(text.part(&places, from, from + part.len()));
                from += part.len() + 1;
            }
        } else {
            parts.push(text.clone());
        }
        let mut values = Vec::new();
        for part in parts {
            if !alone && let Err(wrong) = form::check(field, part.get(file)) {
                let places = part.places(file);
                let (start, end) = match (places.at(wrong.from), places.at(wrong.to)) {
                    _ if wrong.to == 0 => (part.start, part.end),
                    (start, end) => (start, end.max(start)),
                };
                self.decoder.report(wrong.code, wrong.message, start, end, &wrong.help);
                values.push(Value::Bad);
            } else {
                values.push(Value::Text(part));
            }
        }
        if listed { Value::List(values) } else { values.pop().unwrap_or(Value::Bad) }
    }

    fn items(&mut self, field: &'static Field, at: u32) -> Result<Vec<Value>, Stop> {
        let mut values = Vec::new();
        while let Some(start) = self.decoder.item()? {
            if values.len() >= MAX_ENTRIES {
                return self.overflow(at).map(|()| values);
            }
            match (field.shape, start) {
                (_, Start::Refused(_)) => values.push(Value::Bad),
                (_, Start::Scalar(text)) if text.get(self.decoder.text()).is_empty() => {}
                (Shape::Records(fields), Start::Map(at)) => {
                    values.push(Value::Record(self.record(fields, at, None, noun(field.key))?));
                }
                (Shape::IdGroups, Start::List(_)) => {
                    let mut group = Vec::new();
                    while let Some(start) = self.decoder.item()? {
                        if let Start::Scalar(text) = start {
                            group.extend(self.scalar(field, &text).into_list());
                        } else {
                            group.push(self.wrong_item(field.key, "a claim id", &start)?);
                        }
                    }
                    values.push(Value::List(group));
                }
                (shape, Start::Scalar(text)) if !matches!(shape, Shape::Records(_)) => {
                    values.extend(self.scalar(field, &text).into_list());
                }
                (shape, start) => {
                    let wanted = if matches!(shape, Shape::Records(_)) { "a map" } else { "text" };
                    values.push(self.wrong_item(field.key, wanted, &start)?);
                }
            }
        }
        Ok(values)
    }

    /// A map with free keys.
    fn named(&mut self, section: &'static str, shape: Shape, at: u32) -> Result<Vec<Named>, Stop> {
        let mut entries: Vec<Named> = Vec::new();
        let mut seen: BTreeMap<String, (u32, u32)> = BTreeMap::new();
        // The entry before is empty, and whether its keys stand beside it.
        let mut bare: Option<bool> = None;
        while let Some(key) = self.decoder.key()? {
            let name = key.text.get(self.decoder.text()).to_owned();
            let place = (key.text.start, key.text.end);
            if entries.len() >= MAX_ENTRIES {
                return self.overflow(at).map(|()| entries);
            }
            let start = self.decoder.value()?;
            if let (Some(told), Some(owner)) = (&mut bare, entries.last_mut())
                && self.is_beside(shape, &name, &start, *told)
            {
                if !std::mem::replace(told, true) {
                    let owner = owner.key.get(self.decoder.text()).to_owned();
                    self.beside(&name, place, &owner);
                }
                owner.broken = true;
                self.decoder.skip(&start)?;
                continue;
            }
            self.empty(section, shape, bare.take(), entries.last_mut());
            if self.is_second(&key, &mut seen) {
                self.decoder.skip(&start)?;
                continue;
            }
            let errors = self.decoder.problems.errors();
            let wrong = if matches!(shape, Shape::Units(_)) { form::unit(&name) } else { form::identifier(&name) };
            if let Err(wrong) = wrong {
                self.decoder.report(wrong.code, wrong.message, place.0, place.1, &wrong.help);
            }
            bare = self.is_nothing(&start).then_some(false);
            let value = self.named_value(section, shape, start, place)?;
            let broken = self.decoder.problems.errors() > errors;
            entries.push(Named { key: key.text, value, broken, end: self.decoder.last_end() });
        }
        self.empty(section, shape, bare, entries.last_mut());
        Ok(entries)
    }

    fn is_nothing(&self, start: &Start) -> bool {
        matches!(start, Start::Scalar(text) if text.get(self.decoder.text()).is_empty())
    }

    /// The key stands where an entry of a section may stand, and belongs to the empty entry before: it is one of its fields
    /// and has no map below it.
    fn is_beside(&self, shape: Shape, name: &str, start: &Start, told: bool) -> bool {
        let (Shape::Entries(fields) | Shape::Units(fields)) = shape else { return false };
        let has_value = match start {
            Start::Scalar(_) => told || !self.is_nothing(start),
            Start::List(_) => true,
            Start::Map(_) | Start::Refused(_) => false,
        };
        has_value && field(fields, name).is_some()
    }

    /// Reports what the last entry lacks where nothing stands below it; `told` says that its keys stand beside it.
    fn empty(&mut self, section: &'static str, shape: Shape, told: Option<bool>, last: Option<&mut Named>) {
        let (Shape::Entries(fields) | Shape::Units(fields)) = shape else { return };
        let (Some(false), Some(last)) = (told, last) else { return };
        let required: Vec<&Field> = fields.iter().filter(|field| field.required).collect();
        if !required.is_empty() {
            self.missing(&required, (last.key.start, last.key.end), noun(section));
            last.broken = true;
        }
    }

    fn named_value(
        &mut self,
        section: &'static str,
        shape: Shape,
        start: Start,
        place: (u32, u32),
    ) -> Result<Value, Stop> {
        let empty = self.is_nothing(&start);
        let noun = noun(section);
        match (shape, start) {
            (_, Start::Refused(_)) => Ok(Value::Bad),
            (Shape::Entries(fields) | Shape::Units(fields), Start::Map(at)) => {
                self.record(fields, at, Some(place), noun).map(Value::Record)
            }
            (Shape::Entries(_) | Shape::Units(_), Start::Scalar(_)) if empty => {
                Ok(Value::Record(Record { entries: Vec::new(), place }))
            }
            (Shape::Pairs | Shape::Classes, Start::Scalar(text)) if !empty => Ok(Value::Text(text)),
            (Shape::Lists, Start::Scalar(text)) if !empty => Ok(self.scalar(&LISTED, &text)),
            (Shape::Lists, Start::List(at)) => self.items(&LISTED, at).map(Value::List),
            (Shape::Scales, Start::Map(_)) => self.scale().map(Value::Named),
            (shape, other) => {
                let wanted = if matches!(shape, Shape::Pairs | Shape::Classes) { "text" } else { wanted(shape) };
                let wanted = if shape == Shape::Lists { "a list of kinds" } else { wanted };
                self.wrong_type_of(&format!("this {noun}"), wanted, &other)
            }
        }
    }

    /// Whether a free key stands for the second time in its map, which is reported.
    fn is_second(&mut self, key: &Key, seen: &mut BTreeMap<String, (u32, u32)>) -> bool {
        let name = key.text.get(self.decoder.text()).to_owned();
        let place = (key.text.start, key.text.end);
        let Some(&first) = seen.get(&name) else {
            seen.insert(name, place);
            return false;
        };
        self.twice(&format!("`{}` is defined twice", form::shown(&name)), place, first);
        true
    }

    /// A scale: words and two numbers each.
    fn scale(&mut self) -> Result<Vec<Named>, Stop> {
        let mut words: Vec<Named> = Vec::new();
        let mut seen: BTreeMap<String, (u32, u32)> = BTreeMap::new();
        while let Some(key) = self.decoder.key()? {
            let start = self.decoder.value()?;
            if self.is_second(&key, &mut seen) {
                self.decoder.skip(&start)?;
                continue;
            }
            let errors = self.decoder.problems.errors();
            let value = if let Start::List(at) = start {
                Value::List(self.items(&BOUND, at)?)
            } else {
                self.wrong_type_of("this word", "`[low, high]` in thousandths", &start)?
            };
            let broken = self.decoder.problems.errors() > errors;
            words.push(Named { key: key.text, value, broken, end: self.decoder.last_end() });
        }
        Ok(words)
    }

    fn overflow(&mut self, at: u32) -> Result<(), Stop> {
        let message = format!("this list has more than {MAX_ENTRIES} entries");
        self.decoder.report("too-large", message, at, at + 1, "split the file");
        self.decoder.skip(&Start::List(at))
    }
}

/// A field whose values are identifiers, for maps with free keys.
const LISTED: Field = Field { key: "kinds", shape: Shape::Identifiers, required: false, relations: &[], doc: "" };
/// A field whose values are numbers, for scales.
const BOUND: Field = Field { key: "scales", shape: Shape::Texts, required: false, relations: &[], doc: "" };

enum Begin {
    Scalar(u32),
    Collection(u32),
}

fn begin(start: &Start) -> Begin {
    match start {
        Start::Scalar(text) => Begin::Scalar(text.start),
        Start::Refused(at) => Begin::Scalar(*at),
        Start::List(at) | Start::Map(at) => Begin::Collection(*at),
    }
}

fn end_of(value: &Value) -> Option<u32> {
    match value {
        Value::Text(text) => Some(text.end),
        Value::Bad | Value::List(_) | Value::Record(_) | Value::Named(_) => None,
    }
}

fn is_list(shape: Shape) -> bool {
    use Shape as S;
    matches!(
        shape,
        S::Texts
            | S::Forms(_)
            | S::Identifiers
            | S::Names
            | S::NamesOrNone
            | S::Ids
            | S::IdGroups
            | S::Arrows
            | S::Records(_)
    )
}

fn is_map(shape: Shape) -> bool {
    matches!(shape, Shape::Entries(_) | Shape::Units(_) | Shape::Lists | Shape::Pairs | Shape::Classes | Shape::Scales)
}

fn wanted(shape: Shape) -> &'static str {
    if matches!(shape, Shape::Record(_)) || is_map(shape) {
        "a map"
    } else if matches!(shape, Shape::Records(_)) {
        "a list of maps"
    } else if is_list(shape) {
        "a list of texts"
    } else {
        "text"
    }
}
