//! Where a syntax error lies, which is seldom where the parser noticed it, and what to say of it.

use crate::base::{Diagnostic, Family, FileId, Span};

use super::Fault;
use super::limits::MAX_PASSES;
use super::mend::{Edit, Entry};
use super::recover::{Broken, key_of};
use super::scan::{
    indent, is_filler, line_at, line_start, lines, offset, open_bracket, open_quote, stray_bracket, word_at,
};

/// Where a mistake lies, and what stands there.
pub(super) enum Culprit {
    /// A line that is indented unlike those around it; how far these are indented.
    Moved(usize, usize),
    /// A closing bracket that begins a line too far to the left; where its bracket opens.
    Low(usize, usize),
    Quote(usize),
    Bracket(usize),
    Stray(usize),
    Token(usize),
}

impl Culprit {
    pub(super) fn at(&self) -> usize {
        let (Self::Moved(at, _)
        | Self::Low(at, _)
        | Self::Quote(at)
        | Self::Bracket(at)
        | Self::Stray(at)
        | Self::Token(at)) = self;
        *at
    }
}

impl Culprit {
    /// A byte of the entry that has the mistake.
    pub(super) fn entry(&self) -> usize {
        if let Self::Low(_, open) = self { *open } else { self.at() }
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
        let low = || {
            let open = open_bracket(text, from, noticed)?;
            let pair = (text.as_bytes()[open], *text.as_bytes().get(noticed)?);
            matches!(pair, (b'{', b'}') | (b'[', b']')).then_some(Culprit::Low(noticed, open))
        };
        let found = match &self.stop.kind {
            Fault::Quote => quote().or(Some(Culprit::Quote(token))),
            Fault::Trailing => quote(),
            Fault::Indentation => low()
                .or_else(quote)
                .or_else(bracket)
                .or_else(|| self.moved(text, noticed))
                .or(Some(Culprit::Token(noticed))),
            Fault::Open if matches!(text.as_bytes().get(noticed), Some(b'{' | b'[')) => Some(Culprit::Bracket(noticed)),
            Fault::Open => low().or_else(bracket),
            Fault::Comma => low().or_else(bracket).filter(|found| elsewhere(found.at())),
            Fault::Close => stray_bracket(text, from).map(Culprit::Stray),
            Fault::Colon => self.moved(text, noticed).filter(|found| elsewhere(found.at())),
            // A tab before a part of an entry costs that entry, one before an entry that entry.
            Fault::Tab => key_of(line_at(text, line_start(text, noticed)))
                .filter(|key| !(self.keys.any)(key))
                .map(|_| Culprit::Token(noticed)),
            Fault::Key | Fault::Character(_) | Fault::Escape | Fault::Depth | Fault::Directive | Fault::Other(_) => {
                None
            }
        };
        found.unwrap_or(Culprit::Token(token))
    }

    /// A line that was moved: one in the first column above `noticed` that begins no section, so that the entries of the
    /// section before go on below it, or the first entry of a section, if it alone is indented deeper than the others.
    fn moved(&self, text: &str, noticed: usize) -> Option<Culprit> {
        let line = line_start(text, noticed);
        let depth = indent(line_at(text, line));
        let mut top = line;
        while top > self.document && (is_filler(line_at(text, top)) || indent(line_at(text, top)) > 0) {
            top = line_start(text, top - 1);
        }
        let key = key_of(line_at(text, top)).filter(|key| depth > 0 && !key.starts_with('-'))?;
        if !(self.keys.top)(&key) {
            let above = text[self.document..top].lines().rev().find(|line| !is_filler(line))?;
            let is_section = indent(above) == 0 && above.trim_end().ends_with(':');
            return (is_section || indent(above) >= depth).then_some(Culprit::Moved(top, depth));
        }
        let mut within = lines(text, top).skip(1).filter(|(_, line)| !is_filler(line)).take_while(|&(at, _)| at < line);
        let (first, deep) = within.next().map(|(at, line)| (at, indent(line)))?;
        let alone = deep > depth && within.all(|(_, line)| indent(line) > deep);
        let is_entry = key_of(line_at(text, line)).is_some_and(|key| !(self.keys.any)(&key));
        // The next entry tells which of the two is the odd one.
        let mut behind = lines(text, line).skip(1).filter(|(_, line)| !is_filler(line)).map(|(_, line)| indent(line));
        let next = behind.find(|&next| next <= deep);
        (alone && is_entry && next != Some(deep)).then_some(Culprit::Moved(first, depth))
    }

    /// What to say of it.
    pub(super) fn explain(&self, file: FileId, text: &str) -> Diagnostic {
        let (start, end) = self.entry_bytes(text);
        let words = Wording { file, entry: Entry { text, start, end }, is_key: self.keys.any };
        let noticed = (self.stop.at as usize).min(text.len());
        match self.culprit(text) {
            Culprit::Moved(at, depth) => {
                let message = "this line is not indented like those around it";
                let at = at + indent(line_at(text, at));
                words.syntax(message, word_at(text, at)).with_help(format!("indent it by {depth} spaces"))
            }
            Culprit::Low(at, open) => words.low_bracket(at, open),
            Culprit::Quote(open) => words.open_quote(open, noticed),
            Culprit::Bracket(open) => words.open_bracket(open),
            Culprit::Stray(at) => words.stray(at),
            Culprit::Token(_) => words.token(&self.stop.kind, noticed),
        }
    }
}

