//! `gainsay check`: findings of a data set.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use crate::base::fs::{Disk, FileSystem as _};
use crate::base::{Day, Diagnostic, Family, Level, SourceMap, date};
use crate::config::Config;
use crate::engine::{self, Loaded, Outcome, Running};
use crate::facts::ShortIds;
use crate::findings::{Culpability, Finding, Status, culpability};
use crate::report::{Counts, Format, Report, Section, View};

use super::arguments::{CheckArguments, DrawingArguments, ReportArguments};
use super::configuration;
use super::interrupt::{self, Interrupt};
use super::locate::Located;
use super::numbers::machine_threads;
use super::outputs::{self, Outputs};
use super::sections::sections;
use super::selection::{self, Selection};
use super::{BROKEN, CLEAN, FOUND, Failure, levels, output};

pub(super) fn run(arguments: &CheckArguments) -> Result<u8, Failure> {
    let started = Instant::now();
    let outputs = Outputs::new(&arguments.outputs, arguments.report.statistics)?;
    let located = configuration::located(&arguments.paths, &arguments.configuration)?;
    let Some((config, mut outcome, selection)) = checked(&located, arguments)? else {
        return Ok(interrupt::end());
    };
    let mut shown = std::mem::take(&mut outcome.findings);
    let open = |findings: &[Finding]| findings.iter().filter(|finding| finding.status == Status::Open).count();
    let all = open(&shown);
    let passes =
        |finding: &Finding| selection.as_ref().is_none_or(|s| s.passes(finding, &outcome.dataset, &outcome.pool));
    shown.retain(|finding| is_shown(finding, &outcome.sources, &located) && passes(finding));
    let gate = config.gate_check();
    let strict = arguments.gate.strictly(&outcome.diagnostics);
    let gated = gate.is_some_and(|gate| shown.iter().any(|f| f.counts() && f.level >= gate));
    let exit = match (outcome.stopped, gated || strict > 0) {
        (true, _) => BROKEN,
        (false, true) => FOUND,
        (false, false) => CLEAN,
    };
    let sections = sections(arguments.report.group_by, &shown, &outcome);
    let view = view(&arguments.report, config.links(), sections, all - open(&shown) + outcome.hidden);
    let carried = carried(&shown, &outcome);
    let outline = report(&outcome, &shown, config.today);
    let report = Report { gate, strict, exit, view: &view, culpability: &carried, ..outline };
    outputs.write(&report)?;
    if arguments.timings {
        output::note(&format!("{} ms\n", started.elapsed().as_millis()));
    }
    Ok(exit)
}

/// A gate below the least level that is shown would fail, or pass, on findings that nobody sees.
fn nothing_gates_unseen(arguments: &CheckArguments, config: &Config) -> Result<(), Failure> {
    let (Some(least), Some(gate)) = (arguments.selection.min_level, config.gate_check()) else { return Ok(()) };
    if least <= gate {
        return Ok(());
    }
    let (least, gate) = (least.name(), gate.name());
    let told =
        if arguments.gate.fail_on.is_some() { format!("--fail-on {gate}") } else { format!("gate.check: {gate}") };
    let message = format!("`--min-level {least}` hides findings on which `{told}` fails");
    Err(Failure::new(message).with_help(format!("write `--min-level {gate}`, or `--fail-on {least}`")))
}

/// How the findings are arranged; how many are shown is for each output to say.
pub(super) fn view(arguments: &ReportArguments, links: Option<&str>, sections: Vec<Section>, hidden: usize) -> View {
    let links = links.map(str::to_owned);
    View { sections, hidden, most: None, statistics: arguments.statistics, links }
}

/// What an outcome has to report, apart from what the command line decides.
pub(super) fn report<'o>(outcome: &'o Outcome, findings: &'o [Finding], today: Day) -> Report<'o> {
    Report {
        findings,
        culpability: &[],
        diagnostics: &outcome.diagnostics,
        sources: &outcome.sources,
        dataset: Counts {
            files: outcome.files,
            claims: outcome.claims,
            sources: outcome.source_count,
            rules: outcome.lints.iter().filter(|lint| lint.level.is_some()).count(),
        },
        today,
        stopped: outcome.stopped,
        gate: None,
        exit: BROKEN,
        strict: 0,
        compared: None,
        view: &crate::report::WHOLE,
    }
}

/// What claims carry of these findings.
fn carried(shown: &[Finding], outcome: &Outcome) -> Vec<Culpability> {
    let Outcome { dataset, pool, .. } = outcome;
    let short_ids = ShortIds::of(dataset);
    culpability(shown, &|id| {
        let claim = pool.find(id).and_then(|id| dataset.claim(id));
        claim.map_or(id, |claim| pool.text(short_ids.get(claim))).to_owned()
    })
}

/// Writes a report to standard output.
pub(super) fn print(report: &Report<'_>, format: Format, drawing: &DrawingArguments) -> Result<(), Failure> {
    let reporter = outputs::reporter(format, drawing, false);
    let mut text = Vec::new();
    let written = reporter.write(report, &mut text);
    written.map_err(|error| Failure::new(format!("the report cannot be written: {error}")))?;
    output::print(&text)
}

/// A data set's configuration, what there is to report, and what of it was asked for.
type Checked = (Config, Outcome, Option<Selection>);

