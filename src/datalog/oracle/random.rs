//! Random stratified programs on random rows: the engine gives what the naive evaluator gives, with right proofs.

use std::collections::BTreeSet;

use crate::base::{Cell, Pool, Primitive};

use super::naive::{Rows, naive};
use super::{Builder, Dice, var};
use crate::datalog::program::{Atom, Literal, RelationId, Strata, Term};
use crate::datalog::syntax::ast::{Aggregate, Functor, Operator};
use crate::datalog::{Database, Proof, Prover, Settings, evaluate, verify};

/// Variables of a random rule; even ones are numbers, odd ones symbols.
const VARIABLES: u16 = 6;
/// Variables that only a count uses.
const LOCALS: u16 = 2;

fn kind(variable: u16) -> Primitive {
    if variable.is_multiple_of(2) { Primitive::Number } else { Primitive::Symbol }
}

/// A random stratified program and given rows.
pub(super) struct Random {
    dice: Dice,
    builder: Builder,
    numbers: Vec<Cell>,
    symbols: Vec<Cell>,
}

impl Random {
    pub(super) fn program(seed: u64, pool: &mut Pool) -> (Strata, Database) {
        let numbers = [-1, 0, 1, 2, 3, 4, 5, 1 << 40].iter().map(|&n| pool.number(n)).collect();
        let symbols = ["b", "a", "d", "c"].iter().map(|text| pool.intern(text).cell()).collect();
        let mut random = Self { dice: Dice(seed), builder: Builder::new(), numbers, symbols };
        let mut lower: Vec<RelationId> = (0..3).map(|n| random.relation(&format!("e{n}"))).collect();
        random.builder.stratum(&lower, false);
        for number in 0..=random.dice.roll(4) {
            let own: Vec<RelationId> =
                (0..=random.dice.roll(3)).map(|n| random.relation(&format!("p{number}_{n}"))).collect();
            let recursive = !random.dice.one_in(3);
            for &head in &own {
                for _ in 0..=random.dice.roll(3) {
                    random.rule(head, &lower, if recursive { &own } else { &[] });
                }
            }
            random.builder.stratum(&own, recursive);
            lower.extend(own);
        }
        let mut database = Database::new();
        for &relation in &lower {
            let given = random.builder.program.relation(relation).name.starts_with('e');
            if given || random.dice.one_in(4) {
                for _ in 0..random.dice.roll(if given { 16 } else { 4 }) {
                    let columns = random.columns(relation);
                    let row: Vec<Cell> = columns.iter().map(|&primitive| random.cell(primitive)).collect();
                    let span = (!random.dice.one_in(3)).then_some(random.builder.span);
                    database.push(relation, &row, span);
                }
            }
        }
        (random.builder.strata(), database)
    }

    fn relation(&mut self, name: &str) -> RelationId {
        let arity = *self.dice.pick(&[0, 1, 2, 2, 2, 3, 3, 4]);
        let columns: Vec<Primitive> = (0..arity).map(|_| kind(u16::from(self.dice.one_in(3)))).collect();
        self.builder.relation(name, &columns)
    }

    fn columns(&self, relation: RelationId) -> Vec<Primitive> {
        self.builder.program.relation(relation).columns.iter().map(|column| column.primitive).collect()
    }

    fn cell(&mut self, primitive: Primitive) -> Cell {
        match primitive {
            Primitive::Number | Primitive::Unsigned | Primitive::Float => *self.dice.pick(&self.numbers),
            Primitive::Symbol => *self.dice.pick(&self.symbols),
        }
    }

    /// A term whose variables are among `bound`; computed ones only where `deep`.
    fn term(&mut self, primitive: Primitive, bound: &BTreeSet<u16>, deep: bool) -> Term {
        let fit: Vec<u16> = bound.iter().copied().filter(|&variable| kind(variable) == primitive).collect();
        if fit.is_empty() || self.dice.one_in(10) {
            return Term::Constant(self.cell(primitive));
        }
        if deep && self.dice.one_in(5) {
            let arguments = vec![self.term(primitive, bound, false), self.term(primitive, bound, false)];
            let functor = *self.dice.pick(&[Functor::Min, Functor::Max]);
            return Term::Functor(functor, primitive, arguments);
        }
        var(*self.dice.pick(&fit))
    }

