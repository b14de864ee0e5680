//! Files that are not YAML, or too much of it: the mistake is shown, the rest is read.

use std::fmt::Write as _;

use super::{WORDS, check, load, one, source};

#[test]
fn an_unclosed_quote_and_a_stray_bracket_cost_their_entries_only() {
    let text = source(concat!(
        "  a: { at: 1, says: us grows }\n",
        "  b: { at: 2, gloss: \"fine\", quote: \"never closed }\n",
        "  c: { at: 3, says: us supports iran, because: [b] }\n",
        "  d: { at: 4, says: us grows ] }\n",
        "  e: { at: 5, says: us meets iran, against: d }\n",
    ));
    let loaded = load(&[&text, WORDS]);
    assert_eq!(
        loaded.diagnostics(),
        ["4:37 yaml-syntax <\"> this quote is never closed", "6:30 yaml-syntax <]> unexpected `]`",]
    );
    let slugs: Vec<_> = loaded.checked.value.claims.iter().map(|claim| loaded.text(claim.slug.value)).collect();
    assert_eq!(slugs, ["a", "c", "e"]);
    assert!(loaded.checked.value.claims.iter().all(|claim| claim.unresolved.is_empty()));
}

#[test]
fn what_is_not_yaml() {
    let wrong =
        |claim: &str, expect: &str| check(&source(&format!("  a: {{ at: 1, says: us grows }}\n{claim}")), &[expect]);
    wrong("  b:\n\tat: 1\n", "5:1 yaml-syntax <\\t> a tab stands where only spaces may stand");
    wrong("  b: { at: 1, says: us grows\n  c: { at: 1, says: us grows }\n", "4:6 yaml-syntax <{> `{` is never closed");
    wrong("  b: { at: 1, says: us grows\n", "4:6 yaml-syntax <{> `{` is never closed");
    wrong("  b:\n    at: 1\n    says: us grows: much\n", "6:19 yaml-syntax <:> `:` cannot stand here, inside a value");
    wrong("  b: { at:1, says: us grows }\n", "4:8 yaml-syntax <at:1> a space is missing behind `at:`");
    wrong("  b: { at 1, says: us grows }\n", "4:8 yaml-syntax <at 1> a `:` is missing behind `at`");
    wrong("  b: { at: 1 says: us grows }\n", "4:14 yaml-syntax <says> a comma is missing before `says`");
    wrong("  b\n    at: 1\n", "4:3 yaml-syntax <b> a `:` is missing behind `b`");
    wrong("  b:\n    at: 1\n   says: us grows\n", "6:4 yaml-syntax <says> this line is not indented as it must be");
    wrong("  b: { at: 1, says: us grows, gloss: @x }\n", "4:38 yaml-syntax <@> `@` cannot begin a value");
    wrong("  b: { at: 1, says: us grows, gloss: \"a\\qb\" }\n", "4:40 yaml-syntax <\\\\q> `\\q` is no escape");
    wrong(
        "  b: { at: 1, says: us grows, gloss: \"a\" b }\n",
        "4:42 yaml-syntax <b> `b` stands behind the closing quote",
    );
}

#[test]
fn a_slip_that_splits_an_entry_is_one_mistake() {
    let says = |line: &str, expect: &[&str]| {
        check(&source(&format!("  a: {{ at: 1, says: us meets iran {line} }}\n")), expect);
    };
    let comma = |place: &str| format!("{place} bad-qualifier <,> qualifiers are separated by spaces, not by `,`");
    says("(in=us, to=iran)", &[&comma("3:41")]);
    says("(in=us, to=iran, from=us), mode: fact", &[&comma("3:41")]);
    says("(in=us), to=iran", &["3:44 unknown-key <to=iran> unknown key `to=iran` in this claim"]);

    let flat =
        "  a:\n  at: 1\n  says: us grows\n  who: us\n  b: { at: 1, says: us grows }\n  c:\n  says: us grows\n  at: 1\n";
    check(
        &source(flat),
        &[
            "4:3 wrong-type <at> `at` stands beside `a`, not below it",
            "9:3 wrong-type <says> `says` stands beside `c`, not below it",
        ],
    );
    let named = "  at: { at: 1, says: us grows }\n  a:\n  says: { at: 1, says: us grows }\n  b:\n";
    check(
        &source(named),
        &[
            "4:3 missing-key <a> this claim has no `at` and no `says`",
            "6:3 missing-key <b> this claim has no `at` and no `says`",
        ],
    );
}

#[test]
fn the_apostrophe_of_a_word_is_doubled() {
    let text =
        source("  a: { at: 1, says: us grows, gloss: 'it's theirs' }\n  b: { at: 1, says: us grows, gloss: 'it's }\n");
    let loaded = load(&[&text, WORDS]);
    let help: Vec<_> =
        loaded.checked.diagnostics.iter().map(|found| found.help.as_deref().unwrap_or_default()).collect();
    assert_eq!(
        help,
        [
            "write `a: { at: 1, says: us grows, gloss: 'it''s theirs' }`",
            "write `b: { at: 1, says: us grows, gloss: 'it''s' }`"
        ]
    );
}

#[test]
fn features_that_are_refused() {
    check(&one("says: &x us grows"), &["3:21 yaml-feature <&x> anchors are not supported"]);
    check(&one("says: *x"), &["3:21 yaml-feature <*x> aliases are not supported"]);
    check(&one("says: !t us grows"), &["3:21 yaml-feature <!t> tags are not supported"]);
    check(&one("says: us grows, <<: { a: b }"), &["3:31 yaml-feature <<<> merge keys are not supported"]);
    check(
        &one("says: us grows, ? [a, b] : c"),
        &["3:33 yaml-feature <[a, b]> a key must be a scalar, found a list or map"],
    );
    check("%YAML 1.2\n---\nentities: {}\n", &["1:1 yaml-feature <%YAML> directives are not supported"]);
}

