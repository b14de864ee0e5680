//! Runs the cases of rule pages: documentation that tests the rules.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::base::fs::Memory;
use crate::base::{Diagnostic, Level};
use crate::config::Config;
use crate::facts::schema::DOCUMENT;
use crate::findings::{Finding, Location};
use crate::lints::{Case, Expectation, Lint, Mark, Page, builtin};

use super::{Error, Loaded, Outcome, Rules, Watch, load};

/// The path under which a case stands in its own small data set.
const CASE_PATH: &str = "case.yaml";
/// The path of the stored text beside it, as the `text` of a header names it.
const TEXT_PATH: &str = "case.txt";
/// The paths under which the files with its words stand, around their numbers. Their own names could be ones that no fact
/// file has: which they may have is said by the configuration of the data set, and a case has none.
const WORDS: (&str, &str) = ("words/", ".yaml");
/// The header that a bare map of claims is given, up to its `text`.
const HEADER: &str = "source: { id: case, author: bloomberg, published: 2015-12";
/// The rest of it.
const HEADER_END: &str = " }\nclaims:\n";
/// The author in it, whom the words of a case must declare.
pub const AUTHOR: &str = "bloomberg";

/// The words that the cases of the built-in pages are written in, as paths and texts.
///
/// # Panics
///
/// Never: the paths are those of embedded files.
#[must_use]
pub fn builtin_vocabulary() -> Vec<(String, String)> {
    let text = |path: &str| builtin::text(path).expect("the path comes from the embedded files").to_owned();
    builtin::case_vocabulary_paths().map(|path| (path.to_owned(), text(path))).collect()
}

/// Runs one case over its vocabulary files (path and text) and says in what it fails; nothing for a case that passes.
///
/// # Errors
///
/// As [`super::run`].
pub fn check(case: &Case, vocabulary: &[(String, String)], rules: &Rules) -> Result<Vec<String>, Error> {
    check_and_watch(case, vocabulary, rules, &mut Watch::default())
}

/// As [`check`]; notes which of the relations that are watched have rows.
pub(super) fn check_and_watch(
    case: &Case,
    vocabulary: &[(String, String)],
    rules: &Rules,
    watch: &mut Watch,
) -> Result<Vec<String>, Error> {
    let (loaded, added_lines) = load_case(case, vocabulary, rules)?;
    let mut failures = |only| {
        let mut loaded = loaded.clone();
        loaded.running.only = only;
        CaseRun { case, vocabulary, added_lines, outcome: loaded.check_and_watch(Page::TODAY, watch) }.failures()
    };
    // A failure tells what is reported in its place, so then all rules run.
    Ok(if failures(Some(asked(case))).is_empty() { Vec::new() } else { failures(None) })
}

/// The small data set of a case, its words and its text, and how many lines were put before its block.
pub(super) fn load_case(case: &Case, vocabulary: &[(String, String)], rules: &Rules) -> Result<(Loaded, usize), Error> {
    let mut files = Memory::new();
    for (number, (_, text)) in vocabulary.iter().enumerate() {
        files.add(&format!("{}{number:06}{}", WORDS.0, WORDS.1), text.as_bytes());
    }
    let (text, added_lines) = fact_file(case);
    files.add(CASE_PATH, text);
    if let Some(text) = &case.text {
        files.add(TEXT_PATH, text.as_bytes());
    }
    let mut loaded = load(&files, &Config::for_folder(".".into(), Page::TODAY), rules.clone())?;
    switch_on(&mut loaded.lints, case);
    Ok((loaded, added_lines))
}

/// The rules that the marks of a case name.
pub(super) fn asked(case: &Case) -> BTreeSet<Arc<str>> {
    case.marks.iter().map(|mark| mark.rule.as_str().into()).collect()
}

/// Sets the rules and patterns that are off by default to the least level where the case names them.
fn switch_on(lints: &mut [Lint], case: &Case) {
    for lint in lints.iter_mut().filter(|lint| lint.level.is_none()) {
        lint.level = case.marks.iter().any(|mark| *mark.rule == *lint.name).then_some(Level::Advice);
    }
}

