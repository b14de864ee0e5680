//! The field table: every key that a fact file may have, what its value looks like, and the relations it feeds.
//!
//! One line per field. The decoder, the messages about unknown and missing keys and the documentation are driven by it.

/// What a value looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Any text.
    Text,
    /// Texts; one may stand alone.
    Texts,
    /// A text of a form that is looked at where its meaning is.
    Form(Form),
    /// Texts of such a form; one may stand alone.
    Forms(Form),
    /// An identifier.
    Identifier,
    /// Identifiers; one may stand alone.
    Identifiers,
    /// Names, as a list or as `a+b`.
    Names,
    /// As `Names`, or `none`.
    NamesOrNone,
    /// One of these words.
    Word(&'static [&'static str]),
    /// `true` or `false`.
    Flag,
    /// A date or an interval.
    Date,
    /// A date, an interval or `always`.
    Period,
    /// A date, an interval, `soon` or `eventually`.
    Horizon,
    /// The date of an office, without an interval.
    TermDate,
    /// A place in a source.
    Locator,
    /// `180d`, `6m`, `2y`.
    Duration,
    /// `10%`.
    Percent,
    /// Claim ids; one may stand alone.
    Ids,
    /// Claim ids and lists of them.
    IdGroups,
    /// `x<-y`; one may stand alone.
    Arrows,
    /// A map with these fields.
    Record(&'static [Field]),
    /// Maps with these fields; one may stand alone.
    Records(&'static [Field]),
    /// A map from identifiers to maps with these fields.
    Entries(&'static [Field]),
    /// A map from units to maps with these fields.
    Units(&'static [Field]),
    /// A map from identifiers to lists of identifiers.
    Lists,
    /// A map from identifiers to texts.
    Pairs,
    /// A map from identifiers to atoms.
    Classes,
    /// A map from identifiers to maps from words to `[low, high]`.
    Scales,
}

/// The form of a text, which is no matter of the shape: what is wrong with it is said by those who read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `subject [not] predicate [object] [(key=value)]`.
    Proposition,
    /// The same with single capital letters for variables, and one name on each side.
    Atom,
    /// An atom that has an object and no qualifiers.
    Promise,
    /// An atom without qualifiers.
    Doubt,
    /// `atom -> atom` or `atom => atom`.
    Rule,
    /// A single capital letter.
    Variable,
    /// A word of a scale, or a percentage.
    Likelihood,
    /// A claim id.
    Id,
    /// A date or an interval.
    Date,
    /// A number above zero.
    Factor,
    /// `predicate` or `not predicate`.
    Denied,
    /// The name of a pack.
    Pack,
}

/// One key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// The key.
    pub key: &'static str,
    /// What its value looks like.
    pub shape: Shape,
    /// It must be there.
    pub required: bool,
    /// The relations of the prelude that it feeds; none for what rules do not see.
    pub relations: &'static [&'static str],
    /// One line for people.
    pub doc: &'static str,
}

