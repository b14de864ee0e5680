//! `gainsay baseline`: the file of findings that are known and not to be told of again.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use clap::Args;

use crate::base::fs::{Disk, slashed};
use crate::base::{Level, drafts, has_errors};
use crate::engine::{self, Outcome};
use crate::findings::{Baseline, BaselineLine, Finding, Fingerprint, Status, baseline_text};
use crate::report::{Table, visible};

use super::arguments::level_parser;
use super::whole::{self, Whole, WholeArguments};
use super::{CLEAN, FOUND, Failure, output};

const HELP: &str = "A finding of the baseline is counted and does not gate as long as its claims say the same. Without `--update` and \
    `--prune` nothing is written. Exit codes: 0 written, or there is nothing to write; 1 the baseline would change; 2 could \
    not check.";

#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct BaselineArguments {
    /// Write the file anew: with all findings that no `allow` entry accepts.
    #[arg(long, conflicts_with = "prune")]
    pub(super) update: bool,
    /// Only remove lines whose finding is not there any more.
    #[arg(long)]
    pub(super) prune: bool,
    /// Take only findings of this level and above.
    #[arg(long, value_name = "LEVEL", value_parser = level_parser(), conflicts_with = "prune")]
    pub(super) min_level: Option<Level>,
    #[command(flatten)]
    pub(super) whole: WholeArguments,
}

pub(super) fn run(arguments: &BaselineArguments) -> Result<u8, Failure> {
    let mut whole = match whole::checked(&arguments.whole)? {
        Ok(whole) => whole,
        Err(exit) => return Ok(exit),
    };
    if whole.config.single_file.is_some() {
        let failure = Failure::new("a file alone has no baseline");
        return Err(failure.with_help("name the folder of the data set"));
    }
    let read = engine::read_baseline(&Disk, &whole.config, &mut whole.outcome.sources);
    let is_there = read.is_some();
    let baseline = match read {
        Some(read) if has_errors(&read.diagnostics) => {
            whole.outcome.diagnostics = read.diagnostics;
            whole.outcome.stopped = true;
            return whole::broken(&whole.config, &whole.outcome);
        }
        Some(read) => read.value,
        None => Baseline::default(),
    };
    let old = baseline.lines().find_map(|line| line.span).map(|span| &*whole.outcome.sources.file(span.file).text);
    let plan = Plan::new(&whole, &baseline, arguments);
    let new = if arguments.prune { pruned(old.unwrap_or_default(), &plan) } else { baseline_text(plan.lines.clone()) };
    let path = whole.config.baseline();
    let same = match old {
        Some(old) => old == new,
        // There is no file, or one without a line.
        None => plan.lines.is_empty(),
    };
    output::print(plan.table(&whole).lines(output::terminal_width(), "…").as_bytes())?;
    let done = if same { "nothing to write" } else { verb(arguments, is_there) };
    let exit = match (same, arguments.update || arguments.prune) {
        (true, _) => CLEAN,
        (false, false) => FOUND,
        (false, true) => {
            write(&path, &whole.config.root, &new)?;
            CLEAN
        }
    };
    output::print(format!("{}: {done}; {}\n", visible(&slashed(&path)), plan.counts()).as_bytes())?;
    Ok(exit)
}

fn write(path: &Path, root: &Path, text: &str) -> Result<(), Failure> {
    drafts::replace(path, root, text)
        .map_err(|error| Failure::new(format!("{} cannot be written: {error}", path.display())))
}

/// What becomes of a line.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    /// The finding comes in.
    Added,
    /// Its claims say something else than they did.
    Changed,
    /// The finding is gone.
    Settled,
    /// An `allow` entry accepts the finding.
    Allowed,
    /// Its level is below the one that is asked for.
    Below,
}

impl Fate {
    fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Settled => "settled",
            Self::Allowed => "allowed",
            Self::Below => "below",
        }
    }
}

/// What is to be done to a baseline.
struct Plan {
    /// The lines of the file to come.
    lines: Vec<BaselineLine>,
    /// The lines that come, change or go.
    fates: Vec<(Fate, BaselineLine)>,
}

