//! How short a proof can be: finds, for a fact, a first step whose proof has the least height.
//!
//! A given fact has height 0, a derived one is one higher than the highest of its premises, absent rows and groups add
//! nothing: the minimal height over the whole tree of Zhao, Subotić and Scholz, "Debugging Large-scale Datalog: A
//! Scalable Provenance Evaluation Strategy" (TOPLAS 2020). They keep heights with all rows while evaluating. Here only
//! rows of recursive relations have a rank, whose round is a lower bound; the rest is searched for from the goal
//! downwards by iterative deepening with a table of what is known (Korf 1985; Reinefeld and Marsland 1994), which ends
//! at once where the bound is met.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::Cell;

use crate::datalog::program::{Literal, RelationId, RuleId, Strata};
use crate::datalog::proofs::verify::Binding;
use crate::datalog::proofs::walk::{Sink, Undecided, Walk};
use crate::datalog::proofs::work::{GivenUp, Work};
use crate::datalog::storage::fixpoint::Fact;
use crate::datalog::storage::store::Fixpoint;

/// How many instances of a rule are looked at before the next are asked for.
const FIRST_INSTANCES: usize = 4;
/// How deep the search for a shortest proof goes.
const MAX_DEPTH: usize = 400;
/// The most facts of which is kept what is known.
const MAX_KNOWN: usize = 200_000;
/// About so much memory takes what is known of a fact.
const KNOWN_BYTES: usize = 400;

/// One use of a rule that gives a fact.
#[derive(Clone, Debug)]
pub(in crate::datalog) struct Step {
    /// The height of the proof that was found with it.
    pub(in crate::datalog) height: u32,
    pub(in crate::datalog) rule: RuleId,
    /// What each atom of the body matches.
    pub(in crate::datalog) facts: Vec<Option<Fact>>,
    /// What each aggregate and range of the body gives.
    pub(in crate::datalog) values: Vec<Option<Cell>>,
    pub(in crate::datalog) binding: Binding,
}

impl Step {
    /// An instance of a rule, of unknown height.
    fn new(rule: RuleId, instance: &Walk<'_>) -> Self {
        let Walk { facts, values, binding, .. } = instance;
        let (facts, values, binding) = (facts.clone(), values.clone(), binding.clone());
        Self { height: u32::MAX, rule, facts, values, binding }
    }
}

/// What is known of one fact.
#[derive(Default)]
struct Known {
    /// No proof is lower.
    low: u32,
    /// The step of the lowest proof so far.
    best: Option<Arc<Step>>,
}

/// The heights of facts, as far as they were asked for.
pub(in crate::datalog) struct Heights<'a> {
    pub(in crate::datalog) strata: &'a Strata,
    pub(in crate::datalog) fixpoint: &'a Fixpoint,
    pub(in crate::datalog) stratum_of: Vec<usize>,
    /// The rules of each relation, with their places in their stratum.
    pub(in crate::datalog) rules: Vec<Arc<[(usize, RuleId)]>>,
    /// The least height that a derived row of each relation can have.
    least: Vec<u32>,
    /// For each stratum, what a round tells of heights.
    rounds: Vec<Rounds>,
    known: BTreeMap<Fact, Known>,
}

/// What the round of a row tells of the height of its proofs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rounds {
    /// It is the height: beside their own relations, the rules of the stratum read given rows only.
    Exact,
    /// No proof is lower.
    Bound,
    /// No proof is lower than the round before: given rows of the stratum count as if a rule had given them.
    BoundAfterGiven,
}

impl<'a> Heights<'a> {
    pub(in crate::datalog) fn new(strata: &'a Strata, fixpoint: &'a Fixpoint) -> Self {
        let relations = strata.program().relations.len();
        let mut stratum_of = vec![usize::MAX; relations];
        let mut rules = vec![Vec::new(); relations];
        for (number, stratum) in strata.order().iter().enumerate() {
            for relation in &stratum.relations {
                stratum_of[relation.0 as usize] = number;
            }
            for (index, &rule) in stratum.rules.iter().enumerate() {
                rules[strata.program().rule(rule).head.0 as usize].push((index, rule));
            }
        }
        let least = least_heights(strata, fixpoint);
        let rules: Vec<Arc<[(usize, RuleId)]>> = rules.into_iter().map(Arc::from).collect();
        let has_rules = |relation: RelationId| !rules[relation.0 as usize].is_empty();
        let of = |number| {
            rounds(strata, fixpoint, number, |relation| {
                stratum_of[relation.0 as usize] == number || !has_rules(relation)
            })
        };
        let rounds = (0..strata.order().len()).map(of).collect();
        Self { strata, fixpoint, stratum_of, rules, least, rounds, known: BTreeMap::new() }
    }

