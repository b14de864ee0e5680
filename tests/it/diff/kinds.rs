//! Repositories of every kind: bare, shallow, with worktrees and submodules, with SHA-256; the index; names of all sorts.

use super::repository::Repository;
use crate::it::common::snapshot;

const WORDS: &str = "entities:\n  bridge: { kind: works, label: the bridge }\n  mayor: { kind: person, label: the mayor }\n  \
                     engineer: { kind: person, label: the engineer }\n  gazette: { kind: outlet, label: the Gazette }\n\
                     predicates:\n  safe: { doc: can be used }\n";
const CONFIG: &str = "today: 2026-03-01\n";

/// A source with one claim.
pub(super) fn source(id: &str, who: &str, says: &str) -> String {
    format!(
        "source: {{ id: {id}, author: gazette, published: 2026-02-01, kind: news, grade: B }}\n\
         claims:\n  said: {{ at: 1, who: {who}, says: {says} }}\n"
    )
}

/// Two commits, the second of which contradicts the first.
pub(super) fn contradiction(repository: &Repository, folder: &str) {
    repository.write(&format!("{folder}/gainsay.yaml"), CONFIG);
    repository.write(&format!("{folder}/words.yaml"), WORDS);
    repository.write(&format!("{folder}/a.yaml"), &source("a", "mayor", "bridge safe"));
    repository.commit("one");
    repository.write(&format!("{folder}/b.yaml"), &source("b", "engineer", "bridge not safe"));
    repository.commit("two");
}

/// The command finds the contradiction, and nothing else.
#[track_caller]
fn finds_it(repository: &Repository, below: &str, arguments: &[&str]) {
    let said = repository.said(below, &[&["diff"], arguments, &["--format", "short"]].concat());
    assert!(
        said.contains("findings: 1 new;") && said.contains("direct-contradiction") && said.ends_with("exit 1\n"),
        "{said}"
    );
}

/// The command finds that nothing is different.
#[track_caller]
fn finds_nothing(repository: &Repository, below: &str, arguments: &[&str]) {
    let said = repository.said(below, &[&["diff"], arguments, &["--format", "short"]].concat());
    assert!(!said.contains("  new ") && said.ends_with("exit 0\n"), "{said}");
}

#[test]
fn the_working_tree_the_index_and_commits_are_states() {
    let repository = Repository::new("states");
    contradiction(&repository, "facts");
    finds_it(&repository, "", &["HEAD~1..HEAD"]);
    finds_it(&repository, "", &["HEAD~1..."]);
    finds_it(&repository, "facts", &["HEAD~1"]);
    finds_it(&repository, "", &["HEAD~1", "facts/b.yaml"]);
    finds_nothing(&repository, "", &["HEAD"]);
    repository.git(&["checkout", "--quiet", "-b", "edit", "HEAD~1"]);
    repository.write("facts/b.yaml", &source("b", "engineer", "bridge not safe"));
    finds_it(&repository, "", &["edit"]);
    finds_nothing(&repository, "", &["--staged"]);
    repository.git(&["add", "facts/b.yaml"]);
    repository.write("facts/b.yaml", &source("b", "engineer", "bridge safe"));
    finds_it(&repository, "", &["--staged"]);
    finds_nothing(&repository, "", &["HEAD"]);
    repository.git(&["config", "branch.edit.remote", "."]);
    repository.git(&["config", "branch.edit.merge", "refs/heads/main"]);
    finds_nothing(&repository, "", &[]);
}

#[test]
fn before_the_first_commit_there_is_nothing() {
    let repository = Repository::new("unborn");
    repository.write("facts/gainsay.yaml", CONFIG);
    repository.write("facts/words.yaml", WORDS);
    repository.write("facts/a.yaml", &source("a", "mayor", "bridge safe"));
    repository.write("facts/b.yaml", &source("b", "engineer", "bridge not safe"));
    repository.git(&["add", "."]);
    finds_it(&repository, "", &["--staged"]);
}

