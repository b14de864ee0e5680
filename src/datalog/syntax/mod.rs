//! Text to syntax tree and back: nothing is resolved here.

pub mod ast;
pub(in crate::datalog) mod ast_print;
pub(in crate::datalog) mod clauses;
pub(in crate::datalog) mod cursor;
mod directives;
pub(in crate::datalog) mod foreign;
pub(in crate::datalog) mod lexer;
pub(in crate::datalog) mod load;
pub(in crate::datalog) mod names;
pub(in crate::datalog) mod operators;
pub(in crate::datalog) mod parser;
#[cfg(test)]
pub(in crate::datalog) mod parser_tests;
#[cfg(test)]
mod print_tests;
pub(in crate::datalog) mod problems;
pub(in crate::datalog) mod terms;
pub(in crate::datalog) mod walk;
