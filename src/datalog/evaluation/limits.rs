//! How much an evaluation may do.
//!
//! Limits are counted here and compared wherever work is done; this file knows nothing of rows or plans.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::base::Pool;

use crate::datalog::evaluation::functor::{Fault, Notes, Patterns};
use crate::datalog::evaluation::hot::Hot;
use crate::datalog::evaluation::settings::Settings;
use crate::datalog::storage::watch::{Ended, Watch};

/// How much an evaluation may do before it is stopped. The defaults fit an honest data set with room to
/// spare; see [`Limits::for_rows`] for large ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Rounds of one stratum; at most 2^24 - 2 are used.
    pub rounds: u32,
    /// Rows of one relation.
    pub rows: u64,
    /// Rows of all relations together.
    pub all_rows: u64,
    /// Rows that rules give, repeated ones included.
    pub derivations: u64,
    /// New numbers too wide for a cell.
    pub numbers: u64,
    /// New texts.
    pub texts: u64,
    /// Bytes of new texts.
    pub text_bytes: u64,
    /// Estimated bytes of all rows and of the rows being collected.
    pub bytes: u64,
    /// Wall time.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            rounds: 100_000,
            rows: 20_000_000,
            all_rows: 50_000_000,
            derivations: 2_000_000_000,
            numbers: 1_000_000,
            texts: 1_000_000,
            text_bytes: 256 << 20,
            bytes: 4 << 30,
            time: Duration::from_secs(60),
        }
    }
}

/// Given rows up to which the default limits stand.
const HONEST_ROWS: u64 = 2_000_000;

impl Limits {
    /// The default limits for a data set of so many given rows: they grow in proportion to a large one.
    #[must_use]
    pub fn for_rows(given: u64) -> Self {
        let factor = given.div_ceil(HONEST_ROWS).max(1);
        let default = Self::default();
        let seconds = default.time.as_secs().saturating_mul(factor);
        Self {
            rounds: default.rounds,
            rows: default.rows.saturating_mul(factor),
            all_rows: default.all_rows.saturating_mul(factor),
            derivations: default.derivations.saturating_mul(factor),
            numbers: default.numbers.saturating_mul(factor),
            texts: default.texts.saturating_mul(factor),
            text_bytes: default.text_bytes.saturating_mul(factor),
            bytes: default.bytes.saturating_mul(factor),
            time: Duration::from_secs(seconds),
        }
    }
}

impl Limits {
    /// The limits with some of them replaced.
    #[must_use]
    pub fn with(mut self, others: &[(LimitKind, u64)]) -> Self {
        for &(kind, bound) in others {
            match kind {
                LimitKind::Rounds => self.rounds = u32::try_from(bound).unwrap_or(u32::MAX),
                LimitKind::Rows => self.rows = bound,
                LimitKind::AllRows => self.all_rows = bound,
                LimitKind::Derivations => self.derivations = bound,
                LimitKind::Numbers => self.numbers = bound,
                LimitKind::Texts => self.texts = bound,
                LimitKind::TextBytes => self.text_bytes = bound,
                LimitKind::Bytes => self.bytes = bound,
                LimitKind::Time => self.time = Duration::from_secs(bound),
            }
        }
        self
    }
}

/// Which limit was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LimitKind {
    /// [`Limits::rounds`].
    Rounds,
    /// [`Limits::rows`].
    Rows,
    /// [`Limits::all_rows`].
    AllRows,
    /// [`Limits::derivations`].
    Derivations,
    /// [`Limits::numbers`].
    Numbers,
    /// [`Limits::texts`].
    Texts,
    /// [`Limits::text_bytes`].
    TextBytes,
    /// [`Limits::bytes`].
    Bytes,
    /// [`Limits::time`], in seconds.
    Time,
}

