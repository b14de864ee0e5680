//! `gainsay man`: the manual as a page for `man`, of the whole or of one command.

use clap::{Args, Command};
use clap_mangen::Man;

use crate::base::near;

use super::{CLEAN, Failure, arguments, output};

#[derive(Debug, Args)]
#[command(after_help = "Read a page with `gainsay man check | man -l -`.")]
pub(super) struct ManArguments {
    /// The command whose page it is; without one, the page of the whole.
    pub(super) command: Option<String>,
}

pub(super) fn run(arguments: &ManArguments) -> Result<u8, Failure> {
    let page = page(arguments.command.as_deref())?;
    let mut text = Vec::new();
    let written = Man::new(page).source(concat!("gainsay ", env!("CARGO_PKG_VERSION"))).render(&mut text);
    written.map_err(|error| Failure::new(format!("the page cannot be written: {error}")))?;
    output::print(&text)?;
    Ok(CLEAN)
}

/// The grammar that a page is of, named as its page is. A manual is of a version, of whatever commit.
fn page(command: Option<&str>) -> Result<Command, Failure> {
    let grammar = arguments::grammar().version(env!("CARGO_PKG_VERSION"));
    let Some(name) = command else { return Ok(grammar) };
    let Some(found) = grammar.find_subcommand(name) else {
        let all = arguments::commands();
        let help = near::did_you_mean(name, all.iter().map(String::as_str));
        let help = help.unwrap_or_else(|| "`gainsay --help` lists the commands".to_owned());
        return Err(Failure::new(format!("there is no command `{name}`")).with_help(help));
    };
    Ok(found.clone().version(env!("CARGO_PKG_VERSION")))
}
