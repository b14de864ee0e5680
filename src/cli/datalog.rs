//! `gainsay datalog`: a plain program over files of rows, with Soufflé's conventions.

use std::collections::BTreeMap;
use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::{Args, ValueEnum};

use crate::base::drafts::{Drafts, Trial};
use crate::base::fs::{self, Disk, FileSystem as _, slashed};
use crate::base::{Diagnostic, Family, SourceMap, Span, has_errors};
use crate::engine::plain::{self, Directive, Evaluated, Medium, Output, Plain, Settings, Verb};
use crate::report::{Terminal, visible};

use super::arguments::{DrawingArguments, LimitArguments};
use super::explanations::ExplainOptions;
use super::interrupt::{self, Interrupt};
use super::numbers::threads;
use super::{BROKEN, CLEAN, Failure, explanations, output};

const DATALOG_EXIT_CODES: &str = "Exit codes: 0 done, 2 the program or the rows are wrong, or a limit is reached.";
const DATALOG_FILES: &str = "Files: `.input r` reads r.facts in the folder of -F, one row per line, tabs between the values; \
    `.output r` writes r.csv into the folder of -D, and `.printsize r` prints the number of rows. The parameters IO, filename, \
    delimiter, headers, rfc4180, attributeNames and columns are those of Soufflé; a filename stays inside its folder. All \
    files are written, or none. Rows are in the order of their values.";

#[derive(Debug, Args)]
#[command(after_help = DATALOG_EXIT_CODES, after_long_help = format!("{DATALOG_FILES}\n\n{DATALOG_EXIT_CODES}"))]
pub(super) struct DatalogArguments {
    /// The program. Its includes stay inside the working folder, or inside its own where it is elsewhere.
    #[arg(value_name = "PROGRAM")]
    pub(super) program: PathBuf,
    /// The folder with the rows that are read.
    #[arg(short = 'F', long, value_name = "DIR", default_value = ".", help_heading = "Files")]
    pub(super) fact_dir: PathBuf,
    /// The folder for the rows that are written, made if it is not there; `-` prints them, with headers.
    #[arg(short = 'D', long, value_name = "DIR", default_value = ".", help_heading = "Files")]
    pub(super) output_dir: PathBuf,
    #[command(flatten)]
    pub(super) drawing: DrawingArguments,
    /// How many threads to use.
    #[arg(short, long, value_name = "N", default_value = "1", value_parser = threads, allow_negative_numbers = true, help_heading = "Run")]
    pub(super) jobs: NonZeroUsize,
    /// Print on standard error what each rule and each stratum cost: rows derived, rows kept, time.
    #[arg(long, help_heading = "Run")]
    pub(super) profile: bool,
    /// Print this of the program and write nothing; for `plan` the program is run all the same.
    #[arg(long, value_name = "WHAT", value_enum, conflicts_with = "profile", help_heading = "Run")]
    pub(super) show: Option<Shown>,
    #[command(flatten)]
    pub(super) asked: ExplainOptions,
    #[command(flatten)]
    pub(super) limits: LimitArguments,
}

/// What `gainsay datalog` shows of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Shown {
    /// The strata in the order of their evaluation, with their relations and rules.
    Strata,
    /// How each rule is run over the given rows: the order of its atoms, and the columns they are looked up by.
    Plan,
}

