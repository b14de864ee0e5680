//! What `gainsay list`, `explain` and `test` print.

use serde_json::Value;

use super::*;

const KINDS: [&str; 7] = ["rules", "relations", "claims", "sources", "predicates", "entities", "files"];

/// What `gainsay list` prints, with whatever else is asked for.
fn list(folder: &str, arguments: &[&str]) -> String {
    let output = gainsay(folder, &[&["list"], arguments].concat());
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    stdout(&output)
}

/// The first lines, and how many there are.
fn head(text: &str, most: usize) -> String {
    let lines: Vec<&str> = text.lines().take(most).collect();
    format!("{}\n({} lines)\n", lines.join("\n"), if text.lines().count() > most { "more" } else { "no more" })
}

#[test]
fn the_rules_are_listed_explained_and_tested() {
    let rules = list("", &["rules"]);
    assert!(rules.lines().count() > 15);
    snapshot("cli", "list-rules", &rules);
    assert!(
        text("README.md").contains(&format!("```text\n{rules}```\n")),
        "README.md lists the rules as the command does"
    );
    let page = stdout(&gainsay("", &["explain", "promise-vs-doubt"]));
    assert_eq!(page, text("rules/tension/promise-vs-doubt.md"));
    let output = gainsay("", &["test"]);
    let tested = stdout(&output);
    assert!(output.status.success() && tested.ends_with(" passed, 0 failed\n"), "{tested}");
    let passed = |arguments: &[&str]| {
        let tested = stdout(&gainsay("", arguments));
        tested.split(' ').next().and_then(|number| number.parse::<usize>().ok()).unwrap()
    };
    let rules = rules.lines().filter_map(|line| line.strip_prefix("sourcing "));
    let all: usize = rules.map(|line| passed(&["test", line.split_whitespace().next().unwrap()])).sum();
    assert_eq!(passed(&["test", "sourcing"]), all);
    assert_eq!(passed(&["test", "unquoted-motives", "sourcing"]), all);
    assert!(passed(&["test", "evasion", "sourcing"]) > all);
}

#[test]
fn what_there_is_stands_in_columns() {
    for kind in &KINDS[1..] {
        let printed = list("", &[kind]);
        snapshot("cli", &format!("list-{kind}"), &head(&printed, 14));
    }
}

#[test]
fn what_there_is_can_be_read_by_programs() {
    for kind in KINDS {
        let printed = list("tests/inputs/readme", &[kind, "claims.yaml", "--format", "json"]);
        let document: Value = serde_json::from_str(&printed).unwrap();
        let keys: Vec<&String> = document.as_object().unwrap().keys().collect();
        assert_eq!(keys.len(), 4);
        assert_eq!((&document["schema"], &document["kind"]), (&"gainsay.list/1".into(), &kind.into()));
        assert_eq!(document["tool"]["name"], "gainsay");
        let lines = list("tests/inputs/readme", &[kind, "claims.yaml"]).lines().count();
        let items = document["items"].as_array().unwrap();
        assert_eq!(items.len(), lines.saturating_sub(1), "{kind}");
        let whole = matches!(kind, "claims" | "sources" | "files");
        snapshot("cli", &format!("list-{kind}-json"), &if whole { printed } else { head(&printed, 60) });
    }
}

#[test]
fn items_point_at_what_they_are() {
    let facts = text("tests/inputs/readme/claims.yaml");
    for (kind, id) in [("claims", "id"), ("entities", "name")] {
        let document: Value =
            serde_json::from_str(&list("tests/inputs/readme", &[kind, "claims.yaml", "-f", "json"])).unwrap();
        for item in document["items"].as_array().unwrap() {
            let byte = |end: &str| usize::try_from(item["location"]["range"][end]["byte"].as_u64().unwrap()).unwrap();
            let name = item[id].as_str().unwrap().rsplit('/').next().unwrap();
            assert_eq!(item["location"]["path"], "claims.yaml");
            assert!(facts[byte("start")..byte("end")].starts_with(&format!("{name}:")), "{item}");
        }
    }
}

#[test]
fn lines_are_cut_where_a_width_is_asked_for_and_nowhere_else() {
    let widest = |text: &str| text.lines().map(|line| line.chars().count()).max().unwrap();
    let whole = list("", &["claims"]);
    assert!(widest(&whole) > 120 && !whole.contains('…'), "{whole}");
    for kind in KINDS {
        for width in ["40", "100"] {
            assert!(widest(&list("", &[kind, "--width", width])) <= width.parse().unwrap(), "{kind}");
        }
    }
    assert!(list("", &["rules", "--width", "60"]).contains('…'));
    let ascii = list("", &["rules", "--width", "60", "--ascii"]);
    assert!(ascii.is_ascii() && ascii.contains("..."));
}

