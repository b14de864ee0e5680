//! Defaults, places and everything else that a claim carries.

use crate::base::date::iso;

use super::super::{Behalf, Horizon};
use super::{WORDS, load, one, source};

#[test]
fn defaults_stand_at_the_slug() {
    let text = one("says: russia supports syria");
    let loaded = load(&[&text, WORDS]);
    let claim = loaded.claim("c");
    let slug = claim.slug.span;
    assert_eq!(loaded.text(claim.mode.value), "fact");
    for span in [claim.mode.span, claim.part.span, claim.rank.span, claim.credibility.span] {
        assert_eq!(span, slug);
    }
    assert_eq!(
        (loaded.text(claim.part.value), loaded.text(claim.rank.value), claim.credibility.value),
        ("body", "normal", 6)
    );
    assert_eq!(loaded.sources.text(claim.said.span), "2020-01-15");
    assert_eq!(loaded.text(claim.who[0].value), "us");
    assert_eq!(claim.behalf, Behalf::FromRoles);
    let source = &loaded.checked.value.sources[0];
    assert_eq!((loaded.text(source.kind.value), loaded.text(source.grade.value)), ("other", "F"));
    assert_eq!(source.kind.span, source.span);
    assert_eq!(loaded.sources.text(source.span), "{ id: s, author: us, published: 2020-01-15 }");
}

#[test]
fn every_key_has_its_place() {
    let text = source(concat!(
        "  c: { at: \"18.2\", who: us+iran, for: none, via: [putin, iran], to: moscow, says: 'us wants assad-goes', mode: prediction,\n",
        "       sure: 60..80%, confidence: low, credibility: 2, said: 2015-11~, holds: 2013/2015, quote: \"a b\", gloss: |-\n         x\n",
        "  }\n",
    ));
    let loaded = load(&[&text, WORDS]);
    assert!(!loaded.diagnostics().is_empty(), "a block scalar cannot stand in a flow map");
    let text = source(concat!(
        "  c:\n    at: \"18.2\"\n    who: us+iran\n    for: none\n    via: [putin, iran]\n    to: moscow\n",
        "    says: 'us wants assad-goes'\n    mode: prediction\n    sure: 60..80%\n    confidence: low\n    credibility: 2\n",
        "    said: 2015-11~\n    holds: 2013/2015\n    quote: \"a \\\"b\\\"\"\n    because: [d, [d, e]]\n    against: d\n    asks: [e]\n",
        "    despite: s/e\n    undercuts: d<-e\n    by: 2021-06\n    resolves: x y\n    outcome: { is: refuted, when: 2022-03, claim: d }\n",
        "    basis: model\n    utterance: u-1\n    booster: clearly\n    part: caption\n    rank: preferred\n    tags: [a b, c]\n",
        "    allow: { rule: r, why: w }\n    gloss: |\n      one\n      two\n\n  # a comment\n",
        "  d: { at: 1, says: us grows, because: e, for: [us, iran] }\n  e: { at: 1, says: us grows (in=syria), sure: may, mode: commitment, by: eventually }\n",
    ));
    let loaded = load(&[&text, WORDS]);
    assert_eq!(loaded.diagnostics(), [""; 0]);
    let claim = loaded.claim("c");
    let written: Vec<_> = claim
        .written
        .iter()
        .map(|w| {
            assert_eq!(loaded.sources.text(w.key_span), w.key);
            format!("{}={}", w.key, loaded.sources.text(w.value).replace('\n', "/"))
        })
        .collect();
    assert_eq!(
        written.join(" | "),
        "at=18.2 | who=us+iran | for=none | via=[putin, iran] | to=moscow | says=us wants assad-goes | mode=prediction | \
         sure=60..80% | confidence=low | credibility=2 | said=2015-11~ | holds=2013/2015 | quote=a \\\"b\\\" | \
         because=[d, [d, e]] | against=d | asks=[e] | despite=s/e | undercuts=d<-e | by=2021-06 | resolves=x y | \
         outcome={ is: refuted, when: 2022-03, claim: d } | basis=model | utterance=u-1 | booster=clearly | part=caption | \
         rank=preferred | tags=[a b, c] | allow={ rule: r, why: w } | gloss=one/      two"
    );
    assert!(loaded.sources.text(claim.span).ends_with("two"));
    assert_eq!(
        loaded.sources.text(loaded.claim("d").span),
        "d: { at: 1, says: us grows, because: e, for: [us, iran] }"
    );
    let ids: Vec<_> = claim.because.iter().map(|(id, group)| format!("{} {group}", loaded.text(id.value))).collect();
    assert_eq!(ids, ["s/d 1", "s/d 2", "s/e 2"]);
    assert_eq!(loaded.text(claim.to[0].value), "russia");
    assert_eq!(loaded.text(claim.quote.unwrap().value), "a \"b\"");
    assert_eq!(loaded.text(claim.gloss.unwrap().value), "one\ntwo");
    assert_eq!((iso(claim.said.value.first), iso(claim.said.value.last)), ("2015-10-01".into(), "2015-12-31".into()));
    assert!(matches!(claim.by.unwrap().value, Horizon::Date(days) if iso(days.last) == "2021-06-30"));
    assert_eq!(loaded.claim("e").by.unwrap().value, Horizon::Vague);
    assert!(!loaded.claim("e").sure.quantified);
    let outcome = claim.outcome.as_ref().unwrap();
    assert_eq!((iso(outcome.when.value), loaded.text(outcome.claim.unwrap().value)), ("2022-03-31".into(), "s/d"));
    assert!(matches!(&claim.behalf, Behalf::Private(span) if loaded.sources.text(*span) == "none"));
    assert!(matches!(&loaded.claim("d").behalf, Behalf::Principals(names) if names.len() == 2));
    assert_eq!(loaded.sources.text(claim.place("object").unwrap()), "assad-goes");
}

