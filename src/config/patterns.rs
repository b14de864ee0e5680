//! Patterns of paths, as they are written and as they match.

use std::ops::Range;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// Patterns of paths relative to the root; a path matches them if it matches one.
#[derive(Clone, Debug, Default)]
pub struct Patterns {
    each: Vec<Pattern>,
    set: GlobSet,
}

/// One pattern.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    /// As it stands in the file.
    pub written: String,
    /// Where, if it stands in the file.
    pub place: Option<Range<u32>>,
    set: GlobSet,
}

impl Pattern {
    /// Whether a path matches this one.
    pub(super) fn is_match(&self, path: &str) -> bool {
        self.set.is_match(path)
    }
}

impl Patterns {
    /// Patterns with their places; the error says why they are too much together.
    pub(super) fn new(written: Vec<(String, Option<Range<u32>>)>) -> Result<Self, String> {
        let set = globs(written.iter().map(|(pattern, _)| pattern.as_str()))?;
        // Each builds alone, since all of them did together.
        let alone = |(written, place): (String, _)| Ok(Pattern { set: globs([written.as_str()])?, written, place });
        let each = written.into_iter().map(alone).collect::<Result<_, String>>()?;
        Ok(Self { each, set })
    }

    /// Patterns that stand in no file.
    pub(super) fn of(patterns: &[&str]) -> Self {
        let written = patterns.iter().map(|&pattern| (pattern.to_owned(), None)).collect();
        Self::new(written).unwrap_or_default()
    }

    /// Whether a path, relative to the root and with `/`, matches one of them.
    #[must_use]
    pub fn is_match(&self, path: &str) -> bool {
        self.set.is_match(path)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.each.is_empty()
    }

    /// Each as it is written.
    pub fn written(&self) -> impl Iterator<Item = &str> {
        self.each.iter().map(|pattern| pattern.written.as_str())
    }

    /// Those that none of the paths matches.
    pub(super) fn idle<'p>(&'p self, paths: &'p [&str]) -> impl Iterator<Item = &'p Pattern> {
        self.each.iter().filter(move |pattern| !paths.iter().any(|path| pattern.is_match(path)))
    }
}

/// Why a text is no pattern, if it is none.
pub(super) fn fault(pattern: &str) -> Option<String> {
    glob(pattern).err().map(|error| error.kind().to_string())
}

/// Whether a pattern can match only what lies below the folder that it is relative to.
pub(super) fn stays_inside(pattern: &str) -> bool {
    let has_drive = pattern.as_bytes().get(1) == Some(&b':');
    !has_drive && !pattern.starts_with('/') && pattern.split('/').all(|part| part != "..")
}

fn glob(pattern: &str) -> Result<globset::Glob, globset::Error> {
    // Paths that are matched do not begin with `./`.
    let below = pattern.trim_start_matches("./");
    GlobBuilder::new(below).literal_separator(true).build()
}

fn globs<'p>(patterns: impl IntoIterator<Item = &'p str>) -> Result<GlobSet, String> {
    let reason = |error: globset::Error| error.kind().to_string();
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        set.add(glob(pattern).map_err(reason)?);
    }
    set.build().map_err(reason)
}