    /// The step of a proof of the least height; the fact is derived.
    pub(in crate::datalog) fn shortest(&mut self, work: &mut Work<'_, '_>, fact: Fact) -> Result<Arc<Step>, GivenUp> {
        if self.known.len() > MAX_KNOWN {
            self.known.clear();
        }
        work.rows.meter.known = self.known.len() * KNOWN_BYTES;
        loop {
            let limit = self.low(fact);
            if let Some(best) = self.best(fact)
                && best.height <= limit
            {
                return Ok(best);
            }
            if let Some(step) = self.exact_step(work, fact)? {
                return Ok(step);
            }
            self.within(work, fact, limit, 0)?;
        }
    }

    /// The best step so far, of a proof whose steps are all known.
    pub(in crate::datalog) fn best(&self, fact: Fact) -> Option<Arc<Step>> {
        self.known.get(&fact).and_then(|known| known.best.clone())
    }

    /// The height of a fact, where it is known without a search.
    pub(in crate::datalog) fn evident(&self, fact: Fact) -> Option<u32> {
        if self.fixpoint.is_given(fact) {
            return Some(0);
        }
        let round = self.round(fact)?;
        (self.rounds[self.stratum_of[fact.relation.0 as usize]] == Rounds::Exact).then_some(round)
    }

    /// No proof of the fact is lower.
    pub(in crate::datalog) fn low(&self, fact: Fact) -> u32 {
        if let Some(known) = self.known.get(&fact)
            && known.low > 0
        {
            return known.low;
        }
        if self.fixpoint.is_given(fact) {
            return 0;
        }
        let least = self.least[fact.relation.0 as usize];
        let round = self.round(fact).unwrap_or(0);
        least.max(match self.rounds[self.stratum_of[fact.relation.0 as usize]] {
            Rounds::Exact | Rounds::Bound => round,
            Rounds::BoundAfterGiven => round.saturating_sub(1),
        })
    }

    /// The round in which a row of a recursive relation was derived first.
    pub(in crate::datalog) fn round(&self, fact: Fact) -> Option<u32> {
        self.fixpoint.rank(fact).map(|rank| rank >> 8)
    }

    /// Where the round is the height, every use of a rule with premises of earlier rounds is a shortest one.
    fn exact_step(&mut self, work: &mut Work<'_, '_>, fact: Fact) -> Result<Option<Arc<Step>>, GivenUp> {
        let Some(height) = self.evident(fact) else { return Ok(None) };
        let rules = Arc::clone(&self.rules[fact.relation.0 as usize]);
        for &(_, rule) in &*rules {
            let found = self.instances(work, fact, rule, height, 1)?;
            if let Some(step) = found.steps.into_iter().next() {
                let step = Arc::new(Step { height, ..step });
                self.known.insert(fact, Known { low: height, best: Some(Arc::clone(&step)) });
                return Ok(Some(step));
            }
        }
        Ok(None)
    }

    /// Whether the fact has a proof of at most that height. If not, more is known of how high it must be.
    fn within(&mut self, work: &mut Work<'_, '_>, fact: Fact, limit: u32, depth: usize) -> Result<bool, GivenUp> {
        if self.low(fact) > limit {
            return Ok(false);
        }
        if self.height(fact).is_some_and(|height| height <= limit) {
            return Ok(true);
        }
        if depth >= MAX_DEPTH {
            return Err(GivenUp);
        }
        let rules = Arc::clone(&self.rules[fact.relation.0 as usize]);
        let mut next = u32::MAX;
        for &(_, rule) in &*rules {
            let mut most = FIRST_INSTANCES;
            loop {
                let found = self.instances(work, fact, rule, limit, most)?;
                next = next.min(found.rejected);
                for step in found.steps {
                    if let Some(low) = self.too_high(work, &step, limit, depth)? {
                        next = next.min(low.saturating_add(1));
                        continue;
                    }
                    let premises = step.facts.iter().flatten();
                    let height = 1 + premises.filter_map(|&premise| self.height(premise)).max().unwrap_or(0);
                    self.keep(fact, Step { height, ..step });
                    return Ok(true);
                }
                if !found.more {
                    break;
                }
                most *= 8;
            }
        }
        let known = self.known.entry(fact).or_default();
        known.low = known.low.max(next).max(limit + 1);
        Ok(false)
    }

