//! Checked clauses to rules: variables get numbers, constants get cells, counts become literals of their own.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::{Pool, Primitive, Span, Spanned};

use crate::datalog::analysis::signature::{Signature, Signatures};
use crate::datalog::analysis::typing::infer;
use crate::datalog::analysis::variables::{Scope, Variables, each_leaf, terms};
use crate::datalog::program::{Atom, Column, Directive, Literal, Program, Relation, RelationId, Rule, Term};
use crate::datalog::syntax::ast::{self, Aggregate, Clause, Operator};

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
    clause: &Clause,
    variables: &Variables<'_>,
    primitives: &[Option<Primitive>],
    signatures: &Signatures<'_>,
    pool: &mut Pool,
) -> Draft {
    let names = variables.names.iter().map(|&name| name.into()).collect();
    let mut lower = Lower { variables, primitives, signatures, pool, names, body: Vec::new() };
    let head = lower.atom(Scope::CLAUSE, &clause.head);
    for (index, literal) in clause.body.iter().enumerate() {
        lower.literal(index, literal);
    }
    let Lower { names, body, .. } = lower;
    Draft {
        head: head.relation,
        terms: head.terms,
        body,
        variables: names,
        span: clause.span,
        docs: clause.docs.as_str().into(),
    }
}

struct Lower<'a> {
    variables: &'a Variables<'a>,
    primitives: &'a [Option<Primitive>],
    signatures: &'a Signatures<'a>,
    pool: &'a mut Pool,
    names: Vec<Arc<str>>,
    body: Vec<(Literal, Span)>,
}

