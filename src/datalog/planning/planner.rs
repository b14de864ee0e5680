//! Makes plans of bodies: which condition comes next, and what it knows of the rows that it looks up.
//!
//! A body and sizes of relations go in, a [`Draft`] comes out, which lacks the orders of the relations.

use crate::base::Primitive;

use crate::datalog::evaluation::aggregate::Aggregation;
use crate::datalog::evaluation::functor::{Expression, Slot};
use crate::datalog::evaluation::range::Generator;
use crate::datalog::planning::between::Between;
use crate::datalog::planning::body::{Body, Condition};
use crate::datalog::planning::chains::Columns;
use crate::datalog::planning::layout::{Draft, Search};
use crate::datalog::planning::leap::is_cyclic;
use crate::datalog::planning::order::{Sizes, equation, fan_out, ready, values};
use crate::datalog::planning::plan::{Op, Plan, Probe, Source, Wanted};
use crate::datalog::program::RelationId;
use crate::datalog::storage::layout::Layout;
use crate::datalog::storage::table::Version;
use crate::datalog::syntax::ast::Aggregate;

/// What the planner asks about relations.
pub(in crate::datalog) trait World: Sizes {
    /// The version that the atom at a place of the rule's body reads, if its relation still grows.
    fn version(&self, relation: RelationId, literal: usize) -> Option<Version>;
}

/// Plans a body; `None` if a variable is bound by nothing.
pub(in crate::datalog) fn plan(body: &Body, world: &dyn World) -> Option<Draft> {
    let mut planner = Planner { world, sources: Vec::new(), repeated: false, aggregates: 0, computed: Vec::new() };
    let mut known = vec![false; body.registers];
    let mut wanted = vec![0; body.registers];
    for expression in &body.head {
        expression.registers(&mut |register| wanted[register] += 1);
    }
    let in_head: Vec<bool> = wanted.iter().map(|&uses| uses > 0).collect();
    let mut ops = planner.conditions(&body.conditions, &mut known, &mut wanted, false)?;
    if (0..body.registers).any(|register| in_head[register] && !known[register]) {
        return None;
    }
    mark_once(&mut ops, &in_head);
    let head = body.head.clone();
    Some(Draft::new(Plan::new(ops, planner.sources, head, body.registers)))
}

/// Marks the probes behind which nothing that the head wants is bound.
fn mark_once(ops: &mut [Op], in_head: &[bool]) {
    for op in ops.iter_mut().rev() {
        match op {
            Op::Probe(probe) => {
                if probe.binds.iter().any(|&(_, register)| in_head[register]) {
                    return;
                }
                probe.once = true;
            }
            Op::Leap(leap) => {
                if in_head[leap.register] {
                    return;
                }
                leap.once = true;
            }
            // A value behind a probe that binds nothing for the head may still differ from row to row.
            Op::Let { register, .. } => {
                if in_head[*register] {
                    return;
                }
            }
            Op::Aggregate(aggregation) => {
                if in_head[aggregation.register] {
                    return;
                }
            }
            Op::Range(generator) => {
                if in_head[generator.register] && !generator.known {
                    return;
                }
                generator.once = true;
            }
            Op::Absent { .. } | Op::Filter { .. } | Op::Tally | Op::Gather { .. } => {}
        }
    }
}

/// A plan in the making.
pub(super) struct Planner<'a> {
    pub(super) world: &'a dyn World,
    sources: Vec<Source>,
    /// What is planned next runs more than once.
    pub(super) repeated: bool,
    /// How many aggregates there are so far.
    aggregates: usize,
    /// Registers whose values do not all stand in rows.
    computed: Vec<usize>,
}

