//! Values of terms, comparisons, ranges and aggregates for the naive evaluator: worked out once more, on plain values,
//! with none of the engine's code but the pool's encoding.

use std::cmp::Ordering;

use crate::base::{Cell, Pool, Primitive};

use crate::datalog::program::{Atom, Term};
use crate::datalog::proofs::verify::Binding;
use crate::datalog::syntax::ast::{Aggregate, Functor, Operator};

/// The patterns that random programs match, each with what it means.
#[expect(clippy::type_complexity, reason = "a table")]
pub(super) const PATTERNS: [(&str, fn(&str) -> bool); 6] = [
    ("a.*", |text| text.starts_with('a')),
    (".*b", |text| text.ends_with('b')),
    ("a|ab", |text| text == "a" || text == "ab"),
    ("[a-c]", |text| text == "a" || text == "b" || text == "c"),
    (r"\d+", |text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())),
    ("", str::is_empty),
];

#[derive(Clone, Debug)]
enum Value {
    Text(String),
    /// A number of either kind.
    Whole(i128),
    Float(f64),
}

impl Value {
    fn read(cell: Cell, primitive: Primitive, pool: &Pool) -> Self {
        match primitive {
            Primitive::Symbol => Self::Text(pool.cell_text(cell).to_owned()),
            Primitive::Number => Self::Whole(pool.decode(cell).into()),
            Primitive::Unsigned => Self::Whole(pool.decode_unsigned(cell).into()),
            Primitive::Float => Self::Float(pool.decode_float(cell)),
        }
    }

    /// The cell, if the value is one of the type.
    fn write(self, primitive: Primitive, pool: &mut Pool) -> Option<Cell> {
        Some(match (self, primitive) {
            (Self::Text(text), Primitive::Symbol) => pool.intern(&text).cell(),
            (Self::Whole(number), Primitive::Number) => pool.number(number.try_into().ok()?),
            (Self::Whole(number), Primitive::Unsigned) => pool.unsigned(number.try_into().ok()?),
            (Self::Float(float), Primitive::Float) if float.is_finite() => pool.float(float),
            (Self::Text(_) | Self::Whole(_) | Self::Float(_), _) => return None,
        })
    }

    fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Text(a), Self::Text(b)) => a.as_bytes().cmp(b.as_bytes()),
            (Self::Whole(a), Self::Whole(b)) => a.cmp(b),
            (Self::Float(a), Self::Float(b)) => a.partial_cmp(b).expect("finite"),
            (Self::Text(_) | Self::Whole(_) | Self::Float(_), _) => panic!("{self:?} is compared with {other:?}"),
        }
    }

    fn whole(&self) -> i128 {
        if let Self::Whole(number) = self { *number } else { panic!("{self:?} is no whole number") }
    }

    fn text(&self) -> &str {
        if let Self::Text(text) = self { text } else { panic!("{self:?} is no text") }
    }
}

