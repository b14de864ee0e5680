//! The part of a program that some relations need: what need not run to answer for them is taken out.

use std::collections::{BTreeMap, BTreeSet};

use crate::datalog::syntax::ast::{Clause, Program};
use crate::datalog::syntax::walk;

/// Takes every clause out that none of the relations needs, directly or through others. Declarations stay, so the
/// program is right if it was, and the relations that are asked for keep their rows.
pub fn keep_needed<'r>(program: &mut Program, asked: impl IntoIterator<Item = &'r str>) {
    let mut clauses_of: BTreeMap<&str, Vec<&Clause>> = BTreeMap::new();
    for clause in &program.clauses {
        for head in &clause.heads {
            clauses_of.entry(&head.relation.value).or_default().push(clause);
        }
    }
    let mut needed: BTreeSet<String> = BTreeSet::new();
    let mut open: Vec<&str> = asked.into_iter().collect();
    while let Some(relation) = open.pop() {
        if needed.insert(relation.to_owned()) {
            for clause in clauses_of.get(relation).into_iter().flatten() {
                walk::read_atoms(clause, &mut |atom| open.push(&atom.relation.value));
            }
        }
    }
    drop(clauses_of);
    program.clauses.retain(|clause| clause.heads.iter().any(|head| needed.contains(&head.relation.value)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SourceMap;
    use crate::datalog::syntax::parser::parse;

    fn check(program: &str, asked: &[&str], expect: &str) {
        let mut sources = SourceMap::new();
        let file = sources.add("a.dl", program);
        let mut parsed = parse(&sources, file).value;
        keep_needed(&mut parsed, asked.iter().copied());
        let heads: Vec<&str> = parsed.clauses.iter().map(|clause| &*clause.heads[0].relation.value).collect();
        assert_eq!(heads.join(" "), expect);
    }

    #[test]
    fn what_a_relation_needs_stays_and_the_rest_goes() {
        check("a(1). b(x) :- a(x). c(x) :- b(x), !d(x). d(2). e(3).", &["b"], "a b");
        check("a(1). b(x) :- a(x). c(x) :- b(x), !d(x). d(2). e(3).", &["c"], "a b c d");
        check("a(1). b(x) :- x = count : { a(_), (c(_) ; !d(_)) }. c(1). d(1). e(1).", &["b"], "a b c d");
        check("a(1). b(1 + count : { a(_) }). c(x) :- x = sum y + 0 : { d(y) }. d(1).", &["b"], "a b");
        check("a(x), b(x) :- c(x). c(1). d(1).", &["b"], "a c");
        check("a(x) :- b(x). b(x) :- a(x). c(1).", &["a", "nowhere"], "a b");
        check("a(1).", &[], "");
    }
}
