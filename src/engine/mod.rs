//! The façade: a file system and a configuration in, findings and diagnostics out.
//!
//! Joins the phases and adds nothing of its own; knows no output format and no command line.

mod baseline;
pub mod cases;
pub mod coverage;
pub mod edit;
mod levels;
mod patterns;
pub mod plain;
mod query;
mod question;
#[cfg(test)]
mod repairs_tests;
mod rules;
mod stopped;
mod strata;
#[cfg(test)]
mod substitution;
#[cfg(test)]
mod test_world;

pub use crate::datalog::LimitKind;
pub use baseline::{mark_baselined, read_baseline};
pub use levels::PerFile;
pub use query::{Answer, AnswerRow, MOST_ROWS, Note, Value, Variable};
pub use rules::{Rules, builtin_rules, load_rules, rule_problems, rules_of};

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use crate::base::fs::{FileSystem, slashed};
use crate::base::{Day, Diagnostic, FileId, Pool, SourceMap, has_errors};
use crate::config::Config;
use crate::datalog::{self, Bounds, Database, EvaluationError, Fixpoint, Limits, Overrun, Settings, Strata, ast};
use crate::facts::{self, Dataset};
use crate::findings::{self, Collected, Evaluated, Finding, Fingerprint, Stop};
use crate::lints::Lint;
use crate::relations;

use rules::prepare;
use stopped::{overrun_while_described, stopped};

/// What a run gives.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// All texts: fact files, packs, rule files.
    pub sources: SourceMap,
    /// The rules there are, in the order of reports.
    pub lints: Vec<Lint>,
    /// The findings, in the order of reports; empty if `stopped`.
    pub findings: Vec<Finding>,
    /// Open findings that are left out, since `hide` names the files of their primary places.
    pub hidden: usize,
    /// Findings that the levels of their files, or `hide`, take away; they are not gone.
    pub left_out: BTreeSet<Fingerprint>,
    /// Problems of the input files, by place.
    pub diagnostics: Vec<Diagnostic>,
    /// Some input is broken, so no rule ran.
    pub stopped: bool,
    /// Somebody ended the run, so there is nothing to report.
    pub cancelled: bool,
    /// Fact files read.
    pub files: usize,
    /// Claims without an error.
    pub claims: usize,
    /// Sources.
    pub source_count: usize,
    /// What was read; empty where no fact file was.
    pub dataset: Dataset,
    /// The texts that the data set names by symbols.
    pub pool: Pool,
}

impl Outcome {
    /// The outcome of a run that ended before any fact file was read.
    #[must_use]
    pub fn stopped(sources: SourceMap, diagnostics: Vec<Diagnostic>) -> Self {
        Self {
            sources,
            lints: Vec::new(),
            findings: Vec::new(),
            hidden: 0,
            left_out: BTreeSet::new(),
            diagnostics,
            stopped: true,
            cancelled: false,
            files: 0,
            claims: 0,
            source_count: 0,
            dataset: Dataset::default(),
            pool: Pool::new(),
        }
    }
}

/// A data set as read, and the rules that are to run over it.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// All texts: rule files, fact files, packs.
    pub sources: SourceMap,
    /// Prelude and rules, without the rules that vocabularies hold.
    pub program: ast::Program,
    /// The rules that vocabularies hold.
    pub vocabulary: ast::Program,
    /// The rule files that were named; the others are included by them.
    pub named: BTreeSet<FileId>,
    /// The rules there are, in the order of group and name. Levels may be set before [`Loaded::check`].
    pub lints: Vec<Lint>,
    /// The fact files whose text could be read, in byte order of their paths.
    pub fact_files: Vec<FileId>,
    /// How many fact files there are.
    pub files: usize,
    /// What the fact files say, as far as it is right.
    pub dataset: Dataset,
    /// The texts that the data set names by symbols.
    pub pool: Pool,
    /// Problems of rule files and fact files, by place.
    pub diagnostics: Vec<Diagnostic>,
    /// What holds for findings of certain files.
    pub per_file: PerFile,
    /// How the rules are to be run.
    pub running: Running,
}

