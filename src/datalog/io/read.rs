//! Reads the rows of one relation from text.
//!
//! A line is a row; its fields stand between delimiters. Fields go straight into cells, in one pass and without copies.

use std::borrow::Cow;

use crate::base::{Cell, Pool, Primitive};

use crate::datalog::io::line::{Target, cell, usual};
use crate::datalog::program::{Directive, Relation};
use crate::datalog::syntax::names::clip;

/// How many faults of a file are reported.
pub const MOST_FAULTS: usize = 100;

/// The rows of a relation as they stand in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// The cells, row by row.
    pub cells: Vec<Cell>,
    /// How many rows there are.
    pub count: usize,
    /// Where each row begins and ends, if it was asked for.
    pub places: Vec<(u32, u32)>,
}

/// Which kind of thing is wrong with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowFaultKind {
    /// It has too few or too many columns.
    Columns,
    /// A value is not of its column's type.
    Value,
    /// Quotes do not end, or stand where they cannot.
    Quotes,
}

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFault {
    /// Which kind of thing it is.
    pub kind: RowFaultKind,
    /// What was expected, and what was found.
    pub message: String,
    /// The bytes that are wrong.
    pub start: usize,
    /// Where they end.
    pub end: usize,
    /// What stands there.
    pub label: String,
    /// What to do.
    pub help: &'static str,
}

/// What separates the values of a directive: one tab, or a comma where values may stand in quotes.
pub(in crate::datalog) fn delimiter(directive: &Directive) -> &str {
    let default = if directive.rfc4180 { "," } else { "\t" };
    directive.delimiter.as_ref().map_or(default, |delimiter| &delimiter.value)
}

/// Reads the rows that an `.input` of a relation names; with `places`, also where each one stands.
///
/// # Errors
///
/// What is wrong with the rows, the first [`MOST_FAULTS`] of them and whether there are more.
pub fn read_rows(
    relation: &Relation,
    directive: &Directive,
    (text, places): (&str, bool),
    pool: &mut Pool,
) -> Result<Rows, (Vec<RowFault>, bool)> {
    let mut reader = Reader::new(relation, directive, text, pool);
    if directive.headers {
        reader.at = reader.line_end().1;
    }
    while reader.at < text.len() && reader.faults.len() <= MOST_FAULTS {
        let (row, count) = (reader.at, reader.rows.count);
        reader.row();
        if places && reader.rows.count > count {
            reader.place(row);
        }
    }
    let Reader { mut faults, rows, .. } = reader;
    if faults.is_empty() {
        return Ok(rows);
    }
    let more = faults.len() > MOST_FAULTS;
    faults.truncate(MOST_FAULTS);
    Err((faults, more))
}

struct Reader<'a> {
    relation: &'a Relation,
    text: &'a str,
    /// What separates fields; its first byte, where it is the only one.
    delimiter: &'a str,
    single: Option<u8>,
    quotes: bool,
    /// For each column of the file the column of the relation that it holds.
    targets: Vec<Target>,
    /// Columns beyond those are an error.
    exact: bool,
    pool: &'a mut Pool,
    at: usize,
    rows: Rows,
    faults: Vec<RowFault>,
}

/// One value.
struct Field<'a> {
    start: usize,
    end: usize,
    text: Cow<'a, str>,
    /// It is the last of its line.
    last: bool,
    /// Where the next field or line begins.
    next: usize,
}

