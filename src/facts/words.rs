//! The declared words of a data set before they are given their meaning: which name is declared where, and who owns an alias.
//!
//! In go the documents of the packs and of the data set, out comes one table; names declared twice are reported.

use std::collections::BTreeMap;

use crate::base::{Diagnostic, Family, FileId, Span, Spanned};
use crate::yaml::{Places, Problems, Text};

use super::form::shown;
use super::lost::Lost;
use super::record::{Named, Record, Value, noun};

/// The text of a file, for looking at places in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'d> {
    pub(super) file: FileId,
    pub(super) text: &'d str,
}

impl<'d> Place<'d> {
    pub(super) fn get(&self, text: &'d Text) -> &'d str {
        text.get(self.text)
    }

    pub(super) fn span(&self, text: &Text) -> Span {
        Span::new(self.file, text.start, text.end)
    }

    pub(super) fn at(&self, (start, end): (u32, u32)) -> Span {
        Span::new(self.file, start, end)
    }

    /// The place of the bytes `from..to` of a text.
    pub(super) fn within(&self, text: &Text, from: usize, to: usize) -> Span {
        self.between(&text.places(self.text), from, to)
    }

    /// The place of the bytes `from..to` of the text that `places` belong to.
    pub(super) fn between(&self, places: &Places, from: usize, to: usize) -> Span {
        let start = places.at(from);
        Span::new(self.file, start, places.at(to).max(start))
    }
}

/// One document as decoded.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) file: FileId,
    pub(super) root: Record,
    /// Keys of claims that were lost to syntax errors.
    pub(super) lost: Vec<String>,
    /// It comes with the program.
    pub(super) pack: bool,
}

/// Where a word is declared.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word<'d> {
    pub(super) place: Place<'d>,
    pub(super) named: &'d Named,
    pub(super) pack: bool,
}

impl<'d> Word<'d> {
    pub(super) fn key(&self) -> Span {
        self.place.span(&self.named.key)
    }

    pub(super) fn span(&self) -> Span {
        let key = self.key();
        Span::new(key.file, key.start, self.named.end.max(key.end))
    }

    /// Its fields; none where its value was refused.
    pub(super) fn record(&self) -> Option<&'d Record> {
        match &self.named.value {
            Value::Record(record) => Some(record),
            Value::Bad | Value::Text(_) | Value::List(_) | Value::Named(_) => None,
        }
    }
}

/// Where a word is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Namespace {
    /// Entities, situations, issues and their aliases.
    Name,
    Situation,
    Topic,
    Predicate,
    Qualifier,
    Unit,
    Office,
    Class,
    Link,
    Source,
}

impl Namespace {
    /// What a message calls a word of it.
    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Situation => "situation",
            Self::Topic => "topic",
            Self::Predicate => "predicate",
            Self::Qualifier => "qualifier",
            Self::Unit => "unit",
            Self::Office => "role",
            Self::Class => "class",
            Self::Link => "claim",
            Self::Source => "source",
        }
    }

    /// An order that leads to a declaration.
    pub(super) fn declare(self) -> &'static str {
        match self {
            Self::Name => "declare it under `entities`, `situations` or `issues`",
            Self::Situation => "declare it under `situations`",
            Self::Topic => "declare it under `topics`",
            Self::Predicate => "declare it under `predicates`",
            Self::Qualifier => "declare it under `qualifiers`",
            Self::Unit => "declare it under `units`",
            Self::Office => "declare it under `roles`",
            Self::Class => "declare it under `classes`",
            Self::Link | Self::Source => "name one of the data set",
        }
    }

    fn sections(self) -> &'static [&'static str] {
        match self {
            Self::Name => &["entities", "situations", "issues"],
            Self::Situation => &["situations"],
            Self::Topic => &["topics"],
            Self::Predicate => &["predicates"],
            Self::Qualifier => &["qualifiers"],
            Self::Unit => &["units"],
            Self::Office => &["roles"],
            Self::Class => &["classes"],
            Self::Link | Self::Source => &[],
        }
    }
}

