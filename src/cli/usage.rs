//! What is wrong with the arguments, in the words of all other failures, with what was probably meant.

use std::ffi::OsString;

use clap::Command;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::base::near;

use super::{Failure, output};

/// Why the arguments ask for no work.
#[derive(Debug)]
pub(super) enum Refused {
    /// They ask for this text.
    Text(String),
    /// They are wrong.
    Wrong(Failure),
}

/// Reads what the parser says.
pub(super) fn refused(error: &clap::Error, grammar: &Command, arguments: &[OsString]) -> Refused {
    if !error.use_stderr() {
        let text = error.render();
        return Refused::Text(if output::plain() { text.to_string() } else { text.ansi().to_string() });
    }
    let (command, named) = command(grammar, arguments);
    Refused::Wrong(Wrong { error, command, named }.failure())
}

/// The command that the arguments name, and how people write it.
fn command<'g>(grammar: &'g Command, arguments: &[OsString]) -> (&'g Command, String) {
    let mut words = arguments.iter().skip(1).filter_map(|word| word.to_str()).take_while(|word| *word != "--");
    let found = words.find_map(|word| grammar.find_subcommand(word));
    found.map_or((grammar, "gainsay".to_owned()), |command| (command, format!("gainsay {}", command.get_name())))
}

/// What the parser complains of, and the command it was reading.
struct Wrong<'a> {
    error: &'a clap::Error,
    command: &'a Command,
    named: String,
}

impl Wrong<'_> {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the parser may learn new kinds of errors; all have its message"
    )]
    fn failure(&self) -> Failure {
        let named = &self.named;
        let (argument, value) = (self.text(ContextKind::InvalidArg), self.text(ContextKind::InvalidValue));
        let option = argument.split([' ', '=']).next().unwrap_or_default();
        match self.error.kind() {
            ErrorKind::UnknownArgument if !option.starts_with('-') => {
                Failure::new(format!("`{named}` does not take `{argument}`"))
                    .with_help(format!("`{named} --help` shows what it takes"))
            }
            ErrorKind::UnknownArgument => {
                Failure::new(format!("`{named}` has no option `{option}`")).with_help(self.near_option(option))
            }
            ErrorKind::TooManyValues => {
                Failure::new(format!("`{option}` takes no value")).with_help(format!("write `{option}`"))
            }
            ErrorKind::InvalidValue if value.is_empty() => {
                let all = self.values();
                let help = if all.is_empty() { format!("write `{argument}`") } else { one_of(&all) };
                Failure::new(format!("`{option}` needs a value")).with_help(help)
            }
            ErrorKind::InvalidValue => {
                let all = self.values();
                let what = if option.starts_with('-') {
                    format!("no value of `{option}`")
                } else {
                    format!("nothing that `{named}` knows")
                };
                let guess = near::did_you_mean_any(&value, all.iter().map(String::as_str));
                Failure::new(format!("`{value}` is {what}")).with_help(guess.unwrap_or_else(|| one_of(&all)))
            }
            ErrorKind::ValueValidation => {
                let order = std::error::Error::source(self.error).map(ToString::to_string);
                Failure::new(format!("`{value}` is no value of `{option}`"))
                    .with_help(order.unwrap_or_else(|| self.options()))
            }
            ErrorKind::MissingRequiredArgument => self.missing(&argument),
            ErrorKind::ArgumentConflict => self.conflict(option),
            _ => {
                let text = self.error.render().to_string();
                let first = text.lines().next().unwrap_or_default();
                Failure::new(first.trim_start_matches("error: ")).with_help(self.options())
            }
        }
    }

    fn text(&self, kind: ContextKind) -> String {
        match self.error.get(kind) {
            Some(ContextValue::String(text)) => text.clone(),
            Some(ContextValue::Strings(texts)) => texts.join(" "),
            _ => String::new(),
        }
    }

    fn options(&self) -> String {
        format!("`{} --help` lists the options", self.named)
    }

    /// The options that begin so, or else those that are near.
    fn near_option(&self, option: &str) -> String {
        let all = self.command.get_arguments().filter_map(clap::Arg::get_long).map(|long| format!("--{long}"));
        let all: Vec<String> = all.collect();
        let begun = all.iter().filter(|long| option.len() > 2 && long.starts_with(option)).take(3).cloned();
        let near = || near::did_you_mean_any(option, all.iter().map(String::as_str));
        near::question(begun).or_else(near).unwrap_or_else(|| self.options())
    }

    /// The values that an option may have.
    fn values(&self) -> Vec<String> {
        match self.error.get(ContextKind::ValidValue) {
            Some(ContextValue::Strings(all)) => all.clone(),
            _ => Vec::new(),
        }
    }

    fn missing(&self, argument: &str) -> Failure {
        if argument.starts_with('-') {
            return Failure::new(format!("`{}` needs `{argument}` with these options", self.named))
                .with_help("add it, or remove the option that needs it");
        }
        let argument = argument.trim_matches(['<', '>']);
        let required = self.command.get_positionals().find(|known| known.is_required_set());
        let values = required.map(clap::Arg::get_possible_values).unwrap_or_default();
        let values: Vec<String> = values.iter().map(|value| value.get_name().to_owned()).collect();
        Failure::new(format!("`{}` needs a {argument}", self.named)).with_help(if values.is_empty() {
            self.options()
        } else {
            one_of(&values)
        })
    }

    fn conflict(&self, option: &str) -> Failure {
        let other = self.text(ContextKind::PriorArg);
        let other = other.split(' ').next().unwrap_or_default();
        if other.is_empty() || other == option {
            return Failure::new(format!("`{option}` may be written once")).with_help("remove one of the two");
        }
        Failure::new(format!("`{option}` cannot be used with `{other}`")).with_help("remove one of them")
    }
}

fn one_of(all: &[String]) -> String {
    format!("one of {}", all.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", "))
}
