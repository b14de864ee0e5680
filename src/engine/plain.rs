//! Plain Datalog programs: a program and the texts of its files in, relations out. No data set has part in it.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::base::fs::{FileSystem, slashed};
use crate::base::{Diagnostic, Family, FileId, Pool, SourceMap, Span, has_errors};
use crate::datalog::{
    self, Bounds, Context, Database, Fixpoint, Loaded, MOST_FAULTS, Origin, Pattern, Program, ProofDocument, Prover,
    RowFault, RowFaultKind, RuleFile, RuleFiles, Strata, Surroundings, WhyNotDocument,
};

pub use crate::datalog::{Directive, Limits, MOST_PRESENT, Medium, Output, Settings, Verb, proof_text, why_not_text};

use super::question;
use super::rules::prepare;
use super::stopped::{overrun_at, stopped};
use super::strata;

/// A question about rows of a plain program, as it was typed.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What reports call its text, such as the option that it was written for.
    pub path: String,
    /// One atom.
    pub atom: String,
    /// It is asked why rows are not there.
    pub why_not: bool,
}

/// What is said of rows that were asked about.
#[derive(Debug)]
pub enum Explained<'a> {
    /// A row is there.
    Proof(ProofDocument<'a>),
    /// No row is there, or it was asked why not.
    WhyNot(WhyNotDocument<'a>),
    /// Besides the rows that were proved, others match this atom.
    More(String),
}

/// A plain program and the rows that were read for it.
#[derive(Debug)]
pub struct Plain {
    /// The texts of the program, and of files of rows in which something is wrong.
    pub sources: SourceMap,
    /// What is wrong with the program and with the rows, by place.
    pub diagnostics: Vec<Diagnostic>,
    strata: Option<Strata>,
    pool: Pool,
    database: Database,
    asked: Vec<Question>,
}

/// A question that was understood.
#[derive(Debug)]
struct Question {
    pattern: Pattern,
    /// It is asked why it is not there.
    why_not: bool,
    /// The atom as it was typed.
    span: Span,
}

/// The relations of a plain program.
#[derive(Debug)]
pub struct Evaluated {
    /// The texts of the program.
    pub sources: SourceMap,
    strata: Strata,
    pool: Pool,
    fixpoint: Fixpoint,
    asked: Vec<Question>,
    /// What explanations may still take.
    bounds: Bounds,
}

/// Loads and checks a program, and questions about its rows. `top` is the folder that its includes stay in, `entry` the
/// program's path below it.
#[must_use]
pub fn plain(files: &dyn FileSystem, top: &Path, entry: &Path, questions: &[Asked]) -> Plain {
    let read = |file: &RuleFile| {
        let path = top.join(&file.path);
        if file.origin == Origin::Library || !files.is_file(&path) {
            return Err(io::ErrorKind::NotFound.into());
        }
        if !files.is_below(&path, top) {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is a link that leads out of its folder"));
        }
        let not_text = |_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8");
        String::from_utf8(files.read(&path)?).map_err(not_text)
    };
    let root = slashed(top);
    let folder = if root.is_empty() { root } else { root + "/" };
    let files = RuleFiles {
        read: &read,
        paths: &|_| Vec::new(),
        library_folder: "",
        library_label: "",
        has_library: false,
        project_folder: &folder,
    };
    let mut sources = SourceMap::new();
    let loaded = datalog::load(&mut sources, &[RuleFile::new(Origin::Project, &slashed(entry))], &files);
    let Loaded { mut program, entries } = loaded.value;
    let mut diagnostics = loaded.diagnostics;
    let mut pool = Pool::new();
    let mut added = Vec::new();
    for Asked { path, atom, why_not } in questions {
        match question::ask_atom(&mut program, &mut sources, path, atom) {
            Ok(question) => added.push((question, *why_not)),
            Err(problems) => diagnostics.extend(problems),
        }
    }
    let strata = prepare(&program, &mut pool, &mut diagnostics);
    for (question, _) in &added {
        question.advise(&mut diagnostics, "correct the name");
    }
    let mut asked = Vec::new();
    if let Some(strata) = &strata {
        for (question, why_not) in &added {
            match question.pattern(strata, &mut pool, question.is_inline(&program)) {
                Ok(pattern) => asked.push(Question { pattern, why_not: *why_not, span: question.span }),
                Err(problem) => diagnostics.push(*problem),
            }
        }
    }
    let asks_about = |file: FileId| entries.iter().any(|(_, entry)| *entry == file);
    let around = Surroundings { asks_about: &asks_about, reads: &|_| false, gives: &|_| true };
    let warnings = datalog::warnings(&program, &diagnostics, around);
    diagnostics.extend(warnings);
    diagnostics.extend(strata.iter().flat_map(|strata| datalog::inventions(strata, &pool, &asks_about)));
    Plain { sources, diagnostics: datalog::shown(diagnostics), strata, pool, database: Database::new(), asked }
}

impl Plain {
    /// Something is wrong, so nothing may be evaluated.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        has_errors(&self.diagnostics)
    }

    /// The strata of the program with their relations and rules, as text; empty for a broken program.
    #[must_use]
    pub fn shown_strata(&self) -> String {
        self.strata.as_ref().map_or_else(String::new, |known| strata::strata(known, &self.sources))
    }

    /// The directives, in their order, each with the name of its relation.
    #[must_use]
    pub fn directives(&self) -> Vec<(Directive, Arc<str>)> {
        self.strata.as_ref().map_or_else(Vec::new, |strata| directives(strata.program()))
    }

    /// Adds the rows of a file that an `.input` names. `path` is what reports call it.
    pub fn read(&mut self, input: &Directive, path: &str, bytes: Vec<u8>) {
        let Some(strata) = &self.strata else { return };
        let text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => return self.diagnostics.push(not_utf8(&mut self.sources, path, error.as_bytes())),
        };
        let relation = strata.program().relation(input.relation);
        // Explanations name the lines of given rows.
        let placed = !self.asked.is_empty();
        match datalog::read_rows(relation, input, (&text, placed), &mut self.pool) {
            Ok(rows) => {
                let file = placed.then(|| self.sources.add(path, &text));
                let span = |(start, end)| file.map(|file| Span::new(file, start, end));
                let spans = rows.places.into_iter().map(span).collect();
                self.database.fill(input.relation, (rows.cells, rows.count), spans);
            }
            Err((faults, more)) => self.faults(path, &text, faults, more),
        }
    }

    fn faults(&mut self, path: &str, text: &str, faults: Vec<RowFault>, more: bool) {
        let file = self.sources.add(path, text);
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let last = faults.last().map_or(0, |fault| place(fault.end));
        for fault in faults {
            let code = match fault.kind {
                RowFaultKind::Columns => "wrong-columns",
                RowFaultKind::Value => "bad-value",
                RowFaultKind::Quotes => "bad-quotes",
            };
            let span = Span::new(file, place(fault.start), place(fault.end));
            let problem = Diagnostic::error(Family::Fact, code, fault.message, span);
            self.diagnostics.push(problem.with_label(fault.label).with_help(fault.help));
        }
        if more {
            let message = format!("more than {MOST_FAULTS} values and rows of this file are wrong");
            let problem = Diagnostic::error(Family::Fact, "too-many-faults", message, Span::new(file, last, last));
            self.diagnostics.push(problem.with_label("not read from here on").with_help("mend those above first"));
        }
    }

    /// Evaluates the program and keeps the rows that are written; on an error it becomes a diagnostic, and the program is given back.
    ///
    /// # Errors
    ///
    /// A limit was reached, or a value cannot be computed. Boxed, because it holds the whole program.
    pub fn evaluate(mut self, settings: &Settings) -> Result<Evaluated, Box<Self>> {
        let Some(strata) = self.strata.take().filter(|_| !has_errors(&self.diagnostics)) else {
            return Err(Box::new(self));
        };
        let database = std::mem::take(&mut self.database);
        let written = strata.program().directives().iter().filter(|directive| directive.verb == Verb::Output);
        let written = written.map(|directive| directive.relation).collect();
        // An explanation may go through any relation.
        let keep = self.asked.is_empty().then_some(written);
        let settings = Settings { keep, ..settings.clone() };
        let bounds = Bounds::of_run(&settings, Instant::now());
        match datalog::evaluate(&strata, database, &mut self.pool, &settings) {
            Ok(fixpoint) => {
                Ok(Evaluated { sources: self.sources, strata, pool: self.pool, fixpoint, asked: self.asked, bounds })
            }
            Err(error) => {
                self.diagnostics.push(stopped(&error));
                self.strata = Some(strata);
                Err(Box::new(self))
            }
        }
    }

    /// How many rows were read, repeated ones included.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.database.rows()
    }
}

