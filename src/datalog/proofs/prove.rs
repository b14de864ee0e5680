//! Finds out why facts hold: from a fact downwards to given rows, by the shortest way there is.
//!
//! A completed evaluation and a fact go in, a [`Proof`] comes out, or several of them. What is short is decided by
//! [`super::heights`]; here the chosen steps become trees that share equal parts.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::{Cell, Pool};

use crate::datalog::program::{Literal, RelationId, Strata};
use crate::datalog::proofs::bounds::{Bounds, Overrun};
use crate::datalog::proofs::detour::{Detours, detours};
use crate::datalog::proofs::group::group;
use crate::datalog::proofs::heights::{Heights, Step};
use crate::datalog::proofs::rows::Rows;
use crate::datalog::proofs::verify::{substitute, verify_within};
use crate::datalog::proofs::why_not::{WhyNot, why_not_within};
use crate::datalog::proofs::work::{GivenUp, Work};
use crate::datalog::storage::fixpoint::{Fact, Proof};
use crate::datalog::storage::store::Fixpoint;

/// The most derivations of one proof; what exceeds them is cut.
const MAX_NODES: usize = 10_000;
/// The longest branch; proofs are walked and dropped by recursion.
const MAX_DEPTH: usize = 400;
/// The most rows looked at to find the shortest of all proofs of one fact.
const SHORTEST_VISITS: u64 = 2_000_000;
/// The same for all facts that one prover is asked about.
const ALL_SHORTEST_VISITS: u64 = 100_000_000;
/// The most rows looked at for any proof of one fact.
const ANY_VISITS: u64 = 20_000_000;
/// The most rows looked at for all groups of one proof; what lies below is cut.
const GROUP_VISITS: u64 = 100_000_000;
/// The most uses of one rule among which first steps are looked for.
const MAX_FIRST_STEPS: usize = 10_000;

/// Why a fact holds. For several facts of one evaluation, ask one [`Prover`].
#[must_use]
pub fn prove(strata: &Strata, fixpoint: &Fixpoint, pool: &mut Pool, goal: Fact) -> Arc<Proof> {
    Prover::new(strata, fixpoint).prove(pool, goal)
}

/// A proof, and what is known of its length.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The proof.
    pub proof: Arc<Proof>,
    /// Its height: 0 for a given fact, else one more than the highest of its premises, where absent rows and groups
    /// count nothing and what is cut off counts as far as it is known.
    pub height: u32,
    /// No proof is lower, and neither is one of any fact in it. Otherwise the search for the shortest one was given up.
    pub shortest: bool,
    /// Parts are left out because the proof is too large.
    pub cut: bool,
}

/// All first steps of a fact.
#[derive(Clone, Debug)]
pub struct Explanations {
    /// One proof per first step, the row of the data set before the uses of rules, these in the order of the rules and
    /// of the rows that their atoms match. No premise rests on the fact itself, and each has its shortest proof.
    pub proofs: Vec<Explanation>,
    /// There are others, which the limit or the budget of the search left out.
    pub more: bool,
}

/// Proves facts of one evaluation; keeps what it learns.
pub struct Prover<'a> {
    heights: Heights<'a>,
    rows: Rows<'a>,
    /// Rows that may still be looked at for shortest proofs.
    visits: u64,
}

/// What is shared within one proof.
struct Tree<'d> {
    done: BTreeMap<Fact, (Arc<Proof>, u32)>,
    detours: &'d Detours,
    nodes: usize,
    shortest: bool,
    cut: bool,
    /// The search for shortest proofs is over.
    ended: bool,
    /// Rows that may still be looked at for groups.
    groups: u64,
}

impl<'a> Prover<'a> {
    /// Prepares for proofs of facts of `fixpoint`, which must come from `strata`.
    #[must_use]
    pub fn new(strata: &'a Strata, fixpoint: &'a Fixpoint) -> Self {
        Self::within(strata, fixpoint, Bounds::default())
    }

    /// The same within bounds. Once one is met, proofs are cut, and [`Prover::overrun`] tells of it.
    #[must_use]
    pub fn within(strata: &'a Strata, fixpoint: &'a Fixpoint, bounds: Bounds) -> Self {
        let (heights, rows) = (Heights::new(strata, fixpoint), Rows::new(fixpoint, bounds));
        Self { heights, rows, visits: ALL_SHORTEST_VISITS }
    }

    /// The bound that was met, if one was: answers since then, and maybe the one before, are of no use.
    #[must_use]
    pub fn overrun(&self) -> Option<Overrun> {
        self.rows.meter.overrun()
    }

    /// Why no row of a relation matches a pattern; `None` stands for anything.
    ///
    /// # Panics
    ///
    /// If the pattern has another number of columns than the relation.
    #[must_use]
    pub fn why_not(&mut self, pool: &mut Pool, relation: RelationId, pattern: &[Option<Cell>]) -> WhyNot {
        why_not_within(self.heights.strata, &mut self.rows, pool, relation, pattern)
    }

