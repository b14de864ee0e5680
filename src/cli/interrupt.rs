//! Ctrl-C: while rules run and files are written the first one asks for an end, and any other ends the process at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::SIGINT;
use signal_hook::flag;

use super::{Failure, INTERRUPTED, output};

/// What a signal asks for.
pub(super) struct Interrupt {
    /// Set by a signal: running rules are to stop.
    pub(super) cancel: Arc<AtomicBool>,
    /// The next signal ends the process.
    at_once: Arc<AtomicBool>,
}

impl Interrupt {
    /// Takes over the signal; until rules run it still ends the process at once, with the exit code of a shell.
    pub(super) fn install() -> Result<Self, Failure> {
        let this = Self { cancel: Arc::default(), at_once: Arc::new(AtomicBool::new(true)) };
        // Actions run in the order they are registered: the first signal sets what the second one finds set.
        let done = flag::register_conditional_shutdown(SIGINT, i32::from(INTERRUPTED), Arc::clone(&this.at_once))
            .and_then(|_| flag::register(SIGINT, Arc::clone(&this.cancel)))
            .and_then(|_| flag::register(SIGINT, Arc::clone(&this.at_once)));
        done.map_err(|error| Failure::new(format!("Ctrl-C cannot be caught: {error}")))?;
        Ok(this)
    }

    /// Does work that looks at `cancel`; nothing if that ended it.
    pub(super) fn during<T>(&self, work: impl FnOnce(&Arc<AtomicBool>) -> T) -> Option<T> {
        let done = self.sheltered(work);
        (!self.cancel.load(Ordering::SeqCst)).then_some(done)
    }

    /// Does work that looks at `cancel` for as long as it can be left without a trace, and is done in full from then on.
    pub(super) fn sheltered<T>(&self, work: impl FnOnce(&Arc<AtomicBool>) -> T) -> T {
        self.at_once.store(self.cancel.load(Ordering::SeqCst), Ordering::SeqCst);
        let done = work(&self.cancel);
        self.at_once.store(true, Ordering::SeqCst);
        done
    }
}

/// Says that there is nothing to report, and gives the exit code.
pub(super) fn end() -> u8 {
    output::complain("error", &Failure::new("interrupted before the rules had ended, so nothing is written"));
    INTERRUPTED
}

/// The same when the rules had ended.
pub(super) fn end_of_writing() -> u8 {
    output::complain("error", &Failure::new("interrupted before all was written, so the files are as they were"));
    INTERRUPTED
}

/// The same when rows are explained; `what` tells how many were.
pub(super) fn end_of_explaining(what: &str) -> u8 {
    output::complain("error", &Failure::new(format!("interrupted before all was explained: {what}")));
    INTERRUPTED
}