/// The path, as its data set has it, of the words that stand at a path of a case.
fn words_path<'v>(path: &str, vocabulary: &'v [(String, String)]) -> Option<&'v str> {
    let number = path.strip_prefix(WORDS.0)?.strip_suffix(WORDS.1)?.parse::<usize>().ok()?;
    vocabulary.get(number).map(|(path, _)| path.as_str())
}

/// A case and what came of it.
struct CaseRun<'a> {
    case: &'a Case,
    /// The files with its words, as paths and texts.
    vocabulary: &'a [(String, String)],
    /// Lines of the fact file before the first line of the block.
    added_lines: usize,
    outcome: Outcome,
}

/// The block of a case as a fact file, and how many lines were put before it.
#[must_use]
pub fn fact_file(case: &Case) -> (String, usize) {
    let block = &case.facts;
    let is_key = |line: &str| DOCUMENT.iter().any(|field| line.split(':').next() == Some(field.key));
    if block.lines().any(is_key) {
        return (block.clone(), 0);
    }
    let copy = if case.text.is_some() { format!(", text: {TEXT_PATH}") } else { String::new() };
    let header = format!("{HEADER}{copy}{HEADER_END}");
    let added_lines = header.lines().count();
    let mut text = header;
    for line in block.lines() {
        text.push_str(if line.trim().is_empty() { "" } else { "  " });
        text.push_str(line);
        text.push('\n');
    }
    (text, added_lines)
}

impl CaseRun<'_> {
    /// In what the case fails.
    fn failures(&self) -> Vec<String> {
        let errors = self.outcome.diagnostics.iter().filter(|diagnostic| diagnostic.level == Level::Error);
        let mut failures: Vec<String> = errors.map(|diagnostic| self.loader_failure(diagnostic)).collect();
        if self.case.marks.is_empty() {
            failures.push("the case has no `# expect:` and no `# ok:` mark, so it tests nothing".to_owned());
        }
        if self.case.text.is_some() && !self.names_its_text() {
            failures.push(format!("the case has a text that no source names: write `text: {TEXT_PATH}` into a header"));
        }
        if failures.is_empty() {
            failures.extend(self.case.marks.iter().filter_map(|mark| self.mark_failure(mark)));
        }
        failures
    }

    /// Whether some header has the text of the case.
    fn names_its_text(&self) -> bool {
        let Outcome { dataset, pool, .. } = &self.outcome;
        let is_own = |path: &str| path.strip_prefix("./").unwrap_or(path) == TEXT_PATH;
        dataset.copies.iter().any(|copy| is_own(pool.text(copy.path.value)))
    }

    fn loader_failure(&self, diagnostic: &Diagnostic) -> String {
        let (start, _) = self.outcome.sources.range(diagnostic.primary.span);
        let path = &self.outcome.sources.file(diagnostic.primary.span.file).path;
        let line = start.line.get() as usize;
        let what = format!("{}: {}", diagnostic.code, diagnostic.message);
        if **path == *CASE_PATH && line > self.added_lines {
            return format!("line {}: {what}", self.page_line(line - self.added_lines));
        }
        let path = words_path(path, self.vocabulary).unwrap_or(path);
        format!("{path}:{line}: {what}")
    }

    /// The line of the page that a line of the block stands on.
    fn page_line(&self, line: usize) -> usize {
        self.case.page_line + line - 1
    }

    fn mark_failure(&self, mark: &Mark) -> Option<String> {
        let (rule, line) = (&*mark.rule, self.page_line(mark.line));
        if !self.outcome.lints.iter().any(|lint| *lint.name == *rule) {
            return Some(format!("line {line}: there is no rule `{rule}`"));
        }
        let mut findings = self.outcome.findings.iter().filter(|finding| *finding.rule == *rule);
        match mark.expectation {
            Expectation::Fires => {
                let Some(found) = findings.find(|finding| self.is_on(mark.line, finding.primary())) else {
                    let reported = reported(&self.outcome.findings);
                    return Some(format!("line {line}: `{rule}` should report this claim, and {reported}"));
                };
                let wanted = mark.level.filter(|level| *level != found.level)?;
                let (found, wanted) = (found.level.name(), wanted.name());
                Some(format!("line {line}: the level of `{rule}` should be {wanted}, and it is {found}"))
            }
            Expectation::Silent => {
                let speaks = findings.find(|f| f.locations.iter().any(|location| self.is_on(mark.line, location)));
                let message = |finding: &Finding| finding.message.clone();
                speaks
                    .map(message)
                    .map(|m| format!("line {line}: `{rule}` should stay silent here, and it reports: {m}"))
            }
        }
    }

    /// Whether a place lies on a line of the block.
    fn is_on(&self, line: usize, location: &Location) -> bool {
        let (start, end) = self.outcome.sources.range(location.span);
        let lines = start.line.get() as usize..=end.line.get() as usize;
        let path = &self.outcome.sources.file(location.span.file).path;
        **path == *CASE_PATH && lines.contains(&(line + self.added_lines))
    }
}

