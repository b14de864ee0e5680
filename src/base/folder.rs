//! Writing a folder: all of its files, or none.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::fs::slashed;

/// Why a folder is not written; what was there before is still there.
#[derive(Debug)]
pub enum Refused {
    /// There is something else of that name.
    NoFolder,
    /// There is something in it.
    NotEmpty,
    /// There is something in it that is not to be replaced: this path below it.
    Foreign(String),
    /// What the system says.
    Io(io::Error),
}

impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Tells whether the paths, relative to a folder and with `/`, may be replaced; if not, which of them is in the way.
pub type MayReplace<'a> = &'a dyn Fn(&[String]) -> Result<(), String>;

/// Where new files wait until all of them are written; hidden, so that no walk takes them for what they will be.
const WAITING: &str = ".waiting";
/// Where what was there before waits until the new files are in their place.
const REPLACED: &str = "replaced";

/// Writes files of these paths, which have `/` between their parts, and texts into a folder, in their order.
///
/// The folder is made, or must be empty unless `may_replace` agrees that all that is in it goes. The files are written
/// beside their places first and then moved there, so what can fail has failed before anything is touched.
///
/// # Errors
///
/// The folder is as it was.
pub fn write(target: &Path, files: &[(String, String)], may_replace: Option<MayReplace<'_>>) -> Result<(), Refused> {
    let made = !target.exists();
    let mut old = Vec::new();
    if made {
        fs::create_dir_all(target)?;
    } else if target.is_dir() {
        old = contents(target)?;
    } else {
        return Err(Refused::NoFolder);
    }
    if !old.is_empty() {
        may_replace.ok_or(Refused::NotEmpty)?(&old).map_err(Refused::Foreign)?;
    }
    let waiting = target.join(WAITING);
    let _ = fs::remove_dir_all(&waiting);
    let old = tops(old.iter().map(String::as_str));
    let new = tops(files.iter().map(|file| file.0.as_str()));
    let done = fill(&waiting, files).and_then(|()| replace(target, &old, &new));
    let _ = fs::remove_dir_all(&waiting);
    if done.is_err() && made {
        let _ = fs::remove_dir(target);
    }
    Ok(done?)
}

fn fill(waiting: &Path, files: &[(String, String)]) -> io::Result<()> {
    fs::create_dir_all(waiting.join(REPLACED))?;
    for (path, text) in files {
        let path = waiting.join(path);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(path, text)?;
    }
    Ok(())
}

fn replace(target: &Path, old: &[String], new: &[String]) -> io::Result<()> {
    let waiting = target.join(WAITING);
    let away = old.iter().map(|name| (target.join(name), waiting.join(REPLACED).join(name)));
    let here = new.iter().map(|name| (waiting.join(name), target.join(name)));
    let mut moved: Vec<(PathBuf, PathBuf)> = Vec::new();
    for (from, to) in away.chain(here) {
        if let Err(error) = fs::rename(&from, &to) {
            moved.iter().rev().for_each(|(from, to)| drop(fs::rename(to, from)));
            return Err(error);
        }
        moved.push((from, to));
    }
    Ok(())
}

/// The first parts of the paths, each once, in their order.
fn tops<'p>(paths: impl Iterator<Item = &'p str>) -> Vec<String> {
    let mut tops: Vec<String> = Vec::new();
    for path in paths {
        let top = path.split('/').next().unwrap_or(path);
        if tops.iter().rev().all(|known| known != top) {
            tops.push(top.to_owned());
        }
    }
    tops
}

/// The paths of the files below a folder, and of folders that are empty, relative to it.
#[expect(clippy::disallowed_methods, reason = "the walk of data sets leaves hidden files out, and here they count")]
fn contents(folder: &Path) -> io::Result<Vec<String>> {
    let (mut found, mut folders) = (Vec::new(), vec![PathBuf::new()]);
    while let Some(below) = folders.pop() {
        let mut is_empty = !below.as_os_str().is_empty();
        for entry in fs::read_dir(folder.join(&below))? {
            let entry = entry?;
            is_empty = false;
            let path = below.join(entry.file_name());
            // A link to a folder is a file here: it is not followed.
            if entry.file_type()?.is_dir() { folders.push(path) } else { found.push(slashed(&path)) }
        }
        if is_empty {
            found.push(slashed(&below));
        }
    }
    found.retain(|path| path.split('/').next() != Some(WAITING));
    found.sort_unstable();
    Ok(found)
}
