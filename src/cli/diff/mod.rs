//! `gainsay diff`: what an edit does to the findings of a data set.

mod range;
mod saved;
mod states;

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use clap::Args;

use crate::base::fs::Disk;
use crate::base::{Day, Level};
use crate::config::Config;
use crate::engine::edit::{self, ClaimChange, ClaimEdit, Compared, Edit};
use crate::engine::{Loaded, Outcome, Running};
use crate::findings::{CauseKind, Finding, Fingerprint};
use crate::report::{self, EditSize, Report};

use super::arguments::{Gate, LevelArguments, LimitArguments, ReportArguments, SelectionArguments};
use super::configuration::{self, ConfigArguments};
use super::interrupt::{self, Interrupt};
use super::numbers::{machine_threads, threads};
use super::outputs::{OutputArguments, Outputs};
use super::sections::sections;
use super::selection::Selection;
use super::{BROKEN, CLEAN, FOUND, Failure, check, levels, output};

use range::Range;
use saved::Head;
use states::{Broken, Side, Sides};

const STATES: &str = "States: without BASE, the common ancestor of HEAD and the branch that it follows is compared with the \
    working tree; with BASE, that of HEAD and BASE. BASE..HEAD compares exactly these two commits, BASE...HEAD the common \
    ancestor of both with HEAD; --staged compares HEAD, or BASE, with the index. All of it is read through git, and nothing \
    is checked out.";
const CHANGES: &str = "Changes: a finding is new, grown (more claims), reworded (claims say something else), raised (a higher \
    level), reopened (not accepted any more), shrunk (fewer claims), lowered, renamed (the same under other names), accepted, \
    unchanged or fixed. The first five fail from the level of --fail-on on, unless they are accepted.";
const EXIT_CODES: &str =
    "Exit codes: 0 compared and nothing at the gate, 1 new or changed findings at the gate, 2 could not compare.";

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES, after_long_help = format!("{STATES}\n\n{CHANGES}\n\n{EXIT_CODES}"))]
pub(super) struct DiffArguments {
    /// The state to compare with: a branch, a tag or a commit, or two of them as BASE..HEAD or BASE...HEAD.
    #[arg(value_name = "BASE")]
    pub(super) range: Option<String>,
    /// Show only findings with a claim in these files or folders; both states are read whole all the same.
    pub(super) paths: Vec<PathBuf>,
    /// Compare HEAD, or BASE, with the index: what the next commit will hold.
    #[arg(long)]
    pub(super) staged: bool,
    /// Compare a report that was saved with `--format json=FILE` with the data set as it is, without git. Causes are not known
    /// then, so that findings of new rules gate too.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["staged", "gate_rules", "speaker", "about", "since"])]
    pub(super) from_report: Option<PathBuf>,
    /// Compare that report with another one instead.
    #[arg(long, value_name = "FILE", requires = "from_report")]
    pub(super) to_report: Option<PathBuf>,
    #[command(flatten)]
    pub(super) levels: LevelArguments,
    #[command(flatten)]
    pub(super) selection: SelectionArguments,
    #[command(flatten)]
    pub(super) outputs: OutputArguments,
    #[command(flatten)]
    pub(super) report: ReportArguments,
    /// The least level at which a new or changed finding fails the command with exit code 1; by default `gate.diff` of the configuration, which is warning if not written.
    #[arg(long, value_name = "LEVEL", value_enum, help_heading = "Gate")]
    pub(super) fail_on: Option<Gate>,
    /// Let findings that come of new rules, levels or settings fail the command too.
    #[arg(long, help_heading = "Gate")]
    pub(super) gate_rules: bool,
    #[command(flatten)]
    pub(super) configuration: ConfigArguments,
    /// The day of both states, as YYYY-MM-DD, in place of what their configurations or the clock say.
    #[arg(long, value_name = "DATE", help_heading = "Data")]
    pub(super) today: Option<String>,
    /// How many threads may reason; by default as many as the machine runs at once. The report is the same for all.
    #[arg(short, long, value_name = "N", value_parser = threads, allow_negative_numbers = true, help_heading = "Data")]
    pub(super) jobs: Option<std::num::NonZeroUsize>,
    /// Print on standard error how long reading and reasoning took.
    #[arg(long, help_heading = "Data")]
    pub(super) timings: bool,
    #[command(flatten)]
    pub(super) limits: LimitArguments,
}

impl DiffArguments {
    /// The least level that fails the command; `None` is never.
    fn gate(&self, config: Option<&Config>) -> Option<Level> {
        let default = || config.map_or(Some(Level::Warning), Config::gate_diff);
        self.fail_on.map_or_else(default, Gate::level)
    }
}

