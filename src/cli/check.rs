//! `gainsay check`: findings of a data set.

use std::path::PathBuf;
use std::time::Instant;

use crate::base::fs::Disk;
use crate::base::{Day, SourceMap, date};
use crate::config::{self, Config};
use crate::engine::{self, Outcome};
use crate::findings::{Finding, Status};
use crate::report::{Counts, Format, Json, Report, Reporter, Short, Terminal};

use super::locate::{self, Located};
use super::{BROKEN, CLEAN, CheckArguments, FOUND, Failure, output};

pub(super) fn run(arguments: &CheckArguments) -> Result<u8, Failure> {
    let started = Instant::now();
    let located = locate::data_set(&arguments.paths)?;
    let today = today(arguments.today.as_deref())?;
    let (config, mut outcome) = checked(&located, today)?;
    let mut shown = std::mem::take(&mut outcome.findings);
    if !outcome.stopped {
        empty_paths(&outcome, &located)?;
    }
    shown.retain(|finding| is_shown(finding, &outcome.sources, &located));
    let gate = arguments.fail_on.level();
    let gated = gate.is_some_and(|gate| shown.iter().any(|f| f.status == Status::Open && f.level >= gate));
    let exit = match (outcome.stopped, gated) {
        (true, _) => BROKEN,
        (false, true) => FOUND,
        (false, false) => CLEAN,
    };
    let report = Report {
        findings: &shown,
        diagnostics: &outcome.diagnostics,
        sources: &outcome.sources,
        dataset: Counts {
            files: outcome.files,
            claims: outcome.claims,
            sources: outcome.source_count,
            rules: outcome.lints.iter().filter(|lint| lint.level.is_some()).count(),
        },
        today: config.today,
        stopped: outcome.stopped,
        gate,
        exit,
    };
    let mut text = Vec::new();
    let written = reporter(arguments).write(&report, &mut text);
    written.map_err(|error| Failure::new(format!("the report cannot be written: {error}")))?;
    output::print(&text)?;
    if arguments.timings {
        output::note(&format!("{} ms\n", started.elapsed().as_millis()));
    }
    Ok(exit)
}

/// Reads the configuration and checks the data set. A broken configuration is reported like a broken fact file.
fn checked(located: &Located, today: Option<Day>) -> Result<(Config, Outcome), Failure> {
    let clock = today.unwrap_or_else(date::clock);
    let mut config = Config::for_folder(located.root.clone(), clock);
    config.single_file.clone_from(&located.single_file);
    if let Some(path) = &located.config {
        let read = config::read(&Disk, path, config);
        let read = read.map_err(|error| Failure::new(format!("{} cannot be read: {error}", path.display())))?;
        config = read.value;
        config.today = today.unwrap_or(config.today);
        if !read.diagnostics.is_empty() {
            return Ok((config, Outcome::stopped(read.sources, read.diagnostics)));
        }
    }
    let outcome = engine::rules_of(&Disk, &config).and_then(|rules| engine::run(&Disk, &config, rules));
    let outcome = outcome.map_err(|error| failure(&error))?;
    if outcome.files == 0 && !outcome.stopped {
        let help = "name a folder with fact files, or correct `facts` in gainsay.yaml";
        return Err(Failure::new(format!("there are no fact files in {}", config.root.display())).with_help(help));
    }
    Ok((config, outcome))
}

fn failure(error: &engine::Error) -> Failure {
    let mut message = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        message.push_str(": ");
        message.push_str(&inner.to_string());
        cause = inner.source();
    }
    Failure::new(message)
}

fn today(written: Option<&str>) -> Result<Option<Day>, Failure> {
    let Some(text) = written else { return Ok(None) };
    let day = date::parse_day(text);
    let wrong = || Failure::new(format!("`{text}` is no day")).with_help("write `--today YYYY-MM-DD`");
    day.map(Some).ok_or_else(wrong)
}

/// A path asked for in which no file of the data set lies would look clean without being looked at.
fn empty_paths(outcome: &Outcome, located: &Located) -> Result<(), Failure> {
    let holds_one = |asked: &&PathBuf| outcome.sources.iter().any(|(_, file)| located.is_in(&file.path, asked));
    let Some(empty) = located.shown.iter().find(|asked| !holds_one(asked)) else { return Ok(()) };
    let message = format!("there is no fact file of the data set in {}", empty.display());
    Err(Failure::new(message).with_help("name a file that `facts` in gainsay.yaml matches, or a folder that holds one"))
}

/// Whether some claim of the finding stands in the files and folders asked for.
fn is_shown(finding: &Finding, sources: &SourceMap, located: &Located) -> bool {
    let mut places = finding.locations.iter().filter(|location| location.is_drawn());
    let inside = |path: &str| located.shown.iter().any(|asked| located.is_in(path, asked));
    located.shown.is_empty() || places.any(|location| inside(&sources.file(location.span.file).path))
}

fn reporter(arguments: &CheckArguments) -> Box<dyn Reporter> {
    match arguments.format {
        Format::Human => Box::new(Terminal {
            width: output::width(&arguments.output),
            unicode: true,
            color: output::color(&arguments.output),
            links: false,
        }),
        Format::Short => Box::new(Short),
        Format::Json => Box::new(Json),
    }
}
