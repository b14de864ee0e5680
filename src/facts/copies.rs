//! Stored copies of sources: the `text` of a header names a file inside the data set, `--text-root` a folder of them.
//!
//! In go the paths as written and the file system, out come diagnostics, and what of the claims does not fit the texts.
//! Nothing is read outside the two folders, and no text is kept.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Component, Path, PathBuf};

use crate::base::fs::{FileSystem, slashed};
use crate::base::{Diagnostic, Family, Level, Pool, SourceMap, Span, Spanned, Symbol};

use super::dataset::{Absent, Claim, Dataset, Misplaced, StoredCopy};
use super::form::shown;
use super::text::{self, Counting, Locator, Quote, QuoteFit, StoredText, Work, nearest};

/// What is done for the texts of a data set.
#[derive(Clone, Copy)]
struct Most {
    /// The bytes of all texts that are read.
    texts: u64,
    /// The bytes of texts that are looked at for quotes.
    work: u64,
}

const MOST: Most = Most { texts: 1 << 30, work: 16 << 30 };

/// Where stored texts may stand.
#[derive(Clone, Copy)]
pub struct Folders<'f> {
    /// The root of the data set.
    pub root: &'f Path,
    /// A folder in which the text of a source is `<id>.txt`; a source with none there has its `text` as without it.
    pub text_root: Option<&'f Path>,
    /// How they are read.
    pub files: &'f dyn FileSystem,
}

/// A text that is to be read for a source.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Job {
    path: PathBuf,
    paragraphs: Counting,
    source: usize,
    /// Where it is said that there is such a text.
    span: Span,
}

/// Looks for the quotes of all sources with a text, and fills [`Dataset::misplaced`]. Reports every `text` that leads out
/// of the data set, or to no file, and every text that cannot be read.
#[must_use]
pub fn check_copies(dataset: &mut Dataset, sources: &SourceMap, pool: &Pool, folders: Folders<'_>) -> Vec<Diagnostic> {
    check_within(MOST, dataset, (sources, pool), folders)
}

fn check_within(
    most: Most,
    dataset: &mut Dataset,
    (sources, pool): (&SourceMap, &Pool),
    folders: Folders<'_>,
) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let mut jobs = rooted(dataset, pool, folders, &mut diagnostics);
    let rooted: BTreeSet<usize> = jobs.iter().map(|job| job.source).collect();
    for copy in &dataset.copies {
        let has_own = copy.source.is_some_and(|source| rooted.contains(&source));
        let from = &sources.file(copy.path.span.file).path;
        match locate(copy, pool.text(copy.path.value), Path::new(&**from), folders) {
            Ok(path) => {
                if let Some(source) = copy.source.filter(|_| !has_own) {
                    let paragraphs = dataset.sources[source].paragraphs;
                    jobs.push(Job { path, paragraphs, source, span: copy.path.span });
                }
            }
            Err(problem) if has_own && problem.level != Level::Error => {}
            Err(problem) => diagnostics.push(problem),
        }
    }
    jobs.sort_unstable();
    let work = Work::new(most.work);
    let mut reading = Reading { files: folders.files, most: most.texts, left: most.texts, work, diagnostics };
    let mut misplaced = Vec::new();
    for same in jobs.chunk_by(|a, b| (&a.path, a.paragraphs) == (&b.path, b.paragraphs)) {
        let Some(text) = reading.text(same) else { continue };
        reading.claims(&text, same, &dataset.claims, pool, &mut misplaced);
    }
    misplaced.sort_unstable_by_key(|misplaced: &Misplaced| misplaced.claim);
    dataset.misplaced = misplaced;
    reading.diagnostics
}

