//! The only way to files: the working tree, or memory in tests.
//!
//! Paths are relative to where the command runs, with `/`; nothing is followed out of the folder that is walked.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The largest file that is read, in bytes.
pub const MAX_FILE: u64 = 64 << 20;

/// The bytes of rows from one place, which have to be fewer than these.
const MOST_ROW_BYTES: u64 = u32::MAX as u64;

/// Reads files and lists folders.
pub trait FileSystem {
    /// The bytes of a file; more than [`MAX_FILE`] is an error of kind [`io::ErrorKind::FileTooLarge`].
    ///
    /// # Errors
    ///
    /// What the system says, or that the file is too large.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// All files below a folder, as paths that begin with it, in byte order of their `/`-separated text.
    /// Hidden files and folders (those that begin with a dot) are left out, and so are links that lead out of the folder.
    ///
    /// # Errors
    ///
    /// What the system says when a folder cannot be listed.
    fn walk(&self, root: &Path) -> io::Result<Vec<PathBuf>>;

    /// Whether the path is a file.
    fn is_file(&self, path: &Path) -> bool;

    /// Whether the path is a folder.
    fn is_dir(&self, path: &Path) -> bool;

    /// Whether the path, all links followed, exists and lies below the folder.
    fn is_below(&self, path: &Path, folder: &Path) -> bool;

    /// Whether the path lies below the folder as [`FileSystem::is_below`] has it, and nothing between the folder and it is
    /// hidden: such files are no part of what a walk lists.
    fn is_listed_below(&self, path: &Path, folder: &Path) -> bool;
}

/// The working tree.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

impl FileSystem for Disk {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let file = std::fs::File::open(path)?;
        let mut bytes = Vec::new();
        file.take(MAX_FILE + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MAX_FILE {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "the file has more than 64 MiB"));
        }
        Ok(bytes)
    }

    fn walk(&self, root: &Path) -> io::Result<Vec<PathBuf>> {
        let inside = root.canonicalize()?;
        let mut files = Vec::new();
        let mut folders = vec![root.to_path_buf()];
        while let Some(folder) = folders.pop() {
            #[expect(clippy::disallowed_methods, reason = "this is the walk that the others are sent to")]
            let entries = std::fs::read_dir(&folder)?;
            for entry in entries {
                let entry = entry?;
                if entry.file_name().as_encoded_bytes().starts_with(b".") {
                    continue;
                }
                let path = folder.join(entry.file_name());
                let kind = entry.file_type()?;
                if kind.is_dir() {
                    folders.push(path);
                } else if kind.is_file() || is_link_inside(&path, &inside) {
                    files.push(path);
                }
            }
        }
        files.sort_by_key(|path| slashed(path));
        Ok(files)
    }

    fn is_file(&self, path: &Path) -> bool {
        path.is_file()
    }

    fn is_dir(&self, path: &Path) -> bool {
        path.is_dir()
    }

    fn is_below(&self, path: &Path, folder: &Path) -> bool {
        let real = path.canonicalize().and_then(|path| Ok((path, folder.canonicalize()?)));
        real.is_ok_and(|(path, folder)| path.starts_with(folder))
    }

    fn is_listed_below(&self, path: &Path, folder: &Path) -> bool {
        let real = path.canonicalize().and_then(|path| Ok((path, folder.canonicalize()?)));
        real.is_ok_and(|(path, folder)| path.strip_prefix(folder).is_ok_and(|below| !has_hidden_part(below)))
    }
}

/// Whether some part of a relative path begins with a dot and stands for itself.
fn has_hidden_part(path: &Path) -> bool {
    let is_hidden = |part: std::path::Component<'_>| matches!(part, std::path::Component::Normal(name) if name.as_encoded_bytes().starts_with(b"."));
    path.components().any(is_hidden)
}

/// The bytes of a file of rows, which may be larger than [`MAX_FILE`]: up to 4 GiB.
///
/// # Errors
///
/// What the system says, or that the file is too large.
pub fn read_rows(path: &Path) -> io::Result<Vec<u8>> {
    let file = std::fs::File::open(path)?;
    let length = file.metadata()?.len();
    if length >= MOST_ROW_BYTES {
        return Err(too_large());
    }
    let bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
    read_below(file, MOST_ROW_BYTES, bytes)
}

/// The bytes of rows that come from a stream, such as standard input: as many as [`read_rows`] takes.
///
/// # Errors
///
/// What the system says, or that there is too much.
pub fn read_row_stream(stream: impl Read) -> io::Result<Vec<u8>> {
    read_below(stream, MOST_ROW_BYTES, Vec::new())
}

/// All of a stream that is shorter than `most` bytes.
fn read_below(stream: impl Read, most: u64, mut bytes: Vec<u8>) -> io::Result<Vec<u8>> {
    stream.take(most).read_to_end(&mut bytes)?;
    if bytes.len() as u64 >= most { Err(too_large()) } else { Ok(bytes) }
}

