//! Counts the groups of aggregates again, for the check of proofs: nested loops over rows in the order written, without
//! any of the searches that found the proof.

use crate::base::Cell;
use crate::base::Pool;

use crate::datalog::program::{Literal, Term};
use crate::datalog::proofs::values::{Fold, Series};
use crate::datalog::proofs::verify::{Binding, compare, substitute, unify, value};
use crate::datalog::storage::store::Fixpoint;
use crate::datalog::storage::watch::Watch;

/// How many rows are looked at between two looks at the clock.
const VISITS_PER_LOOK: u64 = 4096;

/// The bindings of bodies, as long as not too many rows are looked at.
pub(in crate::datalog) struct Recount<'a, 'p> {
    pub(in crate::datalog) fixpoint: &'a Fixpoint,
    pub(in crate::datalog) pool: &'p mut Pool,
    /// How many rows may still be looked at.
    pub(in crate::datalog) visits: u64,
    pub(in crate::datalog) watch: &'a Watch,
}

/// The bindings that were found.
struct Found<'t> {
    target: Option<&'t Term>,
    fold: Fold,
}

impl Recount<'_, '_> {
    /// Counts a row that is looked at; nothing if that is one too many.
    fn visit(&mut self) -> Option<()> {
        self.visits = self.visits.checked_sub(1)?;
        let is_time = self.visits.is_multiple_of(VISITS_PER_LOOK);
        (!is_time || !self.watch.has_ended()).then_some(())
    }

    /// How many bindings an aggregate has, and its value; nothing if that is too much to count again.
    pub(in crate::datalog) fn aggregate(
        &mut self,
        literal: &Literal,
        binding: &Binding,
    ) -> Option<(u64, Option<Cell>)> {
        let Literal::Aggregate { function, primitive, target, body, outer, .. } = literal else { return None };
        let mut start: Binding = vec![None; binding.len()];
        for &variable in outer {
            start[usize::from(variable)] = binding[usize::from(variable)];
        }
        let mut found = Found { target: target.as_ref(), fold: Fold::new(*function, *primitive) };
        self.solve(body, &(0..body.len()).collect::<Vec<_>>(), start, &mut Vec::new(), &mut found)?;
        Some((found.fold.count, found.fold.finish(self.pool)))
    }

    fn solve<'b>(
        &mut self,
        body: &'b [Literal],
        open: &[usize],
        mut binding: Binding,
        equations: &mut Vec<(&'b Term, Cell)>,
        found: &mut Found<'_>,
    ) -> Option<()> {
        for (place, &index) in open.iter().enumerate() {
            let Some(holds) = self.decide(&body[index], &mut binding)? else { continue };
            let rest: Vec<usize> = [&open[..place], &open[place + 1..]].concat();
            return if holds { self.solve(body, &rest, binding, equations, found) } else { Some(()) };
        }
        let branch = open.iter().position(|&index| match &body[index] {
            Literal::Atom(_) => true,
            Literal::Range { arguments, .. } => arguments.iter().all(|term| value(term, &binding, self.pool).is_some()),
            Literal::Not(_) | Literal::Compare { .. } | Literal::Aggregate { .. } => false,
        });
        let Some(place) = branch else {
            let holds = |(term, cell): &(&Term, Cell)| value(term, &binding, self.pool) == Some(*cell);
            if open.is_empty() && equations.iter().all(holds) {
                let target = found.target.and_then(|target| value(target, &binding, self.pool));
                found.fold.add(target, self.pool);
            }
            return Some(());
        };
        let rest: Vec<usize> = [&open[..place], &open[place + 1..]].concat();
        match &body[open[place]] {
            Literal::Atom(atom) => {
                let key: Vec<Cell> = atom.terms.iter().map_while(|term| value(term, &binding, self.pool)).collect();
                let view = self.fixpoint.rows(atom.relation);
                let (start, end) = view.range(&key, &mut 0);
                for index in start..end {
                    self.visit()?;
                    let (mut extended, known) = (binding.clone(), equations.len());
                    if unify(&atom.terms, &view.row(index)[..atom.terms.len()], &mut extended, equations) {
                        self.solve(body, &rest, extended, equations, found)?;
                    }
                    equations.truncate(known);
                }
            }
            Literal::Range { result, primitive, arguments } => {
                let cells: Vec<Cell> = arguments.iter().filter_map(|term| value(term, &binding, self.pool)).collect();
                let mut series = Series::new(*primitive, &cells, self.pool);
                while let Some(cell) = series.as_mut().and_then(|series| series.next(*primitive, self.pool)) {
                    self.visit()?;
                    let (mut extended, known) = (binding.clone(), equations.len());
                    if unify(std::slice::from_ref(result), &[cell], &mut extended, equations) {
                        self.solve(body, &rest, extended, equations, found)?;
                    }
                    equations.truncate(known);
                }
            }
            Literal::Not(_) | Literal::Compare { .. } | Literal::Aggregate { .. } => {}
        }
        Some(())
    }

    /// Whether a condition holds; an inner `None` while it cannot be decided, an outer one if too much was looked at.
    #[expect(clippy::option_option, reason = "too much to count, or not to be decided yet")]
    fn decide(&mut self, literal: &Literal, binding: &mut Binding) -> Option<Option<bool>> {
        Some(match literal {
            Literal::Atom(_) | Literal::Range { .. } => None,
            Literal::Not(atom) => {
                let pattern = substitute(atom, binding, self.pool);
                pattern.map(|pattern| !self.fixpoint.matches(atom.relation, &pattern))
            }
            Literal::Compare { left, operator, right, primitive } => {
                compare(left, *operator, right, *primitive, binding, self.pool)
            }
            Literal::Aggregate { result, function, primitive, outer, .. } => {
                if outer.iter().any(|&variable| binding[usize::from(variable)].is_none()) {
                    return Some(None);
                }
                let (_, found) = self.aggregate(literal, binding)?;
                let Some(cell) = found else { return Some(Some(false)) };
                let (equal, read) = (crate::datalog::ast::Operator::Equal, function.result(*primitive));
                compare(result, equal, &Term::Constant(cell), read, binding, self.pool)
            }
        })
    }
}
