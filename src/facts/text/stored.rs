//! A stored text in the form in which quotes are looked for, and what does not fit to it.

use std::ops::Range;

use super::locate::Locator;
use super::many::{first_places, passes};
use super::normal::{is_blank, normalize_into};
use super::split::Counting;

/// What splits a quote: the parts follow each other in the text, with something between them.
const LEFT_OUT: &str = "[...]";

/// Bytes of texts that may be looked at while the quotes of a data set are looked for.
#[derive(Clone, Copy, Debug)]
pub(in crate::facts) struct Work {
    left: u64,
}

impl Work {
    pub(in crate::facts) fn new(most: u64) -> Self {
        Self { left: most }
    }

    /// Takes so much; false where that is more than is left.
    pub(super) fn takes(&mut self, bytes: usize) -> bool {
        let rest = self.left.checked_sub(bytes as u64);
        self.left = rest.unwrap_or(0);
        rest.is_some()
    }
}

/// The parts of a quote, normalised, in the order in which they must stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::facts) struct Quote {
    parts: Vec<String>,
}

impl Quote {
    pub(in crate::facts) fn parse(written: &str) -> Self {
        let mut normal = String::new();
        normalize_into(written, &mut normal);
        let parts = normal.split(LEFT_OUT).map(str::trim).filter(|part| !part.is_empty());
        Self { parts: parts.map(str::to_owned).collect() }
    }

    pub(super) fn parts(&self) -> &[String] {
        &self.parts
    }

    /// Where all parts end in a text, each looked for behind the one before it.
    fn end_in(&self, text: &str) -> Option<usize> {
        self.parts.iter().try_fold(0, |from, part| Some(from + text[from..].find(part.as_str())? + part.len()))
    }

    /// Where the quote begins in a text: of the matches that end first the one that begins last.
    fn start_in(&self, text: &str) -> Option<usize> {
        let end = self.end_in(text)?;
        self.parts.iter().rev().try_fold(end, |end, part| text[..end].rfind(part.as_str()))
    }
}

/// How a claim fits to the text of its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::facts) struct Fit {
    /// The locator points behind the last of so many paragraphs or lines.
    pub(in crate::facts) beyond: Option<usize>,
    /// Whether the quote is where the locator points.
    pub(in crate::facts) quote: QuoteFit,
}

/// Whether a quote is where it is said to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::facts) enum QuoteFit {
    /// It is, or there is none.
    Fits,
    /// It is not; it begins in this paragraph, from 1, or stands nowhere, which is 0.
    Absent(usize),
    /// It was not looked for, because the work is used up.
    Unchecked,
}

/// What the search for a quote gives at first.
enum Found<'q> {
    Fit(QuoteFit),
    /// It depends on whether the text has the word: if so, it is `if_found`, or else absent with the paragraph of the word.
    Open {
        word: &'q str,
        if_found: Option<QuoteFit>,
    },
}

/// A text, normalised once, with the places of its paragraphs and lines.
#[derive(Debug)]
pub(in crate::facts) struct StoredText {
    normal: String,
    paragraphs: Vec<Range<u32>>,
    lines: Vec<Range<u32>>,
}

impl StoredText {
    /// Reads a text of less than 1 GiB.
    ///
    /// # Panics
    ///
    /// Never for such a text: normalising makes it at most three times as long.
    pub(in crate::facts) fn new(text: &str, counting: Counting) -> Self {
        let mut stored = Self { normal: String::new(), paragraphs: Vec::new(), lines: Vec::new() };
        let at = |normal: &String| u32::try_from(normal.len()).expect("texts are far shorter than 4 GiB");
        let mut behind_blank = true;
        for line in text.lines() {
            let blank = is_blank(line);
            if !blank && !stored.normal.is_empty() {
                stored.normal.push(' ');
            }
            let start = at(&stored.normal);
            normalize_into(line, &mut stored.normal);
            let end = at(&stored.normal);
            stored.lines.push(start..end);
            match stored.paragraphs.last_mut() {
                _ if blank => {}
                Some(last) if counting == Counting::Blocks && !behind_blank => last.end = end,
                _ => stored.paragraphs.push(start..end),
            }
            behind_blank = blank;
        }
        stored
    }

