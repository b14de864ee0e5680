//! The claims of one state in the words of another.

use std::io;
use std::path::{Path, PathBuf};
use std::string::FromUtf8Error;

use crate::base::fs::{FileSystem, slashed};
use crate::facts;

use super::{Error, State, fact_files};

/// What ends the paths under which the words stand; no file of a data set has such a name.
const WORDS: &str = "\0words";

/// The claims of one state, and the vocabulary of another.
pub(super) struct Mixed<'s> {
    pub(super) claims: State<'s>,
    pub(super) words: State<'s>,
}

impl Mixed<'_> {
    /// The fact files of both, those of the words under names of their own.
    pub(super) fn paths(&self) -> Result<Vec<PathBuf>, Error> {
        let mut paths = fact_files(self.claims.files, self.claims.config)?;
        let words = fact_files(self.words.files, self.words.config)?;
        paths.extend(words.iter().map(|path| PathBuf::from(slashed(path) + WORDS)));
        Ok(paths)
    }

    fn is_of_claims(&self, path: &Path) -> bool {
        self.claims.config.is_fact_file(super::relative(path, &self.claims.config.root))
    }
}

impl FileSystem for Mixed<'_> {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let name = slashed(path);
        let (files, part): (_, fn(&str) -> String) = match name.strip_suffix(WORDS) {
            Some(real) => (self.words.files.read(Path::new(real))?, facts::vocabulary_text),
            None if self.is_of_claims(path) => (self.claims.files.read(path)?, facts::claims_text),
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
