//! Conditions typed on the command line, as clauses of a program: what is wrong with them is found and drawn as in a
//! rule file.
//!
//! A program and a text go in, the program with one more relation comes out. The relation has no columns, so that the
//! clause may bind any variables; what these stand for is asked afterwards.

use crate::base::{Diagnostic, Family, Pool, SourceMap, Span, Spanned, has_errors};
use crate::datalog::{self, Literal, Pattern, RelationId, Strata, ast};

/// A question that was added to a program.
#[derive(Clone, Debug)]
pub(super) struct Question {
    /// The relation that stands for it.
    name: String,
    /// Its variables that have a value, in the order in which they are named.
    pub(super) variables: Vec<String>,
    /// All of it.
    pub(super) span: Span,
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
    let variables = datalog::variables(&clause).into_iter().map(str::to_owned).collect();
    program.clauses.push(clause);
    Ok(Question { name, variables, span })
}

impl Question {
    /// The relation that stands for the question.
    pub(super) fn relation(&self, strata: &Strata) -> Option<RelationId> {
        strata.program().find(&self.name)
    }

    /// The relation and the pattern of a question that is one atom.
    pub(super) fn pattern(&self, strata: &Strata, pool: &mut Pool) -> Result<Pattern, Box<Diagnostic>> {
        let own = self.relation(strata);
        let mut rules = strata.program().rules().filter(|(_, rule)| Some(rule.head) == own);
        let single = match (rules.next(), rules.next()) {
            (Some((_, rule)), None) => match &rule.body[..] {
                [Literal::Atom(atom)] => datalog::pattern(atom, pool),
                _ => None,
            },
            _ => None,
        };
        single.ok_or_else(|| {
            let message = "this is not one atom of a relation with rows";
            let problem = Diagnostic::error(Family::Rule, "not-an-atom", message, self.span);
            let help = "write one atom of a relation that is not inline, such as `path(1, 5)`";
            Box::new(problem.with_label("cannot be explained").with_help(help))
        })
    }
}
