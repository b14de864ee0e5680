//! Checked rules to plans: registers, the order of joins, the orders of columns. Nothing is run here.

pub(in crate::datalog) mod between;
pub(in crate::datalog) mod body;
pub(in crate::datalog) mod chains;
pub(in crate::datalog) mod fuse;
pub(in crate::datalog) mod layout;
pub(in crate::datalog) mod leap;
pub(in crate::datalog) mod order;
pub(in crate::datalog) mod plan;
pub(in crate::datalog) mod planner;
pub(in crate::datalog) mod scene;
pub(in crate::datalog) mod show;
pub(in crate::datalog) mod sweep;
