//! A repository: its revisions, and the states of a folder in them.

use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

use crate::base::near;

use super::blobs::Blobs;
use super::error::Error;
use super::process::{Git, failed};
use super::tree::{Entries, Tree};

/// How many digits of a commit are shown.
const SHOWN_DIGITS: usize = 10;
/// Submodules inside submodules are followed so deep.
const MOST_NESTED: usize = 16;

/// A git repository as seen from a folder.
#[derive(Debug)]
pub struct Repository {
    git: Git,
    /// The top of the working tree, without links; `None` in a bare repository.
    top: Option<PathBuf>,
}

/// A commit of a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its object name.
    pub object: String,
}

impl Commit {
    /// The beginning of its object name.
    #[must_use]
    pub fn short(&self) -> &str {
        self.object.get(..SHOWN_DIGITS).unwrap_or(&self.object)
    }
}

impl Repository {
    /// The repository of the working folder; in a hook, that of the hook.
    ///
    /// # Errors
    ///
    /// There is no git, or no repository.
    pub fn here() -> Result<Self, Error> {
        Self::open(Git::here(Path::new(".")))
    }

    /// The repository that holds a folder.
    ///
    /// # Errors
    ///
    /// As [`Repository::here`].
    pub fn of(folder: &Path) -> Result<Self, Error> {
        Self::open(Git::of(folder))
    }

    fn open(git: Git) -> Result<Self, Error> {
        let question = ["rev-parse", "--is-bare-repository", "--is-inside-work-tree"];
        let output = git.output(&question)?;
        if !output.status.success() {
            let Error::Failed { message, .. } = failed(&question, &output) else {
                return Err(failed(&question, &output));
            };
            return Err(Error::NoRepository(message));
        }
        let inside = String::from_utf8_lossy(&output.stdout).lines().nth(1) == Some("true");
        let top = if inside { git.ask(&["rev-parse", "--show-toplevel"])? } else { None };
        let top = top.map(PathBuf::from);
        Ok(Self { git, top: top.map(|top| top.canonicalize().unwrap_or(top)) })
    }

    /// Whether there is no working tree.
    #[must_use]
    pub fn is_bare(&self) -> bool {
        self.top.is_none()
    }

    /// The commit of a revision; `None` for `HEAD` before the first commit.
    ///
    /// # Errors
    ///
    /// The repository does not have it.
    pub fn commit(&self, revision: &str) -> Result<Option<Commit>, Error> {
        if let Some(object) = self.resolve(revision)? {
            return Ok(Some(Commit { object }));
        }
        if revision == "HEAD" && self.git.ask(&["symbolic-ref", "--quiet", "HEAD"])?.is_some() {
            return Ok(None);
        }
        Err(Error::UnknownRevision {
            name: revision.to_owned(),
            shallow: self.is_shallow()?,
            meant: self.meant(revision)?,
            remote: self.remote(revision)?,
        })
    }

    fn resolve(&self, revision: &str) -> Result<Option<String>, Error> {
        // Git takes words that begin so for options, and no branch or tag may be called so.
        if revision.starts_with('-') {
            return Ok(None);
        }
        let found = self.git.ask(&["rev-parse", "--verify", "--quiet", &format!("{revision}^{{commit}}")])?;
        // `^name` is what a list of commits leaves out, and no commit.
        Ok(found.filter(|object| object.bytes().all(|byte| byte.is_ascii_hexdigit())))
    }

    /// The branch of a remote that has the name, where no branch of the clone does; else a branch or tag of a near name.
    fn meant(&self, revision: &str) -> Result<Option<String>, Error> {
        let folders = ["refs/heads", "refs/remotes", "refs/tags"];
        let question = [&["for-each-ref", "--format=%(refname:short)"][..], &folders].concat();
        let names = self.git.ask(&question)?.unwrap_or_default();
        let of_remote = names.lines().find(|name| name.split_once('/').is_some_and(|(_, branch)| branch == revision));
        Ok(of_remote.or_else(|| near::nearest(revision, names.lines())).map(str::to_owned))
    }

    /// The remote and its branch that a name such as `origin/main` stands for, if there is such a remote.
    fn remote(&self, revision: &str) -> Result<Option<(String, String)>, Error> {
        let remotes = self.git.ask(&["remote"])?.unwrap_or_default();
        let (remote, branch) = revision.split_once('/').unwrap_or_default();
        let is_there = !branch.is_empty() && remotes.lines().any(|known| known == remote);
        Ok(is_there.then(|| (remote.to_owned(), branch.to_owned())))
    }

    fn is_shallow(&self) -> Result<bool, Error> {
        Ok(self.git.ask(&["rev-parse", "--is-shallow-repository"])?.as_deref() == Some("true"))
    }

