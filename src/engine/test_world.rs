//! Rules that were run over a small data set, with everything that came of it, for tests that look behind the findings.
//!
//! Goes in: a data set as loaded. Comes out: what [`Loaded::check`] keeps to itself, the program, the given rows and the
//! fixpoint, beside the findings.

use std::collections::BTreeMap;

use crate::base::fs::Memory;
use crate::base::{Pool, SourceMap};
use crate::datalog::{Bounds, Database, Fixpoint, Settings, Strata};
use crate::facts::Dataset;
use crate::findings::{Evaluated, Finding, collect};
use crate::lints::{Lint, Page};

use super::*;

/// A data set, its rules, and what follows.
pub(super) struct TestWorld {
    pub(super) lints: Vec<Lint>,
    pub(super) pool: Pool,
    pub(super) dataset: Dataset,
    pub(super) strata: Strata,
    pub(super) database: Database,
    pub(super) fixpoint: Fixpoint,
    pub(super) findings: Vec<Finding>,
}

impl TestWorld {
    /// Runs the rules that have a level, and what these need, on the day of the cases.
    pub(super) fn of(loaded: Loaded) -> Self {
        assert!(!loaded.is_broken(), "{:?}", loaded.diagnostics);
        let Loaded { sources, mut program, vocabulary, lints, dataset, mut pool, .. } = loaded;
        program.add(vocabulary);
        let asked = lints.iter().filter(|lint| lint.level.is_some());
        datalog::keep_needed(&mut program, asked.map(|lint| &*lint.relation));
        let strata = prepare(&program, &mut pool, &mut Vec::new()).expect("the shipped rules are right");
        let database = relations::lower(&dataset, Page::TODAY, strata.program(), &mut pool);
        let fixpoint = datalog::evaluate(&strata, database.clone(), &mut pool, &Settings::default());
        let fixpoint = fixpoint.expect("within the limits");
        let findings = findings_of(&lints, (&dataset, &strata, &fixpoint, &sources), &mut pool);
        Self { lints, pool, dataset, strata, database, fixpoint, findings }
    }
}

fn findings_of(
    lints: &[Lint],
    (dataset, strata, fixpoint, sources): (&Dataset, &Strata, &Fixpoint, &SourceMap),
    pool: &mut Pool,
) -> Vec<Finding> {
    let bounds = &Bounds::default();
    let evaluated = Evaluated { dataset, strata, fixpoint, sources, today: Page::TODAY, bounds };
    collect(lints, evaluated, pool).expect("few findings").findings
}

/// A data set of one file under these rules.
pub(super) fn load_text(text: &str, rules: Rules) -> Loaded {
    let mut files = Memory::new();
    files.add("claims.yaml", text);
    load(&files, &Config::for_folder(".".into(), Page::TODAY), rules).expect("the file is in memory")
}

/// What becomes of each of the items, in their order; the work is dealt out to the cores.
pub(super) fn each<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let workers = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let dealt = &|worker: usize| -> Vec<(usize, R)> {
        items.iter().enumerate().skip(worker).step_by(workers).map(|(number, item)| (number, work(item))).collect()
    };
    let mut done: BTreeMap<usize, R> = BTreeMap::new();
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..workers).map(|worker| scope.spawn(move || dealt(worker))).collect();
        for thread in running {
            done.extend(thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
    });
    done.into_values().collect()
}
