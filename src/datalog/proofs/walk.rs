//! Finds the bindings under which all literals of a body hold, a row at a time and from what is known already.
//!
//! A body and a start go in, every binding with the rows that its atoms match goes to a [`Sink`]. The next atom is
//! always the one with the fewest rows under the binding so far, so that a bound head leads straight to its premises.
//! Shares nothing with plans and their executor, which find all rows of a head and not the reasons for one.

use crate::base::{Cell, Pool, Primitive};

use crate::datalog::program::{Atom, Literal, Term};
use crate::datalog::proofs::rows::Run;
use crate::datalog::proofs::values::{Fold, Series};
use crate::datalog::proofs::verify::{Binding, compare, substitute, value};
use crate::datalog::proofs::work::{GivenUp, Work};
use crate::datalog::storage::fixpoint::Fact;
use crate::datalog::syntax::ast::{Functor, Operator};

/// Takes what a walk finds.
pub(in crate::datalog) trait Sink {
    /// Whether the row may be what the literal at that place matches.
    fn accept(&mut self, literal: usize, fact: Fact) -> bool {
        let _ = (literal, fact);
        true
    }

    /// Takes one instance; tells whether more are wanted.
    fn take(&mut self, instance: &Walk<'_>, work: &mut Work<'_, '_>) -> bool;
}

/// What is demanded of the literals that cannot be decided although all atoms have their rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::datalog) enum Undecided {
    /// A value is missing, such as that of a division by zero: the binding does not count.
    Fails,
    /// The body is the beginning of a longer one, which binds more.
    Waits,
}

/// A walk under way; at a [`Sink`] it is one instance of the body.
pub(in crate::datalog) struct Walk<'b> {
    body: &'b [Literal],
    undecided: Undecided,
    pub(in crate::datalog) binding: Binding,
    /// The row that each atom of the body matches.
    pub(in crate::datalog) facts: Vec<Option<Fact>>,
    /// What each aggregate and range of the body gives.
    pub(in crate::datalog) values: Vec<Option<Cell>>,
    /// What functors of the head and of matched atoms must be equal to.
    equations: Vec<(&'b Term, Cell)>,
    done: Vec<bool>,
    bound: Vec<u16>,
    closed: Vec<usize>,
}

/// How far a walk had come.
#[derive(Clone, Copy)]
struct Mark {
    bound: usize,
    closed: usize,
    equations: usize,
}

/// Where a walk branches.
enum Branch {
    /// Over the rows of an atom.
    Rows(usize, Run, Vec<Option<Cell>>),
    /// Over the values of a range.
    Values(usize, Series),
}

impl<'b> Walk<'b> {
    /// A walk through a body under a binding that holds from the start.
    pub(in crate::datalog) fn new(body: &'b [Literal], start: Binding, undecided: Undecided) -> Self {
        let none = || vec![None; body.len()];
        let (facts, values, done) = (none(), vec![None; body.len()], vec![false; body.len()]);
        let (equations, bound, closed) = (Vec::new(), Vec::new(), Vec::new());
        Self { body, undecided, binding: start, facts, values, equations, done, bound, closed }
    }

    /// Demands that terms have the cells of a row, as far as they are given; `false` if they cannot.
    pub(in crate::datalog) fn demand(&mut self, terms: &'b [Term], row: &[Option<Cell>]) -> bool {
        let mut known = terms.iter().zip(row).filter_map(|(term, cell)| Some((term, (*cell)?)));
        known.all(|(term, cell)| self.unify(term, cell))
    }

    /// Hands every instance to the sink until it wants no more.
    pub(in crate::datalog) fn run(&mut self, work: &mut Work<'_, '_>, sink: &mut impl Sink) -> Result<(), GivenUp> {
        self.step(work, sink).map(|_| ())
    }

    fn unify(&mut self, term: &'b Term, cell: Cell) -> bool {
        match term {
            Term::Wildcard => true,
            Term::Constant(constant) => *constant == cell,
            Term::Variable(variable) => {
                if let Some(known) = self.binding[usize::from(*variable)] {
                    return known == cell;
                }
                self.bind(*variable, cell);
                true
            }
            Term::Functor(..) => {
                self.equations.push((term, cell));
                true
            }
        }
    }

