//! The `human` format: each finding and diagnostic as one picture, with one frame over all files it rests on.
//!
//! Two files know the renderer, this one and `exhibits.rs`; all text from files is made visible before it gets there.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::{fmt, io};

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, Severity, SourceCode, ThemeCharacters, ThemeStyles};
use textwrap::{Options, WordSeparator, WordSplitter};

use crate::base::{Diagnostic, Level, SourceMap};
use crate::findings::{Finding, Location, LocationRole, Step, StepPart};

use super::closing::{carried, closing};
use super::exhibits::{Exhibits, Room};
use super::frames::{Glyphs, join};
use super::marks::Place;
use super::repairs::repair;
use super::visible::visible;
use super::{Report, Reporter, difference, more, statistics};

/// More places, and more steps, than that are counted and not drawn: nobody reads them, and JSON has them all.
const MOST: usize = 40;

/// More claims than that in one place of a step are counted.
const MOST_NUMBERS: usize = 6;

/// The `human` format, for a screen or a text of a certain width.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    /// Columns that a line may fill; fewer than 40 count as 40.
    pub width: usize,
    /// Draw with box characters and `①`; otherwise with ASCII and `[1]`.
    pub unicode: bool,
    /// Colour with ANSI sequences.
    pub color: bool,
}

impl Reporter for Terminal {
    fn write(&self, report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        let (problems, left_out) = report.drawn_diagnostics();
        self.problems(report.sources, problems, out)?;
        self.left_out(left_out, "problem", out)?;
        if report.view.statistics {
            self.statistics(report, out)?;
        } else {
            self.findings(report, out)?;
        }
        for line in difference::lines(report, self.room().ellipsis) {
            writeln!(out, "{line}")?;
        }
        let mut closing = closing(report);
        closing.splice(closing.len() - 1..closing.len() - 1, carried(report));
        for line in closing {
            self.prose(&line, out)?;
        }
        Ok(())
    }
}

/// What stands around the pictures.
impl Terminal {
    /// Draws problems alone, one after the other.
    ///
    /// # Errors
    ///
    /// What `out` says.
    pub fn problems(&self, sources: &SourceMap, problems: &[Diagnostic], out: &mut dyn io::Write) -> io::Result<()> {
        problems.iter().try_for_each(|problem| writeln!(out, "{}", self.draw(&self.diagnostic(sources, problem))?))
    }

    /// Draws one finding alone.
    ///
    /// # Errors
    ///
    /// What drawing says.
    pub fn picture(&self, sources: &SourceMap, found: &Finding) -> io::Result<String> {
        self.draw(&self.finding(sources, found))
    }

    fn findings(&self, report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        let (findings, left_out) = report.drawn_findings();
        for (heading, found) in findings {
            if let Some(heading) = heading {
                let sign = if self.unicode { "━━" } else { "==" };
                self.prose(&format!("{sign} {}", visible(&heading)), out)?;
                writeln!(out)?;
            }
            let mut picture = self.finding(report.sources, found);
            let link = report.rule_link(&found.rule).map(|link| format!("about the rule: {}", visible(&link)));
            let lines: Vec<String> = picture.help.take().into_iter().chain(link).collect();
            picture.help = (!lines.is_empty()).then(|| lines.join("\n"));
            writeln!(out, "{}", self.draw(&picture)?)?;
        }
        self.left_out(left_out, "finding", out)
    }

    fn statistics(&self, report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        for table in [statistics::table(report), statistics::carried(report)] {
            let table = table.lines(Some(self.width()), self.room().ellipsis);
            let end = if table.is_empty() { "" } else { "\n" };
            write!(out, "{table}{end}")?;
        }
        let drawn = report.culpability.len().min(report.view.most.unwrap_or(usize::MAX));
        self.left_out(report.culpability.len() - drawn, "claim", out)
    }

    fn left_out(&self, number: usize, noun: &str, out: &mut dyn io::Write) -> io::Result<()> {
        if number == 0 {
            return Ok(());
        }
        self.prose(&format!("{} {}", self.room().ellipsis, more(number, noun)), out)?;
        writeln!(out)
    }

    /// A line of its own, wrapped.
    fn prose(&self, line: &str, out: &mut dyn io::Write) -> io::Result<()> {
        for part in textwrap::wrap(line, wrapping(self.width())) {
            writeln!(out, "{part}")?;
        }
        Ok(())
    }
}

