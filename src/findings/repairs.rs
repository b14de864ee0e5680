//! Which claims would have to go for a finding to go: the smallest sets of them.
//!
//! A claim goes with all given rows that name it, so that links to it go too. A finding is gone where no row with its key is
//! left and none comes, which may be for want of what stood in its way. What is named here is so; what is not named may
//! still be so where rules count, where negations follow from each other, or where it would take too long to tell.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::base::{Cell, Pool, Symbol};
use crate::datalog::{
    Bounds, Change, Fact, Fixpoint, Literal, Overrun, Program, Proof, Prover, RelationId, Rule, Strata, Term, Without,
};
use crate::facts::Dataset;
use crate::lints::{ColumnKind, Lint};

/// The most claims of a set.
const MOST_CLAIMS: usize = 3;
/// The most proofs that a set is looked for in.
const MOST_PROOFS: usize = 64;
/// The most rows looked at for the repairs of all findings of one rule: what is told of them depends on no other rule, so
/// it stays the same where others are switched off.
const VISITS_OF_A_RULE: u64 = 100_000;
/// Proofs of more claims are not looked into for sets of several.
const MOST_IN_A_PROOF: usize = 24;

/// Claims, none of which a proof can do without altogether.
type Claims = BTreeSet<Symbol>;

/// What became of a finding without some claims.
enum Verdict {
    /// It is gone.
    Gone,
    /// It stays; the claims of a proof that is left, if they can be told.
    Stays(Option<Claims>),
    /// That cannot be told.
    Unknown,
}

/// The rows of one finding, and what is known of them.
pub(super) struct Quarrel<'q> {
    /// The rule.
    pub(super) lint: &'q Lint,
    /// All rows with the key.
    pub(super) rows: &'q [Fact],
    /// Proofs of some of them.
    pub(super) proofs: &'q [Arc<Proof>],
}

/// Looks for repairs; keeps what it learns of single claims.
pub(super) struct Repairs<'a> {
    dataset: &'a Dataset,
    program: &'a Program,
    strata: &'a Strata,
    fixpoint: &'a Fixpoint,
    bounds: Bounds,
    /// What answers for the rule whose findings are looked at.
    without: Option<(RelationId, Without<'a>)>,
    /// The given rows that name each claim.
    given: Option<BTreeMap<Symbol, Vec<Fact>>>,
    /// What is different without each claim.
    known: BTreeMap<Symbol, Option<Arc<Change>>>,
    /// Rules may name claims themselves, or make up names of claims.
    rules_name_claims: bool,
}

impl<'a> Repairs<'a> {
    /// Prepares for findings, one rule after the other.
    pub(super) fn new(dataset: &'a Dataset, (strata, fixpoint): (&'a Strata, &'a Fixpoint), bounds: Bounds) -> Self {
        let program = strata.program();
        Self {
            dataset,
            program,
            strata,
            fixpoint,
            bounds,
            without: None,
            given: None,
            known: BTreeMap::new(),
            rules_name_claims: program.rules().any(|(_, rule)| names_claims(rule, program)),
        }
    }

    /// The bound that was met, if one was.
    pub(super) fn overrun(&self) -> Option<Overrun> {
        self.without.as_ref().and_then(|without| without.1.overrun())
    }

