//! Conditions typed on the command line, as clauses of a program: what is wrong with them is found and drawn as in a
//! rule file.
//!
//! A program and a text go in, the program with one more relation comes out. The relation has no columns at first, so
//! that the clause may bind any variables, whose types the check of the program tells.

use std::collections::BTreeSet;

use crate::base::{Diagnostic, Family, Pool, SourceMap, Span, Spanned, has_errors};
use crate::datalog::{self, Literal, NoPattern, Pattern, RelationId, Strata, Variable, ast};

/// A question that was added to a program.
#[derive(Clone, Debug)]
pub(super) struct Question {
    /// The relation that stands for it.
    name: String,
    /// Its variables that have a value, in the order in which they are named.
    pub(super) variables: Vec<String>,
    /// Those that have a value in some of its alternatives only.
    pub(super) partial: Vec<String>,
    /// All of it.
    pub(super) span: Span,
}

/// Adds a question about the rows of one atom to a program, as [`ask`] does.
///
/// Returns what cannot be read of the text, or that it is something else than one atom.
pub(super) fn ask_atom(
    program: &mut ast::Program,
    sources: &mut SourceMap,
    path: &str,
    text: &str,
) -> Result<Question, Vec<Diagnostic>> {
    let question = ask(program, sources, path, text)?;
    let body = program.clauses.last().map_or(&[] as &[_], |clause| &clause.body);
    let [ast::Literal::Atom(atom)] = body else {
        let problem = Diagnostic::error(Family::Rule, "not-an-atom", "this is not one atom", question.span);
        let help = "ask about one atom, such as `path(1, 5)`, and about each of several for itself";
        return Err(vec![problem.with_label("cannot be explained").with_help(help)]);
    };
    let mut seen = BTreeSet::new();
    for term in &atom.terms {
        let (code, message, label, help) = if is_open(&term.value) {
            let label = "several values, or one that depends on others";
            ("not-a-value", "this gives no single value to ask about".to_owned(), label, VALUE)
        } else if let ast::Term::Variable(name) = converted(&term.value)
            && !seen.insert(name)
        {
            let message = format!("`{name}` stands twice in an atom that is asked about");
            let help = "write a value in both places, or `_` for any values";
            ("repeated-variable", message, "equal values cannot be asked for", help)
        } else {
            continue;
        };
        let problem = Diagnostic::error(Family::Rule, code, message, term.span);
        return Err(vec![problem.with_label(label).with_help(help)]);
    }
    Ok(question)
}

/// What to write in place of a term that gives no value.
const VALUE: &str = "write the value itself, or `_` for any value";

/// The term without the types that it is read as.
fn converted(mut term: &ast::Term) -> &ast::Term {
    while let ast::Term::As(inner, _) = term {
        term = &inner.value;
    }
    term
}

/// Whether a term that is neither a variable nor `_` depends on rows or variables, or has several values.
fn is_open(term: &ast::Term) -> bool {
    let holds = |inner: &Spanned<ast::Term>| {
        matches!(converted(&inner.value), ast::Term::Variable(_) | ast::Term::Wildcard) || is_open(&inner.value)
    };
    match term {
        ast::Term::Aggregate { .. } | ast::Term::Range(_) => true,
        ast::Term::Functor(_, arguments) => arguments.iter().any(holds),
        ast::Term::As(inner, _) => is_open(&inner.value),
        ast::Term::Variable(_)
        | ast::Term::Wildcard
        | ast::Term::Text(_)
        | ast::Term::Number(_)
        | ast::Term::Unsigned(_)
        | ast::Term::Float(_) => false,
    }
}

