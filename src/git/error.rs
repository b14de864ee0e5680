//! Why git gives nothing, and what to do.

/// What git could not do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no git.
    #[error("git cannot be started: {0}")]
    NoGit(String),
    /// The folder is in no repository.
    #[error("{0}")]
    NoRepository(String),
    /// A revision that the repository does not have.
    #[error("the revision `{name}` is not here")]
    UnknownRevision {
        /// As it was asked for.
        name: String,
        /// The clone has no old commits.
        shallow: bool,
        /// A revision that may be meant.
        meant: Option<String>,
        /// The remote that may have it, and the branch there.
        remote: Option<(String, String)>,
    },
    /// The branch follows no other.
    #[error("the branch `{0}` follows no other branch, so that there is nothing to compare it with")]
    NoUpstream(String),
    /// No branch is checked out, so none is followed.
    #[error("no branch is checked out, so that there is no other branch that it follows")]
    Detached,
    /// Two commits without a common ancestor.
    #[error("`{base}` and `{head}` have no common ancestor here{}", if *.shallow { " (shallow clone)" } else { "" })]
    Unrelated {
        /// One.
        base: String,
        /// The other.
        head: String,
        /// The clone has no old commits, where there may be one.
        shallow: bool,
    },
    /// A merge is under way, and the index has more than one version of the file.
    #[error("the index holds several versions of `{0}`, since a merge is under way")]
    Unmerged(String),
    /// A commit of a submodule that is not here.
    #[error("commit {commit} of the submodule `{path}` is not here")]
    NoSubmodule {
        /// The submodule's folder, as git names it.
        path: String,
        /// The commit that is asked for, shortened.
        commit: String,
        /// The submodule is there, and only the commit is missing.
        is_there: bool,
    },
    /// The data set is outside the repository.
    #[error("the data set `{0}` is outside the git repository of the working folder")]
    Outside(String),
    /// What git says.
    #[error("`git {command}` failed: {message}")]
    Failed {
        /// The first words of the command.
        command: String,
        /// What it printed.
        message: String,
    },
}

impl Error {
    /// What to do.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        let text = match self {
            Self::NoGit(_) => "install git, or compare saved reports with `--from-report`".to_owned(),
            Self::NoRepository(_) => {
                "run it in a clone of the data set, or compare with a saved report: `--from-report`".to_owned()
            }
            Self::UnknownRevision { shallow: true, .. } | Self::Unrelated { shallow: true, .. } => {
                "the clone is shallow: `git fetch --deepen=100`, or `fetch-depth: 0` where CI checks it out".to_owned()
            }
            Self::UnknownRevision { meant: Some(meant), .. } => format!("did you mean `{meant}`?"),
            Self::UnknownRevision { remote: Some((remote, branch)), .. } => {
                format!("`git fetch {remote} {branch}` brings it, if it is there")
            }
            Self::UnknownRevision { .. } => "`git branch --all` and `git tag` list what is here".to_owned(),
            Self::NoUpstream(_) | Self::Detached => {
                "name the state to compare with, such as `gainsay diff main`".to_owned()
            }
            Self::Unrelated { base, head, .. } => format!("compare exactly these two: `gainsay diff {base}..{head}`"),
            Self::Unmerged(_) => "end the merge first, or compare without `--staged`".to_owned(),
            Self::NoSubmodule { path, is_there: true, .. } => format!("`git -C {path} fetch` brings it"),
            Self::NoSubmodule { path, .. } => format!("`git submodule update --init {path}` brings it"),
            Self::Outside(_) => "run it in the repository that holds the data set".to_owned(),
            Self::Failed { .. } => return None,
        };
        Some(text)
    }
}
