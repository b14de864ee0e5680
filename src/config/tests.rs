//! Configurations as they are read.

use super::*;
use crate::base::date;
use crate::base::fs::Memory;

fn config(text: &str) -> Read {
    let mut files = Memory::new();
    files.add(FILE_NAME, text.as_bytes());
    read(&files, Path::new(FILE_NAME), Config::for_folder(".".into(), 0)).unwrap()
}

#[test]
fn configurations_and_baselines_are_never_facts() {
    let config = config("facts: ['**/*.yaml']\n").value;
    let check = |path: &str, expect: bool| assert_eq!(config.is_fact_file(Path::new(path)), expect, "{path}");
    check("a.yaml", true);
    check("deep/a.yaml", true);
    check("a.yml", false);
    check("gainsay.yaml", false);
    check("deep/gainsay.yaml", false);
    check("deep/gainsay.baseline.yaml", false);
}

#[test]
fn a_configuration_is_one_document() {
    let codes = |text: &str| config(text).diagnostics.iter().map(|problem| problem.code).collect::<Vec<_>>();
    assert_eq!(codes("today: 2020-01-01\n---\ntoday: 2021-01-01\n"), ["wrong-type"]);
    assert_eq!(codes("---\ntoday: 2020-01-01\n"), [""; 0]);
    assert_eq!(codes("today: \"2020\nfacts: [a\n"), ["yaml-syntax", "yaml-syntax"]);
}

#[test]
fn many_keys_are_read_in_one_go() {
    let keys: Vec<String> = (0..50_000).map(|n| format!("k{n}: x\n")).collect();
    let read = config(&(keys.concat() + "today: 2020-01-01\n"));
    assert_eq!(read.value.today, date::parse_day("2020-01-01").unwrap());
    assert_eq!(read.diagnostics.len(), 101);
}

#[test]
fn patterns_that_are_each_right_and_too_much_together_are_a_problem() {
    let read = config(&format!("facts:\n{}", format!("- '**/{}'\n", "*a".repeat(30_000)).repeat(4)));
    let codes: Vec<_> = read.diagnostics.iter().map(|problem| problem.code).collect();
    assert_eq!(codes, ["bad-pattern"]);
}

#[test]
fn a_configuration_and_a_baseline_of_other_names_are_no_facts_either() {
    let mut files = Memory::new();
    files.add("set/ci.yaml", "gate: { baseline: known/old.yaml }\nexclude: drafts/**\n");
    let config = read_named(&files, Path::new("set/ci.yaml"), Config::for_folder("set".into(), 0)).unwrap().value;
    let check = |path: &str, expect: bool| assert_eq!(config.is_fact_file(Path::new(path)), expect, "{path}");
    check("a.yaml", true);
    check("ci.yaml", false);
    check("deep/ci.yaml", true);
    check("known/old.yaml", false);
    check("old.yaml", true);
    check("drafts/a.yaml", false);
    check("a/drafts/a.yaml", true);
}

#[test]
fn what_is_not_written_has_a_default() {
    let config = Config::for_folder("set".into(), 0);
    assert_eq!(slashed(&config.snapshots()), "set/snapshots");
    assert_eq!(slashed(&config.baseline()), "set/gainsay.baseline.yaml");
    assert_eq!((config.gate_check(), config.gate_diff()), (Some(Level::Error), Some(Level::Warning)));
    assert!(config.hidden().is_empty() && !config.is_excluded("a.yaml"));
    assert_eq!(config.links(), None);
    assert!(config.settings().iter().all(|setting| matches!(setting.origin, Origin::Default | Origin::Clock)));
}

