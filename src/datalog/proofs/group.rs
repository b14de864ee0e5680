//! What an aggregate ranges over under one binding of the variables around it.

use std::collections::BTreeSet;

use crate::base::Cell;

use crate::datalog::program::Literal;
use crate::datalog::proofs::verify::Binding;
use crate::datalog::proofs::walk::{Sink, Undecided, Walk, Work, outer_binding};
use crate::datalog::storage::fixpoint::{Fact, Proof};

/// The group of an aggregate that has this value.
pub(in crate::datalog) fn group(
    work: &mut Work<'_, '_>,
    body: &[Literal],
    outer: &[u16],
    binding: &Binding,
    value: Cell,
) -> Proof {
    let mut members = Members { seen: BTreeSet::new(), facts: Vec::new(), total: 0 };
    if let Some(start) = outer_binding(outer, binding) {
        // A group of more rows than may be looked at is shown as far as it was seen.
        let _ = Walk::new(body, start, Undecided::Fails).run(work, &mut members);
    }
    let _ = value;
    Proof::Group { facts: members.facts, total: members.total }
}

/// Takes all bindings of an aggregate.
struct Members {
    seen: BTreeSet<Fact>,
    facts: Vec<Fact>,
    total: u64,
}

impl Sink for Members {
    fn take(&mut self, instance: &Walk<'_>) -> bool {
        self.total += 1;
        for &fact in instance.facts.iter().flatten() {
            if self.facts.len() < Proof::GROUP_LIMIT && self.seen.insert(fact) {
                self.facts.push(fact);
            }
        }
        true
    }
}
