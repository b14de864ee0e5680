//! Moves work of a settled plan to where it is done least often: comparisons to the rows that they are about, and the
//! binding of registers behind the lookup that most rows end at.
//!
//! A plan goes in and gives the same bindings afterwards. Which operation comes first was settled before.

use crate::base::{Cell, Pool, Primitive};

use crate::datalog::evaluation::functor::{Expression, Slot, holds_in_order};
use crate::datalog::planning::plan::{Key, Op, Plan, Probe, Wanted};
use crate::datalog::syntax::ast::Operator;

/// A comparison with a cell of the row that a probe looks at.
#[derive(Clone, Copy, Debug)]
pub(in crate::datalog) struct Test {
    left: Wanted,
    operator: Operator,
    right: Wanted,
    primitive: Primitive,
}

/// A register that gets its value later than the row was found.
#[derive(Clone, Copy, Debug)]
pub(in crate::datalog) struct Fetch {
    /// The place of the row among those that are kept.
    pub(in crate::datalog) kept: usize,
    /// The place in the row.
    pub(in crate::datalog) place: usize,
    pub(in crate::datalog) register: usize,
}

impl Test {
    /// A filter as a test of the rows of a probe: it looks at one of their cells, and neither fails nor takes long.
    fn of(op: &Op, probe: &Probe) -> Option<Self> {
        let Op::Filter { left: Expression::Slot(left), operator, right: Expression::Slot(right), primitive } = op
        else {
            return None;
        };
        let is_fast = match operator {
            Operator::Equal | Operator::NotEqual => true,
            Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual => {
                matches!(primitive, Primitive::Number | Primitive::Unsigned)
            }
            Operator::Match | Operator::NotMatch | Operator::Contains | Operator::NotContains => false,
        };
        let wanted = |slot: &Slot| match slot {
            Slot::Register(register) => {
                let bound = probe.binds.iter().find(|(_, bound)| bound == register);
                bound.map_or(Wanted::Slot(*slot), |&(place, _)| Wanted::Column(place))
            }
            Slot::Constant(_) => Wanted::Slot(*slot),
        };
        let (left, right) = (wanted(left), wanted(right));
        let is_of_row = matches!((left, right), (Wanted::Column(_), _) | (_, Wanted::Column(_)));
        (is_fast && is_of_row).then_some(Self { left, operator: *operator, right, primitive: *primitive })
    }

    /// Whether a row passes.
    #[inline]
    pub(in crate::datalog) fn passes(&self, row: &[Cell], registers: &[Cell], pool: &Pool) -> bool {
        let (left, right) = (self.left.value(row, registers), self.right.value(row, registers));
        holds_in_order(self.operator, self.primitive, left, right, pool)
    }
}

/// Moves what can be moved in a settled plan.
pub(in crate::datalog) fn fuse(plan: &mut Plan) {
    let mut wanted = vec![0; plan.registers];
    plan.head.iter().for_each(|term| term.registers(&mut |register| wanted[register] += 1));
    plan.kept = 0;
    fuse_ops(&mut plan.ops, &mut wanted, &mut plan.kept, false);
}

/// `wanted` counts who reads a register behind these operations; where they are `counting`, each row of a probe counts
/// even if nothing of it is read.
fn fuse_ops(ops: &mut Vec<Op>, wanted: &mut [usize], kept: &mut usize, counting: bool) {
    test_rows(ops);
    for op in ops.iter_mut() {
        if let Op::Aggregate(aggregation) = op {
            let mut inside = wanted.to_vec();
            fuse_ops(&mut aggregation.body, &mut inside, kept, true);
        }
    }
    for index in (0..ops.len()).rev() {
        let (before, after) = ops.split_at_mut(index + 1);
        if let Some(Op::Probe(probe)) = before.last_mut() {
            probe.binds.retain(|&(_, register)| wanted[register] > 0);
            probe.exists |= probe.binds.is_empty() && !counting;
            if let Some(Op::Probe(next)) = after.first_mut() {
                bind_late(probe, next, kept);
            }
        }
        reads(&before[index], &mut |register| wanted[register] += 1);
    }
}

/// Makes filters tests of the probe that they follow.
fn test_rows(ops: &mut Vec<Op>) {
    let mut fused: Vec<Op> = Vec::with_capacity(ops.len());
    let mut direct = false;
    for op in ops.drain(..) {
        if let Some(Op::Probe(probe)) = fused.last_mut().filter(|_| direct)
            && let Some(test) = Test::of(&op, probe)
        {
            probe.tests.push(test);
            continue;
        }
        direct = matches!(op, Op::Probe(_));
        fused.push(op);
    }
    *ops = fused;
}

/// Leaves it to the next probe to bind, once it has found rows, what it does not need to look for them.
fn bind_late(probe: &mut Probe, next: &mut Probe, kept: &mut usize) {
    let mut needed = Vec::new();
    key_reads(&next.key, &mut |register| needed.push(register));
    let (early, late): (Vec<_>, Vec<_>) = probe.binds.iter().partition(|(_, register)| needed.contains(register));
    if late.is_empty() {
        return;
    }
    next.fetches = late.into_iter().map(|(place, register)| Fetch { kept: *kept, place, register }).collect();
    probe.keeps = Some(*kept);
    probe.binds = early;
    *kept += 1;
}

fn slot_reads(slot: Slot, f: &mut impl FnMut(usize)) {
    if let Slot::Register(register) = slot {
        f(register);
    }
}

fn key_reads(key: &Key, f: &mut impl FnMut(usize)) {
    key.slots.iter().for_each(|&slot| slot_reads(slot, f));
}

