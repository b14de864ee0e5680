//! `--allow`, `--warn` and `--deny`: the levels that the command line sets.

use crate::base::near;
use crate::config::Config;
use crate::engine::Loaded;
use crate::lints::{Group, Lint};

use super::arguments::LevelSetting;
use super::{Failure, output};

/// Sets the levels, from left to right; gives a warning for each name under `--allow` that is no rule and no group,
/// because what is not there is off already.
pub(super) fn set(settings: &[LevelSetting], config: &Config, loaded: &mut Loaded) -> Result<Vec<Failure>, Failure> {
    let mut warnings = Vec::new();
    for setting in settings {
        if let Err(unknown) = known(&setting.name, &loaded.lints, setting.option) {
            if setting.level.is_some() {
                return Err(unknown);
            }
            warnings.push(unknown);
            continue;
        }
        loaded.set_level(&setting.name, setting.level);
    }
    // Those of `--set` come last.
    for setting in &config.set_levels {
        loaded.set_level(&setting.name, setting.level);
    }
    Ok(warnings)
}

/// Refuses levels of `--set` for names that are no rule and no group; warns of those that are set to `allow`. Where the data set
/// is broken, it may be that which lacks the name.
pub(super) fn known_in_set(config: &Config, loaded: &Loaded) -> Result<(), Failure> {
    if loaded.is_broken() {
        return Ok(());
    }
    let of_files = config.files.iter().flat_map(|entry| &entry.levels).filter(|setting| setting.place.is_none());
    for setting in config.set_levels.iter().chain(of_files) {
        match known(&setting.name, &loaded.lints, "set") {
            Err(unknown) if setting.level.is_some() => return Err(unknown),
            Err(unknown) => output::complain("warning", &unknown),
            Ok(()) => {}
        }
    }
    Ok(())
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
