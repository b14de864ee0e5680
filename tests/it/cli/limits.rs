//! Programs that would go on for ever: limits of the command line, and Ctrl-C.

use std::time::{Duration, Instant};

use super::*;

/// Eight relations side by side, of which nothing comes.
fn product() -> String {
    let facts: Vec<String> = (0..200).map(|n| format!("e({n}).\n")).collect();
    let facts = facts.concat();
    let atoms: Vec<String> = (0..8).map(|n| format!("e(X{n})")).collect();
    let sum: Vec<String> = (0..8).map(|n| format!("X{n}")).collect();
    format!(
        ".decl e(x: number)\n{facts}.decl p(x: number)\n.output p\np(X0) :- {}, {} < 0.\n",
        atoms.join(", "),
        sum.join(" + ")
    )
}

const COUNTER: &str = ".decl n(x: number)\n.output n\nn(0).\nn(X + 1) :- n(X).\n";

#[test]
fn a_program_that_goes_on_for_ever_stops_at_its_deadline() {
    let folder = Folder::new("limits-deadline", &[("product.dl", &product()), ("counter.dl", COUNTER)]);
    for (program, rule) in [("product.dl", "the rules of `p`"), ("counter.dl", "the rules of `n`")] {
        let started = Instant::now();
        let (code, out, err) = folder.run(&["datalog", program, "--max-seconds", "1", "-D", "out"]);
        let said = format!("{out}{err}");
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains(rule) && said.contains("reach the limit of 1 second in round"), "{said}");
        assert!(said.contains("raise the limit with `--max-seconds`"), "{said}");
        assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
    }
    let (code, out, err) = folder.run(&["datalog", "counter.dl", "--max-rows", "1000", "-D", "out"]);
    assert_eq!(code, Some(2));
    assert_eq!(out, "");
    snapshot("cli", "limits-rows", &err);
    let (code, out, err) = folder.run(&["datalog", "counter.dl", "--max-memory", "1", "-D", "out"]);
    assert_eq!(code, Some(2));
    assert!(format!("{out}{err}").contains("reach the limit of 1 MiB of memory"), "{out}{err}");
    assert!(err.contains("stopped in this rule") && err.contains("raise the limit with `--max-memory`"), "{err}");
    assert!(!folder.0.join("out/n.csv").exists());
}

/// Counts upward for ever: one row a round, or many.
const COUNTERS: [(&str, &str); 2] = [
    ("n", COUNTER),
    ("m", ".decl m(x: number, y: number)\n.output m\nm(0, range(0, 50000)).\nm(X + 1, Y) :- m(X, Y).\n"),
];

/// `cargo test --release --test it tenth_of_a_second -- --ignored --nocapture` on a machine that does nothing else.
#[test]
#[ignore = "a tenth of a second is kept on a machine that does nothing else"]
#[expect(clippy::print_stdout, reason = "the figures are what it is run for")]
fn a_program_that_counts_upward_stops_within_a_tenth_of_a_second_of_its_deadline() {
    let mut late = Vec::new();
    for (relation, text) in COUNTERS {
        let folder = Folder::new(&format!("limits-exact-{relation}"), &[("p.dl", text)]);
        for (seconds, jobs) in [(1, "1"), (1, "2"), (2, "1"), (2, "2"), (3, "1"), (3, "2")] {
            let started = Instant::now();
            let deadline = seconds.to_string();
            let (code, _, err) = folder.run(&["datalog", "p.dl", "--max-seconds", &deadline, "-j", jobs, "-D", "out"]);
            let over = started.elapsed().saturating_sub(Duration::from_secs(seconds));
            let second = if seconds == 1 { "second" } else { "seconds" };
            let said = format!("the rules of `{relation}` reach the limit of {seconds} {second} in round");
            assert!(code == Some(2) && err.contains(&said) && err.contains("stopped in this rule"), "{err}");
            println!("`{relation}`, deadline {seconds} s, {jobs} threads: ended {} ms behind it", over.as_millis());
            late.extend((over > Duration::from_millis(100)).then_some((relation, seconds, jobs, over)));
        }
    }
    assert!(late.is_empty(), "{late:?}");
}

