//! Why findings are not as they were: which part of an edit it is, and which claims.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::Level;
use crate::facts::ShortIds;
use crate::findings::{Cause, CauseKind, Change, Finding, Fingerprint};

use super::{ClaimChange, ClaimEdit, Outcome};

/// The claims that a reason names.
const MOST_NAMED: usize = 2;
/// The characters of a field that a reason shows.
const MOST_SHOWN: usize = 60;

/// What is compared of a finding.
type Facet = (Fingerprint, Level);

/// The findings of the state before with a part of the state after.
pub(super) struct Stage {
    kind: CauseKind,
    /// Nothing where that state is broken.
    findings: Option<BTreeMap<Fingerprint, Facet>>,
}

impl Stage {
    /// What that state gives; nothing where it cannot be checked.
    pub(super) fn of(kind: CauseKind, outcome: Option<&Outcome>) -> Self {
        let facet = |finding: &Finding| (finding.fingerprint, (finding.evidence, finding.level));
        let checked = outcome.filter(|outcome| !outcome.stopped && !outcome.cancelled);
        let findings = checked.map(|outcome| outcome.findings.iter().map(facet).collect());
        Self { kind, findings }
    }
}

/// What is needed to say why.
pub(super) struct Causes<'o> {
    stages: Vec<Stage>,
    /// What has become of claims, by their ids after the edit.
    claims: BTreeMap<&'o str, &'o ClaimEdit>,
    base: Named<'o>,
    head: Named<'o>,
    /// What is said where none of a finding's own claims was edited.
    elsewhere: String,
}

/// A state with the short names of its claims.
pub(super) struct Named<'o> {
    outcome: &'o Outcome,
    short_ids: ShortIds,
}

impl<'o> Named<'o> {
    pub(super) fn of(outcome: &'o Outcome) -> Self {
        Self { outcome, short_ids: ShortIds::of(&outcome.dataset) }
    }

    fn short(&self, id: &str) -> Option<String> {
        let Outcome { dataset, pool, .. } = self.outcome;
        let claim = dataset.claim(pool.find(id)?)?;
        Some(pool.text(self.short_ids.get(claim)).to_owned())
    }
}

impl<'o> Causes<'o> {
    pub(super) fn new(stages: Vec<Stage>, claims: &'o [ClaimEdit], base: Named<'o>, head: Named<'o>) -> Self {
        let by_id = claims.iter().map(|edit| (edit.claim.as_str(), edit)).collect();
        let mut this = Self { stages, claims: by_id, base, head, elsewhere: String::new() };
        let others = claims.iter().filter(|edit| !matches!(edit.change, ClaimChange::Renamed { .. }));
        // What is gone leaves more behind than what is there and not part of the finding.
        let first = others.clone().min_by_key(|edit| weight(&edit.change)).map(|edit| this.told(edit));
        this.elsewhere = match (first, others.count()) {
            (None, _) => "something else than claims was changed".to_owned(),
            (Some(one), 1) => one,
            (Some(one), _) => format!("other claims were changed, such as: {one}"),
        };
        this
    }

    /// Why a finding of the state after is not as it was.
    pub(super) fn of(&self, finding: &Finding, was: Option<&Finding>, change: Change) -> Option<Cause> {
        let accepted = |text: &str| Some(Cause { kind: CauseKind::Data, text: text.to_owned(), touched: Vec::new() });
        match change {
            Change::Unchanged => None,
            Change::Accepted => accepted("an entry accepts it now"),
            Change::Reopened => accepted("no entry accepts it any more"),
            Change::New
            | Change::Grown
            | Change::Reworded
            | Change::Raised
            | Change::Shrunk
            | Change::Lowered
            | Change::Renamed
            | Change::Fixed => {
                let is_so = |stage: &BTreeMap<Fingerprint, Facet>| {
                    stage.get(&finding.fingerprint) == Some(&(finding.evidence, finding.level))
                };
                Some(self.first(&is_so).unwrap_or_else(|| self.of_claims(&[Some(finding), was])))
            }
        }
    }

