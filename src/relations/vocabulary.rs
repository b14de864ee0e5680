//! Predicates and qualifier keys as rows; a row has the place of the axiom that it stands for.

use crate::base::{Span, Spanned, Symbol};
use crate::facts::{Predicate, Vocabulary};

use super::names::both_ways;
use super::rows::Rows;

/// The rows of all predicates and qualifier keys.
pub(super) fn vocabulary(vocabulary: &Vocabulary, rows: &mut Rows<'_>) {
    for predicate in vocabulary.predicates.values() {
        let name = predicate.name.value;
        rows.put("predicate", [name.into()], predicate.name.span);
        for (relation, place) in flags(predicate) {
            if let Some(span) = place {
                rows.put(relation, [name.into()], span);
            }
        }
        for (relation, values) in lists(predicate) {
            for value in values {
                rows.put(relation, [name.into(), value.value.into()], value.span);
            }
        }
        for (relation, value) in single(predicate) {
            if let Some(value) = value {
                rows.put(relation, [name.into(), value.value.into()], value.span);
            }
        }
        mirrored(predicate, rows);
        conditions(predicate, rows);
    }
    for key in vocabulary.qualifiers.values() {
        if let Some(scope) = key.scope {
            rows.put("scope", [key.name.value.into(), scope.value.into()], scope.span);
        }
    }
}

fn flags(predicate: &Predicate) -> [(&'static str, Option<Span>); 9] {
    [
        ("symmetric", predicate.symmetric),
        ("asymmetric", predicate.asymmetric),
        ("ordering", predicate.ordering),
        ("one_value", predicate.one_value),
        ("one_holder", predicate.one_holder),
        ("aspired", predicate.aspired),
        ("credit", predicate.credit),
        ("blame", predicate.blame),
        ("vague", predicate.vague),
    ]
}

fn lists(predicate: &Predicate) -> [(&'static str, &[Spanned<Symbol>]); 6] {
    [
        ("implies", &predicate.implies),
        ("before", &predicate.before),
        ("per", &predicate.per),
        ("subject_kind", &predicate.from),
        ("object_kind", &predicate.to),
        ("needs", &predicate.needs),
    ]
}

fn single(predicate: &Predicate) -> [(&'static str, Option<Spanned<Symbol>>); 6] {
    [
        ("tie_sign", predicate.tie),
        ("attitude", predicate.attitude),
        ("instance_of", predicate.instance_of),
        ("proxy", predicate.proxy),
        ("aspect", predicate.aspect),
        ("numeric", predicate.numeric),
    ]
}

/// Axioms that are written once and hold both ways.
fn mirrored(predicate: &Predicate, rows: &mut Rows<'_>) {
    let name = predicate.name.value;
    for &other in &predicate.contrary {
        both_ways("contrary", name, other, rows);
    }
    if let Some(other) = predicate.opposite {
        both_ways("complement", name, other, rows);
    }
    if let Some(other) = predicate.inverse {
        both_ways("inverse", name, other, rows);
    }
}

fn conditions(predicate: &Predicate, rows: &mut Rows<'_>) {
    let name = predicate.name.value;
    for (key, value) in &predicate.when {
        rows.put("instance_when", [name.into(), key.value.into(), value.value.into()], key.span.to(value.span));
    }
    for (other, denied) in &predicate.undermined_by {
        let sign = if *denied { "-" } else { "+" };
        rows.put("undermined_by", [name.into(), other.value.into(), sign.into()], other.span);
    }
}
