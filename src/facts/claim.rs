//! Entries of `claims`: defaults filled in, names and references resolved.
//!
//! In go the record of an entry and the header of its source, out comes a [`Claim`], or nothing where an error was reported.

use std::collections::BTreeMap;

use crate::base::{Day, DayRange, Diagnostic, Family, Level, Span, Spanned, Symbol, date};
use crate::yaml::Text;

use super::certainty::{self, Scale};
use super::context::Context;
use super::dataset::{Allow, Behalf, Claim, Horizon, Outcome, Proposition, Source, Sure, Unresolved, Written};
use super::form;
use super::links::{Ids, Link};
use super::propose::Proposer;
use super::record::{Named, Record, Value};
use super::schema::ALLOW_NEEDS;
use super::vocabulary::Vocabulary;
use super::words::{Namespace, Place};

/// What all claims of a source share.
pub(super) struct Frame<'f, 'd> {
    pub(super) place: Place<'d>,
    pub(super) vocabulary: &'f Vocabulary,
    pub(super) ids: &'f Ids<'d>,
    /// The source's id as text, empty where it has none.
    pub(super) source_id: &'d str,
    pub(super) index: usize,
    pub(super) source: &'f Source,
    /// The certainty words and the name of their scale.
    pub(super) scale: (&'f Scale, &'f str),
    /// Authors that nothing declares.
    pub(super) authors: &'f [Unresolved],
}

/// One claim on its way.
pub(super) struct Reader<'r, 'c, 'd> {
    pub(super) context: &'r mut Context<'c, 'd>,
    pub(super) frame: &'r Frame<'r, 'd>,
    pub(super) dates: &'r mut BTreeMap<Symbol, Spanned<DayRange>>,
    pub(super) record: &'d Record,
    /// The key of the entry.
    pub(super) slug: Span,
    pub(super) unresolved: Vec<Unresolved>,
}

impl<'d> Reader<'_, '_, 'd> {
    /// The claim; `None` where an error was reported.
    pub(super) fn read(mut self, named: &'d Named) -> Option<Claim> {
        let errors = self.context.problems.errors();
        let place = self.frame.place;
        let slug = self.context.symbol(place, &named.key);
        let id = format!("{}/{}", self.frame.source_id, place.get(&named.key));
        let id = self.context.pool.intern(&id);
        let who = self.speakers();
        let mode = self.word("mode", "fact");
        let (sure, turned) = self.sure();
        let says = self.says(&who, turned);
        self.denial(mode, says.as_ref());
        let because = self.because();
        let against = self.references("against");
        let asks = self.references("asks");
        let despite = self.references("despite");
        let undercuts = self.undercuts();
        let outcome = self.outcome();
        let allow = self.allow();
        self.no_effect(mode.value);
        let behalf = self.behalf();
        let (via, to) = (self.names("via"), self.names("to"));
        let claim = Claim {
            id,
            slug,
            source: self.frame.index,
            span: Span::new(place.file, slug.span.start, named.end.max(slug.span.end)),
            at: self.context.field(place, self.record, "at").unwrap_or(slug),
            who,
            behalf,
            via,
            to,
            says: says?,
            mode,
            sure,
            confidence: self.optional("confidence"),
            credibility: self.credibility(),
            said: self.days("said").unwrap_or(self.frame.source.published),
            holds: self.days("holds"),
            quote: self.optional("quote"),
            gloss: self.optional("gloss"),
            because,
            against,
            asks,
            despite,
            undercuts,
            by: self.horizon(),
            resolves: self.optional("resolves"),
            outcome,
            basis: self.optional("basis"),
            utterance: self.optional("utterance"),
            booster: self.optional("booster"),
            part: self.word("part", "body"),
            rank: self.word("rank", "normal"),
            tags: self.context.fields(place, self.record, "tags"),
            allow,
            written: self.written(),
            unresolved: self.unresolved,
        };
        (self.context.problems.errors() == errors && !named.broken).then_some(claim)
    }

    /// A denial needs a `not`.
    fn denial(&mut self, mode: Spanned<Symbol>, says: Option<&Proposition>) {
        if let Some(says) = says
            && self.context.pool.text(mode.value) == "denial"
            && !says.negated
        {
            let diagnostic =
                Diagnostic::error(Family::Fact, "denial-without-not", "a denial must deny something", mode.span)
                    .with_place(says.span, "there is no `not` here")
                    .with_help("write `x not does y`, or `mode: fact`");
            self.context.problems.push(diagnostic);
        }
    }

    fn written(&self) -> Vec<Written> {
        let place = self.frame.place;
        let entries = self.record.entries.iter();
        entries
            .map(|entry| Written { key: entry.field.key, key_span: place.at(entry.key), value: place.at(entry.place) })
            .collect()
    }

    fn optional(&mut self, key: &str) -> Option<Spanned<Symbol>> {
        self.context.field(self.frame.place, self.record, key)
    }

    fn word(&mut self, key: &str, default: &str) -> Spanned<Symbol> {
        let written = self.optional(key);
        written.unwrap_or_else(|| Spanned::new(self.context.pool.intern(default), self.slug))
    }

