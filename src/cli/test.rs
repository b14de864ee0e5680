//! `gainsay test`: the cases on the pages of the rules, and what of the rules they reach.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;

use crate::base::fs::Disk;
use crate::base::{FileId, SourceMap};
use crate::engine::coverage::{Coverage, Goal, Reach};
use crate::engine::{self, Loaded, Rules, cases};
use crate::lints::{Group, Lint, Page};
use crate::report::{Format, visible};

use super::arguments::{ColorChoice, DrawingArguments};
use super::configuration::ConfigArguments;
use super::explain;
use super::own::{self, Own, PageText};
use super::{BROKEN, CLEAN, FOUND, Failure, check, output};

#[derive(Debug, Args)]
pub(super) struct TestArguments {
    /// The rules or groups to test; all of them by default.
    pub(super) rules: Vec<String>,
    /// Name the clauses that no case fires, and the conditions that keep nothing out in any case.
    #[arg(long)]
    pub(super) coverage: bool,
    /// The data set whose own rules and patterns are tested as well; by default that of the working folder.
    #[arg(long, value_name = "PATH")]
    pub(super) data: Option<PathBuf>,
    #[command(flatten)]
    pub(super) configuration: ConfigArguments,
}

/// The rules of one file, each with the path of its page and what stands there.
type Subject<'r> = Vec<(&'r Lint, String, PageText)>;

pub(super) fn run(arguments: &TestArguments) -> Result<u8, Failure> {
    let names = &arguments.rules;
    let of_the_program = !names.is_empty() && names.iter().all(|name| own::builtin_page(name).is_some());
    let paths: Vec<PathBuf> = arguments.data.iter().cloned().collect();
    let located =
        if of_the_program && paths.is_empty() { None } else { own::located(&paths, &arguments.configuration)? };
    let own = match located.map(|located| own::load(&located, &arguments.configuration)).transpose()? {
        None => None,
        Some(Ok(own)) if !own.loaded.is_broken() => Some(own),
        Some(Ok(Own { config, loaded })) => return broken(&loaded.check(config.today), config.today),
        Some(Err((config, outcome))) => return broken(&outcome, config.today),
    };
    known(names, own.as_ref())?;
    let mut session = Session { coverage: arguments.coverage, ..Session::default() };
    let rules = engine::builtin_rules();
    let words = cases::builtin_vocabulary();
    for subject in built_in(&rules, names) {
        session.run(&subject, (&rules, None), &words)?;
    }
    if let Some(own) = own.filter(|own| own.lints().any(|lint| is_asked(lint, names))) {
        let rules = engine::rules_of(&Disk, &own.config).map_err(|error| check::failure(&error))?;
        let words = own.words();
        for subject in of_data_set(&own, names, arguments.coverage)? {
            session.run(&subject, (&rules, Some(&own.loaded)), &words)?;
        }
    }
    output::print(session.end().as_bytes())?;
    Ok(if session.failed == 0 && session.is_covered() { CLEAN } else { FOUND })
}

/// A data set that is broken is drawn, as `check` draws it.
fn broken(outcome: &engine::Outcome, today: crate::base::Day) -> Result<u8, Failure> {
    let drawing = DrawingArguments { color: ColorChoice::Auto, width: None, ascii: false };
    check::print(&check::report(outcome, &[], today), Format::Human, &drawing)?;
    Ok(BROKEN)
}

/// Each name is that of a rule or a group.
fn known(names: &[String], own: Option<&Own>) -> Result<(), Failure> {
    let is_known = |name: &&String| {
        Group::from_name(name).is_some()
            || own::builtin_page(name).is_some()
            || own.is_some_and(|own| own.lints().any(|lint| *lint.name == ***name))
    };
    names.iter().find(|name| !is_known(name)).map_or(Ok(()), |name| Err(explain::unknown(name, own)))
}

fn is_asked(lint: &Lint, names: &[String]) -> bool {
    names.is_empty() || names.iter().any(|name| lint.is_named(name))
}

/// The built-in rules that are asked for, in the order of their pages.
fn built_in<'r>(rules: &'r Rules, names: &[String]) -> Vec<Subject<'r>> {
    let mut subjects: Vec<Subject<'r>> = Vec::new();
    for lint in rules.lints.iter().filter(|lint| is_asked(lint, names)) {
        let Some(path) = own::builtin_page(&lint.name) else { continue };
        subjects.push(vec![(lint, path.to_owned(), PageText::Text(explain::builtin_text(path).to_owned()))]);
    }
    subjects.sort_by(|a, b| a[0].1.cmp(&b[0].1));
    subjects
}

