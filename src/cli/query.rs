//! `gainsay query`: answers a body typed on the command line over a checked data set.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use serde::Serialize;

use crate::base::{Place, date, has_errors};
use crate::engine::{Answer, MOST_ROWS, Outcome, Running, Value, Variable};
use crate::report::{Format, Report, Table, Tool, View, pretty};

use super::arguments::{ColorChoice, DrawingArguments, LimitArguments};
use super::configuration::ConfigArguments;
use super::interrupt::{self, Interrupt};
use super::list::ListFormat;
use super::numbers::{cut_width, machine_threads, rows, threads};
use super::{BROKEN, CLEAN, Failure, check, configuration, datalog, output, outputs};

/// The type of columns that hold days.
const DAY: &str = "Day";

#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 answered, 2 the query is wrong or the data set does not load; what is wrong is \
    printed as by `check`.")]
pub(super) struct QueryArguments {
    /// Conditions as in the body of a rule, such as 'says(c, s, "wants", o, _), !mode(c, "demand")'; `gainsay list
    /// relations` names the relations.
    pub(super) query: String,
    /// The data set: a folder, or a single file.
    pub(super) path: Option<PathBuf>,
    /// How to write the answer.
    #[arg(short, long, value_name = "FORMAT", value_enum, default_value_t = ListFormat::Human)]
    pub(super) format: ListFormat,
    /// Give at most N rows, the first ones in the order of their values.
    #[arg(long, value_name = "N", default_value_t = MOST_ROWS, value_parser = rows, allow_negative_numbers = true)]
    pub(super) limit: usize,
    /// The day that rules take for today, as YYYY-MM-DD.
    #[arg(long, value_name = "DATE")]
    pub(super) today: Option<String>,
    /// Look for quotes in the texts of this folder, DIR/SOURCE.txt for each source; for one without, in its own `text`.
    #[arg(long, value_name = "DIR")]
    pub(super) text_root: Option<PathBuf>,
    /// Columns to cut long lines to, at least 40; by default the terminal's width, and no cut elsewhere.
    #[arg(long, value_name = "N", value_parser = cut_width, allow_negative_numbers = true)]
    pub(super) width: Option<u16>,
    /// Mark cuts with ASCII characters, as is done where the locale is not UTF-8.
    #[arg(long)]
    pub(super) ascii: bool,
    /// How many threads may reason; by default as many as the machine runs at once. The answer is the same for all.
    #[arg(short, long, value_name = "N", value_parser = threads, allow_negative_numbers = true)]
    pub(super) jobs: Option<NonZeroUsize>,
    #[command(flatten)]
    pub(super) limits: LimitArguments,
    #[command(flatten)]
    pub(super) configuration: ConfigArguments,
}

pub(super) fn run(arguments: &QueryArguments) -> Result<u8, Failure> {
    let paths: Vec<PathBuf> = arguments.path.iter().cloned().collect();
    let today = check::today(arguments.today.as_deref())?;
    let located = configuration::located(&paths, &arguments.configuration)?;
    let mut config = match configuration::effective(&located, &arguments.configuration, today)? {
        Ok(config) => config,
        Err((config, outcome)) => return broken(arguments, &outcome, config.today),
    };
    config.text_root.clone_from(&arguments.text_root);
    let mut loaded = check::load(&config)?;
    if loaded.is_broken() {
        return broken(arguments, &loaded.check(config.today), config.today);
    }
    let interrupt = Interrupt::install()?;
    let answer = interrupt.during(|cancel| {
        let threads = arguments.jobs.unwrap_or_else(machine_threads);
        loaded.running = Running { threads, limits: arguments.limits.limits(), cancel: Arc::clone(cancel), only: None };
        loaded.query(config.today, &arguments.query, arguments.limit)
    });
    let Some(answer) = answer.filter(|answer| !answer.cancelled) else { return Ok(interrupt::end()) };
    if has_errors(&answer.diagnostics) {
        let Answer { sources, diagnostics, .. } = answer;
        if arguments.format == ListFormat::Json {
            return broken(arguments, &Outcome::stopped(sources, diagnostics), config.today);
        }
        datalog::draw(&sources, &diagnostics, &drawing(arguments))?;
        output::note(&format!("{}: nothing was looked for\n", datalog::errors(&diagnostics)));
        return Ok(BROKEN);
    }
    for note in &answer.notes {
        let failure = Failure::new(note.message.clone());
        output::complain(
            "note",
            &match &note.help {
                Some(help) => failure.with_help(help.clone()),
                None => failure,
            },
        );
    }
    let text = match arguments.format {
        ListFormat::Human => human(arguments, &answer),
        ListFormat::Json => {
            let document = document(&arguments.query, &answer);
            pretty(&document).map_err(|error| Failure::new(format!("the answer cannot be written: {error}")))?
        }
    };
    output::print(text.as_bytes())?;
    Ok(CLEAN)
}

