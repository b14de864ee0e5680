//! Entry files and what they include, as one program.
//!
//! Goes in: paths and a way to read them. Comes out: the items of all files, included files first. Knows no disk.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use crate::base::{Checked, Diagnostic, Family, FileId, SourceMap, Span, Spanned, near};

use crate::datalog::syntax::ast::Program;
use crate::datalog::syntax::names::clip;
use crate::datalog::syntax::parser::parse;

/// How deep files may include each other.
const MAX_DEPTH: usize = 64;
/// How often files without `.once` may be read again.
const MAX_REPEATS: usize = 64;
/// How the names of rule files end.
const EXTENSION: &str = ".dl";
/// How many missing files are compared with those that are there.
const MAX_GUESSES: usize = 20;

/// Where a rule file comes from; the paths of the one are no paths of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The files that come with the program.
    Library,
    /// The files of whoever uses it.
    Project,
}

/// A rule file: its path is `/`-separated and relative to the top of its origin.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuleFile {
    /// Where it comes from.
    pub origin: Origin,
    /// Its path there.
    pub path: String,
}

impl RuleFile {
    /// The file of that path.
    #[must_use]
    pub fn new(origin: Origin, path: &str) -> Self {
        Self { origin, path: path.to_owned() }
    }
}

/// The files that there are.
pub struct RuleFiles<'a> {
    /// The text of a file; [`io::ErrorKind::NotFound`] where there is none, any other error is told as it is.
    pub read: &'a dyn Fn(&RuleFile) -> io::Result<String>,
    /// Paths of files of an origin, for suggestions.
    pub paths: &'a dyn Fn(Origin) -> Vec<String>,
    /// What a project's include is looked for below in the library when the project has no such file.
    pub library_folder: &'a str,
    /// What stands before the paths of the library in reports; not empty where a project has paths like them.
    pub library_label: &'a str,
    /// There may be files that come with the program.
    pub has_library: bool,
    /// What stands before the paths of the project in reports: empty, or a folder with `/` behind it.
    pub project_folder: &'a str,
}

impl<'a> RuleFiles<'a> {
    /// The files of a library alone, without suggestions.
    #[must_use]
    pub fn library(read: &'a dyn Fn(&RuleFile) -> io::Result<String>) -> Self {
        Self { read, paths: &no_paths, library_folder: "", library_label: "", has_library: true, project_folder: "" }
    }
}

fn no_paths(_: Origin) -> Vec<String> {
    Vec::new()
}

/// What was loaded.
#[derive(Debug)]
pub struct Loaded {
    /// The items of all files; `includes` and `once` are empty.
    pub program: Program,
    /// The entry files of each origin that could be read.
    pub entries: BTreeSet<(Origin, FileId)>,
}

/// Loads entry files and what they include into one program.
///
/// A file's items come behind those of the files it includes, in the order of first inclusion; a file with `.once`
/// gives its items once, any other each time it is named. A path in an `.include` is relative to the file it stands
/// in; one that leaves the top of its origin is refused and not read. What a project includes and does not have is
/// looked for in the library, without the `../` it begins with.
/// Files are added to `sources` under the paths that reports show.
#[must_use]
pub fn load(sources: &mut SourceMap, entries: &[RuleFile], files: &RuleFiles<'_>) -> Checked<Loaded> {
    let mut loader = Loader {
        sources,
        files,
        parsed: BTreeMap::new(),
        given: BTreeSet::new(),
        active: Vec::new(),
        repeats: 0,
        stopped: false,
        guesses: MAX_GUESSES,
        program: Program::default(),
        diagnostics: Vec::new(),
    };
    let entries: Vec<RuleFile> =
        entries.iter().map(|entry| RuleFile::new(entry.origin, &normalised(&entry.path))).collect();
    for entry in &entries {
        loader.file(entry, None);
    }
    let Loader { program, parsed, diagnostics, .. } = loader;
    let id = |entry: &RuleFile| parsed.get(entry)?.as_ref().map(|(id, _)| (entry.origin, *id));
    let entries = entries.iter().filter_map(id).collect();
    Checked { value: Loaded { program, entries }, diagnostics }
}

struct Loader<'a> {
    sources: &'a mut SourceMap,
    files: &'a RuleFiles<'a>,
    /// What each file holds; nothing if it cannot be read.
    parsed: BTreeMap<RuleFile, Option<(FileId, Program)>>,
    /// The files whose items are in the program.
    given: BTreeSet<RuleFile>,
    /// The files that are being loaded, outermost first, each with the place that includes it.
    active: Vec<(RuleFile, Option<Span>)>,
    repeats: usize,
    /// That there are too many includes was told.
    stopped: bool,
    guesses: usize,
    program: Program,
    diagnostics: Vec<Diagnostic>,
}

