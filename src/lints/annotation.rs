//! `@[…]` on relations and columns, read into [`Lint`]s; whatever is unknown or out of place is a diagnostic.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Checked, Diagnostic, Family, Label, Level, SourceMap, Span, Spanned, near};
use crate::datalog::ast::{Annotation, Declaration, Program};

use super::sentence;
use super::{ColumnKind, Group, Lint, LintColumn, Template, TemplateFault};

/// What stands behind the name of an annotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// Nothing.
    Bare,
    /// `= "text"`
    Text,
    /// `(key = value, …)`
    Arguments,
}

/// What an annotation stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bearer {
    Relation,
    Column,
}

/// The annotations there are.
const ANNOTATIONS: [(&str, Bearer, Shape); 10] = [
    ("lint", Bearer::Relation, Shape::Arguments),
    ("message", Bearer::Relation, Shape::Text),
    ("help", Bearer::Relation, Shape::Text),
    ("reference", Bearer::Relation, Shape::Text),
    ("key", Bearer::Column, Shape::Bare),
    ("primary", Bearer::Column, Shape::Text),
    ("secondary", Bearer::Column, Shape::Text),
    ("at", Bearer::Column, Shape::Text),
    ("level", Bearer::Column, Shape::Bare),
    ("sample", Bearer::Column, Shape::Bare),
];

/// How to make a relation a rule.
const LINT: &str = "`@[lint(group = \"…\", level = \"…\")]`";

/// The rules of a program, in the order of group and name. `fields` are the words that `@[at]` may name.
///
/// Annotations are read on every relation: what stands on one that is no rule would have no effect, which is reported.
#[must_use]
pub fn catalogue(program: &Program, sources: &SourceMap, fields: &[&str]) -> Checked<Vec<Lint>> {
    let parts = program.types.iter().map(|t| (t.name.value.as_str(), t.definition.parts())).collect();
    let mut reader = Reader { sources, fields, parts, diagnostics: Vec::new() };
    let read =
        |declaration: &Declaration| reader.declaration(declaration, program.broken.contains(&declaration.name.value));
    let mut lints: Vec<Lint> = program.declarations.iter().filter_map(read).collect();
    reader.several_at_once(&program.declarations);
    let is_claim = |name: &str| reader.kind(name) == Some(ColumnKind::Claim);
    let sentences = sentence::check(program, sources, &is_claim);
    reader.diagnostics.extend(sentences);
    lints.sort_by(|a, b| (a.group, &a.name).cmp(&(b.group, &b.name)));
    Checked { value: lints, diagnostics: reader.diagnostics }
}

/// The columns as templates see them: their names, and whether they hold claims.
pub(super) type Columns<'a> = [(&'a str, bool)];

pub(super) struct Reader<'a> {
    sources: &'a SourceMap,
    pub(super) fields: &'a [&'a str],
    /// What each declared type is made of.
    parts: BTreeMap<&'a str, &'a [Spanned<String>]>,
    diagnostics: Vec<Diagnostic>,
}

