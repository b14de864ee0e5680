//! `gainsay export`: a data set as a folder for another program, written as a whole or not at all.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::base::folder::{self, Refused};
use crate::base::fs::{Disk, FileSystem as _, slashed};
use crate::config::Config;
use crate::engine::Lowered;
use crate::export::{self, Folder};
use crate::report::Format;

use super::arguments::{ColorChoice, DrawingArguments};
use super::configuration::ConfigArguments;
use super::{BROKEN, CLEAN, Failure, check, configuration, output};

const EXPORT_EXIT_CODES: &str =
    "Exit codes: 0 written, 2 not written; the problems of a data set that does not load are printed as by `check`.";
const EXPORT_FILES: &str = "Files: facts/RELATION.facts holds the rows that the data set gives to a relation, \
    tab-separated, days as days since 1970-01-01; texts.dl, if there is one, those with a tab or a line break in a text, \
    as facts of the program; vocabulary.dl the rules that vocabularies hold; program.dl, which includes the two, the \
    rules. Run it in the folder as `souffle -F facts -D OUT program.dl`: OUT/RULE.csv, with `_` for `-`, has its rows.";

#[derive(Debug, Args)]
#[command(after_help = EXPORT_EXIT_CODES, after_long_help = format!("{EXPORT_FILES}\n\n{EXPORT_EXIT_CODES}"))]
pub(super) struct ExportArguments {
    /// The program that is to read it.
    #[arg(long, value_name = "FORMAT", value_enum)]
    pub(super) to: ExportFormat,
    /// The folder to write; it is made, or must be empty.
    pub(super) folder: PathBuf,
    /// The data set, by a file or folder of it; by default that of the working folder. All of it is written.
    pub(super) data: Option<PathBuf>,
    /// Replace an earlier export; a folder with anything else in it is left alone.
    #[arg(long)]
    pub(super) force: bool,
    /// The day that rules take for today, as YYYY-MM-DD, in place of the configuration's or the clock's.
    #[arg(long, value_name = "DATE")]
    pub(super) today: Option<String>,
    /// Look for quotes in the texts of this folder, DIR/SOURCE.txt for each source; the texts are not exported.
    #[arg(long, value_name = "DIR")]
    pub(super) text_root: Option<PathBuf>,
    #[command(flatten)]
    pub(super) configuration: ConfigArguments,
}

/// What `gainsay export` writes for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ExportFormat {
    /// Soufflé 2.5 or later.
    Souffle,
}

pub(super) fn run(arguments: &ExportArguments) -> Result<u8, Failure> {
    let asked: Vec<PathBuf> = arguments.data.iter().cloned().collect();
    let located = configuration::located(&asked, &arguments.configuration)?;
    let today = check::today(arguments.today.as_deref())?;
    let (config, outcome) = match configuration::effective(&located, &arguments.configuration, today)? {
        Ok(mut config) => {
            config.text_root.clone_from(&arguments.text_root);
            let loaded = check::load(&config)?;
            check::empty_paths(&loaded, &located)?;
            match loaded.lower(config.today) {
                Ok(lowered) => return write(arguments, &config, &lowered),
                Err(outcome) => (config, *outcome),
            }
        }
        Err(broken) => broken,
    };
    let drawing = DrawingArguments { color: ColorChoice::Auto, width: None, ascii: false };
    check::print(&check::report(&outcome, &[], config.today), Format::Human, &drawing)?;
    Ok(BROKEN)
}

fn write(arguments: &ExportArguments, config: &Config, lowered: &Lowered) -> Result<u8, Failure> {
    let Lowered { program, vocabulary, named, strata, database, pool } = lowered;
    let is_included = |file| !named.contains(&file);
    let folder = match arguments.to {
        ExportFormat::Souffle => export::souffle((program, &is_included), vocabulary, strata.program(), database, pool),
    };
    let folder = folder.map_err(|error| Failure::new(error.to_string()).with_help("remove the character"))?;
    let target = &arguments.folder;
    stays_out_of_rules(target, config, &folder)?;
    let read = |path: &str| String::from_utf8(Disk.read(&target.join(path)).ok()?).ok();
    let is_export = |old: &[String]| export::is_export(old, read);
    folder::write(target, &folder.files, arguments.force.then_some(&is_export))
        .map_err(|refused| failure(target, refused))?;
    if folder.wide {
        let message = "some numbers need more than 32 bits, which is Soufflé's default width";
        let help = "use a Soufflé that was built with `-DSOUFFLE_DOMAIN_64BIT=ON`";
        output::complain("warning", &Failure::new(message).with_help(help));
    }
    Ok(CLEAN)
}

fn failure(target: &Path, refused: Refused) -> Failure {
    let name = target.display();
    match refused {
        Refused::NoFolder => Failure::new(format!("{name} is no folder")).with_help("name a folder that can be made"),
        Refused::NotEmpty => Failure::new(format!("{name} is not empty"))
            .with_help("name another folder, or replace an earlier export with `--force`"),
        Refused::Foreign(other) => {
            Failure::new(format!("{} is not of an earlier export", target.join(other).display()))
                .with_help("name another folder: `--force` replaces nothing but an export")
        }
        Refused::Io(error) => Failure::new(format!("{name} cannot be written: {error}")),
    }
}

/// Refuses a folder whose files would be read as rules of the data set from then on.
fn stays_out_of_rules(target: &Path, config: &Config, folder: &Folder) -> Result<(), Failure> {
    let Some(patterns) = &config.rules else { return Ok(()) };
    let (Ok(root), Ok(target)) = (config.root.canonicalize(), std::path::absolute(target)) else { return Ok(()) };
    let target = existing(&target);
    let Ok(below) = target.strip_prefix(&root) else { return Ok(()) };
    let Some((path, _)) = folder.files.iter().find(|(path, _)| patterns.is_match(&slashed(&below.join(path)))) else {
        return Ok(());
    };
    let message = format!("`rules` in gainsay.yaml would take `{}` for a rule file", slashed(&below.join(path)));
    Err(Failure::new(message).with_help("name a folder outside the data set"))
}

/// The path with the links in the part of it that exists followed.
fn existing(path: &Path) -> PathBuf {
    let found = path.ancestors().find_map(|start| Some((start.canonicalize().ok()?, path.strip_prefix(start).ok()?)));
    found.map_or_else(|| path.to_path_buf(), |(start, rest)| start.join(rest))
}
