//! gainsay finds where sourced claims do not fit together.

pub mod base;
pub mod cli;
pub mod config;
pub mod datalog;
pub mod engine;
pub mod export;
pub mod facts;
pub mod findings;
pub mod git;
pub mod lints;
pub mod listing;
pub mod relations;
pub mod report;
pub mod schemas;
pub mod yaml;
