//! What the sentences of a vocabulary become.

use crate::base::{Pool, SourceMap, Span, Spanned};
use crate::facts::{self, NamedPattern};
use crate::facts::{ClassRule, Dataset, InferenceRule, PatternAtom, PatternTerm, PromisePattern};
use crate::relations::program;

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
        let made = program(&self.dataset, &self.pool).clauses;
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
        "X arms Y",
        "Y trusts X",
        false,
        "/// from {Claim} by the rule `X arms Y => Y trusts X`\n\
         hint(Claim, Y, \"trusts\", X, \"+\") :- hint(Claim, X, \"arms\", Y, \"+\"), Y != \"-\".",
    );
    check_rule(
        "X signs",
        "X not obtains",
        true,
        "/// from {Claim} by the rule `X signs -> X not obtains`\n\
         lit(Claim, X, \"obtains\", \"-\", \"-\") :- lit(Claim, X, \"signs\", _, \"+\").",
    );
}

#[test]
fn a_brace_in_a_name_begins_no_variable() {
    check_rule(
        "X supports ir{X}",
        "X {wants} assad",
        false,
        "/// from {Claim} by the rule `X supports ir\\{X} => X \\{wants} assad`\n\
         hint(Claim, X, \"{wants}\", \"assad\", \"+\") :- hint(Claim, X, \"supports\", \"ir{X}\", \"+\").",
    );
    check_pattern(
        "X not betrays Y",
        "X fears {Y",
        None,
        &["/// `X fears \\{Y` in {Doubt} undermines `X not betrays Y` in {Promise}\n\
         undermines(Promise, Doubt, X, Y) :- mode(Promise, \"commitment\"), denies(Promise, X, \"betrays\", _), \
         about(Promise, Y, _), lit(Doubt, X, \"fears\", \"{Y\", \"+\")."],
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

/// What stands behind the given conditions, and the keys, of a pattern over predicates of which `friends` and `rivals` are
/// symmetric.
fn check_canonical(when: &[&str], keys: &str, expect: &str) {
    let atoms: Vec<String> = when.iter().map(|atom| format!("{atom:?}")).collect();
    let text = format!(
        "use: []\npredicates: {{ friends: {{ symmetric: true }}, rivals: {{ symmetric: true }}, fights: {{}}, grows: {{}} }}\n\
         qualifiers: {{ region: {{ value: text }} }}\nentities: {{ us: {{ kind: state }} }}\n\
         patterns: [{{ name: p, when: [{}], say: s }}]\n",
        atoms.join(", ")
    );
    let mut sources = SourceMap::new();
    let file = sources.add("a.yaml", &text);
    let mut pool = Pool::new();
    let read = facts::read(&mut sources, &[file], &mut pool);
    assert_eq!(read.diagnostics, []);
    let program = program(&read.value, &pool);
    let marked = program.declarations[0]
        .columns
        .iter()
        .filter(|column| column.annotations.iter().any(|a| a.label.value == "key"));
    assert_eq!(marked.map(|column| column.name.value.as_str()).collect::<Vec<_>>().join(" "), keys, "{when:?}");
    let conditions = program.clauses.last().unwrap().body.iter().map(ToString::to_string);
    let order: Vec<String> = conditions.filter(|condition| condition.contains('<')).collect();
    assert_eq!(order.join(", "), expect, "{when:?}");
}

#[test]
fn of_rows_that_say_the_same_one_is_kept() {
    check_canonical(&["X fights Y", "Y friends us"], "Y", "");
    // Atoms that may be exchanged.
    check_canonical(&["X fights Y", "Y fights X"], "X Y", "X <= Y");
    check_canonical(&["X grows", "Y grows"], "X Y", "X <= Y");
    check_canonical(&["X fights us", "X fights us"], "X", "C1 < C2");
    check_canonical(&["X fights Z", "Y fights Z"], "Z", "C1 < C2");
    check_canonical(&["us grows", "us grows"], "c1 c2", "C1 < C2");
    check_canonical(&["X grows", "Y grows", "Z grows"], "X Y Z", "X <= Y, X <= Z, Y <= Z");
    // Sides that may be exchanged.
    check_canonical(&["X friends Y", "X rivals Y"], "X Y", "X <= Y");
    check_canonical(&["X friends Y", "X fights Y"], "X Y", "");
    check_canonical(&["X friends Y", "us grows"], "X Y", "X <= Y");
    check_canonical(&["X friends Y", "Z fights Z", "Z grows"], "Z", "X <= Y");
    // What differs in a sign, a name or a qualifier is not the same.
    check_canonical(&["X fights us", "X not fights us"], "X", "");
    check_canonical(&["X grows (region=a)", "Y grows"], "X Y", "");
    check_canonical(&["X grows (region=Z)", "Y grows (region=Z)"], "Z", "C1 < C2");
    check_canonical(&["X grows (region=V)", "Y grows (region=W)"], "X V Y W", "X <= Y");
}

#[test]
fn a_named_pattern_is_a_rule() {
    let mut words = Words::new();
    let when = ["X provides Y", "X not in-state recession"].map(|text| facts::WhenAtom {
        written: text.to_owned(),
        atom: words.atom(text),
        qualifiers: Vec::new(),
    });
    let mut when = when.to_vec();
    when[0].qualifiers.push((words.pool.intern("to"), PatternTerm::Variable('Z')));
    let (name, span) = (words.pool.intern("aid-without-means"), words.span);
    words.dataset.vocabulary.named_patterns.push(NamedPattern {
        name: Spanned::new(name, span),
        span,
        when,
        level: "warning".to_owned(),
        say: Spanned::new("{X} \"gives\" {Y}".to_owned(), span),
        help: Some(Spanned::new("ask {Z}".to_owned(), span)),
    });
    let expect = r#"/// Claims about the same time that say `X provides Y` and `X not in-state recession`.
@[lint(group = "tension", level = "warning", tier = 1)]
@[message = "{X} \"gives\" {Y}"]
@[help = "ask {Z}"]
.decl aid_without_means(
    @[key] X: Name,
    Y: Name,
    Z: Name,
    @[primary = "{c1.who}, {c1.said}"] c1: Claim,
    @[secondary = "{c2.who}, {c2.said}"] c2: Claim)
/// "{X} provides {Y}" (to: {Z}) in {C1} and "{X} not in-state recession" in {C2}
aid_without_means(X, Y, Z, C1, C2) :-
    hint(C1, X, "provides", Y, "+"), Y != "-", qualifier(C1, "to", Z), hint(C2, X, "in-state", "recession", "-"),
    C1 != C2, cotemp(C1, C2).

.output aid_without_means
"#;
    assert_eq!(program(&words.dataset, &words.pool).to_string(), expect);
}
