//! What an edit has done to claims.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::Symbol;
use crate::facts::Claim;

use super::{Dataset, Evidence, Outcome, Pool, SourceMap};

/// A claim that is not as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimEdit {
    /// Its id: the new one if it has another.
    pub claim: String,
    /// What has become of it.
    pub change: ClaimChange,
}

/// What an edit has done to a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClaimChange {
    /// It was not there.
    Added,
    /// It is not there any more.
    Removed,
    /// It says the same and had another id.
    Renamed {
        /// The id that it had.
        before: String,
    },
    /// It says something else: the first field that is different, and its text before and after, as far as it is written.
    Says {
        /// The name of the field.
        field: &'static str,
        /// What was written.
        before: Option<String>,
        /// What is written.
        after: Option<String>,
    },
    /// It says the same, and something else of it is written in another way.
    Edited,
}

/// The claims that are not as they were, in the order of their ids.
pub(super) fn edits(base: &Outcome, head: &Outcome) -> Vec<ClaimEdit> {
    let (before, after) = (Claims::of(base), Claims::of(head));
    let gone: BTreeMap<String, Evidence> = before.missing_in(&after);
    let come: BTreeMap<String, Evidence> = after.missing_in(&before);
    let renamed = renamed(&gone, &come);
    let mut edits = Vec::new();
    let old: BTreeSet<&str> = renamed.iter().map(|(old, _)| old.as_str()).collect();
    let is_old = |id: &str| old.contains(id);
    edits.extend(
        gone.keys().filter(|id| !is_old(id)).map(|id| ClaimEdit { claim: id.clone(), change: ClaimChange::Removed }),
    );
    let old_id: BTreeMap<&str, &str> = renamed.iter().map(|(old, new)| (new.as_str(), old.as_str())).collect();
    for id in come.into_keys() {
        let change = match old_id.get(id.as_str()) {
            Some(&before) => ClaimChange::Renamed { before: before.to_owned() },
            None => ClaimChange::Added,
        };
        edits.push(ClaimEdit { claim: id, change });
    }
    for (id, claim) in &after.by_id {
        let changed = before.by_id.get(id).and_then(|old| change(&before, old, &after, claim));
        edits.extend(changed.map(|change| ClaimEdit { claim: (*id).to_owned(), change }));
    }
    edits.sort_by(|a, b| a.claim.cmp(&b.claim));
    edits
}

/// Claims that are gone, and claims that have come and say the same: those of one slug first, then in the order of ids.
pub fn renamed<E: Ord>(gone: &BTreeMap<String, E>, come: &BTreeMap<String, E>) -> Vec<(String, String)> {
    let slug = |id: &str| id.split_once('/').map_or(id, |(_, slug)| slug).to_owned();
    let mut said: BTreeMap<&E, Vec<&String>> = BTreeMap::new();
    for (id, evidence) in come {
        said.entry(evidence).or_default().push(id);
    }
    let mut alike: BTreeMap<&E, Vec<&String>> = BTreeMap::new();
    for (id, evidence) in gone {
        alike.entry(evidence).or_default().push(id);
    }
    let mut pairs = Vec::new();
    for (evidence, old) in alike {
        let Some(new) = said.get(evidence) else { continue };
        let mut by_slug: BTreeMap<String, Vec<&String>> = BTreeMap::new();
        for id in new.iter().rev() {
            by_slug.entry(slug(id)).or_default().push(id);
        }
        let (same, others): (Vec<&String>, Vec<&String>) =
            old.into_iter().partition(|id| by_slug.contains_key(&slug(id)));
        let mut rest = others;
        for id in same {
            match by_slug.get_mut(&slug(id)).and_then(Vec::pop) {
                Some(other) => pairs.push((id.clone(), other.clone())),
                None => rest.push(id),
            }
        }
        rest.sort_unstable();
        let mut left: Vec<&String> = by_slug.into_values().flatten().collect();
        left.sort_unstable();
        pairs.extend(rest.into_iter().zip(left).map(|(old, new)| (old.clone(), new.clone())));
    }
    pairs.sort_unstable();
    pairs
}

/// The claims of a state.
struct Claims<'o> {
    by_id: BTreeMap<&'o str, &'o Claim>,
    pool: &'o Pool,
    sources: &'o SourceMap,
}

impl<'o> Claims<'o> {
    fn of(outcome: &'o Outcome) -> Self {
        let Outcome { dataset, pool, sources, .. } = outcome;
        let dataset: &Dataset = dataset;
        let id = |id: Symbol| pool.text(id);
        Self { by_id: dataset.claims.iter().map(|claim| (id(claim.id), claim)).collect(), pool, sources }
    }

    fn missing_in(&self, other: &Self) -> BTreeMap<String, Evidence> {
        let missing = self.by_id.iter().filter(|(id, _)| !other.by_id.contains_key(*id));
        missing.map(|(id, claim)| ((*id).to_owned(), Evidence::of(claim, self.pool))).collect()
    }

    /// The text of a field, if it is written.
    fn written(&self, claim: &Claim, field: &str) -> Option<String> {
        let found = claim.written.iter().find(|written| written.key == field)?;
        Some(self.sources.text(found.value).split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// The whole entry, however it is indented, and the folds of its lines.
    fn text(&self, claim: &Claim) -> String {
        self.sources.text(claim.span).split_whitespace().collect()
    }
}

fn change(before: &Claims<'_>, old: &Claim, after: &Claims<'_>, new: &Claim) -> Option<ClaimChange> {
    let (was, is) = (Evidence::of(old, before.pool), Evidence::of(new, after.pool));
    let different = was.parts().into_iter().zip(is.parts()).find(|(was, is)| was.1 != is.1);
    if let Some(((field, _), _)) = different {
        let (before, after) = (before.written(old, field), after.written(new, field));
        return Some(ClaimChange::Says { field, before, after });
    }
    (before.text(old) != after.text(new)).then_some(ClaimChange::Edited)
}
