//! The form of Soufflé 2.5 and later: a program, and one tab-separated file of given rows per relation.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use crate::base::{Cell, FileId, Pool, Primitive, Span, Spanned};
use crate::datalog::ast::{self, Declaration, Directive, Term};
use crate::datalog::{Column, Database, Program, Relation, RelationId};

use super::{Error, Folder};

/// The rules; the last file, so that a folder with it has all others.
const PROGRAM: &str = "program.dl";
/// What the rule files include: relations that rules may use, or not.
const PRELUDE: &str = "prelude.dl";
/// The clauses that do not stand in rule files.
const VOCABULARY: &str = "vocabulary.dl";
/// The folder of the given rows, and how their files end.
const FACTS: &str = "facts";
const ENDING: &str = ".facts";
/// Rows that a tab-separated file cannot hold.
const TEXTS: &str = "texts.dl";

/// Writes a program and the rows it is given.
///
/// `rules` is printed with its comments and annotations. What comes from files that are included, as the function beside it
/// tells, goes to a file that is included, so that nobody is warned of relations there that no rule uses; the rules of the
/// `vocabulary` go to a file of their own. Of the directives, `.input`
/// stands behind every relation that has one or is given rows, without parameters; `.output` and `.printsize` stay, without
/// parameters as well. There is a file for each `.input`, with its distinct rows in ascending order.
/// A tab-separated file of Soufflé has no escapes: a row with a tab or a line break in a text becomes a fact of the
/// program, whose strings have them.
///
/// # Errors
///
/// A text that neither can hold.
pub fn souffle(
    (rules, is_included): (&ast::Program, &dyn Fn(FileId) -> bool),
    vocabulary: &ast::Program,
    program: &Program,
    database: &Database,
    pool: &Pool,
) -> Result<Folder, Error> {
    let (mut files, mut texts, mut wide) = (Vec::new(), String::new(), false);
    let asks = |name: &str| rules.directives.iter().any(|d| d.verb.value == "input" && d.relation.value == name);
    let mut inputs: Vec<Arc<str>> = Vec::new();
    for (id, relation) in program.relations() {
        if !asks(&relation.name) && database.given(id, relation.columns.len()).next().is_none() {
            continue;
        }
        inputs.push(Arc::clone(&relation.name));
        let mut writer = Writer { relation, pool, wide: false, lines: Vec::new(), facts: Vec::new() };
        writer.add(id, database)?;
        wide |= writer.wide;
        files.push((format!("{FACTS}/{}{ENDING}", relation.name), joined(writer.lines)));
        texts += &joined(writer.facts);
    }
    wide |= rules.clauses.iter().chain(&vocabulary.clauses).flat_map(ast::Clause::terms).any(is_wide);
    let mut includes = format!(".include \"{VOCABULARY}\"\n");
    if !texts.is_empty() {
        writeln!(includes, ".include \"{TEXTS}\"").expect("a string takes all");
        files.push((
            TEXTS.to_owned(),
            format!("// Rows with tabs or line breaks, for which .facts files have no escapes.\n{texts}"),
        ));
    }
    files.push((VOCABULARY.to_owned(), format!("// Rules that the vocabulary of the data set holds.\n{vocabulary}")));
    let rules = ast::Program { directives: directives(rules, &inputs), ..rules.clone() };
    let (own, beside) = (part(&rules, &|file| !is_included(file)), part(&rules, is_included));
    let mut printed = own.to_string();
    if beside != ast::Program::default() {
        printed = format!(".include \"{PRELUDE}\"\n\n{printed}");
        files.push((PRELUDE.to_owned(), format!("// What rules may use.\n\n{beside}")));
    }
    files.push((PROGRAM.to_owned(), format!("{HEADER}{printed}\n{includes}")));
    Ok(Folder { files, wide })
}

