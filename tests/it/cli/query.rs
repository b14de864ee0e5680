//! `gainsay query`: conditions in, rows out.

use serde_json::Value;

use super::*;

/// What a query prints on both streams.
fn query(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = gainsay("", &[&["query"], arguments].concat());
    (output.status.code(), stdout(&output), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn answers_stand_in_columns_with_the_places_of_claims() {
    let conditions = r#"says(c, s, "wants", o, sign), who(c, w), n = count : { says(_, s, _, _, _) }, n > 10"#;
    let (code, out, err) = query(&[conditions, "facts"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    snapshot("cli", "query", &format!("{conditions}\n\n{out}"));
    let (_, some, _) = query(&[conditions, "facts", "--limit", "2"]);
    let first: Vec<&str> = out.lines().take(3).map(str::trim_end).collect();
    let cut: Vec<String> = some.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(cut.len(), 4, "{some}");
    assert_eq!(cut[1], first[1].split_whitespace().collect::<Vec<_>>().join(" "));
    assert_eq!(cut[3], "the first 2 rows; there are more");
}

#[test]
fn the_readme_shows_a_query() {
    let conditions = r#"who(c, "lavrov"), says(c, x, p, y, sign), said(c, from, _)"#;
    let (code, out, _) = query(&[conditions, "facts"]);
    assert_eq!(code, Some(0));
    let readme = text("README.md");
    assert!(readme.contains(&format!("`gainsay query '{conditions}' facts`")), "README.md has the query");
    assert!(readme.contains(&format!("```text\n{out}```\n")), "README.md shows the answer:\n{out}");
}

#[test]
fn answers_can_be_read_by_programs() {
    let (code, out, _) =
        query(&[r#"says(c, "russia", "betrays", _, _), said(c, d, _), d > 0"#, "facts", "-f", "json", "--limit", "1"]);
    let document: Value = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}"));
    assert_eq!((code, &document["schema"]), (Some(0), &Value::from("gainsay.query/1")));
    let types: Vec<&str> =
        document["columns"].as_array().unwrap().iter().map(|c| c["type"].as_str().unwrap()).collect();
    assert_eq!(types, ["Claim", "Day"]);
    let row = &document["rows"][0];
    assert_eq!(row["values"][0], "bloomberg-2015/no-backstab");
    let claim = &row["claims"][0];
    assert_eq!((&claim["column"], &claim["claim"]), (&Value::from("c"), &row["values"][0]));
    assert_eq!(claim["path"], "facts/bloomberg-2015.yaml");
    assert_eq!(claim["range"]["start"]["column"], 11);
    let (_, out, _) = query(&[r#"says(c, "russia", "betrays", _, _), said(c, d, _)"#, "facts"]);
    assert!(out.contains("  2015-10-01\n"), "{out}");
}

#[test]
fn a_query_without_variables_holds_or_does_not() {
    let check = |conditions: &str, expect: &str| {
        let (code, out, _) = query(&[conditions, "facts"]);
        assert_eq!((code, out.as_str()), (Some(0), expect), "{conditions}");
    };
    check(r#"says(_, "russia", "betrays", _, _)"#, "it holds\n");
    check(r#"says(_, "iran", "betrays", _, _)"#, "it does not hold\n");
    check(r#"says(c, "iran", "betrays", _, _)"#, "no rows\n");
    check(r#"says(c, s, "betrays", _, _), (s = "iran"; s = "turkey")"#, "no rows\n");
    check("false", "it does not hold\n");
    check("says(_, _, _, _, _), true.", "it holds\n");
    let (code, out, err) = query(&["says(c, _, _, _, _), n = 1 ; said(d, n, _)", "facts", "--limit", "1"]);
    assert_eq!((code, out.as_str()), (Some(0), "n\n1\nthe first 1 row; there are more\n"));
    assert_eq!(
        err,
        "note: `c` has no column, because some alternative gives it no value\nhelp: name it in each alternative, or ask \
         about each for itself\nnote: `d` has no column, because some alternative gives it no value\nhelp: name it in \
         each alternative, or ask about each for itself\n"
    );
}

#[test]
fn a_name_that_no_row_has_is_told_of() {
    let (code, out, err) = query(&[r#"says(c, "rusia", p, _, _)"#, "facts"]);
    assert_eq!((code, out.as_str()), (Some(0), "no rows\n"));
    assert_eq!(err, "note: no row of `says` has `rusia` in its column `subject`\nhelp: did you mean `russia`?\n");
}

#[test]
fn mistakes_in_a_query_are_drawn() {
    let mut shown = String::new();
    for conditions in [
        "sayz(c, s), claim(c), x < 3, says(c, _, 7, _, _)",
        "ally(c, d), !says(e, _, _, _, _)",
        "says(c, _, p, _, _), p < \"é\", x < 3",
        "claim(c",
        "  ",
        "n = 7 / 0",
        "claim(c, _), s = [c, c]",
    ] {
        let (code, out, err) = query(&[conditions, "facts", "--width", "100"]);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{conditions}");
        shown.extend(["$ ", conditions, "\n\n", &err, "\n"]);
    }
    snapshot("cli", "query-mistakes", &shown);
    let (code, out, _) = query(&["sayz(c)", "facts", "--format", "json"]);
    let document: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &document["diagnostics"][0]["code"]), (Some(2), &Value::from("unknown-relation")));
}

#[test]
fn a_broken_data_set_is_reported_in_place_of_an_answer() {
    let folder = Folder::new("query-broken", &[("a.yaml", "claims: { a: { } }\n")]);
    let (code, out, _) = folder.run(&["query", "claim(c, s)", "."]);
    assert_eq!(code, Some(2));
    assert!(out.contains("no rule ran"), "{out}");
}

#[test]
fn a_query_stays_inside_its_limits() {
    let pairs = "says(a, _, _, _, _), says(b, _, _, _, _), a < b";
    let (code, out, err) = query(&[pairs, "facts", "--max-rows", "5000"]);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(err.contains("the rules of `the query` reach the limit of 5000 rows"), "{err}");
    let (code, one, _) = query(&[pairs, "facts", "--jobs", "1"]);
    let (_, two, _) = query(&[pairs, "facts", "--jobs", "2"]);
    assert_eq!((code, one.lines().count() > 9_000, one), (Some(0), true, two));
    for (limit, help) in [("0", "write a number of rows, 1 or more"), ("x", "write a number of rows, 1 or more")] {
        let (code, _, err) = query(&["claim(c, s)", "facts", "--limit", limit]);
        assert_eq!((code, err.lines().nth(1)), (Some(2), Some(&*format!("help: {help}"))));
    }
}
