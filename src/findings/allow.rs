//! `allow` entries of claims against findings.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Day, Diagnostic, Family, Level, Pool, Span, Spanned, Symbol, date, near};
use crate::facts::{Allow, Dataset};
use crate::lints::Lint;

use super::finding::{Finding, Status};

/// Marks the findings that an entry accepts on the day of the report; tells of entries that accept none, although their
/// rule ran, and of those that accept all findings of the rule with their claim.
pub(super) fn mark(
    findings: &mut [Finding],
    lints: &[Lint],
    dataset: &Dataset,
    pool: &Pool,
    today: Day,
) -> Vec<Diagnostic> {
    // With the claims of the finding that has most of them.
    let mut used: BTreeMap<Span, usize> = BTreeMap::new();
    for finding in findings {
        let rule = pool.find(&finding.rule);
        let claims: Vec<Symbol> = finding.claims.iter().filter_map(|id| pool.find(id)).collect();
        let entries = claims.iter().filter_map(|&id| dataset.claim(id)).flat_map(|claim| &claim.allow);
        let accepting = entries.filter(|entry| {
            Some(entry.rule.value) == rule
                && holds(entry, today)
                && entry.with.iter().all(|claim| claims.contains(claim))
        });
        let accepting: BTreeSet<Span> = accepting.map(|entry| entry.rule.span).collect();
        if !accepting.is_empty() {
            finding.status = Status::Allowed;
        }
        for entry in accepting {
            let most = used.entry(entry).or_default();
            *most = claims.len().max(*most);
        }
    }
    let entries = dataset.claims.iter().flat_map(|claim| &claim.allow);
    entries.filter_map(|entry| problem(entry, lints, &used, pool, today)).collect()
}

/// Problems of entries that accept findings: those of claims, and the lines of a baseline.
const OF_ACCEPTANCE: [&str; 3] = ["broad-allow", "stale-allow", "stale-baseline"];

/// Whether a problem is that an entry accepts nothing any more, or more than it need.
#[must_use]
pub fn is_of_acceptance(problem: &Diagnostic) -> bool {
    OF_ACCEPTANCE.contains(&problem.code)
}

/// Whether the last day of an entry has not passed.
fn holds(entry: &Allow, today: Day) -> bool {
    entry.until.is_none_or(|last| today <= last)
}

/// What is the matter with an entry whose rule is there and ran.
fn problem(entry: &Allow, lints: &[Lint], used: &BTreeMap<Span, usize>, pool: &Pool, today: Day) -> Option<Diagnostic> {
    let name = pool.text(entry.rule.value);
    lints.iter().find(|lint| *lint.name == *name && lint.level.is_some())?;
    let span = entry.rule.span;
    let stale = |message: String, help: &str| {
        let problem = Diagnostic::error(Family::Fact, "stale-allow", message, span).with_level(Level::Warning);
        Some(problem.with_help(help))
    };
    if let Some(last) = entry.until.filter(|&last| today > last) {
        let message = format!("this entry has allowed nothing since {}, its last day", date::iso(last));
        return stale(message, "remove it, or look at the finding again and move `until`");
    }
    let Some(&claims) = used.get(&span) else {
        let message = format!("`{name}` has no finding that this entry allows");
        return stale(message, "remove the entry, or correct `rule` and `with`");
    };
    if entry.with.is_empty() && claims > 1 {
        let message = format!("this allows every finding of `{name}` with this claim, those to come too");
        let problem = Diagnostic::error(Family::Fact, "broad-allow", message, span).with_level(Level::Advice);
        return Some(problem.with_help("name the other claims of the finding under `with`"));
    }
    None
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
