//! Recursion that makes new values without a bound, found before it runs.
//!
//! A checked program goes in, warnings come out. Columns of a stratum are nodes, and a rule that takes a value from one to
//! another is an edge; a circle with an edge that computes may never end (the weak acyclicity of Fagin, Kolaitis, Miller and
//! Popa, "Data exchange: semantics and query answering", ICDT 2003, with functors for existential variables). An edge does
//! not count where a comparison bounds it, or where its value is also one of a column that no such circle leads to.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Diagnostic, Family, FileId, Level, Pool};

use super::graph;
use crate::datalog::program::{Atom, Literal, RelationId, Rule, RuleId, Strata, Stratum, Term};
use crate::datalog::syntax::ast::{Functor, Operator};
use crate::datalog::syntax::names::clip;

/// How often the columns that stay finite are looked for; nothing is said of a stratum that needs more.
const MOST_PASSES: usize = 32;

/// Warnings about rules whose values may go on for ever, by place; only about files that are asked about.
#[must_use]
pub fn inventions(strata: &Strata, pool: &Pool, asks_about: &dyn Fn(FileId) -> bool) -> Vec<Diagnostic> {
    let mut found = BTreeMap::new();
    for stratum in strata.order().iter().filter(|stratum| stratum.recursive) {
        for (id, variable) in Circles::new(strata, stratum, pool).endless() {
            let rule = strata.program().rule(id);
            if asks_about(rule.span.file) {
                found.entry(rule.span).or_insert_with(|| warning(strata, rule, variable));
            }
        }
    }
    found.into_values().collect()
}

fn warning(strata: &Strata, rule: &Rule, variable: u16) -> Diagnostic {
    let relation = clip(&strata.program().relation(rule.head).name);
    let name = clip(&rule.variables[usize::from(variable)]);
    let message =
        format!("the rules of `{relation}` may go on for ever: nothing bounds what is computed from `{name}`");
    Diagnostic::error(Family::Rule, "unbounded-recursion", message, rule.span)
        .with_level(Level::Warning)
        .with_label(format!("each value of `{name}` gives another one"))
        .with_help(format!(
            "compare `{name}`, or what is computed from it, with a value that the recursion does not compute"
        ))
}

/// How a value may move each time it goes through a rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Growth {
    up: bool,
    down: bool,
    /// Any way: a bound on either side is taken for one.
    wild: bool,
}

impl Growth {
    const WILD: Self = Self { up: false, down: false, wild: true };

    fn is_some(self) -> bool {
        self.up || self.down || self.wild
    }

    fn or(self, other: Self) -> Self {
        Self { up: self.up || other.up, down: self.down || other.down, wild: self.wild || other.wild }
    }
}

/// The variables that a value is computed from and that may have any number of values.
type Flows = BTreeMap<u16, Growth>;

/// A column of a relation of the stratum.
type Column = usize;

struct Circles<'a> {
    strata: &'a Strata,
    stratum: &'a Stratum,
    pool: &'a Pool,
    /// The number of the first column of each relation of the stratum.
    first: BTreeMap<RelationId, Column>,
    columns: usize,
}

/// A rule takes a value from one column to another.
struct Edge {
    from: Column,
    to: Column,
    growth: Growth,
    rule: RuleId,
    variable: u16,
}

impl<'a> Circles<'a> {
    fn new(strata: &'a Strata, stratum: &'a Stratum, pool: &'a Pool) -> Self {
        let (mut first, mut columns) = (BTreeMap::new(), 0);
        for &relation in &stratum.relations {
            first.insert(relation, columns);
            columns += strata.program().relation(relation).columns.len();
        }
        Self { strata, stratum, pool, first, columns }
    }

    /// The rules that compute a value on a circle, each with a variable that it computes from.
    fn endless(&self) -> Vec<(RuleId, u16)> {
        let mut endless = vec![true; self.columns];
        for _ in 0..MOST_PASSES {
            let rules = self.stratum.rules.iter();
            let edges: Vec<Edge> = rules.flat_map(|&rule| self.edges(rule, &endless)).collect();
            let mut successors = vec![Vec::new(); self.columns];
            for edge in &edges {
                successors[edge.from].push(edge.to);
            }
            let components = graph::components(&successors);
            let growing = |edge: &&Edge| edge.growth.is_some() && components[edge.from] == components[edge.to];
            let reached = reached(&successors, edges.iter().filter(growing).map(|edge| edge.to));
            if reached == endless {
                return edges.iter().filter(growing).map(|edge| (edge.rule, edge.variable)).collect();
            }
            endless = reached;
        }
        Vec::new()
    }

