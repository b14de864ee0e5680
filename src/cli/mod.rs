//! The command line: arguments in, a report on standard output, an exit code out.
//!
//! The only layer that looks at the process: its arguments, environment, terminal and working folder.

mod actions;
mod allow;
mod arguments;
mod baseline;
mod check;
mod completions;
mod config;
mod configuration;
mod datalog;
mod diff;
mod explain;
mod explanations;
mod export;
mod init;
mod interrupt;
mod levels;
mod list;
mod locate;
mod man;
mod new;
mod numbers;
mod output;
mod outputs;
mod own;
mod query;
mod schema;
mod sections;
mod selection;
mod snapshot;
mod test;
mod usage;
mod whole;

use std::ffi::OsString;

use arguments::{Cli, Command};
use usage::Refused;

/// Checked; nothing at or above the gate.
pub const CLEAN: u8 = 0;
/// Findings at or above the gate, or cases that fail.
pub const FOUND: u8 = 1;
/// Could not check.
pub const BROKEN: u8 = 2;
/// Ended by Ctrl-C, as shells have it.
pub const INTERRUPTED: u8 = 130;

/// A message for standard error, and what to do; the command ends with exit code 2.
#[derive(Debug)]
struct Failure {
    message: String,
    help: Option<String>,
}

impl Failure {
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Runs the command that the arguments ask for and gives its exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let done = match arguments::read(arguments) {
        Ok(cli) => command(&cli),
        Err(Refused::Text(text)) => output::print(text.as_bytes()).map(|()| CLEAN),
        Err(Refused::Wrong(failure)) => Err(failure),
    };
    done.unwrap_or_else(|failure| {
        output::complain("error", &failure);
        BROKEN
    })
}

fn command(cli: &Cli) -> Result<u8, Failure> {
    match &cli.command {
        None => check::run(&cli.check),
        Some(Command::Check(arguments)) => check::run(arguments),
        Some(Command::Diff(arguments)) => diff::run(arguments),
        Some(Command::Explain(arguments)) => explain::run(arguments),
        Some(Command::Test(arguments)) => test::run(arguments),
        Some(Command::List(arguments)) => list::run(arguments),
        Some(Command::Query(arguments)) => query::run(arguments),
        Some(Command::Export(arguments)) => export::run(arguments),
        Some(Command::Allow(arguments)) => allow::run(arguments),
        Some(Command::Baseline(arguments)) => baseline::run(arguments),
        Some(Command::Snapshot(arguments)) => snapshot::run(arguments),
        Some(Command::New(arguments)) => new::run(arguments),
        Some(Command::Config(arguments)) => config::run(arguments),
        Some(Command::Init(arguments)) => init::run(arguments),
        Some(Command::Datalog(arguments)) => datalog::run(arguments),
        Some(Command::Schema(arguments)) => schema::run(arguments),
        Some(Command::Completions(arguments)) => completions::run(arguments),
        Some(Command::Man(arguments)) => man::run(arguments),
    }
}
