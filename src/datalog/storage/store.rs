//! The rows of every relation: given ones with their places, derived ones as strata are completed, and the
//! column orders that rules look rows up by.
//!
//! Relations are complete here; what still grows lives in `table.rs`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use crate::base::{Cell, Diagnostic, Family, Level, Span};

use crate::datalog::evaluation::error::EvaluationError;
use crate::datalog::evaluation::limits::Budget;
use crate::datalog::evaluation::profile::Profile;
use crate::datalog::planning::show::ShownPlan;
use crate::datalog::program::{Program, RelationId};
use crate::datalog::storage::fixpoint::{Database, Fact, Given};
use crate::datalog::storage::frozen::Frozen;
use crate::datalog::storage::layout::Layout;
use crate::datalog::storage::rows::stride;
use crate::datalog::storage::sort::sort_rows;
use crate::datalog::storage::statistics::Statistics;
use crate::datalog::storage::view::View;
use crate::datalog::storage::watch::{Ended, Watch};

/// All rows of all relations after an evaluation.
#[derive(Debug)]
pub struct Fixpoint {
    relations: Vec<Stored>,
    /// What each rule did, if it was asked for.
    pub(in crate::datalog) profile: Option<Profile>,
    /// Rules in which some `substr` began outside its text.
    pub(in crate::datalog) outside: BTreeSet<Span>,
    pub(in crate::datalog) plans: Vec<ShownPlan>,
    /// How many orders were built.
    #[cfg(test)]
    pub(in crate::datalog) orders_built: std::sync::atomic::AtomicUsize,
    /// How many orders were given back before the last stratum that reads their relation was complete.
    #[cfg(test)]
    pub(in crate::datalog) orders_dropped: usize,
}

/// One relation.
#[derive(Debug, Default)]
struct Stored {
    arity: usize,
    rows: Arc<Frozen>,
    /// Orders other than the relation's own, built on first use.
    orders: Mutex<BTreeMap<Layout, Arc<Frozen>>>,
    statistics: Statistics,
    /// The given rows where rules add others; otherwise `rows` are the given rows.
    given: Option<Frozen>,
    /// One place per given row; empty where no row has one.
    spans: Vec<Option<Span>>,
    /// How many rows are given.
    given_rows: usize,
    /// How many rows there were before they were forgotten.
    forgotten: usize,
}

impl Fixpoint {
    /// The given rows, sorted; nothing is derived yet.
    pub(in crate::datalog) fn load(
        program: &Program,
        mut database: Database,
        budget: &Budget,
    ) -> Result<Self, EvaluationError> {
        let mut relations = Vec::with_capacity(program.relations.len());
        for (id, relation) in program.relations() {
            let arity = relation.columns.len();
            if stride(arity + 1).is_none() {
                return Err(EvaluationError::TooManyColumns {
                    relation: Arc::clone(&relation.name),
                    columns: arity,
                    declared_at: relation.declared_at,
                });
            }
            let given = database.relations.remove(&id).unwrap_or_default();
            let sorted = sort_given(arity, given, budget.watch());
            let (rows, spans) = sorted.map_err(|ended| EvaluationError::of_rows(ended, relation, budget))?;
            let given_rows = rows.view().len();
            relations.push(Stored { arity, rows: Arc::new(rows), spans, given_rows, ..Stored::default() });
        }
        Ok(Self {
            relations,
            profile: None,
            outside: BTreeSet::new(),
            plans: Vec::new(),
            #[cfg(test)]
            orders_built: std::sync::atomic::AtomicUsize::default(),
            #[cfg(test)]
            orders_dropped: 0,
        })
    }

    /// Replaces the rows of a relation by those of its completed stratum, which include the given ones.
    pub(in crate::datalog) fn complete(&mut self, relation: RelationId, rows: Frozen) {
        let stored = &mut self.relations[relation.0 as usize];
        let given = std::mem::replace(&mut stored.rows, Arc::new(rows));
        if stored.given_rows > 0 {
            stored.given = Some(Arc::unwrap_or_clone(given));
        }
        stored.orders = Mutex::default();
        stored.statistics = Statistics::default();
    }

