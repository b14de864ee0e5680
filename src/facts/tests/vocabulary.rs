//! Vocabulary documents: packs, axioms, hierarchies, rules and patterns.

use super::super::pattern::{shape, shapes};
use super::{WORDS, check, load};

#[test]
fn packs_load_clean_and_are_chosen_by_use() {
    let predicates = |text: &str| load(&[text]).checked.value.vocabulary.predicates.len();
    let both = "use: [gainsay:core, gainsay:world-politics]\n";
    for text in ["entities: {}\n", both, "use: gainsay:world-politics\n", "use: []\n"] {
        assert_eq!(load(&[text]).diagnostics(), [""; 0], "{text}");
    }
    assert_eq!(predicates("use: []\n"), 0);
    assert_eq!(predicates("entities: {}\n"), 24);
    assert_eq!(predicates(both), predicates("use: gainsay:world-politics\n") + 24);
    check("use: [gainsay:finance]\n", &["1:7 unknown-pack <gainsay:finance> no pack `gainsay:finance`"]);
    let loaded = load(&[both]);
    let vocabulary = &loaded.checked.value.vocabulary;
    let arms = vocabulary.predicates.values().find(|p| loaded.text(p.name.value) == "arms").unwrap();
    assert_eq!(arms.proxy.map(|p| loaded.text(p.value)), Some("fights"));
    let grows = vocabulary.predicates.values().find(|p| loaded.text(p.name.value) == "grows").unwrap();
    let undermined: Vec<_> = grows.undermined_by.iter().map(|(p, not)| (loaded.text(p.value), *not)).collect();
    assert_eq!(undermined, [("has-limits", false), ("limits", false), ("strains", false), ("shares-interest", true)]);
    assert_eq!(vocabulary.units.len(), 15);
    assert_eq!(vocabulary.classes.len(), 3);
    assert_eq!(
        loaded.sources.iter().map(|(_, f)| f.path.to_string()).collect::<Vec<_>>(),
        ["a.yaml", "gainsay:core", "gainsay:world-politics"]
    );
}

#[test]
fn an_entry_replaces_the_pack_s_entry_as_a_whole() {
    let loaded = load(&["predicates: { allied-with: { doc: x } }\n"]);
    assert_eq!(loaded.diagnostics(), [""; 0]);
    let vocabulary = &loaded.checked.value.vocabulary;
    let allied = vocabulary.predicates.values().find(|p| loaded.text(p.name.value) == "allied-with").unwrap();
    assert!(allied.symmetric.is_none() && allied.implies.is_empty() && allied.tie.is_none());
    assert_eq!((allied.fresh, allied.stale_after), (180, 730));
}

#[test]
fn axioms_have_places_of_their_own() {
    let loaded = load(&[WORDS]);
    assert_eq!(loaded.diagnostics(), [""; 0]);
    let vocabulary = &loaded.checked.value.vocabulary;
    let starts = vocabulary.predicates.values().find(|p| loaded.text(p.name.value) == "starts").unwrap();
    assert_eq!((starts.fresh, loaded.sources.text(starts.to[0].span)), (180, "date"));
    assert_eq!(loaded.sources.text(starts.span), "starts: { to: [date], fresh: 6m }");
    let paid = vocabulary.qualifiers.values().find(|q| loaded.text(q.name.value) == "paid").unwrap();
    assert_eq!((paid.tolerance, paid.unit.map(|unit| loaded.text(unit.value))), (Some(10_000), Some("USD")));
    let fights = vocabulary.predicates.values().find(|p| loaded.text(p.name.value) == "fights").unwrap();
    assert_eq!(fights.symmetric.map(|span| loaded.sources.text(span)), Some("symmetric: true"));
    let putin = vocabulary.entities.values().find(|e| loaded.text(e.name.value) == "putin").unwrap();
    let role = &putin.roles[0];
    assert_eq!(loaded.sources.text(role.span), "{ as: president, of: russia, from: 2012-05, to: 2018~ }");
    assert_eq!(crate::base::date::iso(role.days.last), "2017-12-31");
    let alias = vocabulary.aliases.iter().map(|(a, o)| (loaded.text(*a), loaded.text(o.value))).collect::<Vec<_>>();
    assert!(alias.contains(&("tehran", "iran")) && alias.contains(&("region", "middle-east")));
}

