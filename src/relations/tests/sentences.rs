//! What the sentences of a vocabulary become.

use crate::base::{Pool, SourceMap, Span, Spanned};
use crate::facts::{ClassRule, Dataset, InferenceRule, PatternAtom, PatternTerm, PromisePattern};
use crate::relations::clauses;

/// A vocabulary with one sentence of each kind, and its texts in a pool.
struct Words {
    pool: Pool,
    dataset: Dataset,
    span: Span,
}

impl Words {
    fn new() -> Self {
        let file = SourceMap::new().add("facts/words.yaml", "rules: []");
        Self { pool: Pool::new(), dataset: Dataset::default(), span: Span::new(file, 0, 5) }
    }

    /// `subject [not] predicate [object]`; single capital letters are variables.
    fn atom(&mut self, text: &str) -> PatternAtom {
        let mut words: Vec<&str> = text.split(' ').collect();
        let negated = words[1] == "not";
        if negated {
            words.remove(1);
        }
        PatternAtom {
            subject: self.term(words[0]),
            negated,
            predicate: self.pool.intern(words[1]),
            object: words.get(2).map(|word| self.term(word)),
        }
    }

    fn term(&mut self, word: &str) -> PatternTerm {
        match word.as_bytes() {
            [letter @ b'A'..=b'Z'] => PatternTerm::Variable(char::from(*letter)),
            _ => PatternTerm::Name(self.pool.intern(word)),
        }
    }

    /// Each clause after its docs, as rule files spell it.
    fn clauses(&self) -> Vec<String> {
        let made = clauses(&self.dataset, &self.pool);
        assert!(made.iter().all(|clause| clause.span == self.span));
        made.iter().map(|clause| clause.to_string().trim().to_owned()).collect()
    }
}

fn check_class(atom: &str, expect: &str) {
    let mut words = Words::new();
    let atom = words.atom(atom);
    let word = Spanned::new(words.pool.intern("friends"), words.span);
    let class = ClassRule { word, written: String::new(), span: words.span, atom };
    words.dataset.vocabulary.classes.insert(word.value, class);
    assert_eq!(words.clauses(), [expect]);
}

#[test]
fn x_owns_a_class_and_y_belongs_to_it() {
    check_class(
        "X allied-with Y",
        "/// by {Bridge}, {Y} is one of `{Class}`, as `friends: X allied-with Y` defines them\n\
         in_class(Class, Y, Bridge) :- role_class(Class, X, \"friends\"), lit(Bridge, X, \"allied-with\", Y, \"+\"), firm(Bridge).",
    );
    check_class(
        "Y member-of X",
        "/// by {Bridge}, {Y} is one of `{Class}`, as `friends: Y member-of X` defines them\n\
         in_class(Class, Y, Bridge) :- role_class(Class, X, \"friends\"), lit(Bridge, Y, \"member-of\", X, \"+\"), firm(Bridge).",
    );
}

fn check_rule(premise: &str, conclusion: &str, strict: bool, expect: &str) {
    let mut words = Words::new();
    let (premise, conclusion) = (words.atom(premise), words.atom(conclusion));
    let rule = InferenceRule { written: String::new(), span: words.span, premise, conclusion, strict };
    words.dataset.vocabulary.rules.push(rule);
    assert_eq!(words.clauses(), [expect]);
}

#[test]
fn strict_rules_extend_literals_and_the_others_hints() {
    check_rule(
        "X supports assad",
        "X wants assad-stays",
        false,
        "/// from {Claim} by the rule `X supports assad => X wants assad-stays`\n\
         hint(Claim, X, \"wants\", \"assad-stays\", \"+\") :- hint(Claim, X, \"supports\", \"assad\", \"+\").",
    );
    check_rule(
        "X signs",
        "X not obtains",
        true,
        "/// from {Claim} by the rule `X signs -> X not obtains`\n\
         lit(Claim, X, \"obtains\", \"-\", \"-\") :- lit(Claim, X, \"signs\", _, \"+\").",
    );
}

fn check_pattern(promise: &str, doubt: &str, by: Option<char>, expect: &[&str]) {
    let mut words = Words::new();
    let (promise, doubt) = (words.atom(promise), words.atom(doubt));
    let pattern = PromisePattern { written: String::new(), span: words.span, promise, doubt, by };
    words.dataset.vocabulary.patterns.push(pattern);
    let on_one_line = |clause: String| clause.replace(":-\n    ", ":- ").replace(",\n    ", ", ");
    assert_eq!(words.clauses().into_iter().map(on_one_line).collect::<Vec<_>>(), expect);
}

#[test]
fn a_pattern_says_what_undermines_a_promise() {
    check_pattern(
        "X not betrays Y",
        "X pursues-own-interest",
        Some('Y'),
        &["/// `X pursues-own-interest` in {Doubt}, where {Y} is heard, undermines `X not betrays Y` in {Promise}\n\
         undermines(Promise, Doubt, X, Y) :- mode(Promise, \"commitment\"), denies(Promise, X, \"betrays\", _), \
         about(Promise, Y, _), lit(Doubt, X, \"pursues-own-interest\", _, \"+\"), official(Doubt, Y)."],
    );
    check_pattern(
        "X supports iran",
        "iran not can-rely-on X",
        None,
        &["/// `iran not can-rely-on X` in {Doubt} undermines `X supports iran` in {Promise}\n\
         undermines(Promise, Doubt, X, \"iran\") :- mode(Promise, \"commitment\"), asserts(Promise, X, \"supports\", _), \
         about(Promise, \"iran\", _), lit(Doubt, \"iran\", \"can-rely-on\", X, \"-\")."],
    );
    check_pattern("X not retreats", "X retreats", None, &[]);
}
