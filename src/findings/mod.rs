//! From the fixpoint to findings: rows grouped into quarrels, described, identified, put in order.
//!
//! Goes in: the catalogue of rules, the data set and what the rules derived. Comes out: [`Finding`]s of texts and places.
//! Knows no output format.

mod allow;
mod baseline;
mod collect;
mod compare;
mod culpability;
mod describe;
mod evidence;
mod finding;
mod fingerprint;
mod repairs;
mod sentence;
mod steps;
mod wording;
mod words;

pub use allow::{is_of_acceptance, unknown_rules};
pub use baseline::{Baseline, BaselineLine, Stale, baseline_text};
pub use collect::{Collected, Evaluated, Stop, collect, put_in_order};
pub use compare::{Comparison, compare};
pub use culpability::{Culpability, Share, culpability};
pub use evidence::Evidence;
pub use finding::{
    Cause, CauseKind, Change, Finding, Location, LocationRole, ProofKind, ProofTree, Status, Step, StepPart,
};
pub use fingerprint::Fingerprint;
