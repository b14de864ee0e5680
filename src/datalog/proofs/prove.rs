//! Finds out why facts hold: runs rules with their head bound, downwards from a fact to given rows.
//!
//! A completed evaluation and a fact go in, a [`Proof`] comes out. Recursion ends because premises of the same
//! stratum must have been found in an earlier round.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::base::{Cell, Pool};

use crate::datalog::evaluation::execute::{Sink, run};
use crate::datalog::evaluation::limits::{Budget, Stop};
use crate::datalog::planning::body::Body;
use crate::datalog::planning::plan::{Plan, Probe, Purpose, plan};
use crate::datalog::planning::scene::{Origin, Scene};
use crate::datalog::program::{Literal, RelationId, Rule, RuleId, Strata};
use crate::datalog::proofs::verify::{Binding, substitute};
use crate::datalog::storage::fixpoint::{Fact, Proof};
use crate::datalog::storage::store::Fixpoint;
use crate::datalog::storage::view::View;

/// The most derivations of one proof; what exceeds them is cut.
const MAX_NODES: usize = 10_000;
/// The longest branch; proofs are walked and dropped by recursion.
const MAX_DEPTH: usize = 400;
/// The most rows looked at for one proof.
const MAX_VISITS: u64 = 50_000_000;

/// Why a fact holds. For several facts of one evaluation, ask one [`Prover`].
#[must_use]
pub fn prove(strata: &Strata, fixpoint: &Fixpoint, pool: &mut Pool, goal: Fact) -> Arc<Proof> {
    Prover::new(strata, fixpoint).prove(pool, goal)
}

/// Proves facts of one evaluation; keeps the plans that it makes.
pub struct Prover<'a> {
    strata: &'a Strata,
    fixpoint: &'a Fixpoint,
    /// No relation grows any more.
    slots: Vec<Option<usize>>,
    stratum_of: Vec<usize>,
    /// The rules of each relation, with their places in their stratum.
    rules: Vec<Vec<(usize, RuleId)>>,
    questions: BTreeMap<RuleId, Option<Question>>,
    /// By rule and place of the count in its body.
    groups: BTreeMap<(RuleId, usize), Option<Question>>,
}

/// A plan with its rows.
struct Question {
    plan: Plan,
    sources: Vec<Origin>,
    /// The registers that are bound from the start.
    bound: Vec<usize>,
}

/// What is shared within one proof.
struct Search {
    done: BTreeMap<Fact, Arc<Proof>>,
    nodes: usize,
    budget: Budget,
}

/// A search looked at too many rows.
struct GivenUp;

/// What makes one rule give a fact.
enum Premise {
    Fact(Fact),
    Other(Proof),
}

impl<'a> Prover<'a> {
    /// Prepares for proofs of facts of `fixpoint`, which must come from `strata`.
    #[must_use]
    pub fn new(strata: &'a Strata, fixpoint: &'a Fixpoint) -> Self {
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
        let slots = vec![None; relations];
        let (questions, groups) = (BTreeMap::new(), BTreeMap::new());
        Self { strata, fixpoint, slots, stratum_of, rules, questions, groups }
    }

    /// Why a fact holds: a row of the data set is given; else the first rule that gives the row, in the round
    /// in which it first came.
    ///
    /// A proof shares equal parts, so that it may be much larger as a tree than in memory: walk each part once.
    pub fn prove(&mut self, pool: &mut Pool, goal: Fact) -> Arc<Proof> {
        let mut search = Search { done: BTreeMap::new(), nodes: 0, budget: Budget::of_visits(MAX_VISITS) };
        let proof = self.node(pool, goal, 0, &mut search);
        debug_assert!(crate::datalog::verify(self.strata, self.fixpoint, pool, &proof), "{goal:?} has a wrong proof");
        proof
    }

    fn node(&mut self, pool: &mut Pool, fact: Fact, depth: usize, search: &mut Search) -> Arc<Proof> {
        if let Some(known) = search.done.get(&fact) {
            return Arc::clone(known);
        }
        if self.fixpoint.is_given(fact) {
            return Arc::new(Proof::Given { fact, span: self.fixpoint.span(fact) });
        }
        if depth >= MAX_DEPTH || search.nodes >= MAX_NODES {
            return Arc::new(Proof::Cut { fact });
        }
        search.nodes += 1;
        let proof = match self.derivation(pool, fact, &mut search.budget) {
            None => Proof::Cut { fact },
            Some((rule, premises)) => {
                let premises = premises.into_iter().map(|premise| match premise {
                    Premise::Fact(fact) => self.node(pool, fact, depth + 1, search),
                    Premise::Other(proof) => Arc::new(proof),
                });
                Proof::Derived { fact, rule, premises: premises.collect() }
            }
        };
        let proof = Arc::new(proof);
        search.done.insert(fact, Arc::clone(&proof));
        proof
    }

