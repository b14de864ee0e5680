//! What Soufflé has and this language has not: how each construct is called, and what to write instead.

/// A construct's name and one sentence of advice.
pub(in crate::datalog) type Refusal = (&'static str, &'static str);

pub(in crate::datalog) const RECORD: Refusal = ("records", "use one column per part");
pub(in crate::datalog) const BRANCH: Refusal = ("algebraic data types", "use one relation per branch");
pub(in crate::datalog) const COUNTER: Refusal =
    ("counters", "leave `$` out: the result would depend on the order of evaluation");
pub(in crate::datalog) const USER_FUNCTOR: Refusal =
    ("user-defined functors", "write a relation instead: rules may come from untrusted people");
pub(in crate::datalog) const DISJUNCTION: Refusal = ("`;` in a body", "write one clause for each alternative");
pub(in crate::datalog) const GROUP: Refusal =
    ("parentheses around conditions", "write one clause for each alternative");
pub(in crate::datalog) const HEADS: Refusal = ("several heads", "write one clause for each head");
pub(in crate::datalog) const SUBSUMPTION: Refusal =
    ("subsumption", "write a second relation that leaves out each row for which there is a better one");
pub(in crate::datalog) const NEGATED_CONSTRAINT: Refusal =
    ("`!` before something that is no atom", "write the opposite comparison, such as `!=` for `=`");
pub(in crate::datalog) const EXOTIC_NUMBER: Refusal =
    ("floating-point and unsigned numbers", "use whole numbers, such as thousandths");
pub(in crate::datalog) const NEGATIVE_TERM: Refusal = ("`-` before a term", "write `0 - X` for `-X`");
pub(in crate::datalog) const ARITHMETIC: Refusal =
    ("this operator", "use `+` and `-`, or let the data set hold the result");
pub(in crate::datalog) const AGGREGATE: Refusal =
    ("aggregates other than `count`", "use `count`, or a rule that finds the extreme row");
pub(in crate::datalog) const NESTED_COUNT: Refusal =
    ("a `count` inside another term", "name it first: `N = count : { … }` as a condition of its own");
pub(in crate::datalog) const TRUTH: Refusal =
    ("`true` and `false` as conditions", "leave `true` out, and leave out a clause with `false`");
pub(in crate::datalog) const QUALIFIED: Refusal =
    ("names with a dot", "components have no names here: write the relation's own name");

/// Directives with their advice; unknown words get the advice of components.
pub(in crate::datalog) fn directive(word: &str) -> Refusal {
    match word {
        "functor" => USER_FUNCTOR,
        "lattice" => ("lattices", "write a relation instead: rules may come from untrusted people"),
        "pragma" => ("`.pragma`", "leave it out, and use the options of the command"),
        "plan" => ("`.plan`", "leave it out: the order of joins is chosen at run time"),
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
        "btree" | "brie" | "provenance" => ("a hint on storage", "leave the word out: storage is chosen at run time"),
        "btree_delete" => ("`btree_delete`", "write a second relation that leaves out what should go"),
        "magic" | "no_magic" | "no_inline" => ("a hint on evaluation", "leave the word out"),
        "overridable" => ("components", "write the relations out, or `.include` a file"),
        "choice" => ("`choice-domain`", "write a second relation that leaves out all rows but the first, with `!`"),
        "debug_delta" => ("`debug_delta`", "leave it out"),
        "input" | "output" | "printsize" => {
            ("a directive behind a declaration", "write `.input`, `.output` or `.printsize` before the name")
        }
        _ => return None,
    })
}

/// Functions and conditions that are refused, by name.
pub(in crate::datalog) fn function(word: &str) -> Option<Refusal> {
    Some(match word {
        "cat" | "strlen" | "substr" | "to_number" | "to_string" | "to_unsigned" | "to_float" | "ord" => {
            ("functions on texts", "let the data set hold the result in a column")
        }
        "match" | "contains" => ("patterns", "compare whole texts, or let the data set mark what matches"),
        "range" => ("`range`", "list the numbers in a relation"),
        "as" => ("`as`", "declare a common type above both with `<:`"),
        "autoinc" | "recursive_iteration_cnt" => COUNTER,
        "band" | "bor" | "bxor" | "bnot" | "bshl" | "bshr" | "bshru" | "land" | "lor" | "lxor" | "lnot" => ARITHMETIC,
        "sum" | "mean" => AGGREGATE,
        _ => return None,
    })
}

/// Words that cannot name a relation or a type.
pub(in crate::datalog) fn is_reserved(word: &str) -> bool {
    function(word).is_some() || matches!(word, "min" | "max" | "count" | "true" | "false" | "nil" | "inline")
}
