//! Which data set the arguments mean.

use std::path::{Path, PathBuf};

use crate::base::fs::{Disk, FileSystem as _, names_in, slashed};
use crate::base::near;
use crate::config::FILE_NAME;

use super::{Failure, arguments};

/// A data set, and what of it is to be shown. Paths are relative to the working folder where they lie below it.
#[derive(Debug)]
pub(super) struct Located {
    /// The root.
    pub(super) root: PathBuf,
    /// The configuration, if one is to be read.
    pub(super) config: Option<PathBuf>,
    /// Somebody named the configuration, so it may be anywhere.
    pub(super) is_named: bool,
    /// The data set is this one file.
    pub(super) single_file: Option<PathBuf>,
    /// Show only findings in these files and folders, which are relative to the root; all if empty.
    pub(super) shown: Vec<PathBuf>,
}

impl Located {
    /// Whether a file, as reports name it, is to be shown.
    pub(super) fn shows(&self, file: &str) -> bool {
        self.shown.is_empty() || self.shown.iter().any(|asked| self.is_in(file, asked))
    }

    /// Whether a file, as reports name it, is the path asked for or lies below it.
    pub(super) fn is_in(&self, file: &str, asked: &Path) -> bool {
        // Paths of a data set are texts, so that a name which is no text does not differ from itself.
        let below = Path::new(file).strip_prefix(slashed(&self.root));
        below.is_ok_and(|below| below.starts_with(slashed(asked)))
    }
}

/// The data set that holds the paths, or that of the working folder.
///
/// The root is the nearest folder upward that holds `gainsay.yaml` or has a `facts` folder that does; without one the
/// folder given, the file given, or `facts` of the working folder.
pub(super) fn data_set(paths: &[PathBuf]) -> Result<Located, Failure> {
    data_set_or(paths, None)
}

/// As [`data_set`]; where no path is given and the working folder has no data set, the root is the other folder.
pub(super) fn data_set_or(paths: &[PathBuf], other: Option<&Path>) -> Result<Located, Failure> {
    let here = std::env::current_dir().map_err(|error| Failure::new(format!("no working folder: {error}")))?;
    let here = canonical(&here)?;
    let mut absolute = Vec::new();
    for path in paths {
        absolute.push(given(path)?);
    }
    let start = absolute.first().cloned().unwrap_or_else(|| here.clone());
    let root = match &absolute[..] {
        [] => configured_root(&here, true),
        given => given.iter().find_map(|path| configured_root(path, false)),
    };
    if let Some(root) = root {
        stays(&root, &here)?;
        if let Some(outside) = absolute.iter().position(|path| !path.starts_with(&root) && !root.starts_with(path)) {
            let message =
                format!("{} is outside the data set {}", paths[outside].display(), relative(&root, &here).display());
            return Err(Failure::new(message).with_help("check one data set at a time"));
        }
        let below = |path: &PathBuf| path.strip_prefix(&root).ok().map(Path::to_path_buf);
        // A folder that holds the root asks for everything.
        let below: Option<Vec<PathBuf>> = absolute.iter().map(below).collect();
        let whole = |path: &PathBuf| path.as_os_str().is_empty();
        let shown = below.filter(|paths| !paths.iter().any(whole)).unwrap_or_default();
        let root = relative(&root, &here);
        let config = Some(join(&root, FILE_NAME));
        return Ok(Located { config, is_named: false, root, single_file: None, shown });
    }
    let whole = |root, single_file| Located { root, config: None, is_named: false, single_file, shown: Vec::new() };
    let facts = here.join("facts");
    match paths {
        [] if facts.is_dir() => {
            stays(&facts, &here)?;
            Ok(whole(PathBuf::from("facts"), None))
        }
        [] => match other {
            Some(folder) if folder.as_os_str().is_empty() => Ok(whole(PathBuf::from("."), None)),
            Some(folder) => Ok(whole(folder.to_path_buf(), None)),
            None => Err(nothing()),
        },
        [one] if start.is_file() => {
            let file = relative(&start, &here);
            let root = one.parent().map_or_else(|| PathBuf::from("."), Path::to_path_buf);
            Ok(whole(root, Some(file)))
        }
        [_] => Ok(whole(relative(&start, &here), None)),
        [..] => Err(Failure::new("these paths belong to no data set")
            .with_help("put a `gainsay.yaml` into the folder that holds them, or name one folder")),
    }
}

