//! The workloads as a user of datafrog and of ascent would write them in Rust, planned by hand.
//!
//! Rows go in as they were generated, the finished relation comes out; sorting the input counts, reading it does not.

pub(crate) mod claims;
pub(crate) mod claims_ascent;
pub(crate) mod closure;
pub(crate) mod same_generation;
pub(crate) mod square;
pub(crate) mod triangles;

/// Two nodes.
pub(crate) type Pair = (u32, u32);
