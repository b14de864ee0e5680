//! What claims say, normalised and without their ids: by this an edit of a claim is told from a move.

use crate::base::{DayRange, Pool, date};
use crate::facts::{Behalf, Claim};

use super::fingerprint::Fingerprint;

/// What a claim says: the parts in which an edit makes other evidence of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence {
    /// The speakers.
    pub who: String,
    /// On whose behalf; empty where that follows from their offices.
    pub behalf: String,
    /// The propositions with their signs, and the qualifiers.
    pub says: String,
    /// The mode.
    pub mode: String,
    /// The bounds of its certainty in thousandths.
    pub sure: String,
    /// The first and the last day on which it may have been said.
    pub said: String,
    /// The days for which it is meant; empty where none are written.
    pub holds: String,
}

impl Evidence {
    /// What a claim says.
    #[must_use]
    pub fn of(claim: &Claim, pool: &Pool) -> Self {
        let names = |names: &mut Vec<&str>| {
            names.sort_unstable();
            names.join("+")
        };
        let behalf = match &claim.behalf {
            Behalf::FromRoles => String::new(),
            Behalf::Private(_) => "none".to_owned(),
            Behalf::Principals(principals) => names(&mut principals.iter().map(|name| pool.text(name.value)).collect()),
        };
        Self {
            who: names(&mut claim.who.iter().map(|who| pool.text(who.value)).collect()),
            behalf,
            says: says(claim, pool),
            mode: pool.text(claim.mode.value).to_owned(),
            sure: format!("{}..{}", claim.sure.low, claim.sure.high),
            said: days(claim.said.value),
            holds: claim.holds.map_or_else(String::new, |holds| days(holds.value)),
        }
    }

    /// The parts, with the fields that they come from.
    #[must_use]
    pub fn parts(&self) -> [(&'static str, &str); 7] {
        [
            ("who", &self.who),
            ("for", &self.behalf),
            ("says", &self.says),
            ("mode", &self.mode),
            ("sure", &self.sure),
            ("said", &self.said),
            ("holds", &self.holds),
        ]
    }

    /// The parts in one line.
    #[must_use]
    pub fn line(&self) -> String {
        self.parts().map(|part| part.1).join("|")
    }

    /// The hash of the line.
    #[must_use]
    pub fn hash(&self) -> Fingerprint {
        Fingerprint::of_parts([self.line().as_str()], b'\n')
    }
}

fn says(claim: &Claim, pool: &Pool) -> String {
    let text = |symbol| pool.text(symbol);
    let mut atoms: Vec<String> = claim
        .says
        .atoms
        .iter()
        .map(|atom| {
            let sign = if atom.positive { '+' } else { '-' };
            format!("{sign}{} {} {}", text(atom.subject), text(atom.predicate), text(atom.object))
        })
        .collect();
    atoms.sort_unstable();
    let mut qualifiers: Vec<String> =
        claim.says.qualifiers.iter().map(|q| format!("{}={}", text(q.key.value), text(q.value.value))).collect();
    qualifiers.sort_unstable();
    format!("{} ({})", atoms.join("; "), qualifiers.join(" "))
}

fn days(range: DayRange) -> String {
    format!("{}..{}", date::iso(range.first), date::iso(range.last))
}
