//! The language of `says`, row by row.

use super::{WORDS, check, load, one, source};

/// The atoms of a claim, and its qualifiers.
#[track_caller]
fn atoms(fields: &str, expect: &[&str]) {
    let text = one(fields);
    let loaded = load(&[&text, WORDS]);
    assert_eq!(loaded.diagnostics(), [""; 0], "{fields}");
    let says = &loaded.claim("c").says;
    let atoms = says.atoms.iter().map(|atom| {
        let sign = if atom.positive { "" } else { "not " };
        let (s, p, o) = (loaded.text(atom.subject), loaded.text(atom.predicate), loaded.text(atom.object));
        format!("{s} {sign}{p} {o}")
    });
    let qualifiers =
        says.qualifiers.iter().map(|q| format!("{}={}", loaded.text(q.key.value), loaded.text(q.value.value)));
    assert_eq!(atoms.chain(qualifiers).collect::<Vec<_>>(), expect, "{fields}");
    // Every part stands at its own bytes.
    for part in says.subjects.iter().chain(&says.objects).chain([&says.predicate]) {
        assert!(!loaded.sources.text(part.span).is_empty());
        assert!(says.span.start <= part.span.start && part.span.end <= says.span.end);
    }
}

#[test]
fn distribution() {
    atoms("says: russia+iran wants assad-goes", &["russia wants assad-goes", "iran wants assad-goes"]);
    atoms("says: russia allied-with iran+syria", &["russia allied-with iran", "russia allied-with syria"]);
    atoms(
        "says: russia+iran fights us+israel",
        &["russia fights us", "russia fights israel", "iran fights us", "iran fights israel"],
    );
    atoms(
        "says: russia not provides money+technology",
        &["russia not provides money", "russia not provides technology"],
    );
    atoms("says: us+iran supports us+syria", &["us supports syria", "iran supports us", "iran supports syria"]);
    atoms("says: self demands assad-goes, who: us+iran", &["us demands assad-goes", "iran demands assad-goes"]);
    atoms("says: self demands assad-goes, who: [us, iran]", &["us demands assad-goes", "iran demands assad-goes"]);
    atoms("says: iran supports self", &["iran supports us"]);
    atoms("says: russia supports russia", &["russia supports russia"]);
    atoms("says: us+us supports syria", &["us supports syria"]);
    atoms("says: moscow meets tehran (in=region)", &["russia meets iran", "in=middle-east"]);
    atoms("says: russia betrays moscow.allies", &["russia betrays russia.allies"]);
    atoms("says: russia grows", &["russia grows -"]);
    atoms(
        "says: russia not grows (in=syria+iran topic=assad-fate)",
        &["russia not grows -", "in=syria", "in=iran", "topic=assad-fate"],
    );
}

