//! A drawing of every diagnostic of fact files, and of its notable causes.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use gainsay::base::fs::{Disk, FileSystem, Memory};
use gainsay::base::{Diagnostic, SourceMap};
use gainsay::config::Config;
use gainsay::engine::{self, Outcome, Rules};

use super::common::{TODAY, files, package, snapshot};
use super::reports::{draw, human};

/// Every diagnostic of a data set that does not load, or barely; a new one is added here and gets a drawing.
pub(super) const CODES: [&str; 33] = [
    "alias-collision",
    "bad-allow",
    "bad-at",
    "bad-certainty",
    "bad-date",
    "bad-duration",
    "bad-identifier",
    "bad-pattern",
    "bad-qualifier",
    "bad-quantity",
    "bad-reference",
    "bad-rule",
    "bad-says",
    "cyclic-hierarchy",
    "denial-without-not",
    "duplicate-key",
    "duplicate-name",
    "duplicate-source",
    "missing-key",
    "no-effect",
    "not-utf8",
    "text-missing",
    "text-outside",
    "too-large",
    "unknown-in-vocabulary",
    "unknown-key",
    "unknown-pack",
    "unknown-qualifier",
    "unknown-scale",
    "unknown-value",
    "wrong-type",
    "yaml-feature",
    "yaml-syntax",
];

/// Those that come after the rules, about what they found and what was accepted of it.
const AFTER_RULES: [&str; 4] = ["bad-baseline", "broad-allow", "stale-allow", "stale-baseline"];

/// The diagnostics of a data set, without the line that counts them.
pub(super) fn drawn_diagnostics(sources: &SourceMap, diagnostics: &[Diagnostic]) -> String {
    let text = draw(&human(), sources, diagnostics);
    let end = text.trim_end().rfind("\n\n").unwrap_or(0);
    text[..end].to_owned()
}

pub(super) fn run(memory: &Memory, rules: &Rules) -> Outcome {
    let config = Config::for_folder(".".into(), TODAY);
    let mut outcome = engine::run(memory, &config, rules.clone()).expect("the run ends");
    engine::mark_baselined(memory, &config, &mut outcome);
    outcome
}

/// A file that is too large to be read.
struct Huge;

impl FileSystem for Huge {
    fn read(&self, _: &Path) -> io::Result<Vec<u8>> {
        Err(io::ErrorKind::FileTooLarge.into())
    }

    fn walk(&self, _: &Path) -> io::Result<Vec<PathBuf>> {
        Ok(vec!["huge.yaml".into()])
    }

    fn is_file(&self, _: &Path) -> bool {
        true
    }

    fn is_dir(&self, _: &Path) -> bool {
        false
    }

    fn is_below(&self, _: &Path, _: &Path) -> bool {
        true
    }

    fn is_listed_below(&self, _: &Path, _: &Path) -> bool {
        true
    }
}

#[test]
fn files_that_are_too_large_are_drawn() {
    let rules = engine::builtin_rules();
    let show = |name: &str, text: String| {
        let mut memory = Memory::new();
        memory.add(name, text);
        let outcome = run(&memory, &rules);
        let drawn = drawn_diagnostics(&outcome.sources, &outcome.diagnostics);
        drawn.rsplit("fact-error").next().map(|last| format!("\n\n…\nfact-error{last}")).unwrap_or_default()
    };
    let outcome = engine::run(&Huge, &Config::for_folder(".".into(), TODAY), rules.clone()).expect("the run ends");
    let mut all = drawn_diagnostics(&outcome.sources, &outcome.diagnostics);
    all += &show("documents.yaml", "---\n".repeat(10_002));
    let header = "source: { id: s, author: paper, published: 2015 }\nclaims:\n";
    let claims = |part: &dyn Fn(usize) -> String| header.to_owned() + &(0..200).map(part).collect::<String>();
    all += &show("mistakes.yaml", claims(&|n| format!("  c{n}: {{ at: 1, says: iran grows, mode: x }}\n")));
    let allow = |n| format!("  c{n}: {{ at: 1, says: iran grows, allow: [{{ rule: r{n}, why: w }}] }}\n");
    all += &show("allow.yaml", claims(&allow));
    all += &show("syntax.yaml", claims(&|n| format!("  c{n}: {{ at: 1, says: iran grows }} }}\n")));
    let mut memory = Memory::new();
    memory.add("text.yaml", "source: { id: s, author: paper, published: 2015, text: s.txt }\n");
    memory.add("words.yaml", "entities: { paper: { kind: outlet } }\n");
    memory.add("s.txt", vec![b'a'; (16 << 20) + 1]);
    let outcome = run(&memory, &rules);
    all += "\n\n";
    all += &drawn_diagnostics(&outcome.sources, &outcome.diagnostics);
    snapshot("diagnostics", "too-large-files", &all);
}

