//! Writes the rows of one relation as text, in an order that depends on nothing but their values.

use std::cmp::Ordering;
use std::io::{self, Write};

use crate::base::numerals::write_float;
use crate::base::{Cell, Pool, Primitive};

use crate::datalog::io::read::delimiter;
use crate::datalog::program::{Directive, Relation};
use crate::datalog::storage::store::Fixpoint;
use crate::datalog::storage::view::View;

/// Bytes that are collected before they are handed on.
const BLOCK: usize = 1 << 16;

/// The rows of a relation, and how they are written.
#[derive(Clone, Copy, Debug)]
pub struct Output<'a> {
    /// What names the relation, its delimiter, its quotes.
    pub directive: &'a Directive,
    /// The relation.
    pub relation: &'a Relation,
    /// Where its rows are.
    pub fixpoint: &'a Fixpoint,
    /// Where its values are.
    pub pool: &'a Pool,
}

impl Output<'_> {
    /// The line that names the columns.
    #[must_use]
    pub fn header(&self) -> String {
        if let Some(names) = &self.directive.attribute_names {
            return names.value.clone();
        }
        let names: Vec<&str> = self.relation.columns.iter().map(|column| &*column.name).collect();
        names.join(delimiter(self.directive))
    }

    /// Writes one line per row: numbers in their order, texts in that of their bytes, column by column. A row without
    /// columns is `()`. Gives how many values do not read back as they are, because a delimiter or a line break begins
    /// in them: with the delimiter `::`, `a:` and `b` give `a:::b`, which is read as `a` and `:b`.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<usize> {
        let view = self.fixpoint.rows(self.directive.relation);
        let mut lines = Lines::new(self);
        lines.text.reserve(BLOCK + BLOCK / 4);
        for row in self.order(view) {
            lines.row(view.row(row as usize));
            if lines.text.len() >= BLOCK {
                out.write_all(&lines.text)?;
                lines.text.clear();
            }
        }
        out.write_all(&lines.text)?;
        Ok(lines.torn)
    }

    /// The numbers of the rows in the order of their values.
    fn order(&self, view: View<'_>) -> Vec<u32> {
        let mut rows: Vec<u32> = (0..).take(view.len()).collect();
        let types: Vec<Primitive> = self.relation.columns.iter().map(|column| column.primitive).collect();
        let as_stored = |row: &u32| {
            let cells = view.row(*row as usize).iter().zip(&types);
            cells.into_iter().all(|(&cell, &primitive)| match primitive {
                Primitive::Number | Primitive::Unsigned => cell >> 31 == 0,
                Primitive::Symbol | Primitive::Float => false,
            })
        };
        if rows.iter().all(as_stored) {
            return rows;
        }
        let ranks = if types.contains(&Primitive::Symbol) { self.ranks() } else { Vec::new() };
        rows.sort_unstable_by(|&a, &b| {
            let cells = view.row(a as usize).iter().zip(view.row(b as usize)).zip(&types);
            let mut orders = cells.filter(|((a, b), _)| a != b).map(|((&a, &b), &primitive)| match primitive {
                Primitive::Symbol => ranks[a as usize].cmp(&ranks[b as usize]),
                Primitive::Number | Primitive::Unsigned | Primitive::Float => self.pool.compare(a, b, primitive),
            });
            orders.next().unwrap_or(Ordering::Equal)
        });
        rows
    }

    /// The place of each text of the pool among all of them: texts are compared once here, and not for each row.
    fn ranks(&self) -> Vec<u32> {
        let mut texts: Vec<Cell> = (0..).take(self.pool.texts()).collect();
        texts.sort_unstable_by_key(|&cell| self.pool.cell_text(cell));
        let mut ranks = vec![0; texts.len()];
        for (rank, cell) in (0..).zip(texts) {
            ranks[cell as usize] = rank;
        }
        ranks
    }
}

struct Lines<'a> {
    output: &'a Output<'a>,
    delimiter: &'a str,
    /// How a value ends that makes a delimiter together with the beginning of the one behind it.
    borders: Vec<&'a str>,
    /// A number may hold the delimiter, or end in one of its borders.
    tears_numbers: bool,
    text: Vec<u8>,
    torn: usize,
}

impl<'a> Lines<'a> {
    fn new(output: &'a Output<'a>) -> Self {
        let delimiter = delimiter(output.directive);
        let tears_numbers = delimiter.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
        let repeats = |&at: &usize| delimiter.is_char_boundary(at) && delimiter.starts_with(&delimiter[at..]);
        let borders = (1..delimiter.len()).filter(repeats).map(|at| &delimiter[..at]).collect();
        Self { output, delimiter, borders, tears_numbers, text: Vec::new(), torn: 0 }
    }