impl Evaluated {
    /// What the author of the program should know of the run.
    #[must_use]
    pub fn notes(&self) -> Vec<Diagnostic> {
        self.fixpoint.notes()
    }

    /// Tells of each atom that was asked about why rows are there, or why they are not. Of a row that is there the shortest
    /// proof is given, or, with a limit, so many first steps. `show` tells whether more are wanted.
    ///
    /// # Errors
    ///
    /// The run, of which explanations are a part, reached its limit of time or memory, or somebody wanted an end. Each
    /// explanation that was shown before is whole.
    pub fn explain(
        &mut self,
        steps: Option<usize>,
        show: &mut dyn FnMut(&Explained<'_>) -> bool,
    ) -> Result<(), Box<Diagnostic>> {
        let Self { sources, strata, pool, fixpoint, bounds, .. } = self;
        let context = Context { strata, fixpoint, sources };
        let mut prover = Prover::within(strata, fixpoint, bounds.clone());
        for Question { pattern: (relation, pattern), why_not, span } in &self.asked {
            let is_open = pattern.contains(&None);
            let ended = |prover: &Prover<'_>| {
                prover.overrun().map_or(Ok(()), |overrun| Err(overrun_at(overrun, *span, is_open)))
            };
            let found = prover.why_not(pool, *relation, pattern);
            ended(&prover)?;
            if *why_not || found.present.is_empty() {
                if !show(&Explained::WhyNot(WhyNotDocument::new(context, pool, &found))) {
                    return Ok(());
                }
                continue;
            }
            for fact in found.present {
                let document = if let Some(limit) = steps {
                    let proofs = prover.explain_all(pool, fact, limit);
                    ended(&prover)?;
                    datalog::proofs_document(context, pool, fact, &proofs)
                } else {
                    let proof = prover.explain(pool, fact);
                    ended(&prover)?;
                    datalog::proof_document(context, pool, fact, &proof)
                };
                if !show(&Explained::Proof(document)) {
                    return Ok(());
                }
            }
            if found.more && !show(&Explained::More(context.atom(pool, *relation, pattern))) {
                return Ok(());
            }
        }
        Ok(())
    }

