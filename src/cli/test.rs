//! `gainsay test`: the cases on the pages of the rules.

use std::fmt::Write as _;

use crate::engine::{self, cases};
use crate::lints::{Page, builtin};

use super::explain;
use super::{CLEAN, FOUND, Failure, output};

pub(super) fn run(names: &[String]) -> Result<u8, Failure> {
    let asked = names.iter().map(|name| explain::pages(name)).collect::<Result<Vec<_>, _>>()?.concat();
    let rules = engine::builtin_rules();
    let vocabulary = cases::builtin_vocabulary();
    let (mut passed, mut failed) = (0_usize, 0_usize);
    let mut text = String::new();
    for path in builtin::page_paths().filter(|path| names.is_empty() || asked.contains(path)) {
        for case in &Page::parse(explain::text(path)).cases {
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
