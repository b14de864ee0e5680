//! Collects the diagnostics of a run, at most [`MAX_DIAGNOSTICS`] a file, and takes back those of a document that is read again.

use std::collections::BTreeMap;

use crate::base::{Diagnostic, Family, FileId, Label, Level};

use super::limits::MAX_DIAGNOSTICS;

/// Diagnostics as they come.
#[derive(Debug, Default)]
pub struct Problems {
    kept: Vec<Diagnostic>,
    /// Per file: how many came, and the last that was not kept.
    counts: BTreeMap<FileId, (usize, Option<Diagnostic>)>,
    errors: usize,
}

/// A point to go back to.
#[derive(Clone, Debug)]
pub struct Mark {
    kept: usize,
    file: FileId,
    count: (usize, Option<Diagnostic>),
    errors: usize,
}

impl Mark {
    /// Nothing was wrong with the file up to this point.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.count.0 == 0
    }
}

impl Problems {
    /// No problem yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if diagnostic.level == Level::Error {
            self.errors += 1;
        }
        let (count, last) = self.counts.entry(diagnostic.primary.span.file).or_default();
        *count += 1;
        if *count <= MAX_DIAGNOSTICS {
            self.kept.push(diagnostic);
        } else {
            *last = Some(diagnostic);
        }
    }

    /// How many errors came so far, kept or not: a difference tells whether a part is broken.
    #[must_use]
    pub fn errors(&self) -> usize {
        self.errors
    }

    /// Whether further diagnostics of the file are only counted, so that they need no suggestion.
    #[must_use]
    pub fn is_full(&self, file: FileId) -> bool {
        self.counts.get(&file).is_some_and(|(count, _)| *count >= MAX_DIAGNOSTICS)
    }

    /// The point reached, for [`Self::rewind`].
    #[must_use]
    pub fn mark(&self, file: FileId) -> Mark {
        let count = self.counts.get(&file).cloned().unwrap_or_default();
        Mark { kept: self.kept.len(), file, count, errors: self.errors }
    }

    /// Forgets what came since; nothing of another file may have come.
    pub fn rewind(&mut self, mark: Mark) {
        self.kept.truncate(mark.kept);
        self.errors = mark.errors;
        self.counts.insert(mark.file, mark.count);
    }

    /// All of them in the order of reports; where some of a file were not kept, its last says how many.
    #[must_use]
    pub fn finish(mut self) -> Vec<Diagnostic> {
        for (count, last) in self.counts.into_values() {
            let Some(last) = last else { continue };
            let more = count - MAX_DIAGNOSTICS;
            self.kept.push(Diagnostic {
                code: "too-large",
                family: Family::Fact,
                level: last.level,
                message: format!("this file has {more} more problems, which are not shown"),
                primary: Label::new(last.primary.span, ""),
                secondary: Vec::new(),
                help: Some("correct the problems that are shown first".to_owned()),
            });
        }
        self.kept.sort_by(|a, b| a.order().cmp(&b.order()));
        self.kept.dedup();
        self.kept
    }
}