impl Loaded {
    /// Some input has an error, so no rule may run.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        has_errors(&self.diagnostics)
    }

    /// Runs all rules over the data set, unless it is broken.
    #[must_use]
    pub fn check(self, today: Day) -> Outcome {
        self.check_and_watch(today, &mut Watch::default())
    }

    /// As [`Loaded::check`]; notes which of the relations that are watched have rows.
    fn check_and_watch(self, today: Day, watch: &mut Watch) -> Outcome {
        let stopped = self.is_broken();
        let Self { sources, mut program, vocabulary, lints, files, dataset, mut pool, diagnostics, .. } = self;
        let (per_file, running) = (self.per_file, self.running);
        program.add(vocabulary);
        let mut outcome = Outcome {
            sources,
            lints,
            diagnostics,
            files,
            claims: dataset.claims.len(),
            source_count: dataset.sources.len(),
            ..Outcome::stopped(SourceMap::new(), Vec::new())
        };
        if !stopped {
            let base = outcome.lints.clone();
            per_file.switch_on(&mut outcome.lints);
            evaluate(&mut outcome, (program, &dataset), (today, &running), &mut pool, watch);
            (outcome.hidden, outcome.left_out) = per_file.apply(&mut outcome.findings, &base);
            findings::put_in_order(&mut outcome.findings, &outcome.sources);
            outcome.diagnostics.sort_by(|a, b| a.order().cmp(&b.order()));
        }
        outcome.dataset = dataset;
        outcome.pool = pool;
        outcome
    }
}

/// How rules are to be run.
#[derive(Clone, Debug)]
pub struct Running {
    /// How many threads may run the rules; the outcome is the same for any number.
    pub threads: NonZeroUsize,
    /// Limits in place of the ones that suit the data set.
    pub limits: Vec<(LimitKind, u64)>,
    /// Set it to end the run.
    pub cancel: Arc<AtomicBool>,
    /// The names of the rules that are asked for: of the others nothing is run that these do not need, and nothing is
    /// found. `None` is all.
    pub only: Option<BTreeSet<Arc<str>>>,
}

impl Default for Running {
    fn default() -> Self {
        Self { threads: NonZeroUsize::MIN, limits: Vec::new(), cancel: Arc::default(), only: None }
    }
}

impl Running {
    /// The settings for a data set of so many rows.
    #[must_use]
    pub fn settings(&self, rows: u64) -> Settings {
        let limits = Limits::for_rows(rows).with(&self.limits);
        Settings { threads: self.threads, cancel: Arc::clone(&self.cancel), ..Settings::with(limits) }
    }
}

/// A data set as rules and rows, before anything is derived.
#[derive(Clone, Debug)]
pub struct Lowered {
    /// Prelude and rules, without the rules that vocabularies hold.
    pub program: ast::Program,
    /// The rule files that were named; the others are included by them.
    pub named: BTreeSet<FileId>,
    /// The rules that vocabularies hold.
    pub vocabulary: ast::Program,
    /// Both, checked.
    pub strata: Strata,
    /// The rows that the data set gives.
    pub database: Database,
    /// The texts and numbers of the rows.
    pub pool: Pool,
}

impl Loaded {
    /// The rules and rows that [`Loaded::check`] would run.
    ///
    /// # Errors
    ///
    /// The outcome that says what is broken.
    pub fn lower(mut self, today: Day) -> Result<Lowered, Box<Outcome>> {
        if !self.is_broken() {
            let mut program = self.program.clone();
            program.add(self.vocabulary.clone());
            if let Some(strata) = prepare(&program, &mut self.pool, &mut self.diagnostics) {
                let database = relations::lower(&self.dataset, today, strata.program(), &mut self.pool);
                let Self { program, vocabulary, named, pool, .. } = self;
                return Ok(Lowered { program, named, vocabulary, strata, database, pool });
            }
        }
        Err(Box::new(self.check(today)))
    }
}

/// Relations of which it is asked whether some run gives them rows.
#[derive(Clone, Debug, Default)]
struct Watch {
    relations: Vec<(String, bool)>,
}

impl Watch {
    fn see(&mut self, strata: &Strata, fixpoint: &Fixpoint) {
        for (name, has_rows) in &mut self.relations {
            *has_rows |= strata.program().find(name).is_some_and(|relation| fixpoint.len(relation) > 0);
        }
    }
}

/// Why a run could not be done at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or folder could not be read.
    #[error("cannot read {}", slashed(path))]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// Checks a data set: reads all its fact files and, if they load, runs all rules over them.
///
/// # Errors
///
/// As [`load`]. A rule that passes the limits is a diagnostic too.
pub fn run(files: &dyn FileSystem, config: &Config, rules: Rules) -> Result<Outcome, Error> {
    Ok(load(files, config, rules)?.check(config.today))
}

/// Reads all fact files of a data set; no rule runs.
///
/// # Errors
///
/// A file or folder that cannot be read. Problems of the input are diagnostics.
pub fn load(files: &dyn FileSystem, config: &Config, rules: Rules) -> Result<Loaded, Error> {
    let paths = fact_files(files, config)?;
    load_files(files, &paths, config, rules)
}

