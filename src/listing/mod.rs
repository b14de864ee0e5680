//! What there is in a data set, item by item: as columns for people, as `gainsay.list/1` for programs.
//!
//! Goes in: a data set as it was loaded. Comes out: texts; nothing is decided here that a report depends on.

mod claims;
mod files;
mod rules;
mod words;

use std::io;

use serde::Serialize;

use crate::base::{DayRange, Place, Pool, SourceMap, Span, Spanned, Symbol, date};
use crate::report::{Table, Tool, pretty};

pub use claims::{ClaimItem, SourceItem, claims, sources};
pub use files::{FileItem, files};
pub use rules::{RelationItem, RuleItem, relations, rule_page, rules};
pub use words::{EntityItem, PredicateItem, entities, predicates};

/// One thing of a list: its serialization is the item of the JSON document, its cells are a line for people.
pub trait Item: Serialize {
    /// The word for the kind of list, as on the command line.
    const KIND: &'static str;
    /// What stands above the columns.
    const HEADER: &'static [&'static str];
    /// The columns that hold numbers.
    const NUMBERS: &'static [usize] = &[];
    /// The column that holds a path, of which the end matters most.
    const PLACE: Option<usize> = None;

    /// The cells of its line, one for each column.
    fn cells(&self) -> Vec<String>;
}

/// The items in columns.
#[must_use]
pub fn table<I: Item>(items: &[I]) -> Table {
    let table = Table::new(I::HEADER);
    let table = I::PLACE.into_iter().fold(table, Table::path);
    let mut table = I::NUMBERS.iter().fold(table, |table, &column| Table::right(table, column));
    for item in items {
        table.push(item.cells());
    }
    table
}

/// The items as a JSON document.
///
/// # Errors
///
/// None for the items of this module.
pub fn json<I: Item>(items: &[I]) -> io::Result<String> {
    pretty(&Document { schema: "gainsay.list/1", tool: Tool::THIS, kind: I::KIND, items })
}

#[derive(Serialize)]
struct Document<'a, I> {
    schema: &'static str,
    tool: Tool,
    kind: &'static str,
    items: &'a [I],
}

/// A place for people and for programs.
#[derive(Serialize)]
#[serde(transparent)]
struct Location<'a> {
    place: Place<'a>,
    #[serde(skip)]
    shown: String,
}

impl<'a> Location<'a> {
    fn new(sources: &'a SourceMap, span: Span) -> Self {
        let file = sources.file(span.file);
        let shown = format!("{}:{}", file.path, file.position(span.start).line);
        Self { place: Place::new(sources, span), shown }
    }
}

/// Days: ISO 8601, null where an end is open, and what is written.
#[derive(Serialize)]
struct Days<'a> {
    first: Option<String>,
    last: Option<String>,
    written: &'a str,
}

impl<'a> Days<'a> {
    fn new(days: DayRange, written: &'a str) -> Self {
        let first = (days.first > date::FIRST_DAY).then(|| date::iso(days.first));
        let last = (days.last < date::LAST_DAY).then(|| date::iso(days.last));
        Self { first, last, written }
    }
}

fn texts<'a>(names: &[Spanned<Symbol>], pool: &'a Pool) -> Vec<&'a str> {
    names.iter().map(|name| pool.text(name.value)).collect()
}

/// The first line of a doc comment.
fn first_line(docs: &str) -> &str {
    docs.lines().next().unwrap_or_default()
}
