//! A checked program: names resolved, types agree, every rule range-restricted, inline relations gone.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::{Cell, Primitive, Span, Spanned};

use crate::datalog::syntax::ast::{Aggregate, Functor, Operator};

/// Names one relation of a [`Program`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RelationId(pub(in crate::datalog) u32);

/// Names one rule of a [`Program`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuleId(pub(in crate::datalog) u32);

/// A program that can be evaluated. [`super::check()`] is the only constructor.
#[derive(Clone, Debug)]
pub struct Program {
    pub(in crate::datalog) relations: Vec<Relation>,
    pub(in crate::datalog) rules: Vec<Rule>,
    pub(in crate::datalog) by_name: BTreeMap<Arc<str>, RelationId>,
    pub(in crate::datalog) directives: Vec<Directive>,
    /// The first place where a rule of one relation reads another, `true` for under `!` or in an aggregate;
    /// only messages use it, and a missing entry means the place of the rule.
    pub(in crate::datalog) reads: BTreeMap<(RelationId, RelationId, bool), Span>,
}

impl Program {
    /// The relation of that name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<RelationId> {
        self.by_name.get(name).copied()
    }

    /// What was declared of a relation.
    #[must_use]
    pub fn relation(&self, id: RelationId) -> &Relation {
        &self.relations[id.0 as usize]
    }

    /// One rule.
    #[must_use]
    pub fn rule(&self, id: RuleId) -> &Rule {
        &self.rules[id.0 as usize]
    }

    /// All relations that are not inline, in the order of their declarations.
    pub fn relations(&self) -> impl Iterator<Item = (RelationId, &Relation)> {
        (0..).map(RelationId).zip(&self.relations)
    }

    /// What is read and written, in the order of the program's text; each relation may have several.
    #[must_use]
    pub fn directives(&self) -> &[Directive] {
        &self.directives
    }

    /// All rules and facts of the program's text, in their order.
    pub fn rules(&self) -> impl Iterator<Item = (RuleId, &Rule)> {
        (0..).map(RuleId).zip(&self.rules)
    }
}

/// What a program reads or writes: a checked `.input`, `.output` or `.printsize` of one relation.
#[derive(Clone, Debug)]
pub struct Directive {
    /// What is done.
    pub verb: Verb,
    /// With which relation.
    pub relation: RelationId,
    /// `IO`: where the rows come from or go to.
    pub medium: Medium,
    /// `filename`, as written; whoever opens it makes sure that it stays inside its folder.
    pub filename: Option<Spanned<String>>,
    /// `delimiter`: what stands between two values; one tab if it is not given.
    pub delimiter: Option<Spanned<String>>,
    /// `headers`: the first line holds the names of the columns.
    pub headers: bool,
    /// `rfc4180`: values may stand in double quotes.
    pub rfc4180: bool,
    /// `attributeNames`: the line of names to write in place of those of the declaration.
    pub attribute_names: Option<Spanned<String>>,
    /// `columns`: for each column of the relation the column of the file, from 0; all different.
    pub columns: Option<Vec<usize>>,
    /// From the word of the directive to the relation's name.
    pub span: Span,
}

/// What a [`Directive`] does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verb {
    /// `.input`: rows are read.
    Input,
    /// `.output`: rows are written.
    Output,
    /// `.printsize`: the number of rows is written to standard output, whatever the parameters say.
    PrintSize,
}

impl Verb {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Input, Self::Output, Self::PrintSize];

    /// The word, without its dot.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Output => "output",
            Self::PrintSize => "printsize",
        }
    }

    /// The verb with that word.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verb| verb.name() == name)
    }
}

/// Where the rows of a [`Directive`] come from or go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Medium {
    /// A file.
    File,
    /// Standard input or output.
    Stream,
}

/// A declared relation.
#[derive(Clone, Debug)]
pub struct Relation {
    /// Its name.
    pub name: Arc<str>,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Where it is declared.
    pub declared_at: Span,
}

/// A column of a relation.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its name.
    pub name: Arc<str>,
    /// The declared type, such as `Node`.
    pub type_name: Arc<str>,
    /// What the type is a subtype of, nearest first; ends with a primitive type unless the type is one of them.
    pub supertypes: Vec<Arc<str>>,
    /// What its cells are.
    pub primitive: Primitive,
}

impl Column {
    /// Whether the type is the named one or a subtype of it.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        *self.type_name == *name || self.supertypes.iter().any(|supertype| **supertype == *name)
    }
}

