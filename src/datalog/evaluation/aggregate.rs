//! Runs aggregates: the body under the values of the variables around it, once for each different set of these values.
//!
//! The body is part of the plan and gives each of its bindings once, so nothing has to be stored and sorted. What comes
//! out depends on the bindings alone and not on their order: whole numbers are added exactly and looked at in the end,
//! floats are added from the least to the greatest.

use std::cmp::Ordering;
use std::sync::Mutex;

use crate::base::places::{Places, Seeds};
use crate::base::{Cell, Pool, Primitive};

use crate::datalog::evaluation::execute::{Machine, Sink};
use crate::datalog::evaluation::functor::{Expression, Fault, FaultKind, finite};
use crate::datalog::evaluation::limits::Stop;
use crate::datalog::planning::plan::Op;
use crate::datalog::storage::radix::sort_numbers;
use crate::datalog::storage::watch::{Ended, Watch};
use crate::datalog::syntax::ast::Aggregate;

/// A planned aggregate.
#[derive(Debug)]
pub(in crate::datalog) struct Aggregation {
    /// Takes the value.
    pub(in crate::datalog) register: usize,
    pub(in crate::datalog) function: Aggregate,
    /// The type of the target.
    pub(in crate::datalog) primitive: Primitive,
    /// Ends with [`Op::Tally`] for a count, else with [`Op::Gather`].
    pub(in crate::datalog) body: Vec<Op>,
    /// The registers that the body reads and does not bind.
    pub(in crate::datalog) outer: Vec<usize>,
    /// Its place among the aggregates of the plan.
    pub(in crate::datalog) place: usize,
    /// All that it reads stands in rows, and its value is none that was computed as a text: so what it gives is right
    /// for every pool.
    pub(in crate::datalog) portable: bool,
}

/// What the bindings of a group have given so far.
#[derive(Debug, Default)]
pub(in crate::datalog) struct Gathered {
    count: u64,
    /// Exact: fewer than 2^63 values of 64 bits can not leave 128.
    sum: i128,
    floats: Vec<f64>,
    best: Option<Cell>,
}

impl Gathered {
    fn add(&mut self, function: Aggregate, primitive: Primitive, cell: Cell, pool: &Pool) {
        self.count += 1;
        match (function, primitive) {
            (Aggregate::Count, _) => {}
            (Aggregate::Min | Aggregate::Max, _) => {
                let wanted = if function == Aggregate::Min { Ordering::Less } else { Ordering::Greater };
                let better = self.best.is_none_or(|best| pool.compare(cell, best, primitive) == wanted);
                if better {
                    self.best = Some(cell);
                }
            }
            (Aggregate::Sum | Aggregate::Mean, Primitive::Float) => self.floats.push(pool.decode_float(cell)),
            (Aggregate::Sum | Aggregate::Mean, Primitive::Unsigned) => {
                self.sum += i128::from(pool.decode_unsigned(cell));
            }
            (Aggregate::Sum | Aggregate::Mean, Primitive::Number | Primitive::Symbol) => {
                self.sum += i128::from(pool.decode(cell));
            }
        }
    }

    /// Puts floats in their order, from the least to the greatest.
    fn sort(&mut self, watch: &Watch) -> Result<(), Ended> {
        let ordered = |float: &f64| {
            let bits = float.to_bits();
            if bits >> 63 == 0 { bits | 1 << 63 } else { !bits }
        };
        let float = |bits: u64| f64::from_bits(if bits >> 63 == 0 { !bits } else { bits & !(1 << 63) });
        let mut numbers: Vec<u64> = self.floats.iter().map(ordered).collect();
        sort_numbers(&mut numbers, watch)?;
        self.floats = numbers.into_iter().map(float).collect();
        Ok(())
    }