    fn bind(&mut self, variable: u16, cell: Cell) {
        self.binding[usize::from(variable)] = Some(cell);
        self.bound.push(variable);
    }

    fn close(&mut self, literal: usize) {
        self.done[literal] = true;
        self.closed.push(literal);
    }

    fn mark(&self) -> Mark {
        Mark { bound: self.bound.len(), closed: self.closed.len(), equations: self.equations.len() }
    }

    fn back_to(&mut self, mark: Mark) {
        for variable in self.bound.drain(mark.bound..) {
            self.binding[usize::from(variable)] = None;
        }
        for literal in self.closed.drain(mark.closed..) {
            self.done[literal] = false;
        }
        self.equations.truncate(mark.equations);
    }

    /// Goes on from here; tells whether the sink wants more.
    fn step(&mut self, work: &mut Work<'_, '_>, sink: &mut impl Sink) -> Result<bool, GivenUp> {
        let mark = self.mark();
        let more = if self.settle(work)? { self.branch(work, sink)? } else { true };
        self.back_to(mark);
        Ok(more)
    }

    /// Decides whatever can be decided, and binds what follows; tells whether all of it holds.
    fn settle(&mut self, work: &mut Work<'_, '_>) -> Result<bool, GivenUp> {
        loop {
            let before = (self.bound.len(), self.closed.len());
            for literal in 0..self.body.len() {
                if self.done[literal] {
                    continue;
                }
                match self.decide(literal, work)? {
                    None => {}
                    Some(true) => self.close(literal),
                    Some(false) => return Ok(false),
                }
            }
            for index in 0..self.equations.len() {
                let (term, cell) = self.equations[index];
                match value(term, &self.binding, work.pool) {
                    Some(value) if value != cell => return Ok(false),
                    Some(_) => {}
                    None => self.solve(term, cell, work.pool),
                }
            }
            if before == (self.bound.len(), self.closed.len()) {
                return Ok(true);
            }
        }
    }

    /// Whether a literal other than an atom holds; `None` while it has an unbound variable.
    fn decide(&mut self, literal: usize, work: &mut Work<'_, '_>) -> Result<Option<bool>, GivenUp> {
        match &self.body[literal] {
            Literal::Atom(_) => Ok(None),
            Literal::Range { result, primitive, arguments } => {
                let Some(cell) = value(result, &self.binding, work.pool) else { return Ok(None) };
                let Some(arguments) = self.values_of(arguments, work.pool) else { return Ok(None) };
                self.values[literal] = Some(cell);
                let series = Series::new(*primitive, &arguments, work.pool);
                Ok(Some(series.is_some_and(|series| series.has(*primitive, cell, work.pool))))
            }
            Literal::Not(atom) => {
                let Some(pattern) = substitute(atom, &self.binding, work.pool) else { return Ok(None) };
                Ok(Some(first_match(atom, &pattern, work)?.is_none()))
            }
            Literal::Compare { left, operator, right, primitive } => {
                if *operator == Operator::Equal && self.equate(left, right, work.pool) {
                    return Ok(Some(true));
                }
                Ok(compare(left, *operator, right, *primitive, &mut self.binding, work.pool))
            }
            Literal::Aggregate { result, .. } => {
                let Some(found) = aggregate(&self.body[literal], &self.binding, work)? else { return Ok(None) };
                let Some(cell) = found else { return Ok(Some(false)) };
                self.values[literal] = Some(cell);
                Ok(Some(self.unify_result(result, cell, work.pool)))
            }
        }
    }

    /// Binds the variable of an equation whose other side has a value; else what follows from one unknown of a sum.
    fn equate(&mut self, left: &'b Term, right: &'b Term, pool: &mut Pool) -> bool {
        for (one, other) in [(left, right), (right, left)] {
            let Some(cell) = value(one, &self.binding, pool) else { continue };
            match other {
                Term::Variable(variable) if self.binding[usize::from(*variable)].is_none() => {
                    self.bind(*variable, cell);
                    return true;
                }
                Term::Functor(..) if value(other, &self.binding, pool).is_none() => self.solve(other, cell, pool),
                Term::Variable(_) | Term::Wildcard | Term::Constant(_) | Term::Functor(..) => {}
            }
        }
        false
    }

