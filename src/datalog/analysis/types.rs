//! The types of a program: nominal subtypes of the primitive types, other names, and unions.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use crate::base::{Diagnostic, Family, Primitive, Spanned};

use super::type_faults::{duplicate, plural, report_circles, too_deep, too_wide, word};
use crate::datalog::syntax::ast::{Program, TypeDeclaration, TypeDefinition};
use crate::datalog::syntax::names::{Suggestions, clip};

/// How many supertypes a type may have, so that comparing two types stays cheap.
pub(super) const MAX_DEPTH: usize = 64;
/// How many types a union may unite, those of united unions included.
pub(super) const MAX_MEMBERS: usize = 64;

/// The types of the language.
const BUILT_IN: [(&str, Primitive); 4] = [
    ("symbol", Primitive::Symbol),
    ("number", Primitive::Number),
    ("unsigned", Primitive::Unsigned),
    ("float", Primitive::Float),
];

/// Names one type of a [`Types`]; another name of a type has the same id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::datalog) struct TypeId(usize);

#[derive(Debug)]
struct Type {
    name: String,
    primitive: Primitive,
    shape: Shape,
    /// How many supertypes lie above a subtype.
    depth: usize,
}

#[derive(Debug)]
enum Shape {
    /// A type of the language.
    Primitive,
    /// Below another type.
    Subtype(TypeId),
    /// The values of several types, none of which is a union itself; in ascending order.
    Union(Vec<TypeId>),
}

/// The types that two types have in common.
type Shared = BTreeMap<(TypeId, TypeId), Rc<[TypeId]>>;

/// All types of a program; types that cannot be resolved are left out.
#[derive(Debug)]
pub(in crate::datalog) struct Types {
    list: Vec<Type>,
    by_name: BTreeMap<String, TypeId>,
    /// Declared, but with a fault that was reported.
    broken: BTreeSet<String>,
    /// What some missing file may declare is not unknown.
    incomplete: bool,
    /// What two types have in common, once it was asked.
    shared: RefCell<Shared>,
}

impl Types {
    /// Resolves the declared types, in any order.
    pub(in crate::datalog) fn new(
        program: &Program,
        suggestions: &mut Suggestions,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Self {
        let mut types = Self {
            list: Vec::new(),
            by_name: BTreeMap::new(),
            broken: program.broken.clone(),
            incomplete: program.incomplete,
            shared: RefCell::default(),
        };
        for (name, primitive) in BUILT_IN {
            types.add(name, primitive, Shape::Primitive, 0);
        }
        let mut first: BTreeMap<&str, &TypeDeclaration> = BTreeMap::new();
        for declaration in &program.types {
            let name = declaration.name.value.as_str();
            if types.by_name.contains_key(name) || first.contains_key(name) {
                diagnostics.push(duplicate(&declaration.name, first.get(name).copied()));
                continue;
            }
            first.insert(name, declaration);
        }
        types.resolve(&first, diagnostics);
        let left = first.values().copied().filter(|declaration| !types.by_name.contains_key(&declaration.name.value));
        let orphans: Vec<&TypeDeclaration> = left.filter(|d| !types.broken.contains(&d.name.value)).collect();
        types.broken.extend(orphans.iter().map(|declaration| declaration.name.value.clone()));
        for part in orphans.iter().flat_map(|declaration| declaration.definition.parts()) {
            let name = part.value.as_str();
            if !first.contains_key(name) && !types.by_name.contains_key(name) && !types.broken.contains(name) {
                diagnostics.extend(types.unknown(part, suggestions));
            }
        }
        report_circles(&orphans, diagnostics);
        types
    }

    /// Adds each type when all that it is made of are there; what is left is made of something unknown or of itself.
    fn resolve<'a>(&mut self, first: &BTreeMap<&'a str, &'a TypeDeclaration>, diagnostics: &mut Vec<Diagnostic>) {
        let mut users: BTreeMap<&str, Vec<&TypeDeclaration>> = BTreeMap::new();
        let mut waits: BTreeMap<&str, usize> = BTreeMap::new();
        for (name, declaration) in first {
            let parts: BTreeSet<&str> = declaration.definition.parts().iter().map(|part| part.value.as_str()).collect();
            waits.insert(name, parts.len());
            for part in parts {
                users.entry(part).or_default().push(declaration);
            }
        }
        let mut ready: Vec<&str> = BUILT_IN.map(|(name, _)| name).into();
        while let Some(part) = ready.pop() {
            for user in users.remove(part).unwrap_or_default() {
                let name = user.name.value.as_str();
                let left = waits.get_mut(name).expect("each declared type waits for its parts");
                *left -= 1;
                if *left == 0 {
                    match self.declare(user) {
                        Ok(()) => ready.push(name),
                        Err(problem) => {
                            self.broken.insert(name.to_owned());
                            diagnostics.push(*problem);
                        }
                    }
                }
            }
        }
        // What is made of a type with a fault follows from it.
        let mut faulty: Vec<&str> = first.keys().copied().filter(|name| self.broken.contains(*name)).collect();
        while let Some(part) = faulty.pop() {
            for user in users.remove(part).unwrap_or_default() {
                if self.broken.insert(user.name.value.clone()) {
                    faulty.push(&user.name.value);
                }
            }
        }
    }