    fn edges(&self, id: RuleId, endless: &[bool]) -> Vec<Edge> {
        let rule = self.strata.program().rule(id);
        let values = Values::of(rule, self, endless);
        let bounds = values.bounds();
        let mut edges = Vec::new();
        for (place, term) in rule.terms.iter().enumerate() {
            for (variable, growth) in values.flows(term) {
                let bound = bounds.get(&variable).copied().unwrap_or_default();
                let growth = Growth {
                    up: growth.up && !bound.up && !bound.wild,
                    down: growth.down && !bound.down && !bound.wild,
                    wild: growth.wild && !bound.is_some(),
                };
                let to = self.first[&rule.head] + place;
                for &from in values.places.get(&variable).into_iter().flatten() {
                    edges.push(Edge { from, to, growth, rule: id, variable });
                }
            }
        }
        edges
    }

    fn column(&self, atom: &Atom, place: usize) -> Option<Column> {
        self.first.get(&atom.relation).map(|first| first + place)
    }
}

/// The nodes that the given ones lead to, themselves among them.
fn reached(successors: &[Vec<usize>], from: impl Iterator<Item = usize>) -> Vec<bool> {
    let mut reached = vec![false; successors.len()];
    let mut left: Vec<usize> = from.collect();
    while let Some(node) = left.pop() {
        if !std::mem::replace(&mut reached[node], true) {
            left.extend(&successors[node]);
        }
    }
    reached
}

/// What the variables of one rule stand for.
struct Values<'a> {
    rule: &'a Rule,
    pool: &'a Pool,
    /// Variables with no more values than the relations outside the circles have.
    finite: BTreeSet<u16>,
    /// The endless columns that a variable stands in.
    places: BTreeMap<u16, Vec<Column>>,
    /// Where computed variables have their values from.
    flows: BTreeMap<u16, Flows>,
}

impl<'a> Values<'a> {
    fn of(rule: &'a Rule, circles: &Circles<'a>, endless: &[bool]) -> Self {
        let mut values =
            Self { rule, pool: circles.pool, finite: BTreeSet::new(), places: BTreeMap::new(), flows: BTreeMap::new() };
        for literal in &rule.body {
            match literal {
                Literal::Atom(atom) => {
                    for (place, term) in atom.terms.iter().enumerate() {
                        let Term::Variable(variable) = term else { continue };
                        match circles.column(atom, place).filter(|&column| endless[column]) {
                            Some(column) => values.places.entry(*variable).or_default().push(column),
                            None => drop(values.finite.insert(*variable)),
                        }
                    }
                }
                // It is computed from complete relations.
                Literal::Aggregate { result: Term::Variable(variable), .. } => drop(values.finite.insert(*variable)),
                Literal::Aggregate { .. } | Literal::Not(_) | Literal::Compare { .. } | Literal::Range { .. } => {}
            }
        }
        values.compute();
        values
    }

    /// Follows equations until nothing more is known; each pass knows one variable more or is the last.
    fn compute(&mut self) {
        loop {
            let known = self.finite.len() + self.flows.len();
            for literal in &self.rule.body {
                match literal {
                    Literal::Compare { left, operator: Operator::Equal, right, .. } => {
                        self.define(left, &[right]);
                        self.define(right, &[left]);
                    }
                    Literal::Range { result, arguments, .. } => {
                        self.define(result, &arguments.iter().collect::<Vec<_>>());
                    }
                    Literal::Atom(_) | Literal::Not(_) | Literal::Compare { .. } | Literal::Aggregate { .. } => {}
                }
            }
            if self.finite.len() + self.flows.len() == known {
                break;
            }
        }
    }

    fn define(&mut self, variable: &Term, by: &[&Term]) {
        let Term::Variable(variable) = variable else { return };
        if self.finite.contains(variable) || !by.iter().all(|term| self.is_known(term)) {
            return;
        }
        let flows = by.iter().fold(Flows::new(), |all, term| merged(all, self.flows(term)));
        if flows.is_empty() {
            self.finite.insert(*variable);
        } else if !self.places.contains_key(variable) {
            self.flows.entry(*variable).or_insert(flows);
        }
    }

    fn is_known(&self, term: &Term) -> bool {
        match term {
            Term::Variable(variable) => {
                self.finite.contains(variable)
                    || self.places.contains_key(variable)
                    || self.flows.contains_key(variable)
            }
            Term::Wildcard => false,
            Term::Constant(_) => true,
            Term::Functor(_, _, arguments) => arguments.iter().all(|argument| self.is_known(argument)),
        }
    }

