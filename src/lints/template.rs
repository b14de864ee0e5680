//! Message templates: text with `{column}` and `{column.field}`, checked against the columns of the declaration.

/// A field of a claim that a template may name behind a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClaimField {
    /// The speakers.
    Who,
    /// On whose behalf.
    For,
    /// The proposition as written.
    Says,
    /// How certain.
    Sure,
    /// The mode.
    Mode,
    /// When it was uttered.
    Said,
    /// When it is meant to be true.
    Holds,
    /// The source's id.
    Source,
}

impl ClaimField {
    /// All fields that a template may name.
    pub const ALL: [Self; 8] =
        [Self::Who, Self::For, Self::Says, Self::Sure, Self::Mode, Self::Said, Self::Holds, Self::Source];

    /// The word behind the dot.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Who => "who",
            Self::For => "for",
            Self::Says => "says",
            Self::Sure => "sure",
            Self::Mode => "mode",
            Self::Said => "said",
            Self::Holds => "holds",
            Self::Source => "source",
        }
    }
}

/// A part of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text as it stands.
    Text(String),
    /// The value of a column.
    Column(usize),
    /// A field of the claim in a column.
    Field(usize, ClaimField),
}

/// A checked template: its sentences, each a run of pieces that ends with its full stop and space.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    sentences: Vec<Vec<Piece>>,
}

/// What is wrong with a template, and where: byte range inside its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateError {
    /// First byte of the wrong word.
    pub start: usize,
    /// Behind its last byte.
    pub end: usize,
    /// What is wrong with it.
    pub fault: TemplateFault,
}

/// The kinds of faults of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplateFault {
    /// A brace and a word, and no closing brace behind it.
    Unclosed,
    /// No column has this name.
    UnknownColumn(String),
    /// The word behind the dot is no field of a claim.
    UnknownField(String),
    /// The column does not hold claims, so it has no fields.
    NotAClaim(String),
}

impl Template {
    /// Reads a template. `columns` are the names of the columns, and whether each holds claims.
    /// A brace that no word follows, as in `{ is: refuted }`, stands for itself, and so does one behind a backslash, which
    /// is left out.
    ///
    /// # Errors
    ///
    /// The first fault, with its place in `text`.
    pub fn parse(text: &str, columns: &[(&str, bool)]) -> Result<Self, TemplateError> {
        let mut pieces = Vec::new();
        let mut text_from = 0;
        let mut at = 0;
        while let Some(open) = text[at..].find('{').map(|offset| at + offset) {
            if text[..open].ends_with('\\') {
                if open - 1 > text_from {
                    pieces.push(Piece::Text(text[text_from..open - 1].to_owned()));
                }
                (text_from, at) = (open, open + 1);
                continue;
            }
            let inside = &text[open + 1..];
            let length =
                inside.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '.').unwrap_or(inside.len());
            at = open + 1 + length;
            if length == 0 {
                continue;
            }
            if !inside[length..].starts_with('}') {
                return Err(TemplateError { start: open, end: at, fault: TemplateFault::Unclosed });
            }
            if open > text_from {
                pieces.push(Piece::Text(text[text_from..open].to_owned()));
            }
            let piece = reference(&inside[..length], columns);
            pieces.push(piece.map_err(|fault| TemplateError { start: open + 1, end: at, fault })?);
            at += 1;
            text_from = at;
        }
        if text_from < text.len() {
            pieces.push(Piece::Text(text[text_from..].to_owned()));
        }
        Ok(Self { sentences: sentences(pieces) })
    }

    /// All parts, in order.
    pub fn pieces(&self) -> impl Iterator<Item = &Piece> {
        self.sentences.iter().flatten()
    }

    /// The text with `value` in place of each reference; a sentence in which some value is `-` is left out.
    #[must_use]
    pub fn render(&self, value: &dyn Fn(&Piece) -> String) -> String {
        let mut out = String::new();
        for sentence in &self.sentences {
            let mut text = String::new();
            let complete = sentence.iter().all(|piece| {
                let part = if let Piece::Text(part) = piece { part.clone() } else { value(piece) };
                text.push_str(&part);
                matches!(piece, Piece::Text(_)) || part != "-"
            });
            if complete {
                out.push_str(&text);
            }
        }
        out.trim_end().to_owned()
    }
}

