//! Tokens to directives: includes, inputs and outputs, hints that change nothing, and what is refused by name.

use crate::base::{Diagnostic, Family, Level, Span, Spanned, near};

use crate::datalog::syntax::ast::Directive;
use crate::datalog::syntax::cursor::Parser;
use crate::datalog::syntax::foreign;
use crate::datalog::syntax::lexer::{DIRECTIVES, Kind};
use crate::datalog::syntax::names::clip;

impl Parser<'_> {
    pub(super) fn include(&mut self) -> Option<()> {
        let path = self.text("a path in quotes")?;
        self.program.includes.push(path);
        Some(())
    }

    /// `.output a, b(key = value), c`: parameters are those of all names before them.
    pub(super) fn relation_directive(&mut self, verb: &str, start: Span) -> Option<()> {
        let mut relations = Vec::new();
        loop {
            relations.push(self.name("a relation's name")?);
            let more = *self.kind() == Kind::Sign(",");
            let parameters = match self.accept("(") {
                true if self.accept(")") => Vec::new(),
                true => self.parameters()?,
                false if more => {
                    self.advance();
                    continue;
                }
                false => Vec::new(),
            };
            for relation in relations.drain(..) {
                let (verb, parameters) = (Spanned::new(verb.to_owned(), start), parameters.clone());
                self.program.directives.push(Directive { verb, relation, parameters });
            }
            if !self.accept(",") {
                return Some(());
            }
        }
    }

    /// `.pragma "name" "value"`
    pub(super) fn pragma(&mut self, start: Span) -> Option<()> {
        self.text("a text in quotes")?;
        if matches!(self.kind(), Kind::Text(_)) {
            self.advance();
        }
        self.ignored(start.to(self.last_span()), ".pragma", "leave it out, and use the options of the command");
        Some(())
    }

    /// `.plan 0: (2, 1), 1: (1, 2)`
    pub(super) fn plan(&mut self, start: Span) -> Option<()> {
        loop {
            self.whole_number()?;
            self.expect(":")?;
            self.expect("(")?;
            if !self.is(")") {
                self.whole_number()?;
                while self.accept(",") {
                    self.whole_number()?;
                }
            }
            self.expect_one_of(")", "`,` or `)`")?;
            if !self.accept(",") {
                self.ignored(
                    start.to(self.last_span()),
                    ".plan",
                    "leave it out: the order of joins is chosen at run time",
                );
                return Some(());
            }
        }
    }

    pub(super) fn whole_number(&mut self) -> Option<()> {
        if !matches!(self.kind(), Kind::Number(_)) {
            return self.unexpected("a number");
        }
        self.advance();
        Some(())
    }

    /// Notes something that changes nothing; it is not kept.
    pub(super) fn ignored(&mut self, span: Span, what: &str, help: &str) {
        self.diagnostics.push(
            Diagnostic::error(Family::Rule, "ignored-hint", format!("`{what}` is ignored"), span)
                .with_level(Level::Advice)
                .with_label("has no effect")
                .with_help(help),
        );
    }

    pub(super) fn foreign_directive(&mut self, word: &str, start: Span) -> Option<()> {
        let (construct, advice) = foreign::directive(word);
        let span = start.to(self.span_of_line_and_braces());
        self.not_supported(span, construct, advice)
    }

    pub(super) fn unknown_directive(&mut self) {
        let dot = self.advance();
        let Kind::Word(word) = *self.kind() else { return };
        let span = dot.to(self.span());
        let label = near::did_you_mean(clip(word), DIRECTIVES).map(|label| label.replacen('`', "`.", 1));
        let known = DIRECTIVES.map(|directive| format!("`.{directive}`")).join(", ");
        let shown = clip(word);
        self.diagnostics.push(
            Diagnostic::error(Family::Rule, "unknown-directive", format!("unknown directive `.{shown}`"), span)
                .with_label(label.unwrap_or_else(|| "not a directive".to_owned()))
                .with_help(format!("use one of {known}")),
        );
        self.skip_item();
    }
}
