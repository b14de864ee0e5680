//! The baseline: findings that a team knows of and does not want to be told of again, one line each.
//!
//! Goes in: the text of the file. Comes out: a [`Baseline`] that marks findings, and problems with places. It is debt and no
//! judgement: a line holds for a finding as long as its claims say the same.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Checked, Diagnostic, Family, FileId, Level, SourceMap, Span};
use crate::facts;
use crate::lints::Lint;

use super::finding::{Finding, Status};
use super::fingerprint::Fingerprint;

/// The first line of a baseline that is written.
const HEADING: &str = "# gainsay.baseline.yaml: fingerprint, rule, claims, evidence";
/// Stands where a finding has no claims.
const NO_CLAIMS: &str = "-";

/// The findings that a file accepts, by their fingerprints.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    lines: BTreeMap<Fingerprint, BaselineLine>,
}

/// One finding of a baseline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaselineLine {
    /// Which finding.
    pub fingerprint: Fingerprint,
    /// The rule that found it.
    pub rule: String,
    /// The ids of its claims, in byte order.
    pub claims: Vec<String>,
    /// The hash of what its claims said.
    pub evidence: Fingerprint,
    /// The line in its file without `- `; `None` for one that is not written yet.
    pub span: Option<Span>,
}

impl BaselineLine {
    /// The line for a finding.
    #[must_use]
    pub fn of(finding: &Finding) -> Self {
        let mut claims = finding.claims.clone();
        claims.sort();
        Self {
            fingerprint: finding.fingerprint,
            rule: finding.rule.to_string(),
            claims,
            evidence: finding.evidence,
            span: None,
        }
    }

    /// The line as it is written, without a line feed.
    #[must_use]
    pub fn text(&self) -> String {
        let claims = if self.claims.is_empty() { NO_CLAIMS.to_owned() } else { self.claims.join("+") };
        format!("- {} {} {claims} {}", self.fingerprint, self.rule, self.evidence)
    }
}

impl Baseline {
    /// Reads the text of a baseline; lines that cannot be read are reported and left out.
    #[must_use]
    pub fn read(sources: &SourceMap, file: FileId) -> Checked<Self> {
        let mut read = Checked::clean(Self::default());
        let source = sources.file(file);
        let text = source.text.strip_prefix('\u{feff}').unwrap_or(&source.text);
        let mut start = source.text.len() - text.len();
        for whole in text.split_inclusive('\n') {
            let line = written(whole);
            if !line.is_empty() {
                let at = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
                let from = start + whole.len() - whole.trim_start().len();
                read.value.add(line, Span::new(file, at(from), at(from + line.len())), &mut read.diagnostics);
            }
            start += whole.len();
        }
        read.diagnostics = limited(read.diagnostics);
        read
    }

    fn add(&mut self, line: &str, span: Span, problems: &mut Vec<Diagnostic>) {
        let mut bad = |message: String, help: &str| {
            problems.push(Diagnostic::error(Family::Config, "bad-baseline", message, span).with_help(help));
        };
        let Some(parsed) = parse(line, span) else {
            let message = "this is no line of a baseline, `- FINGERPRINT RULE CLAIM+CLAIM EVIDENCE`".to_owned();
            return bad(message, "restore the line, or remove it and run `gainsay baseline --update`");
        };
        if let Some(first) = self.lines.get(&parsed.fingerprint) {
            let message = format!("the finding {} has a second line", parsed.fingerprint);
            bad(message, "remove one of the two, or both and run `gainsay baseline --update`");
            if let (Some(last), Some(first)) = (problems.last_mut(), first.span) {
                *last = last.clone().with_place(first, "the first");
            }
            return;
        }
        self.lines.insert(parsed.fingerprint, parsed);
    }

    /// The lines, in the order of their fingerprints.
    pub fn lines(&self) -> impl Iterator<Item = &BaselineLine> {
        self.lines.values()
    }

    /// The line of a finding, whatever its claims said.
    #[must_use]
    pub fn line(&self, fingerprint: Fingerprint) -> Option<&BaselineLine> {
        self.lines.get(&fingerprint)
    }

    /// Marks the open findings that it holds with the same evidence, and tells of lines that stand for no finding although
    /// their rule ran. `findings` are all of a run of all rules.
    /// Those `left_out` are there as well, but not among them.
    pub fn mark(&self, findings: &mut [Finding], left_out: &BTreeSet<Fingerprint>, lints: &[Lint]) -> Vec<Diagnostic> {
        for finding in findings.iter_mut().filter(|finding| finding.status == Status::Open) {
            let line = self.lines.get(&finding.fingerprint);
            if line.is_some_and(|line| line.evidence == finding.evidence) {
                finding.status = Status::Baselined;
            }
        }
        limited(self.stale(findings, left_out, lints).filter_map(problem).collect())
    }

    /// The lines that stand for none of the findings although their rule is on, or is not there any more.
    pub fn stale<'a>(
        &'a self,
        findings: &[Finding],
        left_out: &BTreeSet<Fingerprint>,
        lints: &'a [Lint],
    ) -> impl Iterator<Item = Stale<'a>> + use<'a> {
        let mut there = left_out.clone();
        there.extend(findings.iter().map(|finding| finding.fingerprint));
        self.lines().filter(move |line| !there.contains(&line.fingerprint)).filter_map(move |line| {
            let lint = lints.iter().find(|lint| *lint.name == *line.rule);
            let is_off = lint.is_some_and(|lint| lint.level.is_none());
            (!is_off).then_some(Stale { line, is_rule: lint.is_some() })
        })
    }
}

/// As many of the problems as are shown of a file; the line that counts the others is about a baseline too.
fn limited(problems: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut problems = facts::limited(problems);
    for problem in &mut problems {
        problem.family = Family::Config;
    }
    problems
}

