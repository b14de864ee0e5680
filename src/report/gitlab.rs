//! The `gitlab` format: a Code Quality report, a JSON list with one object for each problem and finding.

use std::io;

use serde::Serialize;

use crate::base::Level;

use super::items::{Item, in_one_line, place};
use super::json::pretty;
use super::visible::visible;
use super::{Report, Reporter};

/// The `gitlab` format. The service compares the fingerprints of both branches itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Gitlab;

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

impl Reporter for Gitlab {
    fn write(&self, report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        let items = Item::all(report);
        let issues: Vec<Issue<'_>> = items.iter().map(|item| issue(report, item)).collect();
        out.write_all(pretty(&issues)?.as_bytes())
    }
}

fn issue<'a>(report: &Report<'a>, item: &Item<'a>) -> Issue<'a> {
    let other = |other: &super::items::Other<'_>| {
        let at = place(report.sources, other.span);
        if other.name == at { at } else { format!("{} at {at}", other.name) }
    };
    let others: Vec<String> = item.others.iter().map(other).collect();
    let see = if others.is_empty() { String::new() } else { format!(" (see {})", others.join(", ")) };
    Issue {
        description: visible(&format!("{}{see}", item.message)),
        check_name: item.name,
        fingerprint: item.fingerprint.to_string(),
        severity: match item.level {
            Level::Error => "critical",
            Level::Warning => "major",
            Level::Advice => "minor",
        },
        location: Location {
            path: &report.sources.file(item.span.file).path,
            lines: Lines { begin: in_one_line(report.sources, item.span).0.line.get() },
        },
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;
    use crate::report::samples::{Sample, assert_fits, each, snapshot};

    #[test]
    fn every_item_is_an_issue_with_the_other_side_named() {
        each(&mut |sample, report| {
            let read: Value = serde_json::from_str(&Sample::write(&Gitlab, report)).unwrap();
            assert_fits("gitlab-code-quality.json", &read);
            let (issues, items) = (read.as_array().unwrap(), Item::all(report));
            assert_eq!(issues.len(), items.len(), "{sample}");
            for (issue, item) in issues.iter().zip(&items) {
                let description = issue["description"].as_str().unwrap();
                assert!(description.starts_with(&visible(item.message)), "{sample}");
                assert!(item.others.iter().all(|other| description.contains(&visible(&other.name))), "{sample}");
                assert_eq!(issue["location"]["path"], *report.sources.file(item.span.file).path);
            }
            let all: BTreeSet<&str> = issues.iter().filter_map(|issue| issue["fingerprint"].as_str()).collect();
            assert_eq!(all.len(), items.len(), "{sample}");
        });
        snapshot("formats-gitlab", &Sample::write(&Gitlab, &Sample::quarrel().report()));
        assert_eq!(Sample::write(&Gitlab, &Sample::empty().report()), "[]\n");
    }
}
