//! Cells, facts and conditions as they are written in programs.

use serde::Serialize;

use crate::base::numerals::write_float;
use crate::base::{Cell, Place, Pool, Primitive, SourceMap, Span, Spanned};

use crate::datalog::program::{Atom, Literal, Program, RelationId, Rule, RuleId, Strata, Term};
use crate::datalog::storage::fixpoint::Fact;
use crate::datalog::storage::store::Fixpoint;
use crate::datalog::syntax::ast;

/// What answers are about.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The program.
    pub strata: &'a Strata,
    /// Its rows.
    pub fixpoint: &'a Fixpoint,
    /// The texts that spans are in.
    pub sources: &'a SourceMap,
}

impl<'a> Context<'a> {
    pub(in crate::datalog) fn place(self, span: Span) -> Place<'a> {
        Place::new(self.sources, span)
    }

    pub(in crate::datalog) fn rule(self, id: RuleId) -> RuleOut<'a> {
        let rule = self.strata.program().rule(id);
        let relation = &self.strata.program().relation(rule.head).name;
        let docs = (!rule.docs.is_empty()).then_some(&*rule.docs);
        RuleOut { relation, place: self.place(rule.span), docs }
    }

    /// What matches a pattern as an atom; `_` stands for anything.
    #[must_use]
    pub fn atom(self, pool: &Pool, relation: RelationId, pattern: &[Option<Cell>]) -> String {
        Words { context: self, pool }.atom(relation, pattern.iter().copied())
    }
}

/// What turns the parts of an answer into texts.
#[derive(Clone, Copy)]
pub(in crate::datalog) struct Words<'a, 'p> {
    pub(in crate::datalog) context: Context<'a>,
    /// The values.
    pub(in crate::datalog) pool: &'p Pool,
}

/// A value in a document: a text, or a number as such.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// Of type `symbol` or below.
    Text(String),
    /// Of type `number` or below.
    Number(i64),
    /// Of type `unsigned` or below.
    Unsigned(u64),
    /// Of type `float` or below.
    Float(f64),
}

impl Value {
    /// The value of a cell.
    #[must_use]
    pub fn new(pool: &Pool, cell: Cell, primitive: Primitive) -> Self {
        match primitive {
            Primitive::Symbol => Self::Text(pool.cell_text(cell).to_owned()),
            Primitive::Number => Self::Number(pool.decode(cell)),
            Primitive::Unsigned => Self::Unsigned(pool.decode_unsigned(cell)),
            Primitive::Float => Self::Float(pool.decode_float(cell)),
        }
    }
}

impl Value {
    /// The value as it is written in a program.
    pub(in crate::datalog) fn constant(&self) -> ast::Term {
        match self {
            Self::Text(text) => ast::Term::Text(text.clone()),
            Self::Number(number) => ast::Term::Number(i128::from(*number)),
            Self::Unsigned(number) => ast::Term::Unsigned(*number),
            // A float of a row is finite.
            Self::Float(number) => {
                ast::FloatBits::new(*number).map_or_else(|| ast::Term::Text(number.to_string()), ast::Term::Float)
            }
        }
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => number.fmt(f),
            Self::Unsigned(number) => number.fmt(f),
            Self::Float(number) => f.write_str(&write_float(*number)),
        }
    }
}

/// A row, or what is looked for, column by column.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RowOut<'a> {
    /// The relation.
    pub relation: &'a str,
    /// One for each column.
    pub columns: Vec<ColumnOut<'a>>,
}

/// A column of a row.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ColumnOut<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its declared type.
    #[serde(rename = "type")]
    pub type_name: &'a str,
    /// Its value; null stands for any.
    pub value: Option<Value>,
}

/// A variable of a rule and what it stands for.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct VariableOut<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its value.
    pub value: Value,
}

/// A condition of a rule.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ConditionOut<'a> {
    /// As it is written, with values for the variables that have one.
    pub text: String,
    /// Where it is written.
    pub place: Place<'a>,
    /// It is written in the clause of an inline relation, which the rule reads.
    pub inlined: bool,
}

impl ConditionOut<'_> {
    /// Where an inlined condition is written.
    pub(in crate::datalog) fn note(&self) -> Option<String> {
        self.inlined.then(|| format!("inlined from {}", self.place.short()))
    }
}

/// A rule.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RuleOut<'a> {
    /// The relation that it adds to.
    pub relation: &'a str,
    /// Where its clause is written.
    pub place: Place<'a>,
    /// Its `///` comment, if it has one.
    pub docs: Option<&'a str>,
}

