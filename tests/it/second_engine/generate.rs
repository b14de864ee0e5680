//! Random stratified programs that stay small and within the numbers of both engines.

use std::collections::BTreeSet;

use crate::it::common::Dice;

use super::program::{Atom, Clause, Condition, Kind, Program, Relation, Term, Variable, kind};

/// Which parts of the language are used.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parts {
    /// All arithmetic, several heads, alternatives, ranges, and all aggregates.
    pub(super) whole: bool,
}

/// Variables of a clause.
const VARIABLES: Variable = 6;
/// Computed variables and results of aggregates; each clause uses every one once.
const COMPUTED: Variable = 20;
/// Variables of the inside of an aggregate or of one alternative.
const LOCAL: Variable = 100;
/// Values that leave a clause lie within these bounds, so that no product in the next one passes 32 bits.
const FAR: i64 = 1_000;
/// Values that a recursive clause computes lie within these, so that it ends soon.
const NEAR: (i64, i64) = (-3, 12);

struct Generator {
    dice: Dice,
    parts: Parts,
    program: Program,
    /// Variables of the running clause that a positive atom binds: only these are computed with.
    bound: BTreeSet<Variable>,
    /// Further variables with a value.
    results: Vec<Variable>,
    next: Variable,
    local: Variable,
    /// The running clause reads its own group.
    recursive: bool,
    guards: Vec<Condition>,
}

/// The program of a seed.
pub(super) fn generate(seed: u64, parts: Parts) -> Program {
    let mut generator = Generator {
        dice: Dice(seed),
        parts,
        program: Program::default(),
        bound: BTreeSet::new(),
        results: Vec::new(),
        next: COMPUTED,
        local: LOCAL,
        recursive: false,
        guards: Vec::new(),
    };
    generator.all();
    generator.program
}

impl Generator {
    fn all(&mut self) {
        let mut lower: Vec<usize> = (0..3).map(|n| self.relation(format!("e{n}"), false)).collect();
        for &relation in &lower {
            for _ in 0..=self.dice.roll(10) {
                let row = self.row(relation);
                self.program.given.push((relation, row));
            }
        }
        for group in 0..=self.dice.roll(4) {
            let inline = self.dice.one_in(6);
            let size = if inline { 1 } else { 1 + self.dice.roll(2) };
            let own: Vec<usize> = (0..size).map(|n| self.relation(format!("p{group}_{n}"), inline)).collect();
            let recursive = !inline && !self.dice.one_in(3);
            for &head in &own {
                if !inline && self.dice.one_in(4) {
                    let terms = self.row(head);
                    self.program.clauses.push(Clause { heads: vec![Atom { relation: head, terms }], body: Vec::new() });
                }
                for number in 0..=self.dice.roll(3) {
                    // One that does not wait for the rows of the others, so that most relations get some.
                    self.clause(head, &lower, &own, recursive && number > 0);
                }
            }
            lower.extend(own);
        }
    }

    fn relation(&mut self, name: String, inline: bool) -> usize {
        let arity = *self.dice.pick(&[0, 1, 2, 2, 2, 3, 3]);
        let kinds = (0..arity).map(|_| if self.dice.one_in(3) { Kind::Text } else { Kind::Number }).collect();
        self.program.relations.push(Relation { name, kinds, inline });
        self.program.relations.len() - 1
    }

    fn kinds(&self, relation: usize) -> Vec<Kind> {
        self.program.relations[relation].kinds.clone()
    }

    fn row(&mut self, relation: usize) -> Vec<Term> {
        self.kinds(relation).into_iter().map(|kind| self.constant(kind)).collect()
    }

    fn constant(&mut self, kind: Kind) -> Term {
        match kind {
            Kind::Number => Term::Number(*self.dice.pick(&[-2, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 7])),
            Kind::Text => Term::Text(self.dice.pick::<&str>(&["a", "a", "b", "b", "ab"])),
        }
    }

    /// A variable of one of the lists, if there is one of the kind.
    fn known(&mut self, wanted: Kind, computed: bool) -> Option<Term> {
        // What was computed is used up soon, lest nothing depends on it.
        let results_only = computed && wanted == Kind::Number && !self.results.is_empty() && self.dice.one_in(2);
        let bound = self.bound.iter().filter(|_| !results_only);
        let results = self.results.iter().filter(|_| computed);
        let fit: Vec<Variable> = bound.chain(results).copied().filter(|&v| kind(v) == wanted).collect();
        (!fit.is_empty()).then(|| Term::Variable(*self.dice.pick(&fit)))
    }

    /// A variable with a value, or a constant.
    fn simple(&mut self, kind: Kind) -> Term {
        let known = if self.dice.one_in(8) { None } else { self.known(kind, true) };
        known.unwrap_or_else(|| self.constant(kind))
    }

    /// Something to compute with.
    fn operand(&mut self, kind: Kind) -> Term {
        let known = if self.dice.one_in(4) { None } else { self.known(kind, false) };
        known.unwrap_or_else(|| self.constant(kind))
    }

