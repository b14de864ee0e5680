//! The two states of a data set: where their files are, and their configurations.

use std::path::{Path, PathBuf};

use crate::base::fs::{Disk, FileSystem, slashed};
use crate::base::{Day, date};
use crate::cli::Failure;
use crate::cli::configuration::{self, ConfigArguments};
use crate::cli::locate::Located;
use crate::config::{self, Config, FILE_NAME};
use crate::engine::Outcome;
use crate::engine::edit::State;
use crate::git::{self, Commit, Repository, Tree};

use super::range::Range;

/// The folder of a data set without a configuration.
const FACTS: &str = "facts";

/// One state.
pub(super) struct Side {
    pub(super) files: Box<dyn FileSystem>,
    pub(super) config: Config,
    /// How reports name it.
    pub(super) name: String,
}

impl Side {
    /// What is compared.
    pub(super) fn state(&self) -> State<'_> {
        State { files: &*self.files, config: &self.config }
    }
}

/// Both states.
pub(super) struct Sides {
    pub(super) base: Side,
    pub(super) head: Side,
    pub(super) joint: &'static str,
    /// What of the data set is to be shown.
    pub(super) located: Located,
}

/// A state that has no right configuration: which one, and what is wrong.
pub(super) struct Broken {
    pub(super) is_base: bool,
    pub(super) name: String,
    pub(super) config: Config,
    pub(super) outcome: Outcome,
}

/// Finds both states.
pub(super) fn sides(
    range: &Range,
    paths: &[PathBuf],
    told: (&ConfigArguments, Option<Day>),
) -> Result<Result<Sides, Broken>, Failure> {
    let located = configuration::located(paths, told.0);
    let repository = repository(located.as_ref().ok())?;
    let (base, base_name) = range.base(&repository).map_err(|error| git_failure(&error))?;
    let described = match &base {
        Some(commit) if !commit.object.starts_with(&base_name) => format!("{base_name} ({})", commit.short()),
        _ => base_name,
    };
    let (located, head_files): (Located, Box<dyn FileSystem>) = match range {
        Range::WorkingTree(_) => (located?, Box::new(Disk)),
        Range::Index(_) => {
            let located = located?;
            let tree = repository.index(&located.root).map_err(|error| git_failure(&error))?;
            (located, Box::new(tree))
        }
        Range::Exactly(_, head) | Range::Ancestor(_, head) => {
            let commit = repository.commit(head).map_err(|error| git_failure(&error))?;
            let (located, tree) = in_commit(&repository, commit.as_ref(), located)?;
            (located, Box::new(tree))
        }
    };
    let head = match side(head_files, &located, told, range.head().to_owned())? {
        Ok(head) => head,
        Err((config, outcome)) => {
            return Ok(Err(Broken { is_base: false, name: range.head().to_owned(), config, outcome }));
        }
    };
    let (tree, root) = before(&repository, base.as_ref(), &located.root)?;
    let at = Located { root, ..whole(&located) };
    let base = match side(Box::new(tree), &at, told, described.clone())? {
        Ok(base) => base,
        Err((config, outcome)) => return Ok(Err(Broken { is_base: true, name: described, config, outcome })),
    };
    Ok(Ok(Sides { base, head, joint: range.joint(), located }))
}

/// The data set without a choice of what is shown.
fn whole(located: &Located) -> Located {
    Located {
        root: located.root.clone(),
        config: located.config.clone(),
        is_named: located.is_named,
        single_file: located.single_file.clone(),
        shown: Vec::new(),
    }
}

/// What git could not do, for the command line.
pub(super) fn git_failure(error: &git::Error) -> Failure {
    let failure = Failure::new(error.to_string());
    if let git::Error::UnknownRevision { name, .. } = error
        && Path::new(name).exists()
    {
        let help = format!("`{name}` is a path: write the state before it, as in `gainsay diff main {name}`");
        return failure.with_help(help);
    }
    match error.help() {
        Some(help) => failure.with_help(help),
        None => failure,
    }
}

/// The repository of the working folder, if it holds the data set, else that of the data set.
fn repository(located: Option<&Located>) -> Result<Repository, Failure> {
    let here = Repository::here();
    let root = located.map(|located| located.root.clone());
    match (here, root) {
        // A bare repository has no working tree that a data set could be found in.
        (Ok(here), Some(root)) if here.is_bare() || here.holds(&root) => Ok(here),
        (Ok(here), None) => Ok(here),
        (_, Some(root)) => Repository::of(&root).map_err(|error| git_failure(&error)),
        (Err(error), None) => Err(git_failure(&error)),
    }
}

