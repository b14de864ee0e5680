//! Turns a parsed program into one that can be evaluated: names, arities, types, bound variables, inlining.
//!
//! Goes in: an [`ast::Program`]. Comes out: a [`Program`], or what is wrong. Knows no files and no data.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Checked, Diagnostic, Family, Level, Pool, Span, Spanned};

use crate::datalog::analysis::alternatives::{Alternative, alternatives, marks};
use crate::datalog::analysis::flat::{self, Condition, Flat, MAX_ALTERNATIVES};
use crate::datalog::analysis::lower::Draft;
use crate::datalog::analysis::signature::{Signature, Signatures};
use crate::datalog::analysis::stratify::stratify;
use crate::datalog::analysis::types::Types;
use crate::datalog::program::{Directive, Program};
use crate::datalog::syntax::ast::{self, Atom, Clause, Functor, Term};
use crate::datalog::syntax::names::{Suggestions, clip};
use crate::datalog::syntax::problems::MAX_FOUND;
use crate::datalog::syntax::walk::{self, Part};

use super::{directives, inline, lower, ranges, typing};

/// How many conditions a clause may have, those inside aggregates included.
const MAX_LITERALS: usize = 256;
/// How many terms, atoms and conditions the clauses with alternatives may have together when each alternative is written
/// out as a clause of its own.
const MAX_COPIES: usize = 1_000_000;
/// How many variables a clause may have as written.
const MAX_VARIABLES: usize = 4096;
/// How many columns a relation may have.
const MAX_COLUMNS: usize = 31;

/// Checks a program; the value is there only if there are no errors.
///
/// - Every relation is declared once and used with its number of columns.
/// - A clause with several heads or alternatives is one rule for each head and alternative; `false` is no alternative.
/// - The types of the columns of a variable have values in common; a variable that reaches a head column of a narrower
///   type is bound by a positive atom of that type or below. Constants fit every type of their primitive, whole numbers
///   without `u` every numeric type that can hold them. Both sides of a comparison have one primitive, and so have the
///   arguments and the value of an operator.
/// - Every variable of a head, a negated atom, a comparison or a functor is bound by a positive atom, by `=` to a
///   bound term, or is the result of an aggregate or a range. Such an `=` is kept as a comparison: whoever runs the rule
///   turns it into an assignment.
/// - Inline relations are replaced by their bodies and are no relations of the result; each of their clauses must
///   bind its own variables. They are neither negated nor aggregated.
/// - Wildcards of positive atoms inside an aggregate become variables, so that it goes over rows.
///
/// What would only follow from another mistake is not reported: uses of a relation whose declaration could not be read
/// or that is declared in two ways, and, where an include is missing, names that are like no declared one.
/// With errors, the clauses that have none are looked at for circles of negation all the same.
///
/// Facts of the program's text are rules without a body. Constants are interned into `pool` in the program's order.
pub fn check(program: &ast::Program, pool: &mut Pool) -> Checked<Option<Program>> {
    let mut checker = Checker::new(program);
    let directives = checker.directives(program);
    let mut drafts = Vec::new();
    for clause in &program.clauses {
        if checker.diagnostics.len() >= MAX_FOUND {
            break;
        }
        drafts.extend(checker.clause(clause, pool));
    }
    checker.report_unknown(program);
    let Checker { signatures, mut diagnostics, notes, .. } = checker;
    let expanded = inline::expand(&signatures.list, drafts, &mut diagnostics);
    let assembled = lower::assemble(&signatures, expanded, directives);
    let mut value = None;
    if diagnostics.iter().all(|d| d.level < Level::Error) {
        value = Some(assembled);
    } else {
        // Of the clauses in which nothing is wrong, so that a circle is found in the same run as other mistakes.
        diagnostics.extend(stratify(assembled).err().into_iter().flatten());
    }
    diagnostics.extend(notes);
    diagnostics.sort_by(|a, b| a.order().cmp(&b.order()));
    Checked { value, diagnostics }
}

struct Checker<'a> {
    signatures: Signatures<'a>,
    /// Where names that are not declared are used.
    unknown: BTreeMap<&'a str, Vec<Span>>,
    suggestions: Suggestions,
    /// How large the clauses with alternatives are when each alternative is written out.
    copies: usize,
    diagnostics: Vec<Diagnostic>,
    /// What is no fault.
    notes: Vec<Diagnostic>,
}