#[test]
fn what_an_entry_names_must_be_declared() {
    let unknown = |text: &str, expect: &str| check(text, &[expect]);
    unknown(
        "predicates: { p: { implies: [freindly-with] } }\n",
        "1:30 unknown-in-vocabulary <freindly-with> unknown predicate `freindly-with`",
    );
    unknown("predicates: { p: { undermined-by: [not q] } }\n", "1:40 unknown-in-vocabulary <q> unknown predicate `q`");
    unknown("predicates: { p: { needs: [topc] } }\n", "1:28 unknown-in-vocabulary <topc> unknown qualifier `topc`");
    unknown(
        "predicates: { p: { instance-of: russia } }\n",
        "1:33 unknown-in-vocabulary <russia> unknown situation `russia`",
    );
    unknown("predicates: { p: { unit: XYZ } }\n", "1:26 unknown-in-vocabulary <XYZ> unknown unit `XYZ`");
    unknown("entities: { x: { kind: state, part-of: y } }\n", "1:40 unknown-in-vocabulary <y> unknown name `y`");
    unknown(
        "entities: { x: { kind: person, roles: [{ as: boss, of: us }] } }\n",
        "1:46 unknown-in-vocabulary <boss> unknown role `boss`",
    );
    unknown("topics: { x: { within: y } }\n", "1:24 unknown-in-vocabulary <y> unknown topic `y`");
    unknown("issues: { x: { members: [us] } }\n", "1:26 unknown-in-vocabulary <us> unknown situation `us`");
    unknown("units: { x: { base: y } }\n", "1:21 unknown-in-vocabulary <y> unknown unit `y`");
    unknown("units: { x: { base: weeks } }\n", "1:10 bad-quantity <x> `weeks`, the base of `x`, has a base of its own");
    unknown("units: { x: { factor: 0 } }\n", "1:23 bad-quantity <0> `0` is no factor");
    unknown("predicates: { p: { fresh: 6 } }\n", "1:27 bad-duration <6> `6` has no unit");
    unknown("predicates: { p: { tie: cosy } }\n", "1:25 unknown-value <cosy> unknown tie `cosy`");
    unknown("entities: { x: {} }\n", "1:13 missing-key <x> this entity has no `kind`");
    unknown("scale: x\n", "1:8 unknown-scale <x> no scale `x`");
    unknown(
        "scales: { s: { a: [5, 1] } }\n",
        "1:16 bad-certainty <a> a word of a scale needs two numbers from 0 to 1000, the smaller first",
    );
    unknown(
        "entities: { x: { kind: person, roles: [{ as: president, of: us, from: 2015, to: 2014 }] } }\n",
        "1:81 bad-date <2014> `2014` comes no later than the start of the office",
    );
}

#[test]
fn hierarchies_have_no_circles() {
    check(
        "entities: { a: { kind: x, part-of: b }, b: { kind: x, part-of: c }, c: { kind: x, part-of: a } }\n",
        &["1:92 cyclic-hierarchy <a> `a` is part of itself: a, b, c, a"],
    );
    check("topics: { a: { within: a } }\n", &["1:24 cyclic-hierarchy <a> `a` lies within itself: a, a"]);
    check(
        "predicates: { a: { implies: b }, b: { implies: a } }\n",
        &["1:48 cyclic-hierarchy <a> `a` implies itself: a, b, a"],
    );
    check("kinds: { a: [b], b: [a] }\n", &["1:22 cyclic-hierarchy <a> `a` counts as itself: a, b, a"]);
    // A diamond is no circle.
    check("topics: { a: { within: [b, c] }, b: { within: d }, c: { within: d }, d: {} }\n", &[]);
}