/// All sections whose entries have names.
const SECTIONS: [&str; 11] = [
    "kinds",
    "predicates",
    "qualifiers",
    "topics",
    "entities",
    "roles",
    "situations",
    "issues",
    "classes",
    "units",
    "scales",
];

/// All declared words.
#[derive(Debug, Default)]
pub(super) struct Words<'d> {
    sections: BTreeMap<&'static str, BTreeMap<&'d str, Word<'d>>>,
    aliases: BTreeMap<&'d str, Spanned<&'d str>>,
    /// Words of parts that were not read.
    lost: Option<&'d Lost>,
}

impl<'d> Words<'d> {
    /// Collects the words of all documents; those of packs must come first.
    pub(super) fn collect(documents: &'d [(Document, &'d str)], lost: &'d Lost, problems: &mut Problems) -> Self {
        let mut words = Self { lost: Some(lost), ..Self::default() };
        for (document, text) in documents {
            let place = Place { file: document.file, text };
            for section in SECTIONS {
                for named in document.root.named(section) {
                    words.declare(section, Word { place, named, pack: document.pack }, problems);
                }
            }
        }
        words.one_namespace(problems);
        words.collect_aliases(problems);
        words
    }

    fn declare(&mut self, section: &'static str, word: Word<'d>, problems: &mut Problems) {
        let name = word.place.get(&word.named.key);
        let table = self.sections.entry(section).or_default();
        match table.get(name) {
            Some(first) if !first.pack => {
                let message = format!("the {} `{}` is declared twice", noun(section), shown(name));
                problems.push(duplicate(message, word.key(), first.key()));
            }
            _ => {
                table.insert(name, word);
            }
        }
    }

    /// Entities, situations and issues share their names.
    fn one_namespace(&mut self, problems: &mut Problems) {
        for (first, second) in [("entities", "situations"), ("entities", "issues"), ("situations", "issues")] {
            let twice: Vec<&str> =
                self.section(second).map(|(name, _)| name).filter(|name| self.has(first, name)).collect();
            for name in twice {
                let (Some(old), Some(new)) = (self.word(first, name), self.word(second, name)) else { continue };
                let article = |noun: &str| if noun.starts_with(['e', 'i']) { "an" } else { "a" };
                let (a, b) = (noun(first), noun(second));
                let message = format!("`{}` is {} {a} and {} {b}", shown(name), article(a), article(b));
                problems.push(duplicate(message, new.key(), old.key()));
            }
        }
    }

    fn collect_aliases(&mut self, problems: &mut Problems) {
        let mut found: BTreeMap<&'d str, Spanned<&'d str>> = BTreeMap::new();
        for section in Namespace::Name.sections() {
            for (owner, word) in self.section(section) {
                let Some(record) = word.record() else { continue };
                for text in record.texts("alias") {
                    let (alias, span) = (word.place.get(text), word.place.span(text));
                    let other = match (self.own_name(alias), found.get(alias)) {
                        (Some(other), _) => Some((alias, other.key())),
                        (None, Some(first)) if first.value != owner => Some((first.value, first.span)),
                        (None, _) => None,
                    };
                    if let Some((name, place)) = other {
                        let (message, help) = if name == owner {
                            (format!("`{alias}` is an alias of itself"), "remove it")
                        } else {
                            let help = "names are never merged; drop one of them";
                            (format!("`{alias}` means `{owner}` and `{name}`"), help)
                        };
                        let diagnostic = Diagnostic::error(Family::Fact, "alias-collision", message, span)
                            .with_place(place, "the other is here")
                            .with_help(help);
                        problems.push(diagnostic);
                    } else {
                        found.entry(alias).or_insert(Spanned::new(owner, span));
                    }
                }
            }
        }
        self.aliases = found;
    }

    fn own_name(&self, name: &str) -> Option<Word<'d>> {
        Namespace::Name.sections().iter().find_map(|section| self.word(section, name))
    }

    /// The words of a section in byte order.
    pub(super) fn section(&self, section: &str) -> impl Iterator<Item = (&'d str, Word<'d>)> + '_ {
        self.sections.get(section).into_iter().flatten().map(|(&name, &word)| (name, word))
    }

    pub(super) fn word(&self, section: &str, name: &str) -> Option<Word<'d>> {
        self.sections.get(section)?.get(name).copied()
    }

    fn has(&self, section: &str, name: &str) -> bool {
        self.word(section, name).is_some()
    }

    /// The word may be declared in a part that was not read: nobody is told that it is unknown.
    pub(super) fn may_be_lost(&self, name: &str) -> bool {
        self.lost.is_some_and(|lost| lost.may_hold(name))
    }

    /// All aliases and their owners.
    pub(super) fn aliases(&self) -> &BTreeMap<&'d str, Spanned<&'d str>> {
        &self.aliases
    }

    /// The declared word that a text stands for, aliases replaced.
    pub(super) fn resolve<'t>(&self, namespace: Namespace, text: &'t str) -> Option<&'t str>
    where
        'd: 't,
    {
        if namespace.sections().iter().any(|section| self.has(section, text)) {
            return Some(text);
        }
        let owner: &'t str = self.aliases.get(text).filter(|_| is_aliased(namespace))?.value;
        namespace.sections().iter().any(|section| self.has(section, owner)).then_some(owner)
    }

    /// Everything that may be written for a word of the namespace.
    pub(super) fn candidates(&self, namespace: Namespace) -> impl Iterator<Item = &'d str> + '_ {
        let names =
            namespace.sections().iter().filter_map(|section| self.sections.get(section)).flat_map(|table| table.keys());
        let aliases = self.aliases.keys().filter(move |_| namespace == Namespace::Name);
        names.chain(aliases).copied()
    }
}

