//! Vocabularies that come with the program.

/// Names and texts of the packs.
const PACKS: [(&str, &str); 2] = [
    ("gainsay:core", include_str!("packs/core.yaml")),
    ("gainsay:world-politics", include_str!("packs/world-politics.yaml")),
];

/// The pack that is used where no `use` is written.
pub(super) const DEFAULT: &str = "gainsay:core";

/// The text of a pack.
pub(super) fn text(name: &str) -> Option<&'static str> {
    PACKS.iter().find(|(pack, _)| *pack == name).map(|(_, text)| *text)
}

/// The names of all packs.
pub fn names() -> impl Iterator<Item = &'static str> {
    PACKS.iter().map(|(name, _)| *name)
}