/// Adds a question to a program. `path` is what reports call its text; it tells questions of one program apart.
///
/// Returns what cannot be read of the text; mistakes in names and types are found when the program is checked.
pub(super) fn ask(
    program: &mut ast::Program,
    sources: &mut SourceMap,
    path: &str,
    text: &str,
) -> Result<Question, Vec<Diagnostic>> {
    let file = sources.add(path, text);
    if text.trim().is_empty() {
        let problem = Diagnostic::error(Family::Rule, "syntax", "there are no conditions", Span::new(file, 0, 0));
        let help = "write atoms with commas between them, such as `path(1, x), !closed(x)`";
        return Err(vec![problem.with_label("nothing is asked here").with_help(help)]);
    }
    let parsed = datalog::parse_body(sources, file);
    let (Some(body), false) = (parsed.value, has_errors(&parsed.diagnostics)) else { return Err(parsed.diagnostics) };
    let span = Span::new(file, 0, u32::try_from(text.len()).unwrap_or(u32::MAX));
    // No name of a program has a space in it.
    let name = format!("the {path}");
    let relation = Spanned::new(name.clone(), span);
    program.declarations.push(ast::Declaration {
        name: relation.clone(),
        columns: Vec::new(),
        inline: false,
        docs: String::new(),
        annotations: Vec::new(),
        span,
    });
    let head = ast::Atom { relation, terms: Vec::new(), span };
    let clause = ast::Clause { heads: vec![head], body, docs: String::new(), span };
    let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
    let (variables, partial) = (owned(datalog::variables(&clause)), owned(datalog::partial_variables(&clause)));
    program.clauses.push(clause);
    Ok(Question { name, variables, partial, span })
}

impl Question {
    /// Puts another help where the question names a relation that there is not: it can declare none.
    pub(super) fn advise(&self, problems: &mut [Diagnostic], help: &str) {
        for problem in problems {
            if problem.code == "unknown-relation" && problem.primary.span.file == self.span.file {
                problem.help = Some(help.to_owned());
            }
        }
    }

    /// Gives the relation a column for each variable, so that its rows are the answers. What the variables are is known once
    /// the program was checked without columns, which then has to be checked again.
    pub(super) fn widen(&self, program: &mut ast::Program, variables: &[Variable]) {
        let spanned = |name: &str| Spanned::new(name.to_owned(), self.span);
        let column = |variable: &Variable| ast::Column {
            name: spanned(&variable.name),
            ty: spanned(variable.primitive.name()),
            annotations: Vec::new(),
        };
        let term = |variable: &Variable| Spanned::new(ast::Term::Variable(variable.name.to_string()), self.span);
        for declaration in program.declarations.iter_mut().filter(|declaration| declaration.name.value == self.name) {
            declaration.columns = variables.iter().map(column).collect();
        }
        for head in program.clauses.iter_mut().flat_map(|clause| &mut clause.heads) {
            if head.relation.value == self.name {
                head.terms = variables.iter().map(term).collect();
            }
        }
    }

    /// Whether the relation that the question names first is declared `inline`.
    pub(super) fn is_inline(&self, program: &ast::Program) -> bool {
        let asks = |clause: &&ast::Clause| clause.heads.iter().any(|head| head.relation.value == self.name);
        let body = program.clauses.iter().find(asks).map_or(&[] as &[_], |clause| &clause.body);
        let [ast::Literal::Atom(atom), ..] = body else { return false };
        program.declarations.iter().any(|other| other.inline && other.name.value == atom.relation.value)
    }

    /// The relation that stands for the question.
    pub(super) fn relation(&self, strata: &Strata) -> Option<RelationId> {
        strata.program().find(&self.name)
    }

    /// The relation and the pattern of a question about one atom; `is_inline` tells whether that of the atom is inline, so
    /// that its clauses stand for it.
    pub(super) fn pattern(
        &self,
        strata: &Strata,
        pool: &mut Pool,
        is_inline: bool,
    ) -> Result<Pattern, Box<Diagnostic>> {
        let own = self.relation(strata);
        let problem = |code, message, help| {
            let problem = Diagnostic::error(Family::Rule, code, message, self.span);
            Box::new(problem.with_label("cannot be explained").with_help(help))
        };
        if is_inline {
            let help = "ask about a relation that reads it, or declare it without `inline`";
            let message = "the rows of an inline relation are not kept".to_owned();
            return Err(problem("explained-inline", message, help));
        }
        let mut rules = strata.program().rules().filter(|(_, rule)| Some(rule.head) == own);
        let atom = rules.next().and_then(|(_, rule)| match &rule.body[..] {
            [Literal::Atom(atom)] => Some(atom),
            _ => None,
        });
        atom.map_or(Err(NoPattern::Open), |atom| datalog::pattern(atom, pool)).map_err(|why| match why {
            NoPattern::Fault(fault) => problem(fault.kind.code(), fault.to_string(), VALUE),
            NoPattern::Open => problem("not-a-value", "this atom gives no single value to ask about".to_owned(), VALUE),
        })
    }
}
