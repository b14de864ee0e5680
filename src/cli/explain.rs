//! `gainsay explain NAME`: the page of a rule, or what its file says of it.

use std::path::PathBuf;

use clap::Args;

use crate::base::near;
use crate::engine::Loaded;
use crate::lints::{Group, Lint, builtin};
use crate::listing;
use crate::report::visible;

use super::arguments::{ColorChoice, DrawingArguments};
use super::configuration::ConfigArguments;
use super::own::{self, Own, PageText};
use super::{BROKEN, CLEAN, Failure, check, output};
use crate::report::Format;

#[derive(Debug, Args)]
pub(super) struct ExplainArguments {
    /// The name of a rule, such as promise-vs-doubt.
    pub(super) name: String,
    /// The data set whose own rules and patterns are known as well; by default that of the working folder.
    pub(super) path: Option<PathBuf>,
    #[command(flatten)]
    pub(super) configuration: ConfigArguments,
}

pub(super) fn run(arguments: &ExplainArguments) -> Result<u8, Failure> {
    let name = arguments.name.as_str();
    if Group::from_name(name).is_some() {
        let help = "`gainsay list rules` lists the rules of each group";
        return Err(Failure::new(format!("`{name}` is a group, and each of its rules has a page")).with_help(help));
    }
    let paths: Vec<PathBuf> = arguments.path.iter().cloned().collect();
    // A path that leads nowhere is a mistake, whether or not this rule needs it.
    let is_needed = arguments.path.is_some() || own::builtin_page(name).is_none();
    let located = if is_needed { own::located(&paths, &arguments.configuration)? } else { None };
    if let Some(path) = own::builtin_page(name) {
        output::print(builtin_text(path).as_bytes())?;
        return Ok(CLEAN);
    }
    let Some(located) = located else { return Err(unknown(name, None)) };
    let own = match own::load(&located, &arguments.configuration)? {
        Ok(own) => own,
        Err((config, outcome)) => {
            let drawing = DrawingArguments { color: ColorChoice::Auto, width: None, ascii: false };
            check::print(&check::report(&outcome, &[], config.today), Format::Human, &drawing)?;
            return Ok(BROKEN);
        }
    };
    let Some(lint) = own.lints().find(|lint| *lint.name == *name) else { return Err(unknown(name, Some(&own))) };
    let page = match own.page(lint) {
        PageText::Text(page) => page,
        PageText::Unreadable(why) => return Err(Failure::new(format!("{} {why}", own.page_path(lint)))),
        PageText::Missing => {
            let there = "would be printed here, and its cases run by `gainsay test`";
            written(&own, lint, &format!("There is no page for it: `{}` {there}.", own.page_path(lint)))
        }
        PageText::Outside => {
            let why = "is a link that leads out of the data set: replace it by a copy";
            written(&own, lint, &format!("Its page is not printed, since `{}` {why}.", own.page_path(lint)))
        }
    };
    // A page may come from a stranger.
    let shown: String = page.lines().flat_map(|line| [visible(line), "\n".to_owned()]).collect();
    output::print(shown.as_bytes())?;
    Ok(CLEAN)
}

/// A page made of what the rule says of itself; `why` tells why there is no other.
fn written(own: &Own, lint: &Lint, why: &str) -> String {
    let Loaded { sources, program, vocabulary, .. } = &own.loaded;
    let mut all = program.clone();
    all.add(vocabulary.clone());
    format!("{}\n{why}\n", listing::rule_page(lint, &all, sources))
}

/// That no rule has a name.
pub(super) fn unknown(name: &str, own: Option<&Own>) -> Failure {
    let mut names: Vec<&str> = builtin::page_paths().map(own::stem).collect();
    names.extend(own.into_iter().flat_map(Own::lints).map(|lint| &*lint.name));
    let guess = near::did_you_mean_any(name, names);
    let message = match own {
        Some(_) => format!("there is no rule `{name}`"),
        None => format!("there is no built-in rule `{name}`, and no data set here that could have one"),
    };
    let broken = own.is_some_and(|own| own.loaded.is_broken());
    let help = guess.unwrap_or_else(|| {
        let help = "`gainsay list rules` lists the rules";
        let broken = if broken { "; some fact files do not load, `gainsay check` shows why" } else { "" };
        format!("{help}{broken}")
    });
    Failure::new(message).with_help(help)
}

/// The text of a built-in page.
pub(super) fn builtin_text(path: &str) -> &'static str {
    builtin::text(path).expect("the path comes from the embedded files")
}
