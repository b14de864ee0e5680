//! How many problems of a rule file are found and shown, so that a file of garbage costs little.

use std::collections::BTreeMap;

use crate::base::{Diagnostic, Family, FileId};

/// How many problems one phase looks for before it gives up; more than are shown, since other files share the list.
pub(in crate::datalog) const MAX_FOUND: usize = 10_000;
/// How many problems of one file are shown.
const MAX_SHOWN: usize = 100;

/// The problems by place, at most 100 of each file; behind the last one it is told that there are more.
#[must_use]
pub fn shown(mut problems: Vec<Diagnostic>) -> Vec<Diagnostic> {
    problems.sort_by(|a, b| a.order().cmp(&b.order()));
    let mut counts: BTreeMap<FileId, usize> = BTreeMap::new();
    problems
        .into_iter()
        .filter_map(|problem| {
            let count = counts.entry(problem.primary.span.file).or_default();
            *count += 1;
            match *count {
                ..=MAX_SHOWN => Some(problem),
                count if count == MAX_SHOWN + 1 => Some(more(&problem)),
                _ => None,
            }
        })
        .collect()
}

fn more(next: &Diagnostic) -> Diagnostic {
    let message = format!("this file has more than {MAX_SHOWN} problems");
    Diagnostic::error(Family::Rule, "too-many-problems", message, next.primary.span)
        .with_label("the next one")
        .with_help("mend those above first")
}
