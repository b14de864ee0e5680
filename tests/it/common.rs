//! What several tests need: data sets in memory, the evaluated relations, the command.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

use gainsay::base::fs::{FileSystem as _, Memory};
use gainsay::base::{Day, Pool, SourceMap};
use gainsay::config::Config;
use gainsay::engine::{self, Outcome};
use gainsay::facts::{self, Dataset};

/// 2026-11-21, the day of `facts/gainsay.yaml`.
pub(super) const TODAY: Day = 20_778;

/// The package's folder.
pub(super) fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The text of a file of the package.
#[expect(clippy::disallowed_methods, reason = "tests read the package's own files")]
pub(super) fn text(path: &str) -> String {
    std::fs::read_to_string(package().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Checks a data set of named texts.
pub(super) fn check(files: &[(&str, &str)]) -> Outcome {
    let mut memory = Memory::new();
    for (path, text) in files {
        memory.add(path, text.as_bytes());
    }
    engine::run(&memory, &Config::for_folder(".".into(), TODAY), engine::builtin_rules()).expect("the run ends")
}

/// Checks the project's own data set.
pub(super) fn check_facts() -> Outcome {
    let files =
        ["facts/bloomberg-2015.yaml", "facts/entities.yaml", "facts/specialeurasia-2021.yaml", "facts/vocabulary.yaml"];
    let texts: Vec<(&str, String)> = files.into_iter().map(|path| (path, text(path))).collect();
    let borrowed: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (*path, text.as_str())).collect();
    check(&borrowed)
}

/// A data set as it is read, before any rule runs.
pub(super) struct Loaded {
    pub(super) pool: Pool,
    pub(super) dataset: Dataset,
}

impl Loaded {
    /// Reads texts, which must be right.
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        let mut sources = SourceMap::new();
        let ids: Vec<_> = files.iter().map(|(path, text)| sources.add(path, text)).collect();
        let mut pool = Pool::new();
        let read = facts::read(&mut sources, &ids, &mut pool);
        assert!(read.diagnostics.is_empty(), "{:?}", read.diagnostics);
        Self { pool, dataset: read.value }
    }
}

/// Runs the command in a folder of the package.
pub(super) fn gainsay(folder: &str, arguments: &[&str]) -> Output {
    command(folder, arguments).output().expect("the command starts")
}

/// The command in a folder of the package, without what the environment says of colours, of the locale and of jobs.
pub(super) fn command(folder: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gainsay"));
    command.args(arguments).current_dir(package().join(folder));
    for variable in
        ["NO_COLOR", "CLICOLOR_FORCE", "LC_ALL", "LC_CTYPE", "LANG", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"]
    {
        command.env_remove(variable);
    }
    command
}

/// Standard output as text.
pub(super) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("the output is UTF-8")
}

/// Where another folder of snapshots is named for a test of the tests.
pub(super) const OTHER_SNAPSHOTS: &str = "GAINSAY_TEST_SNAPSHOTS";

/// Compares with `snapshots/AREA/NAME.snap`.
#[expect(clippy::disallowed_methods, reason = "a test of the tests names another folder")]
pub(super) fn snapshot(area: &str, name: &str, text: &str) {
    let root = std::env::var(OTHER_SNAPSHOTS).map_or_else(|_| package().join("snapshots"), std::path::PathBuf::from);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(root.join(area));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// The files below a folder of the package, as paths relative to it.
pub(super) fn files(folder: &str) -> Vec<String> {
    let root = package().join(folder);
    let walked = gainsay::base::fs::Disk.walk(&root).expect("the folder is there");
    let below = |path: std::path::PathBuf| {
        path.strip_prefix(&root).expect("walked from it").to_string_lossy().replace('\\', "/")
    };
    walked.into_iter().map(below).collect()
}

/// What becomes of each of the items, in their order; the work is dealt out to the cores.
pub(super) fn each<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
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

/// Numbers that repeat for one seed (splitmix64).
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % sides as u64).unwrap()
    }

    pub(super) fn one_in(&mut self, sides: usize) -> bool {
        self.roll(sides) == 0
    }

    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.roll(from.len())]
    }

    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for index in (1..items.len()).rev() {
            items.swap(index, self.roll(index + 1));
        }
    }
}
