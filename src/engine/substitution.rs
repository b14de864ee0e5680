//! Every step that a report prints is an instance of its clause: put into the clause, its values give rows of the fixpoint.
//!
//! Works on texts and by looking at whole relations, so it shares nothing with the prover, its plans and its cells.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::fs::Disk;
use crate::base::{Primitive, date};
use crate::datalog::ast::{Aggregate, Functor, Operator};
use crate::datalog::{Atom, Column, Literal, RelationId, Rule, Term};
use crate::findings::{Step, StepPart};
use crate::lints::{Case, ClaimField, Page, builtin};
use crate::relations::random_claims;

use super::test_world::{TestWorld, each, load_text};
use super::*;

/// What the variables of a rule stand for.
type Binding = Vec<Option<String>>;

/// An evaluated data set, with its rows as texts.
struct World {
    run: TestWorld,
    rows: BTreeMap<RelationId, BTreeSet<Vec<String>>>,
}

impl World {
    fn new(loaded: Loaded) -> Self {
        let run = TestWorld::of(loaded);
        let text = |cell: u32, column: &Column| run.pool.shown(cell, column.primitive).into_owned();
        let rows = run.strata.program().relations().map(|(id, relation)| {
            let row = |fact| {
                run.fixpoint.row(fact).iter().zip(&relation.columns).map(|(&c, column)| text(c, column)).collect()
            };
            (id, run.fixpoint.facts(id).map(row).collect())
        });
        let rows = rows.collect();
        Self { run, rows }
    }

    fn rules(&self, span: crate::base::Span) -> impl Iterator<Item = &Rule> {
        self.run.strata.program().rules().map(|(_, rule)| rule).filter(move |rule| rule.span == span)
    }

    /// Whether the step is an instance of a rule that its clause became, and prints just that.
    fn check(&self, finding: &Finding, step: &Step) -> Result<(), String> {
        let shown = shown(step);
        let Some(clause) = step.clause else {
            let is_note =
                shown.strip_suffix(" more steps are left out").is_some_and(|count| count.parse::<usize>().is_ok());
            return if is_note { Ok(()) } else { Err(format!("a step of no clause: {shown}")) };
        };
        let fits = |rule: &&Rule| step.bindings.iter().all(|binding| self.holds(rule, binding));
        let rule = self.rules(clause).find(fits).ok_or_else(|| format!("no instance: {shown} {:?}", step.bindings))?;
        let expected = self.sentence(finding, rule, &step.bindings)?;
        if shown != expected {
            return Err(format!("printed:  {shown}\nexpected: {expected}"));
        }
        for number in step.numbers() {
            let location = finding.locations.iter().find(|location| location.number == Some(number));
            let claim = location.filter(|location| location.is_drawn()).and_then(|location| location.claim.as_ref());
            let claim = claim.ok_or_else(|| format!("{number} is not drawn: {shown}"))?;
            if !step.bindings.iter().flatten().any(|value| value.as_ref() == Some(claim)) {
                return Err(format!("{number} is {claim}, of which the clause does not speak: {shown}"));
            }
        }
        Ok(())
    }

    /// Whether all conditions of the rule hold under the binding, and its head is a row.
    fn holds(&self, rule: &Rule, binding: &Binding) -> bool {
        let head = Atom { relation: rule.head, terms: rule.terms.clone() };
        binding.len() == rule.variables.len()
            && self.matching(&head, binding).next().is_some()
            && rule.body.iter().all(|literal| self.condition(literal, binding))
    }

    fn condition(&self, literal: &Literal, binding: &Binding) -> bool {
        match literal {
            Literal::Atom(atom) => self.matching(atom, binding).next().is_some(),
            Literal::Not(atom) => self.matching(atom, binding).next().is_none(),
            Literal::Compare { left, operator, right, primitive } => {
                let sides = self.value(left, *primitive, binding).zip(self.value(right, *primitive, binding));
                sides.is_some_and(|(left, right)| compare(&left, *operator, &right, *primitive))
            }
            Literal::Range { .. } => panic!("no shipped rule has a range"),
            Literal::Aggregate { result, function, body, .. } => {
                assert_eq!(*function, Aggregate::Count, "the shipped rules only count");
                let mut found = BTreeSet::new();
                self.solutions(body, binding, &mut found);
                self.value(result, Primitive::Number, binding) == Some(found.len().to_string())
            }
        }
    }

