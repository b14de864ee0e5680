//! What a functor can not compute, as a sentence with the values.

#![expect(clippy::wildcard_enum_match_arm, reason = "each match is about some functors only")]

use std::fmt;

use crate::base::{Cell, Pool, Primitive};

use crate::datalog::syntax::ast::Functor;
use crate::datalog::syntax::names::clip;

/// A functor has no value for its arguments, or an aggregate for its group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Why.
    pub kind: FaultKind,
    /// The type of its arguments.
    pub primitive: Primitive,
    /// The functor with the values of its arguments, as it is written in a rule, long texts cut; for an aggregate, its
    /// value and what it is.
    pub expression: String,
}

/// Why a functor or an aggregate has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// The value lies outside its type.
    Overflow,
    /// By zero.
    Division,
    /// A whole number to the power of a negative one.
    Exponent,
    /// By less than 0 or more than 63 bits.
    Shift,
    /// Floats have no value here, as for the root of a negative number.
    NotANumber,
    /// A text is no number.
    Numeral,
    /// A part of a text begins or ends inside a character.
    Character,
    /// The sum of a group lies outside its type.
    Total,
    /// A range whose values do not come nearer to its end.
    Step,
    /// A pattern can not be used; why.
    Pattern(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let expression = &self.expression;
        let wanted = match self.primitive {
            Primitive::Unsigned => "an unsigned number of 64 bits",
            Primitive::Float => "a float of 64 bits",
            Primitive::Number | Primitive::Symbol => "a number of 64 bits",
        };
        match &self.kind {
            FaultKind::Overflow => write!(f, "`{expression}` does not fit into {wanted}"),
            FaultKind::Total if expression.starts_with("the") => write!(f, "{expression} does not fit into {wanted}"),
            FaultKind::Total => write!(f, "{expression}, does not fit into {wanted}"),
            FaultKind::Step => write!(f, "`{expression}` has a step that leads nowhere"),
            FaultKind::Division => write!(f, "`{expression}` divides by zero"),
            FaultKind::Exponent => write!(f, "`{expression}` has a negative exponent"),
            FaultKind::Shift => write!(f, "`{expression}` does not shift by 0 to 63 bits"),
            FaultKind::NotANumber => write!(f, "`{expression}` has no value among the floats"),
            FaultKind::Numeral => write!(f, "`{expression}` reads a text that is no such number"),
            FaultKind::Character => write!(f, "`{expression}` cuts a character of several bytes"),
            FaultKind::Pattern(why) => write!(f, "`{expression}` has a pattern that can not be used: {why}"),
        }
    }
}

impl FaultKind {
    /// The code of the diagnostic.
    #[must_use]
    pub fn code(&self) -> &'static str {
        if matches!(self, Self::Overflow | Self::Total) { "overflow" } else { "undefined" }
    }

    /// What the author of the rule can do.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Total => "bound what is added with a comparison",
            Self::Step => "give a step that is not 0 and not too small to change a float",
            Self::Overflow => "bound the operands with a comparison",
            Self::Division => "exclude a divisor of zero with a comparison",
            Self::Exponent => "exclude negative exponents with a comparison, or compute with floats",
            Self::Shift => "bound the number of bits with a comparison",
            Self::NotANumber => "exclude such operands with a comparison",
            Self::Numeral => "exclude other texts with `match`",
            Self::Character => "count in bytes, and end where a character ends",
            Self::Pattern(why) if why.starts_with("look") || why.starts_with("backreferences") => {
                "write a pattern without look-around and back-references"
            }
            Self::Pattern(why) if why.contains("memory") => "write a shorter pattern, with smaller repetitions",
            Self::Pattern(_) => "write `\\` before signs such as `(` that stand for themselves",
        }
    }
}

/// A fault of a functor with these arguments.
pub(in crate::datalog) fn fault(
    kind: FaultKind,
    functor: Functor,
    primitive: Primitive,
    cells: &[Cell],
    pool: &Pool,
) -> Fault {
    let types = |index: usize| {
        if functor == Functor::Substring && index > 0 { Primitive::Number } else { primitive }
    };
    let values: Vec<String> = cells.iter().enumerate().map(|(i, &cell)| written(cell, types(i), pool)).collect();
    let expression = match &values[..] {
        // As in a rule, where a minus would be taken after the power.
        [left, right] if functor == Functor::Power && left.starts_with('-') => format!("({left}) ^ {right}"),
        [left, right] if functor.is_infix() => format!("{left} {functor} {right}"),
        [value] if functor == Functor::Negate => format!("-({value})"),
        values => format!("{functor}({})", values.join(", ")),
    };
    // The value of a conversion is what does not fit, and not its argument.
    let primitive = match functor {
        Functor::ToNumber | Functor::ToUnsigned | Functor::ToFloat => functor.result(primitive),
        _ => primitive,
    };
    Fault { kind, primitive, expression }
}

/// A value as it is written in a rule.
pub(super) fn written(cell: Cell, primitive: Primitive, pool: &Pool) -> String {
    let text = pool.shown(cell, primitive);
    if primitive != Primitive::Symbol {
        return text.into_owned();
    }
    let short = clip(&text);
    let more = if short.len() < text.len() { "…" } else { "" };
    format!("\"{}{more}\"", short.escape_debug())
}
