//! Reports that were saved as JSON, read back so that two of them can be compared where there is no git.
//!
//! Goes in: the text of a `gainsay.report/1`. Comes out: [`Saved`], findings whose places lie in texts that hold what the report
//! says of the files and blanks elsewhere: lines and columns are right, bytes are those of these texts.

mod sheets;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use crate::base::{Day, Level, SourceMap, Span, date};
use crate::findings::{Finding, Fingerprint, Location, LocationRole, ProofKind, ProofTree, Status};
use crate::lints::Group;

use super::Counts;
use sheets::{Sheets, Spot};

/// The kind of document that is read.
const SCHEMA: &str = "gainsay.report/1";

/// A report that was saved.
#[derive(Debug)]
pub struct Saved {
    /// The day of the report.
    pub today: Day,
    /// How large the data set was.
    pub dataset: Counts,
    /// The findings, without those that were fixed where the report was one of a comparison.
    pub findings: Vec<Finding>,
    /// The texts that their places point into.
    pub sources: SourceMap,
}

/// Why a text is no report.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SavedError {
    /// It is no JSON of that shape.
    #[error("it is no JSON report: {0}")]
    Shape(String),
    /// It is another kind of document.
    #[error("it is a document `{0}`, not `{SCHEMA}`")]
    Schema(String),
    /// Rules could not be run when it was made.
    #[error("its data set could not be checked")]
    Broken,
    /// A value that no report has.
    #[error("`{0}` is no {1}")]
    Value(String, &'static str),
    /// Places beyond what files have.
    #[error("it names places that no file has")]
    Places,
}

#[derive(Deserialize)]
struct Kind {
    schema: String,
}

#[derive(Deserialize)]
struct Root {
    today: String,
    dataset: Dataset,
    findings: Vec<FindingIn>,
    #[serde(default)]
    diagnostics: Vec<DiagnosticIn>,
}

#[derive(Deserialize)]
struct Dataset {
    files: usize,
    claims: usize,
    sources: usize,
    rules: usize,
}

#[derive(Deserialize)]
struct DiagnosticIn {
    level: String,
}

#[derive(Deserialize)]
struct FindingIn {
    rule: String,
    group: String,
    level: String,
    status: String,
    fingerprint: String,
    evidence: String,
    evidence_of: BTreeMap<String, String>,
    message: String,
    help: Option<String>,
    key: BTreeMap<String, String>,
    claims: Vec<String>,
    locations: Vec<LocationIn>,
    proof: ProofIn,
}

#[derive(Deserialize)]
struct LocationIn {
    role: String,
    claim: Option<String>,
    path: String,
    range: RangeIn,
    text: String,
}

#[derive(Deserialize)]
struct RangeIn {
    start: PointIn,
}

#[derive(Clone, Copy, Deserialize)]
struct PointIn {
    line: usize,
    column: usize,
}

#[derive(Deserialize)]
struct ProofIn {
    kind: String,
    fact: String,
    #[serde(default)]
    text: String,
    location: Option<usize>,
    #[serde(default)]
    premises: Vec<ProofIn>,
}

impl Saved {
    /// Reads a report.
    ///
    /// # Errors
    ///
    /// Why it cannot be compared.
    pub fn read(text: &str) -> Result<Self, SavedError> {
        let shape = |error: serde_json::Error| SavedError::Shape(error.to_string());
        let kind: Kind = serde_json::from_str(text).map_err(shape)?;
        if kind.schema != SCHEMA {
            return Err(SavedError::Schema(kind.schema));
        }
        let root: Root = serde_json::from_str(text).map_err(shape)?;
        if root.diagnostics.iter().any(|problem| problem.level == Level::Error.name()) {
            return Err(SavedError::Broken);
        }
        let today = date::parse_day(&root.today).ok_or_else(|| SavedError::Value(root.today.clone(), "day"))?;
        let written: Vec<&FindingIn> = root.findings.iter().filter(|finding| finding.status != "fixed").collect();
        let mut sheets = Sheets::default();
        for location in written.iter().flat_map(|finding| &finding.locations) {
            sheets.write(location.spot()).ok_or(SavedError::Places)?;
        }
        let (sources, places) = sheets.finish();
        let findings = written.into_iter().map(|finding| finding.finding(&|spot| places.span(&spot)));
        let findings = findings.collect::<Result<Vec<Finding>, SavedError>>()?;
        let Dataset { files, claims, sources: source_count, rules } = root.dataset;
        let dataset = Counts { files, claims, sources: source_count, rules };
        Ok(Self { today, dataset, findings, sources })
    }
}

impl LocationIn {
    fn spot(&self) -> Spot<'_> {
        let PointIn { line, column } = self.range.start;
        Spot { path: &self.path, line, column, text: &self.text }
    }
}

