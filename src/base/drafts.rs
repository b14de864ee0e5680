//! Writing files: each as a draft beside its place, and all of them moved there together.

use std::fs::{self, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::fs::{Disk, FileSystem as _, slashed};

/// What ends the names of files beside a file: its draft, what was there before, and what tells whether there may be any.
/// They are as long as each other, so that where one name is possible, so are the others.
const WAITING: &str = ".waiting";
const EARLIER: &str = ".earlier";
const TESTING: &str = ".testing";

/// A hidden file beside a file.
fn beside(target: &Path, suffix: &str) -> io::Result<PathBuf> {
    let name = target.file_name().ok_or(io::ErrorKind::InvalidFilename)?.to_string_lossy();
    Ok(target.with_file_name(format!(".{name}{suffix}")))
}

/// Files that are written and not yet in their places. Dropped, they leave nothing behind.
#[derive(Debug)]
pub struct Drafts {
    files: Vec<Draft>,
    cancel: Arc<AtomicBool>,
}

#[derive(Debug)]
struct Draft {
    waiting: PathBuf,
    target: PathBuf,
    /// Where what was there before waits.
    old: PathBuf,
}

impl Drafts {
    /// No files. Once `cancel` is set, writing fails.
    #[must_use]
    pub fn new(cancel: &Arc<AtomicBool>) -> Self {
        Self { files: Vec::new(), cancel: Arc::clone(cancel) }
    }

    /// Writes one more file; its folder exists. What is at its place stays there for now.
    ///
    /// # Errors
    ///
    /// What the system says, or `fill`.
    pub fn write<T>(&mut self, target: &Path, fill: impl FnOnce(&mut dyn Write) -> io::Result<T>) -> io::Result<T> {
        let (waiting, old) = (beside(target, WAITING)?, beside(target, EARLIER)?);
        if target.is_dir() {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "a folder is in its place"));
        }
        // What an earlier run left there, or a link that somebody put there, is removed and not written to.
        let _ = fs::remove_file(&waiting);
        let draft = OpenOptions::new().write(true).create_new(true).open(&waiting)?;
        self.files.push(Draft { waiting, target: target.to_path_buf(), old });
        let mut out = BufWriter::new(Cancellable { out: draft, cancel: &self.cancel });
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

/// Writes a file that is not there yet, as a whole or not at all.
///
/// # Errors
///
/// What the system says; of kind [`io::ErrorKind::AlreadyExists`] where something has that name, which stays as it is.
pub fn create(target: &Path, text: &str) -> io::Result<()> {
    let is_there = || target.symlink_metadata().is_ok();
    if is_there() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    let waiting = beside(target, WAITING)?;
    let _ = fs::remove_file(&waiting);
    let mut draft = OpenOptions::new().write(true).create_new(true).open(&waiting)?;
    let done = draft.write_all(text.as_bytes()).and_then(|()| match fs::hard_link(&waiting, target) {
        // Not all file systems have links; a rename would replace what somebody else has just put there.
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists && !is_there() => fs::rename(&waiting, target),
        done => done,
    });
    let _ = fs::remove_file(&waiting);
    done
}

/// Writes files that are not there yet below a folder, all of them or none; the folders that they need are made.
///
/// # Errors
///
/// Which file could not be written, and what the system says; of kind [`io::ErrorKind::AlreadyExists`] where something has
/// its name. Everything is as it was.
pub fn create_all(folder: &Path, files: &[(PathBuf, &str)]) -> Result<(), (PathBuf, io::Error)> {
    let mut written: Vec<&Path> = Vec::new();
    // Dropped at the end, they remove the folders that are still empty, so those of files that were not written.
    let mut folders: Vec<Trial> = Vec::new();
    let mut done = Ok(());
    for (target, text) in files {
        let parent = target.parent().unwrap_or(folder);
        let one = Trial::new(parent).and_then(|trial| {
            folders.push(trial);
            if Disk.is_below(parent, folder) { create(target, text) } else { Err(outside()) }
        });
        if let Err(error) = one {
            for path in written {
                let _ = fs::remove_file(path);
            }
            done = Err((target.clone(), error));
            break;
        }
        written.push(target);
    }
    while folders.pop().is_some() {}
    done
}

fn outside() -> io::Error {
    io::Error::new(io::ErrorKind::NotADirectory, "a link leads out of the folder")
}

/// Adds to the end of a file, which is made where it is not there.
///
/// # Errors
///
/// What the system says; a part may be written then.
pub fn append(target: &Path, text: &[u8]) -> io::Result<()> {
    OpenOptions::new().append(true).create(true).open(target)?.write_all(text)
}

/// Writes files inside a folder, all of them or none. One that is there is replaced, with what it allows to whom; a link is
/// followed as long as it stays in the folder. Folders of the files that are not there are made.
///
/// # Errors
///
/// What the system says; of kind [`io::ErrorKind::PermissionDenied`] where a file may not be written, or would lie outside.
pub fn replace_all(files: &[(PathBuf, String)], folder: &Path, cancel: &Arc<AtomicBool>) -> io::Result<()> {
    let root = if folder.as_os_str().is_empty() { Path::new(".") } else { folder }.canonicalize()?;
    let mut drafts = Drafts::new(cancel);
    for (target, text) in files {
        let real = real(target, &root)?;
        let there = fs::metadata(&real).ok().map(|there| there.permissions());
        if there.as_ref().is_some_and(fs::Permissions::readonly) {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is read-only"));
        }
        drafts.write(&real, |out| out.write_all(text.as_bytes()))?;
        if let (Some(allowed), Some(draft)) = (there, drafts.files.last()) {
            fs::set_permissions(&draft.waiting, allowed)?;
        }
    }
    drafts.keep()
}

/// As [`replace_all`] for one file.
///
/// # Errors
///
/// As there.
pub fn replace(target: &Path, folder: &Path, text: &str) -> io::Result<()> {
    replace_all(&[(target.to_path_buf(), text.to_owned())], folder, &Arc::default())
}

/// A file below a root with all links followed; its folder is made if it is not there.
fn real(target: &Path, root: &Path) -> io::Result<PathBuf> {
    let below = |path: PathBuf| {
        let is_below = path.starts_with(root);
        let outside = || io::Error::new(io::ErrorKind::PermissionDenied, "it would lie outside of the data set");
        if is_below { Ok(path) } else { Err(outside()) }
    };
    if target.symlink_metadata().is_ok() {
        return below(target.canonicalize()?);
    }
    let name = target.file_name().ok_or(io::ErrorKind::InvalidFilename)?;
    let parent = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // What is there of the folder says where it would be made.
    let existing = parent.ancestors().find(|path| path.is_dir()).unwrap_or(Path::new("."));
    below(existing.canonicalize()?)?;
    fs::create_dir_all(parent)?;
    below(parent.canonicalize()?.join(name))
}

/// A folder to see what could be written there. Dropped, it is as it was: what had to be made for it is removed.
#[derive(Debug)]
pub struct Trial {
    made: Vec<PathBuf>,
}

impl Trial {
    /// Makes the folder and those above it, where they are not there.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn new(folder: &Path) -> io::Result<Self> {
        let mut trial = Self { made: Vec::new() };
        let named = |path: &&Path| !path.as_os_str().is_empty();
        let missing: Vec<&Path> = folder.ancestors().filter(named).take_while(|path| !path.is_dir()).collect();
        for path in missing.into_iter().rev() {
            match fs::create_dir(path) {
                Ok(()) => trial.made.push(path.to_path_buf()),
                // Somebody else was faster, or it is `.` or `..`.
                Err(_) if path.is_dir() => {}
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    let what = if path == folder { "it".to_owned() } else { format!("`{}`", slashed(path)) };
                    return Err(io::Error::new(io::ErrorKind::NotADirectory, what + " is a file, not a folder"));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(trial)
    }

    /// Tells whether [`Drafts`] could write a file; its folder exists.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn file(&self, target: &Path) -> io::Result<()> {
        // Not the name of a draft, which may be that of another run.
        let trial = beside(target, TESTING)?;
        if target.is_dir() {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "a folder is in its place"));
        }
        match OpenOptions::new().write(true).create_new(true).open(&trial) {
            // Another run tries the same, or somebody has a file of this name, which stays: there may be such files.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(error),
            Ok(_) => {
                let _ = fs::remove_file(&trial);
                Ok(())
            }
        }
    }
}

