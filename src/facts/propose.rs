//! A proposition taken apart becomes atoms: names resolved, `self` replaced, `+` distributed, turned below one half.
//!
//! In go the text of `says`, the speakers and whether the sign is turned, out comes a [`Proposition`]. Names that nothing
//! declares are recorded and stand as written.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{DayRange, Span, Spanned, Symbol};
use crate::yaml::{Places, Text};

use super::context::Context;
use super::dataset::{Atom, Proposition, Qualifier, Unresolved};
use super::form::{Wrong, shown};
use super::quantity;
use super::says::{self, Kind, Pair, Says, Term};
use super::vocabulary::Vocabulary;
use super::words::{Namespace, Place};

/// Atoms of one claim.
const MAX_ATOMS: usize = 10_000;

/// What a proposition is read against, and what it adds.
pub(super) struct Proposer<'p, 'c, 'd> {
    pub(super) context: &'p mut Context<'c, 'd>,
    pub(super) vocabulary: &'p Vocabulary,
    pub(super) dates: &'p mut BTreeMap<Symbol, Spanned<DayRange>>,
    pub(super) unresolved: &'p mut Vec<Unresolved>,
    pub(super) place: Place<'d>,
    pub(super) text: &'d Text,
    /// Where the bytes of the text stand.
    pub(super) places: Places,
}

/// The unit that a number must have, and the word that demands it.
struct Demand {
    unit: Symbol,
    by: Symbol,
}

