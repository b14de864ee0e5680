//! Stored texts: `text` of a header and `--text-root`.

#![expect(clippy::disallowed_methods, reason = "the tests look at what was written")]

use super::*;

const TEXT: &str = "A title\n\n“We won’t leave”, he\u{a0}said.\n\nA great concern – of the West.\n";

fn source(id: &str, header: &str, lines: &str) -> String {
    format!("source: {{ id: {id}, author: paper, published: 2015-12{header} }}\nclaims:\n{lines}")
}

const CLAIMS: &str = "  right: { at: 2, says: russia supports iran, quote: \"We won't leave\" }
  other: { at: 3, says: russia supports iran, quote: \"won't leave\\\", he [...] said.\" }
  near: { at: 3, says: russia supports iran, quote: a big concern of the West }
  nowhere: { at: 1, says: russia supports iran, quote: nobody said so }
  beyond: { at: 3-4, says: russia supports iran, quote: a title }
  page: { at: p12, says: russia supports iran, quote: A title }
";

/// The rows of a relation of claims and numbers.
fn rows(folder: &Folder, relation: &str, more: &[&str]) -> String {
    let query = format!("{relation}(c, n)");
    let (code, out, err) = folder.run(&[&["query", &query, "--format", "json"], more].concat());
    assert_eq!((code, err.as_str()), (Some(0), ""), "{out}");
    let document: serde_json::Value = serde_json::from_str(&out).unwrap();
    let values = document["rows"].as_array().unwrap().iter().map(|row| row["values"].to_string());
    values.collect::<Vec<_>>().join(" ")
}

#[test]
fn quotes_are_looked_for_in_the_text_of_the_header() {
    let facts = source("s", ", text: texts/s.txt", CLAIMS);
    let folder = Folder::new(
        "texts-header",
        &[("gainsay.yaml", ""), ("words.yaml", WORDS), ("in/a.yaml", &facts), ("in/texts/s.txt", TEXT)],
    );
    let absent = r#"["s/beyond",0] ["s/near",0] ["s/nowhere",0] ["s/other",2]"#;
    assert_eq!(rows(&folder, "quote_absent", &[]), absent);
    assert_eq!(rows(&folder, "quote_nearest", &[]), r#"["s/beyond",1] ["s/near",3]"#);
    assert_eq!(rows(&folder, "beyond_text", &[]), r#"["s/beyond",3]"#);
    // No text is shown or written anywhere.
    let (code, out, err) = folder.run(&["check", "--format", "json"]);
    assert!(!format!("{out}{err}").contains("great concern"), "{out}{err}");
    assert!(code.is_some_and(|code| code < 2), "{out}{err}");
    let (code, _, err) = folder.run(&["export", "--to", "souffle", "out"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    for file in ["program.dl", "vocabulary.dl", "facts/quote_absent.facts", "facts/quote.facts"] {
        let written = std::fs::read_to_string(folder.0.join("out").join(file)).unwrap();
        assert!(!written.contains("great concern"), "{file}");
        assert!(!file.ends_with("absent.facts") || written.lines().count() == 4, "{written}");
    }
}

#[test]
fn what_a_number_counts_is_said_by_the_header() {
    let text = "One\ntwo\n\nthree\n";
    let facts = "  a: { at: 2, says: russia supports iran, quote: three }\n";
    let check = |header: &str, expect: &str| {
        let facts = source("s", &format!(", text: s.txt{header}"), facts);
        let folder = Folder::new("texts-counting", &[("words.yaml", WORDS), ("a.yaml", &facts), ("s.txt", text)]);
        assert_eq!(rows(&folder, "quote_absent", &["."]), expect);
    };
    check("", r#"["s/a",3]"#);
    check(", paragraphs: lines", r#"["s/a",3]"#);
    check(", paragraphs: blocks", "");
}

#[test]
fn a_folder_of_texts_comes_before_the_headers() {
    let line = "  a: { at: 1, says: russia supports iran, quote: one }\n";
    let files = [
        ("data/words.yaml", WORDS.to_owned()),
        ("data/a.yaml", source("a", "", line)),
        ("data/b.yaml", source("b", ", text: b.txt", line)),
        ("data/c.yaml", source("c", ", text: gone.txt", line)),
        ("data/d.yaml", source("d", ", text: gone.txt", line)),
        ("data/b.txt", "two\n".to_owned()),
        ("texts/a.txt", "three\none\n".to_owned()),
        ("texts/d.txt", "one\n".to_owned()),
        ("other/b.txt", "one\n".to_owned()),
        ("empty/readme", String::new()),
    ];
    let folder = Folder::new("texts-root", &files.each_ref().map(|(path, text)| (*path, text.as_str())));
    let absent = |root: &str| rows(&folder, "quote_absent", &["data", "--text-root", root]);
    assert_eq!(rows(&folder, "quote_absent", &["data"]), r#"["b/a",0]"#);
    assert_eq!(absent("texts"), r#"["a/a",2] ["b/a",0]"#);
    assert_eq!(absent("other"), "");
    let (code, out, err) = folder.run(&["check", "data", "--text-root", "texts", "--format", "short"]);
    assert!(out.contains("c.yaml:1:59: warning[text-missing]"), "{out}{err}");
    assert!(!out.contains("d.yaml:1:59"), "{out}");
    assert!(code.is_some_and(|code| code < 2), "{err}");
    for command in
        [&["check", "data"][..], &["query", "claim(c, s)", "data"], &["export", "--to", "souffle", "x", "data"]]
    {
        let (code, out, err) = folder.run(&[command, &["--text-root", "empty"]].concat());
        let said = "error: there is no text of any source in empty\n\
            help: name the texts after the sources, such as `a.txt`, or name another folder\n";
        assert_eq!((code, out.as_str(), err.as_str()), (Some(2), "", said));
        let (code, _, err) = folder.run(&[command, &["--text-root", "none"]].concat());
        let said = "error: there is no folder `none`\n\
            help: name the folder with the texts of the sources as `--text-root DIR`\n";
        assert_eq!((code, err.as_str()), (Some(2), said));
    }
}

#[cfg(unix)]
#[test]
fn nothing_is_read_outside_the_two_folders() {
    let lead = |target: &str, at: std::path::PathBuf| std::os::unix::fs::symlink(target, at).unwrap();
    let line = "  a: { at: 1, says: russia supports iran, quote: one }\n";
    let files = [
        ("data/words.yaml", WORDS.to_owned()),
        ("data/a.yaml", source("a", "", line)),
        ("data/b.yaml", source("b", ", text: .git/config", line)),
        ("data/c.yaml", source("c", ", text: linked.txt", line)),
        ("data/.git/config", "two\n".to_owned()),
        ("texts/c.txt", "one\n".to_owned()),
        ("secret", "two\n".to_owned()),
    ];
    let folder = Folder::new("texts-links", &files.each_ref().map(|(path, text)| (*path, text.as_str())));
    lead("../secret", folder.0.join("texts/a.txt"));
    lead(".git/config", folder.0.join("data/linked.txt"));
    let (code, out, err) = folder.run(&["check", "data", "--text-root", "texts", "--format", "short"]);
    assert_eq!(code, Some(2), "{out}{err}");
    let lines: Vec<&str> = out.lines().take(3).collect();
    let said = [
        "data/a.yaml:1:15: error[text-outside] `texts/a.txt` is a link that leads out of the folder of texts \
            help: copy the text into that folder",
        "data/b.yaml:1:59: error[text-outside] `data/.git/config` is hidden, and hidden files are no part of the data set \
            help: copy the file into the data set and write its path, or remove `text`",
        "data/c.yaml:1:59: error[text-outside] `data/linked.txt` is hidden, and hidden files are no part of the data set \
            help: copy the file into the data set and write its path, or remove `text`",
    ];
    assert_eq!(lines, said, "{out}");
}
