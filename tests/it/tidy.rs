//! The architecture as a test: who may import whom, what is confined where, how long files may be.

#![expect(clippy::disallowed_methods, reason = "the test reads the package's own files")]

use std::fs;
use std::path::{Path, PathBuf};

/// Each module and the modules it may import, lowest layer first. Keep it in step with ARCHITECTURE.md.
const LAYERS: [(&str, &[&str]); 15] = [
    ("base", &[]),
    ("git", &["base"]),
    ("yaml", &["base"]),
    ("datalog", &["base"]),
    ("facts", &["base", "yaml"]),
    ("lints", &["base", "datalog"]),
    ("config", &["base", "yaml"]),
    ("relations", &["base", "facts", "datalog"]),
    ("findings", &["base", "facts", "datalog", "lints"]),
    ("engine", &["base", "config", "datalog", "facts", "lints", "relations", "findings"]),
    ("export", &["base", "datalog"]),
    ("report", &["base", "lints", "findings"]),
    ("listing", &["base", "datalog", "facts", "lints", "engine", "report"]),
    ("schemas", &["base", "yaml", "facts", "config", "lints", "findings"]),
    (
        "cli",
        &["base", "git", "config", "facts", "lints", "findings", "engine", "export", "report", "listing", "schemas"],
    ),
];

/// Crates that only the named files and folders may mention.
const CONFINED: [(&str, &[&str]); 17] = [
    ("datafrog", &["datalog/storage/table.rs"]),
    ("zerocopy", &["datalog/storage/rows.rs"]),
    ("granit_parser", &["yaml/strict.rs"]),
    ("miette", &["report/terminal.rs", "report/exhibits.rs"]),
    ("textwrap", &["report/terminal.rs", "report/exhibits.rs"]),
    ("serde_json", &["report/"]),
    ("quick_xml", &["report/xml.rs"]),
    ("similar", &["report/snapshot.rs"]),
    ("blake3", &["findings/fingerprint.rs"]),
    ("regex", &["datalog/evaluation/functor/pattern.rs"]),
    ("jiff", &["base/date.rs"]),
    ("clap", &["cli/"]),
    ("clap_complete", &["cli/completions.rs"]),
    ("clap_mangen", &["cli/man.rs"]),
    ("unicode_normalization", &["facts/text/normal.rs"]),
    ("globset", &["config/"]),
    ("signal_hook", &["cli/interrupt.rs"]),
];

/// Words of the domain that the rule engine must not know.
const DOMAIN: [&str; 6] = ["claim", "speaker", "stance", "says", "vocabulary", "proposition"];

struct File {
    /// Path below `src`, with `/`.
    path: String,
    text: String,
    /// The file holds only tests.
    is_test: bool,
}

impl File {
    /// The first folder or the file's own stem.
    fn module(&self) -> &str {
        self.path.split(['/', '.']).next().unwrap_or_default()
    }

    /// The text before its tests: tests may break the rules that the code keeps.
    fn code(&self) -> &str {
        if self.is_test {
            return "";
        }
        self.text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default()
    }

    /// Lines of the code without comments, with their numbers.
    fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.code().lines()).filter(|(_, line)| !line.trim_start().starts_with("//"))
    }
}

fn sources() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let below: PathBuf = path.strip_prefix(&root).unwrap().to_path_buf();
                let text = fs::read_to_string(&path).unwrap();
                files.push(File { path: below.to_string_lossy().replace('\\', "/"), text, is_test: false });
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(files.len() > 30, "the sources are found");
    mark_tests(&mut files);
    files
}

/// Marks the files of modules that are declared for tests only, and all below them.
fn mark_tests(files: &mut [File]) {
    let declared = |file: &File| -> Vec<String> {
        let folder = file.path.strip_suffix("mod.rs").unwrap_or_default();
        let text = file.text.replace("#[cfg(test)]\npub(crate) mod ", "#[cfg(test)]\nmod ");
        let modules = text.split("#[cfg(test)]\nmod ").skip(1);
        modules.filter_map(|rest| rest.split_once(';')).map(|(name, _)| format!("{folder}{name}")).collect::<Vec<_>>()
    };
    let modules: Vec<String> = files.iter().flat_map(declared).filter(|path| !path.contains(' ')).collect();
    for file in files {
        let is_module = |path: &String| file.path == format!("{path}.rs") || file.path.starts_with(&format!("{path}/"));
        file.is_test = modules.iter().any(is_module);
    }
}