    /// The name of the branch that the present one follows.
    ///
    /// # Errors
    ///
    /// It follows none.
    pub fn upstream(&self) -> Result<String, Error> {
        let asked = ["rev-parse", "--abbrev-ref", "--symbolic-full-name", "@{upstream}"];
        if let Some(name) = self.git.ask(&asked)? {
            return Ok(name);
        }
        let branch = self.git.ask(&["symbolic-ref", "--quiet", "--short", "HEAD"])?;
        Err(branch.map_or(Error::Detached, Error::NoUpstream))
    }

    /// The best common ancestor of two revisions.
    ///
    /// # Errors
    ///
    /// There is none, or a revision is unknown.
    pub fn merge_base(&self, base: &str, head: &str) -> Result<Option<Commit>, Error> {
        let (Some(one), Some(other)) = (self.commit(base)?, self.commit(head)?) else { return Ok(None) };
        let question = ["merge-base", &one.object, &other.object];
        let output = self.git.output(&question)?;
        match output.status.code() {
            Some(0) => Ok(Some(Commit { object: String::from_utf8_lossy(&output.stdout).trim_end().to_owned() })),
            Some(1) => {
                Err(Error::Unrelated { base: base.to_owned(), head: head.to_owned(), shallow: self.is_shallow()? })
            }
            _ => Err(failed(&question, &output)),
        }
    }

    /// The folder as it is in a commit, with the submodules in it that are checked out. A folder that the commit does not
    /// have is empty.
    ///
    /// # Errors
    ///
    /// The folder is outside the repository, or something of it is not here.
    pub fn tree(&self, commit: &Commit, folder: &Path) -> Result<Tree, Error> {
        let below = self.below(folder)?;
        let mut entries = Entries::default();
        self.list(&commit.object, &below, "", (&mut entries, MOST_NESTED))?;
        built(folder, &entries)
    }

    /// As [`Repository::tree`], of the folder that is named relative to the top with `/`, under the name of another folder.
    ///
    /// # Errors
    ///
    /// As [`Repository::tree`].
    pub fn tree_below(&self, commit: &Commit, below: &str, named: &Path) -> Result<Tree, Error> {
        let mut entries = Entries::default();
        self.list(&commit.object, below, "", (&mut entries, MOST_NESTED))?;
        built(named, &entries)
    }

    /// The paths of all files of a commit, relative to the top.
    ///
    /// # Errors
    ///
    /// What git says.
    pub fn paths(&self, commit: &Commit) -> Result<Vec<String>, Error> {
        let listed = self.git.bytes(&["ls-tree", "-r", "-z", "--full-tree", "--name-only", &commit.object])?;
        Ok(lines(&listed).collect())
    }

    /// Whether a folder is in the working tree of this repository, be it in one of a submodule.
    #[must_use]
    pub fn holds(&self, folder: &Path) -> bool {
        self.below(folder).is_ok()
    }

    /// The folder as it is in the index.
    ///
    /// # Errors
    ///
    /// As [`Repository::tree`]; a merge is under way.
    pub fn index(&self, folder: &Path) -> Result<Tree, Error> {
        let below = self.below(folder)?;
        let git = self.at_top();
        let mut question = vec!["ls-files", "--stage", "-z", "--"];
        if !below.is_empty() {
            question.push(&below);
        }
        let listed = git.bytes(&question)?;
        let mut entries = Entries::default();
        let blobs = Rc::new(Blobs::new(self.git.clone()));
        for line in lines(&listed) {
            let Some((words, path)) = line.split_once('\t') else { continue };
            let words: Vec<&str> = words.split(' ').collect();
            let [mode, object, stage] = words[..] else { continue };
            if stage != "0" {
                return Err(Error::Unmerged(path.to_owned()));
            }
            let inside = path.strip_prefix(&below).unwrap_or(path).trim_start_matches('/');
            self.enter((mode, object, &blobs), path, inside, (&mut entries, MOST_NESTED))?;
        }
        built(folder, &entries)
    }

    /// The folder's path below the top of the repository, with `/`; empty for the top.
    fn below(&self, folder: &Path) -> Result<String, Error> {
        let Some(top) = &self.top else { return Ok(bare(folder)) };
        let outside = || Error::Outside(folder.display().to_string());
        // A folder that is not in the working tree may be in the commit.
        let there = folder.ancestors().find_map(|part| Some((part, real(part)?)));
        let (part, found) = there.ok_or_else(outside)?;
        let rest = folder.strip_prefix(part).map_err(|_| outside())?;
        let below = found.strip_prefix(top).map_err(|_| outside())?.join(rest);
        Ok(bare(&below))
    }

