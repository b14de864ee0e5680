//! Sentences of the vocabulary as a program: classes, inference rules, what undermines a promise, and named patterns.

use crate::base::{Pool, Span, Spanned, Symbol};
use crate::datalog::ast::{Atom, Clause, Literal, Operator, Program, Term};
use crate::facts::{ClassRule, Dataset, InferenceRule, PatternAtom, PatternTerm, PromisePattern};

use super::patterns;

// Variables of the vocabulary are single letters, so these never meet them.
const CLAIM: &str = "Claim";
const CLASS: &str = "Class";
const BRIDGE: &str = "Bridge";
const PROMISE: &str = "Promise";
const DOUBT: &str = "Doubt";

/// The rules of the vocabulary, to be added to those of rule files: for each class a clause of `in_class`, for each
/// inference rule one of `lit` or `hint`, for each pattern of a promise and its doubt one of `undermines`, and for each named
/// pattern a relation with the annotations of a rule and its clause. Their place is that of the YAML text; the docs of the
/// clauses are the words that a proof prints.
#[must_use]
pub fn program(dataset: &Dataset, pool: &Pool) -> Program {
    let mut program = Program { clauses: clauses(dataset, pool), ..Program::default() };
    for pattern in &dataset.vocabulary.named_patterns {
        let (declaration, directive, clause) = patterns::rule(pattern, dataset, pool);
        program.declarations.push(declaration);
        program.directives.push(directive);
        program.clauses.push(clause);
    }
    program
}

fn clauses(dataset: &Dataset, pool: &Pool) -> Vec<Clause> {
    let vocabulary = &dataset.vocabulary;
    let classes = vocabulary.classes.values().filter_map(|class| class_clause(class, pool));
    let rules = vocabulary.rules.iter().map(|rule| inference_clause(rule, pool));
    let patterns = vocabulary.patterns.iter().filter_map(|pattern| promise_clause(pattern, pool));
    classes.chain(rules).chain(patterns).collect()
}

/// Makes atoms whose parts all have one place.
#[derive(Clone, Copy)]
pub(super) struct Maker<'a> {
    pub(super) pool: &'a Pool,
    pub(super) span: Span,
}

impl Maker<'_> {
    pub(super) fn atom(self, relation: &str, terms: Vec<Term>) -> Atom {
        let terms = terms.into_iter().map(|term| Spanned::new(term, self.span)).collect();
        Atom { relation: Spanned::new(relation.to_owned(), self.span), terms, span: self.span }
    }

    pub(super) fn literal(self, relation: &str, terms: Vec<Term>) -> Literal {
        Literal::Atom(self.atom(relation, terms))
    }

    pub(super) fn clause(self, head: Atom, body: Vec<Literal>, docs: String) -> Clause {
        Clause { heads: vec![head], body, docs, span: self.span }
    }

    pub(super) fn name(self, name: Symbol) -> Term {
        Term::Text(self.pool.text(name).to_owned())
    }

    pub(super) fn term(self, term: &PatternTerm) -> Term {
        match term {
            PatternTerm::Variable(letter) => Term::Variable(letter.to_string()),
            PatternTerm::Name(name) => self.name(*name),
        }
    }

    /// `relation(claim, subject, predicate, object, sign)`; a missing object is `missing`.
    pub(super) fn signed(self, relation: &str, claim: &str, atom: &PatternAtom, missing: Term) -> Atom {
        let object = atom.object.as_ref().map_or(missing, |object| self.term(object));
        let sign = if atom.negated { "-" } else { "+" };
        let terms = vec![variable(claim), self.term(&atom.subject), self.name(atom.predicate), object, text(sign)];
        self.atom(relation, terms)
    }

    /// That a variable stands for an object which is there.
    pub(super) fn present(self, object: &PatternTerm) -> Literal {
        let term = |term| Spanned::new(term, self.span);
        Literal::Constraint { left: term(self.term(object)), operator: Operator::NotEqual, right: term(text("-")) }
    }

    /// A name in the sentence of a clause.
    fn said(self, name: Symbol) -> String {
        escaped(self.pool.text(name))
    }

    /// The atom as a person would write it, in the sentence of a clause.
    fn words(self, atom: &PatternAtom) -> String {
        let term = |term: &PatternTerm| match term {
            PatternTerm::Variable(letter) => letter.to_string(),
            PatternTerm::Name(name) => self.said(*name),
        };
        let mut words = vec![term(&atom.subject)];
        words.extend(atom.negated.then(|| "not".to_owned()));
        words.push(self.said(atom.predicate));
        words.extend(atom.object.as_ref().map(term));
        words.join(" ")
    }
}

