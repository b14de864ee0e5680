//! An edit of a data set: two states are checked, and their findings compared.
//!
//! Goes in: two [`State`]s. Comes out: an [`Edit`], in which each finding of the state after knows what the edit has done to
//! it and why. For the reasons the state before is checked again with the rules of the state after, and then with its words
//! too, but only where these differ.

mod causes;
mod claims;
mod mixed;

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::base::fs::{FileSystem, slashed};
use crate::base::{Family, Level, Pool, SourceMap};
use crate::config::Config;
use crate::facts::{self, Claim, Dataset};
use crate::findings::{self, CauseKind, Change, Comparison, Evidence, Finding, Fingerprint};

use super::{Error, Loaded, Outcome, Rules, fact_files, load_files, mark_baselined, rules_of};

use causes::{Causes, Named, Stage};
use mixed::Mixed;

pub use claims::{ClaimChange, ClaimEdit, renamed};

/// A state of a data set.
#[derive(Clone, Copy)]
pub struct State<'s> {
    /// Where its files are.
    pub files: &'s dyn FileSystem,
    /// Its configuration; both states are compared on the day that each names.
    pub config: &'s Config,
}

/// What is done with a state between reading and checking it: levels are set, a run is told its limits.
pub type Prepare<'p> = &'p dyn Fn(&mut Loaded);

/// What an edit has done.
#[derive(Debug)]
pub struct Edit {
    /// The state before.
    pub base: Outcome,
    /// The state after; its findings have a change and a cause.
    pub head: Outcome,
    /// The findings of the state before that are gone, with change and cause.
    pub fixed: Vec<Finding>,
    /// For each finding of the state after the one that it was before.
    pub was: Vec<Option<usize>>,
    /// What has become of claims, in the order of their ids.
    pub claims: Vec<ClaimEdit>,
    /// How many fact files have come, gone, or have another text.
    pub files: usize,
}

/// What comes of comparing two states.
#[derive(Debug)]
pub enum Compared {
    /// Both could be checked.
    Edit(Box<Edit>),
    /// The state after is broken.
    BrokenHead(Box<Outcome>),
    /// The state before is broken.
    BrokenBase(Box<Outcome>),
    /// Somebody ended the run.
    Cancelled,
}

/// Checks one state, with its baseline.
///
/// # Errors
///
/// As [`super::load`].
pub fn check(state: State<'_>, prepare: Prepare<'_>) -> Result<Outcome, Error> {
    Checked::of(state, prepare).map(|checked| checked.outcome)
}

/// What each claim says, by its id, as the hash that findings hold.
#[must_use]
pub fn evidence(outcome: &Outcome) -> BTreeMap<String, Fingerprint> {
    let Outcome { dataset, pool, .. } = outcome;
    let said = |claim: &Claim| (pool.text(claim.id).to_owned(), Evidence::of(claim, pool).hash());
    dataset.claims.iter().map(said).collect()
}

/// Checks both states, each with its baseline, and compares what is found.
///
/// # Errors
///
/// As [`super::load`].
pub fn compare(base: State<'_>, head: State<'_>, prepare: Prepare<'_>) -> Result<Compared, Error> {
    let after = Checked::of(head, prepare)?;
    if after.outcome.cancelled {
        return Ok(Compared::Cancelled);
    }
    if after.outcome.stopped {
        return Ok(Compared::BrokenHead(Box::new(after.outcome)));
    }
    let before = Checked::of(base, prepare)?;
    if before.outcome.cancelled {
        return Ok(Compared::Cancelled);
    }
    if before.outcome.stopped {
        return Ok(Compared::BrokenBase(Box::new(before.outcome)));
    }
    let claims = claims::edits(&before.outcome, &after.outcome);
    let new_ids: BTreeMap<String, String> = claims
        .iter()
        .filter_map(|edit| match &edit.change {
            ClaimChange::Renamed { before } => Some((before.clone(), edit.claim.clone())),
            ClaimChange::Added | ClaimChange::Removed | ClaimChange::Says { .. } | ClaimChange::Edited => None,
        })
        .collect();
    let comparison = findings::compare(&before.outcome.findings, &after.outcome.findings, &new_ids);
    let stages = if is_quiet(&comparison) { Vec::new() } else { stages(base, head, (&before, &after), prepare) };
    let files = changed_files(&before.texts, &after.texts);
    let (base, mut head) = (before.outcome, after.outcome);
    let causes = Causes::new(stages, &claims, Named::of(&base), Named::of(&head));
    let mut fixed: Vec<Finding> = comparison.fixed.iter().map(|&index| base.findings[index].clone()).collect();
    for finding in &mut fixed {
        finding.cause = Some(causes.of_fixed(finding));
        finding.change = Some(Change::Fixed);
    }
    let cause = |(finding, &(change, was)): (&Finding, &(Change, Option<usize>))| {
        causes.of(finding, was.map(|index| &base.findings[index]), change)
    };
    let found: Vec<_> = head.findings.iter().zip(&comparison.head).map(cause).collect();
    for ((finding, &(change, _)), cause) in head.findings.iter_mut().zip(&comparison.head).zip(found) {
        finding.change = Some(change);
        finding.cause = cause;
    }
    let was = comparison.head.iter().map(|&(_, was)| was).collect();
    Ok(Compared::Edit(Box::new(Edit { base, head, fixed, was, claims, files })))
}