fn is_aliased(namespace: Namespace) -> bool {
    matches!(namespace, Namespace::Name | Namespace::Situation)
}

fn duplicate(message: String, span: Span, first: Span) -> Diagnostic {
    Diagnostic::error(Family::Fact, "duplicate-name", message, span)
        .with_place(first, "the first is here")
        .with_help("rename or remove one of them")
}

/// Finds the nearest words, within a budget: a data set full of unknown names must not take quadratic time.
#[derive(Debug)]
pub(super) struct Suggest {
    budget: usize,
    known: BTreeMap<(Namespace, String), Option<String>>,
}

impl Suggest {
    pub(super) fn new() -> Self {
        Self { budget: 40_000_000, known: BTreeMap::new() }
    }

    /// The nearest candidate: at most a third of the length away, ties by byte order. The candidates of a namespace must be
    /// the same for the same `scope`.
    pub(super) fn nearest<'c>(
        &mut self,
        namespace: Namespace,
        scope: &str,
        text: &str,
        candidates: impl Iterator<Item = &'c str>,
    ) -> Option<String> {
        let key = (namespace, format!("{scope} {text}"));
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let length = text.chars().count();
        let limit = length.div_ceil(3);
        let mut best: Option<(usize, &str)> = None;
        for candidate in candidates {
            let near = candidate.chars().count().abs_diff(length) <= limit;
            let cost = if near { 4 + candidate.len() * text.len() } else { 1 };
            self.budget = self.budget.checked_sub(cost)?;
            if !near {
                continue;
            }
            let distance = strsim::osa_distance(text, candidate);
            if distance <= limit && best.is_none_or(|found| (distance, candidate) < found) {
                best = Some((distance, candidate));
            }
        }
        let found = best.map(|(_, candidate)| candidate.to_owned());
        self.known.insert(key, found.clone());
        found
    }
}
