//! The groups of rules.

/// A group of rules: the folder they stand in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Claims that exclude each other.
    Contradiction,
    /// Compatible, and yet a careful reader frowns.
    Tension,
    /// Forecasts, and promises with a date.
    Prediction,
    /// Where claims come from.
    Sourcing,
    /// Premises and objections.
    Argument,
    /// Words and what they are applied to.
    Vocabulary,
    /// The data set itself.
    Hygiene,
}

impl Group {
    /// All groups in the order of reports.
    pub const ALL: [Self; 7] = [
        Self::Contradiction,
        Self::Tension,
        Self::Prediction,
        Self::Sourcing,
        Self::Argument,
        Self::Vocabulary,
        Self::Hygiene,
    ];

    /// The word for it: the name of its folder.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Contradiction => "contradiction",
            Self::Tension => "tension",
            Self::Prediction => "prediction",
            Self::Sourcing => "sourcing",
            Self::Argument => "argument",
            Self::Vocabulary => "vocabulary",
            Self::Hygiene => "hygiene",
        }
    }

    /// The group of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.name() == name)
    }
}
