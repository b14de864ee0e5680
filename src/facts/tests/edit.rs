//! `allow` entries put into texts of many styles: what is inserted is all that changes.

use serde::Deserialize as _;
use serde_yaml::Value as Oracle;

use super::damage::Random;
use super::{Loaded, WORDS, load, source};
use crate::facts::{AllowEntry, Claim, edited, insert_allow};

fn entry() -> AllowEntry {
    AllowEntry { rule: "evasion".to_owned(), with: vec!["b".to_owned()], why: "known".to_owned(), until: None }
}

const ENTRY: &str = r#"{ rule: evasion, with: b, why: "known" }"#;

/// The claims of a text after the edit, which must load.
fn edit(text: &str, slug: &str) -> String {
    let loaded = load(&[text, WORDS]);
    assert_eq!(loaded.diagnostics(), [""; 0], "{text}");
    let edit =
        insert_allow(text, loaded.claim(slug).slug.span.start as usize, &entry()).unwrap_or_else(|| panic!("{text}"));
    let new = edited(text, &edit);
    assert_eq!(&new[edit.entry.clone()], ENTRY);
    // Without what was inserted the old text is there again.
    let mut old = new.clone();
    for (index, (at, inserted)) in edit.insertions.iter().enumerate().rev() {
        let before: usize = edit.insertions[..index].iter().map(|(_, text)| text.len()).sum();
        assert_eq!(&old[at + before..at + before + inserted.len()], inserted);
        old.replace_range(at + before..at + before + inserted.len(), "");
    }
    assert_eq!(old, text);
    same_but_for_the_entry(&loaded, text, &new, slug);
    new
}

/// What a claim says, without places and without its entries.
fn told(loaded: &Loaded, claim: &Claim) -> String {
    let text = |symbol| loaded.text(symbol);
    let keys: Vec<&str> = claim.written.iter().map(|written| written.key).filter(|key| *key != "allow").collect();
    let gloss = claim.gloss.map(|gloss| text(gloss.value));
    let tags: Vec<&str> = claim.tags.iter().map(|tag| text(tag.value)).collect();
    let says = loaded.sources.text(claim.says.span);
    format!("{} {} {says} {gloss:?} {tags:?} {keys:?}", text(claim.id), text(claim.at.value))
}

fn allowed(loaded: &Loaded, claim: &Claim) -> Vec<(String, Vec<String>)> {
    let owned = |symbol| loaded.text(symbol).to_owned();
    claim.allow.iter().map(|allow| (owned(allow.rule.value), allow.with.iter().copied().map(owned).collect())).collect()
}

fn oracle(text: &str) -> Vec<Oracle> {
    let text = text.trim_start_matches('\u{feff}');
    serde_yaml::Deserializer::from_str(text)
        .map(|document| Oracle::deserialize(document).unwrap_or_else(|error| panic!("{error}: {text}")))
        .collect()
}

/// The value of `allow` in a claim, as a list, which is taken out.
fn without_allow(documents: &mut [Oracle], slug: &str) -> Vec<Oracle> {
    let mut found = Vec::new();
    for document in documents {
        let Some(claim) = document.get_mut("claims").and_then(|claims| claims.get_mut(slug)) else { continue };
        match claim.as_mapping_mut().expect("a claim is a map").remove("allow") {
            Some(Oracle::Sequence(entries)) => found.extend(entries),
            Some(Oracle::Null) | None => {}
            Some(one) => found.push(one),
        }
    }
    found
}

