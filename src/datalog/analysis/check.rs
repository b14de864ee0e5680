//! Turns a parsed program into one that can be evaluated: names, arities, types, bound variables, inlining.
//!
//! Goes in: an [`ast::Program`]. Comes out: a [`Program`], or what is wrong. Knows no files and no data.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Checked, Diagnostic, Family, Level, Pool, Span, Spanned};

use crate::datalog::analysis::lower::Draft;
use crate::datalog::analysis::signature::{Signature, Signatures};
use crate::datalog::analysis::stratify::stratify;
use crate::datalog::analysis::types::Types;
use crate::datalog::analysis::variables::{Variables, counts, each_leaf, terms};
use crate::datalog::program::{Directive, Program};
use crate::datalog::syntax::ast::{self, Atom, Clause, Literal, Term};
use crate::datalog::syntax::foreign;
use crate::datalog::syntax::names::{Suggestions, clip};
use crate::datalog::syntax::problems::MAX_FOUND;

use super::{directives, inline, lower, ranges, typing};

/// How many literals a clause may have, those inside counts included.
const MAX_LITERALS: usize = 256;
/// How many variables a clause may have as written.
const MAX_VARIABLES: usize = 4096;
/// How many columns a relation may have.
const MAX_COLUMNS: usize = 31;

/// Checks a program; the value is there only if there are no errors.
///
/// - Every relation is declared once and used with its number of columns.
/// - A variable's columns have types on one path of subtypes; a variable that reaches a head column of a narrower
///   type is bound by a positive atom of that type or below. Constants fit every type of their primitive,
///   comparisons need the same primitive only, and arithmetic gives a number that fits every number type.
/// - Every variable of a head, a negated atom, a comparison or a functor is bound by a positive atom, by `=` to a
///   bound term, or is the result of a count. Such an `=` is kept as a comparison: whoever runs the rule turns it
///   into an assignment.
/// - Inline relations are replaced by their bodies and are no relations of the result; each of their clauses must
///   bind its own variables. They are neither negated nor counted.
/// - Wildcards of positive atoms inside a count become variables, so that the count is one of rows.
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
    let Checker { signatures, mut diagnostics, .. } = checker;
    let expanded = inline::expand(&signatures.list, drafts, &mut diagnostics);
    let assembled = lower::assemble(&signatures, expanded, directives);
    let mut value = None;
    if diagnostics.iter().all(|d| d.level < Level::Error) {
        value = Some(assembled);
    } else {
        // Of the clauses in which nothing is wrong, so that a circle is found in the same run as other mistakes.
        diagnostics.extend(stratify(assembled).err().into_iter().flatten());
    }
    diagnostics.sort_by(|a, b| a.order().cmp(&b.order()));
    Checked { value, diagnostics }
}

struct Checker<'a> {
    signatures: Signatures<'a>,
    /// Where names that are not declared are used.
    unknown: BTreeMap<&'a str, Vec<Span>>,
    suggestions: Suggestions,
    diagnostics: Vec<Diagnostic>,
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
        Self { signatures, unknown: BTreeMap::new(), suggestions, diagnostics }
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

    /// Everything that can be said of one clause alone; a draft of its rule if nothing is wrong.
    fn clause(&mut self, clause: &'a Clause, pool: &mut Pool) -> Option<Draft> {
        let problems = self.diagnostics.len();
        let mut sound = self.size(clause) & self.counts_are_conditions(clause);
        let inner = counts(&clause.body).flat_map(|(_, body)| body);
        sound &= self.atom(&clause.head);
        for literal in clause.body.iter().chain(inner) {
            if let Literal::Atom(atom) | Literal::Not(atom) = literal {
                sound &= self.atom(atom);
            }
        }
        if self.diagnostics.len() > problems {
            return None;
        }
        let variables = Variables::of(clause);
        if variables.names.len() > MAX_VARIABLES {
            self.too_large(clause, MAX_VARIABLES, "variables");
            return None;
        }
        self.inline_uses(clause);
        ranges::check(clause, &variables, &mut self.diagnostics);
        let primitives = typing::check(clause, &variables, &self.signatures, &mut self.diagnostics);
        let fine = sound && self.diagnostics.len() == problems;
        fine.then(|| lower::clause(clause, &variables, &primitives, &self.signatures, pool))
    }

    fn size(&mut self, clause: &Clause) -> bool {
        let inner: usize = counts(&clause.body).map(|(_, body)| body.len()).sum();
        let fits = clause.body.len() + inner <= MAX_LITERALS;
        if !fits {
            self.too_large(clause, MAX_LITERALS, "conditions");
        }
        fits
    }

    fn too_large(&mut self, clause: &Clause, limit: usize, what: &str) {
        let message = format!("this clause has more than {limit} {what}");
        self.diagnostics.push(
            Diagnostic::error(Family::Rule, "clause-too-large", message, clause.head.span)
                .with_label("too large")
                .with_help("move some of the conditions into a relation of their own"),
        );
    }

    /// A count stands only as one side of a comparison in the clause's body.
    fn counts_are_conditions(&mut self, clause: &'a Clause) -> bool {
        let mut misplaced = Vec::new();
        let mut see = |term: &Term, span| {
            if matches!(term, Term::Count(_)) {
                misplaced.push(span);
            }
        };
        clause.head.terms.iter().for_each(|term| each_leaf(term, &mut see));
        let inner = counts(&clause.body).flat_map(|(_, body)| body).flat_map(terms);
        let is_side = |literal: &Literal, term: &Term| {
            matches!(literal, Literal::Constraint { .. }) && matches!(term, Term::Count(_))
        };
        let own = clause.body.iter().flat_map(|literal| terms(literal).filter(move |t| !is_side(literal, &t.value)));
        own.chain(inner).for_each(|term| each_leaf(term, &mut see));
        let (construct, advice) = foreign::NESTED_COUNT;
        let fine = misplaced.is_empty();
        self.diagnostics.extend(misplaced.into_iter().map(|span| {
            let message = format!("{construct} is not supported");
            Diagnostic::error(Family::Rule, "not-supported", message, span).with_label(advice)
        }));
        fine
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

    /// Inline relations are neither negated nor counted: a copy of their body would mean something else there.
    fn inline_uses(&mut self, clause: &Clause) {
        let mut refuse = |atom: &Atom, code, verb: &str| {
            let Some((_, signature)) = self.signatures.of(atom) else { return };
            if signature.declaration.inline {
                let message = format!("the inline relation `{}` is {verb}", clip(&atom.relation.value));
                self.diagnostics.push(
                    Diagnostic::error(Family::Rule, code, message, atom.span)
                        .with_label(format!("{verb} here"))
                        .with_place(signature.declaration.name.span, "declared `inline` here")
                        .with_help("declare it without `inline`"),
                );
            }
        };
        for literal in &clause.body {
            if let Literal::Not(atom) = literal {
                refuse(atom, "negated-inline", "negated");
            }
        }
        for literal in counts(&clause.body).flat_map(|(_, body)| body) {
            match literal {
                Literal::Not(atom) => refuse(atom, "negated-inline", "negated"),
                Literal::Atom(atom) => refuse(atom, "counted-inline", "counted"),
                Literal::Constraint { .. } => {}
            }
        }
    }

    /// One diagnostic for each name that is not declared.
    fn report_unknown(&mut self, program: &ast::Program) {
        const OTHERS: usize = 3;
        let Self { signatures, unknown, suggestions, diagnostics } = self;
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
