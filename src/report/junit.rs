//! The `junit` format: a test suite for each group, a test case for each rule, a failure for each finding at the gate.
//!
//! Findings below the gate fail no test; they stand in the output of their test case. Problems of input files are errors.

use std::collections::BTreeMap;
use std::io;

use crate::base::Level;

use super::items::{Item, place};
use super::visible::visible;
use super::xml::Xml;
use super::{Report, Reporter};

/// The `junit` format.
#[derive(Clone, Copy, Debug, Default)]
pub struct Junit;

/// The items of a rule.
type Case<'i> = (&'i str, Vec<&'i Item<'i>>);

impl Reporter for Junit {
    fn write(&self, report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        let items = Item::all(report);
        let mut suites: Vec<(&str, Vec<Case<'_>>)> = Vec::new();
        let mut known: BTreeMap<(&str, &str), (usize, usize)> = BTreeMap::new();
        for item in &items {
            let (suite, case) = *known.entry((item.group, item.name)).or_insert_with(|| {
                let suite = suites.iter().position(|suite| suite.0 == item.group).unwrap_or_else(|| {
                    suites.push((item.group, Vec::new()));
                    suites.len() - 1
                });
                suites[suite].1.push((item.name, Vec::new()));
                (suite, suites[suite].1.len() - 1)
            });
            suites[suite].1[case].1.push(item);
        }
        if suites.is_empty() {
            // Services take a file without any test case for one that could not be written.
            suites.push(("gainsay", vec![("no findings", Vec::new())]));
        }
        let total = Totals::of(report, suites.iter().flat_map(|suite| &suite.1));
        let document = Xml::document("testsuites", &total.attributes("gainsay"), |xml| {
            suites.iter().try_for_each(|(name, cases)| {
                let total = Totals::of(report, cases);
                xml.element("testsuite", &total.attributes(name), |xml| {
                    cases.iter().try_for_each(|(rule, items)| case(xml, report, name, rule, items))
                })
            })
        });
        out.write_all(&document?)
    }
}

/// What an item is to its test case.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// An input file is broken.
    Error,
    /// At or above the gate.
    Failure,
    /// Below the gate.
    Output,
}

impl Kind {
    fn of(report: &Report<'_>, item: &Item<'_>) -> Self {
        match item.finding {
            None if item.level == Level::Error => Self::Error,
            Some(_) if report.gate.is_some_and(|gate| item.level >= gate) => Self::Failure,
            _ => Self::Output,
        }
    }
}

/// Counts as texts.
struct Totals {
    tests: String,
    failures: String,
    errors: String,
}

impl Totals {
    fn of<'i>(report: &Report<'_>, cases: impl IntoIterator<Item = &'i Case<'i>>) -> Self {
        let cases: Vec<&Case<'_>> = cases.into_iter().collect();
        let items = || cases.iter().flat_map(|case| &case.1);
        let count = |kind| items().filter(|item| Kind::of(report, item) == kind).count().to_string();
        Self { tests: cases.len().to_string(), failures: count(Kind::Failure), errors: count(Kind::Error) }
    }

    fn attributes<'a>(&'a self, name: &'a str) -> [(&'a str, &'a str); 4] {
        [("name", name), ("tests", &self.tests), ("failures", &self.failures), ("errors", &self.errors)]
    }
}

fn case(xml: &mut Xml, report: &Report<'_>, group: &str, name: &str, items: &[&Item<'_>]) -> io::Result<()> {
    let class = format!("gainsay.{group}");
    let attributes = [("name", name), ("classname", &*class)];
    if items.is_empty() {
        return xml.empty("testcase", &attributes);
    }
    xml.element("testcase", &attributes, |xml| {
        let mut output = Vec::new();
        for item in items {
            let element = match Kind::of(report, item) {
                Kind::Error => "error",
                Kind::Failure => "failure",
                Kind::Output => {
                    output.push(text(report, item));
                    continue;
                }
            };
            let attributes = [("message", item.message), ("type", item.level.name())];
            xml.text(element, &attributes, &text(report, item))?;
        }
        if output.is_empty() { Ok(()) } else { xml.text("system-out", &[], &output.join("\n\n")) }
    })
}

/// The item in lines: what it is and where, the other places, the help.
fn text(report: &Report<'_>, item: &Item<'_>) -> String {
    let head = format!("{}: {}: {}", place(report.sources, item.span), item.level.name(), item.message);
    let others = item.others.iter().map(|other| {
        let at = place(report.sources, other.span);
        let label = if other.label.is_empty() { String::new() } else { format!(" ({})", other.label) };
        if other.name == at { format!("see {at}{label}") } else { format!("see {} at {at}{label}", other.name) }
    });
    let help = item.help.map(|help| format!("help: {help}"));
    let shown = item.finding.map(|found| format!("gainsay: {} {}", item.name, found.short_fingerprint()));
    let lines = std::iter::once(head).chain(others).chain(help).chain(shown);
    lines.map(|line| visible(&line)).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples::{Sample, each, snapshot};

    #[test]
    fn every_item_is_read_again_in_its_test_case() {
        each(&mut |sample, report| {
            for gate in [None, Some(Level::Error), Some(Level::Advice)] {
                let report = &Report { gate, ..*report };
                let written = Sample::write(&Junit, report);
                let read = roxmltree::Document::parse(&written).unwrap();
                let count = |tag: &str| read.descendants().filter(|node| node.has_tag_name(tag)).count();
                let items = Item::all(report);
                let of_kind = |kind| items.iter().filter(|item| Kind::of(report, item) == kind).count();
                assert_eq!(
                    (count("error"), count("failure")),
                    (of_kind(Kind::Error), of_kind(Kind::Failure)),
                    "{sample}"
                );
                let root = read.root_element();
                assert_eq!(root.attribute("failures"), Some(&*of_kind(Kind::Failure).to_string()), "{sample}");
                assert_eq!(root.attribute("tests"), Some(&*count("testcase").to_string()), "{sample}");
                assert!(count("testcase") > 0, "{sample}");
                for item in &items {
                    let shown = visible(item.message);
                    let holds = |node: &roxmltree::Node<'_, '_>| {
                        node.attribute("name") == Some(item.name)
                            && node.children().any(|part| part.text().is_some_and(|text| text.contains(&shown)))
                    };
                    assert!(read.descendants().any(|node| holds(&node)), "{sample}: {shown}");
                }
            }
        });
        let sample = Sample::quarrel();
        let report = Report { gate: Some(Level::Warning), exit: 1, ..sample.report() };
        snapshot("formats-junit", &Sample::write(&Junit, &report));
    }
}
