//! What Soufflé has and this language has not: how each construct is called, and what to write instead.

use crate::datalog::syntax::ast::Aggregate;
use crate::datalog::syntax::terms::{INFIX, is_function};

/// A construct's name and one sentence of advice.
pub(in crate::datalog) type Refusal = (&'static str, &'static str);

pub(in crate::datalog) const RECORD: Refusal = ("records", "use one column per part");
pub(in crate::datalog) const BRANCH: Refusal = ("algebraic data types", "use one relation per branch");
pub(in crate::datalog) const COUNTER: Refusal =
    ("counters", "leave it out: the result would depend on the order of evaluation");
pub(in crate::datalog) const USER_FUNCTOR: Refusal =
    ("user-defined functors", "write a relation instead: rules may come from untrusted people");
pub(in crate::datalog) const SUBSUMPTION: Refusal =
    ("subsumption", "keep the best row with `max` in a second relation");
pub(in crate::datalog) const DELTA: Refusal = ("`debug_delta`", "use `gainsay datalog --profile`");
pub(in crate::datalog) const QUALIFIED: Refusal =
    ("names with a dot", "components have no names here: write the relation's own name");

/// Directives with their advice; unknown words get the advice of components.
pub(in crate::datalog) fn directive(word: &str) -> Refusal {
    match word {
        "functor" => USER_FUNCTOR,
        "lattice" => ("lattices", "write a relation instead: rules may come from untrusted people"),
        "printplan" => ("`.printplan`", "leave it out"),
        "limitsize" => ("`.limitsize`", "leave it out, and use the limits of the command"),
        "number_type" => ("`.number_type`", "write `.type T <: number`"),
        "symbol_type" => ("`.symbol_type`", "write `.type T <: symbol`"),
        "declare" => ("`.declare`", "write `.decl`"),
        _ => ("components", "write the relations out, or `.include` a file"),
    }
}

/// Words behind a declaration that are refused.
pub(in crate::datalog) fn qualifier(word: &str) -> Option<Refusal> {
    Some(match word {
        "eqrel" => ("`eqrel`", "write the rules of the closure, or name a representative"),
        "btree_delete" => ("`btree_delete`", "write a second relation that leaves out what should go"),
        "overridable" => ("components", "write the relations out, or `.include` a file"),
        "choice" => ("`choice-domain`", "pick one row with `min`"),
        "input" | "output" | "printsize" => {
            ("a directive behind a declaration", "write `.input`, `.output` or `.printsize` before the name")
        }
        _ => return None,
    })
}

/// Words behind a declaration that change nothing here.
pub(in crate::datalog) const HINTS: [&str; 5] = ["btree", "brie", "magic", "no_magic", "provenance"];

/// Functions that are refused, by name.
pub(in crate::datalog) fn function(word: &str) -> Option<Refusal> {
    matches!(word, "autoinc" | "recursive_iteration_cnt").then_some(COUNTER)
}

/// Words that cannot name a relation or a type.
#[must_use]
pub fn is_reserved(word: &str) -> bool {
    const WORDS: [&str; 6] = ["true", "false", "nil", "inline", "match", "contains"];
    let infix = INFIX.iter().any(|(name, ..)| *name == word);
    function(word).is_some()
        || is_function(word)
        || infix
        || Aggregate::from_name(word).is_some()
        || WORDS.contains(&word)
}
