//! A rule is only as good as its page: each clause and each condition taken out of it must be missed by some case.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use gainsay::base::has_errors;
use gainsay::datalog::ast::Program;
use gainsay::engine::{self, Rules, cases};
use gainsay::lints::{Page, builtin};

/// What no case misses, and why.
const SPARED: [&str; 28] = [
    // They keep a helper relation small, and hold wherever it is used.
    "rules/contradiction/broken-promise.dl: breach(P, D, _) of beside(P, D)",
    "rules/hygiene/near-duplicate.dl: twice(A, B) of quotes_differ(A, B)",
    "rules/prediction/ignored-counterevidence.dl: speaks_against(C, D) of faced(C, D)",
    "rules/tension/position-shift.dl: position(P, _, _, D, _) of continues(X, P, D)",
    // Without them the same quarrel is reported twice, which the tests of findings see.
    "rules/tension/ally-interests-diverge.dl: A < B of differing(A, B, W, C)",
    "rules/hygiene/near-duplicate.dl: !same(_, A) of near_duplicate(A, B)",
    "rules/tension/goals-oppose.dl: canonical(S) of goals_oppose(Q, A, Z, S, C)",
    "rules/tension/goals-oppose.dl: !has_smaller(S) of canonical(S)",
    "rules/tension/goals-oppose.dl: all of has_smaller(S)",
    // Without them a sentence is added to a finding that is reported anyway.
    "rules/hygiene/dangling-reference.dl: !nearest(N, _) of dangling_reference(C, N, F, \"-\")",
    "rules/prediction/no-horizon.dl: timed(C) of open_ended(C, \"criterion\")",
    "rules/vocabulary/unknown-name.dl: !nearest(N, _) of unknown_name(C, N, F, \"-\")",
    "rules/vocabulary/unknown-predicate.dl: !nearest(P, _) of unknown_predicate(C, P, \"-\")",
    // The proof shows the line of the vocabulary; `!named` says the same.
    "rules/sourcing/anonymous-source.dl: kind(W, \"anonymous\") of anonymous_source(C, W, \"who\")",
    // Other conditions imply them for most data; the rules of the first slice, still to be given cases.
    "rules/contradiction/broken-promise.dl: about(P, Y, _) of breach(P, D, Y)",
    "rules/contradiction/broken-promise.dl: mode(P, \"commitment\") of breach(P, D, Y)",
    "rules/contradiction/broken-promise.dl: lit(D, X, Q, Y, \"+\") of breach(P, D, Y)",
    "rules/contradiction/broken-promise.dl: firm(D) of breach(P, D, Y)",
    "rules/contradiction/broken-promise.dl: F > T of breach(P, D, Y)",
    "rules/contradiction/broken-promise.dl: scope(J, \"within\") of beside(P, D)",
    "rules/contradiction/direct-contradiction.dl: quarrel(A, B) of direct_contradiction(A, B)",
    "rules/contradiction/self-contradiction.dl: who(A, W) of self_contradiction(A, B, W, \"error\")",
    "rules/contradiction/self-contradiction.dl: who(B, W) of self_contradiction(A, B, W, \"error\")",
    "rules/tension/evasion.dl: A != B of evasion(A, B, Q, C, D, T)",
    "rules/tension/position-shift.dl: within(C, X, P) of position_shift(P, Q, C, D, \"firmed up\")",
    "rules/tension/position-shift.dl: F <= B of continues(X, P, D)",
    "rules/tension/promise-vs-doubt.dl: X != Y of promise_vs_doubt",
    "rules/tension/promise-vs-doubt.dl: P != D of promise_vs_doubt",
];

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
        let broken = has_errors(&engine::rule_problems(&rules));
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
                writeln!(out, "{}: all of {}", self.path, clause.heads[0]).unwrap();
            }
            for (condition, literal) in clause.body.iter().enumerate() {
                let mut without = self.rules.program.clone();
                without.clauses[index].body.remove(condition);
                if !self.notices(without, vocabulary) {
                    writeln!(out, "{}: {literal} of {}", self.path, clause.heads[0]).unwrap();
                }
            }
        }
    }
}

#[test]
#[ignore = "runs each page once per condition of its rule: minutes; `cargo test --release --test it mutations -- --ignored`"]
fn each_condition_of_each_rule_is_missed_by_a_case_when_it_is_gone() {
    let vocabulary = cases::builtin_vocabulary();
    // The rules are dealt out to the cores; only what is left of all of them counts, in any order.
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let dealt = |worker: usize| {
        let mut unneeded = String::new();
        for path in builtin::rule_paths().skip(worker).step_by(workers) {
            Subject::of(path).unneeded(&vocabulary, &mut unneeded);
        }
        unneeded
    };
    let unneeded: String = std::thread::scope(|scope| {
        let running: Vec<_> = (0..workers).map(|worker| scope.spawn(move || dealt(worker))).collect();
        running.into_iter().map(|thread| thread.join().expect("a rule fails as it stands")).collect()
    });
    let spared = |line: &&str| SPARED.iter().any(|known| line.starts_with(known));
    let open: Vec<&str> = unneeded.lines().filter(|line| !spared(line)).collect();
    assert!(open.is_empty(), "no case needs these conditions:\n{}", open.join("\n"));
    let gone: Vec<_> = SPARED.iter().filter(|known| !unneeded.lines().any(|line| line.starts_with(**known))).collect();
    assert!(gone.is_empty(), "some case needs these conditions now: {gone:#?}");
}
