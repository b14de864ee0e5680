//! What each variable of a clause stands for, and whether all its uses agree.

use crate::base::{Diagnostic, Family, Primitive, Span, Spanned};

use crate::datalog::analysis::signature::Signatures;
use crate::datalog::analysis::types::TypeId;
use crate::datalog::analysis::variables::{Scope, Variables, counts};
use crate::datalog::syntax::ast::{Atom, Clause, Column, Functor, Literal, Term};
use crate::datalog::syntax::names::clip;

/// Checks one clause; gives the primitive of each variable by number, `None` where nothing is known of it.
pub(in crate::datalog) fn check(
    clause: &Clause,
    variables: &Variables<'_>,
    signatures: &Signatures<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Option<Primitive>> {
    let uses = vec![Vec::new(); variables.names.len()];
    let mut typing = Typing { variables, signatures, uses, pending: Vec::new(), diagnostics };
    typing.body(Scope::CLAUSE, &clause.body);
    for (scope, body) in counts(&clause.body) {
        typing.body(scope, body);
    }
    typing.comparisons();
    typing.atom(Scope::CLAUSE, &clause.head, Role::Head);
    for number in 0..variables.names.len() {
        typing.conclude(number);
    }
    typing.uses.iter().map(|uses| uses.first().map(|first| first.primitive)).collect()
}

/// Whether a term of that variable list is text or number; `known` gives the primitive of a variable's name.
pub(in crate::datalog) fn infer(term: &Term, known: &dyn Fn(&str) -> Option<Primitive>) -> Option<Primitive> {
    match term {
        Term::Variable(name) => known(name),
        Term::Wildcard => None,
        Term::Text(_) => Some(Primitive::Symbol),
        Term::Number(_) | Term::Count(_) => Some(Primitive::Number),
        Term::Functor(Functor::Min | Functor::Max, arguments) => {
            arguments.iter().find_map(|argument| infer(&argument.value, known))
        }
        Term::Functor(functor, _) => Some(functor.result(Primitive::Number)),
    }
}

/// How a variable is used; the order is the order in which uses are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Role {
    /// In a positive atom of the variable's own scope, which binds it.
    Condition,
    /// In an atom that does not bind it.
    Test,
    /// In a comparison or a functor.
    Value,
    /// In the head.
    Head,
}

#[derive(Clone, Copy, Debug)]
struct Use {
    role: Role,
    primitive: Primitive,
    ty: Option<TypeId>,
    span: Span,
}

/// Why a term has to be a text or a number.
#[derive(Clone, Copy)]
enum Reason<'a> {
    Column(&'a Column),
    Other(Span),
    Functor,
}

struct Typing<'a, 'out> {
    variables: &'a Variables<'a>,
    signatures: &'a Signatures<'a>,
    uses: Vec<Vec<Use>>,
    pending: Vec<(Scope, &'a Spanned<Term>, &'a Spanned<Term>)>,
    diagnostics: &'out mut Vec<Diagnostic>,
}

