//! A clause with one head and one alternative, its variables numbered: what the checks look at and what is lowered.
//!
//! Goes in: a clause as written. Comes out: one [`Flat`] per head and alternative, borrowing from it.
//!
//! A variable belongs to the outermost part of the clause that names it outside of any inner aggregate; so two aggregates
//! may use one name for two variables. A variable of an aggregate's target always belongs to that aggregate.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Span, Spanned};

use crate::datalog::analysis::alternatives::{Alternative, Plain, alternatives};
use crate::datalog::syntax::ast::{self, Functor, Operator};

/// How many clauses without alternatives a clause may stand for.
pub(in crate::datalog) const MAX_ALTERNATIVES: usize = 256;

/// A clause with one head and one alternative.
#[derive(Debug)]
pub(in crate::datalog) struct Flat<'a> {
    pub(in crate::datalog) head: Atom<'a>,
    pub(in crate::datalog) body: Vec<Condition<'a>>,
    /// The names of the variables, by number; those of the clause itself come first.
    pub(in crate::datalog) names: Vec<&'a str>,
    /// To which part each variable belongs: 0 is the clause, others are [`Aggregate::scope`].
    pub(in crate::datalog) owners: Vec<usize>,
    /// Some condition is `false`.
    pub(in crate::datalog) never: bool,
    /// What tells the alternative from the others, if there are several.
    pub(in crate::datalog) mark: Option<Span>,
}

/// A condition.
#[derive(Debug)]
pub(in crate::datalog) enum Condition<'a> {
    Atom(Atom<'a>),
    Not(Atom<'a>),
    Compare {
        left: Term<'a>,
        operator: Operator,
        right: Term<'a>,
    },
    /// `false` inside the aggregate that stands there.
    Never(Span),
}

impl<'a> Condition<'a> {
    /// Its arguments, or both sides.
    pub(in crate::datalog) fn terms(&self) -> impl Iterator<Item = &Term<'a>> {
        let (arguments, sides) = match self {
            Self::Atom(atom) | Self::Not(atom) => (atom.terms.as_slice(), None),
            Self::Compare { left, right, .. } => (&[] as &[_], Some([left, right])),
            Self::Never(_) => (&[] as &[_], None),
        };
        arguments.iter().chain(sides.into_iter().flatten())
    }

    fn terms_mut(&mut self) -> Vec<&mut Term<'a>> {
        match self {
            Self::Atom(atom) | Self::Not(atom) => atom.terms.iter_mut().collect(),
            Self::Compare { left, right, .. } => vec![left, right],
            Self::Never(_) => Vec::new(),
        }
    }
}

/// An atom, and how it is written.
#[derive(Debug)]
pub(in crate::datalog) struct Atom<'a> {
    pub(in crate::datalog) source: &'a ast::Atom,
    pub(in crate::datalog) terms: Vec<Term<'a>>,
}

/// A term and its place.
#[derive(Debug)]
pub(in crate::datalog) struct Term<'a> {
    pub(in crate::datalog) kind: Kind<'a>,
    pub(in crate::datalog) span: Span,
}