impl<'a> Checker<'a> {
    fn new(program: &'a ast::Program) -> Self {
        let mut diagnostics = Vec::new();
        let mut suggestions = Suggestions::new(100);
        let types = Types::new(program, &mut suggestions, &mut diagnostics);
        let ambiguous = BTreeSet::new();
        let mut signatures = Signatures { list: Vec::new(), by_name: BTreeMap::new(), ambiguous, types };
        for declaration in &program.declarations {
            if let Some(&first) = signatures.by_name.get(declaration.name.value.as_str()) {
                let first = signatures.list[first].declaration;
                diagnostics.push(duplicate("relation", "duplicate-relation", &declaration.name, &first.name));
                let types =
                    |declaration: &'a ast::Declaration| declaration.columns.iter().map(|column| &column.ty.value);
                if !types(first).eq(types(declaration)) {
                    signatures.ambiguous.insert(&declaration.name.value);
                }
                continue;
            }
            check_columns(declaration, &mut diagnostics);
            let column_type =
                |column: &ast::Column| signatures.types.find(&column.ty, &mut suggestions, &mut diagnostics);
            let types: Vec<_> = declaration.columns.iter().map(column_type).collect();
            let primitives = types.iter().map(|ty| ty.map(|ty| signatures.types.primitive(ty))).collect();
            signatures.by_name.insert(&declaration.name.value, signatures.list.len());
            signatures.list.push(Signature { declaration, types, primitives });
        }
        Self { signatures, unknown: BTreeMap::new(), suggestions, copies: 0, diagnostics, notes: Vec::new() }
    }

    fn directives(&mut self, program: &'a ast::Program) -> Vec<Directive> {
        let mut checked = Vec::new();
        for directive @ ast::Directive { verb, relation, .. } in &program.directives {
            let Some(&index) = self.signatures.by_name.get(relation.value.as_str()) else {
                self.unknown.entry(&relation.value).or_default().push(relation.span);
                continue;
            };
            let declaration = self.signatures.list[index].declaration;
            if declaration.inline {
                let message = format!("`.{}` names the inline relation `{}`", verb.value, clip(&relation.value));
                self.diagnostics.push(
                    Diagnostic::error(Family::Rule, "inline-directive", message, relation.span)
                        .with_label("has no rows of its own")
                        .with_place(declaration.name.span, "declared `inline` here")
                        .with_help("declare it without `inline`, or remove the directive"),
                );
            }
            let width = declaration.columns.len();
            checked.extend(directives::check(directive, lower::relation_id(index), width, &mut self.diagnostics));
        }
        checked
    }

    /// Everything that can be said of one clause alone; a draft of each of its rules if nothing is wrong.
    fn clause(&mut self, clause: &'a Clause, pool: &mut Pool) -> Vec<Draft> {
        let problems = self.diagnostics.len();
        let mut sound = self.size(clause);
        walk::clause(clause, &mut |part| sound &= self.part(part));
        if self.diagnostics.len() > problems {
            return Vec::new();
        }
        let Some(alternatives) = self.alternatives(clause) else { return Vec::new() };
        let mut drafts = Vec::new();
        let mut found = Vec::new();
        for head in &clause.heads {
            for (alternative, mark) in alternatives.iter().zip(marks(&alternatives)) {
                let flat = Flat::new(head, alternative, mark);
                if flat.names.len() > MAX_VARIABLES {
                    self.too_large(clause, MAX_VARIABLES, "variables");
                    return Vec::new();
                }
                self.inline_uses(&flat, &mut found);
                ranges::check(&flat, &mut found);
                let primitives = typing::check(&flat, &self.signatures, &mut found);
                if sound && found.is_empty() && !flat.never {
                    let said = (clause.span, clause.docs.as_str());
                    drafts.push(lower::clause(&flat, said, &primitives, &self.signatures, pool));
                }
            }
        }
        if found.is_empty() {
            return drafts;
        }
        // What is wrong in several alternatives is told once.
        let mut told = BTreeSet::new();
        found.retain(|problem| told.insert((problem.primary.span, problem.code)));
        self.diagnostics.append(&mut found);
        Vec::new()
    }

