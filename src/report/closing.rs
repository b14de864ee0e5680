//! The last lines of a report for people: how much was found in how much, and what the exit code means.

use std::collections::BTreeSet;

use crate::base::{Level, date};
use crate::lints::Group;

use super::visible::visible;
use super::{Report, count, difference};

/// The closing sentences, in order; the last one names the exit code.
pub(super) fn closing(report: &Report<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    let files: BTreeSet<_> = report.diagnostics.iter().map(|problem| problem.primary.span.file).collect();
    let problems = format!("{} in {}", count(report.diagnostics.len(), "problem"), count(files.len(), "file"));
    if report.stopped {
        lines.push(format!("{problems}; no rule ran.  {}", exit(report)));
        return lines;
    }
    if !report.diagnostics.is_empty() {
        lines.push(problems);
    }
    lines.push(findings(report));
    let size = report.dataset;
    lines.push(format!(
        "{}, {}, {}, {}, today = {}.  {}",
        count(size.claims, "claim"),
        count(size.sources, "source"),
        count(size.files, "file"),
        count(size.rules, "rule"),
        date::iso(report.today),
        exit(report),
    ));
    lines
}

/// `3 findings: 2 tension, 1 sourcing`.
fn findings(report: &Report<'_>) -> String {
    let allowed = accepted(report);
    if let Some(counts) = difference::counts(report) {
        return format!("{counts}{allowed}");
    }
    let verb = if report.view.hidden == 1 { "is" } else { "are" };
    let number = report.open().count();
    let hidden = match (report.view.hidden, number) {
        (0, _) => String::new(),
        (hidden, 0) => return format!("no findings pass the filters{allowed}; {hidden} {verb} not shown"),
        (hidden, _) => format!("; {hidden} more {verb} not shown"),
    };
    if number == 0 {
        return format!("no findings{allowed}");
    }
    let groups: Vec<_> = Group::ALL
        .into_iter()
        .map(|group| (report.open().filter(|finding| finding.group == group).count(), group.name()))
        .filter(|&(number, _)| number > 0)
        .map(|(number, name)| format!("{number} {name}"))
        .collect();
    format!("{}: {}{allowed}{hidden}", count(number, "finding"), groups.join(", "))
}

/// ` (2 allowed, 3 in the baseline)`; nothing where nothing is accepted.
fn accepted(report: &Report<'_>) -> String {
    let said = [(report.allowed(), "allowed"), (report.baselined(), "in the baseline")];
    let said: Vec<String> =
        said.into_iter().filter(|&(number, _)| number > 0).map(|(number, what)| format!("{number} {what}")).collect();
    if said.is_empty() { String::new() } else { format!(" ({})", said.join(", ")) }
}

/// How many claims are named.
const MOST_CARRIED: usize = 3;

/// `carried most by a (1.75), b (1.58)`; nothing where no claim stands in two of the findings, so that none stands out, and
/// where a table says it.
pub(super) fn carried(report: &Report<'_>) -> Option<String> {
    let stand_out = !report.view.statistics && report.culpability.iter().any(|claim| claim.findings > 1);
    let first = report.culpability.iter().take(MOST_CARRIED);
    let named: Vec<String> = first.map(|claim| format!("{} ({})", visible(&claim.short), claim.share)).collect();
    stand_out.then(|| format!("carried most by {}", named.join(", ")))
}

/// The exit code, and why it is that one.
fn exit(report: &Report<'_>) -> String {
    let at_gate = |gate: Level| report.open().filter(|finding| finding.level >= gate).count();
    let command = if report.compared.is_some() { "diff" } else { "check" };
    let strict = match report.strict {
        0 => String::new(),
        1 => "1 entry of `allow` or the baseline is stale or broad".to_owned(),
        number => format!("{number} entries of `allow` or the baseline are stale or broad"),
    };
    let why = match (report.exit, report.gate) {
        (1, Some(gate)) if at_gate(gate) > 0 && report.strict > 0 => {
            format!("{}, and {strict}", gating(report, at_gate(gate), gate))
        }
        (1, _) if report.strict > 0 && report.gate.is_none_or(|gate| at_gate(gate) == 0) => strict,
        (0 | 1, None) => format!("`{command}` never fails on findings"),
        (1, Some(gate)) if at_gate(gate) > 0 => gating(report, at_gate(gate), gate),
        (0 | 1, Some(Level::Error)) if report.compared.is_none() => "`check` fails on error only".to_owned(),
        (0 | 1, Some(gate)) if report.compared.is_none() => format!("`check` fails from {} up", gate.name()),
        (0 | 1, Some(gate)) => format!("`diff` fails on new and changed findings from {} up", gate.name()),
        _ => "the data set could not be checked".to_owned(),
    };
    format!("exit {}: {why}", report.exit)
}

