//! Random clauses as text against the truth of their bodies: what checking and lowering make of alternatives, negations,
//! several heads and aggregates in terms, held against trying all values for all variables.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::Dice;
use crate::base::{Pool, SourceMap};
use crate::datalog::syntax::ast::{Aggregate, Atom, Clause, Functor, Literal, Operator, Program, Term};
use crate::datalog::{Database, Settings, check, evaluate, parse, stratify};

/// Every value of a variable is below it.
const VALUES: i64 = 3;

/// The variables of a clause, and those that only aggregates use.
const NAMES: [&str; 3] = ["A", "B", "C"];
const LOCALS: [&str; 2] = ["K", "L"];

/// Writes random clauses.
struct Writer(Dice);

impl Writer {
    fn name(&mut self, inside: bool) -> &'static str {
        let names: &[&'static str] = if inside && self.0.one_in(2) { &LOCALS } else { &NAMES };
        names[self.0.roll(names.len())]
    }

    fn term(&mut self, inside: bool, depth: usize) -> String {
        match self.0.roll(if depth == 0 { 4 } else { 8 }) {
            0 => self.0.roll(3).to_string(),
            4 => format!("min({}, {})", self.term(inside, depth - 1), self.term(inside, depth - 1)),
            5 => format!("({} + {})", self.term(inside, depth - 1), self.term(inside, depth - 1)),
            6 => self.aggregate(depth - 1),
            _ => self.name(inside).to_owned(),
        }
    }

    fn aggregate(&mut self, depth: usize) -> String {
        let target = self.term(true, 0);
        let function = match self.0.roll(4) {
            0 => "count".to_owned(),
            1 => format!("sum {target}"),
            2 => format!("min {target}"),
            _ => format!("max {target}"),
        };
        let conditions: Vec<String> = (0..=self.0.roll(3)).map(|_| self.literal(true, depth.min(1))).collect();
        format!("{function} : {{ {} }}", conditions.join(", "))
    }

    fn atom(&mut self, inside: bool, depth: usize) -> String {
        let deep = if self.0.one_in(5) { depth } else { 0 };
        if self.0.one_in(3) {
            return format!("p({})", self.term(inside, deep));
        }
        let wildcard = !inside && self.0.one_in(5);
        let second = if wildcard { "_".to_owned() } else { self.term(inside, deep) };
        format!("e({}, {second})", self.term(inside, 0))
    }

    fn literal(&mut self, inside: bool, depth: usize) -> String {
        match self.0.roll(if depth == 0 { 6 } else { 10 }) {
            0 => format!("!{}", self.atom(inside, depth)),
            1 | 2 => {
                let operator = *self.0.pick(&Operator::ALL);
                // What an equation binds stays below `VALUES`.
                let depth = if matches!(operator, Operator::Equal | Operator::NotEqual) { 0 } else { depth };
                format!("{} {operator} {}", self.term(inside, depth), self.term(inside, depth))
            }
            6 if self.0.one_in(2) => ["true", "false", "!true"][self.0.roll(3)].to_owned(),
            7 | 8 => format!("({})", self.body(inside, depth - 1)),
            9 => format!("!{}", self.literal(inside, depth - 1)),
            _ => self.atom(inside, depth),
        }
    }

    fn body(&mut self, inside: bool, depth: usize) -> String {
        let alternatives: Vec<String> = (0..=self.0.roll(3) / 2)
            .map(|_| (0..=self.0.roll(3)).map(|_| self.literal(inside, depth)).collect::<Vec<_>>().join(", "))
            .collect();
        alternatives.join("; ")
    }

    fn program(&mut self) -> String {
        let mut text = ".decl e(x: number, y: number)\n.decl p(x: number)\n.decl one(x: number)\n\
                        .decl two(x: number, y: number)\n"
            .to_owned();
        for _ in 0..self.0.roll(6) {
            write!(text, "e({}, {}). ", self.0.roll(3), self.0.roll(3)).unwrap();
        }
        for _ in 0..self.0.roll(3) {
            write!(text, "p({}). ", self.0.roll(3)).unwrap();
        }
        let one = format!("one({})", self.term(false, 1));
        let two = format!("two({}, {})", self.term(false, 1), self.term(false, 0));
        let heads = [one.clone(), two.clone(), format!("{one}, {two}")][self.0.roll(3)].clone();
        // Most clauses bind their variables, so that few are refused.
        let first = ["e(A, B), ", "e(A, B), p(C), ", "e(A, B), e(B, C), ", ""][self.0.roll(4)];
        let body = self.body(false, 2);
        format!("{text}\n{heads} :- {first}({body}).\n")
    }
}

