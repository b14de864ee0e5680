//! Arguments in, exit code out; the only place that may exit.

use std::process::ExitCode;

fn main() -> ExitCode {
    // A fault of the program must not look like "checked and clean" or like findings.
    let done = std::panic::catch_unwind(|| gainsay::cli::run(std::env::args_os()));
    ExitCode::from(done.unwrap_or(gainsay::cli::BROKEN))
}
