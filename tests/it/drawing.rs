//! Pictures of real runs: whatever stands in a fact file, underlines stand under their words and no line is too wide.

use gainsay::base::SourceMap;
use gainsay::engine::Outcome;
use gainsay::findings::{Finding, Location};
use gainsay::report::{Counts, Report, Reporter as _, Terminal, WHOLE, visible};
use unicode_width::UnicodeWidthChar as _;

use super::common::{TODAY, check, text};

/// The columns that terminals give a text, character by character, as the renderer counts them.
fn columns(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(0)).sum()
}

fn drawn(outcome: &Outcome, findings: &[Finding], terminal: Terminal) -> String {
    let report = Report {
        view: &WHOLE,
        findings,
        culpability: &[],
        diagnostics: &outcome.diagnostics,
        sources: &outcome.sources,
        dataset: Counts { files: outcome.files, claims: outcome.claims, sources: outcome.source_count, rules: 15 },
        today: TODAY,
        stopped: outcome.stopped,
        gate: None,
        exit: if outcome.stopped { 2 } else { 0 },
        strict: 0,
        compared: None,
    };
    let mut out = Vec::new();
    terminal.write(&report, &mut out).expect("a vector takes all");
    String::from_utf8(out).expect("UTF-8")
}

/// Compares the pictures of a data set with those in `snapshots/drawing/`, after checking what holds for all of them.
fn pictures(name: &str, files: &[(&str, &str)]) {
    let outcome = check(files);
    assert!(outcome.diagnostics.len() + outcome.findings.len() > 0, "{name} draws nothing");
    for (suffix, width, unicode) in
        [("100", 100, true), ("72", 72, true), ("ascii_100", 100, false), ("ascii_72", 72, false)]
    {
        let terminal = Terminal { width, unicode, color: false };
        let picture = drawn(&outcome, &outcome.findings, terminal);
        for line in picture.lines() {
            assert!(columns(line) <= width, "{} of {width} columns: {line}", columns(line));
            assert!(!line.contains(|c: char| c.is_control()), "{line:?}");
            assert_eq!(line.trim_end(), line, "spaces at the end");
            assert!(unicode || !line.contains(['─', '│', '①', '…', '⋮']), "{line}");
        }
        let colored = drawn(&outcome, &outcome.findings, Terminal { color: true, ..terminal });
        assert_eq!(without_color(&colored), picture, "colour changes no character");
        for finding in &outcome.findings {
            let alone = drawn(&outcome, std::slice::from_ref(finding), terminal);
            underlined(&alone, &outcome.sources, finding, unicode);
        }
        snapshot(&format!("{name}_{suffix}"), &picture);
        if suffix == "100" {
            snapshot(&format!("{name}_color"), &colored.replace('\u{1b}', "ESC"));
        }
    }
}

fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots/drawing");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

fn without_color(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out += part.strip_prefix('[').and_then(|rest| rest.split_once('m')).expect("only colours").1;
    }
    out
}

/// What stands above each underline of a picture, by columns.
fn above_underlines(picture: &str, unicode: bool) -> Vec<String> {
    let (border, gap, line, middle) = if unicode { ('│', '·', '─', '┬') } else { ('|', ':', '^', '|') };
    let mut found = Vec::new();
    let mut code: Option<&str> = None;
    for row in picture.lines() {
        let Some((gutter, body)) = row.split_once([border, gap]) else { continue };
        if gutter.trim().parse::<usize>().is_ok() && row[gutter.len()..].starts_with(border) {
            code = Some(body);
        } else if let (true, Some(above)) = (row[gutter.len()..].starts_with(gap), code.take()) {
            let is_line = |c: char| c == line || c == middle;
            assert!(body.chars().all(|c| c == ' ' || is_line(c)), "underlines alone: {row}");
            let mut spans: Vec<(usize, usize)> = Vec::new();
            for (column, c) in body.chars().enumerate().filter(|(_, c)| is_line(*c)) {
                match spans.last_mut().filter(|span| span.1 == column) {
                    Some(span) => span.1 = column + c.width().unwrap_or(1),
                    None => spans.push((column, column + 1)),
                }
            }
            found.extend(spans.into_iter().map(|span| between(above, span)));
        }
    }
    found
}

/// The characters in those columns; a mark belongs to the letter before it.
fn between(text: &str, (from, to): (usize, usize)) -> String {
    let (mut at, mut out) = (0, String::new());
    for c in text.chars() {
        let width = c.width().unwrap_or(0);
        let inside = if width == 0 { at > from && at <= to } else { at >= from && at < to };
        if inside {
            assert!(at + width <= to, "an underline ends within {c}: {text}");
            out.push(c);
        }
        at += width;
    }
    out
}

