//! The second line of a finding's help: without which claims it is gone, where a reader cannot see that from the picture.

use std::collections::BTreeSet;

use crate::findings::{Finding, LocationRole};
use crate::lints::Group;

/// More claims than that are counted.
const MOST_NAMED: usize = 6;

/// The line; `name` gives a claim as the picture names it, and what it is to be sorted by.
///
/// There is none where only the primary claim would have to go, or where each claim of the finding would do and all of them
/// are its sides.
pub(super) fn repair(found: &Finding, name: &dyn Fn(&str) -> (usize, String)) -> Option<String> {
    let first = found.repairs.first()?;
    let (gone, pronoun) = if first.len() > 1 {
        (format!("without {} together this is gone", list(first, "and", name)), "their")
    } else {
        let alone: Vec<String> = found.repairs.iter().flatten().cloned().collect();
        if is_plain(found, &alone) {
            return None;
        }
        let claims = list(&alone, "or", name);
        match alone.len() {
            1 => (format!("without {claims} this is gone"), "its"),
            2 => (format!("without either {claims} this is gone"), "their"),
            _ => (format!("without any one of {claims} this is gone"), "their"),
        }
    };
    Some(gone + &advice(found, pronoun))
}

/// Whether the picture says as much: the primary claim alone, or one side as well as the other.
fn is_plain(found: &Finding, alone: &[String]) -> bool {
    let alone: BTreeSet<&str> = alone.iter().map(String::as_str).collect();
    let all = found.claims.iter().all(|claim| alone.contains(claim.as_str()));
    let only_primary = alone.len() == 1 && found.primary().claim.as_deref().is_some_and(|claim| alone.contains(claim));
    let is_alone = |claim: Option<&str>| claim.is_some_and(|claim| alone.contains(claim));
    let mut bridges = found.locations.iter().filter(|location| location.role == LocationRole::Bridge);
    only_primary || (all && !bridges.any(|location| is_alone(location.claim.as_deref())))
}

/// What to look at in the claims, as far as the rule's own help leaves it out.
fn advice(found: &Finding, pronoun: &str) -> String {
    if !matches!(found.group, Group::Contradiction | Group::Tension) {
        return String::new();
    }
    let mut check: Vec<String> = vec!["words".to_owned()];
    check.extend(found.assumed.iter().map(|field| format!("`{field}`")));
    let allowing = found.help.as_deref().is_some_and(|help| help.contains("allow"));
    let or_allow = if allowing { "" } else { "; or allow it with a reason" };
    format!(": check {pronoun} {}{or_allow}", joined(&check, "and"))
}

/// The claims as the picture names them; of many the first ones, and how many more.
fn list(claims: &[String], word: &str, name: &dyn Fn(&str) -> (usize, String)) -> String {
    let most = if claims.len() > MOST_NAMED { MOST_NAMED - 1 } else { MOST_NAMED };
    let mut names: Vec<(usize, String)> = claims.iter().map(|claim| name(claim)).collect();
    names.sort();
    let mut names: Vec<String> = names.into_iter().take(most).map(|name| name.1).collect();
    if claims.len() > names.len() {
        names.push(format!("{} more", claims.len() - names.len()));
    }
    joined(&names, word)
}

/// `a`, `a or b`, `a, b or c`.
fn joined(words: &[String], word: &str) -> String {
    match words {
        [first @ .., last] if !first.is_empty() => format!("{} {word} {last}", first.join(", ")),
        words => words.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples::Sample;

    #[test]
    fn a_line_says_what_the_picture_does_not() {
        let mut found = Sample::promise().findings.remove(0);
        let ids =
            |slugs: &[&str]| -> Vec<String> { slugs.iter().map(|slug| format!("bloomberg-2015/{slug}")).collect() };
        let [promise, ally, doubt] = ["no-backstab", "two-allies", "jafari-doubt"];
        for (location, slug) in found.locations.iter_mut().zip([promise, promise, ally, doubt, doubt]) {
            location.claim = Some(format!("bloomberg-2015/{slug}"));
        }
        let check = |found: &Finding, sets: &[&[&str]], expect: Option<&str>| {
            let found = Finding { repairs: sets.iter().map(|set| ids(set)).collect(), ..found.clone() };
            let place = |claim: &str| found.locations.iter().position(|l| l.claim.as_deref() == Some(claim)).unwrap();
            let name = |claim: &str| (place(claim), claim.rsplit('/').next().unwrap().to_owned());
            assert_eq!(repair(&found, &name).as_deref(), expect);
        };
        check(&found, &[], None);
        // The primary claim alone.
        check(&found, &[&[promise]], None);
        check(&found, &[&[doubt]], Some("without jafari-doubt this is gone: check its words"));
        check(
            &found,
            &[&[promise], &[doubt]],
            Some("without either no-backstab or jafari-doubt this is gone: check their words"),
        );
        // All of them, one of which only links the others.
        let all: [&[&str]; 3] = [&[doubt], &[promise], &[ally]];
        let any = "without any one of no-backstab, two-allies or jafari-doubt this is gone: check their words";
        check(&found, &all, Some(any));
        found.locations[2].role = LocationRole::Secondary;
        check(&found, &all, None);
        found.assumed = vec!["holds", "sure"];
        let together =
            "without two-allies and jafari-doubt together this is gone: check their words, `holds` and `sure`";
        check(&found, &[&[doubt, ally]], Some(together));
        found.help = Some("add a qualifier".to_owned());
        found.assumed = vec!["holds"];
        check(
            &found,
            &[&[doubt]],
            Some("without jafari-doubt this is gone: check its words and `holds`; or allow it with a reason"),
        );
        found.group = Group::Prediction;
        check(&found, &[&[doubt]], Some("without jafari-doubt this is gone"));
        let many: Vec<String> = (0..8).map(|number| format!("c{number}")).collect();
        assert_eq!(list(&many, "or", &|claim| (0, claim.to_owned())), "c0, c1, c2, c3, c4 or 3 more");
    }
}
