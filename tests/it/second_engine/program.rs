//! Programs in the language that two engines share, and how each of the two writes them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Display, Formatter, Write as _};

/// What a column or variable holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    Text,
}

/// A variable; even ones are numbers.
pub(super) type Variable = u16;

pub(super) fn kind(variable: Variable) -> Kind {
    if variable.is_multiple_of(2) { Kind::Number } else { Kind::Text }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Term {
    Variable(Variable),
    Wildcard,
    Number(i64),
    Text(&'static str),
    Infix(&'static str, Box<[Term; 2]>),
    Prefix(&'static str, Box<Term>),
    /// `min(a, b)` or `max(a, b)`.
    Extreme(&'static str, Box<[Term; 2]>),
}

#[derive(Clone, Debug)]
pub(super) struct Atom {
    pub(super) relation: usize,
    pub(super) terms: Vec<Term>,
}

#[derive(Clone, Debug)]
pub(super) enum Condition {
    Atom(Atom),
    Not(Atom),
    Compare(Term, &'static str, Term),
    /// `result = count : { … }` and the like; `target` is what is summed up or compared.
    Aggregate {
        result: Term,
        function: &'static str,
        target: Option<Term>,
        body: Vec<Condition>,
    },
    /// `result = range(from, to)`.
    Range {
        result: Term,
        from: Term,
        to: Term,
    },
    /// Some of the conjunctions holds.
    Or(Vec<Vec<Condition>>),
}

#[derive(Clone, Debug)]
pub(super) struct Clause {
    pub(super) heads: Vec<Atom>,
    pub(super) body: Vec<Condition>,
}

#[derive(Clone, Debug)]
pub(super) struct Relation {
    pub(super) name: String,
    pub(super) kinds: Vec<Kind>,
    pub(super) inline: bool,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Program {
    pub(super) relations: Vec<Relation>,
    /// Rows that are given besides the program.
    pub(super) given: Vec<(usize, Vec<Term>)>,
    pub(super) clauses: Vec<Clause>,
}

/// In the language under test; given rows are not among it.
impl Display for Program {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for Relation { name, kinds, inline } in &self.relations {
            let ty = |kind: &Kind| if *kind == Kind::Number { "number" } else { "symbol" };
            let columns: Vec<String> =
                kinds.iter().enumerate().map(|(i, kind)| format!("c{i}: {}", ty(kind))).collect();
            writeln!(f, ".decl {name}({}){}", columns.join(", "), if *inline { " inline" } else { "" })?;
        }
        for clause in &self.clauses {
            let heads: Vec<String> = clause.heads.iter().map(|head| self.atom(head)).collect();
            let body = if clause.body.is_empty() { String::new() } else { format!(" :- {}", self.body(&clause.body)) };
            writeln!(f, "{}{body}.", heads.join(", "))?;
        }
        Ok(())
    }
}

impl Program {
    fn atom(&self, atom: &Atom) -> String {
        let terms: Vec<String> = atom.terms.iter().map(term).collect();
        format!("{}({})", self.relations[atom.relation].name, terms.join(", "))
    }

    fn body(&self, body: &[Condition]) -> String {
        body.iter().map(|condition| self.condition(condition)).collect::<Vec<_>>().join(", ")
    }

    fn condition(&self, condition: &Condition) -> String {
        match condition {
            Condition::Atom(atom) => self.atom(atom),
            Condition::Not(atom) => format!("!{}", self.atom(atom)),
            Condition::Compare(left, operator, right) => format!("{} {operator} {}", term(left), term(right)),
            Condition::Aggregate { result, function, target, body } => {
                let target = target.as_ref().map(|target| format!(" {}", term(target))).unwrap_or_default();
                format!("{} = {function}{target} : {{ {} }}", term(result), self.body(body))
            }
            Condition::Range { result, from, to } => format!("{} = range({}, {})", term(result), term(from), term(to)),
            Condition::Or(branches) => {
                let branches: Vec<String> = branches.iter().map(|branch| self.body(branch)).collect();
                format!("({})", branches.join("; "))
            }
        }
    }
}

fn term(of: &Term) -> String {
    match of {
        Term::Variable(variable) => format!("V{variable}"),
        Term::Wildcard => "_".to_owned(),
        Term::Number(number) => number.to_string(),
        Term::Text(text) => format!("\"{text}\""),
        Term::Infix(operator, sides) => format!("({} {operator} {})", term(&sides[0]), term(&sides[1])),
        Term::Prefix(operator, inner) => format!("({operator} ({}))", term(inner)),
        Term::Extreme(function, sides) => format!("{function}({}, {})", term(&sides[0]), term(&sides[1])),
    }
}

/// The variables of conditions.
pub(super) fn variables(body: &[Condition], into: &mut BTreeSet<Variable>) {
    let mut terms: Vec<&Term> = Vec::new();
    for condition in body {
        match condition {
            Condition::Atom(atom) | Condition::Not(atom) => terms.extend(&atom.terms),
            Condition::Compare(left, _, right) => terms.extend([left, right]),
            Condition::Range { result, from, to } => terms.extend([result, from, to]),
            Condition::Aggregate { result, target, body, .. } => {
                terms.extend([result].into_iter().chain(target));
                variables(body, into);
            }
            Condition::Or(branches) => branches.iter().for_each(|branch| variables(branch, into)),
        }
    }
    while let Some(term) = terms.pop() {
        match term {
            Term::Variable(variable) => drop(into.insert(*variable)),
            Term::Wildcard | Term::Number(_) | Term::Text(_) => {}
            Term::Infix(_, sides) | Term::Extreme(_, sides) => terms.extend(sides.iter()),
            Term::Prefix(_, inner) => terms.push(inner),
        }
    }
}

/// A variable of an aggregate's target belongs to the aggregate: there it gets a name that nothing around it has.
fn apart(target: Option<&Term>, body: &[Condition]) -> (Option<Term>, Vec<Condition>) {
    let Some(Term::Variable(own)) = target else { return (target.cloned(), body.to_vec()) };
    let term = |term: &Term| {
        let is_own = *term == Term::Variable(*own);
        if is_own { Term::Variable(own + APART) } else { term.clone() }
    };
    let atom = |of: &Atom| Atom { relation: of.relation, terms: of.terms.iter().map(term).collect() };
    let condition = |condition: &Condition| match condition {
        Condition::Atom(of) => Condition::Atom(atom(of)),
        Condition::Not(of) => Condition::Not(atom(of)),
        Condition::Compare(left, operator, right) => Condition::Compare(term(left), operator, term(right)),
        Condition::Aggregate { .. } | Condition::Range { .. } | Condition::Or(_) => {
            unreachable!("no such conditions in aggregates")
        }
    };
    (Some(Term::Variable(own + APART)), body.iter().map(condition).collect())
}

/// Added to a number to make another name; even, so that it stays one of the same kind.
const APART: Variable = 10_000;

/// Writes a program as rules and facts of the answer set solver, its relations behind a prefix.
pub(super) struct Asp<'p> {
    pub(super) program: &'p Program,
    pub(super) prefix: String,
}

/// The literals of one body, and the ways to go on with each term that the other language has no word for.
#[derive(Default)]
struct Rest {
    literals: Vec<String>,
    choices: Vec<[String; 2]>,
    /// The variables of such terms.
    known: BTreeMap<String, String>,
    fresh: usize,
}

impl Asp<'_> {
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for (relation, row) in &self.program.given {
            let atom = Atom { relation: *relation, terms: row.clone() };
            let _ = writeln!(text, "{}.", self.atom(&atom, &mut Rest::default()));
        }
        for Clause { heads, body } in &self.program.clauses {
            for conjunction in conjunctions(body) {
                for head in heads {
                    self.rule(head, &conjunction, &mut text);
                }
            }
        }
        text
    }

    fn rule(&self, head: &Atom, body: &[&Condition], text: &mut String) {
        let mut rest = Rest::default();
        let head = self.atom(head, &mut rest);
        for condition in body {
            let literal = self.condition(condition, &mut rest);
            rest.literals.push(literal);
        }
        for way in 0..1_usize << rest.choices.len() {
            let chosen = rest.choices.iter().enumerate().map(|(i, choice)| &choice[way >> i & 1]);
            let body: Vec<&str> = rest.literals.iter().chain(chosen).map(String::as_str).collect();
            let arrow = if body.is_empty() { "" } else { " :- " };
            let _ = writeln!(text, "{head}{arrow}{}.", body.join(", "));
        }
    }

    fn atom(&self, atom: &Atom, rest: &mut Rest) -> String {
        let terms: Vec<String> = atom.terms.iter().map(|term| value(term, rest)).collect();
        let arguments = if terms.is_empty() { String::new() } else { format!("({})", terms.join(",")) };
        format!("{}{}{arguments}", self.prefix, self.program.relations[atom.relation].name)
    }

    fn condition(&self, condition: &Condition, rest: &mut Rest) -> String {
        match condition {
            Condition::Atom(atom) => self.atom(atom, rest),
            Condition::Not(atom) => format!("not {}", self.atom(atom, rest)),
            Condition::Compare(left, operator, right) => compare(&value(left, rest), operator, &value(right, rest)),
            Condition::Aggregate { result, function, target, body } => {
                let (target, body) = apart(target.as_ref(), body);
                let mut inner = Rest { fresh: rest.fresh + 100, ..Rest::default() };
                let (mut names, mut literals) = (BTreeSet::new(), Vec::new());
                variables(&body, &mut names);
                let mut tuple: Vec<String> = names.iter().map(|variable| format!("V{variable}")).collect();
                for condition in &body {
                    // A wildcard of a positive atom is a variable that nobody names.
                    let plain = match condition {
                        Condition::Atom(atom) => Condition::Atom(named(atom, &mut inner, &mut tuple)),
                        Condition::Not(_)
                        | Condition::Compare(..)
                        | Condition::Aggregate { .. }
                        | Condition::Range { .. }
                        | Condition::Or(_) => condition.clone(),
                    };
                    literals.push(self.condition(&plain, &mut inner));
                }
                assert!(inner.choices.is_empty(), "no such terms in aggregates");
                let first = target.map_or_else(|| "0".to_owned(), |target| value(&target, &mut inner));
                tuple.insert(0, first);
                let result = value(result, rest);
                let none = match *function {
                    "min" => format!(", {result} != #sup"),
                    "max" => format!(", {result} != #inf"),
                    _ => String::new(),
                };
                format!("{result} = #{function} {{ {} : {} }}{none}", tuple.join(","), literals.join(", "))
            }
            Condition::Range { result, from, to } => {
                let (result, from, to) = (value(result, rest), value(from, rest), value(to, rest));
                let up = format!("{}, {result} = {from}..({to}-1)", compare(&from, "<=", &to));
                let down = format!("{}, {result} = ({to}+1)..{from}", compare(&from, ">", &to));
                rest.choices.push([up, down]);
                "0 = 0".to_owned()
            }
            Condition::Or(_) => unreachable!("conjunctions have none"),
        }
    }
}

fn named(atom: &Atom, rest: &mut Rest, tuple: &mut Vec<String>) -> Atom {
    let mut name = |term: &Term| {
        if *term != Term::Wildcard {
            return term.clone();
        }
        rest.fresh += 2;
        let variable = Variable::try_from(1_000 + rest.fresh).unwrap();
        tuple.push(format!("V{variable}"));
        Term::Variable(variable)
    };
    Atom { relation: atom.relation, terms: atom.terms.iter().map(&mut name).collect() }
}

/// A comparison. In a pair an order means the same, and the solver does not try all numbers between two bounds.
fn compare(left: &str, operator: &str, right: &str) -> String {
    let is_order = operator.contains(['<', '>']);
    if is_order { format!("({left},0) {operator} ({right},0)") } else { format!("{left} {operator} {right}") }
}

/// A term; what the language has no word for becomes a variable and two ways to bind it.
fn value(of: &Term, rest: &mut Rest) -> String {
    match of {
        Term::Extreme(function, sides) => {
            let [left, right] = [value(&sides[0], rest), value(&sides[1], rest)];
            let written = format!("{function} {left} {right}");
            if let Some(known) = rest.known.get(&written) {
                return known.clone();
            }
            rest.fresh += 1;
            let variable = format!("W{}", rest.fresh);
            rest.known.insert(written, variable.clone());
            let (first, second) = if *function == "min" { ("<=", ">") } else { (">=", "<") };
            let way = |operator: &str, side: &str| format!("{}, {variable} = {side}", compare(&left, operator, &right));
            rest.choices.push([way(first, &left), way(second, &right)]);
            variable
        }
        Term::Infix(operator, sides) => {
            let operator = match *operator {
                "%" => "\\",
                "band" => "&",
                "bor" => "?",
                "bxor" => "^",
                same => same,
            };
            format!("({} {operator} {})", value(&sides[0], rest), value(&sides[1], rest))
        }
        Term::Prefix(operator, inner) => {
            format!("({}({}))", if *operator == "bnot" { "~" } else { operator }, value(inner, rest))
        }
        Term::Variable(_) | Term::Wildcard | Term::Number(_) | Term::Text(_) => term(of),
    }
}

/// The conjunctions that a body with alternatives stands for.
fn conjunctions(body: &[Condition]) -> Vec<Vec<&Condition>> {
    let mut all: Vec<Vec<&Condition>> = vec![Vec::new()];
    for condition in body {
        if let Condition::Or(branches) = condition {
            let ways: Vec<Vec<&Condition>> = branches.iter().flat_map(|branch| conjunctions(branch)).collect();
            all = all.iter().flat_map(|start| ways.iter().map(|way| [&start[..], way].concat())).collect();
        } else {
            for conjunction in &mut all {
                conjunction.push(condition);
            }
        }
    }
    all
}