    fn row(&mut self, cells: &[Cell]) {
        let columns = &self.output.relation.columns;
        if columns.is_empty() {
            self.text.extend_from_slice(b"()");
        }
        for (index, (&cell, column)) in cells.iter().zip(columns).enumerate() {
            if index > 0 {
                self.text.extend_from_slice(self.delimiter.as_bytes());
            }
            let start = self.text.len();
            let pool = self.output.pool;
            let is_last = index + 1 == columns.len();
            match column.primitive {
                Primitive::Symbol => self.symbol(pool.cell_text(cell), is_last),
                Primitive::Number => {
                    let value = pool.decode(cell);
                    if value < 0 {
                        self.text.push(b'-');
                    }
                    self.digits(value.unsigned_abs());
                }
                Primitive::Unsigned => self.digits(pool.decode_unsigned(cell)),
                Primitive::Float => self.text.extend_from_slice(write_float(pool.decode_float(cell)).as_bytes()),
            }
            if self.tears_numbers && column.primitive != Primitive::Symbol {
                let number = &self.text[start..];
                let holds = number.windows(self.delimiter.len()).any(|part| part == self.delimiter.as_bytes());
                let is_torn = holds || self.begins_delimiter(number, is_last);
                self.torn += usize::from(is_torn);
            }
        }
        self.text.push(b'\n');
    }

    /// Whether the value and the delimiter behind it hold one that begins in the value and ends behind it.
    fn begins_delimiter(&self, value: &[u8], is_last: bool) -> bool {
        !is_last && self.borders.iter().any(|border| value.ends_with(border.as_bytes()))
    }

    fn symbol(&mut self, text: &str, is_last: bool) {
        if !self.output.directive.rfc4180 {
            let holds = text.contains(['\n', '\r']) || text.contains(self.delimiter);
            self.torn += usize::from(holds || self.begins_delimiter(text.as_bytes(), is_last));
            return self.text.extend_from_slice(text.as_bytes());
        }
        self.text.push(b'"');
        for byte in text.bytes() {
            if byte == b'"' {
                self.text.push(b'"');
            }
            self.text.push(byte);
        }
        self.text.push(b'"');
    }

