//! Embeds `rules/**/*.dl`, their pages and the words of their cases, sorted by path.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// What the cases of the rule pages are written in, besides `rules/cases.yaml`.
const CASE_WORDS: [&str; 2] = ["facts/entities.yaml", "facts/vocabulary.yaml"];

fn main() -> std::io::Result<()> {
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR"));
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
