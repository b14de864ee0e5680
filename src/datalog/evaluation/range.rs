//! Runs `range`: values from one to before another, or the question whether a value is one of them.

use crate::base::{Cell, Pool, Primitive};

use crate::datalog::evaluation::execute::{Machine, Sink};
use crate::datalog::evaluation::functor::{Expression, Fault, FaultKind};
use crate::datalog::evaluation::limits::Stop;
use crate::datalog::planning::plan::Op;

/// A planned range.
#[derive(Debug)]
pub(in crate::datalog) struct Generator {
    /// Takes, or has, the value.
    pub(in crate::datalog) register: usize,
    /// The register has a value: is it one of the range?
    pub(in crate::datalog) known: bool,
    pub(in crate::datalog) primitive: Primitive,
    /// Two or three.
    pub(in crate::datalog) arguments: Vec<Expression>,
    /// Nothing from here on changes the emitted row: stop after it.
    pub(in crate::datalog) once: bool,
}

/// The values of a range, one after the other.
enum Values {
    /// Exact in 128 bits, so that the last step can not overflow.
    Whole { next: i128, to: i128, step: i128 },
    /// Each is the one before plus the step, as Soufflé counts.
    Floats { next: f64, to: f64, step: f64 },
}

impl Values {
    /// The values for the arguments; without a step they go towards the end.
    fn new(primitive: Primitive, cells: &[Cell], pool: &Pool) -> Result<Self, FaultKind> {
        let cell = |index: usize| cells.get(index).copied();
        let values = if primitive == Primitive::Float {
            let number = |index| cell(index).map(|cell| pool.decode_float(cell));
            let (next, to) = (number(0).unwrap_or(0.0), number(1).unwrap_or(0.0));
            Self::Floats { next, to, step: number(2).unwrap_or(if next <= to { 1.0 } else { -1.0 }) }
        } else {
            let number = |index| {
                cell(index).map(|cell| match primitive {
                    Primitive::Unsigned => i128::from(pool.decode_unsigned(cell)),
                    Primitive::Number | Primitive::Symbol | Primitive::Float => i128::from(pool.decode(cell)),
                })
            };
            let (next, to) = (number(0).unwrap_or(0), number(1).unwrap_or(0));
            Self::Whole { next, to, step: number(2).unwrap_or(if next <= to { 1 } else { -1 }) }
        };
        let stands = match &values {
            Self::Whole { step, .. } => *step == 0,
            Self::Floats { step, .. } => *step == 0.0,
        };
        if stands { Err(FaultKind::Step) } else { Ok(values) }
    }

    /// The cell of the next value.
    #[expect(clippy::float_arithmetic, reason = "a range of floats")]
    fn next(&mut self, primitive: Primitive, pool: &mut Pool) -> Result<Option<Cell>, FaultKind> {
        match self {
            Self::Whole { next, to, step } => {
                if if *step > 0 { *next >= *to } else { *next <= *to } {
                    return Ok(None);
                }
                let cell = match primitive {
                    Primitive::Unsigned => pool.unsigned(u64::try_from(*next).unwrap_or(0)),
                    Primitive::Number | Primitive::Symbol | Primitive::Float => {
                        pool.number(i64::try_from(*next).unwrap_or(0))
                    }
                };
                *next += *step;
                Ok(Some(cell))
            }
            Self::Floats { next, to, step } => {
                if if *step > 0.0 { *next >= *to } else { *next <= *to } {
                    return Ok(None);
                }
                let cell = pool.float(*next);
                let before = next.to_bits();
                *next += *step;
                if next.to_bits() == before {
                    return Err(FaultKind::Step);
                }
                Ok(Some(cell))
            }
        }
    }

    /// Whether a whole number is one of the values; nothing for floats, where only counting tells.
    fn has(&self, primitive: Primitive, cell: Cell, pool: &Pool) -> Option<bool> {
        let Self::Whole { next, to, step } = *self else { return None };
        let value = if primitive == Primitive::Unsigned {
            i128::from(pool.decode_unsigned(cell))
        } else {
            i128::from(pool.decode(cell))
        };
        let inside = if step > 0 { next <= value && value < to } else { to < value && value <= next };
        Some(inside && (value - next) % step == 0)
    }
}