/// As [`load`], of the fact files at these paths.
fn load_files(files: &dyn FileSystem, paths: &[PathBuf], config: &Config, rules: Rules) -> Result<Loaded, Error> {
    let Rules { mut sources, program, named, mut lints, mut diagnostics, .. } = rules;
    let texts = facts::load(&mut sources, files, paths, facts::MAX_DATA_SET);
    let texts = texts.map_err(|(path, source)| Error::Io { path, source })?;
    diagnostics.extend(texts.diagnostics);
    let mut pool = Pool::new();
    let read = facts::read_beside(&mut sources, &texts.files, texts.lost, &mut pool);
    diagnostics.extend(read.diagnostics);
    let mut dataset = read.value;
    let folders = facts::Folders { root: &config.root, text_root: config.text_root.as_deref(), files };
    let mut outside = facts::check_copies(&mut dataset, &sources, &pool, folders);
    let vocabulary = patterns::rules((&program, &mut lints, &sources), &mut dataset, &pool, &mut outside);
    outside.extend(findings::unknown_rules(&dataset, &lints, &pool));
    diagnostics.extend(facts::limited(outside));
    let mut per_file = PerFile::new(config, below_root(&texts.files, config, &sources));
    levels::set(config, &mut lints, &mut per_file);
    // A file that is broken may hold the rule that is missing.
    if !has_errors(&diagnostics) {
        diagnostics.extend(levels::unknown_names(config, &lints, &mut sources));
    }
    let below: Vec<String> = paths.iter().map(|path| slashed(relative(path, &config.root))).collect();
    diagnostics.extend(config.idle_files(&below.iter().map(String::as_str).collect::<Vec<_>>(), &mut sources));
    diagnostics.sort_by(|a, b| a.order().cmp(&b.order()));
    let (fact_files, files, running) = (texts.files, paths.len(), Running::default());
    Ok(Loaded {
        sources,
        program,
        vocabulary,
        named,
        lints,
        fact_files,
        files,
        dataset,
        pool,
        diagnostics,
        per_file,
        running,
    })
}

/// The paths of fact files relative to the root.
fn below_root(files: &[FileId], config: &Config, sources: &SourceMap) -> BTreeMap<FileId, String> {
    let below = |&file: &FileId| {
        let path = Path::new(&*sources.file(file).path);
        (file, slashed(relative(path, Path::new(&slashed(&config.root)))))
    };
    files.iter().map(below).collect()
}

/// Runs the rules over a data set that loaded; a problem of the rules leaves the outcome stopped.
fn evaluate(
    outcome: &mut Outcome,
    (mut program, dataset): (ast::Program, &Dataset),
    (today, running): (Day, &Running),
    pool: &mut Pool,
    watch: &mut Watch,
) {
    if let Some(only) = &running.only {
        let asked = outcome.lints.iter().filter(|lint| only.contains(&lint.name)).map(|lint| &*lint.relation);
        datalog::keep_needed(&mut program, asked.chain(watch.relations.iter().map(|watched| &*watched.0)));
    }
    let Some(strata) = prepare(&program, pool, &mut outcome.diagnostics) else { return };
    let database = relations::lower(dataset, today, strata.program(), pool);
    let settings = running.settings(database.rows());
    let bounds = Bounds::of_run(&settings, Instant::now());
    let fixpoint = match datalog::evaluate(&strata, database, pool, &settings) {
        Ok(fixpoint) => fixpoint,
        Err(EvaluationError::Cancelled { .. }) => {
            outcome.cancelled = true;
            return;
        }
        Err(error) => return outcome.diagnostics.push(stopped(&error)),
    };
    watch.see(&strata, &fixpoint);
    outcome.diagnostics.extend(fixpoint.notes());
    let evaluated =
        Evaluated { dataset, strata: &strata, fixpoint: &fixpoint, sources: &outcome.sources, today, bounds: &bounds };
    match findings::collect(&outcome.lints, evaluated, pool) {
        Ok(Collected { findings, diagnostics }) => {
            outcome.findings = findings;
            outcome.diagnostics.extend(facts::limited(diagnostics));
            outcome.stopped = false;
        }
        Err(Stop::TooMany(problem)) => outcome.diagnostics.push(*problem),
        Err(Stop::Overrun(Overrun::Cancelled, _)) => outcome.cancelled = true,
        Err(Stop::Overrun(overrun, rule)) => outcome.diagnostics.push(*overrun_while_described(overrun, rule)),
    }
}

/// The fact files of a data set, in byte order of their paths relative to its root.
fn fact_files(files: &dyn FileSystem, config: &Config) -> Result<Vec<PathBuf>, Error> {
    if let Some(file) = &config.single_file {
        return Ok(vec![file.clone()]);
    }
    let walked = files.walk(&config.root);
    let paths = walked.map_err(|source| Error::Io { path: config.root.clone(), source })?;
    Ok(paths.into_iter().filter(|path| config.is_fact_file(relative(path, &config.root))).collect())
}

fn relative<'p>(path: &'p Path, root: &Path) -> &'p Path {
    path.strip_prefix(root).unwrap_or(path)
}
