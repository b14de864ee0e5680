//! Programs of `tests/programs` with facts and rows that were worked out by hand, one for each part of the language.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io;

use gainsay::base::fs::{Disk, FileSystem as _};
use gainsay::base::{Cell, Level, Pool, Primitive, SourceMap};
use gainsay::datalog::{self, Database, Fixpoint, Origin, RuleFile, RuleFiles, Settings, Strata, Surroundings, Verb};

use super::cli::Folder;
use super::common::{files, gainsay, package, stdout, text};

const FOLDER: &str = "tests/programs";
/// The programs that are about something that is noted.
const NOTED: [&str; 2] = ["hints-ignored", "strings-ord"];

/// The names of the programs.
fn names() -> BTreeSet<String> {
    files(FOLDER).iter().filter_map(|path| path.strip_suffix("/program.dl").map(str::to_owned)).collect()
}

/// Loads, checks and stratifies a program; nothing is wrong with it, and nothing is noted but in those.
fn program(name: &str, pool: &mut Pool) -> Strata {
    let root = package().join(FOLDER).join(name);
    let read = |file: &RuleFile| {
        let bytes = Disk.read(&root.join(&file.path))?;
        String::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    };
    let mut sources = SourceMap::new();
    let entry = [RuleFile::new(Origin::Library, "program.dl")];
    let loaded = datalog::load(&mut sources, &entry, &RuleFiles::library(&read));
    let mut problems = loaded.diagnostics;
    let checked = datalog::check(&loaded.value.program, pool);
    problems.extend(checked.diagnostics);
    let around = Surroundings { asks_about: &|_| true, reads: &|_| false, gives: &|_| true };
    problems.extend(datalog::warnings(&loaded.value.program, &problems, around));
    let noted = NOTED.contains(&name);
    assert!(problems.iter().all(|problem| noted && problem.level == Level::Advice), "{name}: {problems:#?}");
    assert_eq!(noted, !problems.is_empty(), "{name}");
    datalog::stratify(checked.value.expect("nothing is wrong")).expect("no circle")
}

fn cell(text: &str, primitive: Primitive, pool: &mut Pool) -> Cell {
    match primitive {
        Primitive::Symbol => pool.intern(text).cell(),
        Primitive::Number => pool.number(text.parse().unwrap()),
        Primitive::Unsigned => pool.unsigned(text.parse().unwrap()),
        Primitive::Float => pool.float(text.parse().unwrap()),
    }
}

/// The rows of the `.facts` files of all inputs.
fn database(name: &str, strata: &Strata, pool: &mut Pool) -> Database {
    let mut database = Database::new();
    for directive in strata.program().directives().iter().filter(|directive| directive.verb == Verb::Input) {
        let relation = strata.program().relation(directive.relation);
        for line in text(&format!("{FOLDER}/{name}/{}.facts", relation.name)).lines() {
            let columns = line.split('\t').zip(&relation.columns);
            let row: Vec<Cell> = columns.map(|(value, column)| cell(value, column.primitive, pool)).collect();
            assert_eq!(row.len(), relation.columns.len(), "{name}: {line}");
            database.push(directive.relation, &row, None);
        }
    }
    database
}

/// The rows of a relation, one a line, sorted.
fn rows(fixpoint: &Fixpoint, strata: &Strata, name: &str, pool: &Pool) -> Vec<String> {
    let id = strata.program().find(name).unwrap();
    let columns = &strata.program().relation(id).columns;
    let shown = |fact| {
        let cells = fixpoint.row(fact).iter().zip(columns);
        cells.map(|(&cell, column)| pool.shown(cell, column.primitive).into_owned()).collect::<Vec<_>>().join("\t")
    };
    let mut rows: Vec<String> = fixpoint.facts(id).map(shown).collect();
    rows.sort();
    rows
}

/// The rows that a program is to write, by relation, sorted.
fn expected(name: &str) -> BTreeMap<String, Vec<String>> {
    let folder = format!("{FOLDER}/{name}/expected");
    let rows = |path: &String| {
        let mut rows: Vec<String> = text(&format!("{folder}/{path}")).lines().map(str::to_owned).collect();
        rows.sort();
        (path.strip_suffix(".csv").expect("expected rows are in .csv files").to_owned(), rows)
    };
    files(&folder).iter().map(rows).collect()
}

#[test]
fn programs_give_the_rows_that_were_worked_out_by_hand() {
    let names = names();
    assert!(names.len() >= 40, "only {} programs are found", names.len());
    let mut failures = String::new();
    for name in &names {
        let mut pool = Pool::new();
        let strata = program(name, &mut pool);
        let database = database(name, &strata, &mut pool);
        let fixpoint = datalog::evaluate(&strata, database, &mut pool, &Settings::default())
            .unwrap_or_else(|error| panic!("{name}: {}", error.diagnostic().message));
        let outputs = strata.program().directives().iter().filter(|directive| directive.verb == Verb::Output);
        let outputs: BTreeSet<String> =
            outputs.map(|directive| strata.program().relation(directive.relation).name.to_string()).collect();
        let expected = expected(name);
        assert!(outputs.iter().eq(expected.keys()), "{name} writes {outputs:?}");
        for (output, wanted) in &expected {
            let found = rows(&fixpoint, &strata, output, &pool);
            if found != *wanted {
                writeln!(failures, "{name}: {output} holds {found:?}, not {wanted:?}").unwrap();
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

/// The command reads and writes the same rows; its notes stop nothing.
#[test]
fn the_command_runs_the_programs() {
    let out = Folder::new("programs", &[]).0;
    for name in names() {
        let folder = format!("{FOLDER}/{name}");
        let into = out.join(&name);
        let output = gainsay(&folder, &["datalog", "program.dl", "-F", ".", "-D", into.to_str().unwrap()]);
        let problems = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{name}: {problems}");
        assert_eq!(problems.is_empty(), !NOTED.contains(&name.as_str()), "{name}: {problems}");
        let sizes = text(&format!("{folder}/program.dl")).matches("\n.printsize ").count();
        assert_eq!(stdout(&output).lines().count(), sizes, "{name}: {}", stdout(&output));
        for (relation, wanted) in expected(&name) {
            let path = into.join(format!("{relation}.csv"));
            let written = String::from_utf8(Disk.read(&path).unwrap()).unwrap();
            let mut rows: Vec<&str> = written.lines().collect();
            rows.sort_unstable();
            assert_eq!(rows, wanted, "{name}: {relation}");
        }
    }
}
