//! Prints rules back: what [`super::parse`] makes of the print is the same program, places aside.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter, Write as _};

use crate::base::Spanned;

use super::lexer;
use crate::datalog::syntax::ast::{
    Aggregate, Annotation, Atom, Clause, Column, Declaration, Directive, Functor, Literal, Operator, Program, Term,
    TypeDeclaration, TypeDefinition,
};
use crate::datalog::syntax::terms::{INFIX, binding};

/// How many characters a line may have before it is broken.
const WIDTH: usize = 120;

impl Display for Program {
    /// One item a line; a clause or a declaration that is wider than 120 characters takes several.
    ///
    /// `.once`, includes and types come first. A declaration stands before the first clause of its relation and behind
    /// all that were declared before it, its `.input` right behind it, and the other directives at the end.
    /// Items of one kind keep their order, so that reading the print gives the same program again.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut places = BTreeMap::new();
        for (place, declaration) in self.declarations.iter().enumerate() {
            places.entry(declaration.name.value.as_str()).or_insert(place);
        }
        let mut layout = Layout { f, declarations: &self.declarations, directives: &self.directives, last: None };
        if self.once {
            layout.item(Part::Top, ".once")?;
        }
        for path in &self.includes {
            layout.item(Part::Top, format_args!(".include {}", Quoted(&path.value)))?;
        }
        for ty in &self.types {
            layout.item(Part::Type, ty)?;
        }
        for clause in &self.clauses {
            let places = clause.heads.iter().filter_map(|head| places.get(head.relation.value.as_str()));
            if let Some(place) = places.max() {
                let declared = self.declarations.len() - layout.declarations.len();
                layout.declare((place + 1).saturating_sub(declared))?;
            }
            layout.item(Part::Clause, clause)?;
        }
        layout.declare(layout.declarations.len())?;
        layout.directives.iter().try_for_each(|directive| layout.item(Part::End, directive))
    }
}

/// The parts of a file; a blank line stands between some of them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Top,
    Type,
    Declaration,
    Clause,
    End,
}

/// What is still to be printed of the items that are sorted in among the clauses.
struct Layout<'a, 'f, 'b> {
    f: &'f mut Formatter<'b>,
    declarations: &'a [Declaration],
    directives: &'a [Directive],
    last: Option<Part>,
}

impl Layout<'_, '_, '_> {
    fn item(&mut self, part: Part, item: impl Display) -> fmt::Result {
        let paragraph = match self.last {
            None => false,
            Some(Part::Declaration) => part == Part::End,
            Some(Part::Clause) => matches!(part, Part::Declaration | Part::End),
            Some(last @ (Part::Top | Part::Type | Part::End)) => part != last,
        };
        self.last = Some(part);
        if paragraph {
            writeln!(self.f)?;
        }
        writeln!(self.f, "{item}")
    }

    /// Prints the next declarations.
    fn declare(&mut self, count: usize) -> fmt::Result {
        let (now, later) = self.declarations.split_at(count);
        self.declarations = later;
        for declaration in now {
            self.item(Part::Declaration, declaration)?;
            let own = |d: &&Directive| d.verb.value == "input" && d.relation.value == declaration.name.value;
            let inputs = self.directives.iter().take_while(own).count();
            let (inputs, others) = self.directives.split_at(inputs);
            self.directives = others;
            inputs.iter().try_for_each(|input| self.item(Part::Declaration, input))?;
        }
        Ok(())
    }
}

impl Display for TypeDeclaration {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        docs(f, &self.docs)?;
        match &self.definition {
            TypeDefinition::Subtype(parent) => write!(f, ".type {} <: {}", self.name.value, parent.value),
            TypeDefinition::Union(members) => {
                let members: Vec<&str> = members.iter().map(|member| member.value.as_str()).collect();
                write!(f, ".type {} = {}", self.name.value, members.join(" | "))
            }
        }
    }
}

