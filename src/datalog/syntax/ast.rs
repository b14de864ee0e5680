//! A rule file as written: names are text, nothing is resolved. `Display` prints it back.

use std::collections::BTreeSet;

use crate::base::{Span, Spanned};

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

/// A function of terms; the first and last two take two arguments here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Functor {
    /// `a + b` on numbers.
    Add,
    /// `a - b` on numbers.
    Subtract,
    /// `min(a, b)`, on numbers or texts.
    Min,
    /// `max(a, b)`, on numbers or texts.
    Max,
}

/// A comparison; on texts it compares strings byte by byte, on numbers it compares numbers.
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
}

impl Operator {
    /// All comparisons.
    pub const ALL: [Self; 6] =
        [Self::Equal, Self::NotEqual, Self::Less, Self::LessOrEqual, Self::Greater, Self::GreaterOrEqual];
}
