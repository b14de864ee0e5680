//! The parser's place in its tokens: looking, passing, reporting, and going on after an error.

use crate::base::{Diagnostic, Family, Span, Spanned};

use crate::datalog::syntax::ast::Program;
use crate::datalog::syntax::lexer::{Kind, Token, Tokens};
use crate::datalog::syntax::names::clip;
use crate::datalog::syntax::problems::MAX_FOUND;

/// The state of one file's parse. Methods give `None` when they have reported why there is nothing.
pub(in crate::datalog) struct Parser<'text> {
    pub(in crate::datalog) tokens: Tokens<'text>,
    pub(in crate::datalog) at: usize,
    /// Which `///` comments belong to something.
    pub(in crate::datalog) used_docs: Vec<bool>,
    /// How many brackets and counts are open around the current term.
    pub(in crate::datalog) depth: usize,
    /// Where the current declaration or clause begins.
    pub(in crate::datalog) item_start: u32,
    /// Where the lexer reported something, in order.
    pub(in crate::datalog) faults: Vec<u32>,
    pub(in crate::datalog) program: Program,
    pub(in crate::datalog) diagnostics: Vec<Diagnostic>,
}

impl<'text> Parser<'text> {
    /// The `///` comments before the current token need no warning.
    pub(in crate::datalog) fn use_docs_here(&mut self) {
        for doc in self.tokens.list[self.at].docs.clone() {
            self.used_docs[doc] = true;
        }
    }

    /// Goes on behind the next `.`, or before the next thing that looks like an item.
    pub(in crate::datalog) fn skip_clause(&mut self) {
        while !self.looks_like_item() {
            self.use_docs_here();
            let dot = self.is(".");
            self.advance();
            if dot {
                return;
            }
        }
    }

    /// Goes on before the next thing that looks like an item or begins a line.
    pub(in crate::datalog) fn skip_item(&mut self) {
        while !(self.looks_like_item() || self.token().at_margin && matches!(self.kind(), Kind::Word(_))) {
            self.use_docs_here();
            self.advance();
        }
    }

    /// A word that begins a line begins a clause, unless what stands before it joins it to the line above.
    fn looks_like_item(&self) -> bool {
        let token = self.token();
        let joined = || {
            let before = self.at.checked_sub(1).map(|at| &self.tokens.list[at].kind);
            matches!(before, Some(Kind::Sign(sign)) if !matches!(*sign, ")" | "]" | "}" | "."))
        };
        match token.kind {
            Kind::End | Kind::Directive(_) => true,
            Kind::Sign("@") => token.at_margin,
            Kind::Word(_) => token.at_margin && (!token.docs.is_empty() || !joined()),
            Kind::Number(_) | Kind::Unsigned(_) | Kind::Float(_) | Kind::Text(_) | Kind::Sign(_) => false,
        }
    }

