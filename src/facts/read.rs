//! Fact files become a data set: documents are decoded, words collected, claims lowered against them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::{Checked, Diagnostic, Family, FileId, Level, Pool, SourceMap, Span, Spanned, Symbol};
use crate::yaml::{self, MAX_ENTRIES, Problems, Start};

use super::certainty;
use super::claim::{Frame, Reader};
use super::context::Context;
use super::dataset::{Dataset, Source, StoredCopy};
use super::decode::Shaped;
use super::form::shown;
use super::header;
use super::lexicon;
use super::links::{self, Ids};
use super::lost::Lost;
use super::order;
use super::pattern;
use super::record::{Record, Value};
use super::schema::DOCUMENT;
use super::words::{Document, Place, Suggest, Words};
use super::{packs, schema};

/// Reads fact files whose texts are in `sources`; the packs they use are added to it.
///
/// It never fails: what is wrong becomes diagnostics, and a claim with an error is left out.
pub fn read(sources: &mut SourceMap, files: &[FileId], pool: &mut Pool) -> Checked<Dataset> {
    read_beside(sources, files, Lost::default(), pool)
}

/// The same beside files that could not be read, and that hold the words `lost`.
pub fn read_beside(sources: &mut SourceMap, files: &[FileId], mut lost: Lost, pool: &mut Pool) -> Checked<Dataset> {
    let mut problems = Problems::new();
    let mut own = Vec::new();
    let mut texts = BTreeMap::new();
    for &file in files {
        let text = Arc::clone(&sources.file(file).text);
        let text = match yaml::clean(file, &text, &mut problems) {
            Cow::Owned(clean) => clean.into(),
            Cow::Borrowed(_) => text,
        };
        texts.insert(file, Arc::clone(&text));
        let documents = decode(file, &text, false, &mut lost, &mut problems);
        if documents.is_empty() && problems.mark(file).is_clean() {
            empty_file(file, &mut problems);
        }
        own.extend(documents);
    }
    let mut documents = load_packs(sources, &own, &mut texts, &mut lost, &mut problems);
    documents.append(&mut own);
    let documents: Vec<(Document, &str)> = documents
        .into_iter()
        .filter_map(|document| {
            let text: &str = texts.get(&document.file)?;
            Some((document, text))
        })
        .collect();
    let dataset = lower(&documents, &lost, pool, &mut problems);
    Checked { value: dataset, diagnostics: problems.finish() }
}

fn empty_file(file: FileId, problems: &mut Problems) {
    let span = Span::new(file, 0, 0);
    let diagnostic = Diagnostic::error(Family::Fact, "no-effect", "this file holds no document", span)
        .with_level(Level::Advice)
        .with_help("write claims into it, or remove it");
    problems.push(diagnostic);
}

/// The keys of fact files.
const KEYS: yaml::Keys = yaml::Keys { any: schema::is_key, top: |key| schema::field(DOCUMENT, key).is_some() };

/// The documents of one file.
pub(super) fn decode(file: FileId, text: &str, pack: bool, lost: &mut Lost, problems: &mut Problems) -> Vec<Document> {
    let (documents, unread) = yaml::read(file, text, problems, KEYS, |decoder, root, blanks| {
        let start = match root {
            Start::Map(start) => start,
            Start::Refused(_) => return Ok(None),
            Start::Scalar(text) if text.get(decoder.text()).is_empty() => return Ok(None),
            Start::Scalar(yaml::Text { start, .. }) | Start::List(start) => {
                decoder.skip(&root)?;
                let end = decoder.last_end().max(start);
                let message = "a document must be a map with `source` and `claims`, or with vocabulary";
                decoder.report("wrong-type", message, start, end, "begin with `source:` or `entities:`");
                return Ok(None);
            }
        };
        let root = Shaped { decoder, lost: blanks }.record(DOCUMENT, start, None, "document")?;
        let lost = blanks.iter().filter_map(|blank| blank.key.clone()).collect();
        let mut document = Document { file, root, lost, pack };
        if links::is_source(&document) {
            one_kind(&mut document, text, decoder.problems);
        }
        Ok(Some(document))
    });
    for part in unread {
        lost.add(text.get(part).unwrap_or_default());
    }
    let mut documents: Vec<Document> = documents.into_iter().flatten().collect();
    limit_claims(&mut documents, text, MAX_ENTRIES, problems);
    documents
}

