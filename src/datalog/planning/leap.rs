//! Which atoms are read side by side: those of a cyclic body that lack one and the same variable.
//!
//! Binding a variable by all atoms at once keeps a join within the bound on its output (Ngo, Porat, Ré, Rudra,
//! Worst-case optimal join algorithms, 2012; Veldhuizen, Leapfrog Triejoin, 2014). Acyclic bodies do not need it.
//! Conditions go in, a choice among them comes out.

use crate::datalog::evaluation::functor::Slot;
use crate::datalog::planning::body::Condition;
use crate::datalog::planning::layout::Search;
use crate::datalog::planning::plan::Key;
use crate::datalog::planning::planner::Planner;
use crate::datalog::storage::table::Version;

/// Looks up the cells with which several keys go on.
#[derive(Debug)]
pub(in crate::datalog) struct Leap {
    pub(in crate::datalog) register: usize,
    pub(in crate::datalog) arms: Vec<Arm>,
    /// The first cell is as good as any.
    pub(in crate::datalog) exists: bool,
    /// Nothing from here on changes the emitted row: stop after it.
    pub(in crate::datalog) once: bool,
}

/// One of the atoms of a [`Leap`]: its rows with the key differ in one column only.
#[derive(Debug)]
pub(in crate::datalog) struct Arm {
    /// Index into [`Plan::sources`].
    pub(in crate::datalog) source: usize,
    pub(in crate::datalog) key: Key,
    /// The column that is looked for.
    pub(in crate::datalog) column: usize,
}

/// Bodies of more atoms are not looked at: that would take too long, and they are hardly written by hand.
const MANY: usize = 32;

/// Whether the positive atoms of a body form a cycle through variables that are not bound.
///
/// They do if something is left when, as long as possible, variables of one atom alone and atoms within another are
/// taken away (Graham, On the universal relation, 1979; Yu and Özsoyoğlu, 1979).
pub(in crate::datalog) fn is_cyclic(conditions: &[Condition], bound: &[bool]) -> bool {
    let mut edges: Vec<Vec<usize>> = conditions.iter().filter_map(|condition| free(condition, bound)).collect();
    if edges.len() > MANY {
        return false;
    }
    loop {
        let before: usize = edges.iter().map(|edge| edge.len() + 1).sum();
        for index in 0..edges.len() {
            let others = |register: &usize| {
                edges.iter().enumerate().any(|(other, edge)| other != index && edge.contains(register))
            };
            let shared = edges[index].iter().copied().filter(others).collect();
            edges[index] = shared;
        }
        // Of equal ones the first stays.
        let within = |index: usize| {
            edges.iter().enumerate().any(|(other, edge)| {
                let holds = edges[index].iter().all(|register| edge.contains(register));
                holds && other != index && (edge.len() > edges[index].len() || other < index)
            })
        };
        edges = (0..edges.len())
            .filter(|&index| !edges[index].is_empty() && !within(index))
            .map(|index| edges[index].clone())
            .collect();
        if edges.iter().map(|edge| edge.len() + 1).sum::<usize>() == before {
            return !edges.is_empty();
        }
    }
}

/// The unbound variables of an atom.
fn free(condition: &Condition, bound: &[bool]) -> Option<Vec<usize>> {
    let Condition::Atom { slots, .. } = condition else { return None };
    let mut free = Vec::new();
    for slot in slots.iter().flatten() {
        if let Slot::Register(register) = *slot
            && !bound[register]
            && !free.contains(&register)
        {
            free.push(register);
        }
    }
    Some(free)
}

/// The one column of an atom that is not known, and its variable; nothing if another column is not known either.
fn lacking(condition: &Condition, bound: &[bool]) -> Option<(usize, usize)> {
    let Condition::Atom { slots, .. } = condition else { return None };
    let mut found = None;
    for (column, slot) in slots.iter().enumerate() {
        match slot {
            Some(Slot::Register(register)) if !bound[*register] => {
                if found.is_some() {
                    return None;
                }
                found = Some((column, *register));
            }
            Some(_) => {}
            None => return None,
        }
    }
    found
}