/// Values of variables.
type Values<'a> = BTreeMap<&'a str, i64>;

/// The rows of `e` and `p`.
struct Facts(BTreeMap<&'static str, BTreeSet<Vec<i64>>>);

impl Facts {
    fn of(program: &Program) -> Self {
        let mut facts = BTreeMap::from([("e", BTreeSet::new()), ("p", BTreeSet::new())]);
        for clause in program.clauses.iter().filter(|clause| clause.body.is_empty()) {
            let numbers = clause.heads[0].terms.iter().map(|term| {
                let Term::Number(number) = term.value else { panic!("the facts are numbers") };
                i64::try_from(number).unwrap()
            });
            let row: Vec<i64> = numbers.collect();
            facts.get_mut(clause.heads[0].relation.value.as_str()).unwrap().insert(row);
        }
        Self(facts)
    }

    /// Whether a condition holds, or with `negated` its negation; what has no value makes both false.
    fn holds(&self, literal: &Literal, negated: bool, values: &Values<'_>) -> bool {
        match literal {
            Literal::Atom(atom) => self.matches(atom, values).is_some_and(|found| found != negated),
            Literal::Not(atom) => self.matches(atom, values).is_some_and(|found| found == negated),
            Literal::Constraint { left, operator, right } => {
                let operator = if negated { operator.negated() } else { *operator };
                let sides = self.value(&left.value, values).zip(self.value(&right.value, values));
                sides.is_some_and(|(left, right)| match operator {
                    Operator::Equal => left == right,
                    Operator::NotEqual => left != right,
                    Operator::Less => left < right,
                    Operator::LessOrEqual => left <= right,
                    Operator::Greater => left > right,
                    Operator::GreaterOrEqual => left >= right,
                    Operator::Match | Operator::NotMatch | Operator::Contains | Operator::NotContains => {
                        panic!("no patterns are written")
                    }
                })
            }
            Literal::Truth(truth) => *truth != negated,
            Literal::Negated(inner) => self.holds(inner, !negated, values),
            Literal::Group(groups) if negated => {
                groups.iter().all(|group| group.iter().any(|literal| self.holds(literal, true, values)))
            }
            Literal::Group(groups) => groups.iter().any(|group| self.all(group, values)),
        }
    }

    fn all(&self, literals: &[Literal], values: &Values<'_>) -> bool {
        literals.iter().all(|literal| self.holds(literal, false, values))
    }

    fn matches(&self, atom: &Atom, values: &Values<'_>) -> Option<bool> {
        let mut pattern = Vec::new();
        for term in &atom.terms {
            let any = term.value == Term::Wildcard;
            pattern.push(if any { None } else { Some(self.value(&term.value, values)?) });
        }
        let fits = |row: &Vec<i64>| row.iter().zip(&pattern).all(|(cell, wanted)| wanted.is_none_or(|w| w == *cell));
        Some(self.0[atom.relation.value.as_str()].iter().any(fits))
    }

    fn value(&self, term: &Term, values: &Values<'_>) -> Option<i64> {
        match term {
            Term::Variable(name) => Some(values[name.as_str()]),
            Term::Number(number) => i64::try_from(*number).ok(),
            Term::Functor(functor, arguments) => {
                let (left, right) = (self.value(&arguments[0].value, values), self.value(&arguments[1].value, values));
                let (left, right) = left.zip(right)?;
                Some(if *functor == Functor::Min { left.min(right) } else { left + right })
            }
            Term::Aggregate { function, target, body } => {
                let target = target.as_deref().map(|target| &target.value);
                self.aggregate(*function, target, body, values)
            }
            Term::Wildcard | Term::Text(_) | Term::Unsigned(_) | Term::Float(_) | Term::Range(_) | Term::As(..) => {
                panic!("not written: {term:?}")
            }
        }
    }

    fn aggregate(
        &self,
        function: Aggregate,
        target: Option<&Term>,
        body: &[Literal],
        outer: &Values<'_>,
    ) -> Option<i64> {
        let mut own = BTreeSet::new();
        if let Some(target) = target {
            names_of_term(target, &mut own);
        }
        let shadowing = own.clone();
        names(body, &mut own);
        let own: Vec<&str> =
            own.into_iter().filter(|name| shadowing.contains(name) || !outer.contains_key(name)).collect();
        let mut found = Vec::new();
        each_assignment(&own, outer, &mut |values| {
            if self.all(body, values) {
                found.push(target.map_or(Some(1), |target| self.value(target, values)));
            }
        });
        // Where the target has no value, there is no binding.
        let found: Vec<i64> = found.into_iter().flatten().collect();
        match function {
            Aggregate::Count | Aggregate::Sum => Some(found.iter().sum()),
            Aggregate::Min => found.into_iter().min(),
            Aggregate::Max => found.into_iter().max(),
            Aggregate::Mean => panic!("no means are written"),
        }
    }
}

/// The names that stand in conditions outside of aggregates.
fn names<'a>(literals: &'a [Literal], found: &mut BTreeSet<&'a str>) {
    for literal in literals {
        match literal {
            Literal::Atom(atom) | Literal::Not(atom) => {
                atom.terms.iter().for_each(|term| names_of_term(&term.value, found));
            }
            Literal::Constraint { left, right, .. } => {
                names_of_term(&left.value, found);
                names_of_term(&right.value, found);
            }
            Literal::Truth(_) => {}
            Literal::Negated(inner) => names(std::slice::from_ref(inner), found),
            Literal::Group(groups) => groups.iter().for_each(|group| names(group, found)),
        }
    }
}

