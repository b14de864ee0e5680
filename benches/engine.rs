//! The engine beside programs written by hand: one table of CPU time and peak memory.
//!
//! `cargo bench --bench engine` runs every variant of every workload in a process of its own, one after the other
//! and several times in turn, and prints the least CPU time of the reasoning and the largest memory in use.
//! `-- NAME…` picks workloads, `--runs N` sets how often, `--all` runs what needs some 10 GB as well.
//! `--threads` compares the wall time of the claims program with one and two threads instead, medians of runs in turn.
//! Without `--bench`, as in `cargo test --benches`, each workload is run once and small.

#![expect(clippy::print_stdout, clippy::float_arithmetic, reason = "a table of ratios")]

mod by_hand;
mod claims_rows;
mod generate;
mod graphs;

use std::fmt::Write as _;
use std::num::NonZeroUsize;
use std::process::Command;
use std::time::{Duration, Instant};

use gainsay::base::{Pool, SourceMap};
use gainsay::datalog::{self, Database, Limits, Settings, Strata};
use rustix::time::{ClockId, clock_gettime};

use by_hand::{Pair, closure, same_generation, square, triangles};

/// Who does the work.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Variant {
    Ours,
    /// With ranks, so that every row can be proved.
    Ranked,
    Datafrog,
    Ascent,
}

const VARIANTS: [(Variant, &str); 4] = [
    (Variant::Ours, "ours"),
    (Variant::Ranked, "ranked"),
    (Variant::Datafrog, "datafrog"),
    (Variant::Ascent, "ascent"),
];