#[test]
fn given_rows_count_as_rows() {
    let facts = ".decl e(x: number)\n.output e\ne(1). e(2). e(3).\n";
    let given = ".decl e(x: number)\n.input e\n.output e\n";
    let read = ".decl e(x: number)\n.input e\n.decl p(x: number)\n.output p\np(1) :- e(2).\n";
    let both = ".decl e(x: number)\n.input e\n.output e\ne(X) :- e(X), X > 1.\n";
    let programs = [("facts.dl", facts), ("given.dl", given), ("read.dl", read), ("both.dl", both)];
    let folder = Folder::new("limits-given", &[&programs[..], &[("e.facts", "1\n2\n3\n2\n")]].concat());
    let mut drawn = String::new();
    for (program, _) in programs {
        let (code, _, err) = folder.run(&["datalog", program, "--max-rows", "3", "-D", "-"]);
        assert_eq!((code, err.as_str()), (Some(0), ""), "{program}: a row that is given twice is one");
        let (code, out, err) = folder.run(&["datalog", program, "--max-rows", "2", "-D", "-"]);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{program}");
        drawn += &err;
    }
    snapshot("cli", "limits-given", &drawn);
    let facts = claims("  a: { at: 1, says: russia supports iran }\n  b: { at: 1, says: iran supports russia }\n");
    let folder = Folder::new("limits-claims", &[("words.yaml", WORDS), ("a.yaml", &facts)]);
    let (code, out, _) = folder.run(&["check", "--max-rows", "1"]);
    assert!(code == Some(2) && out.contains("reach the limit of 1 row in one relation before a rule has run"), "{out}");
}

#[test]
fn repeated_rows_are_dropped_before_memory_is_said_to_be_short() {
    // Two rows of five come again after 60,000 others, so that only sorting finds them; those that differ take 2.9 MB.
    let row = |x: u32| format!("{x}\t{}\n", if x % 100 < 60 { x } else { x - 60 });
    let mapped: Vec<String> = (0..600).map(row).collect();
    let others: Vec<String> = (0..1000).map(|x| format!("{x}\n")).collect();
    let (mapped, others) = (mapped.concat(), others.concat());
    let program = ".decl k(x: number, z: number)\n.input k\n.decl e(x: number)\n.input e\n\
                   .decl p(z: number, y: number)\n.printsize p\np(Z, Y) :- k(X, Z), e(Y), X >= 0.\n";
    let folder = Folder::new("limits-repeated", &[("p.dl", program), ("k.facts", &mapped), ("e.facts", &others)]);
    let run = |memory: &str| folder.run(&["datalog", "p.dl", "-j", "1", "--max-memory", memory]);
    assert_eq!(run("4"), (Some(0), "p\t360000\n".to_owned(), String::new()));
    let (code, _, err) = run("2");
    assert!(code == Some(2) && err.contains("the rules of `p` reach the limit of 2 MiB of memory in round 1"), "{err}");
}

#[test]
fn limits_of_check_come_from_its_command_line() {
    let rule = "@[lint(group = \"hygiene\", level = \"advice\")]\n@[message = \"m\"]\n@[help = \"h\"]\n";
    let place = "@[key] @[primary = \"here\"]";
    let facts = claims("  a: { at: 1, says: russia supports iran }\n");
    let folder = Folder::new(
        "limits-check",
        &[
            ("gainsay.yaml", "rules: r.dl\ntoday: 2026-11-21\n"),
            ("words.yaml", WORDS),
            ("a.yaml", &facts),
            (
                "r.dl",
                &product()
                    .replace(".decl p(x: number)", &format!("/// Never.\n{rule}.decl p({place} x: Claim)"))
                    .replace("p(X0) :- ", "p(C) :- claim(C, _), "),
            ),
        ],
    );
    let (code, out, err) = folder.run(&["check", "--max-seconds", "1"]);
    assert_eq!(code, Some(2), "{err}");
    assert!(out.contains("the rules of `p` reach the limit of 1 second in round 1"), "{out}");
    assert!(out.contains("stopped in this rule"), "{out}");
}

/// Counts up to a number: small to run, and large to explain, as a proof goes through each number.
const UP: &str = ".decl up(n: number)\n.output up\nup(0).\nup(n + 1) :- up(n), n < 10000.\n";

