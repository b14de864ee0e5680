//! Which findings are shown: `--only`, `--min-level`, `--speaker`, `--about`, `--since`.
//!
//! Names are resolved once, before any rule runs; a finding is then looked at once, with a look-up per claim.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Day, Level, Pool, Symbol, date, near};
use crate::facts::{Claim, Dataset, Vocabulary};
use crate::findings::{Finding, LocationRole};

use super::Failure;
use super::arguments::SelectionArguments;

/// What is asked for; a filter that is not set lets everything pass.
#[derive(Debug)]
pub(super) struct Selection {
    /// Rules and groups.
    only: Vec<String>,
    min_level: Option<Level>,
    speakers: BTreeSet<Symbol>,
    about: BTreeSet<Symbol>,
    since: Option<Day>,
}

impl Selection {
    /// Resolves the names of the arguments, of which `--only` was looked at before.
    pub(super) fn new(arguments: &SelectionArguments, dataset: &Dataset, pool: &Pool) -> Result<Self, Failure> {
        let spoken = || dataset.claims.iter().flat_map(|claim| claim.who.iter().map(|who| who.value));
        let mentioned = || dataset.claims.iter().flat_map(named);
        let vocabulary = &dataset.vocabulary;
        let entities = vocabulary.entities.keys();
        let others = vocabulary.situations.keys().chain(vocabulary.issues.keys()).chain(vocabulary.topics.keys());
        let mut speakers = BTreeSet::new();
        if !arguments.speaker.is_empty() {
            let names = Names::new(entities.clone().copied().chain(spoken()), vocabulary, pool);
            for written in &arguments.speaker {
                speakers.insert(names.resolve("speaker", written)?);
            }
        }
        let mut about = BTreeSet::new();
        if !arguments.about.is_empty() {
            let names = Names::new(entities.chain(others).copied().chain(mentioned()), vocabulary, pool);
            for written in &arguments.about {
                about.insert(names.resolve("about", written)?);
            }
        }
        let answers = about.iter().filter_map(|name| vocabulary.issues.get(name)).flat_map(|issue| &issue.members);
        let answers: Vec<Symbol> = answers.map(|member| member.value).collect();
        about.extend(answers);
        let since = arguments.since.as_deref().map(since).transpose()?;
        Ok(Self { only: arguments.only.clone(), min_level: arguments.min_level, speakers, about, since })
    }

    /// Whether all filters let the finding pass.
    pub(super) fn passes(&self, finding: &Finding, dataset: &Dataset, pool: &Pool) -> bool {
        let is_named = |name: &String| *finding.rule == **name || finding.group.name() == name;
        if !(self.only.is_empty() || self.only.iter().any(is_named)) {
            return false;
        }
        if self.min_level.is_some_and(|least| finding.level < least) {
            return false;
        }
        if self.speakers.is_empty() && self.about.is_empty() && self.since.is_none() {
            return true;
        }
        let carrying = finding.locations.iter().filter(|location| location.role != LocationRole::Bridge);
        let ids = carrying.filter_map(|location| location.claim.as_deref());
        let claims: Vec<&Claim> = ids.filter_map(|id| dataset.claim(pool.find(id)?)).collect();
        let spoken = |claim: &&Claim| claim.who.iter().any(|who| self.speakers.contains(&who.value));
        let about = |claim: &&Claim| named(claim).any(|name| self.is_about(name, pool));
        let said = |claim: &&Claim| self.since.is_none_or(|first| claim.said.value.last >= first);
        (self.speakers.is_empty() || claims.iter().any(spoken))
            && (self.about.is_empty() || claims.iter().any(about))
            && claims.iter().any(said)
    }

    /// Whether a name of a claim is asked for; `russia.allies` is about Russia too.
    fn is_about(&self, name: Symbol, pool: &Pool) -> bool {
        let owner = || pool.text(name).split_once('.').and_then(|(owner, _)| pool.find(owner));
        self.about.contains(&name) || owner().is_some_and(|owner| self.about.contains(&owner))
    }
}

/// The subjects, objects and qualifier values of a claim.
fn named(claim: &Claim) -> impl Iterator<Item = Symbol> {
    let sides = claim.says.subjects.iter().chain(&claim.says.objects);
    sides.chain(claim.says.qualifiers.iter().map(|qualifier| &qualifier.value)).map(|name| name.value)
}

