//! What would become of the rows of an evaluation if some of the given ones were not there.
//!
//! Goes in: an evaluation, and given rows. Comes out: which rows are lost, which come because something that was in their
//! way is lost, and of which relations that cannot be told. As in the deletion of Gupta, Mumick and Subrahmanian,
//! "Maintaining Views Incrementally" (SIGMOD 1993), stratum by stratum: whatever a lost row is a premise of is doubted, and
//! of this stays what has another derivation. Nothing is evaluated again.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Cell, Pool};

use crate::datalog::program::{Atom, Literal, RelationId, Rule, RuleId, Strata};
use crate::datalog::proofs::bounds::{Bounds, Overrun};
use crate::datalog::proofs::rows::Rows;
use crate::datalog::proofs::verify::{substitute, value};
use crate::datalog::proofs::walk::{Sink, Undecided, Walk};
use crate::datalog::proofs::work::{GivenUp, Work};
use crate::datalog::storage::fixpoint::Fact;
use crate::datalog::storage::store::Fixpoint;

/// The most rows looked at for one question.
const VISITS: u64 = 20_000;

/// What is different without some given rows, as far as it can be told.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// Rows that are not there any more. Of relations in `unsure` there may be others.
    lost: BTreeMap<RelationId, BTreeSet<u32>>,
    /// Rows that come, or come back: all of them, and maybe some that do not. Of relations in `unsure` there may be others.
    gained: BTreeMap<RelationId, BTreeSet<Vec<Cell>>>,
    /// Relations that read others of which rows came, or that count what changed.
    unsure: BTreeSet<RelationId>,
    /// Of rows that have lost a derivation and stay, the premises of another one.
    stays: BTreeMap<Fact, Vec<Fact>>,
}

impl Change {
    /// Whether the row is not there any more.
    #[must_use]
    pub fn is_lost(&self, fact: Fact) -> bool {
        self.lost.get(&fact.relation).is_some_and(|rows| rows.contains(&fact.row))
    }

    /// Rows of the relation that may come; `None` where that cannot be told.
    #[must_use]
    pub fn gained(&self, relation: RelationId) -> Option<impl Iterator<Item = &[Cell]>> {
        let rows = || self.gained.get(&relation).into_iter().flatten().map(Vec::as_slice);
        (!self.unsure.contains(&relation)).then(rows)
    }

    /// The premises of a derivation that is left, of a row that has lost one and stays; all derivations of other rows are
    /// left.
    #[must_use]
    pub fn premises(&self, fact: Fact) -> Option<&[Fact]> {
        self.stays.get(&fact).map(Vec::as_slice)
    }

    fn lost_of(&self, relation: RelationId) -> impl Iterator<Item = Fact> + use<> {
        let rows: Vec<u32> = self.lost.get(&relation).into_iter().flatten().copied().collect();
        rows.into_iter().map(move |row| Fact { relation, row })
    }

    fn has_lost(&self, relation: RelationId) -> bool {
        self.lost.get(&relation).is_some_and(|rows| !rows.is_empty())
    }

    fn has_gained(&self, relation: RelationId) -> bool {
        self.gained.get(&relation).is_some_and(|rows| !rows.is_empty())
    }
}

/// Answers what would be without given rows; keeps orders of rows from question to question.
pub struct Without<'a> {
    strata: &'a Strata,
    fixpoint: &'a Fixpoint,
    rows: Rows<'a>,
    /// The strata that count, lowest first, with their rules.
    order: Vec<Vec<RuleId>>,
    /// The rules of each relation.
    rules: BTreeMap<RelationId, Vec<RuleId>>,
    /// The bodies of rules that negate something, without the negations.
    positive: BTreeMap<RuleId, Vec<Literal>>,
    /// Rows that may still be looked at.
    visits: u64,
}

