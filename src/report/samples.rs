//! Reports made by hand, for the tests of every format.

use std::sync::Arc;

use crate::base::fs::{Disk, FileSystem as _};
use crate::base::{Day, Diagnostic, Family, FileId, Level, SourceMap, Span};
use crate::findings::{
    Cause, CauseKind, Change, Culpability, Finding, Fingerprint, Location, LocationRole, ProofKind, ProofTree, Status,
    Step, StepPart, culpability,
};
use crate::lints::Group;

use super::{Compared, Counts, EditSize, Report, Reporter};

/// 2026-11-21.
const TODAY: Day = 20_778;

/// The parts of a report, owned.
pub(super) struct Sample {
    pub(super) sources: SourceMap,
    pub(super) findings: Vec<Finding>,
    pub(super) culpability: Vec<Culpability>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl Sample {
    pub(super) fn report(&self) -> Report<'_> {
        let stopped = !self.diagnostics.is_empty();
        Report {
            findings: &self.findings,
            culpability: &self.culpability,
            diagnostics: &self.diagnostics,
            sources: &self.sources,
            dataset: Counts { files: 4, claims: 139, sources: 2, rules: 15 },
            today: TODAY,
            stopped,
            gate: Some(Level::Error),
            exit: if stopped { 2 } else { 0 },
            strict: 0,
            compared: None,
            view: &super::WHOLE,
        }
    }

    /// Counts again what claims carry.
    pub(super) fn carry(&mut self) {
        self.culpability = culpability(&self.findings, &|id| id.rsplit('/').next().unwrap_or(id).to_owned());
    }

