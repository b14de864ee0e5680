//! Reading what was printed gives the same program: the project's rule files, random programs, damaged files.

use std::collections::BTreeSet;

use crate::base::fs::{Disk, FileSystem as _};
use crate::base::{SourceMap, Span, Spanned};

use crate::datalog::oracle::Dice;
use crate::datalog::parse;
use crate::datalog::syntax::ast::{
    Annotation, Atom, Clause, Column, Declaration, Directive, Functor, Literal, Operator, Program, Term,
    TypeDeclaration,
};
use crate::datalog::syntax::parser_tests::bare;

fn read(text: &str) -> (Program, Vec<String>) {
    let mut sources = SourceMap::new();
    let file = sources.add("a.dl", text);
    let parsed = parse(&sources, file);
    let problem = |d: &crate::base::Diagnostic| format!("{}: {} [{}]", d.code, d.message, sources.text(d.primary.span));
    (parsed.value, parsed.diagnostics.iter().map(problem).collect())
}

/// The print reads back as the same program without any problem, and prints the same again.
fn check(program: &Program) {
    let print = program.to_string();
    let (again, problems) = read(&print);
    assert_eq!(problems, [""; 0], "{print}");
    assert_eq!(bare(program), bare(&again), "{print}");
    assert_eq!(print, again.to_string());
    assert!(!print.contains("\n\n\n") && print.lines().all(|line| line.trim_end() == line), "{print}");
}

#[test]
fn a_print_is_laid_out_like_the_built_in_files() {
    let text = r#".once
.include "prelude.dl"

/// A name.
.type Name <: symbol
.type Day <: number

/// Who leads to whom.
.decl edge(a: Name, b: Name)
.input edge(IO = file, delimiter = "\t")
.decl loop(a: Name, b: Name) inline
loop(X, X) :- edge(X, X).

/// Everybody.
///
/// In two paragraphs.
@[lint(group = "tension", tier = 1)]
@[message = "{a} \"and\" {b}"]
.decl member(
    @[key] @[primary = "the first of the two, which stands for the others of its kind"] name_of_member: Name,
    @[sample] other: Name)
member(X, Y) :- edge(X, Y), edge(Y, X), X != Y, !loop(X, X).
/// twice
member(X, Y) :-
    edge(X, Y), edge(Y, X), X != Y, !loop(X, X), edge(X, "y"), 0 < count : { edge(X, _), loop(X, X) }, edge(Y, "y"),
    "a" <= max("b", Y), 1 - (2 - -3) = 1 + 2 - 3, !edge(X, "this ends where a line is as long as it may be, right").
member("a", "\\\n\r\a\b\f\v \"é\"").

.output member
.printsize loop
"#;
    let (program, problems) = read(text);
    assert_eq!(problems, [""; 0]);
    check(&program);
    assert_eq!(program.to_string(), text);
}

/// Every rule file of the project, and what is broken in `tests/inputs/rules` as far as it can be read.
#[test]
fn the_projects_rule_files_print_and_read_back() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut count = 0;
    for folder in ["rules", "tests/inputs"] {
        for path in Disk.walk(&root.join(folder)).unwrap() {
            if path.extension().is_some_and(|extension| extension == "dl") {
                let text = String::from_utf8_lossy(&Disk.read(&path).unwrap()).into_owned();
                let program = Program { broken: BTreeSet::new(), ..read(&text).0 };
                check(&program);
                count += 1;
            }
        }
    }
    assert!(count > 25, "only {count} rule files are found");
}

#[test]
fn random_programs_print_and_read_back() {
    let mut all = Vec::new();
    for seed in 0..400 {
        let mut writer = Writer { dice: Dice(seed), span: Span::new(SourceMap::new().add("a.dl", ""), 0, 0) };
        let program = writer.program();
        check(&program);
        all.push(bare(&program));
    }
    // Each construct of the syntax tree has occurred.
    let all = all.concat();
    for part in ["once: true", "inline: true", "Wildcard", "Text(", "Number(-9223372036854775808)", "Count(", "Not("] {
        assert!(all.contains(part), "no {part}");
    }
    for part in ["Add", "Subtract", "Min", "Max", "NotEqual", "LessOrEqual", "GreaterOrEqual", "Less,", "Greater,"] {
        assert!(all.contains(part), "no {part}");
    }
}

/// Writes random syntax trees that a text can have.
struct Writer {
    dice: Dice,
    span: Span,
}

impl Writer {
    fn at<T>(&self, value: T) -> Spanned<T> {
        Spanned::new(value, self.span)
    }