    /// Adds a type whose parts are there.
    fn declare(&mut self, declaration: &TypeDeclaration) -> Result<(), Box<Diagnostic>> {
        let name = declaration.name.value.as_str();
        let parts = declaration.definition.parts();
        let ids: Vec<TypeId> = parts.iter().map(|part| self.by_name[&part.value]).collect();
        let primitive = self.primitive(ids[0]);
        match (&declaration.definition, ids.as_slice()) {
            (TypeDefinition::Subtype(_), _) => {
                let depth = self.list[ids[0].0].depth + 1;
                if depth > MAX_DEPTH {
                    return Err(Box::new(too_deep(declaration)));
                }
                self.add(name, primitive, Shape::Subtype(ids[0]), depth);
            }
            (TypeDefinition::Union(_), [other]) => {
                self.by_name.insert(name.to_owned(), *other);
            }
            (TypeDefinition::Union(_), _) => {
                if let Some(odd) = ids.iter().position(|&id| self.primitive(id) != primitive) {
                    return Err(Box::new(self.mixed(declaration, ids[odd], odd)));
                }
                let members: BTreeSet<TypeId> = ids.iter().flat_map(|&id| self.members(id)).collect();
                if members.len() > MAX_MEMBERS {
                    return Err(Box::new(too_wide(declaration)));
                }
                let depth = ids.iter().map(|id| self.list[id.0].depth).max().unwrap_or(0);
                self.add(name, primitive, Shape::Union(members.into_iter().collect()), depth);
            }
        }
        Ok(())
    }

    fn add(&mut self, name: &str, primitive: Primitive, shape: Shape, depth: usize) {
        self.by_name.insert(name.to_owned(), TypeId(self.list.len()));
        self.list.push(Type { name: name.to_owned(), primitive, shape, depth });
    }

