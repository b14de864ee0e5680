//! Suggestions: the known word nearest to a misspelt one.

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
}
