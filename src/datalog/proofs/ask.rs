//! Enumerates what a body holds for, over rows that are complete.
//!
//! A relation whose rules are the alternatives of a question goes in, the bindings of their variables come out. Nothing
//! is stored but the answer.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::base::{Cell, Pool, Primitive};

use crate::datalog::explanation::words::{each_typed, primitives};
use crate::datalog::program::{Atom, Program, RelationId, Rule, Strata, Term};
use crate::datalog::proofs::rows::Rows;
use crate::datalog::proofs::verify::value;
use crate::datalog::proofs::walk::{Sink, Undecided, Walk};
use crate::datalog::proofs::work::Work;
use crate::datalog::storage::store::Fixpoint;

/// The most rows looked at for one question.
const VISITS: u64 = 100_000_000;

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

/// One value for each variable.
pub type Solution = Vec<Cell>;

/// All answers to a question.
#[derive(Clone, Debug)]
pub struct Solutions {
    /// The variables that were named.
    pub variables: Vec<Variable>,
    /// The answers, each once, sorted by the values of the variables.
    pub rows: Vec<Solution>,
}

/// For which values of the named variables some body of a relation's rules holds; nothing if too many rows would have to be looked at.
#[must_use]
pub fn solutions(
    strata: &Strata,
    fixpoint: &Fixpoint,
    pool: &mut Pool,
    question: RelationId,
    names: &[String],
) -> Option<Solutions> {
    let program = strata.program();
    let rules: Vec<&Rule> = program.rules().map(|(_, rule)| rule).filter(|rule| rule.head == question).collect();
    let variables: Vec<Variable> = names.iter().filter_map(|name| variable(program, &rules, name)).collect();
    let mut rows = Rows::new(fixpoint);
    let mut work = Work { rows: &mut rows, pool, visits: VISITS };
    let mut found = BTreeSet::new();
    for rule in rules {
        let places: Vec<usize> = variables.iter().filter_map(|variable| place(rule, &variable.name)).collect();
        let mut sink = Collect { places, found: &mut found };
        let mut walk = Walk::new(&rule.body, vec![None; rule.variables.len()], Undecided::Fails);
        walk.run(&mut work, &mut sink).ok()?;
    }
    let mut rows: Vec<Solution> = found.into_iter().collect();
    let compare = |a: &Solution, b: &Solution| {
        let cells = a.iter().zip(b).zip(&variables);
        let orders = cells.map(|((a, b), variable)| pool.compare(*a, *b, variable.primitive));
        orders.fold(Ordering::Equal, Ordering::then)
    };
    rows.sort_by(compare);
    Some(Solutions { variables, rows })
}

fn place(rule: &Rule, name: &str) -> Option<usize> {
    rule.variables.iter().position(|known| **known == *name)
}

struct Collect<'f> {
    places: Vec<usize>,
    found: &'f mut BTreeSet<Solution>,
}

impl Sink for Collect<'_> {
    fn take(&mut self, instance: &Walk<'_>) -> bool {
        let row: Option<Solution> = self.places.iter().map(|&place| instance.binding[place]).collect();
        self.found.extend(row);
        // Without variables the first instance tells all.
        !self.places.is_empty()
    }
}

/// What is known of a variable by its name: from the first rule, which tells as much as any other.
fn variable(program: &Program, rules: &[&Rule], name: &str) -> Option<Variable> {
    let rule = rules.first()?;
    let number = place(rule, name)?;
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

/// What an atom asks for; nothing if it names a variable twice, or a value that cannot be computed.
#[must_use]
pub fn pattern(atom: &Atom, pool: &mut Pool) -> Option<Pattern> {
    let mut variables = BTreeSet::new();
    let mut cells = Vec::with_capacity(atom.terms.len());
    for term in &atom.terms {
        cells.push(match term {
            Term::Wildcard => None,
            Term::Variable(variable) if variables.insert(*variable) => None,
            Term::Variable(_) => return None,
            Term::Constant(_) | Term::Functor(..) => Some(value(term, &Vec::new(), pool)?),
        });
    }
    Some((atom.relation, cells))
}

/// The texts that stand in columns of atoms of a relation's rules, with their columns.
#[must_use]
pub fn constants(strata: &Strata, question: RelationId) -> Vec<(RelationId, usize, Cell)> {
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