    /// The directives, in their order, each with the name of its relation.
    #[must_use]
    pub fn directives(&self) -> Vec<(Directive, Arc<str>)> {
        directives(self.strata.program())
    }

    /// What each rule and each stratum cost, as text, if the settings asked for it.
    #[must_use]
    pub fn profile(&self) -> Option<String> {
        self.fixpoint.profile().map(|profile| strata::profile(profile, &self.strata, &self.sources))
    }

    /// How each rule was run, as text, if the settings asked for it.
    #[must_use]
    pub fn plans(&self) -> String {
        strata::plans(self.fixpoint.plans(), &self.strata, &self.sources)
    }

    /// The rows that an `.output` names, and how they are written.
    #[must_use]
    pub fn output<'a>(&'a self, directive: &'a Directive) -> Output<'a> {
        let relation = self.strata.program().relation(directive.relation);
        Output { directive, relation, fixpoint: &self.fixpoint, pool: &self.pool }
    }

    /// How many rows the relation of a directive has.
    #[must_use]
    pub fn rows(&self, directive: &Directive) -> usize {
        self.fixpoint.len(directive.relation)
    }
}

/// The path that a directive names, else `default`.
#[must_use]
pub fn file_name<'a>(directive: &'a Directive, default: &'a str) -> &'a str {
    directive.filename.as_ref().map_or(default, |name| &name.value)
}

