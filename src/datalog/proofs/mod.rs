//! Why a row holds, why one does not, what would be without some rows, and the independent check of such answers.

pub(in crate::datalog) mod ask;
pub(in crate::datalog) mod attempt;
pub(in crate::datalog) mod bounds;
pub(in crate::datalog) mod conditions;
pub(in crate::datalog) mod detour;
pub(in crate::datalog) mod group;
pub(in crate::datalog) mod heights;
pub(in crate::datalog) mod instance;
pub(in crate::datalog) mod near;
pub(in crate::datalog) mod prove;
pub(in crate::datalog) mod recount;
pub(in crate::datalog) mod rows;
pub(in crate::datalog) mod values;
pub(in crate::datalog) mod verify;
pub(in crate::datalog) mod walk;
pub(in crate::datalog) mod why_not;
pub(in crate::datalog) mod without;
pub(in crate::datalog) mod work;
