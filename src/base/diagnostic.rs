//! Problems of the input, each with its place and a way out.

use super::source::Span;

/// How grave a finding or a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Worth a look.
    Advice,
    /// Does not fit together.
    Warning,
    /// Broken.
    Error,
}

impl Level {
    /// All levels, the least first.
    pub const ALL: [Self; 3] = [Self::Advice, Self::Warning, Self::Error];

    /// The word for it in files and reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Advice => "advice",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// The level of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.name() == name)
    }
}

/// Which kind of file a diagnostic is about; the first word of its title.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// A fact file.
    Fact,
    /// A rule file.
    Rule,
    /// `gainsay.yaml`.
    Config,
}

impl Family {
    /// The word that reports print before the code.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Fact => "fact-error",
            Self::Rule => "rule-error",
            Self::Config => "config-error",
        }
    }
}

/// A place, and what is said of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What; one line, may be empty.
    pub text: String,
}

impl Label {
    /// `text` about `span`.
    pub fn new(span: Span, text: impl Into<String>) -> Self {
        Self { span, text: text.into() }
    }
}

/// A problem of the input: a fact file, a rule file, the configuration.
///
/// The message is one line, says what was expected and found, and gives no advice; `help` is an order that can be followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The name of the diagnostic, such as `unknown-key`.
    pub code: &'static str,
    /// What kind of file it is about.
    pub family: Family,
    /// How grave it is.
    pub level: Level,
    /// What is wrong.
    pub message: String,
    /// Where, and what is there.
    pub primary: Label,
    /// Other places that matter.
    pub secondary: Vec<Label>,
    /// What to do.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error at `span` with an empty label and no help.
    pub fn error(family: Family, code: &'static str, message: impl Into<String>, span: Span) -> Self {
        Self {
            code,
            family,
            level: Level::Error,
            message: message.into(),
            primary: Label::new(span, ""),
            secondary: Vec::new(),
            help: None,
        }
    }

    /// The same with another level.
    #[must_use]
    pub fn with_level(mut self, level: Level) -> Self {
        self.level = level;
        self
    }

    /// The same with a text under the primary span.
    #[must_use]
    pub fn with_label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// The same with one more place.
    #[must_use]
    pub fn with_place(mut self, span: Span, text: impl Into<String>) -> Self {
        self.secondary.push(Label::new(span, text));
        self
    }

    /// The same with a help text.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The order of reports: by file and place, then code and message.
    #[must_use]
    pub fn order(&self) -> (Span, &'static str, &str) {
        (self.primary.span, self.code, &self.message)
    }
}

/// What a phase over user input gives: it does not fail, it yields what it could build and says what was wrong.
#[derive(Clone, Debug)]
pub struct Checked<T> {
    /// What could be built.
    pub value: T,
    /// What was wrong, one diagnostic per cause.
    pub diagnostics: Vec<Diagnostic>,
}

impl<T> Checked<T> {
    /// A value without any problem.
    pub fn clean(value: T) -> Self {
        Self { value, diagnostics: Vec::new() }
    }

    /// Whether some diagnostic is an error.
    pub fn has_errors(&self) -> bool {
        has_errors(&self.diagnostics)
    }
}

/// Whether some of the diagnostics is an error.
#[must_use]
pub fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|diagnostic| diagnostic.level == Level::Error)
}
