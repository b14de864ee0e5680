//! Rules, classes and patterns in the language of the claims: atoms whose single capital letters are variables.
//!
//! In go the documents, out come inference rules, class rules and patterns of the vocabulary.

use crate::base::Span;
use crate::yaml::Text;

use super::atoms::{self, Spot};
use super::context::Context;
use super::form::shown;
use super::named;
use super::record::{Record, Value};
use super::says::variable;
use super::schema::PROMISE_PATTERN;
use super::vocabulary::{ClassRule, InferenceRule, PatternAtom, PatternTerm, PromisePattern, Vocabulary};
use super::words::{Document, Place};

/// Reads the rules, classes and patterns of all documents.
pub(super) fn build<'d>(
    context: &mut Context<'_, 'd>,
    documents: &'d [(Document, &'d str)],
    vocabulary: &mut Vocabulary,
) {
    let words: Vec<_> = context.words.section("classes").collect();
    for (name, word) in words {
        let Value::Text(text) = &word.named.value else { continue };
        if let Some(atom) = class(context, vocabulary, word.place, text, word.pack) {
            let written = word.place.get(text).to_owned();
            let key = context.symbol(word.place, &word.named.key);
            let span = word.place.span(text);
            vocabulary.classes.insert(context.pool.intern(name), ClassRule { word: key, written, span, atom });
        }
    }
    for (document, text) in documents {
        let place = Place { file: document.file, text };
        for rule in document.root.texts("rules") {
            let rule = inference(context, vocabulary, place, rule);
            vocabulary.rules.extend(rule);
        }
        for record in document.root.records("patterns") {
            if record.entry("rule").is_some() {
                let pattern = promise(context, vocabulary, place, record);
                vocabulary.patterns.extend(pattern);
            } else if record.entry("name").is_some() {
                let pattern = named::read(context, vocabulary, place, record);
                vocabulary.named_patterns.extend(pattern);
            } else {
                let help = "add `name`, `when` and `say`, or `rule: promise-vs-doubt`";
                context.error("bad-pattern", "this pattern has no `name`", place.at(record.place), help);
            }
        }
    }
}

fn class<'d>(
    context: &mut Context<'_, 'd>,
    vocabulary: &mut Vocabulary,
    place: Place<'d>,
    text: &'d Text,
    pack: bool,
) -> Option<PatternAtom> {
    let read = atoms::plain(context, vocabulary, Spot { pack, ..Spot::whole(place, text, "bad-rule") })?;
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

/// Where the first arrow outside quotes stands, and whether it is strict.
fn arrow(written: &str) -> Option<(usize, bool)> {
    let mut inside = false;
    written.char_indices().find_map(|(at, c)| {
        inside ^= c == '"';
        let strict = match written.get(at..at + 2)? {
            "->" => true,
            "=>" => false,
            _ => return None,
        };
        (!inside).then_some((at, strict))
    })
}

fn inference<'d>(
    context: &mut Context<'_, 'd>,
    vocabulary: &mut Vocabulary,
    place: Place<'d>,
    text: &'d Text,
) -> Option<InferenceRule> {
    let written = place.get(text);
    let Some((at, strict)) = arrow(written) else {
        let help = "write `\"X supports assad => X wants assad-stays\"`";
        context.error("bad-rule", "this rule has neither `->` nor `=>`", place.span(text), help);
        return None;
    };
    let whole = Spot::whole(place, text, "bad-rule");
    let premise = atoms::plain(context, vocabulary, Spot { part: &written[..at], ..whole });
    let conclusion = Spot { part: &written[at + 2..], offset: at + 2, ..whole };
    let conclusion = atoms::plain(context, vocabulary, conclusion);
    let (premise, conclusion) = (premise?, conclusion?);
    if let Some((name, &span)) = conclusion.variables.iter().find(|(name, _)| !premise.has(**name)) {
        let message = format!("`{name}` occurs in the conclusion only");
        context.error("bad-rule", message, span, &format!("use {name} in the premise"));
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

fn promise<'d>(
    context: &mut Context<'_, 'd>,
    vocabulary: &mut Vocabulary,
    place: Place<'d>,
    record: &'d Record,
) -> Option<PromisePattern> {
    let span = place.at(record.place);
    let fail = |context: &mut Context<'_, 'd>, message: &str, span: Span, help: &str| {
        context.error("bad-pattern", message, span, help);
        None
    };
    let rule = record.text("rule")?;
    if PROMISE_PATTERN.value != Some(place.get(rule)) {
        let message = format!("the rule `{}` takes no patterns", shown(place.get(rule)));
        return fail(context, &message, place.span(rule), "write `promise-vs-doubt`");
    }
    if atoms::refuse(context, (place, record), &PROMISE_PATTERN, "remove it") {
        return None;
    }
    let (Some(promise_text), Some(doubt_text)) = (record.text("promise"), record.text("doubt")) else {
        return fail(context, "this pattern needs a `promise` and a `doubt`", span, "add the missing one");
    };
    let promise = atoms::plain(context, vocabulary, Spot::whole(place, promise_text, "bad-pattern"));
    let doubt = atoms::plain(context, vocabulary, Spot::whole(place, doubt_text, "bad-pattern"));
    let (promise, doubt) = (promise?, doubt?);
    if promise.atom.object.is_none() {
        let message = "this promise has no object, so nobody could doubt it";
        return fail(context, message, place.span(promise_text), "write it like `X not betrays Y`");
    }
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

/// The rules as they are written, each with whether it is strict between its atoms, for tests.
#[cfg(test)]
pub(super) fn shapes(
    rules: &[InferenceRule],
    text: impl Fn(crate::base::Symbol) -> String,
) -> Vec<(String, bool, String)> {
    rules.iter().map(|rule| (shape(&rule.premise, &text), rule.strict, shape(&rule.conclusion, &text))).collect()
}

/// The atom as it is written, with the names that its words stand for, for tests.
#[cfg(test)]
pub(super) fn shape(atom: &PatternAtom, text: impl Fn(crate::base::Symbol) -> String) -> String {
    let term = |term: &PatternTerm| match term {
        PatternTerm::Variable(name) => name.to_string(),
        PatternTerm::Name(name) => text(*name),
    };
    let object = atom.object.as_ref().map_or(String::new(), |object| format!(" {}", term(object)));
    format!("{}{} {}{object}", term(&atom.subject), if atom.negated { " not" } else { "" }, text(atom.predicate))
}