/// What a term is.
#[derive(Debug)]
pub(in crate::datalog) enum Kind<'a> {
    Variable(usize),
    Wildcard,
    Text(&'a str),
    Number(i128),
    Unsigned(u64),
    Float(f64),
    Functor(Functor, Vec<Term<'a>>),
    Range(Vec<Term<'a>>),
    As(Box<Term<'a>>, &'a Spanned<String>),
    Aggregate(Box<Aggregate<'a>>),
}

/// `sum x : { … }`
#[derive(Debug)]
pub(in crate::datalog) struct Aggregate<'a> {
    /// Its number; outer ones have smaller numbers.
    pub(in crate::datalog) scope: usize,
    pub(in crate::datalog) function: ast::Aggregate,
    pub(in crate::datalog) target: Option<Term<'a>>,
    pub(in crate::datalog) body: Vec<Condition<'a>>,
    /// The variables inside that belong to an outer part, in ascending order.
    pub(in crate::datalog) outer: Vec<usize>,
}

impl<'a> Aggregate<'a> {
    /// All terms right inside.
    pub(in crate::datalog) fn terms(&self) -> impl Iterator<Item = &Term<'a>> {
        self.target.iter().chain(self.body.iter().flat_map(Condition::terms))
    }
}

impl<'a> Term<'a> {
    /// Arguments of a functor, a range or a cast.
    pub(in crate::datalog) fn arguments(&self) -> &[Self] {
        match &self.kind {
            Kind::Functor(_, arguments) | Kind::Range(arguments) => arguments,
            Kind::As(inner, _) => std::slice::from_ref(inner),
            Kind::Variable(_)
            | Kind::Wildcard
            | Kind::Text(_)
            | Kind::Number(_)
            | Kind::Unsigned(_)
            | Kind::Float(_)
            | Kind::Aggregate(_) => &[],
        }
    }

    fn arguments_mut(&mut self) -> &mut [Self] {
        match &mut self.kind {
            Kind::Functor(_, arguments) | Kind::Range(arguments) => arguments,
            Kind::As(inner, _) => std::slice::from_mut(inner),
            Kind::Variable(_)
            | Kind::Wildcard
            | Kind::Text(_)
            | Kind::Number(_)
            | Kind::Unsigned(_)
            | Kind::Float(_)
            | Kind::Aggregate(_) => &mut [],
        }
    }

    /// Calls `see` for each part that has no arguments, from the left; does not look into aggregates.
    pub(in crate::datalog) fn each_leaf<'t>(&'t self, see: &mut dyn FnMut(&'t Self)) {
        match &self.kind {
            Kind::Functor(..) | Kind::Range(_) | Kind::As(..) => {
                self.arguments().iter().for_each(|argument| argument.each_leaf(see));
            }
            Kind::Variable(_)
            | Kind::Wildcard
            | Kind::Text(_)
            | Kind::Number(_)
            | Kind::Unsigned(_)
            | Kind::Float(_)
            | Kind::Aggregate(_) => see(self),
        }
    }

    /// Calls `see` for each aggregate, outer ones before those inside them.
    pub(in crate::datalog) fn each_aggregate<'t>(&'t self, see: &mut dyn FnMut(&'t Aggregate<'a>)) {
        self.each_leaf(&mut |leaf| {
            if let Kind::Aggregate(aggregate) = &leaf.kind {
                see(aggregate);
                aggregate.terms().for_each(|term| term.each_aggregate(see));
            }
        });
    }

    /// Calls `see` with each variable, those in aggregates included, and its place.
    pub(in crate::datalog) fn each_variable(&self, see: &mut dyn FnMut(usize, Span)) {
        self.each_leaf(&mut |leaf| match &leaf.kind {
            Kind::Variable(number) => see(*number, leaf.span),
            Kind::Aggregate(aggregate) => aggregate.terms().for_each(|term| term.each_variable(see)),
            Kind::Wildcard
            | Kind::Text(_)
            | Kind::Number(_)
            | Kind::Unsigned(_)
            | Kind::Float(_)
            | Kind::Functor(..)
            | Kind::Range(_)
            | Kind::As(..) => {}
        });
    }

    /// Whether it is a variable or a wildcard.
    pub(in crate::datalog) fn is_wildcard(&self) -> bool {
        matches!(self.kind, Kind::Wildcard)
    }
}

impl<'a> Flat<'a> {
    /// A head and an alternative of the clause.
    pub(in crate::datalog) fn new(head: &'a ast::Atom, body: &Alternative<'a>, mark: Option<Span>) -> Self {
        let mut builder = Builder { occurrences: Vec::new(), scopes: vec![Part::default()] };
        let mut head = builder.atom(head, 0);
        let mut conditions: Vec<Condition<'a>> =
            body.conditions.iter().map(|condition| builder.condition(*condition, 0)).collect();
        let (names, owners, numbers) = builder.number();
        let mut numbering = Numbering { numbers: &numbers, owners: &owners };
        let own = head.terms.iter_mut().chain(conditions.iter_mut().flat_map(Condition::terms_mut));
        own.for_each(|term| numbering.term(term));
        Self { head, body: conditions, names, owners, never: body.never, mark }
    }

