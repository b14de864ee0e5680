//! Where a syntax error lies, which is seldom where the parser noticed it, and what to say of it.

use crate::base::{Diagnostic, Family, FileId, Span};

use super::Fault;
use super::limits::MAX_DEPTH;
use super::recover::Broken;
use super::scan::{
    bad_escape, key_before, line_at, line_start, offset, open_bracket, open_quote, stray_bracket, word_at,
};

/// Where a mistake lies, and what stands there.
pub(super) enum Culprit {
    Quote(usize),
    Bracket(usize),
    Stray(usize),
    Token(usize),
}

impl Culprit {
    pub(super) fn at(&self) -> usize {
        let (Self::Quote(at) | Self::Bracket(at) | Self::Stray(at) | Self::Token(at)) = self;
        *at
    }
}

impl Broken {
    /// Where the mistake lies.
    pub(super) fn culprit(&self, text: &str) -> Culprit {
        let noticed = (self.stop.at as usize).min(text.len());
        let token = self.token(text);
        // What is open may stand before the token, in the entry that was read last.
        let from = self.entry_at(text, self.last.saturating_sub(1).max(self.document)).start;
        let quote = || open_quote(text, from, noticed).map(Culprit::Quote);
        let bracket = || open_bracket(text, from, noticed).map(Culprit::Bracket);
        let elsewhere = |at: usize| line_start(text, at) != line_start(text, noticed);
        let found = match &self.stop.kind {
            Fault::Quote => quote().or(Some(Culprit::Quote(token))),
            Fault::Trailing => quote(),
            Fault::Indentation => quote().or_else(bracket),
            Fault::Open if matches!(text.as_bytes().get(noticed), Some(b'{' | b'[')) => Some(Culprit::Bracket(noticed)),
            Fault::Open => bracket(),
            Fault::Comma => bracket().filter(|found| elsewhere(found.at())),
            Fault::Close => stray_bracket(text, from).map(Culprit::Stray),
            Fault::Tab
            | Fault::Key
            | Fault::Colon
            | Fault::Character(_)
            | Fault::Escape
            | Fault::Depth
            | Fault::Directive
            | Fault::Other(_) => None,
        };
        found.unwrap_or(Culprit::Token(token))
    }

    /// What to say of it.
    pub(super) fn explain(&self, file: FileId, text: &str) -> Diagnostic {
        let noticed = (self.stop.at as usize).min(text.len());
        let word = word_at(text, noticed);
        let syntax = |message: &str, (start, end): (usize, usize)| {
            Diagnostic::error(Family::Fact, "yaml-syntax", message, Span::new(file, offset(start), offset(end)))
        };
        match self.culprit(text) {
            Culprit::Quote(open) => {
                let found = syntax("this quote is never closed", (open, open + 1)).with_label("opened here");
                let found = found.with_help("close it on the same line");
                if word.0 > open && line_start(text, word.0) != line_start(text, open) {
                    let noticed = Span::new(file, offset(word.0), offset(word.1));
                    return found.with_place(noticed, "the parser was still inside the quote here");
                }
                found
            }
            Culprit::Bracket(open) => {
                let bracket = text.get(open..=open).unwrap_or_default();
                let help = format!("close it with `{}`", if bracket == "{" { "}" } else { "]" });
                syntax(&format!("`{bracket}` is never closed"), (open, open + 1)).with_help(help)
            }
            Culprit::Stray(at) => {
                let bracket = text.get(at..=at).unwrap_or_default();
                let found = syntax(&format!("unexpected `{bracket}`"), (at, at + bracket.len()));
                found.with_help("remove it, or open it first")
            }
            Culprit::Token(_) => self.explain_token(file, text, noticed),
        }
    }

    /// What to say where nothing is left open.
    fn explain_token(&self, file: FileId, text: &str, noticed: usize) -> Diagnostic {
        let error = |code, message: String, (start, end): (usize, usize)| {
            Diagnostic::error(Family::Fact, code, message, Span::new(file, offset(start), offset(end)))
        };
        let syntax = |message: &str, place| error("yaml-syntax", message.to_owned(), place);
        let word = word_at(text, noticed);
        match &self.stop.kind {
            Fault::Trailing => {
                let found = text.get(word.0..word.1).unwrap_or_default();
                let message = format!("`{found}` stands behind the closing quote");
                syntax(&message, word)
                    .with_help("write `\\\"` for a quote inside double quotes, `''` for one inside single quotes")
            }
            Fault::Tab => {
                let line = line_start(text, noticed);
                let at = line_at(text, line).find('\t').map_or(noticed, |n| line + n);
                syntax("a tab stands where only spaces may stand", (at, at + 1)).with_help("indent with spaces")
            }
            Fault::Colon => syntax("`:` cannot stand here, inside a value", (noticed, word.1.min(noticed + 1)))
                .with_help("put the value in quotes, or begin the key on its own line"),
            Fault::Key => {
                let found = text.get(word.0..word.1).unwrap_or_default();
                syntax(&format!("a `:` is missing behind `{found}`"), word).with_help("write `key: value`")
            }
            Fault::Comma | Fault::Open => {
                let word = key_before(text, noticed).unwrap_or(word);
                let found = text.get(word.0..word.1).unwrap_or_default();
                let message = format!("a comma or a closing bracket is missing before `{found}`");
                syntax(&message, word).with_help("separate the entries by commas, or put the value in quotes")
            }
            Fault::Character(c) => {
                let place = (noticed, noticed + c.len_utf8());
                syntax(&format!("`{}` cannot begin a value", c.escape_debug()), place)
                    .with_help("put the value in quotes")
            }
            Fault::Escape => syntax("no such escape in a quoted text", bad_escape(text, noticed).unwrap_or(word))
                .with_help("write `\\\\` for a backslash"),
            Fault::Depth => error("too-large", format!("collections are nested more than {MAX_DEPTH} deep"), word)
                .with_help("claims need at most five levels"),
            Fault::Directive => error("yaml-feature", "directives are not supported".to_owned(), word)
                .with_help("remove the line that begins with `%`"),
            Fault::Indentation => syntax("this line is not indented as it must be", word)
                .with_help("indent it like the lines of the same map"),
            Fault::Quote | Fault::Close => syntax("this is not YAML", word),
            Fault::Other(why) => syntax(&format!("this is not YAML: {why}"), word),
        }
    }
}