    fn credibility(&self) -> Spanned<i64> {
        let place = self.frame.place;
        let written = self.record.text("credibility");
        let value = written.and_then(|text| place.get(text).parse().ok());
        Spanned::new(value.unwrap_or(6), written.map_or(self.slug, |text| place.span(text)))
    }

    /// A date that was checked when it was read.
    fn days(&self, key: &str) -> Option<Spanned<DayRange>> {
        let text = self.record.text(key)?;
        let written = self.frame.place.get(text);
        let days = if written == "always" { DayRange::ALWAYS } else { date::parse_edtf(written).ok()? };
        Some(Spanned::new(days, self.frame.place.span(text)))
    }

    fn horizon(&self) -> Option<Spanned<Horizon>> {
        let text = self.record.text("by")?;
        let written = self.frame.place.get(text);
        let horizon = match written {
            "soon" | "eventually" => Horizon::Vague,
            date => Horizon::Date(date::parse_edtf(date).ok()?),
        };
        Some(Spanned::new(horizon, self.frame.place.span(text)))
    }

    /// Names under a key, aliases replaced; unknown ones are recorded and kept.
    fn names(&mut self, key: &'static str) -> Vec<Spanned<Symbol>> {
        let place = self.frame.place;
        let mut names = Vec::new();
        for text in self.record.texts(key) {
            let (written, span) = (place.get(text), place.span(text));
            if let Some(name) = self.context.words.resolve(Namespace::Name, written) {
                names.push(Spanned::new(self.context.pool.intern(name), span));
            } else {
                let nearest = self.context.nearest(Namespace::Name, written);
                names.push(self.unknown(key, written, span, nearest));
            }
        }
        names
    }

    fn unknown(&mut self, field: &'static str, text: &str, span: Span, nearest: Option<String>) -> Spanned<Symbol> {
        let symbol = Spanned::new(self.context.pool.intern(text), span);
        let nearest = nearest.map(|near| self.context.pool.intern(&near));
        self.unresolved.push(Unresolved { field, text: symbol, nearest });
        symbol
    }

    fn speakers(&mut self) -> Vec<Spanned<Symbol>> {
        let written = self.names("who");
        if !written.is_empty() {
            return written;
        }
        let inherited = self.frame.authors.iter().map(|author| Unresolved { field: "who", ..*author });
        self.unresolved.extend(inherited);
        self.frame.source.authors.clone()
    }

    fn behalf(&mut self) -> Behalf {
        let place = self.frame.place;
        let none = self.record.texts("for").find(|text| place.get(text) == "none");
        match (none, self.record.entry("for")) {
            (Some(none), _) => {
                if self.record.list("for").len() > 1 {
                    let help = "write `for: none`, or the names alone";
                    self.context.error("bad-identifier", "`none` stands beside names", place.span(none), help);
                }
                Behalf::Private(place.span(none))
            }
            (None, None) => Behalf::FromRoles,
            (None, Some(_)) => Behalf::Principals(self.names("for")),
        }
    }

    fn says(&mut self, who: &[Spanned<Symbol>], turned: bool) -> Option<Proposition> {
        let text = self.record.text("says")?;
        let mut proposer = Proposer {
            context: &mut *self.context,
            vocabulary: self.frame.vocabulary,
            dates: &mut *self.dates,
            unresolved: &mut self.unresolved,
            place: self.frame.place,
            text,
            places: text.places(self.frame.place.text),
        };
        proposer.read(who, turned)
    }

    /// The likelihood of the atoms with the sign they get, and whether the sign is turned.
    fn sure(&mut self) -> (Sure, bool) {
        let place = self.frame.place;
        let Some(text) = self.record.text("sure") else {
            let word = self.context.pool.intern("certain");
            return (Sure { low: 950, high: 1000, word, quantified: false, span: None }, false);
        };
        let written = place.get(text);
        let (low, high) = match certainty::read(written, self.frame.scale.0, self.frame.scale.1) {
            Ok(range) => range,
            Err(wrong) => {
                self.context.wrong(wrong, place, text);
                (0, 1000)
            }
        };
        let turned = high < 500;
        let (low, high) = if turned { (1000 - high, 1000 - low) } else { (low, high) };
        let word = self.context.pool.intern(written);
        (Sure { low, high, word, quantified: !certainty::is_open(written), span: Some(place.span(text)) }, turned)
    }

    /// The claim that the bytes `from..to` of a text refer to; unknown ones are recorded.
    fn reference(
        &mut self,
        key: &'static str,
        text: &'d Text,
        part: Option<(usize, usize)>,
    ) -> Option<Spanned<Symbol>> {
        let place = self.frame.place;
        let all = place.get(text);
        let (written, span) = match part {
            Some((from, to)) => (&all[from..to], place.within(text, from, to)),
            None => (all, place.span(text)),
        };
        match self.frame.ids.resolve(written, self.frame.source_id, self.context.suggest) {
            Link::Claim(id) => Some(Spanned::new(self.context.pool.intern(&id), span)),
            Link::Unknown(nearest) => {
                self.unknown(key, written, span, nearest);
                None
            }
        }
    }

