//! The `checkstyle` format: an XML list of places by file, which many services and editors read.

use std::collections::BTreeMap;
use std::io;

use crate::base::Level;

use super::items::{Item, in_one_line};
use super::xml::Xml;
use super::{Report, Reporter};

/// The `checkstyle` format, as version 4.3 of that tool writes it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Checkstyle;

impl Reporter for Checkstyle {
    fn write(&self, report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        let mut files: BTreeMap<&str, Vec<Item<'_>>> = BTreeMap::new();
        for item in Item::all(report) {
            files.entry(&report.sources.file(item.span.file).path).or_default().push(item);
        }
        let document = Xml::document("checkstyle", &[("version", "4.3")], |xml| {
            files.iter_mut().try_for_each(|(path, items)| {
                items.sort_by_key(|item| item.span);
                xml.element("file", &[("name", path)], |xml| items.iter().try_for_each(|item| error(xml, report, item)))
            })
        });
        out.write_all(&document?)
    }
}

fn error(xml: &mut Xml, report: &Report<'_>, item: &Item<'_>) -> io::Result<()> {
    let severity = match item.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Advice => "info",
    };
    let (start, _) = in_one_line(report.sources, item.span);
    let (line, column) = (start.line.to_string(), start.column.to_string());
    let help = item.help.map(|help| format!("; help: {help}")).unwrap_or_default();
    let message = format!("{}{help}", item.message);
    let source = format!("gainsay.{}.{}", item.group, item.name);
    let attributes =
        [("line", &*line), ("column", &column), ("severity", severity), ("message", &message), ("source", &source)];
    xml.empty("error", &attributes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples::{Sample, each, snapshot};
    use crate::report::visible;

    #[test]
    fn every_item_is_read_again_in_its_file() {
        each(&mut |sample, report| {
            let written = Sample::write(&Checkstyle, report);
            let read = roxmltree::Document::parse(&written).unwrap();
            let mut errors: Vec<_> = read.descendants().filter(|node| node.has_tag_name("error")).collect();
            let items = Item::all(report);
            assert_eq!(errors.len(), items.len(), "{sample}");
            for item in items {
                let is_it = |error: &roxmltree::Node<'_, '_>| {
                    let path = error.parent_element().unwrap().attribute("name").unwrap();
                    let line = report.sources.range(item.span).0.line.to_string();
                    let message = error.attribute("message").unwrap();
                    path == visible(&report.sources.file(item.span.file).path)
                        && error.attribute("line") == Some(&line)
                        && message.starts_with(&visible(item.message))
                        && item.help.is_none_or(|help| message.ends_with(&visible(help)))
                        && error.attribute("source").unwrap().ends_with(item.name)
                };
                let at = errors.iter().position(is_it).unwrap_or_else(|| panic!("{sample}: {}", item.message));
                errors.remove(at);
            }
        });
        snapshot("formats-checkstyle", &Sample::write(&Checkstyle, &Sample::quarrel().report()));
    }
}