    /// What answers for a relation; what was learnt for another one is forgotten.
    fn about(&mut self, relation: RelationId) -> &mut Without<'a> {
        if self.without.as_ref().is_none_or(|without| without.0 != relation) {
            self.without = None;
            self.known.clear();
        }
        let (strata, fixpoint, bounds) = (self.strata, self.fixpoint, &self.bounds);
        let new = || (relation, Without::new((strata, fixpoint), &[relation], bounds.clone(), VISITS_OF_A_RULE));
        &mut self.without.get_or_insert_with(new).1
    }

    /// The claims without each of which the finding is gone; if there are none, the first smallest set of two or three
    /// without which it is. First is by the ids in byte order.
    pub(super) fn of(&mut self, quarrel: &Quarrel<'_>, prover: &mut Prover<'_>, pool: &mut Pool) -> Vec<Vec<Symbol>> {
        let keys = self.key_claims(quarrel);
        let proofs: Option<Vec<Claims>> = quarrel.proofs.iter().map(|proof| self.leaves(proof)).collect();
        let Some(mut proofs) = proofs else {
            // What is counted is not known by its claims.
            let alone = if self.rules_name_claims { Claims::new() } else { keys };
            return self.sorted(alone, pool).into_iter().map(|claim| vec![claim]).collect();
        };
        let mut alone = Vec::new();
        for claim in self.sorted(common(&proofs), pool) {
            // No row names a claim that no given row names.
            if keys.contains(&claim) && !self.rules_name_claims {
                alone.push(vec![claim]);
                continue;
            }
            if self.is_spent(quarrel) && !self.known.contains_key(&claim) {
                continue;
            }
            match self.verdict(quarrel, &[claim], prover, pool) {
                Verdict::Gone => alone.push(vec![claim]),
                Verdict::Stays(left) => proofs.extend(left),
                Verdict::Unknown => {}
            }
        }
        if alone.is_empty() { self.together(quarrel, proofs, prover, pool).into_iter().collect() } else { alone }
    }

    /// The first smallest set of several claims without which the finding is gone.
    fn together(
        &mut self,
        quarrel: &Quarrel<'_>,
        mut proofs: Vec<Claims>,
        prover: &mut Prover<'_>,
        pool: &mut Pool,
    ) -> Option<Vec<Symbol>> {
        let mut unknown: BTreeSet<Vec<Symbol>> = BTreeSet::new();
        // Looking for sets takes time as well, and without visits nothing could be told of them.
        if self.is_spent(quarrel) {
            return None;
        }
        for size in 2..=MOST_CLAIMS {
            while proofs.len() + unknown.len() < MOST_PROOFS && proofs.iter().all(|p| p.len() <= MOST_IN_A_PROOF) {
                let Some(set) = first_set(&proofs, size, &unknown, pool) else { break };
                match self.verdict(quarrel, &set, prover, pool) {
                    Verdict::Gone => return Some(set),
                    Verdict::Stays(Some(left)) => proofs.push(left),
                    Verdict::Stays(None) => return None,
                    Verdict::Unknown if self.is_spent(quarrel) => return None,
                    Verdict::Unknown => {
                        unknown.insert(set);
                    }
                }
            }
        }
        None
    }

    /// Whether no row may be looked at any more for the rule of the finding.
    fn is_spent(&mut self, quarrel: &Quarrel<'_>) -> bool {
        self.about(quarrel.rows[0].relation).visits() == 0
    }

    /// What becomes of the finding without these claims.
    fn verdict(
        &mut self,
        quarrel: &Quarrel<'_>,
        claims: &[Symbol],
        prover: &mut Prover<'_>,
        pool: &mut Pool,
    ) -> Verdict {
        let relation = quarrel.rows[0].relation;
        let Some(change) = self.change(relation, claims, pool) else { return Verdict::Unknown };
        let Some(mut gained) = change.gained(relation) else { return Verdict::Unknown };
        let key = |row: &[Cell]| -> Vec<Cell> {
            let columns = quarrel.lint.columns.iter().zip(row);
            columns.filter(|(column, _)| column.key).map(|(_, &cell)| cell).collect()
        };
        let own = key(self.fixpoint.row(quarrel.rows[0]));
        if gained.any(|row| key(row) == own) {
            return Verdict::Unknown;
        }
        match quarrel.rows.iter().find(|&&row| !change.is_lost(row)) {
            None => Verdict::Gone,
            Some(&row) => Verdict::Stays(self.claims_left(row, &change, prover, pool)),
        }
    }

    /// What is different without these claims for a rule's relation and what it reads.
    fn change(&mut self, relation: RelationId, claims: &[Symbol], pool: &mut Pool) -> Option<Arc<Change>> {
        self.about(relation);
        if let &[claim] = claims
            && let Some(known) = self.known.get(&claim)
        {
            return known.clone();
        }
        let (program, fixpoint) = (self.program, self.fixpoint);
        let given = self.given.get_or_insert_with(|| given_rows(program, fixpoint));
        let rows: Vec<Fact> = claims.iter().filter_map(|claim| given.get(claim)).flatten().copied().collect();
        let change = self.about(relation).change(pool, &rows).map(Arc::new);
        if let &[claim] = claims {
            self.known.insert(claim, change.clone());
        }
        change
    }

    /// The claims of a proof that is left of a row; `None` if they cannot all be told.
    fn claims_left(&self, row: Fact, change: &Change, prover: &mut Prover<'_>, pool: &mut Pool) -> Option<Claims> {
        let (mut claims, mut seen, mut open) = (Claims::new(), BTreeSet::new(), vec![row]);
        while let Some(fact) = open.pop() {
            if !seen.insert(fact) {
                continue;
            }
            match change.premises(fact) {
                Some(premises) => open.extend(premises),
                None => claims.extend(self.leaves(&prover.prove(pool, fact))?),
            }
        }
        Some(claims)
    }

    /// The claims that the given rows of a proof name; `None` if it has parts that are counted or left out.
    fn leaves(&self, proof: &Arc<Proof>) -> Option<Claims> {
        let (mut claims, mut seen, mut open) = (Claims::new(), BTreeSet::new(), vec![proof]);
        while let Some(proof) = open.pop() {
            if !seen.insert(Arc::as_ptr(proof)) {
                continue;
            }
            match &**proof {
                Proof::Given { fact, .. } => claims.extend(named(self.program, self.fixpoint, *fact)),
                Proof::Derived { premises, .. } => open.extend(premises),
                Proof::Absent { .. } | Proof::Value { .. } => {}
                Proof::Group { .. } | Proof::Cut { .. } => return None,
            }
        }
        Some(claims)
    }

    /// The claims of the key columns.
    fn key_claims(&self, quarrel: &Quarrel<'_>) -> Claims {
        let row = self.fixpoint.row(quarrel.rows[0]);
        let columns = quarrel.lint.columns.iter().zip(row);
        let claims = columns.filter(|(column, _)| column.key && column.kind == ColumnKind::Claim);
        claims.map(|(_, &cell)| Symbol::from_cell(cell)).filter(|&id| self.dataset.claim(id).is_some()).collect()
    }

    fn sorted(&self, claims: Claims, pool: &Pool) -> Vec<Symbol> {
        let mut claims: Vec<Symbol> = claims.into_iter().filter(|&id| self.dataset.claim(id).is_some()).collect();
        claims.sort_by_key(|&claim| pool.text(claim));
        claims
    }
}