/// A state as read from files, and its configuration; a broken one is the outcome.
pub(super) fn side(
    files: Box<dyn FileSystem>,
    located: &Located,
    (arguments, today): (&ConfigArguments, Option<Day>),
    name: String,
) -> Result<Result<Side, (Config, Outcome)>, Failure> {
    let mut config = Config::for_folder(located.root.clone(), today.unwrap_or_else(date::clock));
    config.single_file.clone_from(&located.single_file);
    let own = located.root.join(FILE_NAME);
    let has_own = located.single_file.is_none() && !arguments.isolated && files.is_file(&own);
    // A configuration that somebody names is no part of the edit: both states have it.
    let read = match &arguments.config {
        Some(path) => Some((path, config::read_named(&Disk, path, config.clone()))),
        None => has_own.then(|| (&own, config::read(&*files, &own, config.clone()))),
    };
    if let Some((path, read)) = read {
        let failed = |error| Failure::new(format!("{} of {name} cannot be read: {error}", slashed(path)));
        let read = read.map_err(failed)?;
        config = read.value;
        if crate::base::has_errors(&read.diagnostics) {
            config.today = today.unwrap_or(config.today);
            return Ok(Err((config, Outcome::stopped(read.sources, read.diagnostics))));
        }
    }
    configuration::change(&mut config, arguments, today)?;
    Ok(Ok(Side { files, config, name }))
}

/// The state before. Where the data set's folder has been moved it is the folder that had the only configuration.
fn before(repository: &Repository, commit: Option<&Commit>, root: &Path) -> Result<(Tree, PathBuf), Failure> {
    let wrong = |error: git::Error| git_failure(&error);
    let Some(commit) = commit else { return Ok((Tree::empty(root), root.to_path_buf())) };
    let tree = repository.tree(commit, root).map_err(wrong)?;
    if tree.is_file(&root.join(FILE_NAME)) {
        return Ok((tree, root.to_path_buf()));
    }
    let facts = root.join(FACTS);
    if tree.is_dir(&facts) {
        // There was no configuration above it, so that it was the data set.
        return Ok((tree, facts));
    }
    if !tree.is_empty() {
        return Ok((tree, root.to_path_buf()));
    }
    let all = repository.paths(commit).map_err(wrong)?;
    let configured: Vec<&str> = all.iter().filter_map(|path| configured_folder(path)).collect();
    match configured[..] {
        [one] => Ok((repository.tree_below(commit, one, root).map_err(wrong)?, root.to_path_buf())),
        _ => Ok((tree, root.to_path_buf())),
    }
}

/// The folder of a configuration, empty for the top; `None` for other files.
fn configured_folder(path: &str) -> Option<&str> {
    let folder = path.strip_suffix(FILE_NAME)?;
    (folder.is_empty() || folder.ends_with('/')).then(|| folder.trim_end_matches('/'))
}

/// The data set in a commit: where it is in the working tree, or else where the commit has one.
fn in_commit(
    repository: &Repository,
    commit: Option<&Commit>,
    located: Result<Located, Failure>,
) -> Result<(Located, Tree), Failure> {
    let wrong = |error: git::Error| git_failure(&error);
    let Some(commit) = commit else {
        let located = located?;
        let tree = Tree::empty(&located.root);
        return Ok((located, tree));
    };
    let mut missing = None;
    match located {
        Ok(located) if !repository.is_bare() => {
            let tree = repository.tree(commit, &located.root).map_err(wrong)?;
            if !tree.is_empty() {
                return Ok((located, tree));
            }
        }
        Ok(_) => {}
        Err(failure) => missing = Some(failure),
    }
    let all = repository.paths(commit).map_err(wrong)?;
    let configured: Vec<&str> = all.iter().filter_map(|path| configured_folder(path)).collect();
    let facts = format!("{FACTS}/");
    let folder = match configured[..] {
        [one] => one,
        [] if all.iter().any(|path| path.starts_with(&facts)) => FACTS,
        [] => {
            let none = || Failure::new("there is no data set in this commit").with_help("name a commit that has one");
            return Err(missing.unwrap_or_else(none));
        }
        [..] => {
            return Err(Failure::new(format!("the commit has {} data sets", configured.len()))
                .with_help("run in the folder of one of them, in a clone with a working tree"));
        }
    };
    let root = if folder.is_empty() { PathBuf::from(".") } else { PathBuf::from(folder) };
    let tree = repository.tree_below(commit, folder, &root).map_err(wrong)?;
    Ok((Located { root, config: None, is_named: false, single_file: None, shown: Vec::new() }, tree))
}