    /// The alternatives of a body, unless there are too many.
    fn alternatives(&mut self, clause: &'a Clause) -> Option<Vec<Alternative<'a>>> {
        let found = alternatives(&clause.body, MAX_ALTERNATIVES);
        let clauses = found.as_ref().map_or(0, |found| found.len() * clause.heads.len());
        if clauses > 1 {
            let mut parts = 0;
            walk::clause(clause, &mut |_| parts += 1);
            self.copies += parts * clauses;
        }
        let message = if found.is_none() || clauses > MAX_ALTERNATIVES {
            format!("this clause stands for more than {MAX_ALTERNATIVES} clauses of one head and one alternative")
        } else if self.copies > MAX_COPIES {
            format!("the clauses with alternatives have more than {MAX_COPIES} terms when each is written out")
        } else {
            return found;
        };
        self.diagnostics.push(
            Diagnostic::error(Family::Rule, "too-many-alternatives", message, clause.heads[0].span)
                .with_label("too many heads or alternatives")
                .with_help("write several clauses, or give some of the alternatives a relation of their own"),
        );
        None
    }

    /// How many conditions and ranges there are.
    fn size(&mut self, clause: &'a Clause) -> bool {
        let mut size = 0;
        walk::clause(clause, &mut |part| {
            let counts = match part {
                Part::Condition => true,
                Part::Atom(_) => false,
                Part::Term(term) => matches!(term.value, Term::Range(_)),
            };
            size += usize::from(counts);
        });
        let fits = size <= MAX_LITERALS;
        if !fits {
            self.too_large(clause, MAX_LITERALS, "conditions");
        }
        fits
    }

    fn too_large(&mut self, clause: &Clause, limit: usize, what: &str) {
        let message = format!("this clause has more than {limit} {what}");
        self.diagnostics.push(
            Diagnostic::error(Family::Rule, "clause-too-large", message, clause.heads[0].span)
                .with_label("too large")
                .with_help("move some of the conditions into a relation of their own"),
        );
    }

    /// Whether everything that a part names is there; reports what is not.
    fn part(&mut self, part: Part<'a>) -> bool {
        let term = match part {
            Part::Atom(atom) => return self.atom(atom),
            Part::Condition => return true,
            Part::Term(term) => term,
        };
        match &term.value {
            Term::As(_, ty) => self.signatures.types.find(ty, &mut self.suggestions, &mut self.diagnostics).is_some(),
            Term::Aggregate { body, .. } if alternatives(body, 1).is_none_or(|found| found.len() != 1) => {
                let message = "alternatives inside an aggregate are not supported";
                self.diagnostics.push(
                    Diagnostic::error(Family::Rule, "not-supported", message, term.span)
                        .with_label("give the alternatives a relation of their own"),
                );
                false
            }
            Term::Functor(Functor::Ordinal, _) => {
                let message = "`ord` gives the number of a text in this run, which another run may not give";
                self.notes.push(
                    Diagnostic::error(Family::Rule, "internal-number", message, term.span)
                        .with_level(Level::Advice)
                        .with_label("differs from run to run")
                        .with_help("compare the texts themselves, unless any order will do"),
                );
                true
            }
            Term::Variable(_)
            | Term::Wildcard
            | Term::Text(_)
            | Term::Number(_)
            | Term::Unsigned(_)
            | Term::Float(_)
            | Term::Functor(..)
            | Term::Range(_)
            | Term::Aggregate { .. } => true,
        }
    }

    /// The relation is declared with types that are known, and has as many columns as the atom has arguments.
    fn atom(&mut self, atom: &'a Atom) -> bool {
        let name = atom.relation.value.as_str();
        let Some(&index) = self.signatures.by_name.get(name) else {
            self.unknown.entry(name).or_default().push(atom.relation.span);
            return false;
        };
        if self.signatures.ambiguous.contains(name) {
            return false;
        }
        let declaration = self.signatures.list[index].declaration;
        let (columns, arguments) = (declaration.columns.len(), atom.terms.len());
        if columns == arguments {
            return self.signatures.list[index].types.iter().all(Option::is_some);
        }
        let (has, takes) = (plural(columns, "column"), plural(arguments, "argument"));
        self.diagnostics.push(
            Diagnostic::error(
                Family::Rule,
                "wrong-arity",
                format!("`{}` has {has}, found {takes}", clip(name)),
                atom.span,
            )
            .with_label(takes)
            .with_place(declaration.name.span, format!("declared with {has}"))
            .with_help("give one argument for each column; `_` stands for any value"),
        );
        false
    }

    /// Inline relations are neither negated nor aggregated: a copy of their body would mean something else there.
    fn inline_uses(&self, clause: &Flat<'a>, found: &mut Vec<Diagnostic>) {
        let mut refuse = |atom: &flat::Atom<'_>, code, verb: &str| {
            let Some((_, signature)) = self.signatures.of(atom.source) else { return };
            if signature.declaration.inline {
                let message = format!("the inline relation `{}` is {verb}", clip(&atom.source.relation.value));
                found.push(
                    Diagnostic::error(Family::Rule, code, message, atom.source.span)
                        .with_label(format!("{verb} here"))
                        .with_place(signature.declaration.name.span, "declared `inline` here")
                        .with_help("declare it without `inline`"),
                );
            }
        };
        for condition in &clause.body {
            if let Condition::Not(atom) = condition {
                refuse(atom, "negated-inline", "negated");
            }
        }
        for condition in clause.aggregates().into_iter().flat_map(|aggregate| &aggregate.body) {
            match condition {
                Condition::Not(atom) => refuse(atom, "negated-inline", "negated"),
                Condition::Atom(atom) => refuse(atom, "counted-inline", "aggregated"),
                Condition::Compare { .. } | Condition::Never(_) => {}
            }
        }
    }

