//! How an evaluation is to be run: its limits and its threads, and a way to end it from outside.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::datalog::evaluation::limits::Limits;
use crate::datalog::program::RelationId;

/// How an evaluation is to be run; nothing here changes which rows come out.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How much it may do before it is stopped.
    pub limits: Limits,
    /// How many threads may work on one rule.
    pub threads: NonZeroUsize,
    /// Set it to end the evaluation at the next look at the clock.
    pub cancel: Arc<AtomicBool>,
    /// Whether rows of recursive relations note the round and rule that gave them first. Without, less memory and
    /// time is needed, and facts that follow only from facts of their own stratum cannot be proved.
    pub ranks: bool,
    /// Whether to count what each rule does, which takes memory and time as ranks do; see [`Fixpoint::profile`].
    ///
    /// [`Fixpoint::profile`]: crate::datalog::Fixpoint::profile
    pub profile: bool,
    /// The relations whose rows are wanted in the end; all, if nothing is said. Of the others, only the number of rows
    /// is left once no rule reads them any more.
    pub keep: Option<BTreeSet<RelationId>>,
    /// Whether to write down how each rule is run; see [`Fixpoint::plans`].
    ///
    /// [`Fixpoint::plans`]: crate::datalog::Fixpoint::plans
    pub plans: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self::with(Limits::default())
    }
}

impl Settings {
    /// One thread within these limits, with ranks.
    #[must_use]
    pub fn with(limits: Limits) -> Self {
        Self {
            limits,
            threads: NonZeroUsize::MIN,
            cancel: Arc::default(),
            ranks: true,
            profile: false,
            plans: false,
            keep: None,
        }
    }
}