/// One line of the table.
struct Workload {
    name: &'static str,
    what: &'static str,
    rules: &'static str,
    /// The given relation and the one that is asked for.
    relations: [&'static str; 2],
    input: fn() -> Vec<Pair>,
    small: fn() -> Vec<Pair>,
    datafrog: fn(Vec<Pair>) -> usize,
    ascent: fn(Vec<Pair>) -> usize,
    /// The program by hand needs more memory than most machines have.
    huge_by_hand: bool,
}

const CLOSURE: &str = ".decl edge(a: number, b: number) .input edge .decl path(a: number, b: number) .output path
    path(a, b) :- edge(a, b). path(a, c) :- path(a, b), edge(b, c).";
const SQUARE: &str = ".decl edge(a: number, b: number) .input edge .decl path(a: number, b: number) .output path
    path(a, b) :- edge(a, b). path(a, c) :- path(a, b), path(b, c).";
const SAME: &str = ".decl parent(c: number, p: number) .input parent .decl sg(x: number, y: number) .output sg
    sg(x, y) :- parent(x, p), parent(y, p). sg(x, y) :- parent(x, p), sg(p, q), parent(y, q).";
const TRIANGLES: &str = ".decl edge(a: number, b: number) .input edge
    .decl triangle(a: number, b: number, c: number) .output triangle
    triangle(a, b, c) :- edge(a, b), edge(b, c), edge(a, c).";

const EDGES: Workload = Workload {
    name: "closure-sparse",
    what: "1,000 nodes, 4,000 edges",
    rules: CLOSURE,
    relations: ["edge", "path"],
    input: || generate::graph(1_000, 4_000, 4242),
    small: || generate::graph(50, 200, 4242),
    datafrog: closure::datafrog,
    ascent: closure::ascent,
    huge_by_hand: false,
};

const FAMILY: Workload = Workload {
    name: "same-generation",
    what: "40 layers of 150, 2 parents each",
    rules: SAME,
    relations: ["parent", "sg"],
    input: || generate::layers(40, 150, 2, 4242),
    small: || generate::layers(6, 20, 2, 4242),
    datafrog: same_generation::datafrog,
    ascent: same_generation::ascent,
    huge_by_hand: false,
};

const WORKLOADS: [Workload; 8] = [
    EDGES,
    Workload {
        name: "closure-large",
        what: "2,000 nodes, 8,000 edges",
        input: || generate::graph(2_000, 8_000, 4242),
        ..EDGES
    },
    Workload {
        name: "closure-dense",
        what: "1,000 nodes, 50,000 edges",
        input: || generate::graph(1_000, 50_000, 4242),
        ..EDGES
    },
    FAMILY,
    Workload {
        name: "same-gen-3",
        what: "40 layers of 150, 3 parents each",
        input: || generate::layers(40, 150, 3, 4242),
        ..FAMILY
    },
    Workload {
        name: "triangles",
        what: "20,000 nodes, 400,000 edges, skewed",
        rules: TRIANGLES,
        relations: ["edge", "triangle"],
        input: || graphs::skewed(20_000, 400_000),
        small: || graphs::skewed(50, 400),
        datafrog: triangles::datafrog,
        ascent: triangles::ascent,
        huge_by_hand: false,
    },
    Workload { name: "square-small", what: "300 nodes, 1,200 edges", ..SQUARES },
    Workload {
        name: "square",
        what: "1,000 nodes, 4,000 edges",
        input: || generate::graph(1_000, 4_000, 4242),
        huge_by_hand: true,
        ..SQUARES
    },
];

const SQUARES: Workload = Workload {
    rules: SQUARE,
    input: || generate::graph(300, 1_200, 4242),
    datafrog: square::datafrog,
    ascent: square::ascent,
    ..EDGES
};

/// The claims program over so many claims.
const CLAIMS: [(&str, &str, u32); 3] = [
    ("claims-10k", "10,000 claims, 11 relations counted", 10_000),
    ("claims-100k", "100,000 claims", 100_000),
    ("claims-1m", "1,000,000 claims", 1_000_000),
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [first, workload, variant, small] = &arguments[..]
        && first == "--one"
    {
        return one(workload, variant, small == "small");
    }
    if let [first, workload, threads, small] = &arguments[..]
        && first == "--wall"
    {
        return wall(workload, threads.parse().expect("a number of threads"), small == "small");
    }
    let has = |flag: &str| arguments.iter().any(|argument| argument == flag);
    let mut runs = if has("--bench") { 5 } else { 1 };
    let mut picked = Vec::new();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--runs" => runs = rest.next().and_then(|count| count.parse().ok()).unwrap_or(runs),
            flag if flag.starts_with("--") => {}
            name => picked.push(name),
        }
    }
    if has("--threads") {
        println!("wall time of the reasoning in seconds, medians of {runs} runs in turn, each in a process of its own");
        println!("{:16} {:>11} {:>10} {:>11} {:>7}", "", "rows", "one thread", "two threads", "ratio");
        let claims = CLAIMS.iter().filter(|(name, ..)| picked.is_empty() || picked.contains(name));
        return claims.for_each(|(name, ..)| line_of_threads(name, runs, has("--bench")));
    }
    println!(
        "CPU time of the reasoning: from given rows in memory to sorted, distinct results; least of {runs} runs in turn,"
    );
    println!("one thread, each run in a process of its own; peak memory of that process, input included.");
    println!("{:16} {:>11}  {}", "", "rows", header());
    let graphs = WORKLOADS.iter().map(|workload| (workload.name, workload.what, workload.huge_by_hand));
    let claims = CLAIMS.iter().map(|&(name, what, _)| (name, what, false));
    for (name, what, huge) in graphs.chain(claims) {
        if picked.is_empty() || picked.contains(&name) {
            let without = huge && has("--bench") && !has("--all");
            line((name, what), runs, has("--bench"), without);
        }
    }
}

fn header() -> String {
    let mut header = String::new();
    for (_, name) in VARIANTS {
        write!(header, "{name:>9} {:>6}", "MB").expect("a string");
    }
    header + "   ours/datafrog  ours/ascent  ranked/ours  memory"
}

/// What one run took.
#[derive(Clone, Copy)]
struct Taken {
    seconds: f64,
    megabytes: f64,
    rows: usize,
}

