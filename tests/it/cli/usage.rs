//! Arguments that are wrong: what is said, and what is suggested.

use std::collections::BTreeSet;

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
    let formats =
        "`human`, `short`, `json`, `jsonl`, `sarif`, `github`, `gitlab`, `junit`, `checkstyle`, `rdjson`, `markdown`";
    check(&["--format", "pdf"], &format!("error: `pdf` is no value of `--format`\nhelp: one of {formats}"));
    check(&["--group-by", "rules"], "error: `rules` is no value of `--group-by`\nhelp: did you mean `rule`?");
    check(&["--min-level", "eror"], "error: `eror` is no value of `--min-level`\nhelp: did you mean `error`?");
    check(
        &["--fail-on", "low"],
        "error: `low` is no value of `--fail-on`\nhelp: one of `error`, `warning`, `advice`, `never`",
    );
    check(&["--width", "39"], "error: `39` is no value of `--width`\nhelp: write a number from 40 to 240");
    check(&["--max-shown", "-1"], "error: `-1` is no value of `--max-shown`\nhelp: write a number, 0 for all");
    for jobs in ["0", "-1", "257", "all"] {
        let said = format!("error: `{jobs}` is no value of `--jobs`\nhelp: write a number of threads from 1 to 256");
        check(&["--jobs", jobs], &said);
    }
    check(&["--color"], "error: `--color` needs a value\nhelp: one of `auto`, `always`, `never`");
    check(&["--speaker"], "error: `--speaker` needs a value\nhelp: write `--speaker <X>`");
    check(&["--today", "yesterday", "."], "error: `yesterday` is no day\nhelp: write `--today YYYY-MM-DD`");
    check(&["--since", "1", "--since", "2"], "error: `--since` may be written once\nhelp: remove one of the two");
    check(
        &["--statistics", "--group-by", "rule"],
        "error: `--statistics` cannot be used with `--group-by`\nhelp: remove one of them",
    );
    check(
        &["new", "-", "--paragraphs", "blocks"],
        "error: `gainsay new` needs `--from <TEXT>` with these options\nhelp: add it, or remove the option that needs it",
    );
    check(&["--ascii=x"], "error: `--ascii` takes no value\nhelp: write `--ascii`");
}

#[test]
fn misspelt_commands_and_paths_are_suggested() {
    check(&["chek"], "error: there is no file or folder `chek`\nhelp: did you mean the command `check`?");
    check(
        &["--ascii", "check"],
        "error: there is no file or folder `check`\nhelp: write the command first: `gainsay check`, then its options",
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
        &["explain", "a", "b", "c"],
        "error: `gainsay explain` does not take `c`\nhelp: `gainsay explain --help` shows what it takes",
    );
}

#[test]
fn misspelt_rules_are_suggested() {
    check(
        &["explain", "promise-vs-dout"],
        "error: there is no rule `promise-vs-dout`\nhelp: did you mean `promise-vs-doubt`?",
    );
    check(&["explain", "x"], "error: there is no rule `x`\nhelp: `gainsay list rules` lists the rules");
    check(
        &["explain", "tension"],
        "error: `tension` is a group, and each of its rules has a page\nhelp: `gainsay list rules` lists the rules of each group",
    );
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
fn a_path_that_a_rule_does_not_need_is_looked_at() {
    check(&["explain", "evasion", "no-such-folder"], "error: there is no file or folder `no-such-folder`");
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
}

/// The options that a text names, such as `--only`.
fn options(text: &str) -> BTreeSet<String> {
    let names =
        text.match_indices("--").filter(|(at, _)| !text[..*at].ends_with(|c: char| c == '-' || c.is_alphanumeric()));
    let name = |at: usize| text[at + 2..].split(|c: char| !(c.is_ascii_lowercase() || c == '-')).next().unwrap();
    names.map(|(at, _)| name(at)).filter(|name| !name.is_empty()).map(|name| format!("--{name}")).collect()
}

#[test]
fn the_readme_has_every_option_and_every_command_has_those_of_the_readme() {
    let readme = text("README.md");
    let table = |heading: &str| {
        let rows = readme.split_once(heading).unwrap_or_else(|| panic!("README.md has no {heading}")).1;
        rows.lines().skip(2).take_while(|line| line.starts_with('|')).collect::<Vec<_>>().join("\n")
    };
    let written = |command: &[&str]| {
        let help = stdout(&gainsay("", command));
        // An option is declared at the start of a line; others are only spoken of.
        let lines = help.lines().map(str::trim_start).filter(|line| line.starts_with('-'));
        let mut all = options(&lines.map(|line| line.split("  ").next().unwrap()).collect::<Vec<_>>().join("\n"));
        assert!(all.remove("--help"));
        all.remove("--version");
        all
    };
    let rows = table("| option of `check` | does |");
    let names: Vec<&str> = rows.lines().filter_map(|row| row.split(" | ").next()).collect();
    let documented = options(&names.join("\n"));
    assert_eq!(documented, written(&["check", "--help"]));
    assert_eq!(documented, written(&["--help"]));
    let sentence = readme.lines().find(|line| line.starts_with("`list` has ")).unwrap();
    assert_eq!(options(sentence), written(&["list", "--help"]));
    let commands = stdout(&gainsay("", &["--help"]));
    let commands = commands.split("Commands:\n").nth(1).unwrap().lines().take_while(|line| line.starts_with("  "));
    let rows = table("| command | does |");
    // A description that is too long goes on below itself.
    let commands = commands.filter(|line| !line.starts_with("   "));
    for name in commands.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help") {
        assert!(rows.contains(&format!("gainsay {name}")) || rows.contains(&format!("gainsay [{name}]")), "{name}");
    }
    for row in rows.lines() {
        let name = row.trim_start_matches("| `gainsay ").split([' ', '`']).next().unwrap();
        let output = gainsay("", &[name.trim_matches(['[', ']']), "--help"]);
        assert_eq!(output.status.code(), Some(0), "{row}");
    }
}

#[test]
fn every_value_of_the_readme_is_known() {
    let readme = text("README.md");
    let rows = readme.split_once("| option of `check` | does |").unwrap().1;
    let cells = rows.lines().filter_map(|row| row.strip_prefix("| `")?.split("` |").next());
    let mut tried = 0;
    for (option, values) in cells.filter(|cell| cell.contains("\\|")).filter_map(|cell| cell.rsplit_once(' ')) {
        let option = option.rsplit('`').next().unwrap();
        let help = stdout(&gainsay("", &["check", "--help"]));
        for value in values.split("\\|") {
            let output = gainsay("", &["check", "no-such-folder", option, value]);
            let message = String::from_utf8(output.stderr).unwrap();
            assert!(message.contains("there is no file or folder `no-such-folder`"), "{option} {value}: {message}");
            assert!(help.contains(value), "{option} {value}");
            tried += 1;
        }
    }
    assert_eq!(tried, 14, "the table lists the values of four options");
}

#[test]
fn every_format_is_in_the_readme() {
    let readme = text("README.md");
    let rows = readme.split_once("| format | for |\n|---|---|\n").unwrap().1.split_once("\n\n").unwrap().0;
    let named: Vec<&str> = rows.lines().map(|row| row.split('`').nth(1).unwrap()).collect();
    assert_eq!(named, gainsay::report::Format::ALL.map(gainsay::report::Format::name));
}
