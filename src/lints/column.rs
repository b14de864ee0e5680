//! Annotations on the columns of a rule, and what a rule needs as a whole.

use std::sync::Arc;

use crate::base::near;
use crate::datalog::ast::{Annotation, Column, Declaration};

use super::annotation::{Columns, Reader, find, listed};
use super::{ColumnKind, ColumnLabel, LintColumn, UnderlinedField};

/// The field that is underlined where nothing else is asked for.
const DEFAULT_FIELD: &str = "says";

impl Reader<'_> {
    pub(super) fn column(&mut self, column: &Column, columns: &Columns<'_>) -> LintColumn {
        let kind = self.kind(&column.ty.value);
        let flag = |name| find(&column.annotations, name).is_some();
        let label = self.label(column, kind, columns);
        if let Some(annotation) = find(&column.annotations, "level")
            && kind.is_some_and(|kind| kind != ColumnKind::Text)
        {
            let message = format!("a value of type `{}` is no level", column.ty.value);
            self.bad(message, annotation.span, "", "put it on a column that holds `error`, `warning` or `advice`");
        }
        LintColumn {
            name: Arc::from(column.name.value.as_str()),
            kind: kind.unwrap_or(ColumnKind::Text),
            key: flag("key"),
            label,
            at: self.underlined(column, kind, columns),
            level: flag("level"),
            sample: flag("sample"),
        }
    }

    /// `@[primary]` or `@[secondary]`.
    fn label(&mut self, column: &Column, kind: Option<ColumnKind>, columns: &Columns<'_>) -> Option<ColumnLabel> {
        let primary = find(&column.annotations, "primary");
        let secondary = find(&column.annotations, "secondary");
        if let (Some(primary), Some(secondary)) = (primary, secondary) {
            self.bad(
                format!("column `{}` is both primary and secondary", column.name.value),
                primary.span.to(secondary.span),
                "",
                "keep one of the two",
            );
        }
        let annotation = primary.or(secondary)?;
        if kind.is_some_and(|kind| !kind.has_span()) {
            let message = format!("a value of type `{}` has no place to underline", column.ty.value);
            let help = "put it on a column of type `Claim`, `Source`, `Name` or `Predicate`";
            self.bad(message, annotation.span, "", help);
        }
        let text = self.template(annotation, columns)?;
        Some(ColumnLabel { primary: primary.is_some(), text })
    }

    fn underlined(&mut self, column: &Column, kind: Option<ColumnKind>, columns: &Columns<'_>) -> UnderlinedField {
        let default = || UnderlinedField::Fixed(DEFAULT_FIELD.into());
        let Some(annotation) = find(&column.annotations, "at") else { return default() };
        if kind.is_some_and(|kind| kind != ColumnKind::Claim) {
            let message = format!("a value of type `{}` has no fields", column.ty.value);
            self.bad(message, annotation.span, "", "put it on a column of type `Claim`");
        }
        let Some(text) = &annotation.text else { return default() };
        let written = text.value.as_str();
        let Some(name) = written.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else {
            if !self.fields.contains(&written) {
                let guess = near::did_you_mean(written, self.fields.iter().copied()).unwrap_or_default();
                let help = format!("write one of {}, or `{{column}}`", listed(self.fields.iter().copied()));
                self.bad(format!("a claim has no field `{written}`"), text.span, &guess, &help);
            }
            return UnderlinedField::Fixed(written.to_owned());
        };
        if let Some(index) = columns.iter().position(|column| column.0 == name) {
            return UnderlinedField::Column(index);
        }
        let names = || columns.iter().map(|column| column.0);
        let diagnostic = self.error("bad-template", format!("no column is named `{name}`"), text.span);
        diagnostic.primary.text = near::did_you_mean(name, names()).unwrap_or_default();
        diagnostic.help = Some(format!("the columns are {}", listed(names())));
        default()
    }

    /// A rule has a message, rows, one primary column, and at least one that identifies its findings.
    pub(super) fn whole(&mut self, declaration: &Declaration, lint: &Annotation) {
        let name = &declaration.name;
        let marked =
            |label: &'static str| declaration.columns.iter().filter_map(move |column| find(&column.annotations, label));
        if find(&declaration.annotations, "message").is_none() {
            let message = format!("the rule `{}` has no message", name.value);
            self.bad(message, lint.span, "a rule by this annotation", "add `@[message = \"…\"]`");
        }
        if declaration.inline {
            let message = format!("the rule `{}` is inline, so it has no rows to report", name.value);
            self.bad(message, name.span, "declared `inline`", "declare it without `inline`");
        }
        if marked("key").next().is_none() {
            let message = format!("the rule `{}` has no key column", name.value);
            self.bad(message, name.span, "", "mark the columns that identify a finding with `@[key]`");
        }
        let primaries: Vec<&Annotation> = marked("primary").collect();
        match primaries[..] {
            [] => {
                let message = format!("the rule `{}` has no primary column", name.value);
                self.bad(message, name.span, "", "mark the column to underline first with `@[primary = \"…\"]`");
            }
            [_] => {}
            [first, second, ..] => {
                let message = format!("the rule `{}` has {} primary columns", name.value, primaries.len());
                let diagnostic = self.error("bad-annotation", message, second.span);
                diagnostic.primary.text = "primary as well".into();
                diagnostic.help = Some("keep one, and write `@[secondary = \"…\"]` for the others".into());
                *diagnostic = diagnostic.clone().with_place(first.span, "the first one");
            }
        }
    }
}
