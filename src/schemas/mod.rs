//! JSON Schema, draft 7, of what gainsay reads and writes, for editors and for other programs.
//!
//! Made from the tables that the readers themselves are driven by, so that there is no second list of keys.

mod config;
mod facts;
mod forms;
mod node;
mod report;
#[cfg(test)]
pub(crate) mod tests;

pub use config::config;
pub use facts::facts;
pub use node::Node;
pub use report::report;

/// The draft that editors of YAML read.
const DRAFT: &str = "http://json-schema.org/draft-07/schema#";

/// How a word may be written: as a text, and as a number where it is one.
fn spelt(word: &str) -> Vec<Node> {
    let text = Node::from(word);
    word.parse::<i64>().map_or_else(|_| vec![text.clone()], |number| vec![number.into(), text.clone()])
}
