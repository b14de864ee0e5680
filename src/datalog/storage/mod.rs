//! Rows: what is given, what is derived, sorted and frozen on datafrog. Knows nothing of rules.

mod arrange;
pub(in crate::datalog) mod fixpoint;
pub(in crate::datalog) mod frozen;
pub(in crate::datalog) mod layout;
pub(in crate::datalog) mod merge;
pub(in crate::datalog) mod radix;
pub(in crate::datalog) mod rows;
pub(in crate::datalog) mod sort;
pub(in crate::datalog) mod statistics;
pub(in crate::datalog) mod store;
pub(in crate::datalog) mod table;
pub(in crate::datalog) mod view;
pub(in crate::datalog) mod watch;