/// The first day of `--since`.
pub(super) fn since(written: &str) -> Result<Day, Failure> {
    let help = "write a date as `said` of a claim takes it";
    let days = date::parse_edtf(written);
    days.map(|days| days.first).map_err(|error| Failure::new(format!("`--since`: {error}")).with_help(help))
}

/// Names of one kind, and what else they are called.
struct Names<'a> {
    /// By name and by alias.
    known: BTreeMap<&'a str, Symbol>,
    labels: BTreeMap<&'a str, BTreeSet<Symbol>>,
    pool: &'a Pool,
}

impl<'a> Names<'a> {
    fn new(names: impl Iterator<Item = Symbol>, vocabulary: &Vocabulary, pool: &'a Pool) -> Self {
        let mut names: BTreeMap<&str, Symbol> = names.map(|name| (pool.text(name), name)).collect();
        let mut labels: BTreeMap<&str, BTreeSet<Symbol>> = BTreeMap::new();
        for &name in names.values() {
            if let Some(label) = vocabulary.label(name) {
                labels.entry(pool.text(label)).or_default().insert(name);
            }
        }
        for (&alias, name) in &vocabulary.aliases {
            if names.contains_key(pool.text(name.value)) {
                names.entry(pool.text(alias)).or_insert(name.value);
            }
        }
        Self { known: names, labels, pool }
    }

    fn resolve(&self, option: &str, written: &str) -> Result<Symbol, Failure> {
        if let Some(&name) = self.known.get(written) {
            return Ok(name);
        }
        let labelled: Vec<Symbol> = self.labels.get(written).into_iter().flatten().copied().collect();
        match labelled[..] {
            [one] => Ok(one),
            [] => {
                let help = near::did_you_mean_any(written, self.known.keys().copied());
                let help = help.or_else(|| near::did_you_mean_any(written, self.labels.keys().copied()));
                let what = if option == "speaker" { "`gainsay list entities` lists them" } else { LISTS };
                Err(Failure::new(format!("`--{option}`: the data set has no name `{written}`"))
                    .with_help(help.unwrap_or_else(|| what.to_owned())))
            }
            [..] => {
                let mut names: Vec<&str> = labelled.iter().map(|&name| self.pool.text(name)).collect();
                names.sort_unstable();
                names.truncate(3);
                let help = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ");
                Err(Failure::new(format!("`--{option}`: several names have the label `{written}`"))
                    .with_help(format!("write {help}")))
            }
        }
    }
}

const LISTS: &str = "`gainsay list claims` shows what claims name, `gainsay list entities` the declared names";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fs::Memory;
    use crate::config::Config;
    use crate::engine;

    #[test]
    fn a_claim_that_only_links_the_sides_does_not_count() {
        let mut files = Memory::new();
        files.add("claims.yaml", include_bytes!("../../tests/inputs/readme/claims.yaml"));
        let config = Config::for_folder(".".into(), 0);
        let mut outcome = engine::run(&files, &config, engine::builtin_rules()).unwrap();
        let check = |outcome: &engine::Outcome, speaker: &str, about: &str, since: &str, expect: bool| {
            let texts = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
            let arguments = SelectionArguments {
                only: Vec::new(),
                min_level: None,
                speaker: texts(speaker).into_iter().collect(),
                about: texts(about).into_iter().collect(),
                since: texts(since),
            };
            let selection = Selection::new(&arguments, &outcome.dataset, &outcome.pool).unwrap();
            let passes = selection.passes(&outcome.findings[0], &outcome.dataset, &outcome.pool);
            assert_eq!(passes, expect, "{speaker} {about} {since}");
        };
        let linked = [("kozhanov", "", ""), ("", "syria", ""), ("", "", "2016-01-31")];
        outcome.findings.retain(|finding| &*finding.rule == "promise-vs-doubt");
        for (role, expect) in [(LocationRole::Bridge, false), (LocationRole::Witness, true)] {
            let locations = outcome.findings[0].locations.iter_mut();
            let allies = locations.filter(|location| location.claim.as_deref() == Some("bloomberg-2015/two-allies"));
            allies.for_each(|location| location.role = role);
            for (speaker, about, since) in linked {
                check(&outcome, speaker, about, since, expect);
            }
        }
        check(&outcome, "jafari", "russia", "2015-12", true);
        outcome.findings[0].locations.iter_mut().for_each(|location| location.claim = None);
        check(&outcome, "jafari", "", "", false);
        check(&outcome, "", "", "", true);
    }
}
