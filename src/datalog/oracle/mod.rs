//! Programs built by hand and at random, and the naive evaluator that the engine is held against. Tests only.

mod cyclic;
mod dice;
mod differences;
mod formulas;
mod naive;
mod random;
mod refused;
mod settings;
mod shortest;
mod stops;
mod terms;
mod threads;
mod values;
mod without;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::base::{Pool, Primitive, SourceMap, Span};

pub(super) use dice::Dice;

use crate::datalog::program::{
    Atom, Column, Literal, Program, Relation, RelationId, Rule, RuleId, Strata, Stratum, Term,
};
use crate::datalog::syntax::ast::{Aggregate, Functor, Operator};
use crate::datalog::{
    Database, EvaluationError, Fixpoint, LimitKind, Limits, Proof, Settings, evaluate, prove, verify,
};

/// Builds programs by hand.
pub(super) struct Builder {
    pub(super) program: Program,
    pub(super) order: Vec<Stratum>,
    span: Span,
}

impl Builder {
    pub(super) fn new() -> Self {
        let span = Span::new(SourceMap::new().add("test.dl", ""), 0, 0);
        let program = Program {
            relations: Vec::new(),
            rules: Vec::new(),
            by_name: BTreeMap::new(),
            directives: Vec::new(),
            reads: BTreeMap::new(),
        };
        Self { program, order: Vec::new(), span }
    }

    pub(super) fn relation(&mut self, name: &str, columns: &[Primitive]) -> RelationId {
        let id = RelationId(u32::try_from(self.program.relations.len()).unwrap());
        let column = |&primitive: &Primitive| Column {
            name: "c".into(),
            type_name: "t".into(),
            supertypes: Vec::new(),
            primitive,
        };
        let columns = columns.iter().map(column).collect();
        self.program.by_name.insert(name.into(), id);
        self.program.relations.push(Relation { name: name.into(), columns, declared_at: self.span });
        id
    }

    pub(super) fn rule(&mut self, head: Atom, body: Vec<Literal>, variables: usize) -> RuleId {
        let id = RuleId(u32::try_from(self.program.rules.len()).unwrap());
        let variables = (0..variables).map(|n| Arc::from(format!("V{n}"))).collect();
        let Atom { relation: head, terms } = head;
        let places = vec![self.span; body.len()];
        self.program.rules.push(Rule { head, terms, body, places, variables, span: self.span, docs: "".into() });
        id
    }

    /// Adds a stratum of relations and all their rules.
    pub(super) fn stratum(&mut self, relations: &[RelationId], recursive: bool) {
        let rules = self.program.rules().filter(|(_, rule)| relations.contains(&rule.head)).map(|(id, _)| id).collect();
        self.order.push(Stratum { relations: relations.to_vec(), rules, recursive });
    }

    pub(super) fn strata(self) -> Strata {
        Strata { program: self.program, order: self.order }
    }
}

pub(super) fn atom(relation: RelationId, terms: &[Term]) -> Atom {
    Atom { relation, terms: terms.to_vec() }
}

pub(super) fn var(number: u16) -> Term {
    Term::Variable(number)
}

use Primitive::Number;

/// `path` as the closure of `edge`; with `linear` off it joins itself.
pub(super) fn closure(linear: bool) -> (Strata, RelationId, RelationId) {
    let mut builder = Builder::new();
    let edge = builder.relation("edge", &[Number, Number]);
    let path = builder.relation("path", &[Number, Number]);
    let step = |relation, from, to| Literal::Atom(atom(relation, &[var(from), var(to)]));
    builder.rule(atom(path, &[var(0), var(1)]), vec![step(edge, 0, 1)], 2);
    let last = if linear { edge } else { path };
    builder.rule(atom(path, &[var(0), var(2)]), vec![step(path, 0, 1), step(last, 1, 2)], 3);
    builder.stratum(&[edge], false);
    builder.stratum(&[path], true);
    (builder.strata(), edge, path)
}