const fn must(key: &'static str, shape: Shape, relations: &'static [&'static str], doc: &'static str) -> Field {
    Field { key, shape, required: true, relations, doc }
}

const fn may(key: &'static str, shape: Shape, relations: &'static [&'static str], doc: &'static str) -> Field {
    Field { key, shape, required: false, relations, doc }
}

use Shape::{
    Arrows, Classes, Date, Duration, Entries, Flag, Forms, Horizon, IdGroups, Identifier, Identifiers, Ids, Lists,
    Locator, Names, NamesOrNone, Pairs, Percent, Period, Record, Records, Scales, TermDate, Text, Texts, Units, Word,
};

/// Words of `mode`.
pub const MODES: &[&str] = &[
    "fact",
    "judgement",
    "commitment",
    "demand",
    "denial",
    "prediction",
    "conditional",
    "noncommittal",
    "question",
    "rhetoric",
];

/// A source header.
pub const SOURCE: &[Field] = &[
    must("id", Identifier, &["source"], "unique in the data set"),
    must("author", Names, &["author"], "whose voice it is where `who` is absent"),
    must("published", Date, &["published"], "when it was published"),
    may("publisher", Identifier, &["publisher"], "the outlet"),
    may("title", Text, &[], "for people"),
    may("url", Text, &[], "for people"),
    may(
        "kind",
        Word(&["news", "analysis", "official", "leak", "data", "social", "other"]),
        &["source_kind"],
        "what kind of source",
    ),
    may("grade", Word(&["A", "B", "C", "D", "E", "F"]), &["grade"], "NATO reliability; F is \"cannot be judged\""),
    may("from", Identifiers, &["derived_from"], "sources it draws on"),
    may("scale", Identifier, &[], "how certainty words are read"),
    may("text", Text, &["quote_absent", "quote_nearest", "beyond_text"], "stored copy, relative to the fact file"),
    may("paragraphs", Word(&["lines", "blocks"]), &[], "what a number in `at` counts"),
];

/// A claim.
pub const CLAIM: &[Field] = &[
    must("at", Locator, &["locator"], "where in the source"),
    must(
        "says",
        Shape::Form(Form::Proposition),
        &["says", "qualifier", "measure", "date", "role_class", "unresolved"],
        "what is claimed",
    ),
    may("who", Names, &["who", "own_voice"], "the speaker"),
    may("for", NamesOrNone, &["behalf", "private"], "on whose behalf; `none` is a private capacity"),
    may("via", Identifiers, &["via"], "on whose word, nearest to the author first"),
    may("to", Names, &["addressee"], "addressee"),
    may("mode", Word(MODES), &["mode"], "what the claim does with its content"),
    may("sure", Shape::Form(Form::Likelihood), &["sure", "sure_word", "quantified"], "likelihood"),
    may("confidence", Word(&["low", "moderate", "high"]), &["confidence"], "quality of the basis"),
    may("credibility", Word(&["1", "2", "3", "4", "5", "6"]), &["credibility"], "NATO credibility of the item"),
    may("said", Date, &["said", "valid", "usable_until"], "when uttered"),
    may("holds", Period, &["holds", "valid"], "when the content is meant to be true"),
    may("quote", Text, &["quote"], "the exact words"),
    may("gloss", Text, &["gloss"], "paraphrase for people"),
    may("because", IdGroups, &["premise"], "premises; `[a, b]` each alone, `[[a, b]]` together"),
    may("against", Ids, &["rebuts"], "denies that claim"),
    may("asks", Ids, &["asks"], "questions that claim"),
    may("despite", Ids, &["despite"], "has faced that claim"),
    may("undercuts", Arrows, &["undercuts"], "`x<-y`: denies that y supports x"),
    may("by", Horizon, &["due", "vague_due"], "horizon of a prediction or commitment"),
    may("resolves", Text, &["resolves"], "criterion that settles it"),
    may("outcome", Record(OUTCOME), &["outcome", "outcome_claim"], "what came of it"),
    may(
        "basis",
        Word(&["scheduled", "announced", "model", "extrapolation"]),
        &["basis"],
        "why a prediction needs no premise",
    ),
    may("utterance", Identifier, &["utterance"], "one speech act reported in several sources"),
    may("booster", Text, &["booster"], "\"undeniable\", \"clearly\""),
    may("part", Word(&["headline", "standfirst", "caption", "body"]), &["part"], "which part of the source"),
    may(
        "rank",
        Word(&["preferred", "normal", "deprecated"]),
        &["rank"],
        "deprecated claims are kept and not reasoned with",
    ),
    may("tags", Texts, &["tag"], "free tags"),
    may("allow", Records(ALLOW), &[], "accepted findings"),
];

/// `outcome` of a claim.
pub const OUTCOME: &[Field] = &[
    must("is", Word(&["confirmed", "refuted", "void"]), &["outcome"], "the result"),
    must("when", Date, &["outcome"], "when it was settled"),
    may("claim", Shape::Form(Form::Id), &["outcome_claim"], "the claim that settled it"),
];

/// An entry of `allow`.
pub const ALLOW: &[Field] = &[
    may("rule", Identifier, &[], "the rule whose findings are accepted"),
    may("with", Ids, &[], "claims that the finding must also have"),
    may("why", Text, &[], "the reason"),
    may("until", Shape::Form(Form::Date), &[], "the last day of acceptance"),
];

/// The keys of a document; `source` and `claims` make it a source document.
pub const DOCUMENT: &[Field] = &[
    may("source", Record(SOURCE), &["source"], "the header of a source"),
    may("claims", Entries(CLAIM), &["claim"], "claims by slug"),
    may("use", Forms(Form::Pack), &[], "packs"),
    may("scale", Identifier, &[], "how certainty words are read"),
    may("kinds", Lists, &["kind"], "for a kind, the kinds that count as it"),
    may("predicates", Entries(PREDICATE), &["predicate"], "the verbs of propositions"),
    may("qualifiers", Entries(QUALIFIER), &[], "keys that may stand in brackets"),
    may("topics", Entries(TOPIC), &["topic"], "questions and the wider ones they belong to"),
    may("entities", Entries(ENTITY), &["entity"], "who and what claims are about"),
    may("roles", Entries(OFFICE), &[], "offices"),
    may("situations", Entries(SITUATION), &["situation"], "states of affairs"),
    may("issues", Entries(ISSUE), &[], "questions with several answers"),
    may("classes", Classes, &["in_class"], "role classes by word"),
    may("units", Units(UNIT), &["measure"], "units of quantities"),
    may("scales", Scales, &[], "certainty words and their range in thousandths"),
    may("rules", Forms(Form::Rule), &["lit", "hint"], "one premise, one conclusion"),
    may("patterns", Records(PATTERN), &["undermines"], "atoms that together deserve a look"),
];

/// An entry of `predicates`.
pub const PREDICATE: &[Field] = &[
    may("doc", Text, &[], "for people"),
    may("label", Text, &[], "for people"),
    may("implies", Identifiers, &["implies"], "these follow"),
    may("contrary", Identifiers, &["contrary"], "not both"),
    may("before", Identifiers, &["before"], "it comes first"),
    may("opposite", Identifier, &["complement"], "exactly one is true"),
    may("inverse", Identifier, &["inverse"], "the same with sides exchanged"),
    may("symmetric", Flag, &["symmetric"], "holds both ways"),
    may("asymmetric", Flag, &["asymmetric"], "never holds both ways"),
    may("ordering", Flag, &["ordering"], "transitive without cycles"),
    may("one-value", Flag, &["one_value"], "at most one object per subject"),
    may("one-holder", Flag, &["one_holder"], "at most one subject per object"),
    may("per", Identifiers, &["per"], "... unless these qualifiers differ"),
    may("from", Identifiers, &["subject_kind"], "kinds of the subject"),
    may("to", Identifiers, &["object_kind"], "kinds of the object"),
    may("needs", Identifiers, &["needs"], "required qualifiers"),
    may("tie", Word(&["friendly", "hostile"]), &["tie_sign"], "sign of the tie"),
    may("aspired", Flag, &["aspired"], "the tie is only sought"),
    may("attitude", Word(&["for", "against", "open"]), &["attitude"], "towards a situation"),
    may("instance-of", Identifier, &["instance_of"], "doing it counts as the situation"),
    may("when", Pairs, &["instance_when"], "... given these qualifiers"),
    may("proxy", Identifier, &["proxy"], "who does it to B opposes whom B fights"),
    may("aspect", Word(&["event", "state", "habit"]), &["aspect"], "event, state or habit"),
    may("fresh", Duration, &["valid"], "slack around the day of a claim"),
    may("stale-after", Duration, &["usable_until"], "age at which it is no premise"),
    may("credit", Flag, &["credit"], "the subject gains by it"),
    may("blame", Flag, &["blame"], "the subject loses by it"),
    may("vague", Flag, &["vague"], "cannot be resolved as stated"),
    may("undermined-by", Forms(Form::Denied), &["undermined_by"], "evidence against a forecast of it"),
    may("numeric", Identifier, &["numeric"], "where the number stands"),
    may("unit", Text, &["measure"], "the unit of the number"),
    may("tolerance", Percent, &["measure"], "percentage of the value, to both sides"),
];

/// An entry of `qualifiers`.
pub const QUALIFIER: &[Field] = &[
    may("value", Word(&["entity", "topic", "quantity", "date", "text", "flag"]), &["qualifier"], "what its value is"),
    may("scope", Word(&["within", "except"]), &["scope"], "where the claim applies, or does not"),
    may("unit", Text, &["measure"], "the unit of a quantity"),
    may("tolerance", Percent, &["measure"], "percentage of the value, to both sides"),
    may("doc", Text, &[], "for people"),
];

/// An entry of `topics`.
pub const TOPIC: &[Field] = &[
    may("within", Identifiers, &["topic_within"], "directly wider topics"),
    may("label", Text, &[], "for people"),
    may("doc", Text, &[], "for people"),
];

/// An entry of `entities`.
pub const ENTITY: &[Field] = &[
    must("kind", Identifier, &["kind"], "what kind of thing it is"),
    may("label", Text, &[], "for people"),
    may("alias", Identifiers, &[], "other names of it"),
    may("part-of", Identifiers, &["part_of"], "wholes it is directly part of"),
    may("speaks-for", Identifiers, &["speaks_for"], "whom it speaks for"),
    may("involves", Identifiers, &["involves"], "whom it involves"),
    may("by", Identifiers, &["act_by"], "whose act it is"),
    may("roles", Records(ROLE), &["role"], "offices it held"),
    may("wikidata", Text, &[], "for export"),
    may("doc", Text, &[], "for people"),
];

/// An office that an entity held.
pub const ROLE: &[Field] = &[
    must("as", Identifier, &["role"], "the office"),
    must("of", Identifier, &["role"], "the organisation"),
    may("from", TermDate, &["role"], "its first day"),
    may("to", TermDate, &["role"], "the day after its last"),
];

/// An entry of `roles`.
pub const OFFICE: &[Field] = &[
    may("label", Text, &[], "for people"),
    may("one-holder", Flag, &["single_office"], "one person at a time"),
    may("binds", Flag, &["nonbinding"], "it binds the organisation"),
    may("doc", Text, &[], "for people"),
];

/// An entry of `situations`.
pub const SITUATION: &[Field] = &[
    may("label", Text, &[], "for people"),
    may("alias", Identifiers, &[], "other names of it"),
    may("opposite", Identifiers, &["opposite"], "cannot obtain together with it"),
    may("exhaustive", Flag, &["exhaustive"], "one of the two must obtain"),
    may("involves", Identifiers, &["involves"], "whom it involves"),
    may("doc", Text, &[], "for people"),
];

/// An entry of `issues`.
pub const ISSUE: &[Field] = &[
    may("label", Text, &[], "for people"),
    may("alias", Identifiers, &[], "other names of it"),
    may("members", Identifiers, &["issue_member"], "the answers"),
    may("key", Identifiers, &["issue_key"], "answers on which an ally is expected to take a side"),
    may("doc", Text, &[], "for people"),
];

/// An entry of `units`.
pub const UNIT: &[Field] = &[
    may("base", Text, &["measure"], "the unit it is converted to"),
    may("factor", Shape::Form(Form::Factor), &["measure"], "base units in one of it"),
];

/// An entry of `patterns`.
pub const PATTERN: &[Field] = &[
    may("rule", Identifier, &["undermines"], "the rule that the pattern adds to"),
    may("promise", Shape::Form(Form::Promise), &["undermines"], "what is promised"),
    may("doubt", Shape::Form(Form::Doubt), &["undermines"], "what undermines it"),
    may("by", Shape::Form(Form::Variable), &["undermines"], "the variable that must utter the doubt"),
    may("name", Identifier, &[], "the rule that the pattern makes"),
    may("when", Forms(Form::Atom), &[], "atoms that hold together"),
    may("level", Word(&["error", "warning", "advice", "allow"]), &[], "how grave"),
    may("say", Text, &[], "the message"),
    may("help", Text, &[], "what to do"),
];

/// What an entry of `allow` needs: without it the entry accepts nothing, and is reported as such.
pub const ALLOW_NEEDS: [&str; 2] = ["rule", "why"];

/// A kind of entry, known by one of its keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// The key by which it is known.
    pub key: &'static str,
    /// The only value of that key, where there is one.
    pub value: Option<&'static str>,
    /// What it needs besides.
    pub needs: &'static [&'static str],
    /// What it may have; other keys mean nothing in it.
    pub takes: &'static [&'static str],
}

