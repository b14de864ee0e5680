//! Which condition of a body comes next: whatever can be decided already, else the atom that gives the fewest rows.
//!
//! Estimates of sizes go in, a choice comes out; greedy, so a body of any length is ordered in little time.

use crate::base::Cell;

use crate::datalog::evaluation::functor::{Expression, Slot};
use crate::datalog::planning::body::Condition;
use crate::datalog::program::RelationId;
use crate::datalog::syntax::ast::Operator;

/// What is known of the rows of relations.
pub(in crate::datalog) trait Sizes {
    /// About how many rows have these cells in these columns.
    fn matching(&self, relation: RelationId, constants: &[(usize, Cell)]) -> u64;
    /// About how many different combinations of cells some columns have.
    fn distinct(&self, relation: RelationId, columns: &[usize]) -> u64;
}

/// What a condition other than an atom needs before it can be decided, and how soon it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::datalog) enum Ready {
    /// A comparison of bound values.
    Filter,
    /// Copies a value into a register.
    Copy,
    /// The absence of rows.
    Absent,
    /// Computes a value, which may overflow: the conditions above may exclude that.
    Compute,
    /// Looks at many rows.
    Aggregate,
}

/// Tells what can be decided of a condition when some registers are bound.
pub(in crate::datalog) fn ready(condition: &Condition, bound: &[bool]) -> Option<Ready> {
    match condition {
        Condition::Atom { .. } => None,
        Condition::Not { .. } => all_bound(condition, bound).then_some(Ready::Absent),
        Condition::Aggregate { outer, .. } => outer.iter().all(|&register| bound[register]).then_some(Ready::Aggregate),
        Condition::Range { .. } => all_bound(condition, bound).then_some(Ready::Compute),
        Condition::Compare { left, operator, right, .. } => {
            if all_bound(condition, bound) {
                return Some(Ready::Filter);
            }
            let (_, value) = equation(left, *operator, right, bound)?;
            Some(if matches!(value, Expression::Slot(_)) { Ready::Copy } else { Ready::Compute })
        }
    }
}

/// The unbound register that an equation binds, and its value.
pub(in crate::datalog) fn equation<'a>(
    left: &'a Expression,
    operator: Operator,
    right: &'a Expression,
    bound: &[bool],
) -> Option<(usize, &'a Expression)> {
    let binds = |target: &Expression, value: &'a Expression| match target {
        Expression::Slot(Slot::Register(register)) if !bound[*register] && known(value, bound) => {
            Some((*register, value))
        }
        Expression::Slot(_) | Expression::Apply(..) => None,
    };
    if operator == Operator::Equal { binds(left, right).or_else(|| binds(right, left)) } else { None }
}

/// How many values a range has, estimated as [`fan_out`] is; nothing while its arguments are unknown.
pub(in crate::datalog) fn values(arguments: &[Expression], bound: &[bool]) -> Option<i64> {
    arguments.iter().all(|argument| known(argument, bound)).then_some(64 * 2)
}

fn known(expression: &Expression, bound: &[bool]) -> bool {
    let mut all = true;
    expression.registers(&mut |register| all &= bound[register]);
    all
}

fn all_bound(condition: &Condition, bound: &[bool]) -> bool {
    let mut all = true;
    condition.registers(&mut |register| all &= bound[register]);
    all
}

/// The estimated fan-out of an atom, in sixteenths of a power of two; below 0 where no row can be added.
///
/// `wanted` tells whether anything besides this atom wants a register.
pub(in crate::datalog) fn fan_out(
    relation: RelationId,
    slots: &[Option<Slot>],
    bound: &[bool],
    wanted: impl Fn(usize) -> bool,
    sizes: &dyn Sizes,
) -> i64 {
    let (mut all, mut any, mut binds) = (true, false, false);
    let (mut constants, mut given) = (Vec::new(), Vec::new());
    for (column, slot) in slots.iter().enumerate() {
        match slot {
            Some(Slot::Register(register)) if !bound[*register] => {
                all = false;
                binds |= wanted(*register);
            }
            Some(slot) => {
                any = true;
                given.push(column);
                if let Slot::Constant(cell) = slot {
                    constants.push((column, *cell));
                }
            }
            None => all = false,
        }
    }
    if all {
        -2
    } else if !binds {
        -i64::from(any)
    } else {
        // The rows with these constants, divided by the combinations of cells that the other given columns have there.
        let same: Vec<usize> = constants.iter().map(|(column, _)| *column).collect();
        let (rows, groups) = (sizes.matching(relation, &constants), sizes.distinct(relation, &same));
        (log2(rows) + log2(groups) - log2(sizes.distinct(relation, &given))).max(0)
    }
}

/// Sixteen times the logarithm, without floats: the leading digit gives the fraction.
fn log2(value: u64) -> i64 {
    let value = value.max(1);
    let whole = value.ilog2();
    let fraction = if whole >= 4 { (value >> (whole - 4)) & 15 } else { (value << (4 - whole)) & 15 };
    i64::from(whole) * 16 + i64::try_from(fraction).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_grow_with_their_values() {
        assert_eq!((log2(0), log2(1), log2(2), log2(1 << 20)), (0, 0, 16, 320));
        assert!((1..5_000).all(|value| log2(value) <= log2(value + 1)));
        assert!(log2(3) > log2(2) && log2(100) > log2(90));
    }
}
