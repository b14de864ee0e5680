//! `gainsay new`: a fact file to be filled in, with the paragraphs of a text and a claim that waits below each.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::base::drafts;
use crate::base::fs::{Disk, FileSystem as _};
use crate::facts::as_identifier;
use crate::facts::text::{self, Counting, Paragraph};
use crate::report::visible;

use super::configuration::{self, ConfigArguments};
use super::{CLEAN, Failure, locate, output};

/// The most characters of a line of a paragraph.
const LINE: usize = 100;

const EXIT_CODES: &str = "Exit codes: 0 written, 2 not written.";

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(super) struct NewArguments {
    /// The fact file to write, which must not be there; `-` prints it.
    pub(super) file: PathBuf,
    /// The text of the source: its paragraphs are numbered, and a claim waits below each.
    #[arg(long, value_name = "TEXT")]
    pub(super) from: Option<PathBuf>,
    /// What counts as a paragraph: lines that are not blank, or blocks between blank lines.
    #[arg(long, value_name = "WHAT", default_value = Counting::Lines.word(), value_parser = counting_parser(), requires = "from")]
    pub(super) paragraphs: Counting,
}

/// Reads what counts as a paragraph.
fn counting_parser() -> impl TypedValueParser<Value = Counting> {
    PossibleValuesParser::new([Counting::Lines, Counting::Blocks].map(Counting::word))
        .map(|word| Counting::from_word(&word).expect("the parser passes only these words"))
}

pub(super) fn run(arguments: &NewArguments) -> Result<u8, Failure> {
    let NewArguments { file, from, paragraphs } = arguments;
    let is_printed = file.as_os_str() == "-";
    if !is_printed && file.symlink_metadata().is_ok() {
        return Err(exists(file));
    }
    let bytes = from.as_deref().map(read).transpose()?;
    let text = from.as_deref().zip(bytes.as_deref()).map(|(from, bytes)| decode(from, bytes)).transpose()?;
    let named = if is_printed { from.as_deref() } else { Some(file.as_path()) };
    let draft = Draft {
        id: identifier(named),
        copy: from.as_deref().filter(|_| !is_printed).map(|from| copy(file, from)),
        counting: *paragraphs,
        paragraphs: text.map(|text| text::paragraphs(text, *paragraphs)),
    };
    let text = draft.text();
    if is_printed {
        output::print(text.as_bytes())?;
        return Ok(CLEAN);
    }
    if let Some(why) = unread(file) {
        let failure = Failure::new(format!("no check would read {}: {why}", file.display()));
        return Err(failure.with_help("choose another name, or `-` to print"));
    }
    drafts::create(file, &text).map_err(|error| {
        let is_there = error.kind() == io::ErrorKind::AlreadyExists;
        let failure = || Failure::new(format!("{} cannot be written: {error}", file.display()));
        if is_there { exists(file) } else { failure() }
    })?;
    let count = draft.paragraphs.as_ref().map_or_else(String::new, |paragraphs| match paragraphs.len() {
        1 => " with 1 paragraph".to_owned(),
        count => format!(" with {count} paragraphs"),
    });
    let said = format!("wrote {}{count}; fill in `author` and `published`", file.display());
    output::print(format!("{}\n", visible(&said)).as_bytes())?;
    Ok(CLEAN)
}

fn exists(file: &Path) -> Failure {
    let failure = Failure::new(format!("{} is there already", file.display()));
    failure.with_help("name a file that is not there, or `-` to print")
}

fn read(from: &Path) -> Result<Vec<u8>, Failure> {
    let bytes = Disk.read(from).map_err(|error| {
        let failure = Failure::new(format!("{} cannot be read: {error}", from.display()));
        failure.with_help("name the text of the source as `--from TEXT`")
    })?;
    if bytes.len() > text::MOST_BYTES {
        let failure = Failure::new(format!("{} has more than {} MiB", from.display(), text::MOST_BYTES >> 20));
        return Err(failure.with_help("split the source"));
    }
    Ok(bytes)
}

fn decode<'b>(from: &Path, bytes: &'b [u8]) -> Result<&'b str, Failure> {
    text::decode(bytes).map_err(|what| {
        Failure::new(format!("{} {what}", from.display())).with_help("save the text as UTF-8, without formatting")
    })
}