impl Display for Declaration {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        docs(f, &self.docs)?;
        for annotation in &self.annotations {
            writeln!(f, "{annotation}")?;
        }
        let columns: Vec<String> = self.columns.iter().map(Column::to_string).collect();
        let start = format!(".decl {}(", self.name.value);
        let end = if self.inline { ") inline" } else { ")" };
        let width = start.chars().count() + joined_width(&columns) + end.len();
        let (before, between) = if width > WIDTH { ("\n    ", ",\n    ") } else { ("", ", ") };
        write!(f, "{start}{before}{}{end}", columns.join(between))
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
        parameters(f, &self.arguments, false)?;
        f.write_str("]")
    }
}

impl Display for Directive {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, ".{} {}", self.verb.value, self.relation.value)?;
        parameters(f, &self.parameters, true)
    }
}

impl Display for Clause {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        docs(f, &self.docs)?;
        let heads: Vec<String> = self.heads.iter().map(Atom::to_string).collect();
        let heads = heads.join(", ");
        f.write_str(&heads)?;
        if !self.body.is_empty() {
            let around = heads.chars().count() + " :- .".len();
            f.write_str(" :-")?;
            filled(f, around, &pieces(&self.body))?;
        }
        f.write_str(".")
    }
}

/// The conditions of a body, each with what separates it from the next one.
fn pieces(body: &[Literal]) -> Vec<String> {
    let alternatives = alternatives(body);
    let mut pieces = Vec::new();
    for (i, conditions) in alternatives.iter().enumerate() {
        for (j, condition) in conditions.iter().enumerate() {
            let last = if i + 1 < alternatives.len() { ";" } else { "" };
            pieces.push(format!("{condition}{}", if j + 1 < conditions.len() { "," } else { last }));
        }
    }
    pieces
}

/// The alternatives of a body that is one group of several of them, else the body.
fn alternatives(body: &[Literal]) -> Vec<&[Literal]> {
    match body {
        [Literal::Group(alternatives)] if alternatives.len() > 1 => alternatives.iter().map(Vec::as_slice).collect(),
        body => vec![body],
    }
}

/// The pieces of a body, on the line of the head if they fit there, else on indented lines that are filled.
fn filled(f: &mut Formatter<'_>, around: usize, pieces: &[String]) -> fmt::Result {
    const INDENT: usize = 4;
    let width: usize = pieces.iter().map(|piece| piece.chars().count() + 1).sum();
    if around + width <= WIDTH + 1 {
        return write!(f, " {}", pieces.join(" "));
    }
    let mut column = WIDTH;
    for (i, piece) in pieces.iter().enumerate() {
        // The last piece has a dot behind it.
        let width = piece.chars().count() + usize::from(i + 1 == pieces.len());
        if column + 1 + width > WIDTH {
            write!(f, "\n{:INDENT$}", "")?;
            column = INDENT;
        } else {
            f.write_str(" ")?;
            column += 1;
        }
        f.write_str(piece)?;
        column += width;
    }
    Ok(())
}

/// How many characters the items take with `, ` between them.
fn joined_width(items: &[String]) -> usize {
    items.iter().map(|item| item.chars().count() + 2).sum::<usize>().saturating_sub(2)
}

impl Display for Literal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Atom(atom) => atom.fmt(f),
            Self::Not(atom) => write!(f, "!{atom}"),
            Self::Constraint { left, operator, right } if operator.is_pattern() => {
                write!(f, "{operator}({}, {})", left.value, right.value)
            }
            Self::Constraint { left, operator, right } => write!(f, "{} {operator} {}", left.value, right.value),
            Self::Truth(truth) => truth.fmt(f),
            Self::Group(alternatives) => {
                f.write_str("(")?;
                for (i, conditions) in alternatives.iter().enumerate() {
                    f.write_str(if i > 0 { "; " } else { "" })?;
                    list(f, conditions)?;
                }
                f.write_str(")")
            }
            Self::Negated(literal) => write!(f, "!{literal}"),
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
            Self::Unsigned(number) => write!(f, "{number}u"),
            Self::Float(number) => {
                let digits = number.value().to_string();
                f.write_str(&digits)?;
                f.write_str(if digits.contains('.') { "" } else { ".0" })
            }
            Self::Functor(functor, terms) => match (strength(*functor), terms.as_slice()) {
                (Some(own), [term]) => {
                    let negates = *functor == Functor::Negate;
                    write!(f, "{functor}{}", if negates { "" } else { " " })?;
                    operand(f, &term.value, own + 1, negates)
                }
                (Some(own), [left, right]) => {
                    let from_right = *functor == Functor::Power;
                    operand(f, &left.value, own + u8::from(from_right), from_right)?;
                    write!(f, " {functor} ")?;
                    operand(f, &right.value, own + u8::from(!from_right), false)
                }
                _ => call(f, functor, terms),
            },
            Self::Range(terms) => call(f, "range", terms),
            Self::As(term, ty) => write!(f, "as({}, {})", term.value, ty.value),
            Self::Aggregate { function, target, body } => {
                write!(f, "{function}")?;
                if let Some(target) = target {
                    write!(f, " {}", target.value)?;
                }
                write!(f, " : {{ {} }}", pieces(body).join(" "))
            }
        }
    }
}

