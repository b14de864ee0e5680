//! How many findings each rule has, and what claims carry.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::base::Level;
use crate::findings::Status;
use crate::lints::Group;

use super::{Report, Table};

/// The findings of one rule at one level.
pub(super) struct Count<'a> {
    pub(super) level: Level,
    pub(super) group: Group,
    pub(super) rule: &'a str,
    /// Findings that nobody has accepted.
    pub(super) open: usize,
    /// Findings that `allow` entries accept.
    pub(super) allowed: usize,
    /// Findings that the baseline holds.
    pub(super) baselined: usize,
}

/// The counts of all rules that have findings, in the order of reports.
pub(super) fn counts<'a>(report: &Report<'a>) -> Vec<Count<'a>> {
    let mut rules: BTreeMap<(Reverse<Level>, Group, &str), [usize; 3]> = BTreeMap::new();
    for finding in report.findings {
        let of_rule = rules.entry((Reverse(finding.level), finding.group, &finding.rule)).or_default();
        of_rule[match finding.status {
            Status::Open => 0,
            Status::Allowed => 1,
            Status::Baselined => 2,
        }] += 1;
    }
    let counts = rules.into_iter();
    let counts = counts.map(|((Reverse(level), group, rule), [open, allowed, baselined])| Count {
        level,
        group,
        rule,
        open,
        allowed,
        baselined,
    });
    counts.collect()
}

/// The counts in columns; those of accepted findings only where there are some.
pub(super) fn table(report: &Report<'_>) -> Table {
    let counts = counts(report);
    let some_allowed = counts.iter().any(|count| count.allowed > 0);
    let some_baselined = counts.iter().any(|count| count.baselined > 0);
    let mut header = vec!["level", "group", "rule", "findings"];
    header.extend(some_allowed.then_some("allowed"));
    header.extend(some_baselined.then_some("in the baseline"));
    let mut table = Table::new(&header).right(3).right(4).right(5);
    for count in counts {
        let mut row: Vec<String> = [count.level.name(), count.group.name(), count.rule].map(str::to_owned).to_vec();
        row.push(count.open.to_string());
        row.extend(some_allowed.then(|| count.allowed.to_string()));
        row.extend(some_baselined.then(|| count.baselined.to_string()));
        table.push(row);
    }
    table
}

/// The claims that carry the most, with how many findings they stand in and what they carry.
pub(super) fn carried(report: &Report<'_>) -> Table {
    let mut table = Table::new(&["claim", "findings", "carries"]).right(1).right(2);
    for claim in &report.culpability[..report.culpability.len().min(report.view.most.unwrap_or(usize::MAX))] {
        table.push([claim.short.clone(), claim.findings.to_string(), claim.share.to_string()]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::View;
    use crate::report::samples::Sample;

    #[test]
    fn a_rule_has_a_line_for_each_of_its_levels() {
        let mut sample = Sample::promise();
        let found = sample.findings[0].clone();
        let raised = crate::findings::Finding { level: Level::Error, ..found.clone() };
        sample.findings = vec![raised, found.clone(), found.clone()];
        let check = |sample: &Sample, expect: &[&str]| {
            assert_eq!(table(&sample.report()).lines(None, "…").lines().collect::<Vec<_>>(), expect);
        };
        let open = [
            "level    group    rule              findings",
            "error    tension  promise-vs-doubt         1",
            "warning  tension  promise-vs-doubt         2",
        ];
        check(&sample, &open);
        sample.findings[2].status = Status::Allowed;
        let allowed = [
            "level    group    rule              findings  allowed",
            "error    tension  promise-vs-doubt         1        0",
            "warning  tension  promise-vs-doubt         1        1",
        ];
        check(&sample, &allowed);
        sample.findings[1].status = Status::Baselined;
        let accepted = [
            "level    group    rule              findings  allowed  in the baseline",
            "error    tension  promise-vs-doubt         1        0                0",
            "warning  tension  promise-vs-doubt         0        1                1",
        ];
        check(&sample, &accepted);
        sample.findings[1].status = Status::Open;
        sample.carry();
        let carried = [
            "claim         findings  carries",
            "jafari-doubt         2     0.67",
            "no-backstab          2     0.67",
            "two-allies           2     0.67",
        ];
        for most in [None, Some(2)] {
            let view = View { most, ..View::default() };
            let table = super::carried(&Report { view: &view, ..sample.report() });
            let expect = &carried[..most.map_or(4, |most| most + 1)];
            assert_eq!(table.lines(None, "…").lines().collect::<Vec<_>>(), expect);
        }
        sample.findings.clear();
        check(&sample, &[]);
    }
}