impl<'a> Without<'a> {
    /// Prepares for questions about these relations of `fixpoint`, which must come from `strata`. For all answers together
    /// at most so many rows are looked at.
    #[must_use]
    pub fn new(
        (strata, fixpoint): (&'a Strata, &'a Fixpoint),
        about: &[RelationId],
        bounds: Bounds,
        visits: u64,
    ) -> Self {
        let program = strata.program();
        let mut needed: BTreeSet<RelationId> = about.iter().copied().collect();
        let (mut order, mut rules, mut positive) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
        for stratum in strata.order().iter().rev() {
            if !stratum.relations.iter().any(|relation| needed.contains(relation)) {
                continue;
            }
            for &id in &stratum.rules {
                let rule = program.rule(id);
                rules.entry(rule.head).or_insert_with(Vec::new).push(id);
                rule.body.iter().for_each(|literal| {
                    literal.each_atom(&mut |atom, _| {
                        needed.insert(atom.relation);
                    });
                });
                let is_negation = |literal: &&Literal| matches!(literal, Literal::Not(_));
                if rule.body.iter().any(|literal| is_negation(&literal)) {
                    positive.insert(id, rule.body.iter().filter(|literal| !is_negation(literal)).cloned().collect());
                }
            }
            order.push(stratum.rules.clone());
        }
        order.reverse();
        Self { strata, fixpoint, rows: Rows::new(fixpoint, bounds), order, rules, positive, visits }
    }

    /// The bound that was met, if one was: there are no more answers.
    #[must_use]
    pub fn overrun(&self) -> Option<Overrun> {
        self.rows.meter.overrun()
    }

    /// How many rows may still be looked at.
    #[must_use]
    pub fn visits(&self) -> u64 {
        self.visits
    }

    /// What is different without these given rows; `None` if too many rows would have to be looked at.
    pub fn change(&mut self, pool: &mut Pool, given: &[Fact]) -> Option<Change> {
        let allowed = self.visits.min(VISITS);
        let mut change = Change::default();
        for fact in given.iter().filter(|fact| !self.rules.contains_key(&fact.relation)) {
            change.lost.entry(fact.relation).or_default().insert(fact.row);
        }
        let removed: BTreeSet<Fact> = given.iter().copied().collect();
        let mut work = Work { rows: &mut self.rows, pool, visits: allowed };
        let mut question = Question {
            strata: self.strata,
            fixpoint: self.fixpoint,
            rules: &self.rules,
            positive: &self.positive,
            removed: &removed,
            change,
        };
        let done = self.order.iter().try_for_each(|stratum| question.stratum(&mut work, stratum));
        let left = work.visits;
        self.visits -= allowed - left;
        done.ok().map(|()| question.change)
    }
}

/// One question under way.
struct Question<'q> {
    strata: &'q Strata,
    fixpoint: &'q Fixpoint,
    rules: &'q BTreeMap<RelationId, Vec<RuleId>>,
    positive: &'q BTreeMap<RuleId, Vec<Literal>>,
    removed: &'q BTreeSet<Fact>,
    change: Change,
}