/// The name of a file as the id of a source.
fn identifier(file: Option<&Path>) -> String {
    let stem = file.and_then(Path::file_stem).map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let found = as_identifier(&stem).or_else(|| as_identifier(&format!("source-{stem}")));
    found.unwrap_or_else(|| "source".to_owned())
}

/// Where the text is for the header of a fact file.
enum StoredCopy {
    /// In the data set: its path from the fact file on.
    Inside(String),
    /// Where the header cannot name it, and why not.
    Elsewhere(&'static str),
}

fn copy(file: &Path, from: &Path) -> StoredCopy {
    path_from(file, from).map_or_else(StoredCopy::Elsewhere, StoredCopy::Inside)
}

/// The folder of a file.
fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The path of a text relative to the folder of a fact file, if it is in the data set of that folder; else why there is
/// none, in words.
fn path_from(file: &Path, from: &Path) -> Result<String, &'static str> {
    const UNNAMED: &str = "the text cannot be named here";
    let folder = folder_of(file);
    let root = locate::data_set(&[folder.to_path_buf()]).map_err(|_| UNNAMED)?.root;
    let root = if root.as_os_str().is_empty() { PathBuf::from(".") } else { root };
    if !Disk.is_below(from, &root) {
        return Err("the text is outside the data set");
    }
    if !Disk.is_listed_below(from, &root) {
        return Err("the text is hidden, and hidden files are no part of the data set");
    }
    if !Disk.is_below(folder, &root) {
        return Err(UNNAMED);
    }
    let real = |path: &Path| path.canonicalize().map_err(|_| UNNAMED);
    let (folder, from) = (real(folder)?, real(from)?);
    let up = folder.ancestors().take_while(|above| !from.starts_with(above)).count();
    let common = folder.ancestors().nth(up).ok_or(UNNAMED)?;
    let below = from.strip_prefix(common).map_err(|_| UNNAMED)?;
    let below = below.to_str().ok_or("the path of the text is not UTF-8")?;
    let path = "../".repeat(up) + below.replace(std::path::MAIN_SEPARATOR, "/").as_str();
    if path.contains(char::is_control) {
        return Err("the path of the text has control characters");
    }
    Ok(path)
}

/// Why a check of its data set would not read a fact file, if it would not.
fn unread(file: &Path) -> Option<&'static str> {
    let located = locate::data_set(&[folder_of(file).to_path_buf()]).ok()?;
    let config = configuration::effective(&located, &ConfigArguments::default(), None).ok()?.ok()?;
    let real = |path: &Path| path.canonicalize().ok();
    let folder = real(folder_of(file))?;
    let below = folder.strip_prefix(real(&config.root)?).ok()?.join(file.file_name()?);
    let is_hidden = |part: std::path::Component<'_>| part.as_os_str().as_encoded_bytes().starts_with(b".");
    if below.components().any(is_hidden) {
        return Some("it is hidden, and hidden files are no part of a data set");
    }
    if config.is_fact_file(&below) {
        return None;
    }
    let is_yaml = below.extension().is_some_and(|ending| ending == "yaml" || ending == "yml");
    Some(match located.config {
        Some(_) => {
            "its path does not match `facts` of gainsay.yaml, which is `**/*.yaml` and `**/*.yml` if not written"
        }
        None if is_yaml => "files of this name hold no facts",
        None => "its name ends in neither `.yaml` nor `.yml`",
    })
}

/// A text as a YAML scalar.
fn scalar(text: &str) -> String {
    let is_plain = text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '.')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/'));
    if is_plain { text.to_owned() } else { format!("'{}'", text.replace('\'', "''")) }
}

/// What is written.
struct Draft<'t> {
    id: String,
    /// Where the text is, if there is one and the file has a place.
    copy: Option<StoredCopy>,
    counting: Counting,
    paragraphs: Option<Vec<Paragraph<'t>>>,
}

