//! The rows of single fields.

use std::fmt::Write as _;

use super::World;

const WORDS: &str = "
kinds: { agent: [actor] }
entities:
  putin: { kind: person, roles: [{ as: president, of: russia, from: 2000-05, to: 2008-05 }] }
  russia: { kind: state, alias: [moscow], part-of: europe }
  iran: { kind: state }
  europe: { kind: place }
  guards: { kind: body, speaks-for: iran }
  paper: { kind: outlet }
roles: { president: { one-holder: true, binds: false } }
situations: { war: { opposite: peace, exhaustive: true, involves: [iran] }, peace: {} }
issues: { outcome-of-war: { members: [war, peace], key: [peace] } }
topics: { gas: { within: [energy] }, energy: {} }
predicates:
  opens-on: { one-value: true, fresh: 10d, stale-after: 1y }
  likes: { contrary: [hates], opposite: ignores, inverse: liked-by, undermined-by: [not hates] }
  hates: {}
  ignores: { from: [state], to: [actor, date], aspect: event, vague: true, aspired: true, tie: friendly, attitude: for }
  liked-by: {}
---
source: { id: s, author: paper, published: 2015-12-01 }
claims:
";

/// The rows of `relation` for one claim `c` of the paper, columns joined by a space.
fn check(claim: &str, relation: &str, expect: &[&str]) {
    let world = World::new(&format!("{WORDS}  c: {{ at: 1, {claim} }}\n"));
    let rows: Vec<String> = world.rows(relation).iter().map(|row| row.join(" ")).collect();
    assert_eq!(rows, expect, "{claim} {relation}");
}

#[test]
fn says_is_distributed_and_turned() {
    check("says: moscow not likes iran+europe", "says", &["s/c russia likes europe -", "s/c russia likes iran -"]);
    check("says: russia likes iran, sure: unlikely", "says", &["s/c russia likes iran -"]);
    check("says: russia likes iran, sure: unlikely", "sure", &["s/c 550 800"]);
    check(
        "who: [putin, guards], says: self opposes war",
        "says",
        &["s/c guards opposes war +", "s/c putin opposes war +"],
    );
    check("says: war obtains (in=europe)", "says", &["s/c war obtains - +"]);
    check("says: war obtains (in=europe)", "qualifier", &["s/c in europe"]);
}

/// The rows of `measure` for claims `a`, `b` and so on, with words of their own.
fn measures(claims: &[&str], expect: &[&str]) {
    let words = "units: { days: {}, weeks: { base: days, factor: 7 }, USD: {}, kUSD: { base: USD, factor: 1e3 } }\n\
        predicates: { lasts: { numeric: object, tolerance: 10% }, costs: {}, killed: { numeric: n, tolerance: 5% } }\n\
        qualifiers: { n: { value: quantity, tolerance: 50% }, paid: { value: quantity, unit: USD }, what: { value: text } }\n";
    let mut text = format!("{words}---{WORDS}");
    for (slug, claim) in ('a'..).zip(claims) {
        writeln!(text, "  {slug}: {{ at: 1, says: {claim} }}").expect("a text takes all");
    }
    let rows: Vec<String> = World::new(&text).rows("measure").iter().map(|row| row.join(" ")).collect();
    assert_eq!(rows, expect, "{claims:?}");
}

#[test]
fn quantities_are_ranks_of_bounds_in_base_units() {
    measures(&["war costs 7days", "war costs 1weeks"], &["s/a object days 0 0", "s/b object days 0 0"]);
    measures(
        &["war costs 5", "war costs 6..7", "war costs 6"],
        &["s/a object - 0 0", "s/b object - 1 2", "s/c object - 1 1"],
    );
    measures(&["war costs 2kUSD", "war costs 1999USD"], &["s/a object USD 1 1", "s/b object USD 0 0"]);
    measures(&["war costs 5USD", "war costs 4days"], &["s/a object USD 0 0", "s/b object days 0 0"]);
    measures(&["war costs 5+2"], &["s/a object - 0 0", "s/a object - 1 1"]);
    measures(&["war obtains (paid=5USD what=\"5USD\")"], &["s/a paid USD 0 0"]);
    measures(&["war costs 2015-12", "war costs \"5\"", "war costs iran", "war obtains"], &[]);
}

