//! The rules of a data set's own: those of its rule files and the patterns of its vocabulary, with their pages.

use std::path::{Path, PathBuf};

use crate::base::fs::{Disk, FileSystem as _};
use crate::base::{Family, Level};
use crate::config::Config;
use crate::engine::{self, Loaded, Outcome};
use crate::facts;
use crate::lints::{Lint, builtin};

use super::configuration::{self, ConfigArguments};
use super::locate::Located;
use super::{Failure, check, levels};

/// A data set with what is needed to explain and test its rules.
pub(super) struct Own {
    pub(super) config: Config,
    pub(super) loaded: Loaded,
}

/// What stands where the page of a rule would.
pub(super) enum PageText {
    /// The page.
    Text(String),
    /// Nothing.
    Missing,
    /// A link that leads out of the data set, which is not followed.
    Outside,
    /// A file that cannot be read, and why, as words behind its path.
    Unreadable(String),
}

/// The data set that holds the paths, or that of the working folder, where there is one.
pub(super) fn located(paths: &[PathBuf], arguments: &ConfigArguments) -> Result<Option<Located>, Failure> {
    match configuration::located(paths, arguments) {
        Err(_) if paths.is_empty() && arguments.config.is_none() => Ok(None),
        located => located.map(Some),
    }
}

/// Reads the rules and the fact files. The error is a configuration or a rule file that is broken; mistakes in fact files are
/// among the diagnostics.
pub(super) fn load(located: &Located, arguments: &ConfigArguments) -> Result<Result<Own, (Config, Outcome)>, Failure> {
    let config = match configuration::effective(located, arguments, None)? {
        Ok(config) => config,
        Err(broken) => return Ok(Err(broken)),
    };
    let rules = engine::rules_of(&Disk, &config).map_err(|error| check::failure(&error))?;
    let loaded = engine::load(&Disk, &config, rules).map_err(|error| check::failure(&error))?;
    let is_of_rules = loaded.diagnostics.iter().any(|p| p.family != Family::Fact && p.level == Level::Error);
    if is_of_rules {
        let today = config.today;
        return Ok(Err((config, loaded.check(today))));
    }
    levels::known_in_set(&config, &loaded)?;
    Ok(Ok(Own { config, loaded }))
}

impl Own {
    /// The rules that do not come with the program.
    pub(super) fn lints(&self) -> impl Iterator<Item = &Lint> {
        let is_built_in = |lint: &&Lint| builtin_page(&lint.name).is_some();
        self.loaded.lints.iter().filter(move |lint| !is_built_in(lint))
    }

    /// Where the page of a rule stands, or would: beside the file that declares it.
    pub(super) fn page_path(&self, lint: &Lint) -> String {
        let file = &self.loaded.sources.file(lint.declared_at.file).path;
        let folder = file.rfind('/').map_or("", |at| &file[..=at]);
        format!("{folder}{}.md", lint.name)
    }

    /// The page of a rule, if there is one inside the data set.
    pub(super) fn page(&self, lint: &Lint) -> PageText {
        let path = self.page_path(lint);
        let file = Path::new(&path);
        if !Disk.is_file(file) {
            return PageText::Missing;
        }
        if !Disk.is_below(file, &self.config.root) {
            return PageText::Outside;
        }
        match Disk.read(file).map(String::from_utf8) {
            Ok(Ok(text)) => PageText::Text(text),
            Ok(Err(_)) => PageText::Unreadable("is not UTF-8".to_owned()),
            Err(error) => PageText::Unreadable(format!("cannot be read: {error}")),
        }
    }

    /// The words of the data set, for cases: its fact files without their claims, and the author that cases have where they
    /// name none.
    pub(super) fn words(&self) -> Vec<(String, String)> {
        let Loaded { sources, fact_files, dataset, pool, .. } = &self.loaded;
        let mut words: Vec<(String, String)> = fact_files
            .iter()
            .map(|&file| sources.file(file))
            .map(|file| (file.path.to_string(), facts::vocabulary_text(&file.text)))
            .collect();
        let vocabulary = &dataset.vocabulary;
        let author = engine::cases::AUTHOR;
        let declares = |name| {
            vocabulary.entities.contains_key(&name)
                || vocabulary.situations.contains_key(&name)
                || vocabulary.issues.contains_key(&name)
                || vocabulary.aliases.contains_key(&name)
        };
        if !pool.find(author).is_some_and(declares) {
            words.push(("author.yaml".to_owned(), format!("entities: {{ {author}: {{ kind: outlet }} }}\n")));
        }
        words
    }
}

/// The path of the page of a built-in rule.
pub(super) fn builtin_page(name: &str) -> Option<&'static str> {
    builtin::page_paths().find(|path| stem(path) == name)
}

/// The name of the rule whose page stands at the path.
pub(super) fn stem(path: &str) -> &str {
    path.rsplit('/').next().and_then(|file| file.strip_suffix(".md")).unwrap_or(path)
}
