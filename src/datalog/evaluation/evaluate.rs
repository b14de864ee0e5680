//! Evaluates strata one after the other: once through the rules, or round by round until nothing new comes.
//!
//! A checked, stratified program and given rows go in, the rows of all relations come out.

use std::sync::Arc;

use crate::base::{Pool, Span};

use crate::datalog::evaluation::execute::run;
use crate::datalog::evaluation::limits::{Budget, EvaluationError, LimitKind, MAX_CONDITIONS, Stop};
use crate::datalog::evaluation::output::{Emission, Output};
use crate::datalog::evaluation::settings::Settings;
use crate::datalog::planning::body::Body;
use crate::datalog::planning::plan::{Plan, Purpose, plan};
use crate::datalog::planning::scene::{Origin, Scene};
use crate::datalog::program::{Literal, RelationId, Rule, RuleId, Strata, Stratum};
use crate::datalog::storage::fixpoint::Database;
use crate::datalog::storage::store::Fixpoint;
use crate::datalog::storage::table::{Frozen, Reading, Table, Version, permute, primary, secondary, sort_rows, stride};
use crate::datalog::storage::view::View;

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
    let budget = Budget::start(&settings.limits, pool.wide_numbers());
    let fixpoint = Fixpoint::load(strata.program(), database)?;
    let mut slots = vec![None; strata.program().relations.len()];
    let mut evaluation = Evaluation { strata, fixpoint, pool, budget, rows: 0, bytes: 0 };
    for stratum in strata.order() {
        for (slot, relation) in stratum.relations.iter().enumerate() {
            slots[relation.0 as usize] = Some(slot);
        }
        if stratum.rules.is_empty() {
            evaluation.count(stratum);
        } else {
            evaluation.stratum(stratum, &slots)?;
        }
        for relation in &stratum.relations {
            slots[relation.0 as usize] = None;
        }
    }
    Ok(evaluation.fixpoint)
}

struct Evaluation<'a> {
    strata: &'a Strata,
    fixpoint: Fixpoint,
    pool: &'a mut Pool,
    budget: Budget,
    /// Rows and bytes of the completed relations.
    rows: usize,
    bytes: usize,
}

/// A relation of the running stratum.
struct Head {
    relation: RelationId,
    output: Output,
    /// Its own order and the others that rules look it up by; none in a stratum without recursion.
    tables: Vec<Box<dyn Table>>,
    orders: Vec<Vec<usize>>,
    rows: usize,
    /// Rows that are new in this round.
    recent: usize,
}

/// One version of a rule, ready to run.
struct Prepared {
    rule: RuleId,
    /// The place of the rule in its stratum.
    index: usize,
    plan: Plan,
    head: usize,
    /// The relation whose recent rows it reads.
    delta: Option<usize>,
    sources: Vec<Origin>,
}