fn same_but_for_the_entry(before: &Loaded, old: &str, new: &str, slug: &str) {
    let after = load(&[new, WORDS]);
    assert_eq!(after.diagnostics(), [""; 0], "{new}");
    assert_eq!(before.checked.value.claims.len(), after.checked.value.claims.len());
    for (claim, now) in before.checked.value.claims.iter().zip(&after.checked.value.claims) {
        assert_eq!(told(before, claim), told(&after, now), "{new}");
        let mut expect = allowed(before, claim);
        if before.text(claim.slug.value) == slug {
            expect.push(("evasion".to_owned(), vec!["s/b".to_owned()]));
        }
        assert_eq!(allowed(&after, now), expect, "{new}");
    }
    let (mut old, mut new) = (oracle(old), oracle(new));
    let (mut before, after) = (without_allow(&mut old, slug), without_allow(&mut new, slug));
    before.extend(oracle(ENTRY));
    assert_eq!((old, before), (new, after));
}

#[track_caller]
fn check(claims: &str, expect: &str) {
    assert_eq!(
        edit(&source(&format!("{claims}  b: {{ at: 2, says: us grows }}\n")), "a"),
        source(&format!("{expect}  b: {{ at: 2, says: us grows }}\n"))
    );
}

#[test]
fn a_claim_in_braces_keeps_its_style() {
    check("  a: { at: 1, says: us grows }\n", &format!("  a: {{ at: 1, says: us grows, allow: [{ENTRY}] }}\n"));
    check("  a: {at: 1, says: us grows,} # c\n", &format!("  a: {{at: 1, says: us grows, allow: [{ENTRY}],}} # c\n"));
    check(
        "  'a': { at: 1,\tsays: 'us grows' } \n",
        &format!("  'a': {{ at: 1,\tsays: 'us grows', allow: [{ENTRY}] }} \n"),
    );
    check(
        "  a: {\n    at: 1,\n    says: us grows # ü, c\n    # d\n   }\n",
        &format!("  a: {{\n    at: 1,\n    says: us grows, # ü, c\n    allow: [{ENTRY}]\n    # d\n   }}\n"),
    );
    check(
        "  a: {\n    at: 1,\n    says: us grows, # c\n   }\n",
        &format!("  a: {{\n    at: 1,\n    says: us grows, # c\n    allow: [{ENTRY}],\n   }}\n"),
    );
    check(
        "  a: { at: 1,\n       says: us grows }\n",
        &format!("  a: {{ at: 1,\n       says: us grows,\n       allow: [{ENTRY}] }}\n"),
    );
    check(
        "  a: { at: 1, says: us grows, gloss: }\n",
        &format!("  a: {{ at: 1, says: us grows, gloss: , allow: [{ENTRY}] }}\n"),
    );
}

#[test]
fn a_claim_with_a_line_for_each_key_gets_two() {
    let lines = format!("    allow:\n      - {ENTRY}\n");
    check(
        "  a:\n    at: 1\n    says: us grows # c\n    # d\n\n",
        &format!("  a:\n    at: 1\n    says: us grows # c\n{lines}    # d\n\n"),
    );
    check(
        "  a:\n    at: 1\n    says: us\n      grows\n",
        &format!("  a:\n    at: 1\n    says: us\n      grows\n{lines}"),
    );
    check(
        "  a:\n    at: 1\n    says: us grows\n    gloss: |\n      x\n\n      y\n\n",
        &format!("  a:\n    at: 1\n    says: us grows\n    gloss: |\n      x\n\n      y\n{lines}\n"),
    );
    check(
        "  a:\n    at: 1\n    says: us grows\n    gloss: |+\n      x\n\n",
        &format!("  a:\n    at: 1\n    says: us grows\n{lines}    gloss: |+\n      x\n\n"),
    );
    check(
        "  a:\n    at: 1\n    says: us grows\n    gloss:\n",
        &format!("  a:\n    at: 1\n    says: us grows\n    gloss:\n{lines}"),
    );
}

