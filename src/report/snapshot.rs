//! The report under review: as a page that people read in a diff, and as a list of what identifies each finding.
//!
//! Both are the same for the same findings: sorted by names, not by places, without times and without absolute paths. The
//! page is made from the list and the drawings, so that some findings can be taken over and others left as they were.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;

use serde::{Deserialize, Serialize};
use similar::TextDiff;

use crate::base::{Day, SourceMap, date};
use crate::findings::{Finding, Fingerprint, Status};
use crate::lints::Group;

use super::visible::visible;
use super::{Terminal, Tool, count, line};

/// The version of the list.
const SCHEMA: &str = "gainsay.snapshot/1";
/// Columns that drawings fill.
const WIDTH: usize = 100;
/// Lines around a difference.
const CONTEXT: usize = 3;

/// The findings of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    today: String,
    findings: BTreeMap<String, Seen>,
}

/// A finding as it was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    known: Known,
    /// How it is drawn.
    pub text: String,
}

/// What a line of the list holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    fingerprint: String,
    rule: String,
    group: String,
    level: String,
    status: String,
    evidence: String,
    /// How many digits of the fingerprint its heading has.
    digits: usize,
    /// The hash of its drawing.
    text: String,
}

impl Seen {
    fn of(finding: &Finding, sources: &SourceMap) -> io::Result<Self> {
        let text = if finding.status == Status::Open {
            let terminal = Terminal { width: WIDTH, unicode: true, color: false };
            terminal.picture(sources, finding)?
        } else {
            visible(&finding.message)
        };
        let text: String = text.trim().lines().flat_map(|line| [line.trim_end(), "\n"]).collect();
        let known = Known {
            fingerprint: finding.fingerprint.to_string(),
            rule: finding.rule.to_string(),
            group: finding.group.name().to_owned(),
            level: finding.level.name().to_owned(),
            status: finding.status.name().to_owned(),
            evidence: finding.evidence.to_string(),
            digits: finding.shown_digits,
            text: hash(&text),
        };
        Ok(Self { known, text })
    }

    /// The rule and the beginning of the fingerprint.
    #[must_use]
    pub fn name(&self) -> String {
        let digits: String = self.known.fingerprint.chars().take(self.known.digits).collect();
        visible(&format!("{} {digits}", self.known.rule))
    }

    /// What stands below the heading of its section: its level, its group, what has become of it, how it is drawn.
    #[must_use]
    pub fn section(&self) -> String {
        let Known { level, group, status, .. } = &self.known;
        let status = if *status == Status::Open.name() { String::new() } else { format!(", {status}") };
        // Longer than any run of backticks inside.
        let longest = self.text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        let fence = "`".repeat((longest + 1).max(3));
        let head = visible(&format!("{level}, {group}{status}"));
        format!("{head}\n\n{fence}text\n{}{fence}\n", self.text)
    }
}

fn hash(text: &str) -> String {
    Fingerprint::of_parts([text], 0).to_string()
}

/// How a finding of one snapshot stands to the same finding of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    /// Only the later one has it.
    New,
    /// Only the earlier one has it.
    Fixed,
    /// Its claims say something else, or its level or status is another.
    Changed,
    /// Only its drawing is another: claims have moved, or the words around it.
    Redrawn,
}

impl Difference {
    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Fixed => "fixed",
            Self::Changed => "changed",
            Self::Redrawn => "redrawn",
        }
    }
}

impl Snapshot {
    /// The findings of a run; the places of `sources` are relative to the data set's root.
    ///
    /// # Errors
    ///
    /// What drawing says.
    pub fn of(findings: &[Finding], sources: &SourceMap, today: Day) -> io::Result<Self> {
        let seen = findings.iter().map(|f| Ok((f.fingerprint.to_string(), Seen::of(f, sources)?)));
        Ok(Self { today: date::iso(today), findings: seen.collect::<io::Result<_>>()? })
    }

    /// The page that people read.
    #[must_use]
    pub fn page(&self) -> String {
        let mut text = format!("# Findings\n\n{}\n", self.counts());
        for seen in self.in_order() {
            write!(text, "\n## {}\n\n{}", seen.name(), seen.section()).expect("a string takes all");
        }
        text
    }

    /// The list, one line for each finding.
    ///
    /// # Errors
    ///
    /// None for texts, of which it consists.
    pub fn list(&self) -> io::Result<String> {
        let tool = line(&Tool::THIS)?;
        let mut text = format!("{{\"schema\": \"{SCHEMA}\", \"tool\": {},\n", tool.trim_end());
        writeln!(text, "\"today\": \"{}\",", visible(&self.today)).expect("a string takes all");
        text.push_str("\"findings\": [\n");
        let lines = self.findings.values().map(|seen| Ok(line(&seen.known)?.trim_end().to_owned()));
        text.push_str(&lines.collect::<io::Result<Vec<String>>>()?.join(",\n"));
        text.push_str("\n]}\n");
        Ok(text)
    }

