//! Checked clauses to rules: constants get cells, aggregates and ranges become literals of their own.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::{Cell, Pool, Primitive, Span};

use crate::datalog::analysis::flat::{self, Aggregate, Condition, Flat, Kind};
use crate::datalog::analysis::infer::{Takes, assumed, infer, takes};
use crate::datalog::analysis::signature::{Signature, Signatures};
use crate::datalog::program::{Atom, Column, Directive, Literal, Program, Relation, RelationId, Rule, Term};
use crate::datalog::syntax::ast::{Functor, Operator};

/// A rule in which inline relations still stand; a [`RelationId`] is a place in the list of signatures.
#[derive(Clone, Debug)]
pub(in crate::datalog) struct Draft {
    pub(in crate::datalog) head: RelationId,
    pub(in crate::datalog) terms: Vec<Term>,
    /// The literals, and where each was written.
    pub(in crate::datalog) body: Vec<(Literal, Span)>,
    pub(in crate::datalog) variables: Vec<Arc<str>>,
    pub(in crate::datalog) span: Span,
    pub(in crate::datalog) docs: Arc<str>,
}

/// The id that a place in a list of relations stands for.
pub(in crate::datalog) fn relation_id(index: usize) -> RelationId {
    RelationId(u32::try_from(index).expect("fewer relations than bytes of a file"))
}

fn variable(number: usize) -> Term {
    Term::Variable(u16::try_from(number).expect("the number of variables of a clause is limited"))
}

/// Lowers a clause in which nothing is wrong; `primitives` are those of its variables.
pub(in crate::datalog) fn clause(
    clause: &Flat<'_>,
    (span, docs): (Span, &str),
    primitives: &[Option<Primitive>],
    signatures: &Signatures<'_>,
    pool: &mut Pool,
) -> Draft {
    let names = clause.names.iter().map(|&name| name.into()).collect();
    let mut lower = Lower { primitives, signatures, pool, names, body: Vec::new() };
    let head = lower.atom(&clause.head);
    // What is computed for the head comes behind the conditions.
    let of_head = std::mem::take(&mut lower.body);
    for condition in &clause.body {
        lower.condition(condition, false);
    }
    let Lower { names, mut body, .. } = lower;
    body.extend(of_head);
    Draft { head: head.relation, terms: head.terms, body, variables: names, span, docs: docs.into() }
}

struct Lower<'a, 'p> {
    primitives: &'a [Option<Primitive>],
    signatures: &'a Signatures<'a>,
    pool: &'p mut Pool,
    names: Vec<Arc<str>>,
    /// The conditions so far of the part that is being lowered: the clause, or an aggregate.
    body: Vec<(Literal, Span)>,
}

impl Lower<'_, '_> {
    fn fresh(&mut self, name: &str) -> Term {
        self.names.push(name.into());
        variable(self.names.len() - 1)
    }

    /// Adds a condition, and before it what is computed for its terms.
    fn condition(&mut self, condition: &Condition<'_>, aggregated: bool) {
        let lowered = match condition {
            Condition::Atom(atom) => {
                let mut lowered = self.atom(atom);
                // An aggregate goes over rows, so its wildcards are variables that nobody names.
                for term in lowered.terms.iter_mut().filter(|term| aggregated && **term == Term::Wildcard) {
                    *term = self.fresh("_");
                }
                (Literal::Atom(lowered), atom.source.span)
            }
            Condition::Not(atom) => (Literal::Not(self.atom(atom)), atom.source.span),
            Condition::Compare { left, operator, right } => {
                let span = left.span.to(right.span);
                match self.comparison(left, *operator, right) {
                    Some(compare) => (compare, span),
                    None => return,
                }
            }
            Condition::Never(span) => (self.truth(false), *span),
        };
        self.body.push(lowered);
    }

    /// A comparison that always or never holds.
    fn truth(&mut self, truth: bool) -> Literal {
        let zero = Term::Constant(self.pool.number(0));
        let operator = if truth { Operator::Equal } else { Operator::NotEqual };
        Literal::Compare { left: zero.clone(), operator, right: zero, primitive: Primitive::Number }
    }

