//! The words of a data set: predicates, names, topics, units, scales, and the rules written in the claim language.

use std::collections::BTreeMap;

use crate::base::{DayRange, Span, Spanned, Symbol};

/// Packs and vocabulary documents, merged; an entry of the data set replaces the pack's entry of its name.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary {
    /// Predicates by name.
    pub predicates: BTreeMap<Symbol, Predicate>,
    /// Qualifier keys.
    pub qualifiers: BTreeMap<Symbol, QualifierKey>,
    /// Entities.
    pub entities: BTreeMap<Symbol, Entity>,
    /// Situations.
    pub situations: BTreeMap<Symbol, Situation>,
    /// Issues.
    pub issues: BTreeMap<Symbol, Issue>,
    /// Topics.
    pub topics: BTreeMap<Symbol, Topic>,
    /// Offices.
    pub offices: BTreeMap<Symbol, Office>,
    /// Units.
    pub units: BTreeMap<Symbol, Unit>,
    /// For each super-kind the kinds that count as it, as written.
    pub kinds: BTreeMap<Symbol, Vec<Spanned<Symbol>>>,
    /// Classes such as `allies`, by word.
    pub classes: BTreeMap<Symbol, ClassRule>,
    /// Inference rules, in the order read.
    pub rules: Vec<InferenceRule>,
    /// Patterns of promise-vs-doubt, in the order read.
    pub patterns: Vec<PromisePattern>,
    /// Patterns that are rules of their own, in the order read.
    pub named_patterns: Vec<NamedPattern>,
    /// Alias to name, for entities, situations and issues.
    pub aliases: BTreeMap<Symbol, Spanned<Symbol>>,
    /// Days that stand as objects or values, by their text, with the first place they are used.
    pub dates: BTreeMap<Symbol, Spanned<DayRange>>,
}

impl Vocabulary {
    /// The label of a name, where it has one.
    #[must_use]
    pub fn label(&self, name: Symbol) -> Option<Symbol> {
        let entity = self.entities.get(&name).and_then(|e| e.label);
        let situation = || self.situations.get(&name).and_then(|s| s.label);
        let issue = || self.issues.get(&name).and_then(|i| i.label);
        let topic = || self.topics.get(&name).and_then(|t| t.label);
        let office = || self.offices.get(&name).and_then(|o| o.label);
        entity.or_else(situation).or_else(issue).or_else(topic).or_else(office)
    }
}

/// A predicate and its axioms. `span` is the place of the whole entry, each axiom has its own.
#[derive(Clone, Debug)]
pub struct Predicate {
    /// The key of the entry.
    pub name: Spanned<Symbol>,
    /// From the key to the end of the entry.
    pub span: Span,
    /// q follows.
    pub implies: Vec<Spanned<Symbol>>,
    /// Not both; as written, one way.
    pub contrary: Vec<Spanned<Symbol>>,
    /// Exactly one is true; as written, one way.
    pub opposite: Option<Spanned<Symbol>>,
    /// q(y,x); as written, one way.
    pub inverse: Option<Spanned<Symbol>>,
    /// q comes later.
    pub before: Vec<Spanned<Symbol>>,
    /// The place of `symmetric: true`.
    pub symmetric: Option<Span>,
    /// The place of `asymmetric: true`.
    pub asymmetric: Option<Span>,
    /// The place of `ordering: true`.
    pub ordering: Option<Span>,
    /// The place of `one-value: true`.
    pub one_value: Option<Span>,
    /// The place of `one-holder: true`.
    pub one_holder: Option<Span>,
    /// Separator qualifiers.
    pub per: Vec<Spanned<Symbol>>,
    /// Kinds of the subject.
    pub from: Vec<Spanned<Symbol>>,
    /// Kinds of the object.
    pub to: Vec<Spanned<Symbol>>,
    /// Required qualifiers.
    pub needs: Vec<Spanned<Symbol>>,
    /// friendly or hostile.
    pub tie: Option<Spanned<Symbol>>,
    /// The place of `aspired: true`.
    pub aspired: Option<Span>,
    /// for, against or open.
    pub attitude: Option<Spanned<Symbol>>,
    /// The situation that doing it counts as.
    pub instance_of: Option<Spanned<Symbol>>,
    /// ... given these qualifiers.
    pub when: Vec<(Spanned<Symbol>, Spanned<Symbol>)>,
    /// Who does it to B opposes whom B fights; the predicate of that fight.
    pub proxy: Option<Spanned<Symbol>>,
    /// event, state or habit.
    pub aspect: Option<Spanned<Symbol>>,
    /// Slack in days; 180 where it is not written.
    pub fresh: i64,
    /// Age in days at which it is no premise any more; 730 where it is not written.
    pub stale_after: i64,
    /// The place of `credit: true`.
    pub credit: Option<Span>,
    /// The place of `blame: true`.
    pub blame: Option<Span>,
    /// The place of `vague: true`.
    pub vague: Option<Span>,
    /// Evidence against a forecast of it: predicate, and whether its denial counts.
    pub undermined_by: Vec<(Spanned<Symbol>, bool)>,
    /// `object`, or the qualifier that carries the number.
    pub numeric: Option<Spanned<Symbol>>,
    /// The unit of the number.
    pub unit: Option<Spanned<Symbol>>,
    /// Tolerance in thousandths of a percent, to both sides.
    pub tolerance: Option<i64>,
}

/// A key that may stand in brackets.
#[derive(Clone, Debug)]
pub struct QualifierKey {
    /// The key of the entry.
    pub name: Spanned<Symbol>,
    /// entity, topic, quantity, date, text or flag.
    pub value: Symbol,
    /// within or except.
    pub scope: Option<Spanned<Symbol>>,
    /// The unit of a quantity.
    pub unit: Option<Spanned<Symbol>>,
    /// Tolerance in thousandths of a percent, to both sides.
    pub tolerance: Option<i64>,
}

