//! Reading on after a syntax error: the broken entry is blanked, and its document is read again.
//!
//! In goes the text of a file and a function that decodes one document, out come all documents that could be read.
//! Blanking keeps line breaks and lengths, so that all offsets stay true.

use std::borrow::Cow;

use crate::base::{Diagnostic, Family, FileId, Span};

use super::decode::{Decoder, Start};
use super::limits::{MAX_DEPTH, MAX_PASSES, forbidden};
use super::problems::Problems;
use super::strict::Strict;
use super::{Fault, Stop};

/// An entry that was blanked because of a syntax error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blank {
    /// Offset of its first line.
    pub start: u32,
    /// Offset behind its last line.
    pub end: u32,
    /// The key it stood under.
    pub key: Option<String>,
}

/// Decodes every document of a text with `decode`, which also gets the entries blanked in it so far. The text must be
/// [`clean`].
pub fn read<T, F>(file: FileId, text: &str, problems: &mut Problems, mut decode: F) -> Vec<T>
where
    F: for<'a> FnMut(&mut Decoder<'a, Strict<'a>>, Start, &[Blank]) -> Result<T, Stop>,
{
    let mut work = Cow::Borrowed(text);
    let mut done = Vec::new();
    let mut from = 0;
    let mut blanks = Vec::new();
    let mut faults = Vec::new();
    for _ in 0..MAX_PASSES {
        let Some(broken) = pass(file, &work, from, problems, &mut blanks, &mut done, &mut decode) else { break };
        faults.push(broken.explain(file, &work));
        from = broken.document;
        let text = work.to_mut();
        let blank = broken.entry(text);
        if !wipe(text, blank.start, blank.end) {
            let end = document_end(text, from);
            wipe(text, from, end);
        }
        blanks.push(Blank { start: offset(blank.start), end: offset(blank.end), key: blank.key });
    }
    for fault in faults {
        problems.push(fault);
    }
    done
}

fn pass<T, F>(
    file: FileId,
    text: &str,
    from: usize,
    problems: &mut Problems,
    blanks: &mut Vec<Blank>,
    done: &mut Vec<T>,
    decode: &mut F,
) -> Option<Broken>
where
    F: for<'a> FnMut(&mut Decoder<'a, Strict<'a>>, Start, &[Blank]) -> Result<T, Stop>,
{
    let mut decoder = Decoder::new(Strict::new(&text[from..]), text, offset(from), file, problems);
    let mut document = from;
    loop {
        let mark = decoder.problems.mark(file);
        let result = match decoder.document() {
            Ok(None) => return None,
            Ok(Some(root)) => {
                blanks.retain(|blank| blank.start as usize >= document);
                decode(&mut decoder, root, blanks)
            }
            Err(stop) => Err(stop),
        };
        match result {
            Ok(value) => {
                done.push(value);
                document = next_document(text, document, decoder.last_end() as usize);
            }
            Err(stop) => {
                let last = (decoder.last_end() as usize).max(document);
                decoder.problems.rewind(mark);
                return Some(Broken { document, last, stop });
            }
        }
    }
}

/// Where the document behind the one at `document` may begin, which was read to `last`.
fn next_document(text: &str, document: usize, last: usize) -> usize {
    let from = line_start(text, last).max(document);
    lines(text, from).find(|&(at, line)| at > document && is_marker(line)).map_or(text.len(), |(at, _)| at)
}

/// A syntax error: the document that has it, the end of the last event before it, and what the parser noticed.
struct Broken {
    document: usize,
    last: usize,
    stop: Stop,
}

/// Where a mistake lies, and what stands there.
enum Culprit {
    Quote(usize),
    Bracket(usize),
    Stray(usize),
    Token(usize),
}

impl Culprit {
    fn at(&self) -> usize {
        let (Self::Quote(at) | Self::Bracket(at) | Self::Stray(at) | Self::Token(at)) = self;
        *at
    }
}

