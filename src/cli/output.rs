//! Standard output and error, and how to draw on them.

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Write as _};

use crate::report::visible;

use super::{ColorChoice, Failure, OutputArguments};

/// Columns where there is no terminal.
const DEFAULT_WIDTH: usize = 100;

/// Columns to draw in.
pub(super) fn width(arguments: &OutputArguments) -> usize {
    if let Some(width) = arguments.width {
        return usize::from(width);
    }
    let terminal = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    terminal.filter(|_| io::stdout().is_terminal()).map_or(DEFAULT_WIDTH, |width| width.clamp(60, 120))
}

/// Whether to use colour: the flag, `NO_COLOR`, `CLICOLOR_FORCE`, the terminal, in this order.
pub(super) fn color(arguments: &OutputArguments) -> bool {
    let is_set = |name: &str, off: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != *off);
    match arguments.color {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if is_set("NO_COLOR", "") => false,
        ColorChoice::Auto => is_set("CLICOLOR_FORCE", "0") || io::stdout().is_terminal(),
    }
}

/// Writes to standard output; a reader that has gone away is no error.
pub(super) fn print(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new(format!("standard output cannot be written: {error}")))
        }
        _ => Ok(()),
    }
}

/// Writes a failure to standard error.
pub(super) fn complain(failure: &Failure) {
    let mut text = format!("error: {}\n", visible(&failure.message));
    if let Some(help) = &failure.help {
        writeln!(text, "help: {}", visible(help)).expect("a string takes all");
    }
    note(&text);
}

/// Writes to standard error; nobody can be told when that fails.
pub(super) fn note(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}