#[test]
fn tolerances_widen_to_both_sides() {
    // 90 to 110 against 110, 111 and 89.
    let others = ["war lasts 100", "war costs 110", "war costs 111", "war costs 89"];
    measures(&others, &["s/a object - 1 2", "s/b object - 2 2", "s/c object - 3 3", "s/d object - 0 0"]);
    // The predicate's tolerance only where its number stands; else that of the qualifier; 95 to 105, and 50 to 150.
    let places = ["war killed 100 (n=100)", "war costs 95", "war obtains (n=100)"];
    let ranks = ["s/a n - 1 3", "s/a object - 2 2", "s/b object - 1 1", "s/c n - 0 4"];
    measures(&places, &ranks);
    // Below zero the lower side is further from zero.
    let below = ["war lasts -100", "war costs -110", "war costs -90"];
    measures(&below, &["s/a object - 0 1", "s/b object - 0 0", "s/c object - 1 1"]);
}

#[test]
fn voices() {
    check("says: war obtains", "own_voice", &["s/c"]);
    check("who: putin, says: war obtains", "own_voice", &[]);
    check("who: putin, for: none, says: war obtains", "private", &["s/c"]);
    check("who: putin, for: moscow, says: war obtains", "behalf", &["s/c russia"]);
    check("says: war obtains, via: [guards, putin]", "via", &["s/c 1 guards", "s/c 2 putin"]);
}

/// 2015-12-01 is day 16770.
#[test]
fn valid_time_and_horizon() {
    check("says: russia likes iran", "valid", &["s/c 16770 16770 180"]);
    check("says: instc opens-on 2016-01".replace("instc", "iran").as_str(), "valid", &["s/c 16770 16770 10"]);
    check("says: war obtains, holds: 2015-12-02/2015-12-04", "valid", &["s/c 16771 16773 0"]);
    check("says: war obtains, mode: prediction, by: 2015-12-31", "valid", &["s/c 16770 16800 0"]);
    check("says: war obtains, mode: prediction, by: 2015-12-31", "due", &["s/c 16800 16800"]);
    check("says: war obtains, mode: commitment, by: soon", "vague_due", &["s/c"]);
    check("says: iran opens-on 2015-12-31, mode: commitment", "due", &["s/c 16800 16800"]);
    check("says: iran opens-on 2015-12-31, mode: commitment", "valid", &["s/c 16770 16770 10"]);
    check("says: iran opens-on 2015-12-31", "due", &[]);
    check("says: iran opens-on 2016-01", "usable_until", &["s/c 17135"]);
    check("says: war obtains, holds: always", "usable_until", &["s/c 2932896"]);
}

#[test]
fn names_and_what_needs_no_declaration() {
    let claim = "says: putin opens-on 2015-12-31";
    check(claim, "date", &["2015-12-31 16800 16800"]);
    check(claim, "role", &["putin president russia 11078 13999"]);
    check(claim, "nonbinding", &["president"]);
    check(claim, "single_office", &["president"]);
    check(claim, "part_of", &["russia europe"]);
    check(claim, "speaks_for", &["guards iran"]);
    check(claim, "opposite", &["peace war", "war peace"]);
    check(claim, "exhaustive", &["peace war", "war peace"]);
    check(claim, "issue_member", &["outcome-of-war peace", "outcome-of-war war"]);
    check(claim, "issue_key", &["outcome-of-war peace"]);
    check(claim, "involves", &["war iran"]);
    check(claim, "topic_within", &["gas energy"]);
    check("says: putin likes iran.allies", "role_class", &["iran.allies iran allies"]);
    check("says: putin likes russia", "role_class", &[]);
}

#[test]
fn kinds_are_closed() {
    let world = World::new(
        &format!("{WORDS}  c: {{ at: 1, says: russia likes \"the sea\" }}\n  d: {{ at: 2, says: war lasts 5days }}\n")
            .replace("war lasts", "war likes"),
    );
    let kinds = |name: &str| -> Vec<String> {
        world.rows("kind").into_iter().filter(|row| row[0] == name).map(|row| row[1].clone()).collect()
    };
    assert_eq!(kinds("russia"), ["actor", "agent", "state"]);
    assert_eq!(kinds("europe"), ["place"]);
    assert_eq!(kinds("war"), ["situation"]);
    assert_eq!(kinds("outcome-of-war"), ["issue"]);
    assert_eq!(kinds("\"the sea\""), ["text"]);
    assert_eq!(kinds("5days"), ["quantity"]);
}