struct Entry {
    start: usize,
    end: usize,
    key: Option<String>,
}

impl Broken {
    /// The first token that was not read.
    fn token(&self, text: &str) -> usize {
        let mut at = self.last.min(text.len());
        loop {
            let rest = &text[at..];
            at += rest.len() - rest.trim_start().len();
            if !text[at..].starts_with('#') {
                break;
            }
            at += text[at..].find('\n').unwrap_or(text.len() - at);
        }
        if at == text.len() { self.last.saturating_sub(1).max(self.document) } else { at }
    }

    /// Where the mistake lies.
    fn culprit(&self, text: &str) -> Culprit {
        let noticed = (self.stop.at as usize).min(text.len());
        let token = self.token(text);
        // What is open may stand before the token, in the entry that was read last.
        let from = self.entry_at(text, self.last.saturating_sub(1).max(self.document)).start;
        let quote = || open_quote(text, from, noticed).map(Culprit::Quote);
        let bracket = || open_bracket(text, from, noticed).map(Culprit::Bracket);
        let elsewhere = |at: usize| line_start(text, at) != line_start(text, noticed);
        let found = match &self.stop.kind {
            Fault::Quote => quote().or_else(|| Some(Culprit::Quote(token))),
            Fault::Trailing => quote(),
            Fault::Indentation => quote().or_else(bracket),
            Fault::Open if matches!(text.as_bytes().get(noticed), Some(b'{' | b'[')) => Some(Culprit::Bracket(noticed)),
            Fault::Open => bracket(),
            Fault::Comma => bracket().filter(|found| elsewhere(found.at())),
            Fault::Close => stray_bracket(text, from).map(Culprit::Stray),
            Fault::Tab
            | Fault::Colon
            | Fault::Character(_)
            | Fault::Escape
            | Fault::Depth
            | Fault::Directive
            | Fault::Other(_) => None,
        };
        found.unwrap_or(Culprit::Token(token))
    }

    /// The entry of a section that has the mistake; the section's line if it stands there.
    fn entry(&self, text: &str) -> Entry {
        self.entry_at(text, self.culprit(text).at())
    }

    fn entry_at(&self, text: &str, at: usize) -> Entry {
        let line = line_start(text, at).max(self.document);
        let mut top = line;
        while top > self.document && (is_filler(line_at(text, top)) || indent(line_at(text, top)) > 0) {
            top = line_start(text, top - 1);
        }
        let depth = lines(text, top)
            .skip(1)
            .take_while(|&(at, _)| at <= line)
            .find(|(_, line)| !is_filler(line))
            .map_or(0, |(_, line)| indent(line));
        let mut start = line;
        while start > top && (is_filler(line_at(text, start)) || indent(line_at(text, start)) > depth) {
            start = line_start(text, start - 1);
        }
        let own = indent(line_at(text, start));
        let end = lines(text, start)
            .skip(1)
            .find(|(_, line)| is_marker(line) || !line.trim().is_empty() && indent(line) <= own)
            .map_or(text.len(), |(at, _)| at);
        let head = line_at(text, start).trim().trim_start_matches(['"', '\'']);
        let key = head.split_once(':').map(|(key, _)| key.trim_end_matches(['"', '\'', ' ']).to_owned());
        Entry { start, end, key }
    }

