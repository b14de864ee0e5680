//! When long work on rows is to end: sorting and merging tens of millions of rows takes seconds.
//!
//! Knows the time and a flag, nothing of rules; what ends a run because of it says where it was.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// How many rows are gone through between two looks: a few milliseconds of work, so that looking costs nothing.
pub(in crate::datalog) const ROWS_PER_LOOK: usize = 1 << 16;

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

    /// Whether to go on. Once it says no, it always does.
    pub(in crate::datalog) fn look(&self) -> Result<(), Ended> {
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
