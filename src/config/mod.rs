//! `gainsay.yaml`: which files are facts and rules, the day of the report, levels and gates.
//!
//! Goes in: the text of the file, and arguments of `--set`. Comes out: a [`Config`] whose globs, dates and words are right,
//! and diagnostics with places.

mod effective;
mod keys;
mod levels;
mod patterns;
mod read;
mod set;
#[cfg(test)]
mod tests;
mod values;

pub use effective::{Origin, Setting, SettingValue};
pub use keys::{EDITION, Field, GATE, KEYS, Kind, LEVEL, Words};
pub use levels::{FileLevels, LevelSetting};
pub use patterns::Patterns;
pub use set::SetError;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use crate::base::fs::{FileSystem, slashed};
use crate::base::{Day, Diagnostic, Family, FileId, Level, SourceMap, Span};
use crate::yaml::{self, Decoder, EventSource, Keys, Problems, Start, Stop};

use read::Reader;
use values::{Entry, Value};

/// The name of the configuration file, in the data set's root.
pub const FILE_NAME: &str = "gainsay.yaml";
/// The name of the file of accepted findings where `gate.baseline` is not written; like a configuration, a file of this name
/// is never read as facts, wherever it stands.
pub const BASELINE_NAME: &str = "gainsay.baseline.yaml";
/// The folder of snapshots where `snapshots` is not written.
const DEFAULT_SNAPSHOTS: &str = "snapshots";
/// Which files are facts where `facts` is not written.
const DEFAULT_FACTS: [&str; 2] = ["**/*.yaml", "**/*.yml"];
const KNOWN: Keys = Keys { any: keys::is_key, top: keys::is_top_key };

/// What a run is told.
#[derive(Clone, Debug)]
pub struct Config {
    /// The root of the data set.
    pub root: PathBuf,
    /// The data set is this one file, and `facts` does not matter.
    pub single_file: Option<PathBuf>,
    /// A folder with the texts of sources besides those that the data set holds, if one is named.
    pub text_root: Option<PathBuf>,
    /// The day of the report.
    pub today: Day,
    /// The rule files besides the built-in ones, if some are named.
    pub rules: Option<Patterns>,
    /// Levels by the file, as written: those of rules weigh more than those of groups.
    pub levels: Vec<LevelSetting>,
    /// Levels for findings of certain files; of those for a finding the last holds.
    pub files: Vec<FileLevels>,
    /// Levels by `--set`, which hold whatever else says otherwise, in their order.
    pub set_levels: Vec<LevelSetting>,
    edition: &'static str,
    facts: Patterns,
    exclude: Patterns,
    hide: Patterns,
    snapshots: String,
    baseline: String,
    gate_check: Option<Level>,
    gate_diff: Option<Level>,
    links: Option<String>,
    /// Path and text of the file that was read, for problems that are found later.
    file: Option<(String, String)>,
    /// Where the settings come from that are not defaults, by key; by key and place in the list for lists of maps.
    origins: BTreeMap<String, Told>,
}

/// Who gives a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    /// The file, at this byte.
    File(u32),
    /// `--set`.
    Set,
    /// Another option.
    Option(&'static str),
}

impl Config {
    /// The configuration of a folder without `gainsay.yaml`.
    #[must_use]
    pub fn for_folder(root: PathBuf, today: Day) -> Self {
        Self {
            root,
            single_file: None,
            text_root: None,
            today,
            rules: None,
            levels: Vec::new(),
            files: Vec::new(),
            set_levels: Vec::new(),
            edition: EDITION.all[EDITION.all.len() - 1],
            facts: Patterns::of(&DEFAULT_FACTS),
            exclude: Patterns::default(),
            hide: Patterns::default(),
            snapshots: DEFAULT_SNAPSHOTS.to_owned(),
            baseline: BASELINE_NAME.to_owned(),
            gate_check: Some(Level::Error),
            gate_diff: Some(Level::Warning),
            links: None,
            file: None,
            origins: BTreeMap::new(),
        }
    }

    /// The same with the choice of fact files of another configuration.
    #[must_use]
    pub fn with_files_of(mut self, other: &Self) -> Self {
        self.facts = other.facts.clone();
        self.exclude = other.exclude.clone();
        self
    }

    /// Whether a path, relative to the root, is a fact file.
    #[must_use]
    pub fn is_fact_file(&self, path: &Path) -> bool {
        let is_own = path.file_name().is_some_and(|name| name == FILE_NAME || name == BASELINE_NAME);
        let path = slashed(path);
        !is_own && !self.is_told(&path) && self.facts.is_match(&path) && !self.exclude.is_match(&path)
    }

    /// Whether a path, relative to the root, is the baseline or the configuration that was read, whatever their names.
    fn is_told(&self, path: &str) -> bool {
        let root = slashed(&self.root);
        let is_read = |(file, _): &(String, String)| {
            let below = if root.is_empty() { Some(file.as_str()) } else { file.strip_prefix(&(root.clone() + "/")) };
            below == Some(path)
        };
        path == self.baseline || self.file.as_ref().is_some_and(is_read)
    }

