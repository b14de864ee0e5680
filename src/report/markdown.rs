//! The `markdown` format: findings for summaries of jobs and comments on edits, grouped, with the steps folded away.
//!
//! Text of the data set passes through [`super::markup`], so that none of it becomes markup, a link or a mention.

use std::fmt::Write as _;
use std::io;

use crate::base::{SourceMap, Span};
use crate::findings::{Change, Finding, Step, StepPart};
use crate::lints::Group;

use super::closing::closing;
use super::items::{Item, place};
use super::markup::{code, line, text};
use super::visible::visible;
use super::{Report, Reporter, count};

/// Words of a claim that are longer are cut.
const LONGEST: usize = 120;
/// Steps of one finding beyond so many are counted.
const MOST_STEPS: usize = 40;

/// The `markdown` format.
#[derive(Clone, Copy, Debug, Default)]
pub struct Markdown {
    /// Leave findings out, and say how many, where the text would have more bytes; `None` is without end.
    pub most: Option<usize>,
}

impl Reporter for Markdown {
    fn write(&self, report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        let mut page = Page { text: head(report), left_out: 0, most: self.most.unwrap_or(usize::MAX) };
        page.section("Problems of the input files", Item::problems(report).iter().map(|item| problem(report, item)));
        for group in Group::ALL {
            let members = report.open().filter(|finding| finding.group == group);
            page.section(group.name(), members.map(|finding| found(report, finding)));
        }
        if let Some(compared) = report.compared {
            page.section("fixed", compared.fixed.iter().map(|finding| fixed(compared.base_sources, finding)));
        }
        out.write_all(page.end().as_bytes())
    }
}

/// What is written so far.
struct Page {
    text: String,
    left_out: usize,
    most: usize,
}

/// Bytes for the sentence about what is left out.
const RESERVE: usize = 200;

impl Page {
    /// Parts under a heading, as far as they fit; a part is written whole or not at all.
    fn section(&mut self, heading: &str, parts: impl Iterator<Item = String>) {
        let mut heading = Some(format!("\n## {heading}\n"));
        for part in parts {
            let length = self.text.len() + part.len() + heading.as_ref().map_or(0, String::len);
            if self.left_out > 0 || length.saturating_add(RESERVE) > self.most {
                self.left_out += 1;
                continue;
            }
            self.text.push_str(&heading.take().unwrap_or_default());
            self.text.push_str(&part);
        }
    }

    fn end(mut self) -> String {
        if self.left_out > 0 {
            let entries = if self.left_out == 1 { "entry is" } else { "entries are" };
            let _ =
                write!(self.text, "\nThe text would be too long: {} more {entries} left out here.\n", self.left_out);
        }
        self.text
    }
}

/// The title, the counts, and what an edit has done.
fn head(report: &Report<'_>) -> String {
    let mut head = "# gainsay\n\n".to_owned();
    let Some(compared) = report.compared else {
        let lines: Vec<String> = closing(report).iter().map(|line| text(line)).collect();
        return head + &lines.join("  \n") + "\n";
    };
    let number = |changes: fn(Change) -> bool| report.open().filter(|found| found.change.is_some_and(changes)).count();
    let new = number(|change| change == Change::New);
    let changed = number(|change| change != Change::New);
    let _ = write!(
        head,
        "{} compared with {}:\n\n| findings | number |\n| --- | ---: |\n| new | {new} |\n| changed | {changed} |\n| fixed | {} |\n",
        code(compared.head),
        code(compared.base),
        compared.fixed.len(),
    );
    let lines: Vec<String> = closing(report).iter().map(|line| text(line)).collect();
    head + "\n" + &lines.join("  \n") + "\n"
}

fn problem(report: &Report<'_>, item: &Item<'_>) -> String {
    let mut out = format!("\n**{}**: {}  \n{}\n", item.level.name(), text(item.message), code(item.name));
    let _ = write!(out, "\n- {}", code(&place(report.sources, item.span)));
    for other in &item.others {
        let _ = write!(out, "\n- {}{}", code(&other.name), label(other.label));
    }
    out.push('\n');
    help(&mut out, item.help);
    out
}

fn found(report: &Report<'_>, finding: &Finding) -> String {
    let sources = report.sources;
    let because = finding.cause.as_ref().map(|cause| format!(" because {}", text(&cause.text))).unwrap_or_default();
    let change = finding.change.map(|change| format!(" {}{because}", change.name())).unwrap_or_default();
    let mut out = format!(
        "\n**{}**: {}  \n{} {}{change}\n\n",
        finding.level.name(),
        text(&finding.message),
        code(&finding.rule),
        code(&finding.short_fingerprint()),
    );
    for location in finding.locations.iter().filter(|location| location.is_drawn()) {
        let number = location.number.map(|number| format!("{} ", circled(number))).unwrap_or_default();
        let is_touched = |claim: &String| finding.cause.as_ref().is_some_and(|cause| cause.touched.contains(claim));
        let touched = if location.claim.as_ref().is_some_and(is_touched) { " ← this edit" } else { "" };
        let _ = writeln!(
            out,
            "- {number}{} {}{}{touched}",
            code(&place(sources, location.span)),
            code(&words(sources, location.span)),
            label(&location.label)
        );
    }
    help(&mut out, finding.help.as_deref());
    steps(&mut out, sources, &finding.steps);
    out
}

