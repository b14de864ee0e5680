//! Rules of a data set's own: patterns of its vocabulary, and pages with cases beside its rule files and its vocabulary.

use gainsay::engine;

use super::cli::Folder;
use super::common::{gainsay, snapshot, stdout};

const CONFIG: &str = "today: 2026-11-21\nrules: rules/*.dl\nfacts: '*.yaml'\n";
const WORDS: &str = r#"use: [gainsay:core, gainsay:world-politics]
entities:
  russia: { kind: state, label: Russia }
  iran: { kind: state, label: Iran }
  paper: { kind: outlet, label: The Paper }
  money: { kind: thing }
  recession: { kind: thing, label: recession }
patterns:
  - name: aid-without-means
    when: ["X provides Y (to=Z)", "X in-state recession"]
    level: warning
    say: "{X} gives {Y} to {Z}; another claim says that {X} is in recession"
    help: ask where {Y} comes from
  - { name: friends-and-foes, when: ["X friendly-with Y", "X hostile-to Y"], say: "{X} and {Y} are on good terms and on bad ones" }
"#;
const CLAIMS: &str = "source: { id: s, author: paper, published: 2015-12 }
claims:
  aid: { at: 1, says: russia provides money (to=iran) }
  broke: { at: 2, says: russia in-state recession }
  friends: { at: 3, says: iran friendly-with russia, sure: may }
  foes: { at: 4, says: russia fights iran, who: iran }
  promise: { at: 5, says: russia supports iran, who: russia, mode: commitment, holds: 2030 }
";
const RULE: &str = r#".once
.include "prelude.dl"

/// A promise with nothing but a paraphrase behind it.
@[lint(group = "sourcing", level = "advice")]
@[message = "{p.who} promises {p.says}, and no words of the promise are quoted"]
@[help = "quote the promise"]
.decl paraphrased_promise(@[key] @[primary = "promise, {p.said}"] p: Claim)
paraphrased_promise(P) :- mode(P, "commitment"), !quote(P, _).
"#;
const RULE_PAGE: &str = "# paraphrased-promise

Why it matters.

## A promise without words

```yaml
a: { at: 1, who: russia, says: russia supports iran, mode: commitment }   # expect: paraphrased-promise advice
```
";
const PATTERN_PAGE: &str = "# aid-without-means

## Aid in a recession

```yaml
aid: { at: 1, says: iran provides money (to=russia) }   # expect: aid-without-means warning
broke: { at: 2, says: iran in-state recession }
# Others may be in a recession.
else: { at: 3, says: russia provides money (to=iran) }   # ok: aid-without-means
```
";

/// The data set above, with more files.
fn folder(name: &str, more: &[(&str, &str)]) -> Folder {
    let files = [("gainsay.yaml", CONFIG), ("words.yaml", WORDS), ("a.yaml", CLAIMS), ("rules/mine.dl", RULE)];
    Folder::new(&format!("own-{name}"), &[&files[..], more].concat())
}

fn count(text: &str, part: &str) -> usize {
    text.matches(part).count()
}

#[test]
fn a_pattern_is_a_rule_among_the_others() {
    let folder = folder("pattern", &[]);
    let check = |arguments: &[&str]| {
        let (code, out, err) = folder.run(&[&["check", "."], arguments].concat());
        assert_eq!(err, "");
        (code, out)
    };
    let (code, out) = check(&["--only", "aid-without-means,friends-and-foes"]);
    assert_eq!(code, Some(0), "{out}");
    let built_in = engine::builtin_rules().lints.iter().filter(|lint| lint.level.is_some()).count();
    let rules = format!(" {} rules, ", built_in + 3);
    assert!(out.contains(&rules), "{out}");
    snapshot("rules", "patterns", &out.replace(&rules, " … rules, "));
    // Both claims are about the same pair, whichever of the two is named first.
    assert_eq!(count(&out, "tension / friends-and-foes"), 1, "{out}");

    assert_eq!(count(&check(&["-A", "aid-without-means"]).1, "aid-without-means"), 0);
    assert_eq!(count(&check(&["-A", "tension"]).1, "friends-and-foes"), 0);
    let (code, out) = check(&["-D", "friends-and-foes", "--format", "short"]);
    assert!(code == Some(1) && out.contains("error[friends-and-foes]"), "{out}");
    let (code, out) = check(&["--only", "aid-without-means", "--fail-on", "warning", "--format", "json"]);
    assert!(code == Some(1) && out.contains("\"rule\": \"aid-without-means\""), "{out}");

    let (_, listed, err) = folder.run(&["list", "rules"]);
    let line = listed.lines().find(|line| line.contains("  aid-without-means ")).unwrap();
    let cells: Vec<&str> = line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect();
    let looks_for = "Claims about the same time that say `X provides Y (to=Z)` and `X in-state recession`.";
    assert_eq!((cells, err.as_str()), (vec!["tension", "aid-without-means", "warning", looks_for], ""));
    let (_, listed, _) = folder.run(&["list", "relations"]);
    assert!(listed.contains("rule     aid_without_means(X: Name, Y: Name, Z: Name, c1: Claim, c2: Claim)"), "{listed}");
    let (_, rows, _) = folder.run(&["query", "aid_without_means(x, _, z, a, _)"]);
    assert!(rows.contains("russia  iran  s/aid"), "{rows}");
}