impl Reader<'_> {
    pub(super) fn error(&mut self, code: &'static str, message: String, span: Span) -> &mut Diagnostic {
        self.diagnostics.push(Diagnostic::error(Family::Rule, code, message, span));
        self.diagnostics.last_mut().expect("just pushed")
    }

    pub(super) fn bad(&mut self, message: String, span: Span, label: &str, help: &str) {
        let diagnostic = self.error("bad-annotation", message, span);
        label.clone_into(&mut diagnostic.primary.text);
        diagnostic.help = Some(help.to_owned());
    }

    /// Names that share one `.decl` would share the metadata of a rule too.
    fn several_at_once(&mut self, declarations: &[Declaration]) {
        for pair in declarations.windows(2).filter(|pair| pair[0].span == pair[1].span) {
            if let Some(lint) = find(&pair[1].annotations, "lint") {
                let (first, second) = (&pair[0].name, &pair[1].name);
                let message = format!("`{}` and `{}` cannot share the metadata of a rule", first.value, second.value);
                self.bad(message, second.span, "declared with the other", "write one `.decl` for each rule");
                let problem = self.diagnostics.last_mut().expect("just pushed");
                problem.secondary.push(Label::new(lint.span, "stands before both"));
            }
        }
    }

    /// `broken`: some annotation could not be read and is not there.
    fn declaration(&mut self, declaration: &Declaration, broken: bool) -> Option<Lint> {
        let before = self.diagnostics.len();
        self.known(&declaration.annotations, Bearer::Relation);
        for column in &declaration.columns {
            self.known(&column.annotations, Bearer::Column);
        }
        // What is unknown or out of place may be what the rule seems to lack.
        let complete = !broken && self.diagnostics.len() == before;
        let Some(lint) = find(&declaration.annotations, "lint") else {
            if complete {
                self.no_rule(declaration);
            }
            return None;
        };
        let (group, level, tier) = self.lint_arguments(lint);
        let kinds: Vec<(&str, bool)> = declaration
            .columns
            .iter()
            .map(|c| (c.name.value.as_str(), self.kind(&c.ty.value).is_none_or(|kind| kind == ColumnKind::Claim)))
            .collect();
        let message = find(&declaration.annotations, "message").and_then(|a| self.template(a, &kinds));
        let help = find(&declaration.annotations, "help").and_then(|a| self.template(a, &kinds));
        let columns: Vec<LintColumn> = declaration.columns.iter().map(|c| self.column(c, &kinds)).collect();
        if complete {
            self.whole(declaration, lint);
        }
        if self.diagnostics.len() > before {
            return None;
        }
        Some(Lint {
            name: declaration.name.value.replace('_', "-").into(),
            relation: declaration.name.value.as_str().into(),
            group: group?,
            level,
            tier,
            docs: declaration.docs.clone(),
            columns,
            message: message?,
            help,
            declared_at: declaration.span,
        })
    }

    /// Reports annotations that are unknown, stand on the wrong thing, have the wrong shape or stand there twice.
    fn known(&mut self, annotations: &[Annotation], bearer: Bearer) {
        let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
        for annotation in annotations {
            let label = annotation.label.value.as_str();
            let Some((_, on, shape)) = ANNOTATIONS.into_iter().find(|known| known.0 == label) else {
                self.unknown(annotation);
                continue;
            };
            if on != bearer {
                self.misplaced(annotation, on);
            } else if let Some(&first) = seen.get(label) {
                let diagnostic =
                    self.error("duplicate-annotation", format!("`@[{label}]` is written twice"), annotation.span);
                *diagnostic = diagnostic.clone().with_label("written again").with_place(first, "first written here");
                diagnostic.help = Some("remove one of the two".into());
            } else if shape != shape_of(annotation) {
                let (fault, right) = match shape {
                    Shape::Bare => ("takes no text and no arguments", format!("`@[{label}]`")),
                    Shape::Text => ("has no text", format!("`@[{label} = \"…\"]`")),
                    Shape::Arguments => ("has no arguments", LINT.to_owned()),
                };
                self.bad(format!("`@[{label}]` {fault}"), annotation.span, "", &format!("write {right}"));
            }
            seen.entry(label).or_insert(annotation.span);
        }
    }

    fn unknown(&mut self, annotation: &Annotation) {
        let names = ANNOTATIONS.iter().map(|known| known.0);
        let guess = near::did_you_mean(&annotation.label.value, names.clone());
        let message = format!("unknown annotation `{}`", annotation.label.value);
        let diagnostic = self.error("unknown-annotation", message, annotation.label.span);
        diagnostic.primary.text = guess.unwrap_or_else(|| "not an annotation".to_owned());
        diagnostic.help = Some(format!("the annotations are {}", listed(names)));
    }

    fn misplaced(&mut self, annotation: &Annotation, on: Bearer) {
        let (place, help) = match on {
            Bearer::Relation => ("a relation", "put it before the `.decl`"),
            Bearer::Column => ("a column", "put it before a column, inside the parentheses"),
        };
        let message = format!("`@[{}]` belongs on {place}", annotation.label.value);
        let diagnostic = self.error("misplaced-annotation", message, annotation.span);
        diagnostic.primary.text = "has no effect here".into();
        diagnostic.help = Some(help.into());
    }

    /// Reports the first annotation of a relation that is no rule.
    fn no_rule(&mut self, declaration: &Declaration) {
        let of_columns = declaration.columns.iter().flat_map(|column| &column.annotations);
        let Some(first) = declaration.annotations.iter().chain(of_columns).next() else { return };
        let name = &declaration.name.value;
        let message = format!("`@[{}]` belongs to a rule, and `{name}` is none", first.label.value);
        let diagnostic = self.error("misplaced-annotation", message, first.span);
        diagnostic.primary.text = "has no effect here".into();
        diagnostic.help = Some(format!("add {LINT} to make `{name}` a rule, or remove the annotation"));
    }

    fn lint_arguments(&mut self, lint: &Annotation) -> (Option<Group>, Option<Level>, u8) {
        let (mut group, mut level, mut tier) = (None, None, 1);
        let mut seen = BTreeSet::new();
        let mut all_known = true;
        for (key, value) in &lint.arguments {
            let name = key.value.as_str();
            match name {
                "group" => group = self.word(value, "group", &Group::ALL.map(Group::name), Group::from_name),
                "level" if value.value == "allow" => {}
                "level" => {
                    level = self.word(value, "level", &["error", "warning", "advice", "allow"], Level::from_name);
                }
                "tier" => match value.value.parse() {
                    Ok(number @ 1..=2) => tier = number,
                    _ => self.bad(format!("unknown tier `{}`", value.value), value.span, "1 or 2", "write `tier = 1`"),
                },
                _ => {
                    let guess = near::did_you_mean(name, ["group", "level", "tier"]);
                    let message = format!("`@[lint]` has no argument `{name}`");
                    self.bad(message, key.span, &guess.unwrap_or_default(), &format!("write {LINT}"));
                    all_known = false;
                }
            }
            if !seen.insert(name) {
                let diagnostic = self.error("duplicate-annotation", format!("`{name}` is written twice"), key.span);
                diagnostic.primary.text = "written again".into();
                diagnostic.help = Some("remove one of the two".into());
            }
        }
        let missing: Vec<&str> = ["group", "level"].into_iter().filter(|name| !seen.contains(name)).collect();
        if all_known && !lint.arguments.is_empty() && !missing.is_empty() {
            let message = format!("`@[lint]` says no `{}`", missing.join("` and no `"));
            self.bad(message, lint.span, "", &format!("write {LINT}"));
        }
        (group, level, tier)
    }

    /// A word of a closed list.
    fn word<T>(
        &mut self,
        value: &Spanned<String>,
        what: &str,
        names: &[&str],
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let found = read(&value.value);
        if found.is_none() {
            let guess = near::did_you_mean(&value.value, names.iter().copied()).unwrap_or_default();
            let help = format!("write one of {}", listed(names.iter().copied()));
            self.bad(format!("unknown {what} `{}`", value.value), value.span, &guess, &help);
        }
        found
    }

    /// The text of an annotation as a template; one without a text was reported before.
    pub(super) fn template(&mut self, annotation: &Annotation, columns: &Columns<'_>) -> Option<Template> {
        let text = annotation.text.as_ref()?;
        let error = match Template::parse(&text.value, columns) {
            Ok(template) => return Some(template),
            Err(error) => error,
        };
        let span = self.inside(text, error.start, error.end);
        let names = || columns.iter().map(|column| column.0);
        let (message, guess, help) = match error.fault {
            TemplateFault::Unclosed => (
                "this brace is not closed".to_owned(),
                None,
                "write `{column}` or `{column.field}`; a brace before a space stands for itself".to_owned(),
            ),
            TemplateFault::UnknownColumn(name) => (
                format!("no column is named `{name}`"),
                near::did_you_mean(&name, names()),
                format!("the columns are {}", listed(names())),
            ),
            TemplateFault::UnknownField(name) => {
                let fields = super::ClaimField::ALL.map(super::ClaimField::name);
                (
                    format!("a claim has no field `{name}` for messages"),
                    near::did_you_mean(&name, fields),
                    format!("the fields are {}", listed(fields)),
                )
            }
            TemplateFault::NotAClaim(name) => (
                format!("`{name}` holds no claims, so it has no fields"),
                None,
                format!("write `{{{name}}}` for its value"),
            ),
        };
        let diagnostic = self.error("bad-template", message, span);
        diagnostic.primary.text = guess.unwrap_or_default();
        diagnostic.help = Some(help);
        None
    }

    /// The place of a part of an annotation's text; the whole text where escapes moved the offsets.
    fn inside(&self, text: &Spanned<String>, start: usize, end: usize) -> Span {
        if self.sources.text(text.span) != text.value {
            return text.span;
        }
        let offset = |n: usize| text.span.start + u32::try_from(n).expect("a template is short");
        Span::new(text.span.file, offset(start), offset(end))
    }

    /// How the values of a type are shown, found in what it is made of; nothing if the type is unknown. The values of a
    /// union are shown as one kind only where all its members are.
    pub(super) fn kind(&self, type_name: &str) -> Option<ColumnKind> {
        let mut name = type_name;
        for _ in 0..=self.parts.len() {
            if let Some(kind) = kind_of(name) {
                return Some(kind);
            }
            let (first, others) = self.parts.get(name)?.split_first()?;
            if let Some(other) = others.iter().find(|other| self.root(&other.value) != self.root(&first.value)) {
                return kind_of(self.base(&other.value));
            }
            name = &first.value;
        }
        None
    }

    /// The first type above a type that is shown in a way of its own, by following the first parts.
    fn root<'t>(&'t self, type_name: &'t str) -> &'t str {
        self.follow(type_name, |name| kind_of(name).is_some())
    }

    /// The type of the language that a type is made of.
    fn base<'t>(&'t self, type_name: &'t str) -> &'t str {
        self.follow(type_name, |_| false)
    }

    fn follow<'t>(&'t self, type_name: &'t str, ends: impl Fn(&str) -> bool) -> &'t str {
        let mut name = type_name;
        for _ in 0..=self.parts.len() {
            let Some(first) = self.parts.get(name).and_then(|parts| parts.first()).filter(|_| !ends(name)) else {
                break;
            };
            name = &first.value;
        }
        name
    }
}

