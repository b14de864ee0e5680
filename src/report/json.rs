//! The `json` format: `gainsay.report/1`, through structs of its own, so that no renaming inside changes it.
//!
//! Keys stand in a fixed order and findings in the order of the report: the same report gives the same bytes.

use std::fmt::{Display, Write};
use std::io;
use std::num::NonZeroU32;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::base::place::Range;
use crate::base::{Diagnostic, Level, Place, SourceMap, Span, date};
use crate::findings::{Change, Culpability, Finding, Fingerprint, ProofTree};

use super::visible::{is_hidden, opens_bracket_command};
use super::{Report, Reporter, statistics};

/// Deeper proofs are cut there, because common readers refuse to nest further than 128.
const DEPTH: usize = 48;
/// A proof has at most that many nodes; the rest is cut.
const NODES: usize = 20_000;

/// The `json` format.
#[derive(Clone, Copy, Debug, Default)]
pub struct Json;

impl Reporter for Json {
    fn write(&self, report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        let text = if report.view.statistics { pretty(&Statistics::new(report)) } else { pretty(&Root::new(report)) };
        out.write_all(text?.as_bytes())
    }
}

/// A value as JSON for a terminal or a log, with a line feed at its end.
///
/// # Errors
///
/// What the value's own serialization says; derived ones say nothing.
pub fn pretty(value: &impl Serialize) -> io::Result<String> {
    let text = serde_json::to_string_pretty(value).map_err(io::Error::other)?;
    Ok(escaped(&text) + "\n")
}

/// A value as JSON on one line, as [`pretty`] does on several.
///
/// # Errors
///
/// As [`pretty`].
pub fn line(value: &impl Serialize) -> io::Result<String> {
    let text = serde_json::to_string(value).map_err(io::Error::other)?;
    Ok(escaped(&text) + "\n")
}

/// The same JSON with escapes for what a terminal or a CI log would act on; such characters stand only in strings.
fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for (at, c) in json.char_indices() {
        let opens = c == '#' && opens_bracket_command(&json[at + 1..]);
        if opens || (c != '\n' && is_hidden(c)) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

#[derive(Serialize)]
struct Root<'a> {
    schema: &'static str,
    tool: Tool,
    today: String,
    dataset: Dataset,
    #[serde(skip_serializing_if = "Option::is_none")]
    compared: Option<ComparedOut<'a>>,
    findings: Vec<FindingOut<'a>>,
    culpability: Vec<CulpabilityOut<'a>>,
    diagnostics: Vec<DiagnosticOut<'a>>,
    summary: Summary,
}

/// The program, as documents name it.
#[derive(Serialize)]
pub struct Tool {
    name: &'static str,
    version: &'static str,
}

/// The names of the two states that were compared.
#[derive(Serialize)]
pub(super) struct ComparedOut<'a> {
    base: &'a str,
    head: &'a str,
}

#[derive(Serialize)]
pub(super) struct Dataset {
    files: usize,
    claims: usize,
    sources: usize,
    rules: usize,
}

#[derive(Serialize)]
pub(super) struct FindingOut<'a> {
    rule: &'a str,
    group: &'static str,
    level: &'static str,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<CauseOut<'a>>,
    fingerprint: String,
    evidence: String,
    /// What each claim says, as hashes: reports that are saved can be compared by them.
    #[serde(serialize_with = "map")]
    evidence_of: &'a [(String, Fingerprint)],
    message: &'a str,
    help: Option<&'a str>,
    #[serde(serialize_with = "map")]
    key: &'a [(String, String)],
    claims: &'a [String],
    repairs: &'a [Vec<String>],
    locations: Vec<LocationOut<'a>>,
    proof: ProofOut<'a>,
}

/// What of an edit has made the finding what it is.
#[derive(Serialize)]
struct CauseOut<'a> {
    kind: &'static str,
    text: &'a str,
}

/// What a claim carries of the quarrels.
#[derive(Serialize)]
struct CulpabilityOut<'a> {
    claim: &'a str,
    findings: usize,
    fraction: String,
    decimal: f64,
}

#[derive(Serialize)]
pub(super) struct DiagnosticOut<'a> {
    code: &'static str,
    level: &'static str,
    message: &'a str,
    help: Option<&'a str>,
    locations: Vec<LocationOut<'a>>,
}

