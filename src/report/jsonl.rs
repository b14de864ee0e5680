//! The `jsonl` format: the parts of `gainsay.report/1` on one line each, for programs that read line by line.
//!
//! The first line is the header, the last one the summary; each says in `kind` what it is. What claims carry is left out.

use std::io;

use serde::Serialize;

use crate::base::date;

use super::json::{ComparedOut, Dataset, DiagnosticOut, FindingOut, Summary, Tool, diagnostics, line};
use super::{Report, Reporter};

/// The `jsonl` format.
#[derive(Clone, Copy, Debug, Default)]
pub struct Jsonl;

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Line<'a> {
    Header(Header<'a>),
    Finding(Box<FindingOut<'a>>),
    Diagnostic(DiagnosticOut<'a>),
    Summary(Summary),
}

#[derive(Serialize)]
struct Header<'a> {
    schema: &'static str,
    tool: Tool,
    today: String,
    dataset: Dataset,
    #[serde(skip_serializing_if = "Option::is_none")]
    compared: Option<ComparedOut<'a>>,
}

impl Reporter for Jsonl {
    fn write(&self, report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        let header = Header {
            schema: "gainsay.lines/1",
            tool: Tool::THIS,
            today: date::iso(report.today),
            dataset: Dataset::new(report),
            compared: ComparedOut::new(report),
        };
        let findings = FindingOut::all(report).map(|finding| Line::Finding(Box::new(finding)));
        let problems = diagnostics(report).into_iter().map(Line::Diagnostic);
        let lines = std::iter::once(Line::Header(header)).chain(findings).chain(problems);
        for part in lines.chain([Line::Summary(Summary::new(report))]) {
            out.write_all(line(&part)?.as_bytes())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::report::Json;
    use crate::report::samples::{Sample, each, snapshot};

    #[test]
    fn the_lines_are_the_parts_of_the_document() {
        each(&mut |sample, report| {
            let written = Sample::write(&Jsonl, report);
            let lines: Vec<Value> = written.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            let mut whole: Value = serde_json::from_str(&Sample::write(&Json, report)).unwrap();
            let part = |kind: &str| -> Vec<Value> {
                let of_kind = lines.iter().filter(|line| line["kind"] == kind).cloned();
                let stripped = of_kind.map(|mut line| {
                    line.as_object_mut().unwrap().remove("kind");
                    line
                });
                stripped.collect()
            };
            assert_eq!(Value::Array(part("finding")), whole["findings"], "{sample}");
            assert_eq!(Value::Array(part("diagnostic")), whole["diagnostics"], "{sample}");
            assert_eq!(part("summary"), [whole["summary"].take()], "{sample}");
            let header = part("header").remove(0);
            for key in ["tool", "today", "dataset", "compared"] {
                assert_eq!(header.get(key), whole.get(key), "{sample}");
            }
            assert_eq!((&lines[0]["kind"], &lines[0]["schema"]), (&"header".into(), &"gainsay.lines/1".into()));
            assert_eq!(lines.last().unwrap()["kind"], "summary");
        });
        snapshot("formats-jsonl", &Sample::write(&Jsonl, &Sample::quarrel().report()));
    }
}
