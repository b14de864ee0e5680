//! What an aggregate ranges over under one binding of the variables around it.

use std::collections::BTreeMap;

use crate::base::Cell;

use crate::datalog::program::{Literal, RelationId, Term};
use crate::datalog::proofs::verify::{Binding, value};
use crate::datalog::proofs::walk::{Sink, Undecided, Walk, outer_binding};
use crate::datalog::proofs::work::{GivenUp, Work};
use crate::datalog::storage::fixpoint::{Fact, Proof};
use crate::datalog::syntax::ast::Aggregate;

/// The group of an aggregate that has this value: of `min` and `max` the rows that give it, else all of them, as far as
/// they are shown. However many bindings there are, only those rows are kept. All bindings are counted, or it is given up.
pub(in crate::datalog) fn group(
    work: &mut Work<'_, '_>,
    literal: &Literal,
    binding: &Binding,
    result: Cell,
) -> Result<Proof, GivenUp> {
    let Literal::Aggregate { function, target, body, outer, .. } = literal else { return Err(GivenUp) };
    let picks = matches!(function, Aggregate::Min | Aggregate::Max);
    let target = target.as_ref().filter(|_| picks);
    let mut members = Members { target, result, seen: BTreeMap::new(), facts: Vec::new(), more: 0, total: 0 };
    let start = outer_binding(outer, binding).ok_or(GivenUp)?;
    Walk::new(body, start, Undecided::Fails).run(work, &mut members)?;
    let Members { facts, more, total, .. } = members;
    Ok(Proof::Group { value: result, facts, more, total })
}

/// Takes all bindings of an aggregate.
struct Members<'t> {
    /// What must have the value of the aggregate.
    target: Option<&'t Term>,
    result: Cell,
    /// One bit for each row of a relation that was met.
    seen: BTreeMap<RelationId, Vec<u64>>,
    facts: Vec<Fact>,
    /// Facts that were met and are not among these.
    more: u64,
    total: u64,
}

impl Members<'_> {
    /// Takes note of a fact; tells whether it is new.
    fn meet(&mut self, fact: Fact) -> bool {
        let (word, bit) = ((fact.row / 64) as usize, 1 << (fact.row % 64));
        let words = self.seen.entry(fact.relation).or_default();
        if words.len() <= word {
            words.resize(word + 1, 0);
        }
        let is_new = words[word] & bit == 0;
        words[word] |= bit;
        is_new
    }
}

impl Sink for Members<'_> {
    fn take(&mut self, instance: &Walk<'_>, work: &mut Work<'_, '_>) -> bool {
        self.total += 1;
        if self.target.is_some_and(|target| value(target, &instance.binding, work.pool) != Some(self.result)) {
            return true;
        }
        for &fact in instance.facts.iter().flatten() {
            if !self.meet(fact) {
                continue;
            }
            if self.facts.len() < Proof::GROUP_LIMIT {
                self.facts.push(fact);
            } else {
                self.more += 1;
            }
        }
        true
    }
}
