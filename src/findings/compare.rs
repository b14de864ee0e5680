//! Findings of two states of a data set: what an edit has done to each.
//!
//! Findings are the same if their fingerprints are; what has become of one is told by the hashes of what its claims say. A
//! finding that is left over on both sides with the same rule and the same evidence has other names only.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::finding::{Change, Finding, Status};
use super::fingerprint::Fingerprint;

/// What has become of the findings of a state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// For each finding of the state after, what the edit has done to it, and which finding of the state before it was.
    pub head: Vec<(Change, Option<usize>)>,
    /// The findings of the state before that are gone, in their order.
    pub fixed: Vec<usize>,
}

/// Compares the findings of two states, `base` before and `head` after. `renamed` gives the id that a claim of the state
/// before has after it, where that is another one.
#[must_use]
pub fn compare(base: &[Finding], head: &[Finding], renamed: &BTreeMap<String, String>) -> Comparison {
    let by_fingerprint: BTreeMap<Fingerprint, usize> =
        base.iter().enumerate().map(|(index, finding)| (finding.fingerprint, index)).collect();
    let mut matched: Vec<Option<(usize, bool)>> =
        head.iter().map(|finding| Some((*by_fingerprint.get(&finding.fingerprint)?, false))).collect();
    let mut is_left = vec![true; base.len()];
    for (index, _) in matched.iter().flatten() {
        is_left[*index] = false;
    }
    let left: Vec<usize> = (0..base.len()).filter(|&index| is_left[index]).collect();
    for (from, to) in renamings((base, &left), head, &matched, renamed) {
        matched[to] = Some((from, true));
        is_left[from] = false;
    }
    let change = |(finding, found): (&Finding, Option<(usize, bool)>)| match found {
        None => (Change::New, None),
        Some((from, other_names)) => (change(&base[from], finding, other_names), Some(from)),
    };
    Comparison {
        head: head.iter().zip(matched).map(change).collect(),
        fixed: left.into_iter().filter(|&index| is_left[index]).collect(),
    }
}

/// What has become of a finding that is still there; of several changes the first in their order.
fn change(before: &Finding, after: &Finding, other_names: bool) -> Change {
    let lines = match lines(before, after) {
        Some(Ordering::Greater) => Some(Change::Grown),
        Some(Ordering::Less) => Some(Change::Shrunk),
        None => Some(Change::Reworded),
        Some(Ordering::Equal) => None,
    };
    let level = match after.level.cmp(&before.level) {
        Ordering::Greater => Some(Change::Raised),
        Ordering::Less => Some(Change::Lowered),
        Ordering::Equal => None,
    };
    let accepted = match (before.status == Status::Open, after.status == Status::Open) {
        (false, true) => Some(Change::Reopened),
        (true, false) => Some(Change::Accepted),
        (true, true) | (false, false) => None,
    };
    let names = other_names.then_some(Change::Renamed);
    [lines, level, accepted, names].into_iter().flatten().min().unwrap_or(Change::Unchanged)
}

/// Whether there is more evidence after than before, less, as much, or other (`None`).
fn lines(before: &Finding, after: &Finding) -> Option<Ordering> {
    if before.evidence == after.evidence {
        return Some(Ordering::Equal);
    }
    let counts = |finding: &Finding| {
        let mut counts: BTreeMap<Fingerprint, usize> = BTreeMap::new();
        for (_, line) in &finding.evidence_of {
            *counts.entry(*line).or_default() += 1;
        }
        counts
    };
    let (old, new) = (counts(before), counts(after));
    let holds = |all: &BTreeMap<Fingerprint, usize>, part: &BTreeMap<Fingerprint, usize>| {
        part.iter().all(|(line, count)| all.get(line).is_some_and(|all| all >= count))
    };
    match (holds(&new, &old), holds(&old, &new)) {
        (true, false) => Some(Ordering::Greater),
        (false, true) => Some(Ordering::Less),
        (true, true) => Some(Ordering::Equal),
        (false, false) => None,
    }
}

/// What findings must share to be one under other names.
type Likeness<'f> = (&'f str, Fingerprint);

/// Pairs of findings that are left over before and after with the same rule and evidence. Of several the ones are paired
/// whose keys are the same once renamed claims have their new ids, then the others in their order.
fn renamings(
    (base, left): (&[Finding], &[usize]),
    head: &[Finding],
    matched: &[Option<(usize, bool)>],
    renamed: &BTreeMap<String, String>,
) -> Vec<(usize, usize)> {
    let mut before: BTreeMap<Likeness<'_>, Vec<usize>> = BTreeMap::new();
    for &index in left {
        // Without claims there is no evidence that could be the same.
        if !base[index].evidence_of.is_empty() {
            before.entry((&base[index].rule, base[index].evidence)).or_default().push(index);
        }
    }
    let mut after: BTreeMap<Likeness<'_>, Vec<usize>> = BTreeMap::new();
    for (index, finding) in head.iter().enumerate().filter(|&(index, _)| matched[index].is_none()) {
        after.entry((&finding.rule, finding.evidence)).or_default().push(index);
    }
    let mut pairs = Vec::new();
    for (likeness, from) in before {
        let mut to: BTreeMap<(Vec<&str>, usize), usize> = BTreeMap::new();
        for &index in after.get(&likeness).into_iter().flatten() {
            to.insert((key(&head[index], None), index), index);
        }
        let mut rest = Vec::new();
        for index in from {
            let key = key(&base[index], Some(renamed));
            let found = to.range((key.clone(), 0)..).next().filter(|((other, _), _)| *other == key);
            match found.map(|(at, &index)| (at.clone(), index)) {
                Some((at, other)) => {
                    to.remove(&at);
                    pairs.push((index, other));
                }
                None => rest.push(index),
            }
        }
        let mut others: Vec<usize> = to.into_values().collect();
        others.sort_unstable();
        pairs.extend(rest.into_iter().zip(others));
    }
    pairs
}

/// The values of the key, sorted, since pairs stand in the order of their ids; with the new ids of renamed claims.
fn key<'f>(finding: &'f Finding, renamed: Option<&'f BTreeMap<String, String>>) -> Vec<&'f str> {
    let new = |value: &'f String| renamed.and_then(|renamed| renamed.get(value)).unwrap_or(value).as_str();
    let mut key: Vec<&str> = finding.key.iter().map(|(_, value)| new(value)).collect();
    key.sort_unstable();
    key
}