#[test]
fn text_from_files_stays_in_its_column() {
    let words = "entities:\n  russia: { kind: state, label: \"R\\e[31m日本\\nx\" }\n  iran: { kind: state, label: e\u{301} }\n  paper: { kind: outlet }\n";
    let folder = Folder::new("list-hostile", &[("words.yaml", words)]);
    let (code, out, _) = folder.run(&["list", "entities", "words.yaml"]);
    let expect = "\
entity  kind    uses  declared      label                  aliases
iran    state      0  words.yaml:3  e\u{301}
paper   outlet     0  words.yaml:4
russia  state      0  words.yaml:2  R\\u{1b}[31m日本\\u{a}x
";
    assert_eq!((code, out.as_str()), (Some(0), expect));
    let (_, json, _) = folder.run(&["list", "entities", "words.yaml", "--format", "json"]);
    assert!(!json.chars().any(|c| c.is_control() && c != '\n'), "{json}");
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["items"][2]["label"], "R\u{1b}[31m日本\nx");
}

#[test]
fn paths_filter_what_stands_in_files() {
    let one = "facts/bloomberg-2015.yaml";
    for kind in ["claims", "sources", "files"] {
        let (all, some) = (list("", &[kind]), list("", &[kind, one]));
        assert!(some.lines().count() < all.lines().count(), "{kind}");
        assert!(some.lines().skip(1).all(|line| line.contains(one)), "{some}");
    }
    let pair = text("tests/inputs/readme/claims.yaml");
    let folder = Folder::new("list-packs", &[("gainsay.yaml", "today: 2026-11-21\n"), ("claims.yaml", &pair)]);
    assert!(folder.run(&["list", "predicates"]).1.contains("  gainsay:core:"));
    assert_eq!(folder.run(&["list", "predicates", "claims.yaml"]).1, "");
    assert_eq!(list("", &["rules", one]), list("", &["rules"]));
    let output = gainsay("", &["list", "claims", "facts/gainsay.yaml"]);
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(2) && message.contains("no fact file of the data set"), "{message}");
}

#[test]
fn claims_are_named_by_their_slugs_where_these_are_unique() {
    let one = claims("  a: { at: 1, says: russia supports iran }\n  b: { at: 2, says: iran supports russia }\n");
    let two = "source: { id: t, author: paper, published: 2016, kind: leak }\nclaims:\n  a: { at: 1, says: iran supports russia, said: 2015 }\n";
    let folder = Folder::new("list-slugs", &[("words.yaml", WORDS), ("one.yaml", &one), ("two.yaml", two)]);
    let (_, out, _) = folder.run(&["list", "claims", "."]);
    let expect = "\
claim  speaker  said     sure     place       says
s/a    paper    2015-12  certain  one.yaml:3  russia supports iran
b      paper    2015-12  certain  one.yaml:4  iran supports russia
t/a    paper    2015     certain  two.yaml:3  iran supports russia
";
    assert_eq!(out, expect);
}

#[test]
fn rules_and_relations_need_no_data_set() {
    // The folders of the other tests lie in the package, which has a data set.
    let nowhere = std::env::temp_dir();
    let nowhere = nowhere.to_str().unwrap();
    for kind in ["rules", "relations"] {
        assert_eq!(list(nowhere, &[kind]), list("", &[kind]));
    }
    let output = gainsay(nowhere, &["list", "claims"]);
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(2), ""));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains("there is no data set here"), "{message}");
}

#[test]
fn a_data_set_that_does_not_load_is_reported_as_by_check() {
    let facts = text("tests/inputs/facts/five-mistakes.yaml");
    let folder = Folder::new("list-broken", &[("gainsay.yaml", "today: 2026-11-21\n"), ("claims.yaml", &facts)]);
    for format in ["human", "json"] {
        let checked = folder.run(&["check", "--format", format]);
        assert_eq!(checked.0, Some(2));
        assert_eq!(folder.run(&["list", "claims", "--format", format]), checked);
    }
    assert_eq!(folder.run(&["list", "rules"]).0, Some(0));
    let folder = Folder::new("list-config", &[("gainsay.yaml", "todai: 2026-11-21\n")]);
    for kind in KINDS {
        let (code, out, err) = folder.run(&["list", kind]);
        assert_eq!((code, err.as_str()), (Some(2), ""));
        assert!(out.contains("config-error / unknown-key"), "{out}");
    }
}
