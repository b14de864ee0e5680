//! What is said of rule files: a drawing for each diagnostic, all mistakes of a file in one run, damage, a team's own rules.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use gainsay::base::fs::{Disk, FileSystem as _};
use gainsay::base::{Diagnostic, Level, Pool};
use gainsay::datalog::{self, Database, Limits, Settings};
use gainsay::engine::{self, Rules};

use super::cli::Folder;
use super::common::{files, package, snapshot, text};
use super::reports::{draw, human};

const FOLDER: &str = "tests/inputs/rules";

/// The rule files that stand right in a folder of `tests/inputs`.
fn rule_files(folder: &str) -> Vec<String> {
    files(folder).into_iter().filter(|path| !path.contains('/')).collect()
}

/// A rule file of a folder with what it includes, and everything that is wrong with it, up to its evaluation.
fn problems(folder: &str, path: &str) -> (Rules, Vec<Diagnostic>) {
    let root = package().join(folder);
    let read = |wanted: &str| String::from_utf8(Disk.read(&root.join(wanted)).ok()?).ok();
    let rules = engine::load_rules(&[path.to_owned()], &read);
    let mut problems = engine::rule_problems(&rules);
    if problems.iter().all(|problem| problem.level < Level::Error) {
        problems.extend(evaluation_problems(&rules));
    }
    (rules, problems)
}

/// What is to be said when the program is evaluated without any given rows, within narrow limits.
fn evaluation_problems(rules: &Rules) -> Vec<Diagnostic> {
    let mut pool = Pool::new();
    let program = datalog::check(&rules.program, &mut pool).value.expect("nothing is wrong with the program");
    let strata = datalog::stratify(program).expect("nothing is wrong with the program");
    let limits = Limits { numbers: 1000, ..Limits::default() };
    match datalog::evaluate(&strata, Database::new(), &mut pool, &Settings::with(limits)) {
        Ok(fixpoint) => fixpoint.notes(),
        Err(error) => vec![error.diagnostic()],
    }
}

#[test]
fn broken_rule_files_are_drawn() {
    for path in rule_files(FOLDER) {
        let (rules, problems) = problems(FOLDER, &path);
        let name = path.strip_suffix(".dl").expect("rule files end in .dl");
        let about = |problem: &Diagnostic| name == problem.code || name.starts_with(&format!("{}-", problem.code));
        assert!(problems.iter().any(about), "{path} is named for a diagnostic that it does not show: {problems:#?}");
        snapshot("inputs", &format!("rules-{name}"), &draw(&human(), &rules.sources, &problems));
    }
}

/// The codes that the sources of the modules write out.
fn codes() -> BTreeSet<String> {
    let mut codes: BTreeSet<String> = ["syntax", "overflow", "undefined"].map(str::to_owned).into();
    for module in ["datalog", "lints"] {
        for path in files(&format!("src/{module}")) {
            let text = text(&format!("src/{module}/{path}"));
            let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
            if path.ends_with("_tests.rs") || path.starts_with("oracle/") {
                continue;
            }
            let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
            let literals = lines.flat_map(|line| line.split('"').skip(1).step_by(2));
            let is_word = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
            let is_code = |literal: &&str| literal.contains('-') && literal.split('-').all(is_word);
            codes.extend(literals.filter(is_code).map(str::to_owned));
        }
    }
    codes
}

#[test]
fn every_diagnostic_of_rule_files_has_a_drawing() {
    let codes = codes();
    assert!(codes.len() > 35, "the codes are found: {codes:?}");
    let drawn: Vec<String> = rule_files(FOLDER);
    for code in &codes {
        let shows = |path: &String| path.strip_prefix(code.as_str()).is_some_and(|rest| rest.starts_with(['.', '-']));
        assert!(drawn.iter().any(shows), "{FOLDER} has no file that shows {code}");
    }
    for path in &drawn {
        for problem in problems(FOLDER, path).1 {
            assert!(codes.contains(problem.code), "{path} shows {}, which the sources do not have", problem.code);
        }
    }
}

