//! Findings and diagnostics in a format: one file per format, no I/O of its own.
//!
//! In: a [`Report`]; out: text in a [`Format`]. Formats own mirror structs and know nothing of the command line.

use std::io;

use crate::base::{Day, Diagnostic, Level, SourceMap};
use crate::findings::{Culpability, Finding, Status};

mod checkstyle;
mod closing;
mod cut;
mod difference;
mod exhibits;
mod frames;
mod github;
mod gitlab;
mod items;
mod json;
mod jsonl;
mod junit;
mod markdown;
mod marks;
mod markup;
mod rdjson;
mod repairs;
#[cfg(test)]
mod samples;
mod sarif;
mod saved;
mod short;
mod snapshot;
mod statistics;
mod table;
mod terminal;
mod visible;
mod xml;

pub use checkstyle::Checkstyle;
pub use github::Github;
pub use gitlab::Gitlab;
pub use json::{Json, Tool, line, pretty};
pub use jsonl::Jsonl;
pub use junit::Junit;
pub use markdown::Markdown;
pub use rdjson::Rdjson;
pub use sarif::Sarif;
pub use saved::{Saved, SavedError};
pub use short::Short;
pub use snapshot::{Difference, Seen, Snapshot};
pub use table::Table;
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
    /// For programs that read line by line: [`Jsonl`].
    Jsonl,
    /// For code scanning: [`Sarif`].
    Sarif,
    /// Annotations of GitHub Actions: [`Github`].
    Github,
    /// A Code Quality report: [`Gitlab`].
    Gitlab,
    /// A report of tests: [`Junit`].
    Junit,
    /// Places by file, as XML: [`Checkstyle`].
    Checkstyle,
    /// For reviewdog: [`Rdjson`].
    Rdjson,
    /// For comments and summaries: [`Markdown`].
    Markdown,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 11] = [
        Self::Human,
        Self::Short,
        Self::Json,
        Self::Jsonl,
        Self::Sarif,
        Self::Github,
        Self::Gitlab,
        Self::Junit,
        Self::Checkstyle,
        Self::Rdjson,
        Self::Markdown,
    ];

    /// The word for it on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Short => "short",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Sarif => "sarif",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Junit => "junit",
            Self::Checkstyle => "checkstyle",
            Self::Rdjson => "rdjson",
            Self::Markdown => "markdown",
        }
    }

    /// Whether it can show [`View::statistics`] in place of findings.
    #[must_use]
    pub fn counts(self) -> bool {
        matches!(self, Self::Human | Self::Short | Self::Json)
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
    /// What claims carry of these findings, the one that carries most first.
    pub culpability: &'a [Culpability],
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
    /// Entries of `allow` and of the baseline on which the command fails, since it is asked to be strict.
    pub strict: usize,
    /// The exit code that the command will end with.
    pub exit: u8,
    /// What was compared, if states of the data set were; [`Finding::change`] is set then.
    pub compared: Option<&'a Compared<'a>>,
    /// How people are shown the findings; JSON has them all, in their order.
    pub view: &'a View,
}

/// Two states of a data set: what an edit has done.
#[derive(Clone, Copy, Debug)]
pub struct Compared<'a> {
    /// The name of the state before, such as `main`.
    pub base: &'a str,
    /// The name of the state after.
    pub head: &'a str,
    /// What stands between the names: `..`, or `...` where the state before is a common ancestor.
    pub joint: &'a str,
    /// Findings of the state before that are gone; their places are in `base_sources`.
    pub fixed: &'a [Finding],
    /// The texts of the state before.
    pub base_sources: &'a SourceMap,
    /// How large the edit is, where the data sets themselves were compared.
    pub edit: Option<EditSize>,
}

/// How much of a data set an edit touches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EditSize {
    /// Fact files that have come, gone or changed.
    pub files: usize,
    /// Claims that have come.
    pub added: usize,
    /// Claims that are gone.
    pub removed: usize,
    /// Claims that are written in another way.
    pub changed: usize,
    /// Claims that have another id and say the same.
    pub renamed: usize,
}

/// How findings are arranged for people.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// The open findings under headings; empty for no headings.
    pub sections: Vec<Section>,
    /// Open findings that filters leave out of the report.
    pub hidden: usize,
    /// Draw at most so many diagnostics, and so many findings; `None` is all.
    pub most: Option<usize>,
    /// Count the findings of each rule in place of drawing them. This holds for JSON too.
    pub statistics: bool,
    /// Where the pages of rules are: a web address with `{name}` for the name of a rule.
    pub links: Option<String>,
}

/// All findings, without headings.
pub static WHOLE: View = View { sections: Vec::new(), hidden: 0, most: None, statistics: false, links: None };

/// Findings under a heading.
#[derive(Clone, Debug)]
pub struct Section {
    /// What they have in common.
    pub heading: String,
    /// Indexes into [`Report::findings`].
    pub members: Vec<usize>,
}

impl<'a> Report<'a> {
    /// The findings that are drawn and that gate: those that nobody has accepted and, where states are compared, that the
    /// edit has to answer for.
    pub fn open(&self) -> impl Iterator<Item = &'a Finding> + use<'a> {
        self.findings.iter().filter(|finding| finding.counts())
    }

    /// Where the page of a rule is, if the view says so.
    #[must_use]
    pub fn rule_link(&self, name: &str) -> Option<String> {
        self.view.links.as_ref().map(|links| links.replace("{name}", name))
    }

    /// How many diagnostics are drawn, and how many are left out.
    fn drawn_diagnostics(&self) -> (&'a [Diagnostic], usize) {
        let drawn = self.view.most.unwrap_or(usize::MAX).min(self.diagnostics.len());
        (&self.diagnostics[..drawn], self.diagnostics.len() - drawn)
    }

    /// The findings that are drawn, each with the heading before it, and how many are left out.
    fn drawn_findings(&self) -> (Vec<(Option<String>, &'a Finding)>, usize) {
        let mut drawn: Vec<(Option<String>, &Finding)> = Vec::new();
        if self.view.sections.is_empty() {
            drawn.extend(self.open().map(|finding| (None, finding)));
        }
        for section in &self.view.sections {
            let heading = format!("{}: {}", section.heading, count(section.members.len(), "finding"));
            let mut heading = Some(heading);
            drawn.extend(section.members.iter().map(|&index| (heading.take(), &self.findings[index])));
        }
        let all = drawn.len();
        drawn.truncate(self.view.most.unwrap_or(usize::MAX));
        let left_out = all - drawn.len();
        (drawn, left_out)
    }

    /// How many findings are accepted by `allow` entries.
    #[must_use]
    pub fn allowed(&self) -> usize {
        self.accepted(Status::Allowed)
    }

    /// How many findings are accepted by the baseline.
    #[must_use]
    pub fn baselined(&self) -> usize {
        self.accepted(Status::Baselined)
    }

    fn accepted(&self, status: Status) -> usize {
        self.findings.iter().filter(|finding| finding.status == status).count()
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

/// What is said where some are not drawn.
fn more(number: usize, noun: &str) -> String {
    format!("{} more {}; `--max-shown 0` shows all", number, plural(number, noun))
}

/// A number and its noun.
fn count(number: usize, noun: &str) -> String {
    format!("{number} {}", plural(number, noun))
}

/// The noun, with an `s` in the plural.
fn plural(number: usize, noun: &str) -> String {
    format!("{noun}{}", if number == 1 { "" } else { "s" })
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
