//! Tokens to items: declarations, types, directives, annotations; clauses are in [`super::clauses`].
//!
//! Goes in: one file's text. Comes out: what could be read of it, and what could not. Resolves no names.
//! The parser never fails: after an error it goes on behind the clause's `.`, or at the next item.

use crate::base::{Checked, Diagnostic, Family, FileId, Level, SourceMap, Span, Spanned};

use crate::datalog::syntax::ast::{Annotation, Column, Declaration, Literal, Program, TypeDeclaration, TypeDefinition};
use crate::datalog::syntax::cursor::Parser;
use crate::datalog::syntax::foreign;
use crate::datalog::syntax::lexer::{self, Kind};

/// Parses one file.
///
/// Never fails: a construct that cannot be read is reported and left out, and reading goes on behind the `.` of
/// its clause or at the next declaration. `///` comments and annotations that belong to nothing are warned about;
/// a `///` comment before a column is allowed and not kept.
/// A program with errors is not complete, so checking it gives errors that are none.
#[must_use]
pub fn parse(sources: &SourceMap, file: FileId) -> Checked<Program> {
    let mut parser = Parser::new(sources, file);
    parser.items();
    parser.warn_of_unused_docs();
    let Parser { program, mut diagnostics, .. } = parser;
    diagnostics.sort_by(|a, b| a.order().cmp(&b.order()));
    Checked { value: program, diagnostics }
}

/// Parses conditions that stand alone, as they would in a body; a `.` may end them.
#[must_use]
pub fn parse_body(sources: &SourceMap, file: FileId) -> Checked<Option<Vec<Literal>>> {
    let mut parser = Parser::new(sources, file);
    let mut body = parser.body();
    if body.is_some() {
        parser.accept(".");
        if *parser.kind() != Kind::End {
            body = parser.unexpected("`,`, `;` or the end");
        }
    }
    let mut diagnostics = parser.diagnostics;
    diagnostics.sort_by(|a, b| a.order().cmp(&b.order()));
    Checked { value: body, diagnostics }
}

/// What stands before an item.
#[derive(Default)]
struct Lead {
    /// Numbers of `///` comments.
    docs: Vec<usize>,
    annotations: Vec<Annotation>,
    /// Some annotation could not be read.
    broken: bool,
}

impl<'text> Parser<'text> {
    fn new(sources: &'text SourceMap, file: FileId) -> Self {
        let mut diagnostics = Vec::new();
        let tokens = lexer::tokens(file, &sources.file(file).text, &mut diagnostics);
        let used_docs = vec![false; tokens.docs.len()];
        let faults = diagnostics.iter().map(|diagnostic| diagnostic.primary.span.start).collect();
        let program = Program::default();
        Self { tokens, at: 0, used_docs, depth: 0, item_start: 0, faults, program, diagnostics }
    }

    fn items(&mut self) {
        loop {
            let start = self.at;
            self.item_start = self.span().start;
            let lead = self.lead();
            match *self.kind() {
                Kind::End => {
                    self.warn_of_annotations(&lead);
                    return;
                }
                Kind::Directive(word) => self.directive(word, &lead),
                Kind::Word(_) => {
                    self.warn_of_annotations(&lead);
                    self.clause_item(&lead);
                }
                Kind::Sign(".") if matches!(self.ahead(1), Kind::Word(_)) => self.unknown_directive(),
                Kind::Number(_) | Kind::Unsigned(_) | Kind::Float(_) | Kind::Text(_) | Kind::Sign(_) => {
                    self.syntax_error("a declaration or a clause", self.span(), "neither of them".to_owned());
                    self.skip_clause();
                }
            }
            if self.at == start {
                self.advance();
            }
        }
    }

    fn lead(&mut self) -> Lead {
        let mut lead = Lead::default();
        loop {
            lead.docs.extend(self.tokens.list[self.at].docs.clone());
            if !(self.is("@") && *self.ahead(1) == Kind::Sign("[")) {
                return lead;
            }
            if self.annotations(&mut lead.annotations).is_none() {
                lead.broken = true;
                self.skip_item();
                self.item_start = self.span().start;
            }
        }
    }