    /// Reads what was written.
    ///
    /// # Errors
    ///
    /// Why the two are no snapshot, in words behind "the snapshot".
    pub fn read(list: &str, page: &str) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Root {
            schema: String,
            today: String,
            findings: Vec<Known>,
        }
        let root: Root = serde_json::from_str(list).map_err(|error| format!("cannot be read: {error}"))?;
        if root.schema != SCHEMA {
            return Err(format!("is of the form `{}`, not `{SCHEMA}`", root.schema));
        }
        let mut texts = sections(page);
        let mut findings = BTreeMap::new();
        for known in root.findings {
            let mut seen = Seen { known, text: String::new() };
            let apart = |name: &str| format!("does not hold together: `{name}` of the list is another in the page");
            seen.text = texts.remove(&seen.name()).ok_or_else(|| apart(&seen.name()))?;
            if hash(&seen.text) != seen.known.text {
                return Err(apart(&seen.name()));
            }
            findings.insert(seen.known.fingerprint.clone(), seen);
        }
        Ok(Self { today: root.today, findings })
    }

    /// The differences of a later snapshot to this one, in the order of the page.
    #[must_use]
    pub fn differences<'s>(&'s self, later: &'s Self) -> Vec<(Difference, &'s Seen)> {
        let here = self.in_order().filter(|seen| !later.findings.contains_key(&seen.known.fingerprint));
        let gone = here.map(|seen| (Difference::Fixed, seen));
        let there = later.in_order().filter_map(|seen| Some((self.difference(seen)?, seen)));
        let mut all: Vec<(Difference, &Seen)> = there.chain(gone).collect();
        all.sort_by_key(|(_, seen)| (&seen.known.rule, &seen.known.fingerprint));
        all
    }

    fn difference(&self, later: &Seen) -> Option<Difference> {
        let Some(earlier) = self.findings.get(&later.known.fingerprint) else { return Some(Difference::New) };
        let said = |known: &Known| (known.evidence.clone(), known.level.clone(), known.status.clone());
        if said(&earlier.known) != said(&later.known) {
            return Some(Difference::Changed);
        }
        (earlier.text != later.text || earlier.known != later.known).then_some(Difference::Redrawn)
    }

    /// The lines of a finding that are others in a later snapshot, with some around them; lines that come begin with `+`,
    /// and lines that go with `-`.
    #[must_use]
    pub fn diff(&self, seen: &Seen, later: &Self) -> String {
        let section = |of: &Self| of.findings.get(&seen.known.fingerprint).map(Seen::section).unwrap_or_default();
        lines(&section(self), &section(later))
    }

    /// The lines at the head of the page that are others in a later snapshot.
    #[must_use]
    pub fn head_diff(&self, later: &Self) -> String {
        lines(&format!("{}\n", self.counts()), &format!("{}\n", later.counts()))
    }

    /// This snapshot with some findings as they are in a later one, whose day it takes.
    #[must_use]
    pub fn with(&self, taken: &[&Seen], later: &Self) -> Self {
        let mut findings = self.findings.clone();
        for seen in taken {
            let key = &seen.known.fingerprint;
            match later.findings.get(key) {
                Some(seen) => findings.insert(key.clone(), seen.clone()),
                None => findings.remove(key),
            };
        }
        Self { today: later.today.clone(), findings }
    }

    /// A snapshot of nothing.
    #[must_use]
    pub fn empty(today: Day) -> Self {
        Self { today: date::iso(today), findings: BTreeMap::new() }
    }

    /// The findings by rule and fingerprint.
    fn in_order(&self) -> impl Iterator<Item = &Seen> {
        let mut all: Vec<&Seen> = self.findings.values().collect();
        all.sort_by_key(|seen| (&seen.known.rule, &seen.known.fingerprint));
        all.into_iter()
    }

    /// How many findings there are, and the day.
    fn counts(&self) -> String {
        let with_status =
            |status: Status| self.findings.values().filter(move |seen| seen.known.status == status.name());
        let open = with_status(Status::Open).count();
        let of = |group: &Group| with_status(Status::Open).filter(|seen| seen.known.group == group.name()).count();
        let groups = Group::ALL.into_iter().filter(|group| of(group) > 0);
        let groups: Vec<String> = groups.map(|group| format!("{} {}", of(&group), group.name())).collect();
        let groups = if groups.is_empty() { String::new() } else { format!(": {}", groups.join(", ")) };
        let accepted = [(Status::Allowed, "allowed"), (Status::Baselined, "in the baseline")];
        let accepted: Vec<String> = accepted
            .into_iter()
            .map(|(status, what)| (with_status(status).count(), what))
            .filter(|(number, _)| *number > 0)
            .map(|(number, what)| format!("{number} {what}"))
            .collect();
        let accepted = if accepted.is_empty() { String::new() } else { format!(" ({})", accepted.join(", ")) };
        format!("{}{groups}{accepted}, today = {}", count(open, "finding"), visible(&self.today))
    }
}

