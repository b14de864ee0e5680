//! Every firm clash of two claims is reported by exactly one rule of contradiction, whatever the claims are.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::World;

/// The rules that share the firm clashes among them; the first two columns of each are the two claims.
const RULES: [&str; 6] = [
    "self_contradiction",
    "officials_contradict",
    "direct_contradiction",
    "opposite_terms",
    "implied_contradiction",
    "broken_promise",
];

/// Claims in one data set.
const CLAIMS: usize = 80;

const WORDS: &str = "
entities:
  russia: { kind: state }
  iran: { kind: state, part-of: east }
  east: { kind: place }
  putin: { kind: person, roles: [{ as: president, of: russia, from: 2012 }] }
  lavrov: { kind: person, speaks-for: russia }
  katz: { kind: person }
  rumour: { kind: anonymous }
  paper: { kind: outlet }
roles: { president: {} }
situations: { war: { opposite: peace, exhaustive: true }, peace: {} }
predicates:
  leads: { asymmetric: true, implies: [outranks] }
  outranks: { asymmetric: true }
  opens-on: { one-value: true, per: [in] }
  at-war-with: { symmetric: true, opposite: at-peace-with }
  at-peace-with: { symmetric: true }
  guards: { inverse: guarded-by }
  guarded-by: {}
---
source: { id: s, author: paper, published: 2015-12 }
claims:
";

/// Pseudo-random numbers, the same on every run (xorshift).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).expect("31 bits") % sides
    }

    fn pick<'t>(&mut self, words: &[&'t str]) -> &'t str {
        words[self.roll(words.len())]
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.roll(100) < percent
    }

    fn proposition(&mut self) -> String {
        let not = self.pick(&["", " not"]);
        let states = ["russia", "iran", "russia+iran"];
        let mut says = match self.roll(4) {
            0 => format!(
                "{}{not} {} {}",
                self.pick(&states),
                self.pick(&["wants", "demands", "rejects"]),
                self.pick(&["war", "peace"])
            ),
            1 => format!("{}{not} obtains", self.pick(&["war", "peace"])),
            2 => format!("iran{not} opens-on {}", self.pick(&["2015-03", "2015-06", "2015-09"])),
            _ => {
                let ties = "allied-with friendly-with hostile-to leads outranks at-war-with at-peace-with guards guarded-by betrays supports";
                let ties: Vec<&str> = ties.split(' ').collect();
                format!("russia{not} {} {}", self.pick(&ties), self.pick(&["iran", "iran", "russia.allies"]))
            }
        };
        if self.chance(25) {
            let _ = write!(says, " ({})", self.pick(&["in=iran", "in=east", "region=east", "except=east"]));
        }
        says
    }

    fn claim(&mut self, slug: usize, slugs: usize) -> String {
        let mode =
            self.pick(&["fact", "fact", "judgement", "demand", "commitment", "commitment", "commitment", "prediction"]);
        let who = self.pick(&["putin", "lavrov", "katz", "rumour", "paper", "putin+katz"]);
        let mut claim = format!("  c{slug:02}: {{ at: 1, who: {who}, says: {}, mode: {mode}", self.proposition());
        let _ = write!(claim, ", said: 2015-{:02}-{:02}", 1 + self.roll(12), 1 + self.roll(28));
        if self.chance(20) {
            let _ = write!(claim, ", sure: {}", self.pick(&["likely", "may", "unlikely", "very-likely"]));
        }
        if self.chance(15) {
            let _ = write!(claim, ", holds: {}", self.pick(&["2015", "2015-06", "2014"]));
        }
        if mode == "commitment" && self.chance(20) {
            let _ = write!(claim, ", by: {}", self.pick(&["2015-12", "2016", "soon"]));
        }
        if mode == "commitment" && self.chance(40) {
            let other = (slug + 1 + self.roll(slugs - 1)) % slugs;
            let is = self.pick(&["refuted", "refuted", "confirmed"]);
            let _ = write!(claim, ", outcome: {{ is: {is}, when: 2015-12, claim: c{other:02} }}");
        }
        claim.push_str(self.pick(&["", "", "", "", "", "", ", rank: deprecated", ", for: none"]));
        claim + " }\n"
    }
}

/// A data set of random claims, the same for the same seed, which is not 0.
pub(crate) fn random_claims(seed: u64) -> String {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15_u64.wrapping_mul(seed));
    let text: String = (0..CLAIMS).map(|slug| dice.claim(slug, CLAIMS)).collect();
    format!("{WORDS}{text}")
}

#[test]
fn each_firm_clash_is_reported_once() {
    let mut seen = BTreeMap::new();
    for seed in 1..=12 {
        check(&random_claims(seed), &mut seen);
    }
    let seen: Vec<&str> = seen.into_iter().filter(|&(_, times)| times > 9).map(|(rule, _)| rule).collect();
    let mut all = RULES.to_vec();
    all.sort_unstable();
    assert_eq!(seen, all, "the random data must reach every rule");
}

/// Counts in `seen` which rules report the firm clashes of the data set, after making sure that it is one for each.
fn check(text: &str, seen: &mut BTreeMap<&'static str, usize>) {
    let world = World::new(text);
    let firm: BTreeSet<String> = world.rows("firm").into_iter().map(|row| row[0].clone()).collect();
    let mut reports: BTreeMap<(String, String), BTreeSet<&'static str>> = BTreeMap::new();
    for rule in RULES {
        for row in world.rows(rule) {
            let (a, b) = (row[0].clone(), row[1].clone());
            reports.entry(if a < b { (a, b) } else { (b, a) }).or_default().insert(rule);
        }
    }
    for row in world.rows("clash_pair") {
        let pair = (row[0].clone(), row[1].clone());
        if !firm.contains(&pair.0) || !firm.contains(&pair.1) {
            continue;
        }
        let by: Vec<&str> = reports.get(&pair).into_iter().flatten().copied().collect();
        assert_eq!(by.len(), 1, "{pair:?} is reported by {by:?}\n{text}");
        *seen.entry(RULES[RULES.iter().position(|&rule| rule == by[0]).expect("one of them")]).or_default() += 1;
    }
}
