//! The primitive types of terms: what a term is as far as its parts tell, and what functors take.

use crate::base::Primitive;

use crate::datalog::analysis::flat::{Kind, Term};
use crate::datalog::analysis::signature::Signatures;
use crate::datalog::syntax::ast::{Aggregate, Functor};

/// The primitive type of a term as far as it is known; `known` gives that of a variable.
pub(in crate::datalog) fn infer(
    term: &Term<'_>,
    signatures: &Signatures<'_>,
    known: &dyn Fn(usize) -> Option<Primitive>,
) -> Option<Primitive> {
    let of_arguments = || term.arguments().iter().find_map(|argument| infer(argument, signatures, known));
    match &term.kind {
        Kind::Variable(number) => known(*number),
        Kind::Wildcard | Kind::Number(_) => None,
        Kind::Text(_) => Some(Primitive::Symbol),
        Kind::Unsigned(_) => Some(Primitive::Unsigned),
        Kind::Float(_) => Some(Primitive::Float),
        Kind::Functor(functor, _) => fixed_result(*functor).or_else(|| operated(term, *functor, signatures, known)),
        Kind::Range(_) => of_arguments(),
        Kind::As(_, ty) => signatures.types.known(&ty.value).map(|ty| signatures.types.primitive(ty)),
        Kind::Aggregate(aggregate) => match aggregate.function {
            Aggregate::Count => Some(Primitive::Number),
            Aggregate::Mean => Some(Primitive::Float),
            Aggregate::Sum | Aggregate::Min | Aggregate::Max => {
                aggregate.target.as_ref().and_then(|target| infer(target, signatures, known))
            }
        },
    }
}

/// The type that an operator works on. Numbers among its arguments tell more than texts: few texts are added on purpose.
fn operated(
    term: &Term<'_>,
    functor: Functor,
    signatures: &Signatures<'_>,
    known: &dyn Fn(usize) -> Option<Primitive>,
) -> Option<Primitive> {
    // Each argument is looked at once: looking twice at each level would double the work with each level.
    let mut text = None;
    for argument in term.arguments() {
        match infer(argument, signatures, known) {
            Some(Primitive::Symbol) => text = Some(Primitive::Symbol),
            Some(number) => return Some(number),
            None => {}
        }
    }
    let text = text?;
    let has_number = term.arguments().iter().any(|argument| matches!(argument.kind, Kind::Number(_)));
    Some(if is_defined(functor, text) && !has_number { text } else { Primitive::Number })
}

/// What a term is that nothing tells more about: a number, unless a constant in it does not fit one.
pub(in crate::datalog) fn assumed(term: &Term<'_>) -> Primitive {
    let mut wide = false;
    term.each_leaf(&mut |leaf| wide |= matches!(leaf.kind, Kind::Number(number) if i64::try_from(number).is_err()));
    if wide { Primitive::Unsigned } else { Primitive::Number }
}

/// The type of the value of a functor, if its arguments do not matter.
pub(in crate::datalog) fn fixed_result(functor: Functor) -> Option<Primitive> {
    let [text, number] = [Primitive::Symbol, Primitive::Number].map(|arguments| functor.result(arguments));
    (text == number).then_some(text)
}

/// How a functor takes its arguments.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::datalog) enum Takes {
    /// All of the type of the result.
    Same,
    /// One of any type.
    Any,
    /// Texts only.
    Texts,
    /// A text and two numbers.
    TextAndNumbers,
}

/// How the functor takes its arguments.
pub(in crate::datalog) fn takes(functor: Functor) -> Takes {
    match functor {
        Functor::Cat | Functor::StringLength => Takes::Texts,
        Functor::Substring => Takes::TextAndNumbers,
        Functor::Ordinal | Functor::ToNumber | Functor::ToString | Functor::ToUnsigned | Functor::ToFloat => Takes::Any,
        Functor::Add
        | Functor::Subtract
        | Functor::Multiply
        | Functor::Divide
        | Functor::Remainder
        | Functor::Power
        | Functor::Negate
        | Functor::BitAnd
        | Functor::BitOr
        | Functor::BitXor
        | Functor::BitNot
        | Functor::ShiftLeft
        | Functor::ShiftRight
        | Functor::ShiftRightUnsigned
        | Functor::LogicalAnd
        | Functor::LogicalOr
        | Functor::LogicalXor
        | Functor::LogicalNot
        | Functor::Min
        | Functor::Max => Takes::Same,
    }
}

/// Whether a functor that takes arguments of the type of its result is defined for the type.
pub(super) fn is_defined(functor: Functor, primitive: Primitive) -> bool {
    let for_all = matches!(functor, Functor::Min | Functor::Max | Functor::Add);
    let for_numbers = matches!(functor, Functor::Subtract | Functor::Multiply | Functor::Divide | Functor::Power);
    match primitive {
        Primitive::Symbol => for_all,
        Primitive::Number => true,
        Primitive::Unsigned => functor != Functor::Negate,
        Primitive::Float => for_all || for_numbers || functor == Functor::Negate,
    }
}
