//! Stored copies of sources: the `text` of a header names a file inside the data set.
//!
//! In go the paths as written and the file system, out come diagnostics. The files themselves are not read here.

use std::path::{Component, Path, PathBuf};

use crate::base::fs::{FileSystem, slashed};
use crate::base::{Diagnostic, Family, Level, Pool, SourceMap, Spanned, Symbol};

use super::dataset::Dataset;
use super::form::shown;

/// Reports every `text` that leads out of the data set at `root`, or to no file.
#[must_use]
pub fn check_copies(
    dataset: &Dataset,
    sources: &SourceMap,
    pool: &Pool,
    root: &Path,
    files: &dyn FileSystem,
) -> Vec<Diagnostic> {
    let found = dataset.copies.iter().filter_map(|copy| {
        let from = &sources.file(copy.span.file).path;
        check(*copy, pool.text(copy.value), Path::new(&**from), root, files)
    });
    found.collect()
}

fn check(copy: Spanned<Symbol>, written: &str, from: &Path, root: &Path, files: &dyn FileSystem) -> Option<Diagnostic> {
    let outside = |message: String| {
        let found = Diagnostic::error(Family::Fact, "text-outside", message, copy.span);
        Some(found.with_help("copy the file into the data set and write its path, or remove `text`"))
    };
    if written.starts_with("http://") || written.starts_with("https://") {
        let message = format!("`{}` is an address, not a file; quotes are not checked", shown(written));
        return Some(missing(copy, message, "write the address as `url`, and the path of a stored copy as `text`"));
    }
    let folder = from.parent().unwrap_or(Path::new(""));
    // A file that is checked alone is a data set with its folder as root.
    let root = if folder.starts_with(slashed(root)) { PathBuf::from(slashed(root)) } else { folder.to_path_buf() };
    let Some(path) = inside(folder.strip_prefix(&root).unwrap_or(folder), written) else {
        return outside(format!("`{}` is outside the data set", shown(written)));
    };
    let path = root.join(path);
    let name = shown(&slashed(&path));
    if files.is_file(&path) {
        let stays = files.is_below(&path, if root.as_os_str().is_empty() { Path::new(".") } else { &root });
        return if stays { None } else { outside(format!("`{name}` is a link that leads out of the data set")) };
    }
    let message = if files.is_dir(&path) {
        format!("`{name}` is a folder, not a file; quotes are not checked")
    } else {
        format!("there is no file `{name}`; quotes are not checked")
    };
    let help = "save the text of the source there, or correct the path, which begins at this file's folder";
    Some(missing(copy, message, help))
}

fn missing(copy: Spanned<Symbol>, message: String, help: &str) -> Diagnostic {
    let found = Diagnostic::error(Family::Fact, "text-missing", message, copy.span);
    found.with_level(Level::Warning).with_help(help)
}

/// The path that `written` means in `folder`, both below the root; `None` if it leaves the root.
fn inside(folder: &Path, written: &str) -> Option<PathBuf> {
    let mut path = folder.to_path_buf();
    for part in Path::new(written).components() {
        match part {
            Component::Normal(name) => path.push(name),
            Component::CurDir => {}
            Component::ParentDir => {
                if !path.pop() {
                    return None;
                }
            }
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside() {
        let check = |folder: &str, written: &str, expect: Option<&str>| {
            assert_eq!(inside(Path::new(folder), written), expect.map(PathBuf::from), "{folder} {written}");
        };
        check("", "a.txt", Some("a.txt"));
        check("x/y", "../a.txt", Some("x/a.txt"));
        check("x/y", "../../a.txt", Some("a.txt"));
        check("x", "./b/../a.txt", Some("x/a.txt"));
        check("x", "../../a.txt", None);
        check("x", "b/../../../x/a.txt", None);
        check("", "/etc/passwd", None);
    }
}