fn nothing() -> Failure {
    Failure::new("there is no data set here").with_help(
        "name a folder with fact files, run in one that holds `gainsay.yaml` or a folder `facts`, or begin with `gainsay init`",
    )
}

/// Refuses a folder `facts` that nobody named and that is a link to somewhere else.
fn stays(root: &Path, here: &Path) -> Result<(), Failure> {
    if root.parent().is_none_or(|folder| Disk.is_below(root, folder)) {
        return Ok(());
    }
    let name = relative(root, here).display().to_string();
    let failure = Failure::new(format!("`{name}` is a link that leads out of its folder"));
    Err(failure.with_help(format!("name it, if what it leads to is to be checked: `gainsay check {name}`")))
}

fn given(path: &Path) -> Result<PathBuf, Failure> {
    if path.exists() {
        return canonical(path);
    }
    let name = path.display().to_string();
    let failure = Failure::new(format!("there is no file or folder `{name}`"));
    let commands = arguments::commands();
    if commands.contains(&name) {
        return Err(failure.with_help(format!("write the command first: `gainsay {name}`, then its options")));
    }
    let meant = near::did_you_mean_any(&name, commands.iter().map(String::as_str))
        .map(|help| help.replacen("mean", "mean the command", 1));
    Err(match meant.or_else(|| sibling(path)) {
        Some(help) => failure.with_help(help),
        None => failure,
    })
}

/// A file that an option names, as seen from the working folder.
pub(super) fn named_file(path: &Path) -> Result<PathBuf, Failure> {
    if path.is_file() {
        let here = std::env::current_dir().map_err(|error| Failure::new(format!("no working folder: {error}")))?;
        return Ok(relative(&canonical(path)?, &canonical(&here)?));
    }
    let failure = Failure::new(format!("there is no file `{}`", path.display()));
    Err(match sibling(path) {
        Some(help) => failure.with_help(help),
        None => failure,
    })
}

/// Names of a folder that are looked at for a suggestion.
const MOST_NAMES: usize = 10_000;

/// What stands beside the missing path under a similar name.
fn sibling(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let names = names_in(folder.unwrap_or(Path::new(".")), MOST_NAMES);
    let full = |name: &String| folder.map_or_else(|| name.clone(), |folder| folder.join(name).display().to_string());
    let near = near::near(name, names.iter().map(String::as_str));
    near::question(near.into_iter().map(|name| full(&name.to_owned())))
}

fn canonical(path: &Path) -> Result<PathBuf, Failure> {
    path.canonicalize().map_err(|error| Failure::new(format!("{} cannot be read: {error}", path.display())))
}

/// The nearest folder upward with a configuration, its own or in its `facts`.
fn configured_root(start: &Path, nothing_given: bool) -> Option<PathBuf> {
    for folder in start.ancestors() {
        if folder.join(FILE_NAME).is_file() {
            return Some(folder.to_path_buf());
        }
        let facts = folder.join("facts");
        if (nothing_given || folder == start) && facts.join(FILE_NAME).is_file() {
            return Some(facts);
        }
    }
    None
}

fn join(root: &Path, name: &str) -> PathBuf {
    if root == Path::new(".") { PathBuf::from(name) } else { root.join(name) }
}

/// The path as seen from the working folder; `.` for the working folder itself.
fn relative(path: &Path, here: &Path) -> PathBuf {
    let mut up = PathBuf::new();
    for base in here.ancestors() {
        if let Ok(rest) = path.strip_prefix(base) {
            let relative = up.join(rest);
            return if relative.as_os_str().is_empty() { PathBuf::from(".") } else { relative };
        }
        up.push("..");
    }
    path.to_path_buf()
}
