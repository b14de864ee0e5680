//! Fact files as a data set: what was claimed, by whom, how surely, when, and the words it is claimed in.

mod dataset;
mod vocabulary;

pub use dataset::{
    Atom, Behalf, Claim, Dataset, Horizon, Outcome, Proposition, Qualifier, Source, Sure, Unresolved, Written,
};
pub use vocabulary::*;