pub(super) fn run(arguments: &DatalogArguments) -> Result<u8, Failure> {
    arguments.asked.check()?;
    let (top, entry) = locate(&arguments.program)?;
    let mut plain = plain::plain(&Disk, &top, &entry, &arguments.asked.questions());
    if arguments.show == Some(Shown::Strata) && !plain.is_broken() {
        draw(&plain.sources, &plain.diagnostics, &arguments.drawing)?;
        return output::print(visible_lines(&plain.shown_strata()).as_bytes()).map(|()| CLEAN);
    }
    let shows = arguments.show == Some(Shown::Plan);
    if !plain.is_broken() {
        read(&mut plain, &arguments.fact_dir);
        if !shows && !arguments.asked.is_some() {
            targets(&mut plain, &arguments.output_dir);
        }
    }
    plain.diagnostics.sort_by(|a, b| a.order().cmp(&b.order()));
    draw(&plain.sources, &plain.diagnostics, &arguments.drawing)?;
    if plain.is_broken() {
        output::note(&format!("{}: nothing was computed or written\n", errors(&plain.diagnostics)));
        return Ok(BROKEN);
    }
    let interrupt = Interrupt::install()?;
    let done = interrupt.during(|cancel| plain.evaluate(&settings(arguments, cancel)));
    let Some(done) = done else { return Ok(interrupt::end()) };
    match done {
        Ok(evaluated) if shows => output::print(visible_lines(&evaluated.plans()).as_bytes()).map(|()| CLEAN),
        Ok(mut evaluated) if arguments.asked.is_some() => explanations::explain(&mut evaluated, arguments, &interrupt),
        Ok(evaluated) => {
            draw(&evaluated.sources, &evaluated.notes(), &arguments.drawing)?;
            if !interrupt.sheltered(|cancel| write(&evaluated, &arguments.output_dir, cancel))? {
                return Ok(interrupt::end_of_writing());
            }
            print(&evaluated, &arguments.output_dir)?;
            if let Some(profile) = evaluated.profile() {
                output::note(&visible_lines(&profile));
            }
            Ok(CLEAN)
        }
        Err(broken) => {
            let problems: Vec<Diagnostic> = broken.diagnostics.last().cloned().into_iter().collect();
            draw(&broken.sources, &problems, &arguments.drawing)?;
            output::note("1 error: nothing was written\n");
            Ok(BROKEN)
        }
    }
}

/// The folder that includes stay in, and the program's path below it: the working folder, if the program is in it, and
/// else the program's own folder.
fn locate(program: &Path) -> Result<(PathBuf, PathBuf), Failure> {
    if !program.is_file() {
        let what = if program.is_dir() { "a folder, not a program" } else { "no file" };
        return Err(Failure::new(format!("`{}` is {what}", program.display())).with_help("name a `.dl` file"));
    }
    let inside = program.is_relative() && fs::stays_inside(&slashed(program));
    if inside && Disk.is_below(program, Path::new(".")) {
        return Ok((PathBuf::from("."), program.to_path_buf()));
    }
    let name = program.file_name().map(PathBuf::from).unwrap_or_default();
    let folder = program.parent().filter(|folder| !folder.as_os_str().is_empty());
    Ok((folder.map_or_else(|| PathBuf::from("."), Path::to_path_buf), name))
}

fn settings(arguments: &DatalogArguments, cancel: &Arc<AtomicBool>) -> Settings {
    let limits = plain::generous().with(&arguments.limits.limits());
    Settings {
        threads: arguments.jobs,
        ranks: arguments.asked.is_some(),
        profile: arguments.profile,
        plans: arguments.show == Some(Shown::Plan),
        cancel: Arc::clone(cancel),
        ..Settings::with(limits)
    }
}

/// Reads the files of all inputs. What cannot be read is a problem at its `.input`.
fn read(plain: &mut Plain, folder: &Path) {
    let mut is_taken = false;
    for (input, relation) in of_kind(plain, Verb::Input) {
        if input.medium == Medium::Stream {
            if std::mem::replace(&mut is_taken, true) {
                plain.diagnostics.push(twice(&input, "standard input is read already, for another relation"));
                continue;
            }
            match fs::read_row_stream(io::stdin().lock()) {
                Ok(bytes) => plain.read(&input, "standard input", bytes),
                Err(error) => plain.diagnostics.push(unreadable(&input, "standard input", &error)),
            }
            continue;
        }
        let Some(path) = resolved(plain, &input, &format!("{relation}.facts"), folder, "-F") else { continue };
        let shown = slashed(&path);
        let done = if path.exists() && !Disk.is_below(&path, folder) {
            Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is a link that leads out of its folder"))
        } else {
            fs::read_rows(&path)
        };
        match done {
            Ok(bytes) => plain.read(&input, &shown, bytes),
            Err(error) => plain.diagnostics.push(unreadable(&input, &shown, &error)),
        }
    }
}

