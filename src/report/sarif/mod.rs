//! The `sarif` format: a log of the Static Analysis Results Interchange Format 2.1.0 (OASIS), for code scanning.
//!
//! Services show less than the standard allows: a result has one place, in one line, at which it is shown; other places are
//! shown where the message links them. Problems of input files are results too, because notifications are shown nowhere.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::path::Path;

use crate::base::{Level, SourceMap, Span};
use crate::findings::{Change, Finding, ProofTree, Status};
use crate::lints::{Group, builtin};

use super::items::{Before, Item, Other, in_one_line};
use super::json::{Tool as This, pretty};
use super::{Report, Reporter, count};
use shape::{
    Artifact, Base, BaseIds, CodeFlow, Configuration, Driver, Fingerprints, FlowStep, Help, Id, Invocation, Location,
    Log, Message, Notification, Outcome, Physical, Properties, Region, Rule, Run, Suppression, Tags, ThreadFlow, Tool,
};

mod shape;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// Results that services take; more make them refuse the file.
const MOST_RESULTS: usize = 25_000;
/// Steps of a code flow.
const MOST_STEPS: usize = 100;
/// Places that the message links.
const MOST_LINKS: usize = 20;
/// Nodes of a proof that are looked at.
const MOST_NODES: usize = 20_000;
/// Characters of the descriptions of a rule.
const MOST_DESCRIBED: usize = 1000;

/// The `sarif` format.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sarif;

impl Reporter for Sarif {
    fn write(&self, report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        out.write_all(pretty(&log(report, MOST_RESULTS))?.as_bytes())
    }
}

fn log<'a>(report: &Report<'a>, most: usize) -> Log<'a> {
    let before = Before::of(report);
    let fixed = report.compared.map(|compared| (compared.base_sources, compared.fixed)).into_iter();
    let fixed = fixed.flat_map(|(sources, fixed)| fixed.iter().map(move |finding| (sources, finding, true)));
    let findings = report.findings.iter().map(|finding| (report.sources, finding, false)).chain(fixed);
    let mut rules = Rules::default();
    let mut results: Vec<Outcome<'a>> = Vec::new();
    for item in Item::problems(report) {
        let is_new = before.touched(report.sources, item.span);
        let state = report.compared.map(|_| if is_new { "new" } else { "unchanged" });
        results.push(result(&mut rules, report.sources, &item, state));
    }
    for (sources, finding, is_gone) in findings {
        let item = Item::of_finding(sources, finding);
        let state = report.compared.map(|_| if is_gone { "absent" } else { state(finding) });
        results.push(result(&mut rules, sources, &item, state));
    }
    // Diagnostics have no pages.
    for rule in
        rules.all.iter_mut().filter(|rule| rule.properties.tags.iter().all(|tag| Group::from_name(tag).is_some()))
    {
        rule.help_uri = report.rule_link(rule.id);
    }
    let left_out = results.len().saturating_sub(most);
    results.truncate(most);
    let notification = Notification {
        level: "warning",
        message: Message {
            text: format!(
                "{} left out: services refuse a file with more than {most}; `gainsay -f json` holds all",
                count(left_out, "result")
            ),
        },
    };
    let run = Run {
        tool: Tool { driver: driver(rules) },
        invocations: [Invocation {
            execution_successful: !report.stopped,
            exit_code: report.exit,
            tool_execution_notifications: (left_out > 0).then_some(notification).into_iter().collect(),
        }],
        original_uri_base_ids: BaseIds {
            root: Base { description: Message { text: "The folder that gainsay ran in.".to_owned() } },
        },
        automation_details: Id { id: "gainsay/" },
        column_kind: "unicodeCodePoints",
        results,
    };
    Log { schema: SCHEMA, version: "2.1.0", runs: [run] }
}

fn driver(rules: Rules<'_>) -> Driver<'_> {
    let version = This::THIS.version();
    Driver { name: "gainsay", version, semantic_version: version, rules: rules.all }
}

/// The word of the standard for what an edit has done.
fn state(finding: &Finding) -> &'static str {
    match finding.change {
        None | Some(Change::New) => "new",
        Some(Change::Unchanged) => "unchanged",
        Some(Change::Fixed) => "absent",
        Some(
            Change::Grown
            | Change::Reworded
            | Change::Raised
            | Change::Reopened
            | Change::Shrunk
            | Change::Lowered
            | Change::Renamed
            | Change::Accepted,
        ) => "updated",
    }
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Advice => "note",
    }
}

