//! Every setting with its value and where it comes from, for people.

use std::num::NonZeroU32;

use crate::base::{FileId, Level, SourceMap, Span, date};

use super::keys::{KEYS, Kind};
use super::levels::LevelSetting;
use super::patterns::Patterns;
use super::{Config, Told, file_of};

/// A setting as it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The key, with dots between the keys of maps and `[n]` behind that of a list of maps, from 0.
    pub key: String,
    /// Its value.
    pub value: SettingValue,
    /// Who says so.
    pub origin: Origin,
}

/// The value of a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingValue {
    /// A text.
    Text(String),
    /// Several texts, maybe none.
    List(Vec<String>),
    /// Nothing is set, and nothing holds.
    None,
}

/// Who gives a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nobody: it is the default.
    Default,
    /// Nobody: it is the day of the clock.
    Clock,
    /// A configuration file.
    File {
        /// Its path.
        path: String,
        /// The line of the key, from 1.
        line: NonZeroU32,
    },
    /// `--set`.
    Set,
    /// Another option, as it is written.
    Option(&'static str),
}

impl Config {
    /// All settings, in the order of the table of keys. A rule or a group that `--set` gives a level stands there once, with
    /// that level.
    #[must_use]
    pub fn settings(&self) -> Vec<Setting> {
        let lines = Lines::of(self);
        let mut found = Vec::new();
        for field in KEYS {
            match field.kind {
                Kind::Map(fields) => {
                    let inner = fields.iter().map(|inner| format!("{}.{}", field.name, inner.name));
                    found.extend(inner.map(|key| self.setting(key, &lines)));
                }
                Kind::Levels => found.extend(self.level_settings(&lines)),
                Kind::Maps(_) => found.extend(self.file_settings(&lines)),
                Kind::Word(_) | Kind::Day | Kind::Patterns | Kind::Path | Kind::Link => {
                    found.push(self.setting(field.name.to_owned(), &lines));
                }
            }
        }
        found
    }

    fn setting(&self, key: String, lines: &Lines) -> Setting {
        let text = |text: &str| SettingValue::Text(text.to_owned());
        let gate = |level: Option<Level>| text(level.map_or("never", Level::name));
        let patterns = |patterns: &Patterns| SettingValue::List(patterns.written().map(str::to_owned).collect());
        let value = match key.as_str() {
            "edition" => text(self.edition),
            "facts" => patterns(&self.facts),
            "rules" => self.rules.as_ref().map_or_else(|| SettingValue::List(Vec::new()), patterns),
            "today" => text(&date::iso(self.today)),
            "exclude" => patterns(&self.exclude),
            "hide" => patterns(&self.hide),
            "snapshots" => text(&self.snapshots),
            "gate.check" => gate(self.gate_check),
            "gate.diff" => gate(self.gate_diff),
            "gate.baseline" => text(&self.baseline),
            "output.links" => self.links.as_deref().map_or(SettingValue::None, text),
            _ => SettingValue::None,
        };
        let origin = match self.origins.get(&key) {
            Some(&told) => lines.origin(told),
            None if key == "today" => Origin::Clock,
            None => Origin::Default,
        };
        Setting { key, value, origin }
    }

    fn level_settings(&self, lines: &Lines) -> Vec<Setting> {
        let is_set = |name: &str| self.set_levels.iter().any(|set| set.name == name);
        let kept = self.levels.iter().filter(|setting| !is_set(&setting.name));
        let mut found: Vec<Setting> = kept.map(|setting| level("levels", setting, lines)).collect();
        for (index, setting) in self.set_levels.iter().enumerate() {
            // The last one of a name holds.
            if self.set_levels[index + 1..].iter().all(|later| later.name != setting.name) {
                found.push(level("levels", setting, lines));
            }
        }
        found
    }

    fn file_settings(&self, lines: &Lines) -> Vec<Setting> {
        let mut found = Vec::new();
        for (number, entry) in self.files.iter().enumerate() {
            let key = format!("files[{number}]");
            found.push(Setting {
                key: format!("{key}.path"),
                value: SettingValue::List(entry.path.written().map(str::to_owned).collect()),
                origin: lines.origin(entry.at.map_or(Told::Set, Told::File)),
            });
            let prefix = format!("{key}.levels");
            found.extend(entry.levels.iter().map(|setting| level(&prefix, setting, lines)));
        }
        found
    }
}

fn level(prefix: &str, setting: &LevelSetting, lines: &Lines) -> Setting {
    Setting {
        key: format!("{prefix}.{}", setting.name),
        value: SettingValue::Text(setting.level.map_or("allow", Level::name).to_owned()),
        origin: lines.origin(setting.place.as_ref().map_or(Told::Set, |place| Told::File(place.start))),
    }
}

/// The lines of the configuration file.
struct Lines {
    sources: SourceMap,
    file: Option<(String, FileId)>,
}

impl Lines {
    fn of(config: &Config) -> Self {
        let mut sources = SourceMap::new();
        let file = config.file.as_ref().map(|(path, text)| (path.clone(), file_of(path, text, &mut sources)));
        Self { sources, file }
    }

    fn origin(&self, told: Told) -> Origin {
        match (told, &self.file) {
            (Told::File(at), Some((path, file))) => {
                let line = self.sources.range(Span::new(*file, at, at)).0.line;
                Origin::File { path: path.clone(), line }
            }
            (Told::Option(name), _) => Origin::Option(name),
            (Told::Set | Told::File(_), _) => Origin::Set,
        }
    }
}
