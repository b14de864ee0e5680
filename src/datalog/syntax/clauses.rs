//! Tokens to clauses: heads, bodies, terms. The second half of [`super::parser`].

use crate::base::{Diagnostic, Family, Spanned};

use crate::datalog::syntax::ast::{Atom, Clause, Functor, Literal, Operator, Term};
use crate::datalog::syntax::cursor::Parser;
use crate::datalog::syntax::foreign;
use crate::datalog::syntax::lexer::Kind;
use crate::datalog::syntax::names::clip;

/// How deep terms and counts may be nested, so that no later phase runs out of stack.
const MAX_DEPTH: usize = 64;

/// A term and the height of its tree.
type Measured = (Spanned<Term>, usize);

impl Parser<'_> {
    /// `head.` or `head :- body.`
    pub(in crate::datalog) fn clause(&mut self, docs: String) -> Option<Clause> {
        self.depth = 0;
        let head = self.atom()?;
        let mut body = Vec::new();
        match self.kind().sign() {
            Some(",") => return self.refuse_here(foreign::HEADS),
            Some("<=") => return self.refuse_here(foreign::SUBSUMPTION),
            Some(":-") => {
                self.advance();
                body = self.body()?;
            }
            Some(_) | None => {}
        }
        let choices = if body.is_empty() { "`.` or `:-`" } else { "`,` or `.`" };
        let missing = self.expect_one_of(".", choices).is_none();
        // A clause that only lacks its `.` is kept: what follows it is most likely the next one.
        if missing && !self.at_new_line() {
            return None;
        }
        let span = head.span.to(self.last_span());
        Some(Clause { head, body, docs, span })
    }

    fn body(&mut self) -> Option<Vec<Literal>> {
        let mut body = vec![self.literal()?];
        while self.accept(",") {
            body.push(self.literal()?);
        }
        if self.is(";") {
            return self.refuse_here(foreign::DISJUNCTION);
        }
        Some(body)
    }

    fn literal(&mut self) -> Option<Literal> {
        if self.accept("!") {
            let atom_follows = matches!(*self.kind(), Kind::Word(word) if foreign::function(word).is_none())
                && *self.ahead(1) == Kind::Sign("(");
            if !atom_follows && !matches!(self.kind(), Kind::Sign(")" | "," | "." | "}") | Kind::End) {
                return self.refuse_here(foreign::NEGATED_CONSTRAINT);
            }
            return Some(Literal::Not(self.atom()?));
        }
        match (self.kind(), self.ahead(1)) {
            (Kind::Word("true" | "false"), Kind::Sign("," | "." | ")" | "}" | ";")) => {
                return self.refuse_here(foreign::TRUTH);
            }
            (Kind::Word(word), Kind::Sign("(")) if !matches!(*word, "min" | "max") => match foreign::function(word) {
                Some(refusal) => return self.refuse_here(refusal),
                None => return Some(Literal::Atom(self.atom()?)),
            },
            (Kind::Word(_), Kind::Sign(".")) if self.is_qualified() => return self.refuse_qualified(),
            (Kind::Sign("("), _) if self.is_group() => return self.refuse_here(foreign::GROUP),
            _ => {}
        }
        let left = self.term()?;
        let Some(operator) = self.operator() else {
            if self.is(";") {
                return self.refuse_here(foreign::DISJUNCTION);
            }
            return self.unexpected("a comparison, such as `=`");
        };
        self.advance();
        let right = self.term()?;
        Some(Literal::Constraint { left, operator, right })
    }

    fn operator(&self) -> Option<Operator> {
        let Kind::Sign(sign) = *self.kind() else { return None };
        Some(match sign {
            "=" => Operator::Equal,
            "!=" => Operator::NotEqual,
            "<" => Operator::Less,
            "<=" => Operator::LessOrEqual,
            ">" => Operator::Greater,
            ">=" => Operator::GreaterOrEqual,
            _ => return None,
        })
    }

    /// Whether the parenthesis here holds conditions and not a term.
    fn is_group(&self) -> bool {
        let mut open = 0_usize;
        for n in 0.. {
            match self.ahead(n) {
                Kind::Sign("(") => open += 1,
                Kind::Sign(")") if open == 1 => {
                    return matches!(self.ahead(n + 1), Kind::Sign("," | "." | ";" | ")" | "}"));
                }
                Kind::Sign(")") => open -= 1,
                Kind::Sign(":-" | ".") | Kind::End | Kind::Directive(_) => return false,
                Kind::Sign(_) | Kind::Word(_) | Kind::Number(_) | Kind::Exotic | Kind::Text(_) => {}
            }
        }
        false
    }

    /// Whether a name such as `component.relation` stands here before its arguments.
    fn is_qualified(&self) -> bool {
        let dotted = *self.ahead(1) == Kind::Sign(".") && matches!(self.ahead(2), Kind::Word(_));
        dotted && *self.ahead(3) == Kind::Sign("(") && self.touches_next(0) && self.touches_next(1)
    }

    /// Refuses the name with a dot that stands here, and passes it, so that its dot ends no clause.
    fn refuse_qualified<T>(&mut self) -> Option<T> {
        let start = self.advance();
        let span = start.to(self.construct_span());
        self.advance();
        self.advance();
        let (construct, advice) = foreign::QUALIFIED;
        self.not_supported(span, construct, advice)
    }

    fn atom(&mut self) -> Option<Atom> {
        if self.is_qualified() {
            return self.refuse_qualified();
        }
        let relation = self.name("a relation's name")?;
        self.expect("(")?;
        let mut terms = Vec::new();
        if !self.is(")") {
            terms.push(self.term()?);
            while self.accept(",") {
                terms.push(self.term()?);
            }
        }
        self.close(")")?;
        let span = relation.span.to(self.last_span());
        Some(Atom { relation, terms, span })
    }

    /// Passes the closing bracket, or reports what is here instead.
    fn close(&mut self, sign: &str) -> Option<()> {
        if self.at_foreign_operator() {
            return self.refuse_here(foreign::ARITHMETIC);
        }
        self.expect_one_of(sign, &format!("`,` or `{sign}`"))
    }

    fn term(&mut self) -> Option<Spanned<Term>> {
        self.sum().map(|(term, _)| term)
    }

    /// `a + b - c`, from the left.
    fn sum(&mut self) -> Option<Measured> {
        let mut left = self.operand()?;
        loop {
            let functor = match self.kind().sign() {
                Some("+") => Functor::Add,
                Some("-") => Functor::Subtract,
                Some(_) | None if self.at_foreign_operator() => return self.refuse_here(foreign::ARITHMETIC),
                Some(_) | None => return Some(left),
            };
            self.advance();
            let right = self.operand()?;
            left = self.functor(functor, left, right)?;
        }
    }

    /// Whether an operator of Soufflé stands here that this language lacks.
    fn at_foreign_operator(&self) -> bool {
        match *self.kind() {
            Kind::Sign(sign) => matches!(sign, "*" | "/" | "%" | "^"),
            Kind::Word(word) => foreign::function(word).is_some_and(|refusal| refusal == foreign::ARITHMETIC),
            Kind::Directive(_) | Kind::Number(_) | Kind::Exotic | Kind::Text(_) | Kind::End => false,
        }
    }

    fn functor(&mut self, functor: Functor, left: Measured, right: Measured) -> Option<Measured> {
        let height = 1 + left.1.max(right.1);
        if height > MAX_DEPTH {
            return self.too_deep();
        }
        let span = left.0.span.to(right.0.span);
        Some((Spanned::new(Term::Functor(functor, vec![left.0, right.0]), span), height))
    }

    fn operand(&mut self) -> Option<Measured> {
        if self.depth == MAX_DEPTH {
            return self.too_deep();
        }
        self.depth += 1;
        let read = self.operand_inside();
        self.depth -= 1;
        read
    }

    fn operand_inside(&mut self) -> Option<Measured> {
        let leaf = |term, span| Some((Spanned::new(term, span), 0));
        match self.kind() {
            Kind::Word("_") => leaf(Term::Wildcard, self.advance()),
            Kind::Word(word) => {
                let word = *word;
                self.word_term(word)
            }
            Kind::Number(_) => self.number(false),
            Kind::Text(value) => {
                let value = value.clone();
                leaf(Term::Text(value), self.advance())
            }
            Kind::Exotic => self.refuse_here(foreign::EXOTIC_NUMBER),
            Kind::Sign("-") if matches!(self.ahead(1), Kind::Number(_)) => self.number(true),
            Kind::Sign("-") if *self.ahead(1) == Kind::Exotic => self.refuse_here(foreign::EXOTIC_NUMBER),
            Kind::Sign("-") => self.refuse_here(foreign::NEGATIVE_TERM),
            Kind::Sign("(") => {
                let start = self.advance();
                let (term, height) = self.sum()?;
                self.expect(")")?;
                Some((Spanned::new(term.value, start.to(self.last_span())), height))
            }
            Kind::Sign("[") => self.refuse_here(foreign::RECORD),
            Kind::Sign("$") if matches!(self.ahead(1), Kind::Word(_)) => self.refuse_here(foreign::BRANCH),
            Kind::Sign("$") => self.refuse_here(foreign::COUNTER),
            Kind::Sign("@") => self.refuse_here(foreign::USER_FUNCTOR),
            Kind::Sign(_) | Kind::Directive(_) | Kind::End => {
                self.unexpected("a variable, a text in quotes or a number")
            }
        }
    }

    fn number(&mut self, negative: bool) -> Option<Measured> {
        let start = self.span();
        if negative {
            self.advance();
        }
        let Kind::Number(digits) = *self.kind() else { return self.unexpected("a number") };
        let span = start.to(self.advance());
        let value = if negative { 0_i64.checked_sub_unsigned(digits) } else { i64::try_from(digits).ok() };
        if let Some(value) = value {
            return Some((Spanned::new(Term::Number(value), span), 0));
        }
        let message = "the number does not fit 64 bits";
        self.diagnostics.push(Diagnostic::error(Family::Rule, "syntax", message, span).with_label("too large"));
        None
    }

    /// A variable, `min(…)`, `max(…)`, `count : …`, or one of Soufflé's functions.
    fn word_term(&mut self, word: &str) -> Option<Measured> {
        let call = *self.ahead(1) == Kind::Sign("(");
        match word {
            "min" | "max" if call => self.extreme(if word == "min" { Functor::Min } else { Functor::Max }),
            "min" | "max" | "sum" | "mean" if matches!(self.ahead(1), Kind::Sign(":") | Kind::Word(_)) => {
                self.refuse_here(foreign::AGGREGATE)
            }
            "count" if *self.ahead(1) == Kind::Sign(":") => self.count(),
            "nil" => self.refuse_here(foreign::RECORD),
            _ if call => {
                if let Some(refusal) = foreign::function(word) {
                    return self.refuse_here(refusal);
                }
                let message = format!("`{}` is no function", clip(word));
                let span = self.construct_span();
                let diagnostic = Diagnostic::error(Family::Rule, "syntax", message, span);
                self.diagnostics.push(
                    diagnostic
                        .with_label("an atom cannot be an argument")
                        .with_help("name its value with a variable, in a condition of its own"),
                );
                None
            }
            _ => Some((Spanned::new(Term::Variable(word.to_owned()), self.advance()), 0)),
        }
    }

    /// `min(a, b, …)`: more than two arguments are taken from the left.
    fn extreme(&mut self, functor: Functor) -> Option<Measured> {
        let start = self.advance();
        self.advance();
        let mut term = self.sum()?;
        if !self.is(",") {
            return self.unexpected("`,` and a second argument");
        }
        while self.accept(",") {
            let next = self.sum()?;
            term = self.functor(functor, term, next)?;
        }
        self.close(")")?;
        term.0.span = start.to(self.last_span());
        Some(term)
    }

    fn count(&mut self) -> Option<Measured> {
        let start = self.advance();
        self.advance();
        let body = if self.accept("{") {
            let body = self.body()?;
            self.expect_one_of("}", "`,` or `}`")?;
            body
        } else {
            vec![Literal::Atom(self.atom()?)]
        };
        let span = start.to(self.last_span());
        Some((Spanned::new(Term::Count(body), span), 1))
    }

    /// Refuses the construct that begins here.
    fn refuse_here<T>(&mut self, (construct, advice): foreign::Refusal) -> Option<T> {
        let span = self.construct_span();
        self.not_supported(span, construct, advice)
    }

    fn too_deep<T>(&mut self) -> Option<T> {
        let message = format!("terms are nested more than {MAX_DEPTH} deep");
        let diagnostic = Diagnostic::error(Family::Rule, "syntax", message, self.span());
        self.diagnostics.push(diagnostic.with_label("too deep").with_help("give parts of it names with `=`"));
        None
    }
}
