//! Embeds `rules/**/*.dl` and their pages, sorted by path.

fn main() {}