#[derive(Serialize)]
pub(super) struct LocationOut<'a> {
    role: &'static str,
    claim: Option<&'a str>,
    path: &'a str,
    range: Range,
    text: &'a str,
}

/// `gainsay.statistics/1`.
#[derive(Serialize)]
struct Statistics<'a> {
    schema: &'static str,
    tool: Tool,
    today: String,
    dataset: Dataset,
    #[serde(rename = "statistics")]
    counts: Vec<CountOut<'a>>,
    culpability: Vec<CulpabilityOut<'a>>,
    diagnostics: Vec<DiagnosticOut<'a>>,
    summary: Summary,
}

#[derive(Serialize)]
struct CountOut<'a> {
    rule: &'a str,
    group: &'static str,
    level: &'static str,
    findings: usize,
    allowed: usize,
    baselined: usize,
}

#[derive(Serialize)]
struct ProofOut<'a> {
    kind: &'static str,
    fact: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<RuleOut<'a>>,
    #[serde(skip_serializing_if = "str::is_empty")]
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    premises: Vec<ProofOut<'a>>,
}

#[derive(Serialize)]
struct RuleOut<'a> {
    path: &'a str,
    line: NonZeroU32,
}

#[derive(Serialize)]
pub(super) struct Summary {
    error: usize,
    warning: usize,
    advice: usize,
    allowed: usize,
    baselined: usize,
}

impl<'a> Root<'a> {
    fn new(report: &Report<'a>) -> Self {
        Self {
            schema: "gainsay.report/1",
            tool: Tool::THIS,
            today: date::iso(report.today),
            dataset: Dataset::new(report),
            compared: ComparedOut::new(report),
            findings: FindingOut::all(report).collect(),
            culpability: culpability(report),
            diagnostics: diagnostics(report),
            summary: Summary::new(report),
        }
    }
}

impl<'a> Statistics<'a> {
    fn new(report: &Report<'a>) -> Self {
        let count = |row: statistics::Count<'a>| CountOut {
            rule: row.rule,
            group: row.group.name(),
            level: row.level.name(),
            findings: row.open,
            allowed: row.allowed,
            baselined: row.baselined,
        };
        Self {
            schema: "gainsay.statistics/1",
            tool: Tool::THIS,
            today: date::iso(report.today),
            dataset: Dataset::new(report),
            counts: statistics::counts(report).into_iter().map(count).collect(),
            culpability: culpability(report),
            diagnostics: diagnostics(report),
            summary: Summary::new(report),
        }
    }
}

fn culpability<'a>(report: &Report<'a>) -> Vec<CulpabilityOut<'a>> {
    let one = |claim: &'a Culpability| {
        let (numerator, denominator) = claim.share.fraction();
        CulpabilityOut {
            claim: &claim.claim,
            findings: claim.findings,
            fraction: format!("{numerator}/{denominator}"),
            decimal: claim.share.decimal(),
        }
    };
    report.culpability.iter().map(one).collect()
}

pub(super) fn diagnostics<'a>(report: &Report<'a>) -> Vec<DiagnosticOut<'a>> {
    report.diagnostics.iter().map(|problem| DiagnosticOut::new(report.sources, problem)).collect()
}

impl<'a> ComparedOut<'a> {
    pub(super) fn new(report: &Report<'a>) -> Option<Self> {
        report.compared.map(|compared| Self { base: compared.base, head: compared.head })
    }
}

impl Tool {
    /// This program, in this version.
    pub const THIS: Self = Self { name: "gainsay", version: env!("CARGO_PKG_VERSION") };

    /// Its version.
    pub(super) fn version(&self) -> &'static str {
        self.version
    }
}

impl Dataset {
    pub(super) fn new(report: &Report<'_>) -> Self {
        let size = report.dataset;
        Self { files: size.files, claims: size.claims, sources: size.sources, rules: size.rules }
    }
}

impl Summary {
    pub(super) fn new(report: &Report<'_>) -> Self {
        let at = |level: Level| report.open().filter(|finding| finding.level == level).count();
        Self {
            error: at(Level::Error),
            warning: at(Level::Warning),
            advice: at(Level::Advice),
            allowed: report.allowed(),
            baselined: report.baselined(),
        }
    }
}

