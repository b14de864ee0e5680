//! How far one rule comes towards a row that is not there.
//!
//! A rule and a pattern go in, an [`Attempt`] comes out. The longest beginning of the body is found first, then the
//! bindings under which it holds are gathered, and of what fails behind each of them the nearest miss is told. What a
//! head computes is looked at last: only when the whole body matches does its value count.

use std::collections::BTreeSet;

use crate::base::Cell;

use crate::datalog::program::{Atom, Literal, Rule, RuleId, Strata, Term};
use crate::datalog::proofs::conditions::{condition, distance, holds, is_bound, unified};
use crate::datalog::proofs::near::{Near, nearest};
use crate::datalog::proofs::values::Series;
use crate::datalog::proofs::verify::{Binding, value};
use crate::datalog::proofs::walk::{Sink, Undecided, Walk, first_match};
use crate::datalog::proofs::why_not::{Attempt, MOST_COMPARED, Obstacle};
use crate::datalog::proofs::work::{GivenUp, Work};
use crate::datalog::storage::fixpoint::Fact;
use crate::datalog::syntax::ast::Operator;

/// The most rows looked at for the longest beginning of one rule, for its bindings, and for what fails behind them.
const VISITS: u64 = 500_000;

/// One rule that is asked about.
pub(in crate::datalog) struct Asking<'a> {
    pub(in crate::datalog) strata: &'a Strata,
    pub(in crate::datalog) rule: &'a Rule,
    /// What is asked for.
    pub(in crate::datalog) pattern: &'a [Option<Cell>],
}

/// A binding, and what the atoms match under it.
type Found = (Binding, Vec<Option<Fact>>);

/// Different bindings of a beginning.
struct Bindings {
    found: Vec<Found>,
    seen: BTreeSet<Binding>,
    most: usize,
}

impl Sink for Bindings {
    fn take(&mut self, instance: &Walk<'_>, _: &mut Work<'_, '_>) -> bool {
        if self.seen.insert(instance.binding.clone()) {
            self.found.push((instance.binding.clone(), instance.facts.clone()));
        }
        self.found.len() < self.most
    }
}

/// What fails behind a beginning under one binding.
struct Miss {
    /// How near it is to holding: a condition that waited for the next atom before that atom.
    score: (bool, i64),
    obstacle: Obstacle,
    found: Found,
}

/// What fails behind a beginning, as far as it is looked at: at least once under each of its bindings, and more often
/// where the next literal gives several values.
#[derive(Default)]
struct Misses {
    nearest: Option<Miss>,
    compared: usize,
}

impl Misses {
    fn add(&mut self, miss: Miss) {
        self.compared += 1;
        if self.nearest.as_ref().is_none_or(|nearest| nearest.score < miss.score) {
            self.nearest = Some(miss);
        }
    }
}

