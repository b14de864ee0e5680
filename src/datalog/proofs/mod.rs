//! Why a row holds, and the independent check of such an answer.

pub(in crate::datalog) mod instance;
pub(in crate::datalog) mod prove;
pub(in crate::datalog) mod verify;