/// The rules that results have, in the order in which they are first needed.
#[derive(Default)]
struct Rules<'a> {
    all: Vec<Rule<'a>>,
    known: BTreeMap<(&'static str, &'a str), usize>,
}

impl<'a> Rules<'a> {
    /// The index of the item's rule.
    fn index(&mut self, item: &Item<'a>) -> usize {
        let next = self.all.len();
        let index = *self.known.entry((item.group, item.name)).or_insert(next);
        if index == next {
            self.all.push(rule(item));
        }
        index
    }
}

/// A rule as its page has it; one without a page says what its findings advise, a diagnostic what kind of problem it is.
fn rule<'a>(item: &Item<'a>) -> Rule<'a> {
    let page = item.finding.and_then(|_| builtin::text(&format!("rules/{}/{}.md", item.group, item.name)));
    let described = page.map_or_else(|| format!("{} / {}", item.group, item.name), introduction);
    let short = described.split_inclusive(". ").next().unwrap_or_default().trim_end();
    let text = match page {
        Some(_) => format!("`gainsay explain {}` prints the page of the rule.", item.name),
        None => item.help.unwrap_or("`gainsay check` shows the problem and its place.").to_owned(),
    };
    Rule {
        id: item.name,
        short_description: Message { text: short.to_owned() },
        full_description: Message { text: described.clone() },
        default_configuration: Configuration { level: level(item.level) },
        help_uri: None,
        help: Help { markdown: page.map_or_else(|| super::markup::line(&text), str::to_owned), text },
        properties: Tags { tags: [item.group] },
    }
}

/// The prose between the title of a page and its first case, on one line.
fn introduction(page: &str) -> String {
    let lines = page.lines().skip_while(|line| line.starts_with('#') || line.trim().is_empty());
    let lines: Vec<&str> = lines.take_while(|line| !line.starts_with('#') && !line.starts_with("```")).collect();
    let words: Vec<&str> = lines.iter().flat_map(|line| line.split_whitespace()).collect();
    words.join(" ").chars().take(MOST_DESCRIBED).collect()
}

fn result<'a>(
    rules: &mut Rules<'a>,
    sources: &SourceMap,
    item: &Item<'a>,
    baseline_state: Option<&'static str>,
) -> Outcome<'a> {
    let linked = &item.others[..item.others.len().min(MOST_LINKS)];
    let related = (1..).zip(linked).map(|(id, other)| Location {
        id: Some(id),
        message: Some(Message { text: literal(if other.label.is_empty() { &other.name } else { other.label }) }),
        ..location(sources, other.span)
    });
    let fingerprint = item.fingerprint.to_string();
    Outcome {
        rule_index: rules.index(item),
        rule_id: item.name,
        level: level(item.level),
        baseline_state,
        message: Message { text: message(item, linked) },
        locations: [location(sources, item.span)],
        related_locations: related.collect(),
        code_flows: item.finding.and_then(|finding| code_flow(sources, finding)).into_iter().collect(),
        partial_fingerprints: Fingerprints {
            line_hash: format!("{fingerprint}:1"),
            finding: item.finding.map(|_| fingerprint),
            evidence: item.finding.map(|finding| finding.evidence.to_string()),
        },
        suppressions: item.finding.and_then(suppression).into_iter().collect(),
        properties: Properties {
            group: item.group,
            status: item.finding.map(|finding| match baseline_state {
                Some("absent") => Change::Fixed.name(),
                _ => finding.status_name(),
            }),
            help: item.help.map(str::to_owned),
        },
    }
}

fn suppression(finding: &Finding) -> Option<Suppression> {
    let kind = match finding.status {
        Status::Open => return None,
        Status::Allowed => "inSource",
        Status::Baselined => "external",
    };
    Some(Suppression { kind, status: "accepted" })
}

/// The message, and a link to each other place.
fn message(item: &Item<'_>, linked: &[Other<'_>]) -> String {
    let mut text = literal(item.message);
    let links: Vec<String> = (1..).zip(linked).map(|(id, other)| format!("[{}]({id})", literal(&other.name))).collect();
    let more = item.others.len() - linked.len();
    if !links.is_empty() {
        let and = if more > 0 { format!(" and {more} more") } else { String::new() };
        let _ = write!(text, " (see {}{and})", links.join(", "));
    }
    text
}