fn check_closure(edges: &[(i64, i64)], expect: usize) {
    for linear in [true, false] {
        let (strata, edge, path) = closure(linear);
        let (mut pool, mut database) = (Pool::new(), Database::new());
        for &(from, to) in edges {
            let row = [pool.number(from), pool.number(to)];
            database.push(edge, &row, None);
        }
        let fixpoint = evaluate(&strata, database, &mut pool, &Settings::default()).unwrap();
        assert_eq!(fixpoint.len(path), expect, "linear: {linear}");
        for fact in fixpoint.facts(path).step_by(1 + expect / 50) {
            let proof = prove(&strata, &fixpoint, &mut pool, fact);
            assert!(matches!(*proof, Proof::Derived { .. }));
            assert!(verify(&strata, &fixpoint, &mut pool, &proof));
        }
    }
}

#[test]
fn closures_have_the_right_size() {
    let chain = |n: i64| (0..n).map(|i| (i, i + 1)).collect::<Vec<_>>();
    let cycle = |n: i64| (0..n).map(|i| (i, (i + 1) % n)).collect::<Vec<_>>();
    let grid = (0..8).flat_map(|x| (0..8).flat_map(move |y| [(x * 9 + y, x * 9 + y + 1), (x * 9 + y, x * 9 + y + 9)]));
    check_closure(&[], 0);
    check_closure(&chain(60), 60 * 61 / 2);
    check_closure(&cycle(40), 40 * 40);
    check_closure(&grid.collect::<Vec<_>>(), 1808);
}

#[test]
fn a_long_chain_has_a_proof_that_is_cut() {
    let (strata, edge, path) = closure(true);
    let (mut pool, mut database) = (Pool::new(), Database::new());
    let nodes: Vec<_> = (0..600).map(|i| pool.number(i)).collect();
    for pair in nodes.windows(2) {
        database.push(edge, pair, None);
    }
    let fixpoint = evaluate(&strata, database, &mut pool, &Settings::default()).unwrap();
    let goal = fixpoint.find(path, &[nodes[0], nodes[599]]).unwrap();
    let (mut proof, mut depth) = (prove(&strata, &fixpoint, &mut pool, goal), 0);
    assert!(verify(&strata, &fixpoint, &mut pool, &proof));
    while let Proof::Derived { premises, .. } = &*Arc::clone(&proof) {
        proof = Arc::clone(&premises[0]);
        depth += 1;
    }
    assert!(matches!(*proof, Proof::Cut { .. }) && depth == 400, "{depth}");
}

/// `n(first).` and `n(X + 1) :- n(X).`
fn counter(first: i64, limits: &Limits) -> Result<Fixpoint, EvaluationError> {
    let mut builder = Builder::new();
    let mut pool = Pool::new();
    let n = builder.relation("n", &[Number]);
    let constant = |value, pool: &mut Pool| Term::Constant(pool.number(value));
    let next = Term::Functor(Functor::Add, Number, vec![var(0), constant(1, &mut pool)]);
    builder.rule(atom(n, &[constant(first, &mut pool)]), vec![], 0);
    builder.rule(atom(n, &[next]), vec![Literal::Atom(atom(n, &[var(0)]))], 1);
    builder.stratum(&[n], true);
    evaluate(&builder.strata(), Database::new(), &mut pool, &Settings::with(limits.clone()))
}

fn check_limit(limits: &Limits, expect: LimitKind) {
    let started = Instant::now();
    match counter(0, limits) {
        Err(EvaluationError::LimitReached { limit, relation, .. }) => assert_eq!((limit, &*relation), (expect, "n")),
        other => panic!("{other:?}"),
    }
    assert!(started.elapsed() < Duration::from_secs(20), "{expect:?} took {:?}", started.elapsed());
}

