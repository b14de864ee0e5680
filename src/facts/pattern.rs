//! Rules, classes and patterns in the language of the claims: atoms whose single capital letters are variables.
//!
//! In go the documents, out come inference rules, class rules and promise patterns of the vocabulary.

use crate::base::Span;
use crate::yaml::Text;

use super::context::Context;
use super::form::{Wrong, is_identifier, shown};
use super::record::{Record, Value};
use super::vocabulary::{ClassRule, InferenceRule, PatternAtom, PatternTerm, PromisePattern, Vocabulary};
use super::words::{Document, Namespace, Place};

/// Reads the rules, classes and patterns of all documents.
pub(super) fn build<'d>(
    context: &mut Context<'_, 'd>,
    documents: &'d [(Document, &'d str)],
    vocabulary: &mut Vocabulary,
) {
    let words: Vec<_> = context.words.section("classes").collect();
    for (name, word) in words {
        let Value::Text(text) = &word.named.value else { continue };
        if let Some(atom) = class(context, word.place, text, word.pack) {
            let written = word.place.get(text).to_owned();
            let key = context.symbol(word.place, &word.named.key);
            let span = word.place.span(text);
            vocabulary.classes.insert(context.pool.intern(name), ClassRule { word: key, written, span, atom });
        }
    }
    for (document, text) in documents {
        let place = Place { file: document.file, text };
        for rule in document.root.texts("rules") {
            vocabulary.rules.extend(inference(context, place, rule));
        }
        for pattern in document.root.records("patterns") {
            vocabulary.patterns.extend(promise(context, place, pattern));
        }
    }
}

/// An atom as read, with the place of its names.
struct Read {
    atom: PatternAtom,
    /// Variables and where they stand in the text.
    variables: Vec<(char, usize)>,
}

impl Read {
    fn has(&self, variable: char) -> bool {
        self.variables.iter().any(|&(name, _)| name == variable)
    }
}

fn class<'d>(context: &mut Context<'_, 'd>, place: Place<'d>, text: &'d Text, pack: bool) -> Option<PatternAtom> {
    let read = atom(context, place, text, 0, place.get(text), "bad-rule", pack)?;
    let variables = match (&read.atom.subject, &read.atom.object) {
        (PatternTerm::Variable(x), Some(PatternTerm::Variable(y))) => x != y,
        _ => false,
    };
    if !variables || !read.has('X') || !read.has('Y') || read.atom.negated {
        let message = "a class needs one atom with the owner X and the member Y";
        context.error("bad-rule", message, place.span(text), "write `\"X allied-with Y\"`");
        return None;
    }
    Some(read.atom)
}

fn inference<'d>(context: &mut Context<'_, 'd>, place: Place<'d>, text: &'d Text) -> Option<InferenceRule> {
    let written = place.get(text);
    let arrow =
        [("=>", false), ("->", true)].into_iter().find_map(|(arrow, strict)| Some((written.find(arrow)?, strict)));
    let Some((at, strict)) = arrow else {
        let help = "write `\"X supports assad => X wants assad-stays\"`";
        context.error("bad-rule", "this rule has neither `->` nor `=>`", place.span(text), help);
        return None;
    };
    let premise = atom(context, place, text, 0, &written[..at], "bad-rule", false);
    let conclusion = atom(context, place, text, at + 2, &written[at + 2..], "bad-rule", false);
    let (premise, conclusion) = (premise?, conclusion?);
    if let Some(&(name, at)) = conclusion.variables.iter().find(|&&(name, _)| !premise.has(name)) {
        let message = format!("`{name}` occurs in the conclusion only");
        context.error("bad-rule", message, place.within(text, at, at + 1), &format!("use {name} in the premise"));
        return None;
    }
    let span = place.span(text);
    Some(InferenceRule {
        written: written.to_owned(),
        span,
        premise: premise.atom,
        conclusion: conclusion.atom,
        strict,
    })
}

