//! The schema of `gainsay.report/1` and of `gainsay.statistics/1`, as `--format json` writes them.

use crate::base::Level;
use crate::findings::{CauseKind, Change, LocationRole, ProofKind, Status};
use crate::lints::Group;

use super::DRAFT;
use super::node::{Node, any, closed, object, reference, types, with};

/// What a document of statistics calls itself.
const STATISTICS: &str = "gainsay.statistics/1";

/// The schema of the JSON reports.
#[must_use]
pub fn report() -> Node {
    object([
        ("$schema", DRAFT.into()),
        ("$id", "urn:gainsay:report:1".into()),
        ("title", "gainsay report".into()),
        (
            "description",
            "What `--format json` writes: the findings, or with `--statistics` how many each rule has.".into(),
        ),
        ("type", "object".into()),
        ("required", ["schema"].into()),
        ("if", object([("properties", object([("schema", object([("const", STATISTICS.into())]))]))])),
        ("then", reference("statistics")),
        ("else", reference("report")),
        ("definitions", definitions()),
    ])
}

/// An object whose keys are all there.
fn full<const N: usize>(properties: [(&str, Node); N]) -> Node {
    partly([], properties)
}

/// An object that may lack the keys `optional`.
fn partly<const M: usize, const N: usize>(optional: [&str; M], properties: [(&str, Node); N]) -> Node {
    let required: Vec<&str> = properties.iter().map(|(key, _)| *key).filter(|key| !optional.contains(key)).collect();
    closed(&required, properties.into_iter().map(|(key, node)| (key.to_owned(), node)).collect())
}

fn list(item: Node) -> Node {
    with(types(["array"]), [("items", item)])
}

/// A list with something in it.
fn filled(item: Node) -> Node {
    with(list(item), [("minItems", 1_usize.into())])
}

fn words(words: Vec<&str>) -> Node {
    object([("enum", words.into())])
}

fn pattern(pattern: &str) -> Node {
    object([("type", "string".into()), ("pattern", pattern.into())])
}

fn text() -> Node {
    types(["string"])
}

fn count() -> Node {
    reference("count")
}

fn least_one() -> Node {
    with(types(["integer"]), [("minimum", 1_usize.into())])
}

/// A map from any keys to such values.
fn map(value: Node) -> Node {
    with(types(["object"]), [("additionalProperties", value)])
}

fn definitions() -> Node {
    let levels = Level::ALL.map(Level::name);
    object([
        ("report", report_document()),
        ("statistics", statistics_document()),
        ("finding", finding()),
        ("proof", proof()),
        ("culpability", culpability()),
        (
            "diagnostic",
            full([
                ("code", reference("name")),
                ("level", reference("level")),
                ("message", text()),
                ("help", types(["string", "null"])),
                ("locations", filled(reference("location"))),
            ]),
        ),
        (
            "location",
            full([
                ("role", words(roles())),
                ("claim", any([reference("claim"), types(["null"])])),
                ("path", text()),
                ("range", full([("start", reference("position")), ("end", reference("position"))])),
                ("text", text()),
            ]),
        ),
        ("position", full([("line", least_one()), ("column", least_one()), ("byte", count())])),
        ("tool", full([("name", object([("const", "gainsay".into())])), ("version", text())])),
        ("dataset", full([("files", count()), ("claims", count()), ("sources", count()), ("rules", count())])),
        (
            "summary",
            full([
                ("error", count()),
                ("warning", count()),
                ("advice", count()),
                ("allowed", count()),
                ("baselined", count()),
            ]),
        ),
        ("level", words(levels.into_iter().rev().collect())),
        ("group", words(Group::ALL.map(Group::name).into())),
        ("name", pattern("^[a-z][a-z0-9-]*$")),
        ("day", pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}$")),
        ("hash", pattern("^[0-9a-f]{16}$")),
        ("claim", pattern("^[^/]+/[^/]+$")),
        ("count", with(types(["integer"]), [("minimum", 0_usize.into())])),
    ])
}

/// Where a place stands in a finding; `input` is one of a problem of the input files.
fn roles() -> Vec<&'static str> {
    let of_findings = [LocationRole::Primary, LocationRole::Secondary, LocationRole::Witness, LocationRole::Bridge];
    of_findings.map(LocationRole::name).into_iter().chain(["input"]).collect()
}

/// `open` and its like are of `check`, the others of a comparison.
fn statuses() -> Vec<&'static str> {
    let lasting = [Status::Open, Status::Allowed, Status::Baselined].map(Status::name);
    lasting.into_iter().chain(Change::ALL.map(Change::name)).collect()
}

fn report_document() -> Node {
    partly(
        ["compared"],
        [
            ("schema", object([("const", "gainsay.report/1".into())])),
            ("tool", reference("tool")),
            ("today", reference("day")),
            ("dataset", reference("dataset")),
            ("compared", full([("base", text()), ("head", text())])),
            ("findings", list(reference("finding"))),
            ("culpability", list(reference("culpability"))),
            ("diagnostics", list(reference("diagnostic"))),
            ("summary", reference("summary")),
        ],
    )
}

fn statistics_document() -> Node {
    full([
        ("schema", object([("const", STATISTICS.into())])),
        ("tool", reference("tool")),
        ("today", reference("day")),
        ("dataset", reference("dataset")),
        (
            "statistics",
            list(full([
                ("rule", reference("name")),
                ("group", reference("group")),
                ("level", reference("level")),
                ("findings", count()),
                ("allowed", count()),
                ("baselined", count()),
            ])),
        ),
        ("culpability", list(reference("culpability"))),
        ("diagnostics", list(reference("diagnostic"))),
        ("summary", reference("summary")),
    ])
}

fn finding() -> Node {
    let claims = with(list(reference("claim")), [("uniqueItems", true.into())]);
    let causes = [CauseKind::Rules, CauseKind::Settings, CauseKind::Vocabulary, CauseKind::Data].map(CauseKind::name);
    partly(
        ["cause"],
        [
            ("rule", reference("name")),
            ("group", reference("group")),
            ("level", reference("level")),
            ("status", words(statuses())),
            ("cause", full([("kind", words(causes.into())), ("text", text())])),
            ("fingerprint", reference("hash")),
            ("evidence", reference("hash")),
            ("evidence_of", map(reference("hash"))),
            ("message", text()),
            ("help", types(["string", "null"])),
            ("key", map(text())),
            ("claims", claims),
            ("repairs", list(filled(reference("claim")))),
            ("locations", filled(reference("location"))),
            ("proof", reference("proof")),
        ],
    )
}

fn culpability() -> Node {
    full([
        ("claim", reference("claim")),
        ("findings", least_one()),
        ("fraction", pattern("^[0-9]+/[1-9][0-9]*$")),
        ("decimal", with(types(["number"]), [("minimum", 0_usize.into())])),
    ])
}

fn proof() -> Node {
    use ProofKind as Kind;
    let kinds = [Kind::Given, Kind::Derived, Kind::Absent, Kind::Group, Kind::Shared, Kind::Cut].map(Kind::name);
    let optional = ["rule", "text", "location", "premises"];
    partly(
        optional,
        [
            ("kind", words(kinds.into())),
            ("fact", text()),
            ("rule", full([("path", text()), ("line", least_one())])),
            ("text", text()),
            ("location", object([("description", "an index into `locations`".into()), ("allOf", [count()].into())])),
            ("premises", filled(reference("proof"))),
        ],
    )
}