/// Checks the data set, unless somebody ends that. What is wrong with the arguments is said before any rule runs; where the
/// data set is broken, names that only it could declare are not looked up, and there is no selection.
fn checked(located: &Located, arguments: &CheckArguments) -> Result<Option<Checked>, Failure> {
    let today = today(arguments.today.as_deref())?;
    arguments.selection.since.as_deref().map(selection::since).transpose()?;
    let mut config = match configuration::effective(located, &arguments.configuration, today)? {
        Ok(config) => config,
        Err((config, outcome)) => return Ok(Some((config, outcome, None))),
    };
    if let Some(gate) = arguments.gate.fail_on {
        config.set_gate_check(gate.level());
    }
    nothing_gates_unseen(arguments, &config)?;
    config.text_root.clone_from(&arguments.text_root);
    let mut loaded = load(&config)?;
    let warnings = match names(arguments, &config, &mut loaded) {
        Err(failure) if !has_broken_rules(&loaded.diagnostics) => return Err(failure),
        done => done.unwrap_or_default(),
    };
    let selects = !loaded.is_broken();
    if selects {
        empty_paths(&loaded, located)?;
    }
    let selection = selects.then(|| Selection::new(&arguments.selection, &loaded.dataset, &loaded.pool)).transpose()?;
    for warning in warnings {
        output::complain("warning", &warning);
    }
    let interrupt = Interrupt::install()?;
    let threads = arguments.jobs.unwrap_or_else(machine_threads);
    let limits = arguments.limits.limits();
    let outcome = interrupt.during(|cancel| {
        // With `--only` too: the report says how many findings are not shown and which entries of `allow` are stale, and a
        // fingerprint has as many digits as tell it from all others.
        loaded.running = Running { threads, limits, cancel: Arc::clone(cancel), only: None };
        loaded.check(config.today)
    });
    let mut outcome = outcome.filter(|outcome| !outcome.cancelled);
    if let Some(outcome) = outcome.as_mut().filter(|_| !arguments.no_baseline) {
        engine::mark_baselined(&Disk, &config, outcome);
    }
    Ok(outcome.map(|outcome| (config, outcome, selection)))
}

/// Sets the levels and looks up the rules and groups of `--only`.
fn names(arguments: &CheckArguments, config: &Config, loaded: &mut Loaded) -> Result<Vec<Failure>, Failure> {
    arguments.selection.only.iter().try_for_each(|name| levels::known(name, &loaded.lints, "only"))?;
    levels::set(&arguments.levels.settings, config, loaded)
}

/// A rule file that is broken, or not there, may hold the rule that is missing.
fn has_broken_rules(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|problem| problem.family != Family::Fact && problem.level == Level::Error)
}

/// Reads the rules and the fact files.
pub(super) fn load(config: &Config) -> Result<Loaded, Failure> {
    if let Some(folder) = config.text_root.as_ref().filter(|folder| !folder.is_dir()) {
        let failure = Failure::new(format!("there is no folder `{}`", folder.display()));
        return Err(failure.with_help("name the folder with the texts of the sources as `--text-root DIR`"));
    }
    let rules = engine::rules_of(&Disk, config).map_err(|error| failure(&error))?;
    let loaded = engine::load(&Disk, config, rules).map_err(|error| failure(&error))?;
    if loaded.files == 0 && !loaded.is_broken() {
        let help = "name a folder with fact files, or correct `facts` and `exclude` in gainsay.yaml";
        return Err(Failure::new(format!("there are no fact files in {}", config.root.display())).with_help(help));
    }
    some_text(&loaded, config)?;
    levels::known_in_set(config, &loaded)?;
    Ok(loaded)
}

/// With a folder of texts in which no source has one, all quotes would look right without being looked for.
fn some_text(loaded: &Loaded, config: &Config) -> Result<(), Failure> {
    let Some(folder) = config.text_root.as_ref().filter(|_| !loaded.is_broken()) else { return Ok(()) };
    let mut names = loaded.dataset.sources.iter().map(|source| format!("{}.txt", loaded.pool.text(source.id.value)));
    let Some(first) = names.next() else { return Ok(()) };
    let is_there = |name: String| Disk.is_file(&folder.join(name));
    if is_there(first.clone()) || names.any(is_there) {
        return Ok(());
    }
    let failure = Failure::new(format!("there is no text of any source in {}", folder.display()));
    Err(failure.with_help(format!("name the texts after the sources, such as `{first}`, or name another folder")))
}

pub(super) fn failure(error: &engine::Error) -> Failure {
    let mut message = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        message.push_str(": ");
        message.push_str(&inner.to_string());
        cause = inner.source();
    }
    Failure::new(message)
}

pub(super) fn today(written: Option<&str>) -> Result<Option<Day>, Failure> {
    let Some(text) = written else { return Ok(None) };
    let day = date::parse_day(text);
    let wrong = || Failure::new(format!("`{text}` is no day")).with_help("write `--today YYYY-MM-DD`");
    day.map(Some).ok_or_else(wrong)
}

/// A path asked for in which no file of the data set lies would look clean without being looked at.
pub(super) fn empty_paths(loaded: &Loaded, located: &Located) -> Result<(), Failure> {
    let paths = || loaded.fact_files.iter().map(|&file| &loaded.sources.file(file).path);
    let holds_one = |asked: &&PathBuf| paths().any(|path| located.is_in(path, asked));
    let Some(empty) = located.shown.iter().find(|asked| !holds_one(asked)) else { return Ok(()) };
    let message = format!("there is no fact file of the data set in {}", empty.display());
    Err(Failure::new(message).with_help(
        "name a file that `facts` in gainsay.yaml matches and `exclude` does not, or a folder that holds one",
    ))
}

/// Whether some claim of the finding stands in the files and folders asked for.
pub(super) fn is_shown(finding: &Finding, sources: &SourceMap, located: &Located) -> bool {
    let mut places = finding.locations.iter().filter(|location| location.is_drawn());
    located.shown.is_empty() || places.any(|location| located.shows(&sources.file(location.span.file).path))
}
