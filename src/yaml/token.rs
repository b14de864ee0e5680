//! What to say of a syntax error where nothing is left open: the word at which the parser stopped, and how it would be right.

use crate::base::{Diagnostic, Family};

use super::Fault;
use super::fault::Wording;
use super::limits::MAX_DEPTH;
use super::mend::{Edit, opening_quote, quoted, value_end};
use super::scan::{
    bad_escape, close_of, indent, is_filler, key_before, line_at, line_start, lines, open_bracket, word_at,
};

impl Wording<'_> {
    /// What to say of a fault noticed at a byte.
    pub(super) fn token(&self, fault: &Fault, noticed: usize) -> Diagnostic {
        let text = self.entry.text;
        let word = word_at(text, noticed);
        match fault {
            Fault::Trailing => self.behind_quote(noticed, word),
            Fault::Tab => {
                let line = line_start(text, noticed);
                let at = line_at(text, line).find('\t').map_or(noticed, |n| line + n);
                self.syntax("a tab stands where only spaces may stand", (at, at + 1)).with_help("indent with spaces")
            }
            Fault::Colon => self.colon(noticed),
            Fault::Key => self.no_colon(word),
            Fault::Comma | Fault::Open => self.no_comma(noticed, word),
            Fault::Character(c) => {
                let place = (noticed, noticed + c.len_utf8());
                let found = self.syntax(format!("`{}` cannot begin a value", c.escape_debug()), place);
                found.with_help(self.help(self.in_quotes(noticed), "put the value in quotes"))
            }
            Fault::Escape => self.escape(noticed, word),
            Fault::Depth => {
                let message = format!("collections are nested more than {MAX_DEPTH} deep");
                Diagnostic::error(Family::Fact, "too-large", message, self.span(word))
                    .with_help("claims need at most five levels")
            }
            Fault::Directive => {
                let message = "directives are not supported";
                Diagnostic::error(Family::Fact, "yaml-feature", message, self.span(word))
                    .with_help("remove the line that begins with `%`")
            }
            Fault::Indentation => self.indentation(noticed, word),
            Fault::Quote | Fault::Close => {
                self.syntax("this is not YAML", word).with_help("compare the line with the entries around it")
            }
            Fault::Other(why) => self
                .syntax(format!("this is not YAML: {why}"), word)
                .with_help("compare the line with the entries around it"),
        }
    }

    fn is_in_brackets(&self, at: usize) -> bool {
        open_bracket(self.entry.text, self.entry.start, at).is_some()
    }

    /// The plain value that begins at `from`, put in quotes.
    fn in_quotes(&self, from: usize) -> Option<Edit> {
        let end = value_end(self.entry.text, from, self.is_in_brackets(from));
        let value = self.entry.text.get(from..end).filter(|value| !value.is_empty())?;
        Some(Edit::replace(from, end, quoted(value)))
    }

    /// Where the value of the key around `at` begins: behind the first `: ` of its line or its part between commas.
    fn value_around(&self, at: usize) -> usize {
        let text = self.entry.text;
        let line = line_start(text, at);
        let part =
            text[line..at].rfind([',', '{', '[']).filter(|_| self.is_in_brackets(at)).map_or(line, |n| line + n + 1);
        let behind = text[part..at].find(": ").map_or(part, |n| part + n + 2);
        behind + text[behind..at].len() - text[behind..at].trim_start().len()
    }

    fn behind_quote(&self, noticed: usize, word: (usize, usize)) -> Diagnostic {
        let text = self.entry.text;
        let found = text.get(word.0..word.1).unwrap_or_default();
        let found = self.syntax(format!("`{found}` stands behind the closing quote"), word);
        let general = "write `\\\"` for a quote inside double quotes, `''` for one inside single quotes";
        let open = opening_quote(text, noticed);
        let Some((open, close)) = open.and_then(|open| Some((open, open + close_of(line_at(text, open))?))) else {
            return found.with_help(general);
        };
        let quote = &text[open..=open];
        let end = line_at(text, open).rfind(quote).map_or(close, |n| open + n);
        let inner = &text[open + 1..end.max(open + 1)];
        let escaped = if quote == "'" { inner.replace('\'', "''") } else { inner.replace('"', "\\\"") };
        let more = value_end(text, close, self.is_in_brackets(open));
        // An apostrophe between two letters is not the end that was meant.
        let letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
        let inside = letter(text[..close].chars().next_back()) && letter(text[close + 1..].chars().next());
        let rest = &text[close + 1..more.max(close + 1)];
        let apostrophe = format!("''{}'", rest.replace('\'', "''"));
        let edits = [
            (end > close).then(|| Edit::replace(open + 1, end, escaped)),
            (inside && quote == "'").then(|| Edit::replace(close, more, apostrophe)),
            Some(Edit::replace(close, more, format!("{rest}{quote}"))),
        ];
        found
            .with_place(self.span((close, close + 1)), "the quoted text ends here")
            .with_help(self.help(edits.into_iter().flatten(), general))
    }

    /// A second `: ` where a value is read, or the first one behind a line that has none.
    fn colon(&self, noticed: usize) -> Diagnostic {
        let text = self.entry.text;
        if let Some(found) = self.continued(noticed) {
            return found;
        }
        let found = self.syntax("`:` cannot stand here, inside a value", (noticed, (noticed + 1).min(text.len())));
        match key_before(text, noticed).map(|(from, to)| &text[from..to]) {
            Some(key) if (self.is_key)(key) => found.with_help(format!("begin `{key}:` on a line of its own")),
            _ => {
                let edit = self.in_quotes(self.value_around(noticed));
                found.with_help(self.help(edit, "put the value in quotes, or begin the key on its own line"))
            }
        }
    }

    /// The line begins with the key before `noticed`, and the parser took it for more of the value that the line above
    /// begins: that line lacks its `:`, or this one is indented too deeply.
    fn continued(&self, noticed: usize) -> Option<Diagnostic> {
        let text = self.entry.text;
        let line = line_start(text, noticed);
        let from = line + indent(line_at(text, line));
        if text.get(from..noticed)?.contains(' ') || self.is_in_brackets(noticed) {
            return None;
        }
        let (above, last) = lines(text, self.entry.start.min(line))
            .take_while(|&(at, _)| at < line)
            .filter(|(_, line)| !is_filler(line))
            .last()?;
        let start = above + indent(last);
        if last.contains(": ") || last.ends_with(':') {
            let message = "this line is indented deeper than the one it follows";
            let help = format!("indent it by {} spaces", indent(last));
            return Some(self.syntax(message, (from, noticed)).with_help(help));
        }
        Some(self.no_colon((start, above + last.trim_end().len())))
    }

    /// A line or an entry that should be `key: value`.
    fn no_colon(&self, (from, to): (usize, usize)) -> Diagnostic {
        let text = self.entry.text;
        let part = text.get(from..to).unwrap_or_default();
        let key = part.split([' ', ':']).next().unwrap_or_default();
        let at = from + key.len();
        let unspaced = text[at..].starts_with(':');
        let message = if unspaced {
            format!("a space is missing behind `{key}:`")
        } else {
            format!("a `:` is missing behind `{key}`")
        };
        let edit = if unspaced { Edit::insert(at + 1, " ") } else { Edit::insert(at, ":") };
        let place = (from, if unspaced { to } else { at });
        self.syntax(message, place).with_help(self.help([edit], "write `key: value`"))
    }

    fn no_comma(&self, noticed: usize, word: (usize, usize)) -> Diagnostic {
        let text = self.entry.text;
        let key = key_before(text, noticed);
        if let Some((from, to)) = key
            && !(self.is_key)(&text[from..to])
            && let Some(help) = self.entry.corrected(self.in_quotes(self.value_around(noticed)))
        {
            return self.syntax("`:` cannot stand here, inside a value", (noticed, noticed + 1)).with_help(help);
        }
        let word = key.unwrap_or(word);
        let found = text.get(word.0..word.1).unwrap_or_default();
        let before = text[..word.0].trim_end().len();
        match self.entry.corrected([Edit::insert(before, ",")]) {
            Some(help) => self.syntax(format!("a comma is missing before `{found}`"), word).with_help(help),
            None => self
                .syntax(format!("a comma or a closing bracket is missing before `{found}`"), word)
                .with_help("separate the entries by commas, or put the value in quotes"),
        }
    }

    fn escape(&self, noticed: usize, word: (usize, usize)) -> Diagnostic {
        let text = self.entry.text;
        let Some((from, to)) = bad_escape(text, noticed) else {
            return self.syntax("no such escape in a quoted text", word).with_help("write `\\\\` for a backslash");
        };
        let open = opening_quote(text, from);
        let plain = open.and_then(|open| {
            let close = open + close_of(line_at(text, open))?;
            let inner = &text[open + 1..close];
            (!inner.contains('\'')).then(|| Edit::replace(open, close + 1, format!("'{inner}'")))
        });
        let edits = [Some(Edit::insert(from, "\\")), plain];
        self.syntax(
            format!("`{}` is no escape", text[from..to].escape_debug().to_string().replace("\\\\", "\\")),
            (from, to),
        )
        .with_help(self.help(edits.into_iter().flatten(), "write `\\\\` for a backslash"))
    }

    /// A line that begins in a column of its own: the columns of the lines above it are tried.
    fn indentation(&self, noticed: usize, word: (usize, usize)) -> Diagnostic {
        let text = self.entry.text;
        let line = line_start(text, noticed);
        let own = indent(line_at(text, line));
        let above = text[self.entry.start.min(line)..line].lines().rev().filter(|line| !is_filler(line)).map(indent);
        let mut columns: Vec<usize> = above.filter(|&column| column != own).take(20).collect();
        columns.dedup();
        let fits = |&&column: &&usize| {
            let edit = Edit::replace(line, line + own, " ".repeat(column));
            self.entry.corrected([edit]).is_some()
        };
        // A line that is lost on its own has the lines before its entry to go by.
        let before = || text[..line].lines().rev().filter(|line| !is_filler(line)).map(indent).find(|&n| n < own);
        let before = (line == self.entry.start).then(before).flatten().filter(|&column| column > 0);
        let help = match columns.iter().find(fits).copied().or(before) {
            Some(column) => format!("indent it by {column} spaces, like a line above it"),
            None => "indent it like the lines of the same map".to_owned(),
        };
        self.syntax("this line is not indented as it must be", word).with_help(help)
    }
}
