//! Walks over a clause as written: every condition, atom and term in it, those in groups and aggregates included.

use crate::base::Spanned;

use crate::datalog::syntax::ast::{Atom, Clause, Literal, Term};

/// A part of a clause.
#[derive(Clone, Copy, Debug)]
pub(in crate::datalog) enum Part<'a> {
    /// An atom, a constraint, `true` or `false`; negated or not.
    Condition,
    /// An atom of the head or of a condition.
    Atom(&'a Atom),
    /// A term, also one inside another.
    Term(&'a Spanned<Term>),
}

impl Clause {
    /// The atoms of the heads and the conditions, negated ones included, those inside aggregates not.
    #[must_use]
    pub fn atoms(&self) -> Vec<&Atom> {
        fn add<'a>(literals: &'a [Literal], atoms: &mut Vec<&'a Atom>) {
            for literal in literals {
                match literal {
                    Literal::Atom(atom) | Literal::Not(atom) => atoms.push(atom),
                    Literal::Group(groups) => groups.iter().for_each(|group| add(group, atoms)),
                    Literal::Negated(inner) => add(std::slice::from_ref(inner), atoms),
                    Literal::Constraint { .. } | Literal::Truth(_) => {}
                }
            }
        }
        let mut atoms = self.heads.iter().collect();
        add(&self.body, &mut atoms);
        atoms
    }

    /// Every term, those inside groups, aggregates and other terms included.
    #[must_use]
    pub fn terms(&self) -> Vec<&Term> {
        let mut terms = Vec::new();
        clause(self, &mut |part| {
            if let Part::Term(term) = part {
                terms.push(&term.value);
            }
        });
        terms
    }
}

/// Calls `see` for every part of the clause, from the left, outer parts before inner ones.
pub(in crate::datalog) fn clause<'a>(clause: &'a Clause, see: &mut dyn FnMut(Part<'a>)) {
    clause.heads.iter().for_each(|head| atom(head, see));
    body(&clause.body, see);
}

/// The same of conditions.
pub(in crate::datalog) fn body<'a>(literals: &'a [Literal], see: &mut dyn FnMut(Part<'a>)) {
    for inner in literals {
        literal(inner, see);
    }
}

/// Calls `see` for every atom that the clause reads: of its conditions, and of the aggregates in its heads.
pub(in crate::datalog) fn read_atoms<'a>(clause: &'a Clause, see: &mut dyn FnMut(&'a Atom)) {
    let mut see = |part: Part<'a>| {
        if let Part::Atom(atom) = part {
            see(atom);
        }
    };
    body(&clause.body, &mut see);
    clause.heads.iter().flat_map(|head| &head.terms).for_each(|argument| term(argument, &mut see));
}

fn literal<'a>(literal_here: &'a Literal, see: &mut dyn FnMut(Part<'a>)) {
    match literal_here {
        Literal::Atom(inner) | Literal::Not(inner) => {
            see(Part::Condition);
            atom(inner, see);
        }
        Literal::Constraint { left, right, .. } => {
            see(Part::Condition);
            term(left, see);
            term(right, see);
        }
        Literal::Truth(_) => see(Part::Condition),
        Literal::Group(groups) => groups.iter().for_each(|group| body(group, see)),
        Literal::Negated(inner) => literal(inner, see),
    }
}

fn atom<'a>(atom: &'a Atom, see: &mut dyn FnMut(Part<'a>)) {
    see(Part::Atom(atom));
    atom.terms.iter().for_each(|argument| term(argument, see));
}

/// The same of a term.
pub(in crate::datalog) fn term<'a>(term_here: &'a Spanned<Term>, see: &mut dyn FnMut(Part<'a>)) {
    see(Part::Term(term_here));
    term_here.value.arguments().iter().for_each(|argument| term(argument, see));
    if let Term::Aggregate { target, body: inside, .. } = &term_here.value {
        if let Some(target) = target {
            term(target, see);
        }
        body(inside, see);
    }
}