#[test]
fn literals() {
    atoms("says: putin starts 2015-11-15~", &["putin starts 2015-11-15~"]);
    atoms("says: putin starts 2023-XX (when=2023-06)", &["putin starts 2023-XX", "when=2023-06"]);
    atoms("says: putin costs 5e9USD (n=250000)", &["putin costs 5e9USD", "n=250000"]);
    atoms("says: putin costs 60..80USD (paid=-1.5e-3USD)", &["putin costs 60..80USD", "paid=-1.5e-3USD"]);
    atoms("says: putin lasts 2weeks", &["putin lasts 2weeks"]);
    atoms(
        r#"says: 'putin supports "the old (and + new) order" (means="by = force")'"#,
        &["putin supports \"the old (and + new) order\"", "means=\"by = force\""],
    );
    atoms(r#"says: "\"the old\" supports \"iran\" (only=true)""#, &["\"the old\" supports \"iran\"", "only=true"]);
    let text = one("says: putin starts 2015-11-15~");
    let loaded = load(&[&text, WORDS]);
    let dates = &loaded.checked.value.vocabulary.dates;
    let (symbol, days) = dates.iter().next().unwrap();
    assert_eq!((loaded.text(*symbol), days.value.last - days.value.first), ("2015-11-15~", 2));
    assert_eq!(loaded.sources.text(days.span), "2015-11-15~");
}

#[test]
fn turning() {
    atoms("says: russia grows, sure: unlikely", &["russia not grows -"]);
    atoms("says: russia not grows, sure: 0..40%", &["russia grows -"]);
    atoms("says: russia grows, sure: even", &["russia grows -"]);
    atoms("says: russia grows, sure: 50%", &["russia grows -"]);
    let loaded = load(&[&one("says: russia grows, sure: unlikely"), WORDS]);
    let sure = &loaded.claim("c").sure;
    assert_eq!((sure.low, sure.high, loaded.text(sure.word), sure.quantified), (550, 800, "unlikely", true));
    let loaded = load(&[&one("says: russia grows"), WORDS]);
    let sure = &loaded.claim("c").sure;
    assert_eq!((sure.low, sure.high, loaded.text(sure.word), sure.quantified), (950, 1000, "certain", false));
}

#[test]
fn places_inside_quotes_escapes_and_lines() {
    let text = source(concat!(
        "  a: { at: 1, says: 'russia  not betrays \"it''s\" (means=\"don''t\")' }\n",
        "  b: { at: 1, says: \"russia supports \\u0069ran\" }\n",
        "  c:\n    at: 1\n    says: russia\n      not supports\n      syria (in=iran)\n",
        "  d:\n    at: 1\n    says: |\n      russia supports\n      iran+syria\n",
        "  e:\n    at: 1\n    says: >-\n      russia supports\n      iran\n",
    ));
    let loaded = load(&[&text, WORDS]);
    assert_eq!(loaded.diagnostics(), [""; 0]);
    let places = |slug: &str| {
        let says = &loaded.claim(slug).says;
        let spans = [says.subjects[0].span, says.predicate.span].into_iter();
        let spans =
            spans.chain(says.objects.iter().map(|o| o.span)).chain(says.qualifiers.iter().map(|q| q.value.span));
        spans.map(|span| loaded.sources.text(span).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(places("a"), ["russia", "betrays", "\"it''s\"", "\"don''t\""]);
    assert_eq!(places("b"), ["russia", "supports", "\\u0069ran"]);
    assert_eq!(places("c"), ["russia", "supports", "syria", "iran"]);
    assert_eq!(places("d"), ["russia", "supports", "iran", "syria"]);
    assert_eq!(places("e"), ["russia", "supports", "iran"]);
    assert_eq!(loaded.text(loaded.claim("a").says.written), "russia not betrays \"it's\" (means=\"don't\")");
    assert_eq!(loaded.text(loaded.claim("c").says.written), "russia not supports syria (in=iran)");
}

#[test]
fn what_is_no_proposition() {
    let says = |text: &str, expect: &str| check(&one(&format!("says: '{text}'")), &[expect]);
    says("russia", "3:22 bad-says <russia> expected a predicate after `russia`");
    says("russia (in=iran)", "3:22 bad-says <russia> expected a predicate after `russia`");
    says("russia not not wants x", "3:33 bad-says <not> `not` stands twice");
    says("Russia supports iran", "3:22 bad-says <Russia> `Russia` is no name");
    says("russia Supports iran", "3:29 bad-says <Supports> `Supports` is no predicate");
    says("russia supports iran in syria", "3:43 bad-says <in> unexpected `in` behind the proposition");
    says("russia supports iran(in=syria)", "3:42 bad-says <(> a space is missing before `(`");
    says("russia, iran supports syria", "3:28 bad-says <,> unexpected `,`");
    says("russia+ supports syria", "3:28 bad-says <+> a name is missing behind `+`");
    says(
        "russia.allies supports syria",
        "3:22 bad-says <russia.allies> the role class `russia.allies` cannot be a subject",
    );
    says("5 supports syria", "3:22 bad-says <5> `5` cannot be a subject");
    says("self supports self", "3:36 bad-says <self> `self` stands on both sides");
    says(
        "us+us supports us",
        "3:22 bad-says <us+us supports us> every atom has the same name on both sides, so nothing is left",
    );
    says("russia supports none", "3:38 bad-says <none> `none` is no name");
    says("russia supports \"iran", "3:38 bad-says <\"> this quote is not closed");
    says("russia supports iran (in=syria) now", "3:54 bad-says <now> unexpected `now` behind the proposition");
}

#[test]
fn what_is_no_qualifier() {
    let says = |text: &str, expect: &str| check(&one(&format!("says: 'us meets iran {text}'")), &[expect]);
    says("(in=syria, n=5)", "3:45 bad-qualifier <,> qualifiers are separated by spaces, not by `,`");
    says("(in=syria in=iran)", "3:46 bad-qualifier <in> `in` stands twice");
    says("(in)", "3:37 bad-qualifier <in> `in` has no value");
    says("(in=)", "3:40 bad-qualifier <)> a value is missing");
    says("(in=syria", "3:36 bad-qualifier <(> `(` is not closed");
    says("()", "3:36 bad-qualifier <()> no qualifier stands in the brackets");
    says("(regoin=syria)", "3:37 unknown-qualifier <regoin> unknown qualifier `regoin`");
    says("(only=yes)", "3:42 bad-qualifier <yes> `only` takes `true` only, found `yes`");
    says("(=yes)", "3:37 bad-qualifier <=> a key is missing before `=`");
    says("(n=5e+9)", "3:39 bad-quantity <5e+> an exponent has no `+`");
    says("(when=2015)", "3:42 bad-qualifier <2015> `when` takes a date, found `2015`");
    says("(when=2015-13)", "3:42 bad-date <2015-13> `2015-13` has no month 13");
    says("(n=many)", "3:39 bad-quantity <many> `n` takes a quantity, found `many`");
    says("(n=5+6)", "3:41 bad-qualifier <6> `n` takes one quantity");
    says("(n=8..5)", "3:39 bad-quantity <8..5> the range `8..5` runs backwards");
    says("(n=5dayz)", "3:39 bad-quantity <5dayz> unknown unit `dayz`");
    says("(paid=5e9)", "3:42 bad-quantity <5e9> `5e9` has no unit, `paid` is in USD");
    says("(paid=5EUR)", "3:42 bad-quantity <5EUR> `5EUR` is in EUR, `paid` is in USD");
    check(&one("says: putin costs 5"), &["3:33 bad-quantity <5> `5` has no unit, `costs` is in USD"]);
}

#[test]
fn an_unknown_class_is_an_unknown_object() {
    let loaded = load(&[&one("says: us betrays moscow.alies"), WORDS]);
    assert_eq!(loaded.diagnostics(), [""; 0]);
    let unresolved = loaded.claim("c").unresolved[0];
    assert_eq!(unresolved.field, "object");
    assert_eq!(loaded.text(unresolved.text.value), "moscow.alies");
    assert_eq!(unresolved.nearest.map(|near| loaded.text(near)), Some("russia.allies"));
}
