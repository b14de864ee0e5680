//! Several threads at one rule: the rows of its outermost probe are cut into pieces, and each thread takes the next
//! piece until none is left.
//!
//! A plan and views go in; rows go to one [`Output`] per thread and relation. What comes out of [`Crew::gather`] is a
//! sorted set, so that it is the same for every number of threads and every way in which they took turns. New texts
//! and numbers get a pool of their own per piece, and these are taken in piece by piece, in the order of the rows.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use crate::base::{Additions, Cell, Pool, Primitive};

use crate::datalog::evaluation::emission::Emission;
use crate::datalog::evaluation::execute::run;
use crate::datalog::evaluation::functor::Slot;
use crate::datalog::evaluation::limits::{Budget, Stop};
use crate::datalog::evaluation::output::Output;
use crate::datalog::planning::plan::{Op, Plan, Probe};
use crate::datalog::program::{Literal, Rule, Term};
use crate::datalog::storage::view::View;
use crate::datalog::storage::watch::{Ended, Watch};
use crate::datalog::syntax::ast::Functor;

/// Outer rows that make a second thread worth its start; tests have few rows and want several threads.
const LONG: usize = if cfg!(test) { 4 } else { 2048 };
/// Pieces per thread: more than one, because rows differ in how much work they make.
const PIECES: usize = 8;
/// The fewest rows of a piece.
const SHORT: usize = if cfg!(test) { 1 } else { 256 };

/// One list of batches per source of a plan.
type Views<'a> = Vec<Vec<View<'a>>>;

/// What a rule does to the pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::datalog) enum Values {
    /// It copies cells.
    Known,
    /// It computes values, some of which may be new to the pool.
    New,
    /// It also looks at where the pool has put them.
    Numbered,
}

impl Values {
    /// What a rule does.
    pub(in crate::datalog) fn of(rule: &Rule) -> Self {
        rule.terms.iter().map(Self::of_term).chain(rule.body.iter().map(Self::of_literal)).max().unwrap_or(Self::Known)
    }

    fn of_literal(literal: &Literal) -> Self {
        match literal {
            Literal::Atom(atom) | Literal::Not(atom) => {
                atom.terms.iter().map(Self::of_term).max().unwrap_or(Self::Known)
            }
            Literal::Compare { left, right, .. } => Self::of_term(left).max(Self::of_term(right)),
            Literal::Aggregate { body, target, .. } => {
                body.iter().map(Self::of_literal).chain(target.iter().map(Self::of_term)).fold(Self::New, Ord::max)
            }
            Literal::Range { arguments, .. } => arguments.iter().map(Self::of_term).fold(Self::New, Ord::max),
        }
    }

    fn of_term(term: &Term) -> Self {
        match term {
            Term::Variable(_) | Term::Wildcard | Term::Constant(_) => Self::Known,
            Term::Functor(Functor::Ordinal, ..) => Self::Numbered,
            Term::Functor(_, _, arguments) => arguments.iter().map(Self::of_term).fold(Self::New, Ord::max),
        }
    }
}

/// A plan that is to run, and what its rows are.
pub(in crate::datalog) struct Task<'a> {
    pub(in crate::datalog) plan: &'a Plan,
    pub(in crate::datalog) views: Views<'a>,
    pub(in crate::datalog) values: Values,
    /// The place of its relation in the stratum.
    pub(in crate::datalog) head: usize,
    /// What the columns of that relation are.
    pub(in crate::datalog) primitives: Vec<Primitive>,
    pub(in crate::datalog) rank: u32,
}

impl<'a> Task<'a> {
    fn run(&self, views: &Views<'_>, pool: &mut Pool, budget: &mut Budget, output: &mut Output) -> Result<(), Stop> {
        let mut sink = Emission::new(&self.plan.head, self.rank, output);
        run(self.plan, views, &[], (pool, budget), &mut sink)
    }

    /// The outermost probe, if what it looks up is the same for the whole plan.
    fn outermost(&self) -> Option<&Probe> {
        let first = self.plan.ops.iter().find_map(|op| match op {
            Op::Filter { .. } | Op::Let { .. } | Op::Absent { .. } => None,
            Op::Probe(probe) => Some(Some(probe)),
            Op::Leap(_) | Op::Aggregate(_) | Op::Range(_) | Op::Tally | Op::Gather { .. } => Some(None),
        })??;
        let same = first.key.slots.iter().all(|slot| matches!(slot, Slot::Constant(_)));
        (same && !first.exists && !first.once).then_some(first)
    }