/// Leaves out the claims of a file behind the first `limit`.
fn limit_claims(documents: &mut [Document], text: &str, limit: usize, problems: &mut Problems) {
    let mut left = limit;
    let mut reported = false;
    for document in documents {
        let place = Place { file: document.file, text };
        let Some(claims) = document.root.named_mut("claims") else { continue };
        if let Some(first) = claims.get(left).filter(|_| !reported) {
            let message = format!("this file has more than {limit} claims; nothing from here on is read");
            let diagnostic = Diagnostic::error(Family::Fact, "too-large", message, place.span(&first.key));
            problems.push(diagnostic.with_help("split the file"));
            reported = true;
        }
        claims.truncate(left);
        left -= claims.len();
    }
}

/// A source document has `source` and `claims` only.
fn one_kind(document: &mut Document, text: &str, problems: &mut Problems) {
    let place = Place { file: document.file, text };
    let has = |document: &Document, key: &str| document.root.entry(key).is_some();
    if !has(document, "source") && !document.lost.iter().any(|key| key == "source") {
        let at = document.root.entry("claims").map_or((0, 0), |entry| entry.key);
        let message = "this document has `claims` and no `source`";
        problems.push(
            Diagnostic::error(Family::Fact, "missing-key", message, place.at(at))
                .with_help("add `source:` with `id`, `author` and `published`"),
        );
    }
    for entry in &document.root.entries {
        let key = entry.field.key;
        if !matches!(key, "source" | "claims") {
            let message = format!("unknown key `{key}` in a document with claims");
            problems.push(
                Diagnostic::error(Family::Fact, "unknown-key", message, place.at(entry.key))
                    .with_help("put the vocabulary into a document of its own, after `---` or in another file"),
            );
        }
    }
    document.root.entries.retain(|entry| matches!(entry.field.key, "source" | "claims"));
}

/// The documents of the packs that are used.
fn load_packs(
    sources: &mut SourceMap,
    own: &[Document],
    texts: &mut BTreeMap<FileId, Arc<str>>,
    lost: &mut Lost,
    problems: &mut Problems,
) -> Vec<Document> {
    let mut names: Vec<&'static str> = Vec::new();
    let mut written = false;
    for document in own {
        let Some(text) = texts.get(&document.file) else { continue };
        let place = Place { file: document.file, text };
        written |= document.root.entry("use").is_some();
        for used in document.root.texts("use") {
            let name = place.get(used);
            if let Some(pack) = packs::names().find(|pack| *pack == name) {
                names.push(pack);
                continue;
            }
            let shipped: Vec<_> = packs::names().collect();
            let message = format!("no pack `{}`", shown(name));
            problems.push(
                Diagnostic::error(Family::Fact, "unknown-pack", message, place.span(used))
                    .with_help(format!("shipped: {}", shipped.join(", "))),
            );
        }
    }
    if !written {
        names.push(packs::DEFAULT);
    }
    names.sort_unstable();
    names.dedup();
    let mut documents = Vec::new();
    for name in names {
        let text = packs::text(name).unwrap_or_default();
        let file = sources.add(name, text);
        texts.insert(file, text.into());
        documents.extend(decode(file, text, true, lost, problems));
    }
    documents
}

