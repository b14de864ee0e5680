//! The types of a program: nominal subtypes of `symbol` and `number`.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Diagnostic, Family, Primitive, Spanned};

use crate::datalog::syntax::ast::{Program, TypeDeclaration};
use crate::datalog::syntax::foreign;
use crate::datalog::syntax::names::{Suggestions, clip};

/// How many supertypes a type may have, so that comparing two types stays cheap.
const MAX_DEPTH: usize = 64;

/// Names one type of a [`Types`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::datalog) struct TypeId(usize);

#[derive(Debug)]
struct Type {
    name: String,
    primitive: Primitive,
    /// The direct supertype; its id is smaller.
    parent: Option<TypeId>,
    /// How many supertypes there are.
    depth: usize,
}

/// All types of a program; types that cannot be resolved are left out.
#[derive(Debug)]
pub(in crate::datalog) struct Types {
    list: Vec<Type>,
    by_name: BTreeMap<String, TypeId>,
    /// Declared, but with a fault that was reported.
    broken: BTreeSet<String>,
    /// What some missing file may declare is not unknown.
    incomplete: bool,
}

impl Types {
    /// Resolves the declared types, in any order.
    pub(in crate::datalog) fn new(
        program: &Program,
        suggestions: &mut Suggestions,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Self {
        let incomplete = program.incomplete;
        let mut types = Self { list: Vec::new(), by_name: BTreeMap::new(), broken: program.broken.clone(), incomplete };
        types.add("symbol", Primitive::Symbol, None);
        types.add("number", Primitive::Number, None);
        let mut first: BTreeMap<&str, &TypeDeclaration> = BTreeMap::new();
        let mut children: BTreeMap<&str, Vec<&TypeDeclaration>> = BTreeMap::new();
        for declaration in &program.types {
            let name = declaration.name.value.as_str();
            let built_in = types.by_name.contains_key(name);
            if built_in || first.contains_key(name) {
                diagnostics.push(duplicate(&declaration.name, first.get(name).copied()));
                continue;
            }
            first.insert(name, declaration);
            children.entry(&declaration.parent.value).or_default().push(declaration);
        }
        // From the built-in types downwards, so that a parent is always there before its children.
        let mut ready = vec!["symbol", "number"];
        while let Some(parent) = ready.pop() {
            let above = types.by_name[parent];
            for child in children.remove(parent).unwrap_or_default() {
                if types.list[above.0].depth == MAX_DEPTH {
                    diagnostics.push(too_deep(child));
                    continue;
                }
                types.add(&child.name.value, types.list[above.0].primitive, Some(above));
                ready.push(&child.name.value);
            }
        }
        let orphans: Vec<&TypeDeclaration> =
            first.values().copied().filter(|d| !types.by_name.contains_key(&d.name.value)).collect();
        types.broken.extend(orphans.iter().map(|declaration| declaration.name.value.clone()));
        for declaration in &orphans {
            if !first.contains_key(declaration.parent.value.as_str())
                && !types.broken.contains(&declaration.parent.value)
            {
                diagnostics.extend(types.unknown(&declaration.parent, suggestions));
            }
        }
        report_circles(&orphans, &first, diagnostics);
        types
    }

    fn add(&mut self, name: &str, primitive: Primitive, parent: Option<TypeId>) {
        let depth = parent.map_or(0, |parent| self.list[parent.0].depth + 1);
        self.by_name.insert(name.to_owned(), TypeId(self.list.len()));
        self.list.push(Type { name: name.to_owned(), primitive, parent, depth });
    }

    /// The type of that name; reports an unknown one, unless its declaration was reported already.
    pub(in crate::datalog) fn find(
        &self,
        name: &Spanned<String>,
        suggestions: &mut Suggestions,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<TypeId> {
        let found = self.by_name.get(&name.value).copied();
        if found.is_none() && !self.broken.contains(&name.value) {
            diagnostics.extend(self.unknown(name, suggestions));
        }
        found
    }

    fn unknown(&self, name: &Spanned<String>, suggestions: &mut Suggestions) -> Option<Diagnostic> {
        if matches!(name.value.as_str(), "float" | "unsigned") {
            let (construct, advice) = foreign::EXOTIC_NUMBER;
            let message = format!("{construct} are not supported");
            return Some(Diagnostic::error(Family::Rule, "not-supported", message, name.span).with_label(advice));
        }
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
                    "write `symbol` or `number`, declare it with `.type`, or `.include` the file that declares it",
                ),
        )
    }