    /// The least height of a premise that is too high for a proof within the limit.
    fn too_high(
        &mut self,
        work: &mut Work<'_, '_>,
        step: &Step,
        limit: u32,
        depth: usize,
    ) -> Result<Option<u32>, GivenUp> {
        let within = limit.saturating_sub(1);
        for &premise in step.facts.iter().flatten() {
            if !self.within(work, premise, within, depth + 1)? {
                return Ok(Some(self.low(premise).max(limit)));
            }
        }
        Ok(None)
    }

    fn keep(&mut self, fact: Fact, step: Step) {
        let low = self.low(fact);
        let known = self.known.entry(fact).or_default();
        known.low = low;
        if known.best.as_ref().is_none_or(|best| best.height > step.height) {
            known.best = Some(Arc::new(step));
        }
    }

    /// Whether a proof of `premise` may use `goal`: both lie in one stratum, and the premise is not known to need
    /// nothing but what came before.
    pub(in crate::datalog) fn may_rest_on(&self, premise: Fact, goal: Fact) -> bool {
        let stratum = |fact: Fact| self.stratum_of[fact.relation.0 as usize];
        if stratum(premise) != stratum(goal) || self.fixpoint.is_given(premise) {
            return false;
        }
        let is_before = |premise: Fact| Some(self.evident(premise)? <= self.round(goal)?);
        !is_before(premise).unwrap_or(false)
    }

    /// Some step to a fact, of a proof that ends: its premises of the same stratum came in earlier rounds.
    pub(in crate::datalog) fn any(&self, work: &mut Work<'_, '_>, fact: Fact) -> Result<Option<Step>, GivenUp> {
        let stratum = self.stratum_of[fact.relation.0 as usize];
        let recursive = self.strata.order()[stratum].recursive;
        let round = self.round(fact);
        if recursive && round.is_none() {
            return Ok(None);
        }
        for &(_, rule) in &*self.rules[fact.relation.0 as usize] {
            let earlier = Earlier { heights: self, stratum, round: round.filter(|_| recursive), found: None, rule };
            if let Some(step) = self.first(work, fact, earlier)? {
                return Ok(Some(step));
            }
        }
        Ok(None)
    }

    fn first(&self, work: &mut Work<'_, '_>, fact: Fact, mut sink: Earlier<'_, '_>) -> Result<Option<Step>, GivenUp> {
        let rule = self.strata.program().rule(sink.rule);
        let row: Vec<Option<Cell>> = self.fixpoint.row(fact).iter().copied().map(Some).collect();
        let mut walk = Walk::new(&rule.body, vec![None; rule.variables.len()], Undecided::Fails);
        if walk.demand(&rule.terms, &row) {
            walk.run(work, &mut sink)?;
        }
        Ok(sink.found)
    }

    /// The height of the lowest proof known.
    fn height(&self, fact: Fact) -> Option<u32> {
        let found = self.known.get(&fact).and_then(|known| known.best.as_ref()).map(|best| best.height);
        found.or_else(|| self.evident(fact))
    }

