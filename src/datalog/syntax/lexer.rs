//! Text to tokens with byte spans. Comments vanish, `///` comments hang on the token that follows them.
//!
//! Knows words, numbers, texts and signs, but not which order of them makes sense.

use std::ops::Range;

use crate::base::{Diagnostic, Family, FileId, Span};

use crate::datalog::syntax::problems::MAX_FOUND;

/// What a token is; words and directives borrow from the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::datalog) enum Kind<'text> {
    /// A name, a variable, `_`, or a word of the language.
    Word(&'text str),
    /// A directive with a known name, without its dot: `decl`.
    Directive(&'text str),
    /// Digits, or four numbers with dots; the parser adds the sign.
    Number(u64),
    /// `3u`
    Unsigned(u64),
    /// `1.5`: digits on both sides of a dot.
    Float(&'text str),
    /// `"text"`, unescaped.
    Text(String),
    /// Punctuation.
    Sign(&'static str),
    /// Behind the last token.
    End,
}

/// One token.
#[derive(Clone, Debug)]
pub(in crate::datalog) struct Token<'text> {
    /// What it is.
    pub(in crate::datalog) kind: Kind<'text>,
    /// Where it is.
    pub(in crate::datalog) span: Span,
    /// The `///` comments right before it, as indices into [`Tokens::docs`].
    pub(in crate::datalog) docs: Range<usize>,
    /// It is the first on its line and not indented.
    pub(in crate::datalog) at_margin: bool,
}

/// All tokens of a file; the last one is [`Kind::End`].
#[derive(Debug)]
pub(in crate::datalog) struct Tokens<'text> {
    /// The tokens.
    pub(in crate::datalog) list: Vec<Token<'text>>,
    /// The `///` comments: their text without slashes and one blank, and where they stand.
    pub(in crate::datalog) docs: Vec<(&'text str, Span)>,
}

/// The directives that are parsed.
pub(in crate::datalog) const DIRECTIVES: [&str; 7] =
    ["decl", "type", "include", "once", "input", "output", "printsize"];
/// The directives of Soufflé that are recognised and refused.
pub(in crate::datalog) const FOREIGN_DIRECTIVES: [&str; 13] = [
    "comp",
    "init",
    "override",
    "functor",
    "pragma",
    "plan",
    "limitsize",
    "lattice",
    "number_type",
    "symbol_type",
    "printplan",
    "declare",
    "debug_delta",
];

const SIGNS: [&str; 29] = [
    ":-", "<:", "<=", ">=", "!=", "<", ">", "=", "!", ":", ".", ",", "(", ")", "[", "]", "{", "}", "+", "-", "*", "/",
    "%", "^", ";", "|", "$", "@", "&",
];

/// Cuts a file into tokens; what is no token is reported and left out.
pub(in crate::datalog) fn tokens<'text>(
    file: FileId,
    text: &'text str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Tokens<'text> {
    let mut lexer = Lexer { file, text, at: 0, docs: Vec::new(), diagnostics };
    let mut list = Vec::new();
    let mut first_doc = 0;
    loop {
        lexer.skip_blanks();
        let start = lexer.at;
        let Some(kind) = lexer.token() else { continue };
        let docs = first_doc..lexer.docs.len();
        first_doc = lexer.docs.len();
        let at_margin = start == 0 || text.as_bytes()[start - 1] == b'\n';
        let end = kind == Kind::End;
        list.push(Token { kind, span: lexer.span(start), docs, at_margin });
        if end {
            return Tokens { list, docs: lexer.docs };
        }
    }
}

struct Lexer<'text, 'out> {
    file: FileId,
    text: &'text str,
    at: usize,
    docs: Vec<(&'text str, Span)>,
    diagnostics: &'out mut Vec<Diagnostic>,
}

impl<'text> Lexer<'text, '_> {
    fn span(&self, start: usize) -> Span {
        let offset = |at: usize| u32::try_from(at).expect("a source file is shorter than 4 GiB");
        Span::new(self.file, offset(start), offset(self.at))
    }

    fn rest(&self) -> &'text str {
        &self.text[self.at..]
    }

    /// Moves on while `keep` holds and gives what was passed.
    fn take_while(&mut self, keep: impl Fn(char) -> bool) -> &'text str {
        let rest = self.rest();
        let end = rest.find(|c| !keep(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn error(&mut self, start: usize, message: impl Into<String>, label: &str) {
        if self.diagnostics.len() >= MAX_FOUND {
            return;
        }
        let diagnostic = Diagnostic::error(Family::Rule, "syntax", message, self.span(start)).with_label(label);
        self.diagnostics.push(diagnostic);
    }

    /// Passes blanks and comments, and keeps `///` comments.
    fn skip_blanks(&mut self) {
        loop {
            self.take_while(char::is_whitespace);
            let start = self.at;
            let rest = self.rest();
            if rest.starts_with("//") {
                let line = self.take_while(|c| c != '\n');
                if let Some(doc) = line.strip_prefix("///").filter(|doc| !doc.starts_with('/')) {
                    let doc = doc.strip_prefix(' ').unwrap_or(doc).trim_end();
                    self.docs.push((doc, self.span(start)));
                }
            } else if let Some(inner) = rest.strip_prefix("/*") {
                if let Some(end) = inner.find("*/") {
                    self.at += end + 4;
                } else {
                    self.at += 2;
                    self.error(start, "the comment has no end", "add `*/` where it ends");
                    self.at = self.text.len();
                }
            } else {
                return;
            }
        }
    }

    /// The next token; nothing if what stood there was reported and passed.
    fn token(&mut self) -> Option<Kind<'text>> {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return Some(Kind::End) };
        if is_word_start(first) {
            return Some(Kind::Word(self.take_while(is_word)));
        }
        if first.is_ascii_digit() {
            return self.number();
        }
        if first == '"' {
            return Some(self.quoted());
        }
        if first == '\'' {
            return self.single_quoted();
        }
        if first == '#' {
            return self.hash_line();
        }
        if let Some(word) = rest.strip_prefix('.') {
            let word = &word[..word.find(|c| !is_word(c)).unwrap_or(word.len())];
            if DIRECTIVES.contains(&word) || FOREIGN_DIRECTIVES.contains(&word) {
                self.at += 1 + word.len();
                return Some(Kind::Directive(word));
            }
        }
        if let Some(sign) = SIGNS.into_iter().find(|sign| rest.starts_with(sign)) {
            self.at += sign.len();
            return Some(Kind::Sign(sign));
        }
        let start = self.at;
        let odd = self.take_while(|c| {
            !(c.is_whitespace() || is_word(c) || matches!(c, '"' | '#') || SIGNS.iter().any(|s| s.starts_with(c)))
        });
        let shown: String =
            odd.chars().take(20).flat_map(|c| if c == '\\' { vec![c] } else { c.escape_debug().collect() }).collect();
        self.error(start, format!("`{shown}` has no meaning in a rule"), "not expected here");
        None
    }

    fn number(&mut self) -> Option<Kind<'text>> {
        let start = self.at;
        let mut digits = self.take_while(is_word);
        let is_digit = |c: char| c.is_ascii_digit();
        let mut parts = vec![digits];
        while parts.len() < 4 && self.rest().strip_prefix('.').is_some_and(|rest| rest.starts_with(is_digit)) {
            self.at += 1;
            parts.push(self.take_while(is_word));
        }
        if parts.len() > 1 {
            let decimal = parts.iter().all(|part| part.chars().all(is_digit));
            return match parts.len() {
                2 if decimal => Some(Kind::Float(&self.text[start..self.at])),
                4 if decimal => self.address(start, &parts),
                _ => self.no_number(start),
            };
        }
        let radix = match digits.get(..2) {
            Some("0x") => 16,
            Some("0b") => 2,
            Some(_) | None => 10,
        };
        if radix != 10 {
            digits = &digits[2..];
        }
        let unsigned = digits.strip_suffix('u');
        digits = unsigned.unwrap_or(digits);
        if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
            return self.no_number(start);
        }
        let Ok(value) = u64::from_str_radix(digits, radix) else {
            self.error(start, "the number does not fit 64 bits", "too large");
            return None;
        };
        Some(if unsigned.is_some() { Kind::Unsigned(value) } else { Kind::Number(value) })
    }

    fn no_number(&mut self, start: usize) -> Option<Kind<'text>> {
        self.error(start, "this is neither a number nor a name", "a name begins with a letter");
        None
    }

    /// `192.0.2.7` as the number whose bytes these are.
    fn address(&mut self, start: usize, parts: &[&str]) -> Option<Kind<'text>> {
        let add = |sum: u64, part: &&str| part.parse::<u8>().ok().map(|byte| sum << 8 | u64::from(byte));
        let value = parts.iter().try_fold(0, add);
        if value.is_none() {
            self.error(start, "the parts of an address are numbers up to 255", "too large");
        }
        value.map(Kind::Number)
    }

    fn quoted(&mut self) -> Kind<'text> {
        let start = self.at;
        self.at += 1;
        let mut value = String::new();
        loop {
            value.push_str(self.take_while(|c| !matches!(c, '"' | '\\' | '\n')));
            let rest = self.rest();
            if rest.starts_with('"') {
                self.at += 1;
                return Kind::Text(value);
            }
            let Some(escape) = rest.strip_prefix('\\') else {
                self.error(start, "the text has no end", "add `\"` where it ends");
                return Kind::Text(value);
            };
            let at = self.at;
            let Some(escaped) = escape.chars().next().filter(|&c| c != '\n') else {
                self.at += 1;
                continue;
            };
            self.at += 1 + escaped.len_utf8();
            match unescape(escaped) {
                Some(c) => value.push(c),
                None => self.error(at, "unknown escape in a text", "write `\\\\` for a backslash"),
            }
        }
    }

    /// `'text'` is taken for a text, so that nothing else is said of it.
    fn single_quoted(&mut self) -> Option<Kind<'text>> {
        let start = self.at;
        self.at += 1;
        let value = self.take_while(|c| !matches!(c, '\'' | '\n')).to_owned();
        let closed = self.rest().starts_with('\'');
        self.at = if closed { self.at + 1 } else { start + 1 };
        self.error(start, "a text stands in double quotes", "write `\"` for `'`");
        closed.then_some(Kind::Text(value))
    }

    fn hash_line(&mut self) -> Option<Kind<'text>> {
        let start = self.at;
        self.take_while(|c| c != '\n');
        let message = "lines for a preprocessor are not supported";
        let diagnostic = Diagnostic::error(Family::Rule, "not-supported", message, self.span(start))
            .with_label("leave the line out, or use `.include`");
        self.diagnostics.push(diagnostic);
        None
    }
}

