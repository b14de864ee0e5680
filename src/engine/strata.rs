//! The strata of a plain program, and what its rules cost, as text.

use std::fmt::Write as _;
use std::time::Duration;

use crate::base::{SourceMap, Span};
use crate::datalog::{Profile, RelationId, RuleId, ShownPlan, Strata};

/// More characters of a rule are cut.
const LONGEST: usize = 72;

/// The strata, lowest first, each with its relations and rules.
pub(super) fn strata(strata: &Strata, sources: &SourceMap) -> String {
    let program = strata.program();
    let mut text = String::new();
    for (number, stratum) in (1..).zip(strata.order()) {
        let names = names(strata, &stratum.relations);
        let kind = match (stratum.rules.is_empty(), stratum.recursive) {
            (true, _) => "given",
            (false, true) => "recursive",
            (false, false) => "one pass",
        };
        let _ = writeln!(text, "stratum {number}, {kind}: {names}");
        for &rule in &stratum.rules {
            let _ = writeln!(text, "  {}", rule_line(sources, program.rule(rule).span));
        }
    }
    text
}

/// How each version of each rule was run.
pub(super) fn plans(plans: &[ShownPlan], strata: &Strata, sources: &SourceMap) -> String {
    let mut text = String::new();
    for plan in plans {
        let _ = writeln!(text, "{}", rule_of(strata, sources, plan.rule));
        if let Some(delta) = plan.delta {
            let _ = writeln!(text, "  for new rows of {}:", strata.program().relation(delta).name);
        }
        for step in &plan.steps {
            let _ = writeln!(text, "    {step}");
        }
    }
    text
}

/// What rules and strata cost, those that took longest first; what took the same stays in the order of the program.
pub(super) fn profile(profile: &Profile, strata: &Strata, sources: &SourceMap) -> String {
    let mut text = format!("{:>10}  {:>12}  {:>12}  rule\n", "ms", "derived", "kept");
    let mut rules: Vec<_> = profile.strata.iter().flat_map(|stratum| &stratum.rules).collect();
    rules.sort_by_key(|rule| std::cmp::Reverse(rule.time));
    for rule in rules {
        let kept = rule.kept.map_or_else(|| "?".to_owned(), |kept| kept.to_string());
        let line = rule_of(strata, sources, rule.rule);
        let _ = writeln!(text, "{:>10}  {:>12}  {kept:>12}  {line}", milliseconds(rule.time), rule.derived);
    }
    let _ = writeln!(text, "\n{:>10}  {:>12}  {:>12}  stratum", "ms", "rounds", "rows");
    let mut ordered: Vec<_> = profile.strata.iter().collect();
    ordered.sort_by_key(|stratum| std::cmp::Reverse(stratum.time));
    for stratum in ordered {
        let (time, names) = (milliseconds(stratum.time), names(strata, &stratum.relations));
        let _ = writeln!(text, "{time:>10}  {:>12}  {:>12}  {names}", stratum.rounds, stratum.rows);
    }
    text
}

fn milliseconds(time: Duration) -> String {
    let microseconds = time.as_micros();
    format!("{}.{:03}", microseconds / 1000, microseconds % 1000)
}

fn names(strata: &Strata, relations: &[RelationId]) -> String {
    let names: Vec<&str> = relations.iter().map(|&relation| &*strata.program().relation(relation).name).collect();
    names.join(", ")
}

fn rule_of(strata: &Strata, sources: &SourceMap, rule: RuleId) -> String {
    rule_line(sources, strata.program().rule(rule).span)
}

/// A rule in one line behind its place.
fn rule_line(sources: &SourceMap, span: Span) -> String {
    let (start, _) = sources.range(span);
    let words: Vec<&str> = sources.text(span).split_whitespace().collect();
    let text = words.join(" ");
    let cut = text.char_indices().nth(LONGEST).map_or(text.as_str(), |(end, _)| &text[..end]);
    let more = if cut.len() < text.len() { " …" } else { "" };
    format!("{}:{}  {cut}{more}", sources.file(span.file).path, start.line)
}