    fn digits(&mut self, mut value: u64) {
        let mut digits = [0; 20];
        let mut start = digits.len();
        loop {
            start -= 1;
            digits[start] = b'0' + u8::try_from(value % 10).unwrap_or(0);
            value /= 10;
            if value == 0 {
                break;
            }
        }
        self.text.extend_from_slice(&digits[start..]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::datalog::analysis::stratify::stratify;
    use crate::datalog::evaluation::evaluate::evaluate;
    use crate::datalog::evaluation::settings::Settings;
    use crate::datalog::io::read::read_rows;
    use crate::datalog::io::samples::program;
    use crate::datalog::storage::fixpoint::Database;

    /// Reads the text as the rows of `r`, writes them, and compares text and torn values.
    fn check(columns: &str, parameters: &str, text: &str, expect: (&str, usize)) {
        let mut pool = Pool::new();
        let text_of = format!(".decl r({columns})\n.input r({parameters})\n.output r({parameters})");
        let program = program(&text_of, &mut pool);
        let (input, output) = (program.directives()[0].clone(), program.directives()[1].clone());
        let rows = read_rows(program.relation(input.relation), &input, (text, false), &mut pool).unwrap();
        let mut database = Database::new();
        database.fill(input.relation, (rows.cells, rows.count), Vec::new());
        let strata = stratify(program).unwrap();
        let fixpoint = evaluate(&strata, database, &mut pool, &Settings::default()).unwrap();
        let relation = strata.program().relation(output.relation);
        let output = Output { directive: &output, relation, fixpoint: &fixpoint, pool: &pool };
        let mut written = Vec::new();
        let torn = output.write(&mut written).unwrap();
        assert_eq!((std::str::from_utf8(&written).unwrap(), torn), expect);
    }

    /// Evaluates the program, writes its first relation, compares text and torn values, and gives the header.
    fn written(text: &str, expect: (&str, usize)) -> String {
        let mut pool = Pool::new();
        let strata = stratify(program(text, &mut pool)).unwrap();
        let fixpoint = evaluate(&strata, Database::new(), &mut pool, &Settings::default()).unwrap();
        let directive = &strata.program().directives()[0];
        let relation = strata.program().relation(directive.relation);
        let output = Output { directive, relation, fixpoint: &fixpoint, pool: &pool };
        let mut written = Vec::new();
        let torn = output.write(&mut written).unwrap();
        assert_eq!((std::str::from_utf8(&written).unwrap(), torn), expect);
        output.header()
    }

    #[test]
    fn rows_come_in_the_order_of_their_values() {
        check("a: symbol, b: number", "IO=file", "b\t10\na\t9\nb\t-3\nb\t10\n", ("a\t9\nb\t-3\nb\t10\n", 0));
        let wide = "-5000000000\n-1\n0\n7\n5000000000\n";
        check("a: number", "IO=file", "7\n5000000000\n-1\n-5000000000\n0\n", (wide, 0));
        check(
            "a: unsigned",
            "IO=file",
            "18446744073709551615\n9999999999\n1\n",
            ("1\n9999999999\n18446744073709551615\n", 0),
        );
        check("a: float", "IO=file", "1e300\n-0.5\n0\n", ("-0.5\n0\n1e300\n", 0));
        check("", "IO=file", "()\n()\n", ("()\n", 0));
        check("a: number", "IO=file", "", ("", 0));
    }

    #[test]
    fn values_in_quotes_read_back() {
        let text = "\"a, \"\"b\"\"\n\",1\n\"c\",-2\n";
        check("a: symbol, b: number", "rfc4180=true", text, (text, 0));
    }

    #[test]
    fn values_that_hold_a_delimiter_are_counted() {
        check("a: symbol, b: symbol", "columns=\"0:1\", delimiter=\"::\"", "x::y z\n", ("x::y z\n", 0));
        check("a: symbol", "delimiter=\" \", columns=\"0\"", "x y\n", ("x\n", 0));
        let texts = ".decl r(a: symbol) r(\"x\\ty\"). r(\"u\\nv\"). r(\"w\"). .output r";
        assert_eq!(written(texts, ("u\nv\nw\nx\ty\n", 2)), "a");
        let numbers = ".decl r(a: number, b: number) r(-5, 3). r(4, 4).\n.output r";
        written(&format!("{numbers}(delimiter=\"-\")"), ("-5-3\n4-4\n", 1));
        written(&format!("{numbers}(delimiter=\"-\", rfc4180=true)"), ("-5-3\n4-4\n", 1));
        written(&format!("{numbers}(delimiter=\", \")"), ("-5, 3\n4, 4\n", 0));
        written(".decl r(a: float, b: unsigned) r(1.5, 2).\n.output r(delimiter=\".\")", ("1.5.2\n", 1));
        let halves = ".decl r(a: symbol, b: symbol) r(\"a:\", \"b\"). r(\"c\", \":d\"). r(\"e\", \"f:\").\n.output r";
        written(&format!("{halves}(delimiter=\"::\")"), ("a:::b\nc:::d\ne::f:\n", 1));
        written(
            &format!("{halves}(delimiter=\"::\", rfc4180=true)"),
            ("\"a:\"::\"b\"\n\"c\"::\":d\"\n\"e\"::\"f:\"\n", 0),
        );
        written(".decl r(a: number, b: number) r(21, 1).\n.output r(delimiter=\"11\")", ("21111\n", 1));
    }

    /// All texts of at most three of two characters.
    fn short_texts() -> Vec<String> {
        let mut texts = vec![String::new()];
        for from in [0, 1, 3] {
            let longer: Vec<String> =
                texts[from..].iter().flat_map(|text| [format!("{text}:"), format!("{text}é")]).collect();
            texts.extend(longer);
        }
        texts
    }

    #[test]
    fn a_value_is_torn_where_it_is_read_as_another_one() {
        let texts = short_texts();
        assert_eq!(texts.len(), 15);
        let facts: String =
            texts.iter().flat_map(|a| texts.iter().map(move |b| format!("r(\"{a}\", \"{b}\").\n"))).collect();
        for delimiter in &texts[1..] {
            let parameters = format!("(delimiter=\"{delimiter}\")");
            let mut pool = Pool::new();
            let text = format!(".decl r(a: symbol, b: symbol)\n.input r{parameters}\n.output r{parameters}\n{facts}");
            let strata = stratify(program(&text, &mut pool)).unwrap();
            let fixpoint = evaluate(&strata, Database::new(), &mut pool, &Settings::default()).unwrap();
            let [input, directive] = strata.program().directives() else { panic!("there are two") };
            let relation = strata.program().relation(directive.relation);
            let view = fixpoint.rows(directive.relation);
            let output = Output { directive, relation, fixpoint: &fixpoint, pool: &pool };
            let mut lines = Lines::new(&output);
            let mut pool = pool.clone();
            for row in 0..view.len() {
                lines.text.clear();
                lines.torn = 0;
                lines.row(view.row(row));
                let line = std::str::from_utf8(&lines.text).unwrap();
                let back = read_rows(relation, input, (line, false), &mut pool);
                let is_same = back.is_ok_and(|rows| rows.cells == view.row(row));
                assert_eq!(lines.torn == 0, is_same, "{line:?} with {delimiter:?}");
            }
        }
    }
}