impl<'a> Words<'a, '_> {
    fn program(self) -> &'a Program {
        self.context.strata.program()
    }

    /// Columns of a row or pattern.
    pub(in crate::datalog) fn row(
        self,
        relation: RelationId,
        cells: impl IntoIterator<Item = Option<Cell>>,
    ) -> RowOut<'a> {
        let declared = self.program().relation(relation);
        let columns = declared.columns.iter().zip(cells).map(|(column, cell)| ColumnOut {
            name: &column.name,
            type_name: &column.type_name,
            value: cell.map(|cell| Value::new(self.pool, cell, column.primitive)),
        });
        RowOut { relation: &declared.name, columns: columns.collect() }
    }

    pub(in crate::datalog) fn fact(self, fact: Fact) -> RowOut<'a> {
        self.row(fact.relation, self.cells(fact))
    }

    /// A fact as it is written in a program.
    pub(in crate::datalog) fn fact_text(self, fact: Fact) -> String {
        self.atom(fact.relation, self.cells(fact))
    }

    fn cells(self, fact: Fact) -> impl Iterator<Item = Option<Cell>> {
        self.context.fixpoint.row(fact).iter().copied().map(Some)
    }

    /// What matches a pattern as an atom; `_` stands for anything.
    pub(in crate::datalog) fn atom(
        self,
        relation: RelationId,
        cells: impl IntoIterator<Item = Option<Cell>>,
    ) -> String {
        let declared = self.program().relation(relation);
        let terms = declared.columns.iter().zip(cells).map(|(column, cell)| match cell {
            Some(cell) => self.value_text(cell, column.primitive),
            None => "_".to_owned(),
        });
        format!("{}({})", declared.name, terms.collect::<Vec<_>>().join(", "))
    }

    /// A value as a constant.
    pub(in crate::datalog) fn value_text(self, cell: Cell, primitive: Primitive) -> String {
        self.constant(cell, primitive).to_string()
    }

    fn constant(self, cell: Cell, primitive: Primitive) -> ast::Term {
        Value::new(self.pool, cell, primitive).constant()
    }

    /// The conditions of a rule, in their order, with values for the variables that have one.
    pub(in crate::datalog) fn conditions(self, rule: &Rule, binding: &[Option<Cell>]) -> Vec<ConditionOut<'a>> {
        let types = primitives(self.program(), rule);
        let reading = Reading { words: self, rule, binding, types: &types };
        let clause = rule.span.start..=rule.span.end;
        let conditions = rule.body.iter().zip(&rule.places).map(|(literal, &place)| ConditionOut {
            text: reading.literal(literal).to_string(),
            place: self.context.place(place),
            inlined: place.file != rule.span.file || !clause.contains(&place.start),
        });
        conditions.collect()
    }

    /// The named variables of a rule that have a value.
    pub(in crate::datalog) fn variables(self, rule: &'a Rule, binding: &[Option<Cell>]) -> Vec<VariableOut<'a>> {
        let types = primitives(self.program(), rule);
        let known = rule.variables.iter().zip(binding).zip(types);
        let named = known.filter(|((name, _), _)| !name.starts_with('_'));
        let value = |((name, cell), primitive): ((&'a std::sync::Arc<str>, &Option<Cell>), Option<Primitive>)| {
            Some(VariableOut { name, value: Value::new(self.pool, (*cell)?, primitive?) })
        };
        named.filter_map(value).collect()
    }
}

/// What the variables of a rule hold; none for one that nothing tells of.
pub(in crate::datalog) fn primitives(program: &Program, rule: &Rule) -> Vec<Option<Primitive>> {
    let mut types = vec![None; rule.variables.len()];
    each_typed(program, &rule.body, &mut |term, primitive, _| {
        if let Term::Variable(variable) = term {
            types[usize::from(*variable)].get_or_insert(primitive);
        }
    });
    let columns = &program.relation(rule.head).columns;
    for (term, column) in rule.terms.iter().zip(columns) {
        if let Term::Variable(variable) = term {
            types[usize::from(*variable)].get_or_insert(column.primitive);
        }
    }
    types
}

/// Calls `see` for each term whose type its place tells, with the column if it is one of an atom.
pub(in crate::datalog) fn each_typed<'a>(
    program: &'a Program,
    body: &'a [Literal],
    see: &mut dyn FnMut(&'a Term, Primitive, Option<&'a crate::datalog::Column>),
) {
    for literal in body {
        match literal {
            Literal::Atom(atom) | Literal::Not(atom) => {
                for (term, column) in atom.terms.iter().zip(&program.relation(atom.relation).columns) {
                    see(term, column.primitive, Some(column));
                    each_argument(term, see);
                }
            }
            Literal::Compare { left, right, primitive, .. } => {
                for term in [left, right] {
                    see(term, *primitive, None);
                    each_argument(term, see);
                }
            }
            Literal::Aggregate { result, function, primitive, target, body, .. } => {
                see(result, function.result(*primitive), None);
                if let Some(target) = target {
                    see(target, *primitive, None);
                    each_argument(target, see);
                }
                each_typed(program, body, see);
            }
            Literal::Range { result, primitive, arguments } => {
                for term in std::iter::once(result).chain(arguments) {
                    see(term, *primitive, None);
                    each_argument(term, see);
                }
            }
        }
    }
}

