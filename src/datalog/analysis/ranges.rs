//! Range restriction: whether every variable of a clause gets its value from somewhere.

use crate::base::{Diagnostic, Family, Span, Spanned, near};

use crate::datalog::analysis::variables::{Scope, Variables, each_leaf, terms};
use crate::datalog::syntax::ast::{Clause, Literal, Operator, Term};
use crate::datalog::syntax::names::clip;

/// How many names a suggestion is looked for among.
const MAX_CANDIDATES: usize = 32;

/// Reports each variable of the clause that nothing binds, once, and each wildcard that stands for a value.
///
/// A variable that an equation would bind if other variables had values is not reported: theirs are what is missing.
pub(in crate::datalog) fn check(clause: &Clause, variables: &Variables<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let count = variables.names.len();
    let mut ranges = Ranges { variables, bound: vec![false; count], reported: vec![false; count], diagnostics };
    ranges.bind(Scope::CLAUSE, &clause.body);
    ranges.pass_over_consequences(clause);
    ranges.check_body(Scope::CLAUSE, &clause.body);
    let place = if clause.body.is_empty() { Place::Fact } else { Place::Head };
    for term in &clause.head.terms {
        ranges.need(Scope::CLAUSE, term, place);
    }
}

/// Where a variable needs a value.
#[derive(Clone, Copy)]
enum Place {
    Fact,
    Head,
    Negated,
    Compared,
    Computed,
    Grouped,
}

struct Ranges<'a, 'out> {
    variables: &'a Variables<'a>,
    bound: Vec<bool>,
    reported: Vec<bool>,
    diagnostics: &'out mut Vec<Diagnostic>,
}

impl Ranges<'_, '_> {
    /// Marks as reported what equations bind once every variable that no equation could bind has a value.
    fn pass_over_consequences(&mut self, clause: &Clause) {
        let bound = self.bound.clone();
        let mut definable = vec![false; bound.len()];
        for literal in &clause.body {
            let Literal::Constraint { left, operator: Operator::Equal, right } = literal else { continue };
            for side in [left, right] {
                if let Term::Variable(name) = &side.value {
                    definable[self.variables.number(Scope::CLAUSE, name)] = true;
                }
            }
        }
        for (number, name) in self.variables.names.iter().enumerate() {
            let own = self.variables.is_own(Scope::CLAUSE, name);
            self.bound[number] |= own && !definable[number];
        }
        let assumed = self.bound.clone();
        self.bind(Scope::CLAUSE, &clause.body);
        for (number, reported) in self.reported.iter_mut().enumerate() {
            *reported = self.bound[number] && !assumed[number];
        }
        self.bound = bound;
    }

    /// Marks what the literals of a scope bind; a count binds no variable of the clause from within.
    fn bind(&mut self, scope: Scope, body: &[Literal]) {
        for literal in body {
            if let Literal::Atom(atom) = literal {
                for term in &atom.terms {
                    self.bind_variable(scope, &term.value);
                }
            }
        }
        let mut changed = true;
        while changed {
            changed = false;
            for (index, literal) in body.iter().enumerate() {
                let Literal::Constraint { left, operator: Operator::Equal, right } = literal else { continue };
                let from_right = self.has_value(scope, Scope::of_count(index, true), right);
                changed |= from_right && self.bind_variable(scope, &left.value);
                let from_left = self.has_value(scope, Scope::of_count(index, false), left);
                changed |= from_left && self.bind_variable(scope, &right.value);
            }
        }
    }

    /// Marks a variable of the scope; tells whether that is news.
    fn bind_variable(&mut self, scope: Scope, term: &Term) -> bool {
        let Term::Variable(name) = term else { return false };
        self.variables.is_own(scope, name)
            && !std::mem::replace(&mut self.bound[self.variables.number(scope, name)], true)
    }

    /// Whether all variables of a term are bound; for a count, those it shares with the clause.
    fn has_value(&self, scope: Scope, inside: Scope, term: &Spanned<Term>) -> bool {
        let mut all = true;
        if let Term::Count(body) = &term.value {
            self.each_shared(inside, body, &mut |number, _, _| all &= self.bound[number]);
            return all;
        }
        each_leaf(term, &mut |leaf, _| match leaf {
            Term::Variable(name) => all &= self.bound[self.variables.number(scope, name)],
            Term::Wildcard => all = false,
            Term::Text(_) | Term::Number(_) | Term::Functor(..) | Term::Count(_) => {}
        });
        all
    }

