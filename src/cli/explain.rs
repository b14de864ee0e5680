//! `gainsay explain NAME`: the page of a rule.

use crate::base::near;
use crate::lints::builtin;

use super::{CLEAN, Failure, output};

pub(super) fn run(name: &str) -> Result<u8, Failure> {
    output::print(text(page(name)?).as_bytes())?;
    Ok(CLEAN)
}

/// The path of a rule's page.
pub(super) fn page(name: &str) -> Result<&'static str, Failure> {
    builtin::page_paths().find(|path| stem(path) == name).ok_or_else(|| {
        let guess = near::did_you_mean_any(name, builtin::page_paths().map(stem));
        let help = guess.unwrap_or_else(|| "`gainsay list rules` lists the rules".to_owned());
        Failure::new(format!("there is no rule `{name}`")).with_help(help)
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
