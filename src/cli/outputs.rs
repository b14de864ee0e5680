//! `--format`: the formats of a report, and where each goes. Every command with a report writes it through here.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Args, Command};

use crate::base::drafts::{Drafts, Trial};
use crate::base::fs::slashed;
use crate::report::{
    Checkstyle, Format, Github, Gitlab, Json, Jsonl, Junit, Markdown, Rdjson, Report, Reporter, Sarif, Short, Terminal,
    View,
};

use super::actions::Actions;
use super::arguments::{ColorChoice, DrawingArguments};
use super::numbers::most_shown;
use super::{Failure, output};

/// Findings that are drawn on a terminal unless the command line says otherwise.
const MOST_SHOWN: usize = 20;

#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct OutputArguments {
    /// How to write the report, human if nothing is said; with FILE into that file. May be repeated, each time but one with a
    /// FILE.
    #[arg(short, long = "format", value_name = "FORMAT[=FILE]", value_parser = TargetParser)]
    formats: Vec<Target>,
    /// Show at most N problems and N findings in human and short, 0 for all; by default 20 in human on a terminal, else all.
    #[arg(long, value_name = "N", value_parser = most_shown, allow_negative_numbers = true)]
    max_shown: Option<usize>,
    /// Add no annotations and no job summary in GitHub Actions.
    #[arg(long)]
    no_ci: bool,
    #[command(flatten)]
    drawing: DrawingArguments,
}

/// One `--format`.
#[derive(Clone, Debug)]
struct Target {
    format: Format,
    /// Where to; `None` is standard output.
    file: Option<PathBuf>,
}

/// Reads `FORMAT` and `FORMAT=FILE`.
#[derive(Clone, Debug)]
struct TargetParser;

impl TypedValueParser for TargetParser {
    type Value = Target;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<Target, clap::Error> {
        let Some(text) = value.to_str() else {
            return Err(clap::Error::new(ErrorKind::InvalidUtf8).with_cmd(command));
        };
        let (name, file) = text.split_once('=').map_or((text, None), |(name, file)| (name, Some(file)));
        let Some(format) = Format::from_name(name) else {
            let mut error = clap::Error::new(ErrorKind::InvalidValue).with_cmd(command);
            let names = Format::ALL.map(|format| format.name().to_owned()).to_vec();
            error.insert(ContextKind::InvalidArg, ContextValue::String(arg.map(Arg::to_string).unwrap_or_default()));
            error.insert(ContextKind::InvalidValue, ContextValue::String(name.to_owned()));
            error.insert(ContextKind::ValidValue, ContextValue::Strings(names));
            return Err(error);
        };
        Ok(Target { format, file: file.filter(|file| *file != "-").map(PathBuf::from) })
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(Format::ALL.into_iter().map(|format| PossibleValue::new(format.name()))))
    }
}

/// Where a report goes, as far as that can be known before there is one.
#[derive(Debug)]
pub(super) struct Outputs<'a> {
    arguments: &'a OutputArguments,
    printed: Format,
    /// Formats and files, each with its folder resolved.
    files: Vec<(Format, PathBuf)>,
    actions: Option<Actions>,
}

impl<'a> Outputs<'a> {
    /// Looks whether everything can be written, before any work is done for it. With `statistics`, rules are counted in
    /// place of showing findings, which few formats can do.
    pub(super) fn new(arguments: &'a OutputArguments, statistics: bool) -> Result<Self, Failure> {
        let mut printed = None;
        let mut files: Vec<(Format, PathBuf)> = Vec::new();
        for Target { format, file } in &arguments.formats {
            let name = format.name();
            if statistics && !format.counts() {
                let failure = Failure::new(format!("`--statistics` cannot be written as `{name}`"));
                return Err(failure.with_help("write them as `human`, `short` or `json`"));
            }
            let Some(file) = file else {
                if printed.replace(*format).is_some() {
                    let failure = Failure::new("only one format can go to standard output");
                    return Err(
                        failure.with_help(format!("write the other one to a file, as in `--format {name}=FILE`"))
                    );
                }
                continue;
            };
            let resolved = writable(*format, file)?;
            if files.iter().any(|(_, other)| *other == resolved) {
                let failure = Failure::new(format!("`{}` would be written twice", slashed(file)));
                return Err(failure.with_help("give each `--format` a file of its own"));
            }
            files.push((*format, resolved));
        }
        let printed = printed.unwrap_or(Format::Human);
        let is_text = matches!(printed, Format::Human | Format::Short);
        let actions = if arguments.no_ci || statistics || !is_text { None } else { Actions::here() };
        Ok(Self { arguments, printed, files, actions })
    }

    /// Writes the files, all or none, and prints what goes to standard output.
    pub(super) fn write(&self, report: &Report<'_>) -> Result<(), Failure> {
        self.replaces_no_input(report)?;
        let mut drafts = Drafts::new(&Arc::default());
        for (format, file) in &self.files {
            let text = self.text(report, *format, true)?;
            drafts.write(file, |out| out.write_all(&text)).map_err(|error| unwritten(file, &error))?;
        }
        let mut text = self.text(report, self.printed, false)?;
        let formats = || self.files.iter().map(|file| file.0);
        if self.actions.is_some() && !formats().any(|format| format == Format::Github) {
            Actions::annotate(report, &mut text).map_err(|error| failed(&error))?;
        }
        if let Err(error) = drafts.keep() {
            let failure = Failure::new(format!("the report cannot be put in its place: {error}"));
            return Err(failure.with_help("no file is changed; see that their folders can be written"));
        }
        if let Some(actions) = &self.actions
            && !self.files.iter().any(|(_, file)| actions.has_summary(file))
        {
            actions.summarize(report);
        }
        output::print(&text)
    }

