//! Which order of a plan's first rows makes the lookups behind them a merge.
//!
//! A draft goes in; the columns of its first source that the next lookup is keyed by come out, in the sequence of the
//! order that it searches. Sizes are weighed elsewhere.

use crate::datalog::evaluation::functor::Slot;
use crate::datalog::planning::chains::Columns;
use crate::datalog::planning::layout::{Draft, Search};
use crate::datalog::planning::plan::{Op, Probe, Source};
use crate::datalog::storage::layout::Layout;

/// A scan, and the lookup that its rows are the keys of.
pub(in crate::datalog) struct Sweep {
    /// The source that is scanned.
    pub(in crate::datalog) first: usize,
    /// The source that is searched.
    pub(in crate::datalog) next: usize,
    /// The columns of the scanned relation that its rows should be sorted by.
    pub(in crate::datalog) columns: Vec<usize>,
}

impl Sweep {
    /// Nothing if the plan does not begin with a scan of complete rows to its end, or goes on with a lookup by fewer
    /// than two of their columns: most single ones are found at once by a directory. A range that an order
    /// serves is worth more than a sweep.
    pub(in crate::datalog) fn of(draft: &Draft, layout: impl Fn(&Source) -> Layout) -> Option<Self> {
        let sources = draft.sources();
        let (Op::Probe(scan), rest) = draft.ops().split_first()? else { return None };
        let first = &sources[scan.source];
        let narrowed = scan.range.is_some() && first.search.has_range_in(&layout(first));
        if first.version.is_some() || scan.once || narrowed || first.search.constants.len() != first.search.bound.len()
        {
            return None;
        }
        let keyed = |op: &Op| match op {
            Op::Probe(Probe { source, key, .. }) | Op::Absent { source, key } => {
                let search = &sources[*source].search;
                Some((*source, search.bound.iter().zip(key.slots.clone()).collect::<Vec<_>>()))
            }
            Op::Filter { .. }
            | Op::Let { .. }
            | Op::Aggregate(_)
            | Op::Leap(_)
            | Op::Range(_)
            | Op::Tally
            | Op::Gather { .. } => None,
        };
        let (next, slots) = rest.iter().find_map(keyed)?;
        let searched = layout(&sources[next]);
        let key = searched.columns.iter().map_while(|column| slots.iter().find(|(bound, _)| bound == column));
        let column = |slot: &Slot| match slot {
            Slot::Constant(_) => Some(None),
            Slot::Register(register) => {
                let bound = scan.binds.iter().find(|(_, bound)| bound == register);
                bound.map(|&(column, _)| Some(column))
            }
        };
        let mut columns = Vec::new();
        for column in key.map_while(|(_, slot)| column(slot)).flatten() {
            if columns.contains(&column) {
                break;
            }
            columns.push(column);
        }
        (columns.len() >= 2).then_some(Self { first: scan.source, next, columns })
    }

    /// The rows that are scanned, sorted by these columns first.
    pub(in crate::datalog) fn layout(&self, search: &Search) -> Layout {
        let constants = search.constants.clone();
        let placed: Columns = constants.iter().map(|(column, _)| *column).chain(self.columns.iter().copied()).collect();
        let rest = search.used.without(placed);
        let columns = self.columns.iter().copied().chain(rest.iter()).collect();
        Layout { constants, columns }
    }
}