    fn docs_of(&mut self, lead: &Lead) -> String {
        let lines: Vec<&str> = lead.docs.iter().map(|&doc| self.tokens.docs[doc].0).collect();
        for &doc in &lead.docs {
            self.used_docs[doc] = true;
        }
        lines.join("\n")
    }

    fn clause_item(&mut self, lead: &Lead) {
        let docs = self.docs_of(lead);
        match self.clause(docs) {
            Some(clause) => self.program.clauses.push(clause),
            None => self.skip_clause(),
        }
    }

    fn directive(&mut self, word: &'text str, lead: &Lead) {
        let start = self.advance();
        let read = match word {
            "decl" => self.declaration(start, lead),
            "type" => self.type_declaration(start, lead),
            _ => {
                self.warn_of_annotations(lead);
                match word {
                    "include" => self.include(),
                    "once" => {
                        self.program.once = true;
                        Some(())
                    }
                    "input" | "output" | "printsize" => self.relation_directive(word, start),
                    "pragma" => self.pragma(start),
                    "plan" => self.plan(start),
                    _ => self.foreign_directive(word, start),
                }
            }
        };
        if read.is_none() {
            self.skip_item();
        }
    }

    fn declaration(&mut self, start: Span, lead: &Lead) -> Option<()> {
        let docs = self.docs_of(lead);
        let name = self.new_name("a relation's name")?;
        self.program.broken.insert(name.value.clone());
        let mut names = vec![name];
        while self.accept(",") {
            let name = self.new_name("a relation's name")?;
            self.program.broken.insert(name.value.clone());
            names.push(name);
        }
        if names.len() == 1 && self.accept("=") {
            let span = self.construct_span();
            return self.not_supported(span, foreign::DELTA.0, foreign::DELTA.1);
        }
        self.expect("(")?;
        let mut columns = Vec::new();
        if !self.is(")") {
            columns.push(self.column()?);
            while self.accept(",") {
                columns.push(self.column()?);
            }
        }
        let end = self.span();
        self.expect_one_of(")", "`,` or `)`")?;
        let inline = self.qualifiers();
        for name in names {
            if !lead.broken {
                self.program.broken.remove(&name.value);
            }
            self.program.declarations.push(Declaration {
                name,
                columns: columns.clone(),
                inline,
                docs: docs.clone(),
                annotations: lead.annotations.clone(),
                span: start.to(end),
            });
        }
        Some(())
    }

    /// The words behind a declaration; whether `inline` is one of them. Hints are noted, others of Soufflé refused.
    fn qualifiers(&mut self) -> bool {
        let mut inline = false;
        while let Kind::Word(word) = *self.kind() {
            if *self.ahead(1) == Kind::Sign("(") {
                break;
            }
            if word == "inline" {
                inline = true;
                self.advance();
            } else if word == "no_inline" {
                // What is not `inline` is never inlined.
                self.advance();
            } else if foreign::HINTS.contains(&word) {
                let span = self.advance();
                self.ignored(span, word, "leave the word out: how rows are stored and found is decided at run time");
            } else if let Some((construct, advice)) = foreign::qualifier(word) {
                let start = self.advance();
                // `choice-domain x, (y, z)` goes on to the end of its line.
                let span = if word == "choice" { start.to(self.span_of_line_and_braces()) } else { start };
                let _: Option<()> = self.not_supported(span, construct, advice);
            } else {
                break;
            }
        }
        inline
    }

    fn column(&mut self) -> Option<Column> {
        self.use_docs_here();
        let mut annotations = Vec::new();
        while self.is("@") {
            self.annotations(&mut annotations)?;
            self.use_docs_here();
        }
        let name = self.name("a column's name")?;
        self.expect(":")?;
        let ty = self.name("a type's name")?;
        Some(Column { name, ty, annotations })
    }

    /// `@[a, b = "text", c(key = value)]`
    fn annotations(&mut self, into: &mut Vec<Annotation>) -> Option<()> {
        let start = self.advance();
        self.expect("[")?;
        let first = into.len();
        loop {
            let label = self.name("the name of an annotation")?;
            let (mut text, mut arguments) = (None, Vec::new());
            if self.accept("=") {
                text = Some(self.text("a text in quotes")?);
            } else if self.accept("(") {
                arguments = self.parameters()?;
            }
            let span = label.span.to(self.last_span());
            into.push(Annotation { label, text, arguments, span });
            if !self.accept(",") {
                break;
            }
        }
        let end = self.span();
        self.expect_one_of("]", "`,` or `]`")?;
        if let [alone] = &mut into[first..] {
            alone.span = start.to(end);
        }
        Some(())
    }