fn lower(documents: &[(Document, &str)], lost: &Lost, pool: &mut Pool, problems: &mut Problems) -> Dataset {
    let words = Words::collect(documents, lost, problems);
    let ids = Ids::collect(documents);
    order::intern(documents, &ids, pool);
    let mut suggest = Suggest::new();
    let mut context = Context { pool, problems, words: &words, suggest: &mut suggest };
    let mut vocabulary = lexicon::build(&mut context);
    pattern::build(&mut context, documents, &mut vocabulary);
    let scales = lexicon::scales(&mut context);
    let default = default_scale(&mut context, documents, &scales);
    let mut dataset = Dataset::default();
    // Rules and patterns may name days too.
    let mut dates = std::mem::take(&mut vocabulary.dates);
    let mut seen: BTreeMap<Symbol, Span> = BTreeMap::new();
    for (document, text) in documents {
        if document.pack || !links::is_source(document) {
            continue;
        }
        let place = Place { file: document.file, text };
        let mut lowering = Lowering {
            context: &mut context,
            vocabulary: &vocabulary,
            ids: &ids,
            scales: &scales,
            default,
            dates: &mut dates,
            seen: &mut seen,
        };
        lowering.document(document, place, &mut dataset);
    }
    vocabulary.dates = dates;
    dataset.vocabulary = vocabulary;
    for (index, claim) in dataset.claims.iter().enumerate() {
        dataset.by_id.insert(claim.id, index);
    }
    idle_undercuts(&dataset, context.problems);
    dataset
}

/// Scales that a message lists.
const MAX_LISTED: usize = 20;

type Scales = BTreeMap<String, certainty::Scale>;

