//! `gainsay config`: every setting of a data set, its value, and where it comes from.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use crate::base::fs::slashed;
use crate::base::{Family, has_errors};
use crate::config::{Config, Origin, Setting, SettingValue};
use crate::engine::{Loaded, Outcome};
use crate::report::{Format, Table, Tool, pretty, visible};

use super::arguments::{ColorChoice, DrawingArguments, Gate};
use super::configuration::{self, ConfigArguments};
use super::list::ListFormat;
use super::locate::Located;
use super::numbers::cut_width;
use super::own::{self, Own};
use super::{BROKEN, CLEAN, Failure, check, datalog, output};

#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 printed, 2 the configuration is wrong; what is wrong is printed as by `check`.")]
pub(super) struct SettingsArguments {
    /// The data set, by a file or folder of it; by default that of the working folder.
    pub(super) path: Option<PathBuf>,
    #[command(flatten)]
    pub(super) configuration: ConfigArguments,
    /// The gate of `check`, as its option sets it.
    #[arg(long, value_name = "LEVEL", value_enum, help_heading = "Configuration")]
    pub(super) fail_on: Option<Gate>,
    /// The day of the report, as YYYY-MM-DD, as the option of `check` sets it.
    #[arg(long, value_name = "DATE", help_heading = "Configuration")]
    pub(super) today: Option<String>,
    /// How to write the settings.
    #[arg(short, long, value_name = "FORMAT", value_enum, default_value_t = ListFormat::Human, help_heading = "Output")]
    pub(super) format: ListFormat,
    /// Columns to cut long lines to, at least 40; by default the terminal's width, and no cut elsewhere.
    #[arg(long, value_name = "N", value_parser = cut_width, allow_negative_numbers = true, help_heading = "Output")]
    pub(super) width: Option<u16>,
    /// Mark cuts with ASCII characters, as is done where the locale is not UTF-8.
    #[arg(long, help_heading = "Output")]
    pub(super) ascii: bool,
}

pub(super) fn run(arguments: &SettingsArguments) -> Result<u8, Failure> {
    let today = check::today(arguments.today.as_deref())?;
    let paths: Vec<PathBuf> = arguments.path.iter().cloned().collect();
    let located = configuration::located(&paths, &arguments.configuration)?;
    let mut config = match configuration::effective(&located, &arguments.configuration, today)? {
        Ok(config) => config,
        Err((config, outcome)) => return broken(arguments, &config, &outcome),
    };
    if let Some(gate) = arguments.fail_on {
        config.set_gate_check(gate.level());
    }
    // Names of rules and files are known only with them.
    match own::load(&located, &arguments.configuration)? {
        Ok(Own { loaded, .. }) => {
            let Loaded { sources, mut diagnostics, .. } = loaded;
            diagnostics.retain(|problem| problem.family == Family::Config);
            if !diagnostics.is_empty() {
                datalog::draw(&sources, &diagnostics, &drawing(arguments))?;
            }
        }
        Err((_, outcome)) => {
            let mut of_config = outcome.diagnostics.clone();
            of_config.retain(|problem| problem.family == Family::Config);
            if has_errors(&of_config) {
                return broken(arguments, &config, &Outcome::stopped(outcome.sources, of_config));
            }
        }
    }
    let text = match arguments.format {
        ListFormat::Human => human(arguments, &located, &config),
        ListFormat::Json => {
            let document = document(&located, &config);
            pretty(&document).map_err(|error| Failure::new(format!("the settings cannot be written: {error}")))?
        }
    };
    output::print(text.as_bytes())?;
    Ok(CLEAN)
}

/// What is wrong is drawn in place of the settings, as `check` draws it.
fn broken(arguments: &SettingsArguments, config: &Config, outcome: &Outcome) -> Result<u8, Failure> {
    let format = match arguments.format {
        ListFormat::Human => Format::Human,
        ListFormat::Json => Format::Json,
    };
    check::print(&check::report(outcome, &[], config.today), format, &drawing(arguments))?;
    Ok(BROKEN)
}

fn drawing(arguments: &SettingsArguments) -> DrawingArguments {
    let width = arguments.width.map(|width| width.min(240));
    DrawingArguments { color: ColorChoice::Auto, width, ascii: arguments.ascii }
}

/// The settings in columns, below the root that their paths are relative to.
fn human(arguments: &SettingsArguments, located: &Located, config: &Config) -> String {
    let mut table = Table::new(&["key", "value", "from"]);
    for Setting { key, value, origin } in config.settings() {
        let value = match value {
            SettingValue::Text(text) => text,
            SettingValue::List(list) if list.is_empty() => "none".to_owned(),
            SettingValue::List(list) => list.join(", "),
            SettingValue::None => "none".to_owned(),
        };
        let origin = match origin {
            Origin::Default => "default".to_owned(),
            Origin::Clock => "the clock".to_owned(),
            Origin::File { path, line } => format!("{path}:{line}"),
            Origin::Set => "--set".to_owned(),
            Origin::Option(name) => name.to_owned(),
        };
        table.push([key, value, origin]);
    }
    let width = arguments.width.map(usize::from).or_else(output::terminal_width);
    let ellipsis = if output::unicode(arguments.ascii) { "…" } else { "..." };
    let root = visible(&shown_root(located));
    format!("{}\npaths are relative to {root}\n", table.lines(width, ellipsis).trim_end())
}

/// The root, with `/` and as seen from the working folder.
fn shown_root(located: &Located) -> String {
    let root = slashed(&located.root);
    if root.is_empty() { ".".to_owned() } else { root }
}

#[derive(Serialize)]
struct Document {
    schema: &'static str,
    tool: Tool,
    root: String,
    file: Option<String>,
    settings: Vec<SettingOut>,
}

#[derive(Serialize)]
struct SettingOut {
    key: String,
    value: ValueOut,
    origin: OriginOut,
}

#[derive(Serialize)]
#[serde(untagged)]
enum ValueOut {
    Text(String),
    List(Vec<String>),
    None,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum OriginOut {
    Default,
    Clock,
    File { path: String, line: u32 },
    Set,
    Option { name: &'static str },
}

fn document(located: &Located, config: &Config) -> Document {
    let settings = config.settings().into_iter().map(|Setting { key, value, origin }| SettingOut {
        key,
        value: match value {
            SettingValue::Text(text) => ValueOut::Text(text),
            SettingValue::List(list) => ValueOut::List(list),
            SettingValue::None => ValueOut::None,
        },
        origin: match origin {
            Origin::Default => OriginOut::Default,
            Origin::Clock => OriginOut::Clock,
            Origin::File { path, line } => OriginOut::File { path, line: line.get() },
            Origin::Set => OriginOut::Set,
            Origin::Option(name) => OriginOut::Option { name },
        },
    });
    Document {
        schema: "gainsay.config/1",
        tool: Tool::THIS,
        root: shown_root(located),
        file: located.config.as_deref().map(slashed),
        settings: settings.collect(),
    }
}
