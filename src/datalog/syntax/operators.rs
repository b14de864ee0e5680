//! The functors, aggregates and comparisons of the language, and constants of floats.

use crate::base::Primitive;

/// A float that is finite, compared by its bits; both zeros are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FloatBits(u64);

impl FloatBits {
    /// The float, unless it is infinite or no number.
    #[must_use]
    pub fn new(value: f64) -> Option<Self> {
        value.is_finite().then(|| Self(if value == 0.0 { 0 } else { value.to_bits() }))
    }

    /// Its value.
    #[must_use]
    pub fn value(self) -> f64 {
        f64::from_bits(self.0)
    }

    /// The same with the other sign.
    #[must_use]
    pub fn negated(self) -> Self {
        const SIGN: u64 = 1 << 63;
        if self.0 == 0 { self } else { Self(self.0 ^ SIGN) }
    }
}

/// A function of terms. Its arguments are of one primitive type, except those of [`Functor::Substring`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Functor {
    /// `a + b`, on numbers of any kind.
    Add,
    /// `a - b`, on numbers of any kind.
    Subtract,
    /// `a * b`, on numbers of any kind.
    Multiply,
    /// `a / b`, on numbers of any kind; whole numbers are cut towards zero.
    Divide,
    /// `a % b`, on whole numbers; the sign is that of `a`.
    Remainder,
    /// `a ^ b`, on numbers of any kind.
    Power,
    /// `-a`, on numbers of any kind.
    Negate,
    /// `a band b`, on whole numbers, as are those that follow.
    BitAnd,
    /// `a bor b`.
    BitOr,
    /// `a bxor b`.
    BitXor,
    /// `bnot a`.
    BitNot,
    /// `a bshl b`; what is shifted out is lost.
    ShiftLeft,
    /// `a bshr b`; a number keeps its sign.
    ShiftRight,
    /// `a bshru b`; zeros are shifted in.
    ShiftRightUnsigned,
    /// `a land b`: 1 if neither is 0, else 0.
    LogicalAnd,
    /// `a lor b`: 0 if both are 0, else 1.
    LogicalOr,
    /// `a lxor b`: 1 if exactly one is 0, else 0.
    LogicalXor,
    /// `lnot a`: 1 if it is 0, else 0.
    LogicalNot,
    /// `min(a, b, …)`, on any type.
    Min,
    /// `max(a, b, …)`, on any type.
    Max,
    /// `cat(a, b, …)`, on texts.
    Cat,
    /// `strlen(text)`: the number of bytes.
    StringLength,
    /// `substr(text, start, length)`: counts bytes; the last two arguments are numbers.
    Substring,
    /// `ord(text)`: the number that stands for a text inside.
    Ordinal,
    /// `to_number(x)`.
    ToNumber,
    /// `to_string(x)`.
    ToString,
    /// `to_unsigned(x)`.
    ToUnsigned,
    /// `to_float(x)`.
    ToFloat,
}

impl Functor {
    /// How it is written.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract | Self::Negate => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
            Self::Power => "^",
            Self::BitAnd => "band",
            Self::BitOr => "bor",
            Self::BitXor => "bxor",
            Self::BitNot => "bnot",
            Self::ShiftLeft => "bshl",
            Self::ShiftRight => "bshr",
            Self::ShiftRightUnsigned => "bshru",
            Self::LogicalAnd => "land",
            Self::LogicalOr => "lor",
            Self::LogicalXor => "lxor",
            Self::LogicalNot => "lnot",
            Self::Min => "min",
            Self::Max => "max",
            Self::Cat => "cat",
            Self::StringLength => "strlen",
            Self::Substring => "substr",
            Self::Ordinal => "ord",
            Self::ToNumber => "to_number",
            Self::ToString => "to_string",
            Self::ToUnsigned => "to_unsigned",
            Self::ToFloat => "to_float",
        }
    }

    /// The type of the value for arguments of a type.
    #[must_use]
    pub fn result(self, arguments: Primitive) -> Primitive {
        match self {
            Self::StringLength | Self::Ordinal | Self::ToNumber => Primitive::Number,
            Self::Cat | Self::Substring | Self::ToString => Primitive::Symbol,
            Self::ToUnsigned => Primitive::Unsigned,
            Self::ToFloat => Primitive::Float,
            Self::Add
            | Self::Subtract
            | Self::Multiply
            | Self::Divide
            | Self::Remainder
            | Self::Power
            | Self::Negate
            | Self::BitAnd
            | Self::BitOr
            | Self::BitXor
            | Self::BitNot
            | Self::ShiftLeft
            | Self::ShiftRight
            | Self::ShiftRightUnsigned
            | Self::LogicalAnd
            | Self::LogicalOr
            | Self::LogicalXor
            | Self::LogicalNot
            | Self::Min
            | Self::Max => arguments,
        }
    }
}

/// A function of all bindings of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aggregate {
    /// `count : { … }`: how many there are.
    Count,
    /// `sum x : { … }`; 0 if there are none.
    Sum,
    /// `min x : { … }`; no value if there are none.
    Min,
    /// `max x : { … }`; no value if there are none.
    Max,
    /// `mean x : { … }`, a float; no value if there are none.
    Mean,
}

impl Aggregate {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Count, Self::Sum, Self::Min, Self::Max, Self::Mean];

    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Sum => "sum",
            Self::Min => "min",
            Self::Max => "max",
            Self::Mean => "mean",
        }
    }

    /// The function of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|function| function.name() == name)
    }

    /// The type of the value for a target of a type.
    #[must_use]
    pub fn result(self, target: Primitive) -> Primitive {
        match self {
            Self::Count => Primitive::Number,
            Self::Mean => Primitive::Float,
            Self::Sum | Self::Min | Self::Max => target,
        }
    }
}

/// A comparison; on texts it compares strings byte by byte, on numbers it compares numbers. The last four look at texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operator {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `match(pattern, text)`: the whole text is of the pattern.
    Match,
    /// `!match(pattern, text)`
    NotMatch,
    /// `contains(part, text)`: the part occurs in the text.
    Contains,
    /// `!contains(part, text)`
    NotContains,
}

impl Operator {
    /// The one that holds where this one does not.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::Equal => Self::NotEqual,
            Self::NotEqual => Self::Equal,
            Self::Less => Self::GreaterOrEqual,
            Self::GreaterOrEqual => Self::Less,
            Self::Greater => Self::LessOrEqual,
            Self::LessOrEqual => Self::Greater,
            Self::Match => Self::NotMatch,
            Self::NotMatch => Self::Match,
            Self::Contains => Self::NotContains,
            Self::NotContains => Self::Contains,
        }
    }

    /// Whether it looks at texts only and is written before its arguments.
    #[must_use]
    pub fn is_pattern(self) -> bool {
        matches!(self, Self::Match | Self::NotMatch | Self::Contains | Self::NotContains)
    }

    /// The comparisons that are written between two terms.
    pub const ALL: [Self; 6] =
        [Self::Equal, Self::NotEqual, Self::Less, Self::LessOrEqual, Self::Greater, Self::GreaterOrEqual];
}