    /// The value of the group, if it has one: its bits, or the cell of a text. Floats must have been sorted.
    fn value(self, function: Aggregate, primitive: Primitive, pool: &Pool) -> Result<Option<u64>, Box<Fault>> {
        let count = self.count;
        let too_large = |total: String| {
            let expression = format!("{total}the `{function}` of {count} values");
            Box::new(Fault { kind: FaultKind::Total, primitive, expression })
        };
        let float = |value: f64| finite(value).map(|value| Some(value.to_bits())).map_err(|_| too_large(String::new()));
        let whole = |sum: i128| too_large(format!("{sum}, "));
        match function {
            Aggregate::Count => Ok(Some(count)),
            Aggregate::Min | Aggregate::Max => Ok(self.best.map(|best| bits(best, primitive, pool))),
            Aggregate::Mean if count == 0 => Ok(None),
            Aggregate::Mean if primitive == Primitive::Float => float(mean_of_floats(&self.floats)),
            Aggregate::Mean => float(mean(self.sum, count)),
            Aggregate::Sum => match primitive {
                Primitive::Float => float(total(&self.floats)),
                Primitive::Unsigned => u64::try_from(self.sum).map(Some).map_err(|_| whole(self.sum)),
                Primitive::Number | Primitive::Symbol => {
                    i64::try_from(self.sum).map(|sum| Some(sum.cast_unsigned())).map_err(|_| whole(self.sum))
                }
            },
        }
    }
}

/// A value in the same way for every pool, except for texts: these are cells.
fn bits(cell: Cell, primitive: Primitive, pool: &Pool) -> u64 {
    match primitive {
        Primitive::Symbol => cell.into(),
        Primitive::Number => pool.decode(cell).cast_unsigned(),
        Primitive::Unsigned => pool.decode_unsigned(cell),
        Primitive::Float => pool.decode_float(cell).to_bits(),
    }
}

/// The cell of a value.
fn cell(bits: u64, primitive: Primitive, pool: &mut Pool) -> Cell {
    match primitive {
        Primitive::Symbol => Cell::try_from(bits).expect("the bits of a text are its cell"),
        Primitive::Number => pool.number(bits.cast_signed()),
        Primitive::Unsigned => pool.unsigned(bits),
        Primitive::Float => pool.float(f64::from_bits(bits)),
    }
}

/// The sum of floats, which come from the least to the greatest.
#[expect(clippy::float_arithmetic, reason = "a sum of floats")]
fn total(floats: &[f64]) -> f64 {
    floats.iter().fold(0.0, |sum, float| sum + float)
}

#[expect(clippy::float_arithmetic, clippy::cast_precision_loss, reason = "a mean is a float")]
fn mean_of_floats(floats: &[f64]) -> f64 {
    total(floats) / floats.len() as f64
}

#[expect(clippy::float_arithmetic, clippy::cast_precision_loss, reason = "a mean is a float")]
fn mean(sum: i128, count: u64) -> f64 {
    sum as f64 / count as f64
}

/// The values of the groups of one aggregate that were computed, by the values of the variables around it.
///
/// An aggregate reads complete relations only, so a value stays right for as long as the plan exists.
#[derive(Debug, Default)]
pub(in crate::datalog) struct Memo {
    keys: Vec<Cell>,
    /// As [`bits`] gives them.
    values: Vec<Option<u64>>,
    portable: bool,
    places: Places,
    seeds: Seeds,
}

impl Memo {
    #[expect(clippy::option_option, reason = "not known, or known to have no value")]
    fn find(&self, key: &[Cell]) -> Option<Option<u64>> {
        let width = key.len();
        let is = |place: usize| self.keys[place * width..(place + 1) * width] == *key;
        // Rows come sorted, so that often the key is that of the row before.
        if let Some(last) = self.values.len().checked_sub(1)
            && is(last)
        {
            return Some(self.values[last]);
        }
        let hash = self.seeds.of_cells(key.iter().copied());
        let place = self.places.find(hash, |place| is(place as usize))?;
        Some(self.values[place as usize])
    }

    fn insert(&mut self, key: &[Cell], value: Option<u64>) {
        let Ok(place) = u32::try_from(self.values.len()) else { return };
        self.places.insert(self.seeds.of_cells(key.iter().copied()), place);
        self.keys.extend_from_slice(key);
        self.values.push(value);
    }

    fn bytes(&self) -> usize {
        self.keys.len() * size_of::<Cell>() + self.values.len() * size_of::<Option<u64>>() + self.places.bytes()
    }
}

/// What the aggregates of a plan have given, for the next runs: one set for each thread that runs it.
#[derive(Debug, Default)]
pub(in crate::datalog) struct Memos(Mutex<Vec<Vec<Memo>>>);

impl Memos {
    /// A set that no other run has.
    pub(super) fn take(&self) -> Vec<Memo> {
        self.0.lock().ok().and_then(|mut sets| sets.pop()).unwrap_or_default()
    }