    /// All ways to bind the open variables of a counted body.
    fn solutions(&self, body: &[Literal], binding: &Binding, found: &mut BTreeSet<Binding>) {
        let Some((first, rest)) = body.split_first() else {
            found.insert(binding.clone());
            return;
        };
        let Literal::Atom(atom) = first else {
            if self.condition(first, binding) {
                self.solutions(rest, binding, found);
            }
            return;
        };
        for row in self.matching(atom, binding) {
            let mut more = binding.clone();
            for (term, value) in atom.terms.iter().zip(row) {
                if let Term::Variable(number) = term {
                    more[usize::from(*number)] = Some(value.clone());
                }
            }
            self.solutions(rest, &more, found);
        }
    }

    /// The rows that an atom matches; a variable without a value matches anything.
    fn matching<'a>(&'a self, atom: &Atom, binding: &Binding) -> impl Iterator<Item = &'a Vec<String>> + use<'a> {
        let columns = &self.run.strata.program().relation(atom.relation).columns;
        let wanted = atom.terms.iter().zip(columns).map(|(term, column)| self.value(term, column.primitive, binding));
        let wanted: Vec<Option<String>> = wanted.collect();
        let fits = move |row: &&Vec<String>| {
            row.iter().zip(&wanted).all(|(value, wanted)| wanted.as_ref().is_none_or(|wanted| wanted == value))
        };
        self.rows[&atom.relation].iter().filter(fits)
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "the shipped rules compute nothing else")]
    fn value(&self, term: &Term, primitive: Primitive, binding: &Binding) -> Option<String> {
        match term {
            Term::Variable(number) => binding[usize::from(*number)].clone(),
            Term::Wildcard => None,
            Term::Constant(cell) => Some(self.run.pool.shown(*cell, primitive).into_owned()),
            Term::Functor(functor, primitive, terms) => {
                if *primitive == Primitive::Symbol {
                    let texts: Option<Vec<String>> =
                        terms.iter().map(|term| self.value(term, *primitive, binding)).collect();
                    return match functor {
                        Functor::Min => texts?.into_iter().min(),
                        Functor::Max => texts?.into_iter().max(),
                        _ => panic!("the shipped rules compute no texts"),
                    };
                }
                let numbers: Option<Vec<i64>> =
                    terms.iter().map(|term| self.value(term, *primitive, binding)?.parse().ok()).collect();
                let (a, b) = numbers.map(|numbers| (numbers[0], numbers[1]))?;
                let result = match functor {
                    Functor::Add => a + b,
                    Functor::Subtract => a - b,
                    Functor::Min => a.min(b),
                    Functor::Max => a.max(b),
                    _ => panic!("the shipped rules add and subtract"),
                };
                Some(result.to_string())
            }
        }
    }

    /// The sentence of the rule with its values in it; claims by their numbers.
    fn sentence(&self, finding: &Finding, rule: &Rule, bindings: &[Binding]) -> Result<String, String> {
        let text = rule.docs.replace('\n', " ");
        let (mut out, mut names_claims) = (String::new(), false);
        let mut rest = text.as_str();
        while let Some((before, (inside, after))) = rest.split_once('{').map(|(a, b)| (a, b.split_once('}').unwrap())) {
            let (name, field) = inside.split_once('.').map_or((inside, None), |(name, field)| (name, Some(field)));
            let number = rule.variables.iter().position(|known| **known == *name).expect("a variable of the clause");
            let values: BTreeSet<&str> = bindings.iter().filter_map(|binding| binding[number].as_deref()).collect();
            out += before;
            rest = after;
            let column = self.column(rule, number).expect("it stands in a column");
            let words: BTreeSet<String> = match field {
                None if column.is("Claim") => {
                    names_claims = true;
                    out += &numbers(finding, values.iter().copied());
                    continue;
                }
                None => values.iter().map(|value| self.words(value, column)).collect(),
                Some(field) => values.iter().map(|value| self.field(value, field)).collect(),
            };
            let [word] = &words.into_iter().collect::<Vec<_>>()[..] else {
                return Err(format!("`{inside}` stands for several values in {bindings:?}"));
            };
            if word == "-" {
                out.truncate(out.trim_end().len());
            } else {
                out += word;
            }
        }
        out += rest;
        let relation = &self.run.strata.program().relation(rule.head).name;
        if !names_claims && **relation != finding.rule.replace('-', "_") {
            let columns = &self.run.strata.program().relation(rule.head).columns;
            let claims = rule.terms.iter().zip(columns).filter(|(_, column)| column.is("Claim"));
            let claims: BTreeSet<String> = claims
                .flat_map(|(term, _)| bindings.iter().filter_map(|b| self.value(term, Primitive::Symbol, b)))
                .collect();
            if !claims.is_empty() {
                out = format!("{}: {out}", numbers(finding, claims.iter().map(String::as_str)));
            }
        }
        Ok(out)
    }

    /// The narrowest column in which a variable stands.
    fn column(&self, rule: &Rule, number: usize) -> Option<&Column> {
        let head = Atom { relation: rule.head, terms: rule.terms.clone() };
        let atoms = rule.body.iter().filter_map(|literal| match literal {
            Literal::Atom(atom) | Literal::Not(atom) => Some(atom.clone()),
            Literal::Compare { .. } | Literal::Aggregate { .. } | Literal::Range { .. } => None,
        });
        let columns = std::iter::once(head).chain(atoms).flat_map(|atom| {
            let columns = &self.run.strata.program().relation(atom.relation).columns;
            let is_here = |term: &Term| *term == Term::Variable(u16::try_from(number).unwrap());
            atom.terms.iter().zip(columns).filter(|(term, _)| is_here(term)).map(|(_, c)| c).collect::<Vec<_>>()
        });
        columns.max_by_key(|column| column.supertypes.len())
    }

    fn words(&self, value: &str, column: &Column) -> String {
        match value.parse() {
            Ok(-719_162) if column.is("Day") => "an unknown day".to_owned(),
            Ok(2_932_896) if column.is("Day") => "further notice".to_owned(),
            Ok(day) if column.is("Day") => date::iso(day),
            _ if column.is("number") || column.is("Predicate") || column.is("Source") => value.to_owned(),
            _ => {
                let label = self.run.pool.find(value).and_then(|name| self.run.dataset.vocabulary.label(name));
                label.map_or(value, |label| self.run.pool.text(label)).to_owned()
            }
        }
    }

    fn field(&self, claim: &str, field: &str) -> String {
        assert_eq!(field, ClaimField::Who.name(), "only speakers are named by the shipped sentences");
        let claim = self.run.dataset.claim(self.run.pool.find(claim).expect("a claim")).expect("a claim");
        let mut names: Vec<String> = claim
            .who
            .iter()
            .map(|who| self.run.pool.text(self.run.dataset.vocabulary.label(who.value).unwrap_or(who.value)).to_owned())
            .collect();
        let last = names.pop().expect("a speaker");
        if names.is_empty() { last } else { format!("{} and {last}", names.join(", ")) }
    }
}

