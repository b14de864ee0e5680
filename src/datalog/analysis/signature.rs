//! Declared relations and types, as the checks of clauses look them up.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::Primitive;

use crate::datalog::analysis::types::{TypeId, Types};
use crate::datalog::syntax::ast::{self, Atom};

/// A declared relation; while clauses are checked, its place in the list is its `RelationId`.
#[derive(Debug)]
pub(in crate::datalog) struct Signature<'a> {
    pub(in crate::datalog) declaration: &'a ast::Declaration,
    /// The columns' types; `None` where the type is unknown, which is reported.
    pub(in crate::datalog) types: Vec<Option<TypeId>>,
    /// Their primitives.
    pub(in crate::datalog) primitives: Vec<Option<Primitive>>,
}

/// All declared relations and types.
#[derive(Debug)]
pub(in crate::datalog) struct Signatures<'a> {
    pub(in crate::datalog) list: Vec<Signature<'a>>,
    pub(in crate::datalog) by_name: BTreeMap<&'a str, usize>,
    /// Names that are declared more than once with different columns: what a use means is not known.
    pub(in crate::datalog) ambiguous: BTreeSet<&'a str>,
    pub(in crate::datalog) types: Types,
}

impl<'a> Signatures<'a> {
    /// The relation of an atom and its number, if it is declared in one way and has as many columns as the atom has
    /// arguments.
    pub(in crate::datalog) fn of(&self, atom: &Atom) -> Option<(usize, &Signature<'a>)> {
        let name = atom.relation.value.as_str();
        let &index = self.by_name.get(name).filter(|_| !self.ambiguous.contains(name))?;
        let signature = &self.list[index];
        (signature.types.len() == atom.terms.len()).then_some((index, signature))
    }
}
