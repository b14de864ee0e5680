//! `gainsay explain NAME`: the page of a rule.

use crate::base::near;
use crate::lints::{Group, builtin};

use super::{CLEAN, Failure, output};

pub(super) fn run(name: &str) -> Result<u8, Failure> {
    if Group::from_name(name).is_some() {
        let help = "`gainsay list rules` lists the rules of each group";
        return Err(Failure::new(format!("`{name}` is a group, and each of its rules has a page")).with_help(help));
    }
    output::print(text(page(name)?).as_bytes())?;
    Ok(CLEAN)
}

/// The paths of the pages of a rule, or of all rules of a group.
pub(super) fn pages(name: &str) -> Result<Vec<&'static str>, Failure> {
    if Group::from_name(name).is_some() {
        let folder = format!("rules/{name}/");
        return Ok(builtin::page_paths().filter(|path| path.starts_with(&folder)).collect());
    }
    Ok(vec![page(name)?])
}

/// The path of a rule's page.
fn page(name: &str) -> Result<&'static str, Failure> {
    builtin::page_paths().find(|path| stem(path) == name).ok_or_else(|| {
        let guess = near::did_you_mean_any(name, builtin::page_paths().map(stem));
        let help = guess.unwrap_or_else(|| {
            "`gainsay list rules` lists the rules; one of your own is explained by its file".to_owned()
        });
        Failure::new(format!("there is no built-in rule `{name}`")).with_help(help)
    })
}

/// The text of a page.
pub(super) fn text(path: &str) -> &'static str {
    builtin::text(path).expect("the path comes from the embedded files")
}

/// The name of the rule whose page stands at the path.
fn stem(path: &str) -> &str {
    path.rsplit('/').next().and_then(|file| file.strip_suffix(".md")).unwrap_or(path)
}
