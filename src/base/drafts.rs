//! Writing files: each as a draft beside its place, and all of them moved there together.

use std::fs::{self, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Files that are written and not yet in their places. Dropped, they leave nothing behind.
#[derive(Debug, Default)]
pub struct Drafts {
    files: Vec<Draft>,
}

#[derive(Debug)]
struct Draft {
    waiting: PathBuf,
    target: PathBuf,
    /// Where what was there before waits.
    old: PathBuf,
}

impl Drafts {
    /// No files.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Writes one more file; its folder exists. What is at its place stays there for now.
    ///
    /// # Errors
    ///
    /// What the system says, or `fill`.
    pub fn write<T>(&mut self, target: &Path, fill: impl FnOnce(&mut dyn Write) -> io::Result<T>) -> io::Result<T> {
        let name = target.file_name().ok_or(io::ErrorKind::InvalidFilename)?.to_string_lossy();
        if target.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        let waiting = target.with_file_name(format!(".{name}.waiting"));
        let old = target.with_file_name(format!(".{name}.replaced"));
        // What an earlier run left there, or a link that somebody put there, is removed and not written to.
        let _ = fs::remove_file(&waiting);
        let draft = OpenOptions::new().write(true).create_new(true).open(&waiting)?;
        self.files.push(Draft { waiting, target: target.to_path_buf(), old });
        let mut out = BufWriter::new(draft);
        let done = fill(&mut out)?;
        out.flush()?;
        Ok(done)
    }

    /// Moves all files to their places.
    ///
    /// # Errors
    ///
    /// What the system says; everything is as it was before.
    pub fn keep(mut self) -> io::Result<()> {
        let mut moved: Vec<(&Path, &Path)> = Vec::new();
        let steps = self.files.iter().flat_map(|draft| {
            let is_there = draft.target.symlink_metadata().is_ok();
            let away = is_there.then_some((draft.target.as_path(), draft.old.as_path()));
            away.into_iter().chain([(draft.waiting.as_path(), draft.target.as_path())])
        });
        for (from, to) in steps {
            if let Err(error) = fs::rename(from, to) {
                moved.iter().rev().for_each(|(from, to)| drop(fs::rename(to, from)));
                return Err(error);
            }
            moved.push((from, to));
        }
        for draft in std::mem::take(&mut self.files) {
            let _ = fs::remove_file(draft.old);
        }
        Ok(())
    }
}

impl Drop for Drafts {
    fn drop(&mut self) {
        for draft in &self.files {
            let _ = fs::remove_file(&draft.waiting);
        }
    }
}
