//! Named patterns of the vocabulary beside the rules of rule files: whether their names are free, and their catalogue.
//!
//! Goes in: the rules and a data set. Comes out: the rules that the vocabulary holds, as a program to be added.

use crate::base::{Diagnostic, Family, Pool, SourceMap, Span};
use crate::datalog::{self, ast};
use crate::facts::Dataset;
use crate::lints::{self, Group, Lint};
use crate::relations;

const CODE: &str = "bad-pattern";

/// The rules that the vocabulary holds. Patterns whose name is taken are reported and left out; the others are added to the
/// catalogue.
pub(super) fn rules(
    (program, lints, sources): (&ast::Program, &mut Vec<Lint>, &SourceMap),
    dataset: &mut Dataset,
    pool: &Pool,
    diagnostics: &mut Vec<Diagnostic>,
) -> ast::Program {
    dataset.vocabulary.named_patterns.retain(|pattern| {
        let problem = taken(pool.text(pattern.name.value), pattern.name.span, program, lints);
        let is_free = problem.is_none();
        diagnostics.extend(problem);
        is_free
    });
    let made = relations::program(dataset, pool);
    if !made.declarations.is_empty() {
        let declared = ast::Program {
            types: program.types.clone(),
            declarations: made.declarations.clone(),
            ..ast::Program::default()
        };
        let catalogue = lints::catalogue(&declared, sources, &[]);
        diagnostics.extend(catalogue.diagnostics);
        lints.extend(catalogue.value);
        lints.sort_by(|a, b| (a.group, &a.name).cmp(&(b.group, &b.name)));
    }
    made
}

/// Why a pattern cannot have a name.
fn taken(name: &str, span: Span, program: &ast::Program, lints: &[Lint]) -> Option<Diagnostic> {
    let problem = |message: String| Diagnostic::error(Family::Fact, CODE, message, span);
    let help = "choose another name";
    if let Some(lint) = lints.iter().find(|lint| *lint.name == *name) {
        let problem = problem(format!("there is a rule `{name}` already"));
        return Some(problem.with_place(lint.declared_at, "declared here").with_help(help));
    }
    if Group::from_name(name).is_some() {
        return Some(problem(format!("`{name}` is the name of a group of rules")).with_help(help));
    }
    let relation = name.replace('-', "_");
    if program.declarations.iter().any(|declared| declared.name.value == relation) {
        let help = "choose another name: `gainsay list relations` lists those that are taken";
        return Some(problem(format!("`{relation}` is the name of a relation that rules use")).with_help(help));
    }
    let is_type = program.types.iter().any(|ty| ty.name.value == relation);
    (is_type || datalog::is_reserved(&relation))
        .then(|| problem(format!("`{relation}` is a word of the rule language")).with_help(help))
}
