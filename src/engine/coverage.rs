//! What the cases of a page reach: which clauses fire, and which conditions keep something out.
//!
//! Goes in: rules, some clauses of them, and cases. Comes out: what no case reaches. For each question a relation without
//! columns is added to the program, so that one run of a case answers all of them: a clause fires where its body holds, and
//! a negated condition blocks where the body holds once the condition is turned into its opposite.

use std::collections::BTreeSet;

use crate::base::{FileId, Pool, Span, Spanned, has_errors};
use crate::datalog::ast::{Atom, Clause, Declaration, Literal, Operator, Term};
use crate::lints::{Case, Lint};

use super::rules::prepare;
use super::{Error, Loaded, Rules, Watch, cases};

/// What is asked of the cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// The clause, or one of its alternatives, has an answer.
    Fires,
    /// The negated condition is all that keeps some answer out.
    Blocks,
}

/// Something that cases should reach.
#[derive(Clone, Debug)]
pub struct Goal {
    /// What is asked.
    pub reach: Reach,
    /// Where the clause or condition stands.
    pub span: Span,
    /// The clause or condition as rule files spell it, on one line.
    pub text: String,
    /// The head of the clause.
    pub head: String,
    /// Some case reaches it.
    pub met: bool,
}

impl Goal {
    fn identity(&self) -> (Span, Reach, &str, &str) {
        (self.span, self.reach, &self.text, &self.head)
    }
}

/// Rules that count what cases reach of some of their clauses.
#[derive(Clone, Debug)]
pub struct Coverage {
    rules: Rules,
    goals: Vec<Goal>,
    /// For each goal the relation that tells of it.
    watch: Watch,
    /// How many conditions no relation can tell of.
    unasked: usize,
}

impl Coverage {
    /// Counts for the clauses in the files of some rules, and for the patterns of a data set's
    /// vocabulary that are among them.
    #[must_use]
    pub fn of(rules: &Rules, own: Option<&Loaded>, lints: &[&Lint]) -> Self {
        let files: BTreeSet<FileId> = lints.iter().map(|lint| lint.declared_at.file).collect();
        let in_files = rules.program.clauses.iter().filter(|clause| files.contains(&clause.span.file));
        let gives = |clause: &&Clause| {
            clause.heads.iter().any(|head| lints.iter().any(|lint| *lint.relation == *head.relation.value))
        };
        let mut goals = Vec::new();
        let patterns = own.into_iter().flat_map(|own| &own.vocabulary.clauses).filter(gives);
        for clause in in_files.chain(patterns).filter(|clause| !clause.body.is_empty()) {
            let bodies = alternatives(&clause.body);
            for body in &bodies {
                let whole = if bodies.len() > 1 { Some(body) } else { None };
                goals.push((fires(clause, whole), body.clone()));
                goals.extend(conditions(clause, body));
                let heads = clause.heads.iter().flat_map(|head| &head.terms);
                goals.extend(heads.flat_map(|term| within(clause, body, &term.value)));
            }
        }
        let all = Self::with(rules, goals.clone());
        if all.is_sound() {
            return all;
        }
        // What stands inside an aggregate may need a value from outside that no atom gives.
        let is_sound = |goal: &(Goal, Vec<Literal>)| Self::with(rules, vec![goal.clone()]).is_sound();
        let (asked, left): (Vec<_>, Vec<_>) = goals.into_iter().partition(is_sound);
        let mut all = Self::with(rules, asked);
        let known: BTreeSet<_> = all.goals.iter().map(Goal::identity).collect();
        let left = left.iter().map(|goal| goal.0.identity()).filter(|id| !known.contains(id));
        let unasked = left.collect::<BTreeSet<_>>().len();
        all.unasked = unasked;
        all
    }

    /// How many conditions need a value that only a part of their clause has which cannot be asked for by itself, so that
    /// they are no goals.
    #[must_use]
    pub fn unasked(&self) -> usize {
        self.unasked
    }

