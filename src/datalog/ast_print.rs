//! Prints rules back: what [`super::parse`] makes of the print is the same program, places aside.

use std::fmt::{self, Display, Formatter, Write as _};

use crate::base::Spanned;

use super::ast::{
    Annotation, Atom, Clause, Column, Declaration, Directive, Functor, Literal, Operator, Program, Term,
    TypeDeclaration,
};
use super::lexer;

impl Display for Program {
    /// `.once`, includes, types, declarations, directives, clauses; one a line.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.once {
            writeln!(f, ".once")?;
        }
        for path in &self.includes {
            writeln!(f, ".include {}", Quoted(&path.value))?;
        }
        for ty in &self.types {
            writeln!(f, "{ty}")?;
        }
        for declaration in &self.declarations {
            writeln!(f, "{declaration}")?;
        }
        for directive in &self.directives {
            writeln!(f, "{directive}")?;
        }
        for clause in &self.clauses {
            writeln!(f, "{clause}")?;
        }
        Ok(())
    }
}

impl Display for TypeDeclaration {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        docs(f, &self.docs)?;
        write!(f, ".type {} <: {}", self.name.value, self.parent.value)
    }
}

impl Display for Declaration {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        docs(f, &self.docs)?;
        for annotation in &self.annotations {
            writeln!(f, "{annotation}")?;
        }
        write!(f, ".decl {}(", self.name.value)?;
        list(f, &self.columns)?;
        f.write_str(if self.inline { ") inline" } else { ")" })
    }
}

impl Display for Column {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for annotation in &self.annotations {
            write!(f, "{annotation} ")?;
        }
        write!(f, "{}: {}", self.name.value, self.ty.value)
    }
}

impl Display for Annotation {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "@[{}", self.label.value)?;
        if let Some(text) = &self.text {
            write!(f, " = {}", Quoted(&text.value))?;
        }
        parameters(f, &self.arguments)?;
        f.write_str("]")
    }
}

impl Display for Directive {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, ".{} {}", self.verb.value, self.relation.value)?;
        parameters(f, &self.parameters)
    }
}

impl Display for Clause {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        docs(f, &self.docs)?;
        self.head.fmt(f)?;
        if !self.body.is_empty() {
            f.write_str(" :- ")?;
            list(f, &self.body)?;
        }
        f.write_str(".")
    }
}

impl Display for Literal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Atom(atom) => atom.fmt(f),
            Self::Not(atom) => write!(f, "!{atom}"),
            Self::Constraint { left, operator, right } => write!(f, "{} {operator} {}", left.value, right.value),
        }
    }
}

impl Display for Atom {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.relation.value)?;
        list(f, self.terms.iter().map(|term| &term.value))?;
        f.write_str(")")
    }
}

impl Display for Term {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => f.write_str(name),
            Self::Wildcard => f.write_str("_"),
            Self::Text(text) => Quoted(text).fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::Functor(functor @ (Functor::Add | Functor::Subtract), terms) => {
                for (i, term) in terms.iter().enumerate() {
                    if i > 0 {
                        write!(f, " {functor} ")?;
                    }
                    let sum = matches!(term.value, Self::Functor(Functor::Add | Functor::Subtract, _));
                    if i > 0 && sum { write!(f, "({})", term.value)? } else { term.value.fmt(f)? }
                }
                Ok(())
            }
            Self::Functor(functor @ (Functor::Min | Functor::Max), terms) => {
                write!(f, "{functor}(")?;
                list(f, terms.iter().map(|term| &term.value))?;
                f.write_str(")")
            }
            Self::Count(body) => {
                f.write_str("count : { ")?;
                list(f, body)?;
                f.write_str(" }")
            }
        }
    }
}

impl Display for Functor {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Min => "min",
            Self::Max => "max",
        })
    }
}

impl Display for Operator {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        })
    }
}

/// A text in quotes, with escapes.
pub(super) struct Quoted<'a>(pub(super) &'a str);

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        for c in self.0.chars() {
            match c {
                '"' => f.write_str("\\\"")?,
                '\\' => f.write_str("\\\\")?,
                '\n' => f.write_str("\\n")?,
                '\t' => f.write_str("\\t")?,
                '\r' => f.write_str("\\r")?,
                c => f.write_char(c)?,
            }
        }
        f.write_str("\"")
    }
}

fn docs(f: &mut Formatter<'_>, docs: &str) -> fmt::Result {
    if docs.is_empty() {
        return Ok(());
    }
    for line in docs.split('\n') {
        writeln!(f, "/// {line}")?;
    }
    Ok(())
}

fn list<T: Display>(f: &mut Formatter<'_>, items: impl IntoIterator<Item = T>) -> fmt::Result {
    for (i, item) in items.into_iter().enumerate() {
        if i > 0 {
            f.write_str(", ")?;
        }
        item.fmt(f)?;
    }
    Ok(())
}

/// `(key = value, …)`; a value that reads as a word or a number stands without quotes.
fn parameters(f: &mut Formatter<'_>, parameters: &[(Spanned<String>, Spanned<String>)]) -> fmt::Result {
    if parameters.is_empty() {
        return Ok(());
    }
    f.write_str("(")?;
    for (i, (key, value)) in parameters.iter().enumerate() {
        let separator = if i > 0 { ", " } else { "" };
        write!(f, "{separator}{} = ", key.value)?;
        let value = &value.value;
        let word = value.starts_with(lexer::is_word_start) && value.chars().all(lexer::is_word);
        let number = value.parse::<u64>().is_ok_and(|number| number.to_string() == *value);
        if word || number { f.write_str(value)? } else { Quoted(value).fmt(f)? }
    }
    f.write_str(")")
}
