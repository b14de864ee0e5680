//! The schema of one document of a fact file, made from the field table.

use crate::facts::schema::{
    ALLOW, ALLOW_NEEDS, ATOMS, CLAIM, DOCUMENT, Field, Form, Kind, NAMED_PATTERN, PATTERN, PROMISE_PATTERN,
    SCALE_WORDS, Shape,
};
use crate::facts::{likelihood_words, pack_names};
use crate::yaml::MAX_SCALAR;

use super::forms::{self, whole};
use super::node::{Node, any, closed, described, either, joined, object, or_null, reference, types, with};
use super::{DRAFT, spelt};

/// Keys that make a source document, which has no others.
const OF_SOURCES: [&str; 2] = ["source", "claims"];

/// The schema of a document of a fact file; a file of several is right if each of them is.
#[must_use]
pub fn facts() -> Node {
    let head = object([
        ("$schema", DRAFT.into()),
        ("$id", "urn:gainsay:facts".into()),
        ("title", "gainsay fact file".into()),
        (
            "description",
            "One document of a fact file: a source with its claims, or vocabulary. What a schema cannot see, such as \
             whether a name is declared, `gainsay check` tells."
                .into(),
        ),
        ("type", ["object", "null"].into()),
        ("additionalProperties", false.into()),
        ("properties", Node::Object(DOCUMENT.iter().map(property).collect())),
    ]);
    with(one_kind(head), [("definitions", definitions())])
}

/// A document with claims has a source, and no vocabulary.
fn one_kind(document: Node) -> Node {
    let vocabulary = DOCUMENT.iter().filter(|field| !OF_SOURCES.contains(&field.key));
    let mut only: Vec<(String, Node)> = vec![("source".to_owned(), types(["object"]))];
    only.extend(vocabulary.map(|field| (field.key.to_owned(), reference("nothing"))));
    with(
        document,
        [
            ("if", any(OF_SOURCES.map(filled))),
            ("then", object([("required", ["source"].into()), ("properties", Node::Object(only))])),
        ],
    )
}

/// A key and what its value may be. An empty value is as good as none.
fn property(field: &Field) -> (String, Node) {
    let node = match value(field.shape) {
        Value::Keys(node) | Value::Plain(node) if field.required => node,
        Value::Keys(node) => or_null(node),
        Value::Plain(node) => either(node, reference("nothing")),
    };
    (field.key.to_owned(), described(field.doc, node))
}

/// The schema of a value.
enum Value {
    /// It has keys.
    Keys(Node),
    /// It has none.
    Plain(Node),
}

fn value(shape: Shape) -> Value {
    use Value::{Keys, Plain};
    match shape {
        Shape::Record(fields) => Keys(record(fields)),
        Shape::Records(fields) => {
            let one = record(fields);
            Plain(any([one.clone(), list(one)]))
        }
        Shape::Entries(fields) => Keys(entries(whole(&forms::identifier()), fields)),
        Shape::Units(fields) => Keys(entries(whole(forms::UNIT), fields)),
        Shape::Lists => Keys(named(several("identifier"))),
        Shape::Pairs => Keys(named(reference("text"))),
        Shape::Classes => Keys(named(reference("class"))),
        Shape::Scales => {
            let words = [("maxProperties", SCALE_WORDS.into()), ("additionalProperties", reference("bounds"))];
            Keys(named(with(types(["object"]), words)))
        }
        Shape::Word(words) => {
            Plain(object([("enum", Node::List(words.iter().flat_map(|word| spelt(word)).collect()))]))
        }
        Shape::NamesOrNone => {
            let none = object([("const", "none".into())]);
            Plain(any([reference("names"), none.clone(), reference("names-list"), list(none)]))
        }
        Shape::IdGroups => Plain(any([reference("claim-id"), list(several("claim-id"))])),
        // The reader counts them: a pattern of one atom would be a rule.
        Shape::Forms(Form::Atom) => {
            let count = [("minItems", ATOMS.0.into()), ("maxItems", ATOMS.1.into())];
            Plain(with(list(reference("atom")), count))
        }
        Shape::Text => Plain(reference("text")),
        Shape::Texts => Plain(several("text")),
        Shape::Identifier => Plain(reference("identifier")),
        Shape::Identifiers => Plain(several("identifier")),
        Shape::Names => Plain(several("names")),
        Shape::Flag => Plain(reference("flag")),
        Shape::Date => Plain(reference("date")),
        Shape::Period => Plain(reference("period")),
        Shape::Horizon => Plain(reference("horizon")),
        Shape::TermDate => Plain(reference("term-date")),
        Shape::Locator => Plain(reference("locator")),
        Shape::Duration => Plain(reference("duration")),
        Shape::Percent => Plain(reference("percentage")),
        Shape::Ids => Plain(several("claim-id")),
        Shape::Arrows => Plain(several("undercut")),
        Shape::Form(form) => Plain(reference(of_form(form))),
        Shape::Forms(form) => Plain(several(of_form(form))),
    }
}