/// Text that stands for itself in a message: brackets would link, braces would be filled in.
fn literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '[' | ']' | '\\' => out.extend(['\\', c]),
            '{' | '}' => out.extend([c, c]),
            c => out.push(c),
        }
    }
    out
}

fn location(sources: &SourceMap, span: Span) -> Location {
    let (start, end) = in_one_line(sources, span);
    let path = &sources.file(span.file).path;
    let is_absolute = Path::new(&**path).is_absolute();
    let uri = if is_absolute { format!("file://{}", encoded(path)) } else { encoded(path) };
    Location {
        id: None,
        physical_location: Physical {
            artifact_location: Artifact { uri, uri_base_id: (!is_absolute).then_some("%SRCROOT%") },
            region: Region {
                start_line: start.line.get(),
                start_column: start.column.get(),
                end_line: end.line.get(),
                end_column: end.column.get(),
            },
        },
        message: None,
    }
}

/// A path as part of a URI.
fn encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// The places of the proof in its order, premises before what follows from them, the rule itself last.
fn code_flow(sources: &SourceMap, finding: &Finding) -> Option<CodeFlow> {
    let mut steps = Vec::new();
    // A proof may be deeper than a stack of calls.
    let mut open: Vec<(&ProofTree, usize)> = vec![(&finding.proof, 0)];
    let mut looked_at = 0;
    while let Some((node, premise)) = open.pop() {
        looked_at += 1;
        let is_full = steps.len() + 1 >= MOST_STEPS || looked_at > MOST_NODES;
        if let Some(next) = node.premises.get(premise).filter(|_| !is_full) {
            open.push((node, premise + 1));
            open.push((next, 0));
        } else if open.is_empty() || !is_full {
            steps.extend(step(sources, finding, node));
        }
    }
    (steps.len() > 1).then_some(CodeFlow { thread_flows: [ThreadFlow { locations: steps }] })
}

