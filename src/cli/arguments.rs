//! The grammar of the command line: commands, options, and their `--help` texts.

use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{ArgMatches, Args, CommandFactory, FromArgMatches as _, Parser, Subcommand, ValueEnum};

use crate::base::Level;
use crate::engine::LimitKind;

use super::allow::AllowArguments;
use super::baseline::BaselineArguments;
use super::completions::CompletionsArguments;
use super::config::SettingsArguments;
use super::configuration::{ConfigArguments, GateArguments};
use super::datalog::DatalogArguments;
use super::diff::DiffArguments;
use super::explain::ExplainArguments;
use super::export::ExportArguments;
use super::init::InitArguments;
use super::list::ListArguments;
use super::man::ManArguments;
use super::new::NewArguments;
use super::numbers::{drawn_width, threads};
use super::outputs::OutputArguments;
use super::query::QueryArguments;
use super::schema::SchemaArguments;
use super::snapshot::SnapshotArguments;
use super::test::TestArguments;
use super::usage::{self, Refused};

const EXIT_CODES: &str = "Exit codes: 0 checked and nothing at the gate, 1 findings at the gate, 2 could not check.";
const LEVELS: &str = "Levels: NAME is a rule, such as promise-vs-doubt, or a group, such as tension, or several with \
    commas between; `gainsay list rules` lists them. -A, -W and -D are applied from left to right, so a later one wins. A rule that is set to a level has it in \
    all its findings. A rule that is off still counts where other rules use its relation.";
const SELECTION: &str = "Selection: a finding is shown if it passes every filter that is set; of a filter that is repeated, \
    one value is enough. For --speaker, --about and --since a claim counts if it carries the finding; claims that only link \
    its sides do not. The gate looks at the findings that are shown, and the last lines say how many are not.";

/// The version, and the commit where the program knows it.
const VERSION: &str = env!("GAINSAY_VERSION");

/// Finds where sourced claims do not fit together.
#[derive(Debug, Parser)]
#[command(name = "gainsay", version = VERSION, after_help = EXIT_CODES, after_long_help = check_help())]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    #[command(flatten)]
    pub(super) check: CheckArguments,
}

/// What stands below the options of `check`.
fn check_help() -> String {
    format!("{LEVELS}\n\n{SELECTION}\n\n{EXIT_CODES}")
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Report what does not fit together in a data set (the default command).
    #[command(after_help = EXIT_CODES, after_long_help = check_help())]
    Check(Box<CheckArguments>),
    /// Compare two states of a data set in git: what an edit brings, changes and settles.
    Diff(Box<DiffArguments>),
    /// Print the page of a rule: what it looks for, and cases that it reports and leaves alone.
    Explain(ExplainArguments),
    /// Run the cases on the pages of the rules.
    Test(TestArguments),
    /// List what there is in a data set.
    List(ListArguments),
    /// Answer conditions over the facts of a data set and what its rules derive.
    Query(QueryArguments),
    /// Write the facts and rules of a data set for another program.
    Export(ExportArguments),
    /// Accept a finding: put an `allow` entry with the reason into one of its claims.
    Allow(AllowArguments),
    /// Accept what there is as debt: compare the findings with the baseline, write it anew, or remove what is settled.
    Baseline(BaselineArguments),
    /// Compare the report with the one that was reviewed, take it over, or step through what is different.
    Snapshot(SnapshotArguments),
    /// Write a fact file to be filled in: a header, and a claim for each paragraph of a text.
    New(NewArguments),
    /// Print every setting of a data set, its value, and where it comes from.
    Config(SettingsArguments),
    /// Write a data set to begin with: a configuration, two fact files, a rule of one's own, and a CI file.
    Init(InitArguments),
    /// Run a plain Datalog program over files of rows, with the conventions of Soufflé.
    Datalog(DatalogArguments),
    /// Print the JSON Schema of fact files, of the configuration or of the report.
    Schema(SchemaArguments),
    /// Print what a shell needs to complete the command line.
    Completions(CompletionsArguments),
    /// Print the manual, as a page for `man`.
    Man(ManArguments),
}