    /// Why a fact holds: a row of the data set is given; else a proof of the least height, or, where the search for one
    /// looks at too many rows, some proof. [`Prover::explain`] tells which.
    ///
    /// A proof shares equal parts, so that it may be much larger as a tree than in memory: walk each part once.
    pub fn prove(&mut self, pool: &mut Pool, goal: Fact) -> Arc<Proof> {
        self.explain(pool, goal).proof
    }

    /// Why a fact holds, and how short the proof is. Of several shortest proofs it is always the same for the same
    /// questions in the same order.
    ///
    /// Every answer has passed [`verify`](super::verify::verify); one that does not is a bug, and is replaced by a cut.
    pub fn explain(&mut self, pool: &mut Pool, goal: Fact) -> Explanation {
        let none = Detours::new();
        let mut visits = self.visits.min(SHORTEST_VISITS);
        let before = visits;
        let mut tree = Tree::new(&none);
        let (proof, height) = self.node(pool, goal, 0, &mut tree, &mut visits);
        self.visits -= before - visits;
        self.checked(pool, goal, tree.explanation(proof, height))
    }

    /// Every first step of a fact, at most `limit` of them: that it is given, and each rule with the rows from which it
    /// gives the fact. Steps whose premises hold only because of the fact itself are none.
    pub fn explain_all(&mut self, pool: &mut Pool, goal: Fact, limit: usize) -> Explanations {
        let mut visits = self.visits.min(SHORTEST_VISITS);
        let before = visits;
        let found = self.first_steps(pool, goal, &mut visits);
        self.visits -= before - visits;
        let mut all = Explanations { proofs: Vec::new(), more: found.is_err() };
        if self.heights.fixpoint.is_given(goal) && limit > 0 {
            let proof = Arc::new(Proof::Given { fact: goal, span: self.heights.fixpoint.span(goal) });
            all.proofs.push(Explanation { proof, height: 0, shortest: true, cut: false });
        }
        let Ok((steps, around, more)) = found else {
            if all.proofs.is_empty() && limit > 0 {
                all.proofs.push(self.explain(pool, goal));
            }
            return all;
        };
        all.more |= more;
        for step in steps {
            if all.proofs.len() == limit || self.overrun().is_some() {
                all.more = true;
                break;
            }
            let mut visits = self.visits.min(SHORTEST_VISITS);
            let before = visits;
            let mut tree = Tree::new(&around);
            tree.nodes += 1;
            let (proof, height) = self.derived(pool, goal, &step, 0, &mut tree, &mut visits);
            self.visits -= before - visits;
            let explanation = tree.explanation(proof, height);
            all.proofs.push(self.checked(pool, goal, explanation));
        }
        all
    }

    /// A proof that does not pass the independent check is not shown to anybody.
    fn checked(&mut self, pool: &mut Pool, goal: Fact, found: Explanation) -> Explanation {
        // Where a bound is met a group is not complete, and is not told of.
        let ends = self.rows.meter.look(pool).is_err();
        let watch = self.rows.meter.watch();
        let right = !ends && verify_within(self.heights.strata, self.heights.fixpoint, pool, &found.proof, watch);
        debug_assert!(right || ends, "{goal:?} has a wrong proof");
        if right {
            return found;
        }
        Explanation { proof: Arc::new(Proof::Cut { fact: goal }), shortest: false, cut: true, ..found }
    }

    /// All uses of rules that give a fact, with the proofs that premises have without it; whether some are left out.
    fn first_steps(
        &mut self,
        pool: &mut Pool,
        goal: Fact,
        visits: &mut u64,
    ) -> Result<(Vec<Step>, Detours, bool), GivenUp> {
        let mut work = Work { rows: &mut self.rows, pool, visits: *visits };
        let mut steps = Vec::new();
        let mut more = false;
        let rules = Arc::clone(&self.heights.rules[goal.relation.0 as usize]);
        for &(_, rule) in &*rules {
            let found = self.heights.instances(&mut work, goal, rule, u32::MAX, MAX_FIRST_STEPS)?;
            more |= found.more;
            let mut own = found.steps;
            own.retain(|step| !step.facts.contains(&Some(goal)));
            own.sort_by(|a, b| (&a.facts, &a.values).cmp(&(&b.facts, &b.values)));
            steps.extend(own);
        }
        let premises = steps.iter().flat_map(|step| step.facts.iter().flatten().copied());
        let mut open: Vec<Fact> = premises.filter(|&premise| self.heights.may_rest_on(premise, goal)).collect();
        open.sort_unstable();
        open.dedup();
        let around = if open.is_empty() { Detours::new() } else { detours(&mut self.heights, &mut work, goal, &open)? };
        *visits = work.visits;
        steps.retain(|step| {
            step.facts
                .iter()
                .flatten()
                .all(|premise| open.binary_search(premise).is_err() || around.contains_key(premise))
        });
        Ok((steps, around, more))
    }

