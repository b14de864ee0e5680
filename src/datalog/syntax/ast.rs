//! A rule file as written: names are text, nothing is resolved. `Display` prints it back.

use std::collections::BTreeSet;

use crate::base::{Span, Spanned};

pub use crate::datalog::syntax::operators::{Aggregate, FloatBits, Functor, Operator};

/// What one or more rule files hold, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Program {
    /// `.include "path"`, resolved by [`crate::datalog::load()`].
    pub includes: Vec<Spanned<String>>,
    /// The file has `.once`.
    pub once: bool,
    /// `.type A <: B`, `.type A = B | C`.
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

impl Program {
    /// Adds what another program holds behind what is there.
    pub fn add(&mut self, other: Self) {
        self.types.extend(other.types);
        self.declarations.extend(other.declarations);
        self.directives.extend(other.directives);
        self.clauses.extend(other.clauses);
    }
}

/// `.type Node <: symbol`, `.type Name = Node | Word`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeDeclaration {
    /// The new type.
    pub name: Spanned<String>,
    /// What it is.
    pub definition: TypeDefinition,
    /// The `///` comment before it, without the slashes; lines joined by line feeds.
    pub docs: String,
    /// The whole declaration.
    pub span: Span,
}

/// What a declared type is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypeDefinition {
    /// `<: B`: some of the values of another type.
    Subtype(Spanned<String>),
    /// `= B`, another name, or `= B | C | …`, the values of all of them; at least one.
    Union(Vec<Spanned<String>>),
}

impl TypeDefinition {
    /// The types that it is made of.
    #[must_use]
    pub fn parts(&self) -> &[Spanned<String>] {
        match self {
            Self::Subtype(parent) => std::slice::from_ref(parent),
            Self::Union(members) => members,
        }
    }
}

/// `.decl name(column: Type, …) inline`. Of several names in one `.decl` each has a declaration, with the same span.
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
    /// What follows: one atom or several.
    pub heads: Vec<Atom>,
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
    /// `a < b`, `match(a, b)`.
    Constraint {
        /// Left of the operator, or the first argument.
        left: Spanned<Term>,
        /// The operator; `!match` and `!contains` do not occur here, but as [`Literal::Negated`].
        operator: Operator,
        /// Right of it, or the second argument.
        right: Spanned<Term>,
    },
    /// `true` or `false`.
    Truth(bool),
    /// `(a, b; c)`: all conditions of some alternative hold. There is at least one, and none is empty. A body that is one
    /// group of several alternatives stands for a body without parentheses.
    Group(Vec<Vec<Literal>>),
    /// `!` before something that is no atom.
    Negated(Box<Literal>),
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
    /// `-12`: a constant of whatever numeric type its place asks for; from −2^63 to 2^64 − 1.
    Number(i128),
    /// `12u`.
    Unsigned(u64),
    /// `1.5`.
    Float(FloatBits),
    /// `a + b`, `min(a, b)`.
    Functor(Functor, Vec<Spanned<Term>>),
    /// `range(a, b)` or `range(a, b, step)`: each of several values.
    Range(Vec<Spanned<Term>>),
    /// `as(a, T)`.
    As(Box<Spanned<Term>>, Spanned<String>),
    /// `count : { … }`, `sum x : { … }`.
    Aggregate {
        /// What is done with the bindings of the body.
        function: Aggregate,
        /// What is added or compared; none for a count.
        target: Option<Box<Spanned<Term>>>,
        /// The conditions.
        body: Vec<Literal>,
    },
}

impl Term {
    /// The terms that it is computed from, of a functor, a range or a conversion. An aggregate has none: the terms in it are
    /// those of its own conditions.
    #[must_use]
    pub fn arguments(&self) -> &[Spanned<Self>] {
        match self {
            Self::Functor(_, arguments) | Self::Range(arguments) => arguments,
            Self::As(inner, _) => std::slice::from_ref(inner),
            Self::Variable(_)
            | Self::Wildcard
            | Self::Text(_)
            | Self::Number(_)
            | Self::Unsigned(_)
            | Self::Float(_)
            | Self::Aggregate { .. } => &[],
        }
    }
}
