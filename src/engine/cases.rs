//! Runs the cases of rule pages: documentation that tests the rules.

use std::collections::BTreeMap;

use crate::base::fs::Memory;
use crate::base::{Diagnostic, Level};
use crate::config::Config;
use crate::findings::{Finding, Location};
use crate::lints::{Case, Expectation, Mark, Page};

use super::{Error, Outcome, Rules, run};

/// The path under which a case stands in its own small data set.
const CASE_PATH: &str = "case.yaml";

/// Runs one case over its vocabulary files (path and text) and says in what it fails; nothing for a case that passes.
///
/// # Errors
///
/// As [`run`].
pub fn check(case: &Case, vocabulary: &[(String, String)], rules: &Rules) -> Result<Vec<String>, Error> {
    let mut files = Memory::new();
    for (path, text) in vocabulary {
        files.add(&format!("words/{path}"), text.as_bytes());
    }
    files.add(CASE_PATH, case.facts.as_bytes());
    let outcome = run(&files, &Config::for_folder(".".into(), Page::TODAY), rules.clone())?;
    let mut failures: Vec<String> = outcome
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.level == Level::Error)
        .map(|diagnostic| loader_failure(case, diagnostic, &outcome))
        .collect();
    if case.marks.is_empty() {
        failures.push("the case has no `# expect:` and no `# ok:` mark, so it tests nothing".to_owned());
    }
    if failures.is_empty() {
        failures.extend(case.marks.iter().filter_map(|mark| mark_failure(case, mark, &outcome)));
    }
    Ok(failures)
}

fn loader_failure(case: &Case, diagnostic: &Diagnostic, outcome: &Outcome) -> String {
    let (start, _) = outcome.sources.range(diagnostic.primary.span);
    let path = &outcome.sources.file(diagnostic.primary.span.file).path;
    let line = start.line.get() as usize;
    if **path == *CASE_PATH && line > case.added_lines {
        return format!("line {}: {}: {}", page_line(case, line), diagnostic.code, diagnostic.message);
    }
    format!("{path}:{line}: {}: {}", diagnostic.code, diagnostic.message)
}

/// The line of the page that a line of the case's file stands on.
fn page_line(case: &Case, line: usize) -> usize {
    case.page_line + (line - 1).saturating_sub(case.added_lines)
}

fn mark_failure(case: &Case, mark: &Mark, outcome: &Outcome) -> Option<String> {
    if !outcome.lints.iter().any(|lint| *lint.name == *mark.rule) {
        return Some(format!("line {}: there is no rule `{}`", page_line(case, mark.line), mark.rule));
    }
    let on_line = |location: &Location| {
        let (start, end) = outcome.sources.range(location.span);
        let lines = start.line.get() as usize..=end.line.get() as usize;
        *outcome.sources.file(location.span.file).path == *CASE_PATH && lines.contains(&mark.line)
    };
    let of_rule = |finding: &&Finding| *finding.rule == *mark.rule;
    match mark.expectation {
        Expectation::Fires => {
            let fires = outcome.findings.iter().filter(of_rule).any(|finding| on_line(finding.primary()));
            (!fires).then(|| {
                let line = page_line(case, mark.line);
                format!("line {line}: `{}` should report this claim, and {}", mark.rule, reported(outcome))
            })
        }
        Expectation::Silent => {
            let speaks = outcome.findings.iter().filter(of_rule).find(|f| f.locations.iter().any(on_line));
            speaks.map(|finding| {
                let line = page_line(case, mark.line);
                format!("line {line}: `{}` should stay silent here, and it reports: {}", mark.rule, finding.message)
            })
        }
    }
}

fn reported(outcome: &Outcome) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in &outcome.findings {
        *counts.entry(&finding.rule).or_default() += 1;
    }
    if counts.is_empty() {
        return "nothing is reported".to_owned();
    }
    let names: Vec<String> = counts.iter().map(|(name, count)| format!("`{name}` ({count})")).collect();
    format!("the case reports {}", names.join(", "))
}
