//! The sentences of clauses in words: `{X}` replaced by what the variable stands for in one use of the clause.
//!
//! Goes in: a rule and what its variables stand for. Comes out: text with claims still to be named. Knows no steps and no places.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Cell, Day, Symbol, date};
use crate::datalog::{Literal, Program, Rule, RuleId, Term};
use crate::lints::{ColumnKind, Piece, Template};

use super::words::{Words, kind};

/// What open ends of stretches of days are stored as, and their words behind "from" and "until".
const OPEN: [(Day, &str); 2] = [(date::FIRST_DAY, "an unknown day"), (date::LAST_DAY, "further notice")];

/// The sentences of a program's rules.
pub(super) struct Sentences {
    by_rule: BTreeMap<RuleId, Sentence>,
}

/// The sentence of a rule, and how the values of its variables are written, by number.
struct Sentence {
    pieces: Vec<Piece>,
    kinds: Vec<ColumnKind>,
}

impl Sentences {
    /// Reads the sentences of all rules; one that is no template stands for itself.
    pub(super) fn of(program: &Program) -> Self {
        let sentence = |rule: &Rule| {
            let text = rule.docs.replace('\n', " ");
            let kinds = kinds(program, rule);
            let names = rule.variables.iter().zip(&kinds);
            let names: Vec<(&str, bool)> = names.map(|(name, kind)| (&**name, *kind == ColumnKind::Claim)).collect();
            let template = Template::parse(&text, &names);
            let pieces = template.map_or_else(|_| vec![Piece::Text(text.clone())], |t| t.pieces().cloned().collect());
            Sentence { pieces, kinds }
        };
        let rules = program.rules().filter(|(_, rule)| !rule.docs.is_empty());
        Self { by_rule: rules.map(|(id, rule)| (id, sentence(rule))).collect() }
    }

    /// Whether a rule has a sentence.
    pub(super) fn has(&self, rule: RuleId) -> bool {
        self.by_rule.contains_key(&rule)
    }

    /// The variables that the sentence of a rule names.
    pub(super) fn variables(&self, rule: RuleId) -> BTreeSet<usize> {
        let pieces = self.by_rule.get(&rule).map_or(&[][..], |sentence| &sentence.pieces);
        let variable = |piece: &Piece| match piece {
            Piece::Text(_) => None,
            Piece::Column(number) | Piece::Field(number, _) => Some(*number),
        };
        pieces.iter().filter_map(variable).collect()
    }
}

/// How the values of a rule's variables are written: as what they are in the columns where they stand.
fn kinds(program: &Program, rule: &Rule) -> Vec<ColumnKind> {
    let mut kinds: Vec<Option<ColumnKind>> = vec![None; rule.variables.len()];
    let atoms = rule.body.iter().filter_map(|literal| match literal {
        Literal::Atom(atom) | Literal::Not(atom) => Some((atom.relation, &atom.terms)),
        Literal::Compare { .. } | Literal::Aggregate { .. } | Literal::Range { .. } => None,
    });
    for (relation, terms) in std::iter::once((rule.head, &rule.terms)).chain(atoms) {
        for (term, column) in terms.iter().zip(&program.relation(relation).columns) {
            let Term::Variable(number) = term else { continue };
            let known = &mut kinds[usize::from(*number)];
            if matches!(known, None | Some(ColumnKind::Text | ColumnKind::Number)) {
                *known = Some(kind(column));
            }
        }
    }
    for literal in &rule.body {
        let (terms, primitive) = match literal {
            Literal::Atom(_) | Literal::Not(_) => continue,
            Literal::Compare { left, right, primitive, .. } => (vec![left, right], *primitive),
            Literal::Aggregate { result, function, primitive, .. } => (vec![result], function.result(*primitive)),
            Literal::Range { result, primitive, .. } => (vec![result], *primitive),
        };
        for term in terms {
            if let Term::Variable(number) = term {
                kinds[usize::from(*number)].get_or_insert(ColumnKind::of(primitive));
            }
        }
    }
    // Any other variable lies inside an aggregate and has no value in a proof.
    kinds.into_iter().map(|kind| kind.unwrap_or(ColumnKind::Number)).collect()
}

/// A part of a filled-in sentence.
pub(super) enum Part {
    Text(String),
    /// The claim that a variable stands for, and the variable.
    Claim(Symbol, usize),
}

/// One use of a clause in words; `None` if it has no sentence.
pub(super) fn filled(words: Words<'_>, rule: RuleId, binding: &[Option<Cell>]) -> Option<Vec<Part>> {
    let sentence = words.sentences.by_rule.get(&rule)?;
    let mut parts = Vec::new();
    for piece in &sentence.pieces {
        let number = match piece {
            Piece::Text(text) => {
                push(&mut parts, text);
                continue;
            }
            Piece::Column(number) | Piece::Field(number, _) => *number,
        };
        let cell = binding.get(number).copied().flatten()?;
        let text = match (piece, sentence.kinds[number]) {
            (Piece::Field(_, field), _) => words.field(Symbol::from_cell(cell), *field),
            (_, ColumnKind::Claim) => {
                parts.push(Part::Claim(Symbol::from_cell(cell), number));
                continue;
            }
            (_, kind) => value(words, cell, kind),
        };
        if text == "-" {
            // What is absent takes the space before it along.
            if let Some(Part::Text(before)) = parts.last_mut() {
                before.truncate(before.trim_end().len());
            }
        } else {
            push(&mut parts, &text);
        }
    }
    Some(parts)
}

fn push(parts: &mut Vec<Part>, text: &str) {
    match parts.last_mut() {
        Some(Part::Text(before)) => before.push_str(text),
        Some(Part::Claim(..)) | None => parts.push(Part::Text(text.to_owned())),
    }
}

/// A value as a sentence prints it: as in messages, but offices by their labels and open ends in words.
fn value(words: Words<'_>, cell: Cell, kind: ColumnKind) -> String {
    match kind {
        ColumnKind::Text => words.label(Symbol::from_cell(cell)),
        ColumnKind::Day => {
            let day = words.pool.decode(cell);
            let open = OPEN.into_iter().find(|open| i64::from(open.0) == day);
            open.map_or_else(|| words.value(cell, kind), |open| open.1.to_owned())
        }
        ColumnKind::Claim
        | ColumnKind::Source
        | ColumnKind::Name
        | ColumnKind::Predicate
        | ColumnKind::Number
        | ColumnKind::Unsigned
        | ColumnKind::Float => words.value(cell, kind),
    }
}

/// One use of a clause in words, claims by their short ids; empty if it has no sentence.
pub(super) fn sentence(words: Words<'_>, rule: RuleId, binding: &[Option<Cell>]) -> String {
    let part = |part| match part {
        Part::Text(text) => text,
        Part::Claim(id, _) => format!("`{}`", words.short_id(id)),
    };
    filled(words, rule, binding).into_iter().flatten().map(part).collect()
}

/// The values of a clause's variables as rows hold them.
pub(super) fn rule_values(words: Words<'_>, rule: RuleId, binding: &[Option<Cell>]) -> Vec<Option<String>> {
    let kinds = words.sentences.by_rule.get(&rule).map_or(&[][..], |sentence| &sentence.kinds);
    binding.iter().zip(kinds).map(|(cell, &kind)| cell.map(|cell| words.raw(cell, kind.primitive()))).collect()
}