    pub(super) fn written(&self, reporter: &dyn Reporter) -> String {
        let mut out = Vec::new();
        reporter.write(&self.report(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    /// The report in a format.
    pub(super) fn write(reporter: &dyn Reporter, report: &Report<'_>) -> String {
        let mut out = Vec::new();
        reporter.write(report, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    /// Nothing found.
    pub(super) fn empty() -> Self {
        Self { sources: SourceMap::new(), findings: Vec::new(), culpability: Vec::new(), diagnostics: Vec::new() }
    }

    /// [`Self::promise`] with the claims that its places stand in.
    pub(super) fn quarrel() -> Self {
        let mut sample = Self::promise();
        let slugs = ["no-backstab", "no-backstab", "two-allies", "jafari-doubt", "jafari-doubt"];
        for (location, slug) in sample.findings[0].locations.iter_mut().zip(slugs) {
            location.claim = Some(format!("bloomberg-2015/{slug}"));
        }
        sample
    }

    /// The working tree compared with a branch.
    pub(super) fn compared<'a>(fixed: &'a [Finding], base_sources: &'a SourceMap) -> Compared<'a> {
        let edit = EditSize { files: 1, added: 1, ..EditSize::default() };
        Compared { base: "main", head: "working tree", joint: "..", fixed, base_sources, edit: Some(edit) }
    }

    /// What an edit has done to findings: one of each change, two that are accepted, and one that is gone.
    pub(super) fn edited(see: &mut dyn FnMut(&Report<'_>)) {
        let mut sample = Self::quarrel();
        let found = sample.findings.remove(0);
        let twin = |change: Change, status| {
            let fingerprint = Fingerprint::of_parts([change.name(), Status::name(status)], 0);
            let cause = (change == Change::New).then(|| Cause {
                kind: CauseKind::Data,
                text: "jafari-doubt was added".to_owned(),
                touched: vec!["bloomberg-2015/jafari-doubt".to_owned()],
            });
            Finding { change: Some(change), cause, status, fingerprint, ..found.clone() }
        };
        let kept = Change::ALL.into_iter().filter(|change| *change != Change::Fixed);
        sample.findings.extend(kept.map(|change| twin(change, Status::Open)));
        sample.findings.push(twin(Change::Accepted, Status::Allowed));
        sample.findings.push(twin(Change::Unchanged, Status::Baselined));
        let mut before = Self::costs();
        let file = sample.sources.file(found.primary().span.file);
        let earlier: String = file.text.split_inclusive('\n').filter(|line| !line.contains("jafari-doubt")).collect();
        before.sources.add(&file.path, &earlier);
        let fixed = [Finding { change: Some(Change::Fixed), ..before.findings[0].clone() }];
        let compared = Self::compared(&fixed, &before.sources);
        see(&Report { compared: Some(&compared), gate: Some(Level::Warning), exit: 1, ..sample.report() });
    }

    fn of(sources: SourceMap, finding: Finding) -> Self {
        Self { sources, findings: vec![finding], culpability: Vec::new(), diagnostics: Vec::new() }
    }

    /// Two figures from two files, one of them with an umlaut before the label.
    pub(super) fn costs() -> Self {
        let mut sources = SourceMap::new();
        let ministry = "  cost-2024: { at: 8, who: ministry, says: tunnel costs 410e6EUR, said: 2024-03-12 }";
        let audit = "  cost-2025: { at: 2, who: büro, says: tunnel costs 655e6EUR, said: 2025-01-20 }";
        let ministry = sources.add("facts/ministry.yaml", &at_lines(&[(8, ministry)]));
        let audit = sources.add("facts/audit.yaml", &at_lines(&[(118, audit)]));
        let words = sources.add("facts/vocabulary.yaml", &at_lines(&[(12, "  costs: { tolerance: 5% }")]));
        let locations = vec![
            location(&sources, ministry, "tunnel costs 410e6EUR", "ministry, certain", Some(1)),
            location(&sources, audit, "tunnel costs 655e6EUR", "audit office, certain", Some(2)),
        ];
        let steps = vec![
            step(None, "① and ② are about the same period", None),
            step(None, "`costs` has a tolerance of 5 %", Some(span(&sources, words, "costs: {"))),
        ];
        let mut found = finding("numeric-conflict", Group::Contradiction, Level::Warning, locations, steps);
        found.message = "two figures for tunnel costs do not agree: 410e6EUR, and 655e6EUR".to_owned();
        found.help =
            Some("say what is counted with a qualifier, give each figure its `holds`, or widen `tolerance`".to_owned());
        Self::of(sources, found)
    }

    /// Three one-line claims of one file, 150 to 250 columns wide, and a line of the vocabulary.
    pub(super) fn promise() -> Self {
        let mut sources = SourceMap::new();
        let text = at_lines(&[
            (
                18,
                "  two-allies: { at: 6, who: kozhanov, says: russia allied-with iran+syria (region=middle-east only=true), mode: judgement, quote: \"only two allies in the region\" }",
            ),
            (
                44,
                "  no-backstab: { at: 14, part: body, who: putin, for: russia, says: russia not betrays russia.allies, mode: commitment, said: 2015-11~, quote: \"we will not stab our partners in the back\" }",
            ),
            (
                49,
                "  jafari-doubt: { at: 15, part: body, who: jafari, for: iran, says: russia not shares-interest iran (topic=assad-stays), sure: may, gloss: \"Russia may not care as much as Iran whether Assad stays, says the commander\", said: 2015-11 }",
            ),
        ]);
        let file = sources.add("facts/bloomberg-2015.yaml", &text);
        let rule = sources.add("rules/tension/promise-vs-doubt.dl", &at_lines(&[(18, "promise_vs_doubt(X, Y) :-")]));
        let mut locations = vec![
            location(&sources, file, "russia not betrays russia.allies", "promise, certain, 2015-11~", Some(1)),
            location(&sources, file, "putin", "Putin speaks for Russia", None),
            location(
                &sources,
                file,
                "russia allied-with iran+syria",
                "so Iran is meant, as Nikolay Kozhanov has it",
                Some(2),
            ),
            location(
                &sources,
                file,
                "russia not shares-interest iran (topic=assad-stays)",
                "doubt, Mohammad Ali Jafari",
                Some(3),
            ),
            location(&sources, file, "may", "hedged", None),
        ];
        locations[2].role = LocationRole::Bridge;
        let steps = vec![
            step(Some(1), "Putin, for Russia, promises not to betray Russia's allies", None),
            step(Some(2), "Iran is one of them", None),
            step(Some(3), "Jafari, for Iran, holds it possible that no interest is shared on assad-stays", None),
            step(None, "doubted by the one it was made about", Some(span(&sources, rule, "promise_vs_doubt"))),
        ];
        let mut found = finding("promise-vs-doubt", Group::Tension, Level::Warning, locations, steps);
        found.message = "Russia is said to stand by Iran; a claim by Mohammad Ali Jafari doubts it".to_owned();
        found.help = Some("settled when Russia commits on the point in doubt; or allow it with a reason".to_owned());
        found.key = [("x", "russia"), ("y", "iran"), ("w", "jafari")].map(|(k, v)| (k.into(), v.into())).to_vec();
        found.claims =
            ["jafari-doubt", "no-backstab", "two-allies"].map(|slug| format!("bloomberg-2015/{slug}")).to_vec();
        found.proof = proof(span(&sources, rule, "promise_vs_doubt"));
        Self::of(sources, found)
    }

    /// Claims in block style, one with a label far below its key, and an entry of the vocabulary.
    pub(super) fn block() -> Self {
        let mut sources = SourceMap::new();
        let text = "claims:\n  ties-have-limits:\n    at: 1\n    part: headline\n    says: iran-russia-ties has-limits\n    \
                    mode: judgement\n    sure: likely\n  long-ago:\n    at: 2\n    because:\n      - a\n      - b\n    \
                    quote: \"praise and presents do not hide how limited the relationship between the two really is, they say\"\n    \
                    says: russia partner-of iran\n";
        let file = sources.add("facts/bloomberg-2015.yaml", text);
        let words =
            sources.add("facts/vocabulary.yaml", &at_lines(&[(1203, "  has-limits: { contrary: [partner-of] }")]));
        let mut locations = vec![
            location(&sources, file, "iran-russia-ties has-limits", "Bloomberg, in the headline", Some(1)),
            location(&sources, file, "likely", "hedged", None),
            location(&sources, file, "russia partner-of iran", "", None),
            location(&sources, words, "partner-of", "declared to be contrary", Some(2)),
        ];
        for (location, key) in locations.iter_mut().zip(["ties-have-limits", "ties-have-limits", "long-ago"]) {
            location.entry = span(&sources, file, key).to(location.span);
        }
        locations[3].claim = None;
        let steps =
            vec![step(Some(1), "limits are named", None), step(Some(2), "and they exclude a partnership", None)];
        let mut found = finding("limits-named", Group::Hygiene, Level::Advice, locations, steps);
        found.message = "a partnership is claimed with no limits, and its limits are named".to_owned();
        found.help = None;
        Self::of(sources, found)
    }

    /// A diagnostic over two rule files.
    pub(super) fn broken_rule() -> Self {
        let mut sources = SourceMap::new();
        let broken =
            sources.add("rules/broken.dl", "a(P) :-\n    b(P),\n    promsie(P, S, opens, By),\n    c(S, By).\n");
        let good = sources.add("rules/tensions.dl", "\n\n\n\n    promise(P, S, opens, By),\n");
        let at = span(&sources, broken, "promsie");
        let problem = Diagnostic::error(Family::Rule, "unknown-relation", "unknown relation `promsie`", at)
            .with_label("did you mean `promise`?")
            .with_place(span(&sources, good, "promise(P, S, opens, By)"), "used with 4 arguments here")
            .with_help("`gainsay list relations` shows every relation with its columns");
        Self { sources, findings: Vec::new(), culpability: Vec::new(), diagnostics: vec![problem] }
    }

    /// Characters of all widths before, in and behind labels.
    pub(super) fn wide() -> Self {
        let mut sources = SourceMap::new();
        let text = "a: { who: büro, says: x }\nb: { who: 日本, says: 東京 }\nc: { who: 👍🏽, says: e\u{301}te\u{301} }\nd:\t{\twho:\ttab,\tsays: y }\n\
                    e: { gloss: 日本語の文は空白がないのでどこでも切ることができます日本語の文は空白がないのでどこでも切ることができます, says: z }\n";
        let file = sources.add("facts/wide.yaml", text);
        let locations = ["büro", "says: x", "日本", "東京", "👍🏽", "e\u{301}te\u{301}", "tab", "y }", "says: z"]
            .map(|word| location(&sources, file, word, "here", None));
        let mut found = finding("widths", Group::Sourcing, Level::Error, locations.to_vec(), Vec::new());
        found.message = "名前 and names; this message is long enough to be wrapped at a hyphen-less-place, which no-one likes to see".to_owned();
        Self::of(sources, found)
    }

    /// Escape sequences, bidirectional overrides and commands of CI systems in every text.
    pub(super) fn hostile() -> Self {
        let evil = "\u{1b}[2J\u{1b}]8;;http://x\u{1b}\\\u{7}\u{9b}1m\u{202e}\u{2066} ::error::x ##[add-mask]y ##vso[task.z] <script> ]]>\r\n::error::z";
        let mut sources = SourceMap::new();
        let text = format!("{evil}: {{ says: {evil} }}\nb: {{ says: {} }}\n", evil.repeat(9));
        let file = sources.add(&format!("::error::{evil}.yaml"), &text);
        let whole = Span::new(file, 0, u32::try_from(text.len()).unwrap());
        let mut first = location(&sources, file, "says", evil, Some(1));
        first.claim = Some(format!("{evil}/{evil}"));
        let mut second = location(&sources, file, "b: { says: ", evil, None);
        second.span = second.span.to(Span::new(file, whole.end - 10, whole.end));
        let third = Location { span: whole, ..first.clone() };
        let steps = vec![step(Some(1), evil, Some(whole)), step(None, &evil.repeat(4), Some(whole))];
        let mut found = finding("rule", Group::Tension, Level::Warning, vec![first, second, third], steps);
        found.message = evil.to_owned();
        found.help = Some(evil.repeat(3));
        found.key = vec![(evil.to_owned(), evil.to_owned())];
        found.claims = vec![format!("{evil}/{evil}")];
        let problem = Diagnostic::error(Family::Fact, "unknown-key", evil, whole).with_label(evil).with_help(evil);
        Self {
            sources,
            findings: vec![found],
            culpability: Vec::new(),
            diagnostics: vec![problem.with_level(Level::Warning)],
        }
    }
}

/// All reports of this file, with their names.
pub(super) fn each(see: &mut dyn FnMut(&str, &Report<'_>)) {
    for (name, sample) in [
        ("empty", Sample::empty()),
        ("promise", Sample::promise()),
        ("quarrel", Sample::quarrel()),
        ("costs", Sample::costs()),
        ("block", Sample::block()),
        ("broken rule", Sample::broken_rule()),
        ("wide", Sample::wide()),
        ("hostile", Sample::hostile()),
    ] {
        see(name, &sample.report());
    }
    Sample::edited(&mut |report| see("edited", report));
}

/// The schema of SARIF has a pattern for languages with a stray bracket, at which a reader of patterns stops; no report names
/// a language.
fn without_a_pattern(schema: &mut serde_json::Value) {
    for owner in ["run", "toolComponent"] {
        let language = schema.pointer_mut(&format!("/definitions/{owner}/properties/language"));
        let fields = language.and_then(|language| language.as_object_mut());
        assert!(fields.is_none_or(|fields| fields.remove("pattern").is_some()));
    }
}

/// The document fits the schema of that name in `tests/schemas/`.
pub(super) fn assert_fits(schema: &str, document: &serde_json::Value) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schemas").join(schema);
    let mut schema: serde_json::Value = serde_json::from_slice(&Disk.read(&path).unwrap()).unwrap();
    without_a_pattern(&mut schema);
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let faults: Vec<String> =
        validator.iter_errors(document).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

/// A text whose lines of those numbers are given; the others are comments.
fn at_lines(lines: &[(usize, &str)]) -> String {
    let last = lines.iter().map(|line| line.0).max().unwrap_or(0);
    let line = |number: usize| lines.iter().find(|line| line.0 == number).map_or("#", |line| line.1);
    (1..=last).flat_map(|number| [line(number), "\n"]).collect()
}

/// The first occurrence of the words in the file.
fn span(sources: &SourceMap, file: FileId, words: &str) -> Span {
    let start = sources.file(file).text.find(words).unwrap();
    Span::new(file, u32::try_from(start).unwrap(), u32::try_from(start + words.len()).unwrap())
}

/// A place whose entry begins with the line's first word.
fn location(sources: &SourceMap, file: FileId, words: &str, label: &str, number: Option<usize>) -> Location {
    let span = span(sources, file, words);
    let text = &sources.file(file).text;
    let line = text[..span.start as usize].rfind('\n').map_or(0, |at| at + 1);
    let key = line + text[line..].len() - text[line..].trim_start().len();
    Location {
        role: if number == Some(1) { LocationRole::Primary } else { LocationRole::Secondary },
        claim: Some("source/claim".to_owned()),
        span,
        entry: Span::new(file, u32::try_from(key).unwrap(), span.end),
        label: label.to_owned(),
        number,
    }
}

fn step(number: Option<usize>, text: &str, place: Option<Span>) -> Step {
    let claims = number.map(|number| StepPart::Claims(vec![number]));
    let text = StepPart::Text(if number.is_some() { format!(": {text}") } else { text.to_owned() });
    Step { clause: None, bindings: Vec::new(), text: claims.into_iter().chain([text]).collect(), place }
}

fn finding(rule: &str, group: Group, level: Level, locations: Vec<Location>, steps: Vec<Step>) -> Finding {
    Finding {
        rule: rule.into(),
        group,
        level,
        status: Status::Open,
        change: None,
        cause: None,
        spared: false,
        fingerprint: Fingerprint::of_parts([rule], 0),
        shown_digits: Fingerprint::SHOWN_DIGITS,
        evidence: Fingerprint::of_parts([rule, "evidence"], b'\n'),
        evidence_of: Vec::new(),
        message: "message".to_owned(),
        help: Some("help".to_owned()),
        key: vec![("x".to_owned(), "y".to_owned())],
        claims: vec!["source/claim".to_owned()],
        repairs: Vec::new(),
        assumed: Vec::new(),
        locations,
        steps,
        proof: node(ProofKind::Given, "who(source/claim, büro)", Vec::new()),
    }
}

fn node(kind: ProofKind, fact: &str, premises: Vec<Arc<ProofTree>>) -> Arc<ProofTree> {
    Arc::new(ProofTree { kind, fact: fact.to_owned(), rule: None, text: String::new(), location: None, premises })
}

fn proof(rule: Span) -> Arc<ProofTree> {
    let given = ProofTree {
        kind: ProofKind::Given,
        fact: "mode(bloomberg-2015/no-backstab, commitment)".to_owned(),
        rule: None,
        text: String::new(),
        location: Some(0),
        premises: Vec::new(),
    };
    let absent = node(ProofKind::Absent, "answered(bloomberg-2015/no-backstab, _)", Vec::new());
    Arc::new(ProofTree {
        kind: ProofKind::Derived,
        fact: "promise_vs_doubt(russia, iran)".to_owned(),
        rule: Some(rule),
        text: "doubted by the one it was made about".to_owned(),
        location: None,
        premises: vec![Arc::new(given), absent],
    })
}

/// A proof that is `depth` nodes deep.
pub(super) fn deep(depth: usize) -> Arc<ProofTree> {
    (0..depth).fold(node(ProofKind::Given, "given()", Vec::new()), |inner, level| {
        node(ProofKind::Derived, &format!("derived({level})"), vec![inner])
    })
}

/// Nothing in the text moves a cursor, turns a line round or opens a command of a CI system.
pub(super) fn assert_harmless(written: &str) {
    let bad = |c: &char| (c.is_control() && *c != '\n') || "\u{202e}\u{2066}".contains(*c);
    assert_eq!(written.chars().find(bad), None, "{written}");
    assert!(!written.contains("##[") && !written.contains("##vso["), "{written}");
    assert!(!written.lines().any(|line| line.trim_start().starts_with("::")), "{written}");
    assert!(written.contains("<script>"), "the text itself is shown: {written}");
}

/// Compares with the named file under `snapshots/drawing/`.
pub(super) fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots/drawing");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}