    /// What the authors of rules should know of a run that went well.
    #[must_use]
    pub fn notes(&self) -> Vec<Diagnostic> {
        let note = |&rule: &Span| {
            let message = "a `substr` of this rule begins outside its text";
            Diagnostic::error(Family::Rule, "outside-text", message, rule)
                .with_level(Level::Advice)
                .with_label("gives an empty text for some rows")
                .with_help("compare where it begins with `strlen` of the text")
        };
        self.outside.iter().map(note).collect()
    }

    fn stored(&self, relation: RelationId) -> &Stored {
        &self.relations[relation.0 as usize]
    }

    /// Bytes of all rows in all orders.
    pub(in crate::datalog) fn bytes(&self) -> usize {
        let of = |stored: &Stored| {
            let orders = stored.orders.lock().unwrap_or_else(PoisonError::into_inner);
            let orders = orders.values().map(|rows| rows.bytes()).sum::<usize>();
            let given = stored.given.as_ref().map_or(0, Frozen::bytes);
            stored.rows.bytes() + orders + given + stored.spans.len() * size_of::<Option<Span>>()
        };
        self.relations.iter().map(of).sum()
    }

    /// How many columns a relation has.
    pub(in crate::datalog) fn arity(&self, relation: RelationId) -> usize {
        self.stored(relation).arity
    }

    /// What each rule did, if the settings asked for it.
    #[must_use]
    pub fn profile(&self) -> Option<&Profile> {
        self.profile.as_ref()
    }

    /// How each rule was run, if the settings asked for it, in the order in which they ran; rules without conditions
    /// and those that could give nothing are left out.
    #[must_use]
    pub fn plans(&self) -> &[ShownPlan] {
        &self.plans
    }

    /// How many rows a relation has, or had when it was complete if its rows were not to be kept.
    #[must_use]
    pub fn len(&self, relation: RelationId) -> usize {
        let stored = self.stored(relation);
        stored.rows.view().len() + stored.forgotten
    }

    /// Whether a relation has no rows.
    #[must_use]
    pub fn is_empty(&self, relation: RelationId) -> bool {
        self.len(relation) == 0
    }

    /// The cells of a fact.
    ///
    /// # Panics
    ///
    /// If the fact is not one of this fixpoint.
    #[must_use]
    pub fn row(&self, fact: Fact) -> &[Cell] {
        let stored = self.stored(fact.relation);
        &stored.rows.view().row(fact.row as usize)[..stored.arity]
    }

    /// The facts of a relation, sorted by their cells.
    pub fn facts(&self, relation: RelationId) -> impl Iterator<Item = Fact> + use<> {
        (0..row_number(self.rows(relation).len())).map(move |row| Fact { relation, row })
    }

    /// The fact with these cells.
    #[must_use]
    pub fn find(&self, relation: RelationId, row: &[Cell]) -> Option<Fact> {
        let stored = self.stored(relation);
        let found = search(stored.rows.view(), stored.arity, row)?;
        Some(Fact { relation, row: row_number(found) })
    }

    /// The place of a given row; `None` for derived rows and for given ones without a place.
    #[must_use]
    pub fn span(&self, fact: Fact) -> Option<Span> {
        self.given(fact).and_then(|index| self.stored(fact.relation).spans.get(index).copied().flatten())
    }

    /// Whether the data set has the row.
    #[must_use]
    pub fn is_given(&self, fact: Fact) -> bool {
        self.given(fact).is_some()
    }

    /// The different cells of a column.
    #[must_use]
    pub fn cells(&self, relation: RelationId, column: usize) -> BTreeSet<Cell> {
        let view = self.rows(relation);
        (0..view.len()).map(|row| view.row(row)[column]).collect()
    }

    /// Whether the data set has a row of the relation.
    pub(in crate::datalog) fn has_given(&self, relation: RelationId) -> bool {
        self.stored(relation).given_rows > 0
    }