fn reference(inside: &str, columns: &[(&str, bool)]) -> Result<Piece, TemplateFault> {
    let (name, field) = inside.split_once('.').map_or((inside, None), |(name, field)| (name, Some(field)));
    let index = columns.iter().position(|column| column.0 == name);
    let index = index.ok_or_else(|| TemplateFault::UnknownColumn(name.to_owned()))?;
    let Some(field) = field else { return Ok(Piece::Column(index)) };
    if !columns[index].1 {
        return Err(TemplateFault::NotAClaim(name.to_owned()));
    }
    let found = ClaimField::ALL.into_iter().find(|known| known.name() == field);
    found.map(|field| Piece::Field(index, field)).ok_or_else(|| TemplateFault::UnknownField(field.to_owned()))
}

/// Cuts behind every full stop, question or exclamation mark that a space follows.
fn sentences(pieces: Vec<Piece>) -> Vec<Vec<Piece>> {
    let mut all = vec![Vec::new()];
    for piece in pieces {
        let Piece::Text(text) = piece else {
            all.last_mut().expect("never empty").push(piece);
            continue;
        };
        let mut rest = text.as_str();
        while let Some(cut) = sentence_end(rest) {
            all.last_mut().expect("never empty").push(Piece::Text(rest[..cut].to_owned()));
            all.push(Vec::new());
            rest = &rest[cut..];
        }
        if !rest.is_empty() {
            all.last_mut().expect("never empty").push(Piece::Text(rest.to_owned()));
        }
    }
    all
}

fn sentence_end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    (0..bytes.len().saturating_sub(1))
        .find(|&i| matches!(bytes[i], b'.' | b'?' | b'!') && bytes[i + 1] == b' ')
        .map(|i| i + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [(&str, bool); 3] = [("p", false), ("q", false), ("c", true)];

    fn check(text: &str, values: [&str; 3], expect: &str) {
        let template = Template::parse(text, &COLUMNS).expect("the template is right");
        let render = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Column(index) => values[*index].to_owned(),
            Piece::Field(index, field) => format!("{}.{}", values[*index], field.name()),
        };
        assert_eq!(template.render(&render), expect);
    }

    #[test]
    fn a_sentence_with_a_missing_value_is_left_out() {
        let text = "did you mean `{q}`? Otherwise declare it under `predicates`";
        check(text, ["p", "supports", "c"], "did you mean `supports`? Otherwise declare it under `predicates`");
        check(text, ["p", "-", "c"], "Otherwise declare it under `predicates`");
        check("{c.says}, and {p}", ["x", "y", "c"], "c.says, and x");
        check(r"\{p} and \\{q}, \{ x }, a\b {p}", ["x", "y", "c"], r"{p} and \{q}, { x }, a\b x");
        check("write `outcome: { is: void }` for {p}", ["x", "y", "c"], "write `outcome: { is: void }` for x");
    }

    #[test]
    fn faults_are_found_at_their_place() {
        let fault = |text: &str| Template::parse(text, &COLUMNS).expect_err("the template is wrong");
        assert_eq!(fault("a {x}"), TemplateError { start: 3, end: 4, fault: TemplateFault::UnknownColumn("x".into()) });
        assert_eq!(fault("{c.by}").fault, TemplateFault::UnknownField("by".into()));
        assert_eq!(fault("{p.who}").fault, TemplateFault::NotAClaim("p".into()));
        assert_eq!(fault("a {b").fault, TemplateFault::Unclosed);
    }
}
