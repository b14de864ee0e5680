//! Embeds `rules/**/*.dl`, their pages and the words of their cases, sorted by path; and tells the program its commit.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the cases of the rule pages are written in, besides `rules/cases.yaml`.
const CASE_WORDS: [&str; 2] = ["facts/entities.yaml", "facts/vocabulary.yaml"];

fn main() -> std::io::Result<()> {
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR"));
    tell_version(&root);
    let mut files: Vec<String> = CASE_WORDS.map(str::to_owned).to_vec();
    collect(&root, "rules", &mut files)?;
    files.sort();
    let mut code = String::from("pub(crate) static FILES: &[(&str, &str)] = &[\n");
    for file in &files {
        println!("cargo::rerun-if-changed={file}");
        writeln!(code, "    ({file:?}, include_str!({:?})),", root.join(file).display().to_string())
            .expect("a string takes all");
    }
    code.push_str("];\n");
    std::fs::write(Path::new(&variable("OUT_DIR")).join("embedded.rs"), code)
}

/// Sets `GAINSAY_VERSION`: the version, and in brackets the commit where it is known.
fn tell_version(root: &Path) {
    println!("cargo::rerun-if-env-changed=GAINSAY_COMMIT");
    // A program that is built while it is worked on would be built anew after each commit, so git is asked for releases only.
    let is_release = || variable("PROFILE") == "release";
    let commit = given("GAINSAY_COMMIT").or_else(|| is_release().then(|| commit(root)).flatten());
    let is_one = |commit: &String| !commit.is_empty() && commit.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let commit = commit.filter(is_one).map(|commit| format!(" ({commit})")).unwrap_or_default();
    println!("cargo::rustc-env=GAINSAY_VERSION={}{commit}", variable("CARGO_PKG_VERSION"));
}

/// The commit of the package's own folder; none where that is no top of a git work tree, or git is not there.
fn commit(root: &Path) -> Option<String> {
    let top = PathBuf::from(git(root, &["rev-parse", "--show-toplevel"])?);
    if top.canonicalize().ok()? != root.canonicalize().ok()? {
        return None;
    }
    // Whatever moves when a commit is made or another one is checked out. A file that is not there would mean: always.
    let branch = git(root, &["symbolic-ref", "--quiet", "HEAD"]);
    for name in ["HEAD", "logs/HEAD", "packed-refs"].into_iter().map(str::to_owned).chain(branch) {
        let file = git(root, &["rev-parse", "--git-path", &name]).map(|path| root.join(path));
        if let Some(file) = file.filter(|file| file.is_file()) {
            println!("cargo::rerun-if-changed={}", file.display());
        }
    }
    git(root, &["rev-parse", "--short=12", "HEAD"])
}

/// The one line that git answers with.
fn git(root: &Path, arguments: &[&str]) -> Option<String> {
    let mut command = Command::new("git");
    // Inside a hook these name the repository of somebody else.
    for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
        command.env_remove(variable);
    }
    let done = command.arg("-C").arg(root).args(arguments).output().ok().filter(|done| done.status.success())?;
    let answer = String::from_utf8(done.stdout).ok()?.trim().to_owned();
    (!answer.is_empty() && !answer.contains('\n')).then_some(answer)
}

#[expect(clippy::disallowed_methods, reason = "whoever builds from an archive names the commit")]
fn given(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[expect(clippy::disallowed_methods, reason = "the build script is told its folders by the environment")]
fn variable(name: &str) -> String {
    std::env::var(name).expect("cargo sets it")
}

#[expect(clippy::disallowed_methods, reason = "the build script embeds the files of the package")]
fn collect(root: &Path, folder: &str, files: &mut Vec<String>) -> std::io::Result<()> {
    println!("cargo::rerun-if-changed={folder}");
    for entry in std::fs::read_dir(root.join(folder))? {
        let entry = entry?;
        let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            collect(root, &name, files)?;
        } else if Path::new(&name).extension().is_some_and(|e| e == "dl" || e == "md" || e == "yaml") {
            files.push(name);
        }
    }
    Ok(())
}