impl Proposer<'_, '_, '_> {
    /// The proposition; `None` where an error was reported.
    pub(super) fn read(&mut self, speakers: &[Spanned<Symbol>], turned: bool) -> Option<Proposition> {
        let value = self.place.get(self.text);
        let says = match says::parse(value) {
            Ok(says) => says,
            Err(wrong) => {
                self.context.wrong(wrong, self.place, self.text);
                return None;
            }
        };
        let errors = self.context.problems.errors();
        self.own_on_both_sides(&says);
        let predicate = self.predicate(&says.predicate);
        let subjects = self.names(&says.subjects, "subject", speakers, None);
        let demand = self.demand(predicate.value, "object");
        let objects = self.names(&says.objects, "object", speakers, demand.as_ref());
        let mut qualifiers = Vec::new();
        for pair in &says.pairs {
            self.qualifier(pair, predicate.value, &mut qualifiers);
        }
        let atoms = self.atoms(&subjects, predicate.value, &objects, says.negated == turned);
        if self.context.problems.errors() > errors {
            return None;
        }
        let collapsed = value.split_whitespace().collect::<Vec<_>>().join(" ");
        Some(Proposition {
            written: self.context.pool.intern(&collapsed),
            span: self.place.span(self.text),
            subjects,
            negated: says.negated,
            predicate,
            objects,
            atoms,
            qualifiers,
        })
    }

    fn span(&self, from: usize, to: usize) -> Span {
        self.place.between(&self.places, from, to)
    }

    fn wrong(&mut self, wrong: Wrong, term: &Term<'_>) {
        self.context.error(wrong.code, wrong.message, self.span(term.from, term.to), &wrong.help);
    }

    fn own_on_both_sides(&mut self, says: &Says<'_>) {
        let object = says.objects.iter().find(|term| term.kind == Kind::Own);
        if let Some(object) = object.filter(|_| says.subjects.iter().any(|term| term.kind == Kind::Own)) {
            let wrong = Wrong::new("bad-says", "`self` stands on both sides", "name one of the sides");
            self.wrong(wrong, object);
        }
    }

    fn missing(&mut self, field: &'static str, text: &str, span: Span, nearest: Option<String>) -> Spanned<Symbol> {
        let symbol = Spanned::new(self.context.pool.intern(text), span);
        let nearest = nearest.map(|near| self.context.pool.intern(&near));
        self.unresolved.push(Unresolved { field, text: symbol, nearest });
        symbol
    }

    fn predicate(&mut self, term: &Term<'_>) -> Spanned<Symbol> {
        self.name(Namespace::Predicate, term, "predicate")
    }

    /// The declared word that a term names, or the term itself.
    fn name(&mut self, namespace: Namespace, term: &Term<'_>, field: &'static str) -> Spanned<Symbol> {
        let span = self.span(term.from, term.to);
        if let Some(name) = self.context.words.resolve(namespace, term.text) {
            return Spanned::new(self.context.pool.intern(name), span);
        }
        let nearest = self.context.nearest(namespace, term.text);
        self.missing(field, term.text, span, nearest)
    }

    fn class(&mut self, term: &Term<'_>, dot: usize, field: &'static str) -> Spanned<Symbol> {
        let (owner, word) = (&term.text[..dot], &term.text[dot + 1..]);
        let span = self.span(term.from, term.to);
        let words = self.context.words;
        let known_owner = words.resolve(Namespace::Name, owner).map(str::to_owned);
        let known_word = words.resolve(Namespace::Class, word).map(str::to_owned);
        if let (Some(owner), Some(word)) = (&known_owner, &known_word) {
            return Spanned::new(self.context.pool.intern(&format!("{owner}.{word}")), span);
        }
        let owner = known_owner.or_else(|| self.context.nearest(Namespace::Name, owner));
        let word = known_word.or_else(|| self.context.nearest(Namespace::Class, word));
        let nearest = owner.zip(word).map(|(owner, word)| format!("{owner}.{word}"));
        self.missing(field, term.text, span, nearest)
    }

    /// The unit in which the predicate wants the number at `place`.
    fn demand(&self, predicate: Symbol, place: &str) -> Option<Demand> {
        let predicate = self.vocabulary.predicates.get(&predicate)?;
        let numeric = predicate.numeric.as_ref()?;
        let here = self.context.pool.text(numeric.value) == place;
        let unit = predicate.unit.filter(|_| here)?;
        Some(Demand { unit: unit.value, by: predicate.name.value })
    }

    fn names(
        &mut self,
        terms: &[Term<'_>],
        field: &'static str,
        speakers: &[Spanned<Symbol>],
        demand: Option<&Demand>,
    ) -> Vec<Spanned<Symbol>> {
        let mut names = Vec::new();
        for term in terms {
            let span = self.span(term.from, term.to);
            match term.kind {
                Kind::Own => names.extend(speakers.iter().map(|speaker| Spanned::new(speaker.value, span))),
                Kind::Name => names.push(self.name(Namespace::Name, term, field)),
                Kind::Class(dot) => names.push(self.class(term, dot, field)),
                Kind::Quantity => {
                    self.quantity(term, demand);
                    names.push(self.literal(term));
                }
                Kind::Date(days) => names.push(self.date(term, days)),
                // There are no variables in claims.
                Kind::Text | Kind::Variable(_) => names.push(self.literal(term)),
            }
        }
        names
    }

    fn literal(&mut self, term: &Term<'_>) -> Spanned<Symbol> {
        Spanned::new(self.context.pool.intern(term.text), self.span(term.from, term.to))
    }

    fn date(&mut self, term: &Term<'_>, days: DayRange) -> Spanned<Symbol> {
        let symbol = self.literal(term);
        self.dates.entry(symbol.value).or_insert(Spanned::new(days, symbol.span));
        symbol
    }

    /// The unit exists, and is one of the base that is asked for.
    fn quantity(&mut self, term: &Term<'_>, demand: Option<&Demand>) {
        let quantity = match quantity::parse(term.text) {
            Ok(quantity) => quantity,
            Err(wrong) => return self.wrong(wrong, term),
        };
        let pool = &self.context.pool;
        let unit = pool.find(quantity.unit).and_then(|unit| self.vocabulary.units.get(&unit));
        if unit.is_none() && !quantity.unit.is_empty() {
            if self.context.words.may_be_lost(quantity.unit) {
                return;
            }
            let help = match self.context.nearest(Namespace::Unit, quantity.unit) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "declare it under `units`".to_owned(),
            };
            let message = format!("unknown unit `{}`", shown(quantity.unit));
            return self.wrong(Wrong::new("bad-quantity", message, help), term);
        }
        let Some(demand) = demand else { return };
        let wanted = self.vocabulary.units.get(&demand.unit).map(|unit| unit.base);
        if unit.map(|unit| unit.base) != wanted {
            let (wanted, by) = (pool.text(demand.unit), pool.text(demand.by));
            let (message, help) = if quantity.unit.is_empty() {
                (
                    format!("`{}` has no unit, `{by}` is in {wanted}", shown(term.text)),
                    format!("write `{}{wanted}`", term.text),
                )
            } else {
                (
                    format!("`{}` is in {}, `{by}` is in {wanted}", shown(term.text), quantity.unit),
                    format!("convert it to {wanted}"),
                )
            };
            self.wrong(Wrong::new("bad-quantity", message, help), term);
        }
    }

    fn qualifier(&mut self, pair: &Pair<'_>, predicate: Symbol, found: &mut Vec<Qualifier>) {
        let key_span = self.span(pair.from, pair.to);
        let key = self.context.pool.find(pair.key).and_then(|key| self.vocabulary.qualifiers.get(&key));
        let Some(key) = key else {
            if self.context.words.may_be_lost(pair.key) {
                return;
            }
            let nearest = self.context.nearest(Namespace::Qualifier, pair.key);
            let help = nearest
                .map_or_else(|| "declare it under `qualifiers`".to_owned(), |near| format!("did you mean `{near}`?"));
            return self.context.error(
                "unknown-qualifier",
                format!("unknown qualifier `{}`", pair.key),
                key_span,
                &help,
            );
        };
        let kind = self.context.pool.text(key.value).to_owned();
        let demand = self
            .demand(predicate, pair.key)
            .or_else(|| key.unit.as_ref().map(|unit| Demand { unit: unit.value, by: key.name.value }));
        if kind == "quantity" && pair.values.len() > 1 {
            let wrong = Wrong::new(
                "bad-qualifier",
                format!("`{}` takes one quantity", pair.key),
                "write a range such as `60..80`",
            );
            return self.wrong(wrong, &pair.values[1]);
        }
        for term in &pair.values {
            if let Some(value) = self.value(term, pair.key, &kind, demand.as_ref()) {
                let key = Spanned::new(self.context.pool.intern(pair.key), key_span);
                found.push(Qualifier { key, value });
            }
        }
    }

    fn value(&mut self, term: &Term<'_>, key: &str, kind: &str, demand: Option<&Demand>) -> Option<Spanned<Symbol>> {
        let refuse = |code, takes: &str, help: &str| {
            Wrong::new(code, format!("`{key}` takes {takes}, found `{}`", shown(term.text)), help)
        };
        let wrong = match (kind, term.kind) {
            ("quantity", Kind::Quantity) => {
                self.quantity(term, demand);
                return Some(self.literal(term));
            }
            ("quantity", _) => refuse("bad-quantity", "a quantity", "write a number, with its unit if it has one"),
            ("flag", _) if term.text != "true" => {
                refuse("bad-qualifier", "`true` only", "write `true`, or leave it out")
            }
            ("date", Kind::Date(days)) => return Some(self.date(term, days)),
            ("date", _) => refuse("bad-qualifier", "a date", "write a date such as `2023-06`; a year is `2023-XX`"),
            ("topic", Kind::Name) => return Some(self.name(Namespace::Topic, term, "qualifier")),
            ("entity", Kind::Name) => return Some(self.name(Namespace::Name, term, "qualifier")),
            (_, Kind::Class(dot)) => return Some(self.class(term, dot, "qualifier")),
            (_, Kind::Date(days)) => return Some(self.date(term, days)),
            (_, Kind::Quantity) => {
                self.quantity(term, None);
                return Some(self.literal(term));
            }
            (_, Kind::Name | Kind::Text | Kind::Own | Kind::Variable(_)) => return Some(self.literal(term)),
        };
        self.wrong(wrong, term);
        None
    }

    /// The product of both sides; pairs of one name are left out where a side has several.
    fn atoms(
        &mut self,
        subjects: &[Spanned<Symbol>],
        predicate: Symbol,
        objects: &[Spanned<Symbol>],
        positive: bool,
    ) -> Vec<Atom> {
        let count = subjects.len() * objects.len().max(1);
        if count > MAX_ATOMS {
            let message = format!("this claim has {count} atoms, the limit is {MAX_ATOMS}");
            self.context.error("too-large", message, self.place.span(self.text), "split the claim");
            return Vec::new();
        }
        let none = [Spanned::new(self.context.pool.intern("-"), self.place.span(self.text))];
        let sides = if objects.is_empty() { &none } else { objects };
        let mut atoms = Vec::new();
        let mut seen = BTreeSet::new();
        for subject in subjects {
            for object in sides {
                let same = subject.value == object.value && count > 1;
                if !same && seen.insert((subject.value, object.value)) {
                    atoms.push(Atom { subject: subject.value, predicate, object: object.value, positive });
                }
            }
        }
        if atoms.is_empty() && !subjects.is_empty() {
            let message = "every atom has the same name on both sides, so nothing is left";
            self.context.error(
                "bad-says",
                message,
                self.place.span(self.text),
                "remove the name from one of the sides",
            );
        }
        atoms
    }
}