/// Whether there is nothing of which a cause is asked.
fn is_quiet(comparison: &Comparison) -> bool {
    comparison.fixed.is_empty() && comparison.head.iter().all(|(change, _)| *change == Change::Unchanged)
}

/// A state that was checked.
struct Checked {
    outcome: Outcome,
    /// The rule files of the data set's own.
    rules: Vec<(String, String)>,
    /// The fact files: paths and texts.
    texts: BTreeMap<String, String>,
}

impl Checked {
    fn of(state: State<'_>, prepare: Prepare<'_>) -> Result<Self, Error> {
        let State { files, config } = state;
        let rules = rules_of(files, config)?;
        let own = own_rules(&rules, config);
        let paths = fact_files(files, config)?;
        let mut loaded = load_files(files, &paths, config, rules)?;
        let text = |file| {
            let file = loaded.sources.file(file);
            (file.path.to_string(), without_returns(&file.text))
        };
        let texts = loaded.fact_files.iter().map(|&file| text(file)).collect();
        prepare(&mut loaded);
        let mut outcome = loaded.check(config.today);
        mark_baselined(files, config, &mut outcome);
        Ok(Self { outcome, rules: own, texts })
    }

    /// The lines of all vocabulary documents, whatever files they stand in.
    fn vocabulary(&self) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for text in self.texts.values() {
            let words = facts::vocabulary_text(text);
            let kept = words.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
            lines.extend(kept.filter(|line| !line.is_empty() && line != "---" && !line.starts_with('#')));
        }
        lines.sort_unstable();
        lines
    }
}

/// The rule files that stand in the data set, with their texts.
fn own_rules(rules: &Rules, config: &Config) -> Vec<(String, String)> {
    let root = slashed(&config.root);
    let is_own = |path: &str| config.rules.is_some() && path.strip_prefix(&root).is_some();
    let files = rules.sources.iter().map(|(_, file)| (file.path.to_string(), without_returns(&file.text)));
    files.filter(|(path, _)| is_own(path)).collect()
}

/// The text with line feeds alone: git may write other line ends into a working tree than it keeps.
fn without_returns(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// How many files are not the same.
fn changed_files(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> usize {
    let gone = before.keys().filter(|path| !after.contains_key(*path)).count();
    gone + after.iter().filter(|(path, text)| before.get(*path) != Some(*text)).count()
}

/// The state before, with more and more of the state after: what it gives tells which part of the edit a change comes of.
fn stages(base: State<'_>, head: State<'_>, (before, after): (&Checked, &Checked), prepare: Prepare<'_>) -> Vec<Stage> {
    let mut stages = Vec::new();
    let rules_differ = before.rules != after.rules || levels(&before.outcome) != levels(&after.outcome);
    if rules_differ || configuration(base) != configuration(head) {
        let kind = if rules_differ { CauseKind::Rules } else { CauseKind::Settings };
        let paths = fact_files(base.files, base.config);
        let outcome = paths.and_then(|paths| staged((base.files, &paths), base, head, prepare));
        stages.push(Stage::of(kind, outcome.ok().as_ref()));
    }
    if before.vocabulary() != after.vocabulary() {
        let outcome = Mixed::new(base, head)
            .and_then(|mixed| staged((&mixed, &mixed.paths().collect::<Vec<_>>()), base, head, prepare));
        stages.push(Stage::of(CauseKind::Vocabulary, outcome.ok().as_ref()));
    }
    stages
}

/// Checks fact files with the rules and settings of the state after.
fn staged(
    (files, paths): (&dyn FileSystem, &[PathBuf]),
    base: State<'_>,
    head: State<'_>,
    prepare: Prepare<'_>,
) -> Result<Outcome, Error> {
    let config = head.config.clone().with_files_of(base.config);
    let mut loaded = load_files(files, paths, &config, rules_of(head.files, head.config)?)?;
    of_two_states(&mut loaded);
    prepare(&mut loaded);
    Ok(loaded.check(config.today))
}

/// What a configuration names may be missing where its files are those of another state; it was looked for in its own.
fn of_two_states(loaded: &mut Loaded) {
    loaded.diagnostics.retain(|problem| problem.family != Family::Config);
}

/// The levels of all rules.
fn levels(outcome: &Outcome) -> Vec<(&str, Option<Level>)> {
    outcome.lints.iter().map(|lint| (&*lint.name, lint.level)).collect()
}

/// The text of the configuration, if there is one.
fn configuration(state: State<'_>) -> Option<String> {
    let bytes = state.files.read(&state.config.root.join(crate::config::FILE_NAME)).ok()?;
    Some(without_returns(&String::from_utf8_lossy(&bytes)))
}