/// The texts of sources in the folder that is there for them.
fn rooted(dataset: &Dataset, pool: &Pool, folders: Folders<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Job> {
    let Folders { text_root: Some(folder), files, .. } = folders else { return Vec::new() };
    let mut jobs = Vec::new();
    for (index, source) in dataset.sources.iter().enumerate() {
        let path = folder.join(format!("{}.txt", pool.text(source.id.value)));
        if !files.is_file(&path) {
            continue;
        }
        if files.is_listed_below(&path, folder) {
            jobs.push(Job { path, paragraphs: source.paragraphs, source: index, span: source.id.span });
        } else {
            let message = format!("`{}` is a link that leads out of the folder of texts", shown(&slashed(&path)));
            let found = Diagnostic::error(Family::Fact, "text-outside", message, source.id.span);
            diagnostics.push(found.with_help("copy the text into that folder"));
        }
    }
    jobs
}

/// What is left of the limits, and the problems so far.
struct Reading<'f> {
    files: &'f dyn FileSystem,
    most: u64,
    left: u64,
    work: Work,
    diagnostics: Vec<Diagnostic>,
}

impl Reading<'_> {
    /// The text of jobs that have the same one; `None` where there is a problem.
    fn text(&mut self, jobs: &[Job]) -> Option<StoredText> {
        let job = jobs.first()?;
        let name = shown(&slashed(&job.path));
        let problem = match self.bytes(&job.path) {
            Ok(bytes) => match text::decode(&bytes) {
                Ok(text) => {
                    let stored = StoredText::new(text, job.paragraphs);
                    if !stored.is_empty() {
                        return Some(stored);
                    }
                    ("text-missing", format!("`{name}` is empty"), "save the text of the source there")
                }
                Err(what) => ("not-utf8", format!("`{name}` {what}"), "save the text as UTF-8"),
            },
            Err(problem) => problem.of(&name),
        };
        let (code, message, help) = problem;
        for job in jobs {
            let message = format!("{message}; quotes are not checked");
            let found = Diagnostic::error(Family::Fact, code, message, job.span);
            self.diagnostics.push(found.with_level(Level::Warning).with_help(help));
        }
        None
    }

    fn bytes(&mut self, path: &Path) -> Result<Vec<u8>, Unread> {
        let bytes = match self.files.read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::FileTooLarge => return Err(Unread::TooLarge),
            Err(error) => return Err(Unread::Io(error)),
        };
        if bytes.len() > text::MOST_BYTES {
            return Err(Unread::TooLarge);
        }
        self.left = self.left.checked_sub(bytes.len() as u64).ok_or(Unread::TooMany(self.most))?;
        Ok(bytes)
    }

    /// Looks at all claims of the sources that have a text.
    fn claims(&mut self, text: &StoredText, jobs: &[Job], claims: &[Claim], pool: &Pool, out: &mut Vec<Misplaced>) {
        let asked = |claim: &Claim| {
            let quote = claim.quote.map(|quote| Quote::parse(pool.text(quote.value)));
            (Locator::parse(pool.text(claim.at.value)), quote)
        };
        let of_jobs: Vec<Range<usize>> = jobs.iter().map(|job| claims_of(job.source, claims)).collect();
        let all: Vec<usize> = of_jobs.iter().cloned().flatten().collect();
        let questions: Vec<(Locator, Option<Quote>)> = all.iter().map(|&claim| asked(&claims[claim])).collect();
        let fits = text.check(&questions, &mut self.work);
        let mut nowhere = Vec::new();
        for ((&claim, fit), (_, quote)) in all.iter().zip(&fits).zip(&questions) {
            let absent = match fit.quote {
                QuoteFit::Absent(found) => Some(Absent { found: number(found), nearest: None }),
                QuoteFit::Fits | QuoteFit::Unchecked => None,
            };
            if absent.is_some_and(|absent| absent.found == 0) {
                nowhere.extend(quote.as_ref().map(|quote| (out.len(), quote)));
            }
            if fit.beyond.is_some() || absent.is_some() {
                out.push(Misplaced { claim, beyond: fit.beyond.map(number), absent });
            }
        }
        let mut rest = &fits[..];
        for (job, range) in jobs.iter().zip(of_jobs) {
            let (own, others) = rest.split_at(range.len());
            rest = others;
            self.unchecked(job, own.iter().filter(|fit| fit.quote == QuoteFit::Unchecked).count());
        }
        let quotes: Vec<&Quote> = nowhere.iter().map(|(_, quote)| *quote).collect();
        for ((at, _), paragraph) in nowhere.iter().zip(nearest(text, &quotes, &mut self.work)) {
            if let Some(absent) = &mut out[*at].absent {
                absent.nearest = paragraph.map(number);
            }
        }
    }

    /// Reports that so many quotes of a source were not looked for.
    fn unchecked(&mut self, job: &Job, count: usize) {
        let count = match count {
            0 => return,
            1 => "1 quote".to_owned(),
            count => format!("{count} quotes"),
        };
        let message = format!("looking for quotes takes too long; {count} of this source cannot be checked");
        let found = Diagnostic::error(Family::Fact, "too-large", message, job.span).with_level(Level::Warning);
        self.diagnostics.push(found.with_help("split the source, and name the paragraph of each quote in `at`"));
    }
}