fn reported(findings: &[Finding]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in findings {
        *counts.entry(&finding.rule).or_default() += 1;
    }
    if counts.is_empty() {
        return "nothing is reported".to_owned();
    }
    let names: Vec<String> = counts.iter().map(|(name, count)| format!("`{name}` ({count})")).collect();
    format!("the case reports {}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::super::{builtin_rules, load_rules};
    use super::*;

    const RULE: &str = r#"
.once
.include "../prelude.dl"
/// The quote is not where it should be.
@[lint(group = "sourcing", level = "error")]
@[message = "paragraph {n}"]
@[help = "correct it"]
.decl misquoted(@[key] @[at = "quote"] @[primary = "not found"] c: Claim, n: number)
misquoted(C, N) :- quote_absent(C, N).
.output misquoted
"#;

    #[test]
    fn a_case_may_have_a_text() {
        let own = "rules/sourcing/misquoted.dl";
        let read =
            |path: &str| if path == own { Some(RULE.to_owned()) } else { builtin::text(path).map(str::to_owned) };
        let rules = load_rules(&[own.to_owned()], &read);
        assert!(rules.diagnostics.is_empty(), "{:?}", rules.diagnostics);
        let check = |facts: &str, text: &str, expect: &[&str]| {
            let page = Page::parse(&format!("# r\n\n## A\n\n```yaml\n{facts}```\n{text}"));
            assert_eq!(super::check(&page.cases[0], &builtin_vocabulary(), &rules).unwrap(), expect);
        };
        let text = "\n```text\nOne.\n\nTwo.\n```\n";
        let bare = "a: { at: 2, says: iran supports russia, quote: Two }   # ok: misquoted\n\
                    b: { at: 1, says: iran supports russia, quote: Two }   # expect: misquoted error\n";
        check(bare, text, &[]);
        check(bare, "", &["line 7: `misquoted` should report this claim, and nothing is reported"]);
        let source = |header: &str, mark: &str| {
            format!(
                "source: {{ id: s, author: bloomberg, published: 2015-12{header} }}\nclaims:\n  \
                 a: {{ at: 1, says: iran supports russia, quote: Two }}   # {mark}: misquoted\n"
            )
        };
        check(&source(", text: case.txt", "expect"), text, &[]);
        let unnamed = "the case has a text that no source names: write `text: case.txt` into a header";
        check(&source("", "ok"), text, &[unnamed]);
        check(&source("", "ok"), "", &[]);
    }

    #[test]
    fn mistakes_of_words_have_the_paths_of_their_files() {
        let page = Page::parse("# r\n\n## A\n\n```yaml\na: { at: 1, says: x y z }   # ok: quote-missing\n```\n");
        let words = ["entities: {}\n", "entities: { x: { kind: [ } }\n"].map(str::to_owned);
        let words: Vec<_> = ["a.words", "far/b.words"].map(str::to_owned).into_iter().zip(words).collect();
        let failures = super::check(&page.cases[0], &words, &builtin_rules()).unwrap();
        assert!(failures.iter().any(|failure| failure.starts_with("far/b.words:1: ")), "{failures:?}");
        assert!(!failures.iter().any(|failure| failure.contains(WORDS.0)), "{failures:?}");
    }
}
