//! The `github` format: workflow commands that put annotations on lines of an edit.

use std::fmt::Write as _;
use std::io;

use crate::base::Level;

use super::items::{Item, in_one_line, place};
use super::visible::visible;
use super::{Report, Reporter};

/// The `github` format: one command for each problem and finding, the worst first. The service shows ten errors, ten warnings
/// and ten notices of a step.
#[derive(Clone, Copy, Debug, Default)]
pub struct Github {
    /// Write at most so many; `None` is all.
    pub most: Option<usize>,
}

impl Reporter for Github {
    fn write(&self, report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        let items = Item::worst_first(report);
        items
            .iter()
            .take(self.most.unwrap_or(usize::MAX))
            .try_for_each(|item| out.write_all(command(report, item).as_bytes()))
    }
}

fn command(report: &Report<'_>, item: &Item<'_>) -> String {
    let name = match item.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Advice => "notice",
    };
    let (start, _) = in_one_line(report.sources, item.span);
    let path = property(&report.sources.file(item.span.file).path);
    let (line, column, title) = (start.line, start.column, property(item.name));
    let mut text = format!("::{name} file={path},line={line},endLine={line},col={column},title={title}::");
    text.push_str(&data(item.message));
    for other in &item.others {
        let at = place(report.sources, other.span);
        let named = if other.name == at { at } else { format!("{} at {at}", other.name) };
        let _ = write!(text, "%0Asee {}", data(&named));
    }
    if let Some(help) = item.help {
        let _ = write!(text, "%0Ahelp: {}", data(help));
    }
    text + "\n"
}

/// Text behind the second `::`, on one line.
fn data(text: &str) -> String {
    visible(text).replace('%', "%25")
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::report::samples::{Sample, each, snapshot};

    /// What the service reads in a line: the command, its properties and its text.
    pub(in crate::report) fn read(line: &str) -> (String, Vec<(String, String)>, String) {
        let (command, data) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
        let (name, properties) = command.split_once(' ').unwrap();
        let plain = |text: &str| text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%");
        let property = |pair: &str| {
            let (key, value) = pair.split_once('=').unwrap();
            (key.to_owned(), plain(&value.replace("%3A", ":").replace("%2C", ",")))
        };
        (name.to_owned(), properties.split(',').map(property).collect(), plain(data))
    }

    #[test]
    fn every_item_is_one_command_and_no_text_makes_another() {
        each(&mut |sample, report| {
            let written = Sample::write(&Github::default(), report);
            let items = Item::worst_first(report);
            assert_eq!(written.lines().count(), items.len(), "{sample}");
            for (line, item) in written.lines().zip(&items) {
                let (name, properties, text) = read(line);
                assert!(["error", "warning", "notice"].contains(&&*name), "{sample}");
                let keys: Vec<&str> = properties.iter().map(|(key, _)| key.as_str()).collect();
                assert_eq!(keys, ["file", "line", "endLine", "col", "title"], "{sample}");
                assert_eq!(properties[0].1, visible(&report.sources.file(item.span.file).path));
                assert_eq!(properties[4].1, item.name);
                assert_eq!(text.lines().next(), Some(&*visible(item.message)), "{sample}");
                assert!(!text.contains("##[") && !text.contains(|c: char| c.is_control() && c != '\n'), "{sample}");
            }
        });
        snapshot("formats-github", &Sample::write(&Github::default(), &Sample::quarrel().report()));
    }

    #[test]
    fn the_worst_come_first_and_the_rest_is_left() {
        let mut sample = Sample::quarrel();
        let found = sample.findings[0].clone();
        sample.findings.clear();
        for level in [Level::Advice, Level::Warning, Level::Error, Level::Warning] {
            sample.findings.push(crate::findings::Finding { level, ..found.clone() });
        }
        let written = Sample::write(&Github { most: Some(3) }, &sample.report());
        let names: Vec<String> = written.lines().map(|line| read(line).0).collect();
        assert_eq!(names, ["error", "warning", "warning"]);
    }

    #[test]
    fn percent_signs_and_separators_come_back() {
        let mut sample = Sample::quarrel();
        sample.findings[0].message = "100%0A, 5%25: a,b::c\r\nd".to_owned();
        let written = Sample::write(&Github::default(), &sample.report());
        assert_eq!(
            read(written.lines().next().unwrap()).2.lines().next(),
            Some("100%0A, 5%25: a,b\\u{3a}:c\\u{d}\\u{a}d")
        );
    }
}
