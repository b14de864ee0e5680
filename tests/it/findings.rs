//! What the rules say about the two articles, and what they must not say.

use std::collections::{BTreeMap, BTreeSet};

use gainsay::findings::Finding;
use serde::Deserialize;

use super::common::{Relations, check_facts, text};

#[derive(Deserialize)]
struct Expected {
    counts: Counts,
    findings: Vec<ExpectedFinding>,
    traps: Vec<Trap>,
}

#[derive(Deserialize)]
struct Counts {
    claims: usize,
    contradictions: usize,
}

#[derive(Deserialize)]
struct ExpectedFinding {
    id: String,
    rule: String,
    claims: Vec<String>,
    level: String,
}

#[derive(Deserialize)]
struct Trap {
    id: String,
    not: Not,
    claims: Vec<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Not {
    Any(String),
    Of(Vec<String>),
}

fn expected() -> Expected {
    serde_yaml::from_str(&text("tests/inputs/expected.yaml")).expect("the file is right")
}

fn names_all(finding: &Finding, claims: &[String]) -> bool {
    claims.iter().all(|claim| finding.claims.contains(claim))
}

#[test]
fn every_expected_finding_of_the_rules_there_are_is_reported_with_all_its_claims() {
    let outcome = check_facts();
    let rules: BTreeSet<&str> = outcome.lints.iter().map(|lint| &*lint.name).collect();
    let mut looked_at = 0;
    for wanted in expected().findings.iter().filter(|wanted| rules.contains(wanted.rule.as_str())) {
        looked_at += 1;
        let found = outcome.findings.iter().find(|f| *f.rule == *wanted.rule && names_all(f, &wanted.claims));
        let found =
            found.unwrap_or_else(|| panic!("{}: {} with {:?} is missing", wanted.id, wanted.rule, wanted.claims));
        assert_eq!(found.level.name(), wanted.level, "the level of {}", wanted.id);
    }
    assert!(looked_at >= 9, "only {looked_at} expected findings belong to the rules there are");
}

#[test]
fn no_finding_on_the_articles_is_a_surprise() {
    let outcome = check_facts();
    let expected = expected();
    for finding in &outcome.findings {
        let known = expected.findings.iter().any(|e| *e.rule == *finding.rule && names_all(finding, &e.claims));
        assert!(known, "not expected: {} {:?}", finding.rule, finding.claims);
    }
}

#[test]
fn no_trap_is_hit_and_nothing_is_called_a_contradiction() {
    let outcome = check_facts();
    let expected = expected();
    assert!(!outcome.stopped && outcome.diagnostics.is_empty(), "{:?}", outcome.diagnostics);
    assert_eq!(outcome.claims, expected.counts.claims);
    for trap in &expected.traps {
        for finding in outcome.findings.iter().filter(|finding| names_all(finding, &trap.claims)) {
            let forbidden = match &trap.not {
                Not::Any(_) => true,
                Not::Of(groups) => groups.iter().any(|name| name == finding.group.name() || *name == *finding.rule),
            };
            assert!(!forbidden, "{}: {} names {:?}", trap.id, finding.rule, trap.claims);
        }
    }
    let contradictions = outcome.findings.iter().filter(|finding| finding.group.name() == "contradiction").count();
    assert_eq!(contradictions, expected.counts.contradictions);
}

/// Small numbers from a seed (Marsaglia's xorshift), so that the data is the same on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).expect("31 bits") % limit
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }
}