    fn explain(&self, file: FileId, text: &str) -> Diagnostic {
        let noticed = (self.stop.at as usize).min(text.len());
        let error = |code, message: String, (start, end): (usize, usize)| {
            Diagnostic::error(Family::Fact, code, message, Span::new(file, offset(start), offset(end)))
        };
        let syntax = |message: &str, place| error("yaml-syntax", message.to_owned(), place);
        let word = word_at(text, noticed);
        let culprit = self.culprit(text);
        match culprit {
            Culprit::Quote(open) => {
                let found = syntax("this quote is never closed", (open, open + 1)).with_label("opened here");
                let found = found.with_help("close it on the same line");
                if word.0 > open && line_start(text, word.0) != line_start(text, open) {
                    let noticed = Span::new(file, offset(word.0), offset(word.1));
                    return found.with_place(noticed, "the parser was still inside the quote here");
                }
                return found;
            }
            Culprit::Bracket(open) => {
                let bracket = text.get(open..=open).unwrap_or_default();
                let help = format!("close it with `{}`", if bracket == "{" { "}" } else { "]" });
                return syntax(&format!("`{bracket}` is never closed"), (open, open + 1)).with_help(help);
            }
            Culprit::Stray(at) => {
                let bracket = text.get(at..=at).unwrap_or_default();
                let found = syntax(&format!("unexpected `{bracket}`"), (at, at + bracket.len()));
                return found.with_help("remove it, or open it first");
            }
            Culprit::Token(_) => {}
        }
        match &self.stop.kind {
            Fault::Trailing => {
                let found = text.get(word.0..word.1).unwrap_or_default();
                let message = format!("`{}` stands behind the closing quote", found.escape_debug());
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
            Fault::Comma | Fault::Open => {
                let found = text.get(word.0..word.1).unwrap_or_default();
                let message = format!("a comma or a closing bracket is missing before `{}`", found.escape_debug());
                syntax(&message, word).with_help("separate the entries by commas")
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

fn offset(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn line_start(text: &str, at: usize) -> usize {
    text.as_bytes()[..at.min(text.len())].iter().rposition(|&b| b == b'\n').map_or(0, |n| n + 1)
}

fn line_at(text: &str, start: usize) -> &str {
    text[start..].split('\n').next().unwrap_or_default()
}

/// The lines from an offset on, with the offset of each.
fn lines(text: &str, from: usize) -> impl Iterator<Item = (usize, &str)> {
    let mut at = from;
    text[from..].split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (start, line.trim_end_matches(['\n', '\r']))
    })
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t', '\u{FEFF}']).len()
}

/// The line is blank or a comment.
fn is_filler(line: &str) -> bool {
    let line = line.trim_start();
    line.is_empty() || line.starts_with('#')
}

fn is_marker(line: &str) -> bool {
    line.strip_prefix("---")
        .or_else(|| line.strip_prefix("..."))
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

fn document_end(text: &str, from: usize) -> usize {
    lines(text, from).skip(1).find(|(_, line)| is_marker(line)).map_or(text.len(), |(at, _)| at)
}

/// Overwrites `start..end` with spaces, line breaks kept; false if nothing but spaces was there.
fn wipe(text: &mut String, start: usize, end: usize) -> bool {
    let Some(part) = text.get(start..end) else { return false };
    if part.trim().is_empty() {
        return false;
    }
    let blank: String = part.bytes().map(|b| if b == b'\n' { '\n' } else { ' ' }).collect();
    text.replace_range(start..end, &blank);
    true
}

/// The word around an offset, or the character there.
fn word_at(text: &str, at: usize) -> (usize, usize) {
    let mut start = at.min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let stop = |c: char| c.is_whitespace() || matches!(c, ',' | '{' | '}' | '[' | ']' | ':' | '"' | '\'' | '#');
    let length = text[start..].find(stop).unwrap_or(text.len() - start);
    let first = text[start..].chars().next().filter(|c| !c.is_whitespace()).map_or(0, char::len_utf8);
    (start, start + length.max(first))
}

/// The quote between `from` and `to` that begins a value and is not closed in its line.
fn open_quote(text: &str, from: usize, to: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    while at < to.min(bytes.len()) {
        if matches!(bytes[at], b'"' | b'\'') && begins_value(bytes, at) {
            match close_of(line_at(text, at)) {
                Some(length) => at += length,
                None => return Some(at),
            }
        }
        at += 1;
    }
    None
}

/// The first escape behind `from` that YAML does not have, or whose digits are wrong.
fn bad_escape(text: &str, from: usize) -> Option<(usize, usize)> {
    let mut at = from;
    while let Some(next) = text.get(at..)?.find('\\') {
        let start = at + next;
        let kind = text[start + 1..].chars().next()?;
        let digits = match kind {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        let end = start + 1 + kind.len_utf8();
        let hex = text.get(end..end + digits).filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()));
        let known = "0abt\tnvfre \"/\\N_LPxuU\n\r".contains(kind);
        let scalar =
            hex.and_then(|hex| u32::from_str_radix(hex, 16).ok()).is_none_or(|code| char::from_u32(code).is_some());
        if !known || hex.is_none() || !scalar {
            return Some((start, end));
        }
        at = end;
    }
    None
}

fn begins_value(bytes: &[u8], at: usize) -> bool {
    at == 0 || matches!(bytes[at - 1], b' ' | b'\n' | b'{' | b'[' | b',' | b':' | b'\t')
}

/// Offset of the quote that closes the one at the start of `line`.
fn close_of(line: &str) -> Option<usize> {
    let quote = line.bytes().next()?;
    let mut escaped = false;
    for (at, b) in line.bytes().enumerate().skip(1) {
        if escaped {
            escaped = false;
        } else if quote == b'"' && b == b'\\' {
            escaped = true;
        } else if b == quote {
            return Some(at);
        }
    }
    None
}

/// The innermost bracket between `from` and `to` that is not closed there.
fn open_bracket(text: &str, from: usize, to: usize) -> Option<usize> {
    let mut open = Vec::new();
    for (at, bracket) in brackets(text, from, to) {
        if matches!(bracket, b'{' | b'[') {
            open.push(at);
        } else {
            open.pop();
        }
    }
    open.pop()
}

/// The first bracket from `from` on that closes what was not opened.
fn stray_bracket(text: &str, from: usize) -> Option<usize> {
    let mut open = Vec::new();
    for (at, bracket) in brackets(text, from, text.len()) {
        match bracket {
            b'{' => open.push(b'}'),
            b'[' => open.push(b']'),
            _ if open.pop() != Some(bracket) => return Some(at),
            _ => {}
        }
    }
    None
}

/// Brackets outside quotes and comments.
fn brackets(text: &str, from: usize, to: usize) -> impl Iterator<Item = (usize, u8)> + '_ {
    let bytes = text.as_bytes();
    let mut at = from;
    std::iter::from_fn(move || {
        while at < to.min(bytes.len()) {
            let (here, byte) = (at, bytes[at]);
            match byte {
                b'"' | b'\'' if begins_value(bytes, here) => at += close_of(line_at(text, here)).unwrap_or(0),
                b'#' if begins_value(bytes, here) => at += line_at(text, here).len(),
                _ => {}
            }
            at += 1;
            if matches!(byte, b'{' | b'[' | b'}' | b']') {
                return Some((here, byte));
            }
        }
        None
    })
}

/// The text with forbidden characters replaced by spaces, each reported.
pub fn clean<'t>(file: FileId, text: &'t str, problems: &mut Problems) -> Cow<'t, str> {
    let mut clean = String::new();
    let mut copied = 0;
    for (at, c) in forbidden(text) {
        let span = Span::new(file, offset(at), offset(at + c.len_utf8()));
        let (message, help) = match c {
            '\r' => ("a carriage return stands on its own".to_owned(), "end the line with a line feed".to_owned()),
            '\u{FEFF}' => ("a byte order mark stands inside the text".to_owned(), "remove it".to_owned()),
            c => {
                let code = u32::from(c);
                (
                    format!("control character U+{code:04X} at byte {at}"),
                    format!("remove it, or write `\\u{code:04x}` in double quotes"),
                )
            }
        };
        problems.push(Diagnostic::error(Family::Fact, "yaml-syntax", message, span).with_help(help));
        clean.push_str(&text[copied..at]);
        clean.extend(std::iter::repeat_n(' ', c.len_utf8()));
        copied = at + c.len_utf8();
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    clean.push_str(&text[copied..]);
    Cow::Owned(clean)
}