/// The modules that a text names as `crate::module`; nothing else may be written behind `crate::`.
fn imported(text: &str) -> Vec<&str> {
    let words = |rest: &str| rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    text.match_indices("crate::")
        .filter(|(at, _)| !text[..*at].ends_with('$'))
        .map(|(at, found)| &text[at + found.len()..][..words(&text[at + found.len()..])])
        .collect()
}

#[test]
fn modules_import_only_lower_layers() {
    for file in sources() {
        let module = file.module();
        if matches!(module, "lib" | "main" | "build") {
            continue;
        }
        let row = LAYERS.iter().find(|row| row.0 == module);
        let (_, allowed) = row.unwrap_or_else(|| panic!("src/{} belongs to no layer", file.path));
        for import in imported(&file.text) {
            // Tests hold what readers say of a text against the schemas, and the other way round.
            let is_held = file.is_test && module == "schemas"
                || import == "schemas" && !imported(file.code()).contains(&"schemas");
            assert!(
                is_held || import == module || allowed.contains(&import),
                "src/{} imports `crate::{import}`; its layer may import {allowed:?}, each by its own path",
                file.path
            );
        }
        // In `src/a/b.rs`, two steps up are the crate; a module of tests inside the file is one step down.
        let depth = file.path.matches('/').count() + usize::from(!file.path.ends_with("/mod.rs"));
        for (text, inside) in [(file.code(), 0), (&file.text[file.code().len()..], 1)] {
            let upwards = "super::".repeat(depth + inside);
            assert!(!text.contains(&upwards), "src/{} climbs out of its module with {upwards}", file.path);
        }
    }
}

/// Parts of the outside world, and what may touch them.
const OUTSIDE: [(&str, &[&str]); 5] = [
    ("std::fs", &["base/drafts.rs", "base/folder.rs", "base/fs.rs"]),
    ("std::env", &["cli/", "main.rs"]),
    ("std::process", &["git/", "main.rs"]),
    ("std::net", &[]),
    ("std::thread", &["cli/numbers.rs", "datalog/evaluation/crew.rs", "datalog/storage/merge.rs"]),
];

#[test]
fn only_the_edges_touch_the_outside() {
    for file in sources().iter().filter(|file| file.path != "build.rs") {
        for (name, places) in OUTSIDE {
            let found = file.lines().find(|(_, line)| line.contains(name));
            let allowed = places.iter().any(|place| file.path.starts_with(place));
            assert!(found.is_none() || allowed, "src/{}: {found:?} uses {name}; it belongs in {places:?}", file.path);
        }
    }
}

#[test]
fn the_layer_table_has_no_circle_and_matches_the_document() {
    for (index, (module, allowed)) in LAYERS.iter().enumerate() {
        for name in *allowed {
            assert!(LAYERS[..index].iter().any(|row| row.0 == *name), "{module} may import {name}, which comes later");
        }
    }
    let document = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("ARCHITECTURE.md")).unwrap();
    for (module, allowed) in LAYERS {
        let imports = if allowed.is_empty() { "–".to_owned() } else { allowed.join(", ") };
        let row = format!("| `{module}` | {imports} |");
        assert!(document.contains(&row), "ARCHITECTURE.md lacks the row {row}");
    }
}

#[test]
fn crates_stay_where_they_are_confined() {
    for file in sources() {
        for (name, places) in CONFINED {
            let used = file.lines().any(|(_, line)| {
                line.contains(&format!("{name}::")) || line.trim_start().starts_with(&format!("use {name}"))
            });
            assert!(
                !used || places.iter().any(|place| file.path.starts_with(place)),
                "src/{} uses {name}; it belongs in {places:?}",
                file.path
            );
        }
    }
}

#[test]
fn the_engine_of_rules_knows_no_word_of_the_domain() {
    for file in sources().iter().filter(|file| file.module() == "datalog") {
        for word in DOMAIN {
            let named = |line: &str| line.to_lowercase().split(|c: char| !c.is_alphabetic()).any(|part| part == word);
            let found = file.code().lines().position(named);
            assert!(found.is_none(), "src/{}:{} says {word:?}", file.path, found.unwrap_or(0) + 1);
        }
    }
}

