//! A rule's page: documentation for people, and the cases that test the rule.

use crate::base::Level;

/// What a mark asks of the line it stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Expectation {
    /// `# expect: name`: a finding has its primary place on this line.
    Fires,
    /// `# ok: name`: no finding of the rule has any place on this line.
    Silent,
}

/// `# expect: name`, `# expect: name level` or `# ok: name` behind a line of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Line of the block, from 1.
    pub line: usize,
    /// What it asks.
    pub expectation: Expectation,
    /// The rule.
    pub rule: String,
    /// The level that the finding must have, where one is asked for.
    pub level: Option<Level>,
}

/// A heading of the second level and the facts under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The heading.
    pub name: String,
    /// The text of the block: whole documents, or a bare map of claims.
    pub facts: String,
    /// Line of the page on which the block's text begins, from 1.
    pub page_line: usize,
    /// The marks in it.
    pub marks: Vec<Mark>,
    /// The stored text of its source, from a block marked `text` behind the facts.
    pub text: Option<String>,
}

/// A page, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The heading of the first level: the rule's name.
    pub name: String,
    /// Its cases.
    pub cases: Vec<Case>,
    /// Blocks that look like cases and are none, since they are not marked `yaml` as cases are: the line of each, from 1,
    /// and how it begins.
    pub passed_over: Vec<(usize, String)>,
    /// The line, from 1, of a block that nothing ends, so that what follows it was not read as cases.
    pub unclosed: Option<usize>,
}

impl Page {
    /// The day of all cases, 2016-06-01.
    pub const TODAY: crate::base::Day = 16_953;

    /// Reads a page. A block marked `yaml` is a case, one marked `text` behind it, before the next heading, is the stored text
    /// of its source; all other blocks are prose, and those of them that look like cases are named.
    #[must_use]
    pub fn parse(markdown: &str) -> Self {
        let mut page = Self { name: String::new(), cases: Vec::new(), passed_over: Vec::new(), unclosed: None };
        let (mut heading, mut has_case) = (String::new(), false);
        let mut lines = markdown.lines().enumerate();
        while let Some((index, line)) = lines.next() {
            if let Some(name) = line.strip_prefix("# ") {
                name.trim().clone_into(&mut page.name);
            } else if let Some(name) = line.strip_prefix("## ") {
                name.trim().clone_into(&mut heading);
                has_case = false;
            } else if line.trim_end() == "```yaml" {
                let block = page.block(index, &mut lines, |line| line.trim_end() == "```");
                page.cases.push(case(&heading, &block, index + 2));
                has_case = true;
            } else if line.trim_end() == "```text" && has_case {
                let block = page.block(index, &mut lines, |line| line.trim_end() == "```");
                let text: String = block.into_iter().flat_map(|line| [line, "\n"]).collect();
                if let Some(case) = page.cases.last_mut() {
                    case.text.get_or_insert(text);
                }
            } else if let Some(fence) = fence(line) {
                let block = page.block(index, &mut lines, |line| closes(line, fence));
                let has_marks = block.iter().any(|line| !line_marks(line, 1).is_empty());
                let word = line.trim_start()[fence.len()..].trim().to_lowercase();
                if word.starts_with("yaml") || word.starts_with("yml") || (word.is_empty() && has_marks) {
                    page.passed_over.push((index + 1, line.trim().to_owned()));
                }
            }
        }
        page
    }

    /// The lines up to the one that ends the block which begins at `index`.
    fn block<'a>(
        &mut self,
        index: usize,
        lines: &mut impl Iterator<Item = (usize, &'a str)>,
        ends: impl Fn(&str) -> bool,
    ) -> Vec<&'a str> {
        let mut found = Vec::new();
        for (_, line) in lines {
            if ends(line) {
                return found;
            }
            found.push(line);
        }
        self.unclosed = Some(index + 1);
        found
    }
}

/// The three or more backquotes or tildes with which a line begins a block.
fn fence(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let sign = line.chars().next().filter(|sign| matches!(sign, '`' | '~'))?;
    let length = line.len() - line.trim_start_matches(sign).len();
    // Backquotes behind the first ones would make it words of a line.
    (length >= 3 && (sign == '~' || !line[length..].contains('`'))).then(|| &line[..length])
}

/// Whether a line ends the block that a fence began.
fn closes(line: &str, fence: &str) -> bool {
    let line = line.trim();
    line.starts_with(fence) && fence.chars().next().is_some_and(|sign| line.trim_start_matches(sign).is_empty())
}

