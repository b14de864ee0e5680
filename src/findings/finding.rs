//! One finding, ready to be reported: texts and places only, no row of the engine.

use std::sync::Arc;

use crate::base::{Level, Span};
use crate::lints::Group;

use super::fingerprint::Fingerprint;

/// What has become of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Neither allowed nor in a baseline.
    Open,
    /// An `allow` entry of one of its claims accepts it: it is counted, and does not gate.
    Allowed,
    /// The baseline holds it with this evidence: it is counted, and does not gate.
    Baselined,
}

impl Status {
    /// The word for it in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Allowed => "allowed",
            Self::Baselined => "baselined",
        }
    }
}

/// What an edit has done to a finding, the weightiest first; of several the first holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// It was not there.
    New,
    /// Its claims still say what they said, and more claims have come.
    Grown,
    /// Some of its claims say something else than before.
    Reworded,
    /// The same evidence, at a higher level.
    Raised,
    /// The same evidence; it was accepted and is not any more.
    Reopened,
    /// Some of its claims are gone, and no others have come.
    Shrunk,
    /// The same evidence, at a lower level.
    Lowered,
    /// The same rule and evidence under other names.
    Renamed,
    /// It was open and is accepted now.
    Accepted,
    /// Nothing is different.
    Unchanged,
    /// It is not there any more.
    Fixed,
}

impl Change {
    /// All changes, in their order.
    pub const ALL: [Self; 11] = [
        Self::New,
        Self::Grown,
        Self::Reworded,
        Self::Raised,
        Self::Reopened,
        Self::Shrunk,
        Self::Lowered,
        Self::Renamed,
        Self::Accepted,
        Self::Unchanged,
        Self::Fixed,
    ];

    /// The word for it in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Grown => "grown",
            Self::Reworded => "reworded",
            Self::Raised => "raised",
            Self::Reopened => "reopened",
            Self::Shrunk => "shrunk",
            Self::Lowered => "lowered",
            Self::Renamed => "renamed",
            Self::Accepted => "accepted",
            Self::Unchanged => "unchanged",
            Self::Fixed => "fixed",
        }
    }

    /// Whether an edit has to answer for it: the finding is new, or is more than it was.
    #[must_use]
    pub fn gates(self) -> bool {
        matches!(self, Self::New | Self::Grown | Self::Reworded | Self::Raised | Self::Reopened)
    }
}

/// What part of an edit a change comes of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CauseKind {
    /// Rules, or the levels that they have.
    Rules,
    /// The settings of the data set: its day, which files are read.
    Settings,
    /// The words in which claims are made.
    Vocabulary,
    /// Claims and headers of sources, `allow` entries and the baseline.
    Data,
}

impl CauseKind {
    /// The word for it in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rules => "rules",
            Self::Settings => "settings",
            Self::Vocabulary => "vocabulary",
            Self::Data => "data",
        }
    }
}

/// Why a finding is not as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// What part of the edit it is.
    pub kind: CauseKind,
    /// The reason in words that follow `because`, without a full stop.
    pub text: String,
    /// The claims of the finding that the edit has touched, by their ids.
    pub touched: Vec<String>,
}

/// What a place has to do with a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LocationRole {
    /// The claim of the column marked `@[primary]`.
    Primary,
    /// A claim of a column marked `@[secondary]`.
    Secondary,
    /// A claim of another column.
    Witness,
    /// A claim or vocabulary line that only links the sides.
    Bridge,
}

impl LocationRole {
    /// The word for it in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
            Self::Witness => "witness",
            Self::Bridge => "bridge",
        }
    }

    /// The role of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Primary, Self::Secondary, Self::Witness, Self::Bridge].into_iter().find(|role| role.name() == name)
    }
}

/// A place that a finding rests on.
#[derive(Clone, Debug)]
pub struct Location {
    /// What it has to do with the finding.
    pub role: LocationRole,
    /// The claim's id (`source/slug`), or `None` for a line of the vocabulary.
    pub claim: Option<String>,
    /// What is underlined.
    pub span: Span,
    /// The whole entry in which it stands, from its key: an excerpt begins there when it is near.
    pub entry: Span,
    /// What is said of it; one line, may be empty.
    pub label: String,
    /// The number of the step in the picture that this place belongs to, from 1; `None` is not numbered.
    pub number: Option<usize>,
}

impl Location {
    /// Whether pictures show the place; a line of the vocabulary that only links is named in the steps instead.
    #[must_use]
    pub fn is_drawn(&self) -> bool {
        self.claim.is_some() || self.role != LocationRole::Bridge
    }
}

/// A line of the chain above the excerpts.
#[derive(Clone, Debug)]
pub struct Step {
    /// The clause whose sentence it is; `None` for a note about other steps.
    pub clause: Option<Span>,
    /// What the clause's variables stand for, as rows hold it, by number: once for each use that the step stands for.
    /// Uses differ in one claim only; `None` is a variable inside a count.
    pub bindings: Vec<Vec<Option<String>>>,
    /// One sentence without a full stop.
    pub text: Vec<StepPart>,
    /// A place to show behind it as `path:line`, where it is not among the locations.
    pub place: Option<Span>,
}

/// A part of a step's sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepPart {
    /// Words.
    Text(String),
    /// Claims, by the numbers of their locations as in [`Location::number`], in order.
    Claims(Vec<usize>),
}

