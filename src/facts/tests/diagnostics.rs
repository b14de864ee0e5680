//! One mistake, one diagnostic, at its place.

use super::{WORDS, check, load, one, source};

#[test]
fn five_mistakes_of_one_file_are_five_diagnostics() {
    let text = "\
source: { id: s, author: us, published: 2015-13, grade: B }
claims:
  a: { at: 1, says: russia supports syria, qoute: x }
  b: { at: para, says: russia supports syria }
  c: { at: 1, says: russia supports syria, mode: claim }
  d: { at: 1, says: russia not, because: [a, b, c] }
  e: { at: 1, says: russia supports syria }
";
    check(
        text,
        &[
            "1:41 bad-date <2015-13> `2015-13` has no month 13",
            "3:44 unknown-key <qoute> unknown key `qoute` in this claim",
            "4:12 bad-at <para> `para` is no locator",
            "5:50 unknown-value <claim> unknown mode `claim`",
            "6:28 bad-says <not> expected a predicate after `russia not`",
        ],
    );
}

#[test]
fn keys() {
    check(
        &one("says: russia supports syria, says: x"),
        &["3:44 duplicate-key <says> `says` stands twice in this claim"],
    );
    check(
        &source("  c: { at: 1, says: russia supports syria }\n  c: { at: 2 }\n"),
        &["4:3 duplicate-key <c> `c` is defined twice"],
    );
    check(&source("  c: { gloss: x }\n"), &["3:3 missing-key <c> this claim has no `at` and no `says`"]);
    check(&source("  c:\n"), &["3:3 missing-key <c> this claim has no `at` and no `says`"]);
    check("source: { id: s }\n", &["1:1 missing-key <source> this source has no `author` and no `published`"]);
    check("claims: {}\n", &["1:1 missing-key <claims> this document has `claims` and no `source`"]);
    check("nonsense: 1\n", &["1:1 unknown-key <nonsense> unknown key `nonsense` in this document"]);
    check(
        &(source("  c: { at: 1, says: russia supports syria }\n") + "entities: {}\n"),
        &["4:1 unknown-key <entities> unknown key `entities` in a document with claims"],
    );
    check(
        &one("says: us grows, mode: prediction, outcome: { is: void }"),
        &["3:49 missing-key <outcome> this outcome has no `when`"],
    );
}

/// The help of the first diagnostic of a file.
fn help(input: &str) -> String {
    let loaded = load(&[input, super::WORDS]);
    loaded.checked.diagnostics.first().and_then(|found| found.help.clone()).unwrap_or_default()
}

#[test]
fn a_short_key_is_not_mended_into_another_word() {
    let outcome =
        |key: &str| one(&format!("says: us grows, mode: prediction, outcome: {{ is: void, when: 2021, {key}: 3 }}"));
    assert_eq!(help(&outcome("on")), "one of is, when, claim");
    assert_eq!(help(&outcome("clam")), "did you mean `claim`?");
}

#[test]
fn help_for_a_proposition_leads_to_one_that_is_read() {
    let says = |says: &str| help(&one(&format!("says: {says}")));
    assert_eq!(says("us supports iran.Allies"), "write `iran.allies`");
    assert_eq!(says("us +iran supports syria"), "join several names by `+`, without spaces");
    assert_eq!(says("us supports Saudi"), "write `saudi`");
}

#[test]
fn units_that_are_each_the_base_of_the_other() {
    assert_eq!(help("units: { u: { base: v }, v: { base: u } }\n"), "let one of them have no base");
    assert_eq!(help("units: { u: { base: v }, v: { base: w }, w: {} }\n"), "convert `u` to `w`");
}

#[test]
fn types() {
    check(&one("says: [a, b]"), &["3:21 wrong-type <[a, b]> `says` must be text, found a list"]);
    check(
        &one("says: russia supports syria, who: { a: b }"),
        &["3:49 wrong-type <{ a: b }> `who` must be a list of texts, found a map"],
    );
    check(
        &one("says: russia supports syria, tags: [a, [b]]"),
        &["3:54 wrong-type <[b]> an item of `tags` must be text, found a list"],
    );
    check(&source("  c: text\n"), &["3:6 wrong-type <text> this claim must be a map, found text"]);
    check("source: text\n", &["1:9 wrong-type <text> `source` must be a map, found text"]);
    check(
        "- a\n- b\n",
        &["1:1 wrong-type <- a\\n- b> a document must be a map with `source` and `claims`, or with vocabulary"],
    );
    check("text\n", &["1:1 wrong-type <text> a document must be a map with `source` and `claims`, or with vocabulary"]);
}