impl<'a> Reader<'a> {
    fn new(relation: &'a Relation, directive: &'a Directive, text: &'a str, pool: &'a mut Pool) -> Self {
        let delimiter = delimiter(directive);
        let single = match *delimiter.as_bytes() {
            [byte] if byte.is_ascii() => Some(byte),
            _ => None,
        };
        let places: Vec<usize> = directive.columns.clone().unwrap_or_else(|| (0..relation.columns.len()).collect());
        let mut targets = vec![None; places.iter().max().map_or(0, |last| last + 1)];
        for (column, &place) in places.iter().enumerate() {
            targets[place] = Some((column, relation.columns[column].primitive));
        }
        Self {
            relation,
            text,
            delimiter,
            single,
            quotes: directive.rfc4180,
            targets,
            exact: directive.columns.is_none(),
            pool,
            // A mark of the encoding is no part of the first value.
            at: if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 },
            rows: Rows::default(),
            faults: Vec::new(),
        }
    }

    /// Takes note of where the row before this place stands.
    fn place(&mut self, start: usize) {
        let row = self.text[start..self.at].trim_end_matches(['\r', '\n']);
        let at = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
        self.rows.places.push((at(start), at(start + row.len())));
    }

    /// The end of the line, and the start of the next one.
    fn line_end(&self) -> (usize, usize) {
        let rest = &self.text.as_bytes()[self.at..];
        let end = rest.iter().position(|&byte| byte == b'\n');
        let (end, next) = end.map_or((self.text.len(), self.text.len()), |end| (self.at + end, self.at + end + 1));
        (self.without_return(end), next)
    }

    /// The end of a line without the carriage return before it.
    fn without_return(&self, end: usize) -> usize {
        if end > self.at && self.text.as_bytes()[end - 1] == b'\r' { end - 1 } else { end }
    }

    /// Reads a line, or more where a value in quotes holds line breaks.
    fn row(&mut self) {
        if self.targets.is_empty() {
            return self.unit();
        }
        let first = self.rows.cells.len();
        let line = self.at;
        self.rows.cells.resize(first + self.relation.columns.len(), 0);
        if let (Some(delimiter), false) = (self.single, self.quotes)
            && let Some(next) =
                usual(self.text, line, delimiter, &self.targets, self.pool, &mut self.rows.cells[first..])
        {
            self.at = next;
            return self.close(true, first);
        }
        let mut good = true;
        for index in 0..self.targets.len() {
            let Some(field) = self.field() else { return self.rows.cells.truncate(first) };
            if let Some((column, primitive)) = self.targets[index] {
                if let Some(cell) = cell(&field.text, primitive, self.pool) {
                    self.rows.cells[first + column] = cell;
                } else {
                    self.bad_value(&field, column, primitive);
                    good = false;
                }
            }
            self.at = field.next;
            if field.last {
                if index + 1 < self.targets.len() {
                    self.too_short(line, &field, index + 1);
                    good = false;
                }
                return self.close(good, first);
            }
        }
        good &= self.rest_of_line();
        self.close(good, first);
    }

    fn close(&mut self, good: bool, first: usize) {
        if good {
            self.rows.count += 1;
        } else {
            self.rows.cells.truncate(first);
        }
    }

    /// Reads over the fields that no column takes.
    fn rest_of_line(&mut self) -> bool {
        let start = self.at;
        let mut more = 0;
        loop {
            let Some(field) = self.field() else { return false };
            more += 1;
            self.at = field.next;
            if field.last {
                if self.exact {
                    self.too_long(start, field.end, more);
                }
                return !self.exact;
            }
        }
    }

    /// A row of a relation without columns is written as `()`.
    fn unit(&mut self) {
        let (end, next) = self.line_end();
        if matches!(&self.text[self.at..end], "()" | "") {
            self.rows.count += 1;
        } else {
            let message = format!("`{}` has no columns: its row is written `()`", self.relation.name);
            self.fault(RowFaultKind::Columns, message, (self.at, end), "not `()`", "write `()` alone in the line");
        }
        self.at = next;
    }

    /// The field that begins here; nothing if its quotes are wrong, which is reported, and the line is left out.
    fn field(&mut self) -> Option<Field<'a>> {
        if self.quotes && self.text[self.at..].starts_with('"') {
            return self.quoted();
        }
        let bytes = self.text.as_bytes();
        let rest = &bytes[self.at..];
        let length = match self.single {
            Some(delimiter) => rest.iter().position(|&byte| byte == delimiter || byte == b'\n'),
            None => self.long_end(),
        };
        let end = self.at + length.unwrap_or(rest.len());
        let last = end == bytes.len() || bytes[end] == b'\n';
        let next = if last { (end + 1).min(bytes.len()) } else { end + self.delimiter.len() };
        let end = if last { self.without_return(end) } else { end };
        Some(Field { start: self.at, end, text: Cow::Borrowed(&self.text[self.at..end]), last, next })
    }

    /// The length of a field before a delimiter of several bytes, or before the end of the line.
    fn long_end(&self) -> Option<usize> {
        let rest = &self.text[self.at..];
        let line = rest.bytes().position(|byte| byte == b'\n').unwrap_or(rest.len());
        rest[..line].find(self.delimiter).or(Some(line))
    }

    /// A value in quotes; two quotes in it stand for one.
    fn quoted(&mut self) -> Option<Field<'a>> {
        let start = self.at + 1;
        let mut text = Cow::Borrowed("");
        let mut from = start;
        loop {
            let Some(length) = self.text[from..].find('"') else {
                let (end, _) = self.line_end();
                let help = "close the quotes; a quote inside a value is written twice";
                self.fault(
                    RowFaultKind::Quotes,
                    "a value in quotes does not end".to_owned(),
                    (self.at, end),
                    "opened here",
                    help,
                );
                self.at = self.text.len();
                return None;
            };
            let part = &self.text[from..from + length];
            if text.is_empty() {
                text = Cow::Borrowed(part);
            } else {
                text.to_mut().push_str(part);
            }
            from += length + 1;
            if !self.text[from..].starts_with('"') {
                break;
            }
            text.to_mut().push('"');
            from += 1;
        }
        let rest = &self.text[from..];
        let (last, next) = if rest.starts_with(self.delimiter) {
            (false, from + self.delimiter.len())
        } else if rest.is_empty() || rest.starts_with('\n') || rest.starts_with("\r\n") || rest == "\r" {
            (true, from + rest.find('\n').map_or(rest.len(), |end| end + 1))
        } else {
            let end = from + rest.chars().next().map_or(0, char::len_utf8);
            let help = "write a delimiter behind the quotes; a quote inside a value is written twice";
            let message = "a delimiter or the end of the line was expected behind a value in quotes".to_owned();
            self.fault(RowFaultKind::Quotes, message, (from, end), "not a delimiter", help);
            self.at = from;
            self.at = self.line_end().1;
            return None;
        };
        Some(Field { start: self.at, end: from, text, last, next })
    }
}

