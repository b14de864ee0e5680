//! Syntax tree to checked program to strata: names, types, ranges, inline relations, warnings.

pub(in crate::datalog) mod alternatives;
pub(in crate::datalog) mod check;
#[cfg(test)]
mod check_tests;
pub(in crate::datalog) mod cone;
pub(in crate::datalog) mod directives;
pub(in crate::datalog) mod flat;
pub(in crate::datalog) mod graph;
pub(in crate::datalog) mod infer;
pub(in crate::datalog) mod inline;
pub(in crate::datalog) mod invention;
pub(in crate::datalog) mod lower;
pub(in crate::datalog) mod ranges;
pub(in crate::datalog) mod signature;
pub(in crate::datalog) mod stratify;
mod type_faults;
pub(in crate::datalog) mod types;
pub(in crate::datalog) mod typing;
pub(in crate::datalog) mod warnings;
#[cfg(test)]
mod warnings_tests;
