//! Tokens to terms: constants, operators with their precedence, functions, aggregates.
//!
//! Operators bind as in Soufflé, the weakest first: `lor`, `lxor`, `land`, `bor`, `bxor`, `band`, shifts, sums, products,
//! prefixes, and `^`, which alone is taken from the right.

use crate::base::{Diagnostic, Family, Span, Spanned};

use crate::datalog::syntax::ast::{Aggregate, FloatBits, Functor, Literal, Term};
use crate::datalog::syntax::cursor::Parser;
use crate::datalog::syntax::foreign;
use crate::datalog::syntax::lexer::Kind;
use crate::datalog::syntax::names::clip;

/// How deep terms, groups of conditions and aggregates may be nested, so that no later phase runs out of stack.
pub(in crate::datalog) const MAX_DEPTH: usize = 64;

/// A term and the height of its tree.
type Measured = (Spanned<Term>, usize);

/// How tightly an operator holds its arguments; the number of the prefixes lies between products and powers.
pub(in crate::datalog) mod binding {
    /// `lor`, the weakest.
    pub(in crate::datalog) const WEAKEST: u8 = 1;
    /// `+` and `-`.
    pub(in crate::datalog) const SUM: u8 = 8;
    /// `-a`, `bnot a`, `lnot a`.
    pub(in crate::datalog) const PREFIX: u8 = 10;
    /// `a ^ b`.
    pub(in crate::datalog) const POWER: u8 = 11;
}

/// The operators that stand between two terms, and how tightly they bind.
pub(in crate::datalog) const INFIX: [(&str, Functor, u8); 15] = [
    ("lor", Functor::LogicalOr, binding::WEAKEST),
    ("lxor", Functor::LogicalXor, 2),
    ("land", Functor::LogicalAnd, 3),
    ("bor", Functor::BitOr, 4),
    ("bxor", Functor::BitXor, 5),
    ("band", Functor::BitAnd, 6),
    ("bshl", Functor::ShiftLeft, 7),
    ("bshr", Functor::ShiftRight, 7),
    ("bshru", Functor::ShiftRightUnsigned, 7),
    ("+", Functor::Add, binding::SUM),
    ("-", Functor::Subtract, binding::SUM),
    ("*", Functor::Multiply, 9),
    ("/", Functor::Divide, 9),
    ("%", Functor::Remainder, 9),
    ("^", Functor::Power, binding::POWER),
];

/// The functions whose names stand for nothing else, with their number of arguments, of which `cat` takes more.
const FUNCTIONS: [(&str, Functor, usize); 8] = [
    ("strlen", Functor::StringLength, 1),
    ("substr", Functor::Substring, 3),
    ("ord", Functor::Ordinal, 1),
    ("to_number", Functor::ToNumber, 1),
    ("to_string", Functor::ToString, 1),
    ("to_unsigned", Functor::ToUnsigned, 1),
    ("to_float", Functor::ToFloat, 1),
    ("cat", Functor::Cat, 1),
];

/// Whether a call of that name is a term.
pub(in crate::datalog) fn is_function(word: &str) -> bool {
    matches!(word, "min" | "max" | "range" | "as")
        || FUNCTIONS.iter().any(|(name, ..)| *name == word)
        || is_prefix(word)
}

/// Whether the word stands before a term.
pub(in crate::datalog) fn is_prefix(word: &str) -> bool {
    matches!(word, "bnot" | "lnot")
}