/// Every place that is drawn is underlined: the words above some underline are its own, all of them or its ends.
fn underlined(picture: &str, sources: &SourceMap, finding: &Finding, unicode: bool) {
    let above = above_underlines(picture, unicode);
    let ellipsis = if unicode { "…" } else { "..." };
    let covers = |location: &Location, words: &str| {
        let text = sources.text(location.span);
        let lines: Vec<String> = text.lines().map(|line| visible(line.trim())).collect();
        lines.iter().any(|line| {
            let ends = words
                .split_once(ellipsis)
                .is_some_and(|(start, end)| line.starts_with(start.trim_end()) && line.ends_with(end.trim_start()));
            line == words || ends
        })
    };
    for location in finding.locations.iter().filter(|location| location.is_drawn()) {
        assert!(above.iter().any(|words| covers(location, words)), "{:?}: {above:?}\n{picture}", location.claim);
    }
    let frame = picture.lines().skip_while(|line| !line.contains(if unicode { "╭─[" } else { ",-[" }));
    let labels: Vec<&str> =
        frame.filter_map(|line| line.split_once(if unicode { '·' } else { ':' })).map(|l| l.1).collect();
    for number in finding.locations.iter().filter_map(|location| location.number) {
        let circled = char::from_u32(u32::from('①') + u32::try_from(number).unwrap() - 1).unwrap();
        let shown = if unicode && number <= 20 { circled.to_string() } else { format!("[{number}]") };
        let count = labels.iter().filter(|label| label.contains(&format!("{shown} "))).count();
        assert_eq!(count, 1, "{shown} stands under {count} places\n{picture}");
    }
    for words in &above {
        let mut drawn = finding.locations.iter().filter(|location| location.is_drawn());
        assert!(drawn.any(|location| covers(location, words)), "{words}\n{picture}");
    }
}

fn input(name: &str) -> String {
    text(&format!("tests/inputs/drawing/{name}.yaml"))
}

fn one_file(name: &str) {
    pictures(name, &[("facts.yaml", &input(name))]);
}

#[test]
fn lines_of_thousands_of_columns() {
    one_file("long-lines");
}

#[test]
fn a_proposition_wider_than_the_picture() {
    one_file("long-span");
}

#[test]
fn claims_on_one_line() {
    one_file("one-line");
}

#[test]
fn wide_characters() {
    one_file("wide-text");
    one_file("wide-names");
}

#[test]
fn combining_characters() {
    one_file("combining");
}

#[test]
fn right_to_left_text() {
    one_file("right-to-left");
    one_file("right-to-left-names");
}

#[test]
fn tabs_and_what_nobody_sees() {
    one_file("unseen");
}

#[test]
fn block_style_and_places_over_several_lines() {
    one_file("multi-line");
}

/// Line ends of Windows change no picture.
#[test]
fn carriage_returns() {
    let text = input("multi-line");
    let draw = |text: &str| {
        let outcome = check(&[("facts.yaml", text)]);
        drawn(&outcome, &outcome.findings, Terminal { width: 100, unicode: true, color: false })
    };
    assert_eq!(draw(&text.replace('\n', "\r\n")), draw(&text));
}

const WORDS: &str = "entities:\n  russia: { kind: state, label: Russia }\n  iran: { kind: state, label: Iran }\n  \
                     paper: { kind: outlet, label: The Paper }\n  katz: { kind: person, label: Mark Katz }\n";

/// Line numbers of one, three and four digits in one frame.
#[test]
fn gutters_of_different_widths() {
    let source = |id: &str, lines: usize, claim: &str| {
        format!("source: {{ id: {id}, author: paper, published: 2015-12 }}\n{}claims:\n{claim}", "#\n".repeat(lines))
    };
    let promise = source(
        "a",
        6,
        "  promise: { at: 1, who: katz, for: russia, says: russia not betrays russia.allies, mode: commitment }\n",
    );
    let bridge = source("b", 140, "  ally: { at: 1, says: russia allied-with iran }\n");
    let doubt = source("c", 1115, "  doubt: { at: 1, who: paper, says: iran not can-rely-on russia, sure: likely }\n");
    pictures("gutters", &[("a.yaml", &promise), ("b.yaml", &bridge), ("c.yaml", &doubt), ("words.yaml", WORDS)]);
}

/// More claims than there are numbers in circles, and more than a step lists.
#[test]
fn many_claims() {
    let mut text = format!("{WORDS}---\nsource: {{ id: s, author: paper, published: 2015-12 }}\nclaims:\n");
    text += "  promise: { at: 1, who: katz, says: russia not betrays iran, mode: commitment }\n";
    text.extend(
        (1..=24).map(|n| format!("  doubt-{n:02}: {{ at: {n}, says: iran not can-rely-on russia, sure: likely }}\n")),
    );
    pictures("many-claims", &[("facts.yaml", &text)]);
}

/// A line with more labels than it has room for is shown again for the others.
#[test]
fn many_labels_on_one_line() {
    let doubt = |n: usize| format!("doubt-{n}: {{ at: {n}, says: iran not can-rely-on russia, sure: likely }}");
    let doubts: Vec<String> = (1..=7).map(doubt).collect();
    let text = format!(
        "{WORDS}---\nsource: {{ id: s, author: paper, published: 2015-12 }}\nclaims: {{ promise: {{ at: 1, who: katz, says: \
         russia not betrays iran, mode: commitment }}, {} }}\n",
        doubts.join(", ")
    );
    pictures("many-labels", &[("facts.yaml", &text)]);
}

/// The frame leaves a file and comes back to it.
#[test]
fn the_same_file_twice() {
    let source = |id: &str, claims: &str| {
        format!("source: {{ id: {id}, author: paper, published: 2015-12 }}\nclaims:\n{claims}")
    };
    let first = source(
        "a",
        "  promise: { at: 1, who: katz, says: russia not betrays russia.allies, mode: commitment }\n  other: { at: 1, says: \
         iran supports russia }\n  doubt: { at: 2, says: iran not can-rely-on russia, sure: likely }\n",
    );
    let second = source("b", "  ally: { at: 1, says: russia allied-with iran }\n");
    pictures("file-twice", &[("a.yaml", &first), ("b.yaml", &second), ("words.yaml", WORDS)]);
}