/// The inputs, each a data set: a file alone, or a folder.
fn inputs() -> Vec<(String, Memory)> {
    let root = "tests/inputs/diagnostics";
    let mut found: Vec<(String, Memory)> = Vec::new();
    for path in files(root) {
        let (name, inner) = match path.split_once('/') {
            Some((folder, rest)) => (folder.to_owned(), rest),
            None => (path.trim_end_matches(".yaml").to_owned(), path.as_str()),
        };
        let bytes = Disk.read(&package().join(root).join(&path)).expect("the file is there");
        if found.last().is_none_or(|(last, _)| *last != name) {
            found.push((name, Memory::new()));
        }
        found.last_mut().expect("one was added").1.add(inner, bytes);
    }
    found
}

#[test]
fn every_diagnostic_is_drawn() {
    let rules = engine::builtin_rules();
    let all: BTreeSet<&str> = CODES.into_iter().chain(AFTER_RULES).collect();
    let mut seen = BTreeSet::new();
    for (name, memory) in inputs() {
        let outcome = run(&memory, &rules);
        let codes: BTreeSet<&str> = outcome.diagnostics.iter().map(|found| found.code).collect();
        let code = all.iter().filter(|code| name.starts_with(**code)).max_by_key(|code| code.len());
        let code = code.unwrap_or_else(|| panic!("{name} begins with no code"));
        assert!(codes.contains(code), "{name} shows {codes:?}");
        assert!(codes.is_subset(&all), "{codes:?} are not all listed above");
        seen.insert(*code);
        snapshot("diagnostics", &name, &drawn_diagnostics(&outcome.sources, &outcome.diagnostics));
    }
    assert_eq!(seen, all, "each has a drawing");
}

#[cfg(unix)]
#[test]
fn a_text_may_be_a_link_inside_the_data_set_only() {
    let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("linked-texts");
    let _ = std::fs::remove_dir_all(&root);
    std::fs::create_dir_all(root.join("facts")).unwrap();
    std::fs::write(root.join("secret.txt"), "x").unwrap();
    std::fs::write(root.join("facts/real.txt"), "x").unwrap();
    for (name, target) in [("out", "../secret.txt"), ("in", "real.txt"), ("gone", "nowhere.txt")] {
        std::os::unix::fs::symlink(target, root.join(format!("facts/{name}.txt"))).unwrap();
        let text = format!("source: {{ id: {name}, author: paper, published: 2015, text: {name}.txt }}\n---\n");
        std::fs::write(root.join(format!("facts/{name}.yaml")), text).unwrap();
    }
    std::fs::write(root.join("facts/words.yaml"), "entities: { paper: { kind: outlet } }\n").unwrap();
    let config = Config::for_folder(root.join("facts"), TODAY);
    let outcome = engine::run(&Disk, &config, engine::builtin_rules()).expect("the run ends");
    let found: Vec<_> =
        outcome.diagnostics.iter().map(|found| (found.code, outcome.sources.text(found.primary.span))).collect();
    assert_eq!(found, [("text-missing", "gone.txt"), ("text-outside", "out.txt")]);
}
