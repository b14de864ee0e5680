//! Tokens to clauses: heads and bodies. Terms are in [`super::terms`].

use crate::datalog::syntax::ast::{Atom, Clause, Literal, Operator};
use crate::datalog::syntax::cursor::Parser;
use crate::datalog::syntax::foreign;
use crate::datalog::syntax::lexer::Kind;
use crate::datalog::syntax::terms::MAX_DEPTH;

impl Parser<'_> {
    /// `head.` or `head, head :- body.`
    pub(in crate::datalog) fn clause(&mut self, docs: String) -> Option<Clause> {
        self.depth = 0;
        let start = self.span();
        let mut heads = vec![self.atom()?];
        while self.accept(",") {
            heads.push(self.atom()?);
        }
        let mut body = Vec::new();
        if self.is("<=") {
            return self.refuse_here(foreign::SUBSUMPTION);
        }
        if self.accept(":-") {
            body = self.body()?;
        } else if heads.len() > 1 {
            return self.unexpected("`:-`");
        }
        let choices = if body.is_empty() { "`.` or `:-`" } else { "`,`, `;` or `.`" };
        let missing = self.expect_one_of(".", choices).is_none();
        // A clause that only lacks its `.` is kept: what follows it is most likely the next one.
        if missing && !self.at_new_line() {
            return None;
        }
        Some(Clause { heads, body, docs, span: start.to(self.last_span()) })
    }

    /// Conditions; several alternatives become one group.
    pub(in crate::datalog) fn body(&mut self) -> Option<Vec<Literal>> {
        let mut alternatives = self.alternatives()?;
        Some(if alternatives.len() == 1 { alternatives.remove(0) } else { vec![Literal::Group(alternatives)] })
    }

    /// `a, b; c`
    fn alternatives(&mut self) -> Option<Vec<Vec<Literal>>> {
        let mut alternatives = Vec::new();
        loop {
            let mut conditions = vec![self.literal()?];
            while self.accept(",") {
                conditions.push(self.literal()?);
            }
            alternatives.push(conditions);
            if !self.accept(";") {
                return Some(alternatives);
            }
        }
    }

    fn literal(&mut self) -> Option<Literal> {
        if self.depth == MAX_DEPTH {
            return self.too_deep();
        }
        self.depth += 1;
        let read = self.literal_inside();
        self.depth -= 1;
        read
    }

    fn literal_inside(&mut self) -> Option<Literal> {
        if self.accept("!") {
            let inner = self.literal()?;
            return Some(if let Literal::Atom(atom) = inner {
                Literal::Not(atom)
            } else {
                Literal::Negated(Box::new(inner))
            });
        }
        match (self.kind(), self.ahead(1)) {
            (Kind::Word(word @ ("true" | "false")), Kind::Sign("," | "." | ")" | "}" | ";") | Kind::End) => {
                let truth = *word == "true";
                self.advance();
                return Some(Literal::Truth(truth));
            }
            (Kind::Word(word @ ("match" | "contains")), Kind::Sign("(")) => {
                let operator = if *word == "match" { Operator::Match } else { Operator::Contains };
                return self.prefix_constraint(operator);
            }
            (Kind::Word(word), Kind::Sign("(")) if !foreign::is_reserved(word) => {
                return Some(Literal::Atom(self.atom()?));
            }
            (Kind::Word(_), Kind::Sign(".")) if self.is_qualified() => return self.refuse_qualified(),
            (Kind::Sign("("), _) if self.is_group() => {
                self.advance();
                let alternatives = self.alternatives()?;
                self.expect_one_of(")", "`,`, `;` or `)`")?;
                return Some(Literal::Group(alternatives));
            }
            _ => {}
        }
        let left = self.term()?;
        let Some(operator) = self.operator() else { return self.unexpected("a comparison, such as `=`") };
        self.advance();
        let right = self.term()?;
        Some(Literal::Constraint { left, operator, right })
    }

    /// `match(pattern, text)`
    fn prefix_constraint(&mut self, operator: Operator) -> Option<Literal> {
        self.advance();
        self.advance();
        let left = self.term()?;
        self.expect_one_of(",", "`,` and a second argument")?;
        let right = self.term()?;
        self.expect(")")?;
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

    /// Whether the parenthesis here holds conditions and not a term: behind a term an operator follows.
    fn is_group(&self) -> bool {
        let mut open = 0_usize;
        for n in 0.. {
            match self.ahead(n) {
                Kind::Sign("(") => open += 1,
                Kind::Sign(")") if open == 1 => {
                    return matches!(self.ahead(n + 1), Kind::Sign("," | "." | ";" | ")" | "}") | Kind::End);
                }
                Kind::Sign(")") => open -= 1,
                Kind::Sign(":-") | Kind::End | Kind::Directive(_) => return self.holds_condition(n),
                Kind::Sign(_)
                | Kind::Word(_)
                | Kind::Number(_)
                | Kind::Unsigned(_)
                | Kind::Float(_)
                | Kind::Text(_) => {}
            }
        }
        false
    }

    /// Whether an atom follows, or a sign that no term has stands among the next tokens: what begins here lacks its end.
    fn holds_condition(&self, tokens: usize) -> bool {
        let atom = matches!(*self.ahead(1), Kind::Word(word) if !foreign::is_reserved(word));
        atom && *self.ahead(2) == Kind::Sign("(")
            || (0..tokens)
                .any(|n| matches!(self.ahead(n), Kind::Sign(";" | "!" | "=" | "!=" | "<" | "<=" | ">" | ">=")))
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

    pub(in crate::datalog) fn atom(&mut self) -> Option<Atom> {
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
        self.expect_one_of(")", "`,` or `)`")?;
        let span = relation.span.to(self.last_span());
        Some(Atom { relation, terms, span })
    }
}