    /// The views with the rows of the outermost probe in pieces, or nothing where that does not pay.
    fn pieces(&self, threads: usize) -> Vec<Views<'a>> {
        let Some(probe) = self.outermost().filter(|_| threads > 1 && self.values < Values::Numbered) else {
            return Vec::new();
        };
        let key: Vec<_> = probe.key.slots.iter().map(|slot| slot.value(&[])).collect();
        let batches = self.views[probe.source].iter().map(|view| {
            let (start, end) = view.range(&key, &mut 0);
            view.part(start, end)
        });
        let batches: Vec<View<'a>> = batches.collect();
        let rows: usize = batches.iter().map(|view| view.len()).sum();
        if rows < LONG {
            return Vec::new();
        }
        let length = rows.div_ceil(threads * PIECES).max(SHORT);
        let starts = (0..rows).step_by(length);
        let piece = |start| {
            let mut views = self.views.clone();
            views[probe.source] = cut(&batches, start, start + length);
            views
        };
        starts.map(piece).collect()
    }
}

/// The rows with the numbers from `start` to `end`, counted over all batches.
fn cut<'a>(batches: &[View<'a>], start: usize, end: usize) -> Vec<View<'a>> {
    let mut before = 0;
    let mut parts = Vec::new();
    for batch in batches {
        let (from, to) = (start.max(before), end.min(before + batch.len()));
        if from < to {
            parts.push(batch.part(from - before, to - before));
        }
        before += batch.len();
    }
    parts
}

/// The threads of one round and what they have found.
pub(in crate::datalog) struct Crew {
    /// One list per thread, the first always there; in it one output per relation of the stratum.
    outputs: Vec<Vec<Output>>,
    threads: usize,
}

impl Crew {
    /// `outputs` hold what the relations of the stratum have at the start.
    pub(in crate::datalog) fn new(threads: NonZeroUsize, outputs: Vec<Output>) -> Self {
        Self { outputs: vec![outputs], threads: threads.get() }
    }

    /// Runs a plan.
    ///
    /// # Errors
    ///
    /// Where one thread would stop, so do several, and for the same reason; limits on time and memory excepted, which
    /// each thread looks at for itself.
    pub(in crate::datalog) fn run(
        &mut self,
        task: &Task<'_>,
        pool: &mut Pool,
        budget: &mut Budget,
    ) -> Result<(), Stop> {
        let pieces = task.pieces(self.threads);
        if pieces.len() < 2 {
            task.run(&task.views, pool, budget, &mut self.outputs[0][task.head])?;
            return if task.values == Values::Known { Ok(()) } else { budget.look(pool) };
        }
        while self.outputs.len() < self.threads {
            let fresh = self.outputs[0].iter().map(Output::fresh).collect();
            self.outputs.push(fresh);
        }
        let queue = Queue::new(&pieces, pool, budget);
        if task.values == Values::Known {
            self.copying(task, &queue);
            return queue.end(pool, budget);
        }
        let found = self.making(task, &queue);
        let mut done = queue.end(pool, budget);
        for (output, additions) in found {
            if done.is_err() {
                break;
            }
            let names = pool.absorb(&additions);
            let renamed = |column, cell| names.cell(cell, task.primitives[column]);
            done = self.outputs[0][task.head].append(&output, renamed, budget.watch()).map_err(Stop::from);
        }
        done?;
        budget.look(pool)
    }

    /// Runs a plan that makes no values: what a thread finds goes behind what it has.
    fn copying(&mut self, task: &Task<'_>, queue: &Queue<'_>) {
        let work = |output: &mut Output| {
            queue.work(|_, views, base, budget| task.run(views, &mut Pool::beside(base), budget, output));
        };
        thread::scope(|scope| {
            let (own, others) = self.outputs.split_at_mut(1);
            for outputs in others {
                // Without another thread those that there are do all of the work.
                let _ = thread::Builder::new().spawn_scoped(scope, || work(&mut outputs[task.head]));
            }
            work(&mut own[0][task.head]);
        });
    }

