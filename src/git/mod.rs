//! States of files that git holds: revisions and the index, read from the object store without a checkout.
//!
//! Goes in: a folder and the name of a state. Comes out: a [`Tree`], which is a [`crate::base::fs::FileSystem`]. Git itself
//! does the reading (`rev-parse`, `merge-base`, `ls-tree`, `ls-files`, `cat-file --batch`), so that worktrees, submodules,
//! alternates, packs and both object formats are what git takes them for. Nothing is written, and no hook runs.

mod blobs;
mod error;
mod links;
mod process;
mod repository;
mod tree;

pub use error::Error;
pub use repository::{Commit, Repository};
pub use tree::Tree;
