//! Words of parts that could not be read: nobody is told that one of them is unknown.

use std::collections::BTreeSet;

/// Words that may be declared where nothing was read.
#[derive(Clone, Debug, Default)]
pub struct Lost {
    words: BTreeSet<String>,
    everything: bool,
}

impl Lost {
    /// Adds what a part of a file seems to declare: words before a colon, ids, and all words of a line with aliases.
    pub fn add(&mut self, text: &str) {
        for line in text.lines() {
            let aliases = line.contains("alias");
            let mut after_id = false;
            let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '/' | '%' | '_');
            let mut rest = line;
            while let Some(from) = rest.find(is_part) {
                let word = &rest[from..];
                let end = word.find(|c: char| !is_part(c)).unwrap_or(word.len());
                let (word, behind) = word.split_at(end);
                rest = behind;
                let declared = behind.trim_start_matches(['"', '\'', ' ']).starts_with(':');
                if declared || aliases || after_id {
                    self.words.insert(word.to_owned());
                }
                after_id = declared && word == "id";
            }
        }
    }

    /// A file was not read at all.
    pub fn add_everything(&mut self) {
        self.everything = true;
    }

    /// The word may be declared in a part that was not read.
    pub(super) fn may_hold(&self, word: &str) -> bool {
        self.everything || self.words.contains(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declared_words_of_broken_text() {
        let mut lost = Lost::default();
        lost.add("entities:\n  iran: { kind: state, alias: [tehran, 'persia }\n  \"km/h\" : {}\nsource: { id: paper-1, author: us");
        for word in ["entities", "iran", "kind", "tehran", "persia", "km/h", "paper-1", "author"] {
            assert!(lost.may_hold(word), "{word}");
        }
        assert!(!lost.may_hold("us"));
        lost.add_everything();
        assert!(lost.may_hold("us"));
    }
}
