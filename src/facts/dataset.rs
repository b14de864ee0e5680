//! The data set as read: names are interned, references and aliases are resolved, every part keeps its place.

use std::collections::BTreeMap;

use crate::base::{Day, DayRange, Span, Spanned, Symbol};

use super::text::Counting;
use super::vocabulary::Vocabulary;

/// All fact files of a run.
#[derive(Clone, Debug, Default)]
pub struct Dataset {
    /// The words: packs and vocabulary documents, merged.
    pub vocabulary: Vocabulary,
    /// The sources, in file order.
    pub sources: Vec<Source>,
    /// The claims, in file order. Claims with an error are left out.
    pub claims: Vec<Claim>,
    /// Index into `claims` by id.
    pub by_id: BTreeMap<Symbol, usize>,
    /// The `text` of every header as written, also of sources that are left out.
    pub copies: Vec<StoredCopy>,
    /// What does not fit between claims and the stored texts of their sources, in the order of the claims.
    pub misplaced: Vec<Misplaced>,
    /// The rules that `allow` entries name, also those of claims that are left out.
    pub allowed: Vec<Spanned<Symbol>>,
}

impl Dataset {
    /// The claim with that id (`source/slug`).
    #[must_use]
    pub fn claim(&self, id: Symbol) -> Option<&Claim> {
        self.by_id.get(&id).map(|&index| &self.claims[index])
    }

    /// The source of a claim of this data set.
    #[must_use]
    pub fn source_of(&self, claim: &Claim) -> &Source {
        &self.sources[claim.source]
    }

    /// The claims of the source at that index, in file order.
    pub fn claims_of(&self, source: usize) -> impl Iterator<Item = &Claim> {
        self.claims.iter().filter(move |claim| claim.source == source)
    }
}

/// The `text` of a header: where the stored copy of the source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredCopy {
    /// The path as written.
    pub path: Spanned<Symbol>,
    /// Index into [`Dataset::sources`]; `None` for one that is left out.
    pub source: Option<usize>,
}

/// What does not fit between a claim and the stored text of its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Misplaced {
    /// Index into [`Dataset::claims`].
    pub claim: usize,
    /// The locator points behind the end of the text, which has so many paragraphs, or lines for a locator such as `L34`.
    pub beyond: Option<i64>,
    /// The quote is not where the locator points.
    pub absent: Option<Absent>,
}

/// Where a quote stands that is not where its claim says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Absent {
    /// The paragraph in which it begins, from 1; 0 where it stands nowhere in the text.
    pub found: i64,
    /// Where it stands nowhere, the paragraph with most of its words, if one has more than half of them.
    pub nearest: Option<i64>,
}

/// What claims are called where people read: the slug where no other claim has it, else the full id.
#[derive(Clone, Debug)]
pub struct ShortIds {
    /// How many claims have each slug.
    slugs: BTreeMap<Symbol, usize>,
}

impl ShortIds {
    /// Those of all claims of a data set.
    #[must_use]
    pub fn of(dataset: &Dataset) -> Self {
        let mut slugs: BTreeMap<Symbol, usize> = BTreeMap::new();
        for claim in &dataset.claims {
            *slugs.entry(claim.slug.value).or_default() += 1;
        }
        Self { slugs }
    }

    /// That of one of these claims.
    #[must_use]
    pub fn get(&self, claim: &Claim) -> Symbol {
        if self.slugs.get(&claim.slug.value) == Some(&1) { claim.slug.value } else { claim.id }
    }
}

/// The header of a source document.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its id.
    pub id: Spanned<Symbol>,
    /// Whose voice it is.
    pub authors: Vec<Spanned<Symbol>>,
    /// When it was published.
    pub published: Spanned<DayRange>,
    /// The outlet.
    pub publisher: Option<Spanned<Symbol>>,
    /// news, analysis, official, leak, data, social or other; the header's place where it is not written.
    pub kind: Spanned<Symbol>,
    /// A to F; the header's place where it is not written.
    pub grade: Spanned<Symbol>,
    /// Ids of the sources it draws on.
    pub from: Vec<Spanned<Symbol>>,
    /// What a number in `at` counts.
    pub paragraphs: Counting,
    /// The place of the `source:` value.
    pub span: Span,
}