#[test]
fn no_rule_is_named_in_rust() {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let mut names = Vec::new();
    for group in fs::read_dir(rules).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        for file in fs::read_dir(group).unwrap().map(|entry| entry.unwrap().path()) {
            names.extend(file.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
        }
    }
    names.sort();
    names.dedup();
    assert!(names.len() >= 15);
    // The claim language names this rule itself: `patterns: [{ rule: promise-vs-doubt, … }]` adds to its conditions.
    let of_the_language = ["promise-vs-doubt"];
    for file in sources() {
        let in_language = file.path.starts_with("facts/");
        for name in names.iter().filter(|name| !(in_language && of_the_language.contains(&name.as_str()))) {
            for (number, line) in file.lines() {
                let is_named =
                    line.contains(&format!("\"{name}\"")) || line.contains(&format!("\"{}\"", name.replace('-', "_")));
                assert!(!is_named, "src/{}:{number} names the rule {name}", file.path);
            }
        }
    }
}

#[test]
fn files_can_be_read_in_one_sitting() {
    for file in sources() {
        let lines = file.code().lines().count();
        assert!(lines <= 420, "src/{} has {lines} lines of code; split it by topic", file.path);
        assert!(file.text.starts_with("//!"), "src/{} does not say what it is", file.path);
    }
}

#[test]
fn every_relation_that_a_field_feeds_is_documented_in_the_prelude() {
    use gainsay::facts::schema;
    let prelude = gainsay::lints::builtin::text("rules/prelude.dl").unwrap();
    let mut sources = gainsay::base::SourceMap::new();
    let file = sources.add("rules/prelude.dl", prelude);
    let program = gainsay::datalog::parse(&sources, file).value;
    let tables = [
        schema::SOURCE,
        schema::CLAIM,
        schema::OUTCOME,
        schema::PREDICATE,
        schema::TOPIC,
        schema::ENTITY,
        schema::ISSUE,
    ];
    for field in tables.into_iter().flatten() {
        for relation in field.relations {
            let declared = program.declarations.iter().find(|declaration| declaration.name.value == *relation);
            let declared =
                declared.unwrap_or_else(|| panic!("`{}` feeds {relation}, which the prelude lacks", field.key));
            assert!(!declared.docs.is_empty(), "{relation} has no `///`");
        }
    }
    for directive in program.directives.iter().filter(|directive| directive.verb.value == "input") {
        let name = &directive.relation.value;
        assert!(program.declarations.iter().any(|declaration| declaration.name.value == *name), "{name}");
    }
}

#[test]
fn every_field_that_a_rule_underlines_is_a_field_of_claims() {
    use gainsay::facts::schema::CLAIM;
    let parts = ["subject", "predicate", "object", "qualifier"];
    for lint in gainsay::engine::builtin_rules().lints {
        for column in &lint.columns {
            if let gainsay::lints::UnderlinedField::Fixed(field) = &column.at {
                let known = CLAIM.iter().any(|known| known.key == *field) || parts.contains(&field.as_str());
                assert!(known, "{}: there is no field {field}", lint.name);
            }
        }
    }
}

/// `ord` gives the number of a symbol in the pool, which depends on what else was read.
#[test]
fn no_built_in_rule_depends_on_the_numbers_of_symbols() {
    let calls = |text: &str, word: &str| {
        text.match_indices(word).any(|(at, _)| {
            let is_whole = !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
            is_whole && text[at + word.len()..].trim_start().starts_with('(')
        })
    };
    assert!(calls("r(ord (x)).", "ord") && !calls("r(word(x), ordinal(x)).", "ord"));
    let preludes = std::iter::once("rules/prelude.dl");
    for path in gainsay::lints::builtin::rule_paths().chain(preludes) {
        assert!(!calls(gainsay::lints::builtin::text(path).unwrap(), "ord"), "{path} calls `ord`");
    }
}

#[test]
fn every_rule_has_a_page_with_cases_that_fire_and_that_stay_silent() {
    use gainsay::lints::{Expectation, Page, builtin};
    let pages: Vec<&str> = builtin::page_paths().collect();
    for path in builtin::rule_paths() {
        let markdown = format!("{}.md", path.strip_suffix(".dl").unwrap());
        assert!(pages.contains(&markdown.as_str()), "{path} has no page {markdown}");
        let name = path.rsplit('/').next().unwrap().strip_suffix(".dl").unwrap();
        let parsed = Page::parse(builtin::text(&markdown).unwrap());
        assert_eq!(parsed.name, name, "the heading of {markdown}");
        for wanted in [Expectation::Fires, Expectation::Silent] {
            let marks = parsed.cases.iter().flat_map(|case| &case.marks);
            assert!(
                marks.clone().any(|mark| mark.expectation == wanted && mark.rule == name),
                "{markdown} lacks {wanted:?}"
            );
        }
    }
}
