//! `gainsay list`: what there is.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::base::Day;
use crate::engine::{self, Loaded, Outcome, Rules};
use crate::listing::{self, Item};
use crate::report::{Format, Report, View};

use super::arguments::{ColorChoice, DrawingArguments};
use super::configuration::ConfigArguments;
use super::numbers::cut_width;
use super::own::{self, Own};
use super::{BROKEN, CLEAN, Failure, check, configuration, output, outputs};

#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 listed, 2 the data set does not load; its problems are printed as by `check`.")]
pub(super) struct ListArguments {
    /// What to list.
    #[arg(value_enum, hide_possible_values = false)]
    pub(super) kind: ListKind,
    /// List only what stands in these files or folders of the data set; all rules and relations are listed anyway.
    pub(super) paths: Vec<PathBuf>,
    /// How to write the list.
    #[arg(short, long, value_name = "FORMAT", value_enum, default_value_t = ListFormat::Human)]
    pub(super) format: ListFormat,
    /// Columns to cut long lines to, at least 40; by default the terminal's width, and no cut elsewhere.
    #[arg(long, value_name = "N", value_parser = cut_width, allow_negative_numbers = true)]
    pub(super) width: Option<u16>,
    /// Mark cuts with ASCII characters, as is done where the locale is not UTF-8.
    #[arg(long)]
    pub(super) ascii: bool,
    #[command(flatten)]
    pub(super) configuration: ConfigArguments,
}

/// What `gainsay list` lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ListKind {
    /// Group, name, level and what each rule looks for.
    Rules,
    /// The relations that rules may use: columns, given or derived, and what each holds.
    Relations,
    /// The claims: place, speaker, date, certainty, and what they say.
    Claims,
    /// The sources: author, date, kind, grade, number of claims.
    Sources,
    /// The predicates: axioms, and how many claims use each.
    Predicates,
    /// The entities: kind, label, aliases, and how many claims name each.
    Entities,
    /// The fact files: sources, claims, words and problems of each.
    Files,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ListFormat {
    /// For people.
    Human,
    /// For programs.
    Json,
}

pub(super) fn run(arguments: &ListArguments) -> Result<u8, Failure> {
    match arguments.kind {
        ListKind::Rules | ListKind::Relations => rules(arguments),
        ListKind::Claims | ListKind::Sources | ListKind::Predicates | ListKind::Entities | ListKind::Files => {
            contents(arguments)
        }
    }
}

/// Rules and relations: those that come with the program and, where there is a data set, its own.
fn rules(arguments: &ListArguments) -> Result<u8, Failure> {
    let (sources, program, lints) = match own::located(&arguments.paths, &arguments.configuration)? {
        None => {
            let Rules { sources, program, lints, .. } = engine::builtin_rules();
            (sources, program, lints)
        }
        Some(located) => match own::load(&located, &arguments.configuration)? {
            Err((config, outcome)) => return broken(arguments, &outcome, config.today),
            Ok(Own { loaded, .. }) => {
                if loaded.is_broken() {
                    // Their names are asked for where something is wrong with a claim, so they are listed all the same.
                    let message = "some fact files do not load, so patterns that stand in them may be missing here";
                    output::complain("note", &Failure::new(message).with_help("`gainsay check` shows what is wrong"));
                }
                let Loaded { sources, mut program, vocabulary, lints, .. } = loaded;
                program.add(vocabulary);
                (sources, program, lints)
            }
        },
    };
    if arguments.kind == ListKind::Rules {
        print(arguments, &listing::rules(&lints, &sources))
    } else {
        print(arguments, &listing::relations(&program, &lints, &sources))
    }
}

/// What stands in the fact files.
fn contents(arguments: &ListArguments) -> Result<u8, Failure> {
    let located = configuration::located(&arguments.paths, &arguments.configuration)?;
    let config = match configuration::effective(&located, &arguments.configuration, None)? {
        Ok(config) => config,
        Err((config, outcome)) => return broken(arguments, &outcome, config.today),
    };
    let loaded = check::load(&config)?;
    if loaded.is_broken() {
        return broken(arguments, &loaded.check(config.today), config.today);
    }
    check::empty_paths(&loaded, &located)?;
    let asked = |path: &str| located.shows(path);
    match arguments.kind {
        ListKind::Claims => print(arguments, &listing::claims(&loaded, &asked)),
        ListKind::Sources => print(arguments, &listing::sources(&loaded, &asked)),
        ListKind::Predicates => print(arguments, &listing::predicates(&loaded, &asked)),
        ListKind::Entities => print(arguments, &listing::entities(&loaded, &asked)),
        ListKind::Files | ListKind::Rules | ListKind::Relations => print(arguments, &listing::files(&loaded, &asked)),
    }
}

fn print<I: Item>(arguments: &ListArguments, items: &[I]) -> Result<u8, Failure> {
    let width = arguments.width.map(usize::from).or_else(output::terminal_width);
    let ellipsis = if output::unicode(arguments.ascii) { "…" } else { "..." };
    let text = match arguments.format {
        ListFormat::Human => listing::table(items).lines(width, ellipsis),
        ListFormat::Json => {
            listing::json(items).map_err(|error| Failure::new(format!("the list cannot be written: {error}")))?
        }
    };
    output::print(text.as_bytes())?;
    Ok(CLEAN)
}

/// A list of a part would look like a list of the whole: what is wrong is printed in its place, as `check` prints it.
fn broken(arguments: &ListArguments, outcome: &Outcome, today: Day) -> Result<u8, Failure> {
    let width = arguments.width.map(|width| width.min(240));
    let drawing = DrawingArguments { color: ColorChoice::Auto, width, ascii: arguments.ascii };
    let format = match arguments.format {
        ListFormat::Human => Format::Human,
        ListFormat::Json => Format::Json,
    };
    let view = View { most: outputs::most(None, format, output::is_terminal()), ..View::default() };
    let report = Report { view: &view, ..check::report(outcome, &[], today) };
    check::print(&report, format, &drawing)?;
    Ok(BROKEN)
}