/// `line:column code "text"` of a problem's primary place.
fn place(rules: &Rules, problem: &Diagnostic) -> String {
    let (start, _) = rules.sources.range(problem.primary.span);
    let text = rules.sources.text(problem.primary.span).lines().next().unwrap_or_default();
    format!("{}:{} {} {text:?}", start.line, start.column, problem.code)
}

/// Each file of the folder ends with the mistakes that were put into it: `// expect: 3:5 unknown-relation "promsie"`.
#[test]
fn all_mistakes_of_a_file_are_found_in_one_run_and_nothing_else() {
    let folder = format!("{FOLDER}/several");
    let (mut count, mut failures) = (0, String::new());
    for path in rule_files(&folder) {
        let (rules, problems) = problems(&folder, &path);
        let found: Vec<String> = problems.iter().map(|problem| place(&rules, problem)).collect();
        let text = text(&format!("{folder}/{path}"));
        let expected: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("// expect: ")).collect();
        if found != expected {
            writeln!(failures, "{path}:\n// expect: {}", found.join("\n// expect: ")).unwrap();
        }
        count += expected.len();
    }
    assert!(failures.is_empty(), "the mistakes that are found:\n{failures}");
    assert!(count >= 80, "{count} mistakes are too few");
}

/// A clause that stays whole behind the damage.
const TAIL: &str = "\n.decl behind_it(x: symbol)\nbehind_it(X) :- not_declared_anywhere(X).\n";

#[test]
fn damaged_rule_files_do_no_harm_and_what_is_whole_is_still_read() {
    let texts: Vec<String> = files(FOLDER)
        .iter()
        // Behind more problems than are shown nothing else is.
        .filter(|path| *path != "too-many-problems.dl")
        .chain(&["../../../rules/prelude.dl".to_owned()])
        .map(|path| text(&format!("{FOLDER}/{path}")))
        .filter(|text| !text.contains("/*"))
        .collect();
    let pieces = [
        "",
        "(",
        ")",
        "{",
        "\"",
        ".",
        ",",
        ":-",
        "!",
        "@[",
        "/// ",
        "count : {",
        ".decl ",
        "\u{fc}",
        "\n",
        "\0",
        "'",
        "X",
    ];
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap() % below.max(1)
    };
    for round in 0..400 {
        let mut text = texts[round % texts.len()].clone();
        let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
        match random(3) {
            0 => drop(lines.remove(random(lines.len()))),
            1 => {
                let (one, other) = (random(lines.len()), random(lines.len()));
                lines.swap(one, other);
            }
            _ => {}
        }
        text = lines.concat();
        for _ in 0..random(4) {
            let boundary = |from: usize| (from..=text.len()).find(|&at| text.is_char_boundary(at)).unwrap();
            let start = boundary(random(text.len()));
            let end = boundary((start + random(9)).min(text.len()));
            text.replace_range(start..end, pieces[random(pieces.len())]);
        }
        text += TAIL;
        let read = |path: &str| (path == "damaged.dl").then(|| text.clone());
        let rules = engine::load_rules(&["damaged.dl".to_owned()], &read);
        let problems = engine::rule_problems(&rules);
        for label in problems.iter().flat_map(|problem| problem.secondary.iter().chain([&problem.primary])) {
            let length = rules.sources.file(label.span.file).text.len();
            assert!(label.span.start <= label.span.end && label.span.end as usize <= length, "{text}");
        }
        let behind = |problem: &Diagnostic| rules.sources.text(problem.primary.span) == "not_declared_anywhere";
        let hidden = text.contains(".comp") || text.contains("/*");
        let missing =
            problems.iter().any(|problem| problem.code.starts_with("no-such") || problem.code == "include-outside");
        assert!(hidden || missing || problems.iter().any(behind), "{text}\n{problems:#?}");
        draw(&human(), &rules.sources, &problems);
    }
}