impl<'a> Typing<'a, '_> {
    fn body(&mut self, scope: Scope, body: &'a [Literal]) {
        for literal in body {
            match literal {
                Literal::Atom(atom) => self.atom(scope, atom, Role::Condition),
                Literal::Not(atom) => self.atom(scope, atom, Role::Test),
                Literal::Constraint { left, right, .. } => self.pending.push((scope, left, right)),
            }
        }
    }

    fn atom(&mut self, scope: Scope, atom: &'a Atom, role: Role) {
        let Some((_, signature)) = self.signatures.of(atom) else { return };
        for ((term, &ty), column) in atom.terms.iter().zip(&signature.types).zip(&signature.declaration.columns) {
            let Some(ty) = ty else { continue };
            let primitive = self.signatures.types.primitive(ty);
            if let Term::Variable(name) = &term.value {
                let binds = role != Role::Condition || self.variables.is_own(scope, name);
                let role = if binds { role } else { Role::Test };
                let number = self.variables.number(scope, name);
                self.uses[number].push(Use { role, primitive, ty: Some(ty), span: term.span });
            } else {
                self.value(scope, term, primitive, Reason::Column(column));
            }
        }
    }

    /// The term has to be of that primitive.
    fn value(&mut self, scope: Scope, term: &'a Spanned<Term>, primitive: Primitive, reason: Reason<'a>) {
        match &term.value {
            Term::Wildcard => {}
            Term::Variable(name) => {
                let number = self.variables.number(scope, name);
                self.uses[number].push(Use { role: Role::Value, primitive, ty: None, span: term.span });
            }
            Term::Text(_) => self.constant(term, Primitive::Symbol, primitive, reason),
            Term::Number(_) | Term::Count(_) => self.constant(term, Primitive::Number, primitive, reason),
            Term::Functor(Functor::Min | Functor::Max, arguments) => {
                for argument in arguments {
                    self.value(scope, argument, primitive, reason);
                }
            }
            Term::Functor(functor, arguments) => {
                self.constant(term, functor.result(Primitive::Number), primitive, reason);
                for argument in arguments {
                    self.value(scope, argument, Primitive::Number, Reason::Functor);
                }
            }
        }
    }

    /// A term that is `is` stands where `wanted` is needed.
    fn constant(&mut self, term: &Spanned<Term>, is: Primitive, wanted: Primitive, reason: Reason<'_>) {
        if is == wanted {
            return;
        }
        let (found, needed) = (word(is), word(wanted));
        let error = |message| Diagnostic::error(Family::Rule, "type-clash", message, term.span).with_label(found);
        self.diagnostics.push(match reason {
            Reason::Column(column) => {
                let name = clip(&column.name.value);
                error(format!("column `{name}` holds {needed}, but {found} stands here", needed = plural(wanted)))
                    .with_place(column.ty.span, format!("declared as {needed} here"))
            }
            Reason::Other(other) => error(format!("{found} is compared with {needed}"))
                .with_place(other, needed)
                .with_help("compare texts with texts and numbers with numbers"),
            Reason::Functor => error(format!("`+` and `-` take numbers, but {found} stands here")),
        });
    }

    /// Both sides of a comparison have one primitive; a side that is known decides, whatever the order of conditions.
    fn comparisons(&mut self) {
        let mut pending = std::mem::take(&mut self.pending);
        loop {
            let before = pending.len();
            pending.retain(|&(scope, left, right)| {
                let known = |name: &str| {
                    let number = self.variables.number(scope, name);
                    self.uses[number].iter().min_by_key(|found| found.role).map(|found| found.primitive)
                };
                let left_is = infer(&left.value, &known);
                let Some(primitive) = left_is.or_else(|| infer(&right.value, &known)) else { return true };
                self.value(scope, left, primitive, Reason::Other(right.span));
                self.value(scope, right, primitive, Reason::Other(left.span));
                false
            });
            if pending.is_empty() || pending.len() == before {
                return;
            }
        }
    }

    /// Compares all uses of one variable; reports at most one clash.
    fn conclude(&mut self, number: usize) {
        self.uses[number].sort_by_key(|found| found.role);
        let (uses, types) = (&self.uses[number], &self.signatures.types);
        let name = clip(self.variables.names[number]);
        let Some(first) = uses.first() else { return };
        if let Some(other) = uses.iter().find(|other| other.primitive != first.primitive) {
            let describe = |found: &Use| self.signatures.types.describe(found.primitive, found.ty);
            let (here, there) = (describe(other), describe(first));
            let message = format!("`{name}` stands for {there} and for {here}");
            self.diagnostics.push(
                Diagnostic::error(Family::Rule, "type-clash", message, other.span)
                    .with_label(format!("{here} here"))
                    .with_place(first.span, format!("{there} here"))
                    .with_help("use two variables"),
            );
            return;
        }
        let mut lowest: Option<(TypeId, Span)> = None;
        for &Use { role, ty, span, .. } in uses {
            let Some(ty) = ty else { continue };
            let Some((low, low_span)) = lowest else {
                // Without an atom that binds it the variable comes from a computation, which fits every type.
                if role != Role::Condition {
                    return;
                }
                lowest = Some((ty, span));
                continue;
            };
            let (fits, narrows) = (types.is_within(low, ty), types.is_within(ty, low));
            if !fits && (role == Role::Head || !narrows) {
                let (low, ty) = (types.name(low), types.name(ty));
                self.diagnostics.push(clash(name, narrows, (low, low_span), (ty, span)));
                return;
            }
            if role == Role::Condition && narrows {
                lowest = Some((ty, span));
            }
        }
    }
}

/// A variable bound as one type is used as another; `narrows` if the other one is a subtype.
fn clash(name: &str, narrows: bool, (low, low_span): (&str, Span), (ty, span): (&str, Span)) -> Diagnostic {
    let error = |message| Diagnostic::error(Family::Rule, "type-clash", message, span);
    if narrows {
        return error(format!("`{name}` is any `{low}`, but the head needs `{ty}`"))
            .with_label(format!("`{ty}` here"))
            .with_place(low_span, format!("any `{low}` here"))
            .with_help(format!("bind `{name}` in a condition of type `{ty}` too, or declare the column as `{low}`"));
    }
    error(format!("`{name}` stands for `{low}` and for `{ty}`, and neither is a subtype of the other"))
        .with_label(format!("`{ty}` here"))
        .with_place(low_span, format!("`{low}` here"))
        .with_help("use two variables, or declare a common type above both")
}

fn word(primitive: Primitive) -> &'static str {
    match primitive {
        Primitive::Symbol => "a text",
        Primitive::Number => "a number",
        Primitive::Unsigned => "an unsigned number",
        Primitive::Float => "a float",
    }
}

fn plural(primitive: Primitive) -> &'static str {
    match primitive {
        Primitive::Symbol => "texts",
        Primitive::Number => "numbers",
        Primitive::Unsigned => "unsigned numbers",
        Primitive::Float => "floats",
    }
}