/// Prints one line of the table, `without` what the program by hand takes.
fn line((workload, what): (&str, &str), runs: usize, full: bool, without: bool) {
    let mut best: [Option<Taken>; 4] = [None; 4];
    for _ in 0..runs {
        for (place, (variant, name)) in best.iter_mut().zip(VARIANTS) {
            if variant == Variant::Datafrog && without {
                continue;
            }
            let taken = child(workload, name, full);
            let known = place.unwrap_or(taken);
            *place = Some(Taken {
                seconds: known.seconds.min(taken.seconds),
                megabytes: known.megabytes.max(taken.megabytes),
                rows: taken.rows,
            });
        }
    }
    let rows: Vec<usize> = best.iter().flatten().map(|taken| taken.rows).collect();
    assert!(rows.windows(2).all(|pair| pair[0] == pair[1]), "`{workload}` gives {rows:?} rows");
    print!("{:16} {:>11}  ", workload, rows[0]);
    for taken in &best {
        match taken {
            Some(Taken { seconds, megabytes, .. }) => print!("{seconds:>9.3} {megabytes:>6.0}"),
            None => print!("{:>9} {:>6}", "-", "-"),
        }
    }
    let [ours, ranked, datafrog, ascent] = best;
    let ratio = |a: Option<Taken>, b: Option<Taken>, what: fn(&Taken) -> f64| match (a, b) {
        (Some(a), Some(b)) => format!("{:.2}", what(&a) / what(&b)),
        _ => "-".to_owned(),
    };
    println!(
        "   {:>13}  {:>11}  {:>11}  {:>6}   {}",
        ratio(ours, datafrog, |taken| taken.seconds),
        ratio(ours, ascent, |taken| taken.seconds),
        ratio(ranked, ours, |taken| taken.seconds),
        ratio(ours, datafrog, |taken| taken.megabytes),
        what,
    );
}

/// Prints what two threads gain.
fn line_of_threads(workload: &str, runs: usize, full: bool) {
    let mut seconds = [Vec::new(), Vec::new()];
    let mut rows = Vec::new();
    for _ in 0..runs {
        for (threads, seconds) in ["1", "2"].into_iter().zip(&mut seconds) {
            let taken = run(["--wall", workload, threads], full);
            seconds.push(taken.seconds);
            rows.push(taken.rows);
        }
    }
    assert!(rows.windows(2).all(|pair| pair[0] == pair[1]), "`{workload}` gives {rows:?} rows");
    let [one, two] = seconds.map(|mut seconds| {
        seconds.sort_by(f64::total_cmp);
        seconds[seconds.len() / 2]
    });
    println!("{workload:16} {:>11} {one:>10.3} {two:>11.3} {:>7.2}", rows[0], one / two);
}

/// Runs one variant in a process of its own.
fn child(workload: &str, variant: &str, full: bool) -> Taken {
    run(["--one", workload, variant], full)
}

