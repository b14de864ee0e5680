//! Random terms, comparisons, ranges and aggregates of random rules.

use std::collections::BTreeSet;

use crate::base::Primitive::{self, Float, Number, Symbol, Unsigned};

use super::random::Random;
use super::var;
use crate::datalog::program::{Literal, RelationId, Term};
use crate::datalog::syntax::ast::{Aggregate, Functor, Operator};

/// Functors of two whole numbers that always have a value.
const BITS: [Functor; 6] =
    [Functor::BitAnd, Functor::BitOr, Functor::BitXor, Functor::LogicalAnd, Functor::LogicalOr, Functor::LogicalXor];

impl Random {
    /// A term whose variables are among `bound`; computed ones only where `deep`.
    pub(super) fn term(&mut self, primitive: Primitive, bound: &BTreeSet<u16>, deep: bool) -> Term {
        if deep && self.range.whole && self.dice.one_in(4) {
            return self.computed(primitive, bound);
        }
        let fit: Vec<u16> = bound.iter().copied().filter(|&variable| self.kind(variable) == primitive).collect();
        if fit.is_empty() || self.dice.one_in(10) {
            return Term::Constant(self.cell(primitive));
        }
        if deep && self.dice.one_in(5) {
            return self.chosen(primitive, bound);
        }
        var(*self.dice.pick(&fit))
    }

    /// A term whose value is that of a bound variable or a constant, so that a recursive rule ends.
    pub(super) fn chosen(&mut self, primitive: Primitive, bound: &BTreeSet<u16>) -> Term {
        if !self.dice.one_in(5) {
            return self.term(primitive, bound, false);
        }
        let arguments = (0..2 + self.dice.roll(2)).map(|_| self.term(primitive, bound, false)).collect();
        Term::Functor(*self.dice.pick(&[Functor::Min, Functor::Max]), primitive, arguments)
    }

    /// A term with a functor of the whole language.
    fn computed(&mut self, primitive: Primitive, bound: &BTreeSet<u16>) -> Term {
        match primitive {
            Number | Unsigned => self.whole_number(primitive, bound),
            Float => self.float(bound),
            Symbol => self.text(bound),
        }
    }

    fn whole_number(&mut self, primitive: Primitive, bound: &BTreeSet<u16>) -> Term {
        let left = self.term(primitive, bound, false);
        let apply = |functor, arguments| Term::Functor(functor, primitive, arguments);
        match self.dice.roll(8) {
            0 | 1 => {
                let functor = *self.dice.pick(&[Functor::Add, Functor::Subtract, Functor::Multiply]);
                apply(functor, vec![left, self.term(primitive, bound, false)])
            }
            2 => {
                let functor = *self.dice.pick(&[Functor::Divide, Functor::Remainder]);
                let three = if primitive == Number { self.numbers[4] } else { self.unsigned[3] };
                let right =
                    if self.dice.one_in(8) { self.term(primitive, bound, false) } else { Term::Constant(three) };
                apply(functor, vec![left, right])
            }
            3 => {
                let functors = [Functor::Power, Functor::ShiftLeft, Functor::ShiftRight, Functor::ShiftRightUnsigned];
                let two = if primitive == Number { self.numbers[3] } else { self.unsigned[2] };
                apply(*self.dice.pick(&functors), vec![left, Term::Constant(two)])
            }
            4 => apply(*self.dice.pick(&BITS), vec![left, self.term(primitive, bound, false)]),
            5 if primitive == Unsigned => apply(Functor::LogicalNot, vec![left]),
            5 => apply(*self.dice.pick(&[Functor::Negate, Functor::BitNot, Functor::LogicalNot]), vec![left]),
            6 if primitive == Number => {
                let text = self.term(Symbol, bound, true);
                Term::Functor(Functor::StringLength, Symbol, vec![text])
            }
            _ => {
                let from = *self.dice.pick(&[Number, Unsigned, Float]);
                let functor = if primitive == Number { Functor::ToNumber } else { Functor::ToUnsigned };
                if self.dice.one_in(3) {
                    let text = Term::Functor(Functor::ToString, primitive, vec![left]);
                    return Term::Functor(functor, Symbol, vec![text]);
                }
                Term::Functor(functor, from, vec![self.term(from, bound, false)])
            }
        }
    }

    fn float(&mut self, bound: &BTreeSet<u16>) -> Term {
        let left = self.term(Float, bound, false);
        match self.dice.roll(5) {
            0 | 1 => {
                let functor = *self.dice.pick(&[Functor::Add, Functor::Subtract, Functor::Multiply]);
                Term::Functor(functor, Float, vec![left, self.term(Float, bound, false)])
            }
            2 => Term::Functor(Functor::Divide, Float, vec![left, Term::Constant(self.floats[3])]),
            3 => Term::Functor(Functor::Negate, Float, vec![left]),
            _ => {
                let from = *self.dice.pick(&[Number, Unsigned]);
                Term::Functor(Functor::ToFloat, from, vec![self.term(from, bound, false)])
            }
        }
    }

    fn text(&mut self, bound: &BTreeSet<u16>) -> Term {
        match self.dice.roll(3) {
            0 => {
                let parts = (0..2 + self.dice.roll(4)).map(|_| self.term(Symbol, bound, false)).collect();
                Term::Functor(Functor::Cat, Symbol, parts)
            }
            1 => {
                let text = self.term(Symbol, bound, true);
                let numbers = [0, 1].map(|_| Term::Constant(self.numbers[self.dice.roll(5)]));
                Term::Functor(Functor::Substring, Symbol, [vec![text], numbers.to_vec()].concat())
            }
            _ => {
                let from = *self.dice.pick(&[Number, Unsigned, Float]);
                Term::Functor(Functor::ToString, from, vec![self.term(from, bound, false)])
            }
        }
    }