/// The claims of a source, which stand together, in the order of the sources.
fn claims_of(source: usize, claims: &[Claim]) -> Range<usize> {
    let end = |source| claims.partition_point(|claim| claim.source < source);
    end(source)..end(source + 1)
}

/// Why there is no text.
enum Unread {
    TooLarge,
    /// More bytes than these in all texts.
    TooMany(u64),
    Io(std::io::Error),
}

impl Unread {
    /// Code, message and help for a text of that name.
    fn of(self, name: &str) -> (&'static str, String, &'static str) {
        match self {
            Self::TooLarge => {
                ("too-large", format!("`{name}` has more than {} MiB", text::MOST_BYTES >> 20), "split the source")
            }
            Self::TooMany(most) => {
                let message = format!("the texts up to `{name}` have more than {most} bytes");
                ("too-large", message, "split the data set")
            }
            Self::Io(error) => ("text-missing", format!("`{name}` cannot be read: {error}"), "make it readable"),
        }
    }
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// The file that a `text` means.
#[expect(clippy::result_large_err, reason = "made once per broken header")]
fn locate(copy: &StoredCopy, written: &str, from: &Path, folders: Folders<'_>) -> Result<PathBuf, Diagnostic> {
    let Folders { root, files, .. } = folders;
    let copy = copy.path;
    let outside = |message: String| {
        let found = Diagnostic::error(Family::Fact, "text-outside", message, copy.span);
        Err(found.with_help("copy the file into the data set and write its path, or remove `text`"))
    };
    if written.starts_with("http://") || written.starts_with("https://") {
        let message = format!("`{}` is an address, not a file; quotes are not checked", shown(written));
        return Err(missing(copy, message, "write the address as `url`, and the path of a stored copy as `text`"));
    }
    let folder = from.parent().unwrap_or(Path::new(""));
    // A file that is checked alone is a data set with its folder as root.
    let root = if folder.starts_with(slashed(root)) { PathBuf::from(slashed(root)) } else { folder.to_path_buf() };
    let Some(path) = inside(folder.strip_prefix(&root).unwrap_or(folder), written) else {
        return outside(format!("`{}` is outside the data set", shown(written)));
    };
    let path = root.join(path);
    let name = shown(&slashed(&path));
    if files.is_file(&path) {
        let root = if root.as_os_str().is_empty() { Path::new(".") } else { &root };
        if !files.is_below(&path, root) {
            return outside(format!("`{name}` is a link that leads out of the data set"));
        }
        if !files.is_listed_below(&path, root) {
            return outside(format!("`{name}` is hidden, and hidden files are no part of the data set"));
        }
        return Ok(path);
    }
    let message = if files.is_dir(&path) {
        format!("`{name}` is a folder, not a file; quotes are not checked")
    } else {
        format!("there is no file `{name}`; quotes are not checked")
    };
    let help = "save the text of the source there, or correct the path, which begins at this file's folder";
    Err(missing(copy, message, help))
}

fn missing(copy: Spanned<Symbol>, message: String, help: &str) -> Diagnostic {
    let found = Diagnostic::error(Family::Fact, "text-missing", message, copy.span);
    found.with_level(Level::Warning).with_help(help)
}

/// The path that `written` means in `folder`, both below the root; `None` if it leaves the root.
fn inside(folder: &Path, written: &str) -> Option<PathBuf> {
    let mut path = folder.to_path_buf();
    for part in Path::new(written).components() {
        match part {
            Component::Normal(name) => path.push(name),
            Component::CurDir => {}
            Component::ParentDir => {
                if !path.pop() {
                    return None;
                }
            }
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(path)
}

#[cfg(test)]
mod tests {
    use crate::base::fs::Memory;

    use super::super::read;
    use super::*;

    /// What is reported of two sources with one text each, and the claims whose quotes are missed.
    fn checked(most: Most) -> (Vec<String>, Vec<usize>) {
        let text = "entities: { paper: { kind: outlet } }\n---\n\
             source: { id: a, author: paper, published: 2015, text: a.txt }\nclaims:\n  \
             x: { at: 2, says: paper supports paper, quote: four }\n  \
             y: { at: 2, says: paper supports paper, quote: \"one [...] two\" }\n---\n\
             source: { id: b, author: paper, published: 2015, text: b.txt }\nclaims:\n  \
             z: { at: 1, says: paper supports paper, quote: five }\n";
        checked_in(text, most)
    }

    /// The same of any fact file about these texts.
    fn checked_in(text: &str, most: Most) -> (Vec<String>, Vec<usize>) {
        let mut files = Memory::new();
        files.add("a.txt", "one two\nthree\n");
        files.add("b.txt", "four\nfive\n");
        let (mut sources, mut pool) = (SourceMap::new(), Pool::new());
        let file = sources.add("facts.yaml", text);
        let mut dataset = read(&mut sources, &[file], &mut pool).value;
        let folders = Folders { root: Path::new("."), text_root: None, files: &files };
        let found = check_within(most, &mut dataset, (&sources, &pool), folders);
        let lines = found.iter().map(|found| format!("{}: {}", found.code, found.message)).collect();
        (lines, dataset.misplaced.iter().map(|misplaced| misplaced.claim).collect())
    }

    #[test]
    fn what_passes_a_limit_is_not_looked_at_and_reported() {
        assert_eq!(checked(MOST), (vec![], vec![0, 1, 2]));
        let said = "too-large: the texts up to `b.txt` have more than 20 bytes; quotes are not checked".to_owned();
        assert_eq!(checked(Most { texts: 20, ..MOST }), (vec![said], vec![0, 1]));
        let said =
            |quotes| format!("too-large: looking for quotes takes too long; {quotes} of this source cannot be checked");
        assert_eq!(checked(Most { work: 15, ..MOST }), (vec![said("2 quotes"), said("1 quote")], vec![]));
        assert_eq!(checked(Most { work: 30, ..MOST }), (vec![said("1 quote"), said("1 quote")], vec![1]));
        assert_eq!(checked(Most { work: 36, ..MOST }), (vec![said("1 quote")], vec![0, 1]));
    }

    #[test]
    fn a_text_that_sources_share_is_scanned_once() {
        let source = |id: &str, quote: &str| {
            format!(
                "---\nsource: {{ id: {id}, author: paper, published: 2015, text: a.txt }}\nclaims:\n  \
                 c: {{ at: '00:12:31', says: paper supports paper, quote: {quote} }}\n"
            )
        };
        let sources = [("a", "one"), ("b", "three"), ("c", "four")].map(|(id, quote)| source(id, quote));
        let text = format!("entities: {{ paper: {{ kind: outlet }} }}\n{}", sources.concat());
        let length = "one two three".len() as u64;
        assert_eq!(checked_in(&text, Most { work: length, ..MOST }), (vec![], vec![2]));
        let said = "too-large: looking for quotes takes too long; 1 quote of this source cannot be checked".to_owned();
        assert_eq!(checked_in(&text, Most { work: length - 1, ..MOST }), (vec![said; 3], vec![]));
    }

    #[test]
    fn paths_stay_inside() {
        let check = |folder: &str, written: &str, expect: Option<&str>| {
            assert_eq!(inside(Path::new(folder), written), expect.map(PathBuf::from), "{folder} {written}");
        };
        check("", "a.txt", Some("a.txt"));
        check("x/y", "../a.txt", Some("x/a.txt"));
        check("x/y", "../../a.txt", Some("a.txt"));
        check("x", "./b/../a.txt", Some("x/a.txt"));
        check("x", "../../a.txt", None);
        check("x", "b/../../../x/a.txt", None);
        check("", "/etc/passwd", None);
    }
}
