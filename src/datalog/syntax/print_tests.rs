//! Reading what was printed gives the same program: the project's rule files, random programs, damaged files.

use std::collections::BTreeSet;

use crate::base::fs::{Disk, FileSystem as _};
use crate::base::{SourceMap, Span, Spanned};

use crate::datalog::oracle::Dice;
use crate::datalog::parse;
use crate::datalog::syntax::ast::{
    Aggregate, Annotation, Atom, Clause, Column, Declaration, Directive, FloatBits, Functor, Literal, Operator,
    Program, Term, TypeDeclaration, TypeDefinition,
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
.type Any = Name | symbol

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
member(X, Y), edge(Y, X) :- (edge(X, Y); edge(Y, X), !(X = "a"; match("b.*", X))), contains("c", cat(X, Y)), true.
member(X, X) :-
    edge(X, _), X != "a"; edge(_, X), X < "b"; edge(X, X), 2.5 = mean to_float(strlen(Y)) : { edge(X, Y) };
    edge("the first alternative does not fit on one line with all of the others", X), -strlen(X) ^ 2 < bnot 7u * 2u.

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
    for part in ["once: true", "inline: true", "Wildcard", "Text(", "Number(-9223372036854775808)", "Not(", "Negated("]
    {
        assert!(all.contains(part), "no {part}");
    }
    for part in
        ["NotEqual", "LessOrEqual", "GreaterOrEqual", "Less,", "Greater,", "Match", "Contains", "Truth(", "Group("]
    {
        assert!(all.contains(part), "no {part}");
    }
    for part in ["Unsigned(", "Float(", "Range(", "As(", "Union(", "Subtype(", "Count", "Sum", "Mean"] {
        assert!(all.contains(part), "no {part}");
    }
    for part in FUNCTORS {
        assert!(all.contains(&format!("Functor({part:?}, ")), "no {part:?}");
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
        let (name, part) = (self.pick(&["Name", "Day"]), self.pick(&["symbol", "number", "Name", "T"]));
        let definition = if self.dice.one_in(2) {
            TypeDefinition::Subtype(part)
        } else {
            let others = self.several(2, |w| w.pick(&["unsigned", "float", "T"]));
            TypeDefinition::Union([vec![part], others].concat())
        };
        TypeDeclaration { name, definition, docs: self.docs(), span: self.span }
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
        let mut heads = vec![self.atom(2)];
        if !body.is_empty() {
            heads.extend(self.several(2, |w| w.atom(1)));
        }
        Clause { heads, body, docs: self.docs(), span: self.span }
    }

    fn body(&mut self, most: usize, depth: usize) -> Vec<Literal> {
        if depth > 0 && self.dice.one_in(6) {
            let alternatives = 2 + self.dice.roll(2);
            return vec![Literal::Group((0..alternatives).map(|_| self.body(1, depth - 1)).collect())];
        }
        let mut body = vec![self.literal(depth)];
        body.extend(self.several(most, |w| w.literal(depth)));
        body
    }

    /// Conditions as a body holds them: several alternatives are one group.
    fn literal(&mut self, depth: usize) -> Literal {
        match self.dice.roll(if depth == 0 { 6 } else { 9 }) {
            0 => Literal::Not(self.atom(depth)),
            1 => {
                let operator = *self.dice.pick(&Operator::ALL);
                Literal::Constraint { left: self.term(depth), operator, right: self.term(depth) }
            }
            2 => {
                let operator = *self.dice.pick(&[Operator::Match, Operator::Contains]);
                Literal::Constraint { left: self.term(depth), operator, right: self.term(depth) }
            }
            3 => Literal::Truth(self.dice.one_in(2)),
            6 | 7 => {
                let mut alternatives = vec![self.body(1, depth - 1)];
                alternatives.extend(self.several(2, |w| w.body(1, depth - 1)));
                Literal::Group(alternatives)
            }
            8 => {
                let inner = self.literal(depth - 1);
                if let Literal::Atom(atom) = inner { Literal::Not(atom) } else { Literal::Negated(Box::new(inner)) }
            }
            _ => Literal::Atom(self.atom(depth)),
        }
    }

    fn atom(&mut self, depth: usize) -> Atom {
        Atom { relation: self.relation(), terms: self.several(4, |w| w.term(depth)), span: self.span }
    }

    fn term(&mut self, depth: usize) -> Spanned<Term> {
        let term = match self.dice.roll(if depth == 0 { 6 } else { 14 }) {
            0 => Term::Wildcard,
            1 => Term::Text(self.string().value),
            2 => Term::Number(*self.dice.pick(&[0, 7, -1, i64::MAX.into(), i64::MIN.into(), u64::MAX.into()])),
            3 => Term::Variable(self.pick(&["X", "Name", "_unused", "?x", "a", "mini", "plan"]).value),
            4 => Term::Unsigned(*self.dice.pick(&[0, 1, u64::MAX])),
            5 => {
                let float = *self.dice.pick(&[0.0, -0.0, 1.0, 0.1, -2.5, 1e300, 5e-324, f64::MAX]);
                Term::Float(FloatBits::new(float).unwrap())
            }
            6 => self.aggregate(depth - 1),
            7 => {
                let count = 2 + self.dice.roll(2);
                Term::Range((0..count).map(|_| self.term(depth - 1)).collect())
            }
            8 => Term::As(Box::new(self.term(depth - 1)), self.pick(&["number", "T"])),
            _ => self.functor(depth - 1),
        };
        self.at(term)
    }

    fn aggregate(&mut self, depth: usize) -> Term {
        let function = *self.dice.pick(&Aggregate::ALL);
        let target = (function != Aggregate::Count).then(|| Box::new(self.term(depth)));
        Term::Aggregate { function, target, body: self.body(2, depth) }
    }

    fn functor(&mut self, depth: usize) -> Term {
        let functor = *self.dice.pick(&FUNCTORS);
        let infix = usize::from(functor.is_infix());
        let variadic = matches!(functor, Functor::Min | Functor::Max | Functor::Cat);
        let least = 1 + infix + usize::from(variadic && functor != Functor::Cat);
        let count = if functor == Functor::Substring { 3 } else { least + usize::from(variadic) * self.dice.roll(2) };
        let arguments: Vec<Spanned<Term>> = (0..count).map(|_| self.term(depth)).collect();
        // A constant takes a sign itself.
        match (functor, &arguments[0].value) {
            (Functor::Negate, Term::Number(0..) | Term::Float(_)) => Term::Wildcard,
            _ => Term::Functor(functor, arguments),
        }
    }
}

const FUNCTORS: [Functor; 28] = [
    Functor::Add,
    Functor::Subtract,
    Functor::Multiply,
    Functor::Divide,
    Functor::Remainder,
    Functor::Power,
    Functor::Negate,
    Functor::BitAnd,
    Functor::BitOr,
    Functor::BitXor,
    Functor::BitNot,
    Functor::ShiftLeft,
    Functor::ShiftRight,
    Functor::ShiftRightUnsigned,
    Functor::LogicalAnd,
    Functor::LogicalOr,
    Functor::LogicalXor,
    Functor::LogicalNot,
    Functor::Min,
    Functor::Max,
    Functor::Cat,
    Functor::StringLength,
    Functor::Substring,
    Functor::Ordinal,
    Functor::ToNumber,
    Functor::ToString,
    Functor::ToUnsigned,
    Functor::ToFloat,
];
