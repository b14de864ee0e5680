//! Interned strings and the numbers too wide for a cell.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

use super::cell::{Cell, Primitive};
use super::numerals::write_float;
use super::places::{Places, Seeds};

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
/// The encoding is canonical: equal values have equal cells, so joins compare cells. Texts and numbers get their cells in
/// the order in which they come.
///
/// Threads that make new values take a pool each [`Pool::beside`] a shared one. Such a pool reads the shared values and
/// numbers its own from where the shared ones end; afterwards the one pool takes these in with [`Pool::absorb`], thread
/// by thread in the order of their work, and the cells of their rows are renumbered. Each value then has the cell that it
/// would have got on one thread, however many there were. Only what `ord` looks at is different in between.
#[derive(Clone, Debug, Default)]
pub struct Pool {
    /// All texts, one behind the other.
    arena: String,
    /// Where each text ends.
    ends: Vec<usize>,
    symbols: Places,
    /// Wide numbers and floats, by their bits.
    words: Vec<u64>,
    numbers: Places,
    seeds: Seeds,
    below: Option<Arc<Pool>>,
    /// The first of its own texts and words.
    first_text: Cell,
    first_word: Cell,
}

/// What a pool beside another one has added.
#[derive(Debug)]
pub struct Additions(Pool);

/// Which cells the values of a pool beside another one got in the end.
#[derive(Debug)]
pub struct Renumbering {
    first_text: Cell,
    texts: Vec<Cell>,
    first_word: Cell,
    words: Vec<Cell>,
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
    /// If 2^32 - 1 different texts are interned.
    pub fn intern(&mut self, text: &str) -> Symbol {
        let hash = self.seeds.of_bytes(text.as_bytes());
        if let Some(known) = self.known(hash, text) {
            return known;
        }
        let own = u32::try_from(self.ends.len()).expect("fewer than 2^32 texts");
        let cell = self.first_text.checked_add(own).filter(|&cell| cell < Cell::MAX).expect("fewer than 2^32 texts");
        self.arena.push_str(text);
        self.ends.push(self.arena.len());
        self.symbols.insert(hash, own);
        Symbol(cell)
    }

