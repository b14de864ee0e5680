//! How findings follow the claims: each claim of both articles is dropped, flipped, weakened and dated ten years earlier,
//! and the table of what that changes is a snapshot, to be read when it changes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use gainsay::base::fs::Memory;
use gainsay::config::Config;
use gainsay::engine::{self, Rules};
use gainsay::findings::Finding;
use serde_yaml::{Mapping, Value};

use super::common::{TODAY, each, snapshot, text};

const WORDS: [&str; 2] = ["facts/entities.yaml", "facts/vocabulary.yaml"];
const ARTICLES: [&str; 2] = ["facts/bloomberg-2015.yaml", "facts/specialeurasia-2021.yaml"];

/// The fields of a claim that hold dates, all of which move.
const DATES: [&str; 3] = ["said", "holds", "by"];

/// What is done to a claim.
#[derive(Clone, Copy)]
enum Change {
    /// The claim goes, and the links to it go with it.
    Drop,
    /// `not` comes or goes.
    Flip,
    /// Firm becomes `likely`, `likely` becomes `may`; what is hedged stays.
    Weaken,
    /// All its dates are ten years earlier, the day of its source counting as `said`.
    Earlier,
}

impl Change {
    const ALL: [(Self, &str); 4] =
        [(Self::Drop, "drop"), (Self::Flip, "flip"), (Self::Weaken, "weaken"), (Self::Earlier, "earlier")];

    /// Changes a claim of an article; `false` where there is nothing to change.
    fn apply(self, article: &mut Value, slug: &str) -> bool {
        let published = article["source"]["published"].as_str().unwrap().to_owned();
        let claims = article["claims"].as_mapping_mut().unwrap();
        match self {
            Self::Drop => {
                claims.remove(slug);
                claims.values_mut().for_each(|claim| unlink(claim, slug));
                return true;
            }
            Self::Flip => flip(&mut claims[slug]),
            Self::Weaken => {
                let weaker = match claims[slug]["sure"].as_str() {
                    None | Some("certain") => "likely",
                    Some("likely") => "may",
                    Some(_) => return false,
                };
                claims[slug]["sure"] = weaker.into();
            }
            Self::Earlier => {
                let claim = claims[slug].as_mapping_mut().unwrap();
                claim.entry("said".into()).or_insert(published.into());
                for date in DATES {
                    if let Some(written) = claim.get_mut(date) {
                        *written = ten_years_earlier(written).into();
                    }
                }
            }
        }
        true
    }
}

/// Takes a claim out of `because`, the only field of the articles that links claims.
fn unlink(claim: &mut Value, slug: &str) {
    let claim = claim.as_mapping_mut().unwrap();
    let Some(Value::Sequence(premises)) = claim.get_mut("because") else { return };
    for premise in premises.iter_mut() {
        if let Value::Sequence(together) = premise {
            together.retain(|one| one != slug);
        }
    }
    premises.retain(|premise| premise != slug && premise.as_sequence().is_none_or(|together| !together.is_empty()));
    if premises.is_empty() {
        claim.remove("because");
    }
}

fn flip(claim: &mut Value) {
    let says = claim["says"].as_str().unwrap();
    let (subject, rest) = says.split_once(' ').unwrap();
    let flipped = match rest.strip_prefix("not ") {
        Some(rest) => format!("{subject} {rest}"),
        None => format!("{subject} not {rest}"),
    };
    claim["says"] = flipped.into();
}

/// `2015-11~` becomes `2005-11~`; words such as `soon` stay.
fn ten_years_earlier(date: &Value) -> String {
    let written = date.as_str().map_or_else(|| date.as_u64().unwrap().to_string(), str::to_owned);
    let earlier = |one: &str| match one.get(..3).and_then(|decade| decade.parse::<u32>().ok()) {
        Some(decade) => format!("{}{}", decade - 1, &one[3..]),
        None => one.to_owned(),
    };
    written.split('/').map(earlier).collect::<Vec<_>>().join("/")
}