    /// Git at the top of the working tree, where paths of the index begin.
    fn at_top(&self) -> Git {
        self.top.as_deref().map_or_else(|| self.git.clone(), |top| self.git.at(top))
    }

    /// Adds what a commit has below a folder, which is named relative to the top, as `into/…`.
    fn list(&self, commit: &str, folder: &str, into: &str, to: (&mut Entries, usize)) -> Result<(), Error> {
        let (entries, nested) = to;
        let listed = self.git.output(&["ls-tree", "-r", "-z", "--full-tree", &format!("{commit}:{folder}")])?;
        if !listed.status.success() {
            // The folder is not there, or a submodule is on the way to it.
            return self.list_inside_submodule(commit, folder, into, (entries, nested));
        }
        let blobs = Rc::new(Blobs::new(self.git.clone()));
        for line in lines(&listed.stdout) {
            let Some((words, path)) = line.split_once('\t') else { continue };
            let words: Vec<&str> = words.split(' ').collect();
            let [mode, _, object] = words[..] else { continue };
            let at = joined(folder, path);
            self.enter((mode, object, &blobs), &at, &joined(into, path), (entries, nested))?;
        }
        Ok(())
    }

    /// Adds one entry of a listing: `path` is relative to the top, `inside` to the folder that is listed.
    fn enter(
        &self,
        (mode, object, blobs): (&str, &str, &Rc<Blobs>),
        path: &str,
        inside: &str,
        (entries, nested): (&mut Entries, usize),
    ) -> Result<(), Error> {
        match mode {
            "160000" => match self.submodule(path, object)? {
                Some(submodule) if nested > 0 => submodule.list(object, "", inside, (entries, nested - 1)),
                _ => Ok(()),
            },
            "120000" => {
                entries.links.insert(inside.to_owned(), (object.to_owned(), Rc::clone(blobs)));
                Ok(())
            }
            _ => {
                entries.files.insert(inside.to_owned(), (object.to_owned(), Rc::clone(blobs)));
                Ok(())
            }
        }
    }

    /// The repository of a submodule that is checked out; `None` if it is not, so that a check of the working tree does not
    /// see it either.
    fn submodule(&self, path: &str, commit: &str) -> Result<Option<Self>, Error> {
        let Some(top) = &self.top else { return Ok(None) };
        let folder = top.join(path);
        if !folder.join(".git").exists() {
            return Ok(None);
        }
        let found = Self::of(&folder)?;
        if found.resolve(commit)?.is_none() {
            let commit = Commit { object: commit.to_owned() }.short().to_owned();
            return Err(Error::NoSubmodule { path: path.to_owned(), commit, is_there: true });
        }
        Ok(Some(found))
    }

    fn list_inside_submodule(
        &self,
        commit: &str,
        folder: &str,
        into: &str,
        (entries, nested): (&mut Entries, usize),
    ) -> Result<(), Error> {
        for (at, _) in folder.match_indices('/').chain([(folder.len(), "")]) {
            let (above, rest) = (&folder[..at], folder[at..].trim_start_matches('/'));
            let listed = self.git.bytes(&["ls-tree", "-z", "--full-tree", commit, "--", above])?;
            let listed = String::from_utf8_lossy(&listed);
            let Some((words, _)) = listed.split_once('\t') else { return Ok(()) };
            let words: Vec<&str> = words.split(' ').collect();
            let ["160000", _, object] = words[..] else { continue };
            let Some(submodule) = self.submodule(above, object)?.filter(|_| nested > 0) else {
                let commit = Commit { object: object.to_owned() }.short().to_owned();
                return Err(Error::NoSubmodule { path: above.to_owned(), commit, is_there: false });
            };
            return submodule.list(object, rest, into, (entries, nested - 1));
        }
        Ok(())
    }
}

fn built(folder: &Path, entries: &Entries) -> Result<Tree, Error> {
    let wrong = |error: std::io::Error| Error::Failed { command: "cat-file".to_owned(), message: error.to_string() };
    Tree::new(folder, entries).map_err(wrong)
}

/// The folder without links; the empty path is the working folder.
fn real(folder: &Path) -> Option<PathBuf> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    folder.canonicalize().ok()
}

/// The parts of a relative path that are names, with `/`.
fn bare(path: &Path) -> String {
    let names = path.components().filter(|part| matches!(part, Component::Normal(_)));
    names.map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

fn joined(folder: &str, path: &str) -> String {
    if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") }
}

/// The entries of a listing that end with a zero byte, as texts.
fn lines(bytes: &[u8]) -> impl Iterator<Item = String> {
    let entries = bytes.split(|&byte| byte == 0).filter(|entry| !entry.is_empty());
    entries.map(|entry| String::from_utf8_lossy(entry).into_owned())
}
