//! Everything that claims can be about, as rows: entities, situations, issues, topics, dates, quantities, texts, classes.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Pool, Span, Spanned, Symbol};
use crate::facts::{Dataset, Entity, Vocabulary};

use super::rows::Rows;

/// The rows of all names.
pub(super) fn names(dataset: &Dataset, rows: &mut Rows<'_>) {
    let kinds = Kinds::new(&dataset.vocabulary);
    for entity in dataset.vocabulary.entities.values() {
        rows.put("entity", [entity.name.value.into()], entity.name.span);
        kinds.write(entity.name.value, entity.kind.value, entity.kind.span, rows);
        ties(entity, rows);
    }
    offices(&dataset.vocabulary, rows);
    situations(&dataset.vocabulary, &kinds, rows);
    topics(&dataset.vocabulary, rows);
    literals(dataset, &kinds, rows);
}

/// For each kind the kinds that it counts as, at any distance, itself not included.
struct Kinds(BTreeMap<Symbol, BTreeSet<Symbol>>);

impl Kinds {
    fn new(vocabulary: &Vocabulary) -> Self {
        let mut above: BTreeMap<Symbol, BTreeSet<Symbol>> = BTreeMap::new();
        for (&wide, narrow) in &vocabulary.kinds {
            for kind in narrow {
                above.entry(kind.value).or_default().insert(wide);
            }
        }
        let closed = above.keys().map(|&kind| (kind, reach(kind, &above))).collect();
        Self(closed)
    }

    /// `kind` rows for the name: its kind, and all that this kind counts as.
    fn write(&self, name: Symbol, kind: Symbol, span: Span, rows: &mut Rows<'_>) {
        rows.put("kind", [name.into(), kind.into()], span);
        for &wide in self.0.get(&kind).into_iter().flatten() {
            rows.put("kind", [name.into(), wide.into()], span);
        }
    }
}

/// What can be reached from `start` in one or more steps.
fn reach(start: Symbol, steps: &BTreeMap<Symbol, BTreeSet<Symbol>>) -> BTreeSet<Symbol> {
    let mut reached = BTreeSet::new();
    let mut open = vec![start];
    while let Some(here) = open.pop() {
        for &next in steps.get(&here).into_iter().flatten() {
            if reached.insert(next) {
                open.push(next);
            }
        }
    }
    reached
}

/// One row `relation(name, value)` for each value.
fn each(relation: &str, name: Symbol, values: &[Spanned<Symbol>], rows: &mut Rows<'_>) {
    for value in values {
        rows.put(relation, [name.into(), value.value.into()], value.span);
    }
}

fn ties(entity: &Entity, rows: &mut Rows<'_>) {
    let name = entity.name.value;
    each("part_of", name, &entity.part_of, rows);
    each("speaks_for", name, &entity.speaks_for, rows);
    each("act_by", name, &entity.by, rows);
    each("involves", name, &entity.involves, rows);
    for role in &entity.roles {
        let (office, of) = (role.office.value, role.of.value);
        let row = [name.into(), office.into(), of.into(), role.days.first.into(), role.days.last.into()];
        rows.put("role", row, role.span);
    }
}

fn offices(vocabulary: &Vocabulary, rows: &mut Rows<'_>) {
    for office in vocabulary.offices.values() {
        if !office.binds {
            rows.put("nonbinding", [office.name.value.into()], office.name.span);
        }
        if office.one_holder {
            rows.put("single_office", [office.name.value.into()], office.name.span);
        }
    }
}

fn situations(vocabulary: &Vocabulary, kinds: &Kinds, rows: &mut Rows<'_>) {
    let (situation_kind, issue_kind) = (rows.pool.intern("situation"), rows.pool.intern("issue"));
    for situation in vocabulary.situations.values() {
        let name = situation.name.value;
        rows.put("situation", [name.into()], situation.name.span);
        kinds.write(name, situation_kind, situation.name.span, rows);
        each("involves", name, &situation.involves, rows);
        for other in &situation.opposite {
            both_ways("opposite", name, *other, rows);
            if situation.exhaustive {
                both_ways("exhaustive", name, *other, rows);
            }
        }
    }
    for issue in vocabulary.issues.values() {
        let name = issue.name.value;
        kinds.write(name, issue_kind, issue.name.span, rows);
        each("issue_member", name, &issue.members, rows);
        each("issue_key", name, &issue.key, rows);
    }
}

/// A row and its mirror image, both at the place where one of them was written.
pub(super) fn both_ways(relation: &str, name: Symbol, other: Spanned<Symbol>, rows: &mut Rows<'_>) {
    rows.put(relation, [name.into(), other.value.into()], other.span);
    rows.put(relation, [other.value.into(), name.into()], other.span);
}

fn topics(vocabulary: &Vocabulary, rows: &mut Rows<'_>) {
    for topic in vocabulary.topics.values() {
        rows.put("topic", [topic.name.value.into()], topic.name.span);
        each("topic_within", topic.name.value, &topic.within, rows);
    }
}

/// Names that need no declaration: dates, quantities, texts and role classes, at the first place they are used.
fn literals(dataset: &Dataset, kinds: &Kinds, rows: &mut Rows<'_>) {
    let date_kind = rows.pool.intern("date");
    for (&name, date) in &dataset.vocabulary.dates {
        rows.put("date", [name.into(), date.value.first.into(), date.value.last.into()], date.span);
        kinds.write(name, date_kind, date.span, rows);
    }
    let mut seen = BTreeSet::new();
    for claim in &dataset.claims {
        let says = &claim.says;
        let values = says.qualifiers.iter().map(|qualifier| &qualifier.value);
        for name in says.subjects.iter().chain(&says.objects).chain(values) {
            if dataset.vocabulary.dates.contains_key(&name.value) || !seen.insert(name.value) {
                continue;
            }
            match Form::of(name.value, rows.pool) {
                Form::Name => {}
                Form::Literal(kind) => {
                    let kind = rows.pool.intern(kind);
                    kinds.write(name.value, kind, name.span, rows);
                }
                Form::Class { owner, word } => {
                    let (owner, word) = (rows.pool.intern(&owner), rows.pool.intern(&word));
                    rows.put("role_class", [name.value.into(), owner.into(), word.into()], name.span);
                }
            }
        }
    }
}

/// What the spelling of a name says about it.
enum Form {
    Name,
    Literal(&'static str),
    Class { owner: String, word: String },
}

impl Form {
    fn of(name: Symbol, pool: &Pool) -> Self {
        let text = pool.text(name);
        let mut bytes = text.bytes();
        match (bytes.next(), bytes.next()) {
            (Some(b'"'), _) => Self::Literal("text"),
            (Some(b'0'..=b'9'), _) | (Some(b'-'), Some(_)) => Self::Literal("quantity"),
            _ => match text.split_once('.') {
                Some((owner, word)) => Self::Class { owner: owner.to_owned(), word: word.to_owned() },
                None => Self::Name,
            },
        }
    }
}
