//! The variables of one clause by number, and walks over its terms.
//!
//! A variable that occurs only inside the braces of one `count` is local to it: two counts may use one name for two
//! variables. All others belong to the clause.

use std::collections::BTreeMap;

use crate::base::{Span, Spanned};

use crate::datalog::syntax::ast::{Clause, Literal, Term};

/// A part of a clause with variables of its own: the clause itself, or one `count`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::datalog) struct Scope(usize);

impl Scope {
    /// The clause itself.
    pub(in crate::datalog) const CLAUSE: Self = Self(0);

    /// The count that is the left or right side of the body's `index`-th literal.
    pub(in crate::datalog) fn of_count(index: usize, right: bool) -> Self {
        Self(1 + 2 * index + usize::from(right))
    }
}

/// Numbers for the variables of one clause, from 0.
#[derive(Debug)]
pub(in crate::datalog) struct Variables<'a> {
    numbers: BTreeMap<(Scope, &'a str), usize>,
    /// The names, by number.
    pub(in crate::datalog) names: Vec<&'a str>,
}

impl<'a> Variables<'a> {
    /// Numbers the variables of the clause.
    pub(in crate::datalog) fn of(clause: &'a Clause) -> Self {
        let mut variables = Self { numbers: BTreeMap::new(), names: Vec::new() };
        for term in &clause.head.terms {
            variables.add_all(Scope::CLAUSE, term);
        }
        for literal in &clause.body {
            for term in terms(literal).filter(|term| !matches!(term.value, Term::Count(_))) {
                variables.add_all(Scope::CLAUSE, term);
            }
        }
        for (scope, body) in counts(&clause.body) {
            for term in body.iter().flat_map(terms) {
                variables.add_all(scope, term);
            }
        }
        variables
    }

    fn add_all(&mut self, scope: Scope, term: &'a Spanned<Term>) {
        each_leaf(term, &mut |leaf, _| {
            if let Term::Variable(name) = leaf
                && !self.numbers.contains_key(&(Scope::CLAUSE, name))
            {
                let next = self.names.len();
                let number = *self.numbers.entry((scope, name)).or_insert(next);
                if number == next {
                    self.names.push(name);
                }
            }
        });
    }

    /// The number of the variable that a name stands for in a scope; every name of the clause has one.
    pub(in crate::datalog) fn number(&self, scope: Scope, name: &str) -> usize {
        let known = self.numbers.get(&(Scope::CLAUSE, name)).or_else(|| self.numbers.get(&(scope, name)));
        *known.expect("all variables of the clause are numbered")
    }

    /// Whether the name stands for a variable of the scope itself.
    pub(in crate::datalog) fn is_own(&self, scope: Scope, name: &str) -> bool {
        self.numbers.contains_key(&(scope, name))
    }
}

/// The terms of a literal: arguments, or both sides.
pub(in crate::datalog) fn terms(literal: &Literal) -> impl Iterator<Item = &Spanned<Term>> {
    let (arguments, sides) = match literal {
        Literal::Atom(atom) | Literal::Not(atom) => (atom.terms.as_slice(), None),
        Literal::Constraint { left, right, .. } => (&[] as &[_], Some([left, right])),
    };
    arguments.iter().chain(sides.into_iter().flatten())
}

/// The counts that are sides of a comparison in the body, each with its scope.
pub(in crate::datalog) fn counts(body: &[Literal]) -> impl Iterator<Item = (Scope, &Vec<Literal>)> {
    body.iter().enumerate().flat_map(|(index, literal)| {
        let sides = match literal {
            Literal::Constraint { left, right, .. } => Some([(left, false), (right, true)]),
            Literal::Atom(_) | Literal::Not(_) => None,
        };
        sides.into_iter().flatten().filter_map(move |(side, right)| match &side.value {
            Term::Count(inner) => Some((Scope::of_count(index, right), inner)),
            Term::Variable(_) | Term::Wildcard | Term::Text(_) | Term::Number(_) | Term::Functor(..) => None,
        })
    })
}

/// Calls `see` for each variable, wildcard, constant and count of a term, functors taken apart, from the left.
pub(in crate::datalog) fn each_leaf<'a>(term: &'a Spanned<Term>, see: &mut dyn FnMut(&'a Term, Span)) {
    match &term.value {
        Term::Functor(_, arguments) => {
            for argument in arguments {
                each_leaf(argument, see);
            }
        }
        leaf @ (Term::Variable(_) | Term::Wildcard | Term::Text(_) | Term::Number(_) | Term::Count(_)) => {
            see(leaf, term.span);
        }
    }
}