    /// The symbol of a text, if it was interned.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<Symbol> {
        self.known(self.seeds.of_bytes(text.as_bytes()), text)
    }

    fn known(&self, hash: u32, text: &str) -> Option<Symbol> {
        let below = self.below.as_ref().and_then(|below| below.known(hash, text));
        below.or_else(|| {
            let own = self.symbols.find(hash, |own| self.own_text(own as usize) == text)?;
            Some(Symbol(self.first_text + own))
        })
    }

    /// The text of a symbol of this pool.
    #[must_use]
    pub fn text(&self, symbol: Symbol) -> &str {
        self.cell_text(symbol.0)
    }

    /// The text that a cell of a symbol column stands for.
    #[must_use]
    pub fn cell_text(&self, cell: Cell) -> &str {
        match (&self.below, cell.checked_sub(self.first_text)) {
            (Some(below), None) => below.cell_text(cell),
            (_, own) => self.own_text(own.unwrap_or(cell) as usize),
        }
    }

    fn own_text(&self, own: usize) -> &str {
        let start = own.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.arena[start..self.ends[own]]
    }

    /// How many texts there are.
    #[must_use]
    pub fn texts(&self) -> usize {
        self.first_text as usize + self.ends.len()
    }

    /// How many bytes all texts have together.
    #[must_use]
    pub fn text_bytes(&self) -> usize {
        self.arena.len() + self.below.as_ref().map_or(0, |below| below.text_bytes())
    }

    /// Bytes in use.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let own = self.arena.capacity() + self.ends.capacity() * size_of::<usize>() + self.words.capacity() * 8;
        let places = self.symbols.bytes() + self.numbers.bytes();
        own + places + self.below.as_ref().map_or(0, |below| below.bytes())
    }

    /// The cell of a number.
    ///
    /// # Panics
    ///
    /// If 2^31 different wide numbers are used.
    #[inline]
    pub fn number(&mut self, value: i64) -> Cell {
        match Cell::try_from(value.wrapping_add(BIAS)) {
            Ok(cell) if cell < WIDE => cell,
            _ => self.word(value.cast_unsigned()) | WIDE,
        }
    }

    /// The number that a cell of a number column stands for.
    #[inline]
    #[must_use]
    pub fn decode(&self, cell: Cell) -> i64 {
        if cell & WIDE == 0 { i64::from(cell) - BIAS } else { self.bits(cell & !WIDE).cast_signed() }
    }

    /// The cell of an unsigned number.
    ///
    /// # Panics
    ///
    /// If 2^31 different wide numbers are used.
    #[inline]
    pub fn unsigned(&mut self, value: u64) -> Cell {
        match Cell::try_from(value) {
            Ok(cell) if cell < WIDE => cell,
            _ => self.word(value) | WIDE,
        }
    }

    /// The unsigned number that a cell of an unsigned column stands for.
    #[inline]
    #[must_use]
    pub fn decode_unsigned(&self, cell: Cell) -> u64 {
        if cell & WIDE == 0 { u64::from(cell) } else { self.bits(cell & !WIDE) }
    }

    /// The cell of a float, which must be finite; both zeros have the same one.
    ///
    /// # Panics
    ///
    /// If 2^31 different wide numbers are used.
    pub fn float(&mut self, value: f64) -> Cell {
        self.word(if value == 0.0 { 0 } else { value.to_bits() })
    }

    /// The float that a cell of a float column stands for.
    #[inline]
    #[must_use]
    pub fn decode_float(&self, cell: Cell) -> f64 {
        f64::from_bits(self.bits(cell))
    }

    /// The place of 64 bits; values of different types share it when their bits are the same.
    fn word(&mut self, bits: u64) -> Cell {
        let hash = self.seeds.of_word(bits);
        if let Some(known) = self.known_word(hash, bits) {
            return known;
        }
        let own = u32::try_from(self.words.len()).expect("fewer than 2^31 wide numbers");
        let cell = self.first_word.checked_add(own).filter(|&cell| cell < WIDE).expect("fewer than 2^31 wide numbers");
        self.words.push(bits);
        self.numbers.insert(hash, own);
        cell
    }

    fn known_word(&self, hash: u32, bits: u64) -> Option<Cell> {
        let below = self.below.as_ref().and_then(|below| below.known_word(hash, bits));
        below.or_else(|| {
            let own = self.numbers.find(hash, |own| self.words[own as usize] == bits)?;
            Some(self.first_word + own)
        })
    }

    fn bits(&self, index: Cell) -> u64 {
        match (&self.below, index.checked_sub(self.first_word)) {
            (Some(below), None) => below.bits(index),
            (_, own) => self.words[own.unwrap_or(index) as usize],
        }
    }

    /// How many numbers too wide for a cell there are, floats among them.
    #[must_use]
    pub fn wide_numbers(&self) -> usize {
        self.first_word as usize + self.words.len()
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

    /// A value as text: texts as they are, whole numbers in decimal digits, floats by [`write_float`].
    #[must_use]
    pub fn shown(&self, cell: Cell, primitive: Primitive) -> Cow<'_, str> {
        match primitive {
            Primitive::Symbol => self.cell_text(cell).into(),
            Primitive::Number => self.decode(cell).to_string().into(),
            Primitive::Unsigned => self.decode_unsigned(cell).to_string().into(),
            Primitive::Float => write_float(self.decode_float(cell)).into(),
        }
    }
}

/// Pools of threads.
impl Pool {
    /// A pool that sees what `base` holds and keeps what it adds to itself.
    ///
    /// # Panics
    ///
    /// If the shared pool has 2^32 - 1 texts.
    #[must_use]
    pub fn beside(base: &Arc<Self>) -> Self {
        Self {
            seeds: base.seeds,
            first_text: Cell::try_from(base.texts()).expect("fewer than 2^32 texts"),
            first_word: Cell::try_from(base.wide_numbers()).expect("fewer than 2^31 wide numbers"),
            below: Some(Arc::clone(base)),
            ..Self::default()
        }
    }

    /// Whether it is one beside another, so that its new cells are not those that stay.
    #[must_use]
    pub fn is_beside(&self) -> bool {
        self.below.is_some()
    }

    /// Lets go of the shared pool; what is its own remains.
    #[must_use]
    pub fn into_additions(mut self) -> Additions {
        self.below = None;
        Additions(self)
    }

    /// Takes in what a pool beside this one has added, in its order.
    ///
    /// # Panics
    ///
    /// As [`Pool::intern`] and [`Pool::number`].
    pub fn absorb(&mut self, additions: &Additions) -> Renumbering {
        let Additions(side) = additions;
        Renumbering {
            first_text: side.first_text,
            texts: (0..side.ends.len()).map(|own| self.intern(side.own_text(own)).0).collect(),
            first_word: side.first_word,
            words: side.words.iter().map(|&bits| self.word(bits)).collect(),
        }
    }
}

