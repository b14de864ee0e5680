//! `gainsay datalog --explain` and `--why-not`: why rows are there, or not, in place of the rows.

use std::io;

use clap::Args;

use crate::engine::plain::{Asked, Evaluated, Explained, proof_text, why_not_text};
use crate::report::pretty;

use super::arguments::{DatalogArguments, ListFormat};
use super::datalog::visible_lines;
use super::{CLEAN, Failure, output};

/// What is asked about rows.
#[derive(Debug, Args)]
#[command(next_help_heading = "Explain")]
pub(super) struct ExplainOptions {
    /// Explain why a row is there, in place of writing any: an atom, such as 'path(1, 5)'; `_` stands for any value.
    #[arg(long, value_name = "ATOM", conflicts_with_all = ["profile", "show"])]
    pub(super) explain: Vec<String>,
    /// Show so many first steps of each row, or all of them, in place of the shortest proof.
    #[arg(long, value_name = "N", value_parser = first_steps, requires = "explain")]
    pub(super) proofs: Option<usize>,
    /// Tell why a row is not there: how far each rule comes, and the first condition that fails.
    #[arg(long, value_name = "ATOM", conflicts_with_all = ["profile", "show"])]
    pub(super) why_not: Vec<String>,
    /// How to write explanations.
    #[arg(short, long, value_name = "FORMAT", value_enum, default_value_t = ListFormat::Human)]
    pub(super) format: ListFormat,
}

/// A number of first steps, or all of them.
fn first_steps(text: &str) -> Result<usize, String> {
    if text == "all" {
        return Ok(usize::MAX);
    }
    text.parse().ok().filter(|&number| number > 0).ok_or_else(|| "write a number, or `all`".to_owned())
}

impl ExplainOptions {
    /// Whether anything is asked.
    pub(super) fn is_some(&self) -> bool {
        !(self.explain.is_empty() && self.why_not.is_empty())
    }

    /// The atoms that are asked about: first those of `--explain`, then those of `--why-not`.
    pub(super) fn questions(&self) -> Vec<Asked> {
        let of = |option: &str, atoms: &[String]| -> Vec<Asked> {
            let path = |number: usize| match atoms.len() {
                1 => option.to_owned(),
                _ => format!("{option} {}", number + 1),
            };
            let asked = |(number, atom): (usize, &String)| Asked { path: path(number), atom: atom.clone() };
            atoms.iter().enumerate().map(asked).collect()
        };
        [of("--explain", &self.explain), of("--why-not", &self.why_not)].concat()
    }
}

/// Prints what was asked for in place of the rows.
pub(super) fn explain(evaluated: &mut Evaluated, arguments: &DatalogArguments) -> Result<u8, Failure> {
    let asked = &arguments.asked;
    let unicode = output::unicode(arguments.drawing.ascii);
    let mut texts = Vec::new();
    for number in 0..asked.explain.len() + asked.why_not.len() {
        let why_not = number >= asked.explain.len();
        evaluated.explain(number, why_not, asked.proofs, &mut |explained| {
            texts.push(match (asked.format, explained) {
                (ListFormat::Human, Explained::Proof(document)) => Ok(visible_lines(&proof_text(document, unicode))),
                (ListFormat::Human, Explained::WhyNot(document)) => Ok(visible_lines(&why_not_text(document))),
                (ListFormat::Json, Explained::Proof(document)) => pretty(document),
                (ListFormat::Json, Explained::WhyNot(document)) => pretty(document),
            });
        });
    }
    let texts: io::Result<Vec<String>> = texts.into_iter().collect();
    let texts = texts.map_err(|error| Failure::new(format!("the explanation cannot be written: {error}")))?;
    let between = if asked.format == ListFormat::Human { "\n" } else { "" };
    output::print(texts.join(between).as_bytes()).map(|()| CLEAN)
}
