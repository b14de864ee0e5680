//! The search against a simple one that tries everything, on random texts.

use super::locate::Locator;
use super::split::{Counting, paragraphs};
use super::stored::{Fit, Quote, QuoteFit, StoredText, Work};

/// Pseudo-random numbers, the same on every run (xorshift).
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).expect("31 bits") % sides
    }

    pub(super) fn text(&mut self, most: usize, pieces: &[&str]) -> String {
        (0..self.roll(most)).map(|_| pieces[self.roll(pieces.len())]).collect()
    }
}

const PIECES: [&str; 14] = ["a", "a", "b", "A", " ", " ", "\n", "\n\n", "’", "'", "–", "\u{ad}", "\u{a0}", "e\u{301}"];

/// The same as the search has it, for these characters alone.
fn simple(text: &str) -> String {
    let text =
        text.replace('\u{ad}', "").replace("e\u{301}", "é").replace('’', "'").replace('–', "-").replace('…', "...");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Every start and end of the parts in a text, one behind the other.
fn matches(text: &[char], parts: &[Vec<char>], from: usize) -> Vec<(usize, usize)> {
    let Some((part, rest)) = parts.split_first() else { return vec![(from, from)] };
    let at = (from..=text.len()).filter(|&at| text[at..].starts_with(part));
    let all = at.flat_map(|at| matches(text, rest, at + part.len()).into_iter().map(move |(_, end)| (at, end)));
    all.collect()
}

fn check_one(text: &StoredText, at: Locator, quote: &str, work: u64) -> Fit {
    text.check(&[(at, Some(Quote::parse(quote)))], &mut Work::new(work))[0]
}

fn chars(text: &str) -> Vec<char> {
    text.chars().collect()
}

fn expected(units: &[String], numbers: &[usize], quote: &str, at: Locator) -> (Option<usize>, QuoteFit) {
    let parts: Vec<Vec<char>> =
        simple(quote).split("[...]").map(|part| chars(part.trim())).filter(|part| !part.is_empty()).collect();
    let has = |text: &str| parts.is_empty() || !matches(&chars(text), &parts, 0).is_empty();
    let (beyond, place) = match at {
        Locator::Anywhere => (None, units.join(" ")),
        Locator::Paragraphs(from, to) | Locator::Lines(from, to) => {
            let there = units.iter().skip(from - 1).take(to + 1 - from).cloned().collect::<Vec<_>>();
            ((to > units.len()).then_some(units.len()), there.join(" "))
        }
    };
    if has(&simple(&place)) {
        return (beyond, QuoteFit::Fits);
    }
    // Which paragraph each character of the whole text belongs to.
    let mut owners = Vec::new();
    let mut whole = String::new();
    for (unit, number) in units.iter().zip(numbers).filter(|(unit, _)| !unit.is_empty()) {
        if !whole.is_empty() {
            whole.push(' ');
            owners.push(0);
        }
        whole.push_str(unit);
        owners.resize(whole.chars().count(), *number);
    }
    let all = matches(&chars(&whole), &parts, 0);
    let best = all.into_iter().min_by_key(|&(start, end)| (end, std::cmp::Reverse(start)));
    (beyond, QuoteFit::Absent(best.map_or(0, |(start, _)| owners[start])))
}

#[test]
fn the_search_agrees_with_a_simple_one() {
    let mut dice = Dice(0x2545_F491_4F6C_DD1D);
    let (mut fits, mut elsewhere, mut nowhere, mut beyond) = (0, 0, 0, 0);
    for _ in 0..4000 {
        let text = dice.text(40, &PIECES);
        let counting = if dice.roll(2) == 0 { Counting::Lines } else { Counting::Blocks };
        let stored = StoredText::new(&text, counting);
        let units: Vec<String> =
            paragraphs(&text, counting).iter().map(|found| simple(&found.lines.join(" "))).collect();
        assert_eq!(stored.paragraphs().collect::<Vec<_>>(), units, "{text:?}");
        let lines: Vec<String> = text.lines().map(simple).collect();
        let numbers: Vec<usize> = (1..=units.len()).collect();
        let mut pieces = PIECES.to_vec();
        pieces.push("[…]");
        let quote = dice.text(5, &pieces);
        let from = dice.roll(4) + 1;
        let to = from + dice.roll(3);
        let (at, expect) = match dice.roll(3) {
            0 => (Locator::Anywhere, expected(&units, &numbers, &quote, Locator::Anywhere)),
            1 => (Locator::Paragraphs(from, to), expected(&units, &numbers, &quote, Locator::Paragraphs(from, to))),
            _ => {
                // Each line is in the paragraph of the last line before it that is not blank.
                let mut number = 0;
                let mut owner = Vec::new();
                let mut behind_blank = true;
                for line in &lines {
                    number += usize::from(!line.is_empty() && (counting == Counting::Lines || behind_blank));
                    behind_blank = line.is_empty();
                    owner.push(number);
                }
                (Locator::Lines(from, to), expected(&lines, &owner, &quote, Locator::Lines(from, to)))
            }
        };
        let fit = check_one(&stored, at, &quote, 1000);
        assert_eq!((fit.beyond, fit.quote), expect, "{quote:?} at {at:?} of {counting:?} of {text:?}");
        match fit.quote {
            QuoteFit::Fits => fits += 1,
            QuoteFit::Absent(0) => nowhere += 1,
            QuoteFit::Absent(_) => elsewhere += 1,
            QuoteFit::Unchecked => panic!("there is work left"),
        }
        beyond += usize::from(fit.beyond.is_some());
    }
    assert!(fits > 500 && elsewhere > 100 && nowhere > 500 && beyond > 500, "{fits} {elsewhere} {nowhere} {beyond}");
}

#[test]
fn quotes_are_found_where_they_stand() {
    use Counting::{Blocks, Lines};
    use QuoteFit::{Absent, Fits};
    let text = "One.\n\n“Russia doesn’t stab\nits allies in the back”, he said.\n\nThree – it’s\u{a0}over…\n";
    let check = |counting, at: &str, quote: &str, beyond: Option<usize>, expect: QuoteFit| {
        let fit = check_one(&StoredText::new(text, counting), Locator::parse(at), quote, 10_000);
        assert_eq!((fit.beyond, fit.quote), (beyond, expect), "{at} {quote:?}");
    };
    check(Blocks, "2", "Russia doesn't stab its allies in the back", None, Fits);
    check(Lines, "2", "Russia doesn't stab its allies in the back", None, Absent(2));
    check(Lines, "2-3", "Russia doesn't stab its allies in the back", None, Fits);
    check(Blocks, "2.7", "\"Russia [...] in the back\"", None, Fits);
    check(Blocks, "2", "in the back […] Russia", None, Absent(0));
    check(Blocks, "1-3", "One. [...] over...", None, Fits);
    check(Blocks, "3", "russia doesn't", None, Absent(0));
    check(Blocks, "L4", "its allies", None, Fits);
    check(Blocks, "L3", "its allies", None, Absent(2));
    check(Blocks, "00:12:31", "it's over", None, Fits);
    check(Blocks, "9", "it's over", Some(3), Absent(3));
    check(Blocks, "2-9", "it's over", Some(3), Fits);
    check(Lines, "L8", "One", Some(6), Absent(1));
    check(Blocks, "9", "[...]", Some(3), Fits);
}

#[test]
fn a_quote_is_not_looked_for_when_the_work_is_used_up() {
    let text = StoredText::new("one two\nthree", Counting::Lines);
    let check = |quote, most, expect| {
        let fit = check_one(&text, Locator::parse("2"), quote, most);
        assert_eq!(fit.quote, expect, "{most}");
    };
    check("two", 17, QuoteFit::Unchecked);
    check("two", 18, QuoteFit::Absent(1));
    check("one [...] two", 17, QuoteFit::Unchecked);
    check("one [...] two", 18, QuoteFit::Absent(1));
}

#[test]
fn claims_are_checked_together_as_they_are_alone() {
    let mut dice = Dice(0x0DDB_1A5E_5BAD_5EED);
    for _ in 0..300 {
        let stored = StoredText::new(&dice.text(40, &PIECES), Counting::Lines);
        let claims: Vec<(Locator, Option<Quote>)> = (0..dice.roll(9))
            .map(|_| {
                let from = dice.roll(4) + 1;
                let at = [Locator::Anywhere, Locator::Paragraphs(from, from), Locator::Lines(1, from)][dice.roll(3)];
                let quote = dice.text(4, &["a", "b", "A", " ", "[...]"]);
                (at, (dice.roll(5) > 0).then(|| Quote::parse(&quote)))
            })
            .collect();
        let alone = claims.iter().map(|claim| stored.check(std::slice::from_ref(claim), &mut Work::new(1000))[0]);
        assert_eq!(stored.check(&claims, &mut Work::new(10_000)), alone.collect::<Vec<_>>(), "{claims:?}");
    }
}
