//! What a gate has to look at, in one shape: problems of the input files, and the findings that count.
//!
//! Formats for the services that gate edits list these. Knows no format.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Diagnostic, Level, Position, SourceMap, Span};
use crate::findings::{Finding, Fingerprint, Location};

use super::Report;
use super::short::slugs;

/// A problem or a finding.
pub(super) struct Item<'a> {
    pub(super) level: Level,
    /// The family of a diagnostic, the group of a rule.
    pub(super) group: &'static str,
    /// The code of a diagnostic, the name of a rule.
    pub(super) name: &'a str,
    pub(super) message: &'a str,
    pub(super) help: Option<&'a str>,
    /// The one place that a service shows it at.
    pub(super) span: Span,
    /// The other places that it rests on.
    pub(super) others: Vec<Other<'a>>,
    /// Identity; no two items of a report have the same.
    pub(super) fingerprint: Fingerprint,
    /// The finding, if it is one.
    pub(super) finding: Option<&'a Finding>,
}

/// A further place.
pub(super) struct Other<'a> {
    /// The claim's short id, or where the place is.
    pub(super) name: String,
    /// What is said of it; may be empty.
    pub(super) label: &'a str,
    pub(super) span: Span,
}

impl<'a> Item<'a> {
    /// All problems, then all findings that count, in the order of reports.
    pub(super) fn all(report: &Report<'a>) -> Vec<Self> {
        let mut items = Self::problems(report);
        items.extend(report.open().map(|found| Self::of_finding(report.sources, found)));
        items
    }

    /// The same with those of the highest level first.
    pub(super) fn worst_first(report: &Report<'a>) -> Vec<Self> {
        let mut items = Self::all(report);
        items.sort_by_key(|item| std::cmp::Reverse(item.level));
        items
    }

    /// The problems of the input files.
    pub(super) fn problems(report: &Report<'a>) -> Vec<Self> {
        let mut met: BTreeMap<(&str, &str, &str), usize> = BTreeMap::new();
        let item = |problem: &'a Diagnostic| {
            let path = &*report.sources.file(problem.primary.span.file).path;
            let count = met.entry((problem.code, path, &problem.message)).or_default();
            *count += 1;
            let others = problem.secondary.iter().map(|label| Other {
                name: place(report.sources, label.span),
                label: &label.text,
                span: label.span,
            });
            Self {
                level: problem.level,
                group: problem.family.name(),
                name: problem.code,
                message: &problem.message,
                help: problem.help.as_deref(),
                span: problem.primary.span,
                others: others.collect(),
                fingerprint: Fingerprint::of_parts([problem.code, path, &problem.message, &count.to_string()], 0),
                finding: None,
            }
        };
        report.diagnostics.iter().map(item).collect()
    }

    pub(super) fn of_finding(sources: &SourceMap, found: &'a Finding) -> Self {
        let focus = found.foremost();
        Self {
            level: found.level,
            group: found.group.name(),
            name: &found.rule,
            message: &found.message,
            help: found.help.as_deref(),
            span: focus.span,
            others: others(sources, found, focus),
            fingerprint: found.fingerprint,
            finding: Some(found),
        }
    }
}

/// The places of the finding besides one: of each other claim the first one.
fn others<'a>(sources: &SourceMap, found: &'a Finding, focus: &Location) -> Vec<Other<'a>> {
    let short: BTreeMap<&str, &str> = found.claims.iter().map(String::as_str).zip(slugs(&found.claims)).collect();
    let mut met: BTreeSet<(Option<&str>, Option<Span>)> = BTreeSet::new();
    let identity = |location: &'a Location| {
        let claim = location.claim.as_deref();
        (claim, claim.is_none().then_some(location.span))
    };
    let is_focus = |location: &&Location| match &location.claim {
        None => location.span == focus.span,
        claim => *claim == focus.claim,
    };
    let further = found.locations.iter().filter(|location| location.is_drawn() && !is_focus(location));
    let further = further.filter(|location| met.insert(identity(location)));
    let other = |location: &'a Location| Other {
        name: match location.claim.as_deref() {
            Some(claim) => short.get(claim).copied().unwrap_or(claim).to_owned(),
            None => place(sources, location.span),
        },
        label: &location.label,
        span: location.span,
    };
    further.map(other).collect()
}

