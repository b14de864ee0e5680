//! What is most likely a slip although the program can run: variables that occur once, relations without a reader or
//! without a row.
//!
//! Goes in: a parsed program and what is wrong with it. Comes out: warnings. Knows of the surroundings only what it
//! is told: who else reads relations, and which are given.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Diagnostic, Family, FileId, Level, Span, near};

use super::graph;
use crate::datalog::analysis::alternatives::alternatives;
use crate::datalog::analysis::flat::{Condition, Flat, Kind, MAX_ALTERNATIVES, Term};
use crate::datalog::syntax::ast::{Atom, Clause, Declaration, Directive, Program};
use crate::datalog::syntax::names::clip;
use crate::datalog::syntax::walk;

/// How many names a suggestion is looked for among, so that a clause costs no more than it is long.
const MAX_CANDIDATES: usize = 32;

/// What the surroundings of a program do with it.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// Whether warnings about a file are wanted; a file of a library is an interface and may declare more than is read.
    pub asks_about: &'a dyn Fn(FileId) -> bool,
    /// Whether something besides clauses, `.output` and `.printsize` reads the relation.
    pub reads: &'a dyn Fn(&Declaration) -> bool,
    /// Whether an `.input` brings rows.
    pub gives: &'a dyn Fn(&Directive) -> bool,
}

/// Warnings about a program, by place. `problems` are what was found wrong with it before.
///
/// - `singleton-variable`: a variable that occurs once in its clause, is not named by its sentence and does not begin with
///   `_`. Nothing is said of a clause in which there is another problem: a misspelt variable is one mistake.
/// - `unused-relation`: no clause reads the relation but its own and those of relations it depends on in a circle, no
///   `.output` names it, and the surroundings do not read it. Of such a circle the first relation is reported.
/// - `empty-relation`: the relation is read, but no clause and no `.input` gives it a row.
///
/// Nothing is said of relations while `problems` has an error, because what could not be read may be what they wait for.
#[must_use]
pub fn warnings(program: &Program, problems: &[Diagnostic], around: Surroundings<'_>) -> Vec<Diagnostic> {
    let mut warnings = Vec::new();
    let faulty = problems.iter().filter(|problem| problem.level > Level::Advice);
    let faulty: BTreeSet<Span> = faulty.map(|problem| problem.primary.span).collect();
    for clause in program.clauses.iter().filter(|clause| (around.asks_about)(clause.span.file)) {
        let end = Span::new(clause.span.file, clause.span.end, u32::MAX);
        let mut inside = faulty.range(Span::new(clause.span.file, clause.span.start, 0)..end);
        if inside.next().is_none() {
            singletons(clause, &mut warnings);
        }
    }
    if problems.iter().all(|problem| problem.level < Level::Error) {
        Relations::of(program, around).report(&mut warnings);
    }
    warnings.sort_by(|a, b| a.order().cmp(&b.order()));
    warnings
}

fn warning(code: &'static str, message: String, span: Span) -> Diagnostic {
    Diagnostic::error(Family::Rule, code, message, span).with_level(Level::Warning)
}

/// A variable that occurs once in a rule.
struct Single<'a> {
    name: &'a str,
    /// It is one side of a comparison, or a part of one.
    compared: bool,
    guess: Option<String>,
}

/// Reports the variables of a clause that occur once: in none of the rules that it stands for does another place name them.
fn singletons(clause: &Clause, warnings: &mut Vec<Diagnostic>) {
    let mut singles: BTreeMap<Span, Single<'_>> = BTreeMap::new();
    let mut shared: BTreeSet<Span> = BTreeSet::new();
    for alternative in alternatives(&clause.body, MAX_ALTERNATIVES).iter().flatten() {
        for head in &clause.heads {
            let flat = Flat::new(head, alternative, None);
            for (number, places) in places(&flat).into_iter().enumerate() {
                let name = flat.names[number];
                if let [(span, compared)] = places[..] {
                    singles.entry(span).or_insert_with(|| {
                        let others = flat.names.iter().take(MAX_CANDIDATES);
                        let others = others.filter(|other| **other != name && other.len() > 1);
                        Single { name, compared, guess: near::did_you_mean(clip(name), others.copied()) }
                    });
                } else {
                    shared.extend(places.into_iter().map(|(span, _)| span));
                }
            }
        }
    }
    for (span, Single { name, compared, guess }) in singles {
        if shared.contains(&span) || name.starts_with('_') || is_told(&clause.docs, name) {
            continue;
        }
        let shown = clip(name);
        let help = if compared {
            format!("use `{shown}` in another condition or in the head, or leave the comparison out")
        } else {
            format!("write `_` if any value will do, or `_{shown}` to keep the name")
        };
        warnings.push(
            warning("singleton-variable", format!("`{shown}` occurs only once in this clause"), span)
                .with_label(guess.unwrap_or_else(|| "nothing else uses its value".to_owned()))
                .with_help(help),
        );
    }
}

/// Whether a sentence has a place for the value of a variable, as `{X}` or as `{X.field}`.
fn is_told(sentence: &str, name: &str) -> bool {
    let mut places = sentence.split('{').skip(1);
    places.any(|inside| inside.strip_prefix(name).is_some_and(|rest| rest.starts_with(['}', '.'])))
}