    /// An atom that binds variables of `pool`.
    fn positive(&mut self, relation: RelationId, pool: &[u16], bound: &mut BTreeSet<u16>) -> Atom {
        let before = bound.clone();
        let terms = self.columns(relation).into_iter().map(|primitive| match self.dice.roll(8) {
            0 => Term::Wildcard,
            1 => self.term(primitive, &before, true),
            _ => {
                let fit: Vec<u16> = pool.iter().copied().filter(|&variable| kind(variable) == primitive).collect();
                let variable = *self.dice.pick(&fit);
                bound.insert(variable);
                var(variable)
            }
        });
        Atom { relation, terms: terms.collect() }
    }

    fn rule(&mut self, head: RelationId, lower: &[RelationId], own: &[RelationId]) {
        let all: Vec<u16> = (0..VARIABLES).collect();
        let (mut bound, mut body) = (BTreeSet::new(), Vec::new());
        for _ in 0..=self.dice.roll(3) {
            let from = if own.is_empty() || self.dice.one_in(3) { lower } else { own };
            let relation = *self.dice.pick(from);
            body.push(Literal::Atom(self.positive(relation, &all, &mut bound)));
        }
        let recursive =
            body.iter().any(|literal| matches!(literal, Literal::Atom(atom) if own.contains(&atom.relation)));
        for _ in 0..self.dice.roll(3).saturating_sub(self.dice.roll(2)) {
            let literal = match self.dice.roll(5) {
                0 => self.negated(lower, &bound),
                1 => self.count(lower, &mut bound),
                2 => self.equation(&mut bound, !recursive),
                _ => self.comparison(&bound),
            };
            body.push(literal);
        }
        for index in (1..body.len()).rev() {
            let other = self.dice.roll(index + 1);
            body.swap(index, other);
        }
        let terms = self.columns(head).into_iter().map(|primitive| self.term(primitive, &bound, true)).collect();
        self.builder.rule(Atom { relation: head, terms }, body, usize::from(VARIABLES + LOCALS));
    }

    fn negated(&mut self, lower: &[RelationId], bound: &BTreeSet<u16>) -> Literal {
        let relation = *self.dice.pick(lower);
        let terms = self
            .columns(relation)
            .into_iter()
            .map(|primitive| if self.dice.one_in(3) { Term::Wildcard } else { self.term(primitive, bound, true) });
        Literal::Not(Atom { relation, terms: terms.collect() })
    }

    fn comparison(&mut self, bound: &BTreeSet<u16>) -> Literal {
        let primitive = kind(u16::from(self.dice.one_in(3)));
        let operator = *self.dice.pick(&Operator::ALL);
        let (left, right) = (self.term(primitive, bound, true), self.term(primitive, bound, true));
        Literal::Compare { left, operator, right, primitive }
    }

    /// Binds or tests a variable; arithmetic only where it can not go on for ever.
    fn equation(&mut self, bound: &mut BTreeSet<u16>, arithmetic: bool) -> Literal {
        let variable = u16::try_from(self.dice.roll(usize::from(VARIABLES))).unwrap();
        let primitive = kind(variable);
        let mut right = self.term(primitive, bound, true);
        if arithmetic && primitive == Primitive::Number {
            let functor = *self.dice.pick(&[Functor::Add, Functor::Subtract]);
            right = Term::Functor(functor, primitive, vec![right, self.term(primitive, bound, false)]);
        }
        bound.insert(variable);
        let left = var(variable);
        let (left, right) = if self.dice.one_in(2) { (left, right) } else { (right, left) };
        Literal::Compare { left, operator: Operator::Equal, right, primitive }
    }

    fn count(&mut self, lower: &[RelationId], bound: &mut BTreeSet<u16>) -> Literal {
        let (mut inside, mut body) = (bound.clone(), Vec::new());
        let pool: Vec<u16> = bound.iter().copied().chain(VARIABLES..VARIABLES + LOCALS).collect();
        for _ in 0..=self.dice.roll(2) {
            let relation = *self.dice.pick(lower);
            body.push(Literal::Atom(self.positive(relation, &pool, &mut inside)));
        }
        if self.dice.one_in(3) {
            body.push(self.comparison(&inside));
        }
        if self.dice.one_in(4) {
            body.push(self.negated(lower, &inside));
        }
        let used = format!("{body:?}");
        let outer = bound.iter().copied().filter(|variable| used.contains(&format!("Variable({variable})")));
        let outer = outer.collect();
        let result = *self.dice.pick(&[0, 2, 4]);
        let result = if self.dice.one_in(3) {
            self.term(Primitive::Number, bound, true)
        } else if !bound.contains(&result) && inside.contains(&result) {
            Term::Constant(self.cell(Primitive::Number))
        } else {
            bound.insert(result);
            var(result)
        };
        let (function, primitive, target) = (Aggregate::Count, Primitive::Number, None);
        Literal::Aggregate { result, function, primitive, target, body, outer }
    }
}

