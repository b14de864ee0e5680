//! A rule's page: documentation for people, and the cases that test the rule.

/// What a mark asks of the line it stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Expectation {
    /// `# expect: name`: a finding has its primary place on this line.
    Fires,
    /// `# ok: name`: no finding of the rule has any place on this line.
    Silent,
}

/// `# expect: name` or `# ok: name` behind a line of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Line of [`Case::facts`], from 1.
    pub line: usize,
    /// What it asks.
    pub expectation: Expectation,
    /// The rule.
    pub rule: String,
}

/// A heading of the second level and the fact file under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The heading.
    pub name: String,
    /// A whole fact file; a bare map of claims is given the header that the pages share.
    pub facts: String,
    /// Lines of `facts` before the first line of the block.
    pub added_lines: usize,
    /// Line of the page on which the block's text begins, from 1.
    pub page_line: usize,
    /// The marks in it.
    pub marks: Vec<Mark>,
}

/// A page, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The heading of the first level: the rule's name.
    pub name: String,
    /// Its cases.
    pub cases: Vec<Case>,
}

/// The header that a bare map of claims is given.
const HEADER: &str = "source: { id: case, author: bloomberg, published: 2015-12 }\nclaims:\n";
/// Keys that make a block a fact file of its own.
const DOCUMENT_KEYS: [&str; 17] = [
    "source",
    "claims",
    "use",
    "scale",
    "kinds",
    "predicates",
    "qualifiers",
    "topics",
    "entities",
    "roles",
    "situations",
    "issues",
    "classes",
    "units",
    "scales",
    "rules",
    "patterns",
];

impl Page {
    /// The day of all cases, 2016-06-01.
    pub const TODAY: crate::base::Day = 16_953;

    /// Reads a page. Blocks that are not marked `yaml` are prose.
    #[must_use]
    pub fn parse(markdown: &str) -> Self {
        let mut page = Self { name: String::new(), cases: Vec::new() };
        let mut heading = String::new();
        let mut lines = markdown.lines().enumerate();
        while let Some((_, line)) = lines.next() {
            if let Some(name) = line.strip_prefix("# ") {
                name.trim().clone_into(&mut page.name);
            } else if let Some(name) = line.strip_prefix("## ") {
                name.trim().clone_into(&mut heading);
            } else if line.trim_end() == "```yaml" {
                let block: Vec<(usize, &str)> =
                    lines.by_ref().take_while(|(_, line)| line.trim_end() != "```").collect();
                let first = block.first().map_or(0, |line| line.0);
                let block: Vec<&str> = block.into_iter().map(|line| line.1).collect();
                page.cases.push(case(&heading, &block, first + 1));
            } else if line.starts_with("```") {
                for _ in lines.by_ref().take_while(|(_, line)| line.trim_end() != "```") {}
            }
        }
        page
    }
}

fn case(name: &str, block: &[&str], page_line: usize) -> Case {
    let document = block
        .iter()
        .any(|line| DOCUMENT_KEYS.iter().any(|key| line.strip_prefix(key).is_some_and(|rest| rest.starts_with(':'))));
    let (mut facts, indent) = if document { (String::new(), "") } else { (HEADER.to_owned(), "  ") };
    let added_lines = facts.lines().count();
    let mut marks = Vec::new();
    for (index, line) in block.iter().enumerate() {
        if !line.trim().is_empty() {
            facts.push_str(indent);
        }
        facts.push_str(line);
        facts.push('\n');
        marks.extend(line_marks(line, index + 1 + added_lines));
    }
    Case { name: name.to_owned(), facts, added_lines, page_line, marks }
}

/// The marks behind a line; several are separated by `,`.
fn line_marks(line: &str, number: usize) -> Vec<Mark> {
    let mut marks = Vec::new();
    for (word, expectation) in [("# expect: ", Expectation::Fires), ("# ok: ", Expectation::Silent)] {
        for (at, _) in line.match_indices(word) {
            let rest = line[at + word.len()..].split('#').next().unwrap_or_default();
            marks.extend(rest.split(',').map(|rule| Mark { line: number, expectation, rule: rule.trim().to_owned() }));
        }
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_map_gets_a_header_and_marks_keep_their_lines() {
        let page = Page::parse(
            "# some-rule\n\nWhy.\n\n## It fires\n\n```yaml\na: { at: 1, says: x y z }   # expect: some-rule\nb: { at: 1, says: x y z }   # ok: other-rule, third-rule\n```\n\n## A document\n\n```yaml\nsource: { id: s }\n```\n",
        );
        assert_eq!(page.name, "some-rule");
        let case = &page.cases[0];
        assert_eq!((case.name.as_str(), case.added_lines, case.page_line), ("It fires", 2, 8));
        assert!(case.facts.ends_with("  b: { at: 1, says: x y z }   # ok: other-rule, third-rule\n"));
        let marks: Vec<_> = case.marks.iter().map(|m| (m.line, m.expectation, m.rule.as_str())).collect();
        let expected = [
            (3, Expectation::Fires, "some-rule"),
            (4, Expectation::Silent, "other-rule"),
            (4, Expectation::Silent, "third-rule"),
        ];
        assert_eq!(marks, expected);
        assert_eq!(page.cases[1].facts, "source: { id: s }\n");
    }
}