    /// The first rule that gives the fact, and its premises; `None` if the search is given up.
    fn derivation(&mut self, pool: &mut Pool, fact: Fact, budget: &mut Budget) -> Option<(RuleId, Vec<Premise>)> {
        let rank = self.fixpoint.rank(fact);
        let wanted = rank.map(|rank| (rank & 255) as usize).filter(|&index| index < 255);
        let round = rank.map_or(u32::MAX, |rank| rank >> 8);
        for (index, rule) in self.rules[fact.relation.0 as usize].clone() {
            if wanted.is_some_and(|wanted| wanted != index) {
                continue;
            }
            if let Some(premises) = self.premises(pool, fact, rule, round, budget).ok()? {
                return Some((rule, premises));
            }
        }
        None
    }

    /// The premises from which a rule gives the fact, if it does.
    fn premises(
        &mut self,
        pool: &mut Pool,
        fact: Fact,
        id: RuleId,
        round: u32,
        budget: &mut Budget,
    ) -> Result<Option<Vec<Premise>>, GivenUp> {
        let (strata, fixpoint) = (self.strata, self.fixpoint);
        let rule = strata.program().rule(id);
        self.ask(id);
        let Some(Some(question)) = self.questions.get(&id) else { return Ok(None) };
        let mut witness = Witness {
            prover: (fixpoint, &self.stratum_of),
            plan: &question.plan,
            stratum: self.stratum_of[rule.head.0 as usize],
            round,
            matched: vec![None; rule.body.len()],
            found: None,
        };
        let bound: Vec<_> = question.bound.iter().copied().zip(fixpoint.row(fact).iter().copied()).collect();
        question.run(&bound, pool, budget, &mut witness).map_err(|_| GivenUp)?;
        let Some((facts, registers)) = witness.found else { return Ok(None) };
        let binding: Binding = registers.into_iter().map(Some).collect();
        let mut premises = Vec::new();
        for (place, literal) in rule.body.iter().enumerate() {
            match literal {
                Literal::Compare { .. } | Literal::Range { .. } => {}
                Literal::Atom(_) => premises.push(Premise::Fact(facts[place].ok_or(GivenUp)?)),
                Literal::Not(atom) => {
                    let pattern = substitute(atom, &binding, pool).ok_or(GivenUp)?;
                    premises.push(Premise::Other(Proof::Absent { relation: atom.relation, pattern }));
                }
                Literal::Aggregate { body, outer, .. } => {
                    let group = self.group((id, place), (rule, body, outer), &binding, pool, budget);
                    let group = group.ok_or(GivenUp)?;
                    premises.push(Premise::Other(group));
                }
            }
        }
        Ok(Some(premises))
    }

    /// Plans a rule for a bound head.
    fn ask(&mut self, id: RuleId) {
        if self.questions.contains_key(&id) {
            return;
        }
        let program = self.strata.program();
        let rule = program.rule(id);
        let mut body = Body::of_rule(rule);
        let bound = body.bind_head(program.relation(rule.head).columns.iter().map(|column| column.primitive));
        let question = self.question(&body, bound, Purpose::Rows);
        self.questions.insert(id, question);
    }

    fn question(&self, body: &Body, bound: Vec<usize>, purpose: Purpose) -> Option<Question> {
        let mut scene = Scene::of_facts(self.fixpoint, &self.slots);
        let draft = plan(body, &bound, purpose, &scene)?;
        scene.select([&draft]);
        let plan = scene.settle(draft);
        let sources = scene.origins(&plan);
        Some(Question { plan, sources, bound })
    }

