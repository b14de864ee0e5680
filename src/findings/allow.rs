//! `allow` entries of claims against findings.

use crate::base::{Day, Diagnostic, Family, Pool, Spanned, Symbol, near};
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
    let unknown = dataset.allowed.iter().filter(|rule| !lints.iter().any(|lint| *lint.name == *pool.text(rule.value)));
    let problem = |rule: &Spanned<Symbol>| {
        let name = pool.text(rule.value);
        let guess = near::did_you_mean(name, lints.iter().map(|lint| &*lint.name));
        Diagnostic::error(Family::Fact, "bad-allow", format!("unknown rule `{name}`"), rule.span)
            .with_help(guess.unwrap_or_else(|| "`gainsay list rules` lists the rules".to_owned()))
    };
    unknown.map(problem).collect()
}