/// A rule of a team's own, as its file stands in `rules/tension/`.
const OWN_RULE: &str = r#".once
.include "../prelude.dl"
.include "helpers.dl"

/// A promise to somebody in particular.
@[lint(group = "tension", level = "warning")]
@[message = "{p.who} promises: {p.says}"]
.decl loud_promise(@[key] @[primary = "promise"] p: Claim)
loud_promise(P) :- loud(P), mode(P, "commitment").
"#;
const HELPERS: &str = ".once\n.include \"../prelude.dl\"\n.decl loud(claim: Claim)\nloud(P) :- quote(P, _).\n";

/// Runs `check` on the pair of the README with a configuration and rule files beside it.
fn with_rules(name: &str, rules: &str, files: &[(&str, &str)]) -> (Option<i32>, String) {
    let claims = text("tests/inputs/readme/claims.yaml");
    let config = format!("today: 2026-11-21\nrules: {rules}\n");
    let given = [("gainsay.yaml", config.as_str()), ("claims.yaml", claims.as_str())];
    let folder = Folder::new(&format!("rules-{name}"), &[&given[..], files].concat());
    let (code, out, err) = folder.run(&["check", "."]);
    assert_eq!(err, "");
    (code, out)
}

#[test]
fn rules_of_a_team_run_beside_the_built_in_ones() {
    let files = [("rules/tension/loud.dl", OWN_RULE), ("rules/tension/helpers.dl", HELPERS)];
    let (code, out) = with_rules("run", "['rules/**/*.dl']", &files);
    assert_eq!(code, Some(0), "{out}");
    assert!(out.contains("tension / loud-promise") && out.contains("tension / promise-vs-doubt"), "{out}");
    let built_in = rules_that_are_on();
    assert!(out.contains(&format!("{} rules, ", built_in + 1)), "{out}");
    snapshot("rules", "team-rule", &out);
}

#[test]
fn rule_files_of_a_team_that_are_wrong_are_drawn_and_no_rule_runs() {
    let rule = |text: &str| format!(".once\n.include \"../prelude.dl\"\n{text}");
    let unknown = rule(".decl mine(c: Claim)\n.output mine\nmine(C) :- clam(C, _).\n");
    let clash =
        OWN_RULE.replace("loud_promise", "evasion").replace(".include \"helpers.dl\"\n", "").replace("loud(P), ", "");
    let missing = rule(
        ".include \"helprs.dl\"\n.include \"../tension/evasoin.dl\"\n.decl mine(c: Claim)\n.output mine\nmine(C) :- loud(C).\n",
    );
    let outside = rule(".include \"../../gainsay.dl\"\n.include \"/etc/passwd\"\n.include \"../.hidden.dl\"\n");
    let around = ".include \"other.dl\"\n";
    let other = ".include \"mine.dl\"\n";
    for (name, pattern, files) in [
        ("unknown-relation", "rules/**/*.dl", vec![("rules/tension/mine.dl", unknown.as_str())]),
        ("name-clash", "rules/**/*.dl", vec![("rules/tension/evasion.dl", clash.as_str())]),
        (
            "missing-include",
            "rules/mine/*.dl",
            vec![
                ("rules/mine/mine.dl", missing.as_str()),
                ("rules/mine/helpers.txt", ""),
                ("rules/mine/helpers.dl", HELPERS),
            ],
        ),
        ("include-outside", "rules/*.dl", vec![("rules/mine.dl", outside.as_str()), ("rules/.hidden.dl", "")]),
        ("include-cycle", "rules/mine.dl", vec![("rules/mine.dl", around), ("rules/other.dl", other)]),
        ("no-match", "[rules/*.dl, 'ruels/**/*.dl']", vec![("rules/mine.dl", HELPERS)]),
        ("bad-pattern", "'rules/{*.dl'", vec![("rules/mine.dl", HELPERS)]),
    ] {
        let (code, out) = with_rules(name, pattern, &files);
        assert_eq!(code, Some(2), "{name}: {out}");
        snapshot("rules", &format!("broken-{name}"), &out);
    }
}