fn unescape(c: char) -> Option<char> {
    Some(match c {
        '"' | '\\' | '\'' => c,
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'a' => '\x07',
        'b' => '\x08',
        'f' => '\x0c',
        'v' => '\x0b',
        _ => return None,
    })
}

/// Whether a name may begin with it.
pub(in crate::datalog) fn is_word_start(c: char) -> bool {
    c.is_ascii_alphabetic() || matches!(c, '_' | '?')
}

/// Whether a name may hold it.
pub(in crate::datalog) fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '?')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SourceMap;

    fn check(text: &str, expect: &str) {
        let mut sources = SourceMap::new();
        let file = sources.add("a.dl", text);
        let mut diagnostics = Vec::new();
        let tokens = tokens(file, text, &mut diagnostics);
        let mut got: Vec<String> = tokens.list.iter().map(|t| format!("{:?}", t.kind)).collect();
        got.extend(diagnostics.iter().map(|d| d.message.clone()));
        assert_eq!(got.join(" "), expect);
    }

    #[test]
    fn words_numbers_texts_and_signs() {
        check("a(_, -12).", r#"Word("a") Sign("(") Word("_") Sign(",") Sign("-") Number(12) Sign(")") Sign(".") End"#);
        check(".decl .b 0x1f 0b11", r#"Directive("decl") Sign(".") Word("b") Number(31) Number(3) End"#);
        check(r#""a\"\n\\ü""#, r#"Text("a\"\n\\ü") End"#);
        check("1.5 3u 0x1fu 0b1u", r#"Float("1.5") Unsigned(3) Unsigned(31) Unsigned(1) End"#);
        check("127.0.0.1 1.5.", r#"Number(2130706433) Float("1.5") Sign(".") End"#);
        check("1.r 1.5.r", r#"Number(1) Sign(".") Word("r") Float("1.5") Sign(".") Word("r") End"#);
        check("a /* b\n */ c // d", r#"Word("a") Word("c") End"#);
    }

    #[test]
    fn what_is_no_token_is_passed() {
        check("a § b", r#"Word("a") Word("b") End `§` has no meaning in a rule"#);
        check("\"a\nb", r#"Text("a") Word("b") End the text has no end"#);
        check("12ab", "End this is neither a number nor a name");
        check("1.2.3 1.5e3", "End this is neither a number nor a name this is neither a number nor a name");
        check("1.2.3.256", "End the parts of an address are numbers up to 255");
        check("18446744073709551616u", "End the number does not fit 64 bits");
        check("99999999999999999999", "End the number does not fit 64 bits");
        check("/* a", "End the comment has no end");
        check("a /*/ b", r#"Word("a") End the comment has no end"#);
        check("a /*/ b */ c /**/ d", r#"Word("a") Word("c") Word("d") End"#);
        check("#line 1\na", r#"Word("a") End lines for a preprocessor are not supported"#);
    }

    #[test]
    fn doc_comments_hang_on_the_next_token() {
        let mut sources = SourceMap::new();
        let text = "/// one\n///two \n//// no\n// no\na\n///\n";
        let file = sources.add("a.dl", text);
        let tokens = tokens(file, text, &mut Vec::new());
        let docs: Vec<&str> = tokens.docs.iter().map(|&(doc, _)| doc).collect();
        assert_eq!(docs, ["one", "two", ""]);
        assert_eq!((tokens.list[0].docs.clone(), tokens.list[1].docs.clone()), (0..2, 2..3));
        assert!(tokens.list[0].at_margin);
    }
}
