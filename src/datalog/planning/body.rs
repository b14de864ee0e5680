//! Rule bodies with registers for variables: functors pulled out of atoms, aggregates given variables of their own.
//!
//! A rule goes in, a list of conditions comes out, still in the order written. Nothing is chosen here.

use crate::base::Primitive;

use crate::datalog::evaluation::functor::{Expression, Slot};
use crate::datalog::program::{Atom, Literal, RelationId, Rule, Term};
use crate::datalog::syntax::ast::{Aggregate, Operator};

/// A condition over registers.
#[derive(Clone, Debug)]
pub(in crate::datalog) enum Condition {
    /// A row matches; `None` stands for anything. `literal` is its place among the literals of the
    /// body, or [`Condition::INSIDE`].
    Atom { relation: RelationId, slots: Vec<Option<Slot>>, literal: usize },
    /// No row matches.
    Not { relation: RelationId, slots: Vec<Option<Slot>> },
    /// A comparison, or the binding of a register by an equation.
    Compare { left: Expression, operator: Operator, right: Expression, primitive: Primitive },
    /// `register` is a function of the bindings of `body`; `check` compares it with what the rule wants, and comes after.
    Aggregate {
        register: usize,
        /// The function, the type of its target, and the target; a count has none.
        aggregate: (Aggregate, Primitive, Option<Expression>),
        body: Vec<Condition>,
        outer: Vec<usize>,
        check: Box<Condition>,
    },
    /// `register` is a value of the range.
    Range { register: usize, primitive: Primitive, arguments: Vec<Expression> },
}

impl Condition {
    /// The place of an atom inside an aggregate.
    pub(in crate::datalog) const INSIDE: usize = usize::MAX;

    /// Calls `f` for every register that the condition reads or binds, those inside an aggregate left out.
    pub(in crate::datalog) fn registers(&self, f: &mut impl FnMut(usize)) {
        match self {
            Self::Atom { slots, .. } | Self::Not { slots, .. } => {
                for slot in slots.iter().flatten() {
                    if let Slot::Register(register) = slot {
                        f(*register);
                    }
                }
            }
            Self::Compare { left, right, .. } => {
                left.registers(f);
                right.registers(f);
            }
            Self::Aggregate { outer, check, .. } => {
                check.registers(f);
                outer.iter().copied().for_each(f);
            }
            Self::Range { register, arguments, .. } => {
                f(*register);
                for argument in arguments {
                    argument.registers(f);
                }
            }
        }
    }
}

/// A body and the number of registers that it uses.
#[derive(Clone, Debug)]
pub(in crate::datalog) struct Body {
    pub(in crate::datalog) conditions: Vec<Condition>,
    pub(in crate::datalog) head: Vec<Expression>,
    pub(in crate::datalog) registers: usize,
}

impl Body {
    /// The body of a rule; variable `n` is register `n`.
    pub(in crate::datalog) fn of_rule(rule: &Rule) -> Self {
        let scope: Vec<usize> = (0..rule.variables.len()).collect();
        let mut flattening = Flattening { registers: scope.len() };
        let conditions = flattening.literals(&rule.body, &scope, true);
        let head = rule.terms.iter().map(|term| flattening.expression(term, &scope)).collect();
        Self { conditions, head, registers: flattening.registers }
    }
}

struct Flattening {
    registers: usize,
}

impl Flattening {
    fn fresh(&mut self) -> usize {
        self.registers += 1;
        self.registers - 1
    }