    /// The comparison, unless an aggregate or a range that gives one side its value has taken its place.
    fn comparison(&mut self, left: &flat::Term<'_>, operator: Operator, right: &flat::Term<'_>) -> Option<Literal> {
        let primitive = self.primitive(left, right, operator);
        if operator == Operator::Equal {
            let span = left.span.to(right.span);
            for (plain, value) in [(left, right), (right, left)] {
                if !matches!(plain.kind, Kind::Variable(_) | Kind::Number(_) | Kind::Unsigned(_) | Kind::Float(_)) {
                    continue;
                }
                if let Kind::Aggregate(aggregate) = &value.kind {
                    let result = self.term(plain, primitive);
                    self.aggregate(result, aggregate, primitive, span);
                    return None;
                }
                if let Kind::Range(arguments) = &value.kind {
                    let result = self.term(plain, primitive);
                    self.range(result, arguments, primitive, span);
                    return None;
                }
            }
        }
        let (left, right) = (self.term(left, primitive), self.term(right, primitive));
        Some(Literal::Compare { left, operator, right, primitive })
    }

    fn primitive(&self, left: &flat::Term<'_>, right: &flat::Term<'_>, operator: Operator) -> Primitive {
        if operator.is_pattern() {
            return Primitive::Symbol;
        }
        self.infer(left).or_else(|| self.infer(right)).unwrap_or_else(|| assumed(left).max(assumed(right)))
    }

    fn infer(&self, term: &flat::Term<'_>) -> Option<Primitive> {
        infer(term, self.signatures, &|number| self.primitives[number])
    }

    /// `result = sum x : { … }`
    fn aggregate(&mut self, result: Term, aggregate: &Aggregate<'_>, primitive: Primitive, span: Span) {
        let around = std::mem::take(&mut self.body);
        aggregate.body.iter().for_each(|condition| self.condition(condition, true));
        let target = aggregate.target.as_ref().map(|target| self.term(target, primitive));
        if self.body.is_empty() {
            let truth = self.truth(true);
            self.body.push((truth, span));
        }
        let inside = std::mem::replace(&mut self.body, around);
        let body = inside.into_iter().map(|(literal, _)| literal).collect();
        let outer =
            aggregate.outer.iter().map(|&number| u16::try_from(number).expect("variables are limited")).collect();
        let function = aggregate.function;
        self.body.push((Literal::Aggregate { result, function, primitive, target, body, outer }, span));
    }

