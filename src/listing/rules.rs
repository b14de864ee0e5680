//! Rules, and the relations that they may use.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::base::{Level, SourceMap};
use crate::datalog::ast::{Clause, Program};
use crate::lints::Lint;

use super::{Item, Location, first_line};

/// A rule.
#[derive(Serialize)]
pub struct RuleItem<'a> {
    name: &'a str,
    group: &'static str,
    /// `allow` for one that is off.
    level: &'static str,
    tier: u8,
    summary: &'a str,
    docs: &'a str,
    location: Location<'a>,
}

impl Item for RuleItem<'_> {
    const KIND: &'static str = "rules";
    const HEADER: &'static [&'static str] = &["group", "rule", "level", "looks for"];

    fn cells(&self) -> Vec<String> {
        [self.group, self.name, self.level, self.summary].map(str::to_owned).to_vec()
    }
}

/// The rules, by group and name.
#[must_use]
pub fn rules<'a>(lints: &'a [Lint], sources: &'a SourceMap) -> Vec<RuleItem<'a>> {
    let item = |lint: &'a Lint| RuleItem {
        name: &lint.name,
        group: lint.group.name(),
        level: lint.level.map_or("allow", Level::name),
        tier: lint.tier,
        summary: first_line(&lint.docs),
        docs: &lint.docs,
        location: Location::new(sources, lint.declared_at),
    };
    lints.iter().map(item).collect()
}

/// A page for a rule that has none: what its declaration says, and its clauses.
#[must_use]
pub fn rule_page(lint: &Lint, program: &Program, sources: &SourceMap) -> String {
    let declared = program.declarations.iter().find(|declared| declared.name.value == *lint.relation);
    let said = |label: &str| {
        let annotations = declared.map_or(&[][..], |declared| &declared.annotations);
        let found = annotations.iter().find(|annotation| annotation.label.value == label);
        found.and_then(|annotation| annotation.text.as_ref()).map(|text| text.value.as_str())
    };
    let mut page = vec![format!("# {}\n", lint.name)];
    page.extend((!lint.docs.is_empty()).then(|| format!("{}\n", lint.docs)));
    page.push(format!("- group: {}", lint.group.name()));
    page.push(format!("- level: {}", lint.level.map_or("allow", Level::name)));
    for label in ["message", "help", "reference"] {
        page.extend(said(label).map(|text| format!("- {label}: {text}")));
    }
    page.push(format!("- declared in: {}\n\n```prolog", Location::new(sources, lint.declared_at).shown));
    let gives = |clause: &&Clause| clause.heads.iter().any(|head| head.relation.value == *lint.relation);
    page.extend(program.clauses.iter().filter(gives).map(ToString::to_string));
    page.push("```\n".to_owned());
    page.join("\n")
}

/// A relation.
#[derive(Serialize)]
pub struct RelationItem<'a> {
    name: &'a str,
    /// `given` by the data set, `derived` by rules, or a `rule` for users.
    origin: Origin,
    columns: Vec<ColumnItem<'a>>,
    inline: bool,
    docs: &'a str,
    location: Location<'a>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
enum Origin {
    Given,
    Derived,
    Rule,
}

#[derive(Serialize)]
struct ColumnItem<'a> {
    name: &'a str,
    #[serde(rename = "type")]
    ty: &'a str,
}

impl Item for RelationItem<'_> {
    const KIND: &'static str = "relations";
    const HEADER: &'static [&'static str] = &["origin", "relation", "holds"];

    fn cells(&self) -> Vec<String> {
        let origin = match self.origin {
            Origin::Given => "given",
            Origin::Derived => "derived",
            Origin::Rule => "rule",
        };
        let columns: Vec<String> =
            self.columns.iter().map(|column| format!("{}: {}", column.name, column.ty)).collect();
        let signature = format!("{}({})", self.name, columns.join(", "));
        vec![origin.to_owned(), signature, first_line(self.docs).to_owned()]
    }
}

/// The relations: given ones, derived ones, rules; each in the order in which they are declared.
#[must_use]
pub fn relations<'a>(program: &'a Program, lints: &[Lint], sources: &'a SourceMap) -> Vec<RelationItem<'a>> {
    let inputs = program.directives.iter().filter(|directive| directive.verb.value == "input");
    let inputs: BTreeSet<&str> = inputs.map(|directive| directive.relation.value.as_str()).collect();
    let lints: BTreeSet<&str> = lints.iter().map(|lint| &*lint.relation).collect();
    let mut items: Vec<RelationItem<'_>> = Vec::new();
    for declaration in &program.declarations {
        let name = declaration.name.value.as_str();
        let origin = if lints.contains(name) {
            Origin::Rule
        } else if inputs.contains(name) {
            Origin::Given
        } else {
            Origin::Derived
        };
        let columns = declaration.columns.iter();
        items.push(RelationItem {
            name,
            origin,
            columns: columns.map(|c| ColumnItem { name: &c.name.value, ty: &c.ty.value }).collect(),
            inline: declaration.inline,
            docs: &declaration.docs,
            location: Location::new(sources, declaration.span),
        });
    }
    items.sort_by_key(|item| item.origin);
    items
}
