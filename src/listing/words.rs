//! Predicates and entities, and how many claims use each.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::base::{Pool, Spanned, Symbol};
use crate::engine::Loaded;
use crate::facts::{Behalf, Claim, Dataset, Entity, Predicate};

use super::{Item, Location, texts};

/// A predicate.
#[derive(Serialize)]
pub struct PredicateItem<'a> {
    name: &'a str,
    uses: usize,
    axioms: Vec<String>,
    location: Location<'a>,
}

impl Item for PredicateItem<'_> {
    const KIND: &'static str = "predicates";
    const HEADER: &'static [&'static str] = &["predicate", "uses", "declared", "axioms"];
    const PLACE: Option<usize> = Some(2);
    const NUMBERS: &'static [usize] = &[1];

    fn cells(&self) -> Vec<String> {
        vec![self.name.to_owned(), self.uses.to_string(), self.location.shown.clone(), self.axioms.join("; ")]
    }
}

/// The predicates that are declared in the files asked for, by name.
#[must_use]
pub fn predicates<'a>(loaded: &'a Loaded, asked: &dyn Fn(&str) -> bool) -> Vec<PredicateItem<'a>> {
    let Loaded { dataset, sources, pool, .. } = loaded;
    let uses = uses(dataset, |claim| vec![claim.says.predicate.value]);
    let item = |predicate: &'a Predicate| PredicateItem {
        name: pool.text(predicate.name.value),
        uses: uses.get(&predicate.name.value).copied().unwrap_or(0),
        axioms: axioms(predicate, pool),
        location: Location::new(sources, predicate.span),
    };
    let is_asked = |predicate: &&Predicate| asked(&sources.file(predicate.span.file).path);
    let mut items: Vec<_> = dataset.vocabulary.predicates.values().filter(is_asked).map(item).collect();
    items.sort_by_key(|item| item.name);
    items
}

/// How many claims name each symbol; a claim that names it twice counts once.
fn uses(dataset: &Dataset, symbols: impl Fn(&Claim) -> Vec<Symbol>) -> BTreeMap<Symbol, usize> {
    let mut uses = BTreeMap::new();
    for claim in &dataset.claims {
        let names: BTreeSet<Symbol> = symbols(claim).into_iter().collect();
        for name in names {
            *uses.entry(name).or_default() += 1;
        }
    }
    uses
}

/// What the vocabulary says of a predicate, in the words of its keys.
fn axioms(predicate: &Predicate, pool: &Pool) -> Vec<String> {
    let flags = [
        ("symmetric", predicate.symmetric),
        ("asymmetric", predicate.asymmetric),
        ("ordering", predicate.ordering),
        ("one-value", predicate.one_value),
        ("one-holder", predicate.one_holder),
        ("aspired", predicate.aspired),
        ("credit", predicate.credit),
        ("blame", predicate.blame),
        ("vague", predicate.vague),
    ];
    let set = flags.into_iter().filter(|(_, place)| place.is_some()).map(|(name, _)| name.to_owned());
    let mut axioms: Vec<String> = set.collect();
    let one = |name: &Option<Spanned<Symbol>>| name.iter().copied().collect::<Vec<_>>();
    let lists = [
        ("implies", predicate.implies.clone()),
        ("contrary", predicate.contrary.clone()),
        ("opposite", one(&predicate.opposite)),
        ("inverse", one(&predicate.inverse)),
        ("before", predicate.before.clone()),
        ("per", predicate.per.clone()),
        ("from", predicate.from.clone()),
        ("to", predicate.to.clone()),
        ("needs", predicate.needs.clone()),
        ("tie", one(&predicate.tie)),
        ("attitude", one(&predicate.attitude)),
        ("instance-of", one(&predicate.instance_of)),
        ("proxy", one(&predicate.proxy)),
        ("aspect", one(&predicate.aspect)),
        ("numeric", one(&predicate.numeric)),
        ("unit", one(&predicate.unit)),
    ];
    let written = lists.into_iter().filter(|(_, names)| !names.is_empty());
    axioms.extend(written.map(|(key, names)| format!("{key} {}", texts(&names, pool).join(", "))));
    let undermined = predicate.undermined_by.iter();
    let undermined = undermined.map(|(name, negated)| (if *negated { "not " } else { "" }, pool.text(name.value)));
    let undermined: Vec<String> = undermined.map(|(not, name)| format!("{not}{name}")).collect();
    if !undermined.is_empty() {
        axioms.push(format!("undermined-by {}", undermined.join(", ")));
    }
    axioms
}

/// An entity.
#[derive(Serialize)]
pub struct EntityItem<'a> {
    name: &'a str,
    kind: &'a str,
    label: Option<&'a str>,
    aliases: Vec<&'a str>,
    part_of: Vec<&'a str>,
    uses: usize,
    location: Location<'a>,
}

impl Item for EntityItem<'_> {
    const KIND: &'static str = "entities";
    const HEADER: &'static [&'static str] = &["entity", "kind", "uses", "declared", "label", "aliases"];
    const PLACE: Option<usize> = Some(3);
    const NUMBERS: &'static [usize] = &[2];

    fn cells(&self) -> Vec<String> {
        let (uses, label) = (self.uses.to_string(), self.label.unwrap_or_default());
        [self.name, self.kind, &uses, &self.location.shown, label, &self.aliases.join(", ")].map(str::to_owned).to_vec()
    }
}

/// The entities that are declared in the files asked for, by name; a use is a claim that names it in `says` or as the one
/// who speaks, for whom, via whom or to whom.
#[must_use]
pub fn entities<'a>(loaded: &'a Loaded, asked: &dyn Fn(&str) -> bool) -> Vec<EntityItem<'a>> {
    let Loaded { dataset, sources, pool, .. } = loaded;
    let uses = uses(dataset, named);
    let mut aliases: BTreeMap<Symbol, Vec<&str>> = BTreeMap::new();
    for (&alias, name) in &dataset.vocabulary.aliases {
        aliases.entry(name.value).or_default().push(pool.text(alias));
    }
    for names in aliases.values_mut() {
        names.sort_unstable();
    }
    let item = |entity: &'a Entity| EntityItem {
        name: pool.text(entity.name.value),
        kind: pool.text(entity.kind.value),
        label: entity.label.map(|label| pool.text(label)),
        aliases: aliases.get(&entity.name.value).cloned().unwrap_or_default(),
        part_of: texts(&entity.part_of, pool),
        uses: uses.get(&entity.name.value).copied().unwrap_or(0),
        location: Location::new(sources, entity.span),
    };
    let is_asked = |entity: &&Entity| asked(&sources.file(entity.span.file).path);
    let mut items: Vec<_> = dataset.vocabulary.entities.values().filter(is_asked).map(item).collect();
    items.sort_by_key(|item| item.name);
    items
}

/// Everything that a claim names and that may be an entity.
fn named(claim: &Claim) -> Vec<Symbol> {
    let principals = match &claim.behalf {
        Behalf::Principals(names) => names.as_slice(),
        Behalf::FromRoles | Behalf::Private(_) => &[],
    };
    let says = claim.says.subjects.iter().chain(&claim.says.objects);
    let values = claim.says.qualifiers.iter().map(|qualifier| &qualifier.value);
    let people = claim.who.iter().chain(principals).chain(&claim.via).chain(&claim.to);
    says.chain(values).chain(people).map(|name| name.value).collect()
}
