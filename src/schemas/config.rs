//! The schema of `gainsay.yaml`, made from the table of its keys.

use crate::config::{Field, KEYS, Kind, LEVEL, Words};

use super::node::{Node, any, closed, described, object, or_null, reference, types, with};
use super::{DRAFT, spelt};

/// The schema of the configuration.
#[must_use]
pub fn config() -> Node {
    let head = object([
        ("$schema", DRAFT.into()),
        ("$id", "urn:gainsay:config".into()),
        ("title", "gainsay.yaml".into()),
        ("description", "The configuration in the root of a data set.".into()),
        ("type", ["object", "null"].into()),
        ("additionalProperties", false.into()),
        ("properties", Node::Object(properties(KEYS))),
    ]);
    with(head, [("definitions", definitions())])
}

fn properties(fields: &[Field]) -> Vec<(String, Node)> {
    let property = |field: &Field| (field.name.to_owned(), described(field.docs, value(field.kind)));
    fields.iter().map(property).collect()
}

fn map(fields: &[Field]) -> Node {
    let required: Vec<&str> = fields.iter().filter(|field| field.required).map(|field| field.name).collect();
    closed(&required, properties(fields))
}

/// What a value may be. An empty map or list may be left out altogether.
fn value(kind: Kind) -> Node {
    match kind {
        Kind::Word(words) => word(words),
        Kind::Day => reference("day"),
        Kind::Patterns => {
            let list = with(types(["array"]), [("items", reference("pattern"))]);
            any([reference("pattern"), list])
        }
        Kind::Path => reference("path"),
        Kind::Link => reference("link"),
        Kind::Levels => or_null(with(types(["object"]), [("additionalProperties", word(&LEVEL))])),
        Kind::Map(fields) => or_null(map(fields)),
        Kind::Maps(fields) => or_null(with(types(["array"]), [("items", map(fields))])),
    }
}

fn word(words: &Words) -> Node {
    object([("enum", Node::List(words.all.iter().flat_map(|word| spelt(word)).collect()))])
}

fn definitions() -> Node {
    let text = |description: &str, pattern: &str| {
        object([("description", description.into()), ("type", "string".into()), ("pattern", pattern.into())])
    };
    let below = r"^(?!/)(?!.:)(?!(?:[^/]*/)*\.\.(?:/|$))[\s\S]+$";
    object([
        ("day", text("a day as YYYY-MM-DD", "^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$")),
        ("pattern", text("paths relative to the data set's root, such as `**/*.yaml`", below)),
        ("path", text("a path relative to the data set's root, inside it", below)),
        (
            "link",
            text(
                "a web address in which `{name}` stands for the name of a rule",
                r#"^https?://[^\s<>"`]*\{name\}[^\s<>"`]*$"#,
            ),
        ),
    ])
}