    /// The number of the row among the given ones.
    fn given(&self, fact: Fact) -> Option<usize> {
        let stored = self.stored(fact.relation);
        let index = match &stored.given {
            Some(given) => search(given.view(), stored.arity, self.row(fact))?,
            None => fact.row as usize,
        };
        (index < stored.given_rows).then_some(index)
    }

    /// The given rows of a relation whose stratum is not complete yet.
    pub(in crate::datalog) fn rows(&self, relation: RelationId) -> View<'_> {
        self.stored(relation).rows.view()
    }

    /// Round and rule of a fact's first derivation, if its relation is recursive.
    pub(in crate::datalog) fn rank(&self, fact: Fact) -> Option<u32> {
        self.stored(fact.relation).rows.rank(fact.row as usize)
    }

    /// The rows as a layout wants them.
    ///
    /// # Errors
    ///
    /// The watch ended it.
    pub(in crate::datalog) fn order(
        &self,
        relation: RelationId,
        layout: &Layout,
        watch: &Watch,
    ) -> Result<Arc<Frozen>, Ended> {
        let stored = self.stored(relation);
        if layout.is_own(stored.arity) {
            return Ok(Arc::clone(&stored.rows));
        }
        // A poisoned lock means that building an order panicked: the map itself is whole.
        let mut orders = stored.orders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = orders.get(layout) {
            return Ok(Arc::clone(known));
        }
        let built = Arc::new(stored.rows.laid_out(layout, watch)?);
        #[cfg(test)]
        self.orders_built.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        orders.insert(layout.clone(), Arc::clone(&built));
        Ok(built)
    }

    /// The built orders of a relation, its own first.
    pub(in crate::datalog) fn orders(&self, relation: RelationId) -> Vec<Layout> {
        let stored = self.stored(relation);
        let orders = stored.orders.lock().unwrap_or_else(PoisonError::into_inner);
        std::iter::once(Layout::own(stored.arity)).chain(orders.keys().cloned()).collect()
    }

    /// Frees the rows of a relation and gives how many there were; [`Fixpoint::len`] still tells.
    pub(in crate::datalog) fn forget_rows(&mut self, relation: RelationId) -> usize {
        let stored = &mut self.relations[relation.0 as usize];
        let rows = stored.rows.view().len();
        *stored = Stored { arity: stored.arity, forgotten: stored.forgotten + rows, ..Stored::default() };
        rows
    }

    /// Bytes of a relation's rows in all orders besides its own.
    pub(in crate::datalog) fn order_bytes(&self, relation: RelationId) -> usize {
        let orders = self.stored(relation).orders.lock().unwrap_or_else(PoisonError::into_inner);
        orders.values().map(|rows| rows.bytes()).sum()
    }

    /// Gives back the memory of all orders of a relation but its own and some others; they are built again when they
    /// are asked for.
    pub(in crate::datalog) fn keep_orders(&mut self, relation: RelationId, kept: impl Fn(&Layout) -> bool) {
        let orders = &mut self.relations[relation.0 as usize].orders;
        let orders = orders.get_mut().unwrap_or_else(PoisonError::into_inner);
        #[cfg(test)]
        {
            self.orders_dropped += orders.keys().filter(|layout| !kept(layout)).count();
        }
        orders.retain(|layout, _| kept(layout));
    }

    /// Gives back the memory of all orders but a relation's own; they are built again when they are asked for.
    pub(in crate::datalog) fn forget_orders(&mut self, relation: RelationId) {
        self.relations[relation.0 as usize].orders = Mutex::default();
    }

    /// About how many different combinations of cells some columns have.
    pub(in crate::datalog) fn distinct(&self, relation: RelationId, columns: &[usize]) -> u64 {
        let stored = self.stored(relation);
        stored.statistics.distinct(stored.rows.view(), columns)
    }

    /// About how many rows have these cells in these columns; nothing only where there are none.
    pub(in crate::datalog) fn matching(&self, relation: RelationId, cells: &[(usize, Cell)]) -> u64 {
        let stored = self.stored(relation);
        stored.statistics.matching(stored.rows.view(), cells)
    }

    /// Whether some row matches a pattern; `None` stands for anything.
    pub(in crate::datalog) fn matches(&self, relation: RelationId, pattern: &[Option<Cell>]) -> bool {
        let view = self.rows(relation);
        let prefix: Vec<Cell> = pattern.iter().map_while(|cell| *cell).collect();
        let (start, end) = view.range(&prefix, &mut 0);
        (start..end).any(|row| {
            let cells = view.row(row).iter();
            pattern.iter().zip(cells).all(|(wanted, cell)| wanted.is_none_or(|wanted| wanted == *cell))
        })
    }
}

