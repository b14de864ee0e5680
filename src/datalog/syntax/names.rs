//! Suggestions for misspelt names, bounded in cost whatever the input holds.

use crate::base::near;

/// Longer names are cut in messages and get no suggestion.
const LONGEST: usize = 64;

/// The name, cut to a length that a message can hold.
pub(in crate::datalog) fn clip(name: &str) -> &str {
    name.char_indices().nth(LONGEST).map_or(name, |(end, _)| &name[..end])
}

/// Finds near names, but only a limited number of times: each search looks at every name.
#[derive(Debug)]
pub(in crate::datalog) struct Suggestions {
    left: usize,
}

impl Suggestions {
    /// Allows `left` searches.
    pub(in crate::datalog) fn new(left: usize) -> Self {
        Self { left }
    }

    /// The candidate nearest to the name.
    pub(in crate::datalog) fn nearest<'a>(
        &mut self,
        name: &str,
        candidates: impl Iterator<Item = &'a str>,
    ) -> Option<&'a str> {
        if name.len() > LONGEST || self.left == 0 {
            return None;
        }
        self.left -= 1;
        near::nearest(name, candidates.filter(|candidate| candidate.len() <= 2 * LONGEST))
    }
}
