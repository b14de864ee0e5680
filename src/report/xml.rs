//! XML documents, a thin layer over the writer: what no document may hold is escaped as everywhere in reports.

use std::fmt::Write as _;
use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesStart, BytesText, Event};

use super::visible::visible;

/// A document that is being written, indented by two spaces.
pub(super) struct Xml(Writer<Vec<u8>>);

/// Names and values of an element's attributes.
pub(super) type Attributes<'a> = &'a [(&'a str, &'a str)];

impl Xml {
    /// A document of one element, and what `fill` writes in it.
    pub(super) fn document(
        name: &str,
        attributes: Attributes<'_>,
        fill: impl FnOnce(&mut Self) -> io::Result<()>,
    ) -> io::Result<Vec<u8>> {
        let mut xml = Self(Writer::new_with_indent(Vec::new(), b' ', 2));
        xml.0.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        xml.element(name, attributes, fill)?;
        let mut bytes = xml.0.into_inner();
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// An element with others in it.
    pub(super) fn element(
        &mut self,
        name: &str,
        attributes: Attributes<'_>,
        fill: impl FnOnce(&mut Self) -> io::Result<()>,
    ) -> io::Result<()> {
        let values = plain(attributes);
        let start = BytesStart::new(name).with_attributes(values.iter().map(pair));
        self.0.write_event(Event::Start(start.borrow()))?;
        fill(self)?;
        self.0.write_event(Event::End(start.to_end()))
    }

    /// An element without contents.
    pub(super) fn empty(&mut self, name: &str, attributes: Attributes<'_>) -> io::Result<()> {
        self.0.create_element(name).with_attributes(plain(attributes).iter().map(pair)).write_empty().map(drop)
    }

    /// An element with lines of text in it.
    pub(super) fn text(&mut self, name: &str, attributes: Attributes<'_>, text: &str) -> io::Result<()> {
        let text = text.lines().map(allowed).collect::<Vec<_>>().join("\n");
        let element = self.0.create_element(name).with_attributes(plain(attributes).iter().map(pair));
        element.write_text_content(BytesText::new(&text)).map(drop)
    }
}

/// Attributes with values that a document may hold.
fn plain(attributes: Attributes<'_>) -> Vec<(&str, String)> {
    attributes.iter().map(|(name, value)| (*name, allowed(value))).collect()
}

fn pair<'a>((name, value): &'a (&str, String)) -> (&'a str, &'a str) {
    (name, value)
}

/// A line with all characters escaped that no document may hold, or that its reader would act on.
fn allowed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in visible(text).chars() {
        if matches!(c, '\u{fffe}' | '\u{ffff}') {
            let _ = write!(out, "{}", c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let evil = "a\u{0}\u{b}\u{fffe}\u{ffff}<b>&amp;]]>\"'\u{1b}日本\t\u{202e}";
        let written = Xml::document("root", &[("of", evil)], |xml| {
            xml.text("inner", &[("x", "1")], &format!("{evil}\n{evil}"))?;
            xml.element("outer", &[], |xml| xml.empty("leaf", &[("y", "\n")]))
        });
        let written = String::from_utf8(written.unwrap()).unwrap();
        let read = roxmltree::Document::parse(&written).unwrap();
        let shown = "a\\u{0}\\u{b}\\u{fffe}\\u{ffff}<b>&amp;]]>\"'\\u{1b}日本 \\u{202e}";
        let root = read.root_element();
        assert_eq!(root.attribute("of"), Some(shown));
        let inner = root.first_element_child().unwrap();
        assert_eq!(inner.text(), Some(&*format!("{shown}\n{shown}")));
        let leaf = root.last_element_child().unwrap().first_element_child().unwrap();
        assert_eq!((leaf.tag_name().name(), leaf.attribute("y")), ("leaf", Some("\\u{a}")));
    }
}
