//! Runs git.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use super::error::Error;

/// What a hook of one repository is told, and what would lead git there from a folder of another one.
const OF_ONE_REPOSITORY: [&str; 7] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_PREFIX",
];

/// Git in a folder.
#[derive(Clone, Debug)]
pub(super) struct Git {
    folder: PathBuf,
    /// The repository is that of the folder, whatever the environment says.
    is_other: bool,
}

impl Git {
    /// In the repository of the working folder, be it that of a hook.
    pub(super) fn here(folder: &Path) -> Self {
        Self { folder: folder.to_path_buf(), is_other: false }
    }

    /// In the repository of another folder.
    pub(super) fn of(folder: &Path) -> Self {
        Self { folder: folder.to_path_buf(), is_other: true }
    }

    /// The same in another folder of the repository.
    pub(super) fn at(&self, folder: &Path) -> Self {
        Self { folder: folder.to_path_buf(), ..*self }
    }

    /// Runs a command to its end; its exit code may be anything.
    pub(super) fn output<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Result<Output, Error> {
        self.command(arguments).stdin(Stdio::null()).output().map_err(|error| Error::NoGit(error.to_string()))
    }

    /// What a command prints; `None` if its exit code is not zero.
    pub(super) fn ask<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Result<Option<String>, Error> {
        let output = self.output(arguments)?;
        let text = String::from_utf8_lossy(&output.stdout).trim_end_matches(['\n', '\r']).to_owned();
        Ok(output.status.success().then_some(text))
    }

    /// The bytes that a command prints.
    pub(super) fn bytes<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Result<Vec<u8>, Error> {
        let output = self.output(arguments)?;
        if output.status.success() { Ok(output.stdout) } else { Err(failed(arguments, &output)) }
    }

    /// Starts a command that is written to and read from.
    pub(super) fn start<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Result<Child, Error> {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        command.spawn().map_err(|error| Error::NoGit(error.to_string()))
    }

    fn command<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Command {
        let mut command = Command::new("git");
        // A monitor of the working tree is a program of somebody's choice, and nothing here needs it.
        command.args(["--literal-pathspecs", "-c", "core.fsmonitor=false"]).arg("-C").arg(&self.folder);
        command.env("GIT_TERMINAL_PROMPT", "0").env("GIT_OPTIONAL_LOCKS", "0").env("LC_ALL", "C");
        if self.is_other {
            for variable in OF_ONE_REPOSITORY {
                command.env_remove(variable);
            }
        }
        command.args(arguments);
        command
    }
}

/// What a command that failed says, without the word that git puts before it.
pub(super) fn failed<S: AsRef<OsStr>>(arguments: &[S], output: &Output) -> Error {
    let said = String::from_utf8_lossy(&output.stderr);
    let first = said.lines().find(|line| !line.trim().is_empty()).unwrap_or("it says nothing");
    let message = first.trim_start_matches("fatal: ").trim_start_matches("error: ").trim().to_owned();
    let command = arguments.first().map(|word| word.as_ref().to_string_lossy().into_owned()).unwrap_or_default();
    Error::Failed { command, message }
}
