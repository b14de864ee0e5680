//! `gainsay.proof/1`: proofs as a document.
//!
//! Parts that proofs share stand in it once: the nodes are a list, and premises are places in it, each behind the node
//! that rests on it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::base::{Place, Pool};

use crate::datalog::explanation::words::{ConditionOut, Context, RowOut, RuleOut, Value, VariableOut, Words};
use crate::datalog::program::{Literal, RuleId};
use crate::datalog::proofs::instance::binding;
use crate::datalog::proofs::prove::{Explanation, Explanations};
use crate::datalog::storage::fixpoint::{Fact, Proof};
use crate::datalog::syntax::ast::Aggregate;

/// Why a fact holds.
#[derive(Clone, Debug, Serialize)]
pub struct ProofDocument<'a> {
    /// The fact as it is written in a program.
    pub text: String,
    /// The fact.
    pub fact: RowOut<'a>,
    /// Which proofs there are.
    pub scope: Scope,
    /// One for each first step, or the shortest alone.
    pub proofs: Vec<ProofOut>,
    /// The parts of all proofs.
    pub nodes: Vec<NodeOut<'a>>,
}

/// Which proofs of a fact are told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// The shortest one.
    Shortest,
    /// One for each first step.
    All,
    /// One for each of some first steps; there are others.
    Some,
}

/// One proof.
#[derive(Clone, Debug, Serialize)]
pub struct ProofOut {
    /// The place of its root among the nodes.
    pub node: usize,
    /// 0 for a given fact, else one more than the highest of its premises.
    pub height: u32,
    /// No proof with this first step is lower.
    pub shortest: bool,
    /// Some part is left out because the proof is too large.
    pub cut: bool,
}

/// A part of proofs.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "lowercase", tag = "kind")]
pub enum NodeOut<'a> {
    /// A fact that was given: as a row of an input, or in the text of the program.
    Given {
        /// As it is written in a program.
        text: String,
        /// The fact.
        fact: RowOut<'a>,
        /// The line of the input or the clause of the program, if it is known.
        place: Option<Place<'a>>,
    },
    /// A fact that a rule gives.
    Derived {
        /// As it is written in a program.
        text: String,
        /// The fact.
        fact: RowOut<'a>,
        /// The rule.
        rule: RuleOut<'a>,
        /// What its variables stand for.
        variables: Vec<VariableOut<'a>>,
        /// Its conditions, in the order written.
        premises: Vec<PremiseOut<'a>>,
    },
    /// Rows that are not there.
    Absent {
        /// The condition.
        text: String,
        /// What was looked for.
        pattern: RowOut<'a>,
    },
    /// What an aggregate ranges over.
    Group {
        /// The aggregate and its value.
        text: String,
        /// Its value.
        value: Value,
        /// How many bindings its body has.
        total: u64,
        /// The facts are those that give the value, as of `min` and `max`; else those that the body matches.
        picked: bool,
        /// The first of the facts, at most [`Proof::GROUP_LIMIT`], as they are written in a program.
        facts: Vec<String>,
        /// How many other facts there are.
        more: u64,
    },
    /// One of the values of a range.
    Value {
        /// The range and the value.
        text: String,
        /// The value.
        value: Value,
    },
    /// A fact whose proof is left out.
    Cut {
        /// As it is written in a program.
        text: String,
        /// The fact.
        fact: RowOut<'a>,
    },
}

/// A condition that holds.
#[derive(Clone, Debug, Serialize)]
pub struct PremiseOut<'a> {
    /// The condition.
    #[serde(flatten)]
    pub condition: ConditionOut<'a>,
    /// The place of what makes it hold among the nodes; none of a comparison.
    pub node: Option<usize>,
}

/// The proof of a fact as a document. The pool takes wide numbers that rules compute.
#[must_use]
pub fn proof_document<'a>(context: Context<'a>, pool: &mut Pool, fact: Fact, found: &Explanation) -> ProofDocument<'a> {
    document(context, pool, fact, (std::slice::from_ref(found), Scope::Shortest))
}

/// The first steps of a fact as a document. The pool takes wide numbers that rules compute.
#[must_use]
pub fn proofs_document<'a>(
    context: Context<'a>,
    pool: &mut Pool,
    fact: Fact,
    found: &Explanations,
) -> ProofDocument<'a> {
    let scope = if found.more { Scope::Some } else { Scope::All };
    document(context, pool, fact, (&found.proofs, scope))
}