/// Looks whether each output has a place of its own that can be written, before anything is computed.
fn targets(plain: &mut Plain, folder: &Path) {
    let mut taken: BTreeMap<String, (Directive, PathBuf)> = BTreeMap::new();
    for (out, relation) in of_kind(plain, Verb::Output) {
        if is_stream(&out, folder) {
            continue;
        }
        let Some(path) = resolved(plain, &out, &format!("{relation}.csv"), folder, "-D") else { continue };
        let shown = slashed(&path);
        if let Some((first, _)) = taken.get(&shown) {
            let problem = twice(&out, &format!("`{}` is written twice", visible(&shown)));
            plain.diagnostics.push(problem.with_place(first.span, "written here first"));
        } else {
            taken.insert(shown, (out, path));
        }
    }
    let mut outputs: Vec<(Directive, PathBuf)> = taken.into_values().collect();
    outputs.sort_by_key(|(out, _)| out.span);
    let Some((first, _)) = outputs.first() else { return };
    match Trial::new(folder) {
        Ok(trial) => {
            let faults = outputs.iter().filter_map(|(out, path)| unwritable_file(&trial, out, path, folder));
            plain.diagnostics.extend(faults);
        }
        Err(error) => {
            let help = "name with `-D` a folder that can be made or written, or write `-D -` to print the rows";
            plain.diagnostics.push(unwritable(first.span, folder, &error, help));
        }
    }
}

/// What hinders the file of an output, if anything does.
fn unwritable_file(trial: &Trial, out: &Directive, path: &Path, folder: &Path) -> Option<Diagnostic> {
    let span = out.filename.as_ref().map_or(out.span, |name| name.span);
    let error = match path.parent().filter(|parent| *parent != folder && !parent.as_os_str().is_empty()) {
        Some(parent) if !Disk.is_below(parent, folder) => no_folder(),
        _ => trial.file(path).err()?,
    };
    let help = "write another `filename`, or name another folder with `-D`";
    Some(unwritable(span, path, &error, help))
}

fn no_folder() -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, "there is no such folder below that of `-D`")
}

fn unwritable(span: Span, path: &Path, error: &io::Error, help: &str) -> Diagnostic {
    let message = format!("`{}` cannot be written: {error}", visible(&slashed(path)));
    Diagnostic::error(Family::Rule, "not-writable", message, span)
        .with_label("its rows are written here")
        .with_help(help)
}

/// The directives of a kind with the names of their relations.
fn of_kind(plain: &Plain, verb: Verb) -> Vec<(Directive, Arc<str>)> {
    plain.directives().into_iter().filter(|(directive, _)| directive.verb == verb).collect()
}

fn is_stream(out: &Directive, folder: &Path) -> bool {
    out.medium == Medium::Stream || folder == Path::new("-")
}

/// The file of a directive; a name that leads out of the folder is a problem.
fn resolved(plain: &mut Plain, directive: &Directive, default: &str, folder: &Path, option: &str) -> Option<PathBuf> {
    let path = plain::file_name(directive, default);
    if fs::stays_inside(path) {
        return Some(if folder == Path::new(".") { PathBuf::from(path) } else { folder.join(path) });
    }
    let span = directive.filename.as_ref().map_or(directive.span, |name| name.span);
    let message = format!("`{}` is no path inside the folder of `{option}`", visible(path));
    let problem = Diagnostic::error(Family::Rule, "file-outside", message, span).with_label("not opened");
    plain.diagnostics.push(
        problem.with_help(format!("write a path with `/` that stays inside, and name the folder with `{option}`")),
    );
    None
}

fn unreadable(input: &Directive, path: &str, error: &io::Error) -> Diagnostic {
    let path = visible(path);
    let is = |kind| error.kind() == kind;
    let help = if is(io::ErrorKind::FileTooLarge) {
        "give the relation fewer rows, or split it into several"
    } else if is(io::ErrorKind::NotFound) {
        "name the folder of the facts with `-F`, or the file with `filename`; an empty file has no rows"
    } else if error.get_ref().is_some() {
        // The error is this command's own, not the system's.
        "put the file itself into the folder, or name with `-F` one that holds it"
    } else {
        "name with `-F` and `filename` a file that can be read"
    };
    let message = if error.kind() == io::ErrorKind::NotFound {
        format!("there is no file `{path}`")
    } else {
        format!("`{path}` cannot be read: {error}")
    };
    Diagnostic::error(Family::Rule, "no-facts", message, input.span)
        .with_label("its rows are read here")
        .with_help(help)
}

fn twice(directive: &Directive, message: &str) -> Diagnostic {
    Diagnostic::error(Family::Rule, "file-twice", message, directive.span)
        .with_label("once more")
        .with_help("give each relation a `filename` of its own")
}

