//! How long answers about rows are looked for, and in how much memory: what is left of the limits of the run.
//!
//! Searches count the rows that they look at and leave off once a bound is met; whoever asked then throws away what they
//! have and tells which bound it was.

use std::sync::Arc;
use std::time::Instant;

use crate::base::Pool;

use crate::datalog::evaluation::limits::LimitKind;
use crate::datalog::evaluation::settings::Settings;
use crate::datalog::proofs::work::GivenUp;
use crate::datalog::storage::store::Fixpoint;
use crate::datalog::storage::watch::{Ended, Watch};

/// How many rows are looked at between two looks at the clock and the memory.
const VISITS_PER_LOOK: u64 = 4096;

/// How long answers may be looked for, and in how much memory. The default bounds nothing.
#[derive(Clone, Debug)]
pub struct Bounds {
    watch: Watch,
    seconds: u64,
    bytes: u64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { watch: Watch::default(), seconds: u64::MAX, bytes: u64::MAX }
    }
}

impl Bounds {
    /// The bounds of a run with these settings that began at that time: its answers are part of it.
    #[must_use]
    pub fn of_run(settings: &Settings, began: Instant) -> Self {
        let Settings { limits, cancel, .. } = settings;
        Self {
            watch: Watch::new(began.checked_add(limits.time), Arc::clone(cancel)),
            seconds: limits.time.as_secs(),
            bytes: limits.bytes,
        }
    }
}

/// Why answers are not complete: what was found until then is of no use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Overrun {
    /// The run, which began with the rules, has taken so many seconds.
    #[error("the run reaches its limit of {} while rows are explained", LimitKind::Time.amount(*.0))]
    Time(u64),
    /// Rows, and what explanations keep, take so many bytes.
    #[error("the run reaches its limit of {} while rows are explained", LimitKind::Bytes.amount(*.0))]
    Memory(u64),
    /// Somebody wanted an end.
    #[error("cancelled while rows are explained")]
    Cancelled,
}

/// Counts what searches do.
pub(in crate::datalog) struct Meter {
    bounds: Bounds,
    /// Rows to be looked at until the next look.
    visits: u64,
    /// Bytes of the rows of all relations, with the orders that were built of them.
    rows: usize,
    /// Bytes of what is known of facts.
    pub(in crate::datalog) known: usize,
    /// Bytes of what running searches keep.
    pub(in crate::datalog) kept: usize,
    overrun: Option<Overrun>,
}

impl Meter {
    pub(in crate::datalog) fn new(bounds: Bounds, fixpoint: &Fixpoint) -> Self {
        Self { bounds, visits: VISITS_PER_LOOK, rows: fixpoint.bytes(), known: 0, kept: 0, overrun: None }
    }

    /// Why searches are to leave off, if they are.
    pub(in crate::datalog) fn overrun(&self) -> Option<Overrun> {
        self.overrun
    }

    /// Counts rows that are looked at.
    pub(in crate::datalog) fn visit(&mut self, rows: u64, pool: &Pool) -> Result<(), GivenUp> {
        self.visits = self.visits.saturating_sub(rows);
        if self.visits == 0 { self.look(pool) } else { Ok(()) }
    }

    /// Looks at the clock, at whether somebody wants an end, and at the memory.
    pub(in crate::datalog) fn look(&mut self, pool: &Pool) -> Result<(), GivenUp> {
        if self.overrun.is_some() {
            return Err(GivenUp);
        }
        self.visits = VISITS_PER_LOOK;
        let bytes = (self.rows + self.known + self.kept + pool.bytes()) as u64;
        let ended = self.bounds.watch.look();
        self.overrun = match ended {
            Err(Ended::Cancelled) => Some(Overrun::Cancelled),
            Err(Ended::Deadline) => Some(Overrun::Time(self.bounds.seconds)),
            Ok(()) if bytes > self.bounds.bytes => Some(Overrun::Memory(self.bounds.bytes)),
            Ok(()) => return Ok(()),
        };
        // Nothing is looked at any more.
        self.visits = 0;
        Err(GivenUp)
    }

    /// Takes note of an order of rows that was built.
    pub(in crate::datalog) fn built(&mut self, fixpoint: &Fixpoint) {
        self.rows = fixpoint.bytes();
        self.visits = 0;
    }

