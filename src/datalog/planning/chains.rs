//! Index selection: the fewest orders of columns that serve every search of one relation.
//!
//! Sets of bound columns go in, orders of columns come out. An order serves a search if it begins with the bound
//! columns, so one order serves a whole chain of sets that contain each other, and the fewest orders are the fewest
//! chains that cover the sets: a matching in a bipartite graph (Dilworth 1950; Subotić, Jordan, Chang, Fekete and
//! Scholz, "Automatic Index Selection for Large-Scale Datalog Computation", PVLDB 12(2), 2018).

use std::collections::BTreeSet;

/// A set of columns of one relation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::datalog) struct Columns(u64);

impl Columns {
    pub(in crate::datalog) fn contains(self, column: usize) -> bool {
        self.0 >> column & 1 == 1
    }

    pub(in crate::datalog) fn with(self, column: usize) -> Self {
        Self(self.0 | 1 << column)
    }

    pub(in crate::datalog) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(in crate::datalog) fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(in crate::datalog) fn is_within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    pub(in crate::datalog) fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// The columns, smallest first.
    pub(in crate::datalog) fn iter(self) -> impl Iterator<Item = usize> {
        (0..64).filter(move |&column| self.contains(column))
    }
}

impl FromIterator<usize> for Columns {
    fn from_iter<I: IntoIterator<Item = usize>>(columns: I) -> Self {
        columns.into_iter().fold(Self::default(), Self::with)
    }
}

/// What is looked up at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::datalog) struct Lookup {
    /// The columns whose cells are known.
    pub(in crate::datalog) bound: Columns,
    /// The column that is compared with known cells.
    pub(in crate::datalog) range: Option<usize>,
}

impl Lookup {
    /// The columns that must come first.
    fn needs(self) -> Columns {
        self.range.map_or(self.bound, |column| self.bound.with(column))
    }

    /// Whether one order serves both, this one first.
    fn precedes(self, other: Self) -> bool {
        self != other && self.needs().is_within(other.bound)
    }

    /// Whether an order begins with the bound columns, in any sequence, and goes on with the compared one.
    pub(in crate::datalog) fn is_served(self, order: &[usize]) -> bool {
        let width = self.bound.len();
        order.len() >= self.needs().len()
            && order[..width].iter().all(|&column| self.bound.contains(column))
            && self.range.is_none_or(|column| order[width] == column)
    }
}

/// More searches than this are put into chains without looking for the fewest: the search for them is cubic.
const MATCHED: usize = 256;

/// The fewest orders that serve all `lookups`; each holds the columns of `all`. `hints` are lookups that need no order
/// of their own but are served where that costs nothing, and `like` is an order to resemble.
pub(in crate::datalog) fn select(
    all: Columns,
    lookups: &BTreeSet<Lookup>,
    hints: &BTreeSet<Lookup>,
    like: &[usize],
) -> Vec<Vec<usize>> {
    let mut sorted: Vec<Lookup> = lookups.iter().copied().collect();
    sorted.sort_by_key(|lookup| (lookup.needs().len(), *lookup));
    let mut orders: Vec<Vec<usize>> = Vec::new();
    for chain in chains(&sorted) {
        let order = spell(all, &chain, hints, orders.last().map_or(like, Vec::as_slice));
        orders.push(order);
    }
    orders
}

/// The fewest chains; `lookups` come smallest first.
fn chains(lookups: &[Lookup]) -> Vec<Vec<Lookup>> {
    let next = if lookups.len() <= MATCHED { matching(lookups) } else { first_fit(lookups) };
    let mut is_first = vec![true; lookups.len()];
    for &successor in next.iter().flatten() {
        is_first[successor] = false;
    }
    let starts = (0..lookups.len()).filter(|&index| is_first[index]);
    starts
        .map(|start| std::iter::successors(Some(start), |&index| next[index]).map(|index| lookups[index]).collect())
        .collect()
}

/// For each lookup the one that follows it in its chain. As many as possible have one, so the chains are the fewest.
fn matching(lookups: &[Lookup]) -> Vec<Option<usize>> {
    let mut previous = vec![None; lookups.len()];
    for index in (0..lookups.len()).rev() {
        augment(lookups, index, &mut vec![false; lookups.len()], &mut previous);
    }
    let mut next = vec![None; lookups.len()];
    for (successor, index) in previous.iter().enumerate() {
        if let Some(index) = *index {
            next[index] = Some(successor);
        }
    }
    next
}

/// Finds a successor for a lookup, moving others to other successors where that is needed.
fn augment(lookups: &[Lookup], index: usize, tried: &mut [bool], previous: &mut [Option<usize>]) -> bool {
    for successor in 0..lookups.len() {
        if tried[successor] || !lookups[index].precedes(lookups[successor]) {
            continue;
        }
        tried[successor] = true;
        if previous[successor].is_none_or(|other| augment(lookups, other, tried, previous)) {
            previous[successor] = Some(index);
            return true;
        }
    }
    false
}

/// Each lookup goes behind the first chain that it can end.
fn first_fit(lookups: &[Lookup]) -> Vec<Option<usize>> {
    let mut next = vec![None; lookups.len()];
    let mut ends: Vec<usize> = Vec::new();
    for index in 0..lookups.len() {
        match ends.iter_mut().find(|end| lookups[**end].precedes(lookups[index])) {
            Some(end) => {
                next[*end] = Some(index);
                *end = index;
            }
            None => ends.push(index),
        }
    }
    next
}

