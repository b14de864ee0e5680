//! Plans as text: one line per operation, in the words of the program.
//!
//! A plan goes in, lines come out, for those who want to know why a rule takes as long as it does.

use std::fmt::Write as _;

use crate::base::{Cell, Pool, Primitive};

use crate::datalog::evaluation::functor::{Expression, Slot};
use crate::datalog::planning::leap::Leap;
use crate::datalog::planning::plan::{Key, Op, Plan, Probe, Source, Wanted};
use crate::datalog::program::{Column, Program, RelationId, Rule, RuleId};
use crate::datalog::storage::table::Version;
use crate::datalog::syntax::ast_print::Quoted;

/// How a version of a rule is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownPlan {
    /// The rule.
    pub rule: RuleId,
    /// The relation of the rule's own stratum whose new rows it starts from, if there is one.
    pub delta: Option<RelationId>,
    /// One line per operation, indented by two blanks where it belongs to an aggregate.
    pub steps: Vec<String>,
}

/// Writes a plan in the words of its program.
pub(in crate::datalog) struct Shower<'a> {
    pub(in crate::datalog) program: &'a Program,
    pub(in crate::datalog) rule: &'a Rule,
    pub(in crate::datalog) plan: &'a Plan,
    pub(in crate::datalog) pool: &'a Pool,
}

