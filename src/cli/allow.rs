//! `gainsay allow`: a finding is accepted by an entry in one of its claims.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use clap::Args;

use crate::base::fs::{Disk, FileSystem as _};
use crate::base::{Level, SourceMap, Symbol, date, drafts, near};
use crate::engine::Outcome;
use crate::facts::{AllowEntry, Claim, Edit, edited, insert_allow};
use crate::findings::{Finding, Fingerprint, Status};
use crate::report::visible;

use super::whole::{self, Whole, WholeArguments};
use super::{CLEAN, Failure, output};

const HELP: &str = "An entry is put into the claim, and nothing else of the file changes. It accepts the finding as long as it \
    has the claims that it has now. Exit codes: 0 the finding is allowed, 2 nothing is written.";

#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct AllowArguments {
    /// The fingerprint of the finding, or its first digits, at least four.
    pub(super) finding: String,
    /// The reason, in a few words.
    #[arg(long, value_name = "TEXT")]
    pub(super) why: String,
    /// The last day on which the finding is accepted, as a date such as 2027-01; after it the finding is back.
    #[arg(long, value_name = "DATE")]
    pub(super) until: Option<String>,
    /// The claim that gets the entry, one of the finding's; by default the primary one.
    #[arg(long, value_name = "ID")]
    pub(super) claim: Option<String>,
    #[command(flatten)]
    pub(super) whole: WholeArguments,
}

pub(super) fn run(arguments: &AllowArguments) -> Result<u8, Failure> {
    let why = arguments.why.trim();
    if why.is_empty() || why.contains(char::is_control) {
        let failure = Failure::new("the reason is not one line of text");
        return Err(failure.with_help("write it as `--why \"…\"`"));
    }
    let whole = match whole::checked(&arguments.whole)? {
        Ok(whole) => whole,
        Err(exit) => return Ok(exit),
    };
    until(arguments, &whole)?;
    let finding = whole.finding(&arguments.finding)?;
    if finding.status == Status::Allowed {
        let place = entry_of(finding, &whole).map_or_else(String::new, |place| format!(" by {place}"));
        say(&format!("{} is allowed already{place}: {}", finding.short_fingerprint(), finding.message))?;
        return Ok(CLEAN);
    }
    let claim = chosen(finding, arguments.claim.as_deref(), &whole)?;
    let entry = entry(finding, claim, why, arguments.until.as_deref(), &whole);
    let file = whole.outcome.sources.file(claim.span.file);
    let path = Path::new(&*file.path);
    let Some(edit) = insert_allow(&file.text, claim.slug.span.start as usize, &entry) else {
        let failure =
            Failure::new(format!("{} is written in a way that cannot be edited", whole.place(claim.slug.span)));
        return Err(failure.with_help(format!("write it by hand: `allow: [{}]`", entry.text())));
    };
    let text = edited(&file.text, &edit);
    does_only_that(finding, &whole, &whole::edited(&whole.config, path, &text)?, &entry)?;
    write(path, &file.text, &text, &whole)?;
    report(finding, &file.path, &text, &edit)?;
    Ok(CLEAN)
}

/// Checks the last day.
fn until(arguments: &AllowArguments, whole: &Whole) -> Result<(), Failure> {
    let Some(written) = &arguments.until else { return Ok(()) };
    let wrong = |message: String| Err(Failure::new(message).with_help("write `--until DATE`, such as 2027-01"));
    match date::parse_edtf(written) {
        Err(error) => wrong(format!("`--until {written}`: {error}")),
        Ok(days) if days.last < whole.config.today => {
            wrong(format!("`--until {written}` has passed: today is {}", date::iso(whole.config.today)))
        }
        Ok(_) => Ok(()),
    }
}

/// Where the entry stands that accepts a finding.
fn entry_of(finding: &Finding, whole: &Whole) -> Option<String> {
    let Outcome { dataset, pool, .. } = &whole.outcome;
    let claims: Vec<Symbol> = finding.claims.iter().filter_map(|id| pool.find(id)).collect();
    let entries = claims.iter().filter_map(|&id| dataset.claim(id)).flat_map(|claim| &claim.allow);
    let mut accepting = entries.filter(|entry| {
        *pool.text(entry.rule.value) == *finding.rule
            && entry.until.is_none_or(|last| whole.config.today <= last)
            && entry.with.iter().all(|claim| claims.contains(claim))
    });
    accepting.next().map(|entry| whole.place(entry.rule.span))
}

