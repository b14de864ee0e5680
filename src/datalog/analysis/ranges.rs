//! Range restriction: whether every variable of a clause gets its value from somewhere.

use crate::base::{Diagnostic, Family, Span, near};

use crate::datalog::analysis::flat::{Aggregate, Condition, Flat, Kind, Term};
use crate::datalog::syntax::ast::Operator;
use crate::datalog::syntax::names::clip;

/// How many names a suggestion is looked for among.
const MAX_CANDIDATES: usize = 32;

/// Reports each variable of the clause that nothing binds, once, and each wildcard that stands for a value.
///
/// A variable that an equation would bind if other variables had values is not reported: theirs are what is missing.
pub(in crate::datalog) fn check(clause: &Flat<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let count = clause.names.len();
    let mut ranges = Ranges { clause, bound: vec![false; count], reported: vec![false; count], diagnostics };
    ranges.bind(0, &clause.body);
    ranges.pass_over_consequences();
    ranges.check_body(&clause.body);
    let place = if clause.body.is_empty() && clause.mark.is_none() { Place::Fact } else { Place::Head };
    for term in &clause.head.terms {
        ranges.need(term, place);
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
    Aggregated,
}

struct Ranges<'a, 'f, 'out> {
    clause: &'f Flat<'a>,
    bound: Vec<bool>,
    reported: Vec<bool>,
    diagnostics: &'out mut Vec<Diagnostic>,
}

impl<'a> Ranges<'a, '_, '_> {
    /// Marks as reported what equations bind once every variable that no equation could bind has a value.
    fn pass_over_consequences(&mut self) {
        let clause = self.clause;
        let bound = self.bound.clone();
        let mut definable = vec![false; bound.len()];
        for condition in &clause.body {
            let Condition::Compare { left, operator: Operator::Equal, right } = condition else { continue };
            for side in [left, right] {
                if let Kind::Variable(number) = side.kind {
                    definable[number] = true;
                }
            }
        }
        for (number, &owner) in clause.owners.iter().enumerate() {
            self.bound[number] |= owner == 0 && !definable[number];
        }
        let assumed = self.bound.clone();
        self.bind(0, &clause.body);
        for (number, reported) in self.reported.iter_mut().enumerate() {
            *reported = self.bound[number] && !assumed[number];
        }
        self.bound = bound;
    }

    /// Marks what the conditions of a part bind; an aggregate binds no variable of an outer part from within.
    fn bind(&mut self, scope: usize, body: &[Condition<'a>]) {
        for condition in body {
            if let Condition::Atom(atom) = condition {
                for term in &atom.terms {
                    self.bind_variable(scope, term);
                }
            }
        }
        let mut changed = true;
        while changed {
            changed = false;
            for condition in body {
                let Condition::Compare { left, operator: Operator::Equal, right } = condition else { continue };
                changed |= self.has_value(right) && self.bind_variable(scope, left);
                changed |= self.has_value(left) && self.bind_variable(scope, right);
            }
        }
    }

    /// Marks a variable of the part; tells whether that is news.
    fn bind_variable(&mut self, scope: usize, term: &Term<'_>) -> bool {
        let Kind::Variable(number) = term.kind else { return false };
        self.clause.owners[number] == scope && !std::mem::replace(&mut self.bound[number], true)
    }

    /// Whether all variables of a term are bound; of an aggregate, those that belong to an outer part.
    fn has_value(&self, term: &Term<'_>) -> bool {
        let mut all = true;
        term.each_leaf(&mut |leaf| match &leaf.kind {
            Kind::Variable(number) => all &= self.bound[*number],
            Kind::Wildcard => all = false,
            Kind::Aggregate(aggregate) => all &= aggregate.outer.iter().all(|&number| self.bound[number]),
            Kind::Text(_)
            | Kind::Number(_)
            | Kind::Unsigned(_)
            | Kind::Float(_)
            | Kind::Functor(..)
            | Kind::Range(_)
            | Kind::As(..) => {}
        });
        all
    }

    fn check_body(&mut self, body: &[Condition<'a>]) {
        for condition in body {
            match condition {
                Condition::Atom(atom) => {
                    for term in &atom.terms {
                        if !matches!(term.kind, Kind::Variable(_) | Kind::Wildcard) {
                            self.need(term, Place::Computed);
                        }
                    }
                }
                Condition::Not(atom) => {
                    for term in atom.terms.iter().filter(|term| !term.is_wildcard()) {
                        self.need(term, Place::Negated);
                    }
                }
                Condition::Compare { left, right, .. } => {
                    self.need(left, Place::Compared);
                    self.need(right, Place::Compared);
                }
                Condition::Never(_) => {}
            }
        }
    }

    /// Every variable of the term has to be bound.
    fn need(&mut self, term: &Term<'a>, place: Place) {
        let mut leaves = Vec::new();
        term.each_leaf(&mut |leaf| leaves.push(leaf));
        for leaf in leaves {
            match &leaf.kind {
                Kind::Variable(number) => self.need_bound(*number, leaf.span, place),
                Kind::Wildcard => self.diagnostics.push(wildcard(leaf.span)),
                Kind::Aggregate(aggregate) => self.aggregate(aggregate),
                Kind::Text(_)
                | Kind::Number(_)
                | Kind::Unsigned(_)
                | Kind::Float(_)
                | Kind::Functor(..)
                | Kind::Range(_)
                | Kind::As(..) => {}
            }
        }
    }

    fn aggregate(&mut self, aggregate: &Aggregate<'a>) {
        let mut shared = Vec::new();
        for term in aggregate.terms() {
            term.each_variable(&mut |number, span| {
                if self.clause.owners[number] < aggregate.scope {
                    shared.push((number, span));
                }
            });
        }
        for (number, span) in shared {
            self.need_bound(number, span, Place::Grouped);
        }
        self.bind(aggregate.scope, &aggregate.body);
        self.check_body(&aggregate.body);
        if let Some(target) = &aggregate.target {
            self.need(target, Place::Aggregated);
        }
    }

    fn need_bound(&mut self, number: usize, span: Span, place: Place) {
        if self.bound[number] || std::mem::replace(&mut self.reported[number], true) {
            return;
        }
        let name = clip(self.clause.names[number]);
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
                format!("`{name}` stands inside an aggregate and outside it, but nothing outside binds it"),
                format!("use `{name}` in an atom outside the braces, or rename it inside"),
            ),
            Place::Aggregated => (
                format!("`{name}` is aggregated, but no condition in the braces binds it"),
                format!("use `{name}` in an atom inside the braces that is not negated"),
            ),
        };
        let others = self.clause.names.iter().zip(&self.bound).take(MAX_CANDIDATES);
        let others = others.filter(|(other, bound)| **bound && other.len() > 1).map(|(other, _)| *other);
        let label = near::did_you_mean(name, others).unwrap_or_else(|| "has no value".to_owned());
        let mut problem = Diagnostic::error(Family::Rule, "unbound-variable", message, span).with_label(label);
        if let Some(mark) = self.clause.mark {
            problem = problem.with_place(mark, "in the alternative with this condition");
        }
        self.diagnostics.push(problem.with_help(help));
    }
}

fn wildcard(span: Span) -> Diagnostic {
    let message = "`_` stands where one value is needed";
    Diagnostic::error(Family::Rule, "unbound-variable", message, span)
        .with_label("has no value")
        .with_help("write a constant, or a variable that an atom of the body binds")
}