    /// `key = value, …)` behind the opening parenthesis.
    pub(super) fn parameters(&mut self) -> Option<Vec<(Spanned<String>, Spanned<String>)>> {
        let mut parameters = Vec::new();
        loop {
            let key = self.name("a key")?;
            self.expect("=")?;
            parameters.push((key, self.parameter()?));
            if !self.accept(",") {
                self.expect_one_of(")", "`,` or `)`")?;
                return Some(parameters);
            }
        }
    }

    fn parameter(&mut self) -> Option<Spanned<String>> {
        match *self.kind() {
            Kind::Word(word) => Some(Spanned::new(word.to_owned(), self.advance())),
            Kind::Number(number) => Some(Spanned::new(number.to_string(), self.advance())),
            Kind::Text(_) => self.text("a value"),
            Kind::Directive(_) | Kind::Unsigned(_) | Kind::Float(_) | Kind::Sign(_) | Kind::End => {
                self.unexpected("a text in quotes, a number or a word")
            }
        }
    }

    fn type_declaration(&mut self, start: Span, lead: &Lead) -> Option<()> {
        self.warn_of_annotations(lead);
        let docs = self.docs_of(lead);
        let name = self.new_name("a type's name")?;
        self.program.broken.insert(name.value.clone());
        let definition = if self.accept("=") {
            self.union()?
        } else {
            self.expect_one_of("<:", "`<:` or `=`")?;
            TypeDefinition::Subtype(self.name("a type's name")?)
        };
        let span = start.to(self.last_span());
        self.program.broken.remove(&name.value);
        self.program.types.push(TypeDeclaration { name, definition, docs, span });
        Some(())
    }

    /// `A | B` behind `=`.
    fn union(&mut self) -> Option<TypeDefinition> {
        let mut members = Vec::new();
        loop {
            let foreign = match (self.kind(), self.ahead(1)) {
                (Kind::Sign("["), _) => Some(foreign::RECORD),
                (_, Kind::Sign("{")) => Some(foreign::BRANCH),
                _ => None,
            };
            if let Some((construct, advice)) = foreign {
                let span = self.construct_span();
                return self.not_supported(span, construct, advice);
            }
            members.push(self.name("a type's name")?);
            if !self.accept("|") {
                return Some(TypeDefinition::Union(members));
            }
        }
    }

    fn warn_of_annotations(&mut self, lead: &Lead) {
        let (Some(first), Some(last)) = (lead.annotations.first(), lead.annotations.last()) else { return };
        let message = "this annotation belongs to no declaration";
        self.diagnostics.push(
            Diagnostic::error(Family::Rule, "dangling-doc", message, first.span.to(last.span))
                .with_level(Level::Warning)
                .with_label("has no effect here")
                .with_help("put it before a `.decl` or a column, or remove it"),
        );
    }

    /// One warning for each run of comments before one token.
    fn warn_of_unused_docs(&mut self) {
        for token in &self.tokens.list {
            let unused = token.docs.clone().filter(|&doc| !self.used_docs[doc]);
            let Some(span) = unused.map(|doc| self.tokens.docs[doc].1).reduce(Span::to) else { continue };
            self.diagnostics.push(
                Diagnostic::error(Family::Rule, "dangling-doc", "this `///` comment belongs to nothing", span)
                    .with_level(Level::Warning)
                    .with_label("no declaration and no clause follows")
                    .with_help("write `//` for a plain comment"),
            );
        }
    }

    /// A name that is declared here, so it must not be a word of the language.
    fn new_name(&mut self, what: &str) -> Option<Spanned<String>> {
        let name = self.name(what)?;
        if foreign::is_reserved(&name.value) {
            let message = format!("`{}` is a word of the language", name.value);
            let diagnostic = Diagnostic::error(Family::Rule, "syntax", message, name.span);
            self.diagnostics.push(diagnostic.with_label("cannot be declared").with_help("choose another name"));
            self.program.broken.insert(name.value);
            return None;
        }
        Some(name)
    }
}