#[test]
fn identifiers_and_words() {
    check(
        &one("says: russia supports syria, who: Saudi Arabia"),
        &["3:49 bad-identifier <Saudi Arabia> `Saudi Arabia` is no identifier"],
    );
    check(&one("says: russia supports syria, who: us+Iran"), &["3:52 bad-identifier <Iran> `Iran` is no identifier"]);
    check(&one("says: us grows, for: [us, none]"), &["3:41 bad-identifier <none> `none` stands beside names"]);
    check(&one("says: us grows, \"a\\nb\": x"), &["3:32 unknown-key <a\\\\nb> unknown key `a\\nb` in this claim"]);
    check(&one("says: russia supports syria, who: self"), &["3:49 bad-identifier <self> `self` is a reserved word"]);
    check(
        &source("  A b: { at: 1, says: russia supports syria }\n"),
        &["3:3 bad-identifier <A b> `A b` is no identifier"],
    );
    check(&one("says: russia supports syria, rank: best"), &["3:50 unknown-value <best> unknown rank `best`"]);
    check(
        &one("says: us grows, mode: prediction, outcome: { is: yes, when: 2021 }"),
        &["3:64 unknown-value <yes> unknown outcome `yes`"],
    );
    check(
        "predicates: { arms: { symmetric: yes } }\n",
        &["1:34 unknown-value <yes> `symmetric` must be `true` or `false`, found `yes`"],
    );
    check(&one("says: russia supports syria, credibility: 7"), &["3:57 unknown-value <7> unknown credibility `7`"]);
}

#[test]
fn dates_and_certainty() {
    check(
        &one("says: russia supports syria, said: soon"),
        &["3:50 bad-date <soon> `soon` is no date such as 2015, 2015-11 or 2015-11-15"],
    );
    check(
        &one("says: russia supports syria, holds: 2015/2014"),
        &["3:51 bad-date <2015/2014> `2015/2014` ends before it starts"],
    );
    check(&one("says: russia supports syria, holds: always"), &[]);
    check(
        &one("says: russia supports syria, sure: reportedly"),
        &["3:50 bad-certainty <reportedly> `reportedly` is no likelihood"],
    );
    check(
        &one("says: russia supports syria, sure: 80..60%"),
        &["3:50 bad-certainty <80..60%> the range `80..60%` runs backwards"],
    );
    check(
        &one("says: russia supports syria, mode: denial"),
        &["3:50 denial-without-not <denial> a denial must deny something"],
    );
    check(&one("says: russia not supports syria, mode: denial"), &[]);
}

#[test]
fn links() {
    check(&one("says: russia supports syria, because: [c]"), &["3:54 bad-reference <c> a claim cannot support itself"]);
    check(
        &one("says: russia supports syria, because: s/c"),
        &["3:53 bad-reference <s/c> a claim cannot support itself"],
    );
    check(&one("says: russia supports syria, against: A b"), &["3:53 bad-reference <A b> `A b` is no claim id"]);
    check(
        &one("says: russia supports syria, undercuts: \"d <-\""),
        &["3:60 bad-reference <> a claim id is missing here"],
    );
    let several = load(&[&one("says: russia supports syria, via: us+iran"), WORDS]);
    let help: Vec<_> = several.checked.diagnostics.iter().map(|found| found.help.as_deref()).collect();
    assert_eq!(help, [Some("write `[us, iran]`")]);
    check(
        &one("says: russia supports syria, undercuts: c<-c"),
        &[
            "3:55 bad-reference <c> a claim cannot refer to itself",
            "3:58 bad-reference <c> a claim cannot refer to itself",
        ],
    );
    check(&one("says: russia supports syria, undercuts: c"), &["3:55 bad-reference <c> `c` has no `<-`"]);
    let two = source(
        "  c: { at: 1, says: russia supports syria }\n  d: { at: 1, says: us supports syria }\n  e: { at: 1, says: us wants assad-goes, undercuts: c<-d }\n",
    );
    check(&two, &["5:53 no-effect <c<-d> this undercut has no effect: the second claim is no premise of the first"]);
    check(&one("says: russia supports syria, by: 2021"), &["3:44 no-effect <by> `by` has no effect on a fact"]);
    check(
        &one("says: us demands assad-goes, mode: demand, by: 2021"),
        &["3:58 no-effect <by> `by` has no effect on a demand"],
    );
    check(
        &one("says: us grows, mode: conditional, by: 2021"),
        &["3:50 no-effect <by> `by` has no effect where the mode is `conditional`"],
    );
    check(&one("says: russia supports syria, mode: commitment, by: soon"), &[]);
    check(
        &one("says: russia supports syria, allow: [{ rule: x }]"),
        &["3:52 bad-allow <{ rule: x }> an allow needs a reason"],
    );
    check(
        &one("says: russia supports syria, allow: [{ rule: x, why: y, until: never }]"),
        &["3:78 bad-allow <never> `never` is no date such as 2015, 2015-11 or 2015-11-15"],
    );
}