    pub(in crate::datalog) fn name(&self, id: TypeId) -> &str {
        &self.list[id.0].name
    }

    /// The names of the supertypes, nearest first.
    pub(in crate::datalog) fn above(&self, id: TypeId) -> impl Iterator<Item = &str> {
        let parent = |id: &TypeId| self.list[id.0].parent;
        std::iter::successors(parent(&id), parent).map(|id| self.name(id))
    }

    /// What a value is, for messages: a text or a number, and its type where that has a name of its own.
    pub(in crate::datalog) fn describe(&self, primitive: Primitive, ty: Option<TypeId>) -> String {
        let word = match primitive {
            Primitive::Symbol => "a text",
            Primitive::Number => "a number",
            Primitive::Unsigned => "an unsigned number",
            Primitive::Float => "a float",
        };
        match ty.filter(|ty| self.list[ty.0].parent.is_some()) {
            Some(ty) => format!("{word} (`{}`)", clip(self.name(ty))),
            None => word.to_owned(),
        }
    }

    pub(in crate::datalog) fn primitive(&self, id: TypeId) -> Primitive {
        self.list[id.0].primitive
    }

    /// Whether `low` is `high` or below it.
    pub(in crate::datalog) fn is_within(&self, low: TypeId, high: TypeId) -> bool {
        let mut at = Some(low);
        while let Some(id) = at.filter(|id| self.list[id.0].depth >= self.list[high.0].depth) {
            if id == high {
                return true;
            }
            at = self.list[id.0].parent;
        }
        false
    }
}

fn duplicate(name: &Spanned<String>, first: Option<&TypeDeclaration>) -> Diagnostic {
    let name_is = clip(&name.value);
    let error = |message| Diagnostic::error(Family::Rule, "duplicate-type", message, name.span);
    match first {
        Some(first) => error(format!("type `{name_is}` is declared twice"))
            .with_label("declared again")
            .with_place(first.name.span, "first declared here")
            .with_help("remove one of the declarations, or rename one"),
        None => error(format!("type `{name_is}` is there already"))
            .with_label("a type of the language")
            .with_help("choose another name, or remove the declaration"),
    }
}

/// Reports each circle of types once, where a walk from the first name meets itself.
fn report_circles(
    orphans: &[&TypeDeclaration],
    all: &BTreeMap<&str, &TypeDeclaration>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut walked: BTreeMap<&str, usize> = BTreeMap::new();
    for (walk, &start) in orphans.iter().enumerate() {
        let mut at = start;
        loop {
            match walked.insert(&at.name.value, walk) {
                None => {}
                Some(earlier) => {
                    if earlier == walk {
                        diagnostics.push(recursive(at, all));
                    }
                    break;
                }
            }
            let Some(&next) = all.get(at.parent.value.as_str()) else { break };
            at = next;
        }
    }
}

/// Walks the circle once more, with one place for each step.
fn recursive(start: &TypeDeclaration, all: &BTreeMap<&str, &TypeDeclaration>) -> Diagnostic {
    const STEPS: usize = 8;
    let label = |at: &TypeDeclaration| format!("`{}` is below `{}`", clip(&at.name.value), clip(&at.parent.value));
    let message = format!("type `{}` is a subtype of itself", clip(&start.name.value));
    let mut diagnostic =
        Diagnostic::error(Family::Rule, "recursive-type", message, start.span).with_label(label(start));
    let mut at = start;
    for _ in 0..STEPS {
        let Some(&next) = all.get(at.parent.value.as_str()).filter(|next| next.name.value != start.name.value) else {
            break;
        };
        diagnostic = diagnostic.with_place(next.span, label(next));
        at = next;
    }
    diagnostic.with_help("make one type of the circle a subtype of `symbol` or `number`")
}

fn too_deep(declaration: &TypeDeclaration) -> Diagnostic {
    let message = format!("type `{}` has more than {MAX_DEPTH} supertypes", clip(&declaration.name.value));
    Diagnostic::error(Family::Rule, "recursive-type", message, declaration.span)
        .with_label("too deep")
        .with_help("make it a subtype of a type nearer to `symbol` or `number`")
}