impl Terminal {
    fn width(&self) -> usize {
        self.width.max(40)
    }

    fn finding(&self, sources: &SourceMap, found: &Finding) -> Picture {
        let drawn: Vec<_> = found.locations.iter().filter(|location| location.is_drawn()).collect();
        let shown = fair(&drawn);
        let numbers: BTreeSet<usize> = shown.iter().filter_map(|location| location.number).collect();
        let places: Vec<_> = shown.into_iter().map(|location| self.place(location)).collect();
        let steps = found.steps.iter().take(MOST);
        let mut steps: Vec<_> = steps.map(|step| self.step(sources, step, &numbers)).collect();
        let left_out = |all: usize, what: &str| format!("{} more {what} in `--format json`", all - MOST);
        if found.steps.len() > MOST {
            steps.push(left_out(found.steps.len(), "steps stand"));
        }
        if drawn.len() > MOST {
            steps.push(left_out(drawn.len(), "places stand"));
        }
        let change = found.change.map(|change| format!("  {}", change.name())).unwrap_or_default();
        let title = format!("{} / {}  {}{change}", found.group.name(), found.rule, found.short_fingerprint());
        Picture {
            title: visible(&title),
            message: visible(&found.message),
            level: found.level,
            chain: Link::chain(steps),
            help: self.help(found, &numbers),
            exhibits: Exhibits::new(sources, &places, self.room()),
        }
    }

