//! Source headers.
//!
//! In goes the record under `source`, out comes a [`Source`]; authors that nothing declares are kept for its claims.

use crate::base::{DayRange, Diagnostic, Family, Level, Span, Spanned, Symbol, date};

use super::context::Context;
use super::dataset::{Source, Unresolved};
use super::links::Ids;
use super::record::Record;
use super::text::Counting;
use super::words::{Namespace, Place};

/// A source, and the names in its header that nothing declares; their field is the key they stand in.
pub(super) struct Header {
    pub(super) source: Source,
    pub(super) unresolved: Vec<Unresolved>,
}

/// Reads a header; what is missing was reported before and is filled in, as the source is left out then.
pub(super) fn read<'d>(context: &mut Context<'_, 'd>, ids: &Ids<'_>, place: Place<'d>, record: &'d Record) -> Header {
    let span = place.at(record.place);
    let mut unresolved = Vec::new();
    let mut name = |context: &mut Context<'_, 'd>, field: &'static str| {
        let mut names = Vec::new();
        for text in record.texts(field).chain(record.text(field)) {
            let (written, at) = (place.get(text), place.span(text));
            let resolved = context.words.resolve(Namespace::Name, written);
            let symbol = Spanned::new(context.pool.intern(resolved.unwrap_or(written)), at);
            if resolved.is_none() {
                let nearest = context.nearest(Namespace::Name, written).map(|near| context.pool.intern(&near));
                unresolved.push(Unresolved { field, text: symbol, nearest });
            }
            names.push(symbol);
        }
        names
    };
    let authors = name(context, "author");
    let publisher = name(context, "publisher").first().copied();
    let word = |context: &mut Context<'_, 'd>, key, default| {
        let written = context.field(place, record, key);
        written.unwrap_or_else(|| Spanned::new(context.pool.intern(default), span))
    };
    let id = word(context, "id", "?");
    let source = Source {
        id,
        authors,
        published: published(place, record, span),
        publisher,
        kind: word(context, "kind", "other"),
        grade: word(context, "grade", "F"),
        from: origins(context, ids, place, record),
        paragraphs: counting(place, record),
        span,
    };
    Header { source, unresolved }
}

fn published(place: Place<'_>, record: &Record, span: Span) -> Spanned<DayRange> {
    let written = record.text("published");
    let days = written.and_then(|text| date::parse_edtf(place.get(text)).ok());
    Spanned::new(days.unwrap_or(DayRange::ALWAYS), written.map_or(span, |text| place.span(text)))
}

fn counting(place: Place<'_>, record: &Record) -> Counting {
    record.text("paragraphs").and_then(|text| Counting::from_word(place.get(text))).unwrap_or_default()
}

fn origins<'d>(
    context: &mut Context<'_, 'd>,
    ids: &Ids<'_>,
    place: Place<'d>,
    record: &'d Record,
) -> Vec<Spanned<Symbol>> {
    let own = record.text("id").map(|text| place.get(text));
    let mut origins = Vec::new();
    for text in record.texts("from") {
        let written = place.get(text);
        if Some(written) == own {
            context.error(
                "bad-reference",
                "a source cannot draw on itself",
                place.span(text),
                "name the source it draws on",
            );
        } else if ids.has_source(written) {
            origins.push(context.symbol(place, text));
        } else if !context.words.may_be_lost(written) {
            let near = context.suggest.nearest(Namespace::Source, "", written, ids.source_ids());
            let help = near
                .map_or_else(|| "name a source of the data set".to_owned(), |near| format!("did you mean `{near}`?"));
            let message = format!("unknown source `{written}`");
            context.error("unknown-in-vocabulary", message, place.span(text), &help);
        }
    }
    origins
}

/// A header without claims has nobody to carry an unknown name: it is said here.
pub(super) fn warn_unresolved(context: &mut Context<'_, '_>, unresolved: &[Unresolved]) {
    for unknown in unresolved {
        if context.words.may_be_lost(context.pool.text(unknown.text.value)) {
            continue;
        }
        let message = format!("unknown name `{}`", context.pool.text(unknown.text.value));
        let help = match unknown.nearest {
            Some(near) => format!("did you mean `{}`?", context.pool.text(near)),
            None => "declare it under `entities`".to_owned(),
        };
        let diagnostic = Diagnostic::error(Family::Fact, "unknown-in-vocabulary", message, unknown.text.span);
        context.problems.push(diagnostic.with_level(Level::Warning).with_help(help));
    }
}
