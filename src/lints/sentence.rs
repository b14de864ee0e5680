//! Sentences of clauses, which proofs print as their steps: `///` text with `{X}` for a variable, checked against the clause.
//!
//! Goes in: a parsed program. Comes out: a diagnostic for each reference that leads nowhere. The same words are read again,
//! as a [`Template`], by whoever prints a step.

use std::collections::BTreeMap;

use crate::base::{Diagnostic, Family, SourceMap, Span, near};
use crate::datalog;
use crate::datalog::ast::{Clause, Program, Term};

use super::{ClaimField, Template, TemplateError, TemplateFault};

/// What is wrong with the sentences of a program's clauses, one diagnostic for each; `is_claim` tells the types of claims.
pub(super) fn check(program: &Program, sources: &SourceMap, is_claim: &dyn Fn(&str) -> bool) -> Vec<Diagnostic> {
    let mut columns: BTreeMap<&str, Vec<bool>> = BTreeMap::new();
    for declaration in &program.declarations {
        let claims = declaration.columns.iter().map(|column| is_claim(&column.ty.value)).collect();
        columns.entry(&declaration.name.value).or_insert(claims);
    }
    let templates = program.clauses.iter().filter(|clause| clause.docs.contains('{'));
    templates
        .filter_map(|clause| {
            let variables = variables(clause, &columns);
            let error = Template::parse(&clause.docs, &variables).err()?;
            Some(diagnostic(clause, error, &variables, sources))
        })
        .collect()
}

/// The variables of a clause, and whether each stands for claims. Those of an aggregate alone have no value in a proof, and
/// neither have those that only some alternatives name.
fn variables<'c>(clause: &'c Clause, columns: &BTreeMap<&str, Vec<bool>>) -> Vec<(&'c str, bool)> {
    let mut found: Vec<(&str, bool)> = datalog::variables(clause).into_iter().map(|name| (name, false)).collect();
    for atom in clause.atoms() {
        let claims = columns.get(atom.relation.value.as_str()).map_or(&[] as &[bool], Vec::as_slice);
        for (term, is_claim) in atom.terms.iter().zip(claims) {
            if let Term::Variable(name) = &term.value
                && let Some(known) = found.iter_mut().find(|known| known.0 == name)
            {
                known.1 |= is_claim;
            }
        }
    }
    found
}

fn diagnostic(clause: &Clause, error: TemplateError, variables: &[(&str, bool)], sources: &SourceMap) -> Diagnostic {
    let names = || variables.iter().map(|variable| variable.0);
    let listed = |names: &mut dyn Iterator<Item = &str>| names.map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ");
    let (message, help) = match error.fault {
        TemplateFault::Unclosed => {
            ("this brace is not closed".to_owned(), "write `{X}` for a variable, or `{X.field}`".to_owned())
        }
        TemplateFault::UnknownColumn(name) => {
            let all = listed(&mut names());
            let guess = near::did_you_mean(&name, names()).unwrap_or_default();
            let all = if all.is_empty() { "it has none".to_owned() } else { format!("the variables are {all}") };
            (format!("no variable of this clause is named `{name}`"), format!("{guess} {all}").trim().to_owned())
        }
        TemplateFault::UnknownField(name) => {
            let all = listed(&mut ClaimField::ALL.iter().map(|field| field.name()));
            (format!("a claim has no field `{name}` for sentences"), format!("the fields are {all}"))
        }
        TemplateFault::NotAClaim(name) => {
            (format!("`{name}` stands for no claims, so it has no fields"), format!("write `{{{name}}}`"))
        }
    };
    let words = &clause.docs[error.start..error.end];
    Diagnostic::error(Family::Rule, "bad-template", message, place(clause, words, sources)).with_help(help)
}

/// The last occurrence of the words above the clause, which is its sentence; else the clause.
fn place(clause: &Clause, words: &str, sources: &SourceMap) -> Span {
    let file = clause.span.file;
    let before = &sources.file(file).text[..clause.span.start as usize];
    let found = before
        .rfind(words)
        .and_then(|start| Some(Span::new(file, u32::try_from(start).ok()?, u32::try_from(start + words.len()).ok()?)));
    found.unwrap_or(clause.span)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::datalog::parse;

    /// The diagnostic of a clause with the sentence, as `line:column message | help`; nothing if it is right.
    fn check(sentence: &str, expect: &str) {
        check_clause(sentence, "says(C, S) :- says(C, S), says(D, S), N = count : { says(E, _) }, N > 1.", expect);
    }

    fn check_clause(sentence: &str, clause: &str, expect: &str) {
        let text =
            format!(".decl says(claim: Claim, subject: Name)\n// no {{D}} in comments\n/// {sentence}\n{clause}\n");
        let mut sources = SourceMap::new();
        let file = sources.add("a.dl", &text);
        let program = parse(&sources, file).value;
        let found = super::check(&program, &sources, &|name| name == "Claim");
        let shown: Vec<String> = found
            .iter()
            .map(|problem| {
                let at = sources.file(file).position(problem.primary.span.start);
                format!("{}:{} {} | {}", at.line, at.column, problem.message, problem.help.as_deref().unwrap_or(""))
            })
            .collect();
        assert_eq!(shown.join("\n"), expect);
    }

    #[test]
    fn references_are_variables_of_the_clause() {
        check("by {C} and {D.who}, {S} is named {N} times", "");
        check("no references, and { no word }", "");
        check("by {X}", "3:9 no variable of this clause is named `X` | the variables are `C`, `S`, `D`, `N`");
        check_clause("{D}", "says(C, S) :- says(C, S), (says(D, S); says(S, D), says(F, _)).", "");
        check_clause(
            "{F}",
            "says(C, S) :- says(C, S), (says(D, S); says(S, D), says(F, _)).",
            "3:6 no variable of this clause is named `F` | the variables are `C`, `S`, `D`",
        );
        check("{E}", "3:6 no variable of this clause is named `E` | the variables are `C`, `S`, `D`, `N`");
        check("by {S.who}", "3:9 `S` stands for no claims, so it has no fields | write `{S}`");
        check(
            "by {C.by}",
            "3:9 a claim has no field `by` for sentences | the fields are `who`, `for`, `says`, `sure`, `mode`, `said`, \
             `holds`, `source`",
        );
        check("by {C", "3:8 this brace is not closed | write `{X}` for a variable, or `{X.field}`");
    }
}
