//! Rows as text: what `.input` reads and `.output` writes, after the conventions of Soufflé 2.5.
//!
//! Goes in: the text of a file, or the rows of a relation. Comes out: cells, or text. Opens no file.

mod line;
pub(in crate::datalog) mod read;
#[cfg(test)]
mod samples;
pub(in crate::datalog) mod write;
