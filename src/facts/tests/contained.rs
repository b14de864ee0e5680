//! One entry is damaged: what is wrong with the others is still said, and the rest of the claims is still read.
//!
//! A case takes some claims of the project's own articles, puts a mistake into three of them, and damages one line of another
//! claim: a byte changed, added or dropped, a line dropped, doubled or swapped, its indentation changed, a mark of YAML
//! dropped or added. The damage is *contained* if all three mistakes are reported at their places, and every claim that
//! neither has a mistake nor is damaged is read. Nineteen of twenty damages must be.

use std::collections::BTreeSet;

use super::damage::{BITS, Random};
use super::load;

/// The vocabulary that the claims need; names may be unknown.
const WORDS: &str = "\
use: []
predicates: { x: {} }
qualifiers: { in: {}, to: {}, from: {}, topic: {}, region: {}, with: {}, against: {}, about: {}, except: {}, only: {}, by: {}, freq: {}, role: {}, means: {}, between: {}, n: { value: quantity }, amount: { value: quantity }, when: {}, since: {}, for: {}, of: {}, at: {}, among: {}, via: {}, under: {}, what: {}, then: {}, until: {}, over: {}, as: {}, like: {}, through: {} }
units: { days: {}, USD: {}, \"%\": {}, years: {}, minutes: {}, hours: {}, km: {}, weeks: {} }
classes: { allies: \"X x Y\" }
";

/// Claims of an article, each with its lines.
fn claims() -> Vec<String> {
    let texts =
        [include_str!("../../../facts/bloomberg-2015.yaml"), include_str!("../../../facts/specialeurasia-2021.yaml")];
    let mut found: Vec<String> = Vec::new();
    for text in texts {
        let body = text.split_once("\nclaims:\n").unwrap().1;
        for line in body.lines().filter(|line| !line.trim().is_empty() && !line.starts_with("  #")) {
            if line.starts_with("   ") {
                let last = found.last_mut().unwrap();
                last.push_str(line);
                last.push('\n');
            } else {
                found.push(format!("{line}\n"));
            }
        }
    }
    found
}

/// The claim with a mistake: a key or a name that ends in a number.
fn planted(claim: &str, number: usize) -> (String, String, &'static str) {
    let (shown, field, code) = if number.is_multiple_of(2) {
        (format!("zz{number}"), format!("zz{number}: x"), "unknown-key")
    } else {
        (format!("ZZ{number}"), format!("utterance: ZZ{number}"), "bad-identifier")
    };
    let text = match claim.split_once(": {") {
        Some((slug, rest)) if !slug.contains('\n') => format!("{slug}: {{ {field},{rest}"),
        _ => {
            let (slug, rest) = claim.split_once('\n').unwrap();
            format!("{slug}\n    {field}\n{rest}")
        }
    };
    (text, shown, code)
}

fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

const MARKS: [char; 9] = ['"', '\'', '{', '}', '[', ']', ':', ',', '-'];

/// The claim with one damage, and its kind.
fn damaged(claim: &str, random: &mut Random) -> (String, &'static str) {
    let mut lines: Vec<String> = claim.lines().map(str::to_owned).collect();
    let at = random.below(lines.len());
    let line = lines[at].clone();
    let place = boundary(&line, random.below(line.len()));
    let kind = match random.below(9) {
        0 => {
            lines[at].insert_str(place, BITS[random.below(BITS.len())]);
            "something is put in"
        }
        1 => {
            lines[at].remove(place);
            "a character is dropped"
        }
        2 => {
            let with = char::from(u8::try_from(0x20 + random.below(0x5f)).unwrap());
            let old = lines[at].remove(place);
            lines[at].insert(place, if old == with { '~' } else { with });
            "a character is changed"
        }
        3 => {
            lines.remove(at);
            "a line is dropped"
        }
        4 => {
            lines.insert(at, line);
            "a line is doubled"
        }
        5 => {
            let other = random.below(lines.len());
            lines.swap(at, other);
            "two lines are swapped"
        }
        6 => {
            let deeper = [" ", "  ", "    ", "\t"][random.below(4)];
            lines[at].insert_str(0, deeper);
            "a line is indented deeper"
        }
        7 => {
            let less = random.below(4) + 1;
            let blank = line.len() - line.trim_start().len();
            lines[at] = line[less.min(blank)..].to_owned();
            "a line is indented less"
        }
        _ => {
            let mark = line.match_indices(MARKS).map(|(at, _)| at).collect::<Vec<_>>();
            if let Some(&at_mark) = mark.get(random.below(mark.len())) {
                lines[at].remove(at_mark);
            }
            "a mark is dropped"
        }
    };
    (lines.join("\n") + if lines.is_empty() { "" } else { "\n" }, kind)
}

struct Case {
    text: String,
    kind: &'static str,
    /// What must be reported where.
    mistakes: Vec<(String, &'static str)>,
    /// What must be read.
    intact: BTreeSet<String>,
}

fn case(all: &[String], random: &mut Random) -> Case {
    let mut text = "source: { id: s, author: paper, published: 2015-12 }\nclaims:\n".to_owned();
    let count = 5 + random.below(4);
    let hurt = random.below(count);
    let (mut mistakes, mut intact, mut kind) = (Vec::new(), BTreeSet::new(), "");
    let first = random.below(all.len() - count);
    for number in 0..count {
        let claim = &all[first + number];
        if number == hurt {
            let (broken, how) = damaged(claim, random);
            kind = how;
            text.push_str(&broken);
        } else if mistakes.len() < 3 && random.below(2) == 0 {
            let (wrong, shown, code) = planted(claim, number);
            text.push_str(&wrong);
            mistakes.push((shown, code));
        } else {
            intact.insert(claim.trim().split(':').next().unwrap().to_owned());
            text.push_str(claim);
        }
    }
    Case { text, kind, mistakes, intact }
}

/// What went wrong beyond the damage itself; empty if it is contained.
fn spilled(case: &Case) -> Vec<String> {
    let loaded = load(&[&case.text, WORDS]);
    let mut wrong = Vec::new();
    for (shown, code) in &case.mistakes {
        let at = case.text.find(shown.as_str()).unwrap();
        let is_it = |span: crate::base::Span| span.start as usize == at && span.end as usize == at + shown.len();
        let hits = loaded.checked.diagnostics.iter().filter(|found| found.code == *code && is_it(found.primary.span));
        if hits.count() != 1 {
            wrong.push(format!("{shown} is not reported"));
        }
    }
    let read: BTreeSet<&str> = loaded.checked.value.claims.iter().map(|claim| loaded.text(claim.slug.value)).collect();
    wrong.extend(
        case.intact.iter().filter(|slug| !read.contains(slug.as_str())).map(|slug| format!("{slug} is not read")),
    );
    for found in &loaded.checked.diagnostics {
        let file = loaded.sources.file(found.primary.span.file);
        for span in found.secondary.iter().map(|label| label.span).chain([found.primary.span]) {
            let text = &file.text;
            assert!(span.start <= span.end && span.end as usize <= text.len(), "{found:?}\n{}", case.text);
            assert!(
                text.is_char_boundary(span.start as usize) && text.is_char_boundary(span.end as usize),
                "{found:?}"
            );
        }
    }
    wrong
}

#[test]
fn damage_to_one_claim_is_contained() {
    let all = claims();
    assert!(all.len() > 100);
    let mut random = Random(0x5DEE_CE66_D1CE_5EED);
    let mut spread = Vec::new();
    let cases = 1500;
    for _ in 0..cases {
        let case = case(&all, &mut random);
        let wrong = spilled(&case);
        if !wrong.is_empty() {
            spread.push(format!("{}: {}\n{}", case.kind, wrong.join(", "), case.text));
        }
    }
    // What is left: a claim that lost its first line adds its fields to the claim before, a first claim that stands elsewhere
    // than the others, a `---`, a quote or a bracket put in that happens to be closed in another claim.
    assert!(spread.len() * 20 < cases, "{} of {cases} spread\n{}", spread.len(), spread.join("\n"));
}