/// A node of the proof that has a place.
fn step(sources: &SourceMap, finding: &Finding, node: &ProofTree) -> Option<FlowStep> {
    let of_claim = node.location.and_then(|index| finding.locations.get(index)).map(|place| place.span);
    let text = if node.text.is_empty() { &node.fact } else { &node.text };
    let message = Some(Message { text: literal(text) });
    Some(FlowStep { location: Location { message, ..location(sources, of_claim.or(node.rule)?) } })
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::report::samples::{Sample, assert_fits, assert_harmless, deep, each, snapshot};

    fn read(report: &Report<'_>) -> Value {
        let written = Sample::write(&Sarif, report);
        let read: Value = serde_json::from_str(&written).unwrap();
        assert_fits("sarif-schema-2.1.0.json", &read);
        read
    }

    /// A message as a reader shows it, its links as their texts.
    fn shown(text: &str) -> String {
        let (mut out, mut chars) = (String::new(), text.chars().peekable());
        while let Some(c) = chars.next() {
            match c {
                '\\' => out.extend(chars.next()),
                '{' | '}' => {
                    assert_eq!(chars.next(), Some(c), "{text}");
                    out.push(c);
                }
                '[' => {}
                ']' => assert_eq!(chars.find(|&c| c == ')'), Some(')'), "{text}"),
                c => out.push(c),
            }
        }
        out
    }

    #[test]
    fn every_finding_is_a_result_that_services_show() {
        each(&mut |sample, report| {
            let log = read(report);
            let run = &log["runs"][0];
            let results = run["results"].as_array().unwrap();
            let fixed = report.compared.map_or(0, |compared| compared.fixed.len());
            assert_eq!(results.len(), report.diagnostics.len() + report.findings.len() + fixed, "{sample}");
            let messages = report.diagnostics.iter().map(|problem| &problem.message);
            for (result, message) in results.iter().zip(messages.chain(report.findings.iter().map(|f| &f.message))) {
                assert!(shown(result["message"]["text"].as_str().unwrap()).starts_with(message), "{sample}");
            }
            for result in results {
                let region = &result["locations"][0]["physicalLocation"]["region"];
                assert_eq!(region["startLine"], region["endLine"], "{sample}: one line");
                assert!(region["startColumn"].as_u64() <= region["endColumn"].as_u64(), "{sample}");
                let rule =
                    &run["tool"]["driver"]["rules"][usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
                assert_eq!(rule["id"], result["ruleId"], "{sample}");
                let text = result["message"]["text"].as_str().unwrap();
                for (id, related) in (1..).zip(result["relatedLocations"].as_array().into_iter().flatten()) {
                    assert_eq!(related["id"], id, "{sample}");
                    assert!(text.contains(&format!("]({id})")), "{sample}: {text}");
                }
                assert_eq!(result.get("baselineState").is_some(), report.compared.is_some(), "{sample}");
            }
        });
        let page = serde_json::to_string(builtin::text("rules/tension/promise-vs-doubt.md").unwrap()).unwrap();
        let written = Sample::write(&Sarif, &Sample::quarrel().report());
        snapshot("formats-sarif", &written.replace(&page, "\"the page\""));
    }

    #[test]
    fn what_an_edit_did_and_what_is_accepted_is_told() {
        Sample::edited(&mut |report| {
            let log = read(report);
            let results = log["runs"][0]["results"].as_array().unwrap();
            let states: Vec<&str> = results.iter().map(|result| result["baselineState"].as_str().unwrap()).collect();
            let expect = "new updated updated updated updated updated updated updated updated unchanged updated unchanged absent";
            assert_eq!(states.join(" "), expect);
            let suppressed = results.iter().map(|result| result["suppressions"].as_array().unwrap());
            let kinds: Vec<_> = suppressed.map(|all| all.first().map(|one| one["kind"].as_str().unwrap())).collect();
            assert!(kinds[..10].iter().all(Option::is_none));
            assert_eq!(kinds[10..], [Some("inSource"), Some("external"), None]);
            assert_eq!(results.last().unwrap()["properties"]["status"], "fixed");
        });
    }

    #[test]
    fn paths_are_relative_and_encoded() {
        let mut sources = SourceMap::new();
        for (path, expect) in [
            ("facts/a b%.yaml", "facts/a%20b%25.yaml"),
            ("gainsay:core", "gainsay%3Acore"),
            ("büro/日.yaml", "b%C3%BCro/%E6%97%A5.yaml"),
            ("../x?#.yaml", "../x%3F%23.yaml"),
        ] {
            let file = sources.add(path, "a");
            let place = location(&sources, Span::new(file, 0, 1)).physical_location.artifact_location;
            assert_eq!((&*place.uri, place.uri_base_id), (expect, Some("%SRCROOT%")));
        }
    }

    #[test]
    fn hostile_text_does_nothing_and_comes_back_whole() {
        let sample = Sample::hostile();
        assert_harmless(&Sample::write(&Sarif, &sample.report()));
        for evil in ["[x](1) {0} {{ \\[ \\", "a]b(c)", "}{"] {
            assert_eq!(shown(&literal(evil)), evil);
        }
    }

    #[test]
    fn steps_and_results_beyond_what_services_take_are_left_out() {
        let mut sample = Sample::quarrel();
        let rule = sample.findings[0].proof.rule;
        let mut proof = (*deep(1000)).clone();
        proof.rule = rule;
        let steps = |proof: &ProofTree| {
            let mut finding = Sample::quarrel().findings.remove(0);
            finding.proof = proof.clone().into();
            code_flow(&sample.sources, &finding).map(|mut flow| std::mem::take(&mut flow.thread_flows[0].locations))
        };
        assert!(steps(&proof).is_none(), "the rule alone is no flow");
        let given = sample.findings[0].proof.premises[0].clone();
        proof.premises = vec![given; 300];
        let flow = steps(&proof).unwrap();
        assert_eq!(flow.len(), MOST_STEPS);
        assert!(flow.last().unwrap().location.message.as_ref().unwrap().text.starts_with("derived("));
        sample.findings = vec![sample.findings[0].clone(); 5];
        let cut = log(&sample.report(), 3);
        let notes = &cut.runs[0].invocations[0].tool_execution_notifications;
        assert!(cut.runs[0].results.len() == 3 && notes[0].message.text.starts_with("2 results left out: "));
    }

    #[test]
    fn the_page_of_a_rule_is_its_help() {
        let log = read(&Sample::quarrel().report());
        let rule = &log["runs"][0]["tool"]["driver"]["rules"][0];
        let page = builtin::text("rules/tension/promise-vs-doubt.md").unwrap();
        assert_eq!(rule["help"]["markdown"], page);
        assert!(
            rule["fullDescription"]["text"]
                .as_str()
                .unwrap()
                .starts_with(rule["shortDescription"]["text"].as_str().unwrap())
        );
        assert_eq!(rule["properties"]["tags"][0], "tension");
    }
}