    /// Whether it has no paragraph.
    pub(in crate::facts) fn is_empty(&self) -> bool {
        self.paragraphs.is_empty()
    }

    /// How claims with these locators and quotes fit. The text is scanned for all of them together, so claims of several
    /// sources that have this text belong into one call.
    pub(in crate::facts) fn check(&self, claims: &[(Locator, Option<Quote>)], work: &mut Work) -> Vec<Fit> {
        let mut fits = Vec::with_capacity(claims.len());
        // Quotes of one part that may stand anywhere are looked for together.
        let (mut open, mut words) = (Vec::new(), Vec::new());
        for (at, quote) in claims {
            let (beyond, place) = match *at {
                Locator::Anywhere => (None, Some(0..self.normal.len())),
                Locator::Paragraphs(from, to) => part(&self.paragraphs, from, to),
                Locator::Lines(from, to) => part(&self.lines, from, to),
            };
            let place = place.map_or("", |place| &self.normal[place]);
            let found = quote.as_ref().map_or(Found::Fit(QuoteFit::Fits), |quote| self.find(quote, place, work));
            let quote = match found {
                Found::Fit(fit) => fit,
                Found::Open { word, if_found } => {
                    open.push((fits.len(), if_found));
                    words.push(word);
                    QuoteFit::Absent(0)
                }
            };
            fits.push(Fit { beyond, quote });
        }
        let is_paid = work.takes(self.normal.len().saturating_mul(passes(&words)));
        let places = if is_paid { first_places(&self.normal, &words) } else { Vec::new() };
        for (number, (index, if_found)) in open.into_iter().enumerate() {
            match places.get(number) {
                Some(Some(start)) => {
                    fits[index].quote = if_found.unwrap_or_else(|| QuoteFit::Absent(self.paragraph_at(*start)));
                }
                Some(None) => {}
                None => fits[index].quote = QuoteFit::Unchecked,
            }
        }
        fits
    }

    /// Looks for a quote in a part of the text, and then in all of it.
    fn find<'q>(&self, quote: &'q Quote, place: &str, work: &mut Work) -> Found<'q> {
        let is_all = place.len() == self.normal.len();
        if let ([word], true) = (quote.parts(), is_all) {
            return Found::Open { word, if_found: Some(QuoteFit::Fits) };
        }
        Found::Fit(if !work.takes(place.len()) {
            QuoteFit::Unchecked
        } else if quote.end_in(place).is_some() {
            QuoteFit::Fits
        } else if is_all {
            QuoteFit::Absent(0)
        } else if let [word] = quote.parts() {
            return Found::Open { word, if_found: None };
        } else if work.takes(self.normal.len()) {
            QuoteFit::Absent(quote.start_in(&self.normal).map_or(0, |start| self.paragraph_at(start)))
        } else {
            QuoteFit::Unchecked
        })
    }

    /// The number of the paragraph that holds a byte.
    fn paragraph_at(&self, byte: usize) -> usize {
        self.paragraphs.partition_point(|paragraph| paragraph.start as usize <= byte)
    }

    /// The paragraphs as texts.
    pub(super) fn paragraphs(&self) -> impl Iterator<Item = &str> {
        self.paragraphs.iter().map(|place| &self.normal[place.start as usize..place.end as usize])
    }
}

/// How many parts there are if the last one asked for is beyond them, and where those that are there stand.
fn part(parts: &[Range<u32>], from: usize, to: usize) -> (Option<usize>, Option<Range<usize>>) {
    let beyond = (to > parts.len()).then_some(parts.len());
    let first = from.checked_sub(1).and_then(|index| parts.get(index));
    let last = parts.get(to.min(parts.len()).wrapping_sub(1));
    let place = first.zip(last).map(|(first, last)| first.start as usize..last.end as usize);
    (beyond, place.filter(|place| place.start <= place.end))
}
