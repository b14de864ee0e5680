//! What is no change: other indents and quotes, another order of claims, other files, other names of files.
//!
//! Random data sets are laid out in random ways, and their findings must stay the same in all that is not a place. Many of
//! their claims serve equally well as bridges, so that a choice by position would show.

use std::collections::BTreeMap;
use std::path::Path;

use gainsay::base::fs::Memory;
use gainsay::config::Config;
use gainsay::engine;
use serde_yaml::{Mapping, Value};

use crate::it::common::{Dice, TODAY, each, files, text};

fn is_yaml(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|ending| ending == "yaml")
}

/// The documents of a data set, as another reader of YAML has them.
fn documents(folder: &str) -> Vec<Value> {
    use serde::Deserialize as _;
    let is_facts = |path: &String| is_yaml(path) && !path.ends_with("gainsay.yaml");
    let paths = files(folder).into_iter().filter(is_facts);
    let texts: Vec<String> = paths.map(|path| text(&format!("{folder}/{path}"))).collect();
    let of_file = |text: &String| {
        let documents = serde_yaml::Deserializer::from_str(text);
        documents.map(|document| Value::deserialize(document).unwrap()).collect::<Vec<_>>()
    };
    texts.iter().flat_map(of_file).filter(|document| !document.is_null()).collect()
}

const WORDS: &str = "\
entities:
  a: { kind: state }
  b: { kind: state }
  c: { kind: state }
  x: { kind: person, roles: [{ as: leader, of: a, from: 2000 }] }
  y: { kind: person }
  z: { kind: outlet }
roles: { leader: { label: leader } }
topics: { t: { label: one thing }, u: { label: another } }
";

/// A data set of which many claims say nearly the same.
fn random(dice: &mut Dice) -> Vec<Value> {
    let mut documents = vec![serde_yaml::from_str(WORDS).unwrap()];
    for source in ["s", "r"] {
        let mut claims = String::new();
        for number in 1..11 + dice.roll(8) {
            let (one, other) = (dice.pick(&["a", "b", "c"]), dice.pick(&["a", "b", "c"]));
            let not = dice.pick(&["", "", "not "]);
            let says = match dice.roll(4) {
                0 => format!("{one} {not}allied-with {other}"),
                1 => format!("{one} {not}cooperates-with {other}"),
                2 => format!("{one} {not}shares-interest {other} (topic={})", dice.pick(&["t", "u"])),
                _ => format!("{one} {not}hostile-to {other}"),
            };
            let who = dice.pick(&["x", "y", "z"]);
            let sure = dice.pick(&["certain", "likely", "may", "unlikely"]);
            let said = dice.pick(&["2015-01", "2015-02-03", "2015"]);
            if one != other {
                let claim = format!("{{ at: {number}, who: {who}, says: \"{says}\", sure: {sure}, said: {said} }}");
                claims.extend(["  k", &number.to_string(), ": ", &claim, "\n"]);
            }
        }
        let header = format!("source: {{ id: {source}, author: z, published: 2015-03, kind: news, grade: B }}\n");
        documents.push(serde_yaml::from_str(&format!("{header}claims:\n{claims}")).unwrap());
    }
    documents
}

/// One layout of the documents: files of random names, in which they stand in a random order, each written in some style.
fn layout(documents: &[Value], dice: &mut Dice) -> Memory {
    let mut documents: Vec<Value> = documents.to_vec();
    for document in &mut documents {
        if let Some(Value::Mapping(claims)) = document.get_mut("claims") {
            let mut entries: Vec<(Value, Value)> = std::mem::take(claims).into_iter().collect();
            dice.shuffle(&mut entries);
            *claims = entries.into_iter().map(|(key, claim)| (key, shuffled(claim, dice))).collect::<Mapping>();
        }
    }
    dice.shuffle(&mut documents);
    let count = 1 + dice.roll(4);
    let names: Vec<String> =
        (0..count).map(|number| format!("{}{number}.yaml", dice.pick(&["a", "deep/z", "m ü"]))).collect();
    let mut texts: BTreeMap<&String, String> = BTreeMap::new();
    for document in &documents {
        let text = texts.entry(&names[dice.roll(count)]).or_default();
        if !text.is_empty() {
            text.push_str("---\n");
        }
        text.push_str(&written(document, dice));
    }
    let mut files = Memory::new();
    for (name, text) in texts {
        files.add(name, text.into_bytes());
    }
    files
}

/// A claim with its fields in another order.
fn shuffled(claim: Value, dice: &mut Dice) -> Value {
    let Value::Mapping(fields) = claim else { return claim };
    let mut fields: Vec<(Value, Value)> = fields.into_iter().collect();
    dice.shuffle(&mut fields);
    Value::Mapping(fields.into_iter().collect())
}

/// A document in block style, in flow style, or indented further.
fn written(document: &Value, dice: &mut Dice) -> String {
    let block = serde_yaml::to_string(document).unwrap();
    // Lists of lists and of maps, and texts of several lines, mean something else when each line is moved.
    let is_simple = |line: &str| {
        let is_item = line.trim_start().starts_with("- ");
        !(is_item && (line.contains(": ") || line.ends_with(':') || line.contains("- - ")))
            && !line.ends_with(['|', '>', '-'])
    };
    let is_plain = block.lines().all(is_simple);
    let indented = |line: &str| " ".repeat(line.len() - line.trim_start().len()) + line + "\n";
    match dice.roll(3) {
        0 => serde_json::to_string_pretty(document).unwrap() + "\n",
        1 if is_plain => block.lines().map(indented).collect(),
        _ => block,
    }
}

/// All that a report says of findings apart from places, by their fingerprints.
fn findings(files: &Memory) -> BTreeMap<String, String> {
    let outcome = engine::run(files, &Config::for_folder(".".into(), TODAY), engine::builtin_rules()).unwrap();
    assert!(!outcome.stopped, "{:?}", outcome.diagnostics);
    let told = |finding: &gainsay::findings::Finding| {
        let gainsay::findings::Finding { rule, level, status, evidence, evidence_of, message, key, claims, .. } =
            finding;
        let text = format!("{rule} {level:?} {status:?} {evidence} {evidence_of:?} {message} {key:?} {claims:?}");
        (finding.fingerprint.to_string(), text)
    };
    outcome.findings.iter().map(told).collect()
}

#[test]
fn findings_do_not_depend_on_the_layout_of_the_data_set() {
    let mut sets: Vec<(Vec<Value>, u64, usize)> =
        vec![(documents("facts"), 1, 3), (documents("tests/datasets/ber"), 2, 2)];
    sets.extend((10..34).map(|seed| (random(&mut Dice(seed)), seed, 2)));
    let found = each(&sets, |(documents, seed, times)| {
        let mut dice = Dice(*seed);
        let first = findings(&layout(documents, &mut dice));
        for _ in 1..*times {
            let other = layout(documents, &mut dice);
            let again = findings(&other);
            for (print, told) in &first {
                assert_eq!(again.get(print), Some(told), "seed {seed}: {other:?}");
            }
            assert_eq!(first.len(), again.len(), "seed {seed}");
        }
        first.len()
    });
    assert!(found.iter().sum::<usize>() > 300, "{found:?}");
}
