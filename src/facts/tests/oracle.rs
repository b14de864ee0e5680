//! An independent YAML reader and the decoder agree on every scalar of a valid file.

use serde_yaml::Value as Oracle;

use crate::base::SourceMap;
use crate::yaml::{self, Decoder, EventSource, Problems, Start, Stop};

/// The document as nested text: scalars in angle brackets.
fn decoded<'a, S: EventSource<'a>>(decoder: &mut Decoder<'a, S>, start: Start) -> Result<String, Stop> {
    Ok(match start {
        Start::Scalar(text) => format!("<{}>", text.get(decoder.text())),
        Start::Refused(_) => "refused".to_owned(),
        Start::List(_) => {
            let mut parts = Vec::new();
            while let Some(item) = decoder.item()? {
                parts.push(decoded(decoder, item)?);
            }
            format!("[{}]", parts.join(","))
        }
        Start::Map(_) => {
            let mut parts = Vec::new();
            while let Some(key) = decoder.key()? {
                let value = decoder.value()?;
                let value = decoded(decoder, value)?;
                parts.push(format!("{}:{value}", key.text.get(decoder.text())));
            }
            format!("{{{}}}", parts.join(","))
        }
    })
}

/// The same from the other reader. Numbers lose their spelling there, so the samples quote what has several.
fn expected(value: &Oracle) -> String {
    match value {
        Oracle::Null => "<>".to_owned(),
        Oracle::Bool(flag) => format!("<{flag}>"),
        Oracle::Number(number) => format!("<{number}>"),
        Oracle::String(text) => format!("<{}>", text.trim()),
        Oracle::Sequence(items) => format!("[{}]", items.iter().map(expected).collect::<Vec<_>>().join(",")),
        Oracle::Mapping(map) => {
            let text = |key: &Oracle| expected(key).trim_matches(['<', '>']).to_owned();
            let parts: Vec<String> =
                map.iter().map(|(key, value)| format!("{}:{}", text(key), expected(value))).collect();
            format!("{{{}}}", parts.join(","))
        }
        Oracle::Tagged(tagged) => panic!("tag {tagged:?}"),
    }
}

fn check(text: &str) {
    let mut sources = SourceMap::new();
    let file = sources.add("a.yaml", text);
    let mut problems = Problems::new();
    let (found, _) =
        yaml::read(file, text, &mut problems, yaml::Keys { any: |_| false, top: |_| false }, |decoder, root, _| {
            decoded(decoder, root)
        });
    assert_eq!(problems.finish(), [], "{text}");
    let other: Vec<String> = serde_yaml::Deserializer::from_str(text)
        .map(|document| expected(&serde::Deserialize::deserialize(document).unwrap()))
        .collect();
    assert_eq!(found, other, "{text}");
}

#[test]
fn two_readers_agree() {
    check(super::WORDS);
    check(include_str!("../packs/core.yaml"));
    check(include_str!("../packs/world-politics.yaml"));
    check(&super::source(concat!(
        "  a: { at: '18.2', says: \"us \\\"not\\\" caf\\u00e9 \\\n     joined\", gloss: 'it''s', tags: [] }\n",
        "  b:\n    at: 1\n    says: us\n      wants\n\n      peace\n    gloss: |\n      one\n        two\n\n      three\n    quote: >-\n      folded\n      line\n\n      next\n",
        "    because:\n    - a\n    - [a, c]\n    empty:\n    url: http://x.org/a#b\n",
        "  c: { at: 2, says: us grows, # a comment\n      gloss: a }\n---\nentities: {}\n...\n---\nuse: []\n",
    )));
}
