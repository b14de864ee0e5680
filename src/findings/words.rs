//! Cells and claims as words: what templates, labels and proofs print.

use crate::base::{Cell, Pool, Primitive, SourceMap, Symbol, date};
use crate::datalog::{Column, Fact, Fixpoint, Program, RelationId};
use crate::facts::{Behalf, Claim, Dataset, ShortIds, Vocabulary};
use crate::lints::{ClaimField, ColumnKind};

use super::wording::Sentences;

/// Everything that turns a cell back into a text.
#[derive(Clone, Copy)]
pub(super) struct Words<'a> {
    pub(super) dataset: &'a Dataset,
    pub(super) program: &'a Program,
    pub(super) fixpoint: &'a Fixpoint,
    pub(super) pool: &'a Pool,
    pub(super) sources: &'a SourceMap,
    /// The sentences of the rules.
    pub(super) sentences: &'a Sentences,
    pub(super) short_ids: &'a ShortIds,
}

impl<'a> Words<'a> {
    /// A text as it stands in the relation: ids and names, numbers in digits.
    pub(super) fn raw(self, cell: Cell, primitive: Primitive) -> String {
        self.pool.shown(cell, primitive).into_owned()
    }

    /// A value as proofs print it: ids and names as they are, days as dates.
    fn plain(self, cell: Cell, column: &Column) -> String {
        if kind(column) == ColumnKind::Day {
            self.value(cell, ColumnKind::Day)
        } else {
            self.raw(cell, column.primitive)
        }
    }

    /// A value as messages print it: short ids, labels, dates.
    pub(super) fn value(self, cell: Cell, kind: ColumnKind) -> String {
        match kind {
            ColumnKind::Claim => self.short_id(Symbol::from_cell(cell)),
            ColumnKind::Name => self.label(Symbol::from_cell(cell)),
            ColumnKind::Source | ColumnKind::Predicate | ColumnKind::Text => self.pool.cell_text(cell).to_owned(),
            ColumnKind::Day => i32::try_from(self.pool.decode(cell)).map_or_else(|_| "-".into(), date::iso),
            ColumnKind::Number => self.raw(cell, Primitive::Number),
            ColumnKind::Unsigned => self.raw(cell, Primitive::Unsigned),
            ColumnKind::Float => self.raw(cell, Primitive::Float),
        }
    }

    /// The label of a name, or the name.
    pub(super) fn label(self, name: Symbol) -> String {
        let vocabulary: &Vocabulary = &self.dataset.vocabulary;
        self.pool.text(vocabulary.label(name).unwrap_or(name)).to_owned()
    }

    fn labels(self, names: impl IntoIterator<Item = Symbol>) -> String {
        let names: Vec<String> = names.into_iter().map(|name| self.label(name)).collect();
        join_and(&names)
    }

    /// The slug where it is unique in the data set, else the full id.
    pub(super) fn short_id(self, id: Symbol) -> String {
        let Some(claim) = self.dataset.claim(id) else { return self.pool.text(id).to_owned() };
        self.pool.text(self.short_ids.get(claim)).to_owned()
    }

    /// A field of a claim as messages print it.
    pub(super) fn field(self, id: Symbol, field: ClaimField) -> String {
        let Some(claim) = self.dataset.claim(id) else { return "-".to_owned() };
        match field {
            ClaimField::Who => self.labels(claim.who.iter().map(|who| who.value)),
            ClaimField::For => match &claim.behalf {
                Behalf::FromRoles => "-".to_owned(),
                Behalf::Private(_) => "nobody else".to_owned(),
                Behalf::Principals(names) => self.labels(names.iter().map(|name| name.value)),
            },
            ClaimField::Says => format!("`{}`", self.pool.text(claim.says.written)),
            ClaimField::Sure => self.pool.text(claim.sure.word).to_owned(),
            ClaimField::Mode => self.pool.text(claim.mode.value).to_owned(),
            ClaimField::Said => self.sources.text(claim.said.span).to_owned(),
            ClaimField::Holds => {
                claim.holds.map_or_else(|| "-".to_owned(), |holds| self.sources.text(holds.span).to_owned())
            }
            ClaimField::Source => self.pool.text(self.dataset.sources[claim.source].id.value).to_owned(),
        }
    }

    /// `relation(value, …)` as the relation holds it.
    pub(super) fn fact(self, fact: Fact) -> String {
        let row = self.fixpoint.row(fact);
        self.pattern(fact.relation, row.iter().map(|&cell| Some(cell)))
    }

    /// `relation(value, _, …)`; `None` is anything.
    pub(super) fn pattern(self, relation: RelationId, cells: impl IntoIterator<Item = Option<Cell>>) -> String {
        let relation = self.program.relation(relation);
        let values: Vec<String> = relation
            .columns
            .iter()
            .zip(cells)
            .map(|(column, cell)| cell.map_or_else(|| "_".to_owned(), |cell| self.plain(cell, column)))
            .collect();
        format!("{}({})", relation.name, values.join(", "))
    }

    /// The claims that a row names, in column order.
    pub(super) fn claims_of(self, fact: Fact) -> impl Iterator<Item = &'a Claim> {
        let relation = self.program.relation(fact.relation);
        let row = self.fixpoint.row(fact);
        relation
            .columns
            .iter()
            .zip(row)
            .filter(|(column, _)| column.is("Claim"))
            .filter_map(move |(_, &cell)| self.dataset.claim(Symbol::from_cell(cell)))
    }
}

/// What the values of a column are.
pub(super) fn kind(column: &Column) -> ColumnKind {
    let kinds = [
        ("Claim", ColumnKind::Claim),
        ("Source", ColumnKind::Source),
        ("Name", ColumnKind::Name),
        ("Predicate", ColumnKind::Predicate),
        ("Day", ColumnKind::Day),
        ("number", ColumnKind::Number),
    ];
    kinds.into_iter().find(|(name, _)| column.is(name)).map_or(ColumnKind::Text, |(_, kind)| kind)
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn join_and(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// At most three of the words in order, then how many more there are.
pub(super) fn join_some(words: &[String]) -> String {
    if words.len() <= 3 {
        return join_and(words);
    }
    format!("{} and {} more", words[..3].join(", "), words.len() - 3)
}
