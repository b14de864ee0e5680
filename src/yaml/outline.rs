//! Where the parts of a value stand, for edits that leave everything else as it is.
//!
//! In goes a text that reads without an error, out comes the value under one key as a tree of byte ranges.

use std::ops::Range;

use super::strict::Strict;
use super::{Event, EventSource, Style};

/// A value and its bytes: with quotes and brackets, without the header of a block and what comes behind the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// From its first byte to behind its last; empty behind the colon for a value that is not written.
    pub place: Range<usize>,
    /// What it is.
    pub kind: NodeKind,
}

/// The kinds of values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// A scalar.
    Scalar(Style),
    /// A list, in brackets or with a line for each item.
    List {
        /// It stands in brackets.
        is_flow: bool,
        /// The items.
        items: Vec<Node>,
    },
    /// A map, in braces or with a line for each key.
    Map {
        /// It stands in braces.
        is_flow: bool,
        /// Keys and values.
        entries: Vec<(Node, Node)>,
    },
}

/// The value under the key that holds a byte; `None` where there is none, or the text cannot be read.
#[must_use]
pub fn value_of_key(text: &str, key: usize) -> Option<Node> {
    let mut walk = Walk { source: Strict::new(text), text };
    loop {
        match walk.source.next().ok()? {
            Event::Scalar(_) if walk.place().contains(&key) => {
                let after = walk.place().end;
                let event = walk.source.next().ok()?;
                return walk.node(event, Some(after));
            }
            Event::End => return None,
            Event::Scalar(_)
            | Event::SequenceStart
            | Event::SequenceEnd
            | Event::MappingStart
            | Event::MappingEnd
            | Event::Alias
            | Event::Anchor
            | Event::Tag
            | Event::DocumentStart
            | Event::DocumentEnd => {}
        }
    }
}

struct Walk<'t> {
    source: Strict<'t>,
    text: &'t str,
}

impl Walk<'_> {
    fn place(&self) -> Range<usize> {
        let (start, end) = self.source.span();
        start as usize..(end as usize).min(self.text.len())
    }

    /// The node that an event begins; `key` is where its key ends, if it has one. Depth is limited by the parser.
    fn node(&mut self, event: Event, key: Option<usize>) -> Option<Node> {
        let place = self.place();
        let is_flow = matches!(self.text.as_bytes().get(place.start), Some(b'{' | b'[')) && !place.is_empty();
        match event {
            Event::Scalar(style) => {
                Some(Node { place: self.scalar(style, place, key)?, kind: NodeKind::Scalar(style) })
            }
            Event::SequenceStart => {
                let mut items = Vec::new();
                while let Some(event) = self.next_but(Event::SequenceEnd)? {
                    items.push(self.node(event, None)?);
                }
                let end = self.end(is_flow, items.last(), place.end);
                Some(Node { place: place.start..end, kind: NodeKind::List { is_flow, items } })
            }
            Event::MappingStart => {
                let mut entries = Vec::new();
                while let Some(event) = self.next_but(Event::MappingEnd)? {
                    let key = self.node(event, None)?;
                    let event = self.source.next().ok()?;
                    let value = self.node(event, Some(key.place.end))?;
                    entries.push((key, value));
                }
                let end = self.end(is_flow, entries.last().map(|(_, value)| value), place.end);
                Some(Node { place: place.start..end, kind: NodeKind::Map { is_flow, entries } })
            }
            // What the reader of fact files refuses.
            Event::SequenceEnd
            | Event::MappingEnd
            | Event::Alias
            | Event::Anchor
            | Event::Tag
            | Event::DocumentStart
            | Event::DocumentEnd
            | Event::End => None,
        }
    }

    /// The next event, if it is not the one that ends a collection; outer `None` where the text cannot be read.
    #[expect(clippy::option_option, reason = "the end of a collection is not the end of the text")]
    fn next_but(&mut self, end: Event) -> Option<Option<Event>> {
        let event = self.source.next().ok()?;
        Some((event != end).then_some(event))
    }

    /// Behind a collection whose last event was just read.
    fn end(&self, is_flow: bool, last: Option<&Node>, start: usize) -> usize {
        if is_flow { self.place().end } else { last.map_or(start, |last| last.place.end) }
    }

    fn scalar(&self, style: Style, place: Range<usize>, key: Option<usize>) -> Option<Range<usize>> {
        if style == Style::Plain && place.is_empty() {
            let Some(key) = key else { return Some(place) };
            let colon = key + self.text.get(key..)?.find(':')? + 1;
            return Some(colon..colon);
        }
        if style != Style::Block {
            return Some(place);
        }
        // The event of a block ends at the start of a later line.
        let written = self.text.get(place.clone())?;
        Some(place.start..place.start + written.trim_end().len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, node: &Node) -> String {
        match &node.kind {
            NodeKind::Scalar(_) => format!("<{}>", &text[node.place.clone()]),
            NodeKind::List { is_flow, items } => {
                let items: Vec<String> = items.iter().map(|item| shown(text, item)).collect();
                format!("{}{}", if *is_flow { "flow" } else { "block" }, items.concat())
            }
            NodeKind::Map { is_flow, entries } => {
                let pair = |(key, value): &(Node, Node)| format!("{}:{}", shown(text, key), shown(text, value));
                let entries: Vec<String> = entries.iter().map(pair).collect();
                format!("{}({})", if *is_flow { "flow" } else { "block" }, entries.join(" "))
            }
        }
    }

    fn check(text: &str, expect: &str, whole: &str) {
        let node = value_of_key(text, text.find("key").unwrap()).unwrap();
        assert_eq!((shown(text, &node).as_str(), &text[node.place.clone()]), (expect, whole), "{text}");
    }

    #[test]
    fn every_part_has_its_bytes() {
        check(
            "key: { a: 'x', b: [1, \"2\"] } # c\n",
            "flow(<a>:<'x'> <b>:flow<1><\"2\">)",
            "{ a: 'x', b: [1, \"2\"] }",
        );
        check(
            "x:\n  'key':\n    a: é\n    b:\n    - [1]\n    - k: v\n\n  y: 1\n",
            "block(<a>:<é> <b>:blockflow<1>block(<k>:<v>))",
            "a: é\n    b:\n    - [1]\n    - k: v",
        );
        check("key:\r\n  a:\r\n  b: |\r\n    x\r\n\r\nz: 1\r\n", "block(<a>:<> <b>:<x>)", "a:\r\n  b: |\r\n    x");
        check("key: {a: , b: }", "flow(<a>:<> <b>:<>)", "{a: , b: }");
        check("---\na: 1\n---\nkey: [\n  a,\n  b, # c\n ]\n", "flow<a><b>", "[\n  a,\n  b, # c\n ]");
        check("\u{feff}é: 1\nkey:\n  a: b\n", "block(<a>:<b>)", "a: b");
        assert_eq!(value_of_key("a: [", 0), None);
        assert_eq!(value_of_key("a: b", 9), None);
    }
}
