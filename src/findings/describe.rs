//! The places, steps and proof of a finding.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::base::{Cell, Span, Symbol};
use crate::datalog::{Fact, Proof};
use crate::facts::Claim;
use crate::lints::{ColumnKind, ColumnLabel, Lint, UnderlinedField};

use super::finding::{Location, LocationRole, ProofKind, ProofTree, Step};
use super::sentence::sentence;
use super::steps::{Bindings, steps};
use super::wording::sentence as step_text;
use super::words::Words;

/// How deep a proof is followed before it is cut.
const DEPTH_LIMIT: usize = 200;

/// What a finding shows.
pub(super) struct Picture {
    /// Ids of all claims shown.
    pub(super) claims: Vec<String>,
    /// The places.
    pub(super) locations: Vec<Location>,
    /// The chain above them.
    pub(super) steps: Vec<Step>,
    /// The proof of the first row.
    pub(super) proof: Arc<ProofTree>,
}

/// Describes the rows of one quarrel, with one proof per row.
pub(super) fn picture(
    lint: &Lint,
    rows: &[Fact],
    (proofs, bindings): (&[Arc<Proof>], &Bindings),
    words: Words<'_>,
) -> Picture {
    let mut exhibits = Exhibits {
        words,
        claims: Vec::new(),
        locations: Vec::new(),
        by_claim: BTreeMap::new(),
        by_line: BTreeMap::new(),
    };
    exhibits.columns(lint, rows);
    let leaves = given_leaves(proofs);
    exhibits.bridges(&leaves);
    exhibits.vocabulary(&leaves);
    if exhibits.locations.is_empty() {
        exhibits.push(LocationRole::Primary, None, lint.declared_at, lint.declared_at, String::new());
    }
    exhibits.number();
    let steps = steps(proofs, bindings, words, &|claim| exhibits.number_of(claim));
    let mut planted = Planted { exhibits: &exhibits, bindings, seen: BTreeSet::new() };
    let proof = planted.tree(&proofs[0], 0);
    Picture { claims: exhibits.claims.clone(), locations: exhibits.locations, steps, proof }
}

/// The places of a finding as they are gathered.
struct Exhibits<'a> {
    words: Words<'a>,
    claims: Vec<String>,
    locations: Vec<Location>,
    /// The first location of each claim.
    by_claim: BTreeMap<Symbol, usize>,
    /// The first location of each place that belongs to no claim.
    by_line: BTreeMap<Span, usize>,
}

impl<'a> Exhibits<'a> {
    fn push(&mut self, role: LocationRole, claim: Option<&Claim>, span: Span, entry: Span, label: String) {
        let id = claim.map(|claim| self.words.pool.text(claim.id).to_owned());
        self.locations.push(Location { role, claim: id, span, entry, label, number: None });
        let index = self.locations.len() - 1;
        match claim {
            Some(claim) => self.by_claim.entry(claim.id).or_insert(index),
            None => self.by_line.entry(span).or_insert(index),
        };
    }

    /// The claims of the columns: in `claims` by key columns first, among the locations the primary one first, then
    /// those that only link the sides, then the others.
    fn columns(&mut self, lint: &Lint, rows: &[Fact]) {
        let claim_columns = |key: bool| (0..lint.columns.len()).filter(move |&i| lint.columns[i].key == key);
        let mut listed = BTreeSet::new();
        for index in claim_columns(true).chain(claim_columns(false)) {
            if lint.columns[index].kind == ColumnKind::Claim {
                let ids = self.distinct(rows, index).into_keys().filter(|id| listed.insert(*id));
                self.claims.extend(ids.map(str::to_owned));
            }
        }
        let rank = |index: usize| {
            let column = &lint.columns[index];
            (!column.label.as_ref().is_some_and(|label| label.primary), !column.sample, index)
        };
        let mut drawn: Vec<usize> = (0..lint.columns.len()).filter(|&i| lint.columns[i].kind.has_span()).collect();
        drawn.sort_by_key(|&index| rank(index));
        for index in drawn {
            for rows in self.distinct(rows, index).into_values() {
                self.column_value(lint, &rows, index);
            }
        }
    }