impl Loader<'_> {
    /// Adds the items of a file and of what it includes; `from` is the place of the `.include`.
    fn file(&mut self, file: &RuleFile, from: Option<&Spanned<String>>) {
        self.parse(file, from);
        let Some(Some((_, program))) = self.parsed.get(file) else { return };
        let once = program.once;
        let seen = self.given.contains(file);
        if once && (seen || self.active.iter().any(|(active, _)| active == file)) {
            return;
        }
        if from.is_some_and(|from| self.refuses(file, from.span, seen)) {
            return;
        }
        let Some(Some((_, program))) = self.parsed.get(file) else { return };
        let includes = program.includes.clone();
        self.active.push((file.clone(), from.map(|from| from.span)));
        for include in &includes {
            if let Some(target) = self.resolve(file, &include.value) {
                self.file(&target, Some(include));
            } else {
                self.program.incomplete = true;
                self.diagnostics.push(outside(include));
            }
        }
        self.active.pop();
        self.given.insert(file.clone());
        if let Some(Some((_, program))) = self.parsed.get(file) {
            append(&mut self.program, program);
        }
    }

    /// Whether the file is not loaded here; reports why, but only once that there are too many includes.
    fn refuses(&mut self, file: &RuleFile, span: Span, seen: bool) -> bool {
        const STEPS: usize = 4;
        let name = |file: &RuleFile| clip(file.path.rsplit('/').next().unwrap_or_default()).to_owned();
        if let Some(start) = self.active.iter().position(|(active, _)| active == file) {
            let mut problem =
                Diagnostic::error(Family::Rule, "include-cycle", format!("`{}` includes itself", name(file)), span)
                    .with_label(format!("`{}` is being read already", name(file)));
            for (step, from) in self.active[start + 1..].iter().take(STEPS) {
                if let Some(from) = from {
                    problem = problem.with_place(*from, format!("`{}` is included here", name(step)));
                }
            }
            self.diagnostics.push(problem.with_help("begin the file with `.once`, or remove the `.include`"));
            return true;
        }
        self.repeats += usize::from(seen);
        let refused = self.active.len() >= MAX_DEPTH || self.repeats > MAX_REPEATS;
        if !refused || std::mem::replace(&mut self.stopped, true) {
            return refused;
        }
        let message = format!("files without `.once` are included more than {MAX_REPEATS} times or levels deep");
        self.diagnostics.push(
            Diagnostic::error(Family::Rule, "too-many-includes", message, span)
                .with_label("not read, like those that follow")
                .with_help("begin each included file with `.once`"),
        );
        true
    }

    fn parse(&mut self, file: &RuleFile, from: Option<&Spanned<String>>) {
        if self.parsed.contains_key(file) {
            return;
        }
        let shown = match file.origin {
            Origin::Library => format!("{}{}", self.files.library_label, file.path),
            Origin::Project => format!("{}{}", self.files.project_folder, file.path),
        };
        let parsed = match (self.files.read)(file) {
            Ok(text) => {
                let id = self.sources.add(&shown, &text);
                let Checked { value, diagnostics } = parse(self.sources, id);
                self.diagnostics.extend(diagnostics);
                Some((id, value))
            }
            Err(error) => {
                // The entry itself has no place to point at but its own beginning.
                let span = from.map_or_else(|| Span::new(self.sources.add(&shown, ""), 0, 0), |from| from.span);
                let problem = self.unreadable(file, &shown, span, from, &error);
                self.diagnostics.push(problem);
                self.program.incomplete = true;
                None
            }
        };
        self.parsed.insert(file.clone(), parsed);
    }

    fn unreadable(
        &mut self,
        file: &RuleFile,
        shown: &str,
        span: Span,
        from: Option<&Spanned<String>>,
        error: &io::Error,
    ) -> Diagnostic {
        let problem = |message: String| Diagnostic::error(Family::Rule, "no-such-file", message, span);
        if error.kind() != io::ErrorKind::NotFound {
            return problem(format!("the rule file `{}` cannot be read: {error}", clip(shown)))
                .with_label("cannot be read")
                .with_help("mend the file, or remove what names it");
        }
        let guess = from.and_then(|from| self.guess(file, &from.value));
        let help = if self.files.has_library {
            "write a path relative to this file, or that of a file that comes with the program"
        } else {
            "write a path relative to this file"
        };
        problem(format!("there is no rule file `{}`", clip(shown)))
            .with_label(guess.unwrap_or_else(|| "cannot be read".to_owned()))
            .with_help(help)
    }

    /// A file in the folder of the missing one, or at the top of the library, with a name like it.
    fn guess(&mut self, file: &RuleFile, written: &str) -> Option<String> {
        self.guesses = self.guesses.checked_sub(1)?;
        let (folder, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
        let stem = name.strip_suffix(EXTENSION).filter(|stem| stem.len() > 1)?;
        let folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let mut found = self.nearest(stem, file.origin, &folder);
        if file.origin == Origin::Project {
            let rest = without_ascent(written);
            let below = &rest[..rest.rfind('/').map_or(0, |end| end + 1)];
            let folder = format!("{}{below}", self.files.library_folder);
            found = found.or_else(|| self.nearest(stem, Origin::Library, &folder));
        }
        let before = written.strip_suffix(name).unwrap_or_default();
        Some(format!("did you mean `{before}{}{EXTENSION}`?", found?))
    }

    /// Of the files right in a folder the one whose name is nearest, without its extension.
    fn nearest(&self, stem: &str, origin: Origin, folder: &str) -> Option<String> {
        let paths = (self.files.paths)(origin);
        let names = paths.iter().filter_map(|path| path.strip_prefix(folder)?.strip_suffix(EXTENSION));
        near::nearest(stem, names.filter(|name| !name.contains('/'))).map(str::to_owned)
    }

    /// The file that an include in `from` names; nothing if it leaves the top.
    fn resolve(&self, from: &RuleFile, include: &str) -> Option<RuleFile> {
        let own = RuleFile { origin: from.origin, path: resolve(&from.path, include)? };
        if from.origin == Origin::Library || self.parsed.contains_key(&own) || (self.files.read)(&own).is_ok() {
            return Some(own);
        }
        let path = resolve(self.files.library_folder, without_ascent(include))?;
        let library = RuleFile { origin: Origin::Library, path };
        let exists = self.parsed.contains_key(&library) || (self.files.read)(&library).is_ok();
        Some(if exists { library } else { own })
    }
}