/// The limits for programs that somebody runs on purpose: what can be stored, 16 GiB, and time without end.
#[must_use]
pub fn generous() -> Limits {
    Limits {
        texts: 1 << 31,
        text_bytes: u64::MAX,
        rounds: u32::MAX >> 8,
        rows: u64::from(u32::MAX),
        all_rows: u64::MAX,
        derivations: u64::MAX,
        numbers: 1 << 30,
        bytes: 16 << 30,
        time: Duration::from_secs(100 * 365 * 24 * 60 * 60),
    }
}

fn directives(program: &Program) -> Vec<(Directive, Arc<str>)> {
    let name = |directive: &Directive| Arc::clone(&program.relation(directive.relation).name);
    program.directives().iter().map(|directive| (directive.clone(), name(directive))).collect()
}

/// The text up to the first byte that is no text is what can be shown.
fn not_utf8(sources: &mut SourceMap, path: &str, bytes: &[u8]) -> Diagnostic {
    let good = bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid());
    let byte = bytes.get(good.len()).copied().unwrap_or_default();
    let at = u32::try_from(good.len()).unwrap_or(u32::MAX);
    let file = sources.add(path, &format!("{good}\u{FFFD}"));
    let span = Span::new(file, at, at.saturating_add(3));
    Diagnostic::error(Family::Fact, "not-utf8", format!("byte 0x{byte:02X} is not UTF-8"), span)
        .with_help("save the file as UTF-8; nothing of it was read")
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use super::*;
    use crate::base::fs::Memory;

    /// Rules that have ended, and explanations that are at an end before they begin.
    #[test]
    fn explanations_end_with_their_run() {
        let mut files = Memory::new();
        files.add("p.dl", ".decl e(x: number, y: number)\n.output e\ne(1, 2). e(3, 4).\n");
        let check = |atom: &str, ends: &dyn Fn(&mut Settings), expect: Option<(&str, &str, &str)>| {
            let asked = Asked { path: "question".to_owned(), atom: atom.to_owned(), why_not: false };
            let settings = Settings::with(generous());
            let done = plain(&files, Path::new(""), Path::new("p.dl"), &[asked]).evaluate(&settings);
            let mut evaluated = done.expect("the rules end");
            let mut settings = settings.clone();
            ends(&mut settings);
            evaluated.bounds = Bounds::of_run(&settings, Instant::now());
            let mut shown = 0;
            let ended = evaluated.explain(None, &mut |_| {
                shown += 1;
                true
            });
            let problem = ended.err().map(|problem| (problem.code, problem.message, problem.help.unwrap_or_default()));
            let problem = problem.as_ref().map(|(code, message, help)| (*code, &**message, &**help));
            assert_eq!((problem, shown > 0), (expect, expect.is_none()), "{atom}");
        };
        let late = |settings: &mut Settings| settings.limits.time = Duration::ZERO;
        let narrow = |settings: &mut Settings| settings.limits.bytes = 0;
        let cancelled = |settings: &mut Settings| settings.cancel.store(true, Ordering::Relaxed);
        let code = "limit-reached";
        let time = "the run reaches its limit of 0 seconds while rows are explained";
        let memory = "the run reaches its limit of 0 bytes of memory while rows are explained";
        check("e(1, 2)", &|_| {}, None);
        check("e(1, 2)", &late, Some((code, time, "raise the limit with `--max-seconds`")));
        let fewer = "ask about one row, with a value for each column, or raise the limit with `--max-seconds`";
        check("e(_, 2)", &late, Some((code, time, fewer)));
        check("e(1, 2)", &narrow, Some((code, memory, "raise the limit with `--max-memory`")));
        check("e(1, 2)", &cancelled, Some(("cancelled", "cancelled while rows are explained", "run it again")));
    }
}