#[test]
fn control_characters() {
    check(&one("says: us\0grows"), &["3:23 yaml-syntax <\\0> control character U+0000 at byte 83"]);
    check("entities: {}\r", &["1:13 yaml-syntax <\\r> a carriage return stands on its own"]);
    let bells = format!("# {}\n", "\u{7}".repeat(1000));
    assert_eq!(load(&[&bells]).diagnostics().len(), 101);
}

#[test]
fn nothing_to_read() {
    for text in ["", "# only a comment\n", "---\n", "---\n---\n"] {
        let loaded = load(&[text]);
        assert!(!loaded.checked.has_errors(), "{text:?}");
        assert!(loaded.checked.value.claims.is_empty());
    }
    assert_eq!(load(&["# x\n"]).diagnostics(), ["1:1 no-effect <> this file holds no document"]);
}

#[test]
fn a_header_lost_to_a_syntax_error_has_no_follow_ups() {
    let text = "source:\n  id: s\n  author: [us\n  published: 2020\nclaims:\n  c: { at: 1, says: us grows }\n";
    check(text, &["3:11 yaml-syntax <[> `[` is never closed"]);
    let text = "source: { id: s, author: us, published: 2020\nclaims:\n  c: { at: 1, says: us grows, mode: x }\n";
    check(text, &["1:9 yaml-syntax <{> `{` is never closed", "3:37 unknown-value <x> unknown mode `x`"]);
}

#[test]
fn words_lost_to_a_syntax_error_are_not_unknown() {
    let claim = source("  c: { at: 1, says: us grows }\n");
    let text = "entities:\n  us: { kind: state, label: @x }\n  x: { kind: y, part-of: us }\n";
    let loaded = load(&[&claim, text]);
    assert_eq!(loaded.diagnostics(), ["2:29 yaml-syntax <@> `@` cannot begin a value"]);
    let text = "entities: { us: { kind: state }\nsituations: { s: { involves: us } }\n";
    let loaded = load(&[&claim, text]);
    assert_eq!(loaded.diagnostics(), ["1:11 yaml-syntax <{> `{` is never closed"]);
    let text = "qualifiers: { q: [ }\nunits: { parsecs: }}\n";
    let claim = source("  c: { at: 1, says: us grows (q=x n=5parsecs) }\n");
    assert_eq!(load(&[&claim, text]).diagnostics().len(), 2);
}

#[test]
fn a_later_document_is_read_after_a_broken_one() {
    let text = format!(
        "{}---\nsource: {{ id: t, author: us, published: 2020 }}\nclaims:\n  z: {{ at: 1, says: us grows }}\n",
        one("says: [us")
    );
    let loaded = load(&[&text, WORDS]);
    assert_eq!(loaded.diagnostics().len(), 1);
    assert_eq!(loaded.text(loaded.claim("z").id), "t/z");
}

#[test]
fn depth_and_size() {
    let deep = one(&format!("gloss: {}", "[".repeat(10_000)));
    check(&deep, &["3:37 too-large <[> collections are nested more than 16 deep"]);
    let mut ladder = String::new();
    for depth in 0..500 {
        writeln!(ladder, "{}a:", " ".repeat(depth)).unwrap();
    }
    assert!(load(&[&ladder]).checked.diagnostics.iter().any(|found| found.code == "too-large"));
    let long = one(&format!("says: us grows, gloss: {}", "x".repeat((64 << 10) + 1)));
    assert!(load(&[&long, WORDS]).diagnostics()[0].ends_with("this text has 65537 bytes, the limit is 65536"));
    let just = one(&format!("says: us grows, gloss: {}", "x".repeat(64 << 10)));
    check(&just, &[]);
    let key = one(&format!("says: us grows, {}: 1", "k".repeat(129)));
    assert!(load(&[&key, WORDS]).diagnostics()[0].ends_with("this key has 129 bytes, the limit is 128"));
}

#[test]
fn long_lists_of_names() {
    let names = |n: usize| vec!["us"; n].join("+");
    let loaded = load(&[&one(&format!("says: {} grows", names(101))), WORDS]);
    assert!(loaded.diagnostics()[0].ends_with("101 names are joined here, the limit is 100"));
    let loaded = load(&[&one(&format!("says: us grows, who: {}", names(20_000))), WORDS]);
    assert!(loaded.diagnostics()[0].ends_with("20000 names are joined here, the limit is 100"));
    let who = vec!["us"; 300].join(", ");
    let loaded =
        load(&[&one(&format!("says: {} supports iran+syria, who: [{who}]", vec!["self"; 99].join("+"))), WORDS]);
    assert!(loaded.diagnostics()[0].ends_with("this claim has 59400 atoms, the limit is 10000"));
}

#[test]
fn many_mistakes_are_counted_after_a_hundred() {
    let mut claims = String::new();
    for n in 0..250 {
        writeln!(claims, "  c{n}: {{ at: 1, says: us grows, mode: x }}").unwrap();
    }
    let found = load(&[&source(&claims), WORDS]).diagnostics();
    assert_eq!(found.len(), 101);
    assert!(found[100].ends_with("this file has 150 more problems, which are not shown"), "{}", found[100]);
    let mut claims = String::new();
    for n in 0..60 {
        writeln!(claims, "  c{n}: {{ at: 1, says: us grows, gloss: @x }}").unwrap();
    }
    let found = load(&[&source(&claims), WORDS]).diagnostics();
    assert_eq!(found.len(), 21);
    assert!(
        found[20].ends_with("more than 20 entries of this file are not YAML; nothing from here on is read"),
        "{}",
        found[20]
    );
}