    fn literals(&mut self, literals: &[Literal], scope: &[usize], top: bool) -> Vec<Condition> {
        let mut conditions = Vec::with_capacity(literals.len());
        for (literal, condition) in literals.iter().enumerate() {
            match condition {
                Literal::Atom(atom) => {
                    let slots = self.slots(atom, scope, &mut conditions);
                    let literal = if top { literal } else { Condition::INSIDE };
                    conditions.push(Condition::Atom { relation: atom.relation, slots, literal });
                }
                Literal::Not(atom) => {
                    let slots = self.slots(atom, scope, &mut conditions);
                    conditions.push(Condition::Not { relation: atom.relation, slots });
                }
                Literal::Compare { left, operator, right, primitive } => conditions.push(Condition::Compare {
                    left: self.expression(left, scope),
                    operator: *operator,
                    right: self.expression(right, scope),
                    primitive: *primitive,
                }),
                Literal::Aggregate { .. } => self.aggregate(condition, scope, &mut conditions),
                Literal::Range { result, primitive, arguments } => {
                    let arguments = arguments.iter().map(|argument| self.expression(argument, scope)).collect();
                    let register = self.named(result, *primitive, scope, &mut conditions);
                    conditions.push(Condition::Range { register, primitive: *primitive, arguments });
                }
            }
        }
        conditions
    }

    fn aggregate(&mut self, literal: &Literal, scope: &[usize], conditions: &mut Vec<Condition>) {
        let Literal::Aggregate { result, function, primitive, target, body, outer } = literal else { return };
        let inner: Vec<usize> = (0_u16..)
            .zip(scope)
            .map(|(variable, &register)| if outer.contains(&variable) { register } else { self.fresh() })
            .collect();
        let register = self.fresh();
        let body = self.literals(body, &inner, false);
        let target = target.as_ref().map(|target| self.expression(target, &inner));
        let outer = outer.iter().filter_map(|&variable| scope.get(usize::from(variable)).copied()).collect();
        let check = Box::new(Condition::Compare {
            left: self.expression(result, scope),
            operator: Operator::Equal,
            right: Expression::Slot(Slot::Register(register)),
            primitive: function.result(*primitive),
        });
        let aggregate = (*function, *primitive, target);
        conditions.push(Condition::Aggregate { register, aggregate, body, outer, check });
    }

    /// The register of a term; one that is no variable gets a new one that is equal to it.
    fn named(&mut self, term: &Term, primitive: Primitive, scope: &[usize], conditions: &mut Vec<Condition>) -> usize {
        if let Term::Variable(variable) = term {
            return scope[usize::from(*variable)];
        }
        let register = self.fresh();
        if *term != Term::Wildcard {
            let left = Expression::Slot(Slot::Register(register));
            let right = self.expression(term, scope);
            conditions.push(Condition::Compare { left, operator: Operator::Equal, right, primitive });
        }
        register
    }

    fn slots(&mut self, atom: &Atom, scope: &[usize], conditions: &mut Vec<Condition>) -> Vec<Option<Slot>> {
        let mut slots = Vec::with_capacity(atom.terms.len());
        for term in &atom.terms {
            slots.push(match term {
                Term::Variable(variable) => Some(Slot::Register(scope[usize::from(*variable)])),
                Term::Wildcard => None,
                Term::Constant(cell) => Some(Slot::Constant(*cell)),
                Term::Functor(_, primitive, _) => {
                    let register = Slot::Register(self.fresh());
                    conditions.push(Condition::Compare {
                        left: Expression::Slot(register),
                        operator: Operator::Equal,
                        right: self.expression(term, scope),
                        primitive: *primitive,
                    });
                    Some(register)
                }
            });
        }
        slots
    }

    fn expression(&mut self, term: &Term, scope: &[usize]) -> Expression {
        match term {
            Term::Variable(variable) => Expression::Slot(Slot::Register(scope[usize::from(*variable)])),
            // Nothing binds the new register, so a wildcard where a value is needed is found when planning.
            Term::Wildcard => Expression::Slot(Slot::Register(self.fresh())),
            Term::Constant(cell) => Expression::Slot(Slot::Constant(*cell)),
            Term::Functor(functor, primitive, arguments) => Expression::Apply(
                *functor,
                *primitive,
                arguments.iter().map(|argument| self.expression(argument, scope)).collect(),
            ),
        }
    }
}