fn wanted_reads(wanted: Wanted, f: &mut impl FnMut(usize)) {
    if let Wanted::Slot(slot) = wanted {
        slot_reads(slot, f);
    }
}

/// Calls `f` for every register that an operation reads.
fn reads(op: &Op, f: &mut impl FnMut(usize)) {
    match op {
        Op::Probe(probe) => {
            key_reads(&probe.key, f);
            probe.checks.iter().for_each(|&(_, wanted)| wanted_reads(wanted, f));
            for test in &probe.tests {
                wanted_reads(test.left, f);
                wanted_reads(test.right, f);
            }
            if let Some(between) = probe.range {
                [between.low, between.high].into_iter().flatten().for_each(|slot| slot_reads(slot, f));
            }
        }
        Op::Absent { key, .. } => key_reads(key, f),
        Op::Filter { left, right, .. } => {
            left.registers(f);
            right.registers(f);
        }
        Op::Let { value, .. } => value.registers(f),
        Op::Aggregate(aggregation) => {
            aggregation.outer.iter().for_each(|&register| f(register));
            aggregation.body.iter().for_each(|op| reads(op, f));
        }
        Op::Leap(leap) => leap.arms.iter().for_each(|arm| key_reads(&arm.key, f)),
        Op::Range(generator) => {
            generator.arguments.iter().for_each(|argument| argument.registers(f));
            if generator.known {
                f(generator.register);
            }
        }
        Op::Tally => {}
        Op::Gather { target, .. } => target.registers(f),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn register(register: usize) -> Expression {
        Expression::Slot(Slot::Register(register))
    }

    fn probe(source: usize, key: &[usize], binds: &[(usize, usize)]) -> Op {
        let slots = key.iter().map(|&register| Slot::Register(register)).collect();
        Op::Probe(Probe {
            source,
            key: Key { slots, at: 0 },
            checks: Vec::new(),
            binds: binds.to_vec(),
            tests: Vec::new(),
            keeps: None,
            fetches: Vec::new(),
            range: None,
            exists: false,
            once: false,
        })
    }

    fn filter(left: usize, operator: Operator, right: usize, primitive: Primitive) -> Op {
        Op::Filter { left: register(left), operator, right: register(right), primitive }
    }

    /// The operations after they were fused, in few words.
    fn check(ops: Vec<Op>, head: &[usize], expect: &[&str]) {
        let head = head.iter().map(|&place| register(place)).collect();
        let mut plan = Plan::new(ops, Vec::new(), head, 8);
        fuse(&mut plan);
        let words = plan.ops.iter().map(|op| match op {
            Op::Probe(Probe { source, binds, tests, keeps, fetches, .. }) => {
                let fetches: Vec<_> = fetches.iter().map(|fetch| (fetch.kept, fetch.place, fetch.register)).collect();
                format!("{source}: {} tests, binds {binds:?}, keeps {keeps:?}, fetches {fetches:?}", tests.len())
            }
            Op::Absent { .. }
            | Op::Filter { .. }
            | Op::Let { .. }
            | Op::Aggregate(_)
            | Op::Leap(_)
            | Op::Range(_)
            | Op::Tally
            | Op::Gather { .. } => "other".to_owned(),
        });
        assert_eq!(words.collect::<Vec<_>>(), expect);
    }

    #[test]
    fn what_the_next_lookup_does_not_need_is_bound_behind_it() {
        let ops = || vec![probe(0, &[], &[(0, 0), (1, 1), (2, 2)]), probe(1, &[1], &[(1, 3)])];
        let late = "1: 0 tests, binds [(1, 3)], keeps None, fetches [(0, 0, 0)]";
        check(ops(), &[0, 3], &["0: 0 tests, binds [(1, 1)], keeps Some(0), fetches []", late]);
        let none = "1: 0 tests, binds [(1, 3)], keeps None, fetches []";
        check(ops(), &[1, 3], &["0: 0 tests, binds [(1, 1)], keeps None, fetches []", none]);
    }

    #[test]
    fn comparisons_with_a_cell_of_the_row_become_tests_of_it() {
        let number = Primitive::Number;
        let ops = vec![
            probe(0, &[], &[(0, 0), (1, 1)]),
            filter(0, Operator::Less, 1, number),
            probe(1, &[1], &[(1, 2)]),
            filter(0, Operator::LessOrEqual, 2, number),
            filter(0, Operator::NotEqual, 2, Primitive::Symbol),
        ];
        let first = "0: 1 tests, binds [(1, 1)], keeps Some(0), fetches []";
        check(ops, &[], &[first, "1: 2 tests, binds [], keeps None, fetches [(0, 0, 0)]"]);
    }

    #[test]
    fn what_may_take_long_or_is_of_no_row_stays_where_it_is() {
        let scan = || probe(0, &[], &[(0, 0)]);
        let kept = ["0: 0 tests, binds [(0, 0)], keeps None, fetches []", "other"];
        check(vec![scan(), filter(0, Operator::Contains, 1, Primitive::Symbol)], &[0], &kept);
        check(vec![scan(), filter(0, Operator::Less, 1, Primitive::Symbol)], &[0], &kept);
        check(vec![scan(), filter(1, Operator::Less, 2, Primitive::Number)], &[0], &kept);
        let sum = Expression::Apply(crate::datalog::syntax::ast::Functor::Add, Primitive::Number, vec![register(0)]);
        let computed =
            Op::Filter { left: sum, operator: Operator::Less, right: register(0), primitive: Primitive::Number };
        let after = filter(0, Operator::Less, 1, Primitive::Number);
        check(vec![scan(), computed, after], &[0], &[kept[0], "other", "other"]);
    }
}