/// The claims that all proofs have.
fn common(proofs: &[Claims]) -> Claims {
    let Some((first, others)) = proofs.split_first() else { return Claims::new() };
    first.iter().copied().filter(|claim| others.iter().all(|proof| proof.contains(claim))).collect()
}

/// The first set of so many claims, by their ids in byte order, that has one of each proof and is none of those excepted.
fn first_set(proofs: &[Claims], size: usize, except: &BTreeSet<Vec<Symbol>>, pool: &Pool) -> Option<Vec<Symbol>> {
    let mut sets: Vec<Vec<Symbol>> = Vec::new();
    let mut open: Vec<Vec<Symbol>> = vec![Vec::new()];
    while let Some(set) = open.pop() {
        let missed = proofs.iter().find(|proof| !set.iter().any(|claim| proof.contains(claim)));
        match missed {
            None if set.len() == size => sets.push(set),
            Some(proof) if set.len() < size => {
                open.extend(proof.iter().map(|&claim| set.iter().copied().chain([claim]).collect()));
            }
            _ => {}
        }
    }
    let in_order = |mut set: Vec<Symbol>| {
        set.sort_by_key(|&claim| pool.text(claim));
        set
    };
    let texts = |set: &Vec<Symbol>| -> Vec<&str> { set.iter().map(|&claim| pool.text(claim)).collect() };
    let sets = sets.into_iter().map(in_order).filter(|set| !except.contains(set));
    sets.min_by(|a, b| texts(a).cmp(&texts(b)))
}

