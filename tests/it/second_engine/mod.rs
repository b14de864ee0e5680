//! A second, independent engine: random programs as text, run by the library and by the answer set solver clingo.
//!
//! `cargo test --test it second_engine -- --ignored --nocapture` runs it where a Python with the module `clingo` is found:
//! `CLINGO_PYTHON` names it, else it is `python3`. `PROGRAMS` is how many programs are compared, `SEED` the first of them.

mod generate;
mod measure;
mod program;

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use gainsay::base::{Pool, Primitive, SourceMap};
use gainsay::datalog::{self, Database, EvaluationError, Limits, Settings};

use generate::{Parts, generate};
use measure::{Part, Tally, faults};
use program::{Asp, Condition, Program, Term};

/// Programs of one call of the solver, which has more to do to begin than to run one of them.
const AT_ONCE: usize = 100;

/// Programs in which a clause may have more bindings are left out.
const MOST_BINDINGS: usize = 5_000;

/// Reads lengths and programs, and prints the atoms that hold in each, one a line, then a line with a dot.
const SCRIPT: &str = r#"
import sys
import clingo
for line in sys.stdin.buffer:
    text = sys.stdin.buffer.read(int(line)).decode()
    control = clingo.Control(["--warn=none"])
    control.add("base", [], text)
    control.ground([("base", [])])
    for atom in control.symbolic_atoms:
        print(atom.symbol if atom.is_fact else "open " + str(atom.symbol))
    print(".", flush=True)
"#;

/// The rows of all relations, as the solver writes them.
type Rows = BTreeSet<String>;

/// What the library derives; nothing for a program that passes the limits, whose result nobody would wait for.
fn ours(program: &Program) -> Option<Rows> {
    let text = program.to_string();
    let mut sources = SourceMap::new();
    let file = sources.add("random.dl", &text);
    let parsed = datalog::parse(&sources, file);
    assert_eq!(parsed.diagnostics, [], "{text}");
    let mut pool = Pool::new();
    let checked = datalog::check(&parsed.value, &mut pool);
    if checked.diagnostics.iter().any(|problem| problem.code == "inline-too-large") {
        return None;
    }
    assert_eq!(checked.diagnostics, [], "{text}");
    let strata = datalog::stratify(checked.value.unwrap()).unwrap();
    let mut database = Database::new();
    for (relation, row) in &program.given {
        let id = strata.program().find(&program.relations[*relation].name).unwrap();
        let cell = |term: &Term| match term {
            Term::Number(number) => pool.number(*number),
            Term::Text(text) => pool.intern(text).cell(),
            other @ (Term::Variable(_) | Term::Wildcard | Term::Infix(..) | Term::Prefix(..) | Term::Extreme(..)) => {
                panic!("{other:?} is given")
            }
        };
        let row: Vec<_> = row.iter().map(cell).collect();
        database.push(id, &row, None);
    }
    let settings =
        Settings::with(Limits { derivations: 20_000, time: Duration::from_millis(300), ..Limits::default() });
    let fixpoint = match datalog::evaluate(&strata, database, &mut pool, &settings) {
        Err(EvaluationError::LimitReached { .. }) => return None,
        result => result.unwrap_or_else(|error| panic!("{error}\n{text}")),
    };
    let mut rows = Rows::new();
    for (id, relation) in strata.program().relations() {
        for fact in fixpoint.facts(id) {
            let value = |(&cell, column): (&_, &datalog::Column)| match column.primitive {
                Primitive::Symbol => format!("\"{}\"", pool.cell_text(cell)),
                other @ (Primitive::Number | Primitive::Unsigned | Primitive::Float) => {
                    pool.shown(cell, other).into_owned()
                }
            };
            let values: Vec<String> = fixpoint.row(fact).iter().zip(&relation.columns).map(value).collect();
            let arguments = if values.is_empty() { String::new() } else { format!("({})", values.join(",")) };
            rows.insert(format!("{}{arguments}", relation.name));
        }
    }
    Some(rows)
}

/// How many bindings the solver may have to look at for one clause, which does not stop at the first that is enough.
fn bindings(body: &[Condition], sizes: &[usize]) -> usize {
    let of = |condition: &Condition| match condition {
        Condition::Atom(atom) => sizes[atom.relation].max(1),
        Condition::Aggregate { body, .. } => bindings(body, sizes).max(1),
        Condition::Or(branches) => branches.iter().map(|branch| bindings(branch, sizes)).sum(),
        Condition::Not(_) | Condition::Compare(..) | Condition::Range { .. } => 1,
    };
    body.iter().map(of).fold(1, usize::saturating_mul)
}