/// Makes a folder and those above it, where they are not there.
///
/// # Errors
///
/// What the system says.
pub fn make_folder(path: &Path) -> io::Result<()> {
    std::fs::create_dir_all(path)
}

fn too_large() -> io::Error {
    io::Error::new(io::ErrorKind::FileTooLarge, "it has more than 4 GiB")
}

/// Whether a path with `/` between its parts names something below the folder that it is relative to, whatever links do.
#[must_use]
pub fn stays_inside(path: &str) -> bool {
    let has_drive = path.as_bytes().get(1) == Some(&b':');
    !has_drive && !path.contains(['\\', '\0']) && path.split('/').all(|part| !matches!(part, "" | ".."))
}

/// The names of what stands in a folder, for suggestions: those that are texts, at most so many; none where the folder
/// cannot be listed.
#[must_use]
pub fn names_in(folder: &Path, most: usize) -> Vec<String> {
    #[expect(clippy::disallowed_methods, reason = "one folder is listed, not walked")]
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    entries.take(most).filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect()
}

/// A link to a file that stays inside; links to folders are not followed, so a walk cannot run in a circle.
fn is_link_inside(path: &Path, inside: &Path) -> bool {
    path.canonicalize().is_ok_and(|target| target.starts_with(inside) && target.is_file())
}

/// The path with `/` between its parts, without a leading `./`.
#[must_use]
pub fn slashed(path: &Path) -> String {
    let parts: Vec<_> = path
        .components()
        .filter(|part| !matches!(part, std::path::Component::CurDir))
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    parts.join("/").replacen("//", "/", 1)
}

/// Other files, of which one has another text: what an edit would do is seen before it is made.
#[derive(Clone, Copy)]
pub struct Edited<'f> {
    /// All other files.
    pub files: &'f dyn FileSystem,
    /// The one file, as it is named when it is read.
    pub path: &'f Path,
    /// Its text.
    pub text: &'f str,
}

impl FileSystem for Edited<'_> {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        if slashed(path) == slashed(self.path) { Ok(self.text.as_bytes().to_vec()) } else { self.files.read(path) }
    }

    fn walk(&self, root: &Path) -> io::Result<Vec<PathBuf>> {
        self.files.walk(root)
    }

    fn is_file(&self, path: &Path) -> bool {
        self.files.is_file(path)
    }

    fn is_dir(&self, path: &Path) -> bool {
        self.files.is_dir(path)
    }

    fn is_below(&self, path: &Path, folder: &Path) -> bool {
        self.files.is_below(path, folder)
    }

    fn is_listed_below(&self, path: &Path, folder: &Path) -> bool {
        self.files.is_listed_below(path, folder)
    }
}

/// Files in memory, for tests and for texts that come with the program.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    files: BTreeMap<String, Vec<u8>>,
}

impl Memory {
    /// A file system without files.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds or replaces a file.
    pub fn add(&mut self, path: &str, bytes: impl Into<Vec<u8>>) {
        self.files.insert(path.to_owned(), bytes.into());
    }

    fn below(root: &Path) -> String {
        let root = slashed(root);
        if root.is_empty() { root } else { root + "/" }
    }
}

impl FileSystem for Memory {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.files.get(&slashed(path)).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn walk(&self, root: &Path) -> io::Result<Vec<PathBuf>> {
        let below = Self::below(root);
        Ok(self.files.keys().filter(|path| path.starts_with(&below)).map(PathBuf::from).collect())
    }

    fn is_file(&self, path: &Path) -> bool {
        self.files.contains_key(&slashed(path))
    }

    fn is_dir(&self, path: &Path) -> bool {
        let below = Self::below(path);
        self.files.keys().any(|file| file.starts_with(&below))
    }

    /// There are no links in memory, so paths are compared as they are written.
    fn is_below(&self, path: &Path, folder: &Path) -> bool {
        slashed(path).starts_with(&Self::below(folder)) && (self.is_file(path) || self.is_dir(path))
    }

    fn is_listed_below(&self, path: &Path, folder: &Path) -> bool {
        let (path, folder) = (PathBuf::from(slashed(path)), slashed(folder));
        self.is_below(&path, Path::new(&folder)) && !path.strip_prefix(&folder).is_ok_and(has_hidden_part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_that_is_too_long_is_not_cut() {
        let read = |most| read_below(&b"row\n"[..], most, Vec::new()).map_err(|error| error.kind());
        assert_eq!((read(5), read(4)), (Ok(b"row\n".to_vec()), Err(io::ErrorKind::FileTooLarge)));
        assert_eq!(read(3), Err(io::ErrorKind::FileTooLarge));
        assert_eq!(read_row_stream(&b"row\n"[..]).unwrap(), b"row\n");
    }
}
