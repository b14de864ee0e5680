//! The language of `says`: `subject [not] predicate [object] [(key=value)]`.
//!
//! In goes the text of a scalar, out come its parts with byte offsets, or the first thing that is wrong. Knows no vocabulary:
//! whether a name is declared is asked elsewhere.

use std::collections::BTreeSet;

use crate::base::{DayRange, date};

use super::form::{MAX_NAMES, Wrong, as_identifier, is_identifier, shown};
use super::quantity;

/// What may stand in the place of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `self`.
    Own,
    /// An identifier.
    Name,
    /// `owner.word`; the offset of the dot.
    Class(usize),
    /// A number with its unit.
    Quantity,
    /// A date.
    Date(DayRange),
    /// `"text"`, quotes included.
    Text,
    /// A single capital letter, in atoms of the vocabulary only.
    Variable(char),
}

/// One name or value, and its bytes in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Term<'t> {
    pub(super) kind: Kind,
    pub(super) text: &'t str,
    pub(super) from: usize,
    pub(super) to: usize,
}

/// `key=a+b`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pair<'t> {
    pub(super) key: &'t str,
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) values: Vec<Term<'t>>,
}

/// A proposition, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Says<'t> {
    pub(super) subjects: Vec<Term<'t>>,
    pub(super) negated: bool,
    pub(super) predicate: Term<'t>,
    pub(super) objects: Vec<Term<'t>>,
    pub(super) pairs: Vec<Pair<'t>>,
}

const GRAMMAR: &str = "write `subject [not] predicate [object] [(key=value)]`";

/// Takes a proposition apart.
pub(super) fn parse(text: &str) -> Result<Says<'_>, Wrong> {
    proposition(Cursor { text, at: 0, variables: false })
}

/// Takes apart an atom of a rule or pattern: a proposition in which single capital letters are variables.
pub(super) fn parse_atom(text: &str) -> Result<Says<'_>, Wrong> {
    proposition(Cursor { text, at: 0, variables: true })
}

fn proposition(mut cursor: Cursor<'_>) -> Result<Says<'_>, Wrong> {
    let text = cursor.text;
    cursor.space();
    let subjects = cursor.terms(Side::Subject)?;
    cursor.gap()?;
    let mut negated = false;
    let mut word = cursor.word();
    if word.0 == "not" {
        negated = true;
        cursor.gap()?;
        word = cursor.word();
    }
    let (name, from) = word;
    if name.is_empty() || name.starts_with('(') {
        let before = text[..from].trim_end();
        let last = before.rfind(char::is_whitespace).map_or(0, |at| at + 1);
        return Err(
            bad(format!("expected a predicate after `{}`", shown(before.trim_start())), GRAMMAR).at(last, before.len())
        );
    }
    let to = from + name.len();
    if !is_identifier(name) {
        let help = match as_identifier(name) {
            _ if name.starts_with('+') => "join several names by `+`, without spaces".to_owned(),
            Some(found) => format!("write `{found}`"),
            None => GRAMMAR.to_owned(),
        };
        let message =
            if name == "not" { "`not` stands twice".to_owned() } else { format!("`{}` is no predicate", shown(name)) };
        return Err(bad(message, help).at(from, to));
    }
    let predicate = Term { kind: Kind::Name, text: name, from, to };
    cursor.gap()?;
    let mut objects = Vec::new();
    if !cursor.rest().is_empty() && !cursor.rest().starts_with('(') {
        objects = cursor.terms(Side::Object)?;
        cursor.gap()?;
    }
    let pairs = if cursor.rest().starts_with('(') { cursor.pairs()? } else { Vec::new() };
    if !cursor.rest().is_empty() {
        let (word, from) = cursor.word();
        let word = if word.is_empty() { cursor.rest() } else { word };
        return Err(
            bad(format!("unexpected `{}` behind the proposition", shown(word)), GRAMMAR).at(from, from + word.len())
        );
    }
    Ok(Says { subjects, negated, predicate, objects, pairs })
}

fn bad(message: impl Into<String>, help: impl Into<String>) -> Wrong {
    Wrong::new("bad-says", message, help)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Subject,
    Object,
    Value,
}

struct Cursor<'t> {
    text: &'t str,
    at: usize,
    /// Single capital letters are variables.
    variables: bool,
}