/// The drawings of a page by the headings of their sections; what stands in a fence begins no section.
fn sections(page: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut heading = String::new();
    let mut fence = None;
    let mut text = String::new();
    for line in page.lines() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        match fence {
            None if ticks >= 3 => fence = Some(ticks),
            None => {
                if let Some(name) = line.strip_prefix("## ") {
                    name.clone_into(&mut heading);
                }
            }
            Some(open) if ticks == open && line.len() == ticks => {
                found.insert(std::mem::take(&mut heading), std::mem::take(&mut text));
                fence = None;
            }
            Some(_) => text.extend([line, "\n"]),
        }
    }
    found
}

/// A unified diff of two texts without its header, made safe to print. Texts are those of one finding, so they are short.
fn lines(old: &str, new: &str) -> String {
    let diff = TextDiff::from_lines(old, new);
    let mut text = String::new();
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        for change in hunk.iter_changes() {
            let line = change.value().trim_end_matches(['\n', '\r']);
            writeln!(text, "{}{}", change.tag(), visible(line)).expect("a string takes all");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples::Sample;

    fn snapshot(sample: &Sample) -> Snapshot {
        Snapshot::of(&sample.findings, sample.report().sources, 0).unwrap()
    }

    #[test]
    fn what_is_written_is_read() {
        let mut sample = Sample::promise();
        sample.findings[0].message = "```\n## heading\n````` <b>&\u{1b}[31m".to_owned();
        let other = Finding {
            fingerprint: Fingerprint::of_parts(["x"], 0),
            status: Status::Allowed,
            ..sample.findings[0].clone()
        };
        sample.findings.push(other);
        let now = snapshot(&sample);
        let (list, page) = (now.list().unwrap(), now.page());
        assert_eq!(Snapshot::read(&list, &page), Ok(now.clone()));
        assert_eq!(Snapshot::read(&list, &page.replace('\n', "\r\n")), Ok(now.clone()));
        assert!(!list.contains('\u{1b}') && !page.contains('\u{1b}'));
        assert_eq!(list.matches(env!("CARGO_PKG_VERSION")).count(), 1);
        assert!(list.lines().next().unwrap().contains(env!("CARGO_PKG_VERSION")));
        assert!(Snapshot::read(&list, &page.replace("<b>", "<i>")).unwrap_err().contains("does not hold together"));
        assert!(Snapshot::read(&list, "").is_err() && Snapshot::read("[", &page).is_err());
        assert!(Snapshot::read(&list.replace("snapshot/1", "snapshot/2"), &page).is_err());
    }

    #[test]
    fn differences_have_words_and_can_be_taken_over_one_by_one() {
        let mut sample = Sample::promise();
        let first = sample.findings[0].clone();
        let of = |text: &str| Finding { fingerprint: Fingerprint::of_parts([text], 0), ..first.clone() };
        sample.findings = ["a", "b", "c", "d"].map(of).to_vec();
        let before = snapshot(&sample);
        sample.findings.remove(0);
        sample.findings[0].evidence = Fingerprint::of_parts(["other"], 0);
        sample.findings[1].message.push_str(", later");
        sample.findings.push(of("e"));
        let after = snapshot(&sample);
        let differences = before.differences(&after);
        let words = |wanted: Difference| differences.iter().filter(|(difference, _)| *difference == wanted).count();
        assert_eq!(
            [Difference::New, Difference::Fixed, Difference::Changed, Difference::Redrawn].map(words),
            [1, 1, 1, 1]
        );
        assert_eq!(before.differences(&before), []);
        let all: Vec<&Seen> = differences.iter().map(|(_, seen)| *seen).collect();
        assert_eq!(before.with(&all, &after), after);
        assert_eq!(before.with(&[], &after), before);
        for (index, (_, seen)) in differences.iter().enumerate() {
            let partly = before.with(&[seen], &after);
            assert_eq!(Snapshot::read(&partly.list().unwrap(), &partly.page()), Ok(partly.clone()));
            assert_eq!(partly.differences(&after).len(), 3, "{index}");
            assert!(
                before.diff(seen, &after).lines().any(|line| line.starts_with(['+', '-']))
                    || *seen == &after.findings[&seen.known.fingerprint]
            );
        }
    }
}