/// The text such that a sentence with it says just that: a backslash before each brace, which else would begin a variable.
pub(super) fn escaped(text: &str) -> String {
    text.replace('{', "\\{")
}

pub(super) fn variable(name: &str) -> Term {
    Term::Variable(name.to_owned())
}

pub(super) fn text(word: &str) -> Term {
    Term::Text(word.to_owned())
}

/// `in_class(Class, Y, Bridge) :- role_class(Class, X, word), lit(Bridge, X, p, Y, sign), firm(Bridge).`
///
/// `X` owns the class and `Y` belongs to it, on whichever side they stand; with other letters the subject is the owner.
fn class_clause(class: &ClassRule, pool: &Pool) -> Option<Clause> {
    let make = Maker { pool, span: class.span };
    let (subject, object) = (&class.atom.subject, class.atom.object.as_ref()?);
    let turned = *subject == PatternTerm::Variable('Y') && *object == PatternTerm::Variable('X');
    let (owner, member) = if turned { (object, subject) } else { (subject, object) };
    let head = make.atom("in_class", vec![variable(CLASS), make.term(member), variable(BRIDGE)]);
    let body = vec![
        make.literal("role_class", vec![variable(CLASS), make.term(owner), make.name(class.word.value)]),
        Literal::Atom(make.signed("lit", BRIDGE, &class.atom, Term::Wildcard)),
        make.literal("firm", vec![variable(BRIDGE)]),
    ];
    let member = match member {
        PatternTerm::Variable(letter) => format!("{{{letter}}}"),
        PatternTerm::Name(name) => make.said(*name),
    };
    let (word, words) = (make.said(class.word.value), make.words(&class.atom));
    let docs = format!("by {{{BRIDGE}}}, {member} is one of `{{{CLASS}}}`, as `{word}: {words}` defines them");
    Some(make.clause(head, body, docs))
}

/// `hint(Claim, …) :- hint(Claim, …).`, or the same of `lit` for a strict rule.
fn inference_clause(rule: &InferenceRule, pool: &Pool) -> Clause {
    let make = Maker { pool, span: rule.span };
    let (relation, arrow) = if rule.strict { ("lit", "->") } else { ("hint", "=>") };
    let head = make.signed(relation, CLAIM, &rule.conclusion, text("-"));
    let mut body = vec![Literal::Atom(make.signed(relation, CLAIM, &rule.premise, Term::Wildcard))];
    // What a claim leaves out is nobody that another claim could be about.
    if let Some(object @ PatternTerm::Variable(_)) = &rule.premise.object
        && *object == rule.conclusion.subject
        && *object != rule.premise.subject
    {
        body.push(make.present(object));
    }
    let (premise, conclusion) = (make.words(&rule.premise), make.words(&rule.conclusion));
    let docs = format!("from {{{CLAIM}}} by the rule `{premise} {arrow} {conclusion}`");
    make.clause(head, body, docs)
}

/// `undermines(Promise, Doubt, X, Y) :- mode(Promise, "commitment"), denies(Promise, X, p, _), about(Promise, Y, _),
/// lit(Doubt, …), official(Doubt, Z).`
///
/// A promise without an object is about nobody who could doubt it, and gives no clause.
fn promise_clause(pattern: &PromisePattern, pool: &Pool) -> Option<Clause> {
    let make = Maker { pool, span: pattern.span };
    let promise = &pattern.promise;
    let (subject, object) = (make.term(&promise.subject), make.term(promise.object.as_ref()?));
    let head = make.atom("undermines", vec![variable(PROMISE), variable(DOUBT), subject.clone(), object.clone()]);
    let stance = if promise.negated { "denies" } else { "asserts" };
    let mut body = vec![
        make.literal("mode", vec![variable(PROMISE), text("commitment")]),
        make.literal(stance, vec![variable(PROMISE), subject, make.name(promise.predicate), Term::Wildcard]),
        make.literal("about", vec![variable(PROMISE), object, Term::Wildcard]),
        Literal::Atom(make.signed("lit", DOUBT, &pattern.doubt, Term::Wildcard)),
    ];
    let listened = match pattern.by {
        Some(letter) => {
            body.push(make.literal("official", vec![variable(DOUBT), Term::Variable(letter.to_string())]));
            format!(", where {{{letter}}} is heard,")
        }
        None => String::new(),
    };
    let (doubt, promise) = (make.words(&pattern.doubt), make.words(promise));
    let docs = format!("`{doubt}` in {{{DOUBT}}}{listened} undermines `{promise}` in {{{PROMISE}}}");
    Some(make.clause(head, body, docs))
}