impl Question<'_> {
    fn stratum(&mut self, work: &mut Work<'_, '_>, rules: &[RuleId]) -> Result<(), GivenUp> {
        let doubted = self.doubted(work, rules)?;
        self.settle(work, doubted)?;
        for &rule in rules {
            self.gains(work, rule)?;
        }
        self.unsure(rules);
        Ok(())
    }

    /// Rows of the stratum that some lost or doubted row is a premise of.
    fn doubted(&mut self, work: &mut Work<'_, '_>, rules: &[RuleId]) -> Result<BTreeSet<Fact>, GivenUp> {
        let program = self.strata.program();
        let mut doubted: BTreeSet<Fact> = BTreeSet::new();
        let mut open: Vec<Fact> = Vec::new();
        let reads = |rule: RuleId| {
            let body = program.rule(rule).body.iter();
            body.filter_map(|literal| if let Literal::Atom(atom) = literal { Some(atom) } else { None })
        };
        let relations: BTreeSet<RelationId> = rules.iter().flat_map(|&rule| reads(rule)).map(|a| a.relation).collect();
        for relation in relations {
            open.extend(self.change.lost_of(relation));
        }
        // What is given may also be derived.
        let heads: BTreeSet<RelationId> = rules.iter().map(|&rule| program.rule(rule).head).collect();
        for &fact in self.removed.iter().filter(|fact| heads.contains(&fact.relation)) {
            doubted.insert(fact);
            open.push(fact);
        }
        while let Some(premise) = open.pop() {
            for &id in rules {
                for atom in reads(id).filter(|atom| atom.relation == premise.relation) {
                    let rule = program.rule(id);
                    let mut heads = Heads { rule, fixpoint: self.fixpoint, found: Vec::new() };
                    let row: Vec<Option<Cell>> = self.fixpoint.row(premise).iter().copied().map(Some).collect();
                    let mut walk = Walk::new(&rule.body, vec![None; rule.variables.len()], Undecided::Fails);
                    if walk.demand(&atom.terms, &row) {
                        walk.run(work, &mut heads)?;
                    }
                    let stays = |fact: &Fact| self.fixpoint.is_given(*fact) && !self.removed.contains(fact);
                    for head in heads.found.into_iter().filter(|head| !stays(head)) {
                        if doubted.insert(head) {
                            open.push(head);
                        }
                    }
                }
            }
        }
        Ok(doubted)
    }

    /// Decides which of the doubted rows stay, and takes the others for lost.
    fn settle(&mut self, work: &mut Work<'_, '_>, mut doubted: BTreeSet<Fact>) -> Result<(), GivenUp> {
        loop {
            let mut settled = Vec::new();
            for &fact in &doubted {
                if let Some(premises) = self.derivation(work, fact, &doubted)? {
                    settled.push(fact);
                    self.change.stays.insert(fact, premises);
                }
            }
            if settled.is_empty() {
                break;
            }
            for fact in settled {
                doubted.remove(&fact);
            }
        }
        for fact in doubted {
            self.change.lost.entry(fact.relation).or_default().insert(fact.row);
        }
        Ok(())
    }

    /// The premises of a derivation without lost and doubted rows.
    fn derivation(
        &self,
        work: &mut Work<'_, '_>,
        fact: Fact,
        doubted: &BTreeSet<Fact>,
    ) -> Result<Option<Vec<Fact>>, GivenUp> {
        let row: Vec<Option<Cell>> = self.fixpoint.row(fact).iter().copied().map(Some).collect();
        for &id in self.rules.get(&fact.relation).into_iter().flatten() {
            let rule = self.strata.program().rule(id);
            let mut walk = Walk::new(&rule.body, vec![None; rule.variables.len()], Undecided::Fails);
            if walk.demand(&rule.terms, &row) {
                let mut left = Left { change: &self.change, doubted, found: None };
                walk.run(work, &mut left)?;
                if left.found.is_some() {
                    return Ok(left.found);
                }
            }
        }
        Ok(None)
    }

    /// Rows that a rule gives because all that was in the way of a derivation is lost.
    fn gains(&mut self, work: &mut Work<'_, '_>, id: RuleId) -> Result<(), GivenUp> {
        let Some(body) = self.positive.get(&id) else { return Ok(()) };
        let rule = self.strata.program().rule(id);
        let body_of = rule.body.iter();
        let negated: Vec<&Atom> =
            body_of.filter_map(|literal| if let Literal::Not(atom) = literal { Some(atom) } else { None }).collect();
        let mut found = BTreeSet::new();
        for &atom in &negated {
            for blocker in self.change.lost_of(atom.relation) {
                let row: Vec<Option<Cell>> = self.fixpoint.row(blocker).iter().copied().map(Some).collect();
                let mut walk = Walk::new(body, vec![None; rule.variables.len()], Undecided::Fails);
                if walk.demand(&atom.terms, &row) {
                    let negated = &negated;
                    let mut free = Free { rule, negated, change: &self.change, heads: &mut found, given_up: false };
                    walk.run(work, &mut free)?;
                    if free.given_up {
                        return Err(GivenUp);
                    }
                }
            }
        }
        let lost = |fact: Fact| self.change.is_lost(fact);
        found.retain(|head| self.fixpoint.find(rule.head, head).is_none_or(lost));
        if !found.is_empty() {
            self.change.gained.entry(rule.head).or_default().extend(found);
        }
        Ok(())
    }

    /// Marks the heads of rules whose rows are not all told of by now.
    fn unsure(&mut self, rules: &[RuleId]) {
        let program = self.strata.program();
        loop {
            let before = self.change.unsure.len();
            for &id in rules {
                let rule = program.rule(id);
                let change = &self.change;
                let changed = |relation| change.unsure.contains(&relation) || change.has_gained(relation);
                let is_unsure = rule.body.iter().any(|literal| {
                    let counts = matches!(literal, Literal::Aggregate { .. });
                    let mut unsure = false;
                    literal.each_atom(&mut |atom, _| {
                        unsure |= changed(atom.relation) || (counts && change.has_lost(atom.relation));
                    });
                    unsure
                });
                if is_unsure {
                    self.change.unsure.insert(rule.head);
                }
            }
            if before == self.change.unsure.len() {
                return;
            }
        }
    }
}

