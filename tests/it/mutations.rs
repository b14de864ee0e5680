//! A rule is only as good as its page: each clause and each condition taken out of it must be missed by some case.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use gainsay::base::has_errors;
use gainsay::datalog::ast::Program;
use gainsay::engine::{self, Rules, cases};
use gainsay::lints::{Page, builtin};

use super::common::each;

/// What no case misses, and why.
const SPARED: [&str; 81] = [
    // They keep a helper relation small, and hold wherever it is used.
    "rules/contradiction/broken-promise.dl: breach(P, D, _) of beside(P, D)",
    "rules/hygiene/near-duplicate.dl: twice(A, B) of quotes_differ(A, B)",
    "rules/prediction/ignored-counterevidence.dl: speaks_against(C, D) of faced(C, D)",
    "rules/tension/position-shift.dl: position(P, _, _, D, _) of continues(X, P, D)",
    "rules/argument/unanswered-rebuttal.dl: rebuts(E, C) of corrected(C, E)",
    "rules/contradiction/exclusive-value.dl: beyond(A, _, S, P, Y) of taken_in(A, S, P, Y)",
    "rules/contradiction/exclusive-value.dl: qualifier(A, K, V) of placed(B, K, V, Y)",
    "rules/contradiction/exclusive-value.dl: rivals(A, B, S, P, _) of replanned(A, B)",
    "rules/contradiction/impossible-order.dl: both_held(_, B, S, P, _, O) of in_time(B, S, P, O)",
    "rules/contradiction/impossible-order.dl: reversed(A, B, _, _) of other_case(A, B)",
    "rules/contradiction/likelihood-conflict.dl: apart(A, B) of estimated_anew(A, B)",
    "rules/contradiction/misreport.dl: same_atom(A, B, _, _, _) of other_passage(A, B)",
    "rules/contradiction/misreport.dl: same_atom(A, B, _, _, _) of other_time(A, B)",
    "rules/contradiction/numeric-conflict.dl: at_odds(A, B, S, P, O) of between(A, B)",
    "rules/contradiction/misreport.dl: same_content(A, B, _) of addressees(A, B, X, Y)",
    "rules/prediction/prediction-confirmed.dl: fits(C, _, _, _, _) of open_part(C)",
    "rules/prediction/prediction-refuted.dl: horizon(C, _, _) of numbered(C, S, P)",
    "rules/prediction/prediction-refuted.dl: horizon(C, _, _) of two_numbers(C, D, P)",
    "rules/prediction/prediction-refuted.dl: figure(C, S, P, O, K, _, X, _, _) of two_numbers(C, D, P)",
    "rules/prediction/prediction-refuted.dl: two_numbers(C, D, _) of told_then(C, D)",
    "rules/prediction/prediction-refuted.dl: facing(A, B) of elsewhere(A, B)",
    "rules/prediction/rival-forecasts.dl: foretold_and_denied(A, B) of misses(A, B)",
    "rules/prediction/rival-forecasts.dl: foretold_and_denied(A, B) of outlasts(A, B)",
    "rules/prediction/rival-forecasts.dl: foretold_and_denied(A, B) of revised(A, B)",
    "rules/sourcing/false-corroboration.dl: corroborates(A, B) of one_voice(A, B)",
    "rules/sourcing/headline-unsupported.dl: headline(C, _) of borne_out(C)",
    "rules/sourcing/vested-interest.dl: praise(C, S, _, _) of shares_credit(C, W)",
    "rules/tension/certainty-drift.dl: drifts(A, B, _) of narrowed(A, B)",
    "rules/tension/evasion.dl: declines(C, A, _, Q) of takes_side(C, A, Q)",
    "rules/tension/mixed-messages.dl: two_minds(_, _, C, D) of same_voice(C, D)",
    "rules/tension/unbalanced-ties.dl: friend_of_foes(S, A, B, _, _, _) of friend_at_once(S, A, B)",
    "rules/tension/words-vs-deeds.dl: word_and_deed(_, _, C, D) of exempt(C, D)",
    // Without them the same quarrel is reported twice, which the tests of findings see.
    "rules/tension/ally-interests-diverge.dl: A < B of differing(A, B, W, C)",
    "rules/hygiene/near-duplicate.dl: !same(_, A) of near_duplicate(A, B)",
    "rules/tension/goals-oppose.dl: canonical(S) of goals_oppose(Q, A, Z, S, X, C)",
    "rules/tension/goals-oppose.dl: !has_smaller(S) of canonical(S)",
    "rules/tension/goals-oppose.dl: all of has_smaller(S)",
    "rules/contradiction/numeric-conflict.dl: !between(A, B) of numeric_conflict(min(A, B), max(A, B), S, P)",
    "rules/contradiction/numeric-conflict.dl: all of between(A, B)",
    "rules/contradiction/order-cycle.dl: !not_first(D, S, P, K, V, X) of order_cycle(P, X, C)",
    "rules/contradiction/order-cycle.dl: all of not_first(D, X, P, K, V, Y)",
    "rules/prediction/circular-prediction.dl: !earlier_forecast(C) of circular_prediction(C, D, \"part of the circle\")",
    "rules/prediction/circular-prediction.dl: C != D of repeated(C, D)",
    "rules/prediction/circular-prediction.dl: all of earlier_forecast(C)",
    "rules/sourcing/false-corroboration.dl: !echo(_, A) of false_corroboration(A, B)",
    "rules/tension/house-divided.dl: !has_lesser(S) of house_divided(P, Q, X, C, Z, S)",
    "rules/tension/house-divided.dl: all of has_lesser(S)",
    "rules/tension/unbalanced-ties.dl: A < B of friend_of_foes(S, A, B, F, T, K)",
    // Without them a sentence, a label or a second help is added to a finding that is reported anyway.
    "rules/hygiene/dangling-reference.dl: !nearest(N, _) of dangling_reference(C, N, F, \"-\")",
    "rules/prediction/no-horizon.dl: timed(C) of open_ended(C, \"criterion\")",
    "rules/vocabulary/unknown-name.dl: !nearest(N, _) of unknown_name(C, N, F, \"-\")",
    "rules/vocabulary/unknown-predicate.dl: !nearest(P, _) of unknown_predicate(C, P, \"-\")",
    "rules/prediction/prediction-confirmed.dl: !outcome_claim(C, _) of prediction_confirmed(C, C, W, N, X)",
    "rules/prediction/prediction-refuted.dl: !outcome_claim(C, _) of prediction_refuted(C, C, W, N, X, L)",
    "rules/prediction/prediction-refuted.dl: !in_use(C) of on_record(C, \"record\", \"advice\")",
    "rules/prediction/prediction-refuted.dl: K != \"object\" of reported_number(C, D, S, P, O, L, H, M, N)",
    "rules/sourcing/bad-locator.dl: !stands_in(C, _) of bad_locator(C, N, ",
    "rules/sourcing/bad-locator.dl: M > 0 of stands_in(C, M)",
    "rules/sourcing/bad-locator.dl: all of stands_in(C, M)",
    "rules/sourcing/circular-sourcing.dl: derived_from(S, T) of circular_sourcing(R, S, T)",
    "rules/sourcing/circular-sourcing.dl: source_circle(R, T) of circular_sourcing(R, S, T)",
    "rules/sourcing/quote-not-in-source.dl: !quote_nearest(C, _) of quote_not_in_source",
    "rules/sourcing/quote-not-in-source.dl: N > 0 of quote_not_in_source",
    "rules/tension/unbalanced-ties.dl: !friends(A, B, C) of befriends(A, B, \"friendly ties are sought\", C)",
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
    "rules/contradiction/exclusive-value.dl: U > T of replanned(A, B)",
    "rules/contradiction/exclusive-value.dl: V > T of replanned(A, B)",
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
    let paths: Vec<&'static str> = builtin::rule_paths().collect();
    let of_rule = |path: &&'static str| {
        let mut unneeded = String::new();
        Subject::of(path).unneeded(&vocabulary, &mut unneeded);
        unneeded
    };
    let unneeded = each(&paths, of_rule).concat();
    let spared = |line: &&str| SPARED.iter().any(|known| line.starts_with(known));
    let open: Vec<&str> = unneeded.lines().filter(|line| !spared(line)).collect();
    assert!(open.is_empty(), "no case needs these conditions:\n{}", open.join("\n"));
    let gone: Vec<_> = SPARED.iter().filter(|known| !unneeded.lines().any(|line| line.starts_with(**known))).collect();
    assert!(gone.is_empty(), "some case needs these conditions now: {gone:#?}");
}