/// A line that stands for no finding.
#[derive(Clone, Copy, Debug)]
pub struct Stale<'b> {
    /// Which.
    pub line: &'b BaselineLine,
    /// Its rule is there; else it is not any more.
    pub is_rule: bool,
}

fn problem(stale: Stale<'_>) -> Option<Diagnostic> {
    let Stale { line, is_rule } = stale;
    let message = if is_rule {
        format!("`{}` does not find what this line stands for any more", line.rule)
    } else {
        format!("there is no rule `{}` that could find what this line stands for", line.rule)
    };
    let problem = Diagnostic::error(Family::Config, "stale-baseline", message, line.span?);
    Some(problem.with_level(Level::Warning).with_help("run `gainsay baseline --prune`, which removes such lines"))
}

/// The text of a baseline with these lines, which are put in order.
#[must_use]
pub fn baseline_text(lines: impl IntoIterator<Item = BaselineLine>) -> String {
    let sorted: BTreeMap<Fingerprint, BaselineLine> = lines.into_iter().map(|line| (line.fingerprint, line)).collect();
    let texts = std::iter::once(HEADING.to_owned()).chain(sorted.values().map(BaselineLine::text));
    texts.map(|line| line + "\n").collect()
}

/// What a line says, without white space around it and without a comment.
fn written(line: &str) -> &str {
    let line = line.trim();
    let end = if line.starts_with('#') { 0 } else { line.find(" #").unwrap_or(line.len()) };
    line[..end].trim_end()
}

fn parse(line: &str, span: Span) -> Option<BaselineLine> {
    let mut words = line.strip_prefix("- ")?.split_ascii_whitespace();
    let (fingerprint, rule, claims, evidence) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let is_claim = |id: &str| id.split_once('/').is_some_and(|(source, slug)| !source.is_empty() && !slug.is_empty());
    let claims = match claims {
        NO_CLAIMS => Vec::new(),
        ids if ids.split('+').all(is_claim) => ids.split('+').map(str::to_owned).collect(),
        _ => return None,
    };
    let (fingerprint, evidence) = (Fingerprint::parse(fingerprint)?, Fingerprint::parse(evidence)?);
    let line = BaselineLine { fingerprint, rule: rule.to_owned(), claims, evidence, span: Some(span) };
    words.next().is_none().then_some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "- c04be8d15a0e9f21 promise-vs-doubt b-2015/doubt+b-2015/promise 5d2a77b0c1fe0936";

    fn read(text: &str) -> (Vec<String>, Vec<(u32, String)>) {
        let mut sources = SourceMap::new();
        let file = sources.add("gainsay.baseline.yaml", text);
        let read = Baseline::read(&sources, file);
        let place = |problem: &Diagnostic| {
            assert_eq!((problem.code, problem.family), ("bad-baseline", Family::Config));
            let at = sources.range(problem.primary.span).0;
            (at.line.get(), sources.text(problem.primary.span).to_owned())
        };
        (read.value.lines().map(BaselineLine::text).collect(), read.diagnostics.iter().map(place).collect())
    }

    #[test]
    fn lines_are_read_as_they_are_written() {
        let second = "- 00000000000000ff two-holders - 0123456789abcdef";
        let good = |text: &str, expect: &[&str]| {
            assert_eq!(read(text), (expect.iter().map(|&line| line.to_owned()).collect(), vec![]));
        };
        good("", &[]);
        good("# nothing\n\n", &[]);
        good(&format!("{HEADING}\n{second}\n{LINE}\n"), &[second, LINE]);
        good(&format!("\u{feff}{LINE}\r\n  {second}  # known since May\r\n"), &[second, LINE]);
        good(LINE, &[LINE]);
        let mut sources = SourceMap::new();
        let file = sources.add("", &format!("{LINE}\n{second}\n"));
        let lines = Baseline::read(&sources, file).value.lines;
        assert_eq!(baseline_text(lines.into_values()), format!("{HEADING}\n{second}\n{LINE}\n"));
    }

    #[test]
    fn lines_that_cannot_be_read_have_a_place() {
        let bad = |line: &str| {
            let (lines, problems) = read(&format!("# é\n{LINE}\n{line}\n"));
            assert_eq!((lines.len(), problems), (1, vec![(3, line.trim().to_owned())]), "{line}");
        };
        bad(LINE);
        bad("<<<<<<< HEAD");
        bad("  - c04be8d15a0e9f22");
        bad("c04be8d15a0e9f22 rule a/b 5d2a77b0c1fe0936");
        bad("- c04be8d15a0e9f2 rule a/b 5d2a77b0c1fe0936");
        bad("- C04BE8D15A0E9F22 rule a/b 5d2a77b0c1fe0936");
        bad("- +04be8d15a0e9f22 rule a/b 5d2a77b0c1fe0936");
        bad("- c04be8d15a0e9f22 rule a 5d2a77b0c1fe0936");
        bad("- c04be8d15a0e9f22 rule a/b+ 5d2a77b0c1fe0936");
        bad("- c04be8d15a0e9f22 rule a/b 5d2a77b0c1fe0936 more");
        bad("findings: []");
        // What is wrong with thousands of lines is not said a thousand times.
        let mut sources = SourceMap::new();
        let file = sources.add("", &format!("{LINE}\n").repeat(5000));
        let read = Baseline::read(&sources, file);
        let codes: Vec<_> = read.diagnostics.iter().map(|problem| (problem.code, problem.family)).collect();
        assert_eq!((read.value.lines().count(), codes.len()), (1, 101));
        assert_eq!(codes[100], ("too-large", Family::Config));
    }
}
