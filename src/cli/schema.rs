//! `gainsay schema`: JSON Schema of what the program reads and writes, for editors and other programs.

use clap::{Args, ValueEnum};

use crate::report::pretty;
use crate::schemas;

use super::{CLEAN, Failure, output};

const EXAMPLE: &str = "Editors that know YAML check and complete fact files by it: write `gainsay schema facts > facts.schema.json` beside \
    them, and `# yaml-language-server: $schema=facts.schema.json` as the first line of each document.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub(super) struct SchemaArguments {
    /// What the schema is of.
    #[arg(value_enum)]
    pub(super) of: Of,
}

/// What there are schemas of.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Of {
    /// A document of a fact file.
    Facts,
    /// The configuration, `gainsay.yaml`.
    Config,
    /// The report that `--format json` writes.
    Report,
}

pub(super) fn run(arguments: &SchemaArguments) -> Result<u8, Failure> {
    let schema = match arguments.of {
        Of::Facts => schemas::facts(),
        Of::Config => schemas::config(),
        Of::Report => schemas::report(),
    };
    let text = pretty(&schema).map_err(|error| Failure::new(format!("the schema cannot be written: {error}")))?;
    output::print(text.as_bytes())?;
    Ok(CLEAN)
}