    /// The texts of a column that holds texts, and the rows with each.
    fn distinct(&self, rows: &[Fact], column: usize) -> BTreeMap<&'a str, Vec<Fact>> {
        let words = self.words;
        let mut values: BTreeMap<&str, Vec<Fact>> = BTreeMap::new();
        for &row in rows {
            values.entry(words.pool.cell_text(words.fixpoint.row(row)[column])).or_default().push(row);
        }
        values
    }

    /// Shows the place of the value that a column has in all of the rows; a place that is shown already draws nothing.
    fn column_value(&mut self, lint: &Lint, rows: &[Fact], index: usize) {
        let column = &lint.columns[index];
        let row = self.words.fixpoint.row(rows[0]);
        let label = |mark: &ColumnLabel| sentence(&mark.text, lint, rows, self.words);
        // A claim that stands for any other of its kind only links the sides.
        let role = |mark: &ColumnLabel| match (mark.primary, column.sample) {
            (true, _) => LocationRole::Primary,
            (false, true) => LocationRole::Bridge,
            (false, false) => LocationRole::Secondary,
        };
        let symbol = Symbol::from_cell(row[index]);
        if column.kind == ColumnKind::Claim {
            let Some(claim) = self.words.dataset.claim(symbol) else { return };
            if self.by_claim.contains_key(&claim.id) {
                return;
            }
            let span = self.underlined(lint, index, claim, row);
            let (role, text) = match &column.label {
                Some(mark) => (role(mark), label(mark)),
                None => (LocationRole::Witness, self.speaker(claim)),
            };
            self.push(role, Some(claim), span, entry(claim), text);
        } else if let Some(mark) = &column.label
            && let Some((span, entry)) = self.declared(symbol, column.kind)
            && !self.by_line.contains_key(&span)
        {
            let (role, text) = (role(mark), label(mark));
            self.push(role, None, span, entry, text);
        }
    }

    fn speaker(&self, claim: &Claim) -> String {
        self.words.field(claim.id, crate::lints::ClaimField::Who)
    }

    /// The place of the field that `@[at]` names; `says` where the claim lacks it.
    fn underlined(&self, lint: &Lint, index: usize, claim: &Claim, row: &[Cell]) -> Span {
        let says = claim.says.span;
        match &lint.columns[index].at {
            UnderlinedField::Fixed(field) => claim.place(field).unwrap_or(says),
            UnderlinedField::Column(named) => {
                let field = self.words.pool.cell_text(row[*named]);
                let mut texts = lint.columns.iter().zip(row).filter(|(column, _)| column.kind == ColumnKind::Text);
                let exact = texts.find_map(|(_, &cell)| claim.unresolved_place(field, Symbol::from_cell(cell)));
                exact.or_else(|| claim.place(field)).unwrap_or(says)
            }
        }
    }

    /// Where a source, name or predicate is declared: what is underlined, and its entry.
    fn declared(&self, name: Symbol, kind: ColumnKind) -> Option<(Span, Span)> {
        let vocabulary = &self.words.dataset.vocabulary;
        match kind {
            ColumnKind::Source => {
                let source = self.words.dataset.sources.iter().find(|source| source.id.value == name)?;
                Some((source.id.span, source.id.span))
            }
            ColumnKind::Predicate => vocabulary.predicates.get(&name).map(|p| (p.name.span, p.span)),
            ColumnKind::Name => {
                let entity = vocabulary.entities.get(&name).map(|entity| (entity.name.span, entity.span));
                let same = |span: Span| (span, span);
                entity
                    .or_else(|| vocabulary.situations.get(&name).map(|s| same(s.name.span)))
                    .or_else(|| vocabulary.issues.get(&name).map(|i| same(i.name.span)))
                    .or_else(|| vocabulary.topics.get(&name).map(|t| same(t.name.span)))
            }
            ColumnKind::Claim
            | ColumnKind::Text
            | ColumnKind::Day
            | ColumnKind::Number
            | ColumnKind::Unsigned
            | ColumnKind::Float => None,
        }
    }

    /// Claims of the proofs that no column holds, by id.
    fn bridges(&mut self, leaves: &[(Fact, Option<Span>)]) {
        let words = self.words;
        let found: BTreeMap<&str, &Claim> = leaves
            .iter()
            .flat_map(|leaf| words.claims_of(leaf.0))
            .map(|claim| (words.pool.text(claim.id), claim))
            .collect();
        for (id, claim) in found {
            if !self.by_claim.contains_key(&claim.id) {
                self.claims.push(id.to_owned());
                let label = self.speaker(claim);
                self.push(LocationRole::Bridge, Some(claim), claim.says.span, entry(claim), label);
            }
        }
    }

    /// Lines of the vocabulary that the proofs rest on, in the order of files.
    fn vocabulary(&mut self, leaves: &[(Fact, Option<Span>)]) {
        let words = self.words;
        let mut places: BTreeMap<Span, String> = BTreeMap::new();
        for (fact, span) in leaves {
            if let (None, Some(span)) = (words.claims_of(*fact).next(), span) {
                places.entry(*span).or_insert_with(|| words.fact(*fact));
            }
        }
        for (span, fact) in places {
            self.push(LocationRole::Bridge, None, span, span, fact);
        }
    }

    /// Numbers the claims in the order in which they are drawn.
    fn number(&mut self) {
        let drawn = self.locations.iter_mut().filter(|location| location.is_drawn());
        for (location, number) in drawn.zip(1..) {
            location.number = Some(number);
        }
    }

    /// The number of a claim that is drawn.
    fn number_of(&self, claim: Symbol) -> Option<usize> {
        self.locations[*self.by_claim.get(&claim)?].number
    }

    fn location_of(&self, fact: Fact, span: Option<Span>) -> Option<usize> {
        let claim = self.words.claims_of(fact).find_map(|claim| self.by_claim.get(&claim.id)).copied();
        claim.or_else(|| self.by_line.get(&span?).copied())
    }
}

