//! The vocabulary of a fact file without its claims, for whoever runs other claims in the same words.

use crate::base::SourceMap;
use crate::yaml::Problems;

use super::links;
use super::lost::Lost;
use super::read::decode;
use super::words::Document;

/// The text of a fact file with its source documents left out, so that its vocabulary documents remain on their lines.
#[must_use]
pub fn vocabulary_text(text: &str) -> String {
    without(text, links::is_source)
}

/// The text of a fact file with its vocabulary documents left out, so that its claims remain on their lines.
#[must_use]
pub fn claims_text(text: &str) -> String {
    without(text, |document| !links::is_source(document))
}

/// The text with some documents replaced by as many line feeds.
fn without(text: &str, is_left_out: impl Fn(&Document) -> bool) -> String {
    let file = SourceMap::new().add("", text);
    let documents = decode(file, text, false, &mut Lost::default(), &mut Problems::new());
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for document in documents.iter().filter(|document| is_left_out(document)) {
        let (start, end) = (document.root.place.0 as usize, document.root.place.1 as usize);
        let (Some(before), Some(inside)) = (text.get(at..start.max(at)), text.get(start.max(at)..end.max(start)))
        else {
            continue;
        };
        out.push_str(before);
        out.extend(inside.chars().filter(|c| *c == '\n'));
        at = end.max(at);
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        assert_eq!(vocabulary_text(text), expect, "{text}");
    }

    #[test]
    fn claims_are_left_out_and_lines_stay() {
        check("entities: { a: { kind: x } }\n", "entities: { a: { kind: x } }\n");
        check(
            "# words\nkinds: { a: [b] }\n---\nsource: { id: s }\nclaims:\n  c: { at: 1 } # a claim\n---\ntopics: { t: {} }\n",
            "# words\nkinds: { a: [b] }\n---\n\n\n # a claim\n---\ntopics: { t: {} }\n",
        );
        check("--- { source: { id: s },\n claims: {} }\n...\nunits: { m: {} }\n", "--- \n\n...\nunits: { m: {} }\n");
        check("source: { id: s }\nclaims:\n  c:\n    quote: |\n      ---\n      x\n", "\n\n\n\n\n\n");
        check("claims: [broken\n", "claims: [broken\n");
    }

    #[test]
    fn words_are_left_out_and_claims_stay() {
        let both = "# words\nkinds: { a: [b] }\n---\nsource: { id: s }\nclaims:\n  c: { at: 1 } # a claim\n";
        assert_eq!(claims_text(both), "# words\n\n---\nsource: { id: s }\nclaims:\n  c: { at: 1 } # a claim\n");
        assert_eq!(claims_text("entities: { a: { kind: x } }\n"), "\n");
    }
}
