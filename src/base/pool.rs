//! Interned strings and the numbers too wide for a cell.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::cell::{Cell, Primitive};

/// An interned string: equal symbols of one pool are equal texts. The order of symbols means nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Symbol(Cell);

impl Symbol {
    /// The cell that stands for the symbol in a row.
    #[must_use]
    pub fn cell(self) -> Cell {
        self.0
    }

    /// The symbol that a cell of a symbol column stands for.
    #[must_use]
    pub fn from_cell(cell: Cell) -> Self {
        Self(cell)
    }
}

/// Top bit of a number's cell: the number is wide and the rest is an index into the pool.
const WIDE: Cell = 1 << 31;
/// Bias that puts the 31-bit signed numbers at `0..WIDE`.
const BIAS: i64 = 1 << 30;

/// Owns every string and every wide number of a run.
///
/// The encoding is canonical: equal values have equal cells, so joins compare cells.
#[derive(Clone, Debug, Default)]
pub struct Pool {
    names: Vec<Arc<str>>,
    symbols: BTreeMap<Arc<str>, Symbol>,
    wide: Vec<i64>,
    wide_cells: BTreeMap<i64, Cell>,
}

impl Pool {
    /// A pool without strings.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The symbol of a text, made on first use.
    ///
    /// # Panics
    ///
    /// If 2^32 different texts are interned.
    pub fn intern(&mut self, text: &str) -> Symbol {
        if let Some(&known) = self.symbols.get(text) {
            return known;
        }
        let symbol = Symbol(Cell::try_from(self.names.len()).expect("fewer than 2^32 texts"));
        let shared: Arc<str> = text.into();
        self.names.push(Arc::clone(&shared));
        self.symbols.insert(shared, symbol);
        symbol
    }

    /// The symbol of a text, if it was interned.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<Symbol> {
        self.symbols.get(text).copied()
    }

    /// The text of a symbol of this pool.
    #[must_use]
    pub fn text(&self, symbol: Symbol) -> &str {
        &self.names[symbol.0 as usize]
    }

    /// The text that a cell of a symbol column stands for.
    #[must_use]
    pub fn cell_text(&self, cell: Cell) -> &str {
        &self.names[cell as usize]
    }

    /// The cell of a number.
    ///
    /// # Panics
    ///
    /// If 2^31 different wide numbers are used.
    pub fn number(&mut self, value: i64) -> Cell {
        if (-BIAS..BIAS).contains(&value) {
            return Cell::try_from(value + BIAS).expect("31 bits");
        }
        self.word(value) | WIDE
    }

    /// The place of 64 bits; those of different types share one when they are the same bits.
    fn word(&mut self, value: i64) -> Cell {
        if let Some(&index) = self.wide_cells.get(&value) {
            return index;
        }
        let index = Cell::try_from(self.wide.len()).expect("fewer than 2^31 wide numbers");
        assert!(index < WIDE, "fewer than 2^31 wide numbers");
        self.wide.push(value);
        self.wide_cells.insert(value, index);
        index
    }

    /// The cell of an unsigned number.
    ///
    /// # Panics
    ///
    /// If 2^31 different wide numbers are used.
    pub fn unsigned(&mut self, value: u64) -> Cell {
        if let Ok(cell) = Cell::try_from(value)
            && cell < WIDE
        {
            return cell;
        }
        self.word(value.cast_signed()) | WIDE
    }

    /// The unsigned number that a cell of an unsigned column stands for.
    #[must_use]
    pub fn decode_unsigned(&self, cell: Cell) -> u64 {
        if cell & WIDE == 0 { u64::from(cell) } else { self.wide[(cell & !WIDE) as usize].cast_unsigned() }
    }

    /// The cell of a float; both zeros have the same one.
    ///
    /// # Panics
    ///
    /// If 2^31 different wide numbers are used.
    pub fn float(&mut self, value: f64) -> Cell {
        let value = if value == 0.0 { 0.0 } else { value };
        self.word(value.to_bits().cast_signed())
    }

    /// The float that a cell of a float column stands for.
    #[must_use]
    pub fn decode_float(&self, cell: Cell) -> f64 {
        f64::from_bits(self.wide[cell as usize].cast_unsigned())
    }

    /// How two values of a type compare: texts by their bytes, numbers by their values.
    #[must_use]
    pub fn compare(&self, left: Cell, right: Cell, primitive: Primitive) -> Ordering {
        match primitive {
            Primitive::Symbol => self.cell_text(left).cmp(self.cell_text(right)),
            Primitive::Number => self.decode(left).cmp(&self.decode(right)),
            Primitive::Unsigned => self.decode_unsigned(left).cmp(&self.decode_unsigned(right)),
            Primitive::Float => self.decode_float(left).total_cmp(&self.decode_float(right)),
        }
    }

    /// A value as text: texts as they are, numbers in decimal digits.
    #[must_use]
    pub fn shown(&self, cell: Cell, primitive: Primitive) -> Cow<'_, str> {
        match primitive {
            Primitive::Symbol => self.cell_text(cell).into(),
            Primitive::Number => self.decode(cell).to_string().into(),
            Primitive::Unsigned => self.decode_unsigned(cell).to_string().into(),
            Primitive::Float => self.decode_float(cell).to_string().into(),
        }
    }

    /// How many wide numbers there are.
    #[must_use]
    pub fn wide_numbers(&self) -> usize {
        self.wide.len()
    }

    /// The number that a cell of a number column stands for.
    #[must_use]
    pub fn decode(&self, cell: Cell) -> i64 {
        if cell & WIDE == 0 { i64::from(cell) - BIAS } else { self.wide[(cell & !WIDE) as usize] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_and_have_one_cell_each() {
        let mut pool = Pool::new();
        for value in [0, 1, -1, BIAS - 1, BIAS, -BIAS, -BIAS - 1, i64::MAX, i64::MIN] {
            let cell = pool.number(value);
            assert_eq!(pool.decode(cell), value);
            assert_eq!(pool.number(value), cell);
        }
        let a = pool.intern("a");
        assert_eq!((pool.intern("a"), pool.text(a), pool.find("b")), (a, "a", None));
    }
}