    fn several<T>(&mut self, most: usize, mut one: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..self.dice.roll(most + 1)).map(|_| one(self)).collect()
    }

    fn program(&mut self) -> Program {
        Program {
            includes: self.several(2, Self::string),
            once: self.dice.one_in(2),
            types: self.several(3, Self::type_declaration),
            declarations: self.several(5, Self::declaration),
            directives: self.several(4, Self::directive),
            clauses: self.several(9, Self::clause),
            ..Program::default()
        }
    }

    fn pick(&mut self, from: &[&str]) -> Spanned<String> {
        let word = (*self.dice.pick(from)).to_owned();
        self.at(word)
    }

    fn relation(&mut self) -> Spanned<String> {
        self.pick(&["edge", "member", "a_1", "?q", "_x", "inlined", "input", "decl", "X", "key", "a_name_that_is_long"])
    }

    fn string(&mut self) -> Spanned<String> {
        let pieces =
            ["a", " ", "\"", "\\", "\n", "\t", "\r", "\x07", "\x08", "\x0b", "\x0c", "'", "é", "//", "/*", "{x}", "."];
        let text: String = (0..self.dice.roll(9)).map(|_| *self.dice.pick(&pieces)).collect();
        self.at(text)
    }

    /// A comment has neither blanks at the end of a line nor a line break that is not `\n`.
    fn docs(&mut self) -> String {
        let lines =
            self.several(3, |w| *w.dice.pick(&["a line", "", "  two blanks first", "/slash", "\"é\" */ {x}", "."]));
        lines.join("\n")
    }

    fn annotations(&mut self) -> Vec<Annotation> {
        self.several(3, |w| {
            let (mut text, mut arguments) = (None, Vec::new());
            match w.dice.roll(3) {
                0 => text = Some(w.string()),
                1 => arguments = w.parameters(),
                _ => {}
            }
            Annotation { label: w.relation(), text, arguments, span: w.span }
        })
    }

    fn parameters(&mut self) -> Vec<(Spanned<String>, Spanned<String>)> {
        self.several(3, |w| {
            let value = w.pick(&["file", "_", "7", "007", "18446744073709551615", "7 a", "-3", "count", "", "\t"]);
            let value = if w.dice.one_in(3) { w.string() } else { value };
            (w.relation(), value)
        })
    }

    fn type_declaration(&mut self) -> TypeDeclaration {
        let (name, parent) = (self.pick(&["Name", "Day"]), self.pick(&["symbol", "number", "Name", "T"]));
        TypeDeclaration { name, parent, docs: self.docs(), span: self.span }
    }

    fn declaration(&mut self) -> Declaration {
        let column =
            |w: &mut Self| Column { name: w.relation(), ty: w.pick(&["Name", "number"]), annotations: w.annotations() };
        Declaration {
            name: self.relation(),
            columns: self.several(4, column),
            inline: self.dice.one_in(3),
            docs: self.docs(),
            annotations: self.annotations(),
            span: self.span,
        }
    }

    fn directive(&mut self) -> Directive {
        let verb = self.pick(&["input", "output", "printsize"]);
        Directive { verb, relation: self.relation(), parameters: self.parameters() }
    }

    fn clause(&mut self) -> Clause {
        let body = if self.dice.one_in(4) { Vec::new() } else { self.body(6, 2) };
        Clause { head: self.atom(2), body, docs: self.docs(), span: self.span }
    }

    fn body(&mut self, most: usize, depth: usize) -> Vec<Literal> {
        let mut body = vec![self.literal(depth)];
        body.extend(self.several(most, |w| w.literal(depth)));
        body
    }

    fn literal(&mut self, depth: usize) -> Literal {
        match self.dice.roll(4) {
            0 => Literal::Not(self.atom(depth)),
            1 => {
                let operator = *self.dice.pick(&Operator::ALL);
                Literal::Constraint { left: self.term(depth), operator, right: self.term(depth) }
            }
            _ => Literal::Atom(self.atom(depth)),
        }
    }

    fn atom(&mut self, depth: usize) -> Atom {
        Atom { relation: self.relation(), terms: self.several(4, |w| w.term(depth)), span: self.span }
    }

    fn term(&mut self, depth: usize) -> Spanned<Term> {
        let functors = [Functor::Add, Functor::Subtract, Functor::Min, Functor::Max];
        let term = match self.dice.roll(if depth == 0 { 4 } else { 7 }) {
            0 => Term::Wildcard,
            1 => Term::Text(self.string().value),
            2 => Term::Number(*self.dice.pick(&[0, 7, -1, i64::MAX, i64::MIN])),
            3 => Term::Variable(self.pick(&["X", "Name", "_unused", "?x", "a", "count", "min"]).value),
            4 => Term::Count(self.body(2, depth - 1)),
            _ => Term::Functor(*self.dice.pick(&functors), vec![self.term(depth - 1), self.term(depth - 1)]),
        };
        self.at(term)
    }
}