/// A value of that definition, or a list of them.
fn several(name: &str) -> Node {
    any([reference(name), reference(&format!("{name}-list"))])
}

/// A list; items without a value are skipped.
fn list(item: Node) -> Node {
    with(types(["array"]), [("items", any([item, reference("nothing")]))])
}

/// A map from identifiers to values.
fn named(value: Node) -> Node {
    with(
        types(["object"]),
        [("propertyNames", object([("pattern", whole(&forms::identifier()).into())])), ("additionalProperties", value)],
    )
}

/// A map from names to records.
fn entries(names: String, fields: &'static [Field]) -> Node {
    let entry = record(fields);
    let entry = if fields.iter().any(|field| field.required) { entry } else { or_null(entry) };
    with(types(["object"]), [("propertyNames", object([("pattern", names.into())])), ("additionalProperties", entry)])
}

fn record(fields: &'static [Field]) -> Node {
    let mut required: Vec<&str> = fields.iter().filter(|field| field.required).map(|field| field.key).collect();
    let mut properties: Vec<(String, Node)> = fields.iter().map(property).collect();
    if fields == ALLOW {
        required.extend(ALLOW_NEEDS);
        strict(&mut properties, &ALLOW_NEEDS);
    }
    let node = closed(&required, properties);
    if fields == CLAIM {
        let denial = object([
            ("required", ["mode"].into()),
            ("properties", object([("mode", object([("const", "denial".into())]))])),
        ]);
        let denies = object([("pattern", whole(forms::DENIAL).into())]);
        return with(node, [("if", denial), ("then", object([("properties", object([("says", denies)]))]))]);
    }
    if fields == PATTERN {
        return with(
            node,
            [("if", filled(PROMISE_PATTERN.key)), ("then", kind(&PROMISE_PATTERN)), ("else", kind(&NAMED_PATTERN))],
        );
    }
    node
}

/// These keys must have a value.
fn strict(properties: &mut [(String, Node)], keys: &[&str]) {
    for (_, node) in properties.iter_mut().filter(|(key, _)| keys.contains(&key.as_str())) {
        *node = with(std::mem::replace(node, Node::Nothing), [("not", reference("nothing"))]);
    }
}

/// The key has a value.
fn filled(key: &str) -> Node {
    object([("required", [key].into()), ("properties", object([(key, object([("not", reference("nothing"))]))]))])
}

/// What holds for a kind of pattern.
fn kind(kind: &Kind) -> Node {
    let full = || object([("not", reference("nothing"))]);
    let mut required = vec![kind.key];
    required.extend(kind.needs);
    let own = match kind.value {
        Some(value) => object([("const", value.into())]),
        None => full(),
    };
    let mut properties = vec![(kind.key.to_owned(), own)];
    properties.extend(kind.needs.iter().map(|key| ((*key).to_owned(), full())));
    let foreign = PATTERN.iter().filter(|field| !kind.has(field.key));
    properties.extend(foreign.map(|field| (field.key.to_owned(), reference("nothing"))));
    object([("required", required.into()), ("properties", Node::Object(properties))])
}

/// The definition of texts of a form.
fn of_form(form: Form) -> &'static str {
    match form {
        Form::Proposition => "proposition",
        Form::Atom => "atom",
        Form::Promise => "promise",
        Form::Doubt => "doubt",
        Form::Rule => "rule",
        Form::Variable => "variable",
        Form::Likelihood => "likelihood",
        Form::Id => "claim-id",
        Form::Date => "date",
        Form::Factor => "factor",
        Form::Denied => "predicate",
        Form::Pack => "pack",
    }
}

/// Values that may stand in a list of their own.
const LISTED: [&str; 9] = ["text", "identifier", "names", "claim-id", "undercut", "doubt", "rule", "predicate", "pack"];

/// Values without parts, and lists of them.
fn definitions() -> Node {
    let lists = LISTED.map(|name| (format!("{name}-list"), list(reference(name))));
    joined(joined(names(), values()), Node::Object(lists.into()))
}

