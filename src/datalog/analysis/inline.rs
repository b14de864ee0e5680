//! Replaces inline relations by their bodies, one copy of a rule per clause.
//!
//! Goes in: drafts of checked clauses. Comes out: drafts without inline relations, in the same order.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::{Diagnostic, Family, Primitive, Span};

use super::graph;
use crate::datalog::analysis::lower::Draft;
use crate::datalog::analysis::signature::Signature;
use crate::datalog::program::{Atom, Literal, Term};
use crate::datalog::syntax::ast::Operator;
use crate::datalog::syntax::names::clip;

/// How many copies inlining may make in one program.
const MAX_COPIES: usize = 10_000;
/// How many literals all copies may have together, those of intermediate copies included.
const MAX_WORK: usize = 200_000;
/// How many literals a rule may have after inlining.
const MAX_LITERALS: usize = 1024;

/// Expands all drafts; `signatures` are all declared relations. Stops with a diagnostic at a recursive inline relation,
/// and where more than 10 000 copies or a rule of more than 1024 literals would come out.
pub(in crate::datalog) fn expand(
    signatures: &[Signature<'_>],
    drafts: Vec<Draft>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Draft> {
    let is_inline: Vec<bool> = signatures.iter().map(|signature| signature.declaration.inline).collect();
    let mut inliner = Inliner { is_inline, bodies: BTreeMap::new(), copies: 0, work: 0 };
    let mut written: Vec<Vec<Draft>> = signatures.iter().map(|_| Vec::new()).collect();
    let mut kept = Vec::new();
    for draft in drafts {
        let head = draft.head.0 as usize;
        if inliner.is_inline[head] { written[head].push(draft) } else { kept.push(draft) }
    }
    let (successors, places) = inliner.reads(&written);
    let components = graph::components(&successors);
    if let Some(circle) = find_circle(signatures, &components, &places) {
        diagnostics.push(circle);
        return Vec::new();
    }
    let mut order: Vec<usize> = (0..signatures.len()).filter(|&index| inliner.is_inline[index]).collect();
    order.sort_by_key(|&index| components[index]);
    let mut result = Vec::new();
    let expanded = order.into_iter().try_for_each(|index| {
        let drafts = std::mem::take(&mut written[index]);
        let bodies: Result<Vec<_>, _> = drafts.into_iter().map(|draft| inliner.expand(signatures, draft)).collect();
        inliner.bodies.insert(index, bodies?.into_iter().flatten().collect());
        Ok(())
    });
    let expanded: Result<(), Box<Diagnostic>> = expanded.and_then(|()| {
        for draft in kept {
            result.extend(inliner.expand(signatures, draft)?);
        }
        Ok(())
    });
    if let Err(problem) = expanded {
        diagnostics.push(*problem);
    }
    result
}

struct Inliner {
    is_inline: Vec<bool>,
    /// The expanded clauses of the inline relations done so far.
    bodies: BTreeMap<usize, Vec<Draft>>,
    copies: usize,
    work: usize,
}

impl Inliner {
    fn inline_atom<'a>(&self, literal: &'a Literal) -> Option<&'a Atom> {
        match literal {
            Literal::Atom(atom) if self.is_inline[atom.relation.0 as usize] => Some(atom),
            Literal::Atom(_)
            | Literal::Not(_)
            | Literal::Compare { .. }
            | Literal::Aggregate { .. }
            | Literal::Range { .. } => None,
        }
    }

    /// Which inline relations the clauses of each one read, and where first.
    #[expect(clippy::type_complexity, reason = "a graph and its labels, taken apart at once")]
    fn reads(&self, written: &[Vec<Draft>]) -> (Vec<Vec<usize>>, BTreeMap<(usize, usize), Span>) {
        let mut places = BTreeMap::new();
        for (from, drafts) in written.iter().enumerate() {
            for (literal, span) in drafts.iter().flat_map(|draft| &draft.body) {
                if let Some(atom) = self.inline_atom(literal) {
                    places.entry((from, atom.relation.0 as usize)).or_insert(*span);
                }
            }
        }
        let mut successors = vec![Vec::new(); written.len()];
        for &(from, to) in places.keys() {
            successors[from].push(to);
        }
        (successors, places)
    }

    /// All copies of a rule, each inline atom replaced by the body of one of its clauses.
    fn expand(&mut self, signatures: &[Signature<'_>], mut draft: Draft) -> Result<Vec<Draft>, Box<Diagnostic>> {
        if !draft.body.iter().any(|(literal, _)| self.inline_atom(literal).is_some()) {
            return Ok(vec![draft]);
        }
        let body = std::mem::take(&mut draft.body);
        let mut copies = vec![draft];
        for (literal, span) in body {
            let Some(atom) = self.inline_atom(&literal) else {
                for copy in &mut copies {
                    copy.body.push((literal.clone(), span));
                }
                continue;
            };
            let relation = atom.relation.0 as usize;
            let primitives = |column: usize| signatures[relation].primitives[column];
            let clauses = self.bodies.get(&relation).map_or(&[] as &[_], Vec::as_slice);
            self.copies += copies.len() * clauses.len();
            let length = |draft: &Draft| draft.body.len() + 1;
            let (own, added) = (copies.iter().map(length).sum::<usize>(), clauses.iter().map(length).sum::<usize>());
            self.work += own * clauses.len() + added * copies.len();
            if self.copies > MAX_COPIES || self.work > MAX_WORK {
                return Err(too_large(signatures, relation, span, &format!("more than {MAX_COPIES} clauses")));
            }
            copies = copies
                .iter()
                .flat_map(|copy| clauses.iter().filter_map(|clause| unfold(copy, atom, clause, span, &primitives)))
                .collect();
            if copies.iter().any(|c| c.body.len() > MAX_LITERALS || c.variables.len() > usize::from(u16::MAX)) {
                return Err(too_large(signatures, relation, span, "a clause that is too long"));
            }
        }
        Ok(copies)
    }
}

/// The rule so far with the body of `clause` for the atom; nothing if the head of the clause does not fit the atom.
fn unfold(
    rule: &Draft,
    atom: &Atom,
    clause: &Draft,
    span: Span,
    primitives: &dyn Fn(usize) -> Option<Primitive>,
) -> Option<Draft> {
    let mut copy = rule.clone();
    let mut names = Renaming { clause, known: BTreeMap::new(), variables: &mut copy.variables };
    // First the variables that the atom names, so that a functor in the head sees them wherever it stands.
    let mut equal = Vec::new();
    for (column, (parameter, argument)) in clause.terms.iter().zip(&atom.terms).enumerate() {
        match (parameter, argument) {
            (Term::Constant(left), Term::Constant(right)) if left != right => return None,
            (Term::Constant(_), Term::Constant(_)) | (_, Term::Wildcard) => {}
            (Term::Variable(number), Term::Variable(_) | Term::Constant(_)) if !names.known.contains_key(number) => {
                names.known.insert(*number, argument.clone());
            }
            _ => equal.push((column, parameter, argument)),
        }
    }
    for (column, parameter, argument) in equal {
        let parameter = names.term(parameter);
        if let (Term::Constant(left), Term::Constant(right)) = (&parameter, argument)
            && left != right
        {
            return None;
        }
        if parameter != *argument {
            let primitive = primitives(column)?;
            let (left, right) = (argument.clone(), parameter);
            copy.body.push((Literal::Compare { left, operator: Operator::Equal, right, primitive }, span));
        }
    }
    for (literal, place) in &clause.body {
        let literal = names.literal(literal);
        copy.body.push((literal, *place));
    }
    Some(copy)
}

/// The variables of a written clause as terms of the rule it is copied into.
struct Renaming<'a> {
    clause: &'a Draft,
    known: BTreeMap<u16, Term>,
    variables: &'a mut Vec<Arc<str>>,
}