#[test]
fn entries_that_are_there_stay() {
    let one = "{ rule: overdue, why: x }";
    check(
        &format!("  a: {{ at: 1, allow: {one}, says: us grows }}\n"),
        &format!("  a: {{ at: 1, allow: [{one}, {ENTRY}], says: us grows }}\n"),
    );
    check(
        &format!("  a: {{ at: 1, allow: [{one}], says: us grows }}\n"),
        &format!("  a: {{ at: 1, allow: [{one}, {ENTRY}], says: us grows }}\n"),
    );
    check(
        "  a: { at: 1, allow: [], says: us grows }\n",
        &format!("  a: {{ at: 1, allow: [{ENTRY}], says: us grows }}\n"),
    );
    check(
        "  a: { at: 1, allow: , says: us grows }\n",
        &format!("  a: {{ at: 1, allow: [{ENTRY}] , says: us grows }}\n"),
    );
    check(
        "  a:\n    allow: # c\n    at: 1\n    says: us grows\n",
        &format!("  a:\n    allow: # c\n      - {ENTRY}\n    at: 1\n    says: us grows\n"),
    );
    check(
        &format!("  a:\n    allow:\n    - {one} # c\n    at: 1\n    says: us grows\n"),
        &format!("  a:\n    allow:\n    - {one} # c\n    - {ENTRY}\n    at: 1\n    says: us grows\n"),
    );
    check(
        "  a:\n    at: 1\n    says: us grows\n    allow:\n      - rule: overdue\n        why: >\n          x\n",
        &format!(
            "  a:\n    at: 1\n    says: us grows\n    allow:\n      - rule: overdue\n        why: >\n          x\n      - {ENTRY}\n"
        ),
    );
    check(
        "  a:\n    allow:\n      rule: overdue # c\n\n      why: x\n        y\n    at: 1\n    says: us grows\n",
        &format!(
            "  a:\n    allow:\n      - rule: overdue # c\n\n        why: x\n          y\n      - {ENTRY}\n    at: 1\n    says: us grows\n"
        ),
    );
    check(
        &format!("  a:\n    at: 1\n    says: us grows\n    allow: [\n      {one},\n     ]\n"),
        &format!("  a:\n    at: 1\n    says: us grows\n    allow: [\n      {one},\n      {ENTRY},\n     ]\n"),
    );
}

#[test]
fn the_last_claim_of_a_file_may_have_no_line_feed() {
    let head = source("  b: { at: 2, says: us grows }\n").replace('\n', "\r\n");
    let text = format!("{head}  a:\r\n    at: 1\r\n    says: us grows");
    assert_eq!(edit(&text, "a"), format!("{text}\r\n    allow:\r\n      - {ENTRY}"));
    let text = format!("{head}  a: {{ at: 1, says: us grows }}");
    assert_eq!(edit(&text, "a"), format!("{head}  a: {{ at: 1, says: us grows, allow: [{ENTRY}] }}"));
}