    /// Whether nothing of a path, relative to the root and with `/`, is to be read.
    #[must_use]
    pub fn is_excluded(&self, path: &str) -> bool {
        self.exclude.is_match(path)
    }

    /// The files whose findings are not shown.
    #[must_use]
    pub fn hidden(&self) -> &Patterns {
        &self.hide
    }

    /// The folder of snapshots.
    #[must_use]
    pub fn snapshots(&self) -> PathBuf {
        self.root.join(&self.snapshots)
    }

    /// The file of findings that were there before; it need not exist.
    #[must_use]
    pub fn baseline(&self) -> PathBuf {
        self.root.join(&self.baseline)
    }

    /// The least level at which `check` fails; `None` is never.
    #[must_use]
    pub fn gate_check(&self) -> Option<Level> {
        self.gate_check
    }

    /// The least level at which `diff` fails; `None` is never.
    #[must_use]
    pub fn gate_diff(&self) -> Option<Level> {
        self.gate_diff
    }

    /// Where the pages of rules are, if `output.links` says so: a web address in which `{name}` stands for a rule.
    #[must_use]
    pub fn links(&self) -> Option<&str> {
        self.links.as_deref()
    }

    /// The place of a part of the configuration file, whose text is added to `sources` if it is not there.
    pub fn span(&self, (start, end): (u32, u32), sources: &mut SourceMap) -> Option<Span> {
        let (path, text) = self.file.as_ref()?;
        let file = file_of(path, text, sources);
        Some(Span::new(file, start, end))
    }

    /// A problem for each pattern of `rules` that none of the rule files matches: what was to be checked would not be.
    /// The text of the configuration is added to `sources` if there is one.
    #[must_use]
    pub fn idle_rules(&self, rule_files: &[&str], sources: &mut SourceMap) -> Vec<Diagnostic> {
        let help = "write a pattern of paths relative to the folder of this file, or remove it";
        let idle = self.rules.iter().flat_map(|rules| rules.idle(rule_files));
        let problem = |pattern: &patterns::Pattern| {
            let place = pattern.place.clone()?;
            let message = format!("no file of the data set matches `{}`", pattern.written);
            let span = self.span((place.start, place.end), sources)?;
            let problem = Diagnostic::error(Family::Config, "no-rule-file", message, span);
            Some(problem.with_label("no rule file").with_help(help))
        };
        idle.filter_map(problem).collect()
    }

    /// A warning for each pattern of `files` and `hide` that matches no fact file, so that it does nothing.
    /// The text of the configuration is added to `sources` if there is one.
    #[must_use]
    pub fn idle_files(&self, fact_files: &[&str], sources: &mut SourceMap) -> Vec<Diagnostic> {
        let of_files = self.files.iter().flat_map(|entry| entry.path.idle(fact_files));
        let problem = |pattern: &patterns::Pattern| {
            let place = pattern.place.clone()?;
            let message = format!("no fact file matches `{}`", pattern.written);
            let span = self.span((place.start, place.end), sources)?;
            let problem = Diagnostic::error(Family::Config, "no-fact-file", message, span).with_level(Level::Warning);
            Some(problem.with_help("correct the pattern, which is relative to the data set's root, or remove it"))
        };
        of_files.chain(self.hide.idle(fact_files)).filter_map(problem).collect()
    }

    /// Takes a value that is right; `told` says who gives it.
    fn take(&mut self, Entry { field, value, .. }: Entry, key: &str, told: Told) {
        self.origins.insert(key.to_owned(), told);
        match (key, value) {
            ("edition", Value::Word(word)) => self.edition = word,
            ("facts", Value::Patterns(patterns)) => self.facts = patterns,
            ("rules", Value::Patterns(patterns)) => self.rules = Some(patterns).filter(|rules| !rules.is_empty()),
            ("today", Value::Day(day)) => self.today = day,
            ("exclude", Value::Patterns(patterns)) => self.exclude = patterns,
            ("hide", Value::Patterns(patterns)) => self.hide = patterns,
            ("snapshots", Value::Text(path)) => self.snapshots = path,
            ("gate.check", Value::Word(word)) => self.gate_check = Level::from_name(word),
            ("gate.diff", Value::Word(word)) => self.gate_diff = Level::from_name(word),
            ("gate.baseline", Value::Text(path)) => self.baseline = path,
            ("output.links", Value::Text(links)) => self.links = Some(links),
            ("levels", Value::Levels(levels)) if told == Told::Set => self.set_levels.extend(levels),
            ("levels", Value::Levels(levels)) => self.levels = levels,
            (_, Value::Maps(maps)) => self.files = maps.into_iter().filter_map(file_levels).collect(),
            (_, Value::Map(entries)) => {
                for entry in entries {
                    let inner = format!("{}.{}", field.name, entry.field.name);
                    let told = entry.at.map_or(told, Told::File);
                    self.take(entry, &inner, told);
                }
            }
            // The kinds of the table of keys and the arms above are held together by a test.
            (_, Value::Word(_) | Value::Day(_) | Value::Patterns(_) | Value::Text(_) | Value::Levels(_)) => {}
        }
    }

