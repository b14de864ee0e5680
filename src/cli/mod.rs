//! The command line: arguments in, a report on standard output, an exit code out.
//!
//! The only layer that looks at the process: its arguments, environment, terminal and working folder.

mod check;
mod explain;
mod list;
mod locate;
mod output;
mod test;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::base::Level;
use crate::report::Format;

/// Checked; nothing at or above the gate.
pub const CLEAN: u8 = 0;
/// Findings at or above the gate, or cases that fail.
pub const FOUND: u8 = 1;
/// Could not check.
pub const BROKEN: u8 = 2;

const AFTER_HELP: &str = "Exit codes: 0 checked and nothing at the gate, 1 findings at the gate, 2 could not check.";

/// Finds where sourced claims do not fit together.
#[derive(Debug, Parser)]
#[command(name = "gainsay", version, after_help = AFTER_HELP, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    check: CheckArguments,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Report what does not fit together in a data set (the default command).
    #[command(after_help = AFTER_HELP)]
    Check(CheckArguments),
    /// Print the page of a rule: what it looks for, and cases that it reports and leaves alone.
    Explain(ExplainArguments),
    /// Run the cases on the pages of the rules.
    Test(TestArguments),
    /// List what there is.
    #[command(subcommand)]
    List(ListCommand),
}

#[derive(Debug, Args)]
struct CheckArguments {
    /// Show only findings with a claim in these files or folders; the whole data set is read all the same.
    paths: Vec<PathBuf>,
    /// How to write the report.
    #[arg(short, long, default_value = Format::Human.name(), value_parser = format_parser())]
    format: Format,
    /// The least level at which the command fails with exit code 1.
    #[arg(long, value_enum, default_value_t = Gate::Error)]
    fail_on: Gate,
    /// The day of the report, as YYYY-MM-DD, in place of the configuration's or the clock's.
    #[arg(long, value_name = "DATE")]
    today: Option<String>,
    /// Print on standard error how long reading and reasoning took.
    #[arg(long)]
    timings: bool,
    #[command(flatten)]
    output: OutputArguments,
}

#[derive(Debug, Args)]
struct OutputArguments {
    /// Whether to use colour.
    #[arg(long, value_enum, default_value_t = ColorChoice::Auto)]
    color: ColorChoice,
    /// Columns to draw in: 60 to 120, by default the terminal's width, or 100 where there is none.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(60..=120))]
    width: Option<u16>,
}

#[derive(Debug, Args)]
struct ExplainArguments {
    /// The name of a rule, such as promise-vs-doubt.
    name: String,
}

#[derive(Debug, Args)]
struct TestArguments {
    /// The rules to test; all of them by default.
    rules: Vec<String>,
}

#[derive(Debug, Subcommand)]
enum ListCommand {
    /// The rules: group, name, level and what each looks for.
    Rules,
}

/// Reads the name of a format.
fn format_parser() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(Format::ALL.map(Format::name))
        .map(|name| Format::from_name(&name).expect("the parser passes only these names"))
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Gate {
    /// From error up.
    Error,
    /// From warning up.
    Warning,
    /// On any finding.
    Advice,
    /// On no finding.
    Never,
}

impl Gate {
    fn level(self) -> Option<Level> {
        match self {
            Self::Error => Some(Level::Error),
            Self::Warning => Some(Level::Warning),
            Self::Advice => Some(Level::Advice),
            Self::Never => None,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

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
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // A closed standard output or error leaves nobody to tell.
            let _ = error.print();
            return if error.use_stderr() { BROKEN } else { CLEAN };
        }
    };
    let done = match cli.command {
        None => check::run(&cli.check),
        Some(Command::Check(arguments)) => check::run(&arguments),
        Some(Command::Explain(arguments)) => explain::run(&arguments.name),
        Some(Command::Test(arguments)) => test::run(&arguments.rules),
        Some(Command::List(ListCommand::Rules)) => list::rules(),
    };
    done.unwrap_or_else(|failure| {
        output::complain(&failure);
        BROKEN
    })
}
