//! `gainsay.proof/1`: proofs as a document.
//!
//! Parts that proofs share stand in it once: the nodes are a list, and premises are places in it, each behind the node
//! that rests on it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::base::{Place, Pool};

use crate::datalog::explanation::words::{RowOut, RuleOut, Value, VariableOut, Words};
use crate::datalog::program::{Literal, Strata};
use crate::datalog::proofs::instance::binding;
use crate::datalog::proofs::prove::{Explanation, Explanations};
use crate::datalog::storage::fixpoint::{Fact, Proof};
use crate::datalog::syntax::ast::Aggregate;

/// Why a fact holds.
#[derive(Clone, Debug, Serialize)]
pub struct ProofDocument<'a> {
    /// `gainsay.proof/1`.
    pub schema: &'static str,
    /// The fact as it is written in a program.
    pub text: String,
    /// The fact.
    pub fact: RowOut<'a>,
    /// All first steps were asked for, and none is left out.
    pub all: bool,
    /// One for each first step, or the shortest alone.
    pub proofs: Vec<ProofOut>,
    /// The parts of all proofs.
    pub nodes: Vec<NodeOut<'a>>,
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
    /// A fact that was given.
    Given {
        /// As it is written in a program.
        text: String,
        /// The fact.
        fact: RowOut<'a>,
        /// Where it was given, if that is known.
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
        /// Comparisons of the rule with their values.
        checks: Vec<String>,
        /// One for each condition that is no comparison: places among the nodes.
        premises: Vec<usize>,
    },
    /// Rows that are not there.
    Absent {
        /// What was looked for, as an atom.
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
        /// Facts, not all of many.
        facts: Vec<String>,
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

/// The proof of a fact as a document.
#[must_use]
pub fn proof_document<'a>(
    strata: &'a Strata,
    words: Words<'a>,
    scratch: &mut Pool,
    fact: Fact,
    found: &Explanation,
) -> ProofDocument<'a> {
    document(strata, words, scratch, fact, std::slice::from_ref(found), false)
}

/// The first steps of a fact as a document.
#[must_use]
pub fn proofs_document<'a>(
    strata: &'a Strata,
    words: Words<'a>,
    scratch: &mut Pool,
    fact: Fact,
    found: &Explanations,
) -> ProofDocument<'a> {
    document(strata, words, scratch, fact, &found.proofs, !found.more)
}

fn document<'a>(
    strata: &'a Strata,
    words: Words<'a>,
    scratch: &mut Pool,
    fact: Fact,
    found: &[Explanation],
    all: bool,
) -> ProofDocument<'a> {
    let mut list = List { strata, words, scratch, known: BTreeMap::new(), nodes: Vec::new() };
    let proofs = found.iter().map(|found| ProofOut {
        node: list.node(&found.proof),
        height: found.height,
        shortest: found.shortest,
        cut: found.cut,
    });
    let proofs = proofs.collect();
    let nodes = list.nodes.into_iter().flatten().collect();
    let (text, fact) = (words.fact_text(fact), words.fact(fact));
    ProofDocument { schema: "gainsay.proof/1", text, fact, all, proofs, nodes }
}

struct List<'a, 's> {
    strata: &'a Strata,
    words: Words<'a>,
    /// Takes wide numbers that a rule computes.
    scratch: &'s mut Pool,
    known: BTreeMap<*const Proof, usize>,
    /// None while the premises of a node are being listed.
    nodes: Vec<Option<NodeOut<'a>>>,
}

impl<'a> List<'a, '_> {
    fn node(&mut self, proof: &Arc<Proof>) -> usize {
        if let Some(&known) = self.known.get(&Arc::as_ptr(proof)) {
            return known;
        }
        let place = self.nodes.len();
        self.nodes.push(None);
        self.known.insert(Arc::as_ptr(proof), place);
        let words = self.words;
        let node = match &**proof {
            Proof::Given { fact, span } => NodeOut::Given {
                text: words.fact_text(*fact),
                fact: words.fact(*fact),
                place: span.map(|span| words.place(span)),
            },
            Proof::Cut { fact } => NodeOut::Cut { text: words.fact_text(*fact), fact: words.fact(*fact) },
            Proof::Derived { fact, .. } => self.derived(*fact, proof),
            // Those below are told of by the rule that they belong to.
            Proof::Absent { relation, pattern } => NodeOut::Absent {
                text: words.pattern_text(*relation, pattern.iter().copied()),
                pattern: words.row(*relation, pattern.iter().copied()),
            },
            Proof::Group { .. } | Proof::Value { .. } => {
                NodeOut::Value { text: String::new(), value: Value::Number(0) }
            }
        };
        self.nodes[place] = Some(node);
        place
    }

    fn derived(&mut self, fact: Fact, proof: &Proof) -> NodeOut<'a> {
        let (words, strata) = (self.words, self.strata);
        let (text, row) = (words.fact_text(fact), words.fact(fact));
        let Proof::Derived { rule: id, premises, .. } = proof else { return NodeOut::Cut { text, fact: row } };
        let rule = strata.program().rule(*id);
        let none = || vec![None; rule.variables.len()];
        let found = binding(strata, words.fixpoint, self.scratch, proof).unwrap_or_else(none);
        // Values that only a rule computes are not in the pool that texts are read from.
        let known = Words { pool: self.scratch, ..words };
        let is_check = |literal: &&Literal| matches!(literal, Literal::Compare { .. });
        let checks = rule.body.iter().filter(is_check).map(|literal| known.literal(rule, literal, &found)).collect();
        let variables = VariableOut::of(known, rule, &found);
        let literals: Vec<&Literal> = rule.body.iter().filter(|literal| !is_check(literal)).collect();
        let texts: Vec<String> = literals.iter().map(|literal| known.literal(rule, literal, &found)).collect();
        let mut places = Vec::with_capacity(premises.len());
        for ((literal, text), premise) in literals.into_iter().zip(texts).zip(premises) {
            places.push(match self.leaf(literal, text, premise) {
                Some(leaf) => {
                    self.nodes.push(Some(leaf));
                    self.nodes.len() - 1
                }
                None => self.node(premise),
            });
        }
        NodeOut::Derived { text, fact: row, rule: words.rule(*id), variables, checks, premises: places }
    }

    /// An aggregate or a range, which has no meaning but in its rule.
    fn leaf(&self, literal: &Literal, text: String, premise: &Proof) -> Option<NodeOut<'a>> {
        match (literal, premise) {
            (Literal::Aggregate { function, primitive, .. }, Proof::Group { value, facts, total }) => {
                let facts = facts.iter().map(|&fact| self.words.fact_text(fact)).collect();
                let value = Value::new(self.scratch, *value, function.result(*primitive));
                let picked = matches!(function, Aggregate::Min | Aggregate::Max);
                Some(NodeOut::Group { text, value, total: *total, picked, facts })
            }
            (Literal::Range { primitive, .. }, Proof::Value { value }) => {
                Some(NodeOut::Value { text, value: Value::new(self.scratch, *value, *primitive) })
            }
            _ => None,
        }
    }
}