/// Whether some clause may have more bindings than the solver can go through in a moment.
fn is_large(program: &Program, rows: &Rows) -> bool {
    let of = |name: &str| rows.iter().filter(|row| row.split('(').next() == Some(name)).count();
    let inline = |name: &str| program.relations.iter().any(|relation| relation.inline && relation.name == name);
    let sizes = program.relations.iter().map(|relation| if inline(&relation.name) { 30 } else { of(&relation.name) });
    let sizes: Vec<usize> = sizes.collect();
    program.clauses.iter().any(|clause| bindings(&clause.body, &sizes) > MOST_BINDINGS)
}

/// What the solver derives from each of the programs; nothing where there is no solver.
fn theirs(programs: &[&Program]) -> Option<Vec<Rows>> {
    let named = std::env::var_os("CLINGO_PYTHON");
    let is_named = named.is_some();
    let python = named.unwrap_or_else(|| "python3".into());
    let mut command = Command::new(python);
    command.args(["-c", SCRIPT]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn();
    assert!(child.is_ok() || !is_named, "`CLINGO_PYTHON` names no program: {child:?}");
    let mut child = child.ok()?;
    let mut input = child.stdin.take().unwrap();
    let batches: Vec<String> = programs
        .chunks(AT_ONCE)
        .map(|chunk| {
            let text = |(number, program)| Asp { program, prefix: format!("x{number}") }.text();
            chunk.iter().copied().enumerate().map(text).collect()
        })
        .collect();
    let writer = std::thread::spawn(move || {
        for text in batches {
            // A solver that has gone away says why on standard error.
            let _ = write!(input, "{}\n{text}", text.len());
        }
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    if errors.contains("ModuleNotFoundError") && !is_named {
        return None;
    }
    assert!(output.status.success(), "{errors}");
    let mut all = vec![Rows::new(); programs.len()];
    let mut batch = 0;
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        if line == "." {
            batch += AT_ONCE;
            continue;
        }
        let digits = line[1..].find(|c: char| !c.is_ascii_digit()).unwrap() + 1;
        let number: usize = line[1..digits].parse().unwrap_or_else(|_| panic!("not a fact: {line}"));
        all[batch + number].insert(line[digits..].to_owned());
    }
    Some(all)
}

/// The rows of a program that are compared: those of relations that are not inline.
fn compared(program: &Program, rows: Rows) -> Rows {
    let inline = |row: &String| {
        let name = row.split('(').next();
        program.relations.iter().any(|relation| relation.inline && Some(relation.name.as_str()) == name)
    };
    rows.into_iter().filter(|row| !inline(row)).collect()
}

fn differ(program: &Program) -> bool {
    let Ok(Some(ours)) = std::panic::catch_unwind(|| ours(program)) else { return false };
    let theirs = theirs(&[program]).and_then(|mut all| all.pop()).unwrap_or_default();
    compared(program, ours) != compared(program, theirs)
}

/// Programs that lack one thing each.
fn smaller(program: &Program) -> Vec<Program> {
    let mut all = Vec::new();
    let mut add = |change: &dyn Fn(&mut Program)| {
        let mut copy = program.clone();
        change(&mut copy);
        all.push(copy);
    };
    for (number, clause) in program.clauses.iter().enumerate() {
        add(&|copy| drop(copy.clauses.remove(number)));
        for place in 0..clause.body.len() {
            add(&|copy| drop(copy.clauses[number].body.remove(place)));
            let Condition::Or(branches) = &clause.body[place] else { continue };
            for branch in branches {
                add(&|copy| drop(copy.clauses[number].body.splice(place..=place, branch.iter().cloned())));
            }
        }
        if clause.heads.len() > 1 {
            add(&|copy| drop(copy.clauses[number].heads.pop()));
        }
    }
    for row in 0..program.given.len() {
        add(&|copy| drop(copy.given.remove(row)));
    }
    all
}

/// A program on which the engines differ and which loses that with anything that it loses.
fn shrunk(mut program: Program) -> Program {
    while let Some(next) = smaller(&program).into_iter().find(differ) {
        program = next;
    }
    program
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var_os(name).map_or(default, |value| value.to_str().unwrap().parse().unwrap())
}

/// Programs from a seed on with what the library derives from them, but for those that are too large; also how many of
/// these there were.
fn small(seeds: &mut impl Iterator<Item = u64>, count: u64, parts: Parts) -> (Vec<(u64, Program, Rows)>, u64) {
    let (mut programs, mut large) = (Vec::new(), 0);
    for seed in seeds.take(usize::try_from(count).unwrap()) {
        let program = generate(seed, parts);
        match ours(&program) {
            Some(rows) if !is_large(&program, &rows) => {
                let rows = compared(&program, rows);
                programs.push((seed, program, rows));
            }
            _ => large += 1,
        }
    }
    (programs, large)
}

#[expect(clippy::print_stdout, reason = "who runs it wants to know what was compared")]
fn compare(parts: Parts, count: u64) {
    let mut seeds = setting("SEED", 0)..;
    let (mut tally, mut large, mut done) = (Tally::default(), 0, 0);
    while done < count {
        let (programs, more) = small(&mut seeds, (count - done).min(5_000), parts);
        large += more;
        let texts: Vec<&Program> = programs.iter().map(|(_, program, _)| program).collect();
        let Some(theirs) = theirs(&texts) else {
            println!("skipped: no Python with the module `clingo`; see CONTRIBUTING.md");
            return;
        };
        for ((seed, program, ours), theirs) in programs.iter().zip(theirs) {
            if *ours != compared(program, theirs) {
                let program = shrunk(program.clone());
                let solver = Asp { program: &program, prefix: String::new() }.text();
                panic!("seed {seed}\n{:?}\n{program}\n{solver}", program.given);
            }
            tally.add(program, ours.len());
            done += 1;
        }
        println!("{tally}; 0 differences; {large} more were too large");
    }
}

#[test]
#[ignore = "needs a Python with the module `clingo`; see CONTRIBUTING.md"]
fn random_programs_give_the_rows_of_an_answer_set_solver() {
    compare(Parts { whole: std::env::var_os("CORE").is_none() }, setting("PROGRAMS", 10_000));
}

#[test]
fn a_few_random_programs_give_the_rows_of_an_answer_set_solver_where_one_is_named() {
    if std::env::var_os("CLINGO_PYTHON").is_some() {
        compare(Parts { whole: true }, 300);
    }
}

/// Plants a fault in each part of each program; tells for each part how many there were, and in how many cases the
/// library gives other rows than those of the program as it was.
fn noticed(programs: &[(u64, Program, Rows)], rows: &[Rows]) -> [(usize, usize); Part::ALL.len()] {
    Part::ALL.map(|part| {
        let (mut planted, mut found) = (0, 0);
        for ((seed, program, _), rows) in programs.iter().zip(rows) {
            let all = faults(program, part);
            let Some(broken) = all.get(usize::try_from(*seed).unwrap() % all.len().max(1)) else { continue };
            if let Ok(Some(ours)) = std::panic::catch_unwind(|| ours(broken)) {
                planted += 1;
                found += usize::from(compared(broken, ours) != *rows);
            }
        }
        (planted, found)
    })
}

#[test]
fn faults_in_random_programs_show_in_their_rows() {
    let (programs, _) = small(&mut (0..), 400, Parts { whole: true });
    let rows: Vec<Rows> = programs.iter().map(|(.., rows)| rows.clone()).collect();
    for (part, (planted, found)) in Part::ALL.iter().zip(noticed(&programs, &rows)) {
        assert!(planted >= 20 && found * 30 >= planted, "{part}: {found} of {planted} faults");
    }
}

#[test]
#[ignore = "needs a Python with the module `clingo`; see CONTRIBUTING.md"]
#[expect(clippy::print_stdout, reason = "who runs it wants to know what was found")]
fn faults_in_random_programs_are_differences_from_an_answer_set_solver() {
    let (programs, _) = small(&mut (setting("SEED", 0)..), setting("PROGRAMS", 2_000), Parts { whole: true });
    let texts: Vec<&Program> = programs.iter().map(|(_, program, _)| program).collect();
    let Some(theirs) = theirs(&texts) else {
        println!("skipped: no Python with the module `clingo`; see CONTRIBUTING.md");
        return;
    };
    let theirs: Vec<Rows> = texts.iter().zip(theirs).map(|(program, rows)| compared(program, rows)).collect();
    let all = noticed(&programs, &theirs);
    for (part, (planted, found)) in Part::ALL.iter().zip(all) {
        println!("{part}: {found} of {planted} planted faults are differences");
    }
    assert!(all.iter().all(|(planted, found)| found * 30 >= *planted));
}
