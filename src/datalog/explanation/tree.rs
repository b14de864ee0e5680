//! Answers as plain text: proofs as trees, refusals as lists of conditions.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::datalog::explanation::proof::{NodeOut, ProofDocument, Scope};
use crate::datalog::explanation::refusal::{AttemptOut, WhyNotDocument};
use crate::datalog::explanation::words::RowOut;

/// How many facts of a group are named.
const MOST_FACTS: usize = 5;
/// How many lines a text has at most: a tree repeats nothing, but a proof may be large.
const MOST_LINES: usize = 2_000;

/// The strokes of a tree.
struct Strokes {
    fork: &'static str,
    last: &'static str,
    through: &'static str,
}

const UNICODE: Strokes = Strokes { fork: "├─ ", last: "╰─ ", through: "│  " };
const ASCII: Strokes = Strokes { fork: "|- ", last: "`- ", through: "|  " };

/// Proofs as trees, each fact with its place; a part that was printed is not printed again.
#[must_use]
pub fn proof_text(document: &ProofDocument<'_>, unicode: bool) -> String {
    let strokes = if unicode { &UNICODE } else { &ASCII };
    let mut tree = Tree { document, strokes, seen: BTreeSet::new(), text: String::new(), lines: 0 };
    for (number, proof) in document.proofs.iter().enumerate() {
        if number > 0 {
            tree.text.push('\n');
        }
        let _ = match document.scope {
            Scope::Shortest => Ok(()),
            Scope::All => writeln!(tree.text, "first step {} of {}", number + 1, document.proofs.len()),
            Scope::Some => writeln!(tree.text, "first step {}", number + 1),
        };
        tree.seen.clear();
        tree.node(proof.node, ("", ""), None);
        if !proof.shortest {
            tree.text.push_str("the search for the shortest proof was given up: a shorter one may exist\n");
        }
        if proof.cut {
            tree.text.push_str("the proof is too large: parts of it are left out\n");
        }
    }
    if document.scope == Scope::Some {
        tree.text.push_str("\nthere are more first steps\n");
    }
    tree.text
}

struct Tree<'t, 'a> {
    document: &'t ProofDocument<'a>,
    strokes: &'static Strokes,
    seen: BTreeSet<usize>,
    text: String,
    lines: usize,
}

impl Tree<'_, '_> {
    fn line(&mut self, before: &str, text: &str, note: &str) {
        self.lines += 1;
        if self.lines == MOST_LINES {
            self.text.push_str("further lines are left out\n");
        }
        if self.lines < MOST_LINES {
            let gap = if note.is_empty() { "" } else { "   " };
            let _ = writeln!(self.text, "{before}{text}{gap}{note}");
        }
    }

    /// Prints a node and all below it; `before` stands before its own line, `below` before those of its premises, and
    /// `behind` is what else is to be said of it.
    fn node(&mut self, place: usize, (before, below): (&str, &str), behind: Option<String>) {
        let note = |own: String| {
            [own].into_iter().chain(behind).filter(|note| !note.is_empty()).collect::<Vec<_>>().join("; ")
        };
        match &self.document.nodes[place] {
            NodeOut::Given { text, place, .. } => {
                let own = place.map_or_else(|| "given".to_owned(), |place| format!("given, {}", place.short()));
                self.line(before, text, &note(own));
            }
            NodeOut::Cut { text, .. } => self.line(before, text, &note("left out".to_owned())),
            NodeOut::Absent { text, pattern } => self.line(before, text, &note(absence(pattern))),
            NodeOut::Value { text, .. } => self.line(before, text, &note("one of its values".to_owned())),
            NodeOut::Group { text, total, picked, facts, more, .. } => {
                self.line(before, text, &note(group(*picked, *total, facts, *more)));
            }
            NodeOut::Derived { text, rule, premises, .. } => {
                if !self.seen.insert(place) {
                    return self.line(before, text, &note("as above".to_owned()));
                }
                self.line(before, text, &note(format!("by {}", rule.place.short())));
                for (number, premise) in premises.iter().enumerate() {
                    let (first, rest) = if number + 1 == premises.len() {
                        (self.strokes.last, "   ")
                    } else {
                        (self.strokes.fork, self.strokes.through)
                    };
                    let (before, below) = (format!("{below}{first}"), format!("{below}{rest}"));
                    match premise.node {
                        Some(found) => self.node(found, (&before, &below), premise.condition.note()),
                        None => {
                            self.line(&before, &premise.condition.text, &premise.condition.note().unwrap_or_default());
                        }
                    }
                }
            }
        }
    }
}

