//! Declared relations and types, as the checks of clauses look them up.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::Primitive;

use super::ast::{self, Atom};
use super::types::{TypeId, Types};

/// A declared relation; while clauses are checked, its place in the list is its `RelationId`.
#[derive(Debug)]
pub(super) struct Signature<'a> {
    pub(super) declaration: &'a ast::Declaration,
    /// The columns' types; `None` where the type is unknown, which is reported.
    pub(super) types: Vec<Option<TypeId>>,
    /// Their primitives.
    pub(super) primitives: Vec<Option<Primitive>>,
}

/// All declared relations and types.
#[derive(Debug)]
pub(super) struct Signatures<'a> {
    pub(super) list: Vec<Signature<'a>>,
    pub(super) by_name: BTreeMap<&'a str, usize>,
    /// Names that are declared more than once with different columns: what a use means is not known.
    pub(super) ambiguous: BTreeSet<&'a str>,
    pub(super) types: Types,
}

impl<'a> Signatures<'a> {
    /// The relation of an atom and its number, if it is declared in one way and has as many columns as the atom has
    /// arguments.
    pub(super) fn of(&self, atom: &Atom) -> Option<(usize, &Signature<'a>)> {
        let name = atom.relation.value.as_str();
        let &index = self.by_name.get(name).filter(|_| !self.ambiguous.contains(name))?;
        let signature = &self.list[index];
        (signature.types.len() == atom.terms.len()).then_some((index, signature))
    }
}