impl Planner<'_> {
    /// Binds the variable that the next atom lacks by all atoms that lack nothing else, if there are several. New rows
    /// are looked at one after the other: they stand in one order only.
    pub(super) fn leap(
        &mut self,
        left: &mut Vec<&Condition>,
        next: usize,
        bound: &mut [bool],
        wanted: &mut [usize],
        counting: bool,
    ) -> Option<Leap> {
        let is_new = |condition: &Condition| match condition {
            Condition::Atom { relation, literal, .. } => {
                !counting && self.world.version(*relation, *literal) == Some(Version::Recent)
            }
            Condition::Not { .. }
            | Condition::Compare { .. }
            | Condition::Aggregate { .. }
            | Condition::Range { .. } => false,
        };
        let (_, register) = lacking(left[next], bound).filter(|_| !is_new(left[next]))?;
        let is_arm = |condition: &&Condition| {
            lacking(condition, bound).is_some_and(|(_, lacks)| lacks == register) && !is_new(condition)
        };
        if left.iter().copied().filter(|condition| is_arm(condition)).count() < 2 {
            return None;
        }
        let (found, others): (Vec<&Condition>, Vec<&Condition>) = left.iter().copied().partition(is_arm);
        *left = others;
        let mut arms = Vec::with_capacity(found.len());
        for condition in found {
            condition.registers(&mut |register| wanted[register] -= 1);
            let (Condition::Atom { relation, slots, literal }, Some((column, _))) =
                (condition, lacking(condition, bound))
            else {
                continue;
            };
            let version = if counting { None } else { self.world.version(*relation, *literal) };
            let known = |slot: &Option<Slot>| *slot != Some(Slot::Register(register));
            let (search, key) = Search::new(slots, known, std::iter::once(column).collect(), true);
            let search = Search { whole: true, ..search };
            let source = self.source(*relation, search, version, !counting);
            arms.push(Arm { source, key, column });
        }
        bound[register] = true;
        self.repeated = true;
        let exists = wanted[register] == 0 && !counting;
        Some(Leap { register, arms, exists, once: false })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::datalog::program::RelationId;

    /// Atoms as the registers of their columns.
    fn check(atoms: &[&[usize]], bound: &[usize], expect: bool) {
        let conditions: Vec<Condition> = atoms
            .iter()
            .map(|registers| {
                let slots = registers.iter().map(|&register| Some(Slot::Register(register))).collect();
                Condition::Atom { relation: RelationId(0), slots, literal: 0 }
            })
            .collect();
        let bound: Vec<bool> = (0..10).map(|register| bound.contains(&register)).collect();
        assert_eq!(is_cyclic(&conditions, &bound), expect, "{atoms:?}");
    }

    #[test]
    fn triangles_and_squares_are_cycles_and_paths_are_none() {
        check(&[], &[], false);
        check(&[&[0, 1]], &[], false);
        check(&[&[0, 1], &[1, 2], &[2, 3]], &[], false);
        check(&[&[0, 1], &[0, 1]], &[], false);
        check(&[&[0, 1], &[1, 2], &[0, 2]], &[], true);
        check(&[&[0, 1], &[1, 2], &[0, 2]], &[0], false);
        check(&[&[0, 1], &[1, 2], &[0, 2], &[0, 1, 2]], &[], false);
        check(&[&[0, 1], &[1, 2], &[2, 3], &[3, 0]], &[], true);
        check(&[&[0, 1], &[0, 2], &[0, 3], &[3, 4]], &[], false);
        check(&[&[5, 6], &[0, 1], &[1, 2], &[2, 0], &[6, 7]], &[], true);
    }

    #[test]
    fn an_atom_lacks_at_most_one_column() {
        let atom = |slots| Condition::Atom { relation: RelationId(0), slots, literal: 0 };
        let (a, b) = (Some(Slot::Register(0)), Some(Slot::Register(1)));
        let bound = [true, false];
        assert_eq!(lacking(&atom(vec![a, b]), &bound), Some((1, 1)));
        assert_eq!(lacking(&atom(vec![Some(Slot::Constant(7)), b]), &bound), Some((1, 1)));
        for slots in [vec![a, a], vec![b, b], vec![b, None], vec![]] {
            assert_eq!(lacking(&atom(slots), &bound), None);
        }
    }
}