    fn unify_result(&mut self, result: &'b Term, cell: Cell, pool: &mut Pool) -> bool {
        match value(result, &self.binding, pool) {
            Some(known) => known == cell,
            None => self.unify(result, cell),
        }
    }

    /// Binds the only unknown of a sum or difference whose value is known; it is still checked as any other condition.
    fn solve(&mut self, term: &'b Term, cell: Cell, pool: &mut Pool) {
        if self.undecided == Undecided::Waits {
            return; // what a beginning gives is told without foresight
        }
        let Term::Functor(functor, Primitive::Number, arguments) = term else { return };
        let [left, right] = &arguments[..] else { return };
        let total = pool.decode(cell);
        let (left_value, right_value) = (value(left, &self.binding, pool), value(right, &self.binding, pool));
        let (unknown, found) = match (functor, left_value, right_value) {
            (Functor::Add, Some(known), None) => (right, total.checked_sub(pool.decode(known))),
            (Functor::Add, None, Some(known)) => (left, total.checked_sub(pool.decode(known))),
            (Functor::Subtract, Some(known), None) => (right, pool.decode(known).checked_sub(total)),
            (Functor::Subtract, None, Some(known)) => (left, pool.decode(known).checked_add(total)),
            _ => return,
        };
        if let (Term::Variable(variable), Some(found)) = (unknown, found)
            && self.binding[usize::from(*variable)].is_none()
        {
            let cell = pool.number(found);
            self.bind(*variable, cell);
        }
    }

    fn branch(&mut self, work: &mut Work<'_, '_>, sink: &mut impl Sink) -> Result<bool, GivenUp> {
        match self.choose(work)? {
            None => {
                let holds = |(term, cell): &(&Term, Cell)| value(term, &self.binding, work.pool) == Some(*cell);
                let complete = self.undecided == Undecided::Waits
                    || (self.done.iter().all(|done| *done) && self.equations.iter().all(holds));
                Ok(if complete { sink.take(self, work) } else { true })
            }
            Some(Branch::Rows(literal, run, pattern)) => self.rows(literal, &run, &pattern, work, sink),
            Some(Branch::Values(literal, series)) => self.series(literal, series, work, sink),
        }
    }

    /// The open literal with the fewest candidates.
    fn choose(&mut self, work: &mut Work<'_, '_>) -> Result<Option<Branch>, GivenUp> {
        loop {
            let mut best: Option<(usize, Run, Vec<Option<Cell>>)> = None;
            let mut others: Vec<(Run, Vec<Option<Cell>>)> = Vec::new();
            for (literal, condition) in self.body.iter().enumerate() {
                let Literal::Atom(atom) = condition else { continue };
                if self.done[literal] {
                    continue;
                }
                work.visit(1)?;
                let pattern = self.pattern(atom, work.pool);
                let run = work.rows.run(atom.relation, &pattern);
                match &best {
                    Some((_, least, _)) if least.len() <= run.len() => others.push((run, pattern)),
                    _ => {
                        let before = best.replace((literal, run, pattern));
                        others.extend(before.map(|(_, run, pattern)| (run, pattern)));
                    }
                }
            }
            let Some((literal, run, pattern)) = best else { return Ok(self.open_range(work.pool)) };
            let looked_at = run.len();
            let mut built = work.rows.regret(&run, &pattern, looked_at);
            for (other, pattern) in &others {
                built |= work.rows.regret(other, pattern, looked_at);
            }
            if !built {
                return Ok(Some(Branch::Rows(literal, run, pattern)));
            }
        }
    }

    fn values_of(&self, terms: &[Term], pool: &mut Pool) -> Option<Vec<Cell>> {
        terms.iter().map(|term| value(term, &self.binding, pool)).collect()
    }

    /// A range that gives a variable its values; comes after all atoms, which may have bound the variable.
    fn open_range(&self, pool: &mut Pool) -> Option<Branch> {
        let open = self.body.iter().enumerate().filter(|(literal, _)| !self.done[*literal]);
        for (literal, condition) in open {
            if let Literal::Range { primitive, arguments, .. } = condition
                && let Some(arguments) = self.values_of(arguments, pool)
                && let Some(series) = Series::new(*primitive, &arguments, pool)
            {
                return Some(Branch::Values(literal, series));
            }
        }
        None
    }

