//! Levels of rules and groups, for all findings or for those of certain files.

use std::ops::Range;

use crate::base::Level;

use super::patterns::Patterns;

/// A rule or a group, and what it is set to. Whether there is one of the name is known only where the rules are.
#[derive(Clone, Debug)]
pub struct LevelSetting {
    /// A rule or a group.
    pub name: String,
    /// What it is set to; `None` is off.
    pub level: Option<Level>,
    /// Where the name stands in the configuration; nowhere if the command line gives it.
    pub place: Option<Range<u32>>,
}

/// An entry of `files`: levels for findings whose primary place is in certain files.
#[derive(Clone, Debug)]
pub struct FileLevels {
    /// Which files.
    pub path: Patterns,
    /// What rules and groups are set to there.
    pub levels: Vec<LevelSetting>,
    /// Where the entry begins in the configuration: its first key.
    pub(super) at: Option<u32>,
}