impl Lower<'_> {
    fn fresh(&mut self, name: &str) -> Term {
        self.names.push(name.into());
        variable(self.names.len() - 1)
    }

    fn literal(&mut self, index: usize, literal: &ast::Literal) {
        let lowered = match literal {
            ast::Literal::Atom(atom) => (Literal::Atom(self.atom(Scope::CLAUSE, atom)), atom.span),
            ast::Literal::Not(atom) => (Literal::Not(self.atom(Scope::CLAUSE, atom)), atom.span),
            ast::Literal::Constraint { left, operator, right } => {
                let span = left.span.to(right.span);
                match self.sides(index, left, *operator, right) {
                    Some(compare) => (compare, span),
                    None => return,
                }
            }
        };
        self.body.push(lowered);
    }

    /// Pushes the counts of a comparison; gives the comparison unless a count has taken its place.
    fn sides(
        &mut self,
        index: usize,
        left: &Spanned<ast::Term>,
        operator: Operator,
        right: &Spanned<ast::Term>,
    ) -> Option<Literal> {
        let scopes = (Scope::of_count(index, false), Scope::of_count(index, true));
        let plain = |term: &ast::Term| matches!(term, ast::Term::Variable(_) | ast::Term::Number(_));
        let (count, scope, other) = match (&left.value, &right.value) {
            (other, ast::Term::Count(body)) if plain(other) => (body, scopes.1, left),
            (ast::Term::Count(body), other) if plain(other) => (body, scopes.0, right),
            _ => return Some(self.comparison(scopes, left, operator, right)),
        };
        if operator != Operator::Equal {
            return Some(self.comparison(scopes, left, operator, right));
        }
        let result = self.term(Scope::CLAUSE, &other.value, Primitive::Number);
        self.count(scope, result, count, left.span.to(right.span));
        None
    }

    fn comparison(
        &mut self,
        (in_left, in_right): (Scope, Scope),
        left: &Spanned<ast::Term>,
        operator: Operator,
        right: &Spanned<ast::Term>,
    ) -> Literal {
        let primitive = self.primitive(Scope::CLAUSE, left, right);
        let left = self.side(in_left, left, primitive);
        let right = self.side(in_right, right, primitive);
        Literal::Compare { left, operator, right, primitive }
    }

    /// A side of a comparison; a count is named by a new variable.
    fn side(&mut self, inside: Scope, term: &Spanned<ast::Term>, primitive: Primitive) -> Term {
        let ast::Term::Count(body) = &term.value else { return self.term(Scope::CLAUSE, &term.value, primitive) };
        let result = self.fresh("count");
        self.count(inside, result.clone(), body, term.span);
        result
    }

    fn count(&mut self, scope: Scope, result: Term, body: &[ast::Literal], span: Span) {
        let mut outer = Vec::new();
        for term in body.iter().flat_map(terms) {
            each_leaf(term, &mut |leaf, _| {
                if let ast::Term::Variable(name) = leaf
                    && !self.variables.is_own(scope, name)
                {
                    outer.extend(u16::try_from(self.variables.number(scope, name)));
                }
            });
        }
        outer.sort_unstable();
        outer.dedup();
        let body = body.iter().map(|literal| self.counted(scope, literal)).collect();
        let (function, primitive, target) = (Aggregate::Count, Primitive::Number, None);
        self.body.push((Literal::Aggregate { result, function, primitive, target, body, outer }, span));
    }

    /// A literal inside a count. A count is one of rows, so its wildcards are variables that nobody names.
    fn counted(&mut self, scope: Scope, literal: &ast::Literal) -> Literal {
        match literal {
            ast::Literal::Atom(atom) => {
                let mut atom = self.atom(scope, atom);
                for term in &mut atom.terms {
                    if *term == Term::Wildcard {
                        *term = self.fresh("_");
                    }
                }
                Literal::Atom(atom)
            }
            ast::Literal::Not(atom) => Literal::Not(self.atom(scope, atom)),
            ast::Literal::Constraint { left, operator, right } => {
                let primitive = self.primitive(scope, left, right);
                let left = self.term(scope, &left.value, primitive);
                let right = self.term(scope, &right.value, primitive);
                Literal::Compare { left, operator: *operator, right, primitive }
            }
        }
    }

    fn primitive(&self, scope: Scope, left: &Spanned<ast::Term>, right: &Spanned<ast::Term>) -> Primitive {
        let known = |name: &str| self.primitives[self.variables.number(scope, name)];
        let found = infer(&left.value, &known).or_else(|| infer(&right.value, &known));
        found.expect("a bound variable has a type, and an unbound one was reported")
    }

    fn atom(&mut self, scope: Scope, atom: &ast::Atom) -> Atom {
        let (index, signature) = self.signatures.of(atom).expect("names and arities are checked");
        let terms = atom.terms.iter().zip(&signature.types).map(|(term, ty)| {
            let ty = ty.expect("types of columns are known once nothing is wrong");
            self.term(scope, &term.value, self.signatures.types.primitive(ty))
        });
        let terms = terms.collect();
        Atom { relation: relation_id(index), terms }
    }

    fn term(&mut self, scope: Scope, term: &ast::Term, primitive: Primitive) -> Term {
        match term {
            ast::Term::Variable(name) => variable(self.variables.number(scope, name)),
            ast::Term::Text(text) => Term::Constant(self.pool.intern(text).cell()),
            ast::Term::Number(number) => Term::Constant(self.pool.number(*number)),
            ast::Term::Functor(functor, arguments) => {
                let arguments = arguments.iter().map(|argument| self.term(scope, &argument.value, primitive));
                Term::Functor(*functor, primitive, arguments.collect())
            }
            // A count never reaches this place: it is a side of a comparison of the clause.
            ast::Term::Wildcard | ast::Term::Count(_) => Term::Wildcard,
        }
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
        let body = body.into_iter().map(|(literal, _)| literal).collect();
        rules.push(Rule { head, terms, body, variables, span, docs });
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
        supertypes: ty.map_or_else(Vec::new, |ty| signatures.types.above(ty).map(Arc::from).collect()),
        primitive: ty.map_or(Primitive::Symbol, |ty| signatures.types.primitive(ty)),
    });
    Relation {
        name: declaration.name.value.as_str().into(),
        columns: columns.collect(),
        declared_at: declaration.name.span,
    }
}
