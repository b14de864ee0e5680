//! Which key is looked up again and again with many rows: what a message about a slow rule can name.

use crate::base::Cell;

/// Rows of one source with one key from which on they are counted as looked up again and again.
pub(in crate::datalog) const HOT_RANGE: usize = 1 << 10;
/// Rows that were gone through for one key from which on a message names it.
const HOT_WORK: u64 = 1 << 21;

/// The key for which most rows were gone through: the rows that it has, for as many outer rows as came one after the other.
#[derive(Clone, Debug, Default)]
pub(in crate::datalog) struct Hot {
    last: Lookup,
    most: Lookup,
}

/// Lookups of one key in one source.
#[derive(Clone, Debug, Default)]
pub(in crate::datalog) struct Lookup {
    pub(in crate::datalog) source: usize,
    pub(in crate::datalog) key: Vec<Cell>,
    /// Rows that have the key.
    pub(in crate::datalog) rows: usize,
    /// How often they were looked up.
    pub(in crate::datalog) times: u64,
}

impl Lookup {
    fn work(&self) -> u64 {
        self.times.saturating_mul(self.rows as u64)
    }
}

impl Hot {
    /// Notes a lookup that found many rows.
    pub(in crate::datalog) fn note(&mut self, source: usize, key: &[Cell], rows: usize) {
        if self.last.source == source && self.last.rows == rows && self.last.key == key {
            self.last.times += 1;
        } else {
            self.last = Lookup { source, key: key.to_vec(), rows, times: 1 };
        }
        if self.last.work() > self.most.work() {
            self.most.clone_from(&self.last);
        }
    }

    /// Forgets what another rule did.
    pub(in crate::datalog) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Takes over what another thread noted, if that is more.
    pub(in crate::datalog) fn add(&mut self, other: &Self) {
        if other.most.work() > self.most.work() {
            self.most.clone_from(&other.most);
        }
    }

    /// The key, if it is worth a word.
    pub(in crate::datalog) fn most(&self) -> Option<&Lookup> {
        (self.most.work() >= HOT_WORK).then_some(&self.most)
    }
}