    /// What long work on rows looks at.
    pub(in crate::datalog) fn watch(&self) -> &Watch {
        &self.bounds.watch
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;
    use std::time::Duration;

    use super::*;
    use crate::base::Primitive;
    use crate::datalog::oracle::{Builder, atom, closure, var};
    use crate::datalog::program::Literal;
    use crate::datalog::proofs::group::group;
    use crate::datalog::proofs::rows::Rows;
    use crate::datalog::proofs::work::Work;
    use crate::datalog::syntax::ast::Aggregate;
    use crate::datalog::{Database, Limits, Proof, Prover, evaluate};

    #[test]
    fn searches_leave_off_at_each_bound() {
        let (strata, edge, path) = closure(true);
        let (mut pool, mut database) = (Pool::new(), Database::new());
        for number in 0..100 {
            let row = [number, number + 1].map(|number| pool.number(number));
            database.push(edge, &row, None);
        }
        let fixpoint = evaluate(&strata, database, &mut pool, &Settings::default()).unwrap();
        let goals: Vec<_> = fixpoint.facts(path).collect();
        let mut check = |settings: &Settings, expect: Option<Overrun>| {
            let mut prover = Prover::within(&strata, &fixpoint, Bounds::of_run(settings, Instant::now()));
            for &goal in &goals {
                let found = prover.explain(&mut pool, goal);
                assert!(found.cut || prover.overrun().is_none(), "{expect:?}");
            }
            assert_eq!(prover.overrun(), expect);
            let all = prover.explain_all(&mut pool, goals[7], usize::MAX);
            assert!(expect.is_none() || all.proofs.iter().all(|proof| proof.cut), "{expect:?}");
            let absent = [Some(pool.number(500)), Some(pool.number(5))];
            let answer = prover.why_not(&mut pool, path, &absent);
            assert_eq!(answer.attempts.iter().all(|attempt| attempt.complete), expect.is_none());
        };
        let with =
            |bytes, seconds| Settings::with(Limits { bytes, time: Duration::from_secs(seconds), ..Limits::default() });
        check(&with(1 << 30, 60), None);
        check(&with(1 << 30, 0), Some(Overrun::Time(0)));
        check(&with(1 << 10, 60), Some(Overrun::Memory(1 << 10)));
        let settings = with(1 << 30, 60);
        settings.cancel.store(true, Ordering::Relaxed);
        check(&settings, Some(Overrun::Cancelled));
        let messages = [Overrun::Memory(1 << 20), Overrun::Time(1)].map(|message| message.to_string());
        let message = |limit| format!("the run reaches its limit of {limit} while rows are explained");
        assert_eq!(messages, ["1 MiB of memory", "1 second"].map(message));
    }

    /// The groups of aggregates over pairs of 150 numbers, of which a proof keeps 100.
    #[test]
    fn groups_tell_how_many_facts_they_leave_out() {
        let check = |function, expect: (usize, u64, u64)| {
            let (mut builder, mut pool, mut database) = (Builder::new(), Pool::new(), Database::new());
            let number = Primitive::Number;
            let (e, hit) = (builder.relation("e", &[number]), builder.relation("hit", &[number]));
            let body = [1, 2].map(|variable| Literal::Atom(atom(e, &[var(variable)]))).to_vec();
            let target = (function != Aggregate::Count).then(|| var(1));
            let aggregate =
                Literal::Aggregate { result: var(0), function, primitive: number, target, body, outer: Vec::new() };
            builder.rule(atom(hit, &[var(0)]), vec![aggregate], 3);
            builder.stratum(&[e], false);
            builder.stratum(&[hit], false);
            for number in 0..150 {
                let cell = pool.number(number);
                database.push(e, &[cell], None);
            }
            let strata = builder.strata();
            let fixpoint = evaluate(&strata, database, &mut pool, &Settings::default()).unwrap();
            let goal = fixpoint.facts(hit).next().unwrap();
            let found = Prover::new(&strata, &fixpoint).explain(&mut pool, goal);
            let Proof::Derived { premises, .. } = &*found.proof else { panic!("{found:?}") };
            let Proof::Group { facts, more, total, .. } = &*premises[0] else { panic!("{found:?}") };
            assert_eq!((facts.len(), *more, *total), expect, "{function:?}");
            // Half a group is none.
            let (rule, mut rows) =
                (strata.program().rules().next().unwrap().1, Rows::new(&fixpoint, Bounds::default()));
            let mut within = |visits| {
                let mut work = Work { rows: &mut rows, pool: &mut pool, visits };
                group(&mut work, &rule.body[0], &vec![None; 3], 0).is_ok()
            };
            assert_eq!([20_000, 30_000].map(&mut within), [false, true]);
        };
        check(Aggregate::Count, (100, 50, 22_500));
        check(Aggregate::Sum, (100, 50, 22_500));
        // The greatest one with each of them.
        check(Aggregate::Max, (100, 50, 22_500));
    }
}
