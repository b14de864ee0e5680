//! One line for each diagnostic and finding, with help, for `grep`, agents and logs; the last line closes the report.

use std::io;

use crate::base::{Diagnostic, SourceMap, Span};
use crate::findings::Finding;
use crate::lints::builtin;

use super::closing::closing;
use super::visible::visible;
use super::{Report, Reporter, difference, more, statistics};

/// The `short` format: `path:line:column: level[name] message (claims) fingerprint help: …`, where the help is how to see the
/// page of the rule, or what the rule advises where there is no page.
#[derive(Clone, Copy, Debug, Default)]
pub struct Short;

impl Reporter for Short {
    fn write(&self, report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        let (problems, left_out) = report.drawn_diagnostics();
        for problem in problems {
            writeln!(out, "{}", visible(&diagnostic(report.sources, problem)))?;
        }
        if left_out > 0 {
            writeln!(out, "... {}", more(left_out, "problem"))?;
        }
        if report.view.statistics {
            write!(out, "{}", statistics::table(report).lines(None, "..."))?;
            return writeln!(out, "{}", closing(report).join("; "));
        }
        let (findings, left_out) = report.drawn_findings();
        for (heading, found) in findings {
            if let Some(heading) = heading {
                writeln!(out, "== {}", visible(&heading))?;
            }
            writeln!(out, "{}", visible(&finding(report.sources, found)))?;
        }
        if left_out > 0 {
            writeln!(out, "... {}", more(left_out, "finding"))?;
        }
        for line in difference::lines(report, "...") {
            writeln!(out, "{line}")?;
        }
        writeln!(out, "{}", closing(report).join("; "))
    }
}

fn diagnostic(sources: &SourceMap, problem: &Diagnostic) -> String {
    let at = place(sources, problem.primary.span);
    let help = problem.help.as_ref().map(|help| format!(" help: {help}")).unwrap_or_default();
    format!("{at}: {}[{}] {}{help}", problem.level.name(), problem.code, problem.message)
}

fn finding(sources: &SourceMap, found: &Finding) -> String {
    let at = place(sources, found.primary().span);
    let claims = if found.claims.is_empty() { String::new() } else { format!(" ({})", slugs(&found.claims).join(" ")) };
    let (level, rule, message, fingerprint) =
        (found.level.name(), &found.rule, &found.message, found.short_fingerprint());
    let page = format!("rules/{}/{rule}.md", found.group.name());
    let explained = builtin::text(&page).map(|_| format!("gainsay explain {rule}"));
    let help = explained.or_else(|| found.help.clone()).map(|help| format!(" help: {help}")).unwrap_or_default();
    let change = found.change.map(|change| format!(" {}", change.name())).unwrap_or_default();
    format!("{at}: {level}[{rule}] {message}{claims} {fingerprint}{change}{help}")
}

fn place(sources: &SourceMap, span: Span) -> String {
    let file = sources.file(span.file);
    let start = file.position(span.start);
    format!("{}:{}:{}", file.path, start.line, start.column)
}

/// The slug of each claim, with its source where two claims of the list share one.
pub(super) fn slugs(claims: &[String]) -> Vec<&str> {
    let slug = |id: &'_ str| id.split_once('/').map_or(0, |(source, _)| source.len() + 1);
    let mut sorted: Vec<&str> = claims.iter().map(|id| &id[slug(id)..]).collect();
    sorted.sort_unstable();
    let unique = |name: &str| {
        let at = sorted.partition_point(|other| *other < name);
        sorted.get(at + 1).is_none_or(|next| *next != name)
    };
    claims.iter().map(|id| if unique(&id[slug(id)..]) { &id[slug(id)..] } else { id.as_str() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples::{Sample, snapshot};

    #[test]
    fn one_line_each() {
        snapshot("promise_short", &Sample::promise().written(&Short));
        snapshot("broken_rule_short", &Sample::broken_rule().written(&Short));
    }

    #[test]
    fn a_rule_without_a_page_gives_its_own_help() {
        let mut sample = Sample::promise();
        let found = &mut sample.findings[0];
        found.help = Some("quote it".to_owned());
        assert!(sample.written(&Short).contains(" help: gainsay explain promise-vs-doubt\n"));
        sample.findings[0].rule = "of-our-own".into();
        assert!(sample.written(&Short).contains(" help: quote it\n"));
    }

    #[test]
    fn a_slug_stands_alone_where_it_is_unique() {
        let claims = ["a/x", "b/x", "a/y"].map(str::to_owned);
        assert_eq!(slugs(&claims), ["a/x", "b/x", "y"]);
    }

    #[test]
    fn text_from_files_stays_on_its_line_and_commands_nothing() {
        let sample = Sample::hostile();
        let written = sample.written(&Short);
        assert_eq!(written.lines().count(), sample.findings.len() + sample.diagnostics.len() + 1);
        crate::report::samples::assert_harmless(&written);
    }
}
