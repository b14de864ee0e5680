//! Looking at text that is not YAML: lines, quotes, brackets and words by their bytes.

pub(super) fn offset(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

pub(super) fn line_start(text: &str, at: usize) -> usize {
    text.as_bytes()[..at.min(text.len())].iter().rposition(|&b| b == b'\n').map_or(0, |n| n + 1)
}

pub(super) fn line_at(text: &str, start: usize) -> &str {
    text[start..].split('\n').next().unwrap_or_default()
}

/// The lines from an offset on, with the offset of each.
pub(super) fn lines(text: &str, from: usize) -> impl Iterator<Item = (usize, &str)> {
    let mut at = from;
    text[from..].split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (start, line.trim_end_matches(['\n', '\r']))
    })
}

pub(super) fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t', '\u{FEFF}']).len()
}

/// The line is blank or a comment.
pub(super) fn is_filler(line: &str) -> bool {
    let line = line.trim_start();
    line.is_empty() || line.starts_with('#')
}

pub(super) fn is_marker(line: &str) -> bool {
    line.strip_prefix("---")
        .or_else(|| line.strip_prefix("..."))
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

/// The word around an offset, or the character there.
pub(super) fn word_at(text: &str, at: usize) -> (usize, usize) {
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
pub(super) fn open_quote(text: &str, from: usize, to: usize) -> Option<usize> {
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
pub(super) fn bad_escape(text: &str, from: usize) -> Option<(usize, usize)> {
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

pub(super) fn begins_value(bytes: &[u8], at: usize) -> bool {
    at == 0 || matches!(bytes[at - 1], b' ' | b'\n' | b'{' | b'[' | b',' | b':' | b'\t')
}

/// Offset of the quote that closes the one at the start of `line`.
pub(super) fn close_of(line: &str) -> Option<usize> {
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
pub(super) fn open_bracket(text: &str, from: usize, to: usize) -> Option<usize> {
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
pub(super) fn stray_bracket(text: &str, from: usize) -> Option<usize> {
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
pub(super) fn brackets(text: &str, from: usize, to: usize) -> impl Iterator<Item = (usize, u8)> + '_ {
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

/// The word before the colon at an offset.
pub(super) fn key_before(text: &str, at: usize) -> Option<(usize, usize)> {
    let before = text.get(..at).filter(|_| text.as_bytes().get(at) == Some(&b':'))?;
    let start = before.rfind(|c: char| c.is_whitespace() || matches!(c, ',' | '{' | '[')).map_or(0, |n| n + 1);
    (start < at && text.is_char_boundary(start)).then_some((start, at))
}
