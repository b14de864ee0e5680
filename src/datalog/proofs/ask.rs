//! What is asked of rows: the variables of a question with their types, its rows in the order of their values, the
//! pattern of an atom, and the texts that a question names.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::base::{Cell, Pool, Primitive};

use crate::datalog::evaluation::functor::{Fault, Notes, apply};
use crate::datalog::explanation::words::{each_typed, primitives};
use crate::datalog::program::{Atom, Program, RelationId, Rule, Strata, Term};
use crate::datalog::storage::store::Fixpoint;

/// A variable of a question.
#[derive(Clone, Debug)]
pub struct Variable {
    /// Its name.
    pub name: Arc<str>,
    /// The declared type of the first column that it stands in, or else the name of its primitive type.
    pub type_name: Arc<str>,
    /// What that type is a subtype of.
    supertypes: Vec<Arc<str>>,
    /// What it holds.
    pub primitive: Primitive,
}

impl Variable {
    /// Whether it holds numbers of some kind.
    #[must_use]
    pub fn is_number(&self) -> bool {
        self.primitive != Primitive::Symbol
    }

    /// Whether its type is the named one or a subtype of it.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        *self.type_name == *name || self.supertypes.iter().any(|supertype| **supertype == *name)
    }
}

/// The named variables of the rules of a relation, without those whose type nothing tells.
#[must_use]
pub fn variables_of(program: &Program, question: RelationId, names: &[String]) -> Vec<Variable> {
    let rules: Vec<&Rule> = program.rules().map(|(_, rule)| rule).filter(|rule| rule.head == question).collect();
    names.iter().filter_map(|name| variable(program, &rules, name)).collect()
}

/// The first rows of a relation.
#[derive(Clone, Debug)]
pub struct First<'a> {
    /// The rows, in the order of their values.
    pub rows: Vec<&'a [Cell]>,
    /// There are others.
    pub more: bool,
}

/// The `most` first rows of a relation in the order of their values.
#[must_use]
pub fn first_rows<'a>(
    program: &Program,
    fixpoint: &'a Fixpoint,
    pool: &Pool,
    relation: RelationId,
    most: usize,
) -> First<'a> {
    let columns = &program.relation(relation).columns;
    let mut rows: Vec<&[Cell]> = fixpoint.facts(relation).map(|fact| fixpoint.row(fact)).collect();
    let compare = |a: &&[Cell], b: &&[Cell]| {
        let mut cells = a.iter().zip(*b).zip(columns).filter(|((a, b), _)| a != b);
        cells.next().map_or(Ordering::Equal, |((a, b), column)| pool.compare(*a, *b, column.primitive))
    };
    let more = rows.len() > most;
    if more {
        rows.select_nth_unstable_by(most, compare);
        rows.truncate(most);
    }
    rows.sort_unstable_by(compare);
    First { rows, more }
}

/// What is known of a variable by its name: from the first rule, which tells as much as any other.
fn variable(program: &Program, rules: &[&Rule], name: &str) -> Option<Variable> {
    let rule = rules.first()?;
    let number = rule.variables.iter().position(|known| **known == *name)?;
    let primitive = primitives(program, rule)[number]?;
    let mut column = None;
    each_typed(program, &rule.body, &mut |term, _, declared| {
        if *term == Term::Variable(u16::try_from(number).unwrap_or(u16::MAX)) {
            column = column.or(declared);
        }
    });
    Some(Variable {
        name: name.into(),
        type_name: column.map_or_else(|| primitive.name().into(), |column| Arc::clone(&column.type_name)),
        supertypes: column.map_or_else(Vec::new, |column| column.supertypes.clone()),
        primitive,
    })
}

/// A relation, and what is known of a row of it.
pub type Pattern = (RelationId, Vec<Option<Cell>>);

/// Why an atom asks for nothing in particular.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoPattern {
    /// A functor has no value for its arguments.
    Fault(Box<Fault>),
    /// It names a variable twice, or computes a value with one.
    Open,
}

/// What an atom asks for: rows with the values that it writes out or computes.
///
/// # Errors
///
/// Why it asks for more than that.
pub fn pattern(atom: &Atom, pool: &mut Pool) -> Result<Pattern, NoPattern> {
    let mut variables = BTreeSet::new();
    let mut cells = Vec::with_capacity(atom.terms.len());
    for term in &atom.terms {
        cells.push(match term {
            Term::Wildcard => None,
            Term::Variable(variable) if variables.insert(*variable) => None,
            Term::Variable(_) | Term::Constant(_) | Term::Functor(..) => Some(constant(term, pool)?),
        });
    }
    Ok((atom.relation, cells))
}

/// The value of a term without variables.
fn constant(term: &Term, pool: &mut Pool) -> Result<Cell, NoPattern> {
    match term {
        Term::Constant(cell) => Ok(*cell),
        Term::Variable(_) | Term::Wildcard => Err(NoPattern::Open),
        Term::Functor(functor, primitive, arguments) => {
            let cells: Vec<Cell> =
                arguments.iter().map(|argument| constant(argument, pool)).collect::<Result<_, _>>()?;
            apply(*functor, *primitive, &cells, pool, &mut Notes::default()).map_err(NoPattern::Fault)
        }
    }
}

/// The texts that stand in columns of atoms of a relation's rules, with their columns.
#[must_use]
pub fn texts(strata: &Strata, question: RelationId) -> Vec<(RelationId, usize, Cell)> {
    let program = strata.program();
    let mut found = Vec::new();
    for (_, rule) in program.rules().filter(|(_, rule)| rule.head == question) {
        for literal in &rule.body {
            literal.each_atom(&mut |atom, _| {
                let columns = &program.relation(atom.relation).columns;
                for (column, term) in atom.terms.iter().enumerate() {
                    if let Term::Constant(cell) = term
                        && columns[column].primitive == Primitive::Symbol
                    {
                        found.push((atom.relation, column, *cell));
                    }
                }
            });
        }
    }
    found
}
