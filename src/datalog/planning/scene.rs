//! What a planner may know of relations: sizes, versions, column orders; and where a plan's rows are.
//!
//! The complete relations of a fixpoint go in, together with which ones still grow.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::base::Cell;

use crate::datalog::planning::chains::{Columns, Lookup, select};
use crate::datalog::planning::layout::{Draft, Search};
use crate::datalog::planning::order::Sizes;
use crate::datalog::planning::plan::{Plan, Source};
use crate::datalog::planning::planner::World;
use crate::datalog::planning::sweep::Sweep;
use crate::datalog::program::RelationId;
use crate::datalog::storage::frozen::Frozen;
use crate::datalog::storage::layout::Layout;
use crate::datalog::storage::store::Fixpoint;
use crate::datalog::storage::table::{Reading, Version};
use crate::datalog::storage::view::View;
use crate::datalog::storage::watch::{Ended, Watch};

/// From how many rows on an order costs so much that those of higher strata are thought of.
const LARGE: usize = if cfg!(test) { 4 } else { 10_000 };
/// From how many rows on both sides the one is sorted as the other is.
pub(in crate::datalog) const SWEPT: u64 = if cfg!(test) { 4 } else { 1 << 14 };
/// So many rows of a key may be looked at one by one rather than sorted; few in tests, where relations are small.
const FEW: u64 = if cfg!(test) { 1 } else { 8 };

/// Where the rows of a source are.
pub(in crate::datalog) enum Origin {
    Frozen(Arc<Frozen>),
    Growing { head: usize, order: usize, version: Version },
}

impl Origin {
    /// The sorted batches; `readers` has one entry per growing relation and order.
    pub(in crate::datalog) fn views<'a>(&'a self, readers: &'a [Vec<Box<dyn Reading + 'a>>]) -> Vec<View<'a>> {
        match self {
            Self::Frozen(rows) => vec![rows.view()],
            Self::Growing { head, order, version } => readers[*head][*order].views(*version),
        }
    }
}

/// What the planner may ask while one stratum is prepared.
pub(in crate::datalog) struct Scene<'a> {
    fixpoint: &'a Fixpoint,
    slots: &'a [Option<usize>],
    /// The literal that reads recent rows.
    pub(in crate::datalog) delta: Option<usize>,
    /// What exists or will, for each relation its own order first.
    known: BTreeMap<RelationId, Vec<Layout>>,
    /// Rows of a growing relation.
    guess: u64,
    watch: &'a Watch,
}

impl<'a> Scene<'a> {
    /// `slots` tells for each relation whether it grows and which one of the growing ones it is; `guess` is how
    /// many rows such a relation may get. Once the watch has ended nothing is counted, and plans are good for nothing.
    pub(in crate::datalog) fn new(
        fixpoint: &'a Fixpoint,
        slots: &'a [Option<usize>],
        guess: u64,
        watch: &'a Watch,
    ) -> Self {
        Self { fixpoint, slots, delta: None, known: BTreeMap::new(), guess, watch }
    }

    /// The orders in which growing relations are looked up, for each its own first.
    pub(in crate::datalog) fn into_orders(self) -> BTreeMap<RelationId, Vec<Vec<usize>>> {
        let growing = self.known.into_iter().filter(|(relation, _)| self.slots[relation.0 as usize].is_some());
        growing
            .map(|(relation, layouts)| (relation, layouts.into_iter().map(|layout| layout.columns).collect()))
            .collect()
    }

    /// Chooses the layouts for what the drafts look up. Those that exist are free, and of several that would do those
    /// are made that the drafts of higher strata can use too; these are asked for where it matters.
    pub(in crate::datalog) fn select(&mut self, drafts: &[&Draft], ahead: impl FnOnce() -> Vec<Draft>) {
        let mut open: Vec<(RelationId, Vec<Layout>, Vec<&Search>)> = Vec::new();
        for (relation, mut searches) in by_relation(drafts.iter().copied()) {
            let growing = self.slots[relation.0 as usize].is_some();
            let own = || vec![Layout::own(self.fixpoint.arity(relation))];
            let known = if growing { own() } else { self.fixpoint.orders(relation) };
            searches.retain(|search| !self.is_served(relation, search, &known));
            open.push((relation, known, searches));
        }
        let is_large = |(relation, _, searches): &(RelationId, Vec<Layout>, Vec<&Search>)| {
            !searches.is_empty() && self.slots[relation.0 as usize].is_none() && self.fixpoint.len(*relation) >= LARGE
        };
        let ahead = if open.iter().any(is_large) { ahead() } else { Vec::new() };
        let mut later = by_relation(&ahead);
        for (relation, mut known, searches) in open {
            let own = Layout::own(self.fixpoint.arity(relation));
            if self.slots[relation.0 as usize].is_some() {
                known.extend(cover(&own, &searches, &own.columns));
            } else if !searches.is_empty() {
                let mut all = later.remove(&relation).unwrap_or_default();
                all.retain(|search| !self.is_served(relation, search, &known));
                all.extend(&searches);
                let mut new = self.smallest(relation, &all, &own.columns);
                new.retain(|layout| searches.iter().any(|search| search.is_served_by(layout)));
                known.extend(new);
            }
            self.known.insert(relation, known);
        }
    }

