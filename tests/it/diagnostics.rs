//! A drawing of every diagnostic of fact files, and of its notable causes.

use std::collections::BTreeSet;

use gainsay::base::fs::{Disk, FileSystem, Memory};
use gainsay::config::Config;
use gainsay::engine::{self, Outcome, Rules};
use gainsay::report::{Counts, Report, Reporter as _, Terminal, WHOLE};

use super::common::{TODAY, files, package, snapshot};

/// Every diagnostic there is; a new one is added here and gets a drawing.
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

/// The diagnostics of a data set, without the line that counts them.
pub(super) fn drawn(outcome: &Outcome) -> String {
    let report = Report {
        findings: &[],
        diagnostics: &outcome.diagnostics,
        sources: &outcome.sources,
        dataset: Counts::default(),
        today: TODAY,
        stopped: true,
        gate: None,
        exit: 2,
        view: &WHOLE,
    };
    let mut out = Vec::new();
    Terminal { width: 100, unicode: true, color: false, links: false }.write(&report, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let end = text.trim_end().rfind("\n\n").unwrap_or(0);
    text[..end].to_owned()
}

pub(super) fn run(memory: &Memory, rules: &Rules) -> Outcome {
    engine::run(memory, &Config::for_folder(".".into(), TODAY), rules.clone()).expect("the run ends")
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
    let mut seen = BTreeSet::new();
    for (name, memory) in inputs() {
        let outcome = run(&memory, &rules);
        let codes: BTreeSet<&str> = outcome.diagnostics.iter().map(|found| found.code).collect();
        let code = CODES.iter().filter(|code| name.starts_with(**code)).max_by_key(|code| code.len());
        let code = code.unwrap_or_else(|| panic!("{name} begins with no code"));
        assert!(codes.contains(code), "{name} shows {codes:?}");
        assert!(codes.iter().all(|code| CODES.contains(code)), "{codes:?} are not all listed above");
        seen.insert(*code);
        snapshot("diagnostics", &name, &drawn(&outcome));
    }
    assert_eq!(seen, BTreeSet::from(CODES), "each has a drawing");
}