    fn with(rules: &Rules, goals: Vec<(Goal, Vec<Literal>)>) -> Self {
        let mut all = Self { rules: rules.clone(), goals: Vec::new(), watch: Watch::default(), unasked: 0 };
        let program = &mut all.rules.program;
        let Some(place) = program.declarations.first().map(|first| first.span) else { return all };
        for (number, (goal, body)) in goals.into_iter().enumerate() {
            // No name of a program has a space in it.
            let name = format!("goal {number}");
            let relation = Spanned::new(name.clone(), place);
            let atom = Atom { relation: relation.clone(), terms: Vec::new(), span: place };
            program.declarations.push(Declaration {
                name: relation,
                columns: Vec::new(),
                inline: false,
                docs: String::new(),
                annotations: Vec::new(),
                span: place,
            });
            program.clauses.push(Clause { heads: vec![atom], body, docs: String::new(), span: place });
            all.goals.push(goal);
            all.watch.relations.push((name, false));
        }
        all
    }

    fn is_sound(&self) -> bool {
        let mut problems = Vec::new();
        prepare(&self.rules.program, &mut Pool::new(), &mut problems).is_some() && !has_errors(&problems)
    }

    /// Runs a case, as [`cases::check`] does, and notes what it reaches.
    ///
    /// # Errors
    ///
    /// As [`cases::check`].
    pub fn check(&mut self, case: &Case, vocabulary: &[(String, String)]) -> Result<Vec<String>, Error> {
        cases::check_and_watch(case, vocabulary, &self.rules, &mut self.watch)
    }

    /// What the cases should reach, by place. A condition beside several alternatives is one goal, met in any of them.
    #[must_use]
    pub fn goals(&self) -> Vec<Goal> {
        let met = self.watch.relations.iter().map(|watched| watched.1);
        let mut goals: Vec<Goal> = self.goals.iter().zip(met).map(|(goal, met)| Goal { met, ..goal.clone() }).collect();
        goals.sort_by(|a, b| a.identity().cmp(&b.identity()));
        goals.dedup_by(|again, first| {
            let is_same = again.identity() == first.identity();
            first.met |= is_same && again.met;
            is_same
        });
        goals
    }
}

/// That a clause fires, or one alternative of it.
fn fires(clause: &Clause, alternative: Option<&Vec<Literal>>) -> Goal {
    let undocumented = Clause { docs: String::new(), ..clause.clone() };
    let (span, text) = match alternative {
        None => (clause.span, one_line(&undocumented.to_string())),
        Some(body) => (body.first().and_then(place).unwrap_or(clause.span), listed(body)),
    };
    Goal { reach: Reach::Fires, span, text, head: head(clause), met: false }
}

