//! Bytes of fact files become texts; what cannot be read is reported and remembered.

use std::io;
use std::path::{Path, PathBuf};

use crate::base::fs::{FileSystem, MAX_FILE, slashed};
use crate::base::{Diagnostic, Family, FileId, SourceMap, Span};
use crate::yaml::Problems;

use super::lost::Lost;

/// The largest data set that is read, in bytes.
pub const MAX_DATA_SET: u64 = 4 << 30;

/// The texts of a data set.
#[derive(Debug, Default)]
pub struct Texts {
    /// The files that are texts, in the order given.
    pub files: Vec<FileId>,
    /// Words of those that are not.
    pub lost: Lost,
    /// Why they are not.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads fact files, at most `limit` bytes in all.
///
/// # Errors
///
/// The file that the system cannot read, and what it says.
pub fn load(
    sources: &mut SourceMap,
    files: &dyn FileSystem,
    paths: &[PathBuf],
    limit: u64,
) -> Result<Texts, (PathBuf, io::Error)> {
    let mut texts = Texts::default();
    let mut left = limit;
    for path in paths {
        let name = slashed(path);
        let bytes = match files.read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
                let message = format!("this file has more than {} MiB", MAX_FILE >> 20);
                texts.refuse(sources, path, message, "split the file");
                continue;
            }
            Err(error) => return Err((path.clone(), error)),
        };
        let Some(rest) = left.checked_sub(bytes.len() as u64) else {
            let message = format!(
                "the fact files up to this one have more than {limit} bytes; it and those behind it are not read"
            );
            texts.refuse(sources, path, message, "split the data set");
            break;
        };
        left = rest;
        match decode_utf8(sources, &name, &bytes) {
            Ok(file) => texts.files.push(file),
            Err(diagnostic) => {
                texts.lost.add(&String::from_utf8_lossy(&bytes));
                texts.diagnostics.push(diagnostic);
            }
        }
    }
    Ok(texts)
}

/// As many of the diagnostics of each file as are shown of one; the rest is counted.
#[must_use]
pub fn limited(found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut problems = Problems::new();
    for diagnostic in found {
        problems.push(diagnostic);
    }
    problems.finish()
}

impl Texts {
    /// Reports a file of which nothing is read.
    fn refuse(&mut self, sources: &mut SourceMap, path: &Path, message: String, help: &str) {
        let file = sources.add(&slashed(path), "");
        let diagnostic = Diagnostic::error(Family::Fact, "too-large", message, Span::new(file, 0, 0));
        self.diagnostics.push(diagnostic.with_help(help));
        self.lost.add_everything();
    }
}

/// Adds the bytes of a fact file as a text.
///
/// # Errors
///
/// If they are not UTF-8; the text up to the first bad byte is added, so that the diagnostic has a place.
#[expect(clippy::result_large_err, reason = "made once per broken file")]
pub(super) fn decode_utf8(sources: &mut SourceMap, path: &str, bytes: &[u8]) -> Result<FileId, Diagnostic> {
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(sources.add(path, text)),
        Err(error) => error,
    };
    let good = error.valid_up_to();
    let text = String::from_utf8_lossy(&bytes[..good]).into_owned() + "\u{FFFD}";
    let file = sources.add(path, &text);
    let at = u32::try_from(good).unwrap_or(u32::MAX);
    let span = Span::new(file, at, at.saturating_add(3));
    let byte = bytes.get(good).copied().unwrap_or_default();
    let wide = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    let message =
        if wide { "the file is UTF-16, not UTF-8".to_owned() } else { format!("byte 0x{byte:02X} is not UTF-8") };
    let found = Diagnostic::error(Family::Fact, "not-utf8", message, span);
    Err(found.with_help("save the file as UTF-8; nothing of it was read"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fs::Memory;

    #[test]
    fn a_data_set_has_a_limit() {
        let mut files = Memory::new();
        let paths: Vec<PathBuf> = ["a.yaml", "b.yaml", "c.yaml"].map(PathBuf::from).to_vec();
        for path in &paths {
            files.add(&slashed(path), "12345");
        }
        let check = |limit: u64, read: usize, reported: &[&str]| {
            let mut sources = SourceMap::new();
            let texts = load(&mut sources, &files, &paths, limit).unwrap();
            let found: Vec<_> =
                texts.diagnostics.iter().map(|found| &*sources.file(found.primary.span.file).path).collect();
            assert_eq!((texts.files.len(), &found[..]), (read, reported), "{limit}");
            assert_eq!(texts.lost.may_hold("x"), !reported.is_empty());
        };
        check(15, 3, &[]);
        check(14, 2, &["c.yaml"]);
        check(5, 1, &["b.yaml"]);
    }

    #[test]
    fn bytes_that_are_no_text() {
        let check = |bytes: &[u8], message: &str, column: u32| {
            let mut sources = SourceMap::new();
            let found = decode_utf8(&mut sources, "x.yaml", bytes).unwrap_err();
            assert_eq!((found.code, found.message.as_str()), ("not-utf8", message));
            assert_eq!(sources.range(found.primary.span).0.column.get(), column);
        };
        check(b"a: caf\xe9\n", "byte 0xE9 is not UTF-8", 7);
        check(b"\xff\xfea\0", "the file is UTF-16, not UTF-8", 1);
        assert!(decode_utf8(&mut SourceMap::new(), "z.yaml", "é".as_bytes()).is_ok());
    }
}
