//! `.input`, `.output` and `.printsize` with their parameters, checked.
//!
//! Goes in: one directive as written, and how wide its relation is. Comes out: a [`Directive`] whose values are read,
//! or what is wrong with it. Opens no file and joins no paths.

use crate::base::{Diagnostic, Family, Span, Spanned, near};

use crate::datalog::program::{Directive, Medium, RelationId, Verb};
use crate::datalog::syntax::ast;
use crate::datalog::syntax::names::clip;

/// The parameters there are.
const PARAMETERS: [&str; 7] = ["IO", "filename", "delimiter", "headers", "rfc4180", "attributeNames", "columns"];
/// How the names of compressed files end.
const COMPRESSED: [&str; 5] = [".gz", ".xz", ".zst", ".bz2", ".zip"];

/// The last column of a file that `columns` may name: a reader keeps a place for each column up to it.
const LAST_COLUMN: usize = 65_535;

/// Reads the parameters of a directive of a relation with that many columns. A parameter with a fault counts as absent.
pub(in crate::datalog) fn check(
    directive: &ast::Directive,
    relation: RelationId,
    columns: usize,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Directive> {
    let verb = Verb::from_name(&directive.verb.value)?;
    let span = directive.verb.span.to(directive.relation.span);
    let medium = Medium::File;
    let checked = Directive {
        verb,
        relation,
        medium,
        filename: None,
        delimiter: None,
        headers: false,
        rfc4180: false,
        attribute_names: None,
        columns: None,
        span,
    };
    let mut reader = Reader { directive: checked, width: columns, diagnostics };
    for (place, (key, value)) in directive.parameters.iter().enumerate() {
        let first = directive.parameters[..place].iter().find(|(earlier, _)| earlier.value == key.value);
        match first {
            Some((first, _)) => reader.twice(key, first.span),
            None => reader.parameter(key, value),
        }
    }
    reader.quotes();
    Some(reader.directive)
}

struct Reader<'out> {
    directive: Directive,
    width: usize,
    diagnostics: &'out mut Vec<Diagnostic>,
}

