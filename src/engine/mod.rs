//! The façade: a file system and a configuration in, findings and diagnostics out.
//!
//! Joins the phases and adds nothing of its own; knows no output format and no command line.

pub mod cases;
mod rules;

pub use rules::{Rules, builtin_rules, load_rules, rule_problems, rules_of};

use std::path::{Path, PathBuf};

use crate::base::fs::{FileSystem, slashed};
use crate::base::{Day, Diagnostic, FileId, Level, Pool, SourceMap};
use crate::config::Config;
use crate::datalog::{self, Limits, ast};
use crate::facts::{self, Dataset};
use crate::findings::{self, Evaluated, Finding};
use crate::lints::Lint;
use crate::relations;

use rules::prepare;

/// What a run gives.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// All texts: fact files, packs, rule files.
    pub sources: SourceMap,
    /// The rules there are, in the order of reports.
    pub lints: Vec<Lint>,
    /// The findings, in the order of reports; empty if `stopped`.
    pub findings: Vec<Finding>,
    /// Problems of the input files, by place.
    pub diagnostics: Vec<Diagnostic>,
    /// Some input is broken, so no rule ran.
    pub stopped: bool,
    /// Fact files read.
    pub files: usize,
    /// Claims without an error.
    pub claims: usize,
    /// Sources.
    pub source_count: usize,
}

impl Outcome {
    /// The outcome of a run that ended before any fact file was read.
    #[must_use]
    pub fn stopped(sources: SourceMap, diagnostics: Vec<Diagnostic>) -> Self {
        Self {
            sources,
            lints: Vec::new(),
            findings: Vec::new(),
            diagnostics,
            stopped: true,
            files: 0,
            claims: 0,
            source_count: 0,
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
/// A file or folder that cannot be read. Problems of the input are diagnostics, and so is a rule that passes the limits.
pub fn run(files: &dyn FileSystem, config: &Config, rules: Rules) -> Result<Outcome, Error> {
    let Rules { mut sources, program, lints, mut diagnostics, .. } = rules;
    let paths = fact_files(files, config)?;
    let mut ids: Vec<FileId> = Vec::new();
    for path in &paths {
        let bytes = match files.read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::FileTooLarge => {
                diagnostics.push(facts::too_large(&mut sources, &slashed(path)));
                continue;
            }
            Err(source) => return Err(Error::Io { path: path.clone(), source }),
        };
        match facts::decode_utf8(&mut sources, &slashed(path), &bytes) {
            Ok(id) => ids.push(id),
            Err(diagnostic) => diagnostics.push(diagnostic),
        }
    }
    let mut pool = Pool::new();
    let read = facts::read(&mut sources, &ids, &mut pool);
    diagnostics.extend(read.diagnostics);
    let dataset = read.value;
    diagnostics.extend(findings::unknown_rules(&dataset, &lints, &pool));
    let mut outcome = Outcome {
        sources,
        lints,
        findings: Vec::new(),
        diagnostics,
        stopped: true,
        files: paths.len(),
        claims: dataset.claims.len(),
        source_count: dataset.sources.len(),
    };
    if !has_errors(&outcome.diagnostics) {
        evaluate(&mut outcome, program, &dataset, config.today, &mut pool);
    }
    outcome.diagnostics.sort_by(|a, b| a.order().cmp(&b.order()));
    Ok(outcome)
}

fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|diagnostic| diagnostic.level == Level::Error)
}

/// Runs the rules over a data set that loaded; a problem of the rules leaves the outcome stopped.
fn evaluate(outcome: &mut Outcome, mut program: ast::Program, dataset: &Dataset, today: Day, pool: &mut Pool) {
    program.clauses.extend(relations::clauses(dataset, pool));
    let Some(strata) = prepare(&program, pool, &mut outcome.diagnostics) else { return };
    let database = relations::lower(dataset, today, strata.program(), pool);
    let limits = Limits::for_rows(database.rows());
    let fixpoint = match datalog::evaluate(&strata, database, pool, &limits) {
        Ok(fixpoint) => fixpoint,
        Err(error) => return outcome.diagnostics.push(error.diagnostic()),
    };
    let evaluated = Evaluated { dataset, strata: &strata, fixpoint: &fixpoint, sources: &outcome.sources, today };
    match findings::collect(&outcome.lints, evaluated, pool) {
        Ok(findings) => {
            outcome.findings = findings;
            outcome.stopped = false;
        }
        Err(problem) => outcome.diagnostics.push(*problem),
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
