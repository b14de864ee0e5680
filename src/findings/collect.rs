//! Rows of a rule's relation into findings: grouped by key, described, identified, put in order.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::{Day, Diagnostic, Family, Level, Pool, SourceMap, Span, Symbol};
use crate::datalog::{Bounds, Fact, Fixpoint, Overrun, Proof, Prover, Strata};
use crate::facts::{Claim, Dataset, ShortIds};
use crate::lints::{Group, Lint, Template};

use super::allow;
use super::describe::{Picture, picture};
use super::evidence::Evidence;
use super::finding::{Finding, Status};
use super::fingerprint::Fingerprint;
use super::repairs::{self, Repairs};
use super::sentence::sentence;
use super::steps::{Bindings, bindings};
use super::wording::Sentences;
use super::words::Words;

/// What findings are made from.
#[derive(Clone, Copy)]
pub struct Evaluated<'a> {
    /// The claims and the vocabulary.
    pub dataset: &'a Dataset,
    /// The program that was run.
    pub strata: &'a Strata,
    /// What it derived.
    pub fixpoint: &'a Fixpoint,
    /// The texts of files.
    pub sources: &'a SourceMap,
    /// The day of the report, on which `allow` entries must still hold.
    pub today: Day,
    /// How long findings may be described, and in how much memory.
    pub bounds: &'a Bounds,
}

/// What rules find.
#[derive(Debug)]
pub struct Collected {
    /// All findings of the rules, in the order of reports: level, group, rule, place, fingerprint.
    pub findings: Vec<Finding>,
    /// Entries of `allow` that accept nothing, or more than one would think, in the order of their claims.
    pub diagnostics: Vec<Diagnostic>,
}

/// Why there are no findings.
#[derive(Debug)]
pub enum Stop {
    /// More rows than anybody could read.
    TooMany(Box<Diagnostic>),
    /// A bound was met while findings of the rule declared there were described.
    Overrun(Overrun, Span),
}

/// The most rows of all rules that are described; more where there are many claims.
const MOST_ROWS: usize = 100_000;
/// Fields whose values are assumed where a claim leaves them out, and on which it depends whether two claims clash.
const ASSUMED: [&str; 2] = ["holds", "sure"];
/// How many rows there may be for each claim of a large data set.
const ROWS_PER_CLAIM: usize = 4;

/// All findings of the rules.
///
/// `pool` holds the texts of all cells; proofs may add numbers to it.
///
/// # Errors
///
/// More rows than anybody could read, which are too many to be described: claims of which each clashes with each other
/// give as many rows as there are pairs. A bound of the run.
pub fn collect(lints: &[Lint], evaluated: Evaluated<'_>, pool: &mut Pool) -> Result<Collected, Stop> {
    let Evaluated { dataset, strata, fixpoint, sources, today, bounds } = evaluated;
    within(lints, evaluated, MOST_ROWS.max(dataset.claims.len() * ROWS_PER_CLAIM))?;
    let short_ids = ShortIds::of(dataset);
    let program = strata.program();
    let sentences = Sentences::of(program);
    let mut prover = Prover::within(strata, fixpoint, bounds.clone());
    let mut repairs = Repairs::new(dataset, (strata, fixpoint), bounds.clone());
    let mut findings = Vec::new();
    let mut said = Lines::new();
    for lint in lints {
        let Some(default) = lint.level else { continue };
        let words = Words { dataset, program, fixpoint, pool, sources, sentences: &sentences, short_ids: &short_ids };
        for Rows { all, rows } in quarrels(lint, words) {
            // Proofs are large: those of one finding at a time are kept.
            let proofs: Vec<Arc<Proof>> = rows.iter().map(|&row| prover.prove(pool, row)).collect();
            let quarrel = repairs::Quarrel { lint, rows: &all, proofs: &proofs };
            let repairs_of = repairs.of(&quarrel, &mut prover, pool);
            if let Some(overrun) = prover.overrun().or_else(|| repairs.overrun()) {
                return Err(Stop::Overrun(overrun, lint.declared_at));
            }
            let bindings = bindings(&proofs, &sentences, (strata, fixpoint), pool);
            let words =
                Words { dataset, program, fixpoint, pool, sources, sentences: &sentences, short_ids: &short_ids };
            findings
                .push(Draft { lint, default, rows, proofs, bindings, repairs: repairs_of }.finding(words, &mut said));
        }
    }
    put_in_order(&mut findings, sources);
    let diagnostics = allow::mark(&mut findings, lints, dataset, pool, today);
    let fingerprints: Vec<Fingerprint> = findings.iter().map(|finding| finding.fingerprint).collect();
    for (finding, digits) in findings.iter_mut().zip(Fingerprint::shown_digits(&fingerprints)) {
        finding.shown_digits = digits;
    }
    Ok(Collected { findings, diagnostics })
}