impl LimitKind {
    /// So much of what is limited, in words: whole mebibytes as such, as they are what people set.
    pub(in crate::datalog) fn amount(self, bound: u64) -> String {
        const MEBIBYTE: u64 = 1 << 20;
        let is_bytes = matches!(self, Self::Bytes | Self::TextBytes);
        let what = self.to_string();
        if is_bytes && bound > 0 && bound.is_multiple_of(MEBIBYTE) {
            return format!("{} MiB{}", bound / MEBIBYTE, what.trim_start_matches("bytes"));
        }
        let one = match self {
            Self::Rounds => "round",
            Self::Rows => "row in one relation",
            Self::AllRows => "row in all relations",
            Self::Derivations => "derivation",
            Self::Numbers => "new wide number",
            Self::Texts => "new text",
            Self::TextBytes => "byte of new texts",
            Self::Bytes => "byte of memory",
            Self::Time => "second",
        };
        format!("{bound} {}", if bound == 1 { one } else { &what })
    }
}

impl fmt::Display for LimitKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rounds => "rounds",
            Self::Rows => "rows in one relation",
            Self::AllRows => "rows in all relations",
            Self::Derivations => "derivations",
            Self::Numbers => "new wide numbers",
            Self::Texts => "new texts",
            Self::TextBytes => "bytes of new texts",
            Self::Bytes => "bytes of memory",
            Self::Time => "seconds",
        })
    }
}

/// Why a running plan was left; the driver adds the rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::datalog) enum Stop {
    Limit(LimitKind),
    Cancelled,
    Fault(Box<Fault>),
}

impl From<Ended> for Stop {
    fn from(ended: Ended) -> Self {
        match ended {
            Ended::Deadline => Self::Limit(LimitKind::Time),
            Ended::Cancelled => Self::Cancelled,
        }
    }
}

/// What a pool holds.
#[derive(Clone, Copy, Debug)]
struct Held {
    numbers: usize,
    texts: usize,
    text_bytes: usize,
}

impl Held {
    fn of(pool: &Pool) -> Self {
        Self { numbers: pool.wide_numbers(), texts: pool.texts(), text_bytes: pool.text_bytes() }
    }
}

/// How many rows are visited between two looks at the clock.
const VISITS_PER_LOOK: u32 = 4096;

/// How many bytes of texts are as much work as a row.
const BYTES_PER_VISIT: usize = 256;

/// Counts the work of one evaluation. Each thread that works for it counts in a copy.
#[derive(Clone)]
pub(in crate::datalog) struct Budget {
    limits: Limits,
    watch: Watch,
    visits: u32,
    derivations: u64,
    /// What the pool held at the start.
    held: Held,
    /// Bytes in use besides those of the running rule.
    beside: usize,
    /// How many of them are the pool's.
    pooled: usize,
    /// What was looked up most often.
    pub(in crate::datalog) hot: Hot,
    /// What rules have to be told in the end; that of several budgets can be added up.
    pub(in crate::datalog) notes: Notes,
    /// Patterns that were compiled.
    pub(in crate::datalog) patterns: Patterns,
}

impl Budget {
    /// Starts the clock.
    pub(in crate::datalog) fn start(settings: &Settings, pool: &Pool) -> Self {
        let mut limits = settings.limits.clone();
        limits.rounds = limits.rounds.min((1 << 24) - 2);
        Self {
            watch: Watch::new(Instant::now().checked_add(limits.time), Arc::clone(&settings.cancel)),
            limits,
            visits: VISITS_PER_LOOK,
            derivations: 0,
            held: Held::of(pool),
            beside: 0,
            pooled: 0,
            hot: Hot::default(),
            notes: Notes::default(),
            patterns: Patterns::default(),
        }
    }

    /// Counts visited rows; true when it is time for [`Budget::look`].
    #[inline]
    pub(in crate::datalog) fn visit(&mut self, rows: usize) -> bool {
        self.visits = self.visits.saturating_sub(u32::try_from(rows).unwrap_or(u32::MAX));
        self.visits == 0
    }

    /// Counts bytes of texts that were made or compared as visits, and looks when it is time.
    #[inline]
    pub(in crate::datalog) fn visit_text(&mut self, bytes: usize, pool: &Pool) -> Result<(), Stop> {
        if bytes >= BYTES_PER_VISIT && self.visit(bytes / BYTES_PER_VISIT) { self.look(pool) } else { Ok(()) }
    }

