//! What a configuration says of levels and files, held against the rules and the fact files that there are.
//!
//! Goes in: a configuration, the catalogue of rules. Comes out: the levels of the rules, and [`PerFile`], which findings are
//! held against once they are collected.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::base::{Diagnostic, Family, FileId, Level, SourceMap, near};
use crate::config::{Config, LevelSetting, Patterns};
use crate::facts;
use crate::findings::{Finding, Fingerprint, Status};
use crate::lints::{Group, Lint};

use super::Loaded;

/// Unknown names for which a suggestion is looked for; more are hardly read.
const MOST_SUGGESTIONS: usize = 100;

/// Levels by rule; `None` is off.
type ByRule = BTreeMap<Arc<str>, Option<Level>>;

/// What holds for findings whose primary place is in certain fact files.
#[derive(Clone, Debug, Default)]
pub struct PerFile {
    /// Of the entries whose patterns match a file and that name a rule, the last holds.
    entries: Vec<(Patterns, ByRule)>,
    hide: Patterns,
    /// The fact files, each with its path relative to the root.
    paths: BTreeMap<FileId, String>,
}

impl PerFile {
    /// Of the fact files, with their paths relative to the root; nothing is set for them yet.
    pub(super) fn new(config: &Config, paths: BTreeMap<FileId, String>) -> Self {
        Self { entries: Vec::new(), hide: config.hidden().clone(), paths }
    }

    /// Switches rules on that are off but for some files, so that they run.
    pub(super) fn switch_on(&self, lints: &mut [Lint]) {
        let is_on =
            |lint: &Lint| self.entries.iter().any(|(_, levels)| levels.get(&lint.name).is_some_and(Option::is_some));
        for lint in lints.iter_mut().filter(|lint| lint.level.is_none()) {
            if is_on(lint) {
                lint.level = Some(Level::Advice);
            }
        }
    }

    /// Gives findings the levels of their files, and takes those away that are off there, or whose files are hidden; `base`
    /// are the rules as they are for all other files. Tells how many open findings are hidden, and which are taken away.
    pub(super) fn apply(&self, findings: &mut Vec<Finding>, base: &[Lint]) -> (usize, BTreeSet<Fingerprint>) {
        if self.entries.is_empty() && self.hide.is_empty() {
            return (0, BTreeSet::new());
        }
        let mut left_out: BTreeSet<Fingerprint> = findings.iter().map(|finding| finding.fingerprint).collect();
        let off: BTreeSet<&str> = base.iter().filter(|lint| lint.level.is_none()).map(|lint| &*lint.name).collect();
        let mut files: BTreeMap<FileId, (bool, ByRule)> = BTreeMap::new();
        let mut hidden = 0;
        findings.retain_mut(|finding| {
            let file = finding.primary().span.file;
            let (is_hidden, levels) = files.entry(file).or_insert_with(|| self.of_file(file));
            match levels.get(&finding.rule) {
                Some(Some(level)) => finding.level = *level,
                Some(None) => return false,
                None if off.contains(&*finding.rule) => return false,
                None => {}
            }
            hidden += usize::from(*is_hidden && finding.status == Status::Open);
            !*is_hidden
        });
        for finding in findings {
            left_out.remove(&finding.fingerprint);
        }
        (hidden, left_out)
    }

    /// Whether a file is hidden, and the levels of rules in it.
    fn of_file(&self, file: FileId) -> (bool, ByRule) {
        let Some(path) = self.paths.get(&file) else { return (false, ByRule::new()) };
        let fitting = self.entries.iter().filter(|(patterns, _)| patterns.is_match(path));
        let levels = fitting.flat_map(|(_, levels)| levels.iter().map(|(name, level)| (Arc::clone(name), *level)));
        (self.hide.is_match(path), levels.collect())
    }

    /// Lets the same hold for the rule in all files.
    fn release(&mut self, rule: &Arc<str>) {
        for (_, levels) in &mut self.entries {
            levels.remove(rule);
        }
    }
}

impl Loaded {
    /// Sets the level of a rule, or of all rules of a group, for all files; `None` is off.
    pub fn set_level(&mut self, name: &str, level: Option<Level>) {
        set_level((&mut self.lints, &mut self.per_file), name, level);
    }
}

fn set_level((lints, per_file): (&mut [Lint], &mut PerFile), name: &str, level: Option<Level>) {
    for lint in lints.iter_mut().filter(|lint| lint.is_named(name)) {
        lint.set_level(level);
        per_file.release(&lint.name);
    }
}

/// Sets the levels of a configuration: those by its file, those for files, those by `--set`.
pub(super) fn set(config: &Config, lints: &mut [Lint], per_file: &mut PerFile) {
    for setting in by_weight(&config.levels) {
        set_level((lints, per_file), &setting.name, setting.level);
    }
    for entry in &config.files {
        let mut levels = ByRule::new();
        for setting in by_weight(&entry.levels) {
            let named = lints.iter().filter(|lint| lint.is_named(&setting.name));
            levels.extend(named.map(|lint| (Arc::clone(&lint.name), setting.level)));
        }
        per_file.entries.push((entry.path.clone(), levels));
    }
    for setting in &config.set_levels {
        set_level((lints, per_file), &setting.name, setting.level);
    }
}

/// Groups before rules, so that a rule has its own level whatever its group has.
fn by_weight(settings: &[LevelSetting]) -> impl Iterator<Item = &LevelSetting> {
    let is_group = |setting: &&LevelSetting| Group::from_name(&setting.name).is_some();
    settings.iter().filter(is_group).chain(settings.iter().filter(move |setting| !is_group(setting)))
}

/// A problem for each name in the configuration file that is no rule and no group. One that is set to `allow` is only warned
/// about: what is not there is off already.
pub(super) fn unknown_names(config: &Config, lints: &[Lint], sources: &mut SourceMap) -> Vec<Diagnostic> {
    let known: BTreeSet<&str> = lints.iter().map(|lint| &*lint.name).chain(Group::ALL.map(Group::name)).collect();
    let settings = config.levels.iter().chain(config.files.iter().flat_map(|entry| &entry.levels));
    let unknown = settings.filter(|setting| !known.contains(&*setting.name)).enumerate();
    let problem = |(number, setting): (usize, &LevelSetting)| {
        let place = setting.place.as_ref()?;
        let message = format!("there is no rule and no group `{}`", setting.name);
        let span = config.span((place.start, place.end), sources)?;
        let guess = (number < MOST_SUGGESTIONS).then(|| near::did_you_mean_any(&setting.name, known.iter().copied()));
        let help =
            guess.flatten().unwrap_or_else(|| "`gainsay list rules` lists the rules and their groups".to_owned());
        let level = if setting.level.is_none() { Level::Warning } else { Level::Error };
        Some(Diagnostic::error(Family::Config, "unknown-rule", message, span).with_level(level).with_help(help))
    };
    let mut found = facts::limited(unknown.filter_map(problem).collect());
    for problem in &mut found {
        problem.family = Family::Config;
    }
    found
}
