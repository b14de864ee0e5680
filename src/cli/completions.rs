//! `gainsay completions`: what a shell needs to complete the command line.

use clap::Args;
use clap_complete::{Shell, generate};

use super::{CLEAN, Failure, arguments, output};

#[derive(Debug, Args)]
pub(super) struct CompletionsArguments {
    /// The shell to write for.
    #[arg(value_enum)]
    pub(super) shell: Shell,
}

pub(super) fn run(arguments: &CompletionsArguments) -> Result<u8, Failure> {
    let mut grammar = arguments::grammar();
    let mut text = Vec::new();
    generate(arguments.shell, &mut grammar, "gainsay", &mut text);
    output::print(&text)?;
    Ok(CLEAN)
}
