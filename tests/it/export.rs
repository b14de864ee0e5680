//! `gainsay export`: the folder it writes, and that a plain Datalog program in it gives what `check` finds.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use gainsay::base::fs::Disk;
use gainsay::base::{Pool, Primitive, SourceMap};
use gainsay::config::Config;
use gainsay::datalog::{self, Database, Fixpoint, Origin, RuleFile, RuleFiles, Settings, Strata};
use gainsay::engine;

use super::cli::Folder;
use super::common::{TODAY, package, text};

/// The rows of every relation as texts.
type Rows = BTreeMap<String, BTreeSet<Vec<String>>>;

fn rows(strata: &Strata, fixpoint: &Fixpoint, pool: &Pool) -> Rows {
    let program = strata.program();
    let text = |primitive, cell| match primitive {
        Primitive::Symbol => format!("{:?}", pool.cell_text(cell)),
        Primitive::Number | Primitive::Unsigned | Primitive::Float => pool.shown(cell, primitive).into_owned(),
    };
    let of = |id| {
        let columns = &program.relation(id).columns;
        let row = |fact| fixpoint.row(fact).iter().zip(columns).map(|(&cell, c)| text(c.primitive, cell)).collect();
        fixpoint.facts(id).map(row).collect()
    };
    program.relations().map(|(id, relation)| (relation.name.to_string(), of(id))).collect()
}

/// What the rules give on a data set.
fn checked(root: &Path) -> Rows {
    let config = Config::for_folder(root.to_path_buf(), TODAY);
    let loaded = engine::load(&Disk, &config, engine::builtin_rules()).unwrap();
    let mut lowered = loaded.lower(TODAY).unwrap_or_else(|outcome| panic!("{:?}", outcome.diagnostics));
    let settings = Settings::default();
    let fixpoint = datalog::evaluate(&lowered.strata, lowered.database, &mut lowered.pool, &settings).unwrap();
    rows(&lowered.strata, &fixpoint, &lowered.pool)
}

/// What the program of an exported folder gives, read as Soufflé does: a line is a row, a tab ends a value.
#[expect(clippy::disallowed_methods, reason = "the test reads what the command wrote")]
fn exported(folder: &Path) -> Rows {
    let read = |file: &RuleFile| std::fs::read_to_string(folder.join(&file.path));
    let mut sources = SourceMap::new();
    let entry = RuleFile::new(Origin::Library, "program.dl");
    let loaded = datalog::load(&mut sources, &[entry], &RuleFiles::library(&read));
    assert_eq!(loaded.diagnostics, []);
    let mut pool = Pool::new();
    let checked = datalog::check(&loaded.value.program, &mut pool);
    assert_eq!(checked.diagnostics, []);
    let strata = datalog::stratify(checked.value.unwrap()).unwrap();
    let mut database = Database::new();
    for directive in loaded.value.program.directives.iter().filter(|directive| directive.verb.value == "input") {
        let name = &directive.relation.value;
        let id = strata.program().find(name).unwrap();
        let file = std::fs::read_to_string(folder.join(format!("facts/{name}.facts"))).unwrap();
        for line in file.lines() {
            let columns = &strata.program().relation(id).columns;
            let values: Vec<&str> = line.split('\t').collect();
            assert_eq!(values.len(), columns.len(), "{name}: {line}");
            let cell = |(value, primitive): (&str, Primitive)| match primitive {
                Primitive::Symbol => pool.intern(value).cell(),
                Primitive::Number => pool.number(value.parse().unwrap()),
                Primitive::Unsigned | Primitive::Float => panic!("the prelude has no such column"),
            };
            let row: Vec<_> = values.into_iter().zip(columns.iter().map(|c| c.primitive)).map(cell).collect();
            database.push(id, &row, None);
        }
    }
    let fixpoint = datalog::evaluate(&strata, database, &mut pool, &Settings::default()).unwrap();
    rows(&strata, &fixpoint, &pool)
}

fn same_rows(name: &str, root: &Path) -> Rows {
    let target = Folder::new(name, &[]).0;
    let folder = Folder(root.to_path_buf());
    let (code, out, err) =
        folder.run(&["export", "--to", "souffle", target.to_str().unwrap(), ".", "--today", "2026-11-21"]);
    assert_eq!((code, out.as_str(), err.as_str()), (Some(0), "", ""));
    let (expect, got) = (checked(root), exported(&target));
    assert_eq!(expect.keys().collect::<Vec<_>>(), got.keys().collect::<Vec<_>>());
    for (relation, rows) in &expect {
        assert_eq!(rows, &got[relation], "{relation}");
    }
    written(&Folder(target), &expect);
    got
}

