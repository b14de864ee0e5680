//! What aggregates and ranges give, for proofs and their check: found anew, without the operations of plans.

use std::cmp::Ordering;

use crate::base::{Cell, Pool, Primitive};

use crate::datalog::syntax::ast::Aggregate;

/// An aggregate under way. It keeps none of the values of its bindings but floats that are added up, which have to be
/// sorted first.
pub(in crate::datalog) struct Fold {
    function: Aggregate,
    primitive: Primitive,
    /// How many bindings there were.
    pub(in crate::datalog) count: u64,
    total: i128,
    best: Option<Cell>,
    floats: Vec<Cell>,
    /// Some target has no value.
    is_undefined: bool,
}

impl Fold {
    pub(in crate::datalog) fn new(function: Aggregate, primitive: Primitive) -> Self {
        Self { function, primitive, count: 0, total: 0, best: None, floats: Vec::new(), is_undefined: false }
    }

    /// Takes one binding and the value of its target, of which a count has none.
    pub(in crate::datalog) fn add(&mut self, target: Option<Cell>, pool: &Pool) {
        self.count += 1;
        let Some(cell) = target else {
            self.is_undefined = true;
            return;
        };
        let keeps = |best: Option<Cell>, least: Ordering| {
            best.filter(|&best| pool.compare(cell, best, self.primitive) != least).or(Some(cell))
        };
        match self.function {
            Aggregate::Count => {}
            Aggregate::Min => self.best = keeps(self.best, Ordering::Less),
            Aggregate::Max => self.best = keeps(self.best, Ordering::Greater),
            Aggregate::Sum | Aggregate::Mean if self.primitive == Primitive::Float => self.floats.push(cell),
            Aggregate::Sum | Aggregate::Mean => self.total += whole(cell, self.primitive, pool),
        }
    }

    /// How much memory its values take.
    pub(in crate::datalog) fn bytes(&self) -> usize {
        self.floats.capacity() * size_of::<Cell>()
    }

    /// The value; none where there is none.
    pub(in crate::datalog) fn finish(&self, pool: &mut Pool) -> Option<Cell> {
        match self.function {
            Aggregate::Count => Some(pool.number(i64::try_from(self.count).ok()?)),
            _ if self.is_undefined => None,
            Aggregate::Min | Aggregate::Max => self.best,
            Aggregate::Sum if self.primitive == Primitive::Float => {
                let total = floats(&self.floats, pool);
                total.is_finite().then(|| pool.float(total))
            }
            Aggregate::Sum => number(self.total, self.primitive, pool),
            Aggregate::Mean => self.mean(pool),
        }
    }

    #[expect(clippy::float_arithmetic, clippy::cast_precision_loss, reason = "a mean is a float")]
    fn mean(&self, pool: &mut Pool) -> Option<Cell> {
        if self.count == 0 {
            return None;
        }
        let is_float = self.primitive == Primitive::Float;
        let total = if is_float { floats(&self.floats, pool) } else { self.total as f64 };
        let mean = total / self.count as f64;
        mean.is_finite().then(|| pool.float(mean))
    }
}

/// The sum of floats, from the least to the greatest, so that it does not depend on the order of rows.
#[expect(clippy::float_arithmetic, reason = "a sum of floats")]
fn floats(cells: &[Cell], pool: &Pool) -> f64 {
    let mut floats: Vec<f64> = cells.iter().map(|&cell| pool.decode_float(cell)).collect();
    floats.sort_unstable_by(f64::total_cmp);
    floats.iter().fold(0.0, |sum, float| sum + float)
}

fn whole(cell: Cell, primitive: Primitive, pool: &Pool) -> i128 {
    match primitive {
        Primitive::Unsigned => i128::from(pool.decode_unsigned(cell)),
        Primitive::Symbol | Primitive::Number | Primitive::Float => i128::from(pool.decode(cell)),
    }
}

fn number(value: i128, primitive: Primitive, pool: &mut Pool) -> Option<Cell> {
    match primitive {
        Primitive::Unsigned => u64::try_from(value).ok().map(|value| pool.unsigned(value)),
        Primitive::Symbol | Primitive::Number | Primitive::Float => {
            i64::try_from(value).ok().map(|value| pool.number(value))
        }
    }
}

/// The values of `range` with these arguments, in turn.
pub(in crate::datalog) enum Series {
    /// From, to and step of whole numbers.
    Whole(i128, i128, i128),
    /// The same of floats.
    Floats(f64, f64, f64),
}