/// What is wrong with a row, in words.
impl Reader<'_> {
    fn fault(&mut self, kind: RowFaultKind, message: String, place: (usize, usize), label: &str, help: &'static str) {
        let (start, end) = place;
        self.faults.push(RowFault { kind, message, start, end, label: label.to_owned(), help });
    }

    fn bad_value(&mut self, field: &Field<'_>, column: usize, primitive: Primitive) {
        let (kind, looks_right, help) = match primitive {
            Primitive::Symbol => ("text", false, "write a text"),
            Primitive::Number => ("number", is_whole(&field.text), "write a whole number from -2^63 to 2^63 - 1"),
            Primitive::Unsigned => {
                ("number without a sign", is_whole(&field.text), "write a whole number from 0 to 2^64 - 1")
            }
            Primitive::Float => ("float", is_float(&field.text), "write a finite number, such as `0.5` or `1e3`"),
        };
        let found = match field.text.as_ref() {
            "" => "nothing".to_owned(),
            text => format!("`{}`", clip(text)),
        };
        let column = &self.relation.columns[column].name;
        let message = format!("column `{column}` of `{}` takes a {kind}, found {found}", self.relation.name);
        let label = match field.text.as_ref() {
            "" => "nothing stands here".to_owned(),
            _ if looks_right => "out of range".to_owned(),
            _ => format!("no {kind}"),
        };
        self.fault(RowFaultKind::Value, message, (field.start, field.end), &label, help);
    }

    fn too_short(&mut self, line: usize, field: &Field<'_>, found: usize) {
        let needed = self.targets.len();
        let message = format!(
            "a row of `{}` has {needed} {}, found {found}",
            self.relation.name,
            if needed == 1 { "column" } else { "columns" }
        );
        let missing = self.targets[found..].iter().flatten().next();
        let label = missing
            .map_or_else(String::new, |(column, _)| format!("`{}` is missing", self.relation.columns[*column].name));
        let place = if field.end > line { (line, field.end) } else { (line, line) };
        self.fault(
            RowFaultKind::Columns,
            message,
            place,
            &label,
            "write a value for each column, with delimiters between them",
        );
    }

    fn too_long(&mut self, start: usize, end: usize, more: usize) {
        let needed = self.targets.len();
        let message = format!(
            "a row of `{}` has {needed} {}, found {}",
            self.relation.name,
            if needed == 1 { "column" } else { "columns" },
            needed + more
        );
        let help = "remove what is too much, or name the columns to read: `.input r(columns=\"0:2\")`";
        self.fault(RowFaultKind::Columns, message, (start, end), "no column takes this", help);
    }
}