    /// The type of that name; reports an unknown one, unless its declaration was reported already.
    pub(in crate::datalog) fn find(
        &self,
        name: &Spanned<String>,
        suggestions: &mut Suggestions,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<TypeId> {
        let found = self.known(&name.value);
        if found.is_none() && !self.broken.contains(&name.value) {
            diagnostics.extend(self.unknown(name, suggestions));
        }
        found
    }

    /// The type of that name, if there is one.
    pub(in crate::datalog) fn known(&self, name: &str) -> Option<TypeId> {
        self.by_name.get(name).copied()
    }

    fn unknown(&self, name: &Spanned<String>, suggestions: &mut Suggestions) -> Option<Diagnostic> {
        let known = self.by_name.keys().chain(&self.broken).map(String::as_str);
        let label = match suggestions.nearest(&name.value, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None if self.incomplete => return None,
            None => "not declared".to_owned(),
        };
        let shown = clip(&name.value);
        Some(
            Diagnostic::error(Family::Rule, "unknown-type", format!("unknown type `{shown}`"), name.span)
                .with_label(label)
                .with_help(
                    "write `symbol`, `number`, `unsigned` or `float`, declare it with `.type`, or `.include` the file \
                     that declares it",
                ),
        )
    }

    pub(in crate::datalog) fn name(&self, id: TypeId) -> &str {
        &self.list[id.0].name
    }

    /// The names of the types that all values of the type have too, nearest first: what a subtype lies below, and what
    /// all members of a union lie below.
    pub(in crate::datalog) fn above(&self, id: TypeId) -> Vec<&str> {
        let chain = |id: TypeId| {
            std::iter::successors(Some(id), |id| match self.list[id.0].shape {
                Shape::Subtype(parent) => Some(parent),
                Shape::Primitive | Shape::Union(_) => None,
            })
        };
        let mut above: Vec<TypeId> = chain(id).skip(1).collect();
        let last = above.last().copied().unwrap_or(id);
        if let Shape::Union(members) = &self.list[last.0].shape {
            above.extend(chain(members[0]).filter(|&high| members.iter().all(|&member| self.is_within(member, high))));
        }
        above.into_iter().map(|id| self.name(id)).collect()
    }

    /// The names that a column declared with a name of the type has above it.
    pub(in crate::datalog) fn names_above(&self, declared: &str, id: TypeId) -> Vec<Arc<str>> {
        let own = Some(self.name(id)).filter(|name| *name != declared);
        own.into_iter().chain(self.above(id)).map(Arc::from).collect()
    }

    /// What a value is, for messages: a text or a number, and its type where that has a name of its own.
    pub(in crate::datalog) fn describe(&self, primitive: Primitive, ty: Option<TypeId>) -> String {
        let word = word(primitive);
        match ty.filter(|ty| !matches!(self.list[ty.0].shape, Shape::Primitive)) {
            Some(ty) => format!("{word} (`{}`)", clip(self.name(ty))),
            None => word.to_owned(),
        }
    }

    pub(in crate::datalog) fn primitive(&self, id: TypeId) -> Primitive {
        self.list[id.0].primitive
    }

    /// The members of a union, or the type itself.
    fn members(&self, id: TypeId) -> Vec<TypeId> {
        match &self.list[id.0].shape {
            Shape::Union(members) => members.clone(),
            Shape::Primitive | Shape::Subtype(_) => vec![id],
        }
    }

    /// Whether every value of `low` is one of `high`: `high` is the same type, lies above it, or unites such types.
    pub(in crate::datalog) fn is_within(&self, low: TypeId, high: TypeId) -> bool {
        if low == high {
            return true;
        }
        let of_member = || match &self.list[high.0].shape {
            Shape::Union(members) => members.iter().any(|&member| self.is_within(low, member)),
            Shape::Primitive | Shape::Subtype(_) => false,
        };
        match &self.list[low.0].shape {
            Shape::Union(members) => members.iter().all(|&member| self.is_within(member, high)),
            Shape::Subtype(parent) => of_member() || self.is_within(*parent, high),
            Shape::Primitive => of_member(),
        }
    }

    /// The greatest types whose values are values of both types; none where the types have nothing in common.
    pub(in crate::datalog) fn common(&self, left: TypeId, right: TypeId) -> Rc<[TypeId]> {
        if let Some(known) = self.shared.borrow().get(&(left, right)) {
            return Rc::clone(known);
        }
        let lower = |left, right| {
            if self.is_within(left, right) { Some(left) } else { self.is_within(right, left).then_some(right) }
        };
        let common: Rc<[TypeId]> = if let Some(lower) = lower(left, right) {
            [lower].into()
        } else {
            let (lefts, rights) = (self.members(left), self.members(right));
            let pairs = lefts.iter().flat_map(|&left| rights.iter().map(move |&right| (left, right)));
            pairs.filter_map(|(left, right)| lower(left, right)).collect::<BTreeSet<_>>().into_iter().collect()
        };
        self.shared.borrow_mut().insert((left, right), Rc::clone(&common));
        common
    }

    /// A union of types that are no values of one kind.
    fn mixed(&self, declaration: &TypeDeclaration, odd: TypeId, place: usize) -> Diagnostic {
        let parts = declaration.definition.parts();
        let first = self.by_name[&parts[0].value];
        let name = clip(&declaration.name.value);
        let (one, other) = (plural(self.primitive(first)), plural(self.primitive(odd)));
        Diagnostic::error(Family::Rule, "mixed-union", format!("`{name}` unites {one} and {other}"), parts[place].span)
            .with_label(format!("{other} here"))
            .with_place(parts[0].span, format!("{one} here"))
            .with_help("unite types of one kind, or use one column for each kind")
    }
}
