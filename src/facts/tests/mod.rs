//! Tests of the reader as a whole: texts in, diagnostics or claims out.

mod contained;
mod damage;
mod diagnostics;
mod edit;
mod oracle;
mod propositions;
mod recovery;
mod values;
mod vocabulary;

use crate::base::{Checked, Pool, SourceMap, Symbol};

use super::{Claim, Dataset, read};

/// A vocabulary for tests.
const WORDS: &str = r"
use: [gainsay:core, gainsay:world-politics]
entities:
  iran: { kind: state, label: Iran, alias: [tehran], part-of: middle-east }
  israel: { kind: state }
  middle-east: { kind: place, alias: [region] }
  money: { kind: resource }
  putin: { kind: person, roles: [{ as: president, of: russia, from: 2012-05, to: 2018~ }] }
  russia: { kind: state, alias: [moscow] }
  syria: { kind: state, part-of: middle-east }
  technology: { kind: resource }
  us: { kind: state }
roles: { president: { label: President, one-holder: true } }
situations: { assad-goes: { opposite: assad-stays }, assad-stays: { label: Assad stays } }
issues: { assad-fate: { members: [assad-goes, assad-stays] } }
topics: { assad-fate: { within: [syria] }, syria: {} }
qualifiers: { when: { value: date }, paid: { value: quantity, unit: USD, tolerance: 10% } }
predicates: { starts: { to: [date], fresh: 6m }, costs: { numeric: object, unit: USD, proxy: true } }
";

/// A data set read from texts.
struct Loaded {
    sources: SourceMap,
    pool: Pool,
    checked: Checked<Dataset>,
}

/// Reads texts as files `a.yaml`, `b.yaml`, …
fn load(texts: &[&str]) -> Loaded {
    let mut sources = SourceMap::new();
    let files: Vec<_> =
        texts.iter().zip('a'..).map(|(text, name)| sources.add(&format!("{name}.yaml"), text)).collect();
    let mut pool = Pool::new();
    let checked = read(&mut sources, &files, &mut pool);
    crate::schemas::tests::hold(texts, &checked.diagnostics);
    Loaded { sources, pool, checked }
}

impl Loaded {
    /// `line:column code text message`, one a diagnostic.
    fn diagnostics(&self) -> Vec<String> {
        let lines = self.checked.diagnostics.iter().map(|found| {
            let span = found.primary.span;
            let (start, _) = self.sources.range(span);
            let text = self.sources.text(span).escape_debug().to_string().replace("\\\"", "\"").replace("\\'", "'");
            format!("{}:{} {} <{text}> {}", start.line, start.column, found.code, found.message)
        });
        lines.collect()
    }

    fn text(&self, symbol: Symbol) -> &str {
        self.pool.text(symbol)
    }

    /// The only claim of that slug.
    fn claim(&self, slug: &str) -> &Claim {
        let claims = &self.checked.value.claims;
        let found = claims.iter().find(|claim| self.text(claim.slug.value) == slug);
        found.unwrap_or_else(|| panic!("no claim {slug}: {:#?}", self.diagnostics()))
    }
}

/// Reads a file beside the words, and compares its diagnostics.
#[track_caller]
fn check(input: &str, expect: &[&str]) {
    let loaded = load(&[input, WORDS]);
    assert_eq!(loaded.diagnostics(), expect, "{input}");
}

/// A source document around claims.
fn source(claims: &str) -> String {
    format!("source: {{ id: s, author: us, published: 2020-01-15 }}\nclaims:\n{claims}")
}

/// A claim `c` with these fields besides `at`; its `says` begins at 3:19 when it comes first.
fn one(fields: &str) -> String {
    source(&format!("  c: {{ at: 1, {fields} }}\n"))
}

#[test]
fn a_small_data_set_loads_clean() {
    let loaded = load(&[&one("says: russia supports syria"), WORDS]);
    assert_eq!(loaded.diagnostics(), [""; 0]);
    assert_eq!(loaded.checked.value.claims.len(), 1);
    let id = loaded.claim("c").id;
    assert_eq!(loaded.text(id), "s/c");
    assert_eq!(loaded.checked.value.claim(id).map(|claim| claim.source), Some(0));
}
