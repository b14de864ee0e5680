//! One state of a folder as a file system.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::base::fs::{FileSystem, slashed};

use super::blobs::Blobs;
use super::links;

/// The files of a folder in one state that git holds.
///
/// Paths are those of the folder in the working tree, so that reports name files as a check of the working tree does.
#[derive(Debug)]
pub struct Tree {
    /// The folder, with `/` and as paths below it begin; empty for the working folder.
    folder: String,
    /// By their paths below the folder; links that lead to a file of the tree are that file.
    files: BTreeMap<String, File>,
}

/// A file, and where its contents are.
#[derive(Clone, Debug)]
struct File {
    object: String,
    blobs: Rc<Blobs>,
    /// The path below the folder, all links followed.
    real: String,
}

/// What a listing of git holds.
#[derive(Debug, Default)]
pub(super) struct Entries {
    /// Files, with their objects and where to read them.
    pub(super) files: BTreeMap<String, (String, Rc<Blobs>)>,
    /// The same for symbolic links.
    pub(super) links: BTreeMap<String, (String, Rc<Blobs>)>,
}

impl Tree {
    /// A folder without files.
    #[must_use]
    pub fn empty(folder: &Path) -> Self {
        Self { folder: slashed(folder), files: BTreeMap::new() }
    }

    pub(super) fn new(folder: &Path, entries: &Entries) -> io::Result<Self> {
        let mut targets = BTreeMap::new();
        for (path, (object, blobs)) in &entries.links {
            targets.insert(path.clone(), String::from_utf8_lossy(&blobs.read(object)?).into_owned());
        }
        let is_file = |path: &str| entries.files.contains_key(path);
        let file = |path: &String, real: &String| {
            let (object, blobs) = entries.files.get(real)?;
            Some((path.clone(), File { object: object.clone(), blobs: Rc::clone(blobs), real: real.clone() }))
        };
        let mut files: BTreeMap<String, File> = entries.files.keys().filter_map(|path| file(path, path)).collect();
        let linked = targets.keys().filter_map(|path| file(path, &links::target(path, &targets, &is_file)?));
        files.extend(linked);
        Ok(Self { folder: slashed(folder), files })
    }

    /// Whether there is no file.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The part of a path below the folder; parts that lead upwards are taken as they are written.
    fn below(&self, path: &Path) -> Option<String> {
        let path = slashed(path);
        let below = if self.folder.is_empty() { &path } else { path.strip_prefix(&self.folder)? };
        let mut done: Vec<&str> = Vec::new();
        for part in below.split('/').filter(|part| !part.is_empty()) {
            if part == ".." {
                done.pop()?;
            } else {
                done.push(part);
            }
        }
        Some(done.join("/"))
    }

    fn file(&self, path: &Path) -> Option<&File> {
        self.files.get(&self.below(path)?)
    }

    /// The part of a path that is below a folder, both below the folder of the tree, with all links followed.
    fn real_below(&self, path: &Path, folder: &Path) -> Option<String> {
        let folder = self.below(folder)?;
        let path = self.below(path)?;
        let real = self.files.get(&path).map_or(&path, |file| &file.real);
        if folder.is_empty() {
            return Some(real.clone());
        }
        real.strip_prefix(&folder)?.strip_prefix('/').map(str::to_owned)
    }

    fn exists(&self, path: &Path) -> bool {
        self.is_file(path) || self.is_dir(path)
    }
}

impl FileSystem for Tree {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let file = self.file(path).ok_or(io::ErrorKind::NotFound)?;
        file.blobs.read(&file.object)
    }

    fn walk(&self, root: &Path) -> io::Result<Vec<PathBuf>> {
        let below = self.below(root).ok_or(io::ErrorKind::NotFound)?;
        let inside = |path: &&String| below.is_empty() || path.strip_prefix(&below).is_some_and(|p| p.starts_with('/'));
        let real_inside = |path: &&String| self.files.get(*path).is_some_and(|file| inside(&&file.real));
        let rest = |path: &String| path[below.len()..].trim_start_matches('/').to_owned();
        let is_listed = |path: &String| path.split('/').all(|part| !part.starts_with('.'));
        let found = self.files.keys().filter(inside).filter(real_inside).map(rest).filter(is_listed);
        Ok(found.map(|path| root.join(path)).collect())
    }

    fn is_file(&self, path: &Path) -> bool {
        self.file(path).is_some()
    }

    fn is_dir(&self, path: &Path) -> bool {
        let Some(below) = self.below(path) else { return false };
        let below = if below.is_empty() { below } else { below + "/" };
        self.files.range(below.clone()..).next().is_some_and(|(file, _)| file.starts_with(&below))
    }

    fn is_below(&self, path: &Path, folder: &Path) -> bool {
        self.exists(path) && self.real_below(path, folder).is_some()
    }

    fn is_listed_below(&self, path: &Path, folder: &Path) -> bool {
        let is_listed = |below: String| below.split('/').all(|part| !part.starts_with('.'));
        self.exists(path) && self.real_below(path, folder).is_some_and(is_listed)
    }
}
