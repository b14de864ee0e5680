//! From the texts of fact files and the shipped rules to rows.

mod exactly_one;
mod rows;
mod sentences;

pub(crate) use exactly_one::random_claims;

use std::path::Path;

use crate::base::date::parse_day;
use crate::base::fs::{Disk, FileSystem, slashed};
use crate::base::{Checked, Pool, SourceMap};
use crate::datalog::{self, Fixpoint, Origin, RuleFile, RuleFiles, Settings, Strata};
use crate::facts::{self, Dataset};

use super::lower;

/// All rule files of the repository as one program.
fn shipped(sources: &mut SourceMap) -> Checked<datalog::ast::Program> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = Disk.walk(&root.join("rules")).expect("the rules are here");
    let entry = |path: &Path| slashed(path.strip_prefix(root).expect("walked from there"));
    let entries: Vec<RuleFile> = files
        .iter()
        .filter(|path| path.extension().is_some_and(|end| end == "dl"))
        .map(|path| RuleFile::new(Origin::Library, &entry(path)))
        .collect();
    let read = |file: &RuleFile| Ok(String::from_utf8(Disk.read(&root.join(&file.path))?).expect("rules are texts"));
    let Checked { value, diagnostics } = datalog::load(sources, &entries, &RuleFiles::library(&read));
    Checked { value: value.program, diagnostics }
}

/// A data set, held against the shipped rules.
struct World {
    pool: Pool,
    strata: Strata,
    fixpoint: Fixpoint,
}

impl World {
    /// Reads the text of one fact file; `today` is 2016-06-01.
    fn new(text: &str) -> Self {
        let mut sources = SourceMap::new();
        let mut pool = Pool::new();
        let file = sources.add("facts/case.yaml", text);
        let read = facts::read(&mut sources, &[file], &mut pool);
        assert!(read.diagnostics.is_empty(), "{text}\n{:#?}", read.diagnostics);
        Self::of(&read.value, pool, sources)
    }

    fn of(dataset: &Dataset, mut pool: Pool, mut sources: SourceMap) -> Self {
        let mut program = shipped(&mut sources).value;
        program.add(super::program(dataset, &pool));
        let program = datalog::check(&program, &mut pool).value.expect("the shipped rules check");
        let today = parse_day("2016-06-01").expect("a day");
        let database = lower(dataset, today, &program, &mut pool);
        let strata = datalog::stratify(program).expect("the shipped rules are stratified");
        let fixpoint =
            datalog::evaluate(&strata, database, &mut pool, &Settings::default()).expect("within the limits");
        Self { pool, strata, fixpoint }
    }

    /// The rows of a relation, cells as text, sorted.
    fn rows(&self, relation: &str) -> Vec<Vec<String>> {
        let program = self.strata.program();
        let id = program.find(relation).expect("a relation of the shipped rules");
        let columns = &program.relation(id).columns;
        let cell = |(cell, column): (&u32, &datalog::Column)| self.pool.shown(*cell, column.primitive).into_owned();
        let row = |fact| self.fixpoint.row(fact).iter().zip(columns).map(cell).collect();
        let mut rows: Vec<Vec<String>> = self.fixpoint.facts(id).map(row).collect();
        rows.sort();
        rows
    }
}

#[test]
fn the_shipped_rules_check_without_a_word() {
    let mut sources = SourceMap::new();
    let loaded = shipped(&mut sources);
    assert!(loaded.diagnostics.is_empty(), "{:#?}", loaded.diagnostics);
    let checked = datalog::check(&loaded.value, &mut Pool::new());
    assert!(checked.diagnostics.is_empty(), "{:#?}", checked.diagnostics);
    let program = checked.value.expect("no diagnostics");
    assert!(program.find("promise_vs_doubt").is_some());
    assert!(datalog::stratify(program).is_ok());
}
