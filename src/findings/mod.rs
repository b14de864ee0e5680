//! From the fixpoint to findings: rows grouped into quarrels, described, identified.

mod finding;
mod fingerprint;

pub use finding::{Finding, Location, LocationRole, ProofKind, ProofTree, Status, Step};
pub use fingerprint::Fingerprint;
