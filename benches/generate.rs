//! Facts for the benchmarks: the same rows for the same numbers, on every machine and for ever.
//!
//! Each generator gives rows in memory; `write` puts them into a folder as tab-separated `.facts` files.

#![allow(dead_code, reason = "each benchmark and test uses some of the generators")]

use std::collections::BTreeSet;
use std::fmt::{self, Display};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// A stream of random numbers: splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
pub(crate) struct Dice(u64);

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        stirred(self.0)
    }

    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        u32::try_from((self.next() >> 11) % u64::from(bound)).expect("below a number of 32 bits")
    }

    /// True in `part` of `whole` cases.
    pub(crate) fn chance(&mut self, part: u32, whole: u32) -> bool {
        self.below(whole) < part
    }
}

fn stirred(x: u64) -> u64 {
    let x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// A number below `bound` that depends on `x` alone.
fn mixed(x: u64, bound: u32) -> u32 {
    let stirred = stirred(x.wrapping_mul(GOLDEN).wrapping_add(0x0123_4567));
    u32::try_from(stirred % u64::from(bound)).expect("below a number of 32 bits")
}

/// A name such as `p12`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Name(pub(crate) char, pub(crate) u32);

impl Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.0, self.1)
    }
}

/// One claim: who says, in which source, that something holds for a while, and how surely.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Claim {
    pub(crate) id: u32,
    pub(crate) speaker: Name,
    pub(crate) source: Name,
    pub(crate) subject: Name,
    pub(crate) predicate: Name,
    pub(crate) object: Name,
    /// 1 where it is affirmed, 0 where it is denied.
    pub(crate) polarity: u32,
    /// How surely, 0 to 6.
    pub(crate) certainty: u32,
    /// The first and the last day.
    pub(crate) from: u32,
    pub(crate) to: u32,
}

/// The relations of `claims.dl`.
pub(crate) struct Claims {
    pub(crate) opposite: Vec<(Name, Name)>,
    pub(crate) symmetric: Vec<Name>,
    pub(crate) functional: Vec<Name>,
    pub(crate) implies: Vec<(Name, Name)>,
    pub(crate) affiliated: Vec<(Name, Name)>,
    pub(crate) claim: Vec<Claim>,
    pub(crate) supports: Vec<(u32, u32)>,
    pub(crate) prediction: Vec<u32>,
}

const PREDICATES: u32 = 60;

/// `count` claims by speakers of some organisations: 10 pairs of opposite predicates, 6 symmetric ones, 15 functional
/// ones, 30 implications without a circle; support among neighbours, and some circles of support.
pub(crate) fn claims(count: u32) -> Claims {
    let predicate = |number| Name('p', number);
    let speakers = (count / 50).max(5);
    Claims {
        opposite: (0..20).map(|p| (predicate(p), predicate(p ^ 1))).collect(),
        symmetric: (20..26).map(predicate).collect(),
        functional: (30..45).map(predicate).collect(),
        implies: implications().into_iter().map(|(a, b)| (predicate(a), predicate(b))).collect(),
        affiliated: affiliations(speakers),
        claim: statements(count, speakers),
        supports: support(count).into_iter().collect(),
        prediction: {
            let mut dice = Dice::new(5 + u64::from(count));
            (0..count).filter(|_| dice.chance(3, 10)).collect()
        },
    }
}

fn implications() -> BTreeSet<(u32, u32)> {
    let mut dice = Dice::new(7);
    let mut found = BTreeSet::new();
    while found.len() < 30 {
        let from = 1 + dice.below(PREDICATES - 1);
        let to = dice.below(from);
        let is_functional = (30..45).contains(&to);
        let is_opposite = from % 2 == 1 && to == from - 1 && from < 20;
        if !is_functional && !is_opposite {
            found.insert((from, to));
        }
    }
    found
}

/// Each speaker belongs to a team, each team to a department, each department to one of two companies.
fn affiliations(speakers: u32) -> Vec<(Name, Name)> {
    let (teams, departments) = ((speakers / 5).max(4), (speakers / 25).max(3));
    let level = |from: char, count: u32, to: char, groups: u32| {
        (0..count).map(move |member| (Name(from, member), Name(to, member % groups)))
    };
    let people = level('s', speakers, 't', teams);
    people.chain(level('t', teams, 'd', departments)).chain(level('d', departments, 'k', 2)).collect()
}

fn statements(count: u32, speakers: u32) -> Vec<Claim> {
    let (entities, sources) = ((count / 20).max(10), (count / 100).max(5));
    let mut dice = Dice::new(20_240_601 + u64::from(count));
    let mut statement = |id| {
        let subject = dice.below(entities);
        let mut predicate = mixed(u64::from(subject) * 16 + u64::from(dice.below(5)), PREDICATES);
        let topic = u64::from(subject) << 20 ^ u64::from(predicate) << 8;
        let object = mixed(topic ^ u64::from(dice.below(2)) ^ 0xAB_CDEF, entities);
        if dice.chance(1, 4) && predicate < 20 {
            predicate ^= 1;
        }
        let polarity = u32::from(!dice.chance(1, 5));
        let mut certainty = dice.below(7);
        if dice.chance(1, 3) {
            certainty = 5 + dice.below(2);
        }
        let from = dice.below(3650);
        let to = from + 60 + dice.below(1500);
        let speaker = Name('s', dice.below(speakers));
        let source = Name('r', dice.below(sources));
        let (subject, predicate, object) = (Name('e', subject), Name('p', predicate), Name('e', object));
        Claim { id, speaker, source, subject, predicate, object, polarity, certainty, from, to }
    };
    (0..count).map(&mut statement).collect()
}

