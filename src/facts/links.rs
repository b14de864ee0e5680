//! References between claims: which ids exist, and what a reference in a claim means.
//!
//! In go all documents, out comes a table of ids; claims that are broken count, so that their mistakes do not spread.

use std::collections::{BTreeMap, BTreeSet};

use super::words::{Document, Namespace, Suggest};

/// The slugs of every source.
#[derive(Debug, Default)]
pub(super) struct Ids<'d> {
    sources: BTreeMap<&'d str, BTreeSet<&'d str>>,
}

/// What a reference means.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Link {
    /// The claim with that full id.
    Claim(String),
    /// Nothing; the nearest id, written as the reference is.
    Unknown(Option<String>),
}

impl<'d> Ids<'d> {
    /// Collects the ids of all claims, also of those that were lost to syntax errors.
    pub(super) fn collect(documents: &'d [(Document, &'d str)]) -> Self {
        let mut sources: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (document, text) in documents {
            if document.pack || !is_source(document) {
                continue;
            }
            let slugs = sources.entry(source_id(document, text)).or_default();
            slugs.extend(document.root.named("claims").iter().map(|claim| claim.key.get(text)));
            slugs.extend(document.lost.iter().map(String::as_str));
        }
        Self { sources }
    }

    /// There is a source of that id.
    pub(super) fn has_source(&self, id: &str) -> bool {
        self.sources.contains_key(id)
    }

    /// The full ids of all claims, in byte order of source and slug.
    pub(super) fn claim_ids(&self) -> impl Iterator<Item = String> {
        self.sources.iter().flat_map(|(source, slugs)| slugs.iter().map(move |slug| format!("{source}/{slug}")))
    }

    /// All source ids.
    pub(super) fn source_ids(&self) -> impl Iterator<Item = &'d str> + '_ {
        self.sources.keys().copied().filter(|id| !id.is_empty())
    }

    /// What `text` means in a claim of the source `own`.
    pub(super) fn resolve(&self, text: &str, own: &str, suggest: &mut Suggest) -> Link {
        let (source, slug) = text.split_once('/').unwrap_or((own, text));
        let slugs = self.sources.get(source);
        if slugs.is_some_and(|slugs| slugs.contains(slug)) {
            return Link::Claim(format!("{source}/{slug}"));
        }
        if !text.contains('/') {
            let slugs = slugs.into_iter().flatten().copied();
            return Link::Unknown(suggest.nearest(Namespace::Link, own, text, slugs));
        }
        let source = if slugs.is_some() {
            source.to_owned()
        } else {
            match suggest.nearest(Namespace::Source, "", source, self.source_ids()) {
                Some(source) => source,
                None => return Link::Unknown(None),
            }
        };
        let slugs = self.sources.get(source.as_str()).into_iter().flatten().copied();
        Link::Unknown(suggest.nearest(Namespace::Link, &source, slug, slugs).map(|slug| format!("{source}/{slug}")))
    }
}

/// The document has `source` or `claims`.
pub(super) fn is_source(document: &Document) -> bool {
    document.root.entry("source").is_some() || document.root.entry("claims").is_some()
}

/// The document has claims, or something in their place that was refused.
pub(super) fn has_claims(document: &Document) -> bool {
    let claims = document.root.entry("claims").map(|entry| &entry.value);
    claims.is_some_and(|claims| !matches!(claims, super::record::Value::Named(named) if named.is_empty()))
}

/// The id of the source of a document, empty where it has none.
pub(super) fn source_id<'d>(document: &'d Document, text: &'d str) -> &'d str {
    let header = document.root.entry("source").map(|entry| &entry.value);
    match header {
        Some(super::record::Value::Record(header)) => header.text("id").map_or("", |id| id.get(text)),
        _ => "",
    }
}
