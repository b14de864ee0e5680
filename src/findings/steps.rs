//! The steps of proofs in words: the sentence of each clause, filled in for one use of the clause or for several at once.
//!
//! Goes in: proofs, and what the variables of their clauses stand for. Comes out: [`Step`]s, innermost first.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::base::{Cell, Pool, Span, Symbol};
use crate::datalog::{self, Fact, Fixpoint, Literal, Proof, Rule, Strata, Term};

use super::finding::{Step, StepPart};
use super::wording::{Part, Sentences, filled, rule_values};
use super::words::Words;

/// How many steps stand above a picture, the last one about those left out.
const STEP_LIMIT: usize = 10;
/// What the variables of the clauses stand for, by the facts that they give.
pub(super) type Bindings = BTreeMap<Fact, Vec<Option<Cell>>>;

/// The steps of the proofs of one finding, innermost first; the last are about the finding's own rule.
///
/// Uses of a clause that differ in one claim only are one step, and of many steps those are kept that matter.
pub(super) fn steps(
    proofs: &[Arc<Proof>],
    bindings: &Bindings,
    words: Words<'_>,
    number: &dyn Fn(Symbol) -> Option<usize>,
) -> Vec<Step> {
    let mut gathered = Gathered { words, number, added: 0, steps: Vec::new(), known: BTreeMap::new() };
    let mut met: BTreeSet<Fact> = BTreeSet::new();
    let outermost: BTreeSet<Fact> = proofs.iter().filter_map(|proof| derived(proof)).collect();
    for proof in proofs {
        for node in innermost_first(proof) {
            if derived(node).is_some_and(|fact| !outermost.contains(&fact) && met.insert(fact)) {
                gathered.add(node, bindings, false);
            }
        }
    }
    for proof in proofs {
        if derived(proof).is_some_and(|fact| met.insert(fact)) {
            gathered.add(proof, bindings, true);
        }
    }
    gathered.steps.sort_by_key(|draft| draft.at);
    limited(gathered.steps.into_iter().map(|draft| draft.step(number)).collect())
}

fn derived(proof: &Proof) -> Option<Fact> {
    match proof {
        Proof::Derived { fact, .. } => Some(*fact),
        Proof::Given { .. } | Proof::Absent { .. } | Proof::Group { .. } | Proof::Value { .. } | Proof::Cut { .. } => {
            None
        }
    }
}

/// The steps so far.
struct Gathered<'a> {
    words: Words<'a>,
    number: &'a dyn Fn(Symbol) -> Option<usize>,
    /// How many uses of clauses were added.
    added: usize,
    steps: Vec<Draft>,
    /// Steps by all that they say except the claims of one variable.
    known: BTreeMap<(Option<usize>, Wording), usize>,
}

/// What a step says: its texts, with a variable and its claims between them, and its place.
type Wording = (Vec<WordingPart>, Option<Span>);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum WordingPart {
    Text(String),
    Claims(usize, BTreeSet<Symbol>),
}

/// A step that may take in further uses of its clause.
struct Draft {
    /// Stands behind everything that led to its last use.
    at: usize,
    clause: Span,
    bindings: Vec<Vec<Option<String>>>,
    parts: Vec<WordingPart>,
    place: Option<Span>,
}

impl Gathered<'_> {
    /// Adds one use of a clause, if the clause has a sentence.
    fn add(&mut self, node: &Proof, bindings: &Bindings, outermost: bool) {
        let Proof::Derived { fact, rule: id, premises } = node else { return };
        let words = self.words;
        let Some(binding) = bindings.get(fact) else { return };
        let Some(filled) = filled(words, *id, binding) else { return };
        let rule = words.program.rule(*id);
        let mut parts: Vec<WordingPart> = filled.into_iter().map(|part| self.part(part)).collect();
        if !outermost && !parts.iter().any(|part| matches!(part, WordingPart::Claims(..))) {
            // A sentence that names no claim is about those of its fact.
            let claims: BTreeSet<Symbol> = words.claims_of(*fact).map(|claim| claim.id).collect();
            let claims: BTreeSet<Symbol> = claims.into_iter().filter(|&id| (self.number)(id).is_some()).collect();
            if !claims.is_empty() {
                parts.splice(0..0, [WordingPart::Claims(usize::MAX, claims), WordingPart::Text(": ".to_owned())]);
            }
        }
        let of_the_vocabulary = !words.sources.file(rule.span.file).path.ends_with(".dl");
        let place = if outermost || of_the_vocabulary {
            Some(rule.span)
        } else {
            axiom(rule, premises, &words.sentences.variables(*id), words)
        };
        let texts = rule_values(words, *id, binding);
        self.added += 1;
        self.merge(Draft { at: self.added, clause: rule.span, bindings: vec![texts], parts, place });
    }

    fn part(&self, part: Part) -> WordingPart {
        match part {
            Part::Text(text) => WordingPart::Text(text),
            Part::Claim(id, variable) if (self.number)(id).is_some() => {
                WordingPart::Claims(variable, BTreeSet::from([id]))
            }
            Part::Claim(id, _) => WordingPart::Text(format!("`{}`", self.words.short_id(id))),
        }
    }

    /// Joins a step with one that says the same but for the claims of one variable, or puts it behind all others.
    fn merge(&mut self, draft: Draft) {
        let mut variables: Vec<Option<usize>> = draft.variables().into_iter().map(Some).collect();
        variables.push(None);
        for &variable in &variables {
            let Some(&index) = self.known.get(&(variable, draft.wording(variable))) else { continue };
            let known = &mut self.steps[index];
            // The other claims of the step may have become more since.
            if known.clause == draft.clause && known.wording(variable) == draft.wording(variable) {
                known.take(draft, variable);
                return;
            }
            if variable.is_none() {
                return; // another clause said just that
            }
        }
        for variable in variables {
            self.known.entry((variable, draft.wording(variable))).or_insert(self.steps.len());
        }
        self.steps.push(draft);
    }
}

