//! `match`: patterns of the `regex` crate, which take time linear in the text, against whole texts.
//!
//! Each pattern is compiled once and kept; patterns that rows compute push each other out.

use regex::{Error, Regex, RegexBuilder};

use crate::base::{Cell, Pool, Primitive};

use super::fault::written;
use super::{Fault, FaultKind};

/// How many patterns are kept.
const KEPT: usize = 64;
/// How many bytes a compiled pattern may take, and its cache.
const SIZE: usize = 1 << 20;

/// Compiled patterns.
#[derive(Clone, Debug, Default)]
pub(in crate::datalog) struct Patterns {
    /// By the text of the pattern; the one used last is the first.
    kept: Vec<(Box<str>, Regex)>,
}

impl Patterns {
    /// Whether a text, all of it, is of a pattern.
    pub(super) fn matches(&mut self, pattern: Cell, text: Cell, pool: &Pool) -> Result<bool, Box<Fault>> {
        let wanted = pool.cell_text(pattern);
        match self.kept.iter().position(|(known, _)| **known == *wanted) {
            Some(0) => {}
            Some(place) => self.kept[..=place].rotate_right(1),
            None => {
                let compiled = compile(wanted).map_err(|error| {
                    let values = [pattern, text].map(|cell| written(cell, Primitive::Symbol, pool));
                    let expression = format!("match({})", values.join(", "));
                    Box::new(Fault { kind: FaultKind::Pattern(why(&error)), primitive: Primitive::Symbol, expression })
                })?;
                self.kept.truncate(KEPT - 1);
                self.kept.insert(0, (wanted.into(), compiled));
            }
        }
        Ok(self.kept[0].1.is_match(pool.cell_text(text)))
    }
}

/// Why a pattern can not be used, if it can not: for constants of a rule.
#[must_use]
pub fn pattern_problem(pattern: &str) -> Option<String> {
    compile(pattern).err().map(|error| why(&error))
}

fn compile(pattern: &str) -> Result<Regex, Error> {
    let build = |text: &str| RegexBuilder::new(text).size_limit(SIZE).dfa_size_limit(SIZE).build();
    // By itself first, so that a parenthesis too many can not close the one that is put around it.
    build(pattern)?;
    // A comment at the end of a pattern that allows them ends with its line.
    build(&format!(r"\A(?:{pattern})\z")).or_else(|_| build(&format!("\\A(?:{pattern}\n)\\z")))
}

/// The reason in one line.
fn why(error: &Error) -> String {
    let text = match error {
        Error::Syntax(text) => text.as_str(),
        Error::CompiledTooBig(_) | _ => "it takes too much memory",
    };
    let last = text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
    last.trim().trim_start_matches("error: ").to_owned()
}
