//! Patterns with a `name`: claims that together deserve a look, as a rule that needs no rule file.
//!
//! In goes an entry of `patterns`, out comes a [`NamedPattern`] whose variables are safe. Whether its name is free among the
//! rules is asked where rules are known.

use std::collections::BTreeSet;

use crate::base::{Diagnostic, Family, Span, Spanned};
use crate::yaml::Text;

use super::atoms::{self, Read, Spot};
use super::context::Context;
use super::form::shown;
use super::record::Record;
use super::schema::{ATOMS, NAMED_PATTERN};
use super::vocabulary::{NamedPattern, Vocabulary, WhenAtom};
use super::words::Place;

const CODE: &str = "bad-pattern";
/// How many atoms a pattern may have.
const FEWEST: usize = ATOMS.0;
const MOST: usize = ATOMS.1;
/// The level of a pattern that gives none.
const DEFAULT_LEVEL: &str = "advice";

/// Reads an entry that has a `name`; nothing where a mistake was reported.
pub(super) fn read<'d>(
    context: &mut Context<'_, 'd>,
    vocabulary: &mut Vocabulary,
    place: Place<'d>,
    record: &'d Record,
) -> Option<NamedPattern> {
    let span = place.at(record.place);
    let help = "remove it, or write `rule: promise-vs-doubt` for `name`";
    if atoms::refuse(context, (place, record), &NAMED_PATTERN, help) {
        return None;
    }
    let missing = NAMED_PATTERN.needs.iter().copied().find(|key| record.entry(key).is_none());
    if let Some(key) = missing {
        let example = if key == "when" { "when: [\"X fights Y\", \"Y supports X\"]" } else { "say: \"…\"" };
        context.error(CODE, format!("this pattern has no `{key}`"), span, &format!("add `{example}`"));
        return None;
    }
    let atoms = when(context, vocabulary, place, record);
    let name = context.field(place, record, "name")?;
    let first = vocabulary.named_patterns.iter().find(|other| other.name.value == name.value);
    if let Some(first) = first {
        let message = format!("two patterns are named `{}`", shown(context.pool.text(name.value)));
        let problem = Diagnostic::error(Family::Fact, CODE, message, name.span)
            .with_place(first.name.span, "the first is here")
            .with_help("rename or remove one of them");
        context.problems.push(problem);
        return None;
    }
    let atoms = atoms?;
    let variables: BTreeSet<char> = atoms.iter().flat_map(|(_, read)| read.variables.keys().copied()).collect();
    let say = message(context, (place, record), "say", &variables);
    let help = match record.entry("help") {
        Some(_) => Some(message(context, (place, record), "help", &variables)?),
        None => None,
    };
    let level = record.text("level").map_or(DEFAULT_LEVEL, |text| place.get(text)).to_owned();
    let when = atoms.into_iter().map(|(written, read)| WhenAtom {
        written,
        atom: read.atom,
        qualifiers: read.qualifiers.into_iter().map(|(key, value)| (key.value, value)).collect(),
    });
    Some(NamedPattern { name, span, when: when.collect(), level, say: say?, help })
}

/// The atoms as written and as read.
fn when<'d>(
    context: &mut Context<'_, 'd>,
    vocabulary: &mut Vocabulary,
    place: Place<'d>,
    record: &'d Record,
) -> Option<Vec<(String, Read)>> {
    let texts: Vec<&Text> = record.texts("when").collect();
    let entry = record.sound("when")?;
    if texts.len() < record.list("when").len() {
        return None; // some of them was refused
    }
    if texts.len() < FEWEST || texts.len() > MOST {
        let (atoms, help) = match texts.len() {
            0 => ("no atom".to_owned(), "add two atoms: a pattern is about claims that meet"),
            1 => ("one atom".to_owned(), "a pattern is about claims that meet: add an atom, or write a rule file"),
            many => (format!("{many} atoms"), "leave atoms out, or write a rule file"),
        };
        let message = format!("`when` has {atoms}, and a pattern has {FEWEST} to {MOST}");
        context.error(CODE, message, place.at(entry.place), help);
        return None;
    }
    let mut read = Vec::new();
    for text in &texts {
        let written = place.get(text).split_whitespace().collect::<Vec<_>>().join(" ");
        let atom = atoms::atom(context, vocabulary, Spot::whole(place, text, CODE));
        read.extend(atom.map(|atom| (written, atom)));
    }
    (read.len() == texts.len()).then_some(read)
}

/// A message with `{X}` for variables of the atoms, on one line.
///
/// A brace that no word follows stands for itself, and so does one behind a backslash, as in the messages of rule files.
fn message<'d>(
    context: &mut Context<'_, 'd>,
    (place, record): (Place<'d>, &'d Record),
    key: &str,
    variables: &BTreeSet<char>,
) -> Option<Spanned<String>> {
    let text = record.text(key)?;
    let written = place.get(text);
    let mut sound = true;
    let mut fail = |context: &mut Context<'_, 'd>, message: String, span: Span, help: &str| {
        context.error(CODE, message, span, help);
        sound = false;
    };
    for (open, _) in written.match_indices('{') {
        let inside = &written[open + 1..];
        let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
        let length = inside.find(|c| !is_word(c)).unwrap_or(inside.len());
        let (word, from) = (&inside[..length], open + 1);
        let span = place.within(text, from, from + length);
        let letter = super::says::variable(word);
        if word.is_empty() || written[..open].ends_with('\\') {
            continue;
        }
        if !inside[length..].starts_with('}') {
            let span = place.within(text, open, from + length);
            fail(context, "this brace is not closed".to_owned(), span, "write `{X}` for a variable");
        } else if letter.is_none() {
            let message = format!("`{}` is no variable", shown(word));
            fail(context, message, span, "write a single capital letter that an atom of `when` has");
        } else if letter.is_some_and(|letter| !variables.contains(&letter)) {
            let message = format!("`{word}` occurs in `{key}` only");
            fail(context, message, span, &format!("use {word} in an atom of `when`"));
        }
    }
    let line = written.split_whitespace().collect::<Vec<_>>().join(" ");
    sound.then(|| Spanned::new(line, place.span(text)))
}