    /// All terms of the clause itself: head, then body.
    pub(in crate::datalog) fn terms(&self) -> impl Iterator<Item = &Term<'a>> {
        self.head.terms.iter().chain(self.body.iter().flat_map(Condition::terms))
    }

    /// All aggregates, outer ones before those inside them.
    pub(in crate::datalog) fn aggregates<'t>(&'t self) -> Vec<&'t Aggregate<'a>> {
        let mut found = Vec::new();
        self.terms().for_each(|term| term.each_aggregate(&mut |aggregate| found.push(aggregate)));
        found
    }
}

/// The variables that have a value in each rule that the clause stands for, in the order in which the first rule names
/// them; those of an aggregate alone have none. None at all if the clause stands for too many rules.
#[must_use]
pub fn variables(clause: &ast::Clause) -> Vec<&str> {
    fn keep<'a>(mut common: Vec<&'a str>, names: Vec<&'a str>) -> Vec<&'a str> {
        let names: BTreeSet<&str> = names.into_iter().collect();
        common.retain(|name| names.contains(name));
        common
    }
    variables_by_rule(clause).into_iter().reduce(keep).unwrap_or_default()
}

/// The variables that have a value in some of the rules that the clause stands for and not in others, in byte order.
#[must_use]
pub fn partial_variables(clause: &ast::Clause) -> Vec<&str> {
    let common = variables(clause);
    let all: BTreeSet<&str> = variables_by_rule(clause).into_iter().flatten().collect();
    all.into_iter().filter(|name| !common.contains(name)).collect()
}

/// The variables of each rule that the clause stands for.
fn variables_by_rule(clause: &ast::Clause) -> Vec<Vec<&str>> {
    let alternatives = alternatives(&clause.body, MAX_ALTERNATIVES).unwrap_or_default();
    let pairs = clause.heads.iter().flat_map(|head| alternatives.iter().map(move |alternative| (head, alternative)));
    let own = |(head, alternative)| {
        let Flat { names, owners, .. } = Flat::new(head, alternative, None);
        names.into_iter().zip(owners).filter(|(_, owner)| *owner == 0).map(|(name, _)| name).collect::<Vec<_>>()
    };
    pairs.map(own).collect()
}

/// A part of a clause with variables of its own.
#[derive(Default)]
struct Part<'a> {
    parent: usize,
    /// The names that stand in it outside of inner aggregates.
    direct: BTreeSet<&'a str>,
    /// The names of its target.
    target: BTreeSet<&'a str>,
}

struct Builder<'a> {
    /// In which part a name stands; a [`Kind::Variable`] holds its place here until all are numbered.
    occurrences: Vec<(usize, &'a str)>,
    scopes: Vec<Part<'a>>,
}

