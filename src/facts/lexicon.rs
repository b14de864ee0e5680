//! Declared words become the vocabulary: predicates with their axioms, entities with their offices, units, scales.
//!
//! In goes the table of words, out comes the [`Vocabulary`] without rules and patterns. Whatever an entry names must be
//! declared, or it is reported.

use std::collections::BTreeMap;

use crate::base::{Span, Spanned, Symbol, date};

use super::certainty::{self, Scale};
use super::context::Context;
use super::cycles;
use super::form;
use super::quantity::Decimal;
use super::record::{Named, Record, Value};
use super::schema::SCALE_WORDS;
use super::vocabulary::{Entity, Issue, Office, Predicate, QualifierKey, Role, Situation, Topic, Unit, Vocabulary};
use super::words::{Namespace, Place, Word};

/// The slack of a predicate where `fresh` is not written.
const FRESH: i64 = 180;
/// The age of a premise where `stale-after` is not written.
const STALE_AFTER: i64 = 730;

static NO_FIELDS: Record = Record { entries: Vec::new(), place: (0, 0) };

/// Gives the declared words their meaning.
pub(super) fn build(context: &mut Context<'_, '_>) -> Vocabulary {
    let mut vocabulary = Vocabulary {
        units: section(context, "units", unit),
        predicates: section(context, "predicates", predicate),
        qualifiers: section(context, "qualifiers", qualifier),
        entities: section(context, "entities", entity),
        situations: section(context, "situations", situation),
        issues: section(context, "issues", issue),
        topics: section(context, "topics", topic),
        offices: section(context, "roles", office),
        kinds: section(context, "kinds", kind),
        ..Vocabulary::default()
    };
    for (&alias, &owner) in context.words.aliases() {
        let name = context.pool.intern(owner.value);
        vocabulary.aliases.insert(context.pool.intern(alias), Spanned::new(name, owner.span));
    }
    check_bases(context, &vocabulary);
    cycles::check(context, &vocabulary);
    vocabulary
}

fn section<'d, T>(
    context: &mut Context<'_, 'd>,
    name: &str,
    lower: fn(&mut Context<'_, 'd>, Word<'d>, &'d Record) -> T,
) -> BTreeMap<Symbol, T> {
    let words: Vec<_> = context.words.section(name).collect();
    words
        .into_iter()
        .map(|(name, word)| {
            let value = lower(context, word, word.record().unwrap_or(&NO_FIELDS));
            (context.pool.intern(name), value)
        })
        .collect()
}

fn name<'d>(context: &mut Context<'_, 'd>, word: Word<'d>) -> Spanned<Symbol> {
    context.symbol(word.place, &word.named.key)
}

fn label<'d>(context: &mut Context<'_, 'd>, word: Word<'d>, record: &'d Record) -> Option<Symbol> {
    context.field(word.place, record, "label").map(|label| label.value)
}

/// The place of `key: true`.
fn flag(place: Place<'_>, record: &Record, key: &str) -> Option<Span> {
    let entry = record.entry(key)?;
    let text = record.text(key).filter(|text| place.get(text) == "true")?;
    Some(place.at(entry.key).to(place.span(text)))
}

fn predicate<'d>(context: &mut Context<'_, 'd>, word: Word<'d>, record: &'d Record) -> Predicate {
    use Namespace as N;
    let place = word.place;
    let duration = |key, default| record.text(key).and_then(|t| form::days(place.get(t)).ok()).unwrap_or(default);
    let flag = |key| flag(place, record, key);
    Predicate {
        name: name(context, word),
        span: word.span(),
        implies: context.links(word, record, "implies", N::Predicate),
        contrary: context.links(word, record, "contrary", N::Predicate),
        opposite: context.link(word, record, "opposite", N::Predicate),
        inverse: context.link(word, record, "inverse", N::Predicate),
        before: context.links(word, record, "before", N::Predicate),
        symmetric: flag("symmetric"),
        asymmetric: flag("asymmetric"),
        ordering: flag("ordering"),
        one_value: flag("one-value"),
        one_holder: flag("one-holder"),
        per: context.links(word, record, "per", N::Qualifier),
        from: context.fields(place, record, "from"),
        to: context.fields(place, record, "to"),
        needs: context.links(word, record, "needs", N::Qualifier),
        tie: context.field(place, record, "tie"),
        aspired: flag("aspired"),
        attitude: context.field(place, record, "attitude"),
        instance_of: context.link(word, record, "instance-of", N::Situation),
        when: when(context, word, record),
        proxy: proxy(context, word, record),
        aspect: context.field(place, record, "aspect"),
        fresh: duration("fresh", FRESH),
        stale_after: duration("stale-after", STALE_AFTER),
        credit: flag("credit"),
        blame: flag("blame"),
        vague: flag("vague"),
        undermined_by: undermined_by(context, word, record),
        numeric: numeric(context, word, record),
        unit: context.link(word, record, "unit", N::Unit),
        tolerance: tolerance(place, record),
    }
}