fn compare(left: &str, operator: Operator, right: &str, primitive: Primitive) -> bool {
    let order = match primitive {
        Primitive::Symbol => left.cmp(right),
        Primitive::Number => left.parse::<i64>().unwrap().cmp(&right.parse().unwrap()),
        Primitive::Unsigned | Primitive::Float => panic!("no shipped rule has such a column"),
    };
    match operator {
        Operator::Equal => order.is_eq(),
        Operator::NotEqual => order.is_ne(),
        Operator::Less => order.is_lt(),
        Operator::LessOrEqual => order.is_le(),
        Operator::Greater => order.is_gt(),
        Operator::GreaterOrEqual => order.is_ge(),
        Operator::Match | Operator::NotMatch | Operator::Contains | Operator::NotContains => {
            panic!("no shipped rule looks into texts")
        }
    }
}

/// `<1 2>` for claims that are drawn.
fn numbers<'a>(finding: &Finding, claims: impl Iterator<Item = &'a str>) -> String {
    let number = |id: &str| finding.locations.iter().find(|l| l.claim.as_deref() == Some(id)).and_then(|l| l.number);
    bracketed(&claims.map(|id| number(id).unwrap_or(0)).collect())
}

fn bracketed(numbers: &BTreeSet<usize>) -> String {
    format!("<{}>", numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
}

/// The step as it is printed.
fn shown(step: &Step) -> String {
    let part = |part: &StepPart| match part {
        StepPart::Text(text) => text.clone(),
        StepPart::Claims(numbers) => bracketed(&numbers.iter().copied().collect()),
    };
    step.text.iter().map(part).collect()
}

/// What was checked.
#[derive(Debug, Default)]
struct Checked {
    /// The rules that report something.
    rules: BTreeSet<Arc<str>>,
    /// The clauses that steps use, and how often.
    clauses: BTreeMap<String, usize>,
    /// The steps that are no instances.
    problems: Vec<String>,
}

impl Checked {
    /// Checks all steps of a data set.
    fn of(world: &World) -> Self {
        let mut checked = Self::default();
        for finding in &world.run.findings {
            checked.rules.insert(finding.rule.clone());
            for step in &finding.steps {
                if let Err(problem) = world.check(finding, step) {
                    checked.problems.push(format!("{} {:?}: {problem}", finding.rule, finding.key));
                }
                if let Some(clause) = step.clause {
                    let docs = world.rules(clause).next().map_or_else(String::new, |rule| rule.docs.to_string());
                    *checked.clauses.entry(docs).or_default() += 1;
                }
            }
        }
        checked
    }

    fn add(&mut self, other: Self) {
        self.rules.extend(other.rules);
        other.clauses.into_iter().for_each(|(clause, uses)| *self.clauses.entry(clause).or_default() += uses);
        self.problems.extend(other.problems);
    }

    /// That all steps are right, and that they use more than so many clauses.
    fn assert(&self, clauses: usize) {
        assert!(self.problems.is_empty(), "{}", self.problems.join("\n"));
        assert!(self.clauses.len() > clauses, "{:#?}", self.clauses);
    }
}

/// Checks a case of a page under the rules that its marks name.
fn check_case(page: &Page, case: &Case, vocabulary: &[(String, String)], rules: &Rules) -> Checked {
    let (mut loaded, _) = cases::load_case(case, vocabulary, rules).expect("files in memory");
    let asked = cases::asked(case);
    for lint in &mut loaded.lints {
        lint.level = lint.level.filter(|_| asked.contains(&lint.name));
    }
    let mut checked = Checked::of(&World::new(loaded));
    checked.problems.iter_mut().for_each(|problem| *problem = format!("{}, {}: {problem}", page.name, case.name));
    checked
}

fn facts_world() -> World {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("facts");
    let config = Config::for_folder(root, Page::TODAY);
    World::new(load(&Disk, &config, builtin_rules()).expect("the folder is here"))
}

#[test]
fn each_step_on_the_projects_own_data_is_an_instance_of_its_clause() {
    Checked::of(&facts_world()).assert(12);
}

#[test]
fn each_step_of_the_cases_is_an_instance_of_its_clause() {
    let (vocabulary, rules) = (cases::builtin_vocabulary(), builtin_rules());
    let pages: Vec<Page> =
        builtin::page_paths().map(|path| Page::parse(builtin::text(path).expect("embedded"))).collect();
    let of_pages: Vec<(&Page, &Case)> =
        pages.iter().flat_map(|page| page.cases.iter().map(move |case| (page, case))).collect();
    let mut all = Checked::default();
    for checked in each(&of_pages, |(page, case)| check_case(page, case, &vocabulary, &rules)) {
        all.add(checked);
    }
    all.assert(25);
    let silent: Vec<&str> = pages.iter().map(|page| &*page.name).filter(|name| !all.rules.contains(*name)).collect();
    assert!(silent.is_empty(), "no case makes these rules report anything: {silent:?}");
}

#[test]
fn each_step_on_random_claims_is_an_instance_of_its_clause() {
    let (rules, mut all) = (builtin_rules(), Checked::default());
    for seed in 1..=4 {
        all.add(Checked::of(&World::new(load_text(&random_claims(seed), rules.clone()))));
    }
    all.assert(12);
}

/// A step that is wrong in one value, one number, one word or its clause is found out.
#[test]
fn wrong_steps_are_found_out() {
    let world = facts_world();
    let broken = |change: &dyn Fn(&mut Step, &Finding)| {
        let steps = world.run.findings.iter().flat_map(|finding| finding.steps.iter().map(move |step| (finding, step)));
        let mut tried = 0;
        for (finding, right) in steps.filter(|(_, step)| step.clause.is_some()) {
            assert_eq!(world.check(finding, right), Ok(()));
            let mut wrong = right.clone();
            change(&mut wrong, finding);
            if (&wrong.bindings, &wrong.text, wrong.clause) != (&right.bindings, &right.text, right.clause) {
                tried += 1;
                assert!(world.check(finding, &wrong).is_err(), "not found out: {wrong:?}");
            }
        }
        assert!(tried > 5, "only {tried} steps could be changed");
    };
    let other_claim = |value: &Option<String>| value.as_ref().is_some_and(|value| value.contains('/'));
    broken(&|step, _| {
        if let Some(value) = step.bindings[0].iter_mut().find(|value| other_claim(value)) {
            *value = Some("bloomberg-2015/ties-have-limits".to_owned());
        }
    });
    broken(&|step, _| {
        if let Some(value) = step.bindings[0].iter_mut().find(|value| value.as_deref() == Some("russia")) {
            *value = Some("syria".to_owned());
        }
    });
    broken(&|step, _| {
        step.bindings[0].pop();
    });
    broken(&|step, finding| {
        if let Some(StepPart::Claims(numbers)) = step.text.iter_mut().find(|p| matches!(p, StepPart::Claims(_))) {
            numbers[0] = finding.locations.len() + 1;
        }
    });
    broken(&|step, _| {
        if let Some(StepPart::Text(text)) = step.text.iter_mut().find(|part| matches!(part, StepPart::Text(_))) {
            text.push_str(" not");
        }
    });
    broken(&|step, _| step.clause = world.run.strata.program().rules().next().map(|(_, rule)| rule.span));
}
