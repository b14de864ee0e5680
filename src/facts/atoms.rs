//! Atoms of rules, classes and patterns: propositions in which single capital letters are variables.
//!
//! In goes a text of a vocabulary, out comes an atom of declared words. Unlike in a claim, a word that nothing declares is an
//! error here, since a rule that names it could never hold.

use std::collections::BTreeMap;

use crate::base::{Span, Spanned, Symbol};
use crate::yaml::Text;

use super::context::Context;
use super::form::{Wrong, shown};
use super::quantity;
use super::record::Record;
use super::says::{self, Kind as TermKind, Pair, Term};
use super::schema::Kind;
use super::vocabulary::{PatternAtom, PatternTerm, Vocabulary};
use super::words::{Namespace, Place};

/// Where an atom stands: a text, its first byte in it, and what is wrong is called.
#[derive(Clone, Copy)]
pub(super) struct Spot<'d> {
    pub(super) place: Place<'d>,
    pub(super) text: &'d Text,
    /// The byte of the text at which the atom begins.
    pub(super) offset: usize,
    /// The part of the text that is the atom.
    pub(super) part: &'d str,
    /// The code of its mistakes.
    pub(super) code: &'static str,
    /// It comes with the program: what it says of words that are not loaded is dropped.
    pub(super) pack: bool,
}

impl<'d> Spot<'d> {
    /// All of a text of the data set.
    pub(super) fn whole(place: Place<'d>, text: &'d Text, code: &'static str) -> Self {
        Self { place, text, offset: 0, part: place.get(text), code, pack: false }
    }

    pub(super) fn span(&self, from: usize, to: usize) -> Span {
        self.place.within(self.text, self.offset + from, self.offset + to)
    }
}

/// An atom as read.
pub(super) struct Read {
    pub(super) atom: PatternAtom,
    pub(super) qualifiers: Vec<(Spanned<Symbol>, PatternTerm)>,
    /// Its variables, and where each stands first.
    pub(super) variables: BTreeMap<char, Span>,
}

impl Read {
    pub(super) fn has(&self, variable: char) -> bool {
        self.variables.contains_key(&variable)
    }
}

/// Whether a pattern has one of the keys that mean nothing beside the one by which its kind is known; the first is reported.
pub(super) fn refuse(
    context: &mut Context<'_, '_>,
    (place, record): (Place<'_>, &Record),
    kind: &Kind,
    help: &str,
) -> bool {
    let Some(entry) = record.entries.iter().find(|entry| !kind.has(entry.field.key)) else { return false };
    let message = format!("`{}` has no meaning in a pattern with `{}`", entry.field.key, kind.key);
    context.error("bad-pattern", message, place.at(entry.key), help);
    true
}

/// Reads an atom without qualifiers, which a rule, class or promise has no place for.
pub(super) fn plain<'d>(context: &mut Context<'_, 'd>, vocabulary: &mut Vocabulary, spot: Spot<'d>) -> Option<Read> {
    let read = atom(context, vocabulary, spot)?;
    let Some((key, _)) = read.qualifiers.first() else { return Some(read) };
    let message = "an atom has no qualifiers here";
    context.error(spot.code, message, key.span, "remove the brackets, or write a pattern with `when`");
    None
}

/// Reads an atom; nothing where a mistake was reported.
pub(super) fn atom<'d>(context: &mut Context<'_, 'd>, vocabulary: &mut Vocabulary, spot: Spot<'d>) -> Option<Read> {
    let says = match says::parse_atom(spot.part) {
        Ok(says) => says,
        Err(wrong) => {
            report(context, spot, wrong);
            return None;
        }
    };
    let mut reader = Reader { context, vocabulary, spot, variables: BTreeMap::new() };
    let subject = reader.single(&says.subjects);
    let object = if says.objects.is_empty() { None } else { Some(reader.single(&says.objects)) };
    let predicate = reader.word(Namespace::Predicate, says.predicate.text, &says.predicate);
    let mut qualifiers = Vec::new();
    let mut sound = true;
    for pair in &says.pairs {
        match reader.qualifier(pair) {
            Some(qualifier) => qualifiers.push(qualifier),
            None => sound = false,
        }
    }
    let variables = reader.variables;
    let object = match object {
        Some(object) => Some(object?),
        None => None,
    };
    let atom = PatternAtom { subject: subject?, negated: says.negated, predicate: predicate?, object };
    sound.then_some(Read { atom, qualifiers, variables })
}

/// Reports what is wrong with the form of an atom.
fn report<'d>(context: &mut Context<'_, 'd>, spot: Spot<'d>, wrong: Wrong) {
    let code = if matches!(wrong.code, "bad-says" | "too-large") { spot.code } else { wrong.code };
    let (from, to) = if wrong.to == 0 { (0, spot.part.len()) } else { (wrong.from, wrong.to) };
    let is_form = wrong.help.starts_with("write `subject");
    let help = if is_form { "write `X [not] predicate [Y]`" } else { &wrong.help };
    context.error(code, wrong.message, spot.span(from, to), help);
}

struct Reader<'r, 'c, 'd> {
    context: &'r mut Context<'c, 'd>,
    vocabulary: &'r mut Vocabulary,
    spot: Spot<'d>,
    variables: BTreeMap<char, Span>,
}