    /// Why a finding of the state before is gone.
    pub(super) fn of_fixed(&self, finding: &Finding) -> Cause {
        let is_gone = |stage: &BTreeMap<Fingerprint, Facet>| !stage.contains_key(&finding.fingerprint);
        self.first(&is_gone).unwrap_or_else(|| self.of_claims(&[Some(finding)]))
    }

    /// The first part of the edit with which the state before gives what the state after gives.
    fn first(&self, is_so: &dyn Fn(&BTreeMap<Fingerprint, Facet>) -> bool) -> Option<Cause> {
        let stage = self.stages.iter().find(|stage| stage.findings.as_ref().is_some_and(is_so))?;
        let text = match stage.kind {
            CauseKind::Rules => "rules or their levels were changed",
            CauseKind::Settings => "the configuration was changed",
            CauseKind::Vocabulary => "the vocabulary was changed",
            CauseKind::Data => "claims were changed",
        };
        Some(Cause { kind: stage.kind, text: text.to_owned(), touched: Vec::new() })
    }

    /// The claim's id as people write it in the state that has it.
    fn short(&self, id: &str) -> String {
        self.head.short(id).or_else(|| self.base.short(id)).unwrap_or_else(|| id.to_owned())
    }

    /// What has become of a claim.
    fn told(&self, edit: &ClaimEdit) -> String {
        if let ClaimChange::Renamed { before } = &edit.change {
            return format!("{before} is called {} now", edit.claim);
        }
        told(&self.short(&edit.claim), &edit.change)
    }

    /// The claims of the findings, which are one before and after, that are not as they were; else some of the others.
    fn of_claims(&self, findings: &[Option<&Finding>]) -> Cause {
        let claims = findings.iter().copied().flatten().flat_map(|finding| &finding.claims);
        let own: BTreeSet<&str> = claims.map(String::as_str).collect();
        let mine: Vec<&ClaimEdit> = own.iter().filter_map(|claim| self.claims.get(claim).copied()).collect();
        let text = if mine.is_empty() {
            self.elsewhere.clone()
        } else {
            let mut shown: Vec<String> = mine.iter().take(MOST_NAMED).map(|edit| self.told(edit)).collect();
            if mine.len() > MOST_NAMED {
                shown.push(format!("{} more claims were changed", mine.len() - MOST_NAMED));
            }
            shown.join(", and ")
        };
        let touched = mine.iter().map(|edit| edit.claim.clone()).collect();
        Cause { kind: CauseKind::Data, text, touched }
    }
}

fn weight(change: &ClaimChange) -> u8 {
    match change {
        ClaimChange::Removed => 0,
        ClaimChange::Added => 1,
        ClaimChange::Says { .. } => 2,
        ClaimChange::Edited => 3,
        ClaimChange::Renamed { .. } => 4,
    }
}

/// What has become of a claim, as a sentence without a full stop.
fn told(claim: &str, change: &ClaimChange) -> String {
    match change {
        ClaimChange::Added => format!("{claim} was added"),
        ClaimChange::Removed => format!("{claim} was removed"),
        ClaimChange::Edited | ClaimChange::Renamed { .. } => format!("{claim} was edited"),
        ClaimChange::Says { field, before, after } => match (before, after) {
            (Some(before), Some(after)) => {
                format!("`{field}` of {claim} was `{}` and is `{}`", cut(before), cut(after))
            }
            (None, Some(after)) => format!("`{field}` of {claim} is `{}` now", cut(after)),
            (Some(before), None) => format!("`{field}` of {claim} was `{}` and is not written now", cut(before)),
            (None, None) => format!("`{field}` of {claim} has another value, which it takes from elsewhere"),
        },
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(MOST_SHOWN) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}