/// How many built-in rules run where no level is set.
fn rules_that_are_on() -> usize {
    engine::builtin_rules().lints.iter().filter(|lint| lint.level.is_some()).count()
}

#[test]
fn the_rule_of_the_readme_runs() {
    let readme = text("README.md");
    let rule = readme.split("```prolog\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let (code, out) = with_rules("readme", "rules/**/*.dl", &[("rules/sourcing/mine.dl", rule)]);
    assert_eq!(code, Some(0), "{out}");
    assert!(!out.contains("rule-error") && out.contains(&format!("{} rules, ", rules_that_are_on() + 1)));
    let without_quote = text("tests/inputs/readme/claims.yaml").replace("quote:", "gloss:");
    let both = [("rules/sourcing/mine.dl", rule), ("claims.yaml", without_quote.as_str())];
    let (_, out) = with_rules("readme-fires", "rules/**/*.dl", &both);
    assert!(out.contains("sourcing / paraphrased-promise"), "{out}");
}

#[test]
fn warnings_about_rule_files_are_shown_and_stop_nothing() {
    let rule = OWN_RULE.replace("loud(P), ", "quote(P, Text), quoted(P), ").replace(".include \"helpers.dl\"\n", "");
    let rule =
        rule + ".decl quoted(claim: Claim)\n.input quoted\n.decl spare(claim: Claim)\nspare(C) :- claim(C, _).\n";
    let (code, out) = with_rules("warnings", "rules/*/*.dl", &[("rules/tension/loud.dl", &rule)]);
    assert_eq!(code, Some(0), "{out}");
    assert!(out.contains("tension / promise-vs-doubt"), "the other rules run: {out}");
    snapshot("rules", "team-warnings", &out);
}

#[test]
fn problems_of_rules_and_of_facts_are_shown_together() {
    let files = [("rules/mine.dl", ".decl mine(x: symbl)\n"), ("broken.yaml", "source: { id: b, autor: bloomberg }\n")];
    let (code, out) = with_rules("both", "rules/*.dl", &files);
    assert_eq!(code, Some(2), "{out}");
    assert!(out.contains("did you mean `symbol`?") && out.contains("did you mean `author`?"), "{out}");
}

#[test]
fn a_rule_file_that_is_no_text_is_told() {
    let folder =
        Folder::new("rules-no-text", &[("gainsay.yaml", "rules: '*.dl'\n"), ("a.yaml", "topics: { t: {} }\n")]);
    std::fs::write(folder.0.join("a.dl"), [0x2E, 0xFF, 0xFE]).unwrap();
    let (code, out, _) = folder.run(&["check", ".", "--today", "2026-11-21"]);
    assert_eq!(code, Some(2), "{out}");
    assert!(out.contains("cannot be read: it is not UTF-8"), "{out}");
}

#[test]
#[cfg(unix)]
fn a_link_does_not_lead_out_of_the_data_set() {
    let outside = Folder::new("rules-link-target", &[("secret.dl", ".decl secret(x: symbol)\nsecret(\"hush\").\n")]);
    let rule = ".include \"linked.dl\"\n.decl mine(x: symbol)\n.output mine\nmine(X) :- secret(X).\n";
    let files = [("gainsay.yaml", "rules: 'rules/*.dl'\n"), ("a.yaml", "topics: { t: {} }\n"), ("rules/mine.dl", rule)];
    let folder = Folder::new("rules-link", &files);
    std::os::unix::fs::symlink(outside.0.join("secret.dl"), folder.0.join("rules/linked.dl")).unwrap();
    let (code, out, _) = folder.run(&["check", ".", "--today", "2026-11-21"]);
    assert_eq!(code, Some(2), "{out}");
    assert!(out.contains("there is no rule file `rules/linked.dl`") && !out.contains("hush"), "{out}");
}