impl<'t> Cursor<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn space(&mut self) -> bool {
        let rest = self.rest();
        let run = rest.len() - rest.trim_start().len();
        self.at += run;
        run > 0
    }

    /// White space, or the end; a bracket needs a space before it.
    fn gap(&mut self) -> Result<(), Wrong> {
        if self.space() || self.rest().is_empty() {
            return Ok(());
        }
        let next = self.rest().chars().next().map_or(0, char::len_utf8);
        let (message, help) = match self.rest().chars().next() {
            Some('(') => ("a space is missing before `(`".to_owned(), "put a space before the qualifiers"),
            Some(',') => ("unexpected `,`".to_owned(), "join several names by `+`, without spaces"),
            Some(c) => (format!("unexpected `{}`", c.escape_debug()), GRAMMAR),
            None => return Ok(()),
        };
        Err(bad(message, help).at(self.at, self.at + next))
    }

    /// The text up to white space, and where it begins.
    fn word(&mut self) -> (&'t str, usize) {
        let from = self.at;
        let rest = self.rest();
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let end = rest[..end].char_indices().find(|&(at, c)| at > 0 && c == '(').map_or(end, |(at, _)| at);
        self.at += end;
        (&rest[..end], from)
    }

    fn terms(&mut self, side: Side) -> Result<Vec<Term<'t>>, Wrong> {
        let mut terms = Vec::new();
        let start = self.at;
        loop {
            terms.push(self.term(side)?);
            if !self.rest().starts_with('+') {
                break;
            }
            self.at += 1;
        }
        if terms.len() > MAX_NAMES {
            let message = format!("{} names are joined here, the limit is {MAX_NAMES}", terms.len());
            return Err(Wrong::new("too-large", message, "split the claim").at(start, self.at));
        }
        Ok(terms)
    }

    fn term(&mut self, side: Side) -> Result<Term<'t>, Wrong> {
        let from = self.at;
        let rest = self.rest();
        if let Some(inner) = rest.strip_prefix('"') {
            let Some(length) = inner.find(['"', '\t', '\n', '\r']).filter(|&n| inner[n..].starts_with('"')) else {
                return Err(bad("this quote is not closed", "close the text with `\"`").at(from, from + 1));
            };
            self.at += length + 2;
            return Ok(Term { kind: Kind::Text, text: &rest[..length + 2], from, to: self.at });
        }
        let end = rest
            .find(|c: char| c.is_whitespace() || matches!(c, '+' | '(' | ')' | ',' | '=' | '"'))
            .unwrap_or(rest.len());
        self.at += end;
        let text = &rest[..end];
        if text.is_empty() {
            let behind = if from > 0 && self.text[..from].ends_with('+') { " behind `+`" } else { "" };
            let what = if side == Side::Value { "value" } else { "name" };
            let shift = usize::from(!behind.is_empty());
            let next = rest.chars().next().filter(|c| !c.is_whitespace()).map_or(0, char::len_utf8);
            let code = if side == Side::Value { "bad-qualifier" } else { "bad-says" };
            let help = if side == Side::Value { "write `(key=value)`" } else { GRAMMAR };
            return Err(Wrong::new(code, format!("a {what} is missing{behind}"), help).at(from - shift, from + next));
        }
        let kind = match variable(text).filter(|_| self.variables) {
            Some(letter) => Kind::Variable(letter),
            None => classify(text, side).map_err(|wrong| wrong.at(from, self.at))?,
        };
        let signed = self.rest().strip_prefix('+').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        if kind == Kind::Quantity && text.ends_with('e') && signed {
            let wrong = Wrong::new("bad-quantity", "an exponent has no `+`", "write `5e9`");
            return Err(wrong.at(from, self.at + 1));
        }
        Ok(Term { kind, text, from, to: self.at })
    }

    /// `(key=value key=value)`.
    fn pairs(&mut self) -> Result<Vec<Pair<'t>>, Wrong> {
        let open = self.at;
        let qualifier = |message: String, help: &str| Wrong::new("bad-qualifier", message, help);
        self.at += 1;
        let mut pairs: Vec<Pair<'t>> = Vec::new();
        let mut keys = BTreeSet::new();
        loop {
            let spaced = self.space();
            let rest = self.rest();
            let from = self.at;
            if rest.starts_with(')') {
                self.at += 1;
                if pairs.is_empty() {
                    return Err(
                        qualifier("no qualifier stands in the brackets".into(), "remove them").at(open, self.at)
                    );
                }
                self.space();
                return Ok(pairs);
            }
            if rest.is_empty() {
                return Err(qualifier("`(` is not closed".into(), "close it with `)`").at(open, open + 1));
            }
            if rest.starts_with(',') {
                let message = "qualifiers are separated by spaces, not by `,`".into();
                return Err(qualifier(message, "write `(region=x except=y)`").at(from, from + 1));
            }
            if !spaced && !pairs.is_empty() {
                let next = rest.chars().next().map_or(0, char::len_utf8);
                let message = format!("unexpected `{}` in a qualifier", shown(&rest[..next]));
                return Err(qualifier(message, "write `(region=x except=y)`").at(from, from + next));
            }
            let end =
                rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | ')' | ',' | '(')).unwrap_or(rest.len());
            let key = &rest[..end];
            self.at += end;
            let to = self.at.max(from + rest.chars().next().map_or(0, char::len_utf8));
            if !self.rest().starts_with('=') {
                let shown = shown(&self.text[from..to]);
                return Err(qualifier(format!("`{shown}` has no value"), "write `(key=value)`").at(from, to));
            }
            if key.is_empty() {
                let message = "a key is missing before `=`".into();
                return Err(qualifier(message, "write `(key=value)`").at(from, to));
            }
            if !is_identifier(key) {
                let message = format!("`{}` is no qualifier", shown(key));
                return Err(qualifier(message, "write `(key=value)`").at(from, to));
            }
            if !keys.insert(key) {
                let message = format!("`{key}` stands twice");
                return Err(qualifier(message, &format!("write `{key}=a+b` for two values")).at(from, to));
            }
            self.at += 1;
            let values = self.terms(Side::Value)?;
            pairs.push(Pair { key, from, to, values });
        }
    }
}