    /// One diagnostic for each name that is not declared.
    fn report_unknown(&mut self, program: &ast::Program) {
        const OTHERS: usize = 3;
        let Self { signatures, unknown, suggestions, diagnostics, .. } = self;
        for (name, places) in std::mem::take(unknown) {
            if program.broken.contains(name) {
                continue;
            }
            let near = suggestions.nearest(name, signatures.by_name.keys().copied());
            if near.is_none() && program.incomplete {
                continue;
            }
            let message = format!("unknown relation `{}`", clip(name));
            let mut diagnostic = Diagnostic::error(Family::Rule, "unknown-relation", message, places[0]);
            diagnostic = match near {
                Some(near) => {
                    let declared = &signatures.list[signatures.by_name[near]].declaration.name;
                    let label = format!("did you mean `{near}`?");
                    diagnostic.with_label(label).with_place(declared.span, "declared here")
                }
                None => diagnostic.with_label("not declared"),
            };
            for &place in places[1..].iter().take(OTHERS) {
                diagnostic = diagnostic.with_place(place, "also used here");
            }
            diagnostics.push(
                diagnostic
                    .with_help("correct the name, declare it with `.decl`, or `.include` the file that declares it"),
            );
        }
    }
}

fn check_columns(declaration: &ast::Declaration, diagnostics: &mut Vec<Diagnostic>) {
    let name = &declaration.name;
    if declaration.columns.len() > MAX_COLUMNS {
        let message = format!("`{}` has more than {MAX_COLUMNS} columns", clip(&name.value));
        diagnostics.push(
            Diagnostic::error(Family::Rule, "too-many-columns", message, name.span)
                .with_label(plural(declaration.columns.len(), "column"))
                .with_help("split it into several relations with a common column"),
        );
    }
    let mut first: BTreeMap<&str, &Spanned<String>> = BTreeMap::new();
    for column in &declaration.columns {
        match first.get(column.name.value.as_str()) {
            Some(first) => diagnostics.push(duplicate("column", "duplicate-column", &column.name, first)),
            None => {
                first.insert(&column.name.value, &column.name);
            }
        }
    }
}

fn duplicate(what: &str, code: &'static str, again: &Spanned<String>, first: &Spanned<String>) -> Diagnostic {
    let message = format!("{what} `{}` is declared twice", clip(&again.value));
    let one_file = first.span.file == again.span.file;
    let help =
        if one_file { "remove one of the declarations, or rename one" } else { "choose another name for this one" };
    Diagnostic::error(Family::Rule, code, message, again.span)
        .with_label("declared again")
        .with_place(first.span, "first declared here")
        .with_help(help)
}

fn plural(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
