//! How a value stands in a row: one `u32`, whose column says how to read it.

/// One column of one row. The column's static type says how to read it; the order of cells means nothing.
pub type Cell = u32;

/// What a column holds, below all subtypes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Primitive {
    /// A text; its cell is an index into the pool.
    Symbol,
    /// A signed number of 64 bits; see [`super::pool::Pool::number`].
    Number,
    /// A number of 64 bits without a sign; see [`super::pool::Pool::unsigned`].
    Unsigned,
    /// A binary floating-point number of 64 bits that is finite; see [`super::pool::Pool::float`].
    Float,
}

/// Whether the cell of a [`Primitive::Number`] or [`Primitive::Unsigned`] is the number itself and no place in a pool. Such
/// cells have the order of their numbers, and all others are larger than they are.
#[must_use]
pub fn is_in_place(cell: Cell) -> bool {
    cell >> (Cell::BITS - 1) == 0
}

impl Primitive {
    /// The name of the type in programs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Symbol => "symbol",
            Self::Number => "number",
            Self::Unsigned => "unsigned",
            Self::Float => "float",
        }
    }
}
