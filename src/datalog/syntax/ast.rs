//! A rule file as written: names are text, nothing is resolved. `Display` prints it back.

use std::collections::BTreeSet;

use crate::base::{Primitive, Span, Spanned};

/// What one or more rule files hold, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Program {
    /// `.include "path"`, resolved by [`super::load`].
    pub includes: Vec<Spanned<String>>,
    /// The file has `.once`.
    pub once: bool,
    /// `.type A <: B`.
    pub types: Vec<TypeDeclaration>,
    /// `.decl …`.
    pub declarations: Vec<Declaration>,
    /// `.input r`, `.output r`, `.printsize r`.
    pub directives: Vec<Directive>,
    /// Facts and rules.
    pub clauses: Vec<Clause>,
    /// Relations and types whose declaration, or an annotation of it, could not be read: what is said of them would be
    /// a consequence of that. Not printed.
    pub broken: BTreeSet<String>,
    /// Some include could not be read, so what it declares is missing. Not printed.
    pub incomplete: bool,
}

/// `.type Node <: symbol`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeDeclaration {
    /// The new type.
    pub name: Spanned<String>,
    /// What it is a subtype of.
    pub parent: Spanned<String>,
    /// The `///` comment before it, without the slashes; lines joined by line feeds.
    pub docs: String,
    /// The whole declaration.
    pub span: Span,
}

/// `.decl name(column: Type, …) inline`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// The relation.
    pub name: Spanned<String>,
    /// Its columns.
    pub columns: Vec<Column>,
    /// The relation is replaced by its bodies.
    pub inline: bool,
    /// The `///` comment before it.
    pub docs: String,
    /// `@[…]` before it.
    pub annotations: Vec<Annotation>,
    /// From `.decl` to the closing parenthesis.
    pub span: Span,
}

/// One column of a declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: Spanned<String>,
    /// Its type.
    pub ty: Spanned<String>,
    /// `@[…]` before it.
    pub annotations: Vec<Annotation>,
}

/// `@[label]`, `@[label = "text"]` or `@[label(key = value, …)]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    /// The word before `=` or `(`.
    pub label: Spanned<String>,
    /// `= "text"`, unescaped; the span lies inside the quotes.
    pub text: Option<Spanned<String>>,
    /// `(key = value, …)`; a value is a string, a number or a word, as text.
    pub arguments: Vec<(Spanned<String>, Spanned<String>)>,
    /// From `@[` to `]`, or from the label where several stand in one bracket.
    pub span: Span,
}

/// `.output name`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// `input`, `output` or `printsize`.
    pub verb: Spanned<String>,
    /// The relation.
    pub relation: Spanned<String>,
    /// `(key=value, …)`.
    pub parameters: Vec<(Spanned<String>, Spanned<String>)>,
}

/// A fact (empty body) or a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// What follows.
    pub head: Atom,
    /// When all of these hold.
    pub body: Vec<Literal>,
    /// The `///` comment before it: the sentence that a proof prints.
    pub docs: String,
    /// The whole clause; for a clause that was not read from a rule file, the place it was made from.
    pub span: Span,
}

/// One condition of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    /// `r(…)`.
    Atom(Atom),
    /// `!r(…)`.
    Not(Atom),
    /// `a < b`.
    Constraint {
        /// Left of the operator.
        left: Spanned<Term>,
        /// The operator.
        operator: Operator,
        /// Right of it.
        right: Spanned<Term>,
    },
}

/// `relation(term, …)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Atom {
    /// The relation.
    pub relation: Spanned<String>,
    /// Its arguments.
    pub terms: Vec<Spanned<Term>>,
    /// From the name to the closing parenthesis.
    pub span: Span,
}

/// An argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Term {
    /// `X`.
    Variable(String),
    /// `_`.
    Wildcard,
    /// `"text"`, unescaped.
    Text(String),
    /// `-12`.
    Number(i64),
    /// `a + b`, `min(a, b)`.
    Functor(Functor, Vec<Spanned<Term>>),
    /// `count : { … }`.
    Count(Vec<Literal>),
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
    /// The comparisons that are written between two terms.
    pub const ALL: [Self; 6] =
        [Self::Equal, Self::NotEqual, Self::Less, Self::LessOrEqual, Self::Greater, Self::GreaterOrEqual];
}
