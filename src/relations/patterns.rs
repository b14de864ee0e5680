//! Named patterns of a vocabulary as rules: a declaration with the metadata of a rule, and one clause.
//!
//! Goes in: a [`NamedPattern`]. Comes out: what a rule file would hold in its place. A pattern that is the same with its
//! atoms or its variables exchanged holds for each set of claims in several ways; only one of them is kept.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Pool, Span, Spanned, Symbol};
use crate::datalog::ast::{Annotation, Clause, Column, Declaration, Directive, Literal, Operator, Term};
use crate::facts::{Dataset, NamedPattern, PatternTerm, WhenAtom};

use super::clauses::{Maker, escaped, variable};

/// The group of all rules that patterns make.
const GROUP: &str = "tension";

/// The relation of the rule of that name.
fn relation_of(name: &str) -> String {
    name.replace('-', "_")
}

/// A pattern as a rule: its relation, the directive that gives out its rows, and its clause.
pub(super) fn rule(pattern: &NamedPattern, dataset: &Dataset, pool: &Pool) -> (Declaration, Directive, Clause) {
    let shape = Shape::of(pattern, dataset);
    let make = Maker { pool, span: pattern.span };
    let relation = Spanned::new(relation_of(pool.text(pattern.name.value)), pattern.name.span);
    let claims = 1..=pattern.when.len();
    let head: Vec<Term> = shape
        .variables
        .iter()
        .map(|v| variable(&v.to_string()))
        .chain(claims.map(|i| variable(&claim(i - 1))))
        .collect();
    let head = make.atom(&relation.value, head);
    let clause = make.clause(head, body(pattern, &shape, make), sentence(pattern, dataset, pool));
    let directive =
        Directive { verb: spanned("output", pattern.span), relation: relation.clone(), parameters: Vec::new() };
    (declaration(pattern, &shape, relation), directive, clause)
}

fn spanned(word: &str, span: Span) -> Spanned<String> {
    Spanned::new(word.to_owned(), span)
}

/// The variable of the claim of an atom, counted from 0.
fn claim(atom: usize) -> String {
    format!("C{}", atom + 1)
}

fn declaration(pattern: &NamedPattern, shape: &Shape, relation: Spanned<String>) -> Declaration {
    let span = pattern.span;
    let annotation = |label: &str, text: Option<Spanned<String>>, arguments: Vec<(&str, &str)>| Annotation {
        label: spanned(label, span),
        text,
        arguments: arguments.into_iter().map(|(key, value)| (spanned(key, span), spanned(value, span))).collect(),
        span,
    };
    let text = |label: &str, words: String| annotation(label, Some(Spanned::new(words, span)), Vec::new());
    let key = || annotation("key", None, Vec::new());
    let mut columns = Vec::new();
    for letter in &shape.variables {
        let annotations = shape.keys.contains(letter).then(key).into_iter().collect();
        columns.push(Column { name: spanned(&letter.to_string(), span), ty: spanned("Name", span), annotations });
    }
    for atom in 0..pattern.when.len() {
        let name = claim(atom).to_lowercase();
        let label = if atom == 0 { "primary" } else { "secondary" };
        // Claims identify a finding where no variable does.
        let mut annotations: Vec<Annotation> = shape.variables.is_empty().then(key).into_iter().collect();
        annotations.push(text(label, format!("{{{name}.who}}, {{{name}.said}}")));
        columns.push(Column { name: spanned(&name, span), ty: spanned("Claim", span), annotations });
    }
    let lint = annotation("lint", None, vec![("group", GROUP), ("level", &pattern.level), ("tier", "1")]);
    let mut annotations = vec![lint, annotation("message", Some(pattern.say.clone()), Vec::new())];
    annotations.extend(pattern.help.as_ref().map(|help| annotation("help", Some(help.clone()), Vec::new())));
    let atoms: Vec<String> = pattern.when.iter().map(|atom| format!("`{}`", atom.written)).collect();
    let docs = format!("Claims about the same time that say {}.", joined(&atoms));
    Declaration { name: relation, columns, inline: false, docs, annotations, span }
}