#[test]
fn words_that_other_readers_take_for_something_else_are_quoted() {
    let text = |why: &str, with: &[&str]| {
        let with = with.iter().map(|&id| id.to_owned()).collect();
        AllowEntry { rule: "r".to_owned(), with, why: why.to_owned(), until: Some("2027-01".to_owned()) }.text()
    };
    assert_eq!(text("a \"b\" \\ c\u{2028}é", &[]), r#"{ rule: r, why: "a \"b\" \\ c\u2028é", until: 2027-01 }"#);
    assert_eq!(text("", &["no", "s/x-1"]), r#"{ rule: r, with: ["no", s/x-1], why: "", until: 2027-01 }"#);
}

/// Keys and values of a claim, in any order.
fn random_keys(random: &mut Random, in_lines: bool) -> Vec<(&'static str, String)> {
    let mut pick = |from: &[&str]| from[random.below(from.len())].to_owned();
    let one = "{ rule: overdue, why: \"}, ]\" }";
    let item = "\n      - rule: overdue\n        why: 'x'";
    let styles = [one.to_owned(), format!("[{one}]"), format!("[ {one}, {one}, ]"), "[]".to_owned()];
    let styles: Vec<&str> =
        styles.iter().map(String::as_str).chain(in_lines.then_some(item)).chain(["none"; 4]).collect();
    let mut keys = vec![("at", "1".to_owned())];
    keys.push(("says", pick(&["us grows", "'us grows'", "\"us \\x67rows\"", "us not supports iran (in=region)"])));
    let gloss = pick(&["'é, it''s # no'", "\"a\\tb\"", "plain ü text", "", "''", "'a: b'", "none"]);
    let tags = pick(&["[a, é]", "x", "[\"]\", '}']", "none"]);
    let quoted = pick(&["allow", "\"allow\""]) == "allow";
    keys.extend([("gloss", gloss), ("tags", tags), (if quoted { "allow" } else { "\"allow\"" }, pick(&styles))]);
    keys.retain(|(_, value)| value != "none");
    for index in (1..keys.len()).rev() {
        keys.swap(index, random.below(index + 1));
    }
    keys
}

const COMMENTS: [&str; 3] = ["", " # c: {", "  # é"];

fn in_braces(random: &mut Random, keys: &[(&str, String)]) -> String {
    let (gap, lines) = (["", " ", "\t"][random.below(3)], random.below(3));
    let mut text = " {".to_owned();
    for (index, (key, value)) in keys.iter().enumerate() {
        let comma = if index + 1 < keys.len() || (!value.is_empty() && random.below(3) == 0) { "," } else { "" };
        // A colon and a comma side by side are a part of a word for the oracle.
        let comma = if value.is_empty() { comma.replace(',', " ,") } else { comma.to_owned() };
        let start = match lines {
            0 => gap.to_owned(),
            1 => format!("{}\n     ", COMMENTS[random.below(3)]),
            _ if index % 2 == 1 => "\n        ".to_owned(),
            _ => " ".to_owned(),
        };
        text.extend([&start, *key, ": ", value, &comma]);
    }
    text + if lines == 1 { "\n   }" } else { " }" } + COMMENTS[random.below(3)]
}

fn in_lines(random: &mut Random, keys: &[(&str, String)]) -> String {
    let mut text = COMMENTS[random.below(3)].to_owned();
    for (key, value) in keys {
        let end = if value.contains('\n') { "" } else { COMMENTS[random.below(3)] };
        text.extend(["\n    ", key, ": ", value, end]);
        if random.below(6) == 0 {
            text.push_str(["\n    # a line", "\n"][random.below(2)]);
        }
    }
    if random.below(4) == 0 {
        text.push_str("\n    quote: |\n      two\n\n       lines");
    }
    text
}

/// A claim in one of many styles.
fn random_claim(random: &mut Random, slug: &str, last: bool) -> String {
    let is_in_braces = random.below(2) == 0;
    let keys = random_keys(random, !is_in_braces);
    let quote = ["", "'", "\""][random.below(3)];
    let value = if is_in_braces { in_braces(random, &keys) } else { in_lines(random, &keys) };
    let end = if last { "" } else { ["\n", "\n\n", "\n  # between\n"][random.below(3)] };
    format!("  {quote}{slug}{quote}:{value}{end}")
}

#[test]
fn an_edit_changes_what_it_says_and_nothing_else() {
    let mut random = Random(0x2545_F491_4F6C_DD1D);
    let mut styles = std::collections::BTreeSet::new();
    for _ in 0..120 {
        let slugs = ["c", "a", "b"];
        let last = random.below(2) == 0;
        let claims: String =
            slugs.iter().enumerate().map(|(index, slug)| random_claim(&mut random, slug, last && index == 2)).collect();
        let mut text = source(&claims);
        if random.below(3) == 0 {
            text = text.replace('\n', "\r\n");
        }
        if random.below(8) == 0 {
            text.insert(0, '\u{feff}');
        }
        let slug = ["c", "a"][random.below(2)];
        let new = edit(&text, slug);
        styles.insert(new.len() - text.len());
    }
    assert!(styles.len() > 5, "many styles are seen: {styles:?}");
}
