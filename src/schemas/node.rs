//! JSON whose keys keep the order in which they are written, so that a schema reads as it was meant.

use serde::{Serialize, Serializer};

/// A JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// `null`.
    Nothing,
    /// `true` or `false`.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// Keys and their values.
    Object(Vec<(String, Node)>),
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Nothing => serializer.serialize_unit(),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Number(number) => serializer.serialize_i64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => serializer.collect_seq(items),
            Self::Object(entries) => serializer.collect_map(entries.iter().map(|(key, value)| (key, value))),
        }
    }
}

impl From<bool> for Node {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<i64> for Node {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<usize> for Node {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<&str> for Node {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Node {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl<T: Into<Node>> From<Vec<T>> for Node {
    fn from(items: Vec<T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Node>, const N: usize> From<[T; N]> for Node {
    fn from(items: [T; N]) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

/// Keys and values as an object.
pub(super) fn object<const N: usize>(entries: [(&str, Node); N]) -> Node {
    Node::Object(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

/// The object with more at its end.
pub(super) fn with<const N: usize>(node: Node, more: [(&str, Node); N]) -> Node {
    let mut entries = if let Node::Object(entries) = node { entries } else { Vec::new() };
    entries.extend(more.into_iter().map(|(key, value)| (key.to_owned(), value)));
    Node::Object(entries)
}

/// The entries of both objects.
pub(super) fn joined(first: Node, second: Node) -> Node {
    match (first, second) {
        (Node::Object(mut entries), Node::Object(more)) => {
            entries.extend(more);
            Node::Object(entries)
        }
        (first, _) => first,
    }
}

/// The value with what it is for. Beside a reference nothing else counts, so it is put one deeper.
pub(super) fn described(docs: &str, value: Node) -> Node {
    let docs = object([("description", docs.into())]);
    let is_reference = matches!(&value, Node::Object(entries) if entries.iter().any(|(key, _)| key == "$ref"));
    if is_reference { with(docs, [("allOf", [value].into())]) } else { joined(docs, value) }
}

/// The value or that other one.
pub(super) fn either(value: Node, other: Node) -> Node {
    if let Node::Object(entries) = &value
        && let [(key, Node::List(all))] = &entries[..]
        && key == "anyOf"
    {
        let mut all = all.clone();
        all.push(other);
        return object([("anyOf", Node::List(all))]);
    }
    any([value, other])
}

/// The object, or `null` in its place.
pub(super) fn or_null(node: Node) -> Node {
    let Node::Object(mut parts) = node else { return node };
    for (_, part) in parts.iter_mut().filter(|(key, _)| key == "type") {
        let name = std::mem::replace(part, Node::Nothing);
        *part = [name, "null".into()].into();
    }
    Node::Object(parts)
}

/// A reference to one of the definitions.
pub(super) fn reference(name: &str) -> Node {
    object([("$ref", format!("#/definitions/{name}").into())])
}

/// A value of one of these types.
pub(super) fn types<const N: usize>(names: [&str; N]) -> Node {
    let name: Node = if let [name] = names[..] { name.into() } else { names.into() };
    object([("type", name)])
}

/// One of several.
pub(super) fn any<const N: usize>(all: [Node; N]) -> Node {
    object([("anyOf", Node::List(all.into()))])
}

/// An object with these keys and no others; `required` are those that it must have.
pub(super) fn closed(required: &[&str], properties: Vec<(String, Node)>) -> Node {
    let node = with(types(["object"]), [("additionalProperties", false.into())]);
    let node = if required.is_empty() { node } else { with(node, [("required", required.to_vec().into())]) };
    with(node, [("properties", Node::Object(properties))])
}
