//! Stored texts of sources: what counts as a paragraph, what a locator points to, and where the words of a quote stand.
//!
//! In go texts, out come numbers of paragraphs and lines. Knows no file, and no text leaves it.

mod locate;
mod many;
mod nearest;
mod normal;
mod split;
mod stored;
#[cfg(test)]
mod tests;

pub(super) use locate::Locator;
pub(super) use nearest::nearest;
pub(super) use stored::{Quote, QuoteFit, StoredText, Work};

pub use split::{Counting, MOST_BYTES, Paragraph, decode, paragraphs};
