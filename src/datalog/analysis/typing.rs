//! What each variable of a clause stands for, and whether all its uses agree.
//!
//! A whole number without `u` is of whatever numeric type its place asks for, as in Soufflé; where nothing asks, it is a
//! `number`. The primitive types of variables come from atoms, then from comparisons, then from the head.

use std::rc::Rc;

use crate::base::{Diagnostic, Family, Primitive, Span};

use crate::datalog::analysis::flat::{Atom, Condition, Flat, Kind, Term};
use crate::datalog::analysis::infer::{Takes, assumed, fixed_result, infer, is_defined, takes};
use crate::datalog::analysis::signature::Signatures;
use crate::datalog::analysis::type_faults::{clash, conversion, plural, word};
use crate::datalog::analysis::types::TypeId;
use crate::datalog::syntax::ast::{Aggregate, Column, Functor, Operator};
use crate::datalog::syntax::names::clip;

/// Checks one clause; gives the primitive of each variable by number, `None` where nothing is known of it.
pub(in crate::datalog) fn check(
    clause: &Flat<'_>,
    signatures: &Signatures<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Option<Primitive>> {
    let (uses, first) = (vec![Vec::new(); clause.names.len()], vec![None; clause.names.len()]);
    let mut typing = Typing { clause, signatures, uses, first, pending: Vec::new(), diagnostics };
    typing.body(0, &clause.body);
    for aggregate in clause.aggregates() {
        typing.body(aggregate.scope, &aggregate.body);
    }
    typing.settle();
    typing.atom(0, &clause.head, Role::Head);
    typing.settle();
    typing.settle_the_rest();
    for number in 0..clause.names.len() {
        typing.conclude(number);
    }
    (0..clause.names.len()).map(|number| typing.known(number)).collect()
}

/// How a variable is used; the order is the order in which uses are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Role {
    /// In a positive atom of the variable's own part, which binds it, or equal to a cast.
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

/// Why a term has to be of a type.
#[derive(Clone, Copy)]
enum Reason<'a> {
    Column(&'a Column),
    /// Compared with what stands there.
    Other(Span),
    /// An argument of what is written so.
    Argument(&'a str),
    /// Cast to a type of that name.
    Cast(&'a str),
}

/// Terms whose type is not known yet.
#[derive(Clone, Copy)]
enum Pending<'f, 'a> {
    /// Both sides of a comparison.
    Sides(&'f Term<'a>, &'f Term<'a>),
    /// An argument that may be of any type.
    Free(&'f Term<'a>),
}

struct Typing<'a, 'f, 'out> {
    clause: &'f Flat<'a>,
    signatures: &'f Signatures<'a>,
    uses: Vec<Vec<Use>>,
    /// The first of the uses of each variable that come first when they are compared.
    first: Vec<Option<(Role, Primitive)>>,
    pending: Vec<Pending<'f, 'a>>,
    diagnostics: &'out mut Vec<Diagnostic>,
}

impl<'a, 'f> Typing<'a, 'f, '_> {
    fn body(&mut self, scope: usize, body: &'f [Condition<'a>]) {
        for condition in body {
            match condition {
                Condition::Atom(atom) => self.atom(scope, atom, Role::Condition),
                Condition::Not(atom) => self.atom(scope, atom, Role::Test),
                Condition::Compare { left, operator, right } if operator.is_pattern() => {
                    let name =
                        if matches!(operator, Operator::Match | Operator::NotMatch) { "match" } else { "contains" };
                    self.value(left, Primitive::Symbol, Reason::Argument(name));
                    self.value(right, Primitive::Symbol, Reason::Argument(name));
                }
                Condition::Compare { left, operator, right } => {
                    if *operator == Operator::Equal {
                        self.named_by_cast(left, right);
                        self.named_by_cast(right, left);
                    }
                    self.pending.push(Pending::Sides(left, right));
                }
                Condition::Never(_) => {}
            }
        }
    }

    /// `X = as(…, T)` gives `X` the type `T`.
    fn named_by_cast(&mut self, variable: &Term<'a>, cast: &Term<'a>) {
        if let (Kind::Variable(number), Kind::As(_, name)) = (&variable.kind, &cast.kind)
            && let Some(ty) = self.signatures.types.known(&name.value)
        {
            let primitive = self.signatures.types.primitive(ty);
            self.add(*number, Use { role: Role::Condition, primitive, ty: Some(ty), span: cast.span });
        }
    }

    fn atom(&mut self, scope: usize, atom: &'f Atom<'a>, role: Role) {
        let Some((_, signature)) = self.signatures.of(atom.source) else { return };
        for ((term, &ty), column) in atom.terms.iter().zip(&signature.types).zip(&signature.declaration.columns) {
            let Some(ty) = ty else { continue };
            let primitive = self.signatures.types.primitive(ty);
            if let Kind::Variable(number) = term.kind {
                let binds = role != Role::Condition || self.clause.owners[number] == scope;
                let role = if binds { role } else { Role::Test };
                self.add(number, Use { role, primitive, ty: Some(ty), span: term.span });
                continue;
            }
            self.value(term, primitive, Reason::Column(column));
            if let Kind::As(_, name) = &term.kind
                && let Some(cast) = self.signatures.types.known(&name.value)
                && self.signatures.types.primitive(cast) == primitive
                && self.signatures.types.common(cast, ty).is_empty()
            {
                let types = &self.signatures.types;
                let (cast, ty) = (clip(types.name(cast)), clip(types.name(ty)));
                let message = format!("column `{}` holds `{ty}`, but `{cast}` stands here", clip(&column.name.value));
                self.diagnostics.push(
                    Diagnostic::error(Family::Rule, "type-clash", message, term.span)
                        .with_label(format!("`{cast}` here"))
                        .with_place(column.ty.span, format!("declared as `{ty}` here"))
                        .with_help(format!("write `as(…, {ty})`")),
                );
            }
        }
    }

    /// The term has to be of that primitive.
    fn value(&mut self, term: &'f Term<'a>, primitive: Primitive, reason: Reason<'a>) {
        match &term.kind {
            Kind::Wildcard => {}
            Kind::Variable(number) => {
                self.add(*number, Use { role: Role::Value, primitive, ty: None, span: term.span });
            }
            Kind::Text(_) => self.expect(term, Primitive::Symbol, primitive, reason),
            Kind::Unsigned(_) => self.expect(term, Primitive::Unsigned, primitive, reason),
            Kind::Float(_) => self.expect(term, Primitive::Float, primitive, reason),
            Kind::Number(number) => self.whole(term, *number, primitive, reason),
            Kind::Functor(functor, arguments) => self.functor(term, *functor, arguments, primitive, reason),
            Kind::Range(arguments) => {
                let inner = self.numeric(term, "range", primitive, reason);
                for argument in arguments {
                    self.value(argument, inner, Reason::Argument("range"));
                }
            }
            Kind::As(inner, name) => {
                let Some(ty) = self.signatures.types.known(&name.value) else { return };
                let own = self.signatures.types.primitive(ty);
                self.expect(term, own, primitive, reason);
                self.value(inner, own, Reason::Cast(&name.value));
            }
            Kind::Aggregate(aggregate) => {
                let name = aggregate.function.name();
                let inner = match aggregate.function {
                    Aggregate::Count => return self.expect(term, Primitive::Number, primitive, reason),
                    Aggregate::Mean => {
                        self.expect(term, Primitive::Float, primitive, reason);
                        Primitive::Float
                    }
                    Aggregate::Sum | Aggregate::Min | Aggregate::Max => self.numeric(term, name, primitive, reason),
                };
                aggregate.target.iter().for_each(|target| self.value(target, inner, Reason::Argument(name)));
            }
        }
    }

    fn functor(
        &mut self,
        term: &'f Term<'a>,
        functor: Functor,
        arguments: &'f [Term<'a>],
        primitive: Primitive,
        reason: Reason<'a>,
    ) {
        let name = functor.name();
        if let Some(own) = fixed_result(functor) {
            self.expect(term, own, primitive, reason);
        }
        match takes(functor) {
            Takes::Any => self.pending.extend(arguments.iter().map(Pending::Free)),
            Takes::Texts => {
                for argument in arguments {
                    self.value(argument, Primitive::Symbol, Reason::Argument(name));
                }
            }
            Takes::TextAndNumbers => {
                for (place, argument) in arguments.iter().enumerate() {
                    let wanted = if place == 0 { Primitive::Symbol } else { Primitive::Number };
                    self.value(argument, wanted, Reason::Argument(name));
                }
            }
            Takes::Same if is_defined(functor, primitive) => {
                for argument in arguments {
                    self.value(argument, primitive, Reason::Argument(name));
                }
            }
            Takes::Same if primitive == Primitive::Symbol => self.expect(term, Primitive::Number, primitive, reason),
            Takes::Same => self.undefined(term, name, primitive),
        }
    }

    /// The numeric type of what has no texts; reports texts.
    fn numeric(&mut self, term: &Term<'a>, name: &str, primitive: Primitive, reason: Reason<'_>) -> Primitive {
        if primitive != Primitive::Symbol {
            return primitive;
        }
        let known = infer(term, self.signatures, &|number| self.known(number));
        match known.filter(|known| *known != Primitive::Symbol) {
            Some(known) => self.expect(term, known, primitive, reason),
            None => self.undefined(term, name, primitive),
        }
        known.unwrap_or(Primitive::Number)
    }

    fn undefined(&mut self, term: &Term<'a>, name: &str, primitive: Primitive) {
        let message = format!("`{name}` is not defined for {}", plural(primitive));
        let fitting =
            if primitive == Primitive::Float { "convert the arguments with `to_number`" } else { "give it numbers" };
        self.diagnostics.push(
            Diagnostic::error(Family::Rule, "type-clash", message, term.span)
                .with_label(format!("{} here", word(primitive)))
                .with_help(fitting),
        );
    }

    /// A whole number without `u` takes the numeric type that is asked for, if it fits.
    fn whole(&mut self, term: &Term<'a>, number: i128, wanted: Primitive, reason: Reason<'_>) {
        let fits = match wanted {
            Primitive::Symbol => return self.expect(term, Primitive::Number, wanted, reason),
            Primitive::Number => i64::try_from(number).is_ok(),
            Primitive::Unsigned => u64::try_from(number).is_ok(),
            Primitive::Float => true,
        };
        if !fits {
            let message =
                format!("`{number}` is no {}", word(wanted).trim_start_matches("an ").trim_start_matches("a "));
            let range = if wanted == Primitive::Number { "-2^63 to 2^63 - 1" } else { "0 to 2^64 - 1" };
            self.diagnostics.push(
                Diagnostic::error(Family::Rule, "type-clash", message, term.span)
                    .with_label(format!("the values are {range}"))
                    .with_help("correct the number, or declare another type"),
            );
        }
    }

    /// A term that is `is` stands where `wanted` is needed.
    fn expect(&mut self, term: &Term<'_>, is: Primitive, wanted: Primitive, reason: Reason<'_>) {
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
                .with_help(conversion(is, wanted).unwrap_or("compare texts with texts and numbers with numbers")),
            Reason::Argument(name) => error(format!("`{name}` takes {} here, but this is {found}", plural(wanted))),
            Reason::Cast(name) => error(format!("{found} cannot be cast to `{}`", clip(name)))
                .with_help(conversion(is, wanted).unwrap_or("cast between types that hold the same kind of values")),
        });
    }

    fn known(&self, number: usize) -> Option<Primitive> {
        self.first[number].map(|(_, primitive)| primitive)
    }

    fn add(&mut self, number: usize, found: Use) {
        if self.first[number].is_none_or(|(role, _)| found.role < role) {
            self.first[number] = Some((found.role, found.primitive));
        }
        self.uses[number].push(found);
    }

    /// Both sides of a comparison have one primitive; a side that is known decides, whatever the order of conditions.
    fn settle(&mut self) {
        loop {
            let mut settled = false;
            for item in std::mem::take(&mut self.pending) {
                let infer = |term: &Term<'a>| infer(term, self.signatures, &|number| self.known(number));
                let found = match item {
                    Pending::Sides(left, right) => infer(left).or_else(|| infer(right)),
                    Pending::Free(term) => infer(term),
                };
                settled |= found.is_some();
                match found {
                    Some(primitive) => self.decide(item, primitive),
                    None => self.pending.push(item),
                }
            }
            if !settled {
                return;
            }
        }
    }

    /// What nothing tells more about holds numbers; constants that only another type can hold decide first.
    fn settle_the_rest(&mut self) {
        let primitive = |item: &Pending<'f, 'a>| match item {
            Pending::Sides(left, right) => assumed(left).max(assumed(right)),
            Pending::Free(term) => assumed(term),
        };
        // A decision may leave parts of the term undecided, so this goes on as deep as terms are nested.
        while !self.pending.is_empty() {
            let pending = std::mem::take(&mut self.pending);
            let wide = pending.iter().any(|item| primitive(item) != Primitive::Number);
            for item in pending {
                let primitive = primitive(&item);
                if wide && primitive == Primitive::Number {
                    self.pending.push(item);
                } else {
                    self.decide(item, primitive);
                }
            }
            self.settle();
        }
    }

    fn decide(&mut self, item: Pending<'f, 'a>, primitive: Primitive) {
        match item {
            Pending::Sides(left, right) => {
                self.value(left, primitive, Reason::Other(right.span));
                self.value(right, primitive, Reason::Other(left.span));
            }
            Pending::Free(term) => self.value(term, primitive, Reason::Argument("")),
        }
    }

    /// Compares all uses of one variable; reports at most one clash.
    fn conclude(&mut self, number: usize) {
        self.uses[number].sort_by_key(|found| found.role);
        let (uses, types) = (&self.uses[number], &self.signatures.types);
        let name = clip(self.clause.names[number]);
        let Some(first) = uses.first() else { return };
        if let Some(other) = uses.iter().find(|other| other.primitive != first.primitive) {
            let (here, there) = (types.describe(other.primitive, other.ty), types.describe(first.primitive, first.ty));
            let message = format!("`{name}` stands for {there} and for {here}");
            self.diagnostics.push(
                Diagnostic::error(Family::Rule, "type-clash", message, other.span)
                    .with_label(format!("{here} here"))
                    .with_place(first.span, format!("{there} here"))
                    .with_help(conversion(first.primitive, other.primitive).unwrap_or("use two variables")),
            );
            return;
        }
        // The types that the values may have, each within all types that bind the variable.
        let mut lowest: Option<(Rc<[TypeId]>, TypeId, Span)> = None;
        for &Use { role, ty, span, .. } in uses {
            let Some(ty) = ty else { continue };
            let Some((low, shown, low_span)) = &lowest else {
                // Without an atom that binds it the variable comes from a computation, which fits every type.
                if role != Role::Condition {
                    return;
                }
                lowest = Some(([ty].into(), ty, span));
                continue;
            };
            if low.iter().all(|&low| types.is_within(low, ty)) {
                continue;
            }
            let common: Rc<[TypeId]> = low.iter().flat_map(|&low| types.common(low, ty).to_vec()).collect();
            if common.is_empty() || role == Role::Head {
                let (low, ty) = (types.name(*shown), types.name(ty));
                self.diagnostics.push(clash(name, !common.is_empty(), (low, *low_span), (ty, span)));
                return;
            }
            if role == Role::Condition {
                let shown = if common.len() == 1 { common[0] } else { ty };
                lowest = Some((common, shown, span));
            }
        }
    }
}
