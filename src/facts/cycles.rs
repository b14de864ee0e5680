//! Hierarchies without circles: `part-of`, `within`, `implies`, `kinds`.
//!
//! In goes the vocabulary, out come diagnostics, one for each edge that closes a circle. Walks without recursion, as a
//! chain may be as long as a file.

use std::collections::BTreeMap;

use crate::base::{Spanned, Symbol};

use super::context::Context;
use super::vocabulary::Vocabulary;

type Edges<'v> = BTreeMap<Symbol, &'v [Spanned<Symbol>]>;

/// Names shown of a circle.
const SHOWN: usize = 6;

/// Reports every circle.
pub(super) fn check(context: &mut Context<'_, '_>, vocabulary: &Vocabulary) {
    let parts = vocabulary.entities.iter().map(|(&name, entity)| (name, &entity.part_of[..])).collect();
    walk(context, &parts, "is part of itself");
    let topics = vocabulary.topics.iter().map(|(&name, topic)| (name, &topic.within[..])).collect();
    walk(context, &topics, "lies within itself");
    let predicates = vocabulary.predicates.iter().map(|(&name, predicate)| (name, &predicate.implies[..])).collect();
    walk(context, &predicates, "implies itself");
    let kinds = vocabulary.kinds.iter().map(|(&name, kinds)| (name, &kinds[..])).collect();
    walk(context, &kinds, "counts as itself");
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// On the path, at that index.
    Open(usize),
    Done,
}

fn walk(context: &mut Context<'_, '_>, edges: &Edges<'_>, verb: &str) {
    let mut states: BTreeMap<Symbol, State> = BTreeMap::new();
    let mut roots: Vec<Symbol> = edges.keys().copied().collect();
    roots.sort_by(|&a, &b| context.pool.text(a).cmp(context.pool.text(b)));
    for root in roots {
        if states.contains_key(&root) {
            continue;
        }
        // Each name on the path, and how many of its edges were followed.
        let mut path: Vec<(Symbol, usize)> = vec![(root, 0)];
        states.insert(root, State::Open(0));
        while let Some((name, next)) = path.last_mut() {
            let edge = edges.get(name).and_then(|targets| targets.get(*next));
            *next += 1;
            let Some(edge) = edge else {
                states.insert(*name, State::Done);
                path.pop();
                continue;
            };
            match states.get(&edge.value) {
                None => {
                    states.insert(edge.value, State::Open(path.len()));
                    path.push((edge.value, 0));
                }
                Some(&State::Open(from)) => report(context, &path[from..], *edge, verb),
                Some(State::Done) => {}
            }
        }
    }
}

fn report(context: &mut Context<'_, '_>, circle: &[(Symbol, usize)], edge: Spanned<Symbol>, verb: &str) {
    let mut names: Vec<&str> = circle.iter().take(SHOWN).map(|&(name, _)| context.pool.text(name)).collect();
    if circle.len() > SHOWN {
        names.push("…");
    }
    let first = context.pool.text(edge.value);
    names.push(first);
    let message = format!("`{first}` {verb}: {}", names.join(", "));
    context.error("cyclic-hierarchy", message, edge.span, "remove one of the steps");
}