    /// Keeps a set. What was computed in a pool beside another one stays only if it is right for every pool.
    pub(super) fn keep(&self, mut set: Vec<Memo>, is_beside: bool) {
        if is_beside {
            set.iter_mut().filter(|memo| !memo.portable).for_each(|memo| *memo = Memo::default());
        }
        if let Ok(mut sets) = self.0.lock()
            && !set.is_empty()
        {
            sets.push(set);
        }
    }
}

/// How many groups or floats are kept between two looks at the memory that they take.
const GROUPS_PER_LOOK: usize = 1 << 14;

impl<S: Sink> Machine<'_, S> {
    /// The value of an aggregate under the registers, if it has one.
    pub(super) fn aggregate(&mut self, aggregation: &Aggregation) -> Result<Option<Cell>, Stop> {
        let result = aggregation.function.result(aggregation.primitive);
        Ok(self.bits(aggregation)?.map(|bits| cell(bits, result, self.pool)))
    }

    fn bits(&mut self, aggregation: &Aggregation) -> Result<Option<u64>, Stop> {
        if is_width(&aggregation.body) {
            let outside = std::mem::replace(&mut self.gathered.count, 0);
            self.step(&aggregation.body)?;
            return Ok(Some(std::mem::replace(&mut self.gathered.count, outside)));
        }
        if self.memos.len() <= aggregation.place {
            self.memos.resize_with(aggregation.place + 1, Memo::default);
        }
        let key: Vec<Cell> = aggregation.outer.iter().map(|&register| self.registers[register]).collect();
        if let Some(known) = self.memos[aggregation.place].find(&key) {
            return Ok(known);
        }
        let value = self.group(aggregation)?;
        let memo = &mut self.memos[aggregation.place];
        memo.portable = aggregation.portable;
        memo.insert(&key, value);
        if memo.values.len().is_multiple_of(GROUPS_PER_LOOK) {
            self.budget.bytes(memo.bytes()).map_err(Stop::Limit)?;
        }
        Ok(value)
    }

    fn group(&mut self, aggregation: &Aggregation) -> Result<Option<u64>, Stop> {
        let outside = std::mem::take(&mut self.gathered);
        self.step(&aggregation.body)?;
        let mut gathered = std::mem::replace(&mut self.gathered, outside);
        gathered.sort(self.budget.watch())?;
        gathered.value(aggregation.function, aggregation.primitive, self.pool).map_err(Stop::Fault)
    }

    /// Takes as many bindings of a count as there are rows.
    pub(super) fn tally(&mut self, rows: u64) {
        self.gathered.count += rows;
    }

    /// Takes one binding of another aggregate.
    pub(super) fn gather(
        &mut self,
        function: Aggregate,
        primitive: Primitive,
        target: &Expression,
    ) -> Result<(), Stop> {
        let cell = target.value(&self.registers, self.pool, self.budget)?;
        self.gathered.add(function, primitive, cell, self.pool);
        let floats = self.gathered.floats.len();
        if floats > 0 && floats.is_multiple_of(GROUPS_PER_LOOK) {
            self.budget.bytes(floats * 3 * size_of::<f64>()).map_err(Stop::Limit)?;
        }
        Ok(())
    }
}