fn each_argument<'a>(term: &'a Term, see: &mut dyn FnMut(&'a Term, Primitive, Option<&'a crate::datalog::Column>)) {
    if let Term::Functor(functor, primitive, arguments) = term {
        for (place, argument) in arguments.iter().enumerate() {
            see(argument, argument_type(*functor, *primitive, place), None);
            each_argument(argument, see);
        }
    }
}

/// The type of an argument of a functor.
fn argument_type(functor: ast::Functor, primitive: Primitive, place: usize) -> Primitive {
    if functor == ast::Functor::Substring && place > 0 { Primitive::Number } else { primitive }
}

/// A rule with values for some of its variables, read back as it is written.
struct Reading<'a, 'p, 'r> {
    words: Words<'a, 'p>,
    rule: &'r Rule,
    binding: &'r [Option<Cell>],
    types: &'r [Option<Primitive>],
}

impl Reading<'_, '_, '_> {
    fn spanned<T>(&self, value: T) -> Spanned<T> {
        Spanned::new(value, self.rule.span)
    }

    fn term(&self, term: &Term, primitive: Primitive) -> ast::Term {
        match term {
            Term::Wildcard => ast::Term::Wildcard,
            Term::Constant(cell) => self.words.constant(*cell, primitive),
            Term::Variable(variable) => {
                let number = usize::from(*variable);
                let primitive = self.types.get(number).copied().flatten().unwrap_or(primitive);
                match self.binding.get(number).copied().flatten() {
                    Some(cell) => self.words.constant(cell, primitive),
                    None => ast::Term::Variable(self.rule.variables[number].to_string()),
                }
            }
            Term::Functor(functor, primitive, arguments) => {
                let arguments = arguments.iter().enumerate();
                let arguments = arguments.map(|(place, argument)| {
                    self.spanned(self.term(argument, argument_type(*functor, *primitive, place)))
                });
                ast::Term::Functor(*functor, arguments.collect())
            }
        }
    }

    fn atom(&self, atom: &Atom) -> ast::Atom {
        let relation = self.words.program().relation(atom.relation);
        let terms = atom.terms.iter().zip(&relation.columns);
        ast::Atom {
            relation: self.spanned(relation.name.to_string()),
            terms: terms.map(|(term, column)| self.spanned(self.term(term, column.primitive))).collect(),
            span: self.rule.span,
        }
    }

    fn literal(&self, literal: &Literal) -> ast::Literal {
        let equals = |left: ast::Term, right: ast::Term| ast::Literal::Constraint {
            left: self.spanned(left),
            operator: ast::Operator::Equal,
            right: self.spanned(right),
        };
        match literal {
            Literal::Atom(atom) => ast::Literal::Atom(self.atom(atom)),
            Literal::Not(atom) => ast::Literal::Not(self.atom(atom)),
            Literal::Compare { left, operator, right, primitive } => ast::Literal::Constraint {
                left: self.spanned(self.term(left, *primitive)),
                operator: *operator,
                right: self.spanned(self.term(right, *primitive)),
            },
            Literal::Aggregate { result, function, primitive, target, body, .. } => {
                let target = target.as_ref().map(|target| Box::new(self.spanned(self.term(target, *primitive))));
                let body = body.iter().map(|literal| self.literal(literal)).collect();
                let aggregate = ast::Term::Aggregate { function: *function, target, body };
                equals(self.term(result, function.result(*primitive)), aggregate)
            }
            Literal::Range { result, primitive, arguments } => {
                let arguments = arguments.iter().map(|term| self.spanned(self.term(term, *primitive)));
                equals(self.term(result, *primitive), ast::Term::Range(arguments.collect()))
            }
        }
    }
}
