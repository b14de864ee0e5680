//! Entry files and what they include, as one program.
//!
//! Goes in: paths and a way to read them. Comes out: the items of all files, included files first. Knows no disk.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Checked, Diagnostic, Family, SourceMap, Span, Spanned};

use super::ast::Program;
use super::names::clip;
use super::parser::parse;

/// How deep files may include each other.
const MAX_DEPTH: usize = 64;
/// How often files without `.once` may be read again.
const MAX_REPEATS: usize = 64;

/// Loads entry files and what they include into one program.
///
/// A file's items come behind those of the files it includes, in the order of first inclusion; a file with `.once`
/// gives its items once, any other each time it is named. `read` gives the text of a path, which is `/`-separated
/// and made relative to where the entry paths are; an include that leaves the top is refused and not read.
/// Files are added to `sources` under these paths. `includes` and `once` of the result are empty.
#[must_use]
pub fn load(sources: &mut SourceMap, entries: &[String], read: &dyn Fn(&str) -> Option<String>) -> Checked<Program> {
    let mut loader = Loader {
        sources,
        read,
        parsed: BTreeMap::new(),
        given: BTreeSet::new(),
        active: Vec::new(),
        repeats: 0,
        program: Program::default(),
        diagnostics: Vec::new(),
    };
    for entry in entries {
        loader.file(&normalised(entry), None);
    }
    Checked { value: loader.program, diagnostics: loader.diagnostics }
}

struct Loader<'a> {
    sources: &'a mut SourceMap,
    read: &'a dyn Fn(&str) -> Option<String>,
    /// What each path holds; nothing if it cannot be read.
    parsed: BTreeMap<String, Option<Program>>,
    /// The paths whose items are in the program.
    given: BTreeSet<String>,
    /// The files that are being loaded, outermost first.
    active: Vec<String>,
    repeats: usize,
    program: Program,
    diagnostics: Vec<Diagnostic>,
}

impl Loader<'_> {
    /// Adds the items of a file and of what it includes; `from` is the place of the `.include`.
    fn file(&mut self, path: &str, from: Option<Span>) {
        self.parse(path, from);
        let Some(Some(program)) = self.parsed.get(path) else { return };
        let (once, includes) = (program.once, program.includes.clone());
        let seen = self.given.contains(path);
        if once && (seen || self.is_active(path)) {
            return;
        }
        if let Some(refusal) = self.refusal(path, from, seen) {
            self.diagnostics.push(refusal);
            return;
        }
        self.active.push(path.to_owned());
        for include in &includes {
            match resolve(path, &include.value) {
                Some(target) => self.file(&target, Some(include.span)),
                None => self.diagnostics.push(outside(include)),
            }
        }
        self.active.pop();
        self.given.insert(path.to_owned());
        if let Some(Some(program)) = self.parsed.get(path) {
            append(&mut self.program, program);
        }
    }

    fn is_active(&self, path: &str) -> bool {
        self.active.iter().any(|active| active == path)
    }

    /// Why the file is not loaded here, if so.
    fn refusal(&mut self, path: &str, from: Option<Span>, seen: bool) -> Option<Diagnostic> {
        let span = from?;
        let error = |message: String| Diagnostic::error(Family::Rule, "include-cycle", message, span);
        if self.is_active(path) {
            return Some(
                error(format!("`{}` includes itself", clip(path)))
                    .with_label("this file is being read already")
                    .with_help("begin the file with `.once`, or remove the `.include`"),
            );
        }
        self.repeats += usize::from(seen);
        if self.active.len() < MAX_DEPTH && self.repeats <= MAX_REPEATS {
            return None;
        }
        let message = format!("files without `.once` are included more than {MAX_REPEATS} times or levels deep");
        Some(error(message).with_label("not read").with_help("begin each included file with `.once`"))
    }

    fn parse(&mut self, path: &str, from: Option<Span>) {
        if self.parsed.contains_key(path) {
            return;
        }
        let Some(text) = (self.read)(path) else {
            // The entry itself has no place to point at but its own beginning.
            let span = from.unwrap_or_else(|| Span::new(self.sources.add(path, ""), 0, 0));
            let message = format!("no rule file `{}`", clip(path));
            self.diagnostics.push(
                Diagnostic::error(Family::Rule, "no-such-file", message, span)
                    .with_label("cannot be read")
                    .with_help("check the path, which is relative to the file that includes it"),
            );
            self.parsed.insert(path.to_owned(), None);
            return;
        };
        let file = self.sources.add(path, &text);
        let Checked { value, diagnostics } = parse(self.sources, file);
        self.diagnostics.extend(diagnostics);
        self.parsed.insert(path.to_owned(), Some(value));
    }
}

fn append(program: &mut Program, file: &Program) {
    program.types.extend_from_slice(&file.types);
    program.declarations.extend_from_slice(&file.declarations);
    program.directives.extend_from_slice(&file.directives);
    program.clauses.extend_from_slice(&file.clauses);
}

fn outside(include: &Spanned<String>) -> Diagnostic {
    let message = format!("`{}` lies outside the folder of the rules", clip(&include.value));
    Diagnostic::error(Family::Rule, "include-outside", message, include.span)
        .with_label("not read")
        .with_help("write a path with `/`, relative to this file, that stays inside the folder")
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

    fn files<'a>(files: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> Option<String> + 'a {
        move |path| files.iter().find(|(name, _)| *name == path).map(|(_, text)| (*text).to_owned())
    }

    fn check(given: &[(&str, &str)], entries: &[&str], items: &str, problems: &[&str]) {
        let mut sources = SourceMap::new();
        let entries: Vec<String> = entries.iter().map(|&entry| entry.to_owned()).collect();
        let loaded = load(&mut sources, &entries, &files(given));
        let got: Vec<&str> = loaded.value.declarations.iter().map(|d| d.name.value.as_str()).collect();
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
            &["include-cycle b.dl[a.dl] this file is being read already"],
        );
    }

    #[test]
    fn repeated_doubling_stops() {
        let texts: Vec<(String, String)> = (0..40)
            .map(|i| (format!("{i}"), format!(".include \"{0}\" .include \"{0}\" .decl d{i}()", i + 1)))
            .chain([("40".to_owned(), String::new())])
            .collect();
        let given: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let loaded = load(&mut SourceMap::new(), &["0".to_owned()], &files(&given));
        assert!(loaded.diagnostics.iter().all(|d| d.code == "include-cycle"));
        assert!(!loaded.diagnostics.is_empty() && loaded.diagnostics.len() < 1_000);
        assert!(loaded.value.declarations.len() < 1_000);
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
}
