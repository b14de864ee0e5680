//! Ranges of numbers that comparisons leave to a column, so that a scan starts late and ends early.
//!
//! Comparisons go in, bounds come out. They narrow what is looked at; the comparisons decide.

use crate::base::Primitive;

use crate::datalog::evaluation::functor::{Expression, Slot};
use crate::datalog::planning::body::Condition;
use crate::datalog::syntax::ast::Operator;

/// The least and the largest number that a cell may be, either of which may be missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::datalog) struct Between {
    pub(in crate::datalog) low: Option<Slot>,
    pub(in crate::datalog) high: Option<Slot>,
}

impl Between {
    /// What comparisons say of a number, as far as the other sides are plain values that are known.
    pub(in crate::datalog) fn of(register: usize, conditions: &[&Condition], known: &[bool]) -> Self {
        let mut found = Self::default();
        let own = |side: &Expression| *side == Expression::Slot(Slot::Register(register));
        let plain = |side: &Expression| match side {
            Expression::Slot(slot @ Slot::Constant(_)) => Some(*slot),
            Expression::Slot(slot @ Slot::Register(register)) => Some(*slot).filter(|_| known[*register]),
            Expression::Apply(..) => None,
        };
        for condition in conditions {
            let Condition::Compare { left, operator, right, primitive: Primitive::Number | Primitive::Unsigned } =
                condition
            else {
                continue;
            };
            let (low, high) = match operator {
                Operator::Less | Operator::LessOrEqual => (left, right),
                Operator::Greater | Operator::GreaterOrEqual => (right, left),
                Operator::Equal
                | Operator::NotEqual
                | Operator::Match
                | Operator::NotMatch
                | Operator::Contains
                | Operator::NotContains => continue,
            };
            if own(high) {
                found.low = found.low.or(plain(low));
            } else if own(low) {
                found.high = found.high.or(plain(high));
            }
        }
        found
    }

    /// On how many sides it bounds.
    pub(in crate::datalog) fn sides(self) -> usize {
        usize::from(self.low.is_some()) + usize::from(self.high.is_some())
    }
}
