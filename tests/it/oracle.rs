//! Oracles: a plain YAML parser against the reader, on every valid fact file of the package.

use gainsay::facts::{Behalf, Claim};
use serde::Deserialize as _;
use serde_yaml::Value;

use super::common::{Loaded, files, text};

/// The scalar or the scalars of a value, in order, as text.
fn scalars(value: &Value) -> Vec<String> {
    match value {
        Value::Null => Vec::new(),
        Value::Bool(value) => vec![value.to_string()],
        Value::Number(value) => vec![value.to_string()],
        Value::String(value) => vec![value.split_whitespace().collect::<Vec<_>>().join(" ")],
        Value::Sequence(items) => items.iter().flat_map(scalars).collect(),
        Value::Mapping(map) => map.values().flat_map(scalars).collect(),
        Value::Tagged(tagged) => scalars(&tagged.value),
    }
}

/// The names of a value in which `+` stands between them, with aliases replaced.
fn names(loaded: &Loaded, value: &Value) -> Vec<String> {
    let resolve = |name: &str| {
        let alias = loaded.pool.find(name).and_then(|name| loaded.dataset.vocabulary.aliases.get(&name));
        alias.map_or_else(|| name.to_owned(), |owner| loaded.pool.text(owner.value).to_owned())
    };
    scalars(value).iter().flat_map(|text| text.split('+').map(resolve).collect::<Vec<_>>()).collect()
}

fn compare(loaded: &Loaded, claim: &Claim, entry: &Value) {
    let word = |symbol| loaded.pool.text(symbol).to_owned();
    let id = word(claim.id);
    let words = |parts: &[gainsay::base::Spanned<_>]| parts.iter().map(|part| word(part.value)).collect::<Vec<_>>();
    for (key, value) in entry.as_mapping().expect("a claim is a map") {
        let key = key.as_str().expect("a key is a word");
        let plain = scalars(value);
        let optional = |field: &Option<gainsay::base::Spanned<_>>| field.iter().map(|part| word(part.value)).collect();
        let read: Vec<String> = match key {
            "at" => vec![word(claim.at.value)],
            "says" => vec![word(claim.says.written)],
            "mode" => vec![word(claim.mode.value)],
            "sure" => vec![word(claim.sure.word)],
            "part" => vec![word(claim.part.value)],
            "quote" => optional(&claim.quote),
            "gloss" => optional(&claim.gloss),
            "basis" => optional(&claim.basis),
            "booster" => optional(&claim.booster),
            "utterance" => optional(&claim.utterance),
            "who" => words(&claim.who),
            "via" => words(&claim.via),
            "to" => words(&claim.to),
            "for" => match &claim.behalf {
                Behalf::Principals(names) => words(names),
                Behalf::Private(_) | Behalf::FromRoles => vec!["none".to_owned()],
            },
            "because" => {
                let full = |text: &String| {
                    if text.contains('/') { text.clone() } else { format!("{}/{text}", id.split('/').next().unwrap()) }
                };
                assert_eq!(
                    words(&claim.because.iter().map(|b| b.0).collect::<Vec<_>>()),
                    plain.iter().map(full).collect::<Vec<_>>(),
                    "{id}"
                );
                continue;
            }
            "said" | "holds" | "by" | "allow" => continue,
            other => panic!("{id}: the comparison does not know `{other}`"),
        };
        let plain = if matches!(key, "who" | "via" | "to" | "for") { names(loaded, value) } else { plain };
        let squeezed: Vec<String> =
            read.iter().map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(squeezed, plain, "{id}: {key}");
    }
}

#[test]
fn every_valid_fact_file_has_the_same_values_for_a_plain_yaml_parser() {
    let facts: Vec<String> = files("facts").into_iter().map(|file| format!("facts/{file}")).collect();
    let sets = [facts, vec!["tests/inputs/readme/claims.yaml".to_owned()]];
    for set in sets {
        let texts: Vec<(String, String)> = set
            .into_iter()
            .filter(|path| !path.ends_with("gainsay.yaml"))
            .map(|path| (path.clone(), text(&path)))
            .collect();
        let borrowed: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let loaded = Loaded::of(&borrowed);
        let mut seen = 0;
        for (path, text) in &texts {
            for document in serde_yaml::Deserializer::from_str(text) {
                let value = Value::deserialize(document).unwrap_or_else(|error| panic!("{path}: {error}"));
                let Some(claims) = value.get("claims").and_then(Value::as_mapping) else { continue };
                let source = value["source"]["id"].as_str().expect("a source has an id").to_owned();
                for (slug, entry) in claims {
                    let id = format!("{source}/{}", slug.as_str().expect("a slug is a word"));
                    let claim = loaded.pool.find(&id).and_then(|id| loaded.dataset.claim(id));
                    compare(&loaded, claim.unwrap_or_else(|| panic!("{id} is read")), entry);
                    seen += 1;
                }
            }
        }
        assert_eq!(seen, loaded.dataset.claims.len());
    }
}