/// A text of a form. What its description says is what an editor orders where the text is of another form.
fn text(description: &str, pattern: &str) -> Node {
    object([
        ("description", description.into()),
        ("type", "string".into()),
        ("pattern", whole(pattern).into()),
        ("patternErrorMessage", format!("write {description}").into()),
    ])
}

/// The same, or a number: YAML takes `2015` for one, and to the reader it is a text.
fn numeric(node: Node, kind: &str, least: i64, most: i64) -> Node {
    any([node, object([("type", kind.into()), ("minimum", least.into()), ("maximum", most.into())])])
}

/// The same, or a flag: YAML takes `true` for one.
fn word(description: &str, pattern: &str) -> Node {
    any([text(description, pattern), types(["boolean"])])
}

/// Values without parts: names, references, atoms.
fn names() -> Node {
    object([
        (
            "nothing",
            object([
                ("description", "an empty value, as good as none".into()),
                ("enum", [Node::Nothing, "".into()].into()),
            ]),
        ),
        ("text", object([("type", ["string", "number", "boolean"].into()), ("maxLength", MAX_SCALAR.into())])),
        ("flag", object([("enum", [Node::from(true), false.into(), "true".into(), "false".into()].into())])),
        (
            "identifier",
            word("lower-case letters, digits and single hyphens, with a letter first", &forms::identifier()),
        ),
        ("names", word("a name, or several as `a+b`", &forms::names())),
        ("claim-id", word("`slug` or `source/slug`", &forms::id())),
        ("predicate", word("a predicate, or `not` and a predicate", &forms::denied())),
        ("undercut", text("`conclusion<-premise`", &forms::arrow())),
        ("pack", object([("enum", pack_names().collect::<Vec<_>>().into())])),
        ("proposition", text("`subject [not] predicate [object] [(key=value)]`", &forms::proposition())),
        ("atom", text("`X [not] predicate [Y] [(key=Z)]`, with single capital letters for variables", &forms::atom())),
        ("promise", text("`X [not] predicate Y`, with single capital letters for variables", &forms::promise())),
        ("doubt", text("`X [not] predicate [Y]`, with single capital letters for variables", &forms::doubt())),
        ("class", text("`X predicate Y`, with the owner X and the member Y", &forms::class())),
        (
            "rule",
            text("`atom -> atom` or `atom => atom`, such as `X supports assad => X wants assad-stays`", &forms::rule()),
        ),
        ("variable", text("a single capital letter", "[A-Z]")),
    ])
}

/// Values without parts: days, places, numbers.
fn values() -> Node {
    let date = |description: &str, pattern: &str| numeric(text(description, pattern), "integer", 1, 9999);
    let words = |words: Vec<&str>| any([object([("enum", words.into())]), reference("date")]);
    let locator = text("`3`, `18-20`, `18.2`, `L34`, `p12`, `00:12:31` or `\"#section\"`", &forms::locator());
    let factor = text("a number above zero, such as `0.001`", &forms::factor());
    let above_zero = object([("type", "number".into()), ("exclusiveMinimum", 0_i64.into())]);
    let likelihood = text("a word of a scale, `70%`, `12.5%` or `60..80%`", &forms::likelihood());
    let bound = text("a number from 0 to 1000", r"\+?0*(?:1000|[0-9]{1,3})");
    object([
        ("date", date("a date such as `2015`, `2015-11`, `2015-11-15`, `2015-11~` or `2013/2015`", &forms::interval())),
        ("period", words(vec!["always"])),
        ("horizon", words(vec!["soon", "eventually"])),
        ("term-date", date("a date such as `2015`, `2015-11` or `2015-11-15`", &forms::point())),
        ("locator", numeric(locator, "number", 1, 999_999_999)),
        ("duration", text("`180d`, `3w`, `6m` or `2y`", forms::DURATION)),
        ("percentage", text("`10%` or `2.5%`", forms::PERCENT)),
        ("factor", any([factor, above_zero])),
        ("likelihood", any([object([("enum", likelihood_words().into())]), likelihood, types(["number", "boolean"])])),
        (
            "bounds",
            with(
                types(["array"]),
                [
                    ("description", "`[low, high]` in thousandths".into()),
                    ("items", numeric(bound, "integer", 0, 1000)),
                    ("minItems", 2_usize.into()),
                    ("maxItems", 2_usize.into()),
                ],
            ),
        ),
    ])
}
