//! `sure`: words of a scale, `70%` and `60..80%` as thousandths.
//!
//! In go the text and a scale, out come two thousandths. Knows nothing of signs: turning is done where the atoms are.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::near;

use super::form::{Wrong, shown};

/// Words and their range in thousandths.
pub(super) type Scale = BTreeMap<String, (i64, i64)>;

/// The scale that is used where none is named.
pub(super) const DEFAULT: &str = "icd203";

type Row = (&'static [&'static str], i64, i64);

/// The same in every scale.
const COMMON: &[Row] =
    &[(&["certain"], 950, 1000), (&["may", "might", "could", "possible"], 50, 950), (&["unknown"], 0, 1000)];

const ICD203: &[Row] = &[
    (&["almost-certain", "nearly-certain"], 950, 990),
    (&["very-likely", "highly-probable"], 800, 950),
    (&["likely", "probable", "probably"], 550, 800),
    (&["even", "roughly-even"], 450, 550),
    (&["unlikely", "improbable"], 200, 450),
    (&["very-unlikely", "highly-improbable"], 50, 200),
    (&["remote", "almost-no-chance"], 10, 50),
];

const KENT: &[Row] = &[
    (&["almost-certain"], 870, 990),
    (&["probable"], 630, 870),
    (&["even"], 400, 600),
    (&["probably-not"], 200, 400),
    (&["almost-certainly-not"], 20, 120),
];

const IPCC: &[Row] = &[
    (&["virtually-certain"], 990, 1000),
    (&["extremely-likely"], 950, 1000),
    (&["very-likely"], 900, 1000),
    (&["likely"], 660, 1000),
    (&["more-likely-than-not"], 500, 1000),
    (&["as-likely-as-not"], 330, 660),
    (&["unlikely"], 0, 330),
    (&["very-unlikely"], 0, 100),
    (&["extremely-unlikely"], 0, 50),
    (&["exceptionally-unlikely"], 0, 10),
];

/// The scales that need no declaration.
pub(super) fn built_in() -> BTreeMap<String, Scale> {
    [("icd203", ICD203), ("kent", KENT), ("ipcc", IPCC)]
        .into_iter()
        .map(|(name, rows)| (name.to_owned(), with_common(rows_of(rows))))
        .collect()
}

/// The words of all scales that need no declaration, in byte order.
#[must_use]
pub fn words() -> Vec<&'static str> {
    let rows = [COMMON, ICD203, KENT, IPCC].into_iter().flatten();
    let all: BTreeSet<&str> = rows.flat_map(|(words, ..)| words.iter().copied()).collect();
    all.into_iter().collect()
}

fn rows_of(rows: &[Row]) -> Scale {
    rows.iter().flat_map(|&(words, low, high)| words.iter().map(move |&word| (word.to_owned(), (low, high)))).collect()
}

/// The scale with the words that every scale has.
pub(super) fn with_common(mut scale: Scale) -> Scale {
    scale.extend(rows_of(COMMON));
    scale
}

/// The word carries no number of its own.
pub(super) fn is_open(word: &str) -> bool {
    COMMON[1..].iter().any(|(words, ..)| words.contains(&word))
}

/// The range of a text in thousandths.
pub(super) fn read(text: &str, scale: &Scale, name: &str) -> Result<(i64, i64), Wrong> {
    let wrong = |message: String, help: String| Err(Wrong::new("bad-certainty", message, help));
    if let Some(number) = text.strip_suffix('%') {
        let (low, high) = number.split_once("..").unwrap_or((number, number));
        return match (thousandths(low), thousandths(high)) {
            (Some(low), Some(high)) if low <= high => Ok((low, high)),
            (Some(_), Some(_)) => {
                wrong(format!("the range `{}` runs backwards", shown(text)), "write the smaller number first".into())
            }
            _ => wrong(
                format!("`{}` is no percentage from 0 to 100 with at most one decimal", shown(text)),
                "write `70%`, `12.5%` or `60..80%`".into(),
            ),
        };
    }
    if let Some(&range) = scale.get(text) {
        return Ok(range);
    }
    if matches!(text, "reportedly" | "allegedly" | "apparently") {
        return wrong(format!("`{text}` is no likelihood"), "say on whose word: `via: ...`".into());
    }
    let words = scale.keys().map(String::as_str);
    let help = near::did_you_mean(text, words).unwrap_or_else(|| {
        let words: Vec<&str> = scale.keys().map(String::as_str).collect();
        format!("one of {}, or a percentage", words.join(", "))
    });
    wrong(format!("`{}` is no word of the scale {name}", shown(text)), help)
}

fn thousandths(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.len() <= 3 && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(part) || part.len() > 1 {
        return None;
    }
    let value = whole.parse::<i64>().ok()? * 10 + part.parse::<i64>().ok()?;
    (value <= 1000).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, scale: &str, expect: Result<(i64, i64), &str>) {
        let scales = built_in();
        let found = read(text, &scales[scale], scale);
        assert_eq!(found.as_ref().map_err(|wrong| wrong.message.as_str()).copied(), expect, "{text}");
    }

    #[test]
    fn words_and_numbers() {
        check("almost-certain", "icd203", Ok((950, 990)));
        check("almost-certain", "kent", Ok((870, 990)));
        check("likely", "ipcc", Ok((660, 1000)));
        for scale in ["icd203", "kent", "ipcc"] {
            check("certain", scale, Ok((950, 1000)));
            check("might", scale, Ok((50, 950)));
            check("unknown", scale, Ok((0, 1000)));
        }
        check("probably", "icd203", Ok((550, 800)));
        check("70%", "icd203", Ok((700, 700)));
        check("60..80%", "icd203", Ok((600, 800)));
        check("12.5%", "icd203", Ok((125, 125)));
        check("0..100%", "icd203", Ok((0, 1000)));
    }

    #[test]
    fn what_is_no_likelihood() {
        check("reportedly", "icd203", Err("`reportedly` is no likelihood"));
        check("likely", "kent", Err("`likely` is no word of the scale kent"));
        check("80..60%", "icd203", Err("the range `80..60%` runs backwards"));
        for text in ["101%", "1.25%", "-1%", "%", "5..%"] {
            let message = format!("`{text}` is no percentage from 0 to 100 with at most one decimal");
            check(text, "icd203", Err(&message));
        }
    }

    #[test]
    fn open_words_carry_no_number() {
        assert!(
            is_open("may") && is_open("possible") && is_open("unknown") && !is_open("certain") && !is_open("likely")
        );
    }
}