    /// What the rule advises, and below it which claims carry the finding.
    fn help(&self, found: &Finding, drawn: &BTreeSet<usize>) -> Option<String> {
        let name = |claim: &str| {
            let mut places = found.locations.iter().filter(|location| location.claim.as_deref() == Some(claim));
            let number = places.find_map(|location| location.number).filter(|number| drawn.contains(number));
            let undrawn = || (usize::MAX, format!("`{}`", visible(claim)));
            number.map_or_else(undrawn, |number| (number, self.number(number)))
        };
        let lines = found.help.as_deref().map(visible).into_iter().chain(repair(found, &name));
        let lines: Vec<String> = lines.collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    fn diagnostic(&self, sources: &SourceMap, problem: &Diagnostic) -> Picture {
        let labels = std::iter::once(&problem.primary).chain(&problem.secondary).take(MOST);
        let place = |(index, label): (usize, &crate::base::Label)| Place {
            span: label.span,
            entry: None,
            label: visible(&label.text),
            primary: index == 0,
        };
        let places: Vec<_> = labels.enumerate().map(place).collect();
        Picture {
            title: visible(&format!("{} / {}", problem.family.name(), problem.code)),
            message: visible(&problem.message),
            level: problem.level,
            chain: None,
            help: problem.help.as_deref().map(visible),
            exhibits: Exhibits::new(sources, &places, self.room()),
        }
    }

    fn place(&self, location: &Location) -> Place {
        let number = location.number.map(|number| self.number(number) + " ").unwrap_or_default();
        let is_bridge = location.role == LocationRole::Bridge;
        let bridge = if is_bridge && location.label.is_empty() {
            "bridge"
        } else if is_bridge {
            "bridge: "
        } else {
            ""
        };
        let label = number + bridge + &self.sentence(&location.label);
        Place {
            span: location.span,
            entry: Some(location.entry),
            label: label.trim_end().to_owned(),
            primary: location.role == LocationRole::Primary,
        }
    }

    fn step(&self, sources: &SourceMap, step: &Step, drawn: &BTreeSet<usize>) -> String {
        let part = |part: &StepPart| match part {
            StepPart::Text(text) => self.sentence(text),
            StepPart::Claims(numbers) => self.numbers(numbers, drawn),
        };
        let text: String = step.text.iter().map(part).collect();
        let Some(span) = step.place else { return text };
        let file = sources.file(span.file);
        format!("{text}   {}:{}", visible(&file.path), file.position(span.start).line)
    }

    /// A sentence about the evidence; in ASCII, numbers in circles are written in brackets.
    fn sentence(&self, text: &str) -> String {
        let text = visible(text);
        if self.unicode {
            return text;
        }
        let plain = |c: char| match c {
            '①'..='⑳' => format!("[{}]", u32::from(c) - u32::from('①') + 1),
            c => c.to_string(),
        };
        text.chars().map(plain).collect()
    }

    /// `①`, or `[1]`.
    fn number(&self, number: usize) -> String {
        let circled = u32::try_from(number).ok().filter(|number| self.unicode && (1..=20).contains(number));
        match circled.and_then(|number| char::from_u32(u32::from('①') + number - 1)) {
            Some(circled) => circled.to_string(),
            None => format!("[{number}]"),
        }
    }

    /// `①, ② and ③`; of more than [`MOST_NUMBERS`], the first ones and how many more; what is not drawn is only counted.
    fn numbers(&self, numbers: &[usize], drawn: &BTreeSet<usize>) -> String {
        let most = if numbers.len() > MOST_NUMBERS { MOST_NUMBERS - 1 } else { MOST_NUMBERS };
        let shown = numbers.iter().filter(|number| drawn.contains(number)).take(most);
        let mut words: Vec<String> = shown.map(|&number| self.number(number)).collect();
        match (numbers.len() - words.len(), words.len()) {
            (0, _) => {}
            (left, 0) => words.push(format!("{left} that {} not drawn", if left == 1 { "is" } else { "are" })),
            (left, _) => words.push(format!("{left} more")),
        }
        match words.as_slice() {
            [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
            words => words.concat(),
        }
    }

    fn room(&self) -> Room {
        Room { width: self.width(), ellipsis: if self.unicode { "…" } else { "..." } }
    }

    fn draw(&self, picture: &Picture) -> io::Result<String> {
        let theme = self.theme();
        let glyphs = Glyphs {
            top: theme.characters.ltop,
            bottom: theme.characters.lbot,
            cross: theme.characters.lcross,
            across: theme.characters.hbar,
            down: theme.characters.vbar,
            skip: if self.unicode { '⋮' } else { ':' },
        };
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_width(self.width())
            .with_links(false)
            .without_syntax_highlighting()
            .with_word_separator(WordSeparator::AsciiSpace)
            .with_word_splitter(WordSplitter::NoHyphenation);
        let mut drawn = String::new();
        handler.render_report(&mut drawn, picture).map_err(io::Error::other)?;
        Ok(join(&drawn, glyphs, &picture.exhibits.frames()))
    }

    /// The renderer's theme, with the word for the level beside its sign.
    fn theme(&self) -> GraphicalTheme {
        let mut characters = if self.unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() };
        let signs = [(&mut characters.error, Level::Error), (&mut characters.warning, Level::Warning)];
        for (sign, level) in signs.into_iter().chain([(&mut characters.advice, Level::Advice)]) {
            *sign = format!("{sign} {}:", level.name());
        }
        let styles = if self.color { ThemeStyles::ansi() } else { ThemeStyles::none() };
        GraphicalTheme { characters, styles }
    }
}

/// At most [`MOST`] of the places, in their order: of each role the first ones, so that no side of a quarrel is missing.
fn fair<'f>(drawn: &[&'f Location]) -> Vec<&'f Location> {
    let mut seen: BTreeMap<LocationRole, usize> = BTreeMap::new();
    let turn = |location: &&'f Location| {
        let count = seen.entry(location.role).or_default();
        *count += 1;
        *count
    };
    let mut turns: Vec<(usize, usize)> = drawn.iter().map(turn).zip(0..).collect();
    turns.sort_unstable();
    turns.truncate(MOST);
    turns.sort_unstable_by_key(|turn| turn.1);
    turns.into_iter().map(|(_, index)| drawn[index]).collect()
}

fn wrapping(width: usize) -> Options<'static> {
    Options::new(width).word_separator(WordSeparator::AsciiSpace).word_splitter(WordSplitter::NoHyphenation)
}

/// One finding or diagnostic, as the renderer asks for it; all texts are visible.
#[derive(Debug)]
struct Picture {
    title: String,
    message: String,
    level: Level,
    chain: Option<Box<Link>>,
    help: Option<String>,
    exhibits: Exhibits,
}

impl fmt::Display for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for Picture {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.chain.as_deref().map(|link| link as _)
    }
}

impl miette::Diagnostic for Picture {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.title))
    }

    fn severity(&self) -> Option<Severity> {
        Some(match self.level {
            Level::Advice => Severity::Advice,
            Level::Warning => Severity::Warning,
            Level::Error => Severity::Error,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as _)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.exhibits)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.exhibits.labels().iter().cloned()))
    }
}

/// A step of the chain; the renderer follows causes of errors.
#[derive(Debug)]
struct Link {
    text: String,
    next: Option<Box<Link>>,
}

