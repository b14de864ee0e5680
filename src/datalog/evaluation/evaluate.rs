//! Evaluates strata one after the other: once through the rules, or round by round until nothing new comes.
//!
//! A checked, stratified program and given rows go in, the rows of all relations come out.

use std::collections::BTreeMap;
use std::time::Instant;

use crate::base::{Cell, Pool};

use crate::datalog::evaluation::crew::{Crew, Task};
use crate::datalog::evaluation::error::EvaluationError;
use crate::datalog::evaluation::head::Head;
use crate::datalog::evaluation::limits::{Budget, LimitKind, Stop};
use crate::datalog::evaluation::prepare::Prepared;
use crate::datalog::evaluation::profile::Profile;
use crate::datalog::evaluation::settings::Settings;
use crate::datalog::evaluation::stopped::last_row;
use crate::datalog::program::{RelationId, Strata, Stratum};
use crate::datalog::storage::fixpoint::Database;
use crate::datalog::storage::rows::stride;
use crate::datalog::storage::store::Fixpoint;
use crate::datalog::storage::table::Reading;
use crate::datalog::storage::view::View;
use crate::datalog::storage::watch::Ended;

/// Evaluates a program on the rows of a database.
///
/// The result depends on nothing but its inputs. New texts are never made; new wide numbers are added to `pool`.
///
/// # Errors
///
/// When a limit is reached, when arithmetic overflows, and when a relation or rule is too large to be stored or
/// planned. No rows are returned then: what lies above an incomplete stratum would be wrong.
pub fn evaluate(
    strata: &Strata,
    database: Database,
    pool: &mut Pool,
    settings: &Settings,
) -> Result<Fixpoint, EvaluationError> {
    let budget = Budget::start(settings, pool);
    let fixpoint = Fixpoint::load(strata.program(), database, &budget)?;
    let mut slots = vec![None; strata.program().relations.len()];
    let profile = settings.profile.then(Profile::default);
    let mut evaluation = Evaluation { strata, fixpoint, pool, budget, settings, rows: 0, profile, above: &[] };
    evaluation.given()?;
    let mut readers = last_readers(strata);
    for (number, stratum) in strata.order().iter().enumerate() {
        for (slot, relation) in stratum.relations.iter().enumerate() {
            slots[relation.0 as usize] = Some(slot);
        }
        evaluation.above = &strata.order()[number + 1..];
        if stratum.rules.is_empty() {
            evaluation.count(stratum);
        } else {
            evaluation.stratum(stratum, &slots)?;
        }
        for relation in &stratum.relations {
            slots[relation.0 as usize] = None;
        }
        for relation in readers.remove(&number).into_iter().flatten() {
            evaluation.forget(relation);
        }
        evaluation.drop_orders(stratum, &slots);
    }
    evaluation.fixpoint.profile = evaluation.profile;
    Ok(evaluation.fixpoint)
}

/// The relations that are read or completed in a stratum, by its number, and not read in any that comes later.
fn last_readers(strata: &Strata) -> BTreeMap<usize, Vec<RelationId>> {
    let mut last = BTreeMap::new();
    for (number, stratum) in strata.order().iter().enumerate() {
        last.extend(stratum.relations.iter().map(|&relation| (relation, number)));
        for &rule in &stratum.rules {
            for literal in &strata.program().rule(rule).body {
                literal.each_atom(&mut |atom, _| {
                    last.insert(atom.relation, number);
                });
            }
        }
    }
    let mut readers: BTreeMap<usize, Vec<RelationId>> = BTreeMap::new();
    for (relation, number) in last {
        readers.entry(number).or_default().push(relation);
    }
    readers
}

/// A running evaluation: the completed relations, and what it may still do.
pub(in crate::datalog) struct Evaluation<'a> {
    pub(in crate::datalog) strata: &'a Strata,
    pub(in crate::datalog) fixpoint: Fixpoint,
    pub(in crate::datalog) pool: &'a mut Pool,
    pub(in crate::datalog) budget: Budget,
    pub(in crate::datalog) settings: &'a Settings,
    /// Rows of the completed relations.
    rows: usize,
    profile: Option<Profile>,
    /// The strata that come after the running one.
    pub(in crate::datalog) above: &'a [Stratum],
}