fn case(name: &str, block: &[&str], page_line: usize) -> Case {
    let facts = block.iter().flat_map(|line| [line, "\n"]).collect();
    let marks = block.iter().zip(1..).flat_map(|(line, number)| line_marks(line, number)).collect();
    Case { name: name.to_owned(), facts, page_line, marks, text: None }
}

/// The marks behind a line; several are separated by `,`.
fn line_marks(line: &str, number: usize) -> Vec<Mark> {
    let mut marks = Vec::new();
    for (word, expectation) in [("# expect: ", Expectation::Fires), ("# ok: ", Expectation::Silent)] {
        for (at, _) in line.match_indices(word) {
            let rest = line[at + word.len()..].split('#').next().unwrap_or_default();
            marks.extend(rest.split(',').map(|words| mark(words.trim(), number, expectation)));
        }
    }
    marks
}

fn mark(words: &str, line: usize, expectation: Expectation) -> Mark {
    let with_level = words.split_once(' ').and_then(|(rule, level)| Some((rule, Level::from_name(level.trim())?)));
    let (rule, level) = with_level.map_or((words, None), |(rule, level)| (rule, Some(level)));
    Mark { line, expectation, rule: rule.to_owned(), level }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_cases_and_marks_keep_their_lines() {
        let page = Page::parse(
            "# some-rule\n\nWhy.\n\n## It fires\n\n```yaml\na: { at: 1, says: x y z }   # expect: some-rule warning\nb: { at: 1, says: x y z }   # ok: other-rule, third-rule\n```\n\n```sh\n# no case\n```\n\n## A document\n\n```yaml\nsource: { id: s }\n```\n",
        );
        assert_eq!(page.name, "some-rule");
        let case = &page.cases[0];
        assert_eq!((case.name.as_str(), case.page_line, page.cases.len()), ("It fires", 8, 2));
        let marks: Vec<_> = case.marks.iter().map(|m| (m.line, m.expectation, m.rule.as_str(), m.level)).collect();
        let expected = [
            (1, Expectation::Fires, "some-rule", Some(Level::Warning)),
            (2, Expectation::Silent, "other-rule", None),
            (2, Expectation::Silent, "third-rule", None),
        ];
        assert_eq!(marks, expected);
        assert_eq!(page.cases[1].facts, "source: { id: s }\n");
    }

    #[test]
    fn blocks_that_only_look_like_cases_are_named() {
        let check = |block: &str, expect: &[(usize, &str)]| {
            let page = Page::parse(&format!("# r\n\n## A\n\n{block}\n"));
            let found: Vec<(usize, &str)> = page.passed_over.iter().map(|(line, how)| (*line, how.as_str())).collect();
            assert_eq!((found.as_slice(), page.cases.len()), (expect, 0), "{block}");
        };
        check("```yml\na: {}\n```", &[(5, "```yml")]);
        check("~~~yaml\na: {}\n```\n~~~", &[(5, "~~~yaml")]);
        check("- x\n\n  ```yaml\n  a: {}\n  ```", &[(7, "```yaml")]);
        check(
            "``` YAML\na: {}\n```\n\n````yaml title\n```yaml\na: {}\n```\n````",
            &[(5, "``` YAML"), (9, "````yaml title")],
        );
        check("```\na: { at: 1 }   # expect: r\n```", &[(5, "```")]);
        check("```\na: { at: 1 }\n```\n```sh\nb # ok: r\n```\n`yaml` and ~~x~~ and ```yaml```", &[]);
    }

    #[test]
    fn a_block_without_an_end_is_named() {
        let check = |page: &str, expect| assert_eq!(Page::parse(page).unclosed, expect, "{page}");
        check("# r\n\n```yaml\na: {}\n```\n", None);
        check("# r\n\n```yaml\na: {}\n\n## B\n", Some(3));
        check("# r\n\n```yaml\na: {}\n```\n\n```text\nOne.\n", Some(7));
        check("# r\n\n~~~sh\n```yaml\na: {}\n```\n", Some(3));
    }

    #[test]
    fn a_text_behind_the_facts_belongs_to_the_case() {
        let page = Page::parse(
            "# r\n\n```text\nprose\n```\n\n## A\n\n```yaml\na: {}\n```\n\n```text\nOne.\n\n  Two.\n```\n\n\
             ```text\nprose\n```\n\n## B\n\n```text\nprose\n```\n\n```yaml\nb: {}\n```\n",
        );
        let texts: Vec<_> = page.cases.iter().map(|case| (case.name.as_str(), case.text.as_deref())).collect();
        assert_eq!(texts, [("A", Some("One.\n\n  Two.\n")), ("B", None)]);
    }
}