impl Asking<'_> {
    /// How far the rule comes.
    pub(in crate::datalog) fn attempt(&self, work: &mut Work<'_, '_>, id: RuleId) -> Attempt {
        let none = vec![None; self.rule.variables.len()];
        let mut attempt = Attempt {
            rule: id,
            matched: 0,
            binding: none.clone(),
            facts: vec![None; self.rule.body.len()],
            bindings: 1,
            more: false,
            compared: 0,
            obstacle: Obstacle::Unknown,
            complete: true,
        };
        if let Some((_, obstacle)) = self.head(work, &none, true) {
            return Attempt { obstacle, compared: 1, ..attempt };
        }
        let (matched, first, complete) = self.longest(work, none);
        (attempt.matched, attempt.complete) = (matched, complete);
        let found = if complete {
            let (misses, bindings, more) = self.misses(work, matched, &first);
            (attempt.bindings, attempt.more, attempt.compared) = (bindings, more, misses.compared);
            match misses.nearest {
                Some(miss) => {
                    attempt.obstacle = miss.obstacle;
                    miss.found
                }
                None => first,
            }
        } else {
            attempt.more = true;
            first
        };
        attempt.binding = found.0;
        for (place, fact) in attempt.facts.iter_mut().zip(found.1) {
            *place = fact;
        }
        attempt
    }

    /// How many literals hold together, with one binding under which they do; whether all rows were looked at.
    fn longest(&self, work: &mut Work<'_, '_>, none: Binding) -> (usize, Found, bool) {
        work.visits = VISITS;
        let (mut matched, mut first) = (0, (none, Vec::new()));
        for length in 0..=self.rule.body.len() {
            let (found, given_up) = self.bindings(work, length, 1);
            match found.into_iter().next() {
                Some(found) => (matched, first) = (length, found),
                None if given_up => return (matched, first, false),
                None => break,
            }
        }
        (matched, first, true)
    }

    /// Different bindings under which the first literals hold, as far as they can be decided; whether the search for
    /// others was given up.
    fn bindings(&self, work: &mut Work<'_, '_>, length: usize, most: usize) -> (Vec<Found>, bool) {
        let start = vec![None; self.rule.variables.len()];
        let mut walk = Walk::new(&self.rule.body[..length], start, Undecided::Waits);
        let mut sink = Bindings { found: Vec::new(), seen: BTreeSet::new(), most };
        // What the head computes is no condition of its body.
        let terms = self.rule.terms.iter().zip(self.pattern);
        let demanded: Vec<Option<Cell>> =
            terms.map(|(term, cell)| cell.filter(|_| !matches!(term, Term::Functor(..)))).collect();
        let given_up = walk.demand(&self.rule.terms, &demanded) && walk.run(work, &mut sink).is_err();
        (sink.found, given_up)
    }

    /// The first column in which the head gives something else under a binding, and how near it comes. At the `start` only
    /// those columns count that are what they are without the body.
    fn head(&self, work: &mut Work<'_, '_>, binding: &Binding, start: bool) -> Option<(i64, Obstacle)> {
        let columns = &self.strata.program().relation(self.rule.head).columns;
        let (none, mut binding) = (binding.clone(), binding.clone());
        // What is computed may need a variable of a later column.
        for binds in [true, false] {
            for (column, (term, wanted)) in self.rule.terms.iter().zip(self.pattern).enumerate() {
                let Some(wanted) = *wanted else { continue };
                if start && matches!(term, Term::Functor(..)) && !is_bound(term, &none) {
                    continue;
                }
                let has = value(term, &binding, work.pool);
                if has.is_some_and(|has| has != wanted) {
                    let primitive = columns[column].primitive;
                    let apart = distance(has, Operator::Equal, Some(wanted), primitive, work.pool);
                    return Some((-apart, Obstacle::Head { column, has, wanted }));
                }
                if let Term::Variable(variable) = term
                    && binds
                {
                    binding[usize::from(*variable)] = Some(wanted);
                }
            }
        }
        None
    }

    /// What fails behind a beginning of that length, under as many different bindings as are compared; how many it has, as
    /// far as they are counted, and whether there may be others.
    fn misses(&self, work: &mut Work<'_, '_>, length: usize, first: &Found) -> (Misses, usize, bool) {
        work.visits = VISITS;
        let (mut bases, given_up) = self.bindings(work, length, MOST_COMPARED + 1);
        if bases.is_empty() {
            bases.push(first.clone());
        }
        let more = given_up || bases.len() > MOST_COMPARED;
        bases.truncate(MOST_COMPARED);
        let bindings = bases.len();
        let mut misses = Misses::default();
        work.visits = VISITS;
        for base in bases {
            if misses.compared >= MOST_COMPARED || self.misses_of(work, length, base, &mut misses).is_err() {
                break;
            }
        }
        (misses, bindings, more)
    }

    /// What fails behind a beginning under one binding. Where the next literal can hold by itself, what waited for its
    /// variables fails for each of their values.
    fn misses_of(
        &self,
        work: &mut Work<'_, '_>,
        length: usize,
        (binding, facts): Found,
        misses: &mut Misses,
    ) -> Result<(), GivenUp> {
        let Some(literal) = self.rule.body.get(length) else {
            let (score, obstacle, known) =
                self.waiting(work, length, &binding)?.unwrap_or((0, Obstacle::Unknown, binding));
            misses.add(Miss { score: (true, score), obstacle, found: (known, facts) });
            return Ok(());
        };
        let next = Self::next(work, literal, &binding)?;
        let (mut seen, mut waits) = (BTreeSet::new(), false);
        for (extended, fact) in next {
            if !seen.insert(extended.clone()) {
                continue;
            }
            let Some((score, obstacle, known)) = self.waiting(work, length, &extended)? else { continue };
            if misses.compared >= MOST_COMPARED {
                return Ok(());
            }
            let mut facts = facts.clone();
            facts.push(fact);
            misses.add(Miss { score: (true, score), obstacle, found: (known, facts) });
            waits = true;
        }
        if waits {
            return Ok(());
        }
        let (score, obstacle) = match literal {
            Literal::Atom(atom) => self.atom(work, length, atom, &binding)?,
            Literal::Not(_) | Literal::Compare { .. } | Literal::Aggregate { .. } | Literal::Range { .. } => {
                condition(work, (length, literal), &binding)?
            }
        };
        misses.add(Miss { score: (false, score), obstacle, found: (binding, facts) });
        Ok(())
    }

    /// The bindings under which a literal holds besides those before it, and the row that it matches: for the rows of an
    /// atom, the values of a range, and the variable of an equation; no more than are compared.
    fn next(
        work: &mut Work<'_, '_>,
        literal: &Literal,
        binding: &Binding,
    ) -> Result<Vec<(Binding, Option<Fact>)>, GivenUp> {
        match literal {
            Literal::Atom(atom) => {
                let wanted = wanted(work, atom, binding);
                let rows = work.matching(atom.relation, &wanted, MOST_COMPARED)?;
                let extended = |fact| Some((unified(atom, work.rows.fixpoint.row(fact), binding)?, Some(fact)));
                Ok(rows.into_iter().filter_map(extended).collect())
            }
            Literal::Range { result: Term::Variable(result), primitive, arguments }
                if binding[usize::from(*result)].is_none() =>
            {
                let cells: Option<Vec<Cell>> = arguments.iter().map(|term| value(term, binding, work.pool)).collect();
                let mut series = cells.and_then(|cells| Series::new(*primitive, &cells, work.pool));
                let mut next = Vec::new();
                while let Some(cell) = series.as_mut().and_then(|series| series.next(*primitive, work.pool)) {
                    let mut extended = binding.clone();
                    extended[usize::from(*result)] = Some(cell);
                    next.push((extended, None));
                    if next.len() >= MOST_COMPARED {
                        break;
                    }
                }
                Ok(next)
            }
            Literal::Not(_) | Literal::Compare { .. } | Literal::Aggregate { .. } | Literal::Range { .. } => {
                let mut extended = binding.clone();
                let is_met = holds(work, literal, &mut extended)? == Some(true);
                Ok(if is_met { vec![(extended, None)] } else { Vec::new() })
            }
        }
    }

    /// An atom that no row matches, as far as its values are known.
    fn atom(
        &self,
        work: &mut Work<'_, '_>,
        literal: usize,
        atom: &Atom,
        binding: &Binding,
    ) -> Result<(i64, Obstacle), GivenUp> {
        let pattern = wanted(work, atom, binding);
        let near = match first_match(atom, &pattern, work)? {
            Some(fact) => Some(Near { fact, agrees: pattern.iter().flatten().count() }),
            None => nearest(work, atom.relation, &pattern),
        };
        let relation = atom.relation;
        let derived = self.strata.program().rules().any(|(_, rule)| rule.head == relation && !rule.body.is_empty());
        let score = near.map_or(-1, |near| i64::try_from(near.agrees).unwrap_or(0));
        Ok((score, Obstacle::Atom { literal, relation, pattern, near, derived }))
    }

    /// What had to wait for the variables of a binding, and fails now: a condition, or in the end the head. With it goes
    /// what is bound then.
    fn waiting(
        &self,
        work: &mut Work<'_, '_>,
        length: usize,
        binding: &Binding,
    ) -> Result<Option<(i64, Obstacle, Binding)>, GivenUp> {
        let mut known = binding.clone();
        loop {
            let before = known.clone();
            for literal in 0..length {
                if holds(work, &self.rule.body[literal], &mut known)? == Some(false) {
                    let (score, obstacle) = condition(work, (literal, &self.rule.body[literal]), &known)?;
                    return Ok(Some((score, obstacle, known)));
                }
            }
            if known == before {
                break;
            }
        }
        if length < self.rule.body.len() {
            return Ok(None);
        }
        Ok(self.head(work, &known, false).map(|(score, obstacle)| (score, obstacle, known)))
    }
}

/// The cells that an atom's columns must have, as far as they are known.
fn wanted(work: &mut Work<'_, '_>, atom: &Atom, binding: &Binding) -> Vec<Option<Cell>> {
    atom.terms.iter().map(|term| value(term, binding, work.pool)).collect()
}
