//! `--from-report`: reports that were saved, compared where there is no git.

use std::collections::BTreeMap;
use std::path::Path;

use crate::base::fs::read_rows;
use crate::base::{Day, Level, Pool, SourceMap};
use crate::cli::locate::Located;
use crate::cli::outputs::Outputs;
use crate::cli::selection::Selection;
use crate::cli::{CLEAN, FOUND, Failure, check, levels};
use crate::engine::Outcome;
use crate::engine::edit;
use crate::facts::Dataset;
use crate::findings::{self, Change, Finding, Fingerprint};
use crate::lints::Lint;
use crate::report::{Compared, Counts, Report, Saved};

use super::{DiffArguments, short_fingerprints};

/// A state after, of whatever it was made.
pub(super) struct Head {
    pub(super) name: String,
    pub(super) findings: Vec<Finding>,
    pub(super) sources: SourceMap,
    pub(super) dataset: Counts,
    pub(super) today: Day,
    /// The claims of the data set, with what they say; `None` where only those of findings are known.
    pub(super) claims: Option<BTreeMap<String, Fingerprint>>,
    /// The rules of the data set; none where only those of findings are known.
    pub(super) lints: Vec<Lint>,
    /// The data set, with what of it is to be shown.
    pub(super) located: Option<Located>,
    /// The least level that fails the command; `None` is never.
    pub(super) gate: Option<Level>,
}

impl Head {
    /// The state of a data set that was checked.
    pub(super) fn of(outcome: Outcome, today: Day, located: Located, gate: Option<Level>) -> Self {
        let claims = Some(edit::evidence(&outcome));
        let dataset = check::report(&outcome, &[], today).dataset;
        let Outcome { findings, sources, lints, .. } = outcome;
        let (name, located) = ("working tree".to_owned(), Some(located));
        Self { name, findings, sources, dataset, today, claims, lints, located, gate }
    }

    /// The state that a report was made of.
    pub(super) fn saved(path: &Path, gate: Option<Level>) -> Result<Self, Failure> {
        let Saved { today, dataset, findings, sources } = read(path)?;
        let name = path.display().to_string();
        Ok(Self { name, findings, sources, dataset, today, claims: None, lints: Vec::new(), located: None, gate })
    }
}

/// Reads a report.
pub(super) fn read(path: &Path) -> Result<Saved, Failure> {
    let name = path.display();
    let wrong = |what: String| {
        let failure = Failure::new(format!("{name} cannot be compared: {what}"));
        failure.with_help("save a report with `gainsay check --format json=FILE`")
    };
    let bytes = read_rows(path).map_err(|error| wrong(error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|_| wrong("it is not UTF-8".to_owned()))?;
    Saved::read(&text).map_err(|error| wrong(error.to_string()))
}

/// A rule that neither state knows would let the command pass without a look at anything.
fn known(base: &[Finding], head: &Head, arguments: &DiffArguments) -> Result<(), Failure> {
    let is_found = |name: &&String| base.iter().chain(&head.findings).any(|finding| *finding.rule == ***name);
    let mut unknown = arguments.selection.only.iter().filter(|name| !is_found(name));
    unknown.try_for_each(|name| levels::known(name, &head.lints, "only"))
}

/// Compares, writes what has become of the findings, and gives the exit code.
pub(super) fn compare(
    base: Saved,
    from: &Path,
    mut head: Head,
    arguments: &DiffArguments,
    outputs: &Outputs<'_>,
) -> Result<u8, Failure> {
    known(&base.findings, &head, arguments)?;
    let of_findings = |findings: &[Finding]| -> BTreeMap<String, Fingerprint> {
        findings.iter().flat_map(|finding| finding.evidence_of.iter().cloned()).collect()
    };
    let before = of_findings(&base.findings);
    let after = head.claims.take().unwrap_or_else(|| of_findings(&head.findings));
    let only = |these: &BTreeMap<String, Fingerprint>, those: &BTreeMap<String, Fingerprint>| {
        let only = these.iter().filter(|(claim, _)| !those.contains_key(*claim));
        only.map(|(claim, said)| (claim.clone(), *said)).collect::<BTreeMap<String, Fingerprint>>()
    };
    let renamed = edit::renamed(&only(&before, &after), &only(&after, &before)).into_iter().collect();
    let comparison = findings::compare(&base.findings, &head.findings, &renamed);
    for (finding, (change, _)) in head.findings.iter_mut().zip(&comparison.head) {
        finding.change = Some(*change);
    }
    let is_gone = |index: &usize| comparison.fixed.binary_search(index).is_ok();
    let fixed = base.findings.into_iter().enumerate().filter(|(index, _)| is_gone(index));
    let mut fixed: Vec<Finding> =
        fixed.map(|(_, finding)| Finding { change: Some(Change::Fixed), ..finding }).collect();
    short_fingerprints(&mut head.findings, &mut fixed);
    let counted = |findings: &[Finding]| findings.iter().filter(|finding| finding.counts()).count();
    let all = counted(&head.findings);
    let (dataset, pool) = (Dataset::default(), Pool::new());
    let selection = Selection::new(&arguments.selection, &dataset, &pool)?;
    let passes = |finding: &Finding, sources: &SourceMap| {
        selection.passes(finding, &dataset, &pool)
            && head.located.as_ref().is_none_or(|located| check::is_shown(finding, sources, located))
    };
    head.findings.retain(|finding| passes(finding, &head.sources));
    fixed.retain(|finding| passes(finding, &base.sources));
    let gate = head.gate;
    let gated = gate.is_some_and(|gate| head.findings.iter().any(|finding| finding.counts() && finding.level >= gate));
    let exit = if gated { FOUND } else { CLEAN };
    let view = check::view(&arguments.report, None, Vec::new(), all - counted(&head.findings));
    let base_name = from.display().to_string();
    let compared = Compared {
        base: &base_name,
        head: &head.name,
        joint: "..",
        fixed: &fixed,
        base_sources: &base.sources,
        edit: None,
    };
    let report = Report {
        findings: &head.findings,
        culpability: &[],
        diagnostics: &[],
        sources: &head.sources,
        dataset: head.dataset,
        today: head.today,
        stopped: false,
        gate,
        strict: 0,
        exit,
        compared: Some(&compared),
        view: &view,
    };
    outputs.write(&report)?;
    Ok(exit)
}