impl Drop for Trial {
    fn drop(&mut self) {
        for folder in self.made.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

/// Refuses to write once somebody wants an end.
struct Cancellable<'a, W> {
    out: W,
    cancel: &'a AtomicBool,
}

impl<W: Write> Write for Cancellable<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Not `Interrupted`: after that one, writing is tried again.
        let is_cancelled = self.cancel.load(Ordering::Relaxed);
        if is_cancelled { Err(io::Error::other("cancelled")) } else { self.out.write(bytes) }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl Drop for Drafts {
    fn drop(&mut self) {
        for draft in &self.files {
            let _ = fs::remove_file(&draft.waiting);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the test looks for what must not be written")]
    fn a_trial_leaves_nothing_behind() {
        let top = std::env::temp_dir().join(format!("gainsay-trial-{}", std::process::id()));
        let _ = fs::remove_dir_all(&top);
        fs::create_dir_all(top.join("there/a.csv")).unwrap();
        fs::write(top.join("file"), "old").unwrap();
        let kind = |done: io::Result<()>| done.map_err(|error| error.kind());
        let trial = Trial::new(&top.join("deep/er")).unwrap();
        assert!(top.join("deep/er").is_dir());
        assert_eq!(kind(trial.file(&top.join("deep/er/a.csv"))), Ok(()));
        drop(trial);
        assert!(!top.join("deep").exists());
        let trial = Trial::new(&top.join("there")).unwrap();
        assert_eq!(kind(trial.file(&top.join("there/a.csv"))), Err(io::ErrorKind::IsADirectory));
        assert_eq!(kind(trial.file(&top.join("there/none/a.csv"))), Err(io::ErrorKind::NotFound));
        assert_eq!(kind(trial.file(&top.join("there/.."))), Err(io::ErrorKind::InvalidFilename));
        let own = top.join(format!("there/.b.csv{TESTING}"));
        fs::write(&own, "own").unwrap();
        assert_eq!(kind(trial.file(&top.join("there/b.csv"))), Ok(()));
        assert_eq!(fs::read_to_string(&own).unwrap(), "own");
        fs::remove_file(own).unwrap();
        drop(trial);
        for folder in ["file", "file/below", "new/../file"] {
            let error = Trial::new(&top.join(folder)).map(drop);
            assert_eq!(kind(error), Err(io::ErrorKind::NotADirectory), "{folder}");
        }
        let mut left: Vec<_> = fs::read_dir(&top).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["file", "there"]);
        assert_eq!(fs::read_dir(top.join("there")).unwrap().count(), 1);
        fs::remove_dir_all(&top).unwrap();
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the test looks for what must not be written")]
    fn files_that_belong_together_are_written_together() {
        let top = std::env::temp_dir().join(format!("gainsay-together-{}", std::process::id()));
        let _ = fs::remove_dir_all(&top);
        let write = |files: &[&str]| {
            let files: Vec<(PathBuf, &str)> = files.iter().map(|path| (top.join("set").join(path), "new")).collect();
            create_all(&top.join("set"), &files).map_err(|(path, error)| (slashed(&path), error.kind()))
        };
        fs::create_dir_all(top.join("set/there")).unwrap();
        fs::write(top.join("set/there/b"), "old").unwrap();
        let files = ["a", "deep/er/a", "there/a", "there/b", "last/a"];
        let expect = (slashed(&top.join("set/there/b")), io::ErrorKind::AlreadyExists);
        assert_eq!(write(&files), Err(expect));
        assert_eq!(fs::read_dir(top.join("set")).unwrap().count(), 1);
        assert_eq!(fs::read_dir(top.join("set/there")).unwrap().count(), 1);
        assert_eq!(fs::read_to_string(top.join("set/there/b")).unwrap(), "old");
        fs::remove_dir_all(&top).unwrap();
        assert_eq!(write(&files), Ok(()));
        assert!(files.iter().all(|path| fs::read_to_string(top.join("set").join(path)).unwrap() == "new"));
        fs::remove_dir_all(&top).unwrap();
    }

    /// Names of files have at most 255 bytes nearly everywhere; those beside a file take nine more than its own.
    #[cfg(unix)]
    #[test]
    #[expect(clippy::disallowed_methods, reason = "the test looks for what must not be written")]
    fn a_name_that_passes_the_trial_can_be_written_and_replaced() {
        let folder = std::env::temp_dir().join(format!("gainsay-names-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        let trial = Trial::new(&folder).unwrap();
        let write = |target: &Path, text: &[u8]| {
            let mut drafts = Drafts::new(&Arc::default());
            drafts.write(target, |out| out.write_all(text)).and_then(|()| drafts.keep())
        };
        for length in 240..=255 {
            let target = folder.join("a".repeat(length));
            let expect = length <= 246;
            assert_eq!(trial.file(&target).is_ok(), expect, "{length}");
            assert_eq!(write(&target, b"old").is_ok(), expect, "{length}");
            assert_eq!(write(&target, b"new").is_ok(), expect, "{length}");
            assert_eq!(fs::read_to_string(&target).ok(), expect.then(|| "new".to_owned()), "{length}");
        }
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 7);
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the test looks for what must not be written")]
    fn cancelled_drafts_leave_everything_as_it_was() {
        let folder = std::env::temp_dir().join(format!("gainsay-drafts-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        let (first, second) = (folder.join("a.csv"), folder.join("b.csv"));
        fs::write(&first, "old").unwrap();
        let cancel: Arc<AtomicBool> = Arc::default();
        let mut drafts = Drafts::new(&cancel);
        drafts.write(&first, |out| out.write_all(b"new")).unwrap();
        cancel.store(true, Ordering::Relaxed);
        assert!(drafts.write(&second, |out| out.write_all(b"new")).is_err());
        drop(drafts);
        assert_eq!(fs::read_to_string(&first).unwrap(), "old");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
        fs::remove_dir_all(&folder).unwrap();
    }
}