/// Both articles and the words that they are written in.
struct Articles {
    words: Vec<(&'static str, String)>,
    texts: Vec<(&'static str, Value)>,
}

impl Articles {
    fn read() -> Self {
        let parsed = |path| (path, serde_yaml::from_str(&text(path)).expect("the article loads"));
        Self { words: WORDS.map(|path| (path, text(path))).to_vec(), texts: ARTICLES.map(parsed).to_vec() }
    }

    /// Each claim, by the index of its article.
    fn claims(&self) -> Vec<(usize, String)> {
        let of = |(index, (_, article)): (usize, &(_, Value))| {
            let claims: &Mapping = article["claims"].as_mapping().unwrap();
            claims.keys().map(|slug| (index, slug.as_str().unwrap().to_owned())).collect::<Vec<_>>()
        };
        self.texts.iter().enumerate().flat_map(of).collect()
    }

    /// The findings by what identifies them.
    fn findings(&self, rules: &Rules) -> BTreeMap<String, Finding> {
        let mut files = Memory::new();
        for (path, text) in &self.words {
            files.add(path, text.as_bytes());
        }
        for (path, article) in &self.texts {
            files.add(path, serde_yaml::to_string(article).unwrap());
        }
        let outcome = engine::run(&files, &Config::for_folder(".".into(), TODAY), rules.clone()).unwrap();
        assert!(!outcome.stopped, "{:?}", outcome.diagnostics);
        outcome
            .findings
            .into_iter()
            .map(|finding| (format!("{} {}", finding.rule, finding.fingerprint), finding))
            .collect()
    }

    /// The findings after a change, or `None` where there is nothing to change.
    fn changed(
        &self,
        change: Change,
        (article, slug): &(usize, String),
        rules: &Rules,
    ) -> Option<BTreeMap<String, Finding>> {
        let mut texts = self.texts.clone();
        let changes = change.apply(&mut texts[*article].1, slug);
        changes.then(|| Self { words: self.words.clone(), texts }.findings(rules))
    }
}

/// The claims of a finding besides the changed one, without their sources.
fn others(finding: &Finding, changed: &str) -> String {
    let slug = |id: &String| id.split_once('/').unwrap().1.to_owned();
    let slugs: Vec<String> = finding.claims.iter().map(slug).filter(|slug| slug != changed).collect();
    if slugs.is_empty() { String::new() } else { format!(" with {}", slugs.join(", ")) }
}

/// What came, went and changed, a line each.
fn differences(before: &BTreeMap<String, Finding>, after: &BTreeMap<String, Finding>, changed: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for identity in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
        match (before.get(identity), after.get(identity)) {
            (Some(old), None) => lines.push(format!("- {} {}{}", old.level.name(), old.rule, others(old, changed))),
            (None, Some(new)) => lines.push(format!("+ {} {}{}", new.level.name(), new.rule, others(new, changed))),
            (Some(old), Some(new)) => {
                let claims = |a: &Finding, b: &Finding| {
                    let gone = a.claims.iter().filter(|claim| !b.claims.contains(claim));
                    gone.map(|claim| claim.split_once('/').unwrap().1.to_owned()).collect::<Vec<_>>().join(", ")
                };
                let level = format!("{} to {}", old.level.name(), new.level.name());
                let parts = [("now ", claims(new, old)), ("without ", claims(old, new))];
                let mut parts: Vec<String> = parts
                    .iter()
                    .filter(|(_, claims)| !claims.is_empty())
                    .map(|(word, c)| format!("{word}{c}"))
                    .collect();
                if old.level != new.level {
                    parts.insert(0, level);
                }
                if !parts.is_empty() {
                    lines.push(format!("~ {}: {}", old.rule, parts.join("; ")));
                }
            }
            (None, None) => {}
        }
    }
    lines
}

#[test]
fn what_each_change_of_a_claim_does_to_the_findings() {
    let (articles, rules) = (Articles::read(), engine::builtin_rules());
    let before = articles.findings(&rules);
    let claims = articles.claims();
    let of_claim = |claim: &(usize, String)| {
        Change::ALL.map(|(change, _)| {
            articles.changed(change, claim, &rules).map(|after| differences(&before, &after, &claim.1))
        })
    };
    let mut table = String::new();
    for ((article, slug), changes) in claims.iter().zip(each(&claims, of_claim)) {
        let source = articles.texts[*article].1["source"]["id"].as_str().unwrap();
        writeln!(table, "{source}/{slug}").unwrap();
        for ((_, name), lines) in Change::ALL.iter().zip(changes) {
            let lines = lines.unwrap_or_else(|| vec!["is hedged as it stands".to_owned()]);
            let lines = if lines.is_empty() { vec!["changes nothing".to_owned()] } else { lines };
            for (number, line) in lines.iter().enumerate() {
                writeln!(table, "  {:<8}{line}", if number == 0 { *name } else { "" }).unwrap();
            }
        }
    }
    snapshot("reports", "facts-sensitivity", &table);
}