#[test]
fn names_twice() {
    let other = "source: { id: s, author: us, published: 2020 }\n";
    let loaded = load(&[other, other, super::WORDS]);
    assert_eq!(loaded.diagnostics(), ["1:15 duplicate-source <s> the source `s` is defined twice"]);
    assert_eq!(loaded.checked.value.sources.len(), 1);
    check(
        "entities: { iran: { kind: state } }\n",
        &["2:3 duplicate-name <iran> the entity `iran` is declared twice"]
            .map(|_| "4:3 duplicate-name <iran> the entity `iran` is declared twice"),
    );
    check("situations: { russia: {} }\n", &["1:15 duplicate-name <russia> `russia` is an entity and a situation"]);
    check(
        "entities: { congress: { kind: body, alias: [tehran] } }\n",
        &["4:45 alias-collision <tehran> `tehran` means `iran` and `congress`"],
    );
    check(
        "entities: { congress: { kind: body, alias: [israel] } }\n",
        &["1:45 alias-collision <israel> `israel` means `congress` and `israel`"],
    );
    check(
        "entities: { congress: { kind: body, alias: [congress] } }\n",
        &["1:45 alias-collision <congress> `congress` is an alias of itself"],
    );
    check("scale: icd203\n---\nscale: kent\n", &["3:8 duplicate-name <kent> `scale` may be set once in a data set"]);
}

#[test]
fn names_that_nothing_declares_do_not_stop_the_load() {
    let text =
        one("who: putn, via: fars, says: rusia supprts syria+sirya (in=damaskus topic=sirya), because: [x, [c1]]");
    let loaded = load(&[&text, super::WORDS]);
    assert_eq!(loaded.diagnostics(), [""; 0]);
    let claim = loaded.claim("c");
    let found: Vec<String> = claim
        .unresolved
        .iter()
        .map(|u| {
            let near = u.nearest.map_or("-", |near| loaded.text(near));
            format!("{} {} {near} @{}", u.field, loaded.text(u.text.value), loaded.sources.text(u.text.span))
        })
        .collect();
    assert_eq!(
        found,
        [
            "who putn putin @putn",
            "predicate supprts supports @supprts",
            "subject rusia russia @rusia",
            "object sirya syria @sirya",
            "qualifier damaskus - @damaskus",
            "qualifier sirya syria @sirya",
            "because x c @x",
            "because c1 c @c1",
            "via fars - @fars",
        ]
        .map(str::to_owned)
    );
    assert_eq!(claim.because, []);
    assert_eq!(loaded.text(claim.says.atoms[0].subject), "rusia");
}

#[test]
fn a_broken_claim_still_exists_for_references() {
    let text =
        source("  a: { at: 0, says: russia supports syria }\n  b: { at: 1, says: us supports syria, because: [a] }\n");
    let loaded = load(&[&text, super::WORDS]);
    assert_eq!(loaded.diagnostics(), ["3:12 bad-at <0> `0` is no locator"]);
    assert_eq!(loaded.checked.value.claims.len(), 1);
    assert_eq!(loaded.claim("b").unresolved, []);
    assert_eq!(loaded.text(loaded.claim("b").because[0].0.value), "s/a");
}