    /// Whether the day of the report is given, and not that of the clock.
    #[must_use]
    pub fn has_fixed_day(&self) -> bool {
        self.origins.contains_key("today")
    }

    /// Sets the day of the report, by `--today`.
    pub fn set_today(&mut self, today: Day) {
        self.today = today;
        self.origins.insert("today".to_owned(), Told::Option("--today"));
    }

    /// Sets the gate of `check`, by `--fail-on`.
    pub fn set_gate_check(&mut self, gate: Option<Level>) {
        self.gate_check = gate;
        self.origins.insert("gate.check".to_owned(), Told::Option("--fail-on"));
    }
}

/// An entry of `files`, if it has both of its keys.
fn file_levels(entries: Vec<Entry>) -> Option<FileLevels> {
    let at = entries.first().and_then(|entry| entry.at);
    let (mut path, mut levels) = (None, None);
    for entry in entries {
        match entry.value {
            Value::Patterns(patterns) => path = Some(patterns),
            Value::Levels(settings) => levels = Some(settings),
            Value::Word(_) | Value::Day(_) | Value::Text(_) | Value::Map(_) | Value::Maps(_) => {}
        }
    }
    Some(FileLevels { path: path?, levels: levels?, at })
}

/// The file of that path and text, added if it is not there.
fn file_of(path: &str, text: &str, sources: &mut SourceMap) -> FileId {
    let known = sources.iter().find(|(_, file)| *file.path == *path).map(|(id, _)| id);
    known.unwrap_or_else(|| sources.add(path, text))
}

/// A configuration that was read, with the text that its diagnostics point into.
#[derive(Debug)]
pub struct Read {
    /// The configuration, as far as it is right.
    pub value: Config,
    /// Holds the file.
    pub sources: SourceMap,
    /// What is wrong with it.
    pub diagnostics: Vec<Diagnostic>,
}

/// Why a configuration could not be read at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file is a link to one outside the root.
    #[error("it is a link that leads out of its folder")]
    Outside,
    /// What the file system says.
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// Reads a configuration file in the root of `defaults`; what it does not set stays as there.
///
/// # Errors
///
/// A file that leads out of the root, is no text or cannot be read.
pub fn read(files: &dyn FileSystem, path: &Path, defaults: Config) -> Result<Read, Error> {
    // A drawing of its mistakes would show the lines of a file that is no part of the data set.
    if files.is_file(path) && !files.is_below(path, &defaults.root) {
        return Err(Error::Outside);
    }
    read_named(files, path, defaults)
}

/// Reads a configuration file that somebody named, wherever it is; its paths are relative to the root of `defaults`.
///
/// # Errors
///
/// A file that is no text or cannot be read.
pub fn read_named(files: &dyn FileSystem, path: &Path, defaults: Config) -> Result<Read, Error> {
    let bytes = files.read(path)?;
    let text = String::from_utf8(bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8"))?;
    let mut sources = SourceMap::new();
    let file = sources.add(&slashed(path), &text);
    let mut problems = Problems::new();
    let mut config = defaults;
    let mut first = None;
    yaml::read(file, &text, &mut problems, KNOWN, |decoder, root, _| {
        let at = decoder.last_end();
        // A document that is read again after a syntax error begins where it began before.
        if *first.get_or_insert(at) == at {
            return document(decoder, &root, &mut config);
        }
        if let Start::Map(start) = root {
            decoder.report("wrong-type", "a configuration is one document", start, start + 1, "remove the second one");
        }
        decoder.skip(&root)
    });
    config.file = Some((slashed(path), text));
    let mut diagnostics = problems.finish();
    for diagnostic in &mut diagnostics {
        diagnostic.family = Family::Config;
    }
    Ok(Read { value: config, sources, diagnostics })
}

fn document<'t, S: EventSource<'t>>(
    decoder: &mut Decoder<'t, S>,
    root: &Start,
    config: &mut Config,
) -> Result<(), Stop> {
    let Start::Map(_) = root else {
        if let Start::List(at) = root {
            decoder.report(
                "wrong-type",
                "the configuration must be a map, found a list",
                *at,
                at + 1,
                "write `today: …`",
            );
        } else if let Start::Scalar(text) = root
            && text.end > text.start
        {
            let message = "the configuration must be a map, found a text";
            decoder.report("wrong-type", message, text.start, text.end, "write `key: value`");
        }
        return decoder.skip(root);
    };
    for entry in Reader::new(decoder, true).map(KEYS, "")? {
        let (name, told) = (entry.field.name, entry.at.map_or(Told::Set, Told::File));
        config.take(entry, name, told);
    }
    Ok(())
}