/// `path:line`.
pub(super) fn place(sources: &SourceMap, span: Span) -> String {
    let file = sources.file(span.file);
    format!("{}:{}", file.path, file.position(span.start).line)
}

/// The span within the line that it begins on: services show an edit only what lies in its lines.
pub(super) fn in_one_line(sources: &SourceMap, span: Span) -> (Position, Position) {
    let file = sources.file(span.file);
    let start = file.position(span.start);
    let (_, end) = file.line_range(file.line_index(start.byte));
    // A span may begin behind the last character of a line, at its break.
    let end = file.position(span.end.min(end).max(start.byte));
    (start, end)
}

/// The lines of the state before an edit, if states are compared of which all lines are known: saved reports have not.
pub(super) struct Before<'a>(Option<BTreeSet<&'a str>>);

impl<'a> Before<'a> {
    pub(super) fn of(report: &Report<'a>) -> Self {
        let lines = |compared: &super::Compared<'a>| {
            compared.base_sources.iter().flat_map(|(_, file)| file.text.lines().map(str::trim)).collect()
        };
        Self(report.compared.filter(|compared| compared.edit.is_some()).map(lines))
    }

    /// Whether some line under the span was not there before.
    pub(super) fn touched(&self, sources: &SourceMap, span: Span) -> bool {
        let Some(before) = &self.0 else { return false };
        let file = sources.file(span.file);
        let lines = file.line_index(span.start)..=file.line_index(span.end);
        let mut texts = lines.map(|line| {
            let (start, end) = file.line_range(line);
            sources.text(Span::new(span.file, start, end)).trim()
        });
        texts.any(|line| !line.is_empty() && !before.contains(line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples::Sample;

    #[test]
    fn an_edit_is_shown_at_the_claim_that_it_has_touched() {
        Sample::edited(&mut |report| {
            let items = Item::all(report);
            let at = |item: &Item<'_>| report.sources.range(item.span).0.line.get();
            assert_eq!((at(&items[0]), at(&items[1])), (49, 44), "that of `jafari-doubt`, and the primary one");
            let others = |item: &Item<'_>| item.others.iter().map(|other| other.name.clone()).collect::<Vec<_>>();
            assert_eq!(others(&items[0]), ["no-backstab", "two-allies"]);
            assert_eq!(others(&items[1]), ["two-allies", "jafari-doubt"]);
        });
    }

    #[test]
    fn a_line_that_was_there_is_not_touched() {
        let mut sources = SourceMap::new();
        let file = sources.add("a.yaml", "a\n  b\n\nc\n");
        let mut before = SourceMap::new();
        before.add("other.yaml", "b\na\n");
        let mut compared = Sample::compared(&[], &before);
        let touched = |compared: &crate::report::Compared<'_>, start, end| {
            let sample = Sample::empty();
            let report = Report { compared: Some(compared), ..sample.report() };
            Before::of(&report).touched(&sources, Span::new(file, start, end))
        };
        assert!(!touched(&compared, 0, 6) && touched(&compared, 0, 8) && touched(&compared, 7, 8));
        compared.edit = None;
        assert!(!touched(&compared, 7, 8), "a saved report does not hold all lines");
    }

    #[test]
    fn no_two_items_have_one_fingerprint() {
        let mut sample = Sample::broken_rule();
        sample.diagnostics = vec![sample.diagnostics[0].clone(); 3];
        let items = Item::all(&sample.report());
        let all: BTreeSet<_> = items.iter().map(|item| item.fingerprint).collect();
        assert_eq!(all.len(), 3);
    }

    #[test]
    fn a_span_over_lines_ends_with_its_first_line() {
        let mut sources = SourceMap::new();
        let file = sources.add("a.yaml", "ab\r\ncd\n");
        let columns = |start, end| {
            let (start, end) = in_one_line(&sources, Span::new(file, start, end));
            (start.line.get(), start.column.get(), end.line.get(), end.column.get())
        };
        assert_eq!(columns(1, 6), (1, 2, 1, 3));
        assert_eq!(columns(3, 6), (1, 4, 1, 4));
        assert_eq!(columns(4, 5), (2, 1, 2, 2));
        assert_eq!(columns(8, 99), (3, 1, 3, 1));
    }
}
