//! What an edit has done to the findings, one line each: for people who look at an edit.

use crate::findings::{Change, Finding, Status};

use super::visible::visible;
use super::{EditSize, Report, count, plural};

/// Findings of one kind of change that are listed where the edit need not answer for them; all if all are asked for.
const MOST_LISTED: usize = 20;

/// The lines: what was compared, then each finding that is not as it was. Nothing where nothing is compared.
pub(super) fn lines(report: &Report<'_>, ellipsis: &str) -> Vec<String> {
    let Some(compared) = report.compared else { return Vec::new() };
    let size = compared.edit.map(|edit| format!("   {}", size(edit))).unwrap_or_default();
    let (base, head) = (visible(compared.base), visible(compared.head));
    let mut lines = vec![format!("diff {base}{}{head}{size}", compared.joint)];
    for change in Change::ALL.into_iter().filter(|change| *change != Change::Unchanged) {
        let found = report.findings.iter().chain(compared.fixed).filter(|finding| finding.change == Some(change));
        let found: Vec<&Finding> = found.collect();
        let most = if change.gates() { None } else { report.view.most.map(|most| most.min(MOST_LISTED)) };
        let most = most.unwrap_or(usize::MAX);
        lines.extend(found.iter().take(most).map(|finding| line(finding, change)));
        if found.len() > most {
            lines.push(format!(
                "  {ellipsis} {} more {}; `--max-shown 0` shows all",
                found.len() - most,
                change.name()
            ));
        }
    }
    lines
}

/// `2 files, +3 -1 claims, 1 claim renamed`.
fn size(edit: EditSize) -> String {
    let mut size = vec![count(edit.files, "file")];
    let signed = [("+", edit.added), ("-", edit.removed), ("~", edit.changed)];
    let signed: Vec<String> =
        signed.iter().filter(|(_, number)| *number > 0).map(|(sign, number)| format!("{sign}{number}")).collect();
    if !signed.is_empty() {
        size.push(format!("{} {}", signed.join(" "), plural(edit.added + edit.removed + edit.changed, "claim")));
    }
    if edit.renamed > 0 {
        size.push(format!("{} renamed", count(edit.renamed, "claim")));
    }
    if edit.files == 0 { "no fact file differs".to_owned() } else { size.join(", ") }
}

fn line(finding: &Finding, change: Change) -> String {
    let (name, level, print) = (change.name(), finding.level.name(), finding.short_fingerprint());
    let remark = if change != Change::Fixed && finding.status != Status::Open {
        format!("  ({})", finding.status.name())
    } else if finding.spared && change.gates() {
        "  (does not gate)".to_owned()
    } else {
        String::new()
    };
    let cause = finding.cause.as_ref().map(|cause| format!("  because {}", cause.text)).unwrap_or_default();
    let (group, rule) = (finding.group.name(), &finding.rule);
    visible(&format!("  {name:<9} {level:<8} {group} / {rule}  {print}{remark}{cause}"))
}

/// How many findings have become what, in words: `1 new, 2 fixed, 44 unchanged`.
pub(super) fn counts(report: &Report<'_>) -> Option<String> {
    let compared = report.compared?;
    let all = || report.findings.iter().chain(compared.fixed);
    let number = |change: Change| all().filter(|finding| finding.change == Some(change)).count();
    let parts = Change::ALL.into_iter().map(|change| (number(change), change)).filter(|(number, _)| *number > 0);
    let parts: Vec<String> = parts.map(|(number, change)| format!("{number} {}", change.name())).collect();
    Some(if parts.is_empty() { "no findings".to_owned() } else { format!("findings: {}", parts.join(", ")) })
}
