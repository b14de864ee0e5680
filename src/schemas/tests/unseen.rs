//! Faults of fact files that no schema can see, and why. One that a schema does see must not stand here: a test fails then.

/// A schema looks at one value at a time, not at what others in the same file or another one declare.
const ELSEWHERE: &str = "what is declared, and where, stands in other entries, documents, files and packs";
/// Two texts, or two parts of one, would have to be compared.
const COMPARED: &str = "two numbers, days or words are compared";
/// JSON has no word for it.
const NOT_JSON: &str = "once YAML is read as JSON it is gone";
/// Regular expressions of ECMA 262 cannot remember what stood before, or would be too long.
const COUNTED: &str = "no expression counts or compares what stands in several places of a text";
/// The form of a value depends on what its key is declared to be.
const TYPED: &str = "what a qualifier or a number must look like is declared in the vocabulary";
/// Only of this file is it known.
const AFTERWARDS: &str = "it counts mistakes, or follows from one";

/// Code, part of the message, and the reason.
pub(super) const UNSEEN: &[(&str, &str, &str)] = &[
    ("alias-collision", "", ELSEWHERE),
    ("bad-allow", "ends before it starts", COMPARED),
    ("bad-at", "`20-18` is no locator", COMPARED),
    ("bad-certainty", "is no likelihood", "a scale of the data set may have that word"),
    ("bad-certainty", "is no word of the scale", ELSEWHERE),
    ("bad-certainty", "runs backwards", COMPARED),
    ("bad-date", "comes no later than the start of the office", COMPARED),
    ("bad-date", "ends before it starts", COMPARED),
    ("bad-date", "has no day 29", "which years have a leap day takes arithmetic"),
    ("bad-duration", "is longer than the calendar", COMPARED),
    ("bad-pattern", "is no variable", COUNTED),
    ("bad-pattern", "occurs in `", COUNTED),
    ("bad-pattern", "this brace is not closed", COUNTED),
    ("bad-pattern", "two patterns are named", COMPARED),
    ("bad-qualifier", "stands twice", COUNTED),
    ("bad-qualifier", "takes `true` only", TYPED),
    ("bad-qualifier", "takes a ", TYPED),
    ("bad-qualifier", "takes one quantity", TYPED),
    ("bad-quantity", "an exponent has no `+`", "`5e` is a quantity of the unit `e`, and `+9` another value"),
    ("bad-quantity", "has a base of its own", ELSEWHERE),
    ("bad-quantity", "has no unit, ", TYPED),
    ("bad-quantity", " is in ", TYPED),
    ("bad-quantity", "runs backwards", COMPARED),
    ("bad-quantity", "takes a quantity", TYPED),
    ("bad-quantity", "unknown unit", ELSEWHERE),
    ("bad-reference", "cannot", COMPARED),
    ("bad-rule", "occurs in the conclusion only", COUNTED),
    ("bad-says", "on both sides", COUNTED),
    ("cyclic-hierarchy", "", ELSEWHERE),
    ("duplicate-name", "", ELSEWHERE),
    ("duplicate-source", "", ELSEWHERE),
    ("too-large", "atoms, the limit is", COUNTED),
    ("too-large", "more problems, which are not shown", AFTERWARDS),
    ("unknown-in-vocabulary", "", ELSEWHERE),
    ("unknown-qualifier", "", ELSEWHERE),
    ("unknown-scale", "", ELSEWHERE),
    ("yaml-feature", "anchors are not supported", NOT_JSON),
    ("yaml-feature", "directives are not supported", NOT_JSON),
    ("yaml-syntax", "must be indented deeper", "other readers of YAML take it"),
    ("yaml-syntax", "a carriage return stands on its own", NOT_JSON),
];

/// Faults that a schema sees in some texts and not in others, and that have one message all the same.
pub(super) const PARTLY_SEEN: &[(&str, &str, &str)] = &[
    ("bad-certainty", "the smaller first", COMPARED),
    ("yaml-feature", "aliases are not supported", NOT_JSON),
    ("yaml-feature", "tags are not supported", NOT_JSON),
];
