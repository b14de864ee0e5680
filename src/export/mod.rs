//! A data set as files for other programs.
//!
//! In goes a program with its given rows, out come the paths and texts of a folder; nothing is written here.

mod souffle;

pub use souffle::{is_export, souffle};

/// The files of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    /// Paths below the folder, with `/`, and what the files hold. The last one is complete only if all are.
    pub files: Vec<(String, String)>,
    /// Some number does not fit into 32 bits, so a reader whose numbers are as narrow as that refuses it.
    pub wide: bool,
}

/// Why a data set cannot be written in a format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A text of a relation holds a character that the format has no way to write.
    #[error(
        "a text of `{relation}` holds a NUL character beside a tab or line break, which Soufflé has no way to write"
    )]
    Unwritable {
        /// The relation.
        relation: String,
    },
}