    /// The variables of a count's body that belong to the clause.
    fn each_shared(&self, inside: Scope, body: &[Literal], see: &mut dyn FnMut(usize, &str, Span)) {
        for term in body.iter().flat_map(terms) {
            each_leaf(term, &mut |leaf, span| {
                if let Term::Variable(name) = leaf
                    && !self.variables.is_own(inside, name)
                {
                    see(self.variables.number(inside, name), name, span);
                }
            });
        }
    }

    fn check_body(&mut self, scope: Scope, body: &[Literal]) {
        for (index, literal) in body.iter().enumerate() {
            match literal {
                Literal::Atom(atom) => {
                    for term in atom.terms.iter().filter(|term| matches!(term.value, Term::Functor(..))) {
                        self.need(scope, term, Place::Computed);
                    }
                }
                Literal::Not(atom) => {
                    for term in atom.terms.iter().filter(|term| term.value != Term::Wildcard) {
                        self.need(scope, term, Place::Negated);
                    }
                }
                Literal::Constraint { left, right, .. } => {
                    self.side(scope, Scope::of_count(index, false), left);
                    self.side(scope, Scope::of_count(index, true), right);
                }
            }
        }
    }

    fn side(&mut self, scope: Scope, inside: Scope, term: &Spanned<Term>) {
        let Term::Count(body) = &term.value else { return self.need(scope, term, Place::Compared) };
        let mut shared = Vec::new();
        self.each_shared(inside, body, &mut |number, name, span| shared.push((number, name.to_owned(), span)));
        for (number, name, span) in shared {
            self.need_bound(number, &name, span, Place::Grouped);
        }
        self.bind(inside, body);
        self.check_body(inside, body);
    }

    /// Every variable of the term has to be bound.
    fn need(&mut self, scope: Scope, term: &Spanned<Term>, place: Place) {
        each_leaf(term, &mut |leaf, span| match leaf {
            Term::Variable(name) => self.need_bound(self.variables.number(scope, name), name, span, place),
            Term::Wildcard => self.diagnostics.push(wildcard(span)),
            Term::Text(_) | Term::Number(_) | Term::Functor(..) | Term::Count(_) => {}
        });
    }

    fn need_bound(&mut self, number: usize, name: &str, span: Span, place: Place) {
        if self.bound[number] || std::mem::replace(&mut self.reported[number], true) {
            return;
        }
        let name = clip(name);
        let (message, help) = match place {
            Place::Fact => (
                format!("the variable `{name}` stands in a fact"),
                format!("write `\"{name}\"` for a text, or give the clause a body that binds `{name}`"),
            ),
            Place::Head => (
                format!("`{name}` stands in the head, but no condition binds it"),
                format!("use `{name}` in an atom of the body that is not negated"),
            ),
            Place::Negated => (
                format!("`{name}` stands in a negated atom, but no condition binds it"),
                format!("use `{name}` in an atom that is not negated, or write `_` for any value"),
            ),
            Place::Compared => (
                format!("`{name}` is compared, but no condition binds it"),
                format!("use `{name}` in an atom of the body that is not negated"),
            ),
            Place::Computed => (
                format!("`{name}` is computed with, but no condition binds it"),
                format!("use `{name}` alone in an atom of the body that is not negated"),
            ),
            Place::Grouped => (
                format!("`{name}` stands inside a `count` and outside it, but nothing outside binds it"),
                format!("use `{name}` in an atom outside the braces, or rename it inside"),
            ),
        };
        let others = self.variables.names.iter().zip(&self.bound).take(MAX_CANDIDATES);
        let others = others.filter(|(other, bound)| **bound && other.len() > 1).map(|(other, _)| *other);
        let label = near::did_you_mean(name, others).unwrap_or_else(|| "has no value".to_owned());
        self.diagnostics
            .push(Diagnostic::error(Family::Rule, "unbound-variable", message, span).with_label(label).with_help(help));
    }
}

fn wildcard(span: Span) -> Diagnostic {
    let message = "`_` stands where one value is needed";
    Diagnostic::error(Family::Rule, "unbound-variable", message, span)
        .with_label("has no value")
        .with_help("write a constant, or a variable that an atom of the body binds")
}