#[test]
fn two_documents_in_one_file_and_links_between_files() {
    let text = "source: { id: one, author: us, published: 2020 }\nclaims:\n  a: { at: 1, says: us grows, because: two/b }\n---\n\
        # a comment\nsource: { id: two, author: [us, iran], published: 2021, from: one, kind: news, grade: A, publisher: putin }\nclaims:\n  \
        b: { at: 2, says: iran grows, against: [one/a, three/z] }\n...\n---\n";
    let loaded = load(&[text, WORDS]);
    assert_eq!(loaded.diagnostics(), [""; 0]);
    let dataset = &loaded.checked.value;
    assert_eq!(dataset.sources.len(), 2);
    assert_eq!(loaded.text(loaded.claim("a").because[0].0.value), "two/b");
    assert_eq!(loaded.text(loaded.claim("b").against[0].value), "one/a");
    assert_eq!(loaded.text(loaded.claim("b").unresolved[0].text.value), "three/z");
    assert_eq!(dataset.sources[1].authors.len(), 2);
    assert_eq!(loaded.text(dataset.sources[1].from[0].value), "one");
    assert_eq!(loaded.claim("b").source, 1);
}

#[test]
fn scales_of_the_source_and_of_the_vocabulary() {
    let claim = "\nclaims:\n  c: { at: 1, says: us grows, sure: almost-certain }\n";
    let header = |more: &str| format!("source: {{ id: s, author: us, published: 2020{more} }}{claim}");
    let low = |texts: &[&str]| load(texts).claim("c").sure.low;
    assert_eq!(low(&[&header(""), WORDS]), 950);
    assert_eq!(low(&[&header(", scale: kent"), WORDS]), 870);
    assert_eq!(low(&[&header(""), WORDS, "scale: kent\n"]), 870);
    let own = "scales: { mine: { almost-certain: [600, 700] } }\n";
    assert_eq!(low(&[&header(", scale: mine"), WORDS, own]), 600);
    let loaded = load(&[&header(", scale: mne"), WORDS, own]);
    assert_eq!(loaded.diagnostics(), ["1:54 unknown-scale <mne> no scale `mne`"]);
}

#[test]
fn an_unknown_author_is_said_by_the_claims() {
    let text = "source: { id: s, author: uss, published: 2020, publisher: nobody-known }\nclaims:\n  c: { at: 1, says: us grows }\n  d: { at: 1, who: us, says: us grows }\n";
    let loaded = load(&[text, WORDS]);
    assert_eq!(loaded.diagnostics(), [""; 0]);
    let fields =
        |slug| loaded.claim(slug).unresolved.iter().map(|u| (u.field, loaded.text(u.text.value))).collect::<Vec<_>>();
    assert_eq!(fields("c"), [("who", "uss"), ("publisher", "nobody-known")]);
    assert_eq!(fields("d"), []);
    let loaded = load(&["source: { id: s, author: uss, published: 2020 }\n", WORDS]);
    assert_eq!(loaded.diagnostics(), ["1:26 unknown-in-vocabulary <uss> unknown name `uss`"]);
    assert!(!loaded.checked.has_errors());
}

#[test]
fn a_byte_order_mark_and_carriage_returns_keep_places_true() {
    let text = "\u{FEFF}source: { id: s, author: us, published: 2020 }\r\nclaims:\r\n  c:\r\n    at: 1\r\n    says: us grows\r\n";
    let loaded = load(&[text, WORDS]);
    assert_eq!(loaded.diagnostics(), [""; 0]);
    assert_eq!(loaded.sources.text(loaded.claim("c").says.predicate.span), "grows");
    assert_eq!(loaded.sources.text(loaded.claim("c").span), "c:\r\n    at: 1\r\n    says: us grows");
}
