//! Typed pulls over an event source: the next document, value, item or key.
//!
//! A pull that meets something else reports it and skips the whole node, so that the next key is read as usual.
//! Anchors, aliases, tags, merge keys and keys that are no scalars are reported here and nowhere else.

use crate::base::{Diagnostic, Family, FileId, Span};

use super::limits::{MAX_DOCUMENTS, MAX_KEY, MAX_SCALAR};
use super::problems::Problems;
use super::text::Text;
use super::{Event, EventSource, Stop, Style};

/// How a value begins.
#[derive(Clone, Debug)]
pub enum Start {
    /// It is a scalar; nothing follows.
    Scalar(Text),
    /// A list; [`Decoder::item`] gives its items.
    List(u32),
    /// A map; [`Decoder::key`] gives its keys.
    Map(u32),
    /// It was refused and reported; nothing follows.
    Refused(u32),
}

/// A key of a map.
#[derive(Clone, Debug)]
pub struct Key {
    /// The key itself.
    pub text: Text,
    /// Offset of its first byte, with a quote.
    pub start: u32,
}

/// Pulls over the events of one text.
pub struct Decoder<'a, S> {
    source: S,
    text: &'a str,
    base: u32,
    file: FileId,
    documents: usize,
    last_end: u32,
    stopped: Option<u32>,
    /// What was wrong so far.
    pub problems: &'a mut Problems,
}

