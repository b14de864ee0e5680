//! Reading on after a syntax error: the broken entry is blanked, and its document is read again.
//!
//! In goes the text of a file and a function that decodes one document, out come all documents that could be read.
//! Blanking keeps line breaks and lengths, so that all offsets stay true.

use std::borrow::Cow;
use std::ops::Range;

use crate::base::FileId;

use super::decode::{Decoder, Start};
use super::fault::Culprit;
use super::limits::MAX_PASSES;
use super::problems::Problems;
use super::scan::{indent, is_filler, is_marker, line_at, line_start, lines, offset};
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

/// The keys that there are, to tell an entry from a part of one.
#[derive(Clone, Copy, Debug)]
pub struct Keys {
    /// Some map has that key.
    pub any: fn(&str) -> bool,
    /// The outermost map has that key.
    pub top: fn(&str) -> bool,
}

/// Decodes every document of a text with `decode`, which also gets the entries blanked in it so far. The text must be
/// [`super::clean`], and `keys` are those that there are. Also gives the bytes of everything that was not read.
pub fn read<T, F>(
    file: FileId,
    text: &str,
    problems: &mut Problems,
    keys: Keys,
    mut decode: F,
) -> (Vec<T>, Vec<Range<usize>>)
where
    F: for<'a> FnMut(&mut Decoder<'a, Strict<'a>>, Start, &[Blank]) -> Result<T, Stop>,
{
    let mut work = Cow::Borrowed(text);
    let mut done = Vec::new();
    let mut from = 0;
    let mut blanks = Vec::new();
    let mut unread = Vec::new();
    let mut faults = Vec::new();
    loop {
        let broken = match pass((file, keys), &work, from, problems, &mut blanks, &mut done, &mut decode) {
            Ok(end) => {
                unread.push(end..text.len());
                break;
            }
            Err(broken) => broken,
        };
        if faults.len() == MAX_PASSES {
            faults.push(broken.give_up(file, &work));
            unread.push(broken.document..text.len());
            break;
        }
        faults.push(broken.explain(file, &work));
        from = broken.document;
        let work = work.to_mut();
        let entry = broken.entry(work);
        let mut part = entry.start..entry.end;
        if !wipe(work, &part) {
            part = from..document_end(work, from);
            wipe(work, &part);
        }
        blanks.push(Blank { start: offset(entry.start), end: offset(entry.end), key: entry.key });
        unread.push(part);
    }
    for fault in faults {
        problems.push(fault);
    }
    (done, unread)
}

