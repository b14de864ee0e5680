//! `--config`, `--set`, `--isolated`, and what gates: the options that change a configuration, and the one that holds.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::base::fs::{Disk, slashed};
use crate::base::{Day, Diagnostic, date};
use crate::config::{self, Config};
use crate::engine::Outcome;
use crate::findings::is_of_acceptance;

use super::Failure;
use super::arguments::Gate;
use super::locate::{self, Located};

#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Configuration")]
pub(super) struct ConfigArguments {
    /// Read FILE in place of the data set's gainsay.yaml. Its paths are relative to the data set's root all the same; where
    /// nothing else tells the root, that is the folder of FILE.
    #[arg(short, long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Set a key of the configuration, such as gate.check=warning or levels.tension=error, whatever gainsay.yaml, -A, -W and -D
    /// say. May be repeated; `gainsay config` lists the keys. Options of their own, such as --today, win.
    #[arg(long, value_name = "KEY=VALUE")]
    pub(super) set: Vec<String>,
    /// Read no configuration: defaults hold, but for --set.
    #[arg(long, conflicts_with = "config")]
    pub(super) isolated: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Gate")]
pub(super) struct GateArguments {
    /// The least level at which the command fails with exit code 1; by default `gate.check` of the configuration, or else
    /// error.
    #[arg(long, value_name = "LEVEL", value_enum)]
    pub(super) fail_on: Option<Gate>,
    /// Fail, too, if an entry of `allow` or of the baseline is stale, past its last day, or broader than it need be.
    #[arg(long)]
    pub(super) strict: bool,
}

impl GateArguments {
    /// How many of the problems fail the command.
    pub(super) fn strictly(&self, diagnostics: &[Diagnostic]) -> usize {
        if self.strict { diagnostics.iter().filter(|problem| is_of_acceptance(problem)).count() } else { 0 }
    }
}

/// The data set that holds the paths, or that of the working folder, with the configuration that is to be read.
pub(super) fn located(paths: &[PathBuf], arguments: &ConfigArguments) -> Result<Located, Failure> {
    let Some(file) = &arguments.config else {
        let mut located = locate::data_set(paths)?;
        if arguments.isolated {
            located.config = None;
        }
        return Ok(located);
    };
    let named = locate::named_file(file)?;
    let folder = named.parent().unwrap_or(Path::new("."));
    let located = locate::data_set_or(paths, Some(folder))?;
    Ok(Located { config: Some(named), is_named: true, ..located })
}

/// A configuration that holds, or a broken one with the outcome that says what is wrong.
pub(super) type Configured = Result<Config, (Config, Outcome)>;

/// The configuration of a data set with what the command line changes; a broken one is the outcome.
pub(super) fn effective(
    located: &Located,
    arguments: &ConfigArguments,
    today: Option<Day>,
) -> Result<Configured, Failure> {
    let mut config = match read(located, today.unwrap_or_else(date::clock))? {
        Ok(config) => config,
        Err((mut config, outcome)) => {
            config.today = today.unwrap_or(config.today);
            return Ok(Err((config, outcome)));
        }
    };
    change(&mut config, arguments, today)?;
    Ok(Ok(config))
}

/// What `--set` and `--today` change.
pub(super) fn change(config: &mut Config, arguments: &ConfigArguments, today: Option<Day>) -> Result<(), Failure> {
    for argument in &arguments.set {
        let wrong = |error: config::SetError| Failure::new(format!("`--set`: {}", error.message)).with_help(error.help);
        config.set(argument).map_err(wrong)?;
    }
    if let Some(today) = today {
        config.set_today(today);
    }
    Ok(())
}

fn read(located: &Located, clock: Day) -> Result<Configured, Failure> {
    let mut config = Config::for_folder(located.root.clone(), clock);
    config.single_file.clone_from(&located.single_file);
    let Some(path) = &located.config else { return Ok(Ok(config)) };
    let read = if located.is_named { config::read_named } else { config::read };
    let read = read(&Disk, path, config).map_err(|error| {
        let failure = Failure::new(format!("{} cannot be read: {error}", slashed(path)));
        let is_outside = matches!(error, config::Error::Outside);
        if is_outside { failure.with_help("replace the link by a copy of the file") } else { failure }
    })?;
    if read.diagnostics.is_empty() {
        return Ok(Ok(read.value));
    }
    Ok(Err((read.value, Outcome::stopped(read.sources, read.diagnostics))))
}
