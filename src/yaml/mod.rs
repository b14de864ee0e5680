//! Text of fact files as events with exact byte spans.
//!
//! In goes the text of a file, out come events, pulled one by one through [`Decoder`]; mistakes become diagnostics and reading
//! goes on. No tree is built, and nothing here knows what a claim is.

mod decode;
mod fault;
mod limits;
mod mend;
mod outline;
mod problems;
mod recover;
mod scan;
mod strict;
mod text;
mod token;

pub use decode::{Decoder, Key, Start};
pub use limits::{MAX_DEPTH, MAX_DIAGNOSTICS, MAX_DOCUMENTS, MAX_ENTRIES, MAX_KEY, MAX_SCALAR, clean};
pub use outline::{Node, NodeKind, value_of_key};
pub use problems::{Mark, Problems};
pub use recover::{Blank, Keys, read};
pub use strict::Strict;
pub use text::{Places, Text};

use std::borrow::Cow;

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// `'…'`.
    Single,
    /// `"…"`.
    Double,
    /// `|` or `>`.
    Block,
}

/// What the text holds next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A scalar; its text is at hand until the next event.
    Scalar(Style),
    /// A list begins.
    SequenceStart,
    /// A list ends.
    SequenceEnd,
    /// A map begins; keys and values alternate.
    MappingStart,
    /// A map ends.
    MappingEnd,
    /// `*name` in the place of a value.
    Alias,
    /// `&name`, directly behind the scalar or start it belongs to; no value.
    Anchor,
    /// `!name`, directly before the scalar or start it belongs to; no value.
    Tag,
    /// A document begins.
    DocumentStart,
    /// A document ends.
    DocumentEnd,
    /// The text ends.
    End,
}

/// Events of one text.
pub trait EventSource<'text> {
    /// The next event.
    ///
    /// # Errors
    ///
    /// Where the text is not YAML, or not of the kind that is read.
    fn next(&mut self) -> Result<Event, Stop>;

    /// The bytes of the event, quotes included.
    fn span(&self) -> (u32, u32);

    /// The text of the scalar just read; borrowed where nothing was escaped or folded.
    fn text(&mut self) -> Cow<'text, str>;
}

/// Why the events end early.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// Where it was noticed; the mistake itself may lie before.
    pub at: u32,
    /// What kind of mistake.
    pub kind: Fault,
}

/// Mistakes of syntax, as far as they are told apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A quote that is not closed, or closed far away.
    Quote,
    /// Something stands directly behind a closing quote.
    Trailing,
    /// A tab where only spaces may stand.
    Tab,
    /// A key without its `:`.
    Key,
    /// A second `: ` in a value.
    Colon,
    /// A bracket that is not closed.
    Open,
    /// A closing bracket without an opening one.
    Close,
    /// A comma is missing.
    Comma,
    /// A character that cannot begin a value.
    Character(char),
    /// An escape that does not exist.
    Escape,
    /// Collections are nested too deeply.
    Depth,
    /// A line is not indented as deeply as it must be, often because something before it is not closed.
    Indentation,
    /// `%YAML` and the like.
    Directive,
    /// Anything else, in the words of the parser.
    Other(String),
}
