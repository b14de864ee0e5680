//! Places as all documents for programs write them.

use std::num::NonZeroU32;

use serde::Serialize;

use super::source::{Position, SourceMap, Span};

/// A file and a range in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Place<'a> {
    /// The path that reports print.
    pub path: &'a str,
    /// Where in the file.
    pub range: Range,
}

/// From the first character to behind the last one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Range {
    start: Point,
    end: Point,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
struct Point {
    line: NonZeroU32,
    column: NonZeroU32,
    byte: u32,
}

impl<'a> Place<'a> {
    /// The place of a span.
    #[must_use]
    pub fn new(sources: &'a SourceMap, span: Span) -> Self {
        let (start, end) = sources.range(span);
        let point = |at: Position| Point { line: at.line, column: at.column, byte: at.byte };
        let range = Range { start: point(start), end: point(end) };
        Self { path: &sources.file(span.file).path, range }
    }

    /// `path:line`, as people read it.
    #[must_use]
    pub fn short(&self) -> String {
        format!("{}:{}", self.path, self.range.start.line)
    }

    /// `path:line:column`.
    #[must_use]
    pub fn exact(&self) -> String {
        format!("{}:{}", self.short(), self.range.start.column)
    }
}
