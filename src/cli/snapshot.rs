//! `gainsay snapshot`: the report is compared with the one that was reviewed.

use std::fmt::Write as _;
use std::io::{self, BufRead as _};
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use crate::base::fs::{Disk, FileSystem as _, slashed};
use crate::base::{date, drafts};
use crate::config::Config;
use crate::engine;
use crate::report::{Difference, Seen, Snapshot, visible};

use super::whole::{self, Whole, WholeArguments};
use super::{CLEAN, FOUND, Failure, output};

const HELP: &str = "The folder is that of `snapshots` in gainsay.yaml. The report has a width of 100 columns, and is that of a day \
    that is given. Exit codes: 0 equal, or written; 1 not equal; 2 could not check.";

/// What people review, and what identifies each finding.
const PAGE: &str = "report.md";
const LIST: &str = "report.json";
/// What makes them right again.
const UPDATE: &str = "`gainsay snapshot --update` writes it, `gainsay snapshot --review` steps through";

#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct SnapshotArguments {
    /// Write the present report.
    #[arg(long, conflicts_with = "review")]
    pub(super) update: bool,
    /// Ask for each difference whether to accept it, and write what is accepted.
    #[arg(long)]
    pub(super) review: bool,
    #[command(flatten)]
    pub(super) whole: WholeArguments,
}

pub(super) fn run(arguments: &SnapshotArguments) -> Result<u8, Failure> {
    let config = match whole::configured(&arguments.whole)? {
        Ok(config) => config,
        Err(exit) => return Ok(exit),
    };
    fixed(&config, arguments)?;
    let mut whole = match whole::of(config)? {
        Ok(whole) => whole,
        Err(exit) => return Ok(exit),
    };
    engine::mark_baselined(&Disk, &whole.config, &mut whole.outcome);
    if whole.outcome.stopped {
        return whole::broken(&whole.config, &whole.outcome);
    }
    let now = present(&whole)?;
    let place = Place::of(&whole.config);
    let stored = place.read()?;
    if arguments.update {
        return update(&place, stored.as_ref(), &now);
    }
    let reviewed = match &stored {
        Some(Stored { snapshot: Ok(snapshot), .. }) => snapshot.clone(),
        Some(Stored { snapshot: Err(why), .. }) => {
            say(&format!("the snapshot in {} {why}", place.name()))?;
            say("`gainsay snapshot --update` writes it anew")?;
            return Ok(FOUND);
        }
        None if arguments.review => Snapshot::empty(whole.config.today),
        None => {
            say(&format!("there is no snapshot in {} yet; {UPDATE}", place.name()))?;
            return Ok(FOUND);
        }
    };
    if arguments.review {
        return review(&place, &reviewed, &now);
    }
    compare(&place, stored.as_ref(), &reviewed, &now)
}

/// With the day of the clock, the report of the same claims would differ from day to day.
fn fixed(config: &Config, arguments: &SnapshotArguments) -> Result<(), Failure> {
    if config.single_file.is_some() {
        let failure = Failure::new("a file alone has no snapshot");
        return Err(failure.with_help("name the folder of the data set"));
    }
    if arguments.whole.today.is_some() || config.has_fixed_day() {
        return Ok(());
    }
    let today = date::iso(config.today);
    let help = format!("write `today: {today}` in gainsay.yaml, or `--today {today}` each time");
    Err(Failure::new("a snapshot needs a fixed day, and that of the clock is none").with_help(help))
}

/// The present report, whose places are relative to the root wherever the command runs.
fn present(whole: &Whole) -> Result<Snapshot, Failure> {
    let root = slashed(&whole.config.root) + "/";
    let sources = whole.outcome.sources.with_paths(|path| path.strip_prefix(&root).unwrap_or(path).to_owned());
    Snapshot::of(&whole.outcome.findings, &sources, whole.config.today).map_err(|error| unwritable(&error))
}

fn unwritable(error: &io::Error) -> Failure {
    Failure::new(format!("the report cannot be written: {error}"))
}

/// Where the snapshot is.
struct Place {
    root: PathBuf,
    folder: PathBuf,
}

/// What is there.
struct Stored {
    page: String,
    list: String,
    snapshot: Result<Snapshot, String>,
}

impl Place {
    fn of(config: &Config) -> Self {
        Self { root: config.root.clone(), folder: config.snapshots() }
    }

    fn name(&self) -> String {
        visible(&slashed(&self.folder))
    }

    fn read(&self) -> Result<Option<Stored>, Failure> {
        let (Some(page), Some(list)) = (self.text(PAGE)?, self.text(LIST)?) else { return Ok(None) };
        let snapshot = Snapshot::read(&list, &page);
        Ok(Some(Stored { page, list, snapshot }))
    }

    /// The text of a file with the line ends that the program writes: a checkout may have others.
    fn text(&self, name: &str) -> Result<Option<String>, Failure> {
        let path = self.folder.join(name);
        if !Disk.is_file(&path) {
            return Ok(None);
        }
        let cannot = |why: String| Failure::new(format!("{} {why}", path.display()));
        if !Disk.is_below(&path, &self.root) {
            let failure = cannot("is a link that leads out of the data set".to_owned());
            return Err(failure.with_help("replace it by a copy"));
        }
        let bytes = Disk.read(&path).map_err(|error| cannot(format!("cannot be read: {error}")))?;
        let text = String::from_utf8(bytes).map_err(|_| cannot("is not UTF-8".to_owned()))?;
        Ok(Some(text.replace("\r\n", "\n")))
    }

    /// Writes both files, or none.
    fn write(&self, snapshot: &Snapshot) -> Result<(), Failure> {
        let list = snapshot.list().map_err(|error| unwritable(&error))?;
        let texts = [(PAGE, snapshot.page()), (LIST, list)];
        let texts = texts.map(|(name, text)| (self.folder.join(name), text));
        drafts::replace_all(&texts, &self.root, &Arc::default())
            .map_err(|error| Failure::new(format!("{} cannot be written: {error}", self.folder.display())))
    }
}

