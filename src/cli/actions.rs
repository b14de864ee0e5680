//! GitHub Actions: annotations and the summary of a job, which nobody has to ask for.

use std::path::PathBuf;

use crate::base::drafts;
use crate::report::{Github, Markdown, Report, Reporter as _};

use super::{Failure, output};

/// Annotations of a run; the service shows ten of a level.
const MOST_ANNOTATIONS: usize = 10;
/// Bytes of a summary; the service takes 1 MiB from all that write to it.
const MOST_BYTES: usize = 900_000;

/// The job that the command runs in.
#[derive(Debug)]
pub(super) struct Actions {
    /// The file that the summary is appended to.
    summary: Option<PathBuf>,
}

impl Actions {
    /// The job, if the environment says that there is one.
    pub(super) fn here() -> Option<Self> {
        let is_here = std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true");
        let summary = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()).map(PathBuf::from);
        is_here.then_some(Self { summary })
    }

    /// The annotations, as lines for standard output.
    pub(super) fn annotate(report: &Report<'_>, out: &mut Vec<u8>) -> std::io::Result<()> {
        Github { most: Some(MOST_ANNOTATIONS) }.write(report, out)
    }

    /// Appends the report to the summary, as far as there is room. The report does not depend on it: that it cannot be
    /// written is only said.
    pub(super) fn summarize(&self, report: &Report<'_>) {
        let Some(path) = &self.summary else { return };
        // What there is was written by others of the same step.
        let there = path.metadata().map_or(0, |file| usize::try_from(file.len()).unwrap_or(usize::MAX));
        let mut text = Vec::new();
        let done = Markdown { most: Some(MOST_BYTES.saturating_sub(there)) }.write(report, &mut text);
        if let Err(error) = done.and_then(|()| drafts::append(path, &text)) {
            let failure = Failure::new(format!("the job summary cannot be written: {error}"));
            output::complain("warning", &failure.with_help("`--no-ci` does without it"));
        }
    }

    /// Whether the file is that of the summary.
    pub(super) fn has_summary(&self, file: &std::path::Path) -> bool {
        let same = |path: &PathBuf| path == file || path.canonicalize().is_ok_and(|path| path == file);
        self.summary.as_ref().is_some_and(same)
    }
}