#[test]
fn explanations_have_the_limits_of_the_run() {
    let folder = Folder::new("limit-explanations", &[("up.dl", UP)]);
    let atoms: Vec<String> = std::iter::once(1).chain((1..=12).map(|n| n * 800)).map(|n| format!("up({n})")).collect();
    let asked: Vec<&str> = atoms.iter().flat_map(|atom| ["--explain", atom]).collect();
    for format in ["human", "json"] {
        let ask = |rest: &[&str]| folder.run(&[&["datalog", "up.dl", "-f", format], &asked[..], rest].concat());
        let (code, whole, err) = ask(&[]);
        assert_eq!((code, err.as_str()), (Some(0), ""));
        // The rules have room enough, and what is known of four thousand numbers has not.
        let (code, out, err) = ask(&["--max-memory", "1"]);
        assert_eq!(code, Some(2), "{err}");
        assert!(err.contains("error: the run reaches its limit of 1 MiB of memory while rows are explained"), "{err}");
        assert!(err.contains("help: raise the limit with `--max-memory`\n"), "{err}");
        let gap = if format == "human" { "\n\n" } else { "\n" };
        let (printed, all) = (out.trim_end().split(gap).count(), atoms.len());
        assert!(whole.starts_with(&out) && printed > 1 && printed < all, "{printed} of {all}");
        assert!(err.ends_with(&format!("1 error: only the first {printed} explanations are printed\n")), "{err}");
    }
}

#[cfg(target_os = "linux")]
mod signals {
    use std::process::{Command, Stdio};

    use super::*;
    use crate::it::common::command;

    /// Starts a command, sends it SIGINT once it listens, and gives its exit code and what it said.
    #[expect(clippy::disallowed_methods, reason = "the kernel tells which signals a process catches")]
    fn interrupted(folder: &Folder, arguments: &[&str]) -> (Option<i32>, String, String) {
        let mut command = command(folder.0.to_str().unwrap(), arguments);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let started = Instant::now();
        let catches = || {
            let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
            let mask = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).map(str::trim);
            mask.and_then(|mask| u64::from_str_radix(mask, 16).ok()).is_some_and(|mask| mask & 2 != 0)
        };
        while !catches() {
            assert!(started.elapsed() < Duration::from_secs(60), "the command never listens");
            std::thread::sleep(Duration::from_millis(20));
        }
        std::thread::sleep(Duration::from_millis(200));
        let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        let output = child.wait_with_output().unwrap();
        assert!(started.elapsed() < Duration::from_secs(100));
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    }

    const SAID: &str = "error: interrupted before the rules had ended, so nothing is written\n";

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the test looks for what the command must not write")]
    fn an_interrupt_ends_datalog_without_half_a_result() {
        let folder = Folder::new("interrupt-datalog", &[("product.dl", &product())]);
        let ended = interrupted(&folder, &["datalog", "product.dl", "-D", "out"]);
        assert_eq!(ended, (Some(130), String::new(), SAID.to_owned()));
        assert!(!folder.0.join("out").exists() || std::fs::read_dir(folder.0.join("out")).unwrap().next().is_none());
    }

    /// The first explanation is larger than a pipe, so that the command waits in the midst of it until it is read.
    #[test]
    fn an_interrupt_ends_explanations_behind_one_that_is_whole() {
        use std::io::Read as _;

        let folder = Folder::new("interrupt-explain", &[("up.dl", UP)]);
        let (_, whole, _) = folder.run(&["datalog", "up.dl", "--explain", "up(300)"]);
        assert!(whole.len() > 300_000, "{} bytes", whole.len());
        let arguments = ["datalog", "up.dl", "--explain", "up(300)", "--explain", "up(299)"];
        let mut command = command(folder.0.to_str().unwrap(), &arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut first = [0];
        child.stdout.as_mut().unwrap().read_exact(&mut first).unwrap();
        let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        let output = child.wait_with_output().unwrap();
        let out = String::from_utf8([&first[..], &output.stdout].concat()).unwrap();
        assert!(out == whole, "{} of {} bytes", out.len(), whole.len());
        let err = String::from_utf8(output.stderr).unwrap();
        let said = "error: interrupted before all was explained: only the first explanation is printed\n";
        assert_eq!((output.status.code(), err.as_str()), (Some(130), said));
    }

    #[test]
    fn an_interrupt_ends_check_without_half_a_report() {
        let facts = claims("  a: { at: 1, says: russia supports iran }\n");
        let files = [
            ("gainsay.yaml", "rules: r.dl\n"),
            ("words.yaml", WORDS),
            ("a.yaml", &facts),
            ("r.dl", &product().replace(".output p\n", "")),
        ];
        let folder = Folder::new("interrupt-check", &files);
        let ended = interrupted(&folder, &["check", "--format", "json"]);
        assert_eq!(ended, (Some(130), String::new(), SAID.to_owned()));
    }
}