    /// Whether some layout has the rows of a search side by side, or among so few others that looking at all of them
    /// costs less than another order.
    fn is_served(&self, relation: RelationId, search: &Search, known: &[Layout]) -> bool {
        let growing = self.slots[relation.0 as usize].is_some();
        let nearly = |layout: &Layout| {
            let columns = search.told_apart_by(layout);
            let rows = self.fixpoint.len(relation) as u64;
            !columns.is_empty() && rows <= self.distinct(relation, &columns).saturating_mul(FEW)
        };
        known.iter().any(|layout| search.is_served_by(layout))
            || !search.whole && !growing && known.iter().any(|layout| search.is_held_by(layout) && nearly(layout))
    }

    /// The layouts for what is looked up in a complete relation: of all rows together, or for each set of constants
    /// those of its rows, whichever takes fewer cells.
    fn smallest(&self, relation: RelationId, searches: &[&Search], like: &[usize]) -> Vec<Layout> {
        let mut parts: BTreeMap<&[(usize, Cell)], Vec<&Search>> = BTreeMap::new();
        for search in searches {
            parts.entry(&search.constants).or_default().push(search);
        }
        let whole = cover(&Layout::default(), searches, like);
        let apart: Vec<Layout> = parts
            .into_iter()
            .flat_map(|(constants, searches)| {
                cover(&Layout { constants: constants.to_vec(), columns: Vec::new() }, &searches, like)
            })
            .collect();
        let cells = |layouts: &[Layout]| -> u64 {
            let rows = |layout: &Layout| self.matching(relation, &layout.constants);
            layouts.iter().map(|layout| rows(layout).saturating_mul(layout.columns.len().max(1) as u64)).sum()
        };
        if cells(&apart) < cells(&whole) { apart } else { whole }
    }

    /// A draft with the layouts that were chosen.
    pub(in crate::datalog) fn settle(&self, draft: Draft) -> Plan {
        let swept = self.swept(&draft);
        draft.settle(|index, source| match &swept {
            Some((first, layout)) if *first == index => layout.clone(),
            Some(_) | None => self.layout(source),
        })
    }

    /// The layouts of complete relations that drafts would read if nothing else were built.
    pub(in crate::datalog) fn read_by(mut self, drafts: &[Draft]) -> BTreeSet<(RelationId, Layout)> {
        for source in drafts.iter().flat_map(Draft::sources) {
            if self.slots[source.relation.0 as usize].is_none() {
                let fixpoint = self.fixpoint;
                self.known.entry(source.relation).or_insert_with(|| fixpoint.orders(source.relation));
            }
        }
        let layouts = drafts.iter().flat_map(|draft| {
            let swept = self.swept(draft).into_iter().map(|(first, layout)| (draft.sources()[first].relation, layout));
            swept.chain(draft.sources().iter().map(|source| (source.relation, self.layout(source))))
        });
        layouts.collect()
    }

    /// The source that a plan goes through once, and the layout in which its rows look up those of the next one in
    /// sequence: a merge of the two, where searches all over many rows would cost more than the sorting.
    fn swept(&self, draft: &Draft) -> Option<(usize, Layout)> {
        let sources = draft.sources();
        let sweep = Sweep::of(draft, |source| self.layout(source))?;
        let (first, next) = (&sources[sweep.first], &sources[sweep.next]);
        let large = |source: &Source| self.matching(source.relation, &source.search.constants) >= SWEPT;
        if !large(first) || next.version.is_none() && !large(next) {
            return None;
        }
        let built = self.fixpoint.orders(first.relation);
        let planned = self.known.get(&first.relation).into_iter().flatten();
        let free = |column: &&usize| !first.search.bound.contains(**column);
        let serves = |layout: &&Layout| {
            let columns: Vec<usize> = layout.columns.iter().filter(free).copied().collect();
            // Rows that are not wanted lie between those that are, unless the known columns come first.
            let known = first.search.bound.len() - layout.constants.len().min(first.search.bound.len());
            let together = layout.columns.iter().take(known).all(|&column| first.search.bound.contains(column));
            first.search.is_held_by(layout) && together && columns.starts_with(&sweep.columns)
        };
        let held: Vec<&Layout> = built.iter().chain(planned).filter(serves).collect();
        let known = if held.is_empty() { None } else { Some(self.best(first, &held).clone()) };
        Some((sweep.first, known.unwrap_or_else(|| sweep.layout(&first.search))))
    }

