//! What random programs are made of, and programs with one fault: a comparison in which no fault shows says nothing.

use std::collections::BTreeSet;
use std::fmt::{self, Display, Formatter};

use super::program::{Clause, Condition, Program, Term};

/// A part of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Negation,
    Comparison,
    Aggregate,
    Range,
    Disjunction,
    Functor,
    Recursion,
}

impl Part {
    pub(super) const ALL: [Self; 7] = [
        Self::Negation,
        Self::Comparison,
        Self::Aggregate,
        Self::Range,
        Self::Disjunction,
        Self::Functor,
        Self::Recursion,
    ];
}

impl Display for Part {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Negation => "negation",
            Self::Comparison => "comparisons",
            Self::Aggregate => "aggregates",
            Self::Range => "ranges",
            Self::Disjunction => "disjunction",
            Self::Functor => "functors",
            Self::Recursion => "recursion",
        })
    }
}

/// Whether a program uses a part.
fn uses(program: &Program, part: Part) -> bool {
    let functor = |term: &Term| matches!(term, Term::Infix(..) | Term::Prefix(..) | Term::Extreme(..));
    let is_in = |condition: &Condition| match condition {
        Condition::Atom(_) => false,
        Condition::Not(_) => part == Part::Negation,
        Condition::Compare(left, ..) if part == Part::Functor => functor(left),
        Condition::Compare(_, operator, _) => part == Part::Comparison && *operator != "=",
        Condition::Aggregate { .. } => part == Part::Aggregate,
        Condition::Range { .. } => part == Part::Range,
        Condition::Or(_) => part == Part::Disjunction,
    };
    let mut clauses = program.clauses.iter();
    if part == Part::Recursion {
        return clauses.any(|clause| is_recursive(program, clause));
    }
    clauses.any(|clause| {
        let head = part == Part::Functor && clause.heads.iter().flat_map(|head| &head.terms).any(functor);
        head || clause.body.iter().any(is_in)
    })
}

/// The programs that differ from a program in one place where it uses the part.
pub(super) fn faults(program: &Program, part: Part) -> Vec<Program> {
    let mut all = Vec::new();
    for (number, clause) in program.clauses.iter().enumerate() {
        if part == Part::Recursion {
            if is_recursive(program, clause) {
                let mut copy = program.clone();
                copy.clauses.remove(number);
                all.push(copy);
            }
            continue;
        }
        for body in bodies(&clause.body, part) {
            let mut copy = program.clone();
            copy.clauses[number].body = body;
            all.push(copy);
        }
        for (head, atom) in clause.heads.iter().enumerate().filter(|_| part == Part::Functor) {
            for (place, term) in atom.terms.iter().enumerate() {
                if let Some(other) = other_functor(term) {
                    let mut copy = program.clone();
                    copy.clauses[number].heads[head].terms[place] = other;
                    all.push(copy);
                }
            }
        }
    }
    all
}

/// Whether a clause reads what depends on its head.
fn is_recursive(program: &Program, clause: &Clause) -> bool {
    let mut above: BTreeSet<usize> = clause.heads.iter().map(|head| head.relation).collect();
    loop {
        let known = above.len();
        for clause in &program.clauses {
            let mut read = BTreeSet::new();
            relations(&clause.body, &mut read);
            if !read.is_disjoint(&above) {
                above.extend(clause.heads.iter().map(|head| head.relation));
            }
        }
        if above.len() == known {
            break;
        }
    }
    let mut read = BTreeSet::new();
    relations(&clause.body, &mut read);
    !read.is_disjoint(&above)
}

fn relations(body: &[Condition], into: &mut BTreeSet<usize>) {
    for condition in body {
        match condition {
            Condition::Atom(atom) | Condition::Not(atom) => drop(into.insert(atom.relation)),
            Condition::Aggregate { body, .. } => relations(body, into),
            Condition::Or(branches) => branches.iter().for_each(|branch| relations(branch, into)),
            Condition::Compare(..) | Condition::Range { .. } => {}
        }
    }
}

