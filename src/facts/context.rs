//! What lowering needs at hand: the pool, the declared words, the diagnostics, the search for suggestions.

use crate::base::{Diagnostic, Family, Pool, Span, Spanned, Symbol};
use crate::yaml::{Problems, Text};

use super::form::{Wrong, shown};
use super::record::Record;
use super::words::{Namespace, Place, Suggest, Word, Words};

/// The state of lowering.
pub(super) struct Context<'c, 'd> {
    pub(super) pool: &'c mut Pool,
    pub(super) problems: &'c mut Problems,
    pub(super) words: &'c Words<'d>,
    pub(super) suggest: &'c mut Suggest,
}

impl<'d> Context<'_, 'd> {
    /// The text as a symbol, at its place.
    pub(super) fn symbol(&mut self, place: Place<'d>, text: &'d Text) -> Spanned<Symbol> {
        Spanned::new(self.pool.intern(place.get(text)), place.span(text))
    }

    /// The text under a key as a symbol.
    pub(super) fn field(&mut self, place: Place<'d>, record: &'d Record, key: &str) -> Option<Spanned<Symbol>> {
        record.text(key).map(|text| self.symbol(place, text))
    }

    /// The texts under a key as symbols.
    pub(super) fn fields(&mut self, place: Place<'d>, record: &'d Record, key: &str) -> Vec<Spanned<Symbol>> {
        record.texts(key).map(|text| self.symbol(place, text)).collect()
    }

    pub(super) fn error(&mut self, code: &'static str, message: impl Into<String>, span: Span, help: &str) {
        let diagnostic = Diagnostic::error(Family::Fact, code, message, span);
        self.problems.push(if help.is_empty() { diagnostic } else { diagnostic.with_help(help) });
    }

    /// Reports what is wrong with a text.
    pub(super) fn wrong(&mut self, wrong: Wrong, place: Place<'d>, text: &Text) {
        let span = if wrong.to == 0 { place.span(text) } else { place.within(text, wrong.from, wrong.to) };
        self.error(wrong.code, wrong.message, span, &wrong.help);
    }

    /// The nearest declared word.
    pub(super) fn nearest(&mut self, namespace: Namespace, text: &str) -> Option<String> {
        self.suggest.nearest(namespace, "", text, self.words.candidates(namespace))
    }

    /// Reports a word of the vocabulary that nothing declares.
    pub(super) fn unknown(&mut self, namespace: Namespace, text: &str, span: Span) {
        if self.words.may_be_lost(text) {
            return;
        }
        let help = match self.nearest(namespace, text) {
            Some(near) => format!("did you mean `{near}`?"),
            None => namespace.declare().to_owned(),
        };
        let message = format!("unknown {} `{}`", namespace.noun(), shown(text));
        self.error("unknown-in-vocabulary", message, span, &help);
    }

    /// The declared word that a text of the vocabulary names; what a pack says of words that are not loaded is dropped.
    pub(super) fn declared(
        &mut self,
        word: Word<'d>,
        namespace: Namespace,
        text: &str,
        span: Span,
    ) -> Option<Spanned<Symbol>> {
        if let Some(name) = self.words.resolve(namespace, text) {
            return Some(Spanned::new(self.pool.intern(name), span));
        }
        if !word.pack {
            self.unknown(namespace, text, span);
        }
        None
    }

    /// The declared words that the texts under a key name.
    pub(super) fn links(
        &mut self,
        word: Word<'d>,
        record: &'d Record,
        key: &str,
        namespace: Namespace,
    ) -> Vec<Spanned<Symbol>> {
        let place = word.place;
        record.texts(key).filter_map(|text| self.declared(word, namespace, place.get(text), place.span(text))).collect()
    }

    /// The declared word that the text under a key names.
    pub(super) fn link(
        &mut self,
        word: Word<'d>,
        record: &'d Record,
        key: &str,
        namespace: Namespace,
    ) -> Option<Spanned<Symbol>> {
        let text = record.text(key)?;
        self.declared(word, namespace, word.place.get(text), word.place.span(text))
    }
}