fn body(pattern: &NamedPattern, shape: &Shape, make: Maker<'_>) -> Vec<Literal> {
    let compare = |left: &str, operator, right: Term| Literal::Constraint {
        left: Spanned::new(variable(left), pattern.span),
        operator,
        right: Spanned::new(right, pattern.span),
    };
    let mut body = Vec::new();
    let mut present = BTreeSet::new();
    for (index, when) in pattern.when.iter().enumerate() {
        let claim = claim(index);
        body.push(Literal::Atom(make.signed("hint", &claim, &when.atom, Term::Wildcard)));
        if let Some(PatternTerm::Variable(object)) = when.atom.object
            && shape.absent.contains(&object)
            && present.insert(object)
        {
            body.push(make.present(&PatternTerm::Variable(object)));
        }
        for (key, value) in &when.qualifiers {
            body.push(make.literal("qualifier", vec![variable(&claim), make.name(*key), make.term(value)]));
        }
        for other in 0..index {
            body.push(compare(&self::claim(other), Operator::NotEqual, variable(&claim)));
            body.push(make.literal("cotemp", vec![variable(&self::claim(other)), variable(&claim)]));
        }
    }
    body.extend(shape.canonical.iter().map(|condition| match condition {
        Canonical::Variables(a, b) => compare(&a.to_string(), Operator::LessOrEqual, variable(&b.to_string())),
        Canonical::Claims(a, b) => compare(&claim(*a), Operator::Less, variable(&claim(*b))),
    }));
    body
}

/// The step of a proof: what each claim says, variables by what they stand for.
fn sentence(pattern: &NamedPattern, dataset: &Dataset, pool: &Pool) -> String {
    let term = |term: &PatternTerm| match term {
        PatternTerm::Variable(letter) => format!("{{{letter}}}"),
        PatternTerm::Name(name) => match dataset.vocabulary.label(*name) {
            Some(label) => escaped(pool.text(label)),
            None => escaped(pool.text(*name)),
        },
    };
    let atom = |(index, when): (usize, &WhenAtom)| {
        let not = if when.atom.negated { "not " } else { "" };
        let mut words = format!("\"{} {not}{}", term(&when.atom.subject), escaped(pool.text(when.atom.predicate)));
        if let Some(object) = &when.atom.object {
            words.push(' ');
            words += &term(object);
        }
        let qualifier = |(key, value): &(Symbol, PatternTerm)| format!("{}: {}", escaped(pool.text(*key)), term(value));
        let qualifiers: Vec<String> = when.qualifiers.iter().map(qualifier).collect();
        words.push('"');
        if !qualifiers.is_empty() {
            words.extend([" (", &qualifiers.join(", "), ")"]);
        }
        format!("{words} in {{{}}}", claim(index))
    };
    let atoms: Vec<String> = pattern.when.iter().enumerate().map(atom).collect();
    joined(&atoms)
}

/// `a and b`, `a, b and c`.
fn joined(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// A condition that one of several equivalent rows meets, and no other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Canonical {
    /// The value of the first is not the greater one.
    Variables(char, char),
    /// The claim of the first atom has the smaller id.
    Claims(usize, usize),
}

/// What of a pattern decides about its rule.
struct Shape {
    /// In the order in which they occur first.
    variables: Vec<char>,
    /// Those in at least two atoms, else all.
    keys: BTreeSet<char>,
    /// Those that stand for objects alone, which may be missing in a claim.
    absent: BTreeSet<char>,
    /// What tells the row that is kept from those that say the same.
    canonical: BTreeSet<Canonical>,
}

impl Shape {
    fn of(pattern: &NamedPattern, dataset: &Dataset) -> Self {
        let mut variables: Vec<char> = Vec::new();
        let mut atoms_with: BTreeMap<char, BTreeSet<usize>> = BTreeMap::new();
        let mut bound = BTreeSet::new();
        for (index, when) in pattern.when.iter().enumerate() {
            let values = when.qualifiers.iter().map(|(_, value)| value);
            for (place, term) in [Some(&when.atom.subject), when.atom.object.as_ref()]
                .into_iter()
                .chain(values.map(Some))
                .enumerate()
                .filter_map(|(place, term)| Some((place, term?)))
            {
                let PatternTerm::Variable(letter) = *term else { continue };
                if !variables.contains(&letter) {
                    variables.push(letter);
                }
                atoms_with.entry(letter).or_default().insert(index);
                if place != 1 {
                    bound.insert(letter);
                }
            }
        }
        let shared: BTreeSet<char> =
            atoms_with.iter().filter(|(_, atoms)| atoms.len() > 1).map(|(&letter, _)| letter).collect();
        let all: BTreeSet<char> = variables.iter().copied().collect();
        let absent = all.difference(&bound).copied().collect();
        let keys = if shared.is_empty() { all } else { shared };
        let symmetries = symmetries(&pattern.when, dataset);
        let canonical = symmetries.iter().filter_map(|symmetry| canonical(symmetry, &variables, &keys)).collect();
        Self { variables, keys, absent, canonical }
    }
}

