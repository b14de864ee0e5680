//! `gainsay datalog` against a hand-written program for the same work, each as a process of its own.
//!
//! ```sh
//! cargo bench --bench process                            # 10,000, 100,000 and 1,000,000 claims, 5 turns each
//! cargo bench --bench process -- 10000 100000            # other sizes
//! ```
//!
//! The two take turns, so that whatever else the machine does hits both. A column holds the median of the turns: CPU
//! time (user and system) of the whole process, and its peak memory. `growth` is what the claims of a line cost compared
//! with those of the line before: ours divided by that of the program written by hand.

#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]
#![expect(clippy::float_arithmetic, reason = "ratios of times")]

#[path = "by_hand/claims.rs"]
mod claims;
mod generate;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use wait4::Wait4 as _;

/// How often each of the two runs.
const TURNS: usize = 5;
/// The numbers of claims unless others are asked for.
const SIZES: [u32; 3] = [10_000, 100_000, 1_000_000];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["generate", "claims", count, folder] => {
            let count = count.parse().expect("a number of claims");
            generate::claims(count).write(Path::new(folder)).expect("the folder can be written");
        }
        ["generate", "closure", folder] => {
            generate::write_pairs(Path::new(folder), "edge", &generate::closure()).expect("the folder can be written");
        }
        ["generate", "same-generation", folder] => {
            let rows = generate::same_generation();
            generate::write_pairs(Path::new(folder), "parent", &rows).expect("the folder can be written");
        }
        ["by-hand", folder] => {
            for (relation, rows) in claims::run(Path::new(folder)).expect("the folder can be read") {
                println!("{relation}\t{rows}");
            }
        }
        [] => compare(&SIZES),
        sizes => compare(&sizes.iter().map(|size| size.parse().expect("a number of claims")).collect::<Vec<_>>()),
    }
}

/// What a process took.
#[derive(Clone, Copy)]
struct Cost {
    time: Duration,
    bytes: u64,
}

fn compare(sizes: &[u32]) {
    println!(
        "{:>9}  {:>9} {:>9} {:>6}  {:>8} {:>8} {:>6}  {:>6}",
        "claims", "CPU ms", "by hand", "ratio", "MiB", "by hand", "ratio", "growth"
    );
    let mut before: Option<f64> = None;
    for &size in sizes {
        let folder = facts(size);
        let mut costs: [Vec<Cost>; 2] = [Vec::new(), Vec::new()];
        let mut printed: [String; 2] = [String::new(), String::new()];
        for _ in 0..TURNS {
            for (turn, command) in [ours(&folder), by_hand(&folder)].into_iter().enumerate() {
                let (cost, text) = run(command);
                costs[turn].push(cost);
                printed[turn] = text;
            }
        }
        assert_eq!(printed[0], printed[1], "both give the same counts");
        let [ours, by_hand] = costs.map(|costs| median(&costs));
        let ratio = ours.time.as_secs_f64() / by_hand.time.as_secs_f64();
        let growth = before.replace(ratio).map_or_else(String::new, |before| format!("{:.2}", ratio / before));
        println!(
            "{size:>9}  {:>9.0} {:>9.0} {ratio:>6.2}  {:>8.1} {:>8.1} {:>6.2}  {growth:>6}",
            ours.time.as_secs_f64() * 1e3,
            by_hand.time.as_secs_f64() * 1e3,
            mebibytes(ours.bytes),
            mebibytes(by_hand.bytes),
            mebibytes(ours.bytes) / mebibytes(by_hand.bytes),
        );
    }
}

#[expect(clippy::cast_precision_loss, reason = "a size that is printed")]
fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

/// The median of times and that of sizes.
fn median(costs: &[Cost]) -> Cost {
    let mut times: Vec<Duration> = costs.iter().map(|cost| cost.time).collect();
    let mut bytes: Vec<u64> = costs.iter().map(|cost| cost.bytes).collect();
    times.sort_unstable();
    bytes.sort_unstable();
    Cost { time: times[costs.len() / 2], bytes: bytes[costs.len() / 2] }
}

/// A folder with the facts, made by a process of its own: the system counts the peak of the process that starts another
/// as the other's, so this one has to stay small.
fn facts(size: u32) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("claims-{size}"));
    let mut command = own();
    command.args(["generate", "claims", &size.to_string()]).arg(&folder);
    assert!(command.status().expect("the benchmark starts").success(), "the facts are made");
    folder
}

fn own() -> Command {
    Command::new(std::env::current_exe().expect("the benchmark has a path"))
}

fn by_hand(folder: &Path) -> Command {
    let mut command = own();
    command.arg("by-hand").arg(folder);
    command
}

fn ours(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gainsay"));
    command.arg("datalog").arg(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/claims.dl")).arg("-F").arg(folder);
    command
}

fn run(mut command: Command) -> (Cost, String) {
    let mut child = command.stdout(Stdio::piped()).spawn().expect("the process starts");
    let mut text = String::new();
    let mut out = child.stdout.take().expect("it is piped");
    std::io::Read::read_to_string(&mut out, &mut text).expect("it prints text");
    let done = child.wait4().expect("the process can be waited for");
    assert!(done.status.success(), "{command:?} ends well");
    (Cost { time: done.rusage.utime + done.rusage.stime, bytes: done.rusage.maxrss }, text)
}
