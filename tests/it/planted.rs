//! A hundred files with planted mistakes: each is found at its place, none twice, and nothing else is.
//!
//! The first lines of a file name its mistakes: `# expect: line:column code "the underlined text"`. The files are one data
//! set; those without the line `# with the other files` are also read with nothing beside them but the names they use.

use std::collections::{BTreeMap, BTreeSet};

use gainsay::base::fs::{Disk, FileSystem as _, Memory};
use gainsay::engine::{self, Outcome};

use gainsay::base::{Pool, SourceMap};
use gainsay::facts;

use super::common::{files, package};
use super::diagnostics::{CODES, drawn_diagnostics, run};

/// Declares the names that the others use.
const BASE: &str = "000-base.yaml";
const ROOT: &str = "tests/inputs/planted";

/// The planted files.
fn planted() -> BTreeMap<String, Vec<u8>> {
    let read = |path: String| {
        let bytes = Disk.read(&package().join(ROOT).join(&path)).expect("the file is there");
        (path, bytes)
    };
    files(ROOT).into_iter().map(read).collect()
}

/// What the first lines of a file announce.
fn announced(name: &str, bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let lines = text.trim_start_matches('\u{feff}').lines();
    let heads = lines.take_while(|line| line.starts_with('#')).filter_map(|line| line.strip_prefix("# expect: "));
    let mut found: Vec<String> = heads
        .map(|line| {
            let mut parts = line.splitn(3, ' ');
            let (Some(place), Some(code), Some(shown)) = (parts.next(), parts.next(), parts.next()) else {
                panic!("{name}: {line}");
            };
            let shown: String = serde_json::from_str(shown).expect("the underlined text is in double quotes");
            assert!(CODES.contains(&code), "{name}: {line}");
            format!("{name}:{place} {code} {shown:?}")
        })
        .collect();
    found.sort();
    found
}

/// What was found in a file.
fn found(outcome: &Outcome, name: &str) -> Vec<String> {
    let here = outcome.diagnostics.iter().filter(|found| *outcome.sources.file(found.primary.span.file).path == *name);
    let mut found: Vec<String> = here
        .map(|found| {
            let span = found.primary.span;
            let (start, _) = outcome.sources.range(span);
            format!("{name}:{}:{} {} {:?}", start.line, start.column, found.code, outcome.sources.text(span))
        })
        .collect();
    found.sort();
    found
}

/// The difference of both, for people.
fn compare(expected: &[String], found: &[String], wrong: &mut Vec<String>) {
    let (a, b): (BTreeSet<_>, BTreeSet<_>) = (expected.iter().collect(), found.iter().collect());
    wrong.extend(a.difference(&b).map(|line| format!("not found: {line}")));
    wrong.extend(b.difference(&a).map(|line| format!("also found: {line}")));
    if a == b && expected != found {
        wrong.push(format!("not found as often: {expected:?}, found: {found:?}"));
    }
}

#[test]
fn every_planted_mistake_is_found_once_and_nothing_else() {
    let all = planted();
    let mut memory = Memory::new();
    for (name, bytes) in &all {
        memory.add(name, bytes.clone());
    }
    let outcome = run(&memory, &engine::builtin_rules());
    let mut wrong = Vec::new();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut total = 0;
    for (name, bytes) in all.iter().filter(|(name, _)| !name.starts_with("texts/")) {
        let expected = announced(name, bytes);
        assert!(name == BASE || !expected.is_empty() || name.contains("pair") || name.contains("same"), "{name}");
        total += expected.len();
        for line in &expected {
            let code = line.split(' ').nth(1).expect("a code was written");
            *counts.entry(code.to_owned()).or_default() += 1;
        }
        compare(&expected, &found(&outcome, name), &mut wrong);
    }
    assert!(wrong.is_empty(), "{} differ\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(outcome.diagnostics.len(), total, "nothing is found outside the planted files");
    assert!(all.len() > 100 && total >= 250, "{} files, {total} mistakes", all.len());
    for code in CODES {
        assert!(counts.get(code).is_some_and(|&count| count >= 2), "{code} is planted at least twice: {counts:?}");
    }
}

#[test]
fn every_file_gives_the_same_on_its_own() {
    let all = planted();
    let rules = engine::builtin_rules();
    let mut wrong = Vec::new();
    let mut count = 0;
    for (name, bytes) in all.iter().filter(|(name, _)| !name.starts_with("texts/")) {
        if bytes.starts_with(b"# with the other files")
            || bytes.starts_with("\u{feff}# with the other files".as_bytes())
        {
            continue;
        }
        count += 1;
        let mut memory = Memory::new();
        memory.add(BASE, all[BASE].clone());
        memory.add(name, bytes.clone());
        for (text, bytes) in all.iter().filter(|(name, _)| name.starts_with("texts/")) {
            memory.add(text, bytes.clone());
        }
        let outcome = run(&memory, &rules);
        compare(&announced(name, bytes), &found(&outcome, name), &mut wrong);
    }
    assert!(wrong.is_empty(), "{} differ\n{}", wrong.len(), wrong.join("\n"));
    assert!(count > 80);
}

/// A small deterministic generator.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit.max(1)).unwrap()).unwrap()
    }
}

/// The text with one damage: a byte, a line, an indentation.
fn damaged(text: &str, random: &mut Random) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let at = random.below(lines.len());
    let line = lines[at].clone();
    let place = (0..=random.below(line.len() + 1)).rev().find(|&at| line.is_char_boundary(at)).unwrap_or(0);
    match random.below(6) {
        0 => lines[at].insert(place, char::from(u8::try_from(random.below(128)).unwrap())),
        1 => lines[at] = line.chars().enumerate().filter(|(n, _)| *n != place).map(|(_, c)| c).collect(),
        2 => drop(lines.remove(at)),
        3 => lines.insert(at, line),
        4 => lines[at].insert_str(0, ["  ", "\t", " "][random.below(3)]),
        _ => line.trim_start().clone_into(&mut lines[at]),
    }
    lines.join("\n")
}

#[test]
fn damaged_files_are_read_and_drawn() {
    let mut random = Random(0x2545_F491_4F6C_DD1D);
    for (name, bytes) in planted() {
        for _ in 0..3 {
            let text = damaged(&String::from_utf8_lossy(&bytes), &mut random);
            let mut sources = SourceMap::new();
            let file = sources.add(&name, &text);
            let read = facts::read(&mut sources, &[file], &mut Pool::new());
            for found in &read.diagnostics {
                for span in found.secondary.iter().map(|label| label.span).chain([found.primary.span]) {
                    let text = &sources.file(span.file).text;
                    assert!(span.start <= span.end && span.end as usize <= text.len(), "{found:?}\n{text}");
                    let whole = text.is_char_boundary(span.start as usize) && text.is_char_boundary(span.end as usize);
                    assert!(whole, "{found:?}\n{text}");
                }
            }
            let drawn = drawn_diagnostics(&sources, &read.diagnostics);
            assert!(read.diagnostics.is_empty() != drawn.contains("fact-error"), "{text}");
        }
    }
}
