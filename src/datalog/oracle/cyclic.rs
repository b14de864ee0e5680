//! Cyclic bodies, which are read side by side, against the naive evaluator.

use crate::base::{Cell, Pool, Primitive::Number};
use crate::datalog::oracle::naive::naive;
use crate::datalog::oracle::{Builder, Dice, atom, var};
use crate::datalog::program::{Literal, RelationId, Strata};
use crate::datalog::{Database, Settings, evaluate};

/// Triangles, squares and cliques over two relations of edges, and a closure through triangles.
fn program() -> (Strata, [RelationId; 2]) {
    let mut builder = Builder::new();
    let edges = ["e", "f"].map(|name| builder.relation(name, &[Number, Number]));
    let [e, f] = edges;
    let both = |relation, from, to| Literal::Atom(atom(relation, &[var(from), var(to)]));
    let triangle = builder.relation("triangle", &[Number, Number, Number]);
    let corner = builder.relation("corner", &[Number]);
    let square = builder.relation("square", &[Number, Number]);
    let clique = builder.relation("clique", &[Number, Number, Number, Number]);
    let grown = builder.relation("grown", &[Number, Number]);
    let around = vec![both(e, 0, 1), both(f, 1, 2), both(e, 0, 2)];
    builder.rule(atom(triangle, &[var(2), var(0), var(1)]), around.clone(), 3);
    builder.rule(atom(corner, &[var(1)]), around, 3);
    builder.rule(atom(square, &[var(0), var(2)]), vec![both(e, 0, 1), both(f, 1, 2), both(e, 2, 3), both(f, 3, 0)], 4);
    let all = vec![both(e, 0, 1), both(e, 0, 2), both(f, 1, 2), both(e, 0, 3), both(f, 1, 3), both(e, 2, 3)];
    builder.rule(atom(clique, &[var(0), var(1), var(2), var(3)]), all, 4);
    builder.rule(atom(grown, &[var(0), var(1)]), vec![both(e, 0, 1)], 2);
    builder.rule(atom(grown, &[var(1), var(2)]), vec![both(grown, 0, 1), both(grown, 0, 2), both(f, 1, 2)], 3);
    builder.rule(atom(grown, &[var(2), var(0)]), vec![both(f, 0, 1), both(grown, 1, 2), both(grown, 0, 2)], 3);
    for relation in [e, f, triangle, corner, square, clique] {
        builder.stratum(&[relation], false);
    }
    builder.stratum(&[grown], true);
    (builder.strata(), edges)
}

fn check(seed: u64) -> usize {
    let (strata, edges) = program();
    let (mut dice, mut pool, mut database) = (Dice(seed), Pool::new(), Database::new());
    let nodes = 2 + dice.roll(8);
    for relation in edges {
        for _ in 0..dice.roll(3 * nodes) {
            let row = [0; 2].map(|_| pool.number(i64::try_from(dice.roll(nodes)).unwrap()));
            database.push(relation, &row, None);
        }
    }
    let expect = naive(&strata, &database, &mut pool);
    let mut rows = 0;
    for ranks in [false, true] {
        let settings = Settings { ranks, ..Settings::default() };
        let fixpoint = evaluate(&strata, database.clone(), &mut pool, &settings).unwrap();
        for (id, relation) in strata.program().relations() {
            let found: Vec<Vec<Cell>> = fixpoint.facts(id).map(|fact| fixpoint.row(fact).to_vec()).collect();
            let wanted: Vec<Vec<Cell>> = expect[id.0 as usize].iter().cloned().collect();
            assert_eq!(found, wanted, "seed {seed}, `{}`", relation.name);
            rows += if edges.contains(&id) { 0 } else { found.len() };
        }
    }
    rows
}

#[test]
fn cyclic_bodies_give_the_rows_of_the_naive_evaluator() {
    let rows: usize = (0..100).map(check).sum();
    assert!(rows > 2_000, "too poor: {rows} rows");
}
