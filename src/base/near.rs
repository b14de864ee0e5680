//! Suggestions: the known words nearest to a misspelt one.

use std::collections::BTreeSet;

/// The candidate with the smallest optimal-string-alignment distance to `word`, at most `limit`; ties go to byte order.
#[must_use]
pub fn nearest_within<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>, limit: usize) -> Option<&'a str> {
    let length = word.chars().count();
    candidates
        .into_iter()
        // The distance is never below the difference in length; a long word is not compared with short ones.
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= limit)
        .map(|candidate| (strsim::osa_distance(word, candidate), candidate))
        .filter(|&(distance, _)| distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// The nearest candidate within a third of the word's length in characters, rounded up.
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest_within(word, candidates, word.chars().count().div_ceil(3))
}

/// "did you mean `x`?" for the nearest candidate, if there is one that has something in common with the word.
#[must_use]
pub fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    if word.chars().count() < 2 {
        return None;
    }
    nearest(word, candidates).map(|found| format!("did you mean `{found}`?"))
}

/// Suggestions of one message.
const MOST: usize = 3;

/// At most three candidates, the nearest first, of which none is much farther away than the first. They may repeat.
#[must_use]
pub fn near<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let length = word.chars().count();
    if length < 2 {
        return Vec::new();
    }
    let limit = length.div_ceil(3);
    let near = candidates.into_iter().filter(|candidate| candidate.chars().count().abs_diff(length) <= limit);
    let near = near.map(|candidate| (strsim::osa_distance(word, candidate), candidate));
    let near: BTreeSet<(usize, &str)> = near.filter(|&(distance, _)| distance <= limit).collect();
    let first = near.first().map_or(0, |first| first.0);
    near.into_iter().take_while(|(distance, _)| *distance <= first + 1).take(MOST).map(|(_, name)| name).collect()
}

/// "did you mean `x`, `y` or `z`?", where there is a name.
#[must_use]
pub fn question(names: impl IntoIterator<Item = String>) -> Option<String> {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    let (last, others) = names.split_last()?;
    let before = if others.is_empty() { String::new() } else { format!("{} or ", others.join(", ")) };
    Some(format!("did you mean {before}{last}?"))
}

/// The question after [`near()`].
#[must_use]
pub fn did_you_mean_any<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    question(near(word, candidates).into_iter().map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_swap_is_one_step_and_far_words_are_no_suggestion() {
        assert_eq!(nearest("qoute", ["quote", "gloss"]), Some("quote"));
        assert_eq!(nearest("x", ["zebra"]), None);
        assert_eq!(nearest("ab", ["ac", "aa"]), Some("aa"));
        assert_eq!(did_you_mean("G", ["A", "B"]), None);
    }

    #[test]
    fn at_most_three_of_the_nearest_are_named() {
        let check = |word: &str, candidates: &[&str], expect: Option<&str>| {
            assert_eq!(did_you_mean_any(word, candidates.iter().copied()).as_deref(), expect);
        };
        check("tansion", &["tension", "prediction"], Some("did you mean `tension`?"));
        check("abcdef", &["abcdeg", "abcdeg", "abcdee", "xbcdef", "abcdxy"], {
            Some("did you mean `abcdee`, `abcdeg` or `xbcdef`?")
        });
        check("abcdef", &["abcdeg", "abc"], Some("did you mean `abcdeg`?"));
        check("abcdef", &["zzz"], None);
        check("x", &["y"], None);
    }
}