impl Broken {
    /// What to say when too many entries are broken to go on.
    pub(super) fn give_up(&self, file: FileId, text: &str) -> Diagnostic {
        let at = self.culprit(text).at();
        let end = line_start(text, at) + line_at(text, line_start(text, at)).trim_end().len();
        let message = format!("more than {MAX_PASSES} entries of this file are not YAML; nothing from here on is read");
        Diagnostic::error(Family::Fact, "too-large", message, Span::new(file, offset(at), offset(end.max(at))))
            .with_help("correct the entries before it first")
    }
}

/// What is said of a mistake in an entry.
pub(super) struct Wording<'t> {
    pub(super) file: FileId,
    pub(super) entry: Entry<'t>,
    pub(super) is_key: fn(&str) -> bool,
}

impl Wording<'_> {
    pub(super) fn span(&self, (start, end): (usize, usize)) -> Span {
        Span::new(self.file, offset(start), offset(end))
    }

    pub(super) fn syntax(&self, message: impl Into<String>, place: (usize, usize)) -> Diagnostic {
        Diagnostic::error(Family::Fact, "yaml-syntax", message, self.span(place))
    }

    /// The help: the line as one of the edits makes it, or else an order.
    pub(super) fn help(&self, edits: impl IntoIterator<Item = Edit>, otherwise: &str) -> String {
        self.entry.corrected(edits).unwrap_or_else(|| otherwise.to_owned())
    }

    fn open_quote(&self, open: usize, noticed: usize) -> Diagnostic {
        let text = self.entry.text;
        let quote = text.get(open..=open).unwrap_or_default();
        let edits = self.line_ends(open).map(|at| Edit::insert(at, quote));
        let found = self.syntax("this quote is never closed", (open, open + 1)).with_label("opened here");
        let found = found.with_help(self.help(edits, "close it on the same line"));
        let word = word_at(text, noticed);
        if word.1 > word.0 && line_start(text, word.0) > line_start(text, open) {
            return found.with_place(self.span(word), "the parser was still inside the quote here");
        }
        found
    }

    fn low_bracket(&self, at: usize, open: usize) -> Diagnostic {
        let text = self.entry.text;
        let spaces = indent(line_at(text, line_start(text, open))) + 2;
        let bracket = &text[at..=at];
        let message = format!("`{bracket}` must be indented deeper than the line that it closes");
        self.syntax(message, (at, at + 1))
            .with_place(self.span((open, open + 1)), "opened here")
            .with_help(format!("indent it by {spaces} spaces, or put it at the end of the line above"))
    }

    fn open_bracket(&self, open: usize) -> Diagnostic {
        let bracket = self.entry.text.get(open..=open).unwrap_or_default();
        let close = if bracket == "{" { "}" } else { "]" };
        let spaced = if bracket == "{" { " }" } else { "]" };
        let edits = self.line_ends(open).chain([self.entry.end]).map(|at| Edit::insert(at, spaced));
        let found = self.syntax(format!("`{bracket}` is never closed"), (open, open + 1)).with_label("opened here");
        found.with_help(self.help(edits, &format!("close it with `{close}`")))
    }

    /// Where something opened at `open` may be meant to end in its line: before the next known key, before the brackets at
    /// the end of the line, or there.
    fn line_ends(&self, open: usize) -> impl Iterator<Item = usize> + use<> {
        let line = line_at(self.entry.text, open).trim_end();
        let keys = line.match_indices(", ").find(|&(at, _)| {
            let rest = line[at + 2..].trim_start();
            rest.split_once(':').is_some_and(|(key, _)| (self.is_key)(key))
        });
        let before = line.trim_end_matches([' ', '}', ']']).len().max(1);
        let ends = [keys.map(|(at, _)| at), Some(before), Some(line.len())];
        ends.into_iter().flatten().map(move |at| open + at)
    }

    fn stray(&self, at: usize) -> Diagnostic {
        let Entry { text, start, .. } = self.entry;
        let bracket = text.get(at..=at).unwrap_or_default();
        let found = self.syntax(format!("unexpected `{bracket}`"), (at, at + bracket.len()));
        let Some(open) = open_bracket(text, start, at) else {
            let from = text[..at].trim_end_matches(' ').len();
            let edits = [Edit::replace(from, at + 1, ""), Edit::replace(at, at + 1, "")];
            return found.with_help(self.help(edits, "remove it, or open it first"));
        };
        let close = if text[open..].starts_with('{') { "}" } else { "]" };
        let before = text[..at].trim_end_matches(' ').len();
        let edits = [Edit::insert(before, close), Edit::replace(at, at + 1, close)];
        found
            .with_label(format!("`{close}` is missing here"))
            .with_place(self.span((open, open + 1)), "opened here")
            .with_help(self.help(edits, &format!("close the other bracket first, with `{close}`")))
    }
}