/// What of a program stands in some of its files. An `.input` stays with its relation.
fn part(rules: &ast::Program, takes: &dyn Fn(FileId) -> bool) -> ast::Program {
    let is_here = |span: Span| takes(span.file);
    let types = rules.types.iter().filter(|ty| is_here(ty.span)).cloned().collect();
    let here = rules.declarations.iter().filter(|declaration| is_here(declaration.span));
    let declarations: Vec<Declaration> = here.cloned().collect();
    let declared: BTreeSet<&str> = declarations.iter().map(|declaration| declaration.name.value.as_str()).collect();
    let of_here = |directive: &&Directive| match directive.verb.value.as_str() {
        "input" => declared.contains(directive.relation.value.as_str()),
        _ => is_here(directive.relation.span),
    };
    let directives = rules.directives.iter().filter(of_here).cloned().collect();
    let clauses = rules.clauses.iter().filter(|clause| is_here(clause.span)).cloned().collect();
    ast::Program { types, declarations, directives, clauses, ..ast::Program::default() }
}

const HEADER: &str = "// Written by gainsay for Soufflé 2.5 or later: souffle -F facts -D OUT program.dl\n\n";

/// Whether a folder holds an earlier export and nothing else; if not, what is in it besides.
///
/// `names` are the paths of its files, with `/`, and `read` gives the text of one.
///
/// # Errors
///
/// A path that no export writes, or that of the program where it is missing or not one of ours.
pub fn is_export(names: &[String], read: impl FnOnce(&str) -> Option<String>) -> Result<(), String> {
    let ours = |name: &str| match name.split_once('/') {
        None => [PROGRAM, PRELUDE, VOCABULARY, TEXTS].contains(&name),
        Some((folder, file)) => folder == FACTS && !file.contains('/') && file.ends_with(ENDING),
    };
    match names.iter().find(|name| !ours(name)) {
        Some(other) => Err(other.clone()),
        None if read(PROGRAM).is_some_and(|text| text.starts_with(HEADER)) => Ok(()),
        None => Err(PROGRAM.to_owned()),
    }
}

/// The directives that a program needs whose rows lie in files.
fn directives(rules: &ast::Program, inputs: &[Arc<str>]) -> Vec<Directive> {
    let plain = |verb: &str, name: &Spanned<String>| Directive {
        verb: Spanned::new(verb.to_owned(), name.span),
        relation: name.clone(),
        parameters: Vec::new(),
    };
    let is_input = |name: &&Spanned<String>| inputs.iter().any(|input| **input == *name.value);
    let names = rules.declarations.iter().map(|declaration| &declaration.name);
    let inputs = names.filter(is_input).map(|name| plain("input", name));
    let others = rules.directives.iter().filter(|directive| directive.verb.value != "input");
    inputs.chain(others.map(|directive| plain(&directive.verb.value, &directive.relation))).collect()
}

/// The rows of one relation as text.
struct Writer<'a> {
    relation: &'a Relation,
    pool: &'a Pool,
    wide: bool,
    /// Lines of a tab-separated file.
    lines: Vec<String>,
    /// Facts of a program.
    facts: Vec<String>,
}