/// A source document of random claims about few names, so that many of them clash.
fn random_claims(random: &mut Random) -> String {
    let mut out = String::from("source: { id: s, author: bloomberg, published: 2015-12 }\nclaims:\n");
    for number in 0..14 {
        let subject = random.pick(&["russia", "iran", "turkey", "russia+turkey"]);
        let predicate = random.pick(&[
            "betrays",
            "supports",
            "opposes",
            "fights",
            "friendly-with",
            "allied-with",
            "hostile-to",
            "at-war-with",
            "at-peace-with",
            "leads",
            "outranks",
            "overtakes",
        ]);
        let object = random.pick(&["russia.allies", "iran", "syria", "armenia", "iran+syria"]);
        let attitude = random.pick(&["wants", "rejects", "demands", "fears"]);
        let situation = random.pick(&["assad-stays", "assad-goes"]);
        let not = random.pick(&["", "", "not "]);
        let says = match random.below(4) {
            0 => format!("{subject} {not}{attitude} {situation}"),
            1 => format!("{situation} {not}obtains"),
            _ if subject == object => format!("{subject} {not}{predicate} syria"),
            _ => format!("{subject} {not}{predicate} {object}"),
        };
        let qualifier = random.pick(&["", "", "", " (in=middle-east)", " (in=syria)", " (except=syria)"]);
        let who =
            random.pick(&["putin", "lavrov", "katz", "ostovar", "jafari", "unnamed-reports", "bloomberg", "rouhani"]);
        let mut fields = vec![format!("at: {number}"), format!("who: {who}"), format!("says: {says}{qualifier}")];
        fields.push(format!(
            "mode: {}",
            random.pick(&["fact", "fact", "judgement", "commitment", "commitment", "demand"])
        ));
        let said = random.pick(&["2013", "2015-01", "2015-06", "2015-11"]);
        fields.push(format!("said: {said}"));
        for (chance, field) in [
            (6, "sure: may"),
            (9, "sure: likely"),
            (9, "sure: very-unlikely"),
            (6, "for: none"),
            (8, "for: iran"),
            (6, "holds: 2013/2015"),
            (9, "via: fars"),
            (12, "rank: deprecated"),
        ] {
            if random.below(chance) == 0
                && !fields.iter().any(|known| known.split(':').next() == field.split(':').next())
            {
                fields.push(field.to_owned());
            }
        }
        if random.below(6) == 0 {
            let settled_by = random.below(14);
            fields.push(format!("outcome: {{ is: refuted, when: 2015-12, claim: c{settled_by} }}"));
        }
        out.push_str(&format!("  c{number}: {{ {} }}\n", fields.join(", ")));
    }
    out
}

/// The group `contradiction` without the rules that look at figures, values and reports instead of clashes.
const OF_CLASHES: [&str; 6] = [
    "self-contradiction",
    "officials-contradict",
    "direct-contradiction",
    "opposite-terms",
    "implied-contradiction",
    "broken-promise",
];

#[test]
fn every_firm_clash_is_reported_by_exactly_one_contradiction_rule() {
    let words = ["facts/entities.yaml", "facts/vocabulary.yaml", "rules/cases.yaml"].map(text);
    let mut clashes = 0;
    let mut by_rule: BTreeMap<String, usize> = BTreeMap::new();
    for seed in 1..=60 {
        let claims = random_claims(&mut Random(seed * 0x9E37_79B9_7F4A_7C15));
        let claims = without_self_reference(&claims);
        let files = [("a.yaml", words[0].as_str()), ("b.yaml", &words[1]), ("c.yaml", &words[2]), ("d.yaml", &claims)];
        let relations = Relations::of(&files);
        let firm: BTreeSet<String> = relations.rows("firm").into_iter().map(|row| row[0].clone()).collect();
        for pair in relations.rows("clash_pair") {
            if !(firm.contains(&pair[0]) && firm.contains(&pair[1])) {
                continue;
            }
            clashes += 1;
            let rules = rules_on(&relations, &pair);
            assert_eq!(rules.len(), 1, "seed {seed}: {pair:?} is reported by {rules:?}\n{claims}");
            *by_rule.entry(rules.first().unwrap().to_string()).or_default() += 1;
        }
    }
    assert!(clashes > 500, "only {clashes} clashes: the data is too tame");
    for rule in OF_CLASHES {
        assert!(by_rule.contains_key(rule), "no clash was for {rule}: {by_rule:?}");
    }
}

/// An outcome may not name its own claim.
fn without_self_reference(claims: &str) -> String {
    let lines = claims.lines().map(|line| {
        let slug = line.trim_start().split(':').next().unwrap_or_default();
        if line.contains(&format!("claim: {slug} }}")) {
            line.replace(&format!(", claim: {slug} }}"), " }")
        } else {
            line.to_owned()
        }
    });
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

/// The rules of clashes whose relations hold the pair, in either order, in their first two columns.
fn rules_on(relations: &Relations, pair: &[String]) -> BTreeSet<&'static str> {
    let holds = |rule: &&str| {
        let rows = relations.rows(&rule.replace('-', "_"));
        rows.iter().any(|row| (row[0] == pair[0] && row[1] == pair[1]) || (row[0] == pair[1] && row[1] == pair[0]))
    };
    OF_CLASHES.into_iter().filter(holds).collect()
}
