//! The `rdjson` format: the Reviewdog Diagnostic Format, of which reviewdog makes comments in reviews of edits.
//!
//! Columns count bytes of UTF-8 there. Messages are Markdown, because comments are.

use std::io;

use serde::Serialize;

use crate::base::{Level, Position, SourceMap, Span};

use super::items::{Item, in_one_line};
use super::json::pretty;
use super::markup;
use super::{Report, Reporter};

/// The `rdjson` format.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rdjson;

#[derive(Serialize)]
struct Root<'a> {
    source: Source,
    diagnostics: Vec<Diagnostic<'a>>,
}

#[derive(Serialize)]
struct Source {
    name: &'static str,
}

#[derive(Serialize)]
struct Diagnostic<'a> {
    message: String,
    location: Location<'a>,
    severity: &'static str,
    code: Code<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Related<'a>>,
}

#[derive(Serialize)]
struct Code<'a> {
    value: &'a str,
}

#[derive(Serialize)]
struct Related<'a> {
    message: String,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    range: Range,
}

#[derive(Serialize)]
struct Range {
    start: Point,
    end: Point,
}

#[derive(Serialize)]
struct Point {
    line: u32,
    column: u32,
}

impl Reporter for Rdjson {
    fn write(&self, report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        let diagnostics = Item::all(report).iter().map(|item| diagnostic(report.sources, item)).collect();
        let root = Root { source: Source { name: "gainsay" }, diagnostics };
        out.write_all(pretty(&root)?.as_bytes())
    }
}

fn diagnostic<'a>(sources: &'a SourceMap, item: &Item<'a>) -> Diagnostic<'a> {
    let help = item.help.map(|help| format!("\n\nhelp: {}", markup::text(help))).unwrap_or_default();
    let related = |other: &super::items::Other<'_>| Related {
        message: match other.label {
            "" => markup::code(&other.name),
            label => format!("{}: {}", markup::code(&other.name), markup::text(label)),
        },
        location: Location::new(sources, other.span),
    };
    Diagnostic {
        message: format!("{}{help}", markup::text(item.message)),
        location: Location::new(sources, item.span),
        severity: match item.level {
            Level::Error => "ERROR",
            Level::Warning => "WARNING",
            Level::Advice => "INFO",
        },
        code: Code { value: item.name },
        related_locations: item.others.iter().map(related).collect(),
    }
}

impl<'a> Location<'a> {
    fn new(sources: &'a SourceMap, span: Span) -> Self {
        let file = sources.file(span.file);
        let (start, end) = in_one_line(sources, span);
        let line_start = file.line_range(file.line_index(start.byte)).0;
        let point = |at: Position| Point { line: at.line.get(), column: at.byte - line_start + 1 };
        Self { path: &file.path, range: Range { start: point(start), end: point(end) } }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::report::samples::{Sample, assert_fits, each, snapshot};
    use crate::report::visible;

    #[test]
    fn every_item_is_a_diagnostic_at_its_bytes() {
        each(&mut |sample, report| {
            let read: Value = serde_json::from_str(&Sample::write(&Rdjson, report)).unwrap();
            assert_fits("rdjson.json", &read);
            let (read, items) = (read["diagnostics"].as_array().unwrap(), Item::all(report));
            assert_eq!(read.len(), items.len(), "{sample}");
            for (diagnostic, item) in read.iter().zip(&items) {
                let shown = markup::tests::shown(diagnostic["message"].as_str().unwrap());
                assert!(shown.starts_with(&visible(item.message).replace('`', "")), "{sample}: {shown}");
                let range = &diagnostic["location"]["range"];
                let number = |end: &str, key: &str| usize::try_from(range[end][key].as_u64().unwrap()).unwrap();
                let file = report.sources.file(item.span.file);
                let line = file.text.split('\n').nth(number("start", "line") - 1).unwrap();
                let under = &line[number("start", "column") - 1..number("end", "column") - 1];
                assert_eq!(number("start", "line"), number("end", "line"), "{sample}");
                assert!(report.sources.text(item.span).starts_with(under), "{sample}: {under}");
            }
        });
        snapshot("formats-rdjson", &Sample::write(&Rdjson, &Sample::quarrel().report()));
    }
}
