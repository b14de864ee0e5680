//! Plans to rows: running them, collecting what they give, round after round, within limits.

pub(in crate::datalog) mod aggregate;
pub(in crate::datalog) mod crew;
pub(in crate::datalog) mod emission;
pub(in crate::datalog) mod error;
pub(in crate::datalog) mod evaluate;
pub(in crate::datalog) mod execute;
pub(in crate::datalog) mod functor;
pub(in crate::datalog) mod head;
pub(in crate::datalog) mod hot;
mod leap;
pub(in crate::datalog) mod limits;
pub(in crate::datalog) mod output;
pub(in crate::datalog) mod prepare;
pub(in crate::datalog) mod profile;
pub(in crate::datalog) mod range;
pub(in crate::datalog) mod settings;
pub(in crate::datalog) mod stopped;
