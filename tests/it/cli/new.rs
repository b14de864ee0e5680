//! `gainsay new`: what is written is complete as soon as it is filled in.

#![expect(clippy::disallowed_methods, reason = "the tests look at what was written")]

use super::*;

const TEXT: &str =
    "A title\n\n“We won’t leave”, he said: not now,\nnot {ever} # he \u{1b}[31mthinks.\n\n\u{200b}\n::error::x\n";

/// The header with an author and a date, the claims with something to say, and no `#` before them.
fn filled(text: &str) -> String {
    let text = text.replace("author: ", "author: paper ").replace("published: ", "published: 2015 ");
    text.replace("  #p", "  p").replace("says:  ", "says: russia supports iran ")
}

#[test]
fn a_fact_file_is_written_from_a_text() {
    let folder = Folder::new(
        "new-from",
        &[("data/gainsay.yaml", "today: 2016-01-01\n"), ("data/words.yaml", WORDS), ("data/texts/My Text.txt", TEXT)],
    );
    let written = |path: &str| std::fs::read_to_string(folder.0.join(path)).unwrap();
    let from = ["--from", "data/texts/My Text.txt"];
    let (code, out, err) = folder.run(&[&["new", "data/in-2015.yaml"], &from[..]].concat());
    let said = "wrote data/in-2015.yaml with 4 paragraphs; fill in `author` and `published`\n";
    assert_eq!((code, out.as_str(), err.as_str()), (Some(0), said, ""));
    snapshot("cli", "new-from", &written("data/in-2015.yaml"));
    // As it stands, the check says what is to be filled in, and nothing else.
    let (code, out, _) = folder.run(&["check", "data", "--format", "short"]);
    assert_eq!(code, Some(2), "{out}");
    assert!(out.starts_with("data/in-2015.yaml:2:1: error[missing-key] ") && out.lines().count() == 2, "{out}");
    assert!(out.contains("`author`") && out.contains("`published`"), "{out}");
    // Filled in, with all claims, it loads; the paragraphs are those that quotes are looked for in.
    let path = folder.0.join("data/in-2015.yaml");
    std::fs::write(&path, filled(&written("data/in-2015.yaml"))).unwrap();
    let (_, out, err) = folder.run(&["list", "claims", "data", "--format", "json"]);
    assert_eq!((err.as_str(), out.matches("\"in-2015/p").count()), ("", 4), "{out}");
    let quoted = written("data/in-2015.yaml").replace("at: 3,", r#"at: 4, quote: "thinks. [...] error","#);
    std::fs::write(&path, quoted).unwrap();
    let (code, out, err) = folder.run(&["query", "quote_absent(c, n)", "data"]);
    assert!(out.lines().count() == 2 && out.trim_end().ends_with('3'), "{code:?} {out}{err}");
    // Nothing is replaced.
    let before = written("data/in-2015.yaml");
    let (code, out, err) = folder.run(&[&["new", "data/in-2015.yaml"], &from[..]].concat());
    let said = "error: data/in-2015.yaml is there already\nhelp: name a file that is not there, or `-` to print\n";
    assert_eq!((code, out.as_str(), err.as_str(), written("data/in-2015.yaml")), (Some(2), "", said, before));
}

#[test]
fn blocks_are_paragraphs_if_that_is_asked_for() {
    let folder = Folder::new("new-blocks", &[("data/words.yaml", WORDS), ("far/s.txt", TEXT), ("far/bad.txt", "")]);
    let (code, out, err) = folder.run(&["new", "-", "--from", "far/s.txt", "--paragraphs", "blocks"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    snapshot("cli", "new-blocks", &out);
    let (code, out, _) = folder.run(&["new", "data/s.yaml", "--from", "far/s.txt", "--paragraphs", "blocks"]);
    assert_eq!((code, out.contains("with 3 paragraphs")), (Some(0), true), "{out}");
    let written = std::fs::read_to_string(folder.0.join("data/s.yaml")).unwrap();
    // The text is elsewhere, and the header says how it is looked at.
    assert!(written.contains("# text: ") && written.contains("DIR/s.txt"), "{written}");
    std::fs::write(folder.0.join("data/s.yaml"), filled(&written)).unwrap();
    let query = ["query", "beyond_text(c, n)", "data", "--text-root", "far"];
    let (code, out, err) = folder.run(&query);
    assert_eq!((code, out.as_str(), err.as_str()), (Some(0), "no rows\n", ""));
    std::fs::write(folder.0.join("far/bad.txt"), b"caf\xe9\n").unwrap();
    let refused = |arguments: &[&str], said: &str| {
        let (code, out, err) = folder.run(&[&["new", "data/t.yaml"], arguments].concat());
        assert_eq!((code, out.as_str(), err.as_str()), (Some(2), "", said));
        assert!(!folder.0.join("data/t.yaml").exists());
    };
    refused(
        &["--from", "far/bad.txt"],
        "error: far/bad.txt is not UTF-8: byte 0xE9 in line 1\nhelp: save the text as UTF-8, without formatting\n",
    );
    refused(
        &["--from", "far/s.txt", "--paragraphs", "words"],
        "error: `words` is no value of `--paragraphs`\nhelp: one of `lines`, `blocks`\n",
    );
    let (code, _, err) = folder.run(&["new", "data/t.yaml", "--from", "far/none.txt"]);
    assert!(code == Some(2) && err.starts_with("error: far/none.txt cannot be read: "), "{err}");
    let (code, _, err) = folder.run(&["new", "none/t.yaml", "--from", "far/s.txt"]);
    assert!(code == Some(2) && err.starts_with("error: none/t.yaml cannot be written: "), "{err}");
    assert_eq!(std::fs::read_dir(folder.0.join("data")).unwrap().count(), 2);
}

#[test]
fn without_a_text_there_is_a_template() {
    let folder = Folder::new("new-template", &[("words.yaml", WORDS)]);
    let (code, out, err) = folder.run(&["new", "first.yaml"]);
    let said = "wrote first.yaml; fill in `author` and `published`\n";
    assert_eq!((code, out.as_str(), err.as_str()), (Some(0), said, ""));
    let written = std::fs::read_to_string(folder.0.join("first.yaml")).unwrap();
    snapshot("cli", "new-template", &written);
    let claims = written.split_once("claims:\n").unwrap().1.lines().skip(1);
    let claims: String = claims.map(|line| line.replacen('#', "", 1) + "\n").collect();
    let claims = claims.replace("says: ", "says: russia supports iran").replace("because: []", "because: [other]");
    let head = written.split_once("  # A claim").unwrap().0;
    let all = filled(head) + &claims + "  other: { at: 1, says: iran supports russia }\n";
    std::fs::write(folder.0.join("first.yaml"), all).unwrap();
    let (code, out, err) = folder.run(&["check", ".", "--today", "2016-01-01", "--format", "short"]);
    assert!(code == Some(0) && !out.contains("error[") && out.contains("2 claims, 1 source"), "{out}{err}");
}

#[test]
fn a_name_that_no_check_reads_is_refused() {
    let config = "facts: 'claims/*.yaml'\n";
    let folder = Folder::new(
        "new-unread",
        &[("words.yaml", WORDS), (".hidden/x", ""), ("set/gainsay.yaml", config), ("set/claims/x", "")],
    );
    let check = |file: &str, why: &str| {
        let (code, out, err) = folder.run(&["new", file]);
        let said = format!("error: no check would read {file}: {why}\nhelp: choose another name, or `-` to print\n");
        assert_eq!((code, out.as_str(), err.as_str()), (Some(2), "", said.as_str()));
        assert!(!folder.0.join(file).exists());
    };
    check("notes.txt", "its name ends in neither `.yaml` nor `.yml`");
    check("gainsay.baseline.yaml", "files of this name hold no facts");
    let hidden = "it is hidden, and hidden files are no part of a data set";
    check(".a.yaml", hidden);
    let other = "its path does not match `facts` of gainsay.yaml, which is `**/*.yaml` and `**/*.yml` if not written";
    check("set/a.yaml", other);
    assert_eq!(folder.run(&["new", "set/claims/a.yaml"]).0, Some(0));
}

#[test]
#[cfg(unix)]
fn why_a_text_is_not_named_is_told() {
    let folder = Folder::new(
        "new-unnamed",
        &[("set/gainsay.yaml", ""), ("far.txt", TEXT), ("set/.texts/a.txt", TEXT), ("set/a\u{7}b.txt", TEXT)],
    );
    let check = |number: usize, from: &str, why: &str| {
        let file = format!("set/n{number}.yaml");
        assert_eq!(folder.run(&["new", &file, "--from", from]).0, Some(0));
        let written = std::fs::read_to_string(folder.0.join(file)).unwrap();
        let line = format!("  # text:       # {why}: `gainsay check --text-root DIR`\n");
        assert!(written.contains(&line), "{written}");
    };
    check(1, "far.txt", "the text is outside the data set");
    check(2, "set/.texts/a.txt", "the text is hidden, and hidden files are no part of the data set");
    check(3, "set/a\u{7}b.txt", "the path of the text has control characters");
}