fn entry(claim: &Claim) -> Span {
    claim.slug.span.to(claim.span)
}

/// The facts that the data set gives and the proofs rest on, without repeats, in the order in which they are met.
fn given_leaves(proofs: &[Arc<Proof>]) -> Vec<(Fact, Option<Span>)> {
    let mut leaves = Vec::new();
    let mut met = BTreeSet::new();
    let mut open: Vec<&Arc<Proof>> = proofs.iter().rev().collect();
    let mut seen: BTreeSet<*const Proof> = BTreeSet::new();
    while let Some(proof) = open.pop() {
        if !seen.insert(Arc::as_ptr(proof)) {
            continue;
        }
        match &**proof {
            Proof::Given { fact, span } => {
                if met.insert(*fact) {
                    leaves.push((*fact, *span));
                }
            }
            Proof::Derived { premises, .. } => open.extend(premises.iter().rev()),
            Proof::Absent { .. } | Proof::Group { .. } | Proof::Value { .. } | Proof::Cut { .. } => {}
        }
    }
    leaves
}

/// Builds the proof tree that reports print.
struct Planted<'a> {
    exhibits: &'a Exhibits<'a>,
    bindings: &'a Bindings,
    seen: BTreeSet<*const Proof>,
}

impl Planted<'_> {
    fn tree(&mut self, proof: &Arc<Proof>, depth: usize) -> Arc<ProofTree> {
        let words = self.exhibits.words;
        let leaf = |kind, fact: String, location| {
            Arc::new(ProofTree { kind, fact, rule: None, text: String::new(), location, premises: Vec::new() })
        };
        match &**proof {
            Proof::Given { fact, span } => {
                leaf(ProofKind::Given, words.fact(*fact), self.exhibits.location_of(*fact, *span))
            }
            Proof::Absent { relation, pattern } => {
                leaf(ProofKind::Absent, words.pattern(*relation, pattern.iter().copied()), None)
            }
            Proof::Value { .. } => leaf(ProofKind::Given, "a value of the range".to_owned(), None),
            Proof::Group { facts, total, .. } => {
                let place = |fact| self.exhibits.location_of(fact, None);
                let premises =
                    facts.iter().map(|&fact| leaf(ProofKind::Given, words.fact(fact), place(fact))).collect();
                let fact = format!("{total} rows");
                Arc::new(ProofTree {
                    kind: ProofKind::Group,
                    fact,
                    rule: None,
                    text: String::new(),
                    location: None,
                    premises,
                })
            }
            Proof::Cut { fact } => leaf(ProofKind::Cut, words.fact(*fact), None),
            Proof::Derived { fact, .. } if depth >= DEPTH_LIMIT => leaf(ProofKind::Cut, words.fact(*fact), None),
            Proof::Derived { fact, rule, premises } => {
                if !premises.is_empty() && !self.seen.insert(Arc::as_ptr(proof)) {
                    return leaf(ProofKind::Shared, words.fact(*fact), None);
                }
                let clause = words.program.rule(*rule);
                Arc::new(ProofTree {
                    kind: ProofKind::Derived,
                    fact: words.fact(*fact),
                    rule: Some(clause.span),
                    text: self.bindings.get(fact).map_or_else(String::new, |binding| step_text(words, *rule, binding)),
                    location: None,
                    premises: premises.iter().map(|premise| self.tree(premise, depth + 1)).collect(),
                })
            }
        }
    }
}