#[test]
fn rules_classes_and_patterns() {
    let text = "\
rules: [ \"X supports russia => X wants assad-stays\", \"X grows -> X not fights tehran\" ]
classes: { foes: \"Y hostile-to X\" }
patterns:
  - { rule: promise-vs-doubt, promise: \"X not betrays Y\", doubt: \"X pursues-own-interest\", by: Y }
";
    let loaded = load(&[text, WORDS]);
    assert_eq!(loaded.diagnostics(), [""; 0]);
    let vocabulary = &loaded.checked.value.vocabulary;
    let atom = |atom| shape(atom, |symbol| loaded.text(symbol).to_owned());
    assert_eq!(
        shapes(&vocabulary.rules, |symbol| loaded.text(symbol).to_owned()),
        [
            ("X supports russia".into(), false, "X wants assad-stays".into()),
            ("X grows".into(), true, "X not fights iran".into()),
        ]
    );
    assert_eq!(loaded.sources.text(vocabulary.rules[1].span), "X grows -> X not fights tehran");
    let pattern = &vocabulary.patterns[0];
    assert_eq!(
        (atom(&pattern.promise), atom(&pattern.doubt), pattern.by),
        ("X not betrays Y".into(), "X pursues-own-interest".into(), Some('Y'))
    );
    assert_eq!(pattern.written, "promise: \"X not betrays Y\", doubt: \"X pursues-own-interest\", by: Y");
    let foes = vocabulary.classes.values().find(|c| loaded.text(c.word.value) == "foes").unwrap();
    assert_eq!(atom(&foes.atom), "Y hostile-to X");
}

#[test]
fn what_is_no_rule_or_pattern() {
    let wrong = |text: &str, expect: &str| check(text, &[expect]);
    wrong("rules: [ \"X grows\" ]\n", "1:11 bad-rule <X grows> this rule has neither `->` nor `=>`");
    wrong("rules: [ \"X grows => Z grows\" ]\n", "1:22 bad-rule <Z> `Z` occurs in the conclusion only");
    wrong("rules: [ \"X grows => X\" ]\n", "1:22 bad-rule <X> expected a predicate after `X`");
    wrong("rules: [ \"X grows => X wants Bad\" ]\n", "1:30 bad-rule <Bad> `Bad` is no name");
    wrong("rules: [ \"X grows => X wnts us\" ]\n", "1:24 unknown-in-vocabulary <wnts> unknown predicate `wnts`");
    wrong("rules: [ \"X grows => X wants uss\" ]\n", "1:30 unknown-in-vocabulary <uss> unknown name `uss`");
    wrong(
        "classes: { c: \"us fights Y\" }\n",
        "1:16 bad-rule <us fights Y> a class needs one atom with the owner X and the member Y",
    );
    wrong(
        "rules: [ \"X grows (region=us) => X wants us\" ]\n",
        "1:20 bad-rule <region> an atom has no qualifiers here",
    );
    wrong("rules: [ \"X+Y grows => X wants us\" ]\n", "1:13 bad-rule <Y> an atom has one name on each side");
    wrong(
        "rules: [ \"X grows => self wants us\" ]\n",
        "1:22 bad-rule <self> `self` means nobody here: an atom has no speaker",
    );
    wrong("rules: [ \"X grows => X wants us.foes\" ]\n", "1:30 unknown-in-vocabulary <us.foes> unknown class `foes`");
    wrong(
        "rules: [ \"X grows => X wants 5leagues\" ]\n",
        "1:30 unknown-in-vocabulary <5leagues> unknown unit `leagues`",
    );
    wrong(
        "patterns: [{ rule: promise-vs-doubt, promise: \"X not grows\", doubt: \"X grows\" }]\n",
        "1:48 bad-pattern <X not grows> this promise has no object, so nobody could doubt it",
    );
    wrong("patterns: [{ rule: other }]\n", "1:20 bad-pattern <other> the rule `other` takes no patterns");
    wrong(
        "patterns: [{ rule: promise-vs-doubt, promise: \"X betrays Y\", doubt: \"X grows\", by: Z }]\n",
        "1:84 bad-pattern <Z> `Z` is no variable of this pattern",
    );
    wrong(
        "patterns: [{ rule: promise-vs-doubt, promise: \"X betrays Y\" }]\n",
        "1:12 bad-pattern <{ rule: promise-vs-doubt, promise: \"X betrays Y\" }> this pattern needs a `promise` and a `doubt`",
    );
}

#[test]
fn constants_of_rules_are_whatever_claims_are_about() {
    let text = r#"rules:
  - X supports tehran -> X wants "an end => of -> war"
  - X wants "a b" => X wants us.allies
  - X wants 2015-11 => X wants 5days
"#;
    let loaded = load(&[text, WORDS]);
    assert_eq!(loaded.diagnostics(), [""; 0]);
    let vocabulary = &loaded.checked.value.vocabulary;
    assert_eq!(
        shapes(&vocabulary.rules, |symbol| loaded.text(symbol).to_owned()),
        [
            ("X supports iran".to_owned(), true, "X wants \"an end => of -> war\"".to_owned()),
            ("X wants \"a b\"".to_owned(), false, "X wants us.allies".to_owned()),
            ("X wants 2015-11".to_owned(), false, "X wants 5days".to_owned()),
        ]
    );
    let dates: Vec<_> = vocabulary.dates.keys().map(|&date| loaded.text(date)).collect();
    assert_eq!(dates, ["2015-11"]);
}

#[test]
fn named_patterns() {
    let text = "\
patterns:
  - name: aid-without-means
    when: [ \"X supports Y (topic=Z  region=tehran)\", \"X not  grows\" ]
    say: \"{X} gives {Y}, { as it is }\"
  - { name: b, when: [\"X grows\", \"Y grows\", \"Z grows\", \"W grows\"], level: error, say: s, help: \"ask {W}\" }
";
    let loaded = load(&[text, WORDS]);
    assert_eq!(loaded.diagnostics(), [""; 0]);
    let [first, second] = &loaded.checked.value.vocabulary.named_patterns[..] else { panic!("two patterns") };
    let atoms: Vec<_> =
        first.when.iter().map(|when| shape(&when.atom, |symbol| loaded.text(symbol).to_owned())).collect();
    assert_eq!(
        (loaded.text(first.name.value), atoms),
        ("aid-without-means", vec!["X supports Y".into(), "X not grows".into()])
    );
    let written: Vec<&str> = first.when.iter().map(|when| when.written.as_str()).collect();
    assert_eq!(written, ["X supports Y (topic=Z region=tehran)", "X not grows"]);
    let keys: Vec<_> = first.when[0].qualifiers.iter().map(|(key, _)| loaded.text(*key)).collect();
    assert_eq!(keys, ["topic", "region"]);
    assert_eq!(
        (first.level.as_str(), first.say.value.as_str(), &first.help),
        ("advice", "{X} gives {Y}, { as it is }", &None)
    );
    let help = second.help.as_ref().map(|help| help.value.as_str());
    assert_eq!((second.when.len(), second.level.as_str(), help), (4, "error", Some("ask {W}")));
}

#[test]
fn what_is_no_named_pattern() {
    let wrong = |entry: &str, expect: &str| check(&format!("patterns: [{{ {entry} }}]\n"), &[expect]);
    let two = "when: [\"X grows\", \"Y grows\"]";
    wrong("level: error", "1:12 bad-pattern <{ level: error }> this pattern has no `name`");
    wrong("name: x, say: y", "1:12 bad-pattern <{ name: x, say: y }> this pattern has no `when`");
    wrong(
        &format!("name: x, {two}"),
        "1:12 bad-pattern <{ name: x, when: [\"X grows\", \"Y grows\"] }> this pattern has no `say`",
    );
    wrong(
        &format!("name: x, {two}, say: y, by: X"),
        "1:61 bad-pattern <by> `by` has no meaning in a pattern with `name`",
    );
    wrong(
        "name: x, when: [\"X grows\"], say: y",
        "1:29 bad-pattern <[\"X grows\"]> `when` has one atom, and a pattern has 2 to 4",
    );
    wrong("name: x, when: [], say: y", "1:29 bad-pattern <[]> `when` has no atom, and a pattern has 2 to 4");
    let five = ["\"X grows\""; 5].join(", ");
    wrong(
        &format!("name: x, when: [{five}], say: y"),
        &format!("1:29 bad-pattern <[{five}]> `when` has 5 atoms, and a pattern has 2 to 4"),
    );
    wrong(&format!("name: x, {two}, say: \"a {{Z}}\""), "1:62 bad-pattern <Z> `Z` occurs in `say` only");
    wrong(&format!("name: x, {two}, say: y, help: \"{{Z}}\""), "1:69 bad-pattern <Z> `Z` occurs in `help` only");
    wrong(&format!("name: x, {two}, say: \"{{c1.who}}\""), "1:60 bad-pattern <c1.who> `c1.who` is no variable");
    wrong(&format!("name: x, {two}, say: \"a {{X\""), "1:61 bad-pattern <{X> this brace is not closed");
    wrong(
        "name: x, when: [\"X grows (rgion=us)\", \"X grows\"], say: y",
        "1:40 unknown-qualifier <rgion> unknown qualifier `rgion`",
    );
    wrong(
        "name: x, when: [\"X grows (region=us+tehran)\", \"X grows\"], say: y",
        "1:50 bad-qualifier <tehran> `region` has one value in a pattern",
    );
    wrong(
        "name: x, when: [\"X wnts Y\", \"X grows\"], say: y",
        "1:33 unknown-in-vocabulary <wnts> unknown predicate `wnts`",
    );
    wrong("name: x, when: [\"X\", \"X grows\"], say: y", "1:31 bad-pattern <X> expected a predicate after `X`");
    check(
        &format!("patterns: [{{ name: x, {two}, say: y }}, {{ name: x, {two}, say: y }}]\n"),
        &["1:71 bad-pattern <x> two patterns are named `x`"],
    );
}
