//! Answers of [`super::proofs`] for people and for programs: documents that can be serialized, and trees of plain text.
//!
//! Cells become values, rules and rows get their places. Nothing is decided here.

pub(in crate::datalog) mod proof;
pub(in crate::datalog) mod refusal;
pub(in crate::datalog) mod tree;
pub(in crate::datalog) mod words;
