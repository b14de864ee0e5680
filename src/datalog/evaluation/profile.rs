//! What each rule and each stratum cost, for those who want to make a program faster.
//!
//! Goes in: what the evaluation tells while it runs, and the ranks of the rows. Comes out: a [`Profile`].

use std::time::{Duration, Instant};

use crate::datalog::program::{RelationId, RuleId, Stratum};
use crate::datalog::storage::frozen::Frozen;

/// What an evaluation did.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    /// The strata that have rules, lowest first.
    pub strata: Vec<StratumProfile>,
}

/// What the rules of a stratum did together.
#[derive(Clone, Debug)]
pub struct StratumProfile {
    /// The relations.
    pub relations: Vec<RelationId>,
    /// How often rules were run; 1 without recursion.
    pub rounds: u32,
    /// How many rows there are in the end, given ones included.
    pub rows: u64,
    /// Planning, running, sorting and merging.
    pub time: Duration,
    /// The rules, in program order.
    pub rules: Vec<RuleProfile>,
}

/// What a rule did.
#[derive(Clone, Debug)]
pub struct RuleProfile {
    /// The rule.
    pub rule: RuleId,
    /// How many rows it gave, repeated ones included.
    pub derived: u64,
    /// How many rows it was the first to give; of rules in one round, the first in the program. Nothing where a stratum
    /// has so many rules that their numbers do not fit a rank.
    pub kept: Option<u64>,
    /// How long it ran.
    pub time: Duration,
}

/// The rule of a rank that stands for itself and all that come after it.
const LAST: usize = 255;

impl Profile {
    pub(in crate::datalog) fn begin(&mut self, stratum: &Stratum) {
        let rules = stratum.rules.iter().enumerate().map(|(index, &rule)| RuleProfile {
            rule,
            derived: 0,
            kept: (index < LAST || stratum.rules.len() == LAST + 1).then_some(0),
            time: Duration::ZERO,
        });
        self.strata.push(StratumProfile {
            relations: stratum.relations.clone(),
            rounds: 0,
            rows: 0,
            time: Duration::ZERO,
            rules: rules.collect(),
        });
    }

    /// A rule was run, by its place in the stratum.
    pub(in crate::datalog) fn ran(&mut self, index: usize, derived: u64, began: Instant) {
        if let Some(rule) = self.strata.last_mut().and_then(|stratum| stratum.rules.get_mut(index)) {
            rule.derived += derived;
            rule.time += began.elapsed();
        }
    }

    pub(in crate::datalog) fn round(&mut self, round: u32) {
        if let Some(stratum) = self.strata.last_mut() {
            stratum.rounds = round;
        }
    }

    /// A relation of the stratum is complete; its rows have ranks.
    pub(in crate::datalog) fn complete(&mut self, rows: &Frozen) {
        let Some(stratum) = self.strata.last_mut() else { return };
        stratum.rows += rows.view().len() as u64;
        for rank in (0..rows.view().len()).filter_map(|row| rows.rank(row)).filter(|rank| rank >> 8 > 0) {
            let rule = stratum.rules.get_mut((rank & 255) as usize);
            if let Some(kept) = rule.and_then(|rule| rule.kept.as_mut()) {
                *kept += 1;
            }
        }
    }

    pub(in crate::datalog) fn end(&mut self, began: Instant) {
        if let Some(stratum) = self.strata.last_mut() {
            stratum.time = began.elapsed();
        }
    }
}
