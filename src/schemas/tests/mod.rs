//! Every fact file that the reader takes is right by the schema, and every fault that a schema can see makes it wrong.

mod unseen;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use jsonschema::Validator;
use serde::Deserialize as _;
use serde_json::Value;

use crate::base::fs::{Disk, FileSystem as _};
use crate::base::{Diagnostic, FileId, Level, Pool, SourceMap};
use crate::engine::cases;
use crate::facts;
use crate::lints::{Page, builtin};
use crate::report::pretty;

use super::Node;
use unseen::{PARTLY_SEEN, UNSEEN};

/// The schema as it is printed, ready to validate.
fn validator(schema: &Node) -> Validator {
    let schema: Value = serde_json::from_str(&pretty(schema).unwrap()).unwrap();
    jsonschema::draft7::meta::validate(&schema).unwrap();
    jsonschema::draft7::new(&schema).unwrap()
}

/// What a text is by the schema of fact files.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Right,
    Wrong(String),
    /// It is not YAML, or nothing that JSON has a word for.
    Unreadable,
}

fn verdict(text: &str) -> Verdict {
    static FACTS: OnceLock<Validator> = OnceLock::new();
    let validator = FACTS.get_or_init(|| validator(&super::facts()));
    // Editors leave it out too.
    let text = text.trim_start_matches('\u{feff}');
    for document in serde_yaml::Deserializer::from_str(text) {
        // By way of YAML, where no key may stand twice.
        let value = serde_yaml::Value::deserialize(document).ok().and_then(|value| serde_json::to_value(value).ok());
        let Some(value) = value else { return Verdict::Unreadable };
        if let Some(error) = validator.iter_errors(&value).next() {
            return Verdict::Wrong(format!("{error} at {}", error.instance_path()));
        }
    }
    Verdict::Right
}

/// A table has a row for what was found.
fn is_listed(table: &[(&str, &str, &str)], found: &Diagnostic) -> bool {
    table.iter().any(|(code, part, _)| found.code == *code && found.message.contains(part))
}

/// Holds what the reader says of some texts against the schema: what it takes is right, and what it refuses is wrong unless a
/// schema cannot see any of the faults.
pub(crate) fn hold(texts: &[&str], found: &[Diagnostic]) {
    if let Some(fault) = difference(texts, found) {
        panic!("{fault} in\n{}", texts[0]);
    }
}

/// In what the reader and the schema differ.
fn difference(texts: &[&str], found: &[Diagnostic]) -> Option<String> {
    let refused = texts.iter().map(|text| verdict(text)).find(|verdict| *verdict != Verdict::Right);
    let errors: Vec<&Diagnostic> = found.iter().filter(|found| found.level == Level::Error).collect();
    let without = |tables: &[&[(&str, &str, &str)]]| -> Vec<(&str, &str)> {
        let is_left = |error: &&&Diagnostic| !tables.iter().any(|table| is_listed(table, error));
        errors.iter().filter(is_left).map(|error| (error.code, error.message.as_str())).collect()
    };
    match refused {
        None => {
            let surely = without(&[UNSEEN, PARTLY_SEEN]);
            (!surely.is_empty()).then(|| format!("the schema does not see {surely:?}"))
        }
        Some(why) => {
            let listed = without(&[]);
            without(&[UNSEEN]).is_empty().then(|| format!("the schema says {why:?}, and the reader {listed:?}"))
        }
    }
}

/// A JSON report, or its statistics, has the shape that the schema of reports tells.
pub(crate) fn hold_report(report: &Value) {
    static REPORT: OnceLock<Validator> = OnceLock::new();
    let validator = REPORT.get_or_init(|| validator(&super::report()));
    let faults: Vec<String> =
        validator.iter_errors(report).map(|error| format!("{error} at {}", error.instance_path())).collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

/// The files below a folder of the package, sorted.
fn below(folder: &str) -> Vec<PathBuf> {
    Disk.walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap()
}

fn is_yaml(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml")
}

fn text(path: &Path) -> Option<String> {
    String::from_utf8(Disk.read(path).unwrap()).ok()
}

/// The blocks of a page that are marked as YAML.
fn blocks(markdown: &str) -> impl Iterator<Item = &str> + Clone {
    markdown.split("```yaml\n").skip(1).filter_map(|rest| rest.split("\n```").next())
}

#[test]
fn every_fact_file_of_the_project_is_right() {
    let is_facts = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        is_yaml(path) && !name.starts_with("gainsay.") && !name.ends_with("expected.yaml")
    };
    let folders = ["facts", "src/facts/packs", "tests/datasets", "tests/inputs/readme"];
    let files: Vec<PathBuf> = folders.into_iter().flat_map(below).filter(is_facts).collect();
    assert!(files.len() > 20, "{files:?}");
    for path in files {
        assert_eq!(verdict(&text(&path).unwrap()), Verdict::Right, "{}", path.display());
    }
    assert_eq!(verdict(builtin::text("rules/cases.yaml").unwrap()), Verdict::Right);
}