/// The cells of a rule's head under a binding.
fn head_of(rule: &Rule, instance: &Walk<'_>, pool: &mut Pool) -> Option<Vec<Cell>> {
    rule.terms.iter().map(|term| value(term, &instance.binding, pool)).collect()
}

/// Collects what the uses of a rule give.
struct Heads<'q> {
    rule: &'q Rule,
    fixpoint: &'q Fixpoint,
    found: Vec<Fact>,
}

impl Sink for Heads<'_> {
    fn take(&mut self, instance: &Walk<'_>, work: &mut Work<'_, '_>) -> bool {
        let head = head_of(self.rule, instance, work.pool);
        self.found.extend(head.and_then(|head| self.fixpoint.find(self.rule.head, &head)));
        true
    }
}

/// Takes the first use of a rule whose premises are left.
struct Left<'q> {
    change: &'q Change,
    doubted: &'q BTreeSet<Fact>,
    found: Option<Vec<Fact>>,
}

impl Sink for Left<'_> {
    fn accept(&mut self, _literal: usize, fact: Fact) -> bool {
        !self.doubted.contains(&fact) && !self.change.is_lost(fact)
    }

    fn take(&mut self, instance: &Walk<'_>, _: &mut Work<'_, '_>) -> bool {
        self.found = Some(instance.facts.iter().flatten().copied().collect());
        false
    }
}

/// Collects what a rule gives where all that its negations met is lost.
struct Free<'q> {
    rule: &'q Rule,
    negated: &'q [&'q Atom],
    change: &'q Change,
    heads: &'q mut BTreeSet<Vec<Cell>>,
    given_up: bool,
}

impl Sink for Free<'_> {
    fn accept(&mut self, _literal: usize, fact: Fact) -> bool {
        !self.change.is_lost(fact)
    }

    fn take(&mut self, instance: &Walk<'_>, work: &mut Work<'_, '_>) -> bool {
        for atom in self.negated {
            let Some(pattern) = substitute(atom, &instance.binding, work.pool) else { return true };
            let most = self.change.lost.get(&atom.relation).map_or(0, BTreeSet::len) + 1;
            match work.matching(atom.relation, &pattern, most) {
                Ok(met) if met.iter().all(|&fact| self.change.is_lost(fact)) => {}
                Ok(_) => return true,
                Err(GivenUp) => {
                    self.given_up = true;
                    return false;
                }
            }
        }
        self.heads.extend(head_of(self.rule, instance, work.pool));
        true
    }
}
