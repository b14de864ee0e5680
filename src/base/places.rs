//! A hash table of places: finds where in a list, which somebody else keeps, a value stands.
//!
//! Goes in: hashes and a way to compare. Comes out: places. What is stored is 8 bytes a place, whatever the values are,
//! and nothing is ever listed, so that no order of a table can be observed.

use std::hash::{BuildHasher as _, RandomState};

/// No place.
const EMPTY: u64 = u64::MAX;

/// Open addressing with linear probing. A slot holds 32 bits of the hash above the 32 bits of the place, so that it can
/// move to a larger table, and nearly always be told from others, without a look at its value.
#[derive(Clone, Debug, Default)]
pub struct Places {
    slots: Vec<u64>,
    used: usize,
}

impl Places {
    /// The place with that hash for which `is` holds.
    pub fn find(&self, hash: u32, mut is: impl FnMut(u32) -> bool) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        let mut at = self.start(hash);
        loop {
            let slot = self.slots[at];
            if slot == EMPTY {
                return None;
            }
            let (tag, place) = parts(slot);
            if tag == hash && is(place) {
                return Some(place);
            }
            at = if at + 1 == self.slots.len() { 0 } else { at + 1 };
        }
    }

    /// Adds a place that is not there; `u32::MAX` can not be one.
    pub fn insert(&mut self, hash: u32, place: u32) {
        if self.used * 10 >= self.slots.len() * 7 {
            let larger = (self.slots.len() / 2 * 3).max(16);
            let old = std::mem::replace(&mut self.slots, vec![EMPTY; larger]);
            for slot in old.into_iter().filter(|&slot| slot != EMPTY) {
                self.put(slot);
            }
        }
        self.used += 1;
        self.put(u64::from(hash) << 32 | u64::from(place));
    }

    /// Bytes in use.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.slots.len() * size_of::<u64>()
    }

    fn put(&mut self, slot: u64) {
        let mut at = self.start(parts(slot).0);
        while self.slots[at] != EMPTY {
            at = if at + 1 == self.slots.len() { 0 } else { at + 1 };
        }
        self.slots[at] = slot;
    }

    /// The higher the hash, the later the slot, so that a larger table is filled from front to back.
    fn start(&self, hash: u32) -> usize {
        usize::try_from((u64::from(hash) * self.slots.len() as u64) >> 32).unwrap_or(0)
    }
}

fn parts(slot: u64) -> (u32, u32) {
    (u32::try_from(slot >> 32).unwrap_or(0), u32::try_from(slot & u64::from(u32::MAX)).unwrap_or(0))
}

/// Keys of a hash function, different in every process, so that nobody can prepare inputs whose hashes are the same.
#[derive(Clone, Copy, Debug)]
pub struct Seeds(u64, u64);

impl Default for Seeds {
    fn default() -> Self {
        let random = RandomState::new();
        Self(random.hash_one(0), random.hash_one(1) | 1)
    }
}

impl Seeds {
    /// The hash of bytes: multiplication to 128 bits, folded, for each 8 bytes.
    #[must_use]
    pub fn of_bytes(self, bytes: &[u8]) -> u32 {
        let mut hash = self.0 ^ bytes.len() as u64;
        let mut chunks = bytes.chunks_exact(8);
        for chunk in &mut chunks {
            hash = self.mix(hash, u64::from_le_bytes(chunk.try_into().unwrap_or([0; 8])));
        }
        let rest = chunks.remainder();
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        high(self.mix(self.mix(hash, u64::from_le_bytes(last)), 0))
    }

    /// The hash of one word.
    #[must_use]
    pub fn of_word(self, word: u64) -> u32 {
        high(self.mix(self.mix(self.0, word), 0))
    }

    /// The hash of cells.
    #[must_use]
    pub fn of_cells(self, cells: impl IntoIterator<Item = u32>) -> u32 {
        let hash = cells.into_iter().fold(self.0, |hash, cell| self.mix(hash, u64::from(cell)));
        high(self.mix(hash, 0))
    }

    #[inline]
    fn mix(self, hash: u64, word: u64) -> u64 {
        let product = u128::from(hash ^ word) * u128::from(self.1);
        let (low, high) = (product & u128::from(u64::MAX), product >> 64);
        u64::try_from(low ^ high).unwrap_or(0).wrapping_add(self.0)
    }
}

fn high(hash: u64) -> u32 {
    u32::try_from(hash >> 32).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_found_again_in_a_table_of_any_size() {
        let seeds = Seeds::default();
        let values: Vec<u64> = (0..5_000).map(|i| i * i).collect();
        let mut places = Places::default();
        for (place, &value) in (0..).zip(&values) {
            let hash = seeds.of_word(value);
            assert_eq!(places.find(hash, |at| values[at as usize] == value), None, "{value} is not there yet");
            places.insert(hash, place);
        }
        for (place, &value) in (0..).zip(&values) {
            assert_eq!(places.find(seeds.of_word(value), |at| values[at as usize] == value), Some(place));
        }
        assert!(places.bytes() < values.len() * 24, "{} bytes", places.bytes());
    }

    #[test]
    fn hashes_of_alike_texts_are_spread() {
        let seeds = Seeds::default();
        let mut places = Places::default();
        let texts: Vec<String> = (0..20_000).map(|i| format!("claim-{i:07}")).collect();
        let mut looks = 0;
        for (place, text) in (0..).zip(&texts) {
            let hash = seeds.of_bytes(text.as_bytes());
            let found = places.find(hash, |at| {
                looks += 1;
                texts[at as usize] == *text
            });
            assert_eq!(found, None);
            places.insert(hash, place);
        }
        assert!(looks < 20, "{looks} texts have the 32 bits of another one");
        assert_ne!(seeds.of_bytes(b""), seeds.of_bytes(b"\0"));
        assert_ne!(seeds.of_bytes(b"12345678"), seeds.of_bytes(b"12345678\0"));
    }

    #[test]
    fn places_with_one_hash_are_told_apart() {
        let mut places = Places::default();
        (0..100).for_each(|place| places.insert(7, place));
        assert!((0..100).all(|place| places.find(7, |at| at == place) == Some(place)));
        assert_eq!(places.find(7, |_| false), None);
    }
}
