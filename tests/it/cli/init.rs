//! `gainsay init`: a first data set that passes its own check.

use gainsay::base::fs::{Disk, FileSystem as _};

use super::super::common::{gainsay, snapshot};
use super::Folder;

/// A folder outside the package, which lies in no data set and in no repository.
fn nowhere(name: &str) -> Folder {
    let root = std::env::temp_dir().join(format!("gainsay-init-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&root);
    std::fs::create_dir_all(&root).unwrap();
    Folder(root)
}

impl Folder {
    /// The files below it, hidden ones too.
    fn files(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut folders = vec![self.0.clone()];
        while let Some(folder) = folders.pop() {
            #[expect(clippy::disallowed_methods, reason = "hidden files count here")]
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    found.push(path.strip_prefix(&self.0).unwrap().to_string_lossy().replace('\\', "/"));
                }
            }
        }
        found.sort();
        found
    }
}

#[test]
fn a_first_data_set_passes_its_own_check() {
    let folder = nowhere("first");
    let (code, out, err) = folder.run(&["init"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    let (code, checked, err) = folder.run(&["check", "--today", "2026-11-21"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    snapshot("cli", "init", &format!("$ gainsay init\n{out}\n$ gainsay check\n{checked}"));
    assert_eq!(checked.matches("  ⚠ warning: ").count(), 1, "{checked}");
    let (code, later, _) = folder.run(&["check", "--strict", "--today", "2040-01-01"]);
    assert_eq!((code, later), (Some(0), checked.replace("2026-11-21", "2040-01-01")), "the day does not matter");

    let (code, out, err) = folder.run(&["test", "promise-without-means", "--coverage"]);
    let expect = "4 passed, 0 failed\n1 of 1 clauses fire, 0 of 0 negated conditions keep something out\n";
    assert_eq!((code, out.as_str(), err.as_str()), (Some(0), expect, ""));
    let (code, out, err) = folder.run(&["config"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(out.contains("gainsay.yaml:5"), "{out}");
    assert!(folder.run(&["explain", "promise-without-means"]).1.contains("a loan is applied for"));

    // The entry that the page proposes accepts the finding.
    let path = folder.0.join("facts/bridge.yaml");
    let claims = String::from_utf8(Disk.read(&path).unwrap()).unwrap();
    let entry = "    allow: [{ rule: promise-without-means, with: no-money, why: \"a loan is applied for\" }]\n";
    let accepted = claims.replace("    mode: commitment\n", &format!("    mode: commitment\n{entry}"));
    std::fs::write(&path, accepted).unwrap();
    let (code, out, _) = folder.run(&["check", "--strict"]);
    assert!(code == Some(0) && out.starts_with("no findings (1 allowed)\n"), "{out}");
    std::fs::remove_dir_all(&folder.0).unwrap();
}

#[test]
fn the_ci_file_is_that_of_the_service() {
    let folder = nowhere("ci");
    let common = ["facts/bridge.yaml", "facts/vocabulary.yaml", "gainsay.yaml"];
    let rule = ["rules/promise-without-means.dl", "rules/promise-without-means.md"];
    let services: [(&str, Option<&str>); 3] =
        [("github", Some(".github/workflows/claims.yml")), ("gitlab", Some(".gitlab-ci.yml")), ("none", None)];
    for (service, file) in services {
        let (code, out, err) = folder.run(&["init", service, "--ci", service]);
        assert_eq!((code, err.as_str()), (Some(0), ""));
        assert!(out.contains(&format!("\nnext:\n  cd {service}\n")), "{out}");
        let written = Folder(folder.0.join(service)).files();
        let expect: Vec<&str> = file.into_iter().chain(common).chain(rule).collect();
        assert_eq!(written, expect);
        if let Some(file) = file {
            let text = String::from_utf8(Disk.read(&folder.0.join(service).join(file)).unwrap()).unwrap();
            let read: serde_yaml::Value = serde_yaml::from_str(&text).expect("the CI file is YAML");
            assert!(
                read.is_mapping() && text.contains("uvx --from gainsay-cli gainsay diff \"$BASE\" -f short -f "),
                "{text}"
            );
        }
    }
    std::fs::remove_dir_all(&folder.0).unwrap();
}

#[test]
fn nothing_is_overwritten_and_nothing_is_half_written() {
    let folder = nowhere("there");
    std::fs::create_dir_all(folder.0.join("rules")).unwrap();
    std::fs::write(folder.0.join("rules/promise-without-means.md"), "mine").unwrap();
    let (code, out, err) = folder.run(&["init"]);
    let expect = "error: rules/promise-without-means.md is there already, so nothing is written\n\
                  help: name a folder without such files, or move them away first\n";
    assert_eq!((code, out.as_str(), err.as_str()), (Some(2), "", expect));
    assert_eq!(folder.files(), ["rules/promise-without-means.md"]);
    std::fs::remove_dir_all(&folder.0).unwrap();

    std::fs::create_dir_all(&folder.0).unwrap();
    assert_eq!(folder.run(&["init", "set"]).0, Some(0));
    let before = folder.files();
    let (code, out, err) = folder.run(&["init", "set"]);
    let expect = "error: set/gainsay.yaml is there already, so nothing is written\n\
                  help: name a folder that is no data set yet\n";
    assert_eq!((code, out.as_str(), err.as_str()), (Some(2), "", expect));
    let (code, _, err) = folder.run(&["init", "set/deep/er"]);
    let expect = "error: this folder lies in the data set of set/gainsay.yaml, so nothing is written\n\
                  help: name a folder outside it, or write with `gainsay new` into it\n";
    assert_eq!((code, err.as_str()), (Some(2), expect));
    std::fs::write(folder.0.join("file"), "x").unwrap();
    let (code, _, err) = folder.run(&["init", "file"]);
    assert!(code == Some(2) && err.starts_with("error: file/gainsay.yaml cannot be written, so nothing is: "), "{err}");
    std::fs::remove_file(folder.0.join("file")).unwrap();
    assert_eq!(folder.files(), before);
    std::fs::remove_dir_all(&folder.0).unwrap();
}

#[test]
fn a_ci_file_below_the_top_of_a_repository_is_told_of() {
    let folder = nowhere("below");
    std::fs::create_dir_all(folder.0.join(".git")).unwrap();
    let (code, _, err) = folder.run(&["init", "data/claims"]);
    let expect = "note: the CI file has to be at the top of the repository, and this folder is below it\n\
                  help: move it there, and let its commands run in data/claims\n";
    assert_eq!((code, err.as_str()), (Some(0), expect));
    assert_eq!(folder.run(&["init", "other", "--ci", "none"]).2, "");
    std::fs::remove_dir_all(&folder.0).unwrap();
}

#[cfg(unix)]
#[test]
fn links_are_not_written_through() {
    let folder = nowhere("links");
    std::fs::create_dir_all(folder.0.join("elsewhere")).unwrap();
    std::fs::create_dir_all(folder.0.join("set")).unwrap();
    std::os::unix::fs::symlink("../elsewhere", folder.0.join("set/rules")).unwrap();
    let (code, _, err) = folder.run(&["init", "set"]);
    let expect =
        "error: set/rules/promise-without-means.dl cannot be written, so nothing is: a link leads out of the folder\n";
    assert_eq!((code, err.as_str()), (Some(2), expect));
    assert_eq!(std::fs::read_link(folder.0.join("set/rules")).unwrap().to_str(), Some("../elsewhere"));
    assert_eq!(folder.files(), Vec::<String>::new());
    std::fs::remove_dir_all(&folder.0).unwrap();
}

#[test]
fn the_package_is_a_data_set_already() {
    let output = gainsay("", &["init", "facts"]);
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(err.starts_with("error: facts/gainsay.yaml is there already"), "{err}");
}
