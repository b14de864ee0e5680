//! What a stratum needs before it runs: a plan for every version of every rule, and its growing relations.
//!
//! A stratum and the complete relations below it go in; nothing is run here.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::datalog::evaluation::crew::Values;
use crate::datalog::evaluation::error::{EvaluationError, MAX_CONDITIONS};
use crate::datalog::evaluation::evaluate::Evaluation;
use crate::datalog::evaluation::head::Head;
use crate::datalog::planning::body::Body;
use crate::datalog::planning::fuse::fuse;
use crate::datalog::planning::layout::Draft;
use crate::datalog::planning::plan::Plan;
use crate::datalog::planning::planner::plan;
use crate::datalog::planning::scene::{Origin, SWEPT, Scene};
use crate::datalog::planning::show::{Shower, ShownPlan};
use crate::datalog::program::{Literal, RelationId, Rule, RuleId, Stratum};

/// How many conditions of higher strata are planned to learn what they will look up, and how many of one rule.
const MOST_AHEAD: usize = 500;
const LONGEST_AHEAD: usize = 64;
/// From how many bytes on it is worth planning ahead which orders of a relation can be given back.
const LARGE_ORDERS: usize = if cfg!(test) { 1 } else { 1 << 20 };
/// How many rows an unknown relation is taken to have where its rows might be swept over: enough for that.
const MANY_ROWS: u64 = SWEPT;

/// One version of a rule, ready to run.
pub(in crate::datalog) struct Prepared {
    pub(in crate::datalog) rule: RuleId,
    /// The place of the rule in its stratum.
    pub(in crate::datalog) index: usize,
    pub(in crate::datalog) plan: Plan,
    /// The place of its relation in the stratum.
    pub(in crate::datalog) head: usize,
    /// The relation whose recent rows it reads.
    pub(in crate::datalog) delta: Option<usize>,
    pub(in crate::datalog) sources: Vec<Origin>,
    pub(in crate::datalog) values: Values,
}

/// The rules that read nothing of their stratum, the delta versions of the others, and the relations.
pub(in crate::datalog) type Preparation = (Vec<Prepared>, Vec<Prepared>, Vec<Head>);

