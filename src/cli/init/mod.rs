//! `gainsay init`: a data set to begin with, which passes its own check: all of its files, or none.

use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::base::drafts;
use crate::base::fs::{Disk, FileSystem as _, slashed};
use crate::config::FILE_NAME;
use crate::report::visible;

use super::{CLEAN, Failure, locate, output};

const EXIT_CODES: &str = "Exit codes: 0 written, 2 not written.";
/// The rule of the example.
const RULE: &str = "promise-without-means";

/// The files of every first data set, by their paths below its root.
const FILES: [(&str, &str); 5] = [
    (FILE_NAME, include_str!("gainsay.yaml")),
    ("facts/vocabulary.yaml", include_str!("vocabulary.yaml")),
    ("facts/bridge.yaml", include_str!("bridge.yaml")),
    ("rules/promise-without-means.dl", include_str!("promise-without-means.dl")),
    ("rules/promise-without-means.md", include_str!("promise-without-means.md")),
];

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(super) struct InitArguments {
    /// The folder that becomes the data set; it is made if it is not there.
    #[arg(default_value = ".")]
    pub(super) dir: PathBuf,
    /// Where the edits of the data set are to be checked.
    #[arg(long, value_name = "SYSTEM", value_enum, default_value_t = CiSystem::Github)]
    pub(super) ci: CiSystem,
}

/// Where edits are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum CiSystem {
    /// Write .github/workflows/claims.yml.
    Github,
    /// Write .gitlab-ci.yml.
    Gitlab,
    /// Write no CI file.
    None,
}

impl CiSystem {
    /// Its file, and what stands there.
    fn file(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Github => Some((".github/workflows/claims.yml", include_str!("github.yml"))),
            Self::Gitlab => Some((".gitlab-ci.yml", include_str!("gitlab.yml"))),
            Self::None => None,
        }
    }
}

pub(super) fn run(arguments: &InitArguments) -> Result<u8, Failure> {
    let InitArguments { dir, ci } = arguments;
    is_free(dir)?;
    let files: Vec<(&str, &str)> = FILES.into_iter().chain(ci.file()).collect();
    let drafts: Vec<(PathBuf, &str)> = files.iter().map(|(path, text)| (dir.join(path), *text)).collect();
    drafts::create_all(dir, &drafts).map_err(|(path, error)| {
        let name = slashed(&path);
        if error.kind() == io::ErrorKind::AlreadyExists {
            return Failure::new(format!("{name} is there already, so nothing is written"))
                .with_help("name a folder without such files, or move them away first");
        }
        Failure::new(format!("{name} cannot be written, so nothing is: {error}"))
    })?;
    let mut lines: Vec<String> = files.iter().map(|(path, _)| format!("wrote {}", slashed(&dir.join(path)))).collect();
    lines.extend([String::new(), "next:".to_owned()]);
    let folder = slashed(dir);
    if !folder.is_empty() {
        lines.push(format!("  cd {folder}"));
    }
    lines.push("  gainsay check      one finding, which says what it rests on and what to do".to_owned());
    lines.push(format!("  gainsay test       the cases of the rules; those of yours are in rules/{RULE}.md"));
    lines.push("  gainsay config     every setting, and where it comes from".to_owned());
    let shown: String = lines.iter().flat_map(|line| [visible(line), "\n".to_owned()]).collect();
    output::print(shown.as_bytes())?;
    if ci.file().is_some() {
        tell_of_the_repository(dir);
    }
    Ok(CLEAN)
}

/// Whether the folder is no data set and lies in none: a configuration inside another data set would be one too many.
fn is_free(dir: &Path) -> Result<(), Failure> {
    let nearest = std::path::absolute(dir).map_err(|error| Failure::new(format!("no such folder: {error}")))?;
    let nearest = nearest.ancestors().find(|folder| folder.is_dir()).map(Path::to_path_buf);
    let Some(located) = nearest.and_then(|folder| locate::data_set(&[folder]).ok()) else { return Ok(()) };
    let Some(config) = located.config else { return Ok(()) };
    if dir.is_dir() && Disk.is_below(&config, dir) {
        let failure = Failure::new(format!("{} is there already, so nothing is written", slashed(&config)));
        return Err(failure.with_help("name a folder that is no data set yet"));
    }
    let message = format!("this folder lies in the data set of {}, so nothing is written", slashed(&config));
    Err(Failure::new(message).with_help("name a folder outside it, or write with `gainsay new` into it"))
}

/// Services read their file at the top of a repository only.
fn tell_of_the_repository(dir: &Path) {
    let Ok(dir) = dir.canonicalize() else { return };
    let Some(top) = dir.ancestors().find(|folder| folder.join(".git").exists()) else { return };
    let Ok(below) = dir.strip_prefix(top) else { return };
    if below.as_os_str().is_empty() {
        return;
    }
    let message = "the CI file has to be at the top of the repository, and this folder is below it";
    let help = format!("move it there, and let its commands run in {}", slashed(below));
    output::complain("note", &Failure::new(message).with_help(help));
}
