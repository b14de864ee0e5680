//! `gainsay.yaml`: which files are facts, which are rules, and the day of the report.
//!
//! Goes in: the text of the file. Comes out: a [`Config`] whose globs and dates are right, and diagnostics with places.

use std::collections::BTreeSet;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::base::fs::{FileSystem, slashed};
use crate::base::{Day, Diagnostic, Family, SourceMap, Span, date, near};
use crate::yaml::{self, Decoder, EventSource, Key, Keys, Problems, Start, Stop, Text};

/// The name of the configuration file, in the data set's root.
pub const FILE_NAME: &str = "gainsay.yaml";
/// The name of the file of accepted findings; like a configuration it is never read as facts, wherever it stands.
const BASELINE_NAME: &str = "gainsay.baseline.yaml";
/// Which files are facts where `facts` is not written.
const DEFAULT_FACTS: [&str; 2] = ["**/*.yaml", "**/*.yml"];
/// The keys there are.
const KEYS: [&str; 3] = ["facts", "rules", "today"];
const KNOWN: Keys = Keys { any: |key| KEYS.contains(&key), top: |key| KEYS.contains(&key) };

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
    pub rules: Option<RulePatterns>,
    facts: GlobSet,
}

/// `rules` of a configuration: patterns of paths relative to the root.
#[derive(Clone, Debug)]
pub struct RulePatterns {
    patterns: Vec<RulePattern>,
    /// Path and text of the configuration, for problems that are found when the files are looked for.
    file: (String, String),
}

#[derive(Clone, Debug)]
struct RulePattern {
    written: String,
    place: Range<u32>,
    set: GlobSet,
}

impl RulePatterns {
    /// Whether a path, relative to the root and with `/`, is a rule file.
    #[must_use]
    pub fn is_match(&self, path: &str) -> bool {
        self.patterns.iter().any(|pattern| pattern.set.is_match(path))
    }

    /// A problem for each pattern that none of the rule files matches: what was to be checked would not be.
    /// The text of the configuration is added to `sources` if there is one.
    #[must_use]
    pub fn without_match(&self, rule_files: &[&String], sources: &mut SourceMap) -> Vec<Diagnostic> {
        let is_idle = |pattern: &&RulePattern| !rule_files.iter().any(|path| pattern.set.is_match(path));
        let idle: Vec<&RulePattern> = self.patterns.iter().filter(is_idle).collect();
        if idle.is_empty() {
            return Vec::new();
        }
        let file = sources.add(&self.file.0, &self.file.1);
        let problem = |pattern: &RulePattern| {
            let message = format!("no file of the data set matches `{}`", pattern.written);
            let span = Span::new(file, pattern.place.start, pattern.place.end);
            Diagnostic::error(Family::Config, "no-rule-file", message, span)
                .with_label("no rule file")
                .with_help("write a pattern of paths relative to the folder of this file, or remove it")
        };
        idle.into_iter().map(problem).collect()
    }
}

impl Config {
    /// The configuration of a folder without `gainsay.yaml`.
    ///
    /// # Panics
    ///
    /// Never: the default globs are right.
    #[must_use]
    pub fn for_folder(root: PathBuf, today: Day) -> Self {
        let facts = globs(&DEFAULT_FACTS.map(str::to_owned)).expect("the default globs are right");
        Self { root, single_file: None, text_root: None, today, rules: None, facts }
    }

    /// Whether a path, relative to the root, is a fact file.
    #[must_use]
    pub fn is_fact_file(&self, path: &Path) -> bool {
        let is_own = path.file_name().is_some_and(|name| name == FILE_NAME || name == BASELINE_NAME);
        !is_own && self.facts.is_match(slashed(path))
    }
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
    if let Some(rules) = &mut config.rules {
        rules.file.0 = slashed(path);
    }
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
    let mut seen: BTreeSet<String> = BTreeSet::new();
    while let Some(key) = decoder.key()? {
        let name = key.text.get(decoder.text()).to_owned();
        let value = decoder.value()?;
        if seen.contains(&name) {
            let message = format!("`{name}` is written twice");
            decoder.report("duplicate-key", message, key.text.start, key.text.end, "remove one of the two");
            decoder.skip(&value)?;
            continue;
        }
        match name.as_str() {
            "today" => today(decoder, &value, config)?,
            "facts" => {
                if let Some((set, _)) = patterns(decoder, &value, "facts")? {
                    config.facts = set;
                }
            }
            "rules" => rules(decoder, &value, config)?,
            _ => {
                unknown_key(decoder, &key, &name);
                decoder.skip(&value)?;
            }
        }
        seen.insert(name);
    }
    Ok(())
}

fn unknown_key<'t, S: EventSource<'t>>(decoder: &mut Decoder<'t, S>, key: &Key, name: &str) {
    let all = KEYS.map(|key| format!("`{key}`")).join(", ");
    let help = near::did_you_mean(name, KEYS).unwrap_or_else(|| format!("the keys are {all}"));
    decoder.report("unknown-key", format!("unknown key `{name}`"), key.text.start, key.text.end, &help);
}

fn today<'t, S: EventSource<'t>>(decoder: &mut Decoder<'t, S>, value: &Start, config: &mut Config) -> Result<(), Stop> {
    let Some(text) = scalar(decoder, value, "today")? else { return Ok(()) };
    let written = text.get(decoder.text()).to_owned();
    if let Some(day) = date::parse_day(&written) {
        config.today = day;
    } else {
        let message = format!("`{written}` is no day");
        decoder.report("bad-date", message, text.start, text.end, "write it as YYYY-MM-DD");
    }
    Ok(())
}

