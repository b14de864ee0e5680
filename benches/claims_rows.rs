//! The generated claims as the engine and the program by hand take them.

use gainsay::base::Pool;
use gainsay::datalog::{Database, Program};

use crate::by_hand::claims::Facts;
use crate::by_hand::claims_ascent::code;
use crate::generate::{Claims, Name};

/// The names of the relations that are counted, in the order of the program.
pub(crate) const COUNTED: [&str; 11] = [
    "speaks_for",
    "holds",
    "contradiction",
    "tension",
    "clash",
    "self_contradiction",
    "grounded",
    "unsupported",
    "reach",
    "circular",
    "corroborated",
];

/// What the program by hand reads.
pub(crate) fn facts(claims: &Claims) -> Facts {
    let pairs = |pairs: &[(Name, Name)]| pairs.iter().map(|&(a, b)| (code(a), code(b))).collect();
    let names = |names: &[Name]| names.iter().map(|&name| (code(name), ())).collect();
    let mut facts = Facts {
        affiliated: pairs(&claims.affiliated),
        opposite: pairs(&claims.opposite),
        implies: pairs(&claims.implies),
        symmetric: names(&claims.symmetric),
        functional: names(&claims.functional),
        supports: claims.supports.clone(),
        prediction: claims.prediction.iter().map(|&claim| (claim, ())).collect(),
        ..Facts::default()
    };
    for claim in &claims.claim {
        facts.speaker.push((claim.id, code(claim.speaker)));
        facts.source.push((claim.id, code(claim.source)));
        let said = (code(claim.subject), code(claim.predicate), code(claim.object));
        let side = if claim.polarity == 1 { &mut facts.affirmed } else { &mut facts.denied };
        side.push((said, (claim.id, claim.certainty, claim.from, claim.to)));
    }
    facts
}

/// A cell of a row.
enum Value {
    Text(Name),
    Number(u32),
}

/// The given rows of a program.
pub(crate) fn database(claims: &Claims, program: &Program, pool: &mut Pool) -> Database {
    use Value::{Number, Text};
    let mut database = Database::new();
    let mut push = |relation: &str, values: &[Value]| {
        let cell = |value: &Value| match value {
            Text(name) => pool.intern(&name.to_string()).cell(),
            Number(number) => pool.number((*number).into()),
        };
        let row: Vec<u32> = values.iter().map(cell).collect();
        database.push(program.find(relation).expect("a relation of the program"), &row, None);
    };
    for (name, pairs) in
        [("affiliated", &claims.affiliated), ("opposite", &claims.opposite), ("implies", &claims.implies)]
    {
        for &(a, b) in pairs {
            push(name, &[Text(a), Text(b)]);
        }
    }
    for &name in &claims.symmetric {
        push("symmetric", &[Text(name)]);
    }
    for &name in &claims.functional {
        push("functional", &[Text(name)]);
    }
    for claim in &claims.claim {
        let [speaker, source] = [claim.speaker, claim.source].map(Text);
        let [subject, predicate, object] = [claim.subject, claim.predicate, claim.object].map(Text);
        let [polarity, certainty, from, to] = [claim.polarity, claim.certainty, claim.from, claim.to].map(Number);
        let id = Number(claim.id);
        push("claim", &[id, speaker, source, subject, predicate, object, polarity, certainty, from, to]);
    }
    for &(a, b) in &claims.supports {
        push("supports", &[Number(a), Number(b)]);
    }
    for &claim in &claims.prediction {
        push("prediction", &[Number(claim)]);
    }
    database
}