impl<'a> FindingOut<'a> {
    /// The findings of the report, and then those that are gone since the state before.
    pub(super) fn all(report: &Report<'a>) -> impl Iterator<Item = Self> + use<'a> {
        let sources = report.sources;
        let gone = report.compared.into_iter().flat_map(|compared| {
            let fixed = |finding| Self { status: Change::Fixed.name(), ..Self::new(compared.base_sources, finding) };
            compared.fixed.iter().map(fixed)
        });
        report.findings.iter().map(move |finding| Self::new(sources, finding)).chain(gone)
    }

    fn new(sources: &'a SourceMap, finding: &'a Finding) -> Self {
        let locations = finding.locations.iter();
        Self {
            rule: &finding.rule,
            group: finding.group.name(),
            level: finding.level.name(),
            status: finding.status_name(),
            cause: finding.cause.as_ref().map(|cause| CauseOut { kind: cause.kind.name(), text: &cause.text }),
            fingerprint: finding.fingerprint.to_string(),
            evidence: finding.evidence.to_string(),
            evidence_of: &finding.evidence_of,
            message: &finding.message,
            help: finding.help.as_deref(),
            key: &finding.key,
            claims: &finding.claims,
            repairs: &finding.repairs,
            locations: locations
                .map(|place| LocationOut::new(sources, place.role.name(), place.claim.as_deref(), place.span))
                .collect(),
            proof: ProofOut::new(sources, &finding.proof, DEPTH, &mut NODES.clone()),
        }
    }
}

impl<'a> DiagnosticOut<'a> {
    fn new(sources: &'a SourceMap, problem: &'a Diagnostic) -> Self {
        let labels = std::iter::once(&problem.primary).chain(&problem.secondary);
        Self {
            code: problem.code,
            level: problem.level.name(),
            message: &problem.message,
            help: problem.help.as_deref(),
            locations: labels.map(|label| LocationOut::new(sources, "input", None, label.span)).collect(),
        }
    }
}

impl<'a> LocationOut<'a> {
    fn new(sources: &'a SourceMap, role: &'static str, claim: Option<&'a str>, span: Span) -> Self {
        let Place { path, range } = Place::new(sources, span);
        Self { role, claim, path, range, text: sources.text(span) }
    }
}

impl<'a> ProofOut<'a> {
    fn new(sources: &'a SourceMap, proof: &'a ProofTree, depth: usize, nodes: &mut usize) -> Self {
        *nodes = nodes.saturating_sub(1);
        let cut = !proof.premises.is_empty() && (depth == 0 || *nodes == 0);
        let rule = proof.rule.filter(|_| !cut).map(|span| {
            let file = sources.file(span.file);
            RuleOut { path: &file.path, line: file.position(span.start).line }
        });
        let premises: &[Arc<ProofTree>] = if cut { &[] } else { &proof.premises };
        Self {
            kind: if cut { "cut" } else { proof.kind.name() },
            fact: &proof.fact,
            rule,
            text: &proof.text,
            location: proof.location,
            premises: premises.iter().map(|part| Self::new(sources, part, depth - 1, nodes)).collect(),
        }
    }
}

/// Pairs as an object, in their order.
fn map<S: Serializer>(pairs: &[(String, impl Display)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().map(|(name, value)| (name, value.to_string())))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;
    use crate::report::samples::{Sample, assert_harmless, deep, snapshot};

    /// Required keys, then optional ones, for each kind of object of the schema.
    const ROOT: &str = "schema tool today dataset findings culpability diagnostics summary";
    const FINDING: &str =
        "rule group level status fingerprint evidence evidence_of message help key claims repairs locations proof";

    /// The object has all required keys, and no others than those and the optional ones.
    fn keys(value: &Value, required: &str, optional: &str) {
        let object = value.as_object().unwrap();
        let found: BTreeSet<&str> = object.keys().map(String::as_str).collect();
        let required: BTreeSet<&str> = required.split_whitespace().collect();
        let known: BTreeSet<&str> = required.iter().copied().chain(optional.split_whitespace()).collect();
        assert!(found.is_superset(&required) && found.is_subset(&known), "{value}");
    }

    fn location(value: &Value) {
        keys(value, "role claim path range text", "");
        keys(&value["range"], "start end", "");
        for end in ["start", "end"] {
            keys(&value["range"][end], "line column byte", "");
            assert!(
                value["range"][end]["line"].as_u64() >= Some(1) && value["range"][end]["column"].as_u64() >= Some(1)
            );
        }
    }

    fn proof(value: &Value) {
        keys(value, "kind fact", "rule text location premises");
        if let Some(rule) = value.get("rule") {
            keys(rule, "path line", "");
        }
        value.get("premises").and_then(Value::as_array).into_iter().flatten().for_each(proof);
    }

    /// The report is read again and has the shape of `gainsay.report/1`.
    fn read(sample: &Sample) -> Value {
        let written = sample.written(&Json);
        assert!(written.ends_with("}\n") && written == sample.written(&Json));
        let root: Value = serde_json::from_str(&written).unwrap();
        keys(&root, ROOT, "compared");
        keys(&root["tool"], "name version", "");
        keys(&root["dataset"], "files claims sources rules", "");
        keys(&root["summary"], "error warning advice allowed baselined", "");
        assert_eq!((&root["schema"], &root["today"]), (&"gainsay.report/1".into(), &"2026-11-21".into()));
        for finding in root["findings"].as_array().unwrap() {
            keys(finding, FINDING, "cause");
            assert_eq!(finding["fingerprint"].as_str().unwrap().len(), 16);
            finding["locations"].as_array().unwrap().iter().for_each(location);
            proof(&finding["proof"]);
        }
        for claim in root["culpability"].as_array().unwrap() {
            keys(claim, "claim findings fraction decimal", "");
        }
        for diagnostic in root["diagnostics"].as_array().unwrap() {
            keys(diagnostic, "code level message help locations", "");
            diagnostic["locations"].as_array().unwrap().iter().for_each(location);
        }
        root
    }

    #[test]
    fn every_report_has_the_shape_of_the_schema() {
        for sample in [Sample::promise(), Sample::costs(), Sample::block(), Sample::broken_rule(), Sample::wide()] {
            crate::schemas::tests::hold_report(&read(&sample));
        }
        snapshot("promise_json", &Sample::promise().written(&Json));
        snapshot("broken_rule_json", &Sample::broken_rule().written(&Json));
    }

    #[test]
    fn what_claims_carry_is_told_exactly() {
        let mut sample = Sample::promise();
        sample.carry();
        let root = read(&sample);
        crate::schemas::tests::hold_report(&root);
        let carried = root["culpability"].as_array().unwrap();
        assert_eq!(carried.len(), 3);
        let first = serde_json::json!({
            "claim": "bloomberg-2015/jafari-doubt", "findings": 1, "fraction": "1/3", "decimal": 0.33,
        });
        assert_eq!(carried[0], first);
    }

    #[test]
    fn text_and_places_come_back_as_they_stand_in_the_files() {
        let sample = Sample::wide();
        let root = read(&sample);
        let file = sample.sources.iter().next().unwrap().1;
        for (location, text) in
            root["findings"][0]["locations"].as_array().unwrap().iter().zip(["büro", "says: x", "日本"])
        {
            let byte = |end: &str| usize::try_from(location["range"][end]["byte"].as_u64().unwrap()).unwrap();
            assert_eq!(&file.text[byte("start")..byte("end")], text);
            assert_eq!(location["text"], text);
        }
        assert_eq!(root["findings"][0]["locations"][3]["range"]["start"]["column"], 21);
    }

    #[test]
    fn hostile_text_is_escaped_and_comes_back_whole() {
        let sample = Sample::hostile();
        let written = sample.written(&Json);
        assert_harmless(&written);
        let root = read(&sample);
        assert_eq!(root["findings"][0]["message"], sample.findings[0].message.as_str());
    }

    #[test]
    fn proofs_are_cut_where_readers_would_give_up() {
        let mut sample = Sample::promise();
        sample.findings[0].proof = deep(1000);
        let root = read(&sample);
        let mut node = &root["findings"][0]["proof"];
        let mut depth = 0;
        while let Some(inner) = node.get("premises") {
            (node, depth) = (&inner[0], depth + 1);
        }
        assert_eq!((depth, &node["kind"]), (DEPTH, &"cut".into()));
    }
}
