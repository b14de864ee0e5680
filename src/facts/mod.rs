//! Fact files as a data set: what was claimed, by whom, how surely, when, and the words it is claimed in.

mod atoms;
mod certainty;
mod claim;
mod context;
mod copies;
mod cycles;
mod dataset;
mod decode;
mod edit;
mod extract;
mod form;
mod header;
mod lexicon;
mod links;
mod load;
mod lost;
mod named;
mod order;
mod packs;
mod pattern;
mod propose;
mod quantity;
mod read;
mod record;
mod refuse;
mod says;
pub mod schema;
#[cfg(test)]
mod tests;
pub mod text;
mod vocabulary;
mod words;

pub use certainty::words as likelihood_words;
pub use copies::{Folders, check_copies};
pub use dataset::{
    Absent, Allow, Atom, Behalf, Claim, Dataset, Horizon, Misplaced, Outcome, Proposition, Qualifier, ShortIds, Source,
    StoredCopy, Sure, Unresolved, Written,
};
pub use edit::{AllowEntry, Edit, edited, insert_allow};
pub use extract::{claims_text, vocabulary_text};
pub use form::{MAX_IDENTIFIER, MAX_NAMES, RESERVED, as_identifier};
pub use load::{MAX_DATA_SET, Texts, limited, load};
pub use lost::Lost;
pub use packs::names as pack_names;
pub use quantity::{Decimal, Quantity};
pub use read::{read, read_beside};
pub use vocabulary::*;