impl Draft {
    /// The variables whose claims it names.
    fn variables(&self) -> BTreeSet<usize> {
        let variable = |part: &WordingPart| match part {
            WordingPart::Claims(variable, _) => Some(*variable),
            WordingPart::Text(_) => None,
        };
        self.parts.iter().filter_map(variable).collect()
    }

    /// All that it says except the claims of that variable.
    fn wording(&self, except: Option<usize>) -> Wording {
        let mut parts = self.parts.clone();
        for part in &mut parts {
            if let WordingPart::Claims(variable, claims) = part
                && Some(*variable) == except
            {
                claims.clear();
            }
        }
        (parts, self.place)
    }

    /// Takes in a use of the same clause that differs in the claims of that variable only.
    fn take(&mut self, other: Self, variable: Option<usize>) {
        for (part, more) in self.parts.iter_mut().zip(other.parts) {
            if let (WordingPart::Claims(own, claims), WordingPart::Claims(_, more)) = (part, more)
                && Some(*own) == variable
            {
                claims.extend(more);
            }
        }
        self.bindings.extend(other.bindings);
        self.at = other.at;
    }

    fn step(self, number: &dyn Fn(Symbol) -> Option<usize>) -> Step {
        let part = |part| match part {
            WordingPart::Text(text) => StepPart::Text(text),
            WordingPart::Claims(_, claims) => {
                let mut numbers: Vec<usize> = claims.into_iter().filter_map(number).collect();
                numbers.sort_unstable();
                StepPart::Claims(numbers)
            }
        };
        let text = self.parts.into_iter().map(part).collect();
        Step { clause: Some(self.clause), bindings: self.bindings, text, place: self.place }
    }
}

/// The place of the line of the vocabulary that says most of what the sentence says: of the premises that are given and
/// name no claim, the first that shares the most variables with it.
fn axiom(rule: &Rule, premises: &[Arc<Proof>], named: &BTreeSet<usize>, words: Words<'_>) -> Option<Span> {
    let conditions = rule.body.iter().filter(|literal| !matches!(literal, Literal::Compare { .. }));
    let mut best: Option<(usize, Span)> = None;
    for (condition, premise) in conditions.zip(premises) {
        let (Literal::Atom(atom), Proof::Given { fact, span: Some(span) }) = (condition, &**premise) else { continue };
        if words.claims_of(*fact).next().is_some() {
            continue;
        }
        let is_named = |term: &&Term| matches!(term, Term::Variable(number) if named.contains(&usize::from(*number)));
        let shared = atom.terms.iter().filter(is_named).count();
        if best.is_none_or(|best| best.0 < shared) {
            best = Some((shared, *span));
        }
    }
    best.map(|best| best.1)
}

/// The nodes of a proof, premises before what follows from them, shared ones once; the outermost is the last.
fn innermost_first(proof: &Arc<Proof>) -> Vec<&Proof> {
    let mut out = Vec::new();
    let mut seen: BTreeSet<*const Proof> = BTreeSet::new();
    let mut open: Vec<(&Arc<Proof>, bool)> = vec![(proof, false)];
    while let Some((node, expanded)) = open.pop() {
        if expanded {
            out.push(&**node);
        } else if seen.insert(Arc::as_ptr(node)) {
            open.push((node, true));
            if let Proof::Derived { premises, .. } = &**node {
                open.extend(premises.iter().rev().map(|premise| (premise, false)));
            }
        }
    }
    out
}

/// What the variables stand for in all derivations of the proofs whose clause has a sentence.
pub(super) fn bindings(
    proofs: &[Arc<Proof>],
    sentences: &Sentences,
    (strata, fixpoint): (&Strata, &Fixpoint),
    pool: &mut Pool,
) -> Bindings {
    let mut bindings = Bindings::new();
    for node in proofs.iter().flat_map(innermost_first) {
        if let Proof::Derived { fact, rule, .. } = node
            && sentences.has(*rule)
            && !bindings.contains_key(fact)
            && let Some(binding) = datalog::binding(strata, fixpoint, pool, node)
        {
            bindings.insert(*fact, binding);
        }
    }
    bindings
}

/// At most [`STEP_LIMIT`] steps: seen from the last one, the nearest of each clause; then those that name a claim that no
/// nearer one names; then the nearest of the others. A line in place of the first gap tells how many are left out.
fn limited(steps: Vec<Step>) -> Vec<Step> {
    if steps.len() <= STEP_LIMIT {
        return steps;
    }
    let (mut clauses, mut named) = (BTreeSet::new(), BTreeSet::new());
    let mut ranks: Vec<(u8, usize)> = Vec::with_capacity(steps.len());
    for (index, step) in steps.iter().enumerate().rev() {
        let before = named.len();
        named.extend(step.numbers());
        let rank = match (clauses.insert(step.clause), named.len() > before) {
            (true, _) => 0,
            (false, true) => 1,
            (false, false) => 2,
        };
        ranks.push((rank, steps.len() - index));
    }
    ranks.sort_unstable();
    let kept: BTreeSet<usize> = ranks.iter().take(STEP_LIMIT - 1).map(|rank| steps.len() - rank.1).collect();
    let left_out = steps.len() - kept.len();
    let mut out: Vec<Step> = Vec::with_capacity(STEP_LIMIT);
    let mut told = false;
    for (index, step) in steps.into_iter().enumerate() {
        if kept.contains(&index) {
            out.push(step);
        } else if !std::mem::replace(&mut told, true) {
            out.push(Step::note(format!("{left_out} more steps are left out")));
        }
    }
    out
}