/// A pattern that adds to a rule of the language.
pub const PROMISE_PATTERN: Kind =
    Kind { key: "rule", value: Some("promise-vs-doubt"), needs: &["promise", "doubt"], takes: &["by"] };
/// A pattern that is a rule of its own.
pub const NAMED_PATTERN: Kind = Kind { key: "name", value: None, needs: &["when", "say"], takes: &["level", "help"] };

impl Kind {
    /// Whether an entry of this kind may have that key.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.key == key || self.needs.contains(&key) || self.takes.contains(&key)
    }
}

/// The fewest and the most atoms of a pattern with a `name`.
pub const ATOMS: (usize, usize) = (2, 4);
/// The most words of a scale: a message may list them all.
pub const SCALE_WORDS: usize = 100;

/// The word is a key of some table.
#[must_use]
pub fn is_key(word: &str) -> bool {
    let tables = [
        SOURCE, CLAIM, OUTCOME, ALLOW, DOCUMENT, PREDICATE, QUALIFIER, TOPIC, ENTITY, ROLE, OFFICE, SITUATION, ISSUE,
        UNIT, PATTERN,
    ];
    tables.iter().any(|table| field(table, word).is_some())
}

/// The field of that key.
#[must_use]
pub fn field(fields: &'static [Field], key: &str) -> Option<&'static Field> {
    fields.iter().find(|field| field.key == key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_unique_and_documented() {
        for table in [
            SOURCE, CLAIM, OUTCOME, ALLOW, DOCUMENT, PREDICATE, QUALIFIER, TOPIC, ENTITY, ROLE, OFFICE, SITUATION,
            ISSUE, UNIT, PATTERN,
        ] {
            for (index, field) in table.iter().enumerate() {
                assert!(!field.doc.is_empty(), "{}", field.key);
                assert!(table[..index].iter().all(|other| other.key != field.key), "{}", field.key);
            }
        }
        assert_eq!(CLAIM.iter().filter(|f| f.required).map(|f| f.key).collect::<Vec<_>>(), ["at", "says"]);
    }
}