/// The order of a chain. Where the chain leaves a choice, the columns come as in the order that it resembles: then rows
/// of the one look up those of the other in sequence.
fn spell(all: Columns, chain: &[Lookup], hints: &BTreeSet<Lookup>, like: &[usize]) -> Vec<usize> {
    let place = |column: &usize| (like.iter().position(|known| known == column).unwrap_or(usize::MAX), *column);
    let mut order: Vec<usize> = Vec::new();
    let mut placed = Columns::default();
    let append = |block: Columns, first: Option<usize>, order: &mut Vec<usize>, placed: &mut Columns| {
        let mut block: Vec<usize> = block.without(*placed).iter().collect();
        block.sort_by_key(|column| (Some(*column) != first, place(column)));
        placed.0 |= block.iter().copied().collect::<Columns>().0;
        order.extend(block);
    };
    let hint = |bound: Columns| hints.iter().filter(|hint| hint.bound == bound).find_map(|hint| hint.range);
    for lookup in chain {
        append(lookup.bound, hint(placed), &mut order, &mut placed);
        append(lookup.needs(), None, &mut order, &mut placed);
    }
    let last = hint(placed);
    append(all.union(placed), last, &mut order, &mut placed);
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::datalog::oracle::Dice;

    fn lookup(bound: &[usize], range: Option<usize>) -> Lookup {
        Lookup { bound: bound.iter().copied().collect(), range }
    }

    fn check(width: usize, like: &[usize], lookups: &[Lookup], hints: &[Lookup], expect: &[&[usize]]) {
        let (lookups, hints) = (lookups.iter().copied().collect(), hints.iter().copied().collect());
        assert_eq!(select((0..width).collect(), &lookups, &hints, like), expect);
    }

    #[test]
    fn sets_that_contain_each_other_share_an_order() {
        let own: &[usize] = &[0, 1, 2, 3];
        check(4, own, &[lookup(&[0], None), lookup(&[0, 1], None)], &[], &[own]);
        check(4, own, &[lookup(&[2], None), lookup(&[1, 2], None)], &[], &[&[2, 1, 0, 3]]);
        check(4, own, &[lookup(&[1], None), lookup(&[2], None)], &[], &[&[1, 0, 2, 3], &[2, 1, 0, 3]]);
        check(4, own, &[lookup(&[3], Some(1)), lookup(&[3], None)], &[], &[&[3, 1, 0, 2]]);
        check(4, own, &[lookup(&[3], None)], &[lookup(&[3], Some(2))], &[&[3, 2, 0, 1]]);
        check(4, own, &[], &[], &[]);
    }

    #[test]
    fn a_lookup_moves_to_another_chain_where_that_saves_an_order() {
        let sets = [lookup(&[1], None), lookup(&[2], None), lookup(&[1, 2], None), lookup(&[1, 3], None)];
        check(4, &[], &sets, &[], &[&[1, 3, 0, 2], &[2, 1, 3, 0]]);
    }

    #[test]
    fn free_choices_follow_the_order_that_is_given() {
        check(4, &[3, 2, 1, 0], &[lookup(&[1, 2], None)], &[], &[&[2, 1, 3, 0]]);
    }

    /// The fewest of `orders` that serve what is left.
    fn fewest(orders: &[Vec<usize>], left: &[Lookup]) -> usize {
        let Some((first, _)) = left.split_first() else { return 0 };
        let serving = orders.iter().filter(|order| first.is_served(order));
        let tails = serving.map(|order| {
            let rest: Vec<Lookup> = left.iter().filter(|lookup| !lookup.is_served(order)).copied().collect();
            fewest(orders, &rest)
        });
        1 + tails.min().unwrap()
    }

    fn permutations(width: usize) -> Vec<Vec<usize>> {
        (0..width).fold(vec![Vec::new()], |shorter, column| {
            let insert = |order: &Vec<usize>, at: usize| [&order[..at], &[column], &order[at..]].concat();
            shorter.iter().flat_map(|order| (0..=order.len()).map(move |at| insert(order, at))).collect()
        })
    }

    #[test]
    fn no_choice_of_orders_is_smaller() {
        let mut dice = Dice(7);
        let (mut several, mut ranges) = (0, 0);
        for _ in 0..600 {
            let width = 1 + dice.roll(4);
            let lookups: BTreeSet<Lookup> = (0..=dice.roll(5))
                .map(|_| {
                    let bound: Columns = (0..width).filter(|_| dice.one_in(2)).collect();
                    let open: Vec<usize> = (0..width).filter(|&column| !bound.contains(column)).collect();
                    let range = (!open.is_empty() && dice.one_in(3)).then(|| *dice.pick(&open));
                    Lookup { bound, range }
                })
                .collect();
            let orders = select((0..width).collect(), &lookups, &BTreeSet::new(), &[]);
            let served = |lookup: &Lookup| orders.iter().any(|order| lookup.is_served(order));
            assert!(lookups.iter().all(served), "{lookups:?} {orders:?}");
            let all: Vec<Lookup> = lookups.iter().copied().collect();
            assert_eq!(orders.len(), fewest(&permutations(width), &all), "{lookups:?} {orders:?}");
            several += usize::from(orders.len() > 1);
            ranges += usize::from(all.iter().any(|lookup| lookup.range.is_some()));
        }
        assert!(several > 100 && ranges > 100, "{several} {ranges}");
    }

    #[test]
    fn many_lookups_take_little_time() {
        let mut dice = Dice(1);
        let mut set = || (0..64).filter(|_| dice.one_in(2)).collect();
        let lookups: BTreeSet<Lookup> = (0..600).map(|_| Lookup { bound: set(), range: None }).collect();
        let orders = select((0..64).collect(), &lookups, &BTreeSet::new(), &[]);
        assert!(lookups.iter().all(|lookup| orders.iter().any(|order| lookup.is_served(order))));
    }
}
