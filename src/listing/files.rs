//! Fact files, and what stands in each.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::base::{FileId, Span};
use crate::engine::Loaded;
use crate::facts::Vocabulary;

use super::Item;

/// A fact file.
#[derive(Serialize)]
pub struct FileItem<'a> {
    path: &'a str,
    sources: Vec<&'a str>,
    claims: usize,
    /// Entries of vocabulary.
    words: usize,
    problems: usize,
}

impl Item for FileItem<'_> {
    const KIND: &'static str = "files";
    const HEADER: &'static [&'static str] = &["file", "sources", "claims", "words", "problems"];
    const PLACE: Option<usize> = Some(0);
    const NUMBERS: &'static [usize] = &[1, 2, 3, 4];

    fn cells(&self) -> Vec<String> {
        let counts = [self.sources.len(), self.claims, self.words, self.problems];
        std::iter::once(self.path.to_owned()).chain(counts.map(|count| count.to_string())).collect()
    }
}

/// The fact files that are asked for, in byte order of their paths.
#[must_use]
pub fn files<'a>(loaded: &'a Loaded, asked: &dyn Fn(&str) -> bool) -> Vec<FileItem<'a>> {
    let Loaded { dataset, sources, pool, diagnostics, .. } = loaded;
    let claims = count(dataset.claims.iter().map(|claim| claim.span));
    let words = count(words(&dataset.vocabulary));
    let problems = count(diagnostics.iter().map(|problem| problem.primary.span));
    let mut ids: BTreeMap<FileId, Vec<&str>> = BTreeMap::new();
    for source in &dataset.sources {
        ids.entry(source.span.file).or_default().push(pool.text(source.id.value));
    }
    let number = |counts: &BTreeMap<FileId, usize>, file: FileId| counts.get(&file).copied().unwrap_or(0);
    let item = |file: FileId| FileItem {
        path: &sources.file(file).path,
        sources: ids.get(&file).cloned().unwrap_or_default(),
        claims: number(&claims, file),
        words: number(&words, file),
        problems: number(&problems, file),
    };
    loaded.fact_files.iter().map(|&file| item(file)).filter(|item| asked(item.path)).collect()
}

fn count(places: impl Iterator<Item = Span>) -> BTreeMap<FileId, usize> {
    let mut counts = BTreeMap::new();
    for place in places {
        *counts.entry(place.file).or_default() += 1;
    }
    counts
}

/// The places of all entries of vocabulary.
fn words(vocabulary: &Vocabulary) -> impl Iterator<Item = Span> {
    let predicates = vocabulary.predicates.values().map(|word| word.name.span);
    let qualifiers = vocabulary.qualifiers.values().map(|word| word.name.span);
    let entities = vocabulary.entities.values().map(|word| word.name.span);
    let situations = vocabulary.situations.values().map(|word| word.name.span);
    let issues = vocabulary.issues.values().map(|word| word.name.span);
    let topics = vocabulary.topics.values().map(|word| word.name.span);
    let offices = vocabulary.offices.values().map(|word| word.name.span);
    let units = vocabulary.units.values().map(|word| word.name.span);
    let classes = vocabulary.classes.values().map(|word| word.word.span);
    let rules = vocabulary.rules.iter().map(|rule| rule.span);
    let patterns = vocabulary.patterns.iter().map(|pattern| pattern.span);
    let names = predicates.chain(qualifiers).chain(entities).chain(situations).chain(issues).chain(topics);
    names.chain(offices).chain(units).chain(classes).chain(rules).chain(patterns)
}
