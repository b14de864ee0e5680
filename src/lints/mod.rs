//! Rule files as a catalogue of what users call rules: relations marked `@[lint]`, with their metadata and pages.
//!
//! Goes in: a parsed program. Comes out: one [`Lint`] per marked relation, templates checked against its columns.
//! Knows the annotations and the types `Claim`, `Day` and so on by name, but nothing of fact files.

mod annotation;
pub mod builtin;
mod column;
mod group;
mod page;
mod sentence;
mod template;

pub use annotation::catalogue;
pub use group::Group;
pub use page::{Case, Expectation, Mark, Page};
pub use template::{ClaimField, Piece, Template, TemplateError, TemplateFault};

use std::sync::Arc;

use crate::base::{Level, Primitive, Span};

/// A rule, as users say: a relation marked `@[lint]`. Its name is its identity everywhere.
#[derive(Clone, Debug)]
pub struct Lint {
    /// The name, with `-`.
    pub name: Arc<str>,
    /// The relation, with `_`.
    pub relation: Arc<str>,
    /// The group, which is also the folder of its file.
    pub group: Group,
    /// The default level; `None` is off.
    pub level: Option<Level>,
    /// 1 is the first release.
    pub tier: u8,
    /// What it looks for, in a sentence.
    pub docs: String,
    /// Its columns.
    pub columns: Vec<LintColumn>,
    /// The message of a finding.
    pub message: Template,
    /// What to do about a finding.
    pub help: Option<Template>,
    /// Where the declaration stands.
    pub declared_at: Span,
}

impl Lint {
    /// Sets the level of all rows, whatever steps a column marked `@[level]` gives; `None` is off.
    pub fn set_level(&mut self, level: Option<Level>) {
        self.level = level;
        for column in &mut self.columns {
            column.level = false;
        }
    }

    /// Whether the name is that of the rule or of its group.
    #[must_use]
    pub fn is_named(&self, name: &str) -> bool {
        *self.name == *name || self.group.name() == name
    }
}

/// A column of a rule's relation.
#[derive(Clone, Debug)]
pub struct LintColumn {
    /// Its name.
    pub name: Arc<str>,
    /// How its values are shown.
    pub kind: ColumnKind,
    /// It is part of the identity of a finding.
    pub key: bool,
    /// The text under its span, and whether it is the primary one.
    pub label: Option<ColumnLabel>,
    /// The underlined field.
    pub at: UnderlinedField,
    /// It holds the level of the row.
    pub level: bool,
    /// Of rows that differ only here, the first stands for all.
    pub sample: bool,
}

/// What the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// Ids of claims.
    Claim,
    /// Ids of sources.
    Source,
    /// Names, shown by their labels.
    Name,
    /// Predicates.
    Predicate,
    /// Other texts.
    Text,
    /// Days.
    Day,
    /// Other numbers.
    Number,
    /// Numbers without a sign.
    Unsigned,
    /// Floats.
    Float,
}

impl ColumnKind {
    /// Whether a place in a fact file belongs to the value.
    #[must_use]
    pub fn has_span(self) -> bool {
        match self {
            Self::Claim | Self::Source | Self::Name | Self::Predicate => true,
            Self::Text | Self::Day | Self::Number | Self::Unsigned | Self::Float => false,
        }
    }

    /// The kind of values of which only the primitive type is known.
    #[must_use]
    pub fn of(primitive: Primitive) -> Self {
        match primitive {
            Primitive::Symbol => Self::Text,
            Primitive::Number => Self::Number,
            Primitive::Unsigned => Self::Unsigned,
            Primitive::Float => Self::Float,
        }
    }

    /// The primitive type of the values.
    #[must_use]
    pub fn primitive(self) -> Primitive {
        match self {
            Self::Claim | Self::Source | Self::Name | Self::Predicate | Self::Text => Primitive::Symbol,
            Self::Day | Self::Number => Primitive::Number,
            Self::Unsigned => Primitive::Unsigned,
            Self::Float => Primitive::Float,
        }
    }
}

/// The label of a column.
#[derive(Clone, Debug)]
pub struct ColumnLabel {
    /// `@[primary]`, not `@[secondary]`.
    pub primary: bool,
    /// The text.
    pub text: Template,
}

/// Which field of a claim is underlined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnderlinedField {
    /// The field of that name; `says` by default.
    Fixed(String),
    /// The field whose name the column holds.
    Column(usize),
}