    fn series(
        &mut self,
        literal: usize,
        mut series: Series,
        work: &mut Work<'_, '_>,
        sink: &mut impl Sink,
    ) -> Result<bool, GivenUp> {
        let Literal::Range { result, primitive, .. } = &self.body[literal] else { return Ok(true) };
        while let Some(cell) = series.next(*primitive, work.pool) {
            work.visit(1)?;
            let mark = self.mark();
            self.close(literal);
            self.values[literal] = Some(cell);
            let more = if self.unify(result, cell) { self.step(work, sink)? } else { true };
            self.back_to(mark);
            if !more {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The cells that an atom's columns must have, as far as they are known.
    fn pattern(&self, atom: &Atom, pool: &mut Pool) -> Vec<Option<Cell>> {
        atom.terms.iter().map(|term| value(term, &self.binding, pool)).collect()
    }

    fn rows(
        &mut self,
        literal: usize,
        run: &Run,
        pattern: &[Option<Cell>],
        work: &mut Work<'_, '_>,
        sink: &mut impl Sink,
    ) -> Result<bool, GivenUp> {
        let Literal::Atom(atom) = &self.body[literal] else { return Ok(true) };
        let mut cells = Vec::with_capacity(pattern.len());
        for index in run.start..run.end {
            work.visit(1)?;
            if !run.matches(index, pattern) {
                continue;
            }
            run.row(index, &mut cells);
            let Some(fact) = run.fact(work.rows.fixpoint, index, &cells) else { continue };
            if !sink.accept(literal, fact) {
                continue;
            }
            let mark = self.mark();
            self.close(literal);
            self.facts[literal] = Some(fact);
            let fits = atom.terms.iter().zip(&cells).all(|(term, &cell)| self.unify(term, cell));
            let more = if fits { self.step(work, sink)? } else { true };
            self.back_to(mark);
            if !more {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// The first row that matches a pattern.
pub(in crate::datalog) fn first_match(
    atom: &Atom,
    pattern: &[Option<Cell>],
    work: &mut Work<'_, '_>,
) -> Result<Option<Fact>, GivenUp> {
    Ok(work.matching(atom.relation, pattern, 1)?.pop())
}

/// The start of an aggregate's body: its outer variables, if all of them have values.
pub(in crate::datalog) fn outer_binding(outer: &[u16], binding: &Binding) -> Option<Binding> {
    let mut start = vec![None; binding.len()];
    for &variable in outer {
        start[usize::from(variable)] = Some(binding[usize::from(variable)]?);
    }
    Some(start)
}

/// The value of an aggregate, if it has one; nothing while a variable around it has no value.
#[expect(clippy::option_option, reason = "not known, or known to have no value")]
pub(in crate::datalog) fn aggregate(
    literal: &Literal,
    binding: &Binding,
    work: &mut Work<'_, '_>,
) -> Result<Option<Option<Cell>>, GivenUp> {
    let Literal::Aggregate { function, primitive, target, body, outer, .. } = literal else { return Ok(None) };
    let Some(start) = outer_binding(outer, binding) else { return Ok(None) };
    let mut targets = Targets { target: target.as_ref(), fold: Fold::new(*function, *primitive) };
    let done = Walk::new(body, start, Undecided::Fails).run(work, &mut targets);
    work.rows.meter.kept -= targets.fold.bytes();
    done?;
    Ok(Some(targets.fold.finish(work.pool)))
}

/// Adds up the bindings of an aggregate's body.
struct Targets<'t> {
    target: Option<&'t Term>,
    fold: Fold,
}

impl Sink for Targets<'_> {
    fn take(&mut self, instance: &Walk<'_>, work: &mut Work<'_, '_>) -> bool {
        let target = self.target.and_then(|target| value(target, &instance.binding, work.pool));
        let before = self.fold.bytes();
        self.fold.add(target, work.pool);
        work.rows.meter.kept += self.fold.bytes() - before;
        true
    }
}
