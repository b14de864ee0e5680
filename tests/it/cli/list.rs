//! What `gainsay list`, `explain` and `test` print.

use super::*;

#[test]
fn the_rules_are_listed_explained_and_tested() {
    let list = stdout(&gainsay("", &["list", "rules"]));
    assert!(list.lines().count() >= 15);
    snapshot("cli", "list-rules", &list);
    let page = stdout(&gainsay("", &["explain", "promise-vs-doubt"]));
    assert_eq!(page, text("rules/tension/promise-vs-doubt.md"));
    let output = gainsay("", &["test"]);
    let tested = stdout(&output);
    assert!(output.status.success() && tested.ends_with(" passed, 0 failed\n"), "{tested}");
}