impl<'a> Builder<'a> {
    fn condition(&mut self, condition: Plain<'a>, scope: usize) -> Condition<'a> {
        match condition {
            Plain::Atom(atom) => Condition::Atom(self.atom(atom, scope)),
            Plain::Not(atom) => Condition::Not(self.atom(atom, scope)),
            Plain::Compare(left, operator, right) => {
                let (left, right) = (self.term(left, scope), self.term(right, scope));
                Condition::Compare { left, operator, right }
            }
        }
    }

    fn atom(&mut self, source: &'a ast::Atom, scope: usize) -> Atom<'a> {
        Atom { source, terms: self.terms(&source.terms, scope) }
    }

    fn terms(&mut self, terms: &'a [Spanned<ast::Term>], scope: usize) -> Vec<Term<'a>> {
        terms.iter().map(|term| self.term(term, scope)).collect()
    }

    fn term(&mut self, term: &'a Spanned<ast::Term>, scope: usize) -> Term<'a> {
        let kind = match &term.value {
            ast::Term::Variable(name) => {
                self.scopes[scope].direct.insert(name);
                self.occurrences.push((scope, name));
                Kind::Variable(self.occurrences.len() - 1)
            }
            ast::Term::Wildcard => Kind::Wildcard,
            ast::Term::Text(text) => Kind::Text(text),
            ast::Term::Number(number) => Kind::Number(*number),
            ast::Term::Unsigned(number) => Kind::Unsigned(*number),
            ast::Term::Float(number) => Kind::Float(number.value()),
            ast::Term::Functor(functor, arguments) => Kind::Functor(*functor, self.terms(arguments, scope)),
            ast::Term::Range(arguments) => Kind::Range(self.terms(arguments, scope)),
            ast::Term::As(inner, ty) => Kind::As(Box::new(self.term(inner, scope)), ty),
            ast::Term::Aggregate { function, target, body } => {
                Kind::Aggregate(Box::new(self.aggregate((scope, term.span), *function, target.as_deref(), body)))
            }
        };
        Term { kind, span: term.span }
    }

    fn aggregate(
        &mut self,
        (parent, span): (usize, Span),
        function: ast::Aggregate,
        target: Option<&'a Spanned<ast::Term>>,
        body: &'a [ast::Literal],
    ) -> Aggregate<'a> {
        let scope = self.scopes.len();
        self.scopes.push(Part { parent, ..Part::default() });
        let before = self.occurrences.len();
        let target = target.map(|target| self.term(target, scope));
        let own = self.occurrences[before..].iter().filter(|(part, _)| *part == scope).map(|(_, name)| *name);
        self.scopes[scope].target = own.collect();
        // Several alternatives were refused before.
        let alternative = alternatives(body, 1).and_then(|mut all| all.pop()).unwrap_or_default();
        let mut conditions: Vec<Condition<'a>> =
            alternative.conditions.iter().map(|condition| self.condition(*condition, scope)).collect();
        if alternative.never {
            conditions.push(Condition::Never(span));
        }
        Aggregate { scope, function, target, body: conditions, outer: Vec::new() }
    }

    /// The part that a name in a part belongs to.
    fn owner(&self, scope: usize, name: &str) -> usize {
        let (mut owner, mut at) = (scope, scope);
        loop {
            let part = &self.scopes[at];
            if part.direct.contains(name) {
                owner = at;
            }
            if at == 0 || part.target.contains(name) {
                return owner;
            }
            at = part.parent;
        }
    }

    /// Names and owners by number, and the number of each occurrence.
    fn number(&self) -> (Vec<&'a str>, Vec<usize>, Vec<usize>) {
        let owners: Vec<usize> = self.occurrences.iter().map(|&(scope, name)| self.owner(scope, name)).collect();
        // By part, and there in the order of first occurrence right in it.
        let own = (0..self.occurrences.len()).filter(|&place| self.occurrences[place].0 == owners[place]);
        let mut own: Vec<usize> = own.collect();
        own.sort_by_key(|&place| owners[place]);
        let mut numbers: BTreeMap<(usize, &str), usize> = BTreeMap::new();
        let (mut names, mut parts) = (Vec::new(), Vec::new());
        for place in own {
            let (owner, name) = self.occurrences[place];
            numbers.entry((owner, name)).or_insert_with(|| {
                names.push(name);
                parts.push(owner);
                names.len() - 1
            });
        }
        let number = |(&(_, name), &owner): (&(usize, &'a str), &usize)| numbers[&(owner, name)];
        (names, parts, self.occurrences.iter().zip(&owners).map(number).collect())
    }
}

/// Puts numbers for occurrences.
struct Numbering<'n> {
    numbers: &'n [usize],
    owners: &'n [usize],
}

impl Numbering<'_> {
    fn term(&mut self, term: &mut Term<'_>) {
        term.arguments_mut().iter_mut().for_each(|argument| self.term(argument));
        match &mut term.kind {
            Kind::Variable(number) => *number = self.numbers[*number],
            Kind::Aggregate(aggregate) => {
                aggregate.target.iter_mut().for_each(|target| self.term(target));
                for condition in &mut aggregate.body {
                    condition.terms_mut().into_iter().for_each(|term| self.term(term));
                }
                let mut outer = BTreeSet::new();
                for term in aggregate.terms() {
                    term.each_variable(&mut |number, _| {
                        if self.owners[number] < aggregate.scope {
                            outer.insert(number);
                        }
                    });
                }
                aggregate.outer = outer.into_iter().collect();
            }
            Kind::Wildcard
            | Kind::Text(_)
            | Kind::Number(_)
            | Kind::Unsigned(_)
            | Kind::Float(_)
            | Kind::Functor(..)
            | Kind::Range(_)
            | Kind::As(..) => {}
        }
    }
}