/// Whether the rules have at most so many rows; else the rule with the most is named.
fn within(lints: &[Lint], evaluated: Evaluated<'_>, most: usize) -> Result<(), Stop> {
    let Evaluated { strata, fixpoint, .. } = evaluated;
    let rows = |lint: &Lint| strata.program().find(&lint.relation).map_or(0, |relation| fixpoint.len(relation));
    let reporting = || lints.iter().filter(|lint| lint.level.is_some());
    let all: usize = reporting().map(rows).sum();
    let Some(largest) = reporting().max_by_key(|lint| rows(lint)).filter(|_| all > most) else { return Ok(()) };
    let message = format!("the rules report {all} rows, and at most {most} are described");
    let problem = Diagnostic::error(Family::Rule, "too-many-findings", message, largest.declared_at)
        .with_label(format!("{} of them", rows(largest)))
        .with_help("split the data set, or look for claims that repeat each other");
    Err(Stop::TooMany(Box::new(problem)))
}

/// What the claims of the last finding say: a claim of thousands of propositions often has many findings in a row.
type Lines = BTreeMap<Symbol, String>;

/// The rows of one quarrel, and why they hold.
struct Draft<'a> {
    lint: &'a Lint,
    default: Level,
    rows: Vec<Fact>,
    proofs: Vec<Arc<Proof>>,
    bindings: Bindings,
    repairs: Vec<Vec<Symbol>>,
}

/// The rows that agree in the key columns, sorted by the texts of all columns.
struct Rows {
    all: Vec<Fact>,
    /// Of those that differ in `@[sample]` columns only the first.
    rows: Vec<Fact>,
}

/// Puts findings in the order of reports.
pub fn put_in_order(findings: &mut [Finding], sources: &SourceMap) {
    findings.sort_by(|a, b| order(a, sources).cmp(&order(b, sources)));
}

/// The total order of reports.
fn order<'f>(finding: &'f Finding, sources: &'f SourceMap) -> impl Ord + use<'f> {
    let place = finding.primary().span;
    let path = &*sources.file(place.file).path;
    (Reverse(finding.level), finding.group, &*finding.rule, path, place.start, finding.fingerprint)
}

/// By the texts of the key columns all rows, and the first by the texts of all columns but those marked `@[sample]`.
type Groups = BTreeMap<Vec<String>, (Vec<Fact>, BTreeMap<Vec<String>, Fact>)>;

/// The rows of a rule, grouped by the texts of their key columns.
fn quarrels(lint: &Lint, words: Words<'_>) -> Vec<Rows> {
    let Some(relation) = words.program.find(&lint.relation) else { return Vec::new() };
    let columns = &words.program.relation(relation).columns;
    let texts = |fact: Fact| -> Vec<String> {
        let row = words.fixpoint.row(fact);
        columns.iter().zip(row).map(|(column, &cell)| words.raw(cell, column.primitive)).collect()
    };
    let mut rows: Vec<(Vec<String>, Fact)> = words.fixpoint.facts(relation).map(|fact| (texts(fact), fact)).collect();
    rows.sort();
    let mut groups = Groups::new();
    for (row, fact) in rows {
        let pick = |keep: &dyn Fn(usize) -> bool| -> Vec<String> {
            row.iter().enumerate().filter(|&(i, _)| keep(i)).map(|(_, text)| text.clone()).collect()
        };
        let key = pick(&|i| lint.columns[i].key);
        let fixed = pick(&|i| !lint.columns[i].sample);
        let (all, first) = groups.entry(key).or_default();
        all.push(fact);
        first.entry(fixed).or_insert(fact);
    }
    groups.into_values().map(|(all, first)| Rows { all, rows: first.into_values().collect() }).collect()
}

