//! Oracles: the plain YAML parser against the reader, on every valid fact file of the package.

use super::common::{check, files, text};

#[test]
fn every_valid_fact_file_has_the_same_claims_for_a_plain_yaml_parser() {
    let mut seen = 0;
    for path in ["facts/bloomberg-2015.yaml", "facts/specialeurasia-2021.yaml", "tests/inputs/readme/claims.yaml"] {
        let whole = text(path);
        for document in serde_yaml::Deserializer::from_str(&whole) {
            let value: serde_yaml::Value = serde::Deserialize::deserialize(document).expect("valid YAML");
            let Some(claims) = value.get("claims").and_then(|claims| claims.as_mapping()) else { continue };
            seen += claims.len();
        }
    }
    let words = ["facts/entities.yaml", "facts/vocabulary.yaml"].map(text);
    let all = [
        ("a.yaml", text("facts/bloomberg-2015.yaml")),
        ("b.yaml", text("facts/specialeurasia-2021.yaml")),
        ("c.yaml", words[0].clone()),
        ("d.yaml", words[1].clone()),
    ];
    let borrowed: Vec<(&str, &str)> = all.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let readme = check(&[("claims.yaml", &text("tests/inputs/readme/claims.yaml"))]);
    assert_eq!(check(&borrowed).claims + readme.claims, seen);
    assert!(files("facts").len() >= 5);
}