/// The bodies that differ in one place. What a condition binds, its changed form binds too.
fn bodies(body: &[Condition], part: Part) -> Vec<Vec<Condition>> {
    let mut all = Vec::new();
    for (place, condition) in body.iter().enumerate() {
        let mut put = |other: Vec<Condition>| {
            all.push([&body[..place], &other[..], &body[place + 1..]].concat());
        };
        match (part, condition) {
            (Part::Negation, Condition::Not(_)) => put(Vec::new()),
            (Part::Comparison, Condition::Compare(left, operator, right)) => match *operator {
                "!=" => put(Vec::new()),
                "<" => put(vec![Condition::Compare(left.clone(), "<=", right.clone())]),
                "<=" => put(vec![Condition::Compare(left.clone(), "<", right.clone())]),
                ">" => put(vec![Condition::Compare(left.clone(), ">=", right.clone())]),
                ">=" => put(vec![Condition::Compare(left.clone(), ">", right.clone())]),
                _ => {}
            },
            (Part::Range, Condition::Range { result, from, to }) => {
                let to = Term::Infix("-", Box::new([to.clone(), Term::Number(1)]));
                put(vec![Condition::Range { result: result.clone(), from: from.clone(), to }]);
            }
            (Part::Disjunction, Condition::Or(branches)) => {
                for branch in 0..branches.len() {
                    let mut fewer = branches.clone();
                    fewer.remove(branch);
                    put(vec![Condition::Or(fewer)]);
                }
            }
            (Part::Aggregate, Condition::Aggregate { result, function, target, body }) => {
                let (function, target) = match *function {
                    "min" => ("max", target.clone()),
                    "max" => ("min", target.clone()),
                    "sum" => ("count", None),
                    _ => ("sum", Some(Term::Number(2))),
                };
                put(vec![Condition::Aggregate { result: result.clone(), function, target, body: body.clone() }]);
            }
            (Part::Functor, Condition::Compare(left, operator, right)) => {
                if let Some(left) = other_functor(left) {
                    put(vec![Condition::Compare(left, operator, right.clone())]);
                }
                if let Some(right) = other_functor(right) {
                    put(vec![Condition::Compare(left.clone(), operator, right)]);
                }
            }
            _ => {}
        }
    }
    all
}

/// The term with another outermost functor.
fn other_functor(term: &Term) -> Option<Term> {
    match term {
        Term::Infix("+", sides) => Some(Term::Infix("-", sides.clone())),
        Term::Infix(_, sides) => Some(Term::Infix("+", sides.clone())),
        Term::Prefix("-", inner) => Some(Term::Prefix("bnot", inner.clone())),
        Term::Prefix(_, inner) => Some(Term::Prefix("-", inner.clone())),
        Term::Extreme(function, sides) => {
            Some(Term::Extreme(if *function == "min" { "max" } else { "min" }, sides.clone()))
        }
        Term::Variable(_) | Term::Wildcard | Term::Number(_) | Term::Text(_) => None,
    }
}

/// What was compared.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) programs: usize,
    clauses: usize,
    rows: usize,
    derived: usize,
    /// Programs of which a rule gives a row.
    fruitful: usize,
    using: [usize; Part::ALL.len()],
}

impl Tally {
    pub(super) fn add(&mut self, program: &Program, rows: usize) {
        let given: BTreeSet<String> = program.given.iter().map(|given| format!("{given:?}")).collect();
        self.programs += 1;
        self.clauses += program.clauses.len();
        self.rows += rows;
        self.derived += rows - given.len();
        self.fruitful += usize::from(rows > given.len());
        for (part, using) in Part::ALL.into_iter().zip(&mut self.using) {
            *using += usize::from(uses(program, part));
        }
    }
}

impl Display for Tally {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { programs, clauses, rows, derived, fruitful, using } = self;
        write!(
            f,
            "{programs} programs, {clauses} clauses, {rows} rows, {derived} of them derived in {fruitful} programs"
        )?;
        for (part, using) in Part::ALL.iter().zip(using) {
            write!(f, "; {part} in {} %", using * 100 / programs.max(&1))?;
        }
        Ok(())
    }
}