impl Renumbering {
    /// Whether every cell stays as it is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty() && self.words.is_empty()
    }

    /// The cell that a cell of the pool beside has become.
    #[must_use]
    pub fn cell(&self, cell: Cell, primitive: Primitive) -> Cell {
        let renumbered = |first: Cell, cells: &[Cell], cell: Cell| {
            cell.checked_sub(first).and_then(|own| cells.get(own as usize)).copied().unwrap_or(cell)
        };
        match primitive {
            Primitive::Symbol => renumbered(self.first_text, &self.texts, cell),
            Primitive::Float => renumbered(self.first_word, &self.words, cell),
            Primitive::Number | Primitive::Unsigned if cell & WIDE == 0 => cell,
            Primitive::Number | Primitive::Unsigned => renumbered(self.first_word, &self.words, cell & !WIDE) | WIDE,
        }
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
            assert_eq!(cell & WIDE != 0, !(-BIAS..BIAS).contains(&value), "{value}");
        }
        for value in [0, 1, (1 << 31) - 1, 1 << 31, u64::MAX] {
            let cell = pool.unsigned(value);
            assert_eq!((pool.decode_unsigned(cell), pool.unsigned(value)), (value, cell));
        }
        for value in [0.0, 0.5, -1e300, f64::MIN_POSITIVE] {
            let cell = pool.float(value);
            assert_eq!((pool.decode_float(cell).to_bits(), pool.float(value)), (value.to_bits(), cell));
        }
        assert_eq!(pool.float(-0.0), pool.float(0.0));
        let a = pool.intern("a");
        assert_eq!((pool.intern("a"), pool.text(a), pool.find("b")), (a, "a", None));
        assert_eq!((pool.texts(), pool.text_bytes()), (1, 1));
    }

    #[test]
    fn values_compare_by_what_they_are() {
        let mut pool = Pool::new();
        let (b, a) = (pool.intern("b").cell(), pool.intern("a").cell());
        assert_eq!(pool.compare(a, b, Primitive::Symbol), Ordering::Less);
        let (large, small) = (pool.number(1 << 40), pool.number(-(1 << 40)));
        assert_eq!(pool.compare(small, large, Primitive::Number), Ordering::Less);
        let (large, small) = (pool.unsigned(u64::MAX), pool.unsigned(3));
        assert_eq!(pool.compare(large, small, Primitive::Unsigned), Ordering::Greater);
        let (large, small) = (pool.float(1.5), pool.float(-2.5));
        assert_eq!(pool.compare(small, large, Primitive::Float), Ordering::Less);
        assert_eq!(pool.shown(small, Primitive::Float), "-2.5");
    }

    /// What a piece of work makes.
    #[expect(clippy::cast_precision_loss, clippy::cast_sign_loss, reason = "small numbers")]
    fn work(pool: &mut Pool, range: std::ops::Range<i64>) -> Vec<Cell> {
        let cells = range.flat_map(|i| {
            let text = pool.intern(&format!("t{}", i % 37)).cell();
            [text, pool.number((i % 11) << 40), pool.float((i % 5) as f64), pool.unsigned(u64::MAX - i as u64 % 3)]
        });
        cells.collect()
    }

    #[test]

    fn pools_beside_another_give_the_cells_of_one_thread() {
        let start = || {
            let mut pool = Pool::new();
            work(&mut pool, 0..3);
            pool
        };
        let mut alone = start();
        let expect = work(&mut alone, 0..200);
        let columns = [Primitive::Symbol, Primitive::Number, Primitive::Float, Primitive::Unsigned];
        for threads in [1, 2, 3, 7] {
            let base = Arc::new(start());
            let done: Vec<(Vec<Cell>, Additions)> = (0..threads)
                .map(|thread| {
                    let mut side = Pool::beside(&base);
                    let cells = work(&mut side, 200 * thread / threads..200 * (thread + 1) / threads);
                    assert!(cells.iter().step_by(4).all(|&cell| side.cell_text(cell).starts_with('t')));
                    (cells, side.into_additions())
                })
                .collect();
            let mut pool = Arc::try_unwrap(base).unwrap();
            let mut found = Vec::new();
            for (cells, additions) in done {
                let renumbering = pool.absorb(&additions);
                let types = columns.iter().cycle();
                found.extend(cells.iter().zip(types).map(|(&cell, &primitive)| renumbering.cell(cell, primitive)));
            }
            assert_eq!(found, expect, "{threads} threads");
            assert_eq!((pool.texts(), pool.wide_numbers()), (alone.texts(), alone.wide_numbers()));
        }
    }
}