    fn layout(&self, source: &Source) -> Layout {
        // The recent rows come in the relation's own order; they are few, and all of them are looked at once.
        let known = self.known.get(&source.relation).filter(|_| source.version != Some(Version::Recent));
        let held: Vec<&Layout> =
            known.into_iter().flatten().filter(|layout| source.search.is_held_by(layout)).collect();
        match held[..] {
            [] => Layout::own(self.fixpoint.arity(source.relation)),
            [only] => only.clone(),
            _ => self.best(source, &held).clone(),
        }
    }

    /// The layout that leaves the fewest rows to look at; of several the narrowest, of these the first.
    fn best<'l>(&self, source: &Source, layouts: &[&'l Layout]) -> &'l Layout {
        let search = &source.search;
        let merit = |layout: &Layout| {
            let served = search.is_served_by(layout);
            let parts = if served { u64::MAX } else { self.distinct(source.relation, &search.told_apart_by(layout)) };
            (parts, search.has_range_in(layout), std::cmp::Reverse(layout.columns.len()))
        };
        layouts.iter().rev().max_by_key(|layout| merit(layout)).expect("there are several")
    }

    /// Finds or builds the rows that a plan reads.
    ///
    /// # Errors
    ///
    /// The watch ended it.
    pub(in crate::datalog) fn origins(&self, plan: &Plan) -> Result<Vec<Origin>, Ended> {
        let origin = |source: &Source| {
            if let (Some(head), Some(version)) = (self.slots[source.relation.0 as usize], source.version) {
                let known = self.known.get(&source.relation);
                let order = known.and_then(|known| known.iter().position(|layout| *layout == source.layout));
                return Ok(Origin::Growing { head, order: order.unwrap_or(0), version });
            }
            let rows = self.fixpoint.order(source.relation, &source.layout, self.watch)?;
            if source.search.repeated {
                rows.index();
            }
            self.watch.look()?;
            Ok(Origin::Frozen(rows))
        };
        plan.sources.iter().map(origin).collect()
    }
}

/// What drafts look up more than once, by relation.
fn by_relation<'d>(drafts: impl IntoIterator<Item = &'d Draft>) -> BTreeMap<RelationId, Vec<&'d Search>> {
    let mut searches: BTreeMap<RelationId, Vec<&Search>> = BTreeMap::new();
    for source in drafts.into_iter().flat_map(Draft::sources) {
        let searches = searches.entry(source.relation).or_default();
        if source.search.repeated && source.version != Some(Version::Recent) {
            searches.push(&source.search);
        }
    }
    searches
}

/// The fewest layouts of some rows that serve all searches. They hold the columns of `base`, if it has any, else those
/// that the searches use.
fn cover(base: &Layout, searches: &[&Search], like: &[usize]) -> Vec<Layout> {
    let lookups: BTreeSet<Lookup> = searches.iter().map(|search| search.lookup(&base.constants)).collect();
    let hints: BTreeSet<Lookup> = searches.iter().map(|search| search.hint(&base.constants)).collect();
    let used = searches.iter().fold(Columns::default(), |used, search| used.union(search.used));
    let used = used.without(base.constants.iter().map(|(column, _)| *column).collect());
    let all = if base.columns.is_empty() { used } else { base.columns.iter().copied().collect() };
    let orders = select(all, &lookups, &hints, like);
    orders.into_iter().map(|columns| Layout { constants: base.constants.clone(), columns }).collect()
}

impl Sizes for Scene<'_> {
    fn matching(&self, relation: RelationId, constants: &[(usize, Cell)]) -> u64 {
        if self.slots[relation.0 as usize].is_some() {
            let bound: Vec<usize> = constants.iter().map(|(column, _)| *column).collect();
            self.guess / self.distinct(relation, &bound)
        } else if self.watch.has_ended() {
            1
        } else {
            self.fixpoint.matching(relation, constants)
        }
    }

    fn distinct(&self, relation: RelationId, columns: &[usize]) -> u64 {
        if self.slots[relation.0 as usize].is_some() {
            let arity = self.fixpoint.arity(relation).max(1);
            1 << (self.guess.max(1).ilog2() as usize * columns.len() / arity)
        } else if self.watch.has_ended() {
            1
        } else {
            self.fixpoint.distinct(relation, columns)
        }
    }
}

impl World for Scene<'_> {
    fn version(&self, relation: RelationId, literal: usize) -> Option<Version> {
        self.slots[relation.0 as usize]?;
        let delta = self.delta?;
        Some(match literal.cmp(&delta) {
            Ordering::Less => Version::All,
            Ordering::Equal => Version::Recent,
            Ordering::Greater => Version::Stable,
        })
    }
}
