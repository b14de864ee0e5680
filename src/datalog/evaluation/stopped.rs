//! What is told of an evaluation that stops: the rule or relation, a row of it, and what was gone through most.
//!
//! Goes in: why it stops, and what there is of the running stratum. Comes out: the error.

use std::sync::Arc;

use crate::base::{Cell, Pool, Primitive, Span};

use crate::datalog::evaluation::error::{EvaluationError, Stage};
use crate::datalog::evaluation::evaluate::Evaluation;
use crate::datalog::evaluation::head::Head;
use crate::datalog::evaluation::hot::Lookup;
use crate::datalog::evaluation::limits::{LimitKind, Stop};
use crate::datalog::evaluation::prepare::Prepared;
use crate::datalog::planning::plan::Plan;
use crate::datalog::program::{Atom, RelationId, Rule, RuleId};
use crate::datalog::storage::table::{Reading, Version};
use crate::datalog::storage::watch::Ended;

impl Evaluation<'_> {
    /// The error of a rule that was left; what is known of it are a row that it gave and the rows it went through most.
    pub(in crate::datalog) fn stopped(
        &self,
        stop: Stop,
        rule: RuleId,
        round: u32,
        (sample, hot): (Option<String>, Option<String>),
    ) -> EvaluationError {
        let rule = self.strata.program().rule(rule);
        let stage = stage(rule, round);
        match stop {
            Stop::Limit(kind) => self.limit(kind, rule.head, rule.span, stage, (sample, hot)),
            Stop::Cancelled => {
                let relation = Arc::clone(&self.strata.program().relation(rule.head).name);
                EvaluationError::Cancelled { relation, rule: rule.span, stage }
            }
            Stop::Fault(fault) => EvaluationError::NoValue { fault: *fault, rule: rule.span },
        }
    }

    /// The error of rows that are sorted or merged while no rule runs: of the last rule that can have given them.
    pub(in crate::datalog) fn stopped_between(
        &self,
        ended: Ended,
        rules: &[&[Prepared]],
        relation: RelationId,
        (round, sample): (u32, Option<Vec<Cell>>),
    ) -> EvaluationError {
        let program = self.strata.program();
        let of = |rule: &&Prepared| program.rule(rule.rule).head == relation;
        let sample = sample.map(|row| self.shown(relation, &row));
        match rules.iter().copied().flatten().filter(of).last() {
            Some(rule) => self.stopped(ended.into(), rule.rule, round, (sample, None)),
            None => EvaluationError::of_rows(ended, program.relation(relation), &self.budget),
        }
    }

    /// The largest relation of a stratum that is complete; in round 0 of those that are given rows.
    pub(in crate::datalog) fn too_large(
        &self,
        kind: LimitKind,
        relations: &[RelationId],
        round: u32,
    ) -> EvaluationError {
        let largest = relations.iter().max_by_key(|&&relation| self.fixpoint.len(relation)).copied();
        let relation = largest.unwrap_or(RelationId(0));
        let sample = self.fixpoint.facts(relation).last().map(|fact| self.shown(relation, self.fixpoint.row(fact)));
        self.limit_of_rows(kind, relation, &[], (round, sample))
    }

    /// The largest relation of the running stratum.
    pub(in crate::datalog) fn growing_too_large(&self, kind: LimitKind, heads: &[Head], round: u32) -> EvaluationError {
        let Some(head) = heads.iter().max_by_key(|head| head.rows) else { return self.too_large(kind, &[], round) };
        let sample = last_row(&head.readers()).map(|row| self.shown(head.relation, &row));
        let growing: Vec<RelationId> = heads.iter().map(|head| head.relation).collect();
        self.limit_of_rows(kind, head.relation, &growing, (round, sample))
    }

    /// The error of a relation that is too large: of its last rule that reads one of those that grow, else of its last
    /// rule, else of its last fact, else, and in round 0, of the rows that it is given.
    fn limit_of_rows(
        &self,
        kind: LimitKind,
        relation: RelationId,
        growing: &[RelationId],
        (round, sample): (u32, Option<String>),
    ) -> EvaluationError {
        let program = self.strata.program();
        let grows = |rule: &Rule| {
            let mut reads = false;
            let mut see = |atom: &Atom| reads |= growing.contains(&atom.relation);
            rule.body.iter().for_each(|literal| literal.each_atom(&mut |atom, _| see(atom)));
            reads
        };
        let of = || program.rules().map(|(_, rule)| rule).filter(|rule| rule.head == relation);
        let last = of().filter(|rule| grows(rule)).last();
        let last = last.or_else(|| of().filter(|rule| !rule.body.is_empty()).last()).or_else(|| of().last());
        let (at, stage) = match last {
            Some(rule) if round > 0 => (rule.span, stage(rule, round)),
            Some(_) | None => (program.relation(relation).declared_at, Stage::Given),
        };
        self.limit(kind, relation, at, stage, (sample, None))
    }

    fn limit(
        &self,
        limit: LimitKind,
        relation: RelationId,
        rule: Span,
        stage: Stage,
        (sample, hot): (Option<String>, Option<String>),
    ) -> EvaluationError {
        let relation = Arc::clone(&self.strata.program().relation(relation).name);
        EvaluationError::LimitReached { limit, bound: self.budget.bound(limit), relation, rule, stage, sample, hot }
    }

    /// A row as a fact of a program.
    pub(in crate::datalog) fn shown(&self, relation: RelationId, row: &[Cell]) -> String {
        let relation = self.strata.program().relation(relation);
        let values = relation.columns.iter().zip(row).map(|(column, &cell)| value(self.pool, cell, column.primitive));
        format!("{}({})", relation.name, values.collect::<Vec<_>>().join(", "))
    }

    /// What a rule looked up most, in words.
    pub(in crate::datalog) fn looked_up(&self, hot: &Lookup, plan: &Plan) -> Option<String> {
        let source = plan.sources.get(hot.source)?;
        let relation = self.strata.program().relation(source.relation);
        let mut key = source.layout.columns.iter().zip(&hot.key).map(|(&column, &cell)| {
            let column = &relation.columns[column];
            format!("`{}` = {}", column.name, value(self.pool, cell, column.primitive))
        });
        let of: Vec<String> = key.by_ref().collect();
        let with = if of.is_empty() { String::new() } else { format!(" with {}", of.join(" and ")) };
        Some(format!("it went {} times through {} rows of `{}`{with}", hot.times, hot.rows, relation.name))
    }
}

/// What was going on in a round: a fact of the program is a rule without a body.
fn stage(rule: &Rule, round: u32) -> Stage {
    if rule.body.is_empty() { Stage::Facts } else { Stage::Round(round) }
}

/// The last row of a relation that still grows.
pub(in crate::datalog) fn last_row(readers: &[Box<dyn Reading + '_>]) -> Option<Vec<Cell>> {
    let views = readers.first()?.views(Version::All);
    views.iter().find_map(|view| Some(view.row(view.len().checked_sub(1)?).to_vec()))
}

/// A value as it stands in a program, and not too long.
fn value(pool: &Pool, cell: Cell, primitive: Primitive) -> String {
    const LONGEST: usize = 40;
    let shown = pool.shown(cell, primitive);
    let mut short: String = shown.chars().take(LONGEST).collect();
    if short.len() < shown.len() {
        short.push('…');
    }
    if primitive == Primitive::Symbol { format!("{short:?}") } else { short }
}