/// Whether an aggregate is how many rows have a key, which is found without looking at them.
fn is_width(body: &[Op]) -> bool {
    matches!(body, [Op::Probe(probe), Op::Tally] if probe.has_no_conditions())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gathered(
        function: Aggregate,
        primitive: Primitive,
        cells: &[Cell],
        pool: &mut Pool,
    ) -> Result<Option<Cell>, String> {
        let mut gathered = Gathered::default();
        for &cell in cells {
            gathered.add(function, primitive, cell, pool);
        }
        gathered.sort(&Watch::default()).unwrap();
        let value = gathered.value(function, primitive, pool).map_err(|fault| fault.to_string())?;
        Ok(value.map(|bits| super::cell(bits, function.result(primitive), pool)))
    }

    #[test]
    fn whole_numbers_are_added_exactly_in_any_order() {
        let check = |values: &[i64], expect: Result<i64, &str>| {
            let mut pool = Pool::new();
            let cells: Vec<Cell> = values.iter().map(|&value| pool.number(value)).collect();
            let found = gathered(Aggregate::Sum, Primitive::Number, &cells, &mut pool);
            let found = found.map(|cell| pool.decode(cell.unwrap()));
            assert_eq!(found, expect.map_err(str::to_owned), "{values:?}");
        };
        check(&[], Ok(0));
        check(&[3, 3, -1], Ok(5));
        check(&[i64::MAX, 1, -1], Ok(i64::MAX));
        check(&[i64::MIN, -1, i64::MAX], Ok(-2));
        check(&[i64::MAX, 1], Err("9223372036854775808, the `sum` of 2 values, does not fit into a number of 64 bits"));
        let mut pool = Pool::new();
        let cells = [u64::MAX, 1].map(|value| pool.unsigned(value));
        let found = gathered(Aggregate::Sum, Primitive::Unsigned, &cells, &mut pool);
        let expect = "18446744073709551616, the `sum` of 2 values, does not fit into an unsigned number of 64 bits";
        assert_eq!(found, Err(expect.to_owned()));
    }

    #[test]
    fn floats_are_added_in_their_order() {
        let mut pool = Pool::new();
        let mut values = [1e16, 1.0, -1e16, 3.5, 1.0, 0.1, 0.2, 0.3];
        let mut found = Vec::new();
        for _ in 0..values.len() {
            values.rotate_left(3);
            let cells = values.map(|value| pool.float(value));
            found.push(gathered(Aggregate::Sum, Primitive::Float, &cells, &mut pool).unwrap().unwrap());
            found.dedup();
        }
        assert_eq!(found.len(), 1, "the order matters");
        let mut mixed = Gathered { floats: vec![0.5, -0.0, f64::MIN, 0.0, f64::MAX, -1e-300], ..Gathered::default() };
        mixed.sort(&Watch::default()).unwrap();
        let sorted: Vec<u64> = mixed.floats.into_iter().map(f64::to_bits).collect();
        assert_eq!(sorted, [f64::MIN, -1e-300, -0.0, 0.0, 0.5, f64::MAX].map(f64::to_bits));
        let cells = [f64::MAX, f64::MAX].map(|value| pool.float(value));
        let message = gathered(Aggregate::Sum, Primitive::Float, &cells, &mut pool).unwrap_err();
        assert_eq!(message, "the `sum` of 2 values does not fit into a float of 64 bits");
    }

    #[test]
    fn means_and_extremes_need_a_value() {
        let mut pool = Pool::new();
        let three = [1, 2, 6].map(|value| pool.number(value));
        let mean = gathered(Aggregate::Mean, Primitive::Number, &three, &mut pool).unwrap().unwrap();
        assert_eq!(mean, pool.float(3.0));
        let quarters = [0.25, 0.5].map(|value| pool.float(value));
        let mean = gathered(Aggregate::Mean, Primitive::Float, &quarters, &mut pool).unwrap().unwrap();
        assert_eq!(mean, pool.float(0.375));
        let texts = ["b", "a", "c"].map(|text| pool.intern(text).cell());
        assert_eq!(gathered(Aggregate::Min, Primitive::Symbol, &texts, &mut pool), Ok(Some(texts[1])));
        assert_eq!(gathered(Aggregate::Max, Primitive::Symbol, &texts, &mut pool), Ok(Some(texts[2])));
        for function in [Aggregate::Mean, Aggregate::Min, Aggregate::Max] {
            assert_eq!(gathered(function, Primitive::Number, &[], &mut pool), Ok(None), "{function}");
        }
        assert_eq!(gathered(Aggregate::Count, Primitive::Number, &[], &mut pool), Ok(Some(pool.number(0))));
    }

    #[test]
    fn groups_are_found_again_whatever_came_between() {
        let mut memo = Memo::default();
        for i in 0..1000 {
            assert_eq!(memo.find(&[i, i / 2]), None);
            memo.insert(&[i, i / 2], i.is_multiple_of(3).then_some(i.into()));
            assert_eq!(memo.find(&[i, i / 2]), Some(i.is_multiple_of(3).then_some(i.into())));
        }
        assert_eq!((memo.find(&[7, 3]), memo.find(&[9, 4]), memo.find(&[3, 7])), (Some(None), Some(Some(9)), None));
        let mut single = Memo::default();
        assert_eq!(single.find(&[]), None);
        single.insert(&[], Some(5));
        assert_eq!(single.find(&[]), Some(Some(5)));
    }
}