    /// The uses of a rule that give a fact, at most so many, whose premises may have proofs lower than `limit`.
    pub(in crate::datalog) fn instances(
        &self,
        work: &mut Work<'_, '_>,
        fact: Fact,
        id: RuleId,
        limit: u32,
        most: usize,
    ) -> Result<Instances, GivenUp> {
        let rule = self.strata.program().rule(id);
        let row: Vec<Option<Cell>> = self.fixpoint.row(fact).iter().copied().map(Some).collect();
        let mut walk = Walk::new(&rule.body, vec![None; rule.variables.len()], Undecided::Fails);
        let found = Instances { steps: Vec::new(), rejected: u32::MAX, more: false };
        if !walk.demand(&rule.terms, &row) {
            return Ok(found);
        }
        let mut sink = Collect { heights: self, rule: id, limit, most, found };
        walk.run(work, &mut sink)?;
        Ok(sink.found)
    }
}

/// Uses of a rule.
pub(in crate::datalog) struct Instances {
    /// Their heights are not known yet.
    pub(in crate::datalog) steps: Vec<Step>,
    /// The least height of a proof with a premise that was left out.
    pub(in crate::datalog) rejected: u32,
    /// There may be others.
    pub(in crate::datalog) more: bool,
}

struct Collect<'h, 'a> {
    heights: &'h Heights<'a>,
    rule: RuleId,
    limit: u32,
    most: usize,
    found: Instances,
}

impl Sink for Collect<'_, '_> {
    fn accept(&mut self, _literal: usize, fact: Fact) -> bool {
        let low = self.heights.low(fact);
        if low < self.limit {
            return true;
        }
        self.found.rejected = self.found.rejected.min(low.saturating_add(1));
        false
    }

    fn take(&mut self, instance: &Walk<'_>, _: &mut Work<'_, '_>) -> bool {
        if self.found.steps.len() == self.most {
            self.found.more = true;
            return false;
        }
        self.found.steps.push(Step::new(self.rule, instance));
        true
    }
}

/// Takes the first use of a rule whose premises came before.
struct Earlier<'h, 'a> {
    heights: &'h Heights<'a>,
    stratum: usize,
    round: Option<u32>,
    rule: RuleId,
    found: Option<Step>,
}

impl Sink for Earlier<'_, '_> {
    fn accept(&mut self, _literal: usize, fact: Fact) -> bool {
        let Some(round) = self.round else { return true };
        let own = self.heights.stratum_of[fact.relation.0 as usize] == self.stratum;
        !own || self.heights.round(fact).is_some_and(|earlier| earlier < round)
    }

    fn take(&mut self, instance: &Walk<'_>, _: &mut Work<'_, '_>) -> bool {
        self.found = Some(Step::new(self.rule, instance));
        false
    }
}

/// For each relation, the least height that a row of it can have that is not given: what the rules alone tell.
fn least_heights(strata: &Strata, fixpoint: &Fixpoint) -> Vec<u32> {
    let program = strata.program();
    let mut least = vec![u32::MAX; program.relations.len()];
    loop {
        let mut changed = false;
        for (_, rule) in program.rules() {
            let premise = |relation: RelationId| {
                if fixpoint.has_given(relation) { 0 } else { least[relation.0 as usize] }
            };
            let atoms = rule.body.iter().filter_map(|literal| match literal {
                Literal::Atom(atom) => Some(premise(atom.relation)),
                Literal::Not(_) | Literal::Compare { .. } | Literal::Aggregate { .. } | Literal::Range { .. } => None,
            });
            let height = atoms.max().unwrap_or(0).saturating_add(1);
            let known = &mut least[rule.head.0 as usize];
            if height < *known {
                *known = height;
                changed = true;
            }
        }
        if !changed {
            return least;
        }
    }
}

/// What the rounds of a stratum tell; a relation is `plain` if it is one of the stratum or has no rules.
fn rounds(strata: &Strata, fixpoint: &Fixpoint, number: usize, plain: impl Fn(RelationId) -> bool) -> Rounds {
    let stratum = &strata.order()[number];
    if stratum.relations.iter().any(|&relation| fixpoint.has_given(relation)) {
        return Rounds::BoundAfterGiven;
    }
    let is_exact = |literal: &Literal| match literal {
        Literal::Atom(atom) => plain(atom.relation),
        Literal::Not(_) | Literal::Compare { .. } | Literal::Aggregate { .. } | Literal::Range { .. } => true,
    };
    let all = stratum.rules.iter().all(|&rule| strata.program().rule(rule).body.iter().all(is_exact));
    if all { Rounds::Exact } else { Rounds::Bound }
}
