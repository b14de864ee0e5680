//! Claims as rows, one relation per field; a row has the place of its field's value, or of the slug where none is written.

use crate::base::date::LAST_DAY;
use crate::base::{DayRange, Pool, Span, Spanned, Symbol};
use crate::facts::{Behalf, Claim, Dataset, Horizon, Misplaced, Qualifier};

use super::rows::{Rows, Value};

/// Days for which an undated claim of an undeclared predicate counts as fresh, and until it is no premise any more.
const FRESH: i64 = 180;
const STALE_AFTER: i64 = 730;

/// The rows of one claim.
pub(super) fn claim(claim: &Claim, dataset: &Dataset, rows: &mut Rows<'_>) {
    let source = &dataset.sources[claim.source];
    rows.put("claim", [claim.id.into(), source.id.value.into()], claim.slug.span);
    content(claim, rows);
    voice(claim, dataset, rows);
    strength(claim, rows);
    time(claim, dataset, rows);
    links(claim, dataset, rows);
    remarks(claim, rows);
    unresolved(claim, rows);
}

/// A claim that looks ahead: only there do `by` and `outcome` have an effect.
fn looks_ahead(claim: &Claim, rows: &Rows<'_>) -> bool {
    matches!(rows.pool.text(claim.mode.value), "prediction" | "commitment")
}

/// One row `relation(claim, value)` for each value.
fn each<'a>(relation: &str, id: Symbol, values: impl IntoIterator<Item = &'a Spanned<Symbol>>, rows: &mut Rows<'_>) {
    for value in values {
        rows.put(relation, [id.into(), value.value.into()], value.span);
    }
}

/// One row `relation(claim, first, last)`.
fn days(relation: &str, id: Symbol, range: DayRange, span: Span, rows: &mut Rows<'_>) {
    rows.put(relation, [id.into(), range.first.into(), range.last.into()], span);
}

fn content(claim: &Claim, rows: &mut Rows<'_>) {
    let id = claim.id;
    for atom in &claim.says.atoms {
        let sign = if atom.positive { "+" } else { "-" };
        let row = [id.into(), atom.subject.into(), atom.predicate.into(), atom.object.into(), sign.into()];
        rows.put("says", row, claim.says.span);
    }
    for qualifier in &claim.says.qualifiers {
        let row = [id.into(), qualifier.key.value.into(), qualifier.value.value.into()];
        rows.put("qualifier", row, qualifier.value.span);
    }
    let together = circumstances(claim, rows.pool);
    let together = rows.pool.intern(&together);
    rows.put("circumstances", [id.into(), together.into()], claim.slug.span);
    each("locator", id, [&claim.at], rows);
}

/// Who says it for whom, on whose word and to whom, in which act and with which qualifiers, each in byte order: rules can
/// join on the whole of it, where comparing part by part would bring all claims of one proposition together.
fn circumstances(claim: &Claim, pool: &Pool) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut add = |key: &str, values: &[Spanned<Symbol>]| {
        parts.extend(values.iter().map(|value| format!("{key}={}", pool.text(value.value))));
    };
    add("who", &claim.who);
    match &claim.behalf {
        Behalf::FromRoles | Behalf::Private(_) => {}
        Behalf::Principals(principals) => add("for", principals),
    }
    add("via", &claim.via);
    add("to", &claim.to);
    add("utterance", claim.utterance.as_slice());
    if matches!(claim.behalf, Behalf::Private(_)) {
        parts.push("for=none".to_owned());
    }
    let says = &claim.says;
    let qualifier = |q: &Qualifier| format!("({}={})", pool.text(q.key.value), pool.text(q.value.value));
    parts.extend(says.qualifiers.iter().map(qualifier));
    parts.sort_unstable();
    parts.join(" ")
}

fn voice(claim: &Claim, dataset: &Dataset, rows: &mut Rows<'_>) {
    let id = claim.id;
    each("who", id, &claim.who, rows);
    let authors = &dataset.sources[claim.source].authors;
    let is_author = |speaker: &Spanned<Symbol>| authors.iter().any(|author| author.value == speaker.value);
    if claim.who.iter().all(is_author) {
        let place = claim.who.first().map_or(claim.slug.span, |speaker| speaker.span);
        rows.put("own_voice", [id.into()], place);
    }
    match &claim.behalf {
        Behalf::FromRoles => {}
        Behalf::Private(span) => rows.put("private", [id.into()], *span),
        Behalf::Principals(principals) => each("behalf", id, principals, rows),
    }
    for (position, relay) in (1_i64..).zip(&claim.via) {
        rows.put("via", [id.into(), position.into(), relay.value.into()], relay.span);
    }
    each("addressee", id, &claim.to, rows);
}

fn strength(claim: &Claim, rows: &mut Rows<'_>) {
    let id = claim.id;
    let sure = &claim.sure;
    let place = sure.span.unwrap_or(claim.slug.span);
    each("mode", id, [&claim.mode], rows);
    rows.put("sure", [id.into(), sure.low.into(), sure.high.into()], place);
    rows.put("sure_word", [id.into(), sure.word.into()], place);
    if sure.quantified {
        rows.put("quantified", [id.into()], place);
    }
    each("confidence", id, &claim.confidence, rows);
    rows.put("credibility", [id.into(), claim.credibility.value.into()], claim.credibility.span);
}