impl Link {
    fn chain(steps: Vec<String>) -> Option<Box<Self>> {
        steps.into_iter().rev().fold(None, |next, text| Some(Box::new(Self { text, next })))
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Error for Link {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.next.as_deref().map(|link| link as _)
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{Sample, assert_harmless, snapshot};
    use super::super::visible::columns;
    use super::*;

    const PLAIN: Terminal = Terminal { width: 100, unicode: true, color: false };

    /// Pins a picture in both themes and two widths; no line is wider than the width.
    fn check(name: &str, sample: &Sample) {
        for (suffix, width, unicode) in
            [("100", 100, true), ("72", 72, true), ("ascii_100", 100, false), ("ascii_72", 72, false)]
        {
            let written = sample.written(&Terminal { width, unicode, ..PLAIN });
            let widest = written.lines().map(columns).max().unwrap_or(0);
            assert!(widest <= width, "{name} fills {widest} of {width} columns:\n{written}");
            snapshot(&format!("{name}_{suffix}"), &written);
        }
    }

    #[test]
    fn two_files_stand_in_one_frame() {
        check("costs", &Sample::costs());
    }

    #[test]
    fn long_lines_are_cut_around_their_labels() {
        check("promise", &Sample::promise());
    }

    #[test]
    fn block_claims_begin_at_their_key() {
        check("block", &Sample::block());
    }

    #[test]
    fn a_diagnostic_is_drawn_by_the_same_machinery() {
        check("broken_rule", &Sample::broken_rule());
    }

    #[test]
    fn underlines_stand_under_wide_and_combined_characters() {
        check("wide", &Sample::wide());
    }

    #[test]
    fn colour_changes_no_character() {
        let colored = Sample::promise().written(&Terminal { color: true, ..PLAIN });
        snapshot("promise_color", &colored.replace('\u{1b}', "ESC"));
        let mut plain = String::new();
        for part in colored.split('\u{1b}') {
            plain += part.strip_prefix('[').and_then(|rest| rest.split_once('m')).map_or(part, |(_, text)| text);
        }
        assert_eq!(plain, Sample::promise().written(&PLAIN));
    }

    #[test]
    fn text_from_files_moves_no_cursor_and_commands_nothing() {
        for (width, unicode) in [(100, true), (40, false)] {
            assert_harmless(&Sample::hostile().written(&Terminal { width, unicode, ..PLAIN }));
        }
    }

    proptest::proptest! {
        /// Any spans over any text are drawn: no panic, and no byte that a terminal acts on.
        #[test]
        fn any_places_are_drawn(
            text in "[ab日e\u{301}\u{1b}\t#\\[{}:, \n\r]{0,300}",
            spans in proptest::collection::vec((0_u32..320, 0_u32..60, 0_u32..90), 1..9),
            width in 40_usize..120,
            unicode in proptest::bool::ANY,
        ) {
            let mut sample = Sample::promise();
            let file = sample.sources.add("any.yaml", &text);
            let location = sample.findings[0].locations[0].clone();
            let span = |start: u32, length: u32| crate::base::Span::new(file, start, start + length);
            let place = |(start, length, before): (u32, u32, u32)| Location {
                span: span(start, length),
                entry: span(start.saturating_sub(before), length + before),
                ..location.clone()
            };
            sample.findings[0].locations = spans.into_iter().map(place).collect();
            let written = sample.written(&Terminal { width, unicode, ..PLAIN });
            proptest::prop_assert!(!written.chars().any(|c| c.is_control() && c != '\n'));
            proptest::prop_assert!(!written.contains("##["));
            let bottom = if unicode { "╰────" } else { "`----" };
            proptest::prop_assert_eq!(written.lines().filter(|line| line.trim() == bottom).count(), 1);
        }
    }

    #[test]
    fn steps_and_places_beyond_a_screenful_are_counted() {
        let mut sample = Sample::promise();
        let found = &mut sample.findings[0];
        let other =
            Location { role: LocationRole::Witness, label: "other side".to_owned(), ..found.locations[0].clone() };
        found.locations = vec![found.locations[0].clone(); MOST + 2];
        found.locations.push(other);
        found.steps = vec![found.steps[0].clone(); MOST + 2];
        let written = sample.written(&PLAIN);
        assert!(written.contains("2 more steps stand in `--format json`"));
        assert!(written.contains("3 more places stand in `--format json`"));
        assert!(written.contains("other side"), "{written}");
    }
}