/// How many findings fail the command.
fn gating(report: &Report<'_>, number: usize, gate: Level) -> String {
    let least = if gate == Level::Error { "of level" } else { "at or above" };
    let which = if report.compared.is_some() { "new or changed finding" } else { "finding" };
    format!("{} {least} {}", count(number, which), gate.name())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::findings::Status;
    use crate::report::samples::Sample;
    use crate::report::{Counts, View};

    #[test]
    fn the_last_line_says_what_would_have_failed() {
        let sample = Sample::promise();
        let check = |gate, exit, expect: &[&str]| {
            let report = Report { gate, exit, ..sample.report() };
            assert_eq!(closing(&report), expect);
        };
        let counts = "139 claims, 2 sources, 4 files, 15 rules, today = 2026-11-21.";
        let ending = |end: &str| format!("{counts}  {end}");
        check(Some(Level::Error), 0, &["1 finding: 1 tension", &ending("exit 0: `check` fails on error only")]);
        check(Some(Level::Error), 1, &["1 finding: 1 tension", &ending("exit 1: `check` fails on error only")]);
        check(Some(Level::Warning), 1, &["1 finding: 1 tension", &ending("exit 1: 1 finding at or above warning")]);
        check(Some(Level::Advice), 0, &["1 finding: 1 tension", &ending("exit 0: `check` fails from advice up")]);
        check(None, 0, &["1 finding: 1 tension", &ending("exit 0: `check` never fails on findings")]);
        check(None, 2, &["1 finding: 1 tension", &ending("exit 2: the data set could not be checked")]);
    }

    #[test]
    fn what_filters_hide_is_counted() {
        let mut sample = Sample::promise();
        let check = |sample: &Sample, hidden, expect: &str| {
            let view = View { hidden, ..View::default() };
            assert_eq!(closing(&Report { view: &view, ..sample.report() })[0], expect);
        };
        check(&sample, 0, "1 finding: 1 tension");
        check(&sample, 1, "1 finding: 1 tension; 1 more is not shown");
        check(&sample, 5, "1 finding: 1 tension; 5 more are not shown");
        sample.findings[0].status = Status::Allowed;
        check(&sample, 0, "no findings (1 allowed)");
        check(&sample, 2, "no findings pass the filters (1 allowed); 2 are not shown");
        sample.findings.push(sample.findings[0].clone());
        sample.findings[1].status = Status::Baselined;
        check(&sample, 0, "no findings (1 allowed, 1 in the baseline)");
        sample.findings[0].status = Status::Baselined;
        check(&sample, 0, "no findings (2 in the baseline)");
    }

    #[test]
    fn claims_that_stand_out_are_named() {
        let mut sample = Sample::promise();
        let (shown, findings) = (sample.findings[0].clone(), sample.findings.len());
        let check = |sample: &Sample, view: &View, expect: Option<&str>| {
            assert_eq!(carried(&Report { view, ..sample.report() }).as_deref(), expect);
        };
        sample.carry();
        check(&sample, &View::default(), None);
        sample.findings.resize(findings + 1, shown);
        sample.findings[1].claims = ["b/x", "c/y", "d/z", "e/\u{1b}"].map(str::to_owned).to_vec();
        sample.carry();
        check(&sample, &View::default(), None);
        sample.findings[1].claims[2] = "bloomberg-2015/two-allies".to_owned();
        sample.carry();
        let first = "carried most by two-allies (0.58), jafari-doubt (0.33), no-backstab (0.33)";
        check(&sample, &View::default(), Some(first));
        check(&sample, &View { statistics: true, ..View::default() }, None);
        sample.findings[0].status = Status::Allowed;
        sample.findings.push(sample.findings[1].clone());
        sample.findings[1].claims.remove(0);
        sample.carry();
        check(&sample, &View::default(), Some("carried most by two-allies (0.58), y (0.58), \\u{1b} (0.58)"));
    }

    #[test]
    fn nothing_found_and_nothing_run() {
        let sample = Sample::broken_rule();
        let report = Report { dataset: Counts { files: 1, claims: 1, sources: 1, rules: 1 }, ..sample.report() };
        assert_eq!(closing(&report), ["1 problem in 1 file; no rule ran.  exit 2: the data set could not be checked"]);
        let report = Report { stopped: false, exit: 0, gate: Some(Level::Error), diagnostics: &[], ..report };
        assert_eq!(
            closing(&report),
            [
                "no findings",
                "1 claim, 1 source, 1 file, 1 rule, today = 2026-11-21.  exit 0: `check` fails on error only"
            ]
        );
    }
}
