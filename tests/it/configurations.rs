//! A drawing of every diagnostic of configurations.

use std::collections::BTreeSet;
use std::path::Path;

use gainsay::base::fs::{Disk, FileSystem as _, Memory};
use gainsay::config::{self, Config};
use gainsay::engine;

use super::common::{TODAY, files, package, snapshot};
use super::diagnostics::drawn_diagnostics;

/// Every diagnostic that is about `gainsay.yaml`; a new one is added here and gets a drawing. Those of YAML that fact files
/// share are drawn there.
const CODES: [&str; 14] = [
    "bad-date",
    "bad-level",
    "bad-link",
    "bad-path",
    "bad-pattern",
    "duplicate-key",
    "missing-key",
    "no-fact-file",
    "no-rule-file",
    "unknown-edition",
    "unknown-key",
    "unknown-rule",
    "wrong-type",
    "yaml-syntax",
];

const CLAIMS: &str = "source: { id: s, author: paper, published: 2015-12 }
claims: { c: { at: 1, says: paper supports paper } }
---
entities: { paper: { kind: outlet } }
";

#[test]
fn every_diagnostic_is_drawn() {
    let root = "tests/inputs/config";
    let mut seen = BTreeSet::new();
    for path in files(root) {
        let name = path.trim_end_matches(".yaml");
        let mut memory = Memory::new();
        memory.add("gainsay.yaml", Disk.read(&package().join(root).join(&path)).expect("the file is there"));
        memory.add("claims.yaml", CLAIMS);
        let defaults = Config::for_folder(".".into(), TODAY);
        let read = config::read(&memory, Path::new("gainsay.yaml"), defaults).expect("the file can be read");
        let (sources, diagnostics) = if read.diagnostics.is_empty() {
            let rules = engine::rules_of(&memory, &read.value).expect("the folder can be listed");
            let loaded = engine::load(&memory, &read.value, rules).expect("the files can be read");
            (loaded.sources, loaded.diagnostics)
        } else {
            (read.sources, read.diagnostics)
        };
        let code = CODES.iter().filter(|code| name.starts_with(**code)).max_by_key(|code| code.len());
        let code = code.unwrap_or_else(|| panic!("{name} begins with no code"));
        let codes: BTreeSet<&str> = diagnostics.iter().map(|found| found.code).collect();
        assert_eq!(codes, BTreeSet::from([*code]), "{name}");
        seen.insert(*code);
        snapshot("inputs", &format!("config-{name}"), &drawn_diagnostics(&sources, &diagnostics));
    }
    assert_eq!(seen, CODES.into_iter().collect(), "each has a drawing");
}