/// The rows in columns, with the place behind each claim; of a query without variables whether it holds.
fn human(arguments: &QueryArguments, answer: &Answer) -> String {
    if answer.columns.is_empty() {
        return if answer.rows.is_empty() { "it does not hold\n" } else { "it holds\n" }.to_owned();
    }
    if answer.rows.is_empty() {
        return "no rows\n".to_owned();
    }
    let is_claim = |column: usize| answer.rows.iter().any(|row| row.claims.iter().any(|claim| claim.0 == column));
    let mut header: Vec<&str> = Vec::new();
    let (mut numbers, mut paths) = (Vec::new(), Vec::new());
    for (number, column) in answer.columns.iter().enumerate() {
        if column.is_number() && !column.is(DAY) {
            numbers.push(header.len());
        }
        header.push(&column.name);
        if is_claim(number) {
            paths.push(header.len());
            header.push("place");
        }
    }
    let table = numbers.into_iter().fold(Table::new(&header), Table::right);
    let mut table = paths.into_iter().fold(table, Table::path);
    for row in &answer.rows {
        let mut cells = Vec::new();
        for (number, value) in row.values.iter().enumerate() {
            cells.push(shown(value, &answer.columns[number]));
            if is_claim(number) {
                let place = row.claims.iter().find(|claim| claim.0 == number);
                cells.push(place.map_or_else(String::new, |claim| Place::new(&answer.sources, claim.2).exact()));
            }
        }
        table.push(cells);
    }
    let width = arguments.width.map(usize::from).or_else(output::terminal_width);
    let unicode = output::unicode(arguments.ascii);
    let mut text = table.lines(width, if unicode { "…" } else { "..." });
    if answer.more {
        let rows = if answer.rows.len() == 1 { "row" } else { "rows" };
        text.extend(["the first ", &answer.rows.len().to_string(), " ", rows, "; there are more\n"]);
    }
    text
}

/// A value for people: a day as a date, anything else as it is.
fn shown(value: &Value, column: &Variable) -> String {
    match value {
        Value::Number(day) if column.is(DAY) => i32::try_from(*day).map_or_else(|_| value.to_string(), date::iso),
        Value::Text(_) | Value::Number(_) | Value::Unsigned(_) | Value::Float(_) => value.to_string(),
    }
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    tool: Tool,
    query: &'a str,
    columns: Vec<ColumnOut<'a>>,
    rows: Vec<RowOut<'a>>,
    more: bool,
    notes: Vec<NoteOut<'a>>,
}

#[derive(Serialize)]
struct ColumnOut<'a> {
    name: &'a str,
    #[serde(rename = "type")]
    type_name: &'a str,
}

#[derive(Serialize)]
struct RowOut<'a> {
    values: &'a [Value],
    claims: Vec<ClaimOut<'a>>,
}

#[derive(Serialize)]
struct ClaimOut<'a> {
    column: &'a str,
    claim: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
}

#[derive(Serialize)]
struct NoteOut<'a> {
    message: &'a str,
    help: Option<&'a str>,
}

fn document<'a>(query: &'a str, answer: &'a Answer) -> Document<'a> {
    let rows = answer.rows.iter().map(|row| RowOut {
        values: &row.values,
        claims: row
            .claims
            .iter()
            .map(|(column, claim, span)| ClaimOut {
                column: &answer.columns[*column].name,
                claim,
                place: Place::new(&answer.sources, *span),
            })
            .collect(),
    });
    Document {
        schema: "gainsay.query/1",
        tool: Tool::THIS,
        query,
        columns: answer.columns.iter().map(|c| ColumnOut { name: &c.name, type_name: &c.type_name }).collect(),
        rows: rows.collect(),
        more: answer.more,
        notes: answer.notes.iter().map(|n| NoteOut { message: &n.message, help: n.help.as_deref() }).collect(),
    }
}

/// What is wrong is drawn in place of an answer, as `check` draws it.
fn broken(arguments: &QueryArguments, outcome: &Outcome, today: crate::base::Day) -> Result<u8, Failure> {
    let format = match arguments.format {
        ListFormat::Human => Format::Human,
        ListFormat::Json => Format::Json,
    };
    let view = View { most: outputs::most(None, format, output::is_terminal()), ..View::default() };
    let report = Report { view: &view, ..check::report(outcome, &[], today) };
    check::print(&report, format, &drawing(arguments))?;
    Ok(BROKEN)
}

fn drawing(arguments: &QueryArguments) -> DrawingArguments {
    let width = arguments.width.map(|width| width.min(240));
    DrawingArguments { color: ColorChoice::Auto, width, ascii: arguments.ascii }
}