fn head(clause: &Clause) -> String {
    clause.heads.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn listed(body: &[Literal]) -> String {
    one_line(&body.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
}

/// How many characters of a clause or condition are told.
const MOST_TOLD: usize = 120;

fn one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MOST_TOLD) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// The negated conditions of a body, each with the body in which it is turned into its opposite.
fn conditions(clause: &Clause, body: &[Literal]) -> Vec<(Goal, Vec<Literal>)> {
    let mut found = Vec::new();
    for (index, literal) in body.iter().enumerate() {
        let goal = || Goal {
            reach: Reach::Blocks,
            span: place(literal).unwrap_or(clause.span),
            text: one_line(&literal.to_string()),
            head: head(clause),
            met: false,
        };
        let turned = |opposite: Literal| {
            let mut turned = body.to_vec();
            turned[index] = opposite;
            turned
        };
        match literal {
            Literal::Not(atom) => found.push((goal(), turned(Literal::Atom(atom.clone())))),
            Literal::Negated(inner) => found.push((goal(), turned((**inner).clone()))),
            Literal::Constraint { .. } | Literal::Atom(_) | Literal::Truth(_) | Literal::Group(_) => {}
        }
        match literal {
            Literal::Atom(atom) | Literal::Not(atom) => {
                found.extend(atom.terms.iter().flat_map(|term| within(clause, body, &term.value)));
            }
            Literal::Constraint { left, right, .. } => {
                found.extend(within(clause, body, &left.value));
                found.extend(within(clause, body, &right.value));
            }
            Literal::Negated(_) | Literal::Truth(_) | Literal::Group(_) => {}
        }
    }
    found
}

/// The bodies of the aggregates of a term, those inside other terms included.
fn aggregated(term: &Term) -> Vec<&[Literal]> {
    if let Term::Aggregate { body, .. } = term {
        return vec![body];
    }
    term.arguments().iter().flat_map(|argument| aggregated(&argument.value)).collect()
}

/// The negated conditions of the aggregates of a term: each should leave something out for some binding of what stands
/// around them.
fn within(clause: &Clause, around: &[Literal], term: &Term) -> Vec<(Goal, Vec<Literal>)> {
    let found = aggregated(term).into_iter().flat_map(|body| conditions(clause, body));
    found.map(|(goal, turned)| (goal, surroundings(around).into_iter().chain(turned).collect())).collect()
}

/// What gives values to the variables of a body without its aggregates: its atoms, and the equalities from which more
/// variables have a value, or which hold between those that have one.
fn surroundings(body: &[Literal]) -> Vec<Literal> {
    let mut kept: Vec<Literal> = Vec::new();
    let mut bound: BTreeSet<&str> = BTreeSet::new();
    let mut open: Vec<([&Term; 2], &Literal)> = Vec::new();
    for literal in body {
        match literal {
            Literal::Atom(atom) => {
                bound.extend(atom.terms.iter().filter_map(|term| name(&term.value)));
                let mut atom = atom.clone();
                for term in &mut atom.terms {
                    // The variables of an aggregate are its own, and beside its conditions they would be those of all.
                    if names(&term.value).is_none() {
                        term.value = Term::Wildcard;
                    }
                }
                kept.push(Literal::Atom(atom));
            }
            Literal::Constraint { left, operator: Operator::Equal, right } => {
                open.push(([&left.value, &right.value], literal));
            }
            Literal::Constraint { .. }
            | Literal::Not(_)
            | Literal::Negated(_)
            | Literal::Group(_)
            | Literal::Truth(_) => {}
        }
    }
    while let Some(next) = open.iter().position(|(sides, _)| is_bound(*sides, &bound)) {
        let (sides, literal) = open.remove(next);
        bound.extend(sides.into_iter().filter_map(name));
        kept.push(literal.clone());
    }
    kept
}

/// Whether an equality needs no value that is not there: both sides have theirs, or one is a variable that gets it.
fn is_bound(sides: [&Term; 2], bound: &BTreeSet<&str>) -> bool {
    let has_value = |term: &Term| names(term).is_some_and(|names| names.iter().all(|name| bound.contains(name)));
    let can_have = |term: &Term| has_value(term) || name(term).is_some();
    let [left, right] = sides;
    (has_value(left) && can_have(right)) || (can_have(left) && has_value(right))
}

/// The variable that a term is.
fn name(term: &Term) -> Option<&str> {
    if let Term::Variable(name) = term { Some(name) } else { None }
}

/// The variables of a term; `None` if it has an aggregate.
fn names(term: &Term) -> Option<BTreeSet<&str>> {
    if let Term::Aggregate { .. } = term {
        return None;
    }
    let mut found: BTreeSet<&str> = name(term).into_iter().collect();
    for argument in term.arguments() {
        found.extend(names(&argument.value)?);
    }
    Some(found)
}

/// Where a condition stands.
fn place(literal: &Literal) -> Option<Span> {
    match literal {
        Literal::Atom(atom) | Literal::Not(atom) => Some(atom.span),
        Literal::Constraint { left, .. } => Some(left.span),
        Literal::Negated(inner) => place(inner),
        Literal::Group(alternatives) => alternatives.first()?.first().and_then(place),
        Literal::Truth(_) => None,
    }
}

/// How many alternatives of one clause are asked for one by one; of more, each group counts as a condition.
const MOST_ALTERNATIVES: usize = 64;

/// The body as conjunctions, one for each way to choose alternatives.
fn alternatives(body: &[Literal]) -> Vec<Vec<Literal>> {
    let mut all: Vec<Vec<Literal>> = vec![Vec::new()];
    for literal in body {
        let choices: Vec<Vec<Literal>> = match literal {
            Literal::Group(groups) => groups.iter().flat_map(|group| alternatives(group)).collect(),
            Literal::Atom(_)
            | Literal::Not(_)
            | Literal::Constraint { .. }
            | Literal::Truth(_)
            | Literal::Negated(_) => vec![vec![literal.clone()]],
        };
        if all.len() * choices.len() > MOST_ALTERNATIVES {
            return vec![body.to_vec()];
        }
        all = all.iter().flat_map(|before| choices.iter().map(|choice| [&before[..], choice].concat())).collect();
    }
    all
}