impl<'a, S: EventSource<'a>> Decoder<'a, S> {
    /// Decodes events whose offsets count from `base`; `text` is the whole text of `file`.
    pub fn new(source: S, text: &'a str, base: u32, file: FileId, problems: &'a mut Problems) -> Self {
        Self { source, text, base, file, documents: 0, last_end: base, stopped: None, problems }
    }

    /// The text that is read.
    #[must_use]
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// The file that is read.
    #[must_use]
    pub fn file(&self) -> FileId {
        self.file
    }

    /// Where the last scalar or closing bracket ended, quotes included.
    #[must_use]
    pub fn last_end(&self) -> u32 {
        self.last_end
    }

    /// Where reading ended: behind the text, or before the first document too many.
    #[must_use]
    pub fn end(&self) -> u32 {
        self.stopped.unwrap_or_else(|| u32::try_from(self.text.len()).unwrap_or(u32::MAX))
    }

    /// The place of `start..end` in the file that is read.
    #[must_use]
    pub fn span(&self, start: u32, end: u32) -> Span {
        Span::new(self.file, start, end)
    }

    /// Reports an error.
    pub fn report(&mut self, code: &'static str, message: impl Into<String>, start: u32, end: u32, help: &str) {
        let diagnostic = Diagnostic::error(Family::Fact, code, message, self.span(start, end));
        self.problems.push(if help.is_empty() { diagnostic } else { diagnostic.with_help(help) });
    }

    fn place(&self) -> (u32, u32) {
        let (start, end) = self.source.span();
        (start + self.base, end + self.base)
    }

    /// The next event that is part of the tree; anchors and tags are reported and passed.
    fn next(&mut self) -> Result<Event, Stop> {
        loop {
            let event = self.source.next().map_err(|stop| Stop { at: stop.at + self.base, ..stop })?;
            let (start, end) = self.place();
            match event {
                Event::Anchor => {
                    self.report(
                        "yaml-feature",
                        "anchors are not supported",
                        start,
                        end,
                        "remove it, or put a text that begins with `&` in quotes",
                    );
                }
                Event::Tag => self.report(
                    "yaml-feature",
                    "tags are not supported",
                    start,
                    end,
                    "remove it, or put a text that begins with `!` in quotes",
                ),
                // The end of a block collection is empty and lies at the next token.
                Event::Scalar(_)
                | Event::Alias
                | Event::SequenceEnd
                | Event::MappingEnd
                | Event::SequenceStart
                | Event::MappingStart => {
                    if end > start {
                        self.last_end = end;
                    }
                    return Ok(event);
                }
                Event::DocumentStart | Event::DocumentEnd | Event::End => return Ok(event),
            }
        }
    }

    /// The root of the next document; `None` at the end of the text.
    ///
    /// # Errors
    ///
    /// Where the events stop.
    pub fn document(&mut self) -> Result<Option<Start>, Stop> {
        loop {
            match self.next()? {
                Event::DocumentStart => {
                    self.documents += 1;
                    let (start, end) = self.place();
                    if self.documents > MAX_DOCUMENTS {
                        let message = format!("this file has more than {MAX_DOCUMENTS} documents");
                        self.report("too-large", message, start, end, "split the file");
                        self.stopped = Some(start);
                        return Ok(None);
                    }
                    return self.value().map(Some);
                }
                Event::End => return Ok(None),
                // The end of the document before, or the rest of one that was not read to its end.
                Event::DocumentEnd
                | Event::Scalar(_)
                | Event::SequenceStart
                | Event::SequenceEnd
                | Event::MappingStart
                | Event::MappingEnd
                | Event::Alias
                | Event::Anchor
                | Event::Tag => {}
            }
        }
    }

    /// The next value, which must exist: behind a key, or as the root of a document.
    ///
    /// # Errors
    ///
    /// Where the events stop.
    pub fn value(&mut self) -> Result<Start, Stop> {
        let event = self.next()?;
        let start = self.start(event);
        Ok(start.unwrap_or(Start::Refused(self.last_end)))
    }

    /// The next item of the list that was started; `None` at its end.
    ///
    /// # Errors
    ///
    /// Where the events stop.
    pub fn item(&mut self) -> Result<Option<Start>, Stop> {
        let event = self.next()?;
        Ok(self.start(event))
    }

    /// The next key of the map that was started; `None` at its end. Keys that are refused are passed with their values.
    ///
    /// # Errors
    ///
    /// Where the events stop.
    pub fn key(&mut self) -> Result<Option<Key>, Stop> {
        loop {
            let event = self.next()?;
            let (start, end) = self.place();
            match self.start(event) {
                None => return Ok(None),
                Some(Start::Scalar(text)) => {
                    let key = text.get(self.text);
                    if key.len() > MAX_KEY {
                        let message = format!("this key has {} bytes, the limit is {MAX_KEY}", key.len());
                        self.report("too-large", message, start, end, "shorten the key");
                    } else if key == "<<" {
                        self.report("yaml-feature", "merge keys are not supported", start, end, "write the keys out");
                    } else {
                        return Ok(Some(Key { text, start }));
                    }
                }
                Some(Start::Refused(_)) => {}
                Some(other @ (Start::List(_) | Start::Map(_))) => {
                    let message = "a key must be a scalar, found a list or map";
                    self.skip(&other)?;
                    let end = self.last_end.max(start);
                    self.report("yaml-feature", message, start, end, "write the key as one word");
                }
            }
            let value = self.value()?;
            self.skip(&value)?;
        }
    }

    /// Passes the rest of a value that was started.
    ///
    /// # Errors
    ///
    /// Where the events stop.
    pub fn skip(&mut self, start: &Start) -> Result<(), Stop> {
        let mut depth = match start {
            Start::Scalar(_) | Start::Refused(_) => return Ok(()),
            Start::List(_) | Start::Map(_) => 1_usize,
        };
        while depth > 0 {
            match self.next()? {
                Event::SequenceStart | Event::MappingStart => depth += 1,
                Event::SequenceEnd | Event::MappingEnd => depth -= 1,
                Event::End => return Ok(()),
                Event::Scalar(_)
                | Event::Alias
                | Event::Anchor
                | Event::Tag
                | Event::DocumentStart
                | Event::DocumentEnd => {}
            }
        }
        Ok(())
    }

    fn start(&mut self, event: Event) -> Option<Start> {
        let (start, end) = self.place();
        match event {
            Event::Scalar(style) => Some(self.scalar(style, start, end)),
            Event::SequenceStart => Some(Start::List(start)),
            Event::MappingStart => Some(Start::Map(start)),
            Event::Alias => {
                self.report(
                    "yaml-feature",
                    "aliases are not supported",
                    start,
                    end,
                    "write the value out, or put a text that begins with `*` in quotes",
                );
                Some(Start::Refused(start))
            }
            Event::SequenceEnd
            | Event::MappingEnd
            | Event::Anchor
            | Event::Tag
            | Event::DocumentStart
            | Event::DocumentEnd
            | Event::End => None,
        }
    }

    fn scalar(&mut self, style: Style, start: u32, end: u32) -> Start {
        // A missing value is an empty event; the parser gives it the text of a null.
        let missing = style == Style::Plain && start == end;
        let value = if missing { "".into() } else { self.source.text() };
        if value.len() > MAX_SCALAR {
            let message = format!("this text has {} bytes, the limit is {MAX_SCALAR}", value.len());
            self.report("too-large", message, start, end, "shorten the text");
            return Start::Refused(start);
        }
        let text = Text::new(self.text, (start, end), style, &value);
        if style == Style::Block {
            // The event of a block ends at the start of the next line.
            self.last_end = text.end.max(text.start);
        }
        Start::Scalar(text)
    }
}
