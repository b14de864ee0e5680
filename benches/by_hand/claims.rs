//! The claims program written by hand on datafrog, as somebody would who knows the library and these rules.
//!
//! The plan is chosen by hand: affirmed and denied claims are two relations from the start, keyed by what they say,
//! so that contradictions are one merge join; opposites never feed back, so denials are a step of their own; and a
//! claim keeps of its columns what the rules read.

#![allow(dead_code, reason = "a benchmark uses the whole process or the reasoning alone")]
#![expect(clippy::disallowed_types, clippy::disallowed_methods, reason = "a program of its own, outside gainsay")]

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::Path;

use datafrog::{Iteration, Relation, RelationLeaper as _};

/// What is said: subject, predicate, object.
type Said = (u32, u32, u32);
/// A claim, how surely it is made, its first and its last day.
type Claim = (u32, u32, u32, u32);

/// The rows of the files.
#[derive(Clone, Default)]
pub(crate) struct Facts {
    pub(crate) affirmed: Vec<(Said, Claim)>,
    pub(crate) denied: Vec<(Said, Claim)>,
    /// Who made a claim, and in which source.
    pub(crate) speaker: Vec<(u32, u32)>,
    pub(crate) source: Vec<(u32, u32)>,
    pub(crate) affiliated: Vec<(u32, u32)>,
    pub(crate) opposite: Vec<(u32, u32)>,
    pub(crate) implies: Vec<(u32, u32)>,
    pub(crate) symmetric: Vec<(u32, ())>,
    pub(crate) functional: Vec<(u32, ())>,
    pub(crate) supports: Vec<(u32, u32)>,
    pub(crate) prediction: Vec<(u32, ())>,
}