    /// The report in a format.
    fn text(&self, report: &Report<'_>, format: Format, to_file: bool) -> Result<Vec<u8>, Failure> {
        let most = most(self.arguments.max_shown, format, !to_file && output::is_terminal());
        let view = View { most, ..report.view.clone() };
        let mut text = Vec::new();
        let reporter = reporter(format, &self.arguments.drawing, to_file);
        reporter.write(&Report { view: &view, ..*report }, &mut text).map_err(|error| failed(&error))?;
        Ok(text)
    }

    /// A report in the place of a fact file, or of the configuration, would be a loss.
    fn replaces_no_input(&self, report: &Report<'_>) -> Result<(), Failure> {
        let inputs = || report.sources.iter().map(|(_, file)| Path::new(&*file.path));
        let is_input =
            |file: &PathBuf| file.exists() && inputs().any(|input| input.canonicalize().ok().as_ref() == Some(file));
        let Some((format, file)) = self.files.iter().find(|(_, file)| is_input(file)) else { return Ok(()) };
        let failure = Failure::new(format!("`{}` is a file of the data set", slashed(file)));
        Err(failure.with_help(format!("name another file as `--format {}=FILE`", format.name())))
    }
}

/// The most problems and findings that are shown, by `--max-shown` or by what they are shown on; `None` is all.
pub(super) fn most(asked: Option<usize>, format: Format, on_terminal: bool) -> Option<usize> {
    match asked {
        Some(0) => None,
        None => (format == Format::Human && on_terminal).then_some(MOST_SHOWN),
        most => most,
    }
}

/// The writer of a format; a file has the colours that are asked for, whatever standard output is.
pub(super) fn reporter(format: Format, drawing: &DrawingArguments, to_file: bool) -> Box<dyn Reporter> {
    let terminal = || Terminal {
        width: output::width(drawing.width),
        unicode: output::unicode(drawing.ascii),
        color: if to_file { drawing.color == ColorChoice::Always } else { output::color(drawing.color) },
    };
    match format {
        Format::Human => Box::new(terminal()),
        Format::Short => Box::new(Short),
        Format::Json => Box::new(Json),
        Format::Jsonl => Box::new(Jsonl),
        Format::Sarif => Box::new(Sarif),
        Format::Github => Box::new(Github::default()),
        Format::Gitlab => Box::new(Gitlab),
        Format::Junit => Box::new(Junit),
        Format::Checkstyle => Box::new(Checkstyle),
        Format::Rdjson => Box::new(Rdjson),
        Format::Markdown => Box::new(Markdown::default()),
    }
}

/// The file as it will be replaced, links resolved.
fn writable(format: Format, file: &Path) -> Result<PathBuf, Failure> {
    let shown = file.display().to_string();
    let another = || format!("name another file as `--format {}=FILE`", format.name());
    let failure = |message: String| Failure::new(message).with_help(another());
    if file.is_dir() {
        return Err(failure(format!("`{shown}` is a folder")));
    }
    let Some(name) = file.file_name().filter(|_| !shown.ends_with('/')) else {
        return Err(failure(format!("`{shown}` is no name of a file")));
    };
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        let missing = format!("there is no folder `{}` for `{shown}`", slashed(folder));
        return Err(Failure::new(missing).with_help(format!("make it, or {}", another())));
    }
    let resolved = match file.symlink_metadata() {
        Ok(_) if !file.is_file() => return Err(failure(format!("`{shown}` is something else than a file"))),
        Ok(_) => file.canonicalize(),
        Err(_) => folder.canonicalize().map(|folder| folder.join(name)),
    };
    let resolved = resolved.map_err(|error| unwritten(file, &error))?;
    let folder = resolved.parent().unwrap_or(folder);
    let tried = Trial::new(folder).and_then(|trial| trial.file(&resolved));
    tried.map_err(|error| failure(format!("`{shown}` cannot be written: {error}")))?;
    Ok(resolved)
}

fn unwritten(file: &Path, error: &io::Error) -> Failure {
    Failure::new(format!("`{}` cannot be written: {error}", slashed(file)))
}

fn failed(error: &io::Error) -> Failure {
    Failure::new(format!("the report cannot be written: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_on_a_terminal_are_limited_unless_all_are_asked_for() {
        let check = |asked, format, on_terminal, expect| assert_eq!(most(asked, format, on_terminal), expect);
        check(None, Format::Human, true, Some(20));
        check(None, Format::Human, false, None);
        check(None, Format::Short, true, None);
        check(Some(0), Format::Human, true, None);
        check(Some(3), Format::Human, true, Some(3));
        check(Some(3), Format::Short, false, Some(3));
    }
}
