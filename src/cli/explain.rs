//! `gainsay explain NAME`: the page of a rule.

use crate::base::near;
use crate::lints::builtin;

use super::{CLEAN, Failure, output};

pub(super) fn run(name: &str) -> Result<u8, Failure> {
    let pages: Vec<(&str, &str)> = builtin::page_paths().map(|path| (stem(path), path)).collect();
    let Some((_, path)) = pages.iter().find(|page| page.0 == name) else {
        let guess = near::did_you_mean(name, pages.iter().map(|page| page.0));
        let help = guess.unwrap_or_else(|| "`gainsay list rules` lists the rules".to_owned());
        return Err(Failure::new(format!("there is no rule `{name}`")).with_help(help));
    };
    output::print(builtin::text(path).expect("the path comes from the embedded files").as_bytes())?;
    Ok(CLEAN)
}

/// The name of the rule whose page stands at the path.
pub(super) fn stem(path: &str) -> &str {
    path.rsplit('/').next().and_then(|file| file.strip_suffix(".md")).unwrap_or(path)
}