fn rules<'t, S: EventSource<'t>>(decoder: &mut Decoder<'t, S>, value: &Start, config: &mut Config) -> Result<(), Stop> {
    let Some((_, written)) = patterns(decoder, value, "rules")? else { return Ok(()) };
    // Each builds alone, since all of them did together.
    let alone = |(written, place)| Some(RulePattern { set: globs([&written]).ok()?, written, place });
    let patterns: Vec<RulePattern> = written.into_iter().filter_map(alone).collect();
    let file = (String::new(), decoder.text().to_owned());
    config.rules = (!patterns.is_empty()).then_some(RulePatterns { patterns, file });
    Ok(())
}

/// Patterns as they were written, each with its place.
type Written = Vec<(String, Range<u32>)>;

/// One pattern of paths or a list of them; nothing if some of them is reported.
fn patterns<'t, S: EventSource<'t>>(
    decoder: &mut Decoder<'t, S>,
    value: &Start,
    key: &str,
) -> Result<Option<(GlobSet, Written)>, Stop> {
    let mut written = Vec::new();
    let before = decoder.problems.errors();
    if let Start::List(_) = value {
        while let Some(item) = decoder.item()? {
            if let Some(text) = scalar(decoder, &item, key)? {
                pattern(decoder, &text, key, &mut written);
            }
        }
    } else if let Some(text) = scalar(decoder, value, key)? {
        pattern(decoder, &text, key, &mut written);
    }
    if decoder.problems.errors() > before {
        return Ok(None);
    }
    match (globs(written.iter().map(|(pattern, _)| pattern)), value) {
        (Ok(set), _) => return Ok(Some((set, written))),
        (Err(error), Start::Scalar(Text { start: at, .. }) | Start::List(at) | Start::Map(at)) => {
            let message = format!("these patterns of paths are too much: {}", error.kind());
            decoder.report("bad-pattern", message, *at, at + 1, "write fewer or simpler patterns");
        }
        (Err(_), _) => {}
    }
    Ok(None)
}

fn pattern<'t, S: EventSource<'t>>(decoder: &mut Decoder<'t, S>, text: &Text, key: &str, into: &mut Written) {
    let written = text.get(decoder.text()).to_owned();
    if let Err(error) = glob(&written) {
        let message = format!("`{written}` is no pattern of paths: {}", error.kind());
        let extension = if key == "rules" { "dl" } else { "yaml" };
        decoder.report("bad-pattern", message, text.start, text.end, &format!("write it like `**/*.{extension}`"));
    } else {
        into.push((written, text.start..text.end));
    }
}

fn scalar<'t, S: EventSource<'t>>(
    decoder: &mut Decoder<'t, S>,
    value: &Start,
    key: &str,
) -> Result<Option<Text>, Stop> {
    if let Start::Scalar(text) = value {
        return Ok(Some(text.clone()));
    }
    if let Start::List(at) | Start::Map(at) = value {
        let at = *at;
        decoder.skip(value)?;
        decoder.report("wrong-type", format!("`{key}` must be text"), at, at + 1, "");
    }
    Ok(None)
}

fn glob(pattern: &str) -> Result<globset::Glob, globset::Error> {
    GlobBuilder::new(pattern).literal_separator(true).build()
}

fn globs<'p>(patterns: impl IntoIterator<Item = &'p String>) -> Result<GlobSet, globset::Error> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        set.add(glob(pattern)?);
    }
    set.build()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fs::Memory;

    fn config(text: &str) -> Read {
        let mut files = Memory::new();
        files.add(FILE_NAME, text.as_bytes());
        read(&files, Path::new(FILE_NAME), Config::for_folder(".".into(), 0)).unwrap()
    }

    #[test]
    fn configurations_and_baselines_are_never_facts() {
        let config = config("facts: ['**/*.yaml']\n").value;
        let check = |path: &str, expect: bool| assert_eq!(config.is_fact_file(Path::new(path)), expect, "{path}");
        check("a.yaml", true);
        check("deep/a.yaml", true);
        check("a.yml", false);
        check("gainsay.yaml", false);
        check("deep/gainsay.yaml", false);
        check("deep/gainsay.baseline.yaml", false);
    }

    #[test]
    fn a_configuration_is_one_document() {
        let codes = |text: &str| config(text).diagnostics.iter().map(|problem| problem.code).collect::<Vec<_>>();
        assert_eq!(codes("today: 2020-01-01\n---\ntoday: 2021-01-01\n"), ["wrong-type"]);
        assert_eq!(codes("---\ntoday: 2020-01-01\n"), [""; 0]);
        assert_eq!(codes("today: \"2020\nfacts: [a\n"), ["yaml-syntax", "yaml-syntax"]);
    }

    #[test]
    fn many_keys_are_read_in_one_go() {
        let keys: Vec<String> = (0..50_000).map(|n| format!("k{n}: x\n")).collect();
        let read = config(&(keys.concat() + "today: 2020-01-01\n"));
        assert_eq!(read.value.today, date::parse_day("2020-01-01").unwrap());
        assert_eq!(read.diagnostics.len(), 101);
    }

    #[test]
    fn patterns_that_are_each_right_and_too_much_together_are_a_problem() {
        let read = config(&format!("facts:\n{}", format!("- '**/{}'\n", "*a".repeat(30_000)).repeat(4)));
        let codes: Vec<_> = read.diagnostics.iter().map(|problem| problem.code).collect();
        assert_eq!(codes, ["bad-pattern"]);
    }
}
