//! Levels and filters: which findings there are, and which are shown.

use super::*;

/// Two speakers who contradict themselves in other years, a forecast, and the words for them.
const FACTS: &str = "\
source: { id: s, author: paper, published: 2016-06 }
claims:
  a: { at: 1, who: ann, says: russia supports iran, said: 2015-01 }
  b: { at: 2, who: ann, says: russia not supports iran, said: 2015-02 }
  c: { at: 3, who: bob, says: russia supports syria (topic=arms), said: 2016-03~ }
  d: { at: 4, who: bob, says: russia not supports syria (topic=arms), said: 2016-03~ }
  e: { at: 5, says: iran supports russia.allies, mode: prediction, by: 2017 }
";
const NAMES: &str = "\
entities:
  russia: { kind: state, label: Russia, alias: [rf] }
  iran: { kind: state, label: Iran }
  syria: { kind: state }
  paper: { kind: outlet, label: The Paper }
  ann: { kind: person, label: Ann }
  bob: { kind: person, label: Bob, alias: [robert] }
  bobby: { kind: person, label: Bob }
topics: { arms: { label: arms deals } }
";

fn folder(name: &str) -> Folder {
    Folder::new(name, &[("words.yaml", NAMES), ("claims.yaml", FACTS)])
}

/// The rules of the findings that the short format shows, with their levels.
fn shown(folder: &Folder, arguments: &[&str]) -> Vec<String> {
    let all = [&["check", ".", "--format", "short", "--today", "2016-12-01", "--fail-on", "never"], arguments].concat();
    let (code, out, err) = folder.run(&all);
    assert_eq!((code, err.as_str()), (Some(0), ""), "{arguments:?}");
    let (lines, last) = out.trim_end().rsplit_once('\n').unwrap_or(("", &out));
    let hidden = last.split("; ").find(|part| part.contains("not shown")).unwrap_or_default();
    let name = |line: &str| line.split([' ', ':']).nth(4).map(str::to_owned);
    lines.lines().filter_map(name).chain((!hidden.is_empty()).then(|| hidden.to_owned())).collect()
}

#[test]
fn levels_are_set_from_left_to_right() {
    let folder = folder("levels");
    let check = |arguments: &[&str], expect: &[&str]| assert_eq!(shown(&folder, arguments), expect, "{arguments:?}");
    let quarrels = ["warning[self-contradiction]"; 2];
    check(&[], &[&quarrels[..], &["warning[unsupported-prediction]"]].concat());
    check(&["-A", "self-contradiction"], &["warning[unsupported-prediction]"]);
    check(&["--allow", "contradiction", "-Dprediction"], &["error[unsupported-prediction]"]);
    check(&["-A", "contradiction", "-W", "self-contradiction", "-A=prediction"], &quarrels);
    check(&["-W", "self-contradiction", "--allow=contradiction", "--allow", "prediction"], &[]);
    check(&["-D", "contradiction", "-A", "prediction"], &["error[self-contradiction]"; 2]);
}

#[test]
fn a_level_that_is_set_holds_for_all_rows_of_a_rule_with_steps() {
    let levels = |arguments: &[&str]| {
        let output =
            gainsay("", &[&["check", "facts", "-f", "short", "--only", "promise-vs-doubt"], arguments].concat());
        let out = stdout(&output);
        let level = |line: &str| Some(line.split_once(": ")?.1.split_once('[')?.0.to_owned());
        (output.status.code(), out.lines().filter_map(level).collect::<Vec<_>>().join(" "))
    };
    assert_eq!(levels(&[]), (Some(0), "warning advice advice".to_owned()));
    assert_eq!(levels(&["-W", "promise-vs-doubt"]), (Some(0), "warning warning warning".to_owned()));
    assert_eq!(levels(&["-D", "tension"]), (Some(1), "error error error".to_owned()));
}

#[test]
fn a_rule_that_is_off_still_counts_for_others() {
    // A pair that `self-contradiction` reports is none of `direct-contradiction`, even where the former is off.
    let folder = folder("off");
    let left = shown(&folder, &["-A", "self-contradiction", "--only", "contradiction"]);
    assert_eq!(left, ["1 is not shown"]);
}

#[test]
fn unknown_names_under_deny_are_errors_and_under_allow_warnings() {
    let folder = folder("unknown-levels");
    for option in ["-W", "-D", "--only"] {
        let (code, out, err) = folder.run(&["check", ".", option, "self-contradicton"]);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{option}");
        assert!(err.contains("there is no rule and no group `self-contradicton`"), "{err}");
        assert!(err.contains("help: did you mean `self-contradiction`?"), "{err}");
    }
    let (code, out, err) = folder.run(&["check", ".", "-A", "tenson", "-f", "short"]);
    assert_eq!((code, out.lines().count()), (Some(0), 4));
    let expect = "warning: `--allow`: there is no rule and no group `tenson`\nhelp: did you mean `tension`?\n";
    assert_eq!(err, expect);
}

