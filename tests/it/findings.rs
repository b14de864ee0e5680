//! What findings say: messages, labels, help and places.

use std::fmt::Write as _;

use gainsay::engine::cases;
use gainsay::findings::{Finding, ProofKind, ProofTree};

use super::common::{check, check_facts};

/// Claims of one source of December 2015, read together with the words of `facts/` and of the cases: the message and the
/// help of each finding of the rule.
fn says(rule: &str, claims: &str) -> Vec<String> {
    let claims = format!("source: {{ id: case, author: bloomberg, published: 2015-12 }}\nclaims:\n{claims}");
    let mut files = cases::builtin_vocabulary();
    files.push(("case.yaml".to_owned(), claims));
    let borrowed: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let outcome = check(&borrowed);
    assert!(!outcome.stopped, "{:?}", outcome.diagnostics);
    let of_rule = outcome.findings.iter().filter(|finding| *finding.rule == *rule);
    let labels = |finding: &Finding| -> Vec<String> {
        finding.locations.iter().filter(|place| place.number.is_some()).map(|place| place.label.clone()).collect()
    };
    let described = |finding: &Finding| {
        let help = finding.help.clone().unwrap_or_default();
        format!("{} | {} | {help}", finding.message, labels(finding).join("; "))
    };
    of_rule.map(described).collect()
}

#[test]
fn messages_and_help_fit_what_is_reported() {
    let reports =
        |rule: &str, claims: &str, expect: &[&str]| assert_eq!(says(rule, claims), expect, "{rule}\n{claims}");
    let opposed =
        "  a: { at: 1, says: us demands assad-goes, mode: demand }\n  b: { at: 2, says: iran wants assad-stays }\n";
    let camps = "claims place Iran and United States on opposite sides of \"Assad's fate\" | United States, for: Assad goes; \
                 Iran, against: Assad goes | nothing to correct: this lists the camps; allow it once for the question";
    reports("goals-oppose", opposed, &[camps]);
    let differ = "  a: { at: 1, says: russia not shares-interest iran (topic=assad-fate), mode: judgement }\n  \
                  b: { at: 2, says: russia partner-of iran }\n";
    let diverge = "Iran and Russia have a friendly tie, and claims say that they differ, or may differ, on Syria | Bloomberg: \
                   certain; Bloomberg | if the tie and the difference belong to different times, date both with `holds`; or allow it: \
                   friends may differ";
    reports("ally-interests-diverge", differ, &[diverge]);
    let soon = "  a: { at: 1, says: iran-russia-ties grows, mode: prediction, by: soon }\n";
    let no_date = "`by` gives no date: `iran-russia-ties grows` | not a date | put a date under `by`, or add `resolves` with \
                   a criterion";
    reports("no-horizon", soon, &[no_date]);
    let promised = "  a: { at: 1, who: putin, says: russia provides money, mode: commitment, by: soon }\n";
    reports("no-horizon", promised, &[&no_date.replace("iran-russia-ties grows", "russia provides money")]);
    let never = "  a: { at: 1, says: iran-russia-ties grows, mode: prediction }\n";
    let no_horizon =
        "nothing says by when: `iran-russia-ties grows` | no horizon | add `by: DATE`, or `resolves` with a criterion";
    reports("no-horizon", never, &[no_horizon]);
    let relayed = "  a: { at: 1, via: [fars, unnamed-reports], says: syria-war killed syrians }\n";
    let unnamed = "this comes from unattributed reports, a source without a name: `syria-war killed syrians` | no name | put \
                   a name under `via`; if the text gives none, allow it with a reason";
    reports("anonymous-source", relayed, &[unnamed]);
    let late = "  a: { at: 1, says: iran needs money, said: 2016-03 }\n";
    let impossible = "said after its source was published: `iran needs money` | later than 2015-12-31 | correct `said`, or \
                      `published` of the source";
    reports("impossible-dates", late, &[impossible]);
    let early = "  a: { at: 1, says: iran attends paris-talks, mode: prediction, by: 2015-11 }\n";
    let due = "due before it was said: `iran attends paris-talks` | earlier than 2015-12-01 | correct `by` or `said`";
    reports("impossible-dates", early, &[due]);
    let mismatch = "  a: { at: 1, says: recession betrays iran }\n";
    let kind = "`betrays` is not meant for \"recession\" as its subject | kind: condition | check the word order, or add the kind \
                of \"recession\" to `from` of `betrays`";
    reports("kind-mismatch", mismatch, &[kind]);
}

