//! What hands the program to others: hooks, the action, pipelines, packages. Each of them calls the program with arguments
//! that it takes, and no script holds what a stranger may write.

use std::path::Path;

use serde_yaml::Value;

use super::common::{command, files, package, stdout, text};

/// Files that run the program, and how many times each names it.
const RUNNERS: [(&str, usize); 6] = [
    (".pre-commit-hooks.yaml", 2),
    (".github/actions/gainsay/action.yml", 2),
    (".github/workflows/ci.yml", 2),
    (".gitlab/gainsay.gitlab-ci.yml", 2),
    ("src/cli/init/github.yml", 2),
    ("src/cli/init/gitlab.yml", 2),
];

fn read(path: &str) -> Value {
    serde_yaml::from_str(&text(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Each text of a document with the key it stands under.
fn texts<'v>(value: &'v Value, key: &'v str, found: &mut Vec<(&'v str, &'v str)>) {
    match value {
        Value::String(text) => found.push((key, text)),
        Value::Sequence(items) => items.iter().for_each(|item| texts(item, key, found)),
        Value::Mapping(entries) => {
            entries.iter().for_each(|(name, item)| texts(item, name.as_str().unwrap_or_default(), found));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Tagged(_) => {}
    }
}

/// The scripts of a document.
fn scripts(value: &Value) -> Vec<&str> {
    let mut found = Vec::new();
    texts(value, "", &mut found);
    let is_script = |key: &str| matches!(key, "run" | "script" | "before_script" | "entry");
    found.into_iter().filter(|(key, _)| is_script(key)).map(|(_, text)| text).collect()
}

/// The arguments with which a script calls the program. A variable stands for a text, or for no more arguments.
fn calls(script: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for line in script.lines().map(str::trim) {
        let line = line.strip_prefix("uvx --from gainsay-cli ").unwrap_or(line);
        let words: Vec<&str> = line.split_whitespace().collect();
        let is_program = |word: &&&str| **word == "gainsay" || word.ends_with("/gainsay");
        if !words.first().as_ref().is_some_and(is_program) {
            continue;
        }
        let given = words[1..].iter().filter(|word| !word.contains("[@]") && **word != "$GAINSAY_ARGS");
        let plain = |word: &&str| {
            let text = word.trim_matches('"');
            text.find('$').map_or_else(|| text.to_owned(), |at| format!("{}x", &text[..at]))
        };
        found.push(given.map(plain).collect());
    }
    found
}

#[test]
fn the_program_takes_what_it_is_called_with() {
    for (path, count) in RUNNERS {
        let document = read(path);
        let calls: Vec<Vec<String>> = scripts(&document).into_iter().flat_map(calls).collect();
        assert_eq!(calls.len(), count, "{path}: {calls:?}");
        for call in calls {
            let mut arguments: Vec<&str> = call.iter().map(String::as_str).collect();
            arguments.push("--help");
            let output = command(".", &arguments).output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(0), "{path}: {call:?}: {said}");
            assert!(stdout(&output).contains("Usage: gainsay"), "{path}: {call:?}");
        }
    }
}

/// On `PyPI` the name `gainsay` belongs to a program of somebody else.
#[test]
fn what_is_installed_is_this_program() {
    let mut installed = 0;
    for path in RUNNERS.map(|(path, _)| path) {
        for script in scripts(&read(path)) {
            for line in script.lines().filter(|line| line.contains("uvx ") || line.contains(" install ")) {
                assert!(line.contains("gainsay-cli"), "{path}: {line}");
                installed += 1;
            }
        }
    }
    assert_eq!(installed, 6);
}

/// What stands in `${{ … }}` is put into a script before it runs, so that the name of a branch could be a command.
#[test]
fn no_script_holds_an_expression() {
    let folders = [".github", ".gitlab", "src/cli/init"];
    let paths = folders.iter().flat_map(|folder| files(folder).into_iter().map(move |path| format!("{folder}/{path}")));
    let paths: Vec<String> =
        paths.filter(|path| Path::new(path).extension().is_some_and(|ending| ending == "yml")).collect();
    assert!(paths.len() >= 5, "{paths:?}");
    for path in paths {
        for script in scripts(&read(&path)) {
            assert!(!script.contains("${{"), "{path}: {script}");
        }
    }
}

#[test]
fn hooks_see_the_whole_data_set() {
    let hooks = read(".pre-commit-hooks.yaml");
    let hooks = hooks.as_sequence().unwrap();
    let ids: Vec<&str> = hooks.iter().filter_map(|hook| hook["id"].as_str()).collect();
    assert_eq!(ids, ["gainsay-check", "gainsay-diff"]);
    for hook in hooks {
        assert_eq!(hook["language"].as_str(), Some("rust"));
        assert_eq!(hook["pass_filenames"].as_bool(), Some(false));
        assert_eq!(hook["require_serial"].as_bool(), Some(true));
        assert_eq!(hook["always_run"].as_bool(), Some(true));
    }
}

#[test]
fn the_gate_of_the_project_compares_pull_requests_with_their_target() {
    let ci = read(".github/workflows/ci.yml");
    let steps = ci["jobs"]["gate"]["steps"].as_sequence().unwrap();
    assert_eq!(steps[0]["with"]["fetch-depth"].as_u64(), Some(0));
    let step = |call: &str| steps.iter().find(|step| step["run"].as_str() == Some(call));
    let diff = step("target/debug/gainsay diff \"origin/$TARGET\" facts").unwrap();
    assert_eq!(diff["if"].as_str(), Some("${{ github.event_name == 'pull_request' }}"));
    assert_eq!(diff["env"]["TARGET"].as_str(), Some("${{ github.base_ref }}"));
    let check = step("target/debug/gainsay check facts").unwrap();
    assert_eq!(check["if"].as_str(), Some("${{ github.event_name != 'pull_request' }}"));
}

#[test]
fn the_wheel_is_of_this_package() {
    let wheel = text(".packaging/pypi/pyproject.toml");
    let cargo = text("Cargo.toml");
    for key in ["description", "license", "keywords"] {
        let line = |text: &str| text.lines().find(|line| line.starts_with(&format!("{key} ="))).map(str::to_owned);
        assert!(line(&wheel).is_some(), "{key}");
        assert_eq!(line(&wheel), line(&cargo));
    }
    assert!(package().join(".packaging/pypi/../../Cargo.toml").is_file());
    assert!(wheel.contains("manifest-path = \"../../Cargo.toml\"") && wheel.contains("bindings = \"bin\""));
}
