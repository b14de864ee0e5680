//! Damaged files: whatever the bytes, reading ends without a panic, and every place lies in its file.

use super::{WORDS, load, source};

/// A small deterministic generator.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit.max(1)).unwrap()).unwrap()
    }
}

pub(super) const BITS: &[&str] = &[
    "\"", "'", "{", "}", "[", "]", ":", ": ", ",", "#", " #", "&a", "*a", "!t", "|", ">", "- ", "? ", "\n", "\n  ",
    "\t", "\0", "---\n", "...\n", "%", "é", "\u{FEFF}", "\r", "(", ")", "=", "+", "not", "self", "2015-13", "5e9",
    "..", "~", "\\", "\\u00", "<<", "\u{85}", "\u{2028}",
];

#[test]
fn random_damage_never_panics() {
    let sample = source(concat!(
        "  a: { at: 1, says: 'us not supports iran+syria (in=region n=5..6)', sure: may, because: [b, [b, c]] }\n",
        "  b:\n    at: L3-4\n    who: us+iran\n    says: |\n      self wants\n      assad-goes\n    gloss: \"caf\\u00e9 \\\n       x\"\n",
        "  c: { at: p1, says: us starts 2015-11~, outcome: { is: void, when: 2015/.. }, tags: [é, ü] }\n---\n",
    )) + WORDS;
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    for round in 0..300 {
        let mut text = sample.clone();
        for _ in 0..=random.below(4) {
            let mut at = random.below(text.len());
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            match random.below(3) {
                0 => text.insert_str(at, BITS[random.below(BITS.len())]),
                1 => {
                    let mut end = (at + random.below(20)).min(text.len());
                    while !text.is_char_boundary(end) {
                        end += 1;
                    }
                    text.replace_range(at..end, "");
                }
                _ => text.truncate(at.max(1)),
            }
        }
        let loaded = load(&[&text]);
        for found in &loaded.checked.diagnostics {
            let span = found.primary.span;
            let length = loaded.sources.file(span.file).text.len();
            assert!(span.start <= span.end && span.end as usize <= length, "round {round}: {found:?}");
            assert!(!found.message.contains('\n') && !found.message.is_empty(), "{found:?}");
        }
        for claim in &loaded.checked.value.claims {
            assert!(
                claim.says.span.start >= claim.span.start && claim.says.span.end <= claim.span.end,
                "round {round}"
            );
        }
    }
}

/// The parts for 0, 1, … in one text.
fn many(count: usize, part: impl Fn(usize) -> String) -> String {
    (0..count).map(part).collect::<Vec<_>>().concat()
}

/// Each of these took time in proportion to the square of its length, or listed all it had for each mistake.
#[test]
fn long_texts_are_read_in_one_go() {
    let pairs = many(1500, |n| format!(" q{n}=a"));
    let escaped = source(&format!("  c: {{ at: 1, says: \"us supports\\x20us ({})\" }}\n", pairs.trim_start()));
    let names = source(&format!("  c: {{ at: 1, says: us grows, who: \"\\x61{}\" }}\n", "+a".repeat(10_000)));
    let units = many(50, |n| format!("u{n}x{}: {{}}, ", "x".repeat(60)));
    let unit = source(&format!("  c: {{ at: 1, says: us supports 5{} }}\n", "y".repeat(60_000)));
    for (text, words, code) in [
        (&escaped, WORDS, "unknown-qualifier"),
        (&names, WORDS, "too-large"),
        (&unit, &format!("units: {{ {units} }}\n---\n{WORDS}"), "bad-quantity"),
    ] {
        let loaded = load(&[text, words]);
        assert_eq!(loaded.checked.diagnostics.first().map(|found| found.code), Some(code));
    }
    let circles = many(3000, |n| format!("  e{n}: {{ kind: x, part-of: [e{}, e0] }}\n", n + 1));
    let loaded = load(&[&format!("entities:\n{circles}  e3000: {{ kind: x }}\n")]);
    assert!(loaded.checked.diagnostics.iter().any(|found| found.code == "cyclic-hierarchy"));
    let words = many(101, |n| format!("w{n}: [1, 2], "));
    let loaded = load(&[&format!("scales: {{ s: {{ {words} }} }}\n")]);
    assert_eq!(loaded.diagnostics(), ["1:1306 too-large <w100> this scale has 101 words, the limit is 100"]);
}
