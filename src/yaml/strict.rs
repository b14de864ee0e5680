//! The complete YAML 1.2 parser behind [`EventSource`]; the only file that imports it.

use std::borrow::Cow;

use granit_parser::{ErrorKind, Event as Raw, Parser, ScalarStyle, ScanError, Span, StrInput};

use super::limits::MAX_DEPTH;
use super::{Event, EventSource, Fault, Stop, Style};

/// Events of a text, from the complete parser.
pub struct Strict<'text> {
    parser: Parser<'text, StrInput<'text>>,
    /// The event behind a tag.
    held: Option<(Raw<'text>, Span)>,
    span: (u32, u32),
    text: Cow<'text, str>,
}

impl<'text> Strict<'text> {
    /// Reads `text` from its start.
    #[must_use]
    pub fn new(text: &'text str) -> Self {
        let options = granit_parser::options! {
            emit_comments: false,
            emit_unresolved_aliases: true,
            emit_anchor_events: true,
            disallow_directives: true,
            strict_indentation: true,
            flow_nesting_limit: MAX_DEPTH,
            block_nesting_limit: MAX_DEPTH,
        };
        let parser = Parser::new_from_str_with_options(text, options);
        Self { parser, held: None, span: (0, 0), text: Cow::Borrowed("") }
    }

    /// The event for a raw one; the start of the stream, and whatever a later parser may add, carry nothing.
    #[expect(clippy::wildcard_enum_match_arm, reason = "the enum may grow")]
    fn translate(&mut self, event: Raw<'text>) -> Option<Event> {
        Some(match event {
            Raw::Scalar(text, style, ..) => {
                self.text = text;
                Event::Scalar(style_of(style))
            }
            Raw::SequenceStart(..) => Event::SequenceStart,
            Raw::SequenceEnd => Event::SequenceEnd,
            Raw::MappingStart(..) => Event::MappingStart,
            Raw::MappingEnd => Event::MappingEnd,
            Raw::Alias(..) | Raw::UnresolvedAlias(..) => Event::Alias,
            Raw::Anchor(..) => Event::Anchor,
            Raw::DocumentStart(..) => Event::DocumentStart,
            Raw::DocumentEnd => Event::DocumentEnd,
            Raw::StreamEnd => Event::End,
            _ => return None,
        })
    }

    fn pull(&mut self) -> Result<Option<(Raw<'text>, Span)>, Stop> {
        match self.parser.next_event() {
            Some(Ok(pair)) => Ok(Some(pair)),
            Some(Err(error)) => Err(stop(&error)),
            None => Ok(None),
        }
    }
}

impl<'text> EventSource<'text> for Strict<'text> {
    fn next(&mut self) -> Result<Event, Stop> {
        loop {
            let (event, span, tagged) = match self.held.take() {
                Some((event, span)) => (event, span, true),
                None => match self.pull()? {
                    Some((event, span)) => (event, span, false),
                    None => return Ok(Event::End),
                },
            };
            if let (false, Some(tag)) = (tagged, span.tag_start()) {
                self.span = bytes(&span.tag_span().unwrap_or(Span::empty(tag)));
                self.held = Some((event, span));
                return Ok(Event::Tag);
            }
            self.span = bytes(&span);
            if let Some(event) = self.translate(event) {
                return Ok(event);
            }
        }
    }

    fn span(&self) -> (u32, u32) {
        self.span
    }

    fn text(&mut self) -> Cow<'text, str> {
        std::mem::replace(&mut self.text, Cow::Borrowed(""))
    }
}

fn offset(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn bytes(span: &Span) -> (u32, u32) {
    span.byte_range().map_or((0, 0), |range| (offset(range.start), offset(range.end)))
}

fn style_of(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted => Style::Single,
        ScalarStyle::DoubleQuoted => Style::Double,
        ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
    }
}

fn stop(error: &ScanError) -> Stop {
    use ErrorKind as K;
    let kind = error.kind();
    let is = |kinds: &[K]| kinds.contains(kind);
    let fault = if let K::UnexpectedCharacter { character } = kind {
        Fault::Character(*character)
    } else if is(&[K::UnclosedQuotedScalar, K::InvalidQuotedScalarIndent, K::DocumentIndicatorInQuotedScalar]) {
        Fault::Quote
    } else if is(&[K::InvalidTrailingDoubleQuotedScalar, K::InvalidTrailingSingleQuotedScalar]) {
        Fault::Trailing
    } else if is(&[K::TabNotAllowed, K::TabInBlockIndentation, K::TabInIndentation, K::TabInPlainScalar])
        || is(&[K::TabAtBlockScalarStart])
    {
        Fault::Tab
    } else if is(&[K::MappingValueNotAllowed, K::InvalidColonPlacement, K::FlowMappingValueAdjacentCollection]) {
        Fault::Colon
    } else if is(&[K::SimpleKeyExpected]) {
        Fault::Key
    } else if is(&[K::UnexpectedEofFlowSequence, K::UnexpectedEofFlowMapping, K::UnexpectedEofImplicitFlowMapping])
        || matches!(kind, K::UnclosedFlowCollection { .. })
    {
        Fault::Open
    } else if is(&[K::MisplacedFlowCollectionEnd]) || matches!(kind, K::MismatchedFlowCollectionEnd { .. }) {
        Fault::Close
    } else if is(&[K::ExpectedFlowMappingSeparator, K::ExpectedFlowSequenceSeparator]) {
        Fault::Comma
    } else if is(&[K::UnknownQuotedScalarEscape, K::InvalidQuotedScalarHexEscape, K::InvalidUnicodeEscape])
        || is(&[K::InvalidLowSurrogateHexEscape, K::InvalidLowSurrogate, K::MissingLowSurrogate])
        || is(&[K::UnpairedLowSurrogate])
    {
        Fault::Escape
    } else if is(&[K::RecursionLimitExceeded]) {
        Fault::Depth
    } else if is(&[K::InvalidIndentation, K::InvalidFlowScalarIndent, K::ExpectedBlockMappingKey]) {
        Fault::Indentation
    } else if is(&[K::DirectiveDisallowed]) {
        Fault::Directive
    } else {
        Fault::Other(error.info())
    };
    Stop { at: offset(error.marker().byte_offset().unwrap_or(0)), kind: fault }
}