    /// A reference to another claim than this one.
    fn other(&mut self, key: &'static str, text: &'d Text, part: Option<(usize, usize)>) -> Option<Spanned<Symbol>> {
        let found = self.reference(key, text, part)?;
        let own = (self.frame.source_id, self.frame.place.text.get(self.slug.start as usize..self.slug.end as usize));
        let target = self.context.pool.text(found.value).split_once('/');
        if target == own.1.map(|slug| (own.0, slug)) {
            let verb = match key {
                "because" => "support",
                "against" => "deny",
                "asks" => "question",
                _ => "refer to",
            };
            let message = format!("a claim cannot {verb} itself");
            self.context.error("bad-reference", message, found.span, "name another claim");
            return None;
        }
        Some(found)
    }

    fn references(&mut self, key: &'static str) -> Vec<Spanned<Symbol>> {
        let record = self.record;
        record.texts(key).filter_map(|text| self.other(key, text, None)).collect()
    }

    fn because(&mut self) -> Vec<(Spanned<Symbol>, i64)> {
        let record = self.record;
        let mut premises = Vec::new();
        for (item, group) in record.list("because").iter().zip(1..) {
            let texts = match item {
                Value::Text(_) => std::slice::from_ref(item),
                Value::List(items) => items,
                Value::Bad | Value::Record(_) | Value::Named(_) => &[],
            };
            for text in texts {
                let Value::Text(text) = text else { continue };
                premises.extend(self.other("because", text, None).map(|premise| (premise, group)));
            }
        }
        premises
    }

    fn undercuts(&mut self) -> Vec<(Spanned<Symbol>, Spanned<Symbol>)> {
        let record = self.record;
        let mut found = Vec::new();
        for text in record.texts("undercuts") {
            let Ok((x, y)) = form::arrow(self.frame.place.get(text)) else { continue };
            let target = self.other("undercuts", text, Some(x));
            let premise = self.other("undercuts", text, Some(y));
            found.extend(target.zip(premise));
        }
        found
    }

    fn outcome(&mut self) -> Option<Outcome> {
        let place = self.frame.place;
        let Some(Value::Record(record)) = self.record.entry("outcome").map(|entry| &entry.value) else { return None };
        let claim = match record.text("claim") {
            Some(text) => match form::reference(place.get(text)) {
                Ok(()) => self.other("outcome", text, None),
                Err(wrong) => {
                    self.context.wrong(wrong, place, text);
                    None
                }
            },
            None => None,
        };
        let is = self.context.field(place, record, "is")?;
        let when = record.text("when")?;
        let days = date::parse_edtf(place.get(when)).ok()?;
        Some(Outcome { is, when: Spanned::new(days.last, place.span(when)), claim })
    }

    /// Accepted findings; an entry whose `with` names no claim accepts nothing and is left out.
    fn allow(&mut self) -> Vec<Allow> {
        let place = self.frame.place;
        let entries = self.record;
        let mut found = Vec::new();
        for entry in entries.records("allow") {
            let span = place.at(entry.place);
            let rule = self.context.field(place, entry, "rule");
            for key in ALLOW_NEEDS {
                let (message, help) = match key {
                    "rule" => ("an allow needs a rule", "add `rule:` with the name of the rule"),
                    _ => ("an allow needs a reason", "add `why:` with the reason in a few words"),
                };
                if entry.text(key).is_none() {
                    self.context.error("bad-allow", message, span, help);
                }
            }
            let until = self.until(entry);
            let named: Vec<_> = entry.texts("with").map(|text| self.reference("allow", text, None)).collect();
            let with: Option<Vec<Symbol>> = named.into_iter().map(|claim| claim.map(|claim| claim.value)).collect();
            found.extend(rule.zip(with).map(|(rule, with)| Allow { rule, with, until }));
        }
        found
    }

    /// The last day of an acceptance.
    fn until(&mut self, entry: &Record) -> Option<Day> {
        let place = self.frame.place;
        let text = entry.text("until")?;
        match date::parse_edtf(place.get(text)) {
            Ok(days) => Some(days.last),
            Err(error) => {
                self.context.error("bad-allow", error.to_string(), place.span(text), "write a date such as `2027-01`");
                None
            }
        }
    }

    fn no_effect(&mut self, mode: Symbol) {
        let mode = self.context.pool.text(mode).to_owned();
        if matches!(mode.as_str(), "prediction" | "commitment") {
            return;
        }
        for key in ["by", "outcome"] {
            let Some(entry) = self.record.sound(key) else { continue };
            let message = match mode.as_str() {
                "fact" | "judgement" | "denial" | "demand" | "question" => format!("`{key}` has no effect on a {mode}"),
                _ => format!("`{key}` has no effect where the mode is `{mode}`"),
            };
            let diagnostic = Diagnostic::error(Family::Fact, "no-effect", message, self.frame.place.at(entry.key))
                .with_level(Level::Advice)
                .with_help("write `mode: prediction` or `mode: commitment`, or remove it");
            self.context.problems.push(diagnostic);
        }
    }
}