/// On whose behalf a claim is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Behalf {
    /// `for` is not written.
    FromRoles,
    /// `for: none`.
    Private(Span),
    /// `for: x`.
    Principals(Vec<Spanned<Symbol>>),
}

/// One entry of `claims`, with defaults filled in. A place that is not written is the place of the slug.
#[derive(Clone, Debug)]
pub struct Claim {
    /// `source/slug`.
    pub id: Symbol,
    /// The key of the entry.
    pub slug: Spanned<Symbol>,
    /// Index into [`Dataset::sources`].
    pub source: usize,
    /// From the slug to the end of the entry's last scalar or closing brace.
    pub span: Span,
    /// Where in the source, as written.
    pub at: Spanned<Symbol>,
    /// The speakers; the source's authors where `who` is absent.
    pub who: Vec<Spanned<Symbol>>,
    /// On whose behalf.
    pub behalf: Behalf,
    /// Relays, nearest to the author first.
    pub via: Vec<Spanned<Symbol>>,
    /// Addressees.
    pub to: Vec<Spanned<Symbol>>,
    /// What is claimed.
    pub says: Proposition,
    /// fact, judgement, commitment, …
    pub mode: Spanned<Symbol>,
    /// How certain.
    pub sure: Sure,
    /// low, moderate or high.
    pub confidence: Option<Spanned<Symbol>>,
    /// 1 to 6; 6 where it is not written.
    pub credibility: Spanned<i64>,
    /// When it was uttered.
    pub said: Spanned<DayRange>,
    /// When its content is meant to be true, where written.
    pub holds: Option<Spanned<DayRange>>,
    /// The exact words.
    pub quote: Option<Spanned<Symbol>>,
    /// A paraphrase.
    pub gloss: Option<Spanned<Symbol>>,
    /// Premises: claim ids and the number of their group, from 1.
    pub because: Vec<(Spanned<Symbol>, i64)>,
    /// Claims it denies.
    pub against: Vec<Spanned<Symbol>>,
    /// Claims it questions.
    pub asks: Vec<Spanned<Symbol>>,
    /// Counter-evidence it has faced.
    pub despite: Vec<Spanned<Symbol>>,
    /// `x<-y`: target and premise.
    pub undercuts: Vec<(Spanned<Symbol>, Spanned<Symbol>)>,
    /// The horizon.
    pub by: Option<Spanned<Horizon>>,
    /// The criterion that settles it.
    pub resolves: Option<Spanned<Symbol>>,
    /// What came of it.
    pub outcome: Option<Outcome>,
    /// scheduled, announced, model or extrapolation.
    pub basis: Option<Spanned<Symbol>>,
    /// The speech act.
    pub utterance: Option<Spanned<Symbol>>,
    /// A strengthening word.
    pub booster: Option<Spanned<Symbol>>,
    /// headline, standfirst, caption or body.
    pub part: Spanned<Symbol>,
    /// preferred, normal or deprecated.
    pub rank: Spanned<Symbol>,
    /// Free tags.
    pub tags: Vec<Spanned<Symbol>>,
    /// Accepted findings.
    pub allow: Vec<Allow>,
    /// Every key that was written, in order: its name, its place, the place of its value.
    pub written: Vec<Written>,
    /// Names and references of this claim that nothing declares.
    pub unresolved: Vec<Unresolved>,
}

