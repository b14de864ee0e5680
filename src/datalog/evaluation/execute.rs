//! Runs one plan: a loop over operations that leave one binding, recursion at those that give several.
//!
//! A plan and views of rows go in; every complete binding goes to a [`Sink`]. Knows nothing of strata or rounds.

use std::slice::ChunksExact;

use crate::base::{Cell, Pool};

use crate::datalog::evaluation::aggregate::{Gathered, Memo};
use crate::datalog::evaluation::functor::{Slot, compared, holds};
use crate::datalog::evaluation::hot::HOT_RANGE;
use crate::datalog::evaluation::leap::Spare;
use crate::datalog::evaluation::limits::{Budget, Stop};
use crate::datalog::planning::between::Between;
use crate::datalog::planning::plan::{Key, Op, Plan, Probe, passes};
use crate::datalog::storage::view::View;

/// Rows that lie side by side.
pub(in crate::datalog) type Run<'a> = ChunksExact<'a, Cell>;

/// Up to how many rows looking at each is faster than looking for the first and the last; tests have few rows.
const FEW: usize = if cfg!(test) { 1 } else { 8 };

/// Takes what a plan finds.
pub(in crate::datalog) trait Sink {
    /// Takes one binding.
    fn emit(&mut self, registers: &[Cell], pool: &mut Pool, budget: &mut Budget) -> Result<(), Stop>;
    /// Takes the bindings that a run of rows of the last operation gives; `binds` tells which place of a row goes to
    /// which register. Nothing if the plan's bindings have to be given one by one.
    fn emit_rows(
        &mut self,
        _binds: &[(usize, usize)],
        _rows: Run<'_>,
        _registers: &[Cell],
        _pool: &Pool,
        _budget: &mut Budget,
    ) -> Option<Result<(), Stop>> {
        None
    }
    /// Nothing more comes.
    ///
    /// # Errors
    ///
    /// When what came is too much.
    fn finish(&mut self, _budget: &mut Budget) -> Result<(), Stop> {
        Ok(())
    }
}

/// A running plan.
pub(super) struct Machine<'a, S> {
    pub(super) views: &'a [Vec<View<'a>>],
    pub(super) registers: Vec<Cell>,
    keys: Vec<Cell>,
    /// Rows from which registers are bound later.
    kept: Vec<&'a [Cell]>,
    /// For each batch of each source, where the last search ended.
    hints: Vec<Vec<usize>>,
    /// What the running aggregate has, and what the aggregates have given.
    pub(super) gathered: Gathered,
    pub(super) memos: Vec<Memo>,
    pub(super) pool: &'a mut Pool,
    pub(super) budget: &'a mut Budget,
    sink: &'a mut S,
    pub(super) spare: Spare,
}

