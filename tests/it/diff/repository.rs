//! A repository that tests make with git.

#![expect(clippy::disallowed_methods, reason = "the tests write and read files of their own")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A repository in a folder of its own, which is made anew.
pub(super) struct Repository {
    pub(super) folder: PathBuf,
}

impl Repository {
    /// An empty one, whose branch is `main`.
    pub(super) fn new(name: &str) -> Self {
        Self::with(name, &["init", "--quiet", "--initial-branch=main"])
    }

    /// One made by another command of git.
    pub(super) fn with(name: &str, arguments: &[&str]) -> Self {
        let this = Self::folder(name);
        this.git(arguments);
        this
    }

    /// An empty folder that is no repository.
    pub(super) fn folder(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("diff").join(name);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        Self { folder }
    }

    /// Runs git, which must succeed; gives what it prints.
    pub(super) fn git(&self, arguments: &[&str]) -> String {
        let output = git(&self.folder, arguments).output().expect("git is there");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {arguments:?}: {said}");
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    }

    /// Runs git, which may fail; tells whether it did not.
    pub(super) fn try_git(&self, arguments: &[&str]) -> bool {
        git(&self.folder, arguments).output().expect("git is there").status.success()
    }

    /// Commits all that is in the folder, if something has changed.
    pub(super) fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        if !self.git(&["status", "--porcelain"]).is_empty() {
            self.git(&["commit", "--quiet", "--message", message]);
        }
    }

    pub(super) fn path(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }

    pub(super) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(super) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Replaces a text that stands there once.
    pub(super) fn replace(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert_eq!(text.matches(from).count(), 1, "{path}: {from}");
        self.write(path, &text.replace(from, to));
    }

    /// Runs the command in a folder below this one.
    pub(super) fn gainsay(&self, below: &str, arguments: &[&str]) -> Output {
        isolated(Command::new(env!("CARGO_BIN_EXE_gainsay")).args(arguments).current_dir(self.path(below)))
            .output()
            .unwrap()
    }

    /// What the command prints on both outputs, and its exit code.
    pub(super) fn said(&self, below: &str, arguments: &[&str]) -> String {
        let output = self.gainsay(below, arguments);
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        format!("{}{}exit {}\n", text(&output.stdout), text(&output.stderr), output.status.code().unwrap())
    }
}

/// Git in a folder, without what the machine has set, and with fixed names and dates, so that commits have the same names.
fn git(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.args(["-c", "protocol.file.allow=always"]).args(arguments).current_dir(folder);
    isolated(&mut command);
    for role in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{role}_NAME"), "Editor").env(format!("GIT_{role}_EMAIL"), "editor@example.org");
        command.env(format!("GIT_{role}_DATE"), "2026-01-01T00:00:00Z");
    }
    command
}

/// The command without what the environment says of git, of colours and of the locale.
fn isolated(command: &mut Command) -> &mut Command {
    for variable in [
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_PREFIX",
        "NO_COLOR",
        "CLICOLOR_FORCE",
        "LC_ALL",
        "LC_CTYPE",
        "LANG",
        "GITHUB_ACTIONS",
    ] {
        command.env_remove(variable);
    }
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1")
}
