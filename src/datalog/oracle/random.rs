//! Random stratified programs and random rows for them.

use std::collections::BTreeSet;

use crate::base::{Cell, Pool, Primitive};

use super::values::PATTERNS;
use super::{Builder, Dice, var};
use crate::datalog::Database;
use crate::datalog::program::{Atom, Literal, RelationId, Strata, Term};

/// What a random program is made of.
pub(super) struct Range {
    /// Types of the variables of a rule, by number.
    pub(super) variables: &'static [Primitive],
    /// Types of variables that only an aggregate uses; they come behind the others.
    pub(super) locals: &'static [Primitive],
    /// All functors, types, ranges and aggregates; otherwise what always has a value.
    pub(super) whole: bool,
}

use Primitive::{Float, Number, Symbol, Unsigned};

/// Numbers and symbols, compared, added and counted.
const PLAIN: Range =
    Range { variables: &[Number, Symbol, Number, Symbol, Number, Symbol], locals: &[Number, Symbol], whole: false };
/// The whole language.
const WHOLE: Range = Range {
    variables: &[Number, Symbol, Number, Symbol, Number, Unsigned, Float, Unsigned, Float, Number],
    locals: &[Number, Symbol, Unsigned, Float],
    whole: true,
};

/// A random stratified program and given rows.
pub(super) struct Random {
    pub(super) dice: Dice,
    builder: Builder,
    pub(super) range: Range,
    pub(super) numbers: Vec<Cell>,
    pub(super) symbols: Vec<Cell>,
    pub(super) unsigned: Vec<Cell>,
    pub(super) floats: Vec<Cell>,
    pub(super) patterns: Vec<Cell>,
}

impl Random {
    /// A program in which everything has a value.
    pub(super) fn program(seed: u64, pool: &mut Pool) -> (Strata, Database) {
        Self::of(PLAIN, seed, pool)
    }

    /// A program in the whole language, which may end with an error.
    pub(super) fn whole(seed: u64, pool: &mut Pool) -> (Strata, Database) {
        Self::of(WHOLE, seed, pool)
    }

    fn of(range: Range, seed: u64, pool: &mut Pool) -> (Strata, Database) {
        let numbers = [-1, 0, 1, 2, 3, 4, 5, 1 << 40].iter().map(|&n| pool.number(n)).collect();
        let mut symbols: Vec<Cell> = ["b", "a", "d", "c"].iter().map(|text| pool.intern(text).cell()).collect();
        if range.whole {
            symbols.extend(["ab", "12"].iter().map(|text| pool.intern(text).cell()));
        }
        let unsigned = [0, 1, 2, 3, 7, 1 << 63].iter().map(|&n| pool.unsigned(n)).collect();
        let floats = [0.0, 0.5, 1.0, -2.5, 1e15].iter().map(|&n| pool.float(n)).collect();
        let patterns = PATTERNS.iter().map(|(pattern, _)| pool.intern(pattern).cell()).collect();
        let (dice, builder) = (Dice(seed), Builder::new());
        let mut random = Self { dice, builder, range, numbers, symbols, unsigned, floats, patterns };
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
        let columns: Vec<Primitive> = (0..arity).map(|_| self.primitive()).collect();
        self.builder.relation(name, &columns)
    }

    /// The type of a variable.
    pub(super) fn kind(&self, variable: u16) -> Primitive {
        let all = self.range.variables.iter().chain(self.range.locals);
        *all.clone().nth(usize::from(variable)).expect("a variable")
    }

    /// How many variables rules have, those of aggregates left out.
    pub(super) fn variables(&self) -> u16 {
        u16::try_from(self.range.variables.len()).unwrap()
    }

    /// The variables that only aggregates use.
    pub(super) fn locals(&self) -> std::ops::Range<u16> {
        self.variables()..self.variables() + u16::try_from(self.range.locals.len()).unwrap()
    }

    /// Some type, numbers more often than others.
    pub(super) fn primitive(&mut self) -> Primitive {
        if self.range.whole && self.dice.one_in(3) {
            return *self.dice.pick(&[Unsigned, Float]);
        }
        if self.dice.one_in(3) { Symbol } else { Number }
    }

    fn columns(&self, relation: RelationId) -> Vec<Primitive> {
        self.builder.program.relation(relation).columns.iter().map(|column| column.primitive).collect()
    }

    pub(super) fn cell(&mut self, primitive: Primitive) -> Cell {
        let from = match primitive {
            Number => &self.numbers,
            Unsigned => &self.unsigned,
            Float => &self.floats,
            Symbol => &self.symbols,
        };
        *self.dice.pick(from)
    }

    /// An atom that binds variables of `pool`.
    pub(super) fn positive(&mut self, relation: RelationId, pool: &[u16], bound: &mut BTreeSet<u16>) -> Atom {
        let before = bound.clone();
        let terms = self.columns(relation).into_iter().map(|primitive| match self.dice.roll(8) {
            0 => Term::Wildcard,
            1 => self.term(primitive, &before, true),
            _ => {
                let fit: Vec<u16> = pool.iter().copied().filter(|&variable| self.kind(variable) == primitive).collect();
                if fit.is_empty() {
                    return Term::Wildcard;
                }
                let variable = *self.dice.pick(&fit);
                bound.insert(variable);
                var(variable)
            }
        });
        Atom { relation, terms: terms.collect() }
    }

    fn rule(&mut self, head: RelationId, lower: &[RelationId], own: &[RelationId]) {
        let all: Vec<u16> = (0..self.variables()).collect();
        let (mut bound, mut body) = (BTreeSet::new(), Vec::new());
        for _ in 0..=self.dice.roll(3) {
            let from = if own.is_empty() || self.dice.one_in(3) { lower } else { own };
            let relation = *self.dice.pick(from);
            body.push(Literal::Atom(self.positive(relation, &all, &mut bound)));
        }
        let recursive =
            body.iter().any(|literal| matches!(literal, Literal::Atom(atom) if own.contains(&atom.relation)));
        for _ in 0..self.dice.roll(3).saturating_sub(self.dice.roll(2)) {
            let literal = match self.dice.roll(if self.range.whole { 6 } else { 5 }) {
                0 => self.negated(lower, &bound),
                1 => self.aggregate(lower, &mut bound, recursive, true),
                2 => self.equation(&mut bound, !recursive),
                5 => self.values(&mut bound),
                _ => self.comparison(&bound),
            };
            body.push(literal);
        }
        for index in (1..body.len()).rev() {
            let other = self.dice.roll(index + 1);
            body.swap(index, other);
        }
        let terms = self.columns(head).into_iter().map(|primitive| {
            if recursive { self.chosen(primitive, &bound) } else { self.term(primitive, &bound, true) }
        });
        let terms = terms.collect();
        self.builder.rule(Atom { relation: head, terms }, body, usize::from(self.locals().end));
    }

    pub(super) fn negated(&mut self, lower: &[RelationId], bound: &BTreeSet<u16>) -> Literal {
        let relation = *self.dice.pick(lower);
        let terms = self
            .columns(relation)
            .into_iter()
            .map(|primitive| if self.dice.one_in(3) { Term::Wildcard } else { self.term(primitive, bound, true) });
        Literal::Not(Atom { relation, terms: terms.collect() })
    }
}