/// All keys, with values that are no defaults.
const ALL: &str = "\
edition: 2026
facts: [facts/**/*.yaml, ./more.yaml]
rules: rules/*.dl
today: 2020-01-01
exclude: facts/drafts/**
hide:
  - facts/archive/**
snapshots: ./seen/
gate:
  check: warning
  diff: never
  baseline: known.yaml
levels: { tension: error, evasion: allow }
files:
  - path: facts/rumours/*.yaml
    levels: { weak-source: allow }
output: { links: \"https://example.org/{name}#{name}\" }
";

/// The settings that are no defaults, one a line.
fn told(config: &Config) -> String {
    let line = |setting: Setting| {
        let value = match setting.value {
            SettingValue::Text(text) => text,
            SettingValue::List(list) => list.join(" "),
            SettingValue::None => "-".to_owned(),
        };
        let origin = match setting.origin {
            Origin::Default | Origin::Clock => return None,
            Origin::File { line, .. } => line.to_string(),
            Origin::Set => "set".to_owned(),
            Origin::Option(name) => name.to_owned(),
        };
        Some(format!("{} = {value} {origin}\n", setting.key))
    };
    config.settings().into_iter().filter_map(line).collect()
}

#[test]
fn all_keys_are_read_and_shown_with_their_lines() {
    let read = config(ALL);
    assert_eq!(read.diagnostics, []);
    let config = read.value;
    assert_eq!(
        told(&config),
        "edition = 2026 1\nfacts = facts/**/*.yaml ./more.yaml 2\nrules = rules/*.dl 3\ntoday = 2020-01-01 4\n\
         exclude = facts/drafts/** 5\nhide = facts/archive/** 6\nsnapshots = seen 8\ngate.check = warning 10\n\
         gate.diff = never 11\ngate.baseline = known.yaml 12\nlevels.tension = error 13\nlevels.evasion = allow 13\n\
         files[0].path = facts/rumours/*.yaml 15\nfiles[0].levels.weak-source = allow 16\n\
         output.links = https://example.org/{name}#{name} 17\n"
    );
    assert!(config.is_fact_file(Path::new("more.yaml")));
    assert!(config.hidden().is_match("facts/archive/a.yaml"));
    assert_eq!(config.links(), Some("https://example.org/{name}#{name}"));
}

#[test]
fn every_key_of_the_table_can_be_set() {
    let mut config = Config::for_folder(".".into(), 0);
    let settings = [
        "edition=2026",
        "facts=**/*.yaml",
        "rules=[ a.dl, 'b.dl' ]",
        "today=2020-01-01",
        "exclude=*.yml",
        "hide=[]",
        "snapshots=x",
        "gate.check=never",
        "gate={diff: error, baseline: b.yaml}",
        "levels.tension=allow",
        "levels={evasion: error, tension: advice}",
        "files=[{path: a.yaml, levels: {tension: error}}]",
        "output.links=http://x/{name}",
    ];
    for setting in settings {
        config.set(setting).unwrap_or_else(|error| panic!("{setting}: {error:?}"));
    }
    assert_eq!(
        told(&config),
        "edition = 2026 set\nfacts = **/*.yaml set\nrules = a.dl b.dl set\ntoday = 2020-01-01 set\nexclude = *.yml set\n\
         hide =  set\nsnapshots = x set\ngate.check = never set\ngate.diff = error set\ngate.baseline = b.yaml set\n\
         levels.evasion = error set\nlevels.tension = advice set\nfiles[0].path = a.yaml set\n\
         files[0].levels.tension = error set\noutput.links = http://x/{name} set\n"
    );
    let first = |field: &Field| settings.iter().any(|setting| setting.starts_with(field.name));
    assert!(KEYS.iter().all(first), "each key of the table is set above");
}

#[test]
fn settings_that_are_wrong_say_what_to_write() {
    let check = |argument: &str, message: &str, help: &str| {
        let error = Config::for_folder(".".into(), 0).set(argument).expect_err(argument);
        assert_eq!((error.message.as_str(), error.help.as_str()), (message, help));
    };
    check("today", "`today` sets nothing", "write `key=value`, such as `gate.check=warning`");
    check("todai=2020-01-01", "unknown key `todai`", "did you mean `today`?");
    check("gate.chek=error", "unknown key `chek` in `gate`", "did you mean `check`?");
    check("gate.check=warn", "`warn` is no level", "write `error`, `warning`, `advice` or `never`");
    check("gate.check=", "`check` has no value", "write `error`, `warning`, `advice` or `never`, or remove the key");
    check("gate=error", "`gate` must be a map, found a text", "write `gate: { check: … }`");
    check("gate={chek: error}", "unknown key `chek` in `gate`", "did you mean `check`?");
    check("levels.tension=errr", "`errr` is no level", "did you mean `error`?");
    check("levels.=error", "`levels.` names no rule", "write `levels.NAME=LEVEL` with a rule or a group as NAME");
    check("today.x=1", "`today` has no keys that can be set alone", "write `today=…`");
    check("files.0=x", "`files` has no keys that can be set alone", "write `files=[…]`");
    check(
        "hide=../x",
        "`../x` leads out of the data set",
        "write a pattern of paths relative to the data set's root, without `..`",
    );
    check("hide=[a", "`[` is never closed", "write `[a]`");
}

#[test]
fn paths_stay_inside_the_root() {
    let codes = |text: &str| config(text).diagnostics.iter().map(|problem| problem.code).collect::<Vec<_>>();
    for path in ["/etc", "../x", "a/../b", "C:/x", "a\\b", ".", "''", "\"a\\0b\""] {
        let expect = if path == "''" { "wrong-type" } else { "bad-path" };
        assert_eq!(codes(&format!("snapshots: {path}\n")), [expect], "{path}");
    }
    for pattern in ["/etc/*", "../**", "a/../*.yaml", "C:/*"] {
        assert_eq!(codes(&format!("facts: [{pattern}]\n")), ["bad-path"], "{pattern}");
    }
    assert_eq!(codes("facts: ['{..,a}/*.yaml']\n"), [""; 0], "no path that is matched has such a part");
}

#[test]
fn lists_of_settings_have_limits() {
    let codes = |text: &str| config(text).diagnostics.iter().map(|problem| problem.code).collect::<Vec<_>>();
    assert_eq!(codes(&format!("hide:\n{}", "- a.yaml\n".repeat(1000))), [""; 0]);
    assert_eq!(codes(&format!("hide:\n{}", "- a.yaml\n".repeat(1002))), ["too-large"]);
    let entry = "- { path: a.yaml, levels: { tension: allow } }\n";
    assert_eq!(codes(&format!("exclude: b.yaml\nfiles:\n{}", entry.repeat(1001))), ["too-large", "too-large"]);
    assert_eq!(codes("levels:\nfiles:\ngate:\noutput:\n"), [""; 0], "maps whose entries wait in comments are empty");
}