    /// What a count counts under a binding of its outer variables.
    fn group(
        &mut self,
        key: (RuleId, usize),
        (rule, body, outer): (&Rule, &[Literal], &[u16]),
        binding: &Binding,
        pool: &mut Pool,
        budget: &mut Budget,
    ) -> Option<Proof> {
        if !self.groups.contains_key(&key) {
            let bound = outer.iter().map(|&variable| usize::from(variable)).collect();
            let question = self.question(&Body::of_count(body, rule.variables.len()), bound, Purpose::Bindings);
            self.groups.insert(key, question);
        }
        let question = self.groups.get(&key)?.as_ref()?;
        let bound: Option<Vec<(usize, Cell)>> =
            question.bound.iter().map(|&register| Some((register, binding[register]?))).collect();
        let mut members = Members {
            fixpoint: self.fixpoint,
            plan: &question.plan,
            matched: vec![None; body.len()],
            seen: BTreeSet::new(),
            facts: Vec::new(),
            total: 0,
        };
        question.run(&bound?, pool, budget, &mut members).ok()?;
        Some(Proof::Group { facts: members.facts, total: members.total })
    }
}

impl Question {
    fn run<S: Sink>(
        &self,
        bound: &[(usize, Cell)],
        pool: &mut Pool,
        budget: &mut Budget,
        sink: &mut S,
    ) -> Result<(), Stop> {
        let views: Vec<Vec<View<'_>>> = self.sources.iter().map(|source| source.views(&[])).collect();
        run(&self.plan, &views, bound, (pool, budget), sink)
    }
}

/// Source and number of a matched row.
type Matched = Option<(usize, usize)>;

/// The fact whose cells a row of some order holds.
fn fact_of(fixpoint: &Fixpoint, plan: &Plan, source: usize, row: &[Cell]) -> Option<Fact> {
    let source = &plan.sources[source];
    let cells = source.layout.restore(row, fixpoint.arity(source.relation));
    fixpoint.find(source.relation, &cells)
}

fn facts_of(fixpoint: &Fixpoint, plan: &Plan, matched: &[Matched]) -> Vec<Option<Fact>> {
    let fact = |matched: &Matched| {
        let (source, index) = (*matched)?;
        let order = fixpoint.order(plan.sources[source].relation, &plan.sources[source].layout);
        fact_of(fixpoint, plan, source, order.view().row(index))
    };
    matched.iter().map(fact).collect()
}

/// Takes the first binding.
struct Witness<'a> {
    prover: (&'a Fixpoint, &'a [usize]),
    plan: &'a Plan,
    stratum: usize,
    /// Premises of the same stratum come from earlier rounds.
    round: u32,
    matched: Vec<Matched>,
    found: Option<(Vec<Option<Fact>>, Vec<Cell>)>,
}

impl Sink for Witness<'_> {
    const STRICT: bool = false;

    fn accept(&mut self, probe: &Probe, index: usize, row: &[Cell]) -> bool {
        let (fixpoint, stratum_of) = self.prover;
        let RelationId(relation) = self.plan.sources[probe.source].relation;
        if stratum_of[relation as usize] == self.stratum {
            let rank = fact_of(fixpoint, self.plan, probe.source, row).and_then(|fact| fixpoint.rank(fact));
            if rank.is_none_or(|rank| rank >> 8 >= self.round) {
                return false;
            }
        }
        if let Some(matched) = self.matched.get_mut(probe.literal) {
            *matched = Some((probe.source, index));
        }
        true
    }

    fn emit(&mut self, registers: &[Cell], _pool: &mut Pool, _budget: &mut Budget) -> Result<(), Stop> {
        if self.found.is_none() {
            self.found = Some((facts_of(self.prover.0, self.plan, &self.matched), registers.to_vec()));
        }
        Ok(())
    }
}

/// Takes all bindings of a count.
struct Members<'a> {
    fixpoint: &'a Fixpoint,
    plan: &'a Plan,
    matched: Vec<Matched>,
    seen: BTreeSet<Fact>,
    facts: Vec<Fact>,
    total: u64,
}

impl Sink for Members<'_> {
    const STRICT: bool = false;

    fn accept(&mut self, probe: &Probe, index: usize, _row: &[Cell]) -> bool {
        if let Some(matched) = self.matched.get_mut(probe.literal) {
            *matched = Some((probe.source, index));
        }
        true
    }

    fn emit(&mut self, _registers: &[Cell], _pool: &mut Pool, _budget: &mut Budget) -> Result<(), Stop> {
        self.total += 1;
        if self.facts.len() < Proof::GROUP_LIMIT {
            for fact in facts_of(self.fixpoint, self.plan, &self.matched).into_iter().flatten() {
                if self.facts.len() < Proof::GROUP_LIMIT && self.seen.insert(fact) {
                    self.facts.push(fact);
                }
            }
        }
        Ok(())
    }
}