impl Plan {
    fn new(whole: &Whole, baseline: &Baseline, arguments: &BaselineArguments) -> Self {
        let Outcome { findings, left_out, lints, .. } = &whole.outcome;
        let settled: BTreeSet<Fingerprint> =
            baseline.stale(findings, left_out, lints).map(|s| s.line.fingerprint).collect();
        let found: BTreeSet<Fingerprint> = findings.iter().map(|finding| finding.fingerprint).collect();
        let (mut fates, mut lines) = (Vec::new(), Vec::new());
        for line in baseline.lines() {
            if settled.contains(&line.fingerprint) {
                fates.push((Fate::Settled, line.clone()));
            } else if arguments.prune || !found.contains(&line.fingerprint) {
                lines.push(line.clone());
            }
        }
        for finding in findings.iter().filter(|_| !arguments.prune) {
            let line = baseline.line(finding.fingerprint);
            let fate = fate(finding, line, arguments.min_level);
            if matches!(fate, None | Some(Fate::Added | Fate::Changed)) {
                lines.push(BaselineLine::of(finding));
            }
            let shown = || line.cloned().unwrap_or_else(|| BaselineLine::of(finding));
            fates.extend(fate.filter(|&fate| fate == Fate::Added || line.is_some()).map(|fate| (fate, shown())));
        }
        fates.sort_by_key(|(fate, line)| (*fate, line.fingerprint));
        Self { lines, fates }
    }

    fn table(&self, whole: &Whole) -> Table {
        let mut table = Table::new(&["what", "finding", "rule", "claims"]);
        let digits: BTreeMap<Fingerprint, usize> =
            whole.outcome.findings.iter().map(|finding| (finding.fingerprint, finding.shown_digits)).collect();
        let names = whole.names();
        for (fate, line) in &self.fates {
            let digits = digits.get(&line.fingerprint).copied().unwrap_or(Fingerprint::SHOWN_DIGITS);
            let claims: Vec<String> = line.claims.iter().map(|id| whole.short(&names, id)).collect();
            let finding = line.fingerprint.prefix(digits);
            table.push([fate.name().to_owned(), finding, line.rule.clone(), claims.join(" ")]);
        }
        table
    }

    fn counts(&self) -> String {
        let count = |fate: Fate| self.fates.iter().filter(|(f, _)| *f == fate).count();
        let all = [Fate::Added, Fate::Changed, Fate::Settled, Fate::Allowed, Fate::Below];
        let parts: Vec<String> =
            all.into_iter().filter(|&f| count(f) > 0).map(|f| format!("{} {}", count(f), f.name())).collect();
        let noun = if self.lines.len() == 1 { "finding" } else { "findings" };
        let counts = if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) };
        format!("{} {noun}{counts}", self.lines.len())
    }
}

/// What is done, or would be.
fn verb(arguments: &BaselineArguments, is_there: bool) -> &'static str {
    match (arguments.update || arguments.prune, is_there) {
        (true, _) => "written",
        (false, true) => "would change by `gainsay baseline --update`",
        (false, false) => "would be made by `gainsay baseline --update`",
    }
}

/// What becomes of the line of a finding that is there; `None` is nothing.
fn fate(finding: &Finding, line: Option<&BaselineLine>, least: Option<Level>) -> Option<Fate> {
    match line {
        _ if finding.status == Status::Allowed => Some(Fate::Allowed),
        _ if least.is_some_and(|least| finding.level < least) => Some(Fate::Below),
        None => Some(Fate::Added),
        Some(line) => (line.evidence != finding.evidence).then_some(Fate::Changed),
    }
}

/// The text without the lines that are settled; everything else stays.
fn pruned(text: &str, plan: &Plan) -> String {
    let settled: BTreeSet<usize> =
        plan.fates.iter().filter_map(|(_, line)| line.span).map(|span| span.start as usize).collect();
    let mut at = 0;
    let kept = text.split_inclusive('\n').filter(|line| {
        let line = at..at + line.len();
        at = line.end;
        settled.range(line).next().is_none()
    });
    kept.collect()
}
