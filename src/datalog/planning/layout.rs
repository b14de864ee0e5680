//! From which rows, in which order of columns, a planned operation reads.
//!
//! A [`Draft`] is a plan that names columns of relations; orders go in, a [`Plan`] that names places in stored rows
//! comes out. The order of its operations is settled before and not changed here.

use crate::base::Cell;

use crate::datalog::evaluation::functor::Slot;
use crate::datalog::planning::chains::{Columns, Lookup};
use crate::datalog::planning::plan::{Key, Op, Plan, Source, Wanted};
use crate::datalog::storage::layout::Layout;

/// What an operation knows and wants of the rows that it looks up.
#[derive(Clone, Debug)]
pub(in crate::datalog) struct Search {
    /// The columns whose cells are known, and which.
    pub(in crate::datalog) bound: Columns,
    /// Those of them that are the same each time.
    pub(in crate::datalog) constants: Vec<(usize, Cell)>,
    /// All columns that it looks at.
    pub(in crate::datalog) used: Columns,
    /// It is run many times, so that an order of its own pays.
    pub(in crate::datalog) repeated: bool,
    /// All rows that it is about must stand side by side, because nothing looks at them one by one.
    pub(in crate::datalog) whole: bool,
    /// The column that lies between known numbers.
    pub(in crate::datalog) range: Option<usize>,
    /// About how many rows it finds each time, in the measure of [`super::order::fan_out`].
    pub(in crate::datalog) estimate: i64,
}

/// From how many rows on a range is worth an order of its own: 64, in the measure of [`super::order::fan_out`].
const MANY: i64 = 6 * 16;

impl Search {
    /// A search by the slots that are bound, and the key that it begins with: one slot for each bound column.
    /// `free` are the other columns that are looked at.
    pub(in crate::datalog) fn new(
        slots: &[Option<Slot>],
        is_bound: impl Fn(&Option<Slot>) -> bool,
        free: Columns,
        repeated: bool,
    ) -> (Self, Key) {
        let known = || slots.iter().enumerate().filter(|(_, slot)| is_bound(slot));
        let bound: Columns = known().map(|(column, _)| column).collect();
        let constant = |(column, slot): (usize, &Option<Slot>)| match slot {
            Some(Slot::Constant(cell)) => Some((column, *cell)),
            Some(Slot::Register(_)) | None => None,
        };
        let constants = known().filter_map(constant).collect();
        let key = Key { slots: known().filter_map(|(_, slot)| *slot).collect(), at: 0 };
        (Self { bound, constants, used: bound.union(free), repeated, whole: false, range: None, estimate: 0 }, key)
    }

    /// The search among the rows that have some constants, as index selection sees it.
    pub(in crate::datalog) fn lookup(&self, constants: &[(usize, Cell)]) -> Lookup {
        let range = self.range.filter(|_| self.estimate >= MANY);
        Lookup { range, ..self.hint(constants) }
    }

    /// The same with the range, be it worth an order of its own or not.
    pub(in crate::datalog) fn hint(&self, constants: &[(usize, Cell)]) -> Lookup {
        Lookup { bound: self.bound.without(constants.iter().map(|(column, _)| *column).collect()), range: self.range }
    }

    /// About how many rows it finds each time, where that was estimated.
    pub(in crate::datalog) fn rows(&self) -> Option<u64> {
        // The inverse of the logarithm that plans are compared by.
        let sixteenths = u64::try_from(self.estimate).ok()?;
        (16 + sixteenths % 16).checked_shl(u32::try_from(sixteenths / 16).ok()?).map(|rows| rows / 16)
    }

    /// Whether a layout has all rows and cells that are looked at.
    pub(in crate::datalog) fn is_held_by(&self, layout: &Layout) -> bool {
        let constants = layout.constants.iter().map(|(column, _)| *column);
        let here: Columns = layout.columns.iter().copied().chain(constants).collect();
        self.used.is_within(here) && layout.constants.iter().all(|constant| self.constants.contains(constant))
    }

    /// Whether the rows that are looked up stand side by side in a layout.
    pub(in crate::datalog) fn is_served_by(&self, layout: &Layout) -> bool {
        self.is_held_by(layout) && self.lookup(&layout.constants).is_served(&layout.columns)
    }