    /// The variables with any number of values that a term is computed from, and what it does to them.
    fn flows(&self, term: &Term) -> Flows {
        match term {
            Term::Wildcard | Term::Constant(_) => Flows::new(),
            Term::Variable(variable) if self.finite.contains(variable) => Flows::new(),
            Term::Variable(variable) => {
                let plain = || Flows::from([(*variable, Growth::default())]);
                self.flows.get(variable).cloned().unwrap_or_else(plain)
            }
            Term::Functor(functor, _, arguments) => {
                let parts: Vec<Flows> = arguments.iter().map(|argument| self.flows(argument)).collect();
                self.applied(*functor, arguments, parts)
            }
        }
    }

    fn applied(&self, functor: Functor, arguments: &[Term], mut parts: Vec<Flows>) -> Flows {
        use Functor as F;
        let last_is_finite = parts.last().is_some_and(Flows::is_empty);
        let some_is_finite = parts.iter().any(Flows::is_empty);
        let grow = |growth: fn(Growth) -> Growth, parts: Vec<Flows>| {
            let all = parts.into_iter().fold(Flows::new(), merged);
            all.into_iter().map(|(variable, before)| (variable, growth(before))).collect()
        };
        match functor {
            F::Add | F::Subtract => {
                let turned = functor == F::Subtract;
                let (second, first) = (parts.pop().unwrap_or_default(), parts.pop().unwrap_or_default());
                let [left, right] = [self.sign(arguments.first()), self.sign(arguments.last())];
                let first = moved(first, right.map(|sign| if turned { -sign } else { sign }));
                // `c - x` and `c - (c - x)` are all there is.
                let second = if turned { moved(second, left.map(|_| 0)) } else { moved(second, left) };
                merged(first, second)
            }
            F::Multiply | F::Power | F::ShiftLeft | F::Cat => grow(|_| Growth::WILD, parts),
            F::Min if some_is_finite => grow(|before| Growth { up: false, ..before }, parts),
            F::Max if some_is_finite => grow(|before| Growth { down: false, ..before }, parts),
            F::Remainder if last_is_finite => Flows::new(),
            F::BitAnd if some_is_finite => Flows::new(),
            F::LogicalAnd | F::LogicalOr | F::LogicalXor | F::LogicalNot | F::Ordinal => Flows::new(),
            F::Negate => grow(|before| if before.is_some() { Growth::WILD } else { before }, parts),
            F::Divide
            | F::Remainder
            | F::BitAnd
            | F::BitOr
            | F::BitXor
            | F::BitNot
            | F::ShiftRight
            | F::ShiftRightUnsigned
            | F::Min
            | F::Max
            | F::StringLength
            | F::Substring
            | F::ToNumber
            | F::ToString
            | F::ToUnsigned
            | F::ToFloat => grow(|before| before, parts),
        }
    }

    /// The sign of a constant number.
    fn sign(&self, term: Option<&Term>) -> Option<i64> {
        let Some(Term::Constant(cell)) = term else { return None };
        Some(self.pool.decode(*cell).signum())
    }

    /// Which variables comparisons bound, and on which side.
    fn bounds(&self) -> Flows {
        let mut bounds = Flows::new();
        for literal in &self.rule.body {
            let Literal::Compare { left, operator, right, .. } = literal else { continue };
            let (small, large) = match operator {
                Operator::Less | Operator::LessOrEqual => (left, right),
                Operator::Greater | Operator::GreaterOrEqual => (right, left),
                Operator::Equal => {
                    for (side, other) in [(left, right), (right, left)] {
                        self.bound(side, other, Growth::WILD, &mut bounds);
                    }
                    continue;
                }
                Operator::NotEqual
                | Operator::Match
                | Operator::NotMatch
                | Operator::Contains
                | Operator::NotContains => continue,
            };
            self.bound(small, large, Growth { up: true, ..Growth::default() }, &mut bounds);
            self.bound(large, small, Growth { down: true, ..Growth::default() }, &mut bounds);
        }
        bounds
    }

