//! Arguments that are wrong: what is said, and what is suggested.

use super::*;

/// What a command that cannot run says.
fn check(arguments: &[&str], expect: &str) {
    let test = std::thread::current();
    let folder = Folder::new(
        &test.name().unwrap().replace("::", "-"),
        &[("words.yaml", WORDS), ("facts-2015.yaml", ""), ("facts-2016.yaml", "")],
    );
    let (code, out, err) = folder.run(arguments);
    assert_eq!((code, out.as_str(), err.trim_end()), (Some(2), "", expect), "{arguments:?}");
}

#[test]
fn misspelt_options_and_values_are_suggested() {
    check(&["--formt", "json"], "error: `gainsay` has no option `--formt`\nhelp: did you mean `--format`?");
    check(&["check", "--group=x"], "error: `gainsay check` has no option `--group`\nhelp: did you mean `--group-by`?");
    check(
        &["list", "rules", "--formal=json"],
        "error: `gainsay list` has no option `--formal`\nhelp: did you mean `--format`?",
    );
    check(&["-x"], "error: `gainsay` has no option `-x`\nhelp: `gainsay --help` lists the options");
    check(&["-f", "jsn"], "error: `jsn` is no value of `--format`\nhelp: did you mean `json`?");
    check(&["--format", "pdf"], "error: `pdf` is no value of `--format`\nhelp: one of `human`, `short`, `json`");
    check(&["--group-by", "rules"], "error: `rules` is no value of `--group-by`\nhelp: did you mean `rule`?");
    check(&["--min-level", "eror"], "error: `eror` is no value of `--min-level`\nhelp: did you mean `error`?");
    check(
        &["--fail-on", "low"],
        "error: `low` is no value of `--fail-on`\nhelp: one of `error`, `warning`, `advice`, `never`",
    );
    check(&["--width", "39"], "error: `39` is no value of `--width`\nhelp: write a number from 40 to 240");
    check(&["--max-shown", "-1"], "error: `-1` is no value of `--max-shown`\nhelp: write a number, 0 for all");
    check(&["--color"], "error: `--color` needs a value\nhelp: one of `auto`, `always`, `never`");
    check(&["--speaker"], "error: `--speaker` needs a value\nhelp: write `--speaker <X>`");
    check(&["--today", "yesterday", "."], "error: `yesterday` is no day\nhelp: write `--today YYYY-MM-DD`");
    check(&["--since", "1", "--since", "2"], "error: `--since` may be written once\nhelp: remove one of the two");
    check(&["--ascii=x"], "error: `--ascii` takes no value\nhelp: write `--ascii`");
}

#[test]
fn misspelt_commands_and_paths_are_suggested() {
    check(&["chek"], "error: there is no file or folder `chek`\nhelp: did you mean the command `check`?");
    check(
        &["--ascii", "check"],
        "error: there is no file or folder `check`\nhelp: write the command first: `gainsay check …`",
    );
    check(&["check", "words.yml"], "error: there is no file or folder `words.yml`\nhelp: did you mean `words.yaml`?");
    check(
        &["check", "./facts-2017.yaml"],
        "error: there is no file or folder `./facts-2017.yaml`\nhelp: did you mean `./facts-2015.yaml` or `./facts-2016.yaml`?",
    );
    check(&["check", "elsewhere"], "error: there is no file or folder `elsewhere`");
    check(
        &["list"],
        "error: `gainsay list` needs a KIND\nhelp: one of `rules`, `relations`, `claims`, `sources`, `predicates`, `entities`, `files`",
    );
    check(&["list", "claim"], "error: `claim` is nothing that `gainsay list` knows\nhelp: did you mean `claims`?");
    check(&["explain"], "error: `gainsay explain` needs a NAME\nhelp: `gainsay explain --help` lists the options");
    check(
        &["explain", "a", "b"],
        "error: `gainsay explain` does not take `b`\nhelp: `gainsay explain --help` shows what it takes",
    );
}

#[test]
fn misspelt_rules_are_suggested() {
    check(
        &["explain", "promise-vs-dout"],
        "error: there is no rule `promise-vs-dout`\nhelp: did you mean `promise-vs-doubt`?",
    );
    check(&["explain", "x"], "error: there is no rule `x`\nhelp: `gainsay list rules` lists the rules");
    check(&["test", "evason"], "error: there is no rule `evason`\nhelp: did you mean `evasion`?");
    let close = "error: `--only`: there is no rule and no group `unknown-nam`\nhelp: did you mean `unknown-name`?";
    check(&["check", ".", "--only", "unknown-nam"], close);
}

#[test]
fn text_from_arguments_moves_no_cursor() {
    check(
        &["--only\u{1b}[31m"],
        "error: `gainsay` has no option `--only\\u{1b}[31m`\nhelp: `gainsay --help` lists the options",
    );
    check(&["check", "a\u{1b}[2Jb"], "error: there is no file or folder `a\\u{1b}[2Jb`");
}

#[test]
fn help_is_printed_and_fits() {
    for command in
        [&["--help"][..], &["-h"], &["check", "--help"], &["list", "--help"], &["explain", "-h"], &["test", "-h"]]
    {
        let output = gainsay("", command);
        assert_eq!(output.status.code(), Some(0));
        let help = stdout(&output);
        assert!(help.contains("Usage: gainsay") && help.lines().all(|line| line.chars().count() <= 100), "{help}");
    }
    let version = stdout(&gainsay("", &["--version"]));
    assert_eq!(version, format!("gainsay {}\n", env!("CARGO_PKG_VERSION")));
}