/// Somebody or something that claims are about.
#[derive(Clone, Debug)]
pub struct Entity {
    /// The key of the entry.
    pub name: Spanned<Symbol>,
    /// From the key to the end of the entry.
    pub span: Span,
    /// Its kind as written.
    pub kind: Spanned<Symbol>,
    /// For people.
    pub label: Option<Symbol>,
    /// Wholes it is directly part of.
    pub part_of: Vec<Spanned<Symbol>>,
    /// Whom it speaks for.
    pub speaks_for: Vec<Spanned<Symbol>>,
    /// Whom it involves.
    pub involves: Vec<Spanned<Symbol>>,
    /// Whose act it is.
    pub by: Vec<Spanned<Symbol>>,
    /// Offices it held.
    pub roles: Vec<Role>,
}

/// An office held from one day to another.
#[derive(Clone, Debug)]
pub struct Role {
    /// The office.
    pub office: Spanned<Symbol>,
    /// The organisation.
    pub of: Spanned<Symbol>,
    /// The days, both included.
    pub days: DayRange,
    /// The place of the entry.
    pub span: Span,
}

/// A state of affairs.
#[derive(Clone, Debug)]
pub struct Situation {
    /// The key of the entry.
    pub name: Spanned<Symbol>,
    /// For people.
    pub label: Option<Symbol>,
    /// Situations that cannot obtain together with it; as written, one way.
    pub opposite: Vec<Spanned<Symbol>>,
    /// One of it and its opposite must obtain.
    pub exhaustive: bool,
    /// Whom it involves.
    pub involves: Vec<Spanned<Symbol>>,
}

/// A question with several answers.
#[derive(Clone, Debug)]
pub struct Issue {
    /// The key of the entry.
    pub name: Spanned<Symbol>,
    /// For people.
    pub label: Option<Symbol>,
    /// The answers.
    pub members: Vec<Spanned<Symbol>>,
    /// The answers on which an ally is expected to take a side.
    pub key: Vec<Spanned<Symbol>>,
}

/// A topic.
#[derive(Clone, Debug)]
pub struct Topic {
    /// The key of the entry.
    pub name: Spanned<Symbol>,
    /// For people.
    pub label: Option<Symbol>,
    /// Directly wider topics.
    pub within: Vec<Spanned<Symbol>>,
}

/// An office.
#[derive(Clone, Debug)]
pub struct Office {
    /// The key of the entry.
    pub name: Spanned<Symbol>,
    /// For people.
    pub label: Option<Symbol>,
    /// One person at a time.
    pub one_holder: bool,
    /// It binds the organisation.
    pub binds: bool,
}

/// A unit: `factor` base units.
#[derive(Clone, Debug)]
pub struct Unit {
    /// The key of the entry.
    pub name: Spanned<Symbol>,
    /// The base unit; itself where none is written.
    pub base: Symbol,
    /// The factor as written, an exact decimal; `1` where none is written.
    pub factor: String,
}

/// An atom of a rule, class or pattern: arguments are variables (one capital letter) or names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternAtom {
    /// The subject.
    pub subject: PatternTerm,
    /// `not` is written.
    pub negated: bool,
    /// The predicate.
    pub predicate: Symbol,
    /// The object; `None` for none.
    pub object: Option<PatternTerm>,
}

/// An argument of a [`PatternAtom`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatternTerm {
    /// A single capital letter.
    Variable(char),
    /// A name.
    Name(Symbol),
}

/// `"X supports assad => X wants assad-stays"`.
#[derive(Clone, Debug)]
pub struct InferenceRule {
    /// As written.
    pub written: String,
    /// The place of the text.
    pub span: Span,
    /// Before the arrow.
    pub premise: PatternAtom,
    /// Behind the arrow.
    pub conclusion: PatternAtom,
    /// `->`: extends `lit`; `=>` extends `hint`.
    pub strict: bool,
}

/// `allies: "X allied-with Y"`: Y belongs to `X.allies`.
#[derive(Clone, Debug)]
pub struct ClassRule {
    /// The word behind the dot.
    pub word: Spanned<Symbol>,
    /// As written.
    pub written: String,
    /// The place of the text.
    pub span: Span,
    /// The atom; its subject is a variable, so is its object.
    pub atom: PatternAtom,
}

/// A pattern with `rule: promise-vs-doubt`.
#[derive(Clone, Debug)]
pub struct PromisePattern {
    /// As written, for people.
    pub written: String,
    /// The place of the entry.
    pub span: Span,
    /// What is promised.
    pub promise: PatternAtom,
    /// What undermines it.
    pub doubt: PatternAtom,
    /// The doubt counts only when this variable utters it.
    pub by: Option<char>,
}

/// A pattern with a `name`: claims that together deserve a look.
#[derive(Clone, Debug)]
pub struct NamedPattern {
    /// The rule that it makes.
    pub name: Spanned<Symbol>,
    /// The place of the entry.
    pub span: Span,
    /// Two to four atoms, each of a claim of its own.
    pub when: Vec<WhenAtom>,
    /// `error`, `warning`, `advice` or `allow`.
    pub level: String,
    /// The message, with `{X}` for variables of the atoms.
    pub say: Spanned<String>,
    /// What to do about it; with the same variables.
    pub help: Option<Spanned<String>>,
}

/// An atom of a [`NamedPattern`].
#[derive(Clone, Debug)]
pub struct WhenAtom {
    /// As written.
    pub written: String,
    /// What the claim says.
    pub atom: PatternAtom,
    /// Qualifiers that it has, each with one value.
    pub qualifiers: Vec<(Symbol, PatternTerm)>,
}