#[test]
fn every_case_of_the_rule_pages_is_right() {
    let mut count = 0;
    for path in builtin::page_paths() {
        for case in Page::parse(builtin::text(path).unwrap()).cases {
            let (file, _) = cases::fact_file(&case);
            assert_eq!(verdict(&file), Verdict::Right, "{path}: {}", case.name);
            count += 1;
        }
    }
    assert!(count > 500, "{count} cases");
    let readme = text(&Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let of_facts = blocks(&readme).filter(|block| block.starts_with("source: {") || block.contains("\nsource: {"));
    let wrong: Vec<_> = of_facts.clone().filter(|block| verdict(block) != Verdict::Right).collect();
    assert!(of_facts.count() > 1 && wrong.is_empty(), "{wrong:?}");
    let validator = validator(&super::config());
    let of_settings = blocks(&readme).filter(|block| block.starts_with("edition: "));
    let wrong: Vec<_> =
        of_settings.clone().filter(|block| !validator.is_valid(&serde_yaml::from_str(block).unwrap())).collect();
    assert!(of_settings.count() == 1 && wrong.is_empty(), "{wrong:?}");
}

/// The files of each data set with faults: a file alone, or a folder.
fn faulty() -> Vec<Vec<PathBuf>> {
    let mut found: Vec<(PathBuf, Vec<PathBuf>)> = Vec::new();
    for root in ["tests/inputs/diagnostics", "tests/inputs/planted", "tests/inputs/facts"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(root);
        for path in below(root).into_iter().filter(|path| is_yaml(path)) {
            let inner = path.strip_prefix(&folder).unwrap();
            let set = folder.join(inner.components().next().unwrap());
            if found.last().is_none_or(|(last, _)| *last != set) {
                found.push((set, Vec::new()));
            }
            found.last_mut().unwrap().1.push(path);
        }
    }
    found.into_iter().map(|(_, files)| files).collect()
}

#[test]
fn every_fault_is_seen_or_listed() {
    let sets = faulty();
    assert!(sets.len() > 150, "{}", sets.len());
    let mut differences = Vec::new();
    for files in sets {
        let texts: Vec<String> = files.iter().filter_map(|path| text(path)).collect();
        let mut sources = SourceMap::new();
        let ids: Vec<FileId> = (0..).zip(&texts).map(|(n, text)| sources.add(&format!("{n}.yaml"), text)).collect();
        let read = facts::read(&mut sources, &ids, &mut Pool::new());
        let found = difference(&texts.iter().map(String::as_str).collect::<Vec<_>>(), &read.diagnostics);
        differences.extend(found.map(|found| format!("{}: {found}", files[0].display())));
    }
    assert!(differences.is_empty(), "{differences:#?}");
}

#[test]
fn the_schema_of_the_configuration_is_one() {
    let validator = validator(&super::config());
    let check = |text: &str, expect: bool| {
        let value: Value = serde_yaml::from_str(text).unwrap();
        assert_eq!(validator.is_valid(&value), expect, "{text}");
    };
    check("edition: 2026\nfacts: ['**/*.yaml']\nrules: rules/**/*.dl\ntoday: 2026-11-21\n", true);
    check("gate: { check: error, diff: never, baseline: gainsay.baseline.yaml }\n", true);
    check("levels:\nfiles: [{ path: a/*, levels: { weak-source: allow } }]\n", true);
    check("output: { links: \"https://example.org/rules/{name}\" }\n", true);
    for wrong in [
        "factz: []\n",
        "today: soon\n",
        "today: 2026-13-01\n",
        "facts: ../x\n",
        "facts: /x\n",
        "edition: 1999\n",
        "gate: { check: warn }\n",
        "levels: { tension: high }\n",
        "files: [{ path: a }]\n",
        "files: { path: a }\n",
        "output: { links: example.org }\n",
        "[]\n",
    ] {
        check(wrong, false);
    }
}
