//! `gainsay allow` and `gainsay baseline`: findings that are accepted, with a reason or as debt.

#![expect(clippy::disallowed_methods, reason = "the tests look at what was written")]

use super::*;

const FACTS: &str = "\
source: { id: s, author: paper, published: 2015-12 }
claims:
  yes: { at: 1, says: russia supports iran }   # the first
  no:
    at: 2
    says: russia not supports iran
  # a forecast
  later: { at: 3, says: russia attacks iran, mode: prediction }
---
source: { id: t, author: paper, published: 2015-12 }
claims:
  other: { at: 1, says: iran attacks russia, mode: prediction }
";

fn folder(name: &str) -> Folder {
    Folder::new(name, &[("gainsay.yaml", "today: 2016-06-01\n"), ("words.yaml", WORDS), ("claims.yaml", FACTS)])
}

impl Folder {
    fn text(&self, path: &str) -> String {
        std::fs::read_to_string(self.0.join(path)).unwrap()
    }

    fn write(&self, path: &str, text: &str) {
        std::fs::write(self.0.join(path), text).unwrap();
    }

    /// The command's exit code and all that it says.
    fn says(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let (code, out, err) = self.run(arguments);
        (code, out + &err)
    }

    /// Fingerprint and status of the findings of a rule.
    fn findings(&self, rule: &str) -> Vec<(String, String)> {
        let (_, out, err) = self.run(&["check", "--format", "json"]);
        let report: serde_json::Value =
            serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}{err}"));
        let findings = report["findings"].as_array().unwrap().iter().filter(|finding| finding["rule"] == rule);
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        findings.map(|finding| (text(&finding["fingerprint"]), text(&finding["status"]))).collect()
    }
}

const QUARREL: &str = "self-contradiction";

#[test]
fn a_finding_is_allowed_by_an_entry_in_its_claim() {
    let folder = folder("allow-command");
    let [(fingerprint, _)] = &folder.findings(QUARREL)[..] else { panic!("one quarrel") };
    let (code, said) =
        folder.says(&["allow", &fingerprint[..6], "--why", "the paper \"took\" it back", "--claim", "no"]);
    let entry =
        r#"{ rule: self-contradiction, with: yes, why: "the paper \"took\" it back" }"#.replace("yes", "\"yes\"");
    let expect = FACTS.replace("not supports iran\n", &format!("not supports iran\n    allow:\n      - {entry}\n"));
    assert_eq!((code, folder.text("claims.yaml")), (Some(0), expect), "{said}");
    snapshot("cli", "allow", &said);
    assert_eq!(folder.findings(QUARREL)[0].1, "allowed");
    // The second time there is nothing to do.
    let before = folder.text("claims.yaml");
    let (code, said) = folder.says(&["allow", fingerprint, "--why", "again"]);
    assert_eq!((code, folder.text("claims.yaml")), (Some(0), before));
    let start = fingerprint[..8].to_owned() + " is allowed already by claims.yaml:8:";
    assert!(said.starts_with(&start), "{said}");
}

#[test]
fn after_its_last_day_the_finding_is_back() {
    let folder = folder("allow-until");
    let [(fingerprint, _)] = &folder.findings(QUARREL)[..] else { panic!("one quarrel") };
    let (code, said) = folder.says(&["allow", fingerprint, "--why", "known", "--until", "2016-06"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        folder.text("claims.yaml").contains("with: \"yes\", why: \"known\", until: 2016-06 }\n"),
        "{}",
        folder.text("claims.yaml")
    );
    let gate = |today: &str| folder.says(&["--today", today, "--only", QUARREL, "--fail-on", "advice", "-f", "short"]);
    assert_eq!(gate("2016-06-30").0, Some(0));
    let (code, said) = gate("2016-07-01");
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("[stale-allow] this entry has allowed nothing since 2016-06-30, its last day"), "{said}");
}

#[test]
fn what_cannot_be_allowed_is_said_and_nothing_is_written() {
    let folder = folder("allow-refused");
    let [(fingerprint, _)] = &folder.findings(QUARREL)[..] else { panic!("one quarrel") };
    let mut all = String::new();
    for arguments in [
        &["allow", "abc", "--why", "x"][..],
        &["allow", "wxyz", "--why", "x"],
        &["allow", "0000000000000000", "--why", "x"],
        &["allow", fingerprint, "--why", " "],
        &["allow", fingerprint, "--why", "x", "--until", "soon"],
        &["allow", fingerprint, "--why", "x", "--until", "2016-05"],
        &["allow", fingerprint, "--why", "x", "--claim", "yess"],
        &["allow", fingerprint, "--why", "x", "--claim", "later"],
    ] {
        let (code, said) = folder.says(arguments);
        assert_eq!((code, folder.text("claims.yaml").as_str()), (Some(2), FACTS), "{said}");
        all += &said.replace(&fingerprint[..8], "FINGERPRINT");
    }
    snapshot("cli", "allow-refused", &all);
}

/// A finding of the vocabulary has no claims.
#[test]
fn a_finding_without_claims_is_sent_to_the_baseline() {
    let words = WORDS.to_owned() + "predicates: { a: { implies: [b], contrary: [b] }, b: {} }\n";
    let folder = folder("allow-no-claims");
    folder.write("words.yaml", &words);
    let found = folder.findings("incoherent-vocabulary");
    let [(fingerprint, status)] = &found[..] else { panic!("{found:?}") };
    assert_eq!(status, "open");
    let (code, said) = folder.says(&["allow", fingerprint, "--why", "x"]);
    assert_eq!(code, Some(2));
    assert!(said.contains("has no claims, so none can allow it\nhelp: run `gainsay baseline --update`, or"), "{said}");
    assert_eq!(folder.says(&["baseline", "--update"]).0, Some(0));
    assert!(folder.text("gainsay.baseline.yaml").contains(&format!("- {fingerprint} incoherent-vocabulary - ")));
    assert_eq!(folder.findings("incoherent-vocabulary")[0].1, "baselined");
}