/// What the random programs were good for.
#[derive(Default)]
struct Harvest {
    rows: usize,
    filled: usize,
    /// Rows that took three rounds or more.
    deep: usize,
    absent: usize,
    groups: usize,
}

fn check_random(seed: u64, harvest: &mut Harvest) {
    let mut pool = Pool::new();
    let (strata, database) = Random::program(seed, &mut pool);
    let expect = naive(&strata, &database, &mut pool);
    check_plain(seed, &strata, database.clone(), &mut pool, &expect);
    let fixpoint = evaluate(&strata, database, &mut pool, &Settings::default()).unwrap();
    for (id, relation) in strata.program().relations() {
        let found: Vec<Vec<Cell>> = fixpoint.facts(id).map(|fact| fixpoint.row(fact).to_vec()).collect();
        let wanted: Vec<Vec<Cell>> = expect[id.0 as usize].iter().cloned().collect();
        let rules = || strata.program().rules().filter(|(_, rule)| rule.head == id).map(|(_, rule)| &rule.body);
        assert_eq!(found, wanted, "seed {seed}, `{}`: {:#?}", relation.name, rules().collect::<Vec<_>>());
        let mut prover = Prover::new(&strata, &fixpoint);
        for fact in fixpoint.facts(id) {
            let proof = prover.prove(&mut pool, fact);
            assert!(verify(&strata, &fixpoint, &mut pool, &proof), "seed {seed}, `{}`", relation.name);
            match &*proof {
                Proof::Derived { premises, .. } => {
                    let has = |wanted: fn(&Proof) -> bool| usize::from(premises.iter().any(|premise| wanted(premise)));
                    harvest.absent += has(|premise| matches!(premise, Proof::Absent { .. }));
                    harvest.groups += has(|premise| matches!(premise, Proof::Group { total: 1.., .. }));
                    assert_eq!(has(|premise| matches!(premise, Proof::Cut { .. })), 0, "seed {seed}");
                }
                Proof::Given { span, .. } => assert_eq!(*span, fixpoint.span(fact)),
                Proof::Absent { .. } | Proof::Group { .. } | Proof::Cut { .. } => panic!("seed {seed}: {proof:?}"),
            }
            harvest.deep += usize::from(fixpoint.rank(fact).is_some_and(|rank| rank >> 8 > 2));
        }
        if !relation.name.starts_with('e') {
            harvest.rows += found.len();
            harvest.filled += usize::from(!found.is_empty());
        }
    }
}

/// Without ranks the same rows come out.
fn check_plain(seed: u64, strata: &Strata, database: Database, pool: &mut Pool, expect: &Rows) {
    let settings = Settings { ranks: false, ..Settings::default() };
    let fixpoint = evaluate(strata, database, pool, &settings).unwrap();
    for (id, relation) in strata.program().relations() {
        let found: Vec<Vec<Cell>> = fixpoint.facts(id).map(|fact| fixpoint.row(fact).to_vec()).collect();
        let wanted: Vec<Vec<Cell>> = expect[id.0 as usize].iter().cloned().collect();
        assert_eq!(found, wanted, "seed {seed}, `{}` without ranks", relation.name);
        assert!(fixpoint.facts(id).all(|fact| fixpoint.rank(fact).is_none()));
    }
}

#[test]
fn random_programs_give_the_rows_of_the_naive_evaluator() {
    let mut harvest = Harvest::default();
    (0..1500).for_each(|seed| check_random(seed, &mut harvest));
    let Harvest { rows, filled, deep, absent, groups } = harvest;
    let counts = format!("{rows} rows in {filled} relations, {deep} deep, {absent} absent, {groups} groups");
    assert!(rows > 10_000 && filled > 3_000 && deep > 500 && absent > 700 && groups > 100, "too poor: {counts}");
}