impl Evaluation<'_> {
    /// Plans the rules of a stratum. `slots` gives the place of each of its relations in it.
    pub(in crate::datalog) fn prepare(
        &mut self,
        stratum: &Stratum,
        slots: &[Option<usize>],
    ) -> Result<Preparation, EvaluationError> {
        let program = self.strata.program();
        let watch = self.budget.watch().clone();
        let mut scene = Scene::new(&self.fixpoint, slots, self.guess(stratum, slots), &watch);
        let mut drafts = Vec::new();
        for (index, &id) in stratum.rules.iter().enumerate() {
            let rule = program.rule(id);
            let versions = self.versions(rule, slots)?;
            let body = Body::of_rule(rule);
            for delta in versions {
                self.budget.look(self.pool).map_err(|stop| self.stopped(stop, id, 1, (None, None)))?;
                scene.delta = delta;
                let Some(draft) = plan(&body, &scene) else {
                    return Err(EvaluationError::Unbound { relation: self.name(rule.head), rule: rule.span });
                };
                drafts.push((index, id, delta, draft));
            }
        }
        let own: Vec<&Draft> = drafts.iter().map(|(.., draft)| draft).collect();
        scene.select(&own, || self.ahead(&self.growing_above(slots), None).0);
        let (mut base, mut deltas, mut shown) = (Vec::new(), Vec::new(), Vec::new());
        for (index, id, delta, draft) in drafts {
            let mut plan = scene.settle(draft);
            let sources = scene.origins(&plan);
            let sources = sources.map_err(|ended| self.stopped(ended.into(), id, 1, (None, None)))?;
            let rule = program.rule(id);
            let head = slots[rule.head.0 as usize].unwrap_or(0);
            let changing = delta.and_then(|literal| slot_of(&rule.body[literal], slots));
            if self.settings.plans && !rule.body.is_empty() {
                let steps = Shower { program, rule, plan: &plan, pool: self.pool }.steps();
                let delta = changing.and_then(|slot| stratum.relations.get(slot).copied());
                shown.push(ShownPlan { rule: id, delta, steps });
            }
            fuse(&mut plan);
            let prepared = Prepared { rule: id, index, plan, head, delta: changing, sources, values: Values::of(rule) };
            if delta.is_some() { deltas.push(prepared) } else { base.push(prepared) }
        }
        let mut known = scene.into_orders();
        self.fixpoint.plans.append(&mut shown);
        let recursive = stratum.recursive || !deltas.is_empty();
        let heads = stratum.relations.iter().map(|&relation| {
            let ranks = self.settings.profile || self.settings.ranks && recursive;
            let kind = (recursive, ranks);
            Head::new(relation, self.arity(relation), known.remove(&relation), kind)
        });
        Ok((base, deltas, heads.collect()))
    }

    /// Gives back the memory of large orders that a stratum has read and those above it will hardly read, be the
    /// relations between them small or large.
    pub(in crate::datalog) fn drop_orders(&mut self, stratum: &Stratum, slots: &[Option<usize>]) {
        let program = self.strata.program();
        let mut large = BTreeSet::new();
        for literal in stratum.rules.iter().flat_map(|&rule| &program.rule(rule).body) {
            literal.each_atom(&mut |atom, _| {
                large.extend(Some(atom.relation).filter(|&id| self.fixpoint.order_bytes(id) >= LARGE_ORDERS));
            });
        }
        if large.is_empty() {
            return;
        }
        let slots = self.growing_above(slots);
        let mut read = BTreeSet::new();
        for guess in [Some(1), None] {
            let (drafts, all) = self.ahead(&slots, guess);
            if !all {
                return;
            }
            let scene = Scene::new(&self.fixpoint, &slots, guess.unwrap_or(MANY_ROWS), self.budget.watch());
            read.extend(scene.read_by(&drafts));
        }
        for relation in large {
            self.fixpoint.keep_orders(relation, |layout| read.contains(&(relation, layout.clone())));
        }
    }

    /// The places of relations in the running stratum, those of the strata above taken for growing ones too.
    fn growing_above(&self, slots: &[Option<usize>]) -> Vec<Option<usize>> {
        let mut slots = slots.to_vec();
        for relation in self.above.iter().flat_map(|stratum| &stratum.relations) {
            slots[relation.0 as usize] = Some(0);
        }
        slots
    }

    /// Plans for the rules of the strata above, as far as their inputs are known: what they will look up where. Tells
    /// whether none is left out. `slots` are those of [`Evaluation::growing_above`]; `guess` is how many rows an unknown
    /// relation gets, if it is not the usual guess.
    fn ahead(&self, slots: &[Option<usize>], guess: Option<u64>) -> (Vec<Draft>, bool) {
        let program = self.strata.program();
        let rules = self.above.iter().flat_map(|stratum| stratum.rules.iter().map(move |&rule| (stratum, rule)));
        let mut left = MOST_AHEAD;
        let (mut drafts, mut all) = (Vec::new(), true);
        for (stratum, rule) in rules {
            let rule = program.rule(rule);
            let conditions = conditions(&rule.body);
            if conditions > LONGEST_AHEAD {
                all = false;
                continue;
            }
            let Some(rest) = left.checked_sub(conditions) else { return (drafts, false) };
            left = rest;
            let guess = guess.unwrap_or_else(|| self.guess(stratum, slots));
            let mut scene = Scene::new(&self.fixpoint, slots, guess, self.budget.watch());
            let changing = |literal: &Literal| match literal {
                Literal::Atom(atom) => stratum.relations.contains(&atom.relation),
                Literal::Not(_) | Literal::Compare { .. } | Literal::Aggregate { .. } | Literal::Range { .. } => false,
            };
            scene.delta = rule.body.iter().position(changing);
            drafts.extend(plan(&Body::of_rule(rule), &scene));
        }
        (drafts, all)
    }

    /// The atoms whose recent rows a rule is run for, or `None` if it reads nothing of its stratum; nothing at all
    /// if it reads a relation that stays empty.
    fn versions(&self, rule: &Rule, slots: &[Option<usize>]) -> Result<Vec<Option<usize>>, EvaluationError> {
        let conditions = conditions(&rule.body);
        if conditions > MAX_CONDITIONS {
            return Err(EvaluationError::TooManyConditions {
                relation: self.name(rule.head),
                conditions,
                rule: rule.span,
            });
        }
        let is_empty = |literal: &Literal| match literal {
            Literal::Atom(atom) => slots[atom.relation.0 as usize].is_none() && self.fixpoint.is_empty(atom.relation),
            Literal::Not(_) | Literal::Compare { .. } | Literal::Aggregate { .. } | Literal::Range { .. } => false,
        };
        if rule.body.iter().any(is_empty) {
            return Ok(Vec::new());
        }
        let changing = |(index, literal): (usize, &Literal)| slot_of(literal, slots).map(|_| Some(index));
        let versions: Vec<_> = rule.body.iter().enumerate().filter_map(changing).collect();
        Ok(if versions.is_empty() { vec![None] } else { versions })
    }

    fn name(&self, relation: RelationId) -> Arc<str> {
        Arc::clone(&self.strata.program().relation(relation).name)
    }

    /// How many rows the relations of a stratum may get: as many as the largest relation that they read.
    fn guess(&self, stratum: &Stratum, slots: &[Option<usize>]) -> u64 {
        let rules = stratum.rules.iter().map(|&rule| self.strata.program().rule(rule));
        let read = rules.flat_map(|rule| &rule.body).filter_map(|literal| match literal {
            Literal::Atom(atom) if slots[atom.relation.0 as usize].is_none() => Some(self.fixpoint.len(atom.relation)),
            Literal::Atom(_)
            | Literal::Not(_)
            | Literal::Compare { .. }
            | Literal::Aggregate { .. }
            | Literal::Range { .. } => None,
        });
        read.max().unwrap_or(0).max(1024) as u64
    }
}

fn conditions(body: &[Literal]) -> usize {
    let inner = body.iter().map(|literal| match literal {
        Literal::Aggregate { body, .. } => 1 + conditions(body),
        Literal::Atom(_) | Literal::Not(_) | Literal::Compare { .. } | Literal::Range { .. } => 1,
    });
    inner.sum()
}

/// The relation of an atom that lies in the running stratum.
fn slot_of(literal: &Literal, slots: &[Option<usize>]) -> Option<usize> {
    match literal {
        Literal::Atom(atom) => slots[atom.relation.0 as usize],
        Literal::Not(_) | Literal::Compare { .. } | Literal::Aggregate { .. } | Literal::Range { .. } => None,
    }
}