impl Reader<'_> {
    fn parameter(&mut self, key: &Spanned<String>, value: &Spanned<String>) {
        match key.value.as_str() {
            "IO" => self.medium(value),
            "filename" => self.filename(value),
            "delimiter" if value.value.is_empty() => {
                self.bad(value, "a delimiter has at least one character", "is empty");
            }
            "delimiter" if value.value.contains(['\n', '\r']) => {
                self.bad(value, "a delimiter has no line break, which ends a row", "has one");
            }
            "delimiter" => self.directive.delimiter = Some(value.clone()),
            "headers" => self.directive.headers = self.truth(key, value),
            "rfc4180" => self.directive.rfc4180 = self.truth(key, value),
            "attributeNames" => self.directive.attribute_names = Some(value.clone()),
            "columns" => self.columns(value),
            "compress" => self.compressed(key.span),
            _ => self.unknown(key),
        }
    }

    /// Where values may stand in quotes, no delimiter may hold any.
    fn quotes(&mut self) {
        let Directive { rfc4180, delimiter, .. } = &mut self.directive;
        if *rfc4180 && let Some(value) = delimiter.take_if(|delimiter| delimiter.value.contains('"')) {
            self.bad(&value, "a delimiter of `rfc4180` has no quotation mark", "has one");
        }
    }

    fn medium(&mut self, value: &Spanned<String>) {
        let (stream, other) = match self.directive.verb {
            Verb::Input => ("stdin", "stdout"),
            Verb::Output | Verb::PrintSize => ("stdout", "stdin"),
        };
        match value.value.as_str() {
            "file" => self.directive.medium = Medium::File,
            word if word == stream => self.directive.medium = Medium::Stream,
            "sqlite" | "json" => {
                let message = format!("`IO={}` is not supported", value.value);
                self.diagnostics.push(
                    Diagnostic::error(Family::Rule, "not-supported", message, value.span)
                        .with_label("convert the data to tab-separated text"),
                );
            }
            word if word == other => {
                let verb = self.directive.verb.name();
                self.bad(value, &format!("`.{verb}` has nothing to do with `{other}`"), &format!("write `{stream}`"));
            }
            _ => self.choice(value, &["file", stream]),
        }
    }

    fn filename(&mut self, value: &Spanned<String>) {
        let path = value.value.to_ascii_lowercase();
        if value.value.is_empty() {
            self.bad(value, "a file name has at least one character", "is empty");
        } else if COMPRESSED.iter().any(|end| path.ends_with(end)) {
            self.compressed(value.span);
        } else {
            self.directive.filename = Some(value.clone());
        }
    }

    fn compressed(&mut self, span: Span) {
        self.diagnostics.push(
            Diagnostic::error(Family::Rule, "not-supported", "compressed files are not supported", span)
                .with_label("convert the data to plain text"),
        );
    }

    fn truth(&mut self, key: &Spanned<String>, value: &Spanned<String>) -> bool {
        match value.value.as_str() {
            "true" => true,
            "false" => false,
            _ => {
                let message = format!("`{}` is `true` or `false`, found `{}`", key.value, clip(&value.value));
                self.bad(value, &message, "neither of them");
                false
            }
        }
    }

    /// `columns="2:0:1"`: which column of the file each column of the relation is.
    fn columns(&mut self, value: &Spanned<String>) {
        let places: Option<Vec<usize>> = value.value.split(':').map(|place| place.parse().ok()).collect();
        let Some(places) = places else {
            return self.bad(value, "`columns` is a list of column numbers with `:` between them", "such as `2:0:1`");
        };
        if places.len() != self.width {
            let message = format!("`columns` names {} columns, but the relation has {}", places.len(), self.width);
            return self.bad(value, &message, "one number for each column of the relation");
        }
        if places.iter().any(|&place| place > LAST_COLUMN) {
            let message = format!("`columns` names a column of the file beyond {LAST_COLUMN}");
            return self.bad(value, &message, "numbers of columns, from 0");
        }
        let mut sorted = places.clone();
        sorted.sort_unstable();
        if sorted.windows(2).any(|pair| pair[0] == pair[1]) {
            return self.bad(value, "`columns` names a column of the file twice", "each number once");
        }
        self.directive.columns = Some(places);
    }

    fn choice(&mut self, value: &Spanned<String>, known: &[&str]) {
        let found = clip(&value.value);
        let label = near::did_you_mean(found, known.iter().copied()).unwrap_or_else(|| "not one of them".to_owned());
        let listed: Vec<String> = known.iter().map(|word| format!("`{word}`")).collect();
        self.bad(value, &format!("`IO` is {}, found `{found}`", listed.join(" or ")), &label);
    }

    fn bad(&mut self, value: &Spanned<String>, message: &str, label: &str) {
        let problem = Diagnostic::error(Family::Rule, "bad-parameter", message, value.span).with_label(label);
        self.diagnostics.push(problem.with_help("correct the value, or leave the parameter out"));
    }

    fn twice(&mut self, key: &Spanned<String>, first: Span) {
        let message = format!("`{}` is given twice", clip(&key.value));
        self.diagnostics.push(
            Diagnostic::error(Family::Rule, "bad-parameter", message, key.span)
                .with_label("given again")
                .with_place(first, "first given here")
                .with_help("remove one of them"),
        );
    }

    fn unknown(&mut self, key: &Spanned<String>) {
        let found = clip(&key.value);
        let label = near::did_you_mean(found, PARAMETERS).unwrap_or_else(|| "not a parameter".to_owned());
        let known = PARAMETERS.map(|word| format!("`{word}`")).join(", ");
        let message = format!("unknown parameter `{found}`");
        self.diagnostics.push(
            Diagnostic::error(Family::Rule, "unknown-parameter", message, key.span)
                .with_label(label)
                .with_help(format!("use one of {known}")),
        );
    }
}
