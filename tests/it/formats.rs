//! The report on the project's own data set in each format, read back by parsers that others keep.

use std::collections::BTreeSet;

use serde_json::Value;

use super::common::{gainsay, stdout, text};

/// The report in a format; `--fail-on advice` puts all findings at the gate.
fn written(format: &str) -> String {
    let output = gainsay("", &["check", "facts", "--fail-on", "advice", "--format", format]);
    assert_eq!(output.status.code(), Some(1), "{format}");
    stdout(&output)
}

fn json(format: &str) -> Value {
    serde_json::from_str(&written(format)).unwrap()
}

fn texts<'v>(values: &'v [Value], pointer: &str) -> Vec<&'v str> {
    values.iter().map(|value| value.pointer(pointer).unwrap().as_str().unwrap()).collect()
}

/// The schema of SARIF has a pattern for languages with a stray bracket, at which a reader of patterns stops; no report names
/// a language.
fn without_a_pattern(schema: &mut Value) {
    for owner in ["run", "toolComponent"] {
        let language = schema.pointer_mut(&format!("/definitions/{owner}/properties/language"));
        let fields = language.and_then(|language| language.as_object_mut());
        assert!(fields.is_none_or(|fields| fields.remove("pattern").is_some()));
    }
}

/// The document fits the schema of that name.
fn fits(schema: &str, document: &Value) {
    let mut schema: Value = serde_json::from_str(&text(&format!("tests/schemas/{schema}"))).unwrap();
    without_a_pattern(&mut schema);
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let faults: Vec<String> =
        validator.iter_errors(document).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn formats_for_programs_hold_every_finding() {
    let whole = json("json");
    let findings = whole["findings"].as_array().unwrap();
    assert!(findings.len() > 40);
    let fingerprints = texts(findings, "/fingerprint");
    let messages = texts(findings, "/message");

    let sarif = json("sarif");
    fits("sarif-schema-2.1.0.json", &sarif);
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert_eq!(texts(results, "/partialFingerprints/gainsayFinding~1v1"), fingerprints);
    for (result, finding) in results.iter().zip(findings) {
        let region = &result["locations"][0]["physicalLocation"];
        assert_eq!(region["artifactLocation"]["uri"], finding["locations"][0]["path"]);
        assert_eq!(region["region"]["startLine"], finding["locations"][0]["range"]["start"]["line"]);
        assert_eq!(region["region"]["startColumn"], finding["locations"][0]["range"]["start"]["column"]);
        assert!(result["message"]["text"].as_str().unwrap().starts_with(finding["message"].as_str().unwrap()));
    }
    let pages = sarif["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    let rules: BTreeSet<&str> = texts(findings, "/rule").into_iter().collect();
    assert_eq!(texts(pages, "/id").into_iter().collect::<BTreeSet<_>>(), rules);
    assert!(texts(pages, "/help/markdown").iter().all(|page| page.starts_with("# ") && page.contains("```yaml")));

    let gitlab = json("gitlab");
    fits("gitlab-code-quality.json", &gitlab);
    assert_eq!(texts(gitlab.as_array().unwrap(), "/fingerprint"), fingerprints);

    let rdjson = json("rdjson");
    fits("rdjson.json", &rdjson);
    let read = texts(rdjson["diagnostics"].as_array().unwrap(), "/message");
    assert_eq!(read.len(), messages.len());
    assert!(
        read.iter().zip(&messages).all(|(read, message)| read.starts_with(message)),
        "plain words stay as they are"
    );

    let lines: Vec<Value> = written("jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let read: Vec<&Value> = lines.iter().filter(|line| line["kind"] == "finding").collect();
    assert_eq!((read.len(), lines.len()), (findings.len(), findings.len() + 2));
    assert!(read.iter().zip(findings).all(|(line, finding)| line["proof"] == finding["proof"]));
}

#[test]
fn formats_for_services_hold_every_finding() {
    let whole = json("json");
    let messages = texts(whole["findings"].as_array().unwrap(), "/message");
    let sorted = |mut texts: Vec<String>| {
        texts.sort();
        texts
    };
    let expect = sorted(messages.iter().map(|&message| message.to_owned()).collect());

    let junit = written("junit");
    let junit = roxmltree::Document::parse(&junit).unwrap();
    let failures = junit.descendants().filter(|node| node.has_tag_name("failure"));
    let failures: Vec<String> = failures.map(|node| node.attribute("message").unwrap().to_owned()).collect();
    assert_eq!(junit.root_element().attribute("failures"), Some(&*failures.len().to_string()));
    assert_eq!(sorted(failures), expect);

    let checkstyle = written("checkstyle");
    let checkstyle = roxmltree::Document::parse(&checkstyle).unwrap();
    let errors = checkstyle.descendants().filter_map(|node| node.attribute("message"));
    let errors = errors.map(|message| message.split("; help: ").next().unwrap().to_owned());
    assert_eq!(sorted(errors.collect()), expect);

    let commands = written("github");
    let said = commands.lines().map(|line| line.splitn(3, "::").nth(2).unwrap().split("%0A").next().unwrap());
    assert_eq!(sorted(said.map(|text| text.replace("%25", "%")).collect()), expect);

    let page = written("markdown");
    let options = pulldown_cmark::Options::all() - pulldown_cmark::Options::ENABLE_SMART_PUNCTUATION;
    let mut shown = String::new();
    for event in pulldown_cmark::Parser::new_ext(&page, options) {
        if let pulldown_cmark::Event::Text(text) | pulldown_cmark::Event::Code(text) = event {
            shown.push_str(&text);
        }
    }
    for message in messages {
        assert!(shown.contains(&message.replace('`', "")), "{message}");
    }
    assert_eq!(page.matches("<details>").count(), page.matches("</details>").count());
}