impl Evaluation<'_> {
    /// Compares the given rows of all relations with the limits: those of a relation without rules are counted nowhere else.
    fn given(&mut self) -> Result<(), EvaluationError> {
        let relations: Vec<RelationId> = self.strata.program().relations().map(|(relation, _)| relation).collect();
        let lengths = || relations.iter().map(|&relation| self.fixpoint.len(relation));
        let (largest, all) = (lengths().max().unwrap_or(0), lengths().sum());
        self.budget.hold(self.fixpoint.bytes(), self.pool);
        self.budget.sizes(largest, all).map_err(|kind| self.too_large(kind, &relations, 0))
    }

    fn stratum(&mut self, stratum: &Stratum, slots: &[Option<usize>]) -> Result<(), EvaluationError> {
        let began = Instant::now();
        if let Some(profile) = &mut self.profile {
            profile.begin(stratum);
        }
        let (base, deltas, mut heads) = self.prepare(stratum, slots)?;
        self.budget.hold(self.fixpoint.bytes(), self.pool);
        for head in &mut heads {
            head.output.give(self.fixpoint.rows(head.relation));
        }
        self.round(&base, &mut heads, 1)?;
        let recursive = heads.iter().any(|head| !head.tables.is_empty());
        let round = if recursive { self.rounds((&base, &deltas), &mut heads)? } else { 1 };
        for head in heads {
            let relation = head.relation;
            let rows = head.into_rows(self.budget.watch());
            let rows = rows.map_err(|ended| self.stopped_between(ended, &[&base, &deltas], relation, (round, None)))?;
            if let Some(profile) = &mut self.profile {
                profile.complete(&rows);
            }
            self.fixpoint.complete(relation, rows);
        }
        if let Some(profile) = &mut self.profile {
            profile.end(began);
        }
        self.count(stratum);
        self.budget.hold(self.fixpoint.bytes(), self.pool);
        let largest = stratum.relations.iter().map(|&relation| self.fixpoint.len(relation)).max().unwrap_or(0);
        self.budget.sizes(largest, self.rows).map_err(|kind| self.too_large(kind, &stratum.relations, 1))
    }

    /// Frees what no rule needs of a relation from here on.
    fn forget(&mut self, relation: RelationId) {
        self.fixpoint.forget_orders(relation);
        if self.settings.keep.as_ref().is_some_and(|keep| !keep.contains(&relation)) {
            let rows = self.fixpoint.forget_rows(relation);
            self.rows -= rows;
        }
    }

    /// Adds the completed relations of a stratum to the totals.
    fn count(&mut self, stratum: &Stratum) {
        for &relation in &stratum.relations {
            self.rows += self.fixpoint.len(relation);
        }
    }

    /// Repeats the delta versions until a round gives nothing new, and gives its number.
    fn rounds(
        &mut self,
        (base, deltas): (&[Prepared], &[Prepared]),
        heads: &mut [Head],
    ) -> Result<u32, EvaluationError> {
        let complete = self.fixpoint.bytes();
        let mut round = 1;
        loop {
            let mut changed = false;
            for head in heads.iter_mut() {
                let relation = head.relation;
                let advanced = head.advance(self.fixpoint_stride(relation), self.budget.watch());
                changed |= advanced.map_err(|ended| {
                    self.stopped_between(ended, &[base, deltas], relation, (round, last_row(&head.readers())))
                })?;
            }
            if !changed {
                return Ok(round);
            }
            round += 1;
            let largest = heads.iter().map(|head| head.rows).max().unwrap_or(0);
            let rows = heads.iter().map(|head| head.rows).sum::<usize>();
            let bytes = heads.iter().map(Head::bytes).sum::<usize>();
            self.budget.hold(complete + bytes, self.pool);
            let checked = self.budget.sizes(largest, self.rows + rows).and_then(|()| self.budget.round(round));
            checked.map_err(|kind| self.growing_too_large(kind, heads, round))?;
            self.round(deltas, heads, round)?;
        }
    }

    /// Runs rules and hands what they give to the tables.
    fn round(&mut self, rules: &[Prepared], heads: &mut [Head], round: u32) -> Result<(), EvaluationError> {
        let mut crew = Crew::new(self.settings.threads, heads.iter_mut().map(Head::take_output).collect());
        {
            let readers: Vec<Vec<Box<dyn Reading + '_>>> = heads.iter().map(Head::readers).collect();
            for rule in rules {
                if rule.delta.is_some_and(|head| heads[head].recent == 0) {
                    continue;
                }
                let views: Vec<Vec<View<'_>>> = rule.sources.iter().map(|origin| origin.views(&readers)).collect();
                let empty = |(source, views): (usize, &Vec<View<'_>>)| {
                    rule.plan.sources[source].required && views.iter().all(|view| view.len() == 0)
                };
                if views.iter().enumerate().any(empty) {
                    continue;
                }
                let rank = round << 8 | u32::try_from(rule.index).unwrap_or(255).min(255);
                let relation = self.strata.program().relation(heads[rule.head].relation);
                let primitives = relation.columns.iter().map(|column| column.primitive).collect();
                let task = Task { plan: &rule.plan, views, values: rule.values, head: rule.head, primitives, rank };
                self.budget.hot.clear();
                let looked = self.budget.look(self.pool);
                let (began, before) = (self.profile.is_some().then(Instant::now), self.budget.derived());
                let done = looked.and_then(|()| crew.run(&task, self.pool, &mut self.budget));
                if let (Some(profile), Some(began)) = (&mut self.profile, began) {
                    profile.round(round);
                    profile.ran(rule.index, self.budget.derived() - before, began);
                }
                if let Err(stop) = done {
                    // What threads have found so far differs from run to run; where the stop does not, nothing else may.
                    let differs = matches!(stop, Stop::Limit(LimitKind::Time | LimitKind::Bytes));
                    let last = crew.last(rule.head).filter(|_| differs).map(<[Cell]>::to_vec);
                    let row = last.or_else(|| last_row(&readers[rule.head]));
                    let sample = row.map(|row| self.shown(heads[rule.head].relation, &row));
                    let hot = self.budget.hot.most().filter(|_| differs);
                    let hot = hot.and_then(|hot| self.looked_up(hot, &rule.plan));
                    return Err(self.stopped(stop, rule.rule, round, (sample, hot)));
                }
                if std::mem::take(&mut self.budget.notes).outside {
                    self.fixpoint.outside.insert(self.strata.program().rule(rule.rule).span);
                }
            }
        }
        self.insert(crew, rules, heads, round)
    }

    /// Hands what a round has given to the tables.
    fn insert(&self, crew: Crew, rules: &[Prepared], heads: &mut [Head], round: u32) -> Result<(), EvaluationError> {
        let watch = self.budget.watch();
        let stopped = |ended: Ended, head: &Head| {
            self.stopped_between(ended, &[rules], head.relation, (round, last_row(&head.readers())))
        };
        let outputs = crew.gather(watch).map_err(|(head, ended)| stopped(ended, &heads[head]))?;
        for (head, mut output) in heads.iter_mut().zip(outputs) {
            if !head.tables.is_empty() {
                let rows = output.take(watch).map_err(|ended| stopped(ended, head))?;
                head.insert(&rows);
            }
            head.output = output;
        }
        Ok(())
    }

    pub(in crate::datalog) fn arity(&self, relation: RelationId) -> usize {
        self.strata.program().relation(relation).columns.len()
    }

    fn fixpoint_stride(&self, relation: RelationId) -> usize {
        stride(self.arity(relation)).unwrap_or(1)
    }
}
