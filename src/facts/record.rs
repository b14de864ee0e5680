//! What a document holds once its form is known: texts under known keys, with their places.

use crate::yaml::Text;

use super::schema::Field;

/// The value of a key.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// It was refused.
    Bad,
    /// A scalar.
    Text(Text),
    /// A list, or a scalar where a list may stand.
    List(Vec<Value>),
    /// A map with known keys.
    Record(Record),
    /// A map with free keys.
    Named(Vec<Named>),
}

/// A map with known keys.
#[derive(Clone, Debug, Default)]
pub(super) struct Record {
    /// Its keys in the order written; empty values are left out.
    pub(super) entries: Vec<Entry>,
    /// Start and end in the file.
    pub(super) place: (u32, u32),
}

/// A known key and its value.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) field: &'static Field,
    pub(super) key: (u32, u32),
    pub(super) place: (u32, u32),
    pub(super) value: Value,
}

/// A free key and its value.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub(super) key: Text,
    pub(super) value: Value,
    /// An error was reported inside.
    pub(super) broken: bool,
    /// Where the value ends.
    pub(super) end: u32,
}

impl Value {
    /// The items of a list, or the value alone.
    pub(super) fn into_list(self) -> Vec<Self> {
        if let Self::List(items) = self { items } else { vec![self] }
    }
}

impl Record {
    pub(super) fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.field.key == key)
    }

    /// The entry of a key whose value was not refused.
    pub(super) fn sound(&self, key: &str) -> Option<&Entry> {
        self.entry(key).filter(|entry| !matches!(entry.value, Value::Bad))
    }

    /// The scalar under a key.
    pub(super) fn text(&self, key: &str) -> Option<&Text> {
        match &self.entry(key)?.value {
            Value::Text(text) => Some(text),
            Value::Bad | Value::List(_) | Value::Record(_) | Value::Named(_) => None,
        }
    }

    /// The values of a list under a key.
    pub(super) fn list(&self, key: &str) -> &[Value] {
        match self.entry(key).map(|entry| &entry.value) {
            Some(Value::List(items)) => items,
            _ => &[],
        }
    }

    /// The scalars of a list under a key.
    pub(super) fn texts(&self, key: &str) -> impl Iterator<Item = &Text> {
        self.list(key).iter().filter_map(|value| match value {
            Value::Text(text) => Some(text),
            Value::Bad | Value::List(_) | Value::Record(_) | Value::Named(_) => None,
        })
    }

    /// The records of a list under a key.
    pub(super) fn records(&self, key: &str) -> impl Iterator<Item = &Record> {
        self.list(key).iter().filter_map(|value| match value {
            Value::Record(record) => Some(record),
            Value::Bad | Value::List(_) | Value::Text(_) | Value::Named(_) => None,
        })
    }

    /// The entries of a map with free keys under a key, to be changed.
    pub(super) fn named_mut(&mut self, key: &str) -> Option<&mut Vec<Named>> {
        let entry = self.entries.iter_mut().find(|entry| entry.field.key == key)?;
        if let Value::Named(entries) = &mut entry.value { Some(entries) } else { None }
    }

    /// The entries of a map with free keys under a key.
    pub(super) fn named(&self, key: &str) -> &[Named] {
        match self.entry(key).map(|entry| &entry.value) {
            Some(Value::Named(entries)) => entries,
            _ => &[],
        }
    }
}

/// What an entry under that key is called.
pub(super) fn noun(key: &str) -> &str {
    match key {
        "claims" => "claim",
        "source" => "source",
        "predicates" => "predicate",
        "qualifiers" => "qualifier",
        "topics" => "topic",
        "entities" => "entity",
        "roles" => "role",
        "situations" => "situation",
        "issues" => "issue",
        "units" => "unit",
        "patterns" => "pattern",
        "kinds" => "kind",
        "classes" => "class",
        "scales" => "scale",
        other => other,
    }
}