    fn token(&self) -> &Token<'text> {
        &self.tokens.list[self.at]
    }

    /// What the current token is.
    pub(in crate::datalog) fn kind(&self) -> &Kind<'text> {
        &self.token().kind
    }

    /// Where the current token is.
    pub(in crate::datalog) fn span(&self) -> Span {
        self.token().span
    }

    /// The token `n` behind the current one.
    pub(in crate::datalog) fn ahead(&self, n: usize) -> &Kind<'text> {
        &self.tokens.list[(self.at + n).min(self.tokens.list.len() - 1)].kind
    }

    /// Where the token before the current one is.
    pub(in crate::datalog) fn last_span(&self) -> Span {
        self.tokens.list[self.at.saturating_sub(1)].span
    }

    /// Whether nothing stands between the token `n` behind the current one and the next.
    pub(in crate::datalog) fn touches_next(&self, n: usize) -> bool {
        let span = |n: usize| self.tokens.list[(self.at + n).min(self.tokens.list.len() - 1)].span;
        span(n).end == span(n + 1).start
    }

    /// Passes the current token, but never the end.
    pub(in crate::datalog) fn advance(&mut self) -> Span {
        let span = self.span();
        self.at = (self.at + 1).min(self.tokens.list.len() - 1);
        span
    }

    /// Whether the current token is this sign.
    pub(in crate::datalog) fn is(&self, sign: &str) -> bool {
        matches!(*self.kind(), Kind::Sign(here) if here == sign)
    }

    /// Passes the sign if it is there.
    pub(in crate::datalog) fn accept(&mut self, sign: &str) -> bool {
        let found = self.is(sign);
        if found {
            self.advance();
        }
        found
    }

    /// Whether a new clause seems to begin here although the one before has no `.`.
    pub(in crate::datalog) fn at_new_line(&self) -> bool {
        self.token().at_margin || matches!(self.kind(), Kind::Directive(_) | Kind::End)
    }

    pub(in crate::datalog) fn expect(&mut self, sign: &str) -> Option<()> {
        self.expect_one_of(sign, &format!("`{sign}`"))
    }

    /// Passes the sign, or reports that `choices` were expected.
    pub(in crate::datalog) fn expect_one_of(&mut self, sign: &str, choices: &str) -> Option<()> {
        if self.accept(sign) { Some(()) } else { self.unexpected(choices) }
    }

    pub(in crate::datalog) fn name(&mut self, what: &str) -> Option<Spanned<String>> {
        if let Kind::Word(word) = *self.kind()
            && word != "_"
        {
            return Some(Spanned::new(word.to_owned(), self.advance()));
        }
        self.unexpected(what)
    }

    /// A text; its span lies inside the quotes.
    pub(in crate::datalog) fn text(&mut self, what: &str) -> Option<Spanned<String>> {
        let Kind::Text(value) = self.kind() else { return self.unexpected(what) };
        let value = value.clone();
        let Span { file, start, end } = self.advance();
        Some(Spanned::new(value, Span::new(file, start + 1, end.saturating_sub(1).max(start + 1))))
    }

    /// Reports that something else stands here, or that the line before lacks something.
    pub(in crate::datalog) fn unexpected<T>(&mut self, expected: &str) -> Option<T> {
        if self.at_new_line() && self.at > 0 {
            self.syntax_error(expected, self.last_span(), format!("{expected} should follow"));
        } else {
            self.syntax_error(expected, self.span(), format!("expected {expected}"));
        }
        None
    }

    /// Reports what stands here in place of something else, unless the lexer has left out something before it: that
    /// is most likely why.
    pub(in crate::datalog) fn syntax_error(&mut self, expected: &str, span: Span, label: String) {
        let next = self.faults.partition_point(|&fault| fault < self.item_start);
        let explained = self.faults.get(next).is_some_and(|&fault| fault <= self.span().end);
        if explained || self.diagnostics.len() >= MAX_FOUND {
            return;
        }
        let message = format!("expected {expected}, found {}", describe(self.kind()));
        let mut diagnostic = Diagnostic::error(Family::Rule, "syntax", message, span).with_label(label);
        diagnostic.help = self.hint().map(str::to_owned);
        self.diagnostics.push(diagnostic);
    }

    /// What to write for words and signs of other languages, and of ordinary English.
    fn hint(&self) -> Option<&'static str> {
        let before = self.at.checked_sub(1).map(|at| &self.tokens.list[at].kind);
        Some(match (before, self.kind(), self.ahead(1)) {
            (Some(Kind::Word("not" | "NOT")), _, _) => "write `!` for \"not\"",
            (_, Kind::Word("and" | "AND") | Kind::Sign("&"), _) => "write `,` for \"and\"",
            (_, Kind::Word("or" | "OR") | Kind::Sign("|"), _) => "write `;` for \"or\"",
            (Some(Kind::Sign("=")), Kind::Sign("="), _) => "write `=` once to compare",
            (_, Kind::Sign("<"), Kind::Sign("-")) | (_, Kind::Sign(":"), Kind::Sign("=")) => {
                "write `:-` between the head and its conditions"
            }
            (Some(Kind::Sign("!")), Kind::Sign("="), _) | (Some(Kind::Sign("<")), Kind::Sign(">"), _) => {
                "write `!=` for \"not equal\""
            }
            _ => return None,
        })
    }

    /// Reports a construct of Soufflé that is not part of the language.
    pub(in crate::datalog) fn not_supported<T>(&mut self, span: Span, construct: &str, advice: &str) -> Option<T> {
        if self.diagnostics.len() >= MAX_FOUND {
            return None;
        }
        let one = construct.starts_with("a ") || construct.starts_with("this ") || construct == "subsumption";
        let quoted = construct.starts_with('`') && !construct.contains("` and `");
        let verb = if one || quoted { "is" } else { "are" };
        let message = format!("{construct} {verb} not supported");
        self.diagnostics.push(Diagnostic::error(Family::Rule, "not-supported", message, span).with_label(advice));
        None
    }

    /// From here to the bracket that closes what opens here, or to the end of the line.
    pub(in crate::datalog) fn construct_span(&self) -> Span {
        let opens = |kind: &Kind<'_>| matches!(kind, Kind::Sign("(" | "[" | "{"));
        let closes = |kind: &Kind<'_>| matches!(kind, Kind::Sign(")" | "]" | "}"));
        let (mut span, mut open) = (self.span(), 0_usize);
        for (i, token) in self.tokens.list[self.at..].iter().enumerate() {
            if i > 0 && (token.at_margin || matches!(token.kind, Kind::End | Kind::Directive(_))) {
                break;
            }
            if closes(&token.kind) && open == 0 {
                break;
            }
            if open == 0 && i > 0 && matches!(token.kind, Kind::Sign("," | "." | ";" | ":-")) {
                break;
            }
            span = span.to(token.span);
            open = if opens(&token.kind) { open + 1 } else { open - usize::from(closes(&token.kind)) };
        }
        span
    }

    /// Passes the rest of a line, and the braces that open on it; gives the last place.
    pub(in crate::datalog) fn span_of_line_and_braces(&mut self) -> Span {
        let (mut last, mut open) = (self.last_span(), 0_usize);
        while *self.kind() != Kind::End && (open > 0 || !self.at_new_line()) {
            open = if self.is("{") { open + 1 } else { open.saturating_sub(usize::from(self.is("}"))) };
            self.use_docs_here();
            last = self.advance();
        }
        last
    }
}

/// What a token is, for a message.
fn describe(kind: &Kind<'_>) -> String {
    match kind {
        Kind::Word(word) => format!("`{}`", clip(word)),
        Kind::Directive(word) => format!("`.{word}`"),
        Kind::Number(number) => format!("`{number}`"),
        Kind::Unsigned(number) => format!("`{number}u`"),
        Kind::Float(_) => "a float".to_owned(),
        Kind::Text(_) => "a text".to_owned(),
        Kind::Sign(sign) => format!("`{sign}`"),
        Kind::End => "the end".to_owned(),
    }
}