    /// Runs a plan that makes values: the output of each piece waits until its values have their cells.
    fn making(&self, task: &Task<'_>, queue: &Queue<'_>) -> Vec<(Output, Additions)> {
        let found: Vec<Mutex<Option<(Output, Additions)>>> = queue.pieces.iter().map(|_| Mutex::default()).collect();
        let model = &self.outputs[0][task.head];
        let work = || {
            queue.work(|piece, views, base, budget| {
                let (mut output, mut pool) = (model.fresh(), Pool::beside(base));
                let done = task.run(views, &mut pool, budget, &mut output);
                *found[piece].lock().unwrap_or_else(PoisonError::into_inner) = Some((output, pool.into_additions()));
                done
            });
        };
        thread::scope(|scope| {
            for _ in 1..self.threads {
                let _ = thread::Builder::new().spawn_scoped(scope, work);
            }
            work();
        });
        found.into_iter().map_while(|found| found.into_inner().unwrap_or_else(PoisonError::into_inner)).collect()
    }

    /// The row that was found last for a relation of the stratum.
    pub(in crate::datalog) fn last(&self, head: usize) -> Option<&[Cell]> {
        self.outputs.iter().find_map(|outputs| outputs[head].last())
    }

    /// What was found of each relation, in one place.
    ///
    /// # Errors
    ///
    /// The watch ended it; the number is that of the relation.
    pub(in crate::datalog) fn gather(self, watch: &Watch) -> Result<Vec<Output>, (usize, Ended)> {
        let mut outputs = self.outputs.into_iter();
        let mut all = outputs.next().unwrap_or_default();
        for others in outputs {
            for (head, (output, other)) in all.iter_mut().zip(others).enumerate() {
                output.join(other, watch).map_err(|ended| (head, ended))?;
            }
        }
        Ok(all)
    }
}

/// The pieces of one plan, and what is shared while threads take them.
struct Queue<'a> {
    pieces: &'a [Views<'a>],
    next: AtomicUsize,
    /// What the threads read and do not change.
    base: Arc<Pool>,
    budget: Budget,
    done: Mutex<Done>,
    /// The first piece that failed.
    failed: AtomicUsize,
}

/// How far the threads have come.
#[derive(Default)]
struct Done {
    budgets: Vec<Budget>,
    stop: Option<(usize, Stop)>,
}

impl<'a> Queue<'a> {
    fn new(pieces: &'a [Views<'a>], pool: &mut Pool, budget: &Budget) -> Self {
        Self {
            pieces,
            next: AtomicUsize::new(0),
            base: Arc::new(std::mem::take(pool)),
            budget: budget.clone(),
            done: Mutex::default(),
            failed: AtomicUsize::new(usize::MAX),
        }
    }

    /// Runs pieces until there are no more, or one fails: those behind it are left, those before it are not.
    fn work(&self, mut run: impl FnMut(usize, &Views<'a>, &Arc<Pool>, &mut Budget) -> Result<(), Stop>) {
        let mut budget = self.budget.clone();
        loop {
            let piece = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(views) = self.pieces.get(piece).filter(|_| piece < self.failed.load(Ordering::Relaxed)) else {
                break;
            };
            if let Err(stop) = run(piece, views, &self.base, &mut budget) {
                self.failed.fetch_min(piece, Ordering::Relaxed);
                let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
                if done.stop.as_ref().is_none_or(|(first, _)| piece < *first) {
                    done.stop = Some((piece, stop));
                }
            }
        }
        self.done.lock().unwrap_or_else(PoisonError::into_inner).budgets.push(budget);
    }

    /// Gives the pool back and adds up what was done.
    fn end(self, pool: &mut Pool, budget: &mut Budget) -> Result<(), Stop> {
        *pool = Arc::into_inner(self.base).expect("the pools beside it are gone with their threads");
        let Done { budgets, stop } = self.done.into_inner().unwrap_or_else(PoisonError::into_inner);
        let counted = budget.add(&budgets);
        stop.map_or(counted, |(_, stop)| Err(stop))
    }
}