#[derive(Debug, Args)]
pub(super) struct CheckArguments {
    /// Show only findings with a claim in these files or folders; the whole data set is read all the same.
    pub(super) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) levels: LevelArguments,
    #[command(flatten)]
    pub(super) selection: SelectionArguments,
    #[command(flatten)]
    pub(super) outputs: OutputArguments,
    #[command(flatten)]
    pub(super) report: ReportArguments,
    #[command(flatten)]
    pub(super) gate: GateArguments,
    /// Report the findings of the baseline too, as if there were none.
    #[arg(long, help_heading = "Gate")]
    pub(super) no_baseline: bool,
    #[command(flatten)]
    pub(super) configuration: ConfigArguments,
    /// The day of the report, as YYYY-MM-DD, in place of the configuration's or the clock's.
    #[arg(long, value_name = "DATE", help_heading = "Data")]
    pub(super) today: Option<String>,
    /// Look for quotes in the texts of this folder, DIR/SOURCE.txt for each source; for one without, in its own `text`.
    #[arg(long, value_name = "DIR", help_heading = "Data")]
    pub(super) text_root: Option<PathBuf>,
    /// How many threads may reason; by default as many as the machine runs at once. The report is the same for all.
    #[arg(short, long, value_name = "N", value_parser = threads, allow_negative_numbers = true, help_heading = "Data")]
    pub(super) jobs: Option<NonZeroUsize>,
    /// Print on standard error how long reading and reasoning took.
    #[arg(long, help_heading = "Data")]
    pub(super) timings: bool,
    #[command(flatten)]
    pub(super) limits: LimitArguments,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Limits")]
#[expect(clippy::struct_field_names, reason = "the fields are the names of the options")]
pub(super) struct LimitArguments {
    /// Stop when a relation has more rows, given ones included; by default 20 million, more for large data, `datalog` 4294967295.
    #[arg(long, value_name = "N")]
    max_rows: Option<u64>,
    /// Stop when rows and texts take more memory, in MiB, as estimated; by default 4096, more for large data, `datalog` 16384.
    #[arg(long, value_name = "MIB")]
    max_memory: Option<u64>,
    /// Stop when the rules have run for so many seconds; by default 60, more for large data, `datalog` without end.
    #[arg(long, value_name = "S")]
    max_seconds: Option<u64>,
}

