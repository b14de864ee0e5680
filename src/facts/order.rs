//! Symbols in an order that depends on the texts alone.
//!
//! Rows are sorted by their cells, and of proofs that are equally good the first is taken. Symbols are numbered as they come;
//! so that neither the order of claims nor the files in which they stand decide which proof that is, the texts that tell
//! rows apart are interned in byte order before anything else is.

use crate::base::Pool;

use super::links::Ids;
use super::record::{Record, Value};
use super::words::Document;

/// Longer texts are quotes and explanations, which belong to one claim and decide nothing.
const LONGEST: usize = 64;
/// Texts of several words that are longer hold no names.
const MOST_SAID: usize = 1024;

/// Interns the ids of claims, and then the names and words of all documents, each in byte order.
pub(super) fn intern(documents: &[(Document, &str)], ids: &Ids<'_>, pool: &mut Pool) {
    for id in ids.claim_ids() {
        pool.intern(&id);
    }
    let mut words = Words { seen: Pool::new(), found: Vec::new() };
    for (document, text) in documents {
        words.record(&document.root, text);
    }
    words.found.sort_unstable();
    for word in words.found {
        pool.intern(word);
    }
}

/// The different words of documents.
struct Words<'t> {
    seen: Pool,
    found: Vec<&'t str>,
}

impl<'t> Words<'t> {
    fn record(&mut self, record: &'t Record, text: &'t str) {
        for entry in &record.entries {
            self.value(&entry.value, text);
        }
    }

    fn value(&mut self, value: &'t Value, text: &'t str) {
        match value {
            Value::Bad => {}
            Value::Text(scalar) => self.scalar(scalar.get(text)),
            Value::List(items) => items.iter().for_each(|item| self.value(item, text)),
            Value::Record(record) => self.record(record, text),
            Value::Named(entries) => {
                for entry in entries {
                    self.scalar(entry.key.get(text));
                    self.value(&entry.value, text);
                }
            }
        }
    }

    /// A scalar, and the parts of it that may be names: those of `a not likes b+c (topic=d)` too.
    fn scalar(&mut self, scalar: &'t str) {
        if scalar.len() <= LONGEST {
            self.word(scalar);
        }
        let is_between = |c: char| c.is_whitespace() || matches!(c, '+' | '(' | ')' | '=' | ',');
        if scalar.len() <= MOST_SAID && scalar.contains(is_between) {
            scalar
                .split(is_between)
                .filter(|part| !part.is_empty() && part.len() <= LONGEST)
                .for_each(|part| self.word(part));
        }
    }

    fn word(&mut self, word: &'t str) {
        if self.seen.find(word).is_none() {
            self.seen.intern(word);
            self.found.push(word);
        }
    }
}