fn run(arguments: [&str; 3], full: bool) -> Taken {
    let program = std::env::current_exe().expect("the path of this program");
    let size = if full { "full" } else { "small" };
    let output = Command::new(program).args(arguments).arg(size).output().expect("it starts");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let fields: Vec<&str> = text.split_whitespace().collect();
    let [seconds, megabytes, rows] = fields[..] else {
        panic!("{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    };
    Taken {
        seconds: seconds.parse().expect("seconds"),
        megabytes: megabytes.parse().expect("megabytes"),
        rows: rows.parse().expect("rows"),
    }
}

/// Runs one variant here and prints what it took.
fn one(name: &str, variant: &str, small: bool) {
    let (variant, _) = VARIANTS.into_iter().find(|(_, name)| *name == variant).expect("a variant");
    let claims = CLAIMS.iter().find(|(known, ..)| *known == name);
    let (taken, rows) = if let Some(&(_, _, count)) = claims {
        of_claims(if small { 500 } else { count }, variant)
    } else {
        let workload = WORKLOADS.iter().find(|known| known.name == name).expect("a workload");
        of_graph(workload, small, variant)
    };
    println!("{} {} {rows}", taken.as_secs_f64(), peak());
}

fn of_graph(workload: &Workload, small: bool, variant: Variant) -> (Duration, usize) {
    let pairs = if small { (workload.small)() } else { (workload.input)() };
    let ranks = match variant {
        Variant::Datafrog => return timed(|| (workload.datafrog)(pairs)),
        Variant::Ascent => return timed(|| (workload.ascent)(pairs)),
        Variant::Ours => false,
        Variant::Ranked => true,
    };
    let mut pool = Pool::new();
    let strata = program(workload.rules, &mut pool);
    let given = strata.program().find(workload.relations[0]).expect("a relation");
    let mut database = Database::new();
    for (first, second) in pairs {
        let row = [pool.number(first.into()), pool.number(second.into())];
        database.push(given, &row, None);
    }
    evaluate(&strata, database, pool, ranks, &workload.relations[1..])
}

fn of_claims(count: u32, variant: Variant) -> (Duration, usize) {
    let claims = generate::claims(count);
    let sum = |counts: by_hand::claims::Counts| counts.iter().map(|(_, rows)| rows).sum();
    let ranks = match variant {
        Variant::Datafrog => {
            let facts = claims_rows::facts(&claims);
            drop(claims);
            return timed(|| sum(by_hand::claims::reason(facts)));
        }
        Variant::Ascent => {
            let run = by_hand::claims_ascent::run(&claims);
            drop(claims);
            return timed(|| sum(run()));
        }
        Variant::Ours => false,
        Variant::Ranked => true,
    };
    let (strata, database, pool) = prepared(claims);
    evaluate(&strata, database, pool, ranks, &claims_rows::COUNTED)
}

/// The claims program, its given rows, and their texts.
fn prepared(claims: generate::Claims) -> (Strata, Database, Pool) {
    let mut pool = Pool::new();
    let strata = program(include_str!("claims.dl"), &mut pool);
    let database = claims_rows::database(&claims, strata.program(), &mut pool);
    drop(claims);
    (strata, database, pool)
}

/// Runs the claims program here with so many threads and prints the wall time, the memory and the rows.
fn wall(name: &str, threads: NonZeroUsize, small: bool) {
    let (_, _, count) = CLAIMS.into_iter().find(|(known, ..)| *known == name).expect("a workload of claims");
    let (strata, database, mut pool) = prepared(generate::claims(if small { 500 } else { count }));
    let settings = Settings { ranks: false, threads, ..settings(&database) };
    let began = Instant::now();
    let fixpoint = datalog::evaluate(&strata, database, &mut pool, &settings).expect("within the limits");
    let seconds = began.elapsed().as_secs_f64();
    let counted = claims_rows::COUNTED.iter().map(|name| strata.program().find(name).expect("a relation"));
    let rows: usize = counted.map(|relation| fixpoint.len(relation)).sum();
    println!("{seconds} {} {rows}", peak());
}

fn settings(database: &Database) -> Settings {
    Settings::with(Limits { time: Duration::from_secs(3600), ..Limits::for_rows(database.rows()) })
}

/// Evaluates and counts the rows of some relations.
fn evaluate(strata: &Strata, database: Database, mut pool: Pool, ranks: bool, counted: &[&str]) -> (Duration, usize) {
    let settings = Settings { ranks, ..settings(&database) };
    timed(|| {
        let fixpoint = datalog::evaluate(strata, database, &mut pool, &settings).expect("within the limits");
        counted.iter().map(|name| fixpoint.len(strata.program().find(name).expect("a relation"))).sum()
    })
}

fn program(text: &str, pool: &mut Pool) -> Strata {
    let mut sources = SourceMap::new();
    let file = sources.add("bench.dl", text);
    let parsed = datalog::parse(&sources, file);
    let checked = datalog::check(&parsed.value, pool);
    datalog::stratify(checked.value.expect("a right program")).expect("stratified")
}

/// The CPU time that some work takes, and its result.
fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let clock = || Duration::try_from(clock_gettime(ClockId::ProcessCPUTime)).expect("time goes forward");
    let start = clock();
    let result = work();
    (clock().saturating_sub(start), result)
}

/// The largest memory of this process so far, in megabytes.
#[expect(clippy::disallowed_methods, reason = "the only place that tells it")]
fn peak() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse().unwrap_or(0.0);
    kilobytes / 1024.0
}
