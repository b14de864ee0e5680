//! `--group-by`: findings under headings.

use std::collections::BTreeMap;

use crate::base::SourceMap;
use crate::engine::Outcome;
use crate::findings::Finding;
use crate::report::Section;

use super::arguments::GroupBy;

/// The open findings under headings, in the order in which a heading is first needed; none without `--group-by`.
pub(super) fn sections(by: GroupBy, findings: &[Finding], outcome: &Outcome) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    if by == GroupBy::None {
        return sections;
    }
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    for (index, finding) in findings.iter().enumerate().filter(|(_, finding)| finding.counts()) {
        let heading = match by {
            GroupBy::Rule => format!("{} / {}", finding.group.name(), finding.rule),
            GroupBy::File => file(finding, &outcome.sources).to_owned(),
            GroupBy::Speaker | GroupBy::None => speaker(finding, outcome),
        };
        let at = *known.entry(heading).or_insert_with_key(|heading| {
            sections.push(Section { heading: heading.clone(), members: Vec::new() });
            sections.len() - 1
        });
        sections[at].members.push(index);
    }
    sections
}

fn file<'s>(finding: &Finding, sources: &'s SourceMap) -> &'s str {
    &sources.file(finding.primary().span.file).path
}

/// Who makes the primary claim, by their labels.
fn speaker(finding: &Finding, outcome: &Outcome) -> String {
    let Outcome { dataset, pool, .. } = outcome;
    let id = finding.primary().claim.as_deref().and_then(|id| pool.find(id));
    let Some(claim) = id.and_then(|id| dataset.claim(id)) else { return "no speaker".to_owned() };
    let label = |who| pool.text(dataset.vocabulary.label(who).unwrap_or(who));
    claim.who.iter().map(|who| label(who.value)).collect::<Vec<_>>().join(", ")
}