impl Parser<'_> {
    pub(in crate::datalog) fn term(&mut self) -> Option<Spanned<Term>> {
        self.operation(binding::WEAKEST).map(|(term, _)| term)
    }

    /// Operators that bind at least as tightly as `weakest`.
    fn operation(&mut self, weakest: u8) -> Option<Measured> {
        let mut left = self.operand()?;
        while let Some((functor, strength)) = self.infix().filter(|(_, strength)| *strength >= weakest) {
            self.advance();
            let right = self.nested(|p| p.operation(strength + u8::from(strength != binding::POWER)))?;
            let height = 1 + left.1.max(right.1);
            let span = left.0.span.to(right.0.span);
            left = self.made(Term::Functor(functor, vec![left.0, right.0]), span, height)?;
        }
        Some(left)
    }

    /// The operator that stands here.
    fn infix(&self) -> Option<(Functor, u8)> {
        let here = match *self.kind() {
            Kind::Sign(sign) => sign,
            Kind::Word(word) => word,
            Kind::Directive(_) | Kind::Number(_) | Kind::Unsigned(_) | Kind::Float(_) | Kind::Text(_) | Kind::End => {
                return None;
            }
        };
        INFIX.iter().find(|(name, ..)| *name == here).map(|&(_, functor, strength)| (functor, strength))
    }

    fn made(&mut self, term: Term, span: Span, height: usize) -> Option<Measured> {
        if height > MAX_DEPTH { self.too_deep() } else { Some((Spanned::new(term, span), height)) }
    }

    /// One level deeper.
    fn nested<T>(&mut self, inner: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        if self.depth == MAX_DEPTH {
            return self.too_deep();
        }
        self.depth += 1;
        let read = inner(self);
        self.depth -= 1;
        read
    }

    fn operand(&mut self) -> Option<Measured> {
        self.nested(Self::operand_inside)
    }

    fn operand_inside(&mut self) -> Option<Measured> {
        let leaf = |term, span| Some((Spanned::new(term, span), 0));
        match self.kind() {
            Kind::Word("_") => leaf(Term::Wildcard, self.advance()),
            Kind::Word(word) => {
                let word = *word;
                self.word_term(word)
            }
            Kind::Number(number) => {
                let number = i128::from(*number);
                leaf(Term::Number(number), self.advance())
            }
            Kind::Unsigned(number) => {
                let number = *number;
                leaf(Term::Unsigned(number), self.advance())
            }
            Kind::Float(text) => match text.parse().ok().and_then(FloatBits::new) {
                Some(number) => leaf(Term::Float(number), self.advance()),
                None => self.too_large(self.span()),
            },
            Kind::Text(value) => {
                let value = value.clone();
                leaf(Term::Text(value), self.advance())
            }
            Kind::Sign("-") => self.negative(),
            Kind::Sign("(") => {
                let start = self.advance();
                let (term, height) = self.operation(binding::WEAKEST)?;
                self.expect_one_of(")", "an operator or `)`")?;
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

    /// `-` before a term; a constant takes the sign itself.
    fn negative(&mut self) -> Option<Measured> {
        let start = self.advance();
        let (term, height) = self.operation(binding::POWER)?;
        let span = start.to(term.span);
        let constant = match &term.value {
            Term::Number(number @ 0..) => Some(Term::Number(-number)),
            Term::Float(number) if !number.value().is_sign_negative() => Some(Term::Float(number.negated())),
            Term::Variable(_)
            | Term::Wildcard
            | Term::Text(_)
            | Term::Number(_)
            | Term::Unsigned(_)
            | Term::Float(_)
            | Term::Functor(..)
            | Term::Range(_)
            | Term::As(..)
            | Term::Aggregate { .. } => None,
        };
        match constant {
            Some(Term::Number(number)) if i64::try_from(number).is_err() => self.too_large(span),
            Some(constant) => Some((Spanned::new(constant, span), 0)),
            None => self.made(Term::Functor(Functor::Negate, vec![term]), span, height + 1),
        }
    }

    fn too_large<T>(&mut self, span: Span) -> Option<T> {
        let message = "the number does not fit 64 bits";
        self.diagnostics.push(Diagnostic::error(Family::Rule, "syntax", message, span).with_label("too large"));
        None
    }

    /// A variable, a function, an aggregate, or one of Soufflé's functions.
    fn word_term(&mut self, word: &str) -> Option<Measured> {
        if is_prefix(word) {
            let start = self.advance();
            let (term, height) = self.operation(binding::POWER)?;
            let functor = if word == "bnot" { Functor::BitNot } else { Functor::LogicalNot };
            let span = start.to(term.span);
            return self.made(Term::Functor(functor, vec![term]), span, height + 1);
        }
        if let Some(function) = Aggregate::from_name(word).filter(|_| self.at_aggregate()) {
            return self.aggregate(function);
        }
        if *self.ahead(1) == Kind::Sign("(") {
            return self.call(word);
        }
        if word == "nil" {
            return self.refuse_here(foreign::RECORD);
        }
        if foreign::is_reserved(word) {
            return self.reserved(word);
        }
        Some((Spanned::new(Term::Variable(word.to_owned()), self.advance()), 0))
    }

    /// A name and its arguments in parentheses.
    fn call(&mut self, word: &str) -> Option<Measured> {
        if let Some(refusal) = foreign::function(word) {
            return self.refuse_here(refusal);
        }
        let start = self.span();
        let functor = match word {
            "as" => return self.cast(start),
            "range" => None,
            "min" => Some((Functor::Min, 2..=usize::MAX)),
            "max" => Some((Functor::Max, 2..=usize::MAX)),
            _ => match FUNCTIONS.iter().find(|(name, ..)| *name == word) {
                Some(&(_, Functor::Cat, _)) => Some((Functor::Cat, 1..=usize::MAX)),
                Some(&(_, functor, count)) => Some((functor, count..=count)),
                None => return self.no_function(word),
            },
        };
        let (arguments, height) = self.arguments()?;
        let span = start.to(self.last_span());
        let takes = functor.as_ref().map_or(2..=3, |(_, takes)| takes.clone());
        if !takes.contains(&arguments.len()) {
            let message = format!("`{word}` takes {}, found {}", counted(&takes), arguments.len());
            let problem = Diagnostic::error(Family::Rule, "syntax", message, span).with_label(counted(&takes));
            self.diagnostics.push(problem);
            return None;
        }
        let term = match functor {
            Some((functor, _)) => Term::Functor(functor, arguments),
            None => Term::Range(arguments),
        };
        self.made(term, span, height + 1)
    }

    /// `(a, b, …)` behind a name, and the height of the highest.
    fn arguments(&mut self) -> Option<(Vec<Spanned<Term>>, usize)> {
        self.advance();
        self.advance();
        let (mut arguments, mut height) = (Vec::new(), 0);
        if !self.is(")") {
            loop {
                let (argument, own) = self.operation(binding::WEAKEST)?;
                arguments.push(argument);
                height = height.max(own);
                if !self.accept(",") {
                    break;
                }
            }
        }
        self.expect_one_of(")", "`,` or `)`")?;
        Some((arguments, height))
    }

    /// `as(term, type)`
    fn cast(&mut self, start: Span) -> Option<Measured> {
        self.advance();
        self.advance();
        let (term, height) = self.operation(binding::WEAKEST)?;
        self.expect_one_of(",", "`,` and a type's name")?;
        let ty = self.name("a type's name")?;
        self.expect(")")?;
        let span = start.to(self.last_span());
        self.made(Term::As(Box::new(term), ty), span, height + 1)
    }

    fn reserved<T>(&mut self, word: &str) -> Option<T> {
        let message = format!("`{word}` is a word of the language");
        let problem = Diagnostic::error(Family::Rule, "syntax", message, self.span());
        let problem = problem.with_label("cannot name a variable");
        self.diagnostics.push(match Aggregate::from_name(word) {
            Some(Aggregate::Count) => problem.with_help("write `count : { … }`, or choose another name"),
            Some(_) => problem.with_help(format!("write `{word} X : {{ … }}`, or choose another name")),
            None => problem.with_help("choose another name"),
        });
        None
    }

    fn no_function<T>(&mut self, word: &str) -> Option<T> {
        let span = self.construct_span();
        let problem = |message: String| Diagnostic::error(Family::Rule, "syntax", message, span);
        self.diagnostics.push(match word {
            "match" | "contains" => problem(format!("`{word}` is a condition and has no value"))
                .with_label("stands where a value is needed")
                .with_help("write it as a condition of its own"),
            "count" | "sum" | "mean" => problem(format!("`{word}` is an aggregate and takes no list of arguments"))
                .with_label("`:` is missing")
                .with_help("write `count : { r(_) }`, or `sum X : { r(X) }`"),
            _ => problem(format!("`{}` is no function", clip(word)))
                .with_label("an atom cannot be an argument")
                .with_help("name its value with a variable, in a condition of its own"),
        });
        None
    }

    /// Whether the name of an aggregate that stands here begins one: a `:` follows before anything that ends a term, and the
    /// name has no list of arguments.
    fn at_aggregate(&self) -> bool {
        // Inside the parentheses that stand right behind the name.
        let mut listed = *self.ahead(1) == Kind::Sign("(");
        let mut open = 0_usize;
        for n in 1.. {
            match self.ahead(n) {
                Kind::Sign("(" | "{") => open += 1,
                Kind::Sign(")" | "}") if open > 0 => {
                    open -= 1;
                    listed &= open > 0;
                }
                Kind::Sign(",") if listed && open == 1 => return false,
                Kind::Sign(":") if open == 0 => return true,
                Kind::Sign(":-" | "." | ";") | Kind::End | Kind::Directive(_) => return false,
                Kind::Sign("," | ")" | "}" | "=" | "!=" | "<" | "<=" | ">" | ">=" | "!") if open == 0 => return false,
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

    /// `count : { … }`, `sum X : { … }`, or a single atom behind the colon.
    fn aggregate(&mut self, function: Aggregate) -> Option<Measured> {
        let start = self.advance();
        let mut target = None;
        if function != Aggregate::Count {
            if self.is(":") {
                return self.unexpected("what is added or compared, such as `X`");
            }
            target = Some(Box::new(self.term()?));
        }
        self.expect_one_of(":", "`:`")?;
        let body = if self.accept("{") {
            let body = self.body()?;
            self.expect_one_of("}", "`,` or `}`")?;
            body
        } else {
            vec![Literal::Atom(self.atom()?)]
        };
        let span = start.to(self.last_span());
        self.made(Term::Aggregate { function, target, body }, span, 1)
    }

    /// Refuses the construct that begins here.
    pub(in crate::datalog) fn refuse_here<T>(&mut self, (construct, advice): foreign::Refusal) -> Option<T> {
        let span = self.construct_span();
        self.not_supported(span, construct, advice)
    }

    pub(in crate::datalog) fn too_deep<T>(&mut self) -> Option<T> {
        let message = format!("terms and conditions are nested more than {MAX_DEPTH} deep");
        let diagnostic = Diagnostic::error(Family::Rule, "syntax", message, self.span());
        self.diagnostics.push(diagnostic.with_label("too deep").with_help("give parts of it names with `=`"));
        None
    }
}

/// How many arguments a function takes, in words.
fn counted(takes: &std::ops::RangeInclusive<usize>) -> String {
    match (*takes.start(), *takes.end()) {
        (1, 1) => "one argument".to_owned(),
        (1, usize::MAX) => "at least one argument".to_owned(),
        (2, usize::MAX) => "at least two arguments".to_owned(),
        (2, 3) => "two or three arguments".to_owned(),
        (count, _) => format!("{count} arguments"),
    }
}