impl Shower<'_> {
    /// One line per operation.
    pub(in crate::datalog) fn steps(&self) -> Vec<String> {
        let mut steps = Vec::new();
        self.ops(&self.plan.ops, "", &mut steps);
        let columns = &self.program.relation(self.rule.head).columns;
        let head = self.plan.head.iter().zip(columns);
        let terms: Vec<String> = head.map(|(term, column)| self.expression(term, column.primitive)).collect();
        steps.push(format!("emit {}({})", self.program.relation(self.rule.head).name, terms.join(", ")));
        steps
    }

    fn ops(&self, ops: &[Op], indent: &str, steps: &mut Vec<String>) {
        for op in ops {
            let line = match op {
                Op::Probe(probe) => self.probe(probe),
                Op::Absent { source, key } => {
                    let source = &self.plan.sources[*source];
                    format!("absent {}{}", self.rows(source), self.key(key, source))
                }
                Op::Filter { left, operator, right, primitive } => {
                    format!(
                        "filter {} {operator} {}",
                        self.expression(left, *primitive),
                        self.expression(right, *primitive)
                    )
                }
                Op::Let { register, value } => {
                    format!("let {} = {}", self.name(*register), self.expression(value, Primitive::Number))
                }
                Op::Range(generator) => {
                    let arguments = self.list(&generator.arguments, generator.primitive);
                    format!("range {} in range({arguments})", self.name(generator.register))
                }
                Op::Aggregate(aggregation) => {
                    steps.push(format!("{indent}{} {}", aggregation.function, self.name(aggregation.register)));
                    self.ops(&aggregation.body, &format!("{indent}  "), steps);
                    continue;
                }
                Op::Leap(leap) => self.leap(leap),
                Op::Tally => "count".to_owned(),
                Op::Gather { primitive, target, .. } => format!("gather {}", self.expression(target, *primitive)),
            };
            steps.push(format!("{indent}{line}"));
        }
    }

    fn probe(&self, probe: &Probe) -> String {
        let source = &self.plan.sources[probe.source];
        let columns = self.columns(source);
        let column = |place: usize| &columns[source.layout.columns[place]];
        let verb = match (probe.exists, probe.key.slots.is_empty()) {
            (true, _) => "exists",
            (false, true) => "scan",
            (false, false) => "probe",
        };
        let mut line = format!("{verb} {}{}", self.rows(source), self.key(&probe.key, source));
        if let Some(between) = probe.range {
            let column = column(probe.key.slots.len());
            let bound = |slot| self.slot(slot, column.primitive);
            let low = between.low.map_or(String::new(), |low| format!("{} <= ", bound(low)));
            let high = between.high.map_or(String::new(), |high| format!(" <= {}", bound(high)));
            let _ = write!(line, "; range {low}{}{high}", column.name);
        }
        let checks = probe.checks.iter().map(|&(place, wanted)| match wanted {
            Wanted::Slot(slot) => format!("{} = {}", column(place).name, self.slot(slot, column(place).primitive)),
            Wanted::Column(other) => format!("{} = {}", column(place).name, column(other).name),
        });
        listed(&mut line, "check", checks);
        let binds =
            probe.binds.iter().map(|&(place, register)| format!("{} = {}", self.name(register), column(place).name));
        listed(&mut line, "bind", binds);
        if probe.once && !probe.exists {
            line.push_str("; until a row is emitted");
        }
        if let Some(rows) = source.search.rows().filter(|_| !probe.exists) {
            let _ = write!(line, "; about {rows} row{}", if rows == 1 { "" } else { "s" });
        }
        line
    }

    fn leap(&self, leap: &Leap) -> String {
        let arms = leap.arms.iter().map(|arm| {
            let source = &self.plan.sources[arm.source];
            format!("{}{}", self.rows(source), self.key(&arm.key, source))
        });
        let arms: Vec<String> = arms.collect();
        let mut line = format!("leap {} in all of [{}]", self.name(leap.register), arms.join("] ["));
        if leap.once && !leap.exists {
            line.push_str("; until a row is emitted");
        }
        line
    }

    fn columns(&self, source: &Source) -> &[Column] {
        &self.program.relation(source.relation).columns
    }

    /// Which rows a source has, and in which order of columns unless it is the relation's own.
    fn rows(&self, source: &Source) -> String {
        let relation = self.program.relation(source.relation);
        let version = match source.version {
            Some(Version::Recent) => "new ",
            Some(Version::Stable) => "old ",
            Some(Version::All) | None => "",
        };
        let mut text = format!("{version}{}", relation.name);
        if !source.layout.is_own(relation.columns.len()) {
            let names: Vec<&str> =
                source.layout.columns.iter().map(|&column| &*relation.columns[column].name).collect();
            let _ = write!(text, "({})", names.join(", "));
        }
        let constants = source.layout.constants.iter().map(|&(column, cell)| {
            let column = &relation.columns[column];
            format!("{} = {}", column.name, self.cell(cell, column.primitive))
        });
        let constants: Vec<String> = constants.collect();
        if !constants.is_empty() {
            let _ = write!(text, " where {}", constants.join(", "));
        }
        text
    }

    fn key(&self, key: &Key, source: &Source) -> String {
        let columns = source.layout.columns.iter().map(|&column| &self.columns(source)[column]);
        let key = columns
            .zip(&key.slots)
            .map(|(column, slot)| format!("{} = {}", column.name, self.slot(*slot, column.primitive)));
        let mut text = String::new();
        listed(&mut text, "key", key);
        text
    }

    fn list(&self, expressions: &[Expression], primitive: Primitive) -> String {
        let expressions: Vec<String> =
            expressions.iter().map(|argument| self.expression(argument, primitive)).collect();
        expressions.join(", ")
    }

    fn expression(&self, expression: &Expression, primitive: Primitive) -> String {
        match expression {
            Expression::Slot(slot) => self.slot(*slot, primitive),
            Expression::Apply(functor, primitive, arguments) if functor.is_infix() && arguments.len() > 1 => {
                let arguments: Vec<String> =
                    arguments.iter().map(|argument| self.expression(argument, *primitive)).collect();
                format!("({})", arguments.join(&format!(" {functor} ")))
            }
            Expression::Apply(functor, primitive, arguments) => {
                format!("{functor}({})", self.list(arguments, *primitive))
            }
        }
    }

    fn slot(&self, slot: Slot, primitive: Primitive) -> String {
        match slot {
            Slot::Register(register) => self.name(register),
            Slot::Constant(cell) => self.cell(cell, primitive),
        }
    }

    fn cell(&self, cell: Cell, primitive: Primitive) -> String {
        let text = self.pool.shown(cell, primitive);
        if primitive == Primitive::Symbol { Quoted(&text).to_string() } else { text.into_owned() }
    }

    /// The variable of a register; what has no name in the rule is numbered.
    fn name(&self, register: usize) -> String {
        match self.rule.variables.get(register) {
            Some(name) => name.to_string(),
            None => format!("#{}", register - self.rule.variables.len() + 1),
        }
    }
}

fn listed(line: &mut String, word: &str, items: impl Iterator<Item = String>) {
    let items: Vec<String> = items.collect();
    if !items.is_empty() {
        let _ = write!(line, "; {word} {}", items.join(", "));
    }
}