impl LimitArguments {
    /// The limits that are set.
    pub(super) fn limits(&self) -> Vec<(LimitKind, u64)> {
        let memory = self.max_memory.map(|mebibytes| mebibytes.saturating_mul(1 << 20));
        let all = [(LimitKind::Rows, self.max_rows), (LimitKind::Bytes, memory), (LimitKind::Time, self.max_seconds)];
        all.into_iter().filter_map(|(kind, bound)| Some((kind, bound?))).collect()
    }
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Levels")]
pub(super) struct LevelArguments {
    /// Switch a rule or a group off.
    #[arg(short = 'A', long, value_name = "NAME", value_delimiter = ',')]
    allow: Vec<String>,
    /// Set a rule or a group to warning.
    #[arg(short = 'W', long, value_name = "NAME", value_delimiter = ',')]
    warn: Vec<String>,
    /// Set a rule or a group to error.
    #[arg(short = 'D', long, value_name = "NAME", value_delimiter = ',')]
    deny: Vec<String>,
    /// The three in the order of the command line, which the parser alone knows.
    #[arg(skip)]
    pub(super) settings: Vec<LevelSetting>,
}

/// One `--allow`, `--warn` or `--deny`.
#[derive(Clone, Debug)]
pub(super) struct LevelSetting {
    /// The option, without its dashes.
    pub(super) option: &'static str,
    /// A rule or a group.
    pub(super) name: String,
    /// What it is set to; `None` is off.
    pub(super) level: Option<Level>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Selection")]
pub(super) struct SelectionArguments {
    /// Show only findings of this rule or group.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(super) only: Vec<String>,
    /// Show only findings of this level and above.
    #[arg(long, value_name = "LEVEL", value_parser = level_parser())]
    pub(super) min_level: Option<Level>,
    /// Show only findings with a claim by this speaker: a name, an alias or a label.
    #[arg(long, value_name = "X")]
    pub(super) speaker: Vec<String>,
    /// Show only findings with a claim that names X as subject, object or qualifier; an issue stands for its answers.
    #[arg(long, value_name = "X")]
    pub(super) about: Vec<String>,
    /// Show only findings with a claim said on this date or later; a date such as 2015-11 counts from its first day.
    #[arg(long, value_name = "DATE")]
    pub(super) since: Option<String>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct ReportArguments {
    /// Put findings under headings in human and short.
    #[arg(long, value_name = "WHAT", value_enum, default_value_t = GroupBy::None)]
    pub(super) group_by: GroupBy,
    /// Show how many findings each rule has, in place of the findings.
    #[arg(long, conflicts_with = "group_by")]
    pub(super) statistics: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct DrawingArguments {
    /// Whether to use colour.
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = ColorChoice::Auto)]
    pub(super) color: ColorChoice,
    /// Columns to draw in: 40 to 240, by default the terminal's width up to 120, or 100 where there is none.
    #[arg(long, value_name = "N", value_parser = drawn_width, allow_negative_numbers = true)]
    pub(super) width: Option<u16>,
    /// Draw with ASCII characters only, as is done where the locale is not UTF-8.
    #[arg(long)]
    pub(super) ascii: bool,
}

/// What findings are put under headings by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum GroupBy {
    /// The rule.
    Rule,
    /// The file of the primary place.
    File,
    /// The speaker of the primary claim.
    Speaker,
    /// No headings.
    None,
}

/// Reads the name of a level, the highest first as everywhere.
pub(super) fn level_parser() -> impl TypedValueParser<Value = Level> {
    let mut names = Level::ALL.map(Level::name);
    names.reverse();
    PossibleValuesParser::new(names).map(|name| Level::from_name(&name).expect("the parser passes only these names"))
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Gate {
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
    pub(super) fn level(self) -> Option<Level> {
        match self {
            Self::Error => Some(Level::Error),
            Self::Warning => Some(Level::Warning),
            Self::Advice => Some(Level::Advice),
            Self::Never => None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Reads the arguments, of which the first is the program's name.
pub(super) fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Cli, Refused> {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let refused = |error: &clap::Error| usage::refused(error, &Cli::command(), &arguments);
    let matches = Cli::command().try_get_matches_from(&arguments).map_err(|error| refused(&error))?;
    let mut cli = Cli::from_arg_matches(&matches).map_err(|error| refused(&error))?;
    let settings = |matches| level_settings(matches);
    match (&mut cli.command, matches.subcommand()) {
        (Some(Command::Check(check)), Some((_, matches))) => check.levels.settings = settings(matches),
        (Some(Command::Diff(diff)), Some((_, matches))) => diff.levels.settings = settings(matches),
        (None, _) => cli.check.levels.settings = settings(&matches),
        (Some(_), _) => {}
    }
    Ok(cli)
}

/// The grammar of the command line, complete with what the parser adds.
pub(super) fn grammar() -> clap::Command {
    let mut grammar = Cli::command();
    grammar.build();
    grammar
}

/// The names of the commands, in byte order.
pub(super) fn commands() -> Vec<String> {
    let mut names: Vec<String> = Cli::command().get_subcommands().map(|c| c.get_name().to_owned()).collect();
    names.sort_unstable();
    names
}

/// The level options in the order of the command line.
fn level_settings(matches: &ArgMatches) -> Vec<LevelSetting> {
    let mut found: Vec<(usize, LevelSetting)> = Vec::new();
    for (option, level) in [("allow", None), ("warn", Some(Level::Warning)), ("deny", Some(Level::Error))] {
        let names = matches.get_many::<String>(option).into_iter().flatten();
        let places = matches.indices_of(option).into_iter().flatten();
        found.extend(places.zip(names.map(|name| LevelSetting { option, name: name.clone(), level })));
    }
    found.sort_by_key(|setting| setting.0);
    found.into_iter().map(|setting| setting.1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn levels_keep_the_order_of_the_command_line() {
        for start in [&["gainsay", "check"][..], &["gainsay"]] {
            let rest = ["-W", "a", "--allow=b", "-Dc", "-A", "d,e", "-W", "f"];
            let cli = read(start.iter().chain(&rest).map(OsString::from)).unwrap();
            let check = if let Some(Command::Check(check)) = cli.command { *check } else { cli.check };
            let names: String = check.levels.settings.iter().map(|s| s.name.as_str()).collect();
            let levels: Vec<_> = check.levels.settings.iter().map(|s| s.level.map_or("allow", Level::name)).collect();
            assert_eq!(
                (names.as_str(), levels.join(" ").as_str()),
                ("abcdef", "warning allow error allow allow warning")
            );
        }
    }
}