    fn range(&mut self, result: Term, arguments: &[flat::Term<'_>], primitive: Primitive, span: Span) {
        let arguments = arguments.iter().map(|argument| self.term(argument, primitive)).collect();
        self.body.push((Literal::Range { result, primitive, arguments }, span));
    }

    fn atom(&mut self, atom: &flat::Atom<'_>) -> Atom {
        let (index, signature) = self.signatures.of(atom.source).expect("names and arities are checked");
        let terms = atom.terms.iter().zip(&signature.types).map(|(term, ty)| {
            let ty = ty.expect("types of columns are known once nothing is wrong");
            self.term(term, self.signatures.types.primitive(ty))
        });
        let terms = terms.collect();
        Atom { relation: relation_id(index), terms }
    }

    /// A term of that primitive; an aggregate or a range in it is named by a new variable.
    fn term(&mut self, term: &flat::Term<'_>, primitive: Primitive) -> Term {
        match &term.kind {
            Kind::Variable(number) => variable(*number),
            Kind::Wildcard => Term::Wildcard,
            Kind::Text(text) => Term::Constant(self.pool.intern(text).cell()),
            Kind::Number(number) => Term::Constant(self.whole(*number, primitive)),
            Kind::Unsigned(number) => Term::Constant(self.pool.unsigned(*number)),
            Kind::Float(number) => Term::Constant(self.pool.float(*number)),
            Kind::Functor(functor, arguments) => self.functor(*functor, arguments, primitive),
            Kind::Range(arguments) => {
                let result = self.fresh("range");
                self.range(result.clone(), arguments, primitive, term.span);
                result
            }
            Kind::As(inner, _) => self.term(inner, primitive),
            Kind::Aggregate(aggregate) => {
                let result = self.fresh(aggregate.function.name());
                self.aggregate(result.clone(), aggregate, primitive, term.span);
                result
            }
        }
    }

    fn whole(&mut self, number: i128, primitive: Primitive) -> Cell {
        match primitive {
            Primitive::Unsigned => self.pool.unsigned(u64::try_from(number).expect("its range is checked")),
            Primitive::Float => self.pool.float(number.to_string().parse().expect("digits are a float")),
            Primitive::Number | Primitive::Symbol => {
                self.pool.number(i64::try_from(number).expect("its type and range are checked"))
            }
        }
    }

    fn functor(&mut self, functor: Functor, arguments: &[flat::Term<'_>], primitive: Primitive) -> Term {
        let inner = match takes(functor) {
            Takes::Same => primitive,
            Takes::Texts | Takes::TextAndNumbers => Primitive::Symbol,
            Takes::Any => self.infer(&arguments[0]).unwrap_or_else(|| assumed(&arguments[0])),
        };
        let lowered = arguments.iter().enumerate().map(|(place, argument)| {
            let second = place > 0 && takes(functor) == Takes::TextAndNumbers;
            self.term(argument, if second { Primitive::Number } else { inner })
        });
        let mut lowered: Vec<Term> = lowered.collect();
        if functor == Functor::Add && inner == Primitive::Symbol {
            return Term::Functor(Functor::Cat, inner, lowered);
        }
        let converts =
            matches!(functor, Functor::ToNumber | Functor::ToString | Functor::ToUnsigned | Functor::ToFloat);
        // What is of the type already needs no conversion.
        if converts && functor.result(inner) == inner {
            return lowered.remove(0);
        }
        Term::Functor(functor, inner, lowered)
    }
}

/// The program of rules without inline relations.
pub(in crate::datalog) fn assemble(
    signatures: &Signatures<'_>,
    drafts: Vec<Draft>,
    mut directives: Vec<Directive>,
) -> Program {
    let kept: Vec<&Signature<'_>> = signatures.list.iter().filter(|s| !s.declaration.inline).collect();
    let mut ids = vec![None; signatures.list.len()];
    let kept_places = (0..signatures.list.len()).filter(|&i| !signatures.list[i].declaration.inline);
    for (id, place) in kept_places.enumerate() {
        ids[place] = Some(relation_id(id));
    }
    let id = |old: RelationId| ids[old.0 as usize].expect("inline relations are gone");
    let relations: Vec<Relation> = kept.iter().map(|signature| relation(signatures, signature)).collect();
    let by_name = (0..).zip(&relations).map(|(i, relation)| (Arc::clone(&relation.name), RelationId(i))).collect();
    let mut reads = BTreeMap::new();
    let mut rules = Vec::with_capacity(drafts.len());
    for mut draft in drafts {
        let head = id(draft.head);
        for (literal, span) in &mut draft.body {
            literal.each_atom_mut(&mut |atom, negative| {
                atom.relation = id(atom.relation);
                reads.entry((head, atom.relation, negative)).or_insert(*span);
            });
        }
        let Draft { terms, body, variables, span, docs, .. } = draft;
        let (body, places) = body.into_iter().unzip();
        rules.push(Rule { head, terms, body, places, variables, span, docs });
    }
    directives.retain(|directive| ids[directive.relation.0 as usize].is_some());
    for directive in &mut directives {
        directive.relation = id(directive.relation);
    }
    Program { relations, rules, by_name, directives, reads }
}

fn relation(signatures: &Signatures<'_>, signature: &Signature<'_>) -> Relation {
    let declaration = signature.declaration;
    // A program with an unknown type is only looked at for circles.
    let columns = declaration.columns.iter().zip(&signature.types).map(|(column, &ty)| Column {
        name: column.name.value.as_str().into(),
        type_name: column.ty.value.as_str().into(),
        supertypes: ty.map_or_else(Vec::new, |ty| signatures.types.names_above(&column.ty.value, ty)),
        primitive: ty.map_or(Primitive::Symbol, |ty| signatures.types.primitive(ty)),
    });
    Relation {
        name: declaration.name.value.as_str().into(),
        columns: columns.collect(),
        declared_at: declaration.name.span,
    }
}
