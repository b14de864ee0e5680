//! Numbers on the command line: texts in, numbers out, or what to write instead.

use std::num::NonZeroUsize;

/// A number of columns to draw in.
pub(super) fn drawn_width(text: &str) -> Result<u16, String> {
    let width = text.parse().ok().filter(|width| (40..=240).contains(width));
    width.ok_or_else(|| "write a number from 40 to 240".to_owned())
}

/// A number of columns to cut lines to.
pub(super) fn cut_width(text: &str) -> Result<u16, String> {
    text.parse().ok().filter(|&width| width >= 40).ok_or_else(|| "write a number from 40 to 65535".to_owned())
}

/// The most threads that can be asked for.
const MAX_THREADS: usize = 256;

/// A number of threads.
pub(super) fn threads(text: &str) -> Result<NonZeroUsize, String> {
    let number = text.parse().ok().filter(|number: &NonZeroUsize| number.get() <= MAX_THREADS);
    number.ok_or_else(|| format!("write a number of threads from 1 to {MAX_THREADS}"))
}

/// How many threads to use where nobody says: as many as the machine runs at once.
pub(super) fn machine_threads() -> NonZeroUsize {
    let most = NonZeroUsize::new(MAX_THREADS).unwrap_or(NonZeroUsize::MIN);
    std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN).min(most)
}

/// A number of rows.
pub(super) fn rows(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|&number| number > 0).ok_or_else(|| "write a number of rows, 1 or more".to_owned())
}

/// A number of findings.
pub(super) fn most_shown(text: &str) -> Result<usize, String> {
    text.parse().map_err(|_| "write a number, 0 for all".to_owned())
}