/// Runs a plan over one list of batches per source. `bound` gives the registers that have values from the start.
pub(in crate::datalog) fn run<S: Sink>(
    plan: &Plan,
    views: &[Vec<View<'_>>],
    bound: &[(usize, Cell)],
    (pool, budget): (&mut Pool, &mut Budget),
    sink: &mut S,
) -> Result<(), Stop> {
    let hints = views.iter().map(|batches| vec![0; batches.len()]).collect();
    let mut registers = vec![0; plan.registers];
    for &(register, cell) in bound {
        registers[register] = cell;
    }
    let memos = plan.memos.take();
    let (keys, kept, gathered) = (vec![0; plan.keys], vec![&[][..]; plan.kept], Gathered::default());
    let spare = Spare::default();
    let mut machine = Machine { views, registers, keys, kept, hints, gathered, memos, pool, budget, sink, spare };
    machine.step(&plan.ops)?;
    plan.memos.keep(machine.memos, machine.pool.is_beside());
    sink.finish(budget)
}

impl<S: Sink> Machine<'_, S> {
    /// Runs the operations; tells whether a binding was emitted.
    pub(super) fn step(&mut self, mut ops: &[Op]) -> Result<bool, Stop> {
        // Operations that leave at most one binding are gone through here: most rows end at one of them.
        while let Some((op, rest)) = ops.split_first() {
            match op {
                Op::Absent { source, key } => {
                    if self.any(*source, key) {
                        return Ok(false);
                    }
                }
                Op::Filter { left, operator, right, primitive } => {
                    let left = left.value(&self.registers, self.pool, self.budget)?;
                    let right = right.value(&self.registers, self.pool, self.budget)?;
                    self.budget.visit_text(compared(*operator, *primitive, left, right, self.pool), self.pool)?;
                    if !holds(*operator, *primitive, left, right, self.pool, &mut self.budget.patterns)? {
                        return Ok(false);
                    }
                }
                Op::Let { register, value } => {
                    self.registers[*register] = value.value(&self.registers, self.pool, self.budget)?;
                }
                Op::Aggregate(aggregation) => {
                    let Some(value) = self.aggregate(aggregation)? else { return Ok(false) };
                    self.registers[aggregation.register] = value;
                }
                Op::Probe(probe) => return self.probe(probe, rest),
                Op::Leap(leap) => return self.leap(leap, rest),
                Op::Range(generator) => return self.each_value(generator, rest),
                Op::Tally => {
                    self.tally(1);
                    return Ok(false);
                }
                Op::Gather { function, primitive, target } => {
                    self.gather(*function, *primitive, target)?;
                    return Ok(false);
                }
            }
            ops = rest;
        }
        self.sink.emit(&self.registers, self.pool, self.budget)?;
        Ok(true)
    }

    fn probe(&mut self, probe: &Probe, rest: &[Op]) -> Result<bool, Stop> {
        self.fill(&probe.key);
        let mut hit = false;
        for batch in 0..self.views[probe.source].len() {
            let found = self.range(probe.source, batch, &probe.key);
            if found.0 < found.1 {
                let (emitted, enough) = self.rows(probe, rest, batch, found)?;
                hit |= emitted;
                if enough {
                    break;
                }
            }
        }
        Ok(hit)
    }

    /// Goes on with each of the rows that have the key; tells whether a binding was emitted, and whether the rows of
    /// other batches need not be looked at.
    fn rows(&mut self, probe: &Probe, rest: &[Op], batch: usize, found: (usize, usize)) -> Result<(bool, bool), Stop> {
        let view = self.views[probe.source][batch];
        for fetch in &probe.fetches {
            self.registers[fetch.register] = self.kept[fetch.kept][fetch.place];
        }
        let (start, end) = self.between(probe, view, found);
        if start == end {
            return Ok((false, false));
        }
        if probe.has_no_conditions() && matches!(rest, [Op::Tally]) {
            self.tally((end - start) as u64);
            return Ok((false, false));
        }
        if end - start >= HOT_RANGE {
            let cells = &self.keys[probe.key.at..probe.key.at + probe.key.slots.len()];
            self.budget.hot.note(probe.source, cells, end - start);
        }
        let rows = view.rows(start, end);
        if rest.is_empty()
            && probe.is_plain()
            && let Some(done) = self.emit(&probe.binds, rows.clone())
        {
            return done.map(|()| (true, false));
        }
        // Most rows end at the next lookup: they are spared the way through the operations.
        let ahead = match rest {
            [Op::Probe(next), rest @ ..] if self.views[next.source].len() == 1 => Some((next, rest)),
            _ => None,
        };
        let mut hit = false;
        for row in rows {
            if self.budget.visit(1) {
                self.budget.look(self.pool)?;
            }
            if !passes(&probe.checks, row, &self.registers)
                || !probe.tests.iter().all(|test| test.passes(row, &self.registers, self.pool))
            {
                continue;
            }
            for &(place, register) in &probe.binds {
                self.registers[register] = row[place];
            }
            if let Some(kept) = probe.keeps {
                self.kept[kept] = row;
            }
            let emitted = match ahead {
                Some((next, rest)) => {
                    self.fill(&next.key);
                    let found = self.range(next.source, 0, &next.key);
                    found.0 < found.1 && self.rows(next, rest, 0, found)?.0
                }
                None => self.step(rest)?,
            };
            hit |= emitted;
            if probe.exists || emitted && probe.once {
                return Ok((hit, true));
            }
        }
        Ok((hit, false))
    }

    /// Hands over the bindings of a run of rows at the end of a plan, if the sink takes them together.
    pub(super) fn emit(&mut self, binds: &[(usize, usize)], rows: Run<'_>) -> Option<Result<(), Stop>> {
        self.sink.emit_rows(binds, rows, &self.registers, self.pool, self.budget)
    }

    /// Of the rows with the key, those that may pass the comparisons of the cell behind it.
    #[inline]
    fn between(&self, probe: &Probe, view: View<'_>, (start, end): (usize, usize)) -> (usize, usize) {
        match probe.range {
            Some(Between { low, high }) if end - start > FEW => {
                let value = |slot: Option<Slot>| slot.map(|slot| slot.value(&self.registers));
                view.between((start, end), probe.key.slots.len(), (value(low), value(high)))
            }
            Some(_) | None => (start, end),
        }
    }

    fn any(&mut self, source: usize, key: &Key) -> bool {
        self.fill(key);
        (0..self.views[source].len()).any(|batch| {
            let (start, end) = self.range(source, batch, key);
            start < end
        })
    }

    pub(super) fn fill(&mut self, key: &Key) {
        for (cell, slot) in self.keys[key.at..].iter_mut().zip(&key.slots) {
            *cell = slot.value(&self.registers);
        }
    }

    pub(super) fn range(&mut self, source: usize, batch: usize, key: &Key) -> (usize, usize) {
        let cells = &self.keys[key.at..key.at + key.slots.len()];
        self.views[source][batch].range(cells, &mut self.hints[source][batch])
    }
}
