//! Findings and diagnostics in a format: one file per format, no I/O of its own.

use std::io;

use crate::base::{Day, Diagnostic, Level, SourceMap};
use crate::findings::Finding;

/// What is reported.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// The findings to show, in the order of reports.
    pub findings: &'a [Finding],
    /// Problems of the input files, in the order of reports.
    pub diagnostics: &'a [Diagnostic],
    /// The texts that places point into.
    pub sources: &'a SourceMap,
    /// How large the data set is.
    pub dataset: Counts,
    /// The day of the report.
    pub today: Day,
    /// No rule ran, because some input does not load.
    pub stopped: bool,
    /// The least level at which `check` fails; `None` is never.
    pub gate: Option<Level>,
    /// The exit code that the command will end with.
    pub exit: u8,
}

/// How large a data set is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Fact files read.
    pub files: usize,
    /// Claims.
    pub claims: usize,
    /// Sources.
    pub sources: usize,
    /// Rules (lints) that ran.
    pub rules: usize,
}

/// Writes a report in one format.
pub trait Reporter {
    /// Writes the whole report.
    ///
    /// # Errors
    ///
    /// What `out` says.
    fn write(&self, report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()>;
}