    /// An expression; nothing in it is computed before, so its value has at most three factors.
    fn expression(&mut self, deep: bool) -> Term {
        let left = if deep && self.dice.one_in(3) { self.expression(false) } else { self.operand(Kind::Number) };
        if !self.parts.whole {
            let right = self.operand(Kind::Number);
            return Term::Infix(if self.dice.one_in(2) { "+" } else { "-" }, Box::new([left, right]));
        }
        match self.dice.roll(12) {
            0 => Term::Prefix(if self.dice.one_in(2) { "-" } else { "bnot" }, Box::new(left)),
            1 => {
                let divisor = Term::Number(*self.dice.pick(&[-3, -2, -1, 1, 2, 3]));
                Term::Infix(if self.dice.one_in(2) { "/" } else { "%" }, Box::new([left, divisor]))
            }
            2 => {
                let right = self.operand(Kind::Number);
                Term::Infix(self.dice.pick::<&str>(&["band", "bor", "bxor"]), Box::new([left, right]))
            }
            3 | 4 => Term::Infix("*", Box::new([left, self.operand(Kind::Number)])),
            5 => self.extreme(Kind::Number),
            6..=8 => Term::Infix("-", Box::new([left, self.operand(Kind::Number)])),
            _ => Term::Infix("+", Box::new([left, self.operand(Kind::Number)])),
        }
    }

    fn extreme(&mut self, kind: Kind) -> Term {
        let sides = Box::new([self.operand(kind), self.operand(kind)]);
        Term::Extreme(if self.dice.one_in(2) { "min" } else { "max" }, sides)
    }

    /// An argument that binds nothing.
    fn argument(&mut self, kind: Kind) -> Term {
        match self.dice.roll(9) {
            0 if kind == Kind::Number => self.expression(true),
            1 => self.extreme(kind),
            _ => self.simple(kind),
        }
    }

    /// An atom that binds variables of `pool`.
    fn positive(&mut self, relation: usize, pool: &[Variable], bound: &mut BTreeSet<Variable>) -> Atom {
        let mut terms = Vec::new();
        for wanted in self.kinds(relation) {
            let fit: Vec<Variable> = pool.iter().copied().filter(|&variable| kind(variable) == wanted).collect();
            terms.push(match self.dice.roll(9) {
                0 => Term::Wildcard,
                1 => self.constant(wanted),
                _ => {
                    let variable = *self.dice.pick(&fit);
                    bound.insert(variable);
                    Term::Variable(variable)
                }
            });
        }
        Atom { relation, terms }
    }

    fn clause(&mut self, head: usize, lower: &[usize], own: &[usize], recursive: bool) {
        (self.results, self.next, self.recursive) = (Vec::new(), COMPUTED, false);
        let pool: Vec<Variable> = (0..VARIABLES).collect();
        let (mut bound, mut body) = (BTreeSet::new(), Vec::new());
        self.bound.clear();
        for _ in 0..=self.dice.roll(3) {
            let from = if recursive && !self.dice.one_in(3) { own } else { lower };
            let relation = *self.dice.pick(from);
            self.recursive |= own.contains(&relation);
            body.push(Condition::Atom(self.positive(relation, &pool, &mut bound)));
        }
        self.bound = bound;
        for _ in 0..self.dice.roll(4).saturating_sub(self.dice.roll(2)) {
            let condition = self.condition(lower, true);
            body.push(condition);
        }
        let mut heads = vec![self.head(head)];
        if self.parts.whole && own.len() > 1 && self.dice.one_in(6) {
            let other = *self.dice.pick(own);
            let other = self.head(other);
            heads.push(other);
        }
        body.append(&mut self.guards);
        for index in (1..body.len()).rev() {
            let other = self.dice.roll(index + 1);
            body.swap(index, other);
        }
        self.program.clauses.push(Clause { heads, body });
    }

    fn head(&mut self, relation: usize) -> Atom {
        let mut terms = Vec::new();
        for kind in self.kinds(relation) {
            let term = self.argument(kind);
            if matches!(term, Term::Infix(..) | Term::Prefix(..)) {
                self.guard(&term);
            }
            terms.push(term);
        }
        Atom { relation, terms }
    }

    /// Bounds a computed value.
    fn guard(&mut self, value: &Term) {
        let (low, high) = if self.recursive { NEAR } else { (-FAR, FAR) };
        self.guards.push(Condition::Compare(value.clone(), ">=", Term::Number(low)));
        self.guards.push(Condition::Compare(value.clone(), "<=", Term::Number(high)));
    }

    fn condition(&mut self, lower: &[usize], nested: bool) -> Condition {
        match self.dice.roll(if self.parts.whole { 9 } else { 6 }) {
            0 => self.negated(lower),
            1 => self.aggregate(lower),
            2 if nested => self.equation(),
            6 if nested => self.alternatives(lower),
            7 if nested => self.range(),
            _ => self.comparison(),
        }
    }

    fn negated(&mut self, lower: &[usize]) -> Condition {
        let plain: Vec<usize> = lower.iter().copied().filter(|&r| !self.program.relations[r].inline).collect();
        let relation = *self.dice.pick(&plain);
        let mut terms = Vec::new();
        for kind in self.kinds(relation) {
            terms.push(if self.dice.one_in(2) { Term::Wildcard } else { self.argument(kind) });
        }
        Condition::Not(Atom { relation, terms })
    }