impl Writer<'_> {
    fn add(&mut self, id: RelationId, database: &Database) -> Result<(), Error> {
        let columns = &self.relation.columns;
        let mut rows: Vec<&[Cell]> = database.given(id, columns.len()).collect();
        let order = |(column, (&a, &b)): (&Column, (&Cell, &Cell))| self.pool.compare(a, b, column.primitive);
        rows.sort_unstable_by(|a, b| {
            let mut orders = columns.iter().zip(a.iter().zip(*b)).map(order);
            orders.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
        });
        rows.dedup();
        rows.into_iter().try_for_each(|row| self.row(row))
    }

    fn row(&mut self, row: &[Cell]) -> Result<(), Error> {
        let values = || self.relation.columns.iter().zip(row).map(|(column, &cell)| (column.primitive, cell));
        let mut texts = values().filter(|value| value.0 == Primitive::Symbol).map(|value| self.pool.cell_text(value.1));
        let name = &self.relation.name;
        if row.is_empty() {
            self.lines.push("()".to_owned());
        } else if !texts.any(|text| text.contains(['\t', '\n', '\r'])) {
            let values: Vec<_> = values().map(|(primitive, cell)| self.pool.shown(cell, primitive)).collect();
            self.lines.push(values.join("\t"));
        } else if values().any(|(primitive, cell)| self.pool.shown(cell, primitive).contains('\0')) {
            return Err(Error::Unwritable { relation: name.to_string() });
        } else {
            let values: Vec<String> = values().map(|(primitive, cell)| self.constant(primitive, cell)).collect();
            self.facts.push(format!("{name}({}).", values.join(", ")));
        }
        self.wide |= values().any(|(primitive, cell)| self.is_wide(primitive, cell));
        Ok(())
    }

    /// Whether 32 bits are too few.
    fn is_wide(&self, primitive: Primitive, cell: Cell) -> bool {
        match primitive {
            Primitive::Symbol => false,
            Primitive::Number => i32::try_from(self.pool.decode(cell)).is_err(),
            Primitive::Unsigned => u32::try_from(self.pool.decode_unsigned(cell)).is_err(),
            Primitive::Float => true,
        }
    }

    /// A value as it stands in a clause.
    fn constant(&self, primitive: Primitive, cell: Cell) -> String {
        let shown = self.pool.shown(cell, primitive);
        match primitive {
            Primitive::Symbol => Term::Text(shown.into_owned()).to_string(),
            Primitive::Number => shown.into_owned(),
            Primitive::Unsigned => format!("{shown}u"),
            Primitive::Float if shown.contains('.') => shown.into_owned(),
            Primitive::Float => format!("{shown}.0"),
        }
    }
}

/// Whether 32 bits are too few for a constant of a clause; without a `u` it is read as a signed number.
fn is_wide(term: &Term) -> bool {
    match term {
        Term::Number(number) => i32::try_from(*number).is_err(),
        Term::Unsigned(number) => u32::try_from(*number).is_err(),
        Term::Float(_) => true,
        Term::Variable(_)
        | Term::Wildcard
        | Term::Text(_)
        | Term::Functor(..)
        | Term::Range(_)
        | Term::As(..)
        | Term::Aggregate { .. } => false,
    }
}