fn promise<'d>(context: &mut Context<'_, 'd>, place: Place<'d>, record: &'d Record) -> Option<PromisePattern> {
    let span = place.at(record.place);
    let fail = |context: &mut Context<'_, 'd>, message: &str, span: Span, help: &str| {
        context.error("bad-pattern", message, span, help);
        None
    };
    let Some(rule) = record.text("rule") else {
        let named = ["name", "when"].into_iter().find_map(|key| record.entry(key));
        let at = named.map_or(span, |entry| place.at(entry.key));
        let (message, help) = match named {
            Some(_) => ("patterns with a `name` are not supported in this version", "write a rule file instead"),
            None => ("this pattern has no `rule`", "add `rule: promise-vs-doubt`"),
        };
        return fail(context, message, at, help);
    };
    if place.get(rule) != "promise-vs-doubt" {
        let message = format!("the rule `{}` takes no patterns", shown(place.get(rule)));
        return fail(context, &message, place.span(rule), "write `promise-vs-doubt`");
    }
    if let Some(entry) =
        record.entries.iter().find(|entry| matches!(entry.field.key, "name" | "when" | "level" | "say" | "help"))
    {
        let message = format!("`{}` has no meaning in a pattern with `rule`", entry.field.key);
        return fail(context, &message, place.at(entry.key), "remove it");
    }
    let (Some(promise_text), Some(doubt_text)) = (record.text("promise"), record.text("doubt")) else {
        return fail(context, "this pattern needs a `promise` and a `doubt`", span, "add the missing one");
    };
    let promise = atom(context, place, promise_text, 0, place.get(promise_text), "bad-pattern", false);
    let doubt = atom(context, place, doubt_text, 0, place.get(doubt_text), "bad-pattern", false);
    let (promise, doubt) = (promise?, doubt?);
    let by = match record.text("by") {
        None => None,
        Some(text) => match variable(place.get(text)) {
            Some(name) if promise.has(name) || doubt.has(name) => Some(name),
            _ => {
                let message = format!("`{}` is no variable of this pattern", shown(place.get(text)));
                return fail(context, &message, place.span(text), "name a capital letter of `promise` or `doubt`");
            }
        },
    };
    let said = by.map_or(String::new(), |name| format!(", by: {name}"));
    let written = format!("promise: \"{}\", doubt: \"{}\"{said}", place.get(promise_text), place.get(doubt_text));
    Some(PromisePattern { written, span, promise: promise.atom, doubt: doubt.atom, by })
}

/// A single capital letter.
fn variable(text: &str) -> Option<char> {
    let mut chars = text.chars();
    chars.next().filter(|c| c.is_ascii_uppercase() && chars.next().is_none())
}

/// The atom that stands at byte `offset` of a text.
fn atom<'d>(
    context: &mut Context<'_, 'd>,
    place: Place<'d>,
    text: &'d Text,
    offset: usize,
    part: &'d str,
    code: &'static str,
    pack: bool,
) -> Option<Read> {
    let mut words = Vec::new();
    let mut at = 0;
    for word in part.split_inclusive(char::is_whitespace) {
        if !word.trim().is_empty() {
            words.push((word.trim(), offset + at));
        }
        at += word.len();
    }
    let negated = words.len() > 1 && words[1].0 == "not";
    if negated {
        words.remove(1);
    }
    let (subject, predicate, object) = match words[..] {
        [subject, predicate] => (subject, predicate, None),
        [subject, predicate, object] => (subject, predicate, Some(object)),
        _ => {
            let help = "write `X [not] predicate [Y]`";
            let span = place.within(text, offset, offset + part.len());
            context.error(code, "this is no atom of subject, predicate and object", span, help);
            return None;
        }
    };
    let mut variables = Vec::new();
    let subject = term(context, place, text, subject, code, &mut variables);
    let object = object.map(|object| term(context, place, text, object, code, &mut variables));
    let span = place.within(text, predicate.1, predicate.1 + predicate.0.len());
    let Some(known) = context.words.resolve(Namespace::Predicate, predicate.0) else {
        if !pack {
            context.unknown(Namespace::Predicate, predicate.0, span);
        }
        return None;
    };
    let predicate = context.pool.intern(known);
    let object = match object {
        Some(object) => Some(object?),
        None => None,
    };
    Some(Read { atom: PatternAtom { subject: subject?, negated, predicate, object }, variables })
}

fn term<'d>(
    context: &mut Context<'_, 'd>,
    place: Place<'d>,
    text: &'d Text,
    (word, at): (&'d str, usize),
    code: &'static str,
    variables: &mut Vec<(char, usize)>,
) -> Option<PatternTerm> {
    if let Some(name) = variable(word) {
        variables.push((name, at));
        return Some(PatternTerm::Variable(name));
    }
    if !is_identifier(word) {
        let wrong = Wrong::new(
            code,
            format!("`{}` is neither a variable nor a name", shown(word)),
            "write a capital letter or a declared name",
        );
        context.wrong(wrong.at(at, at + word.len()), place, text);
        return None;
    }
    let span = place.within(text, at, at + word.len());
    let name = context.words.resolve(Namespace::Name, word);
    if name.is_none() {
        context.unknown(Namespace::Name, word, span);
    }
    Some(PatternTerm::Name(context.pool.intern(name?)))
}

/// The symbol and place of a spanned word, for tests of patterns.
#[cfg(test)]
pub(super) fn shape(atom: &PatternAtom, text: impl Fn(crate::base::Symbol) -> String) -> String {
    let term = |term: &PatternTerm| match term {
        PatternTerm::Variable(name) => name.to_string(),
        PatternTerm::Name(name) => text(*name),
    };
    let object = atom.object.as_ref().map_or(String::new(), |object| format!(" {}", term(object)));
    format!("{}{} {}{object}", term(&atom.subject), if atom.negated { " not" } else { "" }, text(atom.predicate))
}