fn tolerance(place: Place<'_>, record: &Record) -> Option<i64> {
    record.text("tolerance").and_then(|text| form::percent(place.get(text)).ok())
}

fn when<'d>(
    context: &mut Context<'_, 'd>,
    word: Word<'d>,
    record: &'d Record,
) -> Vec<(Spanned<Symbol>, Spanned<Symbol>)> {
    let place = word.place;
    let mut pairs = Vec::new();
    for Named { key, value, .. } in record.named("when") {
        let Value::Text(value) = value else { continue };
        let text = place.get(value);
        let Some(key) = context.declared(word, Namespace::Qualifier, place.get(key), place.span(key)) else { continue };
        let name = context.words.resolve(Namespace::Name, text).unwrap_or(text);
        pairs.push((key, Spanned::new(context.pool.intern(name), place.span(value))));
    }
    pairs
}

fn proxy<'d>(context: &mut Context<'_, 'd>, word: Word<'d>, record: &'d Record) -> Option<Spanned<Symbol>> {
    let text = record.text("proxy")?;
    let written = word.place.get(text);
    let target = if written == "true" { "fights" } else { written };
    context.declared(word, Namespace::Predicate, target, word.place.span(text))
}

fn numeric<'d>(context: &mut Context<'_, 'd>, word: Word<'d>, record: &'d Record) -> Option<Spanned<Symbol>> {
    let text = record.text("numeric")?;
    if word.place.get(text) == "object" {
        return Some(context.symbol(word.place, text));
    }
    context.declared(word, Namespace::Qualifier, word.place.get(text), word.place.span(text))
}

fn undermined_by<'d>(
    context: &mut Context<'_, 'd>,
    word: Word<'d>,
    record: &'d Record,
) -> Vec<(Spanned<Symbol>, bool)> {
    let place = word.place;
    let mut found = Vec::new();
    for text in record.texts("undermined-by") {
        let written = place.get(text);
        let (target, negated) = match written.strip_prefix("not ") {
            Some(rest) => (rest.trim_start(), true),
            None => (written, false),
        };
        let span = place.within(text, written.len() - target.len(), written.len());
        if let Some(target) = context.declared(word, Namespace::Predicate, target, span) {
            found.push((target, negated));
        }
    }
    found
}

fn qualifier<'d>(context: &mut Context<'_, 'd>, word: Word<'d>, record: &'d Record) -> QualifierKey {
    let value = record.text("value").map_or("text", |text| word.place.get(text));
    QualifierKey {
        name: name(context, word),
        value: context.pool.intern(value),
        scope: context.field(word.place, record, "scope"),
        unit: context.link(word, record, "unit", Namespace::Unit),
        tolerance: tolerance(word.place, record),
    }
}

fn entity<'d>(context: &mut Context<'_, 'd>, word: Word<'d>, record: &'d Record) -> Entity {
    let name = name(context, word);
    let kind = context.field(word.place, record, "kind");
    Entity {
        name,
        span: word.span(),
        kind: kind.unwrap_or_else(|| name.map(|_| context.pool.intern("-"))),
        label: label(context, word, record),
        part_of: context.links(word, record, "part-of", Namespace::Name),
        speaks_for: context.links(word, record, "speaks-for", Namespace::Name),
        involves: context.links(word, record, "involves", Namespace::Name),
        by: context.links(word, record, "by", Namespace::Name),
        roles: record.records("roles").filter_map(|role| term(context, word, role)).collect(),
    }
}

fn term<'d>(context: &mut Context<'_, 'd>, word: Word<'d>, record: &'d Record) -> Option<Role> {
    let place = word.place;
    let office = context.link(word, record, "as", Namespace::Office);
    let of = context.link(word, record, "of", Namespace::Name);
    let text = |key| record.text(key).map(|text| place.get(text));
    let days = match date::parse_term(text("from"), text("to")) {
        Ok(days) => Some(days),
        Err(error) => {
            // A date of the wrong form was reported where it was read; only the order of the two is new here.
            let dates = ["from", "to"].into_iter().filter_map(|key| record.text(key));
            if let (2, Some(to)) = (dates.count(), record.text("to")) {
                context.error("bad-date", error.to_string(), place.span(to), "let `to` come after `from`");
            }
            None
        }
    };
    Some(Role { office: office?, of: of?, days: days?, span: place.at(record.place) })
}