fn append(program: &mut Program, file: &Program) {
    program.types.extend_from_slice(&file.types);
    program.declarations.extend_from_slice(&file.declarations);
    program.directives.extend_from_slice(&file.directives);
    program.clauses.extend_from_slice(&file.clauses);
    program.broken.extend(file.broken.iter().cloned());
}

fn outside(include: &Spanned<String>) -> Diagnostic {
    let message = format!("`{}` is no path inside the folder of the rules", clip(&include.value));
    Diagnostic::error(Family::Rule, "include-outside", message, include.span)
        .with_label("not read")
        .with_help("write a path with `/`, relative to this file, that stays inside the folder")
}

/// An include without the `./` and `../` that it begins with.
fn without_ascent(include: &str) -> &str {
    let mut rest = include;
    while let Some(shorter) = rest.strip_prefix("./").or_else(|| rest.strip_prefix("../")) {
        rest = shorter;
    }
    rest
}

/// The path without `.` parts.
fn normalised(path: &str) -> String {
    let parts: Vec<&str> = path.split('/').filter(|part| *part != ".").collect();
    parts.join("/")
}

/// The path that an include in `from` names; nothing if it leaves the top.
fn resolve(from: &str, include: &str) -> Option<String> {
    let drive = include.as_bytes().get(1) == Some(&b':');
    if include.is_empty() || include.starts_with('/') || include.contains(['\\', '\0']) || drive {
        return None;
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in include.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop().filter(|part| !matches!(*part, "" | ".."))?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Loads entries of the library from named texts; a path that begins with `own:` is one of the project.
    fn load_texts(sources: &mut SourceMap, given: &[(&str, &str)], entries: &[&str]) -> Checked<Loaded> {
        let file = |name: &str| match name.strip_prefix("own:") {
            Some(path) => RuleFile::new(Origin::Project, path),
            None => RuleFile::new(Origin::Library, name),
        };
        let read = |wanted: &RuleFile| {
            let found = given.iter().find(|(name, _)| file(name) == *wanted);
            found.map(|(_, text)| (*text).to_owned()).ok_or_else(|| io::ErrorKind::NotFound.into())
        };
        let of = |origin| given.iter().map(|(name, _)| file(name)).filter(move |file| file.origin == origin);
        let paths = |origin| of(origin).map(|file| file.path).collect();
        let files = RuleFiles {
            read: &read,
            paths: &paths,
            library_folder: "rules/",
            library_label: "",
            has_library: true,
            project_folder: "own/",
        };
        let entries: Vec<RuleFile> = entries.iter().map(|entry| file(entry)).collect();
        load(sources, &entries, &files)
    }

    fn check(given: &[(&str, &str)], entries: &[&str], items: &str, problems: &[&str]) {
        let mut sources = SourceMap::new();
        let loaded = load_texts(&mut sources, given, entries);
        let got: Vec<&str> = loaded.value.program.declarations.iter().map(|d| d.name.value.as_str()).collect();
        assert_eq!(got.join(" "), items);
        let shown = |d: &Diagnostic| {
            let path = &sources.file(d.primary.span.file).path;
            format!("{} {path}[{}] {}", d.code, sources.text(d.primary.span), d.primary.text)
        };
        assert_eq!(loaded.diagnostics.iter().map(shown).collect::<Vec<_>>(), problems);
    }

    #[test]
    fn included_files_come_first_and_once() {
        check(
            &[
                ("rules/prelude.dl", ".once\n.decl p()"),
                ("rules/a/a.dl", ".once .include \"../prelude.dl\" .include \"./b.dl\" .decl a()"),
                ("rules/a/b.dl", ".once .include \"../prelude.dl\" .include \"a.dl\" .decl b()"),
            ],
            &["rules/a/a.dl", "./rules/a/b.dl", "rules/prelude.dl"],
            "p b a",
            &[],
        );
    }

    #[test]
    fn a_file_without_once_repeats() {
        check(&[("a.dl", ".decl a()")], &["a.dl", "a.dl"], "a a", &[]);
    }

    #[test]
    fn a_cycle_without_once_is_reported() {
        check(
            &[("a.dl", ".include \"b.dl\" .decl a()"), ("b.dl", ".once .include \"a.dl\" .decl b()")],
            &["a.dl"],
            "b a",
            &["include-cycle b.dl[a.dl] `a.dl` is being read already"],
        );
    }

    #[test]
    fn many_includes_of_a_file_in_itself_are_refused_in_one_go() {
        let text = ".include \"a.dl\"\n".repeat(20_000);
        let loaded = load_texts(&mut SourceMap::new(), &[("a.dl", &text)], &["a.dl"]);
        assert_eq!(loaded.diagnostics.len(), 20_000);
    }

    #[test]
    fn repeated_doubling_stops() {
        let texts: Vec<(String, String)> = (0..40)
            .map(|i| (format!("{i}"), format!(".include \"{0}\" .include \"{0}\" .decl d{i}()", i + 1)))
            .chain([("40".to_owned(), String::new())])
            .collect();
        let given: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let loaded = load_texts(&mut SourceMap::new(), &given, &["0"]);
        assert!(loaded.diagnostics.iter().all(|d| d.code == "too-many-includes"));
        assert!(!loaded.diagnostics.is_empty() && loaded.diagnostics.len() < 1_000);
        assert!(loaded.value.program.declarations.len() < 1_000);
    }

    #[test]
    fn paths_stay_inside() {
        check(
            &[("r/a.dl", ".include \"../../x.dl\" .include \"/etc/x\" .include \"b.dl\"")],
            &["r/a.dl", "c.dl"],
            "",
            &[
                "include-outside r/a.dl[../../x.dl] not read",
                "include-outside r/a.dl[/etc/x] not read",
                "no-such-file r/a.dl[b.dl] cannot be read",
                "no-such-file c.dl[] cannot be read",
            ],
        );
        assert_eq!(resolve("/tmp/r/a.dl", "../p.dl").as_deref(), Some("/tmp/p.dl"));
        assert_eq!(resolve("../r/a.dl", "../../p.dl"), None);
    }

    #[test]
    fn what_a_project_lacks_is_looked_for_in_the_library() {
        let library = [
            ("rules/prelude.dl", ".once .decl p()"),
            ("rules/a/a.dl", ".once .include \"../prelude.dl\" .decl a()"),
            ("secret.dl", ".decl s()"),
        ];
        let check = |own: &[(&str, &str)], entries: &[&str], items: &str, problems: &[&str]| {
            check(&[&library[..], own].concat(), entries, items, problems);
        };
        let includes = ".include \"../prelude.dl\" .include \"a/a.dl\" .include \"./prelude.dl\" .decl x()";
        check(&[("own:r/x.dl", includes)], &["own:r/x.dl"], "p a x", &[]);
        // Its own file of that name comes first.
        let own = ("own:prelude.dl", ".once .decl q()");
        check(&[own, ("own:r/x.dl", includes)], &["rules/a/a.dl", "own:r/x.dl"], "p a q x", &[]);
        check(
            &[("own:x.dl", ".include \"../secret.dl\" .include \"../rules/prelude.dl\" .include \"prelud.dl\"")],
            &["own:x.dl", "own:y.dl"],
            "",
            &[
                "include-outside own/x.dl[../secret.dl] not read",
                "include-outside own/x.dl[../rules/prelude.dl] not read",
                "no-such-file own/x.dl[prelud.dl] did you mean `prelude.dl`?",
                "no-such-file own/y.dl[] cannot be read",
            ],
        );
        check(
            &[("own:r/x.dl", ".include \"../secret.dl\" .include \"./helpr.dl\""), ("own:r/helper.dl", "")],
            &["own:r/x.dl"],
            "",
            &[
                "no-such-file own/r/x.dl[../secret.dl] cannot be read",
                "no-such-file own/r/x.dl[./helpr.dl] did you mean `./helper.dl`?",
            ],
        );
    }
}
