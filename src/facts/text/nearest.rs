//! For a quote that stands nowhere in a text: the paragraph that has most of its words.

use std::collections::{BTreeMap, BTreeSet};

use super::stored::{Quote, StoredText, Work};

/// Words of a quote that are compared.
const MOST_WORDS: usize = 64;
/// What looking at one place of a word counts as, in bytes of text.
const STEP: usize = 16;

/// For each quote the number of the paragraph that has most of its words, from 1; of several the first. A paragraph counts
/// if it has more than half of them and at least two; `None` also where the work is used up.
pub(in crate::facts) fn nearest(text: &StoredText, quotes: &[&Quote], work: &mut Work) -> Vec<Option<usize>> {
    if quotes.is_empty() {
        return Vec::new();
    }
    let words: Vec<BTreeSet<String>> = quotes.iter().map(|quote| words_of(quote)).collect();
    // Where each word of a quote stands: numbers of paragraphs, ascending.
    let mut places: BTreeMap<&str, Vec<usize>> = words.iter().flatten().map(|word| (word.as_str(), vec![])).collect();
    for (number, paragraph) in (1..).zip(text.paragraphs()) {
        if !work.takes(paragraph.len()) {
            return vec![None; quotes.len()];
        }
        for word in words_in(paragraph) {
            if let Some(places) = places.get_mut(word.as_str()).filter(|places| places.last() != Some(&number)) {
                places.push(number);
            }
        }
    }
    words.iter().map(|words| best(words, &places, work)).collect()
}

fn best(words: &BTreeSet<String>, places: &BTreeMap<&str, Vec<usize>>, work: &mut Work) -> Option<usize> {
    let mut shared: BTreeMap<usize, usize> = BTreeMap::new();
    for word in words {
        let places = places.get(word.as_str())?;
        if !work.takes(places.len() * STEP) {
            return None;
        }
        for &number in places {
            *shared.entry(number).or_default() += 1;
        }
    }
    let (number, count) = shared.into_iter().max_by_key(|&(number, count)| (count, std::cmp::Reverse(number)))?;
    (count >= 2 && count * 2 > words.len()).then_some(number)
}

fn words_of(quote: &Quote) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for word in quote.parts().iter().flat_map(|part| words_in(part)) {
        if found.len() == MOST_WORDS {
            break;
        }
        found.insert(word);
    }
    found
}

/// Runs of letters and digits, in lower case.
fn words_in(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::super::Counting;
    use super::*;

    #[test]
    fn the_paragraph_with_most_words_is_the_nearest() {
        let text = StoredText::new(
            "The war goes on.\nA great concern of the West, he said.\nThe concern of the East is not great.",
            Counting::Lines,
        );
        let check = |quote: &str, most: u64, expect: Option<usize>| {
            let quote = Quote::parse(quote);
            assert_eq!(nearest(&text, &[&quote], &mut Work::new(most)), [expect], "{quote:?}");
        };
        check("a concern of the west", 1000, Some(2));
        check("Is NOT a great concern", 1000, Some(3));
        check("of the great [...] concern", 1000, Some(2));
        check("peace [...] and order [...] of the war", 1000, None);
        check("concern", 1000, None);
        check("", 1000, None);
        check("a concern of the west", 100, None);
    }
}