/// The given rows that name each claim.
fn given_rows(program: &Program, fixpoint: &Fixpoint) -> BTreeMap<Symbol, Vec<Fact>> {
    let mut rows: BTreeMap<Symbol, Vec<Fact>> = BTreeMap::new();
    for (id, relation) in program.relations() {
        if !relation.columns.iter().any(|column| column.is("Claim")) {
            continue;
        }
        for fact in fixpoint.facts(id).filter(|&fact| fixpoint.is_given(fact)) {
            for claim in named(program, fixpoint, fact) {
                rows.entry(claim).or_default().push(fact);
            }
        }
    }
    rows
}

/// The claims that a row names.
fn named(program: &Program, fixpoint: &Fixpoint, fact: Fact) -> impl Iterator<Item = Symbol> {
    let columns = program.relation(fact.relation).columns.iter().zip(fixpoint.row(fact));
    columns.filter(|(column, _)| column.is("Claim")).map(|(_, &cell)| Symbol::from_cell(cell))
}

/// Whether a rule may give a row that names a claim which no row names that it reads: by its id, or by a text that it
/// computes.
fn names_claims(rule: &Rule, program: &Program) -> bool {
    let claims = |relation: RelationId, terms: &[Term]| -> Vec<Term> {
        let columns = terms.iter().zip(&program.relation(relation).columns);
        columns.filter(|(_, column)| column.is("Claim")).map(|(term, _)| term.clone()).collect()
    };
    let atoms = rule.body.iter().filter_map(|literal| match literal {
        Literal::Atom(atom) => Some(atom),
        Literal::Not(_) | Literal::Compare { .. } | Literal::Aggregate { .. } | Literal::Range { .. } => None,
    });
    let read: Vec<Term> = atoms.flat_map(|atom| claims(atom.relation, &atom.terms)).collect();
    !claims(rule.head, &rule.terms).iter().all(|term| matches!(term, Term::Variable(_)) && read.contains(term))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_smallest_set_has_one_claim_of_each_proof() {
        let mut pool = Pool::new();
        // Symbols in another order than their texts.
        let symbols = ["e", "d", "c", "b", "a"].map(|text| pool.intern(text));
        let [five, four, three, two, one] = symbols;
        let proof = |claims: &[Symbol]| claims.iter().copied().collect::<Claims>();
        let none = BTreeSet::new();
        let proofs = [proof(&[three, five]), proof(&[two, four]), proof(&[two, five])];
        assert_eq!(common(&proofs), proof(&[]));
        assert_eq!(common(&proofs[1..]), proof(&[two]));
        assert_eq!(first_set(&proofs, 1, &none, &pool), None);
        assert_eq!(first_set(&proofs, 2, &none, &pool), Some(vec![two, three]));
        assert_eq!(first_set(&proofs, 2, &BTreeSet::from([vec![two, three]]), &pool), Some(vec![two, five]));
        let apart = [proof(&[one]), proof(&[three, four]), proof(&[two, five])];
        assert_eq!(first_set(&apart, 2, &none, &pool), None);
        assert_eq!(first_set(&apart, 3, &none, &pool), Some(vec![one, two, three]));
        assert_eq!(first_set(&[proof(&[])], 2, &none, &pool), None);
    }
}
