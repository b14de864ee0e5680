//! Orders the relations of a program so that everything negated or counted is complete before it is looked at.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::base::{Diagnostic, Family, Span};

use super::graph;
use crate::datalog::program::{Program, RelationId, RuleId, Strata, Stratum};
use crate::datalog::syntax::names::clip;

/// How many relations of a circle a message names.
const MAX_NAMES: usize = 12;

/// Splits a program into strata, lowest first; of strata that could come next, the one whose first relation was
/// declared first does. Every relation lies in one stratum, also those without rules.
///
/// # Errors
///
/// For each group of relations that depend on each other, one that depends on its own negation or count, with the
/// whole circle.
pub fn stratify(program: Program) -> Result<Strata, Vec<Diagnostic>> {
    let edges = edges(&program);
    let mut successors = vec![Vec::new(); program.relations.len()];
    for &(from, to, _) in edges.keys() {
        successors[from].push(to);
    }
    let components = graph::components(&successors);
    let mut seen = BTreeSet::new();
    let inside = edges.keys().filter(|(from, to, negative)| *negative && components[*from] == components[*to]);
    let first = inside.filter(|(from, ..)| seen.insert(components[*from]));
    let circles: Vec<Diagnostic> =
        first.map(|&(from, to, _)| circle(&program, &edges, &components, from, to)).collect();
    if !circles.is_empty() {
        return Err(circles);
    }
    let order = order(&program, &edges, &components);
    Ok(Strata { program, order })
}

/// Which relation reads which, `true` for negated or counted, and where first.
type Edges = BTreeMap<(usize, usize, bool), Span>;

fn edges(program: &Program) -> Edges {
    let mut edges = Edges::new();
    for rule in &program.rules {
        for literal in &rule.body {
            literal.each_atom(&mut |atom, negative| {
                let place = program.reads.get(&(rule.head, atom.relation, negative));
                let key = (rule.head.0 as usize, atom.relation.0 as usize, negative);
                edges.entry(key).or_insert(*place.unwrap_or(&rule.span));
            });
        }
    }
    edges
}

fn order(program: &Program, edges: &Edges, components: &[usize]) -> Vec<Stratum> {
    let count = components.iter().max().map_or(0, |last| last + 1);
    let mut strata: Vec<Stratum> = (0..count).map(|_| empty()).collect();
    for ((id, _), &component) in program.relations().zip(components) {
        strata[component].relations.push(id);
    }
    for (id, rule) in program.rules() {
        strata[components[rule.head.0 as usize]].rules.push(id);
    }
    let (mut needs, mut needed_by) = (vec![BTreeSet::new(); count], vec![Vec::new(); count]);
    for &(from, to, _) in edges.keys() {
        let (from, to) = (components[from], components[to]);
        if from == to {
            strata[from].recursive = true;
        } else if needs[from].insert(to) {
            needed_by[to].push(from);
        }
    }
    let mut waits: Vec<usize> = needs.iter().map(BTreeSet::len).collect();
    let first = |strata: &[Stratum], component: usize| (strata[component].relations.first().copied(), component);
    let mut ready: BTreeSet<(Option<RelationId>, usize)> =
        (0..count).filter(|&component| waits[component] == 0).map(|component| first(&strata, component)).collect();
    let mut order = Vec::with_capacity(count);
    while let Some((_, component)) = ready.pop_first() {
        for &above in &needed_by[component] {
            waits[above] -= 1;
            if waits[above] == 0 {
                ready.insert(first(&strata, above));
            }
        }
        order.push(std::mem::replace(&mut strata[component], empty()));
    }
    order
}

fn empty() -> Stratum {
    Stratum { relations: Vec::new(), rules: Vec::<RuleId>::new(), recursive: false }
}

/// The diagnostic for a relation `from` that negates or counts `to`, which depends on `from`.
fn circle(program: &Program, edges: &Edges, components: &[usize], from: usize, to: usize) -> Diagnostic {
    let name = |index: usize| clip(&program.relations[index].name);
    let mut way = vec![from];
    way.extend(path(edges, components, to, from));
    let mut shown = String::new();
    let mut diagnostic = None;
    for (step, pair) in way.windows(2).enumerate() {
        let (reader, read) = (pair[0], pair[1]);
        let positive = edges.get(&(reader, read, false)).filter(|_| step > 0);
        let negative = edges.get(&(reader, read, true)).filter(|_| positive.is_none());
        let Some(&span) = positive.or(negative) else { continue };
        let last = step + 2 == way.len();
        if step < MAX_NAMES || last {
            let gap = if step > MAX_NAMES { "…, " } else { "" };
            let not = if negative.is_some() { "not " } else { "" };
            for part in [", ", gap, not, name(read)] {
                shown.push_str(part);
            }
            let verb = if negative.is_some() { "needs all of" } else { "reads" };
            let label = format!("`{}` {verb} `{}`", name(reader), name(read));
            diagnostic = Some(match diagnostic {
                None => Diagnostic::error(Family::Rule, "negation-in-cycle", "", span).with_label(label),
                Some(diagnostic) => Diagnostic::with_place(diagnostic, span, label),
            });
        }
    }
    let at = program.relations[from].declared_at;
    let mut diagnostic = diagnostic.unwrap_or_else(|| Diagnostic::error(Family::Rule, "negation-in-cycle", "", at));
    diagnostic.message = format!("a relation depends on its own negation: `{}{shown}`", name(from));
    diagnostic.with_help("break the circle: let one of these relations do without the others")
}

/// The shortest way from `from` to `to` inside their component, both included.
fn path(edges: &Edges, components: &[usize], from: usize, to: usize) -> Vec<usize> {
    let mut came_from = BTreeMap::from([(from, from)]);
    let mut queue = VecDeque::from([from]);
    while let Some(node) = queue.pop_front() {
        if node == to {
            break;
        }
        for (&(_, next, _), _) in edges.range((node, 0, false)..(node + 1, 0, false)) {
            if components[next] == components[from] && !came_from.contains_key(&next) {
                came_from.insert(next, node);
                queue.push_back(next);
            }
        }
    }
    let mut way = vec![to];
    let mut at = to;
    while at != from {
        let Some(&before) = came_from.get(&at) else { break };
        way.push(before);
        at = before;
    }
    way.reverse();
    way
}
