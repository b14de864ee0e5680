//! Proofs that do not rest on a given fact: where a first step is to stand for itself, its premises must not come back
//! to what it proves.
//!
//! A fact to avoid and the facts wanted go in, their lowest steps without it come out. All facts of the same stratum
//! that the wanted ones may rest on are gathered, then settled in the order of their heights (Knuth, "A Generalization
//! of Dijkstra's Algorithm", 1977), so that it is also known which of them cannot do without.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use std::sync::Arc;

use crate::datalog::proofs::heights::{Heights, Step};
use crate::datalog::proofs::work::{GivenUp, Work};
use crate::datalog::storage::fixpoint::Fact;

/// The most uses of rules that are gathered.
const MAX_GATHERED: usize = 50_000;

/// The lowest steps of facts that have a proof without the avoided one; facts of lower strata and given ones have none.
pub(in crate::datalog) type Detours = BTreeMap<Fact, Arc<Step>>;

struct Gathered {
    steps: Vec<Candidate>,
    /// The steps that wait for a fact.
    waiting: BTreeMap<Fact, Vec<usize>>,
    /// Steps that wait for nothing, lowest first.
    ready: BinaryHeap<Reverse<(u32, Fact, usize)>>,
}

struct Candidate {
    fact: Fact,
    step: Step,
    /// Premises whose heights are not known yet.
    open: usize,
}

/// Finds the lowest proofs of the wanted facts, which are derived facts of the same stratum, that do without `avoided`.
pub(in crate::datalog) fn detours(
    heights: &mut Heights<'_>,
    work: &mut Work<'_, '_>,
    avoided: Fact,
    wanted: &[Fact],
) -> Result<Detours, GivenUp> {
    let mut gathered = Gathered { steps: Vec::new(), waiting: BTreeMap::new(), ready: BinaryHeap::new() };
    let mut met: BTreeSet<Fact> = wanted.iter().copied().collect();
    met.insert(avoided);
    let mut open: Vec<Fact> = wanted.iter().copied().filter(|&fact| fact != avoided).collect();
    while let Some(fact) = open.pop() {
        for premise in gathered.add(heights, work, avoided, fact)? {
            if met.insert(premise) {
                open.push(premise);
            }
        }
    }
    Ok(gathered.settle())
}

impl Gathered {
    /// Adds all uses of rules that give a fact without the avoided one; gives their premises of the same stratum.
    fn add(
        &mut self,
        heights: &mut Heights<'_>,
        work: &mut Work<'_, '_>,
        avoided: Fact,
        fact: Fact,
    ) -> Result<BTreeSet<Fact>, GivenUp> {
        let mut premises = BTreeSet::new();
        let rules = Arc::clone(&heights.rules[fact.relation.0 as usize]);
        for &(_, rule) in &*rules {
            let found = heights.instances(work, fact, rule, u32::MAX, MAX_GATHERED)?;
            if found.more || self.steps.len() + found.steps.len() > MAX_GATHERED {
                return Err(GivenUp);
            }
            for mut step in found.steps {
                if step.facts.contains(&Some(avoided)) {
                    continue;
                }
                let mut own = BTreeSet::new();
                let mut height = 0;
                for &premise in step.facts.iter().flatten() {
                    if heights.may_rest_on(premise, avoided) {
                        own.insert(premise);
                    } else if let Some(evident) = heights.evident(premise) {
                        height = height.max(evident);
                    } else {
                        height = height.max(heights.shortest(work, premise)?.height);
                    }
                }
                step.height = height + 1;
                self.push(fact, step, &own);
                premises.extend(own);
            }
        }
        Ok(premises)
    }

    fn push(&mut self, fact: Fact, step: Step, open: &BTreeSet<Fact>) {
        let index = self.steps.len();
        for &premise in open {
            self.waiting.entry(premise).or_default().push(index);
        }
        if open.is_empty() {
            self.ready.push(Reverse((step.height, fact, index)));
        }
        self.steps.push(Candidate { fact, step, open: open.len() });
    }

    fn settle(mut self) -> Detours {
        let mut settled = Detours::new();
        while let Some(Reverse((height, fact, index))) = self.ready.pop() {
            if settled.contains_key(&fact) {
                continue;
            }
            settled.insert(fact, Arc::new(Step { height, ..self.steps[index].step.clone() }));
            for waiting in self.waiting.remove(&fact).unwrap_or_default() {
                let candidate = &mut self.steps[waiting];
                candidate.open -= 1;
                candidate.step.height = candidate.step.height.max(height + 1);
                if candidate.open == 0 {
                    self.ready.push(Reverse((candidate.step.height, candidate.fact, waiting)));
                }
            }
        }
        settled
    }
}