#[test]
fn an_entry_that_would_accept_more_than_one_finding_is_not_written() {
    let folder = folder("allow-more");
    // Two findings of the same claims.
    let facts = FACTS
        .replace("russia supports iran }", "russia supports iran+paper }")
        .replace("not supports iran", "not supports iran+paper");
    folder.write("claims.yaml", &facts);
    let found = folder.findings(QUARREL);
    let (code, said) = folder.says(&["allow", &found[0].0, "--why", "x"]);
    if found.len() == 1 {
        assert_eq!(code, Some(0), "{said}");
    } else {
        assert_eq!((code, folder.text("claims.yaml")), (Some(2), facts));
        assert!(said.contains("the entry would allow") && said.contains("so nothing is written"), "{said}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_written_stays() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder("allow-read-only");
    let path = folder.0.join("claims.yaml");
    let [(fingerprint, _)] = &folder.findings(QUARREL)[..] else { panic!("one quarrel") };
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o444)).unwrap();
    let (code, said) = folder.says(&["allow", fingerprint, "--why", "x"]);
    assert_eq!((code, folder.text("claims.yaml").as_str()), (Some(2), FACTS), "{said}");
    assert!(said.contains("claims.yaml cannot be written: it is read-only"), "{said}");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    assert_eq!(folder.says(&["allow", fingerprint, "--why", "x"]).0, Some(0));
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(std::fs::read_dir(&folder.0).unwrap().count(), 3, "no draft is left");
}

#[test]
fn the_baseline_grows_and_shrinks_only_when_told() {
    let folder = folder("baseline-command");
    let path = folder.0.join("gainsay.baseline.yaml");
    let mut story = String::new();
    let mut tell = |arguments: &[&str], expect: i32| {
        let (code, said) = folder.says(arguments);
        assert_eq!(code, Some(expect), "{arguments:?}: {said}");
        story.extend(["$ gainsay ", &arguments.join(" "), "\n", &said, "\n"]);
    };
    tell(&["baseline"], 1);
    assert!(!path.exists());
    tell(&["baseline", "--prune"], 0);
    assert!(!path.exists());
    tell(&["baseline", "--update"], 0);
    tell(&["baseline"], 0);
    let all = ["check", "--fail-on", "advice", "-f", "short"];
    tell(&all, 0);
    assert_eq!(folder.says(&[&all[..], &["--no-baseline"]].concat()).0, Some(1));
    // A new finding is not in it; one whose claim says something else is back; one that is gone is stale.
    let edited = FACTS.replace("says: russia not supports iran", "says: iran grows");
    let edited = edited.replace("mode: prediction }\n---", "mode: prediction, sure: likely }\n---");
    folder.write("claims.yaml", &(edited + "  more: { at: 2, says: iran supports russia, mode: prediction }\n"));
    let baseline = folder.text("gainsay.baseline.yaml");
    tell(&all, 1);
    tell(&["baseline"], 1);
    assert_eq!(folder.text("gainsay.baseline.yaml"), baseline);
    // Pruned, the other lines stay as they are, with what somebody wrote beside them.
    folder.write("gainsay.baseline.yaml", &baseline.replace('\n', "\r\n").replace('#', "# ours\r\n#"));
    tell(&["baseline", "--prune"], 0);
    let pruned = folder.text("gainsay.baseline.yaml");
    assert!(
        pruned.starts_with("# ours\r\n# ") && !pruned.contains(QUARREL) && pruned.len() < baseline.len(),
        "{pruned}"
    );
    tell(&["baseline", "--prune"], 0);
    tell(&["baseline", "--update", "--min-level", "warning"], 0);
    snapshot("cli", "baseline", &(story + &folder.text("gainsay.baseline.yaml")));
}

#[test]
fn a_broken_baseline_cannot_be_compared_or_pruned() {
    let folder = folder("baseline-broken");
    folder.write("gainsay.baseline.yaml", "- x\n");
    for arguments in [&["baseline"][..], &["baseline", "--update"], &["baseline", "--prune"], &["check"], &[]] {
        let (code, said) = folder.says(arguments);
        assert_eq!((code, folder.text("gainsay.baseline.yaml").as_str()), (Some(2), "- x\n"), "{said}");
        assert!(said.contains("config-error / bad-baseline") && said.contains("gainsay.baseline.yaml:1:1"), "{said}");
    }
    assert_eq!(folder.says(&["check", "--no-baseline", "--fail-on", "never"]).0, Some(0));
}

/// A link that leads out of the data set is neither read nor written through.
#[cfg(unix)]
#[test]
fn a_baseline_elsewhere_is_not_written() {
    let folder = folder("baseline-link");
    let outside = folder.0.parent().unwrap().join("baseline-outside.yaml");
    std::fs::write(&outside, "mine\n").unwrap();
    std::os::unix::fs::symlink(&outside, folder.0.join("gainsay.baseline.yaml")).unwrap();
    let (code, said) = folder.says(&["baseline", "--update"]);
    assert_eq!((code, std::fs::read_to_string(&outside).unwrap().as_str()), (Some(2), "mine\n"), "{said}");
}
