//! The keys of `gainsay.yaml`: one table for the reader, for `--set`, for `gainsay config` and for the JSON Schema.

/// A key and what may stand there.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The key.
    pub name: &'static str,
    /// What its value is.
    pub kind: Kind,
    /// The map that it belongs to is no use without it.
    pub required: bool,
    /// What it is for, in a sentence.
    pub docs: &'static str,
}

/// What the value of a key is.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// One of a few words.
    Word(&'static Words),
    /// A day, `YYYY-MM-DD`.
    Day,
    /// A pattern of paths relative to the root, such as `**/*.yaml`, or a list of them.
    Patterns,
    /// A path relative to the root, inside it.
    Path,
    /// A web address in which `{name}` stands for the name of a rule.
    Link,
    /// A map from rules and groups to the words of [`LEVEL`].
    Levels,
    /// A map with these keys.
    Map(&'static [Field]),
    /// A list of maps with these keys.
    Maps(&'static [Field]),
}

/// The words that may stand somewhere.
#[derive(Debug)]
pub struct Words {
    /// All of them.
    pub all: &'static [&'static str],
    /// What each of them is called.
    pub what: &'static str,
    /// The code of the diagnostic about any other word.
    pub(super) code: &'static str,
}

/// The levels that a rule or a group may be set to.
pub static LEVEL: Words = Words { all: &["allow", "advice", "warning", "error"], what: "level", code: "bad-level" };
/// The levels from which a command may fail.
pub static GATE: Words = Words { all: &["error", "warning", "advice", "never"], what: "level", code: "bad-level" };
/// The years whose default levels there are, the newest last.
pub static EDITION: Words = Words { all: &["2026"], what: "edition", code: "unknown-edition" };

const fn field(name: &'static str, kind: Kind, docs: &'static str) -> Field {
    Field { name, kind, required: false, docs }
}

/// The keys of the outermost map.
pub static KEYS: &[Field] = &[
    field("edition", Kind::Word(&EDITION), "The year whose default levels hold; the newest if it is not written."),
    field("facts", Kind::Patterns, "Which files hold facts, by default `**/*.yaml` and `**/*.yml`."),
    field("rules", Kind::Patterns, "Rule files of one's own, beside the built-in rules."),
    field("today", Kind::Day, "The day of the report; by default that of the clock."),
    field("exclude", Kind::Patterns, "Fact files and rule files that are not read at all."),
    field("hide", Kind::Patterns, "Fact files that count, but whose own findings are neither shown nor gate."),
    field("snapshots", Kind::Path, "The folder where `gainsay snapshot` compares and writes."),
    field("gate", Kind::Map(GATES), "When commands fail, and what they leave alone."),
    field("levels", Kind::Levels, "Levels of rules and groups."),
    field(
        "files",
        Kind::Maps(FILES),
        "Levels for findings whose primary place is in certain files; the last that fits holds.",
    ),
    field("output", Kind::Map(OUTPUT), "What reports hold besides findings."),
];

static GATES: &[Field] = &[
    field("check", Kind::Word(&GATE), "The least level at which `gainsay check` fails, by default error."),
    field("diff", Kind::Word(&GATE), "The least level at which `gainsay diff` fails, by default warning."),
    field("baseline", Kind::Path, "The file of findings that were there before and do not gate."),
];

static FILES: &[Field] = &[
    Field { required: true, ..field("path", Kind::Patterns, "Which fact files, relative to the root.") },
    Field { required: true, ..field("levels", Kind::Levels, "Levels of rules and groups in these files.") },
];

static OUTPUT: &[Field] =
    &[field("links", Kind::Link, "Where the pages of rules are; `{name}` stands for the name of a rule.")];

/// Whether some map has that key.
pub(super) fn is_key(name: &str) -> bool {
    is_top_key(name) || [GATES, FILES, OUTPUT].into_iter().flatten().any(|field| field.name == name)
}

/// Whether the outermost map has that key.
pub(super) fn is_top_key(name: &str) -> bool {
    KEYS.iter().any(|field| field.name == name)
}