    /// The proof of a fact and its height.
    fn node(
        &mut self,
        pool: &mut Pool,
        fact: Fact,
        depth: usize,
        tree: &mut Tree<'_>,
        visits: &mut u64,
    ) -> (Arc<Proof>, u32) {
        if let Some(known) = tree.done.get(&fact) {
            return known.clone();
        }
        if self.heights.fixpoint.is_given(fact) {
            return (Arc::new(Proof::Given { fact, span: self.heights.fixpoint.span(fact) }), 0);
        }
        let step = if depth >= MAX_DEPTH || tree.nodes >= MAX_NODES || tree.groups == 0 {
            None
        } else {
            tree.nodes += 1;
            self.step(pool, fact, tree, visits)
        };
        let proved = if let Some(step) = step {
            self.derived(pool, fact, &step, depth, tree, visits)
        } else {
            self.cut(fact, tree)
        };
        tree.done.insert(fact, proved.clone());
        proved
    }

    /// A fact whose proof is left out, and its height as far as it is known.
    fn cut(&self, fact: Fact, tree: &mut Tree<'_>) -> (Arc<Proof>, u32) {
        tree.cut = true;
        let known = self.heights.evident(fact);
        tree.shortest &= known.is_some();
        (Arc::new(Proof::Cut { fact }), known.unwrap_or_else(|| self.heights.low(fact)))
    }

    /// The step that a proof takes to a fact.
    fn step(&mut self, pool: &mut Pool, fact: Fact, tree: &mut Tree<'_>, visits: &mut u64) -> Option<Arc<Step>> {
        if let Some(step) = tree.detours.get(&fact) {
            return Some(Arc::clone(step));
        }
        if !tree.ended {
            let mut work = Work { rows: &mut self.rows, pool, visits: *visits };
            let found = self.heights.shortest(&mut work, fact);
            *visits = work.visits;
            match found {
                Ok(step) => return Some(step),
                Err(GivenUp) => tree.ended = true,
            }
        }
        tree.shortest = false;
        self.heights.best(fact).or_else(|| {
            let mut work = Work { rows: &mut self.rows, pool, visits: ANY_VISITS };
            self.heights.any(&mut work, fact).ok().flatten().map(Arc::new)
        })
    }

    fn derived(
        &mut self,
        pool: &mut Pool,
        fact: Fact,
        step: &Step,
        depth: usize,
        tree: &mut Tree<'_>,
        visits: &mut u64,
    ) -> (Arc<Proof>, u32) {
        let rule = self.heights.strata.program().rule(step.rule);
        let mut premises = Vec::with_capacity(rule.body.len());
        let mut highest = 0;
        for (place, literal) in rule.body.iter().enumerate() {
            match (literal, step.facts[place], step.values[place]) {
                (Literal::Atom(_), Some(premise), _) => {
                    let (proof, height) = self.node(pool, premise, depth + 1, tree, visits);
                    highest = highest.max(height);
                    premises.push(proof);
                }
                (Literal::Not(atom), ..) => {
                    let pattern = substitute(atom, &step.binding, pool).unwrap_or_default();
                    premises.push(Arc::new(Proof::Absent { relation: atom.relation, pattern }));
                }
                (Literal::Aggregate { .. }, _, Some(value)) => {
                    let mut work = Work { rows: &mut self.rows, pool, visits: ANY_VISITS };
                    let group = group(&mut work, literal, &step.binding, value);
                    tree.groups = tree.groups.saturating_sub(ANY_VISITS - work.visits);
                    let Ok(group) = group else {
                        // Half a group would tell wrong numbers.
                        return self.cut(fact, tree);
                    };
                    premises.push(Arc::new(group));
                }
                (Literal::Range { .. }, _, Some(value)) => premises.push(Arc::new(Proof::Value { value })),
                (
                    Literal::Atom(_) | Literal::Compare { .. } | Literal::Aggregate { .. } | Literal::Range { .. },
                    ..,
                ) => {}
            }
        }
        (Arc::new(Proof::Derived { fact, rule: step.rule, premises }), highest + 1)
    }
}

impl<'d> Tree<'d> {
    fn new(detours: &'d Detours) -> Self {
        Self {
            done: BTreeMap::new(),
            detours,
            nodes: 0,
            shortest: true,
            cut: false,
            ended: false,
            groups: GROUP_VISITS,
        }
    }

    fn explanation(&self, proof: Arc<Proof>, height: u32) -> Explanation {
        Explanation { proof, height, shortest: self.shortest, cut: self.cut }
    }
}