/// How many rows each relation has, in the order of the program.
pub(crate) type Counts = [(&'static str, usize); 11];

/// The whole process: reads the folder and gives the counts.
pub(crate) fn run(folder: &Path) -> io::Result<Counts> {
    Ok(reason(read(folder)?))
}

/// Numbers for texts.
#[derive(Default)]
struct Names(HashMap<Box<str>, u32>);

impl Names {
    fn number(&mut self, text: &str) -> u32 {
        if let Some(&known) = self.0.get(text) {
            return known;
        }
        let number = u32::try_from(self.0.len()).expect("fewer names than 2^32");
        self.0.insert(text.into(), number);
        number
    }
}

fn integer(text: &str) -> io::Result<u32> {
    text.parse().map_err(io::Error::other)
}

/// Gives the fields of each line.
fn lines<const N: usize>(
    folder: &Path,
    relation: &str,
    mut row: impl FnMut([&str; N]) -> io::Result<()>,
) -> io::Result<()> {
    let text = fs::read_to_string(folder.join(format!("{relation}.facts")))?;
    for line in text.lines() {
        let mut fields = line.split('\t');
        let mut found = [""; N];
        for place in &mut found {
            *place = fields.next().ok_or_else(|| io::Error::other(format!("{relation}: too few columns")))?;
        }
        row(found)?;
    }
    Ok(())
}

fn names(folder: &Path, relation: &str, names: &mut Names) -> io::Result<Vec<(u32, ())>> {
    let mut rows = Vec::new();
    lines(folder, relation, |[name]| {
        rows.push((names.number(name), ()));
        Ok(())
    })?;
    Ok(rows)
}

fn pairs(folder: &Path, relation: &str, names: &mut Names) -> io::Result<Vec<(u32, u32)>> {
    let mut rows = Vec::new();
    lines(folder, relation, |[a, b]| {
        rows.push((names.number(a), names.number(b)));
        Ok(())
    })?;
    Ok(rows)
}

/// Reads the files.
pub(crate) fn read(folder: &Path) -> io::Result<Facts> {
    let mut known = Names::default();
    let mut facts = Facts {
        affiliated: pairs(folder, "affiliated", &mut known)?,
        opposite: pairs(folder, "opposite", &mut known)?,
        implies: pairs(folder, "implies", &mut known)?,
        symmetric: names(folder, "symmetric", &mut known)?,
        functional: names(folder, "functional", &mut known)?,
        ..Facts::default()
    };
    lines(folder, "claim", |[id, speaker, source, subject, predicate, object, polarity, certainty, from, to]| {
        let id = integer(id)?;
        let said = (known.number(subject), known.number(predicate), known.number(object));
        let claim = (id, integer(certainty)?, integer(from)?, integer(to)?);
        facts.speaker.push((id, known.number(speaker)));
        facts.source.push((id, known.number(source)));
        let side = if polarity == "1" { &mut facts.affirmed } else { &mut facts.denied };
        side.push((said, claim));
        Ok(())
    })?;
    lines(folder, "supports", |[a, b]| {
        facts.supports.push((integer(a)?, integer(b)?));
        Ok(())
    })?;
    lines(folder, "prediction", |[claim]| {
        facts.prediction.push((integer(claim)?, ()));
        Ok(())
    })?;
    Ok(facts)
}

/// The reasoning alone.
pub(crate) fn reason(facts: Facts) -> Counts {
    let speaks_for = speaks_for(&Relation::from_vec(facts.affiliated));
    let symmetric = Relation::from_vec(facts.symmetric);
    let affirmed = affirmed(facts.affirmed, &Relation::from_vec(facts.implies), &symmetric);
    let denied = denied(facts.denied, &affirmed, &Relation::from_vec(facts.opposite), &symmetric);
    let holds = affirmed.len() + denied.len();

    let (contradiction, tension) = opposed(&affirmed, &denied);
    let clash = clash(&affirmed, &Relation::from_vec(facts.functional));
    let source = Relation::from_vec(facts.source);
    let corroborated = corroborated(&affirmed, &source);

    let speaker = Relation::from_vec(facts.speaker);
    let alone = self_contradiction(&contradiction, &speaker, &speaks_for);

    let supports = Relation::from_vec(facts.supports);
    let prediction = Relation::from_vec(facts.prediction);
    let grounded = grounded(&source, &prediction, &contradiction, &supports);
    let unsupported = prediction.iter().filter(|claim| grounded.binary_search(claim).is_err()).count();
    let reach = reach(&supports);
    let circular = reach.iter().filter(|(from, to)| from == to).count();
    [
        ("speaks_for", speaks_for.len()),
        ("holds", holds),
        ("contradiction", contradiction.len()),
        ("tension", tension),
        ("clash", clash),
        ("self_contradiction", alone),
        ("grounded", grounded.len()),
        ("unsupported", unsupported),
        ("reach", reach.len()),
        ("circular", circular),
        ("corroborated", corroborated),
    ]
}

/// Who speaks for whom: the closure of `affiliated`.
fn speaks_for(affiliated: &Relation<(u32, u32)>) -> Relation<(u32, u32)> {
    let mut iteration = Iteration::new();
    // Keyed by the organisation.
    let found = iteration.variable::<(u32, u32)>("speaks_for");
    found.extend(affiliated.iter().map(|&(person, organisation)| (organisation, person)));
    while iteration.changed() {
        found.from_join(&found, affiliated, |_, &person, &organisation| (organisation, person));
    }
    Relation::from_map(&found.complete(), |&(organisation, person)| (person, organisation))
}

fn affirmed(
    claims: Vec<(Said, Claim)>,
    implies: &Relation<(u32, u32)>,
    symmetric: &Relation<(u32, ())>,
) -> Relation<(Said, Claim)> {
    let mut iteration = Iteration::new();
    let found = iteration.variable::<(Said, Claim)>("affirmed");
    found.insert(Relation::from_vec(claims));
    while iteration.changed() {
        found.from_leapjoin(&found, implies.extend_with(|&((_, p, _), _)| p), |&((s, _, o), claim), &q| {
            ((s, q, o), claim)
        });
        found.from_leapjoin(&found, symmetric.filter_with(|&((_, p, _), _)| (p, ())), |&((s, p, o), claim), &()| {
            ((o, p, s), claim)
        });
    }
    found.complete()
}

fn denied(
    claims: Vec<(Said, Claim)>,
    affirmed: &Relation<(Said, Claim)>,
    opposite: &Relation<(u32, u32)>,
    symmetric: &Relation<(u32, ())>,
) -> Relation<(Said, Claim)> {
    let mut iteration = Iteration::new();
    let found = iteration.variable::<(Said, Claim)>("denied");
    found.insert(Relation::from_vec(claims));
    found.insert(Relation::from_leapjoin(
        affirmed,
        opposite.extend_with(|&((_, p, _), _)| p),
        |&((s, _, o), claim), &q| ((s, q, o), claim),
    ));
    while iteration.changed() {
        found.from_leapjoin(&found, symmetric.filter_with(|&((_, p, _), _)| (p, ())), |&((s, p, o), claim), &()| {
            ((o, p, s), claim)
        });
    }
    found.complete()
}

fn overlap(a: &Claim, b: &Claim) -> bool {
    a.2 <= b.3 && b.2 <= a.3
}

/// Contradictions, and how many tensions there are beside them. One join finds both; the first cell of its result
/// tells them apart, because a join of datafrog cannot leave a row out.
fn opposed(affirmed: &Relation<(Said, Claim)>, denied: &Relation<(Said, Claim)>) -> (Relation<(u32, u32)>, usize) {
    const FIRM: u32 = 0;
    const WEAK: u32 = 1;
    const NEITHER: u32 = 2;
    let pairs: Relation<(u32, u32, u32)> = Relation::from_join(affirmed, denied, |_, a, b| {
        if a.0 == b.0 || !overlap(a, b) {
            (NEITHER, 0, 0)
        } else {
            (if a.1 >= 5 && b.1 >= 5 { FIRM } else { WEAK }, a.0, b.0)
        }
    });
    let of_kind = |kind| pairs.iter().filter(move |pair| pair.0 == kind).map(|&(_, a, b)| (a, b));
    let contradiction: Relation<(u32, u32)> = of_kind(FIRM).collect();
    let tension = of_kind(WEAK).filter(|pair| contradiction.binary_search(pair).is_err()).count();
    (contradiction, tension)
}

/// How many pairs of claims name different objects of a predicate that has but one.
fn clash(affirmed: &Relation<(Said, Claim)>, functional: &Relation<(u32, ())>) -> usize {
    let of_one: Relation<((u32, u32), (u32, Claim))> = affirmed
        .iter()
        .filter(|((_, p, _), _)| functional.binary_search(&(*p, ())).is_ok())
        .map(|&((s, p, o), claim)| ((s, p), (o, claim)))
        .collect();
    let pairs: Relation<Option<(u32, u32)>> = Relation::from_join(&of_one, &of_one, |_, (o1, a), (o2, b)| {
        (a.0 < b.0 && o1 != o2 && overlap(a, b)).then_some((a.0, b.0))
    });
    pairs.iter().flatten().count()
}

/// How many statements are affirmed in two sources or more.
fn corroborated(affirmed: &Relation<(Said, Claim)>, source: &Relation<(u32, u32)>) -> usize {
    let in_source: Relation<(Said, u32)> = Relation::from_leapjoin(
        affirmed,
        source.extend_with(|&(_, (c, ..)): &(Said, Claim)| c),
        |&(said, _), &source| (said, source),
    );
    in_source.chunk_by(|a, b| a.0 == b.0).filter(|sources| sources.len() >= 2).count()
}

/// How many contradictions have one voice on both sides.
fn self_contradiction(
    contradiction: &Relation<(u32, u32)>,
    speaker: &Relation<(u32, u32)>,
    speaks_for: &Relation<(u32, u32)>,
) -> usize {
    let first: Relation<(u32, (u32, u32))> =
        Relation::from_join(contradiction, speaker, |&a, &b, &speaker| (b, (a, speaker)));
    let both: Relation<((u32, u32), (u32, u32))> =
        Relation::from_join(&first, speaker, |&b, &(a, one), &other| ((a, b), (one, other)));
    let in_one_voice: Relation<(u32, u32)> = Relation::from_leapjoin(
        &both,
        (speaks_for.extend_with(|&(_, (one, _))| one), speaks_for.extend_with(|&(_, (_, other))| other)),
        |&(pair, _), _| pair,
    );
    in_one_voice.len()
}

fn grounded(
    claims: &Relation<(u32, u32)>,
    prediction: &Relation<(u32, ())>,
    contradiction: &Relation<(u32, u32)>,
    supports: &Relation<(u32, u32)>,
) -> Relation<(u32, ())> {
    let contradicted: Relation<(u32, ())> = contradiction.iter().flat_map(|&(a, b)| [(a, ()), (b, ())]).collect();
    let mut iteration = Iteration::new();
    let found = iteration.variable::<(u32, ())>("grounded");
    let open = |claim: u32| {
        prediction.binary_search(&(claim, ())).is_err() && contradicted.binary_search(&(claim, ())).is_err()
    };
    found.extend(claims.iter().map(|&(claim, _)| claim).filter(|&claim| open(claim)).map(|claim| (claim, ())));
    while iteration.changed() {
        found.from_join(&found, supports, |_, (), &claim| (claim, ()));
    }
    found.complete()
}

/// The closure of `supports`, keyed by the end.
fn reach(supports: &Relation<(u32, u32)>) -> Relation<(u32, u32)> {
    let mut iteration = Iteration::new();
    let found = iteration.variable::<(u32, u32)>("reach");
    found.extend(supports.iter().map(|&(from, to)| (to, from)));
    while iteration.changed() {
        found.from_join(&found, supports, |_, &from, &to| (to, from));
    }
    found.complete()
}