/// Reads documents from `from` on; gives where reading ended, or the syntax error that ended it.
fn pass<T, F>(
    (file, keys): (FileId, Keys),
    text: &str,
    from: usize,
    problems: &mut Problems,
    blanks: &mut Vec<Blank>,
    done: &mut Vec<T>,
    decode: &mut F,
) -> Result<usize, Broken>
where
    F: for<'a> FnMut(&mut Decoder<'a, Strict<'a>>, Start, &[Blank]) -> Result<T, Stop>,
{
    let mut decoder = Decoder::new(Strict::new(&text[from..]), text, offset(from), file, problems);
    let mut document = from;
    loop {
        let mark = decoder.problems.mark(file);
        let result = match decoder.document() {
            Ok(None) => return Ok(decoder.end() as usize),
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
                return Err(Broken { document, last, stop, keys });
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
pub(super) struct Broken {
    pub(super) document: usize,
    pub(super) last: usize,
    pub(super) stop: Stop,
    pub(super) keys: Keys,
}

pub(super) struct Entry {
    pub(super) start: usize,
    end: usize,
    key: Option<String>,
}

impl Broken {
    /// The first token that was not read.
    pub(super) fn token(&self, text: &str) -> usize {
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

    /// The entry of a section that has the mistake; the section's line if it stands there.
    fn entry(&self, text: &str) -> Entry {
        let culprit = self.culprit(text);
        if let Culprit::Moved(at, depth) = culprit {
            return self.moved_entry(text, at, depth);
        }
        let entry = self.entry_at(text, culprit.entry());
        let line = line_start(text, culprit.entry());
        if !matches!(culprit, Culprit::Token(_)) || !self.is_apart(text, entry.start, line) {
            return entry;
        }
        Entry { start: line, end: entry.end, key: key_of(line_at(text, line)) }
    }

    /// A line that was moved, with what belongs to it; a part of an entry costs that entry.
    fn moved_entry(&self, text: &str, at: usize, depth: usize) -> Entry {
        let key = key_of(line_at(text, at));
        if at > self.document && key.as_ref().is_some_and(|key| (self.keys.any)(key)) && indent(line_at(text, at)) == 0
        {
            let entry = self.entry_at(text, at - 1);
            let own = indent(line_at(text, entry.start));
            return Entry { end: entry_end(text, at, own), ..entry };
        }
        Entry { start: at, end: entry_end(text, at, depth), key }
    }

    /// The line, which is indented like a part of the entry at `start`, is none: it has no known key, or that entry has its
    /// whole value in its first line.
    fn is_apart(&self, text: &str, start: usize, line: usize) -> bool {
        if line <= start || !matches!(self.stop.kind, Fault::Indentation | Fault::Tab | Fault::Colon) {
            return false;
        }
        let above = lines(text, start).take_while(|&(at, _)| at < line).filter(|(_, line)| !is_filler(line)).last();
        let follows_value = above.is_some_and(|(at, line)| at == start && !line.trim_end().ends_with(':'));
        let key = key_of(line_at(text, line));
        let is_entry = key.is_some_and(|key| !(self.keys.any)(&key) && !key.starts_with('-'));
        is_entry || follows_value && self.stop.kind != Fault::Colon
    }

    /// The bytes of that entry.
    pub(super) fn entry_bytes(&self, text: &str) -> (usize, usize) {
        let entry = self.entry(text);
        (entry.start, entry.end)
    }

    pub(super) fn entry_at(&self, text: &str, at: usize) -> Entry {
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
        // An entry that begins too far to the left ends where the next one begins.
        let end = entry_end(text, start, if own > 0 { own.max(depth) } else { 0 });
        Entry { start, end, key: key_of(line_at(text, start)) }
    }
}

/// Where the entry that begins at `start` ends: at the next line that is indented no deeper than `depth`.
fn entry_end(text: &str, start: usize, depth: usize) -> usize {
    let ends = |line: &str| !line.trim().is_empty() && indent(line) <= depth && !closes(line, depth);
    let mut rest = lines(text, start).skip(1);
    rest.find(|(_, line)| is_marker(line) || ends(line)).map_or(text.len(), |(at, _)| at)
}

/// The line only closes what the entry at that indentation opens.
fn closes(line: &str, own: usize) -> bool {
    indent(line) == own && own > 0 && line.trim_start().starts_with(['}', ']'])
}

/// The key that a line begins with.
pub(super) fn key_of(line: &str) -> Option<String> {
    let head = line.trim().trim_start_matches(['"', '\'']);
    head.split_once(':').map(|(key, _)| key.trim_end_matches(['"', '\'', ' ']).to_owned())
}

fn document_end(text: &str, from: usize) -> usize {
    lines(text, from).skip(1).find(|(_, line)| is_marker(line)).map_or(text.len(), |(at, _)| at)
}

/// Overwrites a range with spaces, line breaks kept; false if nothing but spaces was there.
fn wipe(text: &mut String, range: &Range<usize>) -> bool {
    let Some(part) = text.get(range.clone()) else { return false };
    if part.trim().is_empty() {
        return false;
    }
    let blank: String = part.bytes().map(|b| if b == b'\n' { '\n' } else { ' ' }).collect();
    text.replace_range(range.clone(), &blank);
    true
}
