//! What is wrong with types, in words.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Diagnostic, Family, Primitive, Span, Spanned};

use super::graph;
use super::types::{MAX_DEPTH, MAX_MEMBERS};
use crate::datalog::syntax::ast::{TypeDeclaration, TypeDefinition};
use crate::datalog::syntax::names::clip;

/// A value of a primitive type, in words.
pub(in crate::datalog) fn word(primitive: Primitive) -> &'static str {
    match primitive {
        Primitive::Symbol => "a text",
        Primitive::Number => "a number",
        Primitive::Unsigned => "an unsigned number",
        Primitive::Float => "a float",
    }
}

/// Values of a primitive type, in words.
pub(in crate::datalog) fn plural(primitive: Primitive) -> &'static str {
    match primitive {
        Primitive::Symbol => "texts",
        Primitive::Number => "numbers",
        Primitive::Unsigned => "unsigned numbers",
        Primitive::Float => "floats",
    }
}

pub(super) fn duplicate(name: &Spanned<String>, first: Option<&TypeDeclaration>) -> Diagnostic {
    let name_is = clip(&name.value);
    let error = |message| Diagnostic::error(Family::Rule, "duplicate-type", message, name.span);
    match first {
        Some(first) => error(format!("type `{name_is}` is declared twice"))
            .with_label("declared again")
            .with_place(first.name.span, "first declared here")
            .with_help("remove one of the declarations, or rename one"),
        None => error(format!("type `{name_is}` is there already"))
            .with_label("a type of the language")
            .with_help("choose another name, or remove the declaration"),
    }
}

/// Reports each group of types that are made of each other once.
pub(super) fn report_circles(orphans: &[&TypeDeclaration], diagnostics: &mut Vec<Diagnostic>) {
    let places: BTreeMap<&str, usize> =
        orphans.iter().enumerate().map(|(place, declaration)| (declaration.name.value.as_str(), place)).collect();
    let parts = |declaration: &&TypeDeclaration| -> Vec<usize> {
        declaration.definition.parts().iter().filter_map(|part| places.get(part.value.as_str()).copied()).collect()
    };
    let successors: Vec<Vec<usize>> = orphans.iter().map(parts).collect();
    let components = graph::components(&successors);
    let mut reported = BTreeSet::new();
    for start in 0..orphans.len() {
        let inside = |&&next: &&usize| components[next] == components[start];
        if successors[start].iter().any(|next| inside(&next)) && reported.insert(components[start]) {
            let way = std::iter::successors(Some(start), |&at| successors[at].iter().find(inside).copied());
            diagnostics.push(recursive(orphans, start, way));
        }
    }
}

/// A circle, with one place for each step of the way until it meets itself.
fn recursive(all: &[&TypeDeclaration], start: usize, way: impl Iterator<Item = usize>) -> Diagnostic {
    const STEPS: usize = 8;
    let mut steps: Vec<(usize, usize)> = Vec::new();
    let way: Vec<usize> = way.take(STEPS + 2).collect();
    for pair in way.windows(2) {
        if steps.iter().any(|(from, _)| *from == pair[0]) {
            break;
        }
        steps.push((pair[0], pair[1]));
    }
    let label = |&(from, to): &(usize, usize)| {
        let (low, high) = (clip(&all[from].name.value), clip(&all[to].name.value));
        match &all[from].definition {
            TypeDefinition::Subtype(_) => format!("`{low}` is below `{high}`"),
            TypeDefinition::Union(_) => format!("`{low}` is made of `{high}`"),
        }
    };
    let subtypes = steps.iter().all(|(from, _)| matches!(all[*from].definition, TypeDefinition::Subtype(_)));
    let fault = if subtypes { "is a subtype of itself" } else { "is made of itself" };
    let message = format!("type `{}` {fault}", clip(&all[start].name.value));
    let problem =
        Diagnostic::error(Family::Rule, "recursive-type", message, all[start].span).with_label(label(&steps[0]));
    let problem =
        steps[1..].iter().take(STEPS).fold(problem, |problem, step| problem.with_place(all[step.0].span, label(step)));
    problem.with_help("make one type of the circle a subtype of a type of the language, such as `symbol`")
}

pub(super) fn too_deep(declaration: &TypeDeclaration) -> Diagnostic {
    let message = format!("type `{}` has more than {MAX_DEPTH} supertypes", clip(&declaration.name.value));
    Diagnostic::error(Family::Rule, "recursive-type", message, declaration.span)
        .with_label("too deep")
        .with_help("make it a subtype of a type nearer to `symbol` or `number`")
}

pub(super) fn too_wide(declaration: &TypeDeclaration) -> Diagnostic {
    let message = format!("`{}` unites more than {MAX_MEMBERS} types", clip(&declaration.name.value));
    Diagnostic::error(Family::Rule, "mixed-union", message, declaration.name.span)
        .with_label("too many")
        .with_help("declare a type above all of them with `<:`")
}

/// How to make a value of one numeric type one of another.
pub(super) fn conversion(from: Primitive, to: Primitive) -> Option<&'static str> {
    (from != Primitive::Symbol && to != Primitive::Symbol && from != to)
        .then_some("convert one of them with `to_number`, `to_unsigned` or `to_float`")
}

/// A variable bound as one type is used as another; `narrows` if the other one has values in common with it.
pub(super) fn clash(name: &str, narrows: bool, (low, low_span): (&str, Span), (ty, span): (&str, Span)) -> Diagnostic {
    let error = |message| Diagnostic::error(Family::Rule, "type-clash", message, span);
    if narrows {
        return error(format!("`{name}` is any `{low}`, but the head needs `{ty}`"))
            .with_label(format!("`{ty}` here"))
            .with_place(low_span, format!("any `{low}` here"))
            .with_help(format!("bind `{name}` in a condition of type `{ty}` too, or declare the column as `{low}`"));
    }
    error(format!("`{name}` stands for `{low}` and for `{ty}`, and neither is a subtype of the other"))
        .with_label(format!("`{ty}` here"))
        .with_place(low_span, format!("`{low}` here"))
        .with_help("use two variables, or declare a common type above both")
}
