//! When long work on rows is to end: sorting and merging tens of millions of rows takes seconds.
//!
//! Knows the time and a flag, nothing of rules; where a run was when it ended is told elsewhere.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// How many rows are gone through between two looks: less than a millisecond of work, and so much that looking costs
/// nothing. Tests have few rows.
pub(in crate::datalog) const ROWS_PER_LOOK: usize = if cfg!(test) { 1 << 7 } else { 1 << 16 };

/// Why work on rows ends before it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::datalog) enum Ended {
    /// It is late.
    Deadline,
    /// Somebody wants an end.
    Cancelled,
}

/// What is looked at now and then.
#[derive(Clone, Debug, Default)]
pub(in crate::datalog) struct Watch {
    deadline: Option<Instant>,
    cancel: Arc<AtomicBool>,
}

impl Watch {
    /// Work ends at the deadline, if there is one, and when `cancel` is set. A default watch never ends any.
    pub(in crate::datalog) fn new(deadline: Option<Instant>, cancel: Arc<AtomicBool>) -> Self {
        Self { deadline, cancel }
    }

    /// Whether to go on. Once the answer is no, it stays so.
    pub(in crate::datalog) fn look(&self) -> Result<(), Ended> {
        #[cfg(test)]
        if tests::is_over() {
            return Err(Ended::Cancelled);
        }
        if self.cancel.load(Ordering::Relaxed) {
            return Err(Ended::Cancelled);
        }
        if self.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            return Err(Ended::Deadline);
        }
        Ok(())
    }

    /// The same for work that leaves off and whose caller looks before it uses what came of it.
    pub(in crate::datalog) fn has_ended(&self) -> bool {
        self.look().is_err()
    }
}

#[cfg(test)]
pub(in crate::datalog) mod tests {
    use std::cell::Cell;

    thread_local! {
        /// How many looks this thread has left, if they are counted.
        static LEFT: Cell<Option<usize>> = const { Cell::new(None) };
    }

    pub(super) fn is_over() -> bool {
        let left = LEFT.get();
        LEFT.set(left.map(|left| left.saturating_sub(1)));
        left == Some(0)
    }

    /// Does work that is ended by the look behind so many others of this thread, if it comes to that.
    pub(in crate::datalog) fn ended_by<T>(look: usize, work: impl FnOnce() -> T) -> T {
        LEFT.set(Some(look));
        let done = work();
        LEFT.set(None);
        done
    }
}
