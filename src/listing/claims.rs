//! Claims and sources.

use serde::Serialize;

use crate::base::{DayRange, Spanned};
use crate::engine::Loaded;
use crate::facts::{Claim, ShortIds, Source};

use super::{Days, Item, Location, texts};

/// A claim.
#[derive(Serialize)]
pub struct ClaimItem<'a> {
    id: &'a str,
    source: &'a str,
    speakers: Vec<&'a str>,
    said: Days<'a>,
    holds: Option<Days<'a>>,
    mode: &'a str,
    sure: SureItem<'a>,
    says: &'a str,
    quote: Option<&'a str>,
    gloss: Option<&'a str>,
    location: Location<'a>,
    /// The slug where it is the only one of its kind, else the id.
    #[serde(skip)]
    short: &'a str,
}

/// A likelihood in thousandths, and the word for it.
#[derive(Serialize)]
struct SureItem<'a> {
    written: &'a str,
    low: i64,
    high: i64,
}

impl Item for ClaimItem<'_> {
    const KIND: &'static str = "claims";
    const HEADER: &'static [&'static str] = &["claim", "speaker", "said", "sure", "place", "says"];
    const PLACE: Option<usize> = Some(4);

    fn cells(&self) -> Vec<String> {
        let speakers = self.speakers.join(", ");
        [self.short, &speakers, self.said.written, self.sure.written, &self.location.shown, self.says]
            .map(str::to_owned)
            .to_vec()
    }
}

/// The claims of the files that are asked for, in file order.
#[must_use]
pub fn claims<'a>(loaded: &'a Loaded, asked: &dyn Fn(&str) -> bool) -> Vec<ClaimItem<'a>> {
    let Loaded { dataset, sources, pool, .. } = loaded;
    let short_ids = ShortIds::of(dataset);
    let written = |claim: &'a Claim, key: &str| Some(sources.text(claim.written.iter().find(|w| w.key == key)?.value));
    let item = |claim: &'a Claim| {
        let source = dataset.source_of(claim);
        let said = written(claim, "said").unwrap_or_else(|| sources.text(source.published.span));
        let holds = |days: Spanned<DayRange>| Days::new(days.value, written(claim, "holds").unwrap_or_default());
        ClaimItem {
            id: pool.text(claim.id),
            source: pool.text(source.id.value),
            speakers: texts(&claim.who, pool),
            said: Days::new(claim.said.value, said),
            holds: claim.holds.map(holds),
            mode: pool.text(claim.mode.value),
            sure: SureItem { written: pool.text(claim.sure.word), low: claim.sure.low, high: claim.sure.high },
            says: pool.text(claim.says.written),
            quote: claim.quote.map(|quote| pool.text(quote.value)),
            gloss: claim.gloss.map(|gloss| pool.text(gloss.value)),
            location: Location::new(sources, claim.span),
            short: pool.text(short_ids.get(claim)),
        }
    };
    let is_asked = |claim: &&Claim| asked(&sources.file(claim.span.file).path);
    dataset.claims.iter().filter(is_asked).map(item).collect()
}

/// A source.
#[derive(Serialize)]
pub struct SourceItem<'a> {
    id: &'a str,
    authors: Vec<&'a str>,
    published: Days<'a>,
    publisher: Option<&'a str>,
    kind: &'a str,
    grade: &'a str,
    from: Vec<&'a str>,
    claims: usize,
    location: Location<'a>,
}

impl Item for SourceItem<'_> {
    const KIND: &'static str = "sources";
    const HEADER: &'static [&'static str] = &["source", "author", "published", "kind", "grade", "claims", "place"];
    const PLACE: Option<usize> = Some(6);
    const NUMBERS: &'static [usize] = &[5];

    fn cells(&self) -> Vec<String> {
        let (authors, claims) = (self.authors.join(", "), self.claims.to_string());
        [self.id, &authors, self.published.written, self.kind, self.grade, &claims, &self.location.shown]
            .map(str::to_owned)
            .to_vec()
    }
}

/// The sources of the files that are asked for, in file order.
#[must_use]
pub fn sources<'a>(loaded: &'a Loaded, asked: &dyn Fn(&str) -> bool) -> Vec<SourceItem<'a>> {
    let Loaded { dataset, sources, pool, .. } = loaded;
    let mut claims = vec![0; dataset.sources.len()];
    for claim in &dataset.claims {
        claims[claim.source] += 1;
    }
    let item = |(source, claims): (&'a Source, usize)| SourceItem {
        id: pool.text(source.id.value),
        authors: texts(&source.authors, pool),
        published: Days::new(source.published.value, sources.text(source.published.span)),
        publisher: source.publisher.map(|publisher| pool.text(publisher.value)),
        kind: pool.text(source.kind.value),
        grade: pool.text(source.grade.value),
        from: texts(&source.from, pool),
        claims,
        location: Location::new(sources, source.span),
    };
    let is_asked = |(source, _): &(&Source, usize)| asked(&sources.file(source.span.file).path);
    dataset.sources.iter().zip(claims).filter(is_asked).map(item).collect()
}