/// Lines in which the text of rules can do nothing to a terminal.
pub(super) fn visible_lines(text: &str) -> String {
    text.lines().map(|line| visible(line) + "\n").collect()
}

/// Draws problems on standard error.
pub(super) fn draw(sources: &SourceMap, problems: &[Diagnostic], drawing: &DrawingArguments) -> Result<(), Failure> {
    let terminal = Terminal {
        width: output::width(drawing.width),
        unicode: output::unicode(drawing.ascii),
        color: output::color_on_error(drawing.color),
    };
    let mut text = Vec::new();
    let drawn = terminal.problems(sources, problems, &mut text);
    drawn.map_err(|error| Failure::new(format!("the problems cannot be drawn: {error}")))?;
    output::note(&String::from_utf8_lossy(&text));
    Ok(())
}

pub(super) fn errors(problems: &[Diagnostic]) -> String {
    let number = problems.iter().filter(|problem| has_errors(std::slice::from_ref(problem))).count();
    format!("{number} error{}", if number == 1 { "" } else { "s" })
}

/// Writes the files of all outputs, or none; tells whether they are written, which they are not if `cancel` is set before.
fn write(evaluated: &Evaluated, folder: &Path, cancel: &Arc<AtomicBool>) -> Result<bool, Failure> {
    let mut drafts = Drafts::new(cancel);
    let is_cancelled = || cancel.load(Ordering::SeqCst);
    let directives = evaluated.directives();
    let mut is_made = false;
    for (out, relation) in directives.iter().filter(|(out, _)| out.verb == Verb::Output && !is_stream(out, folder)) {
        let name = plain::file_name(out, "");
        let path = if name.is_empty() { folder.join(format!("{relation}.csv")) } else { folder.join(name) };
        let failed = |error: io::Error| Failure::new(format!("{} cannot be written: {error}", path.display()));
        if !std::mem::replace(&mut is_made, true) {
            fs::make_folder(folder).map_err(failed)?;
        }
        if !path.parent().is_some_and(|parent| Disk.is_below(parent, folder)) {
            return Err(failed(no_folder()));
        }
        let rows = evaluated.output(out);
        let torn = drafts.write(&path, |file| {
            if out.headers {
                writeln!(file, "{}", rows.header())?;
            }
            rows.write(file)
        });
        if is_cancelled() {
            return Ok(false);
        }
        warn_of_torn(relation, torn.map_err(failed)?);
    }
    if is_cancelled() {
        return Ok(false);
    }
    drafts.keep().map_err(|error| Failure::new(format!("{} cannot be written: {error}", folder.display())))?;
    Ok(true)
}

/// Writes to standard output, in the order of the directives: relations between lines, and sizes.
fn print(evaluated: &Evaluated, folder: &Path) -> Result<(), Failure> {
    output::stream(&mut |out| {
        for (directive, relation) in evaluated.directives() {
            match directive.verb {
                Verb::Output if is_stream(&directive, folder) => {
                    let headers = directive.headers || folder == Path::new("-");
                    relation_on(out, &evaluated.output(&directive), &relation, headers)?;
                }
                Verb::PrintSize => writeln!(out, "{relation}\t{}", evaluated.rows(&directive))?,
                Verb::Input | Verb::Output => {}
            }
        }
        Ok(())
    })
}

fn relation_on(out: &mut dyn io::Write, rows: &Output<'_>, relation: &str, headers: bool) -> io::Result<()> {
    writeln!(out, "---------------\n{relation}")?;
    if headers {
        writeln!(out, "{}", rows.header())?;
    }
    writeln!(out, "===============")?;
    let torn = rows.write(out)?;
    writeln!(out, "===============")?;
    warn_of_torn(relation, torn);
    Ok(())
}

/// Says that some values cannot be told from several ones.
fn warn_of_torn(relation: &str, torn: usize) {
    if torn > 0 {
        let message = if torn == 1 {
            format!("1 value of `{relation}` does not read back as it is: a delimiter or a line break begins in it")
        } else {
            format!(
                "{torn} values of `{relation}` do not read back as they are: delimiters or line breaks begin in them"
            )
        };
        let help = format!(
            "write `.output {relation}(rfc4180=true)`, which puts texts in quotes, or another delimiter where it is numbers"
        );
        output::complain("warning", &Failure::new(message).with_help(help));
    }
}