impl Evaluation<'_> {
    fn stratum(&mut self, stratum: &Stratum, slots: &[Option<usize>]) -> Result<(), EvaluationError> {
        let (base, deltas, mut heads) = self.prepare(stratum, slots)?;
        for head in &mut heads {
            let (view, arity) = (self.fixpoint.rows(head.relation), self.arity(head.relation));
            (0..view.len()).for_each(|row| head.output.push(&view.row(row)[..arity], 0));
        }
        self.round(&base, &mut heads, 1)?;
        if heads.iter().any(|head| !head.tables.is_empty()) {
            self.rounds(&deltas, &mut heads)?;
        }
        for head in heads {
            let width = stride(self.arity(head.relation)).unwrap_or(1);
            let Head { tables, mut output, .. } = head;
            let growing = tables.into_iter().next();
            let rows = growing.map_or_else(|| Frozen::from_sorted(output.take(), width), |table| table.freeze(width));
            self.fixpoint.complete(head.relation, rows);
        }
        self.count(stratum);
        let largest = stratum.relations.iter().map(|&relation| self.fixpoint.len(relation)).max().unwrap_or(0);
        let checked = self.budget.sizes(largest, self.rows, self.bytes);
        checked.map_err(|kind| self.too_large(kind, &stratum.relations, 1))
    }

    /// Adds the completed relations of a stratum to the totals.
    fn count(&mut self, stratum: &Stratum) {
        for &relation in &stratum.relations {
            let rows = self.fixpoint.len(relation);
            self.rows += rows;
            self.bytes += rows * self.arity(relation).max(1) * 4;
        }
    }

    /// Repeats the delta versions until a round gives nothing new.
    fn rounds(&mut self, deltas: &[Prepared], heads: &mut [Head]) -> Result<(), EvaluationError> {
        let relations: Vec<RelationId> = heads.iter().map(|head| head.relation).collect();
        for round in 2.. {
            let mut changed = false;
            for head in heads.iter_mut() {
                changed |= head.advance(self.fixpoint_stride(head.relation));
            }
            if !changed {
                break;
            }
            let largest = heads.iter().map(|head| head.rows).max().unwrap_or(0);
            let rows = heads.iter().map(|head| head.rows).sum::<usize>();
            let bytes = heads.iter().map(Head::bytes).sum::<usize>();
            let checked = self.budget.sizes(largest, self.rows + rows, self.bytes + bytes);
            let checked = checked.and_then(|()| self.budget.round(round));
            checked.map_err(|kind| self.too_large(kind, &relations, round))?;
            self.round(deltas, heads, round)?;
        }
        Ok(())
    }

    /// Runs rules and hands what they give to the tables.
    fn round(&mut self, rules: &[Prepared], heads: &mut [Head], round: u32) -> Result<(), EvaluationError> {
        let mut outputs: Vec<Output> = heads.iter_mut().map(Head::take_output).collect();
        {
            let readers: Vec<Vec<Box<dyn Reading + '_>>> =
                heads.iter().map(|head| head.tables.iter().map(|table| table.read()).collect()).collect();
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
                let mut sink = Emission { head: &rule.plan.head, rank, output: &mut outputs[rule.head] };
                let done = self
                    .budget
                    .look(self.pool.wide_numbers())
                    .and_then(|()| run(&rule.plan, &views, &[], (&mut *self.pool, &mut self.budget), &mut sink));
                done.map_err(|stop| self.stopped(stop, rule.rule, round))?;
            }
        }
        for (head, mut output) in heads.iter_mut().zip(outputs) {
            if let Some(table) = head.tables.first_mut() {
                table.insert(&output.take());
            }
            head.output = output;
        }
        Ok(())
    }

    fn arity(&self, relation: RelationId) -> usize {
        self.strata.program().relation(relation).columns.len()
    }

    fn fixpoint_stride(&self, relation: RelationId) -> usize {
        stride(self.arity(relation)).unwrap_or(1)
    }

    fn stopped(&self, stop: Stop, rule: RuleId, round: u32) -> EvaluationError {
        let rule = self.strata.program().rule(rule);
        match stop {
            Stop::Limit(kind) => self.limit(kind, rule.head, rule.span, round),
            Stop::Overflow { left, operator, right } => {
                EvaluationError::Overflow { left, operator, right, rule: rule.span }
            }
        }
    }

    fn too_large(&self, kind: LimitKind, relations: &[RelationId], round: u32) -> EvaluationError {
        let largest = relations.iter().max_by_key(|&&relation| self.fixpoint.len(relation)).copied();
        let relation = largest.unwrap_or(RelationId(0));
        self.limit(kind, relation, self.strata.program().relation(relation).declared_at, round)
    }

    fn limit(&self, limit: LimitKind, relation: RelationId, rule: Span, round: u32) -> EvaluationError {
        let relation = Arc::clone(&self.strata.program().relation(relation).name);
        EvaluationError::LimitReached { limit, bound: self.budget.bound(limit), relation, rule, round }
    }
}

/// The rules that read nothing of their stratum, the delta versions of the others, and the relations.
type Preparation = (Vec<Prepared>, Vec<Prepared>, Vec<Head>);

