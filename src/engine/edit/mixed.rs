//! The claims of one state in the words of another.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::string::FromUtf8Error;

use crate::base::fs::FileSystem;
use crate::facts;

use super::{Error, State, fact_files};

/// What ends the paths under which the words stand; no file of a data set has such a name.
const WORDS: &str = "\0words";

/// The claims of one state, and the vocabulary of another.
pub(super) struct Mixed<'s> {
    claims: State<'s>,
    words: State<'s>,
    /// The fact files of the claims.
    own: BTreeSet<PathBuf>,
    /// Those of the words, each by the path under which it stands here.
    others: BTreeMap<PathBuf, PathBuf>,
}

impl<'s> Mixed<'s> {
    pub(super) fn new(claims: State<'s>, words: State<'s>) -> Result<Self, Error> {
        let own = fact_files(claims.files, claims.config)?.into_iter().collect();
        let renamed = |path: PathBuf| {
            let mut name = path.clone().into_os_string();
            name.push(WORDS);
            (PathBuf::from(name), path)
        };
        let others = fact_files(words.files, words.config)?.into_iter().map(renamed).collect();
        Ok(Self { claims, words, own, others })
    }

    /// The fact files of both.
    pub(super) fn paths(&self) -> impl Iterator<Item = PathBuf> {
        self.own.iter().chain(self.others.keys()).cloned()
    }
}

impl FileSystem for Mixed<'_> {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let (files, part): (_, fn(&str) -> String) = match self.others.get(path) {
            Some(real) => (self.words.files.read(real)?, facts::vocabulary_text),
            None if self.own.contains(path) => (self.claims.files.read(path)?, facts::claims_text),
            None => return self.claims.files.read(path),
        };
        // What is no text is reported as such.
        Ok(String::from_utf8(files).map_or_else(FromUtf8Error::into_bytes, |text| part(&text).into_bytes()))
    }

    fn walk(&self, root: &Path) -> io::Result<Vec<PathBuf>> {
        self.claims.files.walk(root)
    }

    fn is_file(&self, path: &Path) -> bool {
        self.claims.files.is_file(path)
    }

    fn is_dir(&self, path: &Path) -> bool {
        self.claims.files.is_dir(path)
    }

    fn is_below(&self, path: &Path, folder: &Path) -> bool {
        self.claims.files.is_below(path, folder)
    }

    fn is_listed_below(&self, path: &Path, folder: &Path) -> bool {
        self.claims.files.is_listed_below(path, folder)
    }
}