    pub(super) fn comparison(&mut self, bound: &BTreeSet<u16>) -> Literal {
        let primitive = self.primitive();
        if self.range.whole && primitive == Symbol && self.dice.one_in(2) {
            let right = self.term(Symbol, bound, true);
            let (operators, left) = if self.dice.one_in(2) {
                ([Operator::Match, Operator::NotMatch], Term::Constant(*self.dice.pick(&self.patterns)))
            } else {
                ([Operator::Contains, Operator::NotContains], self.term(Symbol, bound, false))
            };
            return Literal::Compare { left, operator: *self.dice.pick(&operators), right, primitive };
        }
        let operator = *self.dice.pick(&Operator::ALL);
        let (left, right) = (self.term(primitive, bound, true), self.term(primitive, bound, true));
        Literal::Compare { left, operator, right, primitive }
    }

    /// Binds or tests a variable; arithmetic only where it can not go on for ever.
    pub(super) fn equation(&mut self, bound: &mut BTreeSet<u16>, arithmetic: bool) -> Literal {
        let variable = u16::try_from(self.dice.roll(usize::from(self.variables()))).unwrap();
        let primitive = self.kind(variable);
        let mut right = if arithmetic { self.term(primitive, bound, true) } else { self.chosen(primitive, bound) };
        if arithmetic && primitive == Number {
            let functor = *self.dice.pick(&[Functor::Add, Functor::Subtract]);
            right = Term::Functor(functor, primitive, vec![right, self.term(primitive, bound, false)]);
        }
        bound.insert(variable);
        let left = var(variable);
        let (left, right) = if self.dice.one_in(2) { (left, right) } else { (right, left) };
        Literal::Compare { left, operator: Operator::Equal, right, primitive }
    }

    /// A range of few values.
    pub(super) fn values(&mut self, bound: &mut BTreeSet<u16>) -> Literal {
        let primitive = *self.dice.pick(&[Number, Number, Unsigned, Float]);
        let fit: Vec<u16> = (0..self.variables()).filter(|&variable| self.kind(variable) == primitive).collect();
        let mut arguments: Vec<Term> = (0..2)
            .map(|_| match primitive {
                Number if self.dice.one_in(3) => {
                    let seven = Term::Constant(self.numbers[6]);
                    let value = self.term(Number, bound, false);
                    Term::Functor(Functor::BitAnd, Number, vec![value, seven])
                }
                Number | Symbol => Term::Constant(self.numbers[self.dice.roll(7)]),
                Unsigned => Term::Constant(self.unsigned[self.dice.roll(5)]),
                Float => Term::Constant(self.floats[self.dice.roll(4)]),
            })
            .collect();
        if self.dice.one_in(3) {
            let step = match primitive {
                Number | Symbol => self.numbers[*self.dice.pick(&[0, 3])],
                Unsigned => self.unsigned[2],
                Float => self.floats[*self.dice.pick(&[1, 3])],
            };
            arguments.push(Term::Constant(step));
        }
        let variable = *self.dice.pick(&fit);
        let result = if self.dice.one_in(6) { self.term(primitive, bound, true) } else { var(variable) };
        if let Term::Variable(variable) = result {
            bound.insert(variable);
        }
        Literal::Range { result, primitive, arguments }
    }

    /// An aggregate over lower relations; its value comes from finitely many where the rule is recursive.
    pub(super) fn aggregate(
        &mut self,
        lower: &[RelationId],
        bound: &mut BTreeSet<u16>,
        recursive: bool,
        top: bool,
    ) -> Literal {
        let (mut inside, mut body) = (bound.clone(), Vec::new());
        let pool: Vec<u16> = bound.iter().copied().chain(self.locals()).collect();
        for _ in 0..=self.dice.roll(2) {
            let relation = *self.dice.pick(lower);
            body.push(Literal::Atom(self.positive(relation, &pool, &mut inside)));
        }
        let stored = inside.clone();
        if self.dice.one_in(3) {
            body.push(self.comparison(&inside));
        }
        if self.dice.one_in(4) {
            body.push(self.negated(lower, &inside));
        }
        if self.range.whole && top && self.dice.one_in(5) {
            body.push(self.aggregate(lower, &mut inside, true, false));
        }
        let function =
            *self.dice.pick(&[Aggregate::Count, Aggregate::Sum, Aggregate::Min, Aggregate::Max, Aggregate::Mean]);
        let function = if self.range.whole { function } else { Aggregate::Count };
        let primitive = match function {
            Aggregate::Count => Number,
            Aggregate::Min | Aggregate::Max => self.primitive(),
            Aggregate::Sum | Aggregate::Mean => *self.dice.pick(&[Number, Unsigned, Float]),
        };
        let target = (function != Aggregate::Count).then(|| {
            if recursive { self.term(primitive, &stored, false) } else { self.term(primitive, &inside, true) }
        });
        let used = format!("{target:?} {body:?}");
        let outer = bound.iter().copied().filter(|variable| used.contains(&format!("Variable({variable})")));
        let outer = outer.collect();
        let kind = function.result(primitive);
        let fit: Vec<u16> = (0..self.variables()).chain(self.locals()).filter(|&v| self.kind(v) == kind).collect();
        let fit: Vec<u16> = fit.into_iter().filter(|&v| !top || v < self.variables()).collect();
        let result = *self.dice.pick(&fit);
        let result = if self.dice.one_in(3) {
            self.term(kind, bound, true)
        } else if !bound.contains(&result) && inside.contains(&result) {
            Term::Constant(self.cell(kind))
        } else {
            bound.insert(result);
            var(result)
        };
        Literal::Aggregate { result, function, primitive, target, body, outer }
    }
}