/// Git tells hooks where the repository and its index are.
#[test]
fn a_hook_sees_what_is_about_to_be_committed() {
    let repository = Repository::new("hook");
    contradiction(&repository, "facts");
    repository.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    let hook = format!("#!/bin/sh\nexec '{}' diff --staged --format short >said 2>&1\n", env!("CARGO_BIN_EXE_gainsay"));
    repository.write(".git/hooks/pre-commit", &hook);
    std::fs::set_permissions(
        repository.path(".git/hooks/pre-commit"),
        std::os::unix::fs::PermissionsExt::from_mode(0o755),
    )
    .unwrap();
    repository.write("facts/b.yaml", &source("b", "engineer", "bridge not safe"));
    repository.git(&["add", "facts/b.yaml"]);
    assert!(!repository.try_git(&["commit", "--quiet", "--message", "refused"]));
    let said = repository.read("said");
    assert!(said.contains("findings: 1 new;") && said.contains("diff HEAD"), "{said}");
    repository.write("facts/b.yaml", &source("b", "engineer", "bridge safe"));
    // The index of this commit is a file of its own.
    assert!(
        repository.try_git(&["commit", "--quiet", "--all", "--message", "accepted"]),
        "{}",
        repository.read("said")
    );
}

#[test]
fn names_of_all_sorts() {
    let repository = Repository::new("names with ü and 空");
    contradiction(&repository, "daten sätze/«facts»");
    finds_it(&repository, "", &["HEAD~1", "daten sätze/«facts»"]);
    finds_it(&repository, "daten sätze", &["HEAD~1..HEAD", "«facts»"]);
    repository.git(&["mv", "daten sätze/«facts»/b.yaml", "daten sätze/«facts»/b\" * [x].yaml"]);
    finds_nothing(&repository, "", &["HEAD", "daten sätze/«facts»"]);
}

#[test]
fn a_data_set_that_moves_is_the_same() {
    let repository = Repository::new("moved");
    contradiction(&repository, "facts");
    repository.git(&["mv", "facts", "claims"]);
    repository.commit("moved");
    finds_nothing(&repository, "claims", &["HEAD~1"]);
    finds_nothing(&repository, "", &["HEAD~1..HEAD", "claims"]);
}

#[test]
fn links_inside_the_data_set_are_followed_and_others_are_not() {
    let repository = Repository::new("links");
    repository.write("elsewhere/b.txt", &source("b", "engineer", "bridge not safe"));
    contradiction(&repository, "facts");
    repository.git(&["rm", "--quiet", "facts/b.yaml"]);
    repository.write("facts/kept/b.txt", &source("b", "engineer", "bridge not safe"));
    repository.commit("no contradiction");
    std::os::unix::fs::symlink("kept/b.txt", repository.path("facts/link.yaml")).unwrap();
    std::os::unix::fs::symlink("../elsewhere/b.txt", repository.path("facts/out.yaml")).unwrap();
    repository.commit("a link");
    finds_it(&repository, "", &["HEAD~1..HEAD"]);
    finds_it(&repository, "", &["HEAD~1"]);
    finds_nothing(&repository, "", &["HEAD"]);
}

#[test]
fn bare_repositories_worktrees_and_sha256() {
    let repository =
        Repository::with("sha256", &["init", "--quiet", "--initial-branch=main", "--object-format=sha256"]);
    contradiction(&repository, "facts");
    finds_it(&repository, "", &["HEAD~1"]);
    finds_it(&repository, "", &["HEAD~1..HEAD"]);
    let bare = Repository::folder("bare.git");
    repository.git(&["clone", "--quiet", "--bare", ".", bare.folder.to_str().unwrap()]);
    finds_it(&bare, "", &["main~1..main"]);
    let worktree = Repository::folder("worktree");
    repository.git(&["worktree", "add", "--quiet", "-b", "other", worktree.folder.to_str().unwrap(), "HEAD~1"]);
    finds_nothing(&worktree, "", &["main~1"]);
    worktree.write("facts/b.yaml", &source("b", "engineer", "bridge not safe"));
    finds_it(&worktree, "", &["main"]);
    finds_it(&worktree, "facts", &["other"]);
}