#[test]
fn axioms_hold_both_ways() {
    let world = World::new(&format!("{WORDS}  c: {{ at: 1, says: war obtains }}\n"));
    let of = |relation: &str| -> Vec<String> {
        let rows = world.rows(relation);
        rows.iter().filter(|row| row.contains(&"likes".to_owned())).map(|row| row.join(" ")).collect()
    };
    assert_eq!(of("contrary"), ["hates likes", "likes hates"]);
    assert_eq!(of("complement"), ["ignores likes", "likes ignores"]);
    assert_eq!(of("inverse"), ["liked-by likes", "likes liked-by"]);
    assert_eq!(of("undermined_by"), ["likes hates -"]);
}

#[test]
fn links_that_lead_nowhere_are_unresolved_alone() {
    check("says: war obtains, because: [cc]", "premise", &[]);
    check("says: war obtains, because: [cc]", "unresolved", &["s/c because cc"]);
    check("says: wor obtains", "unresolved", &["s/c subject wor"]);
    check("says: wor obtains", "nearest", &["wor war"]);
}

#[test]
fn what_predicates_are_for() {
    let claim = "says: war obtains";
    let of_ignores = |relation: &str, expect: &[&str]| {
        let world = World::new(&format!("{WORDS}  c: {{ at: 1, {claim} }}\n"));
        let rows: Vec<String> = world.rows(relation).iter().map(|row| row.join(" ")).collect();
        let rows: Vec<&str> = rows.iter().filter_map(|row| row.strip_prefix("ignores")).map(str::trim).collect();
        assert_eq!(rows, expect, "{relation}");
    };
    of_ignores("subject_kind", &["state"]);
    of_ignores("object_kind", &["actor", "date"]);
    of_ignores("aspect", &["event"]);
    of_ignores("vague", &[""]);
    of_ignores("aspired", &[""]);
    of_ignores("tie_sign", &["friendly"]);
    of_ignores("attitude", &["for"]);
    check("says: putin opens-on 2015-12-31", "date", &["2015-12-31 16800 16800"]);
    let world = World::new(&format!("{WORDS}  c: {{ at: 1, says: putin opens-on 2015-12-31 }}\n"));
    assert!(world.rows("kind").contains(&vec!["2015-12-31".to_owned(), "date".to_owned()]));
}

#[test]
fn circumstances_are_one_text_whatever_their_order() {
    let of =
        "says: self likes iran (in=europe to=iran), who: [putin, guards], to: [iran, putin], via: paper, for: none";
    let together = "s/c (in=europe) (to=iran) for=none to=iran to=putin via=paper who=guards who=putin";
    check(of, "circumstances", &[together]);
    check(&of.replace("[putin, guards]", "[guards, putin]"), "circumstances", &[together]);
    check(
        "says: war obtains, for: iran, utterance: speech",
        "circumstances",
        &["s/c for=iran utterance=speech who=paper"],
    );
}

#[test]
fn remarks_and_outcomes() {
    check("says: war obtains, quote: \"the very words\"", "quote", &["s/c the very words"]);
    check("says: war obtains", "part", &["s/c body"]);
    check("says: war obtains, part: headline", "part", &["s/c headline"]);
    check("says: war obtains", "published", &["s 16770 16770"]);
    check("says: war obtains, mode: prediction, basis: announced", "basis", &["s/c announced"]);
    check("says: war obtains, mode: prediction, resolves: \"a treaty\"", "resolves", &["s/c a treaty"]);
    let outcome = "outcome: { is: confirmed, when: 2015-12 }";
    check(&format!("says: war obtains, mode: prediction, {outcome}"), "outcome", &["s/c confirmed 16800"]);
    check("says: war obtains, rank: deprecated", "rank", &["s/c deprecated"]);
    check("says: war obtains, utterance: speech", "utterance", &["s/c speech"]);
}