pub(super) fn run(arguments: &DiffArguments) -> Result<u8, Failure> {
    let started = Instant::now();
    let outputs = Outputs::new(&arguments.outputs, arguments.report.statistics)?;
    let today = check::today(arguments.today.as_deref())?;
    if let Some(from) = &arguments.from_report {
        return reports(from, today, arguments, &outputs);
    }
    let range = Range::read(arguments.range.as_deref(), arguments.staged)?;
    let sides = match states::sides(&range, &arguments.paths, (&arguments.configuration, today))? {
        Ok(sides) => sides,
        Err(Broken { is_base, name, config, outcome }) => {
            return broken(&outcome, is_base.then_some(name.as_str()), config.today, &outputs);
        }
    };
    let interrupt = Interrupt::install()?;
    let Some(compared) = interrupt.during(|cancel| compared(&sides, cancel, arguments)) else {
        return Ok(interrupt::end());
    };
    let exit = match compared? {
        Compared::Cancelled => return Ok(interrupt::end()),
        Compared::BrokenHead(outcome) => broken(&outcome, None, sides.head.config.today, &outputs)?,
        Compared::BrokenBase(outcome) => broken(&outcome, Some(&sides.base.name), sides.base.config.today, &outputs)?,
        Compared::Edit(edit) => report(*edit, &sides, arguments, &outputs)?,
    };
    if arguments.timings {
        output::note(&format!("{} ms\n", started.elapsed().as_millis()));
    }
    Ok(exit)
}

/// Compares a report that was saved with another one, or with the data set as it is.
fn reports(from: &Path, today: Option<Day>, arguments: &DiffArguments, outputs: &Outputs<'_>) -> Result<u8, Failure> {
    let base = saved::read(from)?;
    let head = if let Some(to) = &arguments.to_report {
        if arguments.range.is_some() {
            let failure = Failure::new("two reports are compared as they are, so that no path can be named");
            return Err(failure.with_help("remove the path, or leave `--to-report` out to compare with the data set"));
        }
        Head::saved(to, arguments.gate(None))?
    } else {
        // What stands where a revision would be is a path here.
        let first = arguments.range.iter().map(PathBuf::from);
        let paths: Vec<PathBuf> = first.chain(arguments.paths.iter().cloned()).collect();
        let located = configuration::located(&paths, &arguments.configuration)?;
        let side = match states::side(Box::new(Disk), &located, (&arguments.configuration, today), String::new())? {
            Ok(side) => side,
            Err((config, outcome)) => return broken(&outcome, None, config.today, outputs),
        };
        let interrupt = Interrupt::install()?;
        let checked = interrupt.during(|cancel| checked(&side, cancel, arguments));
        let Some(outcome) = checked.transpose()?.filter(|outcome| !outcome.cancelled) else {
            return Ok(interrupt::end());
        };
        if outcome.stopped {
            return broken(&outcome, None, side.config.today, outputs);
        }
        let gate = arguments.gate(Some(&side.config));
        Head::of(outcome, side.config.today, located, gate)
    };
    saved::compare(base, from, head, arguments, outputs)
}

/// Checks one state.
fn checked(side: &Side, cancel: &Arc<AtomicBool>, arguments: &DiffArguments) -> Result<Outcome, Failure> {
    let wrong = RefCell::new(None);
    let outcome = edit::check(side.state(), &|loaded| prepare(loaded, &side.config, (cancel, arguments), &wrong));
    wrong.into_inner().map_or_else(|| outcome.map_err(|error| check::failure(&error)), Err)
}

/// Sets levels and limits; a name that is no rule is left in `wrong`.
fn prepare(
    loaded: &mut Loaded,
    config: &Config,
    (cancel, arguments): (&Arc<AtomicBool>, &DiffArguments),
    wrong: &RefCell<Option<Failure>>,
) {
    let threads = arguments.jobs.unwrap_or_else(machine_threads);
    loaded.running = Running { threads, limits: arguments.limits.limits(), cancel: Arc::clone(cancel), only: None };
    let set = levels::set(&arguments.levels.settings, config, loaded);
    if let Err(failure) = set.and_then(|_| levels::known_in_set(config, loaded)) {
        wrong.borrow_mut().get_or_insert(failure);
    }
}

/// Checks both states and compares them.
fn compared(sides: &Sides, cancel: &Arc<AtomicBool>, arguments: &DiffArguments) -> Result<Compared, Failure> {
    let wrong = RefCell::new(None);
    let prepare = |loaded: &mut Loaded| prepare(loaded, &sides.head.config, (cancel, arguments), &wrong);
    let compared = edit::compare(sides.base.state(), sides.head.state(), &prepare);
    wrong.into_inner().map_or_else(|| compared.map_err(|error| check::failure(&error)), Err)
}

