//! The command: exit codes, roots, gates, and what it says when it cannot check.

mod accepting;
mod check;
mod config;
mod datalog;
mod explanations;
mod init;
mod limits;
mod list;
mod new;
mod output;
mod outputs;
mod paths;
mod plans;
mod query;
mod schema;
mod selection;
mod snapshots;
mod texts;
mod usage;

use std::path::PathBuf;

use super::common::{gainsay, snapshot, stdout, text};

/// A folder for one test below cargo's own temporary folder.
pub(super) struct Folder(pub(super) PathBuf);

impl Folder {
    pub(super) fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&root);
        for (path, text) in files {
            let path = root.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        Self(root)
    }

    pub(super) fn run(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        let output = gainsay(self.0.to_str().unwrap(), arguments);
        (output.status.code(), stdout(&output), String::from_utf8(output.stderr).unwrap())
    }
}

const WORDS: &str = "entities:\n  russia: { kind: state }\n  iran: { kind: state }\n  paper: { kind: outlet }\n";

fn claims(lines: &str) -> String {
    format!("source: {{ id: s, author: paper, published: 2015-12 }}\nclaims:\n{lines}")
}