/// The claim that gets the entry.
fn chosen<'w>(finding: &Finding, asked: Option<&str>, whole: &'w Whole) -> Result<&'w Claim, Failure> {
    let Outcome { dataset, pool, .. } = &whole.outcome;
    let short = whole.names();
    let names: Vec<String> = finding.claims.iter().map(|id| whole.short(&short, id)).collect();
    let id = match asked {
        Some(asked) => finding.claims.iter().zip(&names).find(|(id, name)| *id == asked || *name == asked).map(|c| c.0),
        None => finding.primary().claim.as_ref().or(finding.claims.first()),
    };
    let claim = id.and_then(|id| pool.find(id)).and_then(|id| dataset.claim(id));
    claim.ok_or_else(|| match asked {
        Some(asked) if !names.is_empty() => {
            let guess = near::did_you_mean_any(asked, names.iter().map(String::as_str));
            let failure = Failure::new(format!("`{asked}` is no claim of {}", finding.short_fingerprint()));
            failure.with_help(guess.unwrap_or_else(|| format!("its claims are {}", listed(&names))))
        }
        _ => {
            let message = format!("{} has no claims, so none can allow it", finding.short_fingerprint());
            let off = format!("switch the rule off with `levels: {{ {}: allow }}` in gainsay.yaml", finding.rule);
            Failure::new(message).with_help(format!("run `gainsay baseline --update`, or {off}"))
        }
    })
}

fn listed(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// The entry that accepts a finding in one of its claims: all others stand under `with`.
fn entry(finding: &Finding, claim: &Claim, why: &str, until: Option<&str>, whole: &Whole) -> AllowEntry {
    let Outcome { dataset, pool, .. } = &whole.outcome;
    let others = finding.claims.iter().filter_map(|id| Some((id, dataset.claim(pool.find(id)?)?)));
    let others = others.filter(|(_, other)| other.id != claim.id);
    let name = |(id, other): (&String, &Claim)| {
        if other.source == claim.source { pool.text(other.slug.value).to_owned() } else { id.clone() }
    };
    AllowEntry {
        rule: finding.rule.to_string(),
        with: others.map(name).collect(),
        why: why.to_owned(),
        until: until.map(str::to_owned),
    }
}

/// What identifies a finding, and what is the same before and after an edit that is not about it.
type Known<'f> = BTreeMap<Fingerprint, (&'f str, Fingerprint, Level, Status)>;

fn known(outcome: &Outcome) -> Known<'_> {
    outcome.findings.iter().map(|f| (f.fingerprint, (&*f.rule, f.evidence, f.level, f.status))).collect()
}

/// Refuses an edit after which the finding is not allowed, or another finding is not as it was.
fn does_only_that(finding: &Finding, whole: &Whole, after: &Outcome, entry: &AllowEntry) -> Result<(), Failure> {
    let refused = |message: String| {
        let failure = Failure::new(format!("{message}, so nothing is written"));
        failure.with_help(format!("if that is meant, write it by hand: `allow: [{}]`", entry.text()))
    };
    if after.stopped {
        let first = after.diagnostics.iter().find(|problem| problem.level == Level::Error);
        let why = first.map_or_else(String::new, |problem| format!(": {}", problem.message));
        return Err(refused(format!("with the entry the data set would not load{why}")));
    }
    let (before, now) = (known(&whole.outcome), known(after));
    if now.get(&finding.fingerprint).is_none_or(|known| known.3 != Status::Allowed) {
        return Err(refused(format!("the entry would not allow {}", finding.short_fingerprint())));
    }
    let other = |fingerprint: &&Fingerprint| **fingerprint != finding.fingerprint;
    let different = |f: &&Fingerprint| before.get(f) != now.get(f);
    let all: BTreeSet<&Fingerprint> = before.keys().chain(now.keys()).filter(other).filter(different).collect();
    if all.is_empty() {
        return Ok(());
    }
    let allowed = all.iter().filter(|f| now.get(f).is_some_and(|known| known.3 == Status::Allowed));
    let names: Vec<String> = allowed.map(|f| f.prefix(finding.shown_digits)).collect();
    Err(refused(if names.is_empty() {
        "the entry would change other findings".to_owned()
    } else {
        format!("the entry would allow {} too", listed(&names))
    }))
}

/// Writes the new text, unless somebody else has changed the file.
fn write(path: &Path, old: &str, new: &str, whole: &Whole) -> Result<(), Failure> {
    let cannot = |why: String| Failure::new(format!("{} cannot be written: {why}", path.display()));
    let there = Disk.read(path).map_err(|error| cannot(error.to_string()))?;
    if there != old.as_bytes() {
        return Err(cannot("it has changed meanwhile".to_owned()).with_help("run the command again"));
    }
    let root =
        if whole.config.single_file.is_some() { path.parent().unwrap_or(Path::new("")) } else { &whole.config.root };
    drafts::replace(path, root, new).map_err(|error| cannot(error.to_string()))
}

/// Says what was inserted and what is accepted by it.
fn report(finding: &Finding, path: &str, text: &str, edit: &Edit) -> Result<(), Failure> {
    let mut sources = SourceMap::new();
    let file = sources.add(path, text);
    let at = |byte: usize| sources.file(file).position(u32::try_from(byte).unwrap_or(u32::MAX));
    let start = at(edit.entry.start);
    say(&format!("{path}:{}:{}: {}", start.line, start.column, &text[edit.entry.clone()]))?;
    let Finding { level, rule, message, .. } = finding;
    say(&format!("allows {} {}[{rule}] {message}", finding.short_fingerprint(), level.name()))
}

fn say(line: &str) -> Result<(), Failure> {
    output::print(format!("{}\n", visible(line)).as_bytes())
}