#[test]
fn a_rule_that_counts_for_ever_is_stopped() {
    let free = Limits { rounds: u32::MAX, ..Limits::default() };
    check_limit(&Limits { rounds: 2000, ..Limits::default() }, LimitKind::Rounds);
    check_limit(&Limits { rows: 1000, ..free.clone() }, LimitKind::Rows);
    check_limit(&Limits { all_rows: 1000, ..free.clone() }, LimitKind::AllRows);
    check_limit(&Limits { derivations: 1000, ..free.clone() }, LimitKind::Derivations);
    check_limit(&Limits { bytes: 100_000, ..free.clone() }, LimitKind::Bytes);
    check_limit(&Limits { time: Duration::from_millis(100), ..free }, LimitKind::Time);
}

#[test]
fn new_wide_numbers_are_limited() {
    let limits = Limits { numbers: 1000, ..Limits::default() };
    let error = counter(1 << 40, &limits).unwrap_err();
    assert!(matches!(error, EvaluationError::LimitReached { limit: LimitKind::Numbers, .. }), "{error}");
}

#[test]
fn a_sum_that_does_not_fit_is_an_error_with_its_values() {
    let error = counter(i64::MAX - 3, &Limits::default()).unwrap_err();
    assert_eq!(error.to_string(), format!("`{} + 1` does not fit into a number of 64 bits", i64::MAX));
}