fn absence(pattern: &RowOut<'_>) -> String {
    let given = pattern.columns.iter().filter_map(|column| {
        let value = column.value.as_ref()?;
        Some(format!("{} = {}", column.name, value.constant()))
    });
    let given: Vec<String> = given.collect();
    if given.is_empty() {
        return "the relation has no rows".to_owned();
    }
    format!("no row has {}", given.join(", "))
}

fn group(picked: bool, total: u64, facts: &[String], left_out: u64) -> String {
    let shown = facts.iter().take(MOST_FACTS).map(String::as_str).collect::<Vec<_>>().join(", ");
    let others = (facts.len() - facts.len().min(MOST_FACTS)) as u64 + left_out;
    let is_cut = others > 0;
    let more = if is_cut { format!(" and {others} more") } else { String::new() };
    let bindings = if total == 1 { "binding" } else { "bindings" };
    match total {
        0 => "nothing matches".to_owned(),
        _ if picked => format!("by {shown}{more}, of {total} {bindings}"),
        _ if is_cut => format!("{shown}{more}, {total} {bindings}"),
        _ => shown,
    }
}

/// Why a row is not there: of each rule the conditions that hold, and the one that fails.
#[must_use]
pub fn why_not_text(document: &WhyNotDocument<'_>) -> String {
    let mut text = String::new();
    if !document.present.is_empty() {
        let rows = document.present.iter().map(|row| format!("`{row}`")).collect::<Vec<_>>().join(", ");
        let more = if document.more { ", and more" } else { "" };
        let _ = writeln!(text, "it is there: {rows}{more}");
        return text;
    }
    let _ = writeln!(text, "`{}` is not there", document.text);
    if let Some(near) = &document.near {
        let _ = writeln!(text, "{}", near.sentence());
    }
    if document.rules.is_empty() {
        text.push_str("no rule gives rows of this relation\n");
    }
    for attempt in &document.rules {
        rule(&mut text, attempt);
    }
    text
}

fn rule(text: &mut String, attempt: &AttemptOut<'_>) {
    let (matched, all) = (attempt.matched, attempt.conditions.len());
    let least = if attempt.complete { "" } else { "at least " };
    let hold = if all == 1 { "condition holds" } else { "conditions hold" };
    let others = match (attempt.bindings, attempt.more && attempt.complete) {
        (1, false) if attempt.compared <= 1 => String::new(),
        (1, false) => ", for example:".to_owned(),
        (1, true) => " under 1 binding or more, for example:".to_owned(),
        (bindings, more) => format!(" under {bindings} bindings{}, for example:", if more { " or more" } else { "" }),
    };
    let _ = writeln!(text, "\nrule {}: {least}{matched} of {all} {hold}{others}", attempt.rule.place.short());
    // What a whole body leads to stands below it.
    let (is_general, is_last) = (attempt.obstacle.condition.is_none(), matched == all);
    if is_general && !is_last {
        let _ = writeln!(text, "  {}", attempt.obstacle.message);
    }
    for condition in &attempt.conditions {
        let word = match condition.holds {
            Some(true) => "holds",
            Some(false) => "fails",
            None => "     ",
        };
        let note = condition.condition.note().map(|note| format!("   {note}")).unwrap_or_default();
        let _ = writeln!(text, "  {word}  {}{note}", condition.condition.text);
        if condition.holds == Some(false) {
            let _ = writeln!(text, "         {}", attempt.obstacle.message);
            if let Some(ask) = &attempt.obstacle.ask {
                let _ = writeln!(text, "         rules give such rows: ask why `{ask}` is not there");
            }
        }
    }
    if is_general && is_last {
        let _ = writeln!(text, "  {}", attempt.obstacle.message);
    }
}