impl Step {
    /// A line that stands for no clause.
    #[must_use]
    pub fn note(text: String) -> Self {
        Self { clause: None, bindings: Vec::new(), text: vec![StepPart::Text(text)], place: None }
    }

    /// The numbers of the locations that it names.
    pub fn numbers(&self) -> impl Iterator<Item = usize> {
        let numbers = |part| match part {
            &StepPart::Text(_) => &[][..],
            StepPart::Claims(numbers) => numbers,
        };
        self.text.iter().flat_map(numbers).copied()
    }
}

/// A proof with texts in place of cells.
#[derive(Clone, Debug)]
pub struct ProofTree {
    /// What kind of node it is.
    pub kind: ProofKind,
    /// `relation(value, …)`; `_` for anything.
    pub fact: String,
    /// The clause, for a derived fact.
    pub rule: Option<Span>,
    /// The sentence of the clause; may be empty.
    pub text: String,
    /// Index into [`Finding::locations`].
    pub location: Option<usize>,
    /// The parts.
    pub premises: Vec<Arc<ProofTree>>,
}

/// The kinds of proof nodes, as in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofKind {
    /// The data set says so.
    Given,
    /// A rule gives it.
    Derived,
    /// Nothing matches.
    Absent,
    /// Counted rows.
    Group,
    /// Stands in full earlier in this proof.
    Shared,
    /// Left out for its size.
    Cut,
}

impl ProofKind {
    /// The word for it in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Derived => "derived",
            Self::Absent => "absent",
            Self::Group => "group",
            Self::Shared => "shared",
            Self::Cut => "cut",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let all = [Self::Given, Self::Derived, Self::Absent, Self::Group, Self::Shared, Self::Cut];
        all.into_iter().find(|kind| kind.name() == name)
    }
}

/// One quarrel: all rows of a rule that agree on its key columns.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule's name.
    pub rule: Arc<str>,
    /// The rule's group.
    pub group: Group,
    /// The highest level of its rows.
    pub level: Level,
    /// What has become of it.
    pub status: Status,
    /// What an edit has done to it, where two states of a data set are compared.
    pub change: Option<Change>,
    /// What of the edit has done that.
    pub cause: Option<Cause>,
    /// The edit need not answer for it, because it comes of new rules or settings and these do not gate.
    pub spared: bool,
    /// Identity without places.
    pub fingerprint: Fingerprint,
    /// How many digits of the fingerprint are shown to people: enough to tell it from all others of the run.
    pub shown_digits: usize,
    /// Hash of what its claims say.
    pub evidence: Fingerprint,
    /// For each claim of the data set among [`Finding::claims`], in the order of their ids, the hash of what it says.
    pub evidence_of: Vec<(String, Fingerprint)>,
    /// One line.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// Names and values of the key columns, in column order.
    pub key: Vec<(String, String)>,
    /// Every claim shown, as `source/slug`: key columns, witnesses by column then id, bridges by id.
    pub claims: Vec<String>,
    /// Sets of claims without which the finding is gone: each claim of which that is so by itself, in the order of their ids,
    /// or else the first smallest set of two or three; empty where there is none or that cannot be told.
    pub repairs: Vec<Vec<String>>,
    /// Fields that bear on the finding and that some claim of `repairs` leaves out, so that their values are assumed; without
    /// those that the help names.
    pub assumed: Vec<&'static str>,
    /// The places, in the order in which they are drawn; the primary one is the first of its role.
    pub locations: Vec<Location>,
    /// The chain above the excerpts.
    pub steps: Vec<Step>,
    /// Why the finding's first row holds.
    pub proof: Arc<ProofTree>,
}

impl Finding {
    /// The fingerprint as people are shown it.
    #[must_use]
    pub fn short_fingerprint(&self) -> String {
        self.fingerprint.prefix(self.shown_digits)
    }

    /// Whether nobody has accepted it and, where states are compared, the edit has to answer for it: what gates, if its
    /// level is high enough.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.status == Status::Open && !self.spared && self.change.is_none_or(Change::gates)
    }

    /// The word for what has become of it: accepted findings are `allowed` or `baselined`, others have the word for what the
    /// edit did, or are `open` where nothing is compared.
    #[must_use]
    pub fn status_name(&self) -> &'static str {
        match self.change {
            Some(change) if self.status == Status::Open => change.name(),
            _ => self.status.name(),
        }
    }

    /// The place to point at where there can be one only: that of a claim which the edit has touched, else the primary one.
    ///
    /// # Panics
    ///
    /// As [`Finding::primary`].
    #[must_use]
    pub fn foremost(&self) -> &Location {
        let touched = self.cause.as_ref().map_or(&[][..], |cause| &cause.touched);
        let is_touched = |location: &&Location| location.claim.as_ref().is_some_and(|claim| touched.contains(claim));
        self.locations.iter().find(is_touched).unwrap_or_else(|| self.primary())
    }

    /// The primary place.
    ///
    /// # Panics
    ///
    /// Never for findings made by [`super::collect()`], which always have a place.
    #[must_use]
    pub fn primary(&self) -> &Location {
        let primary = self.locations.iter().find(|location| location.role == LocationRole::Primary);
        primary.or_else(|| self.locations.first()).expect("a finding has a place")
    }
}
