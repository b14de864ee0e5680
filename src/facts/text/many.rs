//! Many words looked for at once: the first place of each in a text, in one pass (Aho and Corasick, 1975).
//!
//! A word that was found is taken off the links between words that end alike, so the time is linear in the text and the
//! words, whatever they are.

use std::collections::BTreeMap;

/// Bytes of words that are looked for in one pass, if one word does not have more.
const BATCH: usize = 4 << 20;

/// How often [`first_places`] reads the text for these words, or once more.
pub(super) fn passes(words: &[&str]) -> usize {
    let bytes: usize = words.iter().map(|word| word.len()).sum();
    if words.is_empty() { 0 } else { bytes / BATCH + 1 }
}

/// Where each word begins first in a text; words are not empty.
pub(super) fn first_places(text: &str, words: &[&str]) -> Vec<Option<usize>> {
    let mut places: BTreeMap<&str, Option<usize>> = words.iter().map(|word| (*word, None)).collect();
    let mut batch: Vec<(&str, &mut Option<usize>)> = Vec::new();
    let mut bytes = 0;
    for (word, place) in &mut places {
        bytes += word.len();
        batch.push((word, place));
        if bytes >= BATCH {
            Tree::of(&batch).scan(text, &mut batch);
            batch.clear();
            bytes = 0;
        }
    }
    Tree::of(&batch).scan(text, &mut batch);
    drop(batch);
    words.iter().map(|word| places.get(word).copied().flatten()).collect()
}

/// The root, which is also what stands for no node.
const ROOT: u32 = 0;

/// The beginnings of words.
struct Tree {
    nodes: Vec<Node>,
    /// The children of the root by their byte.
    top: [u32; 256],
    /// For a word that is still looked for, itself; for any other node one whose text is shorter and ends like its own,
    /// from which on such words are found.
    open: Vec<u32>,
}

#[derive(Clone, Copy, Default)]
struct Node {
    byte: u8,
    /// The first of the nodes that are one byte longer, and the next of those that differ in the last byte.
    child: u32,
    sibling: u32,
    /// The longest other beginning of a word with which this one ends.
    fail: u32,
    /// The word that ends here, from 1.
    word: u32,
}

fn id(index: usize) -> u32 {
    u32::try_from(index).expect("a batch has far fewer than 4 Gi bytes")
}

impl Tree {
    fn of<T>(words: &[(&str, T)]) -> Self {
        let mut tree = Self { nodes: vec![Node::default()], top: [ROOT; 256], open: Vec::new() };
        for (number, (word, _)) in (1..).zip(words) {
            let mut at = ROOT;
            for byte in word.bytes() {
                at = match tree.child(at, byte) {
                    ROOT => tree.add(at, byte),
                    child => child,
                };
            }
            tree.nodes[at as usize].word = number;
        }
        tree.link();
        tree
    }

    fn add(&mut self, parent: u32, byte: u8) -> u32 {
        let new = id(self.nodes.len());
        let sibling = std::mem::replace(&mut self.nodes[parent as usize].child, new);
        self.nodes.push(Node { byte, sibling, ..Node::default() });
        if parent == ROOT {
            self.top[usize::from(byte)] = new;
        }
        new
    }

    /// The node one byte longer, or the root.
    fn child(&self, at: u32, byte: u8) -> u32 {
        if at == ROOT {
            return self.top[usize::from(byte)];
        }
        let mut child = self.nodes[at as usize].child;
        while child != ROOT && self.nodes[child as usize].byte != byte {
            child = self.nodes[child as usize].sibling;
        }
        child
    }

    /// The longest node with which what was read ends, after one more byte.
    fn step(&self, mut at: u32, byte: u8) -> u32 {
        loop {
            match self.child(at, byte) {
                ROOT if at == ROOT => return ROOT,
                ROOT => at = self.nodes[at as usize].fail,
                child => return child,
            }
        }
    }

    /// Sets `fail` and `open`, the shortest nodes first.
    fn link(&mut self) {
        let mut queue = vec![ROOT];
        let mut next = 0;
        while let Some(&at) = queue.get(next) {
            next += 1;
            let mut child = self.nodes[at as usize].child;
            while child != ROOT {
                let Node { byte, sibling, .. } = self.nodes[child as usize];
                if at != ROOT {
                    self.nodes[child as usize].fail = self.step(self.nodes[at as usize].fail, byte);
                }
                queue.push(child);
                child = sibling;
            }
        }
        let own = |(index, node): (usize, &Node)| if node.word == 0 { node.fail } else { id(index) };
        self.open = self.nodes.iter().enumerate().map(own).collect();
    }

    /// The longest word that is still looked for and with which the text of a node ends, or the root.
    fn longest_open(&mut self, at: u32) -> u32 {
        let mut end = at;
        while self.open[end as usize] != end {
            end = self.open[end as usize];
        }
        let mut at = at;
        while at != end {
            at = std::mem::replace(&mut self.open[at as usize], end);
        }
        end
    }

    fn scan(mut self, text: &str, words: &mut [(&str, &mut Option<usize>)]) {
        let (mut at, mut left) = (ROOT, words.len());
        for (read, byte) in (1..).zip(text.bytes()) {
            at = self.step(at, byte);
            loop {
                let found = self.longest_open(at);
                let Some(word) = (self.nodes[found as usize].word as usize).checked_sub(1) else { break };
                *words[word].1 = Some(read - words[word].0.len());
                self.open[found as usize] = self.nodes[found as usize].fail;
                left -= 1;
            }
            if left == 0 {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::Dice;
    use super::*;

    #[test]
    fn the_first_places_are_those_that_a_simple_search_finds() {
        let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
        let (mut found, mut missed) = (0, 0);
        for _ in 0..2000 {
            let text = dice.text(60, &["a", "a", "b", "é"]);
            let words: Vec<String> =
                (0..dice.roll(12)).map(|_| "a".to_owned() + &dice.text(6, &["a", "b", "é"])).collect();
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let expect: Vec<Option<usize>> = words.iter().map(|word| text.find(word)).collect();
            assert_eq!(first_places(&text, &words), expect, "{words:?} in {text:?}");
            found += expect.iter().flatten().count();
            missed += expect.len() - expect.iter().flatten().count();
        }
        assert!(found > 2000 && missed > 2000, "{found} {missed}");
    }

    /// Words that end alike at each place of a text: one by one this would be 3000 times 3 MB.
    #[test]
    fn words_that_end_alike_are_looked_for_once() {
        let text = "a".repeat(3 << 20);
        let words: Vec<String> = (1..=3000).map(|length| "a".repeat(length)).collect();
        let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
        words.push("b");
        let places = first_places(&text, &words);
        assert!(places[..3000].iter().all(|place| *place == Some(0)) && places[3000].is_none());
    }
}