/// One head, one conjunction.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The relation that the rule adds to.
    pub head: RelationId,
    /// The row it adds; no wildcards.
    pub terms: Vec<Term>,
    /// The conditions, in the order written.
    pub body: Vec<Literal>,
    /// Where each of them is written: in the clause, or in that of an inline relation.
    pub places: Vec<Span>,
    /// Names of the variables, by number; unnamed ones made by inlining repeat the name they had.
    pub variables: Vec<Arc<str>>,
    /// Where the clause stands.
    pub span: Span,
    /// Its `///` sentence; empty if there is none.
    pub docs: Arc<str>,
}

/// A condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    /// Some row of the relation matches.
    Atom(Atom),
    /// No row matches; the relation lies in a lower stratum.
    Not(Atom),
    /// A comparison.
    Compare {
        /// Left side.
        left: Term,
        /// Operator.
        operator: Operator,
        /// Right side.
        right: Term,
        /// How both sides are read.
        primitive: Primitive,
    },
    /// `result = count : { … }`: a function of all bindings of the variables of `body`.
    Aggregate {
        /// Receives, or is compared with, the value; its type is that of [`Aggregate::result`].
        result: Term,
        /// What is done with the bindings.
        function: Aggregate,
        /// How the target is read.
        primitive: Primitive,
        /// What is added or compared; none for a count.
        target: Option<Term>,
        /// Conditions on relations of lower strata; those of an inner aggregate are among them. Variables that also
        /// occur outside the braces are bound before.
        body: Vec<Literal>,
        /// The variables of `body` and `target` that also occur elsewhere in the rule: the group.
        outer: Vec<u16>,
    },
    /// `result = range(from, to)` or `range(from, to, step)`: each value in turn, the last one excluded.
    Range {
        /// Receives, or is compared with, the value.
        result: Term,
        /// The type of all values.
        primitive: Primitive,
        /// Two or three.
        arguments: Vec<Term>,
    },
}

impl Literal {
    /// Calls `see` for each atom; `true` for one that is negated or inside an aggregate.
    pub(in crate::datalog) fn each_atom<'a>(&'a self, see: &mut dyn FnMut(&'a Atom, bool)) {
        match self {
            Self::Atom(atom) => see(atom, false),
            Self::Not(atom) => see(atom, true),
            Self::Compare { .. } | Self::Range { .. } => {}
            Self::Aggregate { body, .. } => {
                for inner in body {
                    inner.each_atom(&mut |atom, _| see(atom, true));
                }
            }
        }
    }

    /// The same with atoms that can be changed.
    pub(in crate::datalog) fn each_atom_mut(&mut self, see: &mut dyn FnMut(&mut Atom, bool)) {
        match self {
            Self::Atom(atom) => see(atom, false),
            Self::Not(atom) => see(atom, true),
            Self::Compare { .. } | Self::Range { .. } => {}
            Self::Aggregate { body, .. } => {
                for inner in body {
                    inner.each_atom_mut(&mut |atom, _| see(atom, true));
                }
            }
        }
    }
}

/// A relation and its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Atom {
    /// The relation.
    pub relation: RelationId,
    /// One term per column.
    pub terms: Vec<Term>,
}

/// An argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Term {
    /// A variable, by number.
    Variable(u16),
    /// Anything.
    Wildcard,
    /// A value, as a cell of its column's type.
    Constant(Cell),
    /// A function of other terms; the type is that of the first one.
    Functor(Functor, Primitive, Vec<Term>),
}

/// Relations that are evaluated to a fixpoint together, and the rules that define them.
#[derive(Clone, Debug)]
pub struct Stratum {
    /// The relations, in the order of their declarations.
    pub relations: Vec<RelationId>,
    /// The rules whose head lies in the stratum, in program order.
    pub rules: Vec<RuleId>,
    /// Some rule reads a relation of the stratum.
    pub recursive: bool,
}

/// A program and the order of its strata: everything negated or counted lies in a lower stratum.
#[derive(Clone, Debug)]
pub struct Strata {
    pub(in crate::datalog) program: Program,
    pub(in crate::datalog) order: Vec<Stratum>,
}

impl Strata {
    /// The program.
    #[must_use]
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The strata, lowest first.
    #[must_use]
    pub fn order(&self) -> &[Stratum] {
        &self.order
    }
}