impl FindingIn {
    fn finding(&self, span: &dyn Fn(Spot<'_>) -> Option<Span>) -> Result<Finding, SavedError> {
        let value = |text: &str, what| SavedError::Value(text.to_owned(), what);
        let hash = |text: &str| Fingerprint::parse(text).ok_or_else(|| value(text, "fingerprint"));
        let role = |text: &str| LocationRole::from_name(text).ok_or_else(|| value(text, "role"));
        let mut locations = Vec::new();
        for location in &self.locations {
            let span = span(location.spot()).ok_or(SavedError::Places)?;
            let claim = location.claim.clone();
            let role = role(&location.role)?;
            locations.push(Location { role, claim, span, entry: span, label: String::new(), number: None });
        }
        if locations.is_empty() {
            return Err(value(&self.fingerprint, "finding with a place"));
        }
        let mut evidence_of = Vec::new();
        for (claim, line) in &self.evidence_of {
            evidence_of.push((claim.clone(), hash(line)?));
        }
        Ok(Finding {
            rule: self.rule.as_str().into(),
            group: Group::from_name(&self.group).ok_or_else(|| value(&self.group, "group"))?,
            level: Level::from_name(&self.level).ok_or_else(|| value(&self.level, "level"))?,
            status: match self.status.as_str() {
                "allowed" => Status::Allowed,
                "baselined" => Status::Baselined,
                _ => Status::Open,
            },
            change: None,
            cause: None,
            spared: false,
            fingerprint: hash(&self.fingerprint)?,
            shown_digits: Fingerprint::SHOWN_DIGITS,
            evidence: hash(&self.evidence)?,
            evidence_of,
            message: self.message.clone(),
            help: self.help.clone(),
            key: self.key.iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
            claims: self.claims.clone(),
            repairs: Vec::new(),
            assumed: Vec::new(),
            locations,
            steps: Vec::new(),
            proof: Arc::new(self.proof.tree()),
        })
    }
}

impl ProofIn {
    /// The proof without the places of rules, of which a report holds only the lines.
    fn tree(&self) -> ProofTree {
        ProofTree {
            kind: ProofKind::from_name(&self.kind).unwrap_or(ProofKind::Cut),
            fact: self.fact.clone(),
            rule: None,
            text: self.text.clone(),
            location: self.location,
            premises: self.premises.iter().map(|premise| Arc::new(premise.tree())).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples::Sample;
    use crate::report::{Json, Reporter};

    #[test]
    fn a_report_comes_back() {
        for sample in [Sample::promise(), Sample::costs(), Sample::block(), Sample::wide(), Sample::hostile()] {
            let mut report = sample.report();
            report.diagnostics = &[];
            let mut written = Vec::new();
            Json.write(&report, &mut written).unwrap();
            let saved = Saved::read(std::str::from_utf8(&written).unwrap()).unwrap();
            assert_eq!((saved.today, saved.dataset), (report.today, report.dataset));
            assert_eq!(saved.findings.len(), sample.findings.len());
            for (again, found) in saved.findings.iter().zip(&sample.findings) {
                assert_eq!(
                    (again.fingerprint, again.evidence, again.level),
                    (found.fingerprint, found.evidence, found.level)
                );
                assert_eq!((&again.message, &again.claims), (&found.message, &found.claims));
                for (one, other) in again.locations.iter().zip(&found.locations) {
                    let (here, there) = (saved.sources.range(one.span).0, sample.sources.range(other.span).0);
                    assert_eq!((here.line, here.column), (there.line, there.column));
                    assert_eq!(saved.sources.text(one.span), sample.sources.text(other.span));
                }
            }
        }
    }

    #[test]
    fn what_is_no_report_is_refused() {
        let check = |text: &str, expect: &str| assert_eq!(Saved::read(text).unwrap_err().to_string(), expect, "{text}");
        check("{", "it is no JSON report: EOF while parsing an object at line 1 column 1");
        check(
            r#"{"schema":"gainsay.statistics/1"}"#,
            "it is a document `gainsay.statistics/1`, not `gainsay.report/1`",
        );
        let report = |findings: &str, diagnostics: &str| {
            format!(
                r#"{{"schema":"gainsay.report/1","today":"2026-01-01","dataset":{{"files":1,"claims":1,"sources":1,"rules":1}},
                "findings":[{findings}],"diagnostics":[{diagnostics}]}}"#
            )
        };
        check(&report("", r#"{"level":"error"}"#), "its data set could not be checked");
        let finding = |level: &str, line: usize| {
            format!(
                r#"{{"rule":"r","group":"tension","level":"{level}","status":"open","fingerprint":"0123456789abcdef",
                "evidence":"0123456789abcdef","evidence_of":{{}},"message":"m","help":null,"key":{{}},"claims":[],
                "locations":[{{"role":"primary","claim":null,"path":"a.yaml","text":"x",
                "range":{{"start":{{"line":{line},"column":1}}}}}}],"proof":{{"kind":"given","fact":"f"}}}}"#
            )
        };
        check(&report(&finding("grave", 1), ""), "`grave` is no level");
        check(&report(&finding("error", 0), ""), "it names places that no file has");
        check(&report(&finding("error", usize::MAX), ""), "it names places that no file has");
        assert_eq!(Saved::read(&report(&finding("error", 7), "")).unwrap().findings.len(), 1);
    }
}