    /// The columns by which the rows of a layout can be told apart before one is looked at.
    pub(in crate::datalog) fn told_apart_by(&self, layout: &Layout) -> Vec<usize> {
        let first = layout.columns.iter().copied().take_while(|&column| self.bound.contains(column));
        layout.constants.iter().map(|(column, _)| *column).chain(first).collect()
    }

    /// Whether a layout has the range behind the known columns.
    pub(in crate::datalog) fn has_range_in(&self, layout: &Layout) -> bool {
        let first = layout.columns.iter().take_while(|&&column| self.bound.contains(column)).count();
        self.range.is_some() && layout.columns.get(first).copied() == self.range
    }
}

/// A plan whose keys, checks and bindings name columns of relations: it lacks the orders.
#[derive(Debug)]
pub(in crate::datalog) struct Draft {
    plan: Plan,
}

impl Draft {
    /// The key of an operation has a slot for each bound column of its search, in the order of the columns.
    pub(in crate::datalog) fn new(plan: Plan) -> Self {
        Self { plan }
    }

    /// What the plan will do.
    pub(in crate::datalog) fn ops(&self) -> &[Op] {
        &self.plan.ops
    }

    /// What the plan will read.
    pub(in crate::datalog) fn sources(&self) -> &[Source] {
        &self.plan.sources
    }

    /// Gives each source its order. An order holds all columns that the source uses and, where rows must be absent,
    /// begins with the bound ones.
    pub(in crate::datalog) fn settle(self, layout: impl Fn(usize, &Source) -> Layout) -> Plan {
        let mut plan = self.plan;
        for (index, source) in plan.sources.iter_mut().enumerate() {
            source.layout = layout(index, source);
        }
        plan.keys = settle(&mut plan.ops, &plan.sources, 0);
        plan
    }
}

/// Replaces columns by places; `keys` cells of keys are taken already.
fn settle(ops: &mut [Op], sources: &[Source], mut keys: usize) -> usize {
    for op in ops {
        match op {
            Op::Probe(probe) => {
                let source = &sources[probe.source];
                let place =
                    |column: usize| source.layout.columns.iter().position(|&known| known == column).unwrap_or(0);
                for (column, wanted) in &mut probe.checks {
                    *column = place(*column);
                    if let Wanted::Column(other) = wanted {
                        *other = place(*other);
                    }
                }
                for (column, _) in &mut probe.binds {
                    *column = place(*column);
                }
                let rest = settle_key(&mut probe.key, source, &mut keys);
                probe.checks.splice(0..0, rest);
                if source.layout.columns.get(probe.key.slots.len()).copied() != source.search.range {
                    probe.range = None;
                }
            }
            Op::Absent { source, key } => {
                let rest = settle_key(key, &sources[*source], &mut keys);
                debug_assert!(rest.is_empty(), "an absent row is looked up by a prefix of its order");
            }
            Op::Leap(leap) => {
                for arm in &mut leap.arms {
                    let rest = settle_key(&mut arm.key, &sources[arm.source], &mut keys);
                    let columns = &sources[arm.source].layout.columns;
                    arm.column = columns.iter().position(|&known| known == arm.column).unwrap_or(0);
                    let follows = rest.is_empty() && arm.column == arm.key.slots.len();
                    debug_assert!(follows, "the cells looked for stand behind the key");
                }
            }
            Op::Aggregate(aggregation) => keys = settle(&mut aggregation.body, sources, keys),
            Op::Filter { .. } | Op::Let { .. } | Op::Range(_) | Op::Tally | Op::Gather { .. } => {}
        }
    }
    keys
}

/// Puts the slots of a key into the sequence of the source's columns; the bound columns that do not come first are
/// left as checks.
fn settle_key(key: &mut Key, source: &Source, keys: &mut usize) -> Vec<(usize, Wanted)> {
    let slots: Vec<(usize, Slot)> = source.search.bound.iter().zip(std::mem::take(&mut key.slots)).collect();
    let mut rest = Vec::new();
    for (place, &column) in source.layout.columns.iter().enumerate() {
        let Some(&(_, slot)) = slots.iter().find(|(bound, _)| *bound == column) else { continue };
        if place == key.slots.len() {
            key.slots.push(slot);
        } else {
            rest.push((place, Wanted::Slot(slot)));
        }
    }
    key.at = *keys;
    *keys += key.slots.len();
    rest
}