fn time(claim: &Claim, dataset: &Dataset, rows: &mut Rows<'_>) {
    let id = claim.id;
    days("said", id, claim.said.value, claim.said.span, rows);
    if let Some(holds) = claim.holds {
        days("holds", id, holds.value, holds.span, rows);
    }
    let ahead = looks_ahead(claim, rows);
    if ahead {
        horizon(claim, dataset, rows);
    }
    let predicate = dataset.vocabulary.predicates.get(&claim.says.predicate.value);
    let (valid, slack) = valid_time(claim, ahead, predicate.map_or(FRESH, |p| p.fresh));
    let row = [id.into(), valid.value.first.into(), valid.value.last.into(), slack.into()];
    rows.put("valid", row, valid.span);
    let stale_after = predicate.map_or(STALE_AFTER, |p| p.stale_after);
    let until = i64::from(valid.value.last).saturating_add(stale_after).min(i64::from(LAST_DAY));
    rows.put("usable_until", [id.into(), until.into()], valid.span);
}

/// `due` and `vague_due`: the horizon as written, or else a date that the prediction or promise names as its object.
fn horizon(claim: &Claim, dataset: &Dataset, rows: &mut Rows<'_>) {
    match claim.by {
        Some(Spanned { value: Horizon::Date(range), span }) => days("due", claim.id, range, span, rows),
        Some(Spanned { value: Horizon::Vague, span }) => rows.put("vague_due", [claim.id.into()], span),
        None => {
            for object in &claim.says.objects {
                if let Some(date) = dataset.vocabulary.dates.get(&object.value) {
                    days("due", claim.id, date.value, object.span, rows);
                }
            }
        }
    }
}

/// When the content of a claim is meant to be true, and by how many days it may be widened at both ends.
fn valid_time(claim: &Claim, looks_ahead: bool, fresh: i64) -> (Spanned<DayRange>, i64) {
    if let Some(holds) = claim.holds {
        return (holds, 0);
    }
    match claim.by {
        Some(Spanned { value: Horizon::Date(due), span }) if looks_ahead => {
            let said = claim.said.value;
            (Spanned::new(DayRange { first: said.first, last: said.last.max(due.last) }, span), 0)
        }
        Some(_) | None => (claim.said, fresh),
    }
}

/// Links between claims. Those that lead nowhere are in `unresolved` alone.
fn links(claim: &Claim, dataset: &Dataset, rows: &mut Rows<'_>) {
    let id = claim.id;
    let known = |link: &Spanned<Symbol>| dataset.by_id.contains_key(&link.value);
    for (premise, group) in claim.because.iter().filter(|(premise, _)| known(premise)) {
        rows.put("premise", [id.into(), premise.value.into(), (*group).into()], premise.span);
    }
    each("rebuts", id, claim.against.iter().filter(|l| known(l)), rows);
    each("asks", id, claim.asks.iter().filter(|l| known(l)), rows);
    each("despite", id, claim.despite.iter().filter(|l| known(l)), rows);
    for (target, premise) in claim.undercuts.iter().filter(|(target, premise)| known(target) && known(premise)) {
        let row: [Value; 3] = [id.into(), target.value.into(), premise.value.into()];
        rows.put("undercuts", row, target.span.to(premise.span));
    }
    let Some(outcome) = claim.outcome.as_ref().filter(|_| looks_ahead(claim, rows)) else { return };
    rows.put("outcome", [id.into(), outcome.is.value.into(), outcome.when.value.into()], outcome.is.span);
    each("outcome_claim", id, outcome.claim.iter().filter(|l| known(l)), rows);
}

fn remarks(claim: &Claim, rows: &mut Rows<'_>) {
    let id = claim.id;
    each("quote", id, &claim.quote, rows);
    each("gloss", id, &claim.gloss, rows);
    each("resolves", id, &claim.resolves, rows);
    each("basis", id, &claim.basis, rows);
    each("utterance", id, &claim.utterance, rows);
    each("booster", id, &claim.booster, rows);
    each("part", id, [&claim.part], rows);
    each("rank", id, [&claim.rank], rows);
    each("tag", id, &claim.tags, rows);
}

/// What does not fit between a claim and the stored text of its source.
pub(super) fn misplaced(misplaced: &Misplaced, claim: &Claim, rows: &mut Rows<'_>) {
    let id = claim.id;
    if let Some(last) = misplaced.beyond {
        rows.put("beyond_text", [id.into(), last.into()], claim.at.span);
    }
    let (Some(absent), Some(quote)) = (misplaced.absent, claim.quote) else { return };
    rows.put("quote_absent", [id.into(), absent.found.into()], quote.span);
    if let Some(nearest) = absent.nearest {
        rows.put("quote_nearest", [id.into(), nearest.into()], quote.span);
    }
}

fn unresolved(claim: &Claim, rows: &mut Rows<'_>) {
    for missing in &claim.unresolved {
        let field = rows.pool.intern(missing.field);
        let text = missing.text;
        rows.put("unresolved", [claim.id.into(), field.into(), text.value.into()], text.span);
        if let Some(nearest) = missing.nearest {
            rows.put("nearest", [text.value.into(), nearest.into()], text.span);
        }
    }
}
