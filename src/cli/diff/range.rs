//! `BASE`, `BASE..HEAD`, `BASE...HEAD`: which states are compared.

use crate::git::{Commit, Repository};

use crate::cli::Failure;

/// What stands for a commit that is left out.
const HEAD: &str = "HEAD";

/// The states that are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Range {
    /// The common ancestor of `HEAD` and the revision, or of the branch that is followed, against the working tree.
    WorkingTree(Option<String>),
    /// A commit, `HEAD` if none is named, against the index.
    Index(Option<String>),
    /// Exactly these two commits.
    Exactly(String, String),
    /// The common ancestor of both, and the second one.
    Ancestor(String, String),
}

impl Range {
    /// Reads what is written on the command line.
    pub(super) fn read(written: Option<&str>, staged: bool) -> Result<Self, Failure> {
        let named = |text: &str| if text.is_empty() { HEAD.to_owned() } else { text.to_owned() };
        let range = match written {
            Some(text) if text.is_empty() || text.starts_with('-') => {
                let failure = Failure::new(format!("`{text}` names no state"));
                return Err(failure.with_help("write a branch, a tag or a commit, such as `gainsay diff main`"));
            }
            Some(text) => dots(text).map(|at| match (&text[..at], &text[at + 2..]) {
                (base, head) if head.starts_with('.') => Self::Ancestor(named(base), named(&head[1..])),
                (base, head) => Self::Exactly(named(base), named(head)),
            }),
            None => None,
        };
        match range {
            Some(_) if staged => Err(Failure::new("`--staged` compares one commit with the index")
                .with_help("name one commit, such as `gainsay diff --staged HEAD`")),
            Some(range) => Ok(range),
            None if staged => Ok(Self::Index(written.map(str::to_owned))),
            None => Ok(Self::WorkingTree(written.map(str::to_owned))),
        }
    }

    /// The commit before, if there is one, and how reports name the two states.
    pub(super) fn base(&self, repository: &Repository) -> Result<(Option<Commit>, String), crate::git::Error> {
        match self {
            Self::WorkingTree(base) => {
                let base = base.clone().map_or_else(|| repository.upstream(), Ok)?;
                Ok((repository.merge_base(&base, HEAD)?, base))
            }
            Self::Index(base) => {
                let base = base.as_deref().unwrap_or(HEAD);
                Ok((repository.commit(base)?, base.to_owned()))
            }
            Self::Exactly(base, _) => Ok((repository.commit(base)?, base.clone())),
            Self::Ancestor(base, head) => Ok((repository.merge_base(base, head)?, base.clone())),
        }
    }

    /// The name of the state after.
    pub(super) fn head(&self) -> &str {
        match self {
            Self::WorkingTree(_) => "working tree",
            Self::Index(_) => "index",
            Self::Exactly(_, head) | Self::Ancestor(_, head) => head,
        }
    }

    /// What stands between the two names.
    pub(super) fn joint(&self) -> &'static str {
        match self {
            Self::Exactly(..) | Self::Index(_) => "..",
            Self::WorkingTree(_) | Self::Ancestor(..) => "...",
        }
    }
}

/// Where the two dots of a range are; those in braces belong to a name, as in `HEAD^{/one..two}`.
fn dots(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            '.' if depth == 0 && text[at..].starts_with("..") => return Some(at),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_dots_are_two_states_and_three_are_their_ancestor() {
        let check = |written: &str, expect: Range| assert_eq!(Range::read(Some(written), false).unwrap(), expect);
        let texts = |one: &str, other: &str| (one.to_owned(), other.to_owned());
        check("main", Range::WorkingTree(Some("main".to_owned())));
        let (base, head) = texts("a", "b");
        check("a..b", Range::Exactly(base.clone(), head.clone()));
        check("a...b", Range::Ancestor(base, head));
        check("HEAD^{/one..two}", Range::WorkingTree(Some("HEAD^{/one..two}".to_owned())));
        let (base, head) = texts("a", "HEAD");
        check("a..", Range::Exactly(base, head));
        let (base, head) = texts("HEAD", "v1.0");
        check("...v1.0", Range::Ancestor(base, head));
        assert_eq!(Range::read(None, true).unwrap(), Range::Index(None));
        assert!(Range::read(Some("a..b"), true).is_err() && Range::read(Some("-x"), false).is_err());
    }
}