/// Whether the text is a whole number of whatever size.
fn is_whole(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether the text is a float of whatever size.
fn is_float(text: &str) -> bool {
    text.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::datalog::io::samples::{program, shown};
    use crate::datalog::oracle::Dice;

    /// Reads the text as the rows of `r` and compares the values, or what is wrong.
    fn check(columns: &str, parameters: &str, text: &str, expect: &[&str]) {
        let mut pool = Pool::new();
        let program = program(&format!(".decl r({columns})\n.input r({parameters})"), &mut pool);
        let directive = &program.directives()[0];
        let relation = program.relation(directive.relation);
        let found = match read_rows(relation, directive, (text, true), &mut pool) {
            Ok(rows) => {
                assert_eq!(rows.places.len(), rows.count);
                let places = rows.places.iter().map(|&(start, end)| &text[start as usize..end as usize]);
                assert!(places.clone().all(|place| !place.ends_with('\n') && text.contains(place)), "{text:?}");
                assert!(rows.places.is_sorted_by(|a, b| a.1 < b.0), "{text:?}");
                assert_eq!(rows.cells.len(), rows.count * relation.columns.len());
                let width = relation.columns.len();
                (0..rows.count).map(|row| shown(relation, &rows.cells[row * width..][..width], &pool)).collect()
            }
            Err((faults, more)) => {
                assert!(!more);
                let place = |fault: &RowFault| {
                    format!("{:?} [{}] {}", fault.kind, &text[fault.start..fault.end], fault.message)
                };
                faults.iter().map(place).collect::<Vec<_>>()
            }
        };
        assert_eq!(found, expect, "{text:?}");
    }

    #[test]
    fn lines_are_rows() {
        let types = "a: number, b: symbol, c: unsigned, d: float";
        check(types, "IO=file", "1\tx\t2\t0.5\n-7\t\t0x10\t1e3\n", &["1|x|2|0.5", "-7||16|1000"]);
        check(types, "IO=file", "1\tä b\t2\t3\r\n", &["1|ä b|2|3"]);
        check("a: symbol", "IO=file", "x\n\n\u{feff}y", &["x", "", "\u{feff}y"]);
        check("a: symbol", "IO=file", "\u{feff}x", &["x"]);
        check("a: symbol", "IO=file", "", &[]);
        check("a: symbol, b: symbol", "delimiter=\", \"", "x, y\nu,v, w\n", &["x|y", "u,v|w"]);
        check("a: symbol, b: number", "headers=true", "a\tb\nx\t1\n", &["x|1"]);
        check("a: symbol", "headers=true", "a", &[]);
        check("", "IO=file", "()\n", &[""]);
        let wide = ["9223372036854775807|18446744073709551615", "-9223372036854775808|0"];
        check(
            "a: number, b: unsigned",
            "IO=file",
            "9223372036854775807\t18446744073709551615\n-9223372036854775808\t0b0",
            &wide,
        );
    }

    #[test]
    fn usual_lines_are_read_as_with_more_patience() {
        let read = |columns: &str, parameters: &str, text: &str| {
            let mut pool = Pool::new();
            let program = program(&format!(".decl r({columns})\n.input r({parameters})"), &mut pool);
            let directive = &program.directives()[0];
            read_rows(program.relation(directive.relation), directive, (text, true), &mut pool)
        };
        let (mut dice, mut usual, mut refused) = (Dice(11), 0, 0);
        let parts = ["a", "1", "-2", "0x1", "\t", "\t", "\n", "\r\n", "\r", "ä", "1e3", ""];
        for columns in ["a: symbol", "a: number, b: symbol", "a: symbol, b: unsigned, c: float"] {
            for _ in 0..3_000 {
                let text: String = (0..dice.roll(9)).map(|_| parts[dice.roll(parts.len())]).collect();
                // Where values may stand in quotes, each is looked at on its own.
                let patient = read(columns, "rfc4180=true, delimiter=\"\t\"", &text);
                assert_eq!(read(columns, "IO=file", &text), patient, "{columns}: {text:?}");
                usual += patient.as_ref().map_or(0, |rows| rows.count);
                refused += usize::from(patient.is_err());
            }
        }
        assert!(usual > 1_000 && refused > 1_000, "{usual} rows, {refused} texts refused");
    }

    #[test]
    fn columns_are_taken_from_where_they_stand() {
        check("a: number, b: symbol", "columns=\"2:0\"", "x\tno\t1\ny\tno\t2\tmore\n", &["1|x", "2|y"]);
        check("a: number", "columns=\"1\"", "x\n", &["Columns [x] a row of `r` has 2 columns, found 1"]);
    }

    #[test]
    fn quotes_hold_delimiters_and_line_breaks() {
        let types = "a: symbol, b: number";
        check(types, "rfc4180=true", "\"x, \"\"y\"\"\n\",1\r\nz,2", &["x, \"y\"\n|1", "z|2"]);
        check(types, "rfc4180=true", "\"\"\"\",\"1\"\n\"\",2\n", &["\"|1", "|2"]);
        check("a: symbol", "rfc4180=true", "\"x\"", &["x"]);
        check(types, "rfc4180=true", "\"x\n,1\n", &["Quotes [\"x] a value in quotes does not end"]);
        let message = "Quotes [y] a delimiter or the end of the line was expected behind a value in quotes";
        check(types, "rfc4180=true", "\"x\"y,1\nz,2\n", &[message]);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let types = "a: number, b: unsigned, c: float";
        check(
            types,
            "IO=file",
            "x\t-1\t1e999\n",
            &[
                "Value [x] column `a` of `r` takes a number, found `x`",
                "Value [-1] column `b` of `r` takes a number without a sign, found `-1`",
                "Value [1e999] column `c` of `r` takes a float, found `1e999`",
            ],
        );
        check(
            types,
            "IO=file",
            "1\t1\t1\t1\t1\n\t1\tinf",
            &[
                "Columns [1\t1] a row of `r` has 3 columns, found 5",
                "Value [] column `a` of `r` takes a number, found nothing",
                "Value [inf] column `c` of `r` takes a float, found `inf`",
            ],
        );
        check(
            types,
            "IO=file",
            "1\t1\n1\n",
            &["Columns [1\t1] a row of `r` has 3 columns, found 2", "Columns [1] a row of `r` has 3 columns, found 1"],
        );
        check(
            "a: number",
            "IO=file",
            "9223372036854775808\n1 \n+1\n",
            &[
                "Value [9223372036854775808] column `a` of `r` takes a number, found `9223372036854775808`",
                "Value [1 ] column `a` of `r` takes a number, found `1 `",
            ],
        );
        check("", "IO=file", "()\nx\n", &["Columns [x] `r` has no columns: its row is written `()`"]);
    }

    #[test]
    fn many_faults_are_not_all_told() {
        let mut pool = Pool::new();
        let program = program(".decl r(a: number)\n.input r", &mut pool);
        let directive = &program.directives()[0];
        let read = |count: usize, pool: &mut Pool| {
            read_rows(program.relation(directive.relation), directive, (&"x\n".repeat(count), false), pool).unwrap_err()
        };
        let (faults, more) = read(100, &mut pool);
        assert_eq!((faults.len(), more), (100, false));
        let (faults, more) = read(100_000, &mut pool);
        assert_eq!((faults.len(), more, faults[99].start), (100, true, 198));
    }
}
