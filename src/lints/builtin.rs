//! The rule files and pages that come with the program, embedded by the build script.

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// Paths of the built-in rule files below their group folders, in byte order.
pub fn rule_paths() -> impl Iterator<Item = &'static str> {
    in_groups("dl")
}

/// Paths of all built-in files that rules may include, in byte order.
pub fn included_paths() -> impl Iterator<Item = &'static str> {
    with_extension("dl")
}

/// Paths of the built-in pages, in byte order.
pub fn page_paths() -> impl Iterator<Item = &'static str> {
    in_groups("md")
}

/// Paths of the vocabulary files that the cases of the built-in pages use.
pub fn case_vocabulary_paths() -> impl Iterator<Item = &'static str> {
    with_extension("yaml")
}

/// Files of `rules/<group>/`.
fn in_groups(extension: &'static str) -> impl Iterator<Item = &'static str> {
    with_extension(extension).filter(|path| path.matches('/').count() == 2)
}

fn with_extension(extension: &'static str) -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|file| file.0).filter(move |path| path.rsplit('.').next() == Some(extension))
}

/// The text of an embedded file.
#[must_use]
pub fn text(path: &str) -> Option<&'static str> {
    FILES.binary_search_by(|file| file.0.cmp(path)).ok().map(|index| FILES[index].1)
}