    fn comparison(&mut self) -> Condition {
        let wanted = if self.dice.one_in(3) { Kind::Text } else { Kind::Number };
        // Two constants are of no interest.
        let of = |wanted| self.bound.iter().chain(&self.results).any(|&variable| kind(variable) == wanted);
        let kind =
            if of(Kind::Number) && (wanted == Kind::Number || !of(Kind::Text)) { Kind::Number } else { Kind::Text };
        let operator = *self.dice.pick(&["=", "!=", "!=", "<", "<=", ">", ">="]);
        Condition::Compare(self.argument(kind), operator, self.argument(kind))
    }

    /// A fresh variable that has a value from now on.
    fn result(&mut self) -> Variable {
        self.next += 2;
        self.next - 2
    }

    fn equation(&mut self) -> Condition {
        let value = if self.dice.one_in(3) { self.extreme(Kind::Number) } else { self.expression(true) };
        let variable = Term::Variable(self.result());
        self.guard(&variable);
        self.results.push(self.next - 2);
        if self.dice.one_in(2) {
            Condition::Compare(variable, "=", value)
        } else {
            Condition::Compare(value, "=", variable)
        }
    }

    fn range(&mut self) -> Condition {
        let result = Term::Variable(self.result());
        self.results.push(self.next - 2);
        // Both ends are small, so that the range is; they are no variables, since those may be as far as a thousand.
        let from = Term::Infix("%", Box::new([self.operand(Kind::Number), Term::Number(4)]));
        let to = if self.dice.one_in(2) { self.constant(Kind::Number) } else { Term::Number(3) };
        Condition::Range { result, from, to }
    }

    fn alternatives(&mut self, lower: &[usize]) -> Condition {
        let shared = self.dice.one_in(2).then(|| self.result());
        let mut branches = Vec::new();
        for _ in 0..2 + self.dice.roll(2) {
            let mut branch = Vec::new();
            if let Some(variable) = shared {
                let value = self.simple(Kind::Number);
                branch.push(Condition::Compare(Term::Variable(variable), "=", value));
            }
            if shared.is_none() || self.dice.one_in(2) {
                self.local += 4;
                let pool: Vec<Variable> =
                    self.bound.iter().copied().chain(self.local..self.local + 4).chain(0..0).collect();
                let relation = *self.dice.pick(lower);
                let atom = self.positive(relation, &pool, &mut BTreeSet::new());
                branch.push(Condition::Atom(atom));
            }
            if self.dice.one_in(3) {
                // What only this branch gives a value cannot be used outside of it.
                let (results, guards) = (self.results.len(), self.guards.len());
                let condition = self.condition(lower, false);
                branch.push(condition);
                branch.extend(self.guards.drain(guards..));
                self.results.truncate(results);
            }
            branches.push(branch);
        }
        self.results.extend(shared);
        Condition::Or(branches)
    }

    fn aggregate(&mut self, lower: &[usize]) -> Condition {
        self.local += 4;
        let (outer, local) = (self.bound.clone(), self.local..self.local + 4);
        let plain: Vec<usize> = lower.iter().copied().filter(|&r| !self.program.relations[r].inline).collect();
        let pool: Vec<Variable> = outer.iter().copied().chain(local).collect();
        let (mut own, mut body) = (BTreeSet::new(), Vec::new());
        for _ in 0..=self.dice.roll(2) {
            let relation = *self.dice.pick(&plain);
            body.push(Condition::Atom(self.positive(relation, &pool, &mut own)));
        }
        let results = std::mem::take(&mut self.results);
        self.bound.extend(&own);
        if self.dice.one_in(3) {
            let operator = *self.dice.pick(&["=", "!=", "<", ">="]);
            body.push(Condition::Compare(self.simple(Kind::Number), operator, self.simple(Kind::Number)));
        }
        if self.dice.one_in(4) {
            let relation = *self.dice.pick(&plain);
            let mut terms = Vec::new();
            for kind in self.kinds(relation) {
                terms.push(if self.dice.one_in(3) { Term::Wildcard } else { self.simple(kind) });
            }
            body.push(Condition::Not(Atom { relation, terms }));
        }
        // Of a name that also stands around the aggregate, the target makes a variable of its own.
        self.bound = own;
        let function = if self.parts.whole { *self.dice.pick(&["count", "sum", "min", "max"]) } else { "count" };
        let number = self.known(Kind::Number, false);
        let (function, target) = match number {
            Some(target) if function != "count" => (function, Some(target)),
            _ => ("count", None),
        };
        (self.bound, self.results) = (outer, results);
        let result = if self.dice.one_in(8) { self.simple(Kind::Number) } else { Term::Variable(self.result()) };
        if let Term::Variable(variable @ COMPUTED..LOCAL) = result
            && !self.results.contains(&variable)
        {
            self.guard(&result);
            self.results.push(variable);
        }
        Condition::Aggregate { result, function, target, body }
    }
}
