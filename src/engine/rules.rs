//! The rules of a run: those that come with the program and, where the configuration names some, a team's own.
//!
//! Goes in: a file system and a configuration. Comes out: one program, its catalogue, and what is wrong with its files.

use std::collections::BTreeSet;
use std::io;

use crate::base::fs::{FileSystem, slashed};
use crate::base::{Diagnostic, FileId, Pool, SourceMap};
use crate::config::Config;
use crate::datalog::ast::{self, Declaration, Directive};
use crate::datalog::{self, Loaded, Origin, RuleFile, RuleFiles, Strata, Surroundings};
use crate::facts;
use crate::lints::{self, Lint, builtin};

use super::{Error, relative};

/// Where the built-in rule files stand.
const LIBRARY_FOLDER: &str = "rules/";
/// What stands before their paths in reports where a team has a folder `rules` too.
const LIBRARY_LABEL: &str = "gainsay:";

/// The parts of `says` that can be underlined alone.
const PARTS_OF_SAYS: [&str; 4] = ["subject", "predicate", "object", "qualifier"];

/// Rule files as one program, and the catalogue of its rules.
#[derive(Clone, Debug)]
pub struct Rules {
    /// The texts of the rule files.
    pub sources: SourceMap,
    /// Prelude and rules.
    pub program: ast::Program,
    /// The rules, in the order of group and name.
    pub lints: Vec<Lint>,
    /// Problems of the rule files, as far as they are known: all of them where a team has rules of its own.
    pub diagnostics: Vec<Diagnostic>,
    /// The files that were named, not those that they include.
    pub named: BTreeSet<FileId>,
    /// Those of them that warnings are given about.
    own: BTreeSet<FileId>,
    /// Those are a team's own: their `.input` brings no rows, since the data set gives what the prelude declares.
    of_project: bool,
}

/// Loads rule files and everything they include. `read` gives the text of a path.
#[must_use]
pub fn load_rules(entries: &[String], read: &dyn Fn(&str) -> Option<String>) -> Rules {
    let entries: Vec<RuleFile> = entries.iter().map(|path| RuleFile::new(Origin::Library, path)).collect();
    let read = |file: &RuleFile| read(&file.path).ok_or_else(|| io::ErrorKind::NotFound.into());
    load(&entries, &RuleFiles::library(&read))
}

fn load(entries: &[RuleFile], files: &RuleFiles<'_>) -> Rules {
    let mut sources = SourceMap::new();
    let loaded = datalog::load(&mut sources, entries, files);
    let mut diagnostics = loaded.diagnostics;
    let Loaded { program, entries: named } = loaded.value;
    // A team hears of its own files only.
    let of_project = named.iter().any(|(origin, _)| *origin == Origin::Project);
    let judged = if of_project { Origin::Project } else { Origin::Library };
    let own = named.iter().filter(|(origin, _)| *origin == judged).map(|(_, file)| *file).collect();
    let named = named.into_iter().map(|(_, file)| file).collect();
    let fields: Vec<&str> = facts::schema::CLAIM.iter().map(|field| field.key).chain(PARTS_OF_SAYS).collect();
    let catalogue = lints::catalogue(&program, &sources, &fields);
    diagnostics.extend(catalogue.diagnostics);
    Rules { sources, program, lints: catalogue.value, diagnostics, named, own, of_project }
}

fn builtin_entries() -> Vec<RuleFile> {
    builtin::rule_paths().map(|path| RuleFile::new(Origin::Library, path)).collect()
}

fn builtin_text(path: &str) -> io::Result<String> {
    builtin::text(path).map(str::to_owned).ok_or_else(|| io::ErrorKind::NotFound.into())
}

/// The rules that come with the program.
#[must_use]
pub fn builtin_rules() -> Rules {
    load(&builtin_entries(), &RuleFiles::library(&|file| builtin_text(&file.path)))
}

/// The built-in rules and those that `rules` of the configuration names.
///
/// Only files of the data set are read: what its walk does not list is not there, so neither a path nor a link leads out.
/// With rules of a team's own, all problems of their files are among the diagnostics.
///
/// # Errors
///
/// A folder of the data set that cannot be listed.
pub fn rules_of(files: &dyn FileSystem, config: &Config) -> Result<Rules, Error> {
    let Some(patterns) = &config.rules else { return Ok(builtin_rules()) };
    let walked = files.walk(&config.root);
    let walked = walked.map_err(|source| Error::Io { path: config.root.clone(), source })?;
    let paths = walked.iter().map(|path| slashed(relative(path, &config.root)));
    let present: BTreeSet<String> = paths.filter(|path| !config.is_excluded(path)).collect();
    let named: Vec<&str> = present.iter().map(String::as_str).filter(|path| patterns.is_match(path)).collect();
    let read = |file: &RuleFile| match file.origin {
        Origin::Library => builtin_text(&file.path),
        Origin::Project if present.contains(&file.path) => {
            let not_text = |_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8");
            String::from_utf8(files.read(&config.root.join(&file.path))?).map_err(not_text)
        }
        Origin::Project => Err(io::ErrorKind::NotFound.into()),
    };
    let paths = |origin| match origin {
        Origin::Library => builtin::included_paths().map(str::to_owned).collect(),
        Origin::Project => present.iter().cloned().collect(),
    };
    let mut entries = builtin_entries();
    entries.extend(named.iter().map(|path| RuleFile::new(Origin::Project, path)));
    let root = slashed(&config.root);
    let project_folder = if root.is_empty() { root } else { root + "/" };
    let files = RuleFiles {
        read: &read,
        paths: &paths,
        library_folder: LIBRARY_FOLDER,
        library_label: LIBRARY_LABEL,
        has_library: true,
        project_folder: &project_folder,
    };
    let mut rules = load(&entries, &files);
    rules.diagnostics = rule_problems(&rules);
    rules.diagnostics.extend(config.idle_rules(&named, &mut rules.sources));
    Ok(rules)
}

/// Everything that is wrong with rule files, found without a data set: in their text, their types, their strata, and
/// what looks like a slip.
#[must_use]
pub fn rule_problems(rules: &Rules) -> Vec<Diagnostic> {
    let mut diagnostics = rules.diagnostics.clone();
    let mut pool = Pool::new();
    let strata = prepare(&rules.program, &mut pool, &mut diagnostics);
    let is_lint = |declaration: &Declaration| declaration.annotations.iter().any(|found| found.label.value == "lint");
    let asks_about = |file: FileId| rules.own.contains(&file);
    let gives = |directive: &Directive| !(rules.of_project && asks_about(directive.relation.span.file));
    let around = Surroundings { asks_about: &asks_about, reads: &is_lint, gives: &gives };
    diagnostics.extend(datalog::warnings(&rules.program, &diagnostics, around));
    diagnostics.extend(strata.iter().flat_map(|strata| datalog::inventions(strata, &pool, &asks_about)));
    datalog::shown(diagnostics)
}

/// Checks a program and puts its relations in order; what is wrong is added to `diagnostics`.
pub(super) fn prepare(program: &ast::Program, pool: &mut Pool, diagnostics: &mut Vec<Diagnostic>) -> Option<Strata> {
    let checked = datalog::check(program, pool);
    diagnostics.extend(checked.diagnostics);
    datalog::stratify(checked.value?).map_err(|circles| diagnostics.extend(circles)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_wrong_with_the_built_in_rules() {
        assert_eq!(rule_problems(&builtin_rules()), []);
    }
}
