//! Runs the cases of rule pages: documentation that tests the rules.

use std::collections::BTreeMap;

use crate::base::fs::Memory;
use crate::base::{Diagnostic, Level};
use crate::config::Config;
use crate::facts::schema::DOCUMENT;
use crate::findings::{Finding, Location};
use crate::lints::{Case, Expectation, Mark, Page, builtin};

use super::{Error, Outcome, Rules, load};

/// The path under which a case stands in its own small data set.
const CASE_PATH: &str = "case.yaml";
/// The header that a bare map of claims is given.
const HEADER: &str = "source: { id: case, author: bloomberg, published: 2015-12 }\nclaims:\n";

/// The words that the cases of the built-in pages are written in, as paths and texts.
///
/// # Panics
///
/// Never: the paths are those of embedded files.
#[must_use]
pub fn builtin_vocabulary() -> Vec<(String, String)> {
    let text = |path: &str| builtin::text(path).expect("the path comes from the embedded files").to_owned();
    builtin::case_vocabulary_paths().map(|path| (path.to_owned(), text(path))).collect()
}

/// Runs one case over its vocabulary files (path and text) and says in what it fails; nothing for a case that passes.
///
/// # Errors
///
/// As [`super::run`].
pub fn check(case: &Case, vocabulary: &[(String, String)], rules: &Rules) -> Result<Vec<String>, Error> {
    let mut files = Memory::new();
    for (path, text) in vocabulary {
        files.add(&format!("words/{path}"), text.as_bytes());
    }
    let (text, added_lines) = fact_file(&case.facts);
    files.add(CASE_PATH, text);
    let loaded = load(&files, &Config::for_folder(".".into(), Page::TODAY), rules.clone())?;
    let asked = case.marks.iter().map(|mark| mark.rule.as_str().into()).collect();
    let failures = |only| {
        let mut loaded = loaded.clone();
        loaded.running.only = only;
        CaseRun { case, added_lines, outcome: loaded.check(Page::TODAY) }.failures()
    };
    // A failure tells what is reported in its place, so then all rules run.
    Ok(if failures(Some(asked)).is_empty() { Vec::new() } else { failures(None) })
}

/// A case and what came of it.
struct CaseRun<'a> {
    case: &'a Case,
    /// Lines of the fact file before the first line of the block.
    added_lines: usize,
    outcome: Outcome,
}

/// A block as a fact file, and how many lines were put before it.
pub(super) fn fact_file(block: &str) -> (String, usize) {
    let is_key = |line: &str| DOCUMENT.iter().any(|field| line.split(':').next() == Some(field.key));
    if block.lines().any(is_key) {
        return (block.to_owned(), 0);
    }
    let mut text = HEADER.to_owned();
    for line in block.lines() {
        text.push_str(if line.trim().is_empty() { "" } else { "  " });
        text.push_str(line);
        text.push('\n');
    }
    (text, HEADER.lines().count())
}

impl CaseRun<'_> {
    /// In what the case fails.
    fn failures(&self) -> Vec<String> {
        let errors = self.outcome.diagnostics.iter().filter(|diagnostic| diagnostic.level == Level::Error);
        let mut failures: Vec<String> = errors.map(|diagnostic| self.loader_failure(diagnostic)).collect();
        if self.case.marks.is_empty() {
            failures.push("the case has no `# expect:` and no `# ok:` mark, so it tests nothing".to_owned());
        }
        if failures.is_empty() {
            failures.extend(self.case.marks.iter().filter_map(|mark| self.mark_failure(mark)));
        }
        failures
    }

    fn loader_failure(&self, diagnostic: &Diagnostic) -> String {
        let (start, _) = self.outcome.sources.range(diagnostic.primary.span);
        let path = &self.outcome.sources.file(diagnostic.primary.span.file).path;
        let line = start.line.get() as usize;
        let what = format!("{}: {}", diagnostic.code, diagnostic.message);
        if **path == *CASE_PATH && line > self.added_lines {
            return format!("line {}: {what}", self.page_line(line - self.added_lines));
        }
        format!("{path}:{line}: {what}")
    }

    /// The line of the page that a line of the block stands on.
    fn page_line(&self, line: usize) -> usize {
        self.case.page_line + line - 1
    }

    fn mark_failure(&self, mark: &Mark) -> Option<String> {
        let (rule, line) = (&*mark.rule, self.page_line(mark.line));
        if !self.outcome.lints.iter().any(|lint| *lint.name == *rule) {
            return Some(format!("line {line}: there is no rule `{rule}`"));
        }
        let mut findings = self.outcome.findings.iter().filter(|finding| *finding.rule == *rule);
        match mark.expectation {
            Expectation::Fires => {
                let Some(found) = findings.find(|finding| self.is_on(mark.line, finding.primary())) else {
                    let reported = reported(&self.outcome.findings);
                    return Some(format!("line {line}: `{rule}` should report this claim, and {reported}"));
                };
                let wanted = mark.level.filter(|level| *level != found.level)?;
                let (found, wanted) = (found.level.name(), wanted.name());
                Some(format!("line {line}: the level of `{rule}` should be {wanted}, and it is {found}"))
            }
            Expectation::Silent => {
                let speaks = findings.find(|f| f.locations.iter().any(|location| self.is_on(mark.line, location)));
                let message = |finding: &Finding| finding.message.clone();
                speaks
                    .map(message)
                    .map(|m| format!("line {line}: `{rule}` should stay silent here, and it reports: {m}"))
            }
        }
    }

    /// Whether a place lies on a line of the block.
    fn is_on(&self, line: usize, location: &Location) -> bool {
        let (start, end) = self.outcome.sources.range(location.span);
        let lines = start.line.get() as usize..=end.line.get() as usize;
        let path = &self.outcome.sources.file(location.span.file).path;
        **path == *CASE_PATH && lines.contains(&(line + self.added_lines))
    }
}

fn reported(findings: &[Finding]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in findings {
        *counts.entry(&finding.rule).or_default() += 1;
    }
    if counts.is_empty() {
        return "nothing is reported".to_owned();
    }
    let names: Vec<String> = counts.iter().map(|(name, count)| format!("`{name}` ({count})")).collect();
    format!("the case reports {}", names.join(", "))
}