#[test]
fn filters_look_at_the_claims_that_carry_a_finding() {
    let folder = folder("filters");
    let check = |arguments: &[&str], expect: &[&str]| {
        let names: Vec<String> = shown(&folder, arguments);
        assert_eq!(names, expect, "{arguments:?}");
    };
    let quarrel = "warning[self-contradiction]";
    let forecast = "warning[unsupported-prediction]";
    let (one, two) = ("1 more is not shown", "2 more are not shown");
    check(&["--only", "prediction"], &[forecast, two]);
    check(&["--only", "prediction", "--only", "self-contradiction"], &[quarrel, quarrel, forecast]);
    check(&["--only", "prediction,self-contradiction"], &[quarrel, quarrel, forecast]);
    check(&["--min-level", "error"], &["3 are not shown"]);
    check(
        &["-D", "self-contradiction", "--min-level", "error"],
        &[&["error[self-contradiction]"; 2][..], &[one]].concat(),
    );
    for ann in ["ann", "Ann"] {
        check(&["--speaker", ann], &[quarrel, two]);
    }
    check(&["--speaker", "robert"], &[quarrel, two]);
    check(&["--speaker", "ann", "--speaker", "paper"], &[quarrel, forecast, one]);
    check(&["--speaker", "ann", "--only", "prediction"], &["3 are not shown"]);
    check(&["--speaker", "russia"], &["3 are not shown"]);
    for arms in ["arms", "arms deals", "syria"] {
        check(&["--about", arms], &[quarrel, two]);
    }
    check(&["--about", "iran"], &[quarrel, forecast, one]);
    for russia in ["russia", "rf", "Russia"] {
        check(&["--about", russia], &[quarrel, quarrel, forecast]);
    }
    check(&["--about", "russia.allies"], &[forecast, two]);
    check(&["--about", "ann"], &["3 are not shown"]);
    check(&["--since", "2015-02-28"], &[quarrel, quarrel, forecast]);
    check(&["--since", "2015-03"], &[quarrel, forecast, one]);
    // `2016-03~` may be April.
    check(&["--since", "2016-04-30"], &[quarrel, forecast, one]);
    check(&["--since", "2016-05"], &[forecast, two]);
    check(&["--since", "2016-07"], &["3 are not shown"]);
    check(&["--speaker", "bob", "--about", "iran"], &["3 are not shown"]);
}

#[test]
fn an_issue_stands_for_its_answers() {
    let shown = |about: &str| stdout(&gainsay("", &["check", "facts", "-f", "short", "--about", about]));
    assert!(shown("assad-fate").contains("[evasion]"), "{}", shown("assad-fate"));
    assert!(shown("assad-goes").contains("[evasion]"));
}

#[test]
fn names_that_nothing_declares_are_usage_errors_with_suggestions() {
    let folder = folder("unknown-names");
    let check = |arguments: &[&str], message: &str, help: &str| {
        let (code, out, err) = folder.run(&[&["check", "."], arguments].concat());
        assert_eq!((code, out.as_str(), err.as_str()), (Some(2), "", &*format!("error: {message}\nhelp: {help}\n")));
    };
    check(&["--speaker", "rusia"], "`--speaker`: the data set has no name `rusia`", "did you mean `russia`?");
    check(&["--about", "The Papper"], "`--about`: the data set has no name `The Papper`", "did you mean `The Paper`?");
    check(&["--speaker", "arms"], "`--speaker`: the data set has no name `arms`", "`gainsay list entities` lists them");
    check(&["--speaker", "Bob"], "`--speaker`: several names have the label `Bob`", "write `bob` or `bobby`");
    check(
        &["--since", "soon"],
        "`--since`: `soon` is no date such as 2015, 2015-11 or 2015-11-15",
        "write a date as `said` of a claim takes it",
    );
}

#[test]
fn the_gate_looks_at_what_the_filters_leave() {
    let folder = folder("gate");
    let code = |arguments: &[&str]| folder.run(&[&["check", ".", "--fail-on", "warning"], arguments].concat()).0;
    assert_eq!(code(&[]), Some(1));
    assert_eq!(code(&["--speaker", "ann"]), Some(1));
    assert_eq!(code(&["--speaker", "russia"]), Some(0));
    assert_eq!(code(&["-A", "contradiction", "-A", "prediction"]), Some(0));
    assert_eq!(code(&["--max-shown", "1"]), Some(1));
    assert_eq!(code(&["--min-level", "warning"]), Some(1));
    let (code, _, err) = folder.run(&["check", ".", "--fail-on", "advice", "--min-level", "warning"]);
    let message = "error: `--min-level warning` hides findings on which `--fail-on advice` fails\n\
                   help: write `--min-level advice`, or `--fail-on warning`\n";
    assert_eq!((code, err.as_str()), (Some(2), message));
}

#[test]
fn a_broken_data_set_is_reported_whatever_is_selected() {
    let broken = FACTS.replace("at: 1,", "at: 1, whom: x,");
    let folder = Folder::new("broken-selection", &[("words.yaml", NAMES), ("claims.yaml", &broken)]);
    let (code, out, err) = folder.run(&["check", ".", "-f", "short", "--speaker", "nobody", "--only", "tension"]);
    assert_eq!((code, err.as_str()), (Some(2), ""));
    assert!(out.contains("error[unknown-key]") && out.contains("1 problem in 1 file"), "{out}");
}