impl Draft<'_> {
    fn finding(&self, words: Words<'_>, lines: &mut Lines) -> Finding {
        let (lint, rows) = (self.lint, &self.rows);
        let Picture { claims, locations, steps, proof } = picture(lint, rows, (&self.proofs, &self.bindings), words);
        let key = self.key(words);
        let identity = std::iter::once(&*lint.name).chain(key.iter().map(|(_, value)| value.as_str()));
        let render = |template: &Template| sentence(template, lint, rows, words);
        let help = lint.help.as_ref().map(render).filter(|help| !help.is_empty());
        let (evidence, evidence_of) = evidence(&claims, words, lines);
        Finding {
            rule: lint.name.clone(),
            group: lint.group,
            level: level(lint, self.default, rows, words),
            status: Status::Open,
            change: None,
            cause: None,
            spared: false,
            fingerprint: Fingerprint::of_parts(identity, 0),
            shown_digits: Fingerprint::SHOWN_DIGITS,
            evidence,
            evidence_of,
            message: render(&lint.message),
            repairs: self.repairs(words),
            assumed: self.assumed(help.as_deref().unwrap_or_default(), words),
            help,
            key,
            claims,
            locations,
            steps,
            proof,
        }
    }

    /// The sets of claims without which the finding is gone, by their ids.
    fn repairs(&self, words: Words<'_>) -> Vec<Vec<String>> {
        let ids = |set: &Vec<Symbol>| set.iter().map(|&claim| words.pool.text(claim).to_owned()).collect();
        self.repairs.iter().map(ids).collect()
    }

    /// Fields that some claim of the repairs leaves out and the help does not name.
    fn assumed(&self, help: &str, words: Words<'_>) -> Vec<&'static str> {
        if !matches!(self.lint.group, Group::Contradiction | Group::Tension) {
            return Vec::new();
        }
        let claims: Vec<&Claim> = self.repairs.iter().flatten().filter_map(|&id| words.dataset.claim(id)).collect();
        let is_left_out = |field: &str| claims.iter().any(|claim| claim.written.iter().all(|w| w.key != field));
        let open = |field: &&str| !help.contains(&format!("`{field}`")) && is_left_out(field);
        ASSUMED.into_iter().filter(open).collect()
    }

    /// Names and values of the key columns, which are the same in all rows.
    fn key(&self, words: Words<'_>) -> Vec<(String, String)> {
        let row = words.fixpoint.row(self.rows[0]);
        let declared = &words.program.relation(self.rows[0].relation).columns;
        let columns = self.lint.columns.iter().zip(row).zip(declared).filter(|((column, _), _)| column.key);
        columns
            .map(|((column, &cell), declared)| (column.name.to_string(), words.raw(cell, declared.primitive)))
            .collect()
    }
}

/// The hash of what the claims say, whatever their ids and places, and that of what each says.
fn evidence(claims: &[String], words: Words<'_>, lines: &mut Lines) -> (Fingerprint, Vec<(String, Fingerprint)>) {
    let found = claims.iter().filter_map(|id| words.pool.find(id)).filter_map(|id| words.dataset.claim(id));
    let found: BTreeMap<Symbol, &Claim> = found.map(|claim| (claim.id, claim)).collect();
    lines.retain(|id, _| found.contains_key(id));
    for (id, claim) in found {
        lines.entry(id).or_insert_with(|| Evidence::of(claim, words.pool).line());
    }
    let of_one = |(&id, line): (&Symbol, &String)| {
        (words.pool.text(id).to_owned(), Fingerprint::of_parts([line.as_str()], b'\n'))
    };
    let mut of_each: Vec<(String, Fingerprint)> = lines.iter().map(of_one).collect();
    of_each.sort();
    let mut lines: Vec<&str> = lines.values().map(String::as_str).collect();
    lines.sort_unstable();
    (Fingerprint::of_parts(lines, b'\n'), of_each)
}

/// The highest level of the rows, by their `@[level]` column.
fn level(lint: &Lint, default: Level, rows: &[Fact], words: Words<'_>) -> Level {
    let Some(column) = lint.columns.iter().position(|column| column.level) else { return default };
    let levels = rows.iter().filter_map(|&row| Level::from_name(words.pool.cell_text(words.fixpoint.row(row)[column])));
    levels.max().unwrap_or(default)
}