impl<S: Sink> Machine<'_, S> {
    /// Goes on with each value of a range, or with the value that is one of them; tells whether a binding was emitted.
    pub(super) fn each_value(&mut self, generator: &Generator, rest: &[Op]) -> Result<bool, Stop> {
        let primitive = generator.primitive;
        let mut cells = Vec::with_capacity(generator.arguments.len());
        for argument in &generator.arguments {
            cells.push(argument.value(&self.registers, self.pool, self.budget)?);
        }
        let fault = |kind: FaultKind, pool: &Pool| {
            let values: Vec<_> = cells.iter().map(|&cell| pool.shown(cell, primitive)).collect();
            let expression = format!("range({})", values.join(", "));
            Stop::Fault(Box::new(Fault { kind, primitive, expression }))
        };
        let mut values = Values::new(primitive, &cells, self.pool).map_err(|kind| fault(kind, self.pool))?;
        let known = generator.known.then_some(self.registers[generator.register]);
        if let Some(has) = known.and_then(|cell| values.has(primitive, cell, self.pool)) {
            return if has { self.step(rest) } else { Ok(false) };
        }
        let mut hit = false;
        while let Some(cell) = values.next(primitive, self.pool).map_err(|kind| fault(kind, self.pool))? {
            self.budget.derive(1)?;
            if self.budget.visit(1) {
                self.budget.look(self.pool)?;
            }
            if known.is_some_and(|known| known != cell) {
                continue;
            }
            self.registers[generator.register] = cell;
            if self.step(rest)? {
                hit = true;
                if generator.once {
                    return Ok(true);
                }
            }
        }
        Ok(hit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(primitive: Primitive, arguments: &[&str], expect: Result<&[&str], FaultKind>) {
        let mut pool = Pool::new();
        let mut cell = |text: &str| match primitive {
            Primitive::Unsigned => pool.unsigned(text.parse().unwrap()),
            Primitive::Float => pool.float(text.parse().unwrap()),
            Primitive::Number | Primitive::Symbol => pool.number(text.parse().unwrap()),
        };
        let cells: Vec<Cell> = arguments.iter().map(|text| cell(text)).collect();
        let values = || Values::new(primitive, &cells, &pool.clone());
        let all = values().and_then(|mut all| {
            let mut found = Vec::new();
            while let Some(cell) = all.next(primitive, &mut pool)? {
                found.push(pool.shown(cell, primitive).into_owned());
            }
            Ok(found)
        });
        let expect = expect.map(|texts| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>());
        assert_eq!(all, expect, "{arguments:?}");
        if let (Ok(found), Primitive::Number) = (all, primitive) {
            for value in -30..30 {
                let cell = pool.number(value);
                let has = Values::new(primitive, &cells, &pool).unwrap().has(primitive, cell, &pool);
                assert_eq!(has, Some(found.contains(&value.to_string())), "{value} in {arguments:?}");
            }
        }
    }

    #[test]
    fn ranges_end_before_their_end() {
        use Primitive::{Float, Number, Unsigned};
        check(Number, &["1", "4"], Ok(&["1", "2", "3"]));
        check(Number, &["4", "1"], Ok(&["4", "3", "2"]));
        check(Number, &["2", "2"], Ok(&[]));
        check(Number, &["0", "10", "4"], Ok(&["0", "4", "8"]));
        check(Number, &["0", "8", "4"], Ok(&["0", "4"]));
        check(Number, &["10", "0", "-5"], Ok(&["10", "5"]));
        check(Number, &["0", "10", "-1"], Ok(&[]));
        check(Number, &["10", "0", "1"], Ok(&[]));
        check(Number, &["9223372036854775805", "9223372036854775807", "5"], Ok(&["9223372036854775805"]));
        check(Number, &["0", "5", "0"], Err(FaultKind::Step));
        check(Unsigned, &["3", "0"], Ok(&["3", "2", "1"]));
        check(Unsigned, &["18446744073709551614", "18446744073709551615"], Ok(&["18446744073709551614"]));
        check(Float, &["0.5", "2"], Ok(&["0.5", "1.5"]));
        check(Float, &["1", "0", "-0.25"], Ok(&["1", "0.75", "0.5", "0.25"]));
        check(Float, &["1e17", "2e17"], Err(FaultKind::Step));
        check(Float, &["0", "1", "0"], Err(FaultKind::Step));
    }
}
