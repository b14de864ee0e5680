//! Findings and diagnostics in a format: one file per format, no I/O of its own.
//!
//! In: a [`Report`]; out: text in a [`Format`]. Formats own mirror structs and know nothing of the command line.

use std::io;

use crate::base::{Day, Diagnostic, Level, SourceMap};
use crate::findings::{Finding, Status};

mod closing;
mod cut;
mod exhibits;
mod frames;
mod json;
mod marks;
#[cfg(test)]
mod samples;
mod short;
mod terminal;
mod visible;

pub use json::Json;
pub use short::Short;
pub use terminal::Terminal;
pub use visible::visible;

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// Pictures for people: [`Terminal`].
    Human,
    /// One line each, for logs and `grep`: [`Short`].
    Short,
    /// For programs: [`Json`].
    Json,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 3] = [Self::Human, Self::Short, Self::Json];

    /// The word for it on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Short => "short",
            Self::Json => "json",
        }
    }

    /// The format of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }
}

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

impl<'a> Report<'a> {
    /// The findings that nobody has accepted: those that are drawn and that gate.
    pub fn open(&self) -> impl Iterator<Item = &'a Finding> + use<'a> {
        self.findings.iter().filter(|finding| finding.status == Status::Open)
    }

    /// How many findings are accepted by `allow` entries.
    #[must_use]
    pub fn allowed(&self) -> usize {
        self.findings.iter().filter(|finding| finding.status == Status::Allowed).count()
    }
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