/// `gainsay datalog` writes the same rows as files, for the relations that the program names with `.output`.
#[expect(clippy::disallowed_methods, reason = "the test reads what the command wrote")]
fn written(folder: &Folder, expect: &Rows) {
    let (code, out, err) = folder.run(&["datalog", "program.dl", "-F", "facts", "-D", "out"]);
    assert_eq!((code, out.as_str(), err.as_str()), (Some(0), "", ""), "relations that no rule uses are no news");
    let plain = |value: &String| match value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) => inner.replace("\\\"", "\"").replace("\\t", "\t").replace("\\n", "\n").replace("\\\\", "\\"),
        None => value.clone(),
    };
    let mut files = 0;
    for entry in std::fs::read_dir(folder.0.join("out")).unwrap() {
        let path = entry.unwrap().path();
        let relation = path.file_stem().unwrap().to_str().unwrap();
        let row = |row: &Vec<String>| row.iter().map(plain).collect::<Vec<_>>().join("\t");
        let expect: BTreeSet<String> = expect[relation].iter().map(row).collect();
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text.lines().map(str::to_owned).collect::<BTreeSet<_>>(), expect, "{relation}");
        files += 1;
    }
    assert_eq!(files, engine::builtin_rules().lints.len());
}

#[test]
fn the_exported_program_gives_the_rows_that_check_finds() {
    let rows = same_rows("export-facts", &package().join("facts"));
    assert!(rows.values().map(BTreeSet::len).sum::<usize>() > 5_000);
    assert!(!rows["evasion"].is_empty() && !rows["trend_extrapolation"].is_empty());
    let readme = Folder::new("export-readme", &[("claims.yaml", &text("tests/inputs/readme/claims.yaml"))]);
    assert!(!same_rows("export-readme-out", &readme.0)["promise_vs_doubt"].is_empty());
}

const WORDS: &str = "entities:\n  russia: { kind: state }\n  iran: { kind: state }\n  paper: { kind: outlet }\n";