/// Reports a state that could not be checked; `base` names it if it is the one before.
fn broken(outcome: &Outcome, base: Option<&str>, today: Day, outputs: &Outputs<'_>) -> Result<u8, Failure> {
    outputs.write(&check::report(outcome, &[], today))?;
    if let Some(base) = base {
        let failure = Failure::new(format!("the state before, {base}, could not be checked; its problems are above"));
        output::complain("error", &failure.with_help("compare with another state, or run `gainsay check`"));
    }
    Ok(BROKEN)
}

/// Writes what the edit has done, and gives the exit code.
fn report(mut edit: Edit, sides: &Sides, arguments: &DiffArguments, outputs: &Outputs<'_>) -> Result<u8, Failure> {
    if !arguments.gate_rules {
        spare(&mut edit.head.findings);
    }
    short_fingerprints(&mut edit.head.findings, &mut edit.fixed);
    let counted = |findings: &[Finding]| findings.iter().filter(|finding| finding.counts()).count();
    let mut shown = std::mem::take(&mut edit.head.findings);
    let mut fixed = std::mem::take(&mut edit.fixed);
    let all = counted(&shown);
    let (head, base) = (&edit.head, &edit.base);
    for name in &arguments.selection.only {
        levels::known(name, &head.lints, "only").or_else(|_| levels::known(name, &base.lints, "only"))?;
    }
    // A name that only one of the states has is in no finding of the other.
    let later = Selection::new(&arguments.selection, &head.dataset, &head.pool);
    let earlier = Selection::new(&arguments.selection, &base.dataset, &base.pool);
    let (later, earlier) = match (later, earlier) {
        (Err(failure), Err(_)) => return Err(failure),
        (later, earlier) => (later.ok(), earlier.ok()),
    };
    let is_in = |finding: &Finding, outcome: &Outcome| check::is_shown(finding, &outcome.sources, &sides.located);
    let passes = |finding: &Finding, selection: &Option<Selection>, state: &Outcome| {
        is_in(finding, state) && selection.as_ref().is_some_and(|s| s.passes(finding, &state.dataset, &state.pool))
    };
    shown.retain(|finding| passes(finding, &later, head));
    fixed.retain(|finding| passes(finding, &earlier, base));
    let gate = arguments.gate(Some(&sides.head.config));
    let gated = gate.is_some_and(|gate| shown.iter().any(|finding| finding.counts() && finding.level >= gate));
    let code = if gated { FOUND } else { CLEAN };
    let sections = sections(arguments.report.group_by, &shown, head);
    let view = check::view(&arguments.report, sides.head.config.links(), sections, all - counted(&shown));
    let (base_name, head_name) = (sides.base.name.as_str(), sides.head.name.as_str());
    let compared = report::Compared {
        base: base_name,
        head: head_name,
        joint: sides.joint,
        fixed: &fixed,
        base_sources: &base.sources,
        edit: Some(size(&edit.claims, edit.files)),
    };
    let report = Report {
        gate,
        exit: code,
        view: &view,
        compared: Some(&compared),
        ..check::report(head, &shown, sides.head.config.today)
    };
    outputs.write(&report)?;
    Ok(code)
}

/// Findings that come of rules or settings do not gate: nobody who edits claims has brought them.
fn spare(findings: &mut [Finding]) {
    for finding in findings {
        let of_rules = |kind| matches!(kind, CauseKind::Rules | CauseKind::Settings);
        finding.spared = finding.cause.as_ref().is_some_and(|cause| of_rules(cause.kind));
    }
}

/// Of both states together no two fingerprints that are shown begin alike.
fn short_fingerprints(findings: &mut [Finding], fixed: &mut [Finding]) {
    let mut all: Vec<&mut Finding> = findings.iter_mut().chain(fixed).collect();
    let fingerprints: Vec<Fingerprint> = all.iter().map(|finding| finding.fingerprint).collect();
    for (finding, digits) in all.iter_mut().zip(Fingerprint::shown_digits(&fingerprints)) {
        finding.shown_digits = digits;
    }
}

fn size(claims: &[ClaimEdit], files: usize) -> EditSize {
    let mut size = EditSize { files, ..EditSize::default() };
    for edit in claims {
        match edit.change {
            ClaimChange::Added => size.added += 1,
            ClaimChange::Removed => size.removed += 1,
            ClaimChange::Renamed { .. } => size.renamed += 1,
            ClaimChange::Says { .. } | ClaimChange::Edited => size.changed += 1,
        }
    }
    size
}