/// The number of a row, or of rows.
pub(in crate::datalog) fn row_number(row: usize) -> u32 {
    u32::try_from(row).unwrap_or(u32::MAX)
}

fn search(view: View<'_>, arity: usize, row: &[Cell]) -> Option<usize> {
    if row.len() != arity {
        return None;
    }
    let (start, end) = view.range(row, &mut 0);
    (start < end).then_some(start)
}

/// Sorts given rows with their places; of equal rows the first gives the place.
fn sort_given(arity: usize, given: Given, watch: &Watch) -> Result<(Frozen, Vec<Option<Span>>), Ended> {
    if given.spans.is_empty() {
        return Ok((sort_plain(arity, given, watch)?, Vec::new()));
    }
    let (plain, numbered) = (stride(arity).unwrap_or(1), stride(arity + 1).unwrap_or(1));
    let mut cells = Vec::with_capacity(given.spans.len() * numbered);
    for index in 0..given.spans.len() {
        cells.extend_from_slice(&given.cells[index * arity..(index + 1) * arity]);
        cells.resize((index + 1) * numbered - 1, 0);
        cells.push(row_number(index));
    }
    drop(given.cells);
    sort_rows(&mut cells, numbered, true, watch)?;
    let mut rows = Vec::with_capacity(cells.len() / numbered * plain);
    let mut spans = Vec::with_capacity(cells.len() / numbered);
    for row in cells.chunks_exact(numbered) {
        rows.extend_from_slice(&row[..arity]);
        spans.push(given.spans[row[numbered - 1] as usize]);
        rows.resize(spans.len() * plain, 0);
    }
    Ok((Frozen::from_sorted(rows, plain, false), spans))
}

/// Sorts given rows without places.
fn sort_plain(arity: usize, given: Given, watch: &Watch) -> Result<Frozen, Ended> {
    let plain = stride(arity).unwrap_or(1);
    if plain == arity {
        return Frozen::from_rows(given.cells, plain, watch);
    }
    let mut cells = Vec::with_capacity(given.count * plain);
    for index in 0..given.count {
        cells.extend_from_slice(&given.cells[index * arity..(index + 1) * arity]);
        cells.resize((index + 1) * plain, 0);
    }
    drop(given.cells);
    Frozen::from_rows(cells, plain, watch)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_equal_given_rows_the_first_gives_the_place() {
        let mut sources = crate::base::SourceMap::new();
        let file = sources.add("a", "abc");
        let at = |start| Some(Span::new(file, start, start + 1));
        let given = Given { cells: vec![2, 1, 1, 1, 2, 1], spans: vec![at(0), at(1), at(2)], count: 3 };
        let (rows, spans) = sort_given(2, given, &Watch::default()).unwrap();
        assert_eq!((rows.view().len(), spans), (2, vec![at(1), at(0)]));
        let unit = Given { cells: vec![], spans: vec![None, at(1)], count: 2 };
        let (rows, spans) = sort_given(0, unit, &Watch::default()).unwrap();
        assert_eq!((rows.view().len(), spans), (1, vec![None]));
        for (arity, cells, count, rows) in
            [(2, vec![2, 1, 1, 1, 2, 1], 3, 2), (0, vec![], 2, 1), (9, vec![7; 18], 2, 1)]
        {
            let given = Given { cells, spans: vec![], count };
            let (sorted, spans) = sort_given(arity, given, &Watch::default()).unwrap();
            assert_eq!((sorted.view().len(), spans), (rows, vec![]), "{arity} columns");
        }
    }
}
