//! `gainsay list`: what there is.

use std::fmt::Write as _;

use crate::base::Level;
use crate::engine;

use super::{CLEAN, Failure, output};

/// Group, name, level and first sentence of every rule, in columns.
pub(super) fn run(_arguments: &super::arguments::ListArguments) -> Result<u8, Failure> {
    let rules = engine::builtin_rules();
    let rows: Vec<[&str; 4]> = rules
        .lints
        .iter()
        .map(|lint| {
            let level = lint.level.map_or("allow", Level::name);
            [lint.group.name(), &*lint.name, level, lint.docs.lines().next().unwrap_or_default()]
        })
        .collect();
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2)];
    let mut text = String::new();
    for [group, name, level, docs] in &rows {
        writeln!(text, "{group:0$}  {name:1$}  {level:2$}  {docs}", widths[0], widths[1], widths[2])
            .expect("a string takes all");
    }
    output::print(text.as_bytes())?;
    Ok(CLEAN)
}