#[test]
fn findings_of_patterns_can_be_allowed() {
    let claims =
        CLAIMS.replace("(to=iran) }", "(to=iran), allow: [{ rule: aid-without-means, with: broke, why: gold }] }");
    let folder = folder("allow", &[("a.yaml", &claims)]);
    let (_, out, _) = folder.run(&["check", "."]);
    assert!(count(&out, "tension / aid-without-means") == 0 && out.contains("1 allowed"), "{out}");
    let claims = claims.replace("rule: aid-without-means", "rule: aid-without-mean");
    let folder = self::folder("allow-unknown", &[("a.yaml", &claims)]);
    let (code, out, _) = folder.run(&["check", "."]);
    assert!(code == Some(2) && out.contains("did you mean `aid-without-means`?"), "{out}");
    // What the rules are called is asked for then, so they are listed all the same.
    let (code, out, err) = folder.run(&["list", "rules"]);
    assert!(code == Some(0) && out.contains("aid-without-means"), "{out}");
    assert!(err.starts_with("note: some fact files do not load"), "{err}");
}

#[test]
fn patterns_are_exported_with_what_makes_them_rules() {
    let folder = folder("export", &[]);
    let target = folder.0.with_file_name("own-export-out");
    let _ = std::fs::remove_dir_all(&target);
    let (code, _, err) = folder.run(&["export", "--to", "souffle", "../own-export-out", "."]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    #[expect(clippy::disallowed_methods, reason = "the test reads what the command wrote")]
    let vocabulary = std::fs::read_to_string(target.join("vocabulary.dl")).unwrap();
    snapshot("rules", "patterns-exported", &vocabulary);
    let program = target.join("program.dl");
    let facts = target.join("facts");
    let ran = gainsay("", &["datalog", program.to_str().unwrap(), "-F", facts.to_str().unwrap(), "-D", "-"]);
    let ran = stdout(&ran);
    assert!(
        ran.contains("russia\tmoney\tiran\ts/aid\ts/broke\n") && ran.contains("iran\trussia\ts/friends\ts/foes\n"),
        "{ran}"
    );
    assert_eq!(count(&ran, "s/friends\ts/foes"), 1, "{ran}");
}

#[test]
fn rules_without_a_page_are_explained_by_their_files() {
    let folder = folder("explain", &[]);
    for name in ["aid-without-means", "paraphrased-promise"] {
        let (code, out, err) = folder.run(&["explain", name]);
        assert_eq!((code, err.as_str()), (Some(0), ""));
        snapshot("rules", &format!("explain-{name}"), &out);
        let elsewhere = gainsay("", &["explain", name, folder.0.to_str().unwrap()]);
        assert!(stdout(&elsewhere).starts_with(&format!("# {name}\n")));
    }
    let (code, _, err) = folder.run(&["test", "paraphrased-promise"]);
    let expect = "error: `paraphrased-promise` has no page, so it has no cases\n\
                  help: write them into `rules/paraphrased-promise.md`\n";
    assert_eq!((code, err.as_str()), (Some(2), expect));
    let (code, _, err) = folder.run(&["explain", "paraphrased-promises"]);
    let expect = "error: there is no rule `paraphrased-promises`\nhelp: did you mean `paraphrased-promise`?\n";
    assert_eq!((code, err.as_str()), (Some(2), expect));
}

#[test]
fn pages_of_a_data_set_are_printed_and_their_cases_run() {
    let pages = [("rules/paraphrased-promise.md", RULE_PAGE), ("aid-without-means.md", PATTERN_PAGE)];
    let folder = folder("pages", &pages);
    assert_eq!(folder.run(&["explain", "paraphrased-promise"]).1, RULE_PAGE);
    assert_eq!(folder.run(&["explain", "aid-without-means"]).1, PATTERN_PAGE);
    let test = |arguments: &[&str]| {
        let (code, out, err) = folder.run(&[&["test"], arguments].concat());
        assert_eq!(err, "");
        (code, out)
    };
    assert_eq!(test(&["paraphrased-promise", "aid-without-means"]), (Some(0), "2 passed, 0 failed\n".to_owned()));
    let path = folder.0.to_str().unwrap();
    let elsewhere = gainsay("", &["test", "aid-without-means", "--data", path]);
    assert_eq!(stdout(&elsewhere), "1 passed, 0 failed\n");
    // A group has the rules of both.
    let rule = RULE.replace("group = \"sourcing\"", "group = \"hygiene\"");
    let same_group =
        self::folder("pages-group", &[("rules/mine.dl", &rule), ("rules/paraphrased-promise.md", RULE_PAGE)]);
    let passed = |out: &str| out.split(' ').next().unwrap().parse::<usize>().unwrap();
    let alone = passed(&stdout(&gainsay("", &["test", "hygiene"])));
    assert_eq!(passed(&same_group.run(&["test", "hygiene"]).1), alone + 1);

    let (code, out) = test(&["aid-without-means", "paraphrased-promise", "--coverage"]);
    let expect = "rules/mine.dl:9: no case is kept out of `paraphrased_promise(P)` by `!quote(P, _)` alone\n\
                  2 passed, 0 failed\n\
                  2 of 2 clauses fire, 0 of 1 negated conditions keep something out\n";
    assert_eq!((code, out.as_str()), (Some(1), expect));
}

#[test]
fn what_no_case_reaches_is_named() {
    let rule = RULE.replace(
        "!quote(P, _).",
        "!quote(P, _).\nparaphrased_promise(P) :- (mode(P, \"demand\"); mode(P, \"denial\")), !via(P, _, _), \
         N = count : { who(P, W), !kind(W, \"person\") }, N > 0, !(gloss(P, _), via(P, _, _)).",
    );
    let page = format!(
        "{RULE_PAGE}\n## A demand\n\n```yaml\na: {{ at: 1, who: russia, says: russia supports iran, mode: demand, \
         quote: q }}   # expect: paraphrased-promise\nb: {{ at: 2, who: russia, says: russia supports iran, \
         mode: commitment, quote: q }}   # ok: paraphrased-promise\n```\n"
    );
    let folder = folder("coverage", &[("rules/mine.dl", &rule), ("rules/paraphrased-promise.md", &page)]);
    let (code, out, _) = folder.run(&["test", "paraphrased-promise", "--coverage"]);
    assert_eq!(code, Some(1));
    snapshot("rules", "uncovered", &out);
    let failing = page.replace("mode: demand", "mode: fact");
    let folder = self::folder("coverage-fails", &[("rules/mine.dl", RULE), ("rules/paraphrased-promise.md", &failing)]);
    let (code, out, _) = folder.run(&["test", "paraphrased-promise", "--coverage"]);
    let expect =
        "rules/paraphrased-promise.md: A demand: line 14: `paraphrased-promise` should report this claim, and ";
    assert!(code == Some(1) && out.starts_with(expect), "{out}");
    assert!(
        out.ends_with("1 passed, 1 failed\n1 of 1 clauses fire, 1 of 1 negated conditions keep something out\n"),
        "{out}"
    );
    let (code, out, _) = self::folder("coverage-none", &[]).run(&["test", "paraphrased-promise", "--coverage"]);
    let expect = "rules/paraphrased-promise.md: `paraphrased-promise` has no page, so no case tests it\n\
                  0 passed, 0 failed\n0 of 1 clauses fire, 0 of 1 negated conditions keep something out\n";
    assert_eq!((code, out.as_str()), (Some(1), expect));
}

#[test]
#[cfg(unix)]
fn pages_stay_inside_the_data_set_and_move_no_cursor() {
    let outside = Folder::new("own-outside", &[("secret.md", "# hush\n")]);
    let folder = folder("confined", &[("aid-without-means.md", "# red\u{1b}[31m\n")]);
    std::os::unix::fs::symlink(outside.0.join("secret.md"), folder.0.join("rules/paraphrased-promise.md")).unwrap();
    let (code, out, _) = folder.run(&["explain", "paraphrased-promise"]);
    let why = "Its page is not printed, since `rules/paraphrased-promise.md` is a link that leads out of the data set: \
               replace it by a copy.\n";
    assert!(code == Some(0) && !out.contains("hush") && out.ends_with(why), "{out}");
    let (code, out, err) = folder.run(&["test", "paraphrased-promise"]);
    let said = "rules/paraphrased-promise.md: the page is a link that leads out of the data set\n0 passed, 1 failed\n";
    assert_eq!((code, out.as_str(), err.as_str()), (Some(1), said, ""));
    assert_eq!(folder.run(&["explain", "aid-without-means"]).1, "# red\\u{1b}[31m\n");
}

#[test]
fn a_data_set_that_does_not_load_is_told_and_built_in_rules_are_tested() {
    let folder = folder("broken", &[("b.yaml", "source: { id: b, autor: paper }\n")]);
    let checked = folder.run(&["check", "."]);
    assert_eq!(checked.0, Some(2));
    assert_eq!(folder.run(&["test"]), checked);
    let (code, out, _) = folder.run(&["test", "quote-missing"]);
    assert!(code == Some(0) && out.ends_with(" passed, 0 failed\n"), "{out}");
    assert!(folder.run(&["explain", "aid-without-means"]).1.starts_with("# aid-without-means\n"));
    let broken = RULE.replace("quote(P, _)", "quot(P, _)");
    let folder = self::folder("broken-rule", &[("rules/mine.dl", &broken)]);
    let checked = folder.run(&["check", "."]);
    assert!(checked.0 == Some(2) && checked.1.contains("unknown-relation"), "{}", checked.1);
    for arguments in [&["test"][..], &["explain", "aid-without-means"], &["list", "rules"]] {
        assert_eq!(folder.run(arguments), checked);
    }
}

#[test]
fn a_page_that_tests_nothing_fails() {
    let check = |name: &str, page: &[u8], said: &str| {
        let folder = folder(&format!("empty-{name}"), &[("aid-without-means.md", PATTERN_PAGE)]);
        std::fs::write(folder.0.join("rules/paraphrased-promise.md"), page).unwrap();
        let (code, out, err) = folder.run(&["test", "paraphrased-promise", "aid-without-means"]);
        let expect = format!("{said}\n1 passed, 1 failed\n");
        assert_eq!((code, out.as_str(), err.as_str()), (Some(1), expect.as_str(), ""));
    };
    let path = "rules/paraphrased-promise.md";
    check("none", b"# paraphrased-promise\n", &format!("{path}: the page has no case, so nothing tests the rule"));
    let marked = RULE_PAGE.replace("```yaml", "```yml");
    let said = format!("{path}:7: a block that begins with ```yml is no case: mark it as ```yaml");
    check("marked", marked.as_bytes(), &said);
    check("bytes", b"caf\xe9\n", &format!("{path}: the page is not UTF-8"));
}

#[test]
fn cases_have_the_words_of_files_with_any_ending() {
    let config = CONFIG.replace("'*.yaml'", "'*.facts'");
    let files = [("gainsay.yaml", config.as_str()), ("words.facts", WORDS), ("a.facts", CLAIMS)];
    let page = ("aid-without-means.md", PATTERN_PAGE);
    let folder = Folder::new("own-ending", &[&files[..], &[("rules/mine.dl", RULE), page]].concat());
    let (code, out, _) = folder.run(&["test", "aid-without-means"]);
    assert_eq!((code, out.as_str()), (Some(0), "1 passed, 0 failed\n"));
}

#[test]
fn a_pattern_that_is_off_is_tested() {
    let words = WORDS.replace("level: warning", "level: allow");
    let page = PATTERN_PAGE.replace("means warning", "means advice");
    let folder = folder("off", &[("words.yaml", &words), ("aid-without-means.md", &page)]);
    let (code, out, _) = folder.run(&["test", "aid-without-means"]);
    assert_eq!((code, out.as_str()), (Some(0), "1 passed, 0 failed\n"));
}

#[test]
fn a_label_with_braces_stands_for_itself_in_a_proof() {
    let words = WORDS.replace("label: recession", "label: 'the {X} {gap'");
    let (_, out, _) = folder("braces", &[("words.yaml", &words)]).run(&["check", ".", "--only", "aid-without-means"]);
    assert!(out.contains(r#""Russia in-state the {X} {gap" in"#), "{out}");
}

#[test]
fn conditions_of_an_aggregate_are_asked_for_with_what_stands_around_it() {
    let coverage = |name: &str, conditions: &str| {
        let rule = RULE.replace("!quote(P, _).", conditions);
        let files = [("rules/mine.dl", rule.as_str()), ("rules/paraphrased-promise.md", RULE_PAGE)];
        let (code, out, _) = folder(name, &files).run(&["test", "paraphrased-promise", "--coverage"]);
        (code, out)
    };
    // Russia is a state, so no case has somebody who is left out.
    let (code, out) = coverage("around", "S = \"person\", N = count : { who(P, W), !kind(W, S) }, N > 0.");
    let expect = "rules/mine.dl:9: no case is kept out of `paraphrased_promise(P)` by `!kind(W, S)` alone\n\
                  1 passed, 0 failed\n1 of 1 clauses fire, 0 of 1 negated conditions keep something out\n";
    assert_eq!((code, out.as_str()), (Some(1), expect));
    // How many there are is known outside of the second count alone.
    let (code, out) =
        coverage("unasked", "M = count : { mode(P, _) }, N = count : { who(P, _), !quote(P, _), M > 0 }, N > 0.");
    let expect = "1 passed, 0 failed\n1 of 1 clauses fire, 0 of 0 negated conditions keep something out\n\
                  1 condition could not be asked\n";
    assert_eq!((code, out.as_str()), (Some(0), expect));
}