impl Claim {
    /// The place of a field's value, where the field is written.
    ///
    /// `subject`, `predicate`, `object` and `qualifier` are parts of `says`: the first such part, or all of them where
    /// several names stand on one side.
    #[must_use]
    pub fn place(&self, field: &str) -> Option<Span> {
        let parts: &[Spanned<Symbol>] = match field {
            "subject" => &self.says.subjects,
            "object" => &self.says.objects,
            "predicate" => return Some(self.says.predicate.span),
            "qualifier" => return self.says.qualifiers.first().map(|q| q.value.span),
            _ => return self.written.iter().find(|w| w.key == field).map(|w| w.value),
        };
        let first = parts.first()?.span;
        Some(parts.iter().fold(first, |all, part| all.to(part.span)))
    }

    /// The place where the unresolved `text` stands under `field`.
    #[must_use]
    pub fn unresolved_place(&self, field: &str, text: Symbol) -> Option<Span> {
        self.unresolved.iter().find(|u| u.field == field && u.text.value == text).map(|u| u.text.span)
    }
}

/// An entry of `allow`: findings of a rule are accepted where they have this claim and all those of `with`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allow {
    /// The rule's name; whether there is such a rule is not known here.
    pub rule: Spanned<Symbol>,
    /// Other claims that the finding must have, in any part.
    pub with: Vec<Symbol>,
    /// The last day on which the entry holds; `None` is for good.
    pub until: Option<Day>,
}

/// A key of a claim and the place of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// The key.
    pub key: &'static str,
    /// Where the key stands.
    pub key_span: Span,
    /// Where the value stands; quotes not included, for lists and maps with their brackets.
    pub value: Span,
}

/// A name or reference that nothing declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unresolved {
    /// The key it stands in, or `subject`, `object`, `predicate`, `qualifier`.
    pub field: &'static str,
    /// What was written, and where.
    pub text: Spanned<Symbol>,
    /// The nearest declared name of the namespace in which it was looked up.
    pub nearest: Option<Symbol>,
}

/// What is put forward: `russia not betrays russia.allies (region=middle-east)`.
#[derive(Clone, Debug)]
pub struct Proposition {
    /// As written, without quotes of YAML, in one line.
    pub written: Symbol,
    /// The place of the whole text, inside the quotes of YAML.
    pub span: Span,
    /// The subjects as resolved (aliases replaced, `self` replaced by the speakers).
    pub subjects: Vec<Spanned<Symbol>>,
    /// `not` is written.
    pub negated: bool,
    /// The predicate.
    pub predicate: Spanned<Symbol>,
    /// The objects as resolved; empty for none.
    pub objects: Vec<Spanned<Symbol>>,
    /// The atoms after distribution and after turning by `sure`.
    pub atoms: Vec<Atom>,
    /// One entry per value.
    pub qualifiers: Vec<Qualifier>,
}

/// One atom of a proposition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Atom {
    /// The subject.
    pub subject: Symbol,
    /// The predicate.
    pub predicate: Symbol,
    /// The object; the symbol of `-` where there is none.
    pub object: Symbol,
    /// The sign is `+`.
    pub positive: bool,
}

/// One value of one qualifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Qualifier {
    /// The key.
    pub key: Spanned<Symbol>,
    /// The value as resolved.
    pub value: Spanned<Symbol>,
}

/// A likelihood of the atoms with the sign they have, in thousandths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sure {
    /// Lower end.
    pub low: i64,
    /// Upper end.
    pub high: i64,
    /// The word or range as written; `certain` where it is absent.
    pub word: Symbol,
    /// It is written, and neither `may` (or a synonym) nor `unknown`.
    pub quantified: bool,
    /// Where it is written.
    pub span: Option<Span>,
}

/// By when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Horizon {
    /// A date.
    Date(DayRange),
    /// `soon` or `eventually`.
    Vague,
}

/// What came of a prediction or commitment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// confirmed, refuted or void.
    pub is: Spanned<Symbol>,
    /// The last day of `when`.
    pub when: Spanned<Day>,
    /// The claim that settled it.
    pub claim: Option<Spanned<Symbol>>,
}