/// The value of a term; `None` for wildcards, unbound variables and what can not be computed.
pub(super) fn value(term: &Term, binding: &Binding, pool: &mut Pool) -> Option<Cell> {
    match term {
        Term::Wildcard => None,
        Term::Constant(cell) => Some(*cell),
        Term::Variable(variable) => binding[usize::from(*variable)],
        Term::Functor(functor, primitive, arguments) => {
            let cells: Option<Vec<Cell>> = arguments.iter().map(|argument| value(argument, binding, pool)).collect();
            let types = |index: usize| {
                if *functor == Functor::Substring && index > 0 { Primitive::Number } else { *primitive }
            };
            let values: Vec<Value> =
                cells?.into_iter().enumerate().map(|(i, cell)| Value::read(cell, types(i), pool)).collect();
            compute(*functor, *primitive, values)?.write(functor.result(*primitive), pool)
        }
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the rest is arithmetic")]
fn compute(functor: Functor, primitive: Primitive, mut values: Vec<Value>) -> Option<Value> {
    let first = values.first()?.clone();
    Some(match functor {
        Functor::Min | Functor::Max => {
            values.sort_by(Value::order);
            values.swap_remove(if functor == Functor::Min { 0 } else { values.len() - 1 })
        }
        Functor::Cat => Value::Text(values.iter().map(Value::text).collect()),
        Functor::StringLength => Value::Whole(first.text().len().try_into().ok()?),
        Functor::Substring => {
            let bytes: Vec<u8> = first.text().bytes().collect();
            let (start, length) = (values[1].whole(), values[2].whole());
            let inside = (0..).zip(&bytes).filter(|(at, _): &(i128, _)| {
                (0..=bytes.len().try_into().unwrap_or(0)).contains(&start)
                    && *at >= start
                    && (length < 0 || *at < start + length)
            });
            Value::Text(String::from_utf8(inside.map(|(_, byte)| *byte).collect()).ok()?)
        }
        Functor::ToString => Value::Text(match first {
            Value::Text(text) => text,
            Value::Whole(number) => number.to_string(),
            Value::Float(float) => crate::base::numerals::write_float(float),
        }),
        Functor::ToNumber | Functor::ToUnsigned => match first {
            Value::Text(text) => Value::Whole(text.parse().ok()?),
            #[expect(clippy::cast_possible_truncation, reason = "what is too large is saturated, and so is no number")]
            Value::Float(float) => Value::Whole(float.trunc() as i128),
            whole @ Value::Whole(_) => whole,
        },
        Functor::ToFloat => Value::Float(match first {
            Value::Text(text) => text.parse().ok()?,
            #[expect(clippy::cast_precision_loss, reason = "as the conversion is meant")]
            Value::Whole(number) => number as f64,
            Value::Float(float) => float,
        }),
        Functor::Ordinal => panic!("random programs do not ask where the pool puts a text"),
        _ => match (first, values.get(1)) {
            (Value::Float(left), right) => {
                let right = if let Some(Value::Float(right)) = right { *right } else { 0.0 };
                Value::Float(float(functor, left, right)?)
            }
            (left, right) => Value::Whole(whole(functor, primitive, left.whole(), right.map_or(0, Value::whole))?),
        },
    })
}

#[expect(clippy::float_arithmetic, clippy::wildcard_enum_match_arm, reason = "the floats of random programs")]
fn float(functor: Functor, left: f64, right: f64) -> Option<f64> {
    Some(match functor {
        Functor::Add => left + right,
        Functor::Subtract => left - right,
        Functor::Multiply => left * right,
        Functor::Divide => left / right,
        Functor::Negate => 0.0 - left,
        _ => return None,
    })
}

/// Bits are worked out by division, so that nothing is shared with an engine that shifts and masks.
#[expect(clippy::wildcard_enum_match_arm, reason = "the others are no functors of whole numbers")]
fn whole(functor: Functor, primitive: Primitive, left: i128, right: i128) -> Option<i128> {
    let all = 1_i128 << 64;
    let unsigned = |number: i128| number.rem_euclid(all);
    let typed = |bits: i128| if primitive == Primitive::Number && bits >= all / 2 { bits - all } else { bits };
    let bit_by_bit = |f: fn(bool, bool) -> bool| {
        let (mut left, mut right, mut result) = (unsigned(left), unsigned(right), 0);
        for bit in 0..64 {
            result += i128::from(f(left % 2 == 1, right % 2 == 1)) * (1 << bit);
            (left, right) = (left / 2, right / 2);
        }
        typed(result)
    };
    let power_of_two = || (0..64).contains(&right).then(|| (0..right).fold(1_i128, |power, _| power * 2));
    let truth = |holds: bool| i128::from(holds);
    Some(match functor {
        Functor::Add => left + right,
        Functor::Subtract => left - right,
        Functor::Multiply => left.checked_mul(right)?,
        Functor::Divide => left.checked_div(right)?,
        Functor::Remainder => left - left.checked_div(right)? * right,
        Functor::Power => (0..u8::try_from(right).ok()?).try_fold(1_i128, |power, _| power.checked_mul(left))?,
        Functor::Negate => -left,
        Functor::BitAnd => bit_by_bit(|a, b| a && b),
        Functor::BitOr => bit_by_bit(|a, b| a || b),
        Functor::BitXor => bit_by_bit(|a, b| a != b),
        Functor::BitNot => typed(all - 1 - unsigned(left)),
        Functor::ShiftLeft => typed(unsigned(unsigned(left) * power_of_two()?)),
        Functor::ShiftRight => left.div_euclid(power_of_two()?),
        Functor::ShiftRightUnsigned => typed(unsigned(left) / power_of_two()?),
        Functor::LogicalAnd => truth(left != 0 && right != 0),
        Functor::LogicalOr => truth(left != 0 || right != 0),
        Functor::LogicalXor => truth((left == 0) != (right == 0)),
        Functor::LogicalNot => truth(left == 0),
        _ => return None,
    })
}

/// Whether a comparison holds, after binding the variable of an equation; `None` if a value is missing.
pub(super) fn compare(
    (left, operator, right): (&Term, Operator, &Term),
    primitive: Primitive,
    binding: &mut Binding,
    pool: &mut Pool,
) -> Option<bool> {
    let sides = (value(left, binding, pool), value(right, binding, pool));
    let (left, right) = match (sides, left, right, operator) {
        ((Some(a), Some(b)), ..) => (a, b),
        ((None, Some(cell)), Term::Variable(variable), _, Operator::Equal)
        | ((Some(cell), None), _, Term::Variable(variable), Operator::Equal) => {
            binding[usize::from(*variable)] = Some(cell);
            return Some(true);
        }
        _ => return None,
    };
    let (left, right) = (Value::read(left, primitive, pool), Value::read(right, primitive, pool));
    let matches = || PATTERNS.iter().find(|(pattern, _)| *pattern == left.text()).expect("a pattern").1(right.text());
    let contains = || (0..=right.text().len()).any(|at| right.text()[at..].starts_with(left.text()));
    Some(match operator {
        Operator::Equal => left.order(&right) == Ordering::Equal,
        Operator::NotEqual => left.order(&right) != Ordering::Equal,
        Operator::Less => left.order(&right) == Ordering::Less,
        Operator::LessOrEqual => left.order(&right) != Ordering::Greater,
        Operator::Greater => left.order(&right) == Ordering::Greater,
        Operator::GreaterOrEqual => left.order(&right) != Ordering::Less,
        Operator::Match => matches(),
        Operator::NotMatch => !matches(),
        Operator::Contains => contains(),
        Operator::NotContains => !contains(),
    })
}

/// The pattern of an atom; `None` if a variable has no value.
pub(super) fn substitute(atom: &Atom, binding: &Binding, pool: &mut Pool) -> Option<Vec<Option<Cell>>> {
    let cell = |term: &Term| if *term == Term::Wildcard { Some(None) } else { value(term, binding, pool).map(Some) };
    atom.terms.iter().map(cell).collect()
}

/// The cells of a range.
#[expect(clippy::float_arithmetic, reason = "a range of floats")]
pub(super) fn range(cells: &[Cell], primitive: Primitive, pool: &mut Pool) -> Vec<Cell> {
    let numbers: Vec<Value> = cells.iter().map(|&cell| Value::read(cell, primitive, pool)).collect();
    let mut values = Vec::new();
    if let [Value::Float(from), Value::Float(to), step @ ..] = &numbers[..] {
        let step = if let Some(Value::Float(step)) = step.first() { *step } else { (to - from).signum() };
        let mut at = *from;
        while if step > 0.0 { at < *to } else { at > *to } {
            values.push(Value::Float(at));
            at += step;
        }
    } else {
        let (from, to) = (numbers[0].whole(), numbers[1].whole());
        let step = numbers.get(2).map_or((to - from).signum(), Value::whole);
        let count = if step == 0 { 0 } else { ((to - from).abs() + step.abs() - 1) / step.abs() };
        let towards = (to - from).signum() == step.signum();
        values.extend((0..count).filter(|_| towards).map(|index| Value::Whole(from + index * step)));
    }
    values.into_iter().filter_map(|value| value.write(primitive, pool)).collect()
}

/// The value of an aggregate over its targets; of a count only their number matters.
#[expect(clippy::float_arithmetic, clippy::cast_precision_loss, reason = "sums and means of floats")]
pub(super) fn aggregate(function: Aggregate, primitive: Primitive, cells: &[Cell], pool: &mut Pool) -> Option<Cell> {
    let count = cells.len();
    let mut values: Vec<Value> = cells.iter().map(|&cell| Value::read(cell, primitive, pool)).collect();
    values.sort_by(Value::order);
    let is_float = primitive == Primitive::Float;
    let whole = || -> i128 { values.iter().map(Value::whole).sum() };
    let float =
        || values.iter().fold(0.0, |sum, value| if let Value::Float(float) = value { sum + float } else { sum });
    let value = match function {
        Aggregate::Count => Value::Whole(count.try_into().ok()?),
        Aggregate::Sum if is_float => Value::Float(float()),
        Aggregate::Sum => Value::Whole(whole()),
        Aggregate::Mean if count == 0 => return None,
        Aggregate::Mean if is_float => Value::Float(float() / count as f64),
        Aggregate::Mean => Value::Float(whole() as f64 / count as f64),
        Aggregate::Min => values.first()?.clone(),
        Aggregate::Max => values.last()?.clone(),
    };
    value.write(function.result(primitive), pool)
}
