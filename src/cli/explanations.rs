//! `gainsay datalog --explain` and `--why-not`: why rows are there, or not, in place of the rows.

use std::sync::atomic::Ordering;

use clap::Args;
use serde::Serialize;

use crate::engine::plain::{Asked, Evaluated, Explained, MOST_PRESENT, proof_text, why_not_text};
use crate::report::{Tool, line};

use super::datalog::DatalogArguments;
use super::datalog::{draw, visible_lines};
use super::interrupt::{self, Interrupt};
use super::list::ListFormat;
use super::{BROKEN, CLEAN, Failure, output};

/// The versions of the documents.
const PROOF: &str = "gainsay.proof/1";
const WHY_NOT: &str = "gainsay.why-not/1";

/// What is asked about rows.
#[derive(Debug, Args)]
#[command(next_help_heading = "Explain")]
pub(super) struct ExplainOptions {
    /// Explain why a row is there, in place of writing any rows: an atom, such as 'path(1, 5)'; `_` stands for any value. Where
    /// no row matches, tell why not.
    #[arg(long, value_name = "ATOM", conflicts_with_all = ["profile", "show"])]
    pub(super) explain: Vec<String>,
    /// Show so many first steps of each row, or `all` of them, each with its shortest proof.
    #[arg(long, value_name = "N", value_parser = first_steps, allow_negative_numbers = true)]
    pub(super) proofs: Option<usize>,
    /// Tell why a row is not there: how far each rule comes, and the first condition that fails.
    #[arg(long, value_name = "ATOM", conflicts_with_all = ["profile", "show"])]
    pub(super) why_not: Vec<String>,
    /// How to write explanations, `human` by default; in JSON each is a document on a line of its own.
    #[arg(short, long, value_name = "FORMAT", value_enum)]
    pub(super) format: Option<ListFormat>,
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

    /// Refuses options that say how to explain where nothing is to be explained.
    pub(super) fn check(&self) -> Result<(), Failure> {
        let refuse = |option: &str, others: &str| {
            Err(Failure::new(format!("`{option}` does nothing without {others}")).with_help("add one, or remove it"))
        };
        match (self.proofs, self.format) {
            (Some(_), _) if self.explain.is_empty() => refuse("--proofs", "`--explain`"),
            (_, Some(_)) if !self.is_some() => refuse("--format", "`--explain` or `--why-not`"),
            _ => Ok(()),
        }
    }

    /// What is asked, in this order: the atoms of `--explain`, then those of `--why-not`.
    pub(super) fn questions(&self) -> Vec<Asked> {
        let of = |option: &str, atoms: &[String], why_not: bool| -> Vec<Asked> {
            let path = |number: usize| match atoms.len() {
                1 => option.to_owned(),
                _ => format!("{option} {}", number + 1),
            };
            let atoms = atoms.iter().enumerate();
            atoms.map(|(number, atom)| Asked { path: path(number), atom: atom.clone(), why_not }).collect()
        };
        [of("--explain", &self.explain, false), of("--why-not", &self.why_not, true)].concat()
    }
}

/// An explanation for programs.
#[derive(Serialize)]
struct Document<'d, D> {
    schema: &'static str,
    tool: Tool,
    #[serde(flatten)]
    answer: &'d D,
}

/// Prints what was asked for in place of the rows: each explanation once it is whole, so that an end that comes before
/// the last one takes none of the others away.
pub(super) fn explain(
    evaluated: &mut Evaluated,
    arguments: &DatalogArguments,
    interrupt: &Interrupt,
) -> Result<u8, Failure> {
    let asked = &arguments.asked;
    let mut printer = Printer {
        is_human: asked.format != Some(ListFormat::Json),
        unicode: output::unicode(arguments.drawing.ascii),
        printed: 0,
        more: Vec::new(),
        failure: None,
    };
    // Rules and explanations are one run: what the rules were told to look at ends explanations, too.
    let done = interrupt.sheltered(|_| evaluated.explain(asked.proofs, &mut |explained| printer.show(explained)));
    let Printer { printed, more, failure, .. } = printer;
    if let Some(failure) = failure {
        return Err(failure);
    }
    if done.is_err() && interrupt.cancel.load(Ordering::SeqCst) {
        return Ok(interrupt::end_of_explaining(&unfinished(printed)));
    }
    for atom in more {
        let note = Failure::new(format!("more rows match `{atom}`; the first {MOST_PRESENT} are explained"));
        output::complain("note", &note.with_help("write values in place of `_`"));
    }
    if let Err(problem) = done {
        draw(&evaluated.sources, &[*problem], &arguments.drawing)?;
        output::note(&format!("1 error: {}\n", unfinished(printed)));
        return Ok(BROKEN);
    }
    Ok(CLEAN)
}

/// What there is of explanations that ended early.
fn unfinished(printed: usize) -> String {
    match printed {
        0 => "nothing is printed".to_owned(),
        1 => "only the first explanation is printed".to_owned(),
        _ => format!("only the first {printed} explanations are printed"),
    }
}

/// Prints explanations.
struct Printer {
    is_human: bool,
    unicode: bool,
    printed: usize,
    /// Atoms that other rows match.
    more: Vec<String>,
    /// Why one cannot be printed.
    failure: Option<Failure>,
}

impl Printer {
    /// Prints an explanation; tells whether another one can be.
    fn show(&mut self, explained: &Explained<'_>) -> bool {
        let text = match explained {
            Explained::Proof(document) if self.is_human => Ok(visible_lines(&proof_text(document, self.unicode))),
            Explained::Proof(document) => line(&Document { schema: PROOF, tool: Tool::THIS, answer: document }),
            Explained::WhyNot(document) if self.is_human => Ok(visible_lines(&why_not_text(document))),
            Explained::WhyNot(document) => line(&Document { schema: WHY_NOT, tool: Tool::THIS, answer: document }),
            Explained::More(atom) => {
                self.more.push(atom.clone());
                return true;
            }
        };
        let gap = if self.is_human && self.printed > 0 { "\n" } else { "" };
        let text = text.map_err(|error| Failure::new(format!("the explanation cannot be written: {error}")));
        let done = text.and_then(|text| output::print(format!("{gap}{text}").as_bytes()));
        self.printed += 1;
        self.failure = done.err();
        self.failure.is_none()
    }
}
