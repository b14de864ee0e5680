//! `--allow`, `--warn` and `--deny`: the levels that the command line sets.

use crate::base::near;
use crate::lints::{Group, Lint};

use super::Failure;
use super::arguments::LevelSetting;

/// Sets the levels, from left to right; gives a warning for each name under `--allow` that is no rule and no group,
/// because what is not there is off already.
pub(super) fn set(settings: &[LevelSetting], lints: &mut [Lint]) -> Result<Vec<Failure>, Failure> {
    let mut warnings = Vec::new();
    for setting in settings {
        if let Err(unknown) = known(&setting.name, lints, setting.option) {
            if setting.level.is_some() {
                return Err(unknown);
            }
            warnings.push(unknown);
            continue;
        }
        for lint in lints.iter_mut().filter(|lint| lint.is_named(&setting.name)) {
            lint.set_level(setting.level);
        }
    }
    Ok(warnings)
}

/// Whether a name under an option is that of a rule or a group; a group may be empty.
pub(super) fn known(name: &str, lints: &[Lint], option: &str) -> Result<(), Failure> {
    if Group::from_name(name).is_some() || lints.iter().any(|lint| lint.is_named(name)) {
        return Ok(());
    }
    let names = lints.iter().map(|lint| &*lint.name).chain(Group::ALL.map(Group::name));
    let help = near::did_you_mean_any(name, names);
    let help = help.unwrap_or_else(|| "`gainsay list rules` lists the rules and their groups".to_owned());
    Err(Failure::new(format!("`--{option}`: there is no rule and no group `{name}`")).with_help(help))
}
