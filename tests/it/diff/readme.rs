//! The edit that the README shows.

use super::repository::Repository;
use crate::it::common::text;

#[test]
fn the_readme_shows_what_an_edit_brings() {
    let claims = text("tests/inputs/readme/claims.yaml");
    let (before, doubt) = claims.split_at(claims.find("  jafari-doubt:").unwrap());
    let repository = Repository::new("readme");
    repository.write("facts/gainsay.yaml", "today: 2026-11-21\n");
    repository.write("facts/claims.yaml", before);
    repository.commit("claims of one article");
    repository.git(&["checkout", "--quiet", "-b", "doubt"]);
    repository.write("facts/claims.yaml", &format!("{before}{doubt}"));
    repository.commit("the doubt");
    let output = repository.gainsay("", &["diff", "main", "--format", "short"]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(text("README.md").contains(&format!("```text\n{said}```\n")), "README.md shows the edit:\n{said}");
    assert_eq!(output.status.code(), Some(1));
}