#[test]
fn a_data_set_in_a_submodule() {
    let data = Repository::new("submodule-data");
    contradiction(&data, ".");
    let project = Repository::new("submodule-project");
    project.git(&["submodule", "--quiet", "add", data.folder.to_str().unwrap(), "facts"]);
    project.git(&["-C", "facts", "checkout", "--quiet", "HEAD~1"]);
    project.commit("one");
    project.git(&["-C", "facts", "checkout", "--quiet", "main"]);
    project.commit("two");
    finds_it(&project, "", &["HEAD~1..HEAD"]);
    finds_it(&project, "", &["HEAD~1"]);
    finds_nothing(&project, "", &["HEAD"]);
    // From inside, its own history is meant.
    finds_it(&project, "facts", &["HEAD~1"]);
}

#[test]
fn a_submodule_below_the_data_set() {
    let data = Repository::new("nested-data");
    data.write("b.yaml", &source("b", "engineer", "bridge safe"));
    data.commit("one");
    data.write("b.yaml", &source("b", "engineer", "bridge not safe"));
    data.commit("two");
    let project = Repository::new("nested-project");
    project.write("facts/gainsay.yaml", CONFIG);
    project.write("facts/words.yaml", WORDS);
    project.write("facts/a.yaml", &source("a", "mayor", "bridge safe"));
    project.git(&["submodule", "--quiet", "add", data.folder.to_str().unwrap(), "facts/part"]);
    project.git(&["-C", "facts/part", "checkout", "--quiet", "HEAD~1"]);
    project.commit("one");
    project.git(&["-C", "facts/part", "checkout", "--quiet", "main"]);
    finds_it(&project, "", &["HEAD"]);
    project.commit("two");
    finds_it(&project, "", &["HEAD~1..HEAD"]);
}

#[test]
fn what_is_not_here_is_said_with_the_command_that_brings_it() {
    let repository = Repository::new("full");
    contradiction(&repository, "facts");
    repository.git(&["branch", "feature"]);
    repository.git(&["checkout", "--quiet", "--orphan", "unrelated"]);
    repository.commit("alone");
    repository.git(&["checkout", "--quiet", "main"]);
    let shallow = Repository::folder("shallow");
    let url = format!("file://{}", repository.folder.display());
    repository.git(&["clone", "--quiet", "--depth=1", "--no-single-branch", &url, shallow.folder.to_str().unwrap()]);
    let outside = Repository::folder("outside");
    outside.write("facts/gainsay.yaml", CONFIG);
    outside.write("facts/words.yaml", WORDS);
    outside.write("facts/a.yaml", &source("a", "mayor", "bridge safe"));
    outside.write(".git", "gitdir: nowhere\n");
    let mut told = String::new();
    let mut tell = |repository: &Repository, what: &str, arguments: &[&str]| {
        let said = repository.said("", &[&["diff"], arguments].concat());
        told.extend(["## ", what, ": gainsay diff ", &arguments.join(" "), "\n\n", &said, "\n"]);
    };
    tell(&shallow, "an old commit in a shallow clone", &["HEAD~1"]);
    tell(&shallow, "no common ancestor in a shallow clone", &["origin/unrelated"]);
    tell(&repository, "no common ancestor", &["unrelated"]);
    tell(&repository, "a slip", &["featrue"]);
    tell(&repository, "no such remote branch", &["origin/main"]);
    tell(&repository, "nothing to follow", &[]);
    tell(&repository, "two states and the index", &["--staged", "a..b"]);
    repository.git(&["checkout", "--quiet", "--detach"]);
    tell(&repository, "no branch", &[]);
    repository.git(&["checkout", "--quiet", "-b", "left"]);
    repository.replace("facts/a.yaml", "at: 1", "at: 2");
    repository.commit("left");
    repository.git(&["checkout", "--quiet", "main"]);
    repository.replace("facts/a.yaml", "at: 1", "at: 3");
    repository.commit("right");
    assert!(!repository.try_git(&["merge", "--quiet", "left"]), "the merge has a conflict");
    tell(&repository, "a merge under way", &["--staged"]);
    snapshot("diff", "not_here", &told);
    let said = outside.said("", &["diff", "main"]);
    assert!(said.starts_with("error: ") && said.contains("--from-report") && said.ends_with("exit 2\n"), "{said}");
}