#[test]
fn what_is_said_three_times_is_one_finding() {
    let claims = ["a", "b", "c"].map(|slug| format!("  {slug}: {{ at: 1, says: iran needs money }}\n")).concat();
    let found = says("near-duplicate", &claims);
    assert!(matches!(&found[..], [one] if one.contains("| once; again; again |")), "{found:?}");
}

/// The drawn places of each finding of the rule: what is underlined, and the text under it.
fn places(rule: &str, text: &str) -> Vec<Vec<String>> {
    let outcome = check(&[("case.yaml", text)]);
    assert!(!outcome.stopped, "{:?}", outcome.diagnostics);
    let of_rule = outcome.findings.iter().filter(|finding| *finding.rule == *rule);
    let drawn = |finding: &Finding| -> Vec<String> {
        let drawn = finding.locations.iter().filter(|place| place.is_drawn());
        drawn.map(|place| format!("{}: {}", outcome.sources.text(place.span), place.label)).collect()
    };
    of_rule.map(drawn).collect()
}

#[test]
fn predicates_names_and_sources_are_underlined_once_where_they_are_declared() {
    let words = "predicates:\n  likes: { implies: [bears], contrary: [bears] }\n  bears: {}\n  equals: { contrary: [equals] }\n";
    let found = places("incoherent-vocabulary", words);
    let likes = ["likes: it implies what it excludes", "bears: this one"];
    assert_eq!(found, [likes.map(str::to_owned).to_vec(), vec!["equals: it excludes itself".to_owned()]]);
    let circle = "predicates:\n  one: { before: [two] }\n  two: { before: [three] }\n  three: { before: [one] }\n";
    assert_eq!(places("incoherent-vocabulary", circle), [["one: it comes before itself", "two: this one"]]);
    let people = "roles: { mayor: { one-holder: true } }\nentities:\n  city: { kind: place }\n  \
                  ann: { kind: person, roles: [{ as: mayor, of: city }] }\n  \
                  bob: { kind: person, roles: [{ as: mayor, of: city }] }\n";
    assert_eq!(places("two-holders", people), [["ann: mayor", "bob: mayor"]]);
    let source = |id: &str, from: &str| {
        format!("---\nsource: {{ id: {id}, author: paper, published: 2015-12, from: [{from}] }}\n")
    };
    let circle =
        ["entities: { paper: { kind: outlet } }\n", &source("p", "q"), &source("q", "r"), &source("r", "p")].concat();
    assert_eq!(places("circular-sourcing", &circle), [["p: draws on q", "q: draws on r", "r: draws on p"]]);
}

/// The given facts of a proof that no place of the finding stands for.
fn without_place(tree: &ProofTree, out: &mut Vec<String>) {
    // The day of the report is nobody's claim.
    if tree.kind == ProofKind::Given && tree.location.is_none() && !tree.fact.starts_with("today(") {
        out.push(tree.fact.clone());
    }
    for premise in &tree.premises {
        without_place(premise, out);
    }
}

#[test]
fn every_finding_can_be_traced_to_the_claims_and_vocabulary_lines_it_rests_on() {
    let outcome = check_facts();
    assert!(!outcome.findings.is_empty());
    for finding in &outcome.findings {
        let mut lost = Vec::new();
        without_place(&finding.proof, &mut lost);
        assert!(lost.is_empty(), "{}: {lost:?}", finding.rule);
        for claim in &finding.claims {
            let place = finding.locations.iter().find(|location| location.claim.as_ref() == Some(claim));
            assert!(place.is_some(), "{} shows no place of {claim}", finding.rule);
        }
        for location in &finding.locations {
            assert!(!outcome.sources.text(location.span).is_empty(), "{}: an empty place", finding.rule);
        }
    }
}

#[test]
fn claims_that_all_clash_with_each_other_are_counted_and_not_described() {
    let words = "entities:\n  paper: { kind: outlet }\n  russia: { kind: state }\n  iran: { kind: state }\n";
    let mut claims = format!("{words}---\nsource: {{ id: s, author: paper, published: 2015-12 }}\nclaims:\n");
    for number in 0..460 {
        let not = if number % 2 == 0 { "" } else { "not " };
        writeln!(claims, "  c{number}: {{ at: 1, says: russia {not}supports iran }}").unwrap();
    }
    let outcome = check(&[("claims.yaml", &claims)]);
    assert!(outcome.stopped && outcome.findings.is_empty());
    let [problem] = &outcome.diagnostics[..] else { panic!("{:?}", outcome.diagnostics) };
    assert_eq!(problem.code, "too-many-findings");
    assert_eq!(problem.primary.text, "105800 of them");
}
