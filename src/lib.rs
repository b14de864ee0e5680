//! gainsay finds where sourced claims do not fit together.

pub mod base;
pub mod datalog;
pub mod facts;
pub mod findings;
pub mod lints;
pub mod report;