fn names_of_term<'a>(term: &'a Term, found: &mut BTreeSet<&'a str>) {
    if let Term::Variable(name) = term {
        found.insert(name);
    } else if let Term::Functor(_, arguments) = term {
        for argument in arguments {
            names_of_term(&argument.value, found);
        }
    }
}

/// Calls `see` with all values for the names.
fn each_assignment<'a>(names: &[&'a str], around: &Values<'a>, see: &mut dyn FnMut(&Values<'a>)) {
    let Some((name, others)) = names.split_first() else { return see(around) };
    for value in 0..VALUES {
        let mut values = around.clone();
        values.insert(name, value);
        each_assignment(others, &values, see);
    }
}

/// The rows that a head of the clause gets.
fn wanted(clause: &Clause, head: &Atom, facts: &Facts) -> BTreeSet<Vec<i64>> {
    let mut names_of_clause = BTreeSet::new();
    names(&clause.body, &mut names_of_clause);
    head.terms.iter().for_each(|term| names_of_term(&term.value, &mut names_of_clause));
    let names_of_clause: Vec<&str> = names_of_clause.into_iter().collect();
    let mut rows = BTreeSet::new();
    each_assignment(&names_of_clause, &Values::new(), &mut |values| {
        if facts.all(&clause.body, values) {
            let row: Option<Vec<i64>> = head.terms.iter().map(|term| facts.value(&term.value, values)).collect();
            rows.extend(row);
        }
    });
    rows
}

/// Runs one random program; whether it was accepted, and how many rows its clause gave.
fn run(seed: u64) -> Option<usize> {
    let text = Writer(Dice(seed)).program();
    let mut sources = SourceMap::new();
    let file = sources.add("a.dl", &text);
    let parsed = parse(&sources, file);
    assert_eq!(parsed.diagnostics, [], "{text}");
    let (program, mut pool) = (parsed.value, Pool::new());
    let checked = check(&program, &mut pool);
    let refusals = ["unbound-variable", "not-supported"];
    assert!(checked.diagnostics.iter().all(|d| refusals.contains(&d.code)), "{text}{:#?}", checked.diagnostics);
    let strata = stratify(checked.value?).unwrap();
    let fixpoint = evaluate(&strata, Database::new(), &mut pool, &Settings::default()).unwrap();
    let facts = Facts::of(&program);
    let clause = program.clauses.last().unwrap();
    let mut count = 0;
    for head in &clause.heads {
        let id = strata.program().find(&head.relation.value).unwrap();
        let row = |fact| fixpoint.row(fact).iter().map(|&cell| pool.decode(cell)).collect();
        let found: BTreeSet<Vec<i64>> = fixpoint.facts(id).map(row).collect();
        assert_eq!(found, wanted(clause, head, &facts), "seed {seed}, {head}:\n{text}");
        count += found.len();
    }
    Some(count)
}

#[test]
fn clauses_give_the_rows_for_which_their_bodies_are_true() {
    let found: Vec<usize> = (0..2500).filter_map(run).collect();
    let filled = found.iter().filter(|count| **count > 0).count();
    assert!(found.len() > 500 && filled > 200, "{} clauses are accepted, {filled} of them give rows", found.len());
}