/// The rules of the data set that are asked for, by file. One that is named must have a page.
fn of_data_set<'r>(own: &'r Own, names: &[String], coverage: bool) -> Result<Vec<Subject<'r>>, Failure> {
    let mut by_file: BTreeMap<FileId, Subject<'r>> = BTreeMap::new();
    for lint in own.lints().filter(|lint| is_asked(lint, names)) {
        let (path, text) = (own.page_path(lint), own.page(lint));
        let is_missing = matches!(text, PageText::Missing);
        if is_missing && !coverage && names.iter().any(|name| **name == *lint.name) {
            let message = format!("`{}` has no page, so it has no cases", lint.name);
            return Err(Failure::new(message).with_help(format!("write them into `{path}`")));
        }
        by_file.entry(lint.declared_at.file).or_default().push((lint, path, text));
    }
    Ok(by_file.into_values().collect())
}

/// What the cases gave so far.
#[derive(Default)]
struct Session {
    coverage: bool,
    passed: usize,
    failed: usize,
    /// Goals, and those that were met.
    goals: BTreeMap<Reach, (usize, usize)>,
    /// Conditions that are no goals, since no question can be made of them.
    unasked: usize,
    text: String,
}

impl Session {
    /// Runs the pages of one file; `own` is the data set that the rules belong to, if they do not come with the program.
    fn run(
        &mut self,
        subject: &Subject<'_>,
        (rules, own): (&Rules, Option<&Loaded>),
        words: &[(String, String)],
    ) -> Result<(), Failure> {
        let lints: Vec<&Lint> = subject.iter().map(|(lint, ..)| *lint).collect();
        let mut counted = self.coverage.then(|| Coverage::of(rules, own, &lints));
        for (_, path, text) in subject {
            let page = match text {
                PageText::Text(text) => Page::parse(text),
                PageText::Missing => continue,
                PageText::Outside => {
                    self.fail(&format!("{path}: the page is a link that leads out of the data set"));
                    continue;
                }
                PageText::Unreadable(why) => {
                    self.fail(&format!("{path}: the page {why}"));
                    continue;
                }
            };
            for (line, marked) in &page.passed_over {
                self.fail(&format!("{path}:{line}: a block that begins with {marked} is no case: mark it as ```yaml"));
            }
            if let Some(line) = page.unclosed {
                self.fail(&format!(
                    "{path}:{line}: nothing ends the block that begins here, so cases behind it are lost"
                ));
            }
            if page.cases.is_empty() && page.passed_over.is_empty() {
                self.fail(&format!("{path}: the page has no case, so nothing tests the rule"));
            }
            for case in page.cases {
                let failures = match &mut counted {
                    Some(counted) => counted.check(&case, words),
                    None => cases::check(&case, words, rules),
                };
                let failures = failures.map_err(|error| Failure::new(error.to_string()))?;
                if failures.is_empty() {
                    self.passed += 1;
                } else {
                    self.failed += 1;
                }
                for failure in failures {
                    self.line(&format!("{path}: {}: {failure}", case.name));
                }
            }
        }
        let Some(counted) = counted else { return Ok(()) };
        let sources = own.map_or(&rules.sources, |loaded| &loaded.sources);
        self.unasked += counted.unasked();
        for goal in counted.goals() {
            let (all, met) = self.goals.entry(goal.reach).or_default();
            *all += 1;
            *met += usize::from(goal.met);
            if !goal.met && subject.iter().any(|(_, _, text)| matches!(text, PageText::Text(_))) {
                self.line(&uncovered(&goal, sources));
            }
        }
        for (lint, path, _) in subject.iter().filter(|(_, _, text)| matches!(text, PageText::Missing)) {
            self.line(&format!("{path}: `{}` has no page, so no case tests it", lint.name));
        }
        Ok(())
    }

    /// Something beside the cases that fails.
    fn fail(&mut self, text: &str) {
        self.failed += 1;
        self.line(text);
    }

    fn line(&mut self, text: &str) {
        writeln!(self.text, "{}", visible(text)).expect("a string takes all");
    }

    fn is_covered(&self) -> bool {
        self.goals.values().all(|(all, met)| all == met)
    }

    /// All that is to be told.
    fn end(&mut self) -> String {
        let mut text = std::mem::take(&mut self.text);
        writeln!(text, "{} passed, {} failed", self.passed, self.failed).expect("a string takes all");
        if self.coverage {
            let count = |reach| {
                let (all, met) = self.goals.get(&reach).copied().unwrap_or_default();
                format!("{met} of {all}")
            };
            let (fires, blocks) = (count(Reach::Fires), count(Reach::Blocks));
            writeln!(text, "{fires} clauses fire, {blocks} negated conditions keep something out")
                .expect("a string takes all");
            match self.unasked {
                0 => {}
                1 => text.push_str("1 condition could not be asked\n"),
                count => writeln!(text, "{count} conditions could not be asked").expect("a string takes all"),
            }
        }
        text
    }
}

/// What no case reaches, with its place.
fn uncovered(goal: &Goal, sources: &SourceMap) -> String {
    let path = &sources.file(goal.span.file).path;
    let line = sources.range(goal.span).0.line;
    match goal.reach {
        Reach::Fires => format!("{path}:{line}: no case fires `{}`", goal.text),
        Reach::Blocks => format!("{path}:{line}: no case is kept out of `{}` by `{}` alone", goal.head, goal.text),
    }
}