fn document<'a>(
    context: Context<'a>,
    pool: &mut Pool,
    fact: Fact,
    (found, scope): (&[Explanation], Scope),
) -> ProofDocument<'a> {
    let mut list = List { context, pool, known: BTreeMap::new(), nodes: Vec::new() };
    let proofs = found.iter().map(|found| ProofOut {
        node: list.node(&found.proof),
        height: found.height,
        shortest: found.shortest,
        cut: found.cut,
    });
    let proofs = proofs.collect();
    let (text, row) = (list.words().fact_text(fact), list.words().fact(fact));
    let nodes = list.nodes.into_iter().flatten().collect();
    ProofDocument { text, fact: row, scope, proofs, nodes }
}

struct List<'a, 's> {
    context: Context<'a>,
    pool: &'s mut Pool,
    known: BTreeMap<*const Proof, usize>,
    /// None while the premises of a node are being listed.
    nodes: Vec<Option<NodeOut<'a>>>,
}

impl<'a> List<'a, '_> {
    fn words(&self) -> Words<'a, '_> {
        Words { context: self.context, pool: self.pool }
    }

    /// The place of the proof of a fact.
    fn node(&mut self, proof: &Arc<Proof>) -> usize {
        if let Some(&known) = self.known.get(&Arc::as_ptr(proof)) {
            return known;
        }
        let place = self.nodes.len();
        self.nodes.push(None);
        self.known.insert(Arc::as_ptr(proof), place);
        self.nodes[place] = match &**proof {
            Proof::Given { fact, span } => Some(NodeOut::Given {
                text: self.words().fact_text(*fact),
                fact: self.words().fact(*fact),
                place: span.map(|span| self.context.place(span)),
            }),
            Proof::Derived { fact, rule, .. } if self.context.strata.program().rule(*rule).body.is_empty() => {
                Some(NodeOut::Given {
                    text: self.words().fact_text(*fact),
                    fact: self.words().fact(*fact),
                    place: Some(self.context.rule(*rule).place),
                })
            }
            Proof::Derived { fact, rule, premises } => Some(self.derived(proof, (*fact, *rule), premises)),
            Proof::Cut { fact } => {
                Some(NodeOut::Cut { text: self.words().fact_text(*fact), fact: self.words().fact(*fact) })
            }
            // These belong to the rule above them, which tells of them.
            Proof::Absent { .. } | Proof::Group { .. } | Proof::Value { .. } => None,
        };
        place
    }

    fn derived(&mut self, proof: &Proof, (fact, id): (Fact, RuleId), premises: &[Arc<Proof>]) -> NodeOut<'a> {
        let rule = self.context.strata.program().rule(id);
        let unknown = || vec![None; rule.variables.len()];
        let found = binding(self.context.strata, self.context.fixpoint, self.pool, proof).unwrap_or_else(unknown);
        let words = self.words();
        let (text, row) = (words.fact_text(fact), words.fact(fact));
        let (conditions, variables) = (words.conditions(rule, &found), words.variables(rule, &found));
        let mut premises = premises.iter();
        let mut told = Vec::with_capacity(conditions.len());
        for (literal, condition) in rule.body.iter().zip(conditions) {
            let premise = if matches!(literal, Literal::Compare { .. }) { None } else { premises.next() };
            let node = premise.map(|premise| match self.leaf(literal, &condition.text, premise) {
                Some(leaf) => {
                    self.nodes.push(Some(leaf));
                    self.nodes.len() - 1
                }
                None => self.node(premise),
            });
            told.push(PremiseOut { condition, node });
        }
        NodeOut::Derived { text, fact: row, rule: self.context.rule(id), variables, premises: told }
    }

    /// What makes a condition hold that is no atom.
    fn leaf(&self, literal: &Literal, text: &str, premise: &Proof) -> Option<NodeOut<'a>> {
        let text = text.to_owned();
        match (literal, premise) {
            (Literal::Not(_), Proof::Absent { relation, pattern }) => {
                Some(NodeOut::Absent { text, pattern: self.words().row(*relation, pattern.iter().copied()) })
            }
            (Literal::Aggregate { function, primitive, .. }, Proof::Group { value, facts, more, total }) => {
                let facts = facts.iter().map(|&fact| self.words().fact_text(fact)).collect();
                let value = Value::new(self.pool, *value, function.result(*primitive));
                let picked = matches!(function, Aggregate::Min | Aggregate::Max);
                Some(NodeOut::Group { text, value, total: *total, picked, facts, more: *more })
            }
            (Literal::Range { primitive, .. }, Proof::Value { value }) => {
                Some(NodeOut::Value { text, value: Value::new(self.pool, *value, *primitive) })
            }
            _ => None,
        }
    }
}