    /// Looks at the clock, at whether somebody wants an end, and at what the pool has grown by.
    pub(in crate::datalog) fn look(&mut self, pool: &Pool) -> Result<(), Stop> {
        self.visits = VISITS_PER_LOOK;
        let (now, then) = (Held::of(pool), &self.held);
        let grown = [
            (LimitKind::Numbers, now.numbers, then.numbers, self.limits.numbers),
            (LimitKind::Texts, now.texts, then.texts, self.limits.texts),
            (LimitKind::TextBytes, now.text_bytes, then.text_bytes, self.limits.text_bytes),
        ];
        for (kind, now, then, most) in grown {
            if (now.saturating_sub(then)) as u64 > most {
                return Err(Stop::Limit(kind));
            }
        }
        self.bytes(pool.bytes().saturating_sub(self.pooled)).map_err(Stop::Limit)?;
        Ok(self.watch.look()?)
    }

    /// The clock and the flag of who wants an end, for work that sees nothing else of a budget.
    pub(in crate::datalog) fn watch(&self) -> &Watch {
        &self.watch
    }

    /// How many rows rules have given so far.
    pub(in crate::datalog) fn derived(&self) -> u64 {
        self.derivations
    }

    /// Counts derivations.
    #[inline]
    pub(in crate::datalog) fn derive(&mut self, rows: usize) -> Result<(), Stop> {
        self.derivations += rows as u64;
        if self.derivations > self.limits.derivations { Err(Stop::Limit(LimitKind::Derivations)) } else { Ok(()) }
    }

    /// Adds what threads have counted in copies of this budget.
    pub(in crate::datalog) fn add(&mut self, copies: &[Self]) -> Result<(), Stop> {
        self.derivations += copies.iter().map(|copy| copy.derivations - self.derivations).sum::<u64>();
        for copy in copies {
            self.notes.add(copy.notes);
            self.hot.add(&copy.hot);
        }
        if self.derivations > self.limits.derivations { Err(Stop::Limit(LimitKind::Derivations)) } else { Ok(()) }
    }

    /// Compares sizes with the limits.
    pub(in crate::datalog) fn sizes(&self, rows: usize, all_rows: usize) -> Result<(), LimitKind> {
        if rows as u64 > self.limits.rows {
            return Err(LimitKind::Rows);
        }
        if all_rows as u64 > self.limits.all_rows {
            return Err(LimitKind::AllRows);
        }
        self.bytes(0)
    }

    /// Notes how many bytes rows take while rules run, apart from what they give; those of the pool are added.
    pub(in crate::datalog) fn hold(&mut self, rows: usize, pool: &Pool) {
        self.pooled = pool.bytes();
        self.beside = rows + self.pooled;
    }

    /// Compares the memory in use with its limit, with `bytes` of the running rule.
    pub(in crate::datalog) fn bytes(&self, bytes: usize) -> Result<(), LimitKind> {
        if (self.beside + bytes) as u64 > self.limits.bytes { Err(LimitKind::Bytes) } else { Ok(()) }
    }

    /// Compares the number of a round with its limit.
    pub(in crate::datalog) fn round(&self, round: u32) -> Result<(), LimitKind> {
        if round > self.limits.rounds { Err(LimitKind::Rounds) } else { Ok(()) }
    }

    /// What a limit allows, for messages.
    pub(in crate::datalog) fn bound(&self, kind: LimitKind) -> u64 {
        match kind {
            LimitKind::Rounds => u64::from(self.limits.rounds),
            LimitKind::Rows => self.limits.rows,
            LimitKind::AllRows => self.limits.all_rows,
            LimitKind::Derivations => self.limits.derivations,
            LimitKind::Numbers => self.limits.numbers,
            LimitKind::Texts => self.limits.texts,
            LimitKind::TextBytes => self.limits.text_bytes,
            LimitKind::Bytes => self.limits.bytes,
            LimitKind::Time => self.limits.time.as_secs(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_grow_with_a_large_data_set_only() {
        assert_eq!(Limits::for_rows(0), Limits::default());
        assert_eq!(Limits::for_rows(HONEST_ROWS), Limits::default());
        assert_eq!(Limits::for_rows(10 * HONEST_ROWS).rows, 10 * Limits::default().rows);
        assert_eq!(Limits::for_rows(u64::MAX).derivations, u64::MAX);
    }
}