#[test]
fn a_product_of_relations_is_stopped_inside_the_rule() {
    let mut builder = Builder::new();
    let mut pool = Pool::new();
    let (e, p) = (builder.relation("e", &[Number]), builder.relation("p", &[Number]));
    let body: Vec<Literal> = (0..8).map(|variable| Literal::Atom(atom(e, &[var(variable)]))).collect();
    let sum = (1..8).map(var).fold(var(0), |sum, term| Term::Functor(Functor::Add, Number, vec![sum, term]));
    let never = Literal::Compare { left: sum, operator: Operator::Less, right: var(0), primitive: Number };
    builder.rule(atom(p, &[var(0)]), body.into_iter().chain([never]).collect(), 8);
    builder.stratum(&[e], false);
    builder.stratum(&[p], false);
    let mut database = Database::new();
    for value in 1..300 {
        database.push(e, &[pool.number(value)], None);
    }
    let limits = Limits { time: Duration::from_millis(50), ..Limits::default() };
    let started = Instant::now();
    let error = evaluate(&builder.strata(), database, &mut pool, &Settings::with(limits)).unwrap_err();
    assert!(matches!(error, EvaluationError::LimitReached { limit: LimitKind::Time, .. }), "{error}");
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[test]
fn an_aggregate_is_computed_once_for_each_group() {
    let check = |outer: &[u16]| {
        let mut builder = Builder::new();
        let (mut pool, mut database) = (Pool::new(), Database::new());
        let (q, p) = (builder.relation("q", &[Number, Number]), builder.relation("p", &[Number, Number]));
        let sum = Literal::Aggregate {
            result: var(2),
            function: Aggregate::Sum,
            primitive: Number,
            target: Some(var(3)),
            body: vec![Literal::Atom(atom(q, &[var(if outer.is_empty() { 4 } else { 1 }), var(3)]))],
            outer: outer.to_vec(),
        };
        builder.rule(atom(p, &[var(0), var(2)]), vec![Literal::Atom(atom(q, &[var(1), var(0)])), sum], 5);
        builder.stratum(&[q], false);
        builder.stratum(&[p], false);
        for value in 0..20_000 {
            database.push(q, &[pool.number(value % 3), pool.number(value)], None);
        }
        // One by one, that would be hundreds of millions of rows.
        let limits = Limits { time: Duration::from_secs(30), ..Limits::default() };
        let fixpoint = evaluate(&builder.strata(), database, &mut pool, &Settings::with(limits)).unwrap();
        assert_eq!(fixpoint.len(p), 20_000);
        let total: i64 = if outer.is_empty() { 199_990_000 } else { (0..20_000).step_by(3).sum() };
        let row = [pool.number(0), pool.number(total)];
        assert!(fixpoint.find(p, &row).is_some(), "{total}");
    };
    check(&[]);
    check(&[1]);
}

#[test]
fn a_relation_that_is_too_wide_is_refused() {
    let check = |columns: usize, expect: bool| {
        let mut builder = Builder::new();
        let wide = builder.relation("wide", &vec![Number; columns]);
        let terms: Vec<Term> = (0..columns).map(|_| Term::Constant(0)).collect();
        builder.rule(atom(wide, &terms), vec![], 0);
        builder.rule(atom(wide, &terms), vec![Literal::Atom(atom(wide, &terms))], 0);
        builder.stratum(&[wide], true);
        let result = evaluate(&builder.strata(), Database::new(), &mut Pool::new(), &Settings::default());
        assert_eq!(result.map(|fixpoint| fixpoint.len(wide)).ok(), expect.then_some(1), "{columns} columns");
    };
    for columns in [0, 1, 15, 16, 17, 18, 20, 23, 24, 33, 64] {
        check(columns, true);
    }
    check(65, false);
}

#[test]
fn an_evaluation_that_is_cancelled_names_its_rule() {
    let (strata, edge, _) = closure(true);
    let (mut pool, mut database) = (Pool::new(), Database::new());
    let row = [pool.number(1), pool.number(2)];
    database.push(edge, &row, None);
    let settings = Settings::default();
    settings.cancel.store(true, std::sync::atomic::Ordering::Relaxed);
    let error = evaluate(&strata, database, &mut pool, &settings).unwrap_err();
    assert_eq!(error.to_string(), "cancelled in the rules of `path`, in round 1");

    let mut builder = Builder::new();
    let e = builder.relation("e", &[Number]);
    builder.rule(atom(e, &[Term::Constant(pool.number(1))]), vec![], 0);
    builder.stratum(&[e], false);
    let error = evaluate(&builder.strata(), Database::new(), &mut pool, &settings).unwrap_err();
    assert_eq!(error.to_string(), "cancelled in the facts of `e`");
    assert_eq!(error.diagnostic().primary.text, "stopped at this fact");
}

#[test]
fn a_limit_names_a_row_and_what_was_looked_up_most() {
    let limits = Limits { rounds: u32::MAX, derivations: 1000, ..Limits::default() };
    let error = counter(0, &limits).unwrap_err();
    let label = error.diagnostic().primary.text;
    assert!(label.starts_with("stopped in this rule, which gave for example `n("), "{label}");

    // Every row of `e` meets every row of `f` with the same first column, which is always 7.
    let (mut builder, mut pool, mut database) = (Builder::new(), Pool::new(), Database::new());
    let [e, f, p] = ["e", "f", "p"].map(|name| builder.relation(name, &[Number, Number]));
    let body = [atom(e, &[var(0), var(1)]), atom(f, &[var(0), var(2)])].map(Literal::Atom);
    builder.rule(atom(p, &[var(1), var(2)]), body.to_vec(), 3);
    for relation in [e, f, p] {
        builder.stratum(&[relation], false);
    }
    let seven = pool.number(7);
    for value in 0..20_000 {
        let value = pool.number(value);
        database.push(e, &[seven, value], None);
        database.push(f, &[seven, value], None);
    }
    let limits = Limits { bytes: 24 << 20, ..Limits::default() };
    let error = evaluate(&builder.strata(), database, &mut pool, &Settings::with(limits)).unwrap_err();
    let label = error.diagnostic().primary.text;
    let (start, rest) = label.split_once("; ").unwrap();
    assert!(start.starts_with("stopped in this rule, which gave for example `p("), "{label}");
    assert!(rest.starts_with("it went ") && rest.ends_with(" times through 20000 rows of `f` with `c` = 7"), "{label}");
}