fn situation<'d>(context: &mut Context<'_, 'd>, word: Word<'d>, record: &'d Record) -> Situation {
    Situation {
        name: name(context, word),
        label: label(context, word, record),
        opposite: context.links(word, record, "opposite", Namespace::Situation),
        exhaustive: flag(word.place, record, "exhaustive").is_some(),
        involves: context.links(word, record, "involves", Namespace::Name),
    }
}

fn issue<'d>(context: &mut Context<'_, 'd>, word: Word<'d>, record: &'d Record) -> Issue {
    Issue {
        name: name(context, word),
        label: label(context, word, record),
        members: context.links(word, record, "members", Namespace::Situation),
        key: context.links(word, record, "key", Namespace::Situation),
    }
}

fn topic<'d>(context: &mut Context<'_, 'd>, word: Word<'d>, record: &'d Record) -> Topic {
    Topic {
        name: name(context, word),
        label: label(context, word, record),
        within: context.links(word, record, "within", Namespace::Topic),
    }
}

fn office<'d>(context: &mut Context<'_, 'd>, word: Word<'d>, record: &'d Record) -> Office {
    let binds = record.text("binds").is_none_or(|text| word.place.get(text) != "false");
    Office {
        name: name(context, word),
        label: label(context, word, record),
        one_holder: flag(word.place, record, "one-holder").is_some(),
        binds,
    }
}

fn kind<'d>(context: &mut Context<'_, 'd>, word: Word<'d>, _: &'d Record) -> Vec<Spanned<Symbol>> {
    let Value::List(items) = &word.named.value else { return Vec::new() };
    let texts = items.iter().filter_map(|item| if let Value::Text(text) = item { Some(text) } else { None });
    texts.map(|text| context.symbol(word.place, text)).collect()
}

fn unit<'d>(context: &mut Context<'_, 'd>, word: Word<'d>, record: &'d Record) -> Unit {
    let name = name(context, word);
    let base = context.link(word, record, "base", Namespace::Unit).map_or(name.value, |base| base.value);
    let mut factor = "1";
    if let Some(text) = record.text("factor") {
        let written = word.place.get(text);
        if Decimal::exact(written).is_some_and(|number| number.is_positive()) {
            factor = written;
        } else {
            let message = format!("`{}` is no factor", form::shown(written));
            context.error("bad-quantity", message, word.place.span(text), "write a number above zero, such as `0.001`");
        }
    }
    Unit { name, base, factor: factor.to_owned() }
}

/// The base of a unit is a unit without a base.
fn check_bases(context: &mut Context<'_, '_>, vocabulary: &Vocabulary) {
    for unit in vocabulary.units.values() {
        let Some(base) = vocabulary.units.get(&unit.base) else { continue };
        if base.base != base.name.value {
            let (unit_name, base_name) = (context.pool.text(unit.name.value), context.pool.text(base.name.value));
            let message = format!("`{base_name}`, the base of `{unit_name}`, has a base of its own");
            let help = if base.base == unit.name.value {
                "let one of them have no base".to_owned()
            } else {
                format!("convert `{unit_name}` to `{}`", context.pool.text(base.base))
            };
            context.error("bad-quantity", message, unit.name.span, &help);
        }
    }
}

/// The built-in scales and those of the data set.
pub(super) fn scales(context: &mut Context<'_, '_>) -> BTreeMap<String, Scale> {
    let mut scales = certainty::built_in();
    let words: Vec<_> = context.words.section("scales").collect();
    for (name, word) in words {
        let Value::Named(entries) = &word.named.value else { continue };
        let mut scale = Scale::new();
        if let Some(entry) = entries.get(SCALE_WORDS) {
            let message = format!("this scale has {} words, the limit is {SCALE_WORDS}", entries.len());
            context.error("too-large", message, word.place.span(&entry.key), "remove words");
        }
        for entry in entries.iter().take(SCALE_WORDS) {
            let Value::List(bounds) = &entry.value else { continue };
            let numbers: Vec<Option<i64>> = bounds
                .iter()
                .map(|bound| match bound {
                    Value::Text(text) => word.place.get(text).parse().ok().filter(|n| (0..=1000).contains(n)),
                    Value::Bad | Value::List(_) | Value::Record(_) | Value::Named(_) => None,
                })
                .collect();
            match numbers[..] {
                [Some(low), Some(high)] if low <= high => {
                    scale.insert(word.place.get(&entry.key).to_owned(), (low, high));
                }
                _ => {
                    let message = "a word of a scale needs two numbers from 0 to 1000, the smaller first";
                    context.error(
                        "bad-certainty",
                        message,
                        word.place.span(&entry.key),
                        "write `[low, high]` in thousandths",
                    );
                }
            }
        }
        scales.insert(name.to_owned(), certainty::with_common(scale));
    }
    scales
}
