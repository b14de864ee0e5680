//! A rule is only as good as its page: each clause and each condition taken out of it must be missed by some case.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use gainsay::base::Level;
use gainsay::datalog::ast::Program;
use gainsay::engine::{self, Rules, cases};
use gainsay::lints::{Page, builtin};

/// A rule file and what is needed to run its page.
struct Subject {
    path: &'static str,
    page: Page,
    rules: Rules,
}

impl Subject {
    /// The rule with all rules that its page names, and no others.
    fn of(path: &'static str) -> Self {
        let page = path.replace(".dl", ".md");
        let page = Page::parse(builtin::text(&page).unwrap_or_else(|| panic!("no page for {path}")));
        let named: BTreeSet<&str> =
            page.cases.iter().flat_map(|case| &case.marks).map(|mark| mark.rule.as_str()).collect();
        let is_named = |other: &&str| {
            let stem = other.rsplit('/').next().and_then(|name| name.strip_suffix(".dl"));
            *other == path || stem.is_some_and(|stem| named.contains(stem))
        };
        let entries: Vec<String> = builtin::rule_paths().filter(is_named).map(str::to_owned).collect();
        let rules = engine::load_rules(&entries, &|path| builtin::text(path).map(str::to_owned));
        Self { path, page, rules }
    }

    /// Whether a case fails, or the program cannot run at all.
    fn notices(&self, program: Program, vocabulary: &[(String, String)]) -> bool {
        let mut rules = self.rules.clone();
        rules.program = program;
        let fails = |case| cases::check(case, vocabulary, &rules).is_ok_and(|failures| !failures.is_empty());
        // A lone variable is only a warning: the program runs without the condition.
        let broken = engine::rule_problems(&rules).iter().any(|problem| problem.level == Level::Error);
        broken || self.page.cases.iter().any(fails)
    }

    /// The clauses and conditions of the rule's own file that no case misses.
    fn unneeded(&self, vocabulary: &[(String, String)], out: &mut String) {
        assert!(!self.notices(self.rules.program.clone(), vocabulary), "{} fails as it stands", self.path);
        for (index, clause) in self.rules.program.clauses.iter().enumerate() {
            if !self.rules.sources.file(clause.span.file).path.ends_with(self.path) {
                continue;
            }
            let mut without = self.rules.program.clone();
            without.clauses.remove(index);
            if !self.notices(without, vocabulary) {
                writeln!(out, "{}: all of {}", self.path, clause.head).unwrap();
            }
            for (condition, literal) in clause.body.iter().enumerate() {
                let mut without = self.rules.program.clone();
                without.clauses[index].body.remove(condition);
                if !self.notices(without, vocabulary) {
                    writeln!(out, "{}: {literal} of {}", self.path, clause.head).unwrap();
                }
            }
        }
    }
}

#[test]
#[ignore = "runs each page once per condition of its rule: minutes; `cargo test --release --test it mutations -- --ignored`"]
fn each_condition_of_each_rule_is_missed_by_a_case_when_it_is_gone() {
    let vocabulary = cases::builtin_vocabulary();
    let mut unneeded = String::new();
    for path in builtin::rule_paths() {
        Subject::of(path).unneeded(&vocabulary, &mut unneeded);
    }
    assert!(unneeded.is_empty(), "no case needs these conditions:\n{unneeded}");
}
