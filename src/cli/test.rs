//! `gainsay test`: the cases on the pages of the rules.

use std::fmt::Write as _;

use crate::base::near;
use crate::engine::{self, cases};
use crate::lints::{Page, builtin};

use super::explain::stem;
use super::{CLEAN, FOUND, Failure, output};

pub(super) fn run(names: &[String]) -> Result<u8, Failure> {
    let pages: Vec<&str> = builtin::page_paths().collect();
    for name in names {
        if !pages.iter().any(|path| stem(path) == name) {
            let guess = near::did_you_mean(name, pages.iter().map(|path| stem(path)));
            let help = guess.unwrap_or_else(|| "`gainsay list rules` lists the rules".to_owned());
            return Err(Failure::new(format!("there is no rule `{name}`")).with_help(help));
        }
    }
    let rules = engine::builtin_rules();
    let vocabulary = builtin_vocabulary();
    let (mut passed, mut failed) = (0_usize, 0_usize);
    let mut text = String::new();
    for path in pages.iter().filter(|path| names.is_empty() || names.iter().any(|name| name == stem(path))) {
        let page = Page::parse(builtin::text(path).expect("the path comes from the embedded files"));
        for case in &page.cases {
            let failures = cases::check(case, &vocabulary, &rules).map_err(|error| Failure::new(error.to_string()))?;
            if failures.is_empty() {
                passed += 1;
                continue;
            }
            failed += 1;
            for failure in failures {
                writeln!(text, "{path}: {}: {failure}", case.name).expect("a string takes all");
            }
        }
    }
    writeln!(text, "{passed} passed, {failed} failed").expect("a string takes all");
    output::print(text.as_bytes())?;
    Ok(if failed == 0 { CLEAN } else { FOUND })
}

/// The words that the cases of the built-in pages are written in.
fn builtin_vocabulary() -> Vec<(String, String)> {
    let text = |path: &str| builtin::text(path).expect("the path comes from the embedded files").to_owned();
    builtin::case_vocabulary_paths().map(|path| (path.to_owned(), text(path))).collect()
}