fn call(f: &mut Formatter<'_>, name: impl Display, terms: &[Spanned<Term>]) -> fmt::Result {
    write!(f, "{name}(")?;
    list(f, terms.iter().map(|term| &term.value))?;
    f.write_str(")")
}

/// How tightly a functor that is written without parentheses holds its arguments.
fn strength(functor: Functor) -> Option<u8> {
    if matches!(functor, Functor::Negate | Functor::BitNot | Functor::LogicalNot) {
        return Some(binding::PREFIX);
    }
    INFIX.iter().find(|(_, infix, _)| *infix == functor).map(|&(_, _, strength)| strength)
}

/// An argument of an operator, in parentheses where it would be read as part of something else: an operator that holds
/// less tightly than `least`, and a constant with a sign where a sign `would_move`.
fn operand(f: &mut Formatter<'_>, term: &Term, least: u8, would_move: bool) -> fmt::Result {
    let open = match term {
        Term::Functor(functor, _) => strength(*functor).is_some_and(|own| own < least),
        Term::Number(number) => would_move && *number < 0,
        Term::Float(number) => would_move && number.value() < 0.0,
        Term::Variable(_)
        | Term::Wildcard
        | Term::Text(_)
        | Term::Unsigned(_)
        | Term::Range(_)
        | Term::As(..)
        | Term::Aggregate { .. } => false,
    };
    if open { write!(f, "({term})") } else { term.fmt(f) }
}

impl Functor {
    /// Whether it is written between its arguments.
    #[must_use]
    pub fn is_infix(self) -> bool {
        INFIX.iter().any(|(_, infix, _)| *infix == self)
    }
}

impl Display for Functor {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Display for Aggregate {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
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
            Self::Match => "match",
            Self::NotMatch => "!match",
            Self::Contains => "contains",
            Self::NotContains => "!contains",
        })
    }
}

/// A text in quotes, with escapes.
pub(in crate::datalog) struct Quoted<'a>(pub(in crate::datalog) &'a str);

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
                '\x07' => f.write_str("\\a")?,
                '\x08' => f.write_str("\\b")?,
                '\x0b' => f.write_str("\\v")?,
                '\x0c' => f.write_str("\\f")?,
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
        writeln!(f, "///{}{line}", if line.is_empty() { "" } else { " " })?;
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

/// `(key = value, …)`; a number stands without quotes, and so does a word if `words` is set.
fn parameters(f: &mut Formatter<'_>, parameters: &[(Spanned<String>, Spanned<String>)], words: bool) -> fmt::Result {
    if parameters.is_empty() {
        return Ok(());
    }
    f.write_str("(")?;
    for (i, (key, value)) in parameters.iter().enumerate() {
        let separator = if i > 0 { ", " } else { "" };
        write!(f, "{separator}{} = ", key.value)?;
        let value = &value.value;
        let word = words && value.starts_with(lexer::is_word_start) && value.chars().all(lexer::is_word);
        let number = value.parse::<u64>().is_ok_and(|number| number.to_string() == *value);
        if word || number { f.write_str(value)? } else { Quoted(value).fmt(f)? }
    }
    f.write_str(")")
}
