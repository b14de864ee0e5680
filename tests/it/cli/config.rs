//! What a data set's configuration does, the options that change it, and `gainsay config`, which shows it.

use super::super::common::{gainsay, snapshot, stdout, text};
use super::{Folder, WORDS, claims};

/// The pair of the README: an advice of `promise-vs-doubt`, and one of `ally-interests-diverge`.
fn pair(name: &str, config: &str, more: &[(&str, &str)]) -> Folder {
    let claims = text("tests/inputs/readme/claims.yaml");
    let files = [("gainsay.yaml", config), ("claims.yaml", claims.as_str())];
    Folder::new(&format!("config-{name}"), &[&files[..], more].concat())
}

const DAY: &str = "today: 2026-11-21\n";

/// The findings as levels and rules, one after the other, and the exit code.
fn found(folder: &Folder, arguments: &[&str]) -> (Option<i32>, String) {
    let (code, out, err) = folder.run(&[&["check", "--format", "short"], arguments].concat());
    assert_eq!(err, "");
    let heads = out.lines().filter_map(|line| line.split_once(": ")?.1.split_once("] "));
    (code, heads.map(|(head, _)| head.to_owned() + "]").collect::<Vec<String>>().join(" "))
}

const BOTH: &str = "warning[ally-interests-diverge] warning[promise-vs-doubt]";

#[test]
fn levels_come_from_groups_then_rules_then_files_then_options_then_set() {
    let check = |name: &str, config: &str, arguments: &[&str], code: i32, expect: &str| {
        let folder = pair(&format!("levels-{name}"), &format!("{DAY}{config}"), &[]);
        assert_eq!(found(&folder, arguments), (Some(code), expect.to_owned()), "{config} {arguments:?}");
    };
    let of_rule = "levels: { promise-vs-doubt: error, tension: allow }\n";
    check("rule", of_rule, &[], 1, "error[promise-vs-doubt]");
    check("none", "", &[], 0, BOTH);
    let files = "levels: { tension: advice }\nfiles: [{ path: '*.yaml', levels: { tension: warning } }]\n";
    check("files", files, &[], 0, BOTH);
    let later =
        format!("{files}  ").replace("}]\n", "}, { path: claims.yaml, levels: { promise-vs-doubt: allow } }]\n");
    check("later", &later, &[], 0, "warning[ally-interests-diverge]");
    check("other", &later.replace("claims.yaml", "other.yaml"), &["-A", "evasion"], 0, {
        "warning[no-fact-file] warning[ally-interests-diverge] warning[promise-vs-doubt]"
    });
    check("option", &later, &["-D", "promise-vs-doubt"], 1, {
        "error[promise-vs-doubt] warning[ally-interests-diverge]"
    });
    check("set", &later, &["--set", "levels.promise-vs-doubt=advice", "-D", "tension"], 1, {
        "error[ally-interests-diverge] advice[promise-vs-doubt]"
    });
    check("set-all", of_rule, &["--set", "levels={tension: error, promise-vs-doubt: allow}"], 1, {
        "error[ally-interests-diverge]"
    });
}

#[test]
fn a_rule_that_is_off_can_be_on_for_some_files() {
    let config = format!("{DAY}levels: {{ tension: allow }}\n");
    assert_eq!(found(&pair("off", &config, &[]), &[]), (Some(0), String::new()));
    let on = format!("{config}files: [{{ path: claims.yaml, levels: {{ ally-interests-diverge: error }} }}]\n");
    assert_eq!(found(&pair("on", &on, &[]), &[]), (Some(1), "error[ally-interests-diverge]".to_owned()));
    let elsewhere = on.replace("path: claims", "path: words");
    let folder = pair("elsewhere", &elsewhere, &[("words.yaml", "topics: { weather: {} }\n")]);
    assert_eq!(found(&folder, &[]), (Some(0), String::new()));
}

