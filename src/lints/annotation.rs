//! `@[…]` on relations and columns, read into [`Lint`]s; whatever is unknown or out of place is a diagnostic.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::{Checked, Diagnostic, Family, Level, SourceMap, Span, Spanned, near};
use crate::datalog::ast::{Annotation, Column, Declaration, Program};

use super::{ColumnKind, ColumnLabel, Group, Lint, LintColumn, Template, TemplateFault, UnderlinedField};

/// The annotations there are, and whether each stands on relations; the others stand on columns.
pub const ANNOTATIONS: [(&str, bool); 10] = [
    ("lint", true),
    ("message", true),
    ("help", true),
    ("reference", true),
    ("key", false),
    ("primary", false),
    ("secondary", false),
    ("at", false),
    ("level", false),
    ("sample", false),
];

/// The rules of a program, in the order of group and name.
#[must_use]
pub fn catalogue(program: &Program, sources: &SourceMap) -> Checked<Vec<Lint>> {
    let parents = program.types.iter().map(|t| (t.name.value.as_str(), t.parent.value.as_str())).collect();
    let mut reader = Reader { sources, parents, diagnostics: Vec::new() };
    let mut lints: Vec<Lint> = program.declarations.iter().filter_map(|d| reader.declaration(d)).collect();
    lints.sort_by(|a, b| (a.group, &a.name).cmp(&(b.group, &b.name)));
    Checked { value: lints, diagnostics: reader.diagnostics }
}

