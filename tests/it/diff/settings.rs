//! Configurations and the options that change them hold for both states; a data set of `gainsay init` is gated.

use super::repository::Repository;

const CONFIG: &str = "today: 2026-03-01\n";
const WORDS: &str = "entities:\n  bridge: { kind: works }\n  mayor: { kind: person }\n  engineer: { kind: person }\n  \
                     gazette: { kind: outlet }\npredicates:\n  safe: { doc: can be used }\n";

#[test]
fn options_hold_for_both_states() {
    let repository = Repository::new("settings");
    let source = |id: &str, who: &str, says: &str| {
        format!(
            "source: {{ id: {id}, author: gazette, published: 2026-02-01, kind: news, grade: B }}\n\
             claims:\n  said: {{ at: 1, who: {who}, says: {says} }}\n"
        )
    };
    repository.write("facts/gainsay.yaml", CONFIG);
    repository.write("facts/words.yaml", WORDS);
    repository.write("facts/a.yaml", &source("a", "mayor", "bridge safe"));
    repository.write("ci.yaml", "today: 2026-03-01\ngate: { diff: error }\n");
    repository.commit("one");
    repository.write("facts/b.yaml", &source("b", "engineer", "bridge not safe"));
    let code = |arguments: &[&str]| repository.gainsay("", &[&["diff"], arguments].concat()).status.code();
    assert_eq!(code(&["HEAD"]), Some(1));
    assert_eq!(code(&["HEAD", "--set", "gate.diff=never"]), Some(0));
    assert_eq!(code(&["HEAD", "--set", "gate.diff=never", "--fail-on", "warning"]), Some(1));
    assert_eq!(code(&["HEAD", "--set", "levels.contradiction=allow"]), Some(0));
    assert_eq!(code(&["HEAD", "--set", "levels.contradiction=advice", "-D", "contradiction"]), Some(0));
    assert_eq!(code(&["HEAD", "--set", "exclude=b.yaml"]), Some(0));
    assert_eq!(code(&["HEAD", "--set", "hide=[a.yaml, b.yaml]"]), Some(0));
    let files = "files=[{path: '*.yaml', levels: {contradiction: allow}}]";
    assert_eq!(code(&["HEAD", "--set", files]), Some(0));
    assert_eq!(code(&["HEAD", "-c", "ci.yaml"]), Some(0));
    assert_eq!(code(&["HEAD", "-c", "ci.yaml", "-D", "contradiction"]), Some(1));
    assert_eq!(code(&["HEAD", "--isolated", "--today", "2026-03-01"]), Some(1));
    assert_eq!(code(&["HEAD", "--set", "levels.contradictions=error"]), Some(2));
    // What the working tree says of the gate holds.
    repository.write("facts/gainsay.yaml", &format!("{CONFIG}gate: {{ diff: never }}\n"));
    assert_eq!(code(&["HEAD"]), Some(0));
    assert_eq!(code(&["HEAD", "--isolated", "--today", "2026-03-01"]), Some(1));
}

#[test]
fn an_edit_of_a_first_data_set_is_gated() {
    let repository = Repository::new("first");
    assert_eq!(repository.gainsay("", &["init"]).status.code(), Some(0));
    repository.commit("a first data set");
    let said = repository.said("", &["diff", "main", "--format", "short", "--today", "2026-11-21"]);
    assert!(said.ends_with("exit 0\n"), "{said}");
    let second = "source: { id: town-notes, author: council, published: 2026-04-02, kind: official, grade: A }\n\
                  claims:\n  money-is-there: { at: 3, says: council not lacks money (for=old-bridge) }\n";
    repository.write("facts/notes.yaml", second);
    let said = repository.said("", &["diff", "main", "--format", "short", "--today", "2026-11-21"]);
    assert!(said.contains("direct-contradiction") && said.ends_with("exit 1\n"), "{said}");
}