#[test]
fn an_entry_is_not_stale_because_its_file_has_the_rule_off() {
    let whole = text("tests/inputs/readme/claims.yaml");
    let allow = "    sure: may\n    allow: [{ rule: promise-vs-doubt, with: no-backstab, why: he speaks of Syria }]\n";
    let whole = whole.replace("    sure: may\n", allow);
    let config = format!("{DAY}files: [{{ path: claims.yaml, levels: {{ promise-vs-doubt: allow }} }}]\n");
    let folder = Folder::new("config-stale", &[("gainsay.yaml", &config), ("claims.yaml", &whole)]);
    let (code, out, _) = folder.run(&["check", "--strict"]);
    assert!(code == Some(0) && !out.contains("stale") && !out.contains("promise-vs-doubt"), "{out}");
}

#[test]
fn hidden_files_count_and_are_not_shown() {
    let config = format!("{DAY}levels: {{ tension: error }}\nhide: claims.yaml\n");
    let folder = pair("hide", &config, &[]);
    let (code, out, err) = folder.run(&["check"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert_eq!(out.lines().next(), Some("no findings pass the filters; 2 are not shown"), "{out}");
    assert!(folder.run(&["list", "claims"]).1.contains("two-allies"));
    let (code, out, _) = folder.run(&["check", "--set", "hide=[]"]);
    assert!(code == Some(1) && out.contains("\n2 findings: 2 tension\n"), "{out}");
}

#[test]
fn excluded_files_are_not_read() {
    let config = format!("{DAY}rules: 'rules/*.dl'\nexclude: ['drafts/**', rules/later.dl]\n");
    let rule = ".once\n.include \"prelude.dl\"\n";
    let drafts = [("drafts/a.yaml", "claims: ["), ("rules/later.dl", "no rule"), ("rules/now.dl", rule)];
    let folder = pair("exclude", &config, &drafts);
    assert_eq!(found(&folder, &[]), (Some(0), BOTH.to_owned()));
    let (code, out, _) = folder.run(&["check", "--set", "exclude=nothing.yaml"]);
    assert!(code == Some(2) && out.contains("drafts/a.yaml"), "{out}");
    let (code, _, err) = folder.run(&["check", "drafts/a.yaml"]);
    let expect = "error: there is no fact file of the data set in drafts/a.yaml\nhelp: name a file that `facts` in \
                  gainsay.yaml matches and `exclude` does not, or a folder that holds one\n";
    assert_eq!((code, err.as_str()), (Some(2), expect));
}

#[test]
fn the_gate_comes_from_the_configuration_unless_an_option_says_otherwise() {
    let folder = pair("gate", &format!("{DAY}gate: {{ check: advice }}\n"), &[]);
    let end = |arguments: &[&str]| {
        let (code, out, err) = folder.run(&[&["check"], arguments].concat());
        (code, err, out.rsplit_once(".  ").map(|(_, end)| end.to_owned()).unwrap_or_default())
    };
    let expect = |code, end: &str| (Some(code), String::new(), format!("{end}\n"));
    assert_eq!(end(&[]), expect(1, "exit 1: 2 findings at or above advice"));
    assert_eq!(end(&["--set", "gate.check=error"]), expect(0, "exit 0: `check` fails on error only"));
    assert_eq!(end(&["--fail-on", "never"]), expect(0, "exit 0: `check` never fails on findings"));
    let both = ["--fail-on", "error", "--set", "gate.check=advice"];
    assert_eq!(end(&both), expect(0, "exit 0: `check` fails on error only"));
    let (code, err, _) = end(&["--min-level", "error"]);
    let unseen = "error: `--min-level error` hides findings on which `gate.check: advice` fails\n\
                  help: write `--min-level advice`, or `--fail-on error`\n";
    assert_eq!((code, err.as_str()), (Some(2), unseen));
}

#[test]
fn findings_name_the_pages_of_their_rules() {
    let folder = pair("links", &format!("{DAY}output: {{ links: 'https://example.org/rules/{{name}}' }}\n"), &[]);
    let (_, out, _) = folder.run(&["check"]);
    for rule in ["promise-vs-doubt", "ally-interests-diverge"] {
        assert_eq!(out.matches(&format!("about the rule: https://example.org/rules/{rule}\n")).count(), 1, "{out}");
    }
    assert!(!folder.run(&["check", "--isolated"]).1.contains("about the rule"));
    let (_, log, _) = folder.run(&["check", "--format", "sarif"]);
    assert_eq!(log.matches("\"helpUri\": \"https://example.org/rules/").count(), 2, "{log}");
}

#[test]
fn a_named_configuration_takes_the_place_of_the_own_one() {
    let ci = format!("{DAY}facts: [claims.yaml]\nlevels: {{ tension: error }}\n");
    let folder = pair("named", "fakts: []\n", &[("conf/ci.yaml", &ci), ("bad.yaml", "claims: [")]);
    assert_eq!(folder.run(&["check"]).0, Some(2));
    let both = "error[ally-interests-diverge] error[promise-vs-doubt]";
    assert_eq!(found(&folder, &["-c", "conf/ci.yaml"]), (Some(1), both.to_owned()));
    let (code, out, _) = folder.run(&["check", "-c", "gainsay.yaml"]);
    assert!(code == Some(2) && out.contains("did you mean `facts`?"), "{out}");
    let (code, out, err) = folder.run(&["check", "--config", "conf/cj.yaml"]);
    let expect = "error: there is no file `conf/cj.yaml`\nhelp: did you mean `conf/ci.yaml`?\n";
    assert_eq!((code, out.as_str(), err.as_str()), (Some(2), "", expect));

    // It may be outside the data set, and itself is no fact file.
    let inner = Folder(folder.0.join("inner"));
    std::fs::create_dir_all(&inner.0).unwrap();
    std::fs::copy(folder.0.join("claims.yaml"), inner.0.join("claims.yaml")).unwrap();
    let (code, out, _) = inner.run(&["config", "-c", "../conf/ci.yaml"]);
    assert!(
        code == Some(0) && out.contains("../conf/ci.yaml:3") && out.ends_with("paths are relative to ..\n"),
        "{out}"
    );
}

#[test]
fn where_nothing_tells_the_root_it_is_the_folder_of_the_named_configuration() {
    let nowhere = std::env::temp_dir().join(format!("gainsay-nowhere-{}", std::process::id()));
    std::fs::create_dir_all(nowhere.join("here")).unwrap();
    std::fs::create_dir_all(nowhere.join("set")).unwrap();
    let folder = Folder(nowhere.join("here"));
    std::fs::write(nowhere.join("set/ci.yaml"), DAY).unwrap();
    std::fs::write(nowhere.join("set/words.yaml"), WORDS).unwrap();
    std::fs::write(nowhere.join("set/claims.yaml"), claims("  a: { at: 1, says: russia supports iran }\n")).unwrap();
    let (_, _, err) = folder.run(&["check"]);
    assert!(err.starts_with("error: there is no data set here\n"), "{err}");
    let (code, out, err) = folder.run(&["check", "-c", "../set/ci.yaml"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(out.contains("1 claim, 1 source, 2 files,") && out.contains("today = 2026-11-21"), "{out}");
    std::fs::remove_dir_all(nowhere).unwrap();
}

#[test]
fn isolated_runs_read_no_configuration() {
    let folder = pair("isolated", "levels: { tension: allow }\ntodai: x\n", &[]);
    assert_eq!(folder.run(&["check"]).0, Some(2));
    let (code, out) = found(&folder, &["--isolated", "--today", "2026-11-21", "-W", "tension"]);
    assert_eq!((code, out.as_str()), (Some(0), "warning[ally-interests-diverge] warning[promise-vs-doubt]"));
    let set = ["--isolated", "--set", "today=2026-11-21", "--set", "levels.tension=error"];
    assert_eq!(found(&folder, &set).0, Some(1));
    let (code, _, err) = folder.run(&["check", "--isolated", "-c", "gainsay.yaml"]);
    assert_eq!(code, Some(2));
    assert_eq!(err, "error: `--isolated` cannot be used with `--config`\nhelp: remove one of them\n");
}

#[test]
fn settings_on_the_command_line_are_checked() {
    let folder = pair("set", DAY, &[]);
    let check = |arguments: &[&str], expect: &str| {
        for command in ["check", "config"] {
            let (code, out, err) = folder.run(&[&[command], arguments].concat());
            assert_eq!((code, out.as_str(), err.as_str()), (Some(2), "", expect), "{arguments:?}");
        }
    };
    check(&["--set", "gate.check=warn"], {
        "error: `--set`: `warn` is no level\nhelp: write `error`, `warning`, `advice` or `never`\n"
    });
    check(&["--set", "gates.check=error"], "error: `--set`: unknown key `gates`\nhelp: did you mean `gate`?\n");
    check(&["--set", "levels.promise-vs-dout=error"], {
        "error: `--set`: there is no rule and no group `promise-vs-dout`\nhelp: did you mean `promise-vs-doubt`?\n"
    });
    let files = "files=[{path: claims.yaml, levels: {tensoin: error}}]";
    check(&["--set", files], {
        "error: `--set`: there is no rule and no group `tensoin`\nhelp: did you mean `tension`?\n"
    });
    let (code, _, err) = folder.run(&["check", "--set", "levels.promise-vs-dout=allow"]);
    let expect =
        "warning: `--set`: there is no rule and no group `promise-vs-dout`\nhelp: did you mean `promise-vs-doubt`?\n";
    assert_eq!((code, err.as_str()), (Some(0), expect));
}

#[test]
fn strict_runs_fail_on_stale_and_broad_entries() {
    let whole = text("tests/inputs/readme/claims.yaml");
    let run = |name: &str, entry: &str, arguments: &[&str]| {
        let text = whole.replace("    sure: may\n", &format!("    sure: may\n    allow: [{{ {entry} }}]\n"));
        let folder = Folder::new(&format!("strict-{name}"), &[("gainsay.yaml", DAY), ("claims.yaml", &text)]);
        let (code, out, _) = folder.run(&[&["check"], arguments].concat());
        (code, out.rsplit_once(".  ").map(|(_, end)| end.trim_end().replace('\n', " ")).unwrap_or_default())
    };
    let one = "1 entry of `allow` or the baseline is stale or broad";
    let strict = |name: &str, entry: &str| run(name, entry, &["--strict"]);
    assert_eq!(run("not", "rule: evasion, why: x", &[]).0, Some(0));
    assert_eq!(strict("stale", "rule: evasion, why: x"), (Some(1), format!("exit 1: {one}")));
    let broad = "rule: promise-vs-doubt, why: x";
    assert_eq!(strict("broad", broad), (Some(1), format!("exit 1: {one}")));
    let narrow = "rule: promise-vs-doubt, with: no-backstab, why: x";
    assert_eq!(strict("narrow", narrow).0, Some(0));
    assert_eq!(strict("over", &format!("{narrow}, until: 2026-11-20")), (Some(1), format!("exit 1: {one}")));
    let both = ["--strict", "--fail-on", "advice"];
    assert_eq!(
        run("both", "rule: evasion, why: x", &both).1,
        format!("exit 1: 2 findings at or above advice, and {one}")
    );
    assert_eq!(run("never", broad, &["--strict", "--fail-on", "never"]).1, format!("exit 1: {one}"));
}

/// A configuration with all keys.
const ALL: &str = "\
edition: \"2026\"
facts: [facts/**/*.yaml]
rules: rules/*.dl
today: 2026-11-21
exclude: [facts/drafts/**]
hide: [facts/archive/**]
snapshots: seen
gate:
  check: warning
  diff: never
  baseline: known.yaml
levels:
  contradiction: error
  anonymous-source: allow
files:
  - path: [facts/rumours/*.yaml, facts/claims.yaml]
    levels: { weak-source: allow }
output:
  links: https://example.org/rules/{name}
";

fn all(name: &str) -> Folder {
    let claims = text("tests/inputs/readme/claims.yaml");
    let rule = ".once\n.include \"prelude.dl\"\n";
    let files = [
        ("gainsay.yaml", ALL),
        ("facts/claims.yaml", &claims),
        ("facts/archive/a.yaml", "topics: { old: {} }\n"),
        ("facts/rumours/a.yaml", "topics: { rumoured: {} }\n"),
        ("rules/a.dl", rule),
    ];
    Folder::new(&format!("config-all-{name}"), &files)
}

#[test]
fn every_setting_is_shown_with_its_origin() {
    let folder = all("shown");
    let changed = ["--set", "hide=[]", "--set", "levels.contradiction=warning", "--fail-on", "error"];
    let (code, out, err) = folder.run(&[&["config"], &changed[..]].concat());
    assert_eq!((code, err.as_str()), (Some(0), ""));
    snapshot("cli", "config", &out);
    let (_, out, _) = folder.run(&[&["config", "--format", "json"], &changed[..]].concat());
    snapshot("cli", "config-json", &out.replace(env!("CARGO_PKG_VERSION"), "…"));
    let (code, out, _) = folder.run(&["config", "--isolated", "--today", "2026-11-22"]);
    assert_eq!(code, Some(0));
    snapshot("cli", "config-isolated", &out);
    let (_, out, _) = folder.run(&["config", "--width", "60"]);
    assert!(out.lines().all(|line| line.chars().count() <= 60), "{out}");
}

#[test]
fn what_is_wrong_with_a_configuration_is_shown_as_by_check() {
    let folder = pair("wrong", "levels: { evasions: error }\ngate: { chek: error }\n", &[]);
    for format in ["human", "json"] {
        let checked = folder.run(&["check", "--format", format]);
        assert_eq!(checked.0, Some(2));
        assert_eq!(folder.run(&["config", "--format", format]), checked);
    }
    let folder = pair("wrong-name", "today: 2026-11-21\nlevels: { evasions: error }\n", &[]);
    let checked = folder.run(&["check"]);
    assert!(checked.0 == Some(2) && checked.1.contains("did you mean `evasion`?"), "{}", checked.1);
    assert_eq!(folder.run(&["config"]), checked);
    // A warning is no reason to keep the settings back.
    let folder = pair("warned", "today: 2026-11-21\nlevels: { evasions: allow }\n", &[]);
    let (code, out, err) = folder.run(&["config"]);
    assert!(code == Some(0) && out.contains("levels.evasions") && err.contains("did you mean `evasion`?"), "{err}");
    // Broken facts do not matter for settings.
    let folder = pair("facts", "today: 2026-11-21\n", &[("bad.yaml", "claims: [")]);
    assert_eq!((folder.run(&["config"]).0, folder.run(&["check"]).0), (Some(0), Some(2)));
}

#[test]
fn the_settings_of_the_project_are_shown() {
    let out = stdout(&gainsay("", &["config", "facts"]));
    assert!(out.contains("\ntoday          2026-11-21             facts/gainsay.yaml:4\n"), "{out}");
    assert!(out.ends_with("\npaths are relative to facts\n"), "{out}");
}

#[test]
fn all_commands_that_read_a_data_set_take_the_options() {
    let folder = pair("commands", "todai: x\n", &[("ci.conf", "facts: claims.yaml\n")]);
    let commands: [&[&str]; 7] = [
        &["check"],
        &["config"],
        &["list", "claims"],
        &["list", "rules"],
        &["query", "claim(c, _)"],
        &["explain", "no-such-rule"],
        &["test", "evasion", "--data", "."],
    ];
    for command in commands {
        assert_eq!(folder.run(command).0, Some(2), "{command:?}");
        let end = if command[0] == "explain" { 2 } else { 0 };
        for options in [&["-c", "ci.conf"][..], &["--isolated"], &["--isolated", "--set", "facts=claims.yaml"]] {
            let (code, out, err) = folder.run(&[command, options].concat());
            assert_eq!(code, Some(end), "{command:?} {options:?} {out} {err}");
            assert!(!out.contains("todai"), "{out}");
        }
    }
    let export = ["export", "--to", "souffle", "out", "--isolated"];
    assert_eq!((folder.run(&export[..4]).0, folder.run(&export).0), (Some(2), Some(0)));
}