impl Planner<'_> {
    /// `wanted[r]` counts the places outside `conditions` that want register `r`.
    fn conditions(
        &mut self,
        conditions: &[Condition],
        bound: &mut [bool],
        wanted: &mut [usize],
        counting: bool,
    ) -> Option<Vec<Op>> {
        for condition in conditions {
            condition.registers(&mut |register| wanted[register] += 1);
        }
        let mut left: Vec<&Condition> = conditions.iter().collect();
        let mut ops = Vec::with_capacity(left.len());
        let cyclic = is_cyclic(conditions, bound);
        while !left.is_empty() {
            let (next, cost) = self.next(&left, bound, wanted, counting)?;
            if cyclic && let Some(leap) = self.leap(&mut left, next, bound, wanted, counting) {
                ops.push(Op::Leap(leap));
                continue;
            }
            let condition = left.remove(next);
            condition.registers(&mut |register| wanted[register] -= 1);
            let before = bound.to_vec();
            let mut op = self.op(condition, bound, wanted, counting)?;
            if let Op::Probe(probe) = &mut op {
                self.compared(probe, &before, &left, cost);
            }
            ops.push(op);
            if let Condition::Aggregate { check, .. } = condition {
                check.registers(&mut |register| wanted[register] += 1);
                left.push(check);
            }
        }
        Some(ops)
    }

    fn next(&self, left: &[&Condition], bound: &[bool], wanted: &[usize], counting: bool) -> Option<(usize, i64)> {
        let decided = left.iter().enumerate().filter_map(|(index, condition)| Some((ready(condition, bound)?, index)));
        if let Some((_, index)) = decided.min() {
            return Some((index, 0));
        }
        let costs = left.iter().enumerate().filter_map(|(index, condition)| match condition {
            Condition::Atom { relation, slots, literal } => {
                if !counting && self.world.version(*relation, *literal) == Some(Version::Recent) {
                    return Some((i64::MIN, index));
                }
                let elsewhere = |register: usize| {
                    let own = slots.iter().filter(|slot| **slot == Some(Slot::Register(register))).count();
                    counting || wanted[register] > own
                };
                Some((fan_out(*relation, slots, bound, elsewhere, self.world), index))
            }
            Condition::Range { arguments, .. } => Some((values(arguments, bound)?, index)),
            Condition::Not { .. } | Condition::Compare { .. } | Condition::Aggregate { .. } => None,
        });
        costs.min().map(|(cost, index)| (index, cost))
    }

    fn op(&mut self, condition: &Condition, bound: &mut [bool], wanted: &mut [usize], counting: bool) -> Option<Op> {
        match condition {
            Condition::Atom { relation, slots, literal } => {
                let version = if counting { None } else { self.world.version(*relation, *literal) };
                Some(Op::Probe(self.probe((*relation, slots), version, bound, wanted, counting)))
            }
            Condition::Not { relation, slots } => {
                let given = |slot: &Option<Slot>| slot.is_some();
                let (search, key) = Search::new(slots, given, Columns::default(), true);
                let search = Search { whole: true, ..search };
                let source = self.source(*relation, search, None, false);
                Some(Op::Absent { source, key })
            }
            Condition::Compare { left, operator, right, primitive } => {
                if let Some((register, value)) = equation(left, *operator, right, bound) {
                    bound[register] = true;
                    self.computed.push(register);
                    return Some(Op::Let { register, value: value.clone() });
                }
                let (left, right) = (left.clone(), right.clone());
                Some(Op::Filter { left, operator: *operator, right, primitive: *primitive })
            }
            Condition::Aggregate { register, aggregate, body, outer, .. } => {
                let aggregation = self.aggregation(*register, aggregate, (body, outer), bound)?;
                bound[*register] = true;
                self.computed.push(*register);
                Some(Op::Aggregate(Box::new(aggregation)))
            }
            Condition::Range { register, primitive, arguments } => {
                let known = std::mem::replace(&mut bound[*register], true);
                let (register, primitive, arguments) = (*register, *primitive, arguments.clone());
                self.repeated = true;
                self.computed.push(register);
                Some(Op::Range(Box::new(Generator { register, known, primitive, arguments, once: false })))
            }
        }
    }

    /// Whether the values of an expression stand in rows or in the rule.
    fn is_stored(&self, expression: &Expression) -> bool {
        match expression {
            Expression::Slot(Slot::Register(register)) => !self.computed.contains(register),
            Expression::Slot(Slot::Constant(_)) => true,
            Expression::Apply(..) => false,
        }
    }

    fn aggregation(
        &mut self,
        register: usize,
        (function, primitive, target): &(Aggregate, Primitive, Option<Expression>),
        (body, outer): (&[Condition], &[usize]),
        bound: &[bool],
    ) -> Option<Aggregation> {
        let place = self.aggregates;
        self.aggregates += 1;
        let (mut inner, mut wanted) = (bound.to_vec(), vec![0; bound.len()]);
        if let Some(target) = target {
            target.registers(&mut |register| wanted[register] += 1);
        }
        let mut body = self.conditions(body, &mut inner, &mut wanted, true)?;
        let (function, primitive) = (*function, *primitive);
        body.push(match target {
            None => Op::Tally,
            Some(target) => {
                let mut known = true;
                target.registers(&mut |register| known &= inner[register]);
                Op::Gather { function, primitive, target: Some(target.clone()).filter(|_| known)? }
            }
        });
        let stored = outer.iter().all(|register| !self.computed.contains(register));
        let portable = stored && (primitive != Primitive::Symbol || target.as_ref().is_none_or(|t| self.is_stored(t)));
        Some(Aggregation { register, function, primitive, body, outer: outer.to_vec(), place, portable })
    }

    fn probe(
        &mut self,
        (relation, slots): (RelationId, &[Option<Slot>]),
        version: Option<Version>,
        bound: &mut [bool],
        wanted: &[usize],
        counting: bool,
    ) -> Probe {
        let is_bound = |slot: &Option<Slot>| match slot {
            Some(Slot::Register(register)) => bound[*register],
            Some(Slot::Constant(_)) => true,
            None => false,
        };
        let (mut checks, mut binds, mut seen) = (Vec::new(), Vec::new(), Vec::<(usize, usize)>::new());
        for (column, slot) in slots.iter().enumerate().filter(|(_, slot)| !is_bound(slot)) {
            let Some(Slot::Register(register)) = *slot else { continue };
            if let Some((_, first)) = seen.iter().find(|(known, _)| *known == register) {
                checks.push((column, Wanted::Column(*first)));
            } else {
                seen.push((register, column));
                if wanted[register] > 0 {
                    binds.push((column, register));
                }
            }
        }
        let compared = checks.iter().flat_map(|(column, wanted)| match wanted {
            Wanted::Column(other) => [*column, *other],
            Wanted::Slot(_) => [*column, *column],
        });
        let free: Columns = if counting {
            (0..slots.len()).collect()
        } else {
            compared.chain(binds.iter().map(|(column, _)| *column)).collect()
        };
        let (search, key) = Search::new(slots, is_bound, free, self.repeated);
        for (register, _) in seen {
            bound[register] = true;
        }
        let source = self.source(relation, search, version, !counting);
        self.repeated = true;
        let exists = binds.is_empty() && !counting;
        let (tests, fetches) = (Vec::new(), Vec::new());
        Probe { source, key, checks, binds, tests, keeps: None, fetches, range: None, exists, once: false }
    }

    /// Notes how many rows a probe may find, and on which column the conditions that are left bound them. `before`
    /// tells which registers have values when the rows are looked up.
    fn compared(&mut self, probe: &mut Probe, before: &[bool], left: &[&Condition], cost: i64) {
        let search = &mut self.sources[probe.source].search;
        search.estimate = cost;
        let ranges = probe.binds.iter().map(|&(column, register)| (column, Between::of(register, left, before)));
        // Of several the first that is bounded on most sides.
        let best = ranges.rev().max_by_key(|(_, between)| between.sides());
        if let Some((column, between)) = best.filter(|(_, between)| between.sides() > 0) {
            search.range = Some(column);
            probe.range = Some(between);
        }
    }

    pub(super) fn source(
        &mut self,
        relation: RelationId,
        search: Search,
        version: Option<Version>,
        required: bool,
    ) -> usize {
        self.sources.push(Source { relation, layout: Layout::default(), version, required, search });
        self.sources.len() - 1
    }
}
