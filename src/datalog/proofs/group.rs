//! What an aggregate ranges over under one binding of the variables around it.

use std::collections::BTreeSet;

use crate::base::Cell;

use crate::datalog::program::{Literal, Term};
use crate::datalog::proofs::verify::{Binding, value};
use crate::datalog::proofs::walk::{Sink, Undecided, Walk, outer_binding};
use crate::datalog::proofs::work::Work;
use crate::datalog::storage::fixpoint::{Fact, Proof};
use crate::datalog::syntax::ast::Aggregate;

/// The group of an aggregate that has this value: of `min` and `max` the rows that give it, else all of them, as far as
/// they are shown.
pub(in crate::datalog) fn group(
    work: &mut Work<'_, '_>,
    literal: &Literal,
    binding: &Binding,
    result: Cell,
) -> Option<Proof> {
    let Literal::Aggregate { function, target, body, outer, .. } = literal else { return None };
    let picks = matches!(function, Aggregate::Min | Aggregate::Max);
    let mut members = Members {
        target: target.as_ref().filter(|_| picks),
        result,
        seen: BTreeSet::new(),
        facts: Vec::new(),
        total: 0,
    };
    let mut bindings = Vec::new();
    let mut walk = Walk::new(body, outer_binding(outer, binding)?, Undecided::Fails);
    let mut sink = Gather { members: &mut members, bindings: &mut bindings };
    // A group of more rows than may be looked at is shown as far as it was seen.
    let _ = walk.run(work, &mut sink);
    for (binding, facts) in bindings {
        members.pick(&binding, &facts, work);
    }
    Some(Proof::Group { value: result, facts: members.facts, total: members.total })
}

struct Members<'t> {
    /// What must have the value of the aggregate.
    target: Option<&'t Term>,
    result: Cell,
    seen: BTreeSet<Fact>,
    facts: Vec<Fact>,
    total: u64,
}

impl Members<'_> {
    fn add(&mut self, facts: &[Option<Fact>]) {
        for &fact in facts.iter().flatten() {
            if self.facts.len() < Proof::GROUP_LIMIT && self.seen.insert(fact) {
                self.facts.push(fact);
            }
        }
    }

    fn pick(&mut self, binding: &Binding, facts: &[Option<Fact>], work: &mut Work<'_, '_>) {
        if self.target.and_then(|target| value(target, binding, work.pool)) == Some(self.result) {
            self.add(facts);
        }
    }
}

/// Takes all bindings of an aggregate.
struct Gather<'m, 't> {
    members: &'m mut Members<'t>,
    bindings: &'m mut Vec<(Binding, Vec<Option<Fact>>)>,
}

impl Sink for Gather<'_, '_> {
    fn take(&mut self, instance: &Walk<'_>) -> bool {
        self.members.total += 1;
        if self.members.target.is_some() {
            self.bindings.push((instance.binding.clone(), instance.facts.clone()));
        } else {
            self.members.add(&instance.facts);
        }
        true
    }
}