impl Series {
    /// The values for two or three arguments; none if the step is 0.
    pub(in crate::datalog) fn new(primitive: Primitive, arguments: &[Cell], pool: &Pool) -> Option<Self> {
        let (&from, &to, step) = (arguments.first()?, arguments.get(1)?, arguments.get(2));
        if primitive == Primitive::Float {
            let (from, to) = (pool.decode_float(from), pool.decode_float(to));
            let step = step.map_or(if from <= to { 1.0 } else { -1.0 }, |&step| pool.decode_float(step));
            return (step != 0.0).then_some(Self::Floats(from, to, step));
        }
        let (from, to) = (whole(from, primitive, pool), whole(to, primitive, pool));
        let step = step.map_or(if from <= to { 1 } else { -1 }, |&step| whole(step, primitive, pool));
        (step != 0).then_some(Self::Whole(from, to, step))
    }

    /// The next value.
    #[expect(clippy::float_arithmetic, reason = "a range of floats")]
    pub(in crate::datalog) fn next(&mut self, primitive: Primitive, pool: &mut Pool) -> Option<Cell> {
        match self {
            Self::Whole(next, to, step) => {
                if if *step > 0 { *next >= *to } else { *next <= *to } {
                    return None;
                }
                let cell = number(*next, primitive, pool);
                *next += *step;
                cell
            }
            Self::Floats(next, to, step) => {
                if if *step > 0.0 { *next >= *to } else { *next <= *to } {
                    return None;
                }
                let cell = pool.float(*next);
                *next += *step;
                Some(cell)
            }
        }
    }

    /// Whether a value is one of them. Floats are counted through, up to a limit.
    pub(in crate::datalog) fn has(mut self, primitive: Primitive, cell: Cell, pool: &mut Pool) -> bool {
        if let Self::Whole(from, to, step) = self {
            let value = whole(cell, primitive, pool);
            let inside = if step > 0 { from <= value && value < to } else { to < value && value <= from };
            return inside && (value - from) % step == 0;
        }
        (0..MOST_FLOATS).map_while(|_| self.next(primitive, pool)).any(|value| value == cell)
    }
}

/// How many floats of a range are counted through.
const MOST_FLOATS: u32 = 1_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_and_aggregates_have_the_values_of_the_language() {
        let mut pool = Pool::new();
        let mut check = |arguments: &[i64], expect: &[i64]| {
            let cells: Vec<Cell> = arguments.iter().map(|&number| pool.number(number)).collect();
            let mut series = Series::new(Primitive::Number, &cells, &pool).unwrap();
            let mut found = Vec::new();
            while let Some(cell) = series.next(Primitive::Number, &mut pool) {
                found.push(pool.decode(cell));
            }
            assert_eq!(found, expect, "{arguments:?}");
            for value in -9..9 {
                let cell = pool.number(value);
                let has =
                    Series::new(Primitive::Number, &cells, &pool).unwrap().has(Primitive::Number, cell, &mut pool);
                assert_eq!(has, expect.contains(&value), "{value} in {arguments:?}");
            }
        };
        check(&[1, 4], &[1, 2, 3]);
        check(&[3, 0], &[3, 2, 1]);
        check(&[0, 7, 3], &[0, 3, 6]);
        check(&[7, 0, -4], &[7, 3]);
        check(&[2, 2], &[]);
        let numbers: Vec<Option<Cell>> = [4, 1, 4].iter().map(|&number| Some(pool.number(number))).collect();
        let fold = |function, cells: &[Option<Cell>], pool: &mut Pool| {
            let mut fold = Fold::new(function, Primitive::Number);
            for &cell in cells {
                fold.add(cell, pool);
            }
            assert_eq!(fold.bytes(), 0);
            fold.finish(pool)
        };
        let of = |function, pool: &mut Pool| fold(function, &numbers, pool).unwrap();
        let whole = [Aggregate::Count, Aggregate::Sum, Aggregate::Min, Aggregate::Max];
        assert_eq!(
            whole.map(|function| {
                let cell = of(function, &mut pool);
                pool.decode(cell)
            }),
            [3, 9, 1, 4]
        );
        let mean = of(Aggregate::Mean, &mut pool);
        assert!((pool.decode_float(mean) - 3.0).abs() < f64::EPSILON);
        assert_eq!(fold(Aggregate::Max, &[], &mut pool), None);
        assert_eq!(fold(Aggregate::Mean, &[], &mut pool), None);
        assert_eq!(fold(Aggregate::Min, &[numbers[0], None], &mut pool), None);
        let mut floats = Fold::new(Aggregate::Sum, Primitive::Float);
        for float in [1e300, 1.0, -1e300] {
            let cell = pool.float(float);
            floats.add(Some(cell), &pool);
        }
        assert!(floats.bytes() >= 3 * size_of::<Cell>());
        let sum = floats.finish(&mut pool).unwrap();
        assert_eq!(pool.decode_float(sum).to_bits(), 0.0_f64.to_bits());
    }
}
