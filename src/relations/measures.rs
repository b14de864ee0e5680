//! Quantities as rows: bounds with their tolerance, in base units, as ranks among all bounds of the unit.
//!
//! Rules compare numbers that fit 32 bits, and quantities are exact decimals of any size; so a rule sees where a bound stands
//! in the order of all bounds, and equal bounds at the same place.

use std::collections::BTreeMap;

use crate::base::{Pool, Span, Symbol};
use crate::facts::{Claim, Dataset, Decimal, Quantity, Vocabulary};

use super::rows::Rows;

/// A whole in thousandths of a percent, as tolerances are given.
const WHOLE: i64 = 100_000;

/// A quantity of a claim in base units, widened by its tolerance.
struct Measured {
    claim: Symbol,
    /// The qualifier, or `object`.
    key: Symbol,
    /// The base unit, `-` for none.
    unit: Symbol,
    low: Decimal,
    high: Decimal,
    span: Span,
}

/// The rows of all quantities.
pub(super) fn measures(dataset: &Dataset, rows: &mut Rows<'_>) {
    let object = rows.pool.intern("object");
    let none = rows.pool.intern("-");
    let mut found = Vec::new();
    for claim in &dataset.claims {
        let reader = Reader { claim, vocabulary: &dataset.vocabulary, pool: rows.pool, none };
        let of_object = claim.says.objects.iter().filter_map(|value| reader.measured(object, value.value, value.span));
        let of_qualifier = claim.says.qualifiers.iter().filter_map(|qualifier| {
            let value = qualifier.value;
            reader.measured(qualifier.key.value, value.value, value.span)
        });
        found.extend(of_object.chain(of_qualifier));
    }
    let mut bounds: BTreeMap<Symbol, Vec<&Decimal>> = BTreeMap::new();
    for measured in &found {
        bounds.entry(measured.unit).or_default().extend([&measured.low, &measured.high]);
    }
    for list in bounds.values_mut() {
        list.sort_unstable();
        list.dedup();
    }
    let rank = |measured: &Measured, bound: &Decimal| {
        let below = bounds[&measured.unit].partition_point(|other| *other < bound);
        i64::try_from(below).unwrap_or(i64::MAX)
    };
    for measured in &found {
        let (low, high) = (rank(measured, &measured.low), rank(measured, &measured.high));
        let row = [measured.claim.into(), measured.key.into(), measured.unit.into(), low.into(), high.into()];
        rows.put("measure", row, measured.span);
    }
}

/// What is needed to read the quantities of one claim.
struct Reader<'a> {
    claim: &'a Claim,
    vocabulary: &'a Vocabulary,
    pool: &'a Pool,
    none: Symbol,
}

impl Reader<'_> {
    /// The quantity that stands there; `None` where a date, a name or a text does.
    fn measured(&self, key: Symbol, value: Symbol, span: Span) -> Option<Measured> {
        let text = self.pool.text(value);
        if !text.starts_with(|first: char| first.is_ascii_digit() || first == '-')
            || self.vocabulary.dates.contains_key(&value)
        {
            return None;
        }
        let Quantity { low, high, unit } = Quantity::read(text)?;
        let (unit, factor) = if unit.is_empty() {
            (self.none, Decimal::exact("1")?)
        } else {
            let unit = self.vocabulary.units.get(&self.pool.find(unit)?)?;
            (unit.base, Decimal::exact(&unit.factor)?)
        };
        let tolerance = self.tolerance(key);
        // Away from the number: to the lower side below, to the upper side above, whatever its sign.
        let widened = |bound: &Decimal, less: bool| {
            let part = if less == bound.is_negative() { WHOLE + tolerance } else { WHOLE - tolerance };
            bound.times(&Decimal::thousandths_of_percent(part)).times(&factor)
        };
        let (low, high) = (widened(&low, true), widened(&high, false));
        Some(Measured { claim: self.claim.id, key, unit, low, high, span })
    }

    /// That of the predicate where its number stands at this place, else that of the qualifier, else none.
    fn tolerance(&self, key: Symbol) -> i64 {
        let predicate = self.vocabulary.predicates.get(&self.claim.says.predicate.value);
        let of_predicate = predicate
            .filter(|predicate| predicate.numeric.is_some_and(|place| place.value == key))
            .and_then(|predicate| predicate.tolerance);
        let of_qualifier = || self.vocabulary.qualifiers.get(&key).and_then(|key| key.tolerance);
        of_predicate.or_else(of_qualifier).unwrap_or(0)
    }
}