fn claim(rest: &str) -> String {
    format!(
        "{WORDS}---\nsource: {{ id: s, author: paper, published: 2015-12 }}\nclaims:\n  a: {{ at: 1, says: russia supports iran{rest} }}\n"
    )
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the test reads what the command wrote")]
fn no_text_is_lost_for_want_of_escapes() {
    let texts = r#", quote: "one\ttwo\nthree", gloss: "é \"b\" \\ c", resolves: "x\ry""#;
    let root = Folder::new("export-texts", &[("a.yaml", &claim(texts))]);
    let rows = same_rows("export-texts-out", &root.0);
    let only = |relation: &str| rows[relation].iter().map(|row| row.join(" ")).collect::<Vec<_>>().join("; ");
    assert_eq!(only("quote"), r#""s/a" "one\ttwo\nthree""#);
    assert_eq!(only("gloss"), r#""s/a" "é \"b\" \\ c""#);
    assert_eq!(only("resolves"), r#""s/a" "x\ry""#);
    let folder = root.0.with_file_name("export-texts-out");
    let read = |path: &str| std::fs::read_to_string(folder.join(path)).unwrap();
    assert_eq!(
        read("texts.dl"),
        "// Rows with tabs or line breaks, for which .facts files have no escapes.\n\
         quote(\"s/a\", \"one\\ttwo\\nthree\").\nresolves(\"s/a\", \"x\\ry\").\n"
    );
    assert_eq!(read("facts/quote.facts"), "");
    assert_eq!(read("facts/gloss.facts"), "s/a\té \"b\" \\ c\n");
    assert!(read("program.dl").ends_with(".include \"vocabulary.dl\"\n.include \"texts.dl\"\n"));

    let root = Folder::new("export-nul", &[("a.yaml", &claim(r#", quote: "one\n\0two""#))]);
    let (code, out, err) = root.run(&["export", "--to", "souffle", "out", "a.yaml"]);
    let expect = "error: a text of `quote` holds a NUL character beside a tab or line break, which Soufflé has no way to \
                  write\nhelp: remove the character\n";
    assert_eq!((code, out.as_str(), err.as_str()), (Some(2), "", expect));
    assert!(!root.0.join("out").exists());
}

#[test]
fn a_folder_is_written_as_a_whole_or_not_at_all() {
    let root = Folder::new(
        "export-force",
        &[("a.yaml", &claim("")), ("full/note.txt", "mine"), ("rules/program.dl", ".decl r(x: symbol)\n")],
    );
    let export = |arguments: &[&str]| root.run(&[&["export", "--to", "souffle"], arguments].concat());
    let refused = |arguments: &[&str], expect: &str| {
        let (code, out, err) = export(arguments);
        assert_eq!((code, out.as_str(), err.trim_end()), (Some(2), "", expect), "{arguments:?}");
    };
    let exists = |path: &str| root.0.join(path).exists();
    let empty = "help: name another folder, or replace an earlier export with `--force`";
    refused(&["full", "a.yaml"], &format!("error: full is not empty\n{empty}"));
    let other = "help: name another folder: `--force` replaces nothing but an export";
    refused(&["--force", "full", "a.yaml"], &format!("error: full/note.txt is not of an earlier export\n{other}"));
    refused(&["--force", "rules", "a.yaml"], &format!("error: rules/program.dl is not of an earlier export\n{other}"));
    refused(&["a.yaml", "a.yaml"], "error: a.yaml is no folder\nhelp: name a folder that can be made");
    refused(&["new", "b.yaml"], "error: there is no file or folder `b.yaml`\nhelp: did you mean `a.yaml`?");
    assert!(!exists("new") && exists("full/note.txt"));

    assert_eq!(export(&["deep/new", "a.yaml"]), (Some(0), String::new(), String::new()));
    assert!(exists("deep/new/program.dl") && exists("deep/new/facts/says.facts") && !exists("deep/new/.waiting"));
    refused(&["deep/new", "a.yaml"], &format!("error: deep/new is not empty\n{empty}"));
    std::fs::write(root.0.join("deep/new/texts.dl"), "stale").unwrap();
    assert_eq!(export(&["--force", "deep/new", "a.yaml"]).0, Some(0));
    assert!(exists("deep/new/program.dl") && exists("deep/new/facts/says.facts") && !exists("deep/new/texts.dl"));
    assert!(!exists("deep/new/.waiting"));
    std::fs::create_dir(root.0.join("deep/new/facts/more")).unwrap();
    refused(
        &["--force", "deep/new", "a.yaml"],
        &format!("error: deep/new/facts/more is not of an earlier export\n{other}"),
    );
    std::fs::create_dir(root.0.join("empty")).unwrap();
    assert_eq!(export(&["empty", "a.yaml"]).0, Some(0));
}

#[test]
fn a_broken_data_set_is_reported_and_nothing_is_written() {
    let root =
        Folder::new("export-broken", &[("gainsay.yaml", "rules: '**/*.dl'\n"), ("a.yaml", &claim(", sure: pretty"))]);
    let (code, out, err) = root.run(&["export", "--to", "souffle", "out"]);
    assert_eq!((code, err.as_str()), (Some(2), ""));
    assert!(out.contains("no-rule-file") && out.contains("could not be checked"), "{out}");
    assert!(!root.0.join("out").exists());

    let root = Folder::new(
        "export-rules",
        &[
            ("gainsay.yaml", "rules: '**/*.dl'\n"),
            ("a.yaml", &claim("")),
            ("r.dl", ".once .include \"prelude.dl\"\n.decl mine(x: number)\nmine(4294967296).\n.output mine\n"),
        ],
    );
    let (code, _, err) = root.run(&["export", "--to", "souffle", "out/x"]);
    let expect = "error: `rules` in gainsay.yaml would take `out/x/vocabulary.dl` for a rule file\n\
                  help: name a folder outside the data set\n";
    assert_eq!((code, err.as_str()), (Some(2), expect));
    assert!(!root.0.join("out").exists());
    let outside = root.0.with_file_name("export-rules-out");
    let _ = std::fs::remove_dir_all(&outside);
    let (code, _, err) = root.run(&["export", "--to", "souffle", "../export-rules-out"]);
    assert!(code == Some(0) && err.starts_with("warning: some numbers need more than 32 bits"), "{err}");
    assert_eq!(exported(&outside)["mine"].len(), 1);
}
