//! What every phase needs: texts and positions, interned names, cells, dates, diagnostics, files.
//!
//! Knows nothing of YAML, Datalog or claims, and imports no other module of the crate.

pub mod cell;
pub mod date;
pub mod diagnostic;
pub mod drafts;
pub mod folder;
pub mod fs;
pub mod near;
pub mod numerals;
pub mod place;
pub mod places;
pub mod pool;
pub mod source;

pub use cell::{Cell, Primitive, is_in_place};
pub use date::{Day, DayRange};
pub use diagnostic::{Checked, Diagnostic, Family, Label, Level, has_errors};
pub use place::Place;
pub use pool::{Additions, Pool, Renumbering, Symbol};
pub use source::{FileId, Position, SourceMap, Span, Spanned};
