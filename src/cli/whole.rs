//! The whole data set, checked with all its rules: what commands work on that accept findings.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use crate::base::Span;
use crate::base::fs::{Disk, Edited};
use crate::config::Config;
use crate::engine::{self, Outcome, Running};
use crate::facts::ShortIds;
use crate::findings::Finding;
use crate::report::Format;

use super::arguments::{ColorChoice, DrawingArguments};
use super::configuration::ConfigArguments;
use super::interrupt::{self, Interrupt};
use super::numbers::machine_threads;
use super::{BROKEN, Failure, check, configuration, levels};

/// Which data set, on which day.
#[derive(Debug, Args)]
pub(super) struct WholeArguments {
    /// The data set; by default that of the working folder.
    pub(super) path: Option<PathBuf>,
    /// The day of the report, as YYYY-MM-DD, in place of the configuration's or the clock's.
    #[arg(long, value_name = "DATE", help_heading = "Data")]
    pub(super) today: Option<String>,
    #[command(flatten)]
    pub(super) configuration: ConfigArguments,
}

/// A data set and what its rules find.
pub(super) struct Whole {
    pub(super) config: Config,
    pub(super) outcome: Outcome,
}

/// What comes of a data set that is to be checked: what its rules find, or the exit code after its problems were printed.
pub(super) type Checked = Result<Whole, u8>;

/// Checks a data set with all rules, without its baseline.
pub(super) fn checked(arguments: &WholeArguments) -> Result<Checked, Failure> {
    let config = match configured(arguments)? {
        Ok(config) => config,
        Err(exit) => return Ok(Err(exit)),
    };
    of(config)
}

/// The configuration of a data set; a broken one is drawn.
pub(super) fn configured(arguments: &WholeArguments) -> Result<Result<Config, u8>, Failure> {
    let today = check::today(arguments.today.as_deref())?;
    let paths: Vec<PathBuf> = arguments.path.iter().cloned().collect();
    let located = configuration::located(&paths, &arguments.configuration)?;
    match configuration::effective(&located, &arguments.configuration, today)? {
        Ok(config) => Ok(Ok(config)),
        Err((config, outcome)) => broken(&config, &outcome).map(Err),
    }
}

/// Checks the data set of a configuration.
pub(super) fn of(config: Config) -> Result<Checked, Failure> {
    let mut loaded = check::load(&config)?;
    levels::known_in_set(&config, &loaded)?;
    let interrupt = Interrupt::install()?;
    let outcome = interrupt.during(|cancel| {
        loaded.running = Running { threads: machine_threads(), cancel: Arc::clone(cancel), ..Running::default() };
        loaded.check(config.today)
    });
    let Some(outcome) = outcome.filter(|outcome| !outcome.cancelled) else { return Ok(Err(interrupt::end())) };
    if outcome.stopped {
        return broken(&config, &outcome).map(Err);
    }
    Ok(Ok(Whole { config, outcome }))
}

/// What the rules would find if a file had another text.
pub(super) fn edited(config: &Config, path: &Path, text: &str) -> Result<Outcome, Failure> {
    let files = Edited { files: &Disk, path, text };
    let rules = engine::rules_of(&files, config).map_err(|error| check::failure(&error))?;
    let mut loaded = engine::load(&files, config, rules).map_err(|error| check::failure(&error))?;
    loaded.running = Running { threads: machine_threads(), ..Running::default() };
    Ok(loaded.check(config.today))
}

/// Draws what is wrong with a data set.
pub(super) fn broken(config: &Config, outcome: &Outcome) -> Result<u8, Failure> {
    let drawing = DrawingArguments { color: ColorChoice::Auto, width: None, ascii: false };
    check::print(&check::report(outcome, &[], config.today), Format::Human, &drawing)?;
    Ok(BROKEN)
}

/// The fewest digits of a fingerprint that name a finding.
const FEWEST_DIGITS: usize = 4;
/// How many findings are named that begin alike.
const MOST_NAMED: usize = 5;

impl Whole {
    /// The finding whose fingerprint begins so.
    pub(super) fn finding(&self, written: &str) -> Result<&Finding, Failure> {
        let digits = written.to_ascii_lowercase();
        let is_prefix = (FEWEST_DIGITS..=16).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_hexdigit());
        let list = "`gainsay -f short` ends each line with one";
        if !is_prefix {
            let failure = Failure::new(format!("`{written}` is no fingerprint, nor the beginning of one"));
            return Err(failure.with_help(format!("write at least {FEWEST_DIGITS} of its digits: {list}")));
        }
        let matching = || self.outcome.findings.iter().filter(|f| f.fingerprint.to_string().starts_with(&digits));
        match matching().count() {
            0 => {
                let failure = Failure::new(format!("no finding has a fingerprint that begins with `{digits}`"));
                Err(failure.with_help(format!("{list}; rules that are off find nothing")))
            }
            1 => matching().next().ok_or_else(|| Failure::new("no finding")),
            number => {
                let named = |f: &Finding| format!("`{}` ({})", f.short_fingerprint(), f.rule);
                let named: Vec<String> = matching().take(MOST_NAMED).map(named).collect();
                let more = if number > MOST_NAMED { ", …" } else { "" };
                let failure = Failure::new(format!("the fingerprints of {number} findings begin with `{digits}`"));
                Err(failure.with_help(format!("write one of {}{more}", named.join(", "))))
            }
        }
    }

    /// What claims are called where people read.
    pub(super) fn names(&self) -> ShortIds {
        ShortIds::of(&self.outcome.dataset)
    }

    /// What a claim is called; one that is not there by its id.
    pub(super) fn short(&self, names: &ShortIds, id: &str) -> String {
        let claim = self.outcome.pool.find(id).and_then(|id| self.outcome.dataset.claim(id));
        claim.map_or(id, |claim| self.outcome.pool.text(names.get(claim))).to_owned()
    }

    /// `path:line:column` of a place.
    pub(super) fn place(&self, span: Span) -> String {
        let start = self.outcome.sources.range(span).0;
        format!("{}:{}:{}", self.outcome.sources.file(span.file).path, start.line, start.column)
    }
}
