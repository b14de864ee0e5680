//! What is said of rule files: a drawing for each diagnostic, all mistakes of a file in one run, damage, a team's own rules.

use std::collections::BTreeSet;

use gainsay::base::fs::{Disk, FileSystem as _};
use gainsay::base::{Diagnostic, Level, Pool};
use gainsay::datalog::{self, Database, Limits};
use gainsay::engine::{self, Rules};

use super::common::{files, package, snapshot, text};
use super::reports::{draw, human};

const FOLDER: &str = "tests/inputs/rules";

/// The rule files that stand right in a folder of `tests/inputs`.
fn rule_files(folder: &str) -> Vec<String> {
    files(folder).into_iter().filter(|path| !path.contains('/')).collect()
}

/// A rule file of a folder with what it includes, and everything that is wrong with it, up to its evaluation.
fn problems(folder: &str, path: &str) -> (Rules, Vec<Diagnostic>) {
    let root = package().join(folder);
    let read = |wanted: &str| String::from_utf8(Disk.read(&root.join(wanted)).ok()?).ok();
    let rules = engine::load_rules(&[path.to_owned()], &read);
    let mut problems = engine::rule_problems(&rules);
    if problems.iter().all(|problem| problem.level < Level::Error) {
        problems.extend(evaluation_problem(&rules));
    }
    (rules, problems)
}

/// What goes wrong when the program is evaluated without any given rows, within narrow limits.
fn evaluation_problem(rules: &Rules) -> Option<Diagnostic> {
    let mut pool = Pool::new();
    let program = datalog::check(&rules.program, &mut pool).value.expect("nothing is wrong with the program");
    let strata = datalog::stratify(program).expect("nothing is wrong with the program");
    let limits = Limits { numbers: 1000, ..Limits::default() };
    datalog::evaluate(&strata, Database::new(), &mut pool, &limits).err().map(|error| error.diagnostic())
}

#[test]
fn broken_rule_files_are_drawn() {
    for path in rule_files(FOLDER) {
        let (rules, problems) = problems(FOLDER, &path);
        let name = path.strip_suffix(".dl").expect("rule files end in .dl");
        let about = |problem: &Diagnostic| name == problem.code || name.starts_with(&format!("{}-", problem.code));
        assert!(problems.iter().any(about), "{path} is named for a diagnostic that it does not show: {problems:#?}");
        snapshot("inputs", &format!("rules-{name}"), &draw(&human(), &rules.sources, &problems));
    }
}

/// The codes that the sources of the modules write out.
fn codes() -> BTreeSet<String> {
    let mut codes: BTreeSet<String> = ["syntax", "overflow"].map(str::to_owned).into();
    for module in ["datalog", "lints"] {
        for path in files(&format!("src/{module}")) {
            let text = text(&format!("src/{module}/{path}"));
            let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
            if path.ends_with("_tests.rs") || path.starts_with("oracle/") {
                continue;
            }
            let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
            let literals = lines.flat_map(|line| line.split('"').skip(1).step_by(2));
            let is_word = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
            let is_code = |literal: &&str| literal.contains('-') && literal.split('-').all(is_word);
            codes.extend(literals.filter(is_code).map(str::to_owned));
        }
    }
    codes
}

#[test]
fn every_diagnostic_of_rule_files_has_a_drawing() {
    let codes = codes();
    assert!(codes.len() > 35, "the codes are found: {codes:?}");
    let drawn: Vec<String> = rule_files(FOLDER);
    for code in &codes {
        let shows = |path: &String| path.strip_prefix(code.as_str()).is_some_and(|rest| rest.starts_with(['.', '-']));
        assert!(drawn.iter().any(shows), "{FOLDER} has no file that shows {code}");
    }
    for path in &drawn {
        for problem in problems(FOLDER, path).1 {
            assert!(codes.contains(problem.code), "{path} shows {}, which the sources do not have", problem.code);
        }
    }
}
