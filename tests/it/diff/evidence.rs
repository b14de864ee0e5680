//! The hash of the evidence: it changes when what a claim says does, and never otherwise.

use std::collections::{BTreeMap, BTreeSet};

use gainsay::base::Day;
use gainsay::facts::schema;
use gainsay::findings::{Evidence, Fingerprint};

use crate::it::common::{Loaded, check, text};

const WORDS: &str = "\
entities:
  a: { kind: state }
  b: { kind: state }
  x: { kind: person }
  y: { kind: person }
  o: { kind: outlet }
predicates: { likes: { doc: likes } }
topics: { t: { label: t }, u: { label: u } }
";

/// The fields of a claim, each with a value, and with another one that means something else.
const FIELDS: [(&str, &str, &str); 29] = [
    ("at", "1", "2"),
    ("who", "x", "y"),
    ("for", "a", "b"),
    ("via", "[x]", "[y]"),
    ("to", "x", "y"),
    ("says", "a likes b (topic=t)", "a likes b (topic=u)"),
    ("mode", "judgement", "fact"),
    ("sure", "likely", "may"),
    ("confidence", "low", "high"),
    ("credibility", "2", "3"),
    ("said", "2015-11", "2015-12"),
    ("holds", "2015", "2014"),
    ("quote", "\"one\"", "\"two\""),
    ("gloss", "\"one\"", "\"two\""),
    ("because", "[other]", "[another]"),
    ("against", "[other]", "[another]"),
    ("asks", "[other]", "[another]"),
    ("despite", "[other]", "[another]"),
    ("undercuts", "[\"other<-another\"]", "[\"other<-third\"]"),
    ("by", "2016", "2017"),
    ("resolves", "\"one\"", "\"two\""),
    ("outcome", "{ is: confirmed, when: 2016 }", "{ is: refuted, when: 2016 }"),
    ("basis", "model", "announced"),
    ("utterance", "warns", "says"),
    ("booster", "clearly", "surely"),
    ("part", "body", "caption"),
    ("rank", "preferred", "deprecated"),
    ("tags", "[one]", "[two]"),
    ("allow", "[{ rule: hearsay, why: known }]", "[{ rule: hearsay, why: \"well known\" }]"),
];

/// The fields that say who says what, how surely and when.
const SAID: [&str; 7] = ["who", "for", "says", "mode", "sure", "said", "holds"];

fn hash(fields: &[(&str, &str)]) -> Fingerprint {
    let fields: Vec<String> = fields.iter().map(|(field, value)| format!("    {field}: {value}\n")).collect();
    let claims = "  other: { at: 1, says: b likes a, because: [another, third] }\n  another: { at: 1, says: b not likes a }\n  \
                  third: { at: 1, says: b likes a }\n";
    let text =
        format!("source: {{ id: s, author: o, published: 2016-01 }}\nclaims:\n{claims}  this:\n{}", fields.concat());
    let loaded = Loaded::of(&[("words.yaml", WORDS), ("claims.yaml", &text)]);
    let claim = loaded.dataset.claim(loaded.pool.find("s/this").unwrap()).unwrap();
    Evidence::of(claim, &loaded.pool).hash()
}

#[test]
fn the_hash_changes_exactly_when_the_claim_says_something_else() {
    let known: BTreeSet<&str> = FIELDS.iter().map(|field| field.0).collect();
    let all: BTreeSet<&str> = schema::CLAIM.iter().map(|field| field.key).collect();
    assert_eq!(known, all, "each field is changed");
    let with = |changed: &str, other: bool| -> Vec<(&str, &str)> {
        let needed = |field: &&(&str, &str, &str)| matches!(field.0, "at" | "says") || field.0 == changed;
        let value = |&(field, value, another): &(&'static str, &'static str, &'static str)| {
            (field, if other && field == changed { another } else { value })
        };
        // What comes of a forecast is told of forecasts only.
        let of_forecasts = matches!(changed, "by" | "resolves" | "outcome" | "basis");
        let mode = of_forecasts.then_some(("mode", "prediction"));
        FIELDS.iter().filter(needed).map(value).chain(mode).collect()
    };
    for (field, ..) in FIELDS {
        let differs = hash(&with(field, false)) != hash(&with(field, true));
        assert_eq!(differs, SAID.contains(&field), "{field}");
    }
}

/// The fingerprints and the evidence of all findings of the project's own data set, with an edit of its claims.
fn found(edit: impl Fn(&str) -> String) -> BTreeMap<Fingerprint, Fingerprint> {
    let names = ["bloomberg-2015", "entities", "specialeurasia-2021", "vocabulary"];
    let texts = names.map(|name| (format!("facts/{name}.yaml"), edit(&text(&format!("facts/{name}.yaml")))));
    let texts: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let outcome = check(&texts);
    assert!(!outcome.stopped, "{:?}", outcome.diagnostics);
    outcome.findings.iter().map(|finding| (finding.fingerprint, finding.evidence)).collect()
}

#[test]
fn fingerprints_survive_rewording() {
    let before = found(str::to_owned);
    // What is quoted and paraphrased, and where it stands, is no part of what is said.
    let reworded = found(|text| {
        let lines = text.lines().map(|line| {
            let is_text = line.trim_start().starts_with("gloss: \"");
            if is_text { line.replacen("gloss: \"", "gloss: \"in other words, ", 1) } else { line.to_owned() }
        });
        lines.map(|line| line + "\n").collect()
    });
    assert_eq!(before, reworded);
    // A claim that becomes less sure keeps the quarrels that it still has, with other evidence.
    let hedged = found(|text| text.replace("sure: may\n", "sure: unlikely\n"));
    let kept: Vec<_> = before.iter().filter(|(print, _)| hedged.contains_key(*print)).collect();
    assert!(kept.len() > 30 && kept.iter().any(|(print, evidence)| hedged[*print] != **evidence));
}

/// A day of the calendar does not matter to what claims say.
#[test]
fn the_day_of_the_report_is_no_part_of_a_fingerprint() {
    let prints = |today: Day| -> BTreeSet<Fingerprint> {
        use gainsay::base::fs::Memory;
        use gainsay::config::Config;
        use gainsay::engine;
        let mut files = Memory::new();
        for name in ["bloomberg-2015", "entities", "specialeurasia-2021", "vocabulary"] {
            files.add(&format!("{name}.yaml"), text(&format!("facts/{name}.yaml")).into_bytes());
        }
        let outcome = engine::run(&files, &Config::for_folder(".".into(), today), engine::builtin_rules()).unwrap();
        outcome.findings.iter().map(|finding| finding.fingerprint).collect()
    };
    assert_eq!(prints(20_778), prints(20_779));
}