impl Draft<'_> {
    fn text(&self) -> String {
        let mut out = String::from(
            "# Fill in `author` and `published`; `gainsay check` tells what is missing or wrong.\n\
             source:\n",
        );
        let mut line = |text: String| {
            out.push_str("  ");
            out.push_str(&text);
            out.push('\n');
        };
        line(format!("id: {}", self.id));
        line("author:       # whose voice it is: a name that `entities` declares".to_owned());
        line("published:    # a date, such as 2015-12 or 2015-12-31".to_owned());
        line("# kind:       # news, analysis, official, leak, data, social or other".to_owned());
        line("# grade:      # how reliable the source is, from A to F".to_owned());
        match &self.copy {
            Some(StoredCopy::Inside(path)) => line(format!("text: {}", scalar(path))),
            Some(StoredCopy::Elsewhere(why)) => {
                line(format!("# text:       # {why}: `gainsay check --text-root DIR`"));
                line(format!("#             # looks for quotes in DIR/{}.txt", self.id));
            }
            None => line("# text:       # a copy of the text in the data set, to look for quotes in".to_owned()),
        }
        if self.counting == Counting::Blocks {
            line("paragraphs: blocks".to_owned());
        }
        match &self.paragraphs {
            Some(paragraphs) => write_stubs(&mut out, paragraphs),
            None => out.push_str(TEMPLATE),
        }
        out
    }
}

/// What stands for the claims where there is no text.
const TEMPLATE: &str = "\
claims:
  # A claim, of which `at` and `says` are needed: remove the `#`, and what is not known.
  #first-claim:
  #  at: 1          # the paragraph, or L34 for a line, p12 for a page, 00:12:31 for a time
  #  says:          # subject [not] predicate [object] [(key=value ...)]
  #  who:           # who speaks, if not the author
  #  quote:         # the exact words
  #  mode: fact     # or judgement, commitment, demand, denial, prediction, question, ...
  #  sure: certain  # or likely, may, unlikely, 60..80%, ...
  #  said:          # when, if not when the source was published
  #  because: []    # the claims that it rests on
";

/// The paragraphs as comments, and below each a claim that waits.
fn write_stubs(out: &mut String, paragraphs: &[Paragraph<'_>]) {
    out.push_str(
        "claims:\n  \
         # Below each paragraph waits a claim: remove its `#`, give it a name, and write what it says, as\n  \
         # `subject [not] predicate [object] [(key=value ...)]`. Where `who` stays empty, the author speaks.\n",
    );
    let width = paragraphs.len().to_string().len();
    for (number, paragraph) in (1..).zip(paragraphs) {
        out.push('\n');
        let mut label = number.to_string();
        for line in wrapped(&paragraph.lines) {
            writeln!(out, "  # {label:>width$} | {line}").expect("a string takes all");
            label.clear();
        }
        writeln!(out, "  #p{number}: {{ at: {number}, who: , says:  }}").expect("a string takes all");
    }
}

/// The words of some lines in lines that are not too long, with nothing in them that a terminal acts on or that YAML
/// refuses; a word that is too long alone stays whole.
fn wrapped(lines: &[&str]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut length = 0;
    for word in lines.iter().flat_map(|line| line.split_whitespace()) {
        let word = visible(word).replace('\u{fffe}', "\\u{fffe}").replace('\u{ffff}', "\\u{ffff}");
        let count = word.chars().count();
        match found.last_mut() {
            Some(last) if length + 1 + count <= LINE => {
                last.push(' ');
                last.push_str(&word);
                length += 1 + count;
            }
            _ => {
                found.push(word);
                length = count;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_become_ids() {
        let check = |file: &str, expect: &str| assert_eq!(identifier(Some(Path::new(file))), expect, "{file}");
        check("facts/bloomberg-2015.yaml", "bloomberg-2015");
        check("The Economist, May.yaml", "the-economist-may");
        check("2015 report.txt", "source-2015-report");
        check("запад.yaml", "source");
        check("self.yaml", "source-self");
        assert_eq!(identifier(None), "source");
    }

    #[test]
    fn paths_are_scalars() {
        assert_eq!(scalar("../texts/a_1.txt"), "../texts/a_1.txt");
        assert_eq!(scalar("it's: #1.txt"), "'it''s: #1.txt'");
        assert_eq!(scalar("-a.txt"), "'-a.txt'");
    }

    #[test]
    fn long_paragraphs_are_wrapped_and_made_visible() {
        let long = "word ".repeat(40);
        let found = wrapped(&[&long, "\u{1b}[31m ::error::x"]);
        assert!(found.iter().all(|line| line.chars().count() <= LINE), "{found:?}");
        assert_eq!(found.join(" "), format!("{long}\\u{{1b}}[31m \\u{{3a}}:error\\u{{3a}}:x"));
        assert_eq!(wrapped(&[&"x".repeat(200)]), ["x".repeat(200)]);
        assert_eq!(wrapped(&["\u{ffff}"]), ["\\u{ffff}"]);
    }
}