/// The types whose values are shown in a way of their own, and those of the language.
fn kind_of(name: &str) -> Option<ColumnKind> {
    Some(match name {
        "Claim" => ColumnKind::Claim,
        "Source" => ColumnKind::Source,
        "Name" => ColumnKind::Name,
        "Predicate" => ColumnKind::Predicate,
        "Day" => ColumnKind::Day,
        "number" => ColumnKind::Number,
        "unsigned" => ColumnKind::Unsigned,
        "float" => ColumnKind::Float,
        "symbol" => ColumnKind::Text,
        _ => return None,
    })
}

fn shape_of(annotation: &Annotation) -> Shape {
    match (&annotation.text, annotation.arguments.is_empty()) {
        (Some(_), _) => Shape::Text,
        (None, false) => Shape::Arguments,
        (None, true) => Shape::Bare,
    }
}

/// The first annotation of that name.
pub(super) fn find<'a>(annotations: &'a [Annotation], label: &str) -> Option<&'a Annotation> {
    annotations.iter().find(|annotation| annotation.label.value == label)
}

/// Names in backticks.
pub(super) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SourceMap;
    use crate::datalog::parse;
    use crate::lints::builtin;

    #[test]
    fn the_built_in_rules_stand_in_the_folder_of_their_group() {
        for path in builtin::rule_paths() {
            let mut sources = SourceMap::new();
            let file = |path: &str, sources: &mut SourceMap| sources.add(path, builtin::text(path).unwrap());
            let (prelude, file) = (file("rules/prelude.dl", &mut sources), file(path, &mut sources));
            let mut program = parse(&sources, prelude).value;
            program.declarations.extend(parse(&sources, file).value.declarations);
            let written = builtin::text(path).unwrap().split("@[at = \"").skip(1);
            let fields: Vec<&str> = written.filter_map(|rest| rest.split('"').next()).collect();
            let lints = catalogue(&program, &sources, &fields);
            assert_eq!(lints.diagnostics, []);
            let [lint] = &lints.value[..] else { panic!("{path} does not hold one rule") };
            assert_eq!(path, format!("rules/{}/{}.dl", lint.group.name(), lint.name));
            assert!(!lint.docs.is_empty());
        }
    }
}