impl Renaming<'_> {
    fn term(&mut self, term: &Term) -> Term {
        match term {
            Term::Variable(number) => {
                if let Some(known) = self.known.get(number) {
                    return known.clone();
                }
                // Past the last number the copy is thrown away: its length is looked at before anything else.
                let fresh = Term::Variable(u16::try_from(self.variables.len()).unwrap_or(u16::MAX));
                self.variables.push(Arc::clone(&self.clause.variables[usize::from(*number)]));
                self.known.insert(*number, fresh.clone());
                fresh
            }
            Term::Wildcard => Term::Wildcard,
            Term::Constant(cell) => Term::Constant(*cell),
            Term::Functor(functor, primitive, arguments) => {
                Term::Functor(*functor, *primitive, arguments.iter().map(|argument| self.term(argument)).collect())
            }
        }
    }

    fn atom(&mut self, atom: &Atom) -> Atom {
        Atom { relation: atom.relation, terms: atom.terms.iter().map(|term| self.term(term)).collect() }
    }

    fn literal(&mut self, literal: &Literal) -> Literal {
        match literal {
            Literal::Atom(atom) => Literal::Atom(self.atom(atom)),
            Literal::Not(atom) => Literal::Not(self.atom(atom)),
            Literal::Compare { left, operator, right, primitive } => {
                let (left, right) = (self.term(left), self.term(right));
                Literal::Compare { left, operator: *operator, right, primitive: *primitive }
            }
            Literal::Aggregate { result, function, primitive, target, body, outer } => {
                let result = self.term(result);
                let target = target.as_ref().map(|target| self.term(target));
                let body = body.iter().map(|inner| self.literal(inner)).collect();
                let shared = outer.iter().map(|&number| self.term(&Term::Variable(number)));
                // A variable that has become a constant groups nothing any more.
                let mut outer: Vec<u16> = shared
                    .filter_map(|term| match term {
                        Term::Variable(number) => Some(number),
                        Term::Wildcard | Term::Constant(_) | Term::Functor(..) => None,
                    })
                    .collect();
                outer.sort_unstable();
                outer.dedup();
                let (function, primitive) = (*function, *primitive);
                Literal::Aggregate { result, function, primitive, target, body, outer }
            }
            Literal::Range { result, primitive, arguments } => Literal::Range {
                result: self.term(result),
                primitive: *primitive,
                arguments: arguments.iter().map(|argument| self.term(argument)).collect(),
            },
        }
    }
}

