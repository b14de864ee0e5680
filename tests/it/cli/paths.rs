//! Roots of data sets, and paths that filter.

use super::*;

#[test]
fn the_root_is_found_from_anywhere_and_paths_only_filter() {
    let facts = claims("  a: { at: 1, says: rusia supports iran }\n");
    let other = facts.replace("id: s", "id: t").replace("rusia", "irann");
    let folder = Folder::new(
        "roots",
        &[
            ("facts/gainsay.yaml", "today: 2026-11-21\n"),
            ("facts/words.yaml", WORDS),
            ("facts/deep/one.yaml", &facts),
            ("facts/two.yaml", &other),
        ],
    );
    let (_, all, _) = folder.run(&["--format", "short"]);
    assert!(all.contains("facts/deep/one.yaml:") && all.contains("facts/two.yaml:"), "{all}");
    let (_, one, _) = folder.run(&["check", "facts/deep", "--format", "short"]);
    assert!(one.contains("facts/deep/one.yaml:") && !one.contains("two.yaml:"), "{one}");
    assert!(one.contains("today = 2026-11-21"), "{one}");
    let (code, _, err) = folder.run(&["check", "facts/gainsay.yaml"]);
    assert_eq!((code, err.contains("no fact file of the data set in gainsay.yaml")), (Some(2), true), "{err}");
    let (_, out, err) = folder.run(&["--format", "short", "--timings"]);
    assert_eq!((out, err.ends_with(" ms\n")), (all, true), "{err}");
    let (code, _, err) = folder.run(&["chek"]);
    assert_eq!((code, err.contains("did you mean the command `check`?")), (Some(2), true), "{err}");
}

#[test]
fn a_folder_means_the_same_findings_from_wherever_it_is_named() {
    let facts = claims("  a: { at: 1, says: rusia supports iran }\n");
    let other = facts.replace("id: s", "id: t").replace("rusia", "irann");
    let files =
        [("gainsay.yaml", "today: 2026-11-21\n"), ("words.yaml", WORDS), ("in/one.yaml", &facts), ("two.yaml", &other)];
    let root = Folder::new("named", &files.map(|(path, text)| (path, text)));
    let inner = Folder(root.0.join("in"));
    let whole = root.0.to_str().unwrap();
    let sum = |folder: &Folder, arguments: &[&str]| {
        let (code, out, err) = folder.run(&[arguments, &["--format", "short"]].concat());
        assert_eq!(code, Some(1), "{arguments:?}: {out}{err}");
        out.lines().last().unwrap().split(':').next().unwrap().to_owned()
    };
    for (folder, arguments) in [
        (&root, vec![]),
        (&root, vec!["."]),
        (&root, vec!["..", "."]),
        (&root, vec![whole]),
        (&inner, vec![".."]),
        (&inner, vec![]),
    ] {
        assert_eq!(sum(folder, &arguments), "2 findings", "{arguments:?}");
    }
    for (folder, arguments) in
        [(&root, vec!["in"]), (&inner, vec!["."]), (&inner, vec!["one.yaml"]), (&inner, vec!["../in"])]
    {
        assert_eq!(sum(folder, &arguments), "1 finding", "{arguments:?}");
    }
}

#[cfg(unix)]
#[test]
fn links_that_lead_out_are_not_followed_unless_they_are_named() {
    let link = |target: &str, at: std::path::PathBuf| std::os::unix::fs::symlink(target, at).unwrap();
    let facts = claims("  a: { at: 1, says: russia supports iran }\n");
    let files = [("secret", "the: secret\n"), ("one/words.yaml", WORDS), ("one/a.yaml", &facts), ("out/readme", "")];
    let folder = Folder::new("links", &files.map(|(path, text)| (path, text)));
    link("../secret", folder.0.join("one/gainsay.yaml"));
    let (code, out, err) = folder.run(&["check", "one"]);
    assert_eq!((code, out.as_str()), (Some(2), ""), "{err}");
    let said = "error: one/gainsay.yaml cannot be read: it is a link that leads out of its folder\n\
        help: replace the link by a copy of the file\n";
    assert!(err == said, "{err}");

    std::fs::remove_file(folder.0.join("one/gainsay.yaml")).unwrap();
    link("../one", folder.0.join("out/facts"));
    // A link that stays inside is a configuration like any other.
    std::fs::write(folder.0.join("one/real.conf"), "today: 2026-11-21\n").unwrap();
    link("real.conf", folder.0.join("one/gainsay.yaml"));
    let inner = Folder(folder.0.join("out"));
    let (code, out, err) = inner.run(&[]);
    assert_eq!((code, out.as_str()), (Some(2), ""), "{err}");
    let said = "error: `facts` is a link that leads out of its folder\n\
        help: name it, if what it leads to is to be checked: `gainsay check facts`\n";
    assert!(err == said, "{err}");
    let (code, out, err) = inner.run(&["check", "facts"]);
    assert_eq!((code, out.contains("1 claim, 1 source")), (Some(0), true), "{out}{err}");
}