impl Stored {
    /// Whether the files are those of a snapshot, whatever the version that wrote them.
    fn is(&self, snapshot: &Snapshot) -> Result<bool, Failure> {
        let list = snapshot.list().map_err(|error| unwritable(&error))?;
        let rest = |text: &str| text.split_once('\n').map(|(_, rest)| rest.to_owned());
        Ok(self.page == snapshot.page() && rest(&self.list) == rest(&list))
    }
}

fn update(place: &Place, stored: Option<&Stored>, now: &Snapshot) -> Result<u8, Failure> {
    if let Some(stored) = stored
        && stored.is(now)?
    {
        say(&format!("the snapshot in {} is the present report", place.name()))?;
        return Ok(CLEAN);
    }
    place.write(now)?;
    let reading = stored.and_then(|stored| stored.snapshot.as_ref().ok()).map(|old| reading(&old.differences(now)));
    let reading = reading.map_or_else(String::new, |reading| format!(": {reading}"));
    say(&format!("wrote {PAGE} and {LIST} in {}{reading}", place.name()))?;
    Ok(CLEAN)
}

/// "+1 new, −2 fixed, 1 changed".
fn reading(differences: &[(Difference, &Seen)]) -> String {
    let all = [(Difference::New, "+"), (Difference::Fixed, "−"), (Difference::Changed, ""), (Difference::Redrawn, "")];
    let counted = all.map(|(wanted, sign)| (differences.iter().filter(|(d, _)| *d == wanted).count(), sign, wanted));
    let parts = counted.iter().filter(|(number, ..)| *number > 0);
    let parts: Vec<String> = parts.map(|(number, sign, wanted)| format!("{sign}{number} {}", wanted.name())).collect();
    if parts.is_empty() { "no finding is different".to_owned() } else { parts.join(", ") }
}

fn compare(place: &Place, stored: Option<&Stored>, old: &Snapshot, now: &Snapshot) -> Result<u8, Failure> {
    let differences = old.differences(now);
    if stored.is_some_and(|stored| stored.is(now).unwrap_or(false)) {
        say(&format!("the report is the one in {}", place.name()))?;
        return Ok(CLEAN);
    }
    let mut text = format!("--- {}/{PAGE}\n+++ the present report\n", place.name());
    let head = old.head_diff(now);
    if !head.is_empty() {
        write!(text, "@@ head @@\n{head}").expect("a string takes all");
    }
    for (difference, seen) in &differences {
        let lines = old.diff(seen, now);
        write!(text, "@@ {}: {} @@\n{lines}", seen.name(), difference.name()).expect("a string takes all");
    }
    if head.is_empty() && differences.is_empty() {
        text.clear();
        text.push_str("the page or the list was changed by hand, and its findings are the present ones\n");
    }
    output::print(text.as_bytes())?;
    say(&format!("{}; {UPDATE}", reading(&differences)))?;
    Ok(FOUND)
}

/// What to do with a difference.
enum Answer {
    Accept,
    Reject,
    Skip,
    Quit,
}

fn review(place: &Place, old: &Snapshot, now: &Snapshot) -> Result<u8, Failure> {
    let differences = old.differences(now);
    let (mut accepted, mut rejected): (Vec<&Seen>, Vec<&Seen>) = (Vec::new(), Vec::new());
    for (number, (difference, seen)) in (1..).zip(&differences) {
        let clear = if output::is_terminal() { "\u{1b}[2J\u{1b}[H" } else { "" };
        let head = format!("{clear}{number} of {}: {} is {}\n\n", differences.len(), seen.name(), difference.name());
        let shown = match difference {
            Difference::New | Difference::Fixed => seen.section(),
            Difference::Changed | Difference::Redrawn => old.diff(seen, now),
        };
        output::print(format!("{head}{shown}\n").as_bytes())?;
        match answer()? {
            Answer::Accept => accepted.push(seen),
            Answer::Reject => rejected.push(seen),
            Answer::Skip => {}
            Answer::Quit => break,
        }
    }
    let next = old.with(&accepted, now);
    let is_now = next.differences(now).is_empty();
    if !accepted.is_empty() || is_now {
        place.write(&next)?;
    }
    let left = differences.len() - accepted.len() - rejected.len();
    say(&format!("{} accepted, {} rejected, {left} left", accepted.len(), rejected.len()))?;
    for seen in rejected {
        say(&format!("rejected: {} stays as it was, and the comparison fails until it is that again", seen.name()))?;
    }
    Ok(if is_now { CLEAN } else { FOUND })
}

/// Asks until there is an answer; the end of the input is one.
fn answer() -> Result<Answer, Failure> {
    loop {
        output::print(b"[a]ccept, [r]eject, [s]kip, [q]uit? ")?;
        let mut line = String::new();
        let read = io::stdin().lock().read_line(&mut line);
        let read = read.map_err(|error| Failure::new(format!("standard input cannot be read: {error}")))?;
        let answer = match line.trim() {
            _ if read == 0 => Some(Answer::Quit),
            "a" | "accept" => Some(Answer::Accept),
            "r" | "reject" => Some(Answer::Reject),
            "s" | "skip" => Some(Answer::Skip),
            "q" | "quit" => Some(Answer::Quit),
            _ => None,
        };
        output::print(if read == 0 { b"\n\n" } else { b"\n" })?;
        if let Some(answer) = answer {
            return Ok(answer);
        }
    }
}

fn say(line: &str) -> Result<(), Failure> {
    output::print(format!("{}\n", visible(line)).as_bytes())
}