/// A way to exchange atoms and variables that leaves a pattern as it is.
struct Symmetry {
    /// For each atom the one that it becomes.
    atoms: Vec<usize>,
    /// For each variable the one that it becomes.
    variables: BTreeMap<char, char>,
}

/// All of them but the one that exchanges nothing. At most four atoms, each of which may be turned: a few hundred ways.
fn symmetries(when: &[WhenAtom], dataset: &Dataset) -> Vec<Symmetry> {
    let mut found = Vec::new();
    for atoms in permutations(when.len()) {
        for turned in 0..1_u32 << when.len() {
            let mut variables = BTreeMap::new();
            let fits = when.iter().enumerate().all(|(index, atom)| {
                let turned = turned & (1 << index) != 0;
                becomes(atom, &when[atoms[index]], turned, dataset, &mut variables)
            });
            let images: BTreeSet<char> = variables.values().copied().collect();
            let moves = atoms.iter().enumerate().any(|(a, &b)| a != b) || variables.iter().any(|(a, b)| a != b);
            if fits && moves && images.len() == variables.len() {
                found.push(Symmetry { atoms: atoms.clone(), variables });
            }
        }
    }
    found
}

/// Whether an atom is another one, its sides exchanged where its predicate is symmetric and that is asked for, once its
/// variables are replaced; the replacements are added to those of the atoms before.
fn becomes(
    atom: &WhenAtom,
    other: &WhenAtom,
    turned: bool,
    dataset: &Dataset,
    variables: &mut BTreeMap<char, char>,
) -> bool {
    let (own, image) = (&atom.atom, &other.atom);
    let mut term = |a: &PatternTerm, b: &PatternTerm| match (a, b) {
        (PatternTerm::Variable(a), PatternTerm::Variable(b)) => *variables.entry(*a).or_insert(*b) == *b,
        (PatternTerm::Name(a), PatternTerm::Name(b)) => a == b,
        _ => false,
    };
    if own.predicate != image.predicate || own.negated != image.negated {
        return false;
    }
    let sides = match (&own.object, &image.object) {
        (Some(object), Some(other)) if turned => {
            is_symmetric(own.predicate, dataset) && term(&own.subject, other) && term(object, &image.subject)
        }
        (Some(object), Some(other)) => term(&own.subject, &image.subject) && term(object, other),
        (None, None) => !turned && term(&own.subject, &image.subject),
        _ => false,
    };
    let by_key = |when: &WhenAtom| when.qualifiers.iter().cloned().collect::<BTreeMap<Symbol, PatternTerm>>();
    let (own, image) = (by_key(atom), by_key(other));
    sides && own.len() == image.len() && own.iter().zip(&image).all(|(a, b)| a.0 == b.0 && term(a.1, b.1))
}

fn is_symmetric(predicate: Symbol, dataset: &Dataset) -> bool {
    dataset.vocabulary.predicates.get(&predicate).is_some_and(|known| known.symmetric.is_some())
}

/// The orders of so many things.
fn permutations(count: usize) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for next in 0..count {
        all = all
            .into_iter()
            .flat_map(|order: Vec<usize>| {
                (0..=order.len()).map(move |at| {
                    let mut longer = order.clone();
                    longer.insert(at, next);
                    longer
                })
            })
            .collect();
    }
    all
}

/// The condition that keeps one of two rows that a symmetry makes of each other. Of all rows that say the same, the one
/// with the least keys, then the least claims, then the least other values, meets the conditions of all symmetries.
fn canonical(symmetry: &Symmetry, variables: &[char], keys: &BTreeSet<char>) -> Option<Canonical> {
    let moved = |key: bool| {
        let mut of_kind = variables.iter().filter(|letter| keys.contains(letter) == key);
        let image = |letter: char| symmetry.variables.get(&letter).copied().unwrap_or(letter);
        of_kind.find(|&&letter| image(letter) != letter).map(|&letter| Canonical::Variables(letter, image(letter)))
    };
    let claims = || {
        let mut images = symmetry.atoms.iter().enumerate();
        images.find(|(atom, image)| atom != *image).map(|(atom, &image)| Canonical::Claims(atom, image))
    };
    moved(true).or_else(claims).or_else(|| moved(false))
}