impl Evaluation<'_> {
    fn prepare(&mut self, stratum: &Stratum, slots: &[Option<usize>]) -> Result<Preparation, EvaluationError> {
        let program = self.strata.program();
        let mut scene = Scene::new(&self.fixpoint, slots, self.guess(stratum, slots));
        let (mut base, mut deltas) = (Vec::new(), Vec::new());
        for (index, &id) in stratum.rules.iter().enumerate() {
            let rule = program.rule(id);
            let versions = self.versions(rule, slots)?;
            let body = Body::of_rule(rule);
            for delta in versions {
                self.budget.look(self.pool.wide_numbers()).map_err(|stop| self.stopped(stop, id, 1))?;
                scene.delta = delta;
                let Some(plan) = plan(&body, &[], Purpose::Rows, &mut scene) else {
                    return Err(EvaluationError::Unbound { relation: self.name(rule.head), rule: rule.span });
                };
                let sources = scene.origins(&plan);
                let head = slots[rule.head.0 as usize].unwrap_or(0);
                let changing = delta.and_then(|literal| slot_of(&rule.body[literal], slots));
                let prepared = Prepared { rule: id, index, plan, head, delta: changing, sources };
                if delta.is_some() { deltas.push(prepared) } else { base.push(prepared) }
            }
        }
        let mut known = scene.into_orders();
        let recursive = stratum.recursive || !deltas.is_empty();
        let heads = stratum
            .relations
            .iter()
            .map(|&relation| Head::new(relation, self.arity(relation), known.remove(&relation), recursive));
        Ok((base, deltas, heads.collect()))
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
            Literal::Not(_) | Literal::Compare { .. } | Literal::Count { .. } => false,
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
            Literal::Atom(_) | Literal::Not(_) | Literal::Compare { .. } | Literal::Count { .. } => None,
        });
        read.max().unwrap_or(0).max(1024) as u64
    }
}

fn conditions(body: &[Literal]) -> usize {
    let inner = body.iter().map(|literal| match literal {
        Literal::Count { body, .. } => 1 + conditions(body),
        Literal::Atom(_) | Literal::Not(_) | Literal::Compare { .. } => 1,
    });
    inner.sum()
}

/// The relation of an atom that lies in the running stratum.
fn slot_of(literal: &Literal, slots: &[Option<usize>]) -> Option<usize> {
    match literal {
        Literal::Atom(atom) => slots[atom.relation.0 as usize],
        Literal::Not(_) | Literal::Compare { .. } | Literal::Count { .. } => None,
    }
}

impl Head {
    fn new(relation: RelationId, arity: usize, orders: Option<Vec<Vec<usize>>>, recursive: bool) -> Self {
        let ranked = stride(arity + 1).unwrap_or(1);
        let plain = stride(arity).unwrap_or(1);
        let orders = orders.unwrap_or_else(|| vec![(0..arity).collect()]);
        let make = |index: usize| if index == 0 { primary(ranked) } else { secondary(plain) };
        let tables = if recursive { (0..orders.len()).map(make).collect() } else { Vec::new() };
        let width = if recursive { ranked } else { plain };
        Self { relation, output: Output::new(arity, width, recursive), tables, orders, rows: 0, recent: 0 }
    }

    fn take_output(&mut self) -> Output {
        std::mem::replace(&mut self.output, Output::new(0, 1, false))
    }

    /// Makes inserted rows recent in every order; tells whether there are any.
    fn advance(&mut self, width: usize) -> bool {
        let Some((first, others)) = self.tables.split_first_mut() else { return false };
        let changed = first.advance();
        self.recent = 0;
        if changed {
            let reader = first.read();
            for view in reader.views(Version::Recent) {
                self.recent += view.len();
                for (table, columns) in others.iter_mut().zip(&self.orders[1..]) {
                    let mut rows = permute(view, columns, width);
                    sort_rows(&mut rows, width, false);
                    table.insert(&rows);
                }
            }
        }
        for table in others {
            table.advance();
        }
        self.rows += self.recent;
        changed
    }

    /// Estimated bytes of all orders; merging holds what it merges and the result at the same time.
    fn bytes(&self) -> usize {
        self.rows * (self.orders[0].len() + 1) * 4 * self.tables.len() * 2
    }
}