    /// Notes that a term is compared with another one, if that one has only so many values.
    fn bound(&self, side: &Term, other: &Term, bound: Growth, bounds: &mut Flows) {
        if !self.flows(other).is_empty() || !self.is_known(other) {
            return;
        }
        // A term that rises with its variable is bounded where that is; of others not so much is known.
        let rises = match side {
            Term::Variable(_) | Term::Functor(Functor::Add, ..) => true,
            Term::Functor(Functor::Subtract, _, sides) => sides.last().is_some_and(|last| self.flows(last).is_empty()),
            Term::Functor(..) | Term::Wildcard | Term::Constant(_) => false,
        };
        for variable in self.flows(side).into_keys() {
            let known = bounds.entry(variable).or_default();
            *known = known.or(if rises { bound } else { Growth::WILD });
        }
    }
}

/// What adding a number of this sign does; of an unknown one anything.
fn moved(flows: Flows, sign: Option<i64>) -> Flows {
    let by = match sign {
        Some(sign) => Growth { up: sign > 0, down: sign < 0, wild: false },
        None => Growth::WILD,
    };
    flows.into_iter().map(|(variable, before)| (variable, before.or(by))).collect()
}

fn merged(mut into: Flows, other: Flows) -> Flows {
    for (variable, growth) in other {
        let known = into.entry(variable).or_default();
        *known = known.or(growth);
    }
    into
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::datalog::syntax::parser_tests::read;
    use crate::datalog::{check, stratify};

    /// The variables that are warned about.
    fn check_text(text: &str, expect: &[&str]) {
        let declared = ".decl e(x: number, y: number)\n.input e\n.decl n(x: number)\n.decl d(x: number, y: number)\n\
                        .decl t(x: symbol)\n";
        let (_, program, problems) = read(&format!("{declared}{text}"));
        let mut pool = Pool::new();
        let checked = check(&program, &mut pool);
        assert!(problems.is_empty() && checked.diagnostics.is_empty(), "{text}: {:?}", checked.diagnostics);
        let strata = stratify(checked.value.unwrap()).unwrap();
        let found = inventions(&strata, &pool, &|_| true);
        let label = |found: &Diagnostic| found.primary.text.split('`').nth(1).unwrap_or_default().to_owned();
        assert_eq!(found.iter().map(label).collect::<Vec<_>>(), expect, "{text}");
    }

    #[test]
    fn counters_without_a_bound() {
        check_text("n(0). n(X + 1) :- n(X).", &["X"]);
        check_text("n(0). n(Y) :- n(X), Y = X + 1.", &["X"]);
        check_text("n(0). n(X - 1) :- n(X), X < 10.", &["X"]);
        check_text("n(0). n(X + 1) :- n(X), X > 10.", &["X"]);
        check_text("n(0). n(X + 1) :- n(X), X != 10.", &["X"]);
        check_text("d(X, 1) :- e(X, _). d(Y, D + 1) :- d(X, D), e(X, Y).", &["D"]);
        check_text("d(X, X) :- n(X). n(X) :- e(X, _). n(X + Y) :- d(X, Y).", &["X"]);
        check_text("n(X) :- e(X, _). n(X + Y) :- n(X), e(_, Y).", &["X"]);
        check_text("n(X) :- e(X, _). n(X + 1) :- n(X), n(Y), X < Y.", &["X"]);
        check_text("n(0). n(max(X + 1, 10)) :- n(X).", &["X"]);
    }

    #[test]
    fn counters_with_a_bound() {
        check_text("n(0). n(X + 1) :- n(X), X < 10.", &[]);
        check_text("n(0). n(X + 1) :- n(X), X + 1 <= 10.", &[]);
        check_text("n(0). n(Y) :- n(X), Y = X + 1, Y < 10.", &[]);
        check_text("n(0). n(X + 1) :- n(X), 10 > X.", &[]);
        check_text("n(9). n(X - 1) :- n(X), X > 0.", &[]);
        check_text("n(0). n(min(X + 1, 10)) :- n(X).", &[]);
        check_text("n(0). n(X + 1) :- n(X), e(X, _).", &[]);
        check_text("n(0). n(Y) :- n(X), Y = X + 1, e(Y, _).", &[]);
        check_text("d(X, Y) :- e(X, Y). d(X + 1, Y) :- d(X, Y), X < Y.", &[]);
        check_text("n(0). n(X + 1) :- n(X), X < M, M = count : { e(_, _) }.", &[]);
        check_text("n(0). n(10 - X) :- n(X).", &[]);
        check_text("n(0). n(max(X, Y)) :- n(X), e(Y, _).", &[]);
        check_text("n(X) :- e(X, _). d(X, X + 1) :- n(X). n(X) :- d(X, _).", &[]);
        check_text("d(X, Y) :- e(X, Y). d(X, Z) :- d(X, Y), e(Y, Z).", &[]);
    }
}