/// The letter of a variable.
pub(super) fn variable(text: &str) -> Option<char> {
    let mut chars = text.chars();
    chars.next().filter(|c| c.is_ascii_uppercase() && chars.next().is_none())
}

fn classify(text: &str, side: Side) -> Result<Kind, Wrong> {
    if text.starts_with(|c: char| c.is_ascii_digit() || c == '-') {
        if side == Side::Subject {
            return Err(bad(format!("`{}` cannot be a subject", shown(text)), "name who or what the claim is about"));
        }
        let head = text.as_bytes();
        let dated = head.len() > 4 && head[4] == b'-' && head[..4].iter().all(|b| b.is_ascii_digit() || *b == b'X');
        if dated {
            let date = date::parse_month_or_day(text).map_err(|error| {
                Wrong::new("bad-date", error.to_string(), "write a date such as `2023-06` or `2015-11-15~`")
            });
            return date.map(Kind::Date);
        }
        return quantity::parse(text).map(|_| Kind::Quantity);
    }
    if text == "self" && side != Side::Value {
        return Ok(Kind::Own);
    }
    if let Some(dot) = text.find('.') {
        if side == Side::Subject {
            let help = "make a claim about each member, or about the owner";
            return Err(bad(format!("the role class `{}` cannot be a subject", shown(text)), help));
        }
        if is_identifier(&text[..dot]) && is_identifier(&text[dot + 1..]) {
            return Ok(Kind::Class(dot));
        }
    }
    if is_identifier(text) {
        return Ok(Kind::Name);
    }
    let class = text.split_once('.').map(|(owner, word)| Some(as_identifier(owner)? + "." + &as_identifier(word)?));
    let help = match class.unwrap_or_else(|| as_identifier(text)) {
        Some(found) => format!("write `{found}`"),
        None => GRAMMAR.to_owned(),
    };
    Err(bad(format!("`{}` is no name", shown(text)), help))
}