/// The scale that the vocabulary names.
fn default_scale<'d>(context: &mut Context<'_, 'd>, documents: &'d [(Document, &'d str)], scales: &Scales) -> &'d str {
    let mut found: Option<(&'d str, Span)> = None;
    for (document, text) in documents {
        let place = Place { file: document.file, text };
        let Some(scale) = document.root.text("scale") else { continue };
        let span = place.span(scale);
        if let Some((_, first)) = found {
            let diagnostic =
                Diagnostic::error(Family::Fact, "duplicate-name", "`scale` may be set once in a data set", span)
                    .with_place(first, "the first is here")
                    .with_help("remove one of them");
            context.problems.push(diagnostic);
        } else {
            let known = known_scale(context, place.get(scale), span, scales);
            found = Some((if known { place.get(scale) } else { certainty::DEFAULT }, span));
        }
    }
    found.map_or(certainty::DEFAULT, |(name, _)| name)
}

fn known_scale(context: &mut Context<'_, '_>, name: &str, span: Span, scales: &Scales) -> bool {
    if scales.contains_key(name) {
        return true;
    }
    if context.words.may_be_lost(name) {
        return false;
    }
    let names: Vec<&str> = scales.keys().take(MAX_LISTED + 1).map(String::as_str).collect();
    let help = if names.len() > MAX_LISTED {
        "name a scale that is declared under `scales`".to_owned()
    } else {
        format!("one of {}", names.join(", "))
    };
    context.error("unknown-scale", format!("no scale `{}`", shown(name)), span, &help);
    false
}

/// Lowering of source documents.
struct Lowering<'l, 'c, 'd> {
    context: &'l mut Context<'c, 'd>,
    vocabulary: &'l super::Vocabulary,
    ids: &'l Ids<'d>,
    scales: &'l Scales,
    default: &'l str,
    dates: &'l mut BTreeMap<Symbol, Spanned<crate::base::DayRange>>,
    seen: &'l mut BTreeMap<Symbol, Span>,
}

impl<'d> Lowering<'_, '_, 'd> {
    fn document(&mut self, document: &'d Document, place: Place<'d>, dataset: &mut Dataset) {
        static NONE: Record = Record { entries: Vec::new(), place: (0, 0) };
        let header = match document.root.entry("source").map(|entry| &entry.value) {
            Some(Value::Record(header)) => header,
            _ => &NONE,
        };
        let read = header::read(self.context, self.ids, place, header);
        let complete =
            schema::SOURCE.iter().filter(|field| field.required).all(|field| header.entry(field.key).is_some());
        let fresh = complete && self.is_new(&read.source);
        let index = dataset.sources.len();
        let copy = self.context.field(place, header, "text");
        dataset.copies.extend(copy.map(|path| StoredCopy { path, source: fresh.then_some(index) }));
        let scale = header.text("scale").map(|text| (place.get(text), place.span(text)));
        let scale = match scale {
            Some((name, span)) if known_scale(self.context, name, span, self.scales) => name,
            _ => self.default,
        };
        let empty = certainty::Scale::new();
        let frame = Frame {
            place,
            vocabulary: self.vocabulary,
            ids: self.ids,
            source_id: links::source_id(document, place.text),
            index,
            source: &read.source,
            scale: (self.scales.get(scale).unwrap_or(&empty), scale),
            authors: &read.unresolved.iter().filter(|unknown| unknown.field == "author").copied().collect::<Vec<_>>(),
        };
        let mut claims = Vec::new();
        for named in document.root.named("claims") {
            let Value::Record(record) = &named.value else { continue };
            let reader = Reader {
                context: &mut *self.context,
                frame: &frame,
                dates: &mut *self.dates,
                record,
                slug: place.span(&named.key),
                unresolved: Vec::new(),
            };
            claims.extend(reader.read(named));
            let allowed = record.records("allow").filter_map(|entry| self.context.field(place, entry, "rule"));
            dataset.allowed.extend(allowed);
        }
        // What no claim inherits stands on the first claim of the source.
        let inherited = claims.iter().any(|claim| claim.unresolved.iter().any(|unknown| unknown.field == "who"));
        let left = read.unresolved.iter().filter(|unknown| unknown.field != "author" || !inherited).copied();
        match claims.first_mut() {
            Some(first) => first.unresolved.extend(left),
            None if !links::has_claims(document) && document.lost.is_empty() => {
                header::warn_unresolved(self.context, &read.unresolved);
            }
            // Its claims are broken: the name is found when they are not.
            None => {}
        }
        if fresh {
            dataset.sources.push(read.source);
            dataset.claims.append(&mut claims);
        }
    }

    /// Reports a source id that stands twice.
    fn is_new(&mut self, source: &Source) -> bool {
        let Some(&first) = self.seen.get(&source.id.value) else {
            self.seen.insert(source.id.value, source.id.span);
            return true;
        };
        let message = format!("the source `{}` is defined twice", self.context.pool.text(source.id.value));
        let diagnostic = Diagnostic::error(Family::Fact, "duplicate-source", message, source.id.span)
            .with_place(first, "the first is here")
            .with_help("rename one of them");
        self.context.problems.push(diagnostic);
        false
    }
}

/// `undercuts: x<-y` where y is no premise of x.
fn idle_undercuts(dataset: &Dataset, problems: &mut Problems) {
    for claim in &dataset.claims {
        for (target, premise) in &claim.undercuts {
            let Some(undercut) = dataset.claim(target.value) else { continue };
            if undercut.because.iter().all(|(known, _)| known.value != premise.value) {
                let message = "this undercut has no effect: the second claim is no premise of the first";
                let diagnostic = Diagnostic::error(Family::Fact, "no-effect", message, target.span.to(premise.span))
                    .with_level(Level::Advice)
                    .with_place(undercut.slug.span, "the conclusion is here")
                    .with_help("add the premise to `because` of the conclusion, or use `against`");
                problems.push(diagnostic);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_claims_of_all_documents_of_a_file_are_counted() {
        let text = "claims: { a: {}, b: {} }\n---\nclaims: { c: {}, d: {} }\n---\nclaims: { e: {} }\n";
        let check = |limit: usize, read: usize, expect: Option<u32>| {
            let file = SourceMap::new().add("a.yaml", text);
            let mut documents = decode(file, text, true, &mut Lost::default(), &mut Problems::new());
            let mut problems = Problems::new();
            limit_claims(&mut documents, text, limit, &mut problems);
            let left: usize = documents.iter().map(|document| document.root.named("claims").len()).sum();
            let found = problems.finish();
            assert_eq!((left, found.first().map(|found| found.primary.span.start)), (read, expect));
            assert!(found.len() < 2);
        };
        check(5, 5, None);
        check(3, 3, text.find("d:").map(|at| u32::try_from(at).unwrap()));
        check(2, 2, text.find("c:").map(|at| u32::try_from(at).unwrap()));
    }
}
