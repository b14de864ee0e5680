//! Bodies with `;`, parentheses and `!` as alternatives of plain conditions: negations are pushed inwards by De Morgan's
//! laws, then the alternatives are multiplied out, in the order written (disjunctive normal form).

use crate::base::{Span, Spanned};

use crate::datalog::syntax::ast::{Atom, Literal, Operator, Term};

/// One condition without alternatives.
#[derive(Clone, Copy, Debug)]
pub(in crate::datalog) enum Plain<'a> {
    /// `r(…)`
    Atom(&'a Atom),
    /// `!r(…)`
    Not(&'a Atom),
    /// `a < b`
    Compare(&'a Spanned<Term>, Operator, &'a Spanned<Term>),
}

impl Plain<'_> {
    /// Where it stands.
    pub(in crate::datalog) fn span(self) -> Span {
        match self {
            Self::Atom(atom) | Self::Not(atom) => atom.span,
            Self::Compare(left, _, right) => left.span.to(right.span),
        }
    }
}

/// Conditions that all hold.
#[derive(Clone, Debug, Default)]
pub(in crate::datalog) struct Alternative<'a> {
    pub(in crate::datalog) conditions: Vec<Plain<'a>>,
    /// `false` is one of them.
    pub(in crate::datalog) never: bool,
}

impl Alternative<'_> {
    fn truth(truth: bool) -> Self {
        Self { conditions: Vec::new(), never: !truth }
    }
}

/// The alternatives of a body; nothing where there would be more than `limit`.
pub(in crate::datalog) fn alternatives(body: &[Literal], limit: usize) -> Option<Vec<Alternative<'_>>> {
    Expansion { limit }.all(body, false)
}

#[derive(Clone, Copy)]
struct Expansion {
    limit: usize,
}

impl Expansion {
    /// All literals hold; with `negated`, the negations of all.
    fn all(self, literals: &[Literal], negated: bool) -> Option<Vec<Alternative<'_>>> {
        literals.iter().try_fold(vec![Alternative::default()], |so_far, literal| {
            self.product(so_far, &self.literal(literal, negated)?)
        })
    }

    /// Some literal holds; with `negated`, the negation of some.
    fn any(self, literals: &[Literal], negated: bool) -> Option<Vec<Alternative<'_>>> {
        let mut alternatives = Vec::new();
        for literal in literals {
            alternatives.extend(self.literal(literal, negated)?);
        }
        (alternatives.len() <= self.limit).then_some(alternatives)
    }

    fn literal(self, literal: &Literal, negated: bool) -> Option<Vec<Alternative<'_>>> {
        let one = |condition| Some(vec![Alternative { conditions: vec![condition], never: false }]);
        match literal {
            Literal::Atom(atom) => one(if negated { Plain::Not(atom) } else { Plain::Atom(atom) }),
            Literal::Not(atom) => one(if negated { Plain::Atom(atom) } else { Plain::Not(atom) }),
            Literal::Constraint { left, operator, right } => {
                one(Plain::Compare(left, if negated { operator.negated() } else { *operator }, right))
            }
            Literal::Truth(truth) => Some(vec![Alternative::truth(*truth != negated)]),
            Literal::Negated(inner) => self.literal(inner, !negated),
            Literal::Group(groups) if negated => groups
                .iter()
                .try_fold(vec![Alternative::default()], |so_far, group| self.product(so_far, &self.any(group, true)?)),
            Literal::Group(groups) => {
                let mut alternatives = Vec::new();
                for group in groups {
                    alternatives.extend(self.all(group, false)?);
                }
                (alternatives.len() <= self.limit).then_some(alternatives)
            }
        }
    }

    fn product<'a>(self, left: Vec<Alternative<'a>>, right: &[Alternative<'a>]) -> Option<Vec<Alternative<'a>>> {
        if left.len().saturating_mul(right.len()) > self.limit {
            return None;
        }
        let join = |left: &Alternative<'a>, right: &Alternative<'a>| Alternative {
            conditions: [left.conditions.as_slice(), &right.conditions].concat(),
            never: left.never || right.never,
        };
        if let [right] = right {
            let mut left = left;
            for alternative in &mut left {
                alternative.conditions.extend_from_slice(&right.conditions);
                alternative.never |= right.never;
            }
            return Some(left);
        }
        Some(left.iter().flat_map(|left| right.iter().map(move |right| join(left, right))).collect())
    }
}

/// For each of several alternatives the first of its conditions that is not one of all of them.
pub(in crate::datalog) fn marks(alternatives: &[Alternative<'_>]) -> Vec<Option<Span>> {
    if alternatives.len() < 2 {
        return vec![None; alternatives.len()];
    }
    let spans = |alternative: &Alternative<'_>| -> Vec<Span> {
        let mut spans: Vec<Span> = alternative.conditions.iter().map(|condition| condition.span()).collect();
        spans.sort_unstable();
        spans
    };
    let sorted: Vec<Vec<Span>> = alternatives.iter().map(spans).collect();
    let common = |span: &Span| sorted.iter().all(|spans| spans.binary_search(span).is_ok());
    let first = |alternative: &Alternative<'_>| {
        alternative.conditions.iter().map(|condition| condition.span()).find(|span| !common(span))
    };
    alternatives.iter().map(first).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::datalog::syntax::parser_tests::read;

    fn check(body: &str, expect: &str) {
        let (sources, program, problems) = read(&format!("r() :- {body}."));
        assert_eq!(problems, []);
        let shown = |condition: &Plain<'_>| match condition {
            Plain::Atom(atom) => atom.to_string(),
            Plain::Not(atom) => format!("!{atom}"),
            Plain::Compare(left, operator, right) => format!("{} {operator} {}", left.value, right.value),
        };
        let alternatives = alternatives(&program.clauses[0].body, 16);
        let Some(alternatives) = alternatives else { return assert_eq!(expect, "too many") };
        let mut lines = Vec::new();
        for (alternative, mark) in alternatives.iter().zip(marks(&alternatives)) {
            let never = if alternative.never { "never " } else { "" };
            let mark = mark.map_or(String::new(), |span| format!(" [{}]", sources.text(span)));
            let conditions: Vec<String> = alternative.conditions.iter().map(shown).collect();
            lines.push(format!("{never}{}{mark}", conditions.join(" ")));
        }
        assert_eq!(lines.join("; "), expect);
    }

    #[test]
    fn alternatives_are_multiplied_out_in_order() {
        check("a(), b()", "a() b()");
        check("a(); b()", "a() [a()]; b() [b()]");
        check("a(), (b(); c(), d()), e()", "a() b() e() [b()]; a() c() d() e() [c()]");
        check("(a(); b()), (c(); d())", "a() c() [a()]; a() d() [a()]; b() c() [b()]; b() d() [b()]");
        check("(a(); b()), (a(); b()), (a(); b()), (a(); b()), (a(); b())", "too many");
    }

    #[test]
    fn negation_goes_inwards() {
        check("!X < 3", "X >= 3");
        check("!(a(), !b())", "!a() [a()]; b() [b()]");
        check("!(a(); b(), X = Y)", "!a() !b() [b()]; !a() X != Y [X = Y]");
        check("!!a(), !!!b(), !match(X, Y), !!contains(X, Y)", "a() !b() X !match Y X contains Y");
    }

    #[test]
    fn true_and_false() {
        check("a(), true", "a()");
        check("a(); false", "a() [a()]; never ");
        check("!true, a(); !(false, b())", "never a() [a()]; ; !b() [b()]");
    }
}
