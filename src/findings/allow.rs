//! `allow` entries of claims against findings.

use crate::base::{Day, Diagnostic, Family, Pool, Symbol, near};
use crate::facts::Dataset;
use crate::lints::Lint;

use super::finding::{Finding, Status};

/// Marks the findings that an entry accepts on the day of the report.
pub(super) fn mark(findings: &mut [Finding], dataset: &Dataset, pool: &Pool, today: Day) {
    for finding in findings {
        let rule = pool.find(&finding.rule);
        let claims: Vec<Symbol> = finding.claims.iter().filter_map(|id| pool.find(id)).collect();
        let accepted = claims.iter().filter_map(|&id| dataset.claim(id)).flat_map(|claim| &claim.allow).any(|entry| {
            Some(entry.rule.value) == rule
                && entry.until.is_none_or(|last| today <= last)
                && entry.with.iter().all(|claim| claims.contains(claim))
        });
        if accepted {
            finding.status = Status::Allowed;
        }
    }
}

/// Entries that name no rule.
#[must_use]
pub fn unknown_rules(dataset: &Dataset, lints: &[Lint], pool: &Pool) -> Vec<Diagnostic> {
    let entries = dataset.claims.iter().flat_map(|claim| &claim.allow);
    let unknown = entries.filter(|entry| !lints.iter().any(|lint| *lint.name == *pool.text(entry.rule.value)));
    let problem = |entry: &crate::facts::Allow| {
        let name = pool.text(entry.rule.value);
        let guess = near::did_you_mean(name, lints.iter().map(|lint| &*lint.name));
        Diagnostic::error(Family::Fact, "bad-allow", format!("unknown rule `{name}`"), entry.rule.span)
            .with_help(guess.unwrap_or_else(|| "`gainsay list rules` lists the rules".to_owned()))
    };
    unknown.map(problem).collect()
}