fn joined(lines: impl IntoIterator<Item = String>) -> String {
    lines.into_iter().map(|line| line + "\n").collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SourceMap;
    use crate::datalog;

    #[test]
    fn rows_are_sorted_distinct_and_typed() {
        let text = ".decl none()\n.input none(IO=file)\n.decl p(x: number, y: symbol)\n.decl q(x: symbol) .input q\n\
                    .output q(filename=\"x\")\nq(\"a\").";
        let mut sources = SourceMap::new();
        let file = sources.add("a.dl", text);
        let rules = datalog::parse(&sources, file).value;
        let mut pool = Pool::new();
        let program = datalog::check(&rules, &mut pool).value.unwrap();
        let mut database = Database::new();
        let find = |name| program.find(name).unwrap();
        database.push(find("none"), &[], None);
        for (number, text) in [(10, "b"), (9, "c"), (-1, "a\nb"), (i64::MAX, ""), (9, "c")] {
            database.push(find("p"), &[pool.number(number), pool.intern(text).cell()], None);
        }
        let folder = souffle((&rules, &|_| false), &ast::Program::default(), &program, &database, &pool).unwrap();
        let expect = [
            ("facts/none.facts", "()\n"),
            ("facts/p.facts", "9\tc\n10\tb\n9223372036854775807\t\n"),
            ("facts/q.facts", ""),
            (TEXTS, "// Rows with tabs or line breaks, for which .facts files have no escapes.\np(-1, \"a\\nb\").\n"),
            (VOCABULARY, "// Rules that the vocabulary of the data set holds.\n"),
        ];
        assert_eq!(folder.files[..5], expect.map(|(path, text)| (path.to_owned(), text.to_owned())));
        let printed = ".decl none()\n.input none\n.decl p(x: number, y: symbol)\n.input p\n.decl q(x: symbol)\n.input q\n\
                       q(\"a\").\n\n.output q\n\n.include \"vocabulary.dl\"\n.include \"texts.dl\"\n";
        assert_eq!(folder.files[5], (PROGRAM.to_owned(), format!("{HEADER}{printed}")));
        assert!(folder.wide);
        let narrow =
            souffle((&rules, &|_| false), &ast::Program::default(), &program, &Database::new(), &pool).unwrap();
        assert!(!narrow.wide && narrow.files.iter().all(|(path, _)| path != TEXTS && !path.contains("p.facts")));
    }

    #[test]
    fn what_is_included_stays_included() {
        let mut sources = SourceMap::new();
        let included = sources.add("b.dl", ".type T <: number\n.decl p(x: T)\n.decl r(x: T)\nr(X) :- p(X).\n.output r");
        let main = sources.add("a.dl", ".decl q(x: T)\n.input p\nq(X) :- r(X).\nr(1).\n.output q\n.output p\n.input q");
        let (mut rules, own) = (datalog::parse(&sources, included).value, datalog::parse(&sources, main).value);
        rules.declarations.extend(own.declarations);
        rules.directives.extend(own.directives);
        rules.clauses.extend(own.clauses);
        let mut pool = Pool::new();
        let program = datalog::check(&rules, &mut pool).value.unwrap();
        let is_included = |file| file == included;
        let folder =
            souffle((&rules, &is_included), &ast::Program::default(), &program, &Database::new(), &pool).unwrap();
        let texts: Vec<&str> = folder.files[2..].iter().map(|(_, text)| text.as_str()).collect();
        let prelude = "// What rules may use.\n\n.type T <: number\n\n.decl p(x: T)\n.input p\n.decl r(x: T)\nr(X) :- p(X).\n\n\
                       .output r\n";
        assert_eq!((folder.files[3].0.as_str(), texts[1]), (PRELUDE, prelude));
        let printed = ".include \"prelude.dl\"\n\n.decl q(x: T)\n.input q\nq(X) :- r(X).\nr(1).\n\n.output q\n.output p\n\n\
                       .include \"vocabulary.dl\"\n";
        assert_eq!(texts[2], format!("{HEADER}{printed}"));
    }

    #[test]
    fn constants_of_rules_may_be_wide() {
        let check = |clause: &str, expect: bool| {
            let mut sources = SourceMap::new();
            let text = format!(".decl p(x: number)\n.decl u(x: unsigned)\n.decl f(x: float)\n{clause}");
            let file = sources.add("a.dl", &text);
            let rules = datalog::parse(&sources, file).value;
            let mut pool = Pool::new();
            let program = datalog::check(&rules, &mut pool).value.unwrap();
            let folder =
                souffle((&rules, &|_| false), &ast::Program::default(), &program, &Database::new(), &pool).unwrap();
            assert_eq!(folder.wide, expect, "{clause}");
        };
        check("p(2147483647). p(-2147483647). u(4294967295u). p(X) :- p(X), X < 7.", false);
        check("p(2147483648).", true);
        check("p(X) :- p(X), (X < 1 ; X + -2147483649 > 0).", true);
        check("p(X) :- X = count : { p(Y), Y != 5000000000 }.", true);
        check("u(4294967296u).", true);
        check("f(1.5).", true);
    }

    #[test]
    fn an_export_knows_itself() {
        let check = |names: &[&str], text: Option<&str>, expect: Result<(), &str>| {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            let known = is_export(&names, |path| text.filter(|_| path == PROGRAM).map(str::to_owned));
            assert_eq!(known, expect.map_err(str::to_owned), "{names:?}");
        };
        check(&["facts/a.facts", PRELUDE, PROGRAM, TEXTS], Some(HEADER), Ok(()));
        check(&["facts/a.facts", PROGRAM], Some("// mine"), Err(PROGRAM));
        check(&["facts/a.facts"], None, Err(PROGRAM));
        check(&["facts/a.csv", PROGRAM], Some(HEADER), Err("facts/a.csv"));
        check(&["facts/a/b.facts", PROGRAM], Some(HEADER), Err("facts/a/b.facts"));
        check(&["more/a.facts", PROGRAM], Some(HEADER), Err("more/a.facts"));
        check(&[PROGRAM, ".git/config"], Some(HEADER), Err(".git/config"));
    }
}