impl Reader<'_, '_, '_> {
    fn wrong(&mut self, wrong: Wrong, term: &Term<'_>) {
        report(self.context, self.spot, wrong.at(term.from, term.to));
    }

    fn span(&self, term: &Term<'_>) -> Span {
        self.spot.span(term.from, term.to)
    }

    /// The one name or value of a side.
    fn single(&mut self, terms: &[Term<'_>]) -> Option<PatternTerm> {
        let [term] = terms else {
            let message = "an atom has one name on each side";
            let wrong = Wrong::new(self.spot.code, message, "write an atom for each, or a variable");
            self.wrong(wrong, terms.get(1)?);
            return None;
        };
        match term.kind {
            TermKind::Own => {
                let message = "`self` means nobody here: an atom has no speaker";
                self.wrong(Wrong::new(self.spot.code, message, "write a variable or a name"), term);
                None
            }
            TermKind::Name => self.word(Namespace::Name, term.text, term).map(PatternTerm::Name),
            TermKind::Class(_) | TermKind::Quantity | TermKind::Date(_) | TermKind::Text | TermKind::Variable(_) => {
                self.value(term)
            }
        }
    }

    /// A term that is neither a name nor `self`.
    fn value(&mut self, term: &Term<'_>) -> Option<PatternTerm> {
        match term.kind {
            TermKind::Variable(letter) => {
                let span = self.span(term);
                self.variables.entry(letter).or_insert(span);
                return Some(PatternTerm::Variable(letter));
            }
            TermKind::Class(dot) => {
                let (owner, class) = (&term.text[..dot], &term.text[dot + 1..]);
                let words = (self.word(Namespace::Name, owner, term), self.word(Namespace::Class, class, term));
                let (Some(owner), Some(class)) = words else { return None };
                let text = |symbol| self.context.pool.text(symbol);
                let name = format!("{}.{}", text(owner), text(class));
                return Some(PatternTerm::Name(self.context.pool.intern(&name)));
            }
            TermKind::Quantity => self.quantity(term)?,
            TermKind::Date(days) => {
                let (date, span) = (self.context.pool.intern(term.text), self.span(term));
                self.vocabulary.dates.entry(date).or_insert(Spanned::new(days, span));
            }
            TermKind::Own | TermKind::Name | TermKind::Text => {}
        }
        Some(PatternTerm::Name(self.context.pool.intern(term.text)))
    }

    /// The declared word that a text names; one that nothing declares is reported.
    fn word(&mut self, namespace: Namespace, text: &str, term: &Term<'_>) -> Option<Symbol> {
        if let Some(known) = self.context.words.resolve(namespace, text) {
            return Some(self.context.pool.intern(known));
        }
        if !self.spot.pack {
            let span = self.span(term);
            self.context.unknown(namespace, text, span);
        }
        None
    }

    fn quantity(&mut self, term: &Term<'_>) -> Option<()> {
        let unit = quantity::parse(term.text).map_err(|wrong| self.wrong(wrong, term)).ok()?.unit;
        let known = self.context.pool.find(unit).is_some_and(|unit| self.vocabulary.units.contains_key(&unit));
        if !unit.is_empty() && !known {
            let span = self.span(term);
            self.context.unknown(Namespace::Unit, unit, span);
            return None;
        }
        Some(())
    }

    fn qualifier(&mut self, pair: &Pair<'_>) -> Option<(Spanned<Symbol>, PatternTerm)> {
        let span = self.spot.span(pair.from, pair.to);
        let found = self.context.pool.find(pair.key).and_then(|key| self.vocabulary.qualifiers.get(&key));
        let Some(found) = found else {
            if !self.context.words.may_be_lost(pair.key) {
                let nearest = self.context.nearest(Namespace::Qualifier, pair.key);
                let help = nearest.map_or_else(
                    || Namespace::Qualifier.declare().to_owned(),
                    |near| format!("did you mean `{near}`?"),
                );
                self.context.error("unknown-qualifier", format!("unknown qualifier `{}`", pair.key), span, &help);
            }
            return None;
        };
        let (key, kind) = (found.name.value, self.context.pool.text(found.value).to_owned());
        let [term] = &pair.values[..] else {
            let message = format!("`{}` has one value in a pattern", pair.key);
            let wrong = Wrong::new("bad-qualifier", message, "write an atom for each, or a variable");
            self.wrong(wrong, pair.values.get(1)?);
            return None;
        };
        let takes = |takes: &str, help: &str| {
            Wrong::new("bad-qualifier", format!("`{}` takes {takes}, found `{}`", pair.key, shown(term.text)), help)
        };
        let wrong = match (kind.as_str(), term.kind) {
            (_, TermKind::Variable(_)) | ("quantity", TermKind::Quantity) | ("date", TermKind::Date(_)) => None,
            ("quantity", _) => Some(takes("a quantity", "write a number, with its unit if it has one, or a variable")),
            ("date", _) => Some(takes("a date", "write a date such as `2023-06`, or a variable")),
            ("flag", _) if term.text != "true" => Some(takes("`true` only", "write `true`, or leave it out")),
            _ => None,
        };
        if let Some(wrong) = wrong {
            self.wrong(wrong, term);
            return None;
        }
        let namespace = if kind == "topic" { Namespace::Topic } else { Namespace::Name };
        let value = match (kind.as_str(), term.kind) {
            ("topic" | "entity", TermKind::Name) => self.word(namespace, term.text, term).map(PatternTerm::Name),
            _ => self.value(term),
        };
        Some((Spanned::new(key, span), value?))
    }
}