fn find_circle(
    signatures: &[Signature<'_>],
    components: &[usize],
    places: &BTreeMap<(usize, usize), Span>,
) -> Option<Diagnostic> {
    const LABELS: usize = 8;
    let inside: Vec<_> = places.iter().filter(|((from, to), _)| components[*from] == components[*to]).collect();
    let (&(from, to), &span) = *inside.first()?;
    let name = |index: usize| clip(&signatures[index].declaration.name.value);
    let message = format!("the inline relation `{}` leads back to itself", name(from));
    let label = |from: usize, to: usize| format!("`{}` reads `{}`", name(from), name(to));
    let mut diagnostic = Diagnostic::error(Family::Rule, "recursive-inline", message, span).with_label(label(from, to));
    let others = inside[1..].iter().filter(|((other, _), _)| components[*other] == components[from]);
    for &(&(from, to), &span) in others.take(LABELS) {
        diagnostic = diagnostic.with_place(span, label(from, to));
    }
    let declared = signatures[from].declaration.name.span;
    Some(diagnostic.with_place(declared, "declared `inline` here").with_help("declare it without `inline`"))
}

fn too_large(signatures: &[Signature<'_>], relation: usize, span: Span, what: &str) -> Box<Diagnostic> {
    let declared = &signatures[relation].declaration.name;
    let message = format!("inlining `{}` makes {what}", clip(&declared.value));
    Box::new(
        Diagnostic::error(Family::Rule, "inline-too-large", message, span)
            .with_label("replaced by its clauses here")
            .with_place(declared.span, "declared `inline` here")
            .with_help("declare it without `inline`"),
    )
}