/// Where each variable stands, by number, and whether in a comparison.
fn places(flat: &Flat<'_>) -> Vec<Vec<(Span, bool)>> {
    fn condition(condition: &Condition<'_>, places: &mut [Vec<(Span, bool)>]) {
        let compared = matches!(condition, Condition::Compare { .. });
        condition.terms().for_each(|inner| term(inner, compared, places));
    }
    fn term(term_here: &Term<'_>, compared: bool, places: &mut [Vec<(Span, bool)>]) {
        term_here.each_leaf(&mut |leaf| match &leaf.kind {
            Kind::Variable(number) => places[*number].push((leaf.span, compared)),
            Kind::Aggregate(aggregate) => {
                aggregate.target.iter().for_each(|target| term(target, false, places));
                aggregate.body.iter().for_each(|inner| condition(inner, places));
            }
            Kind::Wildcard
            | Kind::Text(_)
            | Kind::Number(_)
            | Kind::Unsigned(_)
            | Kind::Float(_)
            | Kind::Functor(..)
            | Kind::Range(_)
            | Kind::As(..) => {}
        });
    }
    let mut places = vec![Vec::new(); flat.names.len()];
    flat.head.terms.iter().for_each(|inner| term(inner, false, &mut places));
    flat.body.iter().for_each(|inner| condition(inner, &mut places));
    places
}

/// Who reads and who fills each declared relation.
struct Relations<'a> {
    list: Vec<&'a Declaration>,
    /// Which relations the clauses of each one read, and where first.
    reads: BTreeMap<(usize, usize), Span>,
    /// The relation is asked for from outside the clauses.
    wanted: Vec<bool>,
    /// Some clause or `.input` gives it rows.
    filled: Vec<bool>,
    /// An `.input` that brings nothing.
    idle: Vec<Option<Span>>,
    around: Surroundings<'a>,
}

impl<'a> Relations<'a> {
    fn of(program: &'a Program, around: Surroundings<'a>) -> Self {
        let list: Vec<&Declaration> = program.declarations.iter().collect();
        let by_name: BTreeMap<&str, usize> =
            list.iter().enumerate().map(|(index, declaration)| (declaration.name.value.as_str(), index)).collect();
        let mut wanted: Vec<bool> = list.iter().map(|declaration| (around.reads)(declaration)).collect();
        let (mut filled, mut idle) = (vec![false; list.len()], vec![None; list.len()]);
        for directive in &program.directives {
            let Some(&index) = by_name.get(directive.relation.value.as_str()) else { continue };
            match directive.verb.value.as_str() {
                "input" if (around.gives)(directive) => filled[index] = true,
                "input" => idle[index] = Some(directive.relation.span),
                _ => wanted[index] = true,
            }
        }
        let mut reads = BTreeMap::new();
        for clause in &program.clauses {
            let relation = |atom: &'a Atom| by_name.get(atom.relation.value.as_str()).copied();
            let mut read: Vec<(usize, Span)> = Vec::new();
            walk::read_atoms(clause, &mut |atom| {
                read.extend(relation(atom).map(|index| (index, atom.relation.span)));
            });
            for head in clause.heads.iter().filter_map(relation) {
                filled[head] = true;
                for &(read, span) in &read {
                    reads.entry((head, read)).or_insert(span);
                }
            }
        }
        Self { list, reads, wanted, filled, idle, around }
    }

    fn report(&self, warnings: &mut Vec<Diagnostic>) {
        let mut successors = vec![Vec::new(); self.list.len()];
        let mut first_read: Vec<Option<Span>> = vec![None; self.list.len()];
        for (&(head, read), &span) in &self.reads {
            successors[head].push(read);
            first_read[read].get_or_insert(span);
        }
        let components = graph::components(&successors);
        // By component: whether somebody outside it reads it, or it is not ours to judge.
        let mut needed = vec![false; self.list.len()];
        for (index, declaration) in self.list.iter().enumerate() {
            needed[components[index]] |= self.wanted[index] || !(self.around.asks_about)(declaration.span.file);
        }
        for &(head, read) in self.reads.keys() {
            needed[components[read]] |= components[head] != components[read];
        }
        for (index, declaration) in self.list.iter().enumerate() {
            let name = clip(&declaration.name.value);
            if !std::mem::replace(&mut needed[components[index]], true) {
                let label =
                    if first_read[index].is_some() { "only its own clauses read it" } else { "nothing reads it" };
                warnings.push(
                    warning("unused-relation", format!("relation `{name}` is not used"), declaration.name.span)
                        .with_label(label)
                        .with_help(format!("read it in a clause, add `.output {name}`, or remove it")),
                );
            } else if !self.filled[index] && (self.around.asks_about)(declaration.span.file) {
                let problem =
                    warning("empty-relation", format!("relation `{name}` is always empty"), declaration.name.span)
                        .with_label("no clause gives it a row")
                        .with_help(format!("write a clause or a fact for `{name}`, or remove what reads it"));
                let read = first_read[index].map(|span| (span, "read here"));
                let idle = self.idle[index].map(|span| (span, "nothing is read for it here"));
                let places = read.into_iter().chain(idle);
                warnings.push(places.fold(problem, |problem, (span, label)| problem.with_place(span, label)));
            }
        }
    }
}