fn support(count: u32) -> BTreeSet<(u32, u32)> {
    let mut dice = Dice::new(99 + u64::from(count));
    let mut found = BTreeSet::new();
    for claim in 1..count {
        if dice.chance(1, 2) {
            let reasons = if dice.chance(1, 4) { 2 } else { 1 };
            for _ in 0..reasons {
                found.insert(((claim - 1).saturating_sub(dice.below(200)), claim));
            }
        }
    }
    for _ in 0..count / 60 {
        let length = 2 + dice.below(4);
        let base = dice.below(count.saturating_sub(100).max(1));
        let circle: Vec<u32> = (0..length).map(|_| base + dice.below(100)).collect();
        let pairs = circle.iter().zip(circle.iter().cycle().skip(1));
        found.extend(pairs.filter(|(a, b)| a != b).map(|(&a, &b)| (a, b)));
    }
    found
}

impl Claims {
    /// Writes all relations.
    pub(crate) fn write(&self, folder: &Path) -> io::Result<()> {
        write_pairs(folder, "opposite", &self.opposite)?;
        write(folder, "symmetric", &self.symmetric, |name, file| writeln!(file, "{name}"))?;
        write(folder, "functional", &self.functional, |name, file| writeln!(file, "{name}"))?;
        write_pairs(folder, "implies", &self.implies)?;
        write_pairs(folder, "affiliated", &self.affiliated)?;
        write(folder, "claim", &self.claim, |claim, file| {
            let Claim { id, speaker, source, subject, predicate, object, polarity, certainty, from, to } = claim;
            write!(file, "{id}\t{speaker}\t{source}\t{subject}\t{predicate}\t{object}\t")?;
            writeln!(file, "{polarity}\t{certainty}\t{from}\t{to}")
        })?;
        write_pairs(folder, "supports", &self.supports)?;
        write(folder, "prediction", &self.prediction, |claim, file| writeln!(file, "{claim}"))
    }
}

/// A random graph: `edges` different pairs of `nodes` nodes, loops among them, in order.
pub(crate) fn graph(nodes: u32, edges: usize, seed: u64) -> Vec<(u32, u32)> {
    assert!(u64::from(nodes) * u64::from(nodes) >= edges as u64, "so many pairs do not exist");
    let mut dice = Dice::new(seed);
    let mut found = BTreeSet::new();
    while found.len() < edges {
        found.insert((dice.below(nodes), dice.below(nodes)));
    }
    found.into_iter().collect()
}

/// `edge` of the transitive closure: 1,000 nodes, 4,000 edges; `path` has 957,462 rows.
pub(crate) fn closure() -> Vec<(u32, u32)> {
    graph(1000, 4000, 4242)
}

/// `parent(child, parent)` of a tree in which each node down to `depth` has `children`.
pub(crate) fn tree(children: u32, depth: u32) -> Vec<(u32, u32)> {
    let mut rows = Vec::new();
    let mut level = vec![0];
    let mut next = 1;
    for _ in 0..depth {
        let mut below = Vec::new();
        for &node in &level {
            for _ in 0..children {
                rows.push((next, node));
                below.push(next);
                next += 1;
            }
        }
        level = below;
    }
    rows
}

/// `parent(child, parent)` of the same generation: a binary tree of depth 10; `sg` has 1,398,100 rows.
pub(crate) fn same_generation() -> Vec<(u32, u32)> {
    tree(2, 10)
}

/// A graph of layers in which each node has `parents` random parents, repeats dropped, in the layer above.
pub(crate) fn layers(layers: u32, width: u32, parents: u32, seed: u64) -> Vec<(u32, u32)> {
    let mut dice = Dice::new(seed);
    let mut found = BTreeSet::new();
    for layer in 1..layers {
        for node in 0..width {
            for _ in 0..parents {
                found.insert((layer * width + node, (layer - 1) * width + dice.below(width)));
            }
        }
    }
    found.into_iter().collect()
}

/// Writes a relation of two columns.
pub(crate) fn write_pairs<T: Display>(folder: &Path, relation: &str, rows: &[(T, T)]) -> io::Result<()> {
    write(folder, relation, rows, |(a, b), file| writeln!(file, "{a}\t{b}"))
}

fn write<R>(
    folder: &Path,
    relation: &str,
    rows: &[R],
    mut line: impl FnMut(&R, &mut BufWriter<File>) -> io::Result<()>,
) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut file = BufWriter::new(File::create(folder.join(format!("{relation}.facts")))?);
    for row in rows {
        line(row, &mut file)?;
    }
    file.flush()
}