struct Reader<'a> {
    sources: &'a SourceMap,
    parents: BTreeMap<&'a str, &'a str>,
    diagnostics: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn error(&mut self, code: &'static str, message: String, span: Span) -> &mut Diagnostic {
        self.diagnostics.push(Diagnostic::error(Family::Rule, code, message, span));
        self.diagnostics.last_mut().expect("just pushed")
    }

    fn declaration(&mut self, declaration: &Declaration) -> Option<Lint> {
        self.known(&declaration.annotations, true);
        for column in &declaration.columns {
            self.known(&column.annotations, false);
        }
        let lint = find(&declaration.annotations, "lint")?;
        let before = self.diagnostics.len();
        let (group, level, tier) = self.lint_arguments(lint);
        let kinds: Vec<(&str, bool)> = declaration
            .columns
            .iter()
            .map(|c| (c.name.value.as_str(), self.kind(&c.ty.value) == ColumnKind::Claim))
            .collect();
        let message = self.required_message(declaration, lint.span, &kinds);
        let help = find(&declaration.annotations, "help").and_then(|a| self.template(a, &kinds));
        let columns: Vec<LintColumn> = declaration.columns.iter().map(|c| self.column(c, &kinds)).collect();
        self.one_primary(declaration, lint.span);
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

    /// Reports annotations that are unknown, or stand on the wrong thing.
    fn known(&mut self, annotations: &[Annotation], on_relation: bool) {
        for annotation in annotations {
            let label = annotation.label.value.as_str();
            let known = ANNOTATIONS.into_iter().find(|known| known.0 == label);
            match known {
                None => {
                    let names = ANNOTATIONS.iter().map(|known| known.0);
                    let guess = near::did_you_mean(label, names.clone()).unwrap_or_default();
                    let all = names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
                    let message = format!("unknown annotation `{label}`");
                    let diagnostic = self.error("unknown-annotation", message, annotation.label.span);
                    diagnostic.primary.text = guess;
                    diagnostic.help = Some(format!("the annotations are {all}"));
                }
                Some((_, relation)) if relation != on_relation => {
                    let place = if relation { "a relation" } else { "a column" };
                    let message = format!("`@[{label}]` belongs on {place}");
                    self.error("misplaced-annotation", message, annotation.span);
                }
                Some(_) => {}
            }
        }
    }

    fn lint_arguments(&mut self, lint: &Annotation) -> (Option<Group>, Option<Level>, u8) {
        let mut group = None;
        let mut level = None;
        let mut tier = 1;
        for (key, value) in &lint.arguments {
            match key.value.as_str() {
                "group" => group = self.word(value, "group", &Group::ALL.map(Group::name), Group::from_name),
                "level" if value.value == "allow" => level = Some(None),
                "level" => {
                    let names = ["error", "warning", "advice", "allow"];
                    level = self.word(value, "level", &names, Level::from_name).map(Some);
                }
                "tier" => {
                    if let Ok(number @ 1..=2) = value.value.parse() {
                        tier = number;
                    } else {
                        let message = format!("tier {} is neither 1 nor 2", value.value);
                        self.error("bad-annotation", message, value.span);
                    }
                }
                other => {
                    let message = format!("`@[lint]` has no `{other}`");
                    self.error("bad-annotation", message, key.span).help =
                        Some("write `@[lint(group = \"…\", level = \"…\", tier = 1)]`".into());
                }
            }
        }
        for (missing, name) in [(group.is_none(), "group"), (level.is_none(), "level")] {
            if missing && !lint.arguments.iter().any(|argument| argument.0.value == name) {
                self.error("bad-annotation", format!("`@[lint]` has no `{name}`"), lint.span);
            }
        }
        (group, level.flatten(), tier)
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
            let diagnostic = self.error("bad-annotation", format!("unknown {what} `{}`", value.value), value.span);
            diagnostic.primary.text = guess;
            diagnostic.help = Some(format!("one of {}", names.join(", ")));
        }
        found
    }

    fn required_message(
        &mut self,
        declaration: &Declaration,
        lint: Span,
        columns: &[(&str, bool)],
    ) -> Option<Template> {
        let Some(message) = find(&declaration.annotations, "message") else {
            let text = format!("the rule `{}` has no message", declaration.name.value);
            self.error("bad-annotation", text, lint).help = Some("add `@[message = \"…\"]`".into());
            return None;
        };
        self.template(message, columns)
    }

    fn template(&mut self, annotation: &Annotation, columns: &[(&str, bool)]) -> Option<Template> {
        let Some(text) = &annotation.text else {
            let message = format!("`@[{}]` has no text", annotation.label.value);
            self.error("bad-annotation", message, annotation.span).help =
                Some(format!("write `@[{} = \"…\"]`", annotation.label.value));
            return None;
        };
        match Template::parse(&text.value, columns) {
            Ok(template) => Some(template),
            Err(error) => {
                let span = self.inside(text, error.start, error.end);
                let names = || columns.iter().map(|column| column.0);
                let (message, help) = match error.fault {
                    TemplateFault::Unclosed => {
                        ("this brace is not closed".to_owned(), "write `{column}` or `{column.field}`".to_owned())
                    }
                    TemplateFault::UnknownColumn(name) => {
                        let all = names().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
                        let guess = near::did_you_mean(&name, names()).unwrap_or_default();
                        (
                            format!("no column is named `{name}`"),
                            format!("{guess} the columns are {all}").trim().to_owned(),
                        )
                    }
                    TemplateFault::UnknownField(name) => {
                        let all = super::ClaimField::ALL.map(|field| format!("`{}`", field.name())).join(", ");
                        (format!("a claim has no field `{name}` for messages"), format!("the fields are {all}"))
                    }
                    TemplateFault::NotAClaim(name) => {
                        (format!("`{name}` holds no claims, so it has no fields"), String::new())
                    }
                };
                let diagnostic = self.error("bad-template", message, span);
                diagnostic.help = Some(help).filter(|help| !help.is_empty());
                None
            }
        }
    }

    /// The place of a part of an annotation's text; the whole text where escapes moved the offsets.
    fn inside(&self, text: &Spanned<String>, start: usize, end: usize) -> Span {
        if self.sources.text(text.span) != text.value {
            return text.span;
        }
        let offset = |n: usize| text.span.start + u32::try_from(n).expect("a template is short");
        Span::new(text.span.file, offset(start), offset(end))
    }

    fn column(&mut self, column: &Column, columns: &[(&str, bool)]) -> LintColumn {
        let kind = self.kind(&column.ty.value);
        let flag = |name| find(&column.annotations, name).is_some();
        let mut label = None;
        for (name, primary) in [("primary", true), ("secondary", false)] {
            let Some(annotation) = find(&column.annotations, name) else { continue };
            if !kind.has_span() {
                let message = format!("a value of type `{}` has no place to underline", column.ty.value);
                self.error("bad-annotation", message, annotation.span);
            }
            label = self.template(annotation, columns).map(|text| ColumnLabel { primary, text });
        }
        LintColumn {
            name: Arc::from(column.name.value.as_str()),
            kind,
            key: flag("key"),
            label,
            at: self.underlined(column, columns),
            level: flag("level"),
            sample: flag("sample"),
        }
    }

    fn underlined(&mut self, column: &Column, columns: &[(&str, bool)]) -> UnderlinedField {
        let Some(annotation) = find(&column.annotations, "at") else { return UnderlinedField::Fixed("says".into()) };
        let text = annotation.text.as_ref().map_or("", |text| text.value.as_str());
        let Some(name) = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else {
            return UnderlinedField::Fixed(text.to_owned());
        };
        if let Some(index) = columns.iter().position(|column| column.0 == name) {
            return UnderlinedField::Column(index);
        }
        let message = format!("no column is named `{name}`");
        self.error("bad-template", message, annotation.span);
        UnderlinedField::Fixed("says".into())
    }

    fn one_primary(&mut self, declaration: &Declaration, lint: Span) {
        let primaries =
            declaration.columns.iter().filter(|column| find(&column.annotations, "primary").is_some()).count();
        if primaries != 1 {
            let message = format!("the rule `{}` has {primaries} primary columns", declaration.name.value);
            self.error("bad-annotation", message, lint).help = Some("mark one column with `@[primary = \"…\"]`".into());
        }
    }

    /// How the values of a type are shown, found by following its parents.
    fn kind(&self, type_name: &str) -> ColumnKind {
        let mut name = type_name;
        for _ in 0..=self.parents.len() {
            match name {
                "Claim" => return ColumnKind::Claim,
                "Source" => return ColumnKind::Source,
                "Name" => return ColumnKind::Name,
                "Predicate" => return ColumnKind::Predicate,
                "Day" => return ColumnKind::Day,
                "number" => return ColumnKind::Number,
                _ => {}
            }
            let Some(parent) = self.parents.get(name) else { break };
            name = parent;
        }
        ColumnKind::Text
    }
}

fn find<'a>(annotations: &'a [Annotation], label: &str) -> Option<&'a Annotation> {
    annotations.iter().find(|annotation| annotation.label.value == label)
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
            program.declarations = parse(&sources, file).value.declarations;
            let lints = catalogue(&program, &sources);
            assert_eq!(lints.diagnostics, []);
            let [lint] = &lints.value[..] else { panic!("{path} does not hold one rule") };
            assert_eq!(path, format!("rules/{}/{}.dl", lint.group.name(), lint.name));
            assert!(!lint.docs.is_empty());
        }
    }
}