/// The steps, folded away.
fn steps(out: &mut String, sources: &SourceMap, steps: &[Step]) {
    if steps.is_empty() {
        return;
    }
    let _ = write!(out, "\n<details><summary>{}</summary>\n\n", count(steps.len(), "step"));
    for step in steps.iter().take(MOST_STEPS) {
        let parts = step.text.iter().map(|part| match part {
            StepPart::Text(words) => words.clone(),
            StepPart::Claims(numbers) => listed(numbers),
        });
        let at = step.place.map(|span| format!(" {}", code(&place(sources, span)))).unwrap_or_default();
        let _ = writeln!(out, "- {}{at}", line(&parts.collect::<String>()));
    }
    if steps.len() > MOST_STEPS {
        let _ = writeln!(out, "- and {} more", steps.len() - MOST_STEPS);
    }
    out.push_str("\n</details>\n");
}

/// `①`, or `(21)`.
fn circled(number: usize) -> String {
    let small = u32::try_from(number).ok().filter(|number| (1..=20).contains(number));
    let circled = small.and_then(|number| char::from_u32(u32::from('①') + number - 1));
    circled.map_or_else(|| format!("({number})"), String::from)
}

/// `①, ② and ③`.
fn listed(numbers: &[usize]) -> String {
    let numbers: Vec<String> = numbers.iter().map(|&number| circled(number)).collect();
    match numbers.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        numbers => numbers.concat(),
    }
}

fn fixed(sources: &SourceMap, finding: &Finding) -> String {
    format!(
        "\n- {} {}: {} ({})\n",
        code(&finding.rule),
        code(&finding.short_fingerprint()),
        text(&finding.message),
        code(&place(sources, finding.primary().span)),
    )
}

fn help(out: &mut String, help: Option<&str>) {
    if let Some(help) = help {
        let _ = write!(out, "\nHelp: {}\n", text(help));
    }
}

fn label(label: &str) -> String {
    if label.is_empty() { String::new() } else { format!(" – {}", text(label)) }
}

/// The words under a span: its first line, cut where it is long.
fn words(sources: &SourceMap, span: Span) -> String {
    let line = visible(sources.text(span).lines().next().unwrap_or_default());
    let cut: String = line.chars().take(LONGEST).collect();
    if cut.len() < line.len() { cut + " …" } else { line }
}

#[cfg(test)]
mod tests {
    use pulldown_cmark::{Event, Parser, Tag};

    use super::*;
    use crate::report::markup::tests::{assert_asleep, options};
    use crate::report::samples::{Sample, each, snapshot};

    /// What a reader is shown, and how many parts are folded away; HTML and links come of nothing but the format itself.
    #[expect(clippy::wildcard_enum_match_arm, reason = "all that is not named must not come")]
    fn read(markdown: &str) -> (String, usize) {
        let (mut shown, mut run, mut folded) = (String::new(), String::new(), 0);
        for event in Parser::new_ext(markdown, options()) {
            match event {
                Event::Text(text) => {
                    run.push_str(&text);
                    shown.push_str(&text);
                    continue;
                }
                Event::Code(text) => shown.push_str(&text),
                Event::InlineHtml(html) => assert!(["<span>", "</span>"].contains(&&*html), "{html}"),
                Event::Html(html) => {
                    let is_ours = html.starts_with("<details><summary>") && html.ends_with(" steps</summary>\n");
                    let is_one = html.trim() == "<details><summary>1 step</summary>";
                    assert!(is_ours || is_one || html.trim() == "</details>", "{html}");
                    folded += usize::from(html.starts_with("<details>"));
                }
                Event::Start(tag) => {
                    assert!(!matches!(tag, Tag::Link { .. } | Tag::Image { .. } | Tag::CodeBlock(_)), "{tag:?}");
                }
                Event::End(_) | Event::SoftBreak | Event::HardBreak => shown.push('\n'),
                other => panic!("{other:?}"),
            }
            assert_asleep(&std::mem::take(&mut run));
        }
        (shown, folded)
    }

    #[test]
    fn every_item_is_shown_whole_and_as_text() {
        each(&mut |sample, report| {
            let (shown, folded) = read(&Sample::write(&Markdown::default(), report));
            let plain = |text: &str| visible(text).replace('`', "");
            let items = Item::all(report);
            for item in &items {
                assert!(shown.contains(&plain(item.message)), "{sample}: {}", item.message);
                assert!(item.help.is_none_or(|help| shown.contains(&plain(help))), "{sample}");
                assert!(shown.contains(&place(report.sources, item.span).replace('`', "")) || sample == "hostile");
            }
            let with_steps = report.open().filter(|found| !found.steps.is_empty()).count();
            assert_eq!(folded, with_steps, "{sample}");
            for fixed in report.compared.iter().flat_map(|compared| compared.fixed) {
                assert!(shown.contains(&plain(&fixed.message)), "{sample}");
            }
        });
        snapshot("formats-markdown", &Sample::write(&Markdown::default(), &Sample::quarrel().report()));
        Sample::edited(&mut |report| snapshot("formats-markdown-edit", &Sample::write(&Markdown::default(), report)));
    }

    #[test]
    fn what_does_not_fit_is_left_out_in_whole_parts() {
        let mut sample = Sample::quarrel();
        sample.findings = vec![sample.findings[0].clone(); 9];
        let whole = Sample::write(&Markdown::default(), &sample.report());
        assert_eq!(Sample::write(&Markdown { most: Some(whole.len() + RESERVE) }, &sample.report()), whole);
        for most in [0, 500, 2000, 3000, whole.len() - 1] {
            let cut = Sample::write(&Markdown { most: Some(most) }, &sample.report());
            let (_, folded) = read(&cut);
            let left = 9 - folded;
            assert!(cut.len() <= most.max(whole.find("\n## ").unwrap() + RESERVE), "{most}: {}", cut.len());
            let said = if left == 1 { "1 more entry is".to_owned() } else { format!("{left} more entries are") };
            assert!(cut.ends_with(&format!("too long: {said} left out here.\n")), "{cut}");
        }
    }
}
