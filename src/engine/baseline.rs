//! The baseline of a data set: read from a file system, held against the findings of a run.

use crate::base::fs::{FileSystem, slashed};
use crate::base::{Checked, Diagnostic, Family, SourceMap, Span, has_errors};
use crate::config::Config;
use crate::findings::Baseline;

use super::Outcome;

/// Reads the baseline of a data set, if there is one; its text is added to `sources`. A data set that is one file has none.
///
/// What is wrong with the file is reported and left out; a link that leads out of the data set is not followed.
pub fn read_baseline(files: &dyn FileSystem, config: &Config, sources: &mut SourceMap) -> Option<Checked<Baseline>> {
    let path = config.baseline();
    if config.single_file.is_some() || !files.is_file(&path) {
        return None;
    }
    let text = if files.is_below(&path, &config.root) {
        let text = files.read(&path).map_err(|error| format!("the baseline cannot be read: {error}"));
        text.and_then(|bytes| String::from_utf8(bytes).map_err(|_| "the baseline is not UTF-8".to_owned()))
    } else {
        Err("the baseline is a link that leads out of the data set".to_owned())
    };
    match text {
        Ok(text) => {
            let file = sources.add(&slashed(&path), &text);
            Some(Baseline::read(sources, file))
        }
        Err(message) => {
            let file = sources.add(&slashed(&path), "");
            let problem = Diagnostic::error(Family::Config, "bad-baseline", message, Span::new(file, 0, 0));
            let help = "put a text file in its place, or remove it and run `gainsay baseline --update`";
            Some(Checked { value: Baseline::default(), diagnostics: vec![problem.with_help(help)] })
        }
    }
}

/// Marks the findings that the baseline of the data set holds, and adds what is wrong with the baseline to the diagnostics:
/// lines that stand for no finding, and lines that cannot be read, which leave the outcome stopped and without findings, as
/// other broken input does.
///
/// The outcome must be one of [`super::Loaded::check`] with all rules, its findings not filtered yet. `files` may be another
/// state of the data set than the one on disk, of which `config` says where the baseline is.
pub fn mark_baselined(files: &dyn FileSystem, config: &Config, outcome: &mut Outcome) {
    if outcome.cancelled {
        return;
    }
    let Some(read) = read_baseline(files, config, &mut outcome.sources) else { return };
    if has_errors(&read.diagnostics) {
        outcome.stopped = true;
        outcome.findings = Vec::new();
    } else if !outcome.stopped {
        let stale = read.value.mark(&mut outcome.findings, &outcome.left_out, &outcome.lints);
        outcome.diagnostics.extend(stale);
    }
    outcome.diagnostics.extend(read.diagnostics);
    outcome.diagnostics.sort_by(|a, b| a.order().cmp(&b.order()));
}
