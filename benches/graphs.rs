//! A graph of a few hubs and many leaves; the other graphs are in `generate`.

use std::collections::BTreeSet;

use crate::generate::Dice;

/// Distinct edges between random nodes of which small ones are picked more often.
pub(crate) fn skewed(nodes: u32, edges: usize) -> Vec<(u32, u32)> {
    let mut dice = Dice::new(4242);
    let mut found = BTreeSet::new();
    while found.len() < edges {
        let mut pick = || {
            let most = dice.below(nodes) + 1;
            dice.below(most)
        };
        found.insert((pick(), pick()));
    }
    found.into_iter().collect()
}
